"""A program that is killed (SIGKILL) at one step after the other, for the tests around it.

    python -m tests.store.dying WORK FOLDER

does the work again and again, each time on a copy of FOLDER/template called FOLDER/0, FOLDER/1 and
so on: killed before the first step, the second, until it ends unharmed. A step is a call to a
database, or a file that is opened, linked, renamed or removed.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import aiosqlite

from bot.keeping import rekey
from bot.store.database import open_database
from bot.store.migrate import migrate
from bot.store.store import MIGRATIONS, open_store
from tests.store.states import clock, settings_in

_FILE_EVENTS = ("open", "os.link", "os.rename", "os.remove")


async def died_at_every_step(
    work: str, folder: Path, program: str = "tests.store.dying"
) -> list[Path]:
    """Run the program; returns the folders it left, the one it finished in last."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", program, work, str(folder))
    assert await process.wait() == 0
    return sorted(folder.glob("[0-9]*"), key=lambda each: int(each.name))


async def _migrate(folder: Path) -> None:
    database = await open_database(f"sqlite:///{folder}/firsthand.db")
    await migrate(database, MIGRATIONS, clock)
    await database.close()


async def _start(folder: Path) -> None:
    store = await open_store(settings_in(folder), clock)
    await store.close()


async def _rekey(folder: Path) -> None:
    await rekey(settings_in(folder), clock)


WORK: dict[str, Callable[[Path], Awaitable[None]]] = {
    "migrate": _migrate,
    "start": _start,
    "rekey": _rekey,
}


def die_at(step: int) -> None:
    """From here on, count steps, and kill this process before the one with this number."""
    left = step

    def count() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        left -= 1

    execute = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, fn: Any, *args: Any, **kwargs: Any) -> Any:
        count()
        return await execute(self, fn, *args, **kwargs)

    aiosqlite.Connection._execute = counted  # type: ignore[method-assign]

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILE_EVENTS and not str(arguments[0]).endswith((".py", ".pyc", ".sql")):
            count()

    sys.addaudithook(audit)


def at_every_step(folder: Path, work: Callable[[Path, int], Awaitable[None]]) -> None:
    """Do the work on one copy after the other; it is given the step to `die_at`."""
    step = 0
    while True:
        copy = shutil.copytree(folder / "template", folder / str(step))
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(work(copy, step))  # type: ignore[arg-type]
            except BaseException:
                os._exit(1)
            os._exit(0)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            sys.exit(os.WEXITSTATUS(status))
        step += 1


async def _dies(copy: Path, step: int) -> None:
    die_at(step)
    await WORK[sys.argv[1]](copy)


if __name__ == "__main__":
    at_every_step(Path(sys.argv[2]), _dies)
