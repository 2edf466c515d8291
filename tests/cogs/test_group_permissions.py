"""What the bot may let members of a group do, in categories that deny it something; who says so."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import OverwriteType

from bot.app import PERMISSIONS
from bot.demo import strict
from bot.places import GROUP_NEEDS, GROUP_USES, Lack, lacks, may_give
from bot.problems import PERMISSION_NAMES
from bot.words import speak
from cogs.affinity.channels import ACCESS, ESSENTIAL
from tests.cogs.test_group_channels import narrow
from tests.groups import Circle, shuts_out, starts
from tests.world import DAY, HOUR, Person, World

#: Names of categories are somebody's text.
NAME, SHOWN = "our *quiet* den", r"our \*quiet\* den"
IN_THREADS = discord.Permissions(send_messages_in_threads=True)
BY_HAND = "by hand"


def bits(*names: str) -> int:
    return discord.Permissions(**dict.fromkeys(names, True)).value


def bots_role(world: World) -> Any:
    roles = world.env.backend.get_guild(world.guild.id).roles.values()
    return next(role for role in roles if role.managed)


def denies(world: World, channel: Any, *names: str) -> None:
    """A category or channel takes permissions away from the bot's role; none: it takes none."""
    role = OverwriteType(0)
    overwrite = Overwrite(bots_role(world).id, role, deny=bits(*names))
    world.env.backend.set_overwrite(channel.id, overwrite)


async def category(world: World, *denied: str) -> Any:
    """The category for groups, which denies the bot something."""
    made = world.guild.create_category(NAME)
    denies(world, made, *denied)
    mod = world.moderator("Mod")
    with world.env.time_context():
        await world.bot.governance.change(world.guild.id, "group_category", str(made.id), mod.id, 0)
    return made


def everybody_may(world: World, without: int) -> None:
    """What the server lets everybody do, without some of it."""
    everyone = world.env.backend.get_guild(world.guild.id).roles[world.guild.id]
    kept = {"permissions": everyone.permissions & ~without}
    world.env.backend.edit_role(world.guild.id, world.guild.id, kept)


def let_do(group: Circle, person: Person) -> int:
    """What the channel lets somebody do by their own overwrite."""
    channel = group.world.env.backend.get_channel(group.channel.id)
    return next((each.allow for each in channel.overwrites if each.target_id == person.id), 0)


def moved(group: Circle, to: Any) -> None:
    group.world.env.backend.edit_channel(group.channel.id, {"parent_id": to.id})


def tries_to_make(world: World) -> int:
    path = f"/guilds/{world.guild.id}/channels"
    return sum(each.method == "POST" and each.path == path for each in world.env.http_requests)


# -- where a channel is made ------------------------------------------------------------------


@pytest.mark.parametrize("denied", [*GROUP_USES, "create_public_threads manage_messages"])
async def test_what_a_group_can_do_without_keeps_none_from_being_made(
    world: World, denied: str
) -> None:
    await category(world, *denied.split())
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    expected = ACCESS.value & ~bits(*denied.split())
    assert {let_do(group, each) for each in (ana, beto)} == {expected}
    await world.later(DAY)
    assert "I can't keep this channel" not in group.text
    assert BY_HAND not in group.text


@pytest.mark.parametrize("locale", ["en-US", "es-419"])
@pytest.mark.parametrize("denied", GROUP_NEEDS)
async def test_what_it_cannot_do_without_is_named_beforehand_and_where(
    world: World, denied: str, locale: str
) -> None:
    await category(world, denied)
    ana, words = world.person("Ana", locale), speak(locale[:2])
    refused = await ana.slash("affinity start", name="Night owls", purpose="Soup on Fridays")
    # In a category's own settings Discord calls it otherwise.
    shown = "manage_permissions" if denied == "manage_roles" else denied
    assert f"*{words(PERMISSION_NAMES[shown])}*" in refused.text
    assert f"**{SHOWN}**" in refused.text
    assert ("/rules edit" if locale == "en-US" else "/reglas editar") in refused.text
    others = {words(PERMISSION_NAMES[name]) for name in GROUP_NEEDS if name != denied}
    assert not [name for name in others if f"*{name}*" in refused.text]
    assert tries_to_make(world) == 0
    assert await world.rows("SELECT * FROM affinity_groups") == []


# (Where a server hides its channels from everybody, nobody can use a command.)
@pytest.mark.parametrize("denied", [name for name in GROUP_NEEDS if name != "view_channel"])
async def test_what_the_server_does_not_give_is_to_be_given_there(
    world: World, denied: str
) -> None:
    everybody_may(world, bits(denied))
    narrow(world, bits(denied))
    made = await category(world)
    # That a category gives it does not help: Discord looks at the server, too.
    role = Overwrite(bots_role(world).id, OverwriteType(0), allow=bits(denied))
    world.env.backend.set_overwrite(made.id, role)
    refused = await world.person("Ana").slash("affinity start", name="Owls", purpose="Soup")
    assert f"*{PERMISSION_NAMES[denied]}* in this server" in refused.text
    assert SHOWN not in refused.text
    assert tries_to_make(world) == 0
    assert await world.rows("SELECT * FROM affinity_groups") == []


async def test_where_it_lacks_nothing_that_can_be_seen_no_permission_is_blamed(
    world: World,
) -> None:
    await starts(world.person("Zoe"))
    before = await world.rows("SELECT * FROM affinity_groups")
    world.env.inject_error("POST", f"/guilds/{world.guild.id}/channels", status=403, code=50013)
    refused = await world.person("Ana").slash("affinity start", name="Owls", purpose="Soup")
    assert "I can't see why" in refused.text
    assert not [name for name in PERMISSION_NAMES.values() if f"*{name}*" in refused.text]
    assert await world.rows("SELECT * FROM affinity_groups") == before


async def test_a_time_out_that_comes_amid_the_making_is_called_one(world: World) -> None:
    await category(world)
    real = world.bot.http.request

    async def timed_out(route: Any, **how: Any) -> Any:
        if (route.method, route.path) == ("POST", "/guilds/{guild_id}/channels"):
            strict.time_out_bot(world.env, world.guild.id, HOUR)
        return await real(route, **how)

    world.bot.http.request = timed_out  # type: ignore[method-assign]
    refused = await world.person("Ana").slash("affinity start", name="Owls", purpose="Soup")
    assert "put me in time-out until" in refused.text
    assert "I lack" not in refused.text


# -- where it stands --------------------------------------------------------------------------


@pytest.mark.parametrize("denied", GROUP_USES)
async def test_a_channel_that_is_moved_lets_people_in_as_far_as_it_goes(
    world: World, denied: str
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    moved(group, await category(world, denied))
    await group.takes_in(beto)
    assert let_do(group, beto) == ACCESS.value & ~bits(denied)
    assert let_do(group, ana) == ACCESS.value, "nothing is taken from anybody"
    await world.later(HOUR)
    assert "I can't keep this channel" not in group.text


@pytest.mark.parametrize("denied", ["view_channel", "send_messages", "read_message_history"])
async def test_where_nobody_can_be_let_in_the_group_is_told_once_and_where(
    world: World, denied: str
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    hidden = await category(world, denied)
    moved(group, hidden)
    await world.env.settle()
    await group.takes_in(beto)
    for _ in range(3):
        await world.later(HOUR + 61)
    assert group.text.count(f"**{SHOWN}**") == 1
    assert f"*{PERMISSION_NAMES[denied]}*" in group.text
    assert "*Manage Roles*" not in group.text
    assert let_do(group, ana) == ACCESS.value, "nothing is taken from anybody"
    denies(world, hidden)
    await world.later(HOUR + 61)
    assert let_do(group, beto) == ACCESS.value
    assert BY_HAND not in group.text.replace("This channel has been moved by hand", "")


async def test_who_gets_in_no_more_is_let_in_though_it_cannot_all_be_given(world: World) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    moved(group, await category(world, "send_messages"))
    rest = Overwrite(ana.id, OverwriteType(1), allow=ESSENTIAL.value & ~bits("view_channel"))
    world.env.backend.set_overwrite(group.channel.id, rest)
    await world.later(61)
    assert let_do(group, ana) == ACCESS.value & ~bits("send_messages")


async def test_nobody_outside_reads_on_where_the_category_denies_something(world: World) -> None:
    """What stands in the overwrite of everybody, and is not the bot's to say, is no obstacle."""
    ana = world.person("Ana")
    await category(world, "manage_messages", "create_public_threads")
    group = await starts(ana)
    allowed, denied = bits("view_channel", "manage_messages"), bits("create_public_threads")
    everyone = Overwrite(world.guild.id, OverwriteType(0), allow=allowed, deny=denied)
    world.env.backend.set_overwrite(group.channel.id, everyone)
    await world.later(61)
    channel = world.env.backend.get_channel(group.channel.id)
    now = next(each for each in channel.overwrites if each.target_id == world.guild.id)
    assert (now.allow & bits("view_channel"), now.deny) == (0, bits("view_channel"))
    assert group.text.count("Everybody in this server could read this channel") == 1


async def test_where_it_may_not_be_closed_to_everybody_the_group_hears_where(world: World) -> None:
    group = await starts(world.person("Ana"))
    moved(group, await category(world, "view_channel"))
    everyone = Overwrite(world.guild.id, OverwriteType(0), allow=bits("view_channel"))
    world.env.backend.set_overwrite(group.channel.id, everyone)
    await world.later(61)
    assert f"The category **{SHOWN}** is hidden from me" in group.text


async def test_nothing_is_taken_from_anybody_that_could_not_be_given_back(world: World) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    less = Overwrite(ana.id, OverwriteType(1), allow=ESSENTIAL.value)
    with world.env.time_context():
        await world.bot.worker.stop()
    moved(group, await category(world, "send_messages"))
    world.env.backend.set_overwrite(group.channel.id, less)
    await world.restart()
    await world.later(61)
    assert let_do(group, ana) == ESSENTIAL.value
    assert "I can't keep this channel" not in group.text


async def test_who_may_do_less_than_before_is_mended_without_a_word(world: World) -> None:
    """Groups from before members could write in threads; what else was said of them stays."""
    ana, beto, carla = world.person("Ana"), world.person("Beto"), world.person("Carla")
    group = await starts(ana)
    await group.takes_in(beto, carla)
    before = group.text
    backend, files = world.env.backend, bits("attach_files")
    for person, deny in ((ana, 0), (beto, files), (carla, IN_THREADS.value)):
        less = Overwrite(person.id, OverwriteType(1), allow=ESSENTIAL.value, deny=deny)
        backend.set_overwrite(group.channel.id, less)
    await world.restart()
    await world.later(61)
    assert {let_do(group, each) for each in (ana, beto, carla)} == {ACCESS.value}
    channel = backend.get_channel(group.channel.id)
    assert {each.target_id: each.deny for each in channel.overwrites if each.deny} == {
        world.guild.id: bits("view_channel"),
        beto.id: files,
    }
    assert group.text == before


async def test_who_was_shut_out_by_hand_is_let_in_again_and_that_is_said(world: World) -> None:
    await category(world, *GROUP_USES)
    ana = world.person("Ana")
    group = await starts(ana)
    shuts_out(world, group.channel.id, ana.id)
    await world.later(61)
    assert let_do(group, ana) == ESSENTIAL.value
    assert group.text.count(BY_HAND) == 1


@pytest.mark.parametrize("joins", [False, True])
async def test_in_a_time_out_nobody_is_told_that_something_is_missing(
    world: World, joins: bool
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    strict.time_out_bot(world.env, world.guild.id, 2 * HOUR)
    await group.takes_in(*([beto] if joins else []))
    some = Overwrite(ana.id, OverwriteType(1), allow=bits("view_channel", "send_messages"))
    world.env.backend.set_overwrite(group.channel.id, some)
    await world.later(HOUR)
    assert await world.rows("SELECT * FROM group_notices") == []
    assert await world.rows("SELECT * FROM notices WHERE topic = 'group news'") == []
    await world.later(2 * HOUR)
    assert group.readers() == ({ana.id, beto.id} if joins else {ana.id})
    assert "I can't keep" not in group.text


# -- threads ----------------------------------------------------------------------------------


async def test_members_write_in_the_threads_of_their_group(world: World) -> None:
    everybody_may(world, IN_THREADS.value)
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    await ana.click(await group.proposes(ana), "Ask")
    [row] = await world.rows("SELECT thread_id FROM decisions")
    thread = ChannelHandle(world.env, world.guild, world.env.backend.get_channel(row["thread_id"]))
    for person in (ana, beto):
        await person.member.send(thread, "And where?")


async def test_where_they_could_not_write_no_thread_is_opened_and_they_hear_why(
    world: World,
) -> None:
    everybody_may(world, IN_THREADS.value)
    made = await category(world, "send_messages_in_threads")
    ana = world.person("Ana")
    group = await starts(ana)
    card = await group.proposes(ana)
    refused = await ana.click(card, "Ask")
    assert "*Send Messages in Threads*" in refused.text
    assert f"**{SHOWN}**" in refused.text
    assert "ask in the channel itself" in refused.text
    assert [row["thread_id"] for row in await world.rows("SELECT * FROM decisions")] == [None]
    # Once the category lets them, asking mends what was missing.
    denies(world, made)
    assert "You can ask about it here" in (await ana.click(card, "Ask")).text
    assert let_do(group, ana) == ACCESS.value


@pytest.mark.parametrize("where", ["server", "channel"])
async def test_without_the_permission_for_threads_asking_says_where(
    world: World, where: str
) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    card = await group.proposes(ana)
    denied = bits("create_public_threads")
    if where == "server":
        everybody_may(world, denied)
        narrow(world, denied)
    backend, me = world.env.backend, world.env.backend.bot_user.id
    mine = next(
        each for each in backend.get_channel(group.channel.id).overwrites if each.target_id == me
    )
    taken = Overwrite(
        me, OverwriteType(1), allow=mine.allow & ~denied, deny=denied if where == "channel" else 0
    )
    backend.set_overwrite(group.channel.id, taken)
    await world.env.settle()
    refused = await ana.click(card, "Ask")
    assert f"*Create Public Threads* in this {where}" in refused.text
    assert "ask in the channel itself" in refused.text


async def test_a_category_that_hides_itself_is_named_for_that_alone(world: World) -> None:
    made = await category(world, "view_channel", "send_messages")
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    hidden: Any = guild.get_channel(made.id)
    for wanted in (GROUP_NEEDS, GROUP_USES):
        assert lacks(guild, hidden, wanted) == [Lack("view_channel", hidden)]
    assert may_give(guild, hidden) == discord.Permissions.none()
    # What nobody but an administrator gives in a channel.
    assert not may_give(guild, None).manage_permissions
    world.env.backend.edit_role(
        world.guild.id, bots_role(world).id, {"permissions": bits("administrator")}
    )
    await world.env.settle()
    assert lacks(guild, hidden, GROUP_NEEDS) == []
    assert may_give(guild, hidden).manage_permissions


def test_what_is_asked_of_a_server_is_what_groups_need_and_use() -> None:
    assert discord.Permissions(bits(*GROUP_NEEDS, *GROUP_USES)) <= PERMISSIONS
    assert bits(*GROUP_NEEDS) & ESSENTIAL.value == ESSENTIAL.value
