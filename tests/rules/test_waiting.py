"""The inbox's pages: everything is on one of them, in order, and each is one Discord takes."""

from __future__ import annotations

from discord import ui
from hypothesis import given
from hypothesis import strategies as st

from bot import waiting
from bot.replies import Card, button, row
from bot.waiting import Block, pages
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
        assert len(page) <= waiting.PAGE


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
    assert len(str(block.parts[0])) + len(str(block.parts[1])) == waiting.CHARACTERS


def test_a_text_that_is_an_item_counts_too() -> None:
    long = Block([ui.TextDisplay("x" * 2000)])
    assert [len(page) for page in pages([long, long])] == [1, 1]
