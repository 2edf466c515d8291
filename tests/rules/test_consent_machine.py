"""A consent's life as a state machine: any order of acts, two processes on one database.

The model keeps only what the laws say: which words a person has said yes to, and until when. After
every step the database must agree with it, seen from both processes.
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    rule,
)

from bot.consent import rules
from bot.consent.rules import Act, Flag, Party, State
from bot.consent.service import Request
from bot.services import Services
from bot.settings import Settings
from bot.store.store import Store, open_store
from tests.states import begin
from tests.tiers import examples

GUILD, CHANNEL, OTHER_CHANNEL = 10, 20, 21
PEOPLE = (1, 2, 3)
#: A memory file system where there is one: the laws are tested here, not the disk.
_FAST = "/dev/shm" if Path("/dev/shm").is_dir() else None

who = st.sampled_from(PEOPLE)
which = st.integers(0, 1)
#: Which part somebody has in a consent; outsiders try as well, only less often.
parts = st.sampled_from(["asked", "opener", "asked", "opener", "outsider"])
pairs = st.sampled_from([(one, two) for one in PEOPLE for two in PEOPLE if one != two])


class Process(Services):
    """One process's services on the shared database."""

    def __init__(self, store: Store, clock: Any) -> None:
        self.store = store
        self.clock = clock


class ConsentMachine(RuleBasedStateMachine):
    """Acts are drawn in any order, each in either process."""

    consents = Bundle("consents")

    @initialize()
    def open(self) -> None:
        self.now = 1_000_000
        self.runner = asyncio.Runner()
        self.folder = tempfile.TemporaryDirectory(dir=_FAST)
        configured = Settings.from_mapping({"FIRSTHAND_STATE": self.folder.name})
        self.runner.run(begin(configured))
        self.processes = [
            Process(self.run(open_store(configured, self.clock)), self.clock) for _ in range(2)
        ]
        self.here = set(PEOPLE)
        self.asked_words: dict[str, str] = {}
        self.party: dict[str, Party] = {}
        #: What somebody said yes to and has not taken back: words and end, by consent.
        self.yes: dict[str, tuple[str, int]] = {}
        self.said: set[str] = set()
        self.edits: dict[str, str] = {}
        self.blocks: set[tuple[int, int]] = set()
        self.flags = dict.fromkeys(PEOPLE, Flag.ASK)
        self.count = 0

    def teardown(self) -> None:
        if not hasattr(self, "runner"):
            return
        for process in self.processes:
            self.run(process.store.close())
        self.runner.close()
        self.folder.cleanup()

    def clock(self) -> int:
        return self.now

    def run(self, work: Any) -> Any:
        return self.runner.run(work)

    # -- acts -------------------------------------------------------------------------------

    @rule(target=consents, process=which, pair=pairs, give=st.booleans())
    def ask(self, process: int, pair: tuple[int, int], give: bool) -> Any:
        opener, other = pair
        self.count += 1
        words = f"words {self.count}"
        person, holder = (opener, other) if give else (other, opener)
        asked = self.run(
            self.processes[process].consents.ask(
                Request(
                    guild_id=GUILD,
                    channel_id=CHANNEL,
                    party=Party(person, holder, opener),
                    asked_is_bot=False,
                    words=words,
                    place="here",
                    speak_channel_id=CHANNEL,
                    days=7,
                )
            )
        )
        if not give and self.flags[other] is Flag.NEVER:
            assert asked.consent is None
        if asked.consent is None:
            return multiple()
        assert bool(asked.consent.hidden) == ((other, opener) in self.blocks)
        self.asked_words[asked.consent.id] = words
        self.party[asked.consent.id] = asked.consent.party
        return asked.consent.id

    def somebody(self, consent: str, part: int | str) -> int:
        """The person with that part in a consent."""
        party = self.party[consent]
        if isinstance(part, int):
            return part
        if part == "outsider":
            return next(each for each in PEOPLE if each not in (party.person_id, party.holder_id))
        return party.opener_id if part == "opener" else party.asked_id

    def act(self, process: int, consent_id: str, actor: int, act: Act, words: str = "") -> Any:
        return self.run(
            self.processes[process].consents.act(consent_id, actor, act, GUILD, words=words)
        )

    @rule(process=which, consent=consents, actor=parts)
    def say_yes(self, process: int, consent: str, actor: int | str) -> None:
        actor = self.somebody(consent, actor)
        acted = self.act(process, consent, actor, Act.YES)
        if acted is not None and acted.consent is not None:
            assert actor == self.party[consent].asked_id
            self.yes[consent] = (self.asked_words[consent], acted.consent.due_at)

    @rule(process=which, consent=consents, actor=parts)
    def edit(self, process: int, consent: str, actor: int | str) -> None:
        actor = self.somebody(consent, actor)
        acted = self.act(process, consent, actor, Act.EDIT, f"edited {consent}")
        if acted is not None and acted.consent is not None:
            assert actor == self.party[consent].person_id == self.party[consent].asked_id
            self.edits[consent] = f"edited {consent}"

    @rule(process=which, consent=consents, actor=parts)
    def accept(self, process: int, consent: str, actor: int | str) -> None:
        actor = self.somebody(consent, actor)
        acted = self.act(process, consent, actor, Act.ACCEPT)
        if acted is not None and acted.consent is not None:
            assert consent in self.edits
            assert actor == self.party[consent].opener_id
            self.yes[consent] = (self.edits[consent], acted.consent.due_at)

    @rule(
        process=which,
        consent=consents,
        actor=parts,
        act=st.sampled_from([Act.NO, Act.LEAVE, Act.REJECT, Act.CANCEL]),
    )
    def refuse_or_leave(self, process: int, consent: str, actor: int | str, act: Act) -> None:
        actor = self.somebody(consent, actor)
        before = self.yes.get(consent)
        self.act(process, consent, actor, act)
        assert self.yes.get(consent) == before

    @rule(process=which, consent=consents, actor=parts)
    def take_back(self, process: int, consent: str, actor: int | str) -> None:
        actor = self.somebody(consent, actor)
        acted = self.act(process, consent, actor, Act.TAKE_BACK)
        if actor == self.party[consent].person_id and consent in self.yes:
            assert acted is not None
            assert acted.consent is not None
        if acted is not None and acted.consent is not None:
            assert actor == self.party[consent].person_id
            self.yes.pop(consent, None)

    @rule(process=which, consent=consents, actor=parts)
    def give_up(self, process: int, consent: str, actor: int | str) -> None:
        actor = self.somebody(consent, actor)
        acted = self.act(process, consent, actor, Act.GIVE_UP)
        if acted is not None and acted.consent is not None:
            assert actor == self.party[consent].holder_id
            self.yes.pop(consent)

    @rule(process=which, owner=who, other=who, undo=st.booleans())
    def block(self, process: int, owner: int, other: int, undo: bool) -> None:
        boundaries = self.processes[process].boundaries
        if undo:
            undone = self.run(boundaries.unblock(owner, other))
            assert undone == ((owner, other) in self.blocks)
            self.blocks.discard((owner, other))
        else:
            self.run(boundaries.block(owner, other))
            self.blocks.add((owner, other))

    @rule(process=which, person=who, flag=st.sampled_from(Flag))
    def set_flag(self, process: int, person: int, flag: Flag) -> None:
        self.run(self.processes[process].consents.set_flag(GUILD, person, flag, "a note"))
        self.flags[person] = flag

    @rule(person=who)
    def leave_or_rejoin(self, person: int) -> None:
        self.here ^= {person}

    @rule(seconds=st.sampled_from([1, 3600, rules.DAY, 7 * rules.DAY - 1, 31 * rules.DAY]))
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule(process=which)
    def tidy(self, process: int) -> None:
        self.run(self.processes[process].speaking.tidy())
        self.run(self.processes[process].boundaries.tidy())

    @rule(target=consents, process=which, pair=pairs, give=st.booleans(), said=st.booleans())
    def ask_and_agree(self, process: int, pair: tuple[int, int], give: bool, said: bool) -> Any:
        """The common path, so that the machine spends its steps on what may follow it."""
        consent = self.ask(process, pair, give)
        if isinstance(consent, str):
            self.say_yes(1 - process, consent, pair[1])
            if said:
                self.speak(process, consent, 0, 0, True, "arrives")
        return consent

    @rule(
        process=which,
        consent=consents,
        elsewhere=st.sampled_from([0, 0, 0, 1]),
        by_another=st.sampled_from([0, 0, 0, 1, 2]),
        writes=st.sampled_from([True, True, True, False]),
        then=st.sampled_from(["arrives", "arrives", "is lost", "is overtaken"]),
    )
    def speak(
        self,
        process: int,
        consent: str,
        elsewhere: int,
        by_another: int,
        writes: bool,
        then: str,
    ) -> None:
        party = self.party[consent]
        speaker = (party.holder_id - 1 + by_another) % len(PEOPLE) + 1
        channel = OTHER_CHANNEL if elsewhere else CHANNEL
        spoken = self.run(
            self.processes[process].speaking.begin(
                consent,
                speaker_id=speaker,
                guild_id=GUILD,
                channel_id=channel,
                ruled_as=channel,
                writes=writes,
                holder_here=speaker in self.here,
                person_here=party.person_id in self.here,
            )
        )
        agreed = self.yes.get(consent)
        allowed = (
            agreed is not None
            and agreed[1] > self.now
            and speaker == party.holder_id
            and {party.person_id, speaker} <= self.here
            and channel == CHANNEL
            and writes
        )
        assert spoken.verdict.allowed == allowed
        if not allowed:
            return
        assert agreed is not None
        assert spoken.words == agreed[0]
        assert spoken.said == (consent in self.said), "one post at a time under one consent"
        if spoken.said:
            return
        self.said.add(consent)
        if then == "is overtaken":
            # Taken back in the other process while the message is on its way.
            self.take_back(1 - process, consent, party.person_id)
        if then != "is lost":
            self.count += 1
            post = self.run(self.processes[process].posts.is_up(spoken.post, self.count))
            assert bool(post.goes) == (then == "is overtaken")

    @rule(consent=consents, actor=parts, answer=st.sampled_from([Act.YES, Act.NO]))
    def both_processes_at_once(self, consent: str, actor: int | str, answer: Act) -> None:
        """Two clicks of one person reach two processes: one of them wins."""
        actor = self.somebody(consent, actor)

        async def race() -> list[Any]:
            return await asyncio.gather(
                *(p.consents.act(consent, actor, answer, GUILD) for p in self.processes)
            )

        acted = [each for each in self.run(race()) if each is not None and each.consent]
        assert len(acted) <= 1
        if acted and answer is Act.YES:
            self.yes[consent] = (self.asked_words[consent], acted[0].consent.due_at)

    # -- the laws ---------------------------------------------------------------------------

    @invariant()
    def silence_is_not_consent(self) -> None:
        """Law 1: what is live is exactly what was agreed, in both processes."""
        if not hasattr(self, "runner"):
            return
        live = {key: value for key, value in self.yes.items() if value[1] > self.now}
        for process in self.processes:
            held: dict[str, tuple[str, int]] = {}
            for person in PEOPLE:
                for shown in self.run(process.consents.held(person, GUILD)):
                    held[shown.consent.id] = (shown.words or "", shown.consent.due_at)
            assert held == live

    @invariant()
    def what_is_over_holds_no_words(self) -> None:
        """Law 8."""
        if not hasattr(self, "runner"):
            return
        for row in self.rows("SELECT * FROM consents"):
            if row["state"] not in ("waiting", "edited", "live"):
                assert row["words"] is None
                assert row["place"] is None

    @invariant()
    def taking_back_reaches_what_was_posted(self) -> None:
        """Law 2: no post of a consent that was taken back counts as standing."""
        if not hasattr(self, "runner"):
            return
        states = {row["id"]: row["state"] for row in self.rows("SELECT * FROM consents")}
        for post in self.rows("SELECT * FROM posts"):
            if states.get(post["key"]) in (None, State.WITHDRAWN):
                assert post["goes"]

    @invariant()
    def at_most_one_open_request_a_pair(self) -> None:
        if not hasattr(self, "runner"):
            return
        pairs = [
            (row["opener_id"], row["person_id"], row["holder_id"])
            for row in self.rows("SELECT * FROM consents")
            if row["state"] in ("waiting", "edited")
        ]
        assert len(pairs) == len(set(pairs))

    def rows(self, sql: str) -> list[dict[str, Any]]:
        async def look() -> list[dict[str, Any]]:
            async with self.processes[0].store.main.transaction() as connection:
                return [dict(row) for row in await connection.execute_fetchall(sql)]

        return self.run(look())


ConsentMachine.TestCase.settings = settings(
    max_examples=examples(quick=10, full=50),
    stateful_step_count=30,
    deadline=None,
    # A failure is short enough to read as it is found; shrinking one takes minutes of commits.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.too_slow],
)
TestConsentMachine = ConsentMachine.TestCase
