"""Making a reading circle: the post, the event, the thread, its questions; and finding them again.

The event comes before the thread, because the bot can take back its own post and event, and not,
without *Manage Threads*, a thread. What may be there after an attempt that broke off is looked for
before it is made again.
"""

from __future__ import annotations

import hashlib
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import discord

from bot.reading import circle_rules as rules
from bot.reading.circle_matter import Matter
from bot.reading.circles import Circle
from bot.replies import NOBODY, custom_id, trace
from bot.words import Words
from cogs.reading import circle_says as says

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Messages looked through for a post that was sent but not written down.
_LOOK_BACK = 100
#: Discord takes 25 characters.
_NONCE_BYTES = 12
_HAS_A_THREAD = 160004
#: Minutes without a message after which Discord folds the thread away: a week, its longest.
_ARCHIVED_AFTER = 10080


def time_of(seconds: int) -> datetime:
    """A moment (seconds UTC), as Discord takes it."""
    return datetime.fromtimestamp(seconds, UTC)


class Making:
    """One attempt at making a circle."""

    def __init__(self, bot: Firsthand, channel: Any, words: Words, matter: Matter) -> None:
        self.bot = bot
        self.channel = channel
        self.words = words
        self.matter = matter
        #: What the step at hand needs.
        self.permission = "send_messages"

    async def run(self, circle: Circle) -> Circle | None:
        """Make what is missing. None: another process was faster, or it is no more."""
        fresh = await self.bot.circles.begin_making(circle.id)
        posted = await self._post(circle, fresh=fresh)
        announced = None if posted is None else await self._event(posted, fresh=fresh)
        if announced is None:
            return None
        self.permission = "create_public_threads"
        thread = await self._thread(announced, fresh=fresh)
        self.permission = "send_messages_in_threads"
        await self._questions(announced, thread, fresh=fresh)
        return await self.bot.circles.is_made(circle.id)

    async def _post(self, circle: Circle, *, fresh: bool) -> Circle | None:
        if circle.post_id is not None:
            return circle
        post_id = None if fresh else await find_post(self.channel, circle)
        if post_id is None:
            card = says.post(self.words, circle, self.matter)
            message = await self.channel.send(
                view=card, allowed_mentions=NOBODY, nonce=nonce(circle, "post")
            )
            post_id = message.id
        posted = await self.bot.circles.has_post(circle, post_id)
        if posted is None:
            await self.channel.get_partial_message(post_id).delete()
        return posted

    async def _event(self, circle: Circle, *, fresh: bool) -> Circle | None:
        if circle.event_id is not None:
            return circle
        self.permission = "create_events"
        guild = self.channel.guild
        event_id = None if fresh else await find_event(guild, circle)
        if event_id is None:
            event = await guild.create_scheduled_event(
                name=says.heading(self.words, self.matter),
                description=says.description(self.words, circle, self.matter),
                start_time=time_of(circle.starts_at),
                end_time=time_of(circle.starts_at + rules.LASTS),
                entity_type=discord.EntityType.external,
                privacy_level=discord.PrivacyLevel.guild_only,
                location=says.place(circle),
            )
            event_id = event.id
        return await self.bot.circles.has_event(circle, event_id)

    async def _thread(self, circle: Circle, *, fresh: bool) -> Any:
        if not fresh:
            try:
                thread = await self.bot.fetch_channel(circle.post_id or 0)
                await self.bot.circles.has_thread(circle.id)
                return thread
            except discord.NotFound:
                pass
        try:
            thread = await self.channel.get_partial_message(circle.post_id).create_thread(
                name=says.heading(self.words, self.matter), auto_archive_duration=_ARCHIVED_AFTER
            )
        except discord.HTTPException as error:
            if error.code != _HAS_A_THREAD:
                raise
            thread = await self.bot.fetch_channel(circle.post_id or 0)
        await self.bot.circles.has_thread(circle.id)
        return thread

    async def _questions(self, circle: Circle, thread: Any, *, fresh: bool) -> None:
        standing: set[str] = set()
        if not fresh:
            async for message in thread.history(limit=_LOOK_BACK, oldest_first=True):
                if message.author.id == thread.guild.me.id:
                    standing.add(message.content)
        for number, question in enumerate(says.questions(self.words, self.matter)):
            if question not in standing:
                await thread.send(
                    question,
                    allowed_mentions=NOBODY,
                    suppress_embeds=True,
                    nonce=nonce(circle, f"question {number}"),
                )


async def find_post(channel: discord.TextChannel, circle: Circle) -> int | None:
    """A post whose sending was not written down, by its buttons."""
    wanted = custom_id("circle-join", circle.id)
    try:
        async for message in channel.history(limit=_LOOK_BACK):
            if message.author.id == channel.guild.me.id and wanted in _controls(message.components):
                return message.id
    except discord.Forbidden as error:
        log.info("a post cannot be looked for: %s", trace(error))
    return None


async def find_event(guild: discord.Guild, circle: Circle) -> int | None:
    """An event whose making was not written down, by where it takes place."""
    for event in await guild.fetch_scheduled_events(with_counts=False):
        if event.location == says.place(circle):
            return event.id
    return None


def _controls(parts: Any) -> list[str]:
    found: list[str] = []
    for part in parts:
        if getattr(part, "custom_id", None):
            found.append(part.custom_id)
        found += _controls(getattr(part, "children", ()))
    return found


def nonce(circle: Circle, what: str) -> str:
    """What tells Discord that a message is one it may have had before."""
    # If only Discord's answer was lost, trying again within minutes does not post it twice.
    return hashlib.blake2s(f"{circle.id} {what}".encode(), digest_size=_NONCE_BYTES).hexdigest()
