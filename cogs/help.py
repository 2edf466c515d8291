"""`/help`, by what a person wants to do, and the hello when the bot joins a server."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.places import bot_writes
from bot.replies import NOBODY, Card, Interaction, answer, trace, words_for
from bot.words import LANGUAGES, N_, Words, speak

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: What people want to do, and how. In this order on the page.
WISHES = (
    (
        N_("**I don't want to be spoken for**"),
        (
            N_("/consent flag says so, for everybody to see."),
            N_(
                "/consent block stops one person from asking, /consent unblock undoes it. "
                "They are not told."
            ),
            N_("On a message, under Apps: *This speaks for me* tells its author, privately."),
        ),
    ),
    (
        N_("**I want to say something for somebody**"),
        (
            N_("/consent ask asks them about the exact words."),
            N_("/consent speak says them here once you have their yes."),
            N_("/consent check shows a person's flag and what you hold from them."),
        ),
    ),
    (
        N_("**I can't be there and want somebody to speak for me**"),
        (N_("/consent give asks a person to say your words."),),
    ),
    (
        N_("**Somebody asked me something**"),
        (
            N_("/consent inbox shows what waits. Read it first; silence is a no."),
            N_("/consent ledger takes back what you gave, at any moment."),
        ),
    ),
    (
        N_("**Is it true that they may say this?**"),
        (N_("/consent verify, or the Verify button under the words."),),
    ),
    (
        N_("**I want to write, for myself**"),
        (
            N_(
                "/journal write, with a question to begin from or without; or write to me in a "
                "DM. You alone see it. /journal tips has advice."
            ),
            N_(
                "/journal read, search, edit, delete, export; /journal passphrase, lock and "
                "unlock keep it closed; /journal erase ends it."
            ),
            N_(
                "/journal remind reminds you, if you want; /journal share is slow, with one friend."
            ),
        ),
    ),
    (
        N_("**I want to read, and to talk about it**"),
        (
            N_(
                "/reading next has one thing to read, and why; /reading browse the whole list; "
                "/reading pair one question and two essays."
            ),
            N_(
                "/reading shelf is yours alone, with /reading mark. /reading suggest proposes a "
                "work."
            ),
            N_("/reading circle invites others to read something together."),
        ),
    ),
    (
        N_("**I want a small group of our own**"),
        (
            N_("/affinity start opens a private channel for you; /affinity invite asks others in."),
            N_("Nobody owns it. /affinity settings shows what it has agreed on, and changes it."),
        ),
    ),
    (
        N_("**I want to join a group**"),
        (
            N_("/affinity list shows those that can be found; /affinity knock asks to join one."),
            N_("An invitation waits for you in /consent inbox."),
        ),
    ),
    (
        N_("**We want to decide something**"),
        (
            N_("/affinity propose asks your group. Silence is not support, and one block holds."),
            N_("/affinity decisions shows what is open and what was decided."),
        ),
    ),
    (
        N_("**Somebody should speak for our group**"),
        (
            N_(
                "/affinity spoke proposes who, and the exact words. Any member can take them back "
                "in /affinity decisions."
            ),
        ),
    ),
    (
        N_("**I want to be away from a group, or to leave it**"),
        (
            N_("/affinity away: it doesn't wait for you. /affinity members shows who is in."),
            N_("/affinity leave takes you out at once, without a reason."),
            N_(
                "/affinity part asks the others, privately, to part ways with somebody. "
                "/affinity close asks to end the group."
            ),
        ),
    ),
    (
        N_("**What are the rules here, and what is known about me?**"),
        (
            N_("/rules show has this server's rules, and what moderators can't do."),
            N_("/rules try shows what noticing would say about a text."),
            N_("/privacy about, dms, export and erase: what is stored, and how it goes."),
        ),
    ),
    (
        N_("**I moderate this server**"),
        (
            N_("/rules edit changes its rules, openly; /rules history shows who changed what."),
            N_("/rules check says what I lack here, and what stops without it."),
            N_("/affinity list lets you take a group off it, openly."),
            N_("/reading review is for those who look after the reading list."),
        ),
    ),
)
HELLO = N_(
    "Hello, I'm Firsthand. With me, nobody is spoken for without their own yes: to the exact "
    "words, for one place and one time, and they can take it back. Small groups get a channel of "
    "their own and decide together, and you can write for yourself alone. /help shows what you "
    "can do. Moderators: /rules edit and /rules check."
)


def help_page(words: Words) -> list[str]:
    """The whole page, a part for each wish."""
    return [
        "\n".join([words(wish), *(f"- {words(line)}" for line in lines)]) for wish, lines in WISHES
    ]


class HelpCog(commands.Cog):
    """Help, and coming and going."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    @app_commands.command(name="help", description="What you can do here")
    async def help_command(self, interaction: Interaction) -> None:
        await answer(interaction, *help_page(words_for(interaction)))

    @commands.Cog.listener()
    async def on_guild_join(self, guild: discord.Guild) -> None:
        await self.bot.roster.come_back(guild.id)
        hello = "\n\n".join(speak(language)(HELLO) for language in LANGUAGES)
        places = [guild.system_channel, *guild.text_channels]
        for channel in places:
            if channel is None or not bot_writes(channel):
                continue
            try:
                await channel.send(view=Card(hello), allowed_mentions=NOBODY)
            except discord.HTTPException as error:
                log.info("no hello here: %s", trace(error))
                continue
            return

    @commands.Cog.listener()
    async def on_guild_remove(self, guild: discord.Guild) -> None:
        await self.bot.roster.depart(guild.id)

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """Notice what was missed while the bot was away."""
        here = {guild.id for guild in self.bot.guilds}
        for guild_id in await self.bot.roster.known_guilds():
            if guild_id in here:
                await self.bot.roster.come_back(guild_id)
            else:
                await self.bot.roster.depart(guild_id)


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(HelpCog(bot))
