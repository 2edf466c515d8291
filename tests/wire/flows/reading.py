"""The reading list and one's own shelf: looking through it, opening, marking, notes to oneself."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from bot.reading.library import Library, library
from bot.reading.rules import Mark, Reason
from bot.reading.shelves import Kept, Noted
from cogs.reading.says import REASONS
from cogs.reading.shelf import NOT_ON_SHELF
from tests.wire import diary as d
from tests.wire.flows.base import Step, flow, nothing, press, shows, voice
from tests.wire.stage import Stage

#: A work that both languages call the same.
WORK = "reich"
SECTION = "allyship-examples"


def listed(s: Stage) -> Library:
    return library(voice(s).language)


def title(s: Stage, work_id: str = WORK) -> str:
    item = listed(s).item(work_id)
    assert item is not None
    return item.title


def note(s: Stage) -> str:
    """What Ana writes to herself about it."""
    return f"{s.marks['jotted']} is in chapter two."


async def marked(s: Stage) -> None:
    """It is on Ana's shelf."""
    await s.world.bot.shelves.mark(s.ana.id, WORK, title(s), Mark.WANT)
    s.memory["work"] = WORK


async def noted(s: Stage) -> None:
    """With a note."""
    await marked(s)
    assert await s.world.bot.shelves.note(s.ana.id, WORK, note(s), "") is Noted.KEPT
    kept = await s.world.bot.shelves.one(s.ana.id, WORK)
    assert kept is not None
    s.memory["note"] = kept.note_id


async def crowded(s: Stage) -> None:
    """There is a second page of the shelf."""
    for item in listed(s).items[:6]:
        await s.world.bot.shelves.mark(s.ana.id, item.id, item.title, Mark.READ)
    await noted(s)


def on_shelf(state: Mark | None, text: str = "") -> Callable[[Stage], Awaitable[bool]]:
    """How the work stands on Ana's shelf; `text`: what its note says."""

    async def look(s: Stage) -> bool:
        with s.world.env.time_context():
            found: Kept | None = await s.world.bot.shelves.one(s.ana.id, WORK)
        if found is None:
            return state is None
        return (found.state, found.note) == (state, text.format(note=note(s)))

    return look


# -- looking through it -------------------------------------------------------------------------


@flow(shows(lambda s: listed(s).essays[0].title))
async def browse_the_list(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("reading browse")


@flow(shows(title))
async def browse_books(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("reading browse", form="book")


@flow(shows(lambda s: listed(s).essays[0].title))
async def turn_the_pages_of_the_list(s: Stage) -> AsyncIterator[Step]:
    first = await s.ana.dm("reading browse")
    yield first
    if not d.has(first, "reading-browse"):
        return
    second = await press(s.ana, first, "reading-browse")
    yield second
    yield await press(s.ana, second, "reading-browse")


@flow(shows(title))
async def open_and_go_back_to_the_page(s: Stage) -> AsyncIterator[Step]:
    page = await s.ana.slash("reading browse", form="book")
    yield page
    if not d.has(page, "reading-open"):
        return
    opened = await press(s.ana, page, "reading-open")
    yield opened
    if d.has(opened, "reading-browse"):
        yield await press(s.ana, opened, "reading-browse")


@flow(shows(lambda s: listed(s).essays[0].sections[0].argues))
async def open_an_essay_and_a_section(s: Stage) -> AsyncIterator[Step]:
    essay = await s.ana.slash("reading open", work="critique")
    yield essay
    if d.has(essay, "reading-open"):
        yield await press(s.ana, essay, "reading-open")


@flow(shows(lambda s: listed(s).pairs[0].part))
async def ask_both_essays(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("reading pair", question=listed(s).pairs[0].question)


@flow(shows(lambda s: listed(s).pairs[1].part))
async def ask_another_question(s: Stage) -> AsyncIterator[Step]:
    first = await s.ana.dm("reading pair", question="experience")
    yield first
    if d.has(first, "reading-pair"):
        yield await press(s.ana, first, "reading-pair")


# -- what to read next --------------------------------------------------------------------------


@flow(shows(lambda s: listed(s).pairs[0].question))
async def begin_with_a_pair(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("reading next")


async def one_read(s: Stage) -> None:
    await s.world.bot.shelves.mark(s.ana.id, WORK, title(s), Mark.READ)


def because_of_the_side(s: Stage) -> str:
    return voice(s)(REASONS[Reason.SIDE], term=f"“{listed(s).essays[0].title}”")


@flow(shows(because_of_the_side), one_read)
async def see_what_is_next(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("reading next")


# -- the shelf ----------------------------------------------------------------------------------


@flow(on_shelf(Mark.READING))
async def mark_a_work(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("reading mark", work=WORK, state="reading")


@flow(on_shelf(Mark.READ))
async def mark_from_its_page(s: Stage) -> AsyncIterator[Step]:
    page = await s.ana.dm("reading open", work=WORK)
    yield page
    if not d.has(page, "reading-mark"):
        return
    card = await press(s.ana, page, "reading-mark")
    yield card
    if d.has(card, "reading-finish"):
        yield await press(s.ana, card, "reading-finish")


@flow(on_shelf(Mark.READING, "{note}"), noted)
async def begin_to_read_it(s: Stage) -> AsyncIterator[Step]:
    shelf = await s.ana.slash("reading shelf")
    yield shelf
    if not d.has(shelf, "reading-mark"):
        return
    card = await press(s.ana, shelf, "reading-mark")
    yield card
    if d.has(card, "reading-begin"):
        yield await press(s.ana, card, "reading-begin")


@flow(on_shelf(None), noted)
async def take_it_off_the_shelf(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("reading mark", work=WORK, state="off")


@flow(on_shelf(Mark.WANT, "{note}"), marked)
async def write_a_note_to_myself(s: Stage) -> AsyncIterator[Step]:
    shelf = await s.ana.slash("reading shelf")
    yield shelf
    if not d.has(shelf, "reading-mark"):
        return
    card = await press(s.ana, shelf, "reading-mark")
    yield card
    if not d.has(card, "reading-note"):
        return
    form = await press(s.ana, card, "reading-note")
    yield form
    if form.form is not None:
        yield await s.ana.fill(form, note=note(s))


@flow(on_shelf(Mark.WANT), noted)
async def empty_a_note(s: Stage) -> AsyncIterator[Step]:
    card = await s.ana.slash("reading mark", work=WORK, state="want")
    yield card
    if not d.has(card, "reading-note"):
        return
    form = await press(s.ana, card, "reading-note")
    yield form
    if form.form is not None:
        yield await s.ana.fill(form, note="")


@flow(shows(lambda s: s.marks["jotted"]), crowded)
async def turn_the_pages_of_the_shelf(s: Stage) -> AsyncIterator[Step]:
    first = await s.ana.slash("reading shelf")
    yield first
    if not d.has(first, "reading-shelf"):
        return
    second = await press(s.ana, first, "reading-shelf")
    yield second
    yield await press(s.ana, second, "reading-shelf")


@flow(shows(lambda s: voice(s)(NOT_ON_SHELF)), nothing)
async def look_at_what_is_not_on_the_shelf(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("reading mark", work=WORK, state="off")


async def off_every_shelf(s: Stage) -> bool:
    return not await d.rows_of(s, "reading_shelves")


@flow(off_every_shelf, noted)
async def erase_everything_with_a_shelf(s: Stage) -> AsyncIterator[Step]:
    sure = await s.ana.slash("privacy erase")
    yield sure
    if d.has(sure, "erase"):
        yield await press(s.ana, sure, "erase")
