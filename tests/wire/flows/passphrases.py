"""The journal's passphrase: set, changed, removed; locking, unlocking, and writing while locked."""

from __future__ import annotations

from collections.abc import AsyncIterator

from bot.journal.keys import State
from cogs.journal.access import _OPEN, LOCKED
from tests.wire import diary as d
from tests.wire.flows.base import Step, flow, press, shows, voice
from tests.wire.flows.journal import first, second
from tests.wire.stage import Stage
from tests.world import Answer


async def closed_with_it(s: Stage) -> bool:
    return await d.state(s) is State.LOCKED and await d.texts(s, s.passphrase) == [first(s)]


@flow(closed_with_it, d.kept)
async def set_a_passphrase(s: Stage) -> AsyncIterator[Step]:
    about = await s.ana.slash("journal passphrase")
    yield about
    form = await press(s.ana, about, "journal-set-passphrase")
    yield form
    fields = {"passphrase-new": s.passphrase, "passphrase-again": s.passphrase}
    yield await s.ana.fill(form, **fields, **_asked_for(form, s.passphrase))


async def closed_with_the_other(s: Stage) -> bool:
    return await d.state(s) is State.LOCKED and await d.texts(s, s.other_passphrase) == [first(s)]


@flow(closed_with_the_other, d.closed)
async def change_the_passphrase(s: Stage) -> AsyncIterator[Step]:
    about = await s.ana.slash("journal passphrase")
    yield about
    form = await press(s.ana, about, "journal-set-passphrase")
    yield form
    new = {"passphrase-new": s.other_passphrase, "passphrase-again": s.other_passphrase}
    yield await s.ana.fill(form, passphrase=s.passphrase, **new)


async def open_without(s: Stage) -> bool:
    return await d.state(s) is State.NO_PASSPHRASE and await d.texts(s) == [first(s)]


@flow(open_without, d.closed)
async def remove_the_passphrase(s: Stage) -> AsyncIterator[Step]:
    about = await s.ana.dm("journal passphrase")
    yield about
    form = await press(s.ana, about, "journal-remove-passphrase")
    yield form
    yield await s.ana.fill(form, passphrase=s.passphrase)


async def locked_here(s: Stage) -> bool:
    return await d.state_here(s) is State.LOCKED


@flow(locked_here, d.opened)
async def lock_the_journal(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal lock")


#: What is unlocked is locked again after a restart: so these look at what was said.
@flow(shows(lambda s: voice(s)(_OPEN)), d.closed)
async def unlock_the_journal(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.slash("journal unlock")
    yield form
    if form.form is not None:
        yield await s.ana.fill(form, passphrase=s.passphrase)


@flow(shows(lambda s: voice(s)(_OPEN)), d.closed)
async def unlock_after_a_wrong_passphrase(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.dm("journal unlock")
    yield form
    if form.form is None:
        return
    wrong = await s.ana.fill(form, passphrase=s.other_passphrase)
    yield wrong
    form = await press(s.ana, wrong, "journal-unlock")
    yield form
    if form.form is not None:
        yield await s.ana.fill(form, passphrase=s.passphrase)


@flow(shows(lambda s: voice(s)(LOCKED)), d.closed)
async def read_a_locked_journal(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal read")


# -- writing ------------------------------------------------------------------------------------


async def both_are_kept(s: Stage) -> bool:
    return await d.texts(s, s.passphrase) == [first(s), second(s)]


@flow(both_are_kept, d.closed)
async def write_in_a_locked_journal(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.slash("journal write")
    yield form
    yield await s.ana.fill(form, **_typed(s), **_asked_for(form, s.passphrase))


@flow(both_are_kept, d.closed)
async def write_with_a_wrong_passphrase(s: Stage) -> AsyncIterator[Step]:
    """What was typed waits on the card, and is kept with the right one."""
    form = await s.ana.slash("journal write")
    yield form
    fields = _typed(s) | _asked_for(form, s.other_passphrase)
    async for step in _keep_it_then(s, await s.ana.fill(form, **fields)):
        yield step


@flow(both_are_kept, d.opened)
async def write_while_it_is_locked_elsewhere(s: Stage) -> AsyncIterator[Step]:
    """The form was opened while the journal was open."""
    form = await s.ana.slash("journal write")
    yield form
    await s.world.bot.journal_keys.lock(s.ana.id)
    # After a restart it was locked already, and the form asks for the passphrase.
    fields = _typed(s) | _asked_for(form, s.other_passphrase)
    async for step in _keep_it_then(s, await s.ana.fill(form, **fields)):
        yield step


def _typed(s: Stage) -> dict[str, str]:
    return {"title": s.title, "text": s.changed}


def _asked_for(form: Answer, passphrase: str) -> dict[str, str]:
    """The passphrase, where a form asks for the one that is in force."""
    return {"passphrase": passphrase} if "'passphrase'" in str(form.form) else {}


async def _keep_it_then(s: Stage, shown: Step) -> AsyncIterator[Step]:
    """Unlock and keep what the card holds, if it does."""
    assert shown is not None
    yield shown
    if not d.has(shown, "journal-keep-locked"):
        return
    assert s.changed in shown.text
    form = await press(s.ana, shown, "journal-keep-locked")
    yield form
    yield await s.ana.fill(form, passphrase=s.passphrase)
