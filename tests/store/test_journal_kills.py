"""A kill at each step of what changes a journal: nothing is lost, and no key is left lying.

On both engines; with a real SIGKILL on SQLite. Design, section 6.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.journal import rules
from bot.journal.keys import Locked, State
from bot.journal.service import Draft
from bot.settings import Settings
from tests.store import notebook_dying
from tests.store.dying import died_at_every_step
from tests.store.houses import ANA, BETO, House, Time, open_house
from tests.store.lives import (
    BOTH,
    CHANGED,
    FIRST,
    LIVES,
    SECOND,
    Life,
    closed,
    erases,
    every_life,
    kept,
    nothing,
    removes,
    sets,
    two,
    unlocks,
    writes_first,
)
from tests.store.notebooks import (
    OTHER,
    PASSPHRASE,
    destroy_keys,
    kept_keys,
    noted_keys,
    opens_with,
    said,
    texts,
)
from tests.store.states import NOW, settings_in
from tests.store.steps import Deadly, Killed, Steps
from tests.tiers import tiered

pytestmark = pytest.mark.usefixtures("cheap")
#: More steps than any of these takes.
MOST = 60


async def swept(one: House) -> None:
    """Due work does what a killed process left; it waits until that can only be a killed one."""
    await destroy_keys(one)
    one.time.now += 11 * 60
    await destroy_keys(one)


async def read_by(one: House) -> tuple[str, list[str | None]]:
    """What opens Ana's journal, exactly one thing, and what is in it then."""
    [opens] = await opens_with(one, ANA)
    if opens:
        assert (await one.journal_keys.unlock(ANA, opens)).right
    return opens, await texts(one, ANA)


async def keys_in_order(one: House) -> None:
    """Each journal has its one key, and there are no others."""
    used = sorted(row[0] for row in await one.ask("SELECT key_id FROM journals"))
    assert sorted(await noted_keys(one)) == used
    assert sorted(await kept_keys(one)) == used


@every_life
async def test_a_kill_at_any_step_leaves_it_done_or_not_done(one: House, life: Life) -> None:
    """It is lived again and again, killed one step later each time."""
    seen = set()
    for step in range(MOST):
        await one.journal.erase(ANA)
        await life.begin(one)
        deadly = Deadly(one, step)
        with contextlib.suppress(Killed):
            await life.act(deadly.house)
        restarted = House(one.store, one.time)
        opens, found = await read_by(restarted)
        seen.add((opens, tuple(found)))
        assert found in (life.before, life.after)
        assert opens in life.opens
        if not deadly.reached:
            assert (opens, found) == (life.opens[-1], life.after)
        await swept(restarted)
        await keys_in_order(restarted)
        assert await read_by(restarted) == (opens, found)
        if not deadly.reached:
            # Both were seen, so the steps lie on both sides of what makes it done.
            assert len(seen) == 2
            return
    raise AssertionError("it has more steps")


@pytest.mark.full
@every_life
async def test_what_was_killed_can_be_done_again(one: House, life: Life) -> None:
    for step in range(MOST):
        await one.journal.erase(ANA)
        await life.begin(one)
        deadly = Deadly(one, step)
        with contextlib.suppress(Killed):
            await life.act(deadly.house)
        before = await read_by(House(one.store, one.time))
        if before != (life.opens[-1], life.after):
            await life.act(House(one.store, one.time))
        assert await read_by(House(one.store, one.time)) == (life.opens[-1], life.after)
        await swept(one)
        await keys_in_order(one)
        if not deadly.reached:
            return
    raise AssertionError("it has more steps")


@pytest.mark.full
async def test_what_was_kept_before_a_kill_is_not_kept_twice(one: House) -> None:
    for step in range(MOST):
        await one.journal.erase(ANA)
        deadly = Deadly(one, step)
        with contextlib.suppress(Killed):
            await kept(deadly.house)
        await kept(one)
        assert await texts(one, ANA) == [SECOND]
        if not deadly.reached:
            return
    raise AssertionError("it has more steps")


# -- two processes at once ----------------------------------------------------------------------


@pytest.fixture
async def third(settings: Settings, one: House) -> AsyncIterator[House]:
    async with open_house(settings, Time()) as house:
        yield house


async def meanwhile(
    one: House,
    number: int,
    long: Callable[[House], Awaitable[object]],
    short: Callable[[], Awaitable[object]],
) -> tuple[Steps, object]:
    """Do something in another process at one step of a work; what became of that other thing."""
    tasks: list[asyncio.Task[object]] = []

    async def act() -> None:
        tasks.append(asyncio.ensure_future(short()))
        # It goes as far as it gets: what the work holds, it has to wait for.
        await asyncio.wait(tasks, timeout=0.02)

    steps = Steps(one, number, act)
    await long(steps.house)
    outcome = (await asyncio.gather(*tasks, return_exceptions=True))[0] if tasks else None
    return steps, outcome


@pytest.mark.parametrize("then", tiered(["set", "change", "remove"], quick=["change"]))
async def test_what_is_written_while_a_passphrase_changes_is_never_lost(
    one: House, other: House, third: House, then: str
) -> None:
    """At each step of it, in another process; and it opens under the new key."""
    begin, work = {"set": two, "change": closed, "remove": closed}[then], LIVES[then].act
    for number in range(MOST):
        await third.journal.erase(ANA)
        await begin(third)
        if then != "set":
            await unlocks(other)
        steps, outcome = await meanwhile(
            one, number, work, lambda: other.journal.write(ANA, Draft("", CHANGED))
        )
        assert isinstance(outcome, str | Locked | None), outcome
        opens, found = await read_by(third)
        assert opens == LIVES[then].opens[-1]
        assert found == [*BOTH, CHANGED] if isinstance(outcome, str) else found == BOTH
        if not steps.reached:
            return
    raise AssertionError("it has more steps")


@pytest.mark.full
async def test_a_passphrase_that_is_set_while_something_is_written_holds_for_that_too(
    one: House, other: House, third: House
) -> None:
    for begin in (nothing, two):
        for number in range(MOST):
            await third.journal.erase(ANA)
            await begin(third)
            steps, outcome = await meanwhile(
                one, number, writes_or_finds_it_closed, lambda: sets(other)
            )
            assert outcome is None, outcome
            opens, found = await read_by(third)
            assert opens == (PASSPHRASE if steps.reached else "")
            wrote = WROTE.pop()
            assert found == (BOTH if begin is two else []) + [CHANGED] * wrote
            if not steps.reached:
                break


WROTE: list[bool] = []


async def writes_or_finds_it_closed(one: House) -> None:
    try:
        await one.journal.write(ANA, Draft("", CHANGED))
    except Locked:
        WROTE.append(False)
    else:
        WROTE.append(True)


@pytest.mark.parametrize("begin", tiered([nothing, two, closed], quick=[two]))
async def test_what_is_written_while_a_journal_is_erased_is_whole_or_gone(
    one: House, other: House, third: House, begin: Callable[[House], Awaitable[object]]
) -> None:
    """Never an entry that does not open, nor a journal whose key is destroyed."""
    for number in range(MOST):
        await third.journal.erase(ANA)
        await begin(third)
        steps, outcome = await meanwhile(
            one, number, erases, lambda: other.journal.write(ANA, Draft("", CHANGED))
        )
        assert isinstance(outcome, str | Locked | None), outcome
        opens, found = await read_by(third)
        assert opens == ""
        assert found in ([], [CHANGED])
        await swept(third)
        await keys_in_order(third)
        assert await read_by(third) == (opens, found)
        if not steps.reached:
            return
    raise AssertionError("it has more steps")


@pytest.mark.full
async def test_a_journal_that_is_erased_while_it_is_begun_is_whole_or_gone(
    one: House, other: House, third: House
) -> None:
    for work in (writes_first, sets):
        for number in range(MOST):
            await third.journal.erase(ANA)
            steps, outcome = await meanwhile(one, number, work, lambda: erases(other))
            assert outcome is None, outcome
            _, found = await read_by(third)
            assert found in ([], [FIRST])
            await swept(third)
            await keys_in_order(third)
            if not steps.reached:
                break
        assert not steps.reached


@pytest.mark.full
async def test_what_is_read_while_a_passphrase_changes_opens_or_is_said_to_be_locked(
    one: House, other: House, third: House
) -> None:
    """It is never said to be lost: that would send its writer to erase it."""
    await two(third)
    for number in range(MOST):
        work = (sets, removes)[number % 2]
        # So many passphrases are not taken at one moment.
        one.time.now = other.time.now = NOW + number * rules.TRIES_WITHIN
        if work is removes:
            await unlocks(other)
        steps, outcome = await meanwhile(one, number, work, lambda: texts(other, ANA))
        assert isinstance(outcome, list | Locked | None), outcome
        assert not isinstance(outcome, list) or outcome == BOTH
        if not steps.reached and number % 2:
            return
    raise AssertionError("it has more steps")


async def test_a_journal_that_is_begun_amid_an_erasing_leaves_no_key(
    one: House, other: House, third: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the keys that erasing found and the journal that it looks for once more."""
    queries = one.journal._notebook._queries
    forget, calls, begun = queries.forget_journal, 0, list[asyncio.Task[None]]()

    async def begins_meanwhile(*given: Any, **facts: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 2:
            begun.append(asyncio.create_task(writes_first(other)))
            await asyncio.wait(begun, timeout=0.3)
        return await forget(*given, **facts)

    monkeypatch.setattr(queries, "forget_journal", begins_meanwhile)
    await erases(one)
    await asyncio.gather(*begun)
    assert begun
    assert (await read_by(third))[1] in ([], [FIRST])
    await swept(third)
    await keys_in_order(third)


@pytest.mark.full
async def test_two_passphrases_set_at_once_leave_one(
    one: House, other: House, third: House
) -> None:
    for number in range(MOST):
        await third.journal.erase(ANA)
        await two(third)
        steps, outcome = await meanwhile(
            one, number, sets_or_finds_it_closed, lambda: other.journal_keys.protect(ANA, OTHER)
        )
        assert isinstance(outcome, bool | Locked | None), outcome
        opens, found = await read_by(third)
        assert opens in (PASSPHRASE, OTHER)
        assert found == BOTH
        await swept(third)
        await keys_in_order(third)
        if not steps.reached:
            return
    raise AssertionError("it has more steps")


async def sets_or_finds_it_closed(one: House) -> None:
    with contextlib.suppress(Locked):
        await sets(one)


@pytest.mark.full
async def test_two_first_entries_at_once_are_in_one_journal(
    one: House, other: House, third: House
) -> None:
    for number in range(MOST):
        await third.journal.erase(ANA)
        steps, outcome = await meanwhile(
            one, number, writes_first, lambda: other.journal.write(ANA, said(2))
        )
        assert isinstance(outcome, str | None), outcome
        assert sorted(await texts(third, ANA)) == (BOTH if steps.reached else [FIRST])
        await swept(third)
        await keys_in_order(third)
        if not steps.reached:
            return
    raise AssertionError("it has more steps")


@pytest.mark.full
async def test_due_work_takes_no_key_that_is_just_being_made(
    one: House, other: House, third: House
) -> None:
    """However slow: a computer may sleep for an hour in the middle of it."""
    for work, after in ((writes_first, [FIRST]), (sets, [])):
        for number in range(MOST):
            await third.journal.erase(ANA)
            steps, outcome = await meanwhile(one, number, work, lambda: swept(other))
            assert outcome is None, outcome
            assert (await read_by(third))[1] == after
            await swept(third)
            await keys_in_order(third)
            if not steps.reached:
                break
        assert not steps.reached


async def test_everybody_at_once(one: House, other: House) -> None:
    """Many first entries and passphrases of two people, in two processes, none waits for ever."""
    for _ in range(3):
        work = [
            act
            for person in (ANA, BETO)
            for house in (one, other)
            for act in (
                house.journal.write(person, said(1)),
                house.journal.write(person, said(2)),
                house.journal_keys.protect(person, None),
                house.journal_keys.protect(person, None),
                house.journal.write(person, said(3), message_id=5),
            )
        ]
        outcomes = await asyncio.gather(*work, return_exceptions=True)
        assert [each for each in outcomes if isinstance(each, BaseException)] == []
        for person in (ANA, BETO):
            expected = 2 * [said(1).text, said(2).text] + [said(3).text]
            assert sorted(str(each) for each in await texts(one, person)) == sorted(expected)
            assert await one.journal_keys.state(person) is State.NO_PASSPHRASE
        await swept(one)
        await keys_in_order(one)
        for person in (ANA, BETO):
            await one.journal.erase(person)


# -- a real kill --------------------------------------------------------------------------------


@pytest.mark.full
@pytest.mark.parametrize("name", sorted(notebook_dying.WORK))
async def test_sigkill_leaves_it_done_or_not_done(tmp_path: Path, name: str) -> None:
    life = LIVES[name.replace("-", " ")]
    async with open_house(settings_in(tmp_path / "template"), Time()) as one:
        await life.begin(one)
    folders = await died_at_every_step(name, tmp_path, "tests.store.notebook_dying")
    seen = set()
    for folder in folders:
        async with open_house(settings_in(folder), Time()) as one:
            opens, found = await read_by(one)
            seen.add((opens, tuple(found)))
            assert found in (life.before, life.after)
            assert opens in life.opens
            if (folder / "done").exists():
                assert (opens, found) == (life.opens[-1], life.after)
            await swept(one)
            await keys_in_order(one)
            assert await read_by(one) == (opens, found)
    assert (folders[-1] / "done").exists()
    assert len(seen) == 2
