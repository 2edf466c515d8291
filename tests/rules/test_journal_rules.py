"""The journal's rules as properties: locking out, months, pages."""

from __future__ import annotations

from datetime import date

from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.journal import rules
from bot.journal.rules import (
    IDLE,
    LOCKED_OUT,
    MINUTE,
    OPEN_AT_MOST,
    TRIES,
    TRIES_WITHIN,
    Month,
    blocked_until,
    month,
    pieces,
    still_open,
)
from bot.journal.service import span_of
from tests.strategies import hostile_text

#: An hour around one moment: what happens within and beyond a quarter of it is all met.
times = st.lists(st.integers(0, 60 * MINUTE), max_size=12)
moments = st.integers(-10 * MINUTE, 120 * MINUTE)


# -- locking out ------------------------------------------------------------------------------


@given(times, moments)
def test_fewer_than_five_wrong_ones_never_lock_out(tries: list[int], now: int) -> None:
    assert blocked_until(tries[: TRIES - 1], now) is None


@given(st.data(), times, moments)
def test_the_order_of_tries_is_irrelevant(data: st.DataObject, tries: list[int], now: int) -> None:
    shuffled = data.draw(st.permutations(tries))
    assert blocked_until(tries, now) == blocked_until(shuffled, now)


@given(times, moments)
@example([0, 0, 0, 0, 0, 0], 1)
@example([0, 100, 200, 300, 400, 500], 500)
def test_five_within_a_quarter_of_an_hour_lock_out_for_one_from_the_last(
    tries: list[int], now: int
) -> None:
    until = blocked_until(tries, now)
    fives = [
        last for last in tries if sum(last - TRIES_WITHIN < each <= last for each in tries) >= TRIES
    ]
    assert until == max(
        (last + LOCKED_OUT for last in fives if now < last + LOCKED_OUT), default=None
    )


@given(times, moments)
def test_a_lock_out_ends_and_is_never_over_before_now(tries: list[int], now: int) -> None:
    until = blocked_until(tries, now)
    if until is not None:
        assert now < until <= max(tries) + LOCKED_OUT
        assert blocked_until(tries, until) is None


@given(times, moments, st.integers(0, 60 * MINUTE))
def test_one_more_wrong_one_never_shortens_it(tries: list[int], now: int, more: int) -> None:
    until = blocked_until(tries, now)
    assert until is None or (blocked_until([*tries, more], now) or 0) >= until


# -- staying open -----------------------------------------------------------------------------


@given(st.integers(0, 2 * OPEN_AT_MOST), st.integers(0, 2 * OPEN_AT_MOST))
def test_a_journal_is_open_for_ten_idle_minutes_and_an_hour_at_most(used: int, now: int) -> None:
    assume(used <= now)
    assert still_open(0, used, now) == (now - used < 10 * MINUTE and now < 60 * MINUTE)


def test_it_closes_at_the_very_moment() -> None:
    assert still_open(0, 0, IDLE - 1)
    assert not still_open(0, 0, IDLE)
    assert still_open(0, OPEN_AT_MOST - 1, OPEN_AT_MOST - 1)
    assert not still_open(0, OPEN_AT_MOST, OPEN_AT_MOST)


# -- months -----------------------------------------------------------------------------------


@given(st.integers(1, 9998), st.integers(1, 12))
def test_a_months_name_names_it_and_its_days_are_its_own(year: int, number: int) -> None:
    named = Month(year, number)
    assert month(str(named)) == named
    assert month(f" {year:04}-{number} ") == named
    span = span_of(named)
    days = [date.fromordinal(date(1970, 1, 1).toordinal() + day) for day in span]
    assert {(each.year, each.month) for each in days} == {(year, number)}
    assert days[0].day == 1
    assert days[1].day >= 28


@given(hostile_text() | st.from_regex(r"\d{1,5}-\d{1,3}", fullmatch=True))
@example("2026-03")
@example("2024-02")
@example("9999-12")
@example("0000-01")
@example("２０２６-０３")
def test_whatever_is_typed_is_a_month_with_days_or_none(typed: str) -> None:
    found = month(typed)
    if found is not None:
        span = span_of(found)
        assert 27 <= span.to_day - span.from_day <= 30


# -- pages ------------------------------------------------------------------------------------


@given(st.text(), st.integers(1, 30))
@example("", 1)
@example("ab " * 20, 5)
@example("a" * 31, 30)
def test_pieces_lose_nothing_and_are_bounded(text: str, most: int) -> None:
    found = list(pieces(text, most))
    assert "".join(found) == text
    assert all(len(each) <= most for each in found)
    assert found == [text] if len(text) <= most else all(found)


@given(st.lists(st.text("abc", min_size=1, max_size=9), min_size=1, max_size=40))
def test_pieces_do_not_cut_words_that_fit(words: list[str]) -> None:
    text = " ".join(words)
    for each in list(pieces(text, 20))[:-1]:
        assert each.endswith(" ")


def test_the_limits_are_what_the_design_says() -> None:
    assert (rules.TITLE_LIMIT, rules.TEXT_LIMIT, rules.FILE_LIMIT) == (100, 4000, 65_536)
    assert (IDLE, OPEN_AT_MOST) == (600, 3600)
    assert (TRIES, TRIES_WITHIN, LOCKED_OUT) == (5, 900, 900)
