"""Who comes in, and into which channel, is decided once, whatever happens at the same moment.

On both engines, with the services of two processes on the same databases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable

import pytest

from bot.affinity import CARD, ROOM
from bot.affinity.asking import Asked
from bot.affinity.deciding import Answered, Taken
from bot.affinity.rules import DAY, HOUR, Refusal
from bot.affinity.service import Started
from bot.store.ids import owner_of
from tests.store.houses import (
    ANA,
    BETO,
    CARLA,
    DIEGO,
    ELSA,
    GUILD,
    NO,
    SUPPORT,
    YES,
    House,
    in_between,
)

#: How often a race is run whose order nobody arranged.
ROUNDS = 6


# -- who gets in ------------------------------------------------------------------------------


async def test_the_last_place_is_given_once(one: House, other: House) -> None:
    await one.governance.change(GUILD, "most_members", "3", ANA, 0)
    for _ in range(ROUNDS):
        group = await one.group(ANA, BETO, admission="one")
        knocks = [await one.knocks(group, person) for person in (CARLA, DIEGO)]
        await asyncio.gather(one.says(knocks[0], ANA, YES), other.says(knocks[1], BETO, YES))
        assert len(await one.members(group)) == 3
        ends = sorted([await one.ended_as(knock) for knock in knocks])
        assert ends == [("failed", "full"), ("passed", "agreed")]
        await one.groups.end(group)
        one.time.now = other.time.now = one.time.now + DAY


async def test_the_last_place_is_given_to_a_knock_or_to_an_invited_person(
    one: House, other: House
) -> None:
    await one.governance.change(GUILD, "most_members", "3", ANA, 0)
    group = await one.group(ANA, BETO, admission="one")
    invitation = await one.invites(group, ANA, CARLA)
    knock = await one.knocks(group, DIEGO)

    async def comes_in() -> None:
        assert (await other.deciding.accept(invitation, CARLA)).taken is Taken.COUNTED

    in_between(one.deciding, "_close", comes_in)
    await one.says(knock, ANA, YES)
    assert await one.members(group) == [ANA, BETO, CARLA]
    assert await one.ended_as(knock) == ("failed", "full")


async def test_an_invited_person_comes_too_late_for_the_last_place(one: House) -> None:
    await one.governance.change(GUILD, "most_members", "3", ANA, 0)
    group = await one.group(ANA, BETO, admission="one")
    invitation = await one.invites(group, ANA, CARLA)
    await one.says(await one.knocks(group, DIEGO), ANA, YES)
    assert (await one.deciding.accept(invitation, CARLA)).taken is Taken.NO_SAY
    assert await one.members(group) == [ANA, BETO, DIEGO]


async def test_an_invited_person_comes_in_once(one: House, other: House) -> None:
    group = await one.group(ANA)
    invitation = await one.invites(group, ANA, BETO)
    answers = await asyncio.gather(
        *(each.deciding.accept(invitation, BETO) for each in (one, other, one))
    )
    assert sorted(each.taken for each in answers) == [Taken.COUNTED, Taken.OVER, Taken.OVER]
    assert await one.members(group) == [ANA, BETO]


async def test_two_clicks_into_the_last_place_are_one(
    one: House, other: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last of the group's, and of their own: the second is not told that there is none."""
    await one.governance.change(GUILD, "most_members", "3", ANA, 0)
    group = await one.group(ANA, CARLA, admission="one")
    invitation = await one.invites(group, ANA, BETO)
    monkeypatch.setattr("bot.affinity.rules.MOST_GROUPS", 1)
    answers = await asyncio.gather(
        *(each.deciding.accept(invitation, BETO) for each in (one, other, one))
    )
    assert sorted(each.taken for each in answers) == [Taken.COUNTED, Taken.OVER, Taken.OVER]


async def test_who_is_twice_admitted_joined_when_they_came_in_first(one: House) -> None:
    group = await one.group(ANA)
    invitation = await one.invites(group, ANA, BETO)
    await one.says(await one.knocks(group, BETO), ANA, YES)
    before = await one.stored("group_members")
    one.time.now += HOUR
    assert (await one.deciding.accept(invitation, BETO)).taken is Taken.COUNTED
    assert await one.stored("group_members") == before


async def test_of_accepting_and_declining_at_once_one_wins(one: House, other: House) -> None:
    group = await one.group(ANA)
    invitation = await one.invites(group, ANA, BETO)
    answers = await asyncio.gather(
        one.deciding.accept(invitation, BETO), other.deciding.decline(invitation, BETO)
    )
    assert [each.taken for each in answers].count(Taken.COUNTED) == 1
    assert (BETO in await one.members(group)) == (answers[0].taken is Taken.COUNTED)


async def test_nobody_comes_in_on_an_invitation_to_somebody_else(one: House) -> None:
    group = await one.group(ANA)
    invitation = await one.invites(group, ANA, BETO)
    assert (await one.deciding.accept(invitation, CARLA)).taken is Taken.NOT_FOUND
    assert await one.members(group) == [ANA]


async def test_an_admission_counts_who_is_left_when_somebody_leaves(
    one: House, other: House
) -> None:
    group = await one.group(ANA, BETO, CARLA)
    knock = await one.knocks(group, DIEGO)
    await one.says(knock, ANA, YES)
    await one.says(knock, CARLA, NO)

    async def leaves() -> None:
        assert await other.groups.leave(group.id, CARLA)

    # Counted with Carla's no, it would fail at this moment.
    in_between(one.deciding, "_close", leaves)
    await one.says(knock, BETO, YES)
    assert (await one.ended_as(knock))[0] == "passed"
    assert await one.members(group) == [ANA, BETO, DIEGO]


async def test_the_last_one_out_and_the_first_one_in_agree_on_the_end(
    one: House, other: House
) -> None:
    """Either the newcomer is in a living group, or there is none."""
    for _ in range(ROUNDS):
        group = await one.group(ANA)
        knock = await one.knocks(group, DIEGO)
        await asyncio.gather(one.says(knock, ANA, YES), other.groups.leave(group.id, ANA))
        row, people = await one.groups.row(group.id), await one.members(group)
        assert row is not None
        assert (row.state, people) in [("open", [DIEGO]), ("closing", [])]
        await one.groups.end(group)
        one.time.now = other.time.now = one.time.now + DAY


async def test_asking_in_two_groups_at_once_makes_no_room_for_more_a_day(
    one: House, other: House
) -> None:
    groups = [await one.group(each) for each in (ANA, BETO, CARLA, ELSA)]
    for group in groups[:2]:
        await one.knocks(group, DIEGO)
    elsewhere: list[asyncio.Task[Asked]] = []

    async def knocks() -> None:
        knock = other.group_asking.knock(groups[2].id, GUILD, DIEGO, "Hello", 1)
        elsewhere.append(asyncio.create_task(knock))
        await asyncio.sleep(0.3)

    in_between(one.groups.limits, "take_slot", knocks)
    here = await one.group_asking.knock(groups[3].id, GUILD, DIEGO, "Hello", 1)
    refusals = [here.permit.refusal, (await elsewhere[0]).permit.refusal]
    assert sorted(map(str, refusals)) == ["None", Refusal.DAY_USED]
    assert len(await one.ask("SELECT id FROM decisions")) == 3


async def test_one_question_about_one_person_at_a_time(one: House, other: House) -> None:
    group = await one.group(ANA, BETO, CARLA)
    asked = await asyncio.gather(
        one.group_asking.part(group.id, ANA, CARLA), other.group_asking.part(group.id, BETO, CARLA)
    )
    assert sorted(str(each.permit.refusal) for each in asked) == ["None", "open"]


@pytest.mark.parametrize("how", ["no", "silence"])
async def test_after_a_parting_that_failed_that_person_is_left_alone_for_a_month(
    one: House, how: str
) -> None:
    """Whoever asks; and nobody else is."""
    group = await one.group(ANA, BETO, CARLA)
    parting = await one.parts(group, ANA, CARLA)
    if how == "no":
        await one.says(parting, BETO, NO)
    else:
        one.time.now += 7 * DAY
        await one.deciding.settle(parting)
    for author in (ANA, BETO):
        asked = await one.group_asking.part(group.id, author, CARLA)
        assert asked.permit.refusal is Refusal.RESTS
        assert await one.group_asking.may_part(group.id, author, CARLA) == asked.permit
    assert (await one.group_asking.may_part(group.id, ANA, BETO)).allowed
    assert CARLA not in {value for row in await one.stored("refusals") for value in row}
    one.time.now += 30 * DAY
    await one.parts(group, ANA, CARLA)


# -- the channel ------------------------------------------------------------------------------


async def test_of_two_who_open_another_channel_one_wins(one: House, other: House) -> None:
    group = await one.group(ANA, BETO)
    asked = await one.proposes(group, ANA)
    for topic, key in ((ROOM, group.id), (CARD, asked)):
        await one.posts.note(topic, key, GUILD, group.channel_id or 0)
    await one.upkeep.is_news(group, "given", CARLA)
    assert await one.upkeep.lost_channel(group)
    assert await one.stored("posts", "group_notices") == []  # nothing of it stands
    assert not await other.upkeep.lost_channel(group)
    reopened = await asyncio.gather(one.upkeep.reopen(group.id), other.upkeep.reopen(group.id))
    assert sorted(reopened) == [False, True]


async def test_of_two_who_make_the_channel_one_wins(one: House, other: House) -> None:
    started = await one.groups.start(GUILD, ANA, "Owls", "Purpose", listed=True, may=True)
    assert started.group is not None
    group_id = started.group.id
    made = await asyncio.gather(*(each.upkeep.claim_making(group_id) for each in (one, other, one)))
    assert [each is not None for each in made].count(True) == 1
    there = await asyncio.gather(
        one.upkeep.has_channel(group_id, 1, None, "owls"),
        other.upkeep.has_channel(group_id, 2, None, "owls"),
    )
    assert [each is not None for each in there].count(True) == 1


@pytest.mark.parametrize("meanwhile", [True, False])
async def test_of_two_who_start_under_one_name_at_once_one_does(
    one: House, other: House, meanwhile: bool
) -> None:
    """And nothing is left of the other one but the day's start."""

    def start(house: House, person: int, name: str) -> Awaitable[Started]:
        return house.groups.start(GUILD, person, name, "Soup", listed=True, may=True)

    if meanwhile:
        others: list[Started] = []

        async def work() -> None:
            others.append(await start(other, BETO, "L\u0430rks"))

        in_between(one.store.keyring, "ensure", work)
        started = [await start(one, ANA, "Larks"), *others]
    else:
        both = start(one, ANA, "Larks"), start(other, BETO, "L\u0430rks")
        started = [*await asyncio.gather(*both)]
    refusals = [each.permit.refusal for each in started if each.group is None]
    assert refusals == [Refusal.NAME_TAKEN]
    [(group_id,)] = await one.ask("SELECT id FROM affinity_groups")
    assert {each for each in await one.keys() if each < 0} == {owner_of(group_id)}


async def test_of_two_groups_that_agree_on_one_name_at_once_one_gets_it(
    one: House, other: House
) -> None:
    groups = [await one.group(ANA), await one.group(BETO)]
    wanted = [
        await one.wants(group, person, name=name)
        for group, person, name in zip(groups, (ANA, BETO), ("Larks", "L\u0430rks"), strict=True)
    ]
    agreeing: list[asyncio.Task[Answered]] = []

    async def agrees() -> None:
        """Between looking for others of that name and taking it."""
        agreeing.append(asyncio.create_task(other.says(wanted[1], BETO, SUPPORT)))
        await asyncio.sleep(0.3)

    in_between(one.groups.rolls, "change_settings", agrees)
    await one.says(wanted[0], ANA, SUPPORT)
    await agreeing[0]
    assert await one.ended_as(wanted[0]) == ("passed", "agreed")
    assert await one.ended_as(wanted[1]) == ("failed", "name_taken")
    known = await one.groups.of_member(groups[1].id, BETO)
    assert known is not None
    assert known.name == "Night owls 2"


async def test_a_name_is_reserved_in_its_own_server_alone(one: House) -> None:
    await one.group(ANA, name="Larks")
    elsewhere = await one.groups.start(GUILD + 1, BETO, "Larks", "Soup", listed=True, may=True)
    assert elsewhere.group is not None


async def test_on_however_many_pages_of_the_list_a_name_stands_it_is_reserved(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.affinity.service._SEARCHED", 2)
    for number, name in enumerate(("Larks", "Wrens", "Robins", "Finches", "Gulls")):
        await one.group(ANA + number, name=name)
    for name in ("Larks", "Robins", "Finches", "Gulls"):
        refused = await one.groups.start(GUILD, DIEGO, name, "Soup", listed=False, may=True)
        assert refused.permit.refusal is Refusal.NAME_TAKEN, name
