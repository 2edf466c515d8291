"""What Discord does not let the bot do for a group, and who can mend it."""

from __future__ import annotations

import discord

from bot.problems import NEEDS_TWO_FACTOR, TWO_FACTOR, Problem
from bot.words import N_

#: Permissions a group's channel needs, by discord.py's name.
NEEDED = (
    "manage_channels",
    "manage_roles",
    "view_channel",
    "send_messages",
    "read_message_history",
)
#: Discord's limits: channels in one category, and in one server.
CATEGORY_LIMIT, SERVER_LIMIT = 50, 500
_TOO_MANY_CHANNELS = 30013
_TOO_MANY_OVERWRITES = 30060
_INVALID_FORM = 50035

_LACKS = N_(
    "I lack the permission *{permission}*, which a group's channel needs. Somebody who manages "
    "this server can give it to my role; /rules check shows everything I lack."
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
_REFUSED = N_(
    "Discord doesn't let me open the channel and says: {code}. Somebody who manages this server "
    "can look at /rules check; try again then."
)


NOT_NOW = Problem(_NOT_NOW, lasts=False)
SERVER_FULL = Problem(_SERVER_FULL)
CATEGORY_FULL = Problem(_CATEGORY_FULL)


def lacking(mine: discord.Permissions) -> Problem | None:
    """The first permission that is missing for a group's channel."""
    for name in NEEDED:
        if not getattr(mine, name):
            return Problem(_LACKS, permission=name)
    return None


def problem_of(error: BaseException, permission: str = "manage_roles") -> Problem:
    """What an error of Discord's means; `permission` is what it takes to do what was refused."""
    if not isinstance(error, discord.HTTPException) or error.status == 429 or error.status >= 500:
        return NOT_NOW
    if error.code == _TOO_MANY_CHANNELS:
        return SERVER_FULL
    if error.code == _TOO_MANY_OVERWRITES:
        return Problem(_OVERWRITES_FULL)
    if error.code == TWO_FACTOR:
        return NEEDS_TWO_FACTOR
    if isinstance(error, discord.Forbidden):
        return Problem(_LACKS, permission=permission)
    if error.code == _INVALID_FORM and "parent_id" in error.text:
        return CATEGORY_FULL
    return Problem(_REFUSED, code=f"{error.status}/{error.code}")
