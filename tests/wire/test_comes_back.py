"""What somebody typed into a form is stored, or stands in front of them, whatever goes wrong.

Every form of the bot is sent from a private card, and refused: for what is in it, because what it
is about is gone or has changed, because a transaction or a call to Discord fails. Then everything
that stands below the text is pressed, and that fails, too. The forms come from `CONTROLS`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import Any

import pytest
from simcord.results import ResponseMessage

from bot.journal.service import Draft
from bot.reading import intake
from bot.reading.suggestions import Body
from bot.replies import PASSPHRASE, literal
from bot.text import clean
from tests.journals import stumbling
from tests.tiers import in_both_tiers
from tests.wire import diary as d
from tests.wire import forge
from tests.wire.flows import curating, reading
from tests.wire.reach import By, Reach
from tests.wire.stage import EPHEMERAL, Stage
from tests.wire.test_every_control import CONTROLS
from tests.wire.wiretap import KINDS, Wiretap
from tests.world import Answer, Person, World, controls, texts

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

#: Fields that are read as a number, a time, a zone: nothing else can be added to what is in them.
_READ = {"number", "when", "zone"}
#: What is shorter, all in all, is quickly typed again.
_SHORT = 12
_numbers = count(1)


def _typed(reach: Reach) -> set[str]:
    """The fields of a form that hold words."""
    fields = dict(reach.fields or {}).items()
    return {
        name
        for name, value in fields
        if not name.startswith(PASSPHRASE) and (callable(value) or isinstance(value, str))
    } - {"friend", "channel"}


FORMS = {name: reach for name, reach in CONTROLS.items() if reach.by is By.FORM and _typed(reach)}


# -- in what way it is refused ------------------------------------------------------------------

Meanwhile = Callable[[Stage], Awaitable[object]]


async def _note_changes(s: Stage) -> None:
    await s.world.bot.shelves.note(s.ana.id, reading.WORK, "Another one.", s.memory["note"])


async def _work_goes(s: Stage) -> None:
    await s.world.bot.shelves.take_off(s.ana.id, reading.WORK)


async def _five_wait(s: Stage) -> None:
    for number in range(intake.OPEN_LIMIT):
        body = Body(curating.wording(s, f"Work {number}"), named=False)
        await s.world.bot.suggesting.suggest(s.guild.id, s.ana.id, body)


async def _it_is_answered(s: Stage) -> None:
    its_id = curating.suggestion(s)
    await s.world.bot.curating.decline(s.guild.id, its_id, 1, "By another curator.")


async def _it_is_off_the_list(s: Stage) -> None:
    await s.world.bot.curating.remove(s.guild.id, curating.work(s), 1)


async def _entry_changes(s: Stage) -> None:
    await s.world.bot.journal.change(s.ana.id, d.entry_id(s), 1, Draft("", "Another one."))


async def _entry_goes(s: Stage) -> None:
    await s.world.bot.journal.delete(s.ana.id, d.entry_id(s))


async def _journal_is_locked(s: Stage) -> None:
    await s.world.bot.journal_keys.protect(s.ana.id, s.passphrase)
    await s.world.bot.journal_keys.lock(s.ana.id)


#: What somebody else, or the same person on another device, does while a form is open.
MEANWHILE: Mapping[str, Sequence[Meanwhile]] = {
    "reading-noted": [_note_changes, _work_goes],
    "suggested": [_five_wait],
    "review-edited": [_it_is_answered],
    "review-declined": [_it_is_answered],
    "review-worded": [_it_is_off_the_list],
    "journal-edited": [_entry_changes, _entry_goes, _journal_is_locked],
    "journal-written": [_journal_is_locked],
}
#: What can be wrong with a text; what of it is no wrong in one place is taken there.
WRONG: Mapping[str, Callable[[str], str]] = {
    "half an emoji": lambda typed: f"{typed} \ud83d",
    "mention": lambda typed: f"{typed} @everyone",
    "link": lambda typed: f"{typed} https://example.org/x",
    "unseen": lambda typed: f"{typed} \u202e\x07",
    "too long": lambda typed: typed + " and so on" * 500,
}


class Run:
    """One person, one form, and words in it that stand nowhere else."""

    def __init__(self, world: World, name: str, tap: Wiretap) -> None:
        self.world, self.tap, self.name, self.reach = world, tap, name, FORMS[name]
        self.stage = Stage(world)
        self.person: Person = getattr(self.stage, self.reach.person)
        self.typed: dict[str, Any] = {}

    async def prepare(self) -> None:
        """Everything before the form is sent."""
        with self.world.env.time_context():
            await self.reach.prepare(self.stage)
        await self.world.later(1)
        self.key, mark = self.reach.key(self.stage), f"tern{next(_numbers):05d}"
        for name, value in dict(self.reach.fields or {}).items():
            given = value(self.stage) if callable(value) else value
            mine = isinstance(given, str) and name not in _READ
            self.typed[name] = f"{mark} _sat_ {given}".strip() if mine else given
        self.card = self.world.fresh((await self.person.slash("help")).message)

    def amiss(self, how: Callable[[str], str]) -> None:
        for name in self.words:
            self.typed[name] = how(self.typed[name])

    @property
    def words(self) -> dict[str, str]:
        """What was typed, by field."""
        return {
            name: value
            for name, value in self.typed.items()
            if isinstance(value, str) and not name.startswith(PASSPHRASE)
        }

    async def send(self) -> Answer:
        custom_id = f"firsthand:{self.name}:{self.key}"
        at = self.reach.place(self.stage, self.person)
        return await forge.submit(self.person, custom_id, on=self.card, at=at, **self.typed)

    # -- what stands then -------------------------------------------------------------------

    def private(self) -> list[Any]:
        """What stands there for this person alone, oldest first."""
        at = self.reach.place(self.stage, self.person)
        stored = self.world.env.backend.messages.get(at.id, {})
        return [each for each in stored.values() if each.flags & EPHEMERAL]

    def shows_all(self, message: Any) -> bool:
        """Whether a message gives back every word, letter by letter."""
        said = "\n".join(texts(message.components))
        files = [data.decode() for data in self.world.files(message).values()]
        return all(
            literal(typed) in said or any(typed in each for each in files)
            for typed in map(_sendable, self.words.values())
        )

    def acknowledged(self) -> bool:
        """Whether somebody was told what they are told when nothing fails."""
        said = ["\n".join(texts(each.components)) for each in self.private()]
        return any(self.plain(each).startswith(_GOOD[self.name]) for each in said)

    def plain(self, said: str) -> str:
        """Without what differs from one run to the next."""
        for typed in self.words.values():
            said = said.replace(literal(clean(typed)), "…")
        return re.sub(r"[0-9]+", "0", said)

    def wrong(self) -> str:
        """What is wrong, in a sentence; nothing if nothing is lost."""
        self.world.env.backend.faults.clear()
        self.tap.listen()
        self.world.faults.drain()
        if sum(map(len, self.words.values())) < _SHORT or self.acknowledged():
            return ""
        return "" if any(map(self.shows_all, self.private())) else f"{self.name} loses {self.words}"


#: What is said after each form when nothing fails.
_GOOD: dict[str, str] = {}


def _sendable(typed: str) -> str:
    return re.sub("[\ud800-\udfff]", "\ufffd", typed)


async def _undisturbed(world: World, name: str, tap: Wiretap) -> tuple[int, int]:
    """How many transactions and calls a form takes; what is said then is known from there on."""
    run = Run(world, name, tap)
    await run.prepare()
    tap.listen()
    with stumbling(world, None) as counted:
        answer = await run.send()
    calls = len(tap.calls)
    assert answer.private
    assert world.faults.drain() == []
    _GOOD[name] = run.plain(answer.text)
    return counted.seen, calls


async def _ways(world: World, name: str, tap: Wiretap) -> list[tuple[str, Way]]:
    """Every way in which a form can be refused, by what to call it."""
    transactions, calls = await _undisturbed(world, name, tap)
    found: list[tuple[str, Way]] = [(why, Way(amiss=how)) for why, how in WRONG.items()]
    found.append(("nothing there", Way(key="X")))
    found += [(each.__name__, Way(meanwhile=each)) for each in MEANWHILE.get(name, [])]
    found += [
        (f"transaction {number}, late: {late}", Way(transaction=number, late=late))
        for number in range(transactions)
        for late in (False, True)
    ]
    found += [
        (f"call {number}: {kind}", Way(call=number, kind=kind))
        for number in range(calls)
        for kind in KINDS
    ]
    return found


@dataclass(frozen=True, slots=True)
class Way:
    """How a form is refused."""

    amiss: Callable[[str], str] | None = None
    key: str | None = None
    meanwhile: Meanwhile | None = None
    transaction: int | None = None
    late: bool = False
    call: int | None = None
    kind: str = ""

    async def send(self, run: Run) -> Answer:
        await run.prepare()
        if self.amiss is not None:
            run.amiss(self.amiss)
        if self.key is not None:
            run.key = self.key
        if self.meanwhile is not None:
            with run.world.env.time_context():
                await self.meanwhile(run.stage)
        if self.call is not None:
            run.tap.break_call(self.call, self.kind)
        with stumbling(run.world, self.transaction, late=self.late):
            return await run.send()


def _sample(ways: list[tuple[str, Way]], turn: int, *, full: bool) -> list[tuple[str, Way]]:
    """In the quick tier every eleventh of what fails goes round, and all else is tried."""
    fails = [each for each in ways if each[1].transaction is not None or each[1].call is not None]
    others = [each for each in ways if each not in fails]
    return others + (fails if full else fails[turn % 11 :: 11])


@in_both_tiers
@pytest.mark.parametrize("name", FORMS)
async def test_words_stand_or_are_stored(
    shared: World, tap: Wiretap, name: str, full: bool
) -> None:
    ways = await _ways(shared, name, tap)
    wrong: list[str] = []
    for called, way in _sample(ways, sorted(FORMS).index(name), full=full):
        run = Run(shared, name, tap)
        await way.send(run)
        wrong += [f"{called}: {each}" for each in [run.wrong()] if each]
        await run.stage.strike()
    assert not wrong, "\n".join(wrong)


# -- what is pressed below them -----------------------------------------------------------------


def _steps(run: Run) -> list[tuple[int, str]]:
    """Every button below what was given back: the place of its message, and its id."""
    if run.acknowledged():
        return []
    return [
        (place, each["custom_id"])
        for place, message in enumerate(run.private())
        if run.shows_all(message)
        for each in controls(message.components)
    ]


async def _press(run: Run, place: int, custom_id: str) -> None:
    message = ResponseMessage(run.world.env, run.private()[place])
    answer = await run.person.click(message, id=custom_id)
    if answer.form is not None:
        fields = [label["component"]["custom_id"] for label in answer.form["components"]]
        await run.person.fill(
            answer,
            **{
                name: run.stage.passphrase if name.startswith(PASSPHRASE) else "Rain."
                for name in fields
            },
        )


async def _is_pressed(run: Run, place: int, custom_id: str, how: Pressed) -> None:
    if how.call is not None:
        run.tap.break_call(how.call, how.kind)
    if how.times_out:
        for method in ("PATCH", "POST"):
            run.world.env.inject_error(method, "/webhooks/*", status=404, code=10015, times=None)
    with stumbling(run.world, how.transaction, late=how.late):
        if how.twice:
            await run.world.at_once(*[partial(_press, run, place, custom_id)] * 2)
        else:
            await _press(run, place, custom_id)


@dataclass(frozen=True, slots=True)
class Pressed:
    """What goes wrong when a button below given words is pressed."""

    transaction: int | None = None
    late: bool = False
    call: int | None = None
    kind: str = ""
    #: A quarter of an hour passes before it is answered: Discord takes no answer any more.
    times_out: bool = False
    twice: bool = False


async def _pressings(world: World, name: str, way: Way, step: int, tap: Wiretap) -> list[Pressed]:
    """In which ways the pressing of a button can fail."""
    run = Run(world, name, tap)
    await way.send(run)
    tap.listen()
    with stumbling(world, None) as counted:
        await _press(run, *_steps(run)[step])
    found = [Pressed(), Pressed(times_out=True), Pressed(twice=True)]
    found += [
        Pressed(transaction=number, late=late)
        for number in range(counted.seen)
        for late in (False, True)
    ]
    found += [Pressed(call=number, kind=kind) for number in range(len(tap.calls)) for kind in KINDS]
    world.faults.drain()
    await run.stage.strike()
    return found


@in_both_tiers
@pytest.mark.parametrize("name", FORMS)
async def test_words_stand_whatever_is_pressed_below_them(
    shared: World, tap: Wiretap, name: str, full: bool
) -> None:
    await _undisturbed(shared, name, tap)
    ways = [Way(amiss=how) for how in WRONG.values()] + [Way(key="X"), Way(transaction=0)]
    ways += [Way(meanwhile=each) for each in MEANWHILE.get(name, [])]
    wrong: list[str] = []
    for way in ways:
        seen = Run(shared, name, tap)
        await way.send(seen)
        seen.wrong()
        steps = _steps(seen)
        await seen.stage.strike()
        for step, (_, custom_id) in enumerate(steps):
            pressings = await _pressings(shared, name, way, step, tap)
            for how in pressings if full else [*pressings[:3], *pressings[3 + step :: 11]]:
                run = Run(shared, name, tap)
                await way.send(run)
                run.tap.listen()
                await _is_pressed(run, *_steps(run)[step], how)
                wrong += [f"{custom_id}, {how}: {each}" for each in [run.wrong()] if each]
                await run.stage.strike()
    assert not wrong, "\n".join(wrong)


async def test_every_form_with_words_is_tried() -> None:
    """Also those whose words are only numbers or times; the others hold choices, or passphrases."""
    forms = {name for name, reach in CONTROLS.items() if reach.by is By.FORM}
    assert forms - set(FORMS) == {
        "journal-shared",
        "journal-unlocked",
        "journal-passphrase-set",
        "journal-passphrase-removed",
        "review-accepted",
        "review-termed",
    }
