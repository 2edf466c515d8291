"""What is said of a subject: whether the words behind it state its own mind. Pure.

`stance` reads a verb group from left to right, the way it is spoken: adverbs, negation, clitics and
auxiliaries are passed over, and the first word that carries meaning decides. Order of decision at
each word:

1. behind a copula, a phrase or adjective of feeling or position: it does;
2. an idiom ("would rather", "can't stand", "lo ve bien"): it does;
3. a verb of the lexicon in a form that agrees with subject and auxiliaries: always, or in the right
   company;
4. an auxiliary, copula, duty ("must", "puede"), adverb or clitic: read on;
5. anything else: it does not.
"""

from __future__ import annotations

from typing import NamedTuple

from bot.noticing import company, english, spanish
from bot.noticing.agreement import HAVE, MANY, ONE, OURS, US, WE, agrees, fits, ill, is_noun
from bot.noticing.lexicon import lexicon
from bot.noticing.phrases import phrase_at
from bot.noticing.tokens import CLOSE, COMMA, OPEN, WORD, Token

_NOT = frozenset(("not", "no", "never", "nunca", "jamas", "tampoco", "nor", "ni"))
_CLITICS = lexicon("se me te nos le les lo la los las os")
_BE = english.COPULAS
_SAYING = lexicon(
    """
    say tell ask claim state admit confirm swear report decir pedir contar avisar comentar
    confirmar asegurar jurar admitir beg reply answer respond contestar responder mandar
    encargar solicitar request
    """
)
_HEDGES = {
    "como": ("que",),
    "medio": ("que",),
    "creo": ("que",),
    "me": ("parece", "que"),
    "i": (),
    "siento": ("que",),
    "supongo": ("que",),
    "seguro": ("que",),
    "parece": ("que",),
}
_REFLEXIVE = lexicon(
    """
    animar enojar alegrar entristecer molestar ofender agobiar hartar asustar enfadar indignar
    angustiar cabrear ilusionar emocionar entusiasmar preocupar avergonzar arrepentir abstener
    oponer solidarizar resistir empenar espantar sorprender quejar conmover conformar fiar
    retractar enfurecer cansar negar copar prender sumar referir resentir
    """
)
_NEEDS_NOT = frozenset(("soportar", "aguantar", "buy"))
#: The present tense of these is a habit, a right or an errand.
_NOT_PRESENT = lexicon("decide decides deciden deciding")
#: "X don't want to" is heard; "X don't worry" is said to X.
_DO_NOT = lexicon("want agree like support approve consent need trust")
_RATHER = frozenset(("rather", "sooner"))
_MOST_STEPS = 16


class Stance(NamedTuple):
    """The verb that told it, and the index after the words read."""

    verb: str
    end: int
    saying: bool = False
    past: bool = False
    bare: bool = False
    spanish: bool = False


def stance(tokens: list[Token], at: int, number: str, *, doubted: bool = False) -> Stance | None:
    """The stance that the words from `at` state of a subject in that number, if they do.

    `doubted`: a clause that takes the Spanish subjunctive as a statement ("no creo que quiera").
    """
    negated = copula = reflexive = going = False
    auxiliary = duty = ""
    last = min(len(tokens), at + _MOST_STEPS)
    while at < last:
        token = tokens[at]
        if token.kind == OPEN:
            at = _after_brackets(tokens, at)
            if at < 0:
                return None
            continue
        if token.kind == COMMA and (after := _aside(tokens, at)):
            at = after
            continue
        if token.kind != WORD:
            return None
        if hedge := _hedge(tokens, at):
            at += hedge
            continue
        word = token.text
        plain = word[:-1] + "o" if word.endswith("ó") else word
        if copula and (found := _complement(tokens, at)):
            return found if not duty or duty in _MAYBE else None
        if found := _idiom(tokens, at, bool(duty), negated, auxiliary):
            return found
        ours = number in (WE, US) and tokens[at - 1].text == "nos"
        if ours and plain in spanish.DATIVES and not duty:
            return Stance(plain, at + 1, spanish=True)
        verb = _verb(tokens, at, number, auxiliary, negated, reflexive, doubted)
        if verb is not None and (not duty or _despite_duty(verb.verb, duty)):
            return verb
        if word in HAVE and at + 1 < last and tokens[at + 1].text == "to":
            duty, auxiliary, copula = "must", "must", False
        elif word in _NOT:
            negated = True
        elif word in english.DUTIES or (word in spanish.DUTIES and _duty(tokens, at)):
            duty, auxiliary, copula = word, word, False
        elif (
            word in _BE or plain in spanish.COPULAS or (doubted and word in spanish.DOUBTED_COPULAS)
        ):
            if not agrees(word, number, auxiliary):
                return None
            copula, auxiliary = True, word
        elif word in english.AUXILIARIES or plain in spanish.AUXILIARIES:
            if number == US and not auxiliary and word not in OURS:
                return None
            if word == "going":
                going = True
            auxiliary = word
            copula = word in _BE
        elif word == "to" and (going or auxiliary in english.AUXILIARIES or duty != ""):
            auxiliary = "to"
        elif word == "te" and reflexive:
            return None  # "se te ve feliz" is said to somebody
        elif word in _CLITICS:
            reflexive = reflexive or word in ("se", "nos")
        elif word not in english.ADVERBS and word not in spanish.ADVERBS:
            return None
        at += 1
    return None


def _hedge(tokens: list[Token], at: int) -> int:
    """How many words of "X como que quiere", "X I think wants" only hedge."""
    rest = _HEDGES.get(tokens[at].text)
    if rest is None:
        return 0
    if not rest:
        hedges = ("think", "guess", "believe", "feel", "assume", "suppose")
        return 2 if at + 1 < len(tokens) and tokens[at + 1].text in hedges else 0
    said = tuple(token.text for token in tokens[at + 1 : at + 1 + len(rest)])
    return 1 + len(rest) if said == rest else 0


def without_copula(tokens: list[Token], at: int) -> Stance | None:
    """Spanish chat leaves the copula out after an intensifier: "X re enojada"."""
    end = at
    while end < len(tokens) and tokens[end].text in _INTENSE:
        end += 1
    if end == at or end >= len(tokens) or any(t.text in _TO_YOU for t in tokens[end : end + 6]):
        return None
    word = tokens[end].text
    if (
        word.startswith(("feli", "agradecid", "orgullos", "content"))
        or word not in spanish.FEELINGS
    ):
        return None
    return Stance("be", end + 1, spanish=True)


_INTENSE = lexicon("re mega super muy full hiper recontra tan medio bastante totalmente")
_TO_YOU = lexicon("vos ti te tu tus contigo usted you your")


def following(tokens: list[Token], at: int) -> str:
    """The next words, joined: what a verb's company is looked up in."""
    return " ".join(token.text[:24] for token in tokens[at : at + company.LOOK_AHEAD])


def _after_brackets(tokens: list[Token], at: int) -> int:
    for index in range(at + 1, min(len(tokens), at + 10)):
        if tokens[index].kind == CLOSE:
            return index + 1
    return -1


_ASIDES = lexicon(
    """
    i think believe guess honestly tbh feel know like me too as well frankly for one creo yo
    obvio obviamente la verdad claro por supuesto de hecho in fact of course though however sin
    embargo en cambio igual
    """
)


def _aside(tokens: list[Token], at: int) -> int:
    """The index after ", I think," and the like; 0 if it is none."""
    for index in range(at + 1, min(len(tokens), at + 5)):
        if tokens[index].kind == COMMA:
            return index + 1 if index > at + 1 else 0
        if tokens[index].text not in _ASIDES:
            return 0
    return 0


def _complement(tokens: list[Token], at: int) -> Stance | None:
    end = phrase_at(tokens, at)
    if end:
        return Stance("be", end)
    word = tokens[at].text
    if "isim" in word:
        word = word.replace("quisim", "cisim").replace("isim", "")
    if word in english.FEELINGS or word in spanish.FEELINGS:
        before = tokens[at - 1].text
        if before in ("got", "get", "getting") and word in ("hurt", "moved", "attacked"):
            return None
        # What was done to somebody is an event; how they felt about it is not.
        if before in _BEEN and word in ("ignored", "excluded", "attacked", "moved", "silenced"):
            return None
        return Stance("be", at + 1)
    return None


_BEEN = lexicon("was were been being is are")
#: "Will not …" of these is a refusal; of others ("will not come") it may be a matter of time.
_REFUSED = lexicon(
    """
    negotiate negotiating sign signing cooperate cooperating participate participating comply
    budge compromise back stand forgive endorse engage collaborate settle allow let tolerate
    accept condone yield cave firmar firma negociar negocia participar participara colaborar
    ceder cede aceptar permitir permite tolerar tolera transar transa negociara firmara cedera
    apoyar apoyara callar share sharing compartir entregar levantar aflojar retroceder
    """
)
_REFUSING = lexicon("will would is are 's a va van vamos to be") | {""}
#: "Ni loca se sienta", "ni muerto viene": a refusal, whatever follows.
_NO_WAY = lexicon("loca loco loque locx locas locos muerta muerto muerte borracha borracho hablar")
_GOES = lexicon("va van vamos iba iban ira iran")


def _idiom(
    tokens: list[Token], at: int, duty: bool, negated: bool, auxiliary: str
) -> Stance | None:
    word = tokens[at].text
    after = tokens[at + 1].text if at + 1 < len(tokens) else ""
    if word in _RATHER and auxiliary in ("would", "had", "will"):
        return Stance("prefer", at + 1)
    if word in english.CANNOT and duty and negated and auxiliary in ("can", "could"):
        return Stance("cannot " + word, at + 1)
    if word in ("say", "tell", "argue") and auxiliary == "would":
        return Stance("say", at + 1, saying=True)
    if word == "live" and after == "with" and auxiliary in ("can", "could"):
        return Stance("live with", at + 2)
    if word == "less" and auxiliary in ("could",) and negated:
        return Stance("care", at + 1)
    if negated and word in _REFUSED and auxiliary in _REFUSING:
        return Stance("refuse", at + 1)
    if word == "ni" and after in _NO_WAY:
        return Stance("refuse", at + 2, spanish=True)
    if word == "por" and auxiliary in _GOES and after in ("el", "la") and at + 2 < len(tokens):
        vote = tokens[at + 2].text in ("si", "no", "afirmativa", "negativa", "abstencion")
        return Stance("ir por", at + 3, spanish=True) if vote else None
    if word == "care" and auxiliary == "could":
        return Stance("care", at + 1)
    return None


def _duty(tokens: list[Token], at: int) -> bool:
    """`tiene` is a duty before `que`; the others always are."""
    if tokens[at].text in ("tiene", "tienen", "tendria", "tendrian", "tuvo"):
        return at + 1 < len(tokens) and tokens[at + 1].text == "que"
    return True


_GUESSED = lexicon(
    "feel hate dislike prefer disagree object sentir preferir oponer molestar ofender"
)
#: Between fact and duty: about a feeling these only hedge.
_MAYBE = lexicon("might may could podria podrian puede pueden debe deben")


def _despite_duty(verb: str, duty: str) -> bool:
    """A possibility is a hedge when it is about a feeling; a duty never is."""
    if duty in _MAYBE:
        return verb in _GUESSED
    return False


def _verb(
    tokens: list[Token],
    at: int,
    number: str,
    auxiliary: str,
    negated: bool,
    reflexive: bool,
    doubted: bool,
) -> Stance | None:
    word = tokens[at].text
    for verbs, is_spanish, always in (
        (english.ALWAYS, False, True),
        (spanish.ALWAYS, True, True),
        (english.SOMETIMES, False, False),
        (spanish.SOMETIMES, True, False),
    ):
        for verb, tags in verbs.get(word, ()):
            if not fits(tags, number, auxiliary, doubted, is_spanish) and not (
                number == ONE and auxiliary == "do" and negated and verb in _DO_NOT and "B" in tags
            ):
                continue
            if number == ONE and auxiliary == "do" and not (negated and verb in _DO_NOT):
                continue
            if verb in _REFLEXIVE and not reflexive and not (number == WE and verb == "oponer"):
                continue
            if verb in _NEEDS_NOT and not negated:
                continue
            if verb in ("feel", "sentir") and ill(tokens, at + 1):
                continue
            if word in _NOT_PRESENT and number in (ONE, MANY):
                continue
            if verb in ("decide", "decidir") and (
                auxiliary in ("will", "would", "to", "going") or negated
            ):
                continue
            if not always and not company.tells(verb, following(tokens, at + 1)):
                continue
            if is_noun(tokens, at, tags):
                continue
            return Stance(
                verb,
                at + 1,
                saying=verb in _SAYING,
                past="D" in tags and not auxiliary,
                bare="B" in tags and not auxiliary,
                spanish=is_spanish,
            )
    return None
