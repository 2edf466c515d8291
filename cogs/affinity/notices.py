"""What a group is told about its channel: once, in the channel, or else to each member."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from bot.affinity import OFF_LIST, TOLD_HERE, Event
from bot.affinity.rolls import Group
from bot.problems import Problem
from bot.replies import UNREACHED, Card, moment, trace
from bot.words import N_, Words, speak
from bot.work.posts import Post
from cogs.affinity import tamper
from cogs.affinity.fitting import person

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

_STUCK = N_("I can't keep this channel as the group has decided.")
_LEFT_OVER = N_("This group has ended, but I can't delete its channel.")
_OFF_LIST = N_(
    "{who} has taken this group off /affinity list, so nobody finds it there, nor can knock. "
    "Nothing else has changed. From {when} on, /affinity settings can put it in the list again."
)


class Notices:
    """Tells one group."""

    def __init__(self, bot: Firsthand, group: Group, channel: Any) -> None:
        self.bot = bot
        self.group = group
        self.channel = channel

    async def tell_again(self) -> None:
        """Say what could not be said when it was put right."""
        for kind, target_id, _ in await self.bot.upkeep.untold(self.group.id):
            message = tamper.SAID.get(kind)
            if message is not None:
                who = tamper.mention(kind, target_id)
                await self.tell(kind, target_id, message, who=who)

    async def tell(self, kind: str, target_id: int, message: str, **facts: Any) -> None:
        """Say something in the channel, unless it was said within the hour."""
        claimed = await self.bot.upkeep.is_news(self.group, kind, target_id)
        if claimed is not None:
            words = await self._words()
            await self._say(*claimed, words(message, **facts))

    async def stuck(self, problem: Problem, kind: str = "stuck") -> None:
        """Something cannot be done: say so once, until it works again."""
        claimed = await self.bot.upkeep.is_first(self.group, kind, 0)
        if claimed is None:
            return
        words = await self._words()
        text = words(_STUCK) + " " + problem.text(words)
        if self.channel is None or not await self._say(*claimed, text):
            await self.bot.upkeep.tell_members(self.group, Event.UNREACHED, claimed[0])

    async def off_list(self) -> None:
        """A moderator has taken the group off the list: say so once, for as long as it holds."""
        until = self.group.listed_from
        if until <= self.bot.clock():
            return
        claimed = await self.bot.upkeep.is_first(self.group, OFF_LIST, 0)
        if claimed is not None:
            words = await self._words()
            who = person(words, await self.bot.groups.off_list_by(self.group))
            await self._say(*claimed, words(_OFF_LIST, who=who, when=moment(until)))

    async def left_over(self, problem: Problem, kind: str = "leftover") -> bool:
        """The group has ended and its channel stands: say so once. False: not yet."""
        claimed = await self.bot.upkeep.is_first(self.group, kind, 0)
        if claimed is None:
            return await self.bot.upkeep.is_told(self.group, kind)
        if self.channel is None:
            await self.bot.upkeep.tell_members(self.group, Event.STAYS, claimed[0])
            return True
        words = await self._words()
        return await self._say(*claimed, words(_LEFT_OVER) + " " + problem.text(words))

    async def _words(self) -> Words:
        return speak((await self.bot.governance.charter(self.group.guild_id)).language)

    async def _say(self, post: Post, new: bool, text: str) -> bool:
        """False: it could not be said, and waits for the next look."""
        posting, card = self.bot.posting, Card(text)
        try:
            if new:
                await posting.send(post, self.channel, card, new=False)
            else:
                await posting.put_up(TOLD_HERE, post.key, self.channel, card)
        except UNREACHED as error:
            log.info("a group could not be told: %s", trace(error))
            return False
        await self.bot.upkeep.told(post)
        return True
