"""What noticing says of a text: the words that told it, marked, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from bot.words import N_, Words

#: Characters shown of the words that told it, and of what stands around them.
_WORDS, _AROUND = 300, 120
#: A mention is shown as a mention: its digits say nothing to anybody. It calls nobody.
_MENTION = re.compile(r"(<@[!&]?[0-9]{15,20}>)")
#: With the blanks around them, looked for only where these begin.
_LINE_ENDS = re.compile(r"(?<!\s)[^\S\n]*+\n\s*+")

#: Why, by the detector's codes. What is missing here is said in general.
REASONS: Mapping[str, str] = {
    "stance": N_(
        "It says what somebody who is mentioned thinks, wants, feels or decided, as if one knew."
    ),
    "relayed": N_(
        "It passes on what somebody is said to think or want, without pointing to where they "
        "wrote it themselves."
    ),
    "together": N_("It says what somebody and oneself together think, want or decided."),
    "group": N_("It says what a whole group thinks, wants or decided."),
    "in_their_name": N_("It acts or speaks in the name of somebody who is mentioned."),
    "effect": N_("It says what something means to somebody, or does to their feelings."),
    "position": N_("It gives somebody's answer, permission or position."),
    "meaning": N_("It explains what somebody meant."),
}
_IN_GENERAL = N_(
    "It says what somebody else thinks, wants, feels or decided, without pointing to where they "
    "said so themselves."
)


def reason(words: Words, why: str) -> str:
    """Why a text speaks for somebody, in a sentence."""
    return words(REASONS.get(why, _IN_GENERAL))


def marked(text: str, span: tuple[int, int], escape: Callable[[str], str]) -> str:
    """The words that told it, in bold, with a little of what stands around them, on one line.

    `text` is cleaned; `escape` makes it show character by character.
    """
    start, end = span
    told = text[start:end]
    start, end = end - len(told.lstrip()), start + len(told.rstrip())
    told = text[start:end]
    if len(told) > _WORDS:
        told = told[:_WORDS] + "…"
    before, after = text[max(0, start - _AROUND) : start], text[end : end + _AROUND]
    if start > _AROUND:
        before = "…" + before
    if end + _AROUND < len(text):
        after += "…"
    parts = [_shown(part, escape) for part in (before, told, after)]
    return f"{parts[0]}**{parts[1]}**{parts[2]}" if told else parts[0] + parts[2]


def _shown(text: str, escape: Callable[[str], str]) -> str:
    pieces = _MENTION.split(_LINE_ENDS.sub(" ", text))
    pieces[::2] = [escape(piece) if piece else "" for piece in pieces[::2]]
    return "".join(pieces)
