"""One's own shelf: marking, notes to oneself, what to read next; nobody else learns of it."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.reading.library import library
from bot.reading.rules import Mark, next_one
from bot.text import clean
from tests.journals import stumbling, too_large
from tests.markdown import rendered
from tests.wire import forge
from tests.wire.wiretap import Wiretap
from tests.world import Answer, Person, World

LIST = library("en")
WORK, TITLE = "reich", "Racial Inequality: A Political-Economic Analysis"
NOTE = "Chapter two again, with Beto."
EMPTY = "Nothing is on your shelf. Nothing has to be."


@pytest.fixture(autouse=True)
def within_limits() -> Iterator[Wiretap]:
    """Whatever these tests do, Discord would take every call of the bot's."""
    with Wiretap().attached() as tap:
        yield tap
    assert [wrong for call in tap.calls for wrong in too_large(call)] == []


async def marks(person: Person, work: str = WORK, state: str = "want") -> Answer:
    return await person.slash("reading mark", work=work, state=state)


async def notes(person: Person, text: str = NOTE, *, on: Answer | None = None) -> Answer:
    """Write a note on what is marked; the answer to the form."""
    card = on or await marks(person)
    label = next(each for each in card.labels if "note" in each)
    return await person.fill(await person.click(card, label), note=text)


async def on_shelf(world: World, person: Person) -> dict[str, tuple[str, str]]:
    """State and note of everything on somebody's shelf, by work."""
    with world.env.time_context():
        shelf = await world.bot.shelves.shelf(person.id)
    return {each.work_id: (each.state.value, each.note) for each in shelf.kept}


# -- marking ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "said"),
    [("want", "you want to read it"), ("reading", "you are reading it"), ("read", "you have read")],
)
async def test_a_mark_is_kept_after_a_restart(world: World, state: str, said: str) -> None:
    ana = world.person("Ana")
    card = await marks(ana, state=state)
    assert card.private
    assert TITLE in card.text
    assert said in card.text
    await world.restart()
    assert await on_shelf(world, ana) == {WORK: (state, "")}
    assert TITLE in (await ana.slash("reading shelf")).text


async def test_the_card_offers_what_is_not_so_already(world: World) -> None:
    ana = world.person("Ana")
    card = await marks(ana, state="reading")
    assert card.labels[:3] == ["I want to read it", "I have read it", "Take it off my shelf"]
    card = await ana.click(card, "I have read it")
    assert card.labels[:3] == ["I want to read it", "I'm reading it", "Take it off my shelf"]
    card = await ana.click(card, "Take it off my shelf")
    assert card.labels[:3] == ["I want to read it", "I'm reading it", "I have read it"]
    assert "Taken off your shelf." in card.text
    assert await on_shelf(world, ana) == {}


async def test_marks_are_made_from_the_list(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading browse", form="letter")
    card = await ana.click(page, page.labels[1])
    assert "Not on your shelf." in card.text
    await ana.click(card, "I want to read it")
    assert list(await on_shelf(world, ana)) == ["marx-letter-1863"]


async def test_a_section_and_an_essay_can_be_marked(world: World) -> None:
    ana = world.person("Ana")
    for work in ("critique", "allyship-examples"):
        await marks(ana, work, "read")
    assert set(await on_shelf(world, ana)) == {"critique", "allyship-examples"}


async def test_taking_off_what_is_not_there_says_so(world: World) -> None:
    ana = world.person("Ana")
    card = await marks(ana, state="off")
    assert "Not on your shelf." in card.text
    assert await world.rows("SELECT * FROM reading_shelves") == []


async def test_an_unknown_work_or_state_is_refused_and_marks_nothing(world: World) -> None:
    ana = world.person("Ana")
    for work, state in (("nonsense", "want"), (WORK, "nonsense"), (WORK, "")):
        answer = await forge.command(ana, "reading mark", at=world.general, work=work, state=state)
        assert answer.private
        assert "something went wrong" not in answer.text
    assert await world.rows("SELECT * FROM reading_shelves") == []


async def test_two_clicks_at_once_leave_one_mark(world: World) -> None:
    ana = world.person("Ana")
    card = await marks(ana)
    at = world.general
    await world.at_once(
        lambda: forge.press(
            ana, f"firsthand:reading-begin:{WORK}", at=at, on=card.message._message
        ),
        lambda: forge.press(ana, f"firsthand:reading-finish:{WORK}", at=at),
        lambda: forge.press(ana, f"firsthand:reading-finish:{WORK}", at=at),
    )
    assert len(await world.rows("SELECT * FROM reading_shelves")) == 1
    assert (await on_shelf(world, ana))[WORK][0] in ("reading", "read")


# -- notes ------------------------------------------------------------------------------------


async def test_a_note_is_kept_and_stands_in_the_form_again(world: World) -> None:
    ana = world.person("Ana")
    card = await notes(ana)
    assert card.private
    assert NOTE in card.text
    await world.restart()
    form = await ana.click(card, "Change the note")
    assert form.form is not None
    assert form.form["components"][0]["component"]["value"] == NOTE
    assert "kept sealed" in form.form["components"][0]["description"]
    changed = await ana.fill(form, note="Another")
    assert "Another" in changed.text
    assert await on_shelf(world, ana) == {WORK: ("want", "Another")}


async def test_a_note_outlives_a_change_of_state(world: World) -> None:
    ana = world.person("Ana")
    card = await notes(ana)
    card = await ana.click(card, "I have read it")
    assert NOTE in card.text
    assert await on_shelf(world, ana) == {WORK: ("read", NOTE)}


async def test_an_emptied_note_is_gone(world: World) -> None:
    ana = world.person("Ana")
    card = await notes(ana, "", on=await notes(ana))
    assert NOTE not in card.text
    assert "Add a note to myself" in card.labels


async def test_a_note_of_a_thousand_characters_is_kept_and_one_more_comes_back(
    world: World,
) -> None:
    ana = world.person("Ana")
    await notes(ana, "x" * 1000)
    assert (await on_shelf(world, ana))[WORK] == ("want", "x" * 1000)
    typed = "y" * 1001
    kept = await world.bot.shelves.one(ana.id, WORK)
    assert kept is not None
    key = f"{WORK}.{kept.note_id}"
    answer = await forge.submit(ana, f"firsthand:reading-noted:{key}", at=world.general, note=typed)
    assert answer.private
    assert typed in answer.text
    assert (await on_shelf(world, ana))[WORK] == ("want", "x" * 1000)


async def test_a_note_changed_on_another_device_is_not_overwritten(world: World) -> None:
    ana = world.person("Ana")
    card = await notes(ana)
    desk = await ana.click(card, "Change the note")
    telephone = await ana.click(await marks(ana), "Change the note")
    await ana.fill(telephone, note="From the telephone")
    answer = await ana.fill(desk, note="Written at the desk")
    assert answer.private
    assert "has changed since you opened the form" in answer.text
    assert "Written at the desk" in answer.text
    assert await on_shelf(world, ana) == {WORK: ("want", "From the telephone")}
    form = await ana.click(answer, "Change the note")
    assert form.form is not None
    assert form.form["components"][0]["component"]["value"] == "From the telephone"


async def test_a_note_on_what_was_taken_off_meanwhile_comes_back(world: World) -> None:
    ana = world.person("Ana")
    form = await ana.click(await marks(ana), "Add a note to myself")
    await marks(ana, state="off")
    answer = await ana.fill(form, note=NOTE)
    assert "not on your shelf any more" in answer.text
    assert NOTE in answer.text
    assert await on_shelf(world, ana) == {}
    card = await ana.click(answer, "I want to read it")
    assert "you want to read it" in card.text


async def test_a_note_needs_a_mark(world: World) -> None:
    ana = world.person("Ana")
    answer = await forge.press(ana, f"firsthand:reading-note:{WORK}", at=world.general)
    assert answer.form is None
    assert "Mark it first" in answer.text


async def test_a_broken_note_is_refused_and_comes_back(world: World) -> None:
    ana = world.person("Ana")
    await marks(ana)
    typed = "half an emoji \ud83d here"
    answer = await forge.submit(
        ana, f"firsthand:reading-noted:{WORK}.", at=world.general, note=typed
    )
    assert "half an emoji \ufffd here" in answer.text
    assert await on_shelf(world, ana) == {WORK: ("want", "")}


@pytest.mark.parametrize(
    "typed",
    ["@everyone <@&1> <#2>", "# big\n> quoted", "**b** [x](https://x.org)", "a\x00\u202eb\u200bc"],
)
async def test_a_note_is_shown_to_the_letter_and_pings_nobody(
    world: World, typed: str, within_limits: Wiretap
) -> None:
    ana = world.person("Ana")
    card = await notes(ana, typed)
    quote = card.text.partition(">>> ")[2].partition("\n-# ")[0]
    assert rendered(quote) == clean(typed)
    await ana.slash("reading shelf")
    for call in within_limits.calls:
        body = call.json.get("data", call.json) if isinstance(call.json, dict) else {}
        if isinstance(body, dict) and "components" in body and "title" not in body:
            allowed = body.get("allowed_mentions") or {}
            assert not any(allowed.get(kind) for kind in ("parse", "users", "roles"))


# -- the shelf --------------------------------------------------------------------------------


async def test_an_empty_shelf_says_that_nothing_has_to_be_there(world: World) -> None:
    ana = world.person("Ana")
    shelf = await ana.slash("reading shelf")
    assert shelf.private
    assert EMPTY in shelf.text
    page = await ana.click(shelf, "The whole list")
    assert "The reading list" in page.text


async def test_what_is_being_read_comes_first_then_what_is_wanted_then_what_was_read(
    world: World,
) -> None:
    ana = world.person("Ana")
    for work, state in (("reich", "read"), ("dabiri", "want"), ("eddo-lodge", "reading")):
        await marks(ana, work, state)
    text = (await ana.slash("reading shelf")).text
    places = [
        text.index(each)
        for each in (
            "You are reading", "Why I'm No Longer", "You want to read", "What White People",
            "You have read", "Racial Inequality",
        )
    ]  # fmt: skip
    assert places == sorted(places)


async def test_every_button_of_the_shelf_names_its_work(world: World) -> None:
    ana = world.person("Ana")
    await marks(ana)
    assert (await ana.slash("reading shelf")).labels == [f"Open: {TITLE}", f"Mark: {TITLE}"]


async def test_a_long_shelf_has_pages(world: World) -> None:
    ana = world.person("Ana")
    for item in LIST.items[:12]:
        await marks(ana, item.id, "read")
    page = await ana.slash("reading shelf")
    met = [label for label in page.labels if label.startswith("Open")]
    while "More" in page.labels:
        page = await ana.click(page, "More")
        met += [label for label in page.labels if label.startswith("Open")]
    assert len(set(met)) == 12
    assert "Back" in page.labels


async def test_a_page_that_is_gone_is_the_last_one(world: World) -> None:
    ana = world.person("Ana")
    await marks(ana)
    page = await forge.press(ana, "firsthand:reading-shelf:77", at=world.general)
    assert TITLE in page.text


async def test_what_left_the_list_stays_on_the_shelf_until_it_is_taken_off(world: World) -> None:
    """Its title is kept with the mark, because nobody could say any more what it was."""
    ana = world.person("Ana")
    with world.env.time_context():
        await world.bot.shelves.mark(ana.id, "gone-from-here", "An Old Pamphlet", Mark.READ)
    shelf = await ana.slash("reading shelf")
    assert "An Old Pamphlet" in shelf.text
    assert "It is not on the list you see here." in shelf.text
    assert shelf.labels == ["Mark: An Old Pamphlet"]
    card = await ana.click(shelf, "Mark: An Old Pamphlet")
    card = await ana.click(card, "I'm reading it")
    assert (await on_shelf(world, ana))["gone-from-here"] == ("reading", "")
    card = await ana.click(card, "Take it off my shelf")
    assert await on_shelf(world, ana) == {}


async def test_nothing_is_counted_or_praised(world: World) -> None:
    """Law 6: not on the shelf, not on a card, not in what is next."""
    ana = world.person("Ana")
    for item in LIST.items[:7]:
        await marks(ana, item.id, "read")
    shelf = await ana.slash("reading shelf")
    for answer in (shelf, await ana.click(shelf, "More"), await marks(ana, state="read")):
        assert not any(each.isdigit() for each in answer.text.replace("2022–23", ""))
        assert "!" not in answer.text
    reason = (await ana.slash("reading next")).text.split("\n")[0]
    assert not any(each.isdigit() for each in reason)


async def test_what_can_not_be_opened_is_said_and_taken_off(world: World) -> None:
    ana = world.person("Ana")
    await notes(ana)
    with world.env.time_context():
        await world.bot.store.keyring.forget(ana.id)
    shelf = await ana.slash("reading shelf")
    assert "can't be opened any more" in shelf.text
    assert NOTE not in shelf.text
    cleared = await ana.click(shelf, "Take off what can't be opened")
    assert EMPTY in cleared.text
    assert "can't be opened" not in cleared.text
    assert await world.rows("SELECT * FROM reading_shelves") == []


# -- next -------------------------------------------------------------------------------------


async def test_with_an_empty_shelf_a_pair_is_next(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading next")
    assert page.private
    assert page.text.startswith("Nothing is on your shelf yet")
    assert LIST.pairs[0].question in page.text
    assert LIST.pairs[0].critique.says in page.text


async def test_the_other_side_is_next_and_the_reason_says_so(world: World) -> None:
    ana = world.person("Ana")
    await marks(ana, "allyship", "read")
    page = await ana.slash("reading next")
    reason, title = page.text.split("\n")[:2]
    assert reason == (
        "Of what is left, you have read least of what “A Critique of Ally Politics” brings."
    )
    found = next_one(LIST.items, {"allyship": Mark.READ}, ["x"])
    assert found is not None
    item = LIST.item(found.id)
    assert item is not None
    assert title == f"**{item.title}**"
    card = await ana.click(page, f"Mark: {item.title}")
    await ana.click(card, "I have read it")
    assert item.id in await on_shelf(world, ana)
    assert (await ana.slash("reading next")).text.split("\n")[1] != title


async def test_following_it_reads_everything_and_then_nothing_is_left(world: World) -> None:
    ana = world.person("Ana")
    with world.env.time_context():
        await world.bot.shelves.mark(ana.id, LIST.items[1].id, "x", Mark.READ)
        for _ in LIST.items:
            shelf = await world.bot.shelves.shelf(ana.id)
            found = next_one(LIST.items, shelf.marks)
            if found is None:
                break
            await world.bot.shelves.mark(ana.id, found.id, "x", Mark.READ)
    page = await ana.slash("reading next")
    assert page.text.startswith("Nothing is left to suggest")
    assert "My shelf" in page.labels


# -- nobody else ------------------------------------------------------------------------------


async def test_a_shelf_is_the_same_in_every_server_and_in_the_dm(world: World) -> None:
    ana = world.person("Ana")
    await notes(ana)
    elsewhere = world.env.create_guild("Elsewhere")
    lobby = elsewhere.create_text_channel("lobby")
    abroad = Person(world, ana.user, elsewhere.add_member(ana.user))
    for shelf in (await ana.dm("reading shelf"), await abroad.slash("reading shelf", at=lobby)):
        assert shelf.private
        assert NOTE in shelf.text


async def test_nobody_else_sees_or_changes_a_shelf(world: World) -> None:
    ana, mara = world.person("Ana"), world.moderator("Mara")
    card = await notes(ana)
    before = await world.rows("SELECT * FROM reading_shelves")
    kept = await world.bot.shelves.one(ana.id, WORK)
    assert kept is not None
    for name in ("mark", "note", "off", "shelf", "clear"):
        key = "0" if name == "shelf" else WORK
        answer = await forge.press(mara, f"firsthand:reading-{name}:{key}", at=world.general)
        assert answer.private
        assert NOTE not in answer.text
    answer = await forge.submit(
        mara, f"firsthand:reading-noted:{WORK}.{kept.note_id}", at=world.general, note="Mine now!"
    )
    assert NOTE not in answer.text
    assert EMPTY in (await mara.slash("reading shelf")).text
    assert await world.rows("SELECT * FROM reading_shelves") == before
    assert world.said(world.general) == ""
    assert card.private


async def test_the_server_learns_nothing(world: World) -> None:
    """Design, section 2: not who, not what, not how many."""
    ana, beto = world.person("Ana"), world.person("Beto")
    for person in (ana, beto):
        await notes(person)
    rows = await world.rows("SELECT * FROM reading_shelves")
    assert {tuple(sorted(row)) for row in rows} == {("id", "mark", "person_id", "sealed")}
    assert len({row["mark"] for row in rows}) == 2
    for row in rows:
        for text in (WORK, TITLE, NOTE, "want"):
            assert text.encode() not in row["mark"] + row["sealed"] + row["id"].encode()


# -- privacy, failures ------------------------------------------------------------------------


async def test_the_export_has_the_shelf_and_erasing_takes_it(world: World) -> None:
    ana = world.person("Ana")
    await notes(ana)
    exported = await ana.slash("privacy export")
    [file] = exported.files.values()
    data = json.loads(file)
    assert data["reading_shelf"] == [{"work": WORK, "title": TITLE, "state": "want", "note": NOTE}]
    sure = await ana.slash("privacy erase")
    await ana.click(sure, id="firsthand:erase:")
    assert await world.rows("SELECT * FROM reading_shelves") == []
    assert EMPTY in (await ana.slash("reading shelf")).text


@pytest.mark.parametrize("late", [False, True])
async def test_a_database_that_fails_gives_the_note_back(world: World, late: bool) -> None:
    """Whichever transaction it is that fails, nothing of what was typed is lost."""
    ana = world.person("Ana")
    card = await marks(ana)
    with stumbling(world, None) as counted:
        form = await ana.click(card, "Add a note to myself")
        opening = counted.seen
        await ana.fill(form, note=NOTE)
    number = counted.seen
    assert number > opening
    for fail_at in range(opening, number):
        await marks(ana, state="off")
        form = await ana.click(await marks(ana), "Add a note to myself")
        with stumbling(world, fail_at - opening, late=late) as stumble:
            answer = await ana.fill(form, note=NOTE)
        assert stumble.failed
        assert answer.private
        assert NOTE in answer.text
        world.faults.drain()
        kept = await on_shelf(world, ana)
        assert kept[WORK] in (("want", ""), ("want", NOTE))
        if kept[WORK][1] == "":
            assert "tell the people who run this bot the code" in answer.text
