"""What design, section 6 asks of SQLite, looked up in the open database, and its bad days."""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
import stat
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiosqlite
import pytest

from bot.seal import KeyFileError
from bot.store.database import SQLite, StoreError, open_database, sqlite_file
from bot.store.store import open_store
from tests.store.states import ask, clock, fetch, settings_in


@pytest.fixture
async def sqlite(tmp_path: Path) -> AsyncIterator[SQLite]:
    database = await SQLite.open(tmp_path / "some.db")
    await fetch(database, "CREATE TABLE notes (id BIGINT PRIMARY KEY, text TEXT)")
    yield database
    await database.close()


def open_files(folder: Path) -> list[str]:
    """What this process holds open of a folder. Other tests' leavings are not its business."""
    held: list[str] = []
    for number in os.listdir("/proc/self/fd"):
        with contextlib.suppress(FileNotFoundError):  # the one that lists them is closed again
            held.append(os.readlink(f"/proc/self/fd/{number}"))
    return [name for name in held if name.startswith(str(folder))]


async def pragma(database: SQLite, name: str) -> Any:
    """A setting, asked outside of any transaction."""
    rows = list(await database._connection.execute_fetchall(f"PRAGMA {name}"))
    return rows[0][0] if rows else None


@pytest.mark.parametrize(
    ("name", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("secure_delete", 1), ("foreign_keys", 1)],
)
async def test_the_setting_is_in_force(sqlite: SQLite, name: str, value: object) -> None:
    assert await pragma(sqlite, name) == value


async def test_whoever_opens_a_new_file_while_another_does_waits_for_its_turn(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = aiosqlite.Connection.execute_fetchall

    async def busy_once(self: Any, statement: str) -> Any:
        asked.append(statement)
        if len(asked) == 1:  # as SQLite answers, at once, when two switch in the same moment
            error = sqlite3.OperationalError("database is locked")
            error.sqlite_errorcode = sqlite3.SQLITE_BUSY
            raise error
        return await real(self, statement)

    monkeypatch.setattr(aiosqlite.Connection, "execute_fetchall", busy_once)
    database = await SQLite.open(tmp_path / "new.db")
    assert asked[:2] == ["PRAGMA journal_mode=WAL"] * 2
    assert await pragma(database, "journal_mode") == "wal"
    await database.close()


async def test_it_waits_for_other_writers(sqlite: SQLite) -> None:
    assert await pragma(sqlite, "busy_timeout") > 0


async def test_only_its_user_can_read_the_files(sqlite: SQLite, tmp_path: Path) -> None:
    await fetch(sqlite, "INSERT INTO notes VALUES (1, 'mine')")
    files = list(tmp_path.glob("some.db*"))
    assert len(files) == 3
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


async def test_files_that_a_crash_or_a_copy_left_open_to_others_are_closed(
    sqlite: SQLite, tmp_path: Path
) -> None:
    """SQLite makes side files like the database, and takes what is there as it is."""
    for file in tmp_path.glob("some.db*"):
        shutil.copyfile(file, tmp_path / file.name.replace("some", "copy"))
        (tmp_path / file.name.replace("some", "copy")).chmod(0o644)
    copy = await SQLite.open(tmp_path / "copy.db")
    assert await fetch(copy, "SELECT count(*) FROM notes") == [(0,)]
    modes = {each.name: stat.S_IMODE(each.stat().st_mode) for each in tmp_path.glob("copy.db*")}
    assert modes == {"copy.db": 0o600, "copy.db-wal": 0o600, "copy.db-shm": 0o600}
    await copy.close()


async def test_a_deleted_row_is_in_no_file_once_scrubbed(sqlite: SQLite, tmp_path: Path) -> None:
    secret = "a sentence to be found again"
    await fetch(sqlite, f"INSERT INTO notes VALUES (1, '{secret}')")
    await sqlite.scrub()
    assert any(secret.encode() in file.read_bytes() for file in tmp_path.glob("some.db*"))
    await fetch(sqlite, "DELETE FROM notes")
    await sqlite.scrub()
    assert (tmp_path / "some.db-wal").stat().st_size == 0
    assert not any(secret.encode() in file.read_bytes() for file in tmp_path.glob("some.db*"))


async def test_two_that_scrub_at_once_are_both_done(sqlite: SQLite, tmp_path: Path) -> None:
    other = await SQLite.open(tmp_path / "some.db")

    async def writes(database: SQLite, number: int) -> None:
        await fetch(database, f"INSERT INTO notes VALUES ({number}, 'here')")
        await database.scrub()

    for number in range(0, 200, 4):
        twice = enumerate((sqlite, other, sqlite, other))
        await asyncio.gather(*(writes(each, number + at) for at, each in twice))
        assert (tmp_path / "some.db-wal").stat().st_size == 0
    assert await fetch(other, "SELECT count(*) FROM notes") == [(200,)]
    await other.close()


@pytest.mark.usefixtures("impatient")
async def test_scrubbing_is_not_called_done_while_somebody_reads(
    sqlite: SQLite, tmp_path: Path
) -> None:
    await pragma(sqlite, "busy_timeout=1")
    await fetch(sqlite, "INSERT INTO notes VALUES (1, 'still here')")
    reader = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM notes").fetchall()
    await fetch(sqlite, "DELETE FROM notes")
    with pytest.raises(StoreError, match="another process reads"):
        await sqlite.scrub()
    reader.execute("COMMIT")
    await sqlite.scrub()
    reader.close()


async def test_an_error_while_scrubbing_is_reported_as_not_done(sqlite: SQLite) -> None:
    await fetch(sqlite, "INSERT INTO notes VALUES (1, 'one'), (2, 'two')")
    async with sqlite.transaction() as connection:
        rows = await connection.execute("SELECT * FROM notes")
        await rows.fetchone()
    # A row is still to come, so this connection itself is reading.
    with pytest.raises(StoreError, match="could not be emptied"):
        await sqlite.scrub()
    await rows.close()
    await sqlite.scrub()


async def test_a_write_that_follows_a_read_sees_no_other_write_in_between(
    sqlite: SQLite, tmp_path: Path
) -> None:
    other = await SQLite.open(tmp_path / "some.db")
    await fetch(sqlite, "INSERT INTO notes VALUES (1, 'waiting')")
    started = asyncio.Event()
    change = "UPDATE notes SET text = 'live' WHERE text = 'waiting' RETURNING id"

    async def slow() -> None:
        async with sqlite.transaction() as connection:
            before = await ask(connection, "SELECT text FROM notes")
            started.set()
            for _ in range(20):
                await asyncio.sleep(0)
            assert await ask(connection, "SELECT text FROM notes") == before
            await ask(connection, change)

    async def quick() -> list[tuple[Any, ...]]:
        await started.wait()
        return await fetch(other, change)

    _, second = await asyncio.gather(slow(), quick())
    assert second == []
    await other.close()


# -- bad days ---------------------------------------------------------------------------------


async def test_a_full_disk_is_an_error_and_nothing_is_half_written(sqlite: SQLite) -> None:
    await fetch(sqlite, "INSERT INTO notes VALUES (1, 'before')")
    await pragma(sqlite, f"max_page_count={await pragma(sqlite, 'page_count')}")

    async def fill() -> None:
        async with sqlite.transaction() as connection:
            await ask(connection, "INSERT INTO notes VALUES (2, 'small')")
            await ask(connection, f"INSERT INTO notes VALUES (3, '{'x' * 100_000}')")

    with pytest.raises(sqlite3.OperationalError, match="full"):
        await fill()
    assert await fetch(sqlite, "SELECT text FROM notes") == [("before",)]
    await pragma(sqlite, "max_page_count=1000000")
    await fetch(sqlite, "INSERT INTO notes VALUES (4, 'after')")


async def test_a_read_only_database_is_an_error_and_stays_readable(sqlite: SQLite) -> None:
    await fetch(sqlite, "INSERT INTO notes VALUES (1, 'before')")
    await pragma(sqlite, "query_only=ON")
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await fetch(sqlite, "DELETE FROM notes")
    await pragma(sqlite, "query_only=OFF")
    assert await fetch(sqlite, "SELECT text FROM notes") == [("before",)]


async def test_a_locked_database_is_an_error_and_usable_once_free(
    sqlite: SQLite, tmp_path: Path
) -> None:
    await pragma(sqlite, "busy_timeout=1")
    other = sqlite3.connect(tmp_path / "some.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        await fetch(sqlite, "INSERT INTO notes VALUES (1, 'no')")
    other.execute("COMMIT")
    other.close()
    await fetch(sqlite, "INSERT INTO notes VALUES (2, 'yes')")
    assert await fetch(sqlite, "SELECT text FROM notes") == [("yes",)]


async def test_a_start_on_a_locked_database_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.store.database._BUSY_SECONDS", 0.001)
    await (await open_store(settings_in(tmp_path), clock)).close()
    other = sqlite3.connect(tmp_path / "firsthand.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match=r"firsthand\.db: another process is at work with"):
        await open_store(settings_in(tmp_path), clock)
    other.close()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / "firsthand.db").write_text("Dear diary, " * 100)
    with pytest.raises(StoreError, match=r"firsthand\.db cannot be used: file is not a database"):
        await open_store(settings_in(tmp_path), clock)
    assert (tmp_path / "firsthand.db").read_text().startswith("Dear diary")


@pytest.mark.parametrize("name", ["missing/some.db", "folder", "note/some.db"])
async def test_a_database_that_cannot_be_opened_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir(mode=0o755)
    (tmp_path / "note").write_text("a file")
    with pytest.raises(StoreError, match="cannot be opened") as refused:
        await SQLite.open(tmp_path / name)
    assert "\n" not in str(refused.value)
    assert stat.S_IMODE((tmp_path / "folder").stat().st_mode) == 0o755


@pytest.mark.parametrize("name", ["keys.db", "instance.key"])
async def test_a_store_that_fails_to_open_leaves_nothing_open(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    with pytest.raises((StoreError, KeyFileError)) as refused:
        await open_store(settings_in(tmp_path), clock)
    assert open_files(tmp_path) == []
    # Kept until here: what is left open would be closed with the last that refers to it.
    assert name in str(refused.value)


# -- addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["plain", "what?", "no #1", "100% sure", "ñandú 🌱", "a=b&c"])
async def test_the_database_lies_exactly_where_its_folder_says(tmp_path: Path, name: str) -> None:
    settings = settings_in(tmp_path / name)
    await (await open_store(settings, clock)).close()
    assert {file.name for file in (tmp_path / name).iterdir()} == {
        "firsthand.db",
        "instance.key",
        "keys.db",
    }
    assert [each.name for each in tmp_path.iterdir()] == [name]


def test_three_slashes_are_relative_and_four_absolute() -> None:
    assert sqlite_file("sqlite:///state/firsthand.db") == Path("state/firsthand.db")
    assert sqlite_file("sqlite:////srv/firsthand.db") == Path("/srv/firsthand.db")
    assert sqlite_file("postgresql://host/firsthand") is None


@pytest.mark.postgres
async def test_a_postgres_that_is_not_there_is_one_line_without_its_password() -> None:
    with pytest.raises(StoreError, match="does not let us in") as refused:
        await open_database("postgresql://me:hunter2@127.0.0.1:1/firsthand")
    assert "hunter2" not in str(refused.value)
    assert "\n" not in str(refused.value)
