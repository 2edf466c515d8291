"""The panel `/rules edit`: every rule with its value and bounds, and one place to change each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.governance import ANNOUNCEMENT
from bot.governance.rules import (
    CHANGES_A_DAY,
    GROUPS,
    RULES,
    Charter,
    Group,
    Kind,
    Rule,
    ValueFault,
)
from bot.governance.service import Outcome, Setting
from bot.noticing import DOOR
from bot.noticing.doors import FOLLOWED
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    control,
    custom_id,
    form_values,
    in_seen_server,
    moment,
    not_found,
    page_number,
    pager,
    row,
    words_for,
)
from bot.words import N_, Words
from bot.work.queue import Todo
from cogs.rules import noticing
from cogs.rules.choices import NO_SUCH_ROLE, changer, may_name
from cogs.rules.says import FEW, bounds_in_words, change_in_words, value_in_words

if TYPE_CHECKING:
    from bot.app import Firsthand

#: Characters of rules on a page, and of what is said above them. Discord allows 4,000 in all.
_PAGE, _FIRST = 2700, 900
_FAULTS = {
    ValueFault.NOT_A_NUMBER: N_("Please write a whole number from {low} to {high}."),
    ValueFault.OUT_OF_BOUNDS: N_("Please write a whole number from {low} to {high}."),
    ValueFault.NOT_AN_OPTION: N_("That is not one of the choices. Please choose from the menu."),
    ValueFault.TOO_MANY: N_("That is too many. Please choose fewer."),
}


def moderated(interaction: Interaction) -> discord.Guild:
    """The server, for those who may change its rules. Raises Refused for everybody else.

    Many rules name channels or a role, so it has to be one that Discord shows.
    """
    guild = in_seen_server(interaction)
    if not interaction.permissions.manage_guild:
        words = words_for(interaction)
        raise Refused(
            words(
                "Changing rules needs the permission Manage Server. "
                "/rules show has the rules in force for everybody to read."
            )
        )
    return guild


class Panel:
    """Shows the rules to moderators, and takes their changes."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    @control("rules")
    async def turn(self, interaction: Interaction, key: str) -> None:
        await self.show(interaction, page_number(interaction, key or "0"))

    async def show(self, interaction: Interaction, page: int = 0, first: str = "") -> None:
        """A page of the panel; `first` stands above it."""
        guild, words = moderated(interaction), words_for(interaction)
        settings = await self.bot.governance.settings(guild.id)
        notes = {Group.NOTICING: await self._standing(words, guild.id, settings)}
        pages = _pages([_group(words, group, settings, notes.get(group, "")) for group in GROUPS])
        page = min(page, len(pages) - 1)
        menu: ui.Select[Any] = ui.Select(
            custom_id=custom_id("rule"),
            placeholder=words("Choose a rule to change"),
            options=[
                discord.SelectOption(
                    label=words(rule.label), value=rule.name, description=words(rule.about)[:100]
                )
                for group in GROUPS
                for rule in RULES.values()
                if rule.group is group
            ],
        )
        await answer(
            interaction,
            first,
            pages[page],
            words("Every change is posted in the announcement channel and kept in the history."),
            row(menu),
            *pager(words, "rules", page, more=page < len(pages) - 1),
        )

    @control("rule")
    async def open_rule(self, interaction: Interaction, key: str) -> None:
        """One rule, with what changes it."""
        moderated(interaction)
        picked = chosen(interaction)
        rule = RULES.get(picked[0] if picked else key)
        if rule is None:
            raise not_found(interaction)
        await self._card(interaction, rule)

    async def _card(self, interaction: Interaction, rule: Rule, first: str = "") -> None:
        guild, words = moderated(interaction), words_for(interaction)
        settings = await self.bot.governance.settings(guild.id)
        setting = settings[rule.name]
        lines = [
            f"**{words(rule.label)}**",
            words(rule.about),
            words("Now: {value}", value=value_in_words(words, rule, setting.value)),
            words("Possible: {bounds}", bounds=bounds_in_words(words, rule)),
        ]
        back = [button(words("Back to the rules"), "rules")]
        if setting.value != rule.default:
            default = value_in_words(words, rule, rule.default)
            lines.append(words("Unless changed: {value}", value=default))
            back.insert(0, button(words("Reset"), "reset-rule", f"{rule.name}.{setting.revision}"))
        parts: list[str | ui.Item[Any]] = [
            first,
            "\n".join(lines),
            row(changer(words, guild, rule, setting)),
        ]
        if rule.group is Group.NOTICING:
            parts.insert(2, await self._standing(words, guild.id, settings))
            charter, door = _charter(settings), await self.bot.doors.get(guild.id)
            parts += noticing.mending(words, charter, door)
        await answer(interaction, *parts, row(*back))

    async def _standing(self, words: Words, guild_id: int, settings: Mapping[str, Setting]) -> str:
        door = await noticing.looked_at(self.bot, guild_id)
        content = self.bot.intents.message_content
        return noticing.standing(words, _charter(settings), door, message_content=content)

    # -- changing ---------------------------------------------------------------------------

    @control("set-rule")
    async def set_by_menu(self, interaction: Interaction, key: str) -> None:
        await self._set(interaction, key, ",".join(chosen(interaction)))

    @control("reset-rule")
    async def reset(self, interaction: Interaction, key: str) -> None:
        """Back to what holds where nobody changed anything."""
        moderated(interaction)
        rule, _ = _parse(interaction, key)
        await self._set(interaction, key, rule.default)

    @control("number-rule", opens_form=True)
    async def open_number(self, interaction: Interaction, key: str) -> None:
        """The form for a number, with its bounds."""
        guild, words = moderated(interaction), words_for(interaction)
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

    @control("door-again")
    async def make_again(self, interaction: Interaction, key: str) -> None:
        """The AutoMod rule that somebody deleted by hand."""
        guild = moderated(interaction)
        if not await self.bot.doors.make_again(guild.id):
            words = words_for(interaction)
            await self._card(
                interaction,
                RULES["noticing"],
                words("It was like that already. Nothing was changed."),
            )
            return
        await self.bot.worker.run(Todo(DOOR, str(guild.id)))
        await self._card(interaction, RULES["noticing"])

    async def _set(self, interaction: Interaction, key: str, value: str) -> None:
        guild, words = moderated(interaction), words_for(interaction)
        rule, revision = _parse(interaction, key)
        if not may_name(guild, rule, value):
            is_role = rule.kind is Kind.ROLE
            raise Refused(words(NO_SUCH_ROLE if is_role else _FAULTS[ValueFault.NOT_AN_OPTION]))
        changed = await self.bot.governance.change(
            guild.id, rule.name, value, interaction.user.id, revision
        )
        if changed.fault is not None:
            raise Refused(words(_FAULTS[changed.fault], low=rule.low, high=rule.high))
        if changed.outcome is Outcome.DAY_USED:
            raise Refused(
                words(
                    "You have changed {most} rules here within a day, and that is as many as one "
                    "moderator can. You can go on {when}; until then, another one can.",
                    most=CHANGES_A_DAY,
                    when=moment(changed.until or 0, "R"),
                )
            )
        if changed.outcome is Outcome.STALE:
            await self._card(
                interaction,
                rule,
                words(
                    "Somebody else changed this rule in the meantime, so I left it as it is. Look:"
                ),
            )
            return
        if changed.change is None:
            await self.show(
                interaction, first=words("It was like that already. Nothing was changed.")
            )
            return
        await self.bot.worker.run(Todo(ANNOUNCEMENT, changed.change.id))
        if rule.name in FOLLOWED:
            await self.bot.worker.run(Todo(DOOR, str(guild.id)))
        first = change_in_words(words, changed.change)
        if len(first) > _FIRST:
            first = change_in_words(words, changed.change, FEW)
        await self.show(interaction, first=first)


def _group(words: Words, group: Group, settings: Mapping[str, Setting], note: str) -> str:
    """The rules of a group: value, bounds, and what each does."""
    lines = [f"### {words(GROUPS[group])}"]
    for rule in RULES.values():
        if rule.group is group:
            value = value_in_words(words, rule, settings[rule.name].value, FEW)
            bounds = words("Possible: {bounds}", bounds=bounds_in_words(words, rule))
            lines += [
                f"**{words(rule.label)}:** {value}",
                f"-# {words(rule.about)} {bounds}",
            ]
    return "\n".join([*lines, *([note] if note else [])])


def _pages(groups: list[str]) -> list[str]:
    """The groups on pages that Discord takes; one that is larger than a page has it to itself."""
    pages = [groups[0]]
    for group in groups[1:]:
        if len(pages[-1]) + len(group) < _PAGE:
            pages[-1] += "\n" + group
        else:
            pages.append(group)
    return pages


def _charter(settings: Mapping[str, Setting]) -> Charter:
    return Charter({name: setting.value for name, setting in settings.items()})


def _parse(interaction: Interaction, key: str) -> tuple[Rule, int]:
    name, _, revision = key.partition(".")
    rule = RULES.get(name)
    if rule is None or not revision.isdigit():
        raise not_found(interaction)
    return rule, int(revision)
