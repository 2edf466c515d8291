"""Shelves as they are stored, behind typed functions.

Every method works inside its caller's transaction. What is sealed stays sealed here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from bot.seal import Place
from bot.store.queries import load
from bot.store.records import record


class Row(NamedTuple):
    """One thing on somebody's shelf, sealed. `mark`: a fingerprint of its id."""

    person_id: int
    mark: bytes
    id: str
    sealed: bytes

    def place(self) -> Place:
        """Where it is sealed to."""
        return place(self.person_id, self.id)


def place(person_id: int, row_id: str) -> Place:
    """Where a thing on a shelf is sealed to. A row gets a new id with each change."""
    return Place("shelf", (person_id,), row_id)


class Rows:
    """Named queries on shelves."""

    def __init__(self, driver: str) -> None:
        self._queries: Any = load(Path(__file__).with_name("shelf.sql"), driver)

    async def of(self, connection: Any, person_id: int) -> list[Row]:
        """Everything on somebody's shelf."""
        rows = self._queries.shelf(connection, person_id=person_id)
        return [_row(each) async for each in rows]

    async def one(self, connection: Any, person_id: int, mark: bytes) -> Row | None:
        """What bears this fingerprint."""
        row = await self._queries.on_shelf(connection, person_id=person_id, mark=mark)
        return None if row is None else _row(row)

    async def many(self, connection: Any, person_id: int) -> int:
        """How much is on somebody's shelf."""
        return (await self._queries.many_on_shelf(connection, person_id=person_id))["many"]

    async def put(self, connection: Any, row: Row) -> bool:
        """Put something on a shelf. False: it is there already."""
        return await self._queries.put(connection, **row._asdict()) is not None

    async def change(self, connection: Any, row: Row, known: str) -> bool:
        """Put a row in the place of the one with `known`. False: that is not there any more."""
        found = await self._queries.change(connection, **row._asdict(), known=known)
        return found is not None

    async def take_off(self, connection: Any, person_id: int, mark: bytes) -> bool:
        """False: it is not there."""
        row = await self._queries.take_off(connection, person_id=person_id, mark=mark)
        return row is not None

    async def clear(self, connection: Any, row: Row) -> None:
        """Take off exactly this row, unless it has changed."""
        await self._queries.clear(connection, person_id=row.person_id, mark=row.mark, known=row.id)

    async def erase(self, connection: Any, person_id: int) -> None:
        """Take off everything."""
        await self._queries.erase(connection, person_id=person_id)


def _row(row: Any) -> Row:
    found = record(Row, row)
    return found._replace(mark=bytes(found.mark), sealed=bytes(found.sealed))
