"""Fixtures: a world with the bot in it, on a database of its own."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.simulator import Faults, speed_up
from tests.world import World

speed_up()


@pytest.fixture
def faults() -> Faults:
    """What the bot logs as an error during a test; a test that expects some drains it."""
    handler = Faults()
    for name in ("bot", "cogs", "discord"):
        logging.getLogger(name).addHandler(handler)
    yield handler  # type: ignore[misc]
    for name in ("bot", "cogs", "discord"):
        logging.getLogger(name).removeHandler(handler)


@pytest.fixture
async def world(tmp_path: Path, faults: Faults) -> AsyncIterator[World]:
    """A server with the bot in it. Whatever the bot logs as an error fails the test."""
    made = World(tmp_path / "state", faults)
    await made.start()
    yield made
    await made.stop()
    assert faults.drain() == []
