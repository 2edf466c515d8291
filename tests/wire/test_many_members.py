"""Two members of a group at the same moment: everything happens once, and the laws hold."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.affinity.rules import Answer, Kind
from tests.wire import forge
from tests.wire import gathering as g
from tests.wire.group_controls import GROUP_CONTROLS, knock_open
from tests.wire.group_laws import rooms
from tests.wire.laws import laws_hold, settle_down
from tests.wire.reach import Prepare
from tests.wire.stage import Stage
from tests.world import Person, World

#: With an ear at the wire, because Discord posts a card with the same nonce once.
pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("tap")]

Act = Callable[[], Awaitable[Any]]


async def on_stage(world: World, prepare: Prepare) -> Stage:
    stage = Stage(world)
    with world.env.time_context():
        await prepare(stage)
    return stage


async def together(stage: Stage, *acts: Act) -> list[Any]:
    """At the same moment; everybody gets an answer, and the laws hold."""
    answers = await stage.world.at_once(*acts)
    assert all(answer.form or answer.text for answer in answers)
    await settle_down(stage.world)
    assert await laws_hold(stage) == []
    return answers


def presses(stage: Stage, person: Person, name: str, key: str = "", **fields: Any) -> Act:
    custom_id = f"firsthand:{name}:{key or g.question(stage)}"
    if fields:
        return lambda: forge.submit(person, custom_id, at=stage.general, **fields)
    return lambda: forge.press(person, custom_id, at=stage.general)


async def both_ways(
    world: World, prepare: Prepare, acts: Callable[[Stage], list[Act]]
) -> list[Stage]:
    """The same acts in both orders, each on its own stage."""
    stages: list[Stage] = []
    for step in (1, -1):
        stage = await on_stage(world, prepare)
        await together(stage, *acts(stage)[::step])
        stages.append(stage)
    return stages


async def test_the_last_two_yes_at_once_admit_once(shared: World) -> None:
    for stage in await both_ways(
        shared,
        knock_open,
        lambda s: [presses(s, s.ana, "group-yes"), presses(s, s.beto, "group-yes")],
    ):
        assert await g.inside(stage) == {stage.ana.id, stage.beto.id, stage.carla.id}
        assert len(stage.rings(stage.carla)) == 1


async def test_a_yes_and_a_no_at_once_admit_nobody(shared: World) -> None:
    """Law 1: nobody else's answer makes a no a yes."""
    for stage in await both_ways(
        shared,
        knock_open,
        lambda s: [presses(s, s.ana, "group-yes"), presses(s, s.beto, "group-no")],
    ):
        assert await g.inside(stage) == {stage.ana.id, stage.beto.id}


async def test_a_yes_and_leaving_at_once(shared: World) -> None:
    """Whoever leaves has no say: the other's yes is all of them."""
    for stage in await both_ways(
        shared,
        knock_open,
        lambda s: [
            presses(s, s.ana, "group-yes"),
            presses(s, s.beto, "group-left", g.group_id(s)),
        ],
    ):
        assert await g.inside(stage) == {stage.ana.id, stage.carla.id}


async def test_accepting_and_declining_at_once_does_one_of_them(shared: World) -> None:
    for stage in await both_ways(
        shared,
        g.invited,
        lambda s: [presses(s, s.carla, "group-accept"), presses(s, s.carla, "group-decline")],
    ):
        rows = await g.questions(stage, Kind.INVITATION)
        declined = [row["why"] for row in rows] == ["hidden"]
        assert (stage.carla.id in await g.inside(stage)) is not declined


async def test_accepting_while_the_group_ends(shared: World) -> None:
    async def invited_by_one(s: Stage) -> None:
        await g.gather(s)
        await g.asked(s, Kind.INVITATION, s.ana, s.carla)
        s.insiders.add(s.carla.id)

    for stage in await both_ways(
        shared,
        invited_by_one,
        lambda s: [
            presses(s, s.carla, "group-accept"),
            presses(s, s.ana, "group-left", g.group_id(s)),
        ],
    ):
        row = await g.group_row(stage)
        if row is None:
            assert rooms(shared, stage.guild.id) == {}
        else:
            assert await g.inside(stage) == {stage.carla.id}


async def test_a_support_and_a_block_at_once_block(shared: World) -> None:
    """One block holds, whatever the others said."""

    async def nearly(s: Stage) -> None:
        await g.spoke_proposed(s)
        await g.says(s, g.dario(s), Answer.SUPPORT)

    for stage in await both_ways(
        shared,
        nearly,
        lambda s: [
            presses(s, s.beto, "group-support"),
            presses(s, s.ana, "group-blocked", reason=s.reason),
        ],
    ):
        assert await g.stands(stage, Kind.SPOKE, "failed")
        assert await shared.rows(f"SELECT 1 FROM consents WHERE guild_id = {stage.guild.id}") == []


async def test_the_last_support_and_leaving_at_once(shared: World) -> None:
    """Nobody speaks for a group they are not in."""

    async def nearly(s: Stage) -> None:
        await g.spoke_proposed(s)
        for person in (s.ana, g.dario(s)):
            await g.says(s, person, Answer.SUPPORT)

    for stage in await both_ways(
        shared,
        nearly,
        lambda s: [
            presses(s, s.beto, "group-support"),
            presses(s, s.beto, "group-left", g.group_id(s)),
        ],
    ):
        rows = await shared.rows(f"SELECT state FROM consents WHERE guild_id = {stage.guild.id}")
        assert "live" not in {row["state"] for row in rows}


async def test_the_last_two_leave_at_once(shared: World) -> None:
    for stage in await both_ways(
        shared,
        lambda s: g.gather(s, s.beto),
        lambda s: [
            presses(s, s.ana, "group-left", g.group_id(s)),
            presses(s, s.beto, "group-left", g.group_id(s)),
        ],
    ):
        assert await g.group_row(stage) is None
        assert rooms(shared, stage.guild.id) == {}


async def test_parting_and_leaving_at_once(shared: World) -> None:
    for stage in await both_ways(
        shared,
        g.parting_asked,
        lambda s: [
            presses(s, s.beto, "group-yes"),
            presses(s, s.carla, "group-left", g.group_id(s)),
        ],
    ):
        assert await g.inside(stage) == {stage.ana.id, stage.beto.id}


async def test_the_last_support_and_the_end_at_once(shared: World) -> None:
    """A proposal to end it passes while somebody leaves: no channel and no row is left."""

    async def nearly_closed(s: Stage) -> None:
        await g.gather(s, s.beto)
        await g.asked(s, Kind.CLOSE, s.ana)
        await g.says(s, s.ana, Answer.SUPPORT)

    for stage in await both_ways(
        shared,
        nearly_closed,
        lambda s: [
            presses(s, s.beto, "group-support"),
            presses(s, s.ana, "group-left", g.group_id(s)),
        ],
    ):
        assert await g.group_row(stage) is None
        assert rooms(shared, stage.guild.id) == {}


async def test_two_reopen_a_lost_channel_once(shared: World) -> None:
    for stage in await both_ways(
        shared,
        g.lost,
        lambda s: [
            presses(s, s.ana, "group-reopen", g.group_id(s)),
            presses(s, s.beto, "group-reopen", g.group_id(s)),
        ],
    ):
        assert len(rooms(shared, stage.guild.id)) == 1
        assert await g.inside(stage) == {stage.ana.id, stage.beto.id}


async def test_two_start_the_first_groups_of_a_server_at_once(shared: World) -> None:
    """Two groups, two channels, one category."""
    stage = Stage(shared)
    await together(
        stage,
        lambda: stage.ana.slash("affinity start", name=stage.group_name, purpose=stage.purpose),
        lambda: stage.beto.slash("affinity start", name="Another", purpose="Bread"),
    )
    found = rooms(shared, stage.guild.id)
    assert len(found) == 2
    categories = [
        each.id
        for each in shared.env.backend.channels.values()
        if each.guild_id == stage.guild.id and each.type == 4
    ]
    assert len(categories) == 1
    assert {channel.parent_id for channel in found.values()} == {*categories}


async def test_ten_starts_at_once_are_three(shared: World) -> None:
    stage = Stage(shared)
    start = lambda: stage.ana.slash("affinity start", name="Owls", purpose="Soup")  # noqa: E731
    await together(stage, *[start] * 10)
    assert len(rooms(shared, stage.guild.id)) == 3


@pytest.mark.parametrize("name", ["group-proposed", "group-spoke", "group-close"])
async def test_many_questions_at_once_get_a_card_each(shared: World, name: str) -> None:
    stage = await on_stage(shared, g.three)
    reach = GROUP_CONTROLS[name]
    await together(stage, *[lambda: reach.press(name, stage, stage.ana, at=stage.general)] * 5)
    rows = await shared.rows(
        f"SELECT * FROM posts WHERE topic = 'question' AND guild_id = {stage.guild.id}"
    )
    assert len({row["message_id"] for row in rows}) == 5
