"""Affinity groups, the use cases: starting, finding, belonging, being away, leaving, ending.

What Discord has to be brought to is only written down here: whoever calls settles it afterwards,
and if nobody lives to do so, due work does. Somebody who is not in a group gets the same answer as
if there were none.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from bot.affinity import LOST, NEWS, OFF_LIST, Event, rules
from bot.affinity.minutes import Minutes
from bot.affinity.names import looks
from bot.affinity.rolls import (
    Group,
    Member,
    Rolls,
    Settings,
    name_place,
    purpose_place,
)
from bot.affinity.rules import DAY, Admission, Answer, Kind, Permit, Quorum, Refusal
from bot.consent.grants import Grants
from bot.consent.limits import Limits
from bot.consent.service import Consents
from bot.governance.service import Change, Governance
from bot.seal import Unreadable
from bot.store.ids import id_of, new_id, owner_of
from bot.store.store import Store
from bot.text import folded
from bot.work.notices import Notice, Notices, Topic
from bot.work.posts import Posts
from bot.work.queue import Queue

#: Groups on a page of the list.
LIST_PAGE = 8
_START = "start a group"
#: Names that are opened while somebody types. A category of Discord's holds as many channels.
_SEARCHED = 50


class Known(NamedTuple):
    """A group with its texts opened."""

    group: Group
    settings: Settings

    @property
    def id(self) -> str:
        return self.group.id

    @property
    def name(self) -> str:
        return self.settings.name


class Started(NamedTuple):
    """The outcome of starting a group."""

    permit: Permit
    group: Group | None = None


class Groups:
    """Groups and who belongs to them."""

    def __init__(
        self,
        store: Store,
        governance: Governance,
        consents: Consents,
        grants: Grants,
        queue: Queue,
        notices: Notices,
        posts: Posts,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._governance = governance
        self._grants = grants
        self._clock = clock
        self.limits: Limits = consents.limits
        self.rolls = Rolls(store.main.driver, queue, posts)
        self.minutes = Minutes(store.main.driver, queue, notices, posts)
        self.notices = notices
        self.posts = posts

    # -- finding ----------------------------------------------------------------------------

    async def get(self, group_id: str) -> Known | None:
        """A group, whoever asks. For what the bot itself has to do."""
        async with self._main.transaction() as connection:
            group = await self.rolls.get(connection, group_id)
        return None if group is None else await self.opened(group)

    async def row(self, group_id: str) -> Group | None:
        async with self._main.transaction() as connection:
            return await self.rolls.get(connection, group_id)

    async def opened(self, group: Group) -> Known:
        """A group with its texts. One that is ending has lost them."""
        try:
            name = await self._keyring.unseal(group.name, group.name_place())
            purpose = await self._keyring.unseal(group.purpose, group.purpose_place())
        except Unreadable:
            name = purpose = "…"
        return Known(
            group,
            Settings(
                name=name,
                purpose=purpose,
                listed=bool(group.listed),
                admission=Admission(group.admission),
                quorum=Quorum(group.quorum),
                disappear_days=group.disappear_days,
            ),
        )

    async def mine(self, person_id: int, guild_id: int) -> list[Group]:
        """The groups somebody is in; guild 0 means everywhere."""
        async with self._main.transaction() as connection:
            return await self.rolls.of_person(connection, person_id, guild_id)

    async def of_member(self, group_id: str, person_id: int) -> Known | None:
        """A group, for somebody who is in it."""
        async with self._main.transaction() as connection:
            group = await self.rolls.get(connection, group_id)
            member = await self.rolls.member(connection, group_id, person_id)
        if group is None or member is None or group.state == "closing":
            return None
        return await self.opened(group)

    async def listed(self, guild_id: int, page: int) -> tuple[list[Known], bool]:
        """A page of the list, in the order the groups were started, and whether more follow."""
        async with self._main.transaction() as connection:
            found = await self.rolls.listed(
                connection, guild_id, most=LIST_PAGE + 1, skip=page * LIST_PAGE
            )
        return [await self.opened(group) for group in found[:LIST_PAGE]], len(found) > LIST_PAGE

    async def search(self, guild_id: int, typed: str, most: int) -> list[tuple[str, str]]:
        """Listed groups whose name holds what was typed: ids and names.

        Asked at every letter, so only the first `_SEARCHED` are opened; the list shows all.
        """
        wanted, found = folded(typed), list[tuple[str, str]]()
        async with self._main.transaction() as connection:
            groups = await self.rolls.listed(
                connection, guild_id, most=_SEARCHED if wanted else most
            )
        for group in groups:
            name = await self._name(group)
            if name is not None and wanted in folded(name):
                found.append((group.id, name))
            if len(found) == most:
                break
        return found

    async def find_listed(self, guild_id: int, wanted: str) -> Known | None:
        """A listed group by its id or its whole name. Others do not exist for whoever asks."""
        async with self._main.transaction() as connection:
            found = await self.rolls.listed_group(connection, guild_id, wanted)
        if found is not None:
            return await self.opened(found)
        for group_id, name in await self.search(guild_id, wanted, _SEARCHED):
            if folded(name) == folded(wanted):
                return await self.get(group_id)
        return None

    async def is_listed(self, group_id: str, guild_id: int) -> bool:
        """Whether people outside may know of this group."""
        async with self._main.transaction() as connection:
            return await self.rolls.listed_group(connection, guild_id, group_id) is not None

    async def take_off_list(self, group_id: str, guild_id: int, moderator_id: int) -> Change | None:
        """A moderator takes a group off the list: it is kept, announced and told to the group.

        Without its name, which may be what had to go: it is known by the day it was started. None:
        it is not in the list (any more).
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            if await self.rolls.listed_group(connection, guild_id, group_id) is None:
                return None
            until = now + rules.REST_DAYS * DAY
            group = await self.rolls.take_off_list(connection, group_id, until)
            if group is None:
                return None
            return await self._governance.note(
                connection, guild_id, OFF_LIST, group_id, str(day_of(group)), moderator_id
            )

    async def off_list_by(self, group: Group) -> int:
        """Who took a group off the list last; 0: somebody who has erased their data."""
        change = await self._governance.last(group.guild_id, OFF_LIST, group.id)
        return 0 if change is None else change.author_id

    async def name(self, owner_id: int) -> str | None:
        """The name of the group with this key. None: the group is no more."""
        async with self._main.transaction() as connection:
            group = await self.rolls.get(connection, id_of(owner_id))
        return None if group is None else await self._name(group)

    async def unlisted_since(self, owner_id: int, name: str) -> int | None:
        """The day a group was started that nobody can find under this name (seconds UTC).

        None: it can be found, or it is no more.
        """
        async with self._main.transaction() as connection:
            group = await self.rolls.get(connection, id_of(owner_id))
            if group is None:
                return None
            found = await self.rolls.listed_group(connection, group.guild_id, group.id)
        called = await self._name(group) if found else None
        same = called is not None and not looks(called).isdisjoint(looks(name))
        return None if same else day_of(group)

    async def is_taken(self, connection: Any, guild_id: int, name: str, but_id: str = "") -> bool:
        """Whether a name looks like that of a group, except `but_id`, that chose to be found.

        A hidden group's name is reserved for nobody, so that nobody learns of it. Whoever gives a
        name to a group has called `alone_in` before, in the same transaction.
        """
        wanted = looks(name)
        for group in await self.rolls.reserving(connection, guild_id):
            called = await self._name(group) if group.id != but_id else None
            if called is not None and not wanted.isdisjoint(looks(called)):
                return True
        return False

    async def alone_in(self, connection: Any, guild_id: int) -> None:
        """Let nobody else start, enter or name a group of this server until this transaction ends.

        Before anything else in it: whoever holds a group does not wait for this.
        """
        await self._main.alone(connection, guild_id)

    async def _name(self, group: Group) -> str | None:
        try:
            return await self._keyring.unseal(group.name, group.name_place())
        except Unreadable:
            return None

    # -- belonging --------------------------------------------------------------------------

    async def members(self, group_id: str) -> list[Member]:
        """Who belongs, in the order they joined."""
        async with self._main.transaction() as connection:
            roll = await self.rolls.members(connection, group_id)
        return [member for member in roll if member.belongs]

    async def is_member(self, owner_id: int, person_id: int) -> bool:
        """Whether somebody belongs to the group with this key."""
        return await self.of_member(id_of(owner_id), person_id) is not None

    async def may_recall(self, consent_id: str, person_id: int) -> bool:
        """Whether somebody may take back what is said in a group's name.

        Any member may, and whoever supported it, also after they left: a yes can be taken back at
        any moment (law 2).
        """
        async with self._main.transaction() as connection:
            decision = await self.minutes.get(connection, consent_id)
            if decision is None or decision.kind != Kind.SPOKE:
                return False
            if await self.rolls.member(connection, decision.group_id, person_id) is not None:
                return True
            ballot = await self.minutes.ballot(connection, consent_id, person_id)
        return ballot is not None and ballot.answer == Answer.SUPPORT

    async def start(
        self, guild_id: int, person_id: int, name: str, purpose: str, *, listed: bool, may: bool
    ) -> Started:
        """Start a group of one; the texts are cleaned and checked.

        `may`: whether the server's rules let this person start one.
        """
        if not may:
            return Started(Permit(Refusal.ROLE))
        now, group_id = self._clock(), new_id()
        async with self._main.transaction() as connection:
            permit = await self._may_start(connection, guild_id, person_id, name, now)
        if not permit.allowed:
            return Started(permit)
        # Only now, because sealing makes a key, and a group that is refused must not leave one.
        sealed = await self._sealed_texts(group_id, 1, name, purpose)
        await self._keyring.ensure(person_id)
        async with self._main.transaction() as connection:
            await self.alone_in(connection, guild_id)
            # Again: somebody may have started another just now.
            permit = await self._may_start(connection, guild_id, person_id, name, now)
            if permit.allowed:
                await self.limits.take_slot(
                    connection, person_id, guild_id, _START, rules.STARTS_A_DAY, now
                )
                await self.rolls.open(
                    connection,
                    group_id,
                    guild_id,
                    name=sealed[0],
                    purpose=sealed[1],
                    listed=listed,
                    now=now,
                )
                group = await self.rolls.get(connection, group_id)
                assert group is not None
                await self.rolls.join(connection, group, person_id, now)
                return Started(permit, group)
        await self._keyring.forget(owner_of(group_id))
        return Started(permit)

    async def _may_start(
        self, connection: Any, guild_id: int, person_id: int, name: str, now: int
    ) -> Permit:
        groups, alone = await self.rolls.places(connection, person_id, guild_id)
        free_at = await self.limits.slot_free_at(
            connection, person_id, guild_id, _START, rules.STARTS_A_DAY, now
        )
        permit = rules.may_start(groups, alone, free_at)
        # Last, because it opens every name that is reserved here.
        if permit.allowed and await self.is_taken(connection, guild_id, name):
            return Permit(Refusal.NAME_TAKEN)
        return permit

    async def sealed_texts(self, group: Group, settings: Settings) -> tuple[bytes, bytes]:
        """Name and purpose, sealed for the group's next revision."""
        return await self._sealed_texts(
            group.id, group.revision + 1, settings.name, settings.purpose
        )

    async def _sealed_texts(
        self, group_id: str, revision: int, name: str, purpose: str
    ) -> tuple[bytes, bytes]:
        return (
            await self._keyring.seal(name, name_place(group_id, revision)),
            await self._keyring.seal(purpose, purpose_place(group_id, revision)),
        )

    async def be_away(self, group_id: str, person_id: int, until: int | None) -> bool:
        """Not waited for until then; None for being back. False: not a member."""
        async with self._main.transaction() as connection:
            if await self.rolls.hold(connection, group_id) is None:
                return False
            return await self.rolls.be_away(connection, group_id, person_id, until)

    async def leave(self, group_id: str, person_id: int) -> bool:
        """Leave at once. The last one out closes the group. False: not a member."""
        now = self._clock()
        async with self._main.transaction() as connection:
            group = await self.rolls.hold(connection, group_id)
            return group is not None and await self.remove_in(connection, group, person_id, now)

    async def remove_in(self, connection: Any, group: Group, person_id: int, now: int) -> bool:
        """End a membership and all that hangs on it, in a transaction that holds the group.

        False: they did not belong.
        """
        if not await self.rolls.leave(connection, group.id, person_id):
            return False
        await self.minutes.withdraw(connection, group.id, person_id)
        await self.rolls.forget_waiting_notices(connection, group.id, person_id)
        for decision in await self.minutes.open_about(connection, group.id, person_id):
            await self.minutes.end(connection, decision.id, now)
        await self._grants.end_held_in(connection, group.owner_id, person_id, now)
        if group.state == "lost":
            # There is no channel that still lets them in.
            await self.rolls.lacks_access(connection, group.id, person_id)
        roll = await self.rolls.members(connection, group.id)
        if not any(member.belongs for member in roll):
            await self.close_in(connection, group, now)
        return True

    async def close_in(self, connection: Any, group: Group, now: int) -> None:
        """Begin the end: nothing is said in its name any more, and nothing is asked."""
        await self.rolls.close(connection, group.id)
        undecided = await self.minutes.undecided(connection, group.id)
        knocked = [each.author_id for each in undecided if each.kind == Kind.KNOCK]
        for decision in undecided:
            await self.minutes.end(connection, decision.id, now)
        await self._grants.forget_group_in(connection, group.owner_id)
        # Whoever is out of the group, or never came in, hears of its end no more than of its life.
        await self.notices.end(connection, LOST, group.id)
        for notice in await self.notices.about(connection, NEWS, group.id):
            if notice.what not in (Event.PARTED, Event.NOT_ADMITTED):
                await self.notices.end_one(connection, notice.id)
        roll = await self.rolls.members(connection, group.id)
        members = [each.person_id for each in roll if each.belongs]
        await self.tell_in(connection, group, NEWS, *members, what=Event.CLOSED)
        await self.tell_in(connection, group, NEWS, *knocked, what=Event.NOT_ADMITTED)

    async def tell_in(
        self, connection: Any, group: Group, topic: Topic, *people: int, key: str = "", **more: Any
    ) -> None:
        """Have people told of what others in a group's channel could watch."""
        await self.notices.add(
            connection,
            topic,
            key or group.id,
            *people,
            guild_id=group.guild_id,
            channel_id=group.channel_id or 0,
            watched=True,
            **more,
        )

    async def end(self, group: Group) -> None:
        """Its channel is gone: its key goes, then everything else. Safe to repeat.

        Raises StoreError while a copy of the key may remain in a side file.
        """
        await self._keyring.forget(group.owner_id)
        async with self._main.transaction() as connection:
            await self.forget_in(connection, group)
        # Again: whoever was sealing something for it meanwhile has made another one.
        await self._keyring.forget(group.owner_id)

    async def forget_in(self, connection: Any, group: Group) -> None:
        """Delete every row of a group. Its own first: whoever waits for it finds no group."""
        await self.rolls.forget(connection, group.id)
        await self._grants.forget_group_in(connection, group.owner_id)
        await self.minutes.forget_group(connection, group.id)
        await self.limits.forget_person(connection, group.owner_id)

    async def not_started(self, group: Group, person_id: int | None = None) -> None:
        """Discord will not have the channel: there is no half-made group.

        `person_id`: whom to tell later, where nobody is waiting for an answer any more. It closes
        before it ends, so that due work ends it if this process dies in between.
        """
        async with self._main.transaction() as connection:
            closed = await self.rolls.close(connection, group.id)
            if closed is not None and person_id is not None:
                await self.notices.add(
                    connection,
                    NEWS,
                    group.id,
                    person_id,
                    guild_id=group.guild_id,
                    what=Event.NOT_STARTED,
                )
        await self.end(group)

    # -- news -------------------------------------------------------------------------------

    async def news_seen(self, connection: Any, notice: Notice) -> None:
        """Who was parted with learns it first; then the others may."""
        if notice.what != Event.PARTED:
            return
        for each in await self.notices.about(connection, NEWS, notice.key):
            if (each.what, each.about_id) == (Event.PARTING_PASSED, notice.about_id):
                await self.notices.show_now(connection, each)

    async def just_parted(self, group_id: str) -> list[int]:
        """Who has yet to be rung for because they were parted with."""
        async with self._main.transaction() as connection:
            told = await self.notices.about(connection, NEWS, group_id)
        return [each.person_id for each in told if (each.what, each.state) == (Event.PARTED, "new")]

    async def forget_old(self) -> None:
        """What groups were told goes after 30 days, and what was decided in secret at once.

        Of what a member has asked by name, the newest stays.
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            await self.rolls.forget_old_notices(connection, now - 30 * DAY)
            await self.minutes.forget_secret(connection, now)
            await self.minutes.forget_older(connection, rules.MOST_DECIDED)


def day_of(group: Group) -> int:
    """The day a group was started (seconds UTC): its noon, which says nothing of the hour."""
    return group.started_at // DAY * DAY + DAY // 2
