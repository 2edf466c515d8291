"""Bringing a shared entry into the friend's DM, and taking it out again (design, section 2).

Never anywhere but the DM, and once only: a process that dies between sending and noting it leaves a
message behind, which is found by the id on its button before anything is sent again.
"""

from __future__ import annotations

import asyncio
import io
import logging
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.due import BATCH
from bot.journal.share_rules import State
from bot.journal.shares import Share
from bot.journal.sharing import Copy
from bot.replies import (
    NOBODY,
    UNREACHED,
    Card,
    button,
    custom_id,
    dms_closed,
    fits,
    literal,
    quoted,
    row,
    trace,
)
from bot.words import Words, speak

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Seconds for Discord to answer: less than another process waits before it tries.
_SECONDS = 60
#: Messages of a DM in which ours is looked for.
_LOOKED_THROUGH = 50
_FILE = "shared-with-you.txt"


class Brought(StrEnum):
    """What became of bringing it."""

    GIVEN = "given"
    #: Discord says that the friend's DMs are closed.
    CLOSED = "closed"
    #: Discord does not answer; due work tries again.
    LATER = "later"
    TAKEN_BACK = "taken_back"


class Bringing:
    """What shares need of Discord, and what of them falls due."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def sweep(self) -> None:
        """Everything about shares that has fallen due."""
        for share in await self.bot.sharing.due(BATCH):
            if share.state not in (State.SENDING, State.RETRACTING):
                await self.bot.sharing.pass_time(share)
                continue
            taken = await self.bot.sharing.take(share)
            if taken is not None and taken.state is State.SENDING:
                await self.bring(taken, again=True)
            elif taken is not None:
                await self.take_down(taken)
        await self.ring()

    async def ring(self) -> None:
        """Ring for everything that somebody has yet to be told."""
        for share in await self.bot.sharing.unrung(BATCH):
            told = share.friend_id if share.state is State.ASKING else share.writer_id
            try:
                await self.bot.doorbell.ring(told, share.guild_id, share.channel_id)
            except UNREACHED as error:
                log.info("a ring for a share waits: %s", trace(error))
                continue
            await self.bot.sharing.has_rung(share)

    # -- into the DM ------------------------------------------------------------------------

    async def bring(self, share: Share, *, again: bool = False) -> Brought:
        """Bring one that this process has taken. `again`: it may stand there already."""
        copy = await self.bot.sharing.copy(share)
        locale = await self.bot.roster.dm_locale(share.friend_id)
        # Without one of them nothing is written: its key is lost, or they allow no DMs any more
        # (law 10). What may stand there already is looked for all the same.
        written = None if copy is None or locale is None else _message(speak(locale), share, copy)
        if written is None and not again:
            await self.bot.sharing.closed(share)
            return Brought.CLOSED
        try:
            async with asyncio.timeout(_SECONDS):
                channel = await self.bot.create_dm(discord.Object(share.friend_id))
                message = await self._find(channel, share) if again else None
                again = False
                if message is None and written is not None:
                    message = await self._sent(channel, share, *written)
        except UNREACHED as error:
            log.info("a shared entry was not brought: %s", trace(error))
            # While it cannot be seen whether it stands there, it is not called closed.
            if again or not dms_closed(error):
                return Brought.LATER
            await self.bot.sharing.closed(share)
            return Brought.CLOSED
        if message is None:
            await self.bot.sharing.closed(share)
            return Brought.CLOSED
        if await self.bot.sharing.brought(share, message.channel.id, message.id):
            return Brought.GIVEN
        # Taken back, or its people have erased, while it was on its way.
        await self.take_down(
            share._replace(dm_channel_id=message.channel.id, message_id=message.id)
        )
        return Brought.TAKEN_BACK

    async def _sent(
        self, channel: discord.DMChannel, share: Share, card: Card, files: list[discord.File]
    ) -> discord.Message:
        # The nonce: if only Discord's answer was lost, trying again does not bring it twice.
        return await channel.send(view=card, files=files, allowed_mentions=NOBODY, nonce=share.id)

    async def _find(self, channel: discord.DMChannel, share: Share) -> discord.Message | None:
        """The message that carries this share, if it stands there."""
        wanted = custom_id("share-remove", share.id)
        async for message in channel.history(limit=_LOOKED_THROUGH):
            for part in message.components:
                inside: Any = getattr(part, "children", ())
                if any(getattr(item, "custom_id", None) == wanted for item in (part, *inside)):
                    return message
        return None

    # -- out of it --------------------------------------------------------------------------

    async def take_down(self, share: Share) -> bool:
        """Delete our message. False: it may be there still, and due work tries again."""
        try:
            async with asyncio.timeout(_SECONDS):
                await self._delete(share)
        except discord.NotFound:
            pass
        except UNREACHED as error:
            log.info("a shared entry is not taken down yet: %s", trace(error))
            return False
        await self.bot.sharing.deleted(share)
        return True

    async def _delete(self, share: Share) -> None:
        if share.dm_channel_id is not None and share.message_id is not None:
            channel = self.bot.get_partial_messageable(share.dm_channel_id)
            await channel.get_partial_message(share.message_id).delete()
        elif share.friend_id:
            # Taken back while it was brought: whether it arrived shows only there.
            found = await self._find(
                await self.bot.create_dm(discord.Object(share.friend_id)), share
            )
            if found is not None:
                await found.delete()


def _message(words: Words, share: Share, copy: Copy) -> tuple[Card, list[discord.File]]:
    """What the friend gets: who it is from, the text or a file with it, and how to delete it."""
    parts: list[str | ui.Item[Any]] = [
        words(
            "From {writer}, who wrote this in their journal and shares it with you alone:",
            writer=f"<@{share.writer_id}>",
        )
    ]
    files: list[discord.File] = []
    if fits(copy.title, copy.text):
        parts += [f"**{literal(copy.title)}**" if copy.title else "", quoted(copy.text)]
    else:
        whole = f"{copy.title}\n\n{copy.text}".strip()
        files.append(discord.File(io.BytesIO(whole.encode(errors="replace")), _FILE))
        parts.append(ui.File(f"attachment://{_FILE}"))
    parts += [
        words("-# You owe no answer. *Delete it here* takes it out of this DM; nobody is told."),
        row(button(words("Delete it here"), "share-remove", share.id)),
    ]
    return Card(*parts), files
