"""Asking and answering."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.consent.rules import Act
from tests.wire.flows.base import (
    Step,
    flow,
    press,
    read_first,
    shows,
    state_is,
)
from tests.wire.stage import Stage


async def asked(s: Stage) -> None:
    await s.asked()


async def asked_and_rung(s: Stage) -> None:
    await s.asked()
    await s.world.rings_for(s.ana, s.guild.id, s.general.id)


async def dms_allowed(s: Stage) -> None:
    await s.world.bot.roster.allow_dms(s.ana.id, "en")


@flow(state_is("waiting"))
async def ask(s: Stage) -> AsyncIterator[Step]:
    form = await s.beto.slash("consent ask", member=s.ana)
    yield form
    yield await s.beto.fill(form, words=s.words, place=s.place)


@flow(state_is("waiting"), dms_allowed)
async def ask_by_dm(s: Stage) -> AsyncIterator[Step]:
    async for step in ask.act(s):
        yield step


@flow(state_is("waiting"))
async def ask_from_the_menu(s: Stage) -> AsyncIterator[Step]:
    form = await s.beto.menu("Ask to speak for", s.ana)
    yield form
    yield await s.beto.fill(form, words=s.words, place=s.place)


@flow(state_is("waiting"))
async def give(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.slash("consent give", member=s.beto)
    yield form
    yield await s.ana.fill(form, words=s.words, place=s.place)


async def given(s: Stage) -> None:
    await s.asked(give=True)


@flow(state_is("live"), given)
async def take_on_what_was_given(s: Stage) -> AsyncIterator[Step]:
    async for step in read_first(s.beto):
        yield (read := step)
    yield await press(s.beto, read, "yes")


@flow(shows(lambda s: s.words), asked_and_rung)
async def read(s: Stage) -> AsyncIterator[Step]:
    async for step in read_first(s.ana):
        yield step


@flow(shows(lambda s: s.beto.mention), asked_and_rung)
async def open_the_ring(s: Stage) -> AsyncIterator[Step]:
    rings = s.rings(s.ana)
    yield await (press(s.ana, rings[0], "open") if rings else s.ana.slash("consent inbox"))


@flow(state_is("live"), asked_and_rung)
async def yes(s: Stage) -> AsyncIterator[Step]:
    async for step in read_first(s.ana):
        yield (card := step)
    yield await press(s.ana, card, "yes")


@flow(state_is("edited"), asked)
async def yes_in_my_words(s: Stage) -> AsyncIterator[Step]:
    async for step in read_first(s.ana):
        yield (card := step)
    form = await press(s.ana, card, "edit")
    yield form
    yield await s.ana.fill(form, words=s.edited)


@flow(state_is("declined"), asked)
async def no(s: Stage) -> AsyncIterator[Step]:
    async for step in read_first(s.ana):
        yield (card := step)
    yield await press(s.ana, card, "no")


async def _left(s: Stage) -> bool:
    return await hidden(s) and await s.state() == "waiting"


async def hidden(s: Stage) -> bool:
    rows = await s.world.rows(f"SELECT hidden FROM consents WHERE id = '{s.consent}'")
    return bool(rows and rows[0]["hidden"])


@flow(_left, asked)
async def leave_it(s: Stage) -> AsyncIterator[Step]:
    async for step in read_first(s.ana):
        yield (card := step)
    yield await press(s.ana, card, "leave")


async def blocked(s: Stage) -> bool:
    rows = await s.world.rows(
        f"SELECT 1 FROM refusals WHERE owner_id = {s.ana.id} AND kind = 'block'"
    )
    return len(rows) == 1


@flow(blocked, asked)
async def block_from_the_inbox(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.ana.slash("consent inbox")
    yield inbox
    yield await press(s.ana, inbox, "block")


@flow(blocked, asked)
async def block(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("consent block", member=s.beto)


async def with_a_block(s: Stage) -> None:
    await s.world.bot.boundaries.block(s.ana.id, s.beto.id)


async def not_blocked(s: Stage) -> bool:
    return not await blocked(s)


@flow(not_blocked, with_a_block)
async def unblock(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("consent unblock", member=s.beto)


@flow(state_is("waiting"), with_a_block)
async def ask_somebody_who_blocks(s: Stage) -> AsyncIterator[Step]:
    async for step in ask.act(s):
        yield step


async def edited(s: Stage) -> None:
    await s.asked()
    await s.act(s.ana, Act.EDIT, words=s.edited)


@flow(state_is("live"), edited)
async def accept(s: Stage) -> AsyncIterator[Step]:
    async for step in read_first(s.beto):
        yield (card := step)
    yield await press(s.beto, card, "accept")


@flow(state_is("unaccepted"), edited)
async def reject(s: Stage) -> AsyncIterator[Step]:
    async for step in read_first(s.beto):
        yield (card := step)
    yield await press(s.beto, card, "reject")


async def with_news(s: Stage) -> None:
    await s.asked()
    await s.act(s.ana, Act.NO)


async def no_news(s: Stage) -> bool:
    return not await s.world.rows(f"SELECT 1 FROM notices WHERE person_id = {s.beto.id}")


@flow(no_news, with_news)
async def read_the_news(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.beto.slash("consent inbox")
    yield inbox
    if ":got-it:" in str(inbox.controls):
        yield await press(s.beto, inbox, "got-it")
