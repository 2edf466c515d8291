"""An export that is too much for one message: it comes in parts, whole, and none is missing unsaid.

Discord takes 10 MiB with a message; the tests' Discord does, too (bot/demo/strict.py).
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import parcels
from bot.demo.strict import MOST_BYTES
from bot.journal import rules
from bot.journal.service import Draft, Full
from bot.parcels import packed
from tests.journals import writes
from tests.wire.wiretap import KINDS, Wiretap
from tests.world import Answer, Person, World, texts

#: Of what is kept at once, the most, but for what is padded.
_LONG = "ñandú " * 8100
_AGAIN = "anew; please try again in a few minutes."


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Discord takes next to nothing with one message."""
    monkeypatch.setattr(parcels, "_MOST", 4000)


@pytest.fixture
def tap() -> Iterator[Wiretap]:
    with Wiretap().attached() as attached:
        yield attached


@pytest.fixture
async def ana(world: World) -> Person:
    """She has written a lot, and other things are stored about her as well."""
    ana = world.person("Ana")
    await world.person("Beto").asks(ana, "About Ana")
    await ana.slash("consent flag", choice="ask", note="Mornings *please*")
    for number in range(9):
        await writes(ana, f"{number} " + '"ñ"\n' * 180)
    return ana


async def fill(world: World, person: Person) -> int:
    """Write until the journal takes no more; how many entries that is."""
    with world.env.time_context():
        for number in range(rules.ENTRIES_AT_MOST):
            try:
                await world.bot.journal.write(person.id, Draft(f"{number}", _LONG))
            except Full:
                return number
    raise AssertionError("no end of it")


def messages(answer: Answer) -> list[Any]:
    """What the bot sent for one command, in order."""
    first = [] if answer.result.response is None else [answer.result.response]
    return [*first, *answer.result.followups]


def files(world: World, answer: Answer) -> dict[str, bytes]:
    return {name: data for each in messages(answer) for name, data in world.files(each).items()}


def said(world: World, answer: Answer) -> list[str]:
    return ["\n".join(texts(world.fresh(each).components)) for each in messages(answer)]


def read_back(parts: dict[str, bytes]) -> dict[str, Any]:
    """Everything, from parts of which each was read by itself, in the order of their numbers."""
    whole: dict[str, Any] = {}
    for number, (name, data) in enumerate(parts.items(), 1):
        assert name == f"firsthand-{number}-of-{len(parts)}.json"
        part = json.loads(data)
        assert part.pop("part") == f"{number} of {len(parts)}"
        for key, value in part.items():
            whole[key] = whole[key] + value if key in whole else value
    return whole


async def known(world: World, person: Person) -> dict[str, Any]:
    """What is stored about somebody, as it is before it becomes files."""
    with world.env.time_context():
        found = await world.bot.privacy.export(person.id)
    return json.loads(json.dumps(found))


# -- whole ------------------------------------------------------------------------------------


async def test_what_fits_is_one_file(world: World, ana: Person) -> None:
    answer = await ana.slash("privacy export")
    [(name, data)] = files(world, answer).items()
    assert name == "firsthand.json"
    assert "everything" in answer.text
    assert {**json.loads(data), "made_at": 0} == {**await known(world, ana), "made_at": 0}


@pytest.mark.parametrize("dm", [False, True])
async def test_all_parts_together_are_everything(
    world: World, ana: Person, small: None, dm: bool
) -> None:
    answer = await (ana.dm("privacy export") if dm else ana.slash("privacy export"))
    parts = files(world, answer)
    assert len(parts) >= 4
    assert all(len(data) <= 3000 for data in parts.values())
    assert {**read_back(parts), "made_at": 0} == {**await known(world, ana), "made_at": 0}
    assert all(world.fresh(each).flags & 64 for each in messages(answer))
    first, *others = said(world, answer)
    assert "everything" not in first
    assert f"It comes in {len(parts)} files" in first
    assert others == [f"This is file {n} of {len(parts)}." for n in range(2, len(parts) + 1)]


@pytest.mark.parametrize("form", ["md", "json"])
async def test_a_journal_comes_whole(world: World, ana: Person, small: None, form: str) -> None:
    answer = await ana.slash("journal export", format=form)
    parts = files(world, answer)
    total = len(parts)
    assert list(parts) == [f"journal-{n}-of-{total}.{form}" for n in range(1, total + 1)]
    assert total >= 3
    assert all(len(data) <= 3100 for data in parts.values())
    assert "These files" not in said(world, answer)[0]
    assert "not sealed any more in these files" in said(world, answer)[0]
    if form == "json":
        entries = [each for data in parts.values() for each in json.loads(data)]
        assert [each["text"][0] for each in entries] == list("012345678")
    else:
        whole = b"".join(parts.values()).decode()
        assert [each[0] for each in whole.split("UTC\n\n")[1:]] == list("012345678")


async def test_a_full_journal_comes_through(world: World) -> None:
    """16 MiB, which is as much as one may hold."""
    ana = world.person("Ana")
    entries = await fill(world, ana)
    stored = await known(world, ana)
    assert len(json.dumps(stored, ensure_ascii=False).encode()) > 1.5 * MOST_BYTES
    answer = await ana.slash("privacy export")
    parts = files(world, answer)
    assert max(map(len, parts.values())) < 0.8 * MOST_BYTES
    back = read_back(parts)
    assert len(back["journal"]) == entries
    assert {**back, "made_at": 0} == {**stored, "made_at": 0}
    for form in ("md", "json"):
        parts = files(world, await ana.slash("journal export", format=form))
        assert len(parts) >= 2
        assert sum(data.count("ñandú".encode()) for data in parts.values()) == sum(
            each["text"].count("ñandú") for each in stored["journal"]
        )


def test_a_server_that_takes_less_gets_less() -> None:
    for limit, most in ((MOST_BYTES, MOST_BYTES), (100 << 20, MOST_BYTES), (4 << 20, 4 << 20)):
        here: Any = SimpleNamespace(filesize_limit=limit)
        assert parcels.room(here) == most * 3 // 4


@given(sizes=st.lists(st.integers(0, 12)), room=st.integers(1, 10))
def test_items_are_packed_in_their_order_and_as_many_as_fit(sizes: list[int], room: int) -> None:
    parts = packed(sizes, lambda size: size, room)
    assert [size for part in parts for size in part] == sizes
    assert all(sum(part) <= room or len(part) == 1 for part in parts)
    assert all(sum(part) + after[0] > room for part, after in pairwise(parts))
    assert parts == [[]] or all(parts)


# -- not whole --------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["privacy export", "journal export"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "answer lost"])
async def test_a_part_that_does_not_get_through_is_named(
    world: World, ana: Person, small: None, tap: Wiretap, command: str, kind: str
) -> None:
    """Each part in turn, however often it is tried; all others come."""
    answer = await ana.slash(command)
    names = list(files(world, answer))
    for lost in names:
        tap.break_file(lost, kind)
        answer = await ana.slash(command)
        tap.listen()
        assert list(files(world, answer)) == [name for name in names if name != lost]
        told = said(world, answer)[-1]
        assert told.startswith("This is not all of it:")
        assert [name for name in names if name in told] == [lost]
        assert told.endswith(f"/{command} makes all files {_AGAIN}")
    assert world.faults.drain() == []


async def test_in_spanish_the_command_has_its_spanish_name(
    world: World, small: None, tap: Wiretap
) -> None:
    eva = world.person("Eva", "es-419")
    for number in range(4):
        await writes(eva, f"{number} " + "ñ" * 900)
    [*_, last] = files(world, await eva.slash("journal export"))
    tap.break_file(last, "500")
    told = said(world, await eva.slash("journal export"))
    assert "/diario exportar" in told[0]
    assert f"{last}. Con /diario exportar" in told[-1]


async def test_what_takes_longer_than_discord_waits_is_told_in_time(
    world: World, ana: Person, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = list(files(world, await ana.slash("privacy export")))
    send = parcels.beside

    async def slowly(*given: Any) -> None:
        await send(*given)
        world.env.backend.advance_clock(200)

    monkeypatch.setattr(parcels, "beside", slowly)
    answer = await ana.slash("privacy export")
    came = list(files(world, answer))
    assert came == names[: len(came)]
    assert 1 < len(came) < len(names)
    told = said(world, answer)[-1]
    assert [name for name in names if name in told] == names[len(came) :]


async def test_files_are_made_beside_everything_else(
    world: World, ana: Person, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a thread: meanwhile everybody else is answered."""
    made: list[threading.Thread] = []
    dumps = json.dumps

    def noting(value: Any, **how: Any) -> str:
        made.append(threading.current_thread())
        return dumps(value, **how)

    for cog in ("cogs.privacy", "cogs.journal.reading"):
        monkeypatch.setattr(sys.modules[cog], "json", SimpleNamespace(dumps=noting))
    await ana.slash("privacy export")
    await ana.slash("journal export", format="json")
    assert len(made) > 20
    assert threading.main_thread() not in made


@pytest.mark.parametrize("command", ["privacy export", "journal export"])
async def test_one_person_makes_two_exports_at_once_and_no_more(
    world: World, ana: Person, small: None, command: str
) -> None:
    """Each holds all that somebody has written; the second one waits for the first."""
    beto = world.people["Beto"]
    await writes(beto)
    acts = [lambda: ana.slash(command)] * 4
    answers = await world.at_once(*acts, lambda: beto.slash(command))
    busy = [each for each in answers[:4] if "still busy" in said(world, each)[0]]
    assert len(busy) == 2
    assert all(files(world, each) for each in answers if each not in busy)
