"""A server in which messages are noticed, for tests that tell it in sentences."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import discord
from simcord.results import ResponseMessage

from bot.app import PERMISSIONS
from tests.simulator import Faults
from tests.world import Person, World

#: A form that any reading of what "speaks for" means takes in.
CLAIM = "{who} wants to cancel the march."
CLAIM_IN_SPANISH = "{who} quiere cancelar la marcha."


@asynccontextmanager
async def listening_world(
    folder: Path, faults: Faults, mode: str = "nudge"
) -> AsyncIterator[World]:
    """A server whose rules ask for noticing, with the bot reading messages."""
    made = World(folder / "state", faults, {"FIRSTHAND_MESSAGE_CONTENT": "on"})
    await made.start()
    if mode != "off":
        await ruled(made, "noticing", mode)
    yield made
    await made.stop()
    assert faults.drain() == []


async def ruled(world: World, name: str, value: str, *, guild: Any = None) -> None:
    """A moderator has set a rule."""
    guild_id = (guild or world.guild).id
    governance = world.bot.governance
    setting = (await governance.settings(guild_id))[name]
    with world.env.time_context():
        await governance.change(guild_id, name, value, 1, setting.revision)


def lets_in_automod(world: World, *, may: bool = True) -> None:
    """Give the bot Manage Server, or take it away."""
    kept = discord.Permissions(PERMISSIONS.value)
    kept.update(manage_guild=may)
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": kept.value})


def claim(who: Any, text: str = CLAIM) -> str:
    """A message that speaks for somebody."""
    return text.format(who=who.mention)


async def says(person: Person, text: str, *, at: Any = None, **more: Any) -> Any:
    """Somebody writes in a channel."""
    return await person.member.send(at or person.world.general, text, **more)


def rings(world: World, person: Person, channel: Any = None) -> list[Any]:
    """The rings for one person, in a channel and in their DM."""
    backend = world.env.backend
    dm = backend.dm_channels.get(person.id)
    places = [(channel or world.general).id, *([dm] if dm else [])]
    return [
        ResponseMessage(world.env, message)
        for place in places
        for message in backend.messages.get(place, {}).values()
        if f"firsthand:open:{person.id}" in str(message.components)
    ]


async def nudges(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT * FROM notices WHERE topic = 'nudge' ORDER BY until_at, id")


def door(world: World) -> Any:
    """The bot's rule in AutoMod, if there is one."""
    bot = world.env.backend.bot_user.id
    rules = world.env.backend.get_guild(world.guild.id).auto_mod_rules.values()
    found = [rule for rule in rules if rule.creator_id == bot]
    assert len(found) <= 1, found
    return found[0] if found else None
