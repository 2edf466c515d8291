"""The queue of due work and its worker: nothing is lost, nothing is done by two, nobody waits.

What handlers do here is noted, not done. Time stands until a test moves it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.settings import Settings
from bot.store.store import Store, open_store
from bot.work import worker as work
from bot.work.queue import TAKES, Kind, Piece, Queue, Todo
from bot.work.worker import PAUSES, TooEarly, Worker
from tests.states import begin
from tests.store.states import NOW

NOTE, TAKE_BACK = Kind("note"), Kind("take back", urgent=True)
DAY = 86_400


class Refused(Exception):
    """Discord does not take it now."""


class House:
    """One database, on which several processes can be at work, and what their handlers did."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW
        self.done: list[str] = []
        self.queue = Queue(store, self.clock)

    def clock(self) -> int:
        return self.now

    def process(
        self, handler: Callable[[Piece], Awaitable[int | None]] | None = None, *, ahead: int = 0
    ) -> Worker:
        """A process that sees to both kinds; unless said otherwise each piece is done at once.

        `ahead`: by how many seconds its clock is.
        """

        def clock() -> int:
            return self.now + ahead

        async def note(piece: Piece) -> int | None:
            self.done.append(piece.key)
            return None

        made = Worker(Queue(self.store, clock), clock, (Refused, TimeoutError), str)
        for kind in (NOTE, TAKE_BACK):
            made.handle(kind, handler or note)
        return made

    async def adds(
        self, key: str, kind: Kind = NOTE, due_at: int | None = None, **how: Any
    ) -> None:
        async with self.store.main.transaction() as connection:
            await self.queue.add(connection, kind, key, due_at, **how)

    async def rows(self) -> dict[str, dict[str, Any]]:
        async with self.store.main.transaction() as connection:
            rows = await connection.execute_fetchall("SELECT * FROM work WHERE kind <> 'chore'")
        return {row["key"]: dict(row) for row in rows}


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    settings = Settings.from_mapping({"FIRSTHAND_STATE": str(tmp_path / "state")})
    await begin(settings)
    store = await open_store(settings, lambda: NOW)
    yield House(store)
    await store.close()


# -- nothing is lost, nothing is done twice -----------------------------------------------------


@pytest.mark.parametrize(("off", "past"), [(-1, False), (0, True), (1, True)])
async def test_a_piece_is_done_when_it_is_due_and_then_it_is_gone(
    house: House, off: int, past: bool
) -> None:
    await house.adds("a", due_at=NOW + DAY)
    house.now += DAY + off
    await house.process().look()
    assert house.done == (["a"] if past else [])
    assert (await house.rows() == {}) is past
    await house.process().look()
    assert len(house.done) == past


async def test_what_is_added_with_a_change_that_fails_is_not_there(house: House) -> None:
    async def fails() -> None:
        async with house.store.main.transaction() as connection:
            await house.queue.add(connection, NOTE, "a")
            raise Refused

    with pytest.raises(Refused):
        await fails()
    assert await house.rows() == {}


@pytest.mark.parametrize(("first", "second"), [(100, 900), (900, 100)])
async def test_a_piece_that_is_added_twice_is_due_at_the_earlier_time(
    house: House, first: int, second: int
) -> None:
    for seconds in (first, second):
        await house.adds("a", due_at=NOW + seconds)
    assert (await house.rows())["a"]["due_at"] == NOW + 100


async def test_a_handler_says_when_it_wants_to_look_again(house: House) -> None:
    async def daily(piece: Piece) -> int:
        house.done.append(piece.key)
        return house.now + DAY

    await house.adds("a")
    for _ in range(3):
        await house.process(daily).look()
        await house.process(daily).look()
        house.now += DAY
    assert house.done == ["a"] * 3


@pytest.mark.parametrize("says", [None, NOW + DAY])
async def test_what_is_added_while_it_is_done_is_looked_at_once_more(
    house: House, says: int | None
) -> None:
    """The handler had read its row before the change: it must not be lost with the piece."""

    async def changed_meanwhile(piece: Piece) -> int | None:
        house.done.append(piece.key)
        if len(house.done) == 1:
            await house.adds("a")
        return says

    await house.adds("a")
    await house.process(changed_meanwhile).look()
    assert house.done == ["a", "a"]
    assert [row["due_at"] for row in (await house.rows()).values()] == ([says] if says else [])


async def test_what_a_handler_itself_adds_for_later_is_not_looked_at_at_once(house: House) -> None:
    async def moves_on(piece: Piece) -> None:
        house.done.append(piece.key)
        await house.adds("a", due_at=NOW + DAY)

    await house.adds("a")
    await house.process(moves_on).look()
    assert house.done == ["a"]


async def test_a_handler_that_wants_to_look_at_a_time_that_is_past_does_nothing_else(
    house: House,
) -> None:
    """Rather than to do one thing for ever."""

    async def errs(piece: Piece) -> int:
        house.done.append(piece.key)
        assert len(house.done) < 9
        return NOW - 5

    await house.adds("a")
    await house.process(errs).look()
    assert house.done == ["a"]


async def test_two_processes_do_each_piece_once(house: House) -> None:
    for number in range(20):
        await house.adds(f"{number}")

    async def slowly(piece: Piece) -> None:
        await asyncio.sleep(0)
        house.done.append(piece.key)

    await asyncio.gather(*(house.process(slowly).look() for _ in range(3)))
    assert sorted(house.done) == sorted(f"{number}" for number in range(20))


@pytest.mark.parametrize("ahead", [-8, -1, 1, 30, 240])
async def test_processes_whose_clocks_differ_do_each_piece_once(house: House, ahead: int) -> None:
    """What one has just begun is nothing that a wrong clock has left behind."""
    gate = Gate(house, "a")
    await house.adds("a")
    house.now += 10
    other = house.process(gate, ahead=ahead)
    other.soon(Todo(NOTE, "a"))
    await until(lambda: gate.begun == ["a"])
    await house.process().look()
    await house.process().run(Todo(NOTE, "a"))
    assert house.done == [], "nobody else has done it"
    gate.open.set()
    await other.stop(5)
    assert house.done == ["a"]


@pytest.mark.parametrize(("off", "past"), [(-1, False), (0, True), (1, True)])
async def test_a_process_that_died_is_overtaken_after_a_minute(
    house: House, off: int, past: bool
) -> None:
    await house.adds("a")
    assert await house.queue.claim("note", "a") is not None
    assert await house.queue.claim("note", "a") is None
    house.now += 60 + off
    await house.process().look()
    assert house.done == (["a"] if past else [])


async def test_who_was_overtaken_finishes_nothing(house: House) -> None:
    await house.adds("a")
    slow = await house.queue.claim("note", "a")
    assert slow is not None
    house.now += TAKES
    other = await house.queue.claim("note", "a")
    assert other is not None
    await house.queue.finish(slow, None)
    await house.queue.failed(slow, NOW + DAY)
    assert (await house.rows())["a"]["busy_until"] == other.busy_until
    await house.queue.finish(other, None)
    assert await house.rows() == {}


async def test_a_kind_that_nobody_knows_here_stays_for_who_does(house: House) -> None:
    """Such as after going back to an older version."""
    await house.adds("a", Kind("of tomorrow"))
    await house.process().look()
    assert (await house.rows())["a"]["due_at"] == NOW + DAY
    house.now += DAY
    later = house.process()
    later.handle(Kind("of tomorrow"), lambda piece: _note(house, piece))
    await later.look()
    assert house.done == ["a"]


async def _note(house: House, piece: Piece) -> None:
    house.done.append(piece.key)


# -- what is not taken --------------------------------------------------------------------------


@pytest.mark.parametrize("error", [Refused, ZeroDivisionError], ids=["Discord", "an error of ours"])
async def test_what_fails_is_tried_again_later_each_time_and_holds_up_nothing(
    house: House, error: type[Exception]
) -> None:
    tried: list[int] = []

    async def fails(piece: Piece) -> int | None:
        if piece.key == "b":
            return await _note(house, piece)
        tried.append(house.now)
        raise error

    worker = house.process(fails)
    await house.adds("a")
    await house.adds("b")
    await worker.look()
    assert house.done == ["b"]
    for pause in (*PAUSES, PAUSES[-1]):
        house.now += pause - 1
        await worker.look()
        assert tried[-1] < house.now
        house.now += 1
        await worker.look()
        assert tried[-1] == house.now


async def test_what_fails_and_is_added_meanwhile_is_not_tried_without_a_pause(house: House) -> None:
    async def fails(piece: Piece) -> None:
        house.done.append(piece.key)
        assert len(house.done) < 9
        await house.adds(piece.key)
        raise Refused

    worker = house.process(fails)
    await house.adds("a")
    for tries in range(1, 4):
        await worker.look()
        assert len(house.done) == tries
        house.now += PAUSES[0]


async def test_what_changes_meanwhile_is_not_left_waiting_for_a_long_pause(house: House) -> None:
    async def fails(piece: Piece) -> int | None:
        house.done.append(piece.key)
        raise Refused

    worker = house.process(fails)
    await house.adds("a")
    for pause in PAUSES:
        await worker.look()
        house.now += pause
    await worker.look()
    await house.adds("a")
    await worker.look()
    assert len(house.done) == len(PAUSES) + 2
    assert (await house.rows())["a"]["due_at"] == house.now + PAUSES[0]


async def test_when_discord_is_back_what_it_did_not_take_is_tried_at_once(house: House) -> None:
    answers = [Refused, Refused]

    async def comes_back(piece: Piece) -> None:
        if answers:
            raise answers.pop()
        house.done.append(piece.key)

    worker = house.process(comes_back)
    await house.adds("a")
    await house.adds("b", due_at=NOW + DAY)
    for _ in range(2):
        await worker.look()
        await house.queue.try_again()
    assert house.done == []
    await worker.look()
    assert house.done == ["a"], "and what is not due yet waits"


@pytest.mark.parametrize("ahead", [40 * DAY, 10 * 365 * DAY])
async def test_a_clock_that_was_ahead_delays_nothing(house: House, ahead: int) -> None:
    """Added, tried or taken while the clock was wrong."""
    house.now += ahead
    for key in ("added", "taken"):
        await house.adds(key, due_at=house.now + 60)
    assert await house.queue.claim("note", "taken") is not None
    house.now = NOW
    await house.process().look()
    assert sorted(house.done) == ["added", "taken"]


# -- nobody waits for somebody else -------------------------------------------------------------


class Gate:
    """A handler that some pieces do not get through: Discord does not answer."""

    def __init__(self, house: House, *shut: str) -> None:
        self.house, self.shut, self.open = house, shut, asyncio.Event()
        self.begun: list[str] = []

    async def __call__(self, piece: Piece) -> None:
        self.begun.append(piece.key)
        if piece.turn in self.shut:
            await self.open.wait()
        self.house.done.append(piece.key)


async def until(holds: Callable[[], bool]) -> None:
    """Let others work until it holds; if it never does, the test ends as one that hangs."""
    while not holds():  # noqa: ASYNC110
        await asyncio.sleep(0.001)


async def test_a_slow_piece_holds_up_none_of_another_turn(house: House) -> None:
    gate = Gate(house, "slow server")
    for number in range(10):
        await house.adds(f"slow {number}", turn="slow server")
    await house.adds("quick", turn="quick server")
    look = asyncio.ensure_future(house.process(gate).look())
    await until(lambda: house.done == ["quick"] and len(gate.begun) == 2)
    await asyncio.sleep(0.02)
    assert sorted(gate.begun) == ["quick", "slow 0"], "one after the other"
    gate.open.set()
    await look
    assert len(house.done) == 11


async def test_nobodys_many_pieces_go_before_anothers_few(house: House) -> None:
    """One holder's 300 posts kept 7 of another person's 12 up for five looks."""
    for number in range(50):
        await house.adds(f"many {number:02}", TAKE_BACK, turn="many")
    house.now += 1
    for number in range(5):
        await house.adds(f"few {number}", TAKE_BACK, turn="few")
    await house.process().look()
    assert len(house.done) == 55
    assert max(house.done.index(f"few {number}") for number in range(5)) < 12


async def test_take_backs_and_erasures_wait_for_nothing_else(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate(house, *(f"server {number}" for number in range(50)))
    for number in range(50):
        await house.adds(f"{number}", turn=f"server {number}")
    await house.adds("the words", TAKE_BACK)
    monkeypatch.setattr(work, "FIRST", 0)
    worker = house.process(gate)
    worker.start()
    await until(lambda: len(gate.begun) >= work.BESIDE)
    await until(lambda: house.done == ["the words"])
    await house.adds("more words", TAKE_BACK)
    await worker.run(Todo(TAKE_BACK, "more words"))
    assert house.done == ["the words", "more words"]
    assert len(gate.begun) == work.BESIDE + 2
    gate.open.set()
    await worker.stop(5)


async def test_what_goes_first_is_looked_at_first(house: House) -> None:
    await house.adds("note")
    house.now += 1
    await house.adds("words", TAKE_BACK)
    await house.process().look()
    assert house.done == ["words", "note"]


async def test_what_could_not_be_taken_back_stays_among_what_goes_first(house: House) -> None:
    """Also where its kind is not urgent as a whole."""

    async def fails(piece: Piece) -> None:
        raise Refused

    await house.adds("a", urgent=True)
    await house.process(fails).look()
    assert (await house.rows())["a"]["urgent"] == 1
    await house.adds("a")
    assert (await house.rows())["a"]["urgent"] == 1

    async def settled(piece: Piece) -> int:
        return house.now + DAY

    await house.process(settled).look()
    assert (await house.rows())["a"]["urgent"] == 0, "from then on it is like any other"


async def test_who_waits_for_their_own_pieces_waits_for_nobody_elses(house: House) -> None:
    gate = Gate(house, "others")
    for number in range(5):
        await house.adds(f"others {number}", TAKE_BACK, turn="others")
    await house.adds("mine", TAKE_BACK)
    worker = house.process(gate)
    look = asyncio.ensure_future(worker.look())
    await until(lambda: bool(gate.begun))
    await worker.run(Todo(TAKE_BACK, "mine"))
    assert "mine" in house.done
    gate.open.set()
    await look


async def test_who_waits_is_answered_in_time_and_the_work_goes_on(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "PATIENCE", 0.01)
    gate = Gate(house, "a")
    await house.adds("a", TAKE_BACK)
    worker = house.process(gate)
    await worker.run(Todo(TAKE_BACK, "a"))
    assert house.done == []
    gate.open.set()
    await until(lambda: house.done == ["a"])
    await worker.stop(5)
    assert await house.rows() == {}


async def test_who_waits_for_a_piece_that_is_being_done_is_answered_when_it_is(
    house: House,
) -> None:
    """Also with what was added to it since it was begun."""
    gate = Gate(house, "a")
    await house.adds("a")
    worker = house.process(gate)
    look = asyncio.ensure_future(worker.look())
    await until(lambda: gate.begun == ["a"])
    await house.adds("a")
    runs = asyncio.ensure_future(worker.run(Todo(NOTE, "a")))
    await asyncio.sleep(0.02)
    assert not runs.done()
    gate.open.set()
    await runs
    assert house.done == ["a", "a"]
    await look


async def test_a_handler_that_waits_for_its_own_piece_waits_for_nothing(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(work, "LIMIT", 2)
    worker = house.process()

    async def itself(piece: Piece) -> None:
        await worker.run(Todo(NOTE, piece.key))
        house.done.append(piece.key)

    worker.handle(NOTE, itself)
    await house.adds("a")
    await worker.look()
    assert house.done == ["a"]


@pytest.mark.parametrize("kind", [NOTE, TAKE_BACK], ids=["urgent now", "urgent as a kind"])
async def test_what_was_looked_at_too_early_stays_as_urgent_as_it_was(
    house: House, kind: Kind
) -> None:
    async def too_early(piece: Piece) -> None:
        raise TooEarly(NOW + 60)

    await house.adds("a", kind, urgent=True)
    await house.process(too_early).look()
    row = (await house.rows())["a"]
    assert (row["urgent"], row["due_at"], row["tries"]) == (1, NOW + 60, 0)


async def test_a_piece_without_end_is_given_its_time_and_tried_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert work.LIMIT < TAKES, "before another process takes over"
    monkeypatch.setattr(work, "LIMIT", 0.01)
    gate = Gate(house, "a")
    await house.adds("a")
    await house.process(gate).look()
    assert house.done == []
    row = (await house.rows())["a"]
    assert (row["busy_until"], row["tries"], row["due_at"]) == (0, 1, NOW + PAUSES[0])


# -- begin and end ------------------------------------------------------------------------------


async def test_it_finishes_what_it_has_begun_and_takes_nothing_new(house: House) -> None:
    gate = Gate(house, "a")
    await house.adds("a")
    worker = house.process(gate)
    look = asyncio.ensure_future(worker.look())
    await until(lambda: gate.begun == ["a"])
    ends = asyncio.ensure_future(worker.stop(5))
    await asyncio.sleep(0.01)
    assert not ends.done()
    gate.open.set()
    await ends
    await look
    assert house.done == ["a"]


async def test_what_does_not_end_is_left_to_the_next_start(house: House) -> None:
    gate = Gate(house, "a")
    await house.adds("a")
    worker = house.process(gate)
    worker.soon(Todo(NOTE, "a"))
    await until(lambda: gate.begun == ["a"])
    await worker.stop(0.01)
    house.now += TAKES
    await house.process().look()
    assert house.done == ["a"]


async def test_a_database_that_fails_ends_a_look_and_not_the_loop(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(work, "FIRST", 0)
    monkeypatch.setattr(work, "INTERVAL", 0.001)
    await house.adds("a")
    worker, claim, failures = house.process(), Queue.claim, [OSError(), OSError()]

    async def fails(self: Queue, kind: str, key: str) -> Piece | None:
        if failures:
            raise failures.pop()
        return await claim(self, kind, key)

    monkeypatch.setattr(Queue, "claim", fails)
    worker.start()
    await until(lambda: house.done == ["a"])
    await worker.stop(5)
    assert len(caplog.records) == 2


async def test_chores_are_done_again_and_again_by_one_of_all(house: House) -> None:
    def process() -> Worker:
        made = house.process()
        made.every(3600, "tidying", lambda: _tidied(house))
        return made

    both = process(), process()
    for _ in range(3):
        await asyncio.gather(*(each.look() for each in both))
        house.now += 3600
    assert house.done == ["tidied"] * 3


async def _tidied(house: House) -> None:
    house.done.append("tidied")
