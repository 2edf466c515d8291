"""What a server's own list takes in: what can be typed, how much, and what a file changes. Pure.

What a form takes, a file takes as well: a list that was exported can be imported again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from functools import cache
from typing import NamedTuple

from bot import text
from bot.reading.duplicates import Known, Title
from bot.reading.library import library
from bot.reading.own import WORKS_LIMIT, Entry, is_own_id
from bot.text import Fault
from bot.words import LANGUAGES

#: Suggestions that somebody may have open in a server, and that a server may have open.
OPEN_LIMIT = 5
OPEN_IN_SERVER = 200
#: Characters.
TITLE_LIMIT = 100
#: Of all makers and the year, in one line.
MAKERS_LIMIT = 200
WHY_LIMIT = 400
FIND_LIMIT = 300
QUESTION_LIMIT = 200
REASON_LIMIT = 400
#: How many a work may have.
MOST_QUESTIONS = 5
MOST_TOPICS = 5
YEARS = range(1500, 2101)
#: Bytes of a file that is imported.
FILE_LIMIT = 256 * 1024
#: Seconds that a file waits for the curator's yes.
FILE_WAITS = 15 * 60
#: Files that may wait at once in a server.
MOST_FILES = 10

#: A year at the end, and what parts it from the makers: looked for only where that begins.
_YEAR = re.compile(r"(?<![\s,;(])[\s,;(]*+\b(\d{4})\)?$")


class Credit(NamedTuple):
    """Who made a work, and when, as far as that is known."""

    makers: tuple[str, ...] = ()
    year: int | None = None

    def __str__(self) -> str:
        year = () if self.year is None else (str(self.year),)
        return ", ".join((*self.makers, *year))


class Asked(StrEnum):
    """What becomes of a suggestion."""

    TAKEN = "taken"
    #: This person has `OPEN_LIMIT` of them already.
    ENOUGH = "enough"
    #: The server has `OPEN_IN_SERVER` of them.
    FULL = "full"
    #: It is known already.
    KNOWN = "known"


def may_suggest(mine: int, in_server: int, known: object | None) -> Asked:
    """Whether a suggestion is taken, with so many open ones of this person and in this server."""
    if known is not None:
        return Asked.KNOWN
    if mine >= OPEN_LIMIT:
        return Asked.ENOUGH
    return Asked.FULL if in_server >= OPEN_IN_SERVER else Asked.TAKEN


# -- what is typed ------------------------------------------------------------------------------


def line_fault(line: str, limit: int) -> Fault | None:
    """Why a cleaned line is not taken: no link stands on the list that nobody has looked at."""
    from bot.proof import names_a_site  # Imported here: a start does not need it.

    found = text.fault(line, limit, exact_words=True)
    return Fault.LINK if found is None and names_a_site(line) else found


def credit(typed: str) -> Credit:
    """Makers and year from one cleaned line, such as `Ana Ruiz, Beto Paz, 1998`."""
    found = _YEAR.search(typed)
    year = int(found[1]) if found and int(found[1]) in YEARS else None
    named = typed[: found.start()] if found and year is not None else typed
    makers = (each.strip() for each in re.split(r"[,;]", named))
    return Credit(tuple(each for each in makers if each), year)


def lines(typed: str) -> list[str]:
    """Each line that was typed, cleaned; empty ones left out."""
    return [line for line in map(text.one_line, text.clean(typed).split("\n")) if line]


# -- what a file changes ------------------------------------------------------------------------


class Change(NamedTuple):
    """A work of a list and what a file makes of it."""

    id: str
    entry: Entry


class Plan(NamedTuple):
    """What bringing in a file would do."""

    #: Ids of ours, where the file has them; None: a new id is made.
    adds: tuple[tuple[str | None, Entry], ...]
    changes: tuple[Change, ...]
    #: What stands on the list already, exactly so.
    same: tuple[Entry, ...]
    #: What is on the shared list, or on this one or in the file once more under another id.
    known: tuple[Entry, ...]
    #: How many works the list would have.
    size: int

    @property
    def fits(self) -> bool:
        return self.size <= WORKS_LIMIT


def titles(entry: Entry) -> list[Title]:
    """What a work is called, in each of its languages."""
    return [Title(title, entry.makers) for title in entry.title.values()]


@cache
def shared_titles() -> tuple[tuple[str, tuple[Title, ...]], ...]:
    """What is on the shared list, by id, with its titles in every language. No sections."""
    found: dict[str, list[Title]] = {}
    for language in LANGUAGES:
        shared = library(language)
        for each in (*shared.essays, *shared.works):
            found.setdefault(each.id, []).append(Title(each.title, each.makers))
    return tuple((its_id, tuple(each)) for its_id, each in found.items())


def known_works(ours: Mapping[str, Entry]) -> Known:
    """The works of the shared list and a server's own, known by their ids."""
    known = Known()
    for shared_id, each in shared_titles():
        known.add(each, shared_id)
    for work_id, entry in ours.items():
        known.add(titles(entry), work_id)
    return known


def plan(file: Sequence[tuple[str, Entry]], ours: Mapping[str, Entry]) -> Plan:
    """What a file, by the ids in it, would change of a list. Nothing is removed by a file."""
    by_name = {entry.name: work_id for work_id, entry in ours.items() if entry.name}
    adds: list[tuple[str | None, Entry]] = []
    changes: list[Change] = []
    same: list[Entry] = []
    twins: list[Entry] = []
    known = known_works(ours)
    for file_id, entry in file:
        work_id = file_id if file_id in ours else by_name.get(file_id)
        if work_id is None:
            if known.find(titles(entry)) is not None:
                twins.append(entry)
                continue
            own = is_own_id(file_id)
            adds.append((file_id if own else None, entry._replace(name="" if own else file_id)))
            known.add(titles(entry), file_id)
            continue
        entry = entry._replace(name=ours[work_id].name)
        if entry == ours[work_id]:
            same.append(entry)
        elif known.find(titles(entry), but=work_id) is not None:
            twins.append(entry)
        else:
            changes.append(Change(work_id, entry))
            known.add(titles(entry), work_id)
    size = len(ours) + len(adds)
    return Plan(tuple(adds), tuple(changes), tuple(same), tuple(twins), size)
