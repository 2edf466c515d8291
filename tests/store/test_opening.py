"""Opening: whatever fails on the way, nothing stays open, and the process can end."""

from __future__ import annotations

import sqlite3
import threading
from asyncio import CancelledError
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.seal import KeyFileError
from bot.store.database import StoreError
from bot.store.store import open_store
from tests.store.states import clock, settings_in
from tests.store.test_sqlite import open_files
from tests.tiers import in_both_tiers


def _of_sqlite(code: int) -> sqlite3.Error:
    error = sqlite3.DatabaseError("database disk image is malformed")
    error.sqlite_errorcode = code
    return error


#: What can come up while a database is asked something.
TROUBLES: tuple[Callable[[], BaseException], ...] = (
    partial(_of_sqlite, sqlite3.SQLITE_IOERR),
    partial(_of_sqlite, sqlite3.SQLITE_CORRUPT),
    partial(UnicodeDecodeError, "utf-8", b"\xff", 0, 1, "invalid start byte"),
    partial(OSError, "no"),
    MemoryError,
    CancelledError,
    KeyboardInterrupt,
)


def threads() -> set[threading.Thread]:
    """What keeps this process alive."""
    return {each for each in threading.enumerate() if not each.daemon}


class Asked:
    """Counts what is asked of databases, and raises something at one question."""

    def __init__(self, at: int, trouble: Callable[[], BaseException]) -> None:
        self.left = at
        self.trouble = trouble

    def patched(self, real: Any) -> Any:
        async def ask(connection: aiosqlite.Connection, *given: Any, **more: Any) -> Any:
            self.left -= 1
            if self.left == -1:
                raise self.trouble()
            return await real(connection, *given, **more)

        return ask


@pytest.fixture
def asking(monkeypatch: pytest.MonkeyPatch) -> Callable[[Asked], None]:
    real = aiosqlite.Connection._execute
    return lambda asked: monkeypatch.setattr(aiosqlite.Connection, "_execute", asked.patched(real))


@in_both_tiers
async def test_whatever_fails_while_opening_closes(
    tmp_path: Path, asking: Callable[[Asked], None], full: bool
) -> None:
    """The second start, at each question; a first one asks some hundred times more."""
    settings = settings_in(tmp_path)
    await (await open_store(settings, clock)).close()
    before, number, opened = threads(), 0, False
    while not opened:
        for trouble in TROUBLES if full else [TROUBLES[number % len(TROUBLES)]]:
            opened = await _opens(settings, Asked(number, trouble), asking)
            assert threads() == before, (number, trouble)
            assert open_files(tmp_path) == [], (number, trouble)
        number += 1
    assert number > 15


async def _opens(settings: Any, asked: Asked, asking: Callable[[Asked], None]) -> bool:
    """Whether it opened, because no more was asked than that; it is closed again."""
    asking(asked)
    try:
        store = await open_store(settings, clock)
    except (StoreError, KeyFileError, OSError, MemoryError, CancelledError, KeyboardInterrupt):
        assert asked.left < 0
        return False
    asking(Asked(-1, MemoryError))
    await store.close()
    return True


async def test_a_disk_without_write_ahead_log_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A network disk has no memory that processes share; nor has this way of locking."""
    real = aiosqlite.connect

    def on_a_network(file: Path, **more: Any) -> Any:
        return real(f"file:{file}?vfs=unix-dotfile", uri=True, **more)

    monkeypatch.setattr(aiosqlite, "connect", on_a_network)
    with pytest.raises(StoreError, match=r"as network disks do not\. Name a folder on") as refused:
        await open_store(settings_in(tmp_path), clock)
    assert "\n" not in str(refused.value)
    assert [each.name for each in tmp_path.glob("*") if "lock" in each.name] == []
