"""Where a clause can begin, where its verb can stand, and to whom its words are said. Pure."""

from __future__ import annotations

import itertools

from bot.noticing.agreement import ONE, WE
from bot.noticing.lexicon import lexicon
from bot.noticing.people import GREETING, Subject
from bot.noticing.predicates import Stance, stance
from bot.noticing.tokens import COLON, COMMA, MENTIONS, ROLE, WORD, Token

#: How far from its subject a second verb is looked for ("X came by and said …"), in words.
_REACH = 24
SPANISH_BE = lexicon("esta no se ya tambien estaba estuvo anda sigue estan re")
NOT_BEHIND = lexicon(
    """
    a de con para por sobre sin en segun que y e o and lo la mi su tu contra hacia el gracias
    """
)


def closes(read: list[Token], at: int) -> bool:
    """Whether a subject that stands behind its verb may end here."""
    return at >= len(read) or read[at].kind != WORD or read[at].text in _CLOSING


_CLOSING = lexicon("tambien y pero porque que con de tampoco en igual ya a")
NOT_BEFORE_PRONOUN = lexicon(
    """
    with to from for by about of a con de para por sobre sin en than like every las los the
    """
)
OTHER_PEOPLE = lexicon(
    """
    mom mum dad mother father sister brother cousin aunt uncle friend partner boyfriend
    girlfriend wife husband boss landlord landlords cop cops police neighbor neighbors neighbour
    neighbours mayor council lawyer doctor teacher teachers student students kid kids son
    daughter someone somebody everyone everybody people management mama papa madre padre hermana
    hermano prima primo tia tio amiga amigo amigue pareja novia novio jefa jefe vecina vecino
    vecinas vecinos policia policias intendente abogada abogado doctora profe alguien gente
    dueno duena hija hijo municipalidad gobierno nobody nadie roommate
    """
)
_OPENERS = lexicon(
    """
    and but because so that y pero que porque e aunque since cause asi ya creo dice dijo
    basically apparently entonces igual ahora
    """
)
_KNOWING = lexicon(
    """
    confeso confesó admitio admitió reconocio reconoció diciendo cuenta contaba menciono
    mencionó repite tells mentioned admitted confided dice dijo dicen dijeron creo cree parece
    conto aviso seguro segura consta claro obvio verdad se sabe entiendo ya asi porque aunque
    comento confirmo asegura jura explico escribio aseguró confirmó avisó contó comentó explicó
    supongo imagino pienso entendi hecho sino decirles decir decia digo juro aseguro sabemos
    cuento told said says
    """
)


def may_begin(read: list[Token], at: int) -> bool:
    """Whether a clause without a subject can begin here."""
    if at == 0:
        return True
    before = read[at - 1]
    if before.kind in (COMMA, COLON):
        return True
    if before.text == "que":
        return _known(read, at - 2)
    return before.kind == WORD and before.text in _OPENERS


def _known(read: list[Token], at: int) -> bool:
    """Whether the "que" behind `at` tells what somebody says or knows, rather than which one."""
    for index in range(at, max(-1, at - 6), -1):
        token = read[index]
        if token.text in _KNOWING:
            return True
        if token.kind in (COMMA, COLON) or token.text in (
            "el",
            "la",
            "los",
            "las",
            "un",
            "una",
            "lo",
        ):
            return False
    return False


def without_subject(read: list[Token], at: int, found: Stance) -> bool:
    """Whether these words can be a clause whose subject is left out."""
    if found.spanish or found.verb == "be":
        first = read[at].text
        if found.spanish:
            return not you(read, at)
        return first in _LEFT_OUT
    if found.past or found.bare:
        return False
    return read[at].text != "no"


def mine(read: list[Token], at: int, found: Stance) -> bool:
    """Whether a form that is the first person's as well ("prefería") is the author's own here."""
    ending = read[found.end - 1].text.endswith(("ia", "aba", "iera", "ara"))
    return ending and any(token.text == "yo" for token in read[max(0, at - 20) : at])


def you(read: list[Token], at: int) -> bool:
    return any(token.text in SECOND for token in read[at : at + 8])


#: How a clause without a subject begins; of the Spanish pasts, those that are no first person's.
_LEFT_OUT = lexicon(
    """
    is 's seems sounds was isn feels esta estan no sigue anda se estaba ya tambien re estamos
    parece quedó quedaron salió salieron volvió volvieron terminó terminaron estuvo estuvieron
    siguen andan parecen
    """
)
SECOND = lexicon("you your yours ur tu tus te ti vos usted ustedes contigo yourself")


def _for_you(read: list[Token]) -> bool:
    return any(
        token.text in ("for", "about", "por", "que") and after.text in SECOND
        for token, after in itertools.pairwise(read)
    )


def to_them(read: list[Token], subject: Subject, found: Stance) -> bool:
    """ "X loved your talk", "X agreed!", "X perdona": said to X, the author's own "I" left out."""
    if read[subject.begin].kind not in MENTIONS or subject.number == WE:
        return False
    before = read[subject.begin - 1] if subject.begin else None
    if before is not None and before.kind not in (COMMA, COLON) and before.text not in GREETING:
        return False
    if any(token.kind in MENTIONS for token in read[: subject.begin]):
        return False  # "you" is whoever was named first
    rest = read[found.end : found.end + 8]
    if (
        (found.past or found.bare)
        and not found.saying
        and not (found.verb == "feel" and not _for_you(rest))
    ):
        greeted = before is not None and before.text in GREETING
        if greeted or any(token.text in SECOND for token in rest):
            return True
        if (
            found.verb == "agree"
            and found.past
            and (
                not rest
                or rest[0].kind != WORD
                or rest[0].text in ("lol", "100%", "completely", "totally", "but", "and")
            )
        ):
            return True
    if (
        found.spanish
        and subject.number == ONE
        and found.end - 1 == subject.end
        and read[subject.end].text in _IMPERATIVES
    ):
        return (
            not rest
            or rest[0].text not in ("a", "que", "la", "el", "los", "las", "lo", "esta", "este")
            or you(read, found.end)
        )
    return False


_IMPERATIVES = lexicon("perdona disfruta respeta considera confia perdone valora")


def relative(read: list[Token], at: int) -> bool:
    """Whether a clause at `at` only tells more of its subject: ", who can't stand it,"."""
    return at > 1 and read[at - 1].text in ("who", "quien", "que") and read[at - 2].kind == COMMA


def as_before(read: list[Token], at: int) -> bool:
    return at > 0 and read[at - 1].text in ("as", "like", "como", "segun")


def verb_places(read: list[Token], begin: int, *, explicit: bool) -> list[int]:
    """Where a verb of this subject may stand: right behind it, and behind each "and" in reach."""
    places = [_past_asides(read, begin)] if explicit else [begin]
    if not explicit:
        return places
    for at in range(begin, min(len(read), begin + _REACH)):
        token = read[at]
        if token.kind in MENTIONS and at > begin + 1:
            before = read[at - 1].text
            if before in ("and", "but", "y", "pero", "que", "that") or read[at - 1].kind == COMMA:
                break
        if token.kind == WORD and token.text in _NEW_SUBJECT:
            if token.text in _WE and read[begin - 1].kind == ROLE:
                places.append(at + 1)
                continue
            break
        if token.kind == COMMA and any(each.kind in MENTIONS for each in read[begin:at]):
            break
        if (token.kind == WORD and token.text in _JOINS) or token.kind == COMMA:
            places.append(at + 1)
    return places


_WE = lexicon("we nosotras nosotros nosotres")
_JOINS = lexicon("and but y pero e or then who")
_NEW_SUBJECT = lexicon(
    """
    i we you it yo nosotros nosotras nosotres vos tu she he they ella el elle that
    """
) - {"el", "that", "tu"}


def _past_asides(read: list[Token], at: int) -> int:
    """Behind "from the kitchen team", ", our treasurer," and the like."""
    if (
        at < len(read)
        and read[at].text in ("from", "of", "at", "in", "de", "del", "en", "over")
        and read[at].kind == WORD
    ):
        for index in range(at + 1, min(len(read), at + 6)):
            if read[index].kind not in (WORD, ROLE):
                return at
            if stance(read, index, ONE) is not None:
                return index
        return at
    if at < len(read) and read[at].kind == COLON:
        return at + 1
    if at < len(read) and read[at].kind == COMMA:
        if at + 1 < len(read) and read[at + 1].text in ("who", "quien", "que"):
            return at + 2
        for index in range(at + 1, min(len(read), at + 9)):
            if read[index].kind == COMMA:
                # ", our treasurer, wants": an apposition closes before the verb.
                first = read[at + 1].text
                if first in (
                    "our",
                    "my",
                    "the",
                    "as",
                    "like",
                    "who",
                    "nuestra",
                    "nuestro",
                    "la",
                    "que",
                    "como",
                    "one",
                    "una",
                    "honestly",
                    "for",
                    "along",
                ):
                    return index + 1
                return at
        return at
    return at
