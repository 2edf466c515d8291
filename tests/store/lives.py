"""What can happen to a journal, for the tests that interrupt it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

import pytest

from bot.journal.service import Changed, Draft
from tests.store.houses import ANA, House
from tests.store.notebooks import OTHER, PASSPHRASE, newest, said


class Life(NamedTuple):
    """A journal before something is done to it, and what is done.

    `before` and `after`: what is in it then. `opens`: with which passphrases ("": none is needed)
    it may be open when that was interrupted; the last is the one when it was not.
    """

    begin: Callable[[House], Awaitable[object]]
    act: Callable[[House], Awaitable[object]]
    before: list[str]
    after: list[str]
    opens: tuple[str, ...] = ("",)


FIRST, SECOND, CHANGED = said(1).text, said(2).text, "Nicht so laut."


async def nothing(one: House) -> None:
    pass


async def writes_first(one: House) -> None:
    await one.journal.write(ANA, said(1))


async def writes_second(one: House) -> None:
    await one.journal.write(ANA, said(2))


async def kept(one: House) -> None:
    """From a direct message: that can be handed in again after a kill."""
    await one.journal.write(ANA, said(2), message_id=77)


async def edits(one: House) -> None:
    entry = await newest(one, ANA)
    changed = await one.journal.change(ANA, entry.id, entry.revision, Draft("", CHANGED))
    assert changed is Changed.CHANGED


async def deletes(one: House) -> None:
    assert await one.journal.delete(ANA, (await newest(one, ANA)).id)


async def two(one: House) -> None:
    await writes_first(one)
    await writes_second(one)


async def closed(one: House) -> None:
    await two(one)
    await sets(one)


async def sets(one: House) -> None:
    await one.journal_keys.protect(ANA, PASSPHRASE)


async def changes(one: House) -> None:
    await unlocks(one)
    await one.journal_keys.protect(ANA, OTHER)


async def removes(one: House) -> None:
    await unlocks(one)
    await one.journal_keys.protect(ANA, None)


async def unlocks(one: House) -> None:
    assert (await one.journal_keys.unlock(ANA, PASSPHRASE)).right


async def writes_unlocked(one: House) -> None:
    await unlocks(one)
    await one.journal.write(ANA, Draft("", CHANGED))


async def erases(one: House) -> None:
    await one.journal.erase(ANA)


BOTH = [FIRST, SECOND]
#: By name, what changes a journal. The quick tier lives through those of `SAMPLE`.
LIVES = {
    "first write": Life(nothing, writes_first, [], [FIRST]),
    "write": Life(writes_first, writes_second, [FIRST], BOTH),
    "keep a message": Life(writes_first, kept, [FIRST], BOTH),
    "edit": Life(two, edits, BOTH, [FIRST, CHANGED]),
    "delete": Life(two, deletes, BOTH, [FIRST]),
    "set": Life(two, sets, BOTH, BOTH, ("", PASSPHRASE)),
    "first set": Life(nothing, sets, [], [], ("", PASSPHRASE)),
    "change": Life(closed, changes, BOTH, BOTH, (PASSPHRASE, OTHER)),
    "remove": Life(closed, removes, BOTH, BOTH, (PASSPHRASE, "")),
    "write unlocked": Life(closed, writes_unlocked, BOTH, [*BOTH, CHANGED], (PASSPHRASE,)),
    "erase": Life(two, erases, BOTH, []),
    "erase a closed one": Life(closed, erases, BOTH, [], (PASSPHRASE, "")),
}
SAMPLE = ("first write", "edit", "change", "erase")
#: For a test that takes `life`.
every_life = pytest.mark.parametrize(
    "life",
    [
        pytest.param(life, id=name, marks=[] if name in SAMPLE else [pytest.mark.full])
        for name, life in LIVES.items()
    ],
)
