"""Noticing in a server: the private nudge, and the rule that holds messages at the door.

There are no commands here: moderators choose what happens in `/rules edit`, and `/rules try` shows
to everybody what noticing would say.
"""

from __future__ import annotations

import logging
from functools import cached_property
from typing import TYPE_CHECKING

import discord
from discord.ext import commands

from bot.noticing import DOOR, NUDGE
from bot.work.queue import Todo

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.noticing.parts import Parts

log = logging.getLogger(__name__)


class NoticingCog(commands.Cog):
    """Hears what Discord tells, and hands it on."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        bot.controls.later(lambda: self.parts)
        bot.inbox.add(NUDGE, lambda *given: self.parts.nudge.show(*given))

    @cached_property
    def parts(self) -> Parts:
        """Loaded when somebody needs them: a start is quicker without."""
        from cogs.noticing.parts import Parts

        return Parts(self.bot)

    async def cog_load(self) -> None:
        self.bot.worker.every(3600, "nudges", lambda: self.bot.nudges.forget_old())
        self.bot.doorbell.only_if(NUDGE, lambda notice: self.parts.nudge.still_so(notice))
        self.bot.worker.handle(DOOR, lambda piece: self.parts.keeper.due(piece))
        if self.bot.intents.message_content:
            # Without it messages come without their text, and there is nothing to hear.
            self.bot.add_listener(self._hear, "on_message")

    @commands.Cog.listener()
    async def on_ready(self) -> None:
        """What was done to the bot's AutoMod rules while it was away is seen at the next look."""
        await self.bot.doors.look_at_all()

    @commands.Cog.listener()
    async def on_automod_rule_update(self, rule: discord.AutoModRule) -> None:
        await self._look_at(rule)

    @commands.Cog.listener()
    async def on_automod_rule_delete(self, rule: discord.AutoModRule) -> None:
        await self._look_at(rule)

    async def _hear(self, message: discord.Message) -> None:
        await self.parts.listening.hear(message)

    async def _look_at(self, rule: discord.AutoModRule) -> None:
        """Only the bot's own rule: what moderators hold back by others is theirs."""
        if self.bot.user is not None and rule.creator_id == self.bot.user.id:
            await self.bot.doors.look_soon(rule.guild.id)
            await self.bot.worker.run(Todo(DOOR, str(rule.guild.id)))


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(NoticingCog(bot))
