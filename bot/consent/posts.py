"""Posts: what the bot said under a consent, and which words still have to go."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from bot.consent.rules import is_group
from bot.store.queries import load
from bot.store.records import record

#: A post that was begun and not finished is looked for after a minute.
SENDING_TAKES = 60
#: Waits between attempts to take words out, in seconds; the last one repeats for good.
RETRIES = (60, 300, 1800, 7200, 43_200, 86_400)


class Post(NamedTuple):
    """One message of the bot's. `state`: sending, up, or blank (the words must go).

    `message_id` is None until it has arrived, or was found. `begun_at`: when sending it was begun
    (seconds UTC); 0, before that was noted.
    `blanked_by` is "person", "group" or "holder": whose act took the words out.
    """

    id: str
    consent_id: str
    guild_id: int
    channel_id: int
    message_id: int | None
    state: str
    blanked_by: str | None
    attempts: int
    due_at: int
    begun_at: int


class Posts:
    """Named queries on posts."""

    def __init__(self, driver: str) -> None:
        self._queries: Any = load(Path(__file__).with_name("posts.sql"), driver)

    async def begin(
        self,
        connection: Any,
        post_id: str,
        consent_id: str,
        guild_id: int,
        channel_id: int,
        now: int,
    ) -> None:
        await self._queries.begin_post(
            connection,
            id=post_id,
            consent_id=consent_id,
            guild_id=guild_id,
            channel_id=channel_id,
            now=now,
            until=now + SENDING_TAKES,
        )

    async def is_up(self, connection: Any, post_id: str, message_id: int, now: int) -> Post | None:
        """The message arrived. The post that comes back may already have to be blanked."""
        row = await self._queries.post_is_up(connection, id=post_id, message_id=message_id, now=now)
        return None if row is None else record(Post, row)

    async def drop(self, connection: Any, post_id: str) -> None:
        await self._queries.drop_post(connection, id=post_id)

    async def get(self, connection: Any, post_id: str) -> Post | None:
        row = await self._queries.post(connection, id=post_id)
        return None if row is None else record(Post, row)

    async def of(self, connection: Any, consent_id: str) -> list[Post]:
        rows = self._queries.posts_of(connection, consent_id=consent_id)
        return [record(Post, row) async for row in rows]

    async def of_message(self, connection: Any, message_id: int) -> Post | None:
        row = await self._queries.post_of_message(connection, message_id=message_id)
        return None if row is None else record(Post, row)

    async def blank_of(
        self, connection: Any, consent_id: str, person_id: int, now: int
    ) -> list[Post]:
        """The person, or the group, took it back: the words of every post must go."""
        by = "group" if is_group(person_id) else "person"
        rows = self._queries.blank_posts_of(connection, consent_id=consent_id, by=by, now=now)
        return [record(Post, row) async for row in rows]

    async def blank_concerning(self, connection: Any, me: int, now: int) -> list[Post]:
        """Somebody erases everything: what was said for them or by them goes."""
        given = self._queries.blank_posts_by_person(connection, me=me, by="person", now=now)
        found = [record(Post, row) async for row in given]
        held = self._queries.blank_posts_by_holder(connection, me=me, now=now)
        return found + [record(Post, row) async for row in held]

    async def blank_group(self, connection: Any, owner_id: int, now: int) -> None:
        """A group has ended: what was said in its name goes, at the next look at what is due."""
        rows = self._queries.blank_posts_by_person(connection, me=owner_id, by="group", now=now)
        async for _ in rows:
            pass

    async def concerning(self, connection: Any, me: int) -> list[dict[str, Any]]:
        rows = self._queries.posts_concerning(connection, me=me)
        return [dict(row) async for row in rows]

    async def take(self, connection: Any, post_id: str, now: int) -> Post | None:
        """Take a due post for this process until its next attempt. None: not ours."""
        row = await self._queries.take_post(
            connection, id=post_id, now=now, until=now + SENDING_TAKES
        )
        return None if row is None else record(Post, row)

    async def put_off(self, connection: Any, post: Post, now: int) -> None:
        """Taking the words out failed; try again, later each time."""
        wait = RETRIES[min(post.attempts, len(RETRIES)) - 1]
        await self._queries.put_off_post(connection, id=post.id, until=now + wait)

    async def due(self, connection: Any, now: int, most: int) -> list[str]:
        rows = self._queries.due_posts(connection, now=now, most=most)
        return [row["id"] async for row in rows]

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_posts(connection, guild_id=guild_id)
