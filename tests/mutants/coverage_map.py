"""Which tests run which line: written down in one run of the quick tests, asked for each mutant.

As a pytest plugin (`-p tests.mutants.coverage_map`) it writes down what runs, where FOLDER says,
each process into files of its own; or it lets only those tests run that CHOSEN names.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

from tests.mutants.draw import Mutant

#: Environment variables, each with a path.
FOLDER, CHOSEN = "MUTANTS_COVERAGE", "MUTANTS_CHOSEN"
_SOURCES = ("bot", "cogs")


def pytest_configure(config: pytest.Config) -> None:
    if (folder := os.environ.get(FOLDER)) is not None:
        config.pluginmanager.register(_Recorder(Path(folder)))


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Only what was chosen, in its order."""
    if (path := os.environ.get(CHOSEN)) is not None:
        place = {test: number for number, test in enumerate(json.loads(Path(path).read_text()))}
        items[:] = sorted(
            (each for each in items if each.nodeid in place), key=lambda each: place[each.nodeid]
        )


class _Recorder:
    """Measures from the moment it is made, in the name of the test that runs."""

    def __init__(self, folder: Path) -> None:
        self._spent: dict[str, float] = defaultdict(float)
        self._seconds = folder / f"{os.getpid()}.json"
        self._coverage = coverage.Coverage(
            str(folder / f"{os.getpid()}.coverage"),
            config_file=False,
            source=_SOURCES,
            messages=False,
        )
        self._coverage.set_option("run:relative_files", True)
        self._coverage.start()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self._coverage.switch_context(item.nodeid)
        return (yield)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._spent[report.nodeid] += report.duration

    def pytest_unconfigure(self) -> None:
        self._coverage.stop()
        self._coverage.save()
        self._seconds.write_text(json.dumps(self._spent))


class Map:
    """What a folder that `gather` wrote knows. `seconds` is what each test took."""

    def __init__(self, folder: Path) -> None:
        self._lines = coverage.CoverageData(str(folder / "lines.coverage"))
        self._lines.read()
        told = json.loads((folder / "tests.json").read_text())
        self.seconds: dict[str, float] = told["seconds"]
        self._sources: dict[str, str] = told["sources"]

    @staticmethod
    def gather(written: Path, kept: Path) -> None:
        """Keep what the processes of one run wrote down, about the files as they are here."""
        kept.mkdir()
        lines = coverage.CoverageData(str(kept / "lines.coverage"))
        seconds: dict[str, float] = {}
        for each in written.glob("*.coverage"):
            data = coverage.CoverageData(str(each))
            data.read()
            lines.update(data)
        for each in written.glob("*.json"):
            seconds |= json.loads(each.read_text())
        lines.write()
        sources = {str(file): _digest(file) for file in _files()}
        (kept / "tests.json").write_text(json.dumps({"seconds": seconds, "sources": sources}))

    def tests(self, mutant: Mutant) -> list[str]:
        """The tests that run what a mutant changes, those that take least time first.

        What runs at import only, and SQL, is looked for where it is named; some tests read SQL as
        it stands in its file. What nothing is known of is looked at by whatever runs anything in
        its file, or by all tests.
        """
        file = str(mutant.file)
        if mutant.query:
            found = self._naming(mutant.query) | self._reading_sql()
        elif self._sources.get(file) != _digest(mutant.file):
            found = set[str]()
        else:
            names, lines = _statement(mutant.file, mutant.line)
            found = self._running(file, lines)
            if not found:
                found = set[str]().union(*(self._naming(name) for name in names))
        found = found or self._running(file, None) or set(self.seconds)
        return sorted(found, key=lambda each: self.seconds[each])

    def _reading_sql(self) -> set[str]:
        files = {each.partition("::")[0] for each in self.seconds}
        reading = {file for file in files if "queries._texts" in Path(file).read_text("utf-8")}
        return {each for each in self.seconds if each.partition("::")[0] in reading}

    def _running(self, file: str, lines: set[int] | None) -> set[str]:
        known = self._lines.contexts_by_lineno(file)
        found = {
            test
            for line, tests in known.items()
            if lines is None or line in lines
            for test in tests
        }
        return found & self.seconds.keys()

    def _naming(self, name: str) -> set[str]:
        """Tests that run a line in which something is named."""
        found = set[str]()
        for file in _files():
            if self._sources.get(str(file)) == _digest(file):
                lines = file.read_text(encoding="utf-8").splitlines()
                at = {i for i, line in enumerate(lines, 1) if re.search(rf"\b{name}\b", line)}
                found |= self._running(str(file), at) if at else set()
        return found


def _files() -> list[Path]:
    return [file for source in _SOURCES for file in Path(source).rglob("*.py")]


def _digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def _statement(file: Path, line: int) -> tuple[list[str], set[int]]:
    """The names of what is around a line, inner ones first, and the lines of its statement.

    Of a statement that holds others (`if`, `def`) only the lines before those count.
    """
    around = [
        node
        for node in ast.walk(ast.parse(file.read_bytes()))
        if isinstance(node, ast.stmt) and node.lineno <= line <= (node.end_lineno or node.lineno)
    ]
    around.sort(key=lambda node: (node.end_lineno or node.lineno) - node.lineno)
    named = [getattr(node, "targets", [getattr(node, "target", node)])[0] for node in around]
    names = [getattr(node, "name", None) or getattr(node, "id", None) for node in named]
    smallest = around[0]
    body: list[ast.stmt] = getattr(smallest, "body", [])
    end = body[0].lineno - 1 if body else smallest.end_lineno or smallest.lineno
    return [name for name in names if name], {*range(smallest.lineno, end + 1)}
