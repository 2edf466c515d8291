"""What the consent tables hold about one person: showing all of it, and erasing it (law 8)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.consent import SAID
from bot.consent.ledger import Consent
from bot.consent.limits import FlagRow, note_place
from bot.consent.rules import is_group
from bot.consent.service import Consents
from bot.seal import Unreadable
from bot.store.store import Store
from bot.work.posts import POST
from bot.work.queue import Todo


class Keeping:
    """Export and erasure of the consent tables."""

    def __init__(self, store: Store, consents: Consents, clock: Callable[[], int]) -> None:
        self._keyring = store.keyring
        self._consents = consents
        self._clock = clock

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """Everything with this person's id in it, and the words that they may read."""
        limits = self._consents.limits
        return {
            "flags": [
                await self._flag(row) for row in await limits.flags_of(connection, person_id)
            ],
            "consents": [
                await self._consent(row, person_id)
                for row in await self._consents.ledger.concerning(connection, person_id)
            ],
            "posts": [
                {
                    "consent": post.key,
                    "channel": post.channel_id,
                    "message": post.message_id,
                    "has_to_go": bool(post.goes),
                }
                for post, _ in await self._consents.ledger.said(connection, person_id)
            ],
            "people_i_refuse": [
                {"server": row["guild_id"], "kind": row["kind"], "until": row["until_at"]}
                for row in await limits.refusals_of(connection, person_id)
            ],
            "requests_today": [
                {
                    "server": row["guild_id"],
                    "act": row["act"],
                    "number": row["number"],
                    "free_at": row["free_at"],
                }
                for row in await limits.slots_of(connection, person_id)
            ],
            "objections_to_messages_of_mine": [
                {"server": row["guild_id"], "kept_until": row["due_at"]}
                for row in await limits.objections_to(connection, person_id)
            ],
        }

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        """Delete all of it. The words of posts have to be taken out of Discord."""
        todo: list[Todo] = []
        for said, whose in await self._consents.ledger.said(connection, person_id):
            # The consent first, as whoever takes it back: two never wait for each other.
            await self._consents.ledger.lock(connection, said.key)
            why = "person" if whose == person_id else "holder"
            posts = await self._consents.posts.take_away(connection, SAID, said.key, why)
            todo += [Todo(POST, post.id) for post in posts]
        await self._consents.ledger.forget_concerning(connection, person_id)
        await self._consents.limits.forget_person(connection, person_id)
        return todo

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._consents.ledger.forget_guild(connection, guild_id)
        await self._consents.limits.forget_guild(connection, guild_id)

    async def _flag(self, row: FlagRow) -> dict[str, Any]:
        note = ""
        if row.note is not None:
            note = await self._read(row.note, note_place(row.guild_id, row.person_id, row.revision))
        return {
            "server": row.guild_id,
            "choice": row.choice,
            "note": note,
            "changed_at": row.changed_at,
        }

    async def _consent(self, row: Consent, person_id: int) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "id": row.id,
            "server": row.guild_id,
            "asked_in_channel": row.channel_id,
            "spoken_for": "a group" if is_group(row.person_id) else row.person_id,
            "speaks": row.holder_id,
            "opened_by": row.opener_id,
            "state": row.state_at(self._clock()).value,
            "may_be_posted_in_channel": row.speak_channel_id,
            "for_seconds": row.seconds,
            "opened_at": row.opened_at,
            "changed_at": row.changed_at,
            "until": row.due_at,
        }
        if row.party.asked_id == person_id and row.state == "waiting":
            # Left or blocked ones are told apart for their own person alone.
            shown["left_unanswered"] = bool(row.hidden)
        if row.name is not None:
            shown["in_the_name_of"] = await self._read(row.name, row.name_place())
        if row.words is not None and row.place is not None:
            shown["words"] = await self._read(row.words, row.words_place())
            shown["where"] = await self._read(row.place, row.where_place())
        return shown

    async def _read(self, sealed: bytes, place: Any) -> str:
        try:
            return await self._keyring.unseal(sealed, place)
        except Unreadable:
            return "(unreadable)"
