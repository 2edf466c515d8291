"""Suggesting works for a server's list: what members do, and what they are told."""

from __future__ import annotations

from typing import Any, NamedTuple

from bot.reading.duplicates import Known
from bot.reading.intake import OPEN_IN_SERVER, Asked, known_works, may_suggest
from bot.reading.lists import Kept, ServerLists
from bot.reading.suggestions import Body, Reply, Row, State, Suggestions
from bot.store.store import Store
from bot.work.notices import Notice


class Twin(NamedTuple):
    """What a suggestion was recognised as: `work_id` of a work that is on a list already.

    None: of an open suggestion; `mine`: of this person's own.
    """

    work_id: str | None
    mine: bool = False


class Suggested(NamedTuple):
    """What became of a suggestion."""

    asked: Asked
    twin: Twin | None = None


class Mine(NamedTuple):
    """An open suggestion of somebody's own, in their own words."""

    id: str
    guild_id: int
    body: Body


class Answered(NamedTuple):
    """An answer that somebody has yet to read."""

    guild_id: int
    state: State
    reply: Reply


class Suggesting:
    """What somebody can do with suggestions of their own."""

    def __init__(self, store: Store, lists: ServerLists, suggestions: Suggestions) -> None:
        self._main = store.main
        self._lists = lists
        self._suggestions = suggestions

    async def suggest(self, guild_id: int, person_id: int, body: Body) -> Suggested:
        """Keep a suggestion, unless it is known or there are enough."""
        titles = body.wording.known_as
        # First, because that needs no list of the server's, which it may not have yet.
        if shared := known_works({}).find(titles):
            return Suggested(Asked.KNOWN, Twin(str(shared)))
        async with self._main.transaction() as connection:
            # Held, so that two at once come one after the other.
            held = await self._lists.begin(connection, guild_id)
            owner = held.owner
            ours = {each.id: each.entry for each in held.works.values()}
            on_list = known_works(ours).find(titles)
            twin = None if on_list is None else Twin(str(on_list))
            rows = await self._suggestions.open_in(connection, guild_id, most=OPEN_IN_SERVER)
            mine = sum(row.person_id == person_id for row in rows)
            if twin is None:
                twin = (await self._known_of(rows, owner, person_id)).find(titles)
            asked = may_suggest(mine, len(rows), twin)
            if asked is Asked.TAKEN:
                await self._suggestions.add(
                    connection, owner, guild_id=guild_id, person_id=person_id, body=body
                )
        return Suggested(asked, twin if isinstance(twin, Twin) else None)

    async def _known_of(self, rows: list[Row], owner: int, person_id: int) -> Known:
        """Open suggestions, one's own first."""
        known = Known()
        for row in sorted(rows, key=lambda row: row.person_id != person_id):
            body = await self._suggestions.body(row, owner)
            if body is not None:
                twin = Twin(None, mine=row.person_id == person_id)
                known.add([*body.wording.known_as, *body.now.known_as], twin)
        return known

    async def mine(self, person_id: int, guild_id: int) -> list[Mine]:
        """Somebody's own open suggestions in a server."""
        found: list[Mine] = []
        async with self._main.transaction() as connection:
            for row in await self._suggestions.of(connection, person_id, guild_id):
                owner = await self._lists.owner(connection, row.guild_id)
                if row.state == State.OPEN and (body := await self._suggestions.body(row, owner)):
                    found.append(Mine(row.id, row.guild_id, body))
        return found

    async def naming(self, person_id: int, guild_id: int) -> list[Kept]:
        """Works on a server's list that name somebody."""
        async with self._main.transaction() as connection:
            found = await self._lists.naming(connection, person_id)
        return [work for its_guild, work in found if its_guild == guild_id]

    async def withdraw(self, its_id: str, person_id: int, guild_id: int) -> bool:
        """False: it is not theirs, or not open any more."""
        async with self._main.transaction() as connection:
            return await self._suggestions.withdraw(connection, its_id, person_id, guild_id)

    async def unname(self, guild_id: int, work_id: str, person_id: int) -> bool:
        """Take somebody's name off a work. False: it does not name them."""
        async with self._main.transaction() as connection:
            return await self._lists.unname(connection, guild_id, work_id, person_id)

    # -- answers ----------------------------------------------------------------------------

    async def answer(self, its_id: str, person_id: int) -> Answered | None:
        """An answer that somebody has yet to read. None: it is gone, or does not open any more."""
        async with self._main.transaction() as connection:
            row = await self._suggestions.answered(connection, its_id, person_id)
            if row is None:
                return None
            owner = await self._lists.owner(connection, row.guild_id)
            reply = await self._suggestions.reply(row, owner)
            if reply is None:
                await self._suggestions.forget(connection, its_id)
                return None
        return Answered(row.guild_id, State(row.state), reply)

    async def seen(self, connection: Any, notice: Notice) -> None:
        """They know the answer: nothing of the suggestion stays."""
        await self._suggestions.forget(connection, notice.key)
