"""Two tiers of tests.

`pytest` runs the quick one: every law, command, control, flow and text at least once, on SQLite,
without a browser. `pytest -m full` runs what multiplies: every call failing in every way, every
step killed, every absurd key, Postgres, Chromium, and Hypothesis with many examples.
docs/developing.md says when to run which.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import TypeVar

import hypothesis
import pytest
from _pytest.mark import ParameterSet

T = TypeVar("T")
#: Hypothesis's profiles, one for each tier, and their examples; what a test takes less of, it says.
QUICK, FULL = "quick", "full"
EXAMPLES = {QUICK: 30, FULL: 100}

#: A test that takes `full` runs twice: on a sample, and, in the full tier, on all there is.
in_both_tiers = pytest.mark.parametrize(
    "full", [False, pytest.param(True, marks=pytest.mark.full)], ids=["sample", "all"]
)


def tiered(values: Iterable[T], quick: Collection[T]) -> list[T | ParameterSet]:
    """The values of a parameter; the quick tier takes those in `quick` only."""
    found = list(values)
    assert set(quick) <= set(found), "a value for the quick tier that is not there"
    return [each if each in quick else pytest.param(each, marks=pytest.mark.full) for each in found]


def examples(*, quick: int, full: int) -> int:
    """How many examples a test with slow ones tries in the tier that runs."""
    return full if hypothesis.settings.get_current_profile_name() == FULL else quick
