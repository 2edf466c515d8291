"""The journal: writing, reading, finding, changing, deleting; files, and the end."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

from bot.journal import prompts
from bot.journal.service import Changed, Draft
from bot.store.database import StoreError
from cogs.journal.writing import _MEANWHILE
from tests.wire import diary as d
from tests.wire.flows.base import Step, flow, press, shows, voice
from tests.wire.stage import Stage


def stands(*wanted: Callable[[Stage], tuple[str, str]]) -> Callable[[Stage], Awaitable[bool]]:
    """These are the entries of Ana's journal, oldest first."""

    async def look(s: Stage) -> bool:
        return await d.texts(s) == [each(s) for each in wanted]

    return look


def first(s: Stage) -> tuple[str, str]:
    return s.title, s.entry


def second(s: Stage) -> tuple[str, str]:
    return s.title, s.changed


# -- writing ------------------------------------------------------------------------------------


@flow(stands(first))
async def write_an_entry(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.slash("journal write")
    yield form
    yield await s.ana.fill(form, title=s.title, text=s.entry)


def question(s: Stage) -> prompts.Prompt:
    return prompts.tips(voice(s).language)[0].prompts[0]


async def with_its_question(s: Stage) -> bool:
    found = await d.written(s)
    return [(each.text, each.prompt) for each in found] == [(s.entry, question(s).id)]


@flow(with_its_question)
async def write_with_a_question(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.dm("journal write", prompt=question(s).id)
    assert question(s).text in str(form.form) or form.form is None
    yield form
    yield await s.ana.fill(form, title="", text=s.entry)


def _fail_once(s: Stage) -> None:
    """The next thing that is to be kept cannot be; the error quotes it, as a database may."""
    journal: Any = s.world.bot.journal

    async def fails(*_: Any, **__: Any) -> None:
        del journal.write
        raise StoreError(s.entry)

    journal.write = fails


@flow(stands(first))
async def keep_what_could_not_be_kept(s: Stage) -> AsyncIterator[Step]:
    """What was typed waits on the card, and is kept from there."""
    form = await s.ana.slash("journal write")
    yield form
    _fail_once(s)
    shown = await s.ana.fill(form, title=s.title, text=s.entry)
    s.world.faults.drain()
    yield shown
    if d.has(shown, "journal-keep"):
        assert s.entry in shown.text
        yield await press(s.ana, shown, "journal-keep")


# -- reading ------------------------------------------------------------------------------------


@flow(shows(lambda s: s.title), d.kept)
async def read_the_journal(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal read")


@flow(shows(lambda s: voice(s)("Your journal is empty. Nothing has to be in it.")))
async def read_an_empty_journal(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.dm("journal read")


async def many(s: Stage) -> None:
    """Two pages of entries; the oldest is the one that is looked for."""
    await d.kept(s)
    for number in range(6):
        await s.world.bot.journal.write(s.ana.id, Draft(f"Evening {number}", s.changed))


@flow(shows(lambda s: s.title), many)
async def turn_the_pages(s: Stage) -> AsyncIterator[Step]:
    listed = await s.ana.slash("journal read")
    yield listed
    for turn in ("older", "newer", "older"):
        custom_id = next((each for each in _ids(listed) if each.endswith(f".{turn}")), "")
        if custom_id:
            listed = await s.ana.click(listed, id=custom_id)
            yield listed


def _ids(answer: Any) -> list[str]:
    return [each["custom_id"] for each in answer.controls]


@flow(shows(lambda s: s.title), d.kept)
async def read_a_month(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal read", month=s.world.env.now().strftime("%Y-%m"))


async def open_first(s: Stage) -> AsyncIterator[Any]:
    """The list, and the newest entry in it."""
    listed = await s.ana.slash("journal read")
    yield listed
    menu = next(each for each in listed.controls if ":journal-choose:" in each["custom_id"])
    yield await s.ana.choose(listed, menu["options"][0]["value"], id=menu["custom_id"])


@flow(shows(lambda s: s.entry), d.kept)
async def open_an_entry(s: Stage) -> AsyncIterator[Step]:
    async for step in open_first(s):
        yield step


async def long(s: Stage) -> None:
    await d.speaks(s)
    await s.world.bot.journal.write(s.ana.id, Draft("", "word " * 780 + s.marks["entry"]))


@flow(shows(lambda s: s.marks["entry"]), long)
async def read_on(s: Stage) -> AsyncIterator[Step]:
    async for step in open_first(s):
        yield (card := step)
    yield await press(s.ana, card, "journal-open")


@flow(shows(lambda s: s.entry), d.kept)
async def search_the_journal(s: Stage) -> AsyncIterator[Step]:
    """Case and accents make no difference."""
    wanted = s.marks["entry"].lower().replace("ó", "o")
    found = await s.ana.slash("journal search", text=f"roof {wanted}")
    yield found
    if d.has(found, "journal-choose"):
        yield await s.ana.choose(found, d.entry_id(s), id=_ids(found)[0])


@flow(shows(lambda s: s.sought), d.kept)
async def search_in_vain(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal search", text=s.sought)


# -- changing, deleting -------------------------------------------------------------------------


@flow(stands(second), d.kept)
async def edit_an_entry(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.slash("journal edit", entry=d.entry_id(s))
    yield form
    yield await s.ana.fill(form, title=s.title, text=s.changed)


@flow(stands(second), d.kept)
async def edit_from_the_card(s: Stage) -> AsyncIterator[Step]:
    async for step in open_first(s):
        yield (card := step)
    form = await press(s.ana, card, "journal-edit")
    yield form
    yield await s.ana.fill(form, title=s.title, text=s.changed)


@flow(shows(lambda s: voice(s)(_MEANWHILE)), d.kept)
async def edit_what_was_changed_meanwhile(s: Stage) -> AsyncIterator[Step]:
    """The newer text stays, and what was typed comes back."""
    form = await s.ana.slash("journal edit", entry=d.entry_id(s))
    yield form
    if form.form is None:
        return
    (known,) = await d.written(s)
    changed = await s.world.bot.journal.change(
        s.ana.id, known.id, known.revision, Draft(s.title, s.entry)
    )
    assert changed is Changed.CHANGED
    shown = await s.ana.fill(form, title="", text=s.changed)
    yield shown
    assert await d.texts(s) == [first(s)]


async def empty(s: Stage) -> bool:
    return not await d.rows_of(s, "journal_entries")


@flow(empty, d.kept)
async def delete_an_entry(s: Stage) -> AsyncIterator[Step]:
    sure = await s.ana.slash("journal delete", entry=d.entry_id(s))
    yield sure
    if d.has(sure, "journal-delete-now"):
        yield await press(s.ana, sure, "journal-delete-now")


# -- files, and the end -------------------------------------------------------------------------


def file_holds_it(s: Stage) -> bool:
    files = [*s.memory["last"].files.values()]
    return len(files) == 1 and s.entry in files[0].decode()


@flow(file_holds_it, d.kept)
async def export_as_markdown(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal export")


@flow(file_holds_it, d.kept)
async def export_as_json(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.dm("journal export", format="json")


async def used(s: Stage) -> None:
    """A journal with everything in it, locked."""
    await d.reminded(s)
    await s.world.bot.journal.set_habit(s.ana.id, "always", voice(s).language)
    await s.world.bot.journal_keys.protect(s.ana.id, s.passphrase)
    await s.world.bot.journal_keys.unlock(s.ana.id, "not this passphrase")
    await s.world.bot.journal_keys.lock(s.ana.id)


@flow(d.nothing_is_left, used)
async def erase_the_journal(s: Stage) -> AsyncIterator[Step]:
    sure = await s.ana.slash("journal erase")
    yield sure
    if d.has(sure, "journal-erase"):
        yield await press(s.ana, sure, "journal-erase")


@flow(d.nothing_is_left, used)
async def erase_everything_with_a_journal(s: Stage) -> AsyncIterator[Step]:
    sure = await s.ana.slash("privacy erase")
    yield sure
    if d.has(sure, "erase"):
        yield await press(s.ana, sure, "erase")


# -- tips ---------------------------------------------------------------------------------------


@flow(shows(lambda s: prompts.tips(voice(s).language)[-1].text))
async def read_the_tips(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal tips")


@flow(stands(first))
async def write_from_the_tips(s: Stage) -> AsyncIterator[Step]:
    tips = await s.ana.slash("journal tips")
    yield tips
    form = await press(s.ana, tips, "journal-write")
    yield form
    yield await s.ana.fill(form, title=s.title, text=s.entry)
