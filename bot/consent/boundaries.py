"""Boundaries: who may not ask me, and "this speaks for me"."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any

from bot.consent import OBJECTION, rules
from bot.consent.service import Acted, Consents
from bot.store.store import Store
from bot.work.notices import Notices

_ASK = "ask"
_OBJECT = "object"


class Objected(StrEnum):
    """What became of an objection. One that is hidden from its author looks like any other."""

    TOLD = "told"
    AGAIN = "again"
    OWN = "own"
    APP = "app"
    OLD = "old"
    DAY_USED = "day_used"


class _DayUsed(Exception):
    """Nothing of it is to be written down."""


class Boundaries:
    """What a person draws around themselves."""

    def __init__(
        self, store: Store, consents: Consents, notices: Notices, clock: Callable[[], int]
    ) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._consents = consents
        self._notices = notices
        self._clock = clock
        #: What else a block hides, in its transaction, given the two ids: families join here.
        self.also_hide: list[Callable[[Any, int, int], Awaitable[None]]] = []

    async def block(self, owner_id: int, other_id: int) -> bool:
        """From now on this person's requests go nowhere, and look as if they lapsed.

        False: they block as many as they may (`rules.MOST_BLOCKS`), and nothing was changed.
        """
        mark = await self._keyring.mark(owner_id, _ASK, other_id)
        async with self._main.transaction() as connection:
            await self._main.alone(connection, owner_id)
            if not await self._consents.limits.block(connection, owner_id, mark):
                return False
            await self._consents.ledger.hide_from(connection, owner_id, other_id)
            for hide in self.also_hide:
                await hide(connection, owner_id, other_id)
        return True

    async def unblock(self, owner_id: int, other_id: int) -> bool:
        """False: there was no block."""
        mark = await self._keyring.mark(owner_id, _ASK, other_id)
        async with self._main.transaction() as connection:
            return await self._consents.limits.unblock(connection, owner_id, mark)

    async def block_opener(self, consent_id: str, asked_id: int, guild_id: int) -> Acted | None:
        """*Don't let them ask again*, from a request. None: no such request for this person.

        Without a consent in it: they block as many as they may.
        """
        shown = await self._consents.show(consent_id, asked_id, guild_id)
        if shown is None or shown.consent.party.asked_id != asked_id:
            return None
        blocked = await self.block(asked_id, shown.consent.opener_id)
        return Acted(shown.state, shown.consent.due_at, shown.consent if blocked else None)

    async def object(
        self,
        *,
        guild_id: int,
        channel_id: int,
        message_id: int,
        written_at: int,
        author_id: int,
        author_is_app: bool,
        objector_id: int,
    ) -> Objected:
        """Tell the author of a message, written then (seconds UTC), that it speaks for somebody.

        What stays keeps them from saying so twice. It is the author's, and not theirs to erase.
        """
        if author_id == objector_id:
            return Objected.OWN
        if author_is_app:
            return Objected.APP
        now, until = self._clock(), rules.objectable_until(written_at)
        if now >= until:
            return Objected.OLD
        blocked = await self._keyring.mark(author_id, _ASK, objector_id)
        mark = await self._keyring.mark(author_id, f"{_OBJECT} {message_id}", objector_id)
        limits = self._consents.limits
        try:
            async with self._main.transaction() as connection:
                if not await limits.object(connection, author_id, guild_id, mark, until):
                    return Objected.AGAIN
                if not await limits.take_slot(
                    connection, objector_id, guild_id, _OBJECT, rules.OBJECTIONS_A_DAY, now
                ):
                    raise _DayUsed
                if not await limits.blocks(connection, author_id, blocked):
                    await self._notices.add(
                        connection,
                        OBJECTION,
                        message_id,
                        author_id,
                        guild_id=guild_id,
                        channel_id=channel_id,
                        watched=True,
                        until_at=now + rules.OBJECTION_STAYS,
                    )
        except _DayUsed:
            return Objected.DAY_USED
        return Objected.TOLD

    async def tidy(self) -> None:
        """Forget what is over."""
        async with self._main.transaction() as connection:
            await self._consents.limits.forget_old(connection, self._clock())
