"""One inbox for all families: what they let stand in it, page by page."""

from __future__ import annotations

from typing import Any

from bot.replies import button, here, row
from bot.waiting import Block
from tests.world import Person, World


class Family:
    """A family of commands with things that wait for people."""

    def __init__(self, world: World) -> None:
        self.things: dict[int, list[Block]] = {}
        self.asked: list[int] = []
        world.bot.waiting.add(self.waits)

    def wants(self, person: Person, *things: str) -> None:
        self.things[person.id] = [
            Block([thing, row(button("Answer", "answer", str(number)))])
            for number, thing in enumerate(things)
        ]

    async def waits(self, interaction: Any) -> list[Block]:
        self.asked.append(here(interaction))
        return self.things.get(interaction.user.id, [])


async def test_other_families_stand_in_the_same_inbox(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    Family(world).wants(ana, "The group asks about Beto.")
    await beto.asks(ana)
    inbox = await ana.slash("consent inbox")
    assert "asks to speak for you" in inbox.text
    assert "The group asks about Beto." in inbox.text
    assert inbox.labels == ["Read it", "Don't let them ask again", "Answer"]
    assert "Nothing waits" in (await cass.slash("consent inbox")).text


async def test_nothing_waits_only_when_no_family_has_anything(world: World) -> None:
    ana = world.person("Ana")
    family = Family(world)
    assert "Nothing waits" in (await ana.slash("consent inbox")).text
    family.wants(ana, "One thing")
    inbox = await ana.slash("consent inbox")
    assert inbox.private
    assert inbox.text == "**Waiting for your answer**\nOne thing"


async def test_a_source_is_told_where_somebody_looks(world: World) -> None:
    ana = world.person("Ana")
    family = Family(world)
    family.wants(ana, "One thing")
    await ana.slash("consent inbox")
    assert "One thing" in (await ana.dm("consent inbox")).text
    assert family.asked == [world.guild.id, 0]


async def test_many_things_have_pages(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    Family(world).wants(ana, *(f"Thing {number}" for number in range(8)))
    first = await ana.slash("consent inbox")
    assert "asks to speak" in first.text
    assert "Thing 2" in first.text
    assert "Thing 3" not in first.text
    assert first.labels[-1] == "More"
    second = await ana.click(first, "More")
    assert [line for line in second.text.split("\n") if "Thing" in line] == [
        f"Thing {number}" for number in range(3, 7)
    ]
    assert second.labels[-2:] == ["Back", "More"]
    last = await ana.click(second, "More")
    assert "Thing 7" in last.text
    assert last.labels == ["Answer", "Back"]


async def test_long_things_have_fewer_on_a_page_and_lose_nothing_but_their_end(
    world: World,
) -> None:
    """Discord takes 4,000 characters in a message, and would refuse the whole page."""
    ana = world.person("Ana")
    Family(world).wants(ana, "a" * 2000, "b" * 2000, "c" * 9000)
    first = await ana.slash("consent inbox")
    assert "a" * 2000 in first.text
    assert "bbb" not in first.text
    second = await ana.click(first, "More")
    assert "b" * 2000 in second.text
    third = await ana.click(second, "More")
    assert "c" * 3000 in third.text
    assert len(third.text) < 3800
    assert third.labels == ["Answer", "Back"]


async def test_news_stands_on_the_first_page_alone(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.says_yes()
    Family(world).wants(beto, *(f"Thing {number}" for number in range(5)))
    first = await beto.slash("consent inbox")
    assert first.text.startswith("**News**")
    assert "Thing 3" in first.text
    second = await beto.click(first, "More")
    assert "News" not in second.text
    assert "Thing 4" in second.text
    read = await beto.click(await beto.click(second, "Back"), "Got it")
    assert "News" not in read.text
    assert "Thing 0" in read.text


async def test_long_things_make_room_for_the_news(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.says_yes()
    Family(world).wants(beto, "a" * 3690)
    first = await beto.slash("consent inbox")
    assert first.labels == ["Got it", "More"]
    second = await beto.click(first, "More")
    assert "a" * 3690 in second.text
    assert second.labels == ["Answer", "Back"]


async def test_the_doorbell_opens_the_inbox_of_all_families(world: World) -> None:
    ana = world.person("Ana")
    Family(world).wants(ana, "One thing")
    await world.rings_for(ana, world.guild.id, world.general.id)
    ring = world.messages(world.general)[-1]
    assert "One thing" in (await ana.click(ring, "Open")).text
    assert world.messages(world.general) == []


async def test_a_page_that_is_no_more_shows_the_last_one(world: World) -> None:
    ana = world.person("Ana")
    family = Family(world)
    family.wants(ana, *(f"Thing {number}" for number in range(5)))
    first = await ana.slash("consent inbox")
    family.wants(ana, "Thing 0")
    assert (await ana.click(first, "More")).text.endswith("Thing 0")
