"""The simulated Discord is as strict as Discord: each rule is broken here once, and holds.

The bot's own ways are left out: what is asked for goes straight to the simulated Discord. The rules
and their sources stand in `bot/demo/strict.py`.
"""

from __future__ import annotations

import asyncio
import inspect
import io
import re
from collections.abc import Awaitable
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from simcord.backend.errors import BackendError, SetupError
from simcord.backend.models import Overwrite
from simcord.builders import ChannelHandle
from simcord.enums import ChannelType, OverwriteType

from bot.app import PERMISSIONS
from bot.demo import strict
from bot.replies import NOBODY, Card
from tests.world import Person, World

PRIVATE, PUBLIC = ChannelType.PRIVATE_THREAD, ChannelType.PUBLIC_THREAD


async def refused(call: Awaitable[Any]) -> tuple[int, int]:
    """The status and the code a request is refused with."""
    with pytest.raises(discord.HTTPException) as caught:
        await call
    return caught.value.status, caught.value.code


def seen(world: World, channel: Any) -> Any:
    """A channel as the bot has it in its cache."""
    found = world.bot.get_guild(world.guild.id)
    assert found is not None
    return found.get_channel_or_thread(channel.id)


def in_thread(world: World, starter: Person | None = None, kind: int = PUBLIC) -> Any:
    """A thread in #general; without a starter it is the bot's own."""
    owner = starter.id if starter else world.env.backend.bot_user.id
    return world.env.backend.create_thread(world.general.id, "Thread", owner, type=kind)


def becomes(world: World, thread: Any, **how: bool) -> None:
    world.env.backend.edit_channel(thread.id, {}, thread_metadata=how)


async def sends(world: World, channel: Any, text: str, **how: Any) -> discord.Message:
    """The bot says something, whatever it has in its cache."""
    return await world.bot.get_partial_messageable(channel.id).send(text, **how)


def narrow(world: World, **permissions: bool) -> None:
    """Take permissions from the bot in the whole server."""
    kept = discord.Permissions(PERMISSIONS.value)
    kept.update(**permissions)
    for role in [*world.env.backend.get_guild(world.guild.id).roles.values()]:
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": kept.value})


# -- messages and files -----------------------------------------------------------------------


async def test_1_a_file_that_a_component_shows_is_not_among_the_attachments(world: World) -> None:
    file, plain = (discord.File(io.BytesIO(b"text"), name) for name in ("shown.txt", "plain.txt"))
    card = Card(ui.File("attachment://shown.txt"))
    message = await world.bot.get_partial_messageable(world.general.id).send(view=card, file=file)
    for told in (message, await message.fetch()):
        assert told.attachments == []
        [part] = told.components
        assert isinstance(part, discord.FileComponent)
        assert await world.bot.http.get_from_cdn(part.media.url) == b"text"
    message = await sends(world, world.general, "here", file=plain)
    assert [each.filename for each in message.attachments] == ["plain.txt"]


async def test_12_more_than_ten_mebibytes_are_refused(world: World) -> None:
    def files(size: int) -> list[discord.File]:
        return [
            discord.File(io.BytesIO(b"x" * part), f"{n}.txt") for n, part in enumerate((size, 10))
        ]

    whole = files(strict.MOST_BYTES - 10)
    assert len((await sends(world, world.general, "", files=whole)).attachments) == 2
    assert await refused(sends(world, world.general, "", files=files(strict.MOST_BYTES - 9))) == (
        413,
        40005,
    )


async def test_16_a_mention_that_pings_nobody_brings_no_name_along(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(world, world.general, ana.mention, allowed_mentions=NOBODY)
    assert (await message.fetch()).mentions == []
    everybody = discord.AllowedMentions(users=True)
    message = await sends(world, world.general, ana.mention, allowed_mentions=everybody)
    assert [each.id for each in (await message.fetch()).mentions] == [ana.id]


async def test_18_a_proxy_deletes_what_was_written_and_posts_it_again(world: World) -> None:
    ana = world.person("Ana")
    posted = await strict.send_proxied(ana.member, world.general, "We are here.", "The Reeds")
    [message] = world.messages(world.general)
    assert message.id == posted.id
    assert posted.author_id != ana.id
    assert posted.webhook_id is not None


# -- threads ----------------------------------------------------------------------------------


async def test_2_in_an_archived_thread_nothing_changes(world: World) -> None:
    thread, ana = in_thread(world), world.person("Ana")
    message = await sends(world, thread, "Said.")
    other = await sends(world, thread, "And said.")
    becomes(world, thread, archived=True)
    place = world.bot.get_partial_messageable(thread.id)
    for call in (
        message.edit(content=""),
        message.delete(),
        message.add_reaction("✅"),
        message.remove_reaction("✅", discord.Object(world.bot.application_id or 0)),
        world.bot.http.delete_messages(thread.id, [message.id, other.id]),
        world.bot.http.add_user_to_thread(thread.id, ana.id),
        world.bot.http.edit_channel(thread.id, name="Other"),
    ):
        assert await refused(call) == (400, 50083)
    assert [each.content for each in world.messages(thread)] == ["Said.", "And said."]
    await place.send("Opened by writing.")
    assert not thread.thread_metadata.archived
    await message.edit(content="Now it goes.")


async def test_2_opening_takes_the_right_to_write_and_archiving_that_of_the_owner(
    world: World,
) -> None:
    ana = world.person("Ana")
    for thread, may in ((in_thread(world), True), (in_thread(world, ana), False)):
        becomes(world, thread, archived=True)
        await world.bot.http.edit_channel(thread.id, archived=False)
        archive = world.bot.http.edit_channel(thread.id, archived=True)
        if may:
            await archive
        else:
            assert await refused(archive) == (403, 50013)
    becomes(world, thread, archived=True)
    world.deny(world.general, None, send_messages_in_threads=True)
    assert (await refused(world.bot.http.edit_channel(thread.id, archived=False)))[0] == 403
    assert (await refused(world.bot.http.delete_channel(thread.id)))[0] == 403


async def test_3_a_locked_thread_is_for_who_manages_threads(world: World) -> None:
    thread = in_thread(world)
    message = await sends(world, thread, "Said.")
    becomes(world, thread, locked=True)
    assert await refused(message.edit(content="")) == (403, 160005)
    assert await refused(sends(world, thread, "More.")) == (403, 160005)
    becomes(world, thread, archived=True)
    assert (await refused(world.bot.http.edit_channel(thread.id, archived=False)))[0] == 403
    assert await refused(message.delete()) == (400, 50083)
    becomes(world, thread, archived=False)
    await message.delete()
    narrow(world, manage_threads=True)
    await (await sends(world, thread, "A manager's.")).edit(content="Changed.")


@pytest.mark.parametrize("pings", [NOBODY, discord.AllowedMentions(users=True)], ids=str)
async def test_4_a_mention_in_a_private_thread_lets_somebody_in(
    world: World, pings: discord.AllowedMentions
) -> None:
    ana, far = world.person("Ana"), world.person("Far")
    world.deny(world.general, far, view_channel=True)
    thread, open_one = in_thread(world, kind=PRIVATE), in_thread(world)
    both = f"{ana.mention} {far.mention}"
    message = await sends(world, thread, "…", allowed_mentions=pings)
    await sends(world, open_one, both, allowed_mentions=pings)
    assert ana.id not in thread.thread_members
    await message.edit(content=both, allowed_mentions=pings)
    assert ana.id in thread.thread_members
    assert far.id not in thread.thread_members
    assert ana.id not in open_one.thread_members


async def test_14_writing_in_a_thread_has_a_permission_of_its_own(world: World) -> None:
    ana, thread = world.person("Ana"), in_thread(world)
    place = ChannelHandle(world.env, world.guild, thread)
    await sends(world, thread, "there")
    await ana.member.send(place, "I, too")
    world.deny(world.general, None, send_messages_in_threads=True)
    await sends(world, world.general, "here")
    assert await refused(sends(world, thread, "there")) == (403, 50013)
    with pytest.raises(BackendError, match="Missing Permissions"):
        await ana.member.send(place, "and I?")


# -- channels ---------------------------------------------------------------------------------

GIVEN = discord.Permissions(view_channel=True, send_messages=True)


async def test_5_an_overwrite_holds_only_what_the_bot_has(world: World) -> None:
    ana, guild = world.person("Ana"), world.guild.id
    backend = world.env.backend
    category = backend.create_channel(guild, "groups", type=ChannelType.CATEGORY)

    def makes(allow: discord.Permissions, deny: discord.Permissions | None = None) -> Any:
        overwrite = {"id": ana.id, "type": 1, "allow": allow.value, "deny": (deny or _NO).value}
        how = {"permission_overwrites": [overwrite], "parent_id": category.id}
        return world.bot.http.create_channel(guild, 0, name="den", **how)

    made = await makes(GIVEN)
    for lacking in (
        discord.Permissions(mention_everyone=True),
        discord.Permissions(manage_roles=True),
    ):
        assert await refused(makes(lacking)) == (403, 50013)
        assert await refused(makes(GIVEN, lacking)) == (403, 50013)
    me = [each for each in backend.get_guild(guild).roles.values() if each.managed]
    # What the category denies cannot be given in it; what is made already, neither.
    deny = discord.Permissions(create_public_threads=True).value
    backend.set_overwrite(category.id, Overwrite(me[0].id, OverwriteType.ROLE, deny=deny))
    await makes(GIVEN)
    threads = discord.Permissions(create_public_threads=True)
    assert await refused(makes(threads)) == (403, 50013)
    put = world.bot.http.edit_channel_permissions
    target = (int(made["id"]), ana.id)
    await put(*target, allow=str(GIVEN.value), deny="0", type=1)
    assert await refused(put(*target, allow=str(threads.value), deny="0", type=1)) == (403, 50013)
    # One that hides itself from the bot lets it give nothing at all.
    deny = discord.Permissions(view_channel=True).value
    backend.set_overwrite(category.id, Overwrite(me[0].id, OverwriteType.ROLE, deny=deny))
    assert await refused(makes(GIVEN)) == (403, 50013)


_NO = discord.Permissions.none()


@pytest.mark.parametrize("code", [50035, 20031])
async def test_10_a_name_can_be_refused_when_made_and_when_changed(world: World, code: int) -> None:
    guild, http = world.guild.id, world.bot.http
    if code == 20031:
        world.env.backend.get_guild(guild).rules_channel_id = world.assembly.id
    made = await http.create_channel(guild, 0, name="den")
    for name in (strict.REFUSED_WORD, f"our-{strict.REFUSED_WORD.upper()}-den"):
        for call in (
            http.create_channel(guild, 0, name=name),
            http.edit_channel(int(made["id"]), name=name),
            http.start_thread_without_message(
                world.general.id, name=name, auto_archive_duration=60, type=PUBLIC, invitable=True
            ),
        ):
            assert await refused(call) == (400, code)
    for name in ("", "x" * 101):
        assert await refused(http.create_channel(guild, 0, name=name)) == (400, 50035)


@pytest.mark.parametrize("kept", ["rules_channel_id", "public_updates_channel_id"])
async def test_11_the_channels_of_a_community_stay(world: World, kept: str) -> None:
    setattr(world.env.backend.get_guild(world.guild.id), kept, world.assembly.id)
    assert await refused(world.bot.http.delete_channel(world.assembly.id)) == (400, 50074)
    await world.bot.http.delete_channel(world.general.id)


# -- what is not there, and what is not in the cache --------------------------------------------


async def test_6_a_server_that_is_out_is_there_without_anything_and_comes_back(
    world: World,
) -> None:
    strict.goes_out(world.env, world.guild.id)
    for again in (False, True):
        if again:
            await world.restart()
        guild = world.bot.get_guild(world.guild.id)
        assert guild is not None
        assert guild.unavailable
        if again:
            assert guild.me is None
            assert list(guild.channels) == []
    strict.comes_back(world.env, world.guild.id)
    await world.env.settle()
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    assert not guild.unavailable
    assert guild.me is not None
    assert guild.get_channel(world.general.id) is not None


async def test_6_an_interaction_says_nothing_of_what_is_there(world: World) -> None:
    ana = world.person("Ana")
    world.deny(world.general, None, send_messages=True)
    strict.goes_out(world.env, world.guild.id)
    state: Any = world.bot._connection
    del state._guilds[world.guild.id]
    heard: list[discord.Interaction[Any]] = []

    async def hear(interaction: discord.Interaction[Any]) -> None:
        heard.append(interaction)

    world.bot.add_listener(hear, "on_interaction")
    await ana.slash("help")
    guild = heard[0].guild
    assert guild is not None
    assert guild.id == world.guild.id
    assert not guild.unavailable
    assert (guild.name, *guild.roles, *guild.channels) == ("",)
    channel: Any = heard[0].channel
    assert channel.id == world.general.id
    assert channel.overwrites == {}


async def test_6_an_outage_is_no_removal(world: World) -> None:
    told: list[str] = []
    for event in ("guild_unavailable", "guild_available", "guild_remove", "guild_join"):

        async def hear(_: discord.Guild, event: str = event) -> None:
            told.append(event)

        world.bot.add_listener(hear, f"on_{event}")
    strict.goes_out(world.env, world.guild.id)
    strict.comes_back(world.env, world.guild.id)
    await world.env.settle()
    assert told == ["guild_unavailable", "guild_available"]


async def test_7_archived_threads_and_members_are_not_in_the_cache(world: World) -> None:
    ana = world.person("Ana")
    threads = {
        "active": in_thread(world),
        "archived": in_thread(world),
        "private": in_thread(world, ana, PRIVATE),
        "shared": in_thread(world, kind=PRIVATE),
    }
    becomes(world, threads["archived"], archived=True)
    await world.restart()
    found = {name for name, each in threads.items() if seen(world, each) is not None}
    assert found == {"active", "shared"}
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    assert guild.get_member(ana.id) is None
    assert (await guild.fetch_member(ana.id)).id == ana.id
    assert (await world.bot.fetch_channel(threads["archived"].id)).id == threads["archived"].id


# -- DMs, waiting, time-outs ----------------------------------------------------------------------


async def test_8_opening_many_dms_too_fast_is_refused_for_a_while(world: World) -> None:
    people = [world.person(f"P{number}") for number in range(strict.DMS_AT_MOST + 1)]
    for person in people[:-1]:
        await world.bot.create_dm(discord.Object(person.id))
    last = discord.Object(people[-1].id)
    assert await refused(world.bot.create_dm(last)) == (403, 40003)
    world.env.backend.advance_clock(strict.DMS_WITHIN)
    await world.bot.create_dm(last)


async def test_8_who_shares_no_server_cannot_be_written_to(world: World) -> None:
    ana = world.person("Ana")
    dm = await world.bot.create_dm(discord.Object(ana.id))
    world.guild.remove_member(ana.member)
    assert await refused(dm.send("Hello.")) == (403, 50278)
    world.env.create_guild("Hillside").add_member(ana.user)
    await dm.send("Hello.")


async def test_13_waiting_is_done_by_discord_py_up_to_a_limit(world: World) -> None:
    path = f"/channels/{world.general.id}/messages"
    world.bot.http.max_ratelimit_timeout = 60
    strict.limit(world.env, "POST", path, 30)
    with world.env._bot_scope():  # whose time is the world's
        waits = asyncio.ensure_future(sends(world, world.general, "By and by."))
    await world.env.advance_time(29)
    assert not waits.done()
    await world.env.advance_time(1)
    await waits
    strict.limit(world.env, "POST", path, 3600)
    with pytest.raises(discord.RateLimited) as caught:
        await sends(world, world.general, "In an hour?")
    assert caught.value.retry_after == 3600


async def test_15_a_bot_can_be_put_in_time_out(world: World) -> None:
    strict.time_out_bot(world.env, world.guild.id, 600)
    await world.env.settle()
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    with world.env.time_context():
        assert guild.me.is_timed_out()
        assert not seen(world, world.general).permissions_for(guild.me).send_messages
    assert await refused(sends(world, world.general, "Hello.")) == (403, 50013)
    world.env.backend.advance_clock(601)
    await sends(world, world.general, "Hello.")


# -- what clients do --------------------------------------------------------------------------


async def test_9_of_two_equal_suggestions_the_first_is_taken_and_a_name_may_be_sent(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    got: list[str] = []

    async def suggest(interaction: Any, typed: str) -> list[app_commands.Choice[str]]:
        pairs = {"1": "Same words", "2": "Same words", "3": "Others"}
        return [app_commands.Choice(name=name, value=value) for value, name in pairs.items()]

    async def say(self: Any, interaction: Any, consent: str) -> None:
        got.append(consent)
        await interaction.edit_original_response(content="Seen.")

    command: Any = world.bot.tree.get_command("consent")
    speak = command.get_command("speak")
    option = speak._params["consent"]  # the command belongs to all worlds of this process
    monkeypatch.setattr(option, "autocomplete", option.autocomplete)
    speak.autocomplete("consent")(suggest)
    monkeypatch.setattr(speak, "_callback", say)
    ana = world.person("Ana")
    await ana.suggestions("consent speak", "consent")
    for chosen in ("1", "2", "3", "typed"):
        await ana.speaks(chosen)
    with strict.sending_names():
        await ana.speaks("3")
    assert got == ["1", "1", "3", "typed", "Others"]


async def test_17_no_commands_in_the_dm_once_no_server_is_shared(world: World) -> None:
    ana = world.person("Ana")
    assert (await ana.dm("help")).text
    world.guild.remove_member(ana.member)
    with pytest.raises(SetupError, match="no server is shared"):
        await ana.dm("help")
    with pytest.raises(SetupError, match="no server is shared"):
        await ana.user.autocomplete("journal edit", "entry", "")
    world.env.create_guild("Hillside").add_member(ana.user)
    assert (await ana.dm("help")).text


async def test_19_names_come_as_they_were_typed(world: World) -> None:
    name = "**[Log in](https://example.org)** ||x||"
    made = world.env.create_guild(name)
    ana = world.person(name, guild=made)
    channel, role = made.create_text_channel(name), made.create_role(name)
    await world.env.settle()
    guild = world.bot.get_guild(made.id)
    assert guild is not None
    member, seen_role = await guild.fetch_member(ana.id), guild.get_role(role.id)
    seen_channel = guild.get_channel(channel.id)
    assert seen_role is not None
    assert seen_channel is not None
    assert {guild.name, member.display_name, seen_role.name, seen_channel.name} == {name}


# -- where it is in force -----------------------------------------------------------------------


def test_the_demo_is_as_strict() -> None:
    """Both begin with the same function; asked again, it does nothing."""
    before = {method: [*table] for method, table in strict.router._ROUTES.items()}
    strict.enforce()
    assert {method: [*table] for method, table in strict.router._ROUTES.items()} == before


def test_every_rule_is_broken_here() -> None:
    told = {int(each) for each in re.findall(r"[Rr]ules? (\d+)", inspect.getsource(strict))}
    told |= {int(each) for each in re.findall(r"[Rr]ules \d+ and (\d+)", inspect.getsource(strict))}
    broken = {int(each[1]) for name in globals() if (each := re.match(r"test_(\d+)_", name))}
    assert told == broken == set(range(1, 20))
