"""A long journal is searched in time that grows with it, and holds nobody up; nor do passphrases.

Only ratios within one run are asserted. Run it alone (``pytest -m bench -n 0``).
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import mean, median
from typing import Any

import pytest

from bot.journal import passphrase as passphrases
from bot.journal.keys import Tried
from bot.journal.notebook import entry_place
from bot.journal.service import Cursor, Draft
from bot.seal import seal
from bot.store.ids import new_id
from tests.store.houses import ANA, House, Time, open_house
from tests.store.states import settings_in

pytestmark = pytest.mark.bench

FEW, MANY = 1_000, 10_000
#: Ten times as many entries may take so many times as long.
GROWTH = 12
ROUNDS = 5
#: The longest pause of everything else, as a part of one search over MANY.
PAUSE = 0.5
PEOPLE = 30
#: How much longer a page of a journal may take while all of them unlock theirs.
SLOWER = 25
#: 1 KB each, with accents and capitals.
TEXT = ("Heute war ich laut und müde. Was hätte ich gebraucht? " * 20)[:1000]


@pytest.fixture
async def one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[House]:
    monkeypatch.setattr("aiosqlite.core.Thread", partial(threading.Thread, daemon=True))
    async with open_house(settings_in(tmp_path), Time()) as house:
        yield house


async def fill(one: House, person: int, number: int) -> None:
    """A journal of so many entries, straight into the database."""
    await one.journal.write(person, Draft("", "The first one"), at=0)
    opened = await one.journal_keys.opened(person)
    body = f'{{"title": "Ein Tag", "text": "{TEXT}", "prompt": null, "at": 0}}'
    rows = []
    for each in range(1, number):
        id = new_id()
        sealed = seal(body, [opened.key], entry_place(person, id, 1))
        rows.append((id, person, each // 4, 2 + each % 4, sealed))
    async with one.store.main.transaction() as connection:
        await connection.executemany(
            "INSERT INTO journal_entries (id, person_id, day, turn, sealed) VALUES (?, ?, ?, ?, ?)",
            rows,
        )


async def timed(work: Callable[[], Awaitable[Any]]) -> float:
    began = time.perf_counter()
    await work()
    return time.perf_counter() - began


async def searched(one: House, person: int, seconds: list[float]) -> float:
    """Seconds on a processor, of all threads: what other programs do meanwhile does not count.

    By the clock they are added to `seconds`.
    """
    began = time.process_time()
    seconds.append(await timed(partial(one.journal.search, person, "nirgends", None, 25)))
    return time.process_time() - began


class Ticks:
    """Something else that wants its turn every millisecond; its longest wait, in seconds."""

    async def __aenter__(self) -> Ticks:
        self.longest, self.number = 0.0, 0
        self._task = asyncio.create_task(self._tick())
        await asyncio.sleep(0.05)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)

    async def _tick(self) -> None:
        while True:
            self.longest = max(self.longest, await timed(lambda: asyncio.sleep(0.001)))
            self.number += 1


async def test_searching_grows_with_the_journal_and_holds_nobody_up(
    one: House, capsys: pytest.CaptureFixture[str]
) -> None:
    few, many = ANA, ANA + 1
    await fill(one, few, FEW)
    await fill(one, many, MANY)
    seconds: dict[int, list[float]] = {few: [], many: []}
    growths: list[float] = []
    for _ in range(ROUNDS):
        # As many entries of both in a round: neighbours that take as long met the same machine.
        short = [await searched(one, few, seconds[few]) for _ in range(MANY // FEW)]
        long = await searched(one, many, seconds[many])
        growths.append(long / mean(short))
    async with Ticks() as ticks:
        whole = await timed(partial(one.journal.search, many, "nirgends", None, 25))
    growth = median(growths)
    with capsys.disabled():
        for number, person in ((FEW, few), (MANY, many)):
            print(
                f"\nsearch over {number:,} entries of 1 KB: {median(seconds[person]):.3f} s",
                end="",
            )
        print(f" (× {growth:.1f})")
        print(
            f"meanwhile: {ticks.number} ticks of 1 ms, the longest wait {ticks.longest * 1000:.0f} "
            f"ms, {ticks.longest / whole:.1%} of the search"
        )
    assert growth <= GROWTH
    assert ticks.longest / whole <= PAUSE


async def test_thirty_people_who_unlock_at_once_hold_nobody_up(
    one: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    people = range(ANA + 1, ANA + 1 + PEOPLE)
    await one.journal.write(ANA, Draft("", "Without a passphrase"))
    for person in people:
        await one.journal.write(person, Draft("", TEXT))
        await one.journal_keys.protect(person, f"vier Worte von {person}")
        await one.journal_keys.lock(person)
    at_once = AtOnce()
    monkeypatch.setattr(passphrases, "_argon2", at_once.counting(passphrases._argon2))
    page = partial(one.journal.page, ANA, None, Cursor(), 10)
    await page()
    quiet = median([await timed(page) for _ in range(20)])

    unlocking: asyncio.Future[list[Tried]] = asyncio.gather(
        *(one.journal_keys.unlock(person, f"vier Worte von {person}") for person in people)
    )
    began, busy = time.perf_counter(), []
    while not unlocking.done():
        busy.append(await timed(page))
        await asyncio.sleep(0.01)
    tried, whole = await unlocking, time.perf_counter() - began
    slower = median(busy) / quiet
    with capsys.disabled():
        print(f"\n{PEOPLE} people unlock: {whole:.2f} s, {at_once.most} at once")
        print(
            f"a page of somebody else's journal: {quiet * 1000:.1f} ms on a quiet loop, "
            f"{median(busy) * 1000:.1f} ms meanwhile (× {slower:.1f}), at most "
            f"{max(busy) / whole:.1%} of the whole time, {len(busy)} pages"
        )
    assert [each.right for each in tried] == [True] * PEOPLE
    assert at_once.most == 2
    assert slower <= SLOWER


class AtOnce:
    """How many threads are in a function at the same time, at most."""

    def __init__(self) -> None:
        self.most = self._now = 0
        self._lock = threading.Lock()

    def counting(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*given: Any) -> Any:
            with self._lock:
                self._now += 1
                self.most = max(self.most, self._now)
            try:
                return function(*given)
            finally:
                with self._lock:
                    self._now -= 1

        return counted
