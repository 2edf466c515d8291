"""What suggestions are called: each by itself, and no longer than Discord takes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.store.ids import new_id
from bot.suggestions import LONGEST, matching, offer
from tests.strategies import hostile_text

#: Few words, so that many are called alike, some only at their beginning.
ALIKE = st.sampled_from(
    ["Owls", "Owls ", "owls", "Owl " * 30, "Owl " * 30 + "x", "🦉" * 99, "x" * 200, ""]
)


@given(st.lists(st.one_of(ALIKE, hostile_text()), max_size=25))
def test_no_two_are_called_the_same_and_each_fits(names: list[str]) -> None:
    found = [(name, new_id()) for name in names]
    choices = offer(found)
    called = [each.name for each in choices]
    assert [each.value for each in choices] == [value for _, value in found]
    assert len({*called}) == len(called)
    assert all(1 <= len(each.encode("utf-16-le")) // 2 <= LONGEST for each in called)


@given(st.lists(ALIKE, max_size=25))
def test_each_is_found_by_what_it_is_called(names: list[str]) -> None:
    choices = offer((name, new_id()) for name in names)
    for each in choices:
        assert each in matching(choices, each.name)


@pytest.mark.parametrize("name", ["4F7KQ2M9XA1B", "who-is-oakland"])
def test_nothing_is_called_like_an_id(name: str) -> None:
    """Somebody's words, or a title, would stand for another thing."""
    (only,) = offer([(name, new_id())])
    assert only.name == f"{name} · {only.value[-4:]}"


def test_of_two_long_ones_the_ends_are_shown() -> None:
    words = "We are going to bring soup and bread for everybody who has been out since the morning"
    one, other = offer((f"{words} and long before, and {end}", new_id()) for end in ("tea", "rest"))
    assert one.name.startswith("We are going to bring")
    assert one.name.endswith("and tea")
    assert other.name.endswith("and rest")
