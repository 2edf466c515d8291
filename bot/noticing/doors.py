"""*Hold at the door*: what is known of the AutoMod rule that the bot keeps in a server.

The rule itself is Discord's. Here stands which one it is, what the bot last set in it, and how far
it got. Looking is due work, of which every change of it puts in more.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from bot.governance.rules import Noticing
from bot.governance.service import Change
from bot.noticing import DOOR
from bot.noticing.by_hand import ByHand, Last
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store
from bot.work.queue import Queue, Todo

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
    """What is known of a server's rule."""

    guild_id: int
    rule_id: int | None
    last_set: str
    by_hand: str
    state: str

    @property
    def last(self) -> Last | None:
        return Last.read(self.last_set)

    @property
    def changed_by_hand(self) -> list[ByHand]:
        return [ByHand(each) for each in self.by_hand.split(",") if each]


class Doors:
    """The doors of every server."""

    def __init__(self, store: Store, queue: Queue) -> None:
        self._main = store.main
        self._queue = queue
        self._queries: Any = load(Path(__file__).with_name("doors.sql"), store.main.driver)

    async def follow(self, connection: Any, change: Change) -> None:
        """A rule of a server was changed; in the transaction of the change."""
        if change.name == "noticing" and change.after_value == Noticing.HOLD:
            await self._queries.hold(connection, guild_id=change.guild_id)
        if change.name in FOLLOWED:
            await self._queue.add(connection, DOOR, change.guild_id)

    async def get(self, guild_id: int) -> Door | None:
        """None: nothing is held at this door, and nothing has to go."""
        async with self._main.transaction() as connection:
            row = await self._queries.door(connection, guild_id=guild_id)
        return None if row is None else record(Door, row)

    async def look_soon(self, guild_id: int) -> None:
        """Something may have changed there."""
        async with self._main.transaction() as connection:
            await self._queue.add(connection, DOOR, guild_id)

    async def look_at_all(self) -> None:
        """The bot has started: what happened meanwhile is seen soon."""
        async with self._main.transaction() as connection:
            for row in [row async for row in self._queries.doors(connection)]:
                await self._queue.add(connection, DOOR, row["guild_id"])

    async def make_again(self, guild_id: int) -> bool:
        """A moderator wants the rule back that was deleted by hand. False: it is not gone."""
        async with self._main.transaction() as connection:
            row = await self._queries.make_again(connection, guild_id=guild_id)
            if row is not None:
                await self._queue.add(connection, DOOR, guild_id)
        return row is not None

    async def settle(
        self, door: Door, state: DoorState, *, by_hand: tuple[ByHand, ...] | None = None
    ) -> DoorState:
        """Note how far it got. What was changed by hand stays as noted unless said."""
        async with self._main.transaction() as connection:
            await self._queries.settle(
                connection,
                guild_id=door.guild_id,
                rule_id=door.rule_id,
                last_set=door.last_set,
                by_hand=door.by_hand if by_hand is None else ",".join(by_hand),
                state=state.value,
            )
        return state

    async def close(self, guild_id: int) -> None:
        """The rule is gone. If one was asked for meanwhile, it is to be made."""
        async with self._main.transaction() as connection:
            # In two statements: the second one sees what the first one has waited for.
            await self._queries.begin_anew(connection, guild_id=guild_id)
            await self._queries.close(connection, guild_id=guild_id)

    # -- parts of a server, of no person -----------------------------------------------------

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        return {}

    async def erase_person(self, connection: Any, person_id: int) -> list[Todo]:
        """Nothing here is about a person."""
        return []

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_door(connection, guild_id=guild_id)
