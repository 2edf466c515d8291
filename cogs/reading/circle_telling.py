"""How what people are told of the circles they joined reads: in a DM, and in the inbox."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.inbox import Block, got_it
from bot.reading.circle_rules import News
from bot.reading.circles import Circle
from bot.replies import UNREACHED, Card, Interaction, button, row, trace, words_for
from bot.words import Words
from bot.work.notices import Notice
from bot.work.worker import NotNow
from cogs.reading import circle_says as says
from cogs.reading.circle_keeper import Keeper

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: After these there is nothing left to leave.
_ENDED = (News.CANCELLED, News.FAILED)


class Telling:
    """Puts notices of circles into words."""

    def __init__(self, bot: Firsthand, keeper: Keeper) -> None:
        self.bot = bot
        self.keeper = keeper

    async def in_dm(self, words: Words, notice: Notice) -> Card | None:
        """What a DM says; None: it is so no more. Raises one of UNREACHED: it may go later."""
        circle = await self.bot.circles.get(notice.key)
        if circle is None:
            return None
        guild = self.bot.get_guild(circle.guild_id)
        if guild is None or guild.unavailable:
            raise NotNow
        if not await self._is_here(guild, notice):
            return None
        leave = _leave(words, notice)
        return Card(await self._text(words, circle, notice), *([row(*leave)] if leave else []))

    async def still_so(self, notice: Notice) -> bool:
        """Whether to ring for it: not for somebody who has left the server."""
        guild = self.bot.get_guild(notice.guild_id)
        try:
            return guild is None or guild.unavailable or await self._is_here(guild, notice)
        except UNREACHED as error:
            log.info("it cannot be seen whether somebody is in a server: %s", trace(error))
            return True

    async def _is_here(self, guild: discord.Guild, notice: Notice) -> bool:
        """Raises one of UNREACHED where Discord does not say."""
        try:
            await guild.fetch_member(notice.person_id)
        except discord.NotFound:
            # They left the server, and with it the circle.
            await self.bot.circles.leave(notice.key, notice.person_id)
            return False
        return True

    async def show(self, interaction: Interaction, notice: Notice) -> Block | None:
        """What the inbox shows; None: it is so no more."""
        words, circle = words_for(interaction), await self.bot.circles.get(notice.key)
        if circle is None:
            return None
        text = await self._text(words, circle, notice)
        return Block([text, row(got_it(words, notice), *_leave(words, notice))])

    async def _text(self, words: Words, circle: Circle, notice: Notice) -> str:
        matter = await self.keeper.matter(circle, words)
        return says.news(words, circle, matter, News(notice.what))


def _leave(words: Words, notice: Notice) -> list[ui.Button[Any]]:
    """*Leave*, where there is something to leave."""
    return [] if notice.what in _ENDED else [button(words("Leave"), "circle-leave", notice.key)]
