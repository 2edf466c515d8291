"""The catalogues: every language says everything, with the same facts and the same shape."""

from __future__ import annotations

import ast
import asyncio
import re
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from discord import app_commands

from bot import words
from tests import catalogue

LANGUAGES = words.LANGUAGES[1:]
Key = tuple[str | None, object]


@cache
def template() -> Catalog:
    return catalogue.template()


@cache
def read(language: str) -> Catalog:
    return catalogue.read(language)


def keys(found: Catalog) -> set[Key]:
    """What identifies the messages of a catalogue: context and English text."""
    return {(message.context, message.id) for message in found if message.id}


def forms(message: Message) -> list[tuple[str, str]]:
    """Each translated form of a message beside its English one; none for the catalogue's header."""
    if not message.id:
        return []
    if not isinstance(message.id, tuple):
        return [(message.id, str(message.string or ""))]
    translated = message.string if isinstance(message.string, tuple) else (message.string,)
    one, many = message.id
    return [(one if index == 0 else many, str(form)) for index, form in enumerate(translated)]


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def shape(text: str) -> list[str]:
    """How each line begins, and the marks of bold and code, which Discord would show broken."""
    starts = [
        m[0] if (m := re.match(r"- |-# |#+ |> |\d\. ", ln)) else "" for ln in text.split("\n")
    ]
    return [*starts, f"bold {text.count('**')}", f"code {text.count('`')}"]


@cache
def command_names(language: str) -> dict[str, str]:
    """Every command as it is shown in a language: its English name."""
    speak = words.speak(language)
    return {
        " ".join(map(speak.name, each.qualified_name.split())): each.qualified_name
        for each in asyncio.run(catalogue.all_commands())
        if not isinstance(each, app_commands.ContextMenu)
    }


def named(text: str, language: str) -> list[str]:
    """The commands that a text names, in English; a slash before anything else stands as it is."""
    names = command_names(language)
    longest_first = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    found = re.findall(rf"(?<![\w/:.<])/(?:({longest_first})\b|(\w+))", text)
    return sorted(names.get(command, f"unknown: {other}") for command, other in found)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_holds_exactly_the_messages_there_are(language: str) -> None:
    missing, extra = (
        keys(template()) - keys(read(language)),
        keys(read(language)) - keys(template()),
    )
    assert (missing, extra) == (set(), set()), "run: python -m tests.catalogue"


def test_a_new_language_begins_with_every_message_untranslated(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(words, "LOCALES", tmp_path)
    monkeypatch.setattr(words, "LANGUAGES", ("en", "pt"))
    monkeypatch.setattr(catalogue, "template", template)
    catalogue.update()
    made = catalogue.read("pt")
    assert keys(made) == keys(template())
    assert all(catalogue.untranslated(message) for message in made if message.id)
    first, *lines = capsys.readouterr().out.splitlines()
    assert first == f"pt: {len(made)} messages, {len(made)} to translate"
    assert all("firsthand.po:" in line for line in lines[:-1])


@pytest.mark.parametrize("string", ["", ("", ""), ("{n} coisa", "")])
def test_a_message_that_lacks_a_form_is_to_be_translated(string: str | tuple[str, ...]) -> None:
    id = ("{n} thing", "{n} things") if isinstance(string, tuple) else "Nothing waits."
    assert catalogue.untranslated(Message(id, string))
    assert not catalogue.untranslated(Message("Nothing waits.", "Nada espera."))


def half_marked(source: str) -> list[str]:
    """What is marked for the catalogues and holds a text, but is not one whole text.

    Babel's versions differ in what they collect from `words(NAMES["this"])` or
    `words("one" if sure else "other")`: the key, both texts glued together, nothing.
    """
    wrong: list[str] = []
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = getattr(node.func, "attr", getattr(node.func, "id", ""))
        for marked in node.args[: {"words": 1, "N_": 1, "n": 2}.get(called, 0)]:
            inside = [each.value for each in ast.walk(marked) if isinstance(each, ast.Constant)]
            if not isinstance(marked, ast.Constant) and any(isinstance(v, str) for v in inside):
                wrong.append(ast.unparse(node))
    return wrong


@pytest.mark.parametrize("folder", ["bot", "cogs"])
def test_what_is_marked_for_the_catalogues_is_one_whole_text(folder: str) -> None:
    files = sorted((catalogue.ROOT / folder).rglob("*.py"))
    assert files
    assert {f: found for f in files if (found := half_marked(f.read_text()))} == {}


@pytest.mark.parametrize(
    ("source", "is_whole"),
    [
        ("words('Nothing ' 'waits.')", True),
        ("words(LABELS[field], when='now')", True),
        ("words.n('{n} thing', '{n} things', count)", True),
        ("words(LABELS['name'])", False),
        ("N_('Yes' if sure else 'No')", False),
        ("words.n('{n} thing', f'{kind} things', 2)", False),
    ],
)
def test_a_text_that_is_marked_by_half_is_noticed(source: str, is_whole: bool) -> None:
    assert (half_marked(source) == []) is is_whole


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_untranslated(language: str) -> None:
    missing = [
        message.id
        for message in read(language)
        if message.id and (message.fuzzy or not all(form for _, form in forms(message)))
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_plural_form_of_the_language_is_there(language: str) -> None:
    found = read(language)
    short = [
        message.id
        for message in found
        if isinstance(message.id, tuple) and len(forms(message)) != found.num_plurals
    ]
    assert short == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_facts(language: str) -> None:
    faults = [
        (english, translated)
        for message in read(language)
        for english, translated in forms(message)
        if translated and placeholders(translated) != placeholders(english)
    ]
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_same_shape(language: str) -> None:
    faults = [
        (english, translated)
        for message in read(language)
        for english, translated in forms(message)
        if translated and shape(translated) != shape(english)
    ]
    assert faults == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_names_the_same_commands_as_people_see_them(language: str) -> None:
    faults = [
        (english, translated)
        for message in read(language)
        for english, translated in forms(message)
        if translated and named(translated, language) != named(english, "en")
    ]
    assert faults == []


def test_facts_are_put_in_as_they_are() -> None:
    speak = words.speak("en-US")
    assert speak("Hello {name}", name="{other} %s") == "Hello {other} %s"


@pytest.mark.parametrize(
    ("locale", "language"),
    [("en-US", "en"), ("es-ES", "es"), ("es-419", "es"), ("ES", "es"), ("xx", "en"), ("", "en")],
)
def test_a_locale_leads_to_a_language_there_is(locale: str, language: str) -> None:
    assert words.language_of(locale) == language
    assert words.speak(locale).language == language


def test_what_has_no_translation_is_said_in_english() -> None:
    assert words.speak("es")("No such sentence, {name}.", name="Ana") == "No such sentence, Ana."
    assert words.speak("es").n("{n} such thing", "{n} such things", 2) == "2 such things"
    assert words.speak("es").name("no-such-command") == "no-such-command"
