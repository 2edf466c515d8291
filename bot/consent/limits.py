"""Limits: flags, refusals, the day's slots and objections, behind typed functions."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from bot.consent import rules
from bot.consent.rules import DAY
from bot.seal import Place
from bot.store.queries import load
from bot.store.records import record

#: A block holds in every server.
EVERYWHERE = 0


class FlagRow(NamedTuple):
    """A member's flag; `note` is sealed."""

    guild_id: int
    person_id: int
    choice: str
    note: bytes | None
    revision: int
    changed_at: int


def note_place(guild_id: int, person_id: int, revision: int) -> Place:
    """Where a flag's note is sealed to."""
    return Place("flag note", (person_id,), str(guild_id), revision)


class Limits:
    """Named queries on everything that limits asking."""

    def __init__(self, driver: str) -> None:
        self._queries: Any = load(Path(__file__).with_name("limits.sql"), driver)

    async def flag(self, connection: Any, guild_id: int, person_id: int) -> FlagRow | None:
        row = await self._queries.flag(connection, guild_id=guild_id, person_id=person_id)
        return None if row is None else record(FlagRow, row)

    async def set_flag(
        self,
        connection: Any,
        guild_id: int,
        person_id: int,
        choice: str,
        note: bytes | None,
        revision: int,
        now: int,
    ) -> bool:
        """False: the flag changed meanwhile, so the note is sealed for the wrong revision."""
        row = await self._queries.set_flag(
            connection,
            guild_id=guild_id,
            person_id=person_id,
            choice=choice,
            note=note,
            revision=revision,
            now=now,
        )
        return row is not None

    async def flags_of(self, connection: Any, person_id: int) -> list[FlagRow]:
        rows = self._queries.flags_of(connection, person_id=person_id)
        return [record(FlagRow, row) async for row in rows]

    async def rests_until(
        self, connection: Any, owner_id: int, guild_id: int, mark: bytes
    ) -> int | None:
        """Until when a pair rests after a no."""
        row = await self._queries.refusal(
            connection, owner_id=owner_id, guild_id=guild_id, kind="no", mark=mark
        )
        return None if row is None else row["until_at"]

    async def blocks(self, connection: Any, owner_id: int, mark: bytes) -> bool:
        row = await self._queries.refusal(
            connection, owner_id=owner_id, guild_id=EVERYWHERE, kind="block", mark=mark
        )
        return row is not None

    async def rest(
        self, connection: Any, owner_id: int, guild_id: int, mark: bytes, until: int
    ) -> None:
        await self._queries.refuse(
            connection,
            owner_id=owner_id,
            guild_id=guild_id,
            kind="no",
            mark=mark,
            until_at=until,
        )

    async def block(self, connection: Any, owner_id: int, mark: bytes) -> bool:
        """False: this person blocks as many as they may. The caller holds others off (`alone`)."""
        known = await self.blocks(connection, owner_id, mark)
        row = await self._queries.many_blocks(connection, owner_id=owner_id)
        if not known and row["many"] >= rules.MOST_BLOCKS:
            return False
        await self._queries.refuse(
            connection,
            owner_id=owner_id,
            guild_id=EVERYWHERE,
            kind="block",
            mark=mark,
            until_at=None,
        )
        return True

    async def unblock(self, connection: Any, owner_id: int, mark: bytes) -> bool:
        row = await self._queries.unrefuse(
            connection, owner_id=owner_id, guild_id=EVERYWHERE, kind="block", mark=mark
        )
        return row is not None

    async def refusals_of(self, connection: Any, owner_id: int) -> list[dict[str, Any]]:
        rows = self._queries.refusals_of(connection, owner_id=owner_id)
        return [dict(row) async for row in rows]

    async def slot_free_at(
        self, connection: Any, person_id: int, guild_id: int, act: str, a_day: int, now: int
    ) -> int | None:
        """When the next of `a_day` slots is free; None: one is free now."""
        rows = self._queries.slots_in(
            connection, person_id=person_id, guild_id=guild_id, act=act, now=now
        )
        taken = [row["free_at"] async for row in rows if row["number"] <= a_day]
        return min(taken) if len(taken) >= a_day else None

    async def take_slot(
        self, connection: Any, person_id: int, guild_id: int, act: str, a_day: int, now: int
    ) -> bool:
        """Take one of today's slots, if there is one left."""
        for number in range(1, a_day + 1):
            row = await self._queries.take_slot(
                connection,
                person_id=person_id,
                guild_id=guild_id,
                act=act,
                number=number,
                now=now,
                free_at=now + DAY,
            )
            if row is not None:
                return True
        return False

    async def slots_of(self, connection: Any, person_id: int) -> list[dict[str, Any]]:
        rows = self._queries.slots_of(connection, person_id=person_id)
        return [dict(row) async for row in rows]

    async def object(
        self, connection: Any, author_id: int, guild_id: int, mark: bytes, until: int
    ) -> bool:
        """Write an objection down. False: this person said so about this message before."""
        row = await self._queries.object(
            connection, author_id=author_id, guild_id=guild_id, mark=mark, due_at=until
        )
        return row is not None

    async def objections_to(self, connection: Any, author_id: int) -> list[dict[str, Any]]:
        rows = self._queries.objections_to(connection, author_id=author_id)
        return [dict(row) async for row in rows]

    async def forget_person(self, connection: Any, me: int) -> None:
        """Everything a person owns here. The day's slots stay until they free themselves."""
        await self._queries.forget_flags(connection, person_id=me)
        await self._queries.forget_refusals(connection, owner_id=me)
        await self._queries.forget_objections(connection, author_id=me)

    async def forget_old(self, connection: Any, now: int) -> None:
        await self._queries.forget_old_refusals(connection, now=now)
        await self._queries.forget_old_slots(connection, now=now)
        await self._queries.forget_old_objections(connection, now=now)

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_flags(connection, guild_id=guild_id)
        await self._queries.forget_guild_refusals(connection, guild_id=guild_id)
        await self._queries.forget_guild_slots(connection, guild_id=guild_id)
        await self._queries.forget_guild_objections(connection, guild_id=guild_id)
