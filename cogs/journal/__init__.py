"""`/journal`: private writing, in a DM or in a server where only the writer sees the answers.

This file holds the commands; what they show and do lies beside it, a module for each part.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.journal import KEY, REMINDER, SHARE, SHARED
from bot.journal.rules import MINUTE, SEARCH_LIMIT
from bot.replies import UNREACHED, Interaction, trace, words_for
from bot.words import N_

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.journal.parts import Parts

log = logging.getLogger(__name__)

#: Suggestions open the newest ones alone.
_WHICH = N_("Which one: words find the newest, a date such as 2026-03 or March finds older ones")


class JournalCog(
    commands.GroupCog, group_name="journal", group_description="Private writing, for you alone"
):
    """The commands; each parses, calls a service and answers."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        bot.controls.later(lambda: self.parts)
        bot.inbox.add(SHARED, lambda *given: self.parts.share_inbox.show(*given))
        super().__init__()

    @cached_property
    def parts(self) -> Parts:
        """Loaded when somebody needs them: a start is quicker without."""
        from cogs.journal.parts import Parts

        return Parts(self.bot)

    async def cog_load(self) -> None:
        worker = self.bot.worker
        worker.handle(KEY, lambda piece: self.bot.journal_keys.due(piece))
        worker.handle(REMINDER, lambda piece: self.parts.remind.delivery.due(piece))
        worker.handle(SHARE, lambda piece: self.parts.bringing.due(piece))
        # They are said to be kept for half an hour.
        worker.every(MINUTE, "passphrases", lambda: self.bot.journal_keys.forget_old_tries())
        # The first look loads the parts, so that nobody's click waits for that.
        worker.each_look(lambda: self.parts.access.forget_idle())

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Remember the person's language, for direct messages; nothing depends on it here."""
        try:
            await self.bot.journal.speaks(interaction.user.id, words_for(interaction).language)
        except Exception as error:
            log.error("remembering a language: %s", trace(error))
        return True

    @app_commands.command(
        description="Write something down, for yourself alone", extras={"opens_form": True}
    )
    @app_commands.describe(prompt="A question to begin from; you can leave it out")
    async def write(self, interaction: Interaction, prompt: str = "") -> None:
        await self.parts.writing.open(interaction, prompt)

    @write.autocomplete("prompt")
    async def write_prompts(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.writing.prompts(interaction, current)

    @app_commands.command(description="Read what you wrote, newest first")
    @app_commands.describe(month="Only this month")
    async def read(self, interaction: Interaction, month: str = "") -> None:
        await self.parts.reading.read(interaction, month)

    @app_commands.command(description="Find what you wrote")
    @app_commands.describe(text="The words you look for", month="Only this month")
    async def search(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, SEARCH_LIMIT],
        month: str = "",
    ) -> None:
        await self.parts.reading.search(interaction, text, month)

    @read.autocomplete("month")
    @search.autocomplete("month")
    async def months(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.reading.months(interaction, current)

    @app_commands.command(description="Change something you wrote", extras={"opens_form": True})
    @app_commands.describe(entry=_WHICH)
    async def edit(self, interaction: Interaction, entry: str) -> None:
        await self.parts.writing.edit(interaction, entry)

    @app_commands.command(description="Delete something you wrote")
    @app_commands.describe(entry=_WHICH)
    async def delete(self, interaction: Interaction, entry: str) -> None:
        await self.parts.reading.delete(interaction, entry)

    @app_commands.command(description="Share an entry with one friend, slowly")
    @app_commands.describe(entry=_WHICH, member="Your friend; they are asked first")
    async def share(
        self, interaction: Interaction, entry: str = "", member: discord.User | None = None
    ) -> None:
        await self.parts.sharing.command(interaction, entry, member)

    @edit.autocomplete("entry")
    @delete.autocomplete("entry")
    @share.autocomplete("entry")
    async def entries(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.reading.entries(interaction, current)

    @app_commands.command(description="Six tips for writing, and what helps with each")
    async def tips(self, interaction: Interaction) -> None:
        await self.parts.tips.show(interaction)

    @app_commands.command(description="Let me remind you to write, if you want that")
    @app_commands.describe(time="What time, such as 19:30", zone="Your time zone: a city near you")
    async def remind(self, interaction: Interaction, time: str = "", zone: str = "") -> None:
        await self.parts.remind.command(interaction, time, zone)

    @remind.autocomplete("zone")
    async def zones(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.parts.remind.zone_suggestions(interaction, current)

    @app_commands.command(description="Lock your journal")
    async def lock(self, interaction: Interaction) -> None:
        await self.parts.access.lock(interaction)

    @app_commands.command(
        description="Unlock your journal with your passphrase", extras={"opens_form": True}
    )
    async def unlock(self, interaction: Interaction) -> None:
        await self.parts.access.open_unlock(interaction, "")

    @app_commands.command(description="Close your journal with a passphrase of your own")
    async def passphrase(self, interaction: Interaction) -> None:
        await self.parts.access.about(interaction)

    @app_commands.command(description="Get your whole journal as a file")
    @app_commands.describe(format="What kind of file")
    @app_commands.choices(
        format=[
            app_commands.Choice(name="Markdown", value="md"),
            app_commands.Choice(name="JSON", value="json"),
        ]
    )
    async def export(self, interaction: Interaction, format: str = "md") -> None:
        await self.parts.reading.export(interaction, format)

    @app_commands.command(description="Erase your whole journal, for good")
    async def erase(self, interaction: Interaction) -> None:
        await self.parts.reading.erase(interaction)

    # -- what happens without a command -------------------------------------------------------

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.guild is None and not message.author.bot:
            await self.parts.letters.received(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if payload.guild_id is None:
            await self.parts.letters.edited(payload)

    @commands.Cog.listener()
    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        """Tell what a person has yet to hear about their reminders, whichever command it was."""
        if command.name == "remind":
            return  # It tells so itself.
        try:
            await self.parts.remind.tell(interaction)
        except UNREACHED as error:
            log.info("a person hears about their reminders later: %s", trace(error))


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(JournalCog(bot))
