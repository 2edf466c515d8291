"""What a restored backup must not bring back of reading circles."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.reading import CIRCLE
from tests.store.houses import ANA, BETO, House
from tests.store.restoring import lives, restored, rows, take_back_to
from tests.store.test_circles import draft, due, has_post, opened


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An operator's folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("DISCORD_TOKEN", "FIRSTHAND_DATABASE", "FIRSTHAND_KEYS_DATABASE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("FIRSTHAND_STATE", str(tmp_path / "state"))
    return tmp_path / "state"


async def with_beto(house: House) -> Any:
    return await opened(house, BETO)


def test_nobody_is_reminded_of_what_they_may_have_left_since(state: Path) -> None:
    circle = restored(state, with_beto)
    assert rows(state, "SELECT * FROM circle_joins") == []
    assert rows(state, "SELECT id, state FROM circles") == [(circle.id, "open")]


def test_what_came_out_of_a_backup_is_compared_with_discord_at_once(state: Path) -> None:
    async def held(house: House) -> Any:
        circle = await opened(house, BETO)
        assert await house.queue.claim(CIRCLE.name, circle.id) is not None
        return circle

    circle = restored(state, held)
    assert lives(state, due) == [circle.id]


@pytest.mark.parametrize("confirmed", [True, False])
def test_what_was_being_made_does_not_begin_again(state: Path, confirmed: bool) -> None:
    async def begins(house: House) -> None:
        made = await draft(house)
        if confirmed:
            await house.circles.confirm(made.id, ANA, named=True)

    restored(state, begins)
    assert rows(state, "SELECT * FROM circles") == []


def test_of_posts_that_show_no_circle_only_those_that_have_to_go_come_back(state: Path) -> None:
    async def begins(house: House) -> list[str]:
        open_one = await with_beto(house)
        for _ in range(2):
            made = await draft(house)
            confirmed = await house.circles.confirm(made.id, ANA, named=False)
            assert confirmed is not None
            await has_post(house, confirmed, 7)
        assert await house.circles.undo(made.id) is not None
        await house.circles.failed(confirmed, in_a_minute=False)
        return [open_one.id, made.id]

    keys = restored(state, begins)
    assert {key for (key,) in rows(state, "SELECT key FROM posts")} == {*keys}


def test_whoever_erased_since_is_not_its_host_again(state: Path) -> None:
    restored(state, with_beto, lambda house: house.privacy.erase(ANA))
    assert rows(state, "SELECT host_id FROM circles") == [(0,)]


@pytest.mark.parametrize("number", [5, 10], ids=["circles", "posts of all kinds"])
def test_a_backup_from_before_there_were_these_is_restored_too(state: Path, number: int) -> None:
    async def nothing(house: House) -> None:
        return None

    lives(state, nothing)
    assert main(["backup", "copy"]) == 0
    with closing(sqlite3.connect("copy/firsthand.db")) as database, database:
        take_back_to(database, number)
    assert main(["restore", "copy"]) == 0
    assert lives(state, with_beto) is not None
