"""What a group said yes to: one of its members, the spoke, may say certain words in its name.

The decision is the group's, and so is the question who may take it back: both are answered in
`bot.affinity`. Here a decision becomes a consent like any other, in which the group's own id, a
negative number, stands where a person's would: sealed under the group's key and the spoke's, for
one channel, until a day, under the name that the group agreed to.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.consent import SAID, rules
from bot.consent.ledger import Consent, name_place, where_place, words_place
from bot.consent.rules import Act
from bot.consent.service import Acted, Consents, Shown
from bot.seal import Unreadable
from bot.store.store import Store


class Prepared(NamedTuple):
    """What a grant says, sealed before it is known whether it comes to be."""

    consent_id: str
    words: bytes
    place: bytes
    name: bytes


class Grants:
    """Grants of groups: how they begin and how they end."""

    def __init__(self, store: Store, consents: Consents, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._consents = consents
        self._clock = clock

    async def prepare(
        self, consent_id: str, owner_id: int, holder_id: int, words: str, place: str, name: str
    ) -> Prepared:
        """Seal cleaned and checked texts under both keys. Not to be called in a transaction.

        `consent_id` is the decision's own id (made by `new_id`, because it is the receipt's code,
        too): whoever may recall is looked up under it.
        """
        people = (owner_id, holder_id)
        return Prepared(
            consent_id,
            await self._keyring.seal(words, words_place(consent_id, people, 1)),
            await self._keyring.seal(place, where_place(consent_id, people, 1)),
            await self._keyring.seal(name, name_place(consent_id, people)),
        )

    async def open_in(
        self,
        connection: Any,
        prepared: Prepared,
        *,
        guild_id: int,
        owner_id: int,
        holder_id: int,
        speak_channel_id: int,
        channel_id: int,
        seconds: int,
        now: int,
    ) -> None:
        """The group has decided: the grant is in force from now on, for `seconds`.

        The caller has cut `seconds` to what the server allows. `channel_id` is where the doorbell
        rings about it.
        """
        await self._consents.ledger.open_grant(
            connection,
            consent_id=prepared.consent_id,
            guild_id=guild_id,
            channel_id=channel_id,
            owner_id=owner_id,
            holder_id=holder_id,
            words=prepared.words,
            place=prepared.place,
            name=prepared.name,
            speak_channel_id=speak_channel_id,
            seconds=seconds,
            now=now,
        )

    async def recall(self, consent_id: str, owner_id: int, guild_id: int) -> Acted | None:
        """The group takes it back. None: it has no such grant; guild 0 means a DM.

        Whether the one who asks for it may do so is decided by the caller (`may_recall`), and who
        it was is kept nowhere.
        """
        if not rules.is_group(owner_id):
            return None
        return await self._consents.act(consent_id, owner_id, Act.TAKE_BACK, guild_id)

    async def name(self, consent: Consent) -> str | None:
        """The name that was agreed to. None: it is a grant of before, or it does not open."""
        if consent.name is None:
            return None
        try:
            return await self._keyring.unseal(consent.name, consent.name_place())
        except Unreadable:
            return None

    async def of_group(self, owner_id: int) -> list[Shown]:
        """What a group has to look at: what is in force, and what was posted and still stands.

        One that is `withdrawn` is among them while the words of a post could not be taken out yet.
        """
        async with self._main.transaction() as connection:
            rows = await self._consents.ledger.of_group(connection, owner_id, self._clock())
        return [await self._consents.opened(row) for row in rows]

    async def end_held_in(self, connection: Any, owner_id: int, holder_id: int, now: int) -> None:
        """Somebody left the group: they may say nothing in its name any more.

        What they said stays, because it was said with a yes, and can still be recalled.
        """
        await self._consents.ledger.end_held(connection, owner_id, holder_id, now)

    async def forget_group_in(self, connection: Any, owner_id: int) -> None:
        """The group has ended: its grants go, and so do the words of everything posted."""
        for said, _ in await self._consents.ledger.said(connection, owner_id):
            await self._consents.ledger.lock(connection, said.key)
            await self._consents.posts.take_away(connection, SAID, said.key, "group")
        await self._consents.ledger.forget_concerning(connection, owner_id)
