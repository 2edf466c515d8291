"""Suggestions as they are stored, behind typed functions, each in its caller's transaction.

What is sealed is opened under two keys together, its author's and the list's: when either is
destroyed, nobody can read it any more.
"""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from bot.reading.duplicates import Title
from bot.reading.intake import credit
from bot.seal import Place, Unreadable
from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store


class State(StrEnum):
    """How a suggestion stands. What was withdrawn is gone."""

    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"


class Row(NamedTuple):
    """A suggestion, sealed."""

    id: str
    guild_id: int
    person_id: int
    state: str
    revision: int
    sealed: bytes


class Wording(NamedTuple):
    """What somebody wrote about a work. `made`: makers and year, in one line."""

    title: str
    made: str
    why: str
    find: str
    questions: tuple[str, ...] = ()

    @property
    def known_as(self) -> list[Title]:
        return [Title(self.title, credit(self.made).makers)]


class Body(NamedTuple):
    """An open suggestion. `named`: its author wants to be named; `edited`: by the curators."""

    wording: Wording
    named: bool
    edited: Wording | None = None

    @property
    def now(self) -> Wording:
        """The wording that would go on the list."""
        return self.edited or self.wording

    @property
    def is_their_own(self) -> bool:
        """Whether what stands for their choice is still theirs, to the letter."""
        return (self.now.title, self.now.why) == (self.wording.title, self.wording.why)


class Reply(NamedTuple):
    """What its author is told. `named`: as they wished; `reason`: why it was declined."""

    title: str
    named: bool = False
    wished_to_be_named: bool = False
    reason: str = ""


class Suggestions:
    """Named queries on suggestions."""

    def __init__(self, store: Store) -> None:
        self._keyring = store.keyring
        self._queries: Any = load(Path(__file__).with_name("suggestions.sql"), store.main.driver)

    async def add(
        self, connection: Any, owner: int, *, guild_id: int, person_id: int, body: Body
    ) -> str:
        """`owner`: the number of the list's key, here and below."""
        its_id = new_id()
        sealed = await self._keyring.seal(_text(body), _place(its_id, person_id, owner, 1))
        await self._queries.add(
            connection, id=its_id, guild_id=guild_id, person_id=person_id, sealed=sealed
        )
        return its_id

    async def open_in(
        self, connection: Any, guild_id: int, *, most: int, skip: int = 0
    ) -> list[Row]:
        """Open ones, in an order that tells nothing."""
        rows = self._queries.open_in(connection, guild_id=guild_id, most=most, skip=skip)
        return [record(Row, row) async for row in rows]

    async def open_one(self, connection: Any, guild_id: int, its_id: str) -> Row | None:
        row = await self._queries.open_one(connection, id=its_id, guild_id=guild_id)
        return None if row is None else record(Row, row)

    async def hold(self, connection: Any, guild_id: int, its_id: str, revision: int) -> Row | None:
        """Hold an open one until the transaction ends. None: it was answered, withdrawn, edited."""
        row = await self._queries.hold(connection, id=its_id, guild_id=guild_id, revision=revision)
        return None if row is None else record(Row, row)

    async def reword(self, connection: Any, owner: int, row: Row, body: Body) -> None:
        """Write down what curators made of one that is held."""
        place = _place(row.id, row.person_id, owner, row.revision + 1)
        sealed = await self._keyring.seal(_text(body), place)
        await self._queries.reword(connection, id=row.id, revision=row.revision + 1, sealed=sealed)

    async def settle(
        self, connection: Any, owner: int, row: Row, state: State, reply: Reply
    ) -> None:
        """Answer one that is held: only what its author has to be told is left of it."""
        place = _place(row.id, row.person_id, owner, row.revision + 1)
        sealed = await self._keyring.seal(json.dumps(reply, ensure_ascii=False), place)
        await self._queries.settle(
            connection, id=row.id, revision=row.revision + 1, sealed=sealed, state=state
        )

    async def body(self, row: Row, owner: int | None) -> Body | None:
        """What an open one says; None: it does not open any more."""
        text = await self._open(row, owner)
        if text is None:
            return None
        wording, named, edited = json.loads(text)
        return Body(_wording(wording), named, None if edited is None else _wording(edited))

    async def reply(self, row: Row, owner: int | None) -> Reply | None:
        """What the author of an answered one is told."""
        text = await self._open(row, owner)
        return None if text is None else Reply(*json.loads(text))

    async def _open(self, row: Row, owner: int | None) -> str | None:
        if owner is None:
            return None
        try:
            return await self._keyring.unseal(
                row.sealed, _place(row.id, row.person_id, owner, row.revision)
            )
        except Unreadable:
            return None

    async def of(self, connection: Any, person_id: int, guild_id: int) -> list[Row]:
        """Somebody's own, open or answered; guild 0 means everywhere."""
        rows = self._queries.of_person(connection, person_id=person_id, guild_id=guild_id)
        return [record(Row, row) async for row in rows]

    async def withdraw(self, connection: Any, its_id: str, person_id: int, guild_id: int) -> bool:
        """False: it is not theirs, not open any more, or of another server."""
        row = await self._queries.withdraw(
            connection, id=its_id, person_id=person_id, guild_id=guild_id
        )
        return row is not None

    async def answered(self, connection: Any, its_id: str, person_id: int) -> Row | None:
        """Somebody's own whose answer waits to be read."""
        row = await self._queries.answered(connection, id=its_id, person_id=person_id)
        return None if row is None else record(Row, row)

    async def forget(self, connection: Any, its_id: str) -> None:
        await self._queries.forget(connection, id=its_id)

    async def forget_person(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_person(connection, person_id=person_id)

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild(connection, guild_id=guild_id)


def _text(body: Body) -> str:
    return json.dumps([body.wording, body.named, body.edited], ensure_ascii=False)


def _wording(found: list[Any]) -> Wording:
    title, made, why, find, questions = found
    return Wording(title, made, why, find, tuple(questions))


def _place(its_id: str, person_id: int, owner: int, revision: int) -> Place:
    return Place("reading suggestion", (person_id, owner), its_id, revision)
