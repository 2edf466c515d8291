"""Two processes on one database: what falls due, a click, a first start: each is done once."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from bot.app import Firsthand, create_bot
from bot.consent.rules import Act
from bot.settings import Settings
from tests.wire.flows import FLOWS
from tests.wire.laws import laws_hold, settle_down
from tests.wire.stage import Stage
from tests.world import DAY, HOUR, World

pytestmark = pytest.mark.usefixtures("threads")


@asynccontextmanager
async def second_process(world: World) -> AsyncIterator[Firsthand]:
    """Another bot on the same databases; it speaks to Discord through the first one's line."""
    assert world.threads, "two connections to one file: ask for the fixture `threads`"
    twin = create_bot(Settings.from_mapping(world.environment))
    await twin.setup_hook()
    twin._connection = world.bot._connection
    twin.http = world.bot.http
    try:
        yield twin
    finally:
        await twin.close()


@pytest.mark.parametrize(
    ("name", "wait", "most"),
    [
        ("ring_an_hour_later", HOUR, 1),
        ("ring_taken_down", DAY, 1),
        ("words_taken_out_later", 61, 2),  # and whoever was told that they stood is rung for
        ("lost_post_found", 61, 1),
        ("announced_later", 61, 1),
        ("lapse", 7 * DAY, 1),
        ("expire", 7 * DAY, 1),
    ],
)
async def test_two_processes_do_what_is_due_once(
    world: World, name: str, wait: int, most: int
) -> None:
    flow, stage = FLOWS[name], Stage(world)
    await flow.set_up(stage)
    async with second_process(world) as twin:
        await world.bot.worker.stop()
        world.env.backend.advance_clock(wait + 1)
        sent = len(world.env.http_requests)
        with world.env.time_context():
            await asyncio.gather(*(bot.worker.look() for bot in (world.bot, twin) * 3))
            writes = [each for each in world.env.http_requests[sent:] if each.method != "GET"]
        assert await flow.is_done(stage)
        made = [(each.method, each.path) for each in writes]
        assert len(made) == len(set(made)) <= most, made
        with world.env._bot_scope():
            world.bot.worker.start()
    await settle_down(world)
    assert await laws_hold(stage) == []


async def test_two_processes_answer_one_click_each_and_one_wins(world: World) -> None:
    stage = Stage(world)
    await stage.asked()
    async with second_process(world) as twin:
        with world.env.time_context():
            acted = await asyncio.gather(
                *(
                    bot.consents.act(stage.consent, stage.ana.id, act, stage.guild.id)
                    for bot in (world.bot, twin)
                    for act in (Act.YES, Act.NO)
                )
            )
    won = [each for each in acted if each is not None and each.consent is not None]
    assert len(won) == 1
    assert await stage.state() in ("live", "declined")


async def test_two_first_starts_make_one_instance() -> None:
    """Two processes started at the same moment on an empty folder agree on key and instance."""
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings.from_mapping({"FIRSTHAND_STATE": str(Path(folder) / "state")})
        bots = [create_bot(settings), create_bot(settings)]
        await asyncio.gather(*(bot.setup_hook() for bot in bots))
        known = [await bot.facts.get("instance") for bot in bots]
        proofs = [await bot.store.keyring.proves() for bot in bots]
        for bot in bots:
            await bot.close()
    assert known[0] == known[1]
    assert proofs == [True, True]
