"""The worker: does what is due, a few pieces beside each other, each within its time.

In two lanes: take-backs and erasures, which never wait for anything else, and everything else. In a
round each person and each server has one turn, so that nobody's many pieces hold up others' few.

What Discord does not take is tried again, after a longer pause each time. Only what a handler
returns is final.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any

from bot.work.queue import TAKES, Kind, Piece, Queue, Todo

log = logging.getLogger(__name__)

#: Seconds between the start and the first look, and between two looks.
FIRST = 1.0
INTERVAL = 30.0
#: Seconds that a piece may take: less than another process waits before it takes over.
LIMIT = TAKES - 10
#: Seconds that somebody is let wait for pieces of their own.
PATIENCE = 12.0
#: Pieces beside each other, in each lane.
BESIDE = 4
#: Pauses after a piece could not be done, in seconds; the last one repeats.
PAUSES = (60, 300, 1800, 7200, 21_600)
#: How often a piece is done in a row, if it is added each time meanwhile.
_TURNS = 3
#: Seconds until a kind that nobody here handles is looked at again: a newer version may.
_UNKNOWN = 86_400

#: Does what is due of a row. Returns when to look again (seconds UTC); None: nothing is left.
Handler = Callable[[Piece], Awaitable[int | None]]


class NotNow(TimeoutError):
    """It cannot be done now, and may be later: it is tried again, later each time."""


class TooEarly(Exception):
    """It was looked at before its time, such as while somebody else is still at it."""

    def __init__(self, due_at: int) -> None:
        """`due_at`: seconds UTC."""
        super().__init__(due_at)
        self.due_at = due_at


#: What is done again and again, such as forgetting what is over; its key says which of it.
CHORE = Kind("chore")


class Worker:
    """The loop, and the handlers of every kind. Kinds are registered while the bot starts."""

    def __init__(
        self,
        queue: Queue,
        clock: Callable[[], int],
        unreached: tuple[type[Exception], ...],
        report: Callable[[BaseException], str],
    ) -> None:
        """`unreached`: what is raised where Discord did not take something now.

        `report` turns an error into a log line without people's words.
        """
        self._queue = queue
        self._clock = clock
        self._unreached = unreached
        self._report = report
        self._handlers: dict[str, Handler] = {CHORE.name: self._chore}
        self._chores: dict[str, tuple[int, Callable[[], Awaitable[None]]]] = {}
        self._each_look: list[Callable[[], None]] = []
        self._begun = False
        self._tasks: list[asyncio.Task[None]] = []
        self._running: set[asyncio.Task[None]] = set()
        #: What this process is at.
        self._at: dict[tuple[str, str], asyncio.Task[Any] | None] = {}

    # -- registering ------------------------------------------------------------------------

    def handle(self, kind: Kind, handler: Handler) -> None:
        self._handlers[kind.name] = handler

    def every(self, seconds: int, name: str, chore: Callable[[], Awaitable[None]]) -> None:
        """Have a chore done again and again, by one process of all."""
        self._chores[name] = (seconds, chore)

    def each_look(self, tidy: Callable[[], None]) -> None:
        """Have something tidied up in the memory of this process at each look."""
        self._each_look.append(tidy)

    # -- the loop ---------------------------------------------------------------------------

    def start(self) -> None:
        self._tasks = [
            asyncio.create_task(self._run(urgent=urgent), name="firsthand due work")
            for urgent in (True, False)
        ]

    async def stop(self, seconds: float = 0) -> None:
        """Claim nothing more. What runs is let to its end, for so many seconds."""
        tasks, self._tasks = self._tasks, []
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._running and seconds:
            await asyncio.wait(self._running, timeout=seconds)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def look(self) -> None:
        """Do everything that is due."""
        await self._begin()
        await self._lane(urgent=True)
        await self._lane(urgent=False)

    async def run(self, *todo: Todo) -> None:
        """Do these pieces now, because somebody waits for them, and nobody else's.

        Where this process is at one already, that is waited for. After `PATIENCE` seconds nothing
        is waited for any longer, and goes on.
        """
        mine = asyncio.current_task()
        with suppress(TimeoutError):
            async with asyncio.timeout(PATIENCE):
                if begun := self.soon(*todo):
                    await asyncio.wait(begun)
                keys = [(each.kind.name, each.key) for each in todo]
                while at := {self._at.get(key) for key in keys} - {None, mine}:
                    await asyncio.wait([task for task in at if task is not None])

    def soon(self, *todo: Todo) -> list[asyncio.Task[None]]:
        """Do these pieces now, without anybody waiting for it."""
        places = asyncio.Semaphore(BESIDE)

        async def one(each: Todo) -> None:
            async with places:
                try:
                    await self._do(each.kind.name, each.key)
                except Exception as error:
                    log.error("due work %s: %s", each.kind.name, self._report(error))

        return [self._task(one(each)) for each in dict.fromkeys(todo)]

    def _task(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Only the loop's own hold on a task would be a weak one."""
        task = asyncio.create_task(work, name="firsthand piece of work")
        self._running.add(task)
        task.add_done_callback(self._ended)
        return task

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        if not task.cancelled():
            task.exception()  # the look that began it reports one of them

    async def _run(self, *, urgent: bool) -> None:
        # Whoever waits for an answer since before the start goes first.
        await asyncio.sleep(FIRST)
        while True:
            try:
                if not urgent:
                    await self._begin()
                await self._lane(urgent=urgent)
            except Exception as error:
                log.error("due work: %s", self._report(error))
            await asyncio.sleep(INTERVAL)

    async def _begin(self) -> None:
        for tidy in self._each_look:
            tidy()
        if not self._begun:
            await self._queue.begin(CHORE, self._chores)
            self._begun = True

    async def _chore(self, piece: Piece) -> int | None:
        if piece.key not in self._chores:
            return None
        seconds, chore = self._chores[piece.key]
        await chore()
        return self._clock() + seconds

    async def _lane(self, *, urgent: bool) -> None:
        """Rounds, until nothing is due any more."""
        mine: dict[asyncio.Task[None], str] = {}
        while True:
            busy = set(mine.values())
            due = [each for each in await self._queue.due(urgent=urgent) if each.turn not in busy]
            for each in due:
                if len(mine) >= BESIDE:
                    await self._wait(mine)
                mine[self._task(self._do(each.kind, each.key))] = each.turn
            if not mine:
                return
            await self._wait(mine)

    async def _wait(self, mine: dict[asyncio.Task[None], str]) -> None:
        """Until one of these is done. Raises what a database says that cannot be used."""
        done, _ = await asyncio.wait(mine, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            del mine[task]
        for task in done:
            task.result()

    async def _do(self, kind: str, key: str) -> None:
        """Do a piece; once more, if it was added meanwhile."""
        for _ in range(_TURNS):
            piece = await self._queue.claim(kind, key)
            if piece is None:
                return
            self._at[kind, key] = asyncio.current_task()
            try:
                if not await self._see_to(piece):
                    return
            finally:
                self._at.pop((kind, key), None)

    async def _see_to(self, piece: Piece) -> bool:
        """True: it was added meanwhile."""
        handler = self._handlers.get(piece.kind)
        if handler is None:
            log.info("nobody here does due work of the kind %s", piece.kind)
            await self._queue.failed(piece, self._clock() + _UNKNOWN)
            return False
        try:
            async with asyncio.timeout(LIMIT):
                due_at = await handler(piece)
        except TooEarly as early:
            return await self._queue.finish(piece, early.due_at, urgent=bool(piece.urgent))
        except Exception as error:
            if isinstance(error, self._unreached):
                log.info("due work %s waits: %s", piece.kind, self._report(error))
            else:
                log.error("due work %s: %s", piece.kind, self._report(error))
            pause = PAUSES[min(piece.tries, len(PAUSES) - 1)]
            now = self._clock()
            await self._queue.failed(piece, now + pause, soonest=now + PAUSES[0])
            return False
        return await self._queue.finish(piece, due_at)
