"""Posts: what the bot said under a consent, and which words still have to go."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from bot.consent import POST
from bot.consent.rules import is_group
from bot.store.queries import load
from bot.store.records import record
from bot.work.queue import Queue

#: Seconds that sending a post may take; one that was begun and not finished is looked for then.
SENDING_TAKES = 60


class Post(NamedTuple):
    """One message of the bot's. `state`: sending, up, or blank (the words must go).

    `message_id` is None until it has arrived, or was found. `begun_at`: when sending it was begun
    (seconds UTC); 0, before that was noted.
    `blanked_by` is "person", "group" or "holder": whose act took the words out. `remains`: that
    person was told that they still stand, and is told once they do not.
    """

    id: str
    consent_id: str
    guild_id: int
    channel_id: int
    message_id: int | None
    state: str
    blanked_by: str | None
    begun_at: int
    remains: int


class Posts:
    """Named queries on posts."""

    def __init__(self, driver: str, queue: Queue) -> None:
        self._queue = queue
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
        )
        await self._queue.add(connection, POST, post_id, now + SENDING_TAKES, turn=consent_id)

    async def is_up(self, connection: Any, post_id: str, message_id: int) -> Post | None:
        """The message arrived. The post that comes back may already have to be blanked."""
        row = await self._queries.post_is_up(connection, id=post_id, message_id=message_id)
        found = await self._to_blank(connection, [] if row is None else [row])
        return found[0] if found else None

    async def remains(self, connection: Any, post_id: str) -> None:
        """Whoever took the words back has been told that they still stand there."""
        await self._queries.post_remains(connection, id=post_id)

    async def drop(self, connection: Any, post_id: str) -> Post | None:
        row = await self._queries.drop_post(connection, id=post_id)
        return None if row is None else record(Post, row)

    async def get(self, connection: Any, post_id: str) -> Post | None:
        row = await self._queries.post(connection, id=post_id)
        return None if row is None else record(Post, row)

    async def of(self, connection: Any, consent_id: str) -> list[Post]:
        rows = self._queries.posts_of(connection, consent_id=consent_id)
        return [record(Post, row) async for row in rows]

    async def of_message(self, connection: Any, message_id: int) -> Post | None:
        row = await self._queries.post_of_message(connection, message_id=message_id)
        return None if row is None else record(Post, row)

    async def blank_of(self, connection: Any, consent_id: str, person_id: int) -> list[Post]:
        """The person, or the group, took it back: the words of every post must go."""
        by = "group" if is_group(person_id) else "person"
        rows = self._queries.blank_posts_of(connection, consent_id=consent_id, by=by)
        return await self._to_blank(connection, [row async for row in rows])

    async def blank_concerning(self, connection: Any, me: int) -> list[Post]:
        """Somebody erases everything: what was said for them or by them goes."""
        given = self._queries.blank_posts_by_person(connection, me=me, by="person")
        rows = [row async for row in given]
        held = self._queries.blank_posts_by_holder(connection, me=me)
        return await self._to_blank(connection, rows + [row async for row in held])

    async def blank_group(self, connection: Any, owner_id: int) -> None:
        """A group has ended: what was said in its name goes."""
        rows = self._queries.blank_posts_by_person(connection, me=owner_id, by="group")
        await self._to_blank(connection, [row async for row in rows])

    async def _to_blank(self, connection: Any, rows: list[Any]) -> list[Post]:
        """Have the words taken out of these posts, as far as they have to go."""
        posts = [record(Post, row) for row in rows]
        for post in posts:
            if post.state == "blank":
                await self._queue.add(connection, POST, post.id, turn=post.consent_id)
        return posts

    async def concerning(self, connection: Any, me: int) -> list[dict[str, Any]]:
        rows = self._queries.posts_concerning(connection, me=me)
        return [dict(row) async for row in rows]

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_posts(connection, guild_id=guild_id)
