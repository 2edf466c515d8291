"""What an operator does with the data: check it, back it up, restore it, change its key."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

from bot.files import make_folder, remove_folders, sync, why
from bot.seal import InstanceKey, KeyFileError, Unreadable
from bot.settings import Settings
from bot.store.copies import clear_beside, copy, is_damage, place_beside, put_in_place
from bot.store.database import SQLite, StoreError, advice, sqlite_file, trouble
from bot.store.hold import Hold
from bot.store.ids import owner_of
from bot.store.queries import load
from bot.store.store import key_file_of, left_beside, next_key_file, open_store

_RESTORE = Path(__file__).parent / "store" / "restore.sql"
_RESTORE_GROUPS = Path(__file__).parent / "store" / "restore_affinity.sql"
_RESTORE_JOURNALS = Path(__file__).parent / "store" / "restore_journal.sql"
_RESTORE_SHELVES = Path(__file__).parent / "store" / "restore_shelf.sql"
_RESTORE_CIRCLES = Path(__file__).parent / "store" / "restore_circles.sql"
_RESTORE_LISTS = Path(__file__).parent / "store" / "restore_lists.sql"
_RESTORE_WORK = Path(__file__).parent / "store" / "restore_work.sql"
_RESTORE_NOTICING = Path(__file__).parent / "store" / "restore_noticing.sql"
MAIN_COPY = "firsthand.db"
KEYS_COPY = "keys.db"
_INSTANCE = "SELECT value FROM facts WHERE name = 'instance'"
_INSTANCE_OF_KEYS = "SELECT id FROM instance"
_ANY_KEY = "SELECT 1 FROM personal_keys"


async def check(settings: Settings, clock: Callable[[], int]) -> None:
    """Open everything as a start would, and look all of it through for damage.

    What is damaged inside a sealed text is found when it is read. Raises StoreError, KeyFileError.
    """
    store = await open_store(settings, clock)
    try:
        await store.main.look_for_damage(whole=True)
        await store.keyring.examine()
    finally:
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
            made = make_folder(folder)
        except FileExistsError:
            raise StoreError(f"{folder} exists already. Name a new folder.") from None
        except OSError as error:
            raise _no_backup(folder, error) from error
        try:
            # The keys last: whoever erases meanwhile is in the first copy, unreadable.
            for database, name in ((store.main, MAIN_COPY), (store.keys, KEYS_COPY)):
                (folder / name).touch(mode=0o600)
                await database.backup(folder / name)
            sync(folder)
        except (OSError, sqlite3.Error) as error:
            shutil.rmtree(folder, ignore_errors=True)
            remove_folders(made)
            raise _no_backup(folder, error) from error
    finally:
        await store.close()


def _no_backup(folder: Path, error: Exception) -> StoreError:
    left = " Delete what is left of it." if folder.exists() else ""
    return StoreError(f"{trouble(folder, error)} No backup was made.{left}")


async def erase(settings: Settings, person_id: int, clock: Callable[[], int]) -> int:
    """Erase a person for good, as `/privacy erase` does; the bot may be running.

    Returns how many things are left to be done in Discord, which the bot does while it runs. Raises
    StoreError when it is not done, or not all of it: then it can be asked for again.
    """
    from bot.services import Services

    services = Services()
    services.store, services.clock = await open_store(settings, clock), clock
    try:
        rings = await services.notices.looked(person_id, 0)
        return len(rings) + len(await services.privacy.erase(person_id))
    except (StoreError, *services.store.main.troubles, *services.store.keys.troubles) as error:
        raise StoreError(
            f"It is not done, or not all of it: {advice(error) or error} Run this again."
        ) from error
    finally:
        await services.store.close()


def restore(settings: Settings, folder: Path, clock: Callable[[], int]) -> None:
    """Put a backup in place of the databases. The bot must be stopped.

    The keys in use are kept when they are this instance's: they lack the keys of people who erased
    their data since the backup, so that a restore brings back neither those people's texts (section
    6) nor their rows; the same holds for groups that have ended and journals that were erased
    since. Every open request, every open question to a group, every yes and every entry on its way
    to a friend ends: what somebody took back since the backup must not be a yes again (law 1). What
    a first start has made, on a new machine, is replaced, if the key file is the backup's.

    Whenever it ends, by a power cut too, either the old databases are in place or the backup's, or
    a pair that every start refuses until this is done again. Raises StoreError and KeyFileError,
    which say what was changed: most often nothing.
    """
    main, keys = sqlite_file(settings.database), sqlite_file(settings.keys_database)
    if main is None or keys is None:
        raise StoreError("This restores SQLite databases. For Postgres use pg_restore.")
    hold = Hold.alone(settings.state)
    try:
        _restore_files(main.resolve(), keys.resolve(), key_file_of(settings), folder, clock())
    finally:
        hold.release()


def _restore_files(main: Path, keys: Path, key_file: Path, folder: Path, now: int) -> None:
    copies = {main: folder / MAIN_COPY, keys: folder / KEYS_COPY}
    instance = _asked(copies[main], _INSTANCE)
    in_use = _asked(keys, _INSTANCE_OF_KEYS, needed=True)
    keeps_keys = instance is not None and in_use == instance
    if instance is None or not (keeps_keys or _asked(copies[keys], _INSTANCE_OF_KEYS)):
        raise StoreError(f"{folder} is not a whole backup. Nothing was changed.")
    if main.exists() and main.samefile(copies[main]):
        raise StoreError(f"{folder} holds what is in use, not a backup. Nothing was changed.")
    # What a first start has made on a new machine holds nothing, and may go.
    fits = _asked(main, _INSTANCE) in (None, instance) or _is_empty(main)
    if not fits or not (keeps_keys or in_use is None or not _asked(keys, _ANY_KEY)):
        raise StoreError(
            f"{folder} is a backup of another instance than the one in use. To begin anew from it, "
            f"move {main} and {keys} away first. Nothing was changed."
        )
    if not keeps_keys:
        if _asked(copies[keys], _INSTANCE_OF_KEYS) != instance:
            raise StoreError(f"{folder} mixes two instances. Nothing was changed.")
        _must_open(key_file, copies[keys])
    # The keys last: a main database without its keys is refused by every start, until this is done.
    places = [main] if keeps_keys else [main, keys]
    try:
        for each in places:
            clear_beside(each)
            copy(copies[each], place_beside(each))
        _mend(place_beside(main), keys if keeps_keys else copies[keys], now)
        put_in_place(places)
    finally:
        for each in places:
            with suppress(StoreError):  # the next start clears it
                clear_beside(each)


def _must_open(key_file: Path, keys: Path) -> None:
    """Raises KeyFileError unless the instance's key is the one that wraps the keys in a backup."""
    proof = _asked(keys, "SELECT proof FROM instance")
    instance = _asked(keys, _INSTANCE_OF_KEYS)
    try:
        if InstanceKey.read(key_file).proof(instance) == proof:
            return
        found = "is another one"
    except FileNotFoundError:
        found = "is missing"
    raise KeyFileError(
        f"FIRSTHAND_KEY_FILE: the key that opens this backup {found}. Put the key file that "
        f"belongs to it at {key_file} first, then restore again. Nothing was changed."
    )


async def rekey(settings: Settings, clock: Callable[[], int]) -> int:
    """Make a new instance key and wrap every personal key under it; returns how many.

    The new key is on disk before the databases change, and takes the old one's place after: a kill
    at any moment leaves a pair that the next start can open. Raises StoreError, KeyFileError.
    """
    key_file = key_file_of(settings)
    store = await open_store(settings, clock, alone=True)
    try:
        # None of them is in force: that key has its place by now. They go once the keys are wrapped
        # anew, because until then somebody else may be at that.
        left = left_beside(key_file, ".next", ".part")
        new, newer = InstanceKey.make(), next_key_file(key_file)
        try:
            new.write(newer)
        except OSError as error:
            with suppress(OSError):
                newer.unlink(missing_ok=True)
            raise KeyFileError(
                f"FIRSTHAND_KEY_FILE: {newer} cannot be written: {why(error)}. Nothing was changed."
            ) from error
        try:
            count = await store.keyring.rewrap(new)
        except StoreError:
            newer.unlink(missing_ok=True)
            raise
        except Unreadable as error:
            newer.unlink(missing_ok=True)
            raise StoreError(
                "FIRSTHAND_KEYS_DATABASE: a key in it is damaged. Nothing was changed."
            ) from error
        except store.keys.troubles as error:
            # Whether it was changed at the last moment is not known: the next start finds out.
            raise StoreError(
                f"FIRSTHAND_KEYS_DATABASE: {advice(error) or error} The next start finds out which "
                "key holds. Run this again then."
            ) from error
        try:
            with suppress(FileNotFoundError):  # a start has done it already
                newer.replace(key_file)
            for each in left:
                each.unlink(missing_ok=True)
            sync(key_file.parent)
        except OSError as error:
            raise KeyFileError(
                f"FIRSTHAND_KEY_FILE: the new key cannot take its place, {key_file}: {why(error)}. "
                "It is in force; run this again."
            ) from error
        try:
            await store.keys.scrub()
        except StoreError as error:
            raise StoreError(
                f"{error} The new key is in force, but what the old one wrapped may still be "
                "there. Run this again."
            ) from error
    finally:
        await store.close()
    return count


def _mend(main: Path, keys: Path, now: int) -> None:
    """Take out what must not come back, from a copy that nobody uses yet."""
    queries = load(_RESTORE, "sqlite3")
    try:
        with closing(sqlite3.connect(keys)) as ring:
            # With the key, from the table itself: an index may have lost somebody.
            rows = ring.execute("SELECT person_id, wrapped FROM personal_keys")
            known = {row[0] for row in rows}
        with closing(sqlite3.connect(main)) as database, database:
            database.execute("PRAGMA secure_delete=ON")
            queries.end_everything(database, now=now)
            for person in [row[0] for row in queries.people(database) if row[0] not in known]:
                queries.forget_consents(database, person_id=person)
                queries.forget_refusals(database, person_id=person)
                queries.forget_flags(database, person_id=person)
            _mend_objections(database, known)
            _mend_groups(database, known, now)
            _mend_journals(database, known)
            _mend_lists(database, known)
            _mend_shelves(database, known)
            _mend_circles(database, known)
            _mend_noticing(database)
            _mend_notices(database)
            _mend_absences(database)
            _mend_work(database)
    except sqlite3.Error as error:
        raise StoreError(f"{trouble(main, error)} Nothing was changed.") from error


def _mend_objections(database: sqlite3.Connection, known: set[int]) -> None:
    """The same for messages that somebody objected to, whose author has erased since."""
    queries: Any = load(_RESTORE, "sqlite3")
    if not _knows(database, "objections", "mark"):
        return
    for author in [row[0] for row in queries.authors(database) if row[0] not in known]:
        queries.forget_objections(database, author_id=author)


def _mend_groups(database: sqlite3.Connection, known: set[int], now: int) -> None:
    """The same for affinity groups, which a backup may be too old to know of.

    A key that is gone is a group that has ended, or somebody who has erased. Who left a group
    since the backup is found out later, from who has access in Discord.
    """
    queries: Any = load(_RESTORE_GROUPS, "sqlite3")
    if not _knows(database, "affinity_groups"):
        return
    queries.forget_open_ballots(database)
    queries.end_decisions(database, now=now)
    queries.forget_notices(database)
    for group in [row[0] for row in queries.groups(database) if owner_of(row[0]) not in known]:
        queries.forget_ballots(database, id=group)
        queries.forget_decisions(database, id=group)
        queries.forget_members(database, id=group)
        queries.forget_group(database, id=group)
    for person in [row[0] for row in queries.group_people(database) if row[0] not in known]:
        queries.cards_of_answers(database, person_id=person)
        queries.forget_answers(database, person_id=person)
        queries.forget_memberships(database, person_id=person)
        queries.forget_author(database, person_id=person)
        queries.forget_subject(database, person_id=person)
    queries.close_empty(database)
    queries.doubt_groups(database)
    if _knows(database, "posts", "topic"):
        queries.forget_posts(database)


def _mend_journals(database: sqlite3.Connection, known: set[int]) -> None:
    """The same for journals. A key that is gone: erased since, or closed with another passphrase.

    Either way nothing in the backup opens any more. Everything on its way to a friend ends; what
    a friend has can still be taken back, unless one of the two has erased.
    """
    queries: Any = load(_RESTORE_JOURNALS, "sqlite3")
    if not _knows(database, "journals"):
        return
    queries.end_shares(database)
    queries.forget_reminders(database)
    queries.forget_tries(database)
    for person, key in list(queries.journals(database)):
        if owner_of(key) not in known:
            queries.forget_entries(database, person_id=person)
            queries.forget_journal(database, person_id=person)
    queries.forget_lost_entries(database)
    queries.spend_keys_of_copies(database)
    for key in [row[0] for row in queries.keys_noted(database)]:
        if owner_of(key) not in known:
            queries.forget_key(database, key_id=key)
    if _knows(database, "work"):
        queries.destroy_keys(database)
    knows_posts = _knows(database, "posts", "topic")
    for person in [row[0] for row in queries.people(database) if row[0] not in known]:
        if knows_posts:
            queries.forget_posts_to(database, person_id=person)
        queries.forget_friend(database, person_id=person)
        queries.retract_for(database, person_id=person)
        if queries.has_journal(database, person_id=person) is None:
            queries.forget_habit(database, person_id=person)
    if knows_posts:
        queries.forget_retracted(database)
        queries.take_away_shared(database)


def _mend_shelves(database: sqlite3.Connection, known: set[int]) -> None:
    """The same for shelves: whoever has erased since has no key, and nothing of theirs opens."""
    queries: Any = load(_RESTORE_SHELVES, "sqlite3")
    if not _knows(database, "reading_shelves"):
        return
    for person in [row[0] for row in queries.readers(database) if row[0] not in known]:
        queries.forget_shelf(database, person_id=person)


def _mend_lists(database: sqlite3.Connection, known: set[int]) -> None:
    """The same for servers' reading lists. A key that is gone is a server that was forgotten.

    The works stay, without names; what was only suggested does not come back.
    """
    queries: Any = load(_RESTORE_LISTS, "sqlite3")
    if not _knows(database, "reading_lists"):
        return
    queries.forget_suggestions(database)
    queries.forget_names(database)
    queries.forget_imports(database)
    for guild, its_id in list(queries.lists(database)):
        if owner_of(its_id) not in known:
            queries.forget_works(database, guild_id=guild)
            queries.forget_list(database, guild_id=guild)


def _mend_circles(database: sqlite3.Connection, known: set[int]) -> None:
    """The same for reading circles: Discord tells what has become of one that was open."""
    queries: Any = load(_RESTORE_CIRCLES, "sqlite3")
    if not _knows(database, "circles"):
        return
    queries.forget_joins(database)
    queries.forget_unmade(database)
    if _knows(database, "posts", "topic"):
        queries.forget_posts(database)
    for person in [row[0] for row in queries.hosts(database) if row[0] not in known]:
        queries.forget_host(database, person_id=person)


def _mend_noticing(database: sqlite3.Connection) -> None:
    """The same for noticing."""
    queries: Any = load(_RESTORE_NOTICING, "sqlite3")
    if not _knows(database, "doors"):
        return
    queries.forget_rests(database)


def _mend_notices(database: sqlite3.Connection) -> None:
    """The same for what people have yet to be told: they may have seen or answered it since."""
    # Backups from before there were notices have tables of their own for some.
    for table in ("notices", "group_news", "nudges"):
        if _knows(database, table):
            database.execute(f"DELETE FROM {table}")


def _mend_absences(database: sqlite3.Connection) -> None:
    """The same for who was in no server: they may have come back since, and gone again."""
    queries: Any = load(_RESTORE_WORK, "sqlite3")
    if _knows(database, "absences"):
        queries.forget_absences(database)


def _mend_work(database: sqlite3.Connection) -> None:
    """Whatever is due by itself is looked at. Older backups get the queue when they are opened."""
    queries: Any = load(_RESTORE_WORK, "sqlite3")
    if not _knows(database, "work"):
        return
    queries.look_at_everything(database)
    if _knows(database, "posts", "topic"):
        queries.take_away(database)


def _knows(database: sqlite3.Connection, table: str, column: str = "") -> bool:
    """Whether a backup is new enough to have this table, or this column of it."""
    columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
    return column in columns if column else bool(columns)


def _asked(file: Path, question: str, *, needed: bool = False) -> Any:
    """The first thing that a database answers, None where there is none, or no such table.

    Nor does a damaged one answer; it is `needed` where it must not be taken for an empty one.
    Raises StoreError.
    """
    if not file.is_file():
        return None
    try:
        with closing(sqlite3.connect(file)) as database:
            row = database.execute(question).fetchone()
    except sqlite3.Error as error:
        if is_damage(error) and needed:
            raise StoreError(
                f"{file} is damaged. To use the backup's instead, with the keys of people who have "
                "erased since, move it away first. Nothing was changed."
            ) from error
        if is_damage(error) or error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_ERROR:
            return None
        raise StoreError(f"{trouble(file, error)} Nothing was changed.") from error
    return None if row is None else row[0]


def _is_empty(main: Path) -> bool:
    """Whether a main database holds nothing but what the bot remembers about itself."""
    tables = "SELECT name FROM sqlite_master WHERE type = 'table'"
    try:
        with closing(sqlite3.connect(main)) as database:
            return not any(
                database.execute(f"SELECT 1 FROM {table} LIMIT 1").fetchone()
                for (table,) in database.execute(tables).fetchall()
                if table not in ("facts", "migrations")
            )
    except sqlite3.Error:
        return False
