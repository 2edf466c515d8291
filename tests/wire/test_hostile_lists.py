"""Whatever people type into the forms and files of a server's list: a clear answer, or kept whole.

One world serves all texts of a test.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

from bot.reading import intake as rules
from bot.text import one_line
from tests.curators import TERMS, a_work
from tests.markdown import rendered
from tests.strategies import hostile_text
from tests.tiers import examples
from tests.wire import forge
from tests.wire.flows import curating
from tests.wire.laws import dump
from tests.wire.stage import Stage
from tests.world import Answer, World

pytestmark = pytest.mark.asyncio(loop_scope="module")

texts = settings(
    max_examples=examples(quick=12, full=200),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
_LONG = "x" * 4001
_LIMITS = {
    "title": rules.TITLE_LIMIT,
    "made": rules.MAKERS_LIMIT,
    "why": rules.WHY_LIMIT,
    "find": rules.FIND_LIMIT,
}


async def stage_of(world: World) -> Stage:
    """The one stage that all texts are typed on, emptied of the last one."""
    stage = getattr(world, "_hostile_list", None)
    if stage is None:
        stage = world._hostile_list = Stage(world)  # type: ignore[attr-defined]
        # It has a list already: to begin one changes a row.
        await curating.suggested(stage)
    async with world.bot.store.main.transaction() as connection:
        for table in ("reading_suggestions", "reading_works", "reading_imports"):
            await connection.execute(f"DELETE FROM {table}")
        await connection.execute("UPDATE reading_lists SET revision = revision + 1")
    return stage


async def refuses(world: World, answer: Answer, before: Any) -> None:
    """A clear private answer, nothing changed, nothing logged."""
    assert answer.private
    assert answer.text
    assert "something went wrong" not in answer.text
    assert await dump(world) == before
    assert world.faults.drain() == []


def kept(typed: str, limit: int, *, empty: bool = False) -> str | None:
    """What may be kept of what was typed; None: nothing."""
    line = one_line(typed)
    if empty and not line:
        return ""
    return None if rules.line_fault(line, limit) else line


@texts
@given(typed=hostile_text())
@example(typed=_LONG)
@example(typed="")
@example(typed="# *A* ~~book~~ [x] :wave: > 1. <t:0>")
async def test_a_suggestion(shared: World, typed: str) -> None:
    for field, limit in _LIMITS.items():
        stage = await stage_of(shared)
        before = await dump(shared)
        fields = {"title": "A", "made": "", "why": "B", "find": "C", field: typed}
        answer = await forge.submit(stage.ana, "firsthand:suggested:", at=stage.general, **fields)
        wanted = kept(typed, limit, empty=field == "made")
        if wanted is None:
            await refuses(shared, answer, before)
            continue
        (seen,) = await shared.bot.curating.page(stage.guild.id, most=2, skip=0)
        assert getattr(seen.wording, field) == wanted
        card = await forge.press(stage.mara, f"firsthand:review-one:{seen.id}", at=stage.general)
        if field == "why" and wanted:
            shown = card.text.partition("**Why it is worth reading**\n")[2]
            assert rendered(shown.partition("\n**How to find it**")[0]) == wanted


@texts
@given(typed=hostile_text())
@example(typed=_LONG)
async def test_a_reason_and_words_of_curators(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    await curating.suggested(stage)
    key = f"{curating.suggestion(stage)}.1"
    before = await dump(shared)
    words = {"title": "A", "made": "", "why": typed, "find": "C", "questions": typed}
    answer = await forge.submit(
        stage.mara, f"firsthand:review-edited:{key}", at=stage.general, **words
    )
    if await dump(shared) == before:
        await refuses(shared, answer, before)
    else:
        assert kept(typed, rules.WHY_LIMIT) is not None
        return
    answer = await forge.submit(
        stage.mara, f"firsthand:review-declined:{key}", at=stage.general, reason=typed
    )
    wanted = kept(typed, rules.REASON_LIMIT)
    if wanted is None:
        await refuses(shared, answer, before)
        return
    told = await shared.bot.suggesting.answer(curating.suggestion(stage), stage.ana.id)
    assert told is not None
    assert told.reply.reason == wanted
    inbox = await stage.ana.slash("consent inbox")
    assert inbox.private


@texts
@given(typed=hostile_text())
@example(typed="'''")
@example(typed='"')
async def test_a_file(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    for content in (typed, a_work(typed), f"{a_work()}\n{typed}"):
        data = content.encode(errors="surrogatepass")
        answer = await stage.mara.slash("reading review", file=("list.toml", data))
        assert "something went wrong" not in answer.text
        assert answer.private
        assert await shared.bot.server_lists.items(stage.guild.id) == ()
        if ":list-import:" not in str(answer.controls):  # type: ignore[attr-defined]
            await refuses(shared, answer, before)
        before = await dump(shared)


@texts
@given(typed=hostile_text())
async def test_what_is_looked_for_and_chosen(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    await refuses(
        shared,
        await forge.submit(stage.mara, "firsthand:review-found:", at=stage.general, text=typed),
        before,
    )
    await refuses(
        shared,
        await forge.choose(stage.mara, "firsthand:review-choose:", typed, at=stage.general),
        before,
    )
    answer = await forge.submit(
        stage.mara,
        "firsthand:review-accepted:ABCDEFGHJKMN.1",
        at=stage.general,
        **{**TERMS, "term-topic": [typed]},
    )
    await refuses(shared, answer, before)
