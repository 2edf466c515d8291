"""Whether two works are the same: by main title and makers, however they are written."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.reading.duplicates import Known, Title, main_title, same

WORDS = ("Affinity", "solidaridad", "Ártica", "naïve", "Größe", "Ящерица", "कहानी", "連帯", "1968")
words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5)
titles = words.map(" ".join)
subtitles = st.sampled_from((": ", "： ", " - ", " – ", "—", " -- "))
punctuation = st.sampled_from(("!", "?", "…", "’", "“", "·", "/", "&", ","))
makers = st.lists(st.sampled_from(("Cindy Milstein", "Ana Ruiz (ed.)", "B. Paz")), max_size=2)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Taking Sides", "Taking Sides: Revolutionary Solidarity and the Poverty of Liberalism"),
        ("Taking Sides: A Reader", "taking sides — an anthology"),
        ("Así es", "ASI ES"),
        ("Who Is Oakland?", "Who is Oakland"),
        ("Anti-racism", "Antiracism"),
        ("The 4-Hour Day", "The 4 hour day"),
        ("Straße", "STRASSE"),
        ("ﬁre", "Fire"),
        (": on its own", "on its own"),
    ],
)
def test_the_same_title_written_in_two_ways(one: str, other: str) -> None:
    assert same(Title(one), Title(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Taking Sides", "Taking Aside"),
        ("Self-help: a history", "Self: a history"),
        ("काला", "कला"),
        ("?!", "!?!"),
        ("1968", "1969"),
        ("C", "C++ and other languages"),
    ],
)
def test_two_titles(one: str, other: str) -> None:
    assert not same(Title(one), Title(other))


def test_makers_tell_works_apart_that_are_called_alike() -> None:
    milstein, paz = Title("Solidarity", ("Milstein, Cindy",)), Title("Solidarity", ("Beto Paz",))
    assert not same(milstein, paz)
    assert same(milstein, Title("Solidarity", ("Cindy Milstein (ed.)", "Erik Ruin")))
    assert same(milstein, Title("Solidarity"))


def test_a_common_role_is_no_common_maker() -> None:
    assert not same(Title("Reader", ("Ana Ruiz, editor",)), Title("Reader", ("B. Paz, editor",)))


@given(title=titles, subtitle=titles, by=subtitles, mark=punctuation)
def test_case_accents_punctuation_and_subtitle_make_no_difference(
    title: str, subtitle: str, by: str, mark: str
) -> None:
    plain = "".join(
        char for char in unicodedata.normalize("NFD", title) if not unicodedata.combining(char)
    )
    assume("कहानी" not in title)  # an accent is taken away there by nobody
    for written in (title.upper(), plain, f"{mark}{title}{mark}", f"{title}{by}{subtitle}"):
        assert same(Title(title), Title(written)), written
        assert same(Title(written), Title(title)), written


@given(one=st.text(max_size=60), other=st.text(max_size=60), by=makers, also=makers)
def test_being_the_same_goes_both_ways_and_finding_agrees(
    one: str, other: str, by: list[str], also: list[str]
) -> None:
    first, second = Title(one, tuple(by)), Title(other, tuple(also))
    assert same(first, first)
    assert same(first, second) is same(second, first)
    known = Known()
    known.add([second], "second")
    assert (known.find([first]) == "second") is same(first, second)
    assert known.find([first], but="second") is None


@given(title=st.text(min_size=1, max_size=80).filter(str.strip))
def test_something_is_left_of_every_title(title: str) -> None:
    assert main_title(title)
