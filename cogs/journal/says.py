"""What the journal says about entries: short in a list, whole on a card."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from bot.journal import prompts
from bot.journal.rules import DAY, pieces
from bot.journal.service import Written
from bot.replies import fits, literal, moment, quoted
from bot.text import shorten
from bot.words import Words

#: Characters of a text on one page of a card, and where so many of them have to be escaped that
#: they would not fit.
_PAGE, _SHORT_PAGE = 3200, 1600
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


def head(words: Words, entry: Written) -> str:
    """What stands above an entry's text: title, time, and the question it answers."""
    lines = [f"**{literal(entry.title)}**"] if entry.title else []
    lines.append(when(entry))
    prompt = prompts.prompt(entry.prompt, words.language) if entry.prompt else None
    if prompt is not None:
        lines.append(f"*{literal(prompt.text)}*")
    return "\n".join(lines)


def pages(text: str) -> list[str]:
    """An entry's text in pages that fit a card."""
    found = list(pieces(text, _PAGE))
    return found if all(map(fits, found)) else list(pieces(text, _SHORT_PAGE))


def page(words: Words, entry: Written, number: int) -> str:
    """One page of an entry's text, as it was written."""
    if entry.text is None:
        return words("This entry can't be opened any more: its seal is broken.")
    return quoted(pages(entry.text)[number])
