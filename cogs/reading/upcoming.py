"""What to read next: one suggestion, and why."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.reading.rules import Reason, next_one
from bot.replies import Interaction, answer, button, row
from cogs.reading import pairs, says
from cogs.reading.scene import scene
from cogs.reading.work import Works

if TYPE_CHECKING:
    from bot.app import Firsthand


class Upcoming:
    """The suggestion, as the page of what it suggests."""

    def __init__(self, bot: Firsthand, works: Works) -> None:
        self.bot = bot
        self.works = works

    async def command(self, interaction: Interaction) -> None:
        seen = await scene(self.bot, interaction)
        shelf = await self.bot.shelves.shelf(interaction.user.id)
        pair_ids = [each.id for each in seen.library.pairs]
        # On a long list this takes a while, which nobody else should have to wait.
        found = await asyncio.to_thread(next_one, seen.items, shelf.marks, pair_ids)
        words = seen.words
        if found is None:
            await answer(
                interaction,
                words(
                    "Nothing is left to suggest: all of this list is on your shelf. "
                    "/reading pair asks both essays a question, and /reading suggest adds a work "
                    "to a server's list."
                ),
                row(button(words("My shelf"), "reading-shelf", "0")),
            )
            return
        why = says.reason(words, seen.library, found)
        if found.reason is Reason.EMPTY:
            pair = seen.library.pair(found.id)
            assert pair is not None  # it is one of those the rule was given
            await answer(interaction, *pairs.page(seen, pair, why))
            return
        item = self.works.found(seen, found.id)
        await answer(interaction, *await self.works.page(interaction, seen, item, None, why))
