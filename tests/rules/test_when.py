"""When a circle begins, as people type it: in English and Spanish, also when clocks change."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.reading import when
from bot.reading.when import DAY, LEAST, LONGEST, MOST, Fault, moment_of, read, typed
from tests.strategies import hostile_text

SANTIAGO, BERLIN = "America/Santiago", "Europe/Berlin"
NEW_YORK, LORD_HOWE = "America/New_York", "Australia/Lord_Howe"
ZONES = (
    *(SANTIAGO, BERLIN, NEW_YORK, LORD_HOWE, "UTC", "America/Havana", "Africa/Casablanca"),
    *("Asia/Kathmandu", "Europe/Dublin", "Pacific/Apia", "Pacific/Chatham", "Asia/Beirut"),
)
MOMENTS = st.integers(1_577_836_800, 2_208_988_800)
MONTHS = tuple(names for names in when._MONTHS)
WEEKDAYS = tuple(names for names in when._WEEKDAYS)
#: Sunday 22 November 2026, 02:00 in Santiago.
NOW = int(datetime(2026, 11, 22, 5, 0, tzinfo=UTC).timestamp())


def understood(text: str, zone: str = SANTIAGO, now: int = NOW) -> str:
    found = read(text, now, ZoneInfo(zone))
    assert found.fault is None, found
    assert found.understood is not None
    return typed(found.understood)


def fault(text: str, zone: str = SANTIAGO, now: int = NOW) -> Fault | None:
    return read(text, now, ZoneInfo(zone)).fault


# -- what people type -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("28 nov 19:00", "2026-11-28 19:00"),
        ("2026-11-28 19:00", "2026-11-28 19:00"),
        ("2026-11-28T19:00", "2026-11-28 19:00"),
        ("28/11 19:00", "2026-11-28 19:00"),
        ("11/28/2026 19:00", "2026-11-28 19:00"),
        ("28/11/2026 19h", "2026-11-28 19:00"),
        ("12/12 19:00", "2026-12-12 19:00"),
        ("Nov 28, 7 pm", "2026-11-28 19:00"),
        ("November 28th, 2026 at 7 p.m.", "2026-11-28 19:00"),
        ("28 de noviembre a las 19:00", "2026-11-28 19:00"),
        ("el 28 de noviembre de 2026, a las 19 horas", "2026-11-28 19:00"),
        ("1º de diciembre a las 19", "2026-12-01 19:00"),
        ("1 de dic. 19.30 hrs", "2026-12-01 19:30"),
        ("19:00 28 nov", "2026-11-28 19:00"),
        ("tomorrow 7pm", "2026-11-23 19:00"),
        ("tomorrow at 7:30 PM", "2026-11-23 19:30"),
        ("mañana 19 h", "2026-11-23 19:00"),
        ("MAÑANA 19H30", "2026-11-23 19:30"),
        ("mañana a las 7 de la tarde", "2026-11-23 19:00"),
        ("mañana a las 9 de la mañana", "2026-11-23 09:00"),
        ("mañana al mediodía", "2026-11-23 12:00"),
        ("noon tomorrow", "2026-11-23 12:00"),
        ("pasado mañana 20:15", "2026-11-24 20:15"),
        ("the day after tomorrow, 6pm", "2026-11-24 18:00"),
        ("today 21:00", "2026-11-22 21:00"),
        ("hoy a las 21", "2026-11-22 21:00"),
        ("sábado 18:30", "2026-11-28 18:30"),
        ("el próximo sábado a las 6:30 p. m.", "2026-11-28 18:30"),
        ("Sat 18:30", "2026-11-28 18:30"),
        ("sáb. 18:30", "2026-11-28 18:30"),
        ("on Saturday at 6:30 pm", "2026-11-28 18:30"),
        ("Sat 28 Nov 18:30", "2026-11-28 18:30"),
        ("viernes a las 9 de la noche", "2026-11-27 21:00"),
        ("friday 9 in the evening", "2026-11-27 21:00"),
        ("sunday 11:00", "2026-11-22 11:00"),
        ("sunday 01:00", "2026-11-29 01:00"),
        ("next sunday 11:00", "2026-11-29 11:00"),
        ("el domingo que viene a las 11", "2026-11-29 11:00"),
        ("mar 19:00", "2026-11-24 19:00"),
        ("19:00", "2026-11-22 19:00"),
        ("01:30", "2026-11-23 01:30"),
        ("12 am 24 nov", "2026-11-24 00:00"),
        ("12 pm 24 nov", "2026-11-24 12:00"),
        ("２８ nov １９:００", "2026-11-28 19:00"),
        ("1 mar 19:00", "2027-03-01 19:00"),
    ],
)
def test_it_is_understood(text: str, means: str) -> None:
    assert understood(text) == means


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", Fault.NO_TIME),
        ("7", Fault.NO_TIME),
        ("28 nov", Fault.NO_TIME),
        ("tomorrow 7", Fault.NO_TIME),
        ("whenever you like", Fault.NO_TIME),
        ("19:00 or 20:00", Fault.UNCLEAR),
        ("tomorrow or so 19:00", Fault.UNCLEAR),
        ("tomorrow 25:00", Fault.UNCLEAR),
        ("tomorrow 19:60", Fault.UNCLEAR),
        ("tomorrow 13 pm", Fault.UNCLEAR),
        ("tomorrow 0 am", Fault.UNCLEAR),
        ("mañana a las 12 de la noche", Fault.UNCLEAR),
        ("mañana a las 3 de la noche", Fault.UNCLEAR),
        ("19:00:30 tomorrow", Fault.NO_TIME),
        ("nov nov 19:00", Fault.UNCLEAR),
        ("28 ju 19:00", Fault.UNCLEAR),
        ("28 nov 26 19:00", Fault.UNCLEAR),
        ("5/6 19:00", Fault.TWO_DATES),
        ("31 feb 19:00", Fault.NO_SUCH_DAY),
        ("31/11 19:00", Fault.NO_SUCH_DAY),
        ("0 nov 19:00", Fault.NO_SUCH_DAY),
        ("2026-13-01 19:00", Fault.NO_SUCH_DAY),
        ("monday 28 nov 19:00", Fault.OTHER_WEEKDAY),
        ("today 02:20", Fault.SOON),
        ("today 01:00", Fault.SOON),
        ("2026-11-21 19:00", Fault.SOON),
        ("0001-01-01 00:00", Fault.SOON),
        ("0000-01-01 00:00", Fault.SOON),
        ("9999-12-31 23:59", Fault.FAR),
        ("29 feb 19:00", Fault.FAR),
        ("2027-06-01 19:00", Fault.FAR),
        ("x" * (LONGEST + 1), Fault.UNCLEAR),
    ],
)
def test_it_is_not_taken_and_why(text: str, why: Fault) -> None:
    assert fault(text) is why


def test_half_an_hour_is_enough_and_180_days_are_not_too_far() -> None:
    zone = ZoneInfo("UTC")
    for seconds, why in (
        (LEAST - 60, Fault.SOON),
        (LEAST, None),
        (MOST, None),
        (MOST + 60, Fault.FAR),
    ):
        local = datetime.fromtimestamp(NOW + seconds, UTC).replace(tzinfo=None)
        assert moment_of(local, NOW, zone).fault is why


# -- when clocks change ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "text", "day"),
    [
        # Forward: 24:00 becomes 01:00, 02:00 becomes 03:00, 02:00 becomes 02:30.
        (SANTIAGO, "2026-09-06 00:30", "2026-09-01"),
        (BERLIN, "2026-03-29 02:30", "2026-03-20"),
        (NEW_YORK, "2026-03-08 02:00", "2026-03-01"),
        (LORD_HOWE, "2026-10-04 02:15", "2026-10-01"),
    ],
)
def test_a_time_that_clocks_skip_is_not_taken(zone: str, text: str, day: str) -> None:
    now = int(datetime.fromisoformat(f"{day}T12:00+00:00").timestamp())
    found = read(text, now, ZoneInfo(zone))
    assert found.fault is Fault.SKIPPED
    assert found.understood is not None
    assert typed(found.understood) == text


@pytest.mark.parametrize(
    ("zone", "text", "first"),
    [
        # Back: 24:00 becomes 23:00, 03:00 becomes 02:00, 02:00 becomes 01:00, 02:00 becomes 01:30.
        (SANTIAGO, "2026-04-04 23:30", "2026-04-05T02:30"),
        (BERLIN, "2026-10-25 02:30", "2026-10-25T00:30"),
        (NEW_YORK, "2026-11-01 01:30", "2026-11-01T05:30"),
        (LORD_HOWE, "2026-04-05 01:45", "2026-04-04T14:45"),
    ],
)
def test_a_time_that_comes_twice_is_the_first_of_the_two(zone: str, text: str, first: str) -> None:
    moment = int(datetime.fromisoformat(f"{first}+00:00").timestamp())
    found = read(text, moment - DAY, ZoneInfo(zone))
    assert found.understood is not None
    assert (found.understood.moment, found.understood.twice) == (moment, True)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        (SANTIAGO, "2026-09-05", 23),
        (SANTIAGO, "2026-04-04", 25),
        (BERLIN, "2026-03-28", 23),
        (BERLIN, "2026-10-24", 25),
    ],
)
def test_what_is_agreed_is_what_clocks_on_the_wall_show(zone: str, day: str, hours: int) -> None:
    """Tomorrow at the same time is 23 or 25 hours away where clocks change in between."""
    there = datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=ZoneInfo(zone))
    now = int(there.timestamp())
    found = read("tomorrow 12:00", now, ZoneInfo(zone))
    assert found.understood is not None
    assert found.understood.moment - now == hours * 3600


# -- laws -----------------------------------------------------------------------------------------


@st.composite
def moments(draw: st.DrawFn) -> tuple[int, ZoneInfo, datetime]:
    """A moment to type at, a zone, and what its clocks show when a circle could begin."""
    now, zone = draw(MOMENTS), ZoneInfo(draw(st.sampled_from(ZONES)))
    ahead = draw(st.integers(LEAST + 60, MOST))
    local = datetime.fromtimestamp(now + ahead, zone).replace(tzinfo=None, second=0, fold=0)
    assume(moment_of(local, now, zone).fault is None)
    return now, zone, local


def written(local: datetime, kind: int, language: int, *, year: bool) -> str:
    """The same day and time, as different people write it."""
    month, weekday = MONTHS[local.month - 1][language], WEEKDAYS[local.weekday()][language]
    end = f" {local.year}" if year else ""
    day = (
        f"{local.day} {month}{end}",
        f"{month.title()} {local.day}{end}",
        f"{weekday} {local.day} {month[:4]}.{end}",
        f"el {local.day} de {month}{' de' if year else ''}{end}",
        f"{local:%Y-%m-%d}",
    )[kind % 5]
    half = "pm" if local.hour >= 12 else "am"
    twelve = (local.hour - 1) % 12 + 1
    time = (
        f"{local:%H:%M}",
        f"{local.hour}.{local:%M} h",
        f"a las {local:%H:%M}",
        f"at {twelve}:{local:%M} {half}",
        f"{twelve}:{local:%M} {half[0]}. m.",
    )[kind // 5 % 5]
    return f"{day}, {time}" if kind % 2 else f"{time} {day}"


@given(moments(), st.integers(0, 49), st.integers(0, 1), st.booleans())
def test_however_it_is_written_it_is_the_same_moment(
    given: tuple[int, ZoneInfo, datetime], kind: int, language: int, year: bool
) -> None:
    now, zone, local = given
    found = read(written(local, kind, language, year=year), now, zone)
    assert found.fault is None
    assert found.understood == moment_of(local, now, zone).understood


@given(moments())
def test_what_is_offered_means_the_same_when_it_is_sent(
    given: tuple[int, ZoneInfo, datetime],
) -> None:
    """Also hours later, and in whichever words it was typed at first."""
    now, zone, local = given
    first = moment_of(local, now, zone).understood
    assert first is not None
    for later in (0, 60, 6 * 3600):
        again = read(typed(first), now + later, zone)
        assert again.understood == first or again.fault is Fault.SOON


@given(MOMENTS, st.sampled_from(ZONES), hostile_text() | st.text(max_size=30))
@example(NOW, SANTIAGO, "9999-12-31 23:59")
@example(NOW, "Pacific/Apia", "0001-01-01 00:00")
@example(NOW, SANTIAGO, "99999999999999999999 nov 19:00")
@example(NOW, SANTIAGO, "tomorrow 19:00")
@example(NOW, "Pacific/Apia", "mañana 19:00")
def test_anything_can_be_typed(now: int, zone: str, text: str) -> None:
    """It is not taken, or it lies in the range and clocks show it then."""
    found = read(text, now, ZoneInfo(zone))
    assert (found.fault is None) <= (found.understood is not None)
    if found.fault is None:
        assert found.understood is not None
        moment, local, _ = found.understood
        assert now + LEAST <= moment <= now + MOST
        there = datetime.fromtimestamp(moment, ZoneInfo(zone))
        assert (there.replace(tzinfo=None, fold=0), there.fold) == (local, 0)


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1))
def test_a_weekday_is_the_next_one(
    now: int, zone: str, weekday: int, minute: int, language: int
) -> None:
    time = "{:02}:{:02}".format(*divmod(minute, 60))
    found = read(f"{WEEKDAYS[weekday][language]} {time}", now, ZoneInfo(zone))
    if found.understood is None or found.fault is not None:
        assert found.fault in (Fault.SOON, Fault.SKIPPED)
        return
    local = found.understood.local
    assert (local.weekday(), local.hour * 60 + local.minute) == (weekday, minute)
    week_before = (local - timedelta(days=7)).replace(tzinfo=ZoneInfo(zone))
    assert week_before.timestamp() <= now < found.understood.moment


@given(MOMENTS, st.sampled_from(ZONES), st.integers(0, 1439))
def test_a_time_alone_is_the_next_one(now: int, zone: str, minute: int) -> None:
    found = read("{:02}:{:02}".format(*divmod(minute, 60)), now, ZoneInfo(zone))
    if found.fault is None:
        assert found.understood is not None
        assert found.understood.moment - now <= 25 * 3600 + 1800
