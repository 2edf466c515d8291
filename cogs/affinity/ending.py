"""The end of a group: its channel goes first, then everything that is known of it.

What Discord refuses for lack of a permission is tried again now and then. A channel that a
Community server uses for its rules or for Discord's updates nobody can delete: it is left behind,
as empty as the bot can make it.
"""

from __future__ import annotations

import asyncio
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord

from bot import places
from bot.affinity import Event
from bot.affinity.rules import channel_name
from bot.affinity.service import Known
from bot.replies import trace
from bot.words import speak
from bot.work.worker import NotNow
from cogs.affinity import tamper
from cogs.affinity.channels import NEUTRAL, Channels
from cogs.affinity.disappearing import MORE, sweep
from cogs.affinity.notices import Notices
from cogs.affinity.problems import UNDELETABLE, barred, problem_at, problem_of

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Seconds to wait for the channel's new name: Discord lets one be renamed twice in ten minutes.
_PATIENCE = 10
#: What the last message of a channel that stays is noted as.
_STAYS = "stays"


class Ending:
    """Ends groups."""

    def __init__(self, bot: Firsthand, channels: Channels) -> None:
        self.bot = bot
        self.channels = channels

    async def end(self, known: Known, guild: discord.Guild) -> int | None:
        """Delete the channel and forget the group. Returns when to go on; None: it has ended.

        Raises one of UNREACHED.
        """
        group = known.group
        channel: Any = None
        try:
            if group.channel_id is not None:
                channel = await self.bot.fetch_channel(group.channel_id)
            elif group.making_until:
                channel = await self.channels.find(guild, group.id)
            if channel is not None:
                await channel.delete()
        except discord.NotFound:
            pass
        except discord.HTTPException as error:
            seen = channel or guild.get_channel(group.channel_id or 0)
            wanted = "view_channel" if channel is None else "manage_channels"
            problem = problem_of(error, problem_at(guild, seen, wanted))
            if not problem.lasts:
                raise
            log.info("a channel could not be deleted: %s", trace(error))
            if problem is UNDELETABLE:
                if await self._empty(known, channel):
                    return self.bot.clock() + MORE
                await self._leave(known, channel)
            else:
                await Notices(self.bot, group, channel).left_over(problem)
                return await self.bot.upkeep.settled(group, stuck=True)
        await self.bot.groups.end(group)
        return None

    async def _empty(self, known: Known, channel: Any) -> bool:
        """Delete what stands in a channel that stays. True: there is more.

        Nobody of the group gets in any more, or it might never be empty. Where the bot may not
        delete what others wrote, only its own goes, and members stay in: they can delete theirs.
        """
        if await self.bot.upkeep.is_told(known.group, _STAYS):
            return False  # what stands there now is that
        guild = channel.guild
        empties = channel.permissions_for(guild.me).manage_messages
        roll = await self.bot.upkeep.roll(known.id)
        members = {each.person_id for each in roll.values() if each.belongs}
        let_in = tamper.let_in(channel) - {guild.me.id}
        try:
            for person_id in let_in if empties else let_in - members:
                with suppress(discord.NotFound):
                    await self.bot.http.delete_channel_permissions(channel.id, person_id)
            if empties:
                return await sweep(channel, pinned=True)
            for message_id in await self.bot.upkeep.shown(known.id):
                with suppress(discord.NotFound):
                    await channel.get_partial_message(message_id).delete()
        except discord.HTTPException as error:
            if not problem_of(error, barred(guild)).lasts:
                raise
            log.info("something stays in a channel that stays: %s", trace(error))
        return False

    async def _leave(self, known: Known, channel: Any) -> None:
        """Let the channel bear nothing of the group's, and say what is to be done."""
        charter = await self.bot.governance.charter(channel.guild.id)
        bears = {"topic": ""}
        if channel.name == channel_name(known.name):
            bears["name"] = speak(charter.language)(NEUTRAL)
        try:
            async with asyncio.timeout(_PATIENCE):
                await channel.edit(**bears)
        except discord.HTTPException as error:
            if not problem_of(error, barred(channel.guild)).lasts:
                raise
            log.info("a channel that stays keeps its name: %s", trace(error))
        told = await Notices(self.bot, known.group, channel).left_over(UNDELETABLE, _STAYS)
        if not told and places.bot_writes(channel):
            raise NotNow
        # They may not read it there any more.
        await self.bot.upkeep.tell_members(known.group, Event.STAYS)
