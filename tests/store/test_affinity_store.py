"""Groups decide once, whatever two people or two processes do at the same moment.

On both engines, with the services of two processes on the same databases.
"""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.affinity import DECISION, INVITATION, PARTING
from bot.affinity.deciding import Taken
from bot.affinity.questions import Body
from bot.affinity.rules import DAY, HOUR, REST_DAYS, Answer, Kind, Refusal
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
    group = await one.group(ANA, BETO, CARLA)
    decision = await one.wants_spoke(group, ANA, BETO)
    for person in (ANA, BETO, CARLA):
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
    group = await one.group(ANA, BETO, CARLA)
    if kind is Kind.SPOKE:
        decision = await one.wants_spoke(group, ANA, BETO)
    else:
        decision = await one.wants(group, ANA, name="Day owls")
    for person in (ANA, CARLA):
        await one.says(decision, person, SUPPORT)
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


#: What happens to the only member of a listed group, or to the group, and whether it is alive then.
FATES = {
    "nothing": (None, True),
    "away": (f"UPDATE group_members SET away_until = {2**40}", True),
    "not let in yet": ("UPDATE group_members SET state = 'joining'", True),
    "gone": ("UPDATE group_members SET gone_at = 1", False),
    "leaving": ("UPDATE group_members SET state = 'leaving'", False),
    "hidden": ("UPDATE affinity_groups SET listed = 0", False),
    **{
        state: (f"UPDATE affinity_groups SET state = '{state}', channel_id = NULL", False)
        for state in ("opening", "lost", "reopening", "closing")
    },
}


@pytest.mark.parametrize(("fate", "alive"), FATES.values(), ids=FATES)
async def test_all_that_shows_listed_groups_shows_the_living(
    one: House, fate: str | None, alive: bool
) -> None:
    group = await one.group(ANA, listed=1)
    if fate is not None:
        async with one.store.main.transaction() as connection:
            await connection.execute(fate)
    groups, asking = one.groups, one.group_asking
    found, _ = await groups.listed(GUILD, 0)
    by_id, by_name = [await groups.find_listed(GUILD, each) for each in (group.id, "night OWLS")]
    permit = await asking.may_knock(group.id, GUILD, DIEGO)
    knock = await asking.knock(group.id, GUILD, DIEGO, "Hello", 0)
    shown = {
        "list": [each.id for each in found] == [group.id],
        "suggestions": await groups.search(GUILD, "", 9) == [(group.id, "Night owls")],
        "by id": by_id is not None,
        "by name": by_name is not None,
        "in news": await groups.is_listed(group.id, GUILD),
        "before the form": permit.refusal is not Refusal.NOT_FOUND,
        "knock": knock.decision is not None,
    }
    assert set(shown.values()) == {alive}, shown
    for nothing in ("", "none"):
        assert not await groups.is_listed(nothing, GUILD)
    assert not await groups.is_listed(group.id, GUILD + 1)


async def test_one_who_is_here_keeps_a_group_in_the_list(one: House) -> None:
    group = await one.group(ANA, BETO, listed=1)
    for here in ({BETO}, set[int](), {BETO}):
        await one.upkeep.note_presence(group, here)
        assert await one.groups.is_listed(group.id, GUILD) is bool(here)


@pytest.mark.parametrize("wanted", [{"name": "Larks"}, {"listed": False}, {"disappear_days": 7}])
async def test_a_group_taken_off_while_it_agrees_to_something_stays_off_the_list(
    one: House, other: House, wanted: dict[str, Any]
) -> None:
    group = await one.group(ANA, listed=1)
    decision = await one.wants(group, ANA, **wanted)
    taken = []

    async def is_taken_off() -> None:
        taken.append(await other.groups.take_off_list(group.id, GUILD, CARLA))

    in_between(one.groups, "sealed_texts", is_taken_off)
    await one.says(decision, ANA, SUPPORT)
    assert taken != [None]
    assert await one.ended_as(decision) == ("passed", "agreed")
    known = await one.groups.get(group.id)
    assert known is not None
    assert known.settings._asdict().items() >= (wanted | {"listed": False}).items()
    assert known.group.listed_from == one.time() + REST_DAYS * DAY


async def test_two_moderators_at_once_take_a_group_off_the_list_once(
    one: House, other: House
) -> None:
    for _ in range(ROUNDS):
        group = await one.group(ANA, listed=1)
        changes = await asyncio.gather(
            one.groups.take_off_list(group.id, GUILD, BETO),
            other.groups.take_off_list(group.id, GUILD, CARLA),
        )
        [change] = [each for each in changes if each is not None]
        kept = await one.ask("SELECT id, author_id, before_value FROM rule_changes")
        assert kept == [(change.id, change.author_id, group.id)]
        await one.groups.end(group)
        await one.ask("DELETE FROM rule_changes")
        one.time.now = other.time.now = one.time.now + DAY


async def test_a_group_that_is_not_in_the_list_is_not_taken_off(one: House) -> None:
    """Not even where it hides at the very moment when that is pressed."""
    group = await one.group(ANA, listed=1)
    assert await one.groups.take_off_list(group.id, GUILD + 1, BETO) is None
    await one.upkeep.note_presence(group, set())
    assert await one.groups.take_off_list(group.id, GUILD, BETO) is None
    decision = await one.wants(group, ANA, listed=False)

    async def hides() -> None:
        await one.says(decision, ANA, SUPPORT)

    in_between(one.groups, "take_off_list", hides)
    assert await one.groups.take_off_list(group.id, GUILD, BETO) is None
    assert await one.ask("SELECT listed_from FROM affinity_groups") == [(0,)]
    assert await one.ask("SELECT * FROM rule_changes") == []


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
