"""What a group's name looks like, so that no other group can be taken for it. Pure.

Whoever reads a name in a list sees neither its case nor which alphabet a letter is from. `looks`
says how a name can be read; names that have one reading in common could be taken for one another.
A reading is made in this order:

1. compatibility decomposition (NFKD): full-width, mathematical, circled and superscript letters
   become plain ones, accented letters lose their accents to step 3;
2. each letter becomes the plain small one that it looks like: by its name in Unicode where that is
   a Latin letter with something added, by `_ALIKE` where it is another alphabet's;
3. out goes what is no letter or digit: white space, punctuation, what cannot be seen, and marks.
   Marks stay on letters of scripts that spell with them: without them, Hindi, Thai, Burmese and
   Japanese have other words. Symbols and emoji stay only where a name has nothing else;
4. what can hardly be told apart in Discord's font becomes one: 0 and o; 1, i and l; rn and m; vv
   and w.

A capital letter may look like another letter than the small one (Greek Η like H, η like n). So a
name has three readings: as it was typed, in small letters, and in capitals.

Nothing of this is stored, so what a later version sees more needs no migration.
"""

from __future__ import annotations

import re
import unicodedata

#: Latin letters that look alike, and others of what alphabets they are taken for. Chosen by hand
#: from Unicode's confusables.txt (UTS #39): whole letters of scripts that fonts draw like Latin
#: ones. Where a capital is not here, its small letter stands for it.
_ALIKE = {
    "a": "аαɑⲁꓮᎪ@",
    "b": "вьβƅⲃꓐᏴᏏ",
    "c": "сςⲥꓚᏟᴄ¢",
    "d": "ԁᏧꓓᎠꓒ",
    "e": "еєεⲉꓰᎬ℮€",
    "f": "ϝꓝ",
    "g": "ԍɡցᏀꓖ",
    "h": "һнհΗⲏꓧᎻᏂ",
    "i": "іιıɩӏⲓꓲᎥ",
    "j": "јϳյȷꓙᎫ",
    "k": "кκⲕꓗᏦ",
    "l": "լꓡᏞ|ǀ∣❘│ןⵏ",
    "m": "мϻΜⲙꓟᎷ",
    "n": "пηոռΝⲛꓠ",
    "o": "оοօⲟꓳჿഠ",
    "p": "рρքⲣꓑᏢ",
    "q": "ԛզ",
    "r": "гꓣᎡᏒ",
    "s": "ѕտꓢᏚᏕ$",
    "t": "тτⲧꓔᎢ",
    "u": "υսʋμꓴ",
    "v": "ѵνꓦᏙ",
    "w": "ѡԝωաꓪᎳᏔ",
    "x": "хχⲭꓫ",
    "y": "уүγΥⲩꓬᎩ",
    "z": "ζꓜᏃ",
    "3": "зӡʒ",
    "4": "Ꮞ",
}
_PLAIN = {alike: plain for plain, others in _ALIKE.items() for alike in others}
#: Latin letters by their names: with a stroke or a hook, small capitals, letters in filled circles
#: and squares, and those that flags are made of.
_LATIN = re.compile(
    r"(?:LATIN (?:SMALL LETTER|CAPITAL LETTER|LETTER SMALL CAPITAL)"
    r"|REGIONAL INDICATOR SYMBOL LETTER) ([A-Z])(?: WITH .+)?"
)
#: The first letter of scripts in which a mark tells words apart; before it (Latin, Greek, Cyrillic,
#: Armenian, Hebrew, Arabic, Syriac) marks are accents, points or ornaments.
_SPELLS_WITH_MARKS = 0x0780
#: What shows nothing though it counts as a letter, a mark or a symbol.
_UNSEEN = frozenset("\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800")
#: Marks that are accents wherever they stand.
_ACCENTS = (
    range(0x0300, 0x0370),
    range(0x1AB0, 0x1B00),
    range(0x1DC0, 0x1E00),
    range(0x20D0, 0x2100),
    range(0xFE00, 0xFE30),
    range(0xE0100, 0xE01F0),
)


def looks(name: str) -> frozenset[str]:
    """Every way to read a name, never empty; the head of this module says how."""
    plain = unicodedata.normalize("NFKD", name)
    return frozenset(_reading(form) for form in (plain, plain.lower(), plain.upper()))


def _reading(text: str) -> str:
    letters: list[str] = []
    symbols: list[str] = []
    before = ""
    for char in unicodedata.normalize("NFKD", text):
        kind = unicodedata.category(char)
        if char in _UNSEEN:
            continue
        if kind.startswith("M"):
            if letters and _spells(before, char):
                letters.append(char)
            continue
        plain = _plain(char, kind)
        before = char
        if plain:
            letters.append(plain)
        elif kind.startswith("S"):
            symbols.append(char)
    found = "".join(letters or symbols) or text
    for pair, one in (("0", "o"), ("1", "l"), ("i", "l"), ("rn", "m"), ("vv", "w")):
        found = found.replace(pair, one)
    return found


def _spells(letter: str, mark: str) -> bool:
    """Whether a mark makes another word of it."""
    return ord(letter) >= _SPELLS_WITH_MARKS and not any(ord(mark) in each for each in _ACCENTS)


def _plain(char: str, kind: str) -> str:
    """The letter or digit that a character looks like; empty if it looks like none."""
    folded = char.casefold()
    if (alike := _PLAIN.get(char) or _PLAIN.get(folded)) is not None:
        return alike
    named = _LATIN.search(unicodedata.name(char, ""))
    if named is not None and named.end() == len(named.string):
        return named[1].lower()
    if kind == "Nd":
        return str(unicodedata.digit(char))
    return folded if kind.startswith(("L", "N")) else ""
