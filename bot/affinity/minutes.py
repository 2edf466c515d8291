"""The minutes: questions, ballots and outcomes as they are stored, behind typed functions.

Every method works inside a transaction that its caller opened. Times are seconds UTC.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from bot.affinity import CARD, DECISION, INVITATION, PARTING
from bot.affinity.rolls import Group
from bot.affinity.rules import DAY, SECRET, Answer, Kind, Outcome, Standing
from bot.seal import Place
from bot.store.ids import owner_of
from bot.store.queries import load
from bot.store.records import record
from bot.work.notices import Notices
from bot.work.posts import Posts
from bot.work.queue import Queue


class Decision(NamedTuple):
    """A question to a group. See the migration for each column."""

    id: str
    group_id: str
    guild_id: int
    kind: str
    state: str
    why: str | None
    author_id: int
    subject_id: int | None
    body: bytes | None
    quorum: str
    admission: str
    revision: int
    card: str
    thread_id: int | None
    opened_at: int
    closed_at: int | None
    due_at: int

    @property
    def secret(self) -> bool:
        return self.kind in SECRET

    @property
    def waits(self) -> bool:
        """For the group's answers, or for the invited person's."""
        return self.state in ("open", "invited")

    def body_place(self) -> Place:
        """Where the text is sealed to: under its author's key and the group's."""
        return body_place(self.id, self.author_id, self.group_id)


class Ballot(NamedTuple):
    """One member's say. `member_state` None: they are not on the roll any more."""

    decision_id: str
    person_id: int
    answer: str | None
    sealed: bytes | None
    reason: bytes | None
    revision: int
    member_state: str | None = None
    away_until: int | None = None
    gone_at: int | None = None

    @property
    def belongs(self) -> bool:
        return self.member_state in ("joining", "in")


def body_place(decision_id: str, author_id: int, group_id: str) -> Place:
    return Place("group question", (author_id, owner_of(group_id)), decision_id)


def reason_place(decision_id: str, person_id: int, group_id: str, revision: int) -> Place:
    """Where the reason of a block is sealed to."""
    return Place("group block", (person_id, owner_of(group_id)), decision_id, revision)


def secret_place(decision_id: str, person_id: int, revision: int) -> Place:
    """Where a secret answer is sealed to: nobody but its author's key is needed, or enough."""
    return Place("group secret answer", (person_id,), decision_id, revision)


class Minutes:
    """Named queries on decisions and ballots.

    What takes a say away, or ends a question, has nobody told any more that it waits for them.
    """

    def __init__(self, driver: str, queue: Queue, notices: Notices, posts: Posts) -> None:
        self._queue = queue
        self._notices = notices
        self._posts = posts
        self._queries: Any = load(Path(__file__).with_name("minutes.sql"), driver)

    async def open(
        self,
        connection: Any,
        group: Group,
        *,
        decision_id: str,
        kind: Kind,
        author_id: int,
        subject_id: int | None,
        body: bytes | None,
        now: int,
        due_at: int,
    ) -> Decision | None:
        """Ask everybody who is a member now. None: this is being asked already."""
        row = await self._queries.open_decision(
            connection,
            id=decision_id,
            group_id=group.id,
            guild_id=group.guild_id,
            kind=kind,
            author_id=author_id,
            subject_id=subject_id,
            body=body,
            quorum=group.quorum,
            admission=group.admission,
            card="none" if kind is Kind.PARTING else "stale",
            now=now,
            due_at=due_at,
        )
        if row is None:
            return None
        await self._queries.enrol(
            connection,
            decision_id=decision_id,
            group_id=group.id,
            without_id=(subject_id or 0) if kind is Kind.PARTING else 0,
        )
        decision = record(Decision, row)
        await self._look_at(connection, decision)
        return decision

    async def standing(self, connection: Any, group: Group, author_id: int, now: int) -> Standing:
        """What is open in a group that somebody wants to ask something."""
        row = await self._queries.standing(
            connection,
            group_id=group.id,
            author_id=author_id,
            owner_id=group.owner_id,
            now=now,
            before=now - DAY,
        )
        return record(Standing, row)

    async def forget_older(self, connection: Any, keep: int) -> None:
        """Of what each member has asked by name, and was decided, keep the newest so many."""
        asked = self._queries.asked_much(connection, most=keep)
        for each in [dict(row) async for row in asked]:
            rows = self._queries.long_decided(connection, **each, skip=keep)
            for decision_id in [row["id"] async for row in rows]:
                await self.forget(connection, decision_id)

    async def _look_at(self, connection: Any, decision: Decision) -> None:
        """Have it settled when its time is up."""
        due_at, turn = decision.due_at, decision.guild_id
        await self._queue.add(connection, DECISION, decision.id, due_at, turn=turn)

    async def get(self, connection: Any, decision_id: str) -> Decision | None:
        return _decision(await self._queries.decision(connection, id=decision_id))

    async def has_open_about(
        self, connection: Any, group_id: str, kind: Kind, subject_id: int
    ) -> bool:
        row = await self._queries.has_open_about(
            connection, group_id=group_id, kind=kind, subject_id=subject_id
        )
        return row is not None

    # -- answers ----------------------------------------------------------------------------

    async def touch(self, connection: Any, decision_id: str, now: int) -> Decision | None:
        """Begin to write an answer down. None: the question is over."""
        return _decision(await self._queries.touch(connection, id=decision_id, now=now))

    async def ballot(self, connection: Any, decision_id: str, person_id: int) -> Ballot | None:
        row = await self._queries.ballot(connection, decision_id=decision_id, person_id=person_id)
        if row is None:
            return None
        return Ballot(*(row[name] for name in Ballot._fields[:6]))

    async def ballots(self, connection: Any, decision_id: str) -> list[Ballot]:
        rows = self._queries.ballots(connection, decision_id=decision_id)
        return [record(Ballot, row) async for row in rows]

    async def vote(
        self,
        connection: Any,
        ballot: Ballot,
        *,
        answer: Answer | None,
        sealed: bytes | None,
        reason: bytes | None,
    ) -> bool:
        """Put this answer in the place of the last one. False: it changed meanwhile."""
        row = await self._queries.vote(
            connection,
            decision_id=ballot.decision_id,
            person_id=ballot.person_id,
            answer=answer,
            sealed=sealed,
            reason=reason,
            revision=ballot.revision,
        )
        if row is not None:
            await self._notices.end(connection, PARTING, ballot.decision_id, ballot.person_id)
        return row is not None

    async def withdraw(self, connection: Any, group_id: str, person_id: int) -> None:
        """Somebody leaves: they have no say any more in what is open."""
        rows = self._queries.withdraw_votes(connection, group_id=group_id, person_id=person_id)
        for decision_id in [row["decision_id"] async for row in rows]:
            await self._queries.recount(connection, id=decision_id)
            await self._notices.end(connection, PARTING, decision_id, person_id)

    # -- outcomes ---------------------------------------------------------------------------

    async def close(
        self, connection: Any, decision: Decision, new: str, why: str, *, now: int, due_at: int
    ) -> Decision | None:
        """Write the outcome down. None: an answer came in between, so it has to be read again."""
        row = await self._queries.close_decision(
            connection,
            id=decision.id,
            revision=decision.revision,
            new=new,
            why=why,
            now=now,
            due_at=due_at,
        )
        closed = _decision(row)
        if closed is not None and closed.waits:
            await self._look_at(connection, closed)
        return closed

    async def end(self, connection: Any, decision_id: str, now: int) -> Decision | None:
        """It comes to nothing without a decision."""
        row = await self._queries.end_decision(connection, id=decision_id, now=now)
        if row is not None:
            await self._queries.forget_votes(connection, decision_id=decision_id)
            await self._waits_no_more(connection, decision_id)
        return _decision(row)

    async def _waits_no_more(self, connection: Any, decision_id: str) -> None:
        for topic in (INVITATION, PARTING):
            await self._notices.end(connection, topic, decision_id)

    async def accept_invitation(
        self, connection: Any, decision_id: str, person_id: int, now: int
    ) -> Decision | None:
        """The invited person comes in. None: not theirs, over, or answered already."""
        row = await self._queries.accept_invitation(
            connection, id=decision_id, person_id=person_id, now=now
        )
        if row is not None:
            await self._notices.end(connection, INVITATION, decision_id)
        return _decision(row)

    async def hide_invitation(
        self, connection: Any, decision_id: str, person_id: int, now: int
    ) -> Decision | None:
        """The invited person stays out. None: not theirs, over, or answered already."""
        row = await self._queries.hide_invitation(
            connection, id=decision_id, person_id=person_id, now=now
        )
        if row is not None:
            await self._notices.end(connection, INVITATION, decision_id)
        return _decision(row)

    async def forget(self, connection: Any, decision_id: str) -> None:
        await self._queries.forget_votes(connection, decision_id=decision_id)
        await self._queries.forget_decision(connection, id=decision_id)
        await self._posts.forget(connection, CARD, decision_id)
        await self._waits_no_more(connection, decision_id)

    async def forget_votes(self, connection: Any, decision_id: str) -> None:
        """What was said in secret goes as soon as it is decided, and what a newcomer wrote."""
        await self._queries.forget_votes(connection, decision_id=decision_id)
        await self._queries.forget_body(connection, id=decision_id)

    async def forget_body(self, connection: Any, decision_id: str) -> None:
        await self._queries.forget_body(connection, id=decision_id)
        await self._queries.recount(connection, id=decision_id)

    # -- reading ----------------------------------------------------------------------------

    async def opened(self, connection: Any, group_id: str, most: int) -> list[Decision]:
        rows = self._queries.open_minutes(connection, group_id=group_id, most=most)
        return [record(Decision, row) async for row in rows]

    async def past(self, connection: Any, group_id: str, *, most: int, skip: int) -> list[Decision]:
        rows = self._queries.past_minutes(connection, group_id=group_id, most=most, skip=skip)
        return [record(Decision, row) async for row in rows]

    async def open_ids(self, connection: Any, group_id: str) -> list[str]:
        rows = self._queries.open_decisions(connection, group_id=group_id)
        return [row["id"] async for row in rows]

    async def undecided(self, connection: Any, group_id: str) -> list[Decision]:
        """What is open, invitations that wait for their person included."""
        rows = self._queries.undecided(connection, group_id=group_id)
        return [record(Decision, row) async for row in rows]

    async def open_about(self, connection: Any, group_id: str, subject_id: int) -> list[Decision]:
        rows = self._queries.open_about(connection, group_id=group_id, subject_id=subject_id)
        return [record(Decision, row) async for row in rows]

    # -- cards ------------------------------------------------------------------------------

    async def stale_cards(self, connection: Any, group_id: str) -> list[str]:
        rows = self._queries.stale_cards(connection, group_id=group_id)
        return [row["id"] async for row in rows]

    async def card_is_up(self, connection: Any, decision: Decision) -> None:
        """The card shows this revision; it stays stale if there is a newer one."""
        await self._queries.card_is_up(connection, id=decision.id, revision=decision.revision)

    async def no_card(self, connection: Any, decision_id: str) -> None:
        await self._queries.no_card(connection, id=decision_id)

    async def cards_anew(self, connection: Any, group_id: str) -> None:
        await self.forget_posts(connection, group_id)
        await self._queries.cards_anew(connection, group_id=group_id)

    async def forget_posts(self, connection: Any, group_id: str) -> None:
        """A group's channel is gone, with all that stood in it."""
        await self._queries.forget_posts(connection, group_id=group_id)

    async def shown(self, connection: Any, group_id: str) -> set[int]:
        """What stands in a group's channel for good: the first message, and the cards."""
        rows = self._queries.shown(connection, group_id=group_id)
        return {row["message_id"] async for row in rows}

    async def lasting(self, connection: Any, group_id: str) -> set[int]:
        """Messages that stay where messages disappear: the first one, and what is open."""
        rows = self._queries.lasting(connection, group_id=group_id)
        return {row["message_id"] async for row in rows}

    async def has_thread(self, connection: Any, decision_id: str, thread_id: int) -> None:
        await self._queries.has_thread(connection, id=decision_id, thread_id=thread_id)

    # -- people and ends --------------------------------------------------------------------

    async def concerning(self, connection: Any, person_id: int) -> list[Decision]:
        rows = self._queries.decisions_by(connection, person_id=person_id)
        return [record(Decision, row) async for row in rows]

    async def votes_of(self, connection: Any, person_id: int) -> list[dict[str, Any]]:
        rows = self._queries.votes_of(connection, person_id=person_id)
        return [dict(row) async for row in rows]

    async def forget_person(self, connection: Any, person_id: int, now: int) -> None:
        """What they wrote cannot be read any more; what a group decided stays decided."""
        rows = self._queries.forget_votes_of(connection, person_id=person_id)
        for decision_id in [row["decision_id"] async for row in rows]:
            await self._queries.recount(connection, id=decision_id)
        rows = self._queries.forget_author(connection, person_id=person_id)
        written = [(row["id"], row["state"]) async for row in rows]
        rows = self._queries.forget_subject(connection, person_id=person_id)
        about = [(row["id"], row["state"]) async for row in rows]
        for decision_id, state in [*written, *about]:
            # Nobody can decide on a text, or about a person, that is gone.
            if state in (Outcome.OPEN, "invited"):
                await self.end(connection, decision_id, now)

    async def forget_group(self, connection: Any, group_id: str) -> None:
        undecided = await self.undecided(connection, group_id)
        await self.forget_posts(connection, group_id)
        await self._queries.forget_group_votes(connection, group_id=group_id)
        await self._queries.forget_group_decisions(connection, group_id=group_id)
        for decision in undecided:
            await self._waits_no_more(connection, decision.id)

    async def forget_secret(self, connection: Any, before: int) -> None:
        rows = self._queries.forget_secret(connection, before=before)
        for decision_id in [row["id"] async for row in rows]:
            await self._queries.forget_votes(connection, decision_id=decision_id)
            await self._posts.forget(connection, CARD, decision_id)


def _decision(row: Any) -> Decision | None:
    return None if row is None else record(Decision, row)
