"""Works of a server's own list: what they hold, and the text that is sealed of them. Pure.

A text stands there in one language or in several. What came from a form is kept under `UNTOLD`:
nobody has said which language it is in.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeVar, cast

from bot.reading.rules import Item
from bot.text import JOINT

#: The side of the list that its own works are on: no essay brings them.
SIDE = "ours"
#: Works that a server's list holds.
WORKS_LIMIT = 2000
#: The language of a text of which nobody has said it.
UNTOLD = ""
#: Ids that we make, alike in every server. No id of the shared list begins like this.
_ID = re.compile(r"ours-[0-9a-z]{12}")

Texts = Mapping[str, str]
_T = TypeVar("_T")


class OwnWork(NamedTuple):
    """A work as people see it, in one language. `named_by`: who wanted to be named, or None."""

    id: str
    title: str
    makers: tuple[str, ...]
    year: int | None
    form: str
    tradition: str
    topics: tuple[str, ...]
    why: str
    find: str
    questions: tuple[str, ...]
    named_by: int | None


class Entry(NamedTuple):
    """A work as the list keeps it, in every language it has.

    `name` is the id that a file gave it, if that was none of ours: so the next file finds it again.
    """

    title: Texts
    makers: tuple[str, ...]
    year: int | None
    form: str
    tradition: str
    topics: tuple[str, ...]
    why: Texts
    find: Texts
    questions: Mapping[str, tuple[str, ...]]
    name: str = ""

    def as_work(self, work_id: str, language: str, named_by: int | None) -> OwnWork:
        """It in a language, or in one that it has."""
        return OwnWork(
            work_id,
            said(self.title, language, ""),
            self.makers,
            self.year,
            self.form,
            self.tradition,
            self.topics,
            said(self.why, language, ""),
            said(self.find, language, ""),
            said(self.questions, language, ()),
            named_by,
        )

    def as_item(self, work_id: str, language: str) -> Item:
        """What it has in common with everything on the reading list."""
        title = said(self.title, language, "")
        called = JOINT.join(filter(None, [title, ", ".join(self.makers)]))
        return Item(work_id, title, self.tradition, self.form, SIDE, self.topics, called=called)


def said(texts: Mapping[str, _T], language: str, nothing: _T) -> _T:
    """A text in a language, else as a form took it, else in English, else in any."""
    for each in (language, UNTOLD, "en"):
        if each in texts:
            return texts[each]
    return next(iter(texts.values()), nothing)


def own_id(random: str) -> str:
    """The id of a new work, made of an id of the program's."""
    return f"{SIDE}-{random.lower()}"


def is_own_id(found: str) -> bool:
    """Whether an id is one that we make."""
    return _ID.fullmatch(found) is not None


def as_text(entry: Entry) -> str:
    """What is sealed of a work."""
    return json.dumps(entry._asdict(), ensure_ascii=False)


def from_text(sealed: str) -> Entry:
    """What `as_text` wrote down."""
    facts = cast("dict[str, Any]", json.loads(sealed))
    questions = cast("dict[str, list[str]]", facts["questions"])
    facts["makers"], facts["topics"] = tuple(facts["makers"]), tuple(facts["topics"])
    facts["questions"] = {language: tuple(each) for language, each in questions.items()}
    return Entry(**facts)
