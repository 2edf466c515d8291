"""Two processes with the same journals: one reminder, one entry, one copy; locked in both."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.journal.keys import Locked, State
from bot.journal.service import Draft
from tests.wire import diary as d
from tests.wire import forge
from tests.wire.flows import letters, reminding
from tests.wire.gathering import ids_on
from tests.wire.laws import laws_hold, settle_down
from tests.wire.stage import Stage
from tests.wire.test_two_processes import second_process
from tests.world import DAY, World

pytestmark = pytest.mark.usefixtures("threads")


async def test_two_processes_send_a_reminder_once(world: World) -> None:
    stage = Stage(world)
    with world.env.time_context():
        await reminding.soon(stage)
    (row,) = await d.rows_of(stage, "journal_reminders")
    async with second_process(world) as twin:
        await world.bot.worker.stop()
        world.env.backend.advance_clock(row["due_at"] - int(world.env.now().timestamp()) + 1)
        await _both_look(world, twin)
        found = [each for each in d.dms(stage.ana) if "remind-stop" in str(ids_on(each))]
        assert len(found) == 1
        assert await reminding.one_waits(stage)
        with world.env._bot_scope():
            world.bot.worker.start()
    await settle_down(world)
    assert await laws_hold(stage) == []


async def _both_look(world: World, twin: Any) -> None:
    with world.env.time_context():
        await asyncio.gather(*(bot.worker.look() for bot in (world.bot, twin) * 3))


async def test_two_processes_bring_a_shared_entry_once(world: World) -> None:
    """The friend's yes was taken, and Discord did not answer."""
    stage = Stage(world)
    with world.env.time_context():
        await d.asked(stage)
    path = f"/channels/{stage.beto.user.dm_channel.id}/messages"
    world.env.inject_error("POST", path, status=500, times=1)
    await forge.press(stage.beto, f"firsthand:share-yes:{d.share_id(stage)}", at=stage.general)
    assert d.in_friends_dm(stage) == []
    async with second_process(world) as twin:
        await world.bot.worker.stop()
        world.env.backend.advance_clock(200)
        await _both_look(world, twin)
        assert len(d.in_friends_dm(stage)) == 1
        assert await d.share_state(stage) == "given"
        with world.env._bot_scope():
            world.bot.worker.start()
    await settle_down(world)
    assert await laws_hold(stage) == []


async def test_two_processes_keep_a_message_once(world: World) -> None:
    stage = Stage(world)
    with world.env.time_context():
        await letters.letter_kept(stage)
        message = await d.sends(stage, stage.changed)
    async with second_process(world) as twin:
        with world.env.time_context():
            kept = await asyncio.gather(
                *(
                    bot.journal.write(stage.ana.id, Draft("", stage.changed), message_id=message.id)
                    for bot in (world.bot, twin) * 3
                )
            )
    assert len([each for each in kept if each is not None]) == 1
    assert [text for _, text in await d.texts(stage)] == [stage.letter, stage.changed]


async def test_locking_in_one_process_locks_in_the_other(world: World) -> None:
    stage = Stage(world)
    with world.env.time_context():
        await d.opened(stage)
    async with second_process(world) as twin:
        with world.env.time_context():
            # What one was told opens nothing in the other.
            assert await twin.journal_keys.state(stage.ana.id) is State.LOCKED
            assert (await twin.journal_keys.unlock(stage.ana.id, stage.passphrase)).right
            assert len(await twin.journal.everything(stage.ana.id)) == 1
            await world.bot.journal_keys.lock(stage.ana.id)
            assert await twin.journal_keys.state(stage.ana.id) is State.LOCKED
            try:
                await twin.journal.everything(stage.ana.id)
            except Locked:
                return
    raise AssertionError("what is locked was read")


async def test_wrong_passphrases_count_in_both_processes(world: World) -> None:
    stage = Stage(world)
    with world.env.time_context():
        await d.closed(stage)
    async with second_process(world) as twin:
        with world.env.time_context():
            tried = await asyncio.gather(
                *(
                    bot.journal_keys.unlock(stage.ana.id, f"wrong passphrase {number}")
                    for number, bot in enumerate((world.bot, twin) * 3)
                )
            )
            assert not any(each.right for each in tried)
            # Five are wrong; after that not even the right one is taken.
            for bot in (world.bot, twin):
                late = await bot.journal_keys.unlock(stage.ana.id, stage.passphrase)
                assert late.blocked_until is not None
                assert not late.right


async def test_writing_in_one_process_while_the_other_changes_the_passphrase(world: World) -> None:
    """Every entry opens with the new one, whichever was first."""
    stage = Stage(world)
    with world.env.time_context():
        await d.opened(stage)
    async with second_process(world) as twin:
        with world.env.time_context():
            await twin.journal_keys.unlock(stage.ana.id, stage.passphrase)
            written = await asyncio.gather(
                world.bot.journal_keys.protect(stage.ana.id, stage.other_passphrase),
                *(twin.journal.write(stage.ana.id, Draft("", f"{n}")) for n in range(5)),
                return_exceptions=True,
            )
            kept = [each for each in written[1:] if not isinstance(each, BaseException)]
            assert all(isinstance(each, str | Locked) for each in written[1:]), written
    found = [text for _, text in await d.texts(stage, stage.other_passphrase)]
    assert len(found) == 1 + len(kept)
    assert await d.texts(stage, stage.passphrase) == []


async def test_two_processes_begin_a_journal_at_once(world: World) -> None:
    stage = Stage(world)
    async with second_process(world) as twin:
        with world.env.time_context():
            await asyncio.gather(
                *(
                    bot.journal.write(stage.ana.id, Draft("", f"{number}"))
                    for number, bot in enumerate((world.bot, twin) * 3)
                )
            )
    assert sorted(text or "" for _, text in await d.texts(stage)) == list("012345")
    # The key that lost is destroyed by due work.
    for _ in range(3):
        await world.later(DAY // 24)
    assert len(await d.rows_of(stage, "journal_keys")) == 1
