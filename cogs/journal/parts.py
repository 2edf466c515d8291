"""The parts of `/journal`, wired to each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cogs.journal.access import Access
from cogs.journal.bringing import Bringing
from cogs.journal.letters import Letters
from cogs.journal.reading import Reading
from cogs.journal.remind import Remind
from cogs.journal.share import Sharing
from cogs.journal.share_inbox import ShareInbox
from cogs.journal.tips import Tips
from cogs.journal.writing import Writing

if TYPE_CHECKING:
    from bot.app import Firsthand


class Parts:
    """What the commands, the clicks, the due work and direct messages are handed to."""

    def __init__(self, bot: Firsthand) -> None:
        self.access = Access(bot)
        self.remind = Remind(bot)
        self.writing = Writing(bot, self.access, self.remind)
        self.reading = Reading(bot)
        self.letters = Letters(bot, self.remind)
        self.tips = Tips(self.letters)
        self.bringing = Bringing(bot)
        self.sharing = Sharing(bot)
        self.share_inbox = ShareInbox(bot)
        for part in vars(self).values():
            bot.controls.add(part)
