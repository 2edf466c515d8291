"""Disappearing messages: what is older than a group decided goes, except what is pinned.

Discord deletes up to 100 messages at once while they are younger than 14 days, and older ones one
by one and slowly; so a look takes only so many, and the next look goes on. No message content is
needed. What is open, the first message and pinned ones stay.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import discord

from bot.affinity.rolls import Group
from bot.affinity.rules import DAY
from bot.replies import UNREACHED, trace
from cogs.affinity.notices import Notices
from cogs.affinity.problems import problem_of

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Groups in one look.
_GROUPS = 5
#: Messages read in one channel at one look, and deleted in one go (Discord: 2 to 100).
_READ, _AT_ONCE = 500, 100
#: Messages deleted one by one at one look.
_SINGLY = 10
#: Discord's limit for deleting several at once is 14 days; an hour's margin for the way there.
_BULK_DAYS = timedelta(days=14) - timedelta(hours=1)
_SYSTEM_MESSAGE, _ARCHIVED = 50021, 50083


class Disappearing:
    """Deletes what has stood long enough."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def sweep(self) -> None:
        """Look through some of the groups in which messages disappear."""
        for group_id in await self.bot.upkeep.due_sweeps(_GROUPS):
            group = await self.bot.upkeep.take_sweep(group_id)
            channel = None if group is None else self.bot.get_channel(group.channel_id or 0)
            if group is None or not isinstance(channel, discord.TextChannel):
                continue
            try:
                more = await self._sweep(group, channel)
            except discord.Forbidden as error:
                await Notices(self.bot, group, channel).stuck(
                    problem_of(error, "manage_messages"), "disappearing"
                )
                continue
            except UNREACHED as error:
                log.info("messages disappear later: %s", trace(error))
                continue
            await self.bot.upkeep.not_told(group.id, "disappearing", 0)
            if more:
                await self.bot.upkeep.sweep_again(group)

    async def _sweep(self, group: Group, channel: discord.TextChannel) -> bool:
        """One group's channel and its threads. True: there is more to delete."""
        keep = await self.bot.upkeep.standing(group)
        cut = discord.utils.utcnow() - timedelta(seconds=group.disappear_days * DAY)
        more = await self._clear(channel, keep, cut)
        for thread in channel.threads:
            more |= await self._clear(thread, keep, cut)
        async for thread in channel.archived_threads(limit=_AT_ONCE):
            more |= await self._clear(thread, keep, cut)
        return more

    async def _clear(self, place: Any, keep: set[int], cut: Any) -> bool:
        """Delete what is older than `cut` in one channel or thread. True: there is more."""
        young = discord.utils.utcnow() - _BULK_DAYS
        together: list[discord.Message] = []
        singly: list[discord.Message] = []
        read = 0
        async for message in place.history(limit=_READ, before=cut, oldest_first=True):
            read += 1
            if message.pinned or message.id in keep:
                continue
            (together if message.created_at > young else singly).append(message)
            if len(together) == _AT_ONCE or len(singly) > _SINGLY:
                break
        if len(together) == 1:
            singly.append(together.pop())
        if together:
            await place.delete_messages(together)
        for message in singly[:_SINGLY]:
            await _delete(message)
        return read == _READ or len(together) == _AT_ONCE or len(singly) > _SINGLY


async def _delete(message: discord.Message) -> None:
    try:
        await message.delete()
    except discord.NotFound:
        return
    except discord.HTTPException as error:
        # Some of Discord's own messages cannot be deleted by anybody.
        if error.code not in (_SYSTEM_MESSAGE, _ARCHIVED):
            raise
