"""Proofreading the files in `data/` that people edit: every fault at once, each with its line.

They are edited by people who do not program, so a fault says what to change and where. What all of
them have in common is checked here: TOML with texts in several languages, ids, lists of tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, cast

from bot.text import Fault, clean, fault, folded
from bot.words import LANGUAGES, N_, Words

_ID = re.compile(r"[a-z][a-z0-9-]{0,39}")
_HEADER = re.compile(r"\s*(\[+)([^\[\]]+)\]+\s*(?:#.*)?")
_KEY = re.compile(r"\s*([\w.-]+)\s*=\s*")
_OPENS_LIST = re.compile(r"\[\s*(?:#.*)?")
_LINE = re.compile(r"line (\d+)")
#: What Discord would not make a link of by itself, but is one. One sign of its name is enough: a
#: search for all of them takes for ever over a long word.
_DOMAIN = re.compile(r"[a-z0-9-]\.(?:com|gg|info|io|net|org)\b", re.IGNORECASE)

#: Where something stands: ("tip", 0, "prompts", 3, "es") is in the first tip's fourth question.
Place = tuple[str | int, ...]
#: What stands where first: a kind and a folded text; the file, the place in it and its line.
Seen = dict[tuple[str, str], tuple[Path, Place, int]]


def names_a_site(text: str) -> bool:
    """Whether a text names an address in the web, also where Discord would make no link of it."""
    return _DOMAIN.search(text) is not None


class Note(NamedTuple):
    """A fault as a message for the catalogues, and the facts that it names."""

    message: str
    facts: dict[str, Any]


class Proof:
    """The proofreading of one file: what it has, what was found so far, and the common checks.

    `seen` is shared by files in which nothing may stand twice. `content`: the file's bytes, for one
    that somebody sent; None: it is read from `path`.
    """

    def __init__(self, path: Path, seen: Seen | None = None, content: bytes | None = None) -> None:
        self.path = path
        self._content = content
        self.found: dict[tuple[int, str], Note] = {}
        self._seen = {} if seen is None else seen
        self._lines: dict[Place, int] = {}
        #: None: it cannot be read, and there is a fault that says so.
        self.data: dict[str, Any] | None = self._read()

    def told(self) -> list[str]:
        """Everything that was found, as `path:line: fault`, in order of lines."""
        return [f"{self.path}:{line}: {what}" for line, what in sorted(self.found)]

    def said(self, words: Words) -> list[tuple[int, str]]:
        """Everything that was found, in somebody's language, each with its line."""
        found = sorted(self.found.items())
        return [(line, words(note.message, **note.facts)) for (line, _), note in found]

    def fault(self, place: Place, what: str, **facts: Any) -> None:
        """Note a fault at a place; `facts` are what its message names in braces."""
        self._note(self._line(place), what, facts)

    def _note(self, line: int, what: str, facts: dict[str, Any]) -> None:
        if not facts:  # braces in it are braces
            what = what.replace("{", "{{").replace("}", "}}")
        self.found[line, what.format(**facts)] = Note(what, facts)

    def keys(
        self, place: Place, table: dict[str, Any], *keys: str, also: Iterable[str] = ()
    ) -> None:
        """Check that a table has these keys, and none but them and perhaps those in `also`."""
        group = f"{place[-1]}." if place and isinstance(place[-1], str) else ""
        for key in table:
            if key not in keys and key not in also:
                self.fault((*place, key), N_("{key} is not known here"), key=repr(group + key))
        for key in keys:
            if key not in table:
                self.fault(place, N_("{key} is missing"), key=repr(group + key))

    def tables(
        self, table: dict[str, Any], place: Place, key: str
    ) -> Iterator[tuple[Place, dict[str, Any]]]:
        """The tables of a list of tables, each with its place."""
        header = ".".join(part for part in (*place, key) if isinstance(part, str))
        found: object = table.get(key, [])
        for index, each in enumerate(cast(list[object], found) if isinstance(found, list) else [0]):
            if isinstance(each, dict):
                yield (*place, key, index), cast(dict[str, Any], each)
            else:
                self.fault(
                    (*place, key), N_("write it below a line {header}"), header=f"[[{header}]]"
                )

    def entries(self, table: dict[str, Any], place: Place, key: str) -> list[tuple[Place, object]]:
        """The entries of a list, each with its place."""
        found: object = table.get(key, [])
        if not isinstance(found, list):
            self.fault((*place, key), N_("a list stands in [ and ]"))
            return []
        every = cast(list[object], found)
        return [((*place, key, index), each) for index, each in enumerate(every)]

    def id(self, place: Place, table: dict[str, Any], kind: str = "id") -> str | None:
        """Check an id, once among those of its kind; return it if it is one."""
        if "id" not in table:
            return None  # Reported as a missing key.
        found = table["id"]
        if isinstance(found, str) and _ID.fullmatch(found):
            self.once((*place, "id"), kind, found)
            return found
        what = N_("an id has small letters, digits and hyphens (40 at most)")
        self.fault((*place, "id"), what)
        return None

    def once(self, place: Place, kind: str, text: str) -> None:
        """Check that a text stands only once among those of its kind, case and accents aside."""
        here = (self.path, place, self._line(place))
        first = path, _, line = self._seen.setdefault((kind, folded(text)), here)
        if first != here:
            file = "" if path == self.path else f"{path.name}, "
            what = N_("the same stands in {file}line {line}: {text}")
            self.fault(place, what, file=file, line=line, text=repr(text))

    def text(self, place: Place, text: object, limit: int) -> bool:
        """Check a text of at most `limit` characters; whether it is one at all."""
        if not isinstance(text, str):
            self.fault(place, N_("a text stands in quotes"))
            return False
        if not text.strip():
            self.fault(place, N_("the text is empty"))
            return False
        if "\n" in text or clean(text) != text:
            what = N_("a line break, a blank at an end, or an invisible character")
            self.fault(place, what)
        if len(text) > limit:
            what = N_("{n} characters; {limit} at most")
            self.fault(place, what, n=len(text), limit=limit)
        found = fault(text, len(text), exact_words=True)
        if found in (Fault.LINK, Fault.MENTION) or names_a_site(text):
            self.fault(place, N_("a link or a mention: leave it out"))
        elif found in (Fault.PILE, Fault.GAP):
            self.fault(place, N_("too many accents on a letter, or a wide gap"))
        return True

    def question(self, place: Place, text: object, language: str, limit: int) -> bool:
        """Check a question; whether it is a text at all."""
        if not self.text(place, text, limit):
            return False
        if not str(text).endswith("?"):
            self.fault(place, N_("a question ends with ?"))
        if language == "es" and "¿" not in str(text):
            self.fault(place, N_("a question in Spanish needs its ¿"))
        return True

    def languages(self, place: Place, table: dict[str, Any], key: str) -> dict[str, Any]:
        """What a key has in each language, none of them missing and no other."""
        if key not in table:
            return {}  # Reported as a missing key.
        if not isinstance(table[key], dict):
            names = " and ".join(f"{key}.{language}" for language in LANGUAGES)
            self.fault((*place, key), f"write {names}")
            return {}
        texts = cast(dict[str, Any], table[key])
        self.keys((*place, key), texts, *LANGUAGES)
        return {language: texts[language] for language in LANGUAGES if language in texts}

    def _line(self, place: Place) -> int:
        """The line of a place, or of what it is in."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def _read(self) -> dict[str, Any] | None:
        try:
            content = self.path.read_bytes() if self._content is None else self._content
        except OSError as error:
            return self._unreadable(1, f"the file cannot be read: {error.strerror}")
        try:
            # Some editors put a mark (BOM) in front of a file, which TOML does not know.
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            what = N_("a character is not in UTF-8: save the file as UTF-8")
            return self._unreadable(line, what)
        import tomllib  # Imported here: a start does not need it.

        try:
            data = tomllib.loads(text)
        except ValueError as error:
            # Also for a number longer than Python reads.
            named = _LINE.search(str(error))  # At the end of the file it names none.
            line = int(named[1]) if named else text.count("\n") + 1
            return self._unreadable(line, N_("this is not TOML: {error}"), error=str(error))
        self._lines = _lines(text)
        return data

    def _unreadable(self, line: int, what: str, **facts: Any) -> None:
        self._note(line, what, facts)


def _lines(text: str) -> dict[Place, int]:
    """The line of each table, key and entry, as far as they are written in the usual manner."""
    lines: dict[Place, int] = {}
    counts: dict[Place, int] = {}  # of each list of tables, so far
    table: Place = ()
    entries: Place | None = None  # the list that is open, over several lines
    quoted = False
    for number, line in enumerate(text.split("\n"), 1):
        if entries is not None:
            if line.lstrip().startswith('"'):
                lines[(*entries, counts[entries])] = number
                counts[entries] += 1
            elif line.lstrip().startswith("]"):
                entries = None
            continue
        if not quoted:
            if header := _HEADER.fullmatch(line):
                table = _table(header[2].replace(" ", ""), header[1] == "[[", counts)
                lines[table] = number
                if isinstance(table[-1], int):  # The list begins with its first table.
                    lines.setdefault(table[:-1], number)
            elif key := _KEY.match(line):
                place = table
                for part in key[1].split("."):  # name.en is the first line of name, too.
                    place = (*place, part)
                    lines.setdefault(place, number)
                if _OPENS_LIST.fullmatch(line[key.end() :].rstrip()):
                    entries, counts[place] = place, 0
        if line.count('"""') % 2:
            quoted = not quoted
    return lines


def _table(header: str, listed: bool, counts: dict[Place, int]) -> Place:
    """The place of the table that begins below a header; `listed`: in double brackets."""
    place: Place = ()
    *outer, name = header.split(".")
    for part in outer:
        place = (*place, part)
        if place in counts:
            place = (*place, counts[place] - 1)
    place = (*place, name)
    if not listed:
        return place
    counts[place] = counts.get(place, 0) + 1
    return (*place, counts[place] - 1)
