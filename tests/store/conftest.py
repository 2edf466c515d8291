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
from tests.states import begin
from tests.store.houses import House, Time, open_house
from tests.store.lives import LIVES
from tests.store.notebooks import cheapen
from tests.store.restoring import Said
from tests.store.states import clock, settings_in

#: What a journal lives through on Postgres, too, at every step. Each step there takes a server's
#: round trips; SQLite lives through everything.
_ON_BOTH = ("change", "erase")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the other lives on Postgres, and count them as deselected."""

    def left_out(item: pytest.Item) -> bool:
        given = getattr(getattr(item, "callspec", None), "params", {})
        names = [name for name, life in LIVES.items() if life is given.get("life")]
        return given.get("engine") == "postgres" and not {*_ON_BOTH}.issuperset(names)

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
    await begin(settings)
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


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """What was printed, and what was complained about, since the last look."""

    def read() -> tuple[str, str]:
        captured = capsys.readouterr()
        return captured.out, captured.err

    return read
