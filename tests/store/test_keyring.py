"""The keyring: who a text concerns can end it, for every copy that there is."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.seal import InstanceKey, Place, Unreadable
from bot.settings import Settings
from bot.store.database import StoreError
from bot.store.keyring import Keyring
from bot.store.store import Store, open_store
from tests.store.states import clock, fetch, settings_in

ANA, BETO, CARO = 1_456_074_443_980_800_013, 1_456_074_443_980_800_029, 1_456_074_443_980_800_031
ALONE = Place("flag note", (ANA,), "row-1")
PAIR = Place("consent words", (ANA, BETO), "row-1")


async def test_a_person_gets_one_key_whoever_asks_first(store: Store) -> None:
    await asyncio.gather(*(store.keyring.seal("x", ALONE) for _ in range(4)))
    assert await fetch(store.keys, "SELECT person_id FROM personal_keys") == [(ANA,)]


async def test_a_text_of_two_opens_while_both_have_their_keys(store: Store) -> None:
    sealed = await store.keyring.seal("Say I agree.", PAIR)
    assert await store.keyring.unseal(sealed, PAIR) == "Say I agree."


@pytest.mark.parametrize("person", [ANA, BETO])
async def test_either_of_two_can_end_a_text(store: Store, person: int) -> None:
    sealed = await store.keyring.seal("Say I agree.", PAIR)
    await store.keyring.forget(person)
    with pytest.raises(Unreadable):
        await store.keyring.unseal(sealed, PAIR)


async def test_somebody_else_who_erases_changes_nothing(store: Store) -> None:
    sealed = await store.keyring.seal("Say I agree.", PAIR)
    await store.keyring.seal("mine", Place("flag note", (CARO,), "row-2"))
    await store.keyring.forget(CARO)
    assert await store.keyring.unseal(sealed, PAIR) == "Say I agree."


async def test_whoever_comes_back_gets_a_new_key_that_opens_nothing_old(store: Store) -> None:
    sealed = await store.keyring.seal("old", ALONE)
    fingerprint = await store.keyring.mark(ANA, "block", BETO)
    await store.keyring.forget(ANA)
    new = await store.keyring.seal("new", ALONE)
    assert await store.keyring.unseal(new, ALONE) == "new"
    assert await store.keyring.mark(ANA, "block", BETO) != fingerprint
    with pytest.raises(Unreadable):
        await store.keyring.unseal(sealed, ALONE)


async def test_opening_makes_no_key(store: Store) -> None:
    with pytest.raises(Unreadable):
        await store.keyring.unseal(bytes(300), ALONE)
    assert await store.keyring.empty()


async def test_forgetting_somebody_unknown_makes_and_takes_no_key(store: Store) -> None:
    await store.keyring.forget(CARO)
    assert await store.keyring.empty()
    sealed = await store.keyring.seal("Say I agree.", PAIR)
    await store.keyring.forget(CARO)
    assert await store.keyring.unseal(sealed, PAIR) == "Say I agree."


# -- erased, down to the bytes ----------------------------------------------------------------


async def test_a_forgotten_key_is_in_no_file_and_no_old_backup_opens(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "state")
    store = await open_store(settings, clock)
    async with store.main.transaction() as connection:
        sealed = await store.keyring.seal("a note of mine", ALONE)
        await connection.execute(
            "INSERT INTO flags (guild_id, person_id, choice, note, revision, changed_at)"
            " VALUES (1, ?, 'ask', ?, 1, ?)",
            (ANA, sealed, clock()),
        )
    await store.main.backup(tmp_path / "old.db")  # type: ignore[union-attr]
    [(wrapped,)] = await fetch(store.keys, "SELECT wrapped FROM personal_keys")
    files = list(settings.state.glob("keys.db*"))
    assert any(wrapped in file.read_bytes() for file in files)

    await store.keyring.forget(ANA)

    assert len(files) == 3
    for file in settings.state.iterdir():
        assert wrapped not in file.read_bytes(), file.name
        assert wrapped[-48:] not in file.read_bytes(), file.name
    with sqlite3.connect(tmp_path / "old.db") as backup:
        [(kept,)] = backup.execute("SELECT note FROM flags").fetchall()
    assert kept == sealed
    with pytest.raises(Unreadable):
        await store.keyring.unseal(kept, ALONE)
    await store.close()


@pytest.mark.usefixtures("impatient")
async def test_forgetting_is_not_called_done_while_a_copy_may_remain(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    store = await open_store(settings, clock)
    await store.keyring.seal("x", ALONE)
    await store.keys._connection.execute("PRAGMA busy_timeout=1")  # type: ignore[attr-defined]
    reader = sqlite3.connect(tmp_path / "keys.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT * FROM personal_keys").fetchall()
    with pytest.raises(StoreError, match="could not be emptied"):
        await store.keyring.forget(ANA)
    reader.execute("COMMIT")
    await store.keyring.forget(ANA)
    reader.close()
    await store.close()


# -- another instance key ---------------------------------------------------------------------


async def test_rewrapped_everything_still_opens_and_the_old_key_is_of_no_use(
    settings: Settings, store: Store
) -> None:
    old = InstanceKey.read(settings.key_file)
    sealed = await store.keyring.seal("Say I agree.", PAIR)
    assert await store.keyring.rewrap(InstanceKey.make()) == 2
    assert await store.keyring.unseal(sealed, PAIR) == "Say I agree."
    assert await store.keyring.proves()
    assert not await Keyring(store.keys, old).proves()


async def test_one_damaged_key_and_nothing_is_rewrapped(store: Store) -> None:
    sealed = await store.keyring.seal("Say I agree.", PAIR)
    before = await fetch(store.keys, "SELECT * FROM personal_keys ORDER BY person_id")
    await store.keyring.seal("x", Place("flag note", (CARO,), "row-2"))
    swap = f"(SELECT wrapped FROM personal_keys WHERE person_id = {ANA})"
    await fetch(store.keys, f"UPDATE personal_keys SET wrapped = {swap} WHERE person_id = {CARO}")
    with pytest.raises(Unreadable):
        await store.keyring.rewrap(InstanceKey.make())
    after = await fetch(store.keys, "SELECT * FROM personal_keys ORDER BY person_id")
    assert after[: len(before)] == before
    assert await store.keyring.unseal(sealed, PAIR) == "Say I agree."


async def test_a_process_whose_key_was_replaced_stops_instead_of_losing_texts(
    settings: Settings, store: Store
) -> None:
    late = await open_store(settings, clock)
    sealed = await late.keyring.seal("Say I agree.", PAIR)
    await store.keyring.rewrap(InstanceKey.make())
    with pytest.raises(StoreError, match="key was replaced"):
        await late.keyring.unseal(sealed, PAIR)
    with pytest.raises(StoreError, match="key was replaced"):
        await late.keyring.seal("x", Place("flag note", (CARO,), "row-2"))
    assert await fetch(store.keys, "SELECT count(*) FROM personal_keys") == [(2,)]
    await late.close()


async def test_a_damaged_personal_key_is_unreadable(store: Store) -> None:
    sealed = await store.keyring.seal("Say I agree.", ALONE)
    await store.keyring.seal("x", Place("flag note", (BETO,), "row-2"))
    swap = f"(SELECT wrapped FROM personal_keys WHERE person_id = {BETO})"
    await fetch(store.keys, f"UPDATE personal_keys SET wrapped = {swap}")
    with pytest.raises(Unreadable):
        await store.keyring.unseal(sealed, ALONE)
