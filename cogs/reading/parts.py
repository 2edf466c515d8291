"""The parts of `/reading`, wired to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.reading.browsing import Browsing
from cogs.reading.circles import Circles
from cogs.reading.pairs import Pairs
from cogs.reading.reviewing import Reviewing
from cogs.reading.shelf import Shelf
from cogs.reading.suggesting import Suggesting
from cogs.reading.upcoming import Upcoming
from cogs.reading.work import Works

if TYPE_CHECKING:
    from bot.app import Firsthand


class Parts:
    """What the commands, the clicks, the due work and Discord's reports are handed to."""

    def __init__(self, bot: Firsthand) -> None:
        self.browsing = Browsing(bot)
        self.works = Works(bot)
        self.pairs = Pairs(bot)
        self.upcoming = Upcoming(bot, self.works)
        self.shelf = Shelf(bot)
        self.suggesting = Suggesting(bot)
        self.reviewing = Reviewing(bot)
        self.circles = Circles(bot)
        for part in vars(self).values():
            bot.controls.add(part)
