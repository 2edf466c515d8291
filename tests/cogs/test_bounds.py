"""What people read when something has grown as far as it can: how much it is, and what to do next.

How far that is, and that nothing more is stored, is tried in `tests/store/test_bounds.py`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping
from typing import NamedTuple

import pytest

from tests import circles
from tests.cogs.test_reading_review import a_work, sends
from tests.cogs.test_rules import sets
from tests.groups import Circle, knocks, starts
from tests.tiers import tiered
from tests.world import Answer, Person, World

PROPOSAL = "We meet on Friday, and everybody brings something."


class People(NamedTuple):
    world: World
    ana: Person
    beto: Person
    cass: Person
    mod: Person


#: Comes to a bound, in Ana's or the moderator's name, and once more; the last answer.
Act = Callable[[People], Awaitable[Answer]]


class Case(NamedTuple):
    """`bounds`: what is brought down to which number. `says`: the next step; `typed` comes back."""

    bounds: Mapping[str, int]
    act: Act
    says: str
    typed: str = ""


async def proposes(circle: Circle, person: Person) -> Answer:
    form = await person.slash("affinity propose", at=circle.channel)
    return await person.fill(form, text=PROPOSAL)


async def many_of_mine(people: People) -> Answer:
    circle = await starts(people.ana)
    await circle.takes_in(people.beto)
    await proposes(circle, people.ana)
    return await proposes(circle, people.ana)


async def many_of_the_group(people: People) -> Answer:
    circle = await starts(people.ana)
    await circle.takes_in(people.beto)
    await proposes(circle, people.ana)
    return await proposes(circle, people.beto)


async def many_words_for_the_group(people: People) -> Answer:
    circle = await starts(people.ana)
    await circle.takes_in(people.beto, people.cass)
    await circle.spoken(people.ana, people.beto)
    form = await people.ana.slash("affinity spoke", member=people.beto, at=circle.channel)
    return await people.ana.fill(
        form, words=PROPOSAL, place="There", channel=[people.world.general]
    )


async def many_groups_of_one(people: People) -> Answer:
    await starts(people.ana)
    return await people.ana.slash("affinity start", name="Two", purpose="Soup")


async def many_groups(people: People) -> Answer:
    circle = await starts(people.beto, name="Bakers of bread", listed=True)
    await starts(people.ana)
    return await knocks(people.ana, circle)


async def many_groups_invited(people: People) -> Answer:
    circle = await starts(people.beto)
    await starts(people.ana)
    asked = await people.beto.slash("affinity invite", member=people.ana, at=circle.channel)
    assert "is invited" in asked.text, asked
    inbox = await people.ana.slash("consent inbox")
    return await people.ana.click(inbox, "Come in")


async def many_requests(people: People) -> Answer:
    await people.ana.asks(people.beto)
    return await people.ana.asks(people.cass)


async def many_for_one(people: People) -> Answer:
    await people.ana.asks(people.beto)
    return await people.ana.gives(people.beto)


async def many_posts(people: People) -> Answer:
    for other in (people.beto, people.cass):
        await people.ana.asks(other)
        await other.says_yes()
    first, second = [row["id"] for row in await people.world.consents()]
    await people.ana.speaks(first)
    return await people.ana.speaks(second)


async def many_blocks(people: People) -> Answer:
    await people.ana.slash("consent block", member=people.beto)
    return await people.ana.slash("consent block", member=people.cass)


async def many_blocks_from_a_request(people: People) -> Answer:
    await people.ana.slash("consent block", member=people.beto)
    await people.cass.asks(people.ana)
    return await people.ana.click(await people.ana.reads(), "Don't let them ask again")


async def many_blocks_from_an_invitation(people: People) -> Answer:
    await people.ana.slash("consent block", member=people.beto)
    circle = await starts(people.cass)
    await people.cass.slash("affinity invite", member=people.ana, at=circle.channel)
    inbox = await people.ana.slash("consent inbox")
    answer = await people.ana.click(inbox, "Don't let them ask again")
    assert "Nothing waits" in (await people.ana.slash("consent inbox")).text  # it is declined
    return answer


async def many_works(people: People) -> Answer:
    await people.ana.slash("reading mark", work=circles.WORK, state="want")
    return await people.ana.slash("reading mark", work=circles.ESSAY, state="want")


async def many_files(people: People) -> Answer:
    await sends(people.mod, a_work())
    return await sends(people.mod, a_work("Other", "other"))


async def many_previews(people: People) -> Answer:
    await circles.asks(people.ana)
    return await circles.asks(people.ana)


async def many_circles_a_day(people: People) -> Answer:
    await circles.starts(people.ana)
    return await circles.asks(people.ana)


async def many_circles_a_day_after_all(people: People) -> Answer:
    late = await circles.asks(people.ana)
    await circles.starts(people.ana)
    return await people.ana.click(late, "Post it")


async def many_changes(people: People) -> Answer:
    await sets(people.mod, "longest_consent", "7")
    return await sets(people.mod, "language", "es")


CASES = {
    "questions of one": Case(
        {"affinity.rules.MOST_OPEN_BY_ONE": 1},
        many_of_mine,
        "once one of them is decided",
        PROPOSAL,
    ),
    "questions of a group": Case(
        {"affinity.rules.MOST_OPEN": 1}, many_of_the_group, "/affinity decisions", PROPOSAL
    ),
    "questions of a day": Case(
        {"affinity.rules.QUESTIONS_A_DAY": 1}, many_of_mine, "You can ask again <t:", PROPOSAL
    ),
    "words for a group": Case(
        {"affinity.rules.MOST_GRANTS": 1}, many_words_for_the_group, "can recall one", PROPOSAL
    ),
    "groups of one": Case({"affinity.rules.MOST_ALONE": 1}, many_groups_of_one, "/affinity invite"),
    "groups": Case({"affinity.rules.MOST_GROUPS": 1}, many_groups, "/affinity leave"),
    "groups, by invitation": Case(
        {"affinity.rules.MOST_GROUPS": 1}, many_groups_invited, "The invitation stays"
    ),
    "requests": Case({"consent.rules.MOST_OPENED": 1}, many_requests, "/consent ledger"),
    "requests for one": Case({"consent.rules.MOST_WITH_ONE": 1}, many_for_one, "/consent ledger"),
    "posts": Case({"consent.rules.MOST_POSTS": 1}, many_posts, "/consent ledger"),
    "blocks": Case({"consent.rules.MOST_BLOCKS": 1}, many_blocks, "/consent unblock"),
    "blocks from a request": Case(
        {"consent.rules.MOST_BLOCKS": 1}, many_blocks_from_a_request, "/consent unblock"
    ),
    "blocks from an invitation": Case(
        {"consent.rules.MOST_BLOCKS": 1}, many_blocks_from_an_invitation, "/consent unblock"
    ),
    "works": Case({"reading.rules.MOST_ON_SHELF": 1}, many_works, "/reading shelf"),
    "files": Case({"reading.intake.MOST_FILES": 1}, many_files, "after 15 minutes"),
    "previews": Case({"reading.circle_rules.MOST_DRAFTS": 1}, many_previews, "Post one of them"),
    "circles a day": Case({"reading.circle_rules.A_DAY": 1}, many_circles_a_day, "another <t:"),
    "circles a day, at the yes": Case(
        {"reading.circle_rules.A_DAY": 1}, many_circles_a_day_after_all, "another <t:"
    ),
    "changes of rules": Case({"governance.rules.CHANGES_A_DAY": 1}, many_changes, "go on <t:"),
}


@pytest.mark.parametrize("name", tiered(CASES, [*CASES][::3]))
async def test_who_comes_to_a_bound_is_told_what_to_do_next(
    name: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = CASES[name]
    for constant, most in case.bounds.items():
        monkeypatch.setattr(f"bot.{constant}", most)
    people = People(world, *map(world.person, ("Ana", "Beto", "Cass")), world.moderator("Mod"))
    answer = await case.act(people)
    assert answer.private
    assert re.search(r"as many as|not be more|can be for", answer.text), answer
    assert case.says in answer.text
    assert case.typed in answer.text
