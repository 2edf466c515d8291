"""Who shares no server with the bot for 30 days: what is theirs goes by itself, not sooner."""

from __future__ import annotations

import pytest

from bot.demo import strict
from tests.cogs.test_affinity import starts
from tests.cogs.test_privacy import exported
from tests.journals import sends, writes
from tests.world import DAY, HOUR, Person, World


async def lives(world: World, name: str = "Ana") -> Person:
    """Somebody of whom something of every kind that stays is stored."""
    person = world.person(name)
    await person.slash("consent flag", choice="never", note="I speak for myself.")
    await person.slash("privacy dms", choice="allow")
    await writes(person, "They flew.", "Owls")
    await person.slash("reading mark", work="who-is-oakland", state="want")
    return person


async def left_of(world: World, person: Person) -> set[str]:
    """Tables in which something of theirs stands."""
    found = {
        table
        for table in ("flags", "dm_permissions", "journals", "journal_entries", "reading_shelves")
        if await world.rows(f"SELECT 1 FROM {table} WHERE person_id = {person.id}")
    }
    keys = world.look("keys.db").execute(
        f"SELECT 1 FROM personal_keys WHERE person_id = {person.id}"
    )
    return found | ({"personal_keys"} if keys.fetchall() else set())


def leaves(world: World, person: Person) -> None:
    world.guild.remove_member(person.member)


async def days(world: World, number: int) -> None:
    """So many, with what falls due each day."""
    for _ in range(number):
        await world.later(DAY)


async def test_it_goes_after_thirty_days_and_not_before(world: World) -> None:
    ana, beto = await lives(world), await lives(world, "Beto")
    everything = await left_of(world, ana)
    assert len(everything) == 6
    leaves(world, ana)
    await days(world, 29)
    assert await left_of(world, ana) == everything
    await days(world, 3)
    assert await left_of(world, ana) == set()
    assert await left_of(world, beto) == everything
    assert await world.rows("SELECT * FROM absences") == []


async def test_who_comes_back_in_time_finds_everything(world: World) -> None:
    ana = await lives(world)
    everything = await left_of(world, ana)
    leaves(world, ana)
    await days(world, 25)
    world.guild.add_member(ana.user)
    await days(world, 2)
    world.guild.remove_member(ana.user)
    await days(world, 25)
    assert await left_of(world, ana) == everything


async def test_the_last_moment_is_time_enough(world: World) -> None:
    """Each server is asked once more before anything goes."""
    ana = await lives(world)
    leaves(world, ana)
    await days(world, 2)
    world.guild.add_member(ana.user)
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE absences SET since = 0")
        # Whoever is looked for next is somebody else.
        await connection.execute(
            f"UPDATE facts SET value = '{ana.id}' WHERE name = 'looked_for_up_to'"
        )
    everything = await left_of(world, ana)
    await world.later(2 * HOUR)
    assert len(everything) == 6
    assert await left_of(world, ana) == everything


async def test_another_server_is_enough(world: World) -> None:
    ana = await lives(world)
    world.moves_away(ana)
    await days(world, 33)
    assert len(await left_of(world, ana)) == 6


async def test_nobody_is_absent_while_a_server_is_out(world: World) -> None:
    ana = await lives(world)
    hillside = world.env.create_guild("Hillside")
    hillside.add_member(ana.user)
    leaves(world, ana)
    strict.goes_out(world.env, hillside.id)
    await days(world, 33)
    assert await world.rows("SELECT * FROM absences") == []
    assert len(await left_of(world, ana)) == 6
    strict.comes_back(world.env, hillside.id)
    await days(world, 33)
    assert len(await left_of(world, ana)) == 6


@pytest.mark.parametrize("code", [0, 10004])
async def test_what_discord_does_not_say_is_no_absence(world: World, code: int) -> None:
    ana = await lives(world)
    leaves(world, ana)
    await days(world, 28)
    path = f"/guilds/{world.guild.id}/members/{ana.id}"
    status = 404 if code else 503
    world.env.inject_error("GET", path, status=status, code=code, times=None)
    await days(world, 5)
    world.faults.drain()
    assert len(await left_of(world, ana)) == 6


async def test_who_writes_to_the_bot_is_not_absent(world: World) -> None:
    """Whether Discord lets them, without a server that is shared, nobody knows for sure."""
    ana = await lives(world)
    await sends(ana, "Something to keep.")
    leaves(world, ana)
    await days(world, 20)
    await sends(ana, "Still here.")
    await days(world, 20)
    world.faults.drain()  # whether the bot may answer nobody knows, either
    assert len(await left_of(world, ana)) == 6


async def test_the_words_of_posts_go_and_so_does_access(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(beto)
    await group.takes_in(ana)
    await beto.asks(ana, "I can host.", days=["30"])
    await ana.says_yes()
    await beto.speaks((await world.only_consent())["id"])
    assert "I can host." in world.said(world.general)
    leaves(world, ana)
    await days(world, 33)
    assert "I can host." not in world.said(world.general)
    assert ana.id not in group.readers()


async def test_a_bot_that_is_removed_from_its_last_server_forgets_all_in_thirty_days(
    world: World,
) -> None:
    ana = await lives(world)
    world.env.backend.remove_guild(world.guild.id)
    await world.env.settle()
    await days(world, 29)
    assert "journals" in await left_of(world, ana)
    await days(world, 4)
    assert await left_of(world, ana) == set()


async def test_a_restart_loses_no_day(world: World) -> None:
    ana = await lives(world)
    leaves(world, ana)
    await days(world, 16)
    await world.restart()
    await days(world, 16)
    assert await left_of(world, ana) == set()


async def test_it_stands_in_the_export(world: World) -> None:
    ana = await lives(world)
    assert (await exported(ana))["in_no_server"] is None
    with world.env.time_context():
        await world.bot.roster.note_absent({ana.id}, set())
    assert (await exported(ana))["in_no_server"]["since"] > 0
