"""A group's channel, brought to what the database says: access, name, first message, cards."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Literal

import discord

from bot import places
from bot.affinity import CARD, ROOM
from bot.affinity.questions import View
from bot.affinity.rolls import Member
from bot.affinity.rules import channel_name
from bot.affinity.service import Known
from bot.affinity.upkeep import Seen
from bot.problems import Problem
from bot.replies import Card, trace
from bot.words import Words
from cogs.affinity import cards, tamper
from cogs.affinity.channels import ACCESS, ESSENTIAL, NEUTRAL, OURS
from cogs.affinity.notices import Notices
from cogs.affinity.problems import problem_at, problem_in, problem_of
from cogs.affinity.tamper import Difference, Kind

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Seconds to wait for a new name: Discord lets a channel be renamed twice in ten minutes, and
#: discord.py would wait that out.
_PATIENCE = 10
_ROLE, _PERSON = 0, 1


class Room:
    """One channel at one look."""

    def __init__(
        self, bot: Firsthand, known: Known, channel: Any, words: Words, *, quiet: bool = False
    ) -> None:
        """`quiet`: what differs is put right without a word about it."""
        self.bot = bot
        self.known = known
        self.group = known.group
        self.channel = channel
        self.words = words
        self.quiet = quiet
        self.notices = Notices(bot, known.group, channel)

    # -- access -----------------------------------------------------------------------------

    async def bring_access(self, roll: Mapping[int, Member]) -> Problem | None:
        """Give access to members and take it from everybody else.

        Returns what stands in the way, once everything that is allowed was done. Raises one of
        UNREACHED where that may pass.
        """
        stuck: Problem | None = None
        for differs in tamper.found(self.channel, roll):
            try:
                stuck = await self._put_right(differs) or stuck
            except discord.HTTPException as error:
                refused = problem_at(self.channel.guild, self.channel, "manage_roles")
                problem = problem_of(error, refused)
                if not problem.lasts:
                    raise
                log.info("somebody's access is not as it should be: %s", trace(error))
                stuck = problem
        return stuck

    async def _put_right(self, differs: Difference) -> Problem | None:
        """Returns what the bot may not let somebody do."""
        kind, target_id = differs
        upkeep, group_id = self.bot.upkeep, self.group.id
        if kind is Kind.OURS:
            await self._allow(target_id, OURS)
            return None
        if kind in (Kind.TAKEN, Kind.GIVEN):
            # Somebody may have joined or left since we looked: that is not done by hand.
            now = (await upkeep.roll(group_id)).get(target_id)
            if (None if now is None else now.state) != ("in" if kind is Kind.TAKEN else None):
                return None
        if kind in (Kind.JOINING, Kind.TAKEN, Kind.LESS):
            if not await self._allow(target_id, ACCESS):
                return None  # They are not in the server, so there is nobody to let in.
            if kind is not Kind.LESS and not self._may_give() >= ESSENTIAL:
                return problem_in(self.channel.guild, self.channel.category)
        if kind in (Kind.LEAVING, Kind.GIVEN, Kind.ROLE):
            await self._take(target_id)
        if kind is Kind.EVERYONE:
            await self._close_to_everyone()
        if kind in (Kind.JOINING, Kind.JOINED):
            await upkeep.has_access(group_id, target_id)
        elif kind in (Kind.LEAVING, Kind.LEFT):
            await upkeep.lacks_access(group_id, target_id)
        elif kind is not Kind.LESS and not self.quiet:
            who = tamper.mention(kind, target_id)
            await self.notices.tell(kind, target_id, tamper.TOLD[kind], who=who)
        return None

    def _may_give(self) -> discord.Permissions:
        return places.may_give(self.channel.guild, self.channel.category)

    async def _allow(self, person_id: int, wanted: discord.Permissions) -> bool:
        """Let somebody do this, as far as the bot may. False: they are not in the server.

        What else they may or may not do there stays, as far as the bot may say so. From whoever
        gets in at all it takes nothing of what is wanted, where it could not give it back.
        """
        allowed, denied = self.channel.overwrites_for(discord.Object(person_id)).pair()
        may_give = self._may_give()
        loses = allowed.view_channel and allowed & wanted & ~may_give
        if loses or not may_give.view_channel:
            return True
        try:
            await self._write(
                person_id, (allowed | wanted) & may_give, denied & may_give & ~wanted, _PERSON
            )
        except discord.NotFound:
            return False
        return True

    async def _take(self, target_id: int) -> None:
        try:
            await self.bot.http.delete_channel_permissions(self.channel.id, target_id)
        except discord.NotFound:
            return  # somebody was faster

    async def _close_to_everyone(self) -> None:
        everyone = self.channel.guild.default_role
        allowed, denied = self.channel.overwrites_for(everyone).pair()
        may_give, view = self._may_give(), discord.Permissions(view_channel=True)
        # Tried even where the bot may not see why it should work: nobody outside is to read on.
        await self._write(
            everyone.id, allowed & may_give & ~view, (denied & may_give) | view, _ROLE
        )

    async def _write(
        self,
        target_id: int,
        allow: discord.Permissions,
        deny: discord.Permissions,
        kind: Literal[0, 1],
    ) -> None:
        await self.bot.http.edit_channel_permissions(
            self.channel.id, target_id, str(allow.value), str(deny.value), kind
        )

    # -- name -------------------------------------------------------------------------------

    async def bring_name(self) -> None:
        """Give the channel the group's new name, or notice that it was changed by hand."""
        now = Seen(self.channel.name, self.channel.category_id)
        before = await self.bot.upkeep.seen(self.group)
        if self.group.name_stale:
            now = await self._rename(now)
        elif before == now:
            return
        elif before is not None:
            if before.name != now.name:
                await self.notices.tell("renamed", 0, tamper.RENAMED)
            if before.category_id != now.category_id:
                await self.notices.tell("moved", 0, tamper.MOVED)
        await self.bot.upkeep.saw(self.group.id, now)

    async def _rename(self, now: Seen) -> Seen:
        """Returns how the channel looks then: Discord does not take every name.

        What the group was called before is not its name any more; so a neutral one is next.
        """
        neutral = self.words(NEUTRAL)
        for name in (channel_name(self.known.name) or neutral, neutral):
            if name == now.name:
                break
            try:
                async with asyncio.timeout(_PATIENCE):
                    edited = await self.channel.edit(name=name)
                return now._replace(name=edited.name)
            except discord.HTTPException as error:
                if not places.refuses_name(error):
                    raise
                log.info("a channel's name is refused: %s", trace(error))
            await self.notices.tell(tamper.REFUSED, 0, tamper.SAID[tamper.REFUSED])
        return now

    # -- messages ---------------------------------------------------------------------------

    async def bring_messages(self) -> None:
        """The first message, and the cards of questions."""
        await self._bring_intro()
        await self._bring_cards()

    async def _bring_intro(self) -> None:
        """The first message: who is in, who can read, what can be done."""
        if not self.group.intro_stale:
            return
        members = await self.bot.groups.members(self.group.id)
        now = int(discord.utils.utcnow().timestamp())
        names = await self._names(*(each.person_id for each in members))
        card = cards.intro(self.words, self.known, members, now, names)
        if await self._show(ROOM, self.group.id, card):
            await self.bot.upkeep.intro_is_up(self.group)

    async def _bring_cards(self) -> None:
        """The cards of questions, open and just decided."""
        for decision_id in await self.bot.upkeep.stale_cards(self.group.id):
            view = await self.bot.questions.view(decision_id)
            if view is not None and view.decision.card == "stale":
                await self._bring_card(view)

    async def _bring_card(self, view: View) -> None:
        decision = view.decision
        hidden = await cards.is_hidden(self.bot, view)
        names = await self._names(
            decision.author_id, decision.subject_id or 0, *(each.person_id for each in view.said)
        )
        card = cards.card(self.words, self.known, view, names, hidden=hidden)
        if await self._show(CARD, decision.id, card, anew=decision.waits):
            await self.bot.upkeep.card_is_up(decision)
        elif not decision.waits:
            await self.bot.upkeep.no_card(decision.id)

    async def _names(self, *ids: int) -> dict[int, str]:
        return await places.names(self.bot.get_guild(self.group.guild_id), [*ids])

    async def _show(self, topic: str, key: str, card: Card, *, anew: bool = True) -> bool:
        """Let what stands show this; where nothing does, it is put up (`anew`). False: neither."""
        posting, posts = self.bot.posting, self.bot.posts
        post = await posts.shows(topic, key)
        if post is not None and post.message_id is None:
            # Its sending broke off: what there is of it may show less than this.
            if anew:
                post = await posting.put_up(topic, key, self.channel, card)
            else:
                post = await posting.still(post)
            return post is not None and await posting.renew(post, card)
        if post is not None and await posting.renew(post, card):
            return True
        return anew and await posting.put_up(topic, key, self.channel, card) is not None
