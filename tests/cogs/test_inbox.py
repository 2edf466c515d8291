"""One inbox for all families: what they let stand in it, page by page."""

from __future__ import annotations

from typing import Any

from bot.inbox import Block
from bot.replies import button, here, row
from bot.work.notices import Notice, Topic
from tests.world import Person, World

THING = Topic("thing")


class Family:
    """A family of commands with things that wait for people."""

    def __init__(self, world: World) -> None:
        self.bot = world.bot
        self.asked: list[int] = []
        self.over = False
        self.bot.inbox.add(THING, self.show)

    async def wants(self, world: World, person: Person, *things: str) -> None:
        """From now on exactly these things wait for somebody."""
        notices = self.bot.notices
        with world.env.time_context():
            before = await notices.of(person.id, 0)
            async with self.bot.store.main.transaction() as connection:
                for notice in before:
                    if notice.topic == THING.name:
                        await notices.end_one(connection, notice.id)
                for number, thing in enumerate(things):
                    # One after the other: the inbox begins with the oldest.
                    await notices.add(
                        connection,
                        THING,
                        f"{number} {thing}",
                        person.id,
                        guild_id=world.guild.id,
                        shown_at=self.bot.clock() - len(things) + number,
                    )

    async def show(self, interaction: Any, notice: Notice) -> Block | None:
        self.asked.append(here(interaction))
        if self.over:
            return None
        number, _, thing = notice.key.partition(" ")
        return Block([thing, row(button("Answer", "answer", number))])


async def test_other_families_stand_in_the_same_inbox(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    await Family(world).wants(world, ana, "The group asks about Beto.")
    await beto.asks(ana)
    inbox = await ana.slash("consent inbox")
    assert "asks to speak for you" in inbox.text
    assert "The group asks about Beto." in inbox.text
    assert inbox.labels == ["Answer", "Read it", "Don't let them ask again"]
    assert "Nothing waits" in (await cass.slash("consent inbox")).text


async def test_nothing_waits_only_when_no_family_has_anything(world: World) -> None:
    ana = world.person("Ana")
    family = Family(world)
    assert "Nothing waits" in (await ana.slash("consent inbox")).text
    await family.wants(world, ana, "One thing")
    inbox = await ana.slash("consent inbox")
    assert inbox.private
    assert inbox.text == "**Waiting for you**\nOne thing"


async def test_a_source_is_told_where_somebody_looks(world: World) -> None:
    ana = world.person("Ana")
    family = Family(world)
    await family.wants(world, ana, "One thing")
    await ana.slash("consent inbox")
    assert "One thing" in (await ana.dm("consent inbox")).text
    assert family.asked == [world.guild.id, 0]


async def test_many_things_have_pages(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await Family(world).wants(world, ana, *(f"Thing {number}" for number in range(8)))
    first = await ana.slash("consent inbox")
    assert "Thing 3" in first.text
    assert "Thing 4" not in first.text
    assert first.labels[-1] == "More"
    second = await ana.click(first, "More")
    assert [line for line in second.text.split("\n") if "Thing" in line] == [
        f"Thing {number}" for number in range(4, 8)
    ]
    assert second.labels[-2:] == ["Back", "More"]
    last = await ana.click(second, "More")
    assert "asks to speak" in last.text
    assert last.labels == ["Read it", "Don't let them ask again", "Back"]


async def test_long_things_have_fewer_on_a_page_and_lose_nothing_but_their_end(
    world: World,
) -> None:
    """Discord takes 4,000 characters in a message, and would refuse the whole page."""
    ana = world.person("Ana")
    await Family(world).wants(world, ana, "a" * 2000, "b" * 2000, "c" * 9000)
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
    await Family(world).wants(world, beto, *(f"Thing {number}" for number in range(5)))
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
    await Family(world).wants(world, beto, "a" * 3690)
    first = await beto.slash("consent inbox")
    assert first.labels == ["Got it", "More"]
    second = await beto.click(first, "More")
    assert "a" * 3690 in second.text
    assert second.labels == ["Answer", "Back"]


async def test_the_doorbell_opens_the_inbox_of_all_families(world: World) -> None:
    ana = world.person("Ana")
    await Family(world).wants(world, ana, "One thing")
    await world.rings_for(ana, world.guild.id, world.general.id)
    ring = world.messages(world.general)[-1]
    assert "One thing" in (await ana.click(ring, "Open")).text
    assert world.messages(world.general) == []


async def test_a_page_that_is_no_more_shows_the_last_one(world: World) -> None:
    ana = world.person("Ana")
    family = Family(world)
    await family.wants(world, ana, *(f"Thing {number}" for number in range(5)))
    first = await ana.slash("consent inbox")
    await family.wants(world, ana, "Thing 0")
    assert (await ana.click(first, "More")).text.endswith("Thing 0")


async def test_what_is_so_no_more_is_not_shown_and_goes(world: World) -> None:
    ana = world.person("Ana")
    family = Family(world)
    await family.wants(world, ana, "One thing")
    family.over = True
    assert "Nothing waits" in (await ana.slash("consent inbox")).text
    assert await world.rows("SELECT * FROM notices") == []
