"""Whether a person can be reached: what the asker is told, and that it is what comes true."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import discord
import pytest

from bot.demo import strict
from bot.work.notices import LINE
from tests.world import Answer, Person, World


def lacks_channel(world: World, person: Person) -> None:
    world.deny(world.general, person, view_channel=True)


async def test_a_request_rings_also_where_its_asker_could_not_be_answered(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stands, whatever fails afterwards: whoever is asked hears of it."""
    ana, beto = world.person("Ana"), world.person("Beto")

    async def fails(*_: object) -> bool:
        raise RuntimeError("on the way to the answer")

    monkeypatch.setattr(world.bot.doorbell, "could_reach", fails)
    await beto.asks(ana)
    assert world.said(world.general).count(f"{ana.mention}, something waits") == 1
    assert len(world.faults.drain()) == 1


async def allows_dms(world: World, person: Person) -> None:
    await person.slash("privacy dms", choice="allow", at=world.assembly)


async def has_shut_dms(world: World, person: Person) -> None:
    """Allowed here, and refused by Discord."""
    await allows_dms(world, person)
    lacks_channel(world, person)
    path = f"/channels/{person.user.dm_channel.id}/messages"
    world.env.inject_error("POST", path, status=403, code=50007, times=None)


async def has_allowed_dms(world: World, person: Person) -> None:
    await allows_dms(world, person)
    lacks_channel(world, person)


async def has_a_ring_standing(world: World, person: Person) -> None:
    await world.person(f"Other of {person.user.name}").asks(person)
    lacks_channel(world, person)


async def has_a_ring_waiting(world: World, person: Person) -> None:
    """One stood within the hour, and another is to follow it."""
    await has_looked_just_now(world, person)
    await world.person(f"Third of {person.user.name}").asks(person)


async def has_looked_just_now(world: World, person: Person) -> None:
    """Whatever rings now waits its hour, and nobody knows yet whether it can."""
    await has_a_ring_standing(world, person)
    await person.slash("consent inbox", at=world.assembly)


async def has_no_channel(world: World, person: Person) -> None:
    lacks_channel(world, person)


async def has_a_channel(world: World, person: Person) -> None: ...


async def is_where_the_bot_cannot_write(world: World, person: Person) -> None:
    bot: Any = world.bot.user
    world.deny(world.general, bot, send_messages=True)


async def is_where_discord_refuses(world: World, person: Person) -> None:
    path = f"/channels/{world.general.id}/messages"
    world.env.inject_error("POST", path, status=400, code=50083, times=None)


async def is_where_discord_fails(world: World, person: Person) -> None:
    lacks_channel(world, person)
    fail_to_look(world, 503)


async def is_where_discord_is_silent(world: World, person: Person) -> None:
    lacks_channel(world, person)
    fail_to_look(world, None)


async def is_only_in_the_doorbell_channel(world: World, person: Person) -> None:
    lacks_channel(world, person)
    with world.env.time_context():
        charter = world.bot.governance
        await charter.change(world.guild.id, "doorbell_channel", str(world.assembly.id), 1, 0)


def fail_to_look(world: World, status: int | None) -> None:
    """Discord does not tell the doorbell who is in the server (None: does not answer)."""
    bell: Any = world.bot.doorbell

    async def looks(*_: Any, **__: Any) -> Any:
        if status is None:
            raise TimeoutError
        response: Any = SimpleNamespace(status=status, reason="")
        raise discord.DiscordServerError(response, "")
        yield

    bell._places = looks


#: Whether the asker hears that the person will be told.
CONDITIONS = {
    has_allowed_dms: True,
    has_shut_dms: True,
    has_a_ring_standing: True,
    has_a_ring_waiting: True,
    has_looked_just_now: True,
    has_no_channel: False,
    has_a_channel: True,
    is_where_the_bot_cannot_write: False,
    is_where_discord_refuses: True,
    is_where_discord_fails: True,
    is_where_discord_is_silent: True,
    is_only_in_the_doorbell_channel: True,
}


@pytest.mark.parametrize("condition", CONDITIONS, ids=lambda each: each.__name__)
async def test_who_is_blocked_reads_the_same_wherever_the_person_is(
    world: World, condition: Callable[[World, Person], Awaitable[None]]
) -> None:
    """Law 2: neither the first request in that condition nor the next shows who is blocked."""
    askers, read, rings = [world.person("Beto"), world.person("Dede")], list[str](), list[Any]()
    for name in ("Ana", "Cass"):
        person = world.person(name)
        if name == "Cass":
            for asker in askers:
                await person.slash("consent block", member=asker, at=world.assembly)
        await condition(world, person)
        rings = await told(world)
        read += [masked(person, await asker.asks(person)) for asker in askers]
    assert await told(world) == rings  # whom Cass blocks rings for nobody
    assert read[:2] == read[2:]
    assert ("Tell them yourself" not in read[0]) is CONDITIONS[condition]
    assert read[0].startswith("Asked.")


async def told(world: World) -> list[Any]:
    return await world.rows("SELECT * FROM rings") + await world.rows("SELECT * FROM notices")


def masked(person: Person, answer: Answer) -> str:
    return re.sub(r"<t:\d+", "<t:0", answer.text.replace(person.mention, "@them"))


# -- the doorbell itself -----------------------------------------------------------------------

#: Whether a ring stands, and seconds since it was rung; None: there was none.
RINGS: list[tuple[bool, int] | None] = [
    None,
    (True, 60),
    (True, 7200),
    (False, 0),
    (False, 3599),
    (False, 3600),
    (False, 3601),
]


async def ring_stands(world: World, person: Person, ring: tuple[bool, int] | None) -> None:
    now = int(world.env.now().timestamp())
    if ring is not None:
        stands, rung_ago = ring
        rows = {"rings (person_id, rung_at)": f"{person.id}, {now - rung_ago}"}
        if stands:
            columns = "posts (id, topic, key, guild_id, channel_id, message_id, begun_at)"
            ids = f"{person.id}, {world.guild.id}, 1, 1"
            rows[columns] = f"'{person.id}', '{LINE}', {ids}, {now - rung_ago}"
        async with world.bot.store.main.transaction() as connection:
            for columns, values in rows.items():
                await connection.execute(f"INSERT INTO {columns} VALUES ({values})")


async def said_and_rung(world: World, person: Person, channel_id: int) -> tuple[bool, bool]:
    """What `could_reach` says, which leaves everything as it was, and whether it rings then."""
    bell, whom = world.bot.doorbell, (person.id, world.guild.id, channel_id)
    rings = await world.rows("SELECT * FROM rings")
    with world.env.time_context():
        said = await bell.could_reach(*whom)
        assert await world.rows("SELECT * FROM rings") == rings
    await world.rings_for(person, world.guild.id, channel_id)
    (notice,) = await world.rows(f"SELECT state FROM notices WHERE person_id = {person.id}")
    return said, notice["state"] in ("new", "rung")


@pytest.mark.parametrize("fault", ["", "DMs", "no member told", "no answer", "nothing taken"])
async def test_what_is_said_is_what_ringing_comes_to(
    world: World, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mod, closed = world.moderator("Mod"), world.guild.create_text_channel("closed")
    world.deny(closed, None, view_channel=True)
    if fault == "no member told":
        path = f"/guilds/{world.guild.id}/members/*"
        world.env.inject_error("GET", path, status=503, times=None)
    elif fault == "no answer":
        monkeypatch.setattr(discord.Guild, "fetch_member", _silent)
    elif fault == "nothing taken":
        for channel in (world.general, world.assembly):
            path = f"/channels/{channel.id}/messages"
            world.env.inject_error("POST", path, status=503, times=None)
    seen: set[bool] = set()
    for revision, bell in enumerate(("", str(world.assembly.id))):
        with world.env.time_context():
            rules = world.bot.governance
            await rules.change(world.guild.id, "doorbell_channel", bell, mod.id, revision - 1)
        for number, ring in enumerate(RINGS):
            await world.later(strict.DMS_WITHIN)
            for place in (world.general.id, closed.id, 0, -1):
                person = world.person(f"P{revision}{number}{place}")
                if fault == "DMs":
                    await world.bot.roster.allow_dms(person.id, "en")
                await ring_stands(world, person, ring)
                if place == -1:
                    world.moves_away(person)
                said, rung = await said_and_rung(world, person, place)
                assert said is rung, (bell, ring, place)
                seen.add(said)
    certain = fault in ("DMs", "no member told", "no answer")
    assert seen == ({True} if certain else {True, False})


async def _silent(*_: Any) -> Any:
    raise TimeoutError
