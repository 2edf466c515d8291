"""The roster: who allowed DMs, whose doorbell rings, which servers the bot was removed from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bot.people import DEPARTED, RING, rules
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store
from bot.work.queue import Queue


class Ring(NamedTuple):
    """One person's ring; `state` is due, ringing, up or quiet. Times are seconds UTC.

    `no_dm`: their DMs have turned out to be closed. Channel 0: not where it happened.
    """

    person_id: int
    guild_id: int
    channel_id: int
    state: str
    due_at: int
    rung_at: int
    place_channel_id: int | None
    place_message_id: int | None
    no_dm: int


class Roster:
    """Reads and changes what the doorbell needs; each method is one transaction."""

    def __init__(self, store: Store, queue: Queue, clock: Callable[[], int]) -> None:
        self._main = store.main
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

    async def ring_of(self, person_id: int) -> Ring | None:
        async with self._main.transaction() as connection:
            row = await self._queries.ring_of(connection, person_id=person_id)
        return None if row is None else record(Ring, row)

    async def would_wait(self, person_id: int) -> bool:
        """Whether `want_ring` would find one under way, or let this one wait its hour."""
        ring, now = await self.ring_of(person_id), self._clock()
        if ring is None:
            return False
        waits = ring.state in ("ringing", "up") or (ring.state == "due" and ring.due_at <= now)
        return waits or ring.rung_at <= now < ring.rung_at + rules.RING_PAUSE

    async def want_ring(
        self, person_id: int, guild_id: int, channel_id: int, *, later: bool = False
    ) -> int | None:
        """Ask for a ring, now or (`later`) at a random moment. Channel 0: not where it happened.

        Returns when it is due (seconds UTC), None when one waits already.
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.want_ring(
                connection,
                person_id=person_id,
                guild_id=guild_id,
                channel_id=channel_id,
                now=now,
                due=rules.ring_time(now) if later else now,
                pause=rules.RING_PAUSE,
            )
            if row is None:
                return None
            await self._queue.add(connection, RING, person_id, row[0])
        return row[0]

    async def take_ring(self, person_id: int) -> Ring | None:
        """Begin to ring for somebody. None: it is not time yet, or they have looked."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.take_ring(
                connection, person_id=person_id, now=now, furthest=now + rules.RING_STANDS
            )
        return None if row is None else record(Ring, row)

    async def ring_is_up(self, person_id: int, channel_id: int, message_id: int) -> Ring | None:
        """Note where the ring stands. None: they have erased their data meanwhile."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.ring_is_up(
                connection,
                person_id=person_id,
                now=now,
                until=now + rules.RING_STANDS,
                channel_id=channel_id,
                message_id=message_id,
            )
        return None if row is None else record(Ring, row)

    async def ring_in_public_later(self, person_id: int) -> int:
        """Their DMs are closed after all, and others could watch what it is about.

        Returns when to ring (seconds UTC).
        """
        until = rules.ring_time(self._clock())
        async with self._main.transaction() as connection:
            await self._queries.ring_in_public(connection, person_id=person_id, until=until)
        return until

    async def drop_ring(self, person_id: int) -> None:
        """There is nowhere to ring."""
        async with self._main.transaction() as connection:
            await self._queries.drop_ring(connection, person_id=person_id)

    async def quiet_ring(self, person_id: int) -> bool:
        """The person looked. False: nothing has rung for them."""
        async with self._main.transaction() as connection:
            row = await self._queries.quiet_ring(connection, person_id=person_id)
            if row is not None:
                await self._queue.add(connection, RING, person_id)
        return row is not None

    async def ring_is_down(self, ring: Ring) -> Ring | None:
        """It was taken down, or given up. None: another one stands by now, or none."""
        async with self._main.transaction() as connection:
            row = await self._queries.ring_is_down(
                connection, person_id=ring.person_id, message_id=ring.place_message_id
            )
        return None if row is None else record(Ring, row)

    async def forget_quiet_ring(self, person_id: int) -> None:
        """Its hour is over."""
        async with self._main.transaction() as connection:
            await self._queries.forget_quiet_ring(connection, person_id=person_id)

    async def depart(self, guild_id: int) -> None:
        """The bot was removed from a server; what is stored for it goes in 30 days."""
        async with self._main.transaction() as connection:
            now = self._clock()
            await self._queries.depart(connection, guild_id=guild_id, now=now)
            await self._queue.add(connection, DEPARTED, guild_id, now + rules.DEPARTED_STAYS)

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
        return None if row is None else row[0] + rules.DEPARTED_STAYS

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_rings_of_guild(connection, guild_id=guild_id)
        await self._queries.come_back(connection, guild_id=guild_id)

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What is stored here about a person."""
        permission = await self._queries.dm_permission(connection, person_id=person_id)
        ring = await self._queries.ring_of(connection, person_id=person_id)
        return {
            "dms": None
            if permission is None
            else {"language": permission[0], "allowed_at": permission[1]},
            "ring": None if ring is None else _shown(ring),
        }

    async def erase_person(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_person_dms(connection, person_id=person_id)
        await self._queries.forget_person_rings(connection, person_id=person_id)


def _shown(ring: Any) -> dict[str, Any]:
    """A ring as the export shows it."""
    return {
        "state": ring["state"],
        "server": ring["guild_id"],
        "asked_for_channel": ring["channel_id"],
        "due_at": ring["due_at"],
        "rung_at": ring["rung_at"],
        "stands_in_channel": ring["place_channel_id"],
        "message": ring["place_message_id"],
        "dms_are_closed": bool(ring["no_dm"]),
    }
