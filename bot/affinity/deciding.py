"""Deciding: answers, outcomes, and what follows from them.

An answer and the outcome cannot miss each other: both change the question's revision, and whoever
closes it does so for the revision whose answers were counted.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from bot.affinity import INVITATION, NEWS, OFF_LIST, Event, rules
from bot.affinity.marks import BLOCK, INVITE, KNOCK, PART
from bot.affinity.minutes import Decision, reason_place, secret_place
from bot.affinity.questions import HIDDEN, INVITED, Body, Questions, changed, gives_name
from bot.affinity.rolls import Group, Settings
from bot.affinity.rules import ADMISSIONS, DAY, HOUR, Answer, Kind, Outcome, Why
from bot.affinity.service import Groups
from bot.consent.grants import Grants, Prepared
from bot.consent.service import Acted
from bot.governance.service import Governance
from bot.store.ids import owner_of
from bot.store.store import Store

#: `why` of an admission that came too late for the last place.
FULL = "full"


class Taken(StrEnum):
    """How an answer ended."""

    COUNTED = "counted"
    OVER = "over"
    NO_SAY = "no_say"
    #: Whoever is invited is in as many groups as they may be.
    MANY_GROUPS = "many_groups"
    NOT_FOUND = "not_found"


class Answered(NamedTuple):
    """The outcome of answering. `closed` is the question if this answer closed it."""

    taken: Taken
    decision: Decision | None = None
    closed: Decision | None = None


class _Marks(NamedTuple):
    """Fingerprints: for a rest from knocking, from partings, and for a block of who invites."""

    rest: bytes = b""
    part: bytes = b""
    ask: bytes = b""


class _Again(Exception):
    """Something changed between looking and writing; what was written is undone."""


class Deciding:
    """Takes answers and decides."""

    def __init__(
        self,
        store: Store,
        groups: Groups,
        questions: Questions,
        grants: Grants,
        governance: Governance,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._groups = groups
        self._questions = questions
        self._grants = grants
        self._governance = governance
        self._clock = clock
        self._minutes = groups.minutes
        self._rolls = groups.rolls
        self._notices = groups.notices

    # -- answering --------------------------------------------------------------------------

    async def answer(
        self, decision_id: str, person_id: int, answer: Answer, reason: str = ""
    ) -> Answered:
        """Write one member's answer down, in the place of an earlier one. `reason` is checked."""
        while True:
            async with self._main.transaction() as connection:
                decision = await self._minutes.get(connection, decision_id)
                if decision is None or (
                    await self._rolls.member(connection, decision.group_id, person_id) is None
                ):
                    return Answered(Taken.NOT_FOUND)
                ballot = await self._minutes.ballot(connection, decision_id, person_id)
            if decision.kind == Kind.PARTING and ballot is None:
                # Whoever is not asked about a parting does not learn that there is one.
                return Answered(Taken.NOT_FOUND)
            if answer not in rules.answers_to(Kind(decision.kind)):
                return Answered(Taken.NOT_FOUND)
            if decision.state != Outcome.OPEN or decision.due_at <= self._clock():
                return Answered(Taken.OVER, decision)
            if ballot is None:
                return Answered(Taken.NO_SAY, decision)
            sealed = why = None
            revision = ballot.revision + 1
            if decision.secret:
                place = secret_place(decision_id, person_id, revision)
                sealed = await self._keyring.seal(answer, place)
            elif reason:
                at = reason_place(decision_id, person_id, decision.group_id, revision)
                why = await self._keyring.seal(reason, at)
            try:
                async with self._main.transaction() as connection:
                    # The group first, as everywhere: whoever closes the question holds it, too.
                    held = await self._rolls.lock(connection, decision.group_id)
                    touched = await self._minutes.touch(connection, decision_id, self._clock())
                    if held is None or touched is None:
                        return Answered(Taken.OVER, decision)
                    named = None if decision.secret else answer
                    if not await self._minutes.vote(
                        connection, ballot, answer=named, sealed=sealed, reason=why
                    ):
                        raise _Again
                    await self._rolls.be_back(connection, decision.group_id, person_id)
                    await self._rolls.look_at(connection, decision.group_id, decision.guild_id)
            except _Again:
                continue
            return Answered(Taken.COUNTED, touched, await self.settle(decision_id))

    # -- outcomes ---------------------------------------------------------------------------

    async def settle(self, decision_id: str) -> Decision | None:
        """Decide what can be decided now, with all that follows. None: it stays as it is."""
        while True:
            async with self._main.transaction() as connection:
                decision = await self._minutes.get(connection, decision_id)
                if decision is None:
                    return None
                group = await self._rolls.get(connection, decision.group_id)
                ballots = await self._minutes.ballots(connection, decision_id)
            now = self._clock()
            if decision.state == INVITED and decision.due_at <= now:
                return await self._lapse(decision, now)
            if decision.state != Outcome.OPEN or group is None:
                return None
            verdict = rules.decide(await self._questions.question(decision, ballots, now), now)
            if verdict.outcome is Outcome.OPEN:
                return None
            try:
                return await self._close(decision, group, verdict, now)
            except _Again:
                continue

    async def settle_group(self, group_id: str) -> None:
        """Look at everything that is open: somebody left, or is away or back."""
        async with self._main.transaction() as connection:
            ids = await self._minutes.open_ids(connection, group_id)
        for decision_id in ids:
            await self.settle(decision_id)

    async def _close(
        self, decision: Decision, group: Group, verdict: rules.Verdict, now: int
    ) -> Decision | None:
        """Write the outcome down together with everything that follows from it.

        Raises _Again when an answer, or another change, came in between.
        """
        kind, passed = Kind(decision.kind), verdict.outcome is Outcome.PASSED
        body = await self._questions.body_of(decision)
        prepared: Prepared | None = None
        settings: Settings | None = None
        texts, renamed, named = (b"", b""), False, False
        if passed and kind is Kind.SPOKE and body is not None:
            prepared = await self._grants.prepare(
                decision.id,
                group.owner_id,
                decision.subject_id or 0,
                body.text,
                body.place,
                # Who was asked before names were kept agreed to the one there was.
                body.name or (await self._groups.opened(group)).name,
            )
        if passed and kind is Kind.SETTINGS and body is not None:
            now_set = (await self._groups.opened(group)).settings
            settings = changed(now_set, body.settings or {})
            renamed, named = settings.name != now_set.name, gives_name(now_set, settings)
            texts = await self._groups.sealed_texts(group, settings)
        if passed and kind in (Kind.SPOKE, Kind.SETTINGS) and body is None:
            # What was agreed to cannot be read any more: nobody agreed to nothing.
            passed, verdict = False, rules.Verdict(Outcome.FAILED, Why.NOT_AGREED)
        marks = await self._marks(decision, group)
        async with self._main.transaction() as connection:
            if named:
                await self._groups.alone_in(connection, group.guild_id)
            held = await self._rolls.hold(connection, group.id)
            if held is None:
                return None
            charter = await self._governance.charter_in(connection, group.guild_id)
            state, why, due_at = str(verdict.outcome), str(verdict.why), decision.due_at
            if named and settings is not None:
                others = group.guild_id, settings.name, group.id
                if await self._groups.is_taken(connection, *others):
                    settings, state, why = None, Outcome.FAILED, Why.NAME_TAKEN
            if passed and kind in ADMISSIONS:
                roll = await self._rolls.members(connection, group.id)
                if sum(member.belongs for member in roll) >= charter.most_members:
                    passed, state, why = False, Outcome.FAILED, FULL
            enters = settings is not None and settings.listed and not group.listed
            if enters and held.listed_from > now:
                passed, state, why, settings = False, Outcome.FAILED, OFF_LIST, None
            if passed and kind is Kind.INVITATION:
                blocked = await self._groups.limits.blocks(
                    connection, decision.subject_id or 0, marks.ask
                )
                state, why = INVITED, HIDDEN if blocked else why
                due_at = now + rules.LONGEST_PERIOD * HOUR
            closed = await self._minutes.close(
                connection, decision, state, why, now=now, due_at=due_at
            )
            if closed is None:
                raise _Again
            if kind in rules.SECRET:
                await self._minutes.forget_votes(connection, decision.id)
            if kind is Kind.PARTING:
                await self._parted(connection, held, decision, marks, now, passed=passed)
            elif kind is Kind.KNOCK:
                await self._knocked(connection, held, decision, body, marks.rest, now, passed)
            elif kind is Kind.INVITATION and state == INVITED and why != HIDDEN:
                await self._notices.add(
                    connection,
                    INVITATION,
                    decision.id,
                    decision.subject_id or 0,
                    guild_id=group.guild_id,
                    channel_id=0 if body is None else body.channel_id,
                    until_at=due_at,
                )
            elif passed and kind is Kind.CLOSE:
                await self._groups.close_in(connection, held, now)
            elif settings is not None:
                if (
                    await self._rolls.change_settings(
                        connection,
                        group,
                        name=texts[0],
                        purpose=texts[1],
                        settings=settings,
                        renamed=renamed,
                    )
                    is None
                ):
                    raise _Again
            elif prepared is not None and body is not None:
                await self._grants.open_in(
                    connection,
                    prepared,
                    guild_id=group.guild_id,
                    owner_id=group.owner_id,
                    holder_id=decision.subject_id or 0,
                    speak_channel_id=body.channel_id,
                    channel_id=group.channel_id or 0,
                    seconds=min(body.days, charter.longest_days) * DAY,
                    now=now,
                )
        return closed

    async def _parted(
        self,
        connection: Any,
        group: Group,
        decision: Decision,
        marks: _Marks,
        now: int,
        *,
        passed: bool,
    ) -> None:
        """The person concerned learns it first and alone; nobody hears of one that failed.

        After a no the others are not asked about the same person for a while, whoever wants to.
        """
        subject_id = decision.subject_id or 0
        await self._minutes.forget(connection, decision.id)
        rest, mark = now + rules.REST_DAYS * DAY, marks.rest if passed else marks.part
        await self._groups.limits.rest(connection, group.owner_id, group.guild_id, mark, rest)
        if not passed:
            tell = self._groups.tell_in
            await tell(connection, group, NEWS, decision.author_id, what=Event.PARTING_FAILED)
            return
        await self._groups.remove_in(connection, group, subject_id, now)
        await self._notices.add(
            connection,
            NEWS,
            group.id,
            subject_id,
            guild_id=group.guild_id,
            what=Event.PARTED,
            about_id=subject_id,
        )
        roll = await self._rolls.members(connection, group.id)
        await self._groups.tell_in(
            connection,
            group,
            NEWS,
            *(each.person_id for each in roll if each.belongs),
            what=Event.PARTING_PASSED,
            about_id=subject_id,
            shown_at=now + DAY,
        )

    async def _knocked(
        self,
        connection: Any,
        group: Group,
        decision: Decision,
        body: Body | None,
        mark: bytes,
        now: int,
        passed: bool,
    ) -> None:
        """The outcome goes to the one who knocked, alone."""
        subject_id = decision.subject_id or 0
        if passed:
            await self._rolls.join(connection, group, subject_id, now)
        else:
            rest = now + rules.REST_DAYS * DAY
            await self._groups.limits.rest(connection, group.owner_id, group.guild_id, mark, rest)
        await self._notices.add(
            connection,
            NEWS,
            group.id,
            subject_id,
            guild_id=group.guild_id,
            channel_id=0 if body is None else body.channel_id,
            what=Event.ADMITTED if passed else Event.NOT_ADMITTED,
        )

    async def _marks(self, decision: Decision, group: Group) -> _Marks:
        subject_id = decision.subject_id or 0
        if decision.kind == Kind.INVITATION:
            ask = await self._keyring.known_mark(subject_id, BLOCK, decision.author_id)
            return _Marks(ask=ask or b"")
        if decision.kind not in (Kind.KNOCK, Kind.PARTING):
            return _Marks()
        rest = await self._keyring.mark(group.owner_id, KNOCK, subject_id)
        return _Marks(rest, await self._keyring.mark(group.owner_id, PART, subject_id))

    # -- invitations ------------------------------------------------------------------------

    async def _lapse(self, decision: Decision, now: int) -> Decision | None:
        """An invitation is over, and its person is left alone by this group for a while.

        Also where nobody said no: a no and a silence must look the same (law 7).
        """
        subject_id, owner_id = decision.subject_id or 0, owner_of(decision.group_id)
        mark = await self._keyring.mark(subject_id, INVITE, owner_id)
        async with self._main.transaction() as connection:
            ended = await self._minutes.end(connection, decision.id, now)
            if ended is not None:
                await self._rolls.look_at(connection, decision.group_id, decision.guild_id)
                rest = now + rules.REST_DAYS * DAY
                await self._groups.limits.rest(
                    connection, subject_id, decision.guild_id, mark, rest
                )
        return ended

    async def accept(self, decision_id: str, person_id: int) -> Answered:
        """The invited person comes in."""
        now = self._clock()
        async with self._main.transaction() as connection:
            decision = await self._minutes.get(connection, decision_id)
        if decision is None or decision.subject_id != person_id or decision.why == HIDDEN:
            return Answered(Taken.NOT_FOUND)
        # Not below: making a key holds others off, too.
        await self._keyring.ensure(person_id)
        async with self._main.transaction() as connection:
            # Their groups are counted before there is one more.
            await self._groups.alone_in(connection, decision.guild_id)
            decision = await self._minutes.get(connection, decision_id)
            if decision is None or decision.state != INVITED:
                # Accepted already, perhaps, into the last place there was.
                return Answered(Taken.OVER, decision)
            groups, _ = await self._rolls.places(connection, person_id, decision.guild_id)
            if groups >= rules.MOST_GROUPS:
                return Answered(Taken.MANY_GROUPS, decision)
            group = await self._rolls.hold(connection, decision.group_id)
            if group is None:
                return Answered(Taken.OVER, decision)
            charter = await self._governance.charter_in(connection, group.guild_id)
            roll = await self._rolls.members(connection, group.id)
            if sum(member.belongs for member in roll) >= charter.most_members:
                return Answered(Taken.NO_SAY, decision)
            taken = await self._minutes.accept_invitation(connection, decision_id, person_id, now)
            if taken is None:
                return Answered(Taken.OVER, decision)
            await self._rolls.join(connection, group, person_id, now)
        return Answered(Taken.COUNTED, taken)

    async def decline(self, decision_id: str, person_id: int) -> Answered:
        """The invited person stays out. To the group it looks like an invitation that lapsed."""
        async with self._main.transaction() as connection:
            decision = await self._minutes.get(connection, decision_id)
        if decision is None or decision.subject_id != person_id or decision.why == HIDDEN:
            return Answered(Taken.NOT_FOUND)
        async with self._main.transaction() as connection:
            taken = await self._minutes.hide_invitation(
                connection, decision_id, person_id, self._clock()
            )
        if taken is None:
            return Answered(Taken.OVER, decision)
        return Answered(Taken.COUNTED, taken)

    # -- recalling --------------------------------------------------------------------------

    async def recall(self, consent_id: str, person_id: int, guild_id: int = 0) -> Acted | None:
        """Take back what is said in the group's name. None: not for this person to do.

        Guild 0 means anywhere. Who it was is kept nowhere.
        """
        if not await self._groups.may_recall(consent_id, person_id):
            return None
        async with self._main.transaction() as connection:
            decision = await self._minutes.get(connection, consent_id)
        if decision is None:
            return None
        acted = await self._grants.recall(consent_id, owner_of(decision.group_id), guild_id)
        if acted is not None and acted.consent is not None:
            async with self._main.transaction() as connection:
                await self._rolls.look_at(connection, decision.group_id, decision.guild_id)
                await self._minutes.forget_body(connection, consent_id)
        return acted
