"""One yes stands in one place at a time, so that taking it back reaches all of it."""

from __future__ import annotations

import pytest

from tests.cogs.test_speaking import agreed
from tests.cogs.test_taking_out import lost
from tests.world import World


async def test_saying_it_again_links_to_where_it_stands(world: World) -> None:
    """Without end: 120 posts under one consent, and 115 still stood after taking back."""
    _, beto, consent = await agreed(world)
    await beto.speaks(consent)
    for _ in range(3):
        again = await beto.speaks(consent)
        [post] = await world.rows("SELECT message_id FROM posts WHERE topic = 'consent'")
        assert again.private
        assert f"/{world.general.id}/{post['message_id']}" in again.text
    assert world.said(world.general).count("I can host.") == 1


async def test_what_somebody_deleted_can_be_said_again(world: World) -> None:
    _, beto, consent = await agreed(world)
    await beto.speaks(consent)
    [post] = await world.rows("SELECT message_id FROM posts WHERE topic = 'consent'")
    world.env.backend.delete_message(world.general.id, post["message_id"])
    assert "Said" in (await beto.speaks(consent)).text
    assert world.said(world.general).count("I can host.") == 1
    assert len(await world.rows("SELECT * FROM posts WHERE topic = 'consent'")) == 1


@pytest.mark.parametrize("status", [403, 500])
async def test_what_cannot_be_seen_is_not_said_again(world: World, status: int) -> None:
    """Not seen is not gone."""
    _, beto, consent = await agreed(world)
    await beto.speaks(consent)
    world.env.inject_error("GET", f"/channels/{world.general.id}/messages/*", status=status)
    assert "already posted" in (await beto.speaks(consent)).text
    assert world.said(world.general).count("I can host.") == 1


async def test_two_clicks_at_once_say_it_once(world: World) -> None:
    _, beto, consent = await agreed(world)
    answers = await world.at_once(*[lambda: beto.speaks(consent)] * 2)
    assert world.said(world.general).count("I can host.") == 1
    assert sorted("Said" in each.text for each in answers) == [False, True]


async def test_what_is_still_on_its_way_is_not_said_beside_it(world: World) -> None:
    """Discord took it and answered 503: a second try finds it, and makes no other."""
    _, beto, consent = await agreed(world)
    end = lost(world)
    await beto.speaks(consent)
    end()
    again = await beto.speaks(consent)
    [post] = await world.rows("SELECT message_id FROM posts WHERE topic = 'consent'")
    assert f"/{world.general.id}/{post['message_id']}" in again.text
    assert world.said(world.general).count("I can host.") == 1
    world.faults.drain()


async def test_what_may_come_yet_is_waited_for(world: World) -> None:
    _, beto, consent = await agreed(world)
    world.env.inject_error("POST", f"/channels/{world.general.id}/messages", status=503)
    await beto.speaks(consent)
    assert "just being posted" in (await beto.speaks(consent)).text
    await world.later(1200)
    assert "Said" in (await beto.speaks(consent)).text
    world.faults.drain()
