"""Reviewing: what curators see and do, never by whom; the list, files in and out (design 2)."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from bot.reading import intake
from tests.curators import (
    TERMS,
    a_work,
    accepts,
    brings_in,
    declines,
    edits,
    exports,
    ids_on,
    looks_at,
    opens_work,
    presses,
    sends,
    suggests,
    titles,
)
from tests.journals import too_large
from tests.wire import forge
from tests.wire.wiretap import Wiretap
from tests.world import Answer, Person, World

_NOT_FOR_THEM = "This is for those who look after the reading list"


@pytest.fixture(autouse=True)
def within_limits() -> Iterator[None]:
    """Whatever these tests do, Discord would take every call of the bot's."""
    with Wiretap().attached() as tap:
        yield
    assert [wrong for call in tap.calls for wrong in too_large(call)] == []


async def curators_are(world: World, *people: Person) -> Any:
    """These people have the role that the rule names."""
    role = world.guild.create_role("Readers")
    for person in people:
        world.env.backend.add_member_role(world.guild.id, person.id, role.id)
    await world.bot.governance.change(world.guild.id, "curators", str(role.id), 1, 0)
    return role


# -- who ----------------------------------------------------------------------------------------


async def test_without_a_rule_whoever_manages_the_server_reviews(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    assert (await mod.slash("reading review")).text.startswith("No suggestion waits.")
    refused = await ana.slash("reading review")
    assert refused.text.startswith(_NOT_FOR_THEM)
    assert refused.private


async def test_with_a_role_only_those_who_have_it_do(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    role = await curators_are(world, ana)
    assert (await ana.slash("reading review")).text.startswith("No suggestion waits.")
    assert f"<@&{role.id}>" in (await mod.slash("reading review")).text
    world.env.backend.remove_member_role(world.guild.id, ana.id, role.id)
    assert (await ana.slash("reading review")).text.startswith(_NOT_FOR_THEM)


async def test_a_role_that_was_deleted_counts_as_none(world: World) -> None:
    mod = world.moderator("Mod")
    role = await curators_are(world)
    world.env.backend.delete_role(world.guild.id, role.id)
    await world.env.settle()
    assert (await mod.slash("reading review")).text.startswith("No suggestion waits.")


async def test_reviewing_needs_a_server(world: World) -> None:
    mod = world.moderator("Mod")
    assert (await mod.dm("reading review")).text.startswith("This needs a server")


async def test_whoever_is_no_curator_any_more_finds_every_button_shut(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    pressed = [each["custom_id"] for each in (await mod.slash("reading review")).controls]
    pressed += [each["custom_id"] for each in (await looks_at(mod)).controls]
    await curators_are(world)
    for custom_id in pressed:
        answer = await forge.press(mod, custom_id, at=world.general)
        assert answer.form is None
        assert answer.text.startswith(_NOT_FOR_THEM), custom_id


# -- what they see ------------------------------------------------------------------------------


async def test_nothing_in_the_review_says_who(world: World) -> None:
    ana, beto, mod = world.person("Anacaona"), world.person("Betanzos"), world.moderator("Mod")
    await suggests(ana, "First", named=["yes"])
    await suggests(beto, "Second", named=["yes"])
    page = await mod.slash("reading review")
    seen = [page, *[await looks_at(mod, number) for number in (0, 1)]]
    for answer in seen:
        whole = answer.text + str(answer.controls)  # type: ignore[attr-defined]
        for person in (ana, beto):
            assert str(person.id) not in whole
            assert person.user.name not in whole.lower()
        assert "named" not in answer.text
        assert "<t:" not in whole


async def test_a_page_shows_titles_and_reasons(world: World) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    for number in range(3):
        await suggests(ana, f"Ana's {number}", why=f"Reason {number} of hers.")
        await suggests(beto, f"Beto's {number}", why=f"Reason {number} of his.")
    page = await mod.slash("reading review")
    whole = page.text
    whole += (await mod.click(page, id="firsthand:review:1")).text
    for number in range(3):
        assert f"Reason {number} of hers." in whole
        assert f"Beto's {number}" in whole


async def test_the_longest_suggestions_fit_a_page(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    for number in range(5):
        title = f"{number}{'*_~`' * 24}"
        await suggests(ana, title, made="*" * 200, why="_" * 400, find="~" * 300)
    page = await mod.slash("reading review")
    assert "something went wrong" not in page.text
    assert len(page.text) <= 4000
    card = await looks_at(mod)
    assert len(card.text) <= 4000


# -- what they do -------------------------------------------------------------------------------


async def test_an_accepted_work_is_on_the_list(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    answer = await accepts(mod)
    assert answer.text.startswith("**Bread and Roads** is on the list now.")
    work = await presses(mod, answer, "reading-open")
    assert "Ana Ruiz" in work.text
    assert "It asks what we do for each other." in work.text
    assert "No suggestion waits." in (await mod.slash("reading review")).text


async def test_curators_review_their_own_like_any_other(world: World) -> None:
    """One that a curator may not touch would be known by that."""
    mod = world.moderator("Mod")
    await suggests(mod)
    assert "is on the list now" in (await accepts(mod)).text
    assert "is on the reading list now" in (await mod.slash("consent inbox")).text


async def test_curators_edit_the_words_and_ask_questions(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    card = await edits(
        mod,
        await looks_at(mod),
        "review-edit",
        title="Bread & Roads",
        made="",
        questions="What is bread?\n\nWhat is a road?",
    )
    assert "What is a road?" in card.text
    await accepts(mod, card)
    (work,) = await world.bot.server_lists.everything(world.guild.id)
    assert work.entry.questions == {"": ("What is bread?", "What is a road?")}
    assert (work.entry.makers, work.entry.year) == ((), None)


@pytest.mark.parametrize(
    ("field", "typed", "told"),
    [
        ("questions", "No question", "ends with a question mark"),
        ("questions", "\n".join("abcdef"), "fewer questions"),
        ("why", "x" * 401, "400 characters at most"),
        ("title", "", "It's empty."),
        ("find", "www.example.org", "Please leave out links"),
        ("made", "a;" * 100, "200 characters at most"),
    ],
)
async def test_words_that_are_not_taken_come_back(
    world: World, field: str, typed: str, told: str
) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    card = await looks_at(mod)
    key = ids_on(card, "review-edit")[0].split(":")[2]
    fields = {"title": "T", "made": "", "why": "Because of that.", "find": "Here.", "questions": ""}
    answer = await forge.submit(
        mod, f"firsthand:review-edited:{key}", at=world.general, **{**fields, field: typed}
    )
    assert told in answer.text
    assert answer.private
    (seen,) = await world.bot.curating.page(world.guild.id, most=2, skip=0)
    assert not seen.edited


@pytest.mark.parametrize(
    "terms",
    [
        {"term-form": []},
        {"term-form": ["nothing"]},
        {"term-topic": []},
        {"term-topic": ["affinity", "trust", "anger", "class", "risk", "space"]},
        {"term-tradition": ["anarchist", "marxist"]},
        {"term-tradition": "anarchist"},
    ],
)
async def test_terms_that_no_menu_offers_are_refused(world: World, terms: dict[str, Any]) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    key = ids_on(await looks_at(mod), "review-accept")[0].split(":")[2]
    answer = await forge.submit(
        mod, f"firsthand:review-accepted:{key}", at=world.general, **{**TERMS, **terms}
    )
    assert answer.text.startswith("Please choose a form")
    assert await titles(mod) == []


async def test_of_two_curators_at_once_one_wins_and_the_other_is_told(world: World) -> None:
    ana = world.person("Ana")
    mod, other = world.moderator("Mod"), world.moderator("Other")
    await suggests(ana)
    forms = [await presses(each, await looks_at(each), "review-accept") for each in (mod, other)]
    answers = await world.at_once(
        lambda: mod.fill(forms[0], **TERMS), lambda: other.fill(forms[1], **TERMS)
    )
    said = sorted(each.text for each in answers)
    assert said[0].startswith("**Bread and Roads** is on the list now.")
    assert said[1].startswith("This is not as you saw it any more")
    assert await titles(mod) == ["Bread and Roads"]


async def test_what_was_taken_back_meanwhile_is_not_accepted(world: World) -> None:
    """Law 2: reversible at any moment."""
    ana, mod = world.person("Ana"), world.moderator("Mod")
    own = await suggests(ana)
    form = await presses(mod, await looks_at(mod), "review-accept")
    await presses(ana, own, "suggest-withdraw")
    answer = await mod.fill(form, **TERMS)
    assert answer.text.startswith("This is not as you saw it any more")
    assert await titles(mod) == []


async def test_the_same_work_under_two_suggestions_is_accepted_once(world: World) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await suggests(ana, "Bread")
    await accepts(mod)
    await suggests(beto, "Roads")
    card = await edits(mod, await looks_at(mod), "review-edit", title="BREAD: a history")
    answer = await accepts(mod, card)
    assert "The same work is on the list already: **Bread**" in answer.text
    await declines(mod)
    assert await titles(mod) == ["Bread"]


async def test_a_reason_is_for_its_author_alone(world: World) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await suggests(ana)
    answer = await declines(mod, "Too long for us.")
    assert answer.text.startswith("Declined.")
    assert "Too long for us." in (await ana.slash("consent inbox")).text
    for person in (beto, mod):
        assert "Too long for us." not in (await person.slash("consent inbox")).text
    assert world.said(world.general) == ""


# -- the list -----------------------------------------------------------------------------------


async def test_a_work_is_changed_and_refiled_and_taken_off(world: World) -> None:
    mod = world.moderator("Mod")
    await brings_in(mod, a_work())
    card = await edits(
        mod, await opens_work(mod), "review-word", title="Bread", made="B. Paz, 2001"
    )
    assert card.text.startswith("Changed.")
    form = await presses(mod, card, "review-terms")
    card = await mod.fill(form, **{"term-form": ["event"], "term-topic": ["anger"]})
    assert "Anger" in card.text
    (work,) = await world.bot.server_lists.everything(world.guild.id)
    assert (work.entry.form, work.entry.topics) == ("event", ("anger",))
    assert work.entry.makers == ("B. Paz",)
    sure = await presses(mod, card, "review-remove")
    assert "Take **Bread** off" in sure.text
    gone = await presses(mod, sure, "review-remove-now")
    assert gone.text.startswith("It is off the list.")
    assert await titles(mod) == []


async def test_what_is_asked_in_spanish_needs_its_mark_as_in_a_file(world: World) -> None:
    mod = world.moderator("Mod")
    await brings_in(mod, a_work() + 'questions.es = ["¿Qué pan?"]\n')
    refused = await edits(mod, await opens_work(mod), "review-word", questions="Qué calle?")
    assert "each has its ¿" in refused.text
    assert "Qué calle?" in refused.text
    done = await edits(mod, await opens_work(mod), "review-word", questions="¿Qué calle?")
    assert done.text.startswith("Changed.")
    for text in (await exports(mod)).values():
        assert (await sends(mod, text)).text.startswith("There is nothing to bring in")


async def test_of_two_curators_who_change_a_work_the_second_is_told(world: World) -> None:
    mod, other = world.moderator("Mod"), world.moderator("Other")
    await brings_in(mod, a_work())
    mine, theirs = await opens_work(mod), await opens_work(other)
    stale = ids_on(theirs, "review-remove")[0]
    forms = [
        await presses(mod, mine, "review-word"),
        await presses(other, theirs, "review-word"),
    ]
    words = {"title": "Bread", "made": "", "why": "It is good.", "find": "Here.", "questions": ""}
    await mod.fill(forms[0], **words)
    answer = await other.fill(forms[1], **{**words, "title": "Somebody else's title"})
    assert answer.text.startswith("This is not as you saw it any more")
    assert "Somebody else's title" in answer.text
    removed = await forge.press(other, stale, at=world.general)
    assert removed.text.startswith("This is not as you saw it any more")
    assert await titles(mod) == ["Bread"]


async def test_a_work_is_found_by_title_and_maker(world: World) -> None:
    mod = world.moderator("Mod")
    await brings_in(mod, "".join(a_work(f"Book {n}", f"b-{n}") for n in range(60)))
    for wanted, found in (("bóok 57", ["Book 57"]), ("RUIZ 3", 25), ("nothing", [])):
        form = await presses(mod, await mod.slash("reading review"), "review-find")
        answer = await mod.fill(form, text=wanted)
        menus = [e for e in answer.controls if e.get("options")]  # type: ignore[attr-defined]
        shown = [o["label"] for menu in menus for o in menu["options"]]
        assert (len(shown) if isinstance(found, int) else shown) in (found, 15)


async def test_a_long_list_is_turned_page_by_page(world: World) -> None:
    mod = world.moderator("Mod")
    await brings_in(mod, "".join(a_work(f"Book {n}", f"b-{n}") for n in range(60)))
    page = await presses(mod, await mod.slash("reading review"), "review-works")
    seen: list[str] = []
    for number in (1, 2, 3):
        menu = next(e for e in page.controls if e.get("options"))  # type: ignore[attr-defined]
        seen += [each["label"] for each in menu["options"]]
        following = f"firsthand:review-works:{number}"
        if following in [e["custom_id"] for e in page.controls]:  # type: ignore[attr-defined]
            page = await mod.click(page, id=following)
    assert seen == [f"Book {n}" for n in range(60)]


# -- files --------------------------------------------------------------------------------------


async def test_an_exported_list_comes_into_another_server(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana, named=["yes"])
    await accepts(mod)
    found = await exports(mod)
    assert list(found) == ["reading-list.toml"]
    text = found["reading-list.toml"]
    assert str(ana.id) not in text
    world.guild = world.env.create_guild("Elsewhere")
    world.general = world.guild.create_text_channel("general")
    there = world.moderator("There")
    answer = await brings_in(there, text)
    assert answer.text.startswith("The file is in.")
    assert await titles(there) == ["Bread and Roads"]
    assert await exports(there) == found


async def test_a_file_is_shown_before_anything_changes(world: World) -> None:
    mod = world.moderator("Mod")
    await brings_in(mod, a_work("Old", "old") + a_work("Kept", "kept"))
    card = await sends(
        mod,
        a_work("Old", "old").replace("1998", "1999")
        + a_work("Kept", "kept")
        + a_work("New", "new")
        + a_work("NEW: once more", "again"),
    )
    assert "**Nothing has changed yet.**" in card.text
    assert "Adds 1 work:**\n- New" in card.text
    assert "Changes 1 work:**\n- Old" in card.text
    assert "stands on the list exactly so:**\n- Kept" in card.text
    assert "- NEW: once more" in card.text
    assert await titles(mod) == ["Old", "Kept"]
    bring_in = ids_on(card, "list-import")[0]
    answer = await presses(mod, card, "list-import")
    assert answer.text.startswith("The file is in.")
    assert await titles(mod) == ["Old", "Kept", "New"]
    again = await forge.press(mod, bring_in, at=world.general)
    assert again.text.startswith("That is over")
    nothing = await sends(mod, a_work("Kept", "kept"))
    assert nothing.text.startswith("There is nothing to bring in")


async def test_all_faults_of_a_file_are_told_together(world: World) -> None:
    mod = world.moderator("Mod")
    text = a_work().replace('form = "book"', 'form = "song"').replace("1998", '"1998"')
    answer = await sends(mod, text + a_work(its_id="taking-sides"))
    assert "line 6: a year is a whole number" in answer.text
    assert "line 7: there is no form" in answer.text
    assert "line 14: 'taking-sides' is on the shared list" in answer.text
    assert await world.rows("SELECT * FROM reading_imports") == []
    many = await sends(mod, "".join(a_work(f"B {n}", "same") for n in range(30)))
    (name,) = many.files
    assert name == "faults.txt"
    assert len(many.files[name].decode().splitlines()) == 29


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("list.txt", b"", "That is no .toml file."),
        ("list.toml", b"", "There is no work in this file"),
        ("list.toml", b"#" * (intake.FILE_LIMIT + 1), "That file is too large: 256 KB"),
        ("list.toml", b"\x00", "this is not TOML"),
        ("list.toml", b"\xff", "save the file as UTF-8"),
        ("list.toml", "# \u202e\ud83d".encode(errors="surrogatepass"), "save the file as UTF-8"),
        ("list.toml", b"'@everyone' = 1", "is not known here"),
        ("list.toml", b"[[work]]\n" * 2000, "faults.txt"),
    ],
)
async def test_a_file_that_is_none_changes_nothing(
    world: World, name: str, content: bytes, told: str
) -> None:
    mod = world.moderator("Mod")
    answer = await sends(mod, content, name)
    assert answer.private
    assert told in answer.text or told in answer.files
    for table in ("reading_imports", "reading_works"):
        assert await world.rows(f"SELECT * FROM {table}") == []


async def test_only_curators_bring_files_in(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    refused = await sends(ana, a_work())
    assert refused.text.startswith(_NOT_FOR_THEM)
    card = await sends(mod, a_work())
    key = ids_on(card, "list-import")[0]
    answer = await forge.press(ana, key, at=world.general)
    assert answer.text.startswith(_NOT_FOR_THEM)
    assert await titles(mod) == []


async def test_two_curators_bring_a_file_in_at_once_and_it_comes_once(world: World) -> None:
    mod, other = world.moderator("Mod"), world.moderator("Other")
    mine, theirs = await sends(mod, a_work()), await sends(other, a_work())
    answers: list[Answer] = await world.at_once(
        lambda: presses(mod, mine, "list-import"), lambda: presses(other, theirs, "list-import")
    )
    said = sorted(each.text for each in answers)
    assert said[0].startswith("The file is in.")
    assert said[1].startswith("There is nothing to bring in")
    assert await titles(mod) == ["Bread and Roads"]


async def test_too_many_works_are_refused_as_a_whole(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    mod = world.moderator("Mod")
    monkeypatch.setattr(intake, "WORKS_LIMIT", 2)
    answer = await sends(mod, "".join(a_work(f"Book {n}", f"b-{n}") for n in range(3)))
    assert answer.text.startswith("With this file the list would have more than")
    assert await titles(mod) == []


async def test_a_file_waits_through_a_restart_and_not_for_ever(world: World) -> None:
    mod = world.moderator("Mod")
    card = await sends(mod, a_work())
    await world.restart()
    await world.later(16 * 60)
    assert await world.rows("SELECT * FROM reading_imports") == []
    answer = await presses(mod, card, "list-import")
    assert answer.text.startswith("That is over")
    card = await sends(mod, a_work())
    await world.restart()
    await presses(mod, card, "list-import")
    assert await titles(mod) == ["Bread and Roads"]


async def test_reading_a_large_file_holds_nobody_up(world: World) -> None:
    """It is proofread beside everything else, so others are answered meanwhile."""
    mod = world.moderator("Mod")
    text = "".join(a_work(f"Book {n}", f"b-{n}") for n in range(1000))
    assert len(text.encode()) < intake.FILE_LIMIT
    beats = 0

    async def beat() -> None:
        nonlocal beats
        while True:
            await asyncio.sleep(0)
            beats += 1

    task = asyncio.create_task(beat())
    card = await sends(mod, text)
    task.cancel()
    assert beats > 10
    await presses(mod, card, "list-import")
    assert len(await titles(mod)) == 1000
