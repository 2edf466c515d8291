"""Noticing: a nudge and what becomes of it, the door, trying a text; resetting a rule."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.noticing import DOOR
from bot.work.queue import Todo
from tests.wire.flows.base import Step, flow, press, shows, state_is, voice
from tests.wire.flows.server import announcing
from tests.wire.stage import Stage
from tests.world import Answer


async def ruled(s: Stage, name: str, value: str) -> None:
    """Mara has set a rule, in silence."""
    setting = (await s.world.bot.governance.settings(s.guild.id))[name]
    await s.world.bot.governance.change(s.guild.id, name, value, s.mara.id, setting.revision)


def claim(s: Stage) -> str:
    return f"{s.ana.mention} wants {s.marks['words']} to go home."


async def listening(s: Stage) -> None:
    await ruled(s, "noticing", "nudge")


async def nudged(s: Stage) -> None:
    """Beto has written what seems to speak for Ana."""
    await listening(s)
    s.memory["message"] = await s.beto.member.send(s.general, claim(s))
    (row,) = await rows(s)
    s.memory["nudge"] = row["id"]


async def rows(s: Stage) -> list[dict[str, Any]]:
    return await s.world.rows(
        f"SELECT * FROM notices WHERE topic = 'nudge' AND person_id = {s.beto.id}"
    )


def gone(s: Stage) -> bool:
    """Whether the message was deleted."""
    return s.memory["message"].id not in s.world.env.backend.messages[s.general.id]


async def noted(s: Stage) -> bool:
    return [row["about_id"] for row in await rows(s)] == [s.ana.id]


@flow(noted, listening)
async def speak_for_somebody(s: Stage) -> AsyncIterator[Step]:
    await s.beto.member.send(s.general, claim(s))
    yield None


async def shown(s: Stage) -> bool:
    """What is gone waits no more."""
    return s.ana.mention in s.memory["last"].text or (gone(s) and not await rows(s))


@flow(shown, nudged)
async def open_the_nudge(s: Stage) -> AsyncIterator[Step]:
    rings = s.rings(s.beto)
    yield await (press(s.beto, rings[0], "open") if rings else s.beto.slash("consent inbox"))


def _there(card: Answer, name: str) -> bool:
    return any(f":{name}:" in each["custom_id"] for each in card.controls)


@flow(state_is("waiting"), nudged)
async def ask_whom_one_spoke_for(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.beto.slash("consent inbox")
    yield inbox
    if _there(inbox, "ask-them"):
        form = await press(s.beto, inbox, "ask-them")
    else:  # its message is gone
        form = await s.beto.slash("consent ask", member=s.ana)
    yield form
    yield await s.beto.fill(form, words=s.words, place=s.place)


async def over(s: Stage) -> bool:
    return await rows(s) == []


@flow(over, nudged)
async def leave_the_nudge(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.beto.slash("consent inbox")
    yield inbox
    if _there(inbox, "nudge"):
        yield await press(s.beto, inbox, "nudge")


@flow(shows(lambda s: voice(s)("The words that tell it are bold:")))
async def try_a_text(s: Stage) -> AsyncIterator[Step]:
    yield await s.beto.slash("rules try", text=claim(s))


# -- the door ---------------------------------------------------------------------------------


def door(s: Stage) -> Any:
    """The bot's rule in AutoMod, which there is never a second of."""
    bot = s.world.env.backend.bot_user.id
    rules = s.world.env.backend.get_guild(s.guild.id).auto_mod_rules.values()
    found = [rule for rule in rules if rule.creator_id == bot]
    assert len(found) <= 1
    return found[0] if found else None


async def may_hold(s: Stage) -> None:
    s.role_of_bot(manage_guild=True)
    await announcing(s)


async def held(s: Stage) -> None:
    await may_hold(s)
    await ruled(s, "noticing", "hold")
    await s.world.bot.worker.run(Todo(DOOR, str(s.guild.id)))
    assert door(s) is not None
    await s.world.env.settle()
    await s.world.later(1)


async def deleted(s: Stage) -> None:
    await held(s)
    s.world.env.backend.delete_auto_mod_rule(s.guild.id, door(s).id)
    await s.world.env.settle()


async def holds(s: Stage) -> bool:
    row = await s.world.bot.doors.get(s.guild.id)
    return row is not None and row.state == "up" and door(s) is not None


async def holds_nothing(s: Stage) -> bool:
    return await s.world.bot.doors.get(s.guild.id) is None and door(s) is None


async def leaves_out(s: Stage) -> bool:
    return await holds(s) and door(s).exempt_channels == [s.assembly.id]


async def _choose(s: Stage, rule: str, value: Any) -> AsyncIterator[Answer]:
    panel = await s.mara.slash("rules edit")
    yield panel
    card = await s.mara.choose(panel, rule, id="firsthand:rule:")
    yield card
    menu = next(each for each in card.controls if ":set-rule:" in each["custom_id"])
    yield await s.mara.choose(card, value, id=menu["custom_id"])


@flow(holds, may_hold)
async def hold_at_the_door(s: Stage) -> AsyncIterator[Step]:
    async for step in _choose(s, "noticing", "hold"):
        yield step


@flow(holds_nothing, held)
async def open_the_door(s: Stage) -> AsyncIterator[Step]:
    async for step in _choose(s, "noticing", "off"):
        yield step


@flow(leaves_out, held)
async def leave_a_channel_out(s: Stage) -> AsyncIterator[Step]:
    async for step in _choose(s, "noticing_leaves_out", s.assembly):
        yield step


@flow(holds, deleted)
async def make_the_door_again(s: Stage) -> AsyncIterator[Step]:
    panel = await s.mara.slash("rules edit")
    yield panel
    card = await s.mara.choose(panel, "noticing", id="firsthand:rule:")
    yield card
    if _there(card, "door-again"):
        yield await press(s.mara, card, "door-again")


async def changed(s: Stage) -> None:
    await announcing(s)
    await ruled(s, "rest_days", "60")
    await s.world.later(1)


async def is_reset(s: Stage) -> bool:
    return (await s.world.bot.governance.charter(s.guild.id)).rest_days == 30


@flow(is_reset, changed)
async def reset_a_rule(s: Stage) -> AsyncIterator[Step]:
    panel = await s.mara.slash("rules edit")
    yield panel
    card = await s.mara.choose(panel, "rest_days", id="firsthand:rule:")
    yield card
    if _there(card, "reset-rule"):
        yield await press(s.mara, card, "reset-rule")
