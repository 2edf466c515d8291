"""The doorbell where Discord refuses, is slow, or shows no place: "not now" is not "never"."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from simcord.builders import ChannelHandle
from simcord.enums import ChannelType

from bot.demo import strict
from bot.work import rules
from bot.work.rules import REMOVALS, RING_TRIES
from tests.cogs.test_doorbell import dms, rings
from tests.wire.failing import refusing
from tests.world import DAY, HOUR, Person, World


def thread_of(world: World, starter: Person, kind: int = ChannelType.PUBLIC_THREAD) -> Any:
    """A thread in #general that somebody began, with the bot in it."""
    backend = world.env.backend
    made = backend.create_thread(world.general.id, "Supper", starter.id, type=kind)
    backend.add_thread_member(made.id, backend.bot_user.id)
    return ChannelHandle(world.env, world.guild, made)


def archived(world: World, thread: Any) -> None:
    world.env.backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})


async def with_doorbell(world: World) -> None:
    """#assembly is the doorbell channel."""
    mod = world.moderator("Mod")
    with world.env.time_context():
        await world.bot.governance.change(
            world.guild.id, "doorbell_channel", str(world.assembly.id), mod.id, 0
        )


def refuse_dms(world: World, person: Person, status: int, code: int, times: int | None) -> None:
    path = f"/channels/{person.user.dm_channel.id}/messages"
    world.env.inject_error("POST", path, status=status, code=code, times=times)


# -- places -----------------------------------------------------------------------------------


@pytest.mark.parametrize("has_doorbell", [True, False])
async def test_nobody_is_let_into_a_private_thread_by_a_ring(
    world: World, has_doorbell: bool
) -> None:
    """A mention adds whoever it mentions: the parent's permissions do not say who is in."""
    if has_doorbell:
        await with_doorbell(world)
    ana, beto, cass = (world.person(each) for each in ("Ana", "Beto", "Cass"))
    thread = thread_of(world, beto, ChannelType.PRIVATE_THREAD)
    world.env.backend.add_thread_member(thread.id, cass.id)
    asked = await beto.asks(ana, at=thread)
    assert ana.id not in world.env.backend.channels[thread.id].thread_members
    assert len(rings(world, world.assembly)) == has_doorbell
    assert ("Tell them yourself" in asked.text) is not has_doorbell
    await beto.asks(cass, at=thread)
    assert len(rings(world, thread)) == 1, "who is in it is rung there"


async def test_where_the_first_place_refuses_the_next_is_tried(world: World) -> None:
    await with_doorbell(world)
    ana, beto = world.person("Ana"), world.person("Beto")
    for status, code in ((403, 50013), (400, 50083), (404, 10003)):
        path = f"/channels/{world.general.id}/messages"
        world.env.inject_error("POST", path, status=status, code=code)
        asked = await beto.asks(ana)
        assert asked.text.startswith("Asked.")
        assert "Tell them yourself" not in asked.text
        assert len(rings(world, world.assembly)) == 1
        await ana.slash("consent inbox")
        await ana.click(await ana.reads(), "Leave it")
        await world.later(30 * DAY)


async def test_a_thread_that_was_archived_is_not_opened_by_a_ring(world: World) -> None:
    await with_doorbell(world)
    ana, beto = world.person("Ana"), world.person("Beto")
    thread = thread_of(world, beto)
    form = await beto.slash("consent ask", member=ana, at=thread)
    archived(world, thread)
    await beto.fill(form, words="I can host the meeting.", place="Here")
    await world.later(60)
    assert world.env.backend.channels[thread.id].thread_metadata.archived
    assert len(rings(world, world.assembly)) == 1


# -- not seen is not gone ---------------------------------------------------------------------


async def test_a_ring_waits_for_a_server_that_is_not_there(world: World) -> None:
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    await ana.slash("consent inbox")
    await world.person("Cass").asks(ana)
    strict.goes_out(world.env, world.guild.id)
    for _ in range(2):
        await world.later(2 * HOUR)
        await world.restart()
    assert rings(world) == []
    strict.comes_back(world.env, world.guild.id)
    await world.later(2 * HOUR)
    assert len(rings(world)) == 1


async def test_a_ring_finds_a_thread_that_is_not_in_the_cache(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    thread = thread_of(world, beto)
    await beto.asks(ana, at=thread)
    await ana.slash("consent inbox")
    await world.person("Cass").asks(ana, at=thread)
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    seen = guild.get_thread(thread.id)
    assert seen is not None
    guild._remove_thread(seen)
    await world.later(HOUR)
    assert len(rings(world, thread)) == 1


async def test_a_ring_waits_while_the_bot_is_in_time_out(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    form = await beto.slash("consent ask", member=ana)
    strict.time_out_bot(world.env, world.guild.id, HOUR)
    await world.env.settle()
    asked = await beto.fill(form, words="I can host the meeting.", place="Here")
    assert "Tell them yourself" not in asked.text
    assert rings(world) == []
    await world.later(3 * HOUR)
    assert len(rings(world)) == 1


# -- refused now is not refused for good --------------------------------------------------------


@pytest.mark.parametrize(("status", "code"), [(403, 40003), (503, 0), (429, 20028)])
async def test_a_dm_that_fails_once_does_not_ring_in_public(
    world: World, status: int, code: int
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("privacy dms", choice="allow")
    refuse_dms(world, ana, status, code, times=1)
    await beto.asks(ana)
    assert rings(world) == []
    await world.later(60)
    assert len(dms(world, ana)) == 1
    await world.later(DAY)
    assert rings(world) == []


async def test_dms_that_stay_refused_lead_to_the_channel_within_hours(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("privacy dms", choice="allow")
    refuse_dms(world, ana, 403, 40003, times=None)
    await beto.asks(ana)
    for pause in (60, 300, 1800):
        await world.later(pause)
        assert rings(world) == []
    await world.later(2 * HOUR)
    assert len(rings(world)) == 1
    tries = [each for each in world.env.http_requests if each.path.endswith("@me/channels")]
    assert len(tries) <= 4


async def test_a_ring_that_is_never_taken_is_given_up_and_blocks_no_later_one(
    world: World,
) -> None:
    ana = world.person("Ana")
    with refusing("POST", f"{world.general.id}/messages", 0, 503):
        await world.person("Beto").asks(ana)
        for _ in range(RING_TRIES):
            await world.later(6 * HOUR)
        assert await world.rows("SELECT * FROM rings") == []
    assert "asks to speak for you" in (await ana.slash("consent inbox")).text
    await world.person("Cass").asks(ana)
    assert len(rings(world)) == 1


# -- lines that do not come down ----------------------------------------------------------------


async def test_a_line_in_a_thread_that_was_archived_is_given_up(world: World) -> None:
    """It was rung nowhere any more, for ever: the deletion fails, and the ring stayed "up"."""
    ana, beto = world.person("Ana"), world.person("Beto")
    thread = thread_of(world, beto)
    await beto.asks(ana, at=thread)
    archived(world, thread)
    await ana.slash("consent inbox")
    await world.later(2 * HOUR)
    await world.person("Cass").asks(ana)
    assert len(rings(world)) == 1


async def test_a_line_that_discord_does_not_take_down_is_given_up_after_some_tries(
    world: World,
) -> None:
    ana = world.person("Ana")
    await world.person("Beto").asks(ana)
    (line,) = rings(world)
    tries: list[Any] = []
    with refusing("DELETE", f"messages/{line.id}", 0, 503):
        await ana.slash("consent inbox")
        for _ in range(REMOVALS + 2):
            await world.later(120)
        tries = [each for each in world.env.http_requests if each.method == "DELETE"]
    assert len(await world.rows("SELECT * FROM rings")) == 1
    assert await world.rows("SELECT * FROM posts WHERE topic = 'ring'") == []
    assert len(tries) <= REMOVALS
    await world.later(HOUR)
    await world.person("Cass").asks(ana)
    assert len(rings(world)) == 2


# -- the clock ----------------------------------------------------------------------------------


@pytest.mark.parametrize("then", ["looked", "not looked"])
async def test_a_clock_that_was_ahead_silences_nobody(world: World, then: str) -> None:
    """Whoever was rung while it was 40 days ahead was not rung for 40 days after that."""
    ana = world.person("Ana")
    clock = world.env.backend.clock
    clock._epoch += timedelta(days=40)
    await world.person("Beto").asks(ana)
    assert len(rings(world)) == 1
    if then == "looked":
        await ana.slash("consent inbox")
    clock._epoch -= timedelta(days=40)
    await world.env.advance_time(31)
    await world.person("Cass").asks(ana)
    await world.env.advance_time(31)
    assert len(rings(world)) == 1
    newest = rings(world)[0]
    stamp = (newest.id >> 22) / 1000 + 1420070400
    assert stamp < world.env.now().timestamp() + DAY


# -- what rings later -------------------------------------------------------------------------


async def objects(person: Person, to: Person) -> None:
    """Somebody says that a message speaks for them without their yes."""
    message = await to.member.send(person.world.general, "We all agree.")
    assert "Passed on" in (await person.menu("This speaks for me", message)).text


async def test_an_objection_rings_at_no_moment_that_tells_of_it(world: World) -> None:
    """Law 7: whoever watches the channel learns neither that there was one nor from whom."""
    await with_doorbell(world)
    moments: set[int] = set()
    for number in range(6):
        author = world.person(f"Author{number}")
        await objects(world.person(f"Ana{number}"), author)
        row = next(
            row
            for row in await world.rows("SELECT * FROM notices")
            if row["person_id"] == author.id
        )
        moments.add(row["public_at"] - int(world.env.now().timestamp()))
        await world.later(30)
    assert len(moments) > 3
    assert max(moments) < 6 * HOUR
    await world.later(6 * HOUR)
    assert rings(world) == []
    assert len(rings(world, world.assembly)) == 6


async def test_what_happened_in_the_doorbell_channel_itself_is_not_rung_for_there(
    world: World,
) -> None:
    """Law 7: a line in the channel of the message would tell whose message it is about."""
    await with_doorbell(world)
    ana, beto = world.person("Ana"), world.person("Beto")
    message = await beto.member.send(world.assembly, "We all agree.")
    await ana.menu("This speaks for me", message, at=world.assembly)
    await world.later(12 * HOUR)
    assert rings(world) == rings(world, world.assembly) == []
    assert "speaks for them without their yes" in (await beto.slash("consent inbox")).text


async def test_whose_dms_turn_out_to_be_closed_is_not_rung_for_in_public_at_once(
    world: World,
) -> None:
    """A line right after an objection would tell whom it concerns."""
    await with_doorbell(world)
    ana = world.person("Ana")
    for number in range(4):
        author = world.person(f"Author{number}")
        await author.slash("privacy dms", choice="allow")
        refuse_dms(world, author, 403, 50007, times=None)
        await objects(ana, author)
    await world.later(1)
    assert len(rings(world, world.assembly)) < 4
    await world.later(6 * HOUR)
    assert len(rings(world, world.assembly)) == 4


async def test_who_stops_dms_meanwhile_is_not_rung_for_in_public_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes by DM at once goes in public at a moment that chance picks, also then."""
    monkeypatch.setattr(world.bot.doorbell, "ring", lambda *_: None)
    await with_doorbell(world)
    ana = world.person("Ana")
    authors = [world.person(f"Author{number}") for number in range(4)]
    for author in authors:
        await author.slash("privacy dms", choice="allow")
        message = await author.member.send(world.general, "We all agree.")
        await ana.menu("This speaks for me", message)
        await author.slash("privacy dms", choice="stop")
    await world.later(1)
    assert len(rings(world, world.assembly)) < 4
    await world.later(6 * HOUR)
    assert len(rings(world, world.assembly)) == 4


async def test_a_ring_that_comes_later_is_brought_forward_and_never_put_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules.secrets, "randbelow", lambda most: most - 1)
    ana, beto = world.person("Ana"), world.person("Beto")
    await objects(ana, beto)
    await ana.asks(beto)
    assert len(rings(world)) == 1, "a request does not wait for what rings later"
    await beto.slash("consent inbox")
    await with_doorbell(world)
    await objects(ana, beto)
    await world.later(HOUR)
    await objects(ana, beto)
    await world.later(5 * HOUR - 180)
    assert rings(world, world.assembly) == []
    await world.later(180)
    assert len(rings(world, world.assembly)) == 1, "as early as the first of both"
