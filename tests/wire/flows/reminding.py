"""The journal's reminders: wanted, changed, stopped; coming, and what is pressed on one."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.journal.reminders import Why
from tests.wire import diary as d
from tests.wire.flows.base import Step, flow, press
from tests.wire.stage import Stage
from tests.world import Answer


async def plan(s: Stage) -> Any:
    known = await s.world.bot.reminders.get(s.ana.id)
    return None if known is None else known.plan


async def is_set(s: Stage) -> bool:
    found = await plan(s)
    return found is not None and (found.minute, found.zone) == (19 * 60 + 30, d.ZONE)


@flow(is_set, d.speaks)
async def set_reminders(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal remind", time="19:30", zone=d.ZONE)


async def allowed_too(s: Stage) -> bool:
    return await is_set(s) and await s.world.bot.roster.dm_locale(s.ana.id) is not None


@flow(allowed_too, d.speaks)
async def set_reminders_and_allow_dms(s: Stage) -> AsyncIterator[Step]:
    card = await s.ana.slash("journal remind", time="19:30", zone=d.ZONE)
    yield card
    if d.has(card, "remind-dms"):
        yield await press(s.ana, card, "remind-dms")


async def other_time(s: Stage) -> bool:
    found = await plan(s)
    return found is not None and found.minute == 9 * 60


@flow(other_time, d.reminded)
async def change_the_time(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.dm("journal remind", time="9")


async def weekend(s: Stage) -> bool:
    found = await plan(s)
    return found is not None and found.days == {5, 6} and found.quiet is None


@flow(weekend, d.reminded)
async def change_days_and_quiet_hours(s: Stage) -> AsyncIterator[Step]:
    card = await s.ana.slash("journal remind")
    yield card
    for name, values in (("remind-days", ("5", "6")), ("remind-quiet", ("none",))):
        if d.has(card, name):
            card = await s.ana.choose(card, *values, id=f"firsthand:{name}:")
            yield card


async def no_reminders(s: Stage) -> bool:
    return not await d.rows_of(s, "journal_reminders") and not _stands(s)


def _stands(s: Stage) -> bool:
    return d.standing(s.ana, "remind-stop") is not None


@flow(no_reminders, d.reminded)
async def stop_reminders(s: Stage) -> AsyncIterator[Step]:
    card = await s.ana.slash("journal remind")
    yield card
    if d.has(card, "remind-stop"):
        yield await press(s.ana, card, "remind-stop")


# -- one comes ----------------------------------------------------------------------------------


async def soon(s: Stage) -> None:
    await d.reminded(s)
    d.met_first(s)


async def one_waits(s: Stage) -> bool:
    """One stands in the DM. Where Discord said that Ana is in no server, none comes."""
    rows = await d.rows_of(s, "journal_reminders")
    if s.disturbed and [row["state"] for row in rows] == ["off"]:
        return rows[0]["why"] == Why.LEFT
    return _stands(s) and [bool(row["message_id"]) for row in rows] == [True]


@flow(one_waits, soon)
async def a_reminder_comes(s: Stage) -> AsyncIterator[Step]:
    if not _stands(s):
        await d.until_due(s)
    yield None


async def came(s: Stage) -> None:
    await soon(s)
    await d.until_due(s)
    assert _stands(s)


async def taken_down(s: Stage) -> bool:
    rows = await d.rows_of(s, "journal_reminders")
    return [row["message_id"] for row in rows] == [None] and not _stands(s)


@flow(taken_down, came)
async def not_today(s: Stage) -> AsyncIterator[Step]:
    yield await _on_it(s, "remind-later")


@flow(no_reminders, came)
async def stop_them_from_one(s: Stage) -> AsyncIterator[Step]:
    yield await _on_it(s, "remind-stop")


async def _on_it(s: Stage, name: str) -> Answer:
    """A press on the reminder; where that is gone, on what was answered, or on the card."""
    pressed = await d.answers(s.ana, name)
    if pressed is not None:
        return pressed
    card = s.memory.get("last")
    if card is None or not d.has(card, name):
        card = await s.ana.slash("journal remind")
    return await press(s.ana, card, name) if d.has(card, name) else card


async def written_from_it(s: Stage) -> bool:
    rows = await d.rows_of(s, "journal_reminders")
    texts = [text for _, text in await d.texts(s)]
    return texts == [s.entry, s.changed] and [row["message_id"] for row in rows] == [None]


@flow(written_from_it, came)
async def write_from_a_reminder(s: Stage) -> AsyncIterator[Step]:
    form = await d.answers(s.ana, "journal-write")
    yield form
    assert form is not None
    yield await s.ana.fill(form, title="", text=s.changed)


# -- the bot stopped them -----------------------------------------------------------------------


async def stopped_by_the_bot(s: Stage) -> None:
    """Ana allowed no DMs any more when one was due."""
    await soon(s)
    await s.world.bot.roster.stop_dms(s.ana.id)
    await d.until_due(s)
    assert [row["why"] for row in await d.rows_of(s, "journal_reminders")] == [Why.NO_DMS]


@flow(no_reminders, stopped_by_the_bot)
async def hear_why_they_stopped(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal tips")


@flow(no_reminders, stopped_by_the_bot)
async def hear_it_on_the_card(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal remind")
