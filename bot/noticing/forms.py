"""The forms of regular verbs, English and Spanish, folded as `tokens.fold` folds them. Pure.

A form's tag is a string of letters; a form may have several.

    S  third person singular: "wants", "quiere", "querría"
    D  past, any person: "wanted"
    P  third person plural: "quieren"
    W  first person plural: "queremos"
    B  bare: "want", which is plural or follows an auxiliary; Spanish infinitives are I
    N  participle: "wanted", "querido"
    G  -ing, -ndo
    s, p, w  the same persons of the Spanish subjunctive
"""

from __future__ import annotations

from collections.abc import Iterator

Forms = dict[str, str]

#: Their last letter is doubled: "opted" is not, "begged" is.
_DOUBLED = frozenset({"beg"})


def english(verb: str, past: str = "", participle: str = "") -> Forms:
    """Every form of an English verb; irregular past and participle are given."""
    ends_e = verb.endswith("e")
    if verb.endswith("y") and verb[-2] not in "aeiou":
        third, regular = verb[:-1] + "ies", verb[:-1] + "ied"
    elif verb.endswith(("s", "sh", "ch", "x", "z")):
        third, regular = verb + "es", verb + "ed"
    else:
        third = verb + "s"
        regular = verb + ("d" if ends_e else verb[-1] + "ed" if verb in _DOUBLED else "ed")
    stem = verb[:-1] if ends_e and not verb.endswith("ee") else verb
    gerund = stem + (verb[-1] if verb in _DOUBLED else "") + "ing"
    found: Forms = {}
    for form, tag in (
        (verb, "B"),
        (third, "S"),
        (past or regular, "D"),
        (participle or past or regular, "N"),
        (gerund, "G"),
    ):
        found[form] = found.get(form, "") + tag
    return found


def spanish(verb: str, stressed: str = "", past: str = "", future: str = "") -> Forms:
    """Every form of a Spanish verb that is not its first or second person singular.

    `stressed` is the stem of the present tense ("quier-"), `past` that of an irregular past
    ("quis-", or "sint-" where only the third persons change), `future` of the future ("querr-").
    """
    verb = verb.removesuffix("se")
    stem, kind = verb[:-2], verb[-2:]
    strong = stressed or stem
    found: Forms = {}
    for form, tag in _spanish(stem, strong, kind, past, future or verb):
        if tag not in found.get(form, ""):
            found[form] = found.get(form, "") + tag
    return found


def _spanish(
    stem: str, strong: str, kind: str, past: str, future: str
) -> Iterator[tuple[str, str]]:
    a, e = ("a", "e") if kind == "ar" else ("e", "a")
    soft, hard = stem, strong
    if kind == "ar":  # indique, niegue, rechace
        soft, hard = _before_e(stem), _before_e(strong)
    yield from ((strong + a, "S"), (strong + a + "n", "P"))
    yield stem + ("imos" if kind == "ir" else a + "mos"), "W"
    yield from ((hard + e, "s"), (hard + e + "n", "p"), (soft + e + "mos", "w"))
    if kind == "ar":
        yield from ((stem + "ó", "S"), (stem + "aron", "P"), (stem + "amos", "W"))
        yield from ((stem + "aba", "S"), (stem + "aban", "P"), (stem + "abamos", "W"))
        yield from ((stem + "ara", "s"), (stem + "aran", "p"), (stem + "aramos", "w"))
        yield from ((stem + "ando", "G"),)
        ending = "ad"
    else:
        then = past or stem
        if (past and past[-1] in "jsvp" and kind != "ir") or past in ("dij",):
            yield from ((then + "o", "S"), (then + "ieron", "P"), (then + "eron", "P"))
            yield then + "imos", "W"
        else:
            ió = "y" if then[-1] in "aeo" else "i"
            yield from ((then + ió + "o", "S"), (then + ió + "ó", "S"), (then + ió + "eron", "P"))
            yield stem + "imos", "W"
        yield from ((stem + "ia", "S"), (stem + "ian", "P"), (stem + "iamos", "W"))
        yield from ((then + "iera", "s"), (then + "ieran", "p"), (then + "ieramos", "w"))
        yield from (
            (then + "iendo" if kind == "ir" else stem + "iendo", "G"),
            (stem + "yendo", "G"),
        )
        ending = "id"
    for gender in ("o", "a", "e", "x"):
        yield stem + ending + gender, "N"
        yield stem + ending + gender + "s", "N"
    yield from ((future + "a", "S"), (future + "an", "P"), (future + "emos", "W"))
    yield from ((future + "ia", "S"), (future + "ian", "P"), (future + "iamos", "W"))
    yield stem + kind, "I"


def _before_e(stem: str) -> str:
    for end, soft in (("c", "qu"), ("g", "gu"), ("z", "c")):
        if stem.endswith(end):
            return stem[:-1] + soft
    return stem
