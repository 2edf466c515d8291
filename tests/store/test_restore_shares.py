"""What a restored backup must not bring back of journals and of what is shared (laws 1 and 8)."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.journal.hours import EVERY_DAY, Plan
from bot.journal.shares import Share
from bot.store.ids import owner_of
from tests.store.houses import ANA, BETO, CARLA, House
from tests.store.notebooks import DRAFT, PASSPHRASE, TEXT, destroy_keys, texts
from tests.store.restoring import lives, restored, rows, take_back_to
from tests.store.test_shares import (
    DM,
    MESSAGE,
    asking,
    begun,
    confirming,
    given,
    look,
    posted,
    posts,
    sending,
    taken_back,
)

pytestmark = pytest.mark.usefixtures("cheap")


def keys(state: Path) -> set[int]:
    with closing(sqlite3.connect(state / "keys.db")) as database:
        return {row[0] for row in database.execute("SELECT person_id FROM personal_keys")}


async def bringing(house: House) -> Share:
    share = await sending(house)
    await posted(house, share)
    return share


async def what_has_to_go(house: House) -> list[tuple[str, str]]:
    return [(each.kind, each.turn) for each in await house.queue.due(urgent=True)]


@pytest.mark.parametrize("reach", [begun, confirming, asking, sending, bringing])
def test_law_1_nothing_that_was_on_its_way_goes_on(
    state: Path, reach: Callable[[House], Awaitable[Any]]
) -> None:
    share = restored(state, reach)
    assert rows(state, "SELECT * FROM journal_shares") == []
    lives(state, destroy_keys)
    assert share.key_id is None or owner_of(share.key_id) not in keys(state)
    assert lives(state, lambda house: texts(house, ANA)) == [TEXT]


def test_an_outcome_is_not_told_again(state: Path) -> None:
    async def declines(house: House) -> None:
        share = await asking(house)
        await house.sharing.decline(share.id, BETO)
        await look(house)

    restored(state, declines)
    assert rows(state, "SELECT * FROM journal_shares") == []
    assert rows(state, "SELECT * FROM notices") == []


def test_what_was_just_being_brought_is_taken_out_where_it_has_arrived(state: Path) -> None:
    share = restored(state, bringing)
    assert lives(state, posts) == [(share.id, DM, None, "over")]
    assert ("post", share.id) in lives(state, what_has_to_go)


def test_what_was_given_can_still_be_taken_back(state: Path) -> None:
    share = restored(state, given)
    [post] = lives(state, lambda house: house.sharing.take_back(share.id, ANA))
    assert (post.channel_id, post.message_id, post.goes) == (DM, MESSAGE, "over")


@pytest.mark.parametrize("erases", [ANA, BETO])
@pytest.mark.parametrize("known", [10, 11])
def test_what_was_being_taken_back_still_goes_when_one_of_the_two_has_erased_since(
    state: Path, known: int, erases: int
) -> None:
    share = lives(state, taken_back)
    backup_of(known, share)
    lives(state, lambda house: house.privacy.erase(erases))
    assert main(["restore", "copy"]) == 0
    assert lives(state, posts) == [(share.id, DM, MESSAGE, "over")]
    assert ("post", share.id) in lives(state, what_has_to_go)
    assert rows(state, "SELECT * FROM journal_shares") == []


@pytest.mark.parametrize("known", [10, 11])
def test_what_was_given_by_somebody_who_erased_since_goes_without_their_id(
    state: Path, known: int
) -> None:
    """Also from a backup of before there was a table of posts."""
    share = lives(state, given)
    backup_of(known, share)
    lives(state, lambda house: house.privacy.erase(ANA))
    assert main(["restore", "copy"]) == 0
    assert lives(state, posts) == [(share.id, DM, MESSAGE, "over")]
    assert ("post", share.id) in lives(state, what_has_to_go)
    for table in ("journal_shares", "journal_entries", "journal_keys"):
        assert rows(state, f"SELECT * FROM {table}") == []


@pytest.mark.parametrize("known", [10, 11])
def test_what_was_given_to_somebody_who_erased_since_is_forgotten(state: Path, known: int) -> None:
    share = lives(state, given)
    backup_of(known, share)
    lives(state, lambda house: house.privacy.erase(BETO))
    assert main(["restore", "copy"]) == 0
    assert lives(state, posts) == []
    assert rows(state, "SELECT * FROM journal_shares") == []


def backup_of(known: int, share: Share) -> None:
    """A backup as old as this migration, with a share that its friend has."""
    assert main(["backup", "copy"]) == 0
    with closing(sqlite3.connect("copy/firsthand.db")) as database, database:
        if known < 11:
            take_back_to(database, known)
            database.execute("DELETE FROM posts")
            database.execute(
                "UPDATE journal_shares SET dm_channel_id = ?, message_id = ? WHERE id = ?",
                (DM, MESSAGE, share.id),
            )


def test_an_erased_journal_does_not_come_back(state: Path) -> None:
    async def write(house: House) -> None:
        await house.journal.write(ANA, DRAFT)
        await house.journal.write(CARLA, DRAFT)
        await house.journal.speaks(ANA, "es")
        await house.reminders.set(ANA, Plan(EVERY_DAY, 600, "UTC"))

    async def erase(house: House) -> None:
        await house.privacy.erase(ANA)

    restored(state, write, erase)
    for table in ("journals", "journal_entries", "journal_habits", "journal_reminders"):
        assert rows(state, f"SELECT * FROM {table} WHERE person_id = {ANA}") == []
    assert lives(state, lambda house: texts(house, CARLA)) == [TEXT]
    assert lives(state, lambda house: texts(house, ANA)) == []


def test_a_journal_that_got_a_passphrase_since_begins_anew(state: Path) -> None:
    """Its old key is destroyed, so nothing of the backup opens."""

    async def write(house: House) -> None:
        await house.journal.write(ANA, DRAFT)

    async def protect(house: House) -> None:
        await house.journal_keys.protect(ANA, PASSPHRASE)

    restored(state, write, protect)

    async def again(house: House) -> list[str | None]:
        await house.journal.write(ANA, DRAFT._replace(text="Neu"))
        return await texts(house, ANA)

    assert lives(state, again) == ["Neu"]


def test_a_backup_from_before_there_were_journals_is_restored_too(state: Path) -> None:
    async def nothing(house: House) -> None:
        return None

    lives(state, nothing)
    assert main(["backup", "copy"]) == 0
    with closing(sqlite3.connect("copy/firsthand.db")) as database, database:
        take_back_to(database, 2)
    assert main(["restore", "copy"]) == 0
    assert lives(state, lambda house: texts(house, ANA)) == []


def test_reminders_do_not_come_back(state: Path) -> None:
    """Somebody may have stopped them since, and they are opt-in."""

    async def remind(house: House) -> None:
        await house.reminders.set(CARLA, Plan(EVERY_DAY, 600, "UTC"))

    async def stop(house: House) -> None:
        await house.reminders.stop(CARLA)

    restored(state, remind, stop)
    assert rows(state, "SELECT * FROM journal_reminders") == []
