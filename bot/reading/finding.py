"""Finding things on the list: by their title or makers, by topic, tradition and form. Pure.

A view is one page of the list with what it is filtered by. It travels in the id of a button, which
has 60 characters: terms stand in it as codes of four characters, because their ids are longer.
"""

from __future__ import annotations

import hashlib
from base64 import b32encode
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from bot.reading.library import Library, Term, Terms, browse, counts
from bot.reading.rules import Item
from bot.text import JOINT, folded, shorten

#: Things on a page.
PAGE = 5
#: Discord shows so many suggestions at most, each of so many characters.
OFFERED_LIMIT = 25
OFFERED_LENGTH = 100
#: Characters of a term's code, and what stands for no term.
_CODE = 4
_NONE = "-" * _CODE
#: The last page that an id has room for.
_LAST = 999

#: As many titles as a long list has are folded once, not at each letter that somebody types.
_folded = lru_cache(maxsize=8192)(folded)


class View(NamedTuple):
    """A page of the list. Topic, tradition, form: ids of terms, None where any will do."""

    topic: str | None = None
    tradition: str | None = None
    form: str | None = None
    page: int = 0

    @property
    def whole(self) -> bool:
        """Whether nothing is left out."""
        return (self.topic, self.tradition, self.form) == (None, None, None)

    def items(self, items: Iterable[Item]) -> list[Item]:
        """Those that have all its terms, on all pages, in the order they came in."""
        return browse(items, topic=self.topic, tradition=self.tradition, form=self.form)

    def without(self, kind: Terms) -> View:
        """The same with any topic, tradition or form."""
        return self.having(kind, None)

    def having(self, kind: Terms, term_id: str | None) -> View:
        """The first page of those that have this topic, tradition or form, too."""
        return self._replace(page=0, **{kind.value: term_id})

    def key(self) -> str:
        """As it stands in the id of a button: 16 characters at most."""
        named = (self.topic, self.tradition, self.form)
        return "".join(map(_code, named)) + f".{min(self.page, _LAST)}"


def view(key: str, library: Library) -> View | None:
    """The view that has this key; None: it has none, or a term of it is gone."""
    codes, _, page = key.partition(".")
    if len(codes) != _CODE * len(Terms) or not (page.isascii() and page.isdigit()):
        return None
    found: list[str | None] = []
    for number, kind in enumerate(Terms):
        code = codes[number * _CODE : (number + 1) * _CODE]
        known = {_NONE: None, **{_code(each.id): each.id for each in library.terms(kind)}}
        if code not in known:
            return None
        found.append(known[code])
    return View(*found, page=int(page)) if int(page) <= _LAST else None


def term(library: Library, kind: Terms, typed: str) -> Term | None:
    """The term whose id or name somebody typed, case and accents aside."""
    wanted = folded(typed.partition(JOINT)[0])
    found = (each for each in library.terms(kind) if folded(each.name) == wanted)
    return library.term(kind, typed) or next(found, None)


def terms(
    library: Library, items: Iterable[Item], others: View, kind: Terms, typed: str
) -> list[tuple[Term, int]]:
    """The terms to suggest, with how many items each would leave beside the `others` chosen."""
    found = counts(others.without(kind).items(items), kind)
    wanted = folded(typed)
    return [
        (each, found[each.id])
        for each in library.terms(kind)
        if found[each.id] and wanted in folded(each.name)
    ][:OFFERED_LIMIT]


def works(
    items: Sequence[Item], named: Mapping[str, str], typed: str, most: int = OFFERED_LIMIT
) -> list[Item]:
    """The items to suggest: those whose name has every word, first those that begin with them.

    `named`: what is looked at instead of the title, by item id.
    """
    wanted = folded(typed)
    first, *more = wanted.split() or [""]
    begin: list[Item] = []
    others: list[Item] = []
    for item in items:
        name = _folded(named.get(item.id) or item.called or item.title)
        if first not in name:
            continue  # most of a long list ends here
        if name.startswith(wanted):
            begin.append(item)
            if len(begin) == most:
                break
        elif len(others) < most and all(word in name for word in more):
            others.append(item)
    return [*begin, *others][:most]


def work(items: Sequence[Item], named: Mapping[str, str], typed: str) -> Item | None:
    """The item whose id or title somebody typed, or the only one that the words lead to."""
    exact = [each for each in items if each.id == typed]
    wanted = folded(typed)
    if not exact and wanted:
        exact = [
            each
            for each in items
            if wanted in (_folded(each.title), _folded(label(each, named)), _folded(each.id))
        ]
        exact = exact or works(items, named, typed, 2)
    return exact[0] if len(exact) == 1 else None


def label(item: Item, named: Mapping[str, str]) -> str:
    """An item as a list of suggestions shows it."""
    return shorten(named.get(item.id) or item.called or item.title, OFFERED_LENGTH)


def names(library: Library) -> dict[str, str]:
    """The shared list's titles, with makers, or the essay that something is a section of."""
    found: dict[str, str] = {}
    for essay in library.essays:
        found[essay.id] = _joined(essay.title, essay.makers)
        found |= {each.id: _joined(each.title, [essay.title]) for each in essay.sections}
    return found | {each.id: _joined(each.title, each.makers) for each in library.works}


def _joined(title: str, more: Iterable[str]) -> str:
    return JOINT.join([title, *filter(None, [", ".join(more)])])


@cache
def _code(term_id: str | None) -> str:
    if term_id is None:
        return _NONE
    return b32encode(hashlib.sha256(term_id.encode()).digest())[:_CODE].decode().lower()
