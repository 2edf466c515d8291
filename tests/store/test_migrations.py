"""Migrations: from every earlier schema, once, by whoever is first, whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path
from typing import Any

import pytest

from bot.store.database import Database, StoreError, open_database
from bot.store.migrate import migrate, statements
from bot.store.store import KEYS_MIGRATIONS, MIGRATIONS
from tests.postgres import Cluster
from tests.store.conftest import Engine
from tests.store.dying import died_at_every_step
from tests.store.states import NOW, clock, fetch

FOLDERS = {"main": MIGRATIONS, "keys": KEYS_MIGRATIONS}
EVERY_PREFIX = [
    (name, number)
    for name, folder in FOLDERS.items()
    for number in range(len(list(folder.glob("*.sql"))))
]


async def schema(database: Database) -> list[tuple[Any, ...]]:
    """Tables with their columns, and indexes, as the engine describes them."""
    if database.driver == "aiosqlite":
        question = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    else:
        question = (
            "SELECT table_name, column_name, data_type || is_nullable || ordinal_position FROM"
            " information_schema.columns WHERE table_schema = current_schema() UNION ALL"
            " SELECT tablename, indexname, replace(indexdef, schemaname, '') FROM pg_indexes"
            " WHERE schemaname = current_schema()"
            " ORDER BY 1, 2"
        )
    return await fetch(database, question)


async def whole_schema(engine: Engine, folder: Path) -> list[tuple[Any, ...]]:
    database = await open_database(engine.new())
    await migrate(database, folder, clock)
    found = await schema(database)
    await database.close()
    return found


def first_files(folder: Path, number: int, into: Path) -> Path:
    """A folder that holds the first migrations of another one."""
    into.mkdir()
    for file in sorted(folder.glob("*.sql"))[:number]:
        shutil.copy(file, into)
    return into


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_migrations_are_numbered_without_gaps(folder: Path) -> None:
    numbers = [int(file.name[:4]) for file in sorted(folder.glob("*.sql"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
async def test_a_second_start_changes_nothing(database: Database, folder: Path) -> None:
    applied = await migrate(database, folder, clock)
    before = await schema(database)
    assert await migrate(database, folder, clock) == []
    assert await schema(database) == before
    recorded = await fetch(database, "SELECT number, name, at FROM migrations ORDER BY number")
    assert recorded == [
        (number, file.stem[5:], NOW)
        for number, file in zip(applied, sorted(folder.glob("*.sql")), strict=True)
    ]


@pytest.mark.parametrize(("name", "number"), EVERY_PREFIX)
async def test_every_earlier_schema_becomes_the_newest(
    engine: Engine, database: Database, tmp_path: Path, name: str, number: int
) -> None:
    folder = FOLDERS[name]
    await migrate(database, first_files(folder, number, tmp_path / "earlier"), clock)
    await migrate(database, folder, clock)
    assert await schema(database) == await whole_schema(engine, folder)


async def test_a_migration_that_fails_at_any_statement_leaves_the_schema_before_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = await open_database(engine.new())
    await migrate(database, KEYS_MIGRATIONS / "none yet", clock)
    before, kind = await schema(database), type(database)
    run, wanted = kind.run, 0

    async def fail(self: Any, connection: Any, statement: str) -> None:
        nonlocal wanted
        if statement.startswith("CREATE TABLE IF NOT EXISTS migrations"):
            return
        wanted -= 1
        if wanted < 0:
            raise RuntimeError("no further")
        await run(self, connection, statement)

    monkeypatch.setattr(kind, "run", fail)
    for file in sorted(MIGRATIONS.glob("*.sql")):
        count = len(statements(file.read_text()))
        for number in range(count):
            wanted = number
            with pytest.raises(RuntimeError, match="no further"):
                await migrate(database, MIGRATIONS, clock)
            assert await schema(database) == before, f"{file.stem} after {number} statements"
        wanted = count
        with contextlib.suppress(RuntimeError):  # the next migration, if there is one
            await migrate(database, MIGRATIONS, clock)
        assert await schema(database) != before
        before = await schema(database)
    monkeypatch.undo()
    assert await migrate(database, MIGRATIONS, clock) == []
    assert await schema(database) == await whole_schema(engine, MIGRATIONS)
    await database.close()


#: What fell due before there was one queue for it: by its kind the table, and how a row stood.
DUE: dict[str, tuple[str, dict[str, Any]]] = {
    "announcement": ("rule_changes", {"state": "due"}),
    "circle": ("circles", {"state": "open"}),
    "circle news": ("circle_joins", {"news": "soon"}),
    "decision": ("decisions", {"state": "open"}),
    "departed server": ("departures", {}),
    "disappearing": ("affinity_groups", {"disappear_days": 7}),
    "door": ("doors", {}),
    "group": ("affinity_groups", {}),
    "group news": ("group_news", {}),
    "journal key": ("journal_keys", {"state": "spent"}),
    "post": ("posts", {"state": "blank"}),
    "reminder": ("journal_reminders", {"state": "on"}),
    "ring": ("rings", {"state": "due"}),
    "share": ("journal_shares", {"state": "waiting", "due_at": 5}),
    "suggestion": ("reading_suggestions", {"state": "declined", "due_at": 5}),
}


@pytest.mark.parametrize("kind", DUE)
async def test_what_fell_due_before_there_was_a_queue_is_in_it(tmp_path: Path, kind: str) -> None:
    """Looked at once, at the first start: its handler says when it is due."""
    table, stands = DUE[kind]
    database = await open_database(f"sqlite:///{tmp_path}/firsthand.db")
    await migrate(database, first_files(MIGRATIONS, 8, tmp_path / "earlier"), clock)
    async with database.transaction() as connection:
        columns = await connection.execute_fetchall(f"PRAGMA table_info({table})")
        row: dict[str, Any] = {
            each["name"]: "a" if each["type"] == "TEXT" else b"a" if each["type"] == "BYTEA" else 1
            for each in columns
            if (each["notnull"] or each["pk"]) and each["dflt_value"] is None
        }
        row |= stands
        names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        await connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row)
    await migrate(database, MIGRATIONS, clock)
    found = await fetch(database, f"SELECT key, due_at FROM work WHERE kind = '{kind}'")
    await database.close()
    keys = [str(row[each["name"]]) for each in columns if each["pk"]]
    assert found == [(" ".join(keys), 0)]


@pytest.mark.full
async def test_a_process_killed_at_any_step_leaves_a_schema_before_or_after(
    tmp_path: Path,
) -> None:
    engine = Engine("sqlite", lambda: f"sqlite:///{tmp_path}/whole.db")
    whole = await whole_schema(engine, MIGRATIONS)
    (tmp_path / "template").mkdir()
    folders = await died_at_every_step("migrate", tmp_path)
    assert len(folders) > 40
    # Nothing, then the migrations' own table (and its index), then one migration after the other.
    stages: list[list[tuple[Any, ...]]] = [[]]
    for number in range(len(list(MIGRATIONS.glob("*.sql"))) + 1):
        stage = await open_database(f"sqlite:///{tmp_path}/stage-{number}.db")
        await migrate(stage, first_files(MIGRATIONS, number, tmp_path / f"first {number}"), clock)
        stages.append(await schema(stage))
        await stage.close()
    seen = []
    for folder in folders:
        database = await open_database(f"sqlite:///{folder}/firsthand.db")
        seen.append(stages.index(await schema(database)))
        await migrate(database, MIGRATIONS, clock)
        assert await schema(database) == whole
        await database.close()
    assert seen == sorted(seen)
    assert set(seen) == {*range(len(stages))}


@pytest.mark.postgres
async def test_a_killed_connection_leaves_postgres_before_the_migration(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres.new_database()
    dying, other = await open_database(address), await open_database(address)
    await migrate(other, MIGRATIONS / "none yet", clock)
    before, run = await schema(other), type(dying).run

    async def lose(self: Any, connection: Any, statement: str) -> None:
        await run(self, connection, statement)
        if "consents_by_due" in statement:
            own = await connection.fetchval("SELECT pg_backend_pid()")
            await fetch(other, f"SELECT pg_terminate_backend({own})")

    monkeypatch.setattr(type(dying), "run", lose)
    with pytest.raises(dying.troubles):
        await migrate(dying, MIGRATIONS, clock)
    assert await schema(other) == before
    await dying.close()
    await other.close()


async def test_two_that_migrate_at_once_apply_each_migration_once(engine: Engine) -> None:
    address = engine.new()
    one, other = await asyncio.gather(open_database(address), open_database(address))
    applied = await asyncio.gather(
        migrate(one, MIGRATIONS, clock), migrate(other, MIGRATIONS, clock)
    )
    files = len(list(MIGRATIONS.glob("*.sql")))
    assert sorted([*applied[0], *applied[1]]) == list(range(1, files + 1))
    assert await schema(one) == await schema(other) == await whole_schema(engine, MIGRATIONS)
    await one.close()
    await other.close()


async def test_a_database_of_a_newer_firsthand_is_refused(
    database: Database, tmp_path: Path
) -> None:
    newer = shutil.copytree(MIGRATIONS, tmp_path / "newer")
    (newer / "0999_later.sql").write_text("CREATE TABLE later (id BIGINT);\n")
    await migrate(database, newer, clock)
    with pytest.raises(StoreError, match=r"newer Firsthand \(migration 999\)"):
        await migrate(database, MIGRATIONS, clock)


async def test_the_two_databases_cannot_be_swapped_or_be_the_same(database: Database) -> None:
    await migrate(database, MIGRATIONS, clock)
    with pytest.raises(StoreError, match="the same, or swapped"):
        await migrate(database, KEYS_MIGRATIONS, clock)


def test_a_script_is_split_at_the_ends_of_its_statements() -> None:
    script = "-- a; b\n\nCREATE TABLE a (b TEXT DEFAULT ';'); -- done\nSELECT\n  1;\n"
    assert statements(script) == [
        "CREATE TABLE a (b TEXT DEFAULT ';'); -- done",
        "SELECT\n  1;",
    ]


def test_a_statement_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not end"):
        statements("SELECT 1;\nSELECT 2\n")
