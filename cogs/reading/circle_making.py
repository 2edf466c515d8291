"""Making a reading circle: the post, the event, the thread, its questions; and finding them again.

The event comes before the thread, because the bot can take back its own post and event, and not,
without *Manage Threads*, a thread. What may be there after an attempt that broke off is looked for
before it is made again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import discord

from bot import places
from bot.reading import POSTED
from bot.reading import circle_rules as rules
from bot.reading.circle_matter import Matter
from bot.reading.circles import Circle
from bot.replies import NOBODY
from bot.words import Words
from bot.work.posts import Post
from cogs.reading import circle_says as says

if TYPE_CHECKING:
    from bot.app import Firsthand

#: Messages of a thread among which questions are looked for that were asked before.
_LOOK_BACK = 100
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
        fresh = await self.bot.circles.begin_making(circle)
        host = await says.host(self.channel.guild, circle)
        card = says.post(self.words, circle, self.matter, host)
        post = await self.bot.posting.put_up(POSTED, circle.id, self.channel, card)
        if post is None or not await self._event(circle, post, fresh=fresh):
            return None
        self.permission = "create_public_threads"
        thread = await self._thread(post)
        self.permission = "send_messages_in_threads"
        await self._questions(circle, thread, fresh=fresh)
        return await self.bot.circles.is_made(circle.id, thread.id)

    async def _event(self, circle: Circle, post: Post, *, fresh: bool) -> bool:
        """False: another process was faster."""
        if circle.event_id is not None:
            return True
        self.permission = "create_events"
        guild = self.channel.guild
        event_id = None if fresh else await find_event(guild, post)
        if event_id is None:
            event = await self._named(
                lambda name: guild.create_scheduled_event(
                    name=name,
                    description=says.description(self.words, post, self.matter),
                    start_time=time_of(circle.starts_at),
                    end_time=time_of(circle.starts_at + rules.LASTS),
                    entity_type=discord.EntityType.external,
                    privacy_level=discord.PrivacyLevel.guild_only,
                    location=says.place(post),
                )
            )
            event_id = event.id
        return await self.bot.circles.has_event(circle, event_id) is not None

    async def _thread(self, post: Post) -> Any:
        assert post.message_id is not None
        message = self.channel.get_partial_message(post.message_id)
        try:
            return await self._named(
                lambda name: message.create_thread(name=name, auto_archive_duration=_ARCHIVED_AFTER)
            )
        except discord.HTTPException as error:
            if error.code != _HAS_A_THREAD:
                raise
        return await self.bot.fetch_channel(post.message_id)

    async def _named(self, make: Callable[[str], Awaitable[Any]]) -> Any:
        """Titles are people's text: Discord may refuse one, and the post has it all the same."""
        name = says.heading(self.words, self.matter)
        return await places.with_name(make, name, self.words("Reading circle"))

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
                    nonce=f"{circle.id}.{number}",
                )


async def find_event(guild: discord.Guild, post: Post) -> int | None:
    """An event whose making was not written down, by where it takes place."""
    for event in await guild.fetch_scheduled_events(with_counts=False):
        if event.location == says.place(post):
            return event.id
    return None
