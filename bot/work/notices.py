"""The table of notices: what somebody has yet to be told or to answer, and the ring for it.

A family adds a notice in the transaction in which there is something to tell, and ends it in
the one that settles it. The inbox, the doorbell, the export, erasing and restoring know this table,
and no family's. A notice holds no text: it names a row, or says what happened by a word.

The life of a notice: new ──ring──► rung ──look──► over. Somebody who looks before it is rung for is
not rung for it any more. News goes once it was seen, a question once it was answered; what nobody
looks at goes after `STAYS` seconds.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store
from bot.work.posts import Post, Posts
from bot.work.queue import Kind, Queue, Todo
from bot.work.rules import RING_PAUSE, RINGS_WITHIN, SETTLES, STAYS, WAITS, is_due, ring_time

#: Somebody's ring: to be rung, or to be taken down. Key: the person, whose turn it takes.
RING = Kind("ring")
#: The line, or the DM, by which somebody is rung. Key: the person.
LINE = "ring"


class Topic(NamedTuple):
    """What notices are about. `news`: a line that is seen together with other news."""

    name: str
    news: bool = False


class Notice(NamedTuple):
    """Something for one person. Times are seconds UTC.

    `key`: the row of its family that it is about. `what`: what happened, where that does not show
    in the row. `about_id`: whom else it is about, or 0. `channel_id`: where it happened, or 0.
    `watched`: others could watch it there. `state`: new, rung, over. It is shown, and told by DM,
    from `shown_at` on, and rung for where others see it from `public_at` on.
    """

    id: str
    person_id: int
    guild_id: int
    topic: str
    key: str
    what: str
    about_id: int
    channel_id: int
    watched: int
    news: int
    state: str
    noted_at: int
    shown_at: int
    public_at: int
    until_at: int

    def rings_at(self, *, by_dm: bool) -> int:
        """When it may be rung for (seconds UTC)."""
        return self.shown_at if by_dm else self.public_at


class Ring(NamedTuple):
    """Somebody's last ring, at `rung_at` (seconds UTC). `post` None: it is down."""

    person_id: int
    rung_at: int
    post: Post | None


#: What else happens, in the transaction in which somebody has seen a notice.
Seen = Callable[[Any, Notice], Awaitable[None]]


class Notices:
    """Everybody's notices and rings."""

    def __init__(self, store: Store, queue: Queue, posts: Posts, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._queue = queue
        self._posts = posts
        self._clock = clock
        self._queries: Any = load(Path(__file__).with_name("notices.sql"), store.main.driver)
        self._when_seen: dict[str, Seen] = {}

    def when_seen(self, topic: Topic, follows: Seen) -> None:
        """Have a family do what follows from it that somebody has seen a notice."""
        self._when_seen[topic.name] = follows

    # -- in a family's transaction ----------------------------------------------------------

    async def add(
        self,
        connection: Any,
        topic: Topic,
        key: str | int,
        *people: int,
        guild_id: int,
        channel_id: int = 0,
        watched: bool = False,
        within: int = RINGS_WITHIN,
        what: str = "",
        about_id: int = 0,
        shown_at: int | None = None,
        until_at: int | None = None,
    ) -> None:
        """Have people told, from `shown_at` on (seconds UTC; None: now), until `until_at`.

        It rings in `channel_id` if they can see that. `watched`: others could watch it there, so
        it rings elsewhere, at a random moment `within` seconds, unless by DM.
        """
        now = self._clock()
        shown_at = now if shown_at is None else shown_at
        # In one order, so that two who tell the same people never wait for each other.
        for person_id in sorted(people):
            await self._queries.add(
                connection,
                id=new_id(),
                person_id=person_id,
                guild_id=guild_id,
                topic=topic.name,
                key=str(key),
                what=what,
                about_id=about_id,
                channel_id=channel_id,
                watched=int(watched),
                news=int(topic.news),
                now=now,
                shown_at=shown_at,
                public_at=ring_time(shown_at, within) if watched else shown_at,
                until_at=shown_at + STAYS if until_at is None else until_at,
            )
            settled_at = shown_at + SETTLES if watched else shown_at
            await self._queue.add(connection, RING, person_id, settled_at)

    async def end(
        self, connection: Any, topic: Topic, key: str | int, person_id: int | None = None
    ) -> None:
        """It was settled: nobody (or not this person) is told of it any more."""
        about = {"topic": topic.name, "key": str(key)}
        if person_id is None:
            await self._queries.end_of(connection, **about)
        else:
            await self._queries.end_for(connection, **about, person_id=person_id)

    async def end_in(
        self, connection: Any, topic: Topic, guild_id: int, channel_id: int = 0
    ) -> None:
        """Nobody is told of what happened there any more; channel 0 means the whole server."""
        await self._queries.end_in(
            connection, topic=topic.name, guild_id=guild_id, channel_id=channel_id
        )

    async def end_one(self, connection: Any, notice_id: str) -> None:
        await self._queries.end_notice(connection, id=notice_id)

    async def many(self, connection: Any, topic: Topic, person_id: int) -> int:
        """How many of a topic somebody has yet to see."""
        row = await self._queries.many(connection, topic=topic.name, person_id=person_id)
        return row[0]

    async def about(self, connection: Any, topic: Topic, key: str | int) -> list[Notice]:
        """All notices about a row, whosever they are."""
        rows = self._queries.about(connection, topic=topic.name, key=str(key))
        return [record(Notice, row) async for row in rows]

    async def show_now(self, connection: Any, notice: Notice) -> None:
        """It need not wait any longer: others know by now."""
        now = self._clock()
        public_at = min(notice.public_at, ring_time(now)) if notice.watched else now
        await self._queries.show_from(
            connection, id=notice.id, shown_at=min(notice.shown_at, now), public_at=public_at
        )
        await self._queue.add(connection, RING, notice.person_id)

    # -- for the one whom they are for ------------------------------------------------------

    async def of(self, person_id: int, guild_id: int) -> list[Notice]:
        """What somebody has to see or to answer, oldest first; guild 0 means everywhere."""
        async with self._main.transaction() as connection:
            rows = self._queries.notices_of(
                connection, person_id=person_id, guild_id=guild_id, **self._by_now()
            )
            return [record(Notice, row) async for row in rows]

    async def get(self, notice_id: str, person_id: int, guild_id: int) -> Notice | None:
        """One notice, for its person alone; guild 0 means a DM."""
        async with self._main.transaction() as connection:
            row = await self._queries.notice(
                connection, id=notice_id, person_id=person_id, guild_id=guild_id, **self._by_now()
            )
        return None if row is None else record(Notice, row)

    async def looked(self, person_id: int, guild_id: int) -> list[Post]:
        """They have been shown what waits here (0: everywhere): nothing of it rings any more.

        Returns their ring, if it has to go now.
        """
        async with self._main.transaction() as connection:
            await self._queries.looked(
                connection, person_id=person_id, guild_id=guild_id, **self._by_now()
            )
            if await self._queries.rings_for(connection, person_id=person_id) is not None:
                return []
            return await self._take_down(connection, person_id)

    async def pressed(self, person_id: int, message_id: int) -> list[Post]:
        """They have opened this ring, which has to go. Empty: it is not the one that stands."""
        async with self._main.transaction() as connection:
            post = await self._posts.standing(connection, LINE, person_id)
            if post is None or post.message_id != message_id:
                return []
            return await self._take_down(connection, person_id)

    async def stood_long_enough(self, person_id: int) -> list[Post]:
        """Nobody has opened their ring. Returns it: it has to go."""
        async with self._main.transaction() as connection:
            return await self._take_down(connection, person_id)

    async def _take_down(self, connection: Any, person_id: int) -> list[Post]:
        """What their ring rang for is not rung for again."""
        await self._queries.rang(connection, person_id=person_id)
        posts = await self._posts.take_away(connection, LINE, person_id)
        if posts:
            await self._queue.add(connection, RING, person_id)
        return posts

    async def seen(self, notice_id: str, person_id: int, guild_id: int) -> bool:
        """They are done with a notice, and with all news above it. False: there is none."""
        async with self._main.transaction() as connection:
            rows = self._queries.seen_with(
                connection, id=notice_id, person_id=person_id, guild_id=guild_id
            )
            return await self._are_seen(connection, rows) > 0

    async def drop(self, notice: Notice) -> None:
        """There is nothing to tell any more."""
        async with self._main.transaction() as connection:
            await self.end_one(connection, notice.id)

    async def forget_old(self) -> None:
        """What nobody has looked at in time is over, as if it had been seen."""
        async with self._main.transaction() as connection:
            await self._are_seen(connection, self._queries.old(connection, now=self._clock()))

    async def _are_seen(self, connection: Any, rows: AsyncIterator[Any]) -> int:
        """Returns how many."""
        found = [record(Notice, row) async for row in rows]
        for notice in found:
            # Its family first, as wherever else both change: two never wait for each other.
            if (follows := self._when_seen.get(notice.topic)) is not None:
                await follows(connection, notice)
            await self.end_one(connection, notice.id)
        return len(found)

    # -- ringing ----------------------------------------------------------------------------

    async def to_ring(self, person_id: int) -> tuple[list[Notice], Ring | None]:
        """What somebody has yet to be rung for, now or later, and their last ring."""
        async with self._main.transaction() as connection:
            rows = self._queries.to_ring(connection, person_id=person_id, now=self._clock())
            notices = [record(Notice, row) async for row in rows]
            return notices, await self._last_ring(connection, person_id)

    async def _last_ring(self, connection: Any, person_id: int) -> Ring | None:
        post = await self._posts.standing(connection, LINE, person_id)
        row = await self._queries.ring(connection, person_id=person_id)
        if post is None or post.message_id is None:
            return None if row is None else Ring(person_id, row["rung_at"], None)
        return Ring(person_id, post.begun_at, post)

    async def waits(self, person_id: int) -> bool:
        """Whether another ring would have to wait: one stands, or was rung within the hour."""
        (_, ring), now = await self.to_ring(person_id), self._clock()
        if ring is None:
            return False
        return ring.post is not None or ring.rung_at <= now < ring.rung_at + RING_PAUSE

    async def cover(self, person_id: int, post: Post) -> None:
        """A ring that stands is one for this, too."""
        async with self._main.transaction() as connection:
            await self._cover(connection, person_id, post.guild_id)

    async def ring_is_up(self, person_id: int, post: Post) -> list[Post]:
        """Somebody was rung. Returns the ring, if it has to go: they have looked meanwhile."""
        async with self._main.transaction() as connection:
            if not await self._cover(connection, person_id, post.guild_id):
                return await self._posts.take_away(connection, LINE, person_id)
            await self._queries.ring_is_up(connection, person_id=person_id, now=self._clock())
        return []

    async def _cover(self, connection: Any, person_id: int, guild_id: int) -> bool:
        rows = self._queries.cover(
            connection, person_id=person_id, guild_id=guild_id, **self._by_now()
        )
        return bool([row async for row in rows])

    def _by_now(self) -> dict[str, int]:
        """What tells in a query whether something is to be shown by now."""
        now = self._clock()
        return {"now": now, "furthest": now + WAITS}

    async def rings_no_more(self, notices: list[Notice]) -> None:
        """There is nowhere to ring: it waits in the inbox."""
        async with self._main.transaction() as connection:
            for notice in notices:
                await self._queries.rings_no_more(connection, id=notice.id)

    async def forget_ring(self, person_id: int) -> None:
        """Nothing is left to ring for. A ring that may still be on its way has to go."""
        async with self._main.transaction() as connection:
            await self._posts.take_away(connection, LINE, person_id)
            await self._queries.forget_ring(connection, person_id=person_id)

    # -- what is known about a person -------------------------------------------------------

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What they have to see, and their ring. What they may not know yet is not in it."""
        rows = self._queries.notices_of(
            connection, person_id=person_id, guild_id=0, **self._by_now()
        )
        ring = await self._last_ring(connection, person_id)
        return {
            "notices": [
                {
                    "about": row["topic"],
                    "key": row["key"],
                    "what": row["what"],
                    # Groups and nobody have no id that anybody knows.
                    "about_whom": row["about_id"] if row["about_id"] > 0 else None,
                    "server": row["guild_id"],
                    "channel": row["channel_id"],
                    "state": row["state"],
                    "since": row["shown_at"],
                    "rings_in_public_from": row["public_at"],
                    "kept_until": row["until_at"],
                }
                async for row in rows
            ],
            "ring": None
            if ring is None
            else {
                "rung_at": ring.rung_at,
                "server": None if ring.post is None else ring.post.guild_id,
                "stands_in_channel": None if ring.post is None else ring.post.channel_id,
                "message": None if ring.post is None else ring.post.message_id,
            },
        }

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        await self._queries.forget_person(connection, person_id=person_id)
        await self._queries.forget_ring(connection, person_id=person_id)
        await self._queries.forget_line(connection, key=str(person_id))
        return []

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild(connection, guild_id=guild_id)


def first_due(notices: list[Notice], now: int, *, by_dm: bool) -> tuple[list[Notice], list[int]]:
    """What may be rung for now, and when the rest may (seconds UTC)."""
    due: list[Notice] = []
    later: list[int] = []
    for each in notices:
        at = each.rings_at(by_dm=by_dm)
        if is_due(at, now):
            due.append(each)
        else:
            later.append(at)
    return due, later
