"""Whoever is blocked sees what everybody sees: the same requests, in the same order and words.

What comes after the answer is not theirs to see: there the doorbell rings, or does not.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.cogs.test_affinity import starts
from tests.journals import ids_of, writes
from tests.wire.flows import press
from tests.wire.wiretap import Wiretap
from tests.world import DAY, Answer, Person, World

#: What comes before, and then the asking itself.
Asking = Callable[[World, Person, Person], Awaitable[Callable[[], Awaitable[Answer]]]]


async def asks(world: World, asker: Person, person: Person) -> Any:
    return lambda: asker.asks(person)


async def gives(world: World, asker: Person, person: Person) -> Any:
    return lambda: asker.gives(person)


async def objects(world: World, asker: Person, person: Person) -> Any:
    message = await person.member.send(world.general, "We all agree.")
    return lambda: asker.menu("This speaks for me", message)


async def invites(world: World, asker: Person, person: Person) -> Any:
    group = await starts(asker)
    return lambda: asker.slash("affinity invite", member=person, at=group.channel)


async def shares(world: World, asker: Person, person: Person) -> Any:
    """The friend is asked at the writer's second yes."""
    await writes(asker)
    (entry,) = await ids_of(asker)
    await asker.slash("journal share", entry=entry, member=person)
    await world.later(DAY)
    inbox = await asker.slash("consent inbox")
    if ":share-look:" not in str(inbox.controls):  # who takes no DMs cannot be shared with
        return lambda: asker.slash("journal share", entry=entry, member=person)
    look = await press(asker, inbox, "share-look")
    return lambda: press(asker, look, "share-still")


#: Ids, codes and nonces.
_CHANCE = re.compile(r"simcord_interaction_\w+|\d{10,}|\b[0-9A-Z]{12}\b|\b[0-9a-f]{24}\b")
ASKING = [asks, gives, objects, invites, shares]


def trace(tap: Wiretap, named: dict[int, str]) -> list[str]:
    """All requests until the answer, with their words; ids and codes are not compared."""
    found: list[str] = []
    for call in tap.calls:
        text = f"{call.method} {call.path} {call.json}"
        for number, name in named.items():
            text = text.replace(str(number), name)
        found.append(_CHANCE.sub("*", text))
        if "/webhooks/" in call.path and call.method == "PATCH":
            break
    return found


@pytest.mark.parametrize("dms", [False, True], ids=["by ring", "by DM"])
@pytest.mark.parametrize("asking", ASKING, ids=lambda each: each.__name__)
async def test_who_is_blocked_sees_the_same_to_the_last_request(
    world: World, asking: Asking, dms: bool
) -> None:
    """Law 2 and 3: not by a request more, another order, or a word."""
    traces: list[list[str]] = []
    for turn in ("Open", "Shut"):
        asker, person = world.person(f"Asker{turn}"), world.person(f"Ana{turn}")
        if dms:
            await person.slash("privacy dms", choice="allow")
        if turn == "Shut":
            await person.slash("consent block", member=asker)
        named = {asker.id: "ASKER", person.id: "PERSON"}
        act = await asking(world, asker, person)
        with Wiretap().attached() as tap:
            answer = await act()
        assert answer.private
        read = [each.replace(turn, "") for each in trace(tap, named)]
        assert len(read) > 1
        traces.append([each.replace(turn.lower(), "") for each in read])
    assert traces[0] == traces[1]
