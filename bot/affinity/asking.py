"""Asking a group: proposals, settings, spokes, closing; knocking, inviting, parting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.affinity import PARTING, rules
from bot.affinity.deciding import Deciding
from bot.affinity.marks import INVITE, KNOCK, PART
from bot.affinity.minutes import Decision, secret_place
from bot.affinity.questions import Body, Questions, changed, gives_name
from bot.affinity.rolls import Group, Member
from bot.affinity.rules import DAY, HOUR, Answer, Entering, Kind, Permit, Refusal
from bot.affinity.service import Groups
from bot.store.ids import new_id, owner_of
from bot.store.store import Store

_ACTS = {
    Kind.KNOCK: ("knock", rules.KNOCKS_A_DAY),
    Kind.INVITATION: ("invite", rules.INVITATIONS_A_DAY),
}


class Asked(NamedTuple):
    """The outcome of asking."""

    permit: Permit
    decision: Decision | None = None


class Asking:
    """Opens questions, or says why not."""

    def __init__(
        self,
        store: Store,
        groups: Groups,
        questions: Questions,
        deciding: Deciding,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._groups = groups
        self._questions = questions
        self._deciding = deciding
        self._clock = clock
        self._minutes = groups.minutes
        self._rolls = groups.rolls

    async def propose(
        self,
        group_id: str,
        author_id: int,
        kind: Kind,
        body: Body,
        *,
        hours: int = rules.USUAL_PERIOD,
        subject_id: int | None = None,
    ) -> Asked:
        """Ask the group by name: a proposal, new settings, a spoke, the end. Texts are checked."""
        known = await self._groups.of_member(group_id, author_id)
        if known is None:
            return Asked(Permit(Refusal.NOT_FOUND))
        if kind is Kind.SPOKE:
            body = body._replace(name=known.name)
        settings = changed(known.settings, body.settings or {})
        decision_id, now = new_id(), self._clock()
        sealed = await self._questions.seal(decision_id, author_id, group_id, body)
        async with self._main.transaction() as connection:
            group = await self._rolls.lock(connection, group_id)
            if group is None or await self._rolls.member(connection, group_id, author_id) is None:
                return Asked(Permit(Refusal.NOT_FOUND))
            if kind is Kind.SPOKE:
                permit = await self._may_have_spoke(connection, group_id, subject_id or 0)
                if not permit.allowed:
                    return Asked(permit)
            if gives_name(known.settings, settings) and await self._groups.is_taken(
                connection, group.guild_id, settings.name, group_id
            ):
                return Asked(Permit(Refusal.NAME_TAKEN))
            if settings.listed and not known.settings.listed and group.listed_from > now:
                return Asked(Permit(Refusal.RESTS, group.listed_from))
            standing = await self._minutes.standing(connection, group, author_id, now)
            permit = rules.may_question(kind, standing)
            if not permit.allowed:
                return Asked(permit)
            decision = await self._minutes.open(
                connection,
                group,
                decision_id=decision_id,
                kind=kind,
                author_id=author_id,
                subject_id=subject_id,
                body=sealed,
                now=now,
                due_at=now + hours * HOUR,
            )
            await self._rolls.look_at(connection, group_id, group.guild_id)
        return Asked(Permit(), decision)

    async def may_have_spoke(self, group_id: str, subject_id: int) -> Permit:
        """What proposing a spoke would meet now, for the moment before the form."""
        async with self._main.transaction() as connection:
            return await self._may_have_spoke(connection, group_id, subject_id)

    async def _may_have_spoke(self, connection: Any, group_id: str, subject_id: int) -> Permit:
        roll = await self._rolls.members(connection, group_id)
        members = [member.person_id for member in roll if member.belongs]
        return rules.may_have_spoke(subject_id, members)

    async def may_knock(self, group_id: str, guild_id: int, person_id: int) -> Permit:
        """What knocking would meet now, for the moment before the form."""
        group = await self._groups.row(group_id)
        if group is None:
            return Permit(Refusal.NOT_FOUND)
        mark = await self._rest_mark(Kind.KNOCK, group, person_id)
        async with self._main.transaction() as connection:
            facts = await self._entering(
                connection, group, Kind.KNOCK, guild_id, person_id, person_id, mark
            )
        return rules.may_knock(facts, self._clock())

    async def knock(
        self, group_id: str, guild_id: int, person_id: int, hello: str, channel_id: int
    ) -> Asked:
        """Ask a listed group to be taken in. `channel_id`: where they knocked."""
        return await self._ask_to_admit(
            Kind.KNOCK,
            group_id,
            guild_id,
            author_id=person_id,
            subject_id=person_id,
            body=Body(text=hello, channel_id=channel_id),
        )

    async def invite(
        self,
        group_id: str,
        guild_id: int,
        author_id: int,
        person_id: int,
        *,
        is_bot: bool,
        channel_id: int = 0,
    ) -> Asked:
        """Ask the group to invite somebody; whoever asks has said yes by it.

        `channel_id`: where they asked.
        """
        return await self._ask_to_admit(
            Kind.INVITATION,
            group_id,
            guild_id,
            author_id=author_id,
            subject_id=person_id,
            body=Body(channel_id=channel_id),
            is_bot=is_bot,
        )

    async def may_part(self, group_id: str, author_id: int, subject_id: int) -> Permit:
        """What asking for a parting would meet now, for the moment before it is confirmed."""
        mark = await self._part_mark(group_id, subject_id)
        async with self._main.transaction() as connection:
            group = await self._rolls.get(connection, group_id)
            roll = await self._rolls.members(connection, group_id)
            return await self._parting(connection, group, roll, author_id, subject_id, mark)

    async def part(self, group_id: str, author_id: int, subject_id: int) -> Asked:
        """Ask each of the others, privately, whether the group should part with a member."""
        decision_id, now = new_id(), self._clock()
        mark = await self._part_mark(group_id, subject_id)
        yes = await self._keyring.seal(Answer.YES, secret_place(decision_id, author_id, 1))
        async with self._main.transaction() as connection:
            group = await self._rolls.lock(connection, group_id)
            roll = await self._rolls.members(connection, group_id)
            permit = await self._parting(connection, group, roll, author_id, subject_id, mark)
            if not permit.allowed or group is None:
                return Asked(permit)
            if await self._minutes.has_open_about(connection, group_id, Kind.PARTING, subject_id):
                return Asked(Permit(Refusal.OPEN))
            standing = await self._minutes.standing(connection, group, author_id, now)
            permit = rules.may_question(Kind.PARTING, standing)
            if not permit.allowed:
                return Asked(permit)
            decision = await self._minutes.open(
                connection,
                group,
                decision_id=decision_id,
                kind=Kind.PARTING,
                author_id=author_id,
                subject_id=subject_id,
                body=None,
                now=now,
                due_at=now + rules.LONGEST_PERIOD * HOUR,
            )
            if decision is None:
                return Asked(Permit(Refusal.OPEN))
            await self._say_yes(connection, decision, author_id, yes)
            others = {each.person_id for each in roll if each.belongs} - {author_id, subject_id}
            # Not in the group's channel, and each at another moment: the person concerned would
            # see who is rung for.
            await self._groups.tell_in(
                connection,
                group,
                PARTING,
                *others,
                key=decision_id,
                about_id=subject_id,
                until_at=decision.due_at,
            )
        return Asked(Permit(), decision)

    async def _parting(
        self,
        connection: Any,
        group: Group | None,
        roll: list[Member],
        author_id: int,
        subject_id: int,
        mark: bytes,
    ) -> Permit:
        members = [member.person_id for member in roll if member.belongs]
        if group is None or author_id not in members:
            return Permit(Refusal.NOT_FOUND)
        until = await self._groups.limits.rests_until(
            connection, group.owner_id, group.guild_id, mark
        )
        return rules.may_part(author_id, subject_id, members, rests_until=until, now=self._clock())

    async def _ask_to_admit(
        self,
        kind: Kind,
        group_id: str,
        guild_id: int,
        *,
        author_id: int,
        subject_id: int,
        body: Body,
        is_bot: bool = False,
    ) -> Asked:
        group = await self._groups.row(group_id)
        if group is None:
            return Asked(Permit(Refusal.NOT_FOUND))
        decision_id, now = new_id(), self._clock()
        act, a_day = _ACTS[kind]
        mark = await self._rest_mark(kind, group, subject_id)
        sealed = await self._questions.seal(decision_id, author_id, group_id, body)
        yes = await self._keyring.seal(Answer.YES, secret_place(decision_id, author_id, 1))
        async with self._main.transaction() as connection:
            # Somebody's groups are counted before there is one more.
            await self._groups.alone_in(connection, guild_id)
            group = await self._rolls.lock(connection, group_id)
            facts = await self._entering(
                connection, group, kind, guild_id, author_id, subject_id, mark, is_bot=is_bot
            )
            permit = rules.may_knock(facts, now)
            if not permit.allowed or group is None:
                return Asked(permit)
            limits = self._groups.limits
            if not await limits.take_slot(connection, author_id, guild_id, act, a_day, now):
                # They asked somewhere else at the same moment.
                return Asked(Permit(Refusal.DAY_USED, now + DAY))
            decision = await self._minutes.open(
                connection,
                group,
                decision_id=decision_id,
                kind=kind,
                author_id=author_id,
                subject_id=subject_id,
                body=sealed,
                now=now,
                due_at=now + rules.LONGEST_PERIOD * HOUR,
            )
            if decision is None:
                return Asked(Permit(Refusal.OPEN))
            if kind is Kind.INVITATION:
                await self._say_yes(connection, decision, author_id, yes)
            await self._rolls.look_at(connection, group_id, group.guild_id)
        closed = await self._deciding.settle(decision_id)
        return Asked(Permit(), closed or decision)

    async def _entering(
        self,
        connection: Any,
        group: Group | None,
        kind: Kind,
        guild_id: int,
        author_id: int,
        subject_id: int,
        mark: bytes,
        *,
        is_bot: bool = False,
    ) -> Entering:
        if group is None or group.guild_id != guild_id:
            return Entering(found=False)
        found = await self._rolls.member(connection, group.id, author_id) is not None
        if kind is Kind.KNOCK and not found:
            found = await self._rolls.listed_group(connection, guild_id, group.id) is not None
        now, (act, a_day) = self._clock(), _ACTS[kind]
        limits = self._groups.limits
        owner, groups = subject_id, 0
        if kind is Kind.KNOCK:
            owner = group.owner_id
            groups, _ = await self._rolls.places(connection, subject_id, guild_id)
        return Entering(
            found=found,
            is_member=await self._rolls.member(connection, group.id, subject_id) is not None,
            is_bot=is_bot,
            has_open=await self._minutes.has_open_about(connection, group.id, kind, subject_id),
            rests_until=await limits.rests_until(connection, owner, guild_id, mark),
            slot_free_at=await limits.slot_free_at(
                connection, author_id, guild_id, act, a_day, now
            ),
            groups=groups,
        )

    async def _rest_mark(self, kind: Kind, group: Group, subject_id: int) -> bytes:
        """How a rest is noted: under the group's key for knocking, the person's for inviting.

        Empty, which matches nothing, for somebody who has no key.
        """
        if kind is Kind.KNOCK:
            return await self._keyring.known_mark(group.owner_id, KNOCK, subject_id) or b""
        return await self._keyring.known_mark(subject_id, INVITE, group.owner_id) or b""

    async def _part_mark(self, group_id: str, subject_id: int) -> bytes:
        """How a rest from partings is noted: under the group's key. Empty for a group without."""
        return await self._keyring.known_mark(owner_of(group_id), PART, subject_id) or b""

    async def _say_yes(
        self, connection: Any, decision: Decision, person_id: int, sealed: bytes
    ) -> None:
        ballot = await self._minutes.ballot(connection, decision.id, person_id)
        assert ballot is not None
        await self._minutes.vote(connection, ballot, answer=None, sealed=sealed, reason=None)
