"""The doorbell: how the bot reaches a person (design, section 4).

In this order: a DM, if the person allowed DMs; a line in the channel of the request, if that person
can see it; a line in the doorbell channel; nowhere. Whatever is behind it, a ring reads the same.

A process that dies between sending a ring and writing it down leaves a line behind. It is harmless:
its button works, and pressing it removes the line.
"""

from __future__ import annotations

import logging
from typing import Any

import discord
from discord import ui

from bot.due import BATCH
from bot.governance.service import Governance
from bot.people.roster import Ring, Roster
from bot.replies import NOBODY, UNREACHED, custom_id, trace
from bot.words import Words, speak

log = logging.getLogger(__name__)

OPEN = "open"


class Doorbell:
    """Rings, and takes rings down again."""

    def __init__(self, client: discord.Client, roster: Roster, governance: Governance) -> None:
        self._client = client
        self._roster = roster
        self._governance = governance

    async def ring(self, person_id: int, guild_id: int, channel_id: int) -> bool:
        """Let a person know that something waits. False: there is no way to reach them.

        At most one ring stands at a time, and at most one is rung an hour; a later one waits.
        """
        due_at = await self._roster.want_ring(person_id, guild_id, channel_id)
        if due_at is None:
            return True
        ring = await self._roster.take_ring(person_id)
        return ring is None or await self._deliver(ring)

    async def could_reach(self, person_id: int, guild_id: int, channel_id: int) -> bool:
        """What `ring` would return, as far as it can be known without ringing.

        Whoever asks is told this, whether or not it rings then: it must not show who is blocked.
        """
        if await self._roster.dm_locale(person_id) is not None:
            return True
        if await self._roster.would_wait(person_id):
            return True
        try:
            return await self._channel(person_id, guild_id, channel_id) is not None
        except UNREACHED:
            return True

    async def opened(self, person_id: int) -> None:
        """The person looked: take the ring down."""
        place = await self._roster.quiet_ring(person_id)
        if place is not None:
            await self._take_down(person_id, *place)

    async def sweep(self) -> None:
        """Ring what is due by now, and take down what stood for a day."""
        for person_id, state in await self._roster.due_rings(BATCH):
            if state == "up":
                place = await self._roster.take_stale_ring(person_id)
                if place is not None:
                    await self._take_down(person_id, *place)
            else:
                ring = await self._roster.take_ring(person_id)
                if ring is not None:
                    await self._deliver(ring)
        await self._roster.forget_quiet_rings()

    async def _deliver(self, ring: Ring) -> bool:
        try:
            message = await self._by_dm(ring) or await self._by_channel(ring)
        except UNREACHED as error:
            log.info("a ring waits for the next sweep: %s", trace(error))
            return True
        if message is None:
            await self._roster.drop_ring(ring.person_id)
            return False
        stands = await self._roster.ring_is_up(ring.person_id, message.channel.id, message.id)
        if not stands:
            await self.remove(message.channel.id, message.id)
        return True

    async def _by_dm(self, ring: Ring) -> discord.Message | None:
        locale = await self._roster.dm_locale(ring.person_id)
        if locale is None:
            return None
        words = speak(locale)
        try:
            channel = await self._client.create_dm(discord.Object(ring.person_id))
            return await channel.send(
                words("Something waits for you."),
                view=_door(words, ring.person_id),
                allowed_mentions=NOBODY,
            )
        except discord.HTTPException as error:
            # 50007: this person's DMs are closed after all. Anything else: the next way.
            log.info("no DM: %s", trace(error))
            return None

    async def _by_channel(self, ring: Ring) -> discord.Message | None:
        channel = await self._channel(ring.person_id, ring.guild_id, ring.channel_id)
        if channel is None:
            return None
        charter = await self._governance.charter(ring.guild_id)
        words = speak(charter.language)
        person = discord.Object(ring.person_id)
        try:
            return await channel.send(
                words("{person}, something waits for you.", person=f"<@{ring.person_id}>"),
                view=_door(words, ring.person_id),
                allowed_mentions=discord.AllowedMentions(
                    everyone=False, roles=False, users=[person]
                ),
            )
        except discord.HTTPException as error:
            if error.status == 429 or error.status >= 500:
                raise  # it may go later
            # A no that will stay one: no permission, a channel that is gone, a locked thread.
            log.info("no ring in the channel: %s", trace(error))
            return None

    async def _channel(self, person_id: int, guild_id: int, channel_id: int) -> Any:
        """The first channel that this person can see and the bot can write in."""
        guild = self._client.get_guild(guild_id)
        if guild is None:
            return None
        try:
            member = await guild.fetch_member(person_id)
        except discord.NotFound:
            return None
        charter = await self._governance.charter(guild_id)
        for candidate in (channel_id, charter.doorbell_channel):
            channel = guild.get_channel_or_thread(candidate) if candidate else None
            if (
                isinstance(channel, discord.abc.Messageable)
                and channel.permissions_for(member).view_channel
                and may_write(channel)
            ):
                return channel
        return None

    async def _take_down(self, person_id: int, channel_id: int, message_id: int) -> None:
        if not await self.remove(channel_id, message_id):
            await self._roster.ring_still_stands(person_id, channel_id, message_id)

    async def remove(self, channel_id: int, message_id: int) -> bool:
        """Delete a ring's message. False: it may be there still, and should be tried again."""
        channel = self._client.get_partial_messageable(channel_id)
        try:
            await channel.get_partial_message(message_id).delete()
        except (discord.NotFound, discord.Forbidden):
            return True
        except UNREACHED as error:
            log.info("a ring is not down yet: %s", trace(error))
            return False
        return True


def may_write(channel: Any) -> bool:
    """Whether the bot can see this channel or thread and write in it."""
    allowed = channel.permissions_for(channel.guild.me)
    in_thread = isinstance(channel, discord.Thread)
    writes = allowed.send_messages_in_threads if in_thread else allowed.send_messages
    return allowed.view_channel and writes


def _door(words: Words, person_id: int) -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=words("Open"), custom_id=custom_id(OPEN, str(person_id))))
    view.stop()
    return view
