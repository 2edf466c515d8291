"""Disappearing messages: what is older than the group decided goes, and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from simcord.enums import ChannelType

from bot.app import PERMISSIONS
from tests.groups import Circle, disappears, starts
from tests.world import DAY, HOUR, Person, World


async def disappearing(world: World, days: int) -> tuple[Person, Circle]:
    """A group of one whose messages go after so many days."""
    ana = world.person("Ana")
    group = await starts(ana)
    await disappears(world, group.id, days)
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
    await world.later(HOUR)
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
    await disappears(world, group.id, 1)
    for number in range(5):
        await ana.member.send(group.channel, f"young {number}")
    world.env.http_requests.clear()
    await world.later(2 * DAY)
    bulk, single = deletions(world)
    assert len(bulk) == 1
    assert single == []
    assert len(standing(world, group)) == 1


# -- threads ----------------------------------------------------------------------------------


async def thread(
    world: World,
    ana: Person,
    group: Circle,
    old: int,
    *,
    starter: int = 0,
    archived: bool = True,
    **more: Any,
) -> Any:
    """A thread in the group's channel with so many messages; Ana began it unless said."""
    backend = world.env.backend
    made = backend.create_thread(group.channel.id, f"Thread of {old}", starter or ana.id, **more)
    for number in range(old):
        backend.create_message(made.id, ana.id, f"old {number}")
    if archived:
        backend.edit_channel(made.id, {}, thread_metadata={"archived": True})
    await world.env.settle()
    return made


def left_in(world: World, place: Any) -> int:
    return len(world.env.backend.messages.get(place.id, {}))


def edits(world: World, place: Any) -> list[Any]:
    path = f"/channels/{place.id}"
    return [each for each in world.env.http_requests if (each.method, each.path) == ("PATCH", path)]


@pytest.mark.parametrize("own", [True, False], ids=["the bot's own", "a member's"])
@pytest.mark.parametrize(("old", "days"), [(1, 1), (3, 1), (25, 30)])
@pytest.mark.parametrize("kind", [ChannelType.PUBLIC_THREAD, ChannelType.PRIVATE_THREAD])
async def test_an_archived_thread_is_opened_and_cleared(
    world: World, old: int, days: int, kind: int, own: bool
) -> None:
    """And archived again, where the bot may: one that it has begun itself."""
    ana, group = await disappearing(world, days)
    backend = world.env.backend
    starter = backend.bot_user.id if own else ana.id
    made = await thread(world, ana, group, old, starter=starter, archived=False, type=kind)
    backend.add_thread_member(made.id, backend.bot_user.id)
    backend.edit_channel(made.id, {}, thread_metadata={"archived": True})
    await world.later(days * DAY + HOUR)
    for _ in range(3):
        await world.later(31)
    assert left_in(world, made) == 0
    assert made.thread_metadata.archived is own
    assert "I can't keep this channel" not in group.text


async def test_a_locked_thread_is_left_and_holds_up_no_other(world: World) -> None:
    ana, group = await disappearing(world, 30)
    locked = await thread(world, ana, group, 12)
    world.env.backend.edit_channel(locked.id, {}, thread_metadata={"locked": True})
    shut = await thread(world, ana, group, 12)
    world.env.inject_error("PATCH", f"/channels/{shut.id}", status=403, code=50013, times=None)
    other = await thread(world, ana, group, 2)
    world.env.http_requests.clear()
    await world.later(30 * DAY + HOUR)
    for _ in range(3):
        await world.later(31)
    assert [left_in(world, each) for each in (locked, shut, other)] == [12, 12, 0]
    assert edits(world, locked) == []
    assert len(edits(world, shut)) == 1, "not again at every look"
    assert "I can't keep this channel" not in group.text


async def test_a_refused_deletion_in_one_thread_holds_up_no_other(world: World) -> None:
    ana, group = await disappearing(world, 1)
    stuck = await thread(world, ana, group, 3, archived=False)
    path = f"/channels/{stuck.id}/messages/*"
    world.env.inject_error("POST", path, status=400, code=50083, times=None)
    other = await thread(world, ana, group, 3, archived=False)
    await world.later(DAY + HOUR)
    assert [left_in(world, each) for each in (stuck, other)] == [3, 0]


async def test_what_discord_did_not_answer_in_one_thread_is_tried_again(world: World) -> None:
    ana, group = await disappearing(world, 1)
    slow, other = [await thread(world, ana, group, 3) for _ in range(2)]
    path = f"/channels/{slow.id}/messages/bulk-delete"
    world.env.inject_error("POST", path, status=500, times=None)
    await world.later(DAY + HOUR)
    assert [left_in(world, each) for each in (slow, other)] == [3, 0]
    world.env.backend.faults.clear()
    await world.later(HOUR)
    assert left_in(world, slow) == 0


async def test_an_archived_thread_with_nothing_to_delete_stays_shut(world: World) -> None:
    ana, group = await disappearing(world, 1)
    made = await thread(world, ana, group, 2)
    beginning, pinned = world.env.backend.messages[made.id].values()
    beginning.type, pinned.pinned = 21, True  # a thread's beginning, which nobody can delete
    world.env.http_requests.clear()
    await world.later(2 * DAY)
    assert left_in(world, made) == 2
    assert edits(world, made) == []


async def test_without_the_permission_the_group_is_told_once(world: World) -> None:
    ana, group = await disappearing(world, 1)
    message = await ana.member.send(group.channel, "still here")
    narrow = PERMISSIONS.value & ~(1 << 13)  # Manage Messages
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": narrow})
    channel = world.env.backend.get_channel(group.channel.id)
    for overwrite in [*channel.overwrites]:
        less = replace(overwrite, allow=overwrite.allow & ~(1 << 13))
        world.env.backend.set_overwrite(channel.id, less)
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
