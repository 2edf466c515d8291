"""The rules of reading circles: how long what lasts, who may change what, and when to look. Pure.

A circle goes from draft to making, when its host confirms it, and from there to open, or by undoing
to failed where Discord does not take it. An open one is cancelled before it begins, or over
`LASTS` seconds after that. Everything of it is gone then; what Discord keeps the bot from tidying
up is tried again for `TIDIES` seconds.

There is one reminder for the time that holds, `REMINDS` seconds before it, to who joined by then.
Who joins later is not reminded; when a circle moves so far that the hour before it is still to
come, everybody who joined is reminded of the new time.
"""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

HOUR = 3600
DAY = 86_400
#: Seconds that a draft waits for its host's yes.
DRAFT_STANDS = 15 * 60
#: Seconds before a circle begins.
REMINDS = HOUR
#: Seconds from its beginning until it is over.
LASTS = 3 * HOUR
#: Seconds after that in which is tidied up.
TIDIES = 30 * DAY
#: Circles that one person may have ahead in one server, so that nobody fills its events.
MOST_BY_ONE = 3
#: Circles that one person may post in a day in one server: each leaves a post and a thread there,
#: also once it is cancelled. And previews of theirs that may wait for their yes.
A_DAY, MOST_DRAFTS = 6, 10
#: Seconds until what Discord did not answer, where it cannot wait longer, and what it did not
#: allow, is tried again.
AGAIN, STUCK = 60, HOUR
#: Seconds before the reminder from which on nothing of a circle waits longer.
NEAR = 6 * HOUR
#: Seconds before a circle begins, by which whoever joined has been rung for.
RUNG = 15 * 60
#: Seconds that a host has to read that nothing came of their circle.
FAILED_STANDS = DAY


class State(StrEnum):
    """How a circle stands."""

    DRAFT = "draft"
    MAKING = "making"
    OPEN = "open"
    UNDOING = "undoing"
    FAILED = "failed"
    CANCELLED = "cancelled"
    OVER = "over"


class News(StrEnum):
    """What people are told of a circle that they joined, or wanted to start."""

    SOON = "soon"
    MOVED = "moved"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Refusal(StrEnum):
    """Why somebody may not begin a circle."""

    AHEAD = "ahead"
    DRAFTS = "drafts"
    DAY_USED = "day_used"


class Verdict(NamedTuple):
    """`refusal` is None for a yes. `until`: when the refusal ends, seconds UTC, if it does."""

    refusal: Refusal | None = None
    until: int | None = None


def may_begin(ahead: int, drafts: int, slot_free_at: int | None) -> Verdict:
    """Whether somebody may begin a circle: the first that applies.

    1. they have as many ahead as they may; 2. as many previews of theirs wait as may; 3. the day's
    number is used up until `slot_free_at` (seconds UTC; None: there is one left).
    """
    if ahead >= MOST_BY_ONE:
        return Verdict(Refusal.AHEAD)
    if drafts >= MOST_DRAFTS:
        return Verdict(Refusal.DRAFTS)
    if slot_free_at is not None:
        return Verdict(Refusal.DAY_USED, slot_free_at)
    return Verdict()


def reminds_later(starts_at: int, now: int) -> bool:
    """Whether the reminder of a circle is still to come; both in seconds UTC."""
    return now < starts_at - REMINDS


def reminds_now(starts_at: int, now: int) -> bool:
    """Whether a reminder may come now: not before its hour, and not when it has begun."""
    return starts_at - REMINDS <= now < starts_at


def rings_within(begins_at: int, now: int) -> int:
    """In how many seconds to ring, where it shows, for news of what begins then (seconds UTC)."""
    return max(0, begins_at - RUNG - now)


def is_near(starts_at: int, now: int) -> bool:
    """Whether what cannot be done now is tried every minute: the next look may be too late."""
    return starts_at - REMINDS - NEAR <= now < starts_at + LASTS


def is_over(starts_at: int, now: int) -> bool:
    return now >= starts_at + LASTS


def may_change(host_id: int, person_id: int, *, moderates: bool) -> bool:
    """Who may move or cancel a circle: its host, and who manages events or the server."""
    return moderates or host_id == person_id


def is_past_mending(starts_at: int, now: int) -> bool:
    """Whether what Discord did not allow is not tried any more."""
    return now >= starts_at + LASTS + TIDIES


def next_look(state: State, starts_at: int, stands_until: int, now: int) -> int:
    """When to look at a circle again, seconds UTC, if all that could be done now was.

    `stands_until`: how long a draft, or one that failed, stands.

    An open one: an hour before it begins, when it is over, and at least every day.
    """
    if state in (State.MAKING, State.UNDOING):
        return now + AGAIN
    if state in (State.DRAFT, State.FAILED):
        return stands_until
    due = [now + DAY, starts_at + LASTS]
    if state is State.OPEN and reminds_later(starts_at, now):
        due.append(starts_at - REMINDS)
    # One that is over is gone once everything was done.
    return max(min(due), now + AGAIN)
