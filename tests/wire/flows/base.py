"""What a flow is, and what flows are put together from."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from simcord.results import to_discord_message

from bot.words import Words, speak
from tests.wire.stage import Stage
from tests.world import Answer, Person, controls

Step = Answer | None


@dataclass(frozen=True, slots=True)
class Flow:
    """`done` is asked after `act`; for a flow that only shows something it looks at the answer."""

    name: str
    prepare: Callable[[Stage], Awaitable[Any]]
    act: Callable[[Stage], AsyncIterator[Step]]
    done: Callable[[Stage], Any]

    def __repr__(self) -> str:
        return self.name

    @property
    def module(self) -> str:
        """The file it stands in, without its ending."""
        return self.act.__module__.rpartition(".")[2]

    @property
    def family(self) -> str:
        """What it is about: `groups`, `journal`, or everything else (nothing)."""
        return FAMILIES.get(self.module, "")

    async def set_up(self, stage: Stage) -> None:
        """What came before, at the world's own time."""
        with stage.world.env.time_context():
            await self.prepare(stage)
            await stage.world.is_done()

    async def is_done(self, stage: Stage) -> bool:
        found = self.done(stage)
        return bool(await found if inspect.isawaitable(found) else found)

    async def run(self, stage: Stage) -> list[Step]:
        """The act from beginning to end; every answer."""
        answers: list[Step] = []
        async for answer in self.act(stage):
            answers.append(answer)
            stage.memory["last"] = answer
        return answers


FLOWS: dict[str, Flow] = {}
#: The larger families, by the module that a flow stands in.
FAMILIES = {
    **dict.fromkeys(("groups", "deciding", "keeping"), "groups"),
    **dict.fromkeys(("journal", "letters", "passphrases", "reminding", "sharing"), "journal"),
    **dict.fromkeys(("reading", "curating"), "reading"),
    "circles": "reading",
}


async def nothing(stage: Stage) -> None:
    """Nothing came before."""


def flow(done: Callable[[Stage], Any], prepare: Callable[[Stage], Any] = nothing) -> Any:
    """Enter an act into the list, under its own name."""

    def enter(act: Callable[[Stage], AsyncIterator[Step]]) -> Flow:
        entry = Flow(act.__name__, prepare, act, done)
        assert entry.name not in FLOWS, f"two flows are called {entry.name}"
        FLOWS[entry.name] = entry
        return entry

    return enter


def state_is(*wanted: str) -> Callable[[Stage], Any]:
    """Every consent of the stage stands like this, oldest first."""

    async def look(stage: Stage) -> bool:
        rows = await stage.world.rows(
            f"SELECT state FROM consents WHERE guild_id = {stage.guild.id} ORDER BY opened_at, id"
        )
        return sorted(row["state"] for row in rows) == sorted(wanted)

    return look


def shows(text: Callable[[Stage], str]) -> Callable[[Stage], bool]:
    """The last answer holds this text."""
    return lambda stage: stage.memory.get("last") and text(stage) in stage.memory["last"].text


async def press(person: Person, on: Any, name: str) -> Answer:
    """Press the first button called `name`, whatever its label is in this language."""
    message = on.message if isinstance(on, Answer) else to_discord_message(person.world.env, on)
    wanted = f"firsthand:{name}:"
    ids = [each["custom_id"] for each in controls(person.world.fresh(message).components)]
    return await person.click(message, id=next(each for each in ids if each.startswith(wanted)))


async def open_entry(person: Person) -> AsyncIterator[Answer]:
    """The ledger, and its first entry."""
    ledger = await person.slash("consent ledger")
    yield ledger
    menu = next(each for each in ledger.controls if ":entry:" in each["custom_id"])
    yield await person.choose(ledger, menu["options"][0]["value"], id=menu["custom_id"])


async def read_first(person: Person) -> AsyncIterator[Answer]:
    """The inbox, and the first request in it."""
    inbox = await person.slash("consent inbox")
    yield inbox
    yield await press(person, inbox, "read")


def voice(stage: Stage) -> Words:
    return speak(stage.locale)
