"""What differs between a group's roll and its channel, and what of it somebody did by hand.

A member who is `joining` or `leaving` differs because the bot has yet to act, and so does one who
may do less there than the bot can let them do by now. Everything else was done by hand in Discord:
it is put right, and the group is told, without a word about who it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

import discord

from bot import places
from bot.affinity.rolls import Member
from bot.words import N_
from cogs.affinity.channels import ACCESS, ESSENTIAL


class Kind(StrEnum):
    """How access differs. The first six are the bot's own work; the others are told."""

    OURS = "ours"
    JOINING = "joining"
    JOINED = "joined"
    LEAVING = "leaving"
    LEFT = "left"
    LESS = "less"
    TAKEN = "taken"
    GIVEN = "given"
    ROLE = "role"
    EVERYONE = "everyone"


class Difference(NamedTuple):
    """One thing to put right. `target_id` is a person, or a role."""

    kind: Kind
    target_id: int


#: What the group is told once it was put right. `{who}` is a mention that notifies nobody.
TOLD = {
    Kind.TAKEN: N_(
        "{who} belongs to this group, but could not get in here any more: the channel's "
        "permissions had been changed by hand. I have put it right."
    ),
    Kind.GIVEN: N_(
        "{who} could read this channel without belonging to the group: the channel's permissions "
        "had been changed by hand. I have put it right. With /affinity invite the group can take "
        "somebody in."
    ),
    Kind.ROLE: N_(
        "Everybody with the role {who} could read this channel: its permissions had been changed "
        "by hand. I have put it right. Access here goes by person, never by role."
    ),
    Kind.EVERYONE: N_(
        "Everybody in this server could read this channel: its permissions had been changed by "
        "hand. I have put it right."
    ),
}
RENAMED = N_(
    "This channel has been renamed by hand. Nothing else has changed; what the group is called "
    "is decided here, with /affinity settings."
)
MOVED = N_(
    "This channel has been moved by hand to another place in the server. Who can read it has not "
    "changed: I have checked."
)
_REFUSED = N_(
    "Discord doesn't take the group's name as the name of a channel, so this channel doesn't bear "
    "it. The group is called as you have decided, and everywhere else I call it so."
)
#: Discord refused the group's new name.
REFUSED = "refused"
#: Everything that is told, by its kind.
SAID: Mapping[str, str] = {**TOLD, "renamed": RENAMED, "moved": MOVED, REFUSED: _REFUSED}


def let_in(channel: Any) -> set[int]:
    """The people whom the channel's own permissions let in."""
    return {
        target.id
        for target, overwrite in channel.overwrites.items()
        if not _is_role(target) and overwrite.view_channel
    }


def found(channel: Any, roll: Mapping[int, Member]) -> list[Difference]:
    """Everything that differs, in the order it should be put right: outsiders first."""
    ours: Mapping[Any, discord.PermissionOverwrite] = channel.overwrites
    guild, me = channel.guild, channel.guild.me
    everyone = ours.get(guild.default_role)
    differs: list[Difference] = []
    if not ours.get(me, _NOTHING).view_channel:
        # First of all, or closing the channel to everybody would lock the bot out as well.
        differs.append(Difference(Kind.OURS, me.id))
    if everyone is None or everyone.view_channel is not False:
        differs.append(Difference(Kind.EVERYONE, guild.default_role.id))
    own_roles = {role.id for role in me.roles if role.managed}
    here: dict[int, discord.PermissionOverwrite] = {}
    for target, overwrite in ours.items():
        if not _is_role(target):
            here[target.id] = overwrite
        elif (
            overwrite.view_channel
            and target.id not in own_roles
            and target.id != guild.default_role.id
        ):
            differs.append(Difference(Kind.ROLE, target.id))
    for person_id, overwrite in here.items():
        if person_id != me.id and overwrite.view_channel and person_id not in roll:
            differs.append(Difference(Kind.GIVEN, person_id))
    # What cannot be let done here is no difference, unless nobody can do without.
    wanted = ESSENTIAL | (ACCESS & places.may_give(guild, channel.category))
    for person_id, member in roll.items():
        allowed, denied = here.get(person_id, _NOTHING).pair()
        barely = allowed >= ESSENTIAL and not denied & ESSENTIAL
        whole = barely and allowed >= wanted and not denied & wanted
        if member.state == "joining":
            differs.append(Difference(Kind.JOINED if whole else Kind.JOINING, person_id))
        elif member.state == "leaving":
            gone = person_id not in here
            differs.append(Difference(Kind.LEFT if gone else Kind.LEAVING, person_id))
        elif not whole:
            differs.append(Difference(Kind.LESS if barely else Kind.TAKEN, person_id))
    return differs


_NOTHING = discord.PermissionOverwrite()


def mention(kind: str, target_id: int) -> str:
    """Whom a difference is about, as Discord shows them."""
    return f"<@&{target_id}>" if kind == Kind.ROLE else f"<@{target_id}>"


def _is_role(target: Any) -> bool:
    return isinstance(target, discord.Role) or getattr(target, "type", None) is discord.Role
