"""What is counted, because a count is the same on every machine and at every hour.

Ratios of times are printed and fail nothing. `figures.json` holds the counts of before; they stand
beside those of now, and a count that may not grow is held to them. After a change that is meant to
change them, `FIRSTHAND_BENCH_KEEP=1 pytest -m bench -n 0` writes them anew.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.store.database import SQLite

FILE = Path(__file__).with_name("figures.json")
KEEP = os.environ.get("FIRSTHAND_BENCH_KEEP") == "1"


def before(name: str, now: int) -> int:
    """The figure of before; of what is new, or kept anew, the figure of now."""
    known: dict[str, int] = json.loads(FILE.read_text())
    if KEEP and known.get(name) != now:
        known[name] = now
        FILE.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")
    return known.get(name, now)


class Meter:
    """Counts what SQLite does for some databases: instructions of its machine, and statements."""

    def __init__(self, *databases: SQLite) -> None:
        self.steps = 0
        self.statements: list[str] = []
        self._databases = databases

    async def attach(self) -> Meter:
        for database in self._databases:
            await database._connection.set_progress_handler(self._step, 1)
            await database._connection.set_trace_callback(self.statements.append)
        return self

    def _step(self) -> int:
        self.steps += 1
        return 0

    async def of(self, act: Callable[[], Awaitable[Any]]) -> int:
        """Instructions for one act."""
        self.steps = 0
        self.statements.clear()
        await act()
        return self.steps


def calls(work: Callable[[], object]) -> int:
    """Functions that are called by some work in this thread, Python's own among them.

    What grows with the square of a text shows here, unless it is inside one regular expression.
    """
    number = 0

    def count(_: Any, event: str, __: Any) -> None:
        nonlocal number
        number += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return number
