"""Groups decide once, whatever two people or two processes do at the same moment.

On both engines, with the services of two processes on the same databases.
"""

from __future__ import annotations

import asyncio

import pytest

from bot.affinity import DECISION, INVITATION, PARTING
from bot.affinity.deciding import Taken
from bot.affinity.questions import Body
from bot.affinity.rules import DAY, HOUR, Answer, Kind, Refusal
from tests.store.houses import (
    ANA,
    BETO,
    BLOCK,
    CARLA,
    DIEGO,
    GUILD,
    NO,
    SUPPORT,
    YES,
    House,
    in_between,
)

#: How often a race is run whose order nobody arranged.
ROUNDS = 6


# -- one outcome ------------------------------------------------------------------------------


async def test_of_two_last_answers_at_once_one_closes_the_question(
    one: House, other: House
) -> None:
    for _ in range(ROUNDS):
        group = await one.group(ANA, BETO)
        knock = await one.knocks(group, DIEGO)
        answers = await asyncio.gather(one.says(knock, ANA, YES), other.says(knock, BETO, YES))
        assert [each.taken for each in answers] == [Taken.COUNTED, Taken.COUNTED]
        assert [each.closed is not None for each in answers].count(True) == 1
        assert await one.members(group) == [ANA, BETO, DIEGO]
        news = await one.ask(f"SELECT what FROM notices WHERE person_id = {DIEGO}")
        assert news == [("admitted",)]
        await one.groups.end(group)
        await one.ask("DELETE FROM notices")
        one.time.now = other.time.now = one.time.now + DAY


async def test_two_clicks_of_one_person_are_one_answer(one: House, other: House) -> None:
    group = await one.group(ANA, BETO)
    proposal = await one.proposes(group, ANA)
    await asyncio.gather(*(each.says(proposal, BETO, SUPPORT) for each in (one, other, one)))
    rows = await one.ask(f"SELECT answer FROM ballots WHERE person_id = {BETO}")
    assert rows == [("support",)]
    assert (await one.question(proposal)).state == "open"


async def test_a_block_that_was_taken_is_never_passed_over(one: House, other: House) -> None:
    """Law 1. Beto thinks again at the moment when the last answer is being counted."""
    group = await one.group(ANA, BETO, CARLA)
    proposal = await one.proposes(group, ANA)
    for person in (ANA, BETO):
        await one.says(proposal, person, SUPPORT)
    taken = []

    async def thinks_again() -> None:
        taken.append((await other.says(proposal, BETO, BLOCK, "Too far")).taken)

    in_between(one.deciding, "_close", thinks_again)
    await one.says(proposal, CARLA, SUPPORT)
    assert taken == [Taken.COUNTED]
    assert await one.ended_as(proposal) == ("failed", "blocked")


async def test_a_block_in_the_last_second_is_never_passed_over(one: House, other: House) -> None:
    """The clock of the process that closes is a second ahead."""
    group = await one.group(ANA, BETO)
    proposal = await one.proposes(group, ANA)
    await one.says(proposal, ANA, SUPPORT)
    one.time.now += 72 * HOUR
    other.time.now = one.time.now - 1
    taken = []

    async def blocks() -> None:
        taken.append((await other.says(proposal, BETO, BLOCK, "No")).taken)

    in_between(one.deciding, "_close", blocks)
    await one.deciding.settle(proposal)
    assert taken == [Taken.COUNTED]
    assert await one.ended_as(proposal) == ("failed", "blocked")


async def test_whatever_the_order_a_block_that_counted_holds(one: House, other: House) -> None:
    for _ in range(ROUNDS):
        group = await one.group(ANA, BETO)
        proposal = await one.proposes(group, ANA)
        _, blocked = await asyncio.gather(
            one.says(proposal, ANA, SUPPORT), other.says(proposal, BETO, BLOCK, "No")
        )
        assert blocked.taken is Taken.COUNTED
        assert await one.ended_as(proposal) == ("failed", "blocked")
        one.time.now = other.time.now = one.time.now + DAY


async def test_an_answer_after_the_time_is_not_taken(one: House) -> None:
    group = await one.group(ANA, BETO)
    proposal = await one.proposes(group, ANA)
    one.time.now += 72 * HOUR
    assert (await one.says(proposal, BETO, BLOCK, "No")).taken is Taken.OVER
    await one.deciding.settle(proposal)
    assert await one.ended_as(proposal) == ("failed", "no_quorum")


async def test_everything_at_once_in_one_group_ends_without_a_fault(
    one: House, other: House
) -> None:
    """Answers, leaving, being away and closing wait for each other, and never in a circle."""
    for _ in range(ROUNDS):
        group = await one.group(ANA, BETO, CARLA, DIEGO)
        proposals = [await one.proposes(group, ANA) for _ in range(3)]
        await asyncio.gather(
            *(one.says(each, ANA, SUPPORT) for each in proposals),
            *(other.says(each, BETO, SUPPORT) for each in proposals),
            *(one.says(each, CARLA, Answer.ASIDE) for each in proposals),
            other.groups.leave(group.id, DIEGO),
            one.groups.be_away(group.id, CARLA, one.time() + DAY),
            other.deciding.settle_group(group.id),
            one.upkeep.note_presence(group, {ANA, BETO, CARLA}),
        )
        await one.deciding.settle_group(group.id)
        assert {(await one.question(each)).state for each in proposals} == {"passed"}
        one.time.now = other.time.now = one.time.now + DAY


async def test_an_answer_and_leaving_do_not_wait_for_each_other(one: House, other: House) -> None:
    """Both change the group and the question: were it in different orders, neither would end."""
    group = await one.group(ANA, BETO, CARLA)
    proposal = await one.proposes(group, ANA)
    fresh = await one.groups.row(group.id)
    assert fresh is not None
    await one.upkeep.settled(fresh, stuck=False)
    leaving: list[asyncio.Task[bool]] = []

    async def leaves() -> None:
        leaving.append(asyncio.create_task(other.groups.leave(group.id, CARLA)))
        await asyncio.sleep(0.3)

    in_between(one.groups.minutes, "vote", leaves)
    assert (await one.says(proposal, BETO, SUPPORT)).taken is Taken.COUNTED
    assert await leaving[0]


# -- settings ---------------------------------------------------------------------------------


async def test_two_changes_of_settings_at_once_both_hold(one: House, other: House) -> None:
    """The second was sealed for settings that were changed meanwhile, and is sealed again."""
    group = await one.group(ANA)
    name = await one.wants(group, ANA, name="Day larks")
    rule = await one.wants(group, ANA, admission="two")

    async def changes() -> None:
        await other.says(rule, ANA, SUPPORT)

    in_between(one.groups, "sealed_texts", changes)
    await one.says(name, ANA, SUPPORT)
    known = await other.groups.get(group.id)
    assert known is not None
    assert (known.name, known.settings.admission) == ("Day larks", "two")
    assert known.settings.purpose == "We look after each other."
    assert known.group.revision == group.revision + 2


# -- who has a say ----------------------------------------------------------------------------


async def test_who_joins_later_has_no_say(one: House) -> None:
    group = await one.group(ANA, BETO, admission="one")
    proposal = await one.proposes(group, ANA)
    await one.says(await one.knocks(group, CARLA), ANA, YES)
    assert CARLA in await one.members(group)
    assert (await one.says(proposal, CARLA, BLOCK, "No")).taken is Taken.NO_SAY
    assert await one.ask(f"SELECT * FROM ballots WHERE person_id = {CARLA}") == []


async def test_who_leaves_and_comes_back_has_no_say_in_what_was_open(one: House) -> None:
    group = await one.group(ANA, BETO)
    proposal = await one.proposes(group, ANA)
    await one.groups.leave(group.id, BETO)
    async with one.store.main.transaction() as connection:
        await one.groups.rolls.join(connection, group, BETO, one.time())
    assert await one.members(group) == [ANA, BETO]
    assert (await one.says(proposal, BETO, BLOCK, "No")).taken is Taken.NO_SAY


async def test_leaving_takes_the_answer_along_and_counts_again(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA)
    proposal = await one.proposes(group, ANA)
    await one.says(proposal, CARLA, BLOCK, "No")
    await one.says(proposal, ANA, SUPPORT)
    revision = (await one.question(proposal)).revision
    assert await one.groups.leave(group.id, CARLA)
    assert (await one.question(proposal)).revision > revision
    assert await one.ask(f"SELECT * FROM ballots WHERE person_id = {CARLA}") == []
    await one.says(proposal, BETO, SUPPORT)
    assert await one.ended_as(proposal) == ("passed", "agreed")


async def test_leaving_may_be_what_a_question_waited_for(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA)
    proposal = await one.proposes(group, ANA)
    for person in (ANA, BETO):
        await one.says(proposal, person, SUPPORT)
    await one.groups.leave(group.id, CARLA)
    await one.deciding.settle_group(group.id)
    assert await one.ended_as(proposal) == ("passed", "agreed")


async def test_who_is_parted_with_is_out_of_every_open_question(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA)
    proposal = await one.proposes(group, CARLA)
    parting = await one.parts(group, ANA, CARLA)
    assert (await one.says(parting, CARLA, NO)).taken is Taken.NOT_FOUND
    await one.says(parting, BETO, YES)
    assert await one.members(group) == [ANA, BETO]
    assert await one.ask(f"SELECT * FROM ballots WHERE person_id = {CARLA}") == []
    assert (await one.says(proposal, CARLA, SUPPORT)).taken is Taken.NOT_FOUND


async def test_nothing_is_open_in_a_group_that_ends(one: House) -> None:
    group = await one.group(ANA, admission="one")
    proposal = await one.proposes(group, ANA)
    invitation = await one.invites(group, ANA, BETO)
    assert await one.told(BETO, INVITATION) == [invitation]
    await one.says(await one.wants_to_end(group, ANA), ANA, SUPPORT)
    assert {(await one.question(each)).state for each in (proposal, invitation)} == {"ended"}
    assert await one.told(BETO, INVITATION) == []
    one.time.now += 30 * DAY
    for decision in await one.due(DECISION):
        assert not (await one.question(decision)).waits


async def test_a_spoke_may_speak_once_the_group_has_agreed_and_until_they_leave(
    one: House,
) -> None:
    group = await one.group(ANA, BETO)
    decision = await one.wants_spoke(group, ANA, BETO)
    for person in (ANA, BETO):
        await one.says(decision, person, SUPPORT)
    [held] = await one.consents.held(BETO, GUILD)
    assert (held.consent.id, held.consent.person_id, held.words) == (
        decision,
        group.owner_id,
        "Soup",
    )
    await one.groups.leave(group.id, BETO)
    assert await one.consents.held(BETO, GUILD) == []


@pytest.mark.parametrize("kind", [Kind.SPOKE, Kind.SETTINGS])
async def test_what_cannot_be_read_any_more_was_agreed_to_by_nobody(one: House, kind: Kind) -> None:
    """Law 1: also where everybody supports it, and its words are lost."""
    group = await one.group(ANA, BETO)
    if kind is Kind.SPOKE:
        decision = await one.wants_spoke(group, ANA, BETO)
    else:
        decision = await one.wants(group, ANA, name="Day owls")
    await one.says(decision, ANA, SUPPORT)
    async with one.store.main.transaction() as connection:
        await connection.execute("UPDATE decisions SET body = NULL")
    await one.says(decision, BETO, SUPPORT)
    assert await one.ended_as(decision) == ("failed", "not_agreed")
    assert await one.consents.held(BETO, GUILD) == []
    known = await one.groups.of_member(group.id, ANA)
    assert known is not None
    assert known.name == "Night owls"


async def test_a_group_whose_name_cannot_be_read_is_found_by_nobody(one: House) -> None:
    await one.group(ANA, listed=1)
    assert [name for _, name in await one.groups.search(GUILD, "night", 9)] == ["Night owls"]
    async with one.store.main.transaction() as connection:
        # What was sealed for another place does not open here.
        await connection.execute("UPDATE affinity_groups SET name = purpose")
    assert await one.groups.search(GUILD, "", 9) == []
    assert await one.groups.find_listed(GUILD, "Night owls") is None


async def test_a_parting_that_is_over_waits_for_nobody(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA, DIEGO)
    decision = await one.parts(group, ANA, CARLA)
    assert await one.told(BETO, PARTING) == [decision]
    await one.groups.leave(group.id, CARLA)
    await one.deciding.settle(decision)
    assert (await one.ended_as(decision))[0] == "ended"
    assert await one.told(BETO, PARTING) == []


async def test_a_proposal_to_a_group_that_is_no_more_leaves_no_key(one: House) -> None:
    group = await one.group(ANA)
    await one.groups.end(group)
    asked = await one.group_asking.propose(group.id, ANA, Kind.PROPOSAL, Body(text="Soup?"))
    assert asked.permit.refusal is Refusal.NOT_FOUND
    assert await one.keys() == {ANA}
