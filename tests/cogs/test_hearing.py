"""Who hears of what somebody did with a consent: the other one, by a ring and in the inbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from tests.cogs.test_doorbell import dms, rings
from tests.world import HOUR, Person, World


async def rung(world: World) -> set[str]:
    """Whose line stands in the general channel."""
    texts = [each.content for each in rings(world)]
    return {name for name, one in world.people.items() if any(one.mention in t for t in texts)}


async def everybody_looks(world: World) -> None:
    """And the hour passes in which nothing rings again; the news is read."""
    for person in world.people.values():
        inbox = await person.slash("consent inbox")
        if "Got it" in inbox.labels:
            await person.click(inbox, "Got it")
    await world.later(HOUR)
    assert await rung(world) == set()


async def nothing(ana: Person, beto: Person) -> None: ...


async def asked(ana: Person, beto: Person) -> None:
    await beto.asks(ana)


async def edited(ana: Person, beto: Person) -> None:
    await beto.asks(ana)
    await ana.fill(await ana.click(await ana.reads(), "Yes, in my words"), words="My own words")


async def agreed(ana: Person, beto: Person) -> None:
    await beto.asks(ana)
    await ana.says_yes()


def answers(label: str) -> Callable[[Person, Person], Awaitable[Any]]:
    """Ana answers Beto's request."""

    async def act(ana: Person, beto: Person) -> None:
        await ana.click(await ana.reads(), label)

    act.__name__ = label
    return act


def agrees(label: str) -> Callable[[Person, Person], Awaitable[Any]]:
    """Beto answers to Ana's words."""

    async def act(ana: Person, beto: Person) -> None:
        await beto.click(await beto.reads(), label)

    act.__name__ = label
    return act


async def edits(ana: Person, beto: Person) -> None:
    await ana.fill(await ana.click(await ana.reads(), "Yes, in my words"), words="My own words")


async def gives(ana: Person, beto: Person) -> None:
    await ana.gives(beto)


async def takes_back(ana: Person, beto: Person) -> None:
    await ana.takes_back()


async def gives_up(ana: Person, beto: Person) -> None:
    await beto.click(await beto.opens_first_entry(), "Give it up")


async def cancels(ana: Person, beto: Person) -> None:
    await beto.click(await beto.opens_first_entry(), "Cancel it")


async def blocks(ana: Person, beto: Person) -> None:
    await ana.click(await ana.reads(), "Don't let them ask again")


#: What came before, what is done, who hears of it, and what stands in their inbox.
TOLD = [
    (nothing, asked, "Ana", "asks to speak for you"),
    (nothing, gives, "Beto", "asks you to speak for them"),
    (asked, answers("Yes, these words"), "Beto", "said yes. It holds"),
    (asked, edits, "Beto", "to different words"),
    (asked, answers("No"), "Beto", "said no"),
    (asked, answers("Leave it"), None, ""),
    (asked, blocks, None, ""),
    (asked, cancels, None, ""),
    (edited, agrees("Agree to these words"), "Ana", "said yes. It holds"),
    (edited, agrees("Don't agree"), "Ana", "did not agree to the words"),
    (agreed, takes_back, "Beto", "took their yes back"),
    (agreed, gives_up, "Ana", "gave up your yes"),
]


@pytest.mark.parametrize(
    ("before", "act", "told", "text"), TOLD, ids=[each[1].__name__ for each in TOLD]
)
async def test_the_other_one_hears_of_it_and_nobody_else(
    world: World,
    before: Callable[[Person, Person], Awaitable[Any]],
    act: Callable[[Person, Person], Awaitable[Any]],
    told: str | None,
    text: str,
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    world.person("Cass")
    await before(ana, beto)
    await everybody_looks(world)
    await act(ana, beto)
    assert await rung(world) == ({told} if told else set())
    for name, person in world.people.items():
        seen = (await person.slash("consent inbox")).text
        if name == told:
            assert text in seen
        else:
            assert "News" not in seen


async def test_taking_everything_back_is_told_to_each_who_held_something(world: World) -> None:
    """Law 2: reversible. Whoever held a yes knows that it holds no more, however many there are."""
    ana = world.person("Ana")
    holders = [world.person(name) for name in ("Beto", "Cass", "Dede", "Emil")]
    for holder in holders:
        await holder.asks(ana, f"What {holder.user.name} may say")
        await ana.says_yes()
    beto, dede, emil = holders[0], *holders[2:]
    for holder in (beto, dede):  # what was said still stands
        id = next(each["id"] for each in await world.consents() if each["holder_id"] == holder.id)
        await holder.speaks(id)
    await dede.click(await dede.opens_first_entry(), "Give it up")
    await emil.slash("privacy dms", choice="allow")
    await everybody_looks(world)
    flagged = await ana.slash("consent flag", choice="never")
    await ana.click(flagged, "Take everything back")
    assert await rung(world) == {"Beto", "Cass", "Dede"}
    assert len(dms(world, emil)) == 1
    for holder in holders:
        assert (await holder.slash("consent inbox")).text.count("took their yes back") == 1
    assert {row["state"] for row in await world.consents()} == {"withdrawn"}
    assert "may say" not in world.said(world.general)
