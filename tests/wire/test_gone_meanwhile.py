"""A card or a form of a group, pressed or sent after one is out of it, or after it has ended.

What a group shows stays on people's screens when they leave, are parted with, or the group closes:
each control is refused then, what was typed comes back, and nothing changes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

import pytest

from bot.replies import NOT_FOUND, literal
from tests.wire import gathering as g
from tests.wire.group_controls import GROUP_CONTROLS
from tests.wire.laws import dump
from tests.wire.reach import For, Reach
from tests.wire.stage import Stage
from tests.world import Person, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

Meanwhile = Callable[[Stage, Person], Awaitable[None]]
#: What whoever supported it may still take back after they left, or does who is no member.
_STAY = ("recall", "group-accept", "group-decline", "group-never", "group-knock", "group-knocked")
#: The controls that can be pressed where the same came before, by the same person.
TOGETHER: dict[str, dict[str, Reach]] = {}
for _name, _reach in GROUP_CONTROLS.items():
    if _reach.whose is For.MEMBERS or _name in _STAY:
        _which = f"{_reach.prepare.__name__}-{_reach.person}{'-stays' * (_name in _STAY)}"
        TOGETHER.setdefault(_which, {})[_name] = _reach


async def leaves(stage: Stage, person: Person) -> None:
    """And Discord has yet to let them out of the channel: the row is still there."""
    assert await stage.world.bot.groups.leave(g.group_id(stage), person.id)


async def is_let_out(stage: Stage, person: Person) -> None:
    await leaves(stage, person)
    await stage.world.bot.upkeep.lacks_access(g.group_id(stage), person.id)


async def closes(stage: Stage, person: Person) -> None:
    """The group is decided to end, and its channel has yet to go."""
    groups = stage.world.bot.groups
    async with stage.world.bot.store.main.transaction() as connection:
        group = await groups.rolls.hold(connection, g.group_id(stage))
        assert group is not None
        await groups.close_in(connection, group, 0)


async def has_ended(stage: Stage, person: Person) -> None:
    await closes(stage, person)
    row = await stage.world.bot.groups.row(g.group_id(stage))
    assert row is not None
    await stage.world.bot.groups.end(row)


#: How a control may be refused: what it is about is not theirs any more, or it was ended first.
REFUSALS = (
    NOT_FOUND,
    "This is decided already, so nothing was changed",
    "This invitation is over",
    "I know of no group like that to knock at",
)
MEANWHILE: Mapping[str, Meanwhile] = {
    each.__name__: each for each in (leaves, is_let_out, closes, has_ended)
}
CASES = [
    (which, meanwhile)
    for which in TOGETHER
    for meanwhile in (("closes", "has_ended") if which.endswith("stays") else MEANWHILE)
]


@pytest.mark.parametrize(("which", "meanwhile"), CASES)
async def test_a_control_of_a_group_does_nothing_any_more(
    shared: World, which: str, meanwhile: str
) -> None:
    stage, reaches = Stage(shared), TOGETHER[which]
    person = await _prepared(stage, next(iter(reaches.values())))
    keys = {name: reach.key(stage) for name, reach in reaches.items()}
    with shared.env.time_context():
        await MEANWHILE[meanwhile](stage, person)
    before = await dump(shared)
    for name, reach in reaches.items():
        answer = await reach.press(name, stage, person, key=keys[name])
        assert answer.private, name
        assert answer.text.startswith(REFUSALS), f"{name}: {answer}"
        assert await dump(shared) == before, name
        for value in dict(reach.fields or {}).values():
            typed = value(stage) if callable(value) else value
            if isinstance(typed, str) and len(typed) >= 12:
                assert literal(typed) in answer.text, f"{name} loses what was typed"


async def test_what_is_typed_is_tried() -> None:
    typed = {name for each in TOGETHER.values() for name, reach in each.items() if reach.fields}
    assert typed >= {"group-proposed", "group-blocked", "group-spoke", "group-knocked"}


async def _prepared(stage: Stage, reach: Reach) -> Person:
    with stage.world.env.time_context():
        await reach.prepare(stage)
    # Nothing of it is due any more, so that whatever changes then is the control's doing.
    await stage.world.later(1)
    person: Person = getattr(stage, reach.person)
    return person
