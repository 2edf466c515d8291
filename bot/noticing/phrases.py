"""Phrases of several words, found at a place in a sentence by their first word. Pure."""

from __future__ import annotations

from bot.noticing import english, spanish
from bot.noticing.lexicon import lexicon
from bot.noticing.tokens import WORD, Token


def _by_first(rows: list[str]) -> dict[str, list[tuple[str, ...]]]:
    found: dict[str, list[tuple[str, ...]]] = {}
    for row in rows:
        words = tuple(row.split())
        if words:
            found.setdefault(words[0], []).append(words)
    for same in found.values():
        same.sort(key=len, reverse=True)
    return found


#: "fine con la entrevista": who mixes languages mixes them here.
_IN_SPANISH = {"with": ("con",), "of": ("de",), "to": ("a",), "for": ("por", "para")}
_MIXED = [
    f"{row.removesuffix(last)}{spanish_word}"
    for row in english.PHRASES
    for last, words in _IN_SPANISH.items()
    if row.endswith(" " + last)
    for spanish_word in words
]
_PHRASES = _by_first([*english.PHRASES, *spanish.PHRASES, *_MIXED])
#: Phrases that say it at the end of what is said only: "is in" is one, "is in the kitchen" is not.
_AT_THE_END = frozenset(
    {
        ("in",),
        ("re", "in"),
        ("down",),
        ("game",),
        ("pro",),
        ("team",),
        ("sorry",),
        ("adentro",),
        ("dentro",),
        ("vibing",),
    }
)
_MAY_FOLLOW = lexicon(
    """
    too also for with btw 100% tho though and but if as lol y pero con porque to
    """
)


def phrase_at(tokens: list[Token], at: int) -> int:
    """The index after the longest phrase that begins here, or 0."""
    for phrase in _PHRASES.get(tokens[at].text, ()):
        end = at + len(phrase)
        if end > len(tokens) or any(
            token.text != word for token, word in zip(tokens[at:end], phrase, strict=True)
        ):
            continue
        if phrase in _AT_THE_END and end < len(tokens):
            after = tokens[end]
            if after.kind == WORD and after.text not in _MAY_FOLLOW:
                continue
        return end
    return 0
