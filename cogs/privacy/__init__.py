"""`/privacy`: what is stored, where it passes, who can read it; DMs; export; erasing."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot.parcels import bring, packed, room
from bot.replies import (
    Interaction,
    Refused,
    answer,
    confirm,
    control,
    listed,
    trace,
    whereabouts,
    words_for,
)
from bot.words import N_
from bot.work.posts import POST
from bot.work.turns import Turns
from cogs.privacy.absences import EVERY, Absences

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Links that fit on the card (Discord: 4,000 characters).
_PLACES_LEFT = 20

ABOUT = (
    N_(
        "**What I store about you**\n"
        "- your flag and its note\n"
        "- requests, yeses and what was posted under them, with who, where and until when; "
        "their words only while they are open or in force\n"
        "- people you blocked or said no to, as a code without their id\n"
        "- the groups you are in, since when, and whether you are away\n"
        "- what you asked your groups and what you answered; secret answers only until it is "
        "decided; knocks and invitations until they are over\n"
        "- what you have yet to be told or to answer: what kind of thing, where, and about whom, "
        "30 days at most\n"
        "- your journal: what you write, sealed, with only the day outside; how I treat your "
        "direct messages; when a passphrase was tried, for half an hour; reminders; entries you "
        "share, with whom and how far that is\n"
        "- your shelf, titles and all sealed; what you suggest for a list, sealed, until you have "
        "seen the answer, 30 days at most, and your name with a work if you want that; circles you "
        "host or are in, until they are over\n"
        "- how many requests, knocks and invitations you made today, and groups you started; "
        "that you objected to somebody's message, or somebody to yours, as a code that doesn't "
        "say who or which, until it is 91 days old; messages of yours that seem to speak for "
        "somebody, as ids, for a day at most; whether I may write you DMs; rules you changed as a "
        "moderator"
    ),
    N_(
        "**How it is kept**\n"
        "Words, places and notes are sealed under keys that I keep for you alone. When something "
        "is over, its words go at once and the rest after 30 days. If I posted it, the ids stay, "
        "so that you can still take it back. I keep no messages but those you tell me to keep. "
        "Where the private nudge is on, I read those that mention somebody, and keep nothing of "
        "them. I know nothing about who you are beyond your Discord id.\n"
        "A group's name and purpose are sealed under a key of its own, and what is proposed to it "
        "under its author's, too; a secret answer under yours alone. Your journal has a key of its "
        "own, which your passphrase closes, if you set one. Who is in a group, who asked "
        "it something and who answered what by name, the people who run me can read: I need it to "
        "let you into its channel, and to count."
    ),
    N_(
        "**When it ends**\n"
        "Your journal ends when you erase it; of a change, only the newest text stays. "
        "You can leave a group at once; what it decided stays with it, with your answers, until "
        "it ends or you erase. If you leave the server or are banned, you stay in your groups for "
        "30 days, in case you come back. When the last one leaves a group, or it decides to end, "
        "its channel is deleted, then its key and everything else about it. When I am removed from "
        "a server, everything about it goes after 30 days. **When we have shared no server for "
        "30 days, everything of yours goes by itself, your journal too.**"
    ),
    N_(
        "**What I can't protect**\n"
        "What you type and press here passes through Discord, secret answers too, and Discord "
        "may keep it. Administrators of a server can read every channel in it, a group's too, and "
        "see who is let in and when; with a modified Discord program, others may see that as well. "
        "The people who run this bot run its code, and could change it. What other people have "
        "read, they have read."
    ),
    N_(
        "**What you can do**\n"
        "/privacy export gives you everything as a file, or as several if it is much; your "
        "journal while it is unlocked. "
        "/privacy erase deletes it, locked or not. Do both while you are in a server with me: "
        "Discord may offer you no commands in our DM once you have left the last one. What is left "
        "then goes after 30 days, or sooner if you ask the people who run me. "
        "With /privacy dms you choose whether I may write to you."
    ),
)

_NOT_DONE = N_(
    "Not done yet: I could not finish, and traces may still be there. Please use /privacy erase "
    "again in a minute. If it stays like this, tell the people who run this bot."
)


class PrivacyCog(
    commands.GroupCog, group_name="privacy", group_description="What is stored about you"
):
    """Everything about one person, for that person."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        #: One at a time, and one that waits: each holds all that somebody wrote.
        self._exports = Turns(1)
        self.absences = Absences(bot)
        super().__init__()

    async def cog_load(self) -> None:
        self.bot.worker.every(EVERY, "absences", lambda: self.absences.look())

    @commands.Cog.listener()
    async def on_interaction(self, interaction: Interaction) -> None:
        if interaction.guild_id is None:
            await self.absences.met(interaction.user.id)

    @commands.Cog.listener()
    async def on_message(self, message: discord.Message) -> None:
        if message.guild is None and not message.author.bot:
            await self.absences.met(message.author.id)

    @app_commands.command(description="What is stored, where it passes, and who can read it")
    async def about(self, interaction: Interaction) -> None:
        words = words_for(interaction)
        await answer(interaction, *(words(part) for part in ABOUT))

    @app_commands.command(description="Say whether I may write you direct messages")
    @app_commands.describe(choice="Allow them or stop them")
    @app_commands.choices(
        choice=[
            app_commands.Choice(name="Allow", value="allow"),
            app_commands.Choice(name="Stop", value="stop"),
        ]
    )
    async def dms(self, interaction: Interaction, choice: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        if choice == "allow":
            await self.bot.roster.allow_dms(me, words.language)
            sentence = words(
                "From now on I send you a DM when something waits, without saying what it is. "
                "About a reading circle you are in I say more there: what is read, and when. "
                "/privacy dms stops it."
            )
        else:
            await self.bot.roster.stop_dms(me)
            sentence = words(
                "I won't send you DMs, reminders included. When something waits, I say "
                "just that, in a channel you can see."
            )
        await answer(interaction, sentence)

    @app_commands.command(description="Get everything that is stored about you, as a file")
    async def export(self, interaction: Interaction) -> None:
        words = words_for(interaction)
        async with self._exports.of(interaction.user.id):
            everything = await self.bot.privacy.export(interaction.user.id)
            parts = await asyncio.to_thread(_parts, everything, room(interaction))
            await bring(
                interaction,
                "firsthand.json",
                (
                    words("This is everything I store about you. Only you see this message."),
                    words("This is what I store about you. Only you see these messages."),
                ),
                [partial(_as_file, part) for part in parts],
            )

    @app_commands.command(description="Erase everything that is stored about you")
    async def erase(self, interaction: Interaction) -> None:
        words = words_for(interaction)
        await confirm(
            interaction,
            words(
                "This erases everything I store about you, in every server: your flag, every yes "
                "you gave or hold, your refusals, your journal. What I posted in your name, or "
                "because you asked me to, loses its words. You leave every group you are in, and "
                "what you asked and answered there goes. It can't be undone. Three things stay, "
                "because they protect others: that somebody else, or a group, refused you; that "
                "you objected to a message, as a code without your id; and, until tomorrow, how "
                "often you asked today."
            ),
            words("Erase everything"),
            "erase",
            "",
        )

    @control("erase")
    async def erase_now(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        await self.bot.posting.take_away_now(await self.bot.notices.looked(me, 0))
        try:
            todo = await self.bot.privacy.erase(me)
        except Exception as error:
            # Whatever went wrong, the one thing not to say is that it is done (section 6).
            log.error("erasing: %s", trace(error))
            raise Refused(words(_NOT_DONE)) from error
        # The words that were posted go at once, and so does the access to the channels of groups.
        await self.bot.worker.run(*todo)
        try:
            leaving = await self.bot.privacy.still_leaving(me)
        except Exception as error:
            log.error("erasing: %s", trace(error))
            raise Refused(words(_NOT_DONE)) from error
        left = await self.bot.posts.still_there(each.key for each in todo if each.kind == POST)
        left = [post for post in left if post.guild_id]  # no moderator gets at a friend's DM
        sentence = words(
            "Erased. Apart from the three things I named, nothing about you is left in my "
            "databases."
        )
        if leaving:
            sentence = words(
                "Erased, with one exception: I could not yet take you out of the channel of a "
                "group you were in, so your Discord id stays with that group until I can. I keep "
                "trying."
            )
            channels = [f"<#{each.channel_id}>" for each in leaving if each.channel_id is not None]
            if channels:
                sentence += "\n" + listed(channels, _PLACES_LEFT)
        if left:
            places = [whereabouts(words, post) for post in left]
            sentence += "\n" + words(
                "Some words are still in these places, because I couldn't reach them yet. I keep "
                "trying, and a moderator can delete them:"
            )
            sentence += "\n" + listed(places, _PLACES_LEFT)
        await answer(interaction, sentence)

    @control("never-mind")
    async def never_mind(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        await answer(interaction, words("Nothing was changed."))


def _parts(everything: Mapping[str, Any], room: int) -> list[dict[str, Any]]:
    """Everything, in parts that each fit a file: a long list goes on in the next one."""
    items = [
        (key, item)
        for key, value in everything.items()
        for item in ([[each] for each in value] or [[]] if isinstance(value, list) else [value])
    ]
    parts: list[dict[str, Any]] = []
    packs = packed(items, lambda item: len(_as_file(dict([item]))), room)
    for n, pack in enumerate(packs, 1):
        part: dict[str, Any] = {"part": f"{n} of {len(packs)}"} if len(packs) > 1 else {}
        for key, item in pack:
            if key in part:
                part[key] += item
            else:
                part[key] = item
        parts.append(part)
    return parts


def _as_file(part: Mapping[str, Any]) -> bytes:
    return json.dumps(part, ensure_ascii=False, indent=2).encode()


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(PrivacyCog(bot))
