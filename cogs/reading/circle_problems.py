"""What Discord does not let the bot do for a reading circle, and who can mend it."""

from __future__ import annotations

from typing import Any

import discord

from bot.problems import NEEDS_TWO_FACTOR, TWO_FACTOR, Problem
from bot.words import N_

#: What a circle needs in its channel, by discord.py's name.
_IN_CHANNEL = (
    "view_channel",
    "send_messages",
    "read_message_history",
    "create_public_threads",
    "send_messages_in_threads",
)
#: And in the server. Discord lets whoever made an event change and delete it with this alone.
_IN_SERVER = ("create_events",)
_TOO_MANY_EVENTS = 30038
_TOO_MANY_THREADS = 160006

_LACKS = N_(
    "I lack the permission *{permission}*, which a reading circle needs. Somebody who manages this "
    "server can give it to my role, or to me in this channel; /rules check shows everything I lack."
)
_GONE = N_("The channel or the message is gone. Use /reading circle again, in another channel.")
_EVENTS_FULL = N_(
    "This server has as many events as Discord allows, 100. Somebody who manages events has to end "
    "or cancel one first."
)
_THREADS_FULL = N_(
    "This server has as many open threads as Discord allows. Somebody who manages threads has to "
    "close one first."
)
_NOT_NOW = N_(
    "Discord isn't answering at the moment. I keep trying, and it is done as soon as that works."
)
_LEFT = N_("That work has left the list meanwhile. Choose another one in /reading browse.")
_LATE = N_("It was not possible before the circle would have begun, so nothing came of it.")
_REFUSED = N_(
    "Discord doesn't let me do that and says: {code}. Somebody who manages this server can look at "
    "/rules check; try again then."
)


NOT_NOW = Problem(_NOT_NOW, lasts=False)
#: The bot was removed from the server.
AWAY = Problem(_NOT_NOW)
LEFT = Problem(_LEFT)
LATE = Problem(_LATE)
#: The channel is not there any more, or none that takes a thread.
NOWHERE = Problem(_GONE)


def obstacle(channel: Any) -> Problem | None:
    """The first permission that is missing for a circle in this channel, as far as it shows."""
    me = channel.guild.me
    here, everywhere = channel.permissions_for(me), me.guild_permissions
    for allowed, names in ((here, _IN_CHANNEL), (everywhere, _IN_SERVER)):
        for name in names:
            if not getattr(allowed, name):
                return Problem(_LACKS, permission=name)
    return None


def problem_of(error: BaseException, permission: str) -> Problem:
    """What an error of Discord's means; `permission` is what it takes to do what was refused."""
    if not isinstance(error, discord.HTTPException) or error.status == 429 or error.status >= 500:
        return NOT_NOW
    if error.code == _TOO_MANY_EVENTS:
        return Problem(_EVENTS_FULL)
    if error.code == _TOO_MANY_THREADS:
        return Problem(_THREADS_FULL)
    if error.code == TWO_FACTOR:
        return NEEDS_TWO_FACTOR
    if isinstance(error, discord.NotFound):
        return Problem(_GONE)
    if isinstance(error, discord.Forbidden):
        return Problem(_LACKS, permission=permission)
    return Problem(_REFUSED, code=f"{error.status}/{error.code}")
