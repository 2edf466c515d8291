"""*Hold at the door*: what is known of the AutoMod rule that the bot keeps in a server.

The rule itself is Discord's. Here stands which one it is, what the bot last set in it, how far it
got, and when to look again. Looking is due work: a process takes it, and another one overtakes it
if it died.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from bot.governance.rules import Noticing
from bot.governance.service import Change
from bot.noticing.by_hand import ByHand, Last
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store

#: Seconds: a process that took a door and died is overtaken; the daily look; the next look where
#: another process has the server.
TAKES, DAILY, ELSEWHERE = 60, 86_400, 600
#: Waits between attempts, in seconds; after the last, daily.
_RETRIES = (60, 300, 1800, 7200)
#: The rules of a server that the door follows.
FOLLOWED = ("noticing", "noticing_leaves_out", "language")


class DoorState(StrEnum):
    """How far it got; see the migration."""

    MAKING = "making"
    UP = "up"
    DELETED = "deleted"
    LACKING = "lacking"
    FULL = "full"
    FAILING = "failing"
    LEAVING = "leaving"


class Door(NamedTuple):
    """What is known of a server's rule. Times are seconds UTC."""

    guild_id: int
    rule_id: int | None
    last_set: str
    by_hand: str
    state: str
    again: int
    attempts: int
    taken_until: int
    due_at: int

    @property
    def last(self) -> Last | None:
        return Last.read(self.last_set)

    @property
    def changed_by_hand(self) -> list[ByHand]:
        return [ByHand(each) for each in self.by_hand.split(",") if each]


class Doors:
    """The doors of every server."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._clock = clock
        self._queries: Any = load(Path(__file__).with_name("doors.sql"), store.main.driver)

    async def follow(self, connection: Any, change: Change) -> None:
        """A rule of a server was changed; in the transaction of the change."""
        if change.name == "noticing" and change.after_value == Noticing.HOLD:
            await self._queries.hold(connection, guild_id=change.guild_id, now=self._clock())
        elif change.name in FOLLOWED:
            await self._queries.soon(connection, guild_id=change.guild_id, now=self._clock())

    async def get(self, guild_id: int) -> Door | None:
        """None: nothing is held at this door, and nothing has to go."""
        async with self._main.transaction() as connection:
            row = await self._queries.door(connection, guild_id=guild_id)
        return None if row is None else record(Door, row)

    async def look_soon(self, guild_id: int) -> None:
        """Something may have changed there."""
        async with self._main.transaction() as connection:
            await self._queries.soon(connection, guild_id=guild_id, now=self._clock())

    async def look_at_all(self) -> None:
        """The bot has started: what happened meanwhile is seen soon."""
        async with self._main.transaction() as connection:
            await self._queries.all_soon(connection, now=self._clock())

    async def make_again(self, guild_id: int) -> bool:
        """A moderator wants the rule back that was deleted by hand. False: it is not gone."""
        async with self._main.transaction() as connection:
            row = await self._queries.make_again(connection, guild_id=guild_id, now=self._clock())
        return row is not None

    async def due(self, most: int) -> list[int]:
        """Servers whose door is to be looked at."""
        async with self._main.transaction() as connection:
            rows = self._queries.due_doors(connection, now=self._clock(), most=most)
            return [row["guild_id"] async for row in rows]

    async def take(self, guild_id: int) -> Door | None:
        """Take a door for this process. None: not due, or another process is at it."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.take(
                connection, guild_id=guild_id, now=now, until=now + TAKES
            )
        return None if row is None else record(Door, row)

    async def settle(
        self, door: Door, state: DoorState, *, by_hand: tuple[ByHand, ...] | None = None
    ) -> None:
        """Note how far it got. What was changed by hand stays as noted unless said."""
        now = self._clock()
        fine = state in (DoorState.UP, DoorState.DELETED)
        wait = DAILY
        if not fine and door.attempts <= len(_RETRIES):
            wait = _RETRIES[door.attempts - 1]
        await self._settle(
            door._replace(
                state=state.value,
                by_hand=door.by_hand if by_hand is None else ",".join(by_hand),
                attempts=0 if fine else door.attempts,
            ),
            now + wait,
        )

    async def put_off(self, door: Door) -> None:
        """This process cannot see the server; another one may."""
        await self._settle(door._replace(attempts=door.attempts - 1), self._clock() + ELSEWHERE)

    async def close(self, door: Door) -> None:
        """The rule is gone."""
        async with self._main.transaction() as connection:
            row = await self._queries.close(
                connection, guild_id=door.guild_id, until=door.taken_until
            )
        if row is None:
            gone = door._replace(rule_id=None, last_set="", by_hand="", attempts=0)
            await self._settle(gone, self._clock())

    async def _settle(self, door: Door, due_at: int) -> None:
        async with self._main.transaction() as connection:
            await self._queries.settle(
                connection,
                guild_id=door.guild_id,
                rule_id=door.rule_id,
                last_set=door.last_set,
                by_hand=door.by_hand,
                state=door.state,
                attempts=door.attempts,
                until=door.taken_until,
                due_at=due_at,
            )

    # -- parts of a server, of no person -----------------------------------------------------

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        return {}

    async def erase_person(self, connection: Any, person_id: int) -> None:
        """Nothing here is about a person."""

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_door(connection, guild_id=guild_id)
