"""The journal's rules: limits, passphrases, months and pages. Pure (design, sections 2, 6).

Whether a journal can be read is decided in this order:

1. No passphrase was set: it is open to its writer.
2. A passphrase is set, and this process has not been given it since it was last locked: locked.
3. Nothing was done in it for `IDLE` seconds, or it has been open for `OPEN_AT_MOST`: locked again.
4. Otherwise it is open.

Whether a passphrase may be tried is decided by `blocked_until`, from the tries that were wrong,
then by `rests_until`, from those that were right. How much a journal holds, by `has_room`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

MINUTE = 60
DAY = 86_400
#: Characters. Discord's forms end at 4,000.
TITLE_LIMIT = 100
TEXT_LIMIT = 4000
SEARCH_LIMIT = 100
#: Bytes of a text file that is kept (design: up to 64 KB).
FILE_LIMIT = 64 * 1024
#: Characters of a passphrase.
PASSPHRASE_LEAST = 12
PASSPHRASE_LIMIT = 200
#: Seconds that a journal stays open without use, and at most.
IDLE = 10 * MINUTE
OPEN_AT_MOST = 60 * MINUTE
#: So many wrong passphrases within so many seconds lock out for as long.
TRIES = 5
TRIES_WITHIN = 15 * MINUTE
LOCKED_OUT = 15 * MINUTE
#: So many right ones within `TRIES_WITHIN`, because each takes half a second of a computer's work.
RIGHT_TRIES = 20
#: What a journal holds: entries, and bytes as they are sealed. A search of all that, or a new
#: passphrase, is a matter of seconds.
ENTRIES_AT_MOST = 10_000
BYTES_AT_MOST = 16 * 1024 * 1024
#: Work on a whole journal that one person may have waiting behind what is being done.
WAITING = 3


def still_open(opened_at: int, used_at: int, now: int) -> bool:
    """Whether a journal that was unlocked then, and last used then, is open (seconds UTC)."""
    return now - used_at < IDLE and now - opened_at < OPEN_AT_MOST


def blocked_until(tries: Sequence[int], now: int) -> int | None:
    """Until when no passphrase may be tried; None: one may be tried now. All in seconds UTC.

    `tries` are the times of the wrong ones, in any order. `TRIES` of them within `TRIES_WITHIN`
    lock out for `LOCKED_OUT` from the last of these on.
    """
    times = sorted(tries)
    ends = [
        last + LOCKED_OUT
        for first, last in zip(times, times[TRIES - 1 :], strict=False)
        if last - first < TRIES_WITHIN
    ]
    until = max(ends, default=now)
    return until if now < until else None


def rests_until(right: Sequence[int], now: int) -> int | None:
    """Until when not even the right passphrase is taken; None: it is now. All in seconds UTC.

    `right` are the times of the right ones, in any order. Of `TRIES_WITHIN` seconds, `RIGHT_TRIES`
    are taken.
    """
    recent = sorted(each for each in right if now - each < TRIES_WITHIN)
    return recent[-RIGHT_TRIES] + TRIES_WITHIN if len(recent) >= RIGHT_TRIES else None


def has_room(entries: int, size: int) -> bool:
    """Whether a journal may hold so many entries, of so many sealed bytes together."""
    return entries <= ENTRIES_AT_MOST and size <= BYTES_AT_MOST


class Month(NamedTuple):
    """A month, as searching and reading name it: 2026-03."""

    year: int
    number: int

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


_MONTH = re.compile(r"(\d{4})-(\d{1,2})")


def month(typed: str) -> Month | None:
    """A month that was typed or chosen, None for anything else."""
    found = _MONTH.fullmatch(typed.strip())
    if not found or not typed.isascii():
        return None
    year, number = int(found[1]), int(found[2])
    # A calendar ends with the year 9999, and the day after a month has to be on it.
    return Month(year, number) if 0 < year < 9999 and 1 <= number <= 12 else None


def pieces(text: str, most: int) -> Iterator[str]:
    """A long text in pieces of at most `most` characters, cut where that hurts least."""
    begin = 0
    while len(text) - begin > most:
        middle, end = begin + most // 2, begin + most
        cut = max(text.rfind("\n", middle, end), text.rfind(" ", middle, end))
        cut = end if cut < 0 else cut + 1
        yield text[begin:cut]
        begin = cut
    yield text[begin:]
