"""Due work: one loop that asks every job, twice a minute, to do what has fallen due.

The work itself lies in the database. A job looks there, takes what is due by a conditional update,
and does it, so that several processes never do one thing twice and a restart loses nothing.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

log = logging.getLogger(__name__)

#: Seconds between the start and the first look, and between two looks.
FIRST = 1.0
INTERVAL = 30.0
#: Pieces of work a job takes in one look, so that one job cannot hold up the others.
BATCH = 50


class Due:
    """The loop. Jobs are added while the bot starts."""

    def __init__(self, report: Callable[[BaseException], str]) -> None:
        """`report` turns an error into a log line without people's words."""
        self._jobs: dict[str, Callable[[], Awaitable[None]]] = {}
        self._report = report
        self._task: asyncio.Task[None] | None = None
        self._resting = asyncio.Event()
        self._resting.set()

    def add(self, name: str, job: Callable[[], Awaitable[None]]) -> None:
        self._jobs[name] = job

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="firsthand due work")

    async def stop(self, seconds: float = 0) -> None:
        """Look no more. A look that runs is let to its end, for so many seconds."""
        if self._task is not None:
            with suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._resting.wait()
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def look(self) -> None:
        """Run every job once. A job that fails is logged and tried again at the next look."""
        for name in self._jobs:
            await self.run(name)

    async def run(self, name: str) -> None:
        """Run one job now, because somebody waits for what it does."""
        try:
            await self._jobs[name]()
        except Exception as error:
            log.error("due work %s: %s", name, self._report(error))

    async def _run(self) -> None:
        # Whoever waits for an answer since before the start goes first.
        await asyncio.sleep(FIRST)
        while True:
            self._resting.clear()
            await self.look()
            self._resting.set()
            await asyncio.sleep(INTERVAL)
