"""When a reading circle begins, from what somebody typed: English and Spanish. Pure.

Order of decision in `read`:

1. Exactly one time of day is found (19:00, 19 h, 7:30 pm, 7 de la tarde, noon); what is left names
   the day: nothing, today, tomorrow, a weekday, a date, or a weekday with its date.
2. Without a year, a date is the next one from today on; a weekday is the next one that is still
   ahead; without a day it is the next time that clocks show this.
3. Day and time are what clocks in the zone show. Where clocks go forward over that time, it does
   not exist and is not taken. Where they go back and show it twice, it is the first of the two.
4. It is taken from `LEAST` seconds ahead, up to `MOST`.

`typed` gives back what was understood in the form 2026-11-28 19:00, which means the same when it is
read again, tomorrow too.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum
from typing import NamedTuple

DAY = 86_400
#: Seconds that a circle has to lie ahead, at least and at most.
LEAST = 30 * 60
MOST = 180 * DAY
#: Characters; nobody needs more for a day and a time.
LONGEST = 80


class Fault(StrEnum):
    """Why it is not taken."""

    UNCLEAR = "unclear"
    #: A time without am, pm, h or minutes: 7 may be in the morning or in the evening.
    NO_TIME = "no_time"
    #: 5/11 is in May for some and in November for others.
    TWO_DATES = "two_dates"
    NO_SUCH_DAY = "no_such_day"
    #: Such as Monday 28 November where the 28th is a Saturday.
    OTHER_WEEKDAY = "other_weekday"
    #: Clocks go forward over it.
    SKIPPED = "skipped"
    SOON = "soon"
    FAR = "far"


class Understood(NamedTuple):
    """What was understood.

    `moment`: seconds UTC; `local`: what the clocks of the zone show then, without a zone. `twice`:
    clocks show it twice that day, and this is the first time. For a `Fault.SKIPPED`, `local` is
    what does not exist.
    """

    moment: int
    local: datetime
    twice: bool = False


class Reading(NamedTuple):
    """Either is None, but for faults of something that was understood."""

    understood: Understood | None
    fault: Fault | None


def read(typed: str, now: int, zone: tzinfo) -> Reading:
    """What somebody means by `typed`, in the time of `zone`; `now` is in seconds UTC."""
    if len(typed) > LONGEST:
        return Reading(None, Fault.UNCLEAR)
    text = _plain(typed)
    found = [each for each in _TIME.finditer(text) if _says_so(each)]
    if len(found) != 1:
        return Reading(None, Fault.UNCLEAR if found else Fault.NO_TIME)
    clock = _clock(found[0])
    if clock is None:
        return Reading(None, Fault.UNCLEAR)
    rest = text[: found[0].start()] + " " + text[found[0].end() :]
    words = rest.split()
    day = _day([each for each in words if each not in _FILLERS])
    if isinstance(day, Fault):
        return Reading(None, day)
    not_today = not _NOT_TODAY.isdisjoint(words)
    local = day.at(clock, now, zone, not_today=not_today)
    return Reading(None, local) if isinstance(local, Fault) else moment_of(local, now, zone)


def moment_of(local: datetime, now: int, zone: tzinfo) -> Reading:
    """When the clocks of a zone show this, and whether a circle may begin then."""
    first = int(local.replace(tzinfo=zone).timestamp())
    second = int(local.replace(tzinfo=zone, fold=1).timestamp())
    understood = Understood(first, local, second > first)
    if datetime.fromtimestamp(first, zone).replace(tzinfo=None) != local:
        return Reading(understood, Fault.SKIPPED)
    return Reading(understood, range_fault(first, now))


def range_fault(moment: int, now: int) -> Fault | None:
    """Whether a moment is too soon or too far away for a circle; both in seconds UTC."""
    if moment < now + LEAST:
        return Fault.SOON
    return Fault.FAR if moment > now + MOST else None


def typed(understood: Understood) -> str:
    """What was understood, as it can be typed: 2026-11-28 19:00."""
    return understood.local.strftime("%Y-%m-%d %H:%M")


# -- words ----------------------------------------------------------------------------------------

#: Names in both languages, without accents; from three letters on, a beginning is enough.
_MONTHS = (
    ("january", "enero"),
    ("february", "febrero"),
    ("march", "marzo"),
    ("april", "abril"),
    ("may", "mayo"),
    ("june", "junio"),
    ("july", "julio"),
    ("august", "agosto"),
    ("september", "septiembre", "setiembre"),
    ("october", "octubre"),
    ("november", "noviembre"),
    ("december", "diciembre"),
)
_WEEKDAYS = (
    ("monday", "lunes"),
    ("tuesday", "martes"),
    ("wednesday", "miercoles"),
    ("thursday", "jueves"),
    ("friday", "viernes"),
    ("saturday", "sabado"),
    ("sunday", "domingo"),
)
_RELATIVE = {"today": 0, "hoy": 0, "tomorrow": 1, "manana": 1, "overmorrow": 2}
_SHORTEST_NAME = 3
#: Words that change nothing: "on Saturday at 7 pm", "el próximo sábado a las 19".
_FILLERS = frozenset(
    {
        *("on", "at", "the", "of", "this", "coming", "next"),
        *("a", "el", "la", "las", "los", "de", "del", "dia", "este", "proximo", "que", "viene"),
    }
)
#: Of these, what leaves out today: on a Saturday, next Saturday is in a week.
_NOT_TODAY = frozenset(("next", "proximo", "viene"))
#: Written in one way before anything is looked for.
_SAME = (
    (r"\b([ap])\s?\.?\s?m\b\.?", r"\1m"),
    (r"\b(?:de|por|en) la (?:manana|madrugada)\b|\bin the morning\b", "am"),
    (r"\b(?:de|por|en) la tarde\b|\bin the (?:afternoon|evening)\b", "pm"),
    (r"\b(?:de|por|en) la noche\b|\bat night\b", "night"),
    (r"\bpasado manana\b|\b(?:the )?day after tomorrow\b", "overmorrow"),
    (r"\b(?:al |at )?(?:mediodia|noon)\b", "12:00"),
    (r"\b(\d{4}-\d{1,2}-\d{1,2})t(?=\d)", r"\1 "),
    (r"\b(\d{1,2})(?:st|nd|rd|th|ro|er|º|°|o\b)(?!\w)", r"\1"),
)
_TIME = re.compile(
    r"(?<![\w:./-])(?P<at>at |a las? |las |@ ?)?(?P<hour>\d{1,2})"
    r"(?:(?P<sep>[:.]| ?h ?)(?P<minute>\d{2}))?"
    r"(?: ?(?P<unit>hs|hrs?|horas?|h)\b)?(?: ?(?P<half>am|pm|night)\b)?(?![\w:/-]|\.\d)",
    re.ASCII,
)
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?", re.ASCII)
_NUMBER = re.compile(r"\d{1,2}", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)
_NOON = _MONTHS_THERE_ARE = 12


class _Date(NamedTuple):
    """A date as it was named; `year` may be missing."""

    year: int | None
    month: int
    day: int


class _Day(NamedTuple):
    """A day as it was named: `ahead` days from today, a weekday, or a date."""

    ahead: int | None = None
    weekday: int | None = None
    date: _Date | None = None

    def at(
        self, clock: time, now: int, zone: tzinfo, *, not_today: bool = False
    ) -> datetime | Fault:
        """The day and the time, as clocks show them."""
        today = datetime.fromtimestamp(now, zone).date()
        if self.date is not None:
            year = self.date.year
            # Years that no calendar has, too, are only far away.
            if year is not None and not today.year - 1 <= year <= today.year + 1:
                return Fault.FAR if year > today.year else Fault.SOON
            found = _next_date(self.date, today)
            if found is None:
                return Fault.NO_SUCH_DAY
            if self.weekday is not None and found.weekday() != self.weekday:
                return Fault.OTHER_WEEKDAY
            return datetime.combine(found, clock)
        if self.ahead is not None:
            return datetime.combine(today + timedelta(days=self.ahead), clock)
        every = 1 if self.weekday is None else 7
        ahead = 0 if self.weekday is None else (self.weekday - today.weekday()) % 7
        local = datetime.combine(today + timedelta(days=ahead), clock)
        named_today = self.weekday is not None and ahead == 0 and not_today
        if named_today or local.replace(tzinfo=zone).timestamp() <= now:
            local += timedelta(days=every)
        return local


def _day(words: list[str]) -> _Day | Fault:
    """What day these words name; all of them have to be understood."""
    if len(words) == 1 and words[0] in _RELATIVE:
        return _Day(ahead=_RELATIVE[words[0]])
    whole = _date(words)
    if not isinstance(whole, Fault):  # first, because mar may be March or martes
        return _Day(date=whole)
    weekday = _named(words[0], _WEEKDAYS) if words else None
    if weekday is None:
        return whole if words else _Day()
    if len(words) == 1:
        return _Day(weekday=weekday)
    found = _date(words[1:])
    return found if isinstance(found, Fault) else _Day(weekday=weekday, date=found)


def _date(words: list[str]) -> _Date | Fault:
    if len(words) == 1:
        if iso := _ISO.fullmatch(words[0]):
            return _Date(int(iso[1]), int(iso[2]), int(iso[3]))
        if slashed := _SLASHED.fullmatch(words[0]):
            first, second = int(slashed[1]), int(slashed[2])
            year = int(slashed[3]) if slashed[3] else None
            if first == second or second > _MONTHS_THERE_ARE:
                return _Date(year, first, second)
            return _Date(year, second, first) if first > _MONTHS_THERE_ARE else Fault.TWO_DATES
        return Fault.UNCLEAR
    year = None
    if len(words) == 3 and _YEAR.fullmatch(words[2]):
        year, words = int(words[2]), words[:2]
    if len(words) != 2:
        return Fault.UNCLEAR
    number, name = words if _NUMBER.fullmatch(words[0]) else words[::-1]
    month = _named(name, _MONTHS)
    if month is None or not _NUMBER.fullmatch(number):
        return Fault.UNCLEAR
    return _Date(year, month + 1, int(number))


def _next_date(wanted: _Date, today: date) -> date | None:
    """The date; without a year the next one from today on. None: there is no such day."""
    # After 29 February comes the next one within eight years.
    years = range(today.year, today.year + 9) if wanted.year is None else (wanted.year,)
    for year in years:
        try:
            found = date(year, wanted.month, wanted.day)
        except ValueError:
            continue
        if wanted.year is not None or found >= today:
            return found
    return None


def _named(word: str, names: tuple[tuple[str, ...], ...]) -> int | None:
    """Which of the names a word is, or begins."""
    if len(word) < _SHORTEST_NAME:
        return None
    found = {number for number, each in enumerate(names) for name in each if name.startswith(word)}
    return found.pop() if len(found) == 1 else None


def _says_so(found: re.Match[str]) -> bool:
    """Whether a number says that it is a time of day."""
    return any(found[name] for name in ("at", "minute", "unit", "half"))


def _clock(found: re.Match[str]) -> time | None:
    """The time of day; None: there is no such one, or it could be two."""
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
    if half == "night":
        # 12 at night would be another day for some; and nobody says 3 at night for 15:00.
        if not 6 <= hour < _NOON:
            return None
        half = "pm"
    if half is not None:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None


def _plain(typed: str) -> str:
    """In one way: no case, no accents, single blanks, and one writing for what means the same."""
    folded = unicodedata.normalize("NFKD", typed.replace("º", "").replace("°", "")).casefold()
    text = "".join(char for char in folded if not unicodedata.combining(char))
    text = " ".join(re.sub(r"[,;]", " ", text).split()).removesuffix(".")
    for pattern, written in _SAME:
        text = re.sub(pattern, written, text)
    return re.sub(r"\b(" + "|".join(_SHORTENED) + r")\.", r"\1", text)


#: Names may be shortened with a full stop: nov., sáb.
_SHORTENED = sorted(
    {name[:length] for names in _MONTHS + _WEEKDAYS for name in names for length in (3, 4, 5)},
    key=len,
    reverse=True,
)
