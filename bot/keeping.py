"""What an operator does with the data: check it, back it up, restore it, change its key."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from bot.seal import InstanceKey, KeyFileError, Unreadable
from bot.settings import Settings
from bot.store.database import SQLite, StoreError, sqlite_file
from bot.store.store import next_key_file, open_store

MAIN_COPY = "firsthand.db"
KEYS_COPY = "keys.db"


async def check(settings: Settings, clock: Callable[[], int]) -> None:
    """Open everything as a start would. Raises StoreError or KeyFileError."""
    store = await open_store(settings, clock)
    await store.close()


async def backup(settings: Settings, folder: Path, clock: Callable[[], int]) -> None:
    """Copy both databases, as of now, into a new private folder, while the bot may be running.

    The instance's key is left out on purpose: kept beside the data it would protect nothing.
    Raises StoreError for Postgres, which has its own tools, and for a folder that exists.
    """
    store = await open_store(settings, clock)
    try:
        if not isinstance(store.main, SQLite) or not isinstance(store.keys, SQLite):
            raise StoreError(
                "This copies SQLite databases. For Postgres use pg_dump on each of the two "
                "databases; docs/operating.md has the commands."
            )
        try:
            folder.mkdir(mode=0o700, parents=True)
        except FileExistsError:
            raise StoreError(f"{folder} exists already. Name a new folder.") from None
        except OSError as error:
            raise StoreError(f"{folder} cannot be made ({error.strerror}).") from error
        try:
            # The keys last: whoever erases meanwhile is in the first copy, unreadable.
            await store.main.backup(folder / MAIN_COPY)
            await store.keys.backup(folder / KEYS_COPY)
            for copy in (folder / MAIN_COPY, folder / KEYS_COPY):
                copy.chmod(0o600)
        except (OSError, sqlite3.Error) as error:
            shutil.rmtree(folder)
            raise StoreError(f"No backup was made: {error}.") from error
    finally:
        await store.close()


def restore(settings: Settings, folder: Path) -> None:
    """Put a backup in place of the databases. The bot must be stopped.

    The keys in use are kept when there are any: they lack the keys of people who erased their data
    since the backup, so that a restore does not bring those people's texts back (section 6).
    Raises StoreError.
    """
    main, keys = sqlite_file(settings.database), sqlite_file(settings.keys_database)
    if main is None or keys is None:
        raise StoreError("This restores SQLite databases. For Postgres use pg_restore.")
    pairs = [(folder / MAIN_COPY, main)]
    # A start without keys is refused, but leaves an empty database behind.
    if not _holds(keys, "instance"):
        pairs.append((folder / KEYS_COPY, keys))
    if not _holds(folder / MAIN_COPY, "facts") or not _holds(folder / KEYS_COPY, "instance"):
        raise StoreError(f"{folder} is not a whole backup. Nothing was changed.")
    for source, target in pairs:
        _copy(source, target)


async def rekey(settings: Settings, clock: Callable[[], int]) -> int:
    """Make a new instance key and wrap every personal key under it; returns how many.

    The new key is on disk before the databases change, and takes the old one's place after: a kill
    at any moment leaves a pair that the next start can open. Raises StoreError, KeyFileError.
    """
    store = await open_store(settings, clock)
    try:
        new, newer = InstanceKey.make(), next_key_file(settings.key_file)
        newer.unlink(missing_ok=True)
        try:
            new.write(newer)
        except OSError as error:
            raise KeyFileError(
                f"FIRSTHAND_KEY_FILE: {newer} cannot be written ({error.strerror}). "
                "Nothing was changed."
            ) from error
        try:
            count = await store.keyring.rewrap(new)
        except Unreadable as error:
            raise StoreError(
                "FIRSTHAND_KEYS_DATABASE: a key in it is damaged. Nothing was changed."
            ) from error
        newer.replace(settings.key_file)
        await store.keys.scrub()
    finally:
        await store.close()
    return count


def _copy(source: Path, target: Path) -> None:
    """Through SQLite, so that the write-ahead log of what stood there before cannot mix in."""
    try:
        target.touch(mode=0o600)
        with (
            closing(sqlite3.connect(source)) as old,
            closing(sqlite3.connect(target, timeout=0, isolation_level=None)) as new,
        ):
            # Alone with the target, or an error: `backup` itself would wait for ever.
            new.execute("PRAGMA locking_mode=EXCLUSIVE")
            new.execute("BEGIN EXCLUSIVE")
            new.execute("COMMIT")
            old.backup(new)
    except (OSError, sqlite3.Error) as error:
        raise StoreError(f"{target} could not be written ({error}). Stop the bot first.") from error


def _holds(file: Path, table: str) -> bool:
    """Whether a file is a database with something in this table."""
    if not file.is_file():
        return False
    try:
        with closing(sqlite3.connect(file)) as database:
            return bool(database.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
    except sqlite3.Error:
        return False
