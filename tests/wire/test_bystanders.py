"""What is kept for some is nobody else's: others neither see it, nor can they take it away.

Two worlds stand side by side in one database, each with something in every table. Whatever one
person looks at is theirs, and whatever one person, or one server, ends leaves all the rest as it
was. A new table joins by being in `everything`; a new command by its entry in `USES`.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any, cast

import pytest

from bot.journal.service import Draft
from bot.reading.rules import Mark
from tests.groups import starts
from tests.store.houses import forgets_departed
from tests.wire.flows import press
from tests.wire.stage import Stage
from tests.wire.test_every_command import USES
from tests.wire.test_personal_data import (
    NOT_SHOWN,
    SHOWN,
    Row,
    everything,
    group_texts,
    holds,
    tables,
)
from tests.world import Answer, Person, World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

#: Commands that only show, and show everybody of a server the same.
OF_THE_SERVER: Mapping[str, str] = {
    "consent check": "a flag is meant to be seen",
    "rules show": "what holds for all",
    "rules history": "who changed what, openly",
    "affinity list": "groups that chose to be listed",
    "reading browse": "the server's own additions",
}
#: Commands that need something of somebody else's to be called at all.
_ABOUT_OTHERS = {
    "consent ask",
    "consent give",
    "consent verify",
    "affinity knock",
    "affinity spoke",
}
_ABOUT_OTHERS |= {"affinity part", "Ask to speak for"}
LOOKS = sorted(
    name
    for name, use in USES.items()
    if not use.writes and not use.public and name not in {*OF_THE_SERVER, *_ABOUT_OTHERS}
)
#: Not of one world: the bot's own, and what neither person nor server is in.
_OF_ALL = {"facts", "migrations", "instance", "departures"}
#: What has rows in one world; `everything` makes none of these three.
MET = {*SHOWN, *NOT_SHOWN} - _OF_ALL - {"doors", "group_places", "reading_imports"}


async def looks(person: Person, at: Any) -> dict[str, str]:
    """What one person sees of each command that shows something."""
    found: dict[str, str] = {}

    async def slash(command: str, **options: Any) -> Answer:
        return await person.slash(command, at=at, **options)

    asked = cast("Any", SimpleNamespace(slash=slash, ana=person, entry="X", outsider=person))
    for name in LOOKS:
        answer = await USES[name].call(asked)
        data = [each.decode() for each in answer.files.values()]
        found[name] = "\n".join([answer.text, str(answer.form), *data])
    return found


def without_times(export: str) -> str:
    """An export, but for the moment it was made at."""
    return "\n".join(line for line in export.split("\n") if '"made_at"' not in line)


def told_apart(stage: Stage, rows: Mapping[str, list[Row]]) -> set[str]:
    """What occurs in this world alone: its people, its server, its texts, its rows' ids."""
    ours = {str(each.id) for each in (stage.guild, stage.general, *people_of(stage))}
    ours |= {*stage.marks.values(), *group_texts(stage).values()}
    return ours | {
        row["id"] for found in rows.values() for row in found if isinstance(row.get("id"), str)
    }


def people_of(stage: Stage) -> tuple[Person, ...]:
    return stage.ana, stage.beto, stage.carla, stage.mara


async def two_worlds(shared: World) -> tuple[Stage, Stage, dict[str, list[Row]]]:
    """Two of them, and every row of the first as it stands when nothing is due any more."""
    first, _ = await everything(shared)
    await shared.later(70)
    stood = await tables(shared)
    second, _ = await everything(shared)
    await shared.later(70)
    theirs = among(stood, await tables(shared))
    # Otherwise the tests below would pass over a table that they never met.
    assert {name for name, rows in theirs.items() if rows} == MET
    return first, second, theirs


def among(some: Mapping[str, list[Row]], others: Mapping[str, list[Row]]) -> dict[str, list[Row]]:
    """The rows that stand in both, as they were."""
    return {
        name: [row for row in rows if row in others[name]]
        for name, rows in some.items()
        if name not in _OF_ALL
    }


def lost(rows: Mapping[str, list[Row]], now: Mapping[str, list[Row]]) -> list[str]:
    return [f"{name}: {row}" for name, kept in rows.items() for row in kept if row not in now[name]]


async def somebody(stage: Stage) -> Person:
    """Somebody in the same server who has a journal, a shelf and a group of their own."""
    dalia, bot = stage.world.person("Dalia", guild=stage.guild), stage.world.bot
    with stage.world.env.time_context():
        assert await bot.journal.write(dalia.id, Draft("", "Mine")) is not None
        await bot.shelves.mark(dalia.id, "reich", "Reich", Mark.WANT)
    await starts(dalia, "Day owls", "Bread")
    return dalia


async def test_a_bystander_sees_what_they_saw_before_there_was_anything(shared: World) -> None:
    """In the same server, and in no group, no list and no journal of the others."""
    stage = Stage(shared)
    dalia = await somebody(stage)
    before = await looks(dalia, stage.general)
    await everything(shared, stage)
    after = await looks(dalia, stage.general)
    exports = (before.pop("privacy export"), after.pop("privacy export"))
    assert without_times(exports[0]) == without_times(exports[1])
    assert all(mine in exports[1] for mine in ("Mine", "Day owls", "want"))
    assert after == before


async def test_who_has_something_of_everything_sees_nothing_of_another_world(
    shared: World,
) -> None:
    first, second, theirs = await two_worlds(shared)
    apart = told_apart(first, theirs)
    seen = await looks(second.ana, second.general)
    assert [(name, each) for name, text in seen.items() for each in apart if each in text] == []
    here = "".join((await looks(first.ana, first.general)).values())
    assert sum(each in here for each in apart) > 20  # they are seen where they belong


async def test_a_bystander_who_erases_takes_nothing_of_the_others_with_them(shared: World) -> None:
    stage, _ = await everything(shared)
    await shared.later(70)
    before = await tables(shared)
    dalia = await somebody(stage)
    before = among(before, await tables(shared))  # what due work changed is nobody's loss
    assert {name for name, rows in before.items() if rows} == MET
    await erases(dalia)
    assert lost(before, await tables(shared)) == []


@pytest.mark.parametrize("command", ["privacy erase", "journal erase"])
async def test_who_erases_everything_takes_nothing_of_another_world(
    shared: World, command: str
) -> None:
    _, second, theirs = await two_worlds(shared)
    for person in people_of(second):
        await erases(person, command)
    now = await tables(shared)
    assert lost(theirs, now) == []
    assert not any(holds(row, second.ana) for row in now["journal_entries"])


async def test_a_server_that_is_forgotten_takes_nothing_of_another_world(shared: World) -> None:
    _, second, theirs = await two_worlds(shared)
    with shared.env.time_context():
        await shared.bot.roster.depart(second.guild.id)
        async with shared.bot.store.main.transaction() as connection:
            await connection.execute("UPDATE departures SET left_at = 0")
        await forgets_departed(shared.bot)
    now = await tables(shared)
    assert lost(theirs, now) == []
    assert not [row for row in now["consents"] if row["guild_id"] == second.guild.id]


async def erases(person: Person, command: str = "privacy erase") -> None:
    button = {"privacy erase": "erase", "journal erase": "journal-erase"}[command]
    answer = await press(person, await person.slash(command), button)
    assert answer.private
