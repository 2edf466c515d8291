"""Bringing a shared entry into the friend's DM, and taking it out again (design, section 2).

Never anywhere but the DM, and once only: a process that dies between sending and noting it leaves a
message behind, which is found by the id on its button before anything is sent again.
"""

from __future__ import annotations

import io
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.journal.share_rules import State
from bot.journal.shares import Share
from bot.journal.sharing import Copy
from bot.replies import (
    NOBODY,
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
from bot.work.queue import Piece
from bot.work.worker import TooEarly

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Messages of a DM in which ours is looked for.
_LOOKED_THROUGH = 50
_FILE = "shared-with-you.txt"


class Bringing:
    """What shares need of Discord, and what of them falls due."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def due(self, piece: Piece) -> int | None:
        """Do what a share needs now.

        One that both said yes to is brought at once, due or not: its friend waits for it.
        """
        share = await self.bot.sharing.get(piece.key)
        if share is not None and share.state is State.SENDING:
            await self._bring(share)
        elif share is not None and share.state is State.RETRACTING:
            if share.message_id is None and (share.due_at or 0) > self.bot.clock():
                raise TooEarly(share.due_at or 0)  # it may still be on its way into the DM
            await self._take_down(share)
        elif share is not None:
            await self.bot.sharing.pass_time(share)
        share = await self.bot.sharing.get(piece.key)
        return None if share is None else share.due_at

    # -- into the DM ------------------------------------------------------------------------

    async def _bring(self, share: Share) -> None:
        """Bring one, unless it stands there already. Raises one of UNREACHED: it may go later."""
        copy = await self.bot.sharing.copy(share)
        locale = await self.bot.roster.dm_locale(share.friend_id)
        channel = await self.bot.create_dm(discord.Object(share.friend_id))
        # While it cannot be seen whether it stands there, it is not called closed.
        message = await self._find(channel, share)
        # Without one of them nothing is written: its key is lost, or they allow no DMs any more
        # (law 10).
        if message is None and copy is not None and locale is not None:
            try:
                message = await self._sent(channel, share, *_message(speak(locale), share, copy))
            except discord.HTTPException as error:
                if not dms_closed(error):
                    raise
                log.info("a shared entry was not brought: %s", trace(error))
        if message is None:
            await self.bot.sharing.closed(share)
        elif not await self.bot.sharing.brought(share, message.channel.id, message.id):
            # Taken back, or its people have erased, while it was on its way.
            now = await self.bot.sharing.get(share.id) or share
            await self._take_down(
                now._replace(dm_channel_id=message.channel.id, message_id=message.id)
            )

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

    async def _take_down(self, share: Share) -> None:
        """Delete our message. Raises one of UNREACHED: it may be there still."""
        with suppress(discord.NotFound):
            await self._delete(share)
        await self.bot.sharing.deleted(share)

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
