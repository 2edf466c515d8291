"""A server that Discord doesn't show: it has yet to come after a start, or there is an outage.

What isn't seen isn't gone. Nobody is told that something lacks which merely isn't shown, what falls
due in other servers is done, and what concerns this one is kept until it is back.
"""

from __future__ import annotations

import pytest

from bot.work.worker import CHORE
from tests.tiers import tiered
from tests.wire.absence import (
    CASES,
    DUE,
    OF_NO_SERVER,
    UNSEEN,
    comes_back,
    gets_done,
    leaves_sight,
    untruths,
)
from tests.wire.flows import FLOWS
from tests.wire.laws import dump, laws_hold, settle_down
from tests.wire.stage import Stage
from tests.wire.test_every_command import ELSEWHERE, REFUSALS, USES, Kind, Setting
from tests.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

KINDS = [kind for kind in Kind if kind not in ELSEWHERE]
SIGHTS = {"an outage": True, "a late start": False}
#: Of the flows, those that look at a server's channels, its roles or its members.
LOOKING = [
    "start_a_circle",
    "move_a_circle",
    "look_at_suggestions",
    "start_a_group",
    "open_a_lost_channel",
    "propose_a_spoke",
    "ask_back",
    "ask",
    "speak_for_her",
    "hold_at_the_door",
    "leave_a_channel_out",
    "ask_whom_one_spoke_for",
    "share_from_the_card",
    "still_want_to",
    "check_permissions",
    "support",
]


@pytest.mark.parametrize("sight", tiered(SIGHTS, quick=["a late start"]))
@pytest.mark.parametrize("kind", tiered(KINDS, quick=[Kind.MODERATOR]))
async def test_a_command_says_what_is_so_and_works_afterwards(
    shared: World, kind: Kind, sight: str
) -> None:
    wrong = [
        f"/{name} by {kind}: {each}"
        for name in sorted(USES)
        if kind not in USES[name].absent
        for each in await _use(shared, name, kind, was_seen=SIGHTS[sight])
    ]
    assert not wrong, "\n".join(wrong)


async def _use(world: World, name: str, kind: Kind, *, was_seen: bool) -> list[str]:
    setting = Setting(world, kind, with_groups=name.startswith(("affinity", "privacy")))
    await setting.prepare()
    refused = kind in USES[name].refused
    leaves_sight(world, setting.stage, was_seen=was_seen)
    before = await dump(world)
    answer = await USES[name].call(setting)
    not_now = answer.form is None and answer.text.startswith(UNSEEN)
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
    await comes_back(world, setting.stage)
    if not_now:
        answer = await USES[name].call(setting)
        again = answer.text.startswith((UNSEEN, *REFUSALS))
        checks[f"afterwards: {answer!r}"] = again is refused
    checks[f"logged afterwards: {world.faults.records}"] = not world.faults.drain()
    await setting.stage.strike()
    return [complaint for complaint, holds in checks.items() if not holds]


@pytest.mark.parametrize("name", tiered(FLOWS, quick=LOOKING))
async def test_whatever_is_pressed_says_what_is_so(shared: World, name: str) -> None:
    """Cards and forms that were open when the server went out of sight."""
    flow, stage = FLOWS[name], Stage(shared)
    await flow.set_up(stage)
    leaves_sight(shared, stage, was_seen=False)
    stage.disturbed = True
    async for answer in flow.act(stage):
        stage.memory["last"] = answer
        if answer is not None:
            # Where it ends there is nothing more to press.
            if answer.form is None and answer.text.startswith(UNSEEN):
                break
            assert answer.result.acknowledged, answer
            assert answer.form or answer.private or not answer.text, answer
            assert not untruths(answer), answer
    await shared.later(70)
    assert shared.faults.drain() == []
    await comes_back(shared, stage)
    await settle_down(shared)
    if not stage.by_hand and "by_hand" not in name:
        # What was done by hand in the meantime is seen at the daily look.
        assert await laws_hold(stage) == []
    assert shared.faults.drain() == []


# -- what falls due -----------------------------------------------------------------------------


async def test_every_kind_of_due_work_has_a_case(shared: World) -> None:
    worker = shared.bot.worker
    kinds = {*worker._handlers, *worker._chores} - {CHORE.name}
    assert kinds == set(DUE) | OF_NO_SERVER


@pytest.mark.parametrize(
    ("name", "restarts"),
    [
        pytest.param(
            name,
            restarts,
            id=f"{name}, {'a late start' if restarts else 'an outage'}",
        )
        for name in CASES
        for restarts in (False, True)
    ],
)
async def test_what_is_due_is_done_elsewhere_and_kept_here(
    shared: World, name: str, restarts: bool
) -> None:
    """After a restart the server comes late; in an outage it was seen before."""
    case = CASES[name]
    absent = await case.stage(shared)
    assert not await case.is_done(absent)
    leaves_sight(shared, absent, was_seen=not restarts)
    other = await case.stage(shared)
    assert not await case.is_done(other)
    if restarts:
        await shared.restart()
    await case.wait(other)
    assert shared.faults.drain() == []
    assert await case.is_done(other)
    await comes_back(shared, absent)
    assert await gets_done(case, absent)
    assert shared.faults.drain() == []
