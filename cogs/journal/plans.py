"""How a plan for reminders is shown: in sentences, and as a card that changes it."""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot import zones
from bot.journal import hours
from bot.journal.reminders import Reminder
from bot.replies import button, custom_id, moment, row
from bot.words import N_, Words

#: Monday first, as in a plan.
DAYS = (
    N_("Monday"),
    N_("Tuesday"),
    N_("Wednesday"),
    N_("Thursday"),
    N_("Friday"),
    N_("Saturday"),
    N_("Sunday"),
)
#: What the menu of quiet hours offers, by the values it sends.
QUIETS: dict[str, tuple[int, int] | None] = {
    "none": None,
    **{"{}-{}".format(*each): each for each in hours.QUIETS},
}


def card(words: Words, known: Reminder, *, allowed: bool) -> list[str | ui.Item[Any]]:
    """What is in force, and what changes it. `allowed`: the person takes DMs."""
    buttons: list[ui.Item[Any]] = [
        button(words("Stop reminders"), "remind-stop", str(known.person_id))
    ]
    if not allowed:
        allow = button(words("Allow DMs"), "remind-dms", style=discord.ButtonStyle.primary)
        buttons.insert(0, allow)
    return [
        _sentences(words, known, allowed=allowed),
        row(_days(words, known)),
        row(_quiets(words, known)),
        row(*buttons),
    ]


def next_one(known: Reminder) -> str:
    """When the next one comes, in the time of whoever looks."""
    return moment(known.due_at, "F")


def span(quiet: tuple[int, int]) -> str:
    """Quiet hours, such as 22:00–07:00."""
    return "–".join(map(hours.shown, quiet))


def _sentences(words: Words, known: Reminder, *, allowed: bool) -> str:
    plan = known.plan
    facts = {"time": hours.shown(plan.minute), "zone": zones.place(plan.zone)}
    if plan.days == hours.EVERY_DAY:
        when = words("Every day at {time} ({zone}).", **facts)
    else:
        days = ", ".join(words(DAYS[day]) for day in sorted(plan.days))
        when = words("{days} at {time} ({zone}).", days=days, **facts)
    if not allowed:
        comes = words(
            "But none will come: reminders are direct messages, and you don't allow me any yet. "
            "If you do, I also send you a DM when something else waits for you; /privacy dms "
            "stops both."
        )
    elif known.waiting is not None:
        comes = words(
            "One waits in your DMs with me. Until you press something on it or write in your "
            "journal, no other comes."
        )
    else:
        comes = words("The next one comes {when}.", when=next_one(known))
    if plan.quiet is None:
        quiet = words("There are no quiet hours: one that is late may come at any time.")
    else:
        quiet = words(
            "In your quiet hours, {quiet}, not even a late one comes.", quiet=span(plan.quiet)
        )
    change = words(
        "You can change days and quiet hours below, and the time with /journal remind again."
    )
    return "\n".join([words("**Journal reminders**"), when, comes, quiet, change])


def _days(words: Words, known: Reminder) -> ui.Select[Any]:
    return ui.Select(
        custom_id=custom_id("remind-days"),
        placeholder=words("Days"),
        max_values=len(DAYS),
        options=[
            discord.SelectOption(
                label=words(DAYS[day]), value=str(day), default=day in known.plan.days
            )
            for day in range(len(DAYS))
        ],
    )


def _quiets(words: Words, known: Reminder) -> ui.Select[Any]:
    return ui.Select(
        custom_id=custom_id("remind-quiet"),
        placeholder=words("Quiet hours"),
        options=[
            discord.SelectOption(
                label=words("No quiet hours")
                if quiet is None
                else words("Quiet hours: {quiet}", quiet=span(quiet)),
                value=value,
                default=quiet == known.plan.quiet,
            )
            for value, quiet in QUIETS.items()
        ],
    )
