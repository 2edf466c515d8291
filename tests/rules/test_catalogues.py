"""Proofreading what people edit without programming: told before the bot, or the demo, needs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from bot import catalogues, demo, words
from bot.__main__ import main
from bot.journal import prompts
from bot.reading import library

ENGLISH = "{other} said yes. It holds until {when}."
#: What somebody may do to that sentence, and what is said about it; nothing where it is right.
SLIPS = {
    "{other} dijo que sí, hasta el {when}.": [],
    "": [],
    "{other} dijo que sí, hasta el {cuando}.": [
        "{cuando} is not in the English text",
        "{when} is missing",
    ],
    "{other} dijo que sí.": ["{when} is missing"],
    "{other} dijo que sí, hasta el {when.": [
        "braces: expected '}' before end of string; what is in {braces} stays as in English"
    ],
}


def written(folder: Path, text: str) -> Path:
    file = folder / "firsthand.po"
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("language", words.LANGUAGES[1:])
def test_the_shipped_catalogues_have_no_faults(language: str) -> None:
    assert catalogues.faults(words.catalogue_file(language)) == []


@pytest.mark.parametrize("translated", SLIPS)
def test_a_fact_that_is_misspelt_is_told_with_its_line(tmp_path: Path, translated: str) -> None:
    file = written(tmp_path, f'\nmsgid "{ENGLISH}"\nmsgstr "{translated}"\n')
    assert catalogues.faults(file) == [f"{file}:2: {each}" for each in SLIPS[translated]]


def test_one_form_of_several_may_leave_a_fact_out(tmp_path: Path) -> None:
    beginning = 'msgid "{n} thing"\nmsgid_plural "{n} things"\nmsgstr[0] "una cosa"\n'
    assert catalogues.faults(written(tmp_path, beginning + 'msgstr[1] "{n} cosas"\n')) == []
    (fault,) = catalogues.faults(written(tmp_path, beginning + 'msgstr[1] "{m} cosas"\n'))
    assert fault.endswith(":1: {m} is not in the English text")


@pytest.mark.parametrize("line", ["msgstrr", "Nada te espera."])
def test_a_line_that_belongs_to_no_catalogue_is_told(tmp_path: Path, line: str) -> None:
    file = written(tmp_path, f'msgid "Nothing waits."\n{line} "Nada."\n')
    (fault,) = catalogues.faults(file)
    assert fault.startswith(f"{file}:2: a line begins with msgid")


@pytest.mark.parametrize("text", ['"Nada', 'Nada"', "Nada", '"'])
def test_a_quotation_mark_that_is_missing_is_told(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, f'# A remark\n\nmsgid "Nothing waits."\nmsgstr {text}\n')
    assert catalogues.faults(file) == [f"{file}:4: a text begins and ends with a quotation mark"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('msgid ""\nmsgstr "Plural-Forms: nplurals=x\\n"\n', ":1: what stands first"),
        ('msgid "a {"\nmsgstr "b"\n', ":1: braces in msgid"),
        ('msgid "a {b}"\nmsgstr "c {b!q}"\n', ":1: braces: more than a name"),
        ('msgid "a {b}"\nmsgstr "c {b:zz}"\n', ":1: braces: more than a name"),
    ],
)
def test_whatever_is_damaged_is_told_with_its_line(tmp_path: Path, text: str, says: str) -> None:
    (fault,) = catalogues.faults(written(tmp_path, text))
    assert says in fault


def test_a_catalogue_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (missing,) = catalogues.faults(tmp_path / "none.po")
    assert "cannot be read" in missing
    file = tmp_path / "firsthand.po"
    file.write_bytes('msgid "Back"\nmsgstr "Atrás"\n'.encode("latin-1"))
    assert catalogues.faults(file) == [f"{file}:1: this is not saved as UTF-8"]


def broken_prompts(patch: pytest.MonkeyPatch, folder: Path) -> str:
    patch.setattr(prompts, "SOURCE", folder / "prompts.toml")
    return "prompts.toml:"


def broken_list(patch: pytest.MonkeyPatch, folder: Path) -> str:
    patch.setattr(library, "SOURCE", folder)
    return "works.toml:"


def broken_catalogue(patch: pytest.MonkeyPatch, folder: Path) -> str:
    patch.setattr(words, "LOCALES", folder)
    return "firsthand.po:"


@pytest.mark.parametrize("command", ["check", "demo"])
@pytest.mark.parametrize("breaks", [broken_prompts, broken_list, broken_catalogue])
def test_check_and_demo_tell_faults_before_they_begin(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    breaks: Callable[[pytest.MonkeyPatch, Path], str],
) -> None:
    begun: list[object] = []
    monkeypatch.setattr(demo, "run", begun.append)
    monkeypatch.setenv("FIRSTHAND_STATE", str(tmp_path / "state"))
    told = breaks(monkeypatch, tmp_path / "nothing")
    assert main([command]) == 1
    assert told in capsys.readouterr().err
    assert begun == []
    assert not (tmp_path / "state").exists()
