"""What a restored backup must not bring back of noticing (laws 1 and 8)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from bot.__main__ import main
from bot.noticing import DOOR
from bot.noticing.doors import DoorState
from bot.noticing.service import Target
from tests.store.houses import ANA, BETO, GUILD, PLACE, House
from tests.store.restoring import lives, restored, rows, take_back_to

pytestmark = pytest.mark.usefixtures("cheap")


async def nudged(house: House) -> None:
    assert await house.nudges.note(GUILD, PLACE, 7, BETO, [Target(ANA)])


async def held(house: House) -> None:
    """The rule is up, and looked at again tomorrow."""
    kept = house.doors
    await house.governance.change(GUILD, "noticing", "hold", ANA, 0)
    piece = await house.queue.claim(DOOR.name, str(GUILD))
    door = await kept.get(GUILD)
    assert piece is not None
    assert door is not None
    await kept.settle(door._replace(rule_id=9), DoorState.UP)
    await house.queue.finish(piece, house.time() + 86_400)


def test_a_nudge_that_was_seen_to_does_not_come_back(state: Path) -> None:
    restored(state, nudged)
    assert rows(state, "SELECT * FROM notices") == []
    assert rows(state, "SELECT * FROM nudge_rests") == []


def test_a_restored_door_is_looked_at(state: Path) -> None:
    """The rule may have been changed, or deleted, since the backup."""
    restored(state, held)
    assert rows(state, "SELECT guild_id, rule_id, state FROM doors") == [(GUILD, 9, "up")]

    async def due(house: House) -> list[str]:
        return [each.key for each in await house.queue.due(urgent=False) if each.kind == DOOR.name]

    assert lives(state, due) == [str(GUILD)]


def test_a_backup_from_before_there_was_noticing_is_restored_too(state: Path) -> None:
    async def nothing(house: House) -> None:
        return None

    lives(state, nothing)
    assert main(["backup", "copy"]) == 0
    with closing(sqlite3.connect("copy/firsthand.db")) as database, database:
        take_back_to(database, 6)
    assert main(["restore", "copy"]) == 0
    lives(state, nudged)
    assert len(rows(state, "SELECT * FROM notices")) == 1
