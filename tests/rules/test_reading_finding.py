"""Finding things on the list: filters, counts, names, and the views that buttons carry."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reading import finding
from bot.reading.finding import View
from bot.reading.library import Library, Terms, library
from bot.reading.rules import Item
from bot.words import LANGUAGES

LIST = library("en")
NAMES = finding.names(LIST)
IDS = {kind: [each.id for each in LIST.terms(kind)] for kind in Terms}
views = st.builds(
    View,
    *(st.none() | st.sampled_from(IDS[kind]) for kind in Terms),
    page=st.integers(0, 999),
)
#: What a control's key may be (`bot.replies`).
KEY = re.compile(r"[0-9A-Za-z_.-]{0,60}")


@pytest.fixture(params=LANGUAGES)
def shared(request: pytest.FixtureRequest) -> Library:
    return library(request.param)


# -- views ------------------------------------------------------------------------------------


@given(views)
def test_a_view_comes_back_from_its_key(view: View) -> None:
    assert finding.view(view.key(), LIST) == view


@given(views)
def test_a_view_fits_a_button_beside_the_longest_id(view: View) -> None:
    assert KEY.fullmatch(f"{'w' * 40}.{view.key()}")


@given(st.text(max_size=60))
def test_whatever_else_stands_there_is_no_view(key: str) -> None:
    found = finding.view(key, LIST)
    assert found is None or int(found.key().partition(".")[2]) == int(key.partition(".")[2])


@pytest.mark.parametrize(
    "key", ["", ".", "------------", "------------.", "------------.1000", "------------.²",
            "------------.-1", "zzzz--------.0", "-----------.0", "-------------.0"],
)  # fmt: skip
def test_a_forged_key_is_no_view(key: str) -> None:
    assert finding.view(key, LIST) is None


def test_no_two_terms_of_a_kind_share_a_code() -> None:
    for ids in IDS.values():
        assert len({finding._code(each) for each in ids}) == len(ids)


@given(views)
def test_a_view_has_what_has_all_its_terms_and_nothing_else(view: View) -> None:
    found = view.items(LIST.items)
    for item in LIST.items:
        has_all = (
            view.topic in (None, *item.topics)
            and view.tradition in (None, item.tradition)
            and view.form in (None, item.form)
        )
        assert (item in found) is has_all
    assert found == [item for item in LIST.items if item in found]


# -- terms and their counts -------------------------------------------------------------------


@given(views, st.sampled_from(Terms))
def test_a_count_is_what_choosing_it_leaves(others: View, kind: Terms) -> None:
    for term, number in finding.terms(LIST, LIST.items, others, kind, ""):
        assert number == len(others.having(kind, term.id).items(LIST.items)) > 0


@given(views, st.sampled_from(Terms))
def test_what_would_leave_nothing_is_not_suggested(others: View, kind: Terms) -> None:
    offered = [term.id for term, _ in finding.terms(LIST, LIST.items, others, kind, "")]
    left = [each for each in IDS[kind] if others.having(kind, each).items(LIST.items)]
    assert offered == left[: finding.OFFERED_LIMIT]


def test_terms_are_found_by_part_of_their_name_whatever_the_case() -> None:
    found = finding.terms(LIST, LIST.items, View(), Terms.TRADITION, "ANARCH")
    assert [term.id for term, _ in found] == ["anarchist"]


def test_a_term_is_known_by_id_by_name_and_as_it_was_suggested(shared: Library) -> None:
    for kind in Terms:
        for each in shared.terms(kind):
            for typed in (each.id, each.name, each.name.upper(), f"{each.name} · 12"):
                assert finding.term(shared, kind, typed) == each, typed
        assert finding.term(shared, kind, "nothing of this name") is None


# -- works ------------------------------------------------------------------------------------


def test_every_work_is_found_by_its_id_its_title_and_its_suggestion(shared: Library) -> None:
    named = finding.names(shared)
    for item in shared.items:
        for typed in (item.id, item.title, item.title.upper(), finding.label(item, named)):
            assert finding.work(shared.items, named, typed) == item, typed


def test_a_work_is_found_by_its_maker() -> None:
    assert [each.id for each in finding.works(LIST.items, NAMES, "dabiri")] == ["dabiri"]


def test_what_begins_with_the_words_comes_first() -> None:
    found = finding.works(LIST.items, NAMES, "wh")
    begin = [each.title.lower().startswith("wh") for each in found]
    assert begin == sorted(begin, reverse=True)
    assert {True, False} == set(begin)


def test_one_that_is_not_told_from_others_is_not_chosen() -> None:
    assert len(finding.works(LIST.items, NAMES, "allyship")) > 1
    assert finding.work(LIST.items, NAMES, "the") is None
    twins = [Item(each, "The same", "t", "f", "ours") for each in ("ours-1", "ours-2")]
    assert finding.work(twins, {}, "the same") is None
    assert finding.work(twins, {}, "ours-2") == twins[1]


@given(st.text(max_size=40))
def test_suggestions_fit_whatever_is_typed(typed: str) -> None:
    found = finding.works(LIST.items, NAMES, typed)
    assert len(found) <= finding.OFFERED_LIMIT
    assert len(set(found)) == len(found)
    for each in found:
        assert 1 <= len(finding.label(each, NAMES)) <= finding.OFFERED_LENGTH


@given(st.text(alphabet=st.characters(exclude_categories=()), max_size=60))
def test_typing_anything_raises_nothing(typed: str) -> None:
    finding.work(LIST.items, NAMES, typed)
    for kind in Terms:
        finding.term(LIST, kind, typed)
        finding.terms(LIST, LIST.items, View(), kind, typed)


def test_what_begins_with_nothing_is_the_list_from_its_beginning() -> None:
    found = finding.works(LIST.items, NAMES, "  ")
    assert found == list(LIST.items[: finding.OFFERED_LIMIT])
