"""The power goes: right after something was said to be done, and at every moment before.

`tests/store/disk.py` has the disks. What each of them must have is what people were told.
"""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.keeping import backup, rekey, restore
from bot.seal import InstanceKey, KeyFileError
from bot.settings import Settings
from bot.store.database import StoreError
from bot.store.store import open_store
from tests.states import begin
from tests.store.disk import ALL, NEWEST, NOTHING, Disk
from tests.store.houses import Time, open_house
from tests.store.notebooks import DRAFT, left_of, sealed
from tests.store.notes import WHOLE, names_in, notes_for, notes_in, sealed_for, stored, wrapped_in
from tests.store.states import clock, fetch, settings_in
from tests.tiers import in_both_tiers

ANA, BETO = 1_456_074_443_980_800_013, 1_456_074_443_980_800_029
HERS, BOTH = ({each: f"note of {each}" for each in people} for people in ((ANA,), (ANA, BETO)))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What the disk holds."""
    (tmp_path / "disk").mkdir()
    return tmp_path / "disk"


def cuts(disk: Disk, full: bool, *moments: int) -> Iterator[tuple[Path, int]]:
    """Each disk there may be after a cut at one of these moments, or at its end."""
    after = Path(disk.folder).with_name("after")
    chance = random.Random(len(disk.events))
    for moment in moments or (len(disk.events),):
        for strict in (False, True):
            for luck in (NOTHING, ALL, NEWEST, *[chance] * (20 if full else 3)):
                yield disk.cut(after, at=moment, luck=luck, strict=strict), moment
                shutil.rmtree(after)


def everywhere(disk: Disk, full: bool) -> Iterator[tuple[Path, int]]:
    """The same at every moment, with less luck at each; at some moments in the quick tier."""
    moments = disk.moments()
    chosen = moments if full else [*moments[:: len(moments) // 12 + 1], moments[-1]]
    after = Path(disk.folder).with_name("after")
    chance = random.Random(len(moments))
    for moment in chosen:
        for strict in (False, True):
            for luck in (NOTHING, ALL, NEWEST, chance) if full else (NOTHING, chance):
                yield disk.cut(after, at=moment, luck=luck, strict=strict), moment
                shutil.rmtree(after)


# -- said to be done --------------------------------------------------------------------------


@in_both_tiers
async def test_a_backup_that_was_made_can_be_restored(folder: Path, full: bool) -> None:
    await sealed_for(folder / "state", ANA)
    key = InstanceKey.read(folder / "state" / "instance.key")
    with Disk(folder) as disk:
        await backup(settings_in(folder / "state"), folder / "deep" / "copy", clock)
    for left, _ in cuts(disk, full):
        another = settings_in(left / "another")
        key.write(another.key_file)
        restore(another, left / "deep" / "copy", clock)
        assert await notes_in(another.state) == HERS


@in_both_tiers
async def test_what_was_acknowledged_is_there(folder: Path, full: bool) -> None:
    """Of the very first person, in databases that nobody wrote to before."""
    with Disk(folder) as disk:
        store = await open_store(settings_in(folder / "state"), clock)
        await notes_for(store, ANA)
        said = len(disk.events)
        await store.close()
    for left, _ in cuts(disk, full, said, len(disk.events)):
        assert await notes_in(left / "state") == HERS


@in_both_tiers
async def test_what_was_erased_is_on_no_disk(folder: Path, full: bool) -> None:
    settings = settings_in(folder / "state")
    await begin(settings)
    with Disk(folder) as disk:
        async with open_house(settings, Time()) as house:
            await notes_for(house.store, ANA, BETO)
            await house.journal.write(ANA, DRAFT)
            asked = "SELECT wrapped FROM personal_keys WHERE person_id <> "
            hers = [row[0] for row in await fetch(house.store.keys, f"{asked}{BETO}")]
            hers += await sealed(house, ANA)
            hers += [row[0] for row in await house.ask("SELECT note FROM flags LIMIT 1")]
            assert len(hers) == 4
            assert left_of(hers, stored(folder))
            await house.privacy.erase(ANA)
            said = len(disk.events)
    for left, _ in cuts(disk, full, said, len(disk.events)):
        assert left_of(hers, stored(left)) == []
        assert await notes_in(left / "state") == {BETO: f"note of {BETO}"}
        assert left_of(hers, stored(left)) == []


@in_both_tiers
async def test_after_a_rekey_nothing_is_left_that_the_old_key_opens(
    folder: Path, full: bool
) -> None:
    """Also where the key lies elsewhere, in a folder that nothing else syncs."""
    await sealed_for(folder / "state", ANA)
    on_the_stick(folder)
    wrapped = wrapped_in(folder / "state", ANA)
    old = InstanceKey.read(folder / "stick" / "key")
    with Disk(folder) as disk:
        await rekey(with_key_at(folder), clock)
    for left, _ in cuts(disk, full):
        assert wrapped not in stored(left)
        assert InstanceKey.read(left / "stick" / "key") != old
        await (await open_store(with_key_at(left), clock)).close()


@in_both_tiers
async def test_a_key_that_was_prepared_is_on_the_disk_when_something_is_wrapped_under_it(
    folder: Path, full: bool
) -> None:
    (folder / "stick").mkdir()
    InstanceKey.make().write(folder / "key")
    prepared = (folder / "key").read_text()
    with Disk(folder) as disk:
        (folder / "stick" / "key").touch(0o600)
        (folder / "stick" / "key").write_text(prepared)
        await (await open_store(with_key_at(folder), clock)).close()
    for left, _ in cuts(disk, full):
        assert (left / "stick" / "key").read_text() == prepared


def on_the_stick(folder: Path) -> None:
    (folder / "stick").mkdir()
    (folder / "state" / "instance.key").rename(folder / "stick" / "key")


def with_key_at(folder: Path) -> Settings:
    return settings_in(folder / "state", FIRSTHAND_KEY_FILE=str(folder / "stick" / "key"))


# -- at every moment --------------------------------------------------------------------------


@in_both_tiers
async def test_a_first_start_is_finished_by_the_next(folder: Path, full: bool) -> None:
    """What its databases know of a key is never more than the key file has."""
    with Disk(folder) as disk:
        await (await open_store(settings_in(folder / "state"), clock)).close()
    for left, moment in everywhere(disk, full):
        settings = settings_in(left / "state")
        await sealed_for(settings.state, ANA)
        assert await notes_in(settings.state) == HERS, moment
        assert names_in(settings.state) == WHOLE, moment


@in_both_tiers
async def test_a_rekey_leaves_one_key_that_opens_everything(folder: Path, full: bool) -> None:
    await sealed_for(folder / "state", ANA)
    on_the_stick(folder)
    with Disk(folder) as disk:
        await rekey(with_key_at(folder), clock)
    for left, moment in everywhere(disk, full):
        await (await open_store(with_key_at(left), clock)).close()
        beside = [each.name for each in (left / "stick").iterdir()]
        assert [each for each in beside if each.endswith(".part")] == [], moment
        await rekey(with_key_at(left), clock)
        assert [each.name for each in (left / "stick").iterdir()] == ["key"], moment
        (left / "stick" / "key").rename(left / "state" / "instance.key")
        assert await notes_in(left / "state") == HERS, moment


def remember(state: Path, when: str) -> None:
    """Far from the notes, so that a mixture of two databases shows."""
    with closing(sqlite3.connect(state / "firsthand.db")) as database, database:
        database.execute("INSERT OR REPLACE INTO facts VALUES ('when', ?)", (when,))


def remembered(state: Path) -> str:
    with closing(sqlite3.connect(state / "firsthand.db")) as database:
        [(when,)] = database.execute("SELECT value FROM facts WHERE name = 'when'").fetchall()
    return when


async def as_it_was(_: Settings) -> None:
    """The databases are in use, and hold more than the backup."""


async def a_bot_was_killed(settings: Settings) -> None:
    """Most of it is in the write-ahead log, which fits no other database."""
    running = await open_store(settings, clock)
    async with running.main.transaction() as connection:
        await connection.execute("UPDATE flags SET choice = 'never'")
    killed = shutil.copytree(settings.state, settings.state.with_name("killed"))
    await running.close()
    shutil.rmtree(settings.state)
    killed.rename(settings.state)


async def only_a_log_is_left(settings: Settings) -> None:
    await a_bot_was_killed(settings)
    (settings.state / "firsthand.db").unlink()


async def keys_are_lost(settings: Settings) -> None:
    (settings.state / "keys.db").unlink()


async def another_machine(settings: Settings) -> None:
    """A bot was started there once; then the backup's key file was put in its place."""
    key = settings.key_file.read_bytes()
    shutil.rmtree(settings.state)
    await (await open_store(settings_in(settings.state), clock)).close()
    settings.key_file.write_bytes(key)


@in_both_tiers
@pytest.mark.parametrize(
    "before", [as_it_was, a_bot_was_killed, only_a_log_is_left, keys_are_lost, another_machine]
)
async def test_a_restore_leaves_the_old_or_the_new_and_no_mixture(
    folder: Path, full: bool, before: Callable[[Settings], Awaitable[None]]
) -> None:
    """Where nothing could start before, nothing does until it is restored, in one more try."""
    settings = settings_in(folder / "state")
    await sealed_for(settings.state, ANA)
    remember(settings.state, "then")
    await backup(settings, folder / "copy", clock)
    await sealed_for(settings.state, BETO)
    remember(settings.state, "now")
    await before(settings)
    new, old = (HERS, "then"), [(BOTH, "now")] if before in (as_it_was, a_bot_was_killed) else []
    with Disk(folder) as disk:
        restore(settings, folder / "copy", clock)
    for left, moment in everywhere(disk, full):
        settings = settings_in(left / "state")
        try:
            found = await notes_in(settings.state), remembered(settings.state)
            assert found in [new, *old], moment
            assert names_in(settings.state) == WHOLE, moment
        except (StoreError, KeyFileError):
            assert not old, moment
            assert moment < len(disk.events)
        else:
            assert found == new or moment < len(disk.events)
        restore(settings, left / "copy", clock)
        assert await notes_in(settings.state) == HERS, moment
        assert names_in(settings.state) == WHOLE, moment
