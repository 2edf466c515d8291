"""`/reading`: the reading list, both essays against each other, and a shelf of one's own.

This file holds the commands; what they show and do lies beside it, a module for each part.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.reading import ANSWERED, TOLD
from bot.replies import Interaction
from cogs.reading.circle_watch import CircleWatch

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.reading.parts import Parts

#: Characters that an option takes: the longest question of a pair, typed in full.
_TYPED = 200


class ReadingCog(
    commands.GroupCog, group_name="reading", group_description="Read together, and disagree"
):
    """The commands; each parses, calls a service and answers."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        bot.controls.later(lambda: self.parts)
        bot.inbox.add(ANSWERED, lambda *given: self.parts.suggesting.show(*given))
        bot.inbox.add(TOLD, lambda *given: self.parts.circles.telling.show(*given))
        super().__init__()

    @cached_property
    def parts(self) -> Parts:
        """Loaded when somebody needs them: a start is quicker without."""
        from cogs.reading.parts import Parts

        return Parts(self.bot)

    async def cog_load(self) -> None:
        self.bot.worker.every(3600, "imports", lambda: self.bot.curating.forget_files())
        self.bot.doorbell.only_if(TOLD, lambda notice: self.parts.circles.telling.still_so(notice))
        self.bot.doorbell.in_dm(TOLD, lambda *given: self.parts.circles.telling.in_dm(*given))

    # -- the list ---------------------------------------------------------------------------

    @app_commands.command(description="Look through the reading list")
    @app_commands.describe(
        topic="Only what is about this",
        tradition="Only what comes from this tradition",
        form="Only books, only letters, and so on",
    )
    async def browse(
        self, interaction: Interaction, topic: str = "", tradition: str = "", form: str = ""
    ) -> None:
        await self.parts.browsing.command(interaction, topic, tradition, form)

    @browse.autocomplete("topic")
    async def topics(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.browsing.topics(interaction, current)

    @browse.autocomplete("tradition")
    async def traditions(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.browsing.traditions(interaction, current)

    @browse.autocomplete("form")
    async def forms(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.browsing.forms(interaction, current)

    @app_commands.command(description="See what a work is, why it is here, and how to find it")
    @app_commands.describe(work="Which one")
    async def open(
        self, interaction: Interaction, work: app_commands.Range[str, 1, _TYPED]
    ) -> None:
        await self.parts.works.command(interaction, work)

    @app_commands.command(description="One question, and what each of the two essays says to it")
    @app_commands.describe(question="Which question")
    async def pair(
        self, interaction: Interaction, question: app_commands.Range[str, 1, _TYPED]
    ) -> None:
        await self.parts.pairs.command(interaction, question)

    @pair.autocomplete("question")
    async def questions(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.pairs.questions(interaction, current)

    # -- my shelf ---------------------------------------------------------------------------

    @app_commands.command(description="One thing to read next, and why")
    async def next(self, interaction: Interaction) -> None:
        await self.parts.upcoming.command(interaction)

    @app_commands.command(description="Put a work on your shelf, for yourself alone")
    @app_commands.describe(work="Which one", state="Where you stand with it")
    @app_commands.choices(
        state=[
            app_commands.Choice(name="I want to read it", value="want"),
            app_commands.Choice(name="I'm reading it", value="reading"),
            app_commands.Choice(name="I have read it", value="read"),
            app_commands.Choice(name="Take it off my shelf", value="off"),
        ]
    )
    async def mark(
        self, interaction: Interaction, work: app_commands.Range[str, 1, _TYPED], state: str
    ) -> None:
        await self.parts.shelf.mark(interaction, work, state)

    @app_commands.command(description="Your shelf: what you want to read, are reading, have read")
    async def shelf(self, interaction: Interaction) -> None:
        await self.parts.shelf.command(interaction)

    # -- this server's list -----------------------------------------------------------------

    @app_commands.command(
        description="Suggest a work for this server's list", extras={"opens_form": True}
    )
    async def suggest(self, interaction: Interaction) -> None:
        await self.parts.suggesting.open(interaction)

    @app_commands.command(description="For curators: suggestions, and this server's list as a file")
    @app_commands.describe(file="A list to bring in, as a file")
    async def review(
        self, interaction: Interaction, file: discord.Attachment | None = None
    ) -> None:
        await self.parts.reviewing.command(interaction, file)

    # -- together ---------------------------------------------------------------------------

    @app_commands.command(description="Invite this server to read something together")
    @app_commands.describe(
        work="What you will read",
        when="The day and the time, such as 2026-03-14 19:30",
        zone="The time zone of that time: a city near you",
    )
    async def circle(
        self,
        interaction: Interaction,
        work: app_commands.Range[str, 1, _TYPED],
        when: app_commands.Range[str, 1, _TYPED],
        zone: str = "",
    ) -> None:
        await self.parts.circles.command(interaction, work, when, zone)

    @circle.autocomplete("when")
    async def whens(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.circles.whens(interaction, current)

    @circle.autocomplete("zone")
    async def zones(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.circles.zones(interaction, current)

    @circle.autocomplete("work")
    async def to_read_together(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.circles.works(interaction, current)

    @open.autocomplete("work")
    @mark.autocomplete("work")
    async def works(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.works.suggestions(interaction, current)


async def setup(bot: Firsthand) -> None:
    cog = ReadingCog(bot)
    await bot.add_cog(cog)
    await bot.add_cog(CircleWatch(bot, cog))
