"""What the everyday commands ask of the database: statements for each, from click to answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.bench.counting import Meter, before
from tests.simulator import Faults
from tests.world import Person, World

pytestmark = pytest.mark.bench

WORDS = "I can host the meeting."


def acts(ana: Person, beto: Person) -> dict[str, Callable[[], Awaitable[Any]]]:
    """One after the other, as the main job of the bot goes."""

    async def speak() -> None:
        consent = await beto.world.only_consent()
        await beto.speaks(consent["id"])

    async def write() -> None:
        form = await ana.slash("journal write")
        await ana.fill(form, title="", text="Rain, and then the sun.")

    return {
        "help": lambda: ana.slash("help"),
        "flag": lambda: ana.slash("consent flag", choice="ask"),
        "check": lambda: beto.slash("consent check", member=ana),
        "ask": lambda: beto.asks(ana, WORDS),
        "read and say yes": ana.says_yes,
        "speak": speak,
        "ledger": lambda: ana.slash("consent ledger"),
        "take back": ana.takes_back,
        "inbox": lambda: beto.slash("consent inbox"),
        "rules": lambda: ana.slash("rules show"),
        "write in the journal": write,
        "read the journal": lambda: ana.slash("journal read"),
        "start a group": lambda: ana.slash("affinity start", name="Owls", purpose="Soup"),
        "browse": lambda: ana.slash("reading browse"),
        "export": lambda: ana.slash("privacy export"),
        "a look for what is due": lambda: ana.world.bot.worker.look(),
    }


async def test_no_command_asks_the_database_more_than_before(
    tmp_path: Path, faults: Faults, capsys: pytest.CaptureFixture[str]
) -> None:
    world = World(tmp_path / "state", faults)
    await world.start()
    found: dict[str, tuple[int, int]] = {}
    try:
        everyday = acts(world.person("Ana"), world.person("Beto"))
        await world.later(1)
        meter = await Meter(world.bot.store.main, world.bot.store.keys).attach()  # type: ignore[arg-type]
        for name, act in everyday.items():
            with world.env.time_context():
                await meter.of(act)
            now = len(meter.statements)
            found[name] = now, before(f"statements, {name}", now)
    finally:
        await world.stop()
    with capsys.disabled():
        print("\nstatements for the database, from click to answer")
        for name, (now, was) in found.items():
            print(f"  {name:<24}{now:>6,}   (before: {was:,})")
    assert {name: figures for name, figures in found.items() if figures[0] > figures[1]} == {}
    assert faults.drain() == []
