"""Which buttons a consent has for whom: exactly what that person can do with it at that moment."""

from __future__ import annotations

from typing import Any

import pytest

from bot.consent import SAID
from bot.consent.rules import OPEN, Act, Party, State, next_state
from bot.replies import NOT_FOUND
from bot.store.ids import new_id
from tests.wire import forge
from tests.world import Person, World

BACK = "Back to the ledger"
#: The acts behind the buttons, but for those that only show something.
ACTS = {
    "Take it back": Act.TAKE_BACK,
    "Give it up": Act.GIVE_UP,
    "Cancel it": Act.CANCEL,
    "Yes, these words": Act.YES,
    "Yes, in my words": Act.EDIT,
    "No": Act.NO,
    "Leave it": Act.LEAVE,
    "Agree to these words": Act.ACCEPT,
    "Don't agree": Act.REJECT,
}
#: In the ledger: for the person spoken for and the holder, where the holder asked, and where the
#: person did. An edited one is always the person's answer to a holder.
Offers = dict[State, tuple[list[str], list[str]]]
OVER: Offers = {
    state: ([], [])
    for state in (
        *(State.DECLINED, State.UNACCEPTED, State.LAPSED, State.CANCELLED),
        *(State.EXPIRED, State.WITHDRAWN, State.GIVEN_UP),
    )
}
LIVE: Offers = {State.LIVE: (["Take it back"], ["Give it up"])}
HOLDER_ASKED: Offers = {
    State.WAITING: ([], ["Cancel it"]),
    State.EDITED: (["Cancel it"], ["Read it"]),
    **LIVE,
    **OVER,
}
PERSON_ASKED: Offers = {State.WAITING: (["Cancel it"], []), **LIVE, **OVER}
#: Where something was posted under it, that can still be taken back.
POSTED: Offers = {
    State.EXPIRED: (["Take it back"], []),
    State.GIVEN_UP: (["Take it back"], []),
}
#: In the inbox, after *Read it*.
ANSWERS = ["No", "Leave it", "Don't let them ask again"]
READ_HOLDER_ASKED: Offers = {
    State.WAITING: (["Yes, these words", "Yes, in my words", *ANSWERS], []),
    State.EDITED: ([], ["Agree to these words", "Don't agree"]),
}
READ_PERSON_ASKED: Offers = {State.WAITING: ([], ["Yes, these words", *ANSWERS])}


class Consent:
    """One consent, put into any state by hand."""

    def __init__(self, world: World, opener: str) -> None:
        self.world = world
        self.ana, self.beto = world.person("Ana"), world.person("Beto")
        self.opener, self.id = opener, ""

    async def begin(self) -> None:
        asked = await (self.beto.asks(self.ana) if self.opener == "holder" else self.give())
        assert "Asked" in asked.text
        self.id = (await self.world.only_consent())["id"]

    async def give(self) -> Any:
        return await self.ana.gives(self.beto)

    @property
    def party(self) -> Party:
        opener = self.beto if self.opener == "holder" else self.ana
        return Party(self.ana.id, self.beto.id, opener.id)

    async def becomes(self, state: State, *, posted: bool = False) -> None:
        async with self.world.bot.store.main.transaction() as connection:
            await connection.execute(f"UPDATE consents SET state = '{state}'")
            await connection.execute("DELETE FROM posts")
            if posted:
                await connection.execute(
                    "INSERT INTO posts (id, topic, key, guild_id, channel_id, message_id) "
                    f"VALUES ('post', '{SAID}', '{self.id}', {self.world.guild.id}, 1, 1)"
                )

    async def offered(self, person: Person, name: str) -> list[str]:
        """The labels on the card; none where there is no card."""
        shown = await forge.press(person, f"firsthand:{name}:{self.id}", at=self.world.general)
        return [each for each in shown.labels if each != BACK]

    async def check(self, name: str, state: State, expected: tuple[list[str], list[str]]) -> None:
        for person, labels in zip((self.ana, self.beto), expected, strict=True):
            found = await self.offered(person, name)
            assert found == labels, (name, state, person.user.name)
            for label in found:
                if label in ACTS:
                    refused = next_state(state, ACTS[label], person.id, self.party) is None
                    assert not refused, f"{label} would be refused"


@pytest.mark.parametrize("opener", ["holder", "person"])
async def test_each_of_the_two_is_offered_exactly_what_they_can_do(
    world: World, opener: str
) -> None:
    s = Consent(world, opener)
    await s.begin()
    ledger, inbox = (
        (HOLDER_ASKED, READ_HOLDER_ASKED)
        if opener == "holder"
        else (PERSON_ASKED, READ_PERSON_ASKED)
    )
    assert set(ledger) == set(State) - ({State.EDITED} if opener == "person" else set())
    for state, expected in ledger.items():
        await s.becomes(state)
        await s.check("entry", state, expected)
        await s.check("read", state, inbox.get(state, ([], [])))
        if state not in OPEN:
            await s.becomes(state, posted=True)
            await s.check("entry", state, POSTED.get(state, expected))


@pytest.mark.parametrize("opener", ["holder", "person"])
async def test_what_somebody_can_do_is_offered_to_them(world: World, opener: str) -> None:
    """Law 2, reversible: no act that the rules allow is without its button."""
    s = Consent(world, opener)
    await s.begin()
    for state in PERSON_ASKED if opener == "person" else HOLDER_ASKED:
        await s.becomes(state, posted=state not in OPEN)
        for person in (s.ana, s.beto):
            offers = [*await s.offered(person, "entry"), *await s.offered(person, "read")]
            can = {act for act in Act if next_state(state, act, person.id, s.party) is not None}
            assert {ACTS[each] for each in offers if each in ACTS} == can, (state, person.id)


async def test_a_groups_grant_is_its_holders_to_give_up_and_nobodys_to_answer(world: World) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    consent_id, guild = new_id(), world.guild.id
    async with world.bot.store.main.transaction() as connection:
        await world.bot.consents.ledger.open_grant(
            connection,
            consent_id=consent_id,
            guild_id=guild,
            channel_id=world.general.id,
            owner_id=-5,
            holder_id=beto.id,
            words=b"",
            place=b"",
            name=b"",
            speak_channel_id=world.general.id,
            seconds=86_400,
            now=int(world.env.now().timestamp()),
        )
    for state in (State.LIVE, *OVER):
        async with world.bot.store.main.transaction() as connection:
            await connection.execute(f"UPDATE consents SET state = '{state}'")
        entry = await forge.press(beto, f"firsthand:entry:{consent_id}", at=world.general)
        assert entry.labels == [*(["Give it up"] if state is State.LIVE else []), BACK]
        if state not in (State.LIVE, State.EXPIRED):
            continue
        for name in ("entry", "read", "take-back", "give-up", "yes"):
            for outsider in (ana, mod):
                shown = await forge.press(
                    outsider, f"firsthand:{name}:{consent_id}", at=world.general
                )
                assert shown.text == NOT_FOUND, name
        for name in ("take-back", "cancel", "yes", "no", "accept"):
            pressed = await forge.press(beto, f"firsthand:{name}:{consent_id}", at=world.general)
            assert "Nothing was changed" in pressed.text or "can't open" in pressed.text, name
        assert (await world.only_consent())["state"] == state
