"""What the bot doesn't see isn't gone: archived threads, a server that has yet to come."""

from __future__ import annotations

from typing import Any

import discord
import pytest
import simcord
from simcord.enums import ChannelType

from bot.demo import strict
from tests.groups import starts
from tests.world import HOUR, Person, World


def yet_to_come(world: World) -> None:
    """The bot has started, and Discord doesn't show the server so far."""
    strict.goes_out(world.env, world.guild.id)
    state: Any = world.bot._connection
    state._add_guild_from_data({"id": str(world.guild.id), "unavailable": True})


async def archived(world: World, person: Person) -> Any:
    """A thread that was archived before the bot started: it is in nobody's cache."""
    backend = world.env.backend
    made = backend.create_thread(
        world.general.id, "Thursday", person.id, type=ChannelType.PUBLIC_THREAD
    )
    backend.edit_channel(made.id, {}, thread_metadata={"archived": True})
    await world.env.settle()
    await world.restart()
    assert world.bot.get_channel(made.id) is None
    return simcord.ChannelHandle(world.env, world.guild, made)


async def test_words_are_asked_for_an_archived_thread(world: World) -> None:
    """They may stand there and nowhere else: not in the channel of the command."""
    ana, beto = world.person("Ana"), world.person("Beto")
    thread = await archived(world, ana)
    await beto.asks(ana, channel=[thread])
    assert (await world.only_consent())["speak_channel_id"] == thread.id


async def test_words_for_a_channel_of_a_server_that_has_yet_to_come_come_back(world: World) -> None:
    """Who can write there does not show before, and neither is that channel said to be gone."""
    ana, beto = world.person("Ana"), world.person("Beto")
    form = await beto.slash("consent ask", member=ana)
    yet_to_come(world)
    typed = {"words": "We can host.", "place": "Here", "channel": [world.assembly]}
    refused = await beto.fill(form, **typed)
    assert "Discord isn't showing me this server right now" in refused.text
    assert "We can host." in refused.text
    assert await world.rows("SELECT 1 FROM consents") == []
    strict.comes_back(world.env, world.guild.id)
    await world.env.settle()
    await beto.asks(ana, channel=[world.assembly])
    assert (await world.only_consent())["speak_channel_id"] == world.assembly.id


@pytest.mark.parametrize("rule", ["curators", "start_role"])
async def test_nobody_is_told_that_they_lack_a_role_that_isnt_seen(world: World, rule: str) -> None:
    ana = world.person("Ana")
    role = world.guild.create_role("Librarians")
    world.env.backend.add_member_role(world.guild.id, ana.id, role.id)
    await world.bot.governance.change(world.guild.id, rule, str(role.id), 1, 0)
    yet_to_come(world)
    use = {
        "curators": lambda: ana.slash("reading review"),
        "start_role": lambda: ana.slash("affinity start", name="Owls", purpose="Soup"),
    }[rule]
    assert "Discord isn't showing me this server right now" in (await use()).text
    strict.comes_back(world.env, world.guild.id)
    await world.env.settle()
    done = {"curators": "No suggestion waits", "start_role": "is started"}[rule]
    assert done in (await use()).text


async def test_who_manages_a_server_curates_no_list_while_its_role_isnt_seen(world: World) -> None:
    """A role that isn't seen is not a role that was deleted, which counts as none chosen."""
    mod = world.moderator("Mod")
    role = world.guild.create_role("Librarians")
    await world.bot.governance.change(world.guild.id, "curators", str(role.id), 1, 0)
    yet_to_come(world)
    shown = await mod.slash("reading review")
    assert "Discord isn't showing me this server right now" in shown.text


async def test_a_server_that_has_yet_to_come_has_no_empty_name(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.says_yes()
    yet_to_come(world)
    inbox = await beto.dm("consent inbox")
    assert "(a server that Discord isn't showing me right now)" in inbox.text


async def test_a_server_that_has_yet_to_come_is_not_one_the_bot_left(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    strict.goes_out(world.env, world.guild.id)
    await world.restart()
    await world.later(31 * 24 * HOUR)
    assert await world.rows("SELECT * FROM departures") == []
    guild = world.bot.get_guild(world.guild.id)
    assert guild is not None
    assert guild.unavailable


async def test_nobody_is_looked_for_in_a_server_that_has_yet_to_come(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord would not answer, and everything else that is due would wait for it."""
    ana, beto = world.person("Ana"), world.person("Beto")
    group = await starts(ana)
    await group.takes_in(beto)
    await group.proposes(ana)
    yet_to_come(world)
    asked: list[int] = []

    async def query(guild: discord.Guild, **_: Any) -> list[discord.Member]:
        asked.append(guild.id)
        return []

    monkeypatch.setattr(discord.Guild, "query_members", query)
    await world.later(4 * 24 * HOUR)
    assert asked == []
    strict.comes_back(world.env, world.guild.id)
    await world.later(24 * HOUR)
    assert asked != []


async def test_a_servers_name_is_shown_to_the_letter(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    world.env.backend.edit_guild(world.guild.id, {"name": "**Here** [x](https://a.example)"})
    await world.env.settle()
    await beto.asks(ana)
    await ana.says_yes()
    assert "\\*\\*Here\\*\\*" in (await beto.dm("consent inbox")).text
