"""Reading circles: what is kept of them, and who joined. Each method is one transaction.

The database says what a circle is; Discord is brought to it by whoever has its piece of due work,
so that a process that dies in between leaves no more than that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

from bot.consent.limits import Limits
from bot.reading import CIRCLE, POSTED, TOLD
from bot.reading import circle_rules as rules
from bot.reading.circle_rules import News, State, Verdict
from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store
from bot.work.notices import Notice, Notices
from bot.work.posts import Post, Posts
from bot.work.queue import Queue
from bot.work.rules import RINGS_WITHIN

_CIRCLE = "circle"


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
    """One circle, as its row has it; migrations 0006, 0009 and 0011 say what each column means."""

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
    event_id: int | None
    event_at: int | None
    thread_id: int | None
    due_at: int


class Circles:
    """The circles of every server."""

    def __init__(
        self,
        store: Store,
        queue: Queue,
        notices: Notices,
        posts: Posts,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._queue = queue
        self._notices = notices
        self._posts = posts
        self._keyring = store.keyring
        self._clock = clock
        self._limits = Limits(store.main.driver)
        self._queries: Any = load(Path(__file__).with_name("circles.sql"), store.main.driver)

    async def get(self, circle_id: str) -> Circle | None:
        return await self._one("circle", id=circle_id)

    async def of_event(self, event_id: int) -> Circle | None:
        return await self._one("circle_of_event", event_id=event_id)

    async def of_thread(self, thread_id: int) -> Circle | None:
        return await self._one("circle_of_thread", thread_id=thread_id)

    async def in_channel(self, channel_id: int) -> list[str]:
        """The open circles whose post stands in a channel."""
        async with self._main.transaction() as connection:
            rows = self._queries.circles_in_channel(connection, channel_id=channel_id)
            return [row[0] async for row in rows]

    # -- coming into being ----------------------------------------------------------------------

    async def may_post(self, guild_id: int, host_id: int) -> Verdict:
        """Whether somebody may post a circle now, of which there is a preview."""
        async with self._main.transaction() as connection:
            return await self._may_begin(connection, guild_id, host_id, drafted=True)

    async def _may_begin(
        self, connection: Any, guild_id: int, host_id: int, *, drafted: bool = False
    ) -> Verdict:
        now = self._clock()
        row = await self._queries.ahead(connection, guild_id=guild_id, host_id=host_id, now=now)
        free_at = await self._limits.slot_free_at(
            connection, host_id, guild_id, _CIRCLE, rules.A_DAY, now
        )
        return rules.may_begin(row["ahead"], 0 if drafted else row["drafts"], free_at)

    async def draft(self, wish: Wish) -> Circle | Verdict:
        """Keep a wish until its host has looked at it; or why they may not begin a circle."""
        # Whoever has no key has erased: that is how a restored backup knows.
        await self._keyring.ensure(wish.host_id)
        now, circle_id = self._clock(), new_id()
        async with self._main.transaction() as connection:
            # What there is of theirs is counted before there is one more.
            await self._main.alone(connection, wish.host_id)
            verdict = await self._may_begin(connection, wish.guild_id, wish.host_id)
            if verdict.refusal is not None:
                return verdict
            await self._queries.draft(
                connection, id=circle_id, until=now + rules.DRAFT_STANDS, **wish._asdict()
            )
            await self._queue.add(
                connection, CIRCLE, circle_id, now + rules.DRAFT_STANDS, turn=wish.guild_id
            )
            return _circle(await self._queries.circle(connection, id=circle_id))

    async def confirm(self, circle_id: str, host_id: int, *, named: bool) -> Circle | None:
        """Its host's yes: from now on it is made, and they are in it. None: it is no draft.

        It may be none because they said yes before, because it lapsed, or because they have too
        many ahead, or of this day, by now.
        """
        now = self._clock()
        async with self._main.transaction() as connection:
            await self._main.alone(connection, host_id)
            draft = await self._queries.circle(connection, id=circle_id)
            if draft is None:
                return None
            guild_id = draft["guild_id"]
            verdict = await self._may_begin(connection, guild_id, host_id, drafted=True)
            if verdict.refusal is not None:
                return None
            row = await self._queries.confirm(
                connection, id=circle_id, host_id=host_id, named=int(named), now=now
            )
            if row is None:
                return None
            await self._limits.take_slot(connection, host_id, guild_id, _CIRCLE, rules.A_DAY, now)
            await self._join(connection, _circle(row), host_id, now)
            return await self._changed(connection, row)

    async def begin_making(self, circle: Circle) -> bool:
        """Its post is about to show this revision.

        False: making it was tried before, and some of it may be there, as of an earlier one.
        """
        return await self._one("begin_making", id=circle.id, seen=circle.revision) is not None

    async def when_up(self, connection: Any, post: Post) -> str:
        """Why a post that has arrived only now has to go; empty where it may stand."""
        row = await self._queries.circle(connection, id=post.key)
        undone = row is None or row["state"] in (State.UNDOING, State.FAILED)
        return "undone" if undone else ""

    async def has_event(self, circle: Circle, event_id: int) -> Circle | None:
        """The event is there. None: another one won."""
        return await self._one(
            "has_event", id=circle.id, event_id=event_id, event_at=circle.starts_at
        )

    async def is_made(self, circle_id: str, thread_id: int) -> Circle | None:
        """All of it is there, the thread with its questions last."""
        return await self._one("is_made", id=circle_id, thread_id=thread_id)

    async def undo(self, circle_id: str) -> Circle | None:
        """It cannot be made."""
        return await self._one("undo", id=circle_id)

    async def failed(self, circle: Circle, *, in_a_minute: bool) -> list[Post]:
        """Nothing of it is left in Discord but its post, which goes; returned is what has to go.

        Its host is told, unless they have erased or left it. `in_a_minute`: somebody is about to
        tell them, and forgets it then.
        """
        now = self._clock()
        until = now + rules.FAILED_STANDS
        async with self._main.transaction() as connection:
            if await self._queries.fail(connection, id=circle.id, until=until) is None:
                return []
            posts = await self._posts.take_away(connection, POSTED, circle.id, "undone")
            if circle.host_id not in await self._forget_joins(connection, circle.id):
                await self._forget(connection, circle.id)
                return posts
            await self._notices.add(
                connection,
                TOLD,
                circle.id,
                circle.host_id,
                guild_id=circle.guild_id,
                channel_id=circle.channel_id,
                what=News.FAILED,
                shown_at=now + rules.AGAIN if in_a_minute else now,
                until_at=until,
            )
        return posts

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
            await self._notices.end(connection, TOLD, circle_id, person_id)

    # -- changing -------------------------------------------------------------------------------

    async def move(self, circle: Circle, starts_at: int, by: int) -> Circle | None:
        """It begins at another time; everybody in it but `by` is told. None: it was changed."""
        async with self._main.transaction() as connection:
            row = await self._queries.move(
                connection,
                id=circle.id,
                starts_at=starts_at,
                revision=circle.revision,
                now=self._clock(),
            )
            return await self._moved(connection, circle, row, by)

    async def moved_by_hand(self, circle: Circle, starts_at: int) -> Circle | None:
        """Somebody moved Discord's event. None: it was known, or it was moved here meanwhile."""
        async with self._main.transaction() as connection:
            row = await self._queries.moved_by_hand(
                connection, id=circle.id, starts_at=starts_at, seen=circle.event_at
            )
            return await self._moved(connection, circle, row, 0)

    async def cancel(
        self, circle_id: str, by: int = 0, *, thread_is_gone: bool = False
    ) -> Circle | None:
        """It does not take place; everybody in it but `by` is told. None: too late, or done."""
        async with self._main.transaction() as connection:
            row = await self._queries.cancel(connection, id=circle_id, now=self._clock())
            if row is None:
                return None
            if thread_is_gone:
                row = await self._queries.no_thread(connection, id=circle_id)
            joined = await self._forget_joins(connection, circle_id)
            await self._tell(connection, _circle(row), News.CANCELLED, joined, by)
            return await self._changed(connection, row)

    # -- what Discord was brought to ------------------------------------------------------------

    async def look_at(self, circle_id: str) -> None:
        """Something has happened to it in Discord."""
        async with self._main.transaction() as connection:
            row = await self._queries.circle(connection, id=circle_id)
            if row is not None:
                await self._changed(connection, row)

    async def look_at_all(self) -> None:
        """After a start nothing is known about Discord: every circle is due."""
        async with self._main.transaction() as connection:
            for row in [row async for row in self._queries.open_circles(connection)]:
                await self._changed(connection, row)

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
        async with self._main.transaction() as connection:
            row = await self._queries.end_circle(
                connection, id=circle.id, before=self._clock() - rules.LASTS
            )
            if row is None:
                return None
            await self._forget_joins(connection, circle.id)
            return _circle(row)

    async def forget_joins(self, circle_id: str) -> None:
        async with self._main.transaction() as connection:
            await self._forget_joins(connection, circle_id)

    async def forget(self, circle_id: str) -> None:
        """Nothing of it is needed any more."""
        async with self._main.transaction() as connection:
            await self._forget(connection, circle_id)

    async def forget_draft(self, circle_id: str) -> None:
        """Its host did not say yes in time."""
        await self._run("forget_draft", id=circle_id)

    # -- telling --------------------------------------------------------------------------------

    async def call(self, circle: Circle) -> None:
        """Everybody who has yet to be reminded is, once."""
        async with self._main.transaction() as connection:
            rows = self._queries.call(connection, circle_id=circle.id)
            await self._tell(connection, circle, News.SOON, [row[0] async for row in rows])

    async def has_news(self, circle_id: str) -> bool:
        """Whether somebody has yet to read of it."""
        async with self._main.transaction() as connection:
            return bool(await self._notices.about(connection, TOLD, circle_id))

    async def seen(self, connection: Any, notice: Notice) -> None:
        """Once its host knows that nothing came of a circle, nothing of it stays."""
        if notice.what == News.FAILED:
            await self._forget(connection, notice.key)

    async def _join(self, connection: Any, circle: Circle, person_id: int, now: int) -> None:
        remind = int(rules.reminds_later(circle.starts_at, now))
        await self._queries.join_circle(
            connection, circle_id=circle.id, person_id=person_id, remind=remind
        )

    async def _moved(self, connection: Any, before: Circle, row: Any, by: int) -> Circle | None:
        if row is None:
            return None
        circle = _circle(row)
        remind = int(rules.reminds_later(circle.starts_at, self._clock()))
        rows = self._queries.remind_all(connection, circle_id=circle.id, remind=remind)
        joined = [row[0] async for row in rows]
        # Whoever did it knows.
        await self._notices.end(connection, TOLD, circle.id, by)
        await self._tell(connection, circle, News.MOVED, joined, by, before.starts_at)
        return await self._changed(connection, row)

    async def _changed(self, connection: Any, row: Any) -> Circle:
        """Discord is to be brought to what it is now."""
        await self._queue.add(connection, CIRCLE, row["id"], turn=row["guild_id"])
        return _circle(row)

    async def _tell(
        self,
        connection: Any,
        circle: Circle,
        what: News,
        people: Iterable[int],
        by: int = 0,
        before: int | None = None,
    ) -> None:
        """Have all these people but `by` told; what they were to be told earlier is over.

        `before`: when it would have begun (seconds UTC), if it was moved.
        """
        begins_at = circle.starts_at if before is None else min(before, circle.starts_at)
        within = min(RINGS_WITHIN, rules.rings_within(begins_at, self._clock()))
        over_at = circle.starts_at + (0 if what is News.SOON else rules.LASTS)
        told = {*people} - {by}
        for person_id in sorted(told):
            await self._notices.end(connection, TOLD, circle.id, person_id)
        await self._notices.add(
            connection,
            TOLD,
            circle.id,
            *told,
            guild_id=circle.guild_id,
            channel_id=circle.channel_id,
            watched=True,
            within=within,
            what=what,
            until_at=over_at,
        )

    async def _forget(self, connection: Any, circle_id: str) -> None:
        await self._forget_joins(connection, circle_id)
        await self._posts.forget(connection, POSTED, circle_id)
        await self._queries.forget_circle(connection, id=circle_id)

    async def _forget_joins(self, connection: Any, circle_id: str) -> list[int]:
        """Who had joined; what they were to be told is over."""
        rows = self._queries.forget_joins(connection, circle_id=circle_id)
        joined = [row[0] async for row in rows]
        await self._notices.end(connection, TOLD, circle_id)
        return joined

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
