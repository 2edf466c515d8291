"""Consent, the use cases: flags, asking, answering, the inbox and the ledger.

Each method reads, decides by `rules`, commits, and returns an outcome. Whoever is not one of the
two people of a consent gets None, as if it did not exist.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import NamedTuple, TypeGuard

from bot.consent import SAID, rules
from bot.consent.ledger import Consent, Ledger, where_place, words_place
from bot.consent.limits import Limits, note_place
from bot.consent.rules import Act, Flag, Party, Refusal, State, Verdict
from bot.governance.service import Governance
from bot.seal import Unreadable
from bot.store.ids import new_id
from bot.store.store import Store
from bot.work.notices import Notices
from bot.work.posts import Post, Posts

#: Entries on a page of the ledger.
LEDGER_PAGE = 8
_ASK = "ask"


class _Overtaken(Exception):
    """Another process was faster between looking and writing; what was written is undone."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__()
        self.verdict = verdict


class FlagView(NamedTuple):
    """A member's flag as everybody may see it."""

    flag: Flag
    note: str


class Request(NamedTuple):
    """What somebody asks for. `words` and `place` are cleaned and checked; `days` is a period."""

    guild_id: int
    channel_id: int
    party: Party
    asked_is_bot: bool
    words: str
    place: str
    speak_channel_id: int
    days: int


class Asked(NamedTuple):
    """The outcome of asking. `hidden` must not show in anything the opener sees."""

    verdict: Verdict
    consent: Consent | None = None


class Shown(NamedTuple):
    """A consent with its words opened. `words` is None once it is over, or unreadable."""

    consent: Consent
    state: State
    words: str | None
    place: str | None
    seconds: int


class Acted(NamedTuple):
    """The outcome of an act. `consent` None: too late, `state` is what holds instead."""

    state: State
    due_at: int
    consent: Consent | None = None
    posts: tuple[Post, ...] = ()
    unreadable: bool = False


class Consents:
    """Asking and answering."""

    def __init__(
        self,
        store: Store,
        governance: Governance,
        notices: Notices,
        posts: Posts,
        clock: Callable[[], int],
    ) -> None:
        self._main = store.main
        self._keyring = store.keyring
        self._governance = governance
        self._clock = clock
        self.ledger = Ledger(store.main.driver, notices)
        self.limits = Limits(store.main.driver)
        self.posts = posts

    # -- flags ------------------------------------------------------------------------------

    async def set_flag(self, guild_id: int, person_id: int, flag: Flag, note: str) -> int:
        """Set one's own flag. Returns how many grants are still out, to offer taking them back."""
        while True:
            async with self._main.transaction() as connection:
                row = await self.limits.flag(connection, guild_id, person_id)
            revision = 1 if row is None else row.revision + 1
            place = note_place(guild_id, person_id, revision)
            sealed = await self._keyring.seal(note, place) if note else None
            now = self._clock()
            async with self._main.transaction() as connection:
                if await self.limits.set_flag(
                    connection, guild_id, person_id, flag.value, sealed, revision, now
                ):
                    return len(await self.ledger.given(connection, person_id, guild_id))

    async def flag_of(self, guild_id: int, person_id: int) -> FlagView:
        """Somebody's flag and note. An unreadable note is shown as none."""
        async with self._main.transaction() as connection:
            row = await self.limits.flag(connection, guild_id, person_id)
        if row is None:
            return FlagView(Flag.ASK, "")
        note = ""
        if row.note is not None:
            try:
                place = note_place(guild_id, person_id, row.revision)
                note = await self._keyring.unseal(row.note, place)
            except Unreadable:
                note = ""
        return FlagView(Flag(row.choice), note)

    # -- asking -----------------------------------------------------------------------------

    async def may_ask(self, guild_id: int, party: Party, *, asked_is_bot: bool) -> Verdict:
        """What asking would meet now, without asking: for the moment before the form."""
        # No key is made here: opening a form stores nothing about the one who might be asked. The
        # empty mark matches nobody.
        mark = await self._keyring.known_mark(party.asked_id, _ASK, party.opener_id) or b""
        async with self._main.transaction() as connection:
            facts = await self._facts(connection, guild_id, party, mark, asked_is_bot=asked_is_bot)
        return rules.may_ask(facts, self._clock())

    async def ask(self, request: Request) -> Asked:
        """Open a request, or refuse it. A blocked opener's request looks like any other."""
        party, now = request.party, self._clock()
        consent_id = new_id()
        people = (party.person_id, party.holder_id)
        words = await self._keyring.seal(request.words, words_place(consent_id, people, 1))
        place = await self._keyring.seal(request.place, where_place(consent_id, people, 1))
        mark = await self._keyring.mark(party.asked_id, _ASK, party.opener_id)
        try:
            async with self._main.transaction() as connection:
                # What is open is counted before one more is opened.
                await self._main.alone(connection, party.opener_id)
                facts = await self._facts(
                    connection, request.guild_id, party, mark, asked_is_bot=request.asked_is_bot
                )
                verdict = rules.may_ask(facts, now)
                if not verdict.allowed:
                    return Asked(verdict)
                charter = await self._governance.charter_in(connection, request.guild_id)
                consent = await self.ledger.open(
                    connection,
                    consent_id=consent_id,
                    guild_id=request.guild_id,
                    channel_id=request.channel_id,
                    party=party,
                    hidden=verdict.hidden,
                    words=words,
                    place=place,
                    speak_channel_id=request.speak_channel_id,
                    seconds=min(request.days, charter.longest_days) * rules.DAY,
                    now=now,
                    due_at=now + rules.LAPSES_AFTER,
                )
                if consent is None:
                    raise _Overtaken(Verdict(Refusal.OPEN))
                if not await self.limits.take_slot(
                    connection, party.opener_id, request.guild_id, _ASK, charter.requests_a_day, now
                ):
                    raise _Overtaken(Verdict(Refusal.DAY_USED, until=now + rules.DAY))
                if not verdict.hidden:
                    await self.ledger.ask(connection, consent, party.asked_id)
        except _Overtaken as overtaken:
            return Asked(overtaken.verdict)
        return Asked(verdict, consent)

    async def _facts(
        self, connection: object, guild_id: int, party: Party, mark: bytes, *, asked_is_bot: bool
    ) -> rules.Asking:
        now = self._clock()
        charter = await self._governance.charter_in(connection, guild_id)
        flag = await self.limits.flag(connection, guild_id, party.asked_id)
        opened, with_one = await self.ledger.opened(connection, guild_id, party, now)
        return rules.Asking(
            opener_id=party.opener_id,
            asked_id=party.asked_id,
            asked_is_bot=asked_is_bot,
            asked_flag=Flag.ASK if flag is None else Flag(flag.choice),
            person_id=party.person_id,
            has_open=await self.ledger.has_open(connection, guild_id, party, now),
            rests_until=await self.limits.rests_until(connection, party.asked_id, guild_id, mark),
            slot_free_at=await self.limits.slot_free_at(
                connection, party.opener_id, guild_id, _ASK, charter.requests_a_day, now
            ),
            blocked=await self.limits.blocks(connection, party.asked_id, mark),
            opened=opened,
            with_one=with_one,
        )

    # -- reading ----------------------------------------------------------------------------

    async def show(self, consent_id: str, reader_id: int, guild_id: int) -> Shown | None:
        """One consent with its words, for one of its two people; guild 0 means a DM."""
        async with self._main.transaction() as connection:
            consent = await self.ledger.get(connection, consent_id)
            if not _concerns(consent, reader_id, guild_id):
                return None
            charter = await self._governance.charter_in(connection, consent.guild_id)
        return await self.opened(consent, charter.longest_days * rules.DAY)

    async def row(self, consent_id: str, reader_id: int, guild_id: int) -> Consent | None:
        """One consent without its words, for one of its two people; guild 0 means a DM."""
        async with self._main.transaction() as connection:
            consent = await self.ledger.get(connection, consent_id)
        return consent if _concerns(consent, reader_id, guild_id) else None

    async def entries(self, me: int, guild_id: int, page: int) -> tuple[list[Shown], bool]:
        """A page of my ledger, and whether another one follows."""
        async with self._main.transaction() as connection:
            rows = await self.ledger.entries(
                connection, me, guild_id, most=LEDGER_PAGE + 1, skip=page * LEDGER_PAGE
            )
        return [await self.opened(row) for row in rows[:LEDGER_PAGE]], len(rows) > LEDGER_PAGE

    async def held(self, holder_id: int, guild_id: int, *, person_id: int = 0) -> list[Shown]:
        """What somebody may say now in one server, of one person or of anybody."""
        async with self._main.transaction() as connection:
            rows = await self.ledger.held(
                connection, holder_id, guild_id, self._clock(), person_id=person_id
            )
        return [await self.opened(row) for row in rows]

    async def to_say(self, holder_id: int, guild_id: int, most: int) -> list[tuple[Consent, str]]:
        """The newest that somebody may say now in one server, with their words.

        No more than `most` are opened.
        """
        async with self._main.transaction() as connection:
            rows = await self.ledger.newest_held(
                connection, holder_id, guild_id, self._clock(), most
            )
        found: list[tuple[Consent, str]] = []
        for row in rows:
            if row.words is not None:
                with suppress(Unreadable):
                    words = await self._keyring.unseal(row.words, row.words_place())
                    found.append((row, words))
        return found

    async def opened(self, consent: Consent, longest: int | None = None) -> Shown:
        """A consent with its words; `longest` cuts how long it would hold, in seconds."""
        words = place = None
        try:
            if consent.words is not None and consent.place is not None:
                words = await self._keyring.unseal(consent.words, consent.words_place())
                place = await self._keyring.unseal(consent.place, consent.where_place())
        except Unreadable:
            words = place = None
        seconds = consent.seconds if longest is None else min(consent.seconds, longest)
        return Shown(consent, consent.state_at(self._clock()), words, place, seconds)

    # -- answering --------------------------------------------------------------------------

    async def act(
        self, consent_id: str, actor_id: int, act: Act, guild_id: int, *, words: str = ""
    ) -> Acted | None:
        """Answer, take back or give up. `words` are the person's own, cleaned, for Act.EDIT."""
        async with self._main.transaction() as connection:
            consent = await self.ledger.get(connection, consent_id)
        if not _concerns(consent, actor_id, guild_id):
            return None
        shown = await self.opened(consent)
        if act in (Act.YES, Act.EDIT, Act.ACCEPT) and shown.words is None:
            return Acted(shown.state, shown.consent.due_at, unreadable=shown.state in rules.OPEN)
        people, revision = (consent.person_id, consent.holder_id), consent.revision + 1
        sealed_words = sealed_place = mark = b""
        if act is Act.EDIT:
            at = words_place(consent_id, people, revision)
            sealed_words = await self._keyring.seal(words, at)
            at = where_place(consent_id, people, revision)
            sealed_place = await self._keyring.seal(shown.place or "", at)
        if act is Act.NO:
            mark = await self._keyring.mark(actor_id, _ASK, consent.opener_id)

        now = self._clock()
        async with self._main.transaction() as connection:
            consent = await self.ledger.get(connection, consent_id)
            if consent is None:
                return None
            state = consent.state_at(now)
            new = rules.next_state(state, act, actor_id, consent.party)
            if new is None:
                return Acted(state, consent.due_at)
            charter = await self._governance.charter_in(connection, consent.guild_id)
            posts: list[Post] = []
            if act is Act.LEAVE:
                changed = await self.ledger.hide(connection, consent_id, now)
            elif act is Act.EDIT:
                changed = await self.ledger.rewrite(
                    connection,
                    consent,
                    words=sealed_words,
                    place=sealed_place,
                    due_at=now + rules.LAPSES_AFTER,
                    now=now,
                )
            elif new is State.LIVE:
                seconds = min(consent.seconds, charter.longest_days * rules.DAY)
                changed = await self.ledger.move(
                    connection, consent, new, due_at=now + seconds, now=now
                )
            else:
                changed = await self.ledger.finish(connection, consent, new, now=now)
            if changed is not None and act is Act.EDIT:
                await self.ledger.ask(connection, changed, changed.opener_id)
            elif changed is not None:
                told = None if act in (Act.LEAVE, Act.CANCEL) else changed.party.told(actor_id)
                await self.ledger.tell(connection, changed, told)
            if changed is not None and act is Act.NO:
                rest = now + charter.rest_days * rules.DAY
                await self.limits.rest(connection, actor_id, consent.guild_id, mark, rest)
            if changed is not None and act is Act.TAKE_BACK:
                by = "group" if rules.is_group(actor_id) else "person"
                posts = await self.posts.take_away(connection, SAID, consent_id, by)
        return Acted(
            state if changed is None else new, (changed or consent).due_at, changed, tuple(posts)
        )

    async def take_back_all(self, person_id: int, guild_id: int) -> list[Acted]:
        """Take back everything given in one server."""
        async with self._main.transaction() as connection:
            given = await self.ledger.given(connection, person_id, guild_id)
        acts = [await self.act(row.id, person_id, Act.TAKE_BACK, guild_id) for row in given]
        return [acted for acted in acts if acted is not None and acted.consent is not None]


def _concerns(consent: Consent | None, reader_id: int, guild_id: int) -> TypeGuard[Consent]:
    return (
        consent is not None
        and reader_id in (consent.person_id, consent.holder_id)
        and guild_id in (0, consent.guild_id)
    )
