"""*Hold at the door*: making, following and removing the bot's rule in Discord's AutoMod.

Discord holds the messages; the bot reads nothing. What a moderator changed by hand in the rule
stays (`bot.noticing.by_hand`), and one that was deleted by hand is not made again by itself.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import AutoModRuleAction, AutoModRuleActionType, AutoModRuleTriggerType, AutoModTrigger

from bot.governance.rules import Charter, Noticing
from bot.noticing.by_hand import MOST_RULES, Found, Last, Merged, Wanted, merge, not_ours
from bot.noticing.doors import Door, DoorState
from bot.noticing.patterns import KEYWORD_REGEXES
from bot.replies import UNREACHED, timed_out_until
from bot.words import N_, speak
from bot.work.queue import Piece
from bot.work.worker import NotNow

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: What moderators see in the server's settings (Discord: 100 characters), and what the one sees
#: whose message is held (150).
NAME = N_("Firsthand: speaking for others")
MESSAGE = N_(
    "This seems to speak for somebody else. Ask them first: /consent ask. Or say it for yourself."
)
#: Seconds between two looks at a door to which nothing happens.
_DAILY = 86_400
#: What is in the way may be gone by the next try.
_TRIED_AGAIN = (DoorState.LACKING, DoorState.FULL, DoorState.LEAVING)
_BLOCK = AutoModRuleActionType.block_message


class Keeper:
    """Keeps the rule of each server in step with the server's rules."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def due(self, piece: Piece) -> int | None:
        """Look at the door of a server."""
        guild_id = int(piece.key)
        door = await self.bot.doors.get(guild_id)
        if door is None:
            return None
        guild = self.bot.get_guild(guild_id)
        if guild is None or guild.unavailable or timed_out_until(guild):
            raise NotNow
        charter = await self.bot.governance.charter(guild_id)
        holds = charter.noticing is Noticing.HOLD
        try:
            state = await (self._hold if holds else self._leave)(guild, door, charter)
        except UNREACHED:
            denied = not guild.me.guild_permissions.manage_guild
            later = DoorState.LACKING if denied else DoorState.FAILING
            # What was made or found on the way is known by the next look at the latest.
            await self.bot.doors.settle(door, later if holds else DoorState.LEAVING)
            raise
        if state in _TRIED_AGAIN:
            raise NotNow
        return None if state is None else self.bot.clock() + _DAILY

    async def _hold(self, guild: discord.Guild, door: Door, charter: Charter) -> DoorState:
        doors, wanted = self.bot.doors, _wanted(guild, charter)
        if door.state == DoorState.DELETED:
            return DoorState.DELETED
        if not guild.me.guild_permissions.manage_guild:
            return await doors.settle(door, DoorState.LACKING)
        ours, others = await self._find(guild, door)
        rule = ours[0] if ours else None
        for spare in ours[1:]:
            await _remove(spare, door, wanted)
        if rule is None and door.rule_id is not None:
            return await doors.settle(door._replace(rule_id=None), DoorState.DELETED)
        if rule is None and others >= MOST_RULES:
            return await doors.settle(door, DoorState.FULL)
        if rule is None:
            made = await _make(guild, wanted)
            kept = door._replace(rule_id=made.id, last_set=str(Last.of(wanted)))
            return await doors.settle(kept, DoorState.UP, by_hand=())
        found = _found(rule)
        merged = merge(found, door.last, wanted)
        await _change(rule, found, merged)
        kept = door._replace(rule_id=rule.id, last_set=str(merged.last))
        return await doors.settle(kept, DoorState.UP, by_hand=merged.by_hand)

    async def _leave(self, guild: discord.Guild, door: Door, charter: Charter) -> DoorState | None:
        """Nothing is held any more: the rule goes, but not what somebody else put into it.

        None: it is gone.
        """
        if guild.me.guild_permissions.manage_guild:
            ours, _ = await self._find(guild, door)
            for rule in ours:
                await _remove(rule, door, _wanted(guild, charter))
        elif door.rule_id is not None:
            return await self.bot.doors.settle(door, DoorState.LEAVING)
        await self.bot.doors.close(door.guild_id)
        return None

    async def _find(
        self, guild: discord.Guild, door: Door
    ) -> tuple[list[discord.AutoModRule], int]:
        """The bot's rules, the known one first, and how many rules with words others have made.

        There should be one. A process may have died before it wrote the id down; and where
        Discord's answer was lost on the way, discord.py asked for it twice.
        """
        rules = [
            rule
            for rule in await guild.fetch_automod_rules()
            if rule.trigger.type is AutoModRuleTriggerType.keyword
        ]
        ours = [rule for rule in rules if rule.creator_id == guild.me.id]
        ours.sort(key=lambda rule: (rule.id != door.rule_id, rule.id))
        return ours, len(rules) - len(ours)


def _wanted(guild: discord.Guild, charter: Charter) -> Wanted:
    words = speak(charter.language)
    channels = (each for each in charter.noticing_leaves_out if guild.get_channel(each))
    return Wanted(words(NAME), words(MESSAGE), KEYWORD_REGEXES, frozenset(channels))


def _found(rule: discord.AutoModRule) -> Found:
    blocking = [each for each in rule.actions if each.type is _BLOCK]
    return Found(
        name=rule.name,
        message=blocking[0].custom_message if blocking else None,
        patterns=tuple(rule.trigger.regex_patterns),
        channels=frozenset(rule.exempt_channel_ids),
        enabled=rule.enabled,
        blocks=bool(blocking),
        more=len(rule.actions) > len(blocking),
        words=bool(rule.trigger.keyword_filter or rule.trigger.allow_list),
        roles=bool(rule.exempt_role_ids),
    )


async def _make(guild: discord.Guild, wanted: Wanted) -> discord.AutoModRule:
    return await guild.create_automod_rule(
        name=wanted.name,
        event_type=discord.AutoModRuleEventType.message_send,
        trigger=AutoModTrigger(
            type=AutoModRuleTriggerType.keyword, regex_patterns=list(wanted.patterns)
        ),
        actions=[AutoModRuleAction(type=_BLOCK, custom_message=wanted.message)],
        enabled=True,
        exempt_channels=[discord.Object(each) for each in sorted(wanted.channels)],
    )


async def _change(rule: discord.AutoModRule, found: Found, merged: Merged) -> None:
    """Set what is not as it should be, and nothing else."""
    changes: dict[str, Any] = {}
    if merged.name != found.name:
        changes["name"] = merged.name
    if merged.message != found.message:
        changes["actions"] = [
            AutoModRuleAction(type=_BLOCK, custom_message=merged.message)
            if each.type is _BLOCK
            else each
            for each in rule.actions
        ]
    if merged.patterns != found.patterns:
        changes["trigger"] = _trigger(rule.trigger, merged.patterns)
    if merged.channels != found.channels:
        changes["exempt_channels"] = [discord.Object(each) for each in sorted(merged.channels)]
    if changes:
        await rule.edit(**changes)


def _trigger(trigger: AutoModTrigger, patterns: tuple[str, ...]) -> AutoModTrigger:
    """The trigger with other expressions; its words stay."""
    return AutoModTrigger(
        type=AutoModRuleTriggerType.keyword,
        keyword_filter=trigger.keyword_filter,
        regex_patterns=list(patterns),
        allow_list=trigger.allow_list,
    )


async def _remove(rule: discord.AutoModRule, door: Door, wanted: Wanted) -> None:
    """Take away what is the bot's of a rule, and the rule if nothing else is in it."""
    found = _found(rule)
    theirs = not_ours(found, door.last, wanted)
    if theirs or found.words:
        if theirs != found.patterns:
            await rule.edit(trigger=_trigger(rule.trigger, theirs))
        return
    try:
        await rule.delete()
    except discord.NotFound:
        log.info("a rule was gone already")
