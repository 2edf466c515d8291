"""Interactions made by hand: what no client would send, but a hostile one could."""

from __future__ import annotations

from typing import Any

from simcord.actors import _dispatch_actor_interaction
from simcord.backend import serializers
from simcord.builders import ChannelHandle
from simcord.enums import InteractionType

from tests.world import Answer, Person

_BUTTON, _MENU, _TEXT, _LABEL = 2, 3, 4, 18


async def _send(
    person: Person, kind: int, at: Any, data: dict[str, Any], message: Any = None
) -> Answer:
    env = person.world.env
    direct = at.guild is None
    extra = {"message": dict(serializers.message_payload(env.backend, message))} if message else {}
    result = await _dispatch_actor_interaction(
        person.user if direct else person.member,
        kind,
        at,
        data,
        extra=extra,
        source_message_id=message.id if message else None,
    )
    return Answer(person, result, message)


async def press(person: Person, custom_id: str, *, at: Any, on: Any = None) -> Answer:
    """Press a button with this id, which may have never existed."""
    data = {"custom_id": custom_id, "component_type": _BUTTON}
    return await _send(person, InteractionType.MESSAGE_COMPONENT, at, data, on)


async def choose(person: Person, custom_id: str, *values: str, at: Any, on: Any = None) -> Answer:
    """Choose values that no menu offered."""
    data = {"custom_id": custom_id, "component_type": _MENU, "values": list(values)}
    return await _send(person, InteractionType.MESSAGE_COMPONENT, at, data, on)


async def submit(
    person: Person, custom_id: str, /, on: Any = None, *, at: Any, **fields: Any
) -> Answer:
    """Send a form that was never opened: texts, or lists for menus. `on`: the card it came from."""
    parts = [
        {"type": _LABEL, "id": number, "component": _field(name, value)}
        for number, (name, value) in enumerate(fields.items(), 1)
    ]
    data = {"custom_id": custom_id, "components": parts}
    return await _send(person, InteractionType.MODAL_SUBMIT, at, data, on)


def _field(name: str, value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return {"type": _MENU, "custom_id": name, "values": value}
    return {"type": _TEXT, "custom_id": name, "value": value}


async def command(person: Person, name: str, /, *, at: Any, **options: Any) -> Answer:
    """Use a slash command with options that no client would let through. Texts only."""
    root, *rest = name.split()
    backend = person.world.env.backend
    registered = backend.find_command(root, None, type=1)
    assert registered is not None, name
    given: list[dict[str, Any]] = [
        {"name": option, "type": 3, "value": value} for option, value in options.items()
    ]
    for part in reversed(rest):
        given = [{"name": part, "type": 1, "options": given}]
    data = {"id": registered["id"], "name": root, "type": 1, "options": given}
    return await _send(person, InteractionType.APPLICATION_COMMAND, at, data)


def dm_of(person: Person) -> ChannelHandle:
    return person.user.dm_channel
