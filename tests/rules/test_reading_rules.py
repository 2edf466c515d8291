"""What is suggested next: everything in time, both sides soon, and for a reason that is true."""

from __future__ import annotations

from collections import Counter
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from bot.reading.library import library
from bot.reading.rules import Item, Kind, Mark, Reason, Suggestion, mark_of, next_one

LIST = library("en").items
PAIRS = tuple(pair.id for pair in library("en").pairs)
BEGUN = (Mark.READING, Mark.READ)
TERM = {Reason.SIDE: Kind.SIDE, Reason.TRADITION: Kind.TRADITION, Reason.FORM: Kind.FORM}
WHOLE = {item.part_of for item in LIST}


def work(name: str, tradition: str = "a", form: str = "book", side: str = "one") -> Item:
    return Item(name, name, tradition, form, side)


#: Lists of works on two sides, each side with one at least, in any order.
lists = (
    st.lists(
        st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.sampled_from(("one", "two"))),
        max_size=8,
    )
    .map(lambda each: [("a", "x", "one"), ("b", "y", "two"), *each])
    .flatmap(st.permutations)
    .map(lambda each: [work(str(number), *terms) for number, terms in enumerate(each)])
)


def some_marks(items: list[Item]) -> st.SearchStrategy[dict[str, Mark]]:
    ids = st.sampled_from([item.id for item in items])
    return st.dictionaries(ids, st.sampled_from(Mark))


marked_lists = lists.flatmap(lambda items: st.tuples(st.just(items), some_marks(items)))
marked = some_marks(list(LIST))


def found(suggestion: Suggestion | None, items: list[Item] | tuple[Item, ...]) -> Item:
    assert suggestion is not None
    return next(item for item in items if item.id == suggestion.id)


def begun(items: list[Item] | tuple[Item, ...], marks: dict[str, Mark]) -> list[Item]:
    return [item for item in items if mark_of(item, marks) in BEGUN]


def seen(items: list[Item], marks: dict[str, Mark]) -> set[str]:
    return {item.side for item in begun(items, marks)}


def followed(items: list[Item], marks: dict[str, Mark], mark: Mark) -> list[str]:
    """What is suggested to somebody who takes up each suggestion, until there is no other."""
    suggested: list[str] = []
    while suggestion := next_one(items, marks):
        assert suggestion.id not in suggested
        suggested.append(suggestion.id)
        marks[suggestion.id] = mark
    return suggested


# Everything is reached, and nothing twice.


@given(marked_lists, st.sampled_from(BEGUN))
def test_following_the_suggestions_reaches_every_work_once(
    case: tuple[list[Item], dict[str, Mark]], mark: Mark
) -> None:
    items, marks = case
    left = [item.id for item in items if marks.get(item.id) not in BEGUN]
    assert sorted(followed(items, marks, mark)) == sorted(left)


def test_following_the_suggestions_through_the_shipped_list_reaches_all_of_it() -> None:
    suggested = followed(list(LIST), {}, Mark.READ)
    assert sorted(suggested) == sorted(item.id for item in LIST if item.id not in WHOLE)


@given(marked)
def test_nothing_that_is_being_read_or_was_read_is_suggested(marks: dict[str, Mark]) -> None:
    suggestion = next_one(LIST, marks)
    left = [item for item in LIST if item.id not in WHOLE and mark_of(item, marks) not in BEGUN]
    assert (suggestion is None) == (not left)
    if suggestion:
        assert found(suggestion, LIST) in left


def test_an_essay_that_was_read_is_not_suggested_in_its_sections() -> None:
    marks = {"critique": Mark.READ}
    for _ in LIST:
        suggestion = next_one(LIST, marks)
        if suggestion is None:
            break
        assert found(suggestion, LIST).part_of != "critique"
        marks[suggestion.id] = Mark.READ
    assert next_one(LIST, marks) is None


def test_what_somebody_wants_to_read_can_be_suggested_and_is_not_put_first() -> None:
    items = [work("first"), work("second")]
    assert next_one(items, {"second": Mark.WANT}) == Suggestion("first", Reason.ORDER)
    marks = {"first": Mark.READ, "second": Mark.WANT}
    assert next_one(items, marks) == Suggestion("second", Reason.ORDER)


# Both sides.


@given(marked_lists)
def test_after_two_steps_both_sides_were_seen(case: tuple[list[Item], dict[str, Mark]]) -> None:
    items, marks = case
    for _ in range(2):
        # With little left there may be no second step; then the sides were seen before.
        if suggestion := next_one(items, marks):
            marks[suggestion.id] = Mark.READ
    assert seen(items, marks) == {"one", "two"}


@given(marked)
def test_after_two_steps_through_the_shipped_list_both_sides_were_seen(
    marks: dict[str, Mark],
) -> None:
    for _ in range(2):
        if suggestion := next_one(LIST, marks):
            marks[suggestion.id] = Mark.READ
    assert seen(list(LIST), marks) == {"critique", "allyship"}


def test_a_side_that_is_used_up_leaves_the_other_to_be_suggested() -> None:
    items = [work("mine", side="one"), work("x", side="two"), work("y", side="two")]
    marks = {"mine": Mark.READ}
    assert next_one(items, marks) == Suggestion("x", Reason.SIDE, "two")
    marks["x"] = Mark.READ
    assert next_one(items, marks) == Suggestion("y", Reason.ORDER)


def test_what_no_essay_brings_has_its_turn_and_hides_neither_essay() -> None:
    ours = [work(f"ours-{number}", side="ours") for number in range(5)]
    items = [*ours, work("one-1"), work("two-1", tradition="b", side="two")]
    marks = {each.id: Mark.READ for each in ours[:4]}
    steps: list[str] = []
    for _ in range(2):
        suggestion = next_one(items, marks)
        assert suggestion is not None
        assert suggestion.reason is Reason.SIDE
        steps.append(suggestion.id)
        marks[suggestion.id] = Mark.READ
    assert sorted(steps) == ["one-1", "two-1"]
    assert next_one(items, marks) == Suggestion("ours-4", Reason.ORDER)


def test_a_side_that_was_not_begun_goes_before_a_more_lopsided_tradition() -> None:
    ours = [work(f"ours-{number}", side="ours") for number in range(3)]
    other = work("ours-b", tradition="b", side="ours")
    items = [*ours, other, work("one-1"), work("two-1", side="two")]
    marks = {each.id: Mark.READ for each in items[:3]} | {"one-1": Mark.READ}
    assert next_one(items, marks) == Suggestion("two-1", Reason.SIDE, "two")


# The reason.


@given(marked_lists)
def test_the_reason_is_true(case: tuple[list[Item], dict[str, Mark]]) -> None:
    check_reason(*case)


@given(marked)
def test_the_reason_is_true_in_the_shipped_list(marks: dict[str, Mark]) -> None:
    check_reason([item for item in LIST if item.id not in WHOLE], marks, list(LIST))


def check_reason(
    parts: list[Item], marks: dict[str, Mark], items: list[Item] | None = None
) -> None:
    suggestion = next_one(items or parts, marks)
    if suggestion is None:
        return
    item = found(suggestion, parts)
    left = [each for each in parts if mark_of(each, marks) not in BEGUN]
    for kind in Kind:
        read = Counter(each.term(kind) for each in begun(parts, marks))
        counts = {each.term(kind): read[each.term(kind)] for each in left}
        if TERM.get(suggestion.reason) is kind:
            assert suggestion.term == item.term(kind)
            assert counts[suggestion.term] == min(counts.values())
            assert max(read.values()) > counts[suggestion.term]
        if suggestion.reason is Reason.ORDER:
            assert len(set(counts.values())) == 1
            assert item == left[0]
            assert suggestion.term is None


def test_the_most_lopsided_of_side_tradition_and_form_is_the_reason() -> None:
    items = [
        work("1", "a", "x", "one"),
        work("2", "a", "x", "two"),
        work("3", "a", "y", "one"),
        work("4", "b", "x", "two"),
        work("5", "a", "x", "two"),
    ]
    both = {"1": Mark.READ, "2": Mark.READ}
    assert next_one(items, both) == Suggestion("4", Reason.TRADITION, "b")
    assert next_one(items, {**both, "4": Mark.READ}) == Suggestion("3", Reason.FORM, "y")
    assert next_one(items, {"1": Mark.READ}) == Suggestion("4", Reason.SIDE, "two")


def test_what_is_equal_goes_by_the_order_of_the_list() -> None:
    items = [work("b"), work("a"), work("c")]
    marks = {"c": Mark.WANT}
    assert next_one(items, marks) == Suggestion("b", Reason.ORDER)
    assert next_one(items[::-1], marks) == Suggestion("c", Reason.ORDER)


# The shelf.


def test_an_empty_shelf_is_offered_the_first_pair() -> None:
    assert next_one(LIST, {}, PAIRS) == Suggestion(PAIRS[0], Reason.EMPTY)


@given(marked.filter(bool))
def test_a_shelf_with_something_on_it_is_offered_no_pair(marks: dict[str, Mark]) -> None:
    assert next_one(LIST, marks, PAIRS) == next_one(LIST, marks)


def test_where_there_are_no_pairs_an_empty_shelf_is_offered_the_first_of_the_list() -> None:
    assert next_one(LIST, {}) == Suggestion("critique-letter", Reason.ORDER)
    assert next_one([], {}) is None


@given(marked, st.randoms(use_true_random=False))
def test_the_order_of_the_marks_does_not_matter(marks: dict[str, Mark], random: Random) -> None:
    shuffled = list(marks.items())
    random.shuffle(shuffled)
    assert next_one(LIST, dict(shuffled)) == next_one(LIST, marks)


def test_a_section_is_as_far_as_its_essay_at_least() -> None:
    section = next(item for item in LIST if item.id == "critique-free")
    assert mark_of(section, {}) is None
    assert mark_of(section, {"critique": Mark.READ}) is Mark.READ
    assert mark_of(section, {"critique": Mark.READ, section.id: Mark.WANT}) is Mark.READ
    assert mark_of(section, {"critique": Mark.WANT, section.id: Mark.READING}) is Mark.READING
    assert mark_of(section, {"allyship": Mark.READ}) is None
