"""The bot is light: its start and its memory stay near those of a bare discord.py bot.

Both are measured here, in one run, on one machine, one after the other. The ratio of times is
printed; only that of memory is asserted, which no other program changes. Run it alone
(``pytest -m bench -n 0``). What a start must not load is in tests/rules/test_late_loading.py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from .measure import SETTLE, Sample, middle, ratio, start

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc"),
]

MOST_MEMORY = 1.35
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
"""Starts of each bot for the time. Other programs and other guests of the same machine slow single
starts down by half: to compare two versions, take 31 of each. For memory two are plenty."""
Rounds = tuple[list[Sample], list[Sample]]


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data of a bot that was started before; compiled modules and the page cache are warm."""
    folder = tmp_path_factory.mktemp("bench") / "state"
    for which in ("bare", "firsthand"):
        start(which, folder, settle=SETTLE)
    return folder


def test_how_soon_the_first_answer_comes(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare, firsthand = in_turn(state, ROUNDS)
    show(
        capsys,
        bare,
        firsthand,
        {"by the clock": "seconds", "of a processor": "cpu"},
        "seconds from start to first answer",
    )


def test_memory_stays_near_a_bare_bot(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bare, firsthand = in_turn(state, 2, settle=SETTLE)
    show(
        capsys,
        bare,
        firsthand,
        {"resident": "rss", "proportional": "pss", "peak": "peak"},
        "MB after the first answer",
    )
    assert ratio(firsthand, bare, "rss") <= MOST_MEMORY


def test_the_very_first_start_answers_too(
    state: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With an empty folder it makes the key and the databases. Shown, not limited."""
    empty = state.parent / tmp_path.name
    first = start("firsthand", empty)
    again = start("firsthand", empty)
    with capsys.disabled():
        print(f"\nvery first start: {first.seconds:.3f} s, the next: {again.seconds:.3f} s")
    assert said_something(first)


def in_turn(state: Path, rounds: int, *, settle: float = 0.0) -> Rounds:
    """Start one after the other, every other round the other way round."""
    bare: list[Sample] = []
    firsthand: list[Sample] = []
    for turn in range(rounds):
        for which in ("bare", "firsthand") if turn % 2 else ("firsthand", "bare"):
            sample = start(which, state, settle=settle)
            assert said_something(sample)
            (bare if which == "bare" else firsthand).append(sample)
    return bare, firsthand


def said_something(sample: Sample) -> bool:
    return any(sample.answer.get(part) for part in ("content", "embeds", "components"))


def show(
    capsys: pytest.CaptureFixture[str],
    bare: list[Sample],
    firsthand: list[Sample],
    figures: dict[str, str],
    title: str,
) -> None:
    """A small table for people: the medians and the ratio of each figure."""
    with capsys.disabled():
        print(f"\n{title:36}{'bare':>8}{'Firsthand':>11}{'ratio':>8}")
        for label, of in figures.items():
            one, other = middle(bare, of), middle(firsthand, of)
            if one:
                times = ratio(firsthand, bare, of)
                print(f"  {label:34}{one:>8.3f}{other:>11.3f}{times:>8.2f}")
