"""The notebook: journals and their entries as they are stored, behind typed functions.

Every method works inside its caller's transaction. What is sealed stays sealed here.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bot.journal import KEY
from bot.seal import Place
from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.work.queue import Queue

#: Before the first day and after the last one: where no month narrows a search.
FIRST_DAY, LAST_DAY = 0, 2**31


class Row(NamedTuple):
    """A journal: which key seals its entries, and how often it was locked."""

    person_id: int
    key_id: str
    locks: int


class Entry(NamedTuple):
    """An entry, sealed. `day`: days since 1970 (UTC); `turn`: its order on that day."""

    id: str
    person_id: int
    day: int
    turn: int
    revision: int
    sealed: bytes

    def place(self) -> Place:
        return entry_place(self.person_id, self.id, self.revision)


class Fullness(NamedTuple):
    """How much a journal holds: entries, and bytes as they are sealed."""

    entries: int
    size: int


class Tries(NamedTuple):
    """When passphrases were tried (seconds UTC): those that were not right, and those that were."""

    wrong: list[int]
    right: list[int]


class Habits(NamedTuple):
    """What happens to somebody's direct messages, and the language they are answered in.

    `habit`: ask, always, never; or full: always, but there was no room, and that was said once.
    """

    habit: str = "ask"
    language: str = "en"


class Span(NamedTuple):
    """Days from which entries are wanted, both included."""

    from_day: int = FIRST_DAY
    to_day: int = LAST_DAY


def entry_place(person_id: int, entry_id: str, revision: int) -> Place:
    """Where an entry is sealed to."""
    return Place("journal entry", (person_id,), entry_id, revision)


class Notebook:
    """Named queries on journals."""

    def __init__(self, driver: str, queue: Queue) -> None:
        self._queue = queue
        self._queries: Any = load(Path(__file__).with_name("notebook.sql"), driver)

    # -- journals and keys ------------------------------------------------------------------

    async def journal(self, connection: Any, person_id: int) -> Row | None:
        row = await self._queries.journal(connection, person_id=person_id)
        return None if row is None else record(Row, row)

    async def open_journal(self, connection: Any, person_id: int, key_id: str) -> bool:
        """Begin a journal. False: there is one."""
        row = await self._queries.open_journal(connection, person_id=person_id, key_id=key_id)
        return row is not None

    async def hold(self, connection: Any, person_id: int, key_id: str) -> bool:
        """Hold a journal until the transaction ends. False: this is not its key any more."""
        return await self._queries.hold(connection, person_id=person_id, key_id=key_id) is not None

    async def turn_key(self, connection: Any, person_id: int, key_id: str) -> None:
        """From now on another key seals it."""
        await self._queries.turn_key(connection, person_id=person_id, key_id=key_id)

    async def lock(self, connection: Any, person_id: int) -> None:
        await self._queries.lock(connection, person_id=person_id)

    async def note_key(self, connection: Any, key_id: str, person_id: int, unused_at: int) -> None:
        """Write down that the keys database may hold this key from now on.

        Who makes it and has not used it by `unused_at` (seconds UTC) has died: it is destroyed.
        """
        await self._queries.note_key(connection, key_id=key_id, person_id=person_id)
        await self._queue.add(connection, KEY, key_id, unused_at)

    async def use_key(self, connection: Any, key_id: str) -> bool:
        """Give a noted key to a journal. False: it is to be destroyed, or is already."""
        if await self._queries.use_key(connection, key_id=key_id) is None:
            return False
        await self._queue.forget(connection, KEY, key_id)
        return True

    async def forget_journal(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_journal(connection, person_id=person_id)

    async def spend_key(self, connection: Any, key_id: str) -> None:
        """Have it destroyed."""
        await self._queries.spend_key(connection, key_id=key_id)
        await self._queue.add(connection, KEY, key_id)

    async def spend_unused(self, connection: Any, key_id: str) -> bool:
        """Let nobody use it any more, if nothing does. False: something does, or it is gone."""
        return await self._queries.spend_unused(connection, key_id=key_id) is not None

    async def spent_keys_of(self, connection: Any, person_id: int) -> list[str]:
        rows = self._queries.spent_keys_of(connection, person_id=person_id)
        return [row["key_id"] async for row in rows]

    async def drop_key(self, connection: Any, key_id: str) -> None:
        """It is destroyed."""
        await self._queries.drop_key(connection, key_id=key_id)
        await self._queue.forget(connection, KEY, key_id)

    # -- entries ----------------------------------------------------------------------------

    async def add(
        self,
        connection: Any,
        *,
        entry_id: str,
        person_id: int,
        day: int,
        sealed: bytes,
        source: bytes | None,
    ) -> bool:
        """False: the message it comes from is in the journal already."""
        row = await self._queries.add_entry(
            connection, id=entry_id, person_id=person_id, day=day, sealed=sealed, source=source
        )
        return row is not None

    async def entry(self, connection: Any, person_id: int, entry_id: str) -> Entry | None:
        row = await self._queries.entry(connection, id=entry_id, person_id=person_id)
        return None if row is None else record(Entry, row)

    async def entry_of(self, connection: Any, person_id: int, source: bytes) -> Entry | None:
        """The entry that was made from this message."""
        row = await self._queries.entry_of_source(connection, person_id=person_id, source=source)
        return None if row is None else record(Entry, row)

    async def change(
        self, connection: Any, person_id: int, entry_id: str, revision: int, sealed: bytes
    ) -> bool:
        """False: it was changed or deleted meanwhile."""
        row = await self._queries.change_entry(
            connection, id=entry_id, person_id=person_id, revision=revision, sealed=sealed
        )
        return row is not None

    async def reseal(self, connection: Any, entries: Sequence[Entry]) -> None:
        """Write what was sealed anew under another key."""
        await self._queries.reseal_entries(
            connection,
            [
                {
                    "id": each.id,
                    "person_id": each.person_id,
                    "revision": each.revision,
                    "sealed": each.sealed,
                }
                for each in entries
            ],
        )

    async def delete(self, connection: Any, person_id: int, entry_id: str) -> bool:
        row = await self._queries.delete_entry(connection, id=entry_id, person_id=person_id)
        return row is not None

    async def before(
        self, connection: Any, person_id: int, span: Span, day: int, turn: int, most: int
    ) -> list[Entry]:
        """The next ones before a day and turn, newest first."""
        rows = self._queries.newest(
            connection, person_id=person_id, **span._asdict(), day=day, turn=turn, most=most
        )
        return [record(Entry, row) async for row in rows]

    async def after(
        self, connection: Any, person_id: int, span: Span, day: int, turn: int, most: int
    ) -> list[Entry]:
        """The next ones after a day and turn, oldest first."""
        rows = self._queries.oldest(
            connection, person_id=person_id, **span._asdict(), day=day, turn=turn, most=most
        )
        return [record(Entry, row) async for row in rows]

    async def days(self, connection: Any, person_id: int) -> list[int]:
        """Days with an entry, the latest first."""
        return [row["day"] async for row in self._queries.days(connection, person_id=person_id)]

    async def fullness(self, connection: Any, person_id: int) -> Fullness:
        return record(Fullness, await self._queries.fullness(connection, person_id=person_id))

    async def revisions(self, connection: Any, person_id: int) -> list[tuple[str, int]]:
        rows = self._queries.revisions(connection, person_id=person_id)
        return [(row["id"], row["revision"]) async for row in rows]

    async def forget_person(self, connection: Any, person_id: int) -> None:
        """Everything but the list of keys, which goes once the keys are gone."""
        # The journal first: whoever holds it may be adding an entry, which has to go, too. And
        # once more after the keys: it may have been begun meanwhile, with one of them or another.
        await self._queries.forget_journal(connection, person_id=person_id)
        spent = self._queries.spend_keys(connection, person_id=person_id)
        for key_id in [row["key_id"] async for row in spent]:
            await self._queue.add(connection, KEY, key_id)
        begun = await self._queries.forget_journal(connection, person_id=person_id)
        if begun is not None:
            await self.spend_key(connection, begun["key_id"])
        await self._queries.forget_entries(connection, person_id=person_id)
        await self._queries.forget_tries(connection, person_id=person_id)
        await self._queries.forget_habit(connection, person_id=person_id)

    # -- passphrases tried, habits ----------------------------------------------------------

    async def tries(self, connection: Any, person_id: int) -> Tries:
        tries = Tries([], [])
        async for row in self._queries.tries(connection, person_id=person_id):
            (tries.right if row["was_right"] else tries.wrong).append(row["tried_at"])
        return tries

    async def try_passphrase(self, connection: Any, person_id: int, now: int) -> str:
        """Count a try, as a wrong one until it is known to be right; its id."""
        try_id = new_id()
        await self._queries.try_passphrase(connection, id=try_id, person_id=person_id, now=now)
        return try_id

    async def was_right(self, connection: Any, person_id: int, try_id: str) -> None:
        """A try was right, so those that were not count no more."""
        await self._queries.was_right(connection, id=try_id)
        await self.forget_wrong_tries(connection, person_id)

    async def forget_wrong_tries(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_wrong_tries(connection, person_id=person_id)

    async def forget_old_tries(self, connection: Any, before: int) -> None:
        await self._queries.forget_old_tries(connection, before=before)

    async def habits(self, connection: Any, person_id: int) -> Habits | None:
        row = await self._queries.habits(connection, person_id=person_id)
        return None if row is None else record(Habits, row)

    async def set_habit(self, connection: Any, person_id: int, habit: str, language: str) -> None:
        await self._queries.set_habit(
            connection, person_id=person_id, habit=habit, language=language
        )

    async def tell_full(self, connection: Any, person_id: int) -> None:
        """Whoever has every message kept was told that there is no room."""
        await self._queries.tell_full(connection, person_id=person_id)

    async def has_room(self, connection: Any, person_id: int) -> None:
        """A message had room again."""
        await self._queries.has_room(connection, person_id=person_id)

    async def speaks(self, connection: Any, person_id: int, language: str) -> None:
        await self._queries.speaks(connection, person_id=person_id, language=language)
