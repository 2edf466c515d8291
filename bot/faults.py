"""Why a text is not taken, in words for people. The checks themselves are in `bot.text`."""

from __future__ import annotations

from bot.text import Fault
from bot.words import N_, Words

_FAULTS = {
    Fault.EMPTY: N_("It's empty. Please write something."),
    Fault.LONG: N_("That is too long: {limit} characters at most, please."),
    Fault.BROKEN: N_(
        "There is a broken character in it, often from an emoji cut in half. "
        "Take it out and send it again."
    ),
    Fault.PILE: N_(
        "There are so many accents on one letter that they would cover the lines around it. "
        "Take some of them off and send it again."
    ),
    Fault.GAP: N_(
        "There is such a wide gap in it that what follows could be overlooked. "
        "Make it narrower and send it again."
    ),
    Fault.MENTION: N_(
        "Please leave out mentions such as @everyone or @somebody. Write names without the @."
    ),
    Fault.LINK: N_("Please leave out links and invites: plain words only here."),
}
#: The same where a text stands as somebody's exact words.
_EXACT = {
    Fault.MENTION: N_(
        "Please leave out mentions such as @everyone or @somebody: "
        "they would notify people in somebody else's name. Write names without the @."
    ),
    Fault.LINK: N_(
        "Please leave out links and invites: nobody can agree to what a link will show tomorrow."
    ),
}


def fault(words: Words, found: Fault, limit: int, *, exact_words: bool = False) -> str:
    """Why a text is not taken, and what to do about it."""
    sentences = {**_FAULTS, **_EXACT} if exact_words else _FAULTS
    return words(sentences[found], limit=limit)
