"""Disappearing messages: what is older than a group decided goes, except what is pinned.

Discord deletes up to 100 messages at once while they are younger than 14 days, and older ones one
by one and slowly; so a look takes only so many, and the next look goes on. No message content is
needed. What is open, the first message and pinned ones stay. Discord deletes nothing in an archived
thread: it is opened for that, and archived again.
"""

from __future__ import annotations

import logging
from collections.abc import Set
from contextlib import AsyncExitStack
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import discord

from bot.affinity.rules import DAY, HOUR
from bot.replies import UNREACHED, trace
from bot.work.posting import opened
from bot.work.queue import Piece
from bot.work.worker import NotNow
from cogs.affinity.notices import Notices
from cogs.affinity.problems import problem_at, problem_of

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Seconds until the next look, where there is more to delete.
MORE = 30
#: Messages read in one channel at one look, and deleted in one go (Discord: 2 to 100).
_READ, _AT_ONCE = 500, 100
#: Messages deleted one by one at one look.
_SINGLY = 10
#: Discord's limit for deleting several at once is 14 days; an hour's margin for the way there.
_BULK_DAYS = timedelta(days=14) - timedelta(hours=1)
#: Archived threads read in one list at one look: the newest.
_THREADS = 100
_SYSTEM_MESSAGE = 50021


class _Old(NamedTuple):
    """What is to be deleted in one channel or thread at this look, and whether more may follow."""

    together: list[discord.Message]
    singly: list[discord.Message]
    more: bool


class Disappearing:
    """Deletes what has stood long enough."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def due(self, piece: Piece) -> int | None:
        """Look through one group; None where nothing disappears. Raises one of UNREACHED."""
        group = await self.bot.groups.row(piece.key)
        if group is None or not group.disappear_days:
            return None
        guild = self.bot.get_guild(group.guild_id)
        if guild is not None and guild.unavailable:
            raise NotNow
        channel = None if guild is None else guild.get_channel(group.channel_id or 0)
        more = False
        if isinstance(channel, discord.TextChannel):
            try:
                keep = await self.bot.upkeep.lasting(group.id)
                cut = discord.utils.utcnow() - timedelta(seconds=group.disappear_days * DAY)
                more = await sweep(channel, cut, keep, pinned=False)
            except discord.Forbidden as error:
                refused = problem_at(channel.guild, channel, "manage_messages")
                problem = problem_of(error, refused)
                if not problem.lasts:
                    raise
                await Notices(self.bot, group, channel).stuck(problem, "disappearing")
            else:
                await self.bot.upkeep.works_again(group.id, "disappearing")
        return self.bot.clock() + (MORE if more else HOUR)


async def sweep(
    channel: discord.TextChannel,
    cut: datetime | None = None,
    keep: Set[int] = frozenset(),
    *,
    pinned: bool,
) -> bool:
    """Delete what is older than `cut` in a channel and its threads (None: all there is), but what
    is to be kept; also what is `pinned` there.

    True: there is more to delete. Raises one of UNREACHED.
    """
    more = await _clear(channel, keep, cut, pinned=pinned)
    trouble: Exception | None = None
    for thread in await _threads(channel):
        try:
            more |= await _clear(thread, keep, cut, pinned=pinned)
        except UNREACHED as error:
            log.info("messages in a thread stay for now: %s", trace(error))
            # What is refused for this thread alone concerns nothing else.
            if isinstance(error, discord.Forbidden) or not problem_of(error).lasts:
                trouble = trouble or error
    if trouble is not None:
        raise trouble
    return more


async def _threads(channel: discord.TextChannel) -> list[discord.Thread]:
    """Its threads, archived ones too; of private ones those that the bot was added to."""
    found = list(channel.threads)
    found += [each async for each in channel.archived_threads(limit=_THREADS)]
    private = channel.archived_threads(private=True, joined=True, limit=_THREADS)
    return found + [each async for each in private]


async def _clear(place: Any, keep: Set[int], cut: datetime | None, *, pinned: bool) -> bool:
    """The same in one channel or thread. True: there is more.

    Where nothing could be deleted there is none: it would be tried in vain at every look.
    """
    old = await _find(place, keep, cut, pinned=pinned)
    if not (old.together or old.singly):
        return False
    archived = isinstance(place, discord.Thread) and place.archived
    deleted = await (_delete_archived(place, old) if archived else _delete(place, old))
    return old.more and deleted > 0


async def _find(place: Any, keep: Set[int], cut: datetime | None, *, pinned: bool) -> _Old:
    young = discord.utils.utcnow() - _BULK_DAYS
    together: list[discord.Message] = []
    singly: list[discord.Message] = []
    read = 0
    async for message in place.history(limit=_READ, before=cut, oldest_first=True):
        read += 1
        # What nobody can delete, such as a thread's beginning, must not open an archived thread.
        stays = message.id in keep or (message.pinned and not pinned)
        if stays or not message.type.is_deletable():
            continue
        (together if message.created_at > young else singly).append(message)
        if len(together) == _AT_ONCE or len(singly) > _SINGLY:
            break
    more = read == _READ or len(together) == _AT_ONCE or len(singly) > _SINGLY
    if len(together) == 1:
        singly.append(together.pop())
    return _Old(together, singly[:_SINGLY], more)


async def _delete_archived(thread: discord.Thread, old: _Old) -> int:
    """Open a thread, delete, and archive it again. Returns how many went; 0 where it stays shut."""
    if thread.locked:
        return 0  # Whoever locked it decided that; it takes Manage Threads.
    async with AsyncExitStack() as stack:
        try:
            await stack.enter_async_context(opened(thread))
        except discord.HTTPException as error:
            if not problem_of(error).lasts:
                raise
            log.info("a thread stays archived, with all that is in it: %s", trace(error))
            return 0
        return await _delete(thread, old)


async def _delete(place: Any, old: _Old) -> int:
    """Returns how many went."""
    if old.together:
        await place.delete_messages(old.together)
    return len(old.together) + sum([await _delete_one(message) for message in old.singly])


async def _delete_one(message: discord.Message) -> bool:
    try:
        await message.delete()
    except discord.NotFound:
        return True
    except discord.HTTPException as error:
        # Some of Discord's own messages cannot be deleted by anybody.
        if error.code != _SYSTEM_MESSAGE:
            raise
        return False
    return True
