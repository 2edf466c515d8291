"""`/rules`: the rules in force, the moderators' panel, its history, and what the bot lacks.

This file holds the commands and the panel; what they say, offer and check lies beside it.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands, ui
from discord.ext import commands

from bot.due import BATCH
from bot.governance.rules import RULES, Kind, Rule, ValueFault
from bot.governance.service import Outcome
from bot.replies import (
    FORM_SECONDS,
    NOBODY,
    UNREACHED,
    Card,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    control,
    custom_id,
    form_values,
    in_server,
    moment,
    not_found,
    page_number,
    pager,
    row,
    trace,
    words_for,
)
from bot.words import N_, speak
from cogs.rules import checkup
from cogs.rules.choices import NO_SUCH_ROLE, changer, may_name
from cogs.rules.says import change_in_words, value_in_words

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

_PAGE = 10
_FLOOR = N_(
    "**What moderators can't do**\n"
    "They can't answer for you, loosen your flag, or see requests, ledgers or who blocks whom. "
    "They can't decide for an affinity group, and I don't show them who is in one. "
    "(Administrators of the server can open every channel, a group's too.) "
    "They can set these rules only within bounds they can't move, and the same for everybody. "
    "Every change is kept with its author: /rules history shows it."
)
_FAULTS = {
    ValueFault.NOT_A_NUMBER: N_("Please write a whole number from {low} to {high}."),
    ValueFault.OUT_OF_BOUNDS: N_("Please write a whole number from {low} to {high}."),
    ValueFault.NOT_AN_OPTION: N_("That is not one of the choices. Please choose from the menu."),
    ValueFault.TOO_MANY: N_("That is too many. Please choose fewer."),
}


class RulesCog(commands.GroupCog, group_name="rules", group_description="The rules of this server"):
    """Moderators set the floor, openly (law 3)."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        super().__init__()

    async def cog_load(self) -> None:
        self.bot.due.add("announcements", self.announce_due)

    @app_commands.command(description="Every rule in force, and what moderators can't do")
    async def show(self, interaction: Interaction) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        settings = await self.bot.governance.settings(guild.id)
        lines = [
            f"**{words(rule.label)}:** {value_in_words(words, rule, settings[name].value)}\n"
            f"-# {words(rule.about)}"
            for name, rule in RULES.items()
        ]
        await answer(interaction, *lines, words(_FLOOR))

    @app_commands.command(description="Change the rules of this server (Manage Server)")
    async def edit(self, interaction: Interaction) -> None:
        await self._panel(interaction)

    @app_commands.command(description="Who changed which rule, and when")
    async def history(self, interaction: Interaction) -> None:
        await self._history(interaction, 0)

    @app_commands.command(
        name="check", description="What the bot lacks here, and what stops (Manage Server)"
    )
    async def check(self, interaction: Interaction) -> None:
        guild, words = self._moderated(interaction), words_for(interaction)
        settings = await self.bot.governance.settings(guild.id)
        content = self.bot.intents.message_content
        await answer(interaction, *checkup.report(words, guild, settings, message_content=content))

    # -- the panel --------------------------------------------------------------------------

    @control("rules")
    async def back_to_panel(self, interaction: Interaction, key: str) -> None:
        await self._panel(interaction)

    async def _panel(self, interaction: Interaction, first: str = "") -> None:
        guild, words = self._moderated(interaction), words_for(interaction)
        settings = await self.bot.governance.settings(guild.id)
        lines = [
            f"**{words(rule.label)}:** {value_in_words(words, rule, settings[name].value)}"
            for name, rule in RULES.items()
        ]
        menu: ui.Select[Any] = ui.Select(
            custom_id=custom_id("rule"),
            placeholder=words("Choose a rule to change"),
            options=[
                discord.SelectOption(
                    label=words(rule.label), value=name, description=words(rule.about)[:100]
                )
                for name, rule in RULES.items()
            ],
        )
        note = words("Every change is posted in the announcement channel and kept in the history.")
        parts = [first, "\n".join(lines), note] if first else ["\n".join(lines), note]
        await answer(interaction, *parts, row(menu))

    @control("rule")
    async def open_rule(self, interaction: Interaction, key: str) -> None:
        """One rule, with what changes it."""
        guild, words = self._moderated(interaction), words_for(interaction)
        picked = chosen(interaction)
        rule = RULES.get(picked[0] if picked else key)
        if rule is None:
            raise not_found(interaction)
        setting = (await self.bot.governance.settings(guild.id))[rule.name]
        now = words("Now: {value}", value=value_in_words(words, rule, setting.value))
        await answer(
            interaction,
            f"**{words(rule.label)}**\n{words(rule.about)}\n{now}",
            row(changer(words, guild, rule, setting)),
            row(button(words("Back to the rules"), "rules")),
        )

    @control("set-rule")
    async def set_by_menu(self, interaction: Interaction, key: str) -> None:
        await self._set(interaction, key, ",".join(chosen(interaction)))

    @control("number-rule", opens_form=True)
    async def open_number(self, interaction: Interaction, key: str) -> None:
        """The form for a number, with its bounds."""
        guild, words = self._moderated(interaction), words_for(interaction)
        rule, _ = _parse(interaction, key)
        if rule.kind is not Kind.NUMBER:
            raise not_found(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            setting = (await self.bot.governance.settings(guild.id))[rule.name]
        await interaction.response.send_modal(
            Form(
                words(rule.label),
                "numbered-rule",
                key,
                ui.Label(
                    text=words("A number from {low} to {high}", low=rule.low, high=rule.high),
                    component=ui.TextInput(custom_id="number", default=setting.value, max_length=6),
                ),
            )
        )

    @control("numbered-rule")
    async def set_by_form(self, interaction: Interaction, key: str) -> None:
        typed = form_values(interaction).get("number")
        await self._set(interaction, key, typed.strip() if isinstance(typed, str) else "")

    async def _set(self, interaction: Interaction, key: str, value: str) -> None:
        guild, words = self._moderated(interaction), words_for(interaction)
        rule, revision = _parse(interaction, key)
        if not may_name(guild, rule, value):
            is_role = rule.kind is Kind.ROLE
            raise Refused(words(NO_SUCH_ROLE if is_role else _FAULTS[ValueFault.NOT_AN_OPTION]))
        changed = await self.bot.governance.change(
            guild.id, rule.name, value, interaction.user.id, revision
        )
        if changed.fault is not None:
            raise Refused(words(_FAULTS[changed.fault], low=rule.low, high=rule.high))
        if changed.outcome is Outcome.STALE:
            await self._panel(
                interaction,
                words(
                    "Somebody else changed this rule in the meantime, so I left it as it is. Look:"
                ),
            )
            return
        if changed.change is None:
            await self._panel(interaction, words("It was like that already. Nothing was changed."))
            return
        await self._announce(changed.change.id)
        await self._panel(interaction, change_in_words(words, changed.change))

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
        lines = [
            f"- {moment(change.changed_at)}: {change_in_words(words, change)}"
            for change in changes[:_PAGE]
        ]
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

    # -- helpers ----------------------------------------------------------------------------

    def _moderated(self, interaction: Interaction) -> discord.Guild:
        """The server, for those who may change its rules. Raises Refused for everybody else."""
        guild = in_server(interaction)
        if not interaction.permissions.manage_guild:
            words = words_for(interaction)
            raise Refused(
                words(
                    "Changing rules needs the permission Manage Server. "
                    "/rules show has the rules in force for everybody to read."
                )
            )
        return guild


def _parse(interaction: Interaction, key: str) -> tuple[Rule, int]:
    name, _, revision = key.partition(".")
    rule = RULES.get(name)
    if rule is None or not revision.isdigit():
        raise not_found(interaction)
    return rule, int(revision)


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(RulesCog(bot))
