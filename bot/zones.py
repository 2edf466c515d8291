"""Time zones, found by what people type: a city, a country, or the zone's own name. Pure.

Names come from the machine's time zone database, or from the `tzdata` package where it has none.
`zoneinfo` is imported by the first question: a start does not need it.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from bot.text import JOINT

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

#: What Discord shows at once.
MOST = 25
#: What is offered before anything is typed.
OFFERED = (
    "America/Argentina/Buenos_Aires",
    "America/Asuncion",
    "America/Bogota",
    "America/Caracas",
    "America/Chicago",
    "America/Guatemala",
    "America/Guayaquil",
    "America/Havana",
    "America/La_Paz",
    "America/Lima",
    "America/Los_Angeles",
    "America/Mexico_City",
    "America/Montevideo",
    "America/New_York",
    "America/Panama",
    "America/Puerto_Rico",
    "America/Santiago",
    "America/Sao_Paulo",
    "Europe/Berlin",
    "Europe/London",
    "Europe/Madrid",
    "Europe/Paris",
    "Africa/Johannesburg",
    "Asia/Kolkata",
    "UTC",
)
#: Places that no zone is named after, and Spanish names of those that one is.
_ALSO_CALLED = {
    "alemania": "Europe/Berlin",
    "argentina": "America/Argentina/Buenos_Aires",
    "atenas": "Europe/Athens",
    "barcelona": "Europe/Madrid",
    "bolivia": "America/La_Paz",
    "boston": "America/New_York",
    "brasil": "America/Sao_Paulo",
    "brasilia": "America/Sao_Paulo",
    "brazil": "America/Sao_Paulo",
    "bruselas": "Europe/Brussels",
    "chile": "America/Santiago",
    "ciudaddemexico": "America/Mexico_City",
    "colombia": "America/Bogota",
    "copenhague": "Europe/Copenhagen",
    "cordobaargentina": "America/Argentina/Cordoba",
    "cuba": "America/Havana",
    "delhi": "Asia/Kolkata",
    "ecuador": "America/Guayaquil",
    "elcairo": "Africa/Cairo",
    "espana": "Europe/Madrid",
    "estambul": "Europe/Istanbul",
    "germany": "Europe/Berlin",
    "ginebra": "Europe/Zurich",
    "guadalajara": "America/Mexico_City",
    "hamburg": "Europe/Berlin",
    "hamburgo": "Europe/Berlin",
    "honduras": "America/Tegucigalpa",
    "lahabana": "America/Havana",
    "leipzig": "Europe/Berlin",
    "lisboa": "Europe/Lisbon",
    "londres": "Europe/London",
    "manchester": "Europe/London",
    "medellin": "America/Bogota",
    "mexico": "America/Mexico_City",
    "miami": "America/New_York",
    "milan": "Europe/Rome",
    "moscu": "Europe/Moscow",
    "mumbai": "Asia/Kolkata",
    "munich": "Europe/Berlin",
    "nicaragua": "America/Managua",
    "nuevayork": "America/New_York",
    "paraguay": "America/Asuncion",
    "peru": "America/Lima",
    "philadelphia": "America/New_York",
    "praga": "Europe/Prague",
    "quito": "America/Guayaquil",
    "republicadominicana": "America/Santo_Domingo",
    "riodejaneiro": "America/Sao_Paulo",
    "roma": "Europe/Rome",
    "rosario": "America/Argentina/Buenos_Aires",
    "sanfrancisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles",
    "uruguay": "America/Montevideo",
    "valparaiso": "America/Santiago",
    "varsovia": "Europe/Warsaw",
    "venezuela": "America/Caracas",
    "viena": "Europe/Vienna",
    "washingtondc": "America/New_York",
}
#: In the database, but no place that somebody could be in.
_NO_PLACE = {"Factory", "leapseconds", "localtime", "posixrules"}
#: Names such as `US/Eastern` stand behind the ones in use today.
_REGIONS = {
    *("Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian"),
    *("Pacific", "UTC"),
}
#: Their signs say the opposite of what people mean by them: clocks of `Etc/GMT+5` show UTC-5.
_MISLEADING = re.compile(r"(?:Etc/)?GMT[+-][1-9]\d*")
_NOT_AT_ALL = 4


@cache
def known() -> frozenset[str]:
    """Every zone that can be chosen. The first call reads a few hundred small files."""
    from zoneinfo import available_timezones

    found = available_timezones() - _NO_PLACE
    return frozenset(zone for zone in found if not _MISLEADING.fullmatch(zone))


def load(name: str) -> ZoneInfo | None:
    """The rules of a zone; None: there is no such zone here. Also of one that is not `known`."""
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return None


def find(typed: str) -> list[str]:
    """At most `MOST` zones for what was typed so far, the likeliest first.

    What is called exactly that; cities that begin with it; then anything that begins with it; then
    what it stands in somewhere. In each of these, names in use today come first.
    """
    wanted = _folded(typed)
    if not wanted:
        return [zone for zone in OFFERED if zone in known()]
    ranked = [(entry.rank(wanted), entry.old, entry.zone) for entry in _index()]
    found = sorted(each for each in ranked if each[0] < _NOT_AT_ALL)
    return list(dict.fromkeys(zone for _, _, zone in found))[:MOST]


def named(typed: str) -> str | None:
    """The zone that is called exactly that, by its own name or its city's; None: there is none."""
    if typed in known():
        return typed
    # As it is offered, it shows a time, which has gone on since.
    wanted = _folded(typed.partition(JOINT)[0])
    exact = [entry for entry in _index() if wanted and entry.rank(wanted) == 0]
    # Of `America/Cordoba` and `America/Argentina/Cordoba` the second is the one in use.
    best = min(exact, key=lambda entry: (entry.old, -len(entry.zone)), default=None)
    return None if best is None else best.zone


def place(name: str) -> str:
    """A zone's name as people read it."""
    return name.replace("_", " ")


def clock(name: str, at: int) -> str:
    """What the clocks of a zone show at a moment (seconds UTC), such as 07:30."""
    return datetime.fromtimestamp(at, load(name)).strftime("%H:%M")


def suggestions(typed: str, at: int) -> list[tuple[str, str]]:
    """What `find` finds, as it is offered: what to show, with what clocks show then, and the name.

    `at` is in seconds UTC.
    """
    return [(f"{place(name)}{JOINT}{clock(name, at)}", name) for name in find(typed)]


class _Entry(NamedTuple):
    """A zone under one of its names, folded: the whole, its parts, and what its city is called."""

    zone: str
    old: bool
    whole: str
    parts: tuple[str, ...]

    def rank(self, wanted: str) -> int:
        city = self.parts[-1]
        if wanted in (city, self.whole):
            return 0
        if city.startswith(wanted):
            return 1
        if self.whole.startswith(wanted) or any(part.startswith(wanted) for part in self.parts):
            return 2
        return 3 if wanted in self.whole else _NOT_AT_ALL


@cache
def _index() -> tuple[_Entry, ...]:
    found: list[_Entry] = []
    for zone in known():
        parts = zone.split("/")
        old = parts[0] not in _REGIONS
        found.append(_Entry(zone, old, _folded(zone), tuple(map(_folded, parts))))
    found += [
        _Entry(zone, False, name, (name,)) for name, zone in _ALSO_CALLED.items() if zone in known()
    ]
    return tuple(found)


def _folded(text: str) -> str:
    """Without case, accents, blanks and marks; a sign before digits (`GMT+5`) counts."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(
        char
        for index, char in enumerate(plain)
        if char.isalnum() or (char in "+-" and plain[index + 1 : index + 2].isdigit())
    )
