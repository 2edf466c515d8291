"""Spanish feelings with a person as indirect object: "a X le duele", "le encantó a X". Pure."""

from __future__ import annotations

from typing import NamedTuple

from bot.noticing import spanish
from bot.noticing.clauses import BOUNDARIES
from bot.noticing.lexicon import lexicon
from bot.noticing.tokens import COMMA, MENTIONS, WORD, Token

_LE = frozenset(("le", "les", "nos"))
_LA = frozenset(("la", "lo", "las", "los"))
_BEFORE = lexicon(
    """
    se no si tambien tampoco ya nunca siempre todavia tambn igual realmente seguro creo siento
    que seguramente posta a mi todo esto eso en general personalmente
    """
)
_HELPERS = lexicon(
    """
    va van iba iban ha han habia suele suelen puede podria esta estaba estan sigue siguen
    estaria se la lo las los re muy super empezo empieza empezaron termina terminan termino terminó
    acaba acabo acabó deja dejo de a logra logro realmente tambien tanto mucho
    """
)
_LIGHT = lexicon(
    """
    pego pega pegan pegaron partio parte partia rompio rompe rompia encoge remueve da dan dio
    dieron daba daban daria daran hace hizo hicieron hacen hacia haria parece pone ponen puso
    viene cae cayo sento sienta sentó cayeron entra entro agarro resulta resulto tiene tienen
    queda sale dara hara caeria cayó genera generan genero generaba provoca provocan provoco causa
    causan causo vale valen valia dispara disparan disparo despierta despiertan despertó desata
    desatan gatilla gatillan gatilló suena suenan sonaba remueven revuelve revuelven activa activan
    """
)
_MUCH = lexicon(
    """
    muy re super tan bastante mucho mucha tanta tanto un una poco de la lo demasiado demasiada
    mas mil medio el muchisima muchisimo muchisimas muchisimos bastantes muchas algo
    completamente totalmente absolutamente exactamente nada literalmente tremenda tremendo
    simplemente ni pizca maldita
    """
)


#: Verbs of which a person is also the direct object: "lo agobia".
_HARMS = lexicon(
    """
    agobia agobian incomoda incomodan lastima lastiman hiere hieren angustia angustian asusta
    estresa estresan entristece ofende ofenden lastimo hirio incomodo humilla humillan perturba
    abruma abruman desborda enoja
    """
)


class Felt(NamedTuple):
    """Who feels it, and the words that say so."""

    ids: tuple[int, ...]
    begin: int
    end: int


def of_mention(tokens: list[Token], at: int) -> Felt | None:
    """ "A X (y a Y) le duele", or "le duele a X", read from the first mention."""
    before = tokens[at - 1].text if at else ""
    if (
        before == "a"
        or at == 0
        or tokens[at - 1].kind in BOUNDARIES
        or before in ("que", "y", "pero", "porque")
    ):
        ids, end = _row(tokens, at)
        # "A nosotras, @role, nos preocupa": what stands between commas is passed over.
        aside = at > 0 and end < len(tokens) and tokens[end].kind == tokens[at - 1].kind == COMMA
        felt = _feels(tokens, end + aside, direct=before == "a")
        if felt:
            return Felt(ids, at - 1 if before == "a" else at, felt)
    start = at - 1
    while start > 0 and tokens[start].text in (
        "toda",
        "todo",
        "la",
        "el",
        "las",
        "los",
        "lxs",
        "les",
        "de",
        "gente",
        "compas",
        "todas",
        "todos",
        "todes",
        "todxs",
    ):
        start -= 1
    if start < at - 1 and start >= 0 and tokens[start].text == "a":
        ids, end = _row(tokens, at)
        felt = _feels(tokens, end, direct=True)
        if felt:
            return Felt(ids, start, felt)
    if before == "a":
        ids, end = _row(tokens, at)
        for begin in range(at - 2, max(-1, at - 12), -1):
            token = tokens[begin]
            if token.kind in BOUNDARIES or token.kind in MENTIONS:
                return None
            clitic = token.text in ("le", "les")
            if clitic or token.text in _LA:
                felt = _feels(tokens, begin, direct=True)
                if felt and felt <= at - 1:
                    return Felt(ids, begin, end)
            if clitic:
                return None  # A "la" may be an article, and the clitic stands before it.
    return None


def of_nobody(tokens: list[Token], at: int) -> int:
    """The index after "(no) le duele" about a person named before; 0 if it is not there."""
    if tokens[at].text in ("le", "les"):
        felt = _feels(tokens, at)
        for index in range(at - 1, max(-1, at - 5), -1):
            # "a mi hermana le": somebody else feels it.
            if (
                tokens[index].text == "a"
                and tokens[index + 1].kind not in MENTIONS
                and tokens[index + 1].text not in ("ella", "el", "elle", "ellas", "ellos")
            ):
                return 0
    else:
        felt = at + 2 if at + 1 < len(tokens) and tokens[at + 1].text in _HARMS else 0
        if at + 2 < len(tokens) and tokens[at + 1].text in (
            "pone",
            "ponen",
            "puso",
            "deja",
            "dejo",
            "hace",
            "hizo",
            "tiene",
        ):
            word = tokens[
                at + 3
                if tokens[at + 2].text in ("muy", "re", "super", "sentir", "tan")
                and at + 3 < len(tokens)
                else at + 2
            ].text
            felt = (
                at + 3
                if word in spanish.FEELINGS or word in ("mal", "llorar", "sentir", "sufrir")
                else 0
            )
    if not felt:
        return 0
    for index in range(felt, min(len(tokens), felt + 3)):
        if tokens[index].text == "a" and index + 1 < len(tokens):
            after = tokens[index + 1]
            if after.kind in MENTIONS or after.text in (
                "mi",
                "tu",
                "su",
                "usted",
                "ustedes",
                "nosotras",
                "nosotros",
                "todas",
                "todos",
                "todes",
            ):
                return 0
    return felt


def _row(tokens: list[Token], at: int) -> tuple[tuple[int, ...], int]:
    """Everybody from the mention at `at` on. A comma joins in "a X, a Y"; "X, a Y" is said to X."""
    ids = [tokens[at].id]
    end = at + 1
    joints = ("y", "e", "and", "ni") + ((",",) if at and tokens[at - 1].text == "a" else ())
    while len(ids) < 9 and end + 1 < len(tokens) and tokens[end].text in joints:
        step = 2 if tokens[end + 1].text == "a" else 1
        if end + step >= len(tokens):
            break
        if tokens[end + step].kind in MENTIONS:
            ids.append(tokens[end + step].id)
        elif tokens[end + step].text not in ("mi", "nosotras", "nosotros", "nosotres", "yo"):
            break
        end += step + 1
    return tuple(dict.fromkeys(ids)), end


def _feels(tokens: list[Token], at: int, *, direct: bool = False) -> int:
    """The index after the feeling that is told from `at`, behind a clitic; 0 if none is.

    `direct`: behind "a X" the clitic may be that of a direct object, too: "a X la convence".
    """
    seen_le = False
    last = min(len(tokens), at + 9)
    light = False
    for index in range(at, last):
        token = tokens[index]
        if token.kind != WORD:
            return 0
        word = token.text
        bare = word.rstrip("ó") + "o" if word.endswith("ó") else word
        if word in _LE or (direct and word in _LA):
            seen_le = True
        elif not seen_le:
            if word not in _BEFORE:
                return 0
        elif _told(tokens, index, word, bare, light=light):
            return index + 1
        elif bare in _LIGHT:
            light = True
        elif word not in _HELPERS and not (light and word in _MUCH):
            return 0
    return 0


def _told(tokens: list[Token], at: int, word: str, bare: str, *, light: bool) -> bool:
    """Whether the word at `at` says what is felt. `light`: behind a verb that needs such a word."""
    if light and (
        word in spanish.DATIVE_PHRASES or word in spanish.FEELINGS or word in spanish.DATIVES
    ):
        return True
    if bare == "vale":
        return at + 1 == len(tokens) or tokens[at + 1].kind != WORD
    return bare in spanish.DATIVES and bare not in ("pone", "costo")
