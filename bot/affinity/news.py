"""News: what one person has yet to be told about a group, behind typed functions.

No text stands in it, only what happened. Every method works inside its caller's transaction.

What several members are told is in their inboxes at once, and the doorbell rings for each at a
moment of their own that chance picks (`ring_time`): lines that mention them all in the same minute
would tell everybody in the channel who is in the group, or that something was asked about somebody.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from bot.affinity import GROUP_NEWS
from bot.people.rules import ring_time
from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.work.queue import Queue


class Event(StrEnum):
    """What happened."""

    ADMITTED = "admitted"
    NOT_ADMITTED = "not_admitted"
    PARTED = "parted"
    PARTING_PASSED = "parting_passed"
    PARTING_FAILED = "parting_failed"
    LOST = "lost"
    CLOSED = "closed"
    NOT_STARTED = "not_started"
    UNREACHED = "unreached"
    #: An invitation or a question waits. It only rings, and is gone then. `subject_id`: whom a
    #: parting is about.
    WAITS = "waits"


class Item(NamedTuple):
    """One piece of news for one person; to be rung for from `due_at` on (seconds UTC)."""

    id: str
    guild_id: int
    group_id: str
    person_id: int
    kind: str
    subject_id: int | None
    channel_id: int
    rung: int
    due_at: int


class News:
    """Named queries on news."""

    def __init__(self, driver: str, queue: Queue) -> None:
        self._queue = queue
        self._queries: Any = load(Path(__file__).with_name("news.sql"), driver)

    async def tell(
        self,
        connection: Any,
        person_id: int,
        event: Event,
        *,
        guild_id: int,
        group_id: str,
        due_at: int,
        subject_id: int | None = None,
        channel_id: int | None = None,
    ) -> None:
        """Have the doorbell ring at `due_at`, in that channel if they can see it."""
        news_id = new_id()
        await self._queries.tell(
            connection,
            id=news_id,
            guild_id=guild_id,
            group_id=group_id,
            person_id=person_id,
            kind=event,
            subject_id=subject_id,
            channel_id=channel_id or 0,
            due_at=due_at,
        )
        await self._queue.add(connection, GROUP_NEWS, news_id, due_at, turn=group_id)

    async def of(self, connection: Any, person_id: int, guild_id: int, now: int) -> list[Item]:
        """What somebody has yet to see, oldest first; guild 0 means everywhere."""
        rows = self._queries.news_for(connection, person_id=person_id, guild_id=guild_id, now=now)
        return [record(Item, row) async for row in rows]

    async def read(self, connection: Any, news_id: str, person_id: int) -> Item | None:
        """They have seen it; nothing of it stays. None: not theirs, or gone."""
        row = await self._queries.read_news(connection, id=news_id, person_id=person_id)
        return None if row is None else record(Item, row)

    async def tell_the_others(
        self, connection: Any, group_id: str, subject_id: int, now: int
    ) -> None:
        """The person concerned has seen it, so everybody else may."""
        rows = self._queries.the_others(
            connection, group_id=group_id, subject_id=subject_id, now=now
        )
        for item in [record(Item, row) async for row in rows]:
            due_at = min(item.due_at, ring_time(now))
            await self._queries.ring_at(connection, id=item.id, due_at=due_at)
            await self._queue.add(connection, GROUP_NEWS, item.id, due_at, turn=group_id)

    async def get(self, connection: Any, news_id: str) -> Item | None:
        row = await self._queries.news(connection, id=news_id)
        return None if row is None else record(Item, row)

    async def to_ring(
        self, connection: Any, group_id: str, now: int, only: Event | None
    ) -> list[str]:
        """What the doorbell has yet to ring for by now in one group: all of it, or one kind."""
        rows = self._queries.to_ring(connection, group_id=group_id, now=now)
        return [row["id"] async for row in rows if only in (None, row["kind"])]

    async def has_rung(self, connection: Any, item: Item) -> None:
        if item.kind == Event.WAITS:
            await self._queries.no_news(connection, id=item.id)
        else:
            await self._queries.has_rung(connection, id=item.id)

    async def export(self, connection: Any, person_id: int, now: int) -> list[Item]:
        """What somebody may know of, also what only rings."""
        rows = self._queries.news_of(connection, person_id=person_id, now=now)
        return [record(Item, row) async for row in rows]

    async def forget_person(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_news_of(connection, person_id=person_id)
        await self._queries.forget_news_about(connection, person_id=person_id)

    async def forget_members(self, connection: Any, group_id: str) -> None:
        """A group ends: its members hear that, and nothing else any more."""
        await self._queries.forget_members_news(connection, group_id=group_id)

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_news(connection, guild_id=guild_id)

    async def forget_old(self, connection: Any, before: int) -> None:
        await self._queries.forget_old_news(connection, before=before)
