"""The end of a group whose channel Discord keeps: the channels of a Community server stay."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import discord
import pytest

from tests.cogs.test_group_channels import narrow
from tests.groups import Circle, starts
from tests.wire.failing import refusing
from tests.world import DAY, HOUR, Person, World

MANAGE_MESSAGES = discord.Permissions(manage_messages=True).value
KEPT = ["rules_channel_id", "public_updates_channel_id"]


def is_kept(world: World, group: Circle, kept: str = KEPT[0]) -> None:
    """A moderator makes the group's channel one that a Community server needs."""
    setattr(world.env.backend.get_guild(world.guild.id), kept, group.channel.id)


async def nearly_ends(group: Circle, *members: Person) -> None:
    """Everybody in the group but the last one agrees to end it."""
    await members[0].click(
        await members[0].slash("affinity close", at=group.channel), "Ask the group"
    )
    for each in members[:-1]:
        await each.click(group.card, "Support")


async def ends(group: Circle, *members: Person) -> None:
    """Everybody in the group agrees to end it."""
    await nearly_ends(group, *members)
    await members[-1].click(group.card, "Support")


async def nothing_is_known(world: World) -> None:
    for table in ("affinity_groups", "group_members", "decisions", "group_notices"):
        assert await world.rows(f"SELECT * FROM {table}") == [], table
    assert await world.rows("SELECT * FROM work WHERE kind = 'group'") == []


def written(world: World, group: Circle) -> list[Any]:
    """What stands in the channel, but for Discord's own words on its new name."""
    return [each for each in world.messages(group.channel) if each.content != "affinity-group"]


def deletions(world: World, group: Circle) -> int:
    path = f"/channels/{group.channel.id}"
    return sum((each.method, each.path) == ("DELETE", path) for each in world.env.http_requests)


@pytest.mark.parametrize("kept", KEPT)
async def test_a_channel_that_stays_is_emptied_and_those_concerned_hear_the_next_step(
    world: World, kept: str
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    said = await ana.member.send(group.channel, "Where we hide the soup")
    said.pinned = True
    is_kept(world, group, kept)
    await ends(group, ana, beto)
    await world.later(HOUR)
    await nothing_is_known(world)
    channel = world.env.backend.get_channel(group.channel.id)
    assert len(written(world, group)) == 1
    assert "This group has ended" in group.text
    assert "Server Settings → Community" in group.text
    assert group.readers() == set()
    assert (channel.name, channel.topic or "") == ("affinity-group", "")
    for person in (ana, beto):
        inbox = (await person.slash("consent inbox")).text
        assert "Discord doesn't let me delete its channel" in inbox
        assert "Its channel goes" not in inbox
    tries = deletions(world, group)
    await world.later(3 * DAY)
    assert deletions(world, group) == tries


async def test_a_long_one_is_emptied_bit_by_bit(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    for number in range(230):
        world.env.backend.create_message(group.channel.id, ana.id, f"Word {number}")
    await ana.click(await group.proposes(ana), "Ask")
    [row] = await world.rows("SELECT thread_id FROM decisions")
    world.env.backend.create_message(row["thread_id"], ana.id, "Word in a thread")
    is_kept(world, group)
    await ends(group, ana, beto)
    for _ in range(5):
        await world.later(61)
    await nothing_is_known(world)
    assert len(written(world, group)) == 1
    assert "Word" not in str(world.env.backend.messages.get(row["thread_id"]))


async def test_where_it_may_not_be_emptied_members_can_delete_what_they_wrote(
    world: World,
) -> None:
    ana, beto, carla = world.person("Ana"), world.person("Beto"), world.person("Carla")
    group = await starts(ana)
    await group.takes_in(beto, carla)
    await ana.member.send(group.channel, "Where we hide the soup")
    narrow(world, MANAGE_MESSAGES)
    channel = world.env.backend.get_channel(group.channel.id)
    for each in [*channel.overwrites]:
        less = replace(each, allow=each.allow & ~MANAGE_MESSAGES)
        world.env.backend.set_overwrite(channel.id, less)
    is_kept(world, group)
    await ends(group, ana, beto, carla)
    await world.later(HOUR)
    await nothing_is_known(world)
    assert group.readers() == {ana.id, beto.id, carla.id}
    assert "Where we hide the soup" in group.text
    assert len(written(world, group)) == 2, "what was decided, and who was in, stands no longer"
    assert "you can delete what you wrote" in (await ana.slash("consent inbox")).text


async def test_the_last_one_out_hears_of_it(world: World) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    is_kept(world, group)
    await ana.slash("affinity leave", at=group.channel)
    await world.later(HOUR)
    await nothing_is_known(world)
    assert group.readers() == set()
    assert "Discord doesn't let me delete its channel" in (await ana.slash("consent inbox")).text


async def test_once_another_one_is_chosen_meanwhile_the_channel_goes(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    for number in range(150):
        world.env.backend.create_message(group.channel.id, ana.id, f"Word {number}")
    is_kept(world, group)
    await ends(group, ana, beto)
    world.env.backend.get_guild(world.guild.id).rules_channel_id = world.general.id
    await world.later(61)
    await nothing_is_known(world)
    assert group.channel.id not in world.env.backend.channels


async def test_what_cannot_be_emptied_after_all_holds_nothing_up(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    is_kept(world, group)
    with (
        refusing("POST", "messages/bulk-delete", 50013),
        refusing("DELETE", f"permissions/{beto.id}", 10009, 404),
    ):
        await ends(group, ana, beto)
        await world.later(HOUR)
    await nothing_is_known(world)
    assert "Server Settings → Community" in group.text


async def test_what_is_to_be_done_is_said_once_discord_takes_it(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    is_kept(world, group)
    await nearly_ends(group, ana, beto)
    with refusing("POST", f"{group.channel.id}/messages", 0, 500):
        await beto.click(group.card, "Support")
        for _ in range(3):
            await world.later(20)
        assert len(await world.rows("SELECT * FROM affinity_groups")) == 1
    for _ in range(8):
        await world.later(61)
    await nothing_is_known(world)
    assert group.text.count("Server Settings → Community") == 1


@pytest.mark.parametrize(
    ("status", "code", "said"),
    [(403, 50013, "I can't see why"), (403, 60003, "two-factor"), (400, 12345, "400/12345")],
)
async def test_other_lasting_refusals_are_said_once_and_tried_again_now_and_then(
    world: World, status: int, code: int, said: str
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    with refusing("DELETE", f"channels/{group.channel.id}", code, status):
        await ends(group, ana, beto)
        before = deletions(world, group)
        for _ in range(60):
            await world.later(61)
        assert deletions(world, group) - before <= 2
        assert group.text.count("This group has ended") == 1
        assert said in group.text
    await world.later(2 * HOUR)
    await nothing_is_known(world)
    assert group.channel.id not in world.env.backend.channels
