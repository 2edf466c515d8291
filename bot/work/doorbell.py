"""The doorbell: how the bot reaches a person (design, section 4).

In this order: a DM, if the person allowed DMs; a line in the channel where it happened, if that
person can see it; a line in the doorbell channel; nowhere. Whatever is behind it, a ring reads the
same. What others could watch rings later, at a random moment, and never where it happened.

What Discord does not take now is tried again, later each time: a server or a thread that is not
seen is not gone, and only closed DMs stay closed. A line that cannot be taken down is given up.
"""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import discord
from discord import ui

from bot import places
from bot.governance.service import Governance
from bot.people.roster import Roster
from bot.replies import (
    NOBODY,
    UNREACHED,
    Card,
    custom_id,
    dms_closed,
    may_go_later,
    timed_out_until,
    trace,
)
from bot.words import Words, speak
from bot.work.notices import LINE, RING, Notice, Notices, Ring, Topic, first_due
from bot.work.posting import Posting
from bot.work.posts import Post
from bot.work.queue import Piece, Todo
from bot.work.rules import (
    DM_TRIES,
    HOUR,
    REMOVALS,
    RING_AGAIN,
    RING_PAUSE,
    RING_STANDS,
    RING_TRIES,
    SAID_AGAIN,
)
from bot.work.worker import NotNow, Worker

log = logging.getLogger(__name__)

OPEN = "open"

#: What a DM says of a notice by itself. None: it is so no more. Raises one of UNREACHED where that
#: cannot be known now.
InDM = Callable[[Words, Notice], Awaitable[Card | None]]
#: Whether there still is something to ring for.
StillSo = Callable[[Notice], Awaitable[bool]]


class Doorbell:
    """Rings, and takes rings down again."""

    def __init__(
        self,
        client: discord.Client,
        notices: Notices,
        roster: Roster,
        governance: Governance,
        posting: Posting,
        worker: Worker,
        clock: Callable[[], int],
    ) -> None:
        self._client = client
        self._notices = notices
        self._roster = roster
        self._governance = governance
        self._posting = posting
        self._worker = worker
        self._clock = clock
        self._in_dm: dict[str, InDM] = {}
        self._still_so: dict[str, StillSo] = {}
        worker.handle(RING, self._due)
        posting.given_up(LINE, REMOVALS)

    def in_dm(self, topic: Topic, says: InDM) -> None:
        """Have DMs say by themselves what notices of a topic are about, instead of a ring."""
        self._in_dm[topic.name] = says

    def only_if(self, topic: Topic, still_so: StillSo) -> None:
        """Have a family look once more before it is rung for notices of a topic."""
        self._still_so[topic.name] = still_so

    def ring(self, *people: int) -> None:
        """Ring for what these people have yet to be told, if it may be now. Nobody waits for it.

        To be called once whoever acts has their answer. The next look rings in any case.
        """
        self._worker.soon(*(Todo(RING, str(person_id)) for person_id in people))

    async def could_reach(self, person_id: int, guild_id: int, channel_id: int) -> bool:
        """Whether somebody could be rung for something there, now or within the hour.

        Whoever asks is told this, whether or not it rings then: it must not show who is blocked.
        """
        if await self._roster.dm_locale(person_id) is not None:
            return True
        if await self._notices.waits(person_id):
            return True
        try:
            async for _ in self._places(person_id, guild_id, channel_id):
                return True
        except UNREACHED:
            return True
        return False

    # -- due work -------------------------------------------------------------------------------

    async def _due(self, piece: Piece) -> int | None:
        """Raises one of UNREACHED: what is due may be done later."""
        try:
            return await self._see_to(piece)
        except UNREACHED:
            now = self._clock()
            notices, _ = await self._notices.to_ring(int(piece.key))
            if _is_urgent(notices, now):
                return now + RING_AGAIN
            raise

    async def _see_to(self, piece: Piece) -> int | None:
        """Tell somebody what is due: by a DM that says it, and by a ring, which also comes down.

        What cannot be said now holds up nothing else.
        """
        person_id, now = int(piece.key), self._clock()
        locale = await self._roster.dm_locale(person_id) if piece.tries < DM_TRIES else None
        notices, ring = await self._notices.to_ring(person_id)
        if locale is None:
            return await self._see_to_ring(piece, notices, ring, None)
        notices, held = await self._say(notices, speak(locale))
        at = await self._see_to_ring(piece, notices, ring, locale)
        if not held:
            return at
        again = now + (RING_AGAIN if _is_urgent(held, now) else SAID_AGAIN)
        return again if at is None else min(at, again)

    async def _see_to_ring(
        self, piece: Piece, notices: list[Notice], ring: Ring | None, locale: str | None
    ) -> int | None:
        """Take a ring down once it was opened or stood for a day, and ring."""
        person_id, now = int(piece.key), self._clock()
        if ring is not None and ring.post is not None:
            over = ring.rung_at + RING_STANDS
            if ring.rung_at <= now < over:
                await self._notices.cover(person_id, ring.post)
                return _next(over, notices, now)
            self._posting.soon(await self._notices.stood_long_enough(person_id))
        if ring is not None and ring.rung_at <= now < ring.rung_at + RING_PAUSE:
            return _next(ring.rung_at + RING_PAUSE, notices, now)
        if notices:
            return await self._ring(piece, notices, locale)
        await self._notices.forget_ring(person_id)
        return None

    async def _say(self, notices: list[Notice], words: Words) -> tuple[list[Notice], list[Notice]]:
        """Say by DM what a DM says by itself. Returns what is left to ring for, and what waits."""
        left: list[Notice] = []
        held: list[Notice] = []
        for notice in notices:
            says = self._in_dm.get(notice.topic)
            if says is None or first_due([notice], self._clock(), by_dm=True)[1]:
                left.append(notice)
                continue
            try:
                card = await says(words, notice)
            except UNREACHED as error:
                log.info("nothing can be said in a DM now: %s", trace(error))
                held.append(notice)
                continue
            if card is None:
                await self._notices.drop(notice)
            # Discord takes 25 characters; what came of an earlier version has longer ids.
            elif await self._by_dm(notice.person_id, view=card, nonce=notice.id[-25:]) is not None:
                await self._notices.seen(notice.id, notice.person_id, notice.guild_id)
            else:
                left.append(notice)
        return left, held

    async def _ring(self, piece: Piece, notices: list[Notice], locale: str | None) -> int | None:
        """Ring for what may be rung for by now. Returns when to look again."""
        person_id, now = int(piece.key), self._clock()
        notices = await self._still(notices, by_dm=locale is not None)
        if locale is not None and first_due(notices, now, by_dm=True)[0]:
            words = speak(locale)
            try:
                channel = await self._client.create_dm(discord.Object(person_id))
                post = await self._posting.put_up(
                    LINE,
                    person_id,
                    channel,
                    _door(words, person_id),
                    content=words("Something waits for you."),
                )
            except discord.HTTPException as error:
                if not dms_closed(error):
                    raise
                log.info("no ring by DM: %s", trace(error))
                locale = None
            else:
                return await self._is_up(post, person_id, notices)
        due, later = first_due(notices, now, by_dm=locale is not None)
        nowhere: list[Notice] = []
        unreached: dict[int, Exception] = {}
        for notice in due:
            # A server that is out holds up what waits in no other.
            if notice.guild_id in unreached:
                continue
            try:
                at = await self._by_channel(notice, notices)
            except UNREACHED as error:
                unreached[notice.guild_id] = error
                continue
            if at is not None:
                return at
            nowhere.append(notice)
        gives_up = piece.tries >= RING_TRIES - 1
        await self._notices.rings_no_more(due if gives_up else nowhere)
        if unreached and not gives_up:
            raise next(iter(unreached.values()))
        return min(later, default=now + 1)

    async def _still(self, notices: list[Notice], *, by_dm: bool) -> list[Notice]:
        """Without what there is nothing to ring for any more."""
        left: list[Notice] = []
        for notice in notices:
            still_so = self._still_so.get(notice.topic)
            is_due = not first_due([notice], self._clock(), by_dm=by_dm)[1]
            if still_so is not None and is_due and not await still_so(notice):
                await self._notices.drop(notice)
            else:
                left.append(notice)
        return left

    async def _is_up(self, post: Post | None, person_id: int, notices: list[Notice]) -> int:
        """When to look again. `post` None: they have looked, or erased, while it was sent."""
        now = self._clock()
        if post is None:
            return now + 1
        if opened := await self._notices.ring_is_up(person_id, post):
            self._posting.soon(opened)
            return now + 1
        return _next(now + RING_STANDS, notices, now)

    async def _by_dm(self, person_id: int, *content: str, **parts: Any) -> discord.Message | None:
        """Write a DM. None: their DMs are closed. Raises one of UNREACHED."""
        try:
            channel = await self._client.create_dm(discord.Object(person_id))
            return await channel.send(*content, **parts, allowed_mentions=NOBODY)
        except discord.HTTPException as error:
            if not dms_closed(error):
                raise
            log.info("no DM: %s", trace(error))
            return None

    async def _by_channel(self, notice: Notice, notices: list[Notice]) -> int | None:
        """When to look again. None: there is no place, or each refused it.

        Raises one of UNREACHED.
        """
        person_id, guild_id = notice.person_id, notice.guild_id
        charter = await self._governance.charter(guild_id)
        words = speak(charter.language)
        pings = discord.AllowedMentions(
            everyone=False, roles=False, users=[discord.Object(person_id)]
        )
        found = self._places(person_id, guild_id, notice.channel_id, watched=bool(notice.watched))
        async for channel in found:
            try:
                post = await self._posting.put_up(
                    LINE,
                    person_id,
                    channel,
                    _door(words, person_id),
                    content=words("{person}, something waits for you.", person=f"<@{person_id}>"),
                    allowed_mentions=pings,
                )
            except discord.HTTPException as error:
                if may_go_later(error):
                    raise
                # No permission, a channel that is gone, a thread that was locked: the next place.
                log.info("no ring in a channel: %s", trace(error))
            else:
                return await self._is_up(post, person_id, notices)
        return None

    async def _places(
        self, person_id: int, guild_id: int, channel_id: int, *, watched: bool = False
    ) -> AsyncIterator[Any]:
        """The channels that this person can see and the bot can write in, in order.

        What others could watch in `channel_id` is never rung for there. Raises one of UNREACHED
        where it cannot be known now.
        """
        guild = self._client.get_guild(guild_id)
        if guild is None or guild.unavailable or timed_out_until(guild):
            raise NotNow
        try:
            member = await guild.fetch_member(person_id)
        except discord.NotFound:
            return
        door = (await self._governance.charter(guild_id)).doorbell_channel
        for candidate in dict.fromkeys((channel_id, door)):
            if watched and candidate == channel_id:
                continue
            channel = await _channel(guild, candidate) if candidate else None
            if channel is not None and places.bot_writes(channel) and await _sees(member, channel):
                yield channel


def _is_urgent(notices: list[Notice], now: int) -> bool:
    """Whether the next try would come too late for some of it."""
    return any(each.until_at <= now + HOUR for each in notices)


def _next(at: int, notices: list[Notice], now: int) -> int:
    """When to look again: then, or once there is something to tell that is not shown yet."""
    return min([at, *first_due(notices, now, by_dm=True)[1]])


async def _channel(guild: discord.Guild, channel_id: int) -> Any:
    """A channel or an open thread that is there. Raises one of UNREACHED."""
    found = await places.find(guild, channel_id)
    # Writing in an archived thread would open it for everybody, for a line that goes again.
    shut = isinstance(found, discord.Thread) and found.archived
    return found if isinstance(found, discord.abc.Messageable) and not shut else None


async def _sees(member: discord.Member, channel: Any) -> bool:
    """Whether somebody can be rung for there. Raises one of UNREACHED.

    In a private thread they have to be already, whatever they may see: a mention would let them in.
    """
    seen = channel.permissions_for(member).view_channel
    return seen and await places.is_let_in(member, channel)


def _door(words: Words, person_id: int) -> ui.View:
    view = ui.View(timeout=None)
    view.add_item(ui.Button(label=words("Open"), custom_id=custom_id(OPEN, str(person_id))))
    view.stop()
    return view
