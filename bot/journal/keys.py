"""The keys of journals: one for each, with a passphrase of its writer's or without.

Setting, changing or removing a passphrase makes a new key and seals every entry anew under it, so
that an older copy of the keys database opens nothing any more. The entries and the journal's
`key_id` change in one transaction: whatever dies before it, the old key holds; after it, the new
one. The key that nothing needs any more is destroyed then, or later by due work.

The main database notes every key before the keys database holds it, and drops the note after it is
destroyed. A key comes into the keys database only inside the transaction that makes it a journal's,
so that nobody can destroy it in between, and none is left that no note tells of.

An open journal is held in this process's memory alone: what a passphrase closes must not be
readable from the databases while it is open. After a restart it is locked.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from enum import StrEnum
from typing import NamedTuple

from bot.journal import rules
from bot.journal.notebook import FIRST_DAY, Entry, Notebook, Row, Span
from bot.journal.passphrase import Passphrases, is_closed, key_of, plain
from bot.seal import KEY_BYTES, Unreadable, seal, unseal
from bot.store.database import StoreError, advice
from bot.store.ids import new_id, owner_of
from bot.store.store import Store
from bot.work.queue import Piece
from bot.work.turns import Turns

log = logging.getLogger(__name__)

#: Seconds after which a key still in the making was left behind by a process that died.
_MAKING_TAKES = 600


#: Entries that are read, and opened, in one go: few, so that nobody else waits for long.
CHUNK = 100


class Locked(Exception):
    """The journal is closed by its passphrase."""


class State(StrEnum):
    """What stands between a writer and their journal."""

    NO_PASSPHRASE = "no_passphrase"
    LOCKED = "locked"
    UNLOCKED = "unlocked"


class Tried(NamedTuple):
    """What became of a passphrase.

    `blocked_until`: none may be tried before, because too many were wrong; `rests_until`: because
    too many were right (seconds UTC).
    """

    right: bool
    blocked_until: int | None = None
    rests_until: int | None = None


class Opened(NamedTuple):
    """A journal's key, while it is open."""

    key_id: str
    key: bytes


class _Unlocked(NamedTuple):
    row: Row
    key: bytes
    opened_at: int
    used_at: int


class Keys:
    """Opens and closes journals."""

    def __init__(self, store: Store, notebook: Notebook, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._troubles = store.main.troubles + store.keys.troubles
        self._notebook = notebook
        self._clock = clock
        self._passphrases = Passphrases()
        self._unlocked: dict[int, _Unlocked] = {}
        #: For what takes a passphrase, or many entries of one journal.
        self.turns = Turns(rules.WAITING)

    async def state(self, person_id: int) -> State:
        row, held = await self._held(await self._row(person_id))
        if row is None or held is None or not is_closed(held):
            return State.NO_PASSPHRASE
        return State.LOCKED if self._in_memory(row) is None else State.UNLOCKED

    async def opened(self, person_id: int) -> Opened:
        """The key of somebody's journal, made when there is no journal yet. Raises as `known`."""
        while True:
            found = await self.known(person_id)
            if found is not None:
                return found
            await self._begin(person_id)

    async def known(self, person_id: int) -> Opened | None:
        """The key of somebody's journal, None when there is no journal.

        Raises Locked, and Unreadable when its key is lost (only erasing helps then).
        """
        row = await self._row(person_id)
        key = None if row is None else self._in_memory(row)
        if row is not None and key is not None:
            return Opened(row.key_id, key)
        row, held = await self._held(row)
        if row is None:
            return None
        if held is None:
            raise Unreadable
        if is_closed(held):
            raise Locked
        return Opened(row.key_id, key_of(held))

    async def unlock(self, person_id: int, passphrase: str) -> Tried:
        """Open a journal with its passphrase. One without any is open to everything. Raises Busy.

        A try counts before it is checked, so that many at once do not count as one. What waited
        while the one before it opened the journal is done with it: two clicks are one.
        """
        before = self._unlocked.get(person_id)
        async with self.turns.of(person_id):
            row, found = await self._row(person_id), self._unlocked.get(person_id)
            is_newer = found is not None and (before is None or found.opened_at > before.opened_at)
            if row is not None and is_newer and self._in_memory(row) is not None:
                return Tried(right=True)
            while (tried := await self._try(person_id, passphrase)) is None:
                pass  # closed with another passphrase at this moment, opened, or erased
            return tried

    async def _try(self, person_id: int, passphrase: str) -> Tried | None:
        """None: what it was tried on is the journal's key no more."""
        row, held = await self._held(await self._row(person_id))
        if row is None or held is None or not is_closed(held):
            return Tried(right=True)
        now = self._clock()
        async with self._main.transaction() as connection:
            if not await self._notebook.hold(connection, person_id, row.key_id):
                return None
            tries = await self._notebook.tries(connection, person_id)
            blocked, rests = (
                rules.blocked_until(tries.wrong, now),
                rules.rests_until(tries.right, now),
            )
            if blocked is not None or rests is not None:
                return Tried(right=False, blocked_until=blocked, rests_until=rests)
            try_id = await self._notebook.try_passphrase(connection, person_id, now)
        key = await self._passphrases.open(held, passphrase)
        async with self._main.transaction() as connection:
            if key is None:
                wrong = (await self._notebook.tries(connection, person_id)).wrong
                return Tried(right=False, blocked_until=rules.blocked_until(wrong, now))
            await self._notebook.was_right(connection, person_id, try_id)
        now = self._clock()
        self._unlocked[person_id] = _Unlocked(row, key, now, now)
        return Tried(right=True)

    async def lock(self, person_id: int) -> None:
        """Close it here and, because the count of locks changes, in every other process."""
        self._unlocked.pop(person_id, None)
        async with self._main.transaction() as connection:
            await self._notebook.lock(connection, person_id)

    async def protect(self, person_id: int, passphrase: str | None) -> bool:
        """Close an open journal with another passphrase, or (None) with none.

        Raises Locked, and Busy. False: it is closed anew, but a copy of the old key may still be in
        the keys database. Due work goes on destroying it.
        """
        async with self.turns.of(person_id):
            old_id = await self._protect(person_id, passphrase)
        try:
            await self._destroy(old_id)
            await self._main.scrub()
        except (StoreError, *self._troubles) as error:
            reason = advice(error) or type(error).__name__
            log.error("an old journal key is not destroyed yet: %s", reason)
            return False
        return True

    async def _protect(self, person_id: int, passphrase: str | None) -> str:
        """Returns the id of the key that nothing needs any more."""
        await self.opened(person_id)
        while True:
            key = secrets.token_bytes(KEY_BYTES)
            held = plain(key)
            if passphrase is not None:
                held = await self._passphrases.close(key, passphrase)
            new = Opened(await self.note(person_id), key)
            old_id = await self._seal_anew(person_id, new, held)
            if old_id is not None:
                break
        now, row = self._clock(), await self._row(person_id)
        if passphrase is None:
            self._unlocked.pop(person_id, None)
        elif row is not None and row.key_id == new.key_id:
            self._unlocked[person_id] = _Unlocked(row, new.key, now, now)
        return old_id

    async def erase(self, person_id: int) -> None:
        """Destroy the keys of a journal whose rows are gone. Raises StoreError."""
        self._unlocked.pop(person_id, None)
        async with self._main.transaction() as connection:
            key_ids = await self._notebook.spent_keys_of(connection, person_id)
        for key_id in key_ids:
            await self._destroy(key_id)

    async def discard(self, key_ids: Sequence[str]) -> None:
        """Destroy keys that nothing needs any more; what fails is left for due work."""
        for key_id in key_ids:
            try:
                await self._destroy(key_id)
            except (StoreError, *self._troubles) as error:
                reason = advice(error) or type(error).__name__
                log.error("a key is not destroyed yet: %s", reason)

    async def due(self, piece: Piece) -> None:
        """Destroy a key that nothing uses. Whoever was still making it makes another one."""
        async with self._main.transaction() as connection:
            unused = await self._notebook.spend_unused(connection, piece.key)
        if unused:
            await self._destroy(piece.key)

    async def forget_old_tries(self) -> None:
        """Forget tries that count no more."""
        async with self._main.transaction() as connection:
            await self._notebook.forget_old_tries(connection, self._clock() - 2 * rules.LOCKED_OUT)

    def forget_idle(self) -> None:
        """Forget the keys of journals that have been open here for too long."""
        now = self._clock()
        for person_id, each in list(self._unlocked.items()):
            if not rules.still_open(each.opened_at, each.used_at, now):
                self._unlocked.pop(person_id, None)

    async def _row(self, person_id: int) -> Row | None:
        async with self._main.transaction() as connection:
            return await self._notebook.journal(connection, person_id)

    def _in_memory(self, row: Row) -> bytes | None:
        """The key of a journal that was unlocked here and is open still; using it counts."""
        found, now = self._unlocked.get(row.person_id), self._clock()
        if found is None:
            return None
        if found.row != row or not rules.still_open(found.opened_at, found.used_at, now):
            # Locked elsewhere, closed with another passphrase, erased, or its time is over.
            self._unlocked.pop(row.person_id, None)
            return None
        self._unlocked[row.person_id] = found._replace(used_at=now)
        return found.key

    async def _held(self, row: Row | None) -> tuple[Row | None, bytes | None]:
        """A journal as it is now, and what the keyring holds for it; None: its key is lost."""
        while row is not None:
            held = await self._keyring.kept(owner_of(row.key_id))
            if held is not None:
                return row, held
            # Perhaps another process has just put another key in its place.
            before, row = row, await self._row(row.person_id)
            if row is not None and row.key_id == before.key_id:
                break
        return row, None

    async def _begin(self, person_id: int) -> None:
        """Make a journal, unless another process is faster."""
        key_id = await self.note(person_id)
        held = plain(secrets.token_bytes(KEY_BYTES))
        async with self._main.transaction() as connection:
            if not await self._notebook.open_journal(connection, person_id, key_id):
                await self._notebook.spend_key(connection, key_id)
            elif await self._notebook.use_key(connection, key_id):
                await self._keyring.keep(owner_of(key_id), held)
            else:
                # Erased at this moment, and the new key with it.
                await self._notebook.forget_journal(connection, person_id)

    async def note(self, person_id: int) -> str:
        """The id of a new key, noted as one that the keys database may hold from now on."""
        key_id = new_id()
        async with self._main.transaction() as connection:
            unused_at = self._clock() + _MAKING_TAKES
            await self._notebook.note_key(connection, key_id, person_id, unused_at)
        return key_id

    async def _destroy(self, key_id: str) -> None:
        await self._keyring.forget(owner_of(key_id))
        async with self._main.transaction() as connection:
            await self._notebook.drop_key(connection, key_id)

    async def _seal_anew(self, person_id: int, new: Opened, held: bytes) -> str | None:
        """Seal every entry under another key, in one step; returns the id of the old one.

        None: the new one was spent meanwhile, because the journal was erased or all this took
        longer than `_MAKING_TAKES`. Raises Locked.
        """
        while True:
            old = await self.opened(person_id)
            seen, sealed = await self._sealed_anew(person_id, old.key, new.key)
            async with self._main.transaction() as connection:
                if not await self._notebook.hold(connection, person_id, old.key_id):
                    continue
                # What was written meanwhile would be left under the old key.
                now = await self._notebook.revisions(connection, person_id)
                if set(now) != seen:
                    continue
                if not await self._notebook.use_key(connection, new.key_id):
                    return None
                await self._keyring.keep(owner_of(new.key_id), held)
                await self._notebook.turn_key(connection, person_id, new.key_id)
                await self._notebook.reseal(connection, sealed)
                await self._notebook.forget_wrong_tries(connection, person_id)
                await self._notebook.spend_key(connection, old.key_id)
                return old.key_id

    async def _sealed_anew(
        self, person_id: int, old: bytes, new: bytes
    ) -> tuple[set[tuple[str, int]], list[Entry]]:
        """The ids and revisions of all entries, and what could be sealed under another key."""
        seen, sealed, day, turn = set[tuple[str, int]](), list[Entry](), FIRST_DAY, 0
        while True:
            async with self._main.transaction() as connection:
                chunk = await self._notebook.after(connection, person_id, Span(), day, turn, CHUNK)
            if not chunk:
                return seen, sealed
            seen |= {(each.id, each.revision) for each in chunk}
            sealed += await asyncio.to_thread(_sealed_anew, chunk, old, new)
            day, turn = chunk[-1].day, chunk[-1].turn


def _sealed_anew(entries: Sequence[Entry], old: bytes, new: bytes) -> list[Entry]:
    """Entries under another key. One that does not open stays as it is: it is lost already."""
    found: list[Entry] = []
    for entry in entries:
        try:
            text = unseal(entry.sealed, [old], entry.place())
        except Unreadable:
            continue
        found.append(entry._replace(sealed=seal(text, [new], entry.place())))
    return found
