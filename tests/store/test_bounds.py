"""What one person can make grow ends at its bound: once more is refused, and nothing is stored.

Driven by the table `tests.bounds`: whatever stands in it is tried here, or where it says. Each
number is brought down to a few, so that one more than that is soon done.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import pytest

from bot.affinity.deciding import Taken
from bot.affinity.questions import Body
from bot.affinity.rolls import Group
from bot.affinity.rules import Kind, Refusal
from bot.consent.boundaries import Objected
from bot.consent.rules import Act, Party
from bot.consent.service import Request
from bot.governance import rules as governance
from bot.governance.service import Outcome
from bot.reading import own_file
from bot.reading.circles import Circle
from bot.reading.curating import Preview
from bot.reading.library import library
from bot.reading.rules import Mark
from bot.reading.suggesting import Asked
from bot.words import speak
from tests.bounds import BOUNDS, Bound
from tests.rules.test_boundaries import ROOT
from tests.store.houses import ANA, BETO, CARLA, GUILD, PLACE, SUPPORT, House, in_between
from tests.store.test_circles import wish
from tests.store.test_server_lists import suggests
from tests.tiers import tiered

DAY = 86_400
WORKS = own_file.read(b"", library("en"), speak("en"))


def named(bound: Bound) -> str:
    return f"{bound.module.__name__.removeprefix('bot.')}.{bound.constant}"


TABLE = {named(bound): bound for bound in BOUNDS}


class Scene:
    """A house, and what the acts of one bound need there."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.groups: list[Group] = []
        self.consents: list[str] = []


#: Act for the time with this number; whether it was taken.
Acts = Callable[[House, Scene, int], Awaitable[bool]]


class Case(NamedTuple):
    """How what a bound holds is made to grow. `most` None: the bound's own number."""

    acts: Acts
    most: int | None = 2
    before: Callable[[Scene], Awaitable[None]] | None = None


# -- acts ---------------------------------------------------------------------------------------


async def ask(house: House, who: int, other: int, *, give: bool = False) -> str | None:
    party = Party(who, other, who) if give else Party(other, who, who)
    asked = await house.consents.ask(
        Request(GUILD, PLACE, party, False, "I bring soup.", "At the assembly", PLACE, 7)
    )
    return None if asked.consent is None else asked.consent.id


async def asks_another(house: House, scene: Scene, number: int) -> bool:
    return await ask(house, ANA, BETO + number) is not None


async def asks_both_ways(house: House, scene: Scene, number: int) -> bool:
    return await ask(house, ANA, BETO, give=bool(number)) is not None


async def with_yeses(scene: Scene) -> None:
    for number in range(3):
        consent_id = await ask(scene.house, ANA, BETO + number)
        assert consent_id is not None
        await scene.house.consents.act(consent_id, BETO + number, Act.YES, GUILD)
        scene.consents.append(consent_id)


async def speaks(house: House, scene: Scene, number: int) -> bool:
    spoken = await house.speaking.begin(
        scene.consents[number],
        speaker_id=ANA,
        guild_id=GUILD,
        channel_id=PLACE,
        ruled_as=PLACE,
        writes=True,
        holder_here=True,
        person_here=True,
    )
    return spoken.verdict.allowed


async def blocks(house: House, scene: Scene, number: int) -> bool:
    return await house.boundaries.block(ANA, BETO + number)


async def objects(house: House, scene: Scene, number: int) -> bool:
    told = await house.boundaries.object(
        guild_id=GUILD,
        channel_id=PLACE,
        message_id=PLACE + number,
        written_at=house.time.now,
        author_id=BETO,
        author_is_app=False,
        objector_id=ANA,
    )
    return told is Objected.TOLD


async def starts(house: House, scene: Scene, number: int) -> bool:
    name = ("Owls", "Foxes", "Hares")[number]
    started = await house.groups.start(GUILD, ANA, name, "Soup", listed=True, may=True)
    return started.group is not None


async def with_a_group(scene: Scene) -> None:
    scene.groups.append(await scene.house.group(ANA, BETO))


async def with_a_voice(scene: Scene) -> None:
    scene.groups.append(await scene.house.group(ANA, BETO, CARLA))


async def with_groups_of_others(scene: Scene) -> None:
    scene.groups += [await scene.house.group(BETO, CARLA + number) for number in range(3)]
    scene.groups.append(await scene.house.group(CARLA))


async def knocks(house: House, scene: Scene, number: int) -> bool:
    group = scene.groups[number]
    asked = await house.group_asking.knock(group.id, GUILD, ANA, "Hello", PLACE)
    return asked.decision is not None


async def invites(house: House, scene: Scene, number: int) -> bool:
    asked = await house.group_asking.invite(
        scene.groups[0].id, GUILD, ANA, CARLA + number, is_bot=False
    )
    return asked.decision is not None


async def proposes(house: House, scene: Scene, number: int, who: int = ANA) -> bool:
    body = Body(text="Soup on Friday?")
    asked = await house.group_asking.propose(scene.groups[0].id, who, Kind.PROPOSAL, body)
    return asked.decision is not None


async def propose_in_turn(house: House, scene: Scene, number: int) -> bool:
    return await proposes(house, scene, number, (ANA, BETO)[number % 2])


async def wants_a_spoke(house: House, scene: Scene, number: int) -> bool:
    body = Body(text="We bring soup.", place="The assembly", channel_id=PLACE, days=7)
    asked = await house.group_asking.propose(
        scene.groups[0].id, ANA, Kind.SPOKE, body, subject_id=BETO
    )
    return asked.decision is not None


async def marks(house: House, scene: Scene, number: int) -> bool:
    return await house.shelves.mark(ANA, f"work-{number}", "A book", Mark.WANT)


async def suggest(house: House, scene: Scene, number: int, who: int = ANA) -> bool:
    return (await suggests(house, who, f"Book {number}")).asked is Asked.TAKEN


async def suggest_in_turn(house: House, scene: Scene, number: int) -> bool:
    return await suggest(house, scene, number, BETO + number)


async def sends_a_file(house: House, scene: Scene, number: int) -> bool:
    return isinstance(await house.curating.stage(GUILD, b"", WORKS), Preview)


async def drafts(house: House, scene: Scene, number: int) -> bool:
    return isinstance(await house.circles.draft(wish()), Circle)


async def posts_a_circle(house: House, scene: Scene, number: int) -> bool:
    circle = await house.circles.draft(wish())
    if not isinstance(circle, Circle):
        return False
    return await house.circles.confirm(circle.id, ANA, named=False) is not None


async def changes_a_rule(house: House, scene: Scene, number: int) -> bool:
    name = ("longest_consent", "language", "most_members")[number]
    value = ("7", "es", "5")[number]
    changed = await house.governance.change(GUILD, name, value, ANA, 0)
    return changed.outcome is Outcome.CHANGED


CASES: Mapping[str, Case] = {
    "consent.rules.MOST_OPENED": Case(asks_another),
    "consent.rules.MOST_WITH_ONE": Case(asks_both_ways, most=1),
    "consent.rules.MOST_POSTS": Case(speaks, before=with_yeses),
    "consent.rules.MOST_BLOCKS": Case(blocks),
    "consent.rules.OBJECTIONS_A_DAY": Case(objects),
    "affinity.rules.STARTS_A_DAY": Case(starts),
    "affinity.rules.MOST_ALONE": Case(starts),
    "affinity.rules.MOST_GROUPS": Case(knocks, before=with_groups_of_others),
    "affinity.rules.KNOCKS_A_DAY": Case(knocks, most=None, before=with_groups_of_others),
    "affinity.rules.INVITATIONS_A_DAY": Case(invites, most=None, before=with_a_group),
    "affinity.rules.QUESTIONS_A_DAY": Case(proposes, before=with_a_group),
    "affinity.rules.MOST_OPEN_BY_ONE": Case(proposes, before=with_a_group),
    "affinity.rules.MOST_OPEN": Case(propose_in_turn, before=with_a_group),
    "affinity.rules.MOST_GRANTS": Case(wants_a_spoke, before=with_a_voice),
    "reading.rules.MOST_ON_SHELF": Case(marks),
    "reading.intake.OPEN_LIMIT": Case(suggest),
    "reading.intake.OPEN_IN_SERVER": Case(suggest_in_turn),
    "reading.intake.MOST_FILES": Case(sends_a_file),
    "reading.circle_rules.MOST_BY_ONE": Case(posts_a_circle),
    "reading.circle_rules.A_DAY": Case(posts_a_circle),
    "reading.circle_rules.MOST_DRAFTS": Case(drafts),
    "governance.rules.CHANGES_A_DAY": Case(changes_a_rule),
}
#: Where the others are tried.
ELSEWHERE = {
    "governance.rules.REQUESTS_A_DAY": "store/test_limits.py: three_requests_a_day",
    "governance.rules.MOST_MEMBERS": "store/test_affinity_entering.py: the_last_place_is",
    "governance.rules.CHANGES_STAY": "store/test_bounds.py: what_was_changed_again",
    "affinity.rules.MOST_DECIDED": "store/test_bounds.py: a_group_keeps_the_newest",
    "journal.rules.ENTRIES_AT_MOST": "store/test_journal_store.py: a_full_journal_takes_nothing",
    "journal.rules.BYTES_AT_MOST": "store/test_journal_store.py: a_full_journal_takes_nothing",
    "journal.rules.WAITING": "store/test_journal_store.py: one_persons_passphrases_hold_up_nobody",
    "journal.rules.RIGHT_TRIES": "cogs/test_journal_passphrase.py: right_ones_have_an_end",
    "journal.share_rules.AT_MOST": "store/test_shares.py: a_writer_s_shares_have_an_end",
    "journal.rules.TRIES": "cogs/test_journal_passphrase.py: after_five_wrong_ones",
    "journal.share_rules.A_DAY": "store/test_shares.py: three_a_day",
    "reading.own.WORKS_LIMIT": "store/test_server_lists.py: a_full_list_takes_nothing_more",
    "noticing.WAITING": "cogs/test_noticing.py: only_so_many_wait_to_be_looked_at",
}


def test_every_bound_is_tried() -> None:
    assert CASES.keys() | ELSEWHERE.keys() == TABLE.keys()
    for place in ELSEWHERE.values():
        file, name = place.split(": ")
        assert re.search(rf"def test_{name}", (ROOT / "tests" / file).read_text()), place


async def everything(house: House) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table a bound holds."""
    tables = {table for bound in BOUNDS for table in bound.holds if "_" in table or table in PLAIN}
    return {table: sorted(await house.ask(f"SELECT * FROM {table}"), key=repr) for table in tables}


#: Tables whose names are one word.
PLAIN = {"consents", "refusals", "slots", "notices", "posts", "decisions", "ballots", "circles"}


async def prepared(
    case: Case, bound: Bound, house: House, monkeypatch: pytest.MonkeyPatch
) -> tuple[Scene, int]:
    """The scene of a bound that is brought down, and to how many."""
    scene = Scene(house)
    if case.before is not None:
        await case.before(scene)
    if case.most is not None:
        monkeypatch.setattr(bound.module, bound.constant, case.most)
    return scene, bound.most


@pytest.mark.parametrize("name", CASES)
async def test_one_more_than_its_bound_is_refused_and_stores_nothing(
    name: str, one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, bound = CASES[name], TABLE[name]
    scene, most = await prepared(case, bound, one, monkeypatch)
    for number in range(most):
        assert await case.acts(one, scene, number), number
    before, keys = await everything(one), await one.keys()
    assert not await case.acts(one, scene, most)
    if name.startswith("reading.circle_rules"):
        # Its preview, which goes by itself, may have been made before the yes was refused.
        before.pop("circles")
    after = await everything(one)
    assert {table: after[table] for table in before} == before
    if case.acts is starts:
        assert await one.keys() == keys


@pytest.mark.parametrize(
    "name", tiered(CASES, {"consent.rules.MOST_POSTS", "affinity.rules.STARTS_A_DAY"})
)
async def test_of_several_at_once_no_more_than_the_bound_are_taken(
    name: str, one: House, other: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, bound = CASES[name], TABLE[name]
    scene, most = await prepared(case, bound, one, monkeypatch)
    taken = await asyncio.gather(
        *(case.acts((one, other)[number % 2], scene, number) for number in range(most + 1))
    )
    assert sorted(taken) == [False, *[True] * most]


# -- what is counted ----------------------------------------------------------------------------


async def test_the_last_of_somebody_s_groups_is_started_knocked_at_or_come_into(
    one: House, other: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three ways at once, each in another group: one of them is taken."""
    await with_groups_of_others(scene := Scene(one))
    invitation = await one.invites(scene.groups[3], CARLA, ANA)
    monkeypatch.setattr("bot.affinity.rules.MOST_GROUPS", 1)
    accepted, *taken = await asyncio.gather(
        other.deciding.accept(invitation, ANA), starts(one, scene, 0), knocks(other, scene, 0)
    )
    assert accepted.taken in (Taken.COUNTED, Taken.MANY_GROUPS)
    assert [accepted.taken is Taken.COUNTED, *taken].count(True) == 1


async def test_who_comes_into_their_last_group_starts_no_other_meanwhile(
    one: House, other: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await one.group(CARLA)
    invitation = await one.invites(group, CARLA, ANA)
    monkeypatch.setattr("bot.affinity.rules.MOST_GROUPS", 1)
    started: list[asyncio.Task[bool]] = []

    async def start() -> None:
        started.append(asyncio.create_task(starts(other, Scene(other), 0)))
        await asyncio.sleep(0.3)

    in_between(one.groups.rolls, "hold", start)
    assert (await one.deciding.accept(invitation, ANA)).taken is Taken.COUNTED
    assert not await started[0]


async def test_who_invites_does_not_learn_how_many_groups_somebody_is_in(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await with_groups_of_others(scene := Scene(one))
    await one.group(ANA)
    monkeypatch.setattr("bot.affinity.rules.MOST_GROUPS", 1)
    invitation = await one.invites(scene.groups[3], CARLA, ANA)
    assert (await one.deciding.accept(invitation, ANA)).taken is Taken.MANY_GROUPS
    assert (await one.question(invitation)).state == "invited"


async def test_a_parting_that_waits_shows_in_nobody_s_refusal_but_its_author_s(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = await one.group(ANA, BETO, CARLA)
    monkeypatch.setattr("bot.affinity.rules.MOST_OPEN", 1)
    monkeypatch.setattr("bot.affinity.rules.MOST_OPEN_BY_ONE", 1)
    await one.parts(group, ANA, BETO)
    await one.proposes(group, BETO)
    mine = await one.group_asking.propose(group.id, ANA, Kind.PROPOSAL, Body(text="Soup"))
    assert mine.permit.refusal is Refusal.MANY_OPEN_BY_ONE
    full = await one.group_asking.propose(group.id, CARLA, Kind.PROPOSAL, Body(text="Soup"))
    assert full.permit.refusal is Refusal.MANY_OPEN
    assert (await one.group_asking.part(group.id, CARLA, ANA)).permit.allowed


async def test_what_was_decided_and_what_came_back_makes_room(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.affinity.rules.MOST_GRANTS", 1)
    monkeypatch.setattr("bot.affinity.rules.MOST_OPEN_BY_ONE", 1)
    group = await one.group(ANA, BETO, CARLA)
    spoke = await one.wants_spoke(group, ANA, BETO)
    for person in (ANA, BETO, CARLA):
        await one.says(spoke, person, SUPPORT)
    assert await one.ended_as(spoke) == ("passed", "agreed")
    body = Body(text="More soup", place="There", channel_id=PLACE, days=1)
    refused = await one.group_asking.propose(group.id, ANA, Kind.SPOKE, body, subject_id=BETO)
    assert refused.permit.refusal is Refusal.MANY_GRANTS
    assert await one.deciding.recall(spoke, ANA) is not None
    await one.wants_spoke(group, ANA, BETO)


async def test_a_day_after_the_first_question_another_can_be_asked(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.affinity.rules.QUESTIONS_A_DAY", 1)
    group = await one.group(ANA, BETO)
    await one.proposes(group, ANA)
    asked = await one.group_asking.propose(group.id, ANA, Kind.PROPOSAL, Body(text="Soup"))
    assert asked.permit == (Refusal.DAY_USED, one.time.now + DAY)
    one.time.now += DAY
    await one.proposes(group, ANA)


async def test_a_group_keeps_the_newest_decided_questions_of_each_member(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks much pushes out what they asked themselves, and nobody else's."""
    monkeypatch.setattr("bot.affinity.rules.MOST_DECIDED", 2)
    group = await one.group(ANA, BETO, CARLA)
    asked = [await one.proposes(group, BETO)]
    spoke = await one.wants_spoke(group, ANA, ANA)
    for _ in range(5):
        asked.append(await one.proposes(group, ANA))
        for decision in (spoke, asked[0], asked[-1]):
            for person in (ANA, BETO, CARLA):
                await one.says(decision, person, SUPPORT)
        one.time.now += 1
    await one.groups.forget_old()
    kept = [row[0] for row in await one.ask("SELECT id FROM decisions")]
    # The words that may still be said hang on the spoke.
    assert set(kept) == {asked[0], spoke, *asked[-2:]}
    ballots = {row[0] for row in await one.ask("SELECT decision_id FROM ballots")}
    assert ballots <= set(kept)


async def test_a_block_that_stands_is_taken_again_where_there_is_no_room(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.consent.rules.MOST_BLOCKS", 1)
    assert await one.boundaries.block(ANA, BETO)
    assert await one.boundaries.block(ANA, BETO)
    assert not await one.boundaries.block(ANA, CARLA)
    assert await one.boundaries.unblock(ANA, BETO)
    assert await one.boundaries.block(ANA, CARLA)


async def test_a_request_that_goes_nowhere_counts_like_any_other(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody learns from it that they are blocked, or that somebody left it."""
    monkeypatch.setattr("bot.consent.rules.MOST_OPENED", 1)
    await one.boundaries.block(BETO, ANA)
    assert await ask(one, ANA, BETO) is not None
    assert await ask(one, ANA, CARLA) is None


async def test_what_a_group_lets_somebody_say_is_none_of_their_requests(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.consent.rules.MOST_OPENED", 1)
    group = await one.group(ANA, BETO, CARLA)
    spoke = await one.wants_spoke(group, ANA, ANA)
    for person in (ANA, BETO, CARLA):
        await one.says(spoke, person, SUPPORT)
    assert await one.ended_as(spoke) == ("passed", "agreed")
    assert await ask(one, ANA, BETO) is not None


async def test_one_moderator_cannot_use_up_what_another_needs(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(governance, "CHANGES_A_DAY", 1)
    assert await changes_a_rule(one, Scene(one), 0)
    refused = await one.governance.change(GUILD, "language", "es", ANA, 0)
    assert (refused.outcome, refused.until) == (Outcome.DAY_USED, one.time.now + DAY)
    back = await one.governance.change(GUILD, "longest_consent", "30", BETO, 1)
    assert back.outcome is Outcome.CHANGED


async def test_what_was_changed_again_is_kept_for_two_years_and_what_is_in_force_for_good(
    one: House,
) -> None:
    for revision, days in enumerate(("7", "14", "30")):
        await one.governance.change(GUILD, "longest_consent", days, ANA, revision)
        one.time.now += DAY
    await one.governance.change(GUILD, "language", "es", ANA, 0)
    one.time.now += 726 * DAY
    await one.governance.forget_old()
    kept = "SELECT after_value FROM rule_changes ORDER BY changed_at"
    assert await one.ask(kept) == [("7",), ("14",), ("30",), ("es",)]
    one.time.now += DAY
    await one.governance.forget_old()
    assert await one.ask(kept) == [("14",), ("30",), ("es",)]
    one.time.now += 1000 * DAY
    await one.governance.forget_old()
    assert await one.ask(kept) == [("30",), ("es",)]
