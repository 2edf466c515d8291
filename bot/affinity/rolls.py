"""The rolls: groups and their members as they are stored, behind typed functions.

Every method works inside a transaction that its caller opened. Times are seconds UTC.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from bot.affinity import DISAPPEARING, GROUP, OFF_LIST, TOLD_HERE
from bot.affinity.rules import Admission, Quorum
from bot.seal import Place
from bot.store.ids import owner_of
from bot.store.queries import load
from bot.store.records import record
from bot.work.posts import SENDING_TAKES, Post, Posts
from bot.work.queue import Queue

#: Seconds after which another process takes over the making of a channel.
MAKING_TAKES = 60


class Group(NamedTuple):
    """A group; name, purpose and channel name are sealed. See the migration for each column."""

    id: str
    guild_id: int
    state: str
    name: bytes
    purpose: bytes
    revision: int
    listed: int
    admission: str
    quorum: str
    disappear_days: int
    channel_id: int | None
    category_id: int | None
    channel_name: bytes | None
    name_stale: int
    intro_stale: int
    making_until: int
    restored: int
    started_at: int
    settled_at: int
    seen_at: int
    listed_from: int

    @property
    def owner_id(self) -> int:
        """Under which id the keyring holds this group's key."""
        return owner_of(self.id)

    def name_place(self) -> Place:
        return name_place(self.id, self.revision)

    def purpose_place(self) -> Place:
        return purpose_place(self.id, self.revision)


class Settings(NamedTuple):
    """What a group decides about itself. `disappear_days` 0 is never."""

    name: str
    purpose: str
    listed: bool
    admission: Admission
    quorum: Quorum
    disappear_days: int


class Member(NamedTuple):
    """Somebody on the roll; `state` is joining, in or leaving."""

    group_id: str
    person_id: int
    guild_id: int
    state: str
    joined_at: int
    away_until: int | None
    gone_at: int | None

    @property
    def belongs(self) -> bool:
        return self.state != "leaving"


class Untold(NamedTuple):
    """What a group could not be told so far, whom it is about, and since when it is tried."""

    kind: str
    target_id: int
    begun_at: int


def name_place(group_id: str, revision: int) -> Place:
    return Place("group name", (owner_of(group_id),), group_id, revision)


def purpose_place(group_id: str, revision: int) -> Place:
    return Place("group purpose", (owner_of(group_id),), group_id, revision)


def channel_name_place(group_id: str) -> Place:
    """Where the name that Discord shows is sealed to."""
    return Place("group channel", (owner_of(group_id),), group_id)


class Rolls:
    """Named queries on groups, members, and what Discord was brought to.

    What changes something that Discord has to be brought to has the group looked at.
    """

    def __init__(self, driver: str, queue: Queue, posts: Posts) -> None:
        self._queue = queue
        self._posts = posts
        self._queries: Any = load(Path(__file__).with_name("rolls.sql"), driver)

    # -- groups -----------------------------------------------------------------------------

    async def open(
        self,
        connection: Any,
        group_id: str,
        guild_id: int,
        *,
        name: bytes,
        purpose: bytes,
        listed: bool,
        now: int,
    ) -> None:
        """Write a new group down. Due work finishes what its starter's process does not."""
        await self._queries.open_group(
            connection,
            id=group_id,
            guild_id=guild_id,
            name=name,
            purpose=purpose,
            listed=int(listed),
            admission=Admission.EVERYONE,
            quorum=Quorum.HALF,
            now=now,
        )
        await self.look_at(connection, group_id, guild_id, now + MAKING_TAKES)

    async def get(self, connection: Any, group_id: str) -> Group | None:
        return _group(await self._queries.group(connection, id=group_id))

    async def of_channel(self, connection: Any, channel_id: int) -> Group | None:
        return _group(await self._queries.group_of_channel(connection, channel_id=channel_id))

    async def of_person(self, connection: Any, person_id: int, guild_id: int) -> list[Group]:
        """The groups somebody is in, in the order they were started; guild 0 means everywhere."""
        rows = self._queries.groups_of(connection, person_id=person_id, guild_id=guild_id)
        return [record(Group, row) async for row in rows]

    async def places(self, connection: Any, person_id: int, guild_id: int) -> tuple[int, int]:
        """In how many groups somebody is, or has knocked at; and in how many they are alone."""
        row = await self._queries.places(connection, person_id=person_id, guild_id=guild_id)
        return row["many"], row["alone"]

    async def listed(
        self, connection: Any, guild_id: int, *, most: int, skip: int = 0
    ) -> list[Group]:
        """Groups that people outside may know of, in the order they were started."""
        rows = self._queries.listed(connection, guild_id=guild_id, most=most, skip=skip)
        return [record(Group, row) async for row in rows]

    async def listed_group(self, connection: Any, guild_id: int, group_id: str) -> Group | None:
        """A group, if it is one of those."""
        row = await self._queries.listed_group(connection, guild_id=guild_id, id=group_id)
        return _group(row)

    async def take_off_list(self, connection: Any, group_id: str, until: int) -> Group | None:
        """Take a group off the list, for some time at least. None: it was not in it (any more)."""
        row = await self._queries.take_off_list(connection, id=group_id, until=until)
        if row is not None:
            # What it was told when that happened before.
            await self.forget_notice(connection, group_id, OFF_LIST, 0)
        return await self._changed(connection, row)

    async def reserving(self, connection: Any, guild_id: int) -> list[Group]:
        """Groups whose names nobody else takes in this server."""
        rows = self._queries.reserving(connection, guild_id=guild_id)
        return [record(Group, row) async for row in rows]

    async def of_guild(self, connection: Any, guild_id: int) -> list[str]:
        rows = self._queries.groups_of_guild(connection, guild_id=guild_id)
        return [row["id"] async for row in rows]

    async def hold(self, connection: Any, group_id: str) -> Group | None:
        """Begin a change of who belongs. None: there is no such group any more."""
        return await self._changed(connection, await self._queries.hold(connection, id=group_id))

    async def lock(self, connection: Any, group_id: str) -> Group | None:
        """Make the roll stand still until this transaction ends."""
        return _group(await self._queries.lock_group(connection, id=group_id))

    async def change_settings(
        self,
        connection: Any,
        group: Group,
        *,
        name: bytes,
        purpose: bytes,
        settings: Settings,
        renamed: bool,
    ) -> Group | None:
        """None: the settings changed meanwhile, so the texts are sealed for the wrong revision.

        Or a moderator took it off the list.
        """
        row = await self._queries.change_settings(
            connection,
            id=group.id,
            revision=group.revision,
            listed_from=group.listed_from,
            name=name,
            purpose=purpose,
            listed=int(settings.listed),
            admission=settings.admission,
            quorum=settings.quorum,
            disappear_days=settings.disappear_days,
            renamed=int(renamed),
        )
        if row is not None and settings.disappear_days:
            await self._queue.add(connection, DISAPPEARING, group.id)
        return await self._changed(connection, row)

    async def close(self, connection: Any, group_id: str) -> Group | None:
        row = await self._queries.close_group(connection, id=group_id)
        return await self._changed(connection, row)

    async def forget(self, connection: Any, group_id: str) -> None:
        await self._queries.forget_group(connection, id=group_id)
        await self._queries.forget_members(connection, group_id=group_id)
        await self.forget_waiting_notices(connection, group_id)
        await self._queries.forget_notices(connection, group_id=group_id)

    # -- members ----------------------------------------------------------------------------

    async def members(self, connection: Any, group_id: str) -> list[Member]:
        """Everybody on the roll, those who are leaving included, oldest first."""
        rows = self._queries.members(connection, group_id=group_id)
        return [record(Member, row) async for row in rows]

    async def member(self, connection: Any, group_id: str, person_id: int) -> Member | None:
        """Somebody who belongs; None for everybody else."""
        row = await self._queries.member(connection, group_id=group_id, person_id=person_id)
        found = None if row is None else record(Member, row)
        return found if found is not None and found.belongs else None

    async def join(self, connection: Any, group: Group, person_id: int, now: int) -> None:
        await self._queries.join(
            connection, group_id=group.id, person_id=person_id, guild_id=group.guild_id, now=now
        )

    async def leave(self, connection: Any, group_id: str, person_id: int) -> bool:
        """False: they did not belong."""
        row = await self._queries.leave(connection, group_id=group_id, person_id=person_id)
        if row is None:
            return False
        await self.look_at(connection, group_id, row["guild_id"], urgent=True)
        return True

    async def has_access(self, connection: Any, group_id: str, person_id: int) -> None:
        await self._queries.has_access(connection, group_id=group_id, person_id=person_id)

    async def lacks_access(self, connection: Any, group_id: str, person_id: int) -> None:
        await self._queries.lacks_access(connection, group_id=group_id, person_id=person_id)

    async def be_away(
        self, connection: Any, group_id: str, person_id: int, until: int | None
    ) -> bool:
        row = await self._queries.be_away(
            connection, group_id=group_id, person_id=person_id, until=until
        )
        return row is not None

    async def be_gone(self, connection: Any, group_id: str, person_id: int, now: int) -> None:
        await self._queries.be_gone(connection, group_id=group_id, person_id=person_id, now=now)

    async def be_back(self, connection: Any, group_id: str, person_id: int) -> None:
        await self._queries.be_back(connection, group_id=group_id, person_id=person_id)

    async def memberships(self, connection: Any, person_id: int) -> list[Member]:
        rows = self._queries.memberships(connection, person_id=person_id)
        return [record(Member, row) async for row in rows]

    # -- the channel ------------------------------------------------------------------------

    async def claim_making(
        self, connection: Any, group_id: str, now: int, until: int
    ) -> Group | None:
        """Take the making of a channel for this process, until then. None: not ours to make."""
        row = await self._queries.claim_making(connection, id=group_id, now=now, until=until)
        return _group(row)

    async def has_channel(
        self,
        connection: Any,
        group_id: str,
        *,
        channel_id: int,
        category_id: int | None,
        channel_name: bytes,
    ) -> Group | None:
        """The channel is there. None: it is not needed (any more)."""
        row = await self._queries.has_channel(
            connection,
            id=group_id,
            channel_id=channel_id,
            category_id=category_id,
            channel_name=channel_name,
        )
        return await self._changed(connection, row)

    async def moved_to(
        self,
        connection: Any,
        group_id: str,
        *,
        channel_id: int,
        category_id: int | None,
        channel_name: bytes,
    ) -> None:
        """A group out of a backup has another channel than it had then."""
        await self._queries.moved_to(
            connection,
            id=group_id,
            channel_id=channel_id,
            category_id=category_id,
            channel_name=channel_name,
        )

    async def not_made(self, connection: Any, group_id: str) -> None:
        await self._queries.not_made(connection, id=group_id)

    async def lost_channel(self, connection: Any, group_id: str, channel_id: int) -> Group | None:
        """The channel is gone; everybody will need access to the next one. None: known before."""
        row = await self._queries.lost_channel(connection, id=group_id, channel_id=channel_id)
        if row is not None:
            await self._queries.all_joining(connection, group_id=group_id)
        return _group(row)

    async def reopen(self, connection: Any, group_id: str) -> Group | None:
        return await self._changed(connection, await self._queries.reopen(connection, id=group_id))

    async def saw_channel(
        self, connection: Any, group_id: str, category_id: int | None, channel_name: bytes
    ) -> None:
        await self._queries.saw_channel(
            connection, id=group_id, category_id=category_id, channel_name=channel_name
        )

    async def saw_members(self, connection: Any, group_id: str, now: int) -> None:
        await self._queries.saw_members(connection, id=group_id, now=now)

    async def intro_is_up(self, connection: Any, group: Group) -> None:
        await self._queries.intro_is_up(connection, id=group.id, seen=group.intro_stale)

    async def restored_is_over(self, connection: Any, group_id: str) -> None:
        await self._queries.restored_is_over(connection, id=group_id)

    # -- due work ---------------------------------------------------------------------------

    async def settled(self, connection: Any, group_id: str, now: int) -> None:
        """Discord was brought to the roll."""
        await self._queries.settled(connection, id=group_id, now=now)

    async def look_at(
        self,
        connection: Any,
        group_id: str,
        guild_id: int,
        due_at: int | None = None,
        *,
        urgent: bool = False,
    ) -> None:
        """Have a group compared with Discord at `due_at` (None: now).

        `urgent`: somebody is to be let out, or a name is to go.
        """
        await self._queue.add(connection, GROUP, group_id, due_at, turn=guild_id, urgent=urgent)

    async def look_at_all(self, connection: Any) -> None:
        rows = self._queries.every_group(connection)
        for group_id, guild_id in [(row["id"], row["guild_id"]) async for row in rows]:
            await self.look_at(connection, group_id, guild_id)

    async def _changed(self, connection: Any, row: Any) -> Group | None:
        group = _group(row)
        if group is not None:
            await self.look_at(connection, group.id, group.guild_id)
        return group

    # -- notices and places -----------------------------------------------------------------

    async def claim_notice(
        self, connection: Any, group: Group, kind: str, target_id: int, now: int, before: int
    ) -> tuple[Post, bool] | None:
        """The post to tell this with. True: it is new.

        None: it was told since `before`, or somebody may be at it.
        """
        key = f"{group.id}.{kind}.{target_id}"
        waits = await self._posts.standing(connection, TOLD_HERE, key)
        claimed = await self._queries.claim_notice(
            connection,
            group_id=group.id,
            kind=kind,
            target_id=target_id,
            now=now,
            before=before if waits is None else now - SENDING_TAKES,
        )
        if claimed is None:
            return None
        if waits is not None:
            return waits, False
        channel_id = group.channel_id or 0
        post = await self._posts.begin(connection, TOLD_HERE, key, group.guild_id, channel_id)
        return post, True

    async def is_told(self, connection: Any, group_id: str, kind: str) -> bool:
        """Whether the group was told this, and it stands in its channel."""
        waits = await self._posts.standing(connection, TOLD_HERE, f"{group_id}.{kind}.0")
        row = await self._queries.told_notice(connection, group_id=group_id, kind=kind, target_id=0)
        return row is not None and (waits is None or waits.message_id is not None)

    async def forget_notice(
        self, connection: Any, group_id: str, kind: str, target_id: int
    ) -> None:
        row = await self._queries.forget_notice(
            connection, group_id=group_id, kind=kind, target_id=target_id
        )
        if row is not None:
            await self._posts.forget(connection, TOLD_HERE, f"{group_id}.{kind}.{target_id}")

    async def waiting_notices(self, connection: Any, group_id: str) -> list[Untold]:
        rows = self._queries.waiting_notices(connection, group_id=group_id)
        return [record(Untold, row) async for row in rows]

    async def forget_waiting_notices(
        self, connection: Any, group_id: str, target_id: int = 0
    ) -> None:
        """What could not be told so far is not so any more: about one target, or all (0)."""
        for each in await self.waiting_notices(connection, group_id):
            if target_id in (0, each.target_id):
                await self.forget_notice(connection, group_id, each.kind, each.target_id)

    async def forget_old_notices(self, connection: Any, before: int) -> None:
        rows = self._queries.forget_old_notices(connection, before=before)
        for key in [f"{row[0]}.{row[1]}.{row[2]}" async for row in rows]:
            await self._posts.forget(connection, TOLD_HERE, key)

    async def place(self, connection: Any, guild_id: int) -> int | None:
        """The category the bot made in this server."""
        row = await self._queries.place(connection, guild_id=guild_id)
        return None if row is None else row[0]

    async def set_place(
        self, connection: Any, guild_id: int, category_id: int, gone_id: int
    ) -> bool:
        """Note a category in place of one that is gone. False: another process was faster."""
        row = await self._queries.set_place(
            connection, guild_id=guild_id, category_id=category_id, gone_id=gone_id
        )
        return row is not None

    async def forget_place(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_place(connection, guild_id=guild_id)


def _group(row: Any) -> Group | None:
    return None if row is None else record(Group, row)
