"""Who is in, being away for a while, and leaving."""

from __future__ import annotations

import datetime
import re
from typing import Any

import discord
from discord import ui

from bot.affinity import rules
from bot.affinity.rolls import Member
from bot.affinity.service import Known
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    confirm,
    control,
    custom_id,
    literal,
    moment,
    not_found,
    row,
    words_for,
)
from bot.suggestions import offer
from bot.words import N_, Words
from cogs.affinity import says
from cogs.affinity.decisions import Decisions
from cogs.affinity.fitting import lines
from cogs.affinity.which import Part

#: The value that ends an absence.
BACK = "back"
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: Days until people are back, as they are offered.
_ABSENCES = {
    1: N_("tomorrow"),
    3: N_("in three days"),
    7: N_("in a week"),
    14: N_("in two weeks"),
    30: N_("in a month"),
}
_LIST = 3500


class Leaving(Part):
    """Members, absences, goodbyes."""

    def __init__(self, bot: Any, keeper: Any, decisions: Decisions) -> None:
        super().__init__(bot, keeper)
        self.decisions = decisions

    # -- members ----------------------------------------------------------------------------

    async def show_members(self, interaction: Interaction, known: Known) -> None:
        words = words_for(interaction)
        members = await self.bot.groups.members(known.id)
        now = int(discord.utils.utcnow().timestamp())
        listing = [_line(words, member, now) for member in members]
        parts: list[str | ui.Item[Any]] = [
            words("**Members of {group}**", group=literal(known.name)),
            lines(words, listing, _LIST),
        ]
        if known.group.state == "lost":
            parts += [
                words("Its channel is gone."),
                row(button(words("Open a new channel"), "group-reopen", known.id)),
            ]
        await answer(interaction, *parts)

    @control("group-members")
    async def members(self, interaction: Interaction, key: str) -> None:
        await self.show_members(interaction, await self.keyed(interaction, key))

    # -- being away -------------------------------------------------------------------------

    async def suggestions(
        self, interaction: Interaction, current: str
    ) -> list[discord.app_commands.Choice[str]]:
        """Days to be back, in words and as a date; a date that was typed comes first."""
        typed = current.strip().casefold()
        found = _absences(words_for(interaction))
        fitting = {day: name for day, name in found.items() if typed in name.casefold()}
        if typed not in found and _day(typed, _today()) is not None:
            fitting = {typed: typed, **fitting}
        return offer((name, day) for day, name in (fitting or found).items())

    async def away(self, interaction: Interaction, known: Known, until: str) -> None:
        """Not waited for until that day; `BACK` ends it."""
        words, me, typed = words_for(interaction), interaction.user.id, until.strip().casefold()
        day, today = _day(typed, _today()), _today()
        if typed != BACK and day is None:
            longest = today + datetime.timedelta(days=rules.LONGEST_AWAY)
            raise Refused(
                words(
                    "Please choose one of the days, or write the day you are back like this: "
                    "{example}. It lies after today, and at the latest on {longest}.",
                    example=f"`{today + datetime.timedelta(days=7)}`",
                    longest=f"`{longest}`",
                )
            )
        when = None if day is None else _seconds(day)
        if not await self.bot.groups.be_away(known.id, me, when):
            raise not_found(interaction)
        await self.bot.deciding.settle_group(known.id)
        await self.keeper.settle(known.id)
        group = says.named(known.name)
        await answer(
            interaction,
            words("Welcome back: {group} waits for your answers again.", group=group)
            if when is None
            else words(
                "You are away from {group} until {when}: it doesn't wait for your answers until "
                "then, and the others see that you are away. What you have answered still counts, "
                "and you can answer from afar. /affinity away ends it sooner.",
                group=group,
                when=moment(when, "D"),
            ),
        )

    @control("group-away")
    async def open_away(self, interaction: Interaction, key: str) -> None:
        """The button in the channel: until when?"""
        words = words_for(interaction)
        known = await self.keyed(interaction, key)
        menu: ui.Select[Any] = ui.Select(
            custom_id=custom_id("group-away-until", known.id),
            placeholder=words("I'm back"),
            options=[
                discord.SelectOption(label=name, value=day)
                for day, name in _absences(words).items()
            ],
        )
        await answer(
            interaction,
            words(
                "When are you back in {group}? Until then it doesn't wait for your answers. "
                "/affinity away takes any day.",
                group=says.named(known.name),
            ),
            row(menu),
        )

    @control("group-away-until")
    async def chose_away(self, interaction: Interaction, key: str) -> None:
        known = await self.keyed(interaction, key)
        picked = chosen(interaction)
        await self.away(interaction, known, picked[0] if picked else "")

    # -- leaving ----------------------------------------------------------------------------

    async def leave(self, interaction: Interaction, known: Known) -> None:
        """At once, and no reason asked."""
        words, me = words_for(interaction), interaction.user.id
        if not await self.bot.groups.leave(known.id, me):
            raise not_found(interaction)
        group = await self.bot.groups.row(known.id)
        ended = group is None or group.state == "closing"
        offers = [] if ended else await self.decisions.offers(interaction, known.id)
        if not ended:
            await self.bot.deciding.settle_group(known.id)
        said = words("You have left {group}.", group=says.named(known.name))
        if ended:
            said += " " + words(
                "You were the last one, so the group has ended: its channel goes, and what was "
                "said in its name loses its words."
            )
        else:
            said += " " + words(
                "The others see that you are no longer in it, and no reason. If you spoke for it, "
                "you no longer do."
            )
        # The answer first: it may stand in the channel that goes.
        await answer(interaction, said, *offers)
        await self.keeper.settle(known.id)

    @control("group-leave")
    async def ask_leave(self, interaction: Interaction, key: str) -> None:
        """The button in the channel is easily pressed, so it asks once."""
        words = words_for(interaction)
        known = await self.keyed(interaction, key)
        await confirm(
            interaction,
            words(
                "Do you want to leave {group}? It happens at once and needs no reason. To come "
                "back, you have to be invited, or knock.",
                group=says.named(known.name),
            ),
            words("Leave"),
            "group-left",
            known.id,
        )

    @control("group-left")
    async def left(self, interaction: Interaction, key: str) -> None:
        await self.leave(interaction, await self.keyed(interaction, key))


def _line(words: Words, member: Member, now: int) -> str:
    line = f"- <@{member.person_id}>"
    if member.away_until is not None and member.away_until > now:
        line += words(", away until {when}", when=moment(member.away_until, "D"))
    if member.gone_at is not None:
        line += words(", not in the server")
    return line


def _absences(words: Words) -> dict[str, str]:
    """What is offered, by its value."""
    today = _today()
    days = {str(today + datetime.timedelta(days=count)): name for count, name in _ABSENCES.items()}
    found = {day: f"{words(name)} ({day})" for day, name in days.items()}
    return {**found, BACK: words("I'm back now")}


def _today() -> datetime.date:
    return discord.utils.utcnow().date()


def _day(typed: str, today: datetime.date) -> datetime.date | None:
    """A day somebody can be back on. None: it is none, or too early or too late."""
    if _DATE.fullmatch(typed) is None:
        return None
    try:
        day = datetime.date.fromisoformat(typed)
    except ValueError:
        return None
    longest = today + datetime.timedelta(days=rules.LONGEST_AWAY)
    return day if today < day <= longest else None


def _seconds(day: datetime.date) -> int:
    """When that day begins (UTC)."""
    start = datetime.datetime.combine(day, datetime.time(), datetime.UTC)
    return int(start.timestamp())
