"""Reading circles in the database, on both engines: once, by whoever is first, and forgotten."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.reading import CIRCLE, POSTED, TOLD
from bot.reading.circle_keeping import Keeping
from bot.reading.circle_rules import (
    AGAIN,
    DAY,
    DRAFT_STANDS,
    HOUR,
    LASTS,
    MOST_BY_ONE,
    REMINDS,
    RUNG,
    News,
    Refusal,
    State,
    Verdict,
)
from bot.reading.circles import Circle, Wish
from bot.services import Services
from bot.work.notices import Notice
from bot.work.posts import POST, Post
from bot.work.queue import TAKES, Todo
from bot.work.rules import RINGS_WITHIN
from tests.store.houses import ANA, BETO, CARLA, GUILD, PLACE, House, forgets_departed
from tests.store.states import NOW

STARTS = NOW + 3 * DAY


def wish(host: int = ANA, starts_at: int = STARTS, guild: int = GUILD) -> Wish:
    return Wish(guild, PLACE, host, "who-is-oakland", "en", starts_at)


async def draft(house: House, **more: int) -> Circle:
    found = await house.circles.draft(wish(**more))
    assert isinstance(found, Circle)
    return found


async def has_post(house: Services, circle: Circle, message_id: int) -> Post:
    """The post of a circle that is being made has arrived."""
    assert await house.circles.begin_making(circle)
    post, new = await house.posts.note(POSTED, circle.id, circle.guild_id, circle.channel_id)
    assert new
    up = await house.posts.is_up(post, message_id)
    assert up is not None
    return up


async def opened(house: House, *people: int, **more: int) -> Circle:
    """A circle that Discord has got, with its host and these people in it."""
    made = await draft(house, **more)
    confirmed = await house.circles.confirm(made.id, made.host_id, named=False)
    assert confirmed is not None
    post = await has_post(house, confirmed, made.starts_at)
    assert await house.circles.has_event(confirmed, made.starts_at + 1) is not None
    found = await house.circles.is_made(made.id, post.message_id or 0)
    assert found is not None
    for person in people:
        assert await house.circles.join(found.id, person) is not None
    return found


async def due(house: House) -> list[str]:
    """The circles that are due."""
    return await house.due(CIRCLE)


async def told(house: House) -> list[Notice]:
    """Everybody who has yet to be told something that is shown by now."""
    found = [await house.notices.of(person, 0) for person in (ANA, BETO, CARLA)]
    return [each for notices in found for each in notices if each.topic == TOLD.name]


async def sees(house: House, notice: Notice) -> bool:
    return await house.notices.seen(notice.id, notice.person_id, notice.guild_id)


async def looked(house: House, circle: Circle) -> None:
    """Everything that was due of it has been done."""
    piece = await house.queue.claim(CIRCLE.name, circle.id)
    assert piece is not None
    assert not await house.queue.finish(piece, circle.starts_at)


async def joins(house: House) -> list[tuple[Any, ...]]:
    return await house.ask("SELECT person_id FROM circle_joins ORDER BY person_id")


# -- once, whoever is first -----------------------------------------------------------------------


async def test_of_two_yeses_one_makes_it(one: House, other: House) -> None:
    made = await draft(one)
    found = await asyncio.gather(
        *(house.circles.confirm(made.id, ANA, named=False) for house in (one, other) * 3)
    )
    assert len([each for each in found if each is not None]) == 1
    assert await joins(one) == [(ANA,)]


async def test_one_process_at_a_time_is_at_a_circle(one: House, other: House) -> None:
    made = await opened(one)
    claims = [await house.queue.claim(CIRCLE.name, made.id) for house in (one, other)]
    [piece] = [each for each in claims if each]
    assert not await one.queue.finish(piece, STARTS)
    assert await other.queue.claim(CIRCLE.name, made.id) is not None


async def test_a_process_that_died_is_overtaken_after_a_minute(one: House, other: House) -> None:
    made = await opened(one)
    assert await one.queue.claim(CIRCLE.name, made.id) is not None
    other.time.now += TAKES - 1
    assert await other.queue.claim(CIRCLE.name, made.id) is None
    assert await due(other) == []
    other.time.now += 1
    assert await due(other) == [made.id]
    assert await other.queue.claim(CIRCLE.name, made.id) is not None


async def test_what_changes_while_somebody_is_at_it_is_looked_at_again(
    one: House, other: House
) -> None:
    made = await opened(one)
    piece = await one.queue.claim(CIRCLE.name, made.id)
    assert piece is not None
    assert await other.circles.cancel(made.id) is not None
    assert await one.queue.finish(piece, STARTS)
    assert await due(one) == [made.id]


async def test_of_two_who_make_the_same_thing_one_is_noted(one: House, other: House) -> None:
    made = await draft(one)
    confirmed = await one.circles.confirm(made.id, ANA, named=False)
    assert confirmed is not None
    found = [await house.circles.has_event(confirmed, 7) for house in (one, other)]
    assert [each is None for each in found] == [False, True]
    assert await one.circles.begin_making(confirmed)
    assert not await other.circles.begin_making(confirmed)


async def test_of_two_who_move_it_one_wins(one: House, other: House) -> None:
    made = await opened(one)
    found = await asyncio.gather(
        one.circles.move(made, STARTS + HOUR, ANA), other.circles.move(made, STARTS - HOUR, ANA)
    )
    assert len([each for each in found if each is not None]) == 1


async def test_it_is_cancelled_once_and_then_neither_moved_nor_joined(
    one: House, other: House
) -> None:
    made = await opened(one, BETO)
    found = await asyncio.gather(one.circles.cancel(made.id, ANA), other.circles.cancel(made.id))
    assert len([each for each in found if each is not None]) == 1
    assert await one.circles.move(made, STARTS + HOUR, ANA) is None
    assert await one.circles.join(made.id, CARLA) is None


# -- how long what lasts --------------------------------------------------------------------------


async def test_a_draft_is_confirmed_by_its_host_while_it_stands(one: House) -> None:
    made = await draft(one)
    assert await one.circles.confirm(made.id, BETO, named=False) is None
    one.time.now += DRAFT_STANDS
    assert await one.circles.confirm(made.id, ANA, named=False) is None
    assert await due(one) == [made.id]
    await one.circles.forget_draft(made.id)
    assert await one.ask("SELECT * FROM circles") == []


async def test_a_draft_is_nothing_to_join(one: House) -> None:
    made = await draft(one)
    assert await one.circles.join(made.id, BETO) is None


async def test_what_is_still_being_made_is_joined_by_its_host_alone(one: House) -> None:
    """If nothing comes of it, nobody else was told that they are in it."""
    made = await draft(one)
    confirmed = await one.circles.confirm(made.id, ANA, named=False)
    assert confirmed is not None
    await has_post(one, confirmed, 7)
    assert await one.circles.join(made.id, BETO) is None
    assert await joins(one) == [(ANA,)]
    assert await one.circles.is_made(made.id, 7) is not None
    assert await one.circles.join(made.id, BETO) is not None


async def test_a_thread_that_was_deleted_is_known_to_be_gone(one: House) -> None:
    made = await opened(one)
    assert made.thread_id is not None
    found = await one.circles.cancel(made.id, thread_is_gone=True)
    assert found is not None
    assert found.thread_id is None
    assert await one.circles.of_thread(made.thread_id) is None


async def test_so_many_are_ahead_and_no_more(one: House) -> None:
    late = await draft(one)
    for number in range(MOST_BY_ONE):
        await opened(one, starts_at=STARTS + number * 10)
    assert await one.circles.draft(wish()) == Verdict(Refusal.AHEAD)
    assert await one.circles.confirm(late.id, ANA, named=False) is None
    assert await draft(one, host=BETO)
    assert await draft(one, guild=GUILD + 1)
    one.time.now = STARTS + 100
    assert await draft(one, starts_at=STARTS + DAY)


async def test_who_joined_is_gone_when_it_is_over(one: House) -> None:
    made = await opened(one, BETO)
    one.time.now = STARTS + LASTS - 1
    assert await one.circles.end(made) is None
    assert await joins(one) == [(ANA,), (BETO,)]
    one.time.now += 1
    ended = await one.circles.end(made)
    assert ended is not None
    assert ended.state is State.OVER
    assert await joins(one) == []


async def test_nothing_of_what_could_not_be_made_stays_once_its_host_has_heard(one: House) -> None:
    made = await draft(one)
    assert await one.circles.confirm(made.id, ANA, named=False) is not None
    undone = await one.circles.undo(made.id)
    assert undone is not None
    await one.circles.failed(undone, in_a_minute=True)
    assert await joins(one) == []
    assert await told(one) == []
    one.time.now += AGAIN
    [news] = await told(one)
    assert (news.person_id, news.what) == (ANA, News.FAILED)
    assert await sees(one, news)
    assert await one.ask("SELECT * FROM circles") == []


async def test_a_host_who_left_it_is_not_told_that_nothing_came_of_it(one: House) -> None:
    made = await draft(one)
    assert await one.circles.confirm(made.id, ANA, named=False) is not None
    undone = await one.circles.undo(made.id)
    assert undone is not None
    await one.circles.leave(made.id, ANA)
    await one.circles.failed(undone, in_a_minute=False)
    assert await told(one) == []
    assert await one.ask("SELECT * FROM circles") == []


@pytest.mark.parametrize("stays", [True, False])
async def test_the_post_of_a_circle_goes_if_the_circle_was_undone(one: House, stays: bool) -> None:
    """Even if nothing else is left of it, and nobody was told that it was ever there."""
    made = await draft(one)
    confirmed = await one.circles.confirm(made.id, ANA, named=False)
    assert confirmed is not None
    post = await has_post(one, confirmed, 7)
    if stays:
        assert await one.circles.is_made(made.id, 7) is not None
    else:
        assert await one.circles.undo(made.id) is not None
    failed = await one.circles.failed(confirmed, in_a_minute=True)
    assert [each.id for each in failed] == ([] if stays else [post.id])
    await one.circles.forget(made.id)
    assert await one.ask("SELECT id FROM posts") == ([] if stays else [(post.id,)])
    assert await one.due(POST) == ([] if stays else [post.id])


@pytest.mark.parametrize("state", State)
async def test_a_post_that_arrives_late_stays_unless_its_circle_was_undone(
    one: House, state: State
) -> None:
    """Another process may have found it, and written it down, before its sender."""
    made = await draft(one)
    post, _ = await one.posts.note(POSTED, made.id, GUILD, PLACE)
    await one.ask(f"UPDATE circles SET state = '{state}' RETURNING id")
    up = await one.posts.is_up(post, 7)
    assert up is not None
    assert bool(up.goes) == (state in (State.UNDOING, State.FAILED))
    await one.circles.forget(made.id)
    up = await one.posts.is_up((await one.posts.note(POSTED, made.id, GUILD, PLACE))[0], 8)
    assert up is not None
    assert up.goes


# -- the reminder ---------------------------------------------------------------------------------


async def test_everybody_is_called_once(one: House, other: House) -> None:
    made = await opened(one, BETO)
    one.time.now = other.time.now = STARTS - REMINDS
    for house in (one, other, one):
        await house.circles.call(made)
    found = await told(other)
    assert [each.person_id for each in found] == [ANA, BETO]
    assert {each.what for each in found} == {News.SOON}
    for each in found:
        assert await sees(one, each)
        assert not await sees(other, each)
    await other.circles.call(made)
    assert await told(other) == []


async def test_whoever_joins_in_the_last_hour_is_not_called(one: House) -> None:
    made = await opened(one)
    one.time.now = STARTS - REMINDS
    await one.circles.join(made.id, BETO)
    await one.circles.call(made)
    assert [each.person_id for each in await told(one)] == [ANA]


async def test_joining_again_brings_no_second_reminder(one: House) -> None:
    made = await opened(one, BETO)
    one.time.now = STARTS - REMINDS
    await one.circles.call(made)
    for news in await told(one):
        await sees(one, news)
    await one.circles.join(made.id, BETO)
    await one.circles.call(made)
    assert await told(one) == []


async def test_a_reminder_is_over_when_the_circle_begins(one: House) -> None:
    made = await opened(one)
    one.time.now = STARTS - REMINDS
    await one.circles.call(made)
    one.time.now = STARTS - 1
    assert len(await told(one)) == 1
    one.time.now = STARTS
    assert await told(one) == []


async def test_news_that_is_older_than_the_last_is_not_seen(one: House) -> None:
    """What is told while the circle moves again does not hide the second move."""
    made = await opened(one, BETO)
    moved = await one.circles.move(made, STARTS + HOUR, ANA)
    assert moved is not None
    [news] = await told(one)
    assert await one.circles.move(moved, STARTS + 2 * HOUR, ANA) is not None
    assert not await sees(one, news)
    [again] = await told(one)
    assert await sees(one, again)


async def test_of_all_that_happened_the_last_is_told(one: House) -> None:
    made = await opened(one, BETO)
    moved = await one.circles.move(made, STARTS + HOUR, ANA)
    assert moved is not None
    one.time.now = moved.starts_at - REMINDS
    await one.circles.call(moved)
    assert {each.what for each in await told(one)} == {News.SOON}
    await one.circles.cancel(made.id)
    assert {each.what for each in await told(one)} == {News.CANCELLED}


async def test_whoever_changed_it_is_not_told_and_needs_no_older_news(one: House) -> None:
    made = await opened(one, BETO, CARLA)
    moved = await one.circles.move(made, STARTS + HOUR, ANA)
    assert moved is not None
    assert [each.person_id for each in await told(one)] == [BETO, CARLA]
    moved = await one.circles.move(moved, STARTS + 2 * HOUR, BETO)
    assert moved is not None
    assert [each.person_id for each in await told(one)] == [ANA, CARLA]
    await one.circles.cancel(made.id, CARLA)
    assert [(each.person_id, each.what) for each in await told(one)] == [
        (ANA, News.CANCELLED),
        (BETO, News.CANCELLED),
    ]


async def test_whoever_moved_it_by_hand_is_told_like_everybody(one: House) -> None:
    made = await opened(one, BETO)
    await one.circles.moved_by_hand(made, STARTS + HOUR)
    assert [each.person_id for each in await told(one)] == [ANA, BETO]


@pytest.mark.parametrize(
    ("ahead", "moves_by", "within"),
    [
        (5 * DAY, DAY, RINGS_WITHIN),
        (2 * HOUR, 3 * DAY, 2 * HOUR - RUNG),
        (3 * DAY, 2 * HOUR - 3 * DAY, 2 * HOUR - RUNG),
        (RUNG - 60, DAY, 1),
    ],
)
async def test_a_move_is_rung_for_before_anybody_comes_in_vain(
    one: House, monkeypatch: pytest.MonkeyPatch, ahead: int, moves_by: int, within: int
) -> None:
    """At the old time as at the new one; and never where it was posted, whoever could watch."""
    monkeypatch.setattr("bot.work.rules.secrets.randbelow", lambda most: most - 1)
    made = await opened(one, BETO, starts_at=NOW + ahead)
    assert await one.circles.move(made, NOW + ahead + moves_by, ANA) is not None
    [news] = await told(one)
    assert news.public_at - NOW == within - 1
    assert (news.watched, news.channel_id, news.news) == (1, PLACE, 0)


async def test_of_those_a_cancelled_circle_had_only_who_has_yet_to_know_is_kept(
    one: House,
) -> None:
    made = await opened(one, BETO, CARLA)
    await one.circles.cancel(made.id, ANA)
    assert await joins(one) == []
    assert [each.person_id for each in await told(one)] == [BETO, CARLA]
    for news in await told(one):
        assert await one.circles.has_news(made.id)
        await sees(one, news)
    assert not await one.circles.has_news(made.id)


async def test_a_cancelled_circle_is_told_of_until_it_would_have_been_over(one: House) -> None:
    made = await opened(one, BETO)
    await one.circles.cancel(made.id, ANA)
    one.time.now = STARTS + LASTS - 1
    assert len(await told(one)) == 1
    one.time.now += 1
    assert await told(one) == []


async def test_a_move_by_hand_counts_once_and_yields_to_ours(one: House) -> None:
    made = await opened(one, BETO)
    moved = await one.circles.moved_by_hand(made, STARTS + HOUR)
    assert moved is not None
    assert (moved.starts_at, moved.event_at) == (STARTS + HOUR,) * 2
    assert await one.circles.moved_by_hand(made, STARTS + HOUR) is None
    ours = await one.circles.move(moved, STARTS + 5 * HOUR, ANA)
    assert ours is not None
    assert await one.circles.moved_by_hand(moved, STARTS + 2 * HOUR) is None


# -- keeping --------------------------------------------------------------------------------------


async def test_a_circle_goes_on_without_a_host_who_erased(one: House) -> None:
    made = await opened(one, BETO)
    await one.ask(f"UPDATE circles SET named = 1 WHERE id = '{made.id}' RETURNING id")
    await looked(one, made)
    await draft(one)
    await one.privacy.erase(ANA)
    [(host, named, revision)] = await one.ask("SELECT host_id, named, revision FROM circles")
    assert (host, named, revision) == (0, 0, 2)
    assert await joins(one) == [(BETO,)]
    assert await due(one) == [made.id]


async def test_whoever_erases_waits_for_the_posts_that_name_them(one: House) -> None:
    named, silent = await opened(one), await opened(one)
    await one.ask(f"UPDATE circles SET named = 1 WHERE id = '{named.id}' RETURNING id")
    keeping = Keeping(one.store, one.queue, one.posts)
    async with one.store.main.transaction() as connection:
        assert await keeping.erase_person(connection, ANA) == [Todo(CIRCLE, named.id)]
    assert await one.circles.get(silent.id) is not None


@pytest.mark.parametrize("how", ["leave", "erase", "forget", "end", "read", "forget the server"])
async def test_what_somebody_was_to_be_told_is_not_noted_longer_than_they_are_in_it(
    one: House, how: str
) -> None:
    made = await opened(one, BETO)
    moved = await one.circles.move(made, STARTS + HOUR, ANA)
    assert moved is not None
    [news] = await told(one)
    assert (news.key, news.person_id) == (made.id, BETO)
    if how == "leave":
        await one.circles.leave(made.id, BETO)
    elif how == "erase":
        await one.privacy.erase(BETO)
    elif how == "forget":
        await one.circles.forget(made.id)
    elif how == "end":
        one.time.now = moved.starts_at + LASTS
        assert await one.circles.end(moved) is not None
    elif how == "read":
        assert await sees(one, news)
    else:
        await one.roster.depart(GUILD)
        one.time.now += 30 * DAY
        await forgets_departed(one)
    assert await one.ask("SELECT * FROM notices") == []


async def test_an_export_shows_what_was_started_and_joined(one: House) -> None:
    made = await opened(one, BETO)
    mine, theirs = await one.privacy.export(ANA), await one.privacy.export(BETO)
    assert [each["id"] for each in mine["reading_circles_i_started"]] == [made.id]
    assert theirs["reading_circles_i_started"] == []
    assert [each["post"] for each in mine["reading_circles_i_started"]] == [made.thread_id]
    joined = {"circle": made.id, "reminder_to_come": True}
    assert theirs["reading_circles_i_joined"] == [joined]


async def test_a_server_the_bot_left_is_forgotten(one: House) -> None:
    await opened(one, BETO)
    elsewhere = await opened(one, BETO, guild=GUILD + 1)
    assert GUILD in await one.roster.known_guilds()
    await one.roster.depart(GUILD)
    one.time.now += 30 * DAY
    await forgets_departed(one)
    assert await one.ask("SELECT id FROM circles") == [(elsewhere.id,)]
    assert (
        await one.ask("SELECT circle_id FROM circle_joins WHERE person_id > 0")
        == [(elsewhere.id,)] * 2
    )
