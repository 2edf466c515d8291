"""Watching Discord: what is due for groups, and what happens to their channels by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.affinity import DECISION, DISAPPEARING, GROUP

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.affinity import AffinityCog


class Watch(commands.Cog):
    """Hears of changes, and has the keeper look."""

    def __init__(self, bot: Firsthand, cog: AffinityCog) -> None:
        self.bot = bot
        self.cog = cog

    async def cog_load(self) -> None:
        handle = self.bot.worker.handle
        handle(GROUP, lambda piece: self.cog.parts.keeper.look(piece))
        handle(DECISION, lambda piece: self.cog.parts.keeper.close(piece))
        handle(DISAPPEARING, lambda piece: self.cog.parts.disappearing.due(piece))
        self.bot.worker.every(3600, "groups", lambda: self.bot.groups.forget_old())

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """While the bot was away anything may have happened: every group is looked at."""
        await self.bot.upkeep.look_at_all()

    @commands.Cog.listener()
    async def on_guild_channel_update(
        self, before: discord.abc.GuildChannel, after: discord.abc.GuildChannel
    ) -> None:
        if (before.name, before.category_id, before.overwrites) != (
            after.name,
            after.category_id,
            after.overwrites,
        ):
            await self.cog.parts.keeper.changed(after)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self.cog.parts.keeper.deleted(channel.id)
