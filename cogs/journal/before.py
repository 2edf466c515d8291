"""What stands in a DM before a message: the bot may have been off, and asks about it together."""

from __future__ import annotations

import logging

import discord

from bot.journal.rules import DAY
from bot.journal.service import Journal
from bot.replies import UNREACHED, custom_id, trace

log = logging.getLogger(__name__)

#: Messages that one question can be about.
TOGETHER = 20


async def missed_before(journal: Journal, message: discord.Message) -> list[discord.Message]:
    """The writer's messages since the bot last said something that are not in their journal.

    Oldest first, like those of `unanswered_before`.
    """
    me, found = message.author.id, list[discord.Message]()
    for each in await _before(message):
        if each.author.id != me:
            break
        kept = any(mark.me for mark in each.reactions)
        if not kept and not await journal.is_kept(me, each.id):
            found.append(each)
    return found[::-1]


async def unanswered_before(message: discord.Message) -> list[discord.Message]:
    """The writer's messages before this one that nothing was said about.

    Questions that were standing about them are taken down, because a new one follows.
    """
    found: list[discord.Message] = []
    for each in await _before(message):
        if any(mark.me for mark in each.reactions):
            break
        if each.author.id == message.author.id:
            found.append(each)
        elif _is_question(each):
            try:
                await each.delete()
            except UNREACHED as error:
                log.info("an old question stands still: %s", trace(error))
        else:
            break
    return found[::-1]


async def _before(message: discord.Message) -> list[discord.Message]:
    """What stands there, the newest first, one day back at most."""
    since = message.created_at.timestamp() - DAY
    try:
        # From the newest on: a question about the last message may be newer than this one.
        seen = [each async for each in message.channel.history(limit=TOGETHER)]
    except UNREACHED as error:
        log.info("no looking at what was written before: %s", trace(error))
        return []
    return [
        each
        for each in seen
        if not each.is_system()
        and each.created_at.timestamp() >= since
        and (each.author.id != message.author.id or each.id < message.id)
    ]


def _is_question(message: discord.Message) -> bool:
    """Whether this is a question that nobody has answered."""
    return any(
        str(getattr(item, "custom_id", "")).startswith(custom_id("letter-keep").rstrip(":"))
        for part in message.components
        for item in (part, *getattr(part, "children", ()))
    )
