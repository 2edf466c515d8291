"""Limits in plain numbers, as people are told them, and the very second at which each holds.

No number here comes from the code: a limit that moves fails, wherever it moved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

import pytest

from bot.affinity import rules as groups
from bot.affinity.rules import Entering, Kind, Outcome, Question, Voter, may_knock, may_part
from bot.consent import rules as consent
from bot.governance import rules as governance
from bot.governance.rules import RULES, Charter, check_value
from bot.journal import hours
from bot.journal import rules as journal
from bot.journal import share_rules as shares
from bot.journal.share_rules import Refusal, State
from bot.people.roster import DEPARTED_STAYS
from bot.reading import circle_rules as circles
from bot.reading import intake, shelves
from bot.reading import rules as reading
from bot.reading.when import Fault, range_fault
from bot.work import rules as work

HOUR, DAY = 3600, 86_400


class Border(NamedTuple):
    """What is asked at a second; the first with another answer; that, after the one before."""

    asks: Callable[[int], object]
    at: int
    before: object
    after: object


def stands(state: State, pause: int = 0) -> Callable[[int], State]:
    """How a share stands so many seconds after a state began."""
    return lambda now: shares.state_at(state, shares.falls_due(state, 0, pause), now)


def beginning(**facts: int) -> Callable[[int], Refusal | None]:
    free = shares.Beginning(
        1, 2, False, together=True, has_entry=True, friend_allows_dms=True, has_open=False,
        rests_until=None, slot_free_at=None,
    )  # fmt: skip
    return lambda now: shares.may_begin(free._replace(**facts), now).refusal


def closing(kind: Kind) -> Callable[[int], Outcome]:
    silent = Question(kind, (Voter(1), Voter(2)), 1000)
    return lambda now: groups.decide(silent, now).outcome


PLAN = hours.Plan(hours.EVERY_DAY, 8 * 60, "UTC", None)
BORDERS: Mapping[str, Border] = {
    "five wrong passphrases in 15 minutes lock": Border(
        lambda now: journal.blocked_until([0, 0, 0, 0, now], now), 900, 899 + 900, None
    ),
    "they lock for 15 minutes": Border(
        lambda now: journal.blocked_until([0] * 5, now), 900, 900, None
    ),
    "twenty right ones are taken in 15 minutes": Border(
        lambda now: journal.rests_until([0] * 20, now), 900, 900, None
    ),
    "a journal is open for 10 idle minutes": Border(
        lambda now: journal.still_open(0, 0, now), 600, True, False
    ),
    "and for 60 at most": Border(
        lambda now: journal.still_open(0, now, now), 3600, True, False
    ),
    "the pause before sharing is 24 hours": Border(
        stands(State.WAITING, Charter({}).share_pause), DAY, State.WAITING, State.CONFIRMING
    ),
    "a second look can be had for 30 days": Border(
        stands(State.CONFIRMING), 30 * DAY, State.CONFIRMING, State.OVER
    ),
    "a friend has a week for an answer": Border(
        stands(State.ASKING), 7 * DAY, State.ASKING, State.LAPSED
    ),
    "an outcome waits 30 days to be read": Border(
        stands(State.LAPSED), 30 * DAY, State.LAPSED, State.OVER
    ),
    "two who share rest": Border(beginning(rests_until=50), 50, Refusal.RESTS, None),
    "a day's share is used": Border(beginning(slot_free_at=50), 50, Refusal.DAY_USED, None),
    "a reminder comes at most 6 hours late": Border(
        lambda now: hours.may_still_come(PLAN, 0, now), 6 * HOUR + 1, True, False
    ),
    "and not before its time": Border(
        lambda now: hours.may_still_come(PLAN, 100, now), 100, False, True
    ),
    **{
        f"a {kind} closes": Border(closing(kind), 1000, Outcome.OPEN, Outcome.FAILED)
        for kind in Kind
    },
    "who was not let in rests": Border(
        lambda now: may_knock(Entering(True, rests_until=50), now).allowed, 50, False, True
    ),
    "a day's knock is used": Border(
        lambda now: may_knock(Entering(True, slot_free_at=50), now).allowed, 50, False, True
    ),
    "a parting rests": Border(
        lambda now: may_part(1, 2, (1, 2, 3), rests_until=50, now=now).allowed, 50, False, True
    ),
    "a circle reminds an hour before": Border(
        lambda now: circles.reminds_now(10_000, now), 6400, False, True
    ),
    "whoever joins then is not reminded": Border(
        lambda now: circles.reminds_later(10_000, now), 6400, True, False
    ),
    "what has begun reminds nobody": Border(
        lambda now: circles.reminds_now(10_000, now), 10_000, True, False
    ),
    "a circle is over after 3 hours": Border(
        lambda now: circles.is_over(0, now), 3 * HOUR, False, True
    ),
    "it is tidied up for 30 days": Border(
        lambda now: circles.is_past_mending(0, now), 3 * HOUR + 30 * DAY, False, True
    ),
    "a circle begins in half an hour at the soonest": Border(
        lambda ahead: range_fault(ahead, 0), 1800, Fault.SOON, None
    ),
    "and in 180 days at the latest": Border(
        lambda ahead: range_fault(ahead, 0), 180 * DAY + 1, None, Fault.FAR
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BORDERS)
def test_a_limit_holds_from_its_very_second_on(name: str) -> None:
    asks, at, before, after = BORDERS[name]
    assert [asks(at - 1), asks(at), asks(at + 1)] == [before, after, after]


def test_four_wrong_passphrases_do_not_lock() -> None:
    assert journal.blocked_until([0] * 4, 0) is None


def test_nineteen_right_ones_and_any_number_of_old_ones_are_taken() -> None:
    assert journal.rests_until([*[0] * 99, *[900] * 19], 900) is None
    assert journal.rests_until([*range(10, 32)], 40) == 12 + 900


@pytest.mark.parametrize(
    ("entries", "size", "has_room"),
    [(10_000, 16 << 20, True), (10_001, 0, False), (1, (16 << 20) + 1, False)],
)
def test_a_journal_holds_10_000_entries_and_16_megabytes(
    entries: int, size: int, has_room: bool
) -> None:
    assert journal.has_room(entries, size) is has_room


def test_a_parting_needs_two_who_are_left() -> None:
    assert not may_part(1, 2, (1, 2)).allowed
    assert may_part(1, 2, (1, 2, 3)).allowed


#: Rules with a number: the last that is refused, the first and the last that are taken.
NUMBERS = {"most_members": (3, 50, 20), "requests_a_day": (1, 3, 3), "rest_days": (30, 365, 30)}


@pytest.mark.parametrize("name", NUMBERS)
def test_a_rule_takes_its_numbers_and_no_other(name: str) -> None:
    low, high, usual = NUMBERS[name]
    taken = [check_value(RULES[name], str(each)) is None for each in range(low - 1, high + 2)]
    assert taken == [False, *[True] * (high - low + 1), False]
    assert RULES[name].default == str(usual)


def test_sizes_are_what_people_are_told() -> None:
    """Characters of what is written, bytes of what is sent."""
    assert (journal.TITLE_LIMIT, journal.TEXT_LIMIT, journal.SEARCH_LIMIT) == (100, 4000, 100)
    assert journal.FILE_LIMIT == 65_536
    assert (journal.PASSPHRASE_LEAST, journal.PASSPHRASE_LIMIT) == (12, 200)
    assert (groups.NAME_LIMIT, groups.PURPOSE_LIMIT, groups.HELLO_LIMIT) == (50, 200, 300)
    assert (groups.PROPOSAL_LIMIT, groups.REASON_LIMIT) == (1500, 300)
    assert (shelves.NOTE_LIMIT, intake.FILE_LIMIT) == (1000, 262_144)
    assert (intake.TITLE_LIMIT, intake.MAKERS_LIMIT, intake.WHY_LIMIT) == (100, 200, 400)
    assert (intake.FIND_LIMIT, intake.QUESTION_LIMIT, intake.REASON_LIMIT) == (300, 200, 400)


def test_what_can_be_chosen_is_what_people_are_told() -> None:
    assert groups.PERIODS == (6, 24, 48, 72, 168)  # hours that a proposal stays open
    assert groups.DISAPPEAR == (0, 1, 7, 30)  # days
    assert groups.LONGEST_AWAY == 180  # days
    assert groups.GONE_STAYS == 30  # days


def test_how_often_is_what_people_are_told() -> None:
    assert (groups.STARTS_A_DAY, groups.KNOCKS_A_DAY, groups.INVITATIONS_A_DAY) == (3, 3, 10)
    assert (shares.A_DAY, shares.REST, groups.REST_DAYS) == (3, 30 * DAY, 30)
    assert (intake.OPEN_LIMIT, intake.OPEN_IN_SERVER) == (5, 200)
    assert (circles.MOST_BY_ONE, circles.DRAFT_STANDS, intake.FILE_WAITS) == (3, 900, 900)
    assert (circles.A_DAY, circles.MOST_DRAFTS, intake.MOST_FILES) == (6, 10, 10)
    assert (groups.MOST_GROUPS, groups.MOST_ALONE, groups.MOST_GRANTS) == (20, 3, 25)
    assert (groups.MOST_OPEN_BY_ONE, groups.MOST_OPEN, groups.QUESTIONS_A_DAY) == (5, 15, 20)
    assert (consent.MOST_OPENED, consent.MOST_WITH_ONE, consent.MOST_POSTS) == (100, 10, 300)
    assert (consent.MOST_BLOCKS, reading.MOST_ON_SHELF, groups.MOST_DECIDED) == (1000, 1000, 1000)
    assert (governance.CHANGES_A_DAY, governance.CHANGES_STAY) == (50, 730)  # days
    assert (work.RING_PAUSE, work.RING_STANDS, DEPARTED_STAYS) == (HOUR, DAY, 30 * DAY)
