"""The table of bounds is whole: what is stored, and what the bot makes in Discord, stands in it.

That each bound holds is tried in `tests/store/test_bounds.py`.
"""

from __future__ import annotations

import re
import sqlite3

from bot.store.store import KEYS_MIGRATIONS, MIGRATIONS
from tests.bounds import BOUNDS, IN_DISCORD, UNBOUNDED, Bound
from tests.rules.test_boundaries import ROOT, sources
from tests.rules.test_docs import between

#: In the threat model, around what is written from the table.
_MARKS = ("<!-- bounds -->", "<!-- end of bounds -->")
#: Calls that are named like something made in Discord and make nothing that stays there, or make it
#: in the simulated one.
_NOT_MADE = {"create_task", "create_pool", "create_bot"}


def tables() -> set[str]:
    """Every table of both databases, once all migrations have run."""
    found = {"migrations"}
    for folder in (MIGRATIONS, KEYS_MIGRATIONS):
        database = sqlite3.connect(":memory:")
        for file in sorted(folder.glob("*.sql")):
            database.executescript(file.read_text(encoding="utf-8"))
        found |= {
            row[0]
            for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        database.close()
    return found


def made_in_discord() -> set[str]:
    """The calls that make something in Discord, wherever the code has them."""
    files = [*sources("cogs"), *(each for each in sources("bot") if "demo" not in each.parts)]
    calls = {
        name for file in files for name in re.findall(r"\.(create_\w+|send)\(", file.read_text())
    }
    return calls - _NOT_MADE


def test_every_table_has_a_bound_or_a_reason_and_never_both() -> None:
    """A new table fails this until it is said how far it can grow."""
    held = {name for bound in BOUNDS for name in bound.holds}
    stored = tables()
    assert len(stored) > 35
    assert held | UNBOUNDED.keys() == stored | IN_DISCORD.keys()
    assert held & UNBOUNDED.keys() == set()


def test_whatever_the_bot_makes_in_discord_is_in_the_table() -> None:
    calls = {call for made in IN_DISCORD.values() for call in made}
    assert made_in_discord() == calls


def test_each_bound_has_a_number_and_no_two_the_same_one() -> None:
    assert all(bound.most > 0 for bound in BOUNDS)
    places = [(bound.module, bound.constant) for bound in BOUNDS]
    assert len(set(places)) == len(places)


def test_no_number_stands_in_the_table_itself() -> None:
    """Each is its family's, so that none can say what does not hold."""
    assert re.findall(r"Bound\([^)]*\b\d", (ROOT / "tests" / "bounds.py").read_text()) == []


def line(bound: Bound) -> str:
    return f"| {bound.grows} | {bound.most:,} | {bound.each} |"


def written() -> list[str]:
    """What the threat model says of bounds, as the table has it."""
    return [
        "| what | at most | for one |",
        "|---|---|---|",
        *map(line, BOUNDS),
        "",
        "What else is stored, and made in Discord, and why it does not grow without end:",
        "",
        "| what | why |",
        "|---|---|",
        *(f"| {name} | {why} |" for name, why in UNBOUNDED.items()),
    ]


def test_the_threat_model_says_what_the_table_says() -> None:
    page = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
    assert between(page, *_MARKS).strip().split("\n") == written()
