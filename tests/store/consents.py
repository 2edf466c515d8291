"""The services without Discord, on a database and a clock of their own, and acts on consents."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.consent.rules import Act, Party, State
from bot.consent.service import Acted, Asked, Request, Shown
from bot.services import Services
from bot.settings import Settings
from bot.store.store import Store, open_store
from tests.states import begin

GUILD, ASKED_IN, SPOKEN_IN = 10, 20, 21
PERSON, HOLDER, OTHER = 1, 2, 3
NOW, DAY = 1_000_000, 86_400
WORDS, PLACE, MINE = "Anna hosts.", "The assembly, to its members", "I host on Thursdays."


class House(Services):
    """The services of one process."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOW

    def clock(self) -> int:
        return self.now

    async def ask(
        self, person: int = PERSON, holder: int = HOLDER, *, give: bool = False, days: int = 7
    ) -> Asked:
        """The holder asks the person, or (give) the person asks the holder."""
        return await self.consents.ask(
            Request(
                guild_id=GUILD,
                channel_id=ASKED_IN,
                party=Party(person, holder, person if give else holder),
                asked_is_bot=False,
                words=WORDS,
                place=PLACE,
                speak_channel_id=SPOKEN_IN,
                days=days,
            )
        )

    async def asked(self, person: int = PERSON, holder: int = HOLDER, *, days: int = 7) -> str:
        asked = await self.ask(person, holder, days=days)
        assert asked.consent is not None, asked
        return asked.consent.id

    async def acts(self, consent_id: str, who: int, act: Act) -> State:
        """What the state is after an act that must have an effect."""
        acted = await self.tries(consent_id, who, act)
        assert acted.consent is not None, acted
        return acted.state

    async def tries(self, consent_id: str, who: int, act: Act) -> Acted:
        acted = await self.consents.act(consent_id, who, act, GUILD, words=MINE)
        assert acted is not None
        return acted

    async def seen(self, consent_id: str, reader: int) -> Shown:
        shown = await self.consents.show(consent_id, reader, GUILD)
        assert shown is not None
        return shown


@asynccontextmanager
async def open_house(folder: Path) -> AsyncGenerator[House]:
    house: list[House] = []
    settings = Settings.from_mapping({"FIRSTHAND_STATE": str(folder / "state")})
    await begin(settings)
    store = await open_store(settings, lambda: house[0].now if house else NOW)
    house.append(House(store))
    yield house[0]
    await store.close()
