"""Making people's texts fit: a message of Discord's holds 4,000 characters in all its texts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from bot.replies import literal, named, quoted
from bot.words import Words

#: What a card may say altogether; the rest is room for a translation.
MOST = 3800


def fitted(text: str, most: int) -> str:
    """A text shown to the letter, cut where it would take more than so many characters."""
    kept = text[: most + 1]
    shown = literal(kept)
    while len(shown) > most and kept:
        kept = kept[: -max(1, (len(shown) - most) // 2)].rstrip()
        shown = literal(kept) + "…"
    return shown


def whole(text: str, most: int) -> str:
    """A text that people decide on, which must not be cut because of what has to be escaped in it.

    What gets too long by escaping stands in a code block instead, where nothing takes effect.
    """
    if len(text) <= most and len(shown := quoted(text)) <= most:
        return shown
    # No three in a row: they would end the block.
    apart = re.sub("``(?=`)", "``\u200b", text)
    return f"```\n{apart[: most - 8]}\n```"


def lines(words: Words, found: Sequence[str], most: int) -> str:
    """Lines, one below the other, as many as fit, and how many more there are."""
    shown: list[str] = []
    size = 0
    for number, line in enumerate(found):
        size += len(line) + 1
        if shown and size > most - 40:
            shown.append(words("… and {n} more", n=len(found) - number))
            break
        shown.append(line)
    return "\n".join(shown)


def people(words: Words, found: Sequence[str], most: int) -> str:
    """People beside one another, as many as fit, and how many more there are."""
    shown: list[str] = []
    size = 0
    for number, who in enumerate(found):
        size += len(who) + 2
        if shown and size > most - 40:
            return words("{people} and {n} more", people=", ".join(shown), n=len(found) - number)
        shown.append(who)
    return ", ".join(shown)


def person(words: Words, person_id: int | None, names: Mapping[int, str] | None = None) -> str:
    """A person, by their name where it is known. 0: they have erased their data."""
    if not person_id:
        return words("somebody who has erased their data")
    return named(person_id, (names or {}).get(person_id))
