"""A program that is killed (SIGKILL) at one step after the other of what changes a journal.

    python -m tests.store.notebook_dying WORK FOLDER

works like `tests.store.dying`, but its steps begin when the databases are open; FOLDER/n/done is
there when it was not killed.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tests.store.dying import at_every_step, die_at
from tests.store.houses import Time, open_house
from tests.store.lives import LIVES, SAMPLE
from tests.store.notebooks import cheapen
from tests.store.states import settings_in

#: Names of lives, as a command line takes them. The others are killed in test_journal_kills only,
#: by an exception that nothing catches: where a real kill differs, it does so in these, too.
WORK = {name.replace(" ", "-"): LIVES[name].act for name in SAMPLE}


async def _dies(copy: Path, step: int) -> None:
    cheapen()
    async with open_house(settings_in(copy), Time()) as one:
        die_at(step)
        await WORK[sys.argv[1]](one)
        (copy / "done").touch()


if __name__ == "__main__":
    at_every_step(Path(sys.argv[2]), _dies)
