"""What the journal says about entries: short in a list, whole on a card."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from bot.journal import prompts
from bot.journal.dates import Calendar
from bot.journal.rules import DAY, pieces
from bot.journal.service import Written
from bot.replies import fits, literal, moment, quoted
from bot.text import folded, shorten
from bot.words import Words

#: Characters that fit a card however many of them have to be escaped.
_HALF = 1600
_IN_A_LIST, _SHORT_IN_A_LIST = 80, 40
#: Characters of a list, so that it fits a card with what stands around it.
_LIST = 3400


def name_of(words: Words, entry: Written, limit: int) -> str:
    """An entry's title, or how it begins."""
    return shorten(entry.title or entry.text or words("(can't be opened)"), limit)


def line(words: Words, entry: Written, limit: int = _IN_A_LIST) -> str:
    """An entry in a list; `limit`: characters of its name."""
    return f"- {when(entry)} {literal(name_of(words, entry, limit))}"


def lines(words: Words, entries: Sequence[Written]) -> str:
    """As many entries as a menu holds, in a list that fits a card, whatever has to be escaped."""
    found = "\n".join(line(words, each) for each in entries)
    if len(found) <= _LIST:
        return found
    return "\n".join(line(words, each, _SHORT_IN_A_LIST) for each in entries)


def when(entry: Written) -> str:
    return moment(entry.day * DAY if entry.at is None else entry.at)


def day(entry: Written) -> str:
    """The day (UTC) in digits, where Discord shows no times."""
    return (datetime.date(1970, 1, 1) + datetime.timedelta(days=entry.day)).isoformat()


@cache
def calendar(language: str) -> Calendar:
    """How dates read in a language: months, and what stands between their parts ("de")."""
    from babel.dates import format_date

    firsts = [datetime.date(2000, number, 1) for number in range(1, 13)]
    months = tuple(folded(format_date(each, "MMMM", locale=language)) for each in firsts)
    written = folded(format_date(firsts[0], "long", locale=language)).split()
    between = {each for each in written if each.isalpha() and each != months[0]}
    return Calendar(months, frozenset({*between, "·"}))


def head(words: Words, entry: Written) -> str:
    """What stands above an entry's text: title, time, and the question it answers."""
    lines = [f"**{literal(entry.title)}**"] if entry.title else []
    lines.append(when(entry))
    prompt = prompts.prompt(entry.prompt, words.language) if entry.prompt else None
    if prompt is not None:
        lines.append(f"*{literal(prompt.text)}*")
    return "\n".join(lines)


class Page(NamedTuple):
    """What a card shows of an entry's text, and where those before and after it begin.

    A text is cut into halves of pages, which are counted. A page has two of them if they fit a
    card, else one; so to turn one costs what it holds, not what the entry holds.
    """

    shown: str
    before: int | None
    after: int | None


def page(words: Words, entry: Written, number: int) -> Page:
    """The page of an entry's text that begins with this half, or with the last one."""
    if entry.text is None:
        return Page(words("This entry can't be opened any more: its seal is broken."), None, None)
    halves = list(pieces(entry.text, _HALF))

    def together(first: int) -> int:
        return 2 if fits("".join(halves[first : first + 2])) else 1

    begin = min(number, len(halves) - 1)
    before = max(begin - together(max(begin - 2, 0)), 0) if begin else None
    after = begin + together(begin)
    shown = quoted("".join(halves[begin:after]))
    return Page(shown, before, after if after < len(halves) else None)
