"""A house: the services of groups and journals in one process, without Discord, for tests around.

Two houses on the same databases are two processes.
"""

from __future__ import annotations

import itertools
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from bot.affinity import NEWS
from bot.affinity.deciding import Answered
from bot.affinity.minutes import Decision
from bot.affinity.questions import Body
from bot.affinity.rolls import Group
from bot.affinity.rules import Answer, Kind
from bot.people import DEPARTED
from bot.services import Services
from bot.settings import Settings
from bot.store.database import SQLite
from bot.store.store import Store, open_store
from bot.work.notices import Topic
from bot.work.queue import Kind as Work
from bot.work.queue import Piece
from tests.states import begin
from tests.store.states import NOW, fetch

GUILD, PLACE = 1_456_074_443_980_700_001, 1_456_074_443_980_700_002
ANA, BETO, CARLA, DIEGO, ELSA = range(1_456_074_443_980_800_013, 1_456_074_443_980_800_018)
_channels = itertools.count(1_456_074_443_980_900_001)
YES, NO, SUPPORT, BLOCK = Answer.YES, Answer.NO, Answer.SUPPORT, Answer.BLOCK
TABLES = (
    "affinity_groups",
    "group_members",
    "decisions",
    "ballots",
    "notices",
    "group_notices",
    "group_places",
    "posts",
)


NAME, PURPOSE = "Nachteulen", "Gemeinsam kochen"
#: What is written in a busy group, each in words that stand nowhere else.
TEXTS = (NAME, PURPOSE, "Tagvögel", "Suppe am Freitag", "Zu weit weg", "Ich koche gern", "Rede")


class Time:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> int:
        return self.now


class House(Services):
    """One process."""

    def __init__(self, store: Store, time: Time) -> None:
        self.store = store
        self.clock = self.time = time

    async def group(self, *people: int, name: str = "", **settings: str | int) -> Group:
        """A group with its channel and these members, all of whom Discord lets in."""
        # One name is one listed group's.
        count = len(await self.ask("SELECT 1 FROM affinity_groups"))
        name = name or ("Night owls" if count == 0 else f"Night owls {count + 1}")
        started = await self.groups.start(
            GUILD, people[0], name, "We look after each other.", listed=True, may=True
        )
        assert started.group is not None, started.permit
        group = await self.upkeep.has_channel(started.group.id, next(_channels), PLACE, "owls")
        assert group is not None
        for person in people[1:]:
            await self.store.keyring.ensure(person)
            async with self.store.main.transaction() as connection:
                await self.groups.rolls.join(connection, group, person, self.time())
        for person in people:
            await self.upkeep.has_access(group.id, person)
        for column, value in settings.items():
            await self.ask(f"UPDATE affinity_groups SET {column} = '{value}'")
        found = await self.groups.row(group.id)
        assert found is not None
        return found

    async def proposes(self, group: Group, author: int, text: str = "Soup on Friday?") -> str:
        asked = await self.group_asking.propose(group.id, author, Kind.PROPOSAL, Body(text=text))
        return _opened(asked.decision)

    async def wants(self, group: Group, author: int, **settings: Any) -> str:
        """Ask the group for other settings."""
        asked = await self.group_asking.propose(
            group.id, author, Kind.SETTINGS, Body(settings=settings)
        )
        return _opened(asked.decision)

    async def wants_to_end(self, group: Group, author: int) -> str:
        asked = await self.group_asking.propose(group.id, author, Kind.CLOSE, Body())
        return _opened(asked.decision)

    async def wants_spoke(self, group: Group, author: int, spoke: int, text: str = "Soup") -> str:
        body = Body(text=text, place="At the assembly", channel_id=PLACE, days=7)
        asked = await self.group_asking.propose(
            group.id, author, Kind.SPOKE, body, subject_id=spoke
        )
        return _opened(asked.decision)

    async def knocks(self, group: Group, person: int, hello: str = "Hello") -> str:
        return _opened(
            (await self.group_asking.knock(group.id, GUILD, person, hello, PLACE)).decision
        )

    async def invites(self, group: Group, author: int, person: int) -> str:
        asked = await self.group_asking.invite(group.id, GUILD, author, person, is_bot=False)
        return _opened(asked.decision)

    async def parts(self, group: Group, author: int, person: int) -> str:
        return _opened((await self.group_asking.part(group.id, author, person)).decision)

    async def says(self, decision: str, person: int, answer: Answer, reason: str = "") -> Answered:
        return await self.deciding.answer(decision, person, answer, reason)

    async def question(self, decision: str) -> Decision:
        async with self.store.main.transaction() as connection:
            found = await self.groups.minutes.get(connection, decision)
        assert found is not None
        return found

    async def ended_as(self, decision: str) -> tuple[str, str | None]:
        found = await self.question(decision)
        return found.state, found.why

    async def members(self, group: Group) -> list[int]:
        return [member.person_id for member in await self.groups.members(group.id)]

    async def told(self, person: int, topic: Topic = NEWS) -> list[str]:
        """What somebody is told by now of groups, or which of their questions wait for them."""
        found = await self.notices.of(person, GUILD)
        return [each.what or each.key for each in found if each.topic == topic.name]

    async def ask(self, question: str) -> list[tuple[Any, ...]]:
        return await fetch(self.store.main, question)

    async def due(self, *kinds: Work) -> list[str]:
        """The keys of what is to be looked at by now."""
        names = ", ".join(f"'{kind.name}'" for kind in kinds)
        rows = await self.ask(
            f"SELECT key FROM work WHERE kind IN ({names}) AND due_at <= {self.time()} "
            "ORDER BY due_at, key"
        )
        return [row[0] for row in rows]

    async def keys(self) -> set[int]:
        """Whose keys there are."""
        return {
            row[0] for row in await fetch(self.store.keys, "SELECT person_id FROM personal_keys")
        }

    async def stored(self, *tables: str) -> list[tuple[Any, ...]]:
        """Every row of these tables, or of all that belong to groups."""
        found = []
        for table in tables or TABLES:
            found += await self.ask(f"SELECT * FROM {table}")
        return found

    async def bytes_on_disk(self) -> bytes:
        """Both databases with their side files; of Postgres, every row there is."""
        found = b""
        for database in (self.store.main, self.store.keys):
            if isinstance(database, SQLite):
                [(file,)] = await fetch(
                    database, "SELECT file FROM pragma_database_list WHERE name = 'main'"
                )
                for ending in ("", "-wal"):
                    found += Path(file + ending).read_bytes()
                continue
            tables = await fetch(
                database,
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
            )
            for (table,) in tables:
                for row in await fetch(database, f"SELECT * FROM {table}"):
                    found += b"\0".join(
                        value if isinstance(value, bytes) else str(value).encode() for value in row
                    )
        return found


def _opened(decision: Decision | None) -> str:
    assert decision is not None
    return decision.id


@asynccontextmanager
async def open_house(settings: Settings, time: Time) -> AsyncGenerator[House]:
    await begin(settings)
    store = await open_store(settings, time)
    yield House(store, time)
    await store.close()


def in_between(owner: Any, method: str, work: Callable[[], Awaitable[Any]]) -> None:
    """Do something else, once, at the moment when this method is called next."""
    original = getattr(owner, method)

    async def interrupted(*given: Any, **facts: Any) -> Any:
        delattr(owner, method)
        await work()
        return await original(*given, **facts)

    setattr(owner, method, interrupted)


async def busy(one: House) -> Group:
    """A group of Ana, Beto and Carla in which everything there is to write has been written.

    Diego knocks at it, and Elsa is invited.
    """
    started = await one.groups.start(GUILD, ANA, NAME, PURPOSE, listed=True, may=True)
    assert started.group is not None
    group = await one.upkeep.has_channel(started.group.id, 77, 78, NAME.lower())
    assert group is not None
    await one.says(await one.knocks(group, ELSA, "Ich koche gern"), ANA, NO)
    for person in (BETO, CARLA):
        await one.says(await one.knocks(group, person, "Ich koche gern"), ANA, YES)
        for member in (BETO,) if person == CARLA else ():
            await one.deciding.settle_group(group.id)
            [(waiting,)] = await one.ask("SELECT id FROM decisions WHERE state = 'open'")
            await one.says(waiting, member, YES)
        await one.upkeep.has_access(group.id, person)
    assert await one.members(group) == [ANA, BETO, CARLA]
    await one.proposes(group, ANA, "Suppe am Freitag")
    blocked = await one.proposes(group, BETO, "Suppe am Freitag")
    await one.says(blocked, CARLA, BLOCK, "Zu weit weg")
    await one.wants(group, CARLA, name="Tagvögel")
    await one.wants_spoke(group, ANA, BETO, "Rede")
    await one.knocks(group, DIEGO, "Ich koche gern")
    await one.invites(group, BETO, ELSA)
    await one.parts(group, ANA, CARLA)
    await one.upkeep.is_news(group, "taken", CARLA)
    found = await one.groups.row(group.id)
    assert found is not None
    return found


async def forgets_departed(one: Services) -> None:
    """What is stored for the servers that the bot has left, if their days are over."""
    for (guild_id,) in await fetch(one.store.main, "SELECT guild_id FROM departures"):
        await one.privacy.departed(Piece(DEPARTED.name, str(guild_id), str(guild_id), 0, 0, 0))
