"""Moderators set the floor (law 3): whatever they choose, within bounds, loosens nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consent import rules as consent
from bot.consent.rules import Asking, Flag, Refusal
from bot.governance.rules import (
    CHANNELS_LIMIT,
    GROUPS,
    RULES,
    Charter,
    Group,
    Kind,
    Noticing,
    Rule,
    ValueFault,
    check_value,
)
from bot.governance.service import Change, Setting
from bot.words import LANGUAGES, speak
from cogs.rules.panel import _group, _pages
from cogs.rules.says import FEW, bounds_in_words, change_in_words, value_in_words

_IDS = st.integers(10**16, 2**63 - 1).map(str)
_ANY = st.one_of(
    st.text(max_size=12),
    st.integers(-(10**7), 10**7).map(str),
    st.lists(_IDS, max_size=30).map(",".join),
    st.sampled_from(sorted({each for rule in RULES.values() for each in rule.options})),
)


def allowed(rule: Rule) -> st.SearchStrategy[str]:
    """Every value that a moderator can give a rule."""
    if rule.kind is Kind.CHOICE:
        return st.sampled_from(rule.options)
    if rule.kind is Kind.NUMBER:
        return st.integers(rule.low, rule.high).map(str)
    most = CHANNELS_LIMIT if rule.kind is Kind.CHANNELS else 1
    return st.lists(_IDS, max_size=most, unique=True).map(",".join)


def charters() -> st.SearchStrategy[Charter]:
    """Any rules that a server can have."""
    return st.fixed_dictionaries({}, optional={n: allowed(r) for n, r in RULES.items()}).map(
        Charter
    )


@given(st.sampled_from(sorted(RULES)), _ANY)
def test_what_is_taken_lies_within_the_bounds(name: str, value: str) -> None:
    rule = RULES[name]
    fault = check_value(rule, value)
    if rule.kind is Kind.CHOICE:
        assert (fault is None) is (value in rule.options)
    elif rule.kind is Kind.NUMBER:
        inside = value.isascii() and value.isdigit() and rule.low <= int(value) <= rule.high
        assert (fault is None) is (inside and len(value) <= 6)
    elif fault is None:
        assert len([each for each in value.split(",") if each]) <= CHANNELS_LIMIT


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_declaration_is_whole(rule: Rule) -> None:
    assert check_value(rule, rule.default) is None
    assert rule.group in GROUPS
    assert not rule.said or len(rule.said) == len(rule.options)
    if rule.kind is Kind.NUMBER:
        assert 0 < rule.low < rule.high
        assert check_value(rule, str(rule.low - 1)) is ValueFault.OUT_OF_BOUNDS
        assert check_value(rule, str(rule.high + 1)) is ValueFault.OUT_OF_BOUNDS
    if rule.a_day:
        values = rule.options or (str(rule.low), str(rule.high))
        assert all(int(each) % rule.a_day == 0 for each in values)


def test_every_group_has_rules_and_every_kind_of_noticing_is_a_choice() -> None:
    assert {rule.group for rule in RULES.values()} == set(Group)
    assert RULES["noticing"].options == tuple(each.value for each in Noticing)
    assert RULES["noticing"].default == Noticing.OFF


def test_a_server_can_choose_every_language_that_there_is() -> None:
    assert RULES["language"].options == LANGUAGES
    assert len(RULES["language"].said) == len(LANGUAGES)


@given(charters())
def test_law_3_no_rule_loosens_a_built_in_floor(charter: Charter) -> None:
    plain = Charter({})
    assert charter.requests_a_day <= plain.requests_a_day == 3
    assert charter.rest_days >= plain.rest_days == 30
    assert charter.longest_days <= max(consent.PERIODS) == 90
    assert charter.share_pause >= 86_400
    assert 3 <= charter.most_members <= 50
    assert charter.language in LANGUAGES


@given(charters(), st.booleans(), st.booleans())
def test_law_3_no_rule_loosens_a_members_flag(
    charter: Charter, blocked: bool, has_open: bool
) -> None:
    """Whatever a server decides is not among the facts that a flag is weighed with."""
    facts: dict[str, Any] = {
        "opener_id": 1,
        "asked_id": 2,
        "asked_is_bot": False,
        "asked_flag": Flag.NEVER,
        "person_id": 2,
        "has_open": has_open,
        "rests_until": None,
        "slot_free_at": None,
        "blocked": blocked,
    }
    verdict = consent.may_ask(Asking(**facts), 0)
    assert verdict.refusal is Refusal.FLAG
    assert not {each for each in charter.values if "flag" in each}


def test_no_rule_is_about_flags_answers_or_people() -> None:
    for name in RULES:
        assert not {"flag", "answer", "yes", "person", "member"} & set(name.split("_"))


@pytest.mark.parametrize("language", LANGUAGES)
@given(charter=charters())
def test_every_page_of_the_panel_fits(language: str, charter: Charter) -> None:
    """With what was changed above it, and the longest that can be said about the door."""
    words = speak(language)
    settings = {name: Setting(charter.value(name), 99) for name in RULES}
    pages = _pages([_group(words, group, settings, "x" * 500) for group in GROUPS])
    assert max(map(len, pages)) + 900 + 200 <= 4000
    text = "\n".join(pages)
    for rule in RULES.values():
        assert f"**{words(rule.label)}:** " in text
        assert bounds_in_words(words, rule) in text
        assert value_in_words(words, rule, charter.value(rule.name), FEW) in text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_change_can_be_told(language: str, rule: Rule) -> None:
    words, ids = speak(language), ",".join(str(10**18 + n) for n in range(CHANNELS_LIMIT))
    longest = {Kind.CHOICE: rule.options[-1:] or ("",), Kind.NUMBER: (str(rule.high),)}
    value = longest.get(rule.kind, (ids,))[0]
    if rule.kind in (Kind.CHANNEL, Kind.CATEGORY, Kind.ROLE):
        value = ids.split(",")[0]
    change = Change("x", 1, rule.name, rule.default, value, 10**18, 0, "due")
    assert value_in_words(words, rule, value) in change_in_words(words, change)
    assert len(change_in_words(words, change)) < 1400
    assert len(change_in_words(words, change, FEW)) < 900
