"""What people may type: nothing hidden stays, nothing visible is lost, no mention slips through."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.text import Fault, clean, fault, finds, folded, shorten
from tests.strategies import (
    BLANK,
    EMOJI,
    INVISIBLE,
    LINE_ENDS,
    LINKS,
    MENTIONS,
    SENTENCES,
    full_width,
    hidden,
    hostile_text,
)

LIMIT = 1500
JOINERS = "\u200c\u200d"
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
LATIN = "aZ09 @:/.<>#áÑÿ+=|\n"


def faulty(typed: str) -> Fault | None:
    """What the bot says of a text that was typed as somebody's exact words."""
    return fault(clean(typed), LIMIT, exact_words=True)


@given(hostile_text())
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    assert clean(clean(typed)) == clean(typed)


@given(hostile_text())
@example("".join(INVISIBLE))
@example("a\u200db")
@example("\U0001f3f4\U000e0067\U000e0062")
def test_nothing_that_cannot_be_seen_survives(typed: str) -> None:
    cleaned = clean(typed)
    for flag in EMOJI[-3:]:
        cleaned = cleaned.replace(flag, "")
    left = {char for char in cleaned if unicodedata.category(char) in ("Cc", "Cf", "Co")}
    assert left <= {"\n", *JOINERS}


@given(st.text(alphabet=LATIN, max_size=10), hostile_text())
@example("", "\U0001f469\u200d\U0001f467\u200d \U0001f469\u200dx \U0001f469\u200d+")
@example("", "\u0915\u094d\u200d\u0937 \u0915\u094d\u200dk \u0645\u06cc\u200c\u0631 \u06cc\u200c1")
def test_a_joiner_survives_only_between_emoji_or_letters_that_need_it(
    latin: str, typed: str
) -> None:
    assert not set(JOINERS) & set(clean("\u200d".join(latin)))
    cleaned = clean(typed)
    for index, char in enumerate(cleaned):
        if char in JOINERS:
            # A virama needs one whatever follows (RFC 5892).
            needed = unicodedata.combining(cleaned[index - 1]) == unicodedata.combining("\u094d")
            assert needed or not cleaned[index + 1].isascii()


@given(hostile_text())
def test_cleaning_only_takes_away(typed: str) -> None:
    folded = typed
    for end in ("\r\n", *LINE_ENDS):
        folded = folded.replace(end, "\n")
    left = iter(folded.replace("\t", " "))
    assert all(char in left for char in clean(typed))


@pytest.mark.parametrize("emoji", EMOJI)
def test_an_emoji_stays_whole(emoji: str) -> None:
    assert clean(f"Here {emoji}{emoji}!") == f"Here {emoji}{emoji}!"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_an_ordinary_sentence_is_kept_to_the_letter_and_taken(sentence: str) -> None:
    assert clean(sentence) == sentence
    assert faulty(sentence) is None


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("pay\u200cpal \u202egnp.exe", "paypal gnp.exe"),
        ("one\r\ntwo\rthree\u2028four", "one\ntwo\nthree\nfour"),
        ("gap\n\n\n\n\ngap", "gap\n\ngap"),
        ("\ttabs\tbecome\tspaces\n", "tabs become spaces"),
        ("\U0001f3f4\U000e0078\U000e0079 tags", "\U0001f3f4 tags"),
        ("\u200d\u200d\u200d", ""),
    ],
)
def test_cleaning_case_by_case(typed: str, kept: str) -> None:
    assert clean(typed) == kept


@given(MENTIONS, st.sampled_from(["{}", "so {} said", "_{}_", "**{}**", "x{}x", "||{}||", "`{}`"]))
def test_every_mention_is_found(mention: str, around: str) -> None:
    assert faulty(around.format(mention)) is Fault.MENTION
    assert faulty(around.format(full_width(mention))) is Fault.MENTION


@given(LINKS, st.sampled_from(["{}", "see {} now", "_{}_", "**{}**", "1{}", "<{}>", "||{}||"]))
@example("https://example.org/x", "_{}_")
@example("discord.gg/abc", "__{}__")
def test_every_link_is_found(link: str, around: str) -> None:
    if link.startswith("www"):
        around = "see {}"
    assert faulty(around.format(link)) is Fault.LINK
    assert faulty(around.format(full_width(link))) is Fault.LINK


@given(MENTIONS.flatmap(hidden), LINKS.flatmap(hidden))
def test_invisible_characters_hide_neither(mention: str, link: str) -> None:
    assert faulty(mention) is Fault.MENTION
    assert faulty(link) is Fault.LINK


#: What mentions and links are put together from, and what may hide between.
_PIECES = (
    "@",
    "\uff20",
    "every",
    "one",
    "here",
    "HERE",
    ":",
    "\uff1a",
    "/",
    "\uff0f",
    "//",
    "discord",
)
_PIECES += (
    ".gg/",
    "\u3002gg/",
    "\u200b",
    "\u2060",
    "\u00ad",
    "\ufe0f",
    " ",
    "a",
    "\n",
    "<",
    ">",
    "&",
)


@given(hostile_text() | st.lists(st.sampled_from(_PIECES), max_size=8).map("".join))
@example("I can host the meeting, and every one is here.")
@example("@ everyone, discord .gg/ and : //")
@example("://")
def test_what_is_taken_has_no_mention_in_it(typed: str) -> None:
    if faulty(typed) is None:
        folded = unicodedata.normalize("NFKC", clean(typed)).lower()
        for forbidden in ("@everyone", "@here", r"\w://", r"discord\.gg/"):
            assert not re.search(forbidden, folded)


@pytest.mark.parametrize("typed", ["", " ", "\n\n", "\u200b", BLANK, f" {BLANK} \n", "\u2003"])
def test_a_text_in_which_nothing_can_be_seen_is_empty(typed: str) -> None:
    assert faulty(typed) is Fault.EMPTY


def test_the_limit_is_the_last_length_that_is_taken() -> None:
    assert fault("x" * LIMIT, LIMIT) is None
    assert fault("x" * (LIMIT + 1), LIMIT) is Fault.LONG


@pytest.mark.parametrize("typed", ["\ud83d", "cut \ude00 off", "\ud83d\ude00"])
def test_half_an_emoji_is_refused_not_mended(typed: str) -> None:
    assert faulty(typed) is Fault.BROKEN


def test_mentions_and_links_are_fine_where_the_words_are_ones_own() -> None:
    assert fault("ask @everyone at https://example.org", LIMIT) is None


@given(hostile_text())
def test_what_is_taken_can_be_written_down(typed: str) -> None:
    if faulty(typed) is None:
        assert clean(typed).encode().decode() == clean(typed)


@given(hostile_text(), st.integers(min_value=1, max_value=100))
def test_shortened_it_is_one_line_within_the_limit(typed: str, limit: int) -> None:
    short = shorten(typed, limit)
    assert len(short) <= limit
    assert len(short.splitlines()) <= 1
    whole = " ".join(typed.split())
    assert short == whole or (short.endswith("…") and whole.startswith(short[:-1]))


# -- searching ---------------------------------------------------------------------------------


@given(hostile_text())
def test_folding_never_fails_and_leaves_one_line(text: str) -> None:
    found = folded(text)
    assert found == found.strip()
    assert "\n" not in found
    assert "  " not in found


@given(words)
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(words)
def test_composed_and_decomposed_are_the_same(text: str) -> None:
    forms = {folded(unicodedata.normalize(form, text)) for form in ("NFC", "NFD", "NFKC", "NFKD")}
    assert len(forms) == 1


@given(words, words, words)
def test_whatever_stands_in_an_entry_is_found(before: str, wanted: str, after: str) -> None:
    assert finds(folded(wanted), "", f"{before} {wanted} {after}")
    assert finds(folded(wanted), f"{before} {wanted}", after)


@given(st.text("aábßcçñ ÁÑSs", min_size=1), st.text("aábßcçñ ÁÑSs"))
def test_capitals_and_accents_make_no_difference(wanted: str, text: str) -> None:
    plain = finds(folded(wanted), "", text)
    assert finds(folded(wanted.upper()), "", text) == plain
    assert finds(folded(wanted), "", text.upper()) == plain
    assert finds(folded(unicodedata.normalize("NFD", wanted)), "", text) == plain


def test_every_word_is_wanted_wherever_it_stands() -> None:
    assert finds(folded("cafe LOUD"), "Loud", "in the Café")
    assert not finds(folded("cafe quiet"), "Loud", "in the Café")
    assert finds("", "anything", "at all")
