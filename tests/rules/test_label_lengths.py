"""What stands on buttons, in menus and in forms fits there, in every language.

Discord refuses a whole message or form for one label that is too long. The texts are found in the
source: wherever a part of a message or form is built with `words(...)`. What is put into a text
later is not counted: whoever puts it in has to shorten it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from string import Formatter
from typing import NamedTuple

import pytest
from babel.messages.catalog import Catalog

from bot import words
from tests import catalogue

#: The parts, by what builds them: what is shown where (by position and by name), and Discord's
#: limit for it.
PARTS: dict[str, list[tuple[int | None, str, int]]] = {
    "button": [(0, "label", 80)],
    "Button": [(None, "label", 80)],
    "confirm": [(2, "yes", 80)],
    "SelectOption": [(None, "label", 100), (None, "description", 100)],
    "Select": [(None, "placeholder", 150)],
    "ChannelSelect": [(None, "placeholder", 150)],
    "RoleSelect": [(None, "placeholder", 150)],
    "UserSelect": [(None, "placeholder", 150)],
    "Form": [(0, "title", 45)],
    "Label": [(None, "text", 45), (None, "description", 100)],
    "TextInput": [(None, "placeholder", 100)],
}
Tables = dict[str, list[str]]


class Shown(NamedTuple):
    """A message of the catalogue (or its forms), where it is shown, and what fits there."""

    place: str
    message: str | tuple[str, ...]
    limit: int


def _name(node: ast.AST) -> str:
    """The last part of a name such as `ui.Label`."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _texts(nodes: list[ast.expr]) -> list[str]:
    return [
        node.value
        for node in nodes
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]


def tables(tree: ast.Module) -> Tables:
    """The texts that a module declares with `N_`, by the name they are declared under."""
    found: Tables = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            marked = [
                text
                for each in ast.walk(node.value)
                if isinstance(each, ast.Call) and _name(each.func) == "N_"
                for text in _texts(each.args)
            ]
            if marked:
                found[_name(node.targets[0])] = marked
    return found


def _messages(node: ast.expr, declared: Tables) -> Iterator[str | tuple[str, ...]]:
    """Every message that is translated inside an expression."""
    for call in ast.walk(node):
        if not isinstance(call, ast.Call) or not call.args:
            continue
        if isinstance(call.func, ast.Attribute) and call.func.attr == "n":
            yield tuple(_texts(call.args[:2]))
        elif _name(call.func) == "words":
            yield from _texts(call.args[:1])
            table = call.args[0]
            while isinstance(table, ast.Subscript):
                table = table.value
            yield from declared.get(_name(table), [])


def shown(tree: ast.Module, declared: Tables) -> Iterator[Shown]:
    """Everything that a module shows in a part with a limit."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        given = {keyword.arg: keyword.value for keyword in call.keywords}
        for position, name, limit in PARTS.get(_name(call.func), []):
            value = given.get(name)
            if value is None and position is not None and position < len(call.args):
                value = call.args[position]
            if value is not None:
                place = f"{_name(call.func)} {name}"
                yield from (Shown(place, each, limit) for each in _messages(value, declared))


@cache
def everything() -> list[Shown]:
    """What the whole bot shows. The demo has pages of its own."""
    trees = [
        ast.parse(file.read_text(encoding="utf-8"))
        for folder in ("bot", "cogs")
        for file in sorted((catalogue.ROOT / folder).rglob("*.py"))
        if "demo" not in file.parts
    ]
    declared: Tables = {}
    for tree in trees:
        for name, texts in tables(tree).items():
            declared.setdefault(name, []).extend(texts)
    return [each for tree in trees for each in shown(tree, declared)]


def forms(message: str | tuple[str, ...], language: str) -> tuple[str, ...]:
    """A message as it reads in a language, each plural form."""
    found = message
    if language != words.LANGUAGES[0]:
        key = message if isinstance(message, str) else message[0]
        entry = translations(language).get(key)
        # One that is not in the catalogue yet is shown in English; test_words says so.
        found = (entry.string if entry is not None else "") or message
    return (found,) if isinstance(found, str) else tuple(found)


@cache
def translations(language: str) -> Catalog:
    return catalogue.read(language)


def without_facts(text: str) -> str:
    """A text without what is put in later."""
    return "".join(literal for literal, *_ in Formatter().parse(text))


def faults(found: list[Shown], language: str) -> list[str]:
    """What is empty or too long, with where it stands."""
    return [
        f"{each.place}: {len(text)} of {each.limit}: {text}"
        for each in found
        for form in forms(each.message, language)
        if not 1 <= len(text := without_facts(form)) <= each.limit
    ]


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_labels_fit(language: str) -> None:
    assert faults(everything(), language) == []


def test_there_are_labels_to_look_at() -> None:
    places = {each.place for each in everything()}
    assert {
        "button label",
        "confirm yes",
        "Select placeholder",
        "UserSelect placeholder",
        "SelectOption description",
        "Form title",
        "Label text",
        "Label description",
    } <= places
    messages = {each.message for each in everything()}
    assert {"Verify", "Never mind", "The exact words", "Disappearing messages"} <= messages


#: A place in a source, and how many characters fit there.
SAMPLES = [
    ('button(words("{}"), "name")', 80),
    ('row(button(words("Yes") if short else words("{}"), "name"))', 80),
    ('await confirm(interaction, words("Sure?"), words("{}"), "name", "")', 80),
    ('ui.Select(placeholder=words("{}"))', 150),
    ('discord.SelectOption(label=text.shorten(words("{}"), 100))', 100),
    ('discord.SelectOption(label=words.n("{{n}} day", "{{n}}{}", 2))', 100),
    ('NAMES = {{1: N_("{}")}}\ndiscord.SelectOption(description=words(say.NAMES[one])[:100])', 100),
    ('Form(text.shorten(words("{{name}}{}", name=name), 45), "name", "")', 45),
    ('ui.Label(text=words("{}"), description=words("Short"))', 45),
    ('ui.Label(text=words("Short"), description=words("{}"))', 100),
    ('ui.TextInput(placeholder=words("{}"))', 100),
]


@pytest.mark.parametrize(("sample", "limit"), SAMPLES)
def test_one_character_too_many_is_found(sample: str, limit: int) -> None:
    for length, too_many in ((limit, 0), (limit + 1, 1)):
        tree = ast.parse(sample.format("x" * length))
        assert len(faults(list(shown(tree, tables(tree))), "en")) == too_many
