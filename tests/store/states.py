"""What the tests of the store share: a clock, settings, a look into a database, cancellation."""

from __future__ import annotations

import asyncio
import types
from collections.abc import Coroutine, Generator
from pathlib import Path
from typing import Any

from bot.settings import Settings
from bot.store.database import Database

NOW = 1_800_000_000


def clock() -> int:
    return NOW


def settings_in(folder: Path, **more: str) -> Settings:
    """Settings with everything in one folder, on SQLite unless said."""
    return Settings.from_mapping({"FIRSTHAND_STATE": str(folder), **more})


async def ask(connection: Any, question: str) -> list[tuple[Any, ...]]:
    """Run any statement inside a transaction; its rows."""
    if hasattr(connection, "execute_fetchall"):
        return [tuple(row) for row in await connection.execute_fetchall(question)]
    return [tuple(row) for row in await connection.fetch(question)]


async def fetch(database: Database, question: str) -> list[tuple[Any, ...]]:
    """Run any statement in a transaction of its own; its rows."""
    async with database.transaction() as connection:
        return await ask(connection, question)


class Cancelled:
    """Runs a coroutine in a task that is cancelled while it waits for the nth time.

    `again` cancels it once more at the next wait, as an impatient shutdown does. `reached` tells
    whether it waited that often.
    """

    def __init__(self, number: int, *, again: bool = False) -> None:
        self._at = {number, number + 1} if again else {number}
        self.reached = False

    async def run(self, work: Coroutine[Any, Any, None]) -> None:
        await asyncio.gather(asyncio.create_task(self._stepwise(work)), return_exceptions=True)

    async def _stepwise(self, work: Coroutine[Any, Any, None]) -> None:
        await self._drive(work)

    @types.coroutine
    def _drive(self, work: Coroutine[Any, Any, None]) -> Generator[Any, Any, None]:
        task, waits = asyncio.current_task(), 0
        assert task is not None
        problem: BaseException | None = None
        while True:
            try:
                waited_for = work.send(None) if problem is None else work.throw(problem)
            except StopIteration:
                return
            if waits in self._at:
                self.reached = True
                task.cancel()
            waits += 1
            problem = None
            try:
                yield waited_for
            except BaseException as error:
                problem = error
