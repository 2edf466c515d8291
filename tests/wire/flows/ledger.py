"""The ledger, speaking, the flag and objections."""

from __future__ import annotations

from collections.abc import AsyncIterator

from simcord.results import to_discord_message

from bot.consent.rules import Flag
from tests.wire.flows.asking import asked, edited
from tests.wire.flows.base import (
    Step,
    flow,
    open_entry,
    press,
    shows,
    state_is,
)
from tests.wire.stage import Stage


async def agreed(s: Stage) -> None:
    await s.agreed()


async def said(s: Stage) -> None:
    await s.said()


def aloud(s: Stage) -> bool:
    return s.words in s.said_aloud()


@flow(aloud, agreed)
async def speak_for_her(s: Stage) -> AsyncIterator[Step]:
    yield await s.beto.speaks(s.consent, at=s.general)


@flow(shows(lambda s: s.ana.mention), agreed)
async def verify(s: Stage) -> AsyncIterator[Step]:
    yield await s.carla.slash("consent verify", code=s.consent)


@flow(shows(lambda s: s.ana.mention), said)
async def verify_by_button(s: Stage) -> AsyncIterator[Step]:
    post = next(each for each in s.public() if s.words in str(each.components))
    yield await press(s.carla, post, "verify")


async def taken_back(s: Stage) -> bool:
    return await state_is("withdrawn")(s) and not aloud(s)


@flow(taken_back, said)
async def take_back(s: Stage) -> AsyncIterator[Step]:
    async for step in open_entry(s.ana):
        yield (card := step)
    if ":take-back:" in str(card.controls):
        yield await press(s.ana, card, "take-back")


@flow(taken_back, said)
async def take_everything_back(s: Stage) -> AsyncIterator[Step]:
    card = await s.ana.slash("consent flag", choice="never")
    yield card
    if ":take-all:" in str(card.controls):
        yield await press(s.ana, card, "take-all")


@flow(taken_back, said)
async def take_back_from_the_post(s: Stage) -> AsyncIterator[Step]:
    post = next(each for each in s.public() if ":verify:" in str(each.components))
    card = await s.ana.menu("This speaks for me", to_discord_message(s.world.env, post))
    yield card
    yield await press(s.ana, card, "take-back")


@flow(state_is("given_up"), agreed)
async def give_up(s: Stage) -> AsyncIterator[Step]:
    async for step in open_entry(s.beto):
        yield (card := step)
    yield await press(s.beto, card, "give-up")


@flow(state_is("cancelled"), asked)
async def cancel(s: Stage) -> AsyncIterator[Step]:
    async for step in open_entry(s.beto):
        yield (card := step)
    yield await press(s.beto, card, "cancel")


@flow(state_is("cancelled"), edited)
async def cancel_my_words(s: Stage) -> AsyncIterator[Step]:
    async for step in open_entry(s.ana):
        yield (card := step)
    yield await press(s.ana, card, "cancel")


async def flagged(s: Stage) -> None:
    await s.world.bot.consents.set_flag(s.guild.id, s.ana.id, Flag.ASK, s.note)


async def has_flag(s: Stage) -> bool:
    rows = await s.world.rows(f"SELECT note FROM flags WHERE person_id = {s.ana.id}")
    return bool(rows and rows[0]["note"])


@flow(has_flag)
async def flag(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("consent flag", choice="ask", note=s.note)


@flow(shows(lambda s: s.note), flagged)
async def check(s: Stage) -> AsyncIterator[Step]:
    yield await s.carla.slash("consent check", member=s.ana)


async def beto_wrote(s: Stage) -> None:
    s.memory["message"] = await s.beto.member.send(s.general, "She would say the same.")


async def objected(s: Stage) -> bool:
    return bool(
        await s.world.rows(
            f"SELECT 1 FROM notices WHERE topic = 'objection' AND person_id = {s.beto.id}"
        )
    )


@flow(objected, beto_wrote)
async def object_to_a_message(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.menu("This speaks for me", s.memory["message"])


async def with_an_objection(s: Stage) -> None:
    await beto_wrote(s)
    await s.world.bot.boundaries.object(
        guild_id=s.guild.id,
        channel_id=s.general.id,
        message_id=s.memory["message"].id,
        written_at=s.world.bot.clock(),
        author_id=s.beto.id,
        author_is_app=False,
        objector_id=s.ana.id,
    )


async def not_objected(s: Stage) -> bool:
    return not await objected(s)


@flow(not_objected, with_an_objection)
async def read_the_objection(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.beto.slash("consent inbox")
    yield inbox
    if ":got-it:" in str(inbox.controls):
        yield await press(s.beto, inbox, "got-it")
