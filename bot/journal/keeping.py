"""What the journal's tables hold about one person: showing it, and erasing it (law 8)."""

from __future__ import annotations

from typing import Any

from bot.journal import BROUGHT
from bot.journal.keys import Keys, Locked
from bot.journal.notebook import Notebook
from bot.journal.reminders import Reminders
from bot.journal.service import Journal
from bot.journal.share_rules import SEEN_BY_FRIEND
from bot.journal.shares import Share
from bot.seal import Unreadable
from bot.work.posts import POST, Post, Posts
from bot.work.queue import Todo


class Keeping:
    """Export and erasure of journals, their reminders and their shares."""

    def __init__(
        self,
        notebook: Notebook,
        keys: Keys,
        journal: Journal,
        reminders: Reminders,
        posts: Posts,
    ) -> None:
        self._notebook = notebook
        self._keys = keys
        self._journal = journal
        self._reminders = reminders
        self._posts = posts

    async def entries(self, person_id: int) -> dict[str, Any]:
        """Everything that was written. While the journal is locked, only that it is.

        To be called outside a transaction. Raises Busy.
        """
        try:
            entries = await self._journal.everything(person_id)
        except Locked:
            return {"journal": "It is locked. /journal unlock opens it; then export again."}
        except Unreadable:
            return {"journal": "Its key is gone, so nobody can open it."}
        return {"journal": [each._asdict() for each in entries]}

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What stands beside the entries."""
        habits = await self._notebook.habits(connection, person_id)
        tries = await self._notebook.tries(connection, person_id)
        return {
            "journal_messages": None if habits is None else habits._asdict(),
            "journal_passphrases_tried": [
                *({"at": at, "right": False} for at in tries.wrong),
                *({"at": at, "right": True} for at in tries.right),
            ],
            **await self._reminders.export_person(connection, person_id),
            "journal_shares": [
                _shown(share, person_id, await self._posts.of(connection, BROUGHT, share.id))
                for share in await self._journal.shares.concerning(connection, person_id)
                if share.writer_id == person_id or _known_to_friend(share)
            ],
        }

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        """Every row, in the caller's transaction; `erase_keys` comes after it."""
        todo = await self._journal.erase_in(connection, person_id)
        posts = await self._journal.shares.forget_friend(connection, person_id)
        return todo + [Todo(POST, post.id) for post in posts]

    async def erase_keys(self, person_id: int) -> None:
        """Destroy the keys of a journal whose rows are gone. Raises StoreError."""
        await self._keys.erase(person_id)

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        """What is on its way to a friend ends; what they have can still be taken back."""
        await self._journal.shares.forget_guild(connection, guild_id)


def _known_to_friend(share: Share) -> bool:
    return share.state in SEEN_BY_FRIEND and not share.hidden


def _shown(share: Share, person_id: int, posts: list[Post]) -> dict[str, Any]:
    """A share as the export shows it; its friend learns nothing of the entry."""
    mine = share.writer_id == person_id
    return {
        "id": share.id,
        "writer": share.writer_id,
        "friend": share.friend_id,
        "entry": share.entry_id if mine else None,
        "server": share.guild_id,
        "begun_in_channel": share.channel_id if mine else None,
        "state": share.state.value,
        "pause_in_seconds": share.pause if mine else None,
        "until": share.due_at,
        "dm_channel": posts[-1].channel_id if posts else None,
        "message": posts[-1].message_id if posts else None,
    }
