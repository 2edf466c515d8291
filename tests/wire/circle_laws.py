"""What must hold of reading circles once everything has come to rest: Discord and the database."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import discord

from bot.reading import POSTED, TOLD
from bot.reading.circles import Circle
from bot.work.posts import Post
from tests.wire.stage import EPHEMERAL, Stage
from tests.world import World, controls

_CANCELED = discord.EventStatus.canceled.value
_JOIN = "firsthand:circle-join:"


async def circles_are_whole(world: World, guild_id: int, *, disturbed: bool = False) -> list[str]:
    """What is wrong, in sentences: something half made, twice there, or nobody's.

    `disturbed`: Discord has said of something that it is gone while it stood there.
    """
    rows = await world.rows(f"SELECT * FROM circles WHERE guild_id = {guild_id}")
    wrong = [
        f"a circle is stuck while it is {row['state']}"
        for row in rows
        if row["state"] in ("making", "undoing")
    ]
    made = {row["id"]: row for row in rows if row["state"] == "open"}
    for row in made.values():
        wrong += _is_whole(world, row, await world.bot.posts.shows(POSTED, row["id"]))
    kept = await world.rows(f"SELECT * FROM posts WHERE topic = '{POSTED}'")
    ids = {row["id"] for row in await world.rows("SELECT id FROM circles")}
    wrong += ["a post shows no circle" for row in kept if not row["goes"] and row["key"] not in ids]
    wrong += ["a post has yet to go" for row in kept if row["goes"] and row["message_id"]]
    posts = Counter(_ids_on_posts(world, guild_id))
    wrong += [f"a post stands {count} times" for count in posts.values() if count > 1]
    wrong += ["a post belongs to no circle ahead" for id in posts if id not in made]
    known = {row["event_id"] for row in made.values()}
    events = [
        event.id
        for event in world.env.backend.get_guild(guild_id).scheduled_events.values()
        if event.status == discord.EventStatus.scheduled.value
    ]
    wrong += ["an event belongs to no circle ahead" for event in events if event not in known]
    if disturbed:
        wrong = [each for each in wrong if "has no" not in each]
    return wrong + await _joins_are_whole(world, guild_id)


def _is_whole(world: World, row: dict[str, Any], shown: Post | None) -> list[str]:
    backend = world.env.backend
    wrong: list[str] = []
    post = backend.messages.get(row["channel_id"], {}).get(shown.message_id or 0 if shown else 0)
    event = backend.get_guild(row["guild_id"]).scheduled_events.get(row["event_id"])
    if post is None:
        wrong.append("a circle has no post")
    elif f"<t:{row['starts_at']}:F>" not in str(post.components):
        wrong.append("a post tells another time")
    if event is None or event.status == _CANCELED:
        wrong.append("a circle has no event")
    elif _moment(event.scheduled_start_time) != row["starts_at"]:
        wrong.append("an event begins at another time")
    if row["thread_id"] not in backend.channels:
        wrong.append("a circle has no thread")
    elif post is not None and post.id != row["thread_id"]:
        wrong.append("a thread hangs on another message")
    asked = [
        message.content
        for message in backend.messages.get(row["thread_id"], {}).values()
        if message.author_id == backend.bot_user.id and message.content
    ]
    if not asked or len(set(asked)) != len(asked):
        wrong.append(f"a thread asks {asked}")
    return wrong


async def _joins_are_whole(world: World, guild_id: int) -> list[str]:
    """Law 8: nobody is kept beyond the circle they joined."""
    rows = await world.rows(
        "SELECT * FROM circle_joins WHERE circle_id NOT IN (SELECT id FROM circles WHERE state IN "
        "('making', 'open'))"
    )
    wrong = [f"somebody is in a circle that is over: {row}" for row in rows]
    rows = await world.rows(
        f"SELECT * FROM notices WHERE topic = '{TOLD.name}' AND key NOT IN (SELECT id FROM circles)"
    )
    return wrong + [f"somebody is told of a circle that is gone: {row}" for row in rows]


def _ids_on_posts(world: World, guild_id: int) -> list[str]:
    backend = world.env.backend
    channels = [each.id for each in backend.channels.values() if each.guild_id == guild_id]
    return [
        each["custom_id"].removeprefix(_JOIN)
        for channel_id in channels
        for message in backend.messages.get(channel_id, {}).values()
        if not message.flags & EPHEMERAL
        for each in controls(message.components)
        if each["custom_id"].startswith(_JOIN)
    ]


async def circles_waiting(world: World) -> list[int]:
    """When something of circles is tried again, seconds UTC."""
    rows = await world.rows(
        "SELECT work.due_at FROM work JOIN circles ON kind = 'circle' AND key = id WHERE "
        "state IN ('making', 'undoing') "
        "OR (state = 'open' AND (shown < revision OR event_at <> starts_at)) "
        "OR (state IN ('cancelled', 'over') AND (shown < revision OR event_id IS NOT NULL))"
    )
    rows += await world.rows(
        "SELECT work.due_at FROM work JOIN posts ON kind = 'post' AND work.key = posts.id "
        f"WHERE topic = '{POSTED}' AND goes <> ''"
    )
    return [row["due_at"] for row in rows]


def move_event(world: World, circle: Circle, seconds: int) -> int:
    """Somebody moves Discord's event by hand; when it begins now."""
    moved = circle.starts_at + seconds
    changes = {"scheduled_start_time": datetime.fromtimestamp(moved, UTC).isoformat()}
    world.env.backend.edit_scheduled_event(circle.guild_id, circle.event_id or 0, changes)
    return moved


async def nobody_tells_who_joined(stage: Stage) -> list[str]:
    """What the bot posts names nobody who joined. A ring names them, and does not say why."""
    rows = await stage.world.rows("SELECT person_id FROM circle_joins")
    joined = {f"<@{row['person_id']}>" for row in rows}
    hosts = await stage.world.rows("SELECT host_id FROM circles WHERE named = 1")
    joined -= {f"<@{row['host_id']}>" for row in hosts}
    return [
        "a post tells who joined"
        for message in stage.public()
        if _JOIN in str(message.components)
        if any(each in str(message.components) for each in joined)
    ]


def _moment(told: str) -> int:
    return int(datetime.fromisoformat(told).timestamp())
