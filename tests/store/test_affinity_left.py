"""Whoever leaves a group just before they ask it something asks nothing; of one that ends, nobody.

On both engines; something else happens while what was typed is sealed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.affinity.asking import Asked
from bot.affinity.questions import Body
from bot.affinity.rolls import Group
from bot.affinity.rules import Kind, Refusal
from tests.store.houses import ANA, BETO, CARLA, DIEGO, GUILD, House, in_between

Asking = Callable[[House, Group], Awaitable[Asked]]
SPOKE = Body(text="Soup", place="At the assembly", channel_id=1, days=7)


def proposing(kind: Kind, body: Body, spoke: int | None = None) -> Asking:
    return lambda house, group: house.group_asking.propose(
        group.id, BETO, kind, body, subject_id=spoke
    )


ASKING: dict[str, Asking] = {
    "proposal": proposing(Kind.PROPOSAL, Body(text="Soup on Friday?")),
    "settings": proposing(Kind.SETTINGS, Body(settings={"listed": 0})),
    "spoke": proposing(Kind.SPOKE, SPOKE, CARLA),
    "close": proposing(Kind.CLOSE, Body()),
    "invitation": lambda house, group: house.group_asking.invite(
        group.id, GUILD, BETO, DIEGO, is_bot=False
    ),
    "parting": lambda house, group: house.group_asking.part(group.id, BETO, CARLA),
}


async def leaves(house: House, group: Group) -> None:
    assert await house.groups.leave(group.id, BETO)


async def closes(house: House, group: Group) -> None:
    async with house.store.main.transaction() as connection:
        await house.groups.close_in(connection, group, house.time())


async def ends(house: House, group: Group) -> None:
    await closes(house, group)
    await house.groups.end(group)


@pytest.mark.parametrize("meanwhile", [leaves, closes, ends])
@pytest.mark.parametrize("kind", ASKING)
async def test_whoever_is_out_of_it_meanwhile_asks_the_group_nothing(
    one: House, other: House, kind: str, meanwhile: Callable[[House, Group], Awaitable[None]]
) -> None:
    group = await one.group(ANA, BETO, CARLA)
    interrupted: list[str] = []

    async def work() -> None:
        interrupted.append(kind)
        await meanwhile(other, group)

    in_between(one.store.keyring, "seal", work)
    asked = await ASKING[kind](one, group)
    assert interrupted
    assert asked.permit.refusal is Refusal.NOT_FOUND
    assert await one.stored("decisions", "ballots") == []


async def test_nobody_becomes_a_spoke_who_left_while_it_was_asked(one: House, other: House) -> None:
    group = await one.group(ANA, BETO, CARLA)

    async def work() -> Any:
        assert await other.groups.leave(group.id, CARLA)

    in_between(one.store.keyring, "seal", work)
    asked = await ASKING["spoke"](one, group)
    assert asked.permit.refusal is Refusal.NOT_A_MEMBER
    assert await one.stored("decisions", "ballots") == []


async def test_a_group_that_is_to_end_waits_for_nobody_and_nobody_is_away_in_it(one: House) -> None:
    """Not in the group any more, either: away, back and leaving change nothing in it."""
    group = await one.group(ANA, BETO)
    assert await one.groups.be_away(group.id, BETO, one.time() + 100)
    await closes(one, group)
    before = await one.stored("group_members", "affinity_groups")
    for until in (one.time() + 200, None):
        assert not await one.groups.be_away(group.id, ANA, until)
        assert not await one.groups.be_away(group.id, BETO, until)
    assert not await one.groups.leave(group.id, BETO)
    assert await one.stored("group_members", "affinity_groups") == before
    assert any(one.time() + 100 in row for row in before)


async def test_whoever_has_left_is_not_away(one: House) -> None:
    group = await one.group(ANA, BETO)
    await leaves(one, group)
    before = await one.stored("group_members")
    assert len(before) == 2  # Discord has yet to let Beto out
    assert not await one.groups.be_away(group.id, BETO, one.time() + 100)
    assert await one.stored("group_members") == before
