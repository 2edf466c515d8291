"""Databases that a disk has damaged: it is said, in one line, and nothing is made anew over them.

What SQLite can notice it is asked about; what it cannot, such as another letter in a text, shows
where that is sealed, when it is read.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.keeping import check
from bot.seal import Place
from bot.store.database import SQLite, StoreError
from bot.store.keyring import Keyring
from bot.store.store import open_store
from tests.states import begin
from tests.store.states import clock, settings_in
from tests.tiers import in_both_tiers, tiered

PEOPLE = range(1_456_074_443_980_800_000, 1_456_074_443_980_800_400)
PAGE = 4096
#: How pages of indexes and tables begin (SQLite's file format, 1.6).
_OF_INDEXES, _OF_TABLES = (2, 10), (5, 13)

Damage = Callable[[Path], None]


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A state folder in which keys fill some pages, and rows some more, with its files at rest."""
    folder = tmp_path_factory.mktemp("whole")

    async def live() -> None:
        settings = settings_in(folder)
        await begin(settings)
        store = await open_store(settings, clock)
        for person in PEOPLE:
            await store.keyring.ensure(person)
        async with store.main.transaction() as connection:
            for person in PEOPLE:
                await connection.execute(
                    "INSERT INTO flags (guild_id, person_id, choice, revision, changed_at) "
                    f"VALUES (1, {person}, 'never', 0, 0)"
                )
        for each in (store.main, store.keys):
            await each.scrub()
        await store.close()

    asyncio.run(live())
    return folder


@pytest.fixture
def state(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "state")
    return tmp_path / "state"


def written(file: Path, at: int, data: bytes) -> None:
    with file.open("r+b") as opened:
        opened.seek(at)
        opened.write(data)


def root_of(file: Path, name: str) -> int:
    """Where the first page of a table or an index begins, in bytes."""
    with closing(sqlite3.connect(file)) as database:
        (page,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = ?", [name]
        ).fetchone()
    return (page - 1) * PAGE


def unnoted(file: Path, sql: str) -> None:
    """Do something in a database of which its indexes are not told."""
    before = file.read_bytes()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute(sql)
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for at in range(PAGE, len(before), PAGE):
        if before[at] in _OF_INDEXES:
            written(file, at, before[at : at + PAGE])


def _zeroes(name: str) -> Damage:
    return lambda file: written(file, root_of(file, name), bytes(PAGE))


def _as_another(file: Path) -> None:
    data = file.read_bytes()
    flags, keys = root_of(file, "flags"), root_of(file, "sqlite_autoindex_flags_1")
    written(file, flags, data[keys : keys + PAGE])


def _swapped(file: Path) -> None:
    """Two pages of one table, each in the other's place."""
    data = file.read_bytes()
    leaves = [
        at
        for at in range(PAGE, len(data), PAGE)
        if data[at] == _OF_TABLES[1] and int.from_bytes(data[at + 3 : at + 5]) > 20
    ]
    one, other = leaves[-2:]
    written(file, one, data[other : other + PAGE])
    written(file, other, data[one : one + PAGE])


def _schema_byte(file: Path) -> None:
    data = file.read_bytes()
    written(file, data.index(b"CREATE TABLE flags") + len("CREATE TABLE "), b"\xff")


#: In firsthand.db, by what was done to it.
DAMAGE: dict[str, Damage] = {
    "the page of a table is empty": _zeroes("flags"),
    "the page of an index is empty": _zeroes("sqlite_autoindex_flags_1"),
    "a page holds another one": _as_another,
    "two pages are in each other's place": _swapped,
    "the end is missing": lambda file: written(file, 0, b"") or _cut(file, 3 * PAGE),
    "an index lost a row": lambda file: unnoted(
        file,
        "INSERT INTO flags SELECT 2, person_id, choice, note, 0, 0 FROM flags LIMIT 1",
    ),
    "an index has a row too many": lambda file: unnoted(
        file, f"DELETE FROM flags WHERE person_id = {PEOPLE[7]}"
    ),
    "the schema is no text": _schema_byte,
    "the header is gone": lambda file: written(file, 0, bytes(16)),
    "the list of free pages leads nowhere": lambda file: written(file, 32, b"\x00\x00\xff\xff" * 2),
    "a page begins with another kind": lambda file: written(file, root_of(file, "flags"), b"\x02"),
}


def _cut(file: Path, by: int) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size - by)


@pytest.mark.parametrize("name", DAMAGE)
async def test_check_says_what_is_damaged_and_changes_nothing(state: Path, name: str) -> None:
    await check(settings_in(state), clock)
    DAMAGE[name](state / "firsthand.db")
    before = (state / "keys.db").read_bytes()
    with pytest.raises(StoreError) as refused:
        await check(settings_in(state), clock)
    line = str(refused.value)
    assert "firsthand.db" in line
    assert "\n" not in line
    assert (state / "keys.db").read_bytes() == before


@in_both_tiers
async def test_no_page_goes_missing_unseen(state: Path, full: bool) -> None:
    file, data = state / "firsthand.db", (state / "firsthand.db").read_bytes()
    used = [at for at in range(PAGE, len(data), PAGE) if data[at] in (*_OF_INDEXES, *_OF_TABLES)]
    assert len(used) > 60
    for at in used if full else used[::10]:
        written(file, at, bytes(PAGE))
        with pytest.raises(StoreError, match="is damaged"):
            await check(settings_in(state), clock)
        written(file, at, data[at : at + PAGE])
    await check(settings_in(state), clock)


async def test_a_start_sees_that_the_keys_are_damaged(state: Path) -> None:
    """The keys are few: all of them is looked through, indexes too."""
    person = PEOPLE[5]
    unnoted(state / "keys.db", f"DELETE FROM personal_keys WHERE person_id = {person}")
    with pytest.raises(StoreError, match=r"keys\.db is damaged.*restore the newest backup"):
        await open_store(settings_in(state), clock)


async def test_no_second_key_is_made_for_somebody_whose_row_an_index_lost(state: Path) -> None:
    """While the bot runs, too: the new one would be found in place of the old one."""
    store = await open_store(settings_in(state), clock)
    sealed = await store.keyring.seal("What I wrote.", Place("words", (PEOPLE[0],), "row"))
    await store.close()
    keys = state / "keys.db"
    with closing(sqlite3.connect(keys, isolation_level=None)) as database:
        row = database.execute(
            f"SELECT * FROM personal_keys WHERE person_id = {PEOPLE[0]}"
        ).fetchone()
        database.execute(f"DELETE FROM personal_keys WHERE person_id = {PEOPLE[0]}")
    unnoted(keys, f"INSERT INTO personal_keys VALUES ({row[0]}, x'{row[1].hex()}')")
    opened = await SQLite.open(keys)
    keyring = Keyring(opened, store.keyring._instance_key)
    with pytest.raises(StoreError, match="FIRSTHAND_KEYS_DATABASE: it is damaged"):
        await keyring.ensure(PEOPLE[0])
    await opened.close()
    with closing(sqlite3.connect(keys, isolation_level=None)) as database:
        database.execute("REINDEX")
    mended = await open_store(settings_in(state), clock)
    assert (
        await mended.keyring.unseal(sealed, Place("words", (PEOPLE[0],), "row")) == "What I wrote."
    )
    await mended.close()


@pytest.mark.parametrize("seed", tiered(range(200), quick=range(0, 200, 50)))
async def test_check_opens_every_key(state: Path, seed: int) -> None:
    """One bit of one key: SQLite cannot know, but nothing under that key would open any more."""
    chance = random.Random(seed)
    with closing(sqlite3.connect(state / "keys.db", isolation_level=None)) as database:
        person = chance.choice(PEOPLE)
        (key,) = database.execute(
            f"SELECT wrapped FROM personal_keys WHERE person_id = {person}"
        ).fetchone()
    at = (state / "keys.db").read_bytes().index(key) + chance.randrange(len(key))
    byte = (state / "keys.db").read_bytes()[at]
    written(state / "keys.db", at, bytes([byte ^ 1 << chance.randrange(8)]))
    with pytest.raises(StoreError, match="FIRSTHAND_KEYS_DATABASE: it is damaged"):
        await check(settings_in(state), clock)


@pytest.mark.parametrize("command", ["check", "backup"])
def test_a_command_ends_where_the_schema_is_no_text(state: Path, command: str) -> None:
    """It went on for ever: what was raised is no error of SQLite's, and a thread stayed."""
    _schema_byte(state / "firsthand.db")
    given = [command, *([str(state / "copy")] if command == "backup" else [])]
    ended = subprocess.run(
        [sys.executable, "-m", "bot", *given],
        env={"FIRSTHAND_STATE": str(state), "PATH": ""},
        capture_output=True,
        text=True,
        timeout=300,  # for ever is longer
    )
    assert ended.returncode == 1
    assert ended.stderr.count("\n") == 1
    assert "firsthand.db" in ended.stderr
