"""Proofreading the catalogues: every fault at once, each with its line.

They are edited by people who do not program. A fact whose name is misspelt, or a brace too many,
would let an answer fail when somebody waits for it; so it is told before. What is not translated is
no fault here: it is said in English.
"""

from __future__ import annotations

import re
from pathlib import Path
from string import Formatter
from typing import Any

from bot import words

#: A line of a catalogue: nothing, a remark, or a text between quotation marks. What lacks one of
#: them is read all the same, without its first or last letter.
_LINE = re.compile(r"\s*(?:#.*|(?:msg\w+(?:\[\d+\])?\s*)?\".*\"\s*)?")


def faults(file: Path) -> list[str]:
    """What is wrong with a catalogue, one line each."""
    from babel.messages.pofile import PoFileError, read_po

    try:
        with file.open("rb") as opened:
            catalogue: Any = read_po(opened, abort_invalid=True)
        lines = file.read_text(encoding="utf-8").split("\n")
    except PoFileError as error:
        line = error.lineno + 1
        return [f"{file}:{line}: a line begins with msgid, msgstr, a quotation mark or #"]
    except OSError as error:
        return [f"{file}:1: this cannot be read ({error.strerror})"]
    except UnicodeDecodeError:
        return [f"{file}:1: this is not saved as UTF-8"]
    except (LookupError, ValueError) as error:
        return [f"{file}:1: what stands first in the file is damaged ({error})"]
    open_ended = [number for number, line in enumerate(lines, 1) if not _LINE.fullmatch(line)]
    return [
        f"{file}:{number}: a text begins and ends with a quotation mark" for number in open_ended
    ] + [
        f"{file}:{message.lineno}: {fault}"
        for message in catalogue
        if message.id
        for fault in _faults(message.id, message.string)
    ]


def all_faults() -> list[str]:
    """What is wrong with any of the catalogues."""
    files = [words.catalogue_file(language) for language in words.LANGUAGES[1:]]
    return [fault for file in files for fault in faults(file)]


def _faults(english: str | tuple[str, ...], translated: str | tuple[str, ...]) -> list[str]:
    whole = (english,) if isinstance(english, str) else english
    forms = (translated,) if isinstance(translated, str) else translated
    found: list[str] = []
    try:
        wanted = {name for each in whole for name in _facts(each)}
    except ValueError as error:
        return [f"braces in msgid: {error}; it repeats the English text, letter by letter"]
    for form in filter(None, forms):
        try:
            named = _facts(form)
        except ValueError as error:
            found.append(f"braces: {error}; what is in {{braces}} stays as in English")
            continue
        found += [f"{{{name}}} is not in the English text" for name in sorted(named - wanted)]
        if len(forms) == 1:
            found += [f"{{{name}}} is missing" for name in sorted(wanted - named)]
    return found


def _facts(text: str) -> set[str]:
    """The names in braces. Raises ValueError where a brace stands alone, or holds more."""
    found: set[str] = set()
    for _, name, format_spec, conversion in Formatter().parse(text):
        if format_spec or conversion:
            raise ValueError("more than a name in them")
        if name is not None:
            found.add(name)
    return found
