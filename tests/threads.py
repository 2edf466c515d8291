"""Threads, and posts in a forum, as people make them."""

from __future__ import annotations

from typing import Any

from simcord.builders import ChannelHandle
from simcord.enums import ChannelType

from tests.world import Person, World


def made(world: World, place: str, *people: Person) -> tuple[Any, Any]:
    """A thread with these people and the bot in it, and the channel it is in."""
    backend, parent = world.env.backend, world.general
    if place == "a post in a forum":
        parent = world.guild.create_forum_channel("Plans")
    kind = ChannelType.PRIVATE_THREAD if "private" in place else ChannelType.PUBLIC_THREAD
    thread = backend.create_thread(parent.id, "Supper", people[0].id, type=kind)
    for each in (*(person.id for person in people), backend.bot_user.id):
        backend.add_thread_member(thread.id, each)
    if "archived" in place:
        backend.edit_channel(thread.id, {}, thread_metadata={"archived": True})
    return ChannelHandle(world.env, world.guild, thread), parent
