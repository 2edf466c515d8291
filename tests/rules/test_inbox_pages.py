"""The inbox's pages: everything is on one of them, in order, and each is one Discord takes."""

from __future__ import annotations

from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot import inbox
from bot.inbox import Block, pages
from bot.replies import Card, button, row
from tests.world import controls, texts

blocks = st.builds(
    lambda letters, rows, buttons: Block(
        ["x" * letters, *(row(*(button("b", "b") for _ in range(buttons))) for _ in range(rows))]
    ),
    st.integers(1, 5000),
    st.integers(0, 2),
    st.integers(1, 5),
)


@given(st.lists(blocks, max_size=12), st.integers(0, 2000))
def test_every_page_is_one_that_discord_takes(found: list[Block], news: int) -> None:
    first = ["n" * news, row(button("Got it", "got-it"))] if news else []
    for number, page in enumerate(pages(found, first)):
        parts = [part for block in page for part in block.parts]
        shown = [*(first if number == 0 else []), "heading", *parts]
        card = Card(*shown, row(button("Back", "b"), button("More", "b"))).to_components()
        assert sum(map(len, texts(card))) <= 3800
        assert len(card) + len(controls(card)) <= 40
        assert len(page) <= inbox.PAGE


@given(st.lists(blocks, max_size=12), st.integers(0, 2000))
def test_everything_is_on_one_page_and_in_order(found: list[Block], news: int) -> None:
    shown = [block for page in pages(found, ["n" * news]) for block in page]
    assert len(shown) == len(found)
    for before, after in zip(found, shown, strict=True):
        assert before.parts[1:] == after.parts[1:]  # every button
        assert before.parts[0][:3000] == after.parts[0][:3000]


def test_no_page_is_empty_but_the_only_one() -> None:
    assert pages([]) == [[]]
    long = Block(["x" * 5000])
    assert [len(page) for page in pages([long, long])] == [1, 1]
    assert [len(page) for page in pages([long], ["news"])] == [0, 1]  # below the news


def test_short_things_fill_a_page() -> None:
    short = Block(["x", row(button("b", "b"))])
    assert [len(page) for page in pages([short] * 5)] == [4, 1]


def test_all_texts_of_a_thing_that_is_too_long_fit_together() -> None:
    ((block,),) = pages([Block(["x" * 3000, "y" * 3000, row(button("b", "b"))])])
    assert block.parts[0] == "x" * 3000
    assert str(block.parts[1]).endswith("y…")
    assert len(str(block.parts[0])) + len(str(block.parts[1])) == inbox.CHARACTERS


def test_a_text_that_is_an_item_counts_too() -> None:
    long = Block([ui.TextDisplay("x" * 2000)])
    assert [len(page) for page in pages([long, long])] == [1, 1]


def lines(*letters: int) -> list[Block]:
    return [Block(["x" * each]) for each in letters]


def sizes(*found: Block, first: int = 0) -> list[int]:
    """How many of the things stand on each page."""
    return [len(page) for page in pages(found, ["n" * first] if first else [])]


def test_a_page_is_full_at_3700_characters() -> None:
    assert sizes(*lines(1850, 1850)) == [2]
    assert sizes(*lines(1850, 1851)) == [1, 1]
    assert sizes(*lines(3700, 1850, 1850)) == [1, 2]
    assert sizes(*lines(1700), first=2000) == [1]
    assert sizes(*lines(1701), first=2000) == [0, 1]


def test_a_page_is_full_at_36_components() -> None:
    nine = Block(["x", *(row(*(button("b", "b") for _ in range(3))) for _ in range(2))])
    ten = Block([*nine.parts[:2], row(*(button("b", "b") for _ in range(4)))])
    assert sizes(nine, nine, nine, nine) == [4]
    assert sizes(nine, nine, nine, ten) == [3, 1]
    assert sizes(ten, nine, nine, nine, nine, nine, nine, nine) == [3, 4, 1]
    empty = Block(["", *nine.parts])
    assert sizes(empty, empty, empty, empty) == [4]  # an empty text is none


def test_things_without_a_text_have_pages_too() -> None:
    wide = Block([row(*(button("b", "b") for _ in range(5))) for _ in range(4)])
    assert sizes(wide, wide) == [1, 1]


def test_four_things_fill_a_page() -> None:
    assert sizes(*lines(*[1] * 9)) == [4, 4, 1]


def test_what_is_cut_says_so_and_ends_in_no_half_of_an_escape() -> None:
    ((whole,),) = pages(lines(3700))
    assert whole.parts == ["x" * 3700]
    ((cut,),) = pages(lines(3701))
    assert cut.parts == ["x" * 3699 + "…"]
    ((escaped,),) = pages([Block(["x" * 3698 + "\\" + "*" * 5])])
    assert escaped.parts == ["x" * 3698 + "…"]
    ((after,),) = pages([Block(["x" * 3700, "yy", row(button("b", "b"))])])
    assert after.parts[:2] == ["x" * 3700, "…"]
    assert len(after.parts) == 3
