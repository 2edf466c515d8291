"""Watching Discord: what is due for groups, and what happens to their channels by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from cogs.affinity.disappearing import Disappearing
from cogs.affinity.keeper import Keeper

if TYPE_CHECKING:
    from bot.app import Firsthand


class Watch(commands.Cog):
    """Hears of changes, and has the keeper look."""

    def __init__(self, bot: Firsthand, keeper: Keeper) -> None:
        self.bot = bot
        self.keeper = keeper

    async def cog_load(self) -> None:
        self.bot.due.add("groups", self.keeper.sweep)
        self.bot.due.add("disappearing", Disappearing(self.bot).sweep)

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
            await self.keeper.changed(after)

    @commands.Cog.listener()
    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        await self.keeper.deleted(channel.id)
