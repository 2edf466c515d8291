"""Servers' own lists as they are stored: order, cache, two curators, the end. On both engines."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from bot.reading import ANSWERED, intake, own_file
from bot.reading.curating import Done, Outcome, Preview, Terms
from bot.reading.intake import Asked
from bot.reading.library import library
from bot.reading.suggesting import Answered, Suggested, Twin
from bot.reading.suggestions import Body, State, Wording
from bot.seal import unseal
from bot.store.ids import owner_of
from bot.words import speak
from bot.work.notices import Notice
from bot.work.rules import STAYS
from tests.store.houses import ANA, BETO, CARLA, GUILD, House, forgets_departed

SHARED, WORDS = library("en"), speak("en")
TERMS = Terms(SHARED.forms[0].id, SHARED.traditions[0].id, (SHARED.topics[0].id,))
ELSEWHERE = GUILD + 100
WORDING = Wording("Mutual Aid", "P. Kropotkin, 1902", "It asks what we do.", "Any library.")


def body(title: str = "Mutual Aid", *, named: bool = False) -> Body:
    return Body(WORDING._replace(title=title), named)


async def suggests(
    house: House, person: int = ANA, title: str = "Mutual Aid", *, named: bool = False
) -> Suggested:
    return await house.suggesting.suggest(GUILD, person, body(title, named=named))


async def first(house: House) -> tuple[str, int]:
    """The first open suggestion, as a curator sees it."""
    (found, *_) = await house.curating.page(GUILD, most=5, skip=0)
    return found.id, found.revision


async def accepted(
    house: House, person: int = ANA, title: str = "Mutual Aid", *, named: bool = False
) -> str:
    assert (await suggests(house, person, title, named=named)).asked is Asked.TAKEN
    page = await house.curating.page(GUILD, most=200, skip=0)
    its_id, revision = next((e.id, e.revision) for e in page if e.wording.title == title)
    done = await house.curating.accept(GUILD, its_id, revision, TERMS)
    assert done.outcome is Outcome.DONE
    assert done.work_id is not None
    return done.work_id


async def notices(house: House, person: int = ANA, guild: int = GUILD) -> list[Notice]:
    """Answers that somebody has yet to read."""
    found = await house.notices.of(person, guild)
    return [each for each in found if each.topic == ANSWERED.name]


async def answer(house: House, person: int = ANA) -> Answered:
    """The only one that somebody has yet to read."""
    (notice,) = await notices(house, person)
    found = await house.suggesting.answer(notice.key, person)
    assert found is not None
    return found


async def titles(house: House) -> list[str]:
    return [each.title for each in await house.server_lists.items(GUILD)]


async def brings(house: House, text: str, guild: int = GUILD) -> Outcome:
    content = text.encode()
    found = own_file.read(content, SHARED, WORDS)
    assert found.faults == []
    staged = await house.curating.stage(guild, content, found)
    assert isinstance(staged, Preview)
    return (await house.curating.bring_in(guild, staged.staged_id, WORDS))[0]


# -- suggesting ---------------------------------------------------------------------------------


async def test_the_sixth_open_suggestion_has_to_wait(one: House) -> None:
    for number in range(5):
        assert (await suggests(one, title=f"Book {number}")).asked is Asked.TAKEN
    assert (await suggests(one, title="One more")).asked is Asked.ENOUGH
    assert (await suggests(one, BETO, "One more")).asked is Asked.TAKEN
    assert len(await one.suggesting.mine(ANA, GUILD)) == 5
    await one.suggesting.withdraw((await one.suggesting.mine(ANA, GUILD))[0].id, ANA, GUILD)
    assert (await suggests(one, title="And another")).asked is Asked.TAKEN


async def test_many_at_once_make_no_sixth(one: House, other: House) -> None:
    found = await asyncio.gather(
        *(suggests(house, title=f"Book {n}") for n in range(5) for house in (one, other))
    )
    asked = [each.asked for each in found]
    assert asked.count(Asked.TAKEN) == 5
    assert len(await one.suggesting.mine(ANA, GUILD)) == 5


async def test_what_is_known_is_recognised_wherever_it_stands(one: House) -> None:
    work_id = await accepted(one, title="Mutual Aid: a factor")
    await suggests(one, title="Ærø blues")
    assert (await suggests(one, BETO, "mutual aid")).twin == Twin(work_id)
    assert (await suggests(one, BETO, "ÆRØ Blues - a song")).twin == Twin(None)
    assert (await suggests(one, ANA, "Ærø blues!")).twin == Twin(None, mine=True)
    shared = await one.suggesting.suggest(
        GUILD, BETO, Body(Wording("Who is Oakland", "", "x", "x"), False)
    )
    assert shared.twin == Twin("who-is-oakland")


async def test_only_its_author_withdraws_it_and_only_here(one: House) -> None:
    await suggests(one)
    its_id, _ = await first(one)
    assert not await one.suggesting.withdraw(its_id, BETO, GUILD)
    assert not await one.suggesting.withdraw(its_id, ANA, ELSEWHERE)
    assert await one.suggesting.withdraw(its_id, ANA, GUILD)
    assert not await one.suggesting.withdraw(its_id, ANA, GUILD)
    assert await one.ask("SELECT * FROM reading_suggestions") == []


# -- reviewing ----------------------------------------------------------------------------------


async def test_what_curators_see_names_nobody_and_has_no_order_of_time(one: House) -> None:
    for number in range(5):
        await suggests(one, ANA, f"Ana {number}")
        await suggests(one, BETO, f"Beto {number}")
    page = await one.curating.page(GUILD, most=20, skip=0)
    assert [each.id for each in page] == sorted(each.id for each in page)
    assert str(ANA) not in repr(page)
    assert set(type(page[0])._fields) == {"id", "revision", "wording", "edited"}
    rows = await one.ask("SELECT * FROM reading_suggestions ORDER BY id")
    times = {value for row in rows for value in row if isinstance(value, int)}
    assert times <= {ANA, BETO, GUILD, 1}


async def test_accepting_puts_it_at_the_end_and_tells_its_author(one: House) -> None:
    work_id = await accepted(one, ANA, "First", named=True)
    await accepted(one, BETO, "Second")
    assert await titles(one) == ["First", "Second"]
    work = await one.server_lists.work(GUILD, work_id)
    assert work is not None
    assert (work.makers, work.year, work.named_by) == (("P. Kropotkin",), 1902, ANA)
    told = await answer(one)
    assert (told.state, told.reply.title, told.reply.named) == (State.ACCEPTED, "First", True)
    assert await notices(one, ANA, ELSEWHERE) == []
    (notice,) = await notices(one, ANA, 0)
    assert await one.suggesting.answer(notice.key, BETO) is None
    assert await one.notices.seen(notice.id, ANA, GUILD)
    assert not await one.notices.seen(notice.id, ANA, GUILD)
    assert await one.suggesting.answer(notice.key, ANA) is None
    assert await one.ask("SELECT person_id FROM reading_suggestions") == [(BETO,)]


async def test_of_two_curators_one_wins(one: House, other: House) -> None:
    await suggests(one)
    its_id, revision = await first(one)
    acts = [
        one.curating.accept(GUILD, its_id, revision, TERMS),
        other.curating.accept(GUILD, its_id, revision, TERMS),
        other.curating.decline(GUILD, its_id, revision, "No."),
        one.curating.reword(GUILD, its_id, revision, WORDING._replace(why="Else.")),
    ]
    found: list[Any] = await asyncio.gather(*acts)
    outcomes = [each.outcome if isinstance(each, Done) else each for each in found]
    assert outcomes.count(Outcome.DONE) == 1
    assert outcomes.count(Outcome.MEANWHILE) == 3
    assert len(await one.ask("SELECT * FROM reading_suggestions")) == 1


async def test_accepting_and_withdrawing_at_once_is_one_of_the_two(
    one: House, other: House
) -> None:
    await suggests(one, named=True)
    its_id, revision = await first(one)
    done, gone = await asyncio.gather(
        one.curating.accept(GUILD, its_id, revision, TERMS),
        other.suggesting.withdraw(its_id, ANA, GUILD),
    )
    assert (done.outcome is Outcome.DONE) is not gone
    assert len(await titles(one)) == (not gone)


async def test_accepting_and_erasing_at_once_names_nobody(one: House, other: House) -> None:
    for number in range(4):
        await suggests(one, ANA, f"Book {number}", named=True)
        page = await one.curating.page(GUILD, most=5, skip=0)
        acts = [one.curating.accept(GUILD, page[0].id, page[0].revision, TERMS)]
        erases = other.privacy.erase(ANA)
        await asyncio.gather(*(acts if number % 2 else []), erases, *([] if number % 2 else acts))
        assert await one.ask("SELECT * FROM reading_suggestions") == []
        assert await one.ask("SELECT * FROM reading_works WHERE named_id IS NOT NULL") == []
        assert await one.ask("SELECT * FROM notices") == []
        assert await one.store.keyring.kept(ANA) is None
        for work in await one.server_lists.everything(GUILD):
            assert work.named_id is None


async def test_a_name_stands_only_with_the_words_it_was_given_for(one: House) -> None:
    """Law 2: the yes was to what they had written."""
    await suggests(one, named=True)
    its_id, revision = await first(one)
    await one.curating.reword(GUILD, its_id, revision, WORDING._replace(why="Because I say so."))
    (seen,) = await one.curating.page(GUILD, most=5, skip=0)
    assert seen.edited
    (mine,) = await one.suggesting.mine(ANA, GUILD)
    assert mine.body.wording == WORDING
    done = await one.curating.accept(GUILD, its_id, seen.revision, TERMS)
    work = await one.server_lists.work(GUILD, done.work_id or "")
    assert work is not None
    assert (work.why, work.named_by) == ("Because I say so.", None)
    told = await answer(one)
    assert told.reply.wished_to_be_named
    assert not told.reply.named


async def test_an_edit_that_is_undone_is_none(one: House) -> None:
    await suggests(one, named=True)
    its_id, revision = await first(one)
    await one.curating.reword(GUILD, its_id, revision, WORDING._replace(find="Elsewhere."))
    assert (await first(one))[1] == revision + 1
    await one.curating.reword(GUILD, its_id, revision + 1, WORDING)
    (seen,) = await one.curating.page(GUILD, most=5, skip=0)
    assert not seen.edited


async def test_changing_the_reason_takes_the_name_off_and_the_form_does_not(one: House) -> None:
    work_id = await accepted(one, named=True)
    kept = await one.server_lists.kept(GUILD, work_id)
    assert kept is not None
    change = kept.entry._replace(year=None)
    assert (await one.curating.change(GUILD, work_id, 1, change)).outcome is Outcome.DONE
    kept = await one.server_lists.kept(GUILD, work_id)
    assert kept is not None
    assert (kept.named_id, kept.revision) == (ANA, 2)
    change = kept.entry._replace(why={"": "Else."})
    assert (await one.curating.change(GUILD, work_id, 1, change)).outcome is Outcome.MEANWHILE
    assert (await one.curating.change(GUILD, work_id, 2, change)).outcome is Outcome.DONE
    kept = await one.server_lists.kept(GUILD, work_id)
    assert kept is not None
    assert kept.named_id is None


async def test_whoever_was_named_takes_their_name_off(one: House, other: House) -> None:
    work_id = await accepted(one, named=True)
    assert [each.id for each in await other.suggesting.naming(ANA, GUILD)] == [work_id]
    assert not await one.suggesting.unname(GUILD, work_id, BETO)
    assert await one.suggesting.unname(GUILD, work_id, ANA)
    work = await other.server_lists.work(GUILD, work_id)
    assert work is not None
    assert work.named_by is None
    assert await other.suggesting.naming(ANA, GUILD) == []


async def test_the_same_work_is_not_accepted_twice_nor_renamed_to_another(one: House) -> None:
    await suggests(one, ANA, "Mutual Aid")
    await suggests(one, BETO, "Another")
    page = {e.wording.title: e for e in await one.curating.page(GUILD, most=5, skip=0)}
    work_id = (await one.curating.accept(GUILD, page["Mutual Aid"].id, 1, TERMS)).work_id
    await one.curating.reword(
        GUILD, page["Another"].id, 1, WORDING._replace(title="Mutual aid: again")
    )
    again = await one.curating.accept(GUILD, page["Another"].id, 2, TERMS)
    assert again == Done(Outcome.KNOWN, work_id)
    third = await accepted(one, CARLA, "Third")
    kept = await one.server_lists.kept(GUILD, third)
    assert kept is not None
    renamed = kept.entry._replace(title={"": "MUTUAL AID"})
    assert await one.curating.change(GUILD, third, 1, renamed) == Done(Outcome.KNOWN, work_id)


async def test_a_full_list_takes_nothing_more(one: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.reading.curating.WORKS_LIMIT", 1)
    await accepted(one)
    await suggests(one, title="One more")
    its_id, revision = await first(one)
    done = await one.curating.accept(GUILD, its_id, revision, TERMS)
    assert done.outcome is Outcome.FULL
    assert await titles(one) == ["Mutual Aid"]


async def test_the_answer_is_rung_for_where_nobody_can_tell_whose_it_was(one: House) -> None:
    """Right after the answer, a ring would tell the curators."""
    await suggests(one)
    its_id, revision = await first(one)
    await one.curating.decline(GUILD, its_id, revision, "We have it.")
    (notice,) = await notices(one)
    assert (notice.watched, notice.channel_id, notice.news) == (1, 0, 0)
    assert (notice.shown_at, notice.until_at) == (one.time.now, one.time.now + STAYS)
    assert (await answer(one)).reply.reason == "We have it."


async def test_an_answer_that_nobody_reads_goes_in_time(one: House) -> None:
    await accepted(one)
    one.time.now += STAYS - 1
    await one.notices.forget_old()
    assert (await answer(one)).state is State.ACCEPTED
    one.time.now += 1
    assert await notices(one) == []
    await one.notices.forget_old()
    assert await one.ask("SELECT * FROM reading_suggestions") == []


async def test_an_answer_that_does_not_open_any_more_goes(one: House) -> None:
    await accepted(one)
    (notice,) = await notices(one)
    await one.store.keyring.forget(ANA)
    assert await one.suggesting.answer(notice.key, ANA) is None
    assert await one.ask("SELECT * FROM reading_suggestions") == []


# -- the list -----------------------------------------------------------------------------------


async def test_another_process_notices_every_change(one: House, other: House) -> None:
    work_id = await accepted(one)
    assert await titles(other) == ["Mutual Aid"]
    await accepted(other, BETO, "Second")
    assert await titles(one) == ["Mutual Aid", "Second"]
    assert await one.curating.remove(GUILD, work_id, 2) is Outcome.MEANWHILE
    assert await one.curating.remove(GUILD, work_id, 1) is Outcome.DONE
    assert await other.curating.remove(GUILD, work_id, 1) is Outcome.MEANWHILE
    assert await titles(other) == ["Second"]


async def test_a_list_is_opened_once_and_then_as_far_as_it_changed(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def noting(sealed: bytes, keys: Any, place: Any) -> str:
        opened.append(place.row)
        return unseal(sealed, keys, place)

    works = "".join(_table(n) for n in range(40))
    await brings(one, works)
    monkeypatch.setattr("bot.reading.lists.unseal", noting)
    for _ in range(3):
        assert len(await one.server_lists.items(GUILD)) == 40
    assert len(opened) == 40
    await accepted(one, title="One more")
    assert len(await one.server_lists.items(GUILD)) == 41
    assert len(opened) == 41


async def test_only_a_few_lists_stay_open(one: House) -> None:
    for number in range(12):
        await brings(one, _table(number), GUILD + number)
    assert len(one.server_lists._opened) <= 8
    for number in range(12):
        assert len(await one.server_lists.items(GUILD + number)) == 1


async def test_nothing_on_the_list_stands_in_clear(one: House) -> None:
    await accepted(one, title="Cormorán", named=True)
    await suggests(one, BETO, "Alcatraz")
    content = _table(1).replace("Book", "Pelícano").replace("id-1", "pelicano")
    assert await brings(one, content) is Outcome.DONE
    found = own_file.read(content.encode(), SHARED, WORDS)
    staged = await one.curating.stage(GUILD, content.encode(), found)
    assert isinstance(staged, Preview)  # and it waits
    for table in ("reading_lists", "reading_works", "reading_suggestions", "reading_imports"):
        rows = await one.ask(f"SELECT * FROM {table}")
        assert rows, table
        shown = repr(rows).casefold()
        for word in ("cormor", "alcatraz", "pelicano", "kropotkin"):
            assert word not in shown


# -- files --------------------------------------------------------------------------------------


def _table(number: int, title: str = "") -> str:
    return f"""
[[work]]
id = "id-{number}"
title = "{title or f"Book {number}"}"
makers = []
form = "{TERMS.form}"
tradition = "{TERMS.tradition}"
topics = ["{TERMS.topics[0]}"]
why = "Because."
find = "Here."
"""


async def test_an_export_brings_the_list_into_another_server(one: House) -> None:
    work_id = await accepted(one, named=True)
    await brings(one, _table(1))
    (file,) = await one.curating.export(GUILD)
    assert await brings(one, file, ELSEWHERE) is Outcome.DONE
    there = await one.server_lists.everything(ELSEWHERE)
    here = await one.server_lists.everything(GUILD)
    assert [each.entry for each in there] == [each.entry for each in here]
    assert there[0].id == work_id
    assert [each.named_id for each in there] == [None, None]
    assert await one.curating.export(ELSEWHERE) == [file]


async def test_nothing_changes_before_the_yes_and_a_file_comes_in_once(
    one: House, other: House
) -> None:
    content = _table(1).encode()
    staged = await one.curating.stage(GUILD, content, own_file.read(content, SHARED, WORDS))
    assert isinstance(staged, Preview)
    assert await titles(one) == []
    assert (await one.curating.bring_in(ELSEWHERE, staged.staged_id, WORDS))[0] is not Outcome.DONE
    found = await asyncio.gather(
        one.curating.bring_in(GUILD, staged.staged_id, WORDS),
        other.curating.bring_in(GUILD, staged.staged_id, WORDS),
    )
    assert [outcome for outcome, _ in found].count(Outcome.DONE) == 1
    assert await titles(one) == ["Book 1"]
    assert await one.ask("SELECT * FROM reading_imports") == []


async def test_a_list_that_changed_since_the_preview_is_shown_again(one: House) -> None:
    content = (_table(1) + _table(2)).encode()
    staged = await one.curating.stage(GUILD, content, own_file.read(content, SHARED, WORDS))
    assert isinstance(staged, Preview)
    await accepted(one, title="Book 2")
    outcome, preview = await one.curating.bring_in(GUILD, staged.staged_id, WORDS)
    assert outcome is Outcome.MEANWHILE
    assert preview is not None
    assert len(preview.plan.adds) == 1
    assert await titles(one) == ["Book 2"]
    outcome, _ = await one.curating.bring_in(GUILD, staged.staged_id, WORDS)
    assert outcome is Outcome.DONE
    assert await titles(one) == ["Book 2", "Book 1"]


async def test_a_file_waits_a_quarter_of_an_hour(one: House) -> None:
    content = _table(1).encode()
    staged = await one.curating.stage(GUILD, content, own_file.read(content, SHARED, WORDS))
    assert isinstance(staged, Preview)
    one.time.now += intake.FILE_WAITS
    outcome, _ = await one.curating.bring_in(GUILD, staged.staged_id, WORDS)
    assert outcome is Outcome.MEANWHILE
    await one.curating.forget_files()
    assert await one.ask("SELECT * FROM reading_imports") == []


async def test_a_file_changes_what_it_brought_before(one: House) -> None:
    await brings(one, _table(1) + _table(2))
    ids = [each.id for each in await one.server_lists.items(GUILD)]
    await brings(one, _table(2, "Another title") + _table(3))
    assert await titles(one) == ["Book 1", "Another title", "Book 3"]
    assert [each.id for each in await one.server_lists.items(GUILD)][:2] == ids


# -- one person, and the end of a server --------------------------------------------------------


async def test_the_export_shows_ones_own_and_nothing_of_the_curators(one: House) -> None:
    await accepted(one, ANA, "First", named=True)
    await suggests(one, ANA, "Second")
    its_id, revision = await first(one)
    edited = WORDING._replace(title="Second", why="Curators say.")
    await one.curating.reword(GUILD, its_id, revision, edited)
    export = await one.privacy.export(ANA)
    text = json.dumps(export)
    assert {each["state"] for each in export["reading_suggestions"]} == {"open", "accepted"}
    assert export["reading_works_that_name_me"][0]["title"] == ["First"]
    assert WORDING.why in text
    assert "Curators say." not in text
    assert (await one.privacy.export(BETO))["reading_suggestions"] == []


async def test_erasing_leaves_the_works_without_the_name(one: House, other: House) -> None:
    work_id = await accepted(one, ANA, "First", named=True)
    assert len(await titles(other)) == 1
    await suggests(one, ANA, "Second")
    await one.privacy.erase(ANA)
    assert await one.ask("SELECT * FROM reading_suggestions") == []
    assert await one.ask("SELECT * FROM notices") == []
    work = await other.server_lists.work(GUILD, work_id)
    assert work is not None
    assert (work.title, work.named_by) == ("First", None)


async def test_when_the_bot_has_left_a_server_list_suggestions_and_key_go(one: House) -> None:
    await accepted(one, named=True)
    await suggests(one, BETO, "Second")
    content = _table(1).encode()
    await one.curating.stage(GUILD, content, own_file.read(content, SHARED, WORDS))
    await brings(one, _table(1), ELSEWHERE)
    ((list_id,),) = await one.ask(f"SELECT id FROM reading_lists WHERE guild_id = {GUILD}")
    await one.roster.depart(GUILD)
    one.time.now += 31 * 86_400
    await forgets_departed(one)
    tables = ("reading_lists", "reading_works", "reading_suggestions", "reading_imports", "notices")
    for table in tables:
        assert await one.ask(f"SELECT * FROM {table} WHERE guild_id = {GUILD}") == []
    assert await one.store.keyring.kept(owner_of(list_id)) is None
    assert await titles(one) == []
    assert len(await one.server_lists.items(ELSEWHERE)) == 1


async def test_a_list_whose_key_is_lost_begins_anew(one: House) -> None:
    """The process died while it forgot the server, and the bot was invited again just then."""
    await accepted(one)
    ((list_id,),) = await one.ask("SELECT id FROM reading_lists")
    await one.store.keyring.forget(owner_of(list_id))
    one.server_lists._opened.clear()
    assert await titles(one) == []
    await accepted(one, title="New")
    assert await titles(one) == ["New"]
    assert len(await one.ask("SELECT * FROM reading_works")) == 1
