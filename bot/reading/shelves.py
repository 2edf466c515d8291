"""Shelves, the use cases: marking, taking off, notes to oneself, looking.

What stands on a shelf is opened and sealed here and nowhere else; it leaves only towards its
reader. A change is read, sealed anew and written if nothing else was written meanwhile; otherwise
it begins again, so that of two changes at once neither is lost.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from bot.reading import rules
from bot.reading.rules import Mark
from bot.reading.shelf import Row, Rows, place
from bot.seal import Unreadable, seal, unseal
from bot.seal import mark as fingerprint
from bot.store.database import StoreError
from bot.store.ids import new_id
from bot.store.store import Store
from bot.work.queue import Todo

log = logging.getLogger(__name__)

#: Characters of a note to oneself.
NOTE_LIMIT = 1000
#: What fingerprints of works are made for.
_WORK = "shelf"


class Kept(NamedTuple):
    """One thing on somebody's shelf, open.

    `title` is what it was called when it was marked, for the day it has left the list. `note_id`
    names the note as it stands; it is empty as long as there was none.
    """

    work_id: str
    title: str
    state: Mark
    note: str = ""
    note_id: str = ""


class Shelf(NamedTuple):
    """A whole shelf, by title; `closed`: something on it does not open any more."""

    kept: tuple[Kept, ...]
    closed: bool

    @property
    def marks(self) -> dict[str, Mark]:
        """Where its reader stands, by the id of a work."""
        return {each.work_id: each.state for each in self.kept}


class Noted(StrEnum):
    """What became of a note."""

    KEPT = "kept"
    #: It was changed since it was shown, perhaps on another device.
    MEANWHILE = "meanwhile"
    #: What it is about is not on the shelf (any more).
    GONE = "gone"


class _Full(Exception):
    """No more fits on a shelf; nothing was written."""


class Shelves:
    """Everybody's shelves; each method is about one reader's."""

    def __init__(self, store: Store) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._rows = Rows(store.main.driver)

    # -- looking ----------------------------------------------------------------------------

    async def shelf(self, person_id: int) -> Shelf:
        """Everything on somebody's shelf."""
        key = await self._key(person_id)
        async with self._main.transaction() as connection:
            rows = await self._rows.of(connection, person_id)
        return await asyncio.to_thread(_opened, rows, key)

    async def one(self, person_id: int, work_id: str) -> Kept | None:
        """What somebody has marked of this id; None: nothing, or it does not open any more."""
        return (await self._found(person_id, work_id))[1]

    # -- changing ---------------------------------------------------------------------------

    async def mark(self, person_id: int, work_id: str, title: str, state: Mark) -> bool:
        """Put something on a shelf, or say how far its reader is. A note on it stays.

        False: `rules.MOST_ON_SHELF` works are on it already.
        """

        def alter(known: Kept | None) -> Kept:
            if known is None:
                return Kept(work_id, title, state)
            return known._replace(title=title, state=state)

        try:
            await self._change(person_id, work_id, alter)
        except _Full:
            return False
        return True

    async def note(self, person_id: int, work_id: str, note: str, seen: str) -> Noted:
        """Keep a note (`NOTE_LIMIT` characters; empty: none) on something that is on the shelf.

        `seen`: the `note_id` that its writer had before them.
        """
        outcome = Noted.GONE

        def alter(known: Kept | None) -> Kept | None:
            nonlocal outcome
            outcome = Noted.GONE if known is None else Noted.KEPT
            if known is None or known.note == note:
                return known
            if known.note_id != seen:
                outcome = Noted.MEANWHILE
                return known
            return known._replace(note=note, note_id=new_id())

        await self._change(person_id, work_id, alter)
        return outcome

    async def take_off(self, person_id: int, work_id: str) -> bool:
        """Take something off a shelf, its note with it. False: it was not there."""
        key = await self._key(person_id)
        if key is None:
            return False
        async with self._main.transaction() as connection:
            taken = await self._rows.take_off(connection, person_id, _mark(key, work_id))
        if taken:
            await self._scrub()
        return taken

    async def clear(self, person_id: int) -> None:
        """Take off what does not open any more."""
        key = await self._key(person_id)
        async with self._main.transaction() as connection:
            for row in await self._rows.of(connection, person_id):
                if _open(row, key) is None:
                    await self._rows.clear(connection, row)
        await self._scrub()

    # -- privacy ----------------------------------------------------------------------------

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """The whole shelf, opened."""
        rows = await self._rows.of(connection, person_id)
        key = await self._key(person_id) if rows else None
        opened = [_open(row, key) for row in rows]
        return {
            "reading_shelf": [
                {"does_not_open": True} if each is None else _shown(each) for each in opened
            ]
        }

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        """Every row; their seal goes with the person's key."""
        await self._rows.erase(connection, person_id)
        return []

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        """Nothing: a shelf is a person's, whatever servers they are in."""

    # -- rows -------------------------------------------------------------------------------

    async def _key(self, person_id: int) -> bytes | None:
        """Somebody's key; None: they have none, so there is nothing that would open."""
        try:
            return await self._keyring.kept(person_id)
        except Unreadable:
            return None

    async def _found(self, person_id: int, work_id: str) -> tuple[Row | None, Kept | None]:
        key = await self._key(person_id)
        if key is None:
            return None, None
        async with self._main.transaction() as connection:
            row = await self._rows.one(connection, person_id, _mark(key, work_id))
        return row, None if row is None else _open(row, key)

    async def _change(
        self, person_id: int, work_id: str, alter: Callable[[Kept | None], Kept | None]
    ) -> None:
        """Put what `alter` makes of the thing on the shelf in its place.

        `alter` may be asked again, when it was changed at the same moment. What it returns
        unchanged is not written.
        """
        while True:
            row, known = await self._found(person_id, work_id)
            wanted = alter(known)
            if wanted is None or wanted == known:
                return
            await self._keyring.ensure(person_id)
            key = await self._key(person_id)
            if key is not None and await self._written(_sealed(person_id, wanted, key), row, key):
                return

    async def _written(self, new: Row, old: Row | None, key: bytes) -> bool:
        """Write a row, unless another was written meanwhile or its reader has just erased."""
        async with self._main.transaction() as connection:
            # Erasing takes the key and then the rows: together with this, nothing stays behind
            # that is sealed under a key which is gone.
            await self._main.alone(connection)
            if await self._key(new.person_id) != key:
                return False
            if old is None:
                if await self._rows.many(connection, new.person_id) >= rules.MOST_ON_SHELF:
                    raise _Full
                return await self._rows.put(connection, new)
            return await self._rows.change(connection, new, old.id)

    async def _scrub(self) -> None:
        try:
            await self._main.scrub()
        except StoreError as error:
            # What may remain in a side file for a while is sealed; only erasing promises more.
            log.info("what was taken off a shelf is not overwritten everywhere yet: %s", error)


def _mark(key: bytes, work_id: str) -> bytes:
    return fingerprint(key, _WORK, int.from_bytes(work_id.encode()))


def _sealed(person_id: int, kept: Kept, key: bytes) -> Row:
    row_id, body = new_id(), json.dumps(kept._asdict(), ensure_ascii=False)
    sealed = seal(body, [key], place(person_id, row_id))
    return Row(person_id, _mark(key, kept.work_id), row_id, sealed)


def _opened(rows: list[Row], key: bytes | None) -> Shelf:
    found = [_open(row, key) for row in rows]
    kept = sorted(
        (each for each in found if each is not None),
        key=lambda each: (each.title.casefold(), each.work_id),
    )
    return Shelf(tuple(kept), closed=None in found)


def _open(row: Row, key: bytes | None) -> Kept | None:
    if key is None:
        return None
    try:
        body = json.loads(unseal(row.sealed, [key], row.place()))
    except Unreadable:
        return None
    return Kept(**{**body, "state": Mark(body["state"])})


def _shown(kept: Kept) -> dict[str, Any]:
    """A thing on a shelf as the export shows it."""
    return {
        "work": kept.work_id,
        "title": kept.title,
        "state": kept.state.value,
        "note": kept.note or None,
    }
