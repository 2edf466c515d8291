"""Watching Discord: what is due for groups, and what happens to their channels by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.affinity import AffinityCog


class Watch(commands.Cog):
    """Hears of changes, and has the keeper look."""

    def __init__(self, bot: Firsthand, cog: AffinityCog) -> None:
        self.bot = bot
        self.cog = cog

    async def cog_load(self) -> None:
        self.bot.due.add("groups", lambda: self.cog.parts.keeper.sweep())
        self.bot.due.add("disappearing", lambda: self.cog.parts.disappearing.sweep())

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
