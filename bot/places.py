"""Channels and threads of a server: finding one, and who can see it or write in it.

The bot posts nothing for somebody where they could not write themselves. Who may is Discord's to
say: in a channel Send Messages, in a thread Send Messages in Threads and, once it is locked, Manage
Threads; into a private thread one has to be let (Discord's documentation, "Permissions" and
"Threads"). What isn't seen isn't gone: where Discord does not say, that is an answer of its own.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable, Iterable
from copy import copy
from typing import Any, NamedTuple, TypeVar

import discord

from bot.replies import UNREACHED, Interaction, trace
from bot.text import clean

log = logging.getLogger(__name__)

T = TypeVar("T")
#: People that Discord looks for at once, and seconds to wait for it.
_MOST, _PATIENCE = 100, 5
#: Permissions, by discord.py's name, without which a group's channel is not made, and others that
#: something in it needs: questions in threads, disappearing messages.
GROUP_NEEDS = (
    "manage_channels",
    "manage_roles",
    "view_channel",
    "send_messages",
    "read_message_history",
)
GROUP_USES = ("send_messages_in_threads", "create_public_threads", "manage_messages")


#: Discord allows no such words in names of this server; and something in a form is not as it wants.
_WORDS_REFUSED, _INVALID_FORM = 20031, 50035


class Lack(NamedTuple):
    """A permission that the bot lacks, by discord.py's name, and where.

    `category`: which one takes it away, though the bot has it in the server; None: the server's
    roles do not give it.
    """

    permission: str
    category: discord.CategoryChannel | None = None


def lacks(
    guild: discord.Guild, category: discord.CategoryChannel | None, permissions: Iterable[str]
) -> list[Lack]:
    """Which of these permissions the bot lacks for channels in a category (None: in no category).

    Each takes both the server and the category. A category that hides itself takes all away, and is
    named for that alone. In a time-out everything seems to be missing: `timed_out_until` comes
    first.
    """
    names, everywhere = tuple(permissions), guild.me.guild_permissions
    found = [Lack(name) for name in names if not getattr(everywhere, name)]
    if category is None:
        return found
    here = category.permissions_for(guild.me)
    if not here.view_channel:
        return [*found, Lack("view_channel", category)] if everywhere.view_channel else found
    return found + [
        # The same bit: in a category's own settings Discord calls it Manage Permissions.
        Lack("manage_permissions" if name == "manage_roles" else name, category)
        for name in names
        if getattr(everywhere, name) and not getattr(here, name)
    ]


def may_give(guild: discord.Guild, category: discord.CategoryChannel | None) -> discord.Permissions:
    """What the bot may put into the permissions of a channel in a category (None: in no category).

    Discord lets it allow and deny there only what it has in the server and, by its documentation
    and what is reported of it, in the category too; in one that it cannot see, nothing.
    """
    held = guild.me.guild_permissions
    # By channel, that one is for administrators to give.
    held.manage_permissions = held.administrator
    if category is not None:
        here = category.permissions_for(guild.me)
        held.value &= here.value if here.view_channel else 0
    return held


async def find(guild: discord.Guild, channel_id: int) -> Any:
    """A channel or thread; an archived one, which is not in the cache, is asked for.

    None: there is none in this server, or none that the bot can see. Raises one of UNREACHED where
    Discord does not say.
    """
    found = guild.get_channel_or_thread(channel_id)
    if found is None:
        try:
            found = await guild.fetch_channel(channel_id)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            return None
    # Without its parent nobody knows who may what in a thread.
    return None if isinstance(found, discord.Thread) and found.parent is None else found


async def with_name(make: Callable[[str], Awaitable[T]], name: str, neutral: str) -> T:
    """Make or rename something; where Discord refuses its name, under a neutral one.

    Which words it refuses it does not say beforehand, and people's names may hold them. Raises one
    of UNREACHED.
    """
    try:
        return await make(name)
    except discord.HTTPException as error:
        if name == neutral or not refuses_name(error):
            raise
        log.info("a name is refused: %s", trace(error))
    return await make(neutral)


def refuses_name(error: discord.HTTPException) -> bool:
    """Whether it is the name that Discord does not take."""
    return error.code == _WORDS_REFUSED or (
        error.code == _INVALID_FORM and re.search(r"\bname: ", error.text) is not None
    )


def first_category(guild: discord.Guild, *ids: int | None) -> discord.CategoryChannel | None:
    """The first of these that is a category there."""
    for each in ids:
        found = guild.get_channel(each) if each else None
        if isinstance(found, discord.CategoryChannel):
            return found
    return None


def ruled_as(channel: Any) -> int:
    """The channel that a server's rules know this one as: for a thread its parent."""
    return channel.parent_id if isinstance(channel, discord.Thread) else channel.id


def writes(channel: Any, allowed: discord.Permissions) -> bool:
    """Whether whoever is allowed this much in a channel or thread can see it and write in it."""
    may_write = allowed.send_messages
    if isinstance(channel, discord.Thread):
        shut = channel.locked and not allowed.manage_threads
        may_write = allowed.send_messages_in_threads and not shut
    return allowed.view_channel and may_write


def bot_writes(channel: Any) -> bool:
    """Whether the bot can see this channel or thread and write in it."""
    return writes(channel, channel.permissions_for(channel.guild.me))


def rung_from(interaction: Interaction) -> int:
    """Where others may be rung for what somebody does here; 0: not here.

    A ring is a line in the channel: nobody has one put where they could not write.
    """
    channel = interaction.channel
    if interaction.guild is None or writes(channel, interaction.permissions):
        return interaction.channel_id or 0
    return 0


async def is_let_in(member: discord.Member, channel: Any) -> bool:
    """False for a private thread that somebody is not in. Raises one of UNREACHED."""
    if isinstance(channel, discord.Thread) and channel.is_private():
        try:
            await channel.fetch_member(member.id)
        except discord.NotFound:
            return False
    return True


async def sees(member: discord.Member, channel: Any) -> bool:
    """Whether somebody can see a channel or thread. Raises one of UNREACHED."""
    allowed = channel.permissions_for(member)
    return allowed.view_channel and (allowed.manage_threads or await is_let_in(member, channel))


async def could_write(member: discord.Member, channel: Any) -> bool:
    """Whether somebody can see a channel or thread and write in it, but for a time-out.

    For what is agreed on now and done later: a time-out passes, and others are not to learn of it.
    Raises one of UNREACHED.
    """
    later = copy(member)
    later.timed_out_until = None
    return writes(channel, channel.permissions_for(later)) and await sees(later, channel)


async def in_sight(
    guild: discord.Guild | None, person: discord.Member | discord.User, channel_id: int
) -> bool | None:
    """Whether somebody can see a channel now. None: that cannot be known."""
    if guild is None or guild.unavailable:
        return None
    try:
        if not isinstance(person, discord.Member):
            person = await guild.fetch_member(person.id)
        channel = await find(guild, channel_id)
        return None if channel is None else await sees(person, channel)
    except UNREACHED:
        return None


async def hidden_from_some(guild: discord.Guild | None, ids: list[int], channel_id: int) -> bool:
    """Whether it is known that some of these people, if they are here, cannot see a channel."""
    try:
        here = await _members(guild, ids)
        channel = await find(guild, channel_id) if guild is not None and here else None
        return channel is not None and not all([await sees(each, channel) for each in here])
    except UNREACHED:
        return False


async def names(guild: discord.Guild | None, ids: list[int]) -> dict[int, str]:
    """What people are called in a server now. Whoever isn't seen is not in it."""
    try:
        return {each.id: clean(each.display_name) for each in await _members(guild, ids)}
    except UNREACHED:
        return {}


async def _members(guild: discord.Guild | None, ids: list[int]) -> list[discord.Member]:
    """Those of these people who are in a server, as they are now. Raises one of UNREACHED."""
    wanted = [*dict.fromkeys(each for each in ids if each)][:_MOST]
    if guild is None or guild.unavailable or not wanted:
        return []
    try:
        async with asyncio.timeout(_PATIENCE):
            return await guild.query_members(user_ids=wanted, limit=_MOST, cache=False)
    except discord.ClientException:
        return []
