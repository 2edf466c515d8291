"""The keeper: brings Discord to what the database says about a group, and keeps it there.

The database says who belongs (design, section 2); a channel's overwrites follow. `look` compares
both and does what is missing: after every change, when Discord reports a change, once for every
group at start, and daily. It may run twice at once and die at any point: what was not done is found
again at the next look.

In one look: a group that has ended loses its channel; one without a channel gets it; access is
given and taken; the channel's name, its first message and its cards are brought up to date.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord

from bot.affinity import GROUP
from bot.affinity.rolls import MAKING_TAKES, Group
from bot.affinity.rules import DAY
from bot.affinity.service import Known
from bot.affinity.upkeep import Seen
from bot.problems import Problem
from bot.replies import UNREACHED, trace
from bot.words import speak
from bot.work.notices import RING
from bot.work.queue import Piece, Todo
from bot.work.worker import NotNow
from cogs.affinity import tamper
from cogs.affinity.channels import Channels
from cogs.affinity.ending import Ending
from cogs.affinity.notices import Notices
from cogs.affinity.problems import barred, problem_at, problem_of
from cogs.affinity.rooms import Room

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Seconds between two looks that changes in Discord ask for.
_PAUSE = 30


class Keeper:
    """Looks after the channels of groups."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self.channels = Channels(bot)
        self.ending = Ending(bot, self.channels)
        #: Groups that this process is ending now.
        self._ending: set[str] = set()

    # -- what commands call -----------------------------------------------------------------

    async def start(self, group: Group) -> Problem | None:
        """Make the channel of a new group. A problem that lasts: there is no group either."""
        problem = await self.channels.make(group.id)
        if problem is not None and problem.lasts:
            await self.bot.groups.not_started(group)
        elif problem is None:
            await self.settle(group.id)
        return problem

    async def reopen(self, group_id: str) -> Problem | None:
        """Open another channel for a group whose channel is gone."""
        await self.bot.upkeep.reopen(group_id)
        problem = await self.channels.make(group_id)
        if problem is None:
            await self.settle(group_id)
        return problem

    async def settle(self, group_id: str) -> None:
        """Bring Discord to what the database says. What cannot be done now is done later."""
        await self.bot.worker.run(Todo(GROUP, group_id))

    # -- due work and events ----------------------------------------------------------------

    async def close(self, piece: Piece) -> int | None:
        """Decide what has run out; the group's channel shows it then."""
        decision = await self.bot.questions.row(piece.key)
        group = None if decision is None else await self.bot.groups.row(decision.group_id)
        if decision is None or group is None or not decision.waits:
            return None
        if decision.due_at > self.bot.clock():
            return decision.due_at
        await self._look_who_is_here(group)
        closed = await self.bot.deciding.settle(decision.id)
        return closed.due_at if closed is not None and closed.waits else None

    async def changed(self, channel: discord.abc.GuildChannel) -> None:
        """Discord reports a change of a channel: if it is a group's, look what it was."""
        group = await self.bot.upkeep.of_channel(channel.id)
        if group is None or group.state != "open":
            return
        roll = await self.bot.upkeep.roll(group.id)
        seen = await self.bot.upkeep.seen(group)
        if seen == Seen(channel.name, channel.category_id) and not tamper.found(channel, roll):
            return
        # Two bots that undo each other's work must not do so without end.
        pause = _PAUSE if group.settled_at + _PAUSE > self.bot.clock() else 0
        # Also where somebody looks at it right now, and has not seen this.
        await self.bot.upkeep.look_soon(group, pause)
        if not pause:
            await self.settle(group.id)

    async def deleted(self, channel_id: int) -> None:
        """Discord reports that a channel is gone: if it is a group's, its members are told."""
        group = await self.bot.upkeep.of_channel(channel_id)
        # What we delete ourselves is reported as well; whoever deletes it goes on from there.
        if group is not None and group.id not in self._ending:
            await self.bot.upkeep.look_soon(group)
            await self.settle(group.id)

    # -- one look ---------------------------------------------------------------------------

    async def look(self, piece: Piece) -> int | None:
        """Look at one group. Raises one of UNREACHED."""
        known = await self.bot.groups.get(piece.key)
        if known is None:
            return None
        guild = self.bot.get_guild(known.group.guild_id)
        if guild is None:
            # The bot was removed: nothing can be done there.
            return await self.bot.upkeep.settled(known.group, stuck=True)
        if guild.unavailable:
            # It has yet to come, or Discord is down for it.
            raise NotNow
        if known.group.state in ("open", "lost"):
            known = await self._decide(known.group)
        if known is None:
            return None
        if barred(guild) is not None:
            # Whatever Discord refuses now says nothing about what the bot lacks.
            raise NotNow
        if known.group.state == "closing":
            self._ending.add(known.id)
            try:
                return await self.ending.end(known, guild)
            finally:
                self._ending.discard(known.id)
        if known.group.restored and known.group.channel_id is None:
            return await self._find_restored(known.group, guild)
        if known.group.state in ("opening", "reopening"):
            problem = await self.channels.make(known.id)
            if problem is not None:
                return await self._not_made(known.group, problem)
            known = await self.bot.groups.get(known.id)
        if known is None:
            return None
        if known.group.state in ("opening", "reopening", "closing"):
            return self.bot.clock() + MAKING_TAKES  # another process is at it
        stuck = False if known.group.channel_id is None else await self._compare(known, guild)
        return await self.bot.upkeep.settled(known.group, stuck=stuck)

    async def _decide(self, group: Group) -> Known | None:
        """Decide what can be decided, and read the group again: that may have ended it.

        A process may have died between the last answer and its counting, and nobody else counts
        when the one who was waited for has erased everything.
        """
        if group.seen_at + DAY <= int(discord.utils.utcnow().timestamp()):
            await self._look_who_is_here(group)
        await self.bot.deciding.settle_group(group.id)
        # Whoever was parted with hears of it before the channel shows it.
        parted = await self.bot.groups.just_parted(group.id)
        await self.bot.worker.run(*(Todo(RING, str(person_id)) for person_id in parted))
        return await self.bot.groups.get(group.id)

    async def _compare(self, known: Known, guild: discord.Guild) -> bool:
        """Compare one group with its channel. True: something cannot be done for now."""
        group = known.group
        # The roll first and Discord after it: whoever is on it as `in` must be there.
        roll = await self.bot.upkeep.roll(group.id)
        try:
            channel = await self.bot.fetch_channel(group.channel_id or 0)
        except discord.NotFound:
            if group.restored:
                await self._find_restored(group, guild)
            else:
                await self.bot.upkeep.lost_channel(group)
            return False
        except discord.Forbidden as error:
            log.info("a group's channel cannot be seen: %s", trace(error))
            refused = problem_at(guild, guild.get_channel(group.channel_id or 0), "view_channel")
            problem = problem_of(error, refused)
            if not problem.lasts:
                raise
            await Notices(self.bot, group, None).stuck(problem)
            return True
        if group.restored:
            await self.bot.upkeep.drop_restored(group, tamper.let_in(channel))
            await self.bot.deciding.settle_group(group.id)
            roll = await self.bot.upkeep.roll(group.id)
        charter = await self.bot.governance.charter(guild.id)
        # Who joined since a backup was made is not on its roll: nobody did that by hand.
        room = Room(self.bot, known, channel, speak(charter.language), quiet=bool(group.restored))
        await room.notices.tell_again()
        await room.notices.off_list()
        stuck = False
        steps = {
            "manage_roles": lambda: room.bring_access(roll),
            "send_messages": room.bring_messages,
            # Last, because Discord may make it wait for minutes.
            "manage_channels": room.bring_name,
        }
        for permission, bring in steps.items():
            try:
                problem = await bring()
            except discord.HTTPException as error:
                problem = problem_of(error, problem_at(guild, channel, permission))
                if not problem.lasts:
                    raise
                log.info("a group's channel is not as it should be: %s", trace(error))
            if problem is not None:
                await room.notices.stuck(problem)
                stuck = True
        return stuck

    async def _find_restored(self, group: Group, guild: discord.Guild) -> int:
        """A group out of a backup has lost its channel. It may have got another one since.

        Returns when to look again: now.
        """
        channel = await self.channels.find(guild, group.id)
        if channel is None:
            await self.bot.upkeep.end_restored(group)
        else:
            await self.bot.upkeep.moved_to(group.id, channel.id, channel.category_id, channel.name)
        return self.bot.clock()

    async def _look_who_is_here(self, group: Group) -> None:
        """Ask Discord which of the members are in the server."""
        guild = self.bot.get_guild(group.guild_id)
        if guild is None or guild.unavailable:
            return
        ids = [member.person_id for member in await self.bot.groups.members(group.id)]
        try:
            here = await guild.query_members(user_ids=ids, limit=len(ids), cache=False)
        except (*UNREACHED, discord.ClientException) as error:
            log.info("nobody could be looked for: %s", trace(error))
            return
        await self.bot.upkeep.note_presence(group, {member.id for member in here})

    async def _not_made(self, group: Group, problem: Problem) -> int | None:
        """Nobody waits for an answer: whoever started the group is told, if it will not be."""
        if not problem.lasts:
            raise NotNow
        if group.state == "reopening":
            return await self.bot.upkeep.settled(group, stuck=True)
        starter = next(iter(await self.bot.upkeep.roll(group.id)), None)
        await self.bot.groups.not_started(group, starter)
        return None
