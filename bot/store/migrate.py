"""Migrations: numbered .sql files, each run in one transaction together with its record.

A process that is killed half-way leaves the schema before or after a migration, never between.
A database from a newer Firsthand is refused rather than guessed at.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from sqlite3 import complete_statement
from typing import Any

from bot.store.database import Database, StoreError
from bot.store.queries import load

_QUERIES = Path(__file__).with_name("migrate.sql")
_TABLE = (
    "CREATE TABLE IF NOT EXISTS migrations "
    "(number BIGINT PRIMARY KEY, name TEXT NOT NULL, at BIGINT NOT NULL)"
)


async def migrate(database: Database, folder: Path, clock: Callable[[], int]) -> list[int]:
    """Bring a database to the newest schema in `folder`; returns the numbers that were applied.

    Raises StoreError when the database is newer than the files, or was made from others.
    """
    files = {int(file.name[:4]): file for file in sorted(folder.glob("[0-9]*.sql"))}
    queries: Any = load(_QUERIES, database.driver)
    async with database.transaction() as connection:
        await database.alone(connection)
        await database.run(connection, _TABLE)
        done = {row[0]: row[1] async for row in queries.applied(connection)}
    if any(_name(files[number]) != name for number, name in done.items() if number in files):
        raise StoreError(
            "This database holds something else. See whether FIRSTHAND_DATABASE and "
            "FIRSTHAND_KEYS_DATABASE are the same, or swapped."
        )
    if newer := set(done) - set(files):
        raise StoreError(
            f"The database was made by a newer Firsthand (migration {max(newer)}). "
            "Install that version, or restore a backup from before."
        )
    applied: list[int] = []
    for number in sorted(set(files) - set(done)):
        if await _apply(database, queries, number, files[number], clock()):
            applied.append(number)
    return applied


async def _apply(database: Database, queries: Any, number: int, file: Path, now: int) -> bool:
    async with database.transaction() as connection:
        await database.alone(connection)
        # Another process may have been faster since we looked.
        if number in {row[0] async for row in queries.applied(connection)}:
            return False
        for statement in statements(file.read_text()):
            await database.run(connection, statement)
        await queries.record(connection, number=number, name=_name(file), at=now)
    return True


def _name(file: Path) -> str:
    return file.stem[5:]


def statements(script: str) -> list[str]:
    """Split a script into statements (one by one, because SQLite's script call commits first)."""
    found: list[str] = []
    begun = ""
    for line in script.splitlines():
        if not begun and (not line.strip() or line.lstrip().startswith("--")):
            continue
        begun += line + "\n"
        if complete_statement(begun):
            found.append(begun.strip())
            begun = ""
    if begun.strip():
        raise ValueError(f"a statement does not end: {begun.strip()[:40]}")
    return found
