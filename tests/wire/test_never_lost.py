"""What somebody typed into their journal survives every failure: it is kept, or given back whole.

Each transaction and each call to Discord fails in turn. "Kept" is said only of what is kept; what
is not stands on the person's own card, from which trying again works.
"""

from __future__ import annotations

import itertools
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from simcord.results import ResponseMessage

from tests.journals import (
    PASSPHRASE,
    UNSAVED,
    hurry,
    ids_of,
    protects,
    stored,
    stumbling,
    waiting_text,
    writes,
)
from tests.tiers import in_both_tiers
from tests.wire import forge
from tests.wire.wiretap import KINDS, Call, Wiretap
from tests.world import Answer, Person, World, texts

KEPT = "Kept in your journal."
#: Every character needs another in front of it, and all of them together no message can hold.
_LONG = "*_`<" * 990
_numbers = itertools.count(1)

Act = Callable[["Run"], Awaitable[Answer]]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


class Run:
    """One person, one text that occurs nowhere else, and one way to bring it into the journal."""

    def __init__(self, world: World, how: str, *, long: bool = True) -> None:
        number = next(_numbers)
        self.world, self.how = world, how
        self.person: Person = world.person(f"Ana{number}")
        self.mark = f"marten{number:05d}"
        self.title = f"Title {number:05d}"
        self.text = f"{self.mark} {_LONG if long else 'is not lost.'}"
        self.card: Answer | None = None
        self.form: Answer | None = None

    async def prepare(self) -> None:
        """Everything before the form is sent, or the button pressed."""
        person = self.person
        if self.how != "first":
            await writes(person, "What was there before.")
        if self.how == "edit":
            [entry_id] = await ids_of(person)
            self.form = await person.slash("journal edit", entry=entry_id)
            return
        if self.how in ("locked", "unlock"):
            await protects(person)
            await person.slash("journal lock")
        self.form = await person.slash("journal write")
        if self.how == "again":
            with stumbling(self.world, 0):
                self.card = await self._fill()
            assert waiting_text(self.card) == self.given_back
            assert len(self.world.faults.drain()) == 1
        elif self.how == "unlock":
            self.card = await self._fill(passphrase="not the passphrase")
            self.form = await person.click(self.card, "Unlock and keep it")

    async def act(self) -> Answer:
        if self.how == "again":
            assert self.card is not None
            return await self.person.click(self.card, "Try again")
        if self.how == "unlock":
            assert self.form is not None
            return await self.person.fill(self.form, passphrase=PASSPHRASE)
        return await self._fill(**({"passphrase": PASSPHRASE} if self.how == "locked" else {}))

    async def _fill(self, **more: Any) -> Answer:
        assert self.form is not None
        return await self.person.fill(self.form, title=self.title, text=self.text, **more)

    @property
    def given_back(self) -> str:
        return f"# {self.title}\n\n{self.text}"

    async def times_kept(self) -> int:
        """How often the text stands in the journal, whole."""
        if self.how in ("locked", "unlock"):
            with self.world.env.time_context():
                await self.world.bot.journal_keys.unlock(self.person.id, PASSPHRASE)
        return (await stored(self.world, self.person)).count((self.title, self.text))

    def cards(self) -> list[Any]:
        """The messages on which the whole text waits, oldest first."""
        backend = self.world.env.backend
        return [
            ResponseMessage(self.world.env, message)
            for messages in backend.messages.values()
            for message in messages.values()
            for file in message.attachments
            if file["filename"] == UNSAVED
            and (backend.cdn.get(file["url"]) or b"").decode() == self.given_back
        ]

    def said(self) -> str:
        """Everything that stands anywhere, files included, without what keeps it literal."""
        backend = self.world.env.backend
        found: list[str] = []
        for messages in backend.messages.values():
            for message in messages.values():
                found += texts(message.components)
                found += [
                    (backend.cdn.get(file["url"]) or b"").decode() for file in message.attachments
                ]
        return "\n".join(found)

    async def tries_again(self) -> Answer:
        """Press what stands on the newest card with the text."""
        card = self.cards()[-1]
        labels = [part["label"] for row in card.components for part in row.get("components", [])]
        [label] = labels
        answer = await self.person.click(card, label)
        if answer.form is not None:
            answer = await self.person.fill(answer, passphrase=PASSPHRASE)
        return answer


HOW = ["first", "new", "edit", "locked", "again", "unlock"]


@in_both_tiers
@pytest.mark.parametrize("late", [False, True])
@pytest.mark.parametrize("how", HOW)
async def test_each_transaction_fails(world: World, how: str, late: bool, full: bool) -> None:
    counting = Run(world, how)
    await counting.prepare()
    with stumbling(world, None) as stumble:
        assert (await counting.act()).text == KEPT
    assert stumble.seen >= 3
    assert await counting.times_kept() == 1
    for number in range(0, stumble.seen, 1 if full else 3):
        run = Run(world, how, long=bool(number % 2))
        await run.prepare()
        with stumbling(world, number, late=late) as stumbled:
            answer = await run.act()
        assert stumbled.failed
        assert answer.private
        # Each is reported to the operator, and not a word of the text with it.
        logged = world.faults.drain()
        assert logged
        assert run.mark not in "".join(logged)
        kept = await run.times_kept()
        assert (answer.text == KEPT) == bool(kept), (how, number)
        if not kept:
            assert "Not kept yet." in answer.text
            assert waiting_text(answer) == run.given_back
            assert (await run.tries_again()).text == KEPT
        assert await run.times_kept() == 1, (how, number)
    await world.env.settle()


@in_both_tiers
@pytest.mark.parametrize("how", HOW)
async def test_each_call_to_discord_fails(world: World, tap: Wiretap, how: str, full: bool) -> None:
    counting = Run(world, how)
    await counting.prepare()
    tap.listen()
    assert (await counting.act()).text == KEPT
    calls = [call.shape for call in tap.calls]
    assert len(calls) >= 2
    fails = list(itertools.product(range(len(calls)), KINDS))
    # Five is prime to the eight kinds: in the quick tier all are met, at different calls.
    for number, kind in fails if full else fails[HOW.index(how) :: 5]:
        run = Run(world, how)
        await run.prepare()
        tap.break_call(number, kind)
        await run.act()
        failed = tap.failed
        assert failed is not None
        tap.listen()
        await _is_not_lost(run, failed, kind)
        assert run.mark not in "".join(world.faults.drain())


async def _is_not_lost(run: Run, failed: Call, kind: str) -> None:
    kept, where = await run.times_kept(), (run.how, failed.shape, kind)
    waits = run.how in ("again", "unlock")
    if failed.acknowledges:
        # Discord shows that the form failed; nothing was done.
        assert kept == 0, where
        if not waits:
            assert run.text in run.said().replace("\\", ""), where
            return
    elif kept:
        assert KEPT in run.said() or run.mark in run.said(), where
        return
    assert run.cards(), where
    assert (await run.tries_again()).text == KEPT, where
    assert await run.times_kept() == 1, where


async def test_a_file_that_cannot_be_fetched_leaves_the_card_as_it_was(world: World) -> None:
    run = Run(world, "again")
    await run.prepare()
    blobs = world.env.backend.cdn._blobs
    before = dict(blobs)
    blobs.clear()
    await run.act()
    assert world.faults.drain() != []
    blobs.update(before)
    assert len(run.cards()) == 1
    assert (await run.tries_again()).text == KEPT
    assert await run.times_kept() == 1


@pytest.mark.parametrize("how", ["again", "unlock"])
async def test_nothing_replaces_the_only_copy_while_discord_takes_no_answer(
    world: World, how: str
) -> None:
    """The database fails, and so does every way to say so: the card still stands."""
    run = Run(world, how)
    await run.prepare()
    before = [message.id for message in run.cards()]
    world.env.inject_error("PATCH", "/webhooks/*/*/messages/@original", status=500, times=None)
    world.env.inject_error("POST", "/webhooks/*/*", status=500, times=None)
    with stumbling(world, 1):
        await run.act()
    world.faults.drain()
    assert [message.id for message in run.cards()] == before
    world.env.backend.faults.clear()
    assert (await run.tries_again()).text == KEPT
    assert await run.times_kept() == 1


@pytest.mark.parametrize("clicks", [2, 5])
async def test_trying_again_twice_at_once_keeps_once(world: World, clicks: int) -> None:
    run = Run(world, "again")
    await run.prepare()
    await world.at_once(*[run.act] * clicks)
    assert await run.times_kept() == 1
    assert len(await stored(world, run.person)) == 2


async def test_a_change_tried_again_twice_at_once_is_one_change(world: World) -> None:
    run = Run(world, "edit")
    await run.prepare()
    with stumbling(world, 0):
        card = await run.act()
    world.faults.drain()
    answers = await world.at_once(*[lambda: run.person.click(card, "Try again")] * 3)
    assert [answer.text for answer in answers] == [KEPT] * 3
    assert await stored(world, run.person) == [(run.title, run.text)]


async def test_kept_is_said_after_the_commit(world: World, tap: Wiretap) -> None:
    """While the transaction is open, Discord has heard nothing but that an answer follows."""
    run = Run(world, "new")
    await run.prepare()
    tap.listen()
    told: list[list[Call]] = []
    main = world.bot.store.main
    real = main._connection.commit  # type: ignore[union-attr]

    async def committing() -> None:
        told.append([call for call in tap.calls if call.tells])
        await real()

    main._connection.commit = committing  # type: ignore[union-attr, method-assign]
    assert (await run.act()).text == KEPT
    main._connection.commit = real  # type: ignore[union-attr, method-assign]
    assert told
    assert not any(told)


async def test_somebody_elses_card_cannot_be_tried_again(world: World) -> None:
    """Whoever forges a press on it keeps it in their own journal at most; the card is not seen."""
    run, ben = Run(world, "again"), world.person("Ben")
    await run.prepare()
    answer = await forge.press(ben, "firsthand:journal-keep:new.", at=world.general)
    assert "nothing here to keep" in answer.text
    assert await stored(world, ben) == []
