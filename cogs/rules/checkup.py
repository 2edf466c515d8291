"""`/rules check`: what the bot lacks in a server, and what stops without it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import discord

from bot.governance.rules import RULES, Charter, Group, Kind, Rule, channel_ids
from bot.governance.service import Setting
from bot.noticing.doors import Door
from bot.places import GROUP_NEEDS as NEEDED_BY_GROUPS
from bot.places import GROUP_USES, bot_writes, first_category, lacks
from bot.problems import PERMISSION_NAMES
from bot.replies import (
    Interaction,
    Refused,
    answer,
    in_seen_server,
    listed,
    moment,
    timed_out_until,
    words_for,
)
from bot.words import N_, Words
from cogs.rules import noticing
from cogs.rules.choices import find
from cogs.rules.panel import moderated
from cogs.rules.says import mention

if TYPE_CHECKING:
    from bot.app import Firsthand

#: Channels and the like that are named as wrong; two lists of 25 would not fit a card.
_FAULTS_SHOWN = 10
#: Permissions the bot needs, by discord.py's name: what stops without.
NEEDS = {
    "view_channel": N_("Without it, I can't see where to post or ring."),
    "send_messages": N_("Without it, /consent speak, the doorbell and announcements stop."),
    "send_messages_in_threads": N_("Without it, /consent speak and the doorbell stop in threads."),
    "read_message_history": N_(
        "Without it, I can't find a post again after a crash, to take its words out."
    ),
}
#: The same, for affinity groups alone.
GROUP_NEEDS = {
    "manage_channels": N_(
        "Without it, I can't open, rename or delete the channels of affinity groups."
    ),
    "manage_roles": N_(
        "Without it, I can't let members into their group's channel or take access away. "
        "(In a channel's own settings, Discord calls it Manage Permissions.)"
    ),
    "manage_messages": N_("Without it, disappearing messages stop: what members write stays."),
    "create_public_threads": N_("Without it, *Ask* on a proposal opens no thread."),
}
#: What a category can take from the bot there, beside these.
CATEGORY_NEEDS = {
    **GROUP_NEEDS,
    **dict.fromkeys(
        ("view_channel", "send_messages", "read_message_history", "manage_channels"),
        N_("Without it, I can't open channels for groups there."),
    ),
    "manage_permissions": N_("Without it, I can't let members into their group's channel there."),
    "send_messages_in_threads": N_(
        "Without it, members may be unable to write in the threads of *Ask* there."
    ),
}
#: The same, for reading circles.
CIRCLE_NEEDS = {
    "create_events": N_("Without it, /reading circle stops."),
    "create_public_threads": N_("Without it, /reading circle stops."),
}


#: What to press in Discord.
_IN_SERVER = N_("*Server Settings → Roles →* my role *→ Permissions* gives me what is missing.")
_IN_CHANNEL = N_(
    "In *Edit Channel* or *Edit Category*, *→ Permissions*, my role can be let view it, send "
    "messages, and do what is missing."
)
_TIMED_OUT = N_(
    "Somebody who moderates this server has put me in time-out until {when}, and until then I can "
    "do next to nothing here. To end it: right-click my name (on a phone, press it long), *Remove "
    "Timeout*. Then use /rules check again."
)
_KEPT = N_(
    "- {channel}: **this is a group's, and has become the server's channel for rules or updates.** "
    "Discord lets nobody delete it while it is. *Server Settings → Community* takes another one."
)


class Checkup:
    """For moderators."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def command(self, interaction: Interaction) -> None:
        moderated(interaction)
        guild, words = in_seen_server(interaction), words_for(interaction)
        if until := timed_out_until(guild):
            # Until then everything else seems to be missing, too.
            raise Refused(words(_TIMED_OUT, when=moment(until)))
        settings = await self.bot.governance.settings(guild.id)
        door = await noticing.looked_at(self.bot, guild.id)
        content = self.bot.intents.message_content
        report = _report(words, guild, settings, door, message_content=content)
        chosen = channel_ids(settings["group_category"].value)
        faults = [
            *_faults(words, guild, settings),
            *_taken(words, guild, *chosen, await self.bot.upkeep.place(guild.id)),
            *await self._kept(words, guild),
        ]
        charter = Charter({name: setting.value for name, setting in settings.items()})
        stopped = noticing.is_stopped(charter, door, message_content=content)
        needed = discord.Permissions(**dict.fromkeys(NEEDS | GROUP_NEEDS | CIRCLE_NEEDS, True))
        if not guild.me.guild_permissions >= needed:
            report.append(words(_IN_SERVER))
        elif not faults and not stopped:
            report.insert(0, words("**Nothing is missing.**"))
        if faults:
            # A moderator on a phone sees first what there is to do.
            report[:0] = [words("**To be mended**"), listed(faults, _FAULTS_SHOWN)]
            report.insert(2, words(_IN_CHANNEL))
        await answer(interaction, *report)

    async def _kept(self, words: Words, guild: discord.Guild) -> list[str]:
        """Channels of groups that Discord lets nobody delete while the server uses them so."""
        found: list[str] = []
        for channel in filter(None, (guild.rules_channel, guild.public_updates_channel)):
            if await self.bot.upkeep.of_channel(channel.id) is not None:
                found.append(words(_KEPT, channel=channel.mention))
        return list(dict.fromkeys(found))


def _faults(words: Words, guild: discord.Guild, settings: Mapping[str, Setting]) -> list[str]:
    """What is wrong with what the rules name."""
    return [
        words(
            "- {rule} ({value}): **{fault}**",
            rule=words(rule.label),
            value=mention(rule, named),
            fault=fault,
        )
        for name, rule in RULES.items()
        if rule.kind not in (Kind.CHOICE, Kind.NUMBER)
        for named in channel_ids(settings[name].value)
        if (fault := _fault(words, rule, find(guild, rule, named)))
    ]


def _taken(words: Words, guild: discord.Guild, *categories: int | None) -> list[str]:
    """What the category that groups go to takes from the bot, though it has it in the server."""
    category = first_category(guild, *categories)
    return [
        words(
            "- {category}: **{permission} is taken from me there.** {stops}",
            category=lack.category.mention,
            permission=words(PERMISSION_NAMES[lack.permission]),
            stops=words(CATEGORY_NEEDS[lack.permission]),
        )
        for lack in lacks(guild, category, (*NEEDED_BY_GROUPS, *GROUP_USES))
        if lack.category is not None
    ]


def _report(
    words: Words,
    guild: discord.Guild,
    settings: Mapping[str, Setting],
    door: Door | None,
    *,
    message_content: bool,
) -> list[str]:
    """What the bot has and lacks here, in paragraphs."""
    return [
        words("**What I need here**"),
        _permissions(words, guild, NEEDS),
        words(
            "**What I need for affinity groups**\n"
            "You can leave these, and the ones below, off: everything else goes on working."
        ),
        _permissions(words, guild, GROUP_NEEDS),
        words("**What I need for reading circles**"),
        _permissions(words, guild, CIRCLE_NEEDS),
        words("**What I need for noticing only**"),
        _noticing(words, guild, settings, door, message_content=message_content),
    ]


def _noticing(
    words: Words,
    guild: discord.Guild,
    settings: Mapping[str, Setting],
    door: Door | None,
    *,
    message_content: bool,
) -> str:
    """What each kind of noticing needs, and what the one that was chosen lacks."""
    charter = Charter({name: setting.value for name, setting in settings.items()})
    if message_content:
        intent = words("- Message content intent: on. Only the private nudge uses it.")
    else:
        intent = words("- Message content intent: off. Only the private nudge needs it.")
    if guild.me.guild_permissions.manage_guild:
        permission = words("- Manage Server: I have it. Only *hold at the door* uses it.")
    else:
        permission = words("- Manage Server: I don't have it. Only *hold at the door* needs it.")
    standing = noticing.standing(words, charter, door, message_content=message_content)
    return "\n".join([intent, permission, *([standing] if standing else [])])


def _permissions(words: Words, guild: discord.Guild, needs: Mapping[str, str]) -> str:
    mine = guild.me.guild_permissions
    return "\n".join(
        words("- {permission}: I have it.", permission=words(PERMISSION_NAMES[name]))
        if getattr(mine, name)
        else words(
            "- {permission}: **missing.** {stops}",
            permission=words(PERMISSION_NAMES[name]),
            stops=words(stops),
        )
        for name, stops in needs.items()
    )


def _fault(words: Words, rule: Rule, found: Any) -> str:
    """What is wrong with a role, channel or category that a rule names; empty: nothing."""
    if found is None:
        return words("It no longer exists. Choose another in /rules edit.")
    if rule.kind is Kind.ROLE or rule.group is Group.NOTICING:
        return ""  # Nothing is posted there.
    # What a category takes from the bot has lines of its own.
    if rule.kind is Kind.CATEGORY or bot_writes(found):
        return ""
    return words("I can't write there.")
