"""Reading circles: what is kept of them, and who joined. Each method is one transaction.

The database says what a circle is; Discord is brought to it by whoever holds the circle
(`hold`, `release`), so that a process that dies in between leaves no more than work that is due.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bot.reading import circle_rules as rules
from bot.reading.circle_rules import News, State
from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store

#: Seconds that bringing Discord to a circle, or telling one person, takes at most.
TAKES = 60


class Wish(NamedTuple):
    """What somebody wants to read with others, where and when (seconds UTC).

    `language`: of what will be public.
    """

    guild_id: int
    channel_id: int
    host_id: int
    work_id: str
    language: str
    starts_at: int


class Circle(NamedTuple):
    """One circle, as its row has it; migration 0006 says what each column means."""

    id: str
    guild_id: int
    channel_id: int
    host_id: int
    named: int
    work_id: str
    language: str
    starts_at: int
    state: State
    revision: int
    shown: int
    post_id: int | None
    event_id: int | None
    event_at: int | None
    has_thread: int
    begun: int
    due_at: int
    busy_until: int


class Told(NamedTuple):
    """Something for one person who joined. `turn` tells it from what they are told later."""

    circle_id: str
    person_id: int
    news: News
    turn: int


class Circles:
    """The circles of every server."""

    def __init__(self, store: Store, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._clock = clock
        self._queries: Any = load(Path(__file__).with_name("circles.sql"), store.main.driver)

    async def get(self, circle_id: str) -> Circle | None:
        return await self._one("circle", id=circle_id)

    async def of_event(self, event_id: int) -> Circle | None:
        return await self._one("circle_of_event", event_id=event_id)

    async def of_thread(self, thread_id: int) -> Circle | None:
        return await self._one("circle_of_thread", post_id=thread_id)

    async def in_channel(self, channel_id: int) -> list[str]:
        """The open circles whose post stands in a channel."""
        async with self._main.transaction() as connection:
            rows = self._queries.circles_in_channel(connection, channel_id=channel_id)
            return [row[0] async for row in rows]

    # -- coming into being ----------------------------------------------------------------------

    async def draft(self, wish: Wish) -> Circle | None:
        """Keep a wish until its host has looked at it. None: they have too many ahead."""
        # Whoever has no key has erased: that is how a restored backup knows.
        await self._keyring.ensure(wish.host_id)
        now, circle_id = self._clock(), new_id()
        async with self._main.transaction() as connection:
            if await self._too_many(connection, wish.guild_id, wish.host_id, now):
                return None
            await self._queries.draft(
                connection, id=circle_id, until=now + rules.DRAFT_STANDS, **wish._asdict()
            )
            return _circle(await self._queries.circle(connection, id=circle_id))

    async def confirm(self, circle_id: str, host_id: int, *, named: bool) -> Circle | None:
        """Its host's yes: from now on it is made, and they are in it. None: it is no draft.

        It may be none because they said yes before, because it lapsed, or because they have too
        many ahead by now.
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            draft = await self._queries.circle(connection, id=circle_id)
            if draft is None or await self._too_many(connection, draft["guild_id"], host_id, now):
                return None
            row = await self._queries.confirm(
                connection, id=circle_id, host_id=host_id, named=int(named), now=now
            )
            if row is None:
                return None
            await self._join(connection, _circle(row), host_id, now)
            return _circle(row)

    async def begin_making(self, circle_id: str) -> bool:
        """False: making it was tried before, and some of it may be there."""
        async with self._main.transaction() as connection:
            return await self._queries.begin_making(connection, id=circle_id) is not None

    async def has_post(self, circle: Circle, post_id: int) -> Circle | None:
        """The post is there, as of this revision. None: another one won."""
        return await self._one("has_post", id=circle.id, post_id=post_id, seen=circle.revision)

    async def has_event(self, circle: Circle, event_id: int) -> Circle | None:
        """The event is there. None: another one won."""
        return await self._one(
            "has_event", id=circle.id, event_id=event_id, event_at=circle.starts_at
        )

    async def has_thread(self, circle_id: str) -> None:
        await self._one("has_thread", id=circle_id)

    async def no_thread(self, circle_id: str) -> None:
        """Somebody has deleted it."""
        await self._run("no_thread", id=circle_id)

    async def is_made(self, circle_id: str) -> Circle | None:
        return await self._one("is_made", id=circle_id)

    async def undo(self, circle_id: str) -> Circle | None:
        """It cannot be made."""
        return await self._one("undo", id=circle_id)

    async def failed(self, circle: Circle, *, in_a_minute: bool) -> None:
        """Nothing of it is left in Discord: its host is told, unless they have erased or left it.

        `in_a_minute`: somebody is about to tell them, and says so with `has_heard`.
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            if await self._queries.fail(connection, id=circle.id) is None:
                return
            told = await self._queries.tell_one(
                connection,
                circle_id=circle.id,
                person_id=circle.host_id,
                what=News.FAILED,
                free_at=now + TAKES if in_a_minute else now,
            )
            await self._queries.forget_told(connection, circle_id=circle.id)
            if told is None:
                await self._forget(connection, circle.id)

    async def has_heard(self, circle_id: str) -> None:
        """The host knows that it failed: nothing of it stays."""
        async with self._main.transaction() as connection:
            await self._forget(connection, circle_id)

    # -- joining and leaving --------------------------------------------------------------------

    async def join(self, circle_id: str, person_id: int) -> Circle | None:
        """Somebody joins, once or again. None: no such circle is open and ahead."""
        await self._keyring.ensure(person_id)
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.joinable(connection, id=circle_id, now=now)
            if row is None:
                return None
            await self._join(connection, _circle(row), person_id, now)
            return _circle(row)

    async def leave(self, circle_id: str, person_id: int) -> None:
        """Somebody leaves, whether they had joined or not."""
        async with self._main.transaction() as connection:
            await self._queries.leave_circle(connection, circle_id=circle_id, person_id=person_id)

    # -- changing -------------------------------------------------------------------------------

    async def move(self, circle: Circle, starts_at: int, by: int) -> Circle | None:
        """It begins at another time; everybody in it but `by` is told. None: it was changed."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.move(
                connection, id=circle.id, starts_at=starts_at, revision=circle.revision, now=now
            )
            return await self._moved(connection, row, by, now)

    async def moved_by_hand(self, circle: Circle, starts_at: int) -> Circle | None:
        """Somebody moved Discord's event. None: it was known, or it was moved here meanwhile."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.moved_by_hand(
                connection, id=circle.id, starts_at=starts_at, seen=circle.event_at, now=now
            )
            return await self._moved(connection, row, 0, now)

    async def cancel(self, circle_id: str, by: int = 0) -> Circle | None:
        """It does not take place; everybody in it but `by` is told. None: too late, or done."""
        async with self._main.transaction() as connection:
            row = await self._queries.cancel(connection, id=circle_id, now=self._clock())
            if row is None:
                return None
            await self._queries.tell_all(
                connection, circle_id=circle_id, what=News.CANCELLED, me=by, remind=0
            )
            await self._queries.forget_told(connection, circle_id=circle_id)
            return _circle(row)

    # -- what Discord was brought to ------------------------------------------------------------

    async def due(self, most: int) -> list[str]:
        """Circles to look at now."""
        async with self._main.transaction() as connection:
            rows = self._queries.due_circles(connection, now=self._clock(), most=most)
            return [row[0] async for row in rows]

    async def hold(self, circle_id: str) -> Circle | None:
        """Take a circle for this process. None: another one is at it, or it is gone."""
        now = self._clock()
        return await self._one("hold", id=circle_id, now=now, until=now + TAKES)

    async def release(self, circle: Circle, seconds: int | None = None) -> bool:
        """Done with it, for so many seconds or until something falls due.

        True: it was changed meanwhile, so there is more to do.
        """
        now = self._clock()
        due_at = rules.next_look(circle.state, circle.starts_at, now)
        if seconds is not None:
            due_at = min(due_at, now + seconds)
        found = await self._one("release", id=circle.id, seen=circle.busy_until, due_at=due_at)
        return found is not None and found.due_at <= now

    async def look_at(self, circle_id: str) -> None:
        """Something has happened to it in Discord."""
        await self._run("look_at", id=circle_id, now=self._clock())

    async def look_at_all(self) -> None:
        """After a start nothing is known about Discord: every circle is due."""
        await self._run("look_at_all", now=self._clock())

    async def event_is_at(self, circle: Circle) -> None:
        """Discord's event begins when the circle does."""
        await self._run("event_is_at", id=circle.id, event_at=circle.starts_at)

    async def no_event(self, circle_id: str) -> None:
        await self._run("no_event", id=circle_id)

    async def post_shows(self, circle: Circle) -> None:
        """The post shows the circle as it was read, or there is none any more."""
        await self._run("post_shows", id=circle.id, seen=circle.revision)

    async def end(self, circle: Circle) -> Circle | None:
        """It is over, and nobody knows who was in it. None: not yet."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.end_circle(
                connection, id=circle.id, before=now - rules.LASTS, now=now
            )
            if row is not None:
                await self._queries.forget_joins(connection, circle_id=circle.id)
            return None if row is None else _circle(row)

    async def forget_joins(self, circle_id: str) -> None:
        await self._run("forget_joins", circle_id=circle_id)

    async def forget(self, circle_id: str) -> None:
        """Nothing of it is needed any more."""
        async with self._main.transaction() as connection:
            await self._forget(connection, circle_id)

    async def forget_draft(self, circle_id: str) -> None:
        """Its host did not say yes in time."""
        await self._run("forget_draft", id=circle_id)

    async def joins_left(self, circle_id: str) -> bool:
        async with self._main.transaction() as connection:
            row = await self._queries.joins_left(connection, circle_id=circle_id)
        return row[0] > 0

    # -- telling --------------------------------------------------------------------------------

    async def call(self, circle: Circle) -> None:
        """Everybody who has yet to be reminded is, once."""
        await self._run("call", circle_id=circle.id)

    async def due_news(self, most: int) -> list[tuple[str, int]]:
        """Circles and people who have yet to be told something of them."""
        async with self._main.transaction() as connection:
            rows = self._queries.due_news(connection, now=self._clock(), most=most)
            return [(row[0], row[1]) async for row in rows]

    async def take_news(self, circle_id: str, person_id: int) -> Told | None:
        """Take the telling for this process. None: another one has it, or there is nothing."""
        now = self._clock()
        async with self._main.transaction() as connection:
            row = await self._queries.take_news(
                connection, circle_id=circle_id, person_id=person_id, now=now, until=now + TAKES
            )
        return None if row is None else _told(row)

    async def waits(self, told: Told) -> None:
        """They were rung for, or cannot be: it waits in their inbox."""
        await self._run(
            "news_waits", circle_id=told.circle_id, person_id=told.person_id, turn=told.turn
        )

    async def read(self, told: Told) -> bool:
        """They know. False: it was nothing of theirs, or is something else by now."""
        async with self._main.transaction() as connection:
            row = await self._queries.news_read(
                connection, circle_id=told.circle_id, person_id=told.person_id, turn=told.turn
            )
            if row is None:
                return False
            found = await self._queries.circle(connection, id=told.circle_id)
            if found is not None and found["state"] == State.FAILED:
                await self._forget(connection, told.circle_id)
            elif found is not None and found["state"] == State.CANCELLED:
                await self._queries.leave_circle(
                    connection, circle_id=told.circle_id, person_id=told.person_id
                )
        return True

    async def news_for(self, person_id: int, guild_id: int) -> list[tuple[Circle, Told]]:
        """What somebody has yet to read; guild 0: from every server."""
        async with self._main.transaction() as connection:
            rows = self._queries.news_for(connection, person_id=person_id, guild_id=guild_id)
            found = [Told(row[0], person_id, News(row[2]), row[1]) async for row in rows]
            return [
                (_circle(await self._queries.circle(connection, id=told.circle_id)), told)
                for told in found
            ]

    async def _too_many(self, connection: Any, guild_id: int, host_id: int, now: int) -> bool:
        row = await self._queries.ahead(connection, guild_id=guild_id, host_id=host_id, now=now)
        return row[0] >= rules.MOST_BY_ONE

    async def _join(self, connection: Any, circle: Circle, person_id: int, now: int) -> None:
        remind = int(rules.reminds_later(circle.starts_at, now))
        await self._queries.join_circle(
            connection, circle_id=circle.id, person_id=person_id, remind=remind
        )

    async def _moved(self, connection: Any, row: Any, by: int, now: int) -> Circle | None:
        if row is None:
            return None
        circle = _circle(row)
        await self._queries.tell_all(
            connection,
            circle_id=circle.id,
            what=News.MOVED,
            me=by,
            remind=int(rules.reminds_later(circle.starts_at, now)),
        )
        return circle

    async def _forget(self, connection: Any, circle_id: str) -> None:
        await self._queries.forget_joins(connection, circle_id=circle_id)
        await self._queries.forget_circle(connection, id=circle_id)

    async def _one(self, query: str, **given: Any) -> Circle | None:
        async with self._main.transaction() as connection:
            row = await getattr(self._queries, query)(connection, **given)
        return None if row is None else _circle(row)

    async def _run(self, query: str, **given: Any) -> None:
        async with self._main.transaction() as connection:
            await getattr(self._queries, query)(connection, **given)


def _circle(row: Any) -> Circle:
    circle = record(Circle, row)
    return circle._replace(state=State(circle.state))


def _told(row: Any) -> Told:
    return Told(row["circle_id"], row["person_id"], News(row["news"]), row["turn"])
