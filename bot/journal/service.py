"""The journal, the use cases: writing, reading, finding, changing, deleting, erasing.

An entry is opened and sealed here and nowhere else; what it says leaves only towards its writer.
Whoever asks for an entry that is not theirs gets None, as if it did not exist. Every method may
raise `Locked`, and `Unreadable` when the journal's key is lost; what opens many entries, `Busy`.
"""

from __future__ import annotations

import asyncio
import json
import logging
from calendar import monthrange
from collections.abc import Awaitable, Callable, Sequence
from datetime import date
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

from bot.journal.dates import Calendar, dates_in, runs_of, words_beside
from bot.journal.keys import CHUNK, Keys, Opened
from bot.journal.notebook import (
    FIRST_DAY,
    LAST_DAY,
    Entry,
    Fullness,
    Habits,
    Notebook,
    Span,
    entry_place,
)
from bot.journal.reminders import Reminders
from bot.journal.rules import DAY, TEXT_LIMIT, Month, has_room
from bot.journal.share_rules import Act
from bot.journal.shares import Shares
from bot.seal import Unreadable, seal, unseal
from bot.store.database import StoreError, advice
from bot.store.ids import new_id
from bot.store.store import Store
from bot.text import finds, folded
from bot.work.notices import Notices
from bot.work.posts import POST, Posts
from bot.work.queue import Queue, Todo

log = logging.getLogger(__name__)

_EPOCH = date(1970, 1, 1)
#: What fingerprints of direct messages are made for.
_MESSAGE = "journal message"
_T = TypeVar("_T")


class Full(Exception):
    """A journal has no room for this; `fullness`: what it holds. Nothing was changed."""

    def __init__(self, fullness: Fullness) -> None:
        super().__init__()
        self.fullness = fullness


class Draft(NamedTuple):
    """What somebody wrote. `prompt`: the id of the question they answered."""

    title: str
    text: str
    prompt: str | None = None


class Written(NamedTuple):
    """An entry, open. `text` None: it does not open any more. `at`: seconds UTC, or None then."""

    id: str
    day: int
    turn: int
    revision: int
    title: str = ""
    text: str | None = None
    prompt: str | None = None
    at: int | None = None


class Page(NamedTuple):
    """Entries, newest first, and whether there are newer and older ones."""

    entries: list[Written]
    newer: bool
    older: bool


class Changed(StrEnum):
    """What became of a change."""

    CHANGED = "changed"
    #: Somebody, perhaps oneself on another device, was faster.
    MEANWHILE = "meanwhile"
    GONE = "gone"


class Cursor(NamedTuple):
    """From where a page is read: a day and a turn, and whether towards newer ones."""

    day: int = LAST_DAY
    turn: int = 0
    newer: bool = False


def span_of(month: Month | None) -> Span:
    """The days of a month; None: all of them."""
    if month is None:
        return Span()
    first = (date(month.year, month.number, 1) - _EPOCH).days
    return Span(first, first + monthrange(month.year, month.number)[1] - 1)


class Journal:
    """Everybody's journals; each method is about one writer's."""

    def __init__(
        self,
        store: Store,
        queue: Queue,
        notices: Notices,
        posts: Posts,
        notebook: Notebook,
        keys: Keys,
        reminders: Reminders,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._troubles = store.main.troubles + store.keys.troubles
        self._keyring = store.keyring
        self._notebook = notebook
        self._keys = keys
        self._reminders = reminders
        self.shares = Shares(store.main.driver, queue, notices, posts)
        self._clock = clock

    # -- writing ----------------------------------------------------------------------------

    async def write(
        self, person_id: int, draft: Draft, *, at: int | None = None, message_id: int | None = None
    ) -> str | None:
        """Keep an entry and return its id; it is on disk when this returns.

        `at`: when it was written (seconds UTC), now unless said. `message_id`: the message it
        comes from, a direct one or a card it waited on; None is returned when that is in the
        journal already. Raises Full.
        """
        at = self._clock() if at is None else at
        source = None
        if message_id is not None:
            source = await self._keyring.mark(person_id, _MESSAGE, message_id)
        entry_id, day = new_id(), at // DAY
        while True:
            opened = await self._keys.opened(person_id)
            sealed = _sealed(person_id, entry_id, 1, draft, at, opened)
            async with self._main.transaction() as connection:
                if not await self._notebook.hold(connection, person_id, opened.key_id):
                    continue
                added = await self._notebook.add(
                    connection,
                    entry_id=entry_id,
                    person_id=person_id,
                    day=day,
                    sealed=sealed,
                    source=source,
                )
                if added:
                    await self._has_room(connection, person_id, 1, len(sealed))
                if message_id is not None:
                    await self._notebook.has_room(connection, person_id)
            break
        return entry_id if added else None

    async def change(self, person_id: int, entry_id: str, revision: int, draft: Draft) -> Changed:
        """Put another text in an entry's place; nothing of the old one stays.

        Asked for twice, it is done once, and both are told so. Raises Full, but never where it
        takes no more room than before.
        """
        while True:
            entry, opened = await self._found(person_id, entry_id)
            if opened is None or entry is None:
                return Changed.GONE
            before = _open(entry, opened)
            if entry.revision != revision:
                same = (before.title, before.text) == (draft.title, draft.text)
                return Changed.CHANGED if same else Changed.MEANWHILE
            at = entry.day * DAY if before.at is None else before.at
            draft = draft._replace(prompt=before.prompt)
            sealed = _sealed(person_id, entry_id, revision + 1, draft, at, opened)
            async with self._main.transaction() as connection:
                if not await self._notebook.hold(connection, person_id, opened.key_id):
                    continue
                changed = await self._notebook.change(
                    connection, person_id, entry_id, revision, sealed
                )
                if not changed:
                    continue
                if len(sealed) > len(entry.sealed):
                    grown = len(sealed) - len(entry.sealed)
                    await self._has_room(connection, person_id, 0, grown)
                # What is on its way to a friend rests once more, from the beginning.
                spent = await self.shares.entry_changes(
                    connection, entry_id, Act.EDIT, self._clock(), revision=revision + 1
                )
            await self._keys.discard(spent)
            return Changed.CHANGED

    async def delete(self, person_id: int, entry_id: str) -> bool:
        """Delete an entry at once. False: there is none (any more)."""
        spent: list[str] = []
        async with self._main.transaction() as connection:
            deleted = await self._notebook.delete(connection, person_id, entry_id)
            if deleted:
                spent = await self.shares.entry_changes(
                    connection, entry_id, Act.DROP, self._clock()
                )
        if deleted:
            await self._keys.discard(spent)
            try:
                await self._main.scrub()
            except StoreError as error:
                # What may remain in a side file for a while is sealed; only `erase` promises more.
                log.info("a deleted entry is not overwritten everywhere yet: %s", error)
        return deleted

    # -- reading ----------------------------------------------------------------------------

    async def read(self, person_id: int, entry_id: str) -> Written | None:
        entry, opened = await self._found(person_id, entry_id)
        return None if opened is None or entry is None else _open(entry, opened)

    async def kept(self, person_id: int, message_id: int) -> Written | None:
        """The entry that was made from a direct message."""
        entry, opened = await self._of_message(person_id, message_id), None
        if entry is not None:
            opened = await self._keys.known(person_id)
        return None if opened is None or entry is None else _open(entry, opened)

    async def is_kept(self, person_id: int, message_id: int) -> bool:
        """Whether a direct message is in the journal; a locked one answers too."""
        return await self._of_message(person_id, message_id) is not None

    async def page(self, person_id: int, month: Month | None, cursor: Cursor, most: int) -> Page:
        """The entries next to a cursor, newest first."""
        span = span_of(month)
        step = self._notebook.after if cursor.newer else self._notebook.before

        async def look(connection: Any) -> tuple[list[Entry], bool, bool]:
            found = await step(connection, person_id, span, cursor.day, cursor.turn, most + 1)
            more, found = len(found) > most, found[:most]
            if cursor.newer:
                return found[::-1], more, True
            beyond: list[Entry] = []
            if found:
                day, turn = found[0].day, found[0].turn
                beyond = await self._notebook.after(connection, person_id, span, day, turn, 1)
            return found, bool(beyond), more

        seen = await self._look(person_id, look)
        if seen is None:
            return Page([], newer=False, older=False)
        opened, (entries, newer, older) = seen
        return Page(await asyncio.to_thread(_opened, entries, opened), newer=newer, older=older)

    async def search(
        self, person_id: int, wanted: str, month: Month | None, most: int
    ) -> list[Written]:
        """The newest entries that have every word of `wanted`, case and accents aside.

        Everything is opened and looked at, in a thread; nothing is indexed (design, section 2).
        """
        wanted, span, found = folded(wanted), span_of(month), list[Written]()
        cursor = Cursor()

        async def look(connection: Any) -> list[Entry]:
            day, turn = cursor.day, cursor.turn
            return await self._notebook.before(connection, person_id, span, day, turn, CHUNK)

        async with self._keys.turns.of(person_id):
            while len(found) < most:
                seen = await self._look(person_id, look)
                if seen is None or not seen[1]:
                    break
                opened, chunk = seen
                found += await asyncio.to_thread(_matching, chunk, opened, wanted)
                cursor = Cursor(chunk[-1].day, chunk[-1].turn)
        return found[:most]

    async def suggested(
        self, person_id: int, typed: str, calendar: Calendar, most: int
    ) -> list[Written]:
        """Entries to choose from while somebody types: by dates and words, see `bot.journal.dates`.

        `most` are opened and no more. Words are looked for among the newest of those days, as far
        as a form's text goes.
        """
        dates = dates_in(typed, calendar)

        async def look(connection: Any) -> tuple[list[Entry], bool]:
            days = await self._notebook.days(connection, person_id) if dates else []
            runs, found = runs_of(dates, days, calendar), list[Entry]()
            for span in [Span(*run) for run in runs] or [Span()]:
                if len(found) < most:
                    found += await self._notebook.before(
                        connection, person_id, span, LAST_DAY, 0, most - len(found)
                    )
            return found, bool(runs)

        async with self._keys.turns.of(person_id):
            seen = await self._look(person_id, look)
            if seen is None:
                return []
            opened, (entries, by_date) = seen
            words = words_beside(typed, dates, calendar) if by_date else folded(typed)
            return await asyncio.to_thread(_matching, entries, opened, words, TEXT_LIMIT)

    async def months(self, person_id: int) -> list[Month]:
        """Months (UTC) with an entry, the latest first."""
        async with self._main.transaction() as connection:
            days = await self._notebook.days(connection, person_id)
        dates = (date.fromordinal(_EPOCH.toordinal() + day) for day in days)
        return list(dict.fromkeys(Month(each.year, each.month) for each in dates))

    async def everything(self, person_id: int) -> list[Written]:
        """Every entry, oldest first."""
        found: list[Written] = []
        day, turn = FIRST_DAY, 0

        async def look(connection: Any) -> list[Entry]:
            return await self._notebook.after(connection, person_id, Span(), day, turn, CHUNK)

        async with self._keys.turns.of(person_id):
            while True:
                seen = await self._look(person_id, look)
                if seen is None or not seen[1]:
                    return found
                opened, chunk = seen
                found += await asyncio.to_thread(_opened, chunk, opened)
                day, turn = chunk[-1].day, chunk[-1].turn

    # -- direct messages, the end -----------------------------------------------------------

    async def habits(self, person_id: int) -> Habits:
        """What happens to direct messages, and their language."""
        async with self._main.transaction() as connection:
            return await self._notebook.habits(connection, person_id) or Habits()

    async def set_habit(self, person_id: int, habit: str, language: str) -> None:
        async with self._main.transaction() as connection:
            await self._notebook.set_habit(connection, person_id, habit, language)

    async def tell_full(self, person_id: int) -> None:
        """Whoever has every message kept was told that there is no room: once is enough."""
        async with self._main.transaction() as connection:
            await self._notebook.tell_full(connection, person_id)

    async def speaks(self, person_id: int, language: str) -> None:
        """Remember a language for direct messages, which carry none. English goes without."""
        async with self._main.transaction() as connection:
            known = await self._notebook.habits(connection, person_id)
            if (known or Habits()).language != language:
                await self._notebook.speaks(connection, person_id, language)

    async def erase(self, person_id: int) -> list[Todo]:
        """Erase a journal: its rows, its keys, then the side files of both databases.

        Needs no passphrase, because it is what remains when that is forgotten. Raises StoreError
        while traces may be there: then it is not done, and can be asked for again. Returns what
        is to be taken out of friends' DMs.
        """
        try:
            async with self._main.transaction() as connection:
                todo = await self.erase_in(connection, person_id)
            await self._keys.erase(person_id)
            await self._main.scrub()
        except self._troubles as error:
            raise StoreError(
                advice(error) or "The databases could not be written: nothing is called done."
            ) from error
        return todo

    async def erase_in(self, connection: Any, person_id: int) -> list[Todo]:
        """The rows, in the caller's transaction. The keys come after (`Keys.erase`)."""
        await self._notebook.forget_person(connection, person_id)
        await self._reminders.erase_person(connection, person_id)
        posts = await self.shares.forget_writer(connection, person_id)
        return [Todo(POST, post.id) for post in posts]

    async def _found(self, person_id: int, entry_id: str) -> tuple[Entry | None, Opened | None]:
        """An entry, with the key it is sealed under."""
        if not (entry_id.isascii() and entry_id.isalnum()):
            return None, None  # somebody typed it; not every text can be asked a database for
        seen = await self._look(
            person_id, lambda connection: self._notebook.entry(connection, person_id, entry_id)
        )
        return (None, None) if seen is None else (seen[1], seen[0])

    async def _look(
        self, person_id: int, look: Callable[[Any], Awaitable[_T]]
    ) -> tuple[Opened, _T] | None:
        """What `look` finds, with the key it is sealed under; None: there is no journal."""
        while (opened := await self._keys.known(person_id)) is not None:
            async with self._main.transaction() as connection:
                found = await look(connection)
                row = await self._notebook.journal(connection, person_id)
            # Asked last: where the passphrase changed just now, what was read may not open.
            if row is not None and row.key_id == opened.key_id:
                return opened, found
        return None

    async def _has_room(self, connection: Any, person_id: int, more: int, grown: int) -> None:
        """Take back, by raising Full, what has just been written where there is no room for it.

        The caller holds the journal, so that nobody else writes meanwhile. `more`: entries, and
        `grown`: bytes, that this added.
        """
        now = await self._notebook.fullness(connection, person_id)
        if not has_room(*now):
            raise Full(Fullness(now.entries - more, now.size - grown))

    async def _of_message(self, person_id: int, message_id: int) -> Entry | None:
        source = await self._keyring.known_mark(person_id, _MESSAGE, message_id)
        if source is None:
            return None
        async with self._main.transaction() as connection:
            return await self._notebook.entry_of(connection, person_id, source)


def _sealed(
    person_id: int, entry_id: str, revision: int, draft: Draft, at: int, opened: Opened
) -> bytes:
    body = json.dumps({**draft._asdict(), "at": at}, ensure_ascii=False)
    return seal(body, [opened.key], entry_place(person_id, entry_id, revision))


def _open(entry: Entry, opened: Opened) -> Written:
    known = (entry.id, entry.day, entry.turn, entry.revision)
    try:
        body = json.loads(unseal(entry.sealed, [opened.key], entry.place()))
    except Unreadable:
        return Written(*known)
    return Written(*known, body["title"], body["text"], body["prompt"], body["at"])


def _opened(entries: Sequence[Entry], opened: Opened) -> list[Written]:
    return [_open(entry, opened) for entry in entries]


def _matching(
    entries: Sequence[Entry], opened: Opened, wanted: str, most: int | None = None
) -> list[Written]:
    """Those with every word of `wanted` (folded) in the title or the first `most` characters."""
    return [
        each
        for each in _opened(entries, opened)
        if each.text is not None and finds(wanted, each.title, each.text[:most])
    ]
