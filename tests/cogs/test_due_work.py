"""Due work, seen by people: whoever takes back or erases waits for nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.demo import strict
from tests.cogs.test_doorbell import rings
from tests.cogs.test_privacy import erases
from tests.cogs.test_speaking import agreed
from tests.world import DAY, HOUR, World

WORDS = "I can host."


@contextmanager
def hanging(world: World, ending: str) -> Iterator[list[str]]:
    """Calls whose path ends so get no answer, until the end. Yields those that were made."""
    http, made, end = world.bot.http, list[str](), asyncio.Event()
    real = http.request

    async def request(route: Any, **how: Any) -> Any:
        if route.url.endswith(ending):
            made.append(route.url)
            await end.wait()
        return await real(route, **how)

    http.request = request  # type: ignore[method-assign]
    try:
        yield made
    finally:
        http.request = real  # type: ignore[method-assign]
        end.set()


@pytest.mark.parametrize("act", ["erases", "takes back"])
async def test_who_erases_or_takes_back_waits_for_nobody_elses_work(world: World, act: str) -> None:
    """An erase was answered after a minute, because others' rings hung."""
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    eve = world.person("Eve")
    with world.env.time_context():
        await world.tells(eve, world.guild.id, world.assembly.id)
    with hanging(world, f"/channels/{world.assembly.id}/messages") as made:
        answer = await (erases(ana) if act == "erases" else ana.takes_back())
        assert made == [], "it is not even begun"
        assert WORDS not in world.said(world.general)
        assert answer.text.startswith("Erased." if act == "erases" else "Taken back.")
    await world.later(31)
    assert eve.mention in world.said(world.assembly), "it was due all the same"


async def test_a_ring_that_hangs_holds_up_no_other_and_comes_in_the_end(world: World) -> None:
    """A call that waited for hours held up the reminders and rings of all servers."""
    people = [world.person(f"Person {number}") for number in range(6)]
    with world.env.time_context():
        for number, person in enumerate(people):
            place = world.assembly if number == 0 else world.general
            await world.tells(person, world.guild.id, place.id)
    with hanging(world, f"/channels/{world.assembly.id}/messages") as made:
        world.env.backend.advance_clock(1)
        with world.env.time_context(), world.env._bot_scope():
            look = asyncio.ensure_future(world.bot.worker.look())
        while len(rings(world)) < 5:  # noqa: ASYNC110
            await asyncio.sleep(0.001)
        assert len(made) == 1
        assert not look.done()
    await look
    assert people[0].mention in world.said(world.assembly)


async def test_words_that_stay_are_tried_for_as_long_as_they_stand(world: World) -> None:
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    path = f"/channels/{world.general.id}/messages/*"
    world.env.inject_error("PATCH", path, status=503, times=None)
    await ana.takes_back()
    for _ in range(3):
        await world.later(DAY)
        await world.restart()
    assert WORDS in world.said(world.general)
    world.env.backend.faults.clear()
    await world.later(6 * HOUR)
    assert WORDS not in world.said(world.general)


@pytest.mark.parametrize("back", ["a new start", "a server comes back"])
async def test_what_waits_is_tried_at_once_when_discord_is_back(world: World, back: str) -> None:
    """Not after the hours that pass between two tries in the end."""
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    path = f"/channels/{world.general.id}/messages/*"
    world.env.inject_error("PATCH", path, status=503, times=None)
    await ana.takes_back()
    for _ in range(5):
        await world.later(2 * HOUR)
    world.env.backend.faults.clear()
    if back == "a new start":
        await world.restart()
    else:
        strict.goes_out(world.env, world.guild.id)
        strict.comes_back(world.env, world.guild.id)
    await world.later(31)
    assert WORDS not in world.said(world.general)
