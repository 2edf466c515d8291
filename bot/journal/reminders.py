"""Reminders: who wants one when, which one waits unanswered, and why one was stopped.

A reminder that has fallen due goes like this. One process claims it (`REMINDER` in the queue of due
work): if that process dies, or Discord does not answer, it is tried again. It is left out until
its next time while another one still waits, in the quiet hours, or when it is too late. Sent, it
waits until the person presses something on it or writes in their journal. If it cannot be sent,
that is a failure; the second in a row stops the reminders, and the person is told at their next
command.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from bot.journal import REMINDER, hours
from bot.journal.hours import Plan
from bot.seal import Place, Unreadable
from bot.store.queries import load
from bot.store.store import Store
from bot.work.queue import Queue

#: Failures in a row that stop the reminders.
_FAILURES = 2
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Why(StrEnum):
    """Why the bot stopped somebody's reminders."""

    #: Two in a row could not be delivered.
    CLOSED = "closed"
    #: They left every server they shared with the bot.
    LEFT = "left"
    #: They do not allow DMs.
    NO_DMS = "no_dms"


#: For these there is no second try: the person themselves said so, by word or by going.
_AT_ONCE = (Why.LEFT, Why.NO_DMS)


class Message(NamedTuple):
    """Where a reminder stands."""

    channel_id: int
    message_id: int


class Stopped(NamedTuple):
    """That the bot stopped somebody's reminders, which they have yet to hear."""

    why: Why
    revision: int


class Reminder(NamedTuple):
    """One person's reminders, in force.

    `due_at`: when the next one comes; of one that is to be sent, when it fell due (seconds UTC).
    `waiting`: the one that has not been answered, None when there is none.
    """

    person_id: int
    plan: Plan
    revision: int
    due_at: int
    waiting: Message | None


class Reminders:
    """The reminders of everybody; each method is one change."""

    def __init__(self, store: Store, queue: Queue, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._queue = queue
        self._clock = clock
        self._queries: Any = load(Path(__file__).with_name("reminders.sql"), store.main.driver)

    async def get(self, person_id: int) -> Reminder | None:
        """What is in force. None: nothing, or a plan that cannot be read any more."""
        row = await self._row(person_id)
        return await self._opened(row) if row is not None and row["state"] == "on" else None

    async def change(
        self, person_id: int, alter: Callable[[Plan | None], Plan | None]
    ) -> Reminder | None:
        """Put what `alter` makes of the plan in force in its place; None from it changes nothing.

        `alter` may be asked again, when the plan was changed at the same moment. What it returns
        must have no fault. Returns what is in force now.
        """
        while True:
            row = await self._row(person_id)
            known = await self._opened(row) if row is not None and row["state"] == "on" else None
            plan = alter(None if known is None else known.plan)
            if plan is None:
                return known
            revision = 1 if row is None else row["revision"] + 1
            place = _place(person_id, revision)
            sealed = await self._keyring.seal(hours.encode(plan), place)
            facts = {"person_id": person_id, "sealed": sealed}
            facts["due_at"] = hours.next_due(plan, self._clock())
            async with self._main.transaction() as connection:
                if row is None:
                    kept = await self._queries.first_plan(connection, **facts)
                else:
                    kept = await self._queries.change_plan(
                        connection, **facts, revision=revision, seen=row["revision"]
                    )
                if kept is not None:
                    await self._queue.add(connection, REMINDER, person_id, facts["due_at"])
            if kept is not None:
                return _reminder(kept, plan)

    async def set(self, person_id: int, plan: Plan) -> Reminder:
        """Put a plan without a fault in place of whatever was in force."""
        made = await self.change(person_id, lambda _: plan)
        assert made is not None
        return made

    async def stop(self, person_id: int) -> Message | None:
        """No more reminders. Returns the one that waited, which can be taken down."""
        async with self._main.transaction() as connection:
            row = await self._queries.stop_reminder(connection, person_id=person_id)
            await self._queue.forget(connection, REMINDER, person_id)
        return None if row is None else _message(row)

    # -- what falls due ---------------------------------------------------------------------

    async def to_send(self, person_id: int) -> Reminder | None:
        """The reminder that is to be sent now; one that may not is left out. None: there is none.

        For the process that has claimed it.
        """
        now, row = self._clock(), await self._row(person_id)
        if row is None or row["state"] != "on" or row["due_at"] > now:
            return None
        known = await self._opened(row)
        if known is None:
            async with self._main.transaction() as connection:
                await self._queries.drop_reminder(
                    connection, person_id=person_id, revision=row["revision"]
                )
            return None
        fell_at = hours.fell_due(known.plan, now)
        if known.waiting is None and hours.may_still_come(known.plan, fell_at, now):
            return known._replace(due_at=fell_at)
        async with self._main.transaction() as connection:
            await self._queries.put_off_reminder(
                connection,
                person_id=person_id,
                revision=known.revision,
                due_at=hours.next_due(known.plan, now),
            )
        return None

    async def next_at(self, person_id: int) -> int | None:
        """When the next one comes (seconds UTC). None: never."""
        row = await self._row(person_id)
        return row["due_at"] if row is not None and row["state"] == "on" else None

    async def sent(self, due: Reminder, channel_id: int, message_id: int) -> bool:
        """It stands in the DM. False: it was stopped meanwhile, or one waits; it should go."""
        async with self._main.transaction() as connection:
            row = await self._queries.reminder_waits(
                connection,
                person_id=due.person_id,
                revision=due.revision,
                channel_id=channel_id,
                message_id=message_id,
                due_at=hours.next_due(due.plan, self._clock()),
            )
        return row is not None

    async def failed(self, due: Reminder, why: Why) -> bool:
        """It could not be sent, and this one is not tried again. True: that stopped them all."""
        async with self._main.transaction() as connection:
            row = await self._queries.reminder_failed(
                connection,
                person_id=due.person_id,
                revision=due.revision,
                due_at=hours.next_due(due.plan, self._clock()),
                most=1 if why in _AT_ONCE else _FAILURES,
                why=why,
            )
        return row is not None and row["state"] == "off"

    # -- what the person does ---------------------------------------------------------------

    async def answered(self, person_id: int) -> Message | None:
        """They did something about it. Returns the one that waited, which can be taken down."""
        async with self._main.transaction() as connection:
            row = await self._queries.reminder_of(connection, person_id=person_id)
            waiting = None if row is None else _message(row)
            if waiting is not None:
                await self._queries.reminder_answered(
                    connection, person_id=person_id, message_id=waiting.message_id
                )
        return waiting

    async def stopped(self, person_id: int) -> Stopped | None:
        """Why the bot stopped the reminders, until it is `told`. Mostly None."""
        row = await self._row(person_id)
        if row is None or row["state"] != "off":
            return None
        return Stopped(Why(row["why"]), row["revision"])

    async def told(self, person_id: int, stopped: Stopped) -> None:
        """They have heard it, and nothing of it stays.

        Only after Discord has taken the message: twice told is better than never.
        """
        async with self._main.transaction() as connection:
            await self._queries.told_why(connection, person_id=person_id, revision=stopped.revision)

    # -- keeping ----------------------------------------------------------------------------

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What is stored here about a person."""
        row = await self._queries.reminder_of(connection, person_id=person_id)
        if row is None:
            return {"journal_reminders": None}
        known, waiting = await self._opened(row), _message(row)
        return {
            "journal_reminders": {
                **({"plan": "(unreadable)"} if known is None else _readable(known.plan)),
                "state": row["state"],
                "stopped_because": row["why"],
                "next_at": row["due_at"],
                "not_delivered_in_a_row": row["failures"],
                "waiting_in_channel": None if waiting is None else waiting.channel_id,
                "waiting_message": None if waiting is None else waiting.message_id,
            }
        }

    async def erase_person(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_reminder(connection, person_id=person_id)
        await self._queue.forget(connection, REMINDER, person_id)

    async def _row(self, person_id: int) -> Any:
        async with self._main.transaction() as connection:
            return await self._queries.reminder_of(connection, person_id=person_id)

    async def _opened(self, row: Any) -> Reminder | None:
        place = _place(row["person_id"], row["revision"])
        try:
            plan = hours.decode(await self._keyring.unseal(row["plan"], place))
        except (Unreadable, ValueError):
            return None
        return _reminder(row, plan)


def _place(person_id: int, revision: int) -> Place:
    return Place("journal reminder", (person_id,), "plan", revision)


def _reminder(row: Any, plan: Plan) -> Reminder:
    return Reminder(row["person_id"], plan, row["revision"], row["due_at"], _message(row))


def _message(row: Any) -> Message | None:
    if row["message_id"] is None:
        return None
    return Message(row["channel_id"], row["message_id"])


def _readable(plan: Plan) -> dict[str, Any]:
    """A plan as the export shows it."""
    quiet = plan.quiet
    return {
        "days": [_DAYS[day] for day in sorted(plan.days)],
        "time": hours.shown(plan.minute),
        "time_zone": plan.zone,
        "quiet_hours": None if quiet is None else "–".join(map(hours.shown, quiet)),
    }
