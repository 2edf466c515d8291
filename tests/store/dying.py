"""A program that is killed (SIGKILL) at one step after the other, for the tests around it.

    python -m tests.store.dying WORK FOLDER

does the work again and again, each time on a copy of FOLDER/template called FOLDER/0, FOLDER/1 and
so on: killed before the first step, the second, until it ends unharmed. A step is a call to a
database, or a file that is opened, linked, renamed or removed.

    python -m tests.store.dying WORK FOLDER OTHER LOCKS

stops it there instead, while another process does other work; then it goes on. Each may be refused,
in a line for the operator. LOCKS is "without" for a file system that knows no locks on folders.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import shutil
import signal
import sys
import traceback
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path
from typing import Any, NoReturn

import aiosqlite

from bot.keeping import backup, check, rekey, restore
from bot.seal import KeyFileError
from bot.store import database as databases
from bot.store import hold as holds
from bot.store.database import StoreError, open_database
from bot.store.migrate import migrate
from bot.store.store import MIGRATIONS, open_store
from tests.store.states import clock, settings_in

_FILE_EVENTS = ("open", "os.link", "os.rename", "os.remove")
#: How a process ends that was refused in a line for the operator.
_REFUSED = 3


async def died_at_every_step(
    work: str, folder: Path, program: str = "tests.store.dying"
) -> list[Path]:
    """Run the program; returns the folders it left, the one it finished in last."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", program, work, str(folder))
    assert await process.wait() == 0
    return sorted(folder.glob("[0-9]*"), key=lambda each: int(each.name))


async def met(work: str, other: str, locks: str, folder: Path) -> list[Path]:
    """Run the program; returns the folders that two processes left who worked at once."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.store.dying", work, str(folder), other, locks)
    )
    assert await process.wait() == 0
    return list(folder.glob("[0-9]*"))


async def _migrate(folder: Path) -> None:
    database = await open_database(f"sqlite:///{folder}/firsthand.db")
    await migrate(database, MIGRATIONS, clock)
    await database.close()


async def _start(folder: Path) -> None:
    store = await open_store(settings_in(folder), clock)
    await store.close()


async def _rekey(folder: Path) -> None:
    await rekey(settings_in(folder), clock)


async def _check(folder: Path) -> None:
    await check(settings_in(folder), clock)


async def _backup(folder: Path) -> None:
    await backup(settings_in(folder), folder / f"made {os.getpid()}", clock)


async def _restore(folder: Path) -> None:
    restore(settings_in(folder), folder / "backup", clock)


WORK: dict[str, Callable[[Path], Awaitable[None]]] = {
    "migrate": _migrate,
    "start": _start,
    "rekey": _rekey,
    "check": _check,
    "backup": _backup,
    "restore": _restore,
}


def die_at(step: int, by: signal.Signals = signal.SIGKILL) -> None:
    """From here on, count steps, and kill this process before the one with this number."""
    left = step

    def step_on() -> None:
        nonlocal left
        if left == 0:
            os.kill(os.getpid(), by)
        left -= 1

    execute = aiosqlite.Connection._execute

    async def counted(self: aiosqlite.Connection, fn: Any, *args: Any, **kwargs: Any) -> Any:
        step_on()
        return await execute(self, fn, *args, **kwargs)

    aiosqlite.Connection._execute = counted  # type: ignore[method-assign]

    def audit(event: str, arguments: tuple[Any, ...]) -> None:
        if event in _FILE_EVENTS and not str(arguments[0]).endswith((".py", ".pyc", ".sql")):
            step_on()

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


def meet_at_every_step(folder: Path, work: str, other: str) -> None:
    """Do both on one copy after the other: the one stands still at a step, and goes on later.

    The other one runs to its end meanwhile, or, if it does the same, also to the same step only.
    """
    databases._BUSY_SECONDS = holds._PATIENCE = 0.02  # pyright: ignore[reportPrivateUsage]
    for step in count():
        for also in (None, step) if work == other else (None,):
            name = str(step) if also is None else f"{step} and {also}"
            copy = shutil.copytree(folder / "template", folder / name)
            one, stopped = _begin(work, copy, step)
            another, also_stopped = _begin(other, copy, also)
            if stopped:
                _go_on(one)
            if also_stopped:
                _go_on(another)
        if not stopped:
            return


def knows_no_locks(*_: object) -> None:
    raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))


def _begin(work: str, copy: Path, step: int | None) -> tuple[int, bool]:
    """Do it in a process of its own, to its end or to a step. Returns its id, and which."""
    child = os.fork()
    if not child:
        _works(work, copy, step)
    _, status = os.waitpid(child, os.WUNTRACED)
    if not os.WIFSTOPPED(status):
        _has_ended(status)
    return child, os.WIFSTOPPED(status)


def _go_on(process: int) -> None:
    os.kill(process, signal.SIGCONT)
    _has_ended(os.waitpid(process, 0)[1])


def _has_ended(status: int) -> None:
    if os.waitstatus_to_exitcode(status) not in (0, _REFUSED):
        sys.exit(f"neither done nor refused: {status}")


def _works(work: str, copy: Path, step: int | None) -> NoReturn:
    try:
        if step is not None:
            die_at(step, signal.SIGSTOP)
        asyncio.run(WORK[work](copy))  # type: ignore[arg-type]
    except (StoreError, KeyFileError):
        os._exit(_REFUSED)
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


async def _dies(copy: Path, step: int) -> None:
    die_at(step)
    await WORK[sys.argv[1]](copy)


if __name__ == "__main__":
    if len(sys.argv) == 3:
        at_every_step(Path(sys.argv[2]), _dies)
    work, folder, other, locks = sys.argv[1:]
    if locks == "without":
        fcntl.flock = knows_no_locks  # type: ignore[assignment]
    meet_at_every_step(Path(folder), work, other)
