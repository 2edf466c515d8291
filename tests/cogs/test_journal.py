"""Writing, reading, finding, changing, deleting, exporting and erasing, as people do it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.journal import prompts, rules
from bot.journal.service import Draft
from bot.words import N_
from tests.journals import (
    NO_ID,
    UNSAVED,
    entry_menu,
    hurry,
    ids_of,
    opens,
    protects,
    sends,
    stored,
    too_large,
    unlocks,
    waiting_text,
    writes,
)
from tests.markdown import rendered
from tests.wire import forge
from tests.wire.wiretap import Wiretap
from tests.world import DAY, Answer, Person, World

KEPT = N_("Kept in your journal.")
GONE = "That entry is not there any more"
LOCKED = "Your journal is locked"
#: The world begins on a Thursday, 1 January 2026, at midnight UTC.
MONTH, NEXT_MONTH = "2026-01", "2026-02"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    hurry(monkeypatch)


@pytest.fixture(autouse=True)
def within_limits() -> Iterator[Wiretap]:
    """Whatever these tests do, Discord would take every call of the bot's."""
    with Wiretap().attached() as tap:
        yield tap
    assert [wrong for call in tap.calls for wrong in too_large(call)] == []


def buttons(answer: Answer) -> dict[str, str]:
    """The ids of an answer's buttons, by their label."""
    return {each["label"]: each["custom_id"] for each in answer.controls if each.get("label")}


def field(form: Answer, name: str) -> dict[str, Any]:
    """A field of a form, its label around it."""
    assert form.form is not None
    return next(each for each in form.form["components"] if each["component"]["custom_id"] == name)


def listed_titles(answer: Answer) -> list[str]:
    return [each["label"].partition(" · ")[2] for each in entry_menu(answer)["options"]]


async def writes_all(person: Person, *texts: str) -> None:
    for text in texts:
        assert (await writes(person, text)).text == KEPT


# -- writing ----------------------------------------------------------------------------------


async def test_what_is_written_is_kept_and_read_after_a_restart(world: World) -> None:
    ana = world.person("Ana")
    kept = await writes(ana, "I was loud today.", "Assembly")
    assert kept.private
    assert kept.text == KEPT
    await world.restart()
    listed = await ana.slash("journal read")
    assert listed.private
    assert "Assembly" in listed.text
    opened = await ana.choose(listed, listed.controls[0]["options"][0]["value"])
    assert "I was loud today." in opened.text
    assert opened.private


async def test_a_question_stands_in_the_form_and_above_the_entry(world: World) -> None:
    ana = world.person("Ana")
    [first, *_] = await ana.suggestions("journal write", "prompt")
    asked = prompts.prompt(first["value"], "en")
    assert asked is not None
    assert asked.text in first["name"]
    form = await ana.slash("journal write", prompt=first["value"])
    assert field(form, "text")["description"] == asked.text
    kept = await ana.fill(form, title="", text="Slowly, then.")
    opened = await ana.click(kept, "Read it")
    assert asked.text in opened.text
    assert "Slowly, then." in opened.text


async def test_a_form_without_a_question_has_none(world: World) -> None:
    ana = world.person("Ana")
    form = await ana.slash("journal write")
    assert not field(form, "text").get("description")
    assert field(form, "title")["component"]["required"] is False


async def test_a_question_nobody_knows_is_refused(world: World) -> None:
    ana = world.person("Ana")
    for unknown in ("nothing-1", "slow", "\ud800", "x" * 3000):
        refused = await forge.command(ana, "journal write", at=world.general, prompt=unknown)
        assert refused.private
        assert "I don't know that question" in refused.text


async def test_the_button_opens_the_same_form(world: World) -> None:
    ana = world.person("Ana")
    empty = await ana.slash("journal read")
    form = await ana.click(empty, "Write")
    assert (await ana.fill(form, title="", text="From the button.")).text == KEPT
    another = await ana.click(await writes(ana), "Write another")
    assert (await ana.fill(another, title="", text="And once more.")).text == KEPT
    assert ("", "From the button.") in await stored(world, ana)
    assert ("", "And once more.") in await stored(world, ana)


async def test_an_empty_text_is_refused_and_the_title_comes_back(world: World) -> None:
    ana = world.person("Ana")
    refused = await writes(ana, " \u200b\n ", "Only a title")
    assert refused.private
    assert "It's empty" in refused.text
    assert "Only a title" in refused.text
    assert await stored(world, ana) == []


@pytest.mark.parametrize(
    ("title", "text", "why"),
    [("", "x" * 4001, "too long"), ("t" * 101, "Words", "title"), ("\ud83d", "Words", "title")],
)
async def test_what_no_client_sends_is_refused(
    world: World, title: str, text: str, why: str
) -> None:
    ana = world.person("Ana")
    refused = await forge.submit(
        ana, "firsthand:journal-written:", at=world.general, title=title, text=text
    )
    assert refused.private
    assert why in refused.text
    assert await stored(world, ana) == []


async def test_a_broken_character_costs_nothing_but_itself(world: World) -> None:
    ana = world.person("Ana")
    refused = await forge.submit(
        ana, "firsthand:journal-written:", at=world.general, title="", text="half \ud83d an emoji"
    )
    assert "broken character" in refused.text
    assert waiting_text(refused) == "# \n\nhalf \ufffd an emoji"
    assert "If you try again, it is kept like that." in refused.text
    assert (await ana.click(refused, "Try again")).text == KEPT
    assert await stored(world, ana) == [("", "half \ufffd an emoji")]


async def test_a_forged_question_is_left_out(world: World) -> None:
    ana = world.person("Ana")
    for key in ("nothing-1", "x" * 60, "slow-1.slow-1"):
        kept = await forge.submit(
            ana, f"firsthand:journal-written:{key}", at=world.general, title="", text="Words"
        )
        assert kept.text == KEPT


async def test_writing_and_reading_are_private_in_every_channel_and_in_dms(world: World) -> None:
    ana = world.person("Ana")
    for place in (world.general, world.assembly):
        assert (await writes(ana, "A secret.", at=place)).private
        assert (await ana.slash("journal read", at=place)).private
        assert (await ana.slash("journal search", text="secret", at=place)).private
    form = await ana.dm("journal write")
    assert (await ana.fill(form, title="", text="Another secret.")).private
    listed = await ana.dm("journal read")
    assert listed.private
    assert "Another secret." in listed.text
    opened = await ana.choose(listed, entry_menu(listed)["options"][0]["value"])
    assert opened.private
    assert world.said(world.general) == ""
    assert world.said(world.assembly) == ""
    assert world.messages(ana.user.dm_channel) == []


# -- reading ----------------------------------------------------------------------------------


async def test_an_empty_journal_says_that_nothing_has_to_be_in_it(world: World) -> None:
    ana = world.person("Ana")
    empty = await ana.slash("journal read")
    assert empty.private
    assert empty.text == "Your journal is empty. Nothing has to be in it."
    assert empty.labels == ["Write"]


async def test_the_newest_come_first_and_pages_turn_both_ways(world: World) -> None:
    ana = world.person("Ana")
    names = [f"Entry {letter}" for letter in "ABCDEFGHIJKL"]
    await writes_all(ana, *names)
    first = await ana.slash("journal read")
    assert listed_titles(first) == names[:-6:-1]
    assert "Older" in first.labels
    assert "Newer" not in first.labels
    second = await ana.click(first, "Older")
    assert listed_titles(second) == names[-6:-11:-1]
    third = await ana.click(second, "Older")
    assert listed_titles(third) == names[1::-1]
    assert "Older" not in third.labels
    again = await ana.click(third, "Newer")
    assert listed_titles(again) == names[-6:-11:-1]
    newest = await ana.click(again, "Newer")
    assert listed_titles(newest) == names[:-6:-1]
    assert "Newer" not in newest.labels


async def test_days_are_told_apart_and_their_order_is_kept(world: World) -> None:
    ana = world.person("Ana")
    await writes_all(ana, "First day, early", "First day, late")
    await world.later(DAY)
    await writes_all(ana, "Second day")
    listed = await ana.slash("journal read")
    assert listed_titles(listed) == ["Second day", "First day, late", "First day, early"]
    days = [each["label"].partition(" · ")[0] for each in entry_menu(listed)["options"]]
    assert days[0] != days[1] == days[2]


async def test_a_month_narrows_the_list(world: World) -> None:
    ana = world.person("Ana")
    await writes_all(ana, "In January")
    await world.later(31 * DAY)
    await writes_all(ana, "In February")
    months = await ana.suggestions("journal read", "month")
    assert [each["value"] for each in months] == [NEXT_MONTH, MONTH]
    assert months[1]["name"] == "2026-01 · January 2026"
    [only] = await ana.suggestions("journal read", "month", "JANU")
    assert only["value"] == MONTH
    assert listed_titles(await ana.slash("journal read", month=MONTH)) == ["In January"]
    assert listed_titles(await ana.slash("journal read", month=" 2026-2 ")) == ["In February"]
    nothing = await ana.slash("journal read", month="2025-12")
    assert "nothing in your journal from that month" in nothing.text


async def test_pages_of_a_month_stay_in_it(world: World) -> None:
    ana = world.person("Ana")
    await writes_all(ana, *[f"January {n}" for n in range(7)])
    await world.later(31 * DAY)
    await writes_all(ana, "February")
    older = await ana.click(await ana.slash("journal read", month=MONTH), "Older")
    assert listed_titles(older) == ["January 1", "January 0"]
    newer = await ana.click(older, "Newer")
    assert listed_titles(newer)[0] == "January 6"
    assert "Newer" not in newer.labels


@pytest.mark.parametrize(
    "typed", ["soon", "2026-13", "2026-00", "0000-01", "9999-12", "-", "٢٠٢٦-٠٣", "2026-03-01"]
)
async def test_what_is_no_month_is_refused(world: World, typed: str) -> None:
    ana = world.person("Ana")
    await writes(ana)
    for command in ("journal read", "journal search"):
        more = {"text": "loud"} if command.endswith("search") else {}
        refused = await ana.slash(command, month=typed, **more)
        assert "That is no month" in refused.text, refused


async def test_a_page_whose_entries_are_gone_shows_the_newest(world: World) -> None:
    ana = world.person("Ana")
    await writes_all(ana, *[f"Entry {letter}" for letter in "ABCDEF"])
    first = await ana.slash("journal read")
    older = buttons(first)["Older"]
    [oldest] = await ana.suggestions("journal delete", "entry", "Entry A")
    await ana.click(await ana.slash("journal delete", entry=oldest["value"]), "Delete it")
    shown = await ana.click(first, id=older)
    assert listed_titles(shown) == [f"Entry {letter}" for letter in "FEDCB"]


@pytest.mark.parametrize(
    "key", ["-.1.2", "-.1.2.sideways", "-.x.2.older", "-.1.2.3.older", "-.-1.2.older"]
)
async def test_a_forged_page_is_not_found(world: World, key: str) -> None:
    ana = world.person("Ana")
    await writes(ana)
    answer = await forge.press(ana, f"firsthand:journal-page:{key}", at=world.general)
    assert answer.private
    assert "I can't find that here" in answer.text


# -- an entry's card --------------------------------------------------------------------------

LITERAL = [
    "**bold** _slanted_ ~~struck~~ ||hidden|| `code` ```block```",
    "@everyone @here <@123456789012345678> <@&123456789012345678> <#123456789012345678>",
    "# a heading\n- a list\n> a quotation\n-# small\n1. one\n1. two",
    "https://example.org/a_b_c and [a link](https://example.org)",
    ":wave: <:name:123456789012345678> 👩🏽‍🚀",
    "🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f 🏳️‍🌈 ✊🏾",
    "</journal read:123456789012345678> <t:0:F> <id:guide>",
    "back\\slash \\* and {braces} %s {0}",
    "La compañera dijo: «no me nombren». می‌خواهم 我明天不能来。",
]


@pytest.mark.parametrize("text", LITERAL)
async def test_a_text_is_shown_to_the_letter_and_pings_nobody(
    world: World, text: str, within_limits: Wiretap
) -> None:
    ana = world.person("Ana")
    kept = await writes(ana, text, "**T** @everyone <@123456789012345678>")
    card = await ana.click(kept, "Read it")
    head, _, quotation = card.text.partition("\n>>> ")
    assert rendered(quotation) == text
    assert rendered(head.splitlines()[0].removeprefix("**").removesuffix("**")) == (
        "**T** @everyone <@123456789012345678>"
    )
    listed = await ana.slash("journal read")
    assert "\\<@123" in listed.text
    for call in within_limits.calls:
        data = (call.json or {}).get("data", call.json) if isinstance(call.json, dict) else {}
        if data and ("components" in data or "content" in data) and "custom_id" not in data:
            assert (data.get("allowed_mentions") or {}).get("parse") == [], call.path


@pytest.mark.parametrize(
    "text",
    ["word " * 799 + "end", "*" * 4000, "x" * 4000, "a:b:" * 1000, "<" * 4000, "é\n" * 2000],
)
async def test_a_long_entry_is_read_in_pages(world: World, text: str) -> None:
    ana = world.person("Ana")
    card = await ana.click(await writes(ana, text, "*" * 100), "Read it")
    found = rendered(card.text.partition("\n>>> ")[2])
    turned = 0
    while "Read on" in card.labels:
        card = await ana.click(card, "Read on")
        found += rendered(card.text.partition("\n>>> ")[2])
        turned += 1
    assert turned >= 1
    assert "Back" in card.labels
    back = rendered(card.text.partition("\n>>> ")[2])
    while "Back" in card.labels:
        card = await ana.click(card, "Back")
        back = rendered(card.text.partition("\n>>> ")[2]) + back
    assert "Read on" in card.labels
    for pages in (found, back):
        # The ends of pages and of lines are blank in an answer as a whole.
        assert re.sub(r"\s", "", pages) == re.sub(r"\s", "", text)


async def test_a_page_beyond_the_last_is_the_last(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "Short.")
    [entry_id] = await ids_of(ana)
    for page in ("7", str(2**63 - 1)):
        card = await forge.press(ana, f"firsthand:journal-open:{entry_id}.{page}", at=world.general)
        assert "Short." in card.text
    forged = await forge.press(ana, f"firsthand:journal-open:{entry_id}.x", at=world.general)
    assert "I can't find that here" in forged.text


async def test_from_an_entry_the_list_begins_with_it(world: World) -> None:
    ana = world.person("Ana")
    await writes_all(ana, *[f"Entry {letter}" for letter in "ABCDEFGH"])
    [wanted] = await ana.suggestions("journal delete", "entry", "entry c")
    card = await forge.press(ana, f"firsthand:journal-open:{wanted['value']}", at=world.general)
    listed = await ana.click(card, "To the list")
    assert listed_titles(listed) == ["Entry C", "Entry B", "Entry A"]
    assert "Newer" in listed.labels


async def test_an_entry_that_does_not_open_says_so_and_can_be_deleted(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "Damaged.", "Title")
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE journal_entries SET sealed = zeroblob(300)")
    listed = await ana.slash("journal read")
    assert "(can't be opened)" in listed.text
    [entry_id] = [each["value"] for each in entry_menu(listed)["options"]]
    card = await ana.choose(listed, entry_id)
    assert "its seal is broken" in card.text
    assert GONE in (await ana.click(card, "Change")).text
    card = await ana.slash("journal delete", entry=entry_id)
    assert "Deleted." in (await ana.click(card, "Delete it")).text


# -- finding ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["cafe", "CAFÉ", "café", "cafe\u0301", "Assembly cafe", "loud   CAFE assembly"]
)
async def test_search_looks_past_case_and_accents_in_title_and_text(
    world: World, typed: str
) -> None:
    ana = world.person("Ana")
    await writes(ana, "I was loud in the Café.", "Assembly")
    await writes(ana, "I was quiet.")
    found = await ana.slash("journal search", text=typed)
    assert found.private
    assert listed_titles(found) == ["Assembly"]


async def test_search_finds_accents_that_were_typed_and_those_that_were_not(world: World) -> None:
    ana = world.person("Ana")
    await writes_all(ana, "La compañera llegó.", "La companera llego.")
    for typed in ("compañera", "companera", "LLEGÓ", "llego"):
        assert len(listed_titles(await ana.slash("journal search", text=typed))) == 2


async def test_search_says_when_nothing_is_found_and_shows_the_words_literally(
    world: World,
) -> None:
    ana = world.person("Ana")
    await writes(ana)
    nothing = await ana.slash("journal search", text="**@everyone** zebra")
    assert nothing.private
    assert "Nothing in your journal has this: \\*\\*\\@everyone\\*\\* zebra" in nothing.text
    assert nothing.labels == []
    blank = await ana.slash("journal search", text="\u200b")
    assert "Write the words you are looking for." in blank.text
    long = await forge.command(ana, "journal search", at=world.general, text="x" * 101)
    assert long.private
    assert "Sorry" not in long.text


async def test_search_in_an_empty_journal_finds_nothing(world: World) -> None:
    ana = world.person("Ana")
    assert "Nothing in your journal" in (await ana.slash("journal search", text="loud")).text
    assert await world.rows("SELECT * FROM journals") == []


async def test_search_shows_25_and_says_that_there_are_older_ones(world: World) -> None:
    ana = world.person("Ana")
    for n in range(26):
        await writes(ana, f"{'*_' * 50} loud {n}")
    found = await ana.slash("journal search", text="loud")
    assert len(entry_menu(found)["options"]) == 25
    assert "There are older ones, too." in found.text
    assert re.search(r"\b2[56]\b", re.sub(r"<t:\d+:f>", "", found.text)) is None


async def test_search_by_month(world: World) -> None:
    ana = world.person("Ana")
    await writes_all(ana, "Loud in January")
    await world.later(31 * DAY)
    await writes_all(ana, "Loud in February")
    found = await ana.slash("journal search", text="loud", month=MONTH)
    assert listed_titles(found) == ["Loud in January"]


# -- changing ---------------------------------------------------------------------------------


async def test_the_form_has_the_entry_in_it_and_only_the_newest_text_stays(world: World) -> None:
    ana = world.person("Ana")
    [prompt, *_] = await ana.suggestions("journal write", "prompt")
    first = await ana.slash("journal write", prompt=prompt["value"])
    await ana.fill(first, title="Before", text="The old text.")
    [entry_id] = await ids_of(ana)
    written_at = (await opens(ana)).text.splitlines()[1]
    await world.later(3 * DAY)
    form = await ana.slash("journal edit", entry=entry_id)
    assert field(form, "title")["component"]["value"] == "Before"
    assert field(form, "text")["component"]["value"] == "The old text."
    changed = await ana.fill(form, title="", text="The new text.")
    assert changed.private
    assert changed.text == KEPT
    card = await ana.click(changed, "Read it")
    assert "The new text." in card.text
    assert "The old text." not in card.text
    assert "Before" not in card.text
    asked = prompts.prompt(prompt["value"], "en")
    assert asked is not None
    assert asked.text in card.text
    assert written_at in card.text
    assert await stored(world, ana) == [("", "The new text.")]


async def test_a_change_from_two_devices_loses_neither_text(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "The first text.")
    [entry_id] = await ids_of(ana)
    phone = await ana.slash("journal edit", entry=entry_id)
    laptop = await ana.slash("journal edit", entry=entry_id)
    assert (await ana.fill(phone, title="", text="From the phone.")).text == KEPT
    stale = await ana.fill(laptop, title="Mine", text="From the laptop.")
    assert stale.private
    assert "has changed since you opened the form" in stale.text
    assert waiting_text(stale) == "# Mine\n\nFrom the laptop."
    assert await stored(world, ana) == [("", "From the phone.")]
    assert (await ana.click(stale, "Keep it as a new entry")).text == KEPT
    assert await stored(world, ana) == [("", "From the phone."), ("Mine", "From the laptop.")]


async def test_the_same_change_twice_is_no_conflict(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "The first text.")
    [entry_id] = await ids_of(ana)
    forms = [await ana.slash("journal edit", entry=entry_id) for _ in range(2)]
    for form in forms:
        assert (await ana.fill(form, title="", text="The same text.")).text == KEPT
    assert await stored(world, ana) == [("", "The same text.")]


async def test_a_full_journal_says_how_full_and_gives_the_text_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "ENTRIES_AT_MOST", 2)
    ana = world.person("Ana")
    for text in ("The first text.", "The second text."):
        await writes(ana, text)
    full = await writes(ana, "Not lost.", "Kept")
    assert full.private
    assert "Your journal is full" in full.text
    assert "2 of 10000 entries, and 0 of 16 MB" in full.text
    assert "/journal export" in full.text
    assert "/journal delete" in full.text
    assert waiting_text(full) == "# Kept\n\nNot lost."
    assert "Your journal is full" in (await ana.click(full, "Try again")).text
    entry_id = (await ids_of(ana))[-1]
    form = await ana.slash("journal edit", entry=entry_id)
    assert (await ana.fill(form, title="", text="A change.")).text == KEPT
    await ana.click(await ana.slash("journal delete", entry=entry_id), "Delete it")
    assert (await ana.click(full, "Try again")).text == KEPT
    assert await stored(world, ana) == [("", "The second text."), ("Kept", "Not lost.")]


async def test_an_entry_that_grows_out_of_a_full_journal_comes_back(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana = world.person("Ana")
    await writes(ana, "Short.")
    monkeypatch.setattr(rules, "BYTES_AT_MOST", 300)
    form = await ana.slash("journal edit", entry=(await ids_of(ana))[0])
    full = await ana.fill(form, title="", text="Long. " * 100)
    assert "Your journal is full" in full.text
    assert waiting_text(full).count("Long.") == 100
    assert await stored(world, ana) == [("", "Short.")]


@pytest.mark.parametrize(
    ("locale", "typed"),
    [("en-US", "2 march"), ("es-ES", "2 de marzo de 2026"), ("es-ES", "2026-03")],
)
async def test_a_date_in_ones_own_language_leads_to_an_old_entry(
    world: World, locale: str, typed: str
) -> None:
    ana = world.person("Ana", locale)
    at = int(datetime(2026, 3, 2, tzinfo=UTC).timestamp())
    with world.env.time_context():
        await world.bot.journal.write(ana.id, Draft("Owls", "They flew."), at=at)
        for number in range(25):
            await world.bot.journal.write(ana.id, Draft(f"Newer {number}", ""), at=at + 99 * DAY)
    assert len(await ana.suggestions("journal edit", "entry")) == 25
    found = await ana.suggestions("journal edit", "entry", typed)
    assert [each["name"] for each in found] == ["2026-03-02 · Owls · They flew."]


async def test_an_entry_that_went_while_it_was_changed_gives_the_text_back(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "The first text.")
    [entry_id] = await ids_of(ana)
    form = await ana.slash("journal edit", entry=entry_id)
    await ana.click(await ana.slash("journal delete", entry=entry_id), "Delete it")
    gone = await ana.fill(form, title="Kept", text="Not lost.")
    assert GONE in gone.text
    assert waiting_text(gone) == "# Kept\n\nNot lost."
    assert (await ana.click(gone, "Keep it as a new entry")).text == KEPT
    assert await stored(world, ana) == [("Kept", "Not lost.")]


async def test_an_entry_longer_than_a_form_is_not_cut(world: World) -> None:
    ana = world.person("Ana")
    sent = await sends(ana, "", ("long.txt", b"x" * 5000))
    del sent
    await ana.click(world.messages(ana.user.dm_channel)[-1], "Keep it")
    [entry_id] = await ids_of(ana)
    refused = await ana.slash("journal edit", entry=entry_id)
    assert refused.form is None
    assert "longer than a form can hold" in refused.text


# -- deleting ---------------------------------------------------------------------------------


async def test_deleting_asks_once_and_is_done_at_once(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "To be gone.", "This one")
    await writes(ana, "To stay.", "That one")
    card = await opens(ana, "This one")
    asked = await ana.click(card, "Delete")
    assert asked.private
    assert "This one" in asked.text
    await ana.click(asked, "Never mind")
    assert len(await stored(world, ana)) == 2
    asked = await ana.click(await opens(ana, "This one"), "Delete")
    done = await ana.click(asked, "Delete it")
    assert done.text == "Deleted."
    assert await stored(world, ana) == [("That one", "To stay.")]
    assert listed_titles(await ana.click(done, "To the list")) == ["That one"]


async def test_deleting_twice_says_that_it_is_gone(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "To be gone.")
    [entry_id] = await ids_of(ana)
    one, two = [await ana.slash("journal delete", entry=entry_id) for _ in range(2)]
    card = await opens(ana)
    await ana.click(one, "Delete it")
    for stale in (
        await ana.click(two, "Delete it"),
        await ana.slash("journal delete", entry=entry_id),
        await ana.slash("journal edit", entry=entry_id),
        await ana.click(card, "Change"),
    ):
        assert stale.private
        assert GONE in stale.text


# -- export -----------------------------------------------------------------------------------


async def test_export_as_markdown_is_an_ordinary_text(world: World) -> None:
    ana = world.person("Ana")
    [prompt, *_] = await ana.suggestions("journal write", "prompt")
    form = await ana.slash("journal write", prompt=prompt["value"])
    await ana.fill(form, title="Erste Überschrift", text="Grüße,\n\nund **mehr** 👩🏽‍🚀")
    await world.later(DAY)
    await writes(ana, "La segunda, con ñ.")
    answer = await ana.slash("journal export")
    assert answer.private
    assert "not sealed any more" in answer.text
    [(name, data)] = answer.files.items()
    assert name == "journal.md"
    asked = prompts.prompt(prompt["value"], "en")
    assert asked is not None
    text = data.decode()
    assert re.fullmatch(
        r"## 2026-01-01 \d\d:\d\d UTC · Erste Überschrift\n\n"
        rf"\*{re.escape(asked.text)}\*\n\n"
        r"Grüße,\n\nund \*\*mehr\*\* 👩🏽‍🚀\n\n"
        r"## 2026-01-02 \d\d:\d\d UTC\n\nLa segunda, con ñ\.\n\n",
        text,
    ), text


async def test_export_as_json_is_valid_and_in_order(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, 'With "quotes"\nand lines.', "Primera ñ")
    await writes(ana, "Second.")
    [(name, data)] = (await ana.slash("journal export", format="json")).files.items()
    assert name == "journal.json"
    entries = json.loads(data)
    assert [(each["title"], each["text"]) for each in entries] == [
        ("Primera ñ", 'With "quotes"\nand lines.'),
        ("", "Second."),
    ]
    assert "ñ" in data.decode()


async def test_an_empty_journal_makes_no_file(world: World) -> None:
    ana = world.person("Ana")
    for form in ("md", "json"):
        refused = await ana.slash("journal export", format=form)
        assert refused.private
        assert "nothing to put into a file" in refused.text


# -- erasing ----------------------------------------------------------------------------------


async def test_erasing_asks_once_and_leaves_nothing(world: World) -> None:
    ana, ben = world.person("Ana"), world.person("Ben")
    await writes(ana, "To be gone.")
    await writes(ben, "To stay.")
    asked = await ana.slash("journal erase")
    assert asked.private
    assert "can't be undone" in asked.text
    await ana.click(asked, "Never mind")
    assert await stored(world, ana) == [("", "To be gone.")]
    done = await ana.click(await ana.slash("journal erase"), "Erase my journal")
    assert done.private
    assert done.text == "Erased. Nothing of your journal is left in my databases."
    for table in ("journals", "journal_entries", "journal_keys", "journal_tries", "journal_habits"):
        rows = await world.rows(f"SELECT * FROM {table} WHERE person_id = {ana.id}")
        assert rows == [], table
    assert "is empty" in (await ana.slash("journal read")).text
    assert await stored(world, ben) == [("", "To stay.")]
    assert (await writes(ana, "A new beginning.")).text == KEPT


async def test_erasing_that_cannot_finish_says_so(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.store.database import StoreError

    async def cannot() -> None:
        raise StoreError("another process reads")

    ana = world.person("Ana")
    await writes(ana)
    with monkeypatch.context() as patch:
        patch.setattr(world.bot.store.main, "scrub", cannot)
        answer = await ana.click(await ana.slash("journal erase"), "Erase my journal")
    assert answer.private
    assert answer.text.startswith("Not done yet")
    assert "Erased" not in answer.text
    assert len(world.faults.drain()) == 1
    done = await ana.click(await ana.slash("journal erase"), "Erase my journal")
    assert done.text.startswith("Erased.")


# -- suggestions ------------------------------------------------------------------------------


async def test_suggestions_name_entries_by_day_title_and_beginning(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "No title here, but a beginning.")
    await writes(ana, "Text.", "A title")
    found = await ana.suggestions("journal edit", "entry")
    assert [each["name"] for each in found] == [
        "2026-01-01 · A title · Text.",
        "2026-01-01 · No title here, but a beginning.",
    ]
    [only] = await ana.suggestions("journal delete", "entry", "BEGINNING")
    assert only["value"] == found[1]["value"]
    assert await ana.suggestions("journal delete", "entry", "zebra") == []


async def test_long_names_are_cut_for_suggestions(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "🌱" * 2000, "t" * 100)
    await writes(ana, "🌱" * 2000)
    for each in await ana.suggestions("journal edit", "entry"):
        assert 99 <= len(each["name"].encode("utf-16-le")) // 2 <= 100


async def test_nothing_is_suggested_while_locked(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana, "A secret.", "A title")
    await protects(ana)
    assert len(await ana.suggestions("journal edit", "entry")) == 1
    await ana.slash("journal lock")
    for command, option in (
        ("journal edit", "entry"),
        ("journal delete", "entry"),
        ("journal read", "month"),
        ("journal search", "month"),
    ):
        assert await ana.suggestions(command, option) == []
    assert await ana.suggestions("journal write", "prompt") != []
    await unlocks(ana)
    assert len(await ana.suggestions("journal delete", "entry")) == 1


async def test_questions_are_suggested_in_the_persons_language(world: World) -> None:
    ana, eva = world.person("Ana"), world.person("Eva", "es-ES")
    for person, language in ((ana, "en"), (eva, "es")):
        found = await person.suggestions("journal write", "prompt")
        assert 6 <= len(found) <= 25
        for each in found:
            asked = prompts.prompt(each["value"], language)
            assert asked is not None
            assert asked.text in each["name"]


# -- a key that is lost -----------------------------------------------------------------------


async def test_a_lost_key_says_what_remains(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana)
    [entry_id] = await ids_of(ana)
    async with world.bot.store.keys.transaction() as connection:
        await connection.execute("DELETE FROM personal_keys WHERE person_id < 0")
    for answer in (
        await ana.slash("journal read"),
        await ana.slash("journal search", text="loud"),
        await ana.slash("journal export"),
        await ana.slash("journal edit", entry=entry_id),
        await ana.slash("journal delete", entry=entry_id),
        await writes(ana),
    ):
        assert answer.private
        assert "The key of your journal is gone" in answer.text
    assert await ana.suggestions("journal edit", "entry") == []
    done = await ana.click(await ana.slash("journal erase"), "Erase my journal")
    assert done.text.startswith("Erased.")
    assert (await writes(ana)).text == KEPT


# -- nobody else's ----------------------------------------------------------------------------


async def test_ids_of_somebody_else_are_ids_of_nothing(world: World) -> None:
    """In every option, button, menu and form: the same answer, and nothing happens."""
    ana, ben = world.person("Ana"), world.person("Ben")
    await writes(ana, "Anas secret.", "Anas title")
    await writes(ben, "Bens own.")
    [theirs] = await ids_of(ana)
    before = await world.rows("SELECT * FROM journal_entries ORDER BY id")
    message = await sends(ana, "A letter of Anas.")
    for place in (world.general, ben.user.dm_channel):
        for theirs_or_none in ((theirs, NO_ID), (str(message.id), "1")):
            answers = [await _everything_with(ben, each, place) for each in theirs_or_none]
            assert answers[0] == answers[1]
            for text in answers[0]:
                assert "Anas" not in text
    assert await world.rows("SELECT * FROM journal_entries ORDER BY id") == before
    assert await stored(world, ana) == [("Anas title", "Anas secret.")]
    assert await stored(world, ben) == [("", "Bens own.")]


async def _everything_with(person: Person, id: str, place: Any) -> list[str]:
    answers = [
        await forge.command(person, f"journal {name}", at=place, entry=id)
        for name in ("edit", "delete")
    ]
    for name in ("open", "edit", "delete", "delete-now"):
        answers.append(await forge.press(person, f"firsthand:journal-{name}:{id}", at=place))
    answers.append(await forge.press(person, f"firsthand:journal-open:{id}.0", at=place))
    answers.append(await forge.choose(person, "firsthand:journal-choose:", id, at=place))
    for revision in ("1", "2"):
        answers.append(
            await forge.submit(
                person, f"firsthand:journal-edited:{id}.{revision}", at=place, title="", text="Mine"
            )
        )
    for name in ("keep", "always", "change"):
        answers.append(await forge.press(person, f"firsthand:letter-{name}:{id}", at=place))
    answers.append(await forge.press(person, f"firsthand:letter-keep:{id}.{id}", at=place))
    for answer in answers:
        assert answer.form is None
        assert answer.private, answer
        assert answer.text
    return [answer.text for answer in answers]


@pytest.mark.parametrize("typed", ["", " ", "\x00", "\ud800", "x" * 3000, "' OR 1=1 --", "é"])
async def test_whatever_is_typed_for_an_entry_finds_nothing(world: World, typed: str) -> None:
    ana = world.person("Ana")
    await writes(ana)
    for command in ("journal edit", "journal delete"):
        answer = await forge.command(ana, command, at=world.general, entry=typed)
        assert answer.private
        assert GONE in answer.text


async def test_a_forged_month_option_in_suggestions_does_no_harm(world: World) -> None:
    ana = world.person("Ana")
    await writes(ana)
    for typed in ("\ud800", "x" * 3000, "' OR 1=1 --"):
        assert await ana.suggestions("journal read", "month", typed) == []
        assert await ana.suggestions("journal edit", "entry", typed) == []


async def test_the_card_of_an_unsaved_text_takes_no_other_file(world: World) -> None:
    ana = world.person("Ana")
    message = await ana.member.send(world.general, "look", attachments=[("other.md", b"# \n\nX")])
    stored_message = world.env.backend.get_message(world.general.id, message.id)
    for key in ("new.", f"{NO_ID}.1", "", "new", "..."):
        answer = await forge.press(
            ana, f"firsthand:journal-keep:{key}", at=world.general, on=stored_message
        )
        assert "nothing here to keep" in answer.text
    assert await stored(world, ana) == []
    assert UNSAVED not in answer.text


# -- law 6 ------------------------------------------------------------------------------------


async def test_nothing_is_counted(world: World) -> None:
    """No number of entries, pages, days or times in any answer, and no praise (law 6)."""
    ana = world.person("Ana")
    answers: list[Answer] = []
    for _ in range(7):
        answers.append(await writes(ana, "Loud words."))
        await world.later(DAY)
    first = await ana.slash("journal read")
    answers += [
        first,
        await ana.click(first, "Older"),
        await opens(ana),
        await ana.slash("journal search", text="loud"),
        await ana.slash("journal read", month=MONTH),
        await ana.slash("journal export"),
        await ana.slash("journal erase"),
        await ana.slash("journal tips"),
        await protects(ana),
        await ana.slash("journal lock"),
        await unlocks(ana),
    ]
    for answer in answers:
        said = re.sub(r"<t:\d+:f>|2026-\d\d-\d\d", "", answer.text).lower()
        assert (
            re.search(r"\b7\b|\bseven\b|\d+ (entries|days|of)\b|streak|well done|great\b", said)
            is None
        ), said
