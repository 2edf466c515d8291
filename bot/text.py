"""What people may type: cleaning, checking and searching it. Pure.

`clean` takes out what cannot be seen and could deceive, and keeps what cannot be seen but does
visible work (design, section 6). `fault` names the first reason why a cleaned text is not taken:

1. it is empty, too long, or has half a character in it;
2. where others read it: marks pile up on a letter and cover the lines around it, or a gap in it
   moves the rest out of sight;
3. where it stands as somebody's exact words: mentions, links and invites would ping or lead away
   under another person's name. They are looked for as the text is, as it would be without its
   accents, and as it looks to a reader.

Taken exact words are what `clean` returns of them: what is checked is what is kept and shown.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from enum import StrEnum
from itertools import groupby

#: Stands between what something is called and what is said about it, in one line.
JOINT = " · "
#: Default_Ignorable_Code_Point of Unicode 16.0 (DerivedCoreProperties.txt), which `unicodedata`
#: does not know: shown as nothing, whatever the font has. Inside the brackets of a pattern.
_IGNORABLE = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
    "\U000e0000-\U000e0fff"
)
#: What else cannot be relied on to be seen: controls; marks around annotations, and what stands for
#: a thing that is not there; how hieroglyphs are put together, and their blanks; the filler of
#: Khitan; a note without a head; private use; what is no character in any version of Unicode.
_UNRELIABLE = (
    "\x00-\x09\x0b-\x1f\x7f-\x9f\ufff9-\ufffc\U00013430-\U0001343f\U00013441\U00013442\U00016fe4"
    "\U0001d159\ue000-\uf8ff\U000f0000-\U0010ffff\ufdd0-\ufdef"
) + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0xF0000, 0x10000))
_UNSEEN = re.compile(f"[{_IGNORABLE}{_UNRELIABLE}]+")
#: Every space there is (category Zs), and the one of Braille, which Unicode counts as a symbol.
_SPACES = (
    " \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
    "\u3000\u2800"
)
_LINE_ENDS = re.compile(r"\r\n?|[\u2028\u2029\x85\x0b\x0c]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_MANY_LINES = re.compile(r"\n{3,}")

_NON_JOINER, _JOINER = "\u200c", "\u200d"
_VIRAMA = 9
_BLACK_FLAG = "\U0001f3f4"
#: What makes it the flag of England, Scotland or Wales: invisible letters and their end.
_FLAGS = tuple(
    "".join(chr(0xE0000 + ord(letter)) for letter in name) + "\U000e007f"
    for name in ("gbeng", "gbsct", "gbwls")
)
#: As text, or as an emoji: behind a symbol, behind what is none but has both styles
#: (emoji-variation-sequences.txt of Unicode 16.0), and between a key and its frame.
_STYLES = "\ufe0e\ufe0f"
_ALSO_STYLED = "\u203c\u2049\u2139\u3030"
_KEYS, _FRAME = "0123456789#*", "\u20e3"
_SKINS = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
#: What chooses a shape of the letter before it.
_SHAPES = re.compile(
    # A Chinese, Japanese or Korean character in one of its shapes.
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff][\ufe00-\ufe02\U000e0100-\U000e01ef]"
    # The dotted letters of Khamti, Aiton and Phake.
    "|[\u1000-\u109f\uaa60-\uaa7f]\ufe00"
    # Mongolian.
    "|[\u1820-\u18aa][\u180b-\u180d\u180f]"
)
_MONGOLIAN = re.compile("[\u180b-\u180d\u180f\u1820-\u18aa]\u180e[\u1820-\u18aa]")

#: Marks on one letter: on a Tibetan one (the longest stack, that of a mantra, has eight), on any
#: other, and in one place of it, such as above. Burmese and Hebrew need five, IPA three above.
_STACK, _PILE, _PLACE = 9, 6, 4
#: Blanks in a row, about a line on a small screen.
_GAP = re.compile(f"[{_SPACES}]{{41,}}")
_MENTION = re.compile(
    r"<(?:@[!&]?|#|/[^<>\n]{1,120}:|id:|a?:\w{2,32}:)\w+>|@(?:everyone|here)", re.IGNORECASE
)
_LINK = re.compile(
    # No word boundary before a link: Discord sees it behind a letter or an underscore, too.
    r"\w://|\bwww\.|mailto:|\]\([^)\n]"
    r"|discord(?:\.(?:gg|gift|new)|(?:app)?\.com/(?:invite|gifts|template))/",
    re.IGNORECASE,
)
#: What readers take for the letters and signs of mentions and links, though it is none of their
#: compatible forms: from confusables.txt (Unicode Technical Standard 39), small capitals, letters
#: on dark or blue ground, the full stop that browsers read as a dot. Of Greek capitals those that
#: look otherwise than their small letters.
_LOOKS_LIKE = {
    **dict(zip("\u3002\u2236\ua789\u2044\u2215\u29f8\u2571", ".::////", strict=True)),
    **dict(zip("\u0430\u0441\u0501\u0435\u043d\u04bb\u0456\u0458\u04cf", "acdehhijl", strict=True)),
    **dict(zip("\u043c\u043e\u0440\u0433\u0455\u0442\u0475\u051d", "moprstvw", strict=True)),
    **dict(zip("\u0445\u0443\u04af\u0570\u0578\u0581\u0585", "xyyhngo", strict=True)),
    **dict(zip("\u03b1\u03b5\u03b9\u03bd\u03bf\u03c1\u03c4\u03c5", "aeivoptu", strict=True)),
    **dict(zip("\u03c7\u0397\u039c\u039d\u03a5\u0131\u0261\u0269", "xhmnyigi", strict=True)),
    **dict(zip("\u1d00\u1d04\u1d05\u1d07\ua730\u0262\u029c\u026a", "acdefghi", strict=True)),
    **dict(zip("\u029f\u1d0d\u0274\u1d0f\u1d18\u0280\ua731\u1d1b", "lmnoprst", strict=True)),
    **dict(zip("\u1d20\u1d21\u028f", "vwy", strict=True)),
    **{
        chr(first + index): chr(ord("a") + index)
        for first in (0x1F150, 0x1F170, 0x1F1E6)
        for index in range(26)
    },
    # Too thin to part words to the eye.
    **dict.fromkeys("\u2006\u2008\u2009\u200a\u202f\u205f", ""),
}


class Fault(StrEnum):
    """Why a text is not taken."""

    EMPTY = "empty"
    LONG = "long"
    BROKEN = "broken"
    PILE = "pile"
    GAP = "gap"
    MENTION = "mention"
    LINK = "link"


def clean(text: str) -> str:
    """The text without what cannot be seen; line ends become `\\n`, and a gap one empty line.

    The lone surrogates stay in, so that `fault` can refuse them instead of mending them.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    # Few different ones, in a long text: much quicker than to look at every character.
    if _UNSEEN.search("".join(set(text))):
        text = _UNSEEN.sub(_at_work, text)
    # A line with nothing but blanks in it is empty to the eye.
    lines = [line.rstrip(_SPACES) for line in text.split("\n")]
    return _MANY_LINES.sub("\n\n", "\n".join(lines)).strip(_SPACES + "\n")


def whole(text: str) -> str:
    """The text with a � for each half of a character, which can neither be sent nor kept."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def one_line(text: str) -> str:
    """The cleaned text in one line."""
    return " ".join(clean(text).split())


def fault(
    text: str, limit: int, *, before_others: bool = False, exact_words: bool = False
) -> Fault | None:
    """The first reason not to take a cleaned text, or None.

    `limit` counts characters as Python does (code points). `before_others` also refuses what makes
    a text hard to read for them, and `exact_words` that, mentions, links and invites.
    """
    if not text.strip(_SPACES + "\n"):
        return Fault.EMPTY
    if len(text) > limit:
        return Fault.LONG
    if _LONE_SURROGATE.search(text):
        return Fault.BROKEN
    if not (before_others or exact_words):
        return None
    # Before anything is normalized, which takes long over long piles: marks get sorted.
    if _piles_up(text):
        return Fault.PILE
    if _GAP.search(text):
        return Fault.GAP
    if not exact_words:
        return None
    seen = _as_seen(text)
    if _MENTION.search(seen):
        return Fault.MENTION
    return Fault.LINK if _LINK.search(seen) else None


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


def _at_work(unseen: re.Match[str]) -> str:
    """What of unseen characters in a row does visible work there.

    Each is judged by what is kept before it and what is seen behind them all: so cleaning twice is
    cleaning once.
    """
    text, kept = unseen.string, ""
    before = text[unseen.start() - 1 : unseen.start()] or "\n"
    after = text[unseen.end() : unseen.end() + 1] or "\n"
    if before == _BLACK_FLAG and unseen[0].startswith(_FLAGS):
        return unseen[0][: len(_FLAGS[0])]
    for char in unseen[0]:
        if _works(before, char, after):
            kept += char
            before = char
    return kept


def _works(before: str, char: str, after: str) -> bool:
    """Whether an unseen character does visible work between two others."""
    if char in (_NON_JOINER, _JOINER):
        return _joins(before, char, after)
    if char in _STYLES:
        return _is_symbol(before) or before in _ALSO_STYLED or (before in _KEYS and after == _FRAME)
    if char == "\u034f":  # it keeps the vowels of Hebrew in their order
        return bool(unicodedata.combining(before) and unicodedata.combining(after))
    return bool(_SHAPES.fullmatch(before + char) or _MONGOLIAN.fullmatch(before + char + after))


def _joins(before: str, joiner: str, after: str) -> bool:
    """Whether a joiner does visible work: in Indic and Arabic letters, or in an emoji.

    For letters this follows RFC 5892, appendix A, as domain names do.
    """
    if unicodedata.combining(before) == _VIRAMA:
        return True
    if unicodedata.combining(after) == _VIRAMA:
        return unicodedata.category(before)[0] in "LM"
    if unicodedata.bidirectional(after) == "AL":
        return unicodedata.bidirectional(before) in ("AL", "NSM")
    if joiner == _NON_JOINER or not _is_symbol(after):
        return False
    return _is_symbol(before) or before in _SKINS or before == _STYLES[1]


def _is_symbol(char: str) -> bool:
    # Sm: the arrow in a shaking head. None of ASCII is an emoji.
    return unicodedata.category(char) in ("So", "Sm") and char not in _SPACES and not char.isascii()


def _piles_up(text: str) -> bool:
    """Whether there are more marks on a letter than any language needs."""
    if text.isascii():
        return False
    marks = {char for char in set(text) if _is_mark(char)}
    runs = ([*run] for piled, run in groupby(text, marks.__contains__) if piled)
    return any(map(_is_pile, runs))


def _is_mark(char: str) -> bool:
    # A joiner stands between marks without ending their pile.
    return (
        unicodedata.category(char) in ("Mn", "Me")
        or unicodedata.combining(char) > 0
        or char in (_NON_JOINER, _JOINER)
    )


def _is_pile(marks: list[str]) -> bool:
    if len(marks) <= _PLACE:
        return False
    tibetan = all("\u0f00" <= mark <= "\u0fff" for mark in marks)
    if len(marks) > (_STACK if tibetan else _PILE):
        return True
    places = Counter(map(unicodedata.combining, marks))
    del places[0]  # no place: these stand where their font wants them
    return max(places.values(), default=0) > _PLACE


def _as_seen(text: str) -> str:
    """A text in all the ways in which Discord or a reader may see it, one below the other."""
    if text.isascii():
        return text
    bare = unicodedata.normalize("NFKD", _plain(text))
    for mark in {char for char in set(bare) if unicodedata.category(char)[0] == "M"}:
        bare = bare.replace(mark, "")
    bare = _plain(bare.casefold())
    return "\n".join((text, unicodedata.normalize("NFKC", text), _UNSEEN.sub("", bare)))


def _plain(text: str) -> str:
    for char in _LOOKS_LIKE.keys() & set(text):
        text = text.replace(char, _LOOKS_LIKE[char])
    return text
