"""Who shares no server with the bot any more: in 30 days, what is theirs goes by itself.

From there nobody can ask for it: commands of an app that is installed to servers do not run in its
DM then (application commands). "Not seen" is not "gone": while a server is out, or does not answer,
nobody is noted, and before anything goes each server is asked once more. Whoever is met anywhere,
in a DM too, is not absent.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING

import discord

from bot.replies import trace
from bot.work.worker import NotNow

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Seconds between two looks, and people in each: within a day it is everybody's turn, up to 12,000.
EVERY, _PAGE = 3600, 500
#: People whom Discord looks for at once, and seconds that it may take.
_AT_ONCE, _PATIENCE = 100, 5
#: People whose data goes in one look: each asks every server, and takes words out of posts.
_ENDED = 5
#: After whom the next look goes on.
_CURSOR = "looked_for_up_to"
#: What says that somebody is not there: unknown member, unknown user (error codes).
_NOT_THERE = (10007, 10013)


class Absences:
    """Looks who is still there."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def look(self) -> None:
        """Note who of the next people is in no server, and end what is theirs where it is time.

        Raises one of UNREACHED while it is not known.
        """
        after = int(await self.bot.facts.get(_CURSOR) or 0)
        people = await self.bot.roster.everybody(after, _PAGE)
        absent = {*people}
        for guild in self._servers():
            absent -= await _present(guild, absent)
        await self.bot.roster.note_absent(absent, {*people} - absent)
        last = people[-1] if len(people) == _PAGE else 0
        await self.bot.facts.set(_CURSOR, str(last))
        for person_id in await self.bot.roster.absent_longest(_ENDED):
            await self._end(person_id)

    async def met(self, person_id: int) -> None:
        """Somebody is there, whatever the servers say."""
        try:
            await self.bot.roster.met(person_id)
        except Exception as error:
            # They are met again long before anything goes.
            log.error("that somebody is there is not noted: %s", trace(error))

    async def _end(self, person_id: int) -> None:
        """Erase somebody, unless they are there after all."""
        for guild in self._servers():
            if await _is_in(guild, person_id):
                await self.bot.roster.met(person_id)
                return
        self.bot.posting.soon(await self.bot.notices.looked(person_id, 0))
        self.bot.worker.soon(*await self.bot.privacy.erase(person_id))

    def _servers(self) -> list[discord.Guild]:
        if any(guild.unavailable for guild in self.bot.guilds):
            raise NotNow
        return [*self.bot.guilds]


async def _present(guild: discord.Guild, people: set[int]) -> set[int]:
    """Those of them who are in a server now."""
    ids, found = sorted(people), set[int]()
    for begin in range(0, len(ids), _AT_ONCE):
        wanted = ids[begin : begin + _AT_ONCE]
        try:
            async with asyncio.timeout(_PATIENCE):
                here = await guild.query_members(user_ids=wanted, limit=_AT_ONCE, cache=False)
        except discord.ClientException as error:
            raise NotNow from error
        found |= {member.id for member in here}
    return found


async def _is_in(guild: discord.Guild, person_id: int) -> bool:
    try:
        await guild.fetch_member(person_id)
    except discord.NotFound as error:
        if error.code not in _NOT_THERE:
            raise
        return False
    return True
