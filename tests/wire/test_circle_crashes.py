"""The process dies between any two steps of what changes a reading circle; then it starts again.

After that no circle is half made: post, event, thread and questions are all there, once, or none of
them is. Whoever joined is told once. In the quick tier the process dies after every fifth step.
"""

from __future__ import annotations

import contextlib
from collections.abc import Awaitable, Callable

import pytest

from bot.reading import CIRCLE, POSTED
from bot.reading.circle_rules import HOUR
from bot.work.notices import RING
from bot.work.queue import Todo
from tests.tiers import in_both_tiers
from tests.wire import diary as d
from tests.wire import forge
from tests.wire.circle_laws import circles_are_whole
from tests.wire.failing import refusing
from tests.wire.flows import circles as c
from tests.wire.killing import Died, Mortal
from tests.wire.stage import Stage, shown
from tests.wire.wiretap import Wiretap
from tests.world import DAY, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: In the quick tier; where it begins goes round.
EVERY = 5
Act = Callable[[Stage], Awaitable[None]]


async def drafted(s: Stage) -> None:
    with s.world.env.time_context():
        await c.drafted(s)
    await s.world.env.settle()


async def joined(s: Stage) -> None:
    """Beto is in it, and everybody has heard of everything."""
    with s.world.env.time_context():
        await c.joined(s)
    await s.world.env.settle()


async def nearly_due(s: Stage) -> None:
    """The hour before it has begun, and nobody has looked yet."""
    await joined(s)
    await s.world.bot.worker.stop()
    found = await c.circle(s)
    assert found is not None
    s.world.env.backend.advance_clock(found.starts_at - HOUR + 1 - c.now(s))


async def nearly_over(s: Stage) -> None:
    await joined(s)
    await s.world.bot.worker.stop()
    found = await c.circle(s)
    assert found is not None
    s.world.env.backend.advance_clock(found.starts_at + 3 * HOUR - c.now(s))


async def confirm(s: Stage) -> None:
    await forge.press(s.ana, f"firsthand:circle-post:{c.circle_id(s)}", at=s.general)


async def confirm_in_vain(s: Stage) -> None:
    """The last step but one is refused, so everything is taken back."""
    with refusing("POST", "threads", 50013):
        await confirm(s)


async def move(s: Stage) -> None:
    key = f"{c.circle_id(s)}.1.{c.now(s) + 2 * DAY}"
    await forge.press(s.ana, f"firsthand:circle-move-now:{key}", at=s.general)
    await look(s)


async def cancel(s: Stage) -> None:
    await forge.press(s.ana, f"firsthand:circle-cancel-now:{c.circle_id(s)}", at=s.general)
    await look(s)


async def join(s: Stage) -> None:
    await forge.press(s.mara, f"firsthand:circle-join:{c.circle_id(s)}", at=s.general)


async def look(s: Stage) -> None:
    """What is due of the circle is done, and then people are told."""
    run, rows = s.world.bot.worker.run, s.world.rows
    with s.world.env.time_context(), contextlib.suppress(Died):
        await run(Todo(CIRCLE, c.circle_id(s)))
        rings = await rows("SELECT key FROM work WHERE kind = 'ring' ORDER BY key")
        await run(*(Todo(RING, row["key"]) for row in rings))


#: What came before, what is done, and how often Beto is told of it.
ACTS: dict[str, tuple[Act, Act, int]] = {
    "a circle is posted": (drafted, confirm, 0),
    "a circle cannot be posted": (drafted, confirm_in_vain, 0),
    "somebody joins": (joined, join, 0),
    "a circle moves": (joined, move, 1),
    "a circle is cancelled": (joined, cancel, 1),
    "people are reminded": (nearly_due, look, 1),
    "a circle is over": (nearly_over, look, 0),
}


@in_both_tiers
@pytest.mark.parametrize("name", ACTS)
async def test_a_process_that_dies_leaves_no_circle_half_made(
    shared: World, tap: Wiretap, name: str, full: bool
) -> None:
    before, act, told = ACTS[name]
    stage = Stage(shared)
    await before(stage)
    with Mortal(shared).watched() as mortal:
        await act(stage)
    steps = list(mortal.steps)
    await later(shared)
    assert await wrong_with(stage, told) == [], f"{name}, undisturbed"
    await clear(shared)
    wrong: list[str] = []
    every = 1 if full else EVERY
    for end, step in list(enumerate(steps))[list(ACTS).index(name) % every :: every]:
        stage = Stage(shared)
        await before(stage)
        with Mortal(shared).watched(end) as mortal:
            await act(stage)
            assert mortal.dead, "it went another way this time"
            await shared.env.settle()
        await shared.restart()
        await later(shared)
        shared.faults.drain()
        # Before the move was written down, nobody can be told of it.
        found = await c.circle(stage)
        changed = found is None or found.revision > 1 or found.state != "open"
        often = told if changed or name == "people are reminded" else 0
        found_wrong = await wrong_with(stage, often)
        await clear(shared)
        wrong += [f"{name}, dead after step {end} ({step}): {each}" for each in found_wrong]
    assert not wrong, "\n".join(wrong)


async def test_a_post_that_discord_took_only_after_hours_is_found_too(
    shared: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is looked for from where it was last sent on.

    Without an ear at the wire, as Discord knows a nonce for some minutes only.
    """
    stage = Stage(shared)
    await drafted(stage)
    with refusing("POST", "messages", 0, 503):
        await confirm(stage)
        for _ in range(3):
            await shared.later(2 * HOUR)
    monkeypatch.setattr(shared.bot.posts, "is_up", not_answered)
    await shared.later(6 * HOUR)
    post = await shared.bot.posts.shows(POSTED, c.circle_id(stage))
    assert post is not None
    assert post.message_id is None
    assert c.circle_id(stage) in str(stage.public())
    await shared.restart()
    await shared.later(2 * HOUR)
    assert await wrong_with(stage, 0) == []
    await clear(shared)


async def not_answered(*_: object) -> None:
    raise TimeoutError


async def wrong_with(stage: Stage, told: int) -> list[str]:
    wrong = await circles_are_whole(stage.world, stage.guild.id)
    bot = stage.world.env.backend.bot_user.id
    said = [shown(each) for each in d.dms(stage.beto) if each.author_id == bot]
    heard = [each for each in said if "Who Is Oakland" in each]
    if len(heard) != told:
        wrong.append(f"somebody is told {len(heard)} times, not {told}: {heard}")
    guild = stage.world.env.backend.get_guild(stage.guild.id)
    rows = await stage.world.rows(f"SELECT id FROM circles WHERE guild_id = {stage.guild.id}")
    open_threads = [
        each
        for each in guild.thread_ids
        if not stage.world.env.backend.channels[each].thread_metadata.archived
    ]
    if not rows:
        posts = stage.world.env.backend.messages[stage.general.id]
        wrong += ["a thread hangs on no post" for each in open_threads if each not in posts]
    return wrong


async def clear(world: World) -> None:
    async with world.bot.store.main.transaction() as connection:
        for table in ("circles", "circle_joins", "notices", "posts", "rings"):
            await connection.execute(f"DELETE FROM {table}")
        await connection.execute("DELETE FROM work WHERE kind IN ('circle', 'post', 'ring')")


async def later(world: World) -> None:
    """Everything that is due gets done, also what another process had taken for a minute."""
    for _ in range(4):
        await world.later(61)
