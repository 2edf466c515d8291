"""A server that Discord doesn't show: it has yet to come after a start, or there is an outage.

What isn't seen isn't gone. Nobody is told that something lacks which merely isn't shown, what falls
due in other servers is done, and what concerns this one is kept until it is back.
"""

from __future__ import annotations

import itertools
from typing import Any

import pytest
import simcord
from simcord.enums import ChannelType

from bot.replies import PASSPHRASE, literal
from bot.work.worker import CHORE
from tests.tiers import in_both_tiers, tiered
from tests.wire.absence import (
    CASES,
    DUE,
    OF_EVERY_SERVER,
    OF_NO_SERVER,
    UNSEEN,
    Sight,
    comes_back,
    gets_done,
    leaves_sight,
    untruths,
)
from tests.wire.flows import FLOWS
from tests.wire.laws import dump, laws_hold, settle_down
from tests.wire.reach import Reach
from tests.wire.stage import Stage
from tests.wire.test_every_command import ELSEWHERE, REFUSALS, USES, Kind, Setting
from tests.wire.test_every_control import CONTROLS
from tests.wire.test_suggestions import OPTIONS, PLAIN, Suggesting
from tests.world import Answer, Person, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

#: Characters from which on what somebody typed is given back.
WORTH_KEEPING = 12
KINDS = [kind for kind in Kind if kind not in ELSEWHERE]
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


@pytest.mark.parametrize("sight", tiered(Sight, quick=[Sight.LATE, Sight.UNKNOWN]))
@pytest.mark.parametrize("kind", tiered(KINDS, quick=[Kind.MODERATOR]))
async def test_a_command_says_what_is_so_and_works_afterwards(
    shared: World, kind: Kind, sight: Sight
) -> None:
    wrong = [
        f"/{name} by {kind}: {each}"
        for name in sorted(USES)
        if kind not in USES[name].absent
        for each in await _use(shared, name, kind, sight)
    ]
    assert not wrong, "\n".join(wrong)


async def _use(world: World, name: str, kind: Kind, sight: Sight) -> list[str]:
    setting = Setting(world, kind, with_groups=name.startswith(("affinity", "privacy")))
    await setting.prepare()
    refused = kind in USES[name].refused
    leaves_sight(world, setting.stage, sight)
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
    leaves_sight(shared, stage, Sight.LATE)
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


@in_both_tiers
async def test_every_control_says_what_is_so_and_works_afterwards(
    shared: World, full: bool
) -> None:
    """Also forged, and with whatever was typed into a form."""
    sights = itertools.cycle(Sight)
    wrong = [
        f"{name}, {sight}: {each}"
        for name in sorted(CONTROLS)
        for sight in (Sight if full else [next(sights)])
        for each in await _press(shared, name, sight)
    ]
    assert not wrong, "\n".join(wrong)


async def _press(world: World, name: str, sight: Sight) -> list[str]:
    reach, stage = CONTROLS[name], Stage(world)
    with world.env.time_context():
        await reach.prepare(stage)
    person: Person = getattr(stage, reach.person)
    leaves_sight(world, stage, sight)
    before = await dump(world)
    answer = await reach.press(name, stage, person)
    not_now = answer.form is None and answer.text.startswith(UNSEEN)
    checks = {
        "not acknowledged": answer.result.acknowledged,
        f"nothing to read, or not private: {answer!r}": bool(answer.form) or answer.private,
        f"not so: {untruths(answer)} in {answer!r}": not untruths(answer),
        f"does not find its own row: {answer!r}": not answer.text.startswith(reach.unknown),
        "nothing was changed, it says": not not_now or await dump(world) == before,
        f"what was typed is lost: {answer!r}": not not_now or _comes_back(reach, stage, answer),
        f"logged: {world.faults.records}": not world.faults.drain(),
    }
    await comes_back(world, stage)
    if not_now:
        answer = await reach.press(name, stage, person)
        checks[f"afterwards: {answer!r}"] = not answer.text.startswith((UNSEEN, reach.unknown))
    checks[f"logged afterwards: {world.faults.records}"] = not world.faults.drain()
    await stage.strike()
    return [complaint for complaint, holds in checks.items() if not holds]


def _comes_back(reach: Reach, stage: Stage, answer: Answer) -> bool:
    typed = [
        value(stage) if callable(value) else value
        for field, value in (reach.fields or {}).items()
        if not field.startswith(PASSPHRASE)
    ]
    return all(
        literal(each) in answer.text
        for each in typed
        if isinstance(each, str) and len(each) >= WORTH_KEEPING
    )


@pytest.mark.parametrize("sight", Sight)
async def test_what_is_typed_into_an_option_is_suggested_to_all_the_same(
    shared: World, sight: Sight
) -> None:
    for name in sorted(OPTIONS):
        ana = Suggesting(shared, name, "en-US")
        await ana.prepare(PLAIN)
        leaves_sight(shared, ana.stage, sight)
        await ana.found()
        assert shared.faults.drain() == [], name
        await comes_back(shared, ana.stage)
        await ana.stage.strike()


# -- where a channel isn't seen -----------------------------------------------------------------


@pytest.mark.parametrize("place", ["a channel", "a thread", "a private thread"])
async def test_a_command_in_a_channel_that_isnt_seen_says_what_is_so(
    shared: World, place: str
) -> None:
    """A channel that was made a moment ago, and threads that were archived before the start."""
    wrong = [
        f"/{name}: {each}"
        for name in sorted(USES)
        if Kind.MEMBER not in USES[name].absent
        for each in await _use_out_of_sight(shared, name, place)
    ]
    assert not wrong, "\n".join(wrong)


async def _use_out_of_sight(world: World, name: str, place: str) -> list[str]:
    setting = Setting(world, Kind.MEMBER, with_groups=name.startswith(("affinity", "privacy")))
    await setting.prepare()
    stage, refused = setting.stage, Kind.MEMBER in USES[name].refused
    if place != "a channel":
        setting.place = _archived_thread(stage, private=place == "a private thread")
    seen = world.bot.get_guild(stage.guild.id)
    assert seen is not None
    cached: Any = seen._threads if place != "a channel" else seen._channels
    cached.pop(setting.place.id, None)
    before = await dump(world)
    answer = await USES[name].call(setting)
    not_now = answer.form is None and answer.text.startswith(UNSEEN)
    true_here = {"needs a text channel"} if place != "a channel" else set()
    untrue = {*untruths(answer)} - true_here
    checks = {
        "not acknowledged": answer.result.acknowledged,
        f"nothing to read, or not private: {answer!r}": bool(answer.form) or answer.private,
        f"not so: {untrue} in {answer!r}": refused or not untrue,
        f"refused or not: {answer!r}": not_now or answer.text.startswith(REFUSALS) is refused,
        "nothing was changed, it says": not not_now or await dump(world) == before,
        f"logged: {world.faults.records}": not world.faults.drain(),
    }
    await stage.strike()
    return [complaint for complaint, holds in checks.items() if not holds]


def _archived_thread(stage: Stage, *, private: bool) -> Any:
    backend = stage.world.env.backend
    kind = ChannelType.PRIVATE_THREAD if private else ChannelType.PUBLIC_THREAD
    made = backend.create_thread(stage.general.id, "Thursday", stage.beto.id, type=kind)
    backend.add_thread_member(made.id, stage.ana.id)
    backend.edit_channel(made.id, {}, thread_metadata={"archived": True})
    return simcord.ChannelHandle(stage.world.env, stage.guild, made)


# -- what falls due -----------------------------------------------------------------------------


async def test_every_kind_of_due_work_has_a_case(shared: World) -> None:
    worker = shared.bot.worker
    kinds = {*worker._handlers, *worker._chores} - {CHORE.name}
    assert kinds == set(DUE) | OF_NO_SERVER | OF_EVERY_SERVER


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
    leaves_sight(shared, absent, Sight.LATE if restarts else Sight.OUTAGE)
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
