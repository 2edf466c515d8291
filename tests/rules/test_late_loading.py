"""A start loads what the first answers need; the rest comes with the first who needs it."""

from __future__ import annotations

import re
from pathlib import Path

from tests.rules.test_boundaries import ROOT, fresh

#: A bot that has started but is not connected. What it has loaded is read from `sys.modules`.
STARTED = """
import asyncio, sys
from bot.app import create_bot
from bot.settings import Settings

def loaded(*beginnings):
    return sorted(name for name in sys.modules if name.startswith(beginnings))

async def main():
    bot = create_bot(Settings.from_mapping({{"FIRSTHAND_STATE": {state!r}}}))
    await bot._async_setup_hook()
    await bot.setup_hook()
    try:
        {act}
    finally:
        await bot.close()

asyncio.run(main())
"""
FAMILIES = sorted(file.parent.name for file in (ROOT / "cogs").glob("*/parts.py"))


def after(act: str, state: Path) -> str:
    done = fresh(STARTED.format(act=act, state=str(state)))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_start_loads_no_family_s_parts_and_services(tmp_path: Path) -> None:
    found = after('print(*loaded("bot.", "cogs."), sep="\\n")', tmp_path).split()
    assert "cogs.journal" in found
    services = [name for name in found if re.fullmatch(r"bot\.\w+\.service", name)]
    assert services == ["bot.governance.service"]
    assert [name for name in found if name.endswith(".parts")] == []


def test_the_first_look_for_due_work_loads_every_family(tmp_path: Path) -> None:
    """A second after the start: nobody's click waits for it, and new files are not mixed in."""
    assert len(FAMILIES) > 5
    found = after('await bot.worker.look(); print(*loaded("cogs."), sep="\\n")', tmp_path).split()
    assert [name for name in FAMILIES if f"cogs.{name}.parts" not in found] == []


def test_a_control_that_is_not_known_yet_loads_every_family(tmp_path: Path) -> None:
    act = 'bot.controls.names; print(*loaded("cogs."), sep="\\n")'
    found = after(act, tmp_path).split()
    assert [name for name in FAMILIES if f"cogs.{name}.parts" not in found] == []
