"""The reading list's files: the shipped ones are right, are loaded whole, and faults are told."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

from bot import proof
from bot.reading.library import SIDES, SOURCE, How, Sure, Terms, browse, counts, library
from bot.reading.proofreading import faults
from bot.text import fault

FILES = ("terms.toml", "essays.toml", "works.toml", "pairs.toml")
LANGUAGES = ("en", "es")


@pytest.fixture(autouse=True)
def _what_stays_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most of these tests change one text in one of four files."""
    monkeypatch.setattr(tomllib, "loads", PARSED)
    monkeypatch.setattr(proof, "fault", JUDGED)


PARSED, JUDGED = cache(tomllib.loads), cache(fault)


def test_the_shipped_files_have_no_faults() -> None:
    assert faults(SOURCE) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_both_essays_are_there_section_by_section(language: str) -> None:
    critique, allyship = library(language).essays
    assert (critique.id, allyship.id) == SIDES
    assert [len(critique.sections), len(allyship.sections)] == [7, 8]
    assert (critique.tradition, allyship.tradition) == ("anarchist", "marxist")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_work_says_what_it_is_why_it_is_here_and_how_to_find_it(language: str) -> None:
    found = library(language)
    for work in found.works:
        assert work.what
        assert work.why
        assert work.find
        assert len(work.questions) == 3
        section = found.section(work.section_id)
        assert section is not None
        assert section.essay_id == work.essay_id


def test_both_essays_bring_works_to_draw_on_and_one_argues_with_some() -> None:
    works = library("en").works
    drawn_on = {work.essay_id for work in works if work.how is How.DRAWN_ON}
    assert drawn_on == set(SIDES)
    argued_with = {work.id for work in works if work.how is How.ARGUED_WITH}
    assert argued_with == {"eddo-lodge", "pay-the-rent"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_certain_is_said(language: str) -> None:
    found = library(language)
    for each in (*found.essays, *found.works):
        certain = all(sure is Sure.CHECKED for sure in each.sure.values())
        assert certain or each.sure_note
    reich = found.work("reich")
    assert reich is not None
    assert reich.sure["source"] is Sure.INFERRED


def test_the_dispute_about_lancashire_is_told_where_the_workers_are_named() -> None:
    for language, says in (("en", "Historians dispute"), ("es", "disputa entre historiadores")):
        work = library(language).work("textile-workers")
        section = library(language).section("allyship-examples")
        assert work is not None
        assert section is not None
        assert says in work.what
        assert says in section.argues


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_pair_has_both_sides_and_three_questions(language: str) -> None:
    found = library(language)
    assert len(found.pairs) >= 12
    for pair in found.pairs:
        sections = [found.section(says.section_id) for says in (pair.critique, pair.allyship)]
        assert [each and each.essay_id for each in sections] == list(SIDES)
        assert len(pair.questions) == 3


def test_works_essays_and_sections_are_items_in_the_order_of_the_files() -> None:
    found = library("es")
    ids = [item.id for item in found.items]
    assert ids[:2] == ["critique", "critique-letter"]
    assert ids[8] == "allyship"
    assert ids[17:] == [work.id for work in found.works]
    assert len(set(ids)) == len(ids)


def test_a_section_shares_tradition_form_and_side_with_its_essay() -> None:
    item = library("en").item("allyship-benefit")
    assert item is not None
    assert (item.tradition, item.form, item.side) == ("marxist", "essay", "allyship")
    assert item.part_of == "allyship"


def test_everything_is_found_by_its_id_and_nothing_by_another() -> None:
    found = library("en")
    assert all(found.work(each.id) is each for each in found.works)
    assert all(found.essay(each.id) is each for each in found.essays)
    assert all(found.pair(each.id) is each for each in found.pairs)
    assert all(found.item(each.id) is each for each in found.items)
    assert all(found.section(part.id) is part for each in found.essays for part in each.sections)
    for lookup in (found.work, found.essay, found.section, found.pair, found.item):
        assert lookup("no-such-id") is None
    assert found.term(Terms.FORM, "book") == ("book", "Book")
    assert found.term(Terms.TOPIC, "book") is None


def test_a_title_is_said_in_the_language_asked_for_and_a_book_keeps_its_own() -> None:
    english, spanish = library("en"), library("es")
    strike, book = english.work("miners-strike"), spanish.work("dabiri")
    assert strike
    assert book
    assert strike.title == "The British miners' strike of 1984–85"
    assert spanish.item("miners-strike") != english.item("miners-strike")
    assert book.title == "What White People Can Do Next: From Allyship to Coalition"


def test_what_a_language_lacks_is_said_in_english() -> None:
    assert library("xx") == library("en")


def test_browsing_narrows_by_every_term_that_is_given() -> None:
    items = library("en").items
    assert browse(items) == list(items)
    books = browse(items, form="book")
    assert {item.id for item in books} == {"taking-sides", "eddo-lodge", "dabiri", "reich"}
    assert [item.id for item in browse(items, form="book", tradition="anarchist")] == [
        "taking-sides"
    ]
    assert [item.id for item in browse(items, topic="reparations")] == [
        "allyship-workshops",
        "pay-the-rent",
    ]
    assert browse(items, topic="reparations", form="letter") == []


@pytest.mark.parametrize("kind", list(Terms))
def test_a_count_is_what_browsing_shows(kind: Terms) -> None:
    items = library("en").items
    found = counts(items, kind)
    for term in library("en").terms(kind):
        assert found[term.id] == len(browse(items, **{kind.value: term.id}))


def test_the_files_are_read_on_first_use_only() -> None:
    program = (
        "import sys\n"
        "from bot.reading.library import library\n"
        "assert not {'tomllib', 'discord'} & set(sys.modules)\n"
        "assert library('en') is library('en')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=SOURCE.parents[1])


# What is wrong with a file is told.


def broken(folder: Path, name: str, old: str, new: str) -> Path:
    """A copy of the shipped files; in one, what first matches `old` (a pattern) became `new`."""
    for file in FILES:
        shutil.copy(SOURCE / file, folder / file)
    path = folder / name
    text, changes = re.subn(old, lambda _: new, path.read_text("utf-8"), count=1, flags=re.M)
    assert changes
    path.write_text(text, "utf-8")
    return path


def line(path: Path, part: str) -> int:
    """The number of the first line with `part` in it."""
    lines = path.read_text("utf-8").split("\n")
    return next(number for number, each in enumerate(lines, 1) if part in each)


def told_once(path: Path, at: str, says: str) -> None:
    found = [each for each in faults(path.parent) if says in each]
    assert len(found) == 1, faults(path.parent)
    assert found[0].startswith(f"{path}:{line(path, at)}: ")


TERMS, ESSAYS, WORKS, PAIRS = FILES
WORK = r"^\[\[work\]\]$"
SECTION = r"^\[\[essay\.section\]\]$"


@pytest.mark.parametrize(
    ("name", "old", "new", "at", "says"),
    [
        # ids
        (WORKS, '^form = "book"$', 'form = "tome"', "tome", "no form 'tome' in terms.toml"),
        (WORKS, "^tradition = .*$", 'tradition = "x"', '"x"', "no tradition 'x' in terms.toml"),
        (WORKS, "^topics = .*$", 'topics = ["x"]', '["x"]', "no topic 'x' in terms.toml"),
        (PAIRS, "^topics = .*$", 'topics = ["x"]', '["x"]', "no topic 'x' in terms.toml"),
        (WORKS, "^topics = .*$", 'topics = ["class", "class"]', '"class", "class"', "twice"),
        (WORKS, "^topics = .*$", "topics = []", "= []", "name one topic at least"),
        (WORKS, "^how = .*$", 'how = "praised"', "praised", "'praised' is none of drawn_on"),
        (WORKS, "^essay = .*$", 'essay = "other"', '"other"', "'other' is none of critique"),
        (WORKS, '^id = "reich"$', 'id = "Reich 1"', "Reich 1", "an id has small letters"),
        (WORKS, '^id = "reich"$', 'id = "ours-1"', "ours-1", "'ours-1' is for a server's own work"),
        (PAIRS, '^id = "experience"$', 'id = "ours-a"', "ours-a", "for a server's own work"),
        (ESSAYS, '^id = "allyship"$', 'id = "third"', '"third"', "there is no essay 'third'"),
        (ESSAYS, "^form = .*$", "form = 7", "form = 7", "there is no form 7"),
        (ESSAYS, "^topics = .*$", "topics = [[]]", "[[]]", "there is no topic []"),
        (TERMS, '^id = "letter"$', 'id = "a"', 'id = "a"', "nothing on the list has"),
        # dead references
        (WORKS, "^section = .*$", 'section = "gone"', "gone", "no section 'gone' in essays.toml"),
        (
            WORKS,
            "^section = .*$",
            'section = "allyship-benefit"',
            "allyship-benefit",
            "'allyship-benefit' is a section of the other essay, not of 'critique'",
        ),
        (
            PAIRS,
            r"^critique\.section = .*$",
            'critique.section = "gone"',
            "gone",
            "no section 'gone' in essays.toml",
        ),
        (
            PAIRS,
            r"^allyship\.section = .*$",
            'allyship.section = "critique-free"',
            'allyship.section = "critique-free"',
            "a section of the other essay",
        ),
        # languages
        (WORKS, r"^why\.es = .*\n", "", "why.en =", "'why.es' is missing"),
        (WORKS, r"^what\.en = .*\n", "", "what.es =", "'what.en' is missing"),
        (TERMS, r"^name\.es = .*\n", "", "name.en =", "'name.es' is missing"),
        (ESSAYS, r"^argues\.es = .*\n", "", "argues.en =", "'argues.es' is missing"),
        (PAIRS, r"^part\.es = .*\n", "", "part.en =", "'part.es' is missing"),
        (WORKS, r"^find\.en", 'find.fr = "Ici"\nfind.en', "find.fr", "'find.fr' is not known"),
        (WORKS, r"^why\.en = .*\nwhy\.es = .*$", 'why = "So"', 'why = "So"', "write why.en and"),
        (WORKS, '^title = "T.*$', "title = 7", "title = 7", "write title.en and title.es"),
        # keys
        (WORKS, WORK, '[[work]]\nlink = "x"', "link =", "'link' is not known here"),
        (WORKS, WORK, '[[works]]\nid = "x"\n[[work]]', "[[works]]", "'works' is not known here"),
        (ESSAYS, SECTION, "[[essay.section]]\nx = 1", "x = 1", "'x' is not known here"),
        (TERMS, '^id = "letter"$', 'id = "letter"\nx = 1', "x = 1", "'x' is not known here"),
        (PAIRS, r"^critique\.section", "critique.x = 1\ncritique.section", "critique.x", "e.x' is"),
        (WORKS, r"^how = .*\n", "", "[[work]]", "'how' is missing"),
        (WORKS, '^id = "taking-sides"\n', "", "[[work]]", "'id' is missing"),
        (WORKS, r"^makers = .*$", 'makers = "M."', 'makers = "M."', "a list stands in [ and ]"),
        # lengths
        (WORKS, r"^what\.en = .*$", f'what.en = "{"W" * 501}"', "WWW", "501 characters; 500"),
        (WORKS, r"^why\.es = .*$", f'why.es = "{"W" * 401}"', "WWW", "401 characters; 400"),
        (WORKS, r"^find\.es = .*$", f'find.es = "{"W" * 301}"', "WWW", "301 characters; 300"),
        (WORKS, r"^sure_note\.en = .*$", f'sure_note.en = "{"W" * 301}"', "WWW", "301 characters"),
        (WORKS, '^title = "T.*$', f'title = "{"W" * 101}"', "WWW", "101 characters; 100"),
        (TERMS, r"^name\.en = .*$", f'name.en = "{"W" * 61}"', "WWW", "61 characters; 60"),
        (ESSAYS, r"^argues\.en = .*$", f'argues.en = "{"W" * 601}"', "WWW", "601 characters; 600"),
        (ESSAYS, r"^title\.en = .*$", f'title.en = "{"W" * 101}"', "WWW", "101 characters; 100"),
        (
            PAIRS,
            r"^critique\.says\.en = .*$",
            f'critique.says.en = "{"W" * 501}"',
            "WWW",
            "501 characters; 500",
        ),
        (PAIRS, r"^share\.en = .*$", f'share.en = "{"W" * 401}"', "WWW", "401 characters; 400"),
        (WORKS, r'^    "Which text.*$', f'    "{"W" * 200}?",', "WWW", "201 characters; 200"),
        # texts
        (WORKS, r"^why\.en = .*$", 'why.en = " "', 'why.en = " "', "the text is empty"),
        (WORKS, r"^why\.en = .*$", "why.en = 7", "why.en = 7", "a text stands in quotes"),
        (WORKS, r"^why\.en = .*$", 'why.en = "a\\nb"', "a\\nb", "a line break"),
        (WORKS, r"^find\.en = .*$", 'find.en = "https://x.y/z"', "https", "a link or a mention"),
        (WORKS, r"^find\.en = .*$", 'find.en = "At akpress.org"', "akpress", "a link or a mention"),
        (ESSAYS, r"^why\.es = .*$", 'why.es = "Di @everyone"', "@every", "a link or a mention"),
        (PAIRS, r"^part\.en = .*$", 'part.en = "See www.a.b"', "www", "a link or a mention"),
        # questions
        (WORKS, r'^    "Which text.*\n', "", "questions.en", "2 questions; it has to be 3"),
        (WORKS, r'^    "Which text.*$', '    "Say why.",', "Say why", "a question ends with ?"),
        (WORKS, '^    "¿Qué texto.*$', '    "Por qué?",', "Por qué?", "needs its ¿"),
        (WORKS, "^questions.en =", "questions.fr = [1]\nquestions.en =", "s.fr", "'questions.fr'"),
        (ESSAYS, r'^    "What would be lost.*\n', "", "questions.en", "not as many questions"),
        (
            ESSAYS,
            r"^questions\.en = \[\n(?:    .*\n){3}\]",
            'questions.en = ["A?", "B?", "C?", "D?", "E?"]',
            "A?",
            "5 questions; it has to be 2 to 4",
        ),
        (PAIRS, r"^question\.en = .*$", 'question.en = "So."', '"So."', "a question ends with ?"),
        # numbers
        (WORKS, "^year = 2015$", 'year = "2015"', 'year = "2015"', "year is a whole number from"),
        (WORKS, "^year = 2015$", "year = 215", "year = 215", "year is a whole number from"),
        (ESSAYS, "^minutes = .*$", "minutes = 0", "minutes = 0", "minutes is a whole number"),
        (ESSAYS, "^minutes = .*$", "minutes = true", "minutes = true", "minutes is a whole number"),
        # what is certain
        (WORKS, r"^sure = .*\n", "", "[[work]]", "'sure' is missing"),
        (WORKS, "^sure = .*$", 'sure = "yes"', 'sure = "yes"', "write sure = {"),
        (WORKS, '^sure = { title = "checked", ', "sure = { ", "sure = { m", "where the title is"),
        (WORKS, ', year = "checked" }$', " }", 'makers = "checked" }', "where the year is from"),
        (WORKS, "^year = 2015\n", "", "sure =", "'sure' speaks of a year that is not there"),
        (WORKS, '= "checked" }$', '= "certain" }', '"certain"', "'certain' is none of checked"),
        (WORKS, '= "checked" }$', '= "inferred" }', '"inferred" }', "'sure_note' is missing"),
    ],
)
def test_a_fault_is_told_with_its_file_and_line(
    tmp_path: Path, name: str, old: str, new: str, at: str, says: str
) -> None:
    path = broken(tmp_path, name, old, new)
    told_once(path, at, says)


@pytest.mark.parametrize(
    ("name", "old", "new", "says", "first_in"),
    [
        (WORKS, '^id = "reich"$', 'id = "dabiri"', "'dabiri'", ""),
        (WORKS, '^id = "reich"$', 'id = "critique-free"', "'critique-free'", "essays.toml, "),
        (ESSAYS, '^id = "critique-free"$', 'id = "critique"', "'critique'", ""),
        (PAIRS, '^id = "experience"$', 'id = "reich"', "'reich'", "works.toml, "),
        (PAIRS, '^id = "experience"$', 'id = "allyship"', "'allyship'", "essays.toml, "),
        (WORKS, '^title = "Section 28"$', 'title = "naácp"', "'naácp'", ""),
        (
            WORKS,
            r"^title\.es = .Las huelgas.*$",
            'title.es = "La huelga mínera británica de 1984–85"',
            "'La huelga mínera",
            "",
        ),
        (WORKS, '^title = "#Pay.*$', 'title = "allyship or Solidarity?"', "'all", "essays.toml, "),
        (TERMS, '^id = "pamphlet"$', 'id = "book"', "'book'", ""),
        (TERMS, r'^name\.es = "Folleto"$', 'name.es = "líbro"', "'líbro'", ""),
        (
            WORKS,
            '^    "What did these strikes win.*$',
            '    "What CAN be won in a struggle that is lost?",',
            "'What CAN",
            "",
        ),
    ],
)
def test_what_stands_there_twice_is_told_with_both_places(
    tmp_path: Path, name: str, old: str, new: str, says: str, first_in: str
) -> None:
    path = broken(tmp_path, name, old, new)
    found = [each for each in faults(tmp_path) if "the same stands" in each]
    assert found
    assert all(f"the same stands in {first_in}line " in each for each in found)
    assert all(says in each for each in found)
    lines = path.read_text("utf-8").split("\n")
    second = max(number for number, each in enumerate(lines, 1) if new in each)
    assert all(each.startswith(f"{path}:{second}: ") for each in found)


def test_the_same_question_twice_in_one_line_is_told(tmp_path: Path) -> None:
    old, new = r"^questions\.en = \[\n(?:    .*\n){3}\]", 'questions.en = ["A?", "a?", "B?"]'
    told_once(broken(tmp_path, WORKS, old, new), new, "the same stands in line")


def test_a_work_without_questions_is_told(tmp_path: Path) -> None:
    old = r"^questions\.en = \[\n(?:.*\n){3}\]\nquestions\.es = \[\n(?:.*\n){3}\]\n"
    told_once(broken(tmp_path, WORKS, old, ""), "[[work]]", "'questions' is missing")


@pytest.mark.parametrize("side", SIDES)
def test_a_pair_without_one_of_its_sides_is_told(tmp_path: Path, side: str) -> None:
    old = rf"^{side}\.section = .*\n{side}\.says\.en = .*\n{side}\.says\.es = .*\n"
    path = broken(tmp_path, PAIRS, old, "")
    told_once(path, "[[pair]]", f"{side!r} is missing")


def test_a_pair_with_four_questions_is_told(tmp_path: Path) -> None:
    path = broken(tmp_path, PAIRS, r"^questions\.en = \[$", 'questions.en = [\n    "And you?",')
    told_once(path, "questions.en", "4 questions; it has to be 3")


def test_fewer_than_twelve_pairs_are_told(tmp_path: Path) -> None:
    path = broken(tmp_path, PAIRS, "^# ", "# ")
    head, *pairs = path.read_text("utf-8").split("[[pair]]\n")
    path.write_text("[[pair]]\n".join([head, *pairs[:11]]), "utf-8")
    told_once(path, "", "too few pairs: 11; 12 at least")


def test_without_the_file_of_pairs_nothing_is_told(tmp_path: Path) -> None:
    broken(tmp_path, PAIRS, "^# ", "# ").unlink()
    assert faults(tmp_path) == []


@pytest.mark.parametrize("kind", list(Terms))
def test_more_terms_than_a_menu_holds_are_told(tmp_path: Path, kind: Terms) -> None:
    path = broken(tmp_path, TERMS, "^# ", "# ")
    text = path.read_text("utf-8")
    has = text.count(f"[[{kind}]]")
    for number in range(has, 26):
        names = f'name.en = "E {number}"\nname.es = "S {number}"'
        text += f'\n[[{kind}]]\nid = "term-{number}"\n{names}\n'
        if number >= 24:
            path.write_text(text, "utf-8")
            told = any("a menu holds 25" in each for each in faults(tmp_path))
            assert told == (number == 25)
    told_once(path, f"[[{kind}]]", f"26 times [[{kind}]]")


def test_a_missing_essay_is_told_and_so_is_what_leads_to_its_sections(tmp_path: Path) -> None:
    path = broken(tmp_path, ESSAYS, "^# ", "# ")
    text = path.read_text("utf-8")
    path.write_text(text[: text.rindex("[[essay]]")], "utf-8")
    told = faults(tmp_path)
    assert f"{path}:1: the essay 'allyship' is missing" in told
    works = tmp_path / WORKS
    at = line(works, 'section = "allyship-benefit"')
    assert f"{works}:{at}: there is no section 'allyship-benefit' in essays.toml" in told


@pytest.mark.parametrize("name", FILES)
def test_a_file_that_cannot_be_read_is_the_only_fault(tmp_path: Path, name: str) -> None:
    path = broken(tmp_path, name, "^# ", '"\n# ')
    (found,) = faults(tmp_path)
    assert found.startswith(f"{path}:1: this is not TOML: ")


@pytest.mark.parametrize("name", FILES[:3])
def test_a_file_that_is_not_there_is_the_only_fault(tmp_path: Path, name: str) -> None:
    path = broken(tmp_path, name, "^# ", "# ")
    path.unlink()
    (found,) = faults(tmp_path)
    assert found.startswith(f"{path}:1: the file cannot be read: ")


def test_all_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    for name in FILES:
        shutil.copy(SOURCE / name, tmp_path / name)
    for name in FILES:
        path = tmp_path / name
        text = re.sub(r'^id = "', 'x = 1\nid = "', path.read_text("utf-8"), count=2, flags=re.M)
        path.write_text(text, "utf-8")
    told = faults(tmp_path)
    assert [Path(each.partition(":")[0]).name for each in told] == [
        name for name in FILES for _ in range(2)
    ]
    assert all("'x' is not known here" in each for each in told)
