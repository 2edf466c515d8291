"""Journals as a state machine: whatever people do, nobody sees a word of somebody else's.

Three writers, three channels and their DMs; every command, button, menu, form and suggestion of the
journal in any order, also those made by hand with other people's ids. Each writer's texts and
titles carry a mark. It is looked for in every single call to Discord: what answers somebody, or
goes to their DM, may hold their own mark; what goes to a channel, none. Sharing, which shows an
entry to a friend after both said yes, has tests of its own.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.journals import (
    NO_ID,
    OTHER_PASSPHRASE,
    PASSPHRASE,
    WRONG,
    edits,
    hurry,
    sends,
)
from tests.simulator import listening
from tests.tiers import examples
from tests.wire import forge
from tests.wire.wiretap import Call, Wiretap
from tests.world import DAY, Answer, Person, World, controls

_FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None
MARKS = ("Zorzal", "Tordo", "Mirlo")
PASSPHRASES = (PASSPHRASE, OTHER_PASSPHRASE, WRONG)
COMMANDS = ("read", "tips", "lock", "unlock", "passphrase", "export", "erase", "remind")
SUGGESTED = (
    ("write", "prompt"),
    ("read", "month"),
    ("search", "month"),
    ("edit", "entry"),
    ("delete", "entry"),
)
#: Where a form is sent to, by the one who opened it or by anybody, with anybody's id.
FORMS = (
    "journal-written",
    "journal-edited",
    "journal-unlocked",
    "journal-passphrase-set",
    "journal-passphrase-removed",
    "journal-keep",
)
ON_ENTRIES = ("journal-open", "journal-edit", "journal-delete", "journal-delete-now")
ON_LETTERS = ("letter-keep", "letter-always", "letter-change")

who = st.integers(0, len(MARKS) - 1)
#: The fourth place is the writer's DM.
where = st.integers(0, 3)
which = st.integers(0, 10_000)


class JournalMachine(RuleBasedStateMachine):
    """Whoever acts, acts alone; what overlaps is tested elsewhere."""

    @initialize()
    def begin(self) -> None:
        self.runner = asyncio.Runner()
        self.patch = pytest.MonkeyPatch()
        hurry(self.patch)
        self.folder = tempfile.TemporaryDirectory(dir=_FAST)
        self.hearing = listening()
        self.faults = self.hearing.__enter__()
        self.tapping = Wiretap().attached()
        self.tap = self.tapping.__enter__()
        self.world = World(Path(self.folder.name) / "state", self.faults)
        self.run(self.world.start())
        self.tokens: dict[str, int] = {}
        self._note_tokens()
        third = self.world.guild.create_text_channel("kitchen")
        self.channels = [self.world.general, self.world.assembly, third]
        locales = ("en-US", "es-ES", "en-GB")
        self.people = [
            self.world.person(mark + "a", locale)
            for mark, locale in zip(MARKS, locales, strict=True)
        ]
        self.direct = {person.user.dm_channel.id: n for n, person in enumerate(self.people)}
        #: Which of the people an id belongs to.
        self.owner = {person.id: n for n, person in enumerate(self.people)}
        #: Ids and controls that anybody has come across, to be tried by everybody.
        self.entries: list[str] = [NO_ID]
        self.letters: list[tuple[int, Any]] = []
        self.seen: list[dict[str, Any]] = []
        self.cards: list[tuple[int, Any]] = []
        self.count = self.checked = 0

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        self.run(self.world.stop())
        self.runner.close()
        self.tapping.__exit__(None, None, None)
        logged = self.faults.drain()
        self.hearing.__exit__(None, None, None)
        self.patch.undo()
        self.folder.cleanup()
        assert logged == []

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    def _note_tokens(self) -> None:
        emit = self.world.env.backend.emit

        def noting(name: str, payload: Any, *args: Any, **how: Any) -> Any:
            if name == "INTERACTION_CREATE":
                user = payload.get("user") or payload["member"]["user"]
                self.tokens[payload["token"]] = int(user["id"])
            return emit(name, payload, *args, **how)

        self.world.env.backend.emit = noting

    # -- acts ---------------------------------------------------------------------------------

    @rule(n=who, place=where, titled=st.booleans(), prompt=st.sampled_from(["", "slow-1", "?"]))
    def write(self, n: int, place: int, titled: bool, prompt: str) -> None:
        options = {"prompt": prompt} if prompt else {}
        form = self._slash(n, place, "write", **options)
        self._fill(n, form, titled, PASSPHRASE)

    @rule(n=who, place=where, name=st.sampled_from(COMMANDS))
    def command(self, n: int, place: int, name: str) -> None:
        self._slash(n, place, name)

    @rule(n=who, place=where, wanted=who, month=st.sampled_from(["", "2026-01", "never"]))
    def search(self, n: int, place: int, wanted: int, month: str) -> None:
        options = {"month": month} if month else {}
        # In small letters, because the answer repeats what was looked for.
        self._slash(n, place, "search", text=MARKS[wanted].lower(), **options)

    @rule(n=who, place=where, name=st.sampled_from(["edit", "delete"]), entry=which)
    def name_an_entry(self, n: int, place: int, name: str, entry: int) -> None:
        answer = self._slash(n, place, name, entry=self._entry(entry))
        if answer.form is not None:
            self._fill(n, answer, True, PASSPHRASE)

    @rule(n=who, place=where, control=which)
    def press(self, n: int, place: int, control: int) -> None:
        """Whatever stands on somebody's card, pressed by the same one or by somebody else."""
        if not self.seen:
            return
        found = self.seen[control % len(self.seen)]
        self._use(n, place, found, control)

    @rule(n=who, place=where, name=st.sampled_from(ON_ENTRIES), entry=which)
    def forge_on_an_entry(self, n: int, place: int, name: str, entry: int) -> None:
        custom_id = f"firsthand:{name}:{self._entry(entry)}"
        self._take(n, self.run(forge.press(self.people[n], custom_id, at=self._at(n, place))))

    @rule(n=who, place=where, entry=which)
    def forge_a_choice(self, n: int, place: int, entry: int) -> None:
        work = forge.choose(
            self.people[n],
            "firsthand:journal-choose:",
            self._entry(entry),
            at=self._at(n, place),
        )
        self._take(n, self.run(work))

    @rule(n=who, place=where, name=st.sampled_from(FORMS), entry=which, typed=which)
    def forge_a_form(self, n: int, place: int, name: str, entry: int, typed: int) -> None:
        key = f"{self._entry(entry)}.{1 + typed % 3}"
        fields = {"title": self._text(n), "text": self._text(n)}
        fields |= {
            name: PASSPHRASES[typed % len(PASSPHRASES)]
            for name in ("passphrase", "passphrase-new", "passphrase-again")
        }
        custom_id = f"firsthand:{name}:{key}"
        work = forge.submit(self.people[n], custom_id, at=self._at(n, place), **fields)
        self._take(n, self.run(work))

    @rule(n=who, place=where, name=st.sampled_from(ON_LETTERS), first=which, last=which)
    def forge_on_a_letter(self, n: int, place: int, name: str, first: int, last: int) -> None:
        if not self.letters:
            return
        ids = [str(self.letters[each % len(self.letters)][1].id) for each in (first, last)]
        key = ids[0] if name != "letter-keep" else ".".join(ids)
        custom_id = f"firsthand:{name}:{key}"
        self._take(n, self.run(forge.press(self.people[n], custom_id, at=self._at(n, place))))

    @rule(n=who, at=st.sampled_from(SUGGESTED), wanted=who, typed=st.booleans())
    def suggestions(self, n: int, at: tuple[str, str], wanted: int, typed: bool) -> None:
        found = self.run(
            self.people[n].suggestions(f"journal {at[0]}", at[1], MARKS[wanted] if typed else "")
        )
        assert all(self._allowed(str(each), n) for each in found)
        if at[1] == "entry":
            self.entries += [each["value"] for each in found]

    @rule(n=who, passphrase=st.sampled_from(PASSPHRASES))
    def protect(self, n: int, passphrase: str) -> None:
        fields = {"passphrase": PASSPHRASE}
        fields |= {"passphrase-new": passphrase, "passphrase-again": passphrase}
        custom_id = "firsthand:journal-passphrase-set:"
        work = forge.submit(self.people[n], custom_id, at=self._at(n, 0), **fields)
        self._take(n, self.run(work))

    @rule(n=who, passphrase=st.sampled_from(PASSPHRASES))
    def unlock(self, n: int, passphrase: str) -> None:
        custom_id = "firsthand:journal-unlocked:"
        work = forge.submit(self.people[n], custom_id, at=self._at(n, 3), passphrase=passphrase)
        self._take(n, self.run(work))

    @rule(n=who, with_file=st.booleans())
    def letter(self, n: int, with_file: bool) -> None:
        files = [("words.txt", self._text(n).encode())] if with_file else []
        message = self.run(sends(self.people[n], self._text(n), *files))
        self.letters.append((n, message))
        self._look_at_dm(n)

    @rule(letter=which)
    def change_a_letter(self, letter: int) -> None:
        if self.letters:
            n, message = self.letters[letter % len(self.letters)]
            self.run(edits(self.people[n], message, self._text(n)))
            self._look_at_dm(n)

    @rule(seconds=st.sampled_from([30, 700, 4000, DAY]))
    def time_passes(self, seconds: int) -> None:
        self.run(self.world.later(seconds))

    @rule()
    def restart(self) -> None:
        self.run(self.world.restart())

    # -- what must hold -------------------------------------------------------------------------

    @invariant()
    def nobody_sees_a_word_of_somebody_elses(self) -> None:
        if not hasattr(self, "tap"):
            return
        calls, self.checked = self.tap.calls[self.checked :], len(self.tap.calls)
        for call in calls:
            said = f"{call.json} {call.params} {call.files}"
            said += "".join(data.decode(errors="replace") for _, data in call.files)
            assert self._allowed(said, self._reader(call)), f"{call.shape}: {said}"

    @invariant()
    def nothing_stands_in_a_channel(self) -> None:
        for channel in getattr(self, "channels", []):
            assert self.world.said(channel) == ""

    def _reader(self, call: Call) -> int | None:
        """Who reads what a call says; None: everybody."""
        if call.path.startswith("/interactions/"):
            return self.owner[self.tokens[call.path.split("/")[3]]]
        if call.path.startswith("/webhooks/"):
            return self.owner[self.tokens[call.path.split("/")[3]]]
        if call.path.startswith("/channels/"):
            return self.direct.get(int(call.path.split("/")[2]))
        return None

    def _allowed(self, said: str, reader: int | None) -> bool:
        return not any(mark in said for n, mark in enumerate(MARKS) if n != reader)

    # -- helping ------------------------------------------------------------------------------

    def _text(self, n: int) -> str:
        self.count += 1
        return f"{MARKS[n]} {self.count} said something long enough to be shown again."

    def _at(self, n: int, place: int) -> Any:
        return self.channels[place] if place < 3 else self.people[n].user.dm_channel

    def _entry(self, number: int) -> str:
        return self.entries[number % len(self.entries)]

    def _slash(self, n: int, place: int, name: str, **options: Any) -> Answer:
        person, command = self.people[n], f"journal {name}"
        if place == 3:
            return self._take(n, self.run(person.dm(command, **options)))
        return self._take(n, self.run(person.slash(command, at=self._at(n, place), **options)))

    def _fill(self, n: int, form: Answer, titled: bool, passphrase: str) -> None:
        if form.form is None:
            return
        names = [each["component"]["custom_id"] for each in form.form["components"]]
        values = {
            name: passphrase
            if name.startswith("passphrase")
            else self._text(n)
            if name == "text" or titled
            else ""
            for name in names
        }
        values = {name: value[:100] if name == "title" else value for name, value in values.items()}
        self._take(n, self.run(self.people[n].fill(form, **values)))

    def _use(self, n: int, place: int, found: dict[str, Any], number: int) -> None:
        person, custom_id, at = self.people[n], found["custom_id"], self._at(n, place)
        # A form that was opened on a message is filled in where that message stands.
        there = self.world.env.backend.messages.get(at.id, {})
        mine = [card for owner, card in self.cards if owner == n and card.id in there]
        on = mine[number % len(mine)] if mine and number % 2 else None
        if options := found.get("options"):
            value = options[number % len(options)]["value"]
            work = forge.choose(person, custom_id, value, at=at)
        else:
            work = forge.press(person, custom_id, at=at, on=on)
        answer = self._take(n, self.run(work))
        if answer.form is not None:
            self._fill(n, answer, bool(number % 3), PASSPHRASES[number % 2])

    def _take(self, n: int, answer: Answer) -> Answer:
        """Remember what stands on an answer; it is for one person alone."""
        if answer.message is None:
            return answer
        assert answer.private, answer
        stored = self.world.fresh(answer.message)
        self._remember(stored)
        if stored.attachments:
            self.cards.append((n, stored))
        return answer

    def _look_at_dm(self, n: int) -> None:
        person: Person = self.people[n]
        for message in self.world.messages(person.user.dm_channel)[-3:]:
            self._remember(self.world.fresh(message))

    def _remember(self, message: Any) -> None:
        for each in controls(message.components):
            if "share" in each["custom_id"]:
                continue
            self.seen.append(each)
            for option in each.get("options") or []:
                if "journal-choose" in each["custom_id"]:
                    self.entries.append(option["value"])


JournalMachine.TestCase.settings = settings(
    max_examples=examples(quick=3, full=16),
    stateful_step_count=40,
    deadline=None,
    # A step takes some milliseconds, so making a failing run shorter would take many minutes.
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
test_nobody_sees_a_word_of_somebody_elses_journal = JournalMachine.TestCase
