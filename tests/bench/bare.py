"""The bare bot that Firsthand is measured against: discord.py and one slash command.

It is as small as a bot of the same kind can be: the same two intents, no member cache, no message
cache. It uses the event loop that Firsthand uses, so that the difference is the bot, not the loop.
"""

from __future__ import annotations

import asyncio
import os

import discord
from discord.ext import commands

bot = commands.Bot(
    command_prefix=(),
    intents=discord.Intents(guilds=True, dm_messages=True),
    member_cache_flags=discord.MemberCacheFlags.none(),
    max_messages=None,
    help_command=None,
)


@bot.tree.command()
async def ping(interaction: discord.Interaction) -> None:
    """Answer."""
    await interaction.response.send_message("pong", ephemeral=True)


async def main() -> None:
    async with bot:
        await bot.start(os.environ["DISCORD_TOKEN"])


if __name__ == "__main__":
    try:
        import uvloop
    except ImportError:
        asyncio.run(main())
    else:
        uvloop.run(main())
