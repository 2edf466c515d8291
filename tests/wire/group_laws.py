"""What must hold of affinity groups once everything has come to rest: Discord and the database."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import discord

from bot.affinity.rules import SECRET
from bot.words import LANGUAGES, speak
from cogs.affinity.channels import ACCESS, ESSENTIAL
from tests.wire.stage import EPHEMERAL, Stage, shown
from tests.world import World

#: One control of every open card, whatever it asks.
_ANSWERS = ("firsthand:group-support:", "firsthand:group-yes:")
_VIEW = discord.Permissions(view_channel=True).value
_PERSON = 1


async def groups_are_whole(world: World, guild_id: int) -> list[str]:
    """What is wrong, in sentences: an orphan channel, a member outside, an outsider within."""
    groups = await world.rows(f"SELECT * FROM affinity_groups WHERE guild_id = {guild_id}")
    roll = await world.rows(f"SELECT * FROM group_members WHERE guild_id = {guild_id}")
    wrong = [
        f"a group is stuck half-way: {group['state']}"
        for group in groups
        if group["state"] not in ("open", "lost")
    ]
    known = {group["id"] for group in groups}
    wrong += [f"{row['person_id']} is in no group" for row in roll if row["group_id"] not in known]
    # Where the channel is gone, everybody waits for access to the next one.
    lost = {group["id"] for group in groups if group["state"] == "lost"}
    wrong += [
        f"somebody is still {row['state']}"
        for row in roll
        if row["state"] != ("joining" if row["group_id"] in lost else "in")
    ]
    made = rooms(world, guild_id)
    wrong += [
        f"#{channel.name} belongs to no group"
        for channel in made.values()
        if channel.id not in {group["channel_id"] for group in groups}
    ]
    for group in groups:
        if group["state"] != "open":
            continue
        members = {row["person_id"] for row in roll if row["group_id"] == group["id"]}
        wrong += _access_is_right(world, guild_id, made.get(group["channel_id"]), members)
        wrong += await _messages_are_there(world, group)
    rows = await world.rows(f"SELECT group_id FROM decisions WHERE guild_id = {guild_id}")
    if {row["group_id"] for row in rows} - known:
        wrong.append("decisions of a group that is no more")
    if await world.rows(
        f"SELECT * FROM notices WHERE guild_id = {guild_id} AND topic IN ('invitation', 'parting') "
        "AND key NOT IN (SELECT id FROM decisions WHERE state IN ('open', 'invited'))"
    ):
        wrong.append("somebody is asked what is over")
    if await world.rows(
        f"SELECT * FROM posts WHERE guild_id = {guild_id} AND ((topic = 'group' "
        "AND key NOT IN (SELECT id FROM affinity_groups)) "
        "OR (topic = 'question' AND key NOT IN (SELECT id FROM decisions)) "
        "OR (topic = 'group notice' AND key NOT IN (SELECT group_id || '.' || kind || '.' "
        "|| CAST(target_id AS TEXT) FROM group_notices)))"
    ):
        wrong.append("a post shows what is no more")
    return wrong


def _access_is_right(world: World, guild_id: int, channel: Any, members: set[int]) -> list[str]:
    if channel is None:
        return ["an open group has no channel"]
    me = world.env.backend.bot_user.id
    given = {each.target_id: each for each in _overwrites(channel)}
    people = {
        each.target_id
        for each in given.values()
        if int(each.type) == _PERSON and int(each.allow) & _VIEW and each.target_id != me
    }
    wrong = [f"{person} has access and is no member" for person in people - members]
    wrong += [f"{person} is a member without access" for person in members - people]
    wanted = ESSENTIAL.value | ACCESS.value & _may_give(world, guild_id, channel.parent_id)
    wrong += [
        f"{person} is a member who cannot do everything there"
        for person in members & people
        if int(given[person].allow) & wanted != wanted
    ]
    everyone = given.get(guild_id)
    if everyone is None or not int(everyone.deny) & _VIEW:
        wrong.append("everybody can read a group's channel")
    return wrong


def _may_give(world: World, guild_id: int, category_id: int | None) -> int:
    """What the bot has in a server and in a category: no more can it let anybody do."""
    backend = world.env.backend
    had = backend.compute_permissions(guild_id, backend.bot_user.id)
    if category_id in backend.channels:
        had &= backend.compute_permissions(guild_id, backend.bot_user.id, category_id)
    return had


def _overwrites(channel: Any) -> list[Any]:
    found = channel.overwrites
    return list(found.values()) if isinstance(found, dict) else list(found)


async def _messages_are_there(world: World, group: dict[str, Any]) -> list[str]:
    standing = {
        message.id: message
        for message in world.env.backend.messages.get(group["channel_id"], {}).values()
        if not message.flags & EPHEMERAL
    }
    wrong: list[str] = []
    posts = await world.rows("SELECT * FROM posts WHERE topic IN ('group', 'question')")
    known = {row["key"]: row["message_id"] for row in posts}
    if known.get(group["id"]) not in standing:
        wrong.append("a group has no first message")
    if group["intro_stale"]:
        wrong.append("a group's first message is out of date")
    decisions = await world.rows(f"SELECT * FROM decisions WHERE group_id = '{group['id']}'")
    for row in decisions:
        if row["card"] == "stale":
            wrong.append(f"the card of a {row['kind']} is out of date")
        shown_there = row["state"] == "open" and row["kind"] != "parting"
        if shown_there and known.get(row["id"]) not in standing:
            wrong.append(f"an open {row['kind']} has no card")
    marks = [
        each
        for message in standing.values()
        for each in _ids(message.components)
        if each.startswith(f"firsthand:group-propose:{group['id']}")
    ]
    if len(marks) > 1:
        wrong.append(f"a group has {len(marks)} first messages")
    cards = Counter(
        custom_id.split(":")[2]
        for message in standing.values()
        for custom_id in _ids(message.components)
        if custom_id.startswith(_ANSWERS)
    )
    wrong += [f"a question has {count} cards" for count in cards.values() if count > 1]
    return wrong


def _ids(components: Any) -> list[str]:
    found: list[str] = []
    for part in components:
        if "custom_id" in part:
            found.append(part["custom_id"])
        found += _ids(part.get("components") or [])
    return found


def rooms(world: World, guild_id: int) -> dict[int, Any]:
    """The channels that were made for groups, by the mark in their topic."""
    return {
        channel.id: channel
        for channel in world.env.backend.channels.values()
        if channel.guild_id == guild_id and " · " in (channel.topic or "")
    }


async def groups_waiting(world: World) -> list[int]:
    """When something is tried again that a group or its people wait for, seconds UTC."""
    with world.env.time_context():
        now = int(world.env.now().timestamp())
    rows = await world.rows(
        "SELECT due_at FROM work WHERE kind = 'group' AND key IN ("
        "SELECT id FROM affinity_groups WHERE state IN ('opening', 'reopening', 'closing') "
        "OR (state = 'open' AND (intro_stale > 0 OR name_stale > 0 OR EXISTS ("
        "SELECT 1 FROM group_members WHERE group_members.group_id = affinity_groups.id "
        "AND group_members.state <> 'in') OR EXISTS (SELECT 1 FROM decisions "
        "WHERE decisions.group_id = affinity_groups.id AND decisions.card = 'stale') OR EXISTS ("
        "SELECT 1 FROM group_notices WHERE group_notices.group_id = affinity_groups.id "
        "AND group_notices.kind = 'stuck')))) "
        f"UNION ALL SELECT due_at FROM work WHERE kind = 'ring' AND due_at < {now + 600} "
        "AND key IN (SELECT CAST(person_id AS TEXT) FROM notices WHERE state = 'new') "
        "UNION ALL SELECT due_at FROM work WHERE kind = 'decision' AND key IN ("
        f"SELECT id FROM decisions WHERE state IN ('open', 'invited') AND due_at <= {now})"
    )
    return [row["due_at"] for row in rows]


async def granted(stage: Stage, consents: list[dict[str, Any]]) -> list[str]:
    """Law 1, for groups: what is said in a group's name has the yes of those who stand for it.

    The spoke has said yes, so has everybody who is counted as supporting it, and nobody blocks.
    """
    wrong: list[str] = []
    for row in consents:
        if row["state"] != "live" or row["person_id"] > 0:
            continue
        found = await stage.world.rows(f"SELECT * FROM ballots WHERE decision_id = '{row['id']}'")
        support = {each["person_id"] for each in found if each["answer"] == "support"}
        support.add(row["holder_id"])
        said = {
            person
            for person, pressed in stage.pressed
            if pressed == f"firsthand:group-support:{row['id']}"
        }
        if not support <= said:
            wrong.append("something is said for a group without the yes of its own people")
        if any(each["answer"] == "block" for each in found):
            wrong.append("something is said for a group that somebody in it blocks")
    return wrong


async def answers_are_secret(world: World, guild_id: int) -> list[str]:
    """Nobody sees a secret answer, nor how many there are; once it is over, none is kept."""
    wrong: list[str] = []
    kinds = ", ".join(f"'{kind}'" for kind in sorted(SECRET))
    for row in await world.rows(
        "SELECT decisions.*, posts.message_id FROM decisions "
        "LEFT JOIN posts ON posts.topic = 'question' AND posts.key = decisions.id "
        f"WHERE decisions.guild_id = {guild_id} AND kind IN ({kinds})"
    ):
        ballots = await world.rows(f"SELECT * FROM ballots WHERE decision_id = '{row['id']}'")
        if any(each["answer"] is not None or each["reason"] is not None for each in ballots):
            wrong.append(f"an answer to a {row['kind']} is kept in clear")
        if row["state"] != "open" and ballots:
            wrong.append(f"the answers to a {row['kind']} are kept when it is {row['state']}")
        for text in _cards_of(world, guild_id, row):
            people = {int(each) for each in re.findall(r"<@(\d+)>", text)}
            if people - {row["author_id"], row["subject_id"]}:
                wrong.append(f"the card of a {row['kind']} tells who answered: {text}")
            # Numbers stand in mentions, in moments, and in the stage's own words.
            if re.search(r"\d", re.sub(r"<[@#t][^>]*>|\w+\d{4}", "", text)):
                wrong.append(f"the card of a {row['kind']} counts: {text}")
    return wrong


def _cards_of(world: World, guild_id: int, row: dict[str, Any]) -> Iterator[str]:
    for channel_id in rooms(world, guild_id):
        for message in world.env.backend.messages.get(channel_id, {}).values():
            if message.flags & EPHEMERAL:
                continue
            if message.id == row["message_id"] or row["id"] in str(_ids(message.components)):
                yield shown(message)


def nothing_is_made_up(stage: Stage) -> list[str]:
    """Law 9: the group is told of what was done by hand only where it was."""
    return [
        f"nobody has done this: {shown(message)}"
        for channel_id in rooms(stage.world, stage.guild.id)
        for message in stage.world.env.backend.messages.get(channel_id, {}).values()
        if "by hand" in shown(message) and not stage.by_hand
    ]


async def nobody_outside_knows(stage: Stage) -> list[str]:
    """Outside a group nobody reads what it decides, who is in it, or, if it hides, its name.

    What is said in its name bears its name: there, whoever reads it knows of it.
    """
    world = stage.world
    groups = await world.rows(f"SELECT * FROM affinity_groups WHERE guild_id = {stage.guild.id}")
    roll = await world.rows(f"SELECT * FROM group_members WHERE guild_id = {stage.guild.id}")
    inside = stage.insiders | {row["person_id"] for row in roll}
    marks = stage.marks
    never = [marks["proposal"], marks["reason"]]
    if not stage.memory.get("listed") and not any(group["listed"] for group in groups):
        never += [marks["name"], marks["purpose"], *(group["id"] for group in groups)]
    holders = await world.rows(f"SELECT holder_id FROM consents WHERE guild_id = {stage.guild.id}")
    members = {f"<@{id}>" for id in inside - {row["holder_id"] for row in holders}}
    wrong: list[str] = []
    for text in _seen_outside(stage, inside):
        spoken = ":verify:" in text or "aloud" in stage.memory
        found = [each for each in never if each in text and not (spoken and each == marks["name"])]
        if marks["name"] in text:
            found += [each for each in members if each in text]
        wrong += [f"{each} is shown outside the group: {text}" for each in found]
    return wrong


#: What comes back to somebody after a refusal: they wrote it themselves.
_OWN = re.compile(
    "|".join(f"{speak(each)('This is what you wrote:')}(?:\n>>> [^\n]*)+" for each in LANGUAGES)
)


def _seen_outside(stage: Stage, inside: set[int]) -> Iterator[str]:
    """Everything the bot showed to people who are in no group of this stage."""
    backend = stage.world.env.backend
    closed = {*rooms(stage.world, stage.guild.id)}
    for message in stage.public():
        channel = backend.channels[message.channel_id]
        if message.channel_id not in closed and channel.parent_id not in closed:
            yield shown(message) + str(_ids(message.components))
    for record in backend.interactions.values():
        if record.guild_id != stage.guild.id or record.user_id in inside:
            continue
        for id in (record.message_id, *record.followup_ids):
            message = backend.messages.get(record.channel_id, {}).get(id)
            if message is not None and message.flags & EPHEMERAL:
                yield _OWN.sub("", shown(message)) + str(_ids(message.components))
        yield f"{record.modal or ''}{record.autocomplete_choices or ''}"
