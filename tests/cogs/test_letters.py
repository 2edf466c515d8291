"""Writing in the DM itself: keep once, always, never, and whatever can happen to a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from simcord.enums import MessageType

from bot.journal import rules
from bot.journal.rules import FILE_LIMIT
from tests.journals import (
    PASSPHRASE,
    deletes,
    dms,
    edits,
    entry_menu,
    hurry,
    labels_of,
    last_dm,
    marked,
    protects,
    said_in_dm,
    sends,
    sends_a_sticker,
    stored,
    stumbling,
    text_of,
    too_large,
    unlocks,
    writes,
)
from tests.wire import forge
from tests.wire.wiretap import Wiretap
from tests.world import DAY, HOUR, Person, World

KEPT = "Kept in your journal."
QUESTION = "Keep this in your journal?"
COPY = "I can't delete your messages from this DM; you can."
NOTHING = "I can keep words and text files; there are none in this."
COULD_NOT = "I could not keep this."
LOCKED = "Your journal is locked"
FULL = "Your journal is full"
MARK = "%E2%9C%85"
#: Every call that puts the mark under a message.
REACTIONS = f"/channels/*/messages/*/reactions/{MARK}/@me"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture(autouse=True)
def tap() -> Iterator[Wiretap]:
    """Whatever these tests do, Discord would take every call of the bot's."""
    with Wiretap().attached() as attached:
        yield attached
    assert [wrong for call in attached.calls for wrong in too_large(call)] == []


async def keeps_always(person: Person) -> None:
    """Every message is kept from now on, as chosen at `/journal tips`."""
    answer = await person.choose(await person.slash("journal tips"), "always")
    assert "From now on I keep every message" in answer.text


async def is_off_while(world: World, *writing: Any) -> list[Any]:
    """The bot notices nothing while people write; then it is there again."""
    emit = world.env.backend.emit
    world.env.backend.emit = lambda *_, **__: None  # type: ignore[method-assign]
    sent = [await each for each in writing]
    world.env.backend.emit = emit  # type: ignore[method-assign]
    return sent


def questions(person: Person) -> list[Any]:
    """The questions that stand in somebody's DM."""
    return [each for each in dms(person) if "letter-keep" in str(each.components)]


async def texts_of(world: World, person: Person) -> list[str]:
    return [text for _, text in await stored(world, person)]


# -- once -------------------------------------------------------------------------------------


async def test_a_message_is_kept_only_after_a_yes(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "Something to keep.")
    card = last_dm(ana)
    assert text_of(card).startswith(QUESTION)
    assert COPY in text_of(card)
    assert labels_of(card) == ["Keep it", "Always keep", "No", "Never ask"]
    assert await world.rows("SELECT * FROM journal_entries") == []
    assert not marked(ana, message)
    answer = await ana.click(card, "Keep it")
    assert answer.private
    assert answer.text == KEPT
    assert marked(ana, message)
    assert text_of(last_dm(ana)) == KEPT
    assert labels_of(last_dm(ana)) == []
    assert await texts_of(world, ana) == ["Something to keep."]


async def test_a_kept_message_is_in_the_journal_with_the_time_it_was_written(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "Written today.")
    await world.later(5 * HOUR)
    await ana.click(last_dm(ana), "Keep it")
    listed = await ana.dm("journal read")
    assert f"<t:{int(message.created_at.timestamp())}:f>" in listed.text
    assert "Written today." in entry_menu(listed)["options"][0]["label"]


async def test_no_keeps_nothing_and_the_question_is_answered(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "Not for the journal.")
    answer = await ana.click(last_dm(ana), "No")
    assert "All right, I leave it." in answer.text
    assert questions(ana) == []
    assert await texts_of(world, ana) == []
    await sends(ana, "The next.")
    assert labels_of(last_dm(ana)) == ["Keep it", "Always keep", "No", "Never ask"]


async def test_never_asks_no_more(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "One.")
    answer = await ana.click(last_dm(ana), "Never ask")
    assert "don't ask any more" in answer.text
    assert "/journal tips" in answer.text
    before = len(dms(ana))
    message = await sends(ana, "Two.")
    assert len(dms(ana)) == before + 1
    assert not marked(ana, message)
    assert await texts_of(world, ana) == []


async def test_always_keeps_this_one_and_all_that_follow(world: World) -> None:
    ana = world.person("Ana")
    first = await sends(ana, "One.")
    answer = await ana.click(last_dm(ana), "Always keep")
    assert "put ✅ under it once it is safely stored" in answer.text
    before = len(said_in_dm(ana))
    second, third = await sends(ana, "Two."), await sends(ana, "Three.")
    assert all(marked(ana, each) for each in (first, second, third))
    assert await texts_of(world, ana) == ["One.", "Two.", "Three."]
    assert len(said_in_dm(ana)) == before
    await world.restart()
    assert marked(ana, await sends(ana, "Four."))


async def test_the_habit_is_changed_at_the_tips(world: World) -> None:
    ana = world.person("Ana")

    async def now() -> str:
        tips = await ana.slash("journal tips")
        [menu] = [each for each in tips.controls if "letter-habit" in each["custom_id"]]
        return next(each["value"] for each in menu["options"] if each.get("default"))

    assert await now() == "ask"
    for habit, said in (
        ("always", "From now on"),
        ("never", "don't ask any more"),
        ("ask", "I ask you each time"),
    ):
        answer = await ana.choose(await ana.slash("journal tips"), habit)
        assert answer.private
        assert said in answer.text
        assert await now() == habit
    for forged in ("sometimes", "é"):
        refused = await forge.choose(ana, "firsthand:letter-habit:", forged, at=world.general)
        assert "I can't find that here" in refused.text
    assert await now() == "ask"


async def test_pressing_twice_keeps_once(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "Once.")
    card = last_dm(ana)
    answers = await world.at_once(*[lambda: ana.click(card, "Keep it")] * 5)
    assert all(answer.text == KEPT for answer in answers)
    again = await forge.press(
        ana,
        f"firsthand:letter-keep:{dms(ana)[0].id}",
        at=ana.user.dm_channel,
    )
    assert again.text == KEPT
    assert await texts_of(world, ana) == ["Once."]


# -- several, and those that nobody noticed ----------------------------------------------------


async def test_several_in_a_row_are_asked_about_together(world: World) -> None:
    ana = world.person("Ana")
    sent = [await sends(ana, text) for text in ("One.", "Two.", "Three.")]
    assert len(questions(ana)) == 1
    card = last_dm(ana)
    assert labels_of(card) == ["Keep it", "Keep all", "Always keep", "No", "Never ask"]
    assert (await ana.click(card, "Keep all")).text == KEPT
    assert await texts_of(world, ana) == ["One.", "Two.", "Three."]
    assert all(marked(ana, each) for each in sent)


async def test_keep_it_keeps_the_last_one_alone(world: World) -> None:
    ana = world.person("Ana")
    for text in ("One.", "Two."):
        await sends(ana, text)
    await ana.click(last_dm(ana), "Keep it")
    assert await texts_of(world, ana) == ["Two."]


async def test_what_was_answered_is_not_asked_about_again(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "One.")
    await ana.click(last_dm(ana), "No")
    await sends(ana, "Two.")
    assert "Keep all" not in labels_of(last_dm(ana))
    await ana.click(last_dm(ana), "Keep it")
    await sends(ana, "Three.")
    assert "Keep all" not in labels_of(last_dm(ana))


async def test_messages_at_the_same_moment_get_one_question(world: World) -> None:
    ana = world.person("Ana")
    await world.at_once(*[lambda n=n: sends(ana, f"Number {n}.") for n in range(4)])
    assert len(questions(ana)) == 1
    await ana.click(last_dm(ana), "Keep all")
    assert sorted(await texts_of(world, ana)) == [f"Number {n}." for n in range(4)]


async def test_what_was_sent_while_the_bot_was_off_can_be_kept_with_the_next(world: World) -> None:
    ana = world.person("Ana")
    await is_off_while(world, sends(ana, "While you were off."))
    await world.restart()
    assert len(dms(ana)) == 1
    await sends(ana, "Are you there?")
    card = last_dm(ana)
    assert "While I am off I notice nothing." in text_of(card)
    await ana.click(card, "Keep all")
    assert await texts_of(world, ana) == ["While you were off.", "Are you there?"]


async def test_with_always_the_bot_says_what_it_missed(world: World) -> None:
    ana = world.person("Ana")
    await keeps_always(ana)
    await sends(ana, "Kept.")
    [missed] = await is_off_while(world, sends(ana, "Missed."))
    await sends(ana, "Kept, too.")
    assert not marked(ana, missed)
    card = last_dm(ana)
    assert "perhaps I was off" in text_of(card)
    assert "It is not in your journal." in text_of(card)
    assert await texts_of(world, ana) == ["Kept.", "Kept, too."]
    assert (await ana.click(card, "Keep it")).text == KEPT
    assert marked(ana, missed)
    assert sorted(await texts_of(world, ana)) == ["Kept, too.", "Kept.", "Missed."]


async def test_it_reaches_back_one_day(world: World) -> None:
    ana = world.person("Ana")
    await is_off_while(world, sends(ana, "Long ago."))
    await world.later(DAY + HOUR)
    await sends(ana, "Today.")
    assert "Keep all" not in labels_of(last_dm(ana))


async def test_keep_all_says_how_far_it_reaches(world: World) -> None:
    ana = world.person("Ana")
    await is_off_while(world, *[sends(ana, f"Number {n}.") for n in range(25)])
    await sends(ana, "The last.")
    card = last_dm(ana)
    assert "20 messages at most" in text_of(card)
    await ana.click(card, "Keep all")
    assert await texts_of(world, ana) == [*[f"Number {n}." for n in range(6, 25)], "The last."]


# -- edited and deleted -----------------------------------------------------------------------


async def test_an_edit_of_a_kept_message_is_asked_about(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "Frist.")
    await ana.click(last_dm(ana), "Keep it")
    await edits(ana, message, "First.")
    card = last_dm(ana)
    assert "Change it there, too?" in text_of(card)
    assert await texts_of(world, ana) == ["Frist."]
    answer = await ana.click(card, "Change it there")
    assert answer.private
    assert answer.text == "Changed in your journal, too."
    assert await texts_of(world, ana) == ["First."]


async def test_an_edit_can_be_left_out_of_the_journal(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "As it was.")
    await ana.click(last_dm(ana), "Keep it")
    await edits(ana, message, "As it is.")
    assert "I leave it" in (await ana.click(last_dm(ana), "Leave it as it is")).text
    assert await texts_of(world, ana) == ["As it was."]


async def test_an_edit_of_what_is_not_kept_is_nothing_to_talk_about(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "Frist.")
    before = len(dms(ana))
    await edits(ana, message, "First.")
    assert len(dms(ana)) == before
    await ana.click(last_dm(ana), "Keep it")
    assert await texts_of(world, ana) == ["First."]


async def test_an_edit_that_changes_nothing_asks_nothing(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "The same.")
    await ana.click(last_dm(ana), "Keep it")
    before = len(dms(ana))
    await edits(ana, message, "The same.\u200b")
    assert len(dms(ana)) == before


async def test_an_edit_while_locked_changes_nothing_before_it_is_open(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "Frist.")
    await ana.click(last_dm(ana), "Keep it")
    await protects(ana)
    await ana.slash("journal lock")
    await edits(ana, message, "First.")
    card = last_dm(ana)
    refused = await ana.click(card, "Change it there")
    assert refused.private
    assert LOCKED in refused.text
    await ana.fill(await ana.click(refused, "Unlock"), passphrase=PASSPHRASE)
    assert (await ana.click(card, "Change it there")).text == "Changed in your journal, too."
    assert await texts_of(world, ana) == ["First."]


async def test_a_change_of_an_entry_that_is_gone_says_so(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "One.")
    await ana.click(last_dm(ana), "Keep it")
    await edits(ana, message, "Two.")
    await ana.click(await ana.slash("journal erase"), "Erase my journal")
    refused = await ana.click(last_dm(ana), "Change it there")
    assert "not there any more" in refused.text
    assert await texts_of(world, ana) == []


@pytest.mark.parametrize("label", ["Keep it", "Always keep"])
async def test_a_message_deleted_before_the_answer_is_not_kept(world: World, label: str) -> None:
    ana = world.person("Ana")
    await deletes(ana, await sends(ana, "Not after all."))
    answer = await ana.click(last_dm(ana), label)
    assert answer.private
    assert "not here any more" in answer.text
    assert await texts_of(world, ana) == []
    await sends(ana, "Asked about again.")
    assert QUESTION in text_of(last_dm(ana))


async def test_a_message_emptied_before_the_answer_is_not_said_to_be_kept(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "Not after all.")
    await edits(ana, message, "\u200b")
    answer = await ana.click(last_dm(ana), "Keep it")
    assert KEPT not in answer.text
    assert NOTHING in answer.text
    assert not marked(ana, message)


# -- what a message holds ---------------------------------------------------------------------


async def test_a_message_of_4000_characters_is_kept_whole(world: World) -> None:
    ana = world.person("Ana")
    text = "*_`<" * 1000
    message = await sends(ana, "*_")
    # The simulator has nobody who pays Discord for 4,000 characters.
    world.env.backend.get_message(ana.user.dm_channel.id, message.id).content = text
    await ana.click(last_dm(ana), "Keep it")
    assert await texts_of(world, ana) == [text]


@pytest.mark.parametrize(
    ("name", "data", "kept"),
    [
        ("notes.txt", b"Plain words.", "Plain words."),
        ("notes.md", "Grüße, ñ 👩🏽‍🚀".encode(), "Grüße, ñ 👩🏽‍🚀"),
        ("NOTES.TXT", b"Shouted.", "Shouted."),
        ("notes.csv", b"a,b", "a,b"),
        ("bom.txt", b"\xef\xbb\xbfWith a mark in front.", "With a mark in front."),
        ("dos.txt", b"One.\r\nTwo.\r\n", "One.\nTwo."),
        ("full.txt", b"x" * FILE_LIMIT, "x" * FILE_LIMIT),
    ],
)
async def test_a_text_file_is_kept(world: World, name: str, data: bytes, kept: str) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "", (name, data))
    assert QUESTION in text_of(last_dm(ana))
    assert (await ana.click(last_dm(ana), "Keep it")).text == KEPT
    assert marked(ana, message)
    assert await texts_of(world, ana) == [kept]


async def test_words_and_files_become_one_entry(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "See below.", ("one.txt", b"One."), ("two.md", b"Two."))
    await ana.click(last_dm(ana), "Keep it")
    assert await texts_of(world, ana) == ["See below.\n\nOne.\n\nTwo."]


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("photo.png", b"\x89PNG", "is no text file"),
        ("letter.pdf", b"%PDF", "is no text file"),
        ("large.txt", b"x" * (FILE_LIMIT + 1), "is larger than 64 KB"),
    ],
)
async def test_another_file_is_politely_refused_at_once(
    world: World, name: str, data: bytes, why: str
) -> None:
    ana = world.person("Ana")
    await sends(ana, "", (name, data))
    said = text_of(last_dm(ana))
    assert why in said
    assert labels_of(last_dm(ana)) == []
    with_words = await sends(ana, "Words beside it.", (name, data))
    assert why in text_of(last_dm(ana))
    answer = await ana.click(last_dm(ana), "Keep it")
    assert KEPT in answer.text
    assert why in answer.text
    assert marked(ana, with_words)
    assert await texts_of(world, ana) == ["Words beside it."]


async def test_a_text_file_that_is_none_is_refused_when_it_is_read(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "", ("really.txt", b"\xff\xfe\x00binary"))
    answer = await ana.click(last_dm(ana), "Keep it")
    assert "is no text file" in answer.text
    assert KEPT not in answer.text
    assert not marked(ana, message)
    assert await texts_of(world, ana) == []


@pytest.mark.parametrize("data", [b"", b"\n \n", b"\x00\x00"])
async def test_an_empty_file_is_nothing_to_keep(world: World, data: bytes) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "", ("empty.txt", data))
    answer = await ana.click(last_dm(ana), "Keep it")
    assert NOTHING in answer.text
    assert not marked(ana, message)
    assert await world.rows("SELECT * FROM journal_entries") == []


async def test_half_an_emoji_is_neither_kept_nor_mended(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana)
    broken = await sends(ana, "half \ud83d an emoji")
    assert "There is a broken character in it" in text_of(last_dm(ana))
    assert "Keep it" not in labels_of(last_dm(ana))
    await edits(ana, broken, "half of an emoji")
    kept = await sends(ana, "A whole one.")
    await ana.click(last_dm(ana), "Keep it")
    await edits(ana, kept, "half \ud83d again")
    assert world.faults.drain() == []
    assert await stored(world, ana) == [("", "I was loud today."), ("", "A whole one.")]


@pytest.mark.parametrize("habit", ["ask", "always"])
async def test_a_sticker_is_nothing_to_keep(world: World, habit: str) -> None:
    ana = world.person("Ana")
    if habit == "always":
        await keeps_always(ana)
    message = await sends_a_sticker(ana)
    assert NOTHING in text_of(last_dm(ana))
    assert labels_of(last_dm(ana)) == []
    assert not marked(ana, message)


async def test_always_refuses_files_politely_too(world: World) -> None:
    ana = world.person("Ana")
    await keeps_always(ana)
    message = await sends(ana, "Words.", ("photo.png", b"\x89PNG"))
    assert marked(ana, message)
    assert "photo.png is no text file" in text_of(last_dm(ana))
    only_file = await sends(ana, "", ("photo.png", b"\x89PNG"))
    assert not marked(ana, only_file)
    assert await texts_of(world, ana) == ["Words."]


async def test_a_files_name_takes_no_effect(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "", ("**<@123456789012345678>**@everyone.png", b"x"))
    assert "\\*\\*\\<@123456789012345678>\\*\\*" in text_of(last_dm(ana))


async def test_a_file_goes_before_a_message_with_nothing_in_it(world: World) -> None:
    """What can be kept is only what was written before: there is no button for the rest."""
    ana = world.person("Ana")
    await is_off_while(world, sends(ana, "Words."))
    await sends(ana, "", ("photo.png", b"x"))
    card = last_dm(ana)
    assert "Keep it" not in labels_of(card)
    answer = await ana.click(card, "Keep all")
    assert KEPT in answer.text
    assert await texts_of(world, ana) == ["Words."]


async def test_a_note_of_discords_is_no_message(world: World) -> None:
    ana = world.person("Ana")
    pinned = await sends(ana, "One.")
    world.env.backend.create_system_message(
        ana.user.dm_channel.id, MessageType.PINS_ADD, ana.id, referenced_message_id=pinned.id
    )
    await world.env.settle()
    assert len(said_in_dm(ana)) == 1


async def test_what_bots_write_is_nobodys_letter(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "One.")
    world.env.backend.create_message(
        ana.user.dm_channel.id, world.env.backend.bot_user.id, "A message of the bot's."
    )
    await world.env.settle()
    assert len(questions(ana)) == 1


async def test_what_is_written_in_a_server_is_no_letter(world: World) -> None:
    ana = world.person("Ana")
    await keeps_always(ana)
    await ana.member.send(world.general, "For everybody.")
    assert len(world.messages(world.general)) == 1
    assert await texts_of(world, ana) == []


# -- locked -----------------------------------------------------------------------------------


async def test_while_locked_nothing_is_stored_and_unlocking_is_offered(world: World) -> None:
    ana = world.person("Ana")
    await protects(ana)
    await ana.slash("journal lock")
    before = {
        table: await world.rows(f"SELECT * FROM {table}")
        for table in ("journals", "journal_entries", "journal_habits", "journal_keys")
    }
    await sends(ana, "Wherecan this be")
    card = last_dm(ana)
    refused = await ana.click(card, "Keep it")
    assert refused.private
    assert LOCKED in refused.text
    for table, rows in before.items():
        assert await world.rows(f"SELECT * FROM {table}") == rows
    stores = b"".join(file.read_bytes() for file in world.state.rglob("*") if file.is_file())
    assert b"Wherecan" not in stores
    await ana.fill(await ana.click(refused, "Unlock"), passphrase=PASSPHRASE)
    assert (await ana.click(card, "Keep it")).text == KEPT
    assert await texts_of(world, ana) == ["Wherecan this be"]


async def test_always_while_locked_marks_nothing_and_offers_to_unlock(world: World) -> None:
    ana = world.person("Ana")
    await keeps_always(ana)
    await protects(ana)
    await ana.slash("journal lock")
    sent = [await sends(ana, "One."), await sends(ana, "Two.")]
    assert not any(marked(ana, each) for each in sent)
    assert len(questions(ana)) == 1
    card = last_dm(ana)
    assert "Your journal is locked, so I kept nothing." in text_of(card)
    assert labels_of(card) == ["Keep it", "Keep all", "Unlock"]
    assert LOCKED in (await ana.click(card, "Keep all")).text
    await ana.fill(await ana.click(card, "Unlock"), passphrase=PASSPHRASE)
    assert (await ana.click(card, "Keep all")).text == KEPT
    assert all(marked(ana, each) for each in sent)
    assert await texts_of(world, ana) == ["One.", "Two."]


async def test_always_keep_while_locked_changes_nothing(world: World) -> None:
    ana = world.person("Ana")
    await protects(ana)
    await ana.slash("journal lock")
    await sends(ana, "One.")
    card = last_dm(ana)
    assert LOCKED in (await ana.click(card, "Always keep")).text
    assert (await world.bot.journal.habits(ana.id)).habit == "ask"
    await unlocks(ana)
    assert "From now on" in (await ana.click(card, "Always keep")).text
    assert await texts_of(world, ana) == ["One."]


# -- when the journal is full -----------------------------------------------------------------


async def test_always_says_once_that_the_journal_is_full_and_begins_again_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ENTRIES_AT_MOST", 1)
    ana = world.person("Ana")
    await keeps_always(ana)
    await sends(ana, "Kept.")
    sent = [await sends(ana, f"Number {number}.") for number in range(3)]
    await world.restart()
    sent.append(await sends(ana, "After a restart."))
    assert not any(marked(ana, each) for each in sent)
    assert await texts_of(world, ana) == ["Kept."]
    [told] = [said for said in said_in_dm(ana) if FULL in said]
    assert "1 of 10000 entries" in told
    assert "What has no ✅ below it here is not in your journal." in told
    assert "I say so once." in told
    assert labels_of(questions(ana)[0]) == ["Keep it", "No"]
    tips = await ana.slash("journal tips")
    [menu] = [each for each in tips.controls if "letter-habit" in each["custom_id"]]
    assert [each["value"] for each in menu["options"] if each.get("default")] == ["always"]

    monkeypatch.setattr(rules, "ENTRIES_AT_MOST", 99)
    assert marked(ana, await sends(ana, "There is room."))
    card = last_dm(ana)
    assert "something that there was no room for" in text_of(card)
    assert (await ana.click(card, "Keep it")).text == KEPT
    assert all(marked(ana, each) for each in sent[1:])
    monkeypatch.setattr(rules, "ENTRIES_AT_MOST", 1)
    await sends(ana, "Full once more.")
    assert FULL in text_of(last_dm(ana))


async def test_of_what_is_kept_together_as_much_is_kept_as_there_is_room_for(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ENTRIES_AT_MOST", 2)
    ana = world.person("Ana")
    sent = [await sends(ana, f"Number {number}.") for number in range(4)]
    card = last_dm(ana)
    full = await ana.click(card, "Keep all")
    assert FULL in full.text
    assert "What has no ✅ below it here" in full.text
    assert [marked(ana, each) for each in sent] == [True, True, False, False]
    assert labels_of(full.message) == ["To the list"]
    monkeypatch.setattr(rules, "ENTRIES_AT_MOST", 9)
    assert (await ana.click(card, "Keep all")).text == KEPT
    assert all(marked(ana, each) for each in sent)
    assert await texts_of(world, ana) == [f"Number {number}." for number in range(4)]


async def test_a_full_journal_takes_neither_a_changed_message_nor_the_habit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "Short.")
    await ana.click(last_dm(ana), "Keep it")
    monkeypatch.setattr(rules, "BYTES_AT_MOST", 300)
    await edits(ana, message, "Long. " * 100)
    assert FULL in (await ana.click(last_dm(ana), "Change it there")).text
    await sends(ana, "Another one.")
    assert FULL in (await ana.click(last_dm(ana), "Always keep")).text
    assert (await world.bot.journal.habits(ana.id)).habit == "ask"
    assert await texts_of(world, ana) == ["Short."]


async def test_many_files_fill_a_journal_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "BYTES_AT_MOST", 150_000)
    ana = world.person("Ana")
    await keeps_always(ana)
    for _ in range(3):
        await sends(ana, "", *[(f"{name}.txt", b"a" * 20_000) for name in "abc"])
    await sends(ana, "Short enough.")
    sizes = await world.rows("SELECT length(sealed) AS size FROM journal_entries")
    assert len(sizes) > 1
    assert sum(each["size"] for each in sizes) <= 150_000
    assert sum(FULL in said for said in said_in_dm(ana)) == 1


# -- when something fails ---------------------------------------------------------------------


async def transactions(world: World, person: Person) -> int:
    """How many transactions a message takes that is always kept."""
    with stumbling(world, None) as stumble:
        await sends(person, "To count.")
    return stumble.seen


@pytest.mark.parametrize("late", [False, True])
async def test_a_failing_database_never_marks_as_kept(world: World, late: bool) -> None:
    ben = world.person("Ben")
    await keeps_always(ben)
    await sends(ben, "The first one makes the journal.")
    count = await transactions(world, ben)
    assert count >= 4
    for number in range(count):
        person = world.person(f"Ana{number}")
        await keeps_always(person)
        await sends(person, "The first one makes the journal.")
        with stumbling(world, number, late=late) as stumble:
            message = await sends(person, "Not lost.")
        assert stumble.failed
        assert len(world.faults.drain()) == 1
        found = await texts_of(world, person)
        assert marked(person, message) == ("Not lost." in found)
        if "Not lost." in found:
            continue  # what failed came after it was kept
        card = last_dm(person)
        assert COULD_NOT in text_of(card)
        assert (await person.click(card, "Keep it")).text == KEPT
        assert marked(person, message)
        assert (await texts_of(world, person)).count("Not lost.") == 1


@pytest.mark.parametrize("late", [False, True])
async def test_a_failing_database_at_the_button_keeps_it_askable(world: World, late: bool) -> None:
    ben = world.person("Ben")
    await sends(ben, "To count.")
    with stumbling(world, None) as stumble:
        await ben.click(last_dm(ben), "Keep it")
    assert stumble.seen >= 4
    for number in range(stumble.seen):
        person = world.person(f"Ana{number}")
        message = await sends(person, "Not lost.")
        card = last_dm(person)
        with stumbling(world, number, late=late) as stumbled:
            answer = await person.click(card, "Keep it")
        assert stumbled.failed
        assert world.faults.drain()
        assert answer.private
        kept = await texts_of(world, person)
        assert marked(person, message) == bool(kept) == (answer.text == KEPT), number
        if not kept:
            assert "Sorry, something went wrong" in answer.text
            assert (await person.click(card, "Keep it")).text == KEPT
        assert await texts_of(world, person) == ["Not lost."]


async def test_without_the_mark_it_is_said_in_words(world: World) -> None:
    ana = world.person("Ana")
    await keeps_always(ana)
    world.env.inject_error("PUT", REACTIONS, status=403, code=90001)
    message = await sends(ana, "Kept, unmarked.")
    assert not marked(ana, message)
    assert text_of(last_dm(ana)) == "That is safe in your journal."
    assert await texts_of(world, ana) == ["Kept, unmarked."]


async def test_without_mark_and_words_it_is_kept_all_the_same(world: World) -> None:
    ana = world.person("Ana")
    await keeps_always(ana)
    world.env.inject_error("PUT", REACTIONS, status=500)
    world.env.inject_error("POST", f"/channels/{ana.user.dm_channel.id}/messages", status=500)
    await sends(ana, "Kept, unmarked.")
    assert said_in_dm(ana) == []
    assert await texts_of(world, ana) == ["Kept, unmarked."]


async def test_failing_history_neither_keeps_from_asking_nor_denies_what_is_kept(
    world: World,
) -> None:
    ana = world.person("Ana")
    path = f"/channels/{ana.user.dm_channel.id}/messages"
    world.env.inject_error("GET", path, status=500)
    await sends(ana, "One.")
    card = last_dm(ana)
    assert QUESTION in text_of(card)
    world.env.inject_error("GET", path, status=500)
    failed = await ana.click(card, "Keep it")
    assert "Sorry, something went wrong" in failed.text
    assert len(world.faults.drain()) == 1
    assert (await ana.click(card, "Always keep")).text.startswith("From now on")
    world.env.inject_error("GET", path, status=500)
    message = await sends(ana, "Two.")
    assert marked(ana, message)
    assert COULD_NOT not in "".join(said_in_dm(ana))
    assert await texts_of(world, ana) == ["One.", "Two."]


async def test_a_question_that_could_not_be_sent_comes_in_other_words(world: World) -> None:
    ana = world.person("Ana")
    path = f"/channels/{ana.user.dm_channel.id}/messages"
    world.env.inject_error("POST", path, status=500)
    await sends(ana, "One.")
    assert COULD_NOT in text_of(last_dm(ana))
    assert len(world.faults.drain()) == 1
    assert (await ana.click(last_dm(ana), "Keep it")).text == KEPT
    world.env.inject_error("POST", path, status=403, code=50007, times=None)
    await sends(ana, "Two.")
    assert all("One" not in line and "Two" not in line for line in world.faults.drain())


async def test_a_file_that_cannot_be_read_just_now_is_not_given_up(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "", ("notes.txt", b"Words."))
    blobs, card = world.env.backend.cdn._blobs, last_dm(ana)
    kept_back = dict(blobs)
    blobs.clear()
    failed = await ana.click(card, "Keep it")
    assert failed.private
    assert KEPT not in failed.text
    assert not marked(ana, message)
    world.faults.drain()
    blobs.update(kept_back)
    assert (await ana.click(card, "Keep it")).text == KEPT
    assert await texts_of(world, ana) == ["Words."]


async def test_an_old_question_that_cannot_be_taken_down_stands_still(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "One.")
    world.env.inject_error("DELETE", f"/channels/{ana.user.dm_channel.id}/messages/*", status=500)
    await sends(ana, "Two.")
    assert len(questions(ana)) == 2
    await ana.click(last_dm(ana), "Keep all")
    await ana.click(questions(ana)[0], "Keep it")
    assert await texts_of(world, ana) == ["One.", "Two."]


# -- whose ------------------------------------------------------------------------------------


async def test_nobody_keeps_what_somebody_else_wrote(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    message = await sends(ana, "Anas words.")
    await sends(ben, "Bens words.")
    for place in (world.general, ben.user.dm_channel):
        for name in ("keep", "always", "change"):
            for key in (
                str(message.id),
                f"{message.id}.{message.id}",
                "0",
                str(2**63 - 1),
                "x",
                "",
            ):
                answer = await forge.press(ben, f"firsthand:letter-{name}:{key}", at=place)
                assert answer.private
                assert "Sorry" not in answer.text
                assert "Anas" not in answer.text
    assert await texts_of(world, ana) == []
    assert "Anas words." not in await texts_of(world, ben)
    assert not marked(ana, message)


async def test_a_message_of_the_bots_own_is_not_kept(world: World) -> None:
    ana = world.person("Ana")
    await sends(ana, "Words.")
    own = last_dm(ana)
    answer = await forge.press(ana, f"firsthand:letter-keep:{own.id}", at=ana.user.dm_channel)
    assert "not here any more" in answer.text
    assert await texts_of(world, ana) == []


# -- language ---------------------------------------------------------------------------------


async def test_the_language_is_remembered_for_messages_which_carry_none(world: World) -> None:
    from bot.words import speak

    eva = world.person("Eva", "es-419")
    await sends(eva, "Hola.")
    assert text_of(last_dm(eva)).startswith(QUESTION)  # nothing is known of her yet
    assert (await eva.click(last_dm(eva), "Keep it")).private
    [row] = await world.rows("SELECT language FROM journal_habits")
    assert row["language"] == "es"
    await sends(eva, "Otra vez.")
    assert text_of(last_dm(eva)).startswith(speak("es")(QUESTION))
    world.locales[eva.id] = "en-GB"
    await eva.slash("journal tips")
    [row] = await world.rows("SELECT language FROM journal_habits")
    assert row["language"] == "en"


async def test_everything_in_a_dm_works_in_spanish(world: World) -> None:
    eva = world.person("Eva", "es-ES")
    await eva.slash("journal tips")
    message = await sends(eva, "Uno.", ("foto.png", b"x"))
    await eva.click(last_dm(eva), id=f"firsthand:letter-keep:{message.id}")
    await edits(eva, message, "Dos.")
    await eva.click(last_dm(eva), id=f"firsthand:letter-change:{message.id}")
    assert await texts_of(world, eva) == ["Dos."]
    for id in (f"firsthand:letter-always:{message.id}", "firsthand:letter-never:"):
        await sends(eva, "Tres.")
        await forge.press(eva, id, at=eva.user.dm_channel)


async def test_a_kept_message_ends_the_wait_of_a_reminder_and_of_nothing_else(
    world: World,
) -> None:
    ana = world.person("Ana")
    await writes(ana, "From a form.")
    await keeps_always(ana)
    await sends(ana, "From a message.")
    assert await texts_of(world, ana) == ["From a form.", "From a message."]
    assert not re.search(r"\d", " ".join(said_in_dm(ana)))


async def test_an_edit_when_the_journals_key_is_gone_says_nothing(world: World) -> None:
    ana = world.person("Ana")
    message = await sends(ana, "One.")
    await ana.click(last_dm(ana), "Keep it")
    async with world.bot.store.keys.transaction() as connection:
        await connection.execute("DELETE FROM personal_keys WHERE person_id < 0")
    before = len(dms(ana))
    await edits(ana, message, "Two.")
    assert len(dms(ana)) == before
    await sends(ana, "Three.")
    refused = await ana.click(last_dm(ana), "Keep it")
    assert refused.private
    assert "The key of your journal is gone" in refused.text
