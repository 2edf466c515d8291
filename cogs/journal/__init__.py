"""`/journal`: private writing, in a DM or in a server where only the writer sees the answers.

This file holds the commands; what they show and do lies beside it, a module for each part.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.journal import prompts
from bot.journal.rules import SEARCH_LIMIT
from bot.replies import Interaction, answer, button, row, trace, words_for
from bot.words import N_
from cogs.journal.access import Access
from cogs.journal.bringing import Bringing
from cogs.journal.letters import Letters
from cogs.journal.reading import Reading
from cogs.journal.remind import Remind
from cogs.journal.share import Sharing
from cogs.journal.share_inbox import ShareInbox
from cogs.journal.writing import Writing

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: The command that helps with each of the six tips.
_HELP = {
    "slow": N_(
        "/journal share takes a day before anybody reads. /journal remind reminds you later."
    ),
    "internal": N_("/journal passphrase closes your journal to everybody else."),
    "write": N_("/journal write, with a question to begin from or without."),
    "read": N_(
        "/reading next has one thing to read. /journal read and /journal search, for what you "
        "thought before."
    ),
    "listen": N_("/journal write keeps what somebody told you, in your own words."),
    "comrades": N_("/journal share asks your friend first whether they are up for it."),
}


class JournalCog(
    commands.GroupCog, group_name="journal", group_description="Private writing, for you alone"
):
    """The commands; each parses, calls a service and answers."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self.access = Access(bot)
        self.remind_view = Remind(bot)
        self.writing = Writing(bot, self.access, self.remind_view)
        self.reading = Reading(bot)
        self.letters = Letters(bot, self.remind_view)
        self.bringing = Bringing(bot)
        self.sharing = Sharing(bot, self.bringing)
        self.share_inbox = ShareInbox(bot, self.bringing)
        for part in (self.access, self.writing, self.reading, self.letters, self.remind_view):
            bot.controls.add(part)
        bot.controls.add(self.sharing)
        bot.controls.add(self.share_inbox)
        bot.waiting.add(self.share_inbox.waits)
        super().__init__()

    async def cog_load(self) -> None:
        self.bot.due.add("journals", self.bot.journal_keys.sweep)
        self.bot.due.add("reminders", self.remind_view.sweep)
        self.bot.due.add("shares", self.bringing.sweep)

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
        await self.writing.open(interaction, prompt)

    @write.autocomplete("prompt")
    async def write_prompts(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.writing.prompts(interaction, current)

    @app_commands.command(description="Read what you wrote, newest first")
    @app_commands.describe(month="Only this month")
    async def read(self, interaction: Interaction, month: str = "") -> None:
        await self.reading.read(interaction, month)

    @app_commands.command(description="Find what you wrote")
    @app_commands.describe(text="The words you look for", month="Only this month")
    async def search(
        self,
        interaction: Interaction,
        text: app_commands.Range[str, 1, SEARCH_LIMIT],
        month: str = "",
    ) -> None:
        await self.reading.search(interaction, text, month)

    @read.autocomplete("month")
    @search.autocomplete("month")
    async def months(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.reading.months(interaction, current)

    @app_commands.command(description="Change something you wrote", extras={"opens_form": True})
    @app_commands.describe(entry="Which one")
    async def edit(self, interaction: Interaction, entry: str) -> None:
        await self.writing.edit(interaction, entry)

    @app_commands.command(description="Delete something you wrote")
    @app_commands.describe(entry="Which one")
    async def delete(self, interaction: Interaction, entry: str) -> None:
        await self.reading.delete(interaction, entry)

    @app_commands.command(description="Share an entry with one friend, slowly")
    @app_commands.describe(entry="Which one", member="Your friend; they are asked first")
    async def share(
        self, interaction: Interaction, entry: str = "", member: discord.User | None = None
    ) -> None:
        await self.sharing.command(interaction, entry, member)

    @edit.autocomplete("entry")
    @delete.autocomplete("entry")
    @share.autocomplete("entry")
    async def entries(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.reading.entries(interaction, current)

    @app_commands.command(description="Six tips for writing, and what helps with each")
    async def tips(self, interaction: Interaction) -> None:
        words = words_for(interaction)
        tips = prompts.tips(words.language)
        await answer(
            interaction,
            *(f"**{tip.name}**\n{tip.text}\n-# {words(_HELP[tip.id])}" for tip in tips),
            row(button(words("Write"), "journal-write")),
            words("What you write to me in a DM:"),
            row(await self.letters.habit_menu(words, interaction.user.id)),
        )

    @app_commands.command(description="Let me remind you to write, if you want that")
    @app_commands.describe(time="What time, such as 19:30", zone="Your time zone: a city near you")
    async def remind(self, interaction: Interaction, time: str = "", zone: str = "") -> None:
        await self.remind_view.command(interaction, time, zone)

    @remind.autocomplete("zone")
    async def zones(self, interaction: Interaction, current: str) -> list[Any]:
        return await self.remind_view.zone_suggestions(interaction, current)

    @app_commands.command(description="Lock your journal")
    async def lock(self, interaction: Interaction) -> None:
        await self.access.lock(interaction)

    @app_commands.command(
        description="Unlock your journal with your passphrase", extras={"opens_form": True}
    )
    async def unlock(self, interaction: Interaction) -> None:
        await self.access.open_unlock(interaction, "")

    @app_commands.command(description="Close your journal with a passphrase of your own")
    async def passphrase(self, interaction: Interaction) -> None:
        await self.access.about(interaction)

    @app_commands.command(description="Get your whole journal as a file")
    @app_commands.describe(format="What kind of file")
    @app_commands.choices(
        format=[
            app_commands.Choice(name="Markdown", value="md"),
            app_commands.Choice(name="JSON", value="json"),
        ]
    )
    async def export(self, interaction: Interaction, format: str = "md") -> None:
        await self.reading.export(interaction, format)

    @app_commands.command(description="Erase your whole journal, for good")
    async def erase(self, interaction: Interaction) -> None:
        await self.reading.erase(interaction)

    # -- what happens without a command -------------------------------------------------------

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.guild is None and not message.author.bot:
            await self.letters.received(message)

    @commands.Cog.listener()
    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        if payload.guild_id is None:
            await self.letters.edited(payload)

    @commands.Cog.listener()
    async def on_app_command_completion(
        self,
        interaction: Interaction,
        command: app_commands.Command[Any, ..., Any] | app_commands.ContextMenu,
    ) -> None:
        """Tell, once, what a person has yet to hear about their reminders."""
        if not command.qualified_name.startswith("journal "):
            return
        notice = await self.remind_view.notice(interaction)
        if notice:
            await interaction.followup.send(notice, ephemeral=True)


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(JournalCog(bot))
