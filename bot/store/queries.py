"""Named queries: one `.sql` file, loaded for the engine in use."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any, cast

_NAMED = re.compile(r"^-- name: *(\w+)", re.MULTILINE)


class Queries:
    """The queries of a file as methods, each parsed when it is called first.

    Parsing takes half a millisecond for each, which a start need not spend on features nobody uses
    yet. A test loads every file for both engines.
    """

    def __init__(self, file: Path, driver: str) -> None:
        self._file = file
        self._driver = driver

    def __getattr__(self, name: str) -> Any:
        try:
            query = _parsed(self._file, self._driver, name)
        except KeyError:
            raise AttributeError(f"{self._file.name} has no query {name}", name=name) from None
        setattr(self, name, query)
        return query


def load(file: Path, driver: str) -> Any:
    """The queries of a file; the typed functions around them give them types."""
    return Queries(file, driver)


@cache
def _parsed(file: Path, driver: str, name: str) -> Any:
    import aiosql

    from bot.store.trips import OneTrip

    adapter = OneTrip if driver == "aiosqlite" else driver
    return getattr(cast("Any", aiosql).from_str(_texts(file)[name], adapter), name)


@cache
def _texts(file: Path) -> dict[str, str]:
    """Each query of a file as it stands there, its name and its comments with it."""
    text = file.read_text(encoding="utf-8")
    names = list(_NAMED.finditer(text))
    ends = [*(each.start() for each in names[1:]), len(text)]
    return {each[1]: text[each.start() : end] for each, end in zip(names, ends, strict=True)}
