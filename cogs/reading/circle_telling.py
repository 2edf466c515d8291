"""Telling people of the circles they joined: by DM if they allowed it, else by the doorbell.

What the doorbell rang for stands in the inbox, until it is read or the circle is over.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord

from bot.reading import circle_rules as rules
from bot.reading.circle_rules import News
from bot.reading.circles import Circle, Told
from bot.replies import (
    NOBODY,
    UNREACHED,
    Card,
    Interaction,
    answer,
    button,
    control,
    dms_closed,
    here,
    not_found,
    number,
    row,
    trace,
    words_for,
)
from bot.waiting import Block
from bot.words import Words, speak
from bot.work.queue import Piece
from cogs.reading import circle_says as says
from cogs.reading.circle_keeper import Keeper
from cogs.reading.circle_making import nonce

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: After these there is nothing left to leave.
_ENDED = (News.CANCELLED, News.FAILED)


class Telling:
    """Brings news to people, and is a source of the inbox."""

    def __init__(self, bot: Firsthand, keeper: Keeper) -> None:
        self.bot = bot
        self.keeper = keeper

    async def due(self, piece: Piece) -> int | None:
        """Tell somebody what they have yet to be told."""
        found = await self.bot.circles.untold(piece.key)
        if found is None:
            return None
        circle, told = found
        try:
            await self._tell(circle, told)
        except UNREACHED:
            now = int(discord.utils.utcnow().timestamp())
            if not rules.is_near(circle.starts_at, now):
                raise
            return now + rules.AGAIN
        return None

    async def _tell(self, circle: Circle, told: Told) -> None:
        """Raises one of UNREACHED: it may go later."""
        now = int(discord.utils.utcnow().timestamp())
        guild = self.bot.get_guild(circle.guild_id)
        if told.news is News.SOON and now >= circle.starts_at:
            await self.bot.circles.read(told)  # it has begun: that needs no telling any more
            return
        if guild is None:
            await self.bot.circles.waits(told)
            return
        try:
            await guild.fetch_member(told.person_id)
        except discord.NotFound:
            # They left the server, and with it the circle.
            await self.bot.circles.leave(circle.id, told.person_id)
            return
        if await self._by_dm(circle, told):
            await self.bot.circles.read(told)
            return
        await self.bot.doorbell.ring(told.person_id, circle.guild_id, circle.channel_id)
        await self.bot.circles.waits(told)

    async def _by_dm(self, circle: Circle, told: Told) -> bool:
        locale = await self.bot.roster.dm_locale(told.person_id)
        if locale is None:
            return False
        words = speak(locale)
        parts = await self._parts(words, circle, told)
        try:
            channel = await self.bot.create_dm(discord.Object(told.person_id))
            await channel.send(
                view=Card(*parts),
                allowed_mentions=NOBODY,
                nonce=nonce(circle, f"{told.person_id} {told.turn}"),
            )
        except discord.HTTPException as error:
            if not dms_closed(error):
                raise
            log.info("no DM about a circle: %s", trace(error))
            return False
        return True

    async def _parts(self, words: Words, circle: Circle, told: Told) -> says.Parts:
        text = says.news(words, circle, await self.keeper.matter(circle, words), told.news)
        if told.news in _ENDED:
            return [text]
        return [text, row(button(words("Leave"), "circle-leave", circle.id))]

    # -- the inbox ------------------------------------------------------------------------------

    async def waits(self, interaction: Interaction) -> list[Block]:
        """What of circles waits for the person who acts."""
        words, me = words_for(interaction), interaction.user.id
        found: list[Block] = []
        for circle, told in await self.bot.circles.news_for(me, here(interaction)):
            parts = await self._parts(words, circle, told)
            got_it = button(words("Got it"), "circle-read", f"{circle.id}.{told.turn}")
            leave = button(words("Leave"), "circle-leave", circle.id)
            found.append(
                Block([parts[0], row(*([got_it] if told.news in _ENDED else [got_it, leave]))])
            )
        return found

    @control("circle-read")
    async def got_it(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        circle_id, _, turn = key.partition(".")
        told = Told(circle_id, interaction.user.id, News.SOON, number(interaction, turn))
        if not await self.bot.circles.read(told):
            raise not_found(interaction)
        await answer(
            interaction,
            words("All right, that's settled."),
            row(button(words("Back to the inbox"), "inbox", "0")),
        )
