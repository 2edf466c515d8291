"""Finds the set expressions of `sayings` in a sentence, with those they speak for. Pure.

Each is matched at a sentence's folded words joined by spaces, in which a mention is "@". Every gap
in them is bounded, so that they take time in proportion to the sentence.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_right
from typing import NamedTuple

from bot.noticing import english, spanish
from bot.noticing.clauses import hangs_over
from bot.noticing.lexicon import lexicon
from bot.noticing.sayings import SAYINGS
from bot.noticing.tokens import MENTIONS, ROLE, Token

_THEM = lexicon("her his their him them ella ellas ellos elle su sus")
#: How many mentions of a sentence are looked at, and how many words around each.
_MOST_PLACES, _BEFORE, _BEHIND = 12, 20, 16


class Expression(NamedTuple):
    """Whom it speaks for, and the words that told it."""

    ids: tuple[int, ...]
    begin: int
    end: int
    why: str


def _expression(pattern: str) -> re.Pattern[str]:
    """`<3>` stands for at most three words; the expression begins and ends between words."""
    gaps = re.sub(r"<([0-9])>", r"(?:[^\\s,:()“”]+ ){0,\1}?", pattern)
    if "(?P<told>" in gaps:
        return re.compile(gaps)
    begins = gaps if gaps.startswith("^") else f"(?<= )(?:{gaps})"
    return re.compile(f"(?P<told>{begins})(?= )")


_COMPILED = tuple((why, _expression(pattern)) for why, pattern in SAYINGS)
#: Words that some mark of each expression is made of; without one there is nothing to look for.
_NO = re.compile(
    r" (?:not|cannot|never|nobody|no one|no|nadie|nunca|stop|stopped|dej\w+|"
    r"let|can you|who|quien|quienes|without|sin|nor|ni|should|need|needs|must|"
    r"if|si|"
    r"nomin\w+|propon(?:go|emos) a|postul\w+|elegi\w+|paren|para de|basta|"
    r"instead of|rather than|debe\w*|puede|podes|dejen|myself|evit\w+|before|"
    r"antes|wants?|you|they|he|she|someone|anyone|unless|shall|could|elect\w*|"
    r"volunteer\w*|"
    r"asked|pidio|pedi|supposed|allowed|right to|derecho a|mandat\w+|tired "
    r"of|hart\w+|ask|tienen|tiene|vamos|quiere|pretend\w*|autori\w+|wish)(?= "
    r")"
)
_ALLOWED_NO = re.compile(
    r" (?:not just|no solo|not only|want to|want you to know|let me|need to|"
    r"por mandato|si no|why not|no one is|if you|tiene que|tienen que saber|si me permit\w+|"
    r"if i may) "
)


def find(tokens: list[Token], asked_from: int) -> list[Expression]:
    """The set expressions in a sentence, outside its question, that nothing takes back."""
    windows = _windows(tokens)
    if not windows:
        return []
    pieces: list[str] = []
    starts: list[int] = []
    length = 1
    for token in tokens:
        piece = token.text[:24]
        starts.append(length)
        pieces.append(piece)
        length += len(piece) + 1
    text = " " + " ".join(pieces) + " "
    found: list[Expression] = []
    places = [(starts[first] - 1, starts[last] + len(pieces[last]) + 1) for first, last in windows]
    for (why, pattern), place in itertools.product(_COMPILED, places):
        for match in pattern.finditer(text, *place):
            begin = max(0, bisect_right(starts, match.start("told")) - 1)
            end = bisect_right(starts, match.end("told") - 1)
            last = bisect_right(starts, match.end("x") - 1)
            first = bisect_right(starts, match.start("x")) - 1
            if begin >= asked_from:
                continue
            ids = tuple(
                dict.fromkeys(token.id for token in tokens[first:last] if token.kind in MENTIONS)
            )
            if not ids and match["x"].split()[-1] not in _THEM:
                continue
            if why == "group" and not any(token.kind == ROLE for token in tokens[first:last]):
                continue
            if why == "likewise" and not _told_before(tokens, begin):
                continue
            if _taken_back(tokens, text, match, why, begin):
                continue
            found.append(Expression(ids, begin, end, why))
    return found


def _told_before(tokens: list[Token], at: int) -> bool:
    """Whether "and so does X" has a stance before it that it can repeat."""
    return any(
        token.text in lexicon
        for token in tokens[max(0, at - 14) : at]
        for lexicon in (
            english.ALWAYS,
            english.FEELINGS,
            spanish.ALWAYS,
            spanish.FEELINGS,
            spanish.DATIVES,
            _REPEATED,
        )
    )


_REPEATED = lexicon("favor contra acuerdo tired ok fine")


def _windows(tokens: list[Token]) -> list[tuple[int, int]]:
    """The stretches, first and last index, in which an expression about somebody can be."""
    found: list[tuple[int, int]] = []
    seen = 0
    for at, token in enumerate(tokens):
        if token.kind not in MENTIONS and token.text not in _THEM:
            continue
        seen += 1
        if seen > _MOST_PLACES:
            break
        first, last = max(0, at - _BEFORE), min(len(tokens) - 1, at + _BEHIND)
        if found and first <= found[-1][1] + 1:
            found[-1] = found[-1][0], last
        else:
            found.append((first, last))
    return found


def _taken_back(tokens: list[Token], text: str, match: re.Match[str], why: str, begin: int) -> bool:
    if hangs_over(tokens, begin):
        return True
    if why == "in_their_name":
        before = text[max(0, match.start() - 90) : match.start("x")]
        before = before[
            max(
                before.rfind(" , "),
                before.rfind(" pero "),
                before.rfind(" but "),
                before.rfind(" : "),
            )
            + 1 :
        ]
        return _NO.search(_ALLOWED_NO.sub("  ", " " + before)) is not None
    if why == "position":
        before = text[max(0, match.start() - 30) : match.start("x")]
        return (
            re.search(
                r" (?:not|no|without|sin|need|needs|never|until|before|hasta|falta|unless|"
                r"do not) (?:\S+ ){0,3}$",
                before + " ",
            )
            is not None
            and " a no from" not in match[0]
            and "es no" not in match[0]
        )
    if why == "effect":
        before = text[max(0, match.start("told") - 12) : match.start("told")]
        return before.endswith((" i ", " yo ", " may ", " might "))
    return False
