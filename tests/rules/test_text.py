"""What people may type: nothing hidden stays, nothing visible is lost, no mention slips through."""

from __future__ import annotations

import re
import sys
import unicodedata
from functools import cache

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import faults
from bot.text import Fault, clean, fault, finds, folded, one_line, shorten
from bot.words import speak
from tests.strategies import (
    BLANK,
    EMOJI,
    LINE_ENDS,
    LINKS,
    MENTIONS,
    PAYLOADS,
    SENTENCES,
    accented,
    full_width,
    hidden,
    hostile_text,
)

LIMIT = 1500
JOINERS = "\u200c\u200d"
words = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=20)
#: Prepended_Concatenation_Mark (PropList.txt of Unicode 16.0): format characters that are seen.
SEEN = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"
#: What the categories don't tell from letters, marks and symbols that are seen, by its name.
_UNSEEN = re.compile(
    "VARIATION SELECTOR|(?:HANGUL|KHITAN).* FILLER|GRAPHEME JOINER|VOWEL INHERENT|NULL NOTEHEAD"
    "|OBJECT REPLACEMENT|HIEROGLYPH (?:FULL|HALF) BLANK"
)
LATIN = "aZ09 @:/.<>#áÑÿ+=|\n"


def faulty(typed: str) -> Fault | None:
    """What the bot says of a text that was typed as somebody's exact words."""
    return fault(clean(typed), LIMIT, exact_words=True)


@given(hostile_text())
def test_cleaning_twice_is_cleaning_once(typed: str) -> None:
    assert clean(clean(typed)) == clean(typed)


def is_unseen(char: str) -> bool:
    """As far as Python knows: by its category and its name."""
    if unicodedata.category(char) in ("Cc", "Cf"):
        return char not in SEEN
    return _UNSEEN.search(unicodedata.name(char, "")) is not None


@cache
def known() -> list[str]:
    """Every character that Python knows, without private ones, halves, spaces and line ends."""
    return [
        char
        for char in map(chr, range(sys.maxunicode + 1))
        if unicodedata.category(char) not in ("Cn", "Co", "Cs") and not char.isspace()
    ]


@cache
def unseen() -> str:
    return "".join(filter(is_unseen, known()))


def test_the_table_of_what_is_unseen_is_what_python_knows_and_no_more() -> None:
    taken_out = {*known()} - {*clean("x".join(["", *known(), ""]))}
    assert taken_out == {*unseen()}
    assert {*SEEN} <= {*known()} - taken_out


@pytest.mark.parametrize(
    "char", "\ue000\uf8ff\u2065\ufdd0\ufff0\uffff\U0001fffe\U000e0000\U000e0fff\U0010ffff"
)
def test_what_is_no_character_or_anybodys_own_is_taken_out(char: str) -> None:
    assert clean(f"x{char}x") == "xx"


@given(hostile_text(), st.deferred(lambda: st.text(unseen(), max_size=5)))
def test_nothing_that_cannot_be_seen_survives_in_plain_letters(typed: str, unseen: str) -> None:
    plain = clean(typed.encode("ascii", "ignore").decode())
    assert clean(unseen.join(["", *plain, ""])) == plain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        # One selector, and only of a style or a shape that there is.
        ("\u2764\ufe0f\ufe0f\ufe0e!", "\u2764\ufe0f!"),
        ("a\ufe0f 1\ufe0f2 \u2800\ufe0fx x\u0301\ufe0f", "a 12 \u2800x x\u0301"),
        ("\u845b\U000e0100\U000e0101 \u845b\ufe0f", "\u845b\U000e0100 \u845b"),
        ("\u1820\u180b\u180b \u1820\u180e", "\u1820\u180b \u1820"),
        ("\u1000\ufe00\ufe01 \u1000\ufe01", "\u1000\ufe00 \u1000"),
        # What would have joined, had it been an emoji or a mark.
        (
            "^\u200d\u2764 \u2800\u200d\u2764 \u0301\u200d\u2764",
            "^\u2764 \u2800\u2764 \u0301\u2764",
        ),
        ("\u05b7\u034fx a\u034f\u05b4", "\u05b7x a\u05b4"),
        # What stood between what is taken out.
        ("\u2764\u200b\ufe0f\u200b\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525"),
        ("\U0001f3f4\u200b\U000e0067\U000e0062", "\U0001f3f4"),
    ],
)
def test_what_cannot_be_seen_stays_where_it_does_visible_work(typed: str, kept: str) -> None:
    assert clean(typed) == kept
    assert clean(kept) == kept


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
        ("gap\n \n\u2800\n\u3000\n  indented", "gap\n\n  indented"),
        ("\u0915\u094d\u200d ", "\u0915\u094d\u200d"),
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


@given(MENTIONS.flatmap(accented), LINKS.flatmap(accented))
@example("@everyone\u0301", "e\u0301://")
@example("@here\u0327", "discord.gg/\u0338")
@example("<\u0338@123>", "mailt\u0323o:a")
def test_accents_hide_neither(mention: str, link: str) -> None:
    assert faulty(mention) is Fault.MENTION
    assert faulty(link) in (Fault.LINK, Fault.MENTION)


@pytest.mark.parametrize(
    "typed",
    [
        "@\u0435v\u0435ry\u043en\u0435",
        "@\u1d07\u1d20\u1d07\u0280\u028f\u1d0f\u0274\u1d07",
        "@\u0397\u0395R\u0395",
        "@\U0001f174\U0001f185\U0001f174\U0001f181\U0001f188\U0001f17e\U0001f17d\U0001f174",
        "@\U0001f1ed\U0001f1ea\U0001f1f7\U0001f1ea",
        "@\u200ahere",
        "\ufe6b\U0001d5f5\U0001d5f2\U0001d5ff\U0001d5f2",
        "<@" + "1" * 40 + ">",
    ],
)
def test_what_a_reader_takes_for_a_mention_is_one(typed: str) -> None:
    assert faulty(f"Come, {typed}!") is Fault.MENTION


@pytest.mark.parametrize(
    "typed",
    [
        "https\u2236\u2044\u2215x.org",
        "d\u0456sc\u043erd.gg/x",
        "discord\u3002gg/x",
        "discord\uff61gg/x",
        "discord.gift/x",
        "discord.new/x",
        "discord.com/template/x",
    ],
)
def test_what_a_reader_takes_for_a_link_is_one(typed: str) -> None:
    assert faulty(f"See {typed}") is Fault.LINK


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


#: What hides, joins, covers and parts, and some letters, symbols and signs for it to work on.
_HIDING = (
    "aZ1#@<>:/\n \u00e9\u0645\u0915\u094d\u1820\u845b\u1000\u0f67\u0f90\u2764\u2800\u3000\u200a"
    "\U0001f469\U0001f3fd\U0001f3f4\u20e3\u0301\u0323\u05b4\u05b7\u0600\u200b\u200c\u200d\u034f"
    "\u115f\u180b\u180e\u3164\ufe00\ufe0e\ufe0f\ufffc\U000e0067\U000e007f\U000e0100\ud83d"
)
_FOLDINGS = ("NFC", "NFD", "NFKC", "NFKD")


@given(
    hostile_text()
    | st.text(_HIDING)
    | st.lists(st.sampled_from([*_PIECES, *_HIDING, *EMOJI, *SENTENCES, "\n \n", " " * 41])).map(
        "".join
    )
)
@example("\U0001f469\ufe0e\u200d\u200d\u2764")
@example("\u1820\u180b\u180e\u1820 \u0915\u094d\u200d\n\u2800")
def test_what_is_taken_is_shown_as_it_was_checked(typed: str) -> None:
    cleaned, line = clean(typed), one_line(typed)
    assert (clean(cleaned), clean(line)) == (cleaned, line)
    if fault(cleaned, LIMIT, exact_words=True) is not None:
        return
    bare = "".join(char for char in cleaned if char == "\n" or not is_unseen(char))
    if cleaned.isascii():
        assert cleaned == bare
    assert not re.search(r"\n[\s\u2800]*\n[\s\u2800]*\n|[^\S\n]{41}|\u2800{41}", bare)
    for form in _FOLDINGS:
        found = unicodedata.normalize(form, bare)
        without = "".join(char for char in found if unicodedata.category(char)[0] != "M")
        for seen in (found, without, found.casefold(), without.casefold()):
            assert not re.search(r"@(?:everyone|here)|<@\d+>|\w://|discord\.gg/", seen, re.I)


@pytest.mark.parametrize("typed", PAYLOADS)
def test_a_payload_is_refused_or_gone(typed: str) -> None:
    cleaned = clean(typed)
    if fault(cleaned, LIMIT, exact_words=True) is None:
        assert not {*cleaned} & {*unseen()}
        assert "\n\n\n" not in cleaned


@pytest.mark.parametrize("char", SEEN)
def test_a_format_character_that_is_seen_stays(char: str) -> None:
    assert clean(f"{char}\u0661\u0662") == f"{char}\u0661\u0662"
    assert faulty(f"{char}\u0661\u0662") is None


_CARRIED = pytest.mark.parametrize(
    ("letter", "mark", "most"),
    [
        ("e", "\u0301", 4),
        ("e", "\u0323\u0301", 6),
        ("\u0e01", "\u0e47", 6),
        ("e", "\u20dd", 6),
        ("\u0f67", "\u0f90", 9),
        ("e", "\u0300\u094d\u200d", 6),
        ("\u05dc", "\u05b7\u034f\u05b4", 6),
    ],
)


@_CARRIED
def test_no_letter_carries_more_marks_than_a_language_needs(
    letter: str, mark: str, most: int
) -> None:
    pile = letter + (mark * most)[:most]
    assert faulty(f"{pile}, {pile}{letter}") is None
    for more in (most + 1, 1000):
        typed = clean(f"Yes. {letter}" + (mark * more)[:more] + ".")
        assert fault(typed, LIMIT, exact_words=True) is Fault.PILE
        assert fault(typed, LIMIT, before_others=True) is Fault.PILE
        assert fault(typed, LIMIT) is None  # one's own


@pytest.mark.parametrize("blank", " \u00a0\u2003\u3000\u2800")
def test_no_gap_is_wider_than_a_line(blank: str) -> None:
    assert faulty(f"Yes.\n{blank * 40}And more.") is None
    wide = clean(f"Yes.{blank * 41}And more.")
    assert fault(wide, LIMIT, exact_words=True) is Fault.GAP
    assert fault(wide, LIMIT, before_others=True) is Fault.GAP
    assert fault(wide, LIMIT) is None  # one's own


@pytest.mark.parametrize("blank", ["", *" \u00a0\u1680\u2003\u202f\u3000\u2800\u3164\u115f\ufe0f"])
def test_a_line_in_which_nothing_can_be_seen_is_an_empty_one(blank: str) -> None:
    assert clean("Yes." + f"\n{blank * 3}" * 300 + "\nAnd more.") == "Yes.\n\nAnd more."


@pytest.mark.parametrize("found", Fault)
@pytest.mark.parametrize("exact_words", [False, True])
def test_every_reason_is_told_in_words(found: Fault, exact_words: bool) -> None:
    assert len(faults.fault(speak("en-US"), found, LIMIT, exact_words=exact_words)) > 20


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
