"""An id of nothing: every service answers, and nothing changes.

Ids come from people: from what they type, and from buttons that may be forged or long out of date.
Every method of every service that takes an id joins by being there.
"""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from bot.affinity.questions import Body
from bot.affinity.rules import Kind
from bot.consent.rules import Act
from bot.journal.service import Draft
from bot.journal.sharing import Wish
from bot.reading.rules import Mark
from bot.services import Services
from tests.store.consents import ASKED_IN, GUILD, HOLDER, OTHER, PERSON, House, open_house

NOTHING = "NNNNNNNNNNNN"
#: What stands in for each kind of fact. What takes anything else is not asked for by an id alone.
STANDS_IN = {"str": NOTHING, "str | None": NOTHING, "int": 1, "int | None": 1, "bool": False}
#: They note that something was said in a group's channel, before anybody looks whether it is there.
CLAIMS = {"is_first", "is_news"}
SERVICES = [name for name in vars(Services) if isinstance(vars(Services)[name], cached_property)]


def asked_by_an_id(service: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The methods of a service that take an id of the bot's own, and what they are given."""
    for name, method in inspect.getmembers(type(service), inspect.iscoroutinefunction):
        facts = [*inspect.signature(method).parameters.values()][1:]
        ids = [each for each in facts if each.annotation == "str" and each.name.endswith("_id")]
        needed = [each for each in facts if each.default is inspect.Parameter.empty]
        fits = all(each.annotation in STANDS_IN for each in needed)
        if ids and fits and not name.startswith("_") and name not in CLAIMS:
            yield name, {each.name: STANDS_IN[each.annotation] for each in needed}


async def dump(house: House) -> list[str]:
    async with house.store.main.transaction() as connection:
        tables = await connection.execute_fetchall(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
        )
        return [
            str(tuple(row))
            for (table,) in tables
            for row in await connection.execute_fetchall(f"SELECT * FROM {table}")
        ]


async def lives(house: House) -> None:
    """Something of everything, of the person who asks, that is not what they name."""
    await house.acts(await house.asked(), PERSON, Act.YES)
    await house.asked(OTHER)
    await house.boundaries.block(PERSON, OTHER)
    await house.roster.allow_dms(HOLDER, "en")
    await house.governance.change(GUILD, "announcement_channel", "30", OTHER, 0)
    started = await house.groups.start(GUILD, PERSON, "Night owls", "Soup", listed=True, may=True)
    assert started.group is not None
    await house.group_asking.propose(started.group.id, PERSON, Kind.PROPOSAL, Body(text="Friday?"))
    entry = await house.journal.write(PERSON, Draft("", "Mine"))
    assert entry is not None
    wish = Wish(PERSON, HOLDER, entry, GUILD, ASKED_IN, together=True, friend_is_app=False)
    assert (await house.sharing.begin(wish)).share is not None
    await house.shelves.mark(PERSON, "reich", "Reich", Mark.WANT)


@pytest.mark.parametrize("service", SERVICES)
async def test_an_id_of_nothing_changes_nothing(tmp_path: Path, service: str) -> None:
    async with open_house(tmp_path) as house:
        asked = getattr(house, service)
        await lives(house)
        before = await dump(house)
        assert len(before) > 25
        for name, given in asked_by_an_id(asked):
            await getattr(asked, name)(**given)
            assert await dump(house) == before, name


async def test_many_are_asked_by_an_id(tmp_path: Path) -> None:
    async with open_house(tmp_path) as house:
        asked = [name for each in SERVICES for name, _ in asked_by_an_id(getattr(house, each))]
    assert len(asked) > 40
    assert {"accept", "decline", "recall", "show", "leave"} <= {*asked}
