"""Shelves on both engines: one row for each thing, sealed, and no change is lost."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.reading.rules import Mark
from bot.reading.shelves import Kept, Noted
from bot.seal import Unreadable, unseal
from bot.settings import Settings
from bot.store.database import StoreError
from tests.store.houses import ANA, BETO, House, Time, in_between, open_house
from tests.store.restoring import lives, restored, rows

WORK, OTHER = "reich", "ours-7k2m9q4t1v3x"
TITLE, NOTE = "Racial Inequality", "Lee el capítulo dos otra vez"


@pytest.fixture
async def here(settings: Settings) -> AsyncIterator[House]:
    async with open_house(settings, Time()) as house:
        yield house


@pytest.fixture
async def there(settings: Settings, here: House) -> AsyncIterator[House]:
    """Another process on the same databases."""
    async with open_house(settings, here.time) as house:
        yield house


async def noted(house: House, person: int = ANA, note: str = NOTE) -> Kept:
    """A thing on a shelf with a note."""
    await house.shelves.mark(person, WORK, TITLE, Mark.WANT)
    known = await house.shelves.one(person, WORK)
    assert known is not None
    assert await house.shelves.note(person, WORK, note, known.note_id) is Noted.KEPT
    found = await house.shelves.one(person, WORK)
    assert found is not None
    return found


async def stored(house: House) -> list[tuple[object, ...]]:
    return await house.ask("SELECT * FROM reading_shelves")


# -- marking ----------------------------------------------------------------------------------


async def test_what_is_marked_is_there_for_another_process(here: House, there: House) -> None:
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READING)
    assert await there.shelves.one(ANA, WORK) == Kept(WORK, TITLE, Mark.READING)
    shelf = await there.shelves.shelf(ANA)
    assert shelf.marks == {WORK: Mark.READING}
    assert not shelf.closed


async def test_somebody_elses_shelf_is_another(here: House) -> None:
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READ)
    assert await here.shelves.one(BETO, WORK) is None
    assert (await here.shelves.shelf(BETO)).kept == ()
    assert not await here.shelves.take_off(BETO, WORK)
    assert await here.shelves.note(BETO, WORK, NOTE, "") is Noted.GONE
    assert (await here.shelves.shelf(ANA)).marks == {WORK: Mark.READ}


async def test_looking_makes_no_key_and_no_row(here: House) -> None:
    before = await here.keys()
    await here.shelves.shelf(ANA)
    await here.shelves.one(ANA, WORK)
    await here.shelves.take_off(ANA, WORK)
    await here.shelves.clear(ANA)
    assert await here.shelves.note(ANA, WORK, NOTE, "") is Noted.GONE
    assert await here.keys() == before
    assert await stored(here) == []


async def test_a_work_stands_there_once_and_the_last_state_counts(here: House) -> None:
    for state in Mark:
        await here.shelves.mark(ANA, WORK, TITLE, state)
    assert (await here.shelves.shelf(ANA)).kept == (Kept(WORK, TITLE, Mark.READ),)
    assert len(await stored(here)) == 1


async def test_the_same_mark_again_writes_nothing(here: House) -> None:
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READ)
    before = await stored(here)
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READ)
    assert await stored(here) == before


async def test_a_note_stays_when_the_state_changes(here: House) -> None:
    known = await noted(here)
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READ)
    assert await here.shelves.one(ANA, WORK) == known._replace(state=Mark.READ)


async def test_taken_off_is_gone_with_its_note(here: House) -> None:
    await noted(here)
    assert await here.shelves.take_off(ANA, WORK)
    assert not await here.shelves.take_off(ANA, WORK)
    await here.shelves.mark(ANA, WORK, TITLE, Mark.WANT)
    assert await here.shelves.one(ANA, WORK) == Kept(WORK, TITLE, Mark.WANT)


async def test_a_shelf_is_in_the_order_of_its_titles(here: House) -> None:
    for work, title in (("a", "Zorn"), ("b", "angst"), ("c", "Mut")):
        await here.shelves.mark(ANA, work, title, Mark.WANT)
    assert [each.title for each in (await here.shelves.shelf(ANA)).kept] == ["angst", "Mut", "Zorn"]


# -- notes ------------------------------------------------------------------------------------


async def test_an_emptied_note_is_none(here: House) -> None:
    known = await noted(here)
    assert await here.shelves.note(ANA, WORK, "", known.note_id) is Noted.KEPT
    found = await here.shelves.one(ANA, WORK)
    assert found is not None
    assert found.note == ""


async def test_a_note_written_meanwhile_is_not_overwritten(here: House, there: House) -> None:
    known = await noted(here)
    assert await there.shelves.note(ANA, WORK, "From the telephone", known.note_id) is Noted.KEPT
    assert await here.shelves.note(ANA, WORK, "From the desk", known.note_id) is Noted.MEANWHILE
    found = await here.shelves.one(ANA, WORK)
    assert found is not None
    assert found.note == "From the telephone"


async def test_the_same_note_twice_is_no_conflict(here: House) -> None:
    known = await noted(here)
    for _ in range(2):
        assert await here.shelves.note(ANA, WORK, "Again", known.note_id) is Noted.KEPT


# -- two at once ------------------------------------------------------------------------------


async def test_a_state_and_a_note_at_once_both_count(here: House, there: House) -> None:
    known = await noted(here)

    async def note() -> None:
        assert await there.shelves.note(ANA, WORK, "Other", known.note_id) is Noted.KEPT

    in_between(here.store.keyring, "ensure", note)
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READ)
    found = await here.shelves.one(ANA, WORK)
    assert found is not None
    assert (found.state, found.note) == (Mark.READ, "Other")


async def test_two_first_marks_at_once_are_one_row(here: House, there: House) -> None:
    for _ in range(6):
        await asyncio.gather(
            here.shelves.mark(ANA, WORK, TITLE, Mark.WANT),
            there.shelves.mark(ANA, WORK, TITLE, Mark.READ),
        )
        assert len(await stored(here)) == 1
        assert await here.shelves.one(ANA, WORK) == await there.shelves.one(ANA, WORK) is not None
        await here.shelves.take_off(ANA, WORK)


async def test_a_mark_on_what_is_taken_off_meanwhile_puts_it_back(
    here: House, there: House
) -> None:
    await noted(here)

    async def take_off() -> None:
        assert await there.shelves.take_off(ANA, WORK)

    in_between(here.store.keyring, "ensure", take_off)
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READ)
    assert await here.shelves.one(ANA, WORK) == Kept(WORK, TITLE, Mark.READ)


async def test_what_is_marked_while_everything_is_erased_leaves_nothing_sealed_behind(
    here: House, there: House
) -> None:
    """Whatever remains opens under the key there is: it was marked after the erasing."""
    await here.shelves.mark(ANA, OTHER, TITLE, Mark.READ)

    async def erase() -> None:
        await there.privacy.erase(ANA)

    in_between(here.store.keyring, "ensure", erase)
    await here.shelves.mark(ANA, WORK, TITLE, Mark.WANT)
    shelf = await here.shelves.shelf(ANA)
    assert shelf.marks == {WORK: Mark.WANT}
    assert not shelf.closed


async def test_what_is_written_between_the_rows_and_the_key_goes_too(
    here: House, there: House
) -> None:
    await here.shelves.mark(ANA, OTHER, TITLE, Mark.READ)

    async def mark() -> None:
        await there.shelves.mark(ANA, WORK, TITLE, Mark.WANT)

    in_between(here.store.keyring, "forget", mark)
    await here.privacy.erase(ANA)
    assert await stored(here) == []


# -- what the databases hold ------------------------------------------------------------------


async def test_nothing_of_a_shelf_stands_in_clear(here: House) -> None:
    await noted(here)
    await noted(here, BETO)
    columns = {tuple(type(value) for value in row) for row in await stored(here)}
    assert columns == {(int, bytes, str, bytes)}
    assert len({bytes(row[1]) for row in await stored(here)}) == 2  # type: ignore[arg-type]
    on_disk = await here.bytes_on_disk()
    for written in (NOTE, TITLE, WORK, Mark.WANT.value + '"'):
        assert written.encode() not in on_disk, written


async def test_a_seal_opens_only_in_its_row(here: House) -> None:
    await noted(here)
    await here.shelves.mark(ANA, OTHER, "Other", Mark.READ)
    async with here.store.main.transaction() as connection:
        rows = await here.shelves._rows.of(connection, ANA)
        key = await here.store.keyring.kept(ANA)
        assert key is not None
        first, second = rows
        with pytest.raises(Unreadable):
            unseal(second.sealed, [key], first.place())


async def test_each_change_is_sealed_to_a_new_id(here: House) -> None:
    await here.shelves.mark(ANA, WORK, TITLE, Mark.WANT)
    [before] = await stored(here)
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READ)
    [after] = await stored(here)
    assert before[:2] == after[:2]
    assert before[2] != after[2]


async def test_what_does_not_open_is_said_and_can_be_cleared(here: House) -> None:
    await noted(here)
    await here.store.keyring.forget(ANA)
    shelf = await here.shelves.shelf(ANA)
    assert (shelf.kept, shelf.closed) == ((), True)
    await here.shelves.mark(ANA, OTHER, "New", Mark.READ)
    shelf = await here.shelves.shelf(ANA)
    assert (list(shelf.marks), shelf.closed) == ([OTHER], True)
    await here.shelves.clear(ANA)
    shelf = await here.shelves.shelf(ANA)
    assert (list(shelf.marks), shelf.closed) == ([OTHER], False)


async def test_what_is_damaged_can_be_marked_anew(here: House) -> None:
    await noted(here)
    await here.ask("UPDATE reading_shelves SET id = 'elsewhere'")
    assert await here.shelves.one(ANA, WORK) is None
    await here.shelves.mark(ANA, WORK, TITLE, Mark.READ)
    assert await here.shelves.one(ANA, WORK) == Kept(WORK, TITLE, Mark.READ)


# -- export, erasing, restoring ---------------------------------------------------------------


async def test_the_export_has_the_whole_shelf_open(here: House) -> None:
    await noted(here)
    await here.shelves.mark(BETO, OTHER, "Another's", Mark.READ)
    export = await here.privacy.export(ANA)
    assert export["reading_shelf"] == [
        {"work": WORK, "title": TITLE, "state": "want", "note": NOTE}
    ]
    assert "Another's" not in json.dumps(export)


async def test_the_export_says_what_does_not_open(here: House) -> None:
    await noted(here)
    await here.store.keyring.forget(ANA)
    assert (await here.privacy.export(ANA))["reading_shelf"] == [{"does_not_open": True}]


async def test_erasing_leaves_nothing_of_ones_own_and_everything_of_others(here: House) -> None:
    await noted(here)
    await noted(here, BETO)
    await here.privacy.erase(ANA)
    assert [row[0] for row in await stored(here)] == [BETO]
    assert ANA not in await here.keys()
    assert (await here.shelves.shelf(BETO)).marks == {WORK: Mark.WANT}


async def test_a_side_file_that_cannot_be_emptied_does_not_keep_a_thing_on_the_shelf(
    here: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await noted(here)

    async def fails() -> None:
        raise StoreError("another process reads")

    monkeypatch.setattr(here.store.main, "scrub", fails)
    assert await here.shelves.take_off(ANA, WORK)
    assert await stored(here) == []


def test_the_shelf_of_somebody_who_erased_since_does_not_come_back(state: Path) -> None:
    async def both(house: House) -> None:
        await noted(house)
        await noted(house, BETO)

    restored(state, both, lambda house: house.privacy.erase(ANA))
    assert [row[0] for row in rows(state, "SELECT * FROM reading_shelves")] == [BETO]


def test_a_backup_from_before_there_were_shelves_is_restored_too(state: Path) -> None:
    async def nothing(house: House) -> None:
        return None

    lives(state, nothing)
    assert main(["backup", "copy"]) == 0
    with closing(sqlite3.connect("copy/firsthand.db")) as database, database:
        database.execute("DROP TABLE reading_shelves")
    assert main(["restore", "copy"]) == 0
