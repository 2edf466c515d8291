"""The pure rules of consent, law by law."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.consent import rules
from bot.consent.rules import Act, Asking, Flag, Party, Refusal, Speaking, State

ANA, BETO, CASS = 1, 2, 3
acts = st.sampled_from(Act)
states = st.sampled_from(State)
people = st.integers(1, 9)


@st.composite
def parties(draw: st.DrawFn) -> Party:
    person = draw(people)
    holder = draw(people.filter(lambda each: each != person))
    return Party(person, holder, draw(st.sampled_from([person, holder])))


@given(states, acts, people, parties())
def test_silence_is_not_consent_only_the_two_can_change_anything(
    state: State, act: Act, actor: int, party: Party
) -> None:
    """Law 1: no combination of other people's answers makes a yes."""
    if actor not in (party.person_id, party.holder_id):
        assert rules.next_state(state, act, actor, party) is None


@pytest.mark.parametrize("opener", [ANA, BETO])
def test_nobody_is_represented_without_a_yes_of_their_own(opener: int) -> None:
    """Law 1: whatever is done in whatever order, LIVE needs a yes of both; asking is one."""
    party = Party(ANA, BETO, opener)
    reached = new = {(State.WAITING, frozenset({opener}))}
    while new:
        new = {
            (state, said | {actor} if act in (Act.YES, Act.EDIT, Act.ACCEPT) else said)
            for before, said in new
            for act, actor in product(Act, (ANA, BETO, CASS))
            if (state := rules.next_state(before, act, actor, party)) is not None
        } - reached
        reached = reached | new
    assert {said for state, said in reached if state is State.LIVE} == {frozenset({ANA, BETO})}


@given(parties())
def test_what_has_ended_stays_ended(party: Party) -> None:
    over = (
        State.DECLINED,
        State.UNACCEPTED,
        State.LAPSED,
        State.CANCELLED,
        State.WITHDRAWN,
    )
    for start, act, actor in product(over, Act, range(1, 10)):
        assert rules.next_state(start, act, actor, party) is None


@given(st.sampled_from([State.LIVE, State.EXPIRED, State.GIVEN_UP]), parties())
def test_consent_is_reversible_at_any_moment(state: State, party: Party) -> None:
    """Law 2: also once it expired or was given up, because what was posted still stands."""
    taken = rules.next_state(state, Act.TAKE_BACK, party.person_id, party)
    assert taken is State.WITHDRAWN
    assert rules.next_state(state, Act.TAKE_BACK, party.holder_id, party) is None


@given(st.integers(min_value=1))
def test_an_id_of_discords_is_never_a_groups(snowflake: int) -> None:
    assert not rules.is_group(snowflake)
    assert not rules.is_group(0)
    assert rules.is_group(-snowflake)


@given(states, acts, people, st.booleans())
def test_no_answer_given_to_anybody_is_a_groups_yes(
    state: State, act: Act, holder: int, as_group: bool
) -> None:
    """Law 1: a group says yes by its own decision, and by nothing that is done to a consent."""
    party = Party(-7, holder, holder)
    new = rules.next_state(state, act, -7 if as_group else holder, party)
    assert new in (None, State.WITHDRAWN, State.GIVEN_UP)
    if new is State.WITHDRAWN:
        assert as_group


@given(st.sampled_from([State.LIVE, State.EXPIRED, State.GIVEN_UP]), people)
def test_a_group_can_take_back_at_any_moment_like_a_person(state: State, holder: int) -> None:
    party = Party(-7, holder, holder)
    assert rules.next_state(state, Act.TAKE_BACK, -7, party) is State.WITHDRAWN
    assert rules.next_state(state, Act.TAKE_BACK, holder, party) is None


@given(parties())
def test_what_one_does_is_told_to_the_other_and_never_to_a_group(party: Party) -> None:
    assert party.told(party.person_id) == party.holder_id
    assert party.told(party.holder_id) == party.person_id
    of_group = Party(-party.person_id, party.holder_id, party.holder_id)
    assert of_group.told(party.holder_id) is None
    assert of_group.told(-party.person_id) == party.holder_id


@given(parties())
def test_only_the_person_puts_words_in_their_own_mouth(party: Party) -> None:
    edited = rules.next_state(State.WAITING, Act.EDIT, party.asked_id, party)
    assert (edited is State.EDITED) == (party.asked_id == party.person_id)
    assert rules.next_state(State.WAITING, Act.EDIT, party.opener_id, party) is None


@given(parties())
def test_an_edit_binds_nobody_before_the_asker_accepts(party: Party) -> None:
    assert rules.next_state(State.EDITED, Act.ACCEPT, party.asked_id, party) is None
    assert rules.next_state(State.EDITED, Act.YES, party.asked_id, party) is None
    assert rules.next_state(State.EDITED, Act.ACCEPT, party.opener_id, party) is State.LIVE


@given(
    st.builds(
        Asking,
        opener_id=people,
        asked_id=people,
        asked_is_bot=st.booleans(),
        asked_flag=st.sampled_from(Flag),
        person_id=people,
        has_open=st.booleans(),
        rests_until=st.none() | st.integers(0, 200),
        slot_free_at=st.none() | st.integers(0, 200),
        blocked=st.booleans(),
    )
)
def test_a_block_looks_like_nothing_at_all(facts: Asking) -> None:
    """Law 2: the verdict somebody sees does not depend on being blocked."""
    blocked = rules.may_ask(facts._replace(blocked=True), 100)
    free = rules.may_ask(facts._replace(blocked=False), 100)
    assert (blocked.refusal, blocked.until) == (free.refusal, free.until)
    assert blocked.hidden == blocked.allowed


def _asking(**changes: object) -> Asking:
    facts: dict[str, object] = {
        "opener_id": BETO,
        "asked_id": ANA,
        "asked_is_bot": False,
        "asked_flag": Flag.ASK,
        "person_id": ANA,
        "has_open": False,
        "rests_until": None,
        "slot_free_at": None,
        "blocked": False,
    }
    return Asking(**{**facts, **changes})  # type: ignore[arg-type]


def test_asking_is_refused_in_the_documented_order() -> None:
    everything = {
        "asked_is_bot": True,
        "asked_flag": Flag.NEVER,
        "has_open": True,
        "rests_until": 200,
        "slot_free_at": 200,
    }
    order = [
        Refusal.BOT,
        Refusal.FLAG,
        Refusal.OPEN,
        Refusal.RESTS,
        Refusal.DAY_USED,
    ]
    assert rules.may_ask(_asking(opener_id=ANA, **everything), 100).refusal is Refusal.SELF
    for refusal, fact in zip(order, list(everything), strict=True):
        assert rules.may_ask(_asking(**everything), 100).refusal is refusal
        del everything[fact]
    assert rules.may_ask(_asking(), 100).allowed


def test_the_flag_stops_asking_but_not_giving() -> None:
    """A person whose flag says *don't speak for me* may still ask somebody to speak for them."""
    to_holder = _asking(opener_id=ANA, asked_id=BETO, person_id=ANA, asked_flag=Flag.NEVER)
    assert rules.may_ask(to_holder, 100).allowed


def test_a_rest_and_a_slot_end_at_their_very_second() -> None:
    assert not rules.may_ask(_asking(rests_until=101), 100).allowed
    assert rules.may_ask(_asking(rests_until=100), 100).allowed
    assert not rules.may_ask(_asking(slot_free_at=101), 100).allowed
    assert rules.may_ask(_asking(slot_free_at=100), 100).allowed


def _speaking(**changes: object) -> Speaking:
    facts: dict[str, object] = {
        "state": State.LIVE,
        "due_at": 200,
        "readable": True,
        "is_holder": True,
        "holder_here": True,
        "person_here": True,
        "channel_id": 7,
        "agreed_channel_id": 7,
        "ruled_as": 7,
        "allowed_channels": frozenset(),
        "writes": True,
    }
    return Speaking(**{**facts, **changes})  # type: ignore[arg-type]


def test_every_condition_of_speaking_is_needed() -> None:
    """Law 1: own, current, specific; each missing condition alone is a no, with its reason."""
    assert rules.may_speak_for(_speaking(), 100).allowed
    for change, refusal in (
        ({"state": None}, Refusal.NOT_FOUND),
        ({"is_holder": False}, Refusal.NOT_FOUND),
        ({"due_at": 100}, Refusal.NOT_LIVE),
        ({"readable": False}, Refusal.UNREADABLE),
        ({"holder_here": False}, Refusal.HOLDER_LEFT),
        ({"person_here": False}, Refusal.PERSON_LEFT),
        ({"channel_id": 8}, Refusal.OTHER_CHANNEL),
        ({"allowed_channels": frozenset({8})}, Refusal.CHANNEL_CLOSED),
        ({"writes": False}, Refusal.NO_WRITING),
    ):
        assert rules.may_speak_for(_speaking(**change), 100).refusal is refusal
    for state in State:
        if state is not State.LIVE:
            assert rules.may_speak_for(_speaking(state=state), 100).refusal is Refusal.NOT_LIVE


@given(st.frozensets(st.integers(1, 5)), st.integers(1, 5), st.integers(6, 9), st.booleans())
def test_where_words_may_be_asked_for_they_may_be_said(
    allowed: frozenset[int], channel: int, thread: int, writes: bool
) -> None:
    """Of a channel, and of each thread in it, asking and speaking judge alike."""
    asked = rules.may_post_in(channel, allowed, writes=writes)
    for place in (channel, thread):
        facts = _speaking(
            channel_id=place,
            agreed_channel_id=place,
            ruled_as=channel,
            allowed_channels=allowed,
            writes=writes,
        )
        assert rules.may_speak_for(facts, 100) == asked
    assert asked.allowed == (writes and (not allowed or channel in allowed))


@given(states, st.integers(0, 200), st.integers(0, 200))
def test_an_expired_yes_is_a_no_also_before_the_sweep(state: State, due_at: int, now: int) -> None:
    """Law 1: what the clock has ended is over, whatever the row still says."""
    current = rules.state_now(state, due_at, now)
    if due_at <= now:
        assert current not in (State.WAITING, State.EDITED, State.LIVE)
    else:
        assert current is state


@given(st.sampled_from([1, 3, 7, 14, 30, 60, 90]))
def test_periods_stop_at_the_servers_limit(longest: int) -> None:
    assert rules.periods(longest)
    assert max(rules.periods(longest)) == longest
