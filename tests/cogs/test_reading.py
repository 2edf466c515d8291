"""Looking through the reading list, opening works, and both essays on one question."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from bot.reading import library as books
from bot.reading.finding import View
from bot.reading.library import Terms, library
from bot.reading.own import Entry
from tests.journals import too_large
from tests.wire import forge
from tests.wire.wiretap import Wiretap
from tests.world import Answer, Person, World

LIST, LISTA = library("en"), library("es")


@pytest.fixture(autouse=True)
def within_limits() -> Iterator[Wiretap]:
    """Whatever these tests do, Discord would take every call of the bot's."""
    with Wiretap().attached() as tap:
        yield tap
    assert [wrong for call in tap.calls for wrong in too_large(call)] == []


async def suggested(person: Person, command: str, option: str, typed: str = "") -> dict[str, str]:
    """What is suggested: the values, by what they are called."""
    found = await person.suggestions(f"reading {command}", option, typed)
    return {each["name"]: each["value"] for each in found}


async def suggested_beside(person: Person, option: str, **chosen: str) -> dict[str, str]:
    """What is suggested for an option of browse while others are filled in."""
    result = await person.member.autocomplete(
        person.world.general, "reading browse", option, "", **chosen
    )
    return {each["name"]: each["value"] for each in result}


def opens(answer: Answer) -> list[str]:
    """What can be opened from a card, by id."""
    ids = [each["custom_id"] for each in answer.controls]
    return [each.split(":")[2].split(".")[0] for each in ids if ":reading-open:" in each]


# -- browse -----------------------------------------------------------------------------------


async def test_the_list_begins_with_an_essay_and_its_sections(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading browse")
    assert page.private
    assert opens(page) == [item.id for item in LIST.items[:5]]
    for item in LIST.items[:5]:
        assert item.title in page.text


async def test_every_button_names_its_work(world: World) -> None:
    """Whoever hears the page, and does not see it, knows what a button is about."""
    ana = world.person("Ana")
    page = await ana.slash("reading browse", form="book")
    titles = [item.title for item in View(form="book").items(LIST.items)]
    assert page.labels[:-1] == [f"{do}: {each}" for each in titles for do in ("Open", "Mark")]


async def test_no_label_and_no_text_means_something_by_an_emoji(world: World) -> None:
    ana = world.person("Ana")
    for answer in (
        await ana.slash("reading browse"),
        await ana.slash("reading open", work="reich"),
        await ana.slash("reading pair", question="guilt"),
        await ana.slash("reading mark", work="reich", state="want"),
    ):
        for said in (answer.text, *answer.labels):
            assert not [letter for letter in said if ord(letter) > 0x2100], said
        for each in answer.controls:
            assert "emoji" not in each


async def test_pages_turn_both_ways_through_the_whole_list(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading browse")
    met, texts = opens(page), [page.text]
    while "Next page" in page.labels:
        page = await ana.click(page, "Next page")
        met += opens(page)
        texts.append(page.text)
    assert met == [item.id for item in LIST.items]
    for text in reversed(texts[:-1]):
        page = await ana.click(page, "Page before")
        assert page.text == text
    assert "Page before" not in page.labels


async def test_from_a_work_the_way_leads_back_to_its_page(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading browse", topic="class")
    page = await ana.click(page, "Next page")
    text, first = page.text, page.labels[0]
    opened = await ana.click(page, first)
    assert opened.text != text
    await world.restart()
    further = await ana.click(opened, opened.labels[0])
    back = await ana.click(further, "Back to the list")
    assert back.text == text


async def test_from_marking_the_way_leads_back_to_its_page(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading browse", tradition="labour")
    text = page.text
    card = await ana.click(page, page.labels[1])
    card = await ana.click(card, "I have read it")
    await world.restart()
    back = await ana.click(card, "Back to the list")
    assert back.text == text


@pytest.mark.parametrize(
    "chosen", [{"topic": "guilt"}, {"tradition": "marxist"}, {"form": "event"},
               {"topic": "class", "tradition": "labour"},
               {"topic": "anger", "tradition": "anarchist", "form": "essay"}],
)  # fmt: skip
async def test_filters_leave_what_has_them_all(world: World, chosen: dict[str, str]) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading browse", **chosen)
    wanted = [item.id for item in View(**chosen).items(LIST.items)]
    met = opens(page)
    while "Next page" in page.labels:
        page = await ana.click(page, "Next page")
        met += opens(page)
    assert met == wanted


async def test_a_filter_may_be_typed_by_its_name(world: World) -> None:
    ana = world.person("Ana")
    chosen = await ana.slash("reading browse", tradition="anarchist")
    typed = await ana.slash("reading browse", tradition=" ANARCHIST ")
    assert typed.text == chosen.text


@pytest.mark.parametrize("option", [each.value for each in Terms])
async def test_a_filter_nobody_knows_is_refused_with_a_way_on(world: World, option: str) -> None:
    ana = world.person("Ana")
    refused = await ana.slash("reading browse", **{option: "nonsense"})
    assert refused.private
    assert "Choose one of those I suggest" in refused.text
    page = await ana.click(refused, "The whole list")
    assert opens(page) == [item.id for item in LIST.items[:5]]


async def test_filters_that_leave_nothing_say_so(world: World) -> None:
    ana = world.person("Ana")
    refused = await ana.slash("reading browse", form="law", tradition="anarchist")
    assert refused.text == "Nothing on the list is all of that. Leave one of the three out."


async def test_a_page_beyond_the_last_is_the_last(world: World) -> None:
    ana = world.person("Ana")
    key = View(form="book", page=400).key()
    page = await forge.press(ana, f"firsthand:reading-browse:{key}", at=world.general)
    assert opens(page) == [item.id for item in View(form="book").items(LIST.items)][-4:]


# -- suggestions ------------------------------------------------------------------------------


async def test_suggestions_say_how_many_works_there_are(world: World) -> None:
    ana = world.person("Ana")
    found = await suggested(ana, "browse", "tradition")
    number = len(View(tradition="anarchist").items(LIST.items))
    assert found[f"Anarchist · {number}"] == "anarchist"


async def test_the_counts_honour_the_filters_chosen_before(world: World) -> None:
    ana = world.person("Ana")
    found = await suggested_beside(ana, "form", tradition="anarchist")
    wanted = {
        f"{each.name} · {number}": each.id
        for each in LIST.forms
        if (number := len(View(tradition="anarchist", form=each.id).items(LIST.items)))
    }
    assert found == wanted
    assert len(found) < len(await suggested(ana, "browse", "form"))


async def test_an_unknown_filter_beside_it_is_left_out_of_the_counts(world: World) -> None:
    ana = world.person("Ana")
    assert await suggested_beside(ana, "form", tradition="nonsense") == await suggested(
        ana, "browse", "form"
    )


async def test_works_are_suggested_by_title_maker_and_essay(world: World) -> None:
    ana = world.person("Ana")
    assert "dabiri" in (await suggested(ana, "open", "work", "Emma")).values()
    assert "reich" in (await suggested(ana, "mark", "work", "racial INEQ")).values()
    sections = await suggested(ana, "circle", "work", "allyship or solidarity")
    assert {each.id for each in LIST.essays[1].sections} <= set(sections.values())


async def test_questions_are_suggested_by_their_words_and_topics(world: World) -> None:
    ana = world.person("Ana")
    every = await suggested(ana, "pair", "question")
    assert list(every.values()) == [each.id for each in LIST.pairs]
    assert "guilt" in (await suggested(ana, "pair", "question", "GUILT")).values()
    assert await suggested(ana, "pair", "question", "nonsense") == {}


async def test_suggestions_are_in_the_persons_language(world: World) -> None:
    eva = world.person("Eva", "es-419")
    found = await suggested(eva, "browse", "form")
    assert any(name.startswith("Libro · ") for name in found)
    questions = await suggested(eva, "pair", "question")
    assert list(questions) == [each.question for each in LISTA.pairs]


# -- open -------------------------------------------------------------------------------------


async def test_an_essay_opens_to_its_sections_with_their_reading_time(world: World) -> None:
    ana = world.person("Ana")
    for essay in LIST.essays:
        page = await ana.slash("reading open", work=essay.id)
        assert opens(page) == [each.id for each in essay.sections]
        for section in essay.sections:
            unit = "minute" if section.minutes == 1 else "minutes"
            assert f"{section.title} (about {section.minutes} {unit})" in page.text
        section = await ana.click(page, page.labels[0])
        assert essay.sections[0].questions[0] in section.text
        assert opens(section)[0] == essay.id


async def test_a_work_says_what_it_is_why_it_is_here_and_how_to_find_it(world: World) -> None:
    ana = world.person("Ana")
    work = LIST.work("reich")
    assert work is not None
    page = await ana.slash("reading open", work="reich")
    assert page.private
    for text in (work.title, work.what, work.why, work.find, *work.questions, work.sure_note):
        assert text in page.text
    assert "which does not name it" in page.text
    assert "Our own conclusion: that this is what the essay means." in page.text
    assert "Checked in a second source: the title, who it is by, the year." in page.text
    section = await ana.click(page, page.labels[0])
    assert "Racial Inequality" in section.text


async def test_where_everything_is_checked_nothing_is_said_of_it(world: World) -> None:
    ana = world.person("Ana")
    assert "How sure this is" not in (await ana.slash("reading open", work="dabiri")).text


async def test_a_work_may_be_typed_by_its_title(world: World) -> None:
    ana = world.person("Ana")
    chosen = await ana.slash("reading open", work="who-is-oakland")
    typed = await ana.slash("reading open", work="who is OAKLAND")
    assert typed.text == chosen.text


async def test_an_unknown_work_is_refused_with_a_way_on(world: World) -> None:
    ana = world.person("Ana")
    for typed in ("nonsense", "the", "ours-0123456789ab"):
        refused = await ana.slash("reading open", work=typed)
        assert refused.private
        assert "/reading browse" in refused.text


async def test_a_button_to_what_left_the_list_says_so(world: World) -> None:
    ana = world.person("Ana")
    for name in ("open", "mark", "want", "off"):
        answer = await forge.press(ana, f"firsthand:reading-{name}:gone", at=world.general)
        assert answer.private
        assert "/reading browse" in answer.text
    assert await world.rows("SELECT * FROM reading_shelves") == []


async def test_circles_are_spoken_of_only_where_there_can_be_one(world: World) -> None:
    ana = world.person("Ana")
    assert "/reading circle" in (await ana.slash("reading open", work="reich")).text
    assert "/reading circle" not in (await ana.dm("reading open", work="reich")).text


# -- pairs ------------------------------------------------------------------------------------


async def test_a_pair_has_both_essays_where_they_part_and_where_they_meet(world: World) -> None:
    ana = world.person("Ana")
    for pair in LIST.pairs:
        page = await ana.slash("reading pair", question=pair.id)
        for text in (pair.question, pair.critique.says, pair.allyship.says, pair.part, pair.share):
            assert text in page.text
        for question in pair.questions:
            assert f"- {question}" in page.text
        assert set(opens(page)) == {pair.critique.section_id, pair.allyship.section_id}
        section = await ana.click(page, page.labels[0])
        assert "A section of" in section.text
        back = await ana.click(section, id=f"firsthand:reading-pair:{pair.id}")
        assert pair.part in back.text


async def test_a_question_may_be_typed(world: World) -> None:
    ana = world.person("Ana")
    pair = LIST.pairs[3]
    for typed in (pair.question, pair.question.upper()):
        assert pair.part in (await ana.slash("reading pair", question=typed)).text


async def test_a_question_that_is_not_one_offers_those_that_are(world: World) -> None:
    ana = world.person("Ana")
    nothing = await ana.slash("reading pair", question="nonsense")
    assert len(nothing.labels) == len(LIST.pairs)
    several = await ana.slash("reading pair", question="who")
    assert 1 < len(several.labels) < len(LIST.pairs)
    page = await ana.click(several, several.labels[0])
    assert "Where they part" in page.text


async def test_from_question_to_question_all_are_met_once(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading pair", question=LIST.pairs[0].id)
    met = []
    for _ in LIST.pairs:
        met.append(page.text.split("\n")[0])
        page = await ana.click(page, page.labels[-1])
    assert met == [f"**{each.question}**" for each in LIST.pairs]
    assert page.text.startswith(met[0])


# -- everywhere, in every language, never in public -------------------------------------------


async def test_everything_works_in_a_dm(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.dm("reading browse", form="book")
    opened = await ana.click(page, page.labels[0])
    assert "Taking Sides" in opened.text
    assert "Where they part" in (await ana.dm("reading pair", question="guilt")).text


async def test_everything_is_said_in_the_persons_language(world: World) -> None:
    eva = world.person("Eva", "es-ES")
    page = await eva.slash("reading open", work="allyship")
    assert LISTA.essays[1].what in page.text
    section = await eva.click(page, page.labels[0])
    assert LISTA.essays[1].sections[0].argues in section.text
    pair = await eva.slash("reading pair", question="guilt")
    assert LISTA.pair("guilt").part in pair.text  # type: ignore[union-attr]


async def test_nothing_is_said_in_public(world: World) -> None:
    ana = world.person("Ana")
    page = await ana.slash("reading browse")
    await ana.click(page, page.labels[0])
    await ana.slash("reading pair", question="guilt")
    await ana.slash("reading next")
    assert world.said(world.general) == ""


@pytest.mark.parametrize(
    "key", ["", "x", "critique.", "critique.x", "critique.------------", "critique.zzzz--------.0",
            "critique.------------.99999", "....", "critique..0"],
)  # fmt: skip
async def test_a_forged_way_back_is_not_found(world: World, key: str) -> None:
    ana = world.person("Ana")
    for name in ("open", "mark", "want"):
        answer = await forge.press(ana, f"firsthand:reading-{name}:{key}", at=world.general)
        assert answer.private
        assert "something went wrong" not in answer.text
    assert world.faults.drain() == []


# -- how it is read ---------------------------------------------------------------------------


async def test_the_files_are_read_by_the_first_who_asks_and_not_on_the_event_loop(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from cogs.reading import scene

    books._source.cache_clear()
    books.library.cache_clear()
    scene._shared.cache_clear()
    read: list[int] = []
    real = books._source.__wrapped__

    def source() -> Any:
        read.append(threading.get_ident())
        return real()

    monkeypatch.setattr(books, "_source", source)
    ana = world.person("Ana")
    assert read == []
    assert (await ana.slash("reading browse")).private
    assert read
    assert threading.get_ident() not in read
    assert "tomllib" in sys.modules


# -- what a server added ----------------------------------------------------------------------

OURS, TITLE = "ours-0123456789ab", "*Our* streets: a @everyone zine"
MAKER = "Ana [López](https://x.org)"


@pytest.fixture
async def added(world: World) -> World:
    """The server has a work of its own."""
    entry = Entry(
        {"en": TITLE, "es": "Nuestras calles"},
        (MAKER,),
        None,
        "pamphlet",
        "anarchist",
        ("space",),
        {"": "It is about <@&1> us."},
        {"": "In the library"},
        {},
    )
    lists = world.bot.server_lists
    with world.env.time_context():
        async with world.bot.store.main.transaction() as connection:
            held = await lists.begin(connection, world.guild.id)
            await lists.add(connection, held, [(OURS, entry, world.person("Zoe").id)])
            await lists.changed(connection, world.guild.id)
    return world


async def test_what_a_server_added_stands_at_the_end_of_its_list(added: World) -> None:
    ana = added.person("Ana")
    page = await ana.slash("reading browse", form="pamphlet")
    assert opens(page) == ["who-is-oakland", OURS]
    assert "Added by this server." in page.text
    opened = await ana.click(page, f"Open: {TITLE}")
    assert "\\*Our\\* streets" in opened.text
    assert "In the library" in opened.text
    assert f"Suggested by {added.people['Zoe'].mention}." in opened.text
    assert opened.private
    assert (await ana.click(opened, "Back to the list")).text == page.text


async def test_it_counts_where_it_is_and_is_suggested_there(added: World) -> None:
    ana = added.person("Ana")
    assert "Pamphlet · 2" in await suggested(ana, "browse", "form")
    assert (await suggested(ana, "open", "work", "our* STREETS"))[f"{TITLE} · {MAKER}"] == OURS


async def test_it_is_in_the_persons_language_where_it_has_it(added: World) -> None:
    eva = added.person("Eva", "es-ES")
    assert "Nuestras calles" in (await eva.slash("reading open", work=OURS)).text


async def test_elsewhere_and_in_a_dm_there_is_only_the_shared_list(added: World) -> None:
    ana = added.person("Ana")
    elsewhere = added.env.create_guild("Elsewhere")
    lobby = elsewhere.create_text_channel("lobby")
    abroad = Person(added, ana.user, elsewhere.add_member(ana.user))
    for answer in (
        await ana.dm("reading open", work=OURS),
        await abroad.slash("reading open", work=OURS, at=lobby),
        await forge.press(abroad, f"firsthand:reading-open:{OURS}", at=lobby),
        await forge.press(ana, f"firsthand:reading-mark:{OURS}", at=ana.user.dm_channel),
    ):
        assert "streets" not in answer.text
        assert "/reading browse" in answer.text


async def test_a_mark_on_it_is_seen_everywhere_by_its_reader_alone(added: World) -> None:
    ana, beto = added.person("Ana"), added.person("Beto")
    await ana.slash("reading mark", work=OURS, state="reading")
    shelf = await ana.dm("reading shelf")
    assert "streets" in shelf.text
    assert "It is not on the list you see here." in shelf.text
    card = await ana.click(shelf, shelf.labels[0])
    card = await ana.click(card, "I have read it")
    assert "you have read it" in card.text
    assert "streets" not in (await beto.slash("reading shelf")).text


async def test_after_the_shared_sides_the_servers_own_is_next(added: World) -> None:
    ana = added.person("Ana")
    for essay in ("critique", "allyship"):
        await ana.slash("reading mark", work=essay, state="read")
    page = await ana.slash("reading next")
    assert page.text.startswith("Of what is left, you have read least of what this server added.\n")
    assert "streets" in page.text
