"""The store: the main database, the keyring and the instance's key, opened together and checked.

Order of decision when opening (design, section 6):

1. Neither database is damaged, as far as that is quickly seen; `check` looks further.
2. Both are brought to the newest schema.
3. Neither knows an instance: this is the very first run, and a key is made.
4. One of them does: the key must exist and be the one that wrapped the keys, and both must belong
   to the same instance. Otherwise the start is refused; nothing is ever made anew over old data.
   Only a first run that was killed is finished: the keys know their instance, but hold no key yet.
"""

from __future__ import annotations

import glob
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import AsyncExitStack, suppress
from pathlib import Path
from typing import Any, NamedTuple

from bot.files import sync, why
from bot.seal import InstanceKey, KeyFileError
from bot.settings import Settings
from bot.store.copies import clear_beside
from bot.store.database import Database, StoreError, advice, open_database, sqlite_file
from bot.store.hold import Hold
from bot.store.keyring import Keyring
from bot.store.migrate import migrate
from bot.store.queries import load

_HERE = Path(__file__).parent
MIGRATIONS = _HERE / "migrations"
KEYS_MIGRATIONS = _HERE / "keys_migrations"
#: What the names of keys on their way end in; other files beside the key file are not ours.
_OURS = re.compile(r"(\.[0-9a-f]{8}|\.next)*\.(next|part)")


class Store(NamedTuple):
    """What the services stand on."""

    main: Database
    keys: Database
    keyring: Keyring
    hold: Hold

    async def close(self) -> None:
        async with AsyncExitStack() as closing:
            closing.callback(self.hold.release)
            closing.push_async_callback(self.keys.close)
            closing.push_async_callback(self.main.close)


class Facts:
    """What the bot remembers about itself."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queries: Any = load(_HERE / "facts.sql", database.driver)

    async def get(self, name: str) -> str | None:
        async with self._database.transaction() as connection:
            return await self._queries.fact(connection, name=name)

    async def set(self, name: str, value: str) -> None:
        async with self._database.transaction() as connection:
            await self._queries.state(connection, name=name, value=value)


async def open_store(settings: Settings, clock: Callable[[], int], *, alone: bool = False) -> Store:
    """Open everything; `alone`: only where nothing else has it open.

    Raises StoreError or KeyFileError with a line for the operator.
    """
    folder = settings.state
    hold = Hold.alone(folder) if alone else await Hold.together(folder)
    try:
        return await _open(settings, clock, hold)
    except BaseException:
        hold.release()
        raise


async def _open(settings: Settings, clock: Callable[[], int], hold: Hold) -> Store:
    for file in filter(None, map(sqlite_file, (settings.database, settings.keys_database))):
        clear_beside(file.resolve())
    async with AsyncExitStack() as opened:
        # Closed again whatever happens below: a database's thread keeps the process alive.
        main = await open_database(settings.database)
        opened.push_async_callback(main.close)
        keys = await open_database(settings.keys_database)
        opened.push_async_callback(keys.close)
        try:
            await main.look_for_damage(whole=False)
            # Small, and what an index has lost here would be made anew, and open nothing.
            await keys.look_for_damage(whole=True)
            await migrate(main, MIGRATIONS, clock)
            await migrate(keys, KEYS_MIGRATIONS, clock)
            store = Store(main, keys, await _keyring(settings, Facts(main), keys), hold)
        except main.troubles + keys.troubles as error:
            raise StoreError(advice(error) or f"The databases cannot be used: {error}.") from error
        opened.pop_all()
        return store


def key_file_of(settings: Settings) -> Path:
    """The key file itself, where it is a link, so that the key stays where the operator has it."""
    return Path(os.path.realpath(settings.key_file))


def next_key_file(file: Path) -> Path:
    """Where a `rekey`, and no other one, puts its new key until the databases hold it."""
    return file.with_name(f"{file.name}.{secrets.token_hex(4)}.next")


def left_beside(file: Path, *endings: str) -> list[Path]:
    """Keys that were on their way to be the key file when a process was killed."""
    beside = [
        each
        for each in file.parent.glob(f"{glob.escape(file.name)}.*")
        if _OURS.fullmatch(each.name.removeprefix(file.name))
    ]
    return sorted(each for each in beside if each.suffix in endings)


def _candidates(file: Path) -> Iterator[Path]:
    """Where the key can be; the file itself again at last, where another start puts it."""
    yield file
    yield from left_beside(file, ".next")
    yield file


async def _keyring(settings: Settings, facts: Facts, keys: Database) -> Keyring:
    file = key_file_of(settings)
    ours = await facts.get("instance")
    theirs = await Keyring(keys, InstanceKey(b"")).instance()
    if ours is None and theirs is None:
        # The keys first: killed in between, the next start finds them and finishes below.
        founding = Keyring(keys, _first_key(file))
        await founding.found(secrets.token_hex(8))
        # Read again: another process may have been first.
        theirs = await founding.instance()
    if theirs is None:
        raise StoreError(
            "FIRSTHAND_KEYS_DATABASE: there are no keys for what FIRSTHAND_DATABASE holds. "
            "Restore the keys database from the same backup; `restore` does, if it was cut short."
        )
    keyring = await _matching(file, keys)
    if ours is None:
        if not await keyring.empty():
            raise StoreError(
                "FIRSTHAND_DATABASE: it is empty, but there are keys for what it held. Restore it "
                "from a backup; to begin anew, move FIRSTHAND_KEYS_DATABASE away first."
            )
        await facts.set("instance", theirs)
    elif ours != theirs:
        raise StoreError(
            "FIRSTHAND_KEYS_DATABASE: these keys belong to another instance than "
            "FIRSTHAND_DATABASE. Point both to the same backup, or run `restore` again if it was "
            "cut short."
        )
    for each in left_beside(file, ".part"):
        with suppress(OSError):
            each.unlink()
    return keyring


def _first_key(file: Path) -> InstanceKey:
    try:
        if not file.exists():
            # Another process was first, or has cleared away what this one had begun.
            with suppress(FileExistsError, FileNotFoundError):
                InstanceKey.make().write(file)
        key = InstanceKey.read(file)
        # Also one that was prepared: what is wrapped under it must not outlast it.
        sync(file)
        sync(file.parent)
    except OSError as error:
        raise KeyFileError(
            f"FIRSTHAND_KEY_FILE: {file} cannot be written: {why(error)}. "
            "Or name a file in a folder that this user may write to."
        ) from error
    return key


async def _matching(file: Path, keys: Database) -> Keyring:
    """The keyring under the key file, or under a file that a killed `rekey` left behind."""
    for each in _candidates(file):
        try:
            keyring = Keyring(keys, InstanceKey.read(each))
            if await keyring.proves():
                if each != file:
                    each.replace(file)
                    sync(file.parent)
                return keyring
        except FileNotFoundError:
            continue  # or another start is finishing it
        except OSError as error:
            raise KeyFileError(
                f"FIRSTHAND_KEY_FILE: {each} cannot take the place of {file}: {why(error)}."
            ) from error
    if not file.exists():
        raise KeyFileError(
            f"FIRSTHAND_KEY_FILE: {file} is missing, but there is a database. Put the key file "
            "from your backup there; without it nothing in the database can be read."
        )
    raise KeyFileError(
        f"FIRSTHAND_KEY_FILE: the key in {file} is not the one that this database was sealed "
        "with. Put the right key file from your backup in its place."
    )
