"""Fixtures of the sweeps: a world in memory, and an ear at the wire."""

from __future__ import annotations

import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from bot.journal import passphrase
from tests.simulator import Faults, listening
from tests.states import FAST
from tests.wire.wiretap import Wiretap
from tests.world import World


@pytest.fixture
async def world(faults: Faults) -> AsyncIterator[World]:
    """A server with the bot in it. Whatever the bot logs as an error fails the test."""
    async with _living(faults) as made:
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[World]:
    """One world for a whole module; each test takes a stage of its own in it.

    Its tests share an event loop, too: `pytestmark = pytest.mark.asyncio(loop_scope="module")`.
    """
    with listening() as faults:
        async with _living(faults) as made:
            yield made


@pytest_asyncio.fixture(loop_scope="module")
async def struck(shared: World) -> AsyncIterator[None]:
    """The stages of a test in a shared world are taken down after it."""
    yield
    for stage in [*shared.stages]:
        await stage.strike()


@asynccontextmanager
async def _living(faults: Faults) -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory(dir=FAST) as folder, pytest.MonkeyPatch.context() as patch:
        # A passphrase takes half a second, on purpose; what that costs is measured in tests/bench.
        patch.setattr(passphrase, "_PASSES", 1)
        patch.setattr(passphrase, "_KIBIBYTES", 64)
        listening = {"FIRSTHAND_MESSAGE_CONTENT": "on"}
        made = World(Path(folder) / "state", faults, listening)
        await made.start()
        yield made
        await made.stop()
    assert faults.drain() == []


@pytest.fixture
def tap() -> Iterator[Wiretap]:
    with Wiretap().attached() as attached:
        yield attached
