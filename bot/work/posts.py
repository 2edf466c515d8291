"""Posts: the messages of the bot's that it keeps hold of, from before they are sent until they go.

A family notes a post in the transaction in which it decides on it (`begin`), or has it put up by
due work of its own (`bot/work/posting.py`). So nothing can stand anywhere that nobody knows of: one
whose process died while it was sent is looked for from the moment it was begun.

The life of a post: begun ──is up──► stands ──has to go──► gone. `take_away` says that it has to go,
in the transaction in which that is decided; a row is dropped only when the message certainly does
not stand, or its words are out.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store
from bot.work.queue import Kind, Queue

#: A post that has to go, or that is looked for. Key: its id.
POST = Kind("post", urgent=True)
#: Seconds that sending a post may take; one that was begun and not finished is looked for then.
SENDING_TAKES = 60


class Post(NamedTuple):
    """One message of the bot's, which shows what its family has under `topic` and `key`.

    `id`: also the nonce it is sent with. `guild_id` 0: in a DM; `channel_id` 0: in one that is not
    known. `message_id`: None until it is known to stand. `begun_at`: when sending it was begun
    (seconds UTC), the last time; 0, before that was noted.
    `goes`: why it has to go, in a word of its family's; empty while it stays. `remains`: somebody
    was told that it still stands, and is told once it does not.
    """

    id: str
    topic: str
    key: str
    guild_id: int
    channel_id: int
    message_id: int | None
    begun_at: int
    goes: str
    remains: int


#: Whether what a key names is still to be posted; held so until the transaction ends.
Wanted = Callable[[Any, str], Awaitable[bool]]
#: Something else that has to happen in the transaction in which a post goes.
Gone = Callable[[Any, Post], Awaitable[None]]
#: Why a post has to go that has arrived only now; empty if it may stay.
Arrived = Callable[[Any, Post], Awaitable[str]]


class Posts:
    """Notes posts and finds them again, for all families."""

    def __init__(self, store: Store, queue: Queue, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._queue = queue
        self._clock = clock
        self._queries: Any = load(Path(__file__).with_name("posts.sql"), store.main.driver)
        self._wanted: dict[str, Wanted] = {}
        self._when_gone: dict[str, Gone] = {}
        self._when_up: dict[str, Arrived] = {}

    def while_wanted(self, topic: str, hook: Wanted) -> None:
        """Have no post of a topic noted once nobody wants it: what ends it finds each one."""
        self._wanted[topic] = hook

    def when_gone(self, topic: str, hook: Gone) -> None:
        """Have something done in the transaction in which a post of a topic goes."""
        self._when_gone[topic] = hook

    def when_up(self, topic: str, hook: Arrived) -> None:
        """Have it decided whether a post of a topic may stay once it has arrived."""
        self._when_up[topic] = hook

    # -- in a family's transaction ----------------------------------------------------------

    async def begin(
        self, connection: Any, topic: str, key: str | int, guild_id: int, channel_id: int
    ) -> Post:
        """Note a post before it is sent."""
        row = await self._queries.begin(
            connection,
            id=new_id(),
            topic=topic,
            key=str(key),
            guild_id=guild_id,
            channel_id=channel_id,
            now=self._clock(),
        )
        return record(Post, row)

    async def look_for(self, connection: Any, post: Post) -> None:
        """Have it looked for, should its sender die, and given up if it never arrived.

        For what nobody sends again.
        """
        due_at = post.begun_at + SENDING_TAKES
        await self._queue.add(connection, POST, post.id, due_at, turn=post.key)

    async def standing(self, connection: Any, topic: str, key: str | int) -> Post | None:
        """The post that shows this, or is to; the newest, if earlier versions made more."""
        row = await self._queries.standing(connection, topic=topic, key=str(key))
        return None if row is None else record(Post, row)

    async def of(self, connection: Any, topic: str, key: str | int) -> list[Post]:
        """All that are known of it, those that have to go included."""
        rows = self._queries.posts_of(connection, topic=topic, key=str(key))
        return [record(Post, row) async for row in rows]

    async def take_away(
        self, connection: Any, topic: str, key: str | int, why: str = "over"
    ) -> list[Post]:
        """What shows this has to go; what is on its way goes as soon as it has arrived."""
        rows = self._queries.take_away(connection, topic=topic, key=str(key), why=why)
        posts = [record(Post, row) async for row in rows]
        for post in posts:
            await self._queue.add(connection, POST, post.id, turn=post.key)
        return posts

    async def forget(self, connection: Any, topic: str, key: str | int) -> None:
        """Nothing is kept of it any more, whether it stands or not; what has to go still goes."""
        await self._queries.forget_of(connection, topic=topic, key=str(key))

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild(connection, guild_id=guild_id)

    # -- for posting ------------------------------------------------------------------------

    async def get(self, post_id: str) -> Post | None:
        async with self._main.transaction() as connection:
            row = await self._queries.post(connection, id=post_id)
        return None if row is None else record(Post, row)

    async def shows(self, topic: str, key: str | int) -> Post | None:
        """The post that shows this, or is to."""
        async with self._main.transaction() as connection:
            return await self.standing(connection, topic, key)

    async def all_of(self, topic: str, key: str | int) -> list[Post]:
        """The same, in a transaction of its own."""
        async with self._main.transaction() as connection:
            return await self.of(connection, topic, key)

    async def of_message(self, message_id: int) -> Post | None:
        async with self._main.transaction() as connection:
            row = await self._queries.post_of_message(connection, message_id=message_id)
        return None if row is None else record(Post, row)

    async def note(
        self, topic: str, key: str | int, guild_id: int, channel_id: int
    ) -> tuple[Post, bool] | None:
        """The post that shows this in a channel; noted now, if there is none. True: it is new.

        One that was begun in another channel has to go there. None: nobody wants it any more.
        """
        async with self._main.transaction() as connection:
            wanted = self._wanted.get(topic)
            if wanted is not None and not await wanted(connection, str(key)):
                return None
            post = await self.standing(connection, topic, key)
            if post is not None and post.channel_id in (0, channel_id):
                return post._replace(channel_id=channel_id), False
            if post is not None:
                await self.take_away(connection, topic, key)
            return await self.begin(connection, topic, key, guild_id, channel_id), True

    async def begin_again(self, post: Post) -> Post | None:
        """It is sent once more, as it did not arrive. None: it has to go by now, or stands."""
        async with self._main.transaction() as connection:
            row = await self._queries.begin_again(
                connection, id=post.id, channel_id=post.channel_id, now=self._clock()
            )
        return None if row is None else record(Post, row)

    async def is_up(self, post: Post, message_id: int) -> Post | None:
        """The message stands, and may have to go by now. None: it is nobody's any more."""
        async with self._main.transaction() as connection:
            row = await self._queries.is_up(
                connection, id=post.id, channel_id=post.channel_id, message_id=message_id
            )
            if row is None:
                return None
            up = record(Post, row)
            arrived = self._when_up.get(up.topic)
            if not up.goes and arrived is not None and (why := await arrived(connection, up)):
                up = up._replace(goes=why)
                await self._queries.has_to_go(connection, id=up.id, why=why)
            if up.goes:
                await self._queue.add(connection, POST, up.id, turn=up.key)
            else:
                await self._queue.forget(connection, POST, up.id)
        return up

    async def gone(self, post: Post) -> None:
        """It certainly does not stand, or its words are out."""
        async with self._main.transaction() as connection:
            row = await self._queries.gone(connection, id=post.id)
            if row is None:
                return
            hook = self._when_gone.get(post.topic)
            if hook is not None:
                await hook(connection, record(Post, row))

    async def still_there(self, post_ids: Iterable[str]) -> list[Post]:
        """Which of these may still stand. Somebody is told so, and is told once they do not."""
        left: list[Post] = []
        async with self._main.transaction() as connection:
            for post_id in post_ids:
                row = await self._queries.remains(connection, id=post_id)
                if row is not None:
                    left.append(record(Post, row))
        return left
