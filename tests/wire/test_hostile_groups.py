"""What may be typed, chosen and pressed in affinity groups: each text with hostile ones, each old
button when it is too late, each key bent."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import example, given, settings

from bot import text
from bot.affinity.rules import (
    HELLO_LIMIT,
    NAME_LIMIT,
    PROPOSAL_LIMIT,
    PURPOSE_LIMIT,
    REASON_LIMIT,
    Answer,
    Kind,
)
from bot.consent.rules import PLACE_LIMIT, WORDS_LIMIT
from bot.replies import NOT_FOUND, literal, quoted
from tests.markdown import rendered
from tests.strategies import hostile_text, payloads
from tests.tiers import examples
from tests.wire import forge
from tests.wire import gathering as g
from tests.wire.group_controls import GROUP_CONTROLS, in_three_days
from tests.wire.laws import dump, laws_hold, settle_down
from tests.wire.reach import For
from tests.wire.stage import Stage, shown
from tests.wire.test_every_control import ABSURD_KEYS
from tests.wire.test_hostile_input import accepted, refuses, texts
from tests.world import Answer as Shown
from tests.world import World

pytestmark = pytest.mark.asyncio(loop_scope="module")

#: Each text is typed, shown on a card and read again; some make a channel.
some = settings(texts, max_examples=examples(quick=8, full=42))
few = settings(texts, max_examples=examples(quick=4, full=15))
_LONG = "x" * 4001
#: Longer than this, a text to decide on stands in a code block.
_QUOTED = 2000


async def stage_of(world: World, *, listed: bool = False, three: bool = False) -> Stage:
    """One stage for all texts of a world, where nothing is asked.

    Ana is alone in a group, or (`three`) one of as many as speak in its name.
    """
    stages = world.__dict__.setdefault("_hostile_groups", {})
    stage = stages.get((listed, three))
    if stage is None:
        stage = stages[listed, three] = Stage(world)
        with world.env.time_context():
            await (g.three(stage) if three else g.gather(stage, listed=listed))
            await world.later(1)
    world.guild, world.general = stage.guild, stage.general
    async with world.bot.store.main.transaction() as connection:
        for table in ("decisions", "ballots", "consents", "slots", "rings", "notices"):
            await connection.execute(f"DELETE FROM {table}")
    return stage


async def submit(stage: Stage, person: Any, control: str, key: str = "", /, **fields: Any) -> Shown:
    custom_id = f"firsthand:{control}:{key or g.group_id(stage)}"
    return await forge.submit(person, custom_id, at=stage.general, **fields)


def kept_whole(typed: str, limit: int) -> str | None:
    """The cleaned text, where anything may stand that is not too long; else None."""
    cleaned = text.clean(typed)
    return cleaned if text.fault(cleaned, limit, before_others=True) is None else None


def one_line(typed: str, limit: int) -> str | None:
    return accepted(text.one_line(typed), limit)


async def card(stage: Stage) -> str:
    """The card of the newest question, as it stands in the channel."""
    rows = await stage.world.rows(
        "SELECT posts.message_id FROM decisions "
        "JOIN posts ON posts.topic = 'question' AND posts.key = decisions.id"
    )
    assert len(rows) == 1
    channel = (await g.circle(stage)).channel
    return shown(stage.world.env.backend.get_message(channel.id, rows[0]["message_id"]))


def stands_exactly(found: str, cleaned: str) -> None:
    """To the letter: quoted, or in a code block. Links may stand, and mentions notify nobody."""
    if len(quoted(cleaned)) <= _QUOTED:
        assert quoted(cleaned) in found
    else:
        apart = cleaned.replace("```", "`\u200b`\u200b`")
        assert f"```\n{apart}\n```" in found


@few
@given(typed=hostile_text())
@example(typed=_LONG)
@example(typed="Owls :wave: *by* night")
async def test_the_name_of_a_new_group(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    for field, limit in (("name", NAME_LIMIT), ("purpose", PURPOSE_LIMIT)):
        stage = await stage_of(shared)
        before = await dump(shared)
        fields = {"name": "Owls", "purpose": "Soup", field: typed}
        answer = await forge.command(stage.beto, "affinity start", at=stage.general, **fields)
        kept = one_line(typed, limit)
        if kept is None:
            await refuses(shared, answer, before)
            continue
        assert shared.faults.drain() == []
        (mine,) = await shared.bot.groups.mine(stage.beto.id, stage.guild.id)
        known = await shared.bot.groups.opened(mine)
        assert (known.name if field == "name" else known.settings.purpose) == kept
        assert f"**{literal(known.name)}**" in answer.text
        assert rendered(literal(known.name)) == known.name
        await _forms_can_be_opened(stage, mine.id)
        await stage.beto.slash("affinity leave")
        assert await shared.bot.groups.mine(stage.beto.id, stage.guild.id) == []


async def _forms_can_be_opened(stage: Stage, group_id: str) -> None:
    for name in ("group-propose", "group-rename"):
        form = await forge.press(stage.beto, f"firsthand:{name}:{group_id}", at=stage.general)
        assert form.form is not None, form
        assert 1 <= len(form.form["title"]) <= 45


@some
@given(typed=hostile_text())
@payloads
@example(typed=_LONG)
async def test_a_new_name_and_purpose(shared: World, typed: str) -> None:
    for field, limit in (("name", NAME_LIMIT), ("purpose", PURPOSE_LIMIT)):
        stage = await stage_of(shared)
        before = await dump(shared)
        fields = {"name": stage.group_name, "purpose": stage.purpose, field: typed}
        answer = await submit(stage, stage.ana, "group-renamed", **fields)
        kept = one_line(typed, limit)
        if kept is None:
            await refuses(shared, answer, before)
            continue
        assert answer.text.startswith("Asked.")
        assert rendered(literal(kept)) == kept
        if len(literal(kept)) <= 400:
            assert f"** {literal(kept)}\n" in await card(stage)


@some
@given(typed=hostile_text())
@payloads
@example(typed=_LONG)
@example(typed="*" * 1500)
async def test_a_proposal(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    before = await dump(shared)
    answer = await submit(stage, stage.ana, "group-proposed", text=typed, hours=["72"])
    kept = kept_whole(typed, PROPOSAL_LIMIT)
    if kept is None:
        await refuses(shared, answer, before)
        return
    assert answer.text.startswith("Asked.")
    stands_exactly(await card(stage), kept)
    listing = await stage.ana.slash("affinity decisions")
    assert "1. Proposal" in listing.text
    rows = await shared.rows("SELECT id FROM decisions")
    one = await forge.choose(
        stage.ana, "firsthand:group-decision:", rows[0]["id"], at=stage.general
    )
    stands_exactly(one.text, kept)
    if len(typed) % 5 == 0:
        thread = await forge.press(
            stage.ana, f"firsthand:group-ask:{rows[0]['id']}", at=stage.general
        )
        assert thread.text.startswith("You can ask about it here")


@some
@given(typed=hostile_text())
@payloads
@example(typed=_LONG)
@example(typed="*" * 300)
async def test_the_reason_of_a_block(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    with shared.env.time_context():
        decision = await g.asked(stage, Kind.PROPOSAL, stage.ana, text="We meet on Friday.")
    before = await dump(shared)
    answer = await submit(stage, stage.ana, "group-blocked", decision, reason=typed)
    kept = kept_whole(typed, REASON_LIMIT)
    if kept is None:
        await refuses(shared, answer, before)
        return
    assert answer.text.startswith("Your answer: **Block**")
    found = await card(stage)
    assert "it was blocked" in found
    if len(literal(kept)) <= 400:
        assert f"({stage.ana.mention}): {literal(kept)}" in found


@some
@given(typed=hostile_text())
@payloads
@example(typed=_LONG)
async def test_a_hello(shared: World, typed: str) -> None:
    stage = await stage_of(shared, listed=True)
    before = await dump(shared)
    answer = await submit(stage, stage.carla, "group-knocked", hello=typed)
    kept = accepted(typed, HELLO_LIMIT)
    if kept is None:
        await refuses(shared, answer, before)
        return
    assert answer.text.startswith("Your knock is with the group.")
    stands_exactly(await card(stage), kept)


@some
@given(typed=hostile_text())
@payloads
@example(typed=_LONG)
async def test_what_somebody_would_say_for_the_group(shared: World, typed: str) -> None:
    for field, limit in (("words", WORDS_LIMIT), ("place", PLACE_LIMIT)):
        stage = await stage_of(shared, three=True)
        before = await dump(shared)
        fields = {"words": stage.chorus, "place": "Here", field: typed}
        answer = await submit(
            stage,
            stage.ana,
            "group-spoke",
            f"{g.group_id(stage)}.{stage.ana.id}",
            channel=[str(stage.general.id)],
            days=["7"],
            **fields,
        )
        kept = accepted(typed, limit)
        if kept is None:
            await refuses(shared, answer, before)
        elif field == "words":
            stands_exactly(await card(stage), kept)
        else:
            assert literal(kept)[:200] in await card(stage)


@few
@given(typed=hostile_text())
@example(typed="²")
@example(typed="٣")
@example(typed="9" * 30)
async def test_options_choices_and_keys_that_lead_nowhere(shared: World, typed: str) -> None:
    stage = await stage_of(shared)
    group, before = g.group_id(stage), await dump(shared)
    answers = [
        await forge.command(stage.carla, "affinity knock", at=stage.general, group=typed),
        await forge.command(stage.ana, "affinity away", at=stage.general, until=typed),
        await forge.choose(
            stage.ana, f"firsthand:group-away-until:{group}", typed, at=stage.general
        ),
        await forge.choose(stage.ana, f"firsthand:group-invited:{group}", typed, at=stage.general),
        await forge.choose(stage.ana, "firsthand:group-decision:", typed, at=stage.general),
        await forge.choose(stage.carla, "firsthand:group-knock:", typed, at=stage.general),
    ]
    for field in ("listed", "admission", "quorum", "disappear_days", "name"):
        custom_id = f"firsthand:group-setting:{group}.{field}"
        answers.append(await forge.choose(stage.ana, custom_id, typed, at=stage.general))
    spoke = f"{group}.{stage.ana.id}"
    fields = {"words": stage.chorus, "place": "Here", "days": [typed]}
    answers.append(await submit(stage, stage.ana, "group-spoke", spoke, channel=[typed], **fields))
    for answer in answers:
        if typed.strip().casefold() != "back":
            await refuses(shared, answer, before)
    await stage.carla.suggestions(
        "affinity knock", "group", typed.encode(errors="replace").decode()
    )
    await stage.ana.suggestions("affinity away", "until", typed.encode(errors="replace").decode())
    assert shared.faults.drain() == []
    assert await dump(shared) == before


@pytest.mark.parametrize("hours", ["", "5", "999999", "²", "72.0", "-72", "\x00"])
async def test_a_period_nobody_offers_is_the_usual_one(shared: World, hours: str) -> None:
    stage = await stage_of(shared)
    await submit(stage, stage.ana, "group-proposed", text="We meet.", hours=[hours])
    (row,) = await shared.rows("SELECT due_at - opened_at AS open FROM decisions")
    assert row["open"] == 72 * 3600


async def test_a_day_too_far_away_is_refused(shared: World) -> None:
    stage = await stage_of(shared)
    with shared.env.time_context():
        far = shared.env.now() + datetime.timedelta(days=181)
    before = await dump(shared)
    answer = await stage.ana.slash("affinity away", until=str(far.date()))
    await refuses(shared, answer, before)
    assert (await stage.ana.slash("affinity away", until=in_three_days(stage))).private


# -- bent keys ----------------------------------------------------------------------------------

_KEYED = sorted(name for name, reach in GROUP_CONTROLS.items() if reach.whose is For.MEMBERS)


@pytest.mark.parametrize("name", _KEYED)
async def test_a_member_with_a_bent_key_does_nothing(shared: World, name: str) -> None:
    """Their own group in front, and something absurd behind it."""
    stage = await stage_of(shared)
    reach, own = GROUP_CONTROLS[name], g.group_id(stage)
    stage.memory["question"] = "X"
    before = await dump(shared)
    keys = [*ABSURD_KEYS, *(f"{own}.{key}"[:60] for key in ABSURD_KEYS), f"{own}{own}", own[:-1]]
    for key in keys:
        answer = await reach.press(name, stage, stage.ana, at=stage.general, key=key)
        assert answer.private, key
        assert shared.faults.drain() == [], key
        if name not in ("group-decisions", "group-setting"):
            assert "something went wrong" not in answer.text
    assert await dump(shared) == before


# -- what is over -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["group-support", "group-aside", "group-block", "group-blocked"])
async def test_an_answer_that_comes_too_late_counts_for_nothing(shared: World, name: str) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await g.proposed(stage)
        await g.says(stage, stage.ana, Answer.SUPPORT)
        await g.says(stage, stage.beto, Answer.ASIDE)
    before = await dump(shared)
    for person in (stage.ana, stage.beto):
        answer = await GROUP_CONTROLS[name].press(name, stage, person, at=stage.general)
        await refuses(shared, answer, before)
        assert answer.text.startswith("This is decided already")


@pytest.mark.parametrize("name", ["group-yes", "group-no"])
async def test_a_secret_answer_that_comes_too_late(shared: World, name: str) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await g.knocked(stage)
        await g.says(stage, stage.beto, Answer.YES)
    before = await dump(shared)
    for person in (stage.ana, stage.beto, stage.carla):
        answer = await forge.press(
            person, f"firsthand:{name}:{g.question(stage)}", at=stage.general
        )
        await refuses(shared, answer, before)
    await shared.later(1)
    gone = await forge.press(stage.ana, f"firsthand:{name}:{g.question(stage)}", at=stage.general)
    assert gone.text == NOT_FOUND


@pytest.mark.parametrize("name", ["group-accept", "group-decline", "group-never"])
async def test_an_invitation_that_is_over(shared: World, name: str) -> None:
    for first in ("group-accept", "group-decline", "group-never"):
        stage = Stage(shared)
        with shared.env.time_context():
            await g.invited(stage)
        await GROUP_CONTROLS[first].press(first, stage, stage.carla, at=stage.general)
        before = await dump(shared)
        answer = await GROUP_CONTROLS[name].press(name, stage, stage.carla, at=stage.general)
        await refuses(shared, answer, before)
        assert answer.text == NOT_FOUND


async def test_a_proposal_to_a_group_that_ended_while_the_form_was_open(shared: World) -> None:
    stage = Stage(shared)
    with shared.env.time_context():
        await g.gather(stage)
    form = await stage.ana.slash("affinity propose")
    await stage.ana.slash("affinity leave")
    await settle_down(shared)
    before = await dump(shared)
    answer = await stage.ana.fill(form, text=stage.proposal)
    await refuses(shared, answer, before)
    assert stage.proposal in answer.text  # nothing has to be written twice
    assert await laws_hold(stage) == []
