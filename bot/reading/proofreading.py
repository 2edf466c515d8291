"""Proofreading `data/reading/`: every fault of all its files together, each with file and line.

Ids are checked across files: a work names a section of `essays.toml` and terms of `terms.toml`.
Where a file cannot be read, that is the fault, and what leads into it is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, cast

from bot.proof import Place, Proof, Seen
from bot.reading.library import SIDES, How, Sure, Terms
from bot.reading.own import SIDE
from bot.words import LANGUAGES

#: Characters. A title fits into one of Discord's suggestions.
NAME_LIMIT = 60
TITLE_LIMIT = 100
WHAT_LIMIT = 500
WHY_LIMIT = 400
FIND_LIMIT = 300
NOTE_LIMIT = 300
ARGUES_LIMIT = 600
QUESTION_LIMIT = 200
SAYS_LIMIT = 500
MEETING_LIMIT = 400
#: How many questions.
OF_WORK = OF_PAIR = range(3, 4)
OF_SECTION = range(2, 5)
FEWEST_PAIRS = 12
_YEARS = range(1500, 2101)
_MINUTES = range(1, 61)
#: Entries of one of Discord's menus, which show every term of a kind.
_MENU = 25
_TEXTS = {"what": WHAT_LIMIT, "why": WHY_LIMIT, "find": FIND_LIMIT}


def faults(folder: Path) -> list[str]:
    """Everything that is wrong with the files of the list, as `path:line: fault`, file by file."""
    return _Proofreading(folder).told()


class _Proofreading:
    """The files, and what they know of each other."""

    def __init__(self, folder: Path) -> None:
        seen: Seen = {}
        self._terms = Proof(folder / "terms.toml", seen)
        self._essays = Proof(folder / "essays.toml", seen)
        self._works = Proof(folder / "works.toml", seen)
        pairs = folder / "pairs.toml"
        # Until it is there, there are no pairs.
        self._pairs = Proof(pairs, seen) if pairs.exists() else None
        #: The ids of each kind of term, and where they stand.
        self._known: dict[str, dict[str, Place]] = {kind: {} for kind in Terms}
        self._used: set[tuple[str, str]] = set()
        #: Which essay a section is of.
        self._essay_of: dict[str, str] = {}

    def told(self) -> list[str]:
        files = [each for each in (self._terms, self._essays, self._works, self._pairs) if each]
        if self._terms.data is not None:
            self._term_file(self._terms.data)
        if self._essays.data is not None:
            self._essay_file(self._essays.data)
        if self._works.data is not None:
            self._works.keys((), self._works.data, "work")
            for place, work in self._works.tables(self._works.data, (), "work"):
                self._work(place, work)
        if self._pairs and self._pairs.data is not None:
            self._pair_file(self._pairs, self._pairs.data)
        if all(each.data is not None for each in files):
            self._unused()
        return [fault for each in files for fault in each.told()]

    def _term_file(self, data: dict[str, Any]) -> None:
        proof = self._terms
        proof.keys((), data, *Terms)
        for kind in Terms:
            terms = list(proof.tables(data, (), kind))
            if len(terms) > _MENU:
                proof.fault((kind,), f"{len(terms)} times [[{kind}]]; a menu holds {_MENU}")
            for place, term in terms:
                proof.keys(place, term, "id", "name")
                if found := proof.id(place, term, kind):
                    self._known[kind].setdefault(found, place)
                _texts(proof, place, term, "name", NAME_LIMIT, once=f"{kind} name")

    def _unused(self) -> None:
        for kind, ids in self._known.items():
            for term, place in ids.items():
                if (kind, term) not in self._used:
                    self._terms.fault(
                        (*place, "id"), f"nothing on the list has the {kind} {term!r}"
                    )

    def _essay_file(self, data: dict[str, Any]) -> None:
        proof = self._essays
        proof.keys((), data, "essay")
        essays = list(proof.tables(data, (), "essay"))
        for place, essay in essays:
            self._essay(proof, place, essay)
        ids = [essay.get("id") for _, essay in essays]
        for missing in (each for each in SIDES if each not in ids):
            proof.fault((), f"the essay {missing!r} is missing")

    def _essay(self, proof: Proof, place: Place, essay: dict[str, Any]) -> None:
        needed = ("id", "title", "makers", "year", "form", "tradition", *_TEXTS, "sure", "section")
        proof.keys(place, essay, *needed, also=["sure_note"])
        found = _id(proof, place, essay)
        if found and found not in SIDES:
            proof.fault((*place, "id"), f"there is no essay {found!r}, only {_list(SIDES)}")
        self._facts(proof, place, essay)
        for where, section in proof.tables(essay, place, "section"):
            keys = ("id", "title", "minutes", "topics", "argues", "questions")
            proof.keys(where, section, *keys)
            if (its_id := _id(proof, where, section)) and found:
                self._essay_of.setdefault(its_id, found)
            _title(proof, where, section)
            _number(proof, where, section, "minutes", _MINUTES)
            self._topics(proof, where, section)
            _texts(proof, where, section, "argues", ARGUES_LIMIT)
            _questions(proof, where, section, OF_SECTION)

    def _work(self, place: Place, work: dict[str, Any]) -> None:
        proof = self._works
        kinds = ("form", "tradition", "topics", "essay", "how", "section")
        needed = ("id", "title", "makers", *kinds, *_TEXTS, "questions", "sure")
        proof.keys(place, work, *needed, also=["year", "sure_note"])
        _id(proof, place, work)
        self._facts(proof, place, work)
        self._topics(proof, place, work)
        _one_of(proof, place, work, "essay", SIDES)
        _one_of(proof, place, work, "how", tuple(How))
        self._section(proof, place, work, work.get("essay"))
        _questions(proof, place, work, OF_WORK)

    def _facts(self, proof: Proof, place: Place, table: dict[str, Any]) -> None:
        """What works and essays have in common."""
        _title(proof, place, table)
        for where, maker in proof.entries(table, place, "makers"):
            proof.text(where, maker, TITLE_LIMIT)
        _number(proof, place, table, "year", _YEARS)
        for kind in (Terms.FORM, Terms.TRADITION):
            self._term(proof, (*place, kind), kind, table.get(kind))
        for key, limit in _TEXTS.items():
            _texts(proof, place, table, key, limit)
        _sure(proof, place, table)

    def _pair_file(self, proof: Proof, data: dict[str, Any]) -> None:
        proof.keys((), data, "pair")
        pairs = list(proof.tables(data, (), "pair"))
        if len(pairs) < FEWEST_PAIRS:
            proof.fault((), f"too few pairs: {len(pairs)}; {FEWEST_PAIRS} at least")
        for place, pair in pairs:
            self._pair(proof, place, pair)

    def _pair(self, proof: Proof, place: Place, pair: dict[str, Any]) -> None:
        proof.keys(place, pair, "id", "topics", "question", *SIDES, "part", "share", "questions")
        _id(proof, place, pair)
        self._topics(proof, place, pair)
        for language, text in proof.languages(place, pair, "question").items():
            where = (*place, "question", language)
            if proof.question(where, text, language, QUESTION_LIMIT):
                proof.once(where, f"pair question {language}", text)
        for side in (each for each in SIDES if each in pair):
            where = (*place, side)
            if not isinstance(pair[side], dict):
                proof.fault(where, f"write {side}.section and {side}.says")
                continue
            says = cast(dict[str, Any], pair[side])
            proof.keys(where, says, "section", "says")
            self._section(proof, where, says, side)
            _texts(proof, where, says, "says", SAYS_LIMIT)
        _texts(proof, place, pair, "part", MEETING_LIMIT)
        _texts(proof, place, pair, "share", MEETING_LIMIT)
        _questions(proof, place, pair, OF_PAIR)

    def _topics(self, proof: Proof, place: Place, table: dict[str, Any]) -> None:
        if table.get("topics") == []:
            proof.fault((*place, "topics"), "name one topic at least")
        topics: list[object] = []
        for where, topic in proof.entries(table, place, "topics"):
            self._term(proof, where, Terms.TOPIC, topic)
            if topic in topics:
                proof.fault(where, f"the topic {topic!r} stands there twice")
            topics.append(topic)

    def _term(self, proof: Proof, place: Place, kind: Terms, found: object) -> None:
        if found is None or self._terms.data is None:
            return  # Reported already.
        if isinstance(found, str) and found in self._known[kind]:
            self._used.add((kind, found))
        else:
            proof.fault(place, f"there is no {kind} {found!r} in terms.toml")

    def _section(self, proof: Proof, place: Place, table: dict[str, Any], side: object) -> None:
        if "section" not in table or self._essays.data is None:
            return  # Reported already.
        found: object = table["section"]
        where = (*place, "section")
        if not isinstance(found, str) or found not in self._essay_of:
            proof.fault(where, f"there is no section {found!r} in essays.toml")
        elif side in SIDES and self._essay_of[found] != side:
            proof.fault(where, f"{found!r} is a section of the other essay, not of {side!r}")


def _id(proof: Proof, place: Place, table: dict[str, Any]) -> str | None:
    """Check an id, once among all that stand on the list; return it if it is one."""
    found = proof.id(place, table)
    if found and found.startswith(f"{SIDE}-"):
        what = f"{found!r} is for a server's own work: no id of this list begins with '{SIDE}-'"
        proof.fault((*place, "id"), what)
    return found


def _title(proof: Proof, place: Place, table: dict[str, Any]) -> None:
    """Check a title: one text for every language, or one for each."""
    title: object = table.get("title")
    if not isinstance(title, str):
        _texts(proof, place, table, "title", TITLE_LIMIT, once="title")
    elif proof.text((*place, "title"), title, TITLE_LIMIT):
        for language in LANGUAGES:
            proof.once((*place, "title"), f"title {language}", title)


def _texts(
    proof: Proof,
    place: Place,
    table: dict[str, Any],
    key: str,
    limit: int,
    once: str | None = None,
) -> None:
    """Check a text in each language; `once`: what it is among the texts that differ."""
    for language, text in proof.languages(place, table, key).items():
        where = (*place, key, language)
        if proof.text(where, text, limit) and once:
            proof.once(where, f"{once} {language}", text)


def _questions(proof: Proof, place: Place, table: dict[str, Any], allowed: range) -> None:
    sizes: set[int] = set()
    texts = proof.languages(place, table, "questions")
    for language in texts:
        questions = proof.entries(texts, (*place, "questions"), language)
        sizes.add(len(questions))
        if len(questions) not in allowed:
            number = f"{allowed[0]}" if len(allowed) == 1 else f"{allowed[0]} to {allowed[-1]}"
            what = f"{len(questions)} questions; it has to be {number}"
            proof.fault((*place, "questions", language), what)
        for where, question in questions:
            if proof.question(where, question, language, QUESTION_LIMIT):
                proof.once(where, f"question {language}", str(question))
    if len(sizes) > 1:
        proof.fault((*place, "questions"), "not as many questions in one language as in another")


def _sure(proof: Proof, place: Place, table: dict[str, Any]) -> None:
    """Check that it is said where the facts are from, and what is not certain."""
    if "sure_note" in table:
        _texts(proof, place, table, "sure_note", NOTE_LIMIT)
    if "sure" not in table:
        return  # Reported as a missing key.
    where = (*place, "sure")
    if not isinstance(table["sure"], dict):
        proof.fault(where, 'write sure = { title = "checked" } and so on')
        return
    sure = cast(dict[str, object], table["sure"])
    for fact in ("title", "makers", "year"):
        if table.get(fact) and fact not in sure:
            proof.fault(where, f"'sure' does not say where the {fact} is from")
        if fact in sure and not table.get(fact):
            proof.fault((*where, fact), f"'sure' speaks of a {fact} that is not there")
    for fact, found in sure.items():
        if found not in tuple(Sure):
            proof.fault((*where, fact), f"{found!r} is none of {_list(Sure)}")
    certain = all(found == Sure.CHECKED for found in sure.values())
    if not certain and "sure_note" not in table:
        proof.fault(where, "'sure_note' is missing: say what is not certain")


def _number(proof: Proof, place: Place, table: dict[str, Any], key: str, allowed: range) -> None:
    found: object = table.get(key, allowed[0])
    # True and False count as numbers for Python.
    if type(found) is not int or found not in allowed:
        what = f"a whole number from {allowed[0]} to {allowed[-1]}, without quotes"
        proof.fault((*place, key), f"{key} is {what}")


def _one_of(
    proof: Proof, place: Place, table: dict[str, Any], key: str, allowed: Iterable[str]
) -> None:
    if key in table and table[key] not in tuple(allowed):
        proof.fault((*place, key), f"{table[key]!r} is none of {_list(allowed)}")


def _list(words: Iterable[str]) -> str:
    return ", ".join(map(str, words))
