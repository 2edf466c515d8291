"""The shared reading list: both essays, what they bring, the pairs; its words: `data/reading/`.

What the files have to be like is checked by `bot.reading.proofreading`; here they are trusted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from bot.reading.rules import Item

SOURCE = Path(__file__).resolve().parents[2] / "data" / "reading"
#: The essays' ids, which are also the two sides of the list. Code hangs on them.
SIDES = ("critique", "allyship")


class Terms(StrEnum):
    """What the list can be filtered by."""

    TOPIC = "topic"
    TRADITION = "tradition"
    FORM = "form"


class How(StrEnum):
    """What an essay does with a work."""

    DRAWN_ON = "drawn_on"
    ARGUED_WITH = "argued_with"
    MENTIONED = "mentioned"
    #: It belongs to what the essay tells, and the essay does not name it.
    UNNAMED = "unnamed"


class Sure(StrEnum):
    """Where a fact about a work is from."""

    #: A second source has it.
    CHECKED = "checked"
    #: Only the essay has it.
    ESSAY = "essay"
    #: It is the list's own conclusion.
    INFERRED = "inferred"


class Term(NamedTuple):
    """A topic, tradition or form."""

    id: str
    name: str


class Section(NamedTuple):
    """A section of an essay. `minutes`: how long reading it takes, about."""

    id: str
    essay_id: str
    title: str
    minutes: int
    topics: tuple[str, ...]
    argues: str
    questions: tuple[str, ...]


class Essay(NamedTuple):
    """One of the two essays. `sure` is by fact; `sure_note` is empty where all was checked."""

    id: str
    title: str
    makers: tuple[str, ...]
    year: int
    form: str
    tradition: str
    what: str
    why: str
    find: str
    sure: Mapping[str, Sure]
    sure_note: str
    sections: tuple[Section, ...]


class Work(NamedTuple):
    """What an essay brings. `year` is None where it is not known; makers may be missing, too."""

    id: str
    title: str
    makers: tuple[str, ...]
    year: int | None
    form: str
    tradition: str
    topics: tuple[str, ...]
    essay_id: str
    how: How
    section_id: str
    what: str
    why: str
    find: str
    questions: tuple[str, ...]
    sure: Mapping[str, Sure]
    sure_note: str


class Says(NamedTuple):
    """What an essay says to a question, and the section where it does."""

    section_id: str
    says: str


class Pair(NamedTuple):
    """One question and both essays. The three questions are for a group."""

    id: str
    topics: tuple[str, ...]
    question: str
    critique: Says
    allyship: Says
    part: str
    share: str
    questions: tuple[str, ...]


_Record = TypeVar("_Record", Term, Essay, Section, Work, Pair, Item)


class Library(NamedTuple):
    """The whole list in one language, everything in the order of the files."""

    topics: tuple[Term, ...]
    traditions: tuple[Term, ...]
    forms: tuple[Term, ...]
    essays: tuple[Essay, ...]
    works: tuple[Work, ...]
    pairs: tuple[Pair, ...]
    #: Each essay, followed by its sections, then the works.
    items: tuple[Item, ...]

    def terms(self, kind: Terms) -> tuple[Term, ...]:
        """All topics, traditions or forms."""
        return {
            Terms.TOPIC: self.topics,
            Terms.TRADITION: self.traditions,
            Terms.FORM: self.forms,
        }[kind]

    def term(self, kind: Terms, term_id: str) -> Term | None:
        """The topic, tradition or form of that id; None if there is none (any more)."""
        return _found(self.terms(kind), term_id)

    def essay(self, essay_id: str) -> Essay | None:
        """The essay of that id."""
        return _found(self.essays, essay_id)

    def section(self, section_id: str) -> Section | None:
        """The section of that id, in whichever essay."""
        return _found((each for essay in self.essays for each in essay.sections), section_id)

    def work(self, work_id: str) -> Work | None:
        """The work of that id; None if there is none (any more)."""
        return _found(self.works, work_id)

    def pair(self, pair_id: str) -> Pair | None:
        """The pair of that id; None if there is none (any more)."""
        return _found(self.pairs, pair_id)

    def item(self, item_id: str) -> Item | None:
        """The work, essay or section of that id, as what they have in common."""
        return _found(self.items, item_id)


@cache
def library(language: str) -> Library:
    """The list in a language such as `es`; what it lacks is in English."""
    return _Reader(language).library(_source())


def browse(
    items: Iterable[Item],
    *,
    topic: str | None = None,
    tradition: str | None = None,
    form: str | None = None,
) -> list[Item]:
    """The items that have all these terms (ids; None: any), in the order they came in."""
    return [
        item
        for item in items
        if (topic is None or topic in item.topics)
        and (tradition is None or tradition == item.tradition)
        and (form is None or form == item.form)
    ]


def counts(items: Iterable[Item], kind: Terms) -> Counter[str]:
    """How many of the items each topic, tradition or form has; those with none are not in it."""
    found = Counter[str]()
    for item in items:
        if kind is Terms.TOPIC:
            found.update(item.topics)
        else:
            found[item.tradition if kind is Terms.TRADITION else item.form] += 1
    return found


class _Reader:
    """Makes records of the files' tables, in one language."""

    def __init__(self, language: str) -> None:
        self._language = language

    def library(self, source: dict[str, Any]) -> Library:
        essays = tuple(map(self._essay, source["essay"]))
        works = tuple(map(self._work, source["work"]))
        return Library(
            tuple(map(self._term, source["topic"])),
            tuple(map(self._term, source["tradition"])),
            tuple(map(self._term, source["form"])),
            essays,
            works,
            tuple(map(self._pair, source.get("pair", []))),
            (*(item for essay in essays for item in _of_essay(essay)), *map(_of_work, works)),
        )

    def _say(self, texts: Any) -> Any:
        """What stands there in the language: a text, or a list of them. No table: in every one."""
        if isinstance(texts, str):
            return texts
        return texts.get(self._language) or texts["en"]

    def _term(self, table: dict[str, Any]) -> Term:
        return Term(table["id"], self._say(table["name"]))

    def _essay(self, table: dict[str, Any]) -> Essay:
        return Essay(
            table["id"],
            self._say(table["title"]),
            tuple(table["makers"]),
            table["year"],
            table["form"],
            table["tradition"],
            self._say(table["what"]),
            self._say(table["why"]),
            self._say(table["find"]),
            _sure(table),
            self._note(table),
            tuple(self._section(table["id"], each) for each in table["section"]),
        )

    def _section(self, essay_id: str, table: dict[str, Any]) -> Section:
        return Section(
            table["id"],
            essay_id,
            self._say(table["title"]),
            table["minutes"],
            tuple(table["topics"]),
            self._say(table["argues"]),
            tuple(self._say(table["questions"])),
        )

    def _work(self, table: dict[str, Any]) -> Work:
        return Work(
            table["id"],
            self._say(table["title"]),
            tuple(table["makers"]),
            table.get("year"),
            table["form"],
            table["tradition"],
            tuple(table["topics"]),
            table["essay"],
            How(table["how"]),
            table["section"],
            self._say(table["what"]),
            self._say(table["why"]),
            self._say(table["find"]),
            tuple(self._say(table["questions"])),
            _sure(table),
            self._note(table),
        )

    def _pair(self, table: dict[str, Any]) -> Pair:
        return Pair(
            table["id"],
            tuple(table["topics"]),
            self._say(table["question"]),
            self._says(table["critique"]),
            self._says(table["allyship"]),
            self._say(table["part"]),
            self._say(table["share"]),
            tuple(self._say(table["questions"])),
        )

    def _says(self, table: dict[str, Any]) -> Says:
        return Says(table["section"], self._say(table["says"]))

    def _note(self, table: dict[str, Any]) -> str:
        return self._say(table["sure_note"]) if "sure_note" in table else ""


def _sure(table: dict[str, Any]) -> dict[str, Sure]:
    return {fact: Sure(how) for fact, how in table["sure"].items()}


def _of_essay(essay: Essay) -> list[Item]:
    def item(part: Essay | Section, topics: tuple[str, ...], whole: str | None) -> Item:
        return Item(part.id, part.title, essay.tradition, essay.form, essay.id, topics, whole)

    return [item(essay, (), None), *(item(each, each.topics, essay.id) for each in essay.sections)]


def _of_work(work: Work) -> Item:
    return Item(work.id, work.title, work.tradition, work.form, work.essay_id, work.topics)


def _found(records: Iterable[_Record], its_id: str) -> _Record | None:
    return next((each for each in records if each.id == its_id), None)


@cache
def _source() -> dict[str, Any]:
    # Imported here: a start does not need it.
    import tomllib

    source: dict[str, Any] = {}
    for name in ("terms.toml", "essays.toml", "works.toml", "pairs.toml"):
        path = SOURCE / name
        if path.exists():  # pairs.toml may be missing; the others are proofread
            # Some editors put a mark (BOM) in front of a file, which TOML does not know.
            source |= tomllib.loads(path.read_text(encoding="utf-8-sig"))
    return source
