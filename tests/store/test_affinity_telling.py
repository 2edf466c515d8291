"""What a group is told in its channel: noted before it is said, and by one process at a time."""

from __future__ import annotations

import asyncio

from bot.affinity.rules import DAY, HOUR
from bot.affinity.upkeep import LOOKS_EVERY, STUCK_FOR
from bot.work.posts import SENDING_TAKES
from tests.store.houses import ANA, BETO, House


async def test_what_could_not_be_told_is_tried_by_one_at_a_time_and_then_keeps_its_hour(
    one: House, other: House
) -> None:
    group = await one.group(ANA)
    claimed = await one.upkeep.is_news(group, "given", BETO)
    assert claimed is not None
    assert claimed[1]
    assert await other.upkeep.is_news(group, "given", BETO) is None
    other.time.now = one.time.now = one.time.now + SENDING_TAKES
    again = await asyncio.gather(
        *(each.upkeep.is_news(group, "given", BETO) for each in (one, other))
    )
    assert sorted(again, key=bool) == [None, (claimed[0], False)]
    await one.upkeep.told(claimed[0])
    other.time.now = one.time.now = one.time.now + HOUR - 1
    assert await other.upkeep.is_news(group, "given", BETO) is None
    other.time.now = one.time.now = one.time.now + 1
    new = await other.upkeep.is_news(group, "given", BETO)
    assert new is not None
    assert new[1]


async def test_what_somebody_may_have_died_over_is_looked_at_in_a_minute(one: House) -> None:
    group = await one.group(ANA)
    claimed = await one.upkeep.is_news(group, "given", BETO)
    assert claimed is not None
    assert await one.upkeep.settled(group, stuck=False) == one.time() + SENDING_TAKES
    one.time.now += SENDING_TAKES
    assert await one.upkeep.settled(group, stuck=False) == one.time() + STUCK_FOR
    await one.upkeep.told(claimed[0])
    assert await one.upkeep.settled(group, stuck=False) == one.time() + LOOKS_EVERY


async def test_what_could_not_be_told_for_a_month_goes(one: House) -> None:
    group = await one.group(ANA)
    await one.upkeep.is_news(group, "given", BETO)
    one.time.now += 30 * DAY
    await one.groups.forget_old()
    assert await one.stored("group_notices", "posts") == []
