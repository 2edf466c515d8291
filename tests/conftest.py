"""Fixtures: a world with the bot in it, on a database of its own."""

from __future__ import annotations

import gc
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, is_hypothesis_test, settings

from bot.demo import strict
from tests.postgres import cluster, postgres  # noqa: F401
from tests.simulator import (
    Faults,
    keep_cogs_loaded,
    keep_long_timers_virtual,
    listening,
    spare_polls,
    speed_up,
    translate_commands_once,
)
from tests.states import FAST
from tests.tiers import EXAMPLES, FULL, QUICK
from tests.world import World

speed_up()
keep_long_timers_virtual()
keep_cogs_loaded()
translate_commands_once()
spare_polls()
strict.enforce()
for tier, examples in EXAMPLES.items():
    settings.register_profile(
        tier,
        max_examples=examples,
        # A slow computer is no fault of the bot's.
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
        # The same examples each time: what fails there fails because of what was changed. Every
        # other run looks at new ones.
        derandomize=bool(os.environ.get("CI")),
    )


def pytest_configure(config: pytest.Config) -> None:
    if FAST is not None:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", FAST)  # where `tmp_path` lies
    settings.load_profile(FULL if config.option.markexpr == FULL else QUICK)


#: Single tests in these take longest. They go first: no worker is alone with one at the end.
_LONG = ("test_rest_failures.py", "test_languages.py", "test_nothing_leaks.py")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What needs Chromium or PostgreSQL belongs to the full tier, and Hypothesis to both."""
    both = settings.get_current_profile_name() == FULL
    for item in items:
        marks = {mark.name for mark in item.iter_markers()}
        if marks & {"browser", "postgres"} or (
            both and is_hypothesis_test(getattr(item, "obj", None))
        ):
            item.add_marker(pytest.mark.full)
    items.sort(key=lambda item: item.path.name not in _LONG)


def pytest_collection_finish() -> None:
    """Thousands of tests stay, and each makes a world; looking for garbage took a tenth."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


#: Seconds by the clock that the tests of each file took, wherever they ran.
_SPENT: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _SPENT[report.nodeid.partition("::")[0]] += report.duration


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Where the time went, so that growth is seen."""
    terminalreporter.section("slowest files")
    for file, seconds in _SPENT.most_common(10):
        terminalreporter.line(f"{seconds:6.1f} s  {file}")


@pytest.fixture
def faults() -> Iterator[Faults]:
    """What the bot logs as an error during a test; a test that expects some drains it."""
    with listening() as heard:
        yield heard


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """Databases answer from threads, in worlds that start after this."""
    monkeypatch.setattr(World, "threads", True)


@pytest.fixture
async def world(faults: Faults) -> AsyncIterator[World]:
    """A server with the bot in it. Whatever the bot logs as an error fails the test."""
    with tempfile.TemporaryDirectory(dir=FAST) as folder:
        made = World(Path(folder) / "state", faults)
        await made.start()
        yield made
        await made.stop()
    assert faults.drain() == []
