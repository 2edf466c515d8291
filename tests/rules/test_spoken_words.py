"""Every sentence that a person reads comes through the catalogues, and none goes past them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest

ROOT = Path(__file__).parents[2]
SPEAKING = [
    *sorted((ROOT / "cogs").rglob("*.py")),
    ROOT / "bot" / "inbox.py",
    ROOT / "bot" / "work" / "doorbell.py",
    ROOT / "bot" / "replies.py",
]
#: A sentence in here is translated: where it is used, or because the test of commands collects it.
TRANSLATED = {
    *("words", "N_", "n", "name", "speak"),
    *("command", "describe", "choices", "context_menu", "ContextMenu", "GroupCog", "Group"),
}
#: A sentence in here is for operators and developers.
NOT_FOR_PEOPLE = {"debug", "info", "warning", "error", "exception", "ValueError", "compile", "cast"}
TWO_WORDS = re.compile(r"[^\W\d_]{2,}[,.:;!?]*\s+[^\W\d_]{2,}")


def called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def parts(node: ast.AST) -> Iterator[ast.AST]:
    """What is inside a node, without what is translated, documentation or for operators."""
    if isinstance(node, ast.Call) and called(node.func) in TRANSLATED | NOT_FOR_PEOPLE:
        return
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.AnnAssign):
        yield from (each for each in (node.target, node.value) if each is not None)
        return
    if isinstance(node, ast.ClassDef):
        yield from node.body  # its keywords are a command group's description
        return
    yield from ast.iter_child_nodes(node)


def sentences(node: ast.AST) -> Iterator[tuple[int, str]]:
    """Every text of two words or more that would reach people as it is."""
    if isinstance(node, ast.JoinedStr):
        text = "".join(
            str(each.value) if isinstance(each, ast.Constant) else "\0" for each in node.values
        )
        if TWO_WORDS.search(text):
            yield node.lineno, text
        # The tool that collects messages does not look into an f-string.
        for each in ast.walk(node):
            if isinstance(each, ast.Call) and called(each.func) in TRANSLATED:
                yield from ((one.lineno, one.value) for one in each.args if _is_text(one))
        for each in node.values:
            if isinstance(each, ast.FormattedValue):
                yield from sentences(each)
        return
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        if TWO_WORDS.search(node.value):
            yield node.lineno, node.value
        return
    for each in parts(node):
        yield from sentences(each)


def _is_text(node: ast.expr) -> TypeGuard[ast.Constant]:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def untranslated(source: str) -> list[str]:
    return [text for _, text in sentences(ast.parse(source))]


@pytest.mark.parametrize("file", SPEAKING, ids=lambda file: str(file.relative_to(ROOT)))
def test_every_sentence_comes_through_the_catalogues(file: Path) -> None:
    assert list(sentences(ast.parse(file.read_text()))) == []


@pytest.mark.parametrize(
    "source",
    [
        "await answer(interaction, 'Nothing waits.')",
        "raise Refused('Not here.')",
        "row(button('Read it', 'read', key))",
        "ui.Label(text='For how long', component=x)",
        "Card(f'Say {words(name)} or leave it')",
        "sentence = words('Asked.') + ' No answer means no.'",
        "lines = [f'- {who} said no']",
        "return {'text': 'Two words'}",
        "f'**{words(\"Asked.\")}** {who}'",
    ],
)
def test_a_sentence_beside_the_catalogues_is_noticed(source: str) -> None:
    assert len(untranslated(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "await answer(interaction, words('Nothing waits.'))",
        "'''A module that explains itself.'''",
        "log.error('it did not work: %s', error)",
        "button(words('Read it'), 'read-it', key)",
        "f'**{words(label)}:** {value}'",
        "x: 'Some Type' = 1",
    ],
)
def test_what_is_translated_or_for_operators_is_not(source: str) -> None:
    assert untranslated(source) == []
