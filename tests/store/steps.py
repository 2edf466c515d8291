"""A house in which something happens at one step: it dies, a database fails, another process acts.

A step is where work can stop with something new on the disk or not: before a transaction begins,
before it is committed, and before side files are emptied; the next step, or the end, is after it.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from bot.store.database import Database
from bot.store.keyring import Keyring
from bot.store.store import Store
from tests.store.houses import House


class Killed(BaseException):
    """The process is gone. Nothing may catch this."""


class Steps:
    """Counts the steps of a house, and does something at the one with this number.

    `reached` tells whether there were as many.
    """

    def __init__(self, house: House, number: int, act: Callable[[], Awaitable[None]]) -> None:
        self._left = number
        self._act = act
        self.reached = False
        store = house.store
        main, keys = _Counted(store.main, self.step), _Counted(store.keys, self.step)
        keyring = Keyring(keys, store.keyring._instance_key)
        self.house = House(Store(main, keys, keyring, store.hold), house.time)

    async def step(self) -> None:
        self._left -= 1
        if self._left == -1:
            self.reached = True
            await self._act()


class Deadly(Steps):
    """It is killed at that step, and does nothing more."""

    def __init__(self, house: House, number: int) -> None:
        super().__init__(house, number, self._die)

    async def step(self) -> None:
        if self.reached:
            raise Killed
        await super().step()

    async def _die(self) -> None:
        raise Killed


class Failing(Steps):
    """The databases fail at that step, once or from then on, as the engine in use fails."""

    def __init__(self, house: House, number: int, *, lasting: bool) -> None:
        super().__init__(house, number, self._fail)
        self._lasting = lasting
        self._error = house.store.main.troubles[0]

    async def step(self) -> None:
        if self.reached and self._lasting:
            await self._fail()
        await super().step()

    async def _fail(self) -> None:
        raise self._error("database or disk is full")


class _Counted:
    """A database whose steps are counted."""

    def __init__(self, database: Database, step: Callable[[], Awaitable[None]]) -> None:
        self._database = database
        self._step = step

    def __getattr__(self, name: str) -> Any:
        return getattr(self._database, name)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Any]:
        await self._step()
        async with self._database.transaction() as connection:
            yield connection
            await self._step()

    async def scrub(self) -> None:
        await self._step()
        await self._database.scrub()
