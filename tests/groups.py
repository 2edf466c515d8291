"""Affinity groups in tests: a group and its channel, and how people come to one."""

from __future__ import annotations

from typing import Any

import discord
import simcord
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.affinity import DISAPPEARING
from tests.world import Answer, Person, World

_VIEW = discord.Permissions(view_channel=True)


class Circle:
    """One group and its channel."""

    def __init__(self, world: World, row: dict[str, Any]) -> None:
        self.world = world
        self.id: str = row["id"]
        channel = world.env.backend.get_channel(row["channel_id"])
        guild = simcord.GuildHandle(world.env, world.env.backend.get_guild(row["guild_id"]))
        self.channel = simcord.ChannelHandle(world.env, guild, channel)

    @classmethod
    async def of(cls, world: World, group_id: str) -> Circle:
        """The group with this id, and the channel it has now."""
        (row,) = await world.rows(f"SELECT * FROM affinity_groups WHERE id = '{group_id}'")
        return cls(world, row)

    @property
    def text(self) -> str:
        """Everything that stands in the channel."""
        return self.world.said(self.channel)

    @property
    def card(self) -> Any:
        """The newest message in the channel."""
        return self.world.messages(self.channel)[-1]

    async def takes_in(self, *people: Person) -> None:
        """Everybody agrees to them, without a word: by the services."""
        with self.world.env.time_context():
            await join(self.world, self.id, *people)
            await keeper(self.world).settle(self.id)

    async def proposes(self, person: Person, text: str = "We meet on Friday.") -> Any:
        """Propose something; its card."""
        form = await person.slash("affinity propose", at=self.channel)
        asked = await person.fill(form, text=text)
        assert "Asked" in asked.text, asked
        return self.card

    async def spoken(self, author: Person, spoke: Person, words: str = "We bring soup.") -> Any:
        """Propose a spoke; its card."""
        form = await author.slash("affinity spoke", member=spoke, at=self.channel)
        asked = await author.fill(
            form, words=words, place="The assembly", channel=[self.world.general]
        )
        assert "Asked" in asked.text, asked
        return self.card

    async def members(self) -> set[int]:
        return {each.person_id for each in await self.world.bot.groups.members(self.id)}

    def readers(self) -> set[int]:
        """Whom the channel's own permissions let in, without the bot."""
        bot = self.world.env.backend.bot_user.id
        channel = self.world.env.backend.get_channel(self.channel.id)
        return {
            each.target_id
            for each in channel.overwrites
            if each.allow & _VIEW.value and each.target_id != bot
        }


async def starts(
    person: Person, name: str = "Night owls", purpose: str = "Soup on Fridays", **more: Any
) -> Circle:
    """Start a group; it and its channel."""
    started = await person.slash("affinity start", name=name, purpose=purpose, **more)
    assert "is started" in started.text, started
    rows = await person.world.rows("SELECT * FROM affinity_groups ORDER BY started_at, id")
    for row in rows:
        if f"<#{row['channel_id']}>" in started.text:
            return Circle(person.world, row)
    raise AssertionError(started)


async def knocks(person: Person, group: Circle, hello: str = "I can cook.") -> Answer:
    """Knock at a group, form included; the answer to the form."""
    form = await person.slash("affinity knock", group=group.id)
    return form if form.form is None else await person.fill(form, hello=hello)


# -- by the services: no interaction, no ring ---------------------------------------------------


def keeper(world: World) -> Any:
    """Whoever brings Discord to what the database says."""
    cog: Any = world.bot.cogs["AffinityCog"]
    return cog.parts.keeper


async def join(world: World, group_id: str, *people: Person) -> None:
    """Write somebody onto the roll; their access follows at the next look."""
    rolls = world.bot.groups.rolls
    for person in people:
        # Their key, as if they had asked to be let in.
        await world.bot.store.keyring.ensure(person.id)
        async with world.bot.store.main.transaction() as connection:
            group = await rolls.hold(connection, group_id)
            assert group is not None
            await rolls.join(connection, group, person.id, 0)


async def disappears(world: World, group_id: str, days: int) -> None:
    """The group has decided that messages disappear after so many days."""
    async with world.bot.store.main.transaction() as connection:
        await connection.execute(
            "UPDATE affinity_groups SET disappear_days = ? WHERE id = ?", (days, group_id)
        )
        await world.bot.queue.add(connection, DISAPPEARING, group_id, 0)


# -- what is done in Discord by hand ------------------------------------------------------------


def lets_in(world: World, channel_id: int, target_id: int, *, role: bool = False) -> None:
    """Somebody gives a person, or a role, access to a channel."""
    kind = OverwriteType(0 if role else 1)
    world.env.backend.set_overwrite(channel_id, Overwrite(target_id, kind, allow=_VIEW.value))


def shuts_out(world: World, channel_id: int, target_id: int) -> None:
    """Somebody takes a member's access to a channel away."""
    world.env.backend.delete_overwrite(channel_id, target_id)
