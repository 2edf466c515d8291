"""The bot is light: its start and its memory stay near those of a bare discord.py bot.

Both are measured here, in one run, on one machine, one after the other: only ratios are asserted,
so a slow machine or a busy one is no failure. Run it alone (``pytest -m bench -n 0``).
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from .measure import Sample, middle, ratio, start

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

MOST_TIME = 1.3
MOST_MEMORY = 1.35
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "9"))


def test_start_and_memory_stay_near_a_bare_bot(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for which in ("bare", "firsthand"):
        start(which, tmp_path / "warm-up")  # writes the .pyc files, fills the page cache
    state = tmp_path / "state"
    first = start("firsthand", state)  # makes the key and the databases, registers the commands

    bare: list[Sample] = []
    firsthand: list[Sample] = []
    for turn in range(ROUNDS):
        # Every other round the other way round, so that going first favours neither.
        for which in ("bare", "firsthand") if turn % 2 else ("firsthand", "bare"):
            (bare if which == "bare" else firsthand).append(start(which, state))

    with capsys.disabled():
        print(table(bare, firsthand, first))

    assert all(said_something(sample) for sample in [first, *bare, *firsthand])
    assert ratio(firsthand, bare, "seconds") <= MOST_TIME
    assert ratio(firsthand, bare, "rss") <= MOST_MEMORY


def said_something(sample: Sample) -> bool:
    return any(sample.answer.get(part) for part in ("content", "embeds", "components"))


def table(bare: list[Sample], firsthand: list[Sample], first: Sample) -> str:
    """For people: the medians, the ratios, and what the very first start took."""
    lines = ["", f"{'':28}{'bare':>8}{'Firsthand':>11}{'ratio':>8}{'first run':>11}"]
    for label, of, digits in [
        ("start to first answer, s", "seconds", 3),
        ("processor until then, s", "cpu", 3),
        ("memory (RSS) 4 s later, MB", "rss", 1),
        ("memory (PSS) 4 s later, MB", "pss", 1),
        ("memory, peak, MB", "peak", 1),
    ]:
        one, other = middle(bare, of), middle(firsthand, of)
        if one:
            lines.append(
                f"{label:28}{one:>8.{digits}f}{other:>11.{digits}f}"
                f"{ratio(firsthand, bare, of):>8.2f}{getattr(first, of):>11.{digits}f}"
            )
    return "\n".join(lines)
