"""The rules of a server's own list: what a form takes, what a file changes, and both alike."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import intake, own_file
from bot.reading.curating import Terms, _entry, asked_in, reworded, wording_of
from bot.reading.intake import Asked, Credit, credit, line_fault, lines, may_suggest
from bot.reading.library import library
from bot.reading.own import (
    UNTOLD,
    WORKS_LIMIT,
    Entry,
    as_text,
    from_text,
    is_own_id,
    own_id,
)
from bot.reading.suggestions import Wording
from bot.store.ids import new_id
from bot.text import Fault, one_line
from bot.words import speak
from tests.strategies import hostile_text

SHARED, WORDS = library("en"), speak("en")
TERMS = Terms(SHARED.forms[0].id, SHARED.traditions[0].id, (SHARED.topics[0].id,))
WORK = """
[[work]]
id = "mutual-aid"
title = "Mutual Aid"
makers = ["P. Kropotkin"]
year = 1902
form = "book"
tradition = "anarchist"
topics = ["affinity"]
why = "It asks what we do for each other."
find = "Any library."
"""


def read(text: str) -> own_file.Read:
    return own_file.read(text.encode(errors="surrogatepass"), SHARED, WORDS)


def faults(text: str) -> list[str]:
    return [f"{line}: {what}" for line, what in read(text).faults]


def an_entry(called: str = "Mutual Aid", **changes: Any) -> Entry:
    wording = Wording(called, "P. Kropotkin, 1902", "It asks what we do.", "Any library.")
    return _entry(wording, TERMS)._replace(**changes)


# -- what is typed ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "makers", "year"),
    [
        ("", (), None),
        ("Ana Ruiz", ("Ana Ruiz",), None),
        ("Ana Ruiz, Beto Paz, 1998", ("Ana Ruiz", "Beto Paz"), 1998),
        ("Ana Ruiz; Beto Paz (1998)", ("Ana Ruiz", "Beto Paz"), 1998),
        ("1998", (), 1998),
        ("Colectivo 3000", ("Colectivo 3000",), None),
        ("Cindy Milstein (ed.), 2015", ("Cindy Milstein (ed.)",), 2015),
        (", ; ,", (), None),
        ("The 99 per cent", ("The 99 per cent",), None),
    ],
)
def test_makers_and_year_in_one_line(typed: str, makers: tuple[str, ...], year: int) -> None:
    assert credit(typed) == Credit(makers, year)


@given(typed=hostile_text())
def test_makers_and_year_say_the_same_when_they_are_shown_again(typed: str) -> None:
    once = credit(one_line(typed))
    assert credit(str(once)) == once


@pytest.mark.parametrize(
    "typed",
    [
        *("See https://example.org", "www.example.org", "example.org", "[here](x)", "a://b"),
        *("(EXAMPLE.ORG)", "at a-b.info.", "x_y.gg/z", "ñ-1.net", "a.b.c.com", "one.io, two"),
    ],
)
def test_a_link_is_refused_however_it_is_written(typed: str) -> None:
    assert line_fault(one_line(typed), 400) is Fault.LINK


@pytest.mark.parametrize(
    "typed",
    [
        *("AK Press, 2015. Oakland.", "St. Louis", "p. 12-14", "a/b"),
        *("example.organic", "the .org bubble", "ñ.org", "a .com b", "x.iota"),
    ],
)
def test_what_is_no_link_is_taken(typed: str) -> None:
    assert line_fault(one_line(typed), 400) is None


def test_who_has_enough_open_is_asked_to_wait() -> None:
    assert may_suggest(4, 50, None) is Asked.TAKEN
    assert may_suggest(5, 50, None) is Asked.ENOUGH
    assert may_suggest(0, 200, None) is Asked.FULL
    assert may_suggest(5, 200, "x") is Asked.KNOWN


def test_questions_are_lines() -> None:
    assert lines(" One?\r\n\n\tTwo?  \n") == ["One?", "Two?"]


# -- kept, written, read ------------------------------------------------------------------------

texts = st.dictionaries(st.sampled_from((UNTOLD, "en", "es")), st.text(min_size=1), min_size=1)
entries = st.builds(
    Entry,
    title=texts,
    makers=st.lists(st.text()).map(tuple),
    year=st.none() | st.integers(1500, 2100),
    form=st.text(),
    tradition=st.text(),
    topics=st.lists(st.text()).map(tuple),
    why=texts,
    find=texts,
    questions=st.dictionaries(
        st.sampled_from((UNTOLD, "en", "es")), st.lists(st.text(), min_size=1).map(tuple)
    ),
    name=st.text(),
)


@given(entry=entries)
def test_what_is_sealed_comes_back_whole(entry: Entry) -> None:
    assert from_text(as_text(entry)) == entry


@given(typed=hostile_text(), also=hostile_text())
def test_what_a_form_takes_can_be_exported_and_imported(typed: str, also: str) -> None:
    line, other = one_line(typed), one_line(also)
    if line_fault(line, intake.TITLE_LIMIT) or line_fault(other, intake.MAKERS_LIMIT):
        return
    made = credit(other)
    if len(str(made)) > intake.MAKERS_LIMIT:
        return
    entry = _entry(Wording(line, other, line, line, (f"{line[:190]}?",)), TERMS)
    its_id = own_id(new_id())
    (file,) = own_file.written([(its_id, entry)])
    found = read(file)
    assert found.faults == []
    assert found.works == ((its_id, entry),)


def test_makers_without_a_year_may_take_the_whole_line() -> None:
    made = f"{'A' * 99}, {'B' * 99}"
    assert len(made) == intake.MAKERS_LIMIT
    entry = _entry(Wording("A", made, "Why.", "Here."), TERMS)
    (file,) = own_file.written([("a", entry)])
    assert read(file) == own_file.Read((("a", entry),), [])
    assert "the makers take more than 200" in "\n".join(faults(f"{file}year = 1500\n"))


def test_questions_are_asked_in_the_language_that_a_form_shows() -> None:
    entry = an_entry(questions={"es": ("¿Qué?",), "en": ("What?",)})
    assert [asked_in(entry, each) for each in ("en", "es", "fr")] == ["en", "es", "en"]
    assert asked_in(an_entry(questions={"es": ("¿Qué?",)}), "en") == "es"
    assert asked_in(an_entry(), "es") == UNTOLD


def test_a_work_in_two_languages_comes_back_in_both() -> None:
    entry = an_entry(
        title={"en": "Mutual Aid", "es": "El apoyo mutuo"},
        why={"es": "Pregunta qué hacemos."},
        questions={"es": ("¿Qué hacemos?",), "en": ("What do we do?",)},
    )
    (file,) = own_file.written([("apoyo", entry)])
    assert read(file) == own_file.Read((("apoyo", entry),), [])
    assert entry.as_work("x", "es", None).title == "El apoyo mutuo"
    assert entry.as_work("x", "en", None).why == "Pregunta qué hacemos."


@given(language=st.sampled_from(("en", "es")), title=st.sampled_from(({"es": "A"}, {"": "A"})))
def test_editing_changes_the_words_that_were_shown_and_no_others(
    language: str, title: dict[str, str]
) -> None:
    entry = an_entry(title={**title, "fr": "Z"})
    assert reworded(entry, wording_of(entry, language), language) == entry
    changed = reworded(entry, wording_of(entry, language)._replace(title="B"), language)
    assert changed.as_work("x", language, None).title == "B"
    assert changed.title["fr"] == "Z"
    assert changed._replace(title=entry.title) == entry


def test_makers_stay_as_they_are_unless_they_are_edited() -> None:
    entry = an_entry(makers=("Smith, Jr.", "Colectivo 1968"), year=None)
    same = reworded(entry, wording_of(entry, "en")._replace(why="Else."), "en")
    assert (same.makers, same.year) == (entry.makers, None)


# -- faults of a file ---------------------------------------------------------------------------


def test_a_work_like_this_has_no_faults() -> None:
    assert faults(WORK) == []


def test_all_faults_are_told_together_each_with_its_line() -> None:
    found = faults(
        WORK.replace('form = "book"', 'form = "song"').replace("year = 1902", 'year = "1902"')
        + WORK.replace("Any library.", "See www.example.org").replace("topics", "topic")
        + '[[work]]\nid = "Bad Id"\n[[thing]]\n'
    )
    told = "\n".join(found)
    assert "6: a year is a whole number from 1500 to 2100" in told
    assert "7: there is no form 'song'" in told
    assert "14: the same stands in line 3: 'mutual-aid'" in told
    assert "20: 'topic' is not known here" in told
    assert "13: 'topics' is missing" in told
    assert "22: a link or a mention: leave it out" in told
    assert "24: an id has small letters" in told
    assert "23: 'why' is missing" in told
    assert "25: 'thing' is not known here" in told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ('why = "It asks what we do for each other."', "why = 3", "a text stands in quotes"),
        ('why = "It asks what we do for each other."', "why = {}", "in one language at least"),
        ('why = "It asks', 'why.fr = "It asks', "'why.fr' is not known here"),
        ('["P. Kropotkin"]', '"P. Kropotkin"', "a list stands in [ and ]"),
        ('["affinity"]', "[]", "name one topic at least"),
        ('["affinity"]', '["affinity", "affinity"]', "stands there twice"),
        ('"mutual-aid"', '"taking-sides"', "is on the shared list"),
        ('"mutual-aid"', '"critique"', "is on the shared list"),
        ('find = "Any library."', 'find = "@everyone"', "a link or a mention"),
        ('find = "Any library."', 'find = "a\\u0000b"', "an invisible character"),
        ('find = "Any library."', 'find = "e' + "\u0301" * 9 + '"', "too many accents"),
        ('find = "Any library."', f'find = "a{" " * 50}b"', "a wide gap"),
        ('find = "Any library."', f'find = "{"x" * 4001}"', "4001 characters; 300 at most"),
        ('find = "Any library."', 'find = "x"\nquestions = ["Why"]', "a question ends with ?"),
        ('find = "Any library."', 'find = "x"\nquestions.es = ["Why?"]', "needs its ¿"),
        ('find = "Any library."', f"find = 'x'\nquestions = {['?'] * 6}", "6 questions; 5 at most"),
        ("[[work]]", "[work]", "write it below a line [[work]]"),
        ("year = 1902", "year = true", "a year is a whole number"),
        ("year = 1902", "year = ", "this is not TOML"),
        ("year = 1902", "a" + ".a" * 30 + " = 1", "too many dots"),
        ("year = 1902", "\"a b\" . 'c'\t." * 10 + "a-b = 1", "too many dots"),
        ("year = 1902", f"[{'ñ.' * 20}a]", "too many dots"),
        ("year = 1902", "ab" + ".a" * 19 + " = 1", "'ab' is not known here"),
        ("year = 1902", "year = " + "9" * 5000, "this is not TOML"),
        ("year = 1902", "year = 0x" + "f" * 5000, "a year is a whole number"),
        ('"book"', "0x" + "f" * 5000, "a text stands in quotes"),
        ('["affinity"]', "[0x" + "f" * 5000 + "]", "a text stands in quotes"),
        ('["P. Kropotkin"]', "[0x" + "f" * 5000 + "]", "a text stands in quotes"),
        ("year = 1902", "year = " + "[" * 5000, "too many brackets"),
    ],
)
def test_a_fault_is_told(before: str, after: str, told: str) -> None:
    assert before in WORK
    assert told in "\n".join(faults(WORK.replace(before, after)))


def test_a_file_that_is_no_text() -> None:
    assert "save the file as UTF-8" in own_file.read(b"\xff\xfe", SHARED, WORDS).faults[0][1]
    assert "not TOML" in own_file.read(b"\x00\x00", SHARED, WORDS).faults[0][1]


def test_faults_are_told_in_the_language_of_the_one_who_asks() -> None:
    """A message's facts stay out of it, so that it can be translated."""
    proof = own_file._Proofreading(WORK.replace("1902", "2").encode(), SHARED)
    ((_, note),) = proof.found.items()
    assert note.message == "a year is a whole number from {low} to {high}, without quotes"


@given(content=st.binary(max_size=400) | hostile_text().map(lambda t: t.encode(errors="replace")))
def test_whatever_is_in_a_file_it_is_read_or_told(content: bytes) -> None:
    found = own_file.read(content, SHARED, WORDS)
    assert bool(found.works) <= (not found.faults)
    assert all(line >= 1 and what for line, what in found.faults)


@pytest.mark.parametrize(
    "content",
    [
        b'"".' * 80_000 + b"a = 1",
        b"a." * 120_000 + b"a = 1",
        b"a = " + b"[" * 250_000,
        b"a = " + b"{b=" * 80_000,
        b"[a]\n[a.b]\n" * 20_000,
        pytest.param(b"[[work]]\n" * 29_000, marks=pytest.mark.full),
        b"x = 1\n" * 40_000,
        b"a" * intake.FILE_LIMIT,
        b"-" * intake.FILE_LIMIT,
        b'"' * intake.FILE_LIMIT,
        b"a" + b" " * 250_000,
        WORK.replace("It asks", "a" * 250_000).encode(),
        WORK.replace("affinity", '","'.join(map(str, range(30_000)))).encode(),
    ],
)
def test_a_file_made_to_keep_the_bot_busy_is_refused(content: bytes) -> None:
    assert len(content) <= intake.FILE_LIMIT
    assert own_file.read(content, SHARED, WORDS).faults


# -- what a file changes ------------------------------------------------------------------------


def test_a_file_adds_changes_and_leaves_out() -> None:
    ours = {"ours-000000000001": an_entry("Old"), "ours-000000000002": an_entry("Other")}
    file = [
        ("ours-000000000001", an_entry("Old", year=1999)),
        ("ours-000000000002", an_entry("Other")),
        ("new", an_entry("New")),
        ("again", an_entry("new: with a subtitle")),
        ("theirs", an_entry("Who is Oakland", makers=())),
    ]
    plan = intake.plan(file, ours)
    assert [entry.title[UNTOLD] for _, entry in plan.adds] == ["New"]
    assert [each.id for each in plan.changes] == ["ours-000000000001"]
    assert plan.same == (ours["ours-000000000002"],)
    assert [each.title[UNTOLD] for each in plan.known] == [
        "new: with a subtitle",
        "Who is Oakland",
    ]
    assert plan.size == 3
    assert plan.fits


def test_a_file_of_another_server_keeps_its_ids() -> None:
    its_id = own_id(new_id())
    assert is_own_id(its_id)
    plan = intake.plan([(its_id, an_entry())], {})
    assert plan.adds == ((its_id, an_entry()),)


def test_an_id_of_ones_own_is_found_again() -> None:
    plan = intake.plan([("mutual-aid", an_entry())], {})
    ((its_id, entry),) = plan.adds
    assert its_id is None
    kept = {"ours-abcdefghjkmn": entry}
    assert intake.plan([("mutual-aid", an_entry())], kept).same == (entry,)
    changed = intake.plan([("mutual-aid", an_entry(year=1))], kept).changes
    assert [each.id for each in changed] == ["ours-abcdefghjkmn"]
    (file,) = own_file.written(kept.items())
    assert tomllib.loads(file)["work"][0]["id"] == "mutual-aid"


@given(titles=st.lists(st.sampled_from("ABCDEFGH"), max_size=12), seed=st.integers(0, 3))
def test_importing_twice_changes_nothing_more(titles: list[str], seed: int) -> None:
    """Whatever the file: what it adds is found again, and no work stands there twice."""
    file = [(f"id-{n}", an_entry(f"Book {title}")) for n, title in enumerate(titles)]
    ours: dict[str, Entry] = {"ours-000000000001": an_entry(f"Book {'ABCD'[seed]}")}
    first = intake.plan(file, ours)
    for its_id, entry in first.adds:
        ours[its_id or own_id(new_id())] = entry
    again = intake.plan(file, ours)
    assert not again.adds
    assert not again.changes
    assert len({entry.title[UNTOLD] for entry in ours.values()}) == len(ours)


def test_a_list_that_would_be_too_long_does_not_fit() -> None:
    file = [(f"id-{n}", an_entry(f"Book {n}")) for n in range(WORKS_LIMIT)]
    assert intake.plan(file, {}).fits
    assert not intake.plan(file, {"ours-000000000001": an_entry("One more")}).fits


def test_a_large_list_is_exported_in_files_that_can_be_imported() -> None:
    questions = {"": tuple(f"{n}{'ñ' * 198}?" for n in range(5))}
    works = [
        (own_id(new_id()), an_entry(f"Book {n}", why={"": "ñ" * 400}, questions=questions))
        for n in range(200)
    ]
    files = own_file.written(works)
    assert len(files) > 1
    assert all(len(each.encode()) <= intake.FILE_LIMIT for each in files)
    found = [work for each in files for work in read(each).works]
    assert found == works
    assert own_file.written([]) == []
