"""Shares as they are stored: one of two clicks wins, and a copy ends with its key.

On both engines, with two processes on the same databases.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.journal import BROUGHT, SHARE
from bot.journal import share_rules as rules
from bot.journal.service import Changed, Draft
from bot.journal.share_rules import A_DAY, ASKED_FOR, BRINGING_TAKES, DAY, REST, Refusal, State
from bot.journal.shares import Share
from bot.journal.sharing import Asked, Begun, Copy, Wish
from bot.store.database import StoreError
from bot.store.ids import owner_of
from bot.work.posts import POST, Post
from tests.store.houses import (
    ANA,
    BETO,
    CARLA,
    DIEGO,
    ELSA,
    GUILD,
    PLACE,
    House,
    forgets_departed,
    in_between,
)
from tests.store.notebooks import (
    DRAFT,
    OTHER,
    PASSPHRASE,
    TEXT,
    TITLE,
    cheapen,
    destroy_keys,
    file_of,
    kept_keys,
    left_of,
    noted_keys,
    on_sqlite,
)

DM, MESSAGE = 1_456_074_443_980_900_001, 1_456_074_443_980_900_002
ROUNDS = 5
Exit = Callable[[House, Share], Awaitable[Any]]


async def begins(
    house: House, *, friend: int = BETO, writer: int = ANA, entry: str | None = None
) -> Begun:
    await house.roster.allow_dms(friend, "en")
    if entry is None:
        entry = await house.journal.write(writer, DRAFT)
    assert entry is not None
    wish = Wish(writer, friend, entry, GUILD, PLACE, together=True, friend_is_app=False)
    return await house.sharing.begin(wish)


async def begun(house: House, **more: Any) -> Share:
    made = await begins(house, **more)
    assert made.share is not None, made.verdict
    return made.share


async def confirming(house: House, **more: Any) -> Share:
    share = await begun(house, **more)
    house.time.now += DAY
    return share


async def asking(house: House, **more: Any) -> Share:
    share = await confirming(house, **more)
    assert await house.sharing.ask(share.id, share.writer_id, 1) is Asked.ASKED
    return await row(house, share)


async def sending(house: House, **more: Any) -> Share:
    share = await asking(house, **more)
    accepted = await house.sharing.accept(share.id, share.friend_id)
    assert accepted is not None
    return accepted


async def given(house: House, **more: Any) -> Share:
    share = await sending(house, **more)
    assert await arrives(house, share) is not None
    return await row(house, share)


async def posted(house: House, share: Share) -> Post:
    """It is just being brought into the friend's DM."""
    noted = await house.posts.note(BROUGHT, share.id, 0, DM)
    assert noted is not None
    return noted[0]


async def arrives(house: House, share: Share) -> Post | None:
    up = await house.posts.is_up(await posted(house, share), MESSAGE)
    await house.sharing.brought(share)
    return up


async def posts(house: House) -> list[tuple[Any, ...]]:
    """What is kept of messages in DMs: of which share, where, and why they have to go."""
    return await house.ask(
        f"SELECT key, channel_id, message_id, goes FROM posts WHERE topic = '{BROUGHT}'"
    )


async def row(house: House, share: Share) -> Share:
    async with house.store.main.transaction() as connection:
        found = await house.journal.shares.get(connection, share.id)
    assert found is not None
    return found


async def rows(house: House) -> list[tuple[Any, ...]]:
    return await house.ask("SELECT id, state, copy, key_id FROM journal_shares")


async def told(house: House) -> list[tuple[int, int]]:
    """Who has to be told of a share, and of whom."""
    return await house.ask(
        "SELECT person_id, about_id FROM notices WHERE topic = 'shared entry' ORDER BY person_id"
    )


async def look(house: House) -> None:
    """What due work does without Discord."""
    for each in await house.queue.due(urgent=False):
        if each.kind != SHARE.name:
            continue
        piece = await house.queue.claim(each.kind, each.key)
        assert piece is not None
        share = await house.sharing.get(piece.key)
        if share is not None and share.state is not State.SENDING:
            await house.sharing.pass_time(share)
            share = await house.sharing.get(piece.key)
        await house.queue.finish(piece, None if share is None else share.due_at)


# -- the copy -----------------------------------------------------------------------------------


async def test_the_copy_is_sealed_and_opens_in_another_process(one: House, other: House) -> None:
    share = await asking(one)
    assert share.copy is not None
    assert TITLE.encode() not in share.copy
    assert await other.sharing.copy(share) == Copy(TITLE, TEXT)


async def test_there_is_no_copy_before_the_second_yes(one: House) -> None:
    await confirming(one)
    await look(one)
    [(_, state, copy, key_id)] = await rows(one)
    assert (state, copy, key_id) == ("confirming", None, None)


async def test_the_copy_does_not_open_in_another_share_or_without_either_key(one: House) -> None:
    share = await asking(one)
    assert await one.sharing.copy(share._replace(id="0" * 12)) is None
    assert await one.sharing.copy(share._replace(entry_revision=2)) is None
    assert await one.sharing.copy(share._replace(friend_id=CARLA)) is None
    await one.store.keyring.forget(BETO)
    assert await one.sharing.copy(share) is None


async def drops(house: House, share: Share) -> None:
    assert await house.sharing.drop(share.id, ANA) is not None


async def declines(house: House, share: Share) -> None:
    assert await house.sharing.decline(share.id, BETO) is not None


async def lapses(house: House, share: Share) -> None:
    house.time.now += ASKED_FOR
    await look(house)


async def edits(house: House, share: Share) -> None:
    changed = await house.journal.change(ANA, share.entry_id, 1, Draft("", "Anders"))
    assert changed is Changed.CHANGED


async def deletes(house: House, share: Share) -> None:
    assert await house.journal.delete(ANA, share.entry_id)


async def erases_journal(house: House, share: Share) -> None:
    await house.journal.erase(ANA)


async def erases_all(house: House, share: Share) -> None:
    await house.privacy.erase(ANA)


async def friend_erases(house: House, share: Share) -> None:
    await house.privacy.erase(BETO)
    await destroy_keys(house)


async def is_blocked(house: House, share: Share) -> None:
    await house.boundaries.block(BETO, ANA)
    await destroy_keys(house)


async def is_brought(house: House, share: Share) -> None:
    accepted = await house.sharing.accept(share.id, BETO)
    assert accepted is not None
    assert await arrives(house, accepted) is not None


async def is_closed(house: House, share: Share) -> None:
    accepted = await house.sharing.accept(share.id, BETO)
    assert accepted is not None
    await house.sharing.closed(accepted)


async def server_goes(house: House, share: Share) -> None:
    await house.roster.depart(GUILD)
    house.time.now += 31 * DAY
    await forgets_departed(house)
    await destroy_keys(house)


EXITS = [
    drops,
    declines,
    lapses,
    edits,
    deletes,
    erases_journal,
    erases_all,
    friend_erases,
    is_blocked,
    is_brought,
    is_closed,
    server_goes,
]


@pytest.mark.parametrize("leave", EXITS)
async def test_the_copy_and_its_key_end_with_every_exit(one: House, leave: Exit) -> None:
    share = await asking(one)
    assert share.copy is not None
    assert share.key_id in await kept_keys(one)
    await leave(one, share)
    assert all(copy is None and key_id is None for _, _, copy, key_id in await rows(one))
    assert share.key_id not in await kept_keys(one)
    assert share.key_id not in await noted_keys(one)
    # An older copy of the main database still has the row; nothing opens it.
    assert await one.sharing.copy(share) is None


@on_sqlite
@pytest.mark.parametrize("leave", [erases_journal, erases_all, friend_erases])
async def test_after_erasing_no_byte_of_the_copy_is_left(one: House, leave: Exit) -> None:
    share = await asking(one)
    assert share.copy is not None
    await one.store.main.scrub()
    file = await file_of(one, "main")
    assert left_of([share.copy], file.read_bytes())
    await leave(one, share)
    stored = b"".join(each.read_bytes() for each in file.parent.glob(file.name + "*"))
    assert left_of([share.copy], stored) == []


async def test_a_key_that_could_not_be_destroyed_is_destroyed_by_due_work(
    one: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    share = await asking(one)

    async def fails(owner_id: int) -> None:
        raise StoreError("no")

    with monkeypatch.context() as broken:
        broken.setattr(one.store.keyring, "forget", fails)
        await drops(one, share)
    assert share.key_id in await kept_keys(one)
    await destroy_keys(one)
    assert share.key_id not in await kept_keys(one)


async def test_due_work_leaves_the_key_of_a_copy_alone(one: House) -> None:
    share = await asking(one)
    one.time.now += DAY
    await destroy_keys(one)
    await destroy_keys(one)
    assert await one.sharing.copy(share) == Copy(TITLE, TEXT)


async def test_a_second_look_that_dies_leaves_no_key(
    one: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    share = await confirming(one)

    async def dies(*_: Any) -> None:
        raise RuntimeError

    with monkeypatch.context() as broken:
        broken.setattr(one.journal.shares, "ask", dies)
        with pytest.raises(RuntimeError):
            await one.sharing.ask(share.id, ANA, 1)
    before = await kept_keys(one)
    one.time.now += 1
    await destroy_keys(one)
    one.time.now += 700
    await destroy_keys(one)
    assert len(await kept_keys(one)) == len(before) - 1
    assert await one.sharing.ask(share.id, ANA, 1) is Asked.ASKED


# -- two at once --------------------------------------------------------------------------------


async def test_of_two_second_yeses_one_asks_and_its_copy_opens(one: House, other: House) -> None:
    for _ in range(ROUNDS):
        share = await begun(one)
        one.time.now += DAY
        other.time.now = one.time.now
        said = await asyncio.gather(
            one.sharing.ask(share.id, ANA, 1), other.sharing.ask(share.id, ANA, 1)
        )
        assert sorted(said) == [Asked.ASKED, Asked.MOVED_ON]
        now = await row(one, share)
        assert await one.sharing.copy(now) == Copy(TITLE, TEXT)
        # The journal's own key, and this copy's.
        assert len(await noted_keys(one)) == len(await kept_keys(one)) == 2
        await drops(one, now)
        await one.ask("DELETE FROM slots")


async def test_of_two_yeses_of_the_friend_one_brings_it(one: House, other: House) -> None:
    share = await asking(one)
    other.time.now = one.time.now
    said = await asyncio.gather(
        one.sharing.accept(share.id, BETO), other.sharing.accept(share.id, BETO)
    )
    assert [each is None for each in said].count(True) == 1


async def test_a_yes_and_a_no_at_once_are_one_of_them(one: House, other: House) -> None:
    share = await asking(one)
    other.time.now = one.time.now
    yes, no = await asyncio.gather(
        one.sharing.accept(share.id, BETO), other.sharing.decline(share.id, BETO)
    )
    assert (yes is None) != (no is None)


async def test_two_begun_at_once_for_the_same_two_are_one(one: House, other: House) -> None:
    entry = await one.journal.write(ANA, DRAFT)
    made = await asyncio.gather(begins(one, entry=entry), begins(other, entry=entry))
    refusals = [each.verdict.refusal for each in made]
    assert sorted(refusals, key=str) == [None, Refusal.OPEN]
    assert len(await rows(one)) == 1


async def waiting(house: House) -> list[str]:
    """Shares that due work would look at now, the urgent ones first."""
    found = [*await house.queue.due(urgent=True), *await house.queue.due(urgent=False)]
    return [each.key for each in found if each.kind == SHARE.name]


async def test_a_due_one_is_taken_by_one_process(one: House, other: House) -> None:
    share = await sending(one)
    await look(one)
    assert await waiting(one) == []
    one.time.now += BRINGING_TAKES
    other.time.now = one.time.now
    assert await waiting(one) == [share.id]
    taken = await asyncio.gather(
        *(house.queue.claim(SHARE.name, share.id) for house in (one, other))
    )
    assert [each is None for each in taken].count(True) == 1


async def test_an_edit_while_the_writer_says_yes_wins(one: House, other: House) -> None:
    """What was read is not what is there any more, so nobody is asked."""
    share = await confirming(one)
    other.time.now = one.time.now
    in_between(one.store.keyring, "known_mark", lambda: edits(other, share))
    assert await one.sharing.ask(share.id, ANA, 1) is Asked.MOVED_ON
    now = await row(one, share)
    assert (now.state, now.entry_revision, now.copy) == (State.WAITING, 2, None)
    assert now.due_at == one.time.now + DAY
    assert len(await noted_keys(one)) == len(await kept_keys(one)) == 1


async def test_an_edit_and_the_friend_s_yes_at_once(one: House, other: House) -> None:
    for _ in range(ROUNDS):
        share = await asking(one)
        other.time.now = one.time.now
        yes, _ = await asyncio.gather(one.sharing.accept(share.id, BETO), edits(other, share))
        now = await row(one, share)
        assert now.state is (State.WAITING if yes is None else State.SENDING)
        if yes is not None:
            assert await one.sharing.copy(now) == Copy(TITLE, TEXT)
        await one.journal.erase(ANA)
        await one.ask("DELETE FROM journal_shares")
        await one.ask("DELETE FROM slots")


# -- the pause ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reach", [begun, confirming, asking])
async def test_an_edit_begins_the_pause_again(
    one: House, reach: Callable[[House], Awaitable[Share]]
) -> None:
    share = await reach(one)
    one.time.now += 60
    await edits(one, share)
    now = await row(one, share)
    assert (now.state, now.due_at) == (State.WAITING, one.time.now + DAY)
    assert await told(one) == []
    one.time.now += DAY
    # The yes is to what is there now, and to nothing else.
    assert await one.sharing.ask(share.id, ANA, 1) is Asked.MOVED_ON
    assert await one.sharing.ask(share.id, ANA, 2) is Asked.ASKED
    assert await one.sharing.copy(await row(one, share)) == Copy("", "Anders")


async def test_an_edit_after_the_friend_s_yes_changes_nothing(one: House) -> None:
    share = await sending(one)
    await edits(one, share)
    assert await one.sharing.copy(await row(one, share)) == Copy(TITLE, TEXT)


async def test_a_new_passphrase_is_no_edit(one: House, monkeypatch: pytest.MonkeyPatch) -> None:
    cheapen(monkeypatch.setattr)
    share = await begun(one)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    await one.journal_keys.protect(ANA, OTHER)
    assert (await row(one, share)).due_at == share.due_at


# -- taking back, erasing -----------------------------------------------------------------------


async def test_deleting_the_entry_while_it_is_brought_takes_it_back(one: House) -> None:
    share = await sending(one)
    post = await posted(one, share)
    await deletes(one, share)
    stays = [(share.id, "retracting", None, None)]
    assert await rows(one) == stays
    assert await posts(one) == [(share.id, DM, None, "over")]
    # Brought at that moment: the bot learns where the message is that has to go.
    await one.posts.is_up(post, MESSAGE)
    await one.sharing.brought(share)
    assert await rows(one) == stays
    assert await posts(one) == [(share.id, DM, MESSAGE, "over")]
    assert [each.key for each in await one.queue.due(urgent=True)] == [post.id]
    await one.posts.gone(post)
    assert await rows(one) == []


async def taken_back(house: House) -> Share:
    share = await given(house)
    assert await house.sharing.take_back(share.id, ANA)
    return await row(house, share)


async def test_what_is_taken_back_is_in_the_list_until_its_last_post_is_gone(
    one: House, other: House
) -> None:
    """Also where two processes see two of them go at once."""
    share = await sending(one)
    noted = [await one.posts.note(BROUGHT, share.id, 0, dm) for dm in (DM, DM + 1)]
    assert await one.sharing.take_back(share.id, ANA) is not None
    for _ in range(2):
        [listed] = await one.sharing.all_mine(ANA)
        assert (listed.state, listed.due_at, listed.copy) == (State.RETRACTING, None, None)
        one.time.now += 365 * DAY
        await look(one)
    (first, _), (second, _) = (each for each in noted if each is not None)
    await asyncio.gather(one.posts.gone(first), other.posts.gone(second))
    assert await one.sharing.all_mine(ANA) == []
    assert await rows(one) == []


async def test_while_another_post_of_it_may_stand_it_is_not_over(one: House) -> None:
    share = await sending(one)
    noted = [await one.posts.note(BROUGHT, share.id, 0, dm) for dm in (DM, DM + 1)]
    assert await one.sharing.drop(share.id, ANA) is not None
    left = [1, 0]
    for each, stays in zip(noted, left, strict=True):
        assert each is not None
        await one.posts.gone(each[0])
        assert len(await rows(one)) == stays


async def test_a_post_that_never_arrived_ends_only_what_was_taken_back(one: House) -> None:
    """Discord refused it, say: it is still to be brought."""
    share = await sending(one)
    await one.posts.gone(await posted(one, share))
    assert (await row(one, share)).state is State.SENDING


async def test_while_one_is_taken_back_another_can_begin(one: House) -> None:
    share = await taken_back(one)
    assert (await begun(one)).id != share.id


@pytest.mark.parametrize("leave", [erases_journal, erases_all, friend_erases, server_goes])
async def test_whoever_erases_is_not_in_what_was_being_taken_back(one: House, leave: Exit) -> None:
    share = await taken_back(one)
    await leave(one, share)
    assert await rows(one) == []
    [post] = [each for each in await one.queue.due(urgent=True) if each.kind == POST.name]
    assert await posts(one) == [(share.id, DM, MESSAGE, "over")]
    gone = await one.posts.get(post.key)
    assert gone is not None
    await one.posts.gone(gone)
    assert await posts(one) == []


async def test_nothing_but_discord_ends_what_is_taken_back(one: House) -> None:
    share = await taken_back(one)
    before = await rows(one)
    await edits(one, share)
    await deletes(one, share)
    sharing = one.sharing
    for said in (sharing.drop(share.id, ANA), sharing.take_back(share.id, ANA)):
        assert await said is None
    for answer in (sharing.accept, sharing.decline, sharing.remove):
        assert await answer(share.id, BETO) is None
    assert await rows(one) == before
    assert await told(one) == []


async def test_what_another_process_has_found_is_not_taken_down(one: House, other: House) -> None:
    share = await sending(one)
    post = await posted(one, share)
    for house in (one, other):
        assert await house.posts.is_up(post, MESSAGE) is not None
        await house.sharing.brought(share)
    assert await one.posts.is_up(post, MESSAGE + 1) is None
    assert await posts(one) == [(share.id, DM, MESSAGE, "")]
    assert (await row(one, share)).state is State.GIVEN


async def test_what_ended_while_it_was_brought_has_to_go(one: House) -> None:
    share = await sending(one)
    post = await posted(one, share)
    await one.sharing.closed(share)
    up = await one.posts.is_up(post, MESSAGE)
    await one.sharing.brought(share)
    assert up is not None
    assert up.goes
    assert (await row(one, share)).state is State.UNREACHED


@pytest.mark.parametrize("reach", [begun, confirming, asking, given])
async def test_only_what_both_said_yes_to_is_noted_to_be_brought(
    one: House, reach: Callable[[House], Awaitable[Share]]
) -> None:
    share = await reach(one)
    before = await posts(one)
    assert await one.posts.note(BROUGHT, share.id, 0, DM) is None
    assert await one.posts.note(BROUGHT, "0" * 12, 0, DM) is None
    assert await posts(one) == before


async def test_what_is_taken_back_while_it_is_noted_is_one_of_the_two(
    one: House, other: House
) -> None:
    """Noted first, its post has to go; taken back first, there is none."""
    for _ in range(ROUNDS):
        share = await sending(one)
        noted, taken = await asyncio.gather(
            one.posts.note(BROUGHT, share.id, 0, DM), other.sharing.take_back(share.id, ANA)
        )
        assert taken is not None
        assert [each.goes for each in taken] == ([] if noted is None else ["over"])
        assert [each[3] for each in await posts(one)] == [each.goes for each in taken]
        assert [each[1] for each in await rows(one)] == ["retracting" for _ in taken]
        for each in taken:
            await one.posts.gone(each)
        assert await rows(one) == []
        await one.ask("DELETE FROM slots")


async def test_what_is_taken_back_while_it_is_looked_for_is_not_sent_again(one: House) -> None:
    share = await sending(one)
    post = await posted(one, share)
    one.time.now += BRINGING_TAKES
    again = await one.posts.begin_again(post)
    assert again is not None
    assert again.begun_at == one.time.now
    await one.sharing.take_back(share.id, ANA)
    assert await one.posts.begin_again(post) is None


@pytest.mark.parametrize(
    "leave", [drops, deletes, erases_journal, erases_all, friend_erases, is_closed, server_goes]
)
async def test_whatever_ends_it_while_it_is_brought_its_post_has_to_go(
    one: House, leave: Exit
) -> None:
    share = await sending(one)
    post = await posted(one, share)
    if leave is is_closed:
        await one.sharing.closed(share)
    else:
        await leave(one, share)
    assert await posts(one) == [(share.id, DM, None, "over")]
    assert post.id in [each.key for each in await one.queue.due(urgent=True)]


@pytest.mark.parametrize("leave", EXITS)
async def test_no_post_outlives_its_share_but_to_go(one: House, leave: Exit) -> None:
    share = await asking(one)
    await leave(one, share)
    known = [each[0] for each in await rows(one)]
    assert [each for each in await posts(one) if each[0] not in known and not each[3]] == []


@pytest.mark.parametrize("leave", [erases_journal, erases_all])
async def test_erasing_takes_back_what_was_given_without_the_writer_s_id(
    one: House, leave: Exit
) -> None:
    share = await given(one)
    await leave(one, share)
    assert await rows(one) == []
    assert await posts(one) == [(share.id, DM, MESSAGE, "over")]
    [post] = [each for each in await one.queue.due(urgent=True) if each.kind == POST.name]
    assert post.turn == share.id


async def test_the_friend_who_erases_is_in_no_row(one: House) -> None:
    await given(one)
    taken = await given(one)
    await one.sharing.take_back(taken.id, ANA)
    await one.privacy.erase(BETO)
    assert await rows(one) == []
    # What they have stays with them alone; what is taken back still goes.
    assert await posts(one) == [(taken.id, DM, MESSAGE, "over")]


async def test_what_was_given_outlives_its_server(one: House) -> None:
    share = await given(one)
    await begun(one, friend=CARLA)
    await server_goes(one, share)
    assert [(each[0], each[1]) for each in await rows(one)] == [(share.id, "given")]
    assert await posts(one) == [(share.id, DM, MESSAGE, "")]
    assert GUILD not in await one.roster.known_guilds()


# -- who is told --------------------------------------------------------------------------------


async def second_look(house: House) -> None:
    await confirming(house)
    await look(house)


@pytest.mark.parametrize(
    ("reach", "people"),
    [
        (begun, []),
        (second_look, [(ANA, BETO)]),
        (asking, [(BETO, ANA)]),
        (sending, []),
        (given, [(ANA, BETO)]),
    ],
)
async def test_who_is_told_how_far_it_has_come(
    one: House, reach: Callable[[House], Awaitable[Any]], people: list[tuple[int, int]]
) -> None:
    await reach(one)
    assert await told(one) == people


@pytest.mark.parametrize("leave", EXITS)
async def test_what_became_of_it_is_told_to_the_writer_alone(one: House, leave: Exit) -> None:
    share = await asking(one)
    await leave(one, share)
    outcome = leave in (declines, lapses, is_brought, is_closed)
    assert await told(one) == ([(ANA, BETO)] if outcome else [])


@pytest.mark.parametrize("leave", [declines, lapses, is_closed])
async def test_an_outcome_ends_once_it_was_seen(one: House, leave: Exit) -> None:
    share = await asking(one)
    await leave(one, share)
    [notice] = await one.notices.of(ANA, GUILD)
    assert await one.notices.seen(notice.id, ANA, GUILD)
    assert await rows(one) == []
    assert await one.sharing.get(share.id) is None


async def test_what_was_given_stays_once_that_was_seen_or_forgotten(one: House) -> None:
    for friend, forgets in ((BETO, False), (CARLA, True)):
        share = await given(one, friend=friend)
        [notice] = await one.notices.of(ANA, GUILD)
        if forgets:
            one.time.now = notice.until_at
            await one.notices.forget_old()
        else:
            await one.notices.seen(notice.id, ANA, GUILD)
        assert await told(one) == []
        now = await row(one, share)
        assert (now.state, now.due_at) == (State.GIVEN, None)


async def test_a_question_that_nobody_answered_is_an_outcome_all_the_same(one: House) -> None:
    """Its notice may be forgotten before due work comes to it."""
    share = await asking(one)
    one.time.now += ASKED_FOR
    await one.notices.forget_old()
    assert (await row(one, share)).state is State.ASKING
    await look(one)
    assert (await row(one, share)).state is State.LAPSED
    assert await told(one) == [(ANA, BETO)]


async def test_a_question_is_not_shown_any_longer_than_it_can_be_answered(one: House) -> None:
    share = await asking(one)
    [notice] = await one.notices.of(BETO, GUILD)
    assert (notice.key, notice.channel_id, notice.until_at) == (share.id, PLACE, share.due_at)
    one.time.now += ASKED_FOR
    assert await one.notices.of(BETO, GUILD) == []


# -- limits -------------------------------------------------------------------------------------


async def test_three_a_day(one: House) -> None:
    for friend in (BETO, CARLA, DIEGO)[:A_DAY]:
        await begun(one, friend=friend)
    refused = (await begins(one, friend=ELSA)).verdict
    assert (refused.refusal, refused.until) == (Refusal.DAY_USED, one.time.now + DAY)
    one.time.now += DAY
    await begun(one, friend=ELSA)


async def test_a_writer_s_shares_have_an_end_and_of_two_at_once_one_is_the_last(
    one: House, other: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "AT_MOST", 2)
    entry = await one.journal.write(ANA, DRAFT)
    first = await begun(one, entry=entry)
    made = await asyncio.gather(
        begins(one, friend=CARLA, entry=entry), begins(other, friend=DIEGO, entry=entry)
    )
    assert {each.verdict.refusal for each in made} == {None, Refusal.MANY}
    assert len(await rows(one)) == 2
    assert await one.sharing.drop(first.id, ANA) == []
    await begun(one, friend=ELSA, entry=entry)


@pytest.mark.parametrize("leave", [declines, lapses])
async def test_a_pair_rests_after_a_no_or_a_silence(one: House, leave: Exit) -> None:
    share = await asking(one)
    await leave(one, share)
    until = one.time.now + REST
    one.time.now = until - 1
    refused = (await begins(one)).verdict
    assert (refused.refusal, refused.until) == (Refusal.RESTS, until)
    one.time.now = until
    await begun(one)


async def test_a_blocked_writer_s_question_lapses_like_any_other(one: House) -> None:
    await one.boundaries.block(BETO, ANA)
    share = await asking(one)
    assert (share.hidden, share.copy, share.key_id) == (1, None, None)
    assert await told(one) == []
    assert await one.sharing.for_me(share.id, BETO) is None
    assert await one.sharing.accept(share.id, BETO) is None
    assert len(await noted_keys(one)) == 1
    await lapses(one, share)
    assert (await row(one, share)).state is State.LAPSED
    assert await told(one) == [(ANA, BETO)]
    assert (await begins(one)).verdict.refusal is Refusal.RESTS


async def test_who_has_no_part_in_it_can_do_nothing(one: House) -> None:
    share = await confirming(one)
    for somebody in (BETO, CARLA):
        assert await one.sharing.drop(share.id, somebody) is None
        assert await one.sharing.ask(share.id, somebody, 1) is Asked.MOVED_ON
    await one.sharing.ask(share.id, ANA, 1)
    for somebody in (ANA, CARLA):
        assert await one.sharing.accept(share.id, somebody) is None
        assert await one.sharing.decline(share.id, somebody) is None
    accepted = await one.sharing.accept(share.id, BETO)
    assert accepted is not None
    await arrives(one, accepted)
    [notice] = await one.notices.of(ANA, 0)
    for somebody in (BETO, CARLA):
        assert await one.sharing.take_back(share.id, somebody) is None
        assert not await one.notices.seen(notice.id, somebody, 0)
    assert await one.sharing.remove(share.id, CARLA) is None


async def test_somebody_else_s_entry_cannot_be_shared(one: House) -> None:
    entry = await one.journal.write(CARLA, DRAFT)
    for wrong in (entry, "", "nonsense", "0" * 12, "'; --", "\x00"):
        assert (await begins(one, entry=wrong)).verdict.refusal is Refusal.NO_ENTRY
    assert await rows(one) == []


async def test_keys_of_copies_have_numbers_of_their_own(one: House) -> None:
    share = await asking(one)
    assert share.key_id is not None
    assert owner_of(share.key_id) in await one.keys()
    assert share.key_id not in [each[0] for each in await one.ask("SELECT key_id FROM journals")]
