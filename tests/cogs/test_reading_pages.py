"""Every page of the list as Discord gets it, in every language: within its limits, and whole."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from bot.reading import finding
from bot.reading.finding import View
from bot.reading.library import SIDES, Sure, Terms
from bot.reading.own import OwnWork
from bot.reading.rules import Item, Mark, Reason, Suggestion
from bot.reading.shelves import Kept
from bot.replies import Card
from bot.words import LANGUAGES, speak
from cogs.reading import pairs, says
from cogs.reading.browsing import Browsing
from cogs.reading.scene import Scene, _shared
from cogs.reading.shelf import Shelf
from cogs.reading.work import Works
from tests.world import controls, texts

LONG = "*_~`|<>#" * 500


class Lists:
    """What a server added."""

    def __init__(self, *works: OwnWork) -> None:
        self._works = {each.id: each for each in works}

    async def work(self, guild_id: int, work_id: str, language: str = "") -> OwnWork | None:
        return self._works.get(work_id)


def own(number: int) -> OwnWork:
    """A work whose every text is as long as it can be, and nothing but marks to escape."""
    return OwnWork(
        id=f"ours-{number:012d}",
        title=LONG[:100],
        makers=(LONG[:100],) * 5,
        year=2020,
        form="book",
        tradition="several",
        topics=tuple(each.id for each in _shared("en")[0].topics),
        why=LONG[:500],
        find=LONG[:300],
        questions=(LONG[:200],) * 3,
        named_by=1_456_074_443_980_800_013,
    )


OURS = [own(number) for number in range(5)]


def as_item(work: OwnWork) -> Item:
    return Item(work.id, work.title, work.tradition, work.form, "ours", work.topics)


@pytest.fixture(params=LANGUAGES)
def seen(request: pytest.FixtureRequest) -> Scene:
    shared, named = _shared(request.param)
    items = shared.items + tuple(map(as_item, OURS))
    return Scene(speak(request.param), shared, items, named)


def in_a_server() -> Any:
    return SimpleNamespace(guild_id=7, user=SimpleNamespace(id=1))


def bot() -> Any:
    return SimpleNamespace(server_lists=Lists(*OURS))


def faults(parts: list[Any], *, whole: bool = True) -> list[str]:
    """What Discord would not take of a card, in sentences; `whole`: or what was cut."""
    made = Card(*parts).to_components()
    said, pressed = texts(made), controls(made)
    ids = [each["custom_id"] for each in pressed]
    labels = [each["label"] for each in pressed]
    wrong = [f"{sum(map(len, said))} characters"] if sum(map(len, said)) > 4000 else []
    wrong += [f"{_number(made)} components"] if _number(made) > 40 else []
    wrong += [f"{each}: too long an id" for each in ids if len(each) > 100]
    wrong += [f"{each}: no key of ours" for each in ids if len(each.split(":")[2]) > 60]
    wrong += [f"{each}: too long a label" for each in labels if not 1 <= len(each) <= 80]
    wrong += ["two buttons with one id"] if len(set(ids)) != len(ids) else []
    wrong += ["two buttons that read the same"] if len(set(labels)) != len(labels) else []
    wrong += ["an empty text"] if "" in said else []
    return wrong + ([f"cut: {each[-40:]}" for each in said if each.endswith("…")] if whole else [])


def _number(parts: list[Any]) -> int:
    return sum(1 + _number(part.get("components") or []) for part in parts)


FAR = View("experience", "political-economy", "organisation", page=999)
VIEWS = (None, FAR)


@pytest.mark.parametrize("view", VIEWS)
async def test_every_work_and_section_and_both_essays_fit_whole(
    seen: Scene, view: View | None
) -> None:
    works = Works(bot())
    longest = max(_reasons(seen), key=len)
    wrong = []
    for item in seen.library.items:
        for first in ((), (longest,)):
            page = await works.page(in_a_server(), seen, item, view, *first)
            wrong += [f"{item.id}: {each}" for each in faults(page)]
    assert wrong == []


def _reasons(seen: Scene) -> list[str]:
    library = seen.library
    suggestions = [
        Suggestion("", Reason.ORDER),
        Suggestion("", Reason.EMPTY),
        *(Suggestion("", Reason.SIDE, side) for side in (*SIDES, "ours")),
        *(Suggestion("", Reason.TRADITION, each.id) for each in library.traditions),
        *(Suggestion("", Reason.FORM, each.id) for each in library.forms),
    ]
    return [says.reason(seen.words, library, each) for each in suggestions]


async def test_every_pair_fits_whole(seen: Scene) -> None:
    longest = max(_reasons(seen), key=len)
    wrong = [
        f"{each.id}: {fault}"
        for each in seen.library.pairs
        for fault in faults(pairs.page(seen, each, longest))
    ]
    assert wrong == []


async def test_what_a_server_added_fits_however_long_it_is(seen: Scene) -> None:
    works = Works(bot())
    for own_work in OURS:
        page = await works.page(in_a_server(), seen, as_item(own_work), FAR, "Why it is next")
        assert faults(page, whole=False) == []


async def test_every_page_of_every_view_fits(seen: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    pages: list[list[Any]] = []

    async def answer(interaction: Any, *parts: Any) -> None:
        pages.append(list(parts))

    monkeypatch.setattr("cogs.reading.browsing.answer", answer)
    browsing = Browsing(bot())
    chosen = [View()] + [
        View().having(kind, each.id)
        for kind in Terms
        for each in seen.library.terms(kind)
        if View().having(kind, each.id).items(seen.items)
    ]
    met: list[str] = []
    for view in chosen:
        number = len(view.items(seen.items))
        for page in range((number + finding.PAGE - 1) // finding.PAGE):
            await browsing._show(in_a_server(), seen, view._replace(page=page))
            assert faults(pages[-1], whole=False) == [] or _same_titles(pages[-1]), view
            if view.whole:
                pressed = [each["custom_id"] for each in controls(Card(*pages[-1]).to_components())]
                met += [each.split(":")[2].split(".")[0] for each in pressed if "open" in each]
    assert met == [item.id for item in seen.items]


def _same_titles(parts: list[Any]) -> bool:
    """The works of this test are all called the same, so their buttons read the same."""
    return faults(parts, whole=False) == ["two buttons that read the same"]


@pytest.mark.parametrize("note", ["", "x" * 1000, LONG[:1000]])
async def test_every_card_of_the_shelf_fits(seen: Scene, note: str) -> None:
    shelf = Shelf(bot())
    for item in seen.items:
        for mark in (None, *Mark):
            kept = Kept(item.id, item.title, mark, note, "0" * 12) if mark else None
            said = says.STATES[mark] if mark else "Taken off your shelf."
            for view in VIEWS:
                card = shelf._about(seen, item.id, item.title, kept, view, said)
                assert faults(card, whole=False) == [], item.id


# -- what is said -----------------------------------------------------------------------------


def test_every_fact_of_the_data_has_a_name(seen: Scene) -> None:
    known = {fact for each in (*seen.library.essays, *seen.library.works) for fact in each.sure}
    assert known <= set(says.FACTS)


def test_where_not_all_is_checked_each_fact_says_how_sure_it_is(seen: Scene) -> None:
    words = seen.words
    for each in (*seen.library.essays, *seen.library.works):
        said = says.how_sure(words, each.sure, each.sure_note)
        if all(found is Sure.CHECKED for found in each.sure.values()):
            assert said == ""
            continue
        for fact in each.sure:
            assert words(says.FACTS[fact]) in said, each.id


def test_each_essay_comes_first_in_every_other_pair(seen: Scene) -> None:
    first = [says.sides(seen.library, each)[0] for each in seen.library.pairs]
    assert first == [SIDES[number % 2] for number in range(len(first))]


def test_every_pair_has_both_essays_with_their_sections_and_three_questions(seen: Scene) -> None:
    for each in seen.library.pairs:
        said = "\n".join(says.pair(seen.words, seen.library, each))
        buttons = [part["custom_id"] for part in controls(_made(pairs.page(seen, each)))]
        for side in (each.critique, each.allyship):
            assert f"firsthand:reading-open:{side.section_id}" in buttons
        assert said.count("\n- ") == 3


def _made(parts: list[Any]) -> list[dict[str, Any]]:
    return Card(*parts).to_components()


def test_no_reason_counts_or_praises(seen: Scene) -> None:
    for reason in _reasons(seen):
        assert not any(letter.isdigit() for letter in reason)
        assert "!" not in reason
        assert reason.count(".") == 1
        assert reason.endswith(".")
