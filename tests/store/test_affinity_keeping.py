"""What is kept of groups: sealed while it lasts, shown to its own people, gone when it is over.

On both engines. Law 8; design, section 6.
"""

from __future__ import annotations

import itertools
import json
import secrets
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.affinity import CARD, LOST, NEWS, PARTING, Event
from bot.affinity.rolls import Group
from bot.affinity.rules import DAY, HOUR, Refusal
from bot.store.database import StoreError
from bot.work.notices import RING, Notice, Topic
from tests.store.houses import (
    ANA,
    BETO,
    CARLA,
    DIEGO,
    ELSA,
    GUILD,
    NAME,
    NO,
    PURPOSE,
    SUPPORT,
    TABLES,
    TEXTS,
    YES,
    House,
    busy,
    in_between,
)

# -- at rest ----------------------------------------------------------------------------------


async def test_a_secret_answer_does_not_show_in_what_is_stored(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA, DIEGO)
    knock = await one.knocks(group, ELSA)
    parting = await one.parts(group, ANA, DIEGO)
    await one.says(knock, ANA, YES)
    await one.says(knock, BETO, NO)
    await one.says(parting, BETO, NO)
    rows = await one.stored("ballots")
    values = [value for row in rows for value in row]
    assert not {"yes", "no", "support", "block"} & {v for v in values if isinstance(v, str)}
    sealed = [value for value in values if isinstance(value, bytes)]
    assert len(sealed) == 4  # two to the knock; Ana's own yes and Beto's no to the parting
    assert len({len(value) for value in sealed}) == 1
    assert all(b"yes" not in value and b"no" not in value[:20] for value in sealed)


async def test_a_secret_answer_goes_as_soon_as_its_question_is_decided(one: House) -> None:
    group = await one.group(ANA, BETO)
    for person, answer in ((CARLA, YES), (DIEGO, NO)):
        knock = await one.knocks(group, person)
        await one.says(knock, ANA, YES)
        await one.says(knock, BETO, answer)
        assert await one.ask(f"SELECT * FROM ballots WHERE decision_id = '{knock}'") == []
        if person == CARLA:
            await one.groups.leave(group.id, CARLA)


async def test_nothing_that_people_write_stands_in_clear(one: House) -> None:
    await busy(one)
    stored = await one.bytes_on_disk()
    assert str(ANA).encode() in stored or ANA.to_bytes(8) in stored  # we look in the right place
    for text in TEXTS:
        for written in (text, text.lower(), text.casefold()):
            assert written.encode() not in stored, text
            assert written.encode("utf-16-le") not in stored, text


# -- the end of a group -----------------------------------------------------------------------


async def test_of_a_group_that_has_ended_nothing_is_left(one: House) -> None:
    group = await busy(one)
    rows = await one.stored(*TABLES, "refusals")
    blobs = {bytes(value) for row in rows for value in row if isinstance(value, bytes)}
    assert len(blobs) > 8
    stored = await one.bytes_on_disk()
    assert all(blob in stored for blob in blobs)
    for person in (ANA, BETO, CARLA):
        await one.groups.leave(group.id, person)
    await one.groups.end(group)
    await one.groups.end(group)  # safe to repeat
    # All that remains: Diego and Elsa, who knocked, have yet to hear that they are not in.
    waiting = await one.ask("SELECT person_id, what FROM notices ORDER BY person_id")
    assert waiting == [(DIEGO, "not_admitted"), (ELSA, "not_admitted")]
    assert await one.stored(*(each for each in TABLES if each != "notices")) == []
    one.time.now += 31 * DAY
    await one.notices.forget_old()
    await one.ask(f"DELETE FROM work WHERE due_at <= {one.time()}")  # looked at, and gone
    assert await one.stored() == []
    assert await one.stored("work") == []
    assert group.owner_id not in await one.keys()
    assert await one.stored("refusals") == []
    await one.store.main.scrub()
    stored = await one.bytes_on_disk()
    assert not any(blob in stored for blob in blobs)
    assert group.id.encode() not in stored


async def test_who_was_in_a_group_that_was_closed_is_told_and_no_more(one: House) -> None:
    group = await one.group(ANA, BETO)
    ending = await one.wants_to_end(group, ANA)
    for person in (ANA, BETO):
        await one.says(ending, person, SUPPORT)
    await one.groups.end(group)
    assert {row[0] for row in await one.ask("SELECT what FROM notices")} == {"closed"}
    assert await one.stored(*(each for each in TABLES if each != "notices")) == []
    one.time.now += 31 * DAY
    await one.notices.forget_old()
    assert await one.stored() == []


async def test_who_was_parted_with_or_refused_hears_of_it_also_after_the_end(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA)
    await one.says(await one.parts(group, ANA, CARLA), BETO, YES)
    await one.says(await one.knocks(group, DIEGO), ANA, NO)
    [knock] = await one.ask("SELECT id FROM decisions WHERE state = 'open'")
    await one.says(knock[0], BETO, NO)
    for person in (ANA, BETO):
        await one.groups.leave(group.id, person)
    await one.groups.end(group)
    for person, kind in ((CARLA, "parted"), (DIEGO, "not_admitted")):
        assert await one.told(person) == [kind]
    await one.privacy.erase(CARLA)
    assert await one.ask("SELECT person_id FROM notices") == [(DIEGO,)]
    async with one.store.main.transaction() as connection:
        await one.notices.forget_guild(connection, GUILD)
    assert await one.stored("notices") == []


async def test_who_seals_something_while_a_group_ends_leaves_no_key(one: House) -> None:
    group = await one.group(ANA)

    async def seals() -> None:
        await one.store.keyring.mark(group.owner_id, "knock", BETO)

    in_between(one.groups, "forget_in", seals)
    await one.groups.end(group)
    assert await one.keys() == {ANA}


async def test_a_group_that_may_not_be_started_leaves_no_key(one: House) -> None:
    for _ in range(3):
        await one.group(ANA, BETO)
    before = await one.keys()
    refused = await one.groups.start(GUILD, ANA, NAME, PURPOSE, listed=True, may=True)
    assert refused.permit.refusal is Refusal.DAY_USED
    assert await one.keys() == before


async def test_a_group_that_discord_did_not_take_leaves_nothing(one: House) -> None:
    started = await one.groups.start(GUILD, ANA, NAME, PURPOSE, listed=True, may=True)
    assert started.group is not None
    await one.groups.not_started(started.group, ANA)
    assert await one.stored(*(each for each in TABLES if each != "notices")) == []
    assert await one.told(ANA) == ["not_started"]
    assert await one.keys() == {ANA}


async def test_what_a_kill_leaves_of_an_unstarted_group_is_ended_later(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = await one.groups.start(GUILD, ANA, NAME, PURPOSE, listed=True, may=True)
    assert started.group is not None

    async def killed(owner_id: int) -> None:
        raise StoreError("killed")

    monkeypatch.setattr(one.store.keyring, "forget", killed)
    with pytest.raises(StoreError):
        await one.groups.not_started(started.group)
    monkeypatch.undo()
    left = await one.groups.row(started.group.id)
    assert left is not None
    assert left.state == "closing"  # which due work ends
    await one.groups.end(left)
    assert await one.stored() == []


# -- when people are rung for -------------------------------------------------------------------


@pytest.fixture
def chances(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chance picks an hour more each time."""
    hours = itertools.count(HOUR, HOUR)
    monkeypatch.setattr(secrets, "randbelow", lambda most: next(hours) % most)


async def rings(one: House, topic: Topic, what: str = "") -> list[int]:
    """In how many seconds each may be rung for where others see it."""
    rows = await one.ask(
        f"SELECT public_at - {one.time()} FROM notices WHERE topic = '{topic.name}' "
        f"AND what = '{what}' AND watched = 1 AND channel_id > 0 AND state = 'new' ORDER BY 1"
    )
    return [row[0] for row in rows]


async def news_of(one: House, person: int) -> Notice:
    """The only thing that somebody is told."""
    [notice] = await one.notices.of(person, GUILD)
    return notice


@pytest.mark.usefixtures("chances")
@pytest.mark.parametrize("kind", ["lost", "closed", "unreached", "stays"])
async def test_members_are_told_at_once_and_rung_for_one_by_one(one: House, kind: str) -> None:
    """Lines that mention them all in one minute would show who is in the group."""
    group = await one.group(ANA, BETO)
    topic, what = (LOST, "") if kind == "lost" else (NEWS, kind)
    if kind == "lost":
        await one.upkeep.lost_channel(group)
    elif kind == "unreached":
        claimed = await one.upkeep.is_first(group, "stuck", 0)
        assert claimed is not None
        await one.upkeep.tell_members(group, Event.UNREACHED, claimed[0])
        assert await one.stored("posts") == []
    else:
        async with one.store.main.transaction() as connection:
            await one.groups.close_in(connection, group, one.time())
        if kind == "stays":  # which is told in place of the end
            await one.upkeep.tell_members(group, Event.STAYS)
    for person in (ANA, BETO):
        told = await news_of(one, person)
        assert (told.topic, told.key, told.what) == (topic.name, group.id, what)
        assert told.channel_id == group.channel_id  # where it never rings
    drawn = 2 if kind == "stays" else 0
    assert await rings(one, topic, what) == [(drawn + 1) * HOUR, (drawn + 2) * HOUR]


@pytest.mark.usefixtures("chances")
async def test_those_who_parted_are_rung_for_one_by_one(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA, DIEGO)
    parting = await one.parts(group, ANA, DIEGO)
    assert await rings(one, PARTING) == [HOUR, 2 * HOUR]
    for person in (BETO, CARLA):
        await one.says(parting, person, YES)
    told = await news_of(one, DIEGO)
    assert (told.what, told.watched, told.public_at) == ("parted", 0, one.time())  # first of all
    assert await one.groups.just_parted(group.id) == [DIEGO]
    assert await one.notices.of(ANA, GUILD) == []
    assert min(await rings(one, NEWS, "parting_passed")) >= DAY
    assert await one.notices.seen(told.id, DIEGO, GUILD)
    for person in (ANA, BETO, CARLA):
        assert await one.told(person) == ["parting_passed"]
    found = await rings(one, NEWS, "parting_passed")
    assert len(set(found)) == 3
    assert max(found) < 6 * HOUR
    assert {str(person) for person in (ANA, BETO, CARLA)} <= {*await one.due(RING)}


async def test_others_hear_of_another_parting_only_in_its_turn(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA, DIEGO)
    for person in (DIEGO, CARLA):
        parting = await one.parts(group, ANA, person)
        for other in {BETO, CARLA} - {person}:
            await one.says(parting, other, YES)
    await one.notices.seen((await news_of(one, DIEGO)).id, DIEGO, GUILD)
    assert (await news_of(one, BETO)).about_id == DIEGO


async def test_nobody_is_rung_for_because_of_a_parting_they_have_answered(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA, DIEGO)
    parting = await one.parts(group, ANA, DIEGO)
    waiting = {person: await one.told(person, PARTING) for person in (ANA, BETO, CARLA)}
    assert waiting == {ANA: [], BETO: [parting], CARLA: [parting]}
    await one.says(parting, BETO, YES)
    assert await one.told(BETO, PARTING) == []
    assert await one.told(CARLA, PARTING) == [parting]
    await one.groups.leave(group.id, DIEGO)
    assert await one.told(CARLA, PARTING) == []


async def test_whoever_leaves_is_not_asked_about_a_parting_any_more(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA, DIEGO, ELSA)
    parting = await one.parts(group, ANA, DIEGO)
    await one.groups.leave(group.id, BETO)
    assert await one.told(BETO, PARTING) == []
    assert await one.told(CARLA, PARTING) == await one.told(ELSA, PARTING) == [parting]


async def expires(one: House, group: Group) -> None:
    asked = await one.parts(group, ANA, CARLA)
    assert await one.told(BETO, PARTING) == [asked]
    one.time.now += 7 * DAY
    await one.deciding.settle(asked)


async def accepted(one: House, group: Group) -> None:
    await one.deciding.accept(await one.invites(group, ANA, DIEGO), DIEGO)


async def declined(one: House, group: Group) -> None:
    await one.deciding.decline(await one.invites(group, ANA, DIEGO), DIEGO)


async def hidden(one: House, group: Group) -> None:
    await one.boundaries.block(DIEGO, ANA)
    await one.invites(group, ANA, DIEGO)


async def closed(one: House, group: Group) -> None:
    await one.invites(group, ANA, DIEGO)
    await one.upkeep.lost_channel(group)
    for person in (ANA, BETO, CARLA):
        await one.groups.leave(group.id, person)


async def not_started(one: House, group: Group) -> None:
    await one.invites(group, ANA, DIEGO)
    await one.groups.not_started(group)


@pytest.mark.parametrize("ends", [expires, accepted, declined, hidden, closed, not_started])
async def test_nothing_that_is_over_is_kept_to_be_told(
    one: House, ends: Callable[[House, Group], Awaitable[None]]
) -> None:
    group = await one.group(ANA, BETO, CARLA, admission="one")
    await ends(one, group)
    assert {row[0] for row in await one.ask("SELECT topic FROM notices")} <= {NEWS.name}


# -- the export -------------------------------------------------------------------------------


async def exported(one: House, person: int) -> dict[str, Any]:
    return await one.privacy.export(person)


async def test_the_export_opens_what_is_mine(one: House) -> None:
    group = await busy(one)
    mine = await exported(one, CARLA)
    [membership] = mine["affinity_groups"]
    assert (membership["group"], membership["name"]) == (group.id, NAME)
    assert {(each["kind"], each["asked_by_me"]) for each in mine["group_questions"]} == {
        ("settings", True),
        ("knock", True),
    }
    says = [each["says"] for each in mine["group_questions"] if each["kind"] == "settings"]
    assert says == [{"settings": {"name": "Tagvögel"}}]
    [block] = [each for each in mine["group_answers"] if each["answer"] == "block"]
    assert block["reason"] == "Zu weit weg"
    [notice] = mine["group_notices"]
    assert (notice["kind"], notice["told_at"]) == ("taken", None)  # it is not told yet


async def test_the_export_says_where_my_question_stands_and_when_i_was_spoken_of(
    one: House,
) -> None:
    group = await one.group(ANA, BETO)
    asked = await one.proposes(group, ANA)
    post, _ = await one.posts.note(CARD, asked, GUILD, 1)
    assert (await exported(one, ANA))["group_questions"][0]["card"] is None
    await one.posts.is_up(post, 77)
    assert (await exported(one, ANA))["group_questions"][0]["card"] == 77
    claimed = await one.upkeep.is_news(group, "taken", ANA)
    assert claimed is not None
    await one.upkeep.told(claimed[0])
    [notice] = (await exported(one, ANA))["group_notices"]
    assert notice["told_at"] == one.time()


async def test_the_export_opens_my_secret_answers_and_nobody_elses(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA)
    knock = await one.knocks(group, DIEGO)
    await one.says(knock, ANA, YES)
    await one.says(knock, BETO, NO)
    for person, answer in ((ANA, ["yes"]), (BETO, ["no"]), (CARLA, [None]), (DIEGO, [])):
        shown = (await exported(one, person))["group_answers"]
        assert [each["answer"] for each in shown] == answer


async def test_the_export_does_not_tell_that_the_others_ask_about_me(one: House) -> None:
    group = await one.group(ANA, BETO, CARLA)
    before = json.dumps(await exported(one, CARLA))
    parting = await one.parts(group, ANA, CARLA)
    assert json.dumps(await exported(one, CARLA)) == before
    await one.says(parting, BETO, NO)
    assert json.dumps(await exported(one, CARLA)) == before


async def test_the_export_shows_an_invitation_once_it_waits_for_me(one: House) -> None:
    group = await one.group(ANA, BETO)
    invitation = await one.invites(group, ANA, DIEGO)
    assert (await exported(one, DIEGO))["group_questions"] == []
    await one.says(invitation, BETO, YES)
    [waits] = (await exported(one, DIEGO))["group_questions"]
    assert (waits["id"], waits["state"]) == (invitation, "invited")
    one.time.now += 8 * DAY
    assert (await exported(one, DIEGO))["group_questions"] == []


async def test_a_hidden_invitation_looks_alike_to_who_invited_and_is_not_shown(
    one: House,
) -> None:
    """Law 7: neither a block nor a no is told, also not by the export."""
    group = await one.group(ANA)
    await one.boundaries.block(DIEGO, ANA)
    hidden = await one.invites(group, ANA, DIEGO)
    assert await one.ended_as(hidden) == ("invited", "hidden")
    assert (await exported(one, DIEGO))["group_questions"] == []
    declined = await one.invites(group, ANA, ELSA)
    await one.deciding.decline(declined, ELSA)
    assert (await exported(one, ELSA))["group_questions"] == []
    waiting = await one.invites(group, ANA, CARLA)
    mine = {each["id"]: each for each in (await exported(one, ANA))["group_questions"]}
    for each in mine.values():
        each.pop("id")
        each.pop("about")
    assert len(mine) == 3
    assert mine[hidden] == mine[declined] == mine[waiting]


async def test_the_export_tells_no_news_before_its_time(one: House) -> None:
    """Who was parted with learns it first."""
    group = await one.group(ANA, BETO, CARLA)
    await one.says(await one.parts(group, ANA, CARLA), BETO, YES)

    async def told(person: int) -> list[str]:
        return [each["what"] for each in (await exported(one, person))["notices"]]

    assert (await told(BETO), await told(CARLA)) == ([], ["parted"])
    one.time.now += DAY
    assert await told(BETO) == ["parting_passed"]


async def test_who_has_left_does_not_learn_what_a_group_is_called_since(one: House) -> None:
    group = await one.group(ANA, BETO)
    await one.groups.leave(group.id, BETO)
    await one.says(await one.wants(group, ANA, name="Tagvögel"), ANA, SUPPORT)
    [membership] = (await exported(one, BETO))["affinity_groups"]
    assert (membership["state"], membership["name"]) == ("leaving", None)
