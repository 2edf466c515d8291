"""`/rules history`, and announcing each change in the server."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING

import discord

from bot.governance import ANNOUNCED
from bot.governance.rules import CHANNELS_LIMIT, channel_ids
from bot.governance.service import Change
from bot.replies import (
    Card,
    Interaction,
    answer,
    control,
    in_server,
    may_go_later,
    moment,
    page_number,
    pager,
    timed_out_until,
    trace,
    words_for,
)
from bot.words import Words, speak
from bot.work.queue import Piece
from bot.work.worker import NotNow
from cogs.rules.says import FEW, change_in_words

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Changes on a page of the history, and the characters that lists of channels may take there.
_PAGE, _CHARACTERS = 10, 3400
#: After so many tries, what Discord refuses to post is only kept in the history.
_REFUSED = 5


class History:
    """Every change, with its author."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    @control("history")
    async def turn(self, interaction: Interaction, key: str) -> None:
        await self.show(interaction, page_number(interaction, key))

    async def show(self, interaction: Interaction, page: int) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        changes = await self.bot.governance.history(guild.id, most=_PAGE + 1, skip=page * _PAGE)
        if not changes:
            await answer(
                interaction,
                words("No rule has been changed so far. /rules show has the rules in force."),
            )
            return
        lines = _lines(words, changes[:_PAGE])
        if sum(map(len, lines)) > _CHARACTERS:
            lines = _lines(words, changes[:_PAGE], FEW)
        more = len(changes) > _PAGE
        await answer(interaction, "\n".join(lines), *pager(words, "history", page, more=more))

    async def announce(self, piece: Piece) -> int | None:
        """Post a change in the announcement channel."""
        change = await self.bot.governance.unannounced(piece.key)
        if change is None:
            return None
        guild = self.bot.get_guild(change.guild_id)
        if change.name == "announcement_channel" and (guild is None or guild.unavailable):
            # Whether the channel they have left is still there cannot be seen just now.
            raise NotNow
        charter = await self.bot.governance.charter(change.guild_id)
        place = self._left(change, guild) or charter.announcement_channel
        if place is None:
            await self.bot.governance.only_kept(change)
            return None
        channel = self.bot.get_partial_messageable(place, guild_id=change.guild_id)
        card = Card(change_in_words(speak(charter.language), change))
        try:
            await self.bot.posting.put_up(ANNOUNCED, change.id, channel, card)
        except discord.HTTPException as error:
            timed_out = guild is not None and timed_out_until(guild)
            if may_go_later(error) or timed_out or piece.tries < _REFUSED:
                raise
            log.info("an announcement is only kept: %s", trace(error))
            await self.bot.governance.only_kept(change)
            return None
        await self.bot.governance.announced(change)
        return None

    def _left(self, change: Change, guild: discord.Guild | None) -> int | None:
        """The channel that announcements have left with this change, while it is still there.

        Whoever read them so far is told there, and not in a place where they did not look.
        """
        if change.name != "announcement_channel" or guild is None:
            return None
        before = channel_ids(change.before_value or "")
        return next((each for each in before if guild.get_channel(each) is not None), None)


def _lines(words: Words, changes: Sequence[Change], most: int = CHANNELS_LIMIT) -> list[str]:
    return [
        f"- {moment(change.changed_at)}: {change_in_words(words, change, most)}"
        for change in changes
    ]
