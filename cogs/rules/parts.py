"""The parts of `/rules`, wired to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.rules.checkup import Checkup
from cogs.rules.history import History
from cogs.rules.panel import Panel
from cogs.rules.trying import Trying

if TYPE_CHECKING:
    from bot.app import Firsthand


class Parts:
    """What the commands, the clicks and the due work are handed to."""

    def __init__(self, bot: Firsthand) -> None:
        self.history = History(bot)
        self.panel = Panel(bot)
        self.checkup = Checkup(bot)
        self.trying = Trying(bot)
        for part in vars(self).values():
            bot.controls.add(part)
