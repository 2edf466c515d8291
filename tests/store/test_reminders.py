"""Reminders as they are stored: sealed, taken by one process, at most one waiting, gone at a word.

On both engines, with two processes on the same databases.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.journal import REMINDER
from bot.journal.hours import EVERY_DAY, LATEST, Plan, next_due
from bot.journal.reminders import Message, Reminder, Reminders, Why
from bot.settings import Settings
from bot.store.store import Store, open_store
from bot.work.queue import TAKES, Queue
from tests.states import begin
from tests.store.houses import ANA, BETO, Time, in_between
from tests.store.states import fetch

ZONE = "America/Santiago"
MORNING = Plan(EVERY_DAY, 7 * 60 + 30, ZONE, (22 * 60, 7 * 60))
EVENING = MORNING._replace(minute=19 * 60 + 45)
DM, MESSAGE = 1_456_074_443_980_900_001, 1_456_074_443_980_900_002
DAY, HOUR = 86_400, 3600
ROUNDS = 6


class Process:
    """One process with its reminders; its clock can be moved by itself."""

    def __init__(self, store: Store, time: Time) -> None:
        self.store, self.time = store, time
        self.queue = Queue(store, time)
        self.reminders = Reminders(store, self.queue, time)

    async def rows(self) -> list[tuple[object, ...]]:
        return await fetch(self.store.main, "SELECT * FROM journal_reminders ORDER BY person_id")

    async def is_due(self, person: int = ANA, plan: Plan = MORNING) -> Reminder:
        """Set a reminder and let its time come."""
        known = await self.reminders.set(person, plan)
        self.time.now = known.due_at
        return known

    async def to_send(self, person: int = ANA) -> Reminder:
        found = await self.reminders.to_send(person)
        assert found is not None
        return found

    async def due(self) -> list[str]:
        """Whose reminders due work would look at."""
        return [each.key for each in await self.queue.due(urgent=False)]

    async def claims(self, person: int = ANA) -> bool:
        """Whether this process may send it now."""
        return await self.queue.claim(REMINDER.name, str(person)) is not None

    async def looks(self, person: int = ANA) -> None:
        """Due work looks at it, and sends nothing."""
        piece = await self.queue.claim(REMINDER.name, str(person))
        if piece is not None:
            assert await self.reminders.to_send(person) is None
            await self.queue.finish(piece, await self.reminders.next_at(person))


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[Process]:
    time = Time()
    await begin(settings)
    store = await open_store(settings, time)
    yield Process(store, time)
    await store.close()


@pytest.fixture
async def there(settings: Settings, here: Process) -> AsyncIterator[Process]:
    store = await open_store(settings, here.time)
    yield Process(store, here.time)
    await store.close()


# -- a plan -----------------------------------------------------------------------------------


async def test_a_plan_is_kept_and_read_by_another_process(here: Process, there: Process) -> None:
    made = await here.reminders.set(ANA, MORNING)
    assert made == Reminder(ANA, MORNING, 1, next_due(MORNING, here.time()), None)
    assert await there.reminders.get(ANA) == made
    assert await there.reminders.get(BETO) is None


async def test_a_changed_plan_has_its_own_next_time(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    changed = await here.reminders.set(ANA, EVENING)
    assert changed.plan == EVENING
    assert changed.due_at == next_due(EVENING, here.time())
    assert await here.reminders.get(ANA) == changed


async def test_two_changes_at_once_both_count(here: Process, there: Process) -> None:
    """One changes the days and the other the hours: neither is lost."""
    await here.reminders.set(ANA, MORNING)

    async def quiet() -> None:
        await there.reminders.change(ANA, lambda plan: plan and plan._replace(quiet=(0, 60)))

    in_between(here.store.keyring, "seal", quiet)
    monday = frozenset({0})
    await here.reminders.change(ANA, lambda plan: plan and plan._replace(days=monday))
    known = await here.reminders.get(ANA)
    assert known is not None
    assert known.plan == MORNING._replace(days=monday, quiet=(0, 60))


async def test_two_first_plans_at_once_are_one(here: Process, there: Process) -> None:
    for _ in range(ROUNDS):
        await asyncio.gather(here.reminders.set(ANA, MORNING), there.reminders.set(ANA, EVENING))
        assert len(await here.rows()) == 1
        assert await here.reminders.get(ANA) == await there.reminders.get(ANA) is not None
        await here.reminders.stop(ANA)


async def test_a_change_of_nothing_makes_nothing(here: Process) -> None:
    assert await here.reminders.change(ANA, lambda plan: plan) is None
    assert await here.rows() == []


async def test_stopped_is_gone(here: Process) -> None:
    await here.is_due()
    await here.reminders.stop(ANA)
    assert await here.rows() == []
    assert await here.due() == []
    assert await here.reminders.to_send(ANA) is None
    assert await here.reminders.next_at(ANA) is None
    assert await here.reminders.stop(ANA) is None


# -- at rest ----------------------------------------------------------------------------------


async def test_neither_zone_nor_time_nor_days_stand_in_the_database(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    await here.reminders.set(BETO, EVENING._replace(days=frozenset({0, 3}), zone="Europe/Berlin"))
    [[_, ana, *_], [_, beto, *_]] = await here.rows()
    assert isinstance(ana, bytes)
    assert isinstance(beto, bytes)
    for sealed in (ana, beto):
        for word in (b"Santiago", b"America", b"Europe", b"Berlin", b"450", b"1185", b"days"):
            assert word not in sealed
    assert len(ana) == len(beto)


async def test_a_plan_moved_to_somebody_else_does_not_open(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    await here.reminders.set(BETO, EVENING)
    await fetch(
        here.store.main,
        "UPDATE journal_reminders SET plan = (SELECT plan FROM journal_reminders AS theirs "
        f"WHERE theirs.person_id = {BETO}) WHERE person_id = {ANA}",
    )
    assert await here.reminders.get(ANA) is None


async def test_a_plan_that_cannot_be_read_counts_as_none(here: Process) -> None:
    await here.is_due()
    await here.store.keyring.forget(ANA)
    assert await here.reminders.get(ANA) is None
    assert await here.reminders.to_send(ANA) is None
    assert await here.rows() == []


async def test_over_a_plan_that_cannot_be_read_another_can_be_set(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    await here.store.keyring.forget(ANA)
    made = await here.reminders.set(ANA, EVENING)
    assert await here.reminders.get(ANA) == made


# -- one is due -------------------------------------------------------------------------------


async def test_it_is_due_at_its_time_and_not_before(here: Process) -> None:
    known = await here.reminders.set(ANA, MORNING)
    here.time.now = known.due_at - 1
    assert await here.due() == []
    assert await here.reminders.to_send(ANA) is None
    here.time.now += 1
    assert await here.due() == [str(ANA)]
    taken = await here.to_send()
    assert taken.due_at == known.due_at
    local = datetime.fromtimestamp(taken.due_at, ZoneInfo(ZONE))
    assert local.strftime("%H:%M") == "07:30"


async def test_two_processes_never_both_take_one(here: Process, there: Process) -> None:
    for _ in range(ROUNDS):
        await here.is_due()
        claimed = await asyncio.gather(*(each.claims() for each in (here, there, here, there)))
        assert sum(claimed) == 1
        await here.reminders.stop(ANA)


async def test_a_process_that_died_while_sending_is_overtaken(
    here: Process, there: Process
) -> None:
    known = await here.is_due()
    assert await here.claims()
    await here.to_send()
    here.time.now += TAKES - 1
    assert not await there.claims()
    here.time.now += 1
    assert await there.due() == [str(ANA)]
    assert await there.claims()
    taken = await there.to_send()
    assert taken.due_at == known.due_at


async def test_while_one_waits_no_second_is_sent(here: Process) -> None:
    await here.is_due()
    assert await here.reminders.sent(await here.to_send(), DM, MESSAGE)
    for _ in range(30):
        here.time.now += DAY
        await here.looks()
    assert await here.due() == [], "it looks again at its next time, not always"
    assert await here.reminders.answered(ANA) == Message(DM, MESSAGE)
    known = await here.reminders.get(ANA)
    assert known is not None
    assert known.waiting is None
    here.time.now = known.due_at
    await here.to_send()


async def test_of_two_that_were_sent_one_waits(here: Process, there: Process) -> None:
    """The first process was slow and was overtaken: its message must go again."""
    await here.is_due()
    slow = await here.to_send()
    here.time.now += 60
    quick = await there.to_send()
    assert await there.reminders.sent(quick, DM, MESSAGE)
    assert not await here.reminders.sent(slow, DM, MESSAGE + 1)
    assert await here.reminders.answered(ANA) == Message(DM, MESSAGE)


async def test_one_that_was_stopped_while_it_was_sent_must_go(here: Process) -> None:
    await here.is_due()
    taken = await here.to_send()
    await here.reminders.stop(ANA)
    assert not await here.reminders.sent(taken, DM, MESSAGE)
    assert not await here.reminders.failed(taken, Why.CLOSED)
    assert await here.rows() == []


async def test_a_plan_changed_while_one_was_sent_keeps_its_time(here: Process) -> None:
    await here.is_due()
    taken = await here.to_send()
    changed = await here.reminders.set(ANA, EVENING)
    assert await here.reminders.sent(taken, DM, MESSAGE)
    known = await here.reminders.get(ANA)
    assert known == changed._replace(waiting=Message(DM, MESSAGE))


async def test_a_changed_plan_keeps_the_one_that_waits(here: Process) -> None:
    await here.is_due()
    await here.reminders.sent(await here.to_send(), DM, MESSAGE)
    changed = await here.reminders.set(ANA, EVENING)
    assert changed.waiting == Message(DM, MESSAGE)
    assert await here.reminders.stop(ANA) == Message(DM, MESSAGE)


async def test_an_answer_counts_once(here: Process) -> None:
    await here.is_due()
    await here.reminders.sent(await here.to_send(), DM, MESSAGE)
    assert await here.reminders.answered(ANA) == Message(DM, MESSAGE)
    assert await here.reminders.answered(ANA) is None
    assert await here.reminders.answered(BETO) is None


# -- late -------------------------------------------------------------------------------------


async def test_a_missed_one_comes_up_to_six_hours_late(here: Process) -> None:
    known = await here.is_due()
    here.time.now += LATEST
    taken = await here.to_send()
    assert taken.due_at == known.due_at


async def test_later_than_that_it_is_left_out_until_its_next_time(here: Process) -> None:
    known = await here.is_due()
    here.time.now += LATEST + 1
    assert await here.reminders.to_send(ANA) is None
    after = await here.reminders.get(ANA)
    assert after is not None
    assert after.due_at == next_due(MORNING, known.due_at)


async def test_a_late_one_does_not_come_in_the_quiet_hours(here: Process) -> None:
    known = await here.is_due(plan=EVENING)
    here.time.now += 3 * HOUR  # 22:45
    assert await here.reminders.to_send(ANA) is None
    after = await here.reminders.get(ANA)
    assert after is not None
    assert after.due_at == next_due(EVENING, known.due_at)


async def test_one_that_is_tried_again_and_again_is_not_later_than_that(here: Process) -> None:
    """What counts is when it fell due."""
    known = await here.is_due()
    tries = 0
    while await here.reminders.to_send(ANA) is not None:
        here.time.now += HOUR
        tries += 1
    assert tries == 7
    after = await here.reminders.get(ANA)
    assert after is not None
    assert after.due_at == next_due(MORNING, known.due_at)


# -- failures ---------------------------------------------------------------------------------


async def fails(process: Process, why: Why = Why.CLOSED) -> bool:
    """The next one cannot be sent. Whether that stopped them."""
    known = await process.reminders.get(ANA)
    assert known is not None
    process.time.now = known.due_at
    return await process.reminders.failed(await process.to_send(), why)


async def test_the_second_failure_in_a_row_stops_them(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    assert not await fails(here)
    assert await here.reminders.stopped(ANA) is None
    assert await fails(here)
    assert await here.reminders.get(ANA) is None
    here.time.now += 2 * DAY
    await here.looks()
    assert await here.due() == []
    assert await here.queue.claim(REMINDER.name, str(ANA)) is None


async def test_a_failure_is_not_tried_again_before_the_next_time(here: Process) -> None:
    known = await here.reminders.set(ANA, MORNING)
    await fails(here)
    after = await here.reminders.get(ANA)
    assert after is not None
    assert after.due_at == next_due(MORNING, known.due_at)


async def test_one_that_arrives_in_between_starts_the_count_anew(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    assert not await fails(here)
    known = await here.reminders.get(ANA)
    assert known is not None
    here.time.now = known.due_at
    assert await here.reminders.sent(await here.to_send(), DM, MESSAGE)
    await here.reminders.answered(ANA)
    assert not await fails(here)
    assert await fails(here)


async def test_a_changed_plan_does_not_hide_a_failure(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    assert not await fails(here)
    await here.reminders.set(ANA, EVENING)
    assert await fails(here)


@pytest.mark.parametrize("why", [Why.LEFT, Why.NO_DMS])
async def test_who_left_or_stopped_dms_is_not_tried_twice(here: Process, why: Why) -> None:
    await here.reminders.set(ANA, MORNING)
    assert await fails(here, why)
    assert await why_stopped(here) == why


async def why_stopped(process: Process) -> Why | None:
    stopped = await process.reminders.stopped(ANA)
    return None if stopped is None else stopped.why


async def test_why_stays_until_it_was_told(here: Process, there: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    await fails(here, Why.LEFT)
    assert await why_stopped(here) == Why.LEFT
    stopped = await there.reminders.stopped(ANA)
    assert stopped is not None
    assert stopped.why is Why.LEFT
    await asyncio.gather(here.reminders.told(ANA, stopped), there.reminders.told(ANA, stopped))
    assert await here.rows() == []


async def test_told_late_it_ends_nothing_that_was_set_up_meanwhile(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    await fails(here, Why.LEFT)
    stopped = await here.reminders.stopped(ANA)
    assert stopped is not None
    await here.reminders.set(ANA, EVENING)
    await here.reminders.told(ANA, stopped)
    assert await here.reminders.get(ANA) is not None
    await fails(here, Why.NO_DMS)
    await here.reminders.told(ANA, stopped)
    assert await why_stopped(here) == Why.NO_DMS


async def test_reminders_in_force_have_nothing_to_tell(here: Process) -> None:
    made = await here.reminders.set(ANA, MORNING)
    assert await here.reminders.stopped(ANA) is None
    assert await here.reminders.get(ANA) == made


async def test_set_again_they_begin_anew(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    await fails(here)
    await fails(here)
    await here.reminders.set(ANA, EVENING)
    assert await here.reminders.stopped(ANA) is None
    assert not await fails(here)
    assert await fails(here)
    assert await why_stopped(here) == Why.CLOSED


# -- keeping ----------------------------------------------------------------------------------


async def exported(process: Process, person: int = ANA) -> dict[str, object] | None:
    async with process.store.main.transaction() as connection:
        found = await process.reminders.export_person(connection, person)
    return found["journal_reminders"]


async def test_the_export_shows_all_of_it_in_words(here: Process) -> None:
    assert await exported(here) is None
    known = await here.is_due(plan=EVENING._replace(days=frozenset({0, 6})))
    await here.reminders.sent(await here.to_send(), DM, MESSAGE)
    assert await exported(here) == {
        "days": ["monday", "sunday"],
        "time": "19:45",
        "time_zone": ZONE,
        "quiet_hours": "22:00–07:00",
        "state": "on",
        "stopped_because": None,
        "next_at": next_due(known.plan, known.due_at),
        "not_delivered_in_a_row": 0,
        "waiting_in_channel": DM,
        "waiting_message": MESSAGE,
    }
    assert await exported(here, BETO) is None


async def test_the_export_says_when_a_plan_cannot_be_read(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    await here.store.keyring.forget(ANA)
    found = await exported(here)
    assert found is not None
    assert found["plan"] == "(unreadable)"


async def test_erasing_takes_one_person_s_whole(here: Process) -> None:
    await here.reminders.set(ANA, MORNING)
    await here.reminders.set(BETO, MORNING)
    async with here.store.main.transaction() as connection:
        await here.reminders.erase_person(connection, ANA)
    assert await exported(here) is None
    assert await here.reminders.get(BETO) is not None
