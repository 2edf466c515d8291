"""Every named query runs on both engines, with ids as large as Discord's.

What only one engine takes (a type it cannot infer, an id too large for the type it infers) fails
here, whichever part the query belongs to: new `.sql` files join by being there.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import aiosql
import pytest
from aiosql.types import SQLOperationType

from bot.store.database import Database, open_database
from bot.store.migrate import migrate
from bot.store.queries import load
from bot.store.store import KEYS_MIGRATIONS, MIGRATIONS
from tests.store.conftest import Engine
from tests.store.states import clock

BOT = Path(__file__).parents[2] / "bot"
FILES = sorted(each for each in BOT.rglob("*.sql") if "migrations" not in each.parent.name)
SNOWFLAKE = 1_456_074_443_980_800_013
#: Sealed texts, wrapped keys, fingerprints.
BYTES = {
    "body",
    "channel_name",
    "copy",
    "mark",
    "note",
    "place",
    "proof",
    "purpose",
    "reason",
    "sealed",
    "source",
    "words",
    "wrapped",
}
#: Sealed in one file of queries, and a plain text in the others.
SEALED_IN = {("rolls", "name"), ("ledger", "name")}
#: Ids that the program makes; every other `…_id` is Discord's.
TEXT_IDS = {
    *("id", "consent_id", "decision_id", "entry_id", "group_id", "key_id"),
    *("but_id", "circle_id", "work_id"),
}
NUMBERS = {
    "asked_id": SNOWFLAKE,
    "at": clock(),
    "attempts": 2,
    "before": clock(),
    "day": 20_833,
    "disappear_days": 7,
    "due": clock(),
    "due_at": clock(),
    "event_at": clock(),
    "free_at": clock(),
    "from_day": 20_820,
    "furthest": clock(),
    "hidden": 0,
    "is_role": 1,
    "keeps_name": 1,
    "later": clock() + 60,
    "latest": clock(),
    "list_revision": 3,
    "listed": 1,
    "listed_from": clock(),
    "me": SNOWFLAKE,
    "most": 50,
    "named": 1,
    "news": 1,
    "now": clock(),
    "number": 300,
    "pause": 3600,
    "public_at": clock(),
    "remind": 1,
    "renamed": 1,
    "revision": 2,
    "seconds": 604_800,
    "seen": clock(),
    "shown_at": clock(),
    "skip": 0,
    "soonest": clock(),
    "starts_at": clock(),
    "to_day": 20_850,
    "tries": 1,
    "turn": 4,
    "until": clock(),
    "until_at": clock(),
    "urgent": 0,
    "watched": 1,
    "after": 0,
}


def argument(file: Path, name: str) -> object:
    """A value of the type the column has."""
    if name in BYTES or (file.stem, name) in SEALED_IN:
        return b"\x00\xff sealed"
    if name in NUMBERS and (file.stem, name) != ("queue", "turn"):
        return NUMBERS[name]
    if name.endswith("_id") and name not in TEXT_IDS:
        return SNOWFLAKE
    return "a text"


@dataclass(frozen=True)
class Query:
    """One named query and the names of its parameters. `many`: it takes a list of them."""

    file: Path
    name: str
    parameters: tuple[str, ...]
    many: bool

    def __str__(self) -> str:
        return f"{self.file.stem}-{self.name}"


def _found() -> list[Query]:
    found = []
    for file in FILES:
        queries: Any = aiosql.from_path(file, "aiosqlite")
        for name in queries.available_queries:
            method = getattr(queries, name)
            if name.endswith("_cursor"):
                continue  # aiosql's second form of each query that returns rows
            many = method.operation is SQLOperationType.INSERT_UPDATE_DELETE_MANY
            parameters = method.__signature__.parameters if method.__signature__ else {}
            names = tuple(p for p in parameters if p != "self")
            found.append(Query(file, name, names, many))
    return found


QUERIES = _found()


class Undo(Exception):
    """Ends a transaction without keeping what it did."""


@pytest.fixture
async def databases(engine: Engine) -> AsyncIterator[tuple[Database, Database]]:
    """Both databases with the newest schema."""
    main, keys = await open_database(engine.new()), await open_database(engine.new())
    await migrate(main, MIGRATIONS, clock)
    await migrate(keys, KEYS_MIGRATIONS, clock)
    yield main, keys
    await main.close()
    await keys.close()


async def run(database: Database, query: Query, values: dict[str, Any]) -> None:
    """Run a query in a transaction that is undone."""
    method = getattr(load(query.file, database.driver), query.name)
    with contextlib.suppress(Undo):
        async with database.transaction() as connection:
            result = method(connection, [values]) if query.many else method(connection, **values)
            if hasattr(result, "__aiter__"):
                async for _ in result:
                    pass
            else:
                await result
            raise Undo


async def test_every_query_runs(databases: tuple[Database, Database]) -> None:
    main, keys = databases
    assert len(QUERIES) > 180
    faults = []
    for query in QUERIES:
        database = keys if query.file.stem == "keyring" else main
        values = {name: argument(query.file, name) for name in query.parameters}
        try:
            await run(database, query, values)
        except Exception as error:
            faults.append(f"{query}: {type(error).__name__}: {error}")
    assert faults == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_no_two_queries_of_a_file_share_a_name(file: Path) -> None:
    names = [
        line.removeprefix("-- name: ").split("(")[0]
        for line in file.read_text().splitlines()
        if line.startswith("-- name: ")
    ]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_is_not_given_turns_no_condition_off(file: Path) -> None:
    """One row would be looked for among all: with `id = :id OR :id IS NULL` no index is used."""
    assert not re.search(r":\w+\s+IS\s+(?:NOT\s+)?NULL", file.read_text())


# -- callers ------------------------------------------------------------------------------------

MODULES = {
    file: file.read_text(encoding="utf-8")
    for folder in (BOT, BOT.parent / "cogs")
    for file in sorted(folder.rglob("*.py"))
}
_ASKED = re.compile(r"queries\.(\w+)")
#: Where a module asks by a name: `self._one("circle")`.
_BY_NAME = re.compile(r"getattr\(self\._queries, ")
_NAMED = re.compile(r'self\._\w+\(\s*"(\w+)"')
_FUNCTION = re.compile(
    r"^ *(?:async )?def (\w+)\(.*?(?=^ *(?:async )?def |\Z)", re.MULTILINE | re.DOTALL
)


def asked_in(text: str) -> set[str]:
    """The queries that a piece of a module asks."""
    return {*_ASKED.findall(text), *_NAMED.findall(text)}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_query_has_a_caller(file: Path) -> None:
    modules = [text for text in MODULES.values() if f'"{file.name}"' in text]
    assert modules
    called: set[str] = set()
    for text in modules:
        called |= asked_in(text) if _BY_NAME.search(text) else {*_ASKED.findall(text)}
    assert {query.name for query in QUERIES if query.file == file} - called == set()


def test_whatever_asks_a_query_is_asked_itself() -> None:
    """The typed function around a query has a caller of its own, somewhere in the bot."""
    whole = "\n".join(MODULES.values())
    asked = {*re.findall(r"(?<!def )\b(\w+)\b(?=\(|\)|,)", whole)}
    around = {
        found[1]
        for text in MODULES.values()
        if ".sql" in text
        for found in _FUNCTION.finditer(text)
        if _ASKED.search(found[0])
    }
    assert len(around) > 150
    assert around - asked - {"__init__"} == set()
