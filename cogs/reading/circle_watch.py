"""Watching Discord: what is due for reading circles, and what happens to them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.reading import CIRCLE
from bot.reading.circle_rules import State

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.reading import ReadingCog


class CircleWatch(commands.Cog):
    """Hears of changes, and has the keeper look."""

    def __init__(self, bot: Firsthand, cog: ReadingCog) -> None:
        self.bot = bot
        self.cog = cog

    async def cog_load(self) -> None:
        self.bot.worker.handle(CIRCLE, lambda piece: self.cog.parts.circles.keeper.due(piece))

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """While the bot was away anything may have happened: every circle is looked at."""
        await self.bot.circles.look_at_all()

    @commands.Cog.listener()
    async def on_scheduled_event_delete(self, event: discord.ScheduledEvent) -> None:
        await self._of_event(event, gone=True)

    @commands.Cog.listener()
    async def on_scheduled_event_update(
        self, before: discord.ScheduledEvent, after: discord.ScheduledEvent
    ) -> None:
        await self._of_event(after, gone=after.status is discord.EventStatus.canceled)

    @commands.Cog.listener()
    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        circle = await self.bot.circles.of_thread(payload.thread_id)
        if circle is not None and circle.state is State.OPEN:
            await self._look(circle.id)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """With a channel go its threads."""
        for circle_id in await self.bot.circles.in_channel(channel.id):
            await self._look(circle_id)

    async def _of_event(self, event: discord.ScheduledEvent, *, gone: bool) -> None:
        circle = await self.bot.circles.of_event(event.id)
        if circle is None or circle.state is not State.OPEN:
            return
        if gone or int(event.start_time.timestamp()) != circle.starts_at:
            await self._look(circle.id)

    async def _look(self, circle_id: str) -> None:
        # Due, too: whoever is at it just now looks once more.
        await self.bot.circles.look_at(circle_id)
        await self.cog.parts.circles.keeper.settle(circle_id)
