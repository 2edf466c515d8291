"""The program is told to end: what runs comes to its end, and nothing new is taken."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import discord
import pytest

from bot import app
from bot.work import worker
from bot.work.notices import Notices
from tests.cogs.test_doorbell import rings
from tests.world import World


async def held(
    world: World, monkeypatch: pytest.MonkeyPatch, act: Callable[[], Any]
) -> tuple[Any, asyncio.Event]:
    """Somebody acts, and the answer waits for a database until the event is set."""
    gate, real = asyncio.Event(), Notices.looked

    async def slow(*args: Any, **more: Any) -> Any:
        await gate.wait()
        return await real(*args, **more)

    monkeypatch.setattr(Notices, "looked", slow)
    with unsettled(world):
        return await act(), gate


@contextmanager
def unsettled(world: World) -> Iterator[None]:
    """Who acts does not wait until the bot is idle."""
    settle = world.env._settle_internal

    async def wait_a_moment(**_: Any) -> None:
        await asyncio.sleep(0.02)

    world.env._settle_internal = wait_a_moment  # type: ignore[method-assign]
    try:
        yield
    finally:
        world.env._settle_internal = settle  # type: ignore[method-assign]


@pytest.mark.parametrize("how", ["a command", "a click"])
async def test_whoever_has_acted_is_still_answered(
    world: World, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    [ring] = rings(world)
    if how == "a click":
        answer, gate = await held(world, monkeypatch, lambda: ana.click(ring, "Open"))
    else:
        answer, gate = await held(world, monkeypatch, lambda: ana.slash("consent inbox"))
    ends = asyncio.ensure_future(world.bot.close())
    await asyncio.sleep(0.05)
    assert not ends.done()
    gate.set()
    await ends
    assert "asks to speak for you" in answer.text


async def test_it_does_not_wait_for_ever(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "ENDING", 0.05)
    ana = world.person("Ana")
    _, gate = await held(world, monkeypatch, lambda: ana.slash("consent inbox"))
    await world.bot.close()
    gate.set()
    await asyncio.sleep(0.05)
    world.faults.drain()


async def test_nothing_new_is_taken(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever comes now is Discord's to refuse, or another process's to answer."""
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    [ring] = rings(world)
    _, gate = await held(world, monkeypatch, lambda: ana.slash("consent inbox"))
    ends = asyncio.ensure_future(world.bot.close())
    await asyncio.sleep(0.02)
    before = len(world.env.http_requests)
    with unsettled(world):
        await ana.slash("privacy about")
        await ana.click(ring, "Open")
    assert len(world.env.http_requests) == before
    gate.set()
    await ends


async def test_due_work_that_was_begun_is_let_to_its_end(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker, "FIRST", 0)
    done, begun = list[str](), asyncio.Event()

    async def chore() -> None:
        begun.set()
        await asyncio.sleep(0.02)
        done.append("done")

    own = worker.Worker(world.bot.queue, world.bot.clock, (), str)
    own.every(30, "a chore", chore)
    own.start()
    await begun.wait()
    await own.stop(5)
    assert done == ["done"]


async def test_commands_are_told_again_when_discord_asked_to_wait(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody gets new commands before: it is not left for the next start."""
    tried: list[str] = []

    async def sync() -> list[Any]:
        tried.append("sync")
        if len(tried) == 1:
            raise discord.RateLimited(0.01)
        return []

    monkeypatch.setattr(world.bot.tree, "sync", sync)
    await world.bot.facts.set("commands", "others")
    await world.bot.tell_commands()
    assert len(tried) == 2
    await world.bot.tell_commands()
    assert len(tried) == 2, "they are known now"
