"""A message as words, mentions and boundaries, each with its place in the text. Pure.

Words are folded: small letters, no accents, no invisible characters, contractions taken apart
("doesn't" is "does" and "not", both at the same place). One accent stays: a final ó, which alone
tells "aceptó" (she did) from "acepto" (I do).
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import NamedTuple

from bot.noticing.clean import CODE, LINK, QUOTED
from bot.noticing.spelling import SPELLED_OUT

#: What a token is; a word's kind is "w".
WORD, PERSON, ROLE, STOP, QUESTION, COMMA, COLON, OPEN, CLOSE, QUOTE, POINTER, OTHER = (
    "wpr.?,:()qlo"
)
MENTIONS = (PERSON, ROLE)

_TOKEN = re.compile(
    r"<@(?P<role>&)?!?(?P<id>[0-9]{1,20})>(?P<s>['’´`]?[sS](?![^\W_])|['’´`](?:d|"
    r"ll|ve|re|D|LL|VE|RE)(?![^\W_]))?"
    r"|(?P<slash>\b[wW]/o?)"
    r"|(?P<word>[^\W\d_]+(?:[\u0300-\u036f]+[^\W\d_]*)*(?:@[^\W\d_]{0,2})?(?:['’´][^\W\d_]+)*)"
    r"|(?P<channel><\#[0-9]{1,20}>|\#[a-zA-Z][\w-]{1,40})"
    r"|(?P<emoji><(?:a?:\w{1,40}|t|/[^<>\n]{1,40}|id):[\w:-]{1,40}>|:\w{1,40}:)"
    rf"|(?P<quote>{QUOTED}+)|(?P<code>{CODE}+)|(?P<link>{LINK}+)"
    r"|(?P<at>@(?:everyone|here))"
    r"|(?P<number>[0-9]+(?:[.:,/][0-9]+)*%?)"
    r"|(?P<stop>\n|[.!;…]+)|(?P<question>[?¿]+)|(?P<comma>,)|(?P<colon>:|\s[-–]+\s|[—→]|->)"
    r"|(?P<open>[(\[])|(?P<close>[)\]])|(?P<plus>[&+])"
)
_SHORT = {"re": "are", "ve": "have", "ll": "will", "m": "am", "d": "would"}
#: How many are read. Of 4,000 characters people make some 900; this bounds hostile texts only.
_MOST = 1200
_YES = frozenset(unicodedata.normalize(form, "sí") for form in ("NFC", "NFD"))
_STRETCHED = re.compile(r"(.)\1{2,}")
_UNSEEN = re.compile("[\u00ad\u034f\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufe00-\ufe0f\ufeff]")


class Token(NamedTuple):
    """A word, mention or boundary; `start` and `end` are places in the message."""

    kind: str
    text: str
    start: int
    end: int
    #: Of a mention; 0 for everything else.
    id: int = 0
    #: Whether an opening question mark (¿) was meant.
    opens: bool = False
    #: Whether it is a "sí", which affirms; a "si" may be a condition, or a hurried "sí".
    affirms: bool = False


def fold(word: str) -> str:
    """Small letters without accents; ñ becomes n; a final ó stays."""
    word = _STRETCHED.sub(r"\1", word.lower())
    if word.isascii():
        return word
    word = unicodedata.normalize("NFKC", word).replace("’", "'").replace("´", "'")
    bare = "".join(
        char for char in unicodedata.normalize("NFD", word) if not unicodedata.combining(char)
    )
    return bare[:-1] + "ó" if word.endswith("ó") and bare.endswith("o") else bare


def tokens(text: str) -> list[Token]:
    """The tokens of a text in which only the author's own voice is left."""
    found: list[Token] = []
    for match in islice(_TOKEN.finditer(_UNSEEN.sub(" ", text)), _MOST):
        _take(match, found)
    return found


def _take(match: re.Match[str], found: list[Token]) -> None:
    kind, text = match.lastgroup, match[0]
    start, end = match.span()
    match kind:
        case "word" | "slash":
            for piece in _spelled(fold(text), found):
                found.append(Token(WORD, piece, start, end, affirms=text.lower() in _YES))
        case "id" | "s" | "role":
            id = int(match["id"])
            mention = match.end("id") + 1
            found.append(Token(ROLE if match["role"] else PERSON, "@", start, mention, id))
            if match["s"]:
                short = match["s"].lstrip("'’´`").lower()
                found.append(Token(WORD, _SHORT.get(short, "'s"), mention, end))
        case "plus":
            found.append(Token(WORD, "and", start, end))
        case "number":
            found.append(Token(WORD, text, start, end))
        case "stop":
            found.append(Token(STOP, text[:1], start, end))
        case "question":
            found.append(Token(QUESTION, "?", start, end, opens=text[0] == "¿"))
        case "comma":
            found.append(Token(COMMA, ",", start, end))
        case "colon":
            found.append(Token(COLON, ":", start, end))
        case "open" | "close":
            found.append(Token(OPEN if kind == "open" else CLOSE, text, start, end))
        case "quote":
            found.append(Token(QUOTE, "“”", start, end))
        case "link" | "channel":
            found.append(Token(POINTER, "#", start, end))
        case "code":
            found.append(Token(OTHER, "`", start, end))
        case _:
            pass


def _spelled(word: str, found: list[Token]) -> tuple[str, ...]:
    """A folded word, taken apart where it is two ("doesn't", "im") and spelled out ("q", "w/")."""
    known = SPELLED_OUT.get(word)
    if known is not None:
        return known
    if "'" not in word:
        return (word,)
    head, _, tail = word.rpartition("'")
    if tail == "t" and head.endswith("n"):
        return head[:-1], "not"
    if tail in ("s", "re", "ve", "ll", "d", "m"):
        return head, _SHORT.get(tail, "'s")
    return (word.replace("'", ""),)
