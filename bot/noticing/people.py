"""Who a clause can be about: mentions as subjects, and whom a pronoun means. Pure."""

from __future__ import annotations

from typing import NamedTuple

from bot.noticing import english, spanish
from bot.noticing.agreement import EITHER, GROUP, MANY, ONE, US, WE
from bot.noticing.lexicon import lexicon
from bot.noticing.tokens import CLOSE, COLON, COMMA, MENTIONS, OPEN, ROLE, WORD, Token

_WE = lexicon("we us nosotros nosotras nosotres nosotrxs nosotr@s")
_AT = lexicon(
    """
    at in from of en de desde con with entre between somos formamos integramos are as como
    """
)
_THE = lexicon("the la el las los toda todo our")


class Subject(NamedTuple):
    """Somebody mentioned who may do, feel or want: whom, in what number, from where to where.

    `also` are those of a row without a conjunction ("X Y wants …"): the verb tells whether it is
    about all of them or about the last.
    """

    ids: tuple[int, ...]
    number: str
    begin: int
    end: int


_LONGEST_ROW = 12
_AND = frozenset(("and", "y", "e", "or", "ni", "nor", "plus", "mas"))
_OR = frozenset(("or", "ni", "nor"))
_ME = lexicon("i me myself us yo mi nosotros nosotras nosotres nosotrxs nosotr@s nosotrx moi")
_OTHERS = lexicon(
    """
    her his their its my our some other others the los las les lxs su sus mi mis yours otras otros
    otres otrxs several two three dos tres un una unas unos
    """
)
_CREW = lexicon(
    """
    crew team members member people folks committee group collective affinity working squad fam
    whole all both themselves herself himself themself mismo misma misme mismas mismos gente
    comrades friends side crowd organizers representatives reps entera completo completa here
    ppl peeps lot entero compas as a en general collectively unanimously in volunteers
    """
)
_PREPOSITIONS = lexicon(
    """
    of with to from for by about than at on in into onto over around near without against toward
    towards via per de con a para por sobre sin hacia ante desde en contra entre segun hasta
    tras between regarding like let make makes made help helps get gets have having give gave
    thank thanks thx gracias welcome bienvenida bienvenido miss love
    """
)
_WHOLE = lexicon(
    """
    everyone everybody all most many some several half both members people folks comrades
    friends crew rest nobody none compas companeros companeras companeres companerxs gente todes
    todos todas todxs integrantes miembros miembras volunteers voices majority mayoria resto
    varias varios varies muchas muchos us organizers each chicas chicos chiques chicxs lxs las
    los les pibas pibes companer@s tod@s few l@s mitad peña comision equipo crowd team group
    collective asamblea vecinas vecinos vecines trabajadores trabajadoras
    """
)
_OF = lexicon("of in from at on de en")


def subject(tokens: list[Token], at: int) -> Subject | None:
    """The subject that begins with the mention at `at`, together with all that it is joined to."""
    first = tokens[at]
    ids = [first.id]
    number = GROUP if first.kind == ROLE else ONE
    begin, end = at, at + 1
    if begin > 0 and tokens[begin - 1].kind == WORD:
        before = tokens[begin - 1].text
        if before in _AND and begin > 1:
            joined_to = tokens[begin - 2]
            if joined_to.kind in MENTIONS:
                return None  # it is part of the subject that begins there
            if joined_to.text in _ME or joined_to.text in ("nosotras", "nosotros"):
                number = WE
                begin -= 2
            elif joined_to.kind == WORD and joined_to.text in ("both",):
                begin -= 2
    end, number = _joined(tokens, end, ids, number)
    if number != ONE or first.kind == ROLE:
        while end < len(tokens) and tokens[end].text in _CREW and tokens[end].kind == WORD:
            end += 1
            if tokens[end - 1].text in ("all", "both"):
                break
    else:
        while end < len(tokens) and tokens[end].text in (
            "herself",
            "himself",
            "themself",
            "themselves",
            "misma",
            "mismo",
            "misme",
            "here",
        ):
            end += 1
    if number == WE and begin == at and begin > 0 and tokens[begin - 1].text in _PREPOSITIONS:
        return None
    if number != WE and begin > 0 and tokens[begin - 1].kind == WORD:
        whole = _whole(tokens, begin)
        if whole >= 0:
            begin, number = whole, GROUP
        elif tokens[begin - 1].text in _PREPOSITIONS and not _seems(tokens, begin - 1):
            return None
    if (
        number == GROUP
        and begin > 1
        and tokens[begin - 1].kind == COMMA
        and tokens[begin - 2].text in _WE
    ):
        begin, number = begin - 2, WE
        end += end < len(tokens) and tokens[end].kind == COMMA
    return Subject(tuple(dict.fromkeys(ids)), number, begin, end)


def _seems(tokens: list[Token], at: int) -> bool:
    """Whether the "like" at `at` is that of "it sounds like X wants"."""
    return tokens[at].text == "like" and at > 0 and tokens[at - 1].text in _SEEMS


_SEEMS = lexicon("sounds sound sounded seems seemed looks looked feels felt feel seem was is 's")


def with_us(tokens: list[Token], at: int) -> Subject | None:
    """ "We at @role", "con X pensamos": a mention behind a preposition that a "we" includes.

    Without a "we" in words (`US`), only a Spanish verb in the first person plural will do.
    """
    begin = at - 1
    while begin >= 0 and tokens[begin].text in _THE:
        begin -= 1
    if begin < 0 or tokens[begin].kind != WORD or tokens[begin].text not in _AT:
        return None
    if tokens[at].kind != ROLE and tokens[begin].text not in ("con", "with", "entre", "between"):
        return None
    ids = [tokens[at].id]
    end, _ = _joined(tokens, at + 1, ids, WE)
    while end < len(tokens) and tokens[end].kind == WORD and tokens[end].text in _CREW:
        end += 1
    number = US
    before = tokens[begin - 1].text if begin else ""
    if before in ("over", "here", "aca", "aqui", "all", "desde") and begin > 1:
        before = tokens[begin - 2].text if tokens[begin - 2].text in _WE else before
    if before in _WE:
        number, begin = WE, begin - 1
    else:
        after = end + 1 if end < len(tokens) and tokens[end].kind == COMMA else end
        if after < len(tokens) and tokens[after].text in _WE and tokens[after].text != "us":
            number, end = WE, after + 1
    return Subject(tuple(dict.fromkeys(ids)), number, begin, end)


def _joined(tokens: list[Token], end: int, ids: list[int], number: str) -> tuple[int, str]:
    """Read on over "and Y", ", Y and Z", "and I", "and her sister"."""
    while end < len(tokens) and len(ids) < _LONGEST_ROW:
        token = tokens[end]
        after = tokens[end + 1] if end + 1 < len(tokens) else None
        if token.kind in MENTIONS:
            # "X Y wants": the verb stands with the last one.
            break
        if after is None:
            break
        if token.kind == COMMA and after.kind in MENTIONS and _list_goes_on(tokens, end + 2):
            ids.append(after.id)
            end, number = end + 2, MANY
            continue
        step = 1
        if token.text == "como" and end > 1 and tokens[end - 2].text == "tanto":
            token = Token(WORD, "y", token.start, token.end)
        if token.kind == COMMA and after.text in _AND and end + 2 < len(tokens):
            token, after, step = after, tokens[end + 2], 2
        if token.kind != WORD or token.text not in _AND:
            break
        if (
            after.text in ("also", "tambien", "then", "a")
            and after.kind == WORD
            and end + step + 1 < len(tokens)
            and tokens[end + step + 1].kind in MENTIONS
        ):
            step, after = step + 1, tokens[end + step + 1]
        if after.kind in MENTIONS:
            ids.append(after.id)
            several = EITHER if token.text in _OR else MANY
            end, number = end + step + 1, (WE if number == WE else several)
            continue
        if after.text in _ME and after.kind == WORD:
            end, number = end + step + 1, WE
            if end < len(tokens) and tokens[end].text in ("both", "ambas", "ambos", "each"):
                end += 1
            continue
        if (
            after.text in _OTHERS
            and end + step + 1 < len(tokens)
            and tokens[end + step + 1].kind == WORD
        ):
            end = end + step + 2
            myself = tokens[end - 1].text in ("servidora", "servidor", "servidore", "truly")
            number = WE if number == WE or myself else MANY
            while end < len(tokens) and tokens[end].text in (
                "of",
                "us",
                "the",
                "group",
                "de",
                "nosotras",
                "nosotros",
                "crew",
                "team",
            ):
                if tokens[end].text in ("us", "nosotras", "nosotros"):
                    number = WE
                end += 1
            continue
        break
    return end, number


def _list_goes_on(tokens: list[Token], at: int) -> bool:
    """ "X, Y and Z want": a comma joins only when an "and" comes."""
    for index in range(at, min(len(tokens), at + 12)):
        token = tokens[index]
        if token.kind in MENTIONS or token.kind == COMMA:
            continue
        return token.text in _AND
    return False


def _whole(tokens: list[Token], at: int) -> int:
    """Where "everyone in the", "lxs compas de" before a mention begins; -1 if nothing like it."""
    index = at - 1
    if tokens[index].text == "the" or tokens[index].text in ("la", "el"):
        index -= 1
        if index >= 0 and tokens[index].text in ("whole", "entire", "toda", "todo"):
            return index
        if index >= 0 and tokens[index].text not in _OF:
            return -1
    if index >= 0 and tokens[index].text in ("whole", "entire"):
        return index
    if index < 1 or tokens[index].text not in _OF:
        return -1
    for back in range(1, 4):
        if index - back < 0 or tokens[index - back].kind != WORD:
            return -1
        if tokens[index - back].text in _WHOLE or _people(tokens, index - back, at):
            begin = index - back
            while begin > 0 and tokens[begin - 1].text in (
                "the",
                "all",
                "of",
                "los",
                "las",
                "les",
                "lxs",
                "l@s",
                "la",
                "todas",
                "todos",
                "todes",
                "todxs",
                "our",
                "a",
                "mis",
                "nuestras",
            ):
                begin -= 1
            return begin
    return -1


def _people(tokens: list[Token], at: int, role: int) -> bool:
    """Whether "the tenants in @role", "lxs inquilinxs de @role" means people of that group."""
    word = tokens[at].text
    return (
        tokens[role].kind == ROLE
        and at > 0
        and tokens[at - 1].text in _PLURAL_THE
        and word.endswith("s")
        and word not in _POSITIONS
    )


_PLURAL_THE = lexicon("the our los las les lxs l@s nuestras nuestros nuestres nuestrxs")
_POSITIONS = english.POSITIONS | spanish.POSITIONS
_SINGULAR = lexicon("he she xe ze ey ella elle ellx ell@ el hir")
_PLURAL = lexicon("they ellos ellas elles ellxs ell@s")
PRONOUNS = _SINGULAR | _PLURAL


def pronoun_number(word: str, topic_number: str) -> str | None:
    """The number in which a pronoun speaks of the one last mentioned, or None if it cannot."""
    if word in _SINGULAR:
        return ONE if topic_number == ONE else None
    if word in ("they",):
        return MANY
    return MANY if topic_number in (GROUP, MANY) else None


#: After one of these at the beginning, what follows is said to the mentioned person.
_TO_THEM = lexicon(
    """
    i you we they she he ella ellos ellas yo tu vos usted te your ur my please plz pls porfa por
    what how who when where why thanks thank thx ty gracias hola hello hi hey sorry perdon yes
    yeah ok lol nope sure hope good great congrats if ojala welcome the el this that these those
    there here it its am an en happy glad podes puedes podrias quieres queres sabes tienes tenes
    viste cuando donde como eres sos estas
    """
)
#: These begin a question when one of the others follows: "X can you", "X has been" is said of X.
_MAY_ASK = lexicon("can could do does are will would should did have is was")
_ASKED = lexicon("you u we i they it the anyone your")
GREETING = lexicon(
    """
    hey hi hello hola oye che ey oi yo thanks thank thx gracias sorry perdon ok yes no yeah
    please porfa cc ping congrats felicidades welcome bienvenida bienvenido chau dear
    ay uy querida querido amor well bueno disculpa disculpame mira escucha oigan boa buenas buenos
    dias tardes noches you vos tu usted love aw aww to
    """
) - {"to", "yo", "you", "tu"}


def addressed(tokens: list[Token], at: int) -> bool:
    """Whether the mention at `at` is the person spoken to rather than spoken about."""
    begin = at
    while begin > max(0, at - _LONGEST_ROW) and tokens[begin - 1].kind in MENTIONS:
        begin -= 1
    end = at + 1
    while end < min(len(tokens), at + _LONGEST_ROW) and tokens[end].kind in MENTIONS:
        end += 1
    before = tokens[begin - 1] if begin > 0 else None
    after = tokens[end] if end < len(tokens) else None
    if before is not None and before.kind == WORD:
        return before.text in GREETING
    if after is None:
        return before is None or before.kind in (COMMA, CLOSE)
    if after.kind in (COMMA, COLON, OPEN):
        return True
    if before is not None and before.kind not in (COMMA, COLON):
        return False
    beyond = tokens[end + 1] if end + 1 < len(tokens) else None
    if after.text in ("no", "si", "ok"):
        return beyond is None or beyond.kind != WORD or beyond.text in ("i", "we", "you")
    if after.text in _MAY_ASK:
        return beyond is None or beyond.text in _ASKED
    return after.text in _TO_THEM
