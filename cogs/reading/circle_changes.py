"""Moving and cancelling a reading circle: for its host, and for whoever manages events."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

import discord
from discord import ui

from bot import text, zones
from bot.reading import circle_rules as rules
from bot.reading import when
from bot.reading.circle_rules import State
from bot.reading.circles import Circle
from bot.reading.when import Reading
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    confirm,
    control,
    form_values,
    moment,
    number,
    row,
    words_for,
)
from bot.words import N_, Words
from cogs.reading import circle_says as says
from cogs.reading.circle_keeper import Keeper

if TYPE_CHECKING:
    from bot.app import Firsthand

GONE = N_(
    "I know of no such reading circle here. It may be over or cancelled; /reading circle starts "
    "another one."
)
POSTING = N_("It is just being posted. Please try again in a minute.")
_UTC = "UTC"
_NO_ZONE = N_(
    "I don't know that time zone. Name a city near you, such as Santiago or Berlin, or leave it "
    "out for UTC."
)


class Time(NamedTuple):
    """A typed time, and the zone it was understood in. `zoned`: somebody chose it."""

    reading: Reading
    zone: str
    zoned: bool


async def understand(words: Words, typed: str, zone: str) -> Time:
    """What was typed, in the time of a zone; no zone: UTC. Raises Refused for an unknown one."""
    now = int(discord.utils.utcnow().timestamp())
    wanted = text.clean(zone)
    # The first one reads the zones there are, a few hundred small files.
    name = await asyncio.to_thread(zones.named, wanted) if wanted else _UTC
    rules_of_zone = None if name is None else zones.load(name)
    if name is None or rules_of_zone is None:
        raise Refused(words(_NO_ZONE))
    return Time(when.read(text.clean(typed), now, rules_of_zone), name, bool(wanted))


class Changes:
    """What *Change*, below the post, leads to."""

    def __init__(self, bot: Firsthand, keeper: Keeper) -> None:
        self.bot = bot
        self.keeper = keeper

    @control("circle-change")
    async def change(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        circle = await self._mine(interaction, key)
        await answer(
            interaction,
            words(
                "The circle begins {when}. Whoever joined is told once if you move or cancel it.",
                when=moment(circle.starts_at, "F"),
            ),
            row(
                button(words("Move it"), "circle-move", circle.id),
                button(words("Cancel it"), "circle-cancel", circle.id),
                button(words("Never mind"), "never-mind"),
            ),
        )

    @control("circle-move", opens_form=True)
    async def open_move(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            circle = await self._mine(interaction, key)
        await interaction.response.send_modal(
            Form(
                words("Move the reading circle"),
                "circle-moved",
                circle.id,
                ui.Label(
                    text=words("New day and time"),
                    description=words("Such as 28 Nov 19:00, or Saturday 6:30 pm"),
                    component=ui.TextInput(custom_id="when", max_length=when.LONGEST),
                ),
                ui.Label(
                    text=words("Time zone"),
                    description=words("A city near you, such as Santiago; nothing means UTC"),
                    component=ui.TextInput(custom_id="zone", max_length=60, required=False),
                ),
            )
        )

    @control("circle-moved")
    async def moved(self, interaction: Interaction, key: str) -> None:
        """Show how the new time was understood, before anybody is told."""
        words = words_for(interaction)
        circle = await self._mine(interaction, key)
        typed = form_values(interaction)
        time = await understand(words, str(typed.get("when", "")), str(typed.get("zone", "")))
        found = time.reading.understood
        if found is None or time.reading.fault is not None:
            raise Refused(says.not_understood(words, time.reading))
        await answer(
            interaction,
            words(
                "The circle would begin {when}. On your clock: {here}. Whoever joined is told.",
                when=says.understood(words, found, time.zone),
                here=moment(found.moment, "F"),
            ),
            row(
                button(
                    words("Move it"),
                    "circle-move-now",
                    f"{circle.id}.{circle.revision}.{found.moment}",
                    discord.ButtonStyle.primary,
                ),
                button(words("Another time"), "circle-move", circle.id),
                button(words("Never mind"), "never-mind"),
            ),
        )

    @control("circle-move-now")
    async def move(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        circle_id, _, rest = key.partition(".")
        revision, _, moment_typed = rest.partition(".")
        circle = await self._mine(interaction, circle_id)
        starts_at = number(interaction, moment_typed)
        now = int(discord.utils.utcnow().timestamp())
        fault = when.range_fault(starts_at, now)
        if fault is not None:
            raise Refused(says.not_understood(words, Reading(None, fault)))
        if circle.starts_at != starts_at:
            seen = circle._replace(revision=number(interaction, revision))
            if await self.bot.circles.move(seen, starts_at, me) is None:
                raise Refused(
                    words("It was changed meanwhile, so nothing was moved. Press *Change* again.")
                )
        problem = await self.keeper.settle(circle.id)
        done = words(
            "Moved: it begins {when}. Whoever joined is told.", when=moment(starts_at, "F")
        )
        await answer(interaction, done, *([] if problem is None else [problem.text(words)]))

    @control("circle-cancel")
    async def ask_cancel(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        circle = await self._mine(interaction, key)
        await confirm(
            interaction,
            words(
                "Cancel the circle of {when}? The event goes, the post says so, and whoever joined "
                "is told once. What was written in the thread stays.",
                when=moment(circle.starts_at, "F"),
            ),
            words("Cancel it"),
            "circle-cancel-now",
            circle.id,
        )

    @control("circle-cancel-now")
    async def cancel(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        known = await self.bot.circles.get(key)
        cancelled = known is not None and known.state is State.CANCELLED
        circle = known if cancelled else await self._mine(interaction, key)
        assert circle is not None
        if not self._may_change(interaction, circle):
            raise Refused(words(GONE))
        if not cancelled and await self.bot.circles.cancel(circle.id, me) is None:
            raise Refused(words(GONE))
        problem = await self.keeper.settle(circle.id)
        done = words("Cancelled. Whoever joined is told once.")
        await answer(interaction, done, *([] if problem is None else [problem.text(words)]))

    async def _mine(self, interaction: Interaction, circle_id: str) -> Circle:
        """A circle ahead that this person may change. Raises Refused."""
        words = words_for(interaction)
        circle = await self.bot.circles.get(circle_id)
        if (
            circle is None
            or circle.guild_id != interaction.guild_id
            or circle.state in (State.DRAFT, State.FAILED)
        ):
            raise Refused(words(GONE))
        if not self._may_change(interaction, circle):
            raise Refused(
                words(
                    "Only whoever started this circle, or somebody with Manage Events or Manage "
                    "Server, can move or cancel it. *Leave* takes you out of it."
                )
            )
        now = int(discord.utils.utcnow().timestamp())
        if circle.state is State.MAKING:
            raise Refused(words(POSTING))
        if circle.state is not State.OPEN:
            raise Refused(words(GONE))
        if circle.starts_at <= now:
            raise Refused(words("It has begun, so it can't be moved or cancelled any more."))
        return circle

    def _may_change(self, interaction: Interaction, circle: Circle) -> bool:
        if circle.guild_id != interaction.guild_id:
            return False
        can = interaction.permissions
        return rules.may_change(
            circle.host_id, interaction.user.id, moderates=can.manage_events or can.manage_guild
        )
