"""Named queries: one `.sql` file, loaded for the engine in use."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast


class Queries:
    """The queries of a file as methods, parsed when the first of them is called.

    Parsing takes a millisecond for each, which a start need not spend on features nobody uses yet.
    A test loads every file for both engines.
    """

    def __init__(self, file: Path, driver: str) -> None:
        self._file = file
        self._driver = driver

    def __getattr__(self, name: str) -> Any:
        import aiosql

        loaded = cast("Any", aiosql).from_path(self._file, self._driver)
        for query in loaded.available_queries:
            setattr(self, query, getattr(loaded, query))
        return self.__getattribute__(name)


def load(file: Path, driver: str) -> Any:
    """The queries of a file; the typed functions around them give them types."""
    return Queries(file, driver)
