"""How a button, menu or form is reached: what came before, its key, and whom it is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from bot.replies import NOT_FOUND
from tests.wire import flows, forge
from tests.wire.stage import Stage
from tests.world import Answer, Person

Prepare = Callable[[Stage], Awaitable[Any]]
Key = Callable[[Stage], str]


class For(StrEnum):
    """Whom a control is for."""

    ONE = "one person alone"
    MEMBERS = "whoever is in the group"
    MODERATORS = "whoever has Manage Server"
    CURATORS = "whoever looks after the reading list"
    ONESELF = "whoever presses it, about themselves"
    WRITER = "whoever presses it, in a journal of their own"
    ALL = "anybody"


class By(StrEnum):
    """What kind of control it is."""

    BUTTON = "button"
    MENU = "menu"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class Reach:
    """How to reach a control: what came before, its key, and who may press it."""

    whose: For
    key: Key
    prepare: Prepare = flows.nothing
    by: By = By.BUTTON
    person: str = "ana"
    values: tuple[Key, ...] = ()
    fields: Mapping[str, Any] | None = None
    #: What is said of something that does not exist, or is not theirs to open.
    unknown: str = NOT_FOUND
    #: Whether it is the same in every server and in the DM.
    everywhere: bool = False
    #: Whether it stands in the DM of the person it is for.
    in_dm: bool = False
    #: The message that it stands on, for a button that needs to know.
    on: Callable[[Stage], Any] = lambda _: None

    def place(self, stage: Stage, person: Person) -> Any:
        """Where somebody presses it."""
        return person.user.dm_channel if self.in_dm else stage.general

    async def press(
        self, name: str, stage: Stage, person: Person, *, at: Any = None, key: str | None = None
    ) -> Answer:
        """Let somebody press it, rightly or not, where it stands unless said."""
        at = at or self.place(stage, person)
        custom_id = f"firsthand:{name}:{self.key(stage) if key is None else key}"
        if self.by is By.MENU:
            values = [value(stage) for value in self.values]
            return await forge.choose(person, custom_id, *values, at=at)
        if self.by is By.FORM:
            fields = {
                field: value(stage) if callable(value) else value
                for field, value in dict(self.fields or {}).items()
            }
            return await forge.submit(person, custom_id, at=at, **fields)
        on = self.on(stage)
        mine = on is not None and on.channel_id == at.id
        return await forge.press(person, custom_id, at=at, on=on if mine else None)
