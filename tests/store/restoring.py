"""An operator's day: the bot runs, a backup is made, the bot goes on, the backup is restored."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.__main__ import main
from bot.store.store import MIGRATIONS
from tests.store.houses import House, Time, open_house
from tests.store.states import settings_in

Work = Callable[[House], Awaitable[Any]]
Said = Callable[[], tuple[str, str]]


def refused(said: Said) -> str:
    """The one line of complaint."""
    out, complaint = said()
    assert out == ""
    [line] = complaint.splitlines()
    return line


def lives(state: Path, work: Work) -> Any:
    """The bot runs for a while."""

    async def run() -> Any:
        async with open_house(settings_in(state), Time()) as house:
            return await work(house)

    return asyncio.run(run())


def restored(state: Path, before: Work, since: Work | None = None) -> Any:
    """Something happens, a backup is made, more happens, the backup is restored."""
    made = lives(state, before)
    assert main(["backup", "copy"]) == 0
    if since is not None:
        lives(state, since)
    assert main(["restore", "copy"]) == 0
    return made


def take_back_to(database: sqlite3.Connection, number: int) -> None:
    """Make a copy as old as this migration: what later ones added or dropped is as it was."""
    with closing(sqlite3.connect(":memory:")) as newer:
        database.backup(newer)
        for table in _columns(newer):
            if table != "migrations":
                database.execute(f"DROP TABLE {table}")
        for file in sorted(MIGRATIONS.glob("*.sql")):
            if int(file.name.partition("_")[0]) <= number:
                database.executescript(file.read_text(encoding="utf-8").replace("BYTEA", "BLOB"))
        after = _columns(newer)
        for table, columns in _columns(database).items():
            if table == "migrations" or table not in after:
                continue
            kept = [name for name in columns if name in after.get(table, {})]
            # What was dropped since, and has to be something: 0 is nothing in particular.
            needed = [name for name, needs in columns.items() if needs and name not in kept]
            marks = ", ".join(["?"] * len(kept) + ["0"] * len(needed))
            database.executemany(
                f"INSERT INTO {table} ({', '.join(kept + needed)}) VALUES ({marks})",
                newer.execute(f"SELECT {', '.join(kept)} FROM {table}"),
            )
    database.execute("DELETE FROM migrations WHERE number > ?", (number,))


def _columns(database: sqlite3.Connection) -> dict[str, dict[str, bool]]:
    """The columns of each table, and whether a row without it would be refused."""
    tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {
        table: {
            each[1]: bool(each[3]) and each[4] is None
            for each in database.execute(f"PRAGMA table_info({table})")
        }
        for (table,) in tables
        if not table.startswith("sqlite_")
    }


def rows(state: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(state / "firsthand.db")) as database:
        return database.execute(question).fetchall()
