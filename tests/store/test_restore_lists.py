"""What a restored backup must not bring back of servers' reading lists (laws 1 and 8)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.__main__ import main
from bot.reading import own_file
from bot.store.ids import owner_of
from tests.store.houses import ANA, BETO, GUILD, House, forgets_departed
from tests.store.restoring import lives, restored, rows, take_back_to
from tests.store.test_server_lists import SHARED, WORDS, _table, accepted, suggests, titles


async def busy(house: House) -> None:
    """A work that names Ana, a suggestion of Beto's, and a file that waits."""
    await accepted(house, ANA, "First", named=True)
    await suggests(house, BETO, "Second")
    content = _table(1).encode()
    await house.curating.stage(GUILD, content, own_file.read(content, SHARED, WORDS))


def test_the_list_comes_back_and_what_was_only_suggested_does_not(state: Path) -> None:
    """Law 1: it may have been taken back since."""
    restored(state, busy)
    assert lives(state, titles) == ["First"]
    assert rows(state, "SELECT * FROM reading_suggestions") == []
    assert rows(state, "SELECT * FROM reading_imports") == []


def test_a_name_that_was_taken_off_since_does_not_come_back(state: Path) -> None:
    async def takes_off(house: House) -> None:
        (work,) = await house.suggesting.naming(ANA, GUILD)
        assert await house.suggesting.unname(GUILD, work.id, ANA)

    restored(state, busy, takes_off)
    assert rows(state, "SELECT named_id FROM reading_works") == [(None,)]


def test_the_list_of_a_server_that_was_forgotten_since_is_gone(state: Path) -> None:
    async def forget(house: House) -> None:
        await house.roster.depart(GUILD)
        house.time.now += 31 * 86_400
        await forgets_departed(house)

    restored(state, busy, forget)
    for table in ("reading_lists", "reading_works", "reading_suggestions"):
        assert rows(state, f"SELECT * FROM {table}") == []


def test_a_backup_from_before_there_were_lists_is_restored(state: Path) -> None:
    lives(state, busy)
    assert main(["backup", "copy"]) == 0
    with closing(sqlite3.connect("copy/firsthand.db")) as database, database:
        take_back_to(database, 3)
    assert main(["restore", "copy"]) == 0
    assert lives(state, titles) == []


def test_the_key_of_a_list_is_the_lists_own(state: Path) -> None:
    lives(state, busy)
    ((list_id,),) = rows(state, "SELECT id FROM reading_lists")
    with closing(sqlite3.connect(state / "keys.db")) as database:
        held = {row[0] for row in database.execute("SELECT person_id FROM personal_keys")}
    assert held == {ANA, BETO, owner_of(list_id)}
