"""A hold on the state folder: what cannot run beside anything else finds out before it begins.

Whatever opens the databases holds the folder together with others, the bot for as long as it runs.
`rekey` and `restore` hold it alone. The system lets go when a process ends, however it ends, and
nothing is left lying there.

It is there so that two get in each other's way kindly. That nothing is lost when they do, on a file
system without such locks or on two machines with one Postgres, rests on the databases alone.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path

from bot.store.database import StoreError

#: Seconds that a start waits for a `rekey`, which takes less for any number of people there is.
_PATIENCE = 5.0
_OTHERS = (
    "FIRSTHAND_STATE: the bot, or another of these commands, is at work with {folder}. "
    "Stop the bot first, and start one command after the other. Nothing was changed."
)
_ALONE = (
    "FIRSTHAND_STATE: `rekey` or `restore` is at work with {folder}. "
    "Start this again when it is done."
)


class Hold:
    """A folder that is held, until `release` or the end of the process."""

    def __init__(self, handle: int) -> None:
        self._handle = handle

    @classmethod
    def alone(cls, folder: Path) -> Hold:
        """Raises StoreError when anybody holds the folder."""
        hold = _take(folder, fcntl.LOCK_EX)
        if hold is None:
            raise StoreError(_OTHERS.format(folder=folder))
        return hold

    @classmethod
    async def together(cls, folder: Path) -> Hold:
        """Raises StoreError when somebody holds the folder alone for longer than a while."""
        loop = asyncio.get_running_loop()
        patience = loop.time() + _PATIENCE
        while (hold := _take(folder, fcntl.LOCK_SH)) is None:
            if loop.time() > patience:
                raise StoreError(_ALONE.format(folder=folder))
            await asyncio.sleep(0.05)
        return hold

    def release(self) -> None:
        os.close(self._handle)


def _take(folder: Path, how: int) -> Hold | None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, how | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(handle)
        return None
    except OSError:
        pass  # the file system knows no locks
    return Hold(handle)
