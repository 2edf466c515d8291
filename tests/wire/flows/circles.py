"""Reading circles: started, joined, left, moved, cancelled, reminded of."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from bot.reading import POSTED, TOLD
from bot.reading.circle_rules import HOUR, RUNG, News
from bot.reading.circles import Circle, Wish
from tests.wire import circle_laws as laws
from tests.wire import diary as d
from tests.wire import forge
from tests.wire.flows.base import Step, flow, press
from tests.wire.stage import Stage
from tests.world import Answer, Person

#: A work that both languages call the same.
WORK = "who-is-oakland"
#: Far enough ahead that other flows of the same world do not come near it.
_AHEAD = 3 * 24 * HOUR


def keeper(s: Stage) -> Any:
    cog: Any = s.world.bot.cogs["ReadingCog"]
    return cog.parts.circles.keeper


def now(s: Stage) -> int:
    return int(s.world.env.now().timestamp())


def circle_id(s: Stage) -> str:
    return s.memory.get("circle", "X")


# -- what came before ---------------------------------------------------------------------------


async def drafted(s: Stage) -> None:
    """Ana looks at what would be public."""
    charter = await s.world.bot.governance.charter(s.guild.id)
    wish = Wish(s.guild.id, s.general.id, s.ana.id, WORK, charter.language, now(s) + _AHEAD)
    draft = await s.world.bot.circles.draft(wish)
    assert isinstance(draft, Circle)
    s.memory["circle"] = draft.id


async def opened(s: Stage) -> None:
    """Ana's circle is open."""
    await drafted(s)
    assert await s.world.bot.circles.confirm(circle_id(s), s.ana.id, named=False) is not None
    assert await keeper(s).settle(circle_id(s)) is None


async def joined(s: Stage) -> None:
    """Beto has joined, and takes DMs."""
    await opened(s)
    await s.world.bot.roster.allow_dms(s.beto.id, s.locale.partition("-")[0])
    assert await s.world.bot.circles.join(circle_id(s), s.beto.id) is not None


async def with_doorbell(s: Stage) -> None:
    """And Ana, who takes no DMs, can be rung for elsewhere."""
    await joined(s)
    await s.world.bot.governance.change(
        s.guild.id, "doorbell_channel", str(s.assembly.id), s.mara.id, 0
    )


async def called(s: Stage) -> None:
    """It begins in an hour, which waits in Ana's inbox."""
    await opened(s)
    await s.world.later(_AHEAD - HOUR + 60)


async def circle(s: Stage) -> Circle | None:
    return await s.world.bot.circles.get(circle_id(s))


async def newest(s: Stage) -> dict[str, Any] | None:
    here = f"guild_id = {s.guild.id}"
    rows = await s.world.rows(f"SELECT * FROM circles WHERE {here} ORDER BY starts_at, id")
    return rows[-1] if rows else None


# -- starting -----------------------------------------------------------------------------------


async def is_open(s: Stage) -> bool:
    rows = await s.world.rows(f"SELECT * FROM circles WHERE guild_id = {s.guild.id}")
    return [row["state"] for row in rows if row["state"] != "draft"] == ["open"]


@flow(is_open)
async def start_a_circle(s: Stage) -> AsyncIterator[Step]:
    preview = await s.ana.slash("reading circle", work=WORK, when="saturday 18:30", zone=d.ZONE)
    yield preview
    if d.has(preview, "circle-post"):
        yield await press(s.ana, preview, "circle-post")


@flow(is_open)
async def start_a_circle_with_my_name(s: Stage) -> AsyncIterator[Step]:
    preview = await s.ana.slash("reading circle", work=WORK, when="saturday 18:30")
    yield preview
    if d.has(preview, "circle-post-named"):
        yield await press(s.ana, preview, "circle-post-named")


# -- joining and leaving ------------------------------------------------------------------------


async def beto_is_in(s: Stage) -> bool:
    rows = await s.world.rows(
        f"SELECT 1 FROM circle_joins WHERE circle_id = '{circle_id(s)}' AND person_id = {s.beto.id}"
    )
    return bool(rows)


async def beto_is_out(s: Stage) -> bool:
    return not await beto_is_in(s)


@flow(beto_is_in, opened)
async def join_a_circle(s: Stage) -> AsyncIterator[Step]:
    yield await on_post(s, s.beto, "circle-join")


@flow(beto_is_out, joined)
async def leave_a_circle(s: Stage) -> AsyncIterator[Step]:
    yield await on_post(s, s.beto, "circle-leave")


# -- changing -----------------------------------------------------------------------------------


async def has_moved(s: Stage) -> bool:
    """Where Discord said that the event is gone, it was cancelled."""
    found = await circle(s)
    if found is None or found.state != "open":
        return s.disturbed
    return found.revision == 2 and found.event_at == found.starts_at


@flow(has_moved, joined)
async def move_a_circle(s: Stage) -> AsyncIterator[Step]:
    card = await on_post(s, s.ana, "circle-change")
    yield card
    if not d.has(card, "circle-move"):
        return
    form = await press(s.ana, card, "circle-move")
    yield form
    if form.form is None:
        return
    shown = await s.ana.fill(form, when="tomorrow 20:00", zone="Berlin")
    yield shown
    if d.has(shown, "circle-move-now"):
        yield await press(s.ana, shown, "circle-move-now")


async def is_cancelled(s: Stage) -> bool:
    found = await circle(s)
    return found is None or found.state == "cancelled"


@flow(is_cancelled, joined)
async def cancel_a_circle(s: Stage) -> AsyncIterator[Step]:
    card = await on_post(s, s.ana, "circle-change")
    yield card
    if not d.has(card, "circle-cancel"):
        return
    asked = await press(s.ana, card, "circle-cancel")
    yield asked
    if d.has(asked, "circle-cancel-now"):
        yield await press(s.ana, asked, "circle-cancel-now")


# -- what people are told -----------------------------------------------------------------------


async def news(s: Stage, person: Person) -> list[tuple[str, str]]:
    """What somebody has yet to read of circles, and whether it is rung for."""
    rows = await s.world.rows(
        f"SELECT * FROM notices WHERE topic = '{TOLD.name}' AND person_id = {person.id}"
    )
    return [(row["what"], row["state"]) for row in rows]


def is_told_in_dm(s: Stage) -> bool:
    return any("firsthand:circle-leave:" in str(each.components) for each in d.dms(s.beto))


async def is_reminded(s: Stage) -> bool:
    """Beto has it in his DM; Ana was rung for. Cancelled, if Discord said so."""
    mine, his = await news(s, s.ana), await news(s, s.beto)
    if s.disturbed:
        return all(state != "new" for _, state in mine + his)
    return is_told_in_dm(s) and not his and mine == [(News.SOON, "rung")]


@flow(is_reminded, with_doorbell)
async def reminded_of_a_circle(s: Stage) -> AsyncIterator[Step]:
    found = await circle(s)
    if found is not None:
        # By then chance has no say any more.
        await s.world.later(max(0, found.starts_at - RUNG - now(s)))
    yield None


async def nothing_to_read(s: Stage) -> bool:
    return not await news(s, s.ana)


@flow(nothing_to_read, called)
async def read_that_a_circle_begins(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.ana.slash("consent inbox")
    yield inbox
    if d.has(inbox, "got-it"):
        yield await press(s.ana, inbox, "got-it")


# -- by hand ------------------------------------------------------------------------------------


async def moved_with_its_event(s: Stage) -> bool:
    found = await circle(s)
    if found is None or found.state != "open":
        return s.disturbed
    return found.starts_at == s.memory["event_at"]


@flow(moved_with_its_event, opened)
async def an_event_is_moved_by_hand(s: Stage) -> AsyncIterator[Step]:
    if "event_at" not in s.memory:
        found = await circle(s)
        assert found is not None
        s.memory["event_at"] = laws.move_event(s.world, found, HOUR)
        await s.world.env.settle()
    # What Discord refuses is tried again after an hour.
    await s.world.later(HOUR + 70 if s.disturbed else 70)
    yield None


@flow(is_cancelled, opened)
async def an_event_is_deleted_by_hand(s: Stage) -> AsyncIterator[Step]:
    found = await circle(s)
    backend = s.world.env.backend
    events = backend.get_guild(s.guild.id).scheduled_events
    if found is not None and found.event_id in events:
        backend.delete_scheduled_event(s.guild.id, found.event_id)
        await s.world.env.settle()
    await s.world.later(HOUR + 70 if s.disturbed else 70)
    yield None


async def on_post(s: Stage, person: Person, name: str) -> Answer:
    """Press a button of the post; by hand, if the post is gone."""
    shown = await s.world.bot.posts.shows(POSTED, circle_id(s))
    post_id = None if shown is None else shown.message_id
    post = s.world.env.backend.messages[s.general.id].get(post_id or 0)
    return await forge.press(person, f"firsthand:{name}:{circle_id(s)}", at=s.general, on=post)
