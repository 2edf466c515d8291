"""The private nudge: whose message seems to speak for whom, told to its author alone.

A nudge is a notice. Of a message only ids are kept, until its author has done with them and for a
day at most; of the author, for an hour, that they were told. Nothing is counted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bot.consent.service import Consents
from bot.governance.rules import Charter, Noticing, channel_ids
from bot.governance.service import Change
from bot.noticing import NUDGE, ROLE, WAITING
from bot.store.queries import load
from bot.store.store import Store
from bot.work.notices import Notice, Notices
from bot.work.queue import Todo

#: Seconds between two nudges of one author, and how long one waits to be looked at.
REST, STAYS = 3600, 86_400
#: People and roles of one message that its author is told of: more would read like a list of
#: faults.
MOST = 3


class Target(NamedTuple):
    """Whom a message seems to speak for: a person or a role."""

    id: int
    is_role: bool = False


class Nudges:
    """What authors are told, and that they are told rarely."""

    def __init__(
        self, store: Store, consents: Consents, notices: Notices, clock: Callable[[], int]
    ) -> None:
        self._main = store.main
        self._consents = consents
        self._notices = notices
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
            await self._notices.end_in(connection, NUDGE, change.guild_id)
        elif change.name == "noticing_leaves_out":
            for channel_id in channel_ids(change.after_value or ""):
                await self._notices.end_in(connection, NUDGE, change.guild_id, channel_id)

    async def note(
        self,
        guild_id: int,
        channel_id: int,
        message_id: int,
        author_id: int,
        targets: Iterable[Target],
    ) -> bool:
        """Note for whom a message seems to speak. False: its author need not be told.

        That is so if they have a yes in force from everybody concerned, were told of another
        message within the hour, or have yet to look at `WAITING`.
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            without = [
                target
                for target in targets
                if await self._no_yes(connection, author_id, guild_id, target)
            ]
            if not without:
                return False
            if await self._notices.many(connection, NUDGE, author_id) >= WAITING:
                return False
            turn = await self._queries.take_turn(
                connection, author_id=author_id, now=now, until=now + REST
            )
            if turn is None:
                return False
            for target in without[:MOST]:
                await self._notices.add(
                    connection,
                    NUDGE,
                    message_id,
                    author_id,
                    guild_id=guild_id,
                    channel_id=channel_id,
                    # A line right below the message would tell everybody who was told what.
                    watched=True,
                    what=ROLE if target.is_role else "",
                    about_id=target.id,
                    until_at=now + STAYS,
                )
        return True

    async def still(self, notice: Notice) -> bool:
        """Whether its author still has no yes from whom it is about."""
        target = Target(notice.about_id, notice.what == ROLE)
        async with self._main.transaction() as connection:
            return await self._no_yes(connection, notice.person_id, notice.guild_id, target)

    async def _no_yes(self, connection: Any, author_id: int, guild_id: int, target: Target) -> bool:
        return target.is_role or not await self._consents.ledger.held(
            connection, author_id, guild_id, self._clock(), person_id=target.id
        )

    async def forget_old(self) -> None:
        """Forget whose hour is over."""
        async with self._main.transaction() as connection:
            await self._queries.forget_old_rests(connection, now=self._clock())

    # -- what is known about a person --------------------------------------------------------

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        rest = await self._queries.rest_of(connection, author_id=person_id)
        return {"not_told_of_another_until": None if rest is None else rest["until_at"]}

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        await self._queries.forget_rest(connection, author_id=person_id)
        return []

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        """No server is in what stays here."""
