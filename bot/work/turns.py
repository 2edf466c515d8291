"""One person's work waits behind their own: one thing after the other, in the order they asked.

In this process alone; another one on the same databases has turns of its own.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary


class Busy(Exception):
    """So much of this person's work waits already that this is not begun. Nothing was done."""


class _Line:
    """Somebody's turn, and how many have it or wait for it."""

    def __init__(self) -> None:
        self.turn = asyncio.Lock()
        self.length = 0


class Turns:
    """Turns of everybody, for one kind of work. `waiting`: how many of a person may; None: any."""

    def __init__(self, waiting: int | None = None) -> None:
        self._waiting = waiting
        self._lines: WeakValueDictionary[int, _Line] = WeakValueDictionary()

    @asynccontextmanager
    async def of(self, person_id: int) -> AsyncGenerator[None]:
        """Wait for this person's turn, and have it. Raises Busy, at once, when too many wait."""
        line = self._lines.setdefault(person_id, _Line())
        if self._waiting is not None and line.length > self._waiting:
            raise Busy
        line.length += 1
        try:
            async with line.turn:
                yield
        finally:
            line.length -= 1
