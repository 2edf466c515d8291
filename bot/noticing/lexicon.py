"""Sets of words, written as text. Pure."""

from __future__ import annotations


def lexicon(text: str) -> frozenset[str]:
    """The words of a text, as a set."""
    return frozenset(text.split())
