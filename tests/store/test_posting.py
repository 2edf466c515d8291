"""Whatever is lost on the way: what was put up stands once, and what has to go, goes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import discord
import pytest
from discord import ui
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.replies import UNREACHED, Card, button, row
from bot.work.posting import Posting
from bot.work.posts import Post
from bot.work.worker import Worker
from tests.store.consents import DAY, GUILD, House, open_house
from tests.store.test_limits import rows
from tests.tiers import examples

THING = "thing"
HOUR = 3600
CHANNEL = 70
BOT = 1
#: For so long Discord makes no second message of one nonce.
_REMEMBERED = timedelta(minutes=5)


def refusal(status: int, code: int = 0) -> discord.HTTPException:
    kind = discord.NotFound if status == 404 else discord.HTTPException
    answer: Any = SimpleNamespace(status=status, reason="")
    return kind(answer, {"code": code, "message": ""})


def card(key: object = 1, text: str = "It says this.") -> Card:
    return Card(text, row(button("Look", "look", str(key))))


class Place:
    """A channel in which the bot posts, and others write; what fails there is said beforehand."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.id = CHANNEL
        self.guild = SimpleNamespace(id=GUILD)
        self.user = SimpleNamespace(id=BOT)
        self.messages: dict[int, Any] = {}
        self.sent = 0
        #: What befalls the next calls: "lost", "late", or a refusal.
        self.fails: list[str | discord.HTTPException] = []
        self._late: list[Any] = []
        self._ids = count(100)

    # -- what posting asks of Discord -------------------------------------------------------

    def get_partial_messageable(self, channel_id: int, **_: Any) -> Any:
        assert channel_id == self.id
        return self

    async def fetch_channel(self, channel_id: int) -> Any:
        assert channel_id == self.id
        return self

    async def send(self, *, view: Any, nonce: str, **_: Any) -> Any:
        fault = self._fault()
        if nonce in [each.nonce for each in self._late]:
            self.arrives()
        for message in self.messages.values():
            if message.nonce == nonce and self.at - message.at < _REMEMBERED:
                return message
        message = self._made(view, nonce)
        if fault == "late":
            self._late.append(message)
        else:
            self.messages[message.id] = message
            self.sent += 1
        if fault:
            raise TimeoutError
        return message

    def history(self, *, limit: int, after: Any = None, before: Any = None, **_: Any) -> Any:
        async def found() -> AsyncIterator[Any]:
            for message in [*self.messages.values()][:limit]:
                if after is None or after < message.at < before:
                    yield message

        return found()

    def get_partial_message(self, message_id: int) -> Any:
        async def edit(*, view: Any, **_: Any) -> None:
            self._there(message_id).components = view.children

        async def delete() -> None:
            self._there(message_id)
            del self.messages[message_id]

        async def fetch() -> Any:
            return self._there(message_id)

        return SimpleNamespace(edit=edit, delete=delete, fetch=fetch)

    # -- what happens there -----------------------------------------------------------------

    def arrives(self) -> None:
        """What Discord had taken stands now."""
        for message in self._late:
            message.at = self.at
            self.messages[message.id] = message
            self.sent += 1
        self._late.clear()

    @property
    def keys(self) -> list[int]:
        """What stands."""
        controls = [each.components[1].children[0].custom_id for each in self.messages.values()]
        return [int(each.rpartition(":")[2]) for each in controls]

    @property
    def at(self) -> datetime:
        return datetime.fromtimestamp(self.house.now, UTC)

    def _made(self, view: Any, nonce: str = "") -> Any:
        message_id = next(self._ids)
        return SimpleNamespace(
            id=message_id,
            nonce=nonce,
            at=self.at,
            author=self.user,
            components=view.children,
            delete=self.get_partial_message(message_id).delete,
        )

    def _there(self, message_id: int) -> Any:
        fault = self._fault()
        if message_id not in self.messages:
            raise refusal(404, 10008)
        if fault:
            raise TimeoutError
        return self.messages[message_id]

    def _fault(self) -> str:
        fault = self.fails.pop(0) if self.fails else ""
        if isinstance(fault, discord.HTTPException):
            raise fault
        return fault


class Poster:
    """Posting in one place, by one process after another."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.place = Place(house)
        self.starts()

    def starts(self) -> None:
        worker = Worker(self.house.queue, self.house.clock, UNREACHED, str)
        posts = self.house.posts
        self.worker = worker
        self.posting = Posting(cast("Any", self.place), posts, worker, self.house.clock)

    async def puts_up(self, key: object = 1, shown: Card | None = None) -> Post | None:
        return await self.posting.put_up(THING, str(key), self.place, shown or card(key))

    async def takes_away(self, key: object = 1) -> list[Post]:
        async with self.house.store.main.transaction() as connection:
            posts = await self.house.posts.take_away(connection, THING, str(key))
        return await self.posting.take_away_now(posts)

    async def passes(self, seconds: int) -> None:
        if seconds >= HOUR:
            self.place.arrives()
        self.house.now += seconds
        await self.worker.look()

    async def settles(self) -> None:
        """What befell it is over, and all that is due is done."""
        self.place.fails.clear()
        self.place.arrives()
        for _ in range(12):
            await self.passes(6 * HOUR)


@pytest.fixture
async def poster(tmp_path: Path) -> AsyncIterator[Poster]:
    async with open_house(tmp_path) as house:
        yield Poster(house)


# -- putting up -----------------------------------------------------------------------------------


async def test_it_is_noted_before_it_is_sent(poster: Poster) -> None:
    poster.place.fails = ["lost"]
    with pytest.raises(TimeoutError):
        await poster.puts_up()
    assert await rows(poster.house, "SELECT key, message_id FROM posts") == [("1", None)]


@pytest.mark.parametrize("seconds", [1, DAY])
@pytest.mark.parametrize(
    "shown", [card(), Card("No button stands below it.")], ids=["card", "text"]
)
async def test_what_was_sent_and_not_written_down_is_found(
    poster: Poster, shown: Card, seconds: int
) -> None:
    """A process died between the two."""
    poster.place.fails = ["lost"]
    with pytest.raises(TimeoutError):
        await poster.puts_up(1, shown)
    poster.starts()
    await poster.passes(seconds)
    post = await poster.puts_up(1, shown)
    assert post is not None
    assert [post.message_id] == [*poster.place.messages]
    assert poster.place.sent == 1


async def test_what_others_or_the_bot_said_besides_is_not_taken_for_it(poster: Poster) -> None:
    await poster.puts_up(2)
    stranger = poster.place._made(card(1))
    stranger.author = SimpleNamespace(id=BOT + 1)
    poster.place.messages[stranger.id] = stranger
    poster.place.fails = [refusal(503)]
    with pytest.raises(discord.HTTPException):
        await poster.puts_up(1)
    post = await poster.puts_up(1)
    assert post is not None
    assert poster.place.messages[post.message_id or 0].author.id == BOT
    assert poster.place.sent == 2


async def test_a_line_with_a_button_is_not_found_in_what_has_none(poster: Poster) -> None:
    """Such as Discord's own line that the bot has begun a thread: it was taken for a ring."""
    other = poster.place._made(Card())
    poster.place.messages[other.id] = other
    line = ui.View(timeout=None)
    line.add_item(button("Look", "look", "1"))
    line.stop()
    poster.place.fails = [refusal(503)]
    with pytest.raises(discord.HTTPException):
        await poster.posting.put_up(THING, "1", poster.place, line)
    post = await poster.posting.put_up(THING, "1", poster.place, line)
    assert post is not None
    assert post.message_id != other.id


@pytest.mark.parametrize("ahead", [HOUR, 40 * DAY])
async def test_what_was_begun_while_the_clock_was_ahead_is_found(
    poster: Poster, ahead: int
) -> None:
    """It was to be looked for in forty days, among what will be written then."""
    poster.house.now += ahead
    begun, _ = await poster.house.posts.note(THING, 1, GUILD, CHANNEL) or (None, False)
    poster.house.now -= ahead
    assert begun is not None
    await poster.place.send(view=card(1), nonce=begun.id)
    await poster.takes_away()
    await poster.passes(60)
    assert poster.place.messages == {}
    assert await rows(poster.house, "SELECT 1 FROM posts") == []


async def test_what_stands_is_not_put_up_again(poster: Poster) -> None:
    first = await poster.puts_up()
    assert await poster.puts_up() == first
    assert poster.place.sent == 1


async def test_what_discord_refuses_leaves_nothing(poster: Poster) -> None:
    poster.place.fails = [refusal(403, 50013)]
    with pytest.raises(discord.HTTPException):
        await poster.puts_up()
    assert await rows(poster.house, "SELECT 1 FROM posts") == []


async def test_what_may_have_come_before_is_kept_though_it_is_refused_now(poster: Poster) -> None:
    """Refused now is not refused for good, and says nothing about the try before."""
    poster.place.fails = ["late", refusal(403, 50013)]
    for expected in (TimeoutError, discord.HTTPException):
        with pytest.raises(expected):
            await poster.puts_up()
    await poster.takes_away()
    await poster.settles()
    assert poster.place.messages == {}
    assert await rows(poster.house, "SELECT 1 FROM posts") == []


async def test_it_moves_with_its_channel(poster: Poster) -> None:
    poster.place.fails = ["lost"]
    with pytest.raises(TimeoutError):
        await poster.puts_up()
    elsewhere = SimpleNamespace(id=CHANNEL + 1, guild=poster.place.guild, send=poster.place.send)
    assert await poster.posting.put_up(THING, "1", elsewhere, card())
    assert len(poster.place.messages) == 2
    await poster.settles()
    assert len(poster.place.messages) == 1, "what was lost in the other channel is gone there"


# -- taking away ----------------------------------------------------------------------------------


async def test_what_has_to_go_goes_at_once(poster: Poster) -> None:
    await poster.puts_up()
    assert await poster.takes_away() == []
    assert poster.place.messages == {}
    assert await rows(poster.house, "SELECT 1 FROM posts") == []


async def test_something_can_stand_in_its_place(poster: Poster) -> None:
    async def says(post: Post) -> Card:
        return Card(f"Gone, because: {post.goes}")

    poster.posting.in_its_place(THING, says)
    await poster.puts_up()
    await poster.takes_away()
    [message] = poster.place.messages.values()
    assert message.components[0].content == "Gone, because: over"
    assert await rows(poster.house, "SELECT 1 FROM posts") == []


@pytest.mark.parametrize("fault", ["lost", "late"])
async def test_nothing_is_called_gone_that_may_stand(poster: Poster, fault: str) -> None:
    poster.place.fails = [fault]
    with pytest.raises(TimeoutError):
        await poster.puts_up()
    assert len(await poster.takes_away()) == 1
    await poster.passes(5 * 60)
    if fault == "late":
        assert len(await rows(poster.house, "SELECT 1 FROM posts")) == 1, "it may come yet"
    await poster.settles()
    assert poster.place.messages == {}
    assert await rows(poster.house, "SELECT 1 FROM posts") == []


async def test_what_is_given_up_stands_and_blocks_no_later_one(poster: Poster) -> None:
    poster.posting.given_up(THING, 3)
    await poster.puts_up()
    refused = refusal(403, 50013)
    poster.place.fails = [refused]
    assert len(await poster.takes_away()) == 1
    await poster.puts_up()
    for _ in range(2):
        poster.place.fails = [refused]
        await poster.passes(HOUR)
    assert len(poster.place.messages) == 2
    assert await rows(poster.house, "SELECT goes FROM posts") == [("",)]


async def test_what_is_not_given_up_is_tried_without_end(poster: Poster) -> None:
    await poster.puts_up()
    poster.place.fails = [refusal(403, 50013)] * 40
    assert len(await poster.takes_away()) == 1
    for _ in range(38):
        await poster.passes(6 * HOUR)
    assert len(await rows(poster.house, "SELECT 1 FROM posts")) == 1
    await poster.settles()
    assert poster.place.messages == {}


# -- whatever happens -----------------------------------------------------------------------------

_ACTS = ("put up", "put up", "take away", "start", "minute", "hour", "arrive")
_FAULTS: dict[str, Any] = {"refused": refusal(403, 50013), "no answer": refusal(503)}
steps = st.lists(
    st.tuples(
        st.sampled_from(_ACTS),
        st.sampled_from((1, 2)),
        st.sampled_from(("", "", "lost", "late", *_FAULTS)),
    ),
    max_size=14,
)


@settings(max_examples=examples(quick=12, full=100))
@given(steps)
async def test_in_the_end_stands_what_was_wanted_last_and_once(
    tmp_path_factory: pytest.TempPathFactory, found: list[tuple[str, int, str]]
) -> None:
    async with open_house(tmp_path_factory.mktemp("house")) as house:
        poster, wanted = Poster(house), set[int]()
        for act, key, fault in found:
            poster.place.fails = [_FAULTS.get(fault, fault)]
            if act == "put up":
                wanted.add(key)
                with suppress(*UNREACHED):
                    await poster.puts_up(key)
            elif act == "take away":
                wanted.discard(key)
                await poster.takes_away(key)
            elif act == "start":
                poster.starts()
            elif act == "arrive":
                poster.place.arrives()
            else:
                await poster.passes(60 if act == "minute" else HOUR)
        await poster.settles()
        for key in wanted:
            assert await poster.puts_up(key)
        await poster.settles()
        assert sorted(poster.place.keys) == sorted(wanted)
        assert len(await rows(house, "SELECT 1 FROM posts")) == len(wanted)
