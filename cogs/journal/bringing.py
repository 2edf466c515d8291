"""Bringing a shared entry into the friend's DM (design, section 2).

Never anywhere but the DM, and once only; taking it out again is for `bot/work/posting.py`.
"""

from __future__ import annotations

import io
import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.journal import BROUGHT
from bot.journal.share_rules import State
from bot.journal.shares import Share
from bot.journal.sharing import Copy
from bot.replies import (
    Card,
    button,
    dms_closed,
    fits,
    literal,
    quoted,
    row,
    trace,
)
from bot.words import Words, speak
from bot.work.queue import Piece

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

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
        elif share is not None:
            await self.bot.sharing.pass_time(share)
        share = await self.bot.sharing.get(piece.key)
        return None if share is None else share.due_at

    async def _bring(self, share: Share) -> None:
        """Bring one, unless it stands there already. Raises one of UNREACHED: it may go later."""
        copy = await self.bot.sharing.copy(share)
        locale = await self.bot.roster.dm_locale(share.friend_id)
        channel = await self.bot.create_dm(discord.Object(share.friend_id))
        # Without one of them nothing is written: its key is lost, or they allow no DMs any more
        # (law 10). While it cannot be seen whether it stands there, it is not called closed.
        if copy is None or locale is None:
            post = await self.bot.posts.shows(BROUGHT, share.id)
            if post is not None:
                post = await self.bot.posting.still(post._replace(channel_id=channel.id))
        else:
            card, files = _message(speak(locale), share, copy)
            try:
                post = await self.bot.posting.put_up(BROUGHT, share.id, channel, card, files)
            except discord.HTTPException as error:
                if not dms_closed(error):
                    raise
                log.info("a shared entry was not brought: %s", trace(error))
                post = None
        if post is None:
            await self.bot.sharing.closed(share)
        else:
            await self.bot.sharing.brought(share)


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
