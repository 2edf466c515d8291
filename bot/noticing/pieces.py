"""Parts that set expressions are made of. Pure data."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.noticing import english, spanish


def any_of(words: Iterable[str]) -> str:
    """One of these words; the longest that fits."""
    return "(?:" + "|".join(map(re.escape, sorted(words, key=len, reverse=True))) + ")"


#: Words between a preposition and a mention: "on behalf of all of us at @".
GROUP = (
    r"(?:(?:the|all|everyone|everybody|members|people|folks|comrades|friends|"
    r"rest|whole|our|my|mis|las|los|les|lxs|l@s|la|el|"
    r"companer\S+|compas|todas|todos|todes|todxs|integrantes|miembros|gente|"
    r"us|crew|team|group|colectivo|asamblea|over|"
    r"chicas|chicos|chiques|of|in|at|from|de|en) )*"
)
#: Those it is about, joined.
X = r"@(?: (?:and|,|y|e|, and) (?:of |de |for |por )?@)*"
#: What "left her …" says of somebody's place or task rather than of a feeling.
_NO_EFFECT = {"moved", "interested", "firm", "cautious", "ignored", "pumped", "convinced"}
FEELINGS_EN = any_of(english.FEELINGS - _NO_EFFECT)
FEELINGS_ES = any_of(spanish.FEELINGS - {""})
