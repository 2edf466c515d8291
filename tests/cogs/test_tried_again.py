"""What Discord does not take at first is tried again until it is done; then nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from bot.store.ids import owner_of
from tests.circles import TITLE, asks
from tests.circles import starts as starts_circle
from tests.cogs.test_disappearing import disappearing, standing
from tests.groups import Circle, starts
from tests.wire.failing import refusing
from tests.world import DAY, HOUR, World

#: Discord is down, or does not let the bot do it: how it answers, and seconds to the next try.
HOW = pytest.mark.parametrize(
    ("status", "code", "wait"), [(500, 0, 120), (403, 50013, HOUR + 60)], ids=["down", "refused"]
)
OF_GROUPS = ("affinity_groups", "group_members", "decisions", "ballots", "group_notices")


@contextmanager
def all_refused(status: int, code: int, *calls: tuple[str, str]) -> Iterator[None]:
    with ExitStack() as stack:
        for method, ending in calls:
            stack.enter_context(refusing(method, ending, code, status))
        yield


async def has_key(world: World, group: Circle) -> bool:
    return await world.bot.store.keyring.kept(owner_of(group.id)) is not None


@HOW
@pytest.mark.parametrize("end", ["the last one leaves", "it was decided"])
async def test_a_group_ends_as_soon_as_discord_lets_its_channel_go(
    world: World, end: str, status: int, code: int, wait: int
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    assert await has_key(world, group)
    with refusing("DELETE", str(group.channel.id), code, status):
        if end == "it was decided":
            await group.takes_in(beto)
            asked = await ana.slash("affinity close", at=group.channel)
            await ana.click(asked, "Ask the group")
            for person in (ana, beto):
                await person.click(group.card, "Support")
        else:
            await ana.slash("affinity leave", at=group.channel)
        for _ in range(3):
            await world.later(wait)
            [row] = await world.rows("SELECT state FROM affinity_groups")
            assert row["state"] == "closing"
            assert group.channel.id in world.env.backend.channels
    await world.later(HOUR + 60)  # the pauses have grown
    assert group.channel.id not in world.env.backend.channels
    for table in OF_GROUPS:
        assert await world.rows(f"SELECT * FROM {table}") == [], table
    assert not await has_key(world, group)


@HOW
async def test_messages_disappear_as_soon_as_discord_lets_them(
    world: World, status: int, code: int, wait: int
) -> None:
    ana, group = await disappearing(world, 1)
    old = [(await ana.member.send(group.channel, f"old {number}")).id for number in range(2)]
    with refusing("POST", "bulk-delete", code, status):
        for _ in range(3):
            await world.later(DAY)
            assert set(old) <= standing(world, group)
    await world.later(HOUR)
    assert not set(old) & standing(world, group)
    notices = await world.rows("SELECT kind FROM group_notices")
    assert [row for row in notices if row["kind"] == "disappearing"] == []


@HOW
async def test_a_circle_that_was_cancelled_says_so_as_soon_as_discord_takes_it(
    world: World, status: int, code: int, wait: int
) -> None:
    ana = world.person("Ana")
    circle = await starts_circle(ana)
    with all_refused(status, code, ("PATCH", str(circle.event_id)), ("PATCH", str(circle.post_id))):
        await circle.cancels(ana)
        for _ in range(3):
            await world.later(max(wait, 2 * HOUR + 60))
            assert await circle.state() == "cancelled"
        assert circle.has_event
        assert circle.labels != []
    await world.later(max(wait, 2 * HOUR + 60))
    assert not circle.has_event
    assert circle.labels == []
    assert "cancelled" in circle.text
    await world.later(3 * DAY)
    assert await circle.state() == "gone"


async def test_what_could_not_be_taken_back_of_a_circle_is_taken_back_later(world: World) -> None:
    """Its thread is refused, and then its event cannot be deleted for a while, either."""
    ana = world.person("Ana")
    preview = await asks(ana)
    guild = world.env.backend.get_guild(world.guild.id)
    with refusing("POST", "threads", 50013), pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.bot.http, "delete_scheduled_event", _down)
        await ana.click(preview, "Post it")
        for _ in range(3):
            await world.later(2 * HOUR + 60)
            [row] = await world.rows("SELECT * FROM circles")
            assert row["state"] == "undoing"
            assert guild.scheduled_events
            assert TITLE in world.said(world.general)
    await world.later(2 * HOUR + 60)
    assert not guild.scheduled_events
    assert TITLE not in world.said(world.general)
    await world.later(2 * DAY)
    assert await world.rows("SELECT * FROM circles") == []


async def test_a_post_that_cannot_be_deleted_goes_once_nothing_else_is_left_of_its_circle(
    world: World,
) -> None:
    ana = world.person("Ana")
    preview = await asks(ana)
    path = f"/channels/{world.general.id}/messages/*"
    world.env.inject_error("DELETE", path, status=503, times=None)
    with refusing("POST", "threads", 50013):
        await ana.click(preview, "Post it")
    for _ in range(3):
        assert await world.rows("SELECT * FROM circles") == []
        assert TITLE in world.said(world.general)
        await world.later(2 * HOUR + 60)
    world.env.backend.faults.clear()
    await world.later(2 * HOUR + 60)
    assert TITLE not in world.said(world.general)
    assert await world.rows("SELECT * FROM posts") == []


async def _down(*_: object) -> None:
    raise TimeoutError
