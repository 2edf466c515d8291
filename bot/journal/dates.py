"""What somebody types to find an entry: dates, as they stand beside entries, and words. Pure.

Days stand outside the seal, so a date finds entries without opening any. What is typed is taken
apart in this order:

1. The beginning of a date in digits ("2026", "2026-0", "2026-03-12") names days.
2. So do three letters or more of a month's name; and beside one, the number of a day.
3. If no entry is of such a day, it was no date: all of it is words.
4. What is left are words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import groupby
from typing import NamedTuple

from bot.journal.rules import month
from bot.text import folded

_EPOCH = date(1970, 1, 1).toordinal()
_DIGITS = re.compile(r"\d{4}(?:-\d{0,2}){0,2}", re.ASCII)
_DAY = re.compile(r"\d{1,2}", re.ASCII)
_LEAST_LETTERS = 3


class Calendar(NamedTuple):
    """A language's names of the twelve months, and what stands between a date's parts, folded."""

    months: Sequence[str]
    between: frozenset[str] = frozenset()


def dates_in(typed: str, calendar: Calendar) -> frozenset[str]:
    """The words of what was typed (folded) that may belong to a date."""
    said = folded(typed).split()
    dates = {word for word in said if _of_months(word, calendar)}
    if dates:
        dates |= {word for word in said if _DAY.fullmatch(word)}
    return frozenset(dates | {word for word in said if _DIGITS.fullmatch(word)})


def runs_of(
    dates: frozenset[str], days: Sequence[int], calendar: Calendar
) -> list[tuple[int, int]]:
    """First and last days of each run of days that all these words of a date fit, latest first.

    `days`: those with an entry, the latest first, as days since 1970.
    """
    fit = [_test(word, calendar) for word in dates]
    runs = groupby(days, lambda day: all(fits(date.fromordinal(_EPOCH + day)) for fits in fit))
    meant = [[*run] for is_meant, run in runs if is_meant]
    return [(run[-1], run[0]) for run in meant]


def words_beside(typed: str, dates: frozenset[str], calendar: Calendar) -> str:
    """What is left of what was typed without its dates, folded."""
    left = folded(typed).split()
    return " ".join(word for word in left if word not in dates | calendar.between)


def _of_months(word: str, calendar: Calendar) -> set[int]:
    """The numbers of months whose names begin like this."""
    if len(word) < _LEAST_LETTERS:
        return set()
    return {number for number, name in enumerate(calendar.months, 1) if name.startswith(word)}


def _test(word: str, calendar: Calendar) -> Callable[[date], bool]:
    """What tells whether a word of a date fits a day."""
    if _DAY.fullmatch(word):
        return lambda day: day.day == int(word)
    if _DIGITS.fullmatch(word):
        begins = (word, str(month(word) or word))
        return lambda day: day.isoformat().startswith(begins)
    months = _of_months(word, calendar)
    return lambda day: day.month in months
