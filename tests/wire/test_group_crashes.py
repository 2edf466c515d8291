"""The process dies between any two steps of what changes a group; then it starts again.

After that there is no channel that belongs to no group, no member without access and no outsider
with it, whatever the step was. In the quick tier the process dies after every fifth step.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.affinity.questions import Body
from bot.affinity.rules import Answer, Kind
from tests.groups import join, lets_in
from tests.tiers import in_both_tiers
from tests.wire import forge
from tests.wire.failing import refusing
from tests.wire.group_laws import groups_are_whole, rooms
from tests.wire.killing import Mortal
from tests.wire.stage import Stage
from tests.world import DAY, Person, World, texts

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: In the quick tier; where it begins goes round.
EVERY = 5
OF_GROUPS = ("affinity_groups", "group_members", "decisions", "ballots", "notices", "posts")


class Scene:
    """Ana and Beto are in a group, Carla and Mara are not."""

    def __init__(self, world: World) -> None:
        self.stage = Stage(world)
        self.world, self.bot = world, world.bot
        self.guild_id = self.stage.guild.id
        self.ana, self.beto = self.stage.ana, self.stage.beto
        self.carla, self.mara = self.stage.carla, self.stage.mara
        self.group_id = self.decision_id = ""
        #: The channel that Discord does not let anybody delete.
        self.kept_id = 0
        #: What Discord refuses, until the scene is over.
        self.refused = ExitStack()

    async def set_up(self, *members: Person) -> None:
        """A group whose channel is there, by the services."""
        with self.world.env.time_context():
            started = await self.bot.groups.start(
                self.guild_id, self.ana.id, "Night owls", "Soup", listed=True, may=True
            )
            assert started.group is not None
            self.group_id = started.group.id
            for person in members:
                async with self.bot.store.main.transaction() as connection:
                    group = await self.bot.groups.rolls.hold(connection, self.group_id)
                    assert group is not None
                    await self.bot.groups.rolls.join(connection, group, person.id, 0)
            assert await self.keeper.start(started.group) is None
        await self.world.env.settle()
        assert await groups_are_whole(self.world, self.guild_id) == []

    @property
    def keeper(self) -> Any:
        cog: Any = self.world.bot.cogs["AffinityCog"]
        return cog.parts.keeper

    @property
    def channel_id(self) -> int:
        backend = self.world.env.backend
        return next(
            channel.id
            for channel in backend.channels.values()
            if channel.guild_id == self.guild_id and (channel.topic or "").endswith(self.group_id)
        )

    async def asked(self, kind: Kind, author: Person, subject: Person | None = None) -> None:
        """A question that waits for Ana's answer alone."""
        asking, deciding = self.bot.group_asking, self.bot.deciding
        with self.world.env.time_context():
            if kind is Kind.KNOCK:
                asked = await asking.knock(self.group_id, self.guild_id, author.id, "Hello", 0)
            elif kind is Kind.INVITATION:
                assert subject is not None
                asked = await asking.invite(
                    self.group_id, self.guild_id, author.id, subject.id, is_bot=False
                )
            elif kind is Kind.PARTING:
                assert subject is not None
                asked = await asking.part(self.group_id, author.id, subject.id)
            else:
                asked = await asking.propose(self.group_id, author.id, kind, Body())
            assert asked.decision is not None, asked
            self.decision_id = asked.decision.id
            if kind is Kind.KNOCK:
                await deciding.answer(self.decision_id, self.beto.id, Answer.YES)
            elif kind is Kind.CLOSE:
                await deciding.answer(self.decision_id, self.beto.id, Answer.SUPPORT)
            await self.keeper.settle(self.group_id)
        await self.world.env.settle()

    async def press(self, person: Person, name: str, key: str) -> None:
        await forge.press(person, f"firsthand:{name}:{key}", at=self.stage.general)


async def nothing(scene: Scene) -> None:
    """There is no group yet."""


async def a_category(scene: Scene) -> None:
    """A group was started before, and its category is there."""
    await scene.set_up()


async def a_pair(scene: Scene) -> None:
    await scene.set_up(scene.beto)


async def alone(scene: Scene) -> None:
    await scene.set_up()


async def a_knock(scene: Scene) -> None:
    await a_pair(scene)
    await scene.asked(Kind.KNOCK, scene.carla)


async def an_invitation(scene: Scene) -> None:
    await alone(scene)
    await scene.asked(Kind.INVITATION, scene.ana, scene.carla)


async def a_parting(scene: Scene) -> None:
    await scene.set_up(scene.beto, scene.carla)
    await scene.asked(Kind.PARTING, scene.beto, scene.carla)


async def an_end(scene: Scene) -> None:
    await a_pair(scene)
    await scene.asked(Kind.CLOSE, scene.beto)


async def an_end_in_a_channel_that_stays(scene: Scene) -> None:
    await an_end(scene)
    world = scene.world
    world.env.backend.get_guild(scene.guild_id).rules_channel_id = scene.channel_id
    scene.kept_id = scene.channel_id


async def a_lost_channel(scene: Scene) -> None:
    await a_pair(scene)
    scene.world.env.backend.delete_channel(scene.channel_id)
    await scene.world.env.settle()


async def start(scene: Scene) -> None:
    await scene.mara.slash("affinity start", name="Early birds", purpose="Tea")


async def last_yes(scene: Scene) -> None:
    await scene.press(scene.ana, "group-yes", scene.decision_id)


async def accept(scene: Scene) -> None:
    await scene.press(scene.carla, "group-accept", scene.decision_id)


async def leave(scene: Scene) -> None:
    await scene.beto.slash("affinity leave")


async def leave_last(scene: Scene) -> None:
    await scene.ana.slash("affinity leave")


async def last_support(scene: Scene) -> None:
    await scene.press(scene.ana, "group-support", scene.decision_id)


async def reopen(scene: Scene) -> None:
    await scene.press(scene.ana, "group-reopen", scene.group_id)


Act = Callable[[Scene], Awaitable[None]]
ACTS: dict[str, tuple[Act, Act]] = {
    "the first group is started": (nothing, start),
    "another group is started": (a_category, start),
    "somebody who knocked is admitted": (a_knock, last_yes),
    "somebody accepts an invitation": (an_invitation, accept),
    "somebody leaves": (a_pair, leave),
    "the last one leaves": (alone, leave_last),
    "the group parts with somebody": (a_parting, last_yes),
    "the group closes": (an_end, last_support),
    "the group closes, and its channel stays": (an_end_in_a_channel_that_stays, last_support),
    "a lost channel is opened again": (a_lost_channel, reopen),
}


@in_both_tiers
@pytest.mark.parametrize("name", ACTS)
async def test_a_process_that_dies_leaves_no_group_half_made(
    shared: World, name: str, full: bool
) -> None:
    before, act = ACTS[name]
    scene = Scene(shared)
    await before(scene)
    with Mortal(shared).watched() as mortal:
        await act(scene)
    steps = list(mortal.steps)
    assert len(steps) > 2, steps
    await later(shared)
    assert await groups_are_whole(shared, scene.guild_id) == [], f"{name}, undisturbed"
    await clear(shared)
    wrong: list[str] = []
    every = 1 if full else EVERY
    for end, step in list(enumerate(steps))[list(ACTS).index(name) % every :: every]:
        scene = Scene(shared)
        await before(scene)
        with Mortal(shared).watched(end) as mortal:
            await act(scene)
            assert mortal.dead, "it went another way this time"
            await shared.env.settle()
        await shared.restart()
        await later(shared)
        shared.faults.drain()
        found = await groups_are_whole(shared, scene.guild_id)
        if scene.kept_id and not await shared.rows("SELECT * FROM affinity_groups"):
            said = "".join(_texts(shared, scene.kept_id))
            found += [] if said.count("This group has ended") == 1 else [f"it says {said!r}"]
        await clear(shared)
        wrong += [f"{name}, dead after step {end} ({step}): {each}" for each in found]
    assert not wrong, "\n".join(wrong)


async def clear(world: World) -> None:
    """Take the groups out of the database, so that the next start has none of them to look at."""
    async with world.bot.store.main.transaction() as connection:
        for table in OF_GROUPS:
            await connection.execute(f"DELETE FROM {table}")


async def a_quiet_channel(scene: Scene) -> None:
    """It was not looked at for a while, so that it is at once when something changes there."""
    await alone(scene)
    await scene.world.later(61)


async def a_full_channel(scene: Scene) -> None:
    """Carla belongs to the group, and Discord does not let her in."""
    await alone(scene)
    scene.refused.enter_context(refusing("PUT", f"permissions/{scene.carla.id}", 30060, 400))
    await join(scene.world, scene.group_id, scene.carla)


async def a_channel_that_stays(scene: Scene) -> None:
    await alone(scene)
    scene.refused.enter_context(refusing("DELETE", f"channels/{scene.channel_id}", 50013))


async def propose(scene: Scene) -> None:
    await scene.asked(Kind.PROPOSAL, scene.ana)


async def let_in_by_hand(scene: Scene) -> None:
    lets_in(scene.world, scene.channel_id, scene.carla.id)
    await scene.world.env.settle()


async def settle(scene: Scene) -> None:
    with scene.world.env.time_context():
        await scene.keeper.settle(scene.group_id)


#: What is posted in a group's channel, and some of its words.
POSTED: dict[str, tuple[Act, Act, str]] = {
    "the first message": (nothing, start, "This is the channel of an affinity group"),
    "a card": (alone, propose, "Silence is not support"),
    "what was done by hand": (a_quiet_channel, let_in_by_hand, "changed by hand"),
    "what cannot be done": (a_full_channel, settle, "I can't keep this channel"),
    "that the channel stays": (a_channel_that_stays, leave_last, "This group has ended"),
}


@pytest.mark.parametrize("sent", [False, True], ids=["noted", "sent"])
@pytest.mark.parametrize("name", POSTED)
async def test_what_a_process_dies_over_stands_once(shared: World, name: str, sent: bool) -> None:
    """It was noted and not sent yet, or sent and not written down."""
    before, act, text = POSTED[name]
    end = None
    for _ in range(2):
        scene = Scene(shared)
        await before(scene)
        with scene.refused:
            with Mortal(shared).watched(end) as mortal:
                await act(scene)
                await shared.env.settle()
            steps = mortal.steps
            if end is not None:
                assert mortal.dead
                await shared.restart()
            await later(shared)
            shared.faults.drain()
            (channel_id,) = rooms(shared, scene.guild_id)
            assert str(_texts(shared, channel_id)).count(text) == 1
        await clear(shared)
        if end is None:
            posted = [number for number, step in enumerate(steps) if step.endswith("/messages")]
            end = posted[-1] if sent else posted[-1] - 1


async def later(world: World) -> None:
    """Everything that is due gets done, also what another process had taken for a minute."""
    for _ in range(4):
        await world.later(61)


@pytest.mark.parametrize("kind", ["given", "taken", "renamed", "deleted"])
async def test_what_was_done_by_hand_while_the_bot_was_away_is_noticed(
    shared: World, kind: str
) -> None:
    scene = Scene(shared)
    await a_pair(scene)
    backend = shared.env.backend
    await shared.bot.worker.stop()
    watch: Any = shared.bot.cogs["Watch"]
    watch.cog.parts.keeper.changed = watch.cog.parts.keeper.deleted = _deaf
    if kind == "given":
        view = discord.Permissions(view_channel=True).value
        backend.set_overwrite(
            scene.channel_id, Overwrite(scene.carla.id, OverwriteType(1), allow=view)
        )
    elif kind == "taken":
        backend.delete_overwrite(scene.channel_id, scene.beto.id)
    elif kind == "renamed":
        backend.edit_channel(scene.channel_id, {"name": "something-else"})
    else:
        backend.delete_channel(scene.channel_id)
    await shared.env.settle()
    await shared.restart()
    await later(shared)
    await shared.later(DAY)
    assert await groups_are_whole(shared, scene.guild_id) == []
    if kind == "deleted":
        rows = await shared.rows(f"SELECT person_id FROM notices WHERE key = '{scene.group_id}'")
        assert {row["person_id"] for row in rows} == {scene.ana.id, scene.beto.id}
    else:
        told = [text for text in _texts(shared, scene.channel_id) if "by hand" in text]
        assert len(told) == 1, told


async def _deaf(_: Any) -> None:
    """Nobody hears of it."""


def _texts(world: World, channel_id: int) -> list[str]:
    return [
        "\n".join(texts(message.components))
        for message in world.env.backend.messages.get(channel_id, {}).values()
    ]
