"""Hearing a message: whether its author should be told, privately, that it speaks for somebody.

In this order, the cheapest first; whatever is not met ends it:

1. A message in a server that mentions somebody. Nothing else is looked at.
2. Written by a person in a text channel: no bot, webhook, system message, thread or DM. An edit is
   no message.
3. Somebody else is mentioned, who is no bot; it is no reply to oneself. Whoever is answered is
   spoken with, not spoken for.
4. The server's rules ask for it, and do not leave this channel out. Only now is it read.
5. It speaks for one of them, without a yes in force, and its author has had an hour of peace.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord

from bot.noticing.service import Target

if TYPE_CHECKING:
    from bot.app import Firsthand

_WRITTEN = (discord.MessageType.default, discord.MessageType.reply)


class Listening:
    """The listener. It keeps nothing, and says nothing of what it read to anybody."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def hear(self, message: discord.Message) -> None:
        guild = message.guild
        if guild is None or "<@" not in message.content:
            return
        mentioned = _mentioned(message)
        if not mentioned or not await self.bot.nudges.listens(guild.id, message.channel.id):
            return
        # Imported here: a start does not need it, and most servers never do.
        from bot.noticing.detector import notice

        found = notice(message.content)
        if not found.speaks_for:
            return
        author_id, place = message.author.id, message.channel.id
        targets = [mentioned[each] for each in found.ids if each in mentioned]
        await self.bot.nudges.note(guild.id, place, message.id, author_id, targets)


def _mentioned(message: discord.Message) -> dict[int, Target]:
    """The people and roles that a message could speak for, by their ids."""
    author = message.author
    if author.bot or message.webhook_id is not None or message.type not in _WRITTEN:
        return {}
    if not isinstance(message.channel, discord.TextChannel):
        return {}
    answered = _answered(message)
    if answered == author.id:
        return {}
    written = {*message.raw_mentions} - {author.id, answered}
    people = {
        each.id: Target(each.id) for each in message.mentions if each.id in written and not each.bot
    }
    roles = {
        each.id: Target(each.id, is_role=True)
        for each in message.role_mentions
        if not each.is_default()
    }
    return people | roles


def _answered(message: discord.Message) -> int | None:
    """Who wrote the message that this one answers, if it answers one that is still there."""
    reference = message.reference
    if reference is None or not isinstance(reference.resolved, discord.Message):
        return None
    return reference.resolved.author.id
