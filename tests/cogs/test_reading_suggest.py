"""Suggesting works: the form, what is recognised, one's own, and what one is told (design 2)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.replies import literal
from bot.work import rules
from tests.cogs.test_doorbell_waits import with_doorbell
from tests.curators import (
    TERMS,
    accepts,
    declines,
    edits,
    ids_on,
    looks_at,
    presses,
    suggests,
    titles,
)
from tests.journals import too_large
from tests.wire import forge
from tests.wire.wiretap import Wiretap
from tests.world import DAY, HOUR, World


@pytest.fixture(autouse=True)
def within_limits() -> Iterator[None]:
    """Whatever these tests do, Discord would take every call of the bot's."""
    with Wiretap().attached() as tap:
        yield
    assert [wrong for call in tap.calls for wrong in too_large(call)] == []


async def rows(world: World) -> list[dict[str, object]]:
    return await world.rows("SELECT * FROM reading_suggestions")


async def test_a_suggestion_waits_and_only_its_author_sees_it_there(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    answer = await suggests(ana)
    assert answer.private
    assert "waits for those who look after the reading list" in answer.text
    again = await ana.slash("reading suggest")
    assert "**Bread and Roads**" in again.text
    assert again.labels == ["Take back: Bread and Roads", "Suggest another"]
    other = await beto.slash("reading suggest")
    assert other.form is not None
    assert world.said(world.general) == ""


async def test_suggesting_needs_a_server(world: World) -> None:
    ana = world.person("Ana")
    answer = await ana.dm("reading suggest")
    assert answer.private
    assert answer.text.startswith("This needs a server")


async def test_a_suggestion_is_taken_back(world: World) -> None:
    ana = world.person("Ana")
    answer = await presses(ana, await suggests(ana), "suggest-withdraw")
    assert answer.text.startswith("Taken back.")
    assert await rows(world) == []
    assert (await ana.slash("reading suggest")).form is not None


async def test_nobody_else_takes_it_back(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    card = await suggests(ana)
    withdraw = ids_on(card, "suggest-withdraw")[0]
    answer = await forge.press(beto, withdraw, at=world.general)
    assert answer.text.startswith("I can't find that here.")
    assert len(await rows(world)) == 1


async def test_five_are_enough(world: World) -> None:
    ana = world.person("Ana")
    for number in range(5):
        await suggests(ana, f"Book {number}")
    answer = await suggests(ana, "One more")
    assert answer.text.startswith("You have 5 suggestions here that nobody has looked at yet.")
    assert "One more" not in (await presses(ana, answer, "suggestions")).text
    assert len(await rows(world)) == 5


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Who is OAKLAND: a pamphlet", "is on the reading list already"),
        ("bread & roads — again", "You have suggested this already"),
    ],
)
async def test_what_is_known_is_recognised(world: World, title: str, told: str) -> None:
    ana = world.person("Ana")
    await suggests(ana, "Bread and Roads" if "oak" in title.lower() else "Bréad, Roads")
    made = "" if "OAKLAND" in title else "Ana Ruiz"
    answer = await suggests(ana, title.replace("bread & roads", "bread roads"), made=made)
    assert told in answer.text
    assert "It asks what we do" in answer.text  # nothing has to be written twice
    assert len(await rows(world)) == 1


async def test_what_somebody_else_has_suggested_is_not_told_by_whom(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await suggests(ana)
    answer = await suggests(beto, "bread and roads")
    assert answer.text.startswith("Somebody has suggested this already")
    assert ana.mention not in answer.text


@pytest.mark.parametrize("field", ["title", "made", "why", "find"])
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("See https://example.org/x", "Please leave out links and addresses"),
        ("It is on example.org", "Please leave out links and addresses"),
        ("@everyone reads it", "Please leave out mentions"),
        ("half an emoji \ud83d", "There is a broken character in it"),
    ],
)
async def test_a_text_that_is_not_taken_comes_back(
    world: World, field: str, typed: str, told: str
) -> None:
    ana = world.person("Ana")
    answer = await suggests(ana, **{field: typed})
    assert told in answer.text
    assert answer.private
    assert literal(typed.replace("\ud83d", "\ufffd")[:15]) in answer.text
    assert await rows(world) == []


@pytest.mark.parametrize("typed", ["\u202e\u200b", "   ", "\u2800"])
async def test_a_title_that_cannot_be_seen_is_empty(world: World, typed: str) -> None:
    ana = world.person("Ana")
    answer = await suggests(ana, typed)
    assert "**Title:** It's empty." in answer.text
    assert await rows(world) == []


async def test_an_answer_waits_in_the_inbox_at_once_and_is_rung_for_at_some_other_moment(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ring right after the answer would tell the curators whose suggestion it was."""
    monkeypatch.setattr(rules.secrets, "randbelow", lambda most: most - 1)
    await with_doorbell(world)
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    await declines(mod, "We have two of these.")
    await world.later(6 * HOUR - 60)
    assert world.said(world.assembly) == ""
    await world.later(60)
    assert ana.mention in world.said(world.assembly)
    assert world.said(world.general) == ""
    inbox = await ana.slash("consent inbox")
    assert "We have two of these." in inbox.text
    read = await presses(ana, inbox, "got-it")
    assert read.text.startswith("Nothing waits for you.")
    assert await rows(world) == []


async def test_whoever_has_seen_an_answer_is_not_rung_for_it(world: World) -> None:
    await with_doorbell(world)
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    await accepts(mod)
    assert "is on the reading list now" in (await ana.slash("consent inbox")).text
    await world.later(7 * HOUR)
    assert world.said(world.assembly) == ""


async def test_an_answer_that_nobody_reads_goes_after_a_month(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    await accepts(mod)
    assert len(await rows(world)) == 1
    await world.later(31 * DAY)
    assert await rows(world) == []


async def test_somebody_who_left_is_told_nowhere_and_nothing_breaks(world: World) -> None:
    await with_doorbell(world)
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana, named=["yes"])
    world.guild.remove_member(ana.member)
    answer = await accepts(mod)
    assert "is on the list now" in answer.text
    await world.later(7 * HOUR)
    assert world.said(world.general) == world.said(world.assembly) == ""


async def test_whoever_wants_is_named_and_takes_it_off_again(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana, named=["yes"])
    await accepts(mod)
    assert "Your name stands with it" in (await ana.slash("consent inbox")).text
    own = await ana.slash("reading suggest")
    assert own.labels == ["Take my name off: Bread and Roads", "Suggest another"]
    answer = await presses(ana, own, "suggest-unname")
    assert answer.text.startswith("Your name is off it.")
    assert await world.rows("SELECT * FROM reading_works WHERE named_id IS NOT NULL") == []
    assert await titles(ana) == ["Bread and Roads"]


async def test_whoever_is_not_asked_for_is_not_named(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana)
    await accepts(mod)
    assert "name" not in (await ana.slash("consent inbox")).text
    assert await world.rows("SELECT * FROM reading_works WHERE named_id IS NOT NULL") == []


async def test_words_that_curators_changed_are_not_theirs(world: World) -> None:
    """Law 1: nobody is named with a reason that somebody else wrote."""
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await suggests(ana, named=["yes"])
    card = await edits(mod, await looks_at(mod), "review-edit", why="Because we say so.")
    assert "The words were edited here." in card.text
    await accepts(mod, card)
    assert await world.rows("SELECT * FROM reading_works WHERE named_id IS NOT NULL") == []
    told = (await ana.slash("consent inbox")).text
    assert "so your name does not stand with it" in told


async def test_in_spanish(world: World) -> None:
    ana = world.person("Ana", "es-419")
    answer = await suggests(ana)
    assert answer.private
    assert answer.text


async def test_a_restart_between_form_and_answer_changes_nothing(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    form = await ana.slash("reading suggest")
    await world.restart()
    await ana.fill(form, title="Bread", made="", why="It asks.", find="Here.")
    card = await looks_at(mod)
    await world.restart()
    form = await presses(mod, card, "review-accept")
    await world.restart()
    await mod.fill(form, **TERMS)
    await world.restart()
    assert "is on the reading list now" in (await ana.slash("consent inbox")).text
