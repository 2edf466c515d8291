"""Fixtures: a world with the bot in it, on a database of its own."""

from __future__ import annotations

import os
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from bot.demo.gaps import hold_by_expressions, let_create_events_suffice
from tests.postgres import cluster, postgres  # noqa: F401
from tests.simulator import (
    Faults,
    keep_cogs_loaded,
    keep_long_timers_virtual,
    listening,
    see_own_reactions,
    speed_up,
)
from tests.world import FAST, World

speed_up()
keep_long_timers_virtual()
see_own_reactions()
keep_cogs_loaded()
hold_by_expressions()
let_create_events_suffice()
# A slow computer is no fault of the bot's.
settings.register_profile(
    "firsthand",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    # The same examples each time: what fails there fails because of what was changed. Every other
    # run looks at new ones.
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("firsthand")


@pytest.fixture
def faults() -> Iterator[Faults]:
    """What the bot logs as an error during a test; a test that expects some drains it."""
    with listening() as heard:
        yield heard


@pytest.fixture
async def world(faults: Faults) -> AsyncIterator[World]:
    """A server with the bot in it. Whatever the bot logs as an error fails the test."""
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        made = World(Path(folder) / "state", faults)
        await made.start()
        yield made
        await made.stop()
    assert faults.drain() == []
