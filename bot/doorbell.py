"""The doorbell: how the bot reaches a person (design, section 4).

In this order: a DM, if the person allowed DMs; a line in the channel of the request, if that person
can see it; a line in the doorbell channel; nowhere. Whatever is behind it, a ring reads the same.
What others could watch rings later, at a random moment, in the doorbell channel alone.

What Discord does not take now is tried again, later each time: a server or a thread that is not
seen is not gone, and only closed DMs stay closed. A line that cannot be taken down is given up.

A process that dies between sending a ring and writing it down leaves a line behind. It is harmless:
its button works, and pressing it removes the line.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Callable
from typing import Any

import discord
from discord import ui

from bot.governance.service import Governance
from bot.people import RING
from bot.people.roster import Ring, Roster
from bot.people.rules import DM_TRIES, REMOVALS, RING_PAUSE, RING_STANDS, RING_TRIES
from bot.replies import (
    NOBODY,
    UNREACHED,
    custom_id,
    dms_closed,
    may_go_later,
    timed_out_until,
    trace,
)
from bot.words import Words, speak
from bot.work.queue import Piece, Todo
from bot.work.worker import NotNow, Worker

log = logging.getLogger(__name__)

OPEN = "open"


class Doorbell:
    """Rings, and takes rings down again."""

    def __init__(
        self,
        client: discord.Client,
        roster: Roster,
        governance: Governance,
        worker: Worker,
        clock: Callable[[], int],
    ) -> None:
        self._client = client
        self._roster = roster
        self._governance = governance
        self._worker = worker
        self._clock = clock
        worker.handle(RING, self._due)

    async def ring(self, person_id: int, guild_id: int, channel_id: int) -> None:
        """Let a person know that something waits. Nobody waits for it to ring.

        At most one ring stands at a time, and at most one is rung an hour; a later one waits.
        """
        due_at = await self._roster.want_ring(person_id, guild_id, channel_id)
        if due_at is not None and due_at <= self._clock():
            self._worker.soon(Todo(RING, str(person_id)))

    async def ring_later(self, person_id: int, guild_id: int) -> None:
        """Let them know of what others could watch: by DM, with the next look, as nobody else sees
        that; else at a random moment, in the doorbell channel alone."""
        in_public = await self._roster.dm_locale(person_id) is None
        await self._roster.want_ring(person_id, guild_id, 0, later=in_public)

    async def could_reach(self, person_id: int, guild_id: int, channel_id: int) -> bool:
        """What `ring` would return, as far as it can be known without ringing.

        Whoever asks is told this, whether or not it rings then: it must not show who is blocked.
        """
        if await self._roster.dm_locale(person_id) is not None:
            return True
        if await self._roster.would_wait(person_id):
            return True
        try:
            async for _ in self._places(person_id, guild_id, channel_id):
                return True
        except UNREACHED:
            return True
        return False

    async def opened(self, person_id: int) -> None:
        """The person looked: take the ring down."""
        if await self._roster.quiet_ring(person_id):
            self._worker.soon(Todo(RING, str(person_id)))

    async def _due(self, piece: Piece) -> int | None:
        """See to somebody's ring: ring, and take down what was opened or stood for a day."""
        return await self._see_to(piece, await self._roster.ring_of(int(piece.key)))

    async def _see_to(self, piece: Piece, ring: Ring | None) -> int | None:
        """Raises one of UNREACHED: what is due may be done later."""
        if ring is None:
            return None
        now = self._clock()
        waits = now < ring.due_at <= now + RING_STANDS
        if ring.place_message_id is not None and not (ring.state == "up" and waits):
            if piece.tries < REMOVALS - 1:
                await self.remove(ring.place_channel_id or 0, ring.place_message_id)
            down = await self._roster.ring_is_down(ring)
            return now + 1 if down is None else await self._see_to(piece, down)
        if ring.state == "quiet":
            over = ring.rung_at + RING_PAUSE
            if ring.rung_at <= now < over:
                return over
            await self._roster.forget_quiet_ring(ring.person_id)
            return None
        if waits:
            return ring.due_at
        taken = await self._roster.take_ring(ring.person_id)
        return now + 1 if taken is None else await self._deliver(piece, taken)

    async def _deliver(self, piece: Piece, ring: Ring) -> int | None:
        """Raises one of UNREACHED: it may go later."""
        try:
            dm = None if ring.no_dm or piece.tries >= DM_TRIES else await self._by_dm(ring)
            message = dm or await self._by_channel(ring)
        except _Closed:
            return await self._roster.ring_in_public_later(ring.person_id)
        except UNREACHED:
            if piece.tries < RING_TRIES - 1:
                raise
            message = None
        if message is None:
            await self._roster.drop_ring(ring.person_id)
            return None
        up = await self._roster.ring_is_up(ring.person_id, message.channel.id, message.id)
        if up is None:
            await self.remove(message.channel.id, message.id)
        return await self._see_to(piece, up)

    async def _by_dm(self, ring: Ring) -> discord.Message | None:
        """None: not this way. Raises one of UNREACHED, or _Closed where no line may follow now."""
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
            if not dms_closed(error):
                raise
            log.info("no DM: %s", trace(error))
            if ring.channel_id == 0:
                raise _Closed from error
            return None

    async def _by_channel(self, ring: Ring) -> discord.Message | None:
        """None: there is no place, or each refused it. Raises one of UNREACHED."""
        charter = await self._governance.charter(ring.guild_id)
        words = speak(charter.language)
        person = discord.Object(ring.person_id)
        async for channel in self._places(ring.person_id, ring.guild_id, ring.channel_id):
            try:
                return await channel.send(
                    words("{person}, something waits for you.", person=f"<@{ring.person_id}>"),
                    view=_door(words, ring.person_id),
                    allowed_mentions=discord.AllowedMentions(
                        everyone=False, roles=False, users=[person]
                    ),
                )
            except discord.HTTPException as error:
                if may_go_later(error):
                    raise
                # No permission, a channel that is gone, a thread that was locked: the next place.
                log.info("no ring in a channel: %s", trace(error))
        return None

    async def _places(self, person_id: int, guild_id: int, channel_id: int) -> AsyncIterator[Any]:
        """The channels that this person can see and the bot can write in, in order.

        Raises one of UNREACHED where that cannot be known now.
        """
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable or timed_out_until(guild):
            raise NotNow
        try:
            member = await guild.fetch_member(person_id)
        except discord.NotFound:
            return
        charter = await self._governance.charter(guild_id)
        for candidate in dict.fromkeys((channel_id, charter.doorbell_channel)):
            channel = await _channel(guild, candidate) if candidate else None
            if channel is not None and may_write(channel) and await _sees(member, channel):
                yield channel

    async def remove(self, channel_id: int, message_id: int) -> None:
        """Delete a ring's message. Raises one of UNREACHED: it may be there still."""
        channel = self._client.get_partial_messageable(channel_id)
        try:
            await channel.get_partial_message(message_id).delete()
        except discord.HTTPException as error:
            # What is refused stays refused, as in a thread that was archived: it is given up.
            if may_go_later(error):
                raise
            log.info("a ring stays where it is: %s", trace(error))


class _Closed(Exception):
    """The DMs of somebody who is rung for what others could watch are closed after all."""


async def _channel(guild: discord.Guild, channel_id: int) -> Any:
    """A channel or an open thread that is there. One that is not in the cache is asked for.

    Raises one of UNREACHED where Discord does not say.
    """
    found: Any = guild.get_channel_or_thread(channel_id)
    if found is None:
        try:
            found = await guild.fetch_channel(channel_id)
        except (discord.NotFound, discord.Forbidden, discord.InvalidData):
            return None
    # Writing in an archived thread would open it for everybody, for a line that goes again.
    shut = isinstance(found, discord.Thread) and (found.archived or found.parent is None)
    return found if isinstance(found, discord.abc.Messageable) and not shut else None


async def _sees(member: discord.Member, channel: Any) -> bool:
    """Whether somebody can see a channel or thread; in a private one they have to be already.

    A mention would let them in. Raises one of UNREACHED where Discord does not say.
    """
    if not channel.permissions_for(member).view_channel:
        return False
    if isinstance(channel, discord.Thread) and channel.is_private():
        try:
            await channel.fetch_member(member.id)
        except discord.NotFound:
            return False
    return True


def may_write(channel: Any) -> bool:
    """Whether the bot can see this channel or thread and write in it."""
    allowed = channel.permissions_for(channel.guild.me)
    writes = allowed.send_messages
    if isinstance(channel, discord.Thread):
        shut = channel.locked and not allowed.manage_threads
        writes = allowed.send_messages_in_threads and not shut
    return allowed.view_channel and writes


def _door(words: Words, person_id: int) -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=words("Open"), custom_id=custom_id(OPEN, str(person_id))))
    view.stop()
    return view
