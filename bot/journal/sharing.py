"""Sharing an entry with one friend, slowly: the use cases.

Between the writer's second yes and the friend's answer a copy of the entry is stored, sealed under
the friend's key and a key of its own; that key is destroyed with the copy, so that no backup opens
it any more. Whoever is not the writer, or not the friend, gets None, as if it did not exist.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from enum import StrEnum
from typing import Any, NamedTuple

from bot.consent.limits import EVERYWHERE, Limits
from bot.governance.service import Governance
from bot.journal import BROUGHT
from bot.journal import share_rules as rules
from bot.journal.keys import Keys
from bot.journal.notebook import Notebook
from bot.journal.service import Journal, Written
from bot.journal.share_rules import DAY, Act, Beginning, Refusal, State, Verdict
from bot.journal.shares import Share, spent_by
from bot.people.roster import Roster
from bot.seal import Place, Unreadable
from bot.store.ids import new_id, owner_of
from bot.store.store import Store
from bot.work.notices import Notice
from bot.work.posts import Post, Posts

#: The purposes of fingerprints: of /consent block, and of the rest after a no.
_BLOCK, _REST = "ask", "share"
#: What the day's slots are for.
_SLOT = "share"


class Wish(NamedTuple):
    """What a writer wants to share, with whom, and where they said so.

    `together`: both are in this server. `friend_is_app`: it is no person.
    """

    writer_id: int
    friend_id: int
    entry_id: str
    guild_id: int
    channel_id: int
    together: bool
    friend_is_app: bool


class Begun(NamedTuple):
    """The outcome of beginning."""

    verdict: Verdict
    share: Share | None = None


class Look(NamedTuple):
    """A share with its entry, for the writer's second look."""

    share: Share
    entry: Written


class Asked(StrEnum):
    """What became of the writer's second yes."""

    ASKED = "asked"
    #: The friend allows no DMs any more; the yes can be said again.
    NO_DMS = "no_dms"
    #: It was dropped, edited, or answered meanwhile.
    MOVED_ON = "moved_on"


class Copy(NamedTuple):
    """What the friend gets."""

    title: str
    text: str


class Sharing:
    """Everybody's shares."""

    def __init__(
        self,
        store: Store,
        notebook: Notebook,
        keys: Keys,
        journal: Journal,
        limits: Limits,
        governance: Governance,
        roster: Roster,
        posts: Posts,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._shares = journal.shares
        self._notebook = notebook
        self._keys = keys
        self._journal = journal
        self._limits = limits
        self._governance = governance
        self._roster = roster
        self._posts = posts
        self._clock = clock

    # -- the writer -------------------------------------------------------------------------

    async def begin(self, wish: Wish) -> Begun:
        """Begin the pause, or say why not. Raises Locked, Unreadable."""
        me, friend, now = wish.writer_id, wish.friend_id, self._clock()
        entry = await self._journal.read(me, wish.entry_id)
        allows = await self._roster.dm_locale(friend) is not None
        # No key is made for somebody who may never hear of this; the empty mark matches nobody.
        mark = await self._keyring.known_mark(friend, _REST, me) or b""
        # A key of the writer's own says, after a restored backup, that they have not erased.
        await self._keyring.ensure(me)
        async with self._main.transaction() as connection:
            charter = await self._governance.charter_in(connection, wish.guild_id)
            standing = await self._shares.standing(connection, me)
            revision = None
            if entry is not None and entry.text is not None:
                revision = await self._shares.hold_entry(connection, entry.id, me)
            facts = Beginning(
                writer_id=me,
                friend_id=friend,
                friend_is_app=wish.friend_is_app,
                together=wish.together,
                has_entry=revision is not None,
                friend_allows_dms=allows,
                has_open=await self._shares.has_open(connection, me, friend),
                rests_until=await self._limits.rests_until(connection, friend, EVERYWHERE, mark),
                slot_free_at=await self._limits.slot_free_at(
                    connection, me, EVERYWHERE, _SLOT, rules.A_DAY, now
                ),
                standing=standing,
            )
            verdict = rules.may_begin(facts, now)
            if not verdict.allowed or revision is None:
                return Begun(verdict)
            share = await self._shares.begin(
                connection,
                share_id=new_id(),
                writer_id=me,
                friend_id=friend,
                entry_id=wish.entry_id,
                revision=revision,
                guild_id=wish.guild_id,
                channel_id=wish.channel_id,
                pause=charter.share_pause,
                now=now,
            )
            if share is None:
                return Begun(Verdict(Refusal.OPEN))
            if not await self._limits.take_slot(
                connection, me, EVERYWHERE, _SLOT, rules.A_DAY, now
            ):
                # They began others at the same moment.
                await self._shares.apply(connection, share, Act.DROP, now)
                return Begun(Verdict(Refusal.DAY_USED, now + DAY))
        return Begun(verdict, share)

    async def mine(self, share_id: str, writer_id: int) -> Share | None:
        """A share of this writer's."""
        share = await self.get(share_id)
        return share if share is not None and share.writer_id == writer_id else None

    async def all_mine(self, writer_id: int) -> list[Share]:
        """What is on its way, what was given, and what has yet to be read of."""
        now = self._clock()
        async with self._main.transaction() as connection:
            found = await self._shares.of_writer(connection, writer_id)
        return [each for each in found if each.state_at(now) is not State.OVER]

    async def look(self, share_id: str, writer_id: int) -> Look | None:
        """What waits for the writer's second yes. Raises Locked, Unreadable.

        None: it does not wait for that, or its entry does not open any more.
        """
        share = await self.mine(share_id, writer_id)
        if share is None or share.state_at(self._clock()) is not State.CONFIRMING:
            return None
        entry = await self._journal.read(writer_id, share.entry_id)
        if entry is None or entry.text is None or entry.revision != share.entry_revision:
            return None
        return Look(share, entry)

    async def ask(self, share_id: str, writer_id: int, revision: int) -> Asked:
        """*Still want to*, said to this revision of the entry. Raises Locked, Unreadable."""
        while True:
            look = await self.look(share_id, writer_id)
            if look is None or look.entry.revision != revision:
                return Asked.MOVED_ON
            share = look.share
            if await self._roster.dm_locale(share.friend_id) is None:
                return Asked.NO_DMS
            key_id = None if await self._blocks(share) else await self._keys.note(writer_id)
            async with self._main.transaction() as connection:
                if await self._ask_in(connection, look, key_id) is not None:
                    return Asked.ASKED
                if key_id is not None:
                    await self._notebook.spend_key(connection, key_id)
            # It has moved on meanwhile, or the key was spent: this took too long.
            if key_id is not None:
                await self._keys.discard([key_id])

    async def _ask_in(self, connection: Any, look: Look, key_id: str | None) -> Share | None:
        """Without a key there is no copy: the friend has blocked the writer, and hears nothing."""
        share, entry = look
        held = await self._shares.hold_entry(connection, share.entry_id, share.writer_id)
        if held != entry.revision or await self._shares.get(connection, share.id) is None:
            return None
        copy = None
        if key_id is not None:
            if not await self._notebook.use_key(connection, key_id):
                return None
            text = json.dumps(Copy(entry.title, entry.text or "")._asdict(), ensure_ascii=False)
            copy = await self._keyring.seal(text, _place(share, key_id))
        return await self._shares.ask(connection, share, self._clock(), copy, key_id)

    async def drop(self, share_id: str, writer_id: int) -> list[Post] | None:
        """Drop it before the friend has it; returns what may just be brought, and has to go.

        None: not theirs, or there is nothing to drop any more.
        """
        share = await self.mine(share_id, writer_id)
        return None if share is None else await self._end(share, Act.DROP)

    async def take_back(self, share_id: str, writer_id: int) -> list[Post] | None:
        """Take back what was given; returns what has to go. None: not theirs, or not given."""
        share = await self.mine(share_id, writer_id)
        return None if share is None else await self._end(share, Act.TAKE_BACK)

    async def seen(self, connection: Any, notice: Notice) -> None:
        """The writer has read what became of it; in the transaction that ends the notice."""
        share = await self._shares.get(connection, notice.key)
        if share is not None and share.state in rules.OUTCOMES:
            await self._shares.apply(connection, share, Act.READ, self._clock())

    # -- the friend -------------------------------------------------------------------------

    async def for_me(self, share_id: str, friend_id: int) -> Share | None:
        """A share that this friend may know of."""
        share = await self.get(share_id)
        if share is None or share.friend_id != friend_id or share.hidden:
            return None
        known = rules.SEEN_BY_FRIEND | {State.LAPSED}
        return share if share.state_at(self._clock()) in known else None

    async def accept(self, share_id: str, friend_id: int) -> Share | None:
        """*Yes, show me*: it is for the caller to bring it now. None: too late, or not theirs."""
        share = await self.for_me(share_id, friend_id)
        return None if share is None else await self._apply(share, Act.YES)

    async def decline(self, share_id: str, friend_id: int) -> Share | None:
        """*No, thanks*. None: too late, or not theirs."""
        share = await self.for_me(share_id, friend_id)
        return None if share is None else await self._rest(share, Act.NO)

    async def remove(self, share_id: str, friend_id: int) -> list[Post] | None:
        """The friend wants it gone from their DM. None: not theirs, or it is on its way out."""
        share = await self.for_me(share_id, friend_id)
        return None if share is None else await self._end(share, Act.TAKE_BACK)

    # -- bringing ---------------------------------------------------------------------------

    async def copy(self, share: Share) -> Copy | None:
        """What the friend gets. None: it cannot be opened any more."""
        if share.copy is None or share.key_id is None:
            return None
        try:
            body = await self._keyring.unseal(share.copy, _place(share, share.key_id))
        except Unreadable:
            return None
        return Copy(**json.loads(body))

    async def is_wanted(self, connection: Any, share_id: str) -> bool:
        """Whether it is still to be brought; held so, so that taking it back finds its post."""
        return await self._shares.hold_sending(connection, share_id)

    async def brought(self, share: Share) -> None:
        """It stands in the friend's DM. Taken back meanwhile, it goes by itself."""
        async with self._main.transaction() as connection:
            given = await self._shares.give(connection, share)
        await self._destroy_key(share, given)

    async def closed(self, share: Share) -> None:
        """It can't be brought: Discord says that the friend's DMs are closed."""
        await self._apply(share, Act.CLOSED)

    async def when_gone(self, connection: Any, post: Post) -> None:
        """A message certainly does not stand: what is taken back ends with its last one."""
        await self._shares.deleted(connection, post.key, self._clock())

    # -- what falls due ---------------------------------------------------------------------

    async def get(self, share_id: str) -> Share | None:
        """A share, whoever asks for it."""
        async with self._main.transaction() as connection:
            return await self._shares.get(connection, share_id)

    async def pass_time(self, share: Share) -> None:
        """Let one follow its course, where it is due and time alone does it."""
        if share.due_at is None or share.due_at > self._clock():
            return
        if share.state is State.ASKING:
            await self._rest(share, Act.TIME)
        else:
            await self._apply(share, Act.TIME)

    def state_of(self, share: Share) -> State:
        """Where a share stands now."""
        return share.state_at(self._clock())

    # -- helpers ----------------------------------------------------------------------------

    async def _apply(self, share: Share, act: Act) -> Share | None:
        async with self._main.transaction() as connection:
            changed = await self._shares.apply(connection, share, act, self._clock())
        await self._destroy_key(share, changed)
        return changed

    async def _end(self, share: Share, act: Act) -> list[Post] | None:
        """End it; returns what of it has to go from the DM. None: something else was faster."""
        async with self._main.transaction() as connection:
            changed = await self._shares.apply(connection, share, act, self._clock())
            posts = await self._posts.of(connection, BROUGHT, share.id)
        await self._destroy_key(share, changed)
        return None if changed is None else posts

    async def _destroy_key(self, before: Share, after: Share | None) -> None:
        """What fails here is done by due work."""
        if after is not None:
            await self._keys.discard(spent_by(before, after))

    async def _rest(self, share: Share, act: Act) -> Share | None:
        """The friend's no, or their silence: these two rest. A hidden one looks the same."""
        now = self._clock()
        mark = await self._keyring.known_mark(share.friend_id, _REST, share.writer_id)
        async with self._main.transaction() as connection:
            charter = await self._governance.charter_in(connection, share.guild_id)
            changed = await self._shares.apply(connection, share, act, now)
            if changed is not None and mark is not None:
                until = now + max(rules.REST, charter.rest_days * DAY)
                await self._limits.rest(connection, share.friend_id, EVERYWHERE, mark, until)
        await self._destroy_key(share, changed)
        return changed

    async def _blocks(self, share: Share) -> bool:
        """Whether the friend has blocked the writer."""
        mark = await self._keyring.known_mark(share.friend_id, _BLOCK, share.writer_id)
        async with self._main.transaction() as connection:
            return mark is not None and await self._limits.blocks(connection, share.friend_id, mark)


def _place(share: Share, key_id: str) -> Place:
    people = (share.friend_id, owner_of(key_id))
    return Place("shared entry", people, share.id, share.entry_revision)
