"""The journal: sharing an entry with one friend, slowly; both sides, and every way out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable

from tests.wire import diary as d
from tests.wire.flows.base import Step, flow, press, shows
from tests.wire.flows.journal import open_first
from tests.wire.stage import Stage
from tests.world import DAY, WEEK, Person


def share_is(*wanted: str) -> Callable[[Stage], Awaitable[bool]]:
    """Ana's one share stands like one of these; in nobody's DM unless it is given."""

    async def look(s: Stage) -> bool:
        state = await d.share_state(s)
        return state in wanted and (state == "given" or not d.in_friends_dm(s))

    return look


over = share_is("")


@flow(share_is("waiting"), d.friends)
async def share_an_entry(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal share", entry=d.entry_id(s), member=s.beto)


@flow(share_is("waiting"), d.friends)
async def share_from_the_card(s: Stage) -> AsyncIterator[Step]:
    async for step in open_first(s):
        yield (card := step)
    form = await press(s.ana, card, "journal-share")
    yield form
    yield await s.ana.fill(form, friend=[s.beto.member])


@flow(shows(lambda s: s.beto.mention), d.shared)
async def see_what_is_shared(s: Stage) -> AsyncIterator[Step]:
    yield await s.ana.slash("journal share")


@flow(over, d.shared)
async def drop_it_in_the_pause(s: Stage) -> AsyncIterator[Step]:
    listed = await s.ana.dm("journal share")
    yield listed
    if d.has(listed, "share-drop"):
        yield await press(s.ana, listed, "share-drop")


async def asked_again(s: Stage) -> bool:
    return await d.share_state(s) == "confirming" and bool(s.rings(s.ana) or s.disturbed)


@flow(asked_again, d.shared)
async def the_pause_is_over(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(DAY)
    yield None


async def rests_again(s: Stage) -> bool:
    rows = await d.rows_of(s, "journal_shares")
    return [(row["state"], row["entry_revision"]) for row in rows] == [("waiting", 2)]


@flow(rests_again, d.rested)
async def edit_what_is_shared(s: Stage) -> AsyncIterator[Step]:
    form = await s.ana.slash("journal edit", entry=d.entry_id(s))
    yield form
    yield await s.ana.fill(form, title=s.title, text=s.changed)


async def inbox_then(s: Stage, person: Person, name: str) -> AsyncIterator[Step]:
    """What waits, and the control on it, if it is there."""
    inbox = await person.slash("consent inbox")
    yield inbox
    if d.has(inbox, name):
        yield await press(person, inbox, name)


@flow(shows(lambda s: s.entry), d.rested)
async def look_again(s: Stage) -> AsyncIterator[Step]:
    async for step in inbox_then(s, s.ana, "share-look"):
        yield step


@flow(share_is("asking"), d.rested)
async def still_want_to(s: Stage) -> AsyncIterator[Step]:
    card: Step = None
    async for step in inbox_then(s, s.ana, "share-look"):
        yield (card := step)
    if card is not None and d.has(card, "share-still"):
        yield await press(s.ana, card, "share-still")


@flow(over, d.rested)
async def drop_it_after_a_look(s: Stage) -> AsyncIterator[Step]:
    card: Step = None
    async for step in inbox_then(s, s.ana, "share-look"):
        yield (card := step)
    if card is not None and d.has(card, "share-drop"):
        yield await press(s.ana, card, "share-drop")


@flow(over, d.asked)
async def drop_it_while_the_friend_is_asked(s: Stage) -> AsyncIterator[Step]:
    listed = await s.ana.slash("journal share")
    yield listed
    if d.has(listed, "share-drop"):
        yield await press(s.ana, listed, "share-drop")


# -- the friend ---------------------------------------------------------------------------------


async def friend_has_it(s: Stage) -> bool:
    """Once, in the DM. Where Discord did not let the bot write there, the writer is told."""
    state = await d.share_state(s)
    if s.disturbed and state == "unreached":
        return not d.in_friends_dm(s)
    return state == "given" and len(d.in_friends_dm(s)) == 1


@flow(friend_has_it, d.asked)
async def up_for_it(s: Stage) -> AsyncIterator[Step]:
    async for step in inbox_then(s, s.beto, "share-yes"):
        yield step
    if s.disturbed:  # what Discord did not take is brought later
        await s.world.later(DAY)


@flow(share_is("asking"), d.asked)
async def not_now(s: Stage) -> AsyncIterator[Step]:
    async for step in inbox_then(s, s.beto, "share-later"):
        yield step


@flow(share_is("declined"), d.asked)
async def not_up_for_it(s: Stage) -> AsyncIterator[Step]:
    async for step in inbox_then(s, s.beto, "share-no"):
        yield step


async def hidden_from_him(s: Stage) -> bool:
    rows = await d.rows_of(s, "journal_shares")
    return [(row["state"], row["hidden"]) for row in rows] == [("asking", 1)]


@flow(hidden_from_him, d.asked)
async def never_ask_me_again(s: Stage) -> AsyncIterator[Step]:
    async for step in inbox_then(s, s.beto, "share-never"):
        yield step


@flow(share_is("lapsed"), d.asked)
async def no_answer(s: Stage) -> AsyncIterator[Step]:
    """Silence is a no (law 1)."""
    await s.world.later(WEEK)
    yield None


@flow(over, d.declined)
async def read_of_a_no(s: Stage) -> AsyncIterator[Step]:
    async for step in inbox_then(s, s.ana, "got-it"):
        yield step


# -- taken back ---------------------------------------------------------------------------------


@flow(over, d.given)
async def take_what_was_shared_back(s: Stage) -> AsyncIterator[Step]:
    listed = await s.ana.slash("journal share")
    yield listed
    if d.has(listed, "share-back"):
        yield await press(s.ana, listed, "share-back")
    if s.disturbed:
        await s.world.later(DAY)


@flow(over, d.given)
async def delete_it_here(s: Stage) -> AsyncIterator[Step]:
    """The friend does, on the message itself."""
    pressed = await d.answers(s.beto, "share-remove")
    yield pressed
    if s.disturbed:
        await s.world.later(DAY)


async def nothing_anywhere(s: Stage) -> bool:
    return await d.nothing_is_left(s) and not d.in_friends_dm(s)


@flow(nothing_anywhere, d.given)
async def erase_what_was_shared(s: Stage) -> AsyncIterator[Step]:
    sure = await s.ana.slash("journal erase")
    yield sure
    if d.has(sure, "journal-erase"):
        yield await press(s.ana, sure, "journal-erase")
    if s.disturbed:
        await s.world.later(DAY)


async def died_while_bringing(s: Stage) -> None:
    """It stands in the DM, and the process ended before it was written down."""
    await d.asked(s)
    posts = s.world.bot.posts

    async def dies(*_: object) -> None:
        raise TimeoutError

    posts.is_up = dies  # type: ignore[method-assign]
    await d.forge.press(s.beto, f"firsthand:share-yes:{d.share_id(s)}", at=s.general)
    del posts.is_up  # type: ignore[method-assign]
    s.world.faults.drain()
    assert len(d.in_friends_dm(s)) == 1


@flow(friend_has_it, died_while_bringing)
async def found_in_the_dm(s: Stage) -> AsyncIterator[Step]:
    await s.world.later(121)
    yield None
