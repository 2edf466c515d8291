"""The tips and questions: the shipped file is right, faults are told, and all come up in time."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.journal import prompts
from bot.journal.proofreading import faults

SHIPPED = prompts.SOURCE.read_text(encoding="utf-8")


def test_the_shipped_file_has_no_faults() -> None:
    assert faults(prompts.SOURCE) == []


def test_every_tip_has_a_name_a_text_and_eight_questions_in_both_languages() -> None:
    for language in ("en", "es"):
        assert tuple(tip.id for tip in prompts.tips(language)) == prompts.TIPS
        assert all(tip.name and tip.text for tip in prompts.tips(language))
        assert all(len(tip.prompts) >= 8 for tip in prompts.tips(language))


def test_a_prompt_is_found_by_its_id_in_the_language_asked_for() -> None:
    english, spanish = prompts.prompt("slow-1", "en"), prompts.prompt("slow-1", "es")
    assert english == ("slow-1", "slow", "What in me wants to hurry?")
    assert spanish == ("slow-1", "slow", "¿Qué hay en mí que quiere apurarse?")
    assert prompts.prompt("no-such-question", "en") is None


def test_what_a_language_lacks_is_said_in_english() -> None:
    assert prompts.tips("xx") == prompts.tips("en")


def test_with_nothing_typed_four_of_each_tip_are_offered() -> None:
    for day in (0, 1, 20_000):
        tips = [each.tip_id for each in prompts.offered("en", " ", day)]
        assert tips == [tip for tip in prompts.TIPS for _ in range(4)]


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("first", [0, 1, 20_000])
def test_every_question_is_offered_in_the_course_of_days(language: str, first: int) -> None:
    days = range(first, first + 3)
    seen = {each.id for day in days for each in prompts.offered(language, "", day)}
    assert seen == {each.id for tip in prompts.tips(language) for each in tip.prompts}


def test_the_same_day_offers_the_same() -> None:
    assert prompts.offered("es", "", 7) == prompts.offered("es", "", 7)
    assert prompts.offered("es", "", 7) != prompts.offered("es", "", 8)


@pytest.mark.parametrize(
    ("language", "typed", "found"),
    [
        ("en", "WANTS TO HURRY", "slow-1"),
        ("es", "cancion", "read-1"),
        ("es", "CANCIÓN", "read-1"),
        ("es", "que hay en mi", "slow-1"),
        ("en", "  my   mind ", "read-3"),
    ],
)
def test_typing_finds_words_whatever_their_case_and_accents(
    language: str, typed: str, found: str
) -> None:
    assert [each.id for each in prompts.offered(language, typed, 0)] == [found]


def test_typing_the_name_of_a_tip_finds_all_its_questions() -> None:
    tip = prompts.tips("es")[0]
    assert prompts.offered("es", tip.name.upper(), 3) == list(tip.prompts)


def test_a_suggestion_that_stands_in_the_field_finds_itself() -> None:
    for tip in prompts.tips("es"):
        for each in tip.prompts:
            assert prompts.offered("es", prompts.label(each, "es"), 0) == [each]


def test_no_more_are_offered_than_discord_shows() -> None:
    assert len(prompts.offered("en", "?", 0)) == prompts.OFFERED_LIMIT == 25
    assert prompts.offered("en", "no question says this", 0) == []


def test_the_file_is_read_on_first_use_only() -> None:
    program = (
        "import sys\n"
        "import bot.journal.prompts as prompts\n"
        "assert not {'tomllib', 'discord'} & set(sys.modules)\n"
        "assert prompts.tips('en') is prompts.tips('en')\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=prompts.SOURCE.parents[1])


EN = 'en = "What in me wants to hurry?"'
ES = 'es = "¿Qué hay en mí que quiere apurarse?"'


def broken(folder: Path, old: str, new: str) -> Path:
    """A copy of the shipped file in which the first `old` became `new`."""
    assert old in SHIPPED
    path = folder / "prompts.toml"
    path.write_text(SHIPPED.replace(old, new, 1), encoding="utf-8")
    return path


def line(path: Path, part: str) -> int:
    """The number of the first line with `part` in it."""
    lines = path.read_text(encoding="utf-8").split("\n")
    return next(number for number, each in enumerate(lines, 1) if part in each)


@pytest.mark.parametrize(
    ("old", "new", "at", "says"),
    [
        ("[[tip]]", 'colour = "red"\n[[tip]]', "colour =", "'colour' is not known here"),
        (EN, f"{EN}\nhint = 1", "hint =", "'hint' is not known here"),
        ("name.en", "kind = 1\nname.en", "kind =", "'kind' is not known here"),
        ("name.en", 'name.fr = "Lent"\nname.en', "name.fr =", "'name.fr' is not known here"),
        ('id = "slow"\n', "", "[[tip]]", "'id' is missing"),
        ('id = "slow-1"\n', "", "[[tip.prompts]]", "'id' is missing"),
        (f"{EN}\n", "", "[[tip.prompts]]", "'en' is missing"),
        (f"{ES}\n", "", "[[tip.prompts]]", "'es' is missing"),
        ('name.es = "Sin prisa"\n', "", "name.en =", "'name.es' is missing"),
        ('name.en = "Take your time"\n', "", "name.es =", "'name.en' is missing"),
        (EN, "en = 7", "en = 7", "a text stands in quotes"),
        (EN, 'en = " "', 'en = " "', "the text is empty"),
        (EN, 'en = " Why so?"', 'en = " Why', "a blank at an end"),
        (EN, 'en = "Why\\nso?"', 'en = "Why', "a line break"),
        (EN, 'en = "Why\\u200b so?"', 'en = "Why', "an invisible character"),
        (EN, f'en = "{"W" * 75}?"', "WWW", "76 characters; 75 at most"),
        ("Take your time", "T" * 41, "TTT", "41 characters; 40 at most"),
        ("Not everything", "N" * 300, "NNN", "characters; 300 at most"),
        (EN, EN.replace("?", "."), "to hurry.", "a question ends with ?"),
        (ES, ES.replace('?"', '"'), "apurarse", "a question ends with ?"),
        (ES, ES.replace("¿", ""), "apurarse", "a question in Spanish needs its ¿"),
        ('"slow-1"', '"Slow 1"', "Slow 1", "an id has small letters"),
        ('"slow-1"', "1", "id = 1", "an id has small letters"),
        ('"slow"', '"fast"', '"fast"', "there is no tip 'fast'"),
    ],
)
def test_a_fault_is_told_with_its_line(
    tmp_path: Path, old: str, new: str, at: str, says: str
) -> None:
    path = broken(tmp_path, old, new)
    found = [each for each in faults(path) if says in each]
    assert len(found) == 1
    assert found[0].startswith(f"{path}:{line(path, at)}: ")


def test_a_name_and_a_question_have_to_fit_into_one_suggestion(tmp_path: Path) -> None:
    path = broken(tmp_path, EN, f'en = "{"W" * 74}?"')
    assert faults(path) == []
    path.write_text(path.read_text(encoding="utf-8").replace("Take your time", "T" * 23, 1))
    says = "101 characters together with the tip's name; 100 at most"
    assert faults(path) == [f"{path}:{line(path, 'WWW')}: {says}"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('id = "slow-2"', 'id = "slow-1"', "'slow-1'"),
        ('id = "internal-1"', 'id = "slow-1"', "'slow-1'"),
        ('id = "internal"', 'id = "slow"', "'slow'"),
        ("What don't I understand yet?", "what in me wants to HURRY?", "'what in me"),
        ("¿Qué puedo dejar sin hacer hoy?", "¿Que hay en mi que quiere apurarse?", "'¿Que hay"),
        ("Para tus adentros", "Sin prisa", "'Sin prisa'"),
    ],
)
def test_what_stands_there_twice_is_told_with_both_lines(
    tmp_path: Path, old: str, new: str, says: str
) -> None:
    path = broken(tmp_path, old, new)
    second = line(prompts.SOURCE, old)
    found = [each for each in faults(path) if "the same stands" in each]
    assert len(found) == 1
    assert found[0].startswith(f"{path}:{second}: the same stands in line ")
    assert says in found[0]
    first = int(re.findall(r"in line (\d+)", found[0])[0])
    assert first < second


def test_too_few_questions_are_told_at_the_tip(tmp_path: Path) -> None:
    path = broken(tmp_path, SHIPPED[SHIPPED.index('id = "read-1"') :], 'id = "read-1"\n')
    tip = line(path, 'id = "read"') - 1
    assert f"{path}:{tip}: too few questions: 1; 8 at least" in faults(path)


def test_a_missing_tip_and_another_order_are_told(tmp_path: Path) -> None:
    head, *tips = SHIPPED.split("[[tip]]\n")
    path = tmp_path / "prompts.toml"
    path.write_text("[[tip]]\n".join([head, *tips[:2], *tips[3:]]), encoding="utf-8")
    assert faults(path) == [f"{path}:1: the tip 'write' is missing"]
    path.write_text("[[tip]]\n".join([head, *reversed(tips)]), encoding="utf-8")
    assert faults(path) == [f"{path}:1: the tips have another order: {', '.join(prompts.TIPS)}"]


def test_another_shape_is_told(tmp_path: Path) -> None:
    path = tmp_path / "prompts.toml"
    path.write_text('\ntip = ["slow"]\n')
    assert f"{path}:2: write it below a line [[tip]]" in faults(path)
    path.write_text('[[tip]]\nid = "slow"\nname = "Slowly"\nprompts = "Why?"\n')
    told = faults(path)
    assert f"{path}:3: write name.en and name.es" in told
    assert f"{path}:4: write it below a line [[tip.prompts]]" in told


@pytest.mark.parametrize(
    ("content", "number", "says"),
    [
        (b'[[tip]]\nid = "slow\n', 2, "this is not TOML"),
        (b'[[tip]]\nid = "a"\nid = "b"\n', 3, "this is not TOML"),
        (b'[[tip]]\n\nid = "slow', 3, "this is not TOML"),
        (b'[[tip]]\nid = "\xe9"\n', 2, "save the file as UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_with_its_line(
    tmp_path: Path, content: bytes, number: int, says: str
) -> None:
    path = tmp_path / "prompts.toml"
    path.write_bytes(content)
    (found,) = faults(path)
    assert found.startswith(f"{path}:{number}: ")
    assert says in found


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    (found,) = faults(tmp_path / "prompts.toml")
    assert found.startswith(f"{tmp_path / 'prompts.toml'}:1: the file cannot be read: ")


def test_all_faults_are_told_together_and_in_order(tmp_path: Path) -> None:
    path = broken(tmp_path, ES, f'es = "{"Por que " * 10}"')
    text = path.read_text(encoding="utf-8").replace('id = "comrades-9"', 'id = "slow-1"')
    path.write_text(text, encoding="utf-8")
    told = faults(path)
    numbers = [int(each.removeprefix(f"{path}:").partition(":")[0]) for each in told]
    assert len(told) == 5  # too long, a blank at its end, neither ¿ nor ?; an id twice
    assert numbers == sorted(numbers)


def test_a_question_that_is_too_long_is_told_so_once(tmp_path: Path) -> None:
    told = faults(broken(tmp_path, ES, f'es = "¿{"Por qué " * 40}no?"'))
    assert len(told) == 1, told


def test_text_over_several_lines_does_not_shift_the_lines_of_faults(tmp_path: Path) -> None:
    three = 'text.en = """\nen = 1\n[[tip]]\n"""\ntext.fr = ""'
    path = broken(tmp_path, "text.en", f"{three}\n#")
    told = faults(path)
    assert f"{path}:{line(path, 'text.fr')}: 'text.fr' is not known here" in told
    assert any(each.startswith(f"{path}:{line(path, 'text.en')}: a line break") for each in told)


def test_a_file_saved_by_an_editor_for_windows_is_right(tmp_path: Path) -> None:
    path = tmp_path / "prompts.toml"
    path.write_bytes(b"\xef\xbb\xbf" + SHIPPED.replace("\n", "\r\n").encode())
    assert faults(path) == []
    path.write_bytes(path.read_bytes().replace(b"to hurry?", b"to hurry"))
    assert faults(path) == [f"{path}:{line(path, 'to hurry')}: a question ends with ?"]
