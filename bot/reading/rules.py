"""The rules of the reading list: what can be marked, and what is suggested next. Pure.

Order of decision in `next_one`, the first that applies:

1. Nothing is on the shelf, and there are pairs: the first, one question and both essays.
2. What this person is reading or has read is left out, and so are the sections of an essay that
   they are reading or have read as a whole. An essay is suggested by its sections, never as a
   whole. Nothing is left: nothing is suggested.
3. A side that has something left was not begun, and another was: the side leads. So after two
   steps both sides were seen, unless the list itself has only one.
4. Otherwise the one of side, tradition and form in which this person's reading is most lopsided
   leads (a tie: in this order). What they have begun least of there stays, and it is the reason
   that is told.
5. The other two narrow it down in the same way; then the order of the list decides.

A reason of side, tradition or form is true in this sense: nothing that is left belongs to one that
this person has begun less of, and there is another that they have begun more of. What they want to
read changes nothing: it can be suggested, and is not put first.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

#: Works on one person's shelf.
MOST_ON_SHELF = 1000


class Mark(StrEnum):
    """Where a person stands with something; no mark at all: it is not on their shelf."""

    WANT = "want"
    READING = "reading"
    READ = "read"


class Kind(StrEnum):
    """What a suggestion balances."""

    SIDE = "side"
    TRADITION = "tradition"
    FORM = "form"


class Reason(StrEnum):
    """Why something is suggested."""

    #: Nothing is on the shelf yet.
    EMPTY = "empty"
    SIDE = "side"
    TRADITION = "tradition"
    FORM = "form"
    #: Reading is balanced among what is left: it is the next on the list.
    ORDER = "order"


class Item(NamedTuple):
    """What works, essays and sections of essays have in common: it can be opened and marked.

    `side` is the id of the essay that brings it; what no essay brings has a side of its own. An
    essay as a whole has no topics: its sections have.
    """

    id: str
    title: str
    tradition: str
    form: str
    side: str
    topics: tuple[str, ...] = ()
    #: The id of the essay that it is a section of.
    part_of: str | None = None
    #: What a server's own is called in suggestions; the shared list has that elsewhere.
    called: str = ""

    def term(self, kind: Kind) -> str:
        """The id of its side, tradition or form."""
        return {Kind.SIDE: self.side, Kind.TRADITION: self.tradition, Kind.FORM: self.form}[kind]


class Suggestion(NamedTuple):
    """What to read next: the id of an item, or of a pair if the reason is `EMPTY`.

    `term` is the side, tradition or form that the reason speaks of; None if it speaks of none.
    """

    id: str
    reason: Reason
    term: str | None = None


def next_one(
    items: Sequence[Item], marks: Mapping[str, Mark], pairs: Sequence[str] = ()
) -> Suggestion | None:
    """The one thing to suggest to somebody with these marks; None if nothing is left.

    `items` and the ids of `pairs` are in the order of the list; `marks` are by item id.
    """
    if not marks and pairs:
        return Suggestion(pairs[0], Reason.EMPTY)
    whole = {item.part_of for item in items}
    parts = [item for item in items if item.id not in whole]
    begun = [item for item in parts if _is_begun(item, marks)]
    left = [item for item in parts if not _is_begun(item, marks)]
    if not left:
        return None
    read = {kind: Counter(item.term(kind) for item in begun) for kind in Kind}
    gaps = {kind: _gap(left, kind, read[kind]) for kind in Kind}
    # Sorting keeps the order of what is equal.
    kinds = sorted(Kind, key=lambda kind: gaps[kind], reverse=True)
    lead = kinds[0] if gaps[kinds[0]] else None
    if begun and {item.side for item in left} - set(read[Kind.SIDE]):
        lead = Kind.SIDE
        kinds.sort(key=lambda kind: kind is not lead)
    for kind in kinds:
        left = _least(left, kind, read[kind])
    first = left[0]
    if lead is None:
        return Suggestion(first.id, Reason.ORDER)
    return Suggestion(first.id, Reason(lead.value), first.term(lead))


def mark_of(item: Item, marks: Mapping[str, Mark]) -> Mark | None:
    """Where somebody stands with an item; a section is at least as far as its essay."""
    order = list(Mark)
    ids = (item.id, item.part_of or item.id)
    both = [marks[each] for each in ids if each in marks]
    return max(both, key=order.index, default=None)


def _is_begun(item: Item, marks: Mapping[str, Mark]) -> bool:
    return mark_of(item, marks) in (Mark.READING, Mark.READ)


def _gap(items: list[Item], kind: Kind, read: Counter[str]) -> int:
    """How much more was read of one term that the items have than of another."""
    counts = [read[item.term(kind)] for item in items]
    return max(counts) - min(counts)


def _least(items: list[Item], kind: Kind, read: Counter[str]) -> list[Item]:
    """The items of what was read least of."""
    low = min(read[item.term(kind)] for item in items)
    return [item for item in items if read[item.term(kind)] == low]
