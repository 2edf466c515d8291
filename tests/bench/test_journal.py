"""A long journal is searched in work that grows with it, and holds nobody up; nor do passphrases.

Counted are what SQLite does, and how much is done between two turns of the loop; times are printed
beside. Run it alone (``pytest -m bench -n 0``).
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from functools import partial
from pathlib import Path
from statistics import median
from typing import Any

import pytest

from bot.journal import passphrase as passphrases
from bot.journal import service
from bot.journal.keys import Tried
from bot.journal.notebook import entry_place
from bot.journal.service import Cursor, Draft
from bot.seal import seal
from bot.store.ids import new_id
from tests.bench.counting import Meter, before
from tests.store.houses import ANA, House, Time, open_house
from tests.store.states import settings_in

pytestmark = pytest.mark.bench

FEW, MANY = 1_000, 10_000
#: Ten times as many entries may take SQLite so many times as many instructions.
GROWTH = 10.5
ROUNDS = 3
#: Entries that are looked at between two turns of the loop, and in one go in a thread.
AT_ONCE = 100
PEOPLE = 10
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


def search(one: House, person: int) -> Callable[[], Awaitable[Any]]:
    """A search that has to look at every entry."""
    return partial(one.journal.search, person, "nirgends", None, 25)


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
    one: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    few, many = ANA, ANA + 1
    await fill(one, few, FEW)
    await fill(one, many, MANY)
    looked_at: list[int] = []
    matching = service._matching

    def counted(chunk: list[Any], *given: Any) -> Any:
        looked_at.append(len(chunk))
        assert threading.current_thread() is not threading.main_thread()
        return matching(chunk, *given)

    monkeypatch.setattr(service, "_matching", counted)
    meter = await Meter(one.store.main, one.store.keys).attach()  # type: ignore[arg-type]
    short, long = await meter.of(search(one, few)), await meter.of(search(one, many))
    assert sum(looked_at) == FEW + MANY
    for database in (one.store.main, one.store.keys):
        await database._connection.set_progress_handler(None, 0)  # type: ignore[union-attr]
    seconds = {
        person: median([await timed(search(one, person)) for _ in range(ROUNDS)])
        for person in (few, many)
    }
    async with Ticks() as ticks:
        whole = await timed(search(one, many))
    with capsys.disabled():
        print(
            f"\nsearch over {FEW:,} → {MANY:,} entries of 1 KB: {short:,} → {long:,} SQLite "
            f"instructions (× {long / short:.2f}; before: {before('journal, search', long):,}), "
            f"{seconds[few]:.3f} → {seconds[many]:.3f} s (× {seconds[many] / seconds[few]:.1f})"
        )
        print(
            f"meanwhile: {ticks.number} ticks of 1 ms, the longest wait {ticks.longest * 1000:.0f} "
            f"ms, {ticks.longest / whole:.1%} of the search"
        )
    assert long / short <= GROWTH
    assert max(looked_at) <= AT_ONCE


async def test_an_entry_takes_little_on_the_disk(
    one: House, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """1 KB of text is padded to 2 and lies in pages of 4, and half of those are not full."""
    await fill(one, ANA, FEW)
    await one.store.main.scrub()
    each = sum(file.stat().st_size for file in tmp_path.glob("*.db")) // FEW
    was = before("journal, bytes for an entry", each)
    with capsys.disabled():
        print(f"\nan entry of 1 KB: {each:,} bytes on the disk (before: {was:,})")
    assert each <= was * 1.05


async def test_many_people_who_unlock_at_once_hold_nobody_up(
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
    assert len(busy) > 1, "nobody else got a turn"


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
