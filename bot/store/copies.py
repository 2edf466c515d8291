"""Copies of SQLite databases, and how a copy takes the place of the one in use.

A copy is made and changed beside its place, under a name of its own. One rename puts it there:
whenever the power goes, the place holds the one database or the other, whole.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path

from bot.files import sync
from bot.store.database import StoreError, trouble

_SIDE_FILES = ("-wal", "-shm", "-journal")


def is_damage(error: sqlite3.Error) -> bool:
    """Whether a file is no database, or a damaged one."""
    return _code(error) in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT)


def place_beside(file: Path) -> Path:
    """Where the copy is made that is to take this file's place."""
    return file.with_name(f"{file.name}.restored")


def clear_beside(file: Path) -> None:
    """Remove what is left of such a copy when it was not to be. Raises StoreError."""
    copy = place_beside(file)
    try:
        for each in (copy, *_side_files(copy)):
            each.unlink(missing_ok=True)
    except OSError as error:
        raise StoreError(trouble(copy, error)) from error


def copy(source: Path, target: Path) -> None:
    """Copy a database to a new file (mode 0600) without side files, on disk but for its name.

    Raises StoreError.
    """
    try:
        target.touch(mode=0o600, exist_ok=False)
        with (
            closing(sqlite3.connect(source)) as old,
            closing(sqlite3.connect(target, isolation_level=None)) as new,
        ):
            old.backup(new)
            _to_one_file(new)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{trouble(target, error)} Nothing was changed.") from error


def put_in_place(files: Sequence[Path]) -> None:
    """Let copies take the places of databases that nobody else uses, one after the other.

    They are there, on disk, before this returns. Raises StoreError, which says what was changed.
    """
    file, state = files[0], "Nothing was changed."
    with ExitStack() as locks:
        try:
            for file in files:
                if file.exists():
                    locks.enter_context(closing(_alone(file)))
                # A log that stays would be taken for the new one's.
                for each in _side_files(file):
                    each.unlink(missing_ok=True)
                sync(file.parent)
            for file in files:
                place_beside(file).replace(file)
                state = "Restore it again before you start the bot: it may be in place half."
                sync(file.parent)
        except (OSError, sqlite3.Error) as error:
            busy = isinstance(error, sqlite3.Error) and _code(error) == sqlite3.SQLITE_BUSY
            raise StoreError(
                f"{trouble(file, error)}{' Stop the bot first.' if busy else ''} {state}"
            ) from error


def _alone(file: Path) -> sqlite3.Connection:
    """A connection that keeps others out of a database, which is whole in its file.

    Nobody can be at work with a damaged one. Raises sqlite3.Error.
    """
    database = sqlite3.connect(file, timeout=0, isolation_level=None)
    try:
        database.execute("PRAGMA locking_mode=EXCLUSIVE")
        _to_one_file(database)
        database.execute("BEGIN EXCLUSIVE")
    except sqlite3.Error as error:
        if not is_damage(error):
            database.close()
            raise
    return database


def _code(error: sqlite3.Error) -> int:
    # Python adds none to what it cannot read itself.
    return getattr(error, "sqlite_errorcode", sqlite3.SQLITE_CORRUPT) & 0xFF


def _to_one_file(database: sqlite3.Connection) -> None:
    """Leave nothing of a database in a log. Closing it would do so too, but hide that it failed."""
    database.execute("PRAGMA journal_mode=DELETE")


def _side_files(file: Path) -> list[Path]:
    return [file.with_name(file.name + end) for end in _SIDE_FILES]
