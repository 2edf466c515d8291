"""Circles: how long what lasts, and when to look. Laws, then examples."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.reading import circle_rules as rules
from bot.reading.circle_rules import (
    AGAIN,
    DAY,
    HOUR,
    LASTS,
    REMINDS,
    State,
    is_near,
    is_over,
    is_past_mending,
    may_change,
    next_look,
    reminds_later,
    reminds_now,
    rings_within,
)
from bot.work.worker import PAUSES

TIMES = st.integers(1_700_000_000, 1_700_000_000 + 200 * DAY)
STATES = st.sampled_from(State)


@given(STATES, TIMES, TIMES)
def test_the_next_look_lies_ahead(state: State, starts_at: int, now: int) -> None:
    assert now + AGAIN <= next_look(state, starts_at, now + HOUR, now) <= now + DAY


@given(TIMES, TIMES)
def test_nothing_is_missed_between_two_looks(starts_at: int, now: int) -> None:
    """Neither the hour before nor the end lies between now and the next look."""
    look = next_look(State.OPEN, starts_at, 0, now)
    for moment in (starts_at - REMINDS, starts_at + LASTS):
        assert not now < moment < look or moment - now < AGAIN


@given(TIMES, TIMES)
def test_a_reminder_comes_later_now_or_not_at_all(starts_at: int, now: int) -> None:
    later, at_once = reminds_later(starts_at, now), reminds_now(starts_at, now)
    assert not (later and at_once)
    assert (later or at_once) == (now < starts_at)
    assert at_once == (starts_at - REMINDS <= now < starts_at)


@given(TIMES, TIMES)
def test_it_rings_a_quarter_of_an_hour_before_at_the_latest(begins_at: int, now: int) -> None:
    within = rings_within(begins_at, now)
    assert within >= 0
    assert now + within == max(now, begins_at - HOUR // 4)


def test_no_pause_outlasts_a_reminder_or_the_end() -> None:
    """Whatever Discord does not take is tried again at the right moment."""
    starts_at = 1_700_000_000
    for now in range(starts_at - DAY, starts_at + DAY, 300):
        in_time = now + PAUSES[-1] <= starts_at - REMINDS or is_over(starts_at, now)
        assert in_time or is_near(starts_at, now)


@given(TIMES, TIMES)
def test_what_is_over_has_begun(starts_at: int, now: int) -> None:
    assert now >= starts_at or not is_over(starts_at, now)
    assert is_over(starts_at, now) or not is_past_mending(starts_at, now)


def test_its_host_and_whoever_moderates_may_change_it() -> None:
    assert may_change(1, 1, moderates=False)
    assert may_change(1, 2, moderates=True)
    assert not may_change(1, 2, moderates=False)


def test_a_circle_of_somebody_who_erased_is_nobody_s() -> None:
    assert not may_change(0, 2, moderates=False)


def test_three_hours_after_its_beginning_it_is_over() -> None:
    assert not is_over(0, 3 * HOUR - 1)
    assert is_over(0, 3 * HOUR)
    assert rules.TIDIES == 30 * DAY
