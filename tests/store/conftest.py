"""Fixtures: empty databases, on SQLite and on Postgres."""

from __future__ import annotations

import os
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
from tests.store.notebooks import cheapen
from tests.store.states import clock, settings_in

#: What the journal lives through on Postgres, too, at every step. Each step there takes a server's
#: round trips, so the others only do with FIRSTHAND_TEST_EVERY; SQLite always lives through all.
_ON_BOTH = ("change", "erase")
_AT_EVERY_STEP = ("_is_told", "_not_done", "_again", "_while_a_passphrase_changes_is_never_lost")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `_ON_BOTH` says, and count it as deselected."""

    def left_out(item: pytest.Item) -> bool:
        of = getattr(getattr(item, "callspec", None), "id", "")
        engine, _, rest = of.partition("-")
        life = rest.removeprefix("once-").removeprefix("from then on-")
        return (
            item.path.name in ("test_journal_kills.py", "test_journal_failures.py")
            and getattr(item, "originalname", "").endswith(_AT_EVERY_STEP)
            and engine == "postgres"
            and life not in _ON_BOTH
        )

    if not os.environ.get("FIRSTHAND_TEST_EVERY"):
        away = [item for item in items if left_out(item)]
        config.hook.pytest_deselected(items=away)
        items[:] = [item for item in items if item not in away]


@dataclass(frozen=True)
class Engine:
    """One of the two engines. `new` gives the address of another empty database."""

    name: str
    new: Callable[[], str]


@pytest.fixture(autouse=True)
def _end_with_the_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    """A test that fails may leave a database open; its thread must not keep pytest from ending."""
    monkeypatch.setattr("aiosqlite.core.Thread", partial(Thread, daemon=True))


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Passphrases are stretched in no time."""
    cheapen(monkeypatch.setattr)


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


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "FIRSTHAND_DATABASE", "FIRSTHAND_KEYS_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FIRSTHAND_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """A side file that somebody reads is not waited for, as it would be for five seconds."""
    monkeypatch.setattr("bot.store.database._BUSY_SECONDS", 0.1)
