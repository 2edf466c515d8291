"""What changes a rule, and what it may be changed to: a menu's answer can be forged."""

from __future__ import annotations

import re
from typing import Any

import discord
from discord import ui

from bot.governance.rules import CHANNELS_LIMIT, Group, Kind, Rule, channel_ids
from bot.governance.service import Setting
from bot.replies import button, custom_id
from bot.words import N_, Words
from cogs.rules.says import value_in_words

#: What menus of channels offer, and what is taken: where the bot can post, or a category. Several
#: stand for the threads in them, too, and a forum for its posts.
_PLACES: dict[Kind, Any] = {
    Kind.CHANNEL: discord.TextChannel,
    Kind.CHANNELS: (discord.TextChannel, discord.ForumChannel),
    Kind.CATEGORY: discord.CategoryChannel,
}
_TYPES = {
    Kind.CHANNEL: [discord.ChannelType.text, discord.ChannelType.news],
    Kind.CHANNELS: [
        discord.ChannelType.text,
        discord.ChannelType.news,
        discord.ChannelType.forum,
        discord.ChannelType.media,
    ],
    Kind.CATEGORY: [discord.ChannelType.category],
}
#: What noticing can leave out: wherever people write, and AutoMod holds messages.
_WRITTEN_IN = (
    discord.TextChannel,
    discord.VoiceChannel,
    discord.StageChannel,
    discord.ForumChannel,
)
_ALL_TYPES = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.voice,
    discord.ChannelType.stage_voice,
    discord.ChannelType.forum,
    discord.ChannelType.media,
]
_ID = re.compile(r"[0-9]{1,20}")
#: Discord's menu of roles offers all there are; some of them are nobody's to give.
NO_SUCH_ROLE = N_(
    "I can't use that role. Please choose one that people give: not the one that everybody has, "
    "nor one that Discord or an app hands out."
)


def find(guild: discord.Guild, rule: Rule, named: int) -> Any:
    """The role, channel or category of this server that a rule names, if it may name it."""
    if rule.kind is Kind.ROLE:
        role = guild.get_role(named)
        return None if role is None or role.is_default() or role.managed else role
    channel = guild.get_channel(named)
    places = _WRITTEN_IN if rule.group is Group.NOTICING else _PLACES[rule.kind]
    return channel if isinstance(channel, places) else None


def may_name(guild: discord.Guild, rule: Rule, value: str) -> bool:
    """Whether this server has all that a value names. Always so for what names nothing."""
    if rule.kind is not Kind.ROLE and rule.kind not in _PLACES:
        return True
    ids = value.split(",") if value else []
    return all(_ID.fullmatch(each) and find(guild, rule, int(each)) for each in ids)


def changer(words: Words, guild: discord.Guild, rule: Rule, setting: Setting) -> ui.Item[Any]:
    """The button or menu that changes a rule."""
    key = f"{rule.name}.{setting.revision}"
    if rule.kind is Kind.NUMBER:
        return button(words("Change"), "number-rule", key, discord.ButtonStyle.primary)
    if rule.kind is Kind.CHOICE:
        return ui.Select(
            custom_id=custom_id("set-rule", key),
            options=[
                discord.SelectOption(
                    label=value_in_words(words, rule, option),
                    value=option,
                    default=option == setting.value,
                )
                for option in rule.options
            ],
        )
    # Only what is still there is chosen beforehand: Discord may fail over anything else.
    stored = channel_ids(setting.value)
    there = [discord.Object(each) for each in stored if find(guild, rule, each)]
    if rule.kind is Kind.ROLE:
        return ui.RoleSelect(
            custom_id=custom_id("set-rule", key), min_values=0, max_values=1, default_values=there
        )
    return ui.ChannelSelect(
        custom_id=custom_id("set-rule", key),
        channel_types=_ALL_TYPES if rule.group is Group.NOTICING else _TYPES[rule.kind],
        min_values=0,
        max_values=CHANNELS_LIMIT if rule.kind is Kind.CHANNELS else 1,
        default_values=there,
    )
