"""Posting: the one way to put a message up, to find it again, to change it and to take it away.

A post is noted before it is sent (`bot/work/posts.py`), and sent with its id as the nonce: where
only Discord's answer was lost, trying again within minutes makes no second message. Later it is
found by its controls, or by its text, among what was written since it was begun.

What has to go is edited, so that something else stands in its place, or deleted; where editing is
refused, a thread is opened for it, and what still cannot be edited is deleted. What Discord refuses
is tried again, for as long as it takes: a message that may stand is never called gone.
"""

from __future__ import annotations

import logging
import math
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import discord
from discord import ui

from bot.replies import NOBODY, UNREACHED, Card, may_go_later, trace
from bot.work.posts import POST, SENDING_TAKES, Post, Posts
from bot.work.queue import Piece, Todo
from bot.work.worker import NotNow, TooEarly, Worker

log = logging.getLogger(__name__)

#: A post that was sent but not written down is looked for among the messages of that time: from
#: so many seconds before sending was begun (clocks differ) to so many after, and so many at most.
_BEFORE, _AFTER, _LOOKED_THROUGH = 600, 3600, 5000
#: Discord may take what it did not answer a little later: before that, nothing is called gone.
_CERTAIN = 600
_ARCHIVED = 50083

#: What stands in the place of a post that has to go.
InItsPlace = Callable[[Post], Awaitable[Card]]


class Posting:
    """Puts posts up, and takes them away."""

    def __init__(
        self, client: discord.Client, posts: Posts, worker: Worker, clock: Callable[[], int]
    ) -> None:
        self._client = client
        self._posts = posts
        self._worker = worker
        self._clock = clock
        self._in_its_place: dict[str, InItsPlace] = {}
        self._tries: dict[str, int] = {}
        worker.handle(POST, self._due)

    def in_its_place(self, topic: str, says: InItsPlace) -> None:
        """Have something stand where a post of a topic has gone. Others are deleted."""
        self._in_its_place[topic] = says

    def given_up(self, topic: str, tries: int) -> None:
        """Have posts of a topic given up that cannot be taken away in so many tries."""
        self._tries[topic] = tries

    # -- putting up -------------------------------------------------------------------------

    async def put_up(
        self,
        topic: str,
        key: str | int,
        channel: Any,
        card: ui.LayoutView | ui.View,
        files: Sequence[discord.File] = (),
        **line: Any,
    ) -> Post | None:
        """Let this stand in a channel, once: what stands already, or was on its way, is found.

        `line`: a text above what is no card, and whom it mentions, as discord.py takes them. None:
        it has to go by now, or nobody wants it any more. Raises one of UNREACHED.
        """
        guild = getattr(channel, "guild", None)
        # A server that is not in the cache is a server all the same.
        guild_id = getattr(channel, "guild_id", None) or (guild.id if guild else 0)
        noted = await self._posts.note(topic, key, guild_id, channel.id)
        if noted is None:
            return None
        post, new = noted
        if post.message_id is not None:
            return post
        if not new:
            found = await self._find(post, channel, _text(card.children))
            if found is not None:
                return await self._is_up(post, found)
            # It is looked for from where it was last sent on, however long that was refused.
            again = await self._posts.begin_again(post)
            if again is None:
                return None
            post = again
        return await self.send(post, channel, card, files, new=new, **line)

    async def send(
        self,
        post: Post,
        channel: Any,
        card: ui.LayoutView | ui.View,
        files: Sequence[discord.File] = (),
        *,
        new: bool = True,
        **line: Any,
    ) -> Post | None:
        """Send a post that was begun. None: it had to go meanwhile, and goes.

        `new`: it was never tried before. Raises one of UNREACHED.
        """
        try:
            line = {"allowed_mentions": NOBODY, **line}
            message = await channel.send(view=card, files=list(files), nonce=post.id, **line)
        except discord.HTTPException as error:
            if new and not may_go_later(error):
                await self._posts.gone(post)
            raise
        return await self._is_up(post, message)

    async def renew(self, post: Post, card: Card) -> bool:
        """Let a post that stands show this. False: it was deleted. Raises one of UNREACHED."""
        assert post.message_id is not None
        try:
            await self._message(post).edit(view=card, allowed_mentions=NOBODY)
        except discord.NotFound:
            await self._posts.gone(post)
            return False
        return True

    async def still(self, post: Post) -> Post | None:
        """A post that was begun or stood, as it stands now. None: it certainly does not.

        Raises one of UNREACHED.
        """
        if post.message_id is None:
            return await self._look_for(post)
        try:
            await self._message(post).fetch()
        except discord.NotFound:
            await self._posts.gone(post)
            return None
        return post

    async def _is_up(self, post: Post, message: discord.Message) -> Post | None:
        up = await self._posts.is_up(post, message.id)
        if up is None:
            with suppress(discord.NotFound):
                await message.delete()
        elif up.goes:
            await self.take_away_now([up])
        else:
            return up
        return None

    # -- taking away ------------------------------------------------------------------------

    async def take_away_now(self, posts: Iterable[Post]) -> list[Post]:
        """Take away what has to go, because somebody waits. Returns what may still stand."""
        ids = [post.id for post in posts]
        await self._worker.run(*(Todo(POST, post_id) for post_id in ids))
        return await self._posts.still_there(ids)

    def soon(self, posts: Iterable[Post]) -> None:
        """Take away what has to go, without anybody waiting for it."""
        self._worker.soon(*(Todo(POST, post.id) for post in posts))

    async def _due(self, piece: Piece) -> int | None:
        """Look for a post that was not written down, and take away what has to go."""
        post = await self._posts.get(piece.key)
        if post is not None and post.message_id is None:
            if (looked_for := self._begun(post) + SENDING_TAKES) > self._clock():
                raise TooEarly(looked_for)  # whoever sends it is at it
            post = await self._look_for(post)
        if post is not None and post.goes:
            try:
                await self._take_away(post)
            except UNREACHED as error:
                if piece.tries + 1 < self._tries.get(post.topic, math.inf):
                    raise
                log.info("a post stays where it is: %s", trace(error))
                await self._posts.gone(post)
        return None

    async def _take_away(self, post: Post) -> None:
        """Raises one of UNREACHED: it still stands."""
        says = self._in_its_place.get(post.topic)
        card = None if says is None else await says(post)
        message = self._message(post)
        try:
            try:
                await _take_out(message, card)
            except discord.HTTPException as error:
                if error.code != _ARCHIVED:
                    raise
                async with opened(await self._client.fetch_channel(post.channel_id)):
                    await _take_out(message, card)
        except discord.NotFound:
            pass  # the message or its channel is gone
        await self._posts.gone(post)

    # -- finding ----------------------------------------------------------------------------

    async def _look_for(self, post: Post) -> Post | None:
        """A post whose sending was not written down.

        None: it certainly never arrived, or its channel is gone. Raises one of UNREACHED as long
        as that is not certain.
        """
        try:
            found = await self._find(post, self._channel(post), None)
        except discord.NotFound:
            await self._posts.gone(post)
            return None
        if found is not None:
            return await self._posts.is_up(post, found.id)
        if self._clock() < self._begun(post) + _CERTAIN:
            raise NotNow  # it may come yet
        await self._posts.gone(post)
        return None

    async def _find(self, post: Post, channel: Any, text: str | None) -> discord.Message | None:
        """The message of a post: by its controls, or (`text`) by what it says, if it has none.

        Raises one of UNREACHED, also where more was written than is looked through.
        """
        others = [each for each in await self._posts.all_of(post.topic, post.key) if each != post]
        taken = {each.message_id for each in others}, {each.id for each in others}
        begun = datetime.fromtimestamp(self._begun(post), UTC)
        first, last = begun - timedelta(seconds=_BEFORE), begun + timedelta(seconds=_AFTER)
        then: Any = {"after": first, "before": last, "oldest_first": True}
        looked_through = 0
        async for message in channel.history(
            limit=_LOOKED_THROUGH, **(then if self._begun(post) else {})
        ):
            looked_through += 1
            mine = self._client.user is not None and message.author.id == self._client.user.id
            if mine and _is(message, post, text, *taken):
                return message
        if looked_through == _LOOKED_THROUGH:
            raise NotNow
        return None

    def _begun(self, post: Post) -> int:
        """When sending it was begun; 0 where that is not known, or a clock was ahead then."""
        return post.begun_at if post.begun_at <= self._clock() + _BEFORE else 0

    def _channel(self, post: Post) -> discord.PartialMessageable:
        return self._client.get_partial_messageable(post.channel_id, guild_id=post.guild_id or None)

    def _message(self, post: Post) -> discord.PartialMessage:
        return self._channel(post).get_partial_message(post.message_id or 0)


@asynccontextmanager
async def opened(thread: Any) -> AsyncGenerator[None]:
    """Have an archived thread open for as long as something is done in it.

    Raises one of UNREACHED where it may not be opened, such as where it was locked, too.
    """
    await thread.edit(archived=False)
    try:
        yield
    finally:
        # It takes Manage Threads; else Discord archives it when it has been quiet.
        with suppress(*UNREACHED):
            await thread.edit(archived=True)


async def _take_out(message: discord.PartialMessage, card: Card | None) -> None:
    """Put a card in the place of a message; where editing is refused, or there is none, delete it.

    Raises one of UNREACHED, or NotFound where it is gone.
    """
    if card is not None:
        try:
            await message.edit(view=card, allowed_mentions=NOBODY)
        except discord.HTTPException as error:
            # As in a locked thread. In an archived one deleting is refused as well.
            if error.status == 404 or may_go_later(error) or error.code == _ARCHIVED:
                raise
            log.info("a post is deleted, as it cannot be replaced: %s", trace(error))
        else:
            return
    await message.delete()


def _is(
    message: discord.Message,
    post: Post,
    text: str | None,
    other_messages: set[int | None],
    others: set[str],
) -> bool:
    """Whether this is the message of a post, and of no other one that shows the same."""
    if message.id in other_messages:
        return False
    controls = [*_controls(message.components)]
    if not controls:
        return bool(text) and _text(message.components) == text
    named = {part for each in controls for part in each.rpartition(":")[2].split(".")}
    return post.id in named or (post.key in named and not named & others)


def _controls(parts: Iterable[Any]) -> Iterator[str]:
    for part in parts:
        if getattr(part, "custom_id", None):
            yield part.custom_id
        yield from _controls(getattr(part, "children", ()))


def _text(parts: Iterable[Any]) -> str:
    return "".join(
        getattr(part, "content", "").strip() + _text(getattr(part, "children", ()))
        for part in parts
    )
