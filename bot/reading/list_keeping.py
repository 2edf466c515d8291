"""What servers' lists hold about one person: showing it, and erasing it (law 8)."""

from __future__ import annotations

from typing import Any

from bot.reading.lists import ServerLists
from bot.reading.suggestions import Row, State, Suggestions
from bot.work.queue import Todo


class Keeping:
    """Export and erasure of suggestions, and of names on works."""

    def __init__(self, lists: ServerLists, suggestions: Suggestions) -> None:
        self._lists = lists
        self._suggestions = suggestions

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """One's own suggestions, in one's own words, and the works that name one."""
        return {
            "reading_suggestions": [
                await self._suggestion(connection, row)
                for row in await self._suggestions.of(connection, person_id, 0)
            ],
            "reading_works_that_name_me": [
                {
                    "server": guild_id,
                    "id": work.id,
                    "title": list(work.entry.title.values()),
                    "why": list(work.entry.why.values()),
                }
                for guild_id, work in await self._lists.naming(connection, person_id)
            ],
        }

    async def _suggestion(self, connection: Any, row: Row) -> dict[str, Any]:
        owner = await self._lists.owner(connection, row.guild_id)
        shown = {"id": row.id, "server": row.guild_id, "state": row.state}
        if row.state == State.OPEN:
            body = await self._suggestions.body(row, owner)
            says = None if body is None else {**body.wording._asdict(), "named": body.named}
        else:
            reply = await self._suggestions.reply(row, owner)
            says = None if reply is None else reply._asdict()
        return {**shown, "says": "(unreadable)" if says is None else says}

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        """Suggestions go; works stay on the lists, without the name."""
        # A suggestion that is just being accepted is waited for here, and its work found below.
        await self._lists.hold_those_of(connection, person_id)
        await self._suggestions.forget_person(connection, person_id)
        await self._lists.forget_names(connection, person_id)
        return []

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._suggestions.forget_guild(connection, guild_id)
        await self._lists.forget_guild(connection, guild_id)
