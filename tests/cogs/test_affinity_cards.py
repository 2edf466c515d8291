"""The cards of groups fit into one message, whatever people wrote, in every language."""

from __future__ import annotations

from typing import Any

import pytest

from bot.affinity.minutes import Decision
from bot.affinity.questions import INVITED, Body, Said, View
from bot.affinity.rolls import Group, Member, Settings
from bot.affinity.rules import Admission, Answer, Kind, Outcome, Quorum, Why
from bot.affinity.service import Known
from bot.replies import Card
from bot.words import LANGUAGES, Words, speak
from cogs.affinity import cards, fitting
from tests.markdown import escaping, rendered
from tests.tiers import tiered

#: The longest ids Discord gives.
PEOPLE = [2**63 - 1 - number for number in range(50)]
#: Names as long as Discord takes them, each character of which has to be escaped.
NAMES = dict.fromkeys(PEOPLE, "*" * 32)
NASTY = ("*", "`", "```", "<", "\\", "_ ", "😀", "a\n1. ")
WHEN = 2_000_000_000
STATES = [
    (Outcome.OPEN, Why.WAITS),
    (Outcome.PASSED, Why.AGREED),
    (Outcome.FAILED, Why.NOT_WILLING),
    (Outcome.FAILED, None),
    ("ended", None),
    (INVITED, None),
]


def settings(fill: str = "*") -> Settings:
    return Settings(fill * 50, (fill * 200)[:200], True, Admission.EVERYONE, Quorum.TWO_THIRDS, 30)


def known(fill: str = "*") -> Known:
    values: dict[str, Any] = dict.fromkeys(Group._fields, 0)
    group = Group(**{**values, "id": "ABCDEFGHJKMN", "state": "open"})
    return Known(group, settings(fill[:1]))


def decision(kind: Kind, state: str, why: str | None = None) -> Decision:
    values: dict[str, Any] = dict.fromkeys(Decision._fields)
    return Decision(
        **{
            **values,
            "id": "ABCDEFGHJKMN",
            "group_id": "ABCDEFGHJKMN",
            "kind": kind,
            "state": state,
            "why": why,
            "author_id": PEOPLE[0],
            "subject_id": PEOPLE[1],
            "quorum": Quorum.TWO_THIRDS,
            "admission": Admission.EVERYONE,
            "thread_id": PEOPLE[2],
            "closed_at": WHEN,
            "due_at": WHEN,
        }
    )


def body(kind: Kind, fill: str) -> Body:
    changes = settings("_")._asdict() if kind is Kind.SETTINGS else None
    most = {Kind.KNOCK: 300}.get(kind, 1500)
    return Body((fill * most)[:most], (fill * 200)[:200], PEOPLE[3], 90, changes)


def size(card: Card) -> tuple[int, int]:
    """Characters of all texts, and components."""
    parts = list(card.walk_children())
    return sum(len(getattr(part, "content", "")) for part in parts), len(parts)


def texts(card: Card) -> str:
    return "\n".join(getattr(part, "content", "") for part in card.walk_children())


@pytest.fixture(params=LANGUAGES)
def words(request: pytest.FixtureRequest) -> Words:
    return speak(request.param)


def check(card: Card) -> None:
    characters, components = size(card)
    assert characters <= 4000
    assert components <= 40


@pytest.mark.parametrize("fill", tiered(NASTY, quick=["*", "```", "a\n1. "]))
@pytest.mark.parametrize("kind", Kind)
def test_every_card_fits(words: Words, kind: Kind, fill: str) -> None:
    said = tuple(
        Said(person, answer, (fill * 300)[:300] if answer is Answer.BLOCK else "")
        for number, person in enumerate(PEOPLE)
        for answer in [(Answer.SUPPORT, Answer.ASIDE, Answer.BLOCK)[number % 3]]
    )
    for state, why in STATES:
        row = decision(kind, state, why)
        text = body(kind, fill) if why else None
        view = View(row, text, () if row.secret else said)
        check(cards.card(words, known(fill), view, NAMES, hidden=kind is Kind.SPOKE))


def test_blocks_alone_fit_too(words: Words) -> None:
    said = tuple(Said(person, Answer.BLOCK, "*" * 300) for person in PEOPLE)
    for kind in (Kind.PROPOSAL, Kind.SPOKE):
        view = View(decision(kind, "open"), body(kind, "*"), said)
        card = cards.card(words, known(), view, NAMES, hidden=kind is Kind.SPOKE)
        check(card)
        assert f"(<@{PEOPLE[0]}>): " in texts(card)


@pytest.mark.parametrize("fill", NASTY)
def test_the_first_message_fits(words: Words, fill: str) -> None:
    members = [Member("ABCDEFGHJKMN", person, 1, "in", 0, WHEN, None) for person in PEOPLE]
    card = cards.intro(words, known(fill), members, 0, NAMES)
    check(card)
    assert "firsthand:group-propose:ABCDEFGHJKMN" in str(card.to_components())


def test_the_text_people_decide_on_is_whole() -> None:
    for text in ("*" * 1500, "a" * 1500, "``` " * 375, "`````<>_~|" * 150, "- [_] " * 250):
        assert len(text) == 1500
        shown = fitting.whole(text, 2000)
        assert len(shown) <= 2000
        assert text in shown.replace("\u200b", "").replace("\\", "")
        assert shown.count("```") == (2 if shown.startswith("```") else 0)


@pytest.mark.parametrize("sign", ["*", "x", "[](", "\n1. ", "\\"])
def test_a_text_is_cut_before_it_is_escaped(sign: str) -> None:
    text = (sign * 64_000)[:64_000]
    with escaping() as escaped:
        shown = fitting.fitted(text, 400)
        fitting.whole(text, 2000)
    assert 300 < len(shown) <= 400
    assert shown.endswith("…")
    assert text.startswith(rendered(shown.removesuffix("…")))
    assert sum(escaped) < 4000
    assert fitting.fitted("x" * 400, 400) == "x" * 400


def test_nobody_is_left_out_without_a_word() -> None:
    english = speak("en")
    shown = fitting.people(english, [f"<@{person}>" for person in PEOPLE], 300)
    named = shown.count("<@")
    assert shown.endswith(f"and {50 - named} more")
    listing = fitting.lines(english, ["x" * 90] * 10, 400)
    assert listing.endswith(f"and {10 - listing.count('x' * 90)} more")


def test_answers_by_name_are_shown_and_secret_ones_never() -> None:
    english = speak("en")
    row = decision(Kind.PROPOSAL, Outcome.OPEN)
    said = (Said(PEOPLE[5], Answer.SUPPORT, ""),)
    assert f"**Support:** <@{PEOPLE[5]}>" in texts(
        cards.card(english, known(), View(row, body(Kind.PROPOSAL, "a"), said), {}, hidden=False)
    )
    knock = View(decision(Kind.KNOCK, Outcome.OPEN), body(Kind.KNOCK, "a"), (), Answer.YES, True)
    assert "Yes" not in texts(cards.card(english, known(), knock, {}, hidden=False))
