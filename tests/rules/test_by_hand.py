"""What a moderator changed in the bot's AutoMod rule stays; everything else follows the rules."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bot.noticing.by_hand import (
    MOST_CHANNELS,
    MOST_PATTERNS,
    ByHand,
    Found,
    Last,
    Merged,
    Wanted,
    mark,
    merge,
    not_ours,
)

_NAMES = st.sampled_from(["Firsthand", "A mano", "Be kind"])
_PATTERNS = st.lists(st.sampled_from([f"p{n}" for n in range(14)]), max_size=10, unique=True)
_CHANNELS = st.frozensets(st.integers(1, 60), max_size=MOST_CHANNELS)
_WANTED = st.builds(
    Wanted,
    name=_NAMES,
    message=_NAMES,
    patterns=_PATTERNS.map(tuple),
    channels=st.frozensets(st.integers(1, 60), max_size=25),
)
_FOUND = st.builds(
    Found,
    name=_NAMES,
    message=st.one_of(st.none(), _NAMES),
    patterns=_PATTERNS.map(tuple),
    channels=_CHANNELS,
    enabled=st.booleans(),
    blocks=st.booleans(),
    more=st.booleans(),
    words=st.booleans(),
    roles=st.booleans(),
)


def as_set(wanted: Wanted) -> Found:
    """The rule as the bot sets it."""
    return Found(wanted.name, wanted.message, wanted.patterns, wanted.channels)


def after(found: Found, merged: Merged) -> Found:
    """The rule once what was merged is set."""
    return found._replace(
        name=merged.name,
        message=merged.message,
        patterns=merged.patterns,
        channels=merged.channels,
    )


@given(_WANTED, _WANTED)
def test_what_nobody_touched_becomes_what_is_wanted(before: Wanted, wanted: Wanted) -> None:
    merged = merge(as_set(before), Last.of(before), wanted)
    assert merged.by_hand == ()
    assert (merged.name, merged.message) == (wanted.name, wanted.message)
    assert merged.patterns == wanted.patterns
    assert merged.channels == wanted.channels


@given(_FOUND, _WANTED, _WANTED)
def test_setting_it_twice_changes_nothing_more(
    found: Found, before: Wanted, wanted: Wanted
) -> None:
    merged = merge(found, Last.of(before), wanted)
    again = merge(after(found, merged), merged.last, wanted)
    assert after(found, merged) == after(after(found, merged), again)


@given(_FOUND, _WANTED, _WANTED)
def test_discords_limits_hold(found: Found, before: Wanted, wanted: Wanted) -> None:
    merged = merge(found, Last.of(before), wanted)
    assert len(merged.patterns) <= MOST_PATTERNS
    assert len(set(merged.patterns)) == len(merged.patterns)
    assert len(merged.channels) <= MOST_CHANNELS


@given(_FOUND, _WANTED, _WANTED)
def test_what_somebody_added_stays(found: Found, before: Wanted, wanted: Wanted) -> None:
    merged = merge(found, Last.of(before), wanted)
    theirs = not_ours(found, Last.of(before), wanted)
    assert set(theirs) <= set(merged.patterns)
    assert found.channels - before.channels <= merged.channels
    if found.name not in (before.name, wanted.name):
        assert merged.name == found.name
        assert ByHand.RENAMED in merged.by_hand
    if found.blocks and found.message not in (before.message, wanted.message, None):
        assert merged.message == found.message
        assert ByHand.MESSAGE in merged.by_hand


@given(_FOUND, _WANTED, _WANTED)
def test_what_somebody_took_out_stays_out(found: Found, before: Wanted, wanted: Wanted) -> None:
    merged = merge(found, Last.of(before), wanted)
    for pattern in {*before.patterns, *wanted.patterns} - {*found.patterns}:
        if pattern in before.patterns:
            assert pattern not in merged.patterns
    assert not (before.channels & wanted.channels - found.channels) & merged.channels


@given(_FOUND, _WANTED)
def test_nothing_is_switched_on_again(found: Found, wanted: Wanted) -> None:
    """Whether it holds, and for whom, is the moderators': the bot sets neither."""
    merged = merge(found, Last.of(wanted), wanted)
    assert (ByHand.DISABLED in merged.by_hand) is not found.enabled
    assert (ByHand.ROLES in merged.by_hand) is found.roles
    assert (ByHand.PASSES in merged.by_hand) is not found.blocks
    assert (ByHand.ACTIONS in merged.by_hand) is (found.more and found.blocks)


@given(_WANTED)
def test_what_was_last_set_is_read_as_it_was_written(wanted: Wanted) -> None:
    last = Last.of(wanted)
    assert Last.read(str(last)) == last
    assert Last.read("") is None


def test_what_did_not_fit_comes_when_there_is_room() -> None:
    wanted = Wanted("n", "m", tuple(f"p{n}" for n in range(10)), frozenset())
    full = as_set(wanted)._replace(patterns=(*wanted.patterns[:9], "theirs"))
    shorter = wanted._replace(patterns=wanted.patterns[:9])
    merged = merge(full, Last.of(shorter), wanted)
    assert merged.patterns == full.patterns
    freed = full._replace(patterns=wanted.patterns[:9])
    assert merge(freed, merged.last, wanted).patterns == wanted.patterns


def test_a_rule_whose_making_was_forgotten_is_taken_for_what_is_wanted() -> None:
    wanted = Wanted("n", "m", ("p1",), frozenset({1}))
    assert merge(as_set(wanted), None, wanted).by_hand == ()
    assert mark("n") != mark("m")


def test_what_was_taken_out_with_the_mode_comes_back_with_it() -> None:
    """Somebody's own expression was left in it; nothing tells any more what the bot last set."""
    wanted = Wanted("n", "m", ("p1", "p2"), frozenset())
    left = as_set(wanted)._replace(patterns=("theirs",))
    merged = merge(left, None, wanted)
    assert merged.patterns == ("p1", "p2", "theirs")
    assert merged.by_hand == (ByHand.PATTERNS,)
