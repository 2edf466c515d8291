"""Whether a verb form agrees with its subject and auxiliaries, or is no verb at all. Pure."""

from __future__ import annotations

from bot.noticing import english, spanish
from bot.noticing.lexicon import lexicon
from bot.noticing.tokens import MENTIONS, WORD, Token

#: In what number a subject is: one person, several, "neither X nor Y", a group, "we", and a "we"
#: that only the form of a Spanish verb tells.
ONE, MANY, EITHER, GROUP, WE, US = "one", "many", "either", "group", "we", "us"

DO, HAVE = frozenset(("do", "does", "did")), frozenset(("have", "has", "had"))
_WILL = frozenset(("will", "would", "to"))
_HA = lexicon("ha han hemos habia habian habiamos habria habrian haya hayan")
_ESTA = lexicon("esta estan estaba estaban estamos sigue siguen seguimos anda andan viene")
OURS = lexicon(
    """
    estamos somos estabamos estuvimos seguimos andamos andabamos quedamos hemos habiamos vamos
    eramos estariamos acabamos empezamos
    """
)
#: Tags a bare subject takes.
_FINITE = {ONE: "SD", MANY: "BDP", EITHER: "SBDP", GROUP: "SBDP", WE: "BDW", US: "W"}


def agrees(word: str, number: str, auxiliary: str) -> bool:
    if auxiliary:
        return True
    if number == US:
        return word in OURS
    if number == ONE:
        return word not in (
            "are",
            "were",
            "am",
            "seem",
            "sound",
            "look",
            "get",
            "be",
            "estan",
            "estamos",
            "son",
            "somos",
        )
    if number in (MANY, WE):
        if number == MANY and word in ("estamos", "somos", "seguimos"):
            return False
        return word not in ("is", "was", "esta", "estaba", "'s", "es", "era", "am")
    return word not in ("am", "estamos", "somos")


def fits(tags: str, number: str, auxiliary: str, doubted: bool, is_spanish: bool) -> bool:
    if not auxiliary:
        finite = _FINITE[number]
        if doubted:
            finite += "sp"
        return any(tag in finite for tag in tags)
    if is_spanish:
        if auxiliary in _HA:
            return "N" in tags
        if auxiliary in ("estado",):
            return "G" in tags
        if auxiliary in _ESTA or auxiliary in spanish.COPULAS:
            return "G" in tags
        return "I" in tags or "G" in tags
    if auxiliary in DO or auxiliary in _WILL or auxiliary in english.DUTIES:
        return "B" in tags
    if auxiliary in HAVE:
        return "N" in tags
    if auxiliary in ("used", "going"):
        return False
    if auxiliary == "'s":
        return "G" in tags or "N" in tags
    if auxiliary in ("begun", "began", "starting", "started", "keeps", "kept", "continues"):
        return "G" in tags
    return "G" in tags


_ILL = lexicon(
    """
    sick ill frio calor hambre nauseas cold hungry unwell nauseous poorly feverish faint better
    dizzy enferma enfermo enferme descompuesta descompuesto mareada mareado engripada engripado
    mejor afiebrada
    """
)


_NOT_ILL = lexicon("about con with if once knowing si")


def ill(tokens: list[Token], at: int) -> bool:
    """Whether what is felt is an illness: no view, and everybody's business to pass on."""
    told = [token.text for token in tokens[at : at + 5]]
    return any(word in _ILL for word in told[:3]) and not _NOT_ILL & set(told)


def is_noun(tokens: list[Token], at: int, tags: str) -> bool:
    """ "X's demands are on the wall", "@role support team": the form of a verb, and a noun."""
    if at + 1 >= len(tokens) or not set(tags) & set("SB"):
        return False
    after = tokens[at + 1]
    if after.kind in MENTIONS:
        return False
    return tokens[at].text in (
        "demands",
        "hopes",
        "fears",
        "doubts",
        "desires",
        "needs",
        "supports",
        "votes",
        "worries",
        "demand",
        "support",
        "vote",
        "hope",
        "struggle",
        "object",
        "value",
        "trust",
        "care",
        "guess",
    ) and (
        (
            after.kind == WORD
            and after.text.endswith("s")
            and after.text not in _NOT_VERBS
            and "B" in tags
        )
        or after.text
        in (
            "are",
            "is",
            "were",
            "was",
            "group",
            "team",
            "meeting",
            "crew",
            "line",
            "list",
            "es",
            "from",
            "circle",
            "package",
        )
    )


_NOT_VERBS = lexicon(
    """
    us this yes as always his tenants workers strikers is unions others sus los las nos les
    """
)
