"""How a button, menu or form is reached: what came before, its key, and whom it is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

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
    ONESELF = "whoever presses it, about themselves"
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

    async def press(
        self, name: str, stage: Stage, person: Person, *, at: Any, key: str | None = None
    ) -> Answer:
        """Let somebody press it, rightly or not."""
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
        return await forge.press(person, custom_id, at=at)
