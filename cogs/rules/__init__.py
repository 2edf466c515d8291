"""`/rules`: the rules in force, the moderators' panel, its history, and what the bot lacks.

This file holds the commands, the history and the announcements; the panel, and what all of them
say, offer and check, lie beside it.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.due import BATCH
from bot.governance.rules import CHANNELS_LIMIT, GROUPS, RULES
from bot.governance.service import Change
from bot.replies import (
    NOBODY,
    UNREACHED,
    Card,
    Interaction,
    answer,
    control,
    in_server,
    moment,
    page_number,
    pager,
    trace,
    words_for,
)
from bot.words import N_, Words, speak
from cogs.rules import checkup, noticing
from cogs.rules.panel import Panel, moderated
from cogs.rules.says import FEW, change_in_words, value_in_words

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Changes on a page of the history, and the characters that lists of channels may take there.
_PAGE, _CHARACTERS = 10, 3400
_FLOOR = N_(
    "**What moderators can't do**\n"
    "They can't answer for you, loosen your flag, or see requests, ledgers or who blocks whom. "
    "They can't decide for an affinity group, and I don't show them who is in one. "
    "(Administrators of the server can open every channel, a group's too.) "
    "They can set these rules only within bounds they can't move, and the same for everybody. "
    "Every change is kept with its author: /rules history shows it."
)


class RulesCog(commands.GroupCog, group_name="rules", group_description="The rules of this server"):
    """Moderators set the floor, openly (law 3)."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self.panel = Panel(bot, self._announce)
        bot.controls.add(self.panel)
        super().__init__()

    async def cog_load(self) -> None:
        self.bot.due.add("announcements", self.announce_due)

    @app_commands.command(description="Every rule in force, and what moderators can't do")
    async def show(self, interaction: Interaction) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        settings = await self.bot.governance.settings(guild.id)
        parts = [
            "\n".join(
                f"**{words(rule.label)}:** "
                f"{value_in_words(words, rule, settings[rule.name].value, FEW)}\n"
                f"-# {words(rule.about)}"
                for rule in RULES.values()
                if rule.group is group
            )
            for group in GROUPS
        ]
        await answer(interaction, *parts, words(_FLOOR))

    @app_commands.command(description="Change the rules of this server (Manage Server)")
    async def edit(self, interaction: Interaction) -> None:
        await self.panel.show(interaction)

    @app_commands.command(description="Who changed which rule, and when")
    async def history(self, interaction: Interaction) -> None:
        await self._history(interaction, 0)

    @app_commands.command(
        name="check", description="What the bot lacks here, and what stops (Manage Server)"
    )
    async def check(self, interaction: Interaction) -> None:
        guild, words = moderated(interaction), words_for(interaction)
        settings = await self.bot.governance.settings(guild.id)
        door = await noticing.looked_at(self.bot, guild.id)
        content = self.bot.intents.message_content
        report = checkup.report(words, guild, settings, door, message_content=content)
        await answer(interaction, *report)

    @app_commands.command(name="try", description="What noticing would say about a text, and why")
    @app_commands.describe(text="Any text, with somebody mentioned in it")
    async def try_text(self, interaction: Interaction, text: str) -> None:
        await noticing.try_text(self.bot, interaction, text)

    # -- history and announcements ----------------------------------------------------------

    @control("history")
    async def turn_history(self, interaction: Interaction, key: str) -> None:
        await self._history(interaction, page_number(interaction, key))

    async def _history(self, interaction: Interaction, page: int) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        changes = await self.bot.governance.history(guild.id, most=_PAGE + 1, skip=page * _PAGE)
        if not changes:
            await answer(
                interaction,
                words("No rule has been changed so far. /rules show has the rules in force."),
            )
            return
        lines = _history(words, changes[:_PAGE])
        if sum(map(len, lines)) > _CHARACTERS:
            lines = _history(words, changes[:_PAGE], FEW)
        more = len(changes) > _PAGE
        await answer(interaction, "\n".join(lines), *pager(words, "history", page, more=more))

    async def announce_due(self) -> None:
        """Post the changes that could not be posted at once."""
        for change_id in await self.bot.governance.due_changes(BATCH):
            await self._announce(change_id)

    async def _announce(self, change_id: str) -> None:
        change = await self.bot.governance.take_change(change_id)
        if change is None:
            return
        charter = await self.bot.governance.charter(change.guild_id)
        if charter.announcement_channel is None:
            await self.bot.governance.announced(change)
            return
        channel = self.bot.get_partial_messageable(
            charter.announcement_channel, guild_id=change.guild_id
        )
        card = Card(change_in_words(speak(charter.language), change))
        try:
            # The nonce: if only Discord's answer was lost, trying again does not post it twice.
            await channel.send(view=card, allowed_mentions=NOBODY, nonce=change.id)
        except UNREACHED as error:
            log.info("an announcement waits: %s", trace(error))
            await self.bot.governance.not_announced(change)
            return
        await self.bot.governance.announced(change)


def _history(words: Words, changes: Sequence[Change], most: int = CHANNELS_LIMIT) -> list[str]:
    return [
        f"- {moment(change.changed_at)}: {change_in_words(words, change, most)}"
        for change in changes
    ]


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(RulesCog(bot))
