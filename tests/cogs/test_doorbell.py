"""The doorbell: how people are reached, and that it never nags."""

from __future__ import annotations

from typing import Any

import pytest

from bot.words import speak
from tests.wire.failing import refusing
from tests.world import DAY, HOUR, Person, World


def rings(world: World, channel: Any = None) -> list[Any]:
    """The doorbell lines that stand in a channel."""
    return [
        each
        for each in world.messages(channel or world.general)
        if "something waits" in each.content
    ]


def dms(world: World, person: Person) -> list[Any]:
    channel = world.env.backend.dm_channels.get(person.id)
    return [] if channel is None else list(world.env.backend.messages[channel].values())


async def test_a_stranger_is_never_written_to(world: World) -> None:
    """Law 10: without permission no DM; the line in the channel says only that something waits."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana, "Very private words")
    assert dms(world, ana) == []
    assert [each.content for each in rings(world)] == [f"{ana.mention}, something waits for you."]
    assert beto.mention not in world.said(world.general)


async def test_the_line_mentions_its_person_and_can_ping_nobody_else(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    sent = next(
        each.json
        for each in world.env.http_requests
        if each.method == "POST" and each.path == f"/channels/{world.general.id}/messages"
    )
    allowed = sent["allowed_mentions"]
    assert [int(each) for each in allowed["users"]] == [ana.id]
    assert not allowed.get("parse")


async def test_whoever_allowed_dms_is_reached_there(world: World) -> None:
    ana, beto = world.person("Ana", "es-419"), world.person("Beto")
    await ana.slash("privacy dms", choice="allow")
    await beto.asks(ana)
    assert rings(world) == []
    assert [each.content for each in dms(world, ana)] == [speak("es")("Something waits for you.")]
    await ana.slash("privacy dms", choice="stop")
    await ana.slash("consent inbox")
    await world.later(HOUR)
    await beto.asks(world.person("Cass"))
    assert len(dms(world, ana)) == 0


async def test_closed_dms_fall_back_to_the_channel(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("privacy dms", choice="allow")
    world.env.inject_error(
        "POST",
        f"/channels/{ana.user.dm_channel.id}/messages",
        status=403,
        code=50007,
        times=None,
    )
    asked = await beto.asks(ana)
    assert "no way to let them know" not in asked.text
    assert len(rings(world)) == 1


async def test_open_shows_the_inbox_to_its_person_and_removes_the_line(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    opened = await ana.click(rings(world)[0], "Open")
    assert opened.private
    assert "asks to speak for you" in opened.text
    assert rings(world) == []


async def test_somebody_elses_doorbell_stays_shut(world: World) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await beto.asks(ana)
    for other in (beto, mod):
        refused = await other.click(rings(world)[0], "Open")
        assert refused.private
        assert "can't find that" in refused.text
    assert len(rings(world)) == 1


async def test_a_line_stands_at_most_a_day(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await world.later(DAY - 60)
    assert len(rings(world)) == 1
    await world.later(60)
    assert rings(world) == []
    await world.later(DAY)
    assert rings(world) == []  # no reminder


async def test_while_one_waits_there_is_no_second(world: World) -> None:
    ana = world.person("Ana")
    for name in ("Beto", "Cass", "Dede"):
        await world.person(name).asks(ana)
    assert len(rings(world)) == 1
    await world.later(2 * HOUR)
    await world.person("Emil").asks(ana)
    await world.later(2 * HOUR)
    assert len(rings(world)) == 1


async def test_at_most_one_an_hour(world: World) -> None:
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    await ana.slash("consent inbox")
    asked = await world.person("Cass").asks(ana)
    assert "no way to let them know" not in asked.text
    assert rings(world) == []
    await world.later(HOUR)
    assert len(rings(world)) == 1


async def test_a_ring_that_waits_its_hour_is_dropped_when_the_person_looks(world: World) -> None:
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    await ana.slash("consent inbox")
    await world.person("Cass").asks(ana)
    await ana.slash("consent inbox")
    await world.later(2 * HOUR)
    assert rings(world) == []


async def test_it_rings_in_the_doorbell_channel_when_the_person_cannot_see_the_other(
    world: World,
) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await world.bot.governance.change(
        world.guild.id, "doorbell_channel", str(world.assembly.id), mod.id, 0
    )
    world.deny(world.general, ana, view_channel=True)
    await beto.asks(ana)
    assert rings(world) == []
    assert len(rings(world, world.assembly)) == 1


async def test_where_nothing_reaches_the_asker_is_told(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    world.deny(world.general, ana, view_channel=True)
    asked = await beto.asks(ana)
    assert "Tell them yourself" in asked.text
    assert "asks to speak for you" in (await ana.slash("consent inbox", at=world.assembly)).text


async def test_where_nothing_reaches_a_blocked_asker_is_told_the_same(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    world.deny(world.general, ana, view_channel=True)
    await ana.slash("consent block", member=beto, at=world.assembly)
    assert "Tell them yourself" in (await beto.asks(ana)).text


async def test_a_ring_survives_a_restart(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await world.restart()
    opened = await ana.click(rings(world)[0], "Open")
    assert "asks to speak for you" in opened.text
    assert rings(world) == []


@pytest.mark.parametrize("rings_now", ["nowhere", "elsewhere", "in a DM"])
async def test_open_removes_a_line_that_nobody_wrote_down(world: World, rings_now: str) -> None:
    """It was given up; another may have rung since."""
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    await beto.asks(ana)
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("DELETE FROM rings")
        await connection.execute("DELETE FROM posts")
    if rings_now == "in a DM":
        await ana.slash("privacy dms", choice="allow")
    if rings_now != "nowhere":
        await cass.asks(ana, at=world.assembly)
        assert len(rings(world, world.assembly)) + len(dms(world, ana)) == 1
    await world.restart()
    [orphan] = rings(world)
    opened = await ana.click(orphan, "Open")
    assert opened.private
    assert f"{beto.mention} asks to speak for you" in opened.text
    assert [*rings(world), *rings(world, world.assembly), *dms(world, ana)] == []
    await world.later(2 * DAY)
    assert await world.rows("SELECT * FROM rings") == []


async def test_a_line_that_could_not_be_removed_is_removed_later(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    world.env.inject_error(
        "DELETE", f"/channels/{world.general.id}/messages/*", status=500, times=1
    )
    await ana.slash("consent inbox")
    assert len(rings(world)) == 1
    await world.later(120)
    assert rings(world) == []


async def test_a_ring_that_discord_did_not_take_is_rung_later(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    world.env.inject_error("POST", f"/channels/{world.general.id}/messages", status=500)
    asked = await beto.asks(ana)
    assert "no way to let them know" not in asked.text
    assert rings(world) == []
    await world.later(120)
    assert len(rings(world)) == 1


async def test_a_channel_that_refuses_for_good_is_not_rung_again(world: World) -> None:
    """A locked thread answers 400: nothing is tried for ever."""
    ana, beto = world.person("Ana"), world.person("Beto")
    world.env.inject_error(
        "POST", f"/channels/{world.general.id}/messages", status=400, code=50083, times=None
    )
    await beto.asks(ana)
    assert await world.rows("SELECT * FROM rings") == []


@pytest.mark.parametrize(("status", "code"), [(404, 10008), (403, 50013), (403, 50001)])
async def test_a_line_that_cannot_be_taken_down_is_given_up_and_blocks_no_later_one(
    world: World, status: int, code: int
) -> None:
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    (line,) = rings(world)
    with refusing("DELETE", f"messages/{line.id}", code, status):
        await ana.slash("consent inbox")
        for _ in range(3):
            await world.later(600)
    assert len(await world.rows("SELECT * FROM rings")) == 1
    assert await world.rows("SELECT * FROM posts WHERE topic = 'ring'") == []
    await world.later(HOUR)
    await world.person("Cass").asks(ana)
    assert len(rings(world)) == 2


async def test_a_ring_that_discord_slows_down_is_rung_later(world: World) -> None:
    ana = world.person("Ana")
    with refusing("POST", f"{world.general.id}/messages", 20028, 429):
        await world.person("Beto").asks(ana)
    assert rings(world) == []
    await world.later(120)
    assert len(rings(world)) == 1


async def test_a_ring_whose_person_looks_while_it_is_sent_does_not_stand(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    posts: Any = world.bot.posts
    is_up = posts.is_up

    async def looks_meanwhile(*given: Any) -> Any:
        await world.bot.notices.looked(ana.id, world.guild.id)
        return await is_up(*given)

    posts.is_up = looks_meanwhile
    await beto.asks(ana)
    assert [each for each in world.env.http_requests if each.method == "DELETE"] != []
    assert rings(world) == []
    assert await world.rows("SELECT * FROM rings") == []


async def test_open_takes_the_line_down_once(world: World) -> None:
    """It was deleted twice, and the second time Discord knew of no such message."""
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    await ana.click(rings(world)[0], "Open")
    assert rings(world) == []
    assert len([each for each in world.env.http_requests if each.method == "DELETE"]) == 1


async def test_a_line_that_nobody_knows_of_goes_when_it_is_opened(world: World) -> None:
    """It was given up."""
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    [line] = rings(world)
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("DELETE FROM rings")
        await connection.execute("DELETE FROM posts")
    await ana.click(line, "Open")
    assert rings(world) == []


@pytest.mark.parametrize("act", ["asks", "says yes"])
async def test_a_process_that_dies_before_it_rings_rings_after_its_start(
    world: World, act: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is to be told and the ring for it are one write: nothing was ever rung for it."""
    ana, beto = world.person("Ana"), world.person("Beto")
    if act == "says yes":
        await beto.asks(ana)
    with monkeypatch.context() as dying:
        dying.setattr(world.bot.doorbell, "ring", lambda *_: None)
        await (beto.asks(ana) if act == "asks" else ana.says_yes())
        told = ana if act == "asks" else beto
        assert not [each for each in rings(world) if told.mention in each.content]
    await world.restart()
    await world.later(31)
    assert [each for each in rings(world) if told.mention in each.content]
