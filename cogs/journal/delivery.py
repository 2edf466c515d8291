"""Sending the reminders that have fallen due, and taking them down.

A reminder goes only to somebody who allowed DMs (law 10) and is in a server with the bot. What
Discord does not answer is tried again, for as long as a reminder may be late.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord

from bot.journal.reminders import Message, Reminder, Why
from bot.replies import NOBODY, UNREACHED, Card, button, dms_closed, row, trace
from bot.words import Words, speak
from bot.work.queue import Piece

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)


class Delivery:
    """Brings reminders into DMs and out of them."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def due(self, piece: Piece) -> int | None:
        """Send somebody's reminder, if it has fallen due and may come."""
        person_id = int(piece.key)
        due = await self.bot.reminders.to_send(person_id)
        if due is not None:
            await self._send(due)
        return await self.bot.reminders.next_at(person_id)

    async def take_down(self, message: Message) -> bool:
        """Delete a reminder's message. False: it may be there still."""
        channel = self.bot.get_partial_messageable(message.channel_id)
        try:
            await channel.get_partial_message(message.message_id).delete()
        except (discord.NotFound, discord.Forbidden):
            return True
        except UNREACHED as error:
            log.info("a reminder is not down yet: %s", trace(error))
            return False
        return True

    async def _send(self, due: Reminder) -> None:
        """Send one, or note that it cannot be. Raises one of UNREACHED: it may go later."""
        locale = await self.bot.roster.dm_locale(due.person_id)
        if locale is None:
            await self.bot.reminders.failed(due, Why.NO_DMS)
            return
        if not await self._shares_a_server(due.person_id):
            await self.bot.reminders.failed(due, Why.LEFT)
            return
        try:
            channel = await self.bot.create_dm(discord.Object(due.person_id))
            message = await channel.send(
                view=_message(speak(locale), due.person_id),
                allowed_mentions=NOBODY,
                # If the first try came through and only its answer was lost, Discord makes no
                # second message of the next one.
                nonce=due.due_at,
            )
        except discord.HTTPException as error:
            if not dms_closed(error):
                raise
            log.info("a reminder was refused: %s", trace(error))
            await self.bot.reminders.failed(due, Why.CLOSED)
            return
        if not await self.bot.reminders.sent(due, channel.id, message.id):
            await self.take_down(Message(channel.id, message.id))

    async def _shares_a_server(self, person_id: int) -> bool:
        """Whether they are in any server of the bot's.

        Raises one of UNREACHED when that cannot be known just now.
        """
        unknown: Exception | None = None
        for guild in self.bot.guilds:
            if guild.unavailable:
                unknown = TimeoutError()
                continue
            try:
                await guild.fetch_member(person_id)
            except (discord.NotFound, discord.Forbidden):
                continue
            except UNREACHED as error:
                unknown = error
                continue
            return True
        if unknown is not None:
            raise unknown
        return False


def _message(words: Words, person_id: int) -> Card:
    """The reminder: it offers, and that is all."""
    return Card(
        words("If you feel like writing, your journal is here."),
        row(
            button(words("Write"), "journal-write", style=discord.ButtonStyle.primary),
            button(words("Not today"), "remind-later", str(person_id)),
            button(words("Stop reminders"), "remind-stop", str(person_id)),
        ),
    )
