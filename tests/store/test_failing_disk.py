"""A disk that is full, read-only, closed to the bot or broken, from any step of a command on."""

from __future__ import annotations

import asyncio
import errno
import shutil
import sqlite3
from pathlib import Path

import pytest

from bot import replies
from bot.__main__ import main
from bot.store.database import StoreError
from tests.states import begin
from tests.store.disk import NOTHING, Disk
from tests.store.houses import Time, open_house
from tests.store.notebooks import left_of
from tests.store.notes import WHOLE, names_in, notes_for, notes_in, sealed_for, stored
from tests.store.restoring import Said, refused
from tests.store.states import fetch, settings_in
from tests.tiers import in_both_tiers

ANA, BETO = 1_456_074_443_980_800_013, 1_456_074_443_980_800_029
HERS, BOTH = ({each: f"note of {each}" for each in people} for people in ((ANA,), (ANA, BETO)))
#: What each of them asks the operator to do.
ADVICE = {
    errno.ENOSPC: "room",
    errno.EROFS: "read-only",
    errno.EACCES: "whose",
    errno.EIO: "the system's log",
}
WRAPPED = "SELECT wrapped FROM personal_keys"
COMMANDS = {
    "first start": ["check"],
    "check": ["check"],
    "backup": ["backup", "deep/another"],
    "rekey": ["rekey"],
    "restore": ["restore", "copy"],
    "restore of all": ["restore", "copy"],
}


@in_both_tiers
@pytest.mark.parametrize("lasting", [True, False], ids=["lasting", "once"])
@pytest.mark.parametrize("fault", ADVICE, ids=errno.errorcode.__getitem__)
@pytest.mark.parametrize("command", COMMANDS)
def test_it_is_one_line_that_names_a_file_and_the_next_step_and_nothing_is_left_over(
    state: Path, said: Said, command: str, fault: int, lasting: bool, full: bool
) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    asyncio.run(sealed_for(state, BETO))
    template = state.with_name("template")
    state.rename(template)

    def runs(fails_at: int = -1) -> tuple[Disk, int]:
        shutil.copytree(template, state)
        if command == "first start":
            shutil.rmtree(state)
        elif command == "restore of all":
            (state / "keys.db").unlink()
        said()
        with Disk(state.parent, fails=fault, fails_at=fails_at, lasting=lasting) as disk:
            return disk, main(COMMANDS[command])

    disk, ended = runs()
    assert ended == 0
    steps = disk.steps(fault)
    assert steps
    for at in steps if full else steps[:: len(steps) // 3 + 1]:
        shutil.rmtree("deep", ignore_errors=True)
        shutil.rmtree(state)
        disk, ended = runs(at)
        assert disk.failed
        if ended != 0:
            line = refused(said)
            assert any(each in line for each in (str(state), "copy/", "deep", "FIRSTHAND_")), line
            assert ADVICE[fault] in line, (at, line)
            assert not Path("deep/another").exists() or "Delete what is left" in line, at
            assert not Path("deep").exists() or (lasting and fault != errno.ENOSPC), at
        if command == "restore of all":
            assert main(["restore", "copy"]) == 0
            assert asyncio.run(notes_in(state)) == HERS
        elif command == "first start":
            asyncio.run(sealed_for(state, ANA))
            assert asyncio.run(notes_in(state)) == HERS
        else:
            found = asyncio.run(notes_in(state))
            assert found == BOTH or (command == "restore" and found == HERS)
        if command == "rekey":
            assert main(["rekey"]) == 0
        assert names_in(state) == WHOLE, at


@in_both_tiers
@pytest.mark.parametrize("lasting", [True, False], ids=["lasting", "once"])
@pytest.mark.parametrize("fault", ADVICE, ids=errno.errorcode.__getitem__)
async def test_erasing_on_it_is_not_called_done_until_it_is_and_the_log_says_why(
    tmp_path: Path, fault: int, lasting: bool, full: bool
) -> None:
    async def erases(step: int) -> list[int]:
        """Fail at this step of an erasing, then let it try again; the steps there are."""
        folder = tmp_path / "disk"
        folder.mkdir()
        settings = settings_in(folder / "state")
        await begin(settings)
        with Disk(folder, fails=fault, lasting=lasting) as disk:
            async with open_house(settings, Time()) as house:
                await notes_for(house.store, ANA)
                hers = [bytes(row[0]) for row in await house.ask("SELECT note FROM flags")]
                hers += [row[0] for row in await fetch(house.store.keys, WRAPPED)]
                assert len(hers) == 2
                begun = len(disk.asked)
                disk.fails_at = begun + step if step >= 0 else -1
                try:
                    await house.privacy.erase(ANA)
                except (StoreError, sqlite3.Error) as error:
                    assert disk.failed
                    line = replies.trace(error)
                    assert str(settings.state) in line
                    assert ADVICE[fault] in line
                    disk.fails_at = -1
                    await house.privacy.erase(ANA)
                disk.fails_at = -1
                left = disk.cut(tmp_path / "after", luck=NOTHING, strict=True)
                assert left_of(hers, stored(left)) == []
        shutil.rmtree(folder)
        shutil.rmtree(left)
        return [at - begun for at in disk.steps(fault) if at >= begun]

    steps = await erases(-1)
    assert steps
    for step in steps if full else steps[:: len(steps) // 3 + 1]:
        await erases(step)
