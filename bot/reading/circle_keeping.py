"""What the tables of reading circles hold about one person, or one server (law 8)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from bot.reading import CIRCLE, POSTED
from bot.store.queries import load
from bot.store.store import Store
from bot.work.posts import Post, Posts
from bot.work.queue import Queue, Todo


class Keeping:
    """Export and erasure of circles; each method works in its caller's transaction."""

    def __init__(self, store: Store, queue: Queue, posts: Posts) -> None:
        self._queue = queue
        self._posts = posts
        self._queries: Any = load(Path(__file__).with_name("circles.sql"), store.main.driver)

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What is stored here about a person."""
        hosted = self._queries.hosted(connection, person_id=person_id)
        joins = self._queries.joins_of(connection, person_id=person_id)
        return {
            "reading_circles_i_started": [
                _hosted(row, await self._posts.standing(connection, POSTED, row["id"]))
                for row in [row async for row in hosted]
            ],
            "reading_circles_i_joined": [
                {"circle": row["circle_id"], "reminder_to_come": bool(row["remind"])}
                async for row in joins
            ],
        }

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        """Circles they started go on without them; a post that names them loses the name."""
        await self._queries.forget_drafts_of(connection, person_id=person_id)
        hosted = self._queries.hosted(connection, person_id=person_id)
        naming = [row async for row in hosted if row["named"]]
        await self._queries.forget_host(connection, person_id=person_id)
        for row in naming:
            await self._queue.add(connection, CIRCLE, row["id"], turn=row["guild_id"])
        await self._queries.forget_joins_of(connection, person_id=person_id)
        return [Todo(CIRCLE, row["id"]) for row in naming]

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_joins_of_guild(connection, guild_id=guild_id)
        await self._queries.forget_circles_of_guild(connection, guild_id=guild_id)


def _hosted(row: Any, post: Post | None) -> dict[str, Any]:
    return {
        "id": row["id"],
        "server": row["guild_id"],
        "channel": row["channel_id"],
        "work": row["work_id"],
        "language": row["language"],
        "begins_at": row["starts_at"],
        "state": row["state"],
        "names_me": bool(row["named"]),
        "post": None if post is None else post.message_id,
        "event": row["event_id"],
    }
