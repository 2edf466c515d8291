"""A group's channel: where it is made, what keeps it from being made, and who is in for good."""

from __future__ import annotations

import discord
import pytest

from bot.app import PERMISSIONS
from cogs.affinity.channels import ACCESS
from tests.groups import starts
from tests.world import DAY, Answer, World

MANAGE_CHANNELS = discord.Permissions(manage_channels=True).value
MANAGE_ROLES = discord.Permissions(manage_roles=True).value


def narrow(world: World, without: int) -> None:
    """Take permissions from the bot's role."""
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(
                world.guild.id, role.id, {"permissions": PERMISSIONS.value & ~without}
            )


async def nothing_was_made(world: World, refused: Answer) -> None:
    """No half-made group: no row, no key, no channel."""
    assert refused.private
    assert await world.rows("SELECT * FROM affinity_groups") == []
    assert await world.rows("SELECT * FROM group_members") == []
    channels = [
        channel.name
        for channel in world.env.backend.channels.values()
        if channel.guild_id == world.guild.id
    ]
    assert set(channels) <= {"general", "assembly", "full"} | {
        name for name in channels if name.startswith("more-")
    }
    async with world.bot.store.keys.transaction() as connection:
        rows = await connection.execute_fetchall(
            "SELECT person_id FROM personal_keys WHERE person_id < 0"
        )
    assert list(rows) == []


async def start(world: World) -> Answer:
    return await world.person("Ana").slash(
        "affinity start", name="Night owls", purpose="Soup on Fridays"
    )


@pytest.mark.parametrize(
    ("without", "named"), [(MANAGE_CHANNELS, "Manage Channels"), (MANAGE_ROLES, "Manage Roles")]
)
async def test_a_missing_permission_is_named_with_who_can_mend_it(
    world: World, without: int, named: str
) -> None:
    narrow(world, without)
    refused = await start(world)
    assert named in refused.text
    assert "Somebody who manages this server" in refused.text
    await nothing_was_made(world, refused)


async def test_a_refused_start_uses_up_none_of_the_days(world: World) -> None:
    narrow(world, MANAGE_CHANNELS)
    for _ in range(4):
        await start(world)
    narrow(world, 0)
    assert "is started" in (await start(world)).text


async def test_a_full_category_is_named(world: World) -> None:
    full = world.guild.create_category("full")
    for number in range(50):
        world.guild.create_text_channel(f"more-{number}", category=full)
    mod = world.moderator("Mod")
    with world.env.time_context():
        await world.bot.governance.change(world.guild.id, "group_category", str(full.id), mod.id, 0)
    refused = await start(world)
    assert "Discord allows 50 channels in one" in refused.text
    assert "/rules edit" in refused.text
    await nothing_was_made(world, refused)


@pytest.mark.parametrize(
    ("code", "status", "said"),
    [
        (30013, 400, "as many channels as Discord allows, 500"),
        (30060, 400, "no more exceptions to the permissions"),
        (60003, 403, "two-factor"),
        (50013, 403, "I can't see why"),
        (12345, 400, "400/12345"),
    ],
)
async def test_what_discord_refuses_is_said_and_leaves_nothing(
    world: World, code: int, status: int, said: str
) -> None:
    await starts(world.person("Zoe"))
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("DELETE FROM affinity_groups")
        await connection.execute("DELETE FROM group_members")
    path = f"/guilds/{world.guild.id}/channels"
    world.env.inject_error("POST", path, status=status, code=code, times=1)
    refused = await start(world)
    assert said in refused.text
    assert await world.rows("SELECT * FROM affinity_groups") == []
    assert await world.rows("SELECT * FROM group_members") == []


async def test_a_category_is_made_once_and_again_when_it_is_gone(world: World) -> None:
    ana = world.person("Ana")
    first, second = await starts(ana), await starts(ana, "Early birds")
    backend = world.env.backend
    where = {backend.get_channel(each.channel.id).parent_id for each in (first, second)}
    assert len(where) == 1
    category = where.pop()
    assert backend.get_channel(category).name == "Affinity groups"
    backend.delete_channel(category)
    await world.env.settle()
    third = await starts(ana, "Day dreamers")
    made = backend.get_channel(third.channel.id).parent_id
    assert made not in (None, category)


async def test_access_goes_by_person_and_never_by_role(world: World) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    channel = world.env.backend.get_channel(group.channel.id)
    roles = [each for each in channel.overwrites if int(each.type) == 0]
    assert [(each.target_id, each.allow) for each in roles] == [(world.guild.id, 0)]
    mine = next(each for each in channel.overwrites if each.target_id == ana.id)
    assert mine.allow == ACCESS.value


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Río & Ñandú!", "río-ñandú"),
        ("¿¡...!?", "affinity-group"),
        ("two  words", "two-words"),
        ("🌧 rain", "🌧-rain"),
    ],
)
async def test_names_that_discord_does_not_take_are_mended_and_shown(
    world: World, name: str, shown: str
) -> None:
    ana = world.person("Ana")
    started = await ana.slash("affinity start", name=name, purpose="Soup")
    assert f"#{shown}" in started.text
    (row,) = await world.rows("SELECT * FROM affinity_groups")
    assert world.env.backend.get_channel(row["channel_id"]).name == shown


async def test_a_name_discord_refuses_after_all_becomes_a_plain_one(world: World) -> None:
    path = f"/guilds/{world.guild.id}/channels"
    await starts(world.person("Zoe"))
    real = world.bot.http.request
    refused: list[str] = []

    async def once(route: object, **how: object) -> object:
        body = how.get("json") or {}
        if getattr(route, "path", "") == "/guilds/{guild_id}/channels" and not refused:
            refused.append(str(body))
            response = type("R", (), {"status": 400, "reason": "Bad Request"})()
            raise discord.HTTPException(
                response,  # type: ignore[arg-type]
                {"code": 50035, "errors": {"name": {"_errors": [{"code": "X", "message": "no"}]}}},
            )
        return await real(route, **how)  # type: ignore[arg-type]

    world.bot.http.request = once  # type: ignore[method-assign,assignment]
    started = await start(world)
    assert refused, path
    assert "#affinity-group" in started.text


async def test_what_cannot_be_done_in_a_channel_is_told_to_the_group_once(world: World) -> None:
    ana, beto, carla = world.person("Ana"), world.person("Beto"), world.person("Carla")
    group = await starts(ana)
    full = f"/channels/{group.channel.id}/permissions/{beto.id}"
    world.env.inject_error("PUT", full, status=400, code=30060, times=3)
    await group.takes_in(beto, carla)
    assert group.readers() == {ana.id, carla.id}, "one who cannot be let in holds up nobody else"
    await world.later(3700)
    await world.later(3700)
    assert group.text.count("no more exceptions to the permissions") == 1
    await world.later(3700)
    assert group.readers() == {ana.id, beto.id, carla.id}


async def test_a_member_who_left_the_server_is_off_the_roll_after_30_days(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    world.env.backend.remove_member(world.guild.id, beto.id)
    await world.later(DAY + 61)
    assert await group.members() == {ana.id, beto.id}
    for _ in range(31):
        await world.later(DAY + 61)
    assert await group.members() == {ana.id}
    assert await world.rows(f"SELECT * FROM group_members WHERE person_id = {beto.id}") == []
    assert group.readers() == {ana.id}


async def test_a_group_without_a_channel_ends_when_all_have_been_gone_for_30_days(
    world: World,
) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    world.env.backend.delete_channel(group.channel.id)
    world.env.backend.remove_member(world.guild.id, ana.id)
    for days in (1, 29):
        await world.later(days * DAY + 61)
        assert await group.members() == {ana.id}
    await world.later(DAY + 61)
    assert await world.rows("SELECT * FROM affinity_groups") == []


async def test_a_member_who_comes_back_in_time_is_in_as_before(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    world.env.backend.remove_member(world.guild.id, beto.id)
    await world.later(DAY + 61)
    card = await group.proposes(ana)
    await ana.click(card, "Support")
    assert "Passed" in group.text, "nobody waits for somebody who is not in the server"
    world.guild.add_member(beto.user)
    await world.later(DAY + 61)
    await group.proposes(ana, "And on Saturday")
    await ana.click(group.card, "Support")
    assert "Open until" in world.said(group.channel).rsplit("And on Saturday", 1)[1]
    assert group.readers() == {ana.id, beto.id}


async def test_a_server_that_removed_the_bot_is_forgotten_after_30_days(world: World) -> None:
    await starts(world.person("Ana"))
    world.env.backend.remove_guild(world.guild.id)
    await world.env.settle()
    await world.later(29 * DAY)
    assert len(await world.rows("SELECT * FROM affinity_groups")) == 1
    await world.later(2 * DAY)
    for table in ("affinity_groups", "group_members", "group_places", "notices"):
        assert await world.rows(f"SELECT * FROM {table}") == [], table
