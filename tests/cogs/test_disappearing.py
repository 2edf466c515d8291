"""Disappearing messages: what is older than the group decided goes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from bot.app import PERMISSIONS
from tests.groups import Circle, starts
from tests.world import DAY, HOUR, Person, World


async def disappearing(world: World, days: int) -> tuple[Person, Circle]:
    """A group of one whose messages go after so many days."""
    ana = world.person("Ana")
    group = await starts(ana)
    async with world.bot.store.main.transaction() as connection:
        await connection.execute(
            "UPDATE affinity_groups SET disappear_days = ?, sweep_at = 0", (days,)
        )
    return ana, group


def standing(world: World, group: Circle) -> set[int]:
    return set(world.env.backend.messages.get(group.channel.id, {}))


def deletions(world: World) -> tuple[list[Any], list[Any]]:
    """The calls that deleted several at once, and those that deleted one."""
    calls = world.env.http_requests
    bulk = [each for each in calls if each.path.endswith("/bulk-delete")]
    single = [each for each in calls if each.method == "DELETE" and "/messages/" in each.path]
    return bulk, single


async def test_what_is_older_than_the_group_decided_goes(world: World) -> None:
    ana, group = await disappearing(world, 1)
    old = [await ana.member.send(group.channel, f"old {number}") for number in range(3)]
    await world.later(DAY)
    new = await ana.member.send(group.channel, "new")
    await world.later(HOUR)
    left = standing(world, group)
    assert not left & {each.id for each in old}
    assert new.id in left
    assert "Who is in" in group.text


@pytest.mark.parametrize("days", [1, 7, 30])
async def test_nothing_goes_before_its_time(world: World, days: int) -> None:
    ana, group = await disappearing(world, days)
    message = await ana.member.send(group.channel, "still here")
    await world.later(days * DAY - 2 * HOUR)
    assert message.id in standing(world, group)
    await world.later(4 * HOUR)
    await world.later(61)
    assert message.id not in standing(world, group)


async def test_off_means_that_everything_stays(world: World) -> None:
    ana, group = await disappearing(world, 0)
    message = await ana.member.send(group.channel, "for good")
    await world.later(60 * DAY)
    assert message.id in standing(world, group)


async def test_pinned_messages_and_open_questions_stay(world: World) -> None:
    ana, group = await disappearing(world, 1)
    await group.takes_in(world.person("Beto"))
    pinned = await ana.member.send(group.channel, "keep this")
    world.env.backend.get_message(group.channel.id, pinned.id).pinned = True
    card = await group.proposes(ana)
    await world.later(2 * DAY)
    assert {pinned.id, card.id} <= standing(world, group)
    await world.later(3 * DAY)  # the proposal is over by now
    assert pinned.id in standing(world, group)
    assert card.id not in standing(world, group)


async def test_young_messages_go_together_and_old_ones_a_few_at_a_time(world: World) -> None:
    """Discord deletes up to 100 at once, but none that is older than 14 days."""
    ana, group = await disappearing(world, 30)
    for number in range(30):
        await ana.member.send(group.channel, f"{number}")
    world.env.http_requests.clear()
    await world.later(31 * DAY)
    bulk, single = deletions(world)
    assert bulk == []
    assert 0 < len(single) <= 20  # ten at a look, and there were two at most
    for _ in range(4):
        await world.later(31)
    assert len(standing(world, group)) == 1
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE affinity_groups SET disappear_days = 1, sweep_at = 0")
    for number in range(5):
        await ana.member.send(group.channel, f"young {number}")
    world.env.http_requests.clear()
    await world.later(2 * DAY)
    bulk, single = deletions(world)
    assert len(bulk) == 1
    assert single == []
    assert len(standing(world, group)) == 1


async def test_without_the_permission_the_group_is_told_once(world: World) -> None:
    ana, group = await disappearing(world, 1)
    message = await ana.member.send(group.channel, "still here")
    narrow = PERMISSIONS.value & ~(1 << 13)  # Manage Messages
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": narrow})
    channel = world.env.backend.get_channel(group.channel.id)
    for overwrite in channel.overwrites:
        overwrite.allow &= ~(1 << 13)
    await world.later(2 * DAY)
    await ana.slash("affinity away", until="back", at=group.channel)  # the channel is looked at
    await world.later(2 * HOUR)
    assert message.id in standing(world, group)
    assert group.text.count("I can't keep this channel as the group has decided") == 1
    assert "Manage Messages" in group.text


async def test_the_first_message_says_what_is_on(world: World) -> None:
    ana, group = await disappearing(world, 0)
    assert "**Disappearing messages:** off" in group.text
    settings = await ana.slash("affinity settings", at=group.channel)
    menu = next(each for each in settings.controls if "disappear" in each["custom_id"])
    asked = await ana.choose(settings, "7", id=menu["custom_id"])
    assert asked.private
    await ana.click(group.card, "Support")
    assert "I delete what is older than 7 days" in group.text
