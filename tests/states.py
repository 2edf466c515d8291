"""What a first start leaves, copied where a test needs new databases: making them takes long."""

from __future__ import annotations

import shutil
import tempfile
import time
from functools import cache
from pathlib import Path

from bot.settings import Settings
from bot.store.database import sqlite_file
from bot.store.store import open_store

#: Where the tests' files lie: a memory file system where there is one with room.
_MEMORY = Path("/dev/shm")
FAST = str(_MEMORY) if _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free > 2**30 else None


@cache
def _folder() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(dir=FAST)


async def _first() -> Settings:
    """Databases and key as a first start leaves them, made once in a process."""
    folder = Path(_folder().name) / "state"
    settings = Settings.from_mapping({"FIRSTHAND_STATE": str(folder)})
    if not settings.key_file.exists():
        await (await open_store(settings, lambda: int(time.time()))).close()
    return settings


async def begin(settings: Settings) -> None:
    """A first start with these settings, on SQLite, if there has been none."""
    new = (sqlite_file(settings.database), sqlite_file(settings.keys_database), settings.key_file)
    if any(file is None or file.exists() for file in new):
        return
    first = await _first()
    made = (sqlite_file(first.database), sqlite_file(first.keys_database), first.key_file)
    for source, target in zip(made, new, strict=True):
        assert source is not None
        assert target is not None
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.copy(source, target)
