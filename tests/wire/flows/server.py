"""Rules, privacy, help; what falls due, and what Discord reports."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from simcord.backend import serializers

from bot.work.notices import LINE
from cogs.help import HELLO, WISHES
from cogs.privacy import ABOUT
from tests.wire.flows.asking import asked, asked_and_rung, dms_allowed
from tests.wire.flows.base import (
    Step,
    flow,
    press,
    shows,
    state_is,
    voice,
)
from tests.wire.flows.ledger import aloud, flagged, said, take_back, taken_back
from tests.wire.stage import Stage
from tests.world import DAY, HOUR, WEEK


async def announcing(s: Stage) -> None:
    await s.world.bot.governance.change(
        s.guild.id, "announcement_channel", str(s.assembly.id), s.mara.id, 0
    )
    await s.world.later(1)


def rule_is(name: str, value: str) -> Callable[[Stage], Any]:
    async def look(s: Stage) -> bool:
        charter = await s.world.bot.governance.charter(s.guild.id)
        told = s.world.said(s.assembly).count(s.mara.mention)
        # The first announcement is about the announcement channel itself.
        return charter.value(name) == value and told == 2

    return look


@flow(rule_is("longest_consent", "7"), announcing)
async def change_a_choice(s: Stage) -> AsyncIterator[Step]:
    panel = await s.mara.slash("rules edit")
    yield panel
    card = await s.mara.choose(panel, "longest_consent")
    yield card
    yield await s.mara.choose(card, "7")


@flow(rule_is("rest_days", "60"), announcing)
async def change_a_number(s: Stage) -> AsyncIterator[Step]:
    panel = await s.mara.slash("rules edit")
    yield panel
    card = await s.mara.choose(panel, "rest_days")
    yield card
    form = await press(s.mara, card, "number-rule")
    yield form
    yield await s.mara.fill(form, number="60")


@flow(shows(lambda s: s.mara.mention), announcing)
async def history(s: Stage) -> AsyncIterator[Step]:
    yield await s.carla.slash("rules history")


@flow(shows(lambda s: voice(s)("Longest consent")))
async def show_rules(s: Stage) -> AsyncIterator[Step]:
    yield await s.carla.slash("rules show")


@flow(shows(lambda s: voice(s)("Send Messages")))
async def check_permissions(s: Stage) -> AsyncIterator[Step]:
    yield await s.mara.slash("rules check")


async def everywhere(s: Stage) -> None:
    """Ana takes part in every way there is."""
    await s.said()
    await flagged(s)
    await dms_allowed(s)


def has_file(s: Stage) -> bool:
    return len(s.memory["last"].files) == 1


@flow(has_file, everywhere)
async def export(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("privacy export")


async def erased(s: Stage) -> bool:
    return await state_is()(s) and not aloud(s)


@flow(erased, everywhere)
async def erase(s: Stage) -> AsyncIterator[Step]:
    card = await s.ana.slash("privacy erase")
    yield card
    yield await press(s.ana, card, "erase")


async def allows_dms(s: Stage) -> bool:
    return await s.world.bot.roster.dm_locale(s.ana.id) is not None


@flow(allows_dms)
async def allow_dms(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("privacy dms", choice="allow")


async def allows_no_dms(s: Stage) -> bool:
    return not await allows_dms(s)


@flow(allows_no_dms, dms_allowed)
async def stop_dms(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("privacy dms", choice="stop")


@flow(shows(lambda s: voice(s)(ABOUT[-1])))
async def about(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("privacy about")


@flow(shows(lambda s: voice(s)(WISHES[-1][0])))
async def help_page(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("help")


@flow(lambda s: HELLO in s.said_aloud())
async def hello(s: Stage) -> AsyncIterator[Step]:
    backend = s.world.env.backend
    payload = dict(serializers.guild_create_payload(backend, s.guild._guild))
    payload.pop("unavailable", None)
    backend.emit("GUILD_CREATE", payload)
    await s.world.env.settle()
    yield None


@flow(state_is("lapsed"), asked)
async def lapse(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(WEEK)
    yield None


@flow(state_is("expired"), said)
async def expire(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(WEEK)
    yield None


async def ring_is_over(s: Stage) -> bool:
    return not await s.world.rows(
        f"SELECT 1 FROM posts WHERE topic = '{LINE}' AND key = '{s.ana.id}' AND goes = ''"
    )


@flow(ring_is_over, asked_and_rung)
async def ring_taken_down(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(DAY)
    yield None


async def rung_and_opened(s: Stage) -> None:
    await asked_and_rung(s)
    await s.ana.slash("consent inbox")
    await s.world.rings_for(s.ana, s.guild.id, s.general.id)
    assert not s.rings(s.ana)


async def rung_or_unreachable(s: Stage) -> bool:
    """Where Discord lets no ring through, it is dropped: what waits is in the inbox."""
    rows = await s.world.rows(
        f"SELECT message_id FROM posts WHERE topic = '{LINE}' AND key = '{s.ana.id}'"
    )
    return {row["message_id"] for row in rows} <= {ring.id for ring in s.rings(s.ana)}


@flow(rung_or_unreachable, rung_and_opened)
async def ring_an_hour_later(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(HOUR)
    yield None


async def words_still_stand(s: Stage) -> None:
    await s.said()
    path = f"/channels/{s.general.id}/messages/*"
    s.world.env.inject_error("PATCH", path, status=500, times=1)
    card = [step async for step in take_back.act(s)][-1]
    assert card is not None
    assert "discord.com/channels" in card.text, card


@flow(taken_back, words_still_stand)
async def words_taken_out_later(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(61)
    yield None


async def died_while_posting(s: Stage) -> None:
    """The message stands, and the process ended before it was written down."""
    await s.agreed()
    posts = s.world.bot.posts
    real = posts.is_up

    async def dies(*_: Any) -> None:
        raise TimeoutError

    posts.is_up = dies  # type: ignore[method-assign]
    await s.beto.speaks(s.consent, at=s.general)
    posts.is_up = real  # type: ignore[method-assign]
    s.world.faults.drain()
    assert aloud(s)


async def post_is_known(s: Stage) -> bool:
    rows = await s.world.rows(f"SELECT message_id FROM posts WHERE key = '{s.consent}'")
    return [row["message_id"] is not None for row in rows] == [True]


@flow(post_is_known, died_while_posting)
async def lost_post_found(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(61)
    yield None


async def not_announced(s: Stage) -> None:
    await announcing(s)
    path = f"/channels/{s.assembly.id}/messages"
    s.world.env.inject_error("POST", path, status=500, times=1)
    async for _ in change_a_choice.act(s):
        pass


@flow(rule_is("longest_consent", "7"), not_announced)
async def announced_later(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(61)
    yield None
