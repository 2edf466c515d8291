"""What Discord does not let the bot do for a group, where that is decided, and who can mend it."""

from __future__ import annotations

from typing import Any

import discord

from bot import places
from bot.places import Lack
from bot.problems import NEEDS_TWO_FACTOR, TWO_FACTOR, Problem, timed_out
from bot.replies import literal, timed_out_until
from bot.text import clean
from bot.words import N_

#: Discord's limits: channels in one category, and in one server.
CATEGORY_LIMIT, SERVER_LIMIT = 50, 500
_TOO_MANY_CHANNELS = 30013
_TOO_MANY_OVERWRITES = 30060
_INVALID_FORM = 50035
_NEEDED_BY_COMMUNITY = 50074

_LACKS = N_(
    "I lack the permission *{permission}* in this server, which groups need. Somebody who manages "
    "this server can give it to my role in the server's settings; /rules check shows everything I "
    "lack."
)
_LACKS_IN_CATEGORY = N_(
    "I lack the permission *{permission}* in the category **{where}**, which groups need there. My "
    "role has it in the server, but that category's own settings take it away. Somebody who "
    "manages channels can allow it to my role in them, or use another category: /rules edit says "
    "where new groups go, and a channel that is there can be moved."
)
_HIDDEN = N_(
    "The category **{where}** is hidden from me, so I can let nobody into a channel in it. "
    "Somebody who manages channels can allow *{permission}* to my role in that category's own "
    "settings, or use another category: /rules edit says where new groups go, and a channel that "
    "is there can be moved."
)
_LACKS_IN_CHANNEL = N_(
    "I lack the permission *{permission}* in this channel. My role has it in the server, but the "
    "channel's own settings take it away. Somebody who manages channels can allow it to my role "
    "in them."
)
_FORBIDDEN = N_(
    "Discord doesn't let me, and I can't see why: I seem to have every permission it takes. "
    "Somebody who manages this server can look at what the settings of the channel and of its "
    "category allow to my role."
)
_CATEGORY_FULL = N_(
    "The category for groups is full: Discord allows 50 channels in one. Somebody with Manage "
    "Server can choose another one in /rules edit, or make room in it."
)
_SERVER_FULL = N_(
    "This server has as many channels as Discord allows, 500. Somebody who may manage channels "
    "has to delete one before a group can open another."
)
_OVERWRITES_FULL = N_(
    "Discord allows no more exceptions to the permissions of this channel. Somebody who manages "
    "the server's channels can take old ones out of its permissions."
)
_NOT_NOW = N_(
    "Discord isn't answering at the moment. I keep trying, and the channel appears as soon as it "
    "works."
)
_STAYS = N_(
    "Discord lets nobody delete the channel that a Community server uses for its rules, or for "
    "Discord's updates. Somebody who manages this server can choose another channel for that, in "
    "Server Settings → Community, and then delete this one by hand."
)
_NAME = N_(
    "Discord takes neither the name that the channel would have, nor a neutral one. Please try "
    "again with another name."
)
_REFUSED = N_(
    "Discord doesn't let me do this and says: {code}. Somebody who manages this server can look at "
    "/rules check; try again then."
)


NOT_NOW = Problem(_NOT_NOW, lasts=False)
SERVER_FULL = Problem(_SERVER_FULL)
CATEGORY_FULL = Problem(_CATEGORY_FULL)
#: A channel that nobody can delete for now.
UNDELETABLE = Problem(_STAYS)


def barred(guild: discord.Guild) -> Problem | None:
    """The bot is in time-out there, so that it seems to lack everything."""
    return timed_out(timed_out_until(guild))


def problem_in(
    guild: discord.Guild, category: discord.CategoryChannel | None, *permissions: str
) -> Problem | None:
    """What keeps the bot from making a group's channel there and from letting people into it, or
    from letting them do what takes these permissions."""
    found = places.lacks(guild, category, permissions or places.GROUP_NEEDS)
    return barred(guild) or (_lack(found[0]) if found else None)


def problem_at(guild: discord.Guild, channel: Any, permission: str) -> Problem | None:
    """What keeps the bot from doing something that takes a permission in a group's channel."""
    if (problem := barred(guild)) is not None or channel is None:
        return problem
    if getattr(channel.permissions_for(guild.me), permission):
        # A category has no say in what is done, only in what people are let do.
        return problem_in(guild, channel.category) if permission == "manage_roles" else None
    if getattr(guild.me.guild_permissions, permission):
        return Problem(_LACKS_IN_CHANNEL, permission=permission)
    return Problem(_LACKS, permission=permission)


def problem_of(error: BaseException, refused: Problem | None = None) -> Problem:
    """What an error of Discord's means; `refused`: what it lacks for what it did, if that is it."""
    if not isinstance(error, discord.HTTPException) or error.status == 429 or error.status >= 500:
        return NOT_NOW
    if error.code == _TOO_MANY_CHANNELS:
        return SERVER_FULL
    if error.code == _TOO_MANY_OVERWRITES:
        return Problem(_OVERWRITES_FULL)
    if error.code == TWO_FACTOR:
        return NEEDS_TWO_FACTOR
    if error.code == _NEEDED_BY_COMMUNITY:
        return UNDELETABLE
    if isinstance(error, discord.Forbidden):
        return refused or Problem(_FORBIDDEN)
    if places.refuses_name(error):
        return Problem(_NAME)
    if error.code == _INVALID_FORM and "parent_id" in error.text:
        return CATEGORY_FULL
    return Problem(_REFUSED, code=f"{error.status}/{error.code}")


def _lack(lack: Lack) -> Problem:
    if lack.category is None:
        return Problem(_LACKS, permission=lack.permission)
    message = _HIDDEN if lack.permission == "view_channel" else _LACKS_IN_CATEGORY
    where = literal(clean(lack.category.name))
    return Problem(message, permission=lack.permission, where=where)
