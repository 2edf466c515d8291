"""What must hold after anything: the laws, looked up in the databases and in Discord's messages."""

from __future__ import annotations

from typing import Any

from bot.consent import SAID
from bot.consent.rules import OPEN, State
from bot.work.notices import LINE
from bot.work.worker import CHORE
from tests.wire.circle_laws import circles_are_whole, circles_waiting, nobody_tells_who_joined
from tests.wire.group_laws import (
    answers_are_secret,
    granted,
    groups_are_whole,
    groups_waiting,
    nobody_outside_knows,
    nothing_is_made_up,
    rooms,
)
from tests.wire.journal_laws import (
    both_said_yes,
    journals_are_whole,
    nobody_else_reads,
    shares_waiting,
)
from tests.wire.list_laws import lists_are_whole
from tests.wire.reading_laws import shelves_are_whole
from tests.wire.stage import Stage, found_in, shown
from tests.world import HOUR, World, controls

Dump = dict[str, list[tuple[Any, ...]]]

#: Consents whose posted words may stand: in force, over by time, or given up by the holder. In
#: each of them the person can still take the words out.
MAY_STAND = {State.LIVE.value, State.EXPIRED.value, State.GIVEN_UP.value}
_OPEN = {state.value for state in OPEN}


async def dump(world: World, *, keys: bool = False) -> Dump:
    """Every row of every table, to compare before and after; chores apart, which time does."""
    await world.is_done()
    found: Dump = {}
    for file in ("firsthand.db", *(["keys.db"] if keys else [])):
        look = world.look(file)
        for (name,) in look.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
            chores = f" WHERE kind <> '{CHORE.name}'" if name == "work" else ""
            rows = look.execute(f"SELECT * FROM {name}{chores}")
            found[name] = sorted(map(tuple, rows), key=repr)
    return found


async def settle_down(world: World) -> None:
    """Let time pass until everything that is tried again has been."""
    await world.later(70)
    for _ in range(12):
        with world.env.time_context():
            now = int(world.env.now().timestamp())
        waiting = await world.rows(
            "SELECT kind, key, due_at FROM work "
            f"WHERE kind <> 'chore' AND (tries > 0 OR due_at <= {now})"
        )
        stuck = [*await groups_waiting(world), *await shares_waiting(world)]
        stuck += await circles_waiting(world)
        if not waiting and not stuck:
            return
        # What a group lacks a permission for is tried again after an hour.
        later = min([each["due_at"] for each in waiting] or stuck) - now
        await world.later(max(70, min(later, 6 * HOUR)))
    raise AssertionError(f"still tried again and again: {waiting or stuck}")


async def laws_hold(stage: Stage) -> list[str]:
    """What is wrong, in sentences; nothing if the laws hold."""
    world = stage.world
    here = f"guild_id = {stage.guild.id}"
    consents = {row["id"]: row for row in await world.rows(f"SELECT * FROM consents WHERE {here}")}
    posts = await world.rows(f"SELECT * FROM posts WHERE {here}")
    return [
        *_no_yes_unsaid(stage, list(consents.values())),
        *await granted(stage, list(consents.values())),
        *_no_words_kept(list(consents.values()), int(world.env.now().timestamp())),
        *_no_words_standing(stage, consents),
        *_posts_are_whole(stage, consents, posts),
        *await _rings_are_whole(stage),
        *await _nothing_half_done(stage),
        *await groups_are_whole(world, stage.guild.id),
        *await answers_are_secret(world, stage.guild.id),
        *await nobody_outside_knows(stage),
        *nothing_is_made_up(stage),
        *await journals_are_whole(stage),
        *await nobody_else_reads(stage),
        *await both_said_yes(stage),
        *await shelves_are_whole(stage),
        *await lists_are_whole(stage),
        *await circles_are_whole(world, stage.guild.id, disturbed=stage.disturbed),
        *await nobody_tells_who_joined(stage),
    ]


def _no_yes_unsaid(stage: Stage, consents: list[dict[str, Any]]) -> list[str]:
    """Law 1: a live consent has the yes of the one spoken for, and of the one who speaks."""
    wrong: list[str] = []
    for row in consents:
        if row["state"] != State.LIVE or row["id"] in stage.yes_by_service:
            continue
        if row["person_id"] < 0:
            continue  # a group's: see `granted`
        person, holder, id = row["person_id"], row["holder_id"], row["id"]
        theirs = {
            (person, f"firsthand:yes:{id}"),
            (person, f"firsthand:edited:{id}"),
            (person, f"firsthand:give:{holder}"),
        }
        if row["opener_id"] == person and id in stage.opened_by_service:
            theirs.add((holder, f"firsthand:yes:{id}"))
        if not theirs & stage.pressed:
            wrong.append(f"{id} is live, and the person never said yes")
    return wrong


def _no_words_kept(consents: list[dict[str, Any]], now: int) -> list[str]:
    """Law 8: what is over has no words, and what is past its time is over."""
    wrong = [
        f"{row['id']} is {row['state']} and keeps its words"
        for row in consents
        if row["state"] not in {*_OPEN, State.LIVE.value}
        and (row["words"] is not None or row["place"] is not None)
    ]
    return wrong + [
        f"{row['id']} is {row['state']} past its time"
        for row in consents
        if row["state"] in {*_OPEN, State.LIVE.value} and row["due_at"] < now - 60
    ]


def _no_words_standing(stage: Stage, consents: dict[str, dict[str, Any]]) -> list[str]:
    """Law 2: words stand in public only under a receipt that the person could still take back."""
    wrong: list[str] = []
    inside = rooms(stage.world, stage.guild.id)
    for message in stage.public():
        if not found_in(shown(message), (stage.words, stage.edited, stage.chorus)):
            continue
        if message.channel_id in inside:
            continue  # the group itself reads what it decides on
        ids = [each["custom_id"] for each in controls(message.components)]
        receipt = next((each.split(":")[2] for each in ids if ":verify:" in each), "")
        row = consents.get(receipt.partition(".")[0])
        if row is None or row["state"] not in MAY_STAND:
            wrong.append(f"words stand under {row['state'] if row else 'no consent'}")
    return wrong


def _posts_are_whole(
    stage: Stage, consents: dict[str, dict[str, Any]], posts: list[dict[str, Any]]
) -> list[str]:
    """Every post that is written down stands, and every one that stands is written down."""
    wrong = ["a post is on its way" for row in posts if row["message_id"] is None]
    wrong += [f"a post has to go: {row['goes']}" for row in posts if row["goes"]]
    posts = [row for row in posts if row["topic"] == SAID]
    wrong += ["a post has no consent" for row in posts if row["key"] not in consents]
    said = [row["key"] for row in posts]
    wrong += [f"{key} is said twice" for key in {*said} if said.count(key) > 1]
    standing = {
        message.id
        for message in stage.public()
        if ":verify:" in str([each["custom_id"] for each in controls(message.components)])
    }
    known = {row["message_id"] for row in posts}
    if standing != known:
        wrong.append(f"posts stand: {len(standing)}, known: {len(known)}")
    return wrong


async def _rings_are_whole(stage: Stage) -> list[str]:
    wrong: list[str] = []
    for person in (stage.ana, stage.beto, stage.carla, stage.mara):
        standing = stage.rings(person)
        rows = await stage.world.rows(f"SELECT * FROM rings WHERE person_id = {person.id}")
        if len(standing) > 1:
            wrong.append(f"{len(standing)} rings stand for one person")
        # A ring goes with the channel it stands in.
        channels = stage.world.env.backend.channels
        lines = await stage.world.rows(
            f"SELECT * FROM posts WHERE topic = '{LINE}' AND key = '{person.id}' AND goes = ''"
        )
        known = {line["message_id"] for line in lines if line["channel_id"] in channels}
        if {ring.id for ring in standing} != known:
            wrong.append(f"rings stand: {len(standing)}, known: {len(known)}")
        rung = f"SELECT 1 FROM notices WHERE person_id = {person.id} AND state = 'rung'"
        if not rows and await stage.world.rows(rung):
            wrong.append("something was rung for, and no ring is known")
    return wrong


async def _nothing_half_done(stage: Stage) -> list[str]:
    """Rules and their history agree; every open request took its slot of the day."""
    wrong: list[str] = []
    here = f"guild_id = {stage.guild.id}"
    for row in await stage.world.rows(f"SELECT name, value FROM rules WHERE {here}"):
        last = await stage.world.rows(
            f"SELECT after_value FROM rule_changes WHERE {here} AND name = '{row['name']}' "
            "ORDER BY changed_at DESC, id LIMIT 1"
        )
        if not last or last[0]["after_value"] != row["value"]:
            wrong.append(f"{row['name']} was changed without a record")
    due = await stage.world.rows(f"SELECT 1 FROM rule_changes WHERE {here} AND state = 'due'")
    if due:
        wrong.append("a change of the rules was never announced")
    return wrong
