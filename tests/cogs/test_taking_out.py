"""Taking words back takes them out wherever they stand, and nothing is called gone that is not."""

from __future__ import annotations

from typing import Any

import pytest
from simcord.backend.errors import BackendError
from simcord.builders import ChannelHandle
from simcord.http import router

from tests.cogs.test_speaking import agreed
from tests.world import DAY, HOUR, Person, World

WORDS = "I can host."


async def said_in_a_thread(world: World, starter: str) -> tuple[Person, Any]:
    """Ana's words stand in a thread that the bot or a member began. Ana, and the thread."""
    backend = world.env.backend
    ana, beto = world.person("Ana"), world.person("Beto")
    owner = backend.bot_user.id if starter == "the bot" else beto.id
    made = backend.create_thread(world.general.id, "Supper", owner)
    thread = ChannelHandle(world.env, world.guild, made)
    await beto.asks(ana, WORDS, at=thread)
    await ana.says_yes()
    assert "Said" in (await beto.speaks((await world.only_consent())["id"], at=thread)).text
    assert WORDS in world.said(thread)
    return ana, thread


def becomes(world: World, thread: Any, **how: bool) -> None:
    world.env.backend.edit_channel(thread.id, {}, thread_metadata=how)


def lost(world: World, times: int = 1) -> Any:
    """Discord takes the next posts, and answers 503. Returns how to end it."""
    real, left = router.dispatch, [times]

    def dispatch(backend: Any, method: str, path: str, **how: Any) -> Any:
        taken = real(backend, method, path, **how)
        posts = method == "POST" and path == f"/channels/{world.general.id}/messages"
        if posts and left[0] and "speaks for" in str(how.get("json")):
            left[0] -= 1
            raise BackendError(503, 0, "taken all the same")
        return taken

    router.dispatch = dispatch
    return lambda: setattr(router, "dispatch", real)


@pytest.mark.parametrize("starter", ["the bot", "a member"])
async def test_words_go_out_of_an_archived_thread(world: World, starter: str) -> None:
    """Law 2. They stayed: editing was refused thirteen times in six days."""
    ana, thread = await said_in_a_thread(world, starter)
    becomes(world, thread, archived=True)
    back = await ana.takes_back()
    assert WORDS not in world.said(thread)
    assert "Taken back by the person" in world.said(thread)
    assert "nothing of them is left" in back.text
    archived = world.env.backend.channels[thread.id].thread_metadata.archived
    assert archived is (starter == "the bot"), "archived again where the bot may"


async def test_words_go_out_of_a_locked_thread(world: World) -> None:
    """Where editing stays refused they are deleted."""
    ana, thread = await said_in_a_thread(world, "a member")
    becomes(world, thread, locked=True)
    back = await ana.takes_back()
    assert WORDS not in world.said(thread)
    assert "nothing of them is left" in back.text


async def test_in_a_thread_that_is_shut_for_good_they_are_not_called_gone(world: World) -> None:
    """Archived and locked: who manages threads can open it, and then they go."""
    ana, thread = await said_in_a_thread(world, "a member")
    becomes(world, thread, archived=True, locked=True)
    back = await ana.takes_back()
    assert "nothing of them is left" not in back.text
    assert f"{world.guild.id}/{thread.id}/" in back.text
    await world.later(2 * DAY)
    assert WORDS in world.said(thread)
    becomes(world, thread, archived=False)
    await world.later(DAY)
    assert WORDS not in world.said(thread)


@pytest.mark.parametrize("restart", [False, True])
async def test_who_was_told_that_words_still_stand_is_told_once_they_are_gone(
    world: World, restart: bool
) -> None:
    """Law 2: with effect on what was already published, and the person knows when."""
    ana, thread = await said_in_a_thread(world, "a member")
    becomes(world, thread, archived=True, locked=True)
    assert "tell you once they are gone" in (await ana.takes_back()).text
    await world.later(DAY)
    assert "are gone from" not in (await ana.slash("consent inbox")).text
    becomes(world, thread, archived=False)
    if restart:
        await world.restart()
    await world.later(DAY)
    told = await ana.slash("consent inbox")
    assert f"The words you took back are gone from {thread.mention} now, too." in told.text
    assert "Nothing waits" in (await ana.click(told, "Got it")).text
    beto = world.people["Beto"]
    assert "are gone from" not in (await beto.slash("consent inbox")).text


async def test_words_that_went_at_once_are_told_of_in_the_answer_alone(world: World) -> None:
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    assert "nothing of them is left" in (await ana.takes_back()).text
    await world.later(DAY)
    assert "Nothing waits" in (await ana.slash("consent inbox")).text


async def test_words_that_are_on_their_way_are_not_called_gone(world: World) -> None:
    """Discord had taken them with a 503, and they stood for a minute."""
    ana, beto, consent = await agreed(world)
    end = lost(world)
    await beto.speaks(consent)
    assert WORDS in world.said(world.general)
    back = await ana.takes_back()
    assert "nothing of them is left" not in back.text
    assert f"{world.general.mention}: they were just being posted there" in back.text
    end()
    await world.later(120)
    assert WORDS not in world.said(world.general)
    world.faults.drain()


@pytest.mark.parametrize("after", [40, 800])
async def test_words_are_found_however_much_was_said_since(world: World, after: int) -> None:
    """A crash, and then 500 other messages: the row was deleted, and the words stood for ever."""
    ana, beto, consent = await agreed(world)
    end = lost(world)
    await beto.speaks(consent)
    end()
    await ana.takes_back()
    for number in range(after):
        world.env.backend.create_message(world.general.id, beto.id, f"said {number}")
        if number % 100 == 0:
            world.env.backend.advance_clock(1)
    await world.later(2 * HOUR)
    assert WORDS not in world.said(world.general)
    assert await world.rows("SELECT * FROM posts WHERE topic = 'consent'") == []
    world.faults.drain()


async def test_what_never_arrived_is_given_up_only_when_that_is_certain(world: World) -> None:
    ana, beto, consent = await agreed(world)
    world.env.inject_error("POST", f"/channels/{world.general.id}/messages", status=503)
    await beto.speaks(consent)
    await ana.takes_back()
    await world.later(120)
    assert len(await world.rows("SELECT * FROM posts WHERE topic = 'consent'")) == 1, (
        "it may come yet"
    )
    await world.later(HOUR)
    assert await world.rows("SELECT * FROM posts WHERE topic = 'consent'") == []
    world.faults.drain()


async def test_a_post_begun_before_its_time_was_noted_is_found_too(world: World) -> None:
    ana, beto, consent = await agreed(world)
    end = lost(world)
    await beto.speaks(consent)
    end()
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE posts SET begun_at = 0")
    await ana.takes_back()
    await world.later(DAY)
    assert WORDS not in world.said(world.general)
    world.faults.drain()
