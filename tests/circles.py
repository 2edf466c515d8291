"""Reading circles in tests: how people start, join and change them, and how they stand."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import discord
from simcord.results import to_discord_message

from bot import app
from tests.world import DAY, Answer, Person, World, controls, texts

#: A work, a section, an essay and a pair of the shared list.
WORK, SECTION, ESSAY, PAIR = "who-is-oakland", "critique-letter", "critique", "experience"
TITLE = "Who Is Oakland"
ZONE = "America/Santiago"


def now(world: World) -> int:
    with world.env.time_context():
        return app.now()


async def asks(
    person: Person, when: str = "tomorrow 19:00", work: str = WORK, *, at: Any = None, **more: Any
) -> Answer:
    """Use the command; the preview, or the refusal."""
    return await person.slash("reading circle", at=at, work=work, when=when, **more)


async def starts(person: Person, when: str = "tomorrow 19:00", **more: Any) -> Gathering:
    """Start a circle, preview included."""
    label = more.pop("press", "Post it")
    preview = await asks(person, when, **more)
    assert "circle-post" in str([each["custom_id"] for each in preview.controls]), preview
    posted = await person.click(preview, label)
    assert "It is public" in posted.text, posted
    return await Gathering.newest(person.world)


class Gathering:
    """One circle, its post, its thread and its event."""

    def __init__(self, world: World, row: dict[str, Any]) -> None:
        self.world = world
        self.id: str = row["id"]
        self.guild_id: int = row["guild_id"]
        self.channel_id: int = row["channel_id"]
        self.post_id: int = row["thread_id"]
        self.event_id: int = row["event_id"]

    @classmethod
    async def newest(cls, world: World) -> Gathering:
        rows = await world.rows("SELECT * FROM circles WHERE state = 'open' ORDER BY thread_id")
        return cls(world, rows[-1])

    async def row(self) -> dict[str, Any] | None:
        rows = await self.world.rows(f"SELECT * FROM circles WHERE id = '{self.id}'")
        return rows[0] if rows else None

    async def state(self) -> str:
        row = await self.row()
        return "gone" if row is None else row["state"]

    async def starts_at(self) -> int:
        row = await self.row()
        assert row is not None
        return row["starts_at"]

    async def joined(self) -> set[int]:
        sql = f"SELECT person_id FROM circle_joins WHERE circle_id = '{self.id}'"
        return {row["person_id"] for row in await self.world.rows(sql)}

    @property
    def post(self) -> Any:
        return self.world.env.backend.messages[self.channel_id].get(self.post_id)

    @property
    def text(self) -> str:
        return "\n".join(texts(self.post.components))

    @property
    def labels(self) -> list[str]:
        return [each["label"] for each in controls(self.post.components)]

    @property
    def event(self) -> Any:
        guild = self.world.env.backend.get_guild(self.guild_id)
        return guild.scheduled_events.get(self.event_id)

    @property
    def event_at(self) -> int:
        return int(datetime.fromisoformat(self.event.scheduled_start_time).timestamp())

    @property
    def has_event(self) -> bool:
        canceled = discord.EventStatus.canceled.value
        return self.event is not None and self.event.status != canceled

    @property
    def thread(self) -> Any:
        return self.world.env.backend.channels.get(self.post_id)

    @property
    def questions(self) -> list[str]:
        bot = self.world.env.backend.bot_user.id
        stored = self.world.env.backend.messages.get(self.post_id, {}).values()
        return [each.content for each in stored if each.author_id == bot and each.content]

    async def press(self, person: Person, label: str) -> Answer:
        return await person.click(to_discord_message(self.world.env, self.post), label)

    async def moves(self, person: Person, when: str, zone: str = "") -> Answer:
        """Move it by the form; the answer to the last press."""
        card = await self.press(person, "Change")
        form = await person.click(card, "Move it")
        shown = await person.fill(form, when=when, zone=zone)
        return await person.click(shown, "Move it")

    async def cancels(self, person: Person) -> Answer:
        card = await self.press(person, "Change")
        asked = await person.click(card, "Cancel it")
        return await person.click(asked, "Cancel it")

    async def until(self, seconds: int) -> None:
        """Time passes until so many seconds before it begins (negative: after)."""
        wait = await self.starts_at() - seconds - now(self.world)
        while wait > DAY:  # what is due every day is done every day
            await self.world.later(DAY)
            wait = await self.starts_at() - seconds - now(self.world)
        await self.world.later(max(wait, 0))

    def move_event(self, seconds: int) -> None:
        """Somebody moves Discord's event by hand."""
        start = datetime.fromisoformat(self.event.scheduled_start_time).timestamp() + seconds
        moved = datetime.fromtimestamp(start, discord.utils.utcnow().tzinfo).isoformat()
        changes = {"scheduled_start_time": moved}
        self.world.env.backend.edit_scheduled_event(self.guild_id, self.event_id, changes)


def dms(world: World, person: Person) -> list[str]:
    """What the bot wrote to somebody, oldest first, but for rings."""
    stored = world.messages(person.user.dm_channel)
    found = ["\n".join([each.content, *texts(each.components)]).strip() for each in stored]
    return [each for each in found if each != "Something waits for you."]


def rings(world: World, person: Person, channel: Any = None) -> list[Any]:
    """The rings that stand for somebody in a channel; None: in the general one."""
    stored = world.messages(channel or world.general)
    return [each for each in stored if person.mention in each.content]
