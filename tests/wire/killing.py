"""A process that dies between two steps.

A step is what leaves a trace outside the process: a commit that changed something, or a call that
Discord took. After the step with the number asked for, nothing the process does has any effect any
more: every call and every transaction ends in `Died`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

from simcord.http import router

from tests.world import World


class Died(Exception):
    """The process has ended here."""


class Mortal:
    """Counts the steps of a world's bot; after step `end` (from 0) the bot is dead."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.steps: list[str] = []
        self.end: int | None = None

    @property
    def dead(self) -> bool:
        return self.end is not None and len(self.steps) > self.end

    def _step(self, what: str) -> None:
        self.steps.append(what)
        if self.dead:
            raise Died

    @contextmanager
    def watched(self, end: int | None = None) -> Iterator[Mortal]:
        """Count from here on; let it die after step `end`."""
        self.steps, self.end = [], end
        store = self.world.bot.store
        real_dispatch = router.dispatch
        real = {database: database.transaction for database in (store.main, store.keys)}

        def dispatch(backend: Any, method: str, path: str, **how: Any) -> Any:
            if self.dead:
                raise Died
            result = real_dispatch(backend, method, path, **how)
            if method != "GET":
                self._step(f"{method} {path}")
            return result

        def mortal(begin: Any) -> Any:
            @asynccontextmanager
            async def transaction() -> AsyncIterator[Any]:
                if self.dead:
                    raise Died
                async with begin() as connection:
                    before = connection.total_changes
                    yield connection
                    changed = connection.total_changes != before
                if changed:
                    self._step("commit")

            return transaction

        router.dispatch = dispatch
        for database, begin in real.items():
            database.transaction = mortal(begin)
        try:
            yield self
        finally:
            router.dispatch = real_dispatch
            for database, begin in real.items():
                database.transaction = begin
