"""How long questions, rests and drafts last as they are stored: the second before, and the second.

On both engines, in plain numbers.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from bot.affinity import DECISION
from bot.affinity.questions import Body
from bot.affinity.rules import Answer, Kind, Refusal
from bot.reading.circle_rules import Refusal as CircleRefusal
from bot.reading.circle_rules import Verdict
from tests.store.houses import ANA, BETO, CARLA, DIEGO, GUILD, PLACE, House
from tests.store.test_circles import draft, opened, wish

HOUR, DAY, WEEK = 3600, 86_400, 604_800
Asking = Callable[[House], Awaitable[str]]


def proposal(hours: int) -> Asking:
    async def ask(house: House) -> str:
        group = await house.group(ANA, BETO)
        body = Body(text="Soup")
        asked = await house.group_asking.propose(group.id, ANA, Kind.PROPOSAL, body, hours=hours)
        assert asked.decision is not None
        return asked.decision.id

    return ask


async def knock(house: House) -> str:
    return await house.knocks(await house.group(ANA, BETO), DIEGO)


async def invitation(house: House) -> str:
    return await house.invites(await house.group(ANA, BETO), ANA, DIEGO)


async def parting(house: House) -> str:
    return await house.parts(await house.group(ANA, BETO, CARLA), ANA, CARLA)


@pytest.mark.parametrize(
    ("ask", "lasts"),
    [
        (proposal(6), 6 * HOUR),
        (proposal(168), WEEK),
        (knock, WEEK),
        (invitation, WEEK),
        (parting, WEEK),
    ],
    ids=["the shortest proposal", "the longest", "a knock", "an invitation", "a parting"],
)
async def test_a_question_closes_at_its_very_second(one: House, ask: Asking, lasts: int) -> None:
    decision = await ask(one)
    group = (await one.question(decision)).group_id
    one.time.now += lasts - 1
    await one.deciding.settle_group(group)
    assert (await one.question(decision)).state == "open"
    assert decision not in await one.due(DECISION)
    one.time.now += 1
    assert decision in await one.due(DECISION)
    await one.deciding.settle(decision)
    # A secret one is not kept once it is decided.
    state = await one.ask(f"SELECT state FROM decisions WHERE id = '{decision}'")
    assert state in ([("failed",)], [])


@pytest.mark.parametrize(
    ("seconds", "comes_in"), [(WEEK - 1, True), (WEEK, False), (WEEK + 1, False)]
)
async def test_an_invitation_waits_a_week_for_its_answer(
    one: House, seconds: int, comes_in: bool
) -> None:
    group = await one.group(ANA)
    decision = await one.invites(group, ANA, DIEGO)
    await one.deciding.settle_group(group.id)
    assert (await one.question(decision)).state == "invited"
    one.time.now += seconds
    await one.deciding.accept(decision, DIEGO)
    assert (DIEGO in await one.members(group)) == comes_in


@pytest.mark.parametrize(
    ("seconds", "refusal"),
    [(30 * DAY - 1, Refusal.RESTS), (30 * DAY, None), (30 * DAY + 1, None)],
)
async def test_whoever_was_not_let_in_knocks_again_after_30_days(
    one: House, seconds: int, refusal: Refusal | None
) -> None:
    group = await one.group(ANA)
    await one.says(await one.knocks(group, DIEGO), ANA, Answer.NO)
    await one.deciding.settle_group(group.id)
    one.time.now += seconds
    asked = await one.group_asking.knock(group.id, GUILD, DIEGO, "Hello", PLACE)
    assert asked.permit.refusal is refusal


@pytest.mark.parametrize(
    ("seconds", "refusal"), [(DAY - 1, Refusal.DAY_USED), (DAY, None), (DAY + 1, None)]
)
async def test_the_fourth_group_of_a_day_waits_for_the_next(
    one: House, seconds: int, refusal: Refusal | None
) -> None:
    for number in range(3):
        await one.group(ANA, BETO, name=f"Owls {number}")
    one.time.now += seconds
    started = await one.groups.start(GUILD, ANA, "Owls", "Soup", listed=False, may=True)
    assert started.permit.refusal is refusal


@pytest.mark.parametrize(
    ("seconds", "stays"), [(30 * DAY - 1, True), (30 * DAY, False), (30 * DAY + 1, False)]
)
async def test_whoever_left_the_server_stays_on_the_roll_for_30_days(
    one: House, seconds: int, stays: bool
) -> None:
    group = await one.group(ANA, BETO)
    await one.upkeep.note_presence(group, {ANA})
    one.time.now += seconds
    await one.upkeep.note_presence(group, {ANA})
    assert (BETO in await one.members(group)) == stays


@pytest.mark.parametrize(("seconds", "waits"), [(-1, False), (0, True), (1, True)])
async def test_whoever_is_away_is_waited_for_from_their_day_on(
    one: House, seconds: int, waits: bool
) -> None:
    group = await one.group(ANA, BETO)
    back = one.time.now + DAY
    assert await one.groups.be_away(group.id, BETO, back)
    one.time.now = back + seconds
    decision = await one.proposes(group, ANA)
    await one.says(decision, ANA, Answer.SUPPORT)
    await one.deciding.settle_group(group.id)
    assert (await one.question(decision)).state == ("open" if waits else "passed")


@pytest.mark.parametrize(("seconds", "made"), [(899, True), (900, False), (901, False)])
async def test_a_draft_of_a_circle_waits_a_quarter_of_an_hour(
    one: House, seconds: int, made: bool
) -> None:
    circle = await draft(one)
    one.time.now += seconds
    assert (await one.circles.confirm(circle.id, ANA, named=False) is not None) == made


async def test_one_person_has_three_circles_ahead_and_no_fourth(one: House) -> None:
    for number in range(3):
        assert await opened(one, starts_at=one.time.now + DAY + number) is not None
    one.time.now += DAY - 1
    assert await one.circles.draft(wish(starts_at=one.time.now + DAY)) == Verdict(
        CircleRefusal.AHEAD
    )
    one.time.now += 1  # the first one begins
    assert await draft(one, starts_at=one.time.now + DAY)
