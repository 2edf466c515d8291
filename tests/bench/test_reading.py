"""Browsing a list of 2,000 works, and suggesting from it, costs a filter more than one of about 40.

Counted are functions called for the list itself, and for whole commands what SQLite does; times are
printed beside. Run it alone (``pytest -m bench -n 0``).
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.reading import finding
from bot.reading.finding import View
from bot.reading.library import Terms, library
from bot.reading.own import Entry, own_id
from bot.reading.rules import Item, Mark, next_one
from bot.store.ids import new_id
from tests.bench.counting import Meter, before, calls
from tests.simulator import Faults
from tests.world import World

pytestmark = pytest.mark.bench

LIST = library("en")
NAMES = finding.names(LIST)
#: The shared list alone, and with what a large server added.
FEW, MANY = len(LIST.items), 2_000
#: Looking at each work once calls so many times as many functions, and a few more.
LINEAR = MANY / FEW * 1.1
FLAT = 1.1
ROUNDS = 5
REPEATS = 5


def entry(number: int) -> Entry:
    """A work of the server's, unlike the others."""
    forms, traditions, topics = LIST.forms, LIST.traditions, LIST.topics
    return Entry(
        {"": f"Ein Heft über Nachbarschaft und Streit, Nummer {number}"},
        ("Ana López",),
        1900 + number % 120,
        forms[number % len(forms)].id,
        traditions[number % len(traditions)].id,
        tuple({topics[number % len(topics)].id, topics[number * 7 % len(topics)].id}),
        {"": "Somebody here has read it."},
        {"": "In the library"},
        {},
    )


def items(number: int) -> tuple[Item, ...]:
    """The shared list, and so many works of the server's that there are `number`."""
    more = range(number - len(LIST.items))
    return LIST.items + tuple(entry(each).as_item(own_id(new_id()), "en") for each in more)


def least(work: Callable[[], Any]) -> float:
    """Seconds of a processor for one go."""
    found = []
    for _ in range(ROUNDS):
        began = time.process_time()
        for _ in range(REPEATS):
            work()
        found.append((time.process_time() - began) / REPEATS)
    return min(found)


def test_what_a_list_itself_costs_grows_no_faster_than_the_list(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def works(given: tuple[Item, ...]) -> dict[str, Callable[[], Any]]:
        marks = {item.id: Mark.READ for item in given[::3]}
        return {
            "browse, everything": lambda: View().items(given),
            "browse, three filters": lambda: View("class", "labour", "struggle").items(given),
            "suggest topics": lambda: finding.terms(
                LIST, given, View(form="book"), Terms.TOPIC, ""
            ),
            "suggest works, nothing typed": lambda: finding.works(given, NAMES, ""),
            "suggest works, found in most": lambda: finding.works(given, NAMES, "e"),
            "suggest works, found in none": lambda: finding.works(given, NAMES, "qqq zzz"),
            "the next one": lambda: next_one(given, marks),
        }

    few, many = works(items(FEW)), works(items(MANY))
    ratios: dict[str, float] = {}
    with capsys.disabled():
        print(f"\nthe list itself, {FEW} works → {MANY:,} works")
        for name, work in few.items():
            short, long = least(work), least(many[name])  # what is kept is kept from here on
            one, other = calls(work), calls(many[name])
            ratios[name] = other / one
            print(
                f"  {name:<30}{one:>7,} → {other:>7,} calls (× {ratios[name]:.1f}; before: "
                f"{before(f'reading, {name}', other):,}), {short * 1e6:,.0f} → {long * 1e6:,.0f} µs"
                f" (× {long / short:.1f})"
            )
    assert {name: ratio for name, ratio in ratios.items() if ratio > LINEAR} == {}


async def test_everything_but_the_filter_is_the_same_with_2000_works(
    tmp_path: Path, faults: Faults, capsys: pytest.CaptureFixture[str]
) -> None:
    """The database is asked no more: a long list is opened once, not for each command."""
    few = await measured(World(tmp_path / "few", faults), FEW)
    many = await measured(World(tmp_path / "many", faults), MANY)
    ratios = {name: many[name].steps / few[name].steps for name in few}
    with capsys.disabled():
        print(f"\nfrom the click to the answer, {FEW} works → {MANY:,} works")
        for name, short in few.items():
            long = many[name]
            was = before(f"reading, command {name}", long.steps)
            print(
                f"  {name:<24}{short.steps:>7,} → {long.steps:>7,} SQLite instructions "
                f"(× {ratios[name]:.2f}; before: {was:,}), {short.seconds * 1e3:.1f} → "
                f"{long.seconds * 1e3:.1f} ms of a processor (× {long.seconds / short.seconds:.2f})"
            )
    assert {name: ratio for name, ratio in ratios.items() if ratio > FLAT} == {}
    assert faults.drain() == []


class Cost(NamedTuple):
    """What one act takes: instructions of SQLite, and seconds of a processor in all threads."""

    steps: int
    seconds: float


async def measured(world: World, number: int) -> dict[str, Cost]:
    """The work of each command in a server whose list has so many works."""
    await world.start()
    try:
        ana = world.person("Ana")
        await fill(world, number - len(LIST.items))
        acts: dict[str, Callable[[], Awaitable[Any]]] = {
            "browse": partial(ana.slash, "reading browse"),
            "browse one tradition": partial(ana.slash, "reading browse", tradition="labour"),
            "suggest traditions": partial(ana.suggestions, "reading browse", "tradition", ""),
            "suggest works": partial(ana.suggestions, "reading open", "work", "al"),
            "suggest works in vain": partial(ana.suggestions, "reading open", "work", "qqq"),
        }
        meter = await Meter(world.bot.store.main, world.bot.store.keys).attach()  # type: ignore[arg-type]
        return {name: await least_of(act, meter) for name, act in acts.items()}
    finally:
        await world.stop()


async def fill(world: World, number: int) -> None:
    """Accept so many works into the server's list."""
    lists, guild = world.bot.server_lists, world.guild.id
    with world.env.time_context():
        async with world.bot.store.main.transaction() as connection:
            held = await lists.begin(connection, guild)
            works = [(own_id(new_id()), entry(each), None) for each in range(number)]
            await lists.add(connection, held, works)
            await lists.changed(connection, guild)


async def least_of(act: Callable[[], Awaitable[Any]], meter: Meter) -> Cost:
    """The cost of one act; the first one, unmeasured, opens the list."""
    await act()
    found: list[Cost] = []
    for _ in range(ROUNDS):
        began = time.process_time()
        steps = await meter.of(act)
        found.append(Cost(steps, time.process_time() - began))
    return Cost(min(each.steps for each in found), min(each.seconds for each in found))
