"""What Discord does not take is not told: it goes out at a later look, and exactly once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests import circles
from tests.cogs.test_doorbell_waits import with_doorbell
from tests.groups import Circle, lets_in, shuts_out, starts
from tests.wire.failing import refusing
from tests.world import DAY, HOUR, WEEK, Person, World


async def looks(world: World, times: int = 3) -> None:
    for _ in range(times):
        await world.later(HOUR + 60)


# -- a group's channel --------------------------------------------------------------------------


def lets_somebody_in(group: Circle, member: Person) -> None:
    lets_in(group.world, group.channel.id, group.world.person("Nosy").id)


def lets_a_role_in(group: Circle, member: Person) -> None:
    role = group.world.guild.create_role("Everybody else")
    lets_in(group.world, group.channel.id, role.id, role=True)


def shuts_a_member_out(group: Circle, member: Person) -> None:
    shuts_out(group.world, group.channel.id, member.id)


def opens_it_to_everyone(group: Circle, member: Person) -> None:
    shuts_out(group.world, group.channel.id, group.world.guild.id)


def renames_it(group: Circle, member: Person) -> None:
    group.world.env.backend.edit_channel(group.channel.id, {"name": "something-else"})


def moves_it(group: Circle, member: Person) -> None:
    group.world.env.backend.edit_channel(group.channel.id, {"parent_id": None})


BY_HAND = {
    lets_somebody_in: "> could read this channel without belonging",
    lets_a_role_in: "Everybody with the role <@&",
    shuts_a_member_out: "could not get in here any more",
    opens_it_to_everyone: "Everybody in this server could read",
    renames_it: "renamed by hand",
    moves_it: "moved by hand",
}


@pytest.mark.parametrize(
    ("done", "status", "code"),
    [*((done, 500, 0) for done in BY_HAND), (lets_somebody_in, 403, 50013)],
)
async def test_what_was_done_by_hand_is_told_once_discord_takes_it(
    world: World, done: Callable[[Circle, Person], None], status: int, code: int
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    await world.later(61)
    with refusing("POST", f"{group.channel.id}/messages", code, status):
        done(group, beto)
        await world.env.settle()
        await world.later(61)
    assert BY_HAND[done] not in group.text
    await looks(world)
    assert group.text.count(BY_HAND[done]) == 1
    assert group.readers() == {ana.id, beto.id}


async def test_what_could_not_be_said_of_somebody_who_left_since_is_not_said(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    await world.later(61)
    with refusing("POST", f"{group.channel.id}/messages", 0, 500):
        shuts_out(world, group.channel.id, beto.id)
        await world.env.settle()
        await world.later(61)
        assert await world.rows("SELECT * FROM posts WHERE topic = 'group notice'")
        await beto.slash("affinity leave", at=world.general)
    await looks(world)
    assert beto.mention not in group.text
    assert await world.rows("SELECT * FROM posts WHERE topic = 'group notice'") == []


async def test_what_was_done_to_a_channel_is_not_said_in_the_next_one(world: World) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    await world.later(61)
    with refusing("POST", f"{group.channel.id}/messages", 0, 500):
        lets_in(world, group.channel.id, world.person("Zoe").id)
        await world.env.settle()
        await world.later(61)
        assert await world.rows("SELECT * FROM posts WHERE topic = 'group notice'")
    world.env.backend.delete_channel(group.channel.id)
    await world.env.settle()
    assert await world.rows("SELECT * FROM posts WHERE topic = 'group notice'") == []


async def test_an_ended_group_is_told_of_its_channel_once_discord_takes_it(world: World) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    with refusing("DELETE", f"channels/{group.channel.id}", 50013):
        with refusing("POST", f"{group.channel.id}/messages", 0, 500):
            await ana.slash("affinity leave", at=group.channel)
            await world.later(61)
        assert "This group has ended" not in group.text
        await looks(world)
        assert group.text.count("This group has ended") == 1
    await looks(world, 1)
    assert group.channel.id not in world.env.backend.channels


@pytest.mark.parametrize(("status", "code"), [(500, 0), (403, 50013)])
async def test_what_cannot_be_said_in_the_channel_is_told_to_each_member_once(
    world: World, status: int, code: int
) -> None:
    """The group hears that its channel is not as it decided, though nothing can be posted there."""
    ana, beto, carla = world.person("Ana"), world.person("Beto"), world.person("Carla")
    group = await starts(ana)
    await group.takes_in(beto)
    with (
        refusing("POST", f"{group.channel.id}/messages", code, status),
        refusing("PUT", f"permissions/{carla.id}", 30060, 400),
    ):
        await group.takes_in(carla)
        await looks(world)
    for person in (ana, beto, carla):
        rows = await world.rows(
            f"SELECT * FROM notices WHERE what = 'unreached' AND person_id = {person.id}"
        )
        assert len(rows) == 1
    await looks(world)
    assert "I can't keep this channel" not in group.text  # they know


# -- one person ---------------------------------------------------------------------------------


def rings(world: World, person: Person) -> list[Any]:
    return [
        each
        for channel in (world.general, world.assembly)
        for each in world.messages(channel)
        if each.content.startswith(f"{person.mention}, something waits")
    ]


@pytest.mark.parametrize("dms", [False, True], ids=["by ring", "by DM"])
async def test_news_of_a_circle_goes_out_once_discord_takes_it(world: World, dms: bool) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await circles.starts(ana)
    await circle.press(beto, "Join")
    await with_doorbell(world)
    place: Any = world.assembly
    if dms:
        await beto.slash("privacy dms", choice="allow")
        place = beto.user.dm_channel
    with refusing("POST", f"{place.id}/messages", 0, 500):
        await circle.cancels(ana)
        await world.later(61)
    assert [*circles.dms(world, beto), *rings(world, beto)] == []
    for _ in range(2):
        await world.later(6 * HOUR)
    told = [each for each in circles.dms(world, beto) if "cancel" in each]
    assert [len(told), len(rings(world, beto))] == ([1, 0] if dms else [0, 1])
    assert (circles.TITLE in (await beto.slash("consent inbox")).text) is not dms


async def answers(world: World) -> tuple[Person, Person]:
    """Beto asked Ana, who says yes: Beto is to be told."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.says_yes()
    return ana, beto


async def is_admitted(world: World) -> tuple[Person, Person]:
    """Beto is invited to Ana's group."""
    ana, beto = world.person("Ana"), world.person("Beto")
    with world.env.time_context():
        bell = str(world.general.id)
        await world.bot.governance.change(world.guild.id, "doorbell_channel", bell, ana.id, 0)
    group = await starts(ana)
    await ana.slash("affinity invite", member=beto, at=group.channel)
    await world.later(6 * HOUR)
    return ana, beto


@pytest.mark.parametrize("happens", [answers, is_admitted], ids=lambda each: each.__name__)
async def test_a_ring_goes_out_once_discord_takes_it(
    world: World, happens: Callable[[World], Any]
) -> None:
    with refusing("POST", f"{world.general.id}/messages", 0, 500):
        _, beto = await happens(world)
        await world.later(600)
    assert rings(world, beto) == []
    await world.later(2 * HOUR)
    assert len(rings(world, beto)) == 1
    assert (await beto.slash("consent inbox")).labels != []
    await world.later(WEEK - DAY)
    assert rings(world, beto) == []
