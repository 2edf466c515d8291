"""Erasing takes a person out of their groups, and a server that goes takes its groups along.

On both engines. Law 8; design, section 6.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.affinity.rolls import Group
from bot.affinity.rules import DAY, Refusal
from bot.store.database import StoreError
from tests.store.houses import (
    ANA,
    BETO,
    CARLA,
    DIEGO,
    ELSA,
    GUILD,
    NO,
    SUPPORT,
    House,
    busy,
    forgets_departed,
    in_between,
)

# -- erasing ----------------------------------------------------------------------------------


async def traces(one: House, person: int) -> list[tuple[Any, ...]]:
    return [row for row in await one.stored() if person in row]


@pytest.mark.parametrize("person", [ANA, BETO, CARLA, DIEGO, ELSA])
async def test_erasing_leaves_nothing_but_what_discord_has_yet_to_do(
    one: House, person: int
) -> None:
    group = await busy(one)
    await one.privacy.erase(person)
    left = await one.privacy.still_leaving(person)
    assert [each.channel_id for each in left] == [77] * (person in (ANA, BETO, CARLA))
    assert len(await traces(one, person)) == len(left)
    await one.ask("DELETE FROM slots")  # they go by themselves, a day later
    await one.groups.forget_old()
    await one.upkeep.lacks_access(group.id, person)  # Discord has let go
    assert await one.privacy.still_leaving(person) == []
    assert await traces(one, person) == []
    stored = await one.bytes_on_disk()
    assert person.to_bytes(8) not in stored
    assert str(person).encode() not in stored
    assert person not in await one.members(group)
    assert person not in await one.keys()


async def test_erasing_ends_what_cannot_be_decided_without_that_person(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA)
    mine, theirs = await one.proposes(group, ANA), await one.proposes(group, BETO)
    spoke, parting = await one.wants_spoke(group, BETO, ANA), await one.parts(group, BETO, ANA)
    await one.privacy.erase(ANA)
    for question, state in ((mine, "ended"), (theirs, "open"), (spoke, "ended")):
        found = await one.question(question)
        assert (found.state, found.body is None) == (state, state == "ended")
    assert (await one.question(parting)).state == "ended"
    await one.groups.forget_old()
    assert await one.ask("SELECT * FROM decisions WHERE kind = 'parting'") == []


async def test_what_a_group_decided_stays_decided_without_its_author(one: House) -> None:
    group = await one.group(ANA, BETO)
    proposal = await one.proposes(group, ANA)
    for person in (ANA, BETO):
        await one.says(proposal, person, SUPPORT)
    await one.privacy.erase(ANA)
    view = await one.questions.view(proposal, BETO)
    assert view is not None
    assert (view.decision.state, view.decision.author_id, view.body) == ("passed", 0, None)
    assert [said.person_id for said in view.said] == [BETO]
    assert view.decision.card == "stale"


async def test_the_last_one_who_erases_closes_the_group(one: House) -> None:
    group = await one.group(ANA)
    await one.privacy.erase(ANA)
    row = await one.groups.row(group.id)
    assert row is not None
    assert row.state == "closing"
    assert [each.group_id for each in await one.privacy.still_leaving(ANA)] == [group.id]
    await one.groups.end(row)
    assert await one.stored() == []


async def test_whoever_erases_while_their_group_ends_is_named_until_it_has(one: House) -> None:
    group = await one.group(ANA, BETO)
    ending = await one.wants_to_end(group, ANA)
    for person in (ANA, BETO):
        await one.says(ending, person, SUPPORT)
    await one.privacy.erase(ANA)
    assert [each.group_id for each in await one.privacy.still_leaving(ANA)] == [group.id]


async def test_out_of_a_group_without_a_channel_one_is_at_once(one: House) -> None:
    group = await one.group(ANA, BETO)
    await one.upkeep.lost_channel(group)
    await one.privacy.erase(ANA)
    assert await one.privacy.still_leaving(ANA) == []
    assert await traces(one, ANA) == []


async def test_erasing_makes_no_way_back_to_a_group_that_said_no(one: House) -> None:
    """What protects the group stays: a fingerprint under the group's key."""
    group = await one.group(ANA)
    await one.says(await one.knocks(group, DIEGO), ANA, NO)
    await one.privacy.erase(DIEGO)
    again = await one.group_asking.may_knock(group.id, GUILD, DIEGO)
    assert again.refusal is Refusal.RESTS
    assert await traces(one, DIEGO) == []


async def test_several_who_erase_at_once_do_not_wait_in_a_circle(one: House, other: House) -> None:
    for _ in range(4):
        first = await one.group(ANA, BETO, CARLA)
        second = await one.group(BETO, CARLA, ANA)
        third = await one.group(CARLA, ANA, BETO)
        for group in (first, second, third):
            for person in (ANA, BETO, CARLA):
                proposal = await one.proposes(group, person)
                for voter in (CARLA, ANA):
                    await one.says(proposal, voter, SUPPORT)
        erasing = (one.privacy.erase(ANA), other.privacy.erase(BETO), one.privacy.erase(CARLA))
        ended = await asyncio.gather(
            *erasing,
            other.deciding.settle_group(first.id),
            one.upkeep.note_presence(second, {ANA}),
            return_exceptions=True,
        )
        # Side files cannot always be emptied while others write; then it is not called done.
        faults = [each for each in ended if isinstance(each, Exception)]
        assert all(isinstance(each, StoreError) for each in faults), faults
        for group in (first, second, third):
            row = await one.groups.row(group.id)
            assert row is not None
            assert row.state == "closing"
            await one.groups.end(row)
        one.time.now = other.time.now = one.time.now + DAY
    assert await one.stored() == []


async def test_erasing_and_a_group_that_closes_do_not_wait_for_each_other(
    one: House, other: House
) -> None:
    """Both change the group and what its spoke holds."""
    group = await one.group(ANA, BETO, CARLA)
    spoke = await one.wants_spoke(group, ANA, ANA)
    for person in (ANA, BETO, CARLA):
        await one.says(spoke, person, SUPPORT)
    closing: list[asyncio.Task[None]] = []

    async def close() -> None:
        async with other.store.main.transaction() as connection:
            held = await other.groups.rolls.hold(connection, group.id)
            assert held is not None
            await other.groups.close_in(connection, held, other.time())

    async def closes() -> None:
        closing.append(asyncio.create_task(close()))
        await asyncio.sleep(0.3)

    in_between(one.privacy._groups, "erase_person", closes)
    await one.privacy.erase(ANA)
    await closing[0]
    assert await one.stored("consents") == []
    assert await one.members(group) == [BETO, CARLA]


# -- servers ----------------------------------------------------------------------------------


async def test_a_server_with_nothing_but_groups_is_known(one: House) -> None:
    await one.group(ANA)
    assert GUILD in await one.roster.known_guilds()


async def test_the_groups_of_a_server_go_with_it_and_no_others(one: House) -> None:
    gone, kept = await busy(one), await one.group(BETO)
    await one.ask(f"UPDATE affinity_groups SET guild_id = 5 WHERE id = '{kept.id}'")
    await one.ask(f"UPDATE group_members SET guild_id = 5 WHERE group_id = '{kept.id}'")
    await one.upkeep.set_place(GUILD, 9, 0)
    await one.roster.depart(GUILD)
    one.time.now += 31 * DAY
    await forgets_departed(one)
    assert await one.groups.row(gone.id) is None
    assert {row[0] for row in await one.stored()} == {kept.id}
    assert gone.owner_id not in await one.keys()
    assert kept.owner_id in await one.keys()


@pytest.mark.parametrize("step", range(4))
async def test_forgetting_a_server_goes_on_after_a_kill(
    one: House, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    groups = [await one.group(person) for person in (ANA, BETO)]
    await one.roster.depart(GUILD)
    one.time.now += 31 * DAY
    left, forget, forget_in = step, one.store.keyring.forget, one.groups.forget_in

    def count() -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise StoreError("killed")

    async def key(owner_id: int) -> None:
        count()
        await forget(owner_id)

    async def rows(connection: Any, group: Group) -> None:
        count()
        await forget_in(connection, group)

    monkeypatch.setattr(one.store.keyring, "forget", key)
    monkeypatch.setattr(one.groups, "forget_in", rows)
    with pytest.raises(StoreError):
        await forgets_departed(one)
    monkeypatch.undo()
    # Invited again at this moment, the groups would end like any that closes.
    assert {row[0] for row in await one.ask("SELECT state FROM affinity_groups")} == {"closing"}
    await forgets_departed(one)
    assert await one.stored() == []
    assert not {group.owner_id for group in groups} & await one.keys()
