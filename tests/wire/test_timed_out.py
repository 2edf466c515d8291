"""The bot is in time-out in a server: nothing is said to be done that isn't, and nothing is lost.

In a time-out all permissions seem to be missing. None has to be given, and what is due waits.
"""

from __future__ import annotations

import pytest

from bot.demo import strict
from tests.tiers import tiered
from tests.wire.absence import CASES, UNTRUE, gets_done, untruths
from tests.wire.flows import FLOWS
from tests.wire.laws import dump, laws_hold, settle_down
from tests.wire.stage import Stage
from tests.wire.test_every_command import ELSEWHERE, REFUSALS, USES, Kind, Setting
from tests.world import HOUR, WEEK, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

KINDS = [kind for kind in Kind if kind not in ELSEWHERE]
#: Of the flows, those in which the bot does something by its permissions.
DOING = [
    "start_a_circle",
    "move_a_circle",
    "cancel_a_circle",
    "start_a_group",
    "open_a_lost_channel",
    "ask_back",
    "speak_for_her",
    "speak_for_the_group",
    "take_back",
    "hold_at_the_door",
    "make_the_door_again",
    "leave_a_channel_out",
    "check_permissions",
    "the_last_one_leaves",
    "support",
]
TOLD = "Somebody who moderates this server has put me in time-out until "


async def _timed_out(world: World, stage: Stage, seconds: float) -> None:
    strict.time_out_bot(world.env, stage.guild.id, seconds)
    await world.env.settle()


@pytest.mark.parametrize("kind", tiered(KINDS, quick=[Kind.MEMBER]))
async def test_a_command_says_what_is_so_and_works_afterwards(shared: World, kind: Kind) -> None:
    wrong = [
        f"/{name} by {kind}: {each}"
        for name in sorted(USES)
        if kind not in USES[name].absent
        for each in await _use(shared, name, kind)
    ]
    assert not wrong, "\n".join(wrong)


async def _use(world: World, name: str, kind: Kind) -> list[str]:
    setting = Setting(world, kind, with_groups=name.startswith(("affinity", "privacy")))
    await setting.prepare()
    refused = kind in USES[name].refused
    await _timed_out(world, setting.stage, HOUR)
    before = await dump(world)
    answer = await USES[name].call(setting)
    not_now = answer.form is None and answer.text.startswith(TOLD)
    changed = await dump(world) != before
    checks = {
        "not acknowledged": answer.result.acknowledged,
        "nothing to read": bool(answer.form or answer.text),
        "not private": bool(answer.form) or answer.private,
        f"not so: {untruths(answer)} in {answer!r}": refused or not untruths(answer),
        f"refused or not: {answer!r}": not_now or answer.text.startswith(REFUSALS) is refused,
        "nothing was changed, it says": not (not_now and changed),
        f"logged: {world.faults.records}": not world.faults.drain(),
    }
    await _timed_out(world, setting.stage, -1)
    if not_now:
        answer = await USES[name].call(setting)
        again = answer.text.startswith((TOLD, *REFUSALS))
        checks[f"afterwards: {answer!r}"] = again is refused
    checks[f"logged afterwards: {world.faults.records}"] = not world.faults.drain()
    await setting.stage.strike()
    return [complaint for complaint, holds in checks.items() if not holds]


@pytest.mark.parametrize("name", tiered(FLOWS, quick=DOING))
async def test_whatever_is_pressed_says_what_is_so(shared: World, name: str) -> None:
    flow, stage = FLOWS[name], Stage(shared)
    await flow.set_up(stage)
    await _timed_out(shared, stage, HOUR)
    stage.disturbed = True
    async for answer in flow.act(stage):
        stage.memory["last"] = answer
        if answer is not None:
            # Where it ends there is nothing more to press.
            if answer.form is None and answer.text.startswith(TOLD):
                break
            assert answer.result.acknowledged, answer
            assert answer.form or answer.private or not answer.text, answer
            assert not untruths(answer), answer
    await shared.later(70)
    assert shared.faults.drain() == []
    await shared.later(HOUR)
    await settle_down(shared)
    if not stage.by_hand and "by_hand" not in name:
        assert await laws_hold(stage) == []
    assert shared.faults.drain() == []


@pytest.mark.parametrize(
    "name",
    CASES,
)
async def test_what_is_due_is_done_elsewhere_and_kept_here(shared: World, name: str) -> None:
    case = CASES[name]
    here = await case.stage(shared)
    assert not await case.is_done(here)
    await _timed_out(shared, here, 2 * WEEK)
    other = await case.stage(shared)
    assert not await case.is_done(other)
    await case.wait(other)
    assert shared.faults.drain() == []
    assert await case.is_done(other)
    await _timed_out(shared, here, -1)
    assert await gets_done(case, here)
    # Nor does anything ask afterwards for what was there all the time.
    assert not [each for each in UNTRUE if each in here.said_aloud()]
    assert shared.faults.drain() == []
