"""Many groups cost a command no more than few.

What is counted is the work of SQLite itself: the instructions that its virtual machine runs for one
command, in both databases together. That is the same on every machine and at every hour, so the
ratio between a server with 5 groups and one with 500 may be asserted.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from simcord.builders import ChannelHandle

from bot.affinity.questions import Body
from bot.affinity.rules import Kind
from tests.bench.counting import Meter, before
from tests.simulator import Faults
from tests.world import Person, World

pytestmark = pytest.mark.bench

#: Groups, past decisions of the group that is looked at, and of all others together. In the large
#: server half of all that was ever decided was decided in this one group.
SMALL, LARGE = (5, 20, 80), (500, 5000, 5000)
PEOPLE = 20
MOST = 1.5
#: Searching goes through all names, because they are sealed, and so does reserving one: these grow
#: with their number.
GROWS = ("search by name", "start")
#: A page shows as many as there are, up to a page: so many times more in the large server.
SHOWN = {"list": 8 / 5, "suggestions": 25 / 5}


async def test_commands_ask_the_database_no_more_for_500_groups(
    tmp_path: Path, faults: Faults, capsys: pytest.CaptureFixture[str]
) -> None:
    few = await measured(World(tmp_path / "few", faults), *SMALL)
    many = await measured(World(tmp_path / "many", faults), *LARGE)
    ratios = {name: many[name] / few[name] for name in few}
    with capsys.disabled():
        print(f"\nSQLite instructions for a command, {SMALL[0]} groups → {LARGE[0]} groups")
        for name, ratio in ratios.items():
            was = before(f"groups, {name}", many[name])
            print(
                f"  {name:<22}{few[name]:>9,} → {many[name]:>9,}   × {ratio:.2f}"
                f"   (before: {was:,})"
            )
    too_much = {
        name: ratio
        for name, ratio in ratios.items()
        if name not in GROWS and ratio > MOST * SHOWN.get(name, 1)
    }
    assert too_much == {}


async def measured(world: World, groups: int, own: int, others: int) -> dict[str, int]:
    """The work of each command in a server with so many groups and past decisions."""
    await world.start()
    try:
        ana, zoe = world.person("Ana"), world.person("Zoe")
        group_id, channel = await populate(world, ana, groups, own, others)
        # Once in a life a key is looked for among all, before one is made (bot/store/keyring.sql).
        await world.bot.store.keyring.ensure(zoe.id)
        meter = await Meter(world.bot.store.main, world.bot.store.keys).attach()  # type: ignore[arg-type]
        found = {
            name: await meter.of(act) for name, act in commands(ana, zoe, group_id, channel).items()
        }
    finally:
        await world.stop()
    return found


def commands(
    ana: Person, zoe: Person, group_id: str, channel: Any
) -> dict[str, Callable[[], Awaitable[Any]]]:
    """Every command of a group that looks something up, as people use it."""

    async def propose() -> None:
        form = await ana.slash("affinity propose", at=channel)
        await ana.fill(form, text="Let us meet on Friday.")

    async def knock() -> None:
        form = await zoe.slash("affinity knock", group=group_id)
        await zoe.fill(form, hello="Hello, may I join?")

    async def turn() -> None:
        minutes = await ana.slash("affinity decisions", at=channel)
        more = next(each for each in minutes.controls if each.get("label") == "More")
        await ana.click(minutes, id=more["custom_id"])

    return {
        "list": lambda: zoe.slash("affinity list"),
        "suggestions": lambda: zoe.suggestions("affinity knock", "group"),
        GROWS[0]: lambda: zoe.suggestions("affinity knock", "group", "nothing like it"),
        "members": lambda: ana.slash("affinity members", at=channel),
        "members elsewhere": lambda: ana.slash("affinity members"),
        "settings": lambda: ana.slash("affinity settings", at=channel),
        "decisions": lambda: ana.slash("affinity decisions", at=channel),
        "older decisions": turn,
        "propose": propose,
        "knock": knock,
        "inbox": lambda: ana.slash("consent inbox"),
        "away": lambda: ana.slash("affinity away", until="back", at=channel),
        "start": lambda: zoe.slash("affinity start", name="Zoe's", purpose="Something new"),
        "leave": lambda: ana.slash("affinity leave", at=channel),
    }


async def populate(
    world: World, ana: Person, groups: int, own: int, others: int
) -> tuple[str, ChannelHandle]:
    """Ana's group with its channel, made by command; all others straight into the database."""
    await ana.slash("affinity start", name="Ana's group", purpose="To try things out", listed=True)
    (row,) = await world.rows("SELECT * FROM affinity_groups")
    bot, guild = world.bot, world.guild.id
    with world.env.time_context():
        now = int(world.env.now().timestamp())
    ids = [row["id"]]
    for number in range(1, groups):
        with world.env.time_context():
            started = await bot.groups.start(
                guild, number, f"Group {number}", "To try things out", listed=True, may=True
            )
        assert started.group is not None
        ids.append(started.group.id)
    async with bot.store.main.transaction() as connection:
        await connection.execute(
            "UPDATE affinity_groups SET state = 'open', seen_at = ? WHERE id <> ?", (now, row["id"])
        )
        await connection.execute(
            "UPDATE work SET due_at = ? WHERE kind = 'group' AND key <> ?", (now * 2, row["id"])
        )
        await connection.executemany(
            "INSERT INTO group_members (group_id, person_id, guild_id, state, joined_at) "
            "VALUES (?, ?, ?, 'in', ?)",
            [(id, 1000 + each, guild, now) for id in ids for each in range(1, PEOPLE)],
        )
        sealed = [(row["id"], number) for number in range(own)] + [
            (ids[1 + number % (len(ids) - 1)], own + number) for number in range(others)
        ]
    with world.env.time_context():
        body = await bot.questions.seal("D00000000000", ana.id, row["id"], Body(text="Old"))
    async with bot.store.main.transaction() as connection:
        await connection.executemany(
            "INSERT INTO decisions (id, group_id, guild_id, kind, state, why, author_id, body, "
            "quorum, admission, card, opened_at, closed_at, due_at) "
            "VALUES (?, ?, ?, ?, 'passed', 'agreed', ?, ?, 'half', 'everyone', 'up', ?, ?, ?)",
            [
                (f"D{n:011}", id, guild, Kind.PROPOSAL, ana.id, body, now - n * 7200, now, now)
                for id, n in sealed
            ],
        )
        await connection.executemany(
            "INSERT INTO posts (id, topic, key, guild_id, channel_id, message_id) "
            "VALUES (?, 'question', ?, ?, 1, ?)",
            [(f"P{n:011}", f"D{n:011}", guild, n) for _, n in sealed],
        )
        await connection.executemany(
            "INSERT INTO ballots (decision_id, person_id, answer) VALUES (?, ?, 'support')",
            [(f"D{n:011}", person) for _, n in sealed for person in (ana.id, *range(1001, 1020))],
        )
    channel = world.env.backend.get_channel(row["channel_id"])
    return row["id"], ChannelHandle(world.env, world.guild, channel)
