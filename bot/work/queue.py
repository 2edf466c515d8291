"""The queue of due work: what the bot has to do by itself, from when on, and who is at it.

A family puts a piece in with `add`, in the transaction in which the work arises, and registers a
handler with the worker (`bot/work/worker.py`). A piece names a row of the family's by its key and
holds nothing else of it: its handler reads the row, does what is due by then, and says when it
wants to look again. It may be called too early, twice, or for a row that is gone.

The life of a piece: due ──claim──► busy ──done──► gone, or due again at another time. Whoever
claims it has it for `TAKES` seconds; a process that dies loses it to any other one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store

#: Seconds that a process has for a piece before another one may claim it.
TAKES = 60
#: Seconds by which the clocks of processes may differ; what is further off is a clock's that was
#: wrong.
_SKEW = 300
#: Turns that are taken in one round.
_ROUND = 500


class Kind(NamedTuple):
    """A kind of due work. `urgent`: take-backs and erasures, which wait for nothing else."""

    name: str
    urgent: bool = False


class Todo(NamedTuple):
    """A piece that somebody waits for."""

    kind: Kind
    key: str


class Waiting(NamedTuple):
    """A piece that is due. Pieces of one `turn` are done one after the other."""

    kind: str
    key: str
    turn: str


class Piece(NamedTuple):
    """A piece that this process has claimed, until `busy_until` (seconds UTC).

    `tries`: how often it was tried in vain, in a row.
    """

    kind: str
    key: str
    turn: str
    urgent: int
    tries: int
    busy_until: int


class Queue:
    """Adds and claims due work, for all families and all processes on one database."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._clock = clock
        self._queries: Any = load(Path(__file__).with_name("queue.sql"), store.main.driver)

    # -- in a family's transaction ----------------------------------------------------------

    async def add(
        self,
        connection: Any,
        kind: Kind,
        key: str | int,
        due_at: int | None = None,
        *,
        turn: str | int | None = None,
        urgent: bool = False,
    ) -> None:
        """Have a piece looked at from `due_at` on (seconds UTC; None: now).

        `turn`: the person or server whose turn it takes; None: it takes one of its own.
        """
        now = self._clock()
        await self._queries.add(
            connection,
            kind=kind.name,
            key=str(key),
            turn=str(key if turn is None else turn),
            urgent=int(urgent or kind.urgent),
            now=now,
            due_at=now if due_at is None else due_at,
        )

    async def forget(self, connection: Any, kind: Kind, key: str | int) -> None:
        """What it was about is gone."""
        await self._queries.forget(connection, kind=kind.name, key=str(key))

    async def forget_turn(self, connection: Any, turn: str | int) -> None:
        """A person or a server is gone, and with it all that took its turn.

        So whatever names a person in its key takes that person's turn.
        """
        await self._queries.forget_turn(connection, turn=str(turn))

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        """What the bot does by itself because of somebody."""
        rows = self._queries.of_turn(connection, turn=str(person_id))
        return {
            "due_work": [
                {
                    "what": row["kind"],
                    "about": row["key"],
                    "looked_at_from": row["due_at"],
                    "tried_in_vain": row["tries"],
                }
                async for row in rows
            ]
        }

    # -- for the worker ---------------------------------------------------------------------

    async def begin(self, kind: Kind, keys: Iterable[str]) -> None:
        """Put in what is always there; what is waits as it did. All take one turn."""
        now = self._clock()
        async with self._main.transaction() as connection:
            for key in keys:
                await self._queries.begin(connection, kind=kind.name, key=key, now=now)

    async def due(self, *, urgent: bool) -> list[Waiting]:
        """What can be claimed now: the first piece of each turn."""
        now = self._clock()
        async with self._main.transaction() as connection:
            rows = self._queries.due(
                connection,
                urgent=int(urgent),
                now=now,
                latest=now + _SKEW,
                furthest=now + TAKES + _SKEW,
                most=_ROUND,
            )
            return [record(Waiting, row) async for row in rows]

    async def claim(self, kind: str, key: str) -> Piece | None:
        """Take a piece for this process. None: another one is at it, or it is gone."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.claim(
                connection,
                kind=kind,
                key=key,
                now=now,
                until=now + TAKES,
                furthest=now + TAKES + _SKEW,
            )
        return None if row is None else record(Piece, row)

    async def finish(self, piece: Piece, due_at: int | None, *, urgent: bool = False) -> bool:
        """Done, until `due_at` (seconds UTC) or (None) for good. True: it was added meanwhile.

        `urgent`: it still is; else it is like any other from now on.
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            mine = {"kind": piece.kind, "key": piece.key, "until": piece.busy_until}
            if due_at is None:
                if await self._queries.done(connection, **mine) is not None:
                    return False
                due_at = piece.busy_until
            # Never at once again, or a handler that errs would do nothing else.
            due_at = max(due_at, now + 1)
            row = await self._queries.put_off(
                connection,
                **mine,
                urgent=int(urgent),
                now=now,
                due_at=due_at,
                soonest=now,
                tries=0,
            )
            return row is not None and row[0] < due_at

    async def failed(self, piece: Piece, due_at: int, *, soonest: int | None = None) -> None:
        """It could not be done; it is tried again at `due_at` (seconds UTC).

        If it was added meanwhile, from `soonest` on (None: no sooner).
        """
        async with self._main.transaction() as connection:
            await self._queries.put_off(
                connection,
                kind=piece.kind,
                key=piece.key,
                until=piece.busy_until,
                urgent=piece.urgent,
                now=self._clock(),
                due_at=due_at,
                soonest=due_at if soonest is None else soonest,
                tries=piece.tries + 1,
            )

    async def try_again(self) -> None:
        """Discord is back: what it did not take is tried now."""
        async with self._main.transaction() as connection:
            await self._queries.try_again(connection, now=self._clock())
