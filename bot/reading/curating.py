"""Curating a server's list: answering suggestions, changing works, files in and out.

Nothing here tells a curator who suggested what: suggestions come without a person, without a time,
and in the order of random ids. A curator's own suggestion is like any other to them and they may
answer it themselves: one that a curator must not touch, or never does, would be known by that.

A name stands with a work only as its suggester wished it, to the letter: their yes was to what they
had written. When curators have changed the title or the reason, the name stays away.

Whoever comes second changes nothing: everything is bound to the revision that was looked at.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from bot.reading import ANSWERED, intake
from bot.reading.intake import Plan
from bot.reading.library import library
from bot.reading.lists import Held, Kept, ServerLists
from bot.reading.own import UNTOLD, WORKS_LIMIT, Entry, own_id, said
from bot.reading.suggestions import Body, Reply, Row, State, Suggestions, Wording
from bot.store.ids import new_id
from bot.store.store import Store
from bot.words import Words
from bot.work.notices import Notices

if TYPE_CHECKING:
    from bot.reading.own_file import Read


class Outcome(StrEnum):
    """What became of what a curator did."""

    DONE = "done"
    #: It is not there any more, or not as it was looked at.
    MEANWHILE = "meanwhile"
    #: The same work is on the list already.
    KNOWN = "known"
    #: The list has `WORKS_LIMIT` works.
    FULL = "full"
    #: `intake.MOST_FILES` wait already.
    WAITS = "waits"


class Done(NamedTuple):
    """The outcome, and the id of the work concerned, on whichever list it is."""

    outcome: Outcome
    work_id: str | None = None


class Open(NamedTuple):
    """An open suggestion, as curators see it."""

    id: str
    revision: int
    wording: Wording
    edited: bool


class Terms(NamedTuple):
    """What curators file a work under: ids of the shared list's terms."""

    form: str
    tradition: str
    topics: tuple[str, ...]


class Preview(NamedTuple):
    """What bringing in a file would do. `staged_id`: what to confirm."""

    staged_id: str
    plan: Plan


class Curating:
    """What curators can do. Whether somebody is one is asked before."""

    def __init__(
        self,
        store: Store,
        notices: Notices,
        lists: ServerLists,
        suggestions: Suggestions,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._notices = notices
        self._lists = lists
        self._suggestions = suggestions
        self._clock = clock

    # -- suggestions ------------------------------------------------------------------------

    async def page(self, guild_id: int, *, most: int, skip: int) -> list[Open]:
        """Open suggestions; never whose."""
        async with self._main.transaction() as connection:
            owner = await self._lists.owner(connection, guild_id)
            rows = await self._suggestions.open_in(connection, guild_id, most=most, skip=skip)
            found = [(row, await self._suggestions.body(row, owner)) for row in rows]
        return [_seen(row, body) for row, body in found if body is not None]

    async def suggestion(self, guild_id: int, its_id: str) -> Open | None:
        """One that is open; None: it is not any more."""
        async with self._main.transaction() as connection:
            owner = await self._lists.owner(connection, guild_id)
            row = await self._suggestions.open_one(connection, guild_id, its_id)
            body = None if row is None else await self._suggestions.body(row, owner)
        return None if row is None or body is None else _seen(row, body)

    async def reword(self, guild_id: int, its_id: str, revision: int, wording: Wording) -> Outcome:
        """Change the words that would go on the list; its author's own are kept beside them."""
        async with self._main.transaction() as connection:
            found = await self._hold(connection, guild_id, its_id, revision)
            if found is None:
                return Outcome.MEANWHILE
            held, row, body = found
            edited = None if wording == body.wording else wording
            body = body._replace(edited=edited)
            await self._suggestions.reword(connection, held.owner, row, body)
        return Outcome.DONE

    async def accept(self, guild_id: int, its_id: str, revision: int, terms: Terms) -> Done:
        """Put it on the list, and let its author know."""
        async with self._main.transaction() as connection:
            found = await self._hold(connection, guild_id, its_id, revision)
            if found is None:
                return Done(Outcome.MEANWHILE)
            held, row, body = found
            entry = _entry(body.now, terms)
            if len(held.works) >= WORKS_LIMIT:
                return Done(Outcome.FULL)
            if known := _known(held, entry):
                return Done(Outcome.KNOWN, known)
            named = body.named and body.is_their_own
            work_id = own_id(new_id())
            work = (work_id, entry, row.person_id if named else None)
            await self._lists.add(connection, held, [work])
            await self._lists.changed(connection, guild_id)
            reply = Reply(body.wording.title, named, body.named)
            await self._settle(connection, held, row, State.ACCEPTED, reply)
        return Done(Outcome.DONE, work_id)

    async def decline(self, guild_id: int, its_id: str, revision: int, reason: str) -> Outcome:
        """Leave it off the list; the reason is for its author alone."""
        async with self._main.transaction() as connection:
            found = await self._hold(connection, guild_id, its_id, revision)
            if found is None:
                return Outcome.MEANWHILE
            held, row, body = found
            reply = Reply(body.wording.title, reason=reason)
            await self._settle(connection, held, row, State.DECLINED, reply)
        return Outcome.DONE

    async def _hold(
        self, connection: object, guild_id: int, its_id: str, revision: int
    ) -> tuple[Held, Row, Body] | None:
        """Hold a list and an open suggestion. None: it is not as it was looked at."""
        held = await self._lists.hold(connection, guild_id)
        if held is None:
            return None
        row = await self._suggestions.hold(connection, guild_id, its_id, revision)
        body = None if row is None else await self._suggestions.body(row, held.owner)
        return None if row is None or body is None else (held, row, body)

    async def _settle(
        self, connection: object, held: Held, row: Row, state: State, reply: Reply
    ) -> None:
        await self._suggestions.settle(connection, held.owner, row, state, reply)
        # A ring right after the answer would tell the curators, and everybody, whose it was.
        await self._notices.add(
            connection, ANSWERED, row.id, row.person_id, guild_id=held.guild_id, watched=True
        )

    # -- works ------------------------------------------------------------------------------

    async def change(self, guild_id: int, work_id: str, revision: int, entry: Entry) -> Done:
        """Change a work. Its name stays only while title and reason do."""
        async with self._main.transaction() as connection:
            held = await self._lists.hold(connection, guild_id)
            work = None if held is None else held.works.get(work_id)
            if held is None or work is None or work.revision != revision:
                return Done(Outcome.MEANWHILE)
            if known := _known(held, entry, but=work_id):
                return Done(Outcome.KNOWN, known)
            if not await self._change(connection, held, work, entry):
                return Done(Outcome.MEANWHILE)
            await self._lists.changed(connection, guild_id)
        return Done(Outcome.DONE, work_id)

    async def _change(self, connection: object, held: Held, work: Kept, entry: Entry) -> bool:
        before = work.entry
        keeps = (entry.title, entry.why) == (before.title, before.why)
        return await self._lists.change(connection, held, work, entry, keeps_name=keeps)

    async def remove(self, guild_id: int, work_id: str, revision: int) -> Outcome:
        """Take a work off the list."""
        async with self._main.transaction() as connection:
            await self._lists.hold(connection, guild_id)
            if not await self._lists.remove(connection, guild_id, work_id, revision):
                return Outcome.MEANWHILE
            await self._lists.changed(connection, guild_id)
        return Outcome.DONE

    # -- files ------------------------------------------------------------------------------

    async def export(self, guild_id: int) -> list[str]:
        """The list as files; none, if nothing is on it."""
        from bot.reading import own_file  # Here and below: a start does not need it.

        works = await self._lists.everything(guild_id)
        return own_file.written((each.id, each.entry) for each in works)

    async def stage(self, guild_id: int, content: bytes, file: Read) -> Preview | Outcome:
        """Keep a file that has no faults until it is confirmed; or why not: FULL or WAITS."""
        now = self._clock()
        async with self._main.transaction() as connection:
            held = await self._lists.begin(connection, guild_id)
            planned = _planned(held, file)
            if not planned.fits:
                return Outcome.FULL
            if await self._lists.many_staged(connection, guild_id, now) >= intake.MOST_FILES:
                return Outcome.WAITS
            due_at = now + intake.FILE_WAITS
            text = content.decode("utf-8-sig")
            staged_id = await self._lists.stage(connection, held, text, due_at)
        return Preview(staged_id, planned)

    async def bring_in(
        self, guild_id: int, staged_id: str, words: Words
    ) -> tuple[Outcome, Preview | None]:
        """Do what the preview said; if the list has changed since, only preview it anew."""
        from bot.reading import own_file

        async with self._main.transaction() as connection:
            held = await self._lists.hold(connection, guild_id)
            if held is None:
                return Outcome.MEANWHILE, None
            found = await self._lists.staged(connection, held, staged_id, self._clock())
            if found is None:
                return Outcome.MEANWHILE, None
            staged, text = found
            file = await asyncio.to_thread(own_file.read, text.encode(), library("en"), words)
            planned = _planned(held, file)
            preview = Preview(staged_id, planned)
            if file.faults or not planned.fits:
                # The shared list has changed since, or this one has become too long.
                return Outcome.FULL, None
            if staged.list_revision != held.revision:
                await self._lists.restage(connection, staged_id, held.revision)
                return Outcome.MEANWHILE, preview
            if not await self._lists.take_staged(connection, staged_id):
                return Outcome.MEANWHILE, None
            for work_id, entry in planned.changes:
                await self._change(connection, held, held.works[work_id], entry)
            adds = ((its_id or own_id(new_id()), entry, None) for its_id, entry in planned.adds)
            await self._lists.add(connection, held, adds)
            await self._lists.changed(connection, guild_id)
        return Outcome.DONE, preview

    async def forget_files(self) -> None:
        """Forget files that nobody brings in."""
        async with self._main.transaction() as connection:
            await self._lists.forget_staged(connection, self._clock())


def wording_of(entry: Entry, language: str) -> Wording:
    """The words of a work in one of its languages, as a form shows them."""
    work = entry.as_work("", language, None)
    made = str(intake.Credit(entry.makers, entry.year))
    return Wording(work.title, made, work.why, work.find, work.questions)


def reworded(entry: Entry, wording: Wording, language: str) -> Entry:
    """A work with other words in the language that a form showed; other languages stay."""
    before = wording_of(entry, language)
    made = intake.Credit(entry.makers, entry.year)
    if wording.made != before.made:
        made = intake.credit(wording.made)
    questions = {**entry.questions, asked_in(entry, language): wording.questions}
    return entry._replace(
        title={**entry.title, _shown(entry.title, language): wording.title},
        makers=made.makers,
        year=made.year,
        why={**entry.why, _shown(entry.why, language): wording.why},
        find={**entry.find, _shown(entry.find, language): wording.find},
        questions={language: each for language, each in questions.items() if each},
    )


def asked_in(entry: Entry, language: str) -> str:
    """The language of the questions that a form shows in this one; `UNTOLD`: nobody has said it."""
    return _shown(entry.questions, language)


def _shown(texts: Mapping[str, object], language: str) -> str:
    """The language in which somebody who reads this one is shown a text."""
    return said({each: each for each in texts}, language, UNTOLD)


def _entry(wording: Wording, terms: Terms) -> Entry:
    made = intake.credit(wording.made)
    return Entry(
        {UNTOLD: wording.title},
        made.makers,
        made.year,
        terms.form,
        terms.tradition,
        terms.topics,
        {UNTOLD: wording.why},
        {UNTOLD: wording.find},
        {UNTOLD: wording.questions} if wording.questions else {},
    )


def _known(held: Held, entry: Entry, but: str | None = None) -> str | None:
    """The id of another work, on this list or the shared one, that is the same."""
    ours = {each.id: each.entry for each in held.works.values()}
    found = intake.known_works(ours).find(intake.titles(entry), but=but)
    return None if found is None else str(found)


def _planned(held: Held, file: Read) -> Plan:
    return intake.plan(file.works, {each.id: each.entry for each in held.works.values()})


def _seen(row: Row, body: Body) -> Open:
    return Open(row.id, row.revision, body.now, body.edited is not None)
