"""When reminders come: at the time that clocks on the wall show there, also when clocks change."""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot import zones
from bot.journal import hours
from bot.journal.hours import (
    EVERY_DAY,
    LATEST,
    QUIETS,
    Fault,
    Plan,
    decode,
    encode,
    fault,
    fell_due,
    in_quiet,
    may_still_come,
    next_due,
    parse_time,
    shown,
    usual_quiet,
)
from tests.strategies import hostile_text

DAY = 86_400
SANTIAGO, BERLIN = "America/Santiago", "Europe/Berlin"
NEW_YORK, LORD_HOWE = "America/New_York", "Australia/Lord_Howe"
#: Zones whose clocks change, each in its own way, and some that stand still.
ZONES = (
    *(SANTIAGO, BERLIN, NEW_YORK, LORD_HOWE),
    *("America/Havana", "America/Asuncion", "America/Bogota", "Africa/Casablanca", "Asia/Beirut"),
    *("Asia/Kathmandu", "Europe/Dublin", "Pacific/Apia", "Pacific/Chatham", "UTC"),
)
MOMENTS = st.integers(1_420_000_000, 2_200_000_000)
MINUTES = st.integers(0, hours.DAY - 1)
#: Around the hours in which clocks change most often.
AT_NIGHT = st.integers(0, 4 * hours.HOUR)


def at(local: str, zone: str) -> int:
    """A moment by the clocks of a zone; `+` at the end: the second of two."""
    told = datetime.fromisoformat(local.rstrip("+"))
    return int(told.replace(tzinfo=ZoneInfo(zone), fold=local.endswith("+")).timestamp())


def there(moment: int, zone: str) -> datetime:
    return datetime.fromtimestamp(moment, ZoneInfo(zone))


@st.composite
def plans(draw: st.DrawFn) -> Plan:
    days = draw(st.frozensets(st.integers(0, 6), min_size=1))
    minute = draw(st.one_of(MINUTES, AT_NIGHT))
    zone = draw(st.sampled_from(ZONES))
    quiet = draw(st.none() | st.sampled_from(QUIETS) | st.tuples(MINUTES, MINUTES))
    plan = Plan(days, minute, zone, quiet)
    assume(fault(plan) is None)
    return plan


# -- the next one -----------------------------------------------------------------------------


@given(plans(), MOMENTS)
# Clocks are put forward over it, they show it twice, and the first of the two is over.
@example(Plan(EVERY_DAY, 2 * hours.HOUR + 30, NEW_YORK, None), at("2026-03-07T12:00", NEW_YORK))
@example(Plan(EVERY_DAY, hours.HOUR + 30, NEW_YORK, None), at("2026-10-31T12:00", NEW_YORK))
@example(Plan(EVERY_DAY, hours.HOUR + 30, NEW_YORK, None), at("2026-11-01T01:30", NEW_YORK))
def test_the_next_one_comes_later_on_a_chosen_day_at_the_chosen_time(
    plan: Plan, after: int
) -> None:
    due = next_due(plan, after)
    local = there(due, plan.zone)
    assert due > after
    assert local.weekday() in plan.days
    assert not in_quiet(plan, due)
    shows = local.hour * 60 + local.minute
    if shows == plan.minute:
        assert local.second == 0
        assert local.fold == 0, "the second of two"
    else:
        # Only where the clocks were put forward over it, and then at once after that.
        before = there(due - 1, plan.zone)
        assert before.utcoffset() < local.utcoffset()
        assert before.hour * 60 + before.minute < plan.minute < shows


@given(plans(), MOMENTS)
def test_none_is_left_out_between_two(plan: Plan, after: int) -> None:
    """Every chosen day that has the time, outside the quiet hours, has its reminder."""
    found, moment = [], after
    while moment < after + 9 * DAY:
        moment = next_due(plan, moment)
        found.append(moment)
    assert found == sorted(set(found))
    first = there(after, plan.zone).date()
    for ahead in range(10):
        day = first + timedelta(days=ahead)
        naive = datetime(day.year, day.month, day.day, *divmod(plan.minute, 60))  # noqa: DTZ001
        moment = int(naive.replace(tzinfo=ZoneInfo(plan.zone)).timestamp())
        exists = there(moment, plan.zone).replace(tzinfo=None) == naive
        if day.weekday() in plan.days and exists and after < moment <= found[-1]:
            assert moment in found


@given(plans(), MOMENTS)
def test_one_day_has_at_most_one(plan: Plan, after: int) -> None:
    first = next_due(plan, after)
    second = next_due(plan, first)
    assert there(first, plan.zone).date() < there(second, plan.zone).date()
    assert second == next_due(plan, second - 1)


@given(plans(), MOMENTS)
def test_asked_earlier_the_answer_is_the_same_or_earlier(plan: Plan, after: int) -> None:
    due = next_due(plan, after)
    assert next_due(plan, due - 1) == due
    assert next_due(plan, after - DAY) <= due


@pytest.mark.parametrize(
    ("zone", "time", "day", "comes"),
    [
        # Forward: 24:00 becomes 01:00, 02:00 becomes 03:00, 02:00 becomes 02:30.
        (SANTIAGO, "00:30", "2026-09-06", "2026-09-06T01:00"),
        (BERLIN, "02:30", "2026-03-29", "2026-03-29T03:00"),
        (NEW_YORK, "02:00", "2026-03-08", "2026-03-08T03:00"),
        (LORD_HOWE, "02:15", "2026-10-04", "2026-10-04T02:30"),
        # Back: 24:00 becomes 23:00, 03:00 becomes 02:00, 02:00 becomes 01:00, 02:00 becomes 01:30.
        (SANTIAGO, "23:30", "2026-04-04", "2026-04-04T23:30"),
        (BERLIN, "02:30", "2026-10-25", "2026-10-25T02:30"),
        (NEW_YORK, "01:30", "2026-11-01", "2026-11-01T01:30"),
        (LORD_HOWE, "01:45", "2026-04-05", "2026-04-05T01:45"),
    ],
)
def test_clocks_that_change(zone: str, time: str, day: str, comes: str) -> None:
    """At the first moment after what is skipped, and once, at the first of what comes twice."""
    minute = parse_time(time)
    assert minute is not None
    plan = Plan(EVERY_DAY, minute, zone)
    first = next_due(plan, at(comes, zone) - DAY // 2)
    assert first == at(comes, zone)
    following = datetime.fromisoformat(day) + timedelta(days=1)
    assert next_due(plan, first) == at(f"{following.date()}T{time}", zone)


@pytest.mark.parametrize(
    ("zone", "twice"),
    [
        (SANTIAGO, "2026-04-04T23:30"),
        (BERLIN, "2026-10-25T02:30"),
        (NEW_YORK, "2026-11-01T01:30"),
        (LORD_HOWE, "2026-04-05T01:45"),
    ],
)
def test_between_the_two_the_second_is_not_due(zone: str, twice: str) -> None:
    first, second = at(twice, zone), at(twice + "+", zone)
    assert first < second
    shows = there(first, zone)
    plan = Plan(EVERY_DAY, shows.hour * 60 + shows.minute, zone)
    assert next_due(plan, first) == next_due(plan, second)
    assert there(next_due(plan, second), zone).date() == shows.date() + timedelta(days=1)


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        (SANTIAGO, "2026-09-05", 23),
        (SANTIAGO, "2026-04-04", 25),
        (BERLIN, "2026-03-28", 23),
        (BERLIN, "2026-10-24", 25),
        (NEW_YORK, "2026-03-07", 23),
        (NEW_YORK, "2026-10-31", 25),
        (LORD_HOWE, "2026-10-03", 23.5),
        (LORD_HOWE, "2026-04-04", 24.5),
    ],
)
def test_the_morning_stays_the_morning(zone: str, day: str, length: float) -> None:
    """Between two mornings lie fewer or more hours, and the clock shows 7:30 in both."""
    plan = Plan(EVERY_DAY, 7 * 60 + 30, zone)
    first = next_due(plan, at(f"{day}T07:00", zone))
    second = next_due(plan, first)
    assert second - first == length * 3600
    assert there(second, zone).strftime("%H:%M") == "07:30"


def test_a_day_that_does_not_exist_has_no_reminder() -> None:
    """Samoa had no 30 December 2011."""
    plan = Plan(EVERY_DAY, 12 * 60, "Pacific/Apia")
    first = next_due(plan, at("2011-12-29T00:00", "Pacific/Apia"))
    assert there(first, plan.zone).day == 29
    assert next_due(plan, first) == at("2011-12-31T12:00", "Pacific/Apia")


def test_a_time_moved_into_the_quiet_hours_is_left_out_that_day() -> None:
    plan = Plan(EVERY_DAY, 2 * 60 + 30, BERLIN, (3 * 60, 8 * 60))
    assert fault(plan) is None
    due = next_due(plan, at("2026-03-28T12:00", BERLIN))
    assert due == at("2026-03-30T02:30", BERLIN)


def test_once_a_week_is_once_a_week() -> None:
    plan = Plan(frozenset({2}), 9 * 60, SANTIAGO)
    first = next_due(plan, at("2026-01-07T09:00", SANTIAGO))
    assert there(first, SANTIAGO).isoformat(sep=" ")[:16] == "2026-01-14 09:00"


# -- late, and quiet --------------------------------------------------------------------------


@given(plans(), MOMENTS)
def test_a_late_one_comes_within_six_hours_and_never_in_the_quiet_hours(
    plan: Plan, now: int
) -> None:
    due = next_due(plan, now)
    assert may_still_come(plan, due, due)
    assert not may_still_come(plan, due, due - 1)
    assert not may_still_come(plan, due, due + LATEST + 1)
    for late in range(0, LATEST, 1800):
        assert may_still_come(plan, due, due + late) is not in_quiet(plan, due + late)


@given(plans(), MOMENTS, st.integers(0, LATEST))
def test_what_fell_due_is_found_again_for_six_hours(plan: Plan, now: int, late: int) -> None:
    due = next_due(plan, now)
    assert fell_due(plan, due + late) == fell_due(plan, due + LATEST) == due
    assert fell_due(plan, due + LATEST + 1) > due


@pytest.mark.parametrize(
    ("quiet", "inside", "outside"),
    [
        ((22 * 60, 7 * 60), ("22:00", "23:59", "00:00", "06:59"), ("07:00", "21:59", "12:00")),
        ((9 * 60, 17 * 60), ("09:00", "16:59"), ("17:00", "08:59", "00:00")),
        ((0, 8 * 60), ("00:00", "07:59"), ("08:00", "23:59")),
        (None, (), ("00:00", "12:00")),
        ((60, 60), (), ("01:00", "00:59")),
    ],
)
def test_quiet_hours_begin_and_end(
    quiet: tuple[int, int] | None, inside: tuple[str, ...], outside: tuple[str, ...]
) -> None:
    plan = Plan(EVERY_DAY, 12 * 60, SANTIAGO, quiet)
    assert all(in_quiet(plan, at(f"2026-01-07T{time}", SANTIAGO)) for time in inside)
    assert not any(in_quiet(plan, at(f"2026-01-07T{time}", SANTIAGO)) for time in outside)


@given(MINUTES)
def test_a_new_reminder_has_quiet_hours_that_do_not_swallow_it(minute: int) -> None:
    assert fault(Plan(EVERY_DAY, minute, "UTC", usual_quiet(minute))) is None


def test_a_plan_that_cannot_be_has_a_fault() -> None:
    good = Plan(EVERY_DAY, 450, BERLIN, (22 * 60, 7 * 60))
    assert fault(good) is None
    assert fault(good._replace(minute=23 * 60)) is Fault.QUIET
    assert fault(good._replace(minute=-1)) is Fault.TIME
    assert fault(good._replace(minute=hours.DAY)) is Fault.TIME
    assert fault(good._replace(days=frozenset())) is Fault.DAYS
    assert fault(good._replace(days=frozenset({7}))) is Fault.DAYS
    assert fault(good._replace(quiet=(-1, 60))) is Fault.QUIET
    for zone in ("Nowhere", "", "../../etc/passwd", "/etc/passwd", "America", "\0", "\ud800", "."):
        assert fault(good._replace(zone=zone)) is Fault.ZONE


def test_quiet_hours_never_take_every_time() -> None:
    for quiet in QUIETS:
        assert any(fault(Plan(EVERY_DAY, hour * 60, "UTC", quiet)) is None for hour in range(24))


# -- what is stored ---------------------------------------------------------------------------


@given(plans())
def test_a_plan_comes_back_as_it_was(plan: Plan) -> None:
    assert decode(encode(plan)) == plan


@given(plans())
def test_a_stored_plan_fills_the_smallest_sealed_size(plan: Plan) -> None:
    """All plans are sealed at one size, so that none can be told by its length."""
    assert len(encode(plan._replace(zone="America/Argentina/ComodRivadavia")).encode()) <= 252


@pytest.mark.parametrize(
    "stored",
    [
        *("", "null", "[]", "{}", "7", '"x"', "nonsense"),
        json.dumps({"days": [0], "minute": 60, "zone": "Nowhere", "quiet": None}),
        json.dumps({"days": [9], "minute": 60, "zone": "UTC", "quiet": None}),
        json.dumps({"days": [0], "minute": 60, "zone": "UTC", "quiet": [0]}),
        json.dumps({"days": [0], "minute": None, "zone": "UTC", "quiet": None}),
        json.dumps({"days": 3, "minute": 60, "zone": "UTC", "quiet": None}),
    ],
)
def test_anything_else_is_no_plan(stored: str) -> None:
    with pytest.raises(ValueError, match="not a plan"):
        decode(stored)


# -- what is typed ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "time"),
    [
        *(("7:30", "07:30"), ("19.30", "19:30"), ("7pm", "19:00"), ("7:30 p. m.", "19:30")),
        *(("19h", "19:00"), ("19", "19:00"), ("7", "07:00"), ("07:05", "07:05")),
        *(("7:30 p.\u00a0m.", "19:30"), ("7:30 P.M.", "19:30"), ("7:30 a.m.", "07:30")),
        *(("12am", "00:00"), ("12:15 pm", "12:15"), ("12 p. m.", "12:00"), ("0:00", "00:00")),
        *(("19h30", "19:30"), ("19:30 hs", "19:30"), ("19:30 hrs.", "19:30"), ("0730", "07:30")),
        *((" 7:30 ", "07:30"), ("７：３０", "07:30"), ("23:59", "23:59"), ("7 30", "07:30")),
    ],
)
def test_a_time_is_read_as_people_write_it(typed: str, time: str) -> None:
    minute = parse_time(typed)
    assert minute is not None
    assert shown(minute) == time


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "24:00", "7:60", "25", "-1", "7:5", "13pm", "0am", "7:30:00", "noon", "7-30"),
        *("7:30 pm pm", "٧:٣٠", "7\x00", "\ud800", "@everyone", "1e1", "7" * 4001, "19:30h pm"),
    ],
)
def test_what_is_no_time_is_not_guessed(typed: str) -> None:
    assert parse_time(typed) is None


@given(hostile_text())
def test_whatever_is_typed_is_a_time_or_none(typed: str) -> None:
    minute = parse_time(typed)
    assert minute is None or 0 <= minute < hours.DAY


@given(MINUTES)
def test_a_time_that_is_shown_can_be_typed(minute: int) -> None:
    assert parse_time(shown(minute)) == minute


# -- zones ------------------------------------------------------------------------------------


@given(hostile_text() | st.sampled_from(sorted(available_timezones())))
@example("a")
@example("\u0301")
def test_only_zones_that_exist_are_offered_and_at_most_25(typed: str) -> None:
    found = zones.find(typed)
    assert len(found) <= 25
    assert len(set(found)) == len(found)
    assert set(found) <= available_timezones()
    named = zones.named(typed)
    assert named is None or named in available_timezones()


@given(st.sampled_from(sorted(zones.known())))
def test_every_zone_can_be_typed(zone: str) -> None:
    """By its name and by its city: in capitals, with accents, with blanks."""
    assert zones.named(zone) == zone
    assert zone in zones.find(zone)
    city = zone.rpartition("/")[2]
    accented = unicodedata.normalize("NFC", city.replace("a", "á").upper()).replace("_", " ")
    named = zones.named(accented)
    assert named is not None
    assert zones.find(accented)[0].rpartition("/")[2] == named.rpartition("/")[2]


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        *(("santiago", SANTIAGO), ("SANTIAGO", SANTIAGO), ("chile", SANTIAGO)),
        *(("berlín", BERLIN), ("new york", NEW_YORK), ("nueva york", NEW_YORK)),
        *(("São Paulo", "America/Sao_Paulo"), ("america sao paulo", "America/Sao_Paulo")),
        *(("Ciudad de México", "America/Mexico_City"), ("México", "America/Mexico_City")),
        *(("Bogotá", "America/Bogota"), ("lord howe", LORD_HOWE), ("utc", "UTC")),
        ("buenos aires", "America/Argentina/Buenos_Aires"),
        ("port au prince", "America/Port-au-Prince"),
    ],
)
def test_typing_a_city_finds_its_zone(typed: str, zone: str) -> None:
    assert zones.named(typed) == zone
    assert zones.find(typed)[0] == zone


def test_the_beginning_of_a_city_finds_it() -> None:
    assert SANTIAGO in zones.find("santi")
    assert NEW_YORK in zones.find("nue")
    assert "America/Argentina/Salta" in zones.find("argentina")
    assert zones.find("zzzz") == []


def test_nothing_typed_offers_a_few_that_exist() -> None:
    offered = zones.find("")
    assert offered == list(zones.OFFERED)
    assert "UTC" in offered
    assert sum(zone.startswith("America/") for zone in offered) > 10


def test_every_other_name_leads_to_a_zone() -> None:
    wrong = {name: zone for name, zone in zones._ALSO_CALLED.items() if zone not in zones.known()}
    assert wrong == {}
    assert [name for name in zones._ALSO_CALLED if zones._folded(name) != name] == []


def test_the_machine_s_own_zone_is_nobody_s() -> None:
    assert not {"localtime", "Factory", "posixrules"} & zones.known()
    assert zones.named("localtime") is None


@pytest.mark.parametrize("typed", ["GMT+5", "gmt-3", "Etc/GMT+5", "etc/gmt-14", "GMT +1"])
def test_a_zone_whose_sign_says_the_opposite_is_neither_found_nor_offered(typed: str) -> None:
    """Clocks of `Etc/GMT+5` show UTC-5; people mean UTC+5."""
    assert zones.named(typed) is None
    assert zones.find(typed) == []


@pytest.mark.parametrize("typed", ["GMT", "UTC", "Etc/GMT", "GMT0", "GMT+0"])
def test_a_zone_without_an_offset_is_found(typed: str) -> None:
    assert zones.named(typed) == typed
    assert typed in zones.find(typed)


def test_a_plan_in_a_zone_that_is_not_offered_any_more_goes_on() -> None:
    """Whoever chose it before sees what its clocks show."""
    assert zones.load("Etc/GMT+5") is not None
    assert zones.clock("Etc/GMT+5", 12 * 3600) == "07:00"
    plan = Plan(EVERY_DAY, 7 * 60, "Etc/GMT+5")
    assert fault(plan) is None
    assert next_due(plan, 0) == 12 * 3600


def test_a_zone_s_clock_is_shown() -> None:
    assert zones.clock(BERLIN, int(datetime(2026, 7, 1, 12, tzinfo=UTC).timestamp())) == "14:00"
