"""A journal as it is stored: in order, page by page, found again, changed once.

On both engines. Design, section 2.
"""

from __future__ import annotations

import asyncio
import itertools
import pkgutil
import threading
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.journal import rules
from bot.journal.dates import Calendar
from bot.journal.keys import Locked, State
from bot.journal.passphrase import Passphrases
from bot.journal.rules import (
    DAY,
    IDLE,
    LOCKED_OUT,
    OPEN_AT_MOST,
    RIGHT_TRIES,
    TRIES,
    TRIES_WITHIN,
    WAITING,
    Month,
)
from bot.journal.service import Changed, Cursor, Draft, Full, Written, span_of
from bot.work.turns import Busy
from tests.store.houses import ANA, BETO, House
from tests.store.notebooks import DRAFT, OTHER, PASSPHRASE, newest, said, texts
from tests.store.states import NOW

pytestmark = pytest.mark.usefixtures("cheap")
a_journal = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
#: A few weeks around the end of a year.
FIRST_DAY = 20_445
WORDS = ("Wut", "wütend", "STILLE", "stille Wut", "Sofía", "cafe\u0301", "ligne", "ﬁn", "x y")


class Kept(NamedTuple):
    """An entry, in the model."""

    id: str
    day: int
    text: str

    @property
    def month(self) -> Month:
        date = datetime.fromtimestamp(self.day * DAY, UTC)
        return Month(date.year, date.month)


async def filled(one: House, writes: list[tuple[int, str]], deletes: list[int]) -> list[Kept]:
    """Write these (a day, a text), delete some; what a simple list of it looks like, newest first.

    Among entries of one day the one written last is the newest. Beto writes before, between, and
    after them, in a journal of his own.
    """
    for person in (ANA, BETO):
        await one.journal.erase(person)
    for day in (-90, 20, 130):
        assert await one.journal.write(BETO, Draft("", "his"), at=(FIRST_DAY + day) * DAY)
    model: list[Kept] = []
    for number, (day, text) in enumerate(writes):
        at = (FIRST_DAY + day) * DAY + number % DAY
        id = await one.journal.write(ANA, Draft("", text), at=at)
        assert id is not None
        model.append(Kept(id, FIRST_DAY + day, text))
        for place in (each for each in deletes if each == number):
            gone = model.pop(place % len(model))
            assert await one.journal.delete(ANA, gone.id)
    model.reverse()
    return sorted(model, key=lambda each: -each.day)


def cursor_at(entry: Written, *, newer: bool) -> Cursor:
    return Cursor(entry.day, entry.turn, newer=newer)


some_writes = st.lists(st.tuples(st.integers(0, 40), st.sampled_from(WORDS)), max_size=25)
some_deletes = st.lists(st.integers(0, 24), max_size=6, unique=True)


@a_journal
@given(writes=some_writes, deletes=some_deletes, size=st.integers(1, 7), narrow=st.booleans())
async def test_pages_reach_every_entry_once_in_both_directions(
    one: House, writes: list[tuple[int, str]], deletes: list[int], size: int, narrow: bool
) -> None:
    model = await filled(one, writes, deletes)
    months = list(dict.fromkeys(each.month for each in model))
    assert await one.journal.months(ANA) == months
    for month in months if narrow else [None]:
        wanted = [each for each in model if month in (None, each.month)]
        page = await one.journal.page(ANA, month, Cursor(), size)
        assert not page.newer
        pages = [page]
        while page.older:
            page = await one.journal.page(
                ANA, month, cursor_at(page.entries[-1], newer=False), size
            )
            assert page.newer
            pages.append(page)
        found = [entry for page in pages for entry in page.entries]
        assert [entry.id for entry in found] == [each.id for each in wanted]
        assert [entry.text for entry in found] == [each.text for each in wanted]
        for before in reversed(pages[:-1]):
            assert page.newer or page is pages[-1]
            page = await one.journal.page(ANA, month, cursor_at(page.entries[0], newer=True), size)
            assert page.entries == before.entries
            assert page.older
        assert not page.newer
    if not model:
        assert (await one.journal.page(ANA, None, Cursor(), size)).entries == []


@a_journal
@given(
    writes=some_writes,
    deletes=some_deletes,
    wanted=st.sampled_from(("wut", "STILLE", "stille", "café", "sofia", "fin", "y x", "nie")),
    most=st.integers(1, 30),
)
async def test_search_finds_the_newest_that_have_every_word(
    one: House, writes: list[tuple[int, str]], deletes: list[int], wanted: str, most: int
) -> None:
    model = await filled(one, writes, deletes)
    finds = {  # which of WORDS; case and accents aside
        "wut": {"Wut", "wütend", "stille Wut"},
        "STILLE": {"STILLE", "stille Wut"},
        "stille": {"STILLE", "stille Wut"},
        "café": {"cafe\u0301"},
        "sofia": {"Sofía"},
        "fin": {"ﬁn"},
        "y x": {"x y"},
        "nie": set[str](),
    }[wanted]
    expected = [each.id for each in model if each.text in finds]
    found = await one.journal.search(ANA, wanted, None, most)
    assert [each.id for each in found] == expected[:most]
    for month in await one.journal.months(ANA):
        found = await one.journal.search(ANA, wanted, month, most)
        within = [each.id for each in model if each.text in finds and each.month == month]
        assert [each.id for each in found] == within[:most]


async def test_search_looks_into_every_chunk_and_into_titles(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.journal.service.CHUNK", 3)
    for number in range(10):
        await one.journal.write(ANA, said(number), at=NOW + number)
    assert [each.title for each in await one.journal.search(ANA, "nachtgedanken", None, 99)] == [
        said(number).title for number in reversed(range(10))
    ]
    assert [each.text for each in await one.journal.search(ANA, "laut 0", None, 1)] == [
        said(0).text
    ]


_MONTHS = "january february march april may june july august september october november december"
_CALENDAR = Calendar(_MONTHS.split(), frozenset({"·"}))


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("", ["Roof", "Herons", "Owls"]),
        ("her", ["Herons"]),
        ("2026", ["Roof", "Herons", "Owls"]),
        ("2026-03", ["Herons", "Owls"]),
        ("2026-3", ["Herons", "Owls"]),
        ("2026-1", ["Roof"]),  # the beginning of 2026-12
        ("2026-03-1", ["Herons"]),
        ("2026-03-12 · her", ["Herons"]),
        ("12 March", ["Herons", "Soup"]),
        ("March 2026", ["Herons", "Owls"]),
        ("march owls", ["Owls"]),
        ("march herons owls", []),
        ("2025", ["Soup"]),
        ("MAR 2025", ["Soup"]),
        ("12", ["Roof"]),  # no date by itself, but a word of that entry
        ("may", ["Owls"]),  # nothing is of May, so it is a word
    ],
)
async def test_a_date_finds_what_is_too_old_to_be_opened(
    one: House, typed: str, found: list[str]
) -> None:
    """Three are opened, and the one of 2025 is older than these."""
    for title, text, day in (
        ("Soup", "", (2025, 3, 12)),
        ("Owls", "They may fly.", (2026, 3, 2)),
        ("Herons", "", (2026, 3, 12)),
        ("Roof", "All 12 of us.", (2026, 12, 1)),
    ):
        at = int(datetime(*day, tzinfo=UTC).timestamp())
        await one.journal.write(ANA, Draft(title, text), at=at)
    suggested = await one.journal.suggested(ANA, typed, _CALENDAR, 3)
    assert [each.title for each in suggested] == found


# -- how much a journal holds -----------------------------------------------------------------


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A journal holds three entries, or four of the smallest size as sealed."""
    monkeypatch.setattr(rules, "ENTRIES_AT_MOST", 3)
    monkeypatch.setattr(rules, "BYTES_AT_MOST", 1200)


@pytest.mark.usefixtures("small")
async def test_a_full_journal_takes_nothing_more_until_something_is_deleted(one: House) -> None:
    entries = [await one.journal.write(ANA, said(number)) for number in range(3)]
    for message_id in (None, 7):
        with pytest.raises(Full) as full:
            await one.journal.write(ANA, said(3), message_id=message_id)
        assert full.value.fullness == (3, 3 * 289)
    assert await texts(one, ANA) == [said(number).text for number in range(3)]
    assert await one.journal.write(BETO, said(3)) is not None
    assert entries[0] is not None
    assert await one.journal.delete(ANA, entries[0])
    assert await one.journal.write(ANA, said(3)) is not None


@pytest.mark.usefixtures("small")
async def test_what_is_in_a_full_journal_already_is_not_refused(one: House) -> None:
    for number in range(3):
        await one.journal.write(ANA, said(number), message_id=number)
    assert await one.journal.write(ANA, said(0), message_id=0) is None


@pytest.mark.usefixtures("small")
async def test_an_entry_grows_only_as_far_as_there_is_room(one: House) -> None:
    entry = await one.journal.write(ANA, said(0))
    assert entry is not None
    for number in (1, 2):
        await one.journal.write(ANA, said(number))
    assert await one.journal.change(ANA, entry, 1, said(4, more=200)) is Changed.CHANGED
    with pytest.raises(Full):
        await one.journal.change(ANA, entry, 2, said(5, more=600))
    assert [each.revision for each in await one.journal.everything(ANA)] == [2, 1, 1]
    assert (await texts(one, ANA))[0] == said(4, more=200).text


async def test_a_journal_that_was_larger_keeps_all_and_can_be_used(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = [await one.journal.write(ANA, said(number, more=400)) for number in range(5)]
    monkeypatch.setattr(rules, "ENTRIES_AT_MOST", 3)
    monkeypatch.setattr(rules, "BYTES_AT_MOST", 1200)
    first, second = entries[:2]
    assert first is not None
    assert second is not None
    assert await one.journal.change(ANA, first, 1, said(8, more=400)) is Changed.CHANGED
    assert await one.journal.change(ANA, first, 2, said(9)) is Changed.CHANGED
    assert await one.journal_keys.protect(ANA, PASSPHRASE)
    await one.journal_keys.lock(ANA)
    assert (await one.journal_keys.unlock(ANA, PASSPHRASE)).right
    assert await one.journal.delete(ANA, second)
    assert len(await texts(one, ANA)) == 4
    with pytest.raises(Full):
        await one.journal.write(ANA, said(6))


@pytest.mark.usefixtures("small")
async def test_of_many_that_write_at_once_the_last_place_is_one_persons(
    one: House, other: House
) -> None:
    await one.journal.write(ANA, said(0))
    written = await asyncio.gather(
        *(house.journal.write(ANA, said(number)) for number in range(5) for house in (one, other)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, str) for each in written) == 2
    assert sum(isinstance(each, Full) for each in written) == 8
    assert len(await texts(one, ANA)) == 3


async def test_all_of_a_long_journal_is_looked_at_piece_by_piece(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever else wants a turn, in the loop or at the database, has it in between."""
    for number in range(10):
        await one.journal.write(ANA, said(number), at=NOW + number)
    monkeypatch.setattr("bot.journal.service.CHUNK", 3)
    monkeypatch.setattr("bot.journal.keys.CHUNK", 3)
    opened: list[int] = []
    for name in ("service._opened", "keys._sealed_anew"):
        real = pkgutil.resolve_name(f"bot.journal.{name}")

        def open_them(entries: Any, *keys: Any, real: Any = real) -> Any:
            assert threading.current_thread() is not threading.main_thread()
            opened.append(len(entries))
            return real(entries, *keys)

        monkeypatch.setattr(f"bot.journal.{name}", open_them)
    for work in (
        lambda: one.journal.search(ANA, "nirgends", None, 25),
        lambda: one.journal.everything(ANA),
        lambda: one.journal_keys.protect(ANA, PASSPHRASE),
    ):
        opened.clear()
        await work()
        assert opened == [3, 3, 3, 1]
    assert await texts(one, ANA) == [said(number).text for number in range(10)]


async def test_nobody_finds_what_somebody_else_wrote(one: House) -> None:
    entry = await one.journal.write(ANA, DRAFT, message_id=5)
    assert entry is not None
    await one.journal.write(BETO, said(2))
    assert await texts(one, BETO) == [said(2).text]
    assert await one.journal.read(BETO, entry) is None
    assert await one.journal.search(BETO, "Nachtgedanken 1", None, 5) == []
    assert await one.journal.change(BETO, entry, 1, said(3)) is Changed.GONE
    assert not await one.journal.delete(BETO, entry)
    assert await one.journal.kept(BETO, 5) is None
    assert not await one.journal.is_kept(BETO, 5)
    assert (await newest(one, ANA)).text == DRAFT.text


async def test_an_entry_comes_back_as_it_was_written(one: House) -> None:
    drafts = (
        Draft("", ""),
        Draft("Título 🌱", "ñandú\n\n  zwei\0Zeilen", "listen-4"),
        Draft("t" * rules.TITLE_LIMIT, "🌱" * rules.TEXT_LIMIT),
        Draft('"}', "\\u0000", None),
    )
    for draft in drafts:
        entry = await one.journal.write(ANA, draft, at=NOW - 5)
        assert entry is not None
        found = await one.journal.read(ANA, entry)
        assert found is not None
        assert (found.title, found.text, found.prompt) == draft
        assert (found.at, found.day, found.revision) == (NOW - 5, (NOW - 5) // DAY, 1)


@pytest.mark.parametrize("number", [1, 2, 12])
@pytest.mark.parametrize("year", [1, 1969, 1970, 2024, 9999])
async def test_every_month_that_can_be_typed_has_its_days(
    one: House, year: int, number: int
) -> None:
    span = span_of(Month(year, number))
    assert 28 <= span.to_day - span.from_day + 1 <= 31
    page = await one.journal.page(ANA, Month(year, number), Cursor(), 5)
    assert page.entries == []
    await one.journal.write(ANA, DRAFT)
    assert await one.journal.search(ANA, "laut", Month(year, number), 5) == []


# -- messages -----------------------------------------------------------------------------------


async def test_a_message_is_kept_once(one: House, other: House) -> None:
    """However often it is handed in, in however many processes at once."""
    kept = await asyncio.gather(
        *(house.journal.write(ANA, DRAFT, message_id=5) for house in (one, other) * 3)
    )
    assert len([each for each in kept if each is not None]) == 1
    assert await texts(one, ANA) == [DRAFT.text]
    assert await other.journal.is_kept(ANA, 5)
    found = await other.journal.kept(ANA, 5)
    assert found is not None
    assert found.id in kept


async def test_the_same_message_of_two_people_is_two_entries(one: House) -> None:
    for person in (ANA, BETO):
        assert await one.journal.write(person, DRAFT, message_id=5) is not None
        assert await one.journal.is_kept(person, 5)
        assert not await one.journal.is_kept(person, 6)


async def test_a_deleted_message_can_be_kept_again(one: House) -> None:
    entry = await one.journal.write(ANA, DRAFT, message_id=5)
    assert entry is not None
    await one.journal.delete(ANA, entry)
    assert not await one.journal.is_kept(ANA, 5)
    assert await one.journal.write(ANA, DRAFT, message_id=5) is not None


async def test_forms_have_no_message_and_never_meet(one: House) -> None:
    for _ in range(3):
        assert await one.journal.write(ANA, DRAFT) is not None
    assert len(await texts(one, ANA)) == 3


# -- changes ------------------------------------------------------------------------------------


async def test_of_two_changes_at_once_one_is_made(one: House, other: House) -> None:
    for _ in range(4):
        entry = await one.journal.write(ANA, DRAFT)
        assert entry is not None
        outcomes = await asyncio.gather(
            one.journal.change(ANA, entry, 1, said(1)), other.journal.change(ANA, entry, 1, said(2))
        )
        assert sorted(outcomes) == [Changed.CHANGED, Changed.MEANWHILE]
        found = await one.journal.read(ANA, entry)
        assert found is not None
        assert (found.text, found.revision) == (
            said(1 + outcomes.index(Changed.CHANGED)).text,
            2,
        )


async def test_a_change_of_an_older_text_is_refused(one: House) -> None:
    entry = await one.journal.write(ANA, DRAFT)
    assert entry is not None
    assert await one.journal.change(ANA, entry, 1, said(1)) is Changed.CHANGED
    assert await one.journal.change(ANA, entry, 1, said(2)) is Changed.MEANWHILE
    assert await one.journal.change(ANA, entry, 2, said(2)) is Changed.CHANGED
    assert await texts(one, ANA) == [said(2).text]


async def test_a_change_keeps_when_it_was_written_its_place_and_its_question(one: House) -> None:
    entry = await one.journal.write(ANA, DRAFT, at=NOW - 3 * DAY)
    await one.journal.write(ANA, said(1), at=NOW - 2 * DAY)
    assert entry is not None
    await one.journal.change(ANA, entry, 1, Draft("", "Anders"))
    found = (await one.journal.everything(ANA))[0]
    assert (found.id, found.text, found.at, found.prompt) == (
        entry,
        "Anders",
        NOW - 3 * DAY,
        DRAFT.prompt,
    )


async def test_deleting_and_changing_at_once_never_bring_it_back(one: House, other: House) -> None:
    for _ in range(4):
        entry = await one.journal.write(ANA, DRAFT)
        assert entry is not None
        deleted, changed = await asyncio.gather(
            one.journal.delete(ANA, entry), other.journal.change(ANA, entry, 1, said(1))
        )
        assert deleted
        assert changed in (Changed.CHANGED, Changed.GONE)
        assert await texts(one, ANA) == []


async def test_of_two_who_delete_one_has_deleted(one: House, other: House) -> None:
    entry = await one.journal.write(ANA, DRAFT)
    assert entry is not None
    outcomes = await asyncio.gather(
        one.journal.delete(ANA, entry), other.journal.delete(ANA, entry)
    )
    assert sorted(outcomes) == [False, True]


# -- locks --------------------------------------------------------------------------------------


async def test_an_unlocked_journal_closes_when_nobody_uses_it(one: House) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    one.time.now += IDLE - 1
    assert await texts(one, ANA) == [DRAFT.text]
    one.time.now += IDLE - 1
    assert await one.journal_keys.state(ANA) is State.UNLOCKED
    one.time.now += IDLE
    with pytest.raises(Locked):
        await one.journal.everything(ANA)


async def test_an_unlocked_journal_closes_after_an_hour_of_use(one: House) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    for _ in range(OPEN_AT_MOST // 300 - 1):
        one.time.now += 300
        assert await texts(one, ANA) == [DRAFT.text]
    one.time.now += 300
    with pytest.raises(Locked):
        await one.journal.everything(ANA)


async def test_five_wrong_passphrases_lock_out_in_every_process(one: House, other: House) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    await one.journal_keys.lock(ANA)
    for number, house in zip(range(TRIES), itertools.cycle((one, other)), strict=False):
        tried = await house.journal_keys.unlock(ANA, OTHER)
        assert not tried.right
        assert (tried.blocked_until is None) == (number < TRIES - 1)
    for house in (one, other):
        tried = await house.journal_keys.unlock(ANA, PASSPHRASE)
        assert (tried.right, tried.blocked_until) == (False, NOW + LOCKED_OUT)
    one.time.now = other.time.now = NOW + LOCKED_OUT
    assert (await one.journal_keys.unlock(ANA, PASSPHRASE)).right
    assert await one.ask("SELECT * FROM journal_tries WHERE was_right = 0") == []


async def test_many_wrong_ones_at_once_count_each(one: House, other: House) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    tried = await asyncio.gather(
        *(house.journal_keys.unlock(ANA, OTHER) for house in (one, other) for _ in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(each, Busy) for each in tried) == 2 * (10 - 1 - WAITING)
    assert len(await one.ask("SELECT * FROM journal_tries")) == TRIES
    assert not (await other.journal_keys.unlock(ANA, PASSPHRASE)).right


async def test_wrong_passphrases_are_forgotten_by_due_work(one: House) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    await one.journal_keys.unlock(ANA, OTHER)
    await one.journal_keys.forget_old_tries()
    assert len(await one.ask("SELECT * FROM journal_tries")) == 1
    one.time.now += 2 * LOCKED_OUT
    await one.journal_keys.forget_old_tries()
    assert await one.ask("SELECT * FROM journal_tries") == []


async def test_right_passphrases_are_counted_too(one: House, other: House) -> None:
    """Each takes half a second of a computer that others wait for."""
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    for house, _ in zip(itertools.cycle((one, other)), range(RIGHT_TRIES), strict=False):
        assert (await house.journal_keys.unlock(ANA, PASSPHRASE)).right
        one.time.now += 1
        other.time.now = one.time.now
    for house in (one, other):
        for typed in (PASSPHRASE, OTHER):
            tried = await house.journal_keys.unlock(ANA, typed)
            assert tried == (False, None, NOW + TRIES_WITHIN)
    assert await one.journal_keys.protect(ANA, OTHER)
    assert not (await one.journal_keys.unlock(ANA, OTHER)).right
    one.time.now = NOW + TRIES_WITHIN
    assert (await one.journal_keys.unlock(ANA, OTHER)).right
    assert len(await one.ask("SELECT * FROM journal_tries")) <= RIGHT_TRIES + TRIES


async def test_one_persons_passphrases_hold_up_nobody_elses(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person, passphrase in ((ANA, PASSPHRASE), (BETO, OTHER)):
        await one.journal.write(person, DRAFT)
        await one.journal_keys.protect(person, passphrase)
    begun, may_end = asyncio.Event(), asyncio.Semaphore(1)

    async def stretch(self: Passphrases, passphrase: str, salt: bytes) -> bytes:
        async with self._turns:
            if passphrase == OTHER:
                begun.set()
            await may_end.acquire()
            return bytes(32)

    monkeypatch.setattr(Passphrases, "_stretch", stretch)
    hers = [asyncio.create_task(one.journal_keys.unlock(ANA, PASSPHRASE)) for _ in range(40)]
    his = asyncio.create_task(one.journal_keys.unlock(BETO, OTHER))
    # He begins while no more than one of hers may have ended. Only where he does not is this long.
    async with asyncio.timeout(20):
        await begun.wait()
    for _ in range(41):
        may_end.release()
    tried = await asyncio.gather(*hers, his, return_exceptions=True)
    assert [each for each in tried if isinstance(each, Busy)] == [*tried[1 + WAITING : 40]]


async def test_what_takes_long_waits_in_one_line_for_each_person(one: House) -> None:
    """Whatever it is; and whoever finds the line too long is told so, and nothing was done."""
    for person in (ANA, BETO):
        await one.journal.write(person, DRAFT)
    work = (
        lambda person: one.journal.search(person, "laut", None, 5),
        lambda person: one.journal.suggested(person, "laut", _CALENDAR, 5),
        lambda person: one.journal.everything(person),
        lambda person: one.journal_keys.protect(person, PASSPHRASE),
        lambda person: one.journal_keys.unlock(person, PASSPHRASE),
    )
    for act in work:
        async with one.journal_keys.turns.of(ANA):
            waiting = [asyncio.create_task(act(ANA)) for _ in range(WAITING)]
            await asyncio.sleep(0)
            before = (
                await one.ask("SELECT * FROM journals"),
                await one.ask("SELECT * FROM journal_tries"),
            )
            with pytest.raises(Busy):
                await act(ANA)
            assert before == (
                await one.ask("SELECT * FROM journals"),
                await one.ask("SELECT * FROM journal_tries"),
            )
            await act(BETO)
            assert not any(each.done() for each in waiting)
        await asyncio.gather(*waiting)


async def test_what_was_open_too_long_is_in_no_memory(one: House) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    assert len(one.journal_keys._unlocked) == 1
    one.time.now += IDLE
    one.journal_keys.forget_idle()
    assert one.journal_keys._unlocked == {}


async def test_keyboards_that_compose_differently_type_the_same_passphrase(one: House) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, "m\u00fcde wie noch nie")
    await one.journal_keys.lock(ANA)
    assert (await one.journal_keys.unlock(ANA, "mu\u0308de wie noch nie")).right
