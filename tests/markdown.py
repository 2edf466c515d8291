"""What Discord makes of a text: a small model of its Markdown, apart from what the bot knows of it.

From its help ("Markdown Text 101", "Masked links", "Message formatting" of its documentation) and
from what its apps do: a backslash shows any sign that follows as it is, and never anything else.
What it finds anywhere counts, so it finds rather more than Discord does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot import replies

_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
#: What is something only at the beginning of a line, and what is everywhere.
_BLOCKS = {
    "heading": r"#{1,3}\s",
    "small print": r"-#\s",
    "list": r"[-+*](?:\s|$)",
    "counted list": r"\d+[.)](?:\s|$)",
    "quote": r">(?:>>)?(?:\s|$)",
    "line across": r"(?:---+|\*\*\*+|___+)$",
}
_SPANS = {
    "code": r"(`+)(?:[\s\S]*?[^`])\1(?!`)",
    "bold": r"\*\*(?:\\[\s\S]|[^\\])+?\*\*",
    "slanted": r"\*(?=\S)(?:\\[\s\S]|[^\\*])+?\*|_(?:\\[\s\S]|[^\\_])+?_",
    "underlined": r"__(?:\\[\s\S]|[^\\])+?__",
    "struck": r"~~[\s\S]+?~~",
    "hidden": r"\|\|[\s\S]+?\|\|",
    "masked link": r"\[(?:[^\[\]]|\[[^\]]*\]|\](?=[^\[]*\]))*\]\([\s\S]*?\)",
    "link": r"(?<=\w)://\S",
    "link in brackets": r"<\w+:[^\s>]+>",
    "address": r"<[^\s@>]+@[^\s>]+>|<\+[\d ]+>",
    "mention": r"<@[!&]?\d+>|<#\d+>|@everyone|@here",
    "command": r"</[^:\n>]+:\d+>",
    "place": r"<id:\w+>",
    "time": r"<t:-?\d+(?::\w)?>",
    "custom emoji": r"<a?:\w+:\d+>",
    "emoji": r":[^\s:]+:",
}


def _any_of(kinds: dict[str, str]) -> list[tuple[str, re.Pattern[str]]]:
    return [(kind, re.compile(found, re.MULTILINE)) for kind, found in kinds.items()]


KINDS = [*_BLOCKS, *_SPANS]
_BLOCK, _SPAN = _any_of(_BLOCKS), _any_of(_SPANS)


def formatted(markup: str) -> set[str]:
    """The kinds of formatting that take effect in a text."""
    found: set[str] = set()
    at, begins = 0, True
    while at < len(markup):
        if escaped := _ESCAPED.match(markup, at):
            at, begins = escaped.end(), False
            continue
        if not markup[at].isalnum():
            found |= {kind for kind, span in _SPAN if span.match(markup, at)}
        if begins:
            found |= {kind for kind, block in _BLOCK if block.match(markup, at)}
        begins = markup[at] in _LINE_ENDS or (begins and markup[at].isspace())
        at += 1
    return found


def rendered(markup: str) -> str:
    """What Discord shows of a text, if none of its formatting takes effect; else an error."""
    took_effect = formatted(markup)
    assert not took_effect, f"{took_effect} in {markup!r}"
    return _ESCAPED.sub(r"\1", markup)


@contextmanager
def escaping() -> Iterator[list[int]]:
    """How many characters each text had that was made literal meanwhile."""
    found: list[int] = []

    def sub(before: object, text: str) -> str:
        found.append(len(text))
        return signs.sub(before, text)  # type: ignore[call-overload]

    signs = replies._BEFORE_A_SIGN
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(replies, "_BEFORE_A_SIGN", type("Noting", (), {"sub": staticmethod(sub)}))
        yield found
