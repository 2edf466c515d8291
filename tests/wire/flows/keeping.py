"""Affinity groups: what falls due, and what is done to their channels by hand."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from bot.affinity import LOST
from bot.affinity.rules import Answer, Kind
from bot.demo import strict
from tests.groups import disappears, join, keeper, lets_in, shuts_out
from tests.wire import gathering as g
from tests.wire.flows.base import Step, flow
from tests.wire.flows.deciding import stands
from tests.wire.flows.groups import carla_is_in, no_group, not_admitted, paired
from tests.wire.stage import Stage, shown
from tests.world import DAY, WEEK, texts

#: A keeper that has just looked waits for half a minute before it looks again.
_SOON = 31


@flow(not_admitted, g.knocked)
async def a_knock_runs_out(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(WEEK)
    yield None


async def not_come(s: Stage) -> bool:
    return not await carla_is_in(s) and await g.is_over(s, Kind.INVITATION)


@flow(not_come, g.invited)
async def an_invitation_runs_out(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(WEEK)
    yield None


@flow(stands(Kind.PROPOSAL, "failed"), g.proposed)
async def a_proposal_runs_out(s: Stage) -> AsyncIterator[Step]:
    """Nobody has answered, and silence is not support."""
    await s.world.later(3 * DAY)
    yield None


async def old_messages(s: Stage) -> None:
    await g.gather(s, s.beto)
    channel = (await g.circle(s)).channel
    for text in ("One", "Two", "Three"):
        await s.beto.member.send(channel, text)
    await disappears(s.world, g.group_id(s), 1)


async def nothing_old_stands(s: Stage) -> bool:
    found = await g.circle(s)
    return [message.author_id for message in _all(s, found.channel.id)] == [
        s.world.env.backend.bot_user.id
    ]


def _all(s: Stage, channel_id: int) -> list[Any]:
    return list(s.world.env.backend.messages.get(channel_id, {}).values())


@flow(nothing_old_stands, old_messages)
async def messages_disappear(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(2 * DAY)
    yield None


# -- by hand ------------------------------------------------------------------------------------


async def _look(s: Stage) -> None:
    """Discord tells of what was done; what is not looked at at once is looked at soon."""
    s.by_hand = True
    await s.world.env.settle()
    await s.world.later(_SOON)


def told(what: str, readers: Callable[[Stage], set[int]]) -> Callable[[Stage], Awaitable[bool]]:
    """The group was told once, and these alone can read its channel.

    Where Discord failed at that moment, it may not be told; never is it told twice.
    """

    async def look(s: Stage) -> bool:
        found = await g.circle(s)
        bot = s.world.env.backend.bot_user.id
        plain = [
            "\n".join(texts(each.components))
            for each in _all(s, found.channel.id)
            if each.author_id == bot and each.components and not g.ids_on(each)
        ]
        if found.readers() != readers(s):
            return False
        if s.disturbed:
            return sum("by hand" in each for each in plain) <= 1
        rows = await s.world.rows(
            f"SELECT 1 FROM group_notices WHERE group_id = '{found.id}' AND kind = '{what}'"
        )
        return len(rows) == len(plain) == 1

    return look


def both(s: Stage) -> set[int]:
    return {s.ana.id, s.beto.id}


@flow(told("given", both), paired)
async def let_in_by_hand(s: Stage) -> AsyncIterator[Step]:
    lets_in(s.world, (await g.circle(s)).channel.id, s.carla.id)
    await _look(s)
    yield None


@flow(told("taken", both), paired)
async def shut_out_by_hand(s: Stage) -> AsyncIterator[Step]:
    shuts_out(s.world, (await g.circle(s)).channel.id, s.beto.id)
    await _look(s)
    yield None


@flow(told("role", both), paired)
async def a_role_let_in_by_hand(s: Stage) -> AsyncIterator[Step]:
    role = s.guild.create_role("Everybody else")
    lets_in(s.world, (await g.circle(s)).channel.id, role.id, role=True)
    await _look(s)
    yield None


@flow(told("everyone", both), paired)
async def opened_to_everyone_by_hand(s: Stage) -> AsyncIterator[Step]:
    shuts_out(s.world, (await g.circle(s)).channel.id, s.guild.id)
    await _look(s)
    yield None


@flow(told("renamed", both), paired)
async def renamed_by_hand(s: Stage) -> AsyncIterator[Step]:
    s.world.env.backend.edit_channel((await g.circle(s)).channel.id, {"name": "something-else"})
    await _look(s)
    yield None


@flow(told("moved", both), paired)
async def category_deleted_by_hand(s: Stage) -> AsyncIterator[Step]:
    """Discord keeps what is in a category, and puts it at the server's top."""
    (place,) = await s.world.rows(f"SELECT * FROM group_places WHERE guild_id = {s.guild.id}")
    backend = s.world.env.backend
    if place["category_id"] in backend.channels:
        backend.delete_channel(place["category_id"])
        backend.edit_channel((await g.circle(s)).channel.id, {"parent_id": None})
    await _look(s)
    yield None


async def both_know_it_is_lost(s: Stage) -> bool:
    rows = await s.world.rows(f"SELECT * FROM notices WHERE guild_id = {s.guild.id}")
    row = await g.group_row(s)
    return (
        row is not None
        and row["state"] == "lost"
        and {each["person_id"] for each in rows if each["topic"] == LOST.name} == both(s)
    )


@flow(both_know_it_is_lost, paired)
async def deleted_by_hand(s: Stage) -> AsyncIterator[Step]:
    row = await g.group_row(s)
    if row is not None and row["channel_id"] in s.world.env.backend.channels:
        s.world.env.backend.delete_channel(row["channel_id"])
    await _look(s)
    yield None


# -- what was interrupted, and who is gone ------------------------------------------------------


async def died_while_starting(s: Stage) -> None:
    """The channel was made, and the process ended before it was written down."""
    started = await s.world.bot.groups.start(
        s.guild.id, s.ana.id, s.group_name, s.purpose, listed=False, may=True
    )
    assert started.group is not None
    s.memory["group"] = started.group.id
    upkeep: Any = s.world.bot.upkeep
    real = upkeep.has_channel

    async def dies(*_: Any) -> None:
        raise TimeoutError

    upkeep.has_channel = dies
    try:
        await keeper(s.world).start(started.group)
    except TimeoutError:
        pass
    finally:
        upkeep.has_channel = real


async def ana_is_in(s: Stage) -> bool:
    return await g.inside(s) == {s.ana.id}


@flow(ana_is_in, died_while_starting)
async def found_again(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(61)
    yield None


async def joined_while_discord_was_down(s: Stage) -> None:
    await g.gather(s)
    await join(s.world, g.group_id(s), s.beto)


async def both_are_in(s: Stage) -> bool:
    return await g.inside(s) == both(s)


@flow(both_are_in, joined_while_discord_was_down)
async def let_in_later(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(1)
    yield None


async def beto_left_the_server(s: Stage) -> None:
    await g.proposed(s)
    await g.says(s, s.ana, Answer.SUPPORT)
    s.leaves(s.beto)
    await s.world.env.settle()


async def decided_without_him(s: Stage) -> bool:
    row = await g.group_row(s)
    rows = await s.world.rows(
        f"SELECT gone_at FROM group_members WHERE group_id = '{g.group_id(s)}'"
        f" AND person_id = {s.beto.id}"
    )
    return (
        row is not None
        and [bool(each["gone_at"]) for each in rows] == [True]
        and await g.stands(s, Kind.PROPOSAL, "passed")
    )


@flow(decided_without_him, beto_left_the_server)
async def nobody_waits_for_whoever_is_gone(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(DAY)
    yield None


async def gone_long_ago(s: Stage) -> None:
    await g.gather(s, s.beto)
    s.leaves(s.beto)
    await s.world.env.settle()
    await s.world.later(DAY)


@flow(ana_is_in, gone_long_ago)
async def taken_off_the_roll(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(31 * DAY)
    yield None


# -- what Discord does not let the bot do -------------------------------------------------------


async def kept_and_nearly_closed(s: Stage) -> None:
    """The group is to end, and a moderator has made its channel the one for the server's rules."""
    await g.gather(s, s.beto)
    channel = (await g.circle(s)).channel
    s.memory["channel"] = channel.id
    await s.beto.member.send(channel, "Where the soup is")
    s.guild._guild.rules_channel_id = channel.id
    await g.asked(s, Kind.CLOSE, s.ana)
    await g.says(s, s.ana, Answer.SUPPORT)


async def left_behind(s: Stage) -> bool:
    stands = "".join(map(shown, _all(s, s.memory["channel"])))
    return await no_group(s) and bool(stands) and "soup" not in stands


@flow(left_behind, kept_and_nearly_closed)
async def end_in_a_channel_that_stays(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.beto, "group-support")
    await s.world.later(61)
    yield None


async def refused_name_asked(s: Stage) -> None:
    await g.gather(s, s.beto)
    name = f"{s.marks['name']} {strict.REFUSED_WORD}"
    await g.asked(s, Kind.SETTINGS, s.ana, settings={"name": name})
    await g.says(s, s.ana, Answer.SUPPORT)


async def named_otherwise(s: Stage) -> bool:
    circle = await g.circle(s)
    shown = s.world.env.backend.get_channel(circle.channel.id).name
    return shown in ("affinity-group", "grupo-de-afinidad") and strict.REFUSED_WORD in circle.text


@flow(named_otherwise, refused_name_asked)
async def agree_on_a_name_that_is_refused(s: Stage) -> AsyncIterator[Step]:
    yield await g.on_card(s, s.beto, "group-support")
    await s.world.later(61)
    yield None
