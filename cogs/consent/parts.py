"""The parts of `/consent`, wired to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.consent.asking import Asking
from cogs.consent.boundaries import Boundaries
from cogs.consent.ledger import Ledger
from cogs.consent.requests import Requests
from cogs.consent.speaking import Speech

if TYPE_CHECKING:
    from bot.app import Firsthand


class Parts:
    """What the commands, the menus, the clicks and the due work are handed to."""

    def __init__(self, bot: Firsthand) -> None:
        self.asking = Asking(bot)
        self.boundaries = Boundaries(bot)
        self.speech = Speech(bot)
        self.requests = Requests(bot)
        self.ledger = Ledger(bot)
        for part in vars(self).values():
            bot.controls.add(part)
