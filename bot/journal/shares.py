"""Shares as they are stored, behind typed functions: entries on their slow way to one friend.

Every method works inside its caller's transaction. What may follow what is for
`bot.journal.share_rules`; a change happens only if nothing was faster.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, NamedTuple

from bot.journal import BROUGHT, KEY, SHARE, SHARED
from bot.journal import share_rules as rules
from bot.journal.share_rules import Act, State
from bot.store.queries import load
from bot.store.records import record
from bot.work.notices import Notices
from bot.work.posts import Post, Posts
from bot.work.queue import Queue


class Share(NamedTuple):
    """A share, its copy still sealed. `pause` in seconds; `due_at` in seconds UTC or None.

    `hidden`: the friend has blocked the writer.
    """

    id: str
    writer_id: int
    friend_id: int
    entry_id: str
    entry_revision: int
    guild_id: int
    channel_id: int
    state: State
    pause: int
    copy: bytes | None
    key_id: str | None
    hidden: int
    due_at: int | None

    def state_at(self, now: int) -> State:
        """Where it stands now (seconds UTC), also before due work has come to it."""
        return rules.state_at(self.state, self.due_at, now)

    @property
    def told(self) -> int | None:
        """Who has to hear that it has come to this. None: nobody."""
        if self.state is State.ASKING:
            return None if self.hidden else self.friend_id
        return self.writer_id if rules.rings(self.state) else None


class Shares:
    """Named queries on shares.

    Each change says who is told of it, when due work looks at it again, and that its message has
    to go when it is over or taken back.
    """

    def __init__(self, driver: str, queue: Queue, notices: Notices, posts: Posts) -> None:
        self._queue = queue
        self._notices = notices
        self._posts = posts
        self._queries: Any = load(Path(__file__).with_name("shares.sql"), driver)

    # -- beginning --------------------------------------------------------------------------

    async def hold_entry(self, connection: Any, entry_id: str, writer_id: int) -> int | None:
        """Hold an entry as it is until the transaction ends; its revision, None if it is gone."""
        row = await self._queries.hold_entry(connection, id=entry_id, writer_id=writer_id)
        return None if row is None else row["revision"]

    async def standing(self, connection: Any, writer_id: int) -> int:
        """How many a writer has, which nobody else changes until the transaction ends."""
        await self._queries.hold_writer(connection, writer_id=writer_id)
        return await self._queries.standing(connection, writer_id=writer_id)

    async def has_open(self, connection: Any, writer_id: int, friend_id: int) -> bool:
        row = await self._queries.has_open(connection, writer_id=writer_id, friend_id=friend_id)
        return row is not None

    async def begin(
        self,
        connection: Any,
        *,
        share_id: str,
        writer_id: int,
        friend_id: int,
        entry_id: str,
        revision: int,
        guild_id: int,
        channel_id: int,
        pause: int,
        now: int,
    ) -> Share | None:
        """None: another one is on its way for these two."""
        row = await self._queries.begin(
            connection,
            id=share_id,
            writer_id=writer_id,
            friend_id=friend_id,
            entry_id=entry_id,
            revision=revision,
            guild_id=guild_id,
            channel_id=channel_id,
            pause=pause,
            due_at=rules.falls_due(State.WAITING, now, pause),
        )
        return await self._changed(connection, row)

    # -- changing ---------------------------------------------------------------------------

    async def apply(
        self, connection: Any, share: Share, act: Act, now: int, *, revision: int | None = None
    ) -> Share | None:
        """Let an act take effect; the share after it (`OVER`: its row is gone).

        None: it has no effect, or something else was faster. `revision`: the entry's, after an
        edit. A key that it leaves behind (`spent_by`) can be destroyed once this is committed.
        """
        # What time does, it does to the state that is written down.
        state = share.state if act is Act.TIME else share.state_at(now)
        after = rules.leads_to(state, act)
        if after is None:
            return None
        seen = {
            "id": share.id,
            "state": share.state,
            "hidden": share.hidden,
            "seen": share.entry_revision,
        }
        if after is State.OVER:
            if await self._queries.end_share(connection, **seen) is None:
                return None
            await self._over(connection, share.id)
            changed = share._replace(state=after, copy=None, key_id=None)
            await self._spend_key(connection, share, changed)
            return changed
        row = await self._queries.move(
            connection,
            **seen,
            state_after=after,
            revision=share.entry_revision if revision is None else revision,
            due_at=rules.falls_due(after, now, share.pause),
        )
        changed = await self._changed(connection, row)
        await self._spend_key(connection, share, changed)
        if changed is not None and after is State.UNREACHED:
            # An earlier try may have arrived.
            await self._posts.take_away(connection, BROUGHT, share.id)
        if changed is not None and after is State.RETRACTING:
            await self._over(connection, share.id)
            return await self.deleted(connection, share.id, now) or changed
        return changed

    async def deleted(self, connection: Any, share_id: str, now: int) -> Share | None:
        """End one that is taken back, if nothing of it may stand. None: it is not, or may."""
        # Held first: of two posts that go at once, the later one sees that it is the last.
        share = _share(await self._queries.hold_retracting(connection, id=share_id))
        if share is None or await self._posts.of(connection, BROUGHT, share_id):
            return None
        return await self.apply(connection, share, Act.DELETED, now)

    async def entry_changes(
        self, connection: Any, entry_id: str, act: Act, now: int, *, revision: int | None = None
    ) -> list[str]:
        """An entry was edited or deleted: what becomes of its shares, in the same transaction.

        Returns the keys that are to be destroyed once it is committed.
        """
        keys: list[str] = []
        rows = self._queries.of_entry(connection, entry_id=entry_id)
        for each in [_known(row) async for row in rows]:
            share: Share | None = each
            while share is not None and rules.leads_to(share.state_at(now), act) is not None:
                changed = await self.apply(connection, share, act, now, revision=revision)
                if changed is not None:
                    keys += spent_by(share, changed)
                    break
                # Another process was faster; look at what it has made of it.
                share = await self.get(connection, share.id)
        return keys

    async def ask(
        self, connection: Any, share: Share, now: int, copy: bytes | None, key_id: str | None
    ) -> Share | None:
        """The friend is asked from now on; without a copy it is hidden from them."""
        row = await self._queries.ask(
            connection,
            id=share.id,
            state=share.state,
            seen=share.entry_revision,
            hidden=int(copy is None),
            copy=copy,
            key_id=key_id,
            due_at=rules.falls_due(State.ASKING, now, share.pause),
        )
        return await self._changed(connection, row)

    async def hold_sending(self, connection: Any, share_id: str) -> bool:
        """Hold one that both said yes to, and that is still to be brought, as it is."""
        return await self._queries.hold_sending(connection, id=share_id) is not None

    async def give(self, connection: Any, share: Share) -> Share | None:
        """The friend has it. None: it was taken back, or dropped, meanwhile."""
        given = await self._changed(connection, await self._queries.give(connection, id=share.id))
        await self._spend_key(connection, share, given)
        return given

    async def hide_from(self, connection: Any, friend_id: int, writer_id: int) -> None:
        """The friend blocks the writer: what they are asked is hidden, and its copy goes."""
        between = {"friend_id": friend_id, "writer_id": writer_id}
        await self._spent(connection, self._queries.spend_keys_between(connection, **between))
        rows = self._queries.hide_from(connection, **between)
        for share_id in [row["id"] async for row in rows]:
            await self._notices.end(connection, SHARED, share_id)

    # -- looking ----------------------------------------------------------------------------

    async def get(self, connection: Any, share_id: str) -> Share | None:
        return _share(await self._queries.share(connection, id=share_id))

    async def of_writer(self, connection: Any, writer_id: int) -> list[Share]:
        rows = self._queries.of_writer(connection, writer_id=writer_id)
        return [_known(row) async for row in rows]

    async def concerning(self, connection: Any, person_id: int) -> list[Share]:
        rows = self._queries.concerning(connection, person_id=person_id)
        return [_known(row) async for row in rows]

    # -- erasing ----------------------------------------------------------------------------

    async def forget_writer(self, connection: Any, writer_id: int) -> list[Post]:
        """What is on its way ends, and what was given is taken back; returns what has to go."""
        spent = self._queries.spend_keys_of_writer(connection, writer_id=writer_id)
        await self._spent(connection, spent)
        gone = self._queries.forget_writer(connection, writer_id=writer_id)
        return await self._gone(connection, gone)

    async def forget_friend(self, connection: Any, friend_id: int) -> list[Post]:
        """What is on its way to them ends, and has to go; what they have stays with them alone."""
        spent = self._queries.spend_keys_of_friend(connection, friend_id=friend_id)
        await self._spent(connection, spent)
        given = self._queries.forget_given(connection, friend_id=friend_id)
        for share_id in [row["id"] async for row in given]:
            await self._posts.forget(connection, BROUGHT, share_id)
            await self._over(connection, share_id)
        gone = self._queries.forget_friend(connection, friend_id=friend_id)
        return await self._gone(connection, gone)

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        spent = self._queries.spend_keys_of_guild(connection, guild_id=guild_id)
        await self._spent(connection, spent)
        await self._gone(connection, self._queries.forget_guild(connection, guild_id=guild_id))

    async def _spend_key(self, connection: Any, before: Share, after: Share | None) -> None:
        for key_id in [] if after is None else spent_by(before, after):
            await self._queries.spend_key(connection, key_id=key_id)
            await self._queue.add(connection, KEY, key_id)

    async def _spent(self, connection: Any, rows: AsyncIterator[Any]) -> None:
        """These keys have been spent."""
        for key_id in [row["key_id"] async for row in rows]:
            await self._queue.add(connection, KEY, key_id)

    async def _gone(self, connection: Any, rows: AsyncIterator[Any]) -> list[Post]:
        """These shares are gone; returns what of them has to go from DMs."""
        posts: list[Post] = []
        for share_id in [row["id"] async for row in rows]:
            posts += await self._over(connection, share_id)
        return posts

    async def _over(self, connection: Any, share_id: str) -> list[Post]:
        """Nothing falls due of it any more, nobody is told of it, and its message has to go."""
        await self._queue.forget(connection, SHARE, share_id)
        await self._notices.end(connection, SHARED, share_id)
        return await self._posts.take_away(connection, BROUGHT, share_id)

    async def _changed(self, connection: Any, row: Any) -> Share | None:
        """A share as it has just been written; None: it was not."""
        share = _share(row)
        if share is None:
            return None
        await self._notices.end(connection, SHARED, share.id)
        if share.due_at is not None:
            await self._queue.add(connection, SHARE, share.id, share.due_at)
        if (told := share.told) is not None:
            await self._notices.add(
                connection,
                SHARED,
                share.id,
                told,
                guild_id=share.guild_id,
                channel_id=share.channel_id,
                about_id=share.writer_id if told == share.friend_id else share.friend_id,
                until_at=share.due_at,
            )
        return share


def spent_by(before: Share, after: Share) -> list[str]:
    """The key that a share had and has no more, if it had one."""
    return [] if before.key_id is None or before.key_id == after.key_id else [before.key_id]


def _share(row: Any) -> Share | None:
    return None if row is None else _known(row)


def _known(row: Any) -> Share:
    share = record(Share, row)
    return share._replace(state=State(share.state))
