"""Help, and the hello when the bot joins a server."""

from __future__ import annotations

from typing import Any

import pytest
from simcord.backend.serializers import guild_create_payload

from bot.words import speak
from cogs.help import HELLO, WISHES
from tests.world import World


async def test_help_is_by_what_a_person_wants(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("help")
    assert page.private
    for wish, _ in WISHES:
        assert wish in page.text


async def test_help_names_every_command_there_is(world: World) -> None:
    page = (await world.person("Ana").slash("help")).text
    for command in world.bot.tree.walk_commands():
        if hasattr(command, "callback") and command.qualified_name != "help":
            group, name = command.qualified_name.split()
            say = f"name /{command.qualified_name} in WISHES of cogs/help.py"
            assert f"/{group}" in page, say
            assert name in page, say


@pytest.mark.parametrize("locale", ["es-419", "es-ES"])
async def test_help_is_in_the_persons_language(world: World, locale: str) -> None:
    page = await world.person("Dede", locale).slash("help")
    assert speak("es")(WISHES[0][0]) in page.text


async def test_a_language_without_a_catalogue_is_answered_in_english(world: World) -> None:
    page = await world.person("Jo", "pt-BR").slash("help")
    assert WISHES[0][0] in page.text


async def joins(world: World, *channels: str) -> Any:
    """The bot is added to another server (simcord calls a new server merely available)."""
    guild = world.env.create_guild("Hillside")
    made = [guild.create_text_channel(name) for name in channels]
    backend = world.env.backend
    backend.emit("GUILD_DELETE", {"id": str(guild.id)})
    payload = dict(guild_create_payload(backend, backend.get_guild(guild.id)))
    payload.pop("unavailable", None)
    backend.emit("GUILD_CREATE", payload)
    await world.env.settle()
    return made


async def test_joining_a_server_brings_one_short_hello_in_both_languages(world: World) -> None:
    first, second = await joins(world, "town-square", "kitchen")
    said = world.said(first)
    assert said.count(HELLO) == 1
    assert speak("es")(HELLO) in said
    assert world.said(second) == ""


async def test_the_hello_goes_where_the_bot_may_write(world: World) -> None:
    world.env.inject_error("POST", "/channels/*/messages", status=403, code=50013)
    first, second = await joins(world, "rules", "town-square")
    assert world.said(first) == ""
    assert world.said(second).count(HELLO) == 1


async def test_a_server_without_a_place_to_write_gets_no_hello_and_no_error(world: World) -> None:
    assert await joins(world) == []


async def test_being_added_again_keeps_what_was_stored(world: World) -> None:
    ana = world.person("Ana")
    await ana.slash("consent flag", choice="never")
    world.env.backend.emit("GUILD_DELETE", {"id": str(world.guild.id)})
    await world.env.settle()
    assert len(await world.rows("SELECT * FROM departures")) == 1
    payload = dict(
        guild_create_payload(world.env.backend, world.env.backend.get_guild(world.guild.id))
    )
    payload.pop("unavailable", None)
    world.env.backend.emit("GUILD_CREATE", payload)
    await world.env.settle()
    assert await world.rows("SELECT * FROM departures") == []
    assert len(await world.rows("SELECT * FROM flags")) == 1
