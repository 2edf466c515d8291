"""An operator's day: the bot runs, a backup is made, the bot goes on, the backup is restored."""

from __future__ import annotations

import asyncio
import re
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
    """Make a copy as old as this migration: what later ones added has never been."""
    for file in sorted(MIGRATIONS.glob("*.sql"), reverse=True):
        if int(file.name.partition("_")[0]) > number:
            text = file.read_text(encoding="utf-8")
            for table, column in re.findall(r"ALTER TABLE (\w+) ADD COLUMN (\w+)", text):
                database.execute(f"ALTER TABLE {table} DROP COLUMN {column}")
            for table in re.findall(r"CREATE TABLE (\w+)", text):
                database.execute(f"DROP TABLE {table}")
    database.execute("DELETE FROM migrations WHERE number > ?", (number,))


def rows(state: Path, question: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(state / "firsthand.db")) as database:
        return database.execute(question).fetchall()
