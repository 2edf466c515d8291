"""The simulated server before anybody acts: its people, its channels, and what was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import discord
from discord.ext import commands
from simcord.actors import MemberActor
from simcord.builders import ChannelHandle, GuildHandle
from simcord.env import Env

from . import faces, seams
from .cast import BOT_NAME, DM, PEOPLE, PLACES, SAID, SERVER, Person, Place
from .pane import FONT


@dataclass(slots=True)
class World:
    """Handles on everything the hub and the page speak about, by the keys of ``cast``."""

    env: Env
    guild: GuildHandle
    people: dict[str, Person] = field(default_factory=dict[str, Person])
    members: dict[str, MemberActor] = field(default_factory=dict[str, MemberActor])
    places: dict[str, Place] = field(default_factory=dict[str, Place])
    channels: dict[str, ChannelHandle] = field(default_factory=dict[str, ChannelHandle])
    # Picture address -> file name and bytes.
    pictures: dict[str, tuple[str, bytes]] = field(default_factory=dict[str, tuple[str, bytes]])

    def channel(self, person: str, place: str) -> ChannelHandle | None:
        """The channel behind a key, or ``None``; ``dm`` is this person's own one with the bot.

        Channels and threads that were made meanwhile go by their id.
        """
        if place == DM:
            member = self.members.get(person)
            return member.user.dm_channel if member is not None else None
        if place in self.channels:
            return self.channels[place]
        return seams.channel_handle(self.env, self.guild, place)

    def locales(self) -> dict[int, str]:
        return {self.members[key].id: someone.locale for key, someone in self.people.items()}


def build(bot: commands.Bot, permissions: discord.Permissions, now: datetime) -> World:
    """Make the server. The bot is attached but has not started: it will find all of this there."""
    oldest = max(said.hours_ago for said in SAID) + 24
    env = seams.new_env(bot, now - timedelta(hours=oldest))
    env.backend.bot_user.name = BOT_NAME
    guild = env.create_guild(SERVER, owner=env.create_user("riverside", global_name="Riverside"))
    world = World(env, guild)
    moderator = guild.create_role(
        "Moderator",
        permissions=discord.Permissions(manage_guild=True, manage_messages=True),
        color=0xB083D6,
        position=2,
    )
    for someone in PEOPLE:
        user = env.create_user(someone.key, global_name=someone.name)
        roles = [moderator] if someone.moderates else []
        world.people[someone.key] = someone
        world.members[someone.key] = guild.add_member(user, roles=roles)
        seams.close_dms(env, user.id, someone.dms_closed)
        world.pictures |= [
            seams.picture(env, user.id, faces.letter(someone.name, someone.colour, FONT))
        ]
    world.pictures |= [seams.picture(env, env.backend.bot_user.id, faces.mark())]
    hidden: Any = {
        guild.default_role: discord.PermissionOverwrite(view_channel=False),
        moderator: discord.PermissionOverwrite(view_channel=True),
    }
    for place in PLACES:
        world.places[place.key] = place
        world.channels[place.key] = guild.create_text_channel(
            place.key, topic=place.topic, overwrites=hidden if place.moderators_only else None
        )
    seams.narrow_bot_role(env, guild.id, permissions.value)
    _say_everything(world, now)
    seams.set_epoch(env, now)
    return world


def _say_everything(world: World, now: datetime) -> None:
    mentions = {key: member.mention for key, member in world.members.items()}
    for said in sorted(SAID, key=lambda said: -said.hours_ago):
        seams.set_epoch(world.env, now - timedelta(hours=said.hours_ago))
        world.env.backend.create_message(
            world.channels[said.place].id,
            world.members[said.person].id,
            said.text.format_map(mentions),
        )
