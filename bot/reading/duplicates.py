"""Whether two works are one and the same, by what somebody typed of them. Pure.

Order of decision in `same`:

1. The main titles differ: two works. A main title is what stands before a colon or a dash; case,
   accents, punctuation and spaces make no difference.
2. Of one of them no makers are known: the same.
3. They have a maker in common, who may be written in full or by surname: the same.
4. Otherwise two works that happen to be called alike.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

#: What a subtitle begins with: a colon, a long dash, or a hyphen between blanks.
_SUBTITLE = re.compile(r"[:：]|[–—―]|\s-{1,2}\s")
#: Shorter parts of a name (initials, "de", "y") are nobody's alone.
_PART_OF_NAME = 3
#: What stands beside makers' names.
_ROLES = frozenset({"editor", "editors", "eds", "editora", "translator", "others", "and"})


class Title(NamedTuple):
    """What is known of a work: its title, and its makers, if any are known."""

    title: str
    makers: tuple[str, ...] = ()


def same(one: Title, other: Title) -> bool:
    """Whether these are the same work."""
    return main_title(one.title) == main_title(other.title) and _may_share(one, other)


class Known:
    """Works that are known, by what they are to whoever asks; finding one costs no search."""

    def __init__(self) -> None:
        self._by_title: dict[str, list[tuple[Title, object]]] = {}

    def add(self, titles: Iterable[Title], what: object) -> None:
        """Let a work, under each of its titles, be known as `what`."""
        for title in titles:
            self._by_title.setdefault(_listed(title.title), []).append((title, what))

    def find(self, wanted: Iterable[Title], but: object = None) -> object | None:
        """The first known work that is the same as one called like this; `but` not this one."""
        for title in wanted:
            for known, what in self._by_title.get(main_title(title.title), ()):
                if what != but and _may_share(title, known):
                    return what
        return None


def main_title(title: str) -> str:
    """A title as it is compared: without subtitle, case, accents and punctuation.

    Of a title that would lose everything, all of it counts.
    """
    main = _plain(_SUBTITLE.split(title, maxsplit=1)[0])
    return main or _plain(title) or " ".join(title.split())


#: Of a long list, once and not at each suggestion. What somebody suggests is not kept here.
_listed = lru_cache(maxsize=8192)(main_title)


def _may_share(one: Title, other: Title) -> bool:
    ones, others = _names(one.makers), _names(other.makers)
    return not ones or not others or not ones.isdisjoint(others)


def _names(makers: tuple[str, ...]) -> frozenset[str]:
    parts = {part for maker in makers for part in _plain(maker, " ").split()}
    return frozenset(part for part in parts - _ROLES if len(part) >= _PART_OF_NAME)


def _plain(text: str, blank: str = "") -> str:
    """Letters and digits only, folded; everything else becomes `blank`."""
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    # Vowels of Indic scripts are marks, too; they do not combine like accents, and they count.
    letters = "".join(
        char if unicodedata.category(char)[0] in "LMN" else blank
        for char in folded
        if not unicodedata.combining(char) and not "\ufe00" <= char <= "\ufe0f"
    )
    return " ".join(letters.split())
