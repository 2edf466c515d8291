"""The roster: who allowed DMs, whose doorbell rings, which servers the bot was removed from."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bot.people import rules
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store


class Ring(NamedTuple):
    """One person's ring; `state` is due, ringing, up or quiet. Times are seconds UTC."""

    person_id: int
    guild_id: int
    channel_id: int
    state: str
    due_at: int
    rung_at: int
    place_channel_id: int | None
    place_message_id: int | None
    tries: int


class Roster:
    """Reads and changes what the doorbell needs; each method is one transaction."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._main = store.main
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

    async def would_wait(self, person_id: int) -> bool:
        """Whether `want_ring` would find one under way, or let this one wait its hour."""
        async with self._main.transaction() as connection:
            row = await self._queries.ring_of(connection, person_id=person_id)
        if row is None:
            return False
        ring, now = record(Ring, row), self._clock()
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
        return None if row is None else row[0]

    async def take_ring(self, person_id: int) -> Ring | None:
        """Take a due ring for this process, or one whose process died. None: not ours."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.take_ring(
                connection,
                person_id=person_id,
                now=now,
                until=now + rules.RING_TAKES,
                furthest=now + rules.RING_STANDS,
            )
        return None if row is None else record(Ring, row)

    async def ring_is_up(self, person_id: int, channel_id: int, message_id: int) -> bool:
        """Note where the ring stands. False: it was opened meanwhile and should go."""
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
        return row is not None

    async def put_off_ring(self, ring: Ring) -> None:
        """Discord did not take it; it is tried again, later each time, and given up in the end."""
        await self._put_off(ring, rules.retry_time(self._clock(), ring.tries), ring.tries + 1)

    async def ring_in_public_later(self, ring: Ring) -> None:
        """Its person's DMs are closed after all, and others could watch what it is about."""
        await self._put_off(ring, rules.ring_time(self._clock()), max(ring.tries, rules.DM_TRIES))

    async def _put_off(self, ring: Ring, until: int, tries: int) -> None:
        async with self._main.transaction() as connection:
            if tries >= rules.RING_TRIES:
                await self._queries.drop_ring(connection, person_id=ring.person_id)
            else:
                await self._queries.put_off_ring(
                    connection, person_id=ring.person_id, until=until, tries=tries
                )

    async def drop_ring(self, person_id: int) -> None:
        """There is nowhere to ring."""
        async with self._main.transaction() as connection:
            await self._queries.drop_ring(connection, person_id=person_id)

    async def quiet_ring(self, person_id: int) -> tuple[int, int] | None:
        """The person looked. Returns the channel and message of the ring to remove, if any."""
        async with self._main.transaction() as connection:
            row = await self._queries.quiet_ring(connection, person_id=person_id)
        return _place(row)

    async def take_stale_ring(self, person_id: int) -> tuple[int, int] | None:
        """Take a ring that stood for a day. Returns where it stands, if it is ours to remove."""
        async with self._main.transaction() as connection:
            now = self._clock()
            row = await self._queries.take_stale_ring(
                connection, person_id=person_id, now=now, furthest=now + rules.RING_STANDS
            )
        return _place(row)

    async def ring_still_stands(self, person_id: int, channel_id: int, message_id: int) -> None:
        """Taking it down failed; try again in a minute, a few times, then give it up."""
        async with self._main.transaction() as connection:
            await self._queries.ring_still_stands(
                connection,
                person_id=person_id,
                channel_id=channel_id,
                message_id=message_id,
                until=self._clock() + rules.RING_TAKES,
                most=rules.REMOVALS - 1,
            )

    async def due_rings(self, most: int) -> list[tuple[int, str]]:
        """People with a ring to see to, and its state."""
        async with self._main.transaction() as connection:
            now = self._clock()
            rows = self._queries.due_rings(
                connection, now=now, furthest=now + rules.RING_STANDS, most=most
            )
            return [(row[0], row[1]) async for row in rows]

    async def forget_quiet_rings(self) -> None:
        async with self._main.transaction() as connection:
            before = self._clock() - rules.RING_PAUSE
            await self._queries.forget_quiet_rings(connection, before=before)

    async def depart(self, guild_id: int) -> None:
        """The bot was removed from a server; what is stored for it goes in 30 days."""
        async with self._main.transaction() as connection:
            await self._queries.depart(connection, guild_id=guild_id, now=self._clock())

    async def come_back(self, guild_id: int) -> None:
        async with self._main.transaction() as connection:
            await self._queries.come_back(connection, guild_id=guild_id)

    async def known_guilds(self) -> set[int]:
        """Servers that something is stored for."""
        async with self._main.transaction() as connection:
            return {row[0] async for row in self._queries.known_guilds(connection)}

    async def departed(self) -> list[int]:
        """Servers whose 30 days are over."""
        async with self._main.transaction() as connection:
            before = self._clock() - rules.DEPARTED_STAYS
            return [row[0] async for row in self._queries.departed(connection, before=before)]

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
        "tries": ring["tries"],
    }


def _place(row: Any) -> tuple[int, int] | None:
    return None if row is None or row[1] is None else (row[0], row[1])
