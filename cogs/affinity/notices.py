"""What a group is told about its channel: once, in the channel, or else to each member."""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING, Any

from bot.affinity import Event
from bot.affinity.rolls import Group
from bot.problems import Problem
from bot.replies import NOBODY, UNREACHED, Card, trace
from bot.words import N_, speak
from cogs.affinity import tamper

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Discord takes 25 characters.
_NONCE_BYTES = 12
_STUCK = N_("I can't keep this channel as the group has decided.")
_LEFT_OVER = N_(
    "This group has ended, but I may not delete its channel. Somebody who may manage channels "
    "in this server can delete it, or give me *Manage Channels*."
)


class Notices:
    """Tells one group."""

    def __init__(self, bot: Firsthand, group: Group, channel: Any) -> None:
        self.bot = bot
        self.group = group
        self.channel = channel

    async def tell_again(self) -> None:
        """Say what could not be said when it was put right."""
        for kind, target_id in await self.bot.upkeep.untold(self.group.id):
            message = tamper.SAID.get(kind)
            if message is not None:
                who = tamper.mention(kind, target_id)
                await self.tell(kind, target_id, message, who=who)

    async def tell(self, kind: str, target_id: int, message: str, **facts: Any) -> None:
        """Say something in the channel, unless it was said within the hour."""
        if await self.bot.upkeep.is_news(self.group.id, kind, target_id):
            await self._say(kind, target_id, message, **facts)

    async def stuck(self, problem: Problem, kind: str = "stuck") -> None:
        """Something cannot be done: say so once, until it works again."""
        if not await self.bot.upkeep.is_first(self.group.id, kind, 0):
            return
        charter = await self.bot.governance.charter(self.group.guild_id)
        words = speak(charter.language)
        said = self.channel is not None and await self._post(
            words(_STUCK) + " " + problem.text(words)
        )
        if not said:
            await self.bot.upkeep.tell_members(self.group, Event.UNREACHED)

    async def left_over(self) -> None:
        """The group has ended and its channel stands."""
        if self.channel is not None and await self.bot.upkeep.is_first(
            self.group.id, "leftover", 0
        ):
            await self._say("leftover", 0, _LEFT_OVER)

    async def _say(self, kind: str, target_id: int, message: str, **facts: Any) -> None:
        charter = await self.bot.governance.charter(self.group.guild_id)
        # The nonce: where only Discord's answer was lost, discord.py's own tries do not post it
        # twice. Discord forgets it within minutes; the next look may come later.
        sent = f"{self.channel.id} {kind} {target_id}".encode()
        nonce = hashlib.blake2s(sent, digest_size=_NONCE_BYTES).hexdigest()
        if not await self._post(speak(charter.language)(message, **facts), nonce):
            await self.bot.upkeep.not_told(self.group.id, kind, target_id)

    async def _post(self, text: str, nonce: str | None = None) -> bool:
        try:
            await self.channel.send(view=Card(text), allowed_mentions=NOBODY, nonce=nonce)
        except UNREACHED as error:
            log.info("a group could not be told: %s", trace(error))
            return False
        return True
