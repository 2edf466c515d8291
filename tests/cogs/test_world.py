"""The world of the tests itself: what other tests rely on."""

from __future__ import annotations

import asyncio

import pytest

from tests.world import World


async def overlapping(world: World) -> list[tuple[str, int]]:
    """The order in which two handlers get to two transactions each."""
    order: list[tuple[str, int]] = []

    async def reads_then_writes(name: str) -> None:
        for step in range(2):
            async with world.bot.store.main.transaction():
                order.append((name, step))

    with world.env.time_context():
        await asyncio.gather(reads_then_writes("one"), reads_then_writes("other"))
    return order


async def test_two_handlers_overlap_between_any_two_transactions(world: World) -> None:
    """Or no test would notice that two clicks at once read before either of them writes."""
    order = await overlapping(world)
    assert order == [("one", 0), ("other", 0), ("one", 1), ("other", 1)]


@pytest.mark.usefixtures("threads")
async def test_they_do_so_with_threads_too(world: World) -> None:
    order = await overlapping(world)
    assert order == [("one", 0), ("other", 0), ("one", 1), ("other", 1)]
