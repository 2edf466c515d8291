"""Databases: SQLite through aiosqlite, Postgres through asyncpg, one face for both.

Everything happens inside `transaction()`. Queries are named SQL in `.sql` files, loaded with
aiosql; the same text serves both engines (integers for times and switches, ids made by the
program, `RETURNING`, `ON CONFLICT`).
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, cast
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import aiosqlite

from bot.files import CLOSED, FULL, sync, why
from bot.settings import SQLITE

_BUSY_SECONDS = 5.0
_SIDE_FILES = ("-wal", "-shm")
#: Bytes up to which a start looks through a whole database for damage: tenths of a second.
_SOON_READ = 64 * 2**20
#: What asyncpg calls it, in the query of an address; unlike the others it is not the server's.
_CACHE_SIZE = "statement_cache_size"
_NO_WAL = (
    "The database {file} cannot be used: the disk it is on does not take SQLite's write-ahead log, "
    "as network disks do not. Name a folder on a disk of this machine, or use Postgres "
    "(docs/operating.md)."
)
_DAMAGED = (
    "The database {file} is damaged. Stop the bot, move the folder with all its files aside, and "
    "restore the newest backup (docs/operating.md, Damage). Nothing was changed."
)
_POOLED = (
    "Postgres is behind a pool that keeps no prepared statements, as pgbouncer does with "
    f"pool_mode=transaction. Add `?{_CACHE_SIZE}=0` to FIRSTHAND_DATABASE and "
    "FIRSTHAND_KEYS_DATABASE (with `&` where there is a `?` already)."
)
#: SQLite does not say which of these it is, nor whether it is the file or one beside it.
_NOT_TAKEN = (
    "the disk does not take it ({error}). See whether there is room (`df -h`), whose it and its "
    "folder are (`ls -ld`), whether the disk is read-only, and what the system's log says"
)


class StoreError(Exception):
    """The database cannot be used; the message is one line for the operator."""


class DiskError(StoreError):
    """A disk did not take something: the line names files, and holds nothing else of an error."""


def trouble(file: Path, error: Exception) -> str:
    """A line for the operator: which file, what stood in the way, and what to do."""
    return f"{file}: {_why(error)}."


def advice(error: BaseException) -> str | None:
    """What an error has to say to the operator, without a word of people's; None: nothing."""
    if isinstance(error, sqlite3.Error):
        return " ".join(getattr(error, "__notes__", ())) or None
    return str(error) if isinstance(error, DiskError) else None


def _why(error: Exception) -> str:
    if isinstance(error, OSError):
        return why(error)
    match getattr(error, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_FULL:
            return FULL
        case sqlite3.SQLITE_BUSY:
            return "another process is at work with it. Wait until it is done"
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_PERM:
            return CLOSED
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_IOERR:
            return _NOT_TAKEN.format(error=error)
        case _:
            return str(error)


class Database(Protocol):
    """A database that is open."""

    #: aiosql's name of the driver.
    driver: str
    #: What its driver raises when the database cannot be used.
    troubles: tuple[type[Exception], ...]

    def transaction(self) -> AbstractAsyncContextManager[Any]:
        """Begin; commit when the block ends, roll back when it raises or is cancelled."""
        ...

    async def run(self, connection: Any, statement: str) -> None:
        """Run one statement without parameters."""
        ...

    async def alone(self, connection: Any, about: int = 7_032_014) -> None:
        """Wait for other processes that called this, and hold them off until the transaction ends.

        For what has to look first and write then: migrations, the first start, new keys. `about`:
        the id of a server or a person, where only what is theirs is looked at.
        """
        ...

    async def scrub(self) -> None:
        """Leave no deleted row behind in side files. Raises StoreError if that is not done yet."""
        ...

    async def look_for_damage(self, *, whole: bool) -> None:
        """Raises StoreError when there is some. `whole`: indexes, too, however long it takes."""
        ...

    async def close(self) -> None: ...


class SQLite:
    """One connection, one writer at a time; other processes wait on the file's lock."""

    driver = "aiosqlite"
    #: The second one: SQLite tells of damage in words that are themselves damaged.
    troubles: tuple[type[Exception], ...] = (sqlite3.Error, UnicodeDecodeError)

    def __init__(self, connection: aiosqlite.Connection, file: Path) -> None:
        self._connection = connection
        self._file = file
        self._turn = asyncio.Lock()

    @classmethod
    async def open(cls, file: Path) -> SQLite:
        """Open or make the file (mode 0600) and set what design, section 6 asks for.

        `synchronous=FULL`: with NORMAL a power cut loses acknowledged writes. `secure_delete`:
        a deleted row is overwritten, not only unlinked.
        """
        try:
            if file.is_dir():  # before its mode is touched: a folder of mode 0600 is of no use
                raise IsADirectoryError("it is a folder")
            file.touch(mode=0o600)
            # Also one that was there before, and what a crash has left of its side files; new ones
            # follow it.
            for each in (file, *(file.with_name(file.name + end) for end in _SIDE_FILES)):
                with suppress(FileNotFoundError):
                    each.chmod(0o600)
            connection = await aiosqlite.connect(
                file, timeout=_BUSY_SECONDS, isolation_level=None, cached_statements=256
            )
        except (OSError, sqlite3.Error) as error:
            raise StoreError(f"The database {file} cannot be opened: {_why(error)}.") from error
        connection.row_factory = sqlite3.Row
        try:
            if await _to_wal(connection) != "wal":
                raise StoreError(_NO_WAL.format(file=file))
            for pragma in (
                "synchronous=FULL",
                "secure_delete=ON",
                "foreign_keys=ON",
                "temp_store=MEMORY",
            ):
                await connection.execute_fetchall(f"PRAGMA {pragma}")
        except BaseException as error:
            # Whatever it is: the connection's thread would keep the process from ending.
            await connection.close()
            if isinstance(error, cls.troubles):
                raise _told(file, error) from error
            raise
        return cls(connection, file)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[aiosqlite.Connection]:
        async with self._turn:
            try:
                # IMMEDIATE: a transaction that reads first and writes later must not find,
                # half-way, that another process wrote in between.
                await self._connection.execute("BEGIN IMMEDIATE")
                yield self._connection
                await self._connection.commit()
            except BaseException as error:
                if isinstance(error, sqlite3.Error):
                    error.add_note(trouble(self._file, error))
                # Shielded, so that a cancelled task still leaves the connection clean.
                await asyncio.shield(self._connection.rollback())
                raise

    async def run(self, connection: aiosqlite.Connection, statement: str) -> None:
        await connection.execute(statement)

    async def alone(self, connection: aiosqlite.Connection, about: int = 0) -> None:
        """Nothing to do: BEGIN IMMEDIATE holds the file's write lock already."""

    async def scrub(self) -> None:
        """Copy the write-ahead log into the file and cut it to nothing, or say it is not done.

        SQLite itself waits a while for other processes that read, but not for one that does the
        same in this moment. Nor does it sync what it has cut: when the power went after that, the
        log could be there again, whole, and so could one that an earlier process has removed.
        """
        loop = asyncio.get_running_loop()
        patience = loop.time() + _BUSY_SECONDS
        while not await self._is_emptied():
            if loop.time() > patience:
                raise StoreError("The write-ahead log could not be emptied: another process reads.")
            await asyncio.sleep(0.05)
        try:
            await asyncio.to_thread(self._sync_side_files)
        except OSError as error:
            raise DiskError(trouble(self._file, error)) from error

    async def look_for_damage(self, *, whole: bool) -> None:
        if not whole and self._file.stat().st_size > _SOON_READ:
            return
        check = "integrity_check" if whole else "quick_check"
        try:
            rows = await self._connection.execute_fetchall(f"PRAGMA {check}(1)")
        except self.troubles as error:
            raise _told(self._file, error) from error
        if [tuple(row) for row in rows] != [("ok",)]:
            raise StoreError(_DAMAGED.format(file=self._file))

    async def backup(self, file: Path) -> None:
        """Copy the whole database, as of one moment, to a new file.

        It is on the disk; its name is only when its folder was synced. A journal that SQLite has
        removed could be there again until then, and undo the copy.
        """
        async with self._turn, aiosqlite.connect(file) as target:
            await self._connection.backup(target)

    def _sync_side_files(self) -> None:
        # Not the file itself: SQLite has synced it, and closing it here would end its locks on it.
        file = self._file.resolve()
        with suppress(FileNotFoundError):  # nothing was written since it was opened
            sync(file.with_name(f"{file.name}-wal"))
        sync(file.parent)

    async def _is_emptied(self) -> bool:
        try:
            async with self._turn:
                rows = await self._connection.execute_fetchall("PRAGMA wal_checkpoint(TRUNCATE)")
        except sqlite3.Error as error:
            raise DiskError(
                f"The write-ahead log could not be emptied: {trouble(self._file, error)}"
            ) from error
        return [row[0] for row in rows] == [0]

    async def close(self) -> None:
        await self._connection.close()


def _told(file: Path, error: Exception) -> StoreError:
    """What SQLite cannot do with a file, for the operator."""
    code = getattr(error, "sqlite_errorcode", None)
    if isinstance(error, UnicodeDecodeError) or code == sqlite3.SQLITE_CORRUPT:
        return StoreError(_DAMAGED.format(file=file))
    return StoreError(f"The database {file} cannot be used: {_why(error)}.")


async def _to_wal(connection: aiosqlite.Connection) -> str:
    """Switch to WAL. SQLite does not wait by itself when two switch a new file in the same moment.

    Returns the mode it is in now: where SQLite cannot have it, it says so in no other way. Raises
    sqlite3.Error.
    """
    loop = asyncio.get_running_loop()
    patience = loop.time() + _BUSY_SECONDS
    while True:
        try:
            rows = await connection.execute_fetchall("PRAGMA journal_mode=WAL")
            return next(row[0] for row in rows)
        except sqlite3.OperationalError as error:
            busy = getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY
            if not busy or loop.time() > patience:
                raise
        await asyncio.sleep(0.05)


class Postgres:
    """A small pool; Postgres itself does the waiting."""

    driver = "asyncpg"

    def __init__(
        self,
        pool: Any,
        troubles: tuple[type[Exception], ...],
        unprepared: tuple[type[Exception], ...],
    ) -> None:
        self._pool = pool
        self.troubles = troubles
        #: What is raised where another server answers than the one that prepared the statement.
        self._unprepared = unprepared

    @classmethod
    async def open(cls, url: str) -> Postgres:
        try:
            import asyncpg  # pyright: ignore[reportMissingTypeStubs]
        except ImportError as error:
            raise StoreError(
                "Postgres needs its driver: .venv/bin/pip install --require-hashes -r "
                "requirements/postgres.txt"
            ) from error
        troubles = (OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
        try:
            address, settings = _taken_apart(url)
            pool = await cast("Any", asyncpg).create_pool(
                address, min_size=1, max_size=5, **settings
            )
        except (*troubles, ValueError) as error:
            raise StoreError(
                f"Postgres does not let us in ({type(error).__name__}). Check the address, "
                "the user and that the server runs."
            ) from error
        unprepared = (
            asyncpg.InvalidSQLStatementNameError,
            asyncpg.DuplicatePreparedStatementError,
        )
        return cls(pool, troubles, unprepared)

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Any]:
        try:
            async with self._pool.acquire() as connection, connection.transaction():
                yield connection
        except self._unprepared as error:
            raise StoreError(_POOLED) from error

    async def run(self, connection: Any, statement: str) -> None:
        await connection.execute(statement)

    async def alone(self, connection: Any, about: int = 7_032_014) -> None:
        await connection.execute("SELECT pg_advisory_xact_lock($1)", about)

    async def scrub(self) -> None:
        """Let Postgres overwrite deleted rows; its own logs may still hold them for a while.

        docs/operating.md says which, and why the keys are better kept in SQLite.
        """
        try:
            async with self._pool.acquire() as connection:
                await connection.execute("VACUUM")
        except self.troubles as error:
            raise StoreError("Postgres could not be vacuumed. See whether it runs.") from error

    async def look_for_damage(self, *, whole: bool) -> None:
        """Nothing to do: Postgres has tools of its own for that (pg_amcheck, checksums)."""

    async def close(self) -> None:
        await self._pool.close()


def _taken_apart(url: str) -> tuple[str, dict[str, int]]:
    """An address without what is not for the server, and that. Raises ValueError."""
    parts = urlsplit(url)
    query = dict(parse_qsl(parts.query))
    settings = {_CACHE_SIZE: int(query.pop(_CACHE_SIZE))} if _CACHE_SIZE in query else {}
    return urlunsplit(parts._replace(query=urlencode(query))), settings


def sqlite_file(url: str) -> Path | None:
    """The file of a `sqlite:///` URL (relative with three slashes), None for other engines."""
    return Path(url.removeprefix(SQLITE)) if url.startswith(SQLITE) else None


async def open_database(url: str) -> SQLite | Postgres:
    """Open the database a URL names. Raises StoreError."""
    file = sqlite_file(url)
    return await (Postgres.open(url) if file is None else SQLite.open(file))
