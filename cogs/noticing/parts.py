"""The parts of noticing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.noticing.door import Keeper
from cogs.noticing.listening import Listening
from cogs.noticing.nudge import Nudge

if TYPE_CHECKING:
    from bot.app import Firsthand


class Parts:
    """What messages, the clicks, the due work and Discord's reports are handed to."""

    def __init__(self, bot: Firsthand) -> None:
        self.listening = Listening(bot)
        self.nudge = Nudge(bot)
        self.keeper = Keeper(bot)
        for part in vars(self).values():
            bot.controls.add(part)
