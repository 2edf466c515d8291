"""What people may type: cleaning and checking text before it is kept or shown. Pure.

`clean` takes out what cannot be seen and could deceive: control, bidirectional and zero-width
characters (design, section 6). The joiner inside an emoji stays. `fault` names the first reason
why a text cannot be taken as somebody's exact words: mentions, links and invites would ping or
lead away under another person's name.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_JOINER = "\u200d"
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_MANY_LINES = re.compile(r"\n{3,}")
_MENTION = re.compile(
    r"<(?:@[!&]?|#|/[^>\n]{1,120}:|id:|a?:\w{2,32}:)\w{1,24}>|@(?:everyone|here)\b", re.IGNORECASE
)
_LINK = re.compile(
    r"\b[a-z][a-z0-9+.-]{1,20}://|\bwww\.|\bmailto:|\bdiscord(?:\.gg|\.com/invite|app\.com/invite)/"
    r"|\]\([^)\n]",
    re.IGNORECASE,
)


class Fault(StrEnum):
    """Why a text is not taken."""

    EMPTY = "empty"
    LONG = "long"
    BROKEN = "broken"
    MENTION = "mention"
    LINK = "link"


def clean(text: str) -> str:
    """The text without what cannot be seen; line ends become `\\n`, three or more become two."""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    kept = [
        char
        for index, char in enumerate(text)
        if char == "\n" or not _invisible(char) or _joins_emoji(text, index)
    ]
    return _MANY_LINES.sub("\n\n", "".join(kept)).strip()


def fault(text: str, limit: int, *, exact_words: bool = False) -> Fault | None:
    """The first reason not to take a cleaned text, or None.

    `limit` counts characters as Python does (code points). `exact_words` also refuses mentions,
    links and invites.
    """
    if not text:
        return Fault.EMPTY
    if len(text) > limit:
        return Fault.LONG
    if any("\ud800" <= char <= "\udfff" for char in text):
        return Fault.BROKEN
    if not exact_words:
        return None
    # Look-alikes (full-width letters, say) are folded first, so that they cannot hide a mention.
    folded = unicodedata.normalize("NFKC", text)
    if _MENTION.search(folded):
        return Fault.MENTION
    if _LINK.search(folded):
        return Fault.LINK
    return None


def shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def _invisible(char: str) -> bool:
    # Cs, the lone surrogates, stay in, so that `fault` can refuse them instead of mending them.
    return unicodedata.category(char) in ("Cc", "Cf", "Co")


def _joins_emoji(text: str, index: int) -> bool:
    if text[index] != _JOINER or index == 0 or index + 1 == len(text):
        return False
    before = unicodedata.category(text[index - 1])
    return before in ("So", "Sk", "Mn") and unicodedata.category(text[index + 1]) == "So"
