"""When a reminder comes: days, a time, a time zone, quiet hours. Pure (design, section 2).

The next reminder is found in this order:

1. The days are days of the calendar in the person's time zone, and the time is what a clock on the
   wall there shows, also after the clocks were changed.
2. Clocks go forward and skip the time: it comes at the first moment after the gap, unless that
   belongs to another day or lies in the quiet hours; then it is left out that day.
3. Clocks go back and show the time twice: it comes at the first of the two.

A reminder that is late may still come for `LATEST` seconds, but not in the quiet hours.
"""

from __future__ import annotations

import json
import re
import unicodedata
from datetime import datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import Any, NamedTuple

from bot import zones

HOUR = 60
DAY = 24 * HOUR
#: Seconds that a reminder may be late.
LATEST = 6 * 3600
EVERY_DAY = frozenset(range(7))
#: Quiet hours to choose from, in minutes of the day; they end before the second number.
QUIETS = (
    (21 * HOUR, 7 * HOUR),
    (22 * HOUR, 7 * HOUR),
    (22 * HOUR, 8 * HOUR),
    (23 * HOUR, 7 * HOUR),
    (23 * HOUR, 9 * HOUR),
    (0, 8 * HOUR),
    (9 * HOUR, 17 * HOUR),
)
#: Those a new reminder begins with, unless its time lies in them.
USUAL_QUIET = (22 * HOUR, 7 * HOUR)
#: Days to look ahead: a week, and another one if the time is left out that day.
_AHEAD = 15
#: Characters of a typed time.
_LONGEST_TIME = 20
_TIME = re.compile(
    r"(\d{1,2})(?:\s?[:.h]?\s?(\d{2}))?\s?(?:(?:h|hs|hrs?|horas?)\.?|([ap])\.?\s?m\.?)?", re.ASCII
)


class Fault(StrEnum):
    """Why a plan is not taken."""

    TIME = "time"
    ZONE = "zone"
    DAYS = "days"
    QUIET = "quiet"


class Plan(NamedTuple):
    """When somebody wants to be reminded.

    `days`: 0 is Monday. `minute`: of the day, 0 to 1439. `quiet`: from one minute of the day until
    before another, over midnight if the second is smaller; None: no quiet hours.
    """

    days: frozenset[int]
    minute: int
    zone: str
    quiet: tuple[int, int] | None = None


def fault(plan: Plan) -> Fault | None:
    """The first reason not to take a plan, or None."""
    if not 0 <= plan.minute < DAY:
        return Fault.TIME
    if zones.load(plan.zone) is None:
        return Fault.ZONE
    if not plan.days or not plan.days <= EVERY_DAY:
        return Fault.DAYS
    if plan.quiet is not None and not all(0 <= minute < DAY for minute in plan.quiet):
        return Fault.QUIET
    return Fault.QUIET if _within(plan.minute, plan.quiet) else None


def usual_quiet(minute: int) -> tuple[int, int] | None:
    """The quiet hours a new reminder at this time begins with."""
    return None if _within(minute, USUAL_QUIET) else USUAL_QUIET


def next_due(plan: Plan, after: int) -> int:
    """When the next reminder comes, later than `after`; both in seconds UTC.

    Raises ValueError for a plan with a fault.
    """
    zone = _zone(plan.zone)
    today = datetime.fromtimestamp(after, zone).date()
    for ahead in range(_AHEAD):
        day = today + timedelta(days=ahead)
        if day.weekday() in plan.days:
            due = _moment(datetime.combine(day, time(*divmod(plan.minute, HOUR))), zone)
            if due is not None and due > after and not in_quiet(plan, due):
                return due
    raise ValueError("this reminder never comes")


def may_still_come(plan: Plan, due_at: int, now: int) -> bool:
    """Whether a reminder that fell due then may come now (seconds UTC).

    Not before, at most `LATEST` seconds late, and never in the quiet hours.
    """
    return due_at <= now <= due_at + LATEST and not in_quiet(plan, now)


def fell_due(plan: Plan, now: int) -> int:
    """When the reminder that may still come now fell due; both in seconds UTC.

    If none did lately, this is when the next one will.
    """
    return next_due(plan, now - LATEST - 1)


def in_quiet(plan: Plan, at: int) -> bool:
    """Whether a moment (seconds UTC) lies in the quiet hours."""
    there = datetime.fromtimestamp(at, _zone(plan.zone))
    return _within(there.hour * HOUR + there.minute, plan.quiet)


def shown(minute: int) -> str:
    """A minute of the day, such as 07:30."""
    return "{:02}:{:02}".format(*divmod(minute, HOUR))


def parse_time(typed: str) -> int | None:
    """The minute of the day that somebody typed: 7:30, 19.30, 19h, 7pm, 7:30 p. m.; None: none."""
    if len(typed) > _LONGEST_TIME:
        return None
    found = _TIME.fullmatch(unicodedata.normalize("NFKC", typed).casefold().strip())
    if found is None:
        return None
    hour, minute, half = int(found[1]), int(found[2] or 0), found[3]
    if half is not None:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    return hour * HOUR + minute if hour < 24 and minute < 60 else None


def encode(plan: Plan) -> str:
    """A plan as one short line."""
    return json.dumps({**plan._asdict(), "days": sorted(plan.days)})


def decode(text: str) -> Plan:
    """What `encode` made. Raises ValueError for anything else, and for a zone that is gone."""
    try:
        found: dict[str, Any] = json.loads(text)
        quiet = found["quiet"]
        plan = Plan(
            frozenset(map(int, found["days"])),
            int(found["minute"]),
            str(found["zone"]),
            None if quiet is None else (int(quiet[0]), int(quiet[1])),
        )
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError("not a plan") from error
    if fault(plan) is not None:
        raise ValueError("not a plan any more")
    return plan


def _zone(name: str) -> tzinfo:
    zone = zones.load(name)
    if zone is None:
        raise ValueError("no such time zone")
    return zone


def _within(minute: int, quiet: tuple[int, int] | None) -> bool:
    if quiet is None:
        return False
    begin, end = quiet
    return begin <= minute < end if begin <= end else minute >= begin or minute < end


def _moment(local: datetime, zone: tzinfo) -> int | None:
    """The moment (seconds UTC) at which clocks show this; None: not on that day."""
    # Of a time that comes twice, Python takes the first unless told otherwise.
    late = int(local.replace(tzinfo=zone).timestamp())
    if datetime.fromtimestamp(late, zone).replace(tzinfo=None) == local:
        return late
    # Skipped: the clocks go forward between these two moments. Find the second in which they do.
    early = int(local.replace(tzinfo=zone, fold=1).timestamp())
    offset = datetime.fromtimestamp(late, zone).utcoffset()
    while late - early > 1:
        middle = (early + late) // 2
        if datetime.fromtimestamp(middle, zone).utcoffset() == offset:
            late = middle
        else:
            early = middle
    return late if datetime.fromtimestamp(late, zone).date() == local.date() else None
