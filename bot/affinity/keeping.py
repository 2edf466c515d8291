"""What the tables of affinity groups hold about one person: showing it, and erasing it (law 8).

The export shows what a person may know, and nothing else. Not in it:

1. that the others are being asked whether to part with them;
2. an invitation that the group has yet to decide on, or that was hidden from them;
3. who answered what.

Erasing ends every membership, and every open question about the person or of theirs. Discord is
brought to it afterwards: until it has let the person out of a channel, the row that says so stays,
because it is all that makes the bot go on trying. `leaving` tells which these are.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bot.affinity import CARD, GROUP
from bot.affinity.minutes import Decision, reason_place, secret_place
from bot.affinity.questions import HIDDEN, INVITED, Questions
from bot.affinity.rolls import Member
from bot.affinity.rules import Kind
from bot.affinity.service import Groups
from bot.seal import Place, Unreadable
from bot.store.ids import owner_of
from bot.store.queries import load
from bot.store.store import Store
from bot.work.queue import Todo


class Leaving(NamedTuple):
    """A group that Discord has yet to let somebody out of."""

    group_id: str
    guild_id: int
    channel_id: int | None


class Keeping:
    """Export and erasure of the tables of affinity groups."""

    def __init__(
        self, store: Store, groups: Groups, questions: Questions, clock: Callable[[], int]
    ) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._groups = groups
        self._questions = questions
        self._clock = clock
        self._rolls = groups.rolls
        self._minutes = groups.minutes
        self._queries: Any = load(Path(__file__).with_name("keeping.sql"), store.main.driver)

    # -- showing ----------------------------------------------------------------------------

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """Everything about a person that they may know, with their own words opened."""
        now = self._clock()
        notices = self._queries.notices_about(connection, person_id=person_id)
        return {
            "affinity_groups": [
                await self._membership(connection, member)
                for member in await self._rolls.memberships(connection, person_id)
            ],
            "group_questions": [
                await self._question(connection, decision, person_id)
                for decision in await self._minutes.concerning(connection, person_id)
                if may_know(decision, person_id, now)
            ],
            "group_answers": [
                await self._answer(row)
                for row in await self._minutes.votes_of(connection, person_id)
            ],
            "group_notices": [
                {"group": row["group_id"], "kind": row["kind"], "told_at": row["told_at"]}
                async for row in notices
            ],
        }

    async def _membership(self, connection: Any, member: Member) -> dict[str, Any]:
        group = await self._rolls.get(connection, member.group_id)
        return {
            "group": member.group_id,
            # Whoever has left learns no name that the group took afterwards.
            "name": (await self._groups.opened(group)).name if group and member.belongs else None,
            "server": member.guild_id,
            "state": member.state,
            "joined_at": member.joined_at,
            "away_until": member.away_until,
            "not_seen_in_the_server_since": member.gone_at,
        }

    async def _question(
        self, connection: Any, decision: Decision, person_id: int
    ) -> dict[str, Any]:
        body = await self._questions.body_of(decision)
        card = await self._groups.posts.standing(connection, CARD, decision.id)
        return {
            "id": decision.id,
            "group": decision.group_id,
            "server": decision.guild_id,
            "kind": decision.kind,
            "state": decision.state,
            # Why a secret question ended, or waits, is not for whoever asked it.
            "why": None if decision.secret else decision.why,
            "asked_by_me": decision.author_id == person_id,
            "about": decision.subject_id,
            "says": None
            if body is None
            else {name: value for name, value in body._asdict().items() if value},
            "card": None if card is None else card.message_id,
            "thread": decision.thread_id,
            "opened_at": decision.opened_at,
            "closed_at": decision.closed_at,
            "until": decision.due_at,
        }

    async def _answer(self, row: dict[str, Any]) -> dict[str, Any]:
        """One's own say in a question; None: nothing was said yet."""
        decision_id, person_id, revision = row["decision_id"], row["person_id"], row["revision"]
        answer, reason = row["answer"], None
        if row["sealed"] is not None:
            place = secret_place(decision_id, person_id, revision)
            answer = await self._read(row["sealed"], place)
        if row["reason"] is not None:
            place = reason_place(decision_id, person_id, row["group_id"], revision)
            reason = await self._read(row["reason"], place)
        return {
            "question": decision_id,
            "group": row["group_id"],
            "kind": row["kind"],
            "answer": answer,
            "reason": reason,
        }

    async def _read(self, sealed: bytes, place: Place) -> str:
        try:
            return await self._keyring.unseal(sealed, place)
        except Unreadable:
            return "(unreadable)"

    # -- erasing ----------------------------------------------------------------------------

    async def hold_groups_of(self, connection: Any, person_id: int) -> None:
        """Begin to erase: hold every group concerned, so that nothing else changes them meanwhile.

        In the order of their ids, so that two who erase at once wait for each other in one
        direction only.
        """
        for group_id, guild_id in await self._concerned(connection, person_id):
            await self._rolls.lock(connection, group_id)
            # What stands in its channel has to lose a name or a text, also after they left it.
            await self._rolls.look_at(connection, group_id, guild_id, urgent=True)

    async def _concerned(self, connection: Any, person_id: int) -> list[tuple[str, int]]:
        """Every group, with its server, that somebody was in, asked something or answered."""
        members = await self._rolls.memberships(connection, person_id)
        questions = await self._minutes.concerning(connection, person_id)
        found = {(each.group_id, each.guild_id) for each in (*members, *questions)}
        votes = await self._minutes.votes_of(connection, person_id)
        return sorted(found | {(row["group_id"], row["guild_id"]) for row in votes})

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        """End every membership; what a person wrote and said goes.

        What a group decided stays decided. The last one out closes the group.
        """
        now = self._clock()
        concerned = await self._concerned(connection, person_id)
        for member in await self._rolls.memberships(connection, person_id):
            group = await self._rolls.hold(connection, member.group_id)
            if group is not None:
                await self._groups.remove_in(connection, group, person_id, now)
            else:
                # It is about to end: nothing hangs on the membership any more.
                await self._rolls.leave(connection, member.group_id, person_id)
        await self._minutes.forget_person(connection, person_id, now)
        notices = self._queries.notices_about(connection, person_id=person_id)
        for group_id, kind in [(row["group_id"], row["kind"]) async for row in notices]:
            await self._rolls.forget_notice(connection, group_id, kind, person_id)
        return [Todo(GROUP, group_id) for group_id, _ in concerned]

    async def leaving(self, person_id: int) -> list[Leaving]:
        """Groups that Discord has yet to let somebody out of."""
        async with self._main.transaction() as connection:
            rows = self._queries.leaving(connection, person_id=person_id)
            return [Leaving(row[0], row[1], row[2]) async for row in rows]

    # -- servers ----------------------------------------------------------------------------

    async def close_guild(self, guild_id: int) -> None:
        """Before a server is forgotten: its groups close and lose their keys. Safe to repeat.

        Not in the transaction that forgets the server, because the keys lie in another database.
        If this process dies in between, the server is still to be forgotten; and if the bot is
        invited again just then, groups that are closing are ended by due work like any other.
        """
        async with self._main.transaction() as connection:
            groups = await self._rolls.of_guild(connection, guild_id)
            for group_id in groups:
                await self._rolls.close(connection, group_id)
        for group_id in groups:
            await self._keyring.forget(owner_of(group_id))

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        for group_id in await self._rolls.of_guild(connection, guild_id):
            group = await self._rolls.get(connection, group_id)
            if group is not None:
                await self._groups.forget_in(connection, group)
        await self._rolls.forget_place(connection, guild_id)


def may_know(decision: Decision, person_id: int, now: int) -> bool:
    """Whether a question may be shown to somebody it concerns.

    1. What they asked themselves, they know. 2. That they are to speak for the group was asked in
    front of them. 3. An invitation, once it waits for them, unless it is hidden. 4. Nothing else.
    """
    if decision.author_id == person_id or decision.kind == Kind.SPOKE:
        return True
    return (
        decision.kind == Kind.INVITATION
        and decision.state == INVITED
        and decision.why != HIDDEN
        and decision.due_at > now
    )
