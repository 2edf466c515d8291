"""Privacy: everything about a person, for them, and the end of everything about them.

Every part that stores something joins here; a test holds the list against the database.

Erasing happens in this order (design, section 6): the rows go in one transaction, then the
personal key, then the side files of both databases are emptied. Only then is it said to be done.

One thing can take longer: letting a person out of the channel of a group they were in, which is
Discord's to do. Until it has, the row that says so stays, with their id. `still_leaving` tells
where that is so, and it must not be called done before.

What stays, because it protects somebody else: a block or a no that another person or a group
decided (a fingerprint that only their key explains), and for at most a day how many requests were
made, so that erasing does not make room for more.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from bot.affinity.keeping import Keeping as GroupKeeping
from bot.affinity.keeping import Leaving
from bot.consent.keeping import Keeping
from bot.governance.service import Governance
from bot.journal.keeping import Keeping as JournalKeeping
from bot.people.roster import Roster
from bot.store.store import Store
from bot.work.posts import Posts
from bot.work.queue import Piece, Queue, Todo

_EXPLAINED = (
    "Times are seconds since 1970 (UTC). Servers, channels, messages and people are Discord's ids. "
    "People you refuse are kept as fingerprints, so they have no id here."
)


class Part(Protocol):
    """A part that stores something about people; each method works in its caller's transaction."""

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What it holds about a person, opened."""
        ...

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        """Erase a person; returns what is left to be done in Discord.

        It is called twice: before their key goes, and after.
        """
        ...

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        """Forget a server."""
        ...


class Privacy:
    """What is known about one person, whole."""

    def __init__(
        self,
        store: Store,
        roster: Roster,
        governance: Governance,
        keeping: Keeping,
        groups: GroupKeeping,
        journal: JournalKeeping,
        posts: Posts,
        queue: Queue,
        clock: Callable[[], int],
    ) -> None:
        self._store = store
        self._roster = roster
        self._governance = governance
        self._keeping = keeping
        self._groups = groups
        self._journal = journal
        self._posts = posts
        self._queue = queue
        self._clock = clock
        #: Parts that need nothing done in any particular order.
        self.also: list[Part] = []

    async def export(self, person_id: int) -> dict[str, Any]:
        """Everything that is stored about a person, in every server."""
        # Before the others: opening it takes transactions of its own.
        entries = await self._journal.entries(person_id)
        async with self._store.main.transaction() as connection:
            also: dict[str, Any] = {}
            for part in self.also:
                also |= await part.export_person(connection, person_id)
            return {
                "about": _EXPLAINED,
                "person": person_id,
                "made_at": self._clock(),
                **await self._roster.export_person(connection, person_id),
                **await self._queue.export_person(connection, person_id),
                **await self._governance.export_person(connection, person_id),
                **await self._keeping.export_person(connection, person_id),
                **await self._groups.export_person(connection, person_id),
                **entries,
                **await self._journal.export_person(connection, person_id),
                **also,
            }

    async def erase(self, person_id: int) -> list[Todo]:
        """Erase a person; returns what is left to be done in Discord.

        Raises StoreError when the rows are gone but a copy may remain in a side file: then it is
        not done, and can be asked for again.
        """
        async with self._store.main.transaction() as connection:
            await self._groups.hold_groups_of(connection, person_id)
            # Before the groups, which may end with this: so every post of theirs is found.
            todo = await self._keeping.erase_person(connection, person_id)
            todo += await self._groups.erase_person(connection, person_id)
            todo += await self._journal.erase_person(connection, person_id)
            for part in self.also:
                todo += await part.erase_person(connection, person_id)
            await self._governance.erase_person(connection, person_id)
            await self._roster.erase_person(connection, person_id)
            # After the rows, as whoever changes these adds work: two never wait for each other.
            await self._queue.forget_turn(connection, person_id)
        await self._journal.erase_keys(person_id)
        await self._store.keyring.forget(person_id)
        async with self._store.main.transaction() as connection:
            await self._store.main.alone(connection)
            # What they did on another device while this ran, sealed under the key that is gone.
            for part in self.also:
                todo += await part.erase_person(connection, person_id)
            await self._queue.forget_turn(connection, person_id)
            # Last: where somebody is absent, this is what has it done again after a crash.
            await self._roster.forget_absence(connection, person_id)
        await self._store.main.scrub()
        return todo

    async def still_leaving(self, person_id: int) -> list[Leaving]:
        """Groups whose channel may still let in somebody who has erased everything.

        To be asked after what `erase` returned was tried. For whom there are none, nothing is left;
        raises StoreError when a copy may remain in a side file.
        """
        left = await self._groups.leaving(person_id)
        await self._store.main.scrub()
        return left

    async def departed(self, piece: Piece) -> int | None:
        """Forget a server that the bot was removed from 30 days ago."""
        guild_id = int(piece.key)
        due_at = await self._roster.departed(guild_id)
        if due_at is None or due_at > self._clock():
            return due_at
        await self._groups.close_guild(guild_id)
        async with self._store.main.transaction() as connection:
            await self._groups.forget_guild(connection, guild_id)
            await self._keeping.forget_guild(connection, guild_id)
            await self._journal.forget_guild(connection, guild_id)
            for part in self.also:
                await part.forget_guild(connection, guild_id)
            await self._governance.forget_guild(connection, guild_id)
            await self._posts.forget_guild(connection, guild_id)
            await self._roster.forget_guild(connection, guild_id)
            await self._queue.forget_turn(connection, guild_id)
        return None
