"""Making a group's channel, and finding one again whose making was interrupted."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord

from bot import places
from bot.affinity.rules import channel_name
from bot.affinity.service import Known
from bot.problems import Problem
from bot.replies import UNREACHED, trace
from bot.words import N_, Words, speak
from cogs.affinity.problems import (
    CATEGORY_FULL,
    CATEGORY_LIMIT,
    NOT_NOW,
    SERVER_FULL,
    SERVER_LIMIT,
    barred,
    problem_in,
    problem_of,
)

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: What nobody can do without who belongs to a group.
ESSENTIAL = discord.Permissions(view_channel=True, send_messages=True, read_message_history=True)
#: What a member may do in a group's channel, whatever the server's roles say: read and write, also
#: where *Ask* opens a thread. Files, reactions and the like are as everywhere in the server, which
#: its moderators decide; what manages anything, or calls everybody, is given to nobody.
ACCESS = ESSENTIAL | discord.Permissions(send_messages_in_threads=True)
#: What the bot gives itself there.
OURS = ACCESS | discord.Permissions(
    manage_channels=True, manage_messages=True, create_public_threads=True
)
_CATEGORY = N_("Affinity groups")
_TOPIC = N_("An affinity group. The first message says who can read this.")
NEUTRAL = N_("affinity-group")


class Channels:
    """Makes channels; at most one process at a time makes one for a group."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def obstacle(self, guild: discord.Guild) -> Problem | None:
        """What would keep a channel from being made now, as far as it shows beforehand."""
        charter = await self.bot.governance.charter(guild.id)
        return _obstacle(guild, await self._chosen(guild, charter.group_category))

    async def make(self, group_id: str) -> Problem | None:
        """Make the channel of a group that has none. None: it is there, or on its way.

        A channel that was made by a process that died is taken over.
        """
        known = await self.bot.groups.get(group_id)
        guild = None if known is None else self.bot.get_guild(known.group.guild_id)
        if known is None or guild is None or guild.unavailable:
            # What the bot may do there is not known before Discord shows the server.
            return NOT_NOW
        if (problem := barred(guild)) is not None:
            return problem
        interrupted = known.group.making_until > 0
        if await self.bot.upkeep.claim_making(group_id) is None:
            return None
        try:
            channel = await self.find(guild, group_id) if interrupted else None
        except UNREACHED as error:
            # There may be one: whatever Discord says, that is no answer to it.
            log.info("a channel is not found yet: %s", trace(error))
            return NOT_NOW
        try:
            if channel is None:
                made = await self._make(known, guild)
                if isinstance(made, Problem):
                    await self.bot.upkeep.not_made(group_id)
                    return made
                channel = made
        except UNREACHED as error:
            log.info("a channel is not made yet: %s", trace(error))
            problem = problem_of(error, await self.obstacle(guild))
            if problem.lasts:
                await self.bot.upkeep.not_made(group_id)
            return problem
        taken = await self.bot.upkeep.has_channel(
            group_id, channel.id, channel.category_id, channel.name
        )
        if taken is None:
            # The group ended, or another process was faster: this one is nobody's.
            await channel.delete()
        return None

    async def find(self, guild: discord.Guild, group_id: str) -> Any:
        """The channel that was made for a group, by the mark in its topic. None: there is none."""
        for channel in await guild.fetch_channels():
            if isinstance(channel, discord.TextChannel) and (channel.topic or "").endswith(
                group_id
            ):
                return channel
        return None

    async def _make(self, known: Known, guild: discord.Guild) -> Any:
        charter = await self.bot.governance.charter(guild.id)
        words = speak(charter.language)
        category = await self._category(guild, charter.group_category, words)
        if isinstance(category, Problem):
            return category
        problem = _obstacle(guild, category)
        if problem is not None:
            return problem
        roll = await self.bot.upkeep.roll(known.id)
        may_give = places.may_give(guild, category)
        overwrites: dict[Any, discord.PermissionOverwrite] = {
            guild.default_role: discord.PermissionOverwrite(view_channel=False),
            guild.me: allowing(OURS & may_give),
        }
        for member in roll.values():
            if member.belongs:
                overwrites[discord.Object(member.person_id)] = allowing(ACCESS & may_give)
        # The mark by which the channel is found again if this process dies at this very moment.
        topic = f"{words(_TOPIC)} · {known.id}"
        return await places.with_name(
            lambda name: guild.create_text_channel(
                name, category=category, overwrites=overwrites, topic=topic
            ),
            channel_name(known.name) or words(NEUTRAL),
            words(NEUTRAL),
        )

    async def _chosen(
        self, guild: discord.Guild, by_rule: int | None
    ) -> discord.CategoryChannel | None:
        """The category the rules name, or the one the bot made. None: neither is there."""
        return places.first_category(guild, by_rule, await self.bot.upkeep.place(guild.id))

    async def _category(
        self, guild: discord.Guild, by_rule: int | None, words: Words
    ) -> discord.CategoryChannel | Problem | None:
        """Where the channel goes; a category is made when there is none."""
        found = await self._chosen(guild, by_rule)
        if found is not None:
            return found
        problem = _obstacle(guild, None)
        if problem is not None:
            return problem
        gone = await self.bot.upkeep.place(guild.id)
        # One of this name may be left from a process that died before it wrote it down.
        named = discord.utils.get(guild.categories, name=words(_CATEGORY))
        made = named or await places.with_name(
            lambda name: guild.create_category(name), words(_CATEGORY), words(NEUTRAL)
        )
        if await self.bot.upkeep.set_place(guild.id, made.id, gone or 0):
            return made
        if named is None:
            # Somebody else made one at the same moment: theirs is the one.
            await made.delete()
        return await self._chosen(guild, by_rule)


def allowing(permissions: discord.Permissions) -> discord.PermissionOverwrite:
    """The overwrite that allows this and denies nothing."""
    return discord.PermissionOverwrite.from_pair(permissions, discord.Permissions.none())


def _obstacle(guild: discord.Guild, category: discord.CategoryChannel | None) -> Problem | None:
    problem = problem_in(guild, category)
    # Without a category there will be two more.
    if problem is None and len(guild.channels) + (category is None) >= SERVER_LIMIT:
        return SERVER_FULL
    if problem is None and category is not None and len(category.channels) >= CATEGORY_LIMIT:
        return CATEGORY_FULL
    return problem
