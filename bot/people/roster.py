"""The roster: who allowed DMs, which servers the bot left, and who shares none with it any more."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.people import DEPARTED
from bot.store.queries import load
from bot.store.store import Store
from bot.work.queue import Queue

#: Seconds until what is stored for a server goes after the bot was removed from it.
DEPARTED_STAYS = 30 * 86_400
#: Seconds until all that is stored about somebody goes, once they share no server with the bot.
ABSENT_STAYS = 30 * 86_400


class Roster:
    """Reads and changes all of it; each method is one transaction, unless it is given one."""

    def __init__(self, store: Store, queue: Queue, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._queue = queue
        self._clock = clock
        self._queries: Any = load(Path(__file__).with_name("roster.sql"), store.main.driver)

    async def dm_locale(self, person_id: int) -> str | None:
        """The language to write DMs in, None for somebody who has not allowed any (law 10)."""
        async with self._main.transaction() as connection:
            row = await self._queries.dm_permission(connection, person_id=person_id)
        return None if row is None else row[0]

    async def allow_dms(self, person_id: int, locale: str) -> None:
        async with self._main.transaction() as connection:
            await self._queries.allow_dms(
                connection, person_id=person_id, locale=locale, now=self._clock()
            )

    async def stop_dms(self, person_id: int) -> None:
        async with self._main.transaction() as connection:
            await self._queries.stop_dms(connection, person_id=person_id)

    async def depart(self, guild_id: int) -> None:
        """The bot was removed from a server; what is stored for it goes in 30 days."""
        async with self._main.transaction() as connection:
            now = self._clock()
            await self._queries.depart(connection, guild_id=guild_id, now=now)
            await self._queue.add(connection, DEPARTED, guild_id, now + DEPARTED_STAYS)

    async def come_back(self, guild_id: int) -> None:
        async with self._main.transaction() as connection:
            await self._queries.come_back(connection, guild_id=guild_id)

    async def known_guilds(self) -> set[int]:
        """Servers that something is stored for."""
        async with self._main.transaction() as connection:
            return {row[0] async for row in self._queries.known_guilds(connection)}

    async def departed(self, guild_id: int) -> int | None:
        """When a server is to be forgotten (seconds UTC). None: the bot is there again."""
        async with self._main.transaction() as connection:
            row = await self._queries.departed(connection, guild_id=guild_id)
        return None if row is None else row[0] + DEPARTED_STAYS

    async def everybody(self, after: int, most: int) -> list[int]:
        """People something is stored about, in the order of their ids, from the one after that.

        Without those of whom there are only rows that end by themselves.
        """
        async with self._main.transaction() as connection:
            rows = self._queries.everybody(connection, after=after, most=most)
            found = {row[0] async for row in rows}
        return sorted(found.union(await self._keyring.people(after, most)))[:most]

    async def note_absent(self, absent: set[int], here: set[int]) -> None:
        """Note who is in none of the bot's servers now, and forget it of those who are in one."""
        async with self._main.transaction() as connection:
            noted = {row[0] async for row in self._queries.absences(connection)}
            for person_id in sorted(here & noted):
                await self._queries.forget_absence(connection, person_id=person_id)
            for person_id in sorted(absent - noted):
                await self._queries.note_absence(connection, person_id=person_id, now=self._clock())

    async def met(self, person_id: int) -> None:
        """Somebody is there, whatever the servers say."""
        async with self._main.transaction() as connection:
            await self.forget_absence(connection, person_id)

    async def absent_longest(self, most: int) -> list[int]:
        """Those who have been absent for so long that what is theirs is to go."""
        async with self._main.transaction() as connection:
            rows = self._queries.absent_longest(
                connection, before=self._clock() - ABSENT_STAYS, most=most
            )
            return [row[0] async for row in rows]

    async def forget_absence(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_absence(connection, person_id=person_id)

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.come_back(connection, guild_id=guild_id)

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What is stored here about a person."""
        permission = await self._queries.dm_permission(connection, person_id=person_id)
        absence = await self._queries.absence(connection, person_id=person_id)
        return {
            "dms": None
            if permission is None
            else {"language": permission[0], "allowed_at": permission[1]},
            "in_no_server": None if absence is None else {"since": absence[0]},
        }

    async def erase_person(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_person_dms(connection, person_id=person_id)
