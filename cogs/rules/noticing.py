"""How noticing stands in a server: what it lacks, and what was changed by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.governance.rules import Charter, Noticing
from bot.noticing import DOOR
from bot.noticing.by_hand import ByHand
from bot.noticing.doors import Door, DoorState
from bot.replies import button, row
from bot.words import N_, Words
from bot.work.queue import Todo

if TYPE_CHECKING:
    from bot.app import Firsthand

#: States that a look might mend.
_OPEN = frozenset(DoorState) - {DoorState.UP, DoorState.DELETED}

_DOOR = {
    DoorState.MAKING: N_("I am still making my rule in this server's AutoMod."),
    DoorState.UP: N_(
        "My rule in this server's AutoMod is in place. Discord holds what it finds; I read "
        "nothing. Discord lets whoever has Manage Server through."
    ),
    DoorState.DELETED: N_(
        "Somebody deleted my rule in this server's AutoMod by hand, so nothing is held. I don't "
        "make it again by myself."
    ),
    DoorState.LACKING: N_(
        "**Nothing is held:** it needs the permission Manage Server, which I don't have here. "
        "Whoever manages roles can give it to my role. It is a strong one, so my invite link "
        "doesn't ask for it; you can also choose something else."
    ),
    DoorState.FULL: N_(
        "**Nothing is held:** Discord takes six AutoMod rules with words, and this server has "
        "six. Delete one in its settings, under AutoMod; I try again."
    ),
    DoorState.FAILING: N_(
        "**Discord didn't take my AutoMod rule as it should be.** I try again by myself."
    ),
    DoorState.LEAVING: N_(
        "My rule still stands in this server's AutoMod, because Discord didn't let me remove it. "
        "I try again; you can delete it in the server's settings."
    ),
}
#: Where the bot lacks the permission, but made its rule when it had it.
_OUT_OF_STEP = N_(
    "My rule in this server's AutoMod stands as I last left it, and holds messages. To keep it in "
    "step I need the permission Manage Server, which I don't have here. Whoever manages roles can "
    "give it to my role, and can also delete the rule in the server's settings."
)
_PASSES = N_("**Nothing is held:** somebody changed my rule in this server's AutoMod by hand.")
_BY_HAND = {
    ByHand.DISABLED: N_("it is switched off"),
    ByHand.PASSES: N_("it blocks nothing any more"),
    ByHand.RENAMED: N_("its name"),
    ByHand.MESSAGE: N_("its message"),
    ByHand.ACTIONS: N_("what it does"),
    ByHand.PATTERNS: N_("its words and expressions"),
    ByHand.CHANNELS: N_("the channels it leaves out"),
    ByHand.ROLES: N_("the roles it lets through"),
}
_NO_CONTENT = N_(
    "**Nobody is nudged:** I don't get to read messages here. Whoever runs me can switch the "
    "message content intent on, in Discord's developer portal and in my settings "
    "(FIRSTHAND_MESSAGE_CONTENT)."
)


def standing(words: Words, charter: Charter, door: Door | None, *, message_content: bool) -> str:
    """What noticing does or lacks here, in a paragraph; empty: there is nothing to say."""
    if charter.noticing is Noticing.NUDGE and not message_content:
        return words(_NO_CONTENT)
    if door is None:
        return words(_DOOR[DoorState.MAKING]) if charter.noticing is Noticing.HOLD else ""
    if charter.noticing is not Noticing.HOLD:
        # Discord tells of the bot's own deleting, too: for a moment there is nothing to remove.
        return "" if door.rule_id is None else words(_DOOR[DoorState.LEAVING])
    lines = [words(_first(door))]
    if door.changed_by_hand and door.state == DoorState.UP:
        lines.append(
            words(
                "Changed by hand, so I leave it like that: {what}.",
                what="; ".join(words(_BY_HAND[each]) for each in door.changed_by_hand),
            )
        )
    return "\n".join(lines)


def is_stopped(charter: Charter, door: Door | None, *, message_content: bool) -> bool:
    """Whether the kind of noticing that was chosen lacks something here."""
    if charter.noticing is Noticing.NUDGE:
        return not message_content
    return charter.noticing is Noticing.HOLD and (door is None or door.state != DoorState.UP)


def _first(door: Door) -> str:
    if door.state == DoorState.LACKING and door.rule_id is not None:
        return _OUT_OF_STEP
    passes = {ByHand.DISABLED, ByHand.PASSES} & {*door.changed_by_hand}
    if door.state == DoorState.UP and passes:
        return _PASSES
    return _DOOR[DoorState(door.state)]


async def looked_at(bot: Firsthand, guild_id: int) -> Door | None:
    """The server's door, after another try if something was in its way."""
    door = await bot.doors.get(guild_id)
    if door is None or door.state not in _OPEN:
        return door
    await bot.doors.look_soon(guild_id)
    await bot.worker.run(Todo(DOOR, str(guild_id)))
    return await bot.doors.get(guild_id)


def mending(words: Words, charter: Charter, door: Door | None) -> list[ui.ActionRow[Any]]:
    """The button that makes a rule again that was deleted by hand."""
    if door is None or door.state != DoorState.DELETED or charter.noticing is not Noticing.HOLD:
        return []
    make = button(words("Make it again"), "door-again", style=discord.ButtonStyle.primary)
    return [row(make)]
