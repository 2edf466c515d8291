"""The journal: writing in the DM itself. What stands in a DM has no answer: such steps are None."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from bot.journal.service import Draft
from cogs.journal.access import LOCKED
from cogs.journal.letters import ALWAYS, ASK, NEVER
from tests.wire import diary as d
from tests.wire.flows.base import Step, flow, shows, voice
from tests.wire.stage import Stage


async def habit(s: Stage) -> str:
    rows = await d.rows_of(s, "journal_habits")
    return rows[0]["habit"] if rows else ASK


def keeps(*wanted: Callable[[Stage], str]) -> Callable[[Stage], Awaitable[bool]]:
    """These messages are in the journal, each once, and each bears the mark.

    Where Discord failed at that moment, Ana may have sent one again, and a mark may be missing.
    """

    async def look(s: Stage) -> bool:
        found = [each.text for each in await d.written(s)]
        if s.disturbed:
            return {*found} == {each(s) for each in wanted}
        marked = [m.content for m in d.dms(s.ana) if d.marked(m)]
        return sorted(map(str, found)) == sorted(each(s) for each in wanted) == sorted(marked)

    return look


def letter(s: Stage) -> str:
    return s.letter


def another(s: Stage) -> str:
    return f"{s.letter} Again!"


@flow(keeps(letter), d.speaks)
async def keep_a_message(s: Stage) -> AsyncIterator[Step]:
    await d.sends(s, s.letter)
    yield None
    yield await d.answers(s.ana, "letter-keep")


@flow(keeps(letter, another), d.speaks)
async def keep_all_messages(s: Stage) -> AsyncIterator[Step]:
    for text in (letter(s), another(s)):
        await d.sends(s, text)
        yield None
    yield await d.answers(s.ana, "letter-keep", longest=True)


async def always(s: Stage) -> bool:
    return await habit(s) == ALWAYS and await keeps(letter)(s)


@flow(always, d.speaks)
async def always_keep(s: Stage) -> AsyncIterator[Step]:
    await d.sends(s, s.letter)
    yield None
    yield await d.answers(s.ana, "letter-always")


async def never(s: Stage) -> bool:
    return await habit(s) == NEVER and not await d.rows_of(s, "journal_entries")


@flow(never, d.speaks)
async def never_keep(s: Stage) -> AsyncIterator[Step]:
    await d.sends(s, s.letter)
    yield None
    yield await d.answers(s.ana, "letter-never")


@flow(shows(lambda s: voice(s)("All right, I leave it.")), d.speaks)
async def do_not_keep_it(s: Stage) -> AsyncIterator[Step]:
    await d.sends(s, s.letter)
    yield None
    yield await d.answers(s.ana, "letter-no")


async def from_now_on_always(s: Stage) -> None:
    await s.world.bot.journal.set_habit(s.ana.id, ALWAYS, voice(s).language)


@flow(keeps(letter, another), from_now_on_always)
async def kept_without_asking(s: Stage) -> AsyncIterator[Step]:
    for text in (letter(s), another(s)):
        if text not in [each.text for each in await d.written(s)]:
            await d.sends(s, text)
        yield None
    button = await d.answers(s.ana, "letter-keep")  # where Discord failed, it is offered
    if button is not None:
        yield button


async def not_noticed(s: Stage) -> None:
    """Ana wrote while the bot was off, and it keeps everything."""
    await s.world.bot.journal.set_habit(s.ana.id, NEVER, voice(s).language)
    await d.sends(s, s.letter)
    await from_now_on_always(s)


@flow(keeps(letter, another), not_noticed)
async def keep_what_was_not_noticed(s: Stage) -> AsyncIterator[Step]:
    await d.sends(s, another(s))
    yield None
    yield await d.answers(s.ana, "letter-keep")


async def choose_always(s: Stage) -> bool:
    return await habit(s) == ALWAYS


@flow(choose_always, d.speaks)
async def choose_a_habit(s: Stage) -> AsyncIterator[Step]:
    tips = await s.ana.slash("journal tips")
    yield tips
    menu = next((each for each in tips.controls if ":letter-habit:" in each["custom_id"]), None)
    if menu is not None:
        yield await s.ana.choose(tips, ALWAYS, id=menu["custom_id"])


# -- locked -------------------------------------------------------------------------------------


async def closed_and_always(s: Stage) -> None:
    await d.closed(s)
    await from_now_on_always(s)


@flow(shows(lambda s: voice(s)(LOCKED)), closed_and_always)
async def nothing_is_kept_while_locked(s: Stage) -> AsyncIterator[Step]:
    await d.sends(s, s.letter)
    yield None
    assert len(await d.texts(s, s.passphrase)) == 1
    yield await d.answers(s.ana, "letter-keep")


async def kept_beside(s: Stage) -> bool:
    return [text for _, text in await d.texts(s, s.passphrase)] == [s.entry, s.letter]


@flow(kept_beside, closed_and_always)
async def unlock_and_keep_a_message(s: Stage) -> AsyncIterator[Step]:
    if d.standing(s.ana, "journal-unlock") is None:
        await d.sends(s, s.letter)
        yield None
    form = await d.answers(s.ana, "journal-unlock")
    if form is not None and form.form is not None:
        yield form
        # No step in between: after a restart it would be locked again.
        await s.ana.fill(form, passphrase=s.passphrase)
    yield await d.answers(s.ana, "letter-keep")


# -- changed messages, files --------------------------------------------------------------------


async def letter_kept(s: Stage) -> None:
    """Ana wrote a message that is in the journal."""
    await s.world.bot.journal.set_habit(s.ana.id, NEVER, voice(s).language)
    message = s.memory["message"] = await d.sends(s, s.letter)
    await s.world.bot.journal.write(s.ana.id, Draft("", s.letter), message_id=message.id)
    await s.world.bot.journal.set_habit(s.ana.id, ASK, voice(s).language)


async def changed_there(s: Stage) -> bool:
    return [each.text for each in await d.written(s)] == [s.changed]


@flow(changed_there, letter_kept)
async def change_a_kept_message(s: Stage) -> AsyncIterator[Step]:
    await s.ana.user.edit(s.memory["message"], s.changed)
    yield None
    yield await d.answers(s.ana, "letter-change")


async def closed_after_a_letter(s: Stage) -> None:
    await letter_kept(s)
    await s.world.bot.journal_keys.protect(s.ana.id, s.passphrase)
    await s.world.bot.journal_keys.lock(s.ana.id)


@flow(shows(lambda s: voice(s)(LOCKED)), closed_after_a_letter)
async def change_a_kept_message_while_locked(s: Stage) -> AsyncIterator[Step]:
    await s.ana.user.edit(s.memory["message"], s.changed)
    yield None
    yield await d.answers(s.ana, "letter-change")
    assert [text for _, text in await d.texts(s, s.passphrase)] == [s.letter]


def from_file(s: Stage) -> str:
    return f"{s.entry}\n{s.changed}"


async def file_kept(s: Stage) -> bool:
    return {each.text for each in await d.written(s)} == {f"{s.letter}\n\n{from_file(s)}"}


@flow(file_kept, d.speaks)
async def keep_a_text_file(s: Stage) -> AsyncIterator[Step]:
    await d.sends(s, s.letter, ("evening.txt", from_file(s).encode()))
    yield None
    yield await d.answers(s.ana, "letter-keep")


async def picture_refused(s: Stage) -> bool:
    """Ana is told; nothing is kept, nor offered, unless Discord failed at that moment."""
    offered = d.standing(s.ana, "letter-keep") is not None and not s.disturbed
    kept = await d.rows_of(s, "journal_entries")
    return "roof.png" in d.said_in_dm(s) and not offered and not kept


@flow(picture_refused, d.speaks)
async def a_picture_is_refused(s: Stage) -> AsyncIterator[Step]:
    await d.sends(s, "", ("roof.png", b"\x89PNG\r\n\x1a\n" + bytes(100)))
    yield None
