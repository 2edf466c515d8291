"""A database that fails in the middle of something: it is done or not, and the caller is told.

Design, section 6; a full disk, a file that cannot be written, a database that somebody holds.
"""

from __future__ import annotations

import resource
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext

import pytest

from bot.store.database import StoreError
from tests.store.houses import ANA, House
from tests.store.lives import Life, closed, every_life, two
from tests.store.notebooks import (
    Reader,
    destroy_keys,
    file_of,
    kept_keys,
    left_of,
    on_sqlite,
    pragma,
    said,
    sealed,
    texts,
)
from tests.store.steps import Failing
from tests.store.test_journal_kills import keys_in_order, read_by, swept
from tests.tiers import tiered

pytestmark = pytest.mark.usefixtures("cheap")
MOST = 60


@every_life
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "from then on"])
async def test_a_failure_at_any_step_leaves_it_done_or_not_done_and_is_told(
    one: House, life: Life, lasting: bool
) -> None:
    """What is told may be a failure though it is done; never the other way round."""
    for step in range(MOST):
        await one.journal.erase(ANA)
        await life.begin(one)
        failing, told = Failing(one, step, lasting=lasting), False
        try:
            await life.act(failing.house)
        except (StoreError, *one.store.main.troubles):
            told = True
        opens, found = await read_by(House(one.store, one.time))
        assert found in (life.before, life.after)
        assert opens in life.opens
        if not told:
            assert (opens, found) == (life.opens[-1], life.after)
        await swept(one)
        await keys_in_order(one)
        if not failing.reached:
            assert not told
            return
    raise AssertionError("it has more steps")


# -- the real thing -----------------------------------------------------------------------------


@contextmanager
def full_disk(beyond: int) -> Iterator[None]:
    """No file can grow beyond so many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (beyond, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def trouble(one: House, kind: str, file: str) -> Iterator[None]:
    """Something is wrong with a database; both wait for nobody."""
    if kind == "full":
        with full_disk(1):
            yield
        return
    with closing(sqlite3.connect(file, isolation_level=None)) as holder:
        holder.execute("BEGIN IMMEDIATE")
        yield
        holder.execute("COMMIT")


@on_sqlite
@pytest.mark.parametrize("which", ["main", "keys"])
@pytest.mark.parametrize("kind", ["full", "read-only", "locked"])
@every_life
async def test_on_a_bad_day_it_is_done_or_not_done(
    one: House, life: Life, kind: str, which: str
) -> None:
    await life.begin(one)
    database, told = getattr(one.store, which), False
    await one.store.main.scrub()
    await one.store.keys.scrub()
    for each in (one.store.main, one.store.keys):
        await pragma(each, "busy_timeout=1")
    file = str(await file_of(one, which))
    if kind == "read-only":
        await pragma(database, "query_only=ON")
    try:
        with trouble(one, kind, file) if kind != "read-only" else nullcontext():
            await life.act(House(one.store, one.time))
    except (StoreError, sqlite3.Error):
        told = True
    finally:
        if kind == "read-only":
            await pragma(database, "query_only=OFF")
    opens, found = await read_by(House(one.store, one.time))
    assert found in (life.before, life.after)
    assert opens in life.opens
    assert told or (opens, found) == (life.opens[-1], life.after)
    if which == "main":
        assert told
    await swept(one)
    await keys_in_order(one)
    if (opens, found) != (life.opens[-1], life.after):
        await life.act(House(one.store, one.time))
    assert await read_by(House(one.store, one.time)) == (life.opens[-1], life.after)


@on_sqlite
@pytest.mark.parametrize("pages", tiered([0, 2, 8, 20, 40], quick=[8]))
@pytest.mark.parametrize("how", ["journal", "everything"])
async def test_erasing_on_a_full_disk_is_not_called_done(one: House, how: str, pages: int) -> None:
    """Wherever it is full: at the side file, or at the database when that is emptied into it."""
    for number in range(40):
        await one.journal.write(ANA, said(number, 80 * number))
    before = await sealed(one, ANA)
    await one.store.main.scrub()
    await one.store.keys.scrub()
    erase = one.journal.erase if how == "journal" else one.privacy.erase
    with full_disk(1 + pages * 4096):
        for _ in range(2):
            with pytest.raises((StoreError, sqlite3.Error)):
                await erase(ANA)
    await erase(ANA)
    assert await texts(one, ANA) == []
    assert await kept_keys(one) == []
    assert left_of(before, await one.bytes_on_disk()) == []


@on_sqlite
@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("begin", [two, closed])
async def test_a_passphrase_that_was_set_while_somebody_reads_is_set_and_cleared_up_later(
    one: House, begin: object
) -> None:
    """The caller learns that a copy of the old key may still be there."""
    await (two if begin is two else closed)(one)
    await pragma(one.store.keys, "busy_timeout=1")
    reader = Reader(await file_of(one, "keys"))
    assert not await one.journal_keys.protect(ANA, None)
    assert await texts(one, ANA) == [said(1).text, said(2).text]
    reader.end()
    await destroy_keys(one)
    await keys_in_order(one)
