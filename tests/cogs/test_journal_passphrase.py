"""A passphrase on the journal: set, changed, removed; locked and unlocked; wrong and forgotten."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest

from bot.app import Firsthand
from bot.journal import passphrase, rules
from bot.journal.keys import Locked, State
from bot.journal.rules import WAITING
from bot.journal.service import Cursor
from bot.work.turns import Turns
from tests.journals import (
    OTHER_PASSPHRASE,
    PASSPHRASE,
    WRONG,
    hurry,
    ids_of,
    opens,
    protects,
    stored,
    too_large,
    unlocks,
    waiting_text,
    writes,
)
from tests.wire import forge
from tests.wire.test_two_processes import second_process
from tests.wire.wiretap import Wiretap
from tests.world import Answer, Person, World

MINUTE = 60
KEPT = "Kept in your journal."
LOCKED = "Your journal is locked"
OPEN = "Your journal is open"
NO_RECOVERY = "There is no way to recover it"
NOT_IT = "That's not your passphrase"
TOO_OFTEN = "wrong too often"
OFTEN = "You unlocked your journal very often"
BUSY = "I am still busy with the last things you asked me for."
REAL_COST = (passphrase._PASSES, passphrase._KIBIBYTES)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture(autouse=True)
def tap() -> Iterator[Wiretap]:
    """Whatever these tests do, Discord would take every call of the bot's."""
    with Wiretap().attached() as attached:
        yield attached
    assert [wrong for call in attached.calls for wrong in too_large(call)] == []


async def wrong_tries(world: World) -> list[Any]:
    return await world.rows("SELECT * FROM journal_tries WHERE was_right = 0")


async def changes(person: Person, old: str, new: str, again: str | None = None) -> Answer:
    about = await person.slash("journal passphrase")
    form = await person.click(about, "Change it")
    fields = {"passphrase-new": new, "passphrase-again": new if again is None else again}
    return await person.fill(form, passphrase=old, **fields)


async def removes(person: Person, old: str = PASSPHRASE) -> Answer:
    about = await person.slash("journal passphrase")
    return await person.fill(await person.click(about, "Remove it"), passphrase=old)


async def state(world: World, person: Person, bot: Firsthand | None = None) -> State:
    with world.env.time_context():
        return await (bot or world.bot).journal_keys.state(person.id)


async def moves_on(world: World, seconds: int) -> None:
    """Time passes, and nothing happens in it."""
    world.env.backend.advance_clock(seconds)
    await world.env.settle()


async def locked_writer(world: World, name: str = "Ana") -> Person:
    """Somebody with one entry behind a passphrase."""
    person = world.person(name)
    await writes(person, "I was loud today.", "Assembly")
    await protects(person)
    await person.slash("journal lock")
    return person


# -- set, change, remove ----------------------------------------------------------------------


async def test_a_passphrase_is_set_and_the_words_say_twice_that_nobody_recovers_it(
    world: World,
) -> None:
    ana = world.person("Ana")
    before = await ana.slash("journal passphrase")
    assert before.private
    assert NO_RECOVERY in before.text
    assert "not even the people who run me" in before.text
    form = await ana.click(before, "Set a passphrase")
    assert "Nobody can recover it." in str(form.form)
    done = await ana.fill(form, **{"passphrase-new": PASSPHRASE, "passphrase-again": PASSPHRASE})
    assert done.private
    assert "Your passphrase is set" in done.text
    assert NO_RECOVERY in done.text
    assert OPEN in done.text
    assert await state(world, ana) is State.UNLOCKED


async def test_entries_written_before_are_sealed_anew(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "Before the passphrase.", "Old")
    before = {row["id"]: row["sealed"] for row in await world.rows("SELECT * FROM journal_entries")}
    [old_key] = await world.rows("SELECT * FROM journals")
    await protects(ana)
    after = {row["id"]: row["sealed"] for row in await world.rows("SELECT * FROM journal_entries")}
    [new_key] = await world.rows("SELECT * FROM journals")
    assert before.keys() == after.keys()
    assert all(before[each] != after[each] for each in before)
    assert old_key["key_id"] != new_key["key_id"]
    assert [row["key_id"] for row in await world.rows("SELECT * FROM journal_keys")] == [
        new_key["key_id"]
    ]
    assert await stored(world, ana) == [("Old", "Before the passphrase.")]
    await world.restart()
    with pytest.raises(Locked):
        await stored(world, ana)


async def test_a_first_passphrase_can_come_before_the_first_entry(world: World) -> None:
    ana = world.person("Ana")
    await protects(ana)
    await ana.slash("journal lock")
    form = await ana.slash("journal write")
    kept = await ana.fill(form, title="", text="The first.", passphrase=PASSPHRASE)
    assert kept.text == KEPT


async def test_changing_needs_the_old_one_and_takes_the_new_one(world: World) -> None:
    ana = await locked_writer(world)
    refused = await changes(ana, WRONG, OTHER_PASSPHRASE)
    assert refused.private
    assert NOT_IT in refused.text
    assert OPEN in (await unlocks(ana)).text
    assert "Your passphrase is set" in (await changes(ana, PASSPHRASE, OTHER_PASSPHRASE)).text
    await ana.slash("journal lock")
    assert NOT_IT in (await unlocks(ana)).text
    assert OPEN in (await unlocks(ana, OTHER_PASSPHRASE)).text
    assert await stored(world, ana) == [("Assembly", "I was loud today.")]


async def test_changing_works_while_locked(world: World) -> None:
    ana = await locked_writer(world)
    assert "Your passphrase is set" in (await changes(ana, PASSPHRASE, OTHER_PASSPHRASE)).text
    assert await stored(world, ana) == [("Assembly", "I was loud today.")]


async def test_removing_needs_it_and_opens_the_journal_for_good(world: World) -> None:
    ana = await locked_writer(world)
    assert NOT_IT in (await removes(ana, WRONG)).text
    removed = await removes(ana)
    assert removed.private
    assert "no passphrase any more" in removed.text
    assert "the people who run me hold" in removed.text
    await world.restart()
    assert await stored(world, ana) == [("Assembly", "I was loud today.")]
    assert "nothing to lock with yet" in (await ana.slash("journal lock")).text
    assert "has no passphrase" in (await ana.slash("journal unlock")).text


async def test_removing_from_an_old_card_says_that_there_is_none(world: World) -> None:
    ana = await locked_writer(world)
    about = await ana.slash("journal passphrase")
    form = await ana.click(about, "Remove it")
    await removes(ana)
    late = await ana.fill(form, passphrase=PASSPHRASE)
    assert late.private
    assert "has no passphrase" in late.text


async def test_a_form_for_the_first_one_does_not_replace_one_set_meanwhile(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "Words.")
    forms = [
        await ana.click(await ana.slash("journal passphrase"), "Set a passphrase") for _ in range(2)
    ]
    for form, chosen in zip(forms, (PASSPHRASE, OTHER_PASSPHRASE), strict=True):
        answer = await ana.fill(form, **{"passphrase-new": chosen, "passphrase-again": chosen})
    assert "has a passphrase since you opened this form" in answer.text
    await ana.slash("journal lock")
    assert NOT_IT in (await unlocks(ana, OTHER_PASSPHRASE)).text
    assert OPEN in (await unlocks(ana)).text


# -- what is taken as one ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [
        (PASSPHRASE, PASSPHRASE + "!", "not the same"),
        (PASSPHRASE, PASSPHRASE.upper(), "not the same"),
        ("short words", "short words", "too short"),
        ("\x00\x07\x1bcontrolonly", "controlonly", "too short"),
        ("x" * 201, "x" * 201, "too long"),
        ("", "", "empty"),
        (" \t\n\u200b ", " \t\n\u200b ", "empty"),
        ("half an emoji \ud83d", "half an emoji \ud83d", "broken character"),
    ],
)
async def test_what_is_no_passphrase_is_refused_and_changes_nothing(
    world: World, new: str, again: str, why: str
) -> None:
    ana = world.person("Ana")
    await writes(ana)
    before = await world.rows("SELECT * FROM journals")
    fields = {"passphrase-new": new, "passphrase-again": again}
    refused = await forge.submit(
        ana, "firsthand:journal-passphrase-set:", at=world.general, **fields
    )
    assert refused.private
    assert why in refused.text
    for typed in (new, again):
        assert not typed.strip() or typed not in refused.text
    assert await world.rows("SELECT * FROM journals") == before
    assert await state(world, ana) is State.NO_PASSPHRASE


async def test_a_form_without_its_fields_is_refused(world: World) -> None:
    ana = await locked_writer(world)
    for name in ("journal-passphrase-set", "journal-passphrase-removed", "journal-unlocked"):
        for fields in ({}, {"passphrase": ["a", "menu"]}):
            refused = await forge.submit(ana, f"firsthand:{name}:", at=world.general, **fields)
            assert refused.private
            assert "It's empty" in refused.text
    assert await state(world, ana) is State.LOCKED
    assert await world.rows("SELECT * FROM journal_tries") == []


@pytest.mark.parametrize("length", [12, 200])
async def test_the_shortest_and_the_longest_are_taken(world: World, length: int) -> None:
    ana = world.person("Ana")
    chosen = ("ñ👩🏽‍🚀 words " * 40)[: length - 1] + "."
    assert "Your passphrase is set" in (await protects(ana, chosen)).text
    await ana.slash("journal lock")
    assert OPEN in (await unlocks(ana, chosen)).text


async def test_every_keyboard_types_the_same_accents(world: World) -> None:
    ana = world.person("Ana")
    composed = unicodedata.normalize("NFC", "la compañera llegó")
    decomposed = unicodedata.normalize("NFD", composed)
    assert composed != decomposed
    await protects(ana, composed)
    for typed in (decomposed, f"  {composed}\n", composed.replace("ñ", "ñ\u200b")):
        await ana.slash("journal lock")
        assert OPEN in (await unlocks(ana, typed)).text


async def test_what_was_set_when_less_was_taken_out_still_opens(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "I was loud today.")
    typed = "the\ufe0e roof and the\u034f evening"
    with world.env.time_context():
        await world.bot.journal_keys.protect(ana.id, typed)
    await ana.slash("journal lock")
    assert NOT_IT in (await unlocks(ana, f"{typed}s")).text
    assert OPEN in (await unlocks(ana, f" {typed} ")).text
    assert "I was loud today." in (await opens(ana)).text


async def test_capitals_and_accents_count(world: World) -> None:
    ana = world.person("Ana")
    await protects(ana, "La compañera llegó")
    await ana.slash("journal lock")
    for typed in ("la compañera llegó", "La companera llegó"):
        assert NOT_IT in (await unlocks(ana, typed)).text


# -- locking and unlocking --------------------------------------------------------------------


async def test_while_locked_nothing_of_it_is_shown(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "I was loud today.", "Assembly")
    [entry_id] = await ids_of(ana)
    await protects(ana)
    shown = [each for each in (await opens(ana)).controls if each["label"] != "Share slowly"]
    locked = await ana.slash("journal lock")
    assert locked.private
    assert "What I showed you before stays on your screen." in locked.text
    for answer in (
        await ana.slash("journal read"),
        await ana.slash("journal search", text="loud"),
        await ana.slash("journal export"),
        await ana.slash("journal edit", entry=entry_id),
        await ana.slash("journal delete", entry=entry_id),
        *[await forge.press(ana, each["custom_id"], at=world.general) for each in shown],
    ):
        assert answer.private
        assert answer.form is None
        assert LOCKED in answer.text
        assert "Unlock" in answer.labels
        assert "loud" not in answer.text
        assert "Assembly" not in answer.text


async def test_unlocking_opens_it_from_the_command_and_from_the_button(world: World) -> None:
    ana = await locked_writer(world)
    opened = await unlocks(ana)
    assert opened.private
    assert OPEN in opened.text
    assert "Assembly" in (await ana.click(opened, "Read")).text
    locked = await ana.slash("journal lock")
    again = await ana.fill(await ana.click(locked, "Unlock"), passphrase=PASSPHRASE)
    assert OPEN in again.text
    assert OPEN in (await ana.slash("journal unlock")).text  # no form: it is open


async def test_one_persons_passphrase_opens_nobody_elses_journal(world: World) -> None:
    ana, ben = await locked_writer(world, "Ana"), await locked_writer(world, "Ben")
    await unlocks(ben)
    assert LOCKED in (await ana.slash("journal read")).text
    assert await state(world, ana) is State.LOCKED


async def test_an_open_journal_closes_after_ten_idle_minutes(world: World) -> None:
    ana = await locked_writer(world)
    await unlocks(ana)
    await moves_on(world, 10 * MINUTE - 1)
    assert "Assembly" in (await ana.slash("journal read")).text
    await moves_on(world, 10 * MINUTE - 1)
    assert "Assembly" in (await ana.slash("journal read")).text
    await moves_on(world, 10 * MINUTE)
    assert LOCKED in (await ana.slash("journal read")).text


async def test_an_open_journal_closes_after_an_hour_however_it_is_used(world: World) -> None:
    ana = await locked_writer(world)
    await unlocks(ana)
    for _ in range(11):
        await moves_on(world, 5 * MINUTE)
        assert "Assembly" in (await ana.slash("journal read")).text
    await moves_on(world, 5 * MINUTE)
    assert LOCKED in (await ana.slash("journal read")).text


async def test_looking_after_it_does_not_keep_it_open(world: World) -> None:
    """Due work runs every half minute; what it does is no use of the journal."""
    ana = await locked_writer(world)
    await unlocks(ana)
    for _ in range(10):
        await world.later(MINUTE)
    assert world.bot.journal_keys._unlocked == {}
    assert LOCKED in (await ana.slash("journal read")).text


async def test_a_restart_locks_an_open_journal(world: World) -> None:
    ana = await locked_writer(world)
    await unlocks(ana)
    await world.restart()
    assert LOCKED in (await ana.slash("journal read")).text
    await unlocks(ana)
    assert "Assembly" in (await ana.slash("journal read")).text


@pytest.mark.usefixtures("threads")
async def test_locking_in_one_process_locks_in_the_other(world: World) -> None:
    ana = await locked_writer(world)
    await unlocks(ana)
    async with second_process(world) as twin:
        assert await state(world, ana, twin) is State.LOCKED
        with world.env.time_context():
            assert (await twin.journal_keys.unlock(ana.id, PASSPHRASE)).right
        assert await state(world, ana, twin) is State.UNLOCKED
        assert await state(world, ana) is State.UNLOCKED
        with world.env.time_context():
            await twin.journal_keys.lock(ana.id)
        assert await state(world, ana, twin) is State.LOCKED
        assert await state(world, ana) is State.LOCKED
        assert LOCKED in (await ana.slash("journal read")).text


@pytest.mark.usefixtures("threads")
async def test_a_change_in_one_process_closes_what_the_other_has_open(world: World) -> None:
    ana = await locked_writer(world)
    await unlocks(ana)
    async with second_process(world) as twin:
        with world.env.time_context():
            assert (await twin.journal_keys.unlock(ana.id, PASSPHRASE)).right
            assert await twin.journal_keys.protect(ana.id, OTHER_PASSPHRASE)
        assert LOCKED in (await ana.slash("journal read")).text
        assert NOT_IT in (await unlocks(ana)).text
        assert OPEN in (await unlocks(ana, OTHER_PASSPHRASE)).text
        assert await stored(world, ana) == [("Assembly", "I was loud today.")]


async def test_two_devices_unlock_at_once(world: World) -> None:
    ana = await locked_writer(world)
    forms = [await ana.slash("journal unlock") for _ in range(2)]
    answers = await world.at_once(
        *[lambda form=form: ana.fill(form, passphrase=PASSPHRASE) for form in forms]
    )
    assert all(OPEN in answer.text for answer in answers)
    assert await wrong_tries(world) == []


async def test_two_devices_change_it_at_once_and_one_of_them_holds(world: World) -> None:
    ana = await locked_writer(world)
    forms = [await ana.click(await ana.slash("journal passphrase"), "Change it") for _ in range(2)]
    chosen = ("the first new passphrase", "the second new passphrase")

    def sends(form: Answer, new: str) -> Any:
        fields = {"passphrase-new": new, "passphrase-again": new}
        return lambda: ana.fill(form, passphrase=PASSPHRASE, **fields)

    await world.at_once(*[sends(*each) for each in zip(forms, chosen, strict=True)])
    opened: list[str] = []
    for new in chosen:
        await ana.slash("journal lock")
        if OPEN in (await unlocks(ana, new)).text:
            opened.append(new)
            assert await stored(world, ana) == [("Assembly", "I was loud today.")]
    assert len(opened) == 1


# -- wrong ones -------------------------------------------------------------------------------


async def test_a_wrong_one_says_so_and_what_five_of_them_do(world: World) -> None:
    ana = await locked_writer(world)
    wrong = await unlocks(ana, WRONG)
    assert wrong.private
    assert NOT_IT in wrong.text
    assert "five wrong ones in 15 minutes" in wrong.text
    assert OPEN in (await ana.fill(await ana.click(wrong, "Unlock"), passphrase=PASSPHRASE)).text


async def test_after_five_wrong_ones_the_right_one_has_to_wait(world: World) -> None:
    ana = await locked_writer(world)
    for _ in range(4):
        assert NOT_IT in (await unlocks(ana, WRONG)).text
    fifth = await unlocks(ana, WRONG)
    assert fifth.private
    assert TOO_OFTEN in fifth.text
    assert "<t:" in fifth.text
    assert TOO_OFTEN in (await unlocks(ana)).text
    await world.restart()
    assert TOO_OFTEN in (await unlocks(ana)).text
    assert TOO_OFTEN in (await changes(ana, PASSPHRASE, OTHER_PASSPHRASE)).text
    assert TOO_OFTEN in (await removes(ana)).text
    await moves_on(world, 15 * MINUTE - 1)
    assert TOO_OFTEN in (await unlocks(ana)).text
    await moves_on(world, 1)
    assert OPEN in (await unlocks(ana)).text
    assert await wrong_tries(world) == []


async def test_tries_while_locked_out_do_not_make_it_longer(world: World) -> None:
    ana = await locked_writer(world)
    for _ in range(5):
        await unlocks(ana, WRONG)
    for _ in range(3):
        await moves_on(world, 4 * MINUTE)
        assert TOO_OFTEN in (await unlocks(ana, WRONG)).text
    await moves_on(world, 3 * MINUTE)
    assert OPEN in (await unlocks(ana)).text


async def test_slow_wrong_ones_lock_nobody_out(world: World) -> None:
    ana = await locked_writer(world)
    for _ in range(8):
        assert NOT_IT in (await unlocks(ana, WRONG)).text
        await moves_on(world, 4 * MINUTE)
    assert OPEN in (await unlocks(ana)).text


async def test_a_right_one_forgets_the_wrong_ones(world: World) -> None:
    ana = await locked_writer(world)
    for _ in range(4):
        await unlocks(ana, WRONG)
    await unlocks(ana)
    await ana.slash("journal lock")
    for _ in range(4):
        assert NOT_IT in (await unlocks(ana, WRONG)).text


async def test_each_of_ten_wrong_ones_at_once_counts_or_is_turned_away(world: World) -> None:
    ana = await locked_writer(world)
    forms = [await ana.slash("journal unlock") for _ in range(10)]
    answers = await world.at_once(
        *[lambda form=form: ana.fill(form, passphrase=WRONG) for form in forms]
    )
    assert not any(OPEN in answer.text for answer in answers)
    turned_away = [answer for answer in answers if BUSY in answer.text]
    assert len(turned_away) == 10 - 1 - WAITING
    assert all(answer.private and WRONG not in answer.text for answer in turned_away)
    assert len(await wrong_tries(world)) == 1 + WAITING
    assert TOO_OFTEN in (await unlocks(ana, WRONG)).text


async def test_a_busy_bot_gives_back_what_was_written_but_no_passphrase(world: World) -> None:
    ana = await locked_writer(world)
    forms = [await ana.slash("journal write") for _ in range(1 + WAITING + 1)]
    *kept, turned_away = await world.at_once(
        *[
            lambda form=form: ana.fill(form, text="I was quiet.", passphrase=PASSPHRASE)
            for form in forms
        ]
    )
    assert all(KEPT in answer.text for answer in kept)
    assert BUSY in turned_away.text
    assert waiting_text(turned_away) == "# \n\nI was quiet."
    assert PASSPHRASE not in turned_away.text
    assert KEPT in (await ana.click(turned_away, "Try again")).text
    assert len(await stored(world, ana)) == 1 + len(forms)


async def test_right_ones_have_an_end_too_and_it_is_told_when_they_begin_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "RIGHT_TRIES", 2)
    ana, ben = await locked_writer(world, "Ana"), await locked_writer(world, "Ben")
    for _ in range(2):
        assert OPEN in (await unlocks(ana)).text
        await ana.slash("journal lock")
    for refused in (
        await unlocks(ana),
        await changes(ana, PASSPHRASE, OTHER_PASSPHRASE),
        await removes(ana),
    ):
        assert refused.private
        assert OFTEN in refused.text
        assert "<t:" in refused.text
        assert PASSPHRASE not in refused.text
    form = await ana.slash("journal write")
    written = await ana.fill(form, text="Not lost.", passphrase=PASSPHRASE)
    assert OFTEN in written.text
    assert waiting_text(written) == "# \n\nNot lost."
    assert OPEN in (await unlocks(ben)).text
    await moves_on(world, 15 * MINUTE)
    assert OPEN in (await unlocks(ana)).text


async def test_one_persons_wrong_ones_lock_nobody_else_out(world: World) -> None:
    ana, ben = await locked_writer(world, "Ana"), await locked_writer(world, "Ben")
    for _ in range(5):
        await unlocks(ana, WRONG)
    assert OPEN in (await unlocks(ben)).text


# -- writing while locked ---------------------------------------------------------------------


async def test_the_form_asks_for_the_passphrase_while_locked(world: World) -> None:
    ana = await locked_writer(world)
    form = await ana.slash("journal write")
    kept = await ana.fill(form, title="", text="Written while locked.", passphrase=PASSPHRASE)
    assert kept.private
    assert kept.text == KEPT
    assert ("", "Written while locked.") in await stored(world, ana)
    assert "passphrase" not in str((await ana.slash("journal write")).form)


async def test_a_wrong_one_in_the_form_gives_the_text_back(world: World) -> None:
    ana = await locked_writer(world)
    form = await ana.slash("journal write")
    refused = await ana.fill(form, title="T", text="Not lost.", passphrase=WRONG)
    assert refused.private
    assert NOT_IT in refused.text
    assert "Not lost." in refused.text
    assert WRONG not in refused.text
    assert waiting_text(refused) == "# T\n\nNot lost."
    wrong_again = await ana.fill(await ana.click(refused, "Unlock and keep it"), passphrase=WRONG)
    assert waiting_text(wrong_again) == "# T\n\nNot lost."
    kept = await ana.fill(await ana.click(wrong_again, "Unlock and keep it"), passphrase=PASSPHRASE)
    assert kept.text == KEPT
    assert ("T", "Not lost.") in await stored(world, ana)


async def test_a_text_survives_being_locked_out(world: World) -> None:
    ana = await locked_writer(world)
    for _ in range(5):
        await unlocks(ana, WRONG)
    form = await ana.slash("journal write")
    refused = await ana.fill(form, title="", text="Not lost.", passphrase=PASSPHRASE)
    assert TOO_OFTEN in refused.text
    await moves_on(world, 15 * MINUTE)
    form = await ana.click(refused, "Unlock and keep it")
    assert (await ana.fill(form, passphrase=PASSPHRASE)).text == KEPT


async def test_a_form_that_was_locked_meanwhile_gives_the_text_back(world: World) -> None:
    ana = await locked_writer(world)
    await unlocks(ana)
    [entry_id] = await ids_of(ana)
    for form in (
        await ana.slash("journal write"),
        await ana.slash("journal edit", entry=entry_id),
    ):
        await ana.slash("journal lock")
        refused = await ana.fill(form, title="", text="Typed for an hour.")
        assert refused.private
        assert LOCKED in refused.text
        assert waiting_text(refused) == "# \n\nTyped for an hour."
        kept = await ana.fill(await ana.click(refused, "Unlock and keep it"), passphrase=PASSPHRASE)
        assert kept.text == KEPT
    assert await stored(world, ana) == [("", "Typed for an hour.")] * 2


async def test_a_card_that_waits_survives_a_restart(world: World) -> None:
    ana = await locked_writer(world)
    await unlocks(ana)
    form = await ana.slash("journal write")
    await ana.slash("journal lock")
    refused = await ana.fill(form, title="", text="Typed for an hour.")
    await world.restart()
    form = await ana.click(refused, "Unlock and keep it")
    assert (await ana.fill(form, passphrase=PASSPHRASE)).text == KEPT
    assert ("", "Typed for an hour.") in await stored(world, ana)


# -- forgotten --------------------------------------------------------------------------------


async def test_a_forgotten_one_leaves_erasing_and_a_new_beginning(world: World) -> None:
    ana = await locked_writer(world)
    about = await ana.slash("journal passphrase")
    assert NO_RECOVERY in about.text
    assert "/journal erase" in about.text
    for _ in range(5):
        await unlocks(ana, WRONG)
    done = await ana.click(await ana.slash("journal erase"), "Erase my journal")
    assert done.text.startswith("Erased.")
    assert await state(world, ana) is State.NO_PASSPHRASE
    assert (await writes(ana, "Anew.")).text == KEPT
    assert await stored(world, ana) == [("", "Anew.")]


# -- what it leaves behind --------------------------------------------------------------------


async def test_a_passphrase_is_in_no_answer_no_log_line_and_no_stored_byte(
    world: World, tap: Wiretap, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("discord", "aiosqlite"):
        logging.getLogger(name).setLevel(logging.INFO)  # as the program does (bot/logs.py)
    ana = await locked_writer(world)
    await unlocks(ana, WRONG)
    await unlocks(ana)
    await changes(ana, PASSPHRASE, OTHER_PASSPHRASE)
    await changes(ana, OTHER_PASSPHRASE, PASSPHRASE, again=WRONG)
    await ana.slash("journal lock")
    form = await ana.slash("journal write")
    await ana.fill(form, title="", text="Words enough.", passphrase=WRONG)
    async with world.bot.store.keys.transaction() as connection:
        await connection.execute("ALTER TABLE personal_keys RENAME TO hidden")
    for _ in range(2):
        form = await forge.submit(
            ana, "firsthand:journal-unlocked:", at=world.general, passphrase=OTHER_PASSPHRASE
        )
        assert "Sorry, something went wrong" in form.text
    async with world.bot.store.keys.transaction() as connection:
        await connection.execute("ALTER TABLE hidden RENAME TO personal_keys")
    assert len(world.faults.drain()) == 2
    await removes(ana, OTHER_PASSPHRASE)
    said = "\n".join(str(call.json) + str(call.files) for call in tap.calls)
    logged = "\n".join(f"{each.getMessage()} {each.exc_text}" for each in caplog.records)
    kept = b"".join(file.read_bytes() for file in world.state.rglob("*") if file.is_file())
    for secret in (PASSPHRASE, OTHER_PASSPHRASE, WRONG):
        assert secret not in said
        assert secret not in logged
        assert secret.encode() not in kept


async def test_the_real_cost_is_what_the_design_says(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cryptography.hazmat.primitives.kdf import argon2

    monkeypatch.setattr(passphrase, "_PASSES", REAL_COST[0])
    monkeypatch.setattr(passphrase, "_KIBIBYTES", REAL_COST[1])
    asked: list[dict[str, Any]] = []
    real = argon2.Argon2id

    def noting(**how: Any) -> Any:
        asked.append(how)
        return real(**how)

    monkeypatch.setattr(argon2, "Argon2id", noting)
    ana = await locked_writer(world)
    assert NOT_IT in (await unlocks(ana, WRONG)).text
    assert OPEN in (await unlocks(ana)).text
    assert len(asked) == 3
    for how in asked:
        assert (how["iterations"], how["lanes"], how["memory_cost"]) == (5, 1, 64 * 1024)
        assert how["length"] == 32
    assert len({how["salt"] for how in asked}) == 1
    assert passphrase._AT_ONCE == 2


async def test_never_more_than_two_are_tried_at_once(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    import threading

    busy, most = 0, 0
    guard, real = threading.Lock(), passphrase._argon2

    def counting(typed: str, salt: bytes) -> bytes:
        nonlocal busy, most
        with guard:
            busy += 1
            most = max(most, busy)
        try:
            return real(typed, salt)
        finally:
            with guard:
                busy -= 1

    people = [await locked_writer(world, f"Person{n}") for n in range(8)]
    monkeypatch.setattr(passphrase, "_argon2", counting)
    forms = [await person.slash("journal unlock") for person in people]
    answers = await world.at_once(
        *[
            lambda person=person, form=form: person.fill(form, passphrase=PASSPHRASE)
            for person, form in zip(people, forms, strict=True)
        ]
    )
    assert all(OPEN in answer.text for answer in answers)
    assert 1 <= most <= 2


# -- while something else goes on -------------------------------------------------------------


async def test_what_is_read_while_the_passphrase_changes_is_readable(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the key and the entries everything is sealed anew, as by another process."""
    ana = await locked_writer(world)
    await unlocks(ana)
    [entry_id] = await ids_of(ana)
    journal, keys = world.bot.journal, world.bot.journal_keys
    known = keys.known

    async def changing(person_id: int) -> Any:
        found = await known(person_id)
        monkeypatch.setattr(keys, "known", known)
        monkeypatch.setattr(keys, "turns", Turns())  # which has turns of its own
        await keys.protect(person_id, OTHER_PASSPHRASE)
        return found

    for read in (
        lambda: journal.everything(ana.id),
        lambda: journal.search(ana.id, "loud", None, 5),
        lambda: journal.page(ana.id, None, Cursor(), 5),
        lambda: journal.read(ana.id, entry_id),
    ):
        monkeypatch.setattr(keys, "known", changing)
        with world.env.time_context():
            assert "I was loud today." in str(await read())
