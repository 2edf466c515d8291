"""A restore where more is at stake: on another machine, over damage, with keys that are lost."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from tests.store.notes import notes_in, sealed_for
from tests.store.restoring import Said, refused

ANA, BETO = 1_456_074_443_980_800_013, 1_456_074_443_980_800_029


@pytest.fixture
def moved(state: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A backup of Ana's note and its key, on a machine where a bot was started once already."""
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    (state / "instance.key").rename("copy of the key")
    monkeypatch.setenv("FIRSTHAND_STATE", "moved")
    assert main(["check"]) == 0
    return state.with_name("moved")


def everything_in(state: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in state.iterdir()}


def test_a_backup_is_restored_over_what_a_first_start_has_made(moved: Path) -> None:
    shutil.copy("copy of the key", moved / "instance.key")
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(moved)) == {ANA: f"note of {ANA}"}


@pytest.mark.parametrize("its", ["of the first start", "missing", "open to others"])
def test_a_restore_that_needs_the_backups_key_says_where_to_put_it(
    moved: Path, said: Said, its: str
) -> None:
    if its == "missing":
        (moved / "instance.key").unlink()
    elif its == "open to others":
        shutil.copy("copy of the key", moved / "instance.key")
        (moved / "instance.key").chmod(0o644)
    before = everything_in(moved)
    said()
    assert main(["restore", "copy"]) == 1
    line = refused(said)
    assert line.startswith("FIRSTHAND_KEY_FILE: ")
    assert f"{moved / 'instance.key'}" in line
    assert everything_in(moved) == before
    (moved / "instance.key").unlink(missing_ok=True)
    shutil.copy("copy of the key", moved / "instance.key")
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(moved)) == {ANA: f"note of {ANA}"}


@pytest.mark.parametrize("holds", ["a person", "a rule"])
def test_a_restore_on_another_machine_takes_the_place_of_nothing_that_was_stored_there(
    moved: Path, said: Said, holds: str
) -> None:
    if holds == "a person":
        asyncio.run(sealed_for(moved, BETO))
    else:
        with closing(sqlite3.connect(moved / "firsthand.db")) as database, database:
            database.execute("INSERT INTO rules VALUES (1, 'doorbell', '9', 1)")
    shutil.copy("copy of the key", moved / "instance.key")
    before = everything_in(moved)
    said()
    assert main(["restore", "copy"]) == 1
    line = refused(said)
    assert f"move {moved / 'firsthand.db'} and {moved / 'keys.db'} away first" in line
    assert everything_in(moved) == before
    for file in ("firsthand.db", "keys.db"):
        (moved / file).rename(file)
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(moved)) == {ANA: f"note of {ANA}"}


def test_a_restore_after_a_rekey_needs_the_key_of_the_time_only_for_keys_that_are_lost(
    state: Path, said: Said
) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    shutil.copy(state / "instance.key", "copy of the key")
    assert main(["rekey"]) == 0
    assert main(["restore", "copy"]) == 0
    (state / "keys.db").unlink()
    said()
    assert main(["restore", "copy"]) == 1
    assert "Put the key file that belongs to it at" in refused(said)
    shutil.copy("copy of the key", state / "instance.key")
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


@pytest.mark.parametrize("harm", ["garbage", "half"])
def test_a_damaged_main_database_is_what_a_restore_is_for(state: Path, harm: str) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    damaged = state / "firsthand.db"
    damaged.write_bytes(b"x" * 9000 if harm == "garbage" else damaged.read_bytes()[:9000])
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


@pytest.mark.parametrize("harm", ["lost", "damaged"])
def test_the_log_of_a_main_database_that_is_gone_does_not_get_into_the_restored_one(
    state: Path, harm: str
) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    shutil.copy(state / "firsthand.db", "lived")
    with closing(sqlite3.connect("lived")) as running, running:
        running.execute("DELETE FROM flags")
        running.commit()
        shutil.copy("lived-wal", state / "firsthand.db-wal")
    if harm == "lost":
        (state / "firsthand.db").unlink()
    else:
        (state / "firsthand.db").write_bytes(b"x" * 9000)
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


def test_damaged_keys_are_not_taken_for_missing_ones(state: Path, said: Said) -> None:
    """The backup's would bring back the keys of people who have erased since."""
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    (state / "keys.db").write_bytes(b"x" * 9000)
    before = everything_in(state)
    said()
    assert main(["restore", "copy"]) == 1
    assert f"{state / 'keys.db'} is damaged" in refused(said)
    assert everything_in(state) == before
