"""A server that Discord doesn't show, a bot in time-out, and everything that falls due meanwhile.

What is due comes from the bot: a new job joins by existing, and fails the run until `DUE` or
`OF_NO_SERVER` or `OF_EVERY_SERVER` names it.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Any, NamedTuple

from bot.affinity.rules import Kind
from bot.demo import strict
from bot.journal import KEY, REMINDER, SHARE
from bot.reading.circle_rules import LASTS, REMINDS
from tests.wire import diary as d
from tests.wire import gathering as g
from tests.wire.flows import curating
from tests.wire.flows.circles import circle, is_told_in_dm, joined, now
from tests.wire.flows.keeping import (
    both_are_in,
    joined_while_discord_was_down,
    nothing_old_stands,
    old_messages,
)
from tests.wire.flows.ledger import taken_back
from tests.wire.flows.noticing import door, may_hold, ruled
from tests.wire.flows.reminding import one_waits
from tests.wire.flows.server import (
    died_while_posting,
    not_announced,
    post_is_known,
    rung_and_opened,
    words_still_stand,
)
from tests.wire.flows.sharing import asked_again
from tests.wire.stage import Stage
from tests.world import DAY, HOUR, WEEK, World
from tests.world import Answer as Shown

#: What must not be said because the bot merely doesn't see a server, or may not act in it for now.
UNTRUE = (
    "needs a text channel",
    "I lack the permission",
    "**missing.**",
    "no longer exists",
    "is not in this server",
    "in no server",
    "a server I am no longer in",
    "has left the server",
    "The channel or the message is gone",
    "not one of the choices",
    "The card of this question is not in the channel",
    "Please choose a text channel",
    "This is for those who look after the reading list",
    "Changing rules needs",
    "groups are started by people with",
    "give it to my role",
    "can give my role",
    "can give me",
    "look at my permissions",
)
UNSEEN = "Discord isn't showing me "


class Sight(StrEnum):
    """Why the bot doesn't see a server."""

    OUTAGE = "an outage"
    LATE = "a late start"
    #: It is not in the bot's cache: all there is of it is what an interaction brings.
    UNKNOWN = "nothing known"


def leaves_sight(world: World, stage: Stage, sight: Sight) -> None:
    strict.goes_out(world.env, stage.guild.id)
    state: Any = world.bot._connection
    if sight is Sight.LATE:
        state._add_guild_from_data({"id": str(stage.guild.id), "unavailable": True})
    elif sight is Sight.UNKNOWN:
        del state._guilds[stage.guild.id]


async def comes_back(world: World, stage: Stage) -> None:
    strict.comes_back(world.env, stage.guild.id)
    await world.env.settle()


def untruths(answer: Shown) -> list[str]:
    if answer.message is None:
        return []
    return [each for each in UNTRUE if each in answer.text]


# -- what falls due -----------------------------------------------------------------------------


class Case(NamedTuple):
    """Something of a server's that falls due `seconds` later, and how to see that it was done."""

    prepare: Callable[[Stage], Awaitable[Any]]
    done: Callable[[Stage], Any]
    seconds: int | Callable[[Stage], Awaitable[int]] = 61

    async def stage(self, world: World) -> Stage:
        """A stage on which it is due."""
        stage = Stage(world)
        with world.env.time_context():
            await self.prepare(stage)
        return stage

    async def wait(self, stage: Stage) -> None:
        """Time passes until it is due, and the bot has looked."""
        wanted = self.seconds
        await stage.world.later(wanted if isinstance(wanted, int) else await wanted(stage))

    async def is_done(self, stage: Stage) -> bool:
        found = self.done(stage)
        return bool(await found if inspect.isawaitable(found) else found)


def _rung(stage: Stage) -> bool:
    return bool(stage.rings(stage.ana))


async def _announced(stage: Stage) -> bool:
    return "Longest consent" in stage.world.said(stage.assembly)


async def _moves_announcements(stage: Stage) -> None:
    """Announcements move elsewhere; that is told where they were so far."""
    change = stage.world.bot.governance.change
    await change(stage.guild.id, "announcement_channel", str(stage.assembly.id), stage.mara.id, 0)
    await stage.world.later(1)
    new = stage.guild.create_text_channel("news")
    await change(stage.guild.id, "announcement_channel", str(new.id), stage.mara.id, 1)
    stage.memory["told"] = len(stage.world.messages(stage.assembly))


def _told_where_it_was(stage: Stage) -> bool:
    return len(stage.world.messages(stage.assembly)) == stage.memory["told"] + 1


async def _wants_a_door(stage: Stage) -> None:
    await may_hold(stage)
    await ruled(stage, "noticing", "hold")


async def _last_one_left(stage: Stage) -> None:
    """The last one has left a group: it ends, and its channel goes."""
    found = await g.gather(stage)
    stage.memory["channel"] = found.channel.id
    assert await stage.world.bot.groups.leave(g.group_id(stage), stage.ana.id)


async def _group_is_gone(stage: Stage) -> bool:
    here = stage.memory["channel"] in stage.world.env.backend.channels
    return not here and await g.group_row(stage) is None


async def _knock_over_and_told(stage: Stage) -> bool:
    return await g.is_over(stage, Kind.KNOCK) and bool(stage.rings(stage.carla))


async def _proposal_failed(stage: Stage) -> bool:
    return await g.stands(stage, Kind.PROPOSAL, "failed")


async def _declined(stage: Stage) -> None:
    """What a curator did rings in the doorbell channel alone."""
    await ruled(stage, "doorbell_channel", str(stage.assembly.id))
    await curating.declined(stage)


async def _until_it_reminds(stage: Stage) -> int:
    found = await circle(stage)
    assert found is not None
    return found.starts_at - HOUR + 60 - now(stage)


async def _circle_is_gone(stage: Stage) -> bool:
    return await circle(stage) is None


async def _until_it_is_over(stage: Stage) -> int:
    return await _until_it_reminds(stage) + REMINDS + LASTS


async def _until_a_reminder(stage: Stage) -> int:
    (row,) = await d.rows_of(stage, "journal_reminders")
    return row["due_at"] - now(stage) + 1


#: By the name of the job that does it.
DUE: dict[str, dict[str, Case]] = {
    "ring": {
        "a ring": Case(rung_and_opened, _rung, HOUR),
        "a ring for an answer": Case(_declined, _rung, DAY),
        "a reminder of a circle": Case(joined, is_told_in_dm, _until_it_reminds),
        "a knock that runs out": Case(g.knocked, _knock_over_and_told, WEEK),
    },
    "circle": {"a circle that is over": Case(joined, _circle_is_gone, _until_it_is_over)},
    REMINDER.name: {"a reminder": Case(d.reminded, one_waits, _until_a_reminder)},
    SHARE.name: {"a ring for a share": Case(d.shared, asked_again, DAY)},
    "announcement": {
        "an announcement": Case(not_announced, _announced),
        "that announcements move": Case(_moves_announcements, _told_where_it_was),
    },
    "door": {"a door": Case(_wants_a_door, lambda stage: door(stage) is not None)},
    "group": {
        "somebody to let in": Case(joined_while_discord_was_down, both_are_in),
        "a group that has ended": Case(_last_one_left, _group_is_gone),
    },
    "decision": {"a proposal that runs out": Case(g.proposed, _proposal_failed, 3 * DAY)},
    "disappearing": {"old messages": Case(old_messages, nothing_old_stands, 2 * DAY)},
    "post": {
        "words to take out": Case(words_still_stand, taken_back),
        "a post to find": Case(died_while_posting, post_is_known),
    },
}
#: Jobs that ask nothing of Discord: they forget what is over.
OF_NO_SERVER = {
    KEY.name,
    "consents",
    "departed server",
    "groups",
    "imports",
    "limits",
    "notices",
    "nudges",
    "passphrases",
    "rules",
}
#: Asks all servers at once; tests/cogs/test_absences.py takes one out of sight.
OF_EVERY_SERVER = {"absences"}
#: Every case by what is due, with the job that does it.
CASES = {name: case for cases in DUE.values() for name, case in cases.items()}


async def gets_done(case: Case, stage: Stage) -> bool:
    """Whether what is due is done now, or at one of the looks of the next hours."""
    for _ in range(12):
        if await case.is_done(stage):
            return True
        await stage.world.later(900)
    return await case.is_done(stage)
