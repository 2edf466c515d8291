"""The keeper of circles: brings Discord to what the database says of a reading circle.

It looks after every change, when Discord reports one, and when it is due. It may die at any point:
what was not done is found again at the next look. At most one process, or task, is at a circle.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import discord

from bot.problems import Problem, timed_out
from bot.reading import CIRCLE, POSTED
from bot.reading import circle_rules as rules
from bot.reading.circle_matter import Matter, own_matter, shared_matter
from bot.reading.circle_rules import State
from bot.reading.circles import Circle
from bot.reading.library import library
from bot.replies import UNREACHED, timed_out_until, trace
from bot.words import Words, speak
from bot.work.queue import Piece
from bot.work.worker import LIMIT, NotNow
from cogs.reading import circle_says as says
from cogs.reading.circle_making import Making, find_event, time_of
from cogs.reading.circle_problems import AWAY, LATE, LEFT, NOT_NOW, NOWHERE, obstacle, problem_of

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

_CANCELED = discord.EventStatus.canceled
_GONE = (discord.EventStatus.canceled, discord.EventStatus.completed)
#: Looks in a row, when a circle is changed while it is looked at.
_TURNS = 3


class _Done(NamedTuple):
    """The circle as it was brought to Discord (None: it is gone), and what stood in the way."""

    circle: Circle | None
    problem: Problem | None = None


class Keeper:
    """Looks after the posts, events and threads of circles."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def due(self, piece: Piece) -> int | None:
        """Bring Discord to a circle, because it is time."""
        circle = await self.bot.circles.get(piece.key)
        if circle is None:
            return None
        try:
            done = await self._bring(circle, heard=False)
            if done.problem is not None and not done.problem.lasts:
                raise NotNow
        except UNREACHED:
            if not rules.is_near(circle.starts_at, _now()):
                raise
            return _now() + rules.AGAIN
        return _next_look(done)

    async def settle(self, circle_id: str, *, heard: bool = False) -> Problem | None:
        """Bring Discord to a circle; what stands in the way, if anything does.

        `heard`: whoever asks tells its host that nothing came of it.
        """
        queue, problem = self.bot.queue, None
        for _ in range(_TURNS):
            piece = await queue.claim(CIRCLE.name, circle_id)
            if piece is None:
                break
            circle = await self.bot.circles.get(circle_id)
            if circle is None:
                await queue.finish(piece, None)
                break
            try:
                async with asyncio.timeout(LIMIT):
                    done = await self._bring(circle, heard=heard)
            except UNREACHED as error:
                log.info("a reading circle waits for Discord: %s", trace(error))
                await queue.failed(piece, _now() + rules.AGAIN)
                return problem or problem_of(error, "create_events")
            problem = problem or done.problem
            if not await queue.finish(piece, _next_look(done)):
                break
        return problem

    async def matter(self, circle: Circle, words: Words) -> Matter | None:
        """What a circle reads, in a language; None: it has left the list."""
        # The first one in a language reads the files, which would hold everybody else up.
        shared = await asyncio.to_thread(library, words.language)
        found = shared_matter(shared, circle.work_id)
        if found is None:
            own = await self.bot.server_lists.work(circle.guild_id, circle.work_id, words.language)
            found = None if own is None else own_matter(own)
        return found

    # -- one look -------------------------------------------------------------------------------

    async def _bring(self, circle: Circle, *, heard: bool) -> _Done:
        now = _now()
        if circle.state in (State.DRAFT, State.FAILED) and now < circle.due_at:
            return _Done(circle)
        if circle.state is State.DRAFT:
            await self.bot.circles.forget_draft(circle.id)
            return _Done(None)
        if circle.state is State.FAILED or rules.is_past_mending(circle.starts_at, now):
            await self.bot.circles.forget(circle.id)
            return _Done(None)
        guild = self.bot.get_guild(circle.guild_id)
        if guild is None or guild.unavailable:
            return await self._out_of_reach(circle, now, gone=guild is None)
        if (problem := timed_out(timed_out_until(guild))) is not None:
            if rules.is_over(circle.starts_at, now):
                await self.bot.circles.forget_joins(circle.id)
            return _Done(circle, problem)
        if circle.state is State.MAKING:
            done = await self._make(circle, guild, now)
            if done.circle is None or done.circle.state is not State.UNDOING:
                return done
            await self._undo(done.circle, guild, heard=heard)
            return _Done(await self.bot.circles.get(circle.id), done.problem)
        if circle.state is State.UNDOING:
            await self._undo(circle, guild, heard=heard)
            return _Done(await self.bot.circles.get(circle.id))
        if circle.state is State.OPEN:
            return await self._look(circle, guild, now)
        return await self._tidy(circle, guild, now)

    async def _out_of_reach(self, circle: Circle, now: int, *, gone: bool) -> _Done:
        """The bot was removed, or Discord is down for this server: nothing can be done there."""
        if rules.is_over(circle.starts_at, now):
            if gone:
                await self.bot.circles.forget(circle.id)
                return _Done(None)
            await self.bot.circles.forget_joins(circle.id)
        return _Done(circle, AWAY if gone else NOT_NOW)

    async def _look(self, circle: Circle, guild: discord.Guild, now: int) -> _Done:
        """Compare an open circle with Discord; remind of it; end it."""
        if (ended := await self.bot.circles.end(circle)) is not None:
            return await self._tidy(ended, guild, now)
        problem: Problem | None = None
        if now < circle.starts_at:
            try:
                seen = await self._compare(circle, guild)
            except discord.HTTPException as error:
                problem = problem_of(error, "create_events")
                if not problem.lasts:
                    raise
                log.info("an event is not as it should be: %s", trace(error))
                seen = circle
            if seen is None:
                # It was changed here at this very moment: the next look has it.
                return _Done(circle, problem)
            circle = seen
            if circle.state is State.CANCELLED:
                return await self._tidy(circle, guild, now)
            if rules.reminds_now(circle.starts_at, now):
                await self.bot.circles.call(circle)
        return _Done(circle, await self._bring_post(circle) or problem)

    async def _compare(self, circle: Circle, guild: discord.Guild) -> Circle | None:
        """Event and thread: what was done to them by hand holds here, too. None: look again."""
        event_id = circle.event_id or 0
        try:
            if circle.starts_at != circle.event_at:
                await self.bot.http.edit_scheduled_event(guild.id, event_id, **_times(circle))
                await self.bot.circles.event_is_at(circle)
            else:
                event = await guild.fetch_scheduled_event(event_id, with_counts=False)
                if event.status in _GONE:
                    return await self.bot.circles.cancel(circle.id)
                starts_at = int(event.start_time.timestamp())
                if starts_at != circle.starts_at:
                    return await self.bot.circles.moved_by_hand(circle, starts_at)
        except discord.NotFound:
            return await self.bot.circles.cancel(circle.id)
        try:
            await self.bot.fetch_channel(circle.thread_id or 0)
        except discord.NotFound:
            return await self.bot.circles.cancel(circle.id, thread_is_gone=True)
        except discord.Forbidden as error:
            # It cannot be seen, which is not to say that it is gone.
            log.info("a thread cannot be seen: %s", trace(error))
        return circle

    async def _tidy(self, circle: Circle, guild: discord.Guild, now: int) -> _Done:
        """A circle that was cancelled or is over: what stands in Discord says so, then it goes."""
        problem: Problem | None = None
        if circle.state is State.CANCELLED and circle.event_id is not None:
            try:
                await self._cancel_event(guild, circle.event_id)
                await self.bot.circles.no_event(circle.id)
            except discord.HTTPException as error:
                problem = problem_of(error, "create_events")
                if not problem.lasts:
                    raise
        problem = await self._bring_post(circle) or problem
        over = rules.is_over(circle.starts_at, now)
        if problem is None and (over or not await self.bot.circles.has_news(circle.id)):
            await self.bot.circles.forget(circle.id)
            return _Done(None)
        return _Done(circle, problem)

    async def _cancel_event(self, guild: discord.Guild, event_id: int) -> None:
        http = self.bot.http
        try:
            await http.edit_scheduled_event(guild.id, event_id, status=_CANCELED.value)
        except discord.NotFound:
            pass
        except discord.Forbidden:
            raise
        except discord.HTTPException as error:
            if error.status != 400:
                raise
            # Somebody has begun it by hand: then Discord only ends or deletes it.
            await self._delete_event(guild, event_id)

    async def _delete_event(self, guild: discord.Guild, event_id: int) -> None:
        with contextlib.suppress(discord.NotFound):
            await self.bot.http.delete_scheduled_event(guild.id, event_id)

    async def _bring_post(self, circle: Circle) -> Problem | None:
        """Let the post show the circle as it is. One that is gone needs nothing."""
        if circle.shown >= circle.revision:
            return None
        words = speak(circle.language)
        guild = self.bot.get_guild(circle.guild_id)
        host = await says.host(guild, circle)
        card = says.post(words, circle, await self.matter(circle, words), host)
        post = await self.bot.posts.shows(POSTED, circle.id)
        try:
            if post is not None and post.message_id is not None:
                await self.bot.posting.renew(post, card)
        except discord.HTTPException as error:
            problem = problem_of(error, "view_channel")
            if not problem.lasts:
                raise
            log.info("a post is not as it should be: %s", trace(error))
            return problem
        await self.bot.circles.post_shows(circle)
        return None

    # -- making ---------------------------------------------------------------------------------

    async def _make(self, circle: Circle, guild: discord.Guild, now: int) -> _Done:
        """Make what is not there yet. A problem that lasts: it is to be undone."""
        words = speak(circle.language)
        matter = await self.matter(circle, words)
        channel = guild.get_channel(circle.channel_id)
        problem = LATE if circle.starts_at <= now else LEFT if matter is None else None
        if problem is None:
            problem = obstacle(channel) if isinstance(channel, discord.TextChannel) else NOWHERE
        if problem is None and matter is not None:
            making = Making(self.bot, channel, words, matter)
            try:
                made = await making.run(circle)
            except UNREACHED as error:
                log.info("a reading circle is not made: %s", trace(error))
                problem = problem_of(error, making.permission)
                if not problem.lasts:
                    raise
            else:
                if made is None:
                    return _Done(await self.bot.circles.get(circle.id))
                # What an attempt before had posted may name a host who has erased since.
                return _Done(made, await self._bring_post(made))
        return _Done(await self.bot.circles.undo(circle.id), problem)

    async def _undo(self, circle: Circle, guild: discord.Guild, *, heard: bool) -> None:
        """Take back what there is of a circle that cannot be made."""
        post = await self.bot.posts.shows(POSTED, circle.id)
        # Only after a post was written down was there an event, or a thread.
        if post is not None and post.message_id is not None:
            event_id = circle.event_id or await find_event(guild, post)
            if event_id is not None:
                await self._delete_event(guild, event_id)
            await self._close_thread(post.message_id)
        gone = await self.bot.circles.failed(circle, in_a_minute=heard)
        await self.bot.posting.take_away_now(gone)

    async def _close_thread(self, thread_id: int) -> None:
        try:
            thread: Any = await self.bot.fetch_channel(thread_id)
            try:
                await thread.delete()
            except discord.Forbidden:
                await thread.edit(archived=True)
        except (discord.NotFound, discord.Forbidden):
            pass


def _next_look(done: _Done) -> int | None:
    """When to look again (seconds UTC). None: it is gone."""
    circle, problem, now = done.circle, done.problem, _now()
    if circle is None:
        return None
    due_at = rules.next_look(circle.state, circle.starts_at, circle.due_at, now)
    if problem is None or circle.state is State.FAILED:
        return due_at
    return min(due_at, now + (rules.STUCK if problem.lasts else rules.AGAIN))


def _times(circle: Circle) -> dict[str, str]:
    return {
        "scheduled_start_time": time_of(circle.starts_at).isoformat(),
        "scheduled_end_time": time_of(circle.starts_at + rules.LASTS).isoformat(),
    }


def _now() -> int:
    return int(discord.utils.utcnow().timestamp())
