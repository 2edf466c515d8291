"""Whatever people type, or let a changed client send: a clear answer, or exactly the cleaned text.

One world serves all texts of a test. The full tier tries 2,100 texts.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot import text
from bot.consent.rules import NOTE_LIMIT, PLACE_LIMIT, WORDS_LIMIT, Act, Flag
from bot.replies import NOT_FOUND, quoted
from tests.markdown import rendered
from tests.strategies import hostile_text, payloads
from tests.tiers import examples
from tests.wire import flows, forge
from tests.wire.flows import press
from tests.wire.laws import dump, laws_hold, settle_down
from tests.wire.stage import Stage, shown
from tests.world import Answer, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

# The world is shared on purpose: each text gets rows of its own, and they go again.
texts = settings(
    max_examples=examples(quick=20, full=300),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
_LONG = "x" * 4001


def accepted(typed: str, limit: int) -> str | None:
    """The cleaned text if it may be kept, else None."""
    cleaned = text.clean(typed)
    return cleaned if text.fault(cleaned, limit, exact_words=True) is None else None


def shows_exactly(answer: Answer, cleaned: str) -> None:
    """The answer quotes the text, and Discord shows it to the letter."""
    assert quoted(cleaned) in answer.text
    assert rendered(quoted(cleaned).removeprefix(">>> ")) == cleaned


async def stage_of(world: World) -> Stage:
    """The one stage that all texts of a world are typed on, emptied of the last one."""
    stage = getattr(world, "_hostile_stage", None)
    if stage is None:
        stage = world._hostile_stage = Stage(world)  # type: ignore[attr-defined]
    async with world.bot.store.main.transaction() as connection:
        for table in ("consents", "slots", "flags", "rings"):
            await connection.execute(f"DELETE FROM {table}")
    return stage


async def refuses(world: World, answer: Answer, before: Any) -> None:
    """A clear private answer, nothing changed, nothing logged."""
    assert answer.private
    assert answer.text
    assert "something went wrong" not in answer.text
    assert await dump(world) == before
    assert world.faults.drain() == []


@texts
@given(typed=hostile_text())
@payloads
@example(typed=_LONG)
@example(typed="1. First\n1. Second :wave:")
async def test_a_note(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    answer = await forge.command(
        stage.ana, "consent flag", at=stage.general, choice="ask", note=typed
    )
    kept = accepted(typed, NOTE_LIMIT)
    if kept is None and text.clean(typed):
        await refuses(shared, answer, before)
        return
    view = await shared.bot.consents.flag_of(stage.guild.id, stage.ana.id)
    assert view.note == (kept or "")
    checked = await stage.carla.slash("consent check", member=stage.ana)
    if kept:
        shows_exactly(checked, kept)


@texts
@given(typed=hostile_text())
@payloads
@example(typed=_LONG)
async def test_the_words_and_the_place(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    for field, limit in (("words", WORDS_LIMIT), ("place", PLACE_LIMIT)):
        stage = await stage_of(shared)
        before = await dump(shared)
        fields = {"words": stage.words, "place": stage.place, "days": ["7"], field: typed}
        answer = await forge.submit(
            stage.beto, f"firsthand:ask:{stage.ana.id}", at=stage.general, **fields
        )
        kept = accepted(typed, limit)
        if kept is None:
            await refuses(shared, answer, before)
            continue
        rows = await shared.rows("SELECT id FROM consents")
        seen = await shared.bot.consents.show(rows[0]["id"], stage.ana.id, stage.guild.id)
        assert seen is not None
        assert (seen.words if field == "words" else seen.place) == kept
        if field == "words":
            shows_exactly(answer, kept)
            async for card in flows.read_first(stage.ana):
                last = card
            shows_exactly(last, kept)


@texts
@given(typed=hostile_text())
@payloads
@example(typed=_LONG)
async def test_my_own_words(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    with shared.env.time_context():
        consent = await stage.asked()
    before = await dump(shared)
    answer = await forge.submit(
        stage.ana, f"firsthand:edited:{consent}", at=stage.general, words=typed
    )
    kept = accepted(typed, WORDS_LIMIT)
    if kept is None:
        await refuses(shared, answer, before)
        return
    await press(stage.beto, [card async for card in flows.read_first(stage.beto)][-1], "accept")
    said = await stage.beto.speaks(consent)
    post = stage.public()[-1]
    assert said.private
    assert quoted(kept) in shown(post)
    assert rendered(quoted(kept).removeprefix(">>> ")) == kept


@texts
@given(typed=hostile_text())
@example(typed=_LONG)
async def test_codes_and_choices_that_lead_nowhere(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    for name, option in (("consent verify", "code"), ("consent speak", "consent")):
        answer = await forge.command(stage.beto, name, at=stage.general, **{option: typed})
        await refuses(shared, answer, before)
    for custom_id in ("firsthand:entry:", "firsthand:rule:"):
        answer = await forge.choose(stage.mara, custom_id, typed, at=stage.general)
        await refuses(shared, answer, before)
        assert answer.text.startswith(NOT_FOUND)


@texts
@given(typed=hostile_text())
@example(typed="²")
@example(typed="٣")
async def test_values_of_rules(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    answer = await forge.submit(
        stage.mara, "firsthand:numbered-rule:rest_days.0", at=stage.general, number=typed
    )
    await refuses(shared, answer, before)
    for rule in ("language", "announcement_channel"):
        answer = await forge.choose(
            stage.mara, f"firsthand:set-rule:{rule}.0", typed, at=stage.general
        )
        await refuses(shared, answer, before)


@texts
@given(typed=hostile_text())
async def test_custom_ids(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    for custom_id in (typed, f"firsthand:{typed}", f"firsthand:yes:{typed}"):
        answer = await forge.press(stage.carla, custom_id, at=stage.general)
        await refuses(shared, answer, before)
        assert answer.text == NOT_FOUND


@texts
@given(typed=hostile_text())
@example(typed="\u202e")
async def test_names(shared: World, typed: str) -> None:
    """A person's name stands in the title of a form, where Discord allows 1 to 45 characters."""
    stage = await stage_of(shared)
    name = typed.encode(errors="replace").decode()
    stage.ana.user._user.global_name = name
    form = await stage.beto.slash("consent ask", at=stage.general, member=stage.ana)
    assert form.form is not None, form
    assert 1 <= len(form.form["title"]) <= 45
    assert not any(mark in form.form["title"] for mark in "\u202e\u200b\n")


# -- what is gone, over or late ----------------------------------------------------------------


async def test_asking_somebody_who_left_while_the_form_was_open(shared: World) -> None:
    stage = Stage(shared)
    form = await stage.beto.slash("consent ask", member=stage.ana)
    stage.leaves(stage.ana)
    before = await dump(shared)
    answer = await stage.beto.fill(form, words=stage.words, place=stage.place)
    await refuses(shared, answer, before)
    assert stage.words in answer.text  # nothing has to be written twice


async def test_speaking_for_somebody_who_left(shared: World) -> None:
    stage = Stage(shared)
    await stage.agreed()
    stage.leaves(stage.ana)
    before = await dump(shared)
    await refuses(shared, await stage.beto.speaks(stage.consent, at=stage.general), before)
    assert not flows.aloud(stage)


async def test_taking_back_what_stood_in_a_deleted_channel(shared: World) -> None:
    stage = Stage(shared)
    await stage.said()
    shared.env.backend.delete_channel(stage.general.id)
    ledger = await stage.ana.slash("consent ledger", at=stage.assembly)
    custom_id = next(each["custom_id"] for each in ledger.controls if ":entry:" in str(each))
    card = await stage.ana.choose(ledger, stage.consent, id=custom_id)
    answer = await press(stage.ana, card, "take-back")
    assert answer.text.startswith("Taken back")
    assert "discord.com/channels" not in answer.text
    await settle_down(shared)
    assert await laws_hold(stage) == []
    assert shared.faults.drain() == []


async def test_an_announcement_channel_that_was_deleted(shared: World) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await flows.announcing(stage)
    shared.env.backend.delete_channel(stage.assembly.id)
    async for answer in flows.change_a_choice.act(stage):
        assert answer.private
    assert "something went wrong" not in answer.text
    assert shared.faults.drain() == []
    for _ in range(8):
        await shared.later(43_200)
    assert await laws_hold(stage) == []


@pytest.mark.parametrize("name", ["yes", "no", "leave", "edit", "accept", "reject", "cancel"])
async def test_a_stale_button(shared: World, name: str) -> None:
    """The consent is over: each of its old buttons says how it stands, and changes nothing."""
    stage = Stage(shared)
    with shared.env.time_context():
        await stage.asked()
        await stage.act(stage.ana, Act.YES)
        await stage.act(stage.ana, Act.TAKE_BACK)
        await shared.bot.consents.set_flag(stage.guild.id, stage.ana.id, Flag.ASK, "")
    before = await dump(shared)
    for person in (stage.ana, stage.beto):
        answer = await forge.press(person, f"firsthand:{name}:{stage.consent}", at=stage.general)
        await refuses(shared, answer, before)
