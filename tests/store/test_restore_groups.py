"""What a restored backup must not bring back of affinity groups (laws 1 and 8)."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.__main__ import main
from bot.affinity import CARD, ROOM
from bot.app import now
from bot.consent.rules import Flag
from tests.store.houses import (
    ANA,
    BETO,
    BLOCK,
    CARLA,
    DIEGO,
    ELSA,
    GUILD,
    NO,
    SUPPORT,
    House,
)
from tests.store.restoring import lives, restored, rows, take_back_to

AFFINITY = (
    "group_places",
    "group_notices",
    "ballots",
    "decisions",
    "group_members",
    "affinity_groups",
)


def test_every_group_is_compared_with_discord_before_anybody_is_let_in(state: Path) -> None:
    """Who left since the backup has no access any more; the bot sees it there."""

    async def two(house: House) -> None:
        group = await house.group(ANA, BETO)
        await house.groups.start(GUILD, CARLA, "Larks", "Purpose", listed=True, may=True)
        await house.upkeep.settled(group, stuck=False)

    restored(state, two)
    asked = (
        f"SELECT state, restored, work.due_at <= {now()}, making_until FROM affinity_groups "
        "JOIN work ON work.key = affinity_groups.id AND work.kind = 'group'"
    )
    # One without a channel may have got it since: it is looked for before another is made.
    assert sorted(rows(state, asked)) == [("open", 1, 1, 0), ("opening", 1, 1, 1)]


def test_who_left_since_is_taken_off_the_roll_once_discord_was_asked(state: Path) -> None:
    async def group(house: House) -> Any:
        return await house.group(ANA, BETO, CARLA)

    async def leaves(house: House) -> None:
        [(group_id,)] = await house.ask("SELECT id FROM affinity_groups")
        await house.groups.leave(group_id, BETO)
        await house.upkeep.lacks_access(group_id, BETO)

    made = restored(state, group, leaves)

    async def looks(house: House) -> list[int]:
        row = await house.groups.row(made.id)
        assert row is not None
        await house.upkeep.drop_restored(row, {ANA, CARLA})
        return await house.members(made)

    assert lives(state, looks) == [ANA, CARLA]
    assert rows(state, "SELECT restored FROM affinity_groups") == [(0,)]


def test_a_restored_name_is_no_change_by_hand(state: Path) -> None:
    async def group(house: House) -> None:
        await house.group(ANA)

    restored(state, group)
    assert rows(state, "SELECT name_stale, channel_name FROM affinity_groups") == [(1, None)]


def test_nothing_that_was_open_can_be_decided_any_more(state: Path) -> None:
    """Law 1: somebody may have said no since."""

    async def asks(house: House) -> None:
        group = await house.group(ANA, BETO, CARLA, admission="one")
        proposal = await house.proposes(group, ANA)
        await house.says(proposal, ANA, SUPPORT)
        await house.invites(group, ANA, DIEGO)
        await house.knocks(group, ELSA)
        await house.parts(group, ANA, CARLA)

    restored(state, asks)
    assert rows(state, "SELECT state, body, card FROM decisions ORDER BY kind") == [
        ("ended", None, "stale"),  # the invitation, which waited for Diego
        ("ended", None, "stale"),
        ("ended", None, "none"),  # the parting, which never had a card
        ("ended", None, "stale"),
    ]
    assert rows(state, "SELECT * FROM ballots") == []


def test_what_was_decided_stays_with_its_answers(state: Path) -> None:
    async def decides(house: House) -> None:
        group = await house.group(ANA, BETO)
        proposal = await house.proposes(group, ANA)
        await house.says(proposal, ANA, SUPPORT)
        await house.says(proposal, BETO, BLOCK, "Too far")

    restored(state, decides)
    assert rows(state, "SELECT state, body IS NULL FROM decisions") == [("failed", 0)]
    assert rows(state, "SELECT answer FROM ballots ORDER BY answer") == [("block",), ("support",)]


def test_no_news_and_no_notice_comes_back(state: Path) -> None:
    async def tells(house: House) -> None:
        group = await house.group(ANA)
        await house.says(await house.knocks(group, BETO), ANA, NO)
        await house.upkeep.is_news(group, "given", CARLA)
        assert len(await house.stored("notices", "group_notices")) == 2

    restored(state, tells)
    for table in ("notices", "group_notices", "posts"):
        assert rows(state, f"SELECT * FROM {table}") == [], table


def test_no_group_is_in_the_list_before_it_agrees_to_it_again(state: Path) -> None:
    """One may have decided to hide since, and a moderator may have taken one off."""

    async def listed(house: House) -> None:
        for name in ("Owls", "Larks"):
            group = await house.group(ANA, name=name)
        assert len((await house.groups.listed(GUILD, 0))[0]) == 2
        await house.groups.take_off_list(group.id, GUILD, BETO)

    async def taken_off(house: House) -> None:
        [known], _ = await house.groups.listed(GUILD, 0)
        await house.groups.take_off_list(known.id, GUILD, BETO)

    restored(state, listed, taken_off)
    found = rows(state, "SELECT listed, listed_from > 0 FROM affinity_groups ORDER BY 2")
    assert found == [(0, 0), (0, 1)]


def test_what_a_spoke_may_say_is_over(state: Path) -> None:
    """A group's yes ends like anybody's."""

    async def agrees(house: House) -> None:
        group = await house.group(ANA, BETO, CARLA)
        spoke = await house.wants_spoke(group, ANA, BETO)
        for person in (ANA, BETO, CARLA):
            await house.says(spoke, person, SUPPORT)
        assert await house.consents.held(BETO, GUILD) != []

    restored(state, agrees)
    assert rows(state, "SELECT state, words FROM consents") == [("expired", None)]
    assert rows(state, "SELECT person_id < 0 FROM consents") == [(1,)]


def test_a_group_that_ended_since_stays_ended(state: Path) -> None:
    async def two(house: House) -> Any:
        kept = await house.group(BETO, CARLA, DIEGO)
        gone = await house.group(ANA, BETO, CARLA, name="Larks")
        for group in (kept, gone):
            await house.proposes(group, BETO)
            spoke = await house.wants_spoke(group, BETO, BETO)
            for person in await house.members(group):
                await house.says(spoke, person, SUPPORT)
            knock = await house.knocks(group, ELSA)
            for person in await house.members(group):
                await house.says(knock, person, NO)
            await house.upkeep.is_news(group, "given", CARLA)
            await house.posts.note(ROOM, group.id, GUILD, group.channel_id or 0)
        for (question,) in await house.ask("SELECT id FROM decisions"):
            await house.posts.note(CARD, question, GUILD, 1)
        return kept, gone

    async def ends(house: House) -> None:
        [(group_id,)] = await house.ask(
            f"SELECT group_id FROM group_members WHERE person_id = {ANA}"
        )
        group = await house.groups.row(group_id)
        assert group is not None
        await house.groups.end(group)

    kept, gone = restored(state, two, ends)
    assert rows(state, "SELECT id FROM affinity_groups") == [(kept.id,)]
    for table in ("group_members", "decisions"):
        assert rows(state, f"SELECT DISTINCT group_id FROM {table}") == [(kept.id,)], table
    assert (
        rows(state, "SELECT * FROM ballots WHERE decision_id NOT IN (SELECT id FROM decisions)")
        == []
    )
    cards = {(CARD, id) for (id,) in rows(state, "SELECT id FROM decisions")}
    assert {*rows(state, "SELECT topic, key FROM posts")} == {(ROOM, kept.id), *cards}
    assert rows(state, f"SELECT * FROM consents WHERE person_id = {gone.owner_id}") == []
    assert rows(state, f"SELECT * FROM refusals WHERE owner_id = {gone.owner_id}") == []
    assert len(rows(state, f"SELECT * FROM refusals WHERE owner_id = {kept.owner_id}")) == 1


@pytest.mark.parametrize("person", [ANA, BETO, CARLA])
def test_whoever_erased_since_stays_erased(state: Path, person: int) -> None:
    async def lived(house: House) -> None:
        group = await house.group(ANA, BETO, CARLA)
        for author in (ANA, BETO, CARLA):
            proposal = await house.proposes(group, author)
            await house.says(proposal, ANA, SUPPORT)
            await house.says(proposal, BETO, BLOCK, "No")
            await house.says(proposal, CARLA, SUPPORT)
            spoke = await house.wants_spoke(group, ANA, author)
            for voter in (ANA, BETO, CARLA):
                await house.says(spoke, voter, SUPPORT)
        await house.proposes(group, person)
        await house.upkeep.is_news(group, "taken", person)
        await house.ask("UPDATE decisions SET card = 'up'")

    async def erases(house: House) -> None:
        await house.privacy.erase(person)

    restored(state, lived, erases)
    for table in AFFINITY:
        for row in rows(state, f"SELECT * FROM {table}"):
            assert str(person) not in map(str, row), table
    assert str(person) not in str(rows(state, "SELECT * FROM posts"))
    assert rows(state, "SELECT count(*) FROM group_members") == [(2,)]
    # What was decided stands; what they wrote of it does not.
    [(standing,)] = rows(state, "SELECT count(*) FROM decisions WHERE state <> 'ended'")
    assert standing == 6
    erased = rows(state, "SELECT body FROM decisions WHERE author_id = 0 OR subject_id = 0")
    assert erased != []
    assert set(erased) == {(None,)}
    assert rows(state, "SELECT DISTINCT card FROM decisions") == [("stale",)]


def test_members_who_never_wrote_anything_stay_members(state: Path) -> None:
    """No key means erased, so whoever comes in gets one."""

    async def comes_in(house: House) -> None:
        await house.groups.start(GUILD, ANA, "Owls", "Purpose", listed=True, may=True)
        invitation = await house.invites(await house.group(CARLA), CARLA, BETO)
        await house.deciding.accept(invitation, BETO)

    restored(state, comes_in)
    members = rows(state, "SELECT person_id FROM group_members ORDER BY person_id")
    assert members == [(ANA,), (BETO,), (CARLA,)]


def test_a_group_whose_people_have_all_erased_ends(state: Path) -> None:
    async def alone(house: House) -> None:
        await house.group(ANA)

    async def erases(house: House) -> None:
        await house.privacy.erase(ANA)

    restored(state, alone, erases)
    assert rows(state, "SELECT state FROM affinity_groups") == [("closing",)]


def test_with_the_keys_lost_those_of_the_backup_bring_all_back(state: Path) -> None:
    async def group(house: House) -> Any:
        return await house.group(ANA, BETO)

    made = lives(state, group)
    assert main(["backup", "copy"]) == 0
    for file in ("firsthand.db", "keys.db"):
        (state / file).unlink()
    assert main(["restore", "copy"]) == 0

    async def looks(house: House) -> Any:
        known = await house.groups.get(made.id)
        assert known is not None
        return known.name, await house.members(made)

    assert lives(state, looks) == ("Night owls", [ANA, BETO])


def test_a_backup_from_before_there_were_groups_is_restored_too(state: Path) -> None:
    async def flag(house: House) -> None:
        await house.consents.set_flag(GUILD, ANA, Flag.ASK, "Mornings please")

    lives(state, flag)
    assert main(["backup", "copy"]) == 0
    with closing(sqlite3.connect("copy/firsthand.db")) as copy, copy:
        take_back_to(copy, 1)
    assert main(["restore", "copy"]) == 0

    async def starts(house: House) -> list[int]:
        return await house.members(await house.group(ANA))

    assert lives(state, starts) == [ANA]
    assert rows(state, "SELECT person_id FROM flags") == [(ANA,)]
