"""The texts that noticing is judged on, and how they are read.

`known.jsonl` was written before the rules and looked at while they were made; `held.jsonl` was
labelled beside it, set apart and never looked at. `later.jsonl` and `unseen.jsonl` were written
when there were rules, by others who did not know them; the first was judged, then looked at, and
the rules mended, the second was never looked at. `rulings.txt` has the definition's rulings, a case
a line.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).parent


class Case(NamedTuple):
    """A text and what is right about it; `ids` is None where nobody wrote them down."""

    text: str
    speaks_for: bool
    kind: str = ""
    lang: str = ""
    ids: tuple[int, ...] | None = None


def labelled(name: str) -> list[Case]:
    """A file of JSON Lines."""
    cases: list[Case] = []
    for line in (HERE / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        speaks = row["label"] == "speaks_for"
        ids = tuple(map(int, row["ids"])) if speaks else ()
        cases.append(Case(row["text"], speaks, row["kind"], row["lang"], ids))
    return cases


def rulings() -> list[Case]:
    """The cases of `rulings.txt`, with the ruling they stand for as their kind."""
    cases: list[Case] = []
    kind = ""
    for line in (HERE / "rulings.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            kind = line[3:]
        elif line[:2] in ("+ ", "- "):
            cases.append(Case(line[2:].replace("\\n", "\n"), line[0] == "+", kind))
    return cases


class Table(NamedTuple):
    """A confusion table."""

    right: int = 0
    false_alarms: int = 0
    missed: int = 0
    quiet: int = 0

    def add(self, case: Case, noticed: bool) -> Table:
        """The table with one more case."""
        if noticed:
            field = "right" if case.speaks_for else "false_alarms"
        else:
            field = "missed" if case.speaks_for else "quiet"
        return self._replace(**{field: getattr(self, field) + 1})

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + self.false_alarms)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + self.missed)
