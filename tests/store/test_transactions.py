"""Transactions: all or nothing, one after the other, and usable again after whatever happened."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.store.database import Database, open_database
from tests.store.conftest import Engine
from tests.store.states import Cancelled, ask, fetch

WAIT = "UPDATE requests SET state = 'live' WHERE id = 1 AND state = 'waiting' RETURNING id"


@pytest.fixture
async def pair(engine: Engine) -> AsyncIterator[tuple[Database, Database]]:
    """The same database, opened by two processes."""
    address = engine.new()
    one, other = await open_database(address), await open_database(address)
    await fetch(one, "CREATE TABLE requests (id BIGINT PRIMARY KEY, state TEXT NOT NULL)")
    await fetch(one, "INSERT INTO requests VALUES (1, 'waiting')")
    yield one, other
    await one.close()
    await other.close()


async def states(database: Database) -> list[str]:
    return [row[0] for row in await fetch(database, "SELECT state FROM requests ORDER BY id")]


async def insert(connection: Any, number: int) -> None:
    await ask(connection, f"INSERT INTO requests VALUES ({number}, 'new')")


async def test_what_was_written_before_an_error_is_gone(pair: tuple[Database, Database]) -> None:
    one, other = pair

    async def work() -> None:
        async with one.transaction() as connection:
            await insert(connection, 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await work()
    assert await states(one) == await states(other) == ["waiting"]


async def test_a_statement_that_fails_takes_the_others_with_it(
    pair: tuple[Database, Database],
) -> None:
    one, other = pair

    async def work() -> None:
        async with one.transaction() as connection:
            await insert(connection, 2)
            await insert(connection, 1)

    with pytest.raises(one.troubles, match=r"(?i)unique"):
        await work()
    await fetch(one, "INSERT INTO requests VALUES (3, 'new')")
    assert await states(other) == ["waiting", "new"]


@pytest.mark.parametrize("again", [False, True], ids=["once", "twice"])
async def test_cancelled_at_any_moment_it_is_all_or_nothing_and_usable_again(
    pair: tuple[Database, Database], again: bool
) -> None:
    one, other = pair

    async def work(number: int) -> None:
        async with one.transaction() as connection:
            await insert(connection, number)
            await insert(connection, number + 1)

    waits = 0
    while True:
        number = 10 * (waits + 1)
        moment = Cancelled(waits, again=again)
        await moment.run(work(number))
        written = await fetch(other, f"SELECT count(*) FROM requests WHERE id >= {number}")
        assert written in ([(0,)], [(2,)]), f"cancelled at wait {waits}"
        await fetch(one, f"INSERT INTO requests VALUES ({number + 5}, 'after')")
        if not moment.reached:
            break
        waits += 1
    assert waits >= 4  # begin, two statements, commit
    assert written == [(2,)]


async def test_a_task_cancelled_while_it_waits_for_its_turn_leaves_the_other_alone(
    pair: tuple[Database, Database],
) -> None:
    one, _ = pair
    async with one.transaction() as connection:
        waiting = asyncio.create_task(fetch(one, "DELETE FROM requests"))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        await insert(connection, 2)
    assert await states(one) == ["waiting", "new"]


async def test_two_transactions_of_one_process_do_not_mix(
    pair: tuple[Database, Database],
) -> None:
    one, other = pair

    async def count_up(database: Database) -> None:
        async with database.transaction() as connection:
            await database.alone(connection)
            [(count,)] = await ask(connection, "SELECT count(*) FROM requests")
            await asyncio.sleep(0)
            await insert(connection, count + 1)

    # Were they to overlap, two would count the same and the second insert would fail.
    await asyncio.gather(*(count_up(each) for each in (one, one, other, other, one)))
    assert len(await states(one)) == 6


async def test_of_two_who_race_for_one_change_one_wins(pair: tuple[Database, Database]) -> None:
    one, other = pair
    won = await asyncio.gather(*(fetch(each, WAIT) for each in (one, other, one, other)))
    assert sorted(won) == [[], [], [], [(1,)]]
    assert await states(one) == ["live"]
