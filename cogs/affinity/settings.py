"""A group's settings: shown to its members, and changed by asking the group."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import ui

from bot import text
from bot.affinity import rules
from bot.affinity.questions import Body
from bot.affinity.rules import Admission, Kind, Quorum, Refusal
from bot.affinity.service import Known
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
    literal,
    moment,
    not_found,
    row,
    words_for,
)
from bot.words import Words
from cogs.affinity import says
from cogs.affinity.asking import Questioning
from cogs.affinity.which import Part

#: What each menu offers, as it stands in the menu: the setting's own value behind it.
_OPTIONS: dict[str, dict[str, Any]] = {
    "listed": {"no": False, "yes": True},
    "admission": {each.value: each for each in Admission},
    "quorum": {each.value: each for each in Quorum},
    "disappear_days": {str(days): days for days in rules.DISAPPEAR},
}


class GroupSettings(Part):
    """Every change is a proposal to the group."""

    def __init__(self, bot: Any, keeper: Any, questioning: Questioning) -> None:
        super().__init__(bot, keeper)
        self.questioning = questioning

    async def show(self, interaction: Interaction, known: Known) -> None:
        words = words_for(interaction)
        rename = button(words("Change name or purpose"), "group-rename", known.id)
        await answer(
            interaction,
            words("**Settings of {group}**", group=literal(known.name)),
            says.settings(words, known.settings),
            words("Choosing something else asks the group, and nothing changes before it agrees."),
            *(row(_menu(words, known, field)) for field in _OPTIONS),
            row(rename),
        )

    @control("group-settings")
    async def open(self, interaction: Interaction, key: str) -> None:
        await self.show(interaction, await self.keyed(interaction, key))

    @control("group-setting")
    async def choose(self, interaction: Interaction, key: str) -> None:
        """Something was chosen in one of the menus."""
        group_id, _, field = key.partition(".")
        known = await self.keyed(interaction, group_id)
        picked = chosen(interaction)
        options = _OPTIONS.get(field, {})
        if not picked or picked[0] not in options:
            raise not_found(interaction)
        await self._propose(interaction, known, {field: options[picked[0]]})

    @control("group-rename", opens_form=True)
    async def open_rename(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            known = await self.keyed(interaction, key)
        await interaction.response.send_modal(
            Form(
                text.shorten(words("Name and purpose"), 45),
                "group-renamed",
                known.id,
                ui.Label(
                    text=words("Name"),
                    description=words("The channel is called by it, too."),
                    component=ui.TextInput(
                        custom_id="name",
                        default=text.clean(known.name),
                        max_length=rules.NAME_LIMIT,
                    ),
                ),
                ui.Label(
                    text=words("Purpose"),
                    description=words("What the group is for, in a line or two."),
                    component=ui.TextInput(
                        custom_id="purpose",
                        default=known.settings.purpose,
                        max_length=rules.PURPOSE_LIMIT,
                    ),
                ),
            )
        )

    @control("group-renamed")
    async def rename(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        known = await self.keyed(interaction, key)
        values = form_values(interaction)
        limits = {"name": rules.NAME_LIMIT, "purpose": rules.PURPOSE_LIMIT}
        wanted = {
            field: says.plain_line(words, field, values.get(field), limit)
            for field, limit in limits.items()
        }
        await self._propose(interaction, known, wanted)

    async def _propose(
        self, interaction: Interaction, known: Known, wanted: dict[str, Any]
    ) -> None:
        """Ask the group for what differs from now."""
        now = known.settings._asdict()
        differs = {field: value for field, value in wanted.items() if now[field] != value}
        if not differs:
            words = words_for(interaction)
            raise Refused(words("It is like that already, so there is nothing to ask."))
        asked = await self.bot.group_asking.propose(
            known.id, interaction.user.id, Kind.SETTINGS, Body(settings=differs)
        )
        if asked.permit.refusal is Refusal.RESTS:
            words = words_for(interaction)
            raise Refused(
                words(
                    "A moderator has taken this group off the list, so it can't be in it for now. "
                    "You can propose that again from {when} on; until then, /affinity invite asks "
                    "people in.",
                    when=moment(asked.permit.until or 0),
                )
            )
        await self.questioning.opened(interaction, known, asked)


def _menu(words: Words, known: Known, field: str) -> ui.Select[Any]:
    now = getattr(known.settings, field)
    return ui.Select(
        custom_id=custom_id("group-setting", f"{known.id}.{field}"),
        placeholder=words(says.FIELDS[field]),
        options=[
            discord.SelectOption(
                label=text.shorten(says.value(words, field, value), 100),
                description=words(says.FIELDS[field])[:100],
                value=name,
                default=value == now,
            )
            for name, value in _OPTIONS[field].items()
        ],
    )
