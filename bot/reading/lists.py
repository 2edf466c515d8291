"""Servers' own reading lists: reading them, and what changes them, behind typed functions.

A list of 2,000 works is opened once by each process, and again only as far as it has changed: the
number of its revision stands in the database and is read each time. The works are sealed under the
list's key, whose number comes of the list's id. Nothing here opens a list after it has changed it
in the same transaction, so what stays in memory is what was committed.

What changes a list holds its row until the transaction ends, so that two curators, or two
processes, come one after the other.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from bot.reading.own import Entry, OwnWork, as_text, from_text
from bot.reading.rules import Item
from bot.seal import Place, Unreadable, seal, unseal
from bot.store.ids import new_id, owner_of
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store

#: Servers whose lists stay open in memory.
_OPEN_AT_ONCE = 8


class Kept(NamedTuple):
    """A work on a list. `named_id`: who suggested it and wanted to be named."""

    id: str
    revision: int
    entry: Entry
    named_id: int | None


class Held(NamedTuple):
    """A list that is held until the transaction ends, its key, and what stands on it."""

    guild_id: int
    id: str
    revision: int
    key: bytes
    works: Mapping[str, Kept]

    @property
    def owner(self) -> int:
        """The number under which the keyring holds its key."""
        return owner_of(self.id)


class Staged(NamedTuple):
    """A file that was read and not brought in yet."""

    id: str
    guild_id: int
    list_revision: int
    sealed: bytes
    due_at: int


class _Row(NamedTuple):
    id: str
    revision: int
    sealed: bytes
    named_id: int | None


class _Opened:
    """One revision of a list, opened; its items in the languages that somebody asked for."""

    def __init__(self, revision: int, works: Mapping[str, Kept]) -> None:
        self.revision = revision
        self.works = works
        self._items: dict[str, tuple[Item, ...]] = {}

    def items(self, language: str) -> tuple[Item, ...]:
        if language not in self._items:
            self._items[language] = tuple(
                each.entry.as_item(each.id, language) for each in self.works.values()
            )
        return self._items[language]


class ServerLists:
    """The lists of all servers."""

    def __init__(self, store: Store) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._queries: Any = load(Path(__file__).with_name("lists.sql"), store.main.driver)
        self._opened: OrderedDict[int, _Opened] = OrderedDict()

    # -- reading ----------------------------------------------------------------------------

    async def items(self, guild_id: int, language: str = "") -> tuple[Item, ...]:
        """The works of a server's list, in the order in which they were accepted."""
        return (await self._open(guild_id)).items(language)

    async def work(self, guild_id: int, work_id: str, language: str = "") -> OwnWork | None:
        """One work; None: there is none (any more)."""
        found = await self.kept(guild_id, work_id)
        return None if found is None else found.entry.as_work(found.id, language, found.named_id)

    async def kept(self, guild_id: int, work_id: str) -> Kept | None:
        """One work as it is kept, in every language."""
        return (await self._open(guild_id)).works.get(work_id)

    async def everything(self, guild_id: int) -> tuple[Kept, ...]:
        """Every work as it is kept, in the order in which they were accepted."""
        return tuple((await self._open(guild_id)).works.values())

    async def _open(self, guild_id: int) -> _Opened:
        async with self._main.transaction() as connection:
            return await self._open_in(connection, guild_id)

    async def _open_in(self, connection: Any, guild_id: int) -> _Opened:
        """The list as it is now; what of it was open already is not opened again."""
        row = await self._queries.list(connection, guild_id=guild_id)
        if row is None:
            self._opened.pop(guild_id, None)
            return _Opened(0, {})
        before = self._opened.get(guild_id)
        if before is not None and before.revision == row["revision"]:
            self._opened.move_to_end(guild_id)
            return before
        found = self._queries.works(connection, guild_id=guild_id)
        rows = [record(_Row, each) async for each in found]
        key = await self._key(row["id"])
        known: Mapping[str, Kept] = {} if before is None else before.works
        works = {} if key is None else await asyncio.to_thread(_works, row["id"], rows, key, known)
        opened = self._opened[guild_id] = _Opened(row["revision"], works)
        self._opened.move_to_end(guild_id)
        while len(self._opened) > _OPEN_AT_ONCE:
            self._opened.popitem(last=False)
        return opened

    async def _key(self, list_id: str) -> bytes | None:
        """The key of a list; None: it is lost, and with it what stood on the list."""
        try:
            return await self._keyring.kept(owner_of(list_id))
        except Unreadable:
            return None

    async def owner(self, connection: Any, guild_id: int) -> int | None:
        """The number under which the keyring holds a list's key; None: there is no list."""
        row = await self._queries.list(connection, guild_id=guild_id)
        return None if row is None else owner_of(row["id"])

    # -- changing, each in its caller's transaction -----------------------------------------

    async def begin(self, connection: Any, guild_id: int) -> Held:
        """Hold the list of a server, and begin it if there is none."""
        await self._queries.begin(connection, guild_id=guild_id, id=new_id())
        held = await self.hold(connection, guild_id)
        if held is None:
            raise Unreadable
        return held

    async def hold(self, connection: Any, guild_id: int) -> Held | None:
        """Hold the list of a server until the transaction ends. None: there is none."""
        row = await self._queries.hold(connection, guild_id=guild_id)
        if row is None:
            return None
        opened = await self._open_in(connection, guild_id)
        key = await self._key(row["id"])
        if key is None:
            # It is new; or it was just being forgotten when the bot was invited again.
            await self._queries.forget_works(connection, guild_id=guild_id)
            await self._keyring.ensure(owner_of(row["id"]))
            key = await self._key(row["id"])
        if key is None:
            raise Unreadable
        return Held(guild_id, row["id"], row["revision"], key, opened.works)

    async def add(
        self, connection: Any, held: Held, works: Iterable[tuple[str, Entry, int | None]]
    ) -> None:
        """Put works at the end of a list: the id of each, and who is named with it."""
        last = await self._queries.last_turn(connection, guild_id=held.guild_id)
        await self._queries.add_works(
            connection,
            [
                {
                    "guild_id": held.guild_id,
                    "id": work_id,
                    "turn": last + number,
                    "sealed": _sealed(held, work_id, 1, entry),
                    "named_id": named_id,
                }
                for number, (work_id, entry, named_id) in enumerate(works, 1)
            ],
        )

    async def change(
        self, connection: Any, held: Held, work: Kept, entry: Entry, *, keeps_name: bool
    ) -> bool:
        """False: somebody else has changed or removed it since `work` was read."""
        row = await self._queries.change_work(
            connection,
            guild_id=held.guild_id,
            id=work.id,
            revision=work.revision,
            sealed=_sealed(held, work.id, work.revision + 1, entry),
            keeps_name=int(keeps_name),
        )
        return row is not None

    async def remove(self, connection: Any, guild_id: int, work_id: str, revision: int) -> bool:
        """False: somebody else has changed or removed it."""
        row = await self._queries.remove_work(
            connection, guild_id=guild_id, id=work_id, revision=revision
        )
        return row is not None

    async def changed(self, connection: Any, guild_id: int) -> None:
        """Let every process notice that something has changed."""
        await self._queries.touch(connection, guild_id=guild_id)

    # -- names ------------------------------------------------------------------------------

    async def naming(self, connection: Any, person_id: int) -> list[tuple[int, Kept]]:
        """Works that name somebody, each with its server."""
        rows = self._queries.named(connection, person_id=person_id)
        wanted = [(row["guild_id"], row["id"]) async for row in rows]
        found: list[tuple[int, Kept]] = []
        for guild_id, work_id in wanted:
            opened = await self._open_in(connection, guild_id)
            if work_id in opened.works:
                found.append((guild_id, opened.works[work_id]))
        return found

    async def unname(self, connection: Any, guild_id: int, work_id: str, person_id: int) -> bool:
        """Take somebody's own name off a work. False: it does not name them."""
        row = await self._queries.unname(
            connection, guild_id=guild_id, id=work_id, person_id=person_id
        )
        if row is not None:
            await self.changed(connection, guild_id)
        return row is not None

    async def hold_those_of(self, connection: Any, person_id: int) -> None:
        """Hold every list that names somebody, or could begin to, and let all notice a change.

        In the order of their servers, so that two who erase at once wait in one direction only.
        """
        rows = self._queries.concerned(connection, person_id=person_id)
        for guild_id in [row["guild_id"] async for row in rows]:
            await self.changed(connection, guild_id)

    async def forget_names(self, connection: Any, person_id: int) -> None:
        """Take somebody's name off every work, on lists that are held."""
        await self._queries.forget_names(connection, person_id=person_id)

    # -- files on their way in --------------------------------------------------------------

    async def many_staged(self, connection: Any, guild_id: int, now: int) -> int:
        """How many files wait in a server."""
        return (await self._queries.many_staged(connection, guild_id=guild_id, now=now))["many"]

    async def stage(self, connection: Any, held: Held, text: str, due_at: int) -> str:
        """Keep a file until `due_at` (seconds UTC); its id."""
        staged_id = new_id()
        await self._queries.stage(
            connection,
            id=staged_id,
            guild_id=held.guild_id,
            list_revision=held.revision,
            sealed=seal(text, [held.key], _file_place(held.id, staged_id)),
            due_at=due_at,
        )
        return staged_id

    async def staged(
        self, connection: Any, held: Held, staged_id: str, now: int
    ) -> tuple[Staged, str] | None:
        """A file and its text; None: it was brought in, or its time is over."""
        row = await self._queries.staged(connection, id=staged_id, guild_id=held.guild_id, now=now)
        if row is None:
            return None
        found = record(Staged, row)
        return found, unseal(found.sealed, [held.key], _file_place(held.id, staged_id))

    async def restage(self, connection: Any, staged_id: str, revision: int) -> None:
        """The preview was made anew, for this revision of the list."""
        await self._queries.restage(connection, id=staged_id, list_revision=revision)

    async def take_staged(self, connection: Any, staged_id: str) -> bool:
        """False: somebody else was faster."""
        return await self._queries.take_staged(connection, id=staged_id) is not None

    async def forget_staged(self, connection: Any, before: int) -> None:
        await self._queries.forget_staged(connection, before=before)

    # -- the end ----------------------------------------------------------------------------

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        """Forget a server's list, and its key.

        If this process dies in between, the rows still stand, and the server is forgotten again.
        """
        row = await self._queries.list(connection, guild_id=guild_id)
        await self._queries.forget_imports(connection, guild_id=guild_id)
        await self._queries.forget_works(connection, guild_id=guild_id)
        await self._queries.forget_list(connection, guild_id=guild_id)
        if row is not None:
            await self._keyring.forget(owner_of(row["id"]))


def _works(
    list_id: str, rows: list[_Row], key: bytes, known: Mapping[str, Kept]
) -> dict[str, Kept]:
    """Works by their ids. One that does not open is lost, and left out."""
    works: dict[str, Kept] = {}
    for row in rows:
        before = known.get(row.id)
        if before is not None and before.revision == row.revision:
            works[row.id] = before._replace(named_id=row.named_id)
            continue
        try:
            text = unseal(row.sealed, [key], _work_place(list_id, row.id, row.revision))
        except Unreadable:
            continue
        works[row.id] = Kept(row.id, row.revision, from_text(text), row.named_id)
    return works


def _sealed(held: Held, work_id: str, revision: int, entry: Entry) -> bytes:
    return seal(as_text(entry), [held.key], _work_place(held.id, work_id, revision))


def _work_place(list_id: str, work_id: str, revision: int) -> Place:
    return Place("reading work", (owner_of(list_id),), work_id, revision)


def _file_place(list_id: str, staged_id: str) -> Place:
    return Place("reading list file", (owner_of(list_id),), staged_id)
