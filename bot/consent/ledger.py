"""The ledger: consents as they are stored, behind typed functions.

Every method works inside a transaction that its caller opened. Times are seconds UTC.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

from bot.consent import ANSWER, REQUEST
from bot.consent.rules import Party, State, state_now
from bot.seal import Place
from bot.store.queries import load
from bot.store.records import record
from bot.work.notices import Notices
from bot.work.posts import Post


class Consent(NamedTuple):
    """One consent. `words` and `place` are sealed, and None once it is over.

    `person_id` may be a group's (`rules.is_group`). `name`, sealed, is the one that its members
    agreed to, which a later rename leaves alone; it stays as long as the row, so that *Verify*
    says under whose name it stood. None: a person's consent, or a grant of before there were names.
    """

    id: str
    guild_id: int
    channel_id: int
    person_id: int
    holder_id: int
    opener_id: int
    state: str
    hidden: int
    words: bytes | None
    place: bytes | None
    speak_channel_id: int
    seconds: int
    revision: int
    opened_at: int
    changed_at: int
    due_at: int
    name: bytes | None = None

    @property
    def party(self) -> Party:
        return Party(self.person_id, self.holder_id, self.opener_id)

    def state_at(self, now: int) -> State:
        """The state that holds now, also where nobody has written it down yet."""
        return state_now(State(self.state), self.due_at, now)

    def words_place(self) -> Place:
        """Where the words are sealed to."""
        return words_place(self.id, (self.person_id, self.holder_id), self.revision)

    def where_place(self) -> Place:
        """Where the description of the audience is sealed to."""
        return where_place(self.id, (self.person_id, self.holder_id), self.revision)

    def name_place(self) -> Place:
        """Where the name is sealed to."""
        return name_place(self.id, (self.person_id, self.holder_id))


def words_place(consent_id: str, people: tuple[int, int], revision: int) -> Place:
    return Place("consent words", people, consent_id, revision)


def where_place(consent_id: str, people: tuple[int, int], revision: int) -> Place:
    return Place("consent place", people, consent_id, revision)


def name_place(consent_id: str, people: tuple[int, int]) -> Place:
    return Place("consent name", people, consent_id)


class Ledger:
    """Named queries on consents."""

    def __init__(self, driver: str, notices: Notices) -> None:
        self._notices = notices
        self._queries: Any = load(Path(__file__).with_name("ledger.sql"), driver)

    async def open(
        self,
        connection: Any,
        *,
        consent_id: str,
        guild_id: int,
        channel_id: int,
        party: Party,
        hidden: bool,
        words: bytes,
        place: bytes,
        speak_channel_id: int,
        seconds: int,
        now: int,
        due_at: int,
    ) -> Consent | None:
        """Write a new request down. None: the pair has an open one."""
        pair = {
            "guild_id": guild_id,
            "opener_id": party.opener_id,
            "person_id": party.person_id,
            "holder_id": party.holder_id,
            "now": now,
        }
        await self._queries.settle_pair(connection, **pair)
        row = await self._queries.open_consent(
            connection,
            **pair,
            id=consent_id,
            channel_id=channel_id,
            hidden=int(hidden),
            words=words,
            place=place,
            speak_channel_id=speak_channel_id,
            seconds=seconds,
            due_at=due_at,
        )
        return _consent(row)

    async def open_grant(
        self,
        connection: Any,
        *,
        consent_id: str,
        guild_id: int,
        channel_id: int,
        owner_id: int,
        holder_id: int,
        words: bytes,
        place: bytes,
        name: bytes,
        speak_channel_id: int,
        seconds: int,
        now: int,
    ) -> None:
        """Write a group's yes down: live, and told to the one who holds it."""
        await self._queries.open_grant(
            connection,
            id=consent_id,
            guild_id=guild_id,
            channel_id=channel_id,
            owner_id=owner_id,
            holder_id=holder_id,
            words=words,
            place=place,
            name=name,
            speak_channel_id=speak_channel_id,
            seconds=seconds,
            now=now,
            due_at=now + seconds,
        )
        await self._notices.add(
            connection,
            ANSWER,
            consent_id,
            holder_id,
            guild_id=guild_id,
            channel_id=channel_id,
            about_id=owner_id,
        )

    async def get(self, connection: Any, consent_id: str) -> Consent | None:
        return _consent(await self._queries.consent(connection, id=consent_id))

    async def lock(self, connection: Any, consent_id: str) -> Consent | None:
        """The consent, which nobody else changes until this transaction ends."""
        return _consent(await self._queries.lock_consent(connection, id=consent_id))

    async def has_open(self, connection: Any, guild_id: int, party: Party, now: int) -> bool:
        row = await self._queries.has_open(
            connection,
            guild_id=guild_id,
            opener_id=party.opener_id,
            person_id=party.person_id,
            holder_id=party.holder_id,
            now=now,
        )
        return row is not None

    async def opened(
        self, connection: Any, guild_id: int, party: Party, now: int
    ) -> tuple[int, int]:
        """How much the opener has open or in force in a server, and of it for the one asked."""
        row = await self._queries.opened(
            connection,
            guild_id=guild_id,
            opener_id=party.opener_id,
            asked_id=party.asked_id,
            now=now,
        )
        return row["many"], row["with_one"]

    async def posts_by(self, connection: Any, holder_id: int, guild_id: int, but_id: str) -> int:
        """How many posts of somebody's stand in a server, those under one consent apart."""
        row = await self._queries.posts_by(
            connection, holder_id=holder_id, guild_id=guild_id, but_id=but_id
        )
        return row["many"]

    async def move(
        self,
        connection: Any,
        consent: Consent,
        new: State,
        *,
        due_at: int,
        now: int,
    ) -> Consent | None:
        """Change the state and keep the words. None: somebody was faster."""
        row = await self._queries.move(
            connection,
            id=consent.id,
            old=consent.state,
            new=new.value,
            revision=consent.revision,
            due_at=due_at,
            now=now,
        )
        return _consent(row)

    async def rewrite(
        self,
        connection: Any,
        consent: Consent,
        *,
        words: bytes,
        place: bytes,
        due_at: int,
        now: int,
    ) -> Consent | None:
        """The person's own words, sealed for the next revision. None: somebody was faster."""
        row = await self._queries.rewrite(
            connection,
            id=consent.id,
            revision=consent.revision,
            words=words,
            place=place,
            due_at=due_at,
            now=now,
        )
        return _consent(row)

    async def finish(
        self, connection: Any, consent: Consent, new: State, *, now: int
    ) -> Consent | None:
        """End it; the words go in the same statement. None: somebody was faster."""
        row = await self._queries.finish(
            connection, id=consent.id, old=consent.state, new=new.value, now=now
        )
        return _consent(row)

    async def hide(self, connection: Any, consent_id: str, now: int) -> Consent | None:
        return _consent(await self._queries.hide(connection, id=consent_id, now=now))

    async def hide_from(self, connection: Any, asked_id: int, opener_id: int) -> None:
        """What somebody has been asked by somebody whom they block waits for nobody any more."""
        rows = self._queries.hide_from(connection, asked_id=asked_id, opener_id=opener_id)
        for consent_id in [row["id"] async for row in rows]:
            await self._notices.end(connection, REQUEST, consent_id)

    async def entries(
        self, connection: Any, me: int, guild_id: int, *, most: int, skip: int
    ) -> list[Consent]:
        """A page of my ledger: live ones first, then open, then what is over."""
        rows = self._queries.entries(connection, me=me, guild_id=guild_id, most=most, skip=skip)
        return [record(Consent, row) async for row in rows]

    async def held(
        self, connection: Any, holder_id: int, guild_id: int, now: int, *, person_id: int = 0
    ) -> list[Consent]:
        """What a holder may say now, in one server, of one person or (0) of anybody."""
        rows = self._queries.held(
            connection, holder_id=holder_id, person_id=person_id, guild_id=guild_id, now=now
        )
        return [record(Consent, row) async for row in rows]

    async def newest_held(
        self, connection: Any, holder_id: int, guild_id: int, now: int, most: int
    ) -> list[Consent]:
        """What a holder may say now in one server, what came last first."""
        rows = self._queries.newest_held(
            connection, holder_id=holder_id, guild_id=guild_id, now=now, most=most
        )
        return [record(Consent, row) async for row in rows]

    async def given(self, connection: Any, person_id: int, guild_id: int) -> list[Consent]:
        """What a person has to take back: what holds, and what was posted while it did."""
        rows = self._queries.given(connection, person_id=person_id, guild_id=guild_id)
        return [record(Consent, row) async for row in rows]

    async def of_group(self, connection: Any, owner_id: int, now: int) -> list[Consent]:
        """A group's grants that are live, or under which something posted still stands."""
        rows = self._queries.of_group(connection, owner_id=owner_id, now=now)
        return [record(Consent, row) async for row in rows]

    async def end_held(self, connection: Any, owner_id: int, holder_id: int, now: int) -> None:
        """End what somebody holds of a group; the words go in the same statement."""
        rows = self._queries.end_held(connection, owner_id=owner_id, holder_id=holder_id, now=now)
        await self._settle(connection, rows)

    async def concerning(self, connection: Any, me: int) -> list[Consent]:
        return [record(Consent, row) async for row in self._queries.concerning(connection, me=me)]

    async def said(self, connection: Any, me: int) -> list[tuple[Post, int]]:
        """What somebody, or a group, has said or was said for them; and whom it speaks for."""
        rows = self._queries.said(connection, me=me)
        return [(record(Post, row), row["person_id"]) async for row in rows]

    async def forget_concerning(self, connection: Any, me: int) -> None:
        await self._settle(connection, self._queries.forget_concerning(connection, me=me))

    async def ask(self, connection: Any, consent: Consent, asked_id: int) -> None:
        """It waits for somebody's answer, and for nobody else's."""
        await self._notices.end(connection, REQUEST, consent.id)
        await self._notices.add(
            connection,
            REQUEST,
            consent.id,
            asked_id,
            guild_id=consent.guild_id,
            channel_id=consent.channel_id,
            about_id=consent.party.other(asked_id),
            until_at=consent.due_at,
        )

    async def tell(self, connection: Any, consent: Consent, told_id: int | None) -> None:
        """It was answered or ended; `told_id` has yet to hear that. None: nobody has."""
        for topic in (REQUEST, ANSWER):
            await self._notices.end(connection, topic, consent.id)
        if told_id is not None:
            await self._notices.add(
                connection,
                ANSWER,
                consent.id,
                told_id,
                guild_id=consent.guild_id,
                channel_id=consent.channel_id,
                about_id=consent.party.other(told_id),
            )

    async def _settle(self, connection: Any, rows: AsyncIterator[Any]) -> None:
        """Nobody is told of these consents any more."""
        for consent_id in [row["id"] async for row in rows]:
            for topic in (REQUEST, ANSWER):
                await self._notices.end(connection, topic, consent_id)

    async def lapse(self, connection: Any, now: int) -> int:
        return len([row async for row in self._queries.lapse(connection, now=now)])

    async def expire(self, connection: Any, now: int) -> int:
        return len([row async for row in self._queries.expire(connection, now=now)])

    async def forget_ended(self, connection: Any, before: int) -> None:
        await self._queries.forget_ended(connection, before=before)

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_consents(connection, guild_id=guild_id)


def _consent(row: Any) -> Consent | None:
    return None if row is None else record(Consent, row)
