"""Every call to Discord, failing in every way: the laws hold, and the person is told.

A call is a line of the bot that makes one. All flows run once undisturbed, to find the lines; then,
for each line and each way to fail, the first flow that came to it runs again on a fresh stage. The
quick tier lets every sixth line fail in one way; which one goes round.
"""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.tiers import in_both_tiers
from tests.wire.flows import FLOWS, Flow
from tests.wire.laws import Dump, dump, laws_hold, settle_down
from tests.wire.stage import Stage, found_in
from tests.wire.wiretap import KINDS, Call, Wiretap, possible
from tests.world import World

_MOMENT = 0.05
FAMILIES = sorted({flow.family for flow in FLOWS.values()})


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the bot that calls Discord, with the first flow that comes to it."""

    flow: Flow
    call: Call

    def kinds(self) -> list[str]:
        """In which ways it can fail."""
        return [kind for kind in KINDS if possible(self.call.shape, kind)]


async def lines_of(family: str, world: World, tap: Wiretap) -> list[Line]:
    """Every line that calls Discord in the flows of a family. Undisturbed they hold the laws."""
    found: dict[str, Line] = {}
    for flow in FLOWS.values():
        if flow.family != family:
            continue
        stage = Stage(world)
        await flow.set_up(stage)
        tap.listen()
        await flow.run(stage)
        for call in tap.calls:
            found.setdefault(call.site, Line(flow, call))
        assert await flow.is_done(stage), f"{flow} has no effect when nothing fails"
        await settle_down(world)
        assert await laws_hold(stage) == [], f"{flow}, when nothing fails"
        await stage.strike()
    assert "" not in found, "a call that no line of the bot waits for"
    return list(found.values())


class Failing:
    """One run of one flow in which one call fails."""

    def __init__(self, flow: Flow, world: World, tap: Wiretap) -> None:
        self.flow, self.world, self.tap = flow, world, tap
        self.stage = Stage(world)
        self.wrong: list[str] = []

    async def run(self, call: Call, kind: str) -> list[str]:
        """What is wrong afterwards, in sentences."""
        await self.flow.set_up(self.stage)
        self.world.faults.drain()
        self.stage.disturbed = True
        self.tap.break_site(call.site, kind)
        await self._until_it_fails(acknowledges=call.acknowledges)
        self._check_what_was_logged()
        if self.tap.failed is None:
            self.wrong.append("the call did not come")
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

    async def _again(self) -> None:
        """The same act once more, if it is not done already."""
        if not await self.flow.is_done(self.stage):
            await self.flow.run(self.stage)
            if not await self.flow.is_done(self.stage):
                self.wrong.append(f"it does not work again: {self.stage.memory['last']}")
        await settle_down(self.world)
        self.wrong += await laws_hold(self.stage)
        self.wrong += [f"logged again: {line}" for line in self.world.faults.drain()]


@in_both_tiers
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family or "consent")
async def test_a_call_fails_and_the_laws_hold(
    family: str, full: bool, world: World, tap: Wiretap
) -> None:
    wrong: list[str] = []
    lines = await lines_of(family, world, tap)
    for number, line in enumerate(lines if full else lines[::6]):
        kinds = line.kinds()
        for kind in kinds if full else [kinds[number % len(kinds)]]:
            run = Failing(line.flow, world, tap)
            found = await run.run(line.call, kind)
            wrong += [f"{line.call.site} in {line.flow}, {kind}: {each}" for each in found]
            await run.stage.strike()
    assert not wrong, "\n".join(wrong)
