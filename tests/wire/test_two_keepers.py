"""Two processes that keep the same groups: one channel, one card, one notice, one outcome."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import Any

import pytest

from bot.affinity import GROUP
from bot.affinity.rules import Answer, Kind
from bot.replies import UNREACHED
from bot.work.queue import Piece
from tests.groups import join, keeper, lets_in
from tests.wire import gathering as g
from tests.wire.group_controls import knock_open
from tests.wire.group_laws import rooms
from tests.wire.laws import laws_hold, settle_down
from tests.wire.reach import Prepare
from tests.wire.stage import Stage
from tests.wire.test_two_processes import second_process
from tests.world import World

#: With an ear at the wire, because Discord posts a card with the same nonce once.
pytestmark = pytest.mark.usefixtures("tap", "threads")


async def test_two_processes_make_one_channel(world: World) -> None:
    stage = Stage(world)
    with world.env.time_context():
        started = await world.bot.groups.start(
            stage.guild.id, stage.ana.id, stage.group_name, stage.purpose, listed=False, may=True
        )
        assert started.group is not None
        stage.memory["group"] = started.group.id
    async with second_process(world) as twin:
        with world.env.time_context():
            await asyncio.gather(
                keeper(world).start(started.group),
                _keeper(twin).start(started.group),
                _looks(keeper(world), started.group.id),
                _looks(_keeper(twin), started.group.id),
            )
        await world.env.settle()
        assert len(rooms(world, stage.guild.id)) == 1
        await settle_down(world)
    assert await laws_hold(stage) == []
    assert await g.inside(stage) == {stage.ana.id}


def _keeper(twin: Any) -> Any:
    return twin.cogs["AffinityCog"].parts.keeper


async def _looks(each: Any, group_id: str) -> None:
    """What a process does for a group, whoever else is at it."""
    with suppress(*UNREACHED):
        await each.look(Piece(GROUP.name, group_id, "", 0, 0, 0))


@pytest.mark.parametrize("prepare", [g.proposed, g.knocked, g.lost, g.spoken_for])
async def test_two_processes_settle_the_same_group(world: World, prepare: Prepare) -> None:
    """One card for each question, one first message, one notice."""
    stage = Stage(world)
    with world.env.time_context():
        await prepare(stage)
    row = await g.group_row(stage)
    assert row is not None
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE decisions SET card = 'stale' WHERE card <> 'none'")
        await connection.execute("UPDATE affinity_groups SET intro_stale = 5")
    if row["channel_id"] is not None:
        await g.asked(stage, Kind.CLOSE, stage.ana)
        stage.by_hand = True
        lets_in(world, row["channel_id"], stage.carla.id)
    async with second_process(world) as twin:
        with world.env.time_context():
            both = (keeper(world), _keeper(twin))
            await asyncio.gather(*(_looks(each, row["id"]) for each in both * 2))
            if row["channel_id"] is None:
                await asyncio.gather(*(each.reopen(row["id"]) for each in both))
        await world.env.settle()
        await settle_down(world)
    assert await laws_hold(stage) == []
    assert len(rooms(world, stage.guild.id)) == 1
    if row["channel_id"] is not None:
        assert (await g.circle(stage)).text.count("by hand") == 1


async def test_two_processes_count_an_answer_each(world: World) -> None:
    """Both last yes are given at once, each in a process of its own."""
    stage = Stage(world)
    with world.env.time_context():
        await knock_open(stage)
    async with second_process(world) as twin:
        with world.env.time_context():
            await asyncio.gather(
                world.bot.deciding.answer(g.question(stage), stage.ana.id, Answer.YES),
                twin.deciding.answer(g.question(stage), stage.beto.id, Answer.YES),
            )
            for each in (keeper(world), _keeper(twin)):
                await each.settle(g.group_id(stage))
                each.bot.doorbell.ring(stage.carla.id)
        await world.env.settle()
        await settle_down(world)
    assert await laws_hold(stage) == []
    assert stage.carla.id in await g.inside(stage)
    assert len(stage.rings(stage.carla)) == 1


async def test_whoever_joins_while_the_first_message_is_written_stands_in_it(world: World) -> None:
    """What was written shows the roll as it was when it was read, so it is written again."""
    stage = Stage(world)
    with world.env.time_context():
        await g.gather(stage)
    upkeep: Any = world.bot.upkeep
    real = upkeep.intro_is_up

    async def meanwhile(group: Any) -> None:
        upkeep.intro_is_up = real
        await join(world, group.id, stage.beto)
        await real(group)

    upkeep.intro_is_up = meanwhile
    with world.env.time_context():
        await world.bot.groups.be_away(g.group_id(stage), stage.ana.id, None)
        await keeper(world).settle(g.group_id(stage))
    await settle_down(world)
    assert await laws_hold(stage) == []
    assert stage.beto.mention in (await g.circle(stage)).text
