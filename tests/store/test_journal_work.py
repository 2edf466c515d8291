"""What of journals waits in the queue of due work, and what does not wait there any more."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.journal import BROUGHT, KEY, REMINDER, SHARE
from bot.journal.hours import EVERY_DAY, Plan
from bot.journal.sharing import Asked, Copy
from bot.work.posts import POST
from bot.work.queue import Todo
from tests.store.houses import ANA, BETO, CARLA, House
from tests.store.notebooks import DRAFT, TEXT, TITLE, destroy_keys, kept_keys, noted_keys
from tests.store.restoring import lives, rows, take_back_to
from tests.store.test_shares import (
    DM,
    EXITS,
    MESSAGE,
    Exit,
    asking,
    begun,
    confirming,
    given,
    posted,
    row,
    sending,
)

DAILY = Plan(EVERY_DAY, 600, "UTC")


async def waits(house: House) -> list[tuple[str, str]]:
    """Everything but rings that waits there, by kind and key."""
    return sorted(await house.ask("SELECT kind, key FROM work WHERE kind <> 'ring'"))


async def test_a_key_waits_while_it_is_made_and_not_while_it_is_used(one: House) -> None:
    key_id = await one.journal_keys.note(ANA)
    assert await waits(one) == [(KEY.name, key_id)]
    async with one.store.main.transaction() as connection:
        assert await one.notebook.use_key(connection, key_id)
    assert await waits(one) == []
    await one.journal.write(BETO, DRAFT)
    assert await waits(one) == []


async def test_a_key_that_is_used_is_left_alone_whenever_due_work_comes(one: House) -> None:
    await one.journal.write(ANA, DRAFT)
    [key_id] = await noted_keys(one)
    async with one.store.main.transaction() as connection:
        await one.queue.add(connection, KEY, key_id)
    await destroy_keys(one)
    assert await noted_keys(one) == await kept_keys(one) == [key_id]
    assert await waits(one) == []


async def test_a_key_that_is_spent_while_it_is_made_is_made_again(one: House, other: House) -> None:
    """The clock of another process is ahead, so that this one seems to take too long."""
    share = await confirming(one)
    other.time.now = one.time.now + 601
    note, made = one.journal_keys.note, list[str]()

    async def noted(person: int) -> str:
        made.append(await note(person))
        if len(made) == 1:
            await destroy_keys(other)
        return made[-1]

    one.journal_keys.note = noted  # type: ignore[method-assign]
    assert await one.sharing.ask(share.id, ANA, 1) is Asked.ASKED
    assert await one.sharing.copy(await row(one, share)) == Copy(TITLE, TEXT)
    assert len(made) == 2
    assert sorted(await noted_keys(one)) == sorted(await kept_keys(one))


@pytest.mark.parametrize("leave", EXITS)
async def test_of_what_has_ended_nothing_waits(one: House, leave: Exit) -> None:
    share = await asking(one)
    await leave(one, share)
    left = await one.ask("SELECT id FROM journal_shares")
    assert await waits(one) == [(SHARE.name, each[0]) for each in left]


async def test_what_an_erasing_writer_gave_is_to_be_taken_back_at_once(one: House) -> None:
    share, on_its_way = await given(one), await begun(one, friend=CARLA)
    post = await one.posts.shows(BROUGHT, share.id)
    assert post is not None
    async with one.store.main.transaction() as connection:
        todo = await one.journal.erase_in(connection, ANA)
    assert todo == [Todo(POST, post.id)]
    urgent = [each.key for each in await one.queue.due(urgent=True) if each.kind == POST.name]
    assert urgent == [post.id]
    assert not {(SHARE.name, share.id), (SHARE.name, on_its_way.id)} & {*await waits(one)}


async def test_erased_while_it_is_brought_it_is_looked_for_from_when_it_was_begun(
    one: House,
) -> None:
    """Also when it was dropped before: the later act does not make it too early."""
    for drops in (False, True):
        share = await sending(one, friend=CARLA if drops else BETO)
        post = await posted(one, share)
        if drops:
            await one.sharing.drop(share.id, ANA)
        one.time.now += 30
        todo = await one.journal.erase(ANA)
        assert todo == [] if drops else [Todo(POST, post.id)]
        now = await one.posts.get(post.id)
        assert now is not None
        assert (now.begun_at, now.goes) == (one.time.now - 30, "over")
        await one.ask("DELETE FROM slots")


async def test_reminders_of_somebody_who_erases_do_not_wait(one: House) -> None:
    await one.reminders.set(ANA, DAILY)
    await one.reminders.set(BETO, DAILY)
    await one.privacy.erase(ANA)
    assert await waits(one) == [(REMINDER.name, str(BETO))]


def test_what_waited_before_there_was_a_queue_waits_in_it(state: Path) -> None:
    """Each at once, and what is to be taken back before everything else."""

    async def before(house: House) -> dict[str, str]:
        await house.reminders.set(ANA, DAILY)
        asked, back = await asking(house), await given(house, friend=CARLA)
        return {
            asked.id: "asked",
            f"s.{back.id}": "back",
            await house.journal_keys.note(ANA): "key",
        }

    known = lives(state, before)
    with closing(sqlite3.connect(state / "firsthand.db")) as database, database:
        take_back_to(database, 8)
        database.execute("DELETE FROM posts")
        database.execute(
            "UPDATE journal_shares SET state = 'retracting', dm_channel_id = ?, message_id = ?"
            " WHERE state = 'given'",
            (DM, MESSAGE),
        )

    async def now(house: House) -> None:
        del house

    lives(state, now)
    found = rows(state, "SELECT kind, key, turn, urgent, due_at FROM work WHERE kind <> 'ring'")
    assert {(kind, known.get(key, key), urgent) for kind, key, _, urgent, _ in found} == {
        (REMINDER.name, str(ANA), 0),
        (SHARE.name, "asked", 0),
        (POST.name, "back", 1),
        (KEY.name, "key", 1),
    }
    assert all(key in (turn, f"s.{turn}") and due_at == 0 for _, key, turn, _, due_at in found)
