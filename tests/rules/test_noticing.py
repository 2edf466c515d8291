"""Noticing: what speaks for somebody and what does not, and what must hold for any text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.noticing.detector import NOTHING, Notice, Why, notice
from bot.noticing.patterns import KEYWORD_REGEXES
from tests.noticing import Case, Table, labelled, rulings
from tests.strategies import hostile_text

RULINGS = rulings()
KINDS: dict[str, list[Case]] = {}
for ruling in RULINGS:
    KINDS.setdefault(ruling.kind, []).append(ruling)
SPEAKING = [case.text for case in RULINGS if case.speaks_for]
SILENT = [case.text for case in RULINGS if not case.speaks_for]
MENTION = re.compile(r"<@[!&]?([0-9]+)>")
#: Forms that only their accent tells from the first person: "aceptó" (she did), "acepto" (I do).
TOLD_BY_ACCENT = re.compile(r"\w+ó\b")


@pytest.mark.parametrize("kind", KINDS)
def test_rulings(kind: str) -> None:
    """The texts of one kind that are judged otherwise than ruled, all of them."""
    wrong = [case for case in KINDS[kind] if notice(case.text).speaks_for != case.speaks_for]
    assert wrong == []


@pytest.mark.parametrize("name", ["known", "later"])
def test_texts_that_were_looked_at_are_judged_as_a_person_did(name: str) -> None:
    table = Table()
    for case in labelled(name):
        table = table.add(case, notice(case.text).speaks_for)
    assert table.precision >= 0.97
    assert table.recall >= 0.9


@pytest.mark.parametrize("name", ["known", "later", "held", "unseen"])
def test_those_spoken_for_are_named_in_order_of_mention(name: str) -> None:
    both = [case for case in labelled(name) if case.speaks_for and notice(case.text).speaks_for]
    wrong = [case.text for case in both if notice(case.text).ids != case.ids]
    assert len(wrong) <= len(both) // 50


def test_the_definitions_own_sample_is_judged_right() -> None:
    sample = labelled("sample")
    wrong = [case.text for case in sample if notice(case.text).speaks_for != case.speaks_for]
    assert wrong == []


@given(st.text() | hostile_text())
@example("<@1>\x00 wants\ud800 out")
@example("<@99999999999999999999> wants <@!0> <@&> <@ 1>")
@example("`" * 50 + "<@1>" + '"' * 51 + "«" * 20)
def test_any_string_is_read(text: str) -> None:
    for read in (text, f"<@1> {text}", f"{text} <@&2> wants {text}"):
        found = notice(read)
        assert isinstance(found, Notice)
        mentioned = [int(id) for id in MENTION.findall(read)]
        assert set(found.ids) <= set(mentioned)
        assert found.speaks_for == bool(found.ids) == (found.span is not None)
        if found.span is not None:
            assert 0 <= found.span[0] < found.span[1] <= len(read)


@given(st.text() | hostile_text())
def test_a_text_without_a_mention_is_never_noticed(text: str) -> None:
    assert notice(MENTION.sub("", text).replace("<@", "")) == NOTHING


@given(st.lists(st.sampled_from(SPEAKING + SILENT), min_size=1, max_size=4), st.sampled_from("\n "))
def test_the_same_text_gets_the_same_answer(texts: list[str], between: str) -> None:
    text = between.join(texts)
    assert notice(text) == notice(text)


@given(st.sampled_from(SILENT), st.sampled_from(SPEAKING), st.sampled_from(["`", "```", "> ", "“"]))
def test_code_and_quotations_never_speak(text: str, inside: str, mark: str) -> None:
    inside = re.sub(r"[`\"'“”«»>]+(?!\d)", " ", inside.replace("\n", " ")).replace("<@", "<@")
    inside = re.sub(r"<@([!&]?\d+) ", r"<@\1>", inside)
    quoted = {
        "`": f"`{inside}`",
        "```": f"```\n{inside}\n```",
        "> ": f"> {inside}",
        "“": f"“{inside} and so on”",
    }[mark]
    assert not notice(f"{quoted}\n").speaks_for
    if not re.search(r"[`\"'“«>](?!\w)", MENTION.sub("", text)):
        assert not notice(f"{text}\n\n{quoted}\n").speaks_for


def test_asking_them_never_speaks_for_them() -> None:
    plain = [text for text in SPEAKING if re.fullmatch(r"<@1> [\w' ]+", text)]
    assert len(plain) > 200
    wrong: list[str] = []
    for text in plain:
        said = text.removeprefix("<@1> ")
        asked = (f"<@1>, is it true that someone {said}?", f"¿<@1> {said}?", f"{text}?")
        wrong += [each for each in asked if notice(each).speaks_for]
    assert wrong == []


@given(st.sampled_from(SPEAKING + SILENT), st.integers(2, 2**63))
def test_other_ids_change_nothing_but_the_ids(text: str, id: int) -> None:
    renamed = MENTION.sub(lambda m: m[0] if m[1] != "1" else m[0].replace("1>", f"{id}9>"), text)
    before, after = notice(text), notice(renamed)
    assert (before.speaks_for, before.why) == (after.speaks_for, after.why)
    assert [int(f"{id}9") if each == 1 else each for each in before.ids] == list(after.ids)


def otherwise_written(text: str) -> Iterator[str]:
    """The same in capitals, in small letters, and without accents where these tell nothing."""
    yield text.upper()
    yield text.lower()
    if not TOLD_BY_ACCENT.search(text):
        taken_apart = unicodedata.normalize("NFD", text)
        yield taken_apart
        yield "".join(char for char in taken_apart if not unicodedata.combining(char))


@pytest.mark.parametrize("kind", KINDS)
def test_capitals_and_accents_change_nothing(kind: str) -> None:
    wrong = [
        text
        for case in KINDS[kind]
        for text in otherwise_written(case.text)
        if notice(text).speaks_for != case.speaks_for
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("so, <@1> really wants out. bye", "<@1> really wants"),
        ("gracias. a <@1> no le gusta nada", "a <@1> no le gusta"),
        ("we close this on behalf of <@1>!", "close this on behalf of <@1>"),
        ("hablé con <@1> y está de acuerdo", "está de acuerdo"),
    ],
)
def test_it_shows_the_words_that_told_it(text: str, words: str) -> None:
    found = notice(text)
    assert found.span is not None
    assert text[slice(*found.span)] == words


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("<@1>, a <@2> le fascinó tu cartel", (2,)),
        ("a <@1>, a <@2> y a <@3> les da igual", (1, 2, 3)),
        ("oye <@1> no le insistas a <@2>, no quiere ir", (2,)),
        ("neither <@1> nor <@2> trusts that lawyer", (1, 2)),
        ("<@2>, <@1> likes it", (1,)),
        ("<@1> and <@2> want out, thanks <@3>", (1, 2)),
        ("<@3> <@1> is upset, and <@2> is too busy", (1,)),
        ("<@2> hates it. <@1> loves it", (2, 1)),
        ("<@!1> wants this and <@1> means it", (1,)),
    ],
)
def test_it_names_whom_it_is_about(text: str, ids: tuple[int, ...]) -> None:
    assert notice(text).ids == ids


def test_the_reason_is_a_code() -> None:
    assert notice("on behalf of <@1>, no").why is Why.IN_THEIR_NAME
    assert notice("<@1> says yes").why is Why.RELAYED
    assert notice("<@1> and I want out").why is Why.TOGETHER
    assert notice("hello <@1>").why == ""


def test_a_missing_accent_may_be_the_first_person() -> None:
    assert notice("<@1> aceptó la propuesta").speaks_for
    assert not notice("<@1> acepto la propuesta").speaks_for


def test_keyword_expressions_keep_to_discords_limits_and_dialect() -> None:
    assert 1 <= len(KEYWORD_REGEXES) <= 10
    for expression in KEYWORD_REGEXES:
        assert len(expression) <= 260
        assert not re.search(r"\(\?[=!<P#>]|\\[1-9ZAz]|[*+?}]\+", expression)
        re.compile(expression, re.IGNORECASE)


@pytest.mark.parametrize("name", ["known", "later", "held", "unseen"])
def test_keyword_expressions_are_rarely_wrong(name: str) -> None:
    expressions = [re.compile(expression, re.IGNORECASE) for expression in KEYWORD_REGEXES]
    table = Table()
    for case in labelled(name):
        table = table.add(case, any(each.search(case.text) for each in expressions))
    assert table.precision >= 0.95
