"""Erased is erased: no byte of it in any file, and no older copy that opens (design, section 6)."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.journal.hours import EVERY_DAY, Plan
from bot.journal.keys import State
from bot.journal.notebook import entry_place
from bot.journal.passphrase import Passphrases, is_closed, key_of
from bot.journal.service import Draft
from bot.seal import InstanceKey, Unreadable, unseal
from bot.settings import Settings
from bot.store.database import SQLite, StoreError
from bot.store.ids import owner_of
from tests.store.houses import ANA, BETO, House
from tests.store.notebooks import (
    DRAFT,
    OTHER,
    PASSPHRASE,
    TABLES,
    TEXT,
    Reader,
    file_of,
    kept_keys,
    left_of,
    noted_keys,
    on_sqlite,
    pragma,
    said,
    sealed,
    texts,
)
from tests.store.states import fetch

pytestmark = pytest.mark.usefixtures("cheap")
MORNING = Plan(EVERY_DAY, 7 * 60 + 30, "America/Santiago", (22 * 60, 7 * 60))


async def everything(one: House, person: int = ANA) -> None:
    """A row in every table of a journal."""
    for number in range(5):
        await one.journal.write(person, said(number, 700 * number), message_id=77 + number)
    await one.journal_keys.protect(person, PASSPHRASE)
    await one.journal_keys.lock(person)
    await one.journal_keys.unlock(person, OTHER)
    await one.journal.set_habit(person, "always", "es")
    await one.reminders.set(person, MORNING)
    for table in TABLES:
        assert await rows_of(one, table, person) != [], table


async def rows_of(one: House, table: str, person: int = ANA) -> list[tuple[Any, ...]]:
    return await one.ask(f"SELECT * FROM {table} WHERE person_id = {person}")


async def left(one: House, person: int = ANA) -> dict[str, list[tuple[Any, ...]]]:
    """What stands in any table of a journal."""
    found = {table: await rows_of(one, table, person) for table in TABLES}
    return {table: rows for table, rows in found.items() if rows}


async def erases(one: House, how: str, person: int = ANA) -> None:
    """Erase the journal, or everything about the person."""
    await (one.journal.erase(person) if how == "journal" else one.privacy.erase(person))


both_ways = pytest.mark.parametrize("how", ["journal", "everything"])


async def copied(database: Any, file: Path) -> None:
    assert isinstance(database, SQLite)
    await database.backup(file)


def opened(backup: Path, held: list[bytes]) -> list[str]:
    """Every entry of a backup of the main database that one of these keys opens."""
    found = []
    with closing(sqlite3.connect(backup)) as copy:
        rows = copy.execute("SELECT id, person_id, revision, sealed FROM journal_entries")
        for id, person, revision, ciphertext in rows.fetchall():
            for key in held:
                try:
                    found.append(unseal(ciphertext, [key], entry_place(person, id, revision)))
                except Unreadable:
                    continue
    return found


async def keys_in(one: House, settings: Settings) -> list[bytes]:
    """Every key that the keys database holds, for somebody who knows every passphrase."""
    instance = InstanceKey.read(settings.key_file)
    found = []
    rows = await fetch(one.store.keys, "SELECT person_id, wrapped FROM personal_keys")
    for owner, wrapped in rows:
        held = instance.unwrap(bytes(wrapped), owner)
        if is_closed(held):
            tried = [await Passphrases().open(held, each) for each in (PASSPHRASE, OTHER)]
            found += [each for each in tried if each is not None]
        else:
            found += [held, key_of(held)]
    return [each for each in found if len(each) == 32]


# -- nothing is left ----------------------------------------------------------------------------


@both_ways
async def test_no_row_and_no_key_is_left(one: House, how: str) -> None:
    await everything(one)
    await one.journal.write(BETO, DRAFT)
    kept = await kept_keys(one)
    await erases(one, how)
    assert await left(one) == {}
    assert len(await kept_keys(one)) == len(kept) - 1
    assert await kept_keys(one) == await noted_keys(one)
    assert await texts(one, BETO) == [TEXT]


@both_ways
async def test_no_byte_of_it_is_left(one: House, how: str) -> None:
    """Whatever happened before: entries of all sizes, changed, deleted, sealed anew."""
    chance = random.Random(4)
    erased: set[bytes] = set()
    for number in range(60):
        person = chance.choice((ANA, ANA, BETO))
        entry = await one.journal.write(person, said(number, chance.randrange(3000)))
        erased.update(await sealed(one, ANA))
        assert entry is not None
        if chance.random() < 0.3:
            await one.journal.change(person, entry, 1, said(number, chance.randrange(3000)))
        elif chance.random() < 0.3:
            await one.journal.delete(person, entry)
        erased.update(await sealed(one, ANA))
        if number in (20, 40):
            await one.journal_keys.protect(ANA, PASSPHRASE if number == 20 else None)
            erased.update(await sealed(one, ANA))
    [wrapped] = [
        bytes(wrapped)
        for owner, wrapped in await fetch(one.store.keys, "SELECT * FROM personal_keys")
        if owner in await owners_of(one, ANA)
    ]
    assert left_of(erased, await one.bytes_on_disk()) != []
    kept = await sealed(one, BETO)
    await erases(one, how)
    stored = await one.bytes_on_disk()
    assert left_of(erased, stored) == []
    assert left_of([wrapped], stored) == []
    assert {each[5:17] for each in kept} <= set(left_of(kept, stored))


async def owners_of(one: House, person: int) -> list[int]:
    rows = await one.ask(f"SELECT key_id FROM journals WHERE person_id = {person}")
    return [owner_of(row[0]) for row in rows]


@on_sqlite
@both_ways
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
async def test_a_backup_from_before_opens_nothing_of_it(
    one: House,
    settings: Settings,
    tmp_path: Path,
    how: str,
    passphrase: str | None,
) -> None:
    for person in (ANA, BETO):
        for number in range(3):
            await one.journal.write(person, said(number))
    if passphrase is not None:
        await one.journal_keys.protect(ANA, passphrase)
    await copied(one.store.main, tmp_path / "old.db")
    assert len(opened(tmp_path / "old.db", await keys_in(one, settings))) == 6
    await erases(one, how)
    found = opened(tmp_path / "old.db", await keys_in(one, settings))
    assert len(found) == 3  # Beto's
    await one.journal.write(ANA, DRAFT)  # whoever comes back has a new key
    assert opened(tmp_path / "old.db", await keys_in(one, settings)) == found


@both_ways
async def test_whoever_erased_can_begin_anew(one: House, how: str) -> None:
    await everything(one)
    await erases(one, how)
    assert await one.journal_keys.state(ANA) is State.NO_PASSPHRASE
    assert await texts(one, ANA) == []
    await one.journal.write(ANA, DRAFT)
    assert await texts(one, ANA) == [TEXT]


@both_ways
async def test_erasing_needs_no_passphrase(one: House, other: House, how: str) -> None:
    """It is what remains when that is forgotten."""
    await everything(one)
    assert await other.journal_keys.state(ANA) is State.LOCKED
    await erases(other, how)
    assert await left(one) == {}
    assert await kept_keys(one) == []


@both_ways
async def test_erasing_helps_when_the_key_is_lost(one: House, how: str) -> None:
    await everything(one)
    await fetch(one.store.keys, "DELETE FROM personal_keys WHERE person_id < 0")
    await erases(one, how)
    assert await left(one) == {}


@both_ways
async def test_erasing_nothing_is_fine(one: House, how: str) -> None:
    await erases(one, how)
    await erases(one, how)
    assert await left(one) == {}


async def test_what_is_open_in_another_process_is_closed_with_it(one: House, other: House) -> None:
    await everything(one)
    assert (await other.journal_keys.unlock(ANA, PASSPHRASE)).right
    await one.journal.erase(ANA)
    assert await other.journal_keys.known(ANA) is None
    assert await texts(other, ANA) == []


# -- single entries -----------------------------------------------------------------------------


async def test_a_deleted_entry_is_in_no_file(one: House) -> None:
    entries = [await one.journal.write(ANA, said(number, 900 * number)) for number in range(4)]
    for entry in entries[1:3]:
        assert entry is not None
        [(ciphertext,)] = await one.ask(f"SELECT sealed FROM journal_entries WHERE id = '{entry}'")
        assert await one.journal.delete(ANA, entry)
        assert left_of([bytes(ciphertext)], await one.bytes_on_disk()) == []
    assert await texts(one, ANA) == [said(0).text, said(3, 2700).text]


@on_sqlite
@pytest.mark.usefixtures("impatient")
async def test_an_entry_that_cannot_be_overwritten_yet_is_deleted_all_the_same(one: House) -> None:
    await pragma(one.store.main, "busy_timeout=1")
    entry = await one.journal.write(ANA, DRAFT)
    assert entry is not None
    before = await sealed(one, ANA)
    reader = Reader(await file_of(one, "main"))
    assert await one.journal.delete(ANA, entry)
    assert await texts(one, ANA) == []
    reader.end()
    await one.journal.erase(ANA)
    assert left_of(before, await one.bytes_on_disk()) == []


@pytest.mark.parametrize("size", [(0, 0), (0, 3000), (3000, 0), (3000, 3000)])
async def test_of_a_changed_entry_nothing_of_before_is_stored(
    one: House, size: tuple[int, int]
) -> None:
    entry = await one.journal.write(ANA, said(1, size[0]))
    assert entry is not None
    before = await sealed(one, ANA)
    await one.journal.change(ANA, entry, 1, Draft("", "Nicht so laut" + "y" * size[1]))
    assert left_of(before, await in_use(one)) == []
    await one.store.main.scrub()
    assert left_of(before, await one.bytes_on_disk()) == []


async def in_use(one: House) -> bytes:
    """What the rows say, in whatever file they are."""
    rows = await one.ask("SELECT sealed FROM journal_entries")
    return b"".join(bytes(row[0]) for row in rows)


# -- bad days -----------------------------------------------------------------------------------


@on_sqlite
@both_ways
@pytest.mark.parametrize("which", ["main", "keys"])
@pytest.mark.usefixtures("impatient")
async def test_erasing_is_not_called_done_while_a_side_file_holds_it(
    one: House, how: str, which: str
) -> None:
    await everything(one)
    before = await sealed(one, ANA)
    await pragma(getattr(one.store, which), "busy_timeout=1")
    reader = Reader(await file_of(one, which))
    for _ in range(2):
        with pytest.raises(StoreError, match="could not be emptied"):
            await erases(one, how)
    reader.end()
    await erases(one, how)
    assert await left(one) == {}
    assert await kept_keys(one) == []
    assert left_of(before, await one.bytes_on_disk()) == []


@on_sqlite
@both_ways
@pytest.mark.parametrize("which", ["main", "keys"])
@pytest.mark.parametrize("trouble", ["read-only", "locked"])
async def test_erasing_is_not_called_done_when_a_database_does_not_let_us(
    one: House, how: str, which: str, trouble: str
) -> None:
    await everything(one)
    before = await sealed(one, ANA)
    database = getattr(one.store, which)
    await pragma(database, "busy_timeout=1")
    with closing(sqlite3.connect(await file_of(one, which), isolation_level=None)) as holder:
        if trouble == "locked":
            holder.execute("BEGIN IMMEDIATE")
        else:
            await pragma(database, "query_only=ON")
        for _ in range(2):
            with pytest.raises((StoreError, sqlite3.Error)) as caught:
                await erases(one, how)
            # The journal's own says so in one way.
            assert how == "everything" or isinstance(caught.value, StoreError)
        if trouble == "locked":
            holder.execute("COMMIT")
        else:
            await pragma(database, "query_only=OFF")
    if which == "main":
        assert len(await rows_of(one, "journal_entries")) == 5
    await erases(one, how)
    assert await left(one) == {}
    assert await kept_keys(one) == []
    assert left_of(before, await one.bytes_on_disk()) == []
