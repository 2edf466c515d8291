"""Governance: reading and changing the rules of a server, and what has to be announced."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from enum import StrEnum
from pathlib import Path
from typing import Any, NamedTuple

from bot.consent.limits import Limits
from bot.consent.rules import DAY
from bot.governance import ANNOUNCED, ANNOUNCEMENT, rules
from bot.governance.rules import RULES, Charter, Kind, ValueFault, check_value
from bot.store.ids import new_id
from bot.store.queries import load
from bot.store.records import record
from bot.store.store import Store
from bot.work.posts import Posts
from bot.work.queue import Queue

_CHANGE = "change a rule"


class ChangeState(StrEnum):
    """What becomes of an announcement: still to post, posted, or only kept in the history."""

    DUE = "due"
    TOLD = "told"
    KEPT = "kept"


class Change(NamedTuple):
    """One change of one rule, or another open act of moderators, as kept.

    `author_id` 0: somebody who has erased their data.
    """

    id: str
    guild_id: int
    name: str
    before_value: str | None
    after_value: str | None
    author_id: int
    changed_at: int
    state: str


class Setting(NamedTuple):
    """A rule's value now; `revision` counts its changes, 0 for the default."""

    value: str
    revision: int


class Outcome(StrEnum):
    """How a change ended."""

    CHANGED = "changed"
    SAME = "same"
    STALE = "stale"
    REFUSED = "refused"
    #: Its author has made `rules.CHANGES_A_DAY`.
    DAY_USED = "day_used"


class Changed(NamedTuple):
    """The outcome of a change, with the fault of a refused value.

    `until`: when its author may go on (seconds UTC), where the day's changes are used up.
    """

    outcome: Outcome
    change: Change | None = None
    fault: ValueFault | None = None
    until: int | None = None


class Governance:
    """The rules of every server."""

    def __init__(self, store: Store, queue: Queue, posts: Posts, clock: Callable[[], int]) -> None:
        self._main = store.main
        self._queue = queue
        self._posts = posts
        self._clock = clock
        self._limits = Limits(store.main.driver)
        self._queries: Any = load(Path(__file__).with_name("charter.sql"), store.main.driver)
        #: What else a change brings about, in its transaction: families join here.
        self.also: list[Callable[[Any, Change], Awaitable[None]]] = []

    async def charter(self, guild_id: int) -> Charter:
        """The rules in force now."""
        async with self._main.transaction() as connection:
            return await self.charter_in(connection, guild_id)

    async def charter_in(self, connection: Any, guild_id: int) -> Charter:
        """The rules in force, inside a caller's transaction."""
        rows = self._queries.values_of(connection, guild_id=guild_id)
        return Charter({row["name"]: row["value"] async for row in rows if row["name"] in RULES})

    async def settings(self, guild_id: int) -> dict[str, Setting]:
        """Every rule with its value and revision, defaults included."""
        async with self._main.transaction() as connection:
            rows = self._queries.values_of(connection, guild_id=guild_id)
            stored = {row["name"]: Setting(row["value"], row["revision"]) async for row in rows}
        return {name: stored.get(name, Setting(rule.default, 0)) for name, rule in RULES.items()}

    async def change(
        self, guild_id: int, name: str, value: str, author_id: int, revision: int
    ) -> Changed:
        """Set a rule that stood at `revision` when its author looked at it.

        The change and its record are one transaction; it is announced from the record.
        """
        if fault := check_value(RULES[name], value):
            return Changed(Outcome.REFUSED, fault=fault)
        if RULES[name].kind is Kind.NUMBER:
            value = str(int(value))  # "030" is 30
        async with self._main.transaction() as connection:
            rows = self._queries.values_of(connection, guild_id=guild_id)
            stored = {row["name"]: Setting(row["value"], row["revision"]) async for row in rows}
            before = stored.get(name, Setting(RULES[name].default, 0))
            if before.revision != revision:
                return Changed(Outcome.STALE)
            if before.value == value:
                return Changed(Outcome.SAME)
            now, a_day = self._clock(), rules.CHANGES_A_DAY
            day = (author_id, guild_id, _CHANGE, a_day, now)
            if not await self._limits.take_slot(connection, *day):
                until = await self._limits.slot_free_at(connection, *day)
                return Changed(Outcome.DAY_USED, until=until or now + DAY)
            row = await self._queries.change(
                connection, guild_id=guild_id, name=name, value=value, revision=revision + 1
            )
            if row is None:
                return Changed(Outcome.STALE)
            noted = await self.note(connection, guild_id, name, before.value, value, author_id)
            for follow in self.also:
                await follow(connection, noted)
        return Changed(Outcome.CHANGED, noted)

    async def note(
        self, connection: Any, guild_id: int, name: str, before: str, after: str, author_id: int
    ) -> Change:
        """Keep what a moderator did in the history, and have it announced."""
        charter = await self.charter_in(connection, guild_id)
        # Those who read the announcements so far are told that they end, or move, there.
        moves = name == "announcement_channel" and bool(before)
        is_told = moves or charter.announcement_channel is not None
        change_id = new_id()
        await self._queries.note_change(
            connection,
            id=change_id,
            guild_id=guild_id,
            name=name,
            before_value=before,
            after_value=after,
            author_id=author_id,
            now=self._clock(),
            state=ChangeState.DUE if is_told else ChangeState.KEPT,
        )
        if is_told:
            await self._queue.add(connection, ANNOUNCEMENT, change_id, turn=guild_id)
        return record(Change, await self._queries.change_row(connection, id=change_id))

    async def last(self, guild_id: int, name: str, before: str) -> Change | None:
        """What was noted last under this name of what stood there before."""
        async with self._main.transaction() as connection:
            row = await self._queries.last_change(
                connection, guild_id=guild_id, name=name, before_value=before
            )
        return None if row is None else record(Change, row)

    async def history(self, guild_id: int, *, most: int, skip: int) -> list[Change]:
        """Changes, newest first."""
        async with self._main.transaction() as connection:
            rows = self._queries.history(connection, guild_id=guild_id, most=most, skip=skip)
            return [record(Change, row) async for row in rows]

    async def unannounced(self, change_id: str) -> Change | None:
        """A change that is still to be announced."""
        async with self._main.transaction() as connection:
            row = await self._queries.change_row(connection, id=change_id)
        return None if row is None or row["state"] != ChangeState.DUE else record(Change, row)

    async def announced(self, change: Change) -> None:
        await self._settle(change, ChangeState.TOLD)

    async def only_kept(self, change: Change) -> None:
        """There is nowhere to announce it."""
        await self._settle(change, ChangeState.KEPT)

    async def _settle(self, change: Change, state: ChangeState) -> None:
        async with self._main.transaction() as connection:
            await self._queries.settle_change(connection, id=change.id, state=state)
            await self._posts.forget(connection, ANNOUNCED, change.id)

    async def forget_old(self) -> None:
        """Forget changes that others have followed long ago."""
        before = self._clock() - rules.CHANGES_STAY * DAY
        async with self._main.transaction() as connection:
            await self._queries.forget_old_changes(connection, before=before)

    async def forget_guild(self, connection: Any, guild_id: int) -> None:
        await self._queries.forget_guild_rules(connection, guild_id=guild_id)
        await self._queries.forget_guild_changes(connection, guild_id=guild_id)

    async def export_person(self, connection: Any, person_id: int) -> dict[str, Any]:
        rows = self._queries.changes_by(connection, author_id=person_id)
        return {
            "rule_changes_i_made": [
                {
                    "server": row["guild_id"],
                    "rule": row["name"],
                    "before": row["before_value"],
                    "after": row["after_value"],
                    "at": row["changed_at"],
                }
                async for row in rows
            ]
        }

    async def erase_person(self, connection: Any, person_id: int) -> None:
        await self._queries.forget_author(connection, author_id=person_id)
