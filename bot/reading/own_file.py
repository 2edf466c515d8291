"""A server's list as a file, in the format of `data/reading/works.toml`: written and read.

What an essay brings has more to tell (which essay, how, where a fact is from); what a server adds
has the rest, and each text in one language at least. A file is proofread as a whole, like the
shared list: every fault together, each with its line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, cast

from bot.proof import Place, Proof
from bot.reading import intake as rules
from bot.reading.library import Library, Terms
from bot.reading.own import UNTOLD, WORKS_LIMIT, Entry, Texts
from bot.words import LANGUAGES, N_, Words

_ABOUT = """\
# The works that a server has put on its own reading list.
#
# - A text is one line in quotes (why = "..."), or one for each language (why.en = "...",
#   why.es = "..."). No links: title, maker, publisher and year find a book.
# - title: 100 characters at most; why: 400; find: 300; a question: 200, five of them at most, or
#   none. makers may be empty, and year may be missing.
# - tradition, form and topics are ids of the shared list; topics: one to five.
# - An id stays what it is: people's shelves refer to it. A new work gets any new id.
"""
#: More parts in one key than anybody writes; TOML's reader takes for ever over thousands. A word is
#: read from its beginning and never given back, or one long word would take as long.
_ENDLESS_KEY = re.compile(r"""(?:(?:(?<![\w-])[\w-]++|"[^"\n]*"|'[^'\n]*')[ \t]*+\.[ \t]*+){20}""")
_LIMITS = {"title": rules.TITLE_LIMIT, "why": rules.WHY_LIMIT, "find": rules.FIND_LIMIT}
_NEEDED = ("id", "title", "makers", "form", "tradition", "topics", "why", "find")


class Read(NamedTuple):
    """What came of reading a file: its works by the ids in it, or what is wrong with it.

    `faults` has the line of each, in somebody's language.
    """

    works: tuple[tuple[str, Entry], ...]
    faults: list[tuple[int, str]]


def written(works: Iterable[tuple[str, Entry]]) -> list[str]:
    """A list as files, each small enough to be imported. Nobody is named in them."""
    files: list[list[str]] = []
    size = rules.FILE_LIMIT
    for its_id, entry in works:
        work = _written(entry.name or its_id, entry)
        size += len(work.encode()) + 1
        if size > rules.FILE_LIMIT:
            files.append([_ABOUT])
            size = len(f"{_ABOUT}\n{work}".encode())
        files[-1].append(work)
    return ["\n".join(each) for each in files]


def read(content: bytes, library: Library, words: Words) -> Read:
    """Read a file whole, or tell everything that is wrong with it."""
    proof = _Proofreading(content, library)
    faults = proof.said(words)
    if faults:
        return Read((), faults)
    tables = cast("list[dict[str, Any]]", (proof.data or {}).get("work", []))
    return Read(tuple((table["id"], _entry(table)) for table in tables), [])


# -- writing ------------------------------------------------------------------------------------


def _written(its_id: str, entry: Entry) -> str:
    lines = ["[[work]]", f"id = {_toml(its_id)}", *_texts("title", entry.title)]
    lines.append(f"makers = {_toml(list(entry.makers))}")
    if entry.year is not None:
        lines.append(f"year = {entry.year}")
    for key in ("form", "tradition"):
        lines.append(f"{key} = {_toml(getattr(entry, key))}")
    lines.append(f"topics = {_toml(list(entry.topics))}")
    lines += [*_texts("why", entry.why), *_texts("find", entry.find)]
    for language, questions in entry.questions.items():
        inner = [f"    {_toml(question)}," for question in questions]
        lines += [f"{_key('questions', language)} = [", *inner, "]"]
    return "\n".join(lines) + "\n"


def _texts(key: str, texts: Texts) -> list[str]:
    return [f"{_key(key, language)} = {_toml(text)}" for language, text in texts.items()]


def _key(key: str, language: str) -> str:
    return key if language == UNTOLD else f"{key}.{language}"


def _toml(value: str | list[str]) -> str:
    """A text, or a list of texts. JSON writes them as TOML does, but for the sign DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


# -- reading ------------------------------------------------------------------------------------


def _entry(table: Mapping[str, Any]) -> Entry:
    questions = _by_language(table.get("questions", {}))
    return Entry(
        _by_language(table["title"]),
        tuple(table["makers"]),
        table.get("year"),
        table["form"],
        table["tradition"],
        tuple(table["topics"]),
        _by_language(table["why"]),
        _by_language(table["find"]),
        {language: tuple(each) for language, each in questions.items() if each},
    )


def _by_language(found: Any) -> dict[str, Any]:
    return cast("dict[str, Any]", found) if isinstance(found, dict) else {UNTOLD: found}


class _Proofreading(Proof):
    """The proofreading of one file of a server's own works."""

    def __init__(self, content: bytes, library: Library) -> None:
        self._terms = {kind: {each.id for each in library.terms(kind)} for kind in Terms}
        self._shared = {each.id for each in (*library.items, *library.pairs)}
        super().__init__(Path("list.toml"), content=content)
        if self.data is None:
            return
        self.keys((), self.data, also=["work"])
        works = list(self.tables(self.data, (), "work"))
        if len(works) > WORKS_LIMIT:
            what = N_("{n} works; {limit} at most")
            self.fault((), what, n=len(works), limit=WORKS_LIMIT)
        for place, work in works:
            self._work(place, work)

    def _read(self) -> dict[str, Any] | None:
        content = cast("bytes", self._content).decode(errors="replace")
        if found := _ENDLESS_KEY.search(content):
            line = content.count("\n", 0, found.start()) + 1
            return self._unreadable(line, N_("too many dots in one key"))
        try:
            return super()._read()
        except RecursionError:
            return self._unreadable(1, N_("too many brackets inside one another"))

    def _work(self, place: Place, work: dict[str, Any]) -> None:
        self.keys(place, work, *_NEEDED, also=["year", "questions"])
        found = self.id(place, work)
        if found in self._shared:
            what = N_("{id} is on the shared list: give yours another id")
            self.fault((*place, "id"), what, id=repr(found))
        for key, limit in _LIMITS.items():
            for language, text in self._said(place, work, key).items():
                self.text(_at(place, key, language), text, limit)
        self._makers(place, work)
        year: object = work.get("year", rules.YEARS[0])
        # True and False count as numbers for Python.
        if type(year) is not int or year not in rules.YEARS:
            what = N_("a year is a whole number from {low} to {high}, without quotes")
            self.fault((*place, "year"), what, low=rules.YEARS[0], high=rules.YEARS[-1])
        for kind in (Terms.FORM, Terms.TRADITION):
            if kind in work:
                self._term((*place, kind), kind, work[kind])
        self._topics(place, work)
        for language, questions in self._said(place, work, "questions").items():
            self._questions(_at(place, "questions", language), questions, language)

    def _makers(self, place: Place, work: dict[str, Any]) -> None:
        makers = self.entries(work, place, "makers")
        for where, maker in makers:
            self.text(where, maker, rules.MAKERS_LIMIT)
        names = tuple(each for _, each in makers if isinstance(each, str))
        year: object = work.get("year")
        told = year if type(year) is int and year in rules.YEARS else None
        line = str(rules.Credit(names, told))
        if len(line) > rules.MAKERS_LIMIT:
            what = N_("the makers take more than {limit} characters")
            self.fault((*place, "makers"), what, limit=rules.MAKERS_LIMIT)

    def _topics(self, place: Place, work: dict[str, Any]) -> None:
        topics = self.entries(work, place, "topics")
        if "topics" in work and not 1 <= len(topics) <= rules.MOST_TOPICS:
            what = N_("name one topic at least, and {limit} at most")
            self.fault((*place, "topics"), what, limit=rules.MOST_TOPICS)
        seen: set[str] = set()
        for where, topic in topics:
            self._term(where, Terms.TOPIC, topic)
            if not isinstance(topic, str):
                continue
            if topic in seen:
                what = N_("the topic {topic} stands there twice")
                self.fault(where, what, topic=repr(topic))
            seen.add(topic)

    def _term(self, place: Place, kind: Terms, found: object) -> None:
        if not isinstance(found, str):
            # Not repeated: Python writes no number out that is as long as a file can hold.
            self.fault(place, N_("a text stands in quotes"))
        elif found not in self._terms[kind]:
            what = N_("there is no {kind} {found}; there are: {all}")
            known = ", ".join(sorted(self._terms[kind]))
            self.fault(place, what, kind=kind.value, found=repr(found), all=known)

    def _questions(self, place: Place, found: object, language: str) -> None:
        if not isinstance(found, list):
            self.fault(place, N_("a list stands in [ and ]"))
            return
        questions = cast("list[object]", found)
        if len(questions) > rules.MOST_QUESTIONS:
            what = N_("{n} questions; {limit} at most")
            self.fault(place, what, n=len(questions), limit=rules.MOST_QUESTIONS)
        for number, question in enumerate(questions):
            self.question((*place, number), question, language, rules.QUESTION_LIMIT)

    def _said(self, place: Place, table: dict[str, Any], key: str) -> dict[str, Any]:
        """What a key has, by language: one text for all, or one language at least."""
        if key not in table:
            return {}  # Reported as a missing key, if it is.
        found = _by_language(table[key])
        if not found:
            self.fault((*place, key), N_("write it in one language at least"))
        if UNTOLD not in found or isinstance(table[key], dict):
            self.keys((*place, key), found, also=LANGUAGES)
        return found


def _at(place: Place, key: str, language: str) -> Place:
    return (*place, key) if language == UNTOLD else (*place, key, language)
