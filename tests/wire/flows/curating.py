"""A server's own list: Ana suggests, Mara looks after it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from bot.reading import own_file
from bot.reading.curating import Terms
from bot.reading.library import library
from bot.reading.suggestions import Body, Wording
from bot.replies import literal
from cogs.reading.suggesting import _KNOWN
from tests.curators import TERMS, WORK
from tests.wire import diary as d
from tests.wire.flows.base import Step, flow, press, shows, voice
from tests.wire.stage import Stage

_TERMS = Terms("book", "anarchist", ("affinity",))


def wording(s: Stage, title: str = "") -> Wording:
    return Wording(title or s.offered, "Ana Ruiz, 1998", s.because, "Any library.")


# -- what came before ---------------------------------------------------------------------------


async def suggested(s: Stage) -> None:
    """Ana has suggested something, and wants to be named."""
    await s.world.bot.suggesting.suggest(s.guild.id, s.ana.id, Body(wording(s), named=True))
    (row,) = await _rows(s, "reading_suggestions")
    s.memory["suggestion"] = row["id"]


async def accepted(s: Stage) -> None:
    """And it is on the list; she has yet to read of it."""
    await suggested(s)
    done = await s.world.bot.curating.accept(s.guild.id, suggestion(s), 1, _TERMS)
    s.memory["work"] = done.work_id


async def declined(s: Stage) -> None:
    """And it was declined; she has yet to read of it."""
    await suggested(s)
    await s.world.bot.curating.decline(s.guild.id, suggestion(s), 1, s.refused)


async def many(s: Stage) -> None:
    """Two pages of suggestions, by Ana and Carla."""
    for number in range(5):
        person = (s.ana, s.carla)[number % 2]
        body = Body(wording(s, f"{s.offered} {number}"), named=False)
        await s.world.bot.suggesting.suggest(s.guild.id, person.id, body)


def file_of(s: Stage) -> str:
    """A list with one work, whose title and reason are those of the stage."""
    work = WORK.format(id="mine", title=s.offered)
    return work.replace("It asks what we do for each other.", s.because)


async def staged(s: Stage) -> None:
    """A file waits for a curator's yes."""
    content = file_of(s).encode()
    read = own_file.read(content, library("en"), voice(s))
    preview = await s.world.bot.curating.stage(s.guild.id, content, read)
    assert preview is not None
    s.memory["staged"] = preview.staged_id


async def long_list(s: Stage) -> None:
    """Two pages of works."""
    text = "".join(WORK.format(id=f"b-{n}", title=f"{s.offered} {n}") for n in range(30))
    read = own_file.read(text.encode(), library("en"), voice(s))
    preview = await s.world.bot.curating.stage(s.guild.id, text.encode(), read)
    assert preview is not None
    await s.world.bot.curating.bring_in(s.guild.id, preview.staged_id, voice(s))


def suggestion(s: Stage) -> str:
    return s.memory.get("suggestion", "X")


def work(s: Stage) -> str:
    return s.memory.get("work") or "X"


# -- how it stands ------------------------------------------------------------------------------


async def _rows(s: Stage, table: str) -> list[dict[str, Any]]:
    return await s.world.rows(f"SELECT * FROM {table} WHERE guild_id = {s.guild.id}")


def suggestions_are(*states: str) -> Callable[[Stage], Awaitable[bool]]:
    async def look(s: Stage) -> bool:
        return [row["state"] for row in await _rows(s, "reading_suggestions")] == [*states]

    return look


def listed(*titles: Callable[[Stage], str]) -> Callable[[Stage], Awaitable[bool]]:
    """What stands on the list, in order."""

    async def look(s: Stage) -> bool:
        items = await s.world.bot.server_lists.items(s.guild.id)
        return [each.title for each in items] == [each(s) for each in titles]

    return look


def offered(s: Stage) -> str:
    return s.offered


# -- suggesting ---------------------------------------------------------------------------------


def _fields(s: Stage, title: str = "") -> dict[str, Any]:
    found = wording(s, title)
    return {"title": found.title, "made": found.made, "why": found.why, "find": found.find}


@flow(suggestions_are("open"))
async def suggest_a_work(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.slash("reading suggest")
    yield form
    yield await s.ana.fill(form, **_fields(s))


@flow(suggestions_are("open", "open"), suggested)
async def suggest_another(s: Stage) -> AsyncIterator[Step]:
    own = await s.ana.slash("reading suggest")
    yield own
    form = await press(s.ana, own, "suggest")
    yield form
    yield await s.ana.fill(form, **_fields(s, f"Not {s.offered}"))


@flow(shows(lambda s: voice(s)(_KNOWN, title=literal(s.offered))), accepted)
async def suggest_what_is_there(s: Stage) -> AsyncIterator[Step]:
    own = await s.ana.slash("reading suggest")
    yield own
    form = await press(s.ana, own, "suggest")
    yield form
    yield await s.ana.fill(form, **_fields(s))


@flow(suggestions_are(), suggested)
async def take_back_a_suggestion(s: Stage) -> AsyncIterator[Step]:
    own = await s.ana.slash("reading suggest")
    yield own
    if d.has(own, "suggest-withdraw"):
        yield await press(s.ana, own, "suggest-withdraw")


async def named_nowhere(s: Stage) -> bool:
    return [row["named_id"] for row in await _rows(s, "reading_works")] == [None]


@flow(named_nowhere, accepted)
async def take_my_name_off(s: Stage) -> AsyncIterator[Step]:
    own = await s.ana.slash("reading suggest")
    yield own
    if d.has(own, "suggest-unname"):
        yield await press(s.ana, own, "suggest-unname")


@flow(suggestions_are(), accepted)
async def read_that_it_was_accepted(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.ana.slash("consent inbox")
    yield inbox
    if d.has(inbox, "got-it"):
        yield await press(s.ana, inbox, "got-it")


@flow(suggestions_are(), declined)
async def read_why_it_was_declined(s: Stage) -> AsyncIterator[Step]:
    inbox = await s.ana.dm("consent inbox")
    assert s.refused in inbox.text or not d.has(inbox, "got-it")
    yield inbox
    if d.has(inbox, "got-it"):
        yield await press(s.ana, inbox, "got-it")


# -- reviewing ----------------------------------------------------------------------------------


@flow(shows(lambda s: literal(s.offered)), many)
async def look_at_suggestions(s: Stage) -> AsyncIterator[Step]:
    page = await s.mara.slash("reading review")
    yield page
    for key in ("1", "0"):
        page = await s.mara.click(page, id=f"firsthand:review:{key}")
        yield page


async def _looked_at(s: Stage) -> AsyncIterator[Any]:
    page = await s.mara.slash("reading review")
    yield page
    yield await press(s.mara, page, "review-one")


@flow(listed(offered), suggested)
async def accept_a_suggestion(s: Stage) -> AsyncIterator[Step]:
    async for step in _looked_at(s):
        yield (card := step)
    form = await press(s.mara, card, "review-accept")
    yield form
    yield await s.mara.fill(form, **TERMS)


@flow(suggestions_are("declined"), suggested)
async def decline_a_suggestion(s: Stage) -> AsyncIterator[Step]:
    async for step in _looked_at(s):
        yield (card := step)
    form = await press(s.mara, card, "review-decline")
    yield form
    yield await s.mara.fill(form, reason=s.refused)


async def reworded(s: Stage) -> bool:
    (found,) = await s.world.bot.curating.page(s.guild.id, most=2, skip=0)
    return found.edited


@flow(reworded, suggested)
async def edit_a_suggestion(s: Stage) -> AsyncIterator[Step]:
    async for step in _looked_at(s):
        yield (card := step)
    form = await press(s.mara, card, "review-edit")
    yield form
    fields = {**_fields(s), "find": "The archive.", "questions": "Why?\nHow?"}
    yield await s.mara.fill(form, **fields)


# -- the list -----------------------------------------------------------------------------------


async def _opened(s: Stage) -> AsyncIterator[Any]:
    page = await s.mara.slash("reading review")
    yield page
    page = await press(s.mara, page, "review-works")
    yield page
    menu = next(each for each in page.controls if each.get("options"))
    yield await s.mara.choose(page, menu["options"][0]["value"], id=menu["custom_id"])


@flow(listed(lambda s: f"{s.offered}, again"), accepted)
async def edit_a_work(s: Stage) -> AsyncIterator[Step]:
    async for step in _opened(s):
        yield (card := step)
    form = await press(s.mara, card, "review-word")
    yield form
    yield await s.mara.fill(form, **_fields(s, f"{s.offered}, again"), questions="")


async def filed_anew(s: Stage) -> bool:
    (found,) = await s.world.bot.server_lists.items(s.guild.id)
    return found.topics == ("affinity", "trust")


@flow(filed_anew, accepted)
async def file_a_work_under_other_topics(s: Stage) -> AsyncIterator[Step]:
    async for step in _opened(s):
        yield (card := step)
    form = await press(s.mara, card, "review-terms")
    yield form
    yield await s.mara.fill(form, **TERMS)


@flow(listed(), accepted)
async def take_a_work_off(s: Stage) -> AsyncIterator[Step]:
    async for step in _opened(s):
        yield (card := step)
    sure = await press(s.mara, card, "review-remove")
    yield sure
    yield await press(s.mara, sure, "review-remove-now")


@flow(shows(lambda s: f"{literal(s.offered)} 7"), long_list)
async def find_a_work(s: Stage) -> AsyncIterator[Step]:
    page = await s.mara.slash("reading review")
    yield page
    form = await press(s.mara, page, "review-find")
    yield form
    yield await s.mara.fill(form, text=f"{s.marks['offered']} 7")


@flow(shows(lambda s: f"{literal(s.offered)} 29"), long_list)
async def turn_the_pages_of_our_list(s: Stage) -> AsyncIterator[Step]:
    page = await s.mara.slash("reading review")
    yield page
    page = await press(s.mara, page, "review-works")
    yield page
    yield await s.mara.click(page, id="firsthand:review-works:1")


# -- files --------------------------------------------------------------------------------------


def file_holds_it(s: Stage) -> bool:
    files = [*s.memory["last"].files.values()]
    return len(files) == 1 and s.offered in files[0].decode()


@flow(file_holds_it, accepted)
async def export_the_list(s: Stage) -> AsyncIterator[Step]:
    page = await s.mara.slash("reading review")
    yield page
    yield await press(s.mara, page, "list-export")


@flow(listed(offered))
async def bring_in_a_file(s: Stage) -> AsyncIterator[Step]:
    preview = await s.mara.slash("reading review", file=("list.toml", file_of(s).encode()))
    yield preview
    yield await press(s.mara, preview, "list-import")


@flow(shows(lambda s: "4: "))
async def send_a_file_with_faults(s: Stage) -> AsyncIterator[Step]:
    content = file_of(s).replace(s.offered, "x" * 200).encode()
    yield await s.mara.slash("reading review", file=("list.toml", content))
