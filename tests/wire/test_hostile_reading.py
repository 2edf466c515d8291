"""What may be typed, chosen and sent to the reading list and to a shelf."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings

from bot import text
from bot.reading.rules import Mark
from bot.reading.shelves import NOTE_LIMIT
from bot.replies import literal, quoted
from tests.markdown import rendered
from tests.strategies import hostile_text
from tests.tiers import examples
from tests.wire import forge
from tests.wire.flows import reading
from tests.wire.laws import dump
from tests.wire.stage import Stage
from tests.wire.test_hostile_input import refuses, texts
from tests.wire.test_hostile_journals import notifies_nobody
from tests.world import Answer, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

some = settings(texts, max_examples=examples(quick=8, full=20))
_LONG = "x" * 4001
_MENTIONS = "@everyone <@&123> <@123456789012345678> https://discord.gg/abc [x](https://x.org)"


async def stage_of(world: World) -> Stage:
    """One stage for all texts of a world, on which one thing is on Ana's shelf."""
    stage = world.__dict__.get("_hostile_reading")
    if stage is None:
        stage = world.__dict__["_hostile_reading"] = Stage(world)
    world.guild, world.general = stage.guild, stage.general
    with world.env.time_context():
        await world.bot.shelves.take_off(stage.ana.id, reading.WORK)
        await reading.marked(stage)
    return stage


@some
@given(typed=hostile_text())
@example(typed=_LONG)
@example(typed="x" * NOTE_LIMIT)
@example(typed="*" * NOTE_LIMIT)
@example(typed=_MENTIONS)
@example(typed="\x00\u202e\u200b")
@example(typed="\ud83d half")
async def test_a_note(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before, heard = await dump(shared), len(shared.env.http_requests)
    answer = await forge.submit(
        stage.ana, f"firsthand:reading-noted:{reading.WORK}.", at=stage.general, note=typed
    )
    cleaned = text.clean(typed)
    if cleaned and text.fault(cleaned, NOTE_LIMIT) is not None:
        await refuses(shared, answer, before)
        return
    kept = await shared.bot.shelves.one(stage.ana.id, reading.WORK)
    assert kept is not None
    assert (kept.state, kept.note) == (Mark.WANT, cleaned)
    if cleaned:
        assert quoted(cleaned) in answer.text
        assert rendered(quoted(cleaned).removeprefix(">>> ")) == cleaned
        shelf = await stage.ana.slash("reading shelf")
        assert literal(text.shorten(cleaned, 120)) in shelf.text
    assert shared.faults.drain() == []
    del shared.env.http_requests[:heard]
    notifies_nobody(shared)


@some
@given(typed=hostile_text())
@example(typed=_LONG)
@example(typed=_MENTIONS)
@example(typed="\ud800")
async def test_works_questions_and_filters(shared: World, typed: str) -> None:
    """Whatever stands in an option, the answer is clear and private, and nothing changes."""
    stage = await stage_of(shared)
    before = await dump(shared, keys=True)
    for command, options in (
        ("open", {"work": typed}),
        ("pair", {"question": typed}),
        ("browse", {"topic": typed}),
        ("browse", {"tradition": typed, "form": "book"}),
        ("mark", {"work": typed, "state": "off"}),
        ("mark", {"work": reading.WORK, "state": typed}),
    ):
        answer = await forge.command(stage.carla, f"reading {command}", at=stage.general, **options)
        await refuses_or_shows(shared, answer)
    assert await dump(shared, keys=True) == before


async def refuses_or_shows(world: World, answer: Answer) -> None:
    """A clear private answer, nothing logged."""
    assert answer.private
    assert answer.text
    assert "something went wrong" not in answer.text
    assert world.faults.drain() == []


@some
@given(typed=hostile_text())
@example(typed="")
@example(typed=_LONG)
async def test_what_is_typed_for_suggestions(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared, keys=True)
    whole = typed.encode(errors="replace").decode()
    for command, option in (
        ("open", "work"),
        ("mark", "work"),
        ("pair", "question"),
        ("browse", "topic"),
        ("browse", "form"),
    ):
        found = await stage.carla.suggestions(f"reading {command}", option, whole)
        assert len(found) <= 25
        assert all(1 <= len(each["name"]) <= 100 for each in found)
    assert shared.faults.drain() == []
    assert await dump(shared, keys=True) == before


@pytest.mark.parametrize("name", ["want", "begin", "finish", "off", "mark", "open", "note"])
async def test_a_work_that_does_not_exist_is_not_marked(shared: World, name: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared, keys=True)
    for key in ("X", "ours-0123456789ab", "ours-", "critique-", "a.b.c", "." * 60, "_" * 60):
        answer = await forge.press(stage.carla, f"firsthand:reading-{name}:{key}", at=stage.general)
        await refuses(shared, answer, before=await dump(shared))
    assert await dump(shared, keys=True) == before


async def test_two_people_at_once_each_have_their_own(shared: World) -> None:
    stage = await stage_of(shared)
    at = stage.general
    await shared.at_once(
        *[
            lambda person=person: forge.press(
                person, f"firsthand:reading-finish:{reading.WORK}", at=at
            )
            for person in (stage.ana, stage.beto, stage.carla) * 3
        ]
    )
    for person in (stage.ana, stage.beto, stage.carla):
        shelf = await shared.bot.shelves.shelf(person.id)
        assert shelf.marks == {reading.WORK: Mark.READ}
    for person in (stage.beto, stage.carla):
        await shared.bot.shelves.take_off(person.id, reading.WORK)
