"""The program ends in order when it is told to, as systemd and Docker do."""

from __future__ import annotations

import asyncio
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from .loopback import Loopback
from .measure import ROOT, RUNNER, _environment

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_closes_its_databases_when_it_is_ended(tmp_path: Path, how: signal.Signals) -> None:
    async def run() -> tuple[int, bytes]:
        async with Loopback("help") as discord:
            process = subprocess.Popen(  # noqa: ASYNC220
                [sys.executable, str(RUNNER), "firsthand", discord.url],
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env=_environment(tmp_path),
                # A shell's background jobs ignore Ctrl+C, and so would what they start.
                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            )
            await discord.answer()
            process.send_signal(how)
            said, _ = await asyncio.to_thread(process.communicate)
            return process.returncode, said

    code, said = asyncio.run(run())
    assert code == (0 if how is signal.SIGTERM else 130)
    assert b"Traceback" not in said
    # SQLite removes the side files when the last connection is closed in order.
    assert [file.name for file in tmp_path.rglob("*-wal")] == []
