"""Fixtures: empty databases, on SQLite and on Postgres."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from threading import Thread

import pytest

from bot.settings import Settings
from bot.store.database import Postgres, SQLite, open_database
from bot.store.store import Store, open_store
from tests.store.houses import House, Time, open_house
from tests.store.states import clock, settings_in


@dataclass(frozen=True)
class Engine:
    """One of the two engines. `new` gives the address of another empty database."""

    name: str
    new: Callable[[], str]


@pytest.fixture(autouse=True)
def _end_with_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that fails may leave a database open; its thread must not keep pytest from ending."""
    monkeypatch.setattr("aiosqlite.core.Thread", partial(Thread, daemon=True))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Engine:
    """Each of the two engines in turn."""
    if request.param == "postgres":
        return Engine("postgres", request.getfixturevalue("postgres").new_database)
    return sqlite_engine(tmp_path)


def sqlite_engine(folder: Path) -> Engine:
    made: list[str] = []

    def new() -> str:
        made.append(f"sqlite:///{folder}/{len(made)}.db")
        return made[-1]

    return Engine("sqlite", new)


@pytest.fixture
async def database(engine: Engine) -> AsyncIterator[SQLite | Postgres]:
    """An empty database, open."""
    opened = await open_database(engine.new())
    yield opened
    await opened.close()


@pytest.fixture
def settings(engine: Engine, tmp_path: Path) -> Settings:
    """Settings for a first start on the engine in turn."""
    return settings_in(
        tmp_path / "state", FIRSTHAND_DATABASE=engine.new(), FIRSTHAND_KEYS_DATABASE=engine.new()
    )


@pytest.fixture
async def store(settings: Settings) -> AsyncIterator[Store]:
    """A store after its first start."""
    opened = await open_store(settings, clock)
    yield opened
    await opened.close()


@pytest.fixture
async def one(settings: Settings) -> AsyncIterator[House]:
    """The services of groups in one process."""
    async with open_house(settings, Time()) as house:
        yield house


@pytest.fixture
async def other(settings: Settings, one: House) -> AsyncIterator[House]:
    """Another process on the same databases; its clock can be moved by itself."""
    async with open_house(settings, Time()) as house:
        yield house
