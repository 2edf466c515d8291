"""Postgres behind a pool that gives each transaction another connection, as pgbouncer does."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from bot.keeping import check
from bot.settings import Settings
from bot.store.database import StoreError
from bot.store.store import open_store
from tests.postgres import Cluster
from tests.store.houses import ANA, House, Time
from tests.store.states import clock, settings_in

pytestmark = pytest.mark.postgres


@pytest.fixture
def pooled(cluster: Cluster, tmp_path: Path) -> Iterator[Settings]:
    main, keys = cluster.made_whole(), cluster.made_whole()
    pool, query = cluster.pooled(main, keys)
    addresses = {
        "FIRSTHAND_DATABASE": f"postgresql:///{main}?{query}&statement_cache_size=0",
        "FIRSTHAND_KEYS_DATABASE": f"postgresql:///{keys}?{query}&statement_cache_size=0",
    }
    yield settings_in(tmp_path / "state", **addresses)
    pool.terminate()
    pool.wait()


async def opened(settings: Settings) -> Any:
    """As soon as the pool answers."""
    while True:
        try:
            return await open_store(settings, clock)
        except StoreError as error:
            if "does not let us in" not in str(error):
                raise
        await asyncio.sleep(0.05)


async def test_all_works_behind_a_pool_that_keeps_no_statements(pooled: Settings) -> None:
    store = await opened(pooled)
    house = House(store, Time())
    people = [range(ANA + 10 * number, ANA + 10 * number + 3) for number in range(12)]
    groups = await asyncio.gather(
        *(house.group(*three, name=f"Owls {three[0]}") for three in people)
    )
    asked = await asyncio.gather(
        *(house.proposes(group, three[0]) for group, three in zip(groups, people, strict=True))
    )
    for group, three in zip(groups, people, strict=True):
        assert await house.members(group) == [*three]
    assert len({*asked}) == len(groups)
    await asyncio.gather(*(house.privacy.erase(three[0]) for three in people))
    for group, three in zip(groups, people, strict=True):
        assert await house.members(group) == [*three[1:]]
    await store.close()
    await check(pooled, clock)


async def test_without_the_setting_the_operator_is_told_which(
    pooled: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = await opened(pooled)
    connection = asyncpg.connection.Connection

    async def elsewhere(*_: Any, **__: Any) -> Any:
        raise asyncpg.InvalidSQLStatementNameError("prepared statement does not exist")

    monkeypatch.setattr(connection, "fetchrow", elsewhere)
    with pytest.raises(StoreError, match=r"Add `\?statement_cache_size=0` to FIRSTHAND_DATABASE"):
        await store.keyring.instance()
    await store.close()
