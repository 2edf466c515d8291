"""Every flow, with each call to Discord failing in turn: the laws hold, and the person is told.

The flow runs once undisturbed, to count its calls. Then it runs again for each call and each way to
fail, on a fresh stage. Without FIRSTHAND_TEST_EVERY each call fails in a few of the ways, which go
round so that every way is met many times.
"""

from __future__ import annotations

import os

import pytest

from tests.wire.flows import FLOWS, Flow
from tests.wire.laws import Dump, dump, laws_hold, settle_down
from tests.wire.stage import Stage, found_in
from tests.wire.wiretap import KINDS, Wiretap, sampled
from tests.world import World

#: In every way each, all flows take a quarter of an hour: that is for whoever changes how the bot
#: meets Discord's failures. Groups and journals have many flows that make the same calls, so one
#: way each does.
_EVERY = os.environ.get("FIRSTHAND_TEST_EVERY")
EACH = len(KINDS) if _EVERY else 4 if os.environ.get("FIRSTHAND_TEST_ALL") else 1
EACH_OF_MANY = len(KINDS) if _EVERY else 1
_MOMENT = 0.05
_ORDER = {name: number for number, name in enumerate(FLOWS)}


async def calls_of(flow: Flow, world: World, tap: Wiretap) -> list[str]:
    """The shapes of the calls the flow makes undisturbed."""
    stage = Stage(world)
    await flow.set_up(stage)
    tap.listen()
    await flow.run(stage)
    shapes = [call.shape for call in tap.calls]
    assert await flow.is_done(stage), f"{flow} has no effect when nothing fails"
    await settle_down(world)
    assert await laws_hold(stage) == []
    return shapes


class Failing:
    """One run of one flow in which one call fails."""

    def __init__(self, flow: Flow, world: World, tap: Wiretap) -> None:
        self.flow, self.world, self.tap = flow, world, tap
        self.stage = Stage(world)
        self.wrong: list[str] = []

    async def run(self, number: int, kind: str, *, acknowledges: bool) -> list[str]:
        """What is wrong afterwards, in sentences."""
        await self.flow.set_up(self.stage)
        self.world.faults.drain()
        self.stage.disturbed = True
        self.tap.break_call(number, kind)
        await self._until_it_fails(acknowledges=acknowledges)
        self._check_what_was_logged()
        if self.tap.failed is None:
            self.wrong.append("the call did not come")
        self._count_rings(kind)
        self.tap.listen()
        await settle_down(self.world)
        self.wrong += await laws_hold(self.stage)
        await self._again()
        return self.wrong

    async def _until_it_fails(self, *, acknowledges: bool) -> None:
        before: Dump = await dump(self.world) if acknowledges else {}
        async for answer in self.flow.act(self.stage):
            self.stage.memory["last"] = answer
            if self.tap.failed is None:
                before = await dump(self.world) if acknowledges else {}
                continue
            if answer is not None and not self._told(answer.result._interaction.token):
                if not self.tap.failed.acknowledges:
                    self.wrong.append("nobody was told")
                elif await dump(self.world) != before:
                    self.wrong.append("Discord showed a failure, and something was done")
            return
        # On a busy computer what follows an answer may come a moment after it.
        await self.world.env.settle(None, _MOMENT)

    def _told(self, token: str) -> bool:
        return any(call.token == token and call.done and call.tells for call in self.tap.calls)

    def _check_what_was_logged(self) -> None:
        stage = self.stage
        secret = (*stage.marks.values(), stage.words, stage.place)
        names = [person.user.name for person in (stage.ana, stage.beto, stage.carla, stage.mara)]
        ids = [str(person.id) for person in (stage.ana, stage.beto, stage.carla, stage.mara)]
        for line in self.world.faults.drain():
            if found := found_in(line.lower(), map(str.lower, (*secret, *names, *ids))):
                self.wrong.append(f"the log holds {found}: {line}")

    def _count_rings(self, kind: str) -> None:
        """Where Discord's answer was lost or refused, a ring's line may stay behind."""
        call = self.tap.failed
        if call is None or call.token is not None or "/messages" not in call.path:
            return
        if (call.method == "POST" and kind == "answer lost") or call.method == "DELETE":
            self.stage.unconfirmed_rings = 1

    async def _again(self) -> None:
        """The same act once more, if it is not done already."""
        if not await self.flow.is_done(self.stage):
            await self.flow.run(self.stage)
            if not await self.flow.is_done(self.stage):
                self.wrong.append(f"it does not work again: {self.stage.memory['last']}")
        await settle_down(self.world)
        self.wrong += await laws_hold(self.stage)
        self.wrong += [f"logged again: {line}" for line in self.world.faults.drain()]


@pytest.mark.parametrize("name", FLOWS)
async def test_one_call_fails_and_the_laws_hold(name: str, world: World, tap: Wiretap) -> None:
    flow = FLOWS[name]
    shapes = await calls_of(flow, world, tap)
    wrong: list[str] = []
    each = EACH_OF_MANY if flow.family else EACH
    for number, kind in sampled(shapes, each, _ORDER[name]):
        acknowledges = shapes[number].split()[1].endswith("/callback")
        found = await Failing(flow, world, tap).run(number, kind, acknowledges=acknowledges)
        wrong += [f"{name}, {shapes[number]}, {kind}: {each}" for each in found]
    assert not wrong, "\n".join(wrong)
