"""The private nudge: whose message seems to speak for whom, told to its author alone.

Of a message only ids are kept, until its author has done with them and for a day at most; of the
author, for an hour, that they were told. Nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bot.consent.service import Consents
from bot.governance.rules import Charter, Noticing, channel_ids
from bot.governance.service import Change
from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store
from bot.work.queue import Todo

#: Seconds between two nudges of one author, and how long one waits to be looked at.
REST, STAYS = 3600, 86_400
#: People and roles of one message that its author is told of, and nudges shown together: more
#: would read like a list of faults.
MOST, SHOWN = 3, 8


class Target(NamedTuple):
    """Whom a message seems to speak for: a person or a role."""

    id: int
    is_role: bool = False


class Nudge(NamedTuple):
    """One person or role that one message seems to speak for. Ids only."""

    id: str
    guild_id: int
    channel_id: int
    message_id: int
    author_id: int
    target_id: int
    is_role: int
    due_at: int


class Nudges:
    """What authors are told, and that they are told rarely."""

    def __init__(self, store: Store, consents: Consents, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._consents = consents
        self._clock = clock
        self._queries: Any = load(Path(__file__).with_name("nudges.sql"), store.main.driver)

    async def listens(self, guild_id: int, channel_id: int) -> bool:
        """Whether messages are read here at all: asked before any is."""
        async with self._main.transaction() as connection:
            rows = self._queries.mode_of(connection, guild_id=guild_id)
            charter = Charter({row["name"]: row["value"] async for row in rows})
        return charter.noticing is Noticing.NUDGE and channel_id not in charter.noticing_leaves_out

    async def follow(self, connection: Any, change: Change) -> None:
        """A rule of a server was changed, in its transaction: nudges it no longer wants go."""
        if change.name == "noticing" and change.after_value != Noticing.NUDGE:
            await self._queries.forget_guild_nudges(connection, guild_id=change.guild_id)
        elif change.name == "noticing_leaves_out":
            for channel_id in channel_ids(change.after_value or ""):
                await self._queries.forget_channel_nudges(
                    connection, guild_id=change.guild_id, channel_id=channel_id
                )

    async def note(
        self,
        guild_id: int,
        channel_id: int,
        message_id: int,
        author_id: int,
        targets: Iterable[Target],
    ) -> bool:
        """Note for whom a message seems to speak. False: its author need not be told.

        That is so if they have a yes in force from everybody concerned, or were told of another
        message within the hour.
        """
        now, ledger = self._clock(), self._consents.ledger
        async with self._main.transaction() as connection:
            without = [
                target
                for target in targets
                if target.is_role
                or not await ledger.held(connection, author_id, guild_id, now, person_id=target.id)
            ]
            if not without:
                return False
            turn = await self._queries.take_turn(
                connection, author_id=author_id, now=now, until=now + REST
            )
            if turn is None:
                return False
            for target in without[:MOST]:
                await self._queries.note(
                    connection,
                    id=new_id(),
                    guild_id=guild_id,
                    channel_id=channel_id,
                    message_id=message_id,
                    author_id=author_id,
                    target_id=target.id,
                    is_role=int(target.is_role),
                    due_at=now + STAYS,
                )
        return True

    async def waiting(self, author_id: int, guild_id: int) -> list[Nudge]:
        """What waits for somebody here, newest first; guild 0 means everywhere."""
        async with self._main.transaction() as connection:
            rows = self._queries.waiting(
                connection, author_id=author_id, guild_id=guild_id, now=self._clock(), most=SHOWN
            )
            return [record(Nudge, row) async for row in rows]

    async def get(self, nudge_id: str, author_id: int, guild_id: int) -> Nudge | None:
        """One nudge, for its author alone; guild 0 means a DM."""
        async with self._main.transaction() as connection:
            row = await self._queries.nudge(
                connection, id=nudge_id, author_id=author_id, guild_id=guild_id, now=self._clock()
            )
        return None if row is None else record(Nudge, row)

    async def done_with(self, nudge_id: str, author_id: int, guild_id: int) -> bool:
        """Its author has seen to it; nothing of it stays. False: not theirs, or gone."""
        async with self._main.transaction() as connection:
            row = await self._queries.done_with(
                connection, id=nudge_id, author_id=author_id, guild_id=guild_id
            )
        return row is not None

    async def forget_old(self) -> None:
        """Forget what is over."""
        async with self._main.transaction() as connection:
            await self._queries.forget_old_nudges(connection, now=self._clock())
            await self._queries.forget_old_rests(connection, now=self._clock())

    # -- what is known about a person --------------------------------------------------------

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What waits for its author. Whom it is about is told nothing: it is the author's."""
        rows = self._queries.nudges_of(connection, author_id=person_id)
        rest = await self._queries.rest_of(connection, author_id=person_id)
        return {
            "messages_that_may_speak_for_somebody": [
                {
                    "server": row["guild_id"],
                    "channel": row["channel_id"],
                    "message": row["message_id"],
                    "role" if row["is_role"] else "person": row["target_id"],
                    "kept_until": row["due_at"],
                }
                async for row in rows
            ],
            "not_told_of_another_until": None if rest is None else rest["until_at"],
        }

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        await self._queries.forget_nudges(connection, me=person_id)
        await self._queries.forget_rest(connection, author_id=person_id)
        return []

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_nudges(connection, guild_id=guild_id)
