"""What an act on a consent changes: what it is meant to change, and nothing else anywhere."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.consent import SAID
from bot.consent.rules import Act, Party, State
from tests.store.consents import (
    ASKED_IN,
    DAY,
    GUILD,
    HOLDER,
    MINE,
    OTHER,
    PERSON,
    PLACE,
    SPOKEN_IN,
    WORDS,
    House,
    open_house,
)

#: The columns that each act may change, whatever the state was; and the tables beside `consents`.
ENDS = {"state", "words", "place", "changed_at"}
HOLDS = {"state", "hidden", "due_at", "changed_at"}
CHANGES = {
    Act.YES: HOLDS,
    Act.ACCEPT: HOLDS,
    # Sealed for the next revision; what the place says is looked at below.
    Act.EDIT: HOLDS | {"words", "place", "revision"},
    Act.LEAVE: {"hidden"},
    Act.NO: ENDS,
    Act.REJECT: ENDS,
    Act.CANCEL: ENDS,
    Act.TAKE_BACK: ENDS,
    Act.GIVE_UP: ENDS,
}
ALSO = {Act.NO: {"refusals"}, Act.TAKE_BACK: {"posts", "work"}}
#: Who is told of it afterwards, and how; nobody else is told anything of this consent any more.
TOLD: dict[Act, tuple[int, str] | None] = {
    Act.YES: (HOLDER, "answer"),
    Act.ACCEPT: (PERSON, "answer"),
    Act.EDIT: (HOLDER, "request"),
    Act.LEAVE: None,
    Act.NO: (HOLDER, "answer"),
    Act.REJECT: (PERSON, "answer"),
    Act.CANCEL: None,
    Act.TAKE_BACK: (HOLDER, "answer"),
    Act.GIVE_UP: (PERSON, "answer"),
}
#: What comes before each act, and who does it. The person was asked by the holder.
STEPS: list[tuple[list[tuple[int, Act]], int, Act]] = [
    ([], PERSON, Act.YES),
    ([(PERSON, Act.LEAVE)], PERSON, Act.YES),
    ([], PERSON, Act.EDIT),
    ([(PERSON, Act.LEAVE)], PERSON, Act.EDIT),
    ([], PERSON, Act.NO),
    ([], PERSON, Act.LEAVE),
    ([], HOLDER, Act.CANCEL),
    ([(PERSON, Act.EDIT)], HOLDER, Act.ACCEPT),
    ([(PERSON, Act.EDIT)], HOLDER, Act.REJECT),
    ([(PERSON, Act.EDIT)], PERSON, Act.CANCEL),
    ([(PERSON, Act.YES)], PERSON, Act.TAKE_BACK),
    ([(PERSON, Act.EDIT), (HOLDER, Act.ACCEPT)], PERSON, Act.TAKE_BACK),
    ([(PERSON, Act.YES)], HOLDER, Act.GIVE_UP),
    ([(PERSON, Act.YES), (HOLDER, Act.GIVE_UP)], PERSON, Act.TAKE_BACK),
]


class Tables(NamedTuple):
    """Every row, by table; consents by their ids."""

    consents: dict[str, dict[str, Any]]
    others: dict[str, list[tuple[Any, ...]]]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def tables(house: House) -> Tables:
    others: dict[str, list[tuple[Any, ...]]] = {}
    async with house.store.main.transaction() as connection:
        names = await connection.execute_fetchall(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name <> 'consents'"
        )
        for (name,) in names:
            rows = await connection.execute_fetchall(f"SELECT * FROM {name}")
            others[name] = sorted(map(tuple, rows), key=repr)
        rows = await connection.execute_fetchall("SELECT * FROM consents")
    return Tables({row["id"]: dict(row) for row in rows}, others)


async def told_of(house: House, consent_id: str) -> list[tuple[int, str]]:
    """Whom something is to be told about a consent, and by what kind of notice."""
    async with house.store.main.transaction() as connection:
        rows = await connection.execute_fetchall(
            "SELECT person_id, topic FROM notices WHERE key = :id", {"id": consent_id}
        )
    return sorted(map(tuple, rows))


@pytest.mark.parametrize(("before", "who", "act"), STEPS)
async def test_an_act_changes_what_it_is_meant_to_and_nothing_else(
    house: House, before: list[tuple[int, Act]], who: int, act: Act
) -> None:
    consent_id = await house.asked()
    bystanders = [await house.asked(*pair) for pair in ((OTHER, HOLDER), (PERSON, OTHER))]
    await house.acts(bystanders[0], OTHER, Act.YES)
    for somebody, earlier in before:
        house.now += 1  # each act happens at a time of its own
        await house.acts(consent_id, somebody, earlier)
    async with house.store.main.transaction() as connection:
        for each in (consent_id, bystanders[0]):
            await house.consents.posts.begin(connection, SAID, each, GUILD, 21)
    old = await tables(house)
    house.now += 1
    state = await house.acts(consent_id, who, act)
    new = await tables(house)
    assert {each: new.consents[each] for each in bystanders} == {
        each: old.consents[each] for each in bystanders
    }
    row, was = new.consents[consent_id], old.consents[consent_id]
    changed = {name for name in row if row[name] != was[name]}
    assert changed <= CHANGES[act]
    assert row["state"] == state
    others = {name for name in new.others if new.others[name] != old.others[name]}
    telling = {"notices", "work"}  # the work is the ring for it
    assert others - telling == ALSO.get(act, set()) - telling
    assert await told_of(house, consent_id) == ([] if TOLD[act] is None else [TOLD[act]])
    for each in bystanders:
        assert len(await told_of(house, each)) == 1
    # Of the other consents' posts, and of refusals, nothing is touched.
    for table in ALSO.get(act, set()) - telling:
        assert len(set(new.others[table]) - set(old.others[table])) == 1


@pytest.mark.parametrize("edited", [False, True])
async def test_what_was_agreed_is_what_was_asked_but_for_the_words(
    house: House, edited: bool
) -> None:
    """Law 2, specific: place, channel, period and people stay, whoever looks, at every step."""
    consent_id = await house.asked()
    steps = (
        [(PERSON, Act.LEAVE), (PERSON, Act.EDIT), (HOLDER, Act.ACCEPT)]
        if edited
        else [(PERSON, Act.LEAVE), (PERSON, Act.YES)]
    )
    words = WORDS
    for who, act in steps:
        house.now += 1
        state = await house.acts(consent_id, who, act)
        words = MINE if act is Act.EDIT else words
        for reader in (PERSON, HOLDER):
            shown = await house.seen(consent_id, reader)
            assert (shown.state, shown.words, shown.place) == (state, words, PLACE)
            assert shown.seconds == 7 * DAY
            consent = shown.consent
            assert (consent.speak_channel_id, consent.channel_id) == (SPOKEN_IN, ASKED_IN)
            assert consent.party == Party(PERSON, HOLDER, HOLDER)
    assert shown.state is State.LIVE
    assert shown.consent.due_at - shown.consent.changed_at == 7 * DAY
    (held,) = await house.consents.held(HOLDER, GUILD)
    assert (held.words, held.place) == (words, PLACE)


def test_every_act_is_tried() -> None:
    assert {act for _, _, act in STEPS} == set(Act) == set(CHANGES)
