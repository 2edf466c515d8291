"""One start of one bot in a process of its own: how long, how much work, how much memory."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from .loopback import Answer, Loopback

RUNNER = Path(__file__).with_name("runner.py")
ROOT = RUNNER.parents[2]
GIVE_UP = 60.0
"""Seconds after which a bot that has not answered is broken. No measure: only an end to waiting."""
SETTLE = 4.0
"""Seconds between the answer and the look at memory, where memory is what counts. discord.py says
`ready` 2 s after the last server arrived: what a bot does then belongs to what it needs."""
COMMANDS = {"bare": "ping", "firsthand": "help"}
MEBI = 1024 * 1024


@dataclass(frozen=True)
class Sample:
    """What one start cost."""

    seconds: float
    """From just before the process was made until its answer was there."""
    cpu: float
    """Seconds that all its threads together ran until then."""
    rss: float
    """Resident memory in MB, ``settle`` seconds after the answer."""
    pss: float
    """The same with pages that other processes share counted in part; 0 where unreadable."""
    peak: float
    """The most resident memory ever, in MB."""
    answer: dict[str, Any]
    """The body of the answer, to see that it was one."""


class DidNotAnswerError(AssertionError):
    """The bot ended, or never said anything: what it wrote is in the message."""


def start(which: str, state: Path, *, command: str = "", settle: float = 0.0) -> Sample:
    """Start the bot ``which`` (``bare`` or ``firsthand``) with its data in ``state``."""
    return asyncio.run(_start(which, state, command or COMMANDS[which], settle))


async def _start(which: str, state: Path, command: str, settle: float) -> Sample:
    # What the bot writes goes to a file, not a pipe: nobody need read it for the bot to go on.
    with tempfile.TemporaryFile() as output:
        async with Loopback(command) as discord:
            launch = [sys.executable, str(RUNNER), which, discord.url]
            environment = _environment(state)
            began = time.perf_counter()
            process = subprocess.Popen(  # noqa: ASYNC220
                launch,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=environment,
            )
            try:
                answer = await _answer_or_end(discord, process)
                if answer is None:
                    output.seek(0)
                    said = output.read().decode(errors="replace")[-4000:]
                    raise DidNotAnswerError(f"{which}: {discord.requests}\n{said}")
                cpu = _seconds_run(process.pid)
                await asyncio.sleep(settle)
                memory, more = _fields(process.pid, "status"), _fields(process.pid, "smaps_rollup")
                return Sample(
                    seconds=answer.at - began,
                    cpu=cpu,
                    rss=memory["VmRSS"] / MEBI,
                    pss=more.get("Pss", 0) / MEBI,
                    peak=memory["VmHWM"] / MEBI,
                    answer=answer.body,
                )
            finally:
                await asyncio.to_thread(_end, process)


async def _answer_or_end(discord: Loopback, process: subprocess.Popen[bytes]) -> Answer | None:
    """The answer; None when the process ended before it, or ``GIVE_UP`` passed."""
    waiting = asyncio.ensure_future(discord.answer())
    ends = time.monotonic() + GIVE_UP
    while time.monotonic() < ends and process.poll() is None:
        # The answer wakes this at once; the time-out is only for looking whether the bot lives.
        done, _ = await asyncio.wait({waiting}, timeout=0.5)
        if done:
            return waiting.result()
    waiting.cancel()
    return None


def _environment(state: Path) -> dict[str, str]:
    """The caller's, without what would colour the measure: Python's switches, coverage hooks.

    Compiled modules lie beside the state, so that a warm-up start makes them for both bots alike,
    also where the tree cannot be written to or nobody has compiled it.
    """
    ours = ("PYTHON", "PYTEST", "COV", "FIRSTHAND")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | {
        "PYTHONPYCACHEPREFIX": str(state.parent / "pycache"),
        "DISCORD_TOKEN": "bench.token.of-nothing",
        "FIRSTHAND_STATE": str(state),
        "NO_PROXY": "127.0.0.1",
    }


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ask, so that a database is closed properly; insist if need be."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _seconds_run(pid: int) -> float:
    """Time on a core of all threads, in nanosecond steps (``stat`` has ticks of 10 ms only)."""
    total = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        try:
            total += int((task / "schedstat").read_text().split()[0])
        except (FileNotFoundError, ProcessLookupError):
            continue  # a thread that has just ended
    return total / 1e9


def _fields(pid: int, name: str) -> dict[str, int]:
    """The sizes in ``/proc/<pid>/<name>``, in bytes; empty where it may not be read."""
    try:
        lines = Path(f"/proc/{pid}/{name}").read_text().splitlines()
    except OSError:
        return {}
    split = [line.split() for line in lines]
    return {words[0].rstrip(":"): int(words[1]) * 1024 for words in split if words[-1:] == ["kB"]}


def middle(samples: Sequence[Sample], of: str) -> float:
    return median(getattr(sample, of) for sample in samples)


def ratio(one: Sequence[Sample], other: Sequence[Sample], of: str) -> float:
    """How many times ``other`` the samples ``one`` cost.

    The middle of the ratios of neighbours: two starts that follow one another met the same
    machine, also where it grows slower or faster in the course of the run. On a virtual machine
    that others shared, 21 pairs gave this to within 0.03 and the ratio of medians within 0.09.
    """
    pairs = zip(one, other, strict=True)
    return median(getattr(a, of) / getattr(b, of) for a, b in pairs)
