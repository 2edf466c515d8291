"""A group out of a backup: Discord tells who has left since, and nobody else is let in."""

from __future__ import annotations

from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from cogs.affinity.channels import ACCESS
from tests.groups import Circle, starts
from tests.world import Person, World


async def restored(world: World) -> tuple[Person, Person, Circle]:
    """Ana and Beto are on the roll of a backup that has just been restored."""
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    await world.bot.worker.stop()
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE affinity_groups SET restored = 1")
    return ana, beto, group


async def start_again(world: World) -> None:
    await world.restart()
    await world.later(61)


async def test_who_has_left_since_the_backup_stays_out(world: World) -> None:
    ana, beto, group = await restored(world)
    world.env.backend.delete_overwrite(group.channel.id, beto.id)
    await start_again(world)
    assert group.readers() == {ana.id}
    assert await group.members() == {ana.id}
    assert "by hand" not in group.text


async def test_who_came_in_since_is_out_and_nobody_is_accused(world: World) -> None:
    ana, beto, group = await restored(world)
    carla = world.person("Carla")
    world.env.backend.set_overwrite(
        group.channel.id, Overwrite(carla.id, OverwriteType(1), allow=ACCESS.value)
    )
    await start_again(world)
    assert group.readers() == {ana.id, beto.id}
    assert "by hand" not in group.text


async def test_a_group_whose_channel_is_gone_ends(world: World) -> None:
    """Discord can no longer say who has left, so nobody is let in again."""
    ana, _, group = await restored(world)
    world.env.backend.delete_channel(group.channel.id)
    await start_again(world)
    await world.later(61)
    assert await world.rows("SELECT * FROM affinity_groups") == []
    assert await world.rows("SELECT * FROM group_members") == []
    inbox = await ana.slash("consent inbox")
    assert "has ended" in inbox.text


async def test_a_channel_that_was_opened_since_is_found_again(world: World) -> None:
    ana, beto, group = await restored(world)
    backend = world.env.backend
    old = backend.get_channel(group.channel.id)
    new = world.guild.create_text_channel("night-owls")
    backend.get_channel(new.id).topic = old.topic
    backend.get_channel(new.id).overwrites = [
        each for each in old.overwrites if each.target_id != beto.id
    ]
    backend.delete_channel(old.id)
    await start_again(world)
    await world.later(61)
    (row,) = await world.rows("SELECT * FROM affinity_groups")
    assert (row["channel_id"], row["state"], row["restored"]) == (new.id, "open", 0)
    assert (await Circle.of(world, row["id"])).readers() == {ana.id}


async def test_nobody_opens_a_channel_before_discord_was_asked(world: World) -> None:
    ana, _, group = await restored(world)
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE affinity_groups SET state = 'lost', channel_id = NULL")
    listed = await ana.slash("affinity list")
    again = next(each for each in listed.controls if ":group-reopen:" in each["custom_id"])
    before = set(world.env.backend.channels)
    await ana.click(listed, id=again["custom_id"])
    assert set(world.env.backend.channels) == before
    assert not await world.bot.upkeep.reopen(group.id)
