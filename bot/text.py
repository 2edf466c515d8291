"""What people may type: cleaning, checking and searching it. Pure.

`clean` takes out what cannot be seen and could deceive: control, bidirectional and zero-width
characters (design, section 6). What cannot be seen but does visible work stays: the joiner inside
an emoji, the joiners that Persian, Hindi and other scripts spell with, and the letters that tell
the flag of Wales from a black one. `fault` names the first reason
why a text cannot be taken as somebody's exact words: mentions, links and invites would ping or
lead away under another person's name.
"""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum

_NON_JOINER, _JOINER = "\u200c", "\u200d"
#: The flags of England, Scotland and Wales: a black flag, invisible letters and their end.
_FLAGS = [
    "\U0001f3f4" + "".join(chr(0xE0000 + ord(letter)) for letter in name) + "\U000e007f"
    for name in ("gbeng", "gbsct", "gbwls")
]
_FLAG = re.compile(f"({'|'.join(_FLAGS)})")
#: Blank, though Unicode counts them as letters, marks or symbols.
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\ufe0e\ufe0f")
_VIRAMA = 9
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MANY_LINES = re.compile(r"\n{3,}")
_MENTION = re.compile(
    r"<(?:@[!&]?|#|/[^>\n]{1,120}:|id:|a?:\w{2,32}:)\w{1,24}>|@(?:everyone|here)", re.IGNORECASE
)
_LINK = re.compile(
    # No word boundary before a link: Discord sees it behind a letter or an underscore, too.
    r"\w://|\bwww\.|mailto:|discord(?:\.gg|(?:app)?\.com/invite)/|\]\([^)\n]",
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
    pieces = _FLAG.split(text)
    pieces[::2] = map(_visible, pieces[::2])  # every other piece is a flag
    return _MANY_LINES.sub("\n\n", "".join(pieces)).strip()


def fault(text: str, limit: int, *, exact_words: bool = False) -> Fault | None:
    """The first reason not to take a cleaned text, or None.

    `limit` counts characters as Python does (code points). `exact_words` also refuses mentions,
    links and invites.
    """
    if all(char in _BLANK or char.isspace() for char in text):
        return Fault.EMPTY
    if len(text) > limit:
        return Fault.LONG
    if _LONE_SURROGATE.search(text):
        return Fault.BROKEN
    if not exact_words:
        return None
    # Look-alikes (full-width letters, say) become plain first, so that they cannot hide a mention.
    plain = unicodedata.normalize("NFKC", text)
    if _MENTION.search(plain):
        return Fault.MENTION
    if _LINK.search(plain):
        return Fault.LINK
    return None


def shorten(text: str, limit: int) -> str:
    """One line of at most `limit` characters, with an ellipsis where it was cut."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[: limit - 1].rstrip() + "…"


def folded(text: str) -> str:
    """A text as searching sees it: without case and accents, every space one blank."""
    if not text.isascii():
        text = unicodedata.normalize("NFKD", text)
        # Few different ones, in a long text: much quicker than to look at every character.
        for accent in filter(unicodedata.combining, set(text)):
            text = text.replace(accent, "")
    return " ".join(text.casefold().split())


def finds(wanted: str, *texts: str) -> bool:
    """Whether every word of `wanted` (folded already) stands in one of the texts."""
    where = folded("\n".join(texts))
    return all(word in where for word in wanted.split())


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    # Few different ones, in a long text: much quicker than to look at every character.
    hidden = {char for char in set(text) if char != "\n" and _invisible(char)}
    return "".join(
        char for index, char in enumerate(text) if char not in hidden or _joins(text, index)
    )


def _invisible(char: str) -> bool:
    # Cs, the lone surrogates, stay in, so that `fault` can refuse them instead of mending them.
    return unicodedata.category(char) in ("Cc", "Cf", "Co")


def _joins(text: str, index: int) -> bool:
    """Whether a joiner does visible work: in Indic and Arabic letters, or in an emoji.

    For letters this follows RFC 5892, appendix A, as domain names do.
    """
    if text[index] not in (_NON_JOINER, _JOINER) or index == 0 or index + 1 == len(text):
        return False
    before, after = text[index - 1], text[index + 1]
    if _invisible(before) or _invisible(after):
        return False
    if _VIRAMA in (unicodedata.combining(before), unicodedata.combining(after)):
        return True
    if unicodedata.bidirectional(after) == "AL":
        return unicodedata.bidirectional(before) in ("AL", "NSM")
    if text[index] == _NON_JOINER or after.isascii():
        return False
    if unicodedata.category(after) not in ("So", "Sm"):  # Sm: the arrow in a shaking head
        return False
    return unicodedata.category(before) in ("So", "Sk", "Mn")
