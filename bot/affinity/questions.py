"""Questions: what a group is asked, as its members may see it.

A question's text is sealed under its author's key and the group's; a secret answer under the key of
whoever gave it, and under nothing else.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

from bot.affinity import rules
from bot.affinity.minutes import Ballot, Decision, body_place, reason_place, secret_place
from bot.affinity.rolls import Settings
from bot.affinity.rules import Admission, Answer, Kind, Quorum
from bot.affinity.service import Groups
from bot.seal import Unreadable
from bot.store.store import Store

#: Decisions on a page of the minutes.
PAGE = 8
#: Open decisions shown at once.
_OPEN_SHOWN = rules.MOST_OPEN
#: The state of an invitation that its person has yet to answer.
INVITED = "invited"
#: `why` of an invitation its person does not see: they declined it, or block who invited them.
HIDDEN = "hidden"


class Body(NamedTuple):
    """What a question says; which fields are filled depends on its kind.

    `name`: what the group was called when a spoke was proposed. The words stand under it.
    """

    text: str = ""
    place: str = ""
    channel_id: int = 0
    days: int = 0
    settings: dict[str, Any] | None = None
    name: str = ""


class Said(NamedTuple):
    """One member's answer by name."""

    person_id: int
    answer: Answer
    reason: str


class View(NamedTuple):
    """A question as the group sees it. `body` None: its author has erased it, or it is over.

    `said` is empty for a secret question; `mine` is the viewer's own answer.
    """

    decision: Decision
    body: Body | None
    said: tuple[Said, ...] = ()
    mine: Answer | None = None
    has_say: bool = False


class Questions:
    """Reads questions and seals them."""

    def __init__(self, store: Store, groups: Groups, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._clock = clock
        self._minutes = groups.minutes
        self._rolls = groups.rolls

    async def page(self, group_id: str, page: int) -> tuple[list[Decision], list[Decision], bool]:
        """What is open (on the first page), a page of what was decided, and whether more follow."""
        async with self._main.transaction() as connection:
            opened = [] if page else await self._minutes.opened(connection, group_id, _OPEN_SHOWN)
            past = await self._minutes.past(connection, group_id, most=PAGE + 1, skip=page * PAGE)
        return opened, past[:PAGE], len(past) > PAGE

    async def row(self, decision_id: str) -> Decision | None:
        """A question, whoever asks. For what the bot itself has to do."""
        async with self._main.transaction() as connection:
            return await self._minutes.get(connection, decision_id)

    async def invitation(self, decision_id: str, person_id: int, guild_id: int) -> Decision | None:
        """An invitation that waits for somebody; guild 0 means anywhere."""
        decision = await self.row(decision_id)
        if (
            decision is None
            or guild_id not in (0, decision.guild_id)
            or (decision.subject_id, decision.state) != (person_id, INVITED)
            or decision.why == HIDDEN
            or decision.due_at <= self._clock()
        ):
            return None
        return decision

    async def known_to(self, decision_id: str, person_id: int, guild_id: int) -> Decision | None:
        """A question, for somebody who may know of it; guild 0 means anywhere."""
        async with self._main.transaction() as connection:
            decision = await self._minutes.get(connection, decision_id)
            if decision is None or guild_id not in (0, decision.guild_id):
                return None
            if await self._rolls.member(connection, decision.group_id, person_id) is None:
                return None
            if decision.kind == Kind.PARTING and (
                await self._minutes.ballot(connection, decision_id, person_id) is None
            ):
                return None
        return decision

    async def has_say(self, decision_id: str, person_id: int) -> bool:
        """Whether somebody was a member when it was asked."""
        async with self._main.transaction() as connection:
            return await self._minutes.ballot(connection, decision_id, person_id) is not None

    async def has_thread(self, decision_id: str, thread_id: int) -> None:
        """Its questions are asked in this thread."""
        async with self._main.transaction() as connection:
            await self._minutes.has_thread(connection, decision_id, thread_id)

    async def view(self, decision_id: str, viewer_id: int | None = None) -> View | None:
        """A question for one of the group's members; viewer None is the card for all of them.

        None: there is none for this person.
        """
        async with self._main.transaction() as connection:
            decision = await self._minutes.get(connection, decision_id)
            if decision is None:
                return None
            ballots = await self._minutes.ballots(connection, decision_id)
            member = viewer_id is None or (
                await self._rolls.member(connection, decision.group_id, viewer_id) is not None
            )
        has_say = any(ballot.person_id == viewer_id for ballot in ballots)
        if not member or (decision.kind == Kind.PARTING and not has_say):
            return None
        mine: Answer | None = None
        said: list[Said] = []
        for ballot in ballots:
            if ballot.person_id == viewer_id:
                mine = await self._answer_of(decision, ballot)
            if ballot.answer is not None:
                reason = await self._reason(decision, ballot)
                said.append(Said(ballot.person_id, Answer(ballot.answer), reason))
        return View(decision, await self.body_of(decision), tuple(said), mine, has_say)

    async def body_of(self, decision: Decision) -> Body | None:
        """What a question says. None: its author has erased it, or it is over."""
        if decision.body is None:
            return None
        try:
            text = await self._keyring.unseal(decision.body, decision.body_place())
        except Unreadable:
            return None
        return Body(**json.loads(text))

    async def _reason(self, decision: Decision, ballot: Ballot) -> str:
        if ballot.reason is None:
            return ""
        place = reason_place(decision.id, ballot.person_id, decision.group_id, ballot.revision)
        try:
            return await self._keyring.unseal(ballot.reason, place)
        except Unreadable:
            return ""

    async def seal(self, decision_id: str, author_id: int, group_id: str, body: Body) -> bytes:
        kept = {key: value for key, value in body._asdict().items() if value}
        text = json.dumps(kept, ensure_ascii=False)
        return await self._keyring.seal(text, body_place(decision_id, author_id, group_id))

    async def question(self, decision: Decision, ballots: list[Ballot], now: int) -> rules.Question:
        voters = [
            rules.Voter(
                ballot.person_id,
                member=ballot.belongs,
                away=ballot.away_until is not None and ballot.away_until > now,
                gone=ballot.gone_at is not None,
                answer=await self._answer_of(decision, ballot),
            )
            for ballot in ballots
        ]
        return rules.Question(
            Kind(decision.kind),
            tuple(voters),
            decision.due_at,
            Quorum(decision.quorum),
            Admission(decision.admission),
            decision.subject_id,
        )

    async def _answer_of(self, decision: Decision, ballot: Ballot) -> Answer | None:
        """An answer, opened if it is secret. One that does not open is silence (law 1)."""
        if not decision.secret:
            return None if ballot.answer is None else Answer(ballot.answer)
        if ballot.sealed is None:
            return None
        place = secret_place(decision.id, ballot.person_id, ballot.revision)
        try:
            return Answer(await self._keyring.unseal(ballot.sealed, place))
        except Unreadable:
            return None


def gives_name(before: Settings, after: Settings) -> bool:
    """Whether others have to be looked at first: a new name, or one that can now be found."""
    return after.name != before.name or (after.listed and not before.listed)


def changed(settings: Settings, changes: dict[str, Any]) -> Settings:
    """The settings after these changes, as a proposal holds them."""
    found = dict(changes)
    if "admission" in found:
        found["admission"] = Admission(found["admission"])
    if "quorum" in found:
        found["quorum"] = Quorum(found["quorum"])
    return settings._replace(**found)
