"""What the page is told: who has something new, where, and what the menus can act on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from simcord.backend.access import channel_accessible, message_accessible
from simcord.backend.models import Channel, Message
from simcord.components import walk_components
from simcord.enums import ChannelType

from .cast import BOT_NAME, DM
from .world import World

# Application command types, as Discord numbers them.
_USER_MENU, _MESSAGE_MENU = 2, 3
_RECENT = 12
_EXCERPT = 90


@dataclass(frozen=True, slots=True)
class Room:
    """One line of somebody's channel list."""

    key: str
    name: str
    channel: int
    topic: str = ""
    # The category it stands under; empty for the channels above all categories.
    heading: str = ""
    # A thread's channel, by its key.
    under: str = ""


def rooms(world: World, person: str) -> list[Room]:
    """What this person finds in their channel list, in Discord's order, read from the world.

    The bot makes and deletes channels and gives and takes access, so nothing of it is remembered.
    """
    backend = world.env.backend
    me = world.members[person].id
    keys = {handle.id: key for key, handle in world.channels.items()}
    seen = [
        channel
        for channel in backend.channels.values()
        if channel.guild_id == world.guild.id
        and channel.type != ChannelType.CATEGORY
        and not (channel.thread_metadata and channel.thread_metadata.archived)
        and channel_accessible(backend, channel.id, me, history=True)
    ]

    def category(channel: Channel) -> Channel | None:
        return backend.channels.get(channel.parent_id or 0)

    def order(channel: Channel) -> tuple[int, ...]:
        above = category(channel)
        heading = (0, 0) if above is None else (1 + above.position, above.id)
        return (*heading, channel.position, channel.id)

    def room(channel: Channel, *, heading: str, under: str = "") -> Room:
        key = keys.get(channel.id, str(channel.id))
        return Room(key, channel.name or key, channel.id, channel.topic or "", heading, under)

    listed: list[Room] = []
    for channel in sorted((c for c in seen if not c.is_thread), key=order):
        above = category(channel)
        listed.append(room(channel, heading=(above.name or "") if above else ""))
        listed += [
            room(thread, heading=listed[-1].heading, under=listed[-1].key)
            for thread in sorted(seen, key=lambda found: found.id)
            if thread.is_thread and thread.parent_id == channel.id
        ]
    direct = world.channel(person, DM)
    return listed if direct is None else [*listed, Room(DM, BOT_NAME, direct.id)]


def can_see(world: World, person: str, place: str) -> bool:
    """Whether this person finds this channel in their list at all."""
    channel = world.channel(person, place)
    member = world.members.get(person)
    return (
        channel is not None
        and member is not None
        and channel_accessible(world.env.backend, channel.id, member.id, history=True)
    )


def visible(world: World, person: str, place: str, after: int = 0) -> Iterator[Message]:
    """The messages this person sees in this channel, oldest first; only those after an id."""
    channel = world.channel(person, place)
    if channel is None:
        return
    backend = world.env.backend
    for key, message in sorted(backend.messages.get(channel.id, {}).items()):
        if key > after and message_accessible(
            backend, channel.id, message, world.members[person].id, history=True
        ):
            yield message


def newest(world: World, person: str, place: str) -> int:
    """The id of the last message this person sees there; 0 when there is none."""
    return max((message.id for message in visible(world, person, place)), default=0)


def unread(world: World, person: str, place: str, seen: int) -> tuple[int, int]:
    """How many messages came after ``seen``, and how many of them call this person.

    Everything in a direct message calls them, elsewhere a mention does, as in Discord.
    """
    me = world.members[person].id
    fresh = [
        message for message in visible(world, person, place, after=seen) if message.author_id != me
    ]
    calls = fresh if place == DM else [message for message in fresh if me in message.ping_user_ids]
    return len(fresh), len(calls)


def plain(world: World, text: str) -> str:
    """Text in one line, with names in the place of mentions."""
    backend = world.env.backend

    def user(match: re.Match[str]) -> str:
        found = backend.users.get(int(match[1]))
        return f"@{found.global_name or found.name}" if found else match[0]

    def channel(match: re.Match[str]) -> str:
        found = backend.channels.get(int(match[1]))
        return f"#{found.name}" if found else match[0]

    text = re.sub(r"<@!?(\d+)>", user, text)
    text = re.sub(r"<#(\d+)>", channel, text)
    return " ".join(text.split())


def excerpt(world: World, message: Message) -> str:
    """The beginning of a message, for choosing it from a list."""
    parts = [message.content]
    parts += [
        component["content"]
        for component in walk_components(message.components)
        if isinstance(component.get("content"), str)
    ]
    text = plain(world, " ".join(part for part in parts if part)) or "(no text)"
    return text if len(text) <= _EXCERPT else text[: _EXCERPT - 1].rstrip() + "…"


def recent(world: World, person: str, place: str) -> list[dict[str, str]]:
    """The last messages a menu command can be used on, newest first."""
    users = world.env.backend.users
    found = [
        {
            "id": str(message.id),
            "author": users[message.author_id].global_name or users[message.author_id].name,
            "text": excerpt(world, message),
        }
        for message in visible(world, person, place)
        if not message.is_ephemeral
    ]
    return found[: -_RECENT - 1 : -1]


def menus(world: World, person: str, place: str) -> dict[str, list[dict[str, str]]]:
    """The menu commands the bot registered and this person may use here: asked for, not listed."""
    channel = world.channel(person, place)
    if channel is None or place == DM:
        return {"member": [], "message": []}
    locale = world.people[person].locale

    def offered(kind: int) -> list[dict[str, str]]:
        commands: list[dict[str, Any]] = world.env.backend.visible_commands(
            user_id=world.members[person].id, channel_id=channel.id, type=kind
        )
        return [
            {
                "name": command["name"],
                "label": _name(command, locale),
            }
            for command in commands
        ]

    return {"member": offered(_USER_MENU), "message": offered(_MESSAGE_MENU)}


def _name(command: dict[str, Any], locale: str) -> str:
    translated: dict[str, str] = command.get("name_localizations") or {}
    return translated.get(locale) or str(command["name"])
