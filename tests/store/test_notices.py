"""The table of notices and the one ring that stands for them, without Discord (design, section 4).

Limits at their very second, in plain numbers: the numbers are the design's.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.work.doorbell import Doorbell
from bot.work.notices import LINE, RING, Notice, Topic
from bot.work.posting import Posting
from bot.work.posts import POST
from bot.work.queue import Todo
from bot.work.rules import RINGS_WITHIN, STAYS, is_due, ring_time
from bot.work.worker import Worker
from tests.store.consents import ASKED_IN, GUILD, HOLDER, NOW, OTHER, PERSON, House, open_house
from tests.store.test_limits import BORDER, rows
from tests.tiers import examples

MINUTE, HOUR, DAY = 60, 3600, 86_400
ELSEWHERE = 11
THING, NEWS = Topic("thing"), Topic("news", news=True)


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    async with open_house(tmp_path) as opened:
        yield opened


async def tells(
    house: House,
    key: object = 1,
    *,
    topic: Topic = THING,
    person: int = PERSON,
    guild_id: int = GUILD,
    **more: Any,
) -> None:
    async with house.store.main.transaction() as connection:
        await house.notices.add(
            connection, topic, str(key), person, guild_id=guild_id, channel_id=ASKED_IN, **more
        )


async def waiting(house: House, person: int = PERSON, guild_id: int = GUILD) -> list[str]:
    """What stands in somebody's inbox; of what came in the same second chance picks the first."""
    found = await house.notices.of(person, guild_id)
    assert found == sorted(found, key=lambda each: (each.shown_at, each.id))
    return [each.key for each in sorted(found, key=lambda each: (each.shown_at, each.key))]


async def states(house: House) -> dict[str, str]:
    return dict(await rows(house, "SELECT key, state FROM notices"))


#: The channel in which somebody writes to the bot alone.
OWN_DM = 90


class Bell:
    """A doorbell in a world of its own: lines go up and come down, or (`refuses`) not now."""

    def __init__(self, house: House) -> None:
        self.house = house
        #: Each line that went up: when, for which notice.
        self.rung: list[tuple[int, str]] = []
        self.standing: set[int] = set()
        self.deleted: list[int] = []
        self.refuses = self.is_full = False
        #: Each DM: when, and its text; None: a card.
        self.dms: list[tuple[int, str | None]] = []
        #: Servers that Discord doesn't show.
        self.out: set[int] = set()
        self.worker = Worker(house.queue, house.clock, (TimeoutError,), str)
        self.bell: Any = Doorbell(
            cast("Any", self),
            house.notices,
            house.roster,
            house.governance,
            Posting(cast("Any", self), house.posts, self.worker, house.clock),
            self.worker,
            house.clock,
        )
        self.bell._by_channel = self._goes_up

    async def _goes_up(self, notice: Notice, notices: list[Notice]) -> int | None:
        if notice.guild_id in self.out:
            raise TimeoutError
        if self.is_full:
            return None
        self.rung.append((self.house.now, notice.key))
        self.standing.add(len(self.rung))
        begun, _ = await self.house.posts.note(LINE, notice.person_id, notice.guild_id, ASKED_IN)
        post = await self.house.posts.is_up(begun, len(self.rung))
        again: int = await self.bell._is_up(post, notice.person_id, notices)
        return again

    async def create_dm(self, person: object) -> Any:
        async def send(content: str | None = None, **_: Any) -> Any:
            self.dms.append((self.house.now, content))
            return SimpleNamespace(id=-len(self.dms))

        return SimpleNamespace(id=OWN_DM, guild=None, send=send)

    def get_partial_messageable(self, channel_id: int, **_: Any) -> Any:
        async def delete(message_id: int) -> None:
            self.deleted.append(message_id)
            if self.refuses:
                raise TimeoutError
            self.standing.discard(message_id)

        return SimpleNamespace(
            get_partial_message=lambda found: SimpleNamespace(delete=lambda: delete(found))
        )

    async def looks(self, person: int = PERSON, guild_id: int = GUILD) -> None:
        """Somebody opens their inbox."""
        opened = await self.house.notices.looked(person, guild_id)
        await self.worker.run(*(Todo(POST, post.id) for post in opened), Todo(RING, str(person)))

    async def at(self, now: int) -> None:
        self.house.now = now
        await self.worker.look()


# -- the ring -----------------------------------------------------------------------------------


@BORDER
async def test_at_most_one_ring_an_hour(house: House, off: int, past: bool) -> None:
    bell = Bell(house)
    await tells(house)
    await bell.at(NOW)
    await bell.looks()
    await tells(house, 2)
    await bell.at(NOW + MINUTE)
    assert await house.notices.waits(PERSON)
    assert len(bell.rung) == 1
    await bell.at(NOW + HOUR + off)
    assert bell.rung[1:] == ([(NOW + HOUR + off, "2")] if past else [])


async def test_while_a_ring_stands_there_is_no_second_and_it_stands_for_what_comes(
    house: House,
) -> None:
    bell = Bell(house)
    await tells(house)
    await bell.at(NOW)
    await tells(house, 2)
    await tells(house, 3, guild_id=ELSEWHERE)
    await bell.at(NOW + 2 * HOUR)
    assert len(bell.rung) == 1
    assert await states(house) == {"1": "rung", "2": "rung", "3": "new"}
    await bell.looks()
    assert bell.deleted == [1]
    assert bell.rung[1:] == [(NOW + 2 * HOUR, "3")], "what that ring could not show"


async def test_a_ring_stands_until_what_it_rang_for_was_looked_at(house: House) -> None:
    bell = Bell(house)
    await tells(house)
    await bell.at(NOW)
    await bell.looks(guild_id=ELSEWHERE)
    assert bell.standing == {1}, "nothing of it is shown in another server"
    await bell.looks(guild_id=0)
    assert bell.standing == set()


@BORDER
async def test_a_ring_stands_a_day(house: House, off: int, past: bool) -> None:
    bell = Bell(house)
    await tells(house)
    await bell.at(NOW)
    await bell.at(NOW + DAY + off)
    assert bell.deleted == ([1] if past else [])
    await bell.at(NOW + 3 * DAY)
    assert (len(bell.deleted), len(bell.rung)) == (1, 1), "and nothing reminds of it"
    assert await waiting(house) == ["1"]


@BORDER
async def test_what_could_not_be_taken_down_is_tried_again_after_a_minute(
    house: House, off: int, past: bool
) -> None:
    bell = Bell(house)
    await tells(house)
    await bell.at(NOW)
    bell.refuses = True
    await bell.looks()
    await bell.at(NOW + MINUTE + off)
    assert len(bell.deleted) == 1 + past


@BORDER
async def test_a_ring_is_forgotten_with_its_hour(house: House, off: int, past: bool) -> None:
    bell = Bell(house)
    await tells(house)
    await bell.at(NOW)
    await bell.looks()
    await bell.at(NOW + HOUR + off)
    assert (await rows(house, "SELECT * FROM rings") == []) is past


async def test_where_nothing_can_ring_it_waits_in_the_inbox_and_blocks_nothing(
    house: House,
) -> None:
    bell = Bell(house)
    bell.is_full = True
    await tells(house)
    await bell.at(NOW)
    assert await states(house) == {"1": "over"}
    assert await waiting(house) == ["1"]
    bell.is_full = False
    await tells(house, 2)
    await bell.at(NOW + MINUTE)
    assert bell.rung == [(NOW + MINUTE, "2")]


async def test_a_server_that_is_out_holds_up_what_waits_in_no_other(house: House) -> None:
    """ "Not seen" is not "gone": neither for it, nor for the others in the end."""
    bell = Bell(house)
    bell.out = {ELSEWHERE}
    await tells(house, guild_id=ELSEWHERE)
    house.now += 1
    await tells(house, 2)
    await bell.at(house.now)
    assert [key for _, key in bell.rung] == ["2"]
    assert await states(house) == {"1": "new", "2": "rung"}
    await bell.looks()
    for _ in range(4):
        await bell.at(house.now + 2 * HOUR)
    bell.out = set()
    await bell.at(house.now + 6 * HOUR)
    assert [key for _, key in bell.rung] == ["2", "1"]


async def test_a_server_that_stays_out_is_given_up_alone(house: House) -> None:
    bell = Bell(house)
    bell.out = {ELSEWHERE}
    await tells(house, guild_id=ELSEWHERE)
    for _ in range(14):
        await bell.at(house.now + 6 * HOUR)
    assert await states(house) == {"1": "over"}
    assert await waiting(house, guild_id=ELSEWHERE) == ["1"]
    await tells(house, 2)
    await bell.at(house.now)
    assert [key for _, key in bell.rung] == ["2"]


async def test_what_cannot_be_said_now_holds_up_no_ring(house: House) -> None:
    """Such as news of a circle whose server is out."""
    bell = Bell(house)
    await house.roster.allow_dms(PERSON, "en")

    async def says(words: object, notice: Notice) -> object:
        raise TimeoutError

    bell.bell.in_dm(NEWS, says)
    await tells(house, topic=NEWS)
    await tells(house, 2)
    await bell.at(NOW)
    assert bell.dms == [(NOW, "Something waits for you.")]
    assert await rows(house, "SELECT due_at, tries FROM work WHERE kind = 'ring'") == [
        (NOW + 300, 0)
    ], "looked at again soon, and no DM counts as closed for it"


async def test_who_looks_before_it_rings_is_not_rung_for(house: House) -> None:
    bell = Bell(house)
    await tells(house, watched=True)
    await bell.looks()
    await bell.at(NOW + 12 * HOUR)
    assert bell.rung == []
    assert await waiting(house) == ["1"]


async def test_who_erases_while_a_ring_is_on_its_way_leaves_no_row(house: House) -> None:
    await tells(house)
    post, _ = await house.posts.note(LINE, PERSON, GUILD, ASKED_IN)
    async with house.store.main.transaction() as connection:
        await house.notices.erase_person(connection, PERSON)
    assert await house.posts.is_up(post, 1) is None
    assert await house.notices.ring_is_up(PERSON, post) == []
    assert await rows(house, "SELECT 1 FROM rings") == []
    assert await rows(house, "SELECT 1 FROM posts") == []


async def test_an_old_line_that_is_pressed_takes_no_other_ring_down(house: House) -> None:
    """It stood for what waits in another server, and would not have been rung for again."""
    bell = Bell(house)
    await tells(house)
    await bell.at(NOW)
    assert await house.notices.pressed(PERSON, 99) == []
    assert await states(house) == {"1": "rung"}
    [line] = await house.notices.pressed(PERSON, 1)
    assert line.message_id == 1


async def test_a_ring_of_somebody_else_is_left_alone(house: House) -> None:
    bell = Bell(house)
    for person in (PERSON, HOLDER):
        await tells(house, person, person=person)
    await bell.at(NOW)
    await bell.looks()
    assert len(bell.standing) == 1
    assert await states(house) == {str(PERSON): "over", str(HOLDER): "rung"}


# -- when -----------------------------------------------------------------------------------------


@given(st.integers(0, 2**40), st.integers(0, RINGS_WITHIN))
def test_what_others_watched_rings_within_its_time(now: int, within: int) -> None:
    assert now <= ring_time(now, within) <= now + within


@given(st.integers(0, 2**40), st.integers(-(2**40), 2**40))
def test_nothing_waits_longer_than_two_days(now: int, ahead: int) -> None:
    """What would has its time from a clock that was wrong."""
    assert is_due(now + ahead, now) is not (0 < ahead <= 2 * DAY)


async def test_what_others_watched_rings_at_moments_of_their_own(house: House) -> None:
    for person in range(100, 130):
        await tells(house, person=person, watched=True)
    times = {at for (at,) in await rows(house, "SELECT public_at FROM notices")}
    assert len(times) > 20
    assert all(NOW <= at < NOW + 6 * HOUR for at in times)


@BORDER
async def test_what_is_not_to_be_shown_yet_is_neither_shown_nor_rung_nor_exported(
    house: House, off: int, past: bool
) -> None:
    bell = Bell(house)
    await tells(house, shown_at=NOW + DAY)
    await tells(house, 2)
    await bell.at(NOW)
    await bell.looks()
    await bell.at(NOW + DAY + off)
    assert ("1" in await waiting(house)) is past
    assert ((NOW + DAY + off, "1") in bell.rung) is past
    async with house.store.main.transaction() as connection:
        shown = await house.notices.export_person(connection, PERSON)
    assert ([each["key"] for each in shown["notices"]] == ["2", "1"]) is past


async def test_what_others_watched_is_left_alone_for_a_moment(house: House) -> None:
    """A message that a bot puts in its own name is gone by then."""
    await tells(house, watched=True)
    assert await rows(house, "SELECT due_at FROM work WHERE kind = 'ring'") == [(NOW + 10,)]


async def test_several_are_told_in_one_order_whoever_names_them(house: House) -> None:
    """Two who tell the same people would wait for each other on Postgres."""
    async with house.store.main.transaction() as connection:
        await house.notices.add(connection, THING, 1, OTHER, PERSON, HOLDER, guild_id=GUILD)
    people = await rows(house, "SELECT person_id FROM notices ORDER BY rowid")
    assert people == [(PERSON,), (HOLDER,), (OTHER,)]


async def test_what_a_dm_says_by_itself_comes_when_it_is_to_be_shown(house: House) -> None:
    """Also while a ring stands; and nothing rings for it."""
    bell = Bell(house)
    await house.roster.allow_dms(PERSON, "en")

    async def says(words: object, notice: Notice) -> object:
        return "a card"

    bell.bell.in_dm(NEWS, says)
    await tells(house)
    await bell.at(NOW)
    await tells(house, 2, topic=NEWS, shown_at=NOW + 2 * HOUR)
    await bell.at(NOW + 2 * HOUR - 1)
    assert bell.dms == [(NOW, "Something waits for you.")]
    await bell.at(NOW + 2 * HOUR)
    assert bell.dms[1:] == [(NOW + 2 * HOUR, None)]
    assert await waiting(house) == ["1"], "they have it in their DM"


async def test_what_need_not_wait_any_longer_is_shown_now(house: House) -> None:
    await tells(house, shown_at=NOW + DAY, watched=True)
    async with house.store.main.transaction() as connection:
        (notice,) = await house.notices.about(connection, THING, 1)
        await house.notices.show_now(connection, notice)
    assert await waiting(house) == ["1"]
    ((public_at,),) = await rows(house, "SELECT public_at FROM notices")
    assert NOW <= public_at <= NOW + 6 * HOUR, "chance still picks when others can see a ring"


async def test_a_clock_that_was_ahead_hides_nothing(house: House) -> None:
    house.now = NOW + 40 * DAY
    await tells(house)
    house.now = NOW
    assert await waiting(house) == ["1"]
    bell = Bell(house)
    await bell.at(NOW)
    assert bell.rung == [(NOW, "1")]


# -- what was seen --------------------------------------------------------------------------------


async def test_news_is_seen_together_with_the_news_above_it_and_nothing_else(house: House) -> None:
    for number in range(5):
        house.now = NOW + number
        await tells(house, number, topic=NEWS if number != 2 else THING)
    await tells(house, "theirs", topic=NEWS, person=OTHER)
    await tells(house, "elsewhere", topic=NEWS, guild_id=ELSEWHERE, shown_at=NOW)
    notices = {each.key: each for each in await house.notices.of(PERSON, 0)}
    assert await house.notices.seen(notices["3"].id, PERSON, GUILD)
    assert await waiting(house) == ["2", "4"]
    assert await waiting(house, guild_id=0) == ["elsewhere", "2", "4"]
    assert await waiting(house, OTHER) == ["theirs"]
    assert await house.notices.seen(notices["2"].id, PERSON, GUILD)
    assert await waiting(house) == ["4"]


async def test_news_of_one_second_is_seen_as_it_stands_there(house: House) -> None:
    for number in range(3):
        await tells(house, number, topic=NEWS)
    first, second, third = await house.notices.of(PERSON, GUILD)
    assert await house.notices.seen(second.id, PERSON, GUILD)
    assert await house.notices.of(PERSON, GUILD) == [third]
    assert not await house.notices.seen(first.id, PERSON, GUILD)


async def test_nobody_sees_what_is_somebody_elses_or_of_another_server(house: House) -> None:
    await tells(house, topic=NEWS)
    (notice,) = await house.notices.of(PERSON, GUILD)
    for person, guild_id in ((OTHER, GUILD), (OTHER, 0), (PERSON, ELSEWHERE)):
        assert not await house.notices.seen(notice.id, person, guild_id)
        assert await house.notices.get(notice.id, person, guild_id) is None
    assert await house.notices.get(notice.id, PERSON, 0) == notice
    assert await house.notices.seen(notice.id, PERSON, 0)
    assert not await house.notices.seen(notice.id, PERSON, 0)


@BORDER
async def test_what_nobody_looks_at_ends_as_if_it_had_been_seen(
    house: House, off: int, past: bool
) -> None:
    followed: list[str] = []

    async def follows(connection: object, notice: Notice) -> None:
        followed.append(notice.key)

    house.notices.when_seen(THING, follows)
    await tells(house)
    await tells(house, 2, until_at=NOW + 60 * DAY)
    house.now = NOW + 30 * DAY + off
    assert STAYS == 30 * DAY
    assert await waiting(house) == (["2"] if past else ["1", "2"])
    await house.notices.forget_old()
    assert followed == (["1"] if past else [])


async def test_the_same_is_told_once_and_anew(house: House) -> None:
    bell = Bell(house)
    await tells(house)
    await bell.at(NOW)
    await bell.looks()
    (before,) = await house.notices.of(PERSON, GUILD)
    house.now = NOW + 2 * HOUR
    await tells(house)
    (after,) = await house.notices.of(PERSON, GUILD)
    assert (after.state, after.shown_at) == ("new", house.now)
    assert not await house.notices.seen(before.id, PERSON, GUILD), "a button of before"
    await bell.at(house.now)
    assert len(bell.rung) == 2


async def test_what_was_settled_is_told_to_nobody(house: House) -> None:
    for person in (PERSON, OTHER):
        await tells(house, person=person)
        await tells(house, 2, person=person)
    async with house.store.main.transaction() as connection:
        await house.notices.end(connection, THING, 1, PERSON)
        await house.notices.end(connection, NEWS, 2)
    assert (await waiting(house), await waiting(house, OTHER)) == (["2"], ["1", "2"])
    async with house.store.main.transaction() as connection:
        await house.notices.end(connection, THING, 1)
    assert (await waiting(house), await waiting(house, OTHER)) == (["2"], ["2"])


# -- all of it ------------------------------------------------------------------------------------

Step = tuple[str, int]
steps = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), st.sampled_from((GUILD, ELSEWHERE))),
        st.tuples(st.just("watched"), st.sampled_from((GUILD, ELSEWHERE))),
        st.tuples(st.just("look"), st.sampled_from((GUILD, ELSEWHERE, 0))),
        st.tuples(st.just("wait"), st.sampled_from((1, MINUTE, HOUR, 5 * HOUR, DAY))),
    ),
    max_size=14,
)


@settings(max_examples=examples(quick=8, full=60))
@given(steps)
async def test_whatever_comes_rings_come_an_hour_apart_and_one_at_a_time(
    tmp_path_factory: pytest.TempPathFactory, found: list[Step]
) -> None:
    """And what nobody looked at was rung for in the end."""
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        bell = Bell(house)
        for number, (act, value) in enumerate(found):
            if act in ("tell", "watched"):
                await tells(house, number, guild_id=value, watched=act == "watched")
            elif act == "look":
                await bell.looks(guild_id=value)
            else:
                house.now += value
            await bell.worker.look()
            assert len(bell.standing) <= 1
        for _ in range(2 * len(found) + 2):
            await bell.at(house.now + DAY)
        moments = [at for at, _ in bell.rung]
        assert all(later - at >= HOUR for at, later in pairwise(moments))
        assert set((await states(house)).values()) <= {"over"}
        assert bell.standing == set()
