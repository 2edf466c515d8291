"""The parts of `/affinity`, wired to the keeper and to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.affinity.answering import Answering
from cogs.affinity.asking import Questioning
from cogs.affinity.decisions import Decisions
from cogs.affinity.disappearing import Disappearing
from cogs.affinity.founding import Founding
from cogs.affinity.inbox import GroupInbox
from cogs.affinity.inviting import Inviting
from cogs.affinity.keeper import Keeper
from cogs.affinity.leaving import Leaving
from cogs.affinity.off_list import OffList
from cogs.affinity.settings import GroupSettings

if TYPE_CHECKING:
    from bot.app import Firsthand


class Parts:
    """What the commands, the clicks, the due work and Discord's reports are handed to."""

    def __init__(self, bot: Firsthand) -> None:
        self.keeper = keeper = Keeper(bot)
        self.disappearing = Disappearing(bot)
        self.founding = Founding(bot, keeper)
        self.off_list = OffList(bot, keeper)
        self.inviting = Inviting(bot, keeper)
        self.questioning = Questioning(bot, keeper)
        self.answering = Answering(bot, keeper)
        self.decisions = Decisions(bot, keeper)
        self.settings = GroupSettings(bot, keeper, self.questioning)
        self.leaving = Leaving(bot, keeper, self.decisions)
        self.inbox = GroupInbox(bot, keeper)
        for part in vars(self).values():
            bot.controls.add(part)
