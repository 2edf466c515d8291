"""Limits at their very second: a second before, at it, and after it, in plain numbers.

The numbers are the design's (section 2 and 4), and stand here as they stand there.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.consent import SAID
from bot.consent import rules as consent_rules
from bot.consent.boundaries import Objected
from bot.consent.rules import Act, Refusal, State
from bot.governance.rules import RULES, Kind
from bot.people import DEPARTED
from bot.work.posts import POST
from bot.work.queue import Piece
from bot.work.worker import Worker
from tests.store.consents import (
    ASKED_IN,
    GUILD,
    HOLDER,
    NOW,
    OTHER,
    PERSON,
    SPOKEN_IN,
    House,
    open_house,
)

HOUR, DAY = 3600, 86_400
#: A second before a border, at it, and a second after: whether it is behind us.
BORDER = pytest.mark.parametrize(("off", "past"), [(-1, False), (0, True), (1, True)])


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def tidy(house: House) -> None:
    await house.speaking.tidy()
    await house.boundaries.tidy()


async def rows(house: House, sql: str) -> list[Any]:
    async with house.store.main.transaction() as connection:
        return [tuple(row) for row in await connection.execute_fetchall(sql)]


# -- asking -------------------------------------------------------------------------------------


@BORDER
async def test_three_requests_a_day_and_each_slot_free_after_a_day(
    house: House, off: int, past: bool
) -> None:
    for number, person in enumerate((11, 12, 13)):
        house.now = NOW + number * HOUR
        await house.asked(person)
    refused = (await house.ask(14)).verdict
    assert (refused.refusal, refused.until) == (Refusal.DAY_USED, NOW + DAY)
    house.now = NOW + DAY + off
    assert ((await house.ask(14)).consent is not None) is past
    assert (await house.ask(15)).verdict.refusal is Refusal.DAY_USED  # the others come later


@pytest.mark.parametrize(
    ("step", "gone", "verdict"),
    [("open", None, (Refusal.OPEN, None)), ("take_slot", False, (Refusal.DAY_USED, NOW + DAY))],
)
async def test_who_is_overtaken_while_asking_is_refused_and_leaves_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch, step: str, gone: object, verdict: object
) -> None:
    """Another process was first, between the look and this step; Postgres lets it."""

    async def overtaken(*_: Any, **__: Any) -> object:
        return gone

    owner = house.consents.ledger if step == "open" else house.consents.limits
    monkeypatch.setattr(owner, step, overtaken)
    asked = await house.ask()
    assert (asked.verdict.refusal, asked.verdict.until) == verdict
    assert asked.consent is None
    assert await rows(house, "SELECT id FROM consents") == []
    assert await rows(house, "SELECT free_at FROM slots") == []


async def test_what_others_ask_takes_nobodys_slot(house: House) -> None:
    for person in (11, 12, 13):
        await house.asked(person)
    assert (await house.ask(14, OTHER)).consent is not None
    assert (await house.ask(HOLDER, OTHER)).consent is not None  # nor does being asked


@BORDER
async def test_one_open_request_a_pair_until_it_lapses_after_seven_days(
    house: House, off: int, past: bool
) -> None:
    consent_id = await house.asked()
    assert (await house.ask()).verdict.refusal is Refusal.OPEN
    house.now = NOW + 7 * DAY + off
    state = State.LAPSED if past else State.WAITING
    assert (await house.seen(consent_id, HOLDER)).state is state
    waits = await house.notices.of(PERSON, GUILD)
    assert (waits == []) is past
    assert ((await house.ask()).consent is not None) is past
    await tidy(house)
    assert (await house.seen(consent_id, HOLDER)).consent.state == state


@BORDER
@pytest.mark.parametrize("act", [Act.YES, Act.EDIT, Act.NO, Act.LEAVE])
async def test_a_request_is_answered_within_seven_days(
    house: House, act: Act, off: int, past: bool
) -> None:
    consent_id = await house.asked()
    house.now = NOW + 7 * DAY + off
    assert ((await house.tries(consent_id, PERSON, act)).consent is None) is past


@BORDER
async def test_other_words_wait_seven_days_from_then(house: House, off: int, past: bool) -> None:
    consent_id = await house.asked()
    house.now = NOW + 7 * DAY - 1
    await house.acts(consent_id, PERSON, Act.EDIT)
    house.now = NOW + 14 * DAY - 1 + off
    assert ((await house.tries(consent_id, HOLDER, Act.ACCEPT)).consent is None) is past


@BORDER
async def test_a_pair_rests_thirty_days_after_a_no(house: House, off: int, past: bool) -> None:
    consent_id = await house.asked()
    house.now = NOW + DAY
    await house.acts(consent_id, PERSON, Act.NO)
    house.now += 30 * DAY + off
    await tidy(house)
    asked = await house.ask()
    assert (asked.consent is not None) is past
    if not past:
        verdict = asked.verdict
        assert (verdict.refusal, verdict.until) == (Refusal.RESTS, NOW + 31 * DAY)
    # Of that day, nothing else rests: not the other direction, nor anybody else.
    assert (await house.ask(HOLDER, PERSON)).consent is not None
    assert (await house.ask(OTHER)).consent is not None


@pytest.mark.parametrize("act", [Act.YES, Act.LEAVE, Act.EDIT])
async def test_nothing_but_a_no_makes_a_pair_rest(house: House, act: Act) -> None:
    await house.acts(await house.asked(), PERSON, act)
    house.now = NOW + 8 * DAY
    assert (await house.ask()).consent is not None


@BORDER
@pytest.mark.parametrize("days", [1, 30])
async def test_a_yes_holds_to_the_second(house: House, days: int, off: int, past: bool) -> None:
    consent_id = await house.asked(days=days)
    house.now = NOW + DAY
    await house.acts(consent_id, PERSON, Act.YES)
    house.now += days * DAY + off
    spoken = await house.speaking.begin(
        consent_id,
        speaker_id=HOLDER,
        guild_id=GUILD,
        channel_id=21,
        ruled_as=21,
        writes=True,
        holder_here=True,
        person_here=True,
    )
    assert spoken.verdict.refusal is (Refusal.NOT_LIVE if past else None)
    verified = await house.speaking.verify(consent_id, GUILD)
    assert verified is not None
    state = State.EXPIRED if past else State.LIVE
    assert verified[0] is state
    assert (await house.consents.held(HOLDER, GUILD) == []) is past
    await tidy(house)
    shown = await house.seen(consent_id, PERSON)
    assert (shown.consent.state, shown.words is None) == (state, past)


@BORDER
async def test_what_is_over_stays_thirty_days(house: House, off: int, past: bool) -> None:
    consent_id = await house.asked()
    with_post = await house.asked(OTHER)
    for each, person in ((consent_id, PERSON), (with_post, OTHER)):
        await house.acts(each, person, Act.YES)
    async with house.store.main.transaction() as connection:
        await house.consents.posts.begin(connection, SAID, with_post, GUILD, 21)
    for each in (consent_id, with_post):
        await house.acts(each, HOLDER, Act.GIVE_UP)
    house.now = NOW + 30 * DAY + off
    await tidy(house)
    left = {row[0] for row in await rows(house, "SELECT id FROM consents")}
    # What was posted under it still stands, and taking back must reach it.
    assert left == ({with_post} if past else {consent_id, with_post})


async def test_what_is_open_or_holds_is_never_forgotten(house: House) -> None:
    await house.acts(await house.asked(days=30), PERSON, Act.YES)
    house.now = NOW + 30 * DAY - 1
    await tidy(house)
    assert len(await rows(house, "SELECT id FROM consents")) == 1


async def test_a_block_ends_at_no_time(house: House) -> None:
    await house.boundaries.block(PERSON, HOLDER)
    for years in (0, 1, 50):
        house.now = NOW + years * 365 * DAY
        await tidy(house)
        assert (await house.ask()).verdict.hidden
        house.now += 8 * DAY


# -- objecting ----------------------------------------------------------------------------------


async def objects(house: House, message: int, who: int = PERSON, author: int = HOLDER) -> Objected:
    return await house.boundaries.object(
        guild_id=GUILD,
        channel_id=ASKED_IN,
        message_id=message,
        written_at=NOW,
        author_id=author,
        author_is_app=False,
        objector_id=who,
    )


@BORDER
async def test_five_objections_a_day(house: House, off: int, past: bool) -> None:
    told = [await objects(house, number) for number in range(6)]
    assert told == [Objected.TOLD] * 5 + [Objected.DAY_USED]
    assert await objects(house, 7, OTHER) is Objected.TOLD
    house.now = NOW + DAY + off
    assert await objects(house, 8) is (Objected.TOLD if past else Objected.DAY_USED)


async def test_an_objection_takes_no_slot_of_asking_and_none_twice(house: House) -> None:
    for number in range(4):
        assert await objects(house, number) is Objected.TOLD
    for _ in range(3):
        assert await objects(house, 3) is Objected.AGAIN
    assert await objects(house, 5) is Objected.TOLD
    assert (await house.ask(OTHER, PERSON)).consent is not None


@BORDER
async def test_an_objection_waits_seven_days(house: House, off: int, past: bool) -> None:
    await objects(house, 1)
    house.now = NOW + 7 * DAY + off
    assert (await house.notices.of(HOLDER, GUILD) == []) is past


@BORDER
async def test_a_message_can_be_objected_to_until_ninety_days_after_its_day(
    house: House, off: int, past: bool
) -> None:
    """As long as the bot knows who has objected to it; that tells its day, and no more."""
    await objects(house, 1)
    house.now = (NOW // DAY + 91) * DAY + off
    await tidy(house)
    assert (await rows(house, "SELECT 1 FROM objections") == []) is past
    assert await objects(house, 1) is (Objected.OLD if past else Objected.AGAIN)
    assert await objects(house, 2) is (Objected.OLD if past else Objected.TOLD)


async def test_of_many_objections_at_once_one_counts(house: House) -> None:
    told = await asyncio.gather(*(objects(house, 1) for _ in range(5)))
    assert Counter(told) == {Objected.TOLD: 1, Objected.AGAIN: 4}
    assert await rows(house, "SELECT count(*) FROM slots") == [(1,)]


async def test_an_objection_that_is_one_too_many_leaves_nothing(house: House) -> None:
    """Otherwise that person could never object to that message."""
    told = await asyncio.gather(*(objects(house, number) for number in range(8)))
    assert Counter(told) == {Objected.TOLD: 5, Objected.DAY_USED: 3}
    assert await rows(house, "SELECT count(*) FROM objections") == [(5,)]


async def test_the_database_does_not_tell_who_objected_to_which_message(house: House) -> None:
    message, objector = 1_456_074_443_980_800_011, 1_456_074_443_980_800_013
    await objects(house, message, objector)
    await house.notices.seen((await house.notices.of(HOLDER, GUILD))[0].id, HOLDER, GUILD)
    [row] = await rows(house, "SELECT * FROM objections")
    assert not {message, objector} & set(row)
    assert row[-1] % DAY == 0


async def test_what_has_run_out_leaves_no_row(house: House) -> None:
    """Nobody can read later whom somebody asked, refused or objected to; a block stays."""
    await house.acts(await house.asked(), PERSON, Act.NO)
    await objects(house, 1)
    await house.boundaries.block(PERSON, OTHER)
    await house.boundaries.unblock(PERSON, OTHER)
    await house.boundaries.block(PERSON, OTHER)
    tables = ("refusals", "slots", "objections")
    assert all([await rows(house, f"SELECT 1 FROM {table}") for table in tables])
    house.now = NOW + 91 * DAY
    await tidy(house)
    assert await rows(house, "SELECT kind FROM refusals") == [("block",)]
    assert await rows(house, "SELECT 1 FROM slots") == []
    assert await rows(house, "SELECT 1 FROM objections") == []


class Refuses(Exception):
    """Discord does not take it."""


async def test_words_that_could_not_go_are_tried_again_ever_later_and_without_end(
    house: House,
) -> None:
    consent = await house.asked()
    await house.acts(consent, PERSON, Act.YES)
    spoken = await house.speaking.begin(
        consent,
        speaker_id=HOLDER,
        guild_id=GUILD,
        channel_id=SPOKEN_IN,
        ruled_as=SPOKEN_IN,
        writes=True,
        holder_here=True,
        person_here=True,
    )
    assert spoken.post is not None
    await house.consents.posts.is_up(spoken.post, 40)
    await house.acts(consent, PERSON, Act.TAKE_BACK)
    tried: list[int] = []

    async def take_out(piece: Piece) -> int | None:
        tried.append(house.now)
        raise Refuses

    worker = Worker(house.queue, house.clock, (Refuses,), str)
    worker.handle(POST, take_out)
    await worker.look()
    for wait in (60, 300, 1800, 7200, 21_600, 21_600, 21_600):
        house.now += wait - 1
        await worker.look()
        assert tried[-1] < house.now
        house.now += 1
        await worker.look()
        assert tried[-1] == house.now


@BORDER
async def test_a_server_is_forgotten_thirty_days_after_the_bot_left(
    house: House, off: int, past: bool
) -> None:
    await house.roster.depart(GUILD)
    house.now = NOW + DAY
    await house.roster.depart(GUILD)  # told twice: the first time counts
    worker = Worker(house.queue, house.clock, (), str)
    worker.handle(DEPARTED, house.privacy.departed)
    house.now = NOW + 30 * DAY + off
    await worker.look()
    assert (await house.roster.departed(GUILD) is None) is past
    await house.roster.come_back(GUILD)
    house.now += DAY
    await worker.look()
    assert await rows(house, "SELECT * FROM work WHERE kind <> 'chore'") == []


# -- rules --------------------------------------------------------------------------------------


#: What holds where nobody changed anything, and what can be chosen.
DECLARED: dict[str, tuple[str, object]] = {
    "language": ("en", ("en", "es")),
    "longest_consent": ("30", ("1", "3", "7", "14", "30", "60", "90")),
    "requests_a_day": ("3", (1, 3)),
    "rest_days": ("30", (30, 365)),
    "speak_channels": ("", 25),
    "noticing": ("off", ("off", "nudge", "hold")),
    "noticing_leaves_out": ("", 25),
    "start_role": ("", 1),
    "group_category": ("", 1),
    "most_members": ("20", (3, 50)),
    "curators": ("", 1),
    "share_pause": ("24", ("24", "48", "72", "168")),
    "doorbell_channel": ("", 1),
    "announcement_channel": ("", 1),
}


@pytest.mark.parametrize("name", DECLARED)
async def test_a_rule_takes_what_lies_within_its_bounds_and_nothing_beside(
    house: House, name: str
) -> None:
    default, bounds = DECLARED[name]
    rule = RULES[name]
    assert (await house.governance.settings(GUILD))[name] == (default, 0)
    if rule.kind is Kind.NUMBER:
        assert isinstance(bounds, tuple)
        low, high = bounds
        good, bad = [low, high], [low - 1, high + 1, "", "x", "-3", "3.0", "³"]
    elif rule.kind is Kind.CHOICE:
        assert isinstance(bounds, tuple)
        assert rule.options == bounds
        good, bad = [*bounds], ["", "2", "EN", ",".join(map(str, bounds))]
    else:
        assert isinstance(bounds, int)
        good = ["", "7", ",".join(["7"] * bounds)]
        bad = [",".join(["7"] * (bounds + 1)), "x", "-7", "7,", "³"]
    for value in (*good, *bad):
        setting = (await house.governance.settings(GUILD))[name]
        found = await house.governance.change(GUILD, name, str(value), OTHER, setting.revision)
        assert (found.fault is None) is (value in good), value
        now = (await house.governance.settings(GUILD))[name].value
        assert (now == str(value)) is (value in good), value


def test_every_rule_is_declared_here() -> None:
    assert set(DECLARED) == set(RULES)


# -- lengths and lists --------------------------------------------------------------------------


def test_lengths_and_periods() -> None:
    assert consent_rules.WORDS_LIMIT == 1500
    assert consent_rules.PLACE_LIMIT == consent_rules.NOTE_LIMIT == 200
    assert consent_rules.PERIODS == (1, 3, 7, 14, 30, 60, 90)


async def takes_requests(house: House, a_day: int) -> bool:
    """Whether so many can be asked in a day, and no more."""
    asked = [(await house.ask(100 + each)).consent is not None for each in range(a_day + 1)]
    return asked == [True] * a_day + [False]


@pytest.mark.parametrize("a_day", [1, 2, 3])
async def test_a_server_allows_fewer_requests_a_day(house: House, a_day: int) -> None:
    await house.governance.change(GUILD, "requests_a_day", str(a_day), OTHER, 0)
    assert await takes_requests(house, a_day)


@BORDER
async def test_a_server_lets_a_pair_rest_longer(house: House, off: int, past: bool) -> None:
    await house.governance.change(GUILD, "rest_days", "60", OTHER, 0)
    await house.acts(await house.asked(), PERSON, Act.NO)
    house.now = NOW + 60 * DAY + off
    assert ((await house.ask()).consent is not None) is past
