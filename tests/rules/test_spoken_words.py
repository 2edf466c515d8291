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

#: What something in Discord, or a group, is called by somebody.
NAMES = {"name", "display_name", "global_name", "nick", "topic"}
#: They show a name to the letter; `clean` is for labels and titles, where Discord formats nothing.
TO_THE_LETTER = {"literal", "named", "fitted", "clean", "_card"}
#: They keep a name, or compare it, and show it to nobody.
NOT_SHOWN = {"Seen", "_replace", "has_channel", "moved_to", "endswith", "channel_name"}
#: What bears a name of our own making.
OURS = {
    *("rule", "change", "merged", "wanted", "command", "menu", "speak", "mark", "term", "tip", "f"),
    *("topic", "notice", "post", "kind", "CIRCLE", "option"),
}
#: In an f-string, discord.py writes these as their name.
NAMED = {"guild", "server", "channel", "thread", "role", "member", "user"}


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


def raw_names(source: str) -> list[str]:
    """Names of somebody's choice that go on as they are: into a text, or nobody knows where."""
    found: list[str] = []

    def look(node: ast.AST) -> None:
        if isinstance(node, ast.Compare):
            return
        if isinstance(node, ast.Call):
            if called(node.func) in TO_THE_LETTER | NOT_SHOWN:
                return
            if isinstance(node.func, ast.Attribute):  # a method may be called `name`
                node.func = node.func.value
        if isinstance(node, ast.FormattedValue) and called(node.value) in NAMED:
            found.append(ast.unparse(node.value))
        if (
            isinstance(node, ast.Attribute)
            and node.attr in NAMES
            and isinstance(node.ctx, ast.Load)
            and called(node.value) not in OURS
        ):
            found.append(ast.unparse(node))
        for each in ast.iter_child_nodes(node):
            look(each)

    look(ast.parse(source))
    return found


def test_names_are_shown_to_the_letter() -> None:
    """Whatever stands in them would be a link, or hidden, or somebody else's words."""
    raw = {
        str(file.relative_to(ROOT)): names
        for file in [*SPEAKING, ROOT / "bot" / "places.py"]
        if (names := raw_names(file.read_text()))
    }
    assert raw == {}


@pytest.mark.parametrize(
    "line",
    [
        'f"In {guild.name}"',
        'f"In {guild}"',
        'words("In {server}", server=interaction.guild.name)',
        '", ".join(each.name for each in guild.roles)',
        "shown = member.display_name",
        'f"{literal(known.name)} in {channel.name}"',
        "text.shorten(known.name, 20)",
        '"**" + self.channel.topic + "**"',
    ],
)
def test_a_raw_name_is_found_in_the_code(line: str) -> None:
    assert len(raw_names(line)) == 1


def test_what_is_no_raw_name_is_left_alone() -> None:
    fine = (
        'f"{literal(guild.name)} {says.named(known.name)} {await bot.groups.name(id)}"',
        "if channel.name != wanted: settings[rule.name]",
        "text.shorten(text.clean(member.display_name), 20)",
    )
    assert [raw_names(line) for line in fine] == [[], [], []]
