"""The rules of sharing an entry: two yeses before a word of it, and a way out at each step."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from bot.governance.rules import RULES, Charter, ValueFault, check_value
from bot.journal.share_rules import (
    ASKED_FOR,
    AT_MOST,
    BRINGING_TAKES,
    DAY,
    HOUR,
    ON_ITS_WAY,
    OUTCOMES,
    SECOND_LOOK,
    SEEN_BY_FRIEND,
    Act,
    Beginning,
    Refusal,
    State,
    Verdict,
    falls_due,
    leads_to,
    may_begin,
    rings,
    state_at,
)

NOW = 1_800_000_000
STORED = [each for each in State if each is not State.OVER]
FINE = Beginning(
    writer_id=1,
    friend_id=2,
    friend_is_app=False,
    together=True,
    has_entry=True,
    friend_allows_dms=True,
    has_open=False,
    rests_until=None,
    slot_free_at=None,
)
_acts = st.sampled_from(sorted(set(Act) - {Act.TIME}))
_periods = st.sampled_from([1, HOUR, DAY - 1, DAY, ASKED_FOR, SECOND_LOOK])


class ShareMachine(RuleBasedStateMachine):
    """One share: anybody does anything, time passes, due work comes early, late or never."""

    @initialize(days=st.sampled_from([1, 2, 3, 7]))
    def begin(self, days: int) -> None:
        self.pause, self.now = days * DAY, NOW
        self.enters(State.WAITING)
        self.writer_said = self.friend_said = False

    def enters(self, state: State) -> None:
        self.state = state
        self.due_at = falls_due(state, self.now, self.pause)
        if state is State.WAITING:
            self.began_at = self.now
            # Whatever was said was said to something else.
            self.writer_said = self.friend_said = False

    def standing(self) -> State:
        return state_at(self.state, self.due_at, self.now)

    @rule(act=_acts)
    def acts(self, act: Act) -> None:
        before = self.standing()
        after = leads_to(before, act)
        if after is None:
            return
        if act is Act.STILL:
            assert self.now >= self.began_at + self.pause
            self.writer_said = True
        if act is Act.YES:
            assert self.writer_said
            self.friend_said = True
        if act is Act.EDIT:
            assert after is State.WAITING
            assert before in ON_ITS_WAY - {State.SENDING}
        if before is State.GIVEN:
            assert (act, after) == (Act.TAKE_BACK, State.RETRACTING)
        self.enters(after)

    @rule(seconds=_periods)
    def time_passes(self, seconds: int) -> None:
        self.now += seconds

    @rule()
    def due_work_looks(self) -> None:
        after = leads_to(self.state, Act.TIME)
        if self.due_at is None or self.due_at > self.now or after is None:
            return
        assert after is self.standing()
        self.enters(after)

    @invariant()
    def law_1_the_friend_sees_nothing_before_both_have_said_yes(self) -> None:
        if self.standing() in (State.SENDING, State.GIVEN, State.RETRACTING, State.UNREACHED):
            assert self.writer_said
            assert self.friend_said

    @invariant()
    def the_friend_hears_of_it_only_after_the_second_yes(self) -> None:
        if self.standing() in SEEN_BY_FRIEND:
            assert self.writer_said

    @invariant()
    def silence_never_brings_it_to_anybody(self) -> None:
        """Law 1: whatever time does, it does not say yes."""
        after = leads_to(self.state, Act.TIME)
        assert after not in (State.ASKING, State.SENDING, State.GIVEN)


TestShareMachine = ShareMachine.TestCase


@pytest.mark.parametrize("state", sorted(ON_ITS_WAY))
def test_law_2_there_is_a_way_out_at_each_step(state: State) -> None:
    assert leads_to(state, Act.DROP) in (State.OVER, State.RETRACTING)


@pytest.mark.parametrize("state", [State.WAITING, State.CONFIRMING, State.ASKING])
def test_an_edit_always_leads_back_to_the_pause(state: State) -> None:
    assert leads_to(state, Act.EDIT) is State.WAITING
    assert falls_due(State.WAITING, NOW, 2 * DAY) == NOW + 2 * DAY


@pytest.mark.parametrize("act", list(Act))
def test_nothing_leads_out_of_given_but_taking_back(act: Act) -> None:
    after = leads_to(State.GIVEN, act)
    assert after is (State.RETRACTING if act is Act.TAKE_BACK else None)


@pytest.mark.parametrize("act", list(Act))
def test_what_is_taken_back_stays_so_until_discord_has_deleted_it(act: Act) -> None:
    after = leads_to(State.RETRACTING, act)
    assert after is (State.OVER if act is Act.DELETED else None)


@pytest.mark.parametrize("state", sorted(OUTCOMES))
def test_an_outcome_ends_when_it_was_read_or_forgotten(state: State) -> None:
    assert leads_to(state, Act.READ) is leads_to(state, Act.TIME) is State.OVER
    assert {leads_to(state, each) for each in Act} == {State.OVER, None}


@pytest.mark.parametrize("state", [State.GIVEN, State.RETRACTING])
def test_nothing_falls_due_of_what_may_stand_in_a_dm(state: State) -> None:
    assert falls_due(state, NOW, DAY) is None


@pytest.mark.parametrize("state", sorted({*STORED} - {State.GIVEN, State.RETRACTING}))
def test_every_other_state_ends_some_day_or_waits_for_discord(state: State) -> None:
    due = falls_due(state, NOW, DAY)
    assert due is not None
    assert due >= NOW


def test_a_pause_that_is_over_counts_before_due_work_has_come() -> None:
    assert state_at(State.WAITING, NOW, NOW - 1) is State.WAITING
    assert state_at(State.WAITING, NOW, NOW) is State.CONFIRMING
    assert state_at(State.CONFIRMING, NOW, NOW) is State.OVER
    assert state_at(State.ASKING, NOW, NOW) is State.LAPSED


@pytest.mark.parametrize("state", [State.SENDING, State.RETRACTING, State.GIVEN])
def test_time_alone_brings_nothing_and_takes_nothing_back(state: State) -> None:
    assert state_at(state, NOW, NOW + 365 * DAY) is state


def test_bringing_leaves_another_process_time_to_wait() -> None:
    assert falls_due(State.SENDING, NOW, DAY) == NOW + BRINGING_TAKES


def test_nobody_is_rung_for_a_pause_or_for_bringing_and_taking_back() -> None:
    quiet = {State.WAITING, State.SENDING, State.RETRACTING}
    assert {state for state in STORED if not rings(state)} == quiet


# -- beginning ----------------------------------------------------------------------------------

#: In the order of decision.
_FAULTS: list[tuple[dict[str, Any], Verdict]] = [
    ({"friend_id": 1}, Verdict(Refusal.SELF)),
    ({"friend_is_app": True}, Verdict(Refusal.APP)),
    ({"together": False}, Verdict(Refusal.APART)),
    ({"has_entry": False}, Verdict(Refusal.NO_ENTRY)),
    ({"friend_allows_dms": False}, Verdict(Refusal.NO_DMS)),
    ({"has_open": True}, Verdict(Refusal.OPEN)),
    ({"rests_until": NOW + 5}, Verdict(Refusal.RESTS, NOW + 5)),
    ({"standing": AT_MOST}, Verdict(Refusal.MANY)),
    ({"slot_free_at": NOW + 7}, Verdict(Refusal.DAY_USED, NOW + 7)),
]


def test_it_may_begin_when_nothing_is_against_it() -> None:
    assert may_begin(FINE, NOW).allowed
    assert may_begin(FINE._replace(rests_until=NOW, slot_free_at=NOW), NOW).allowed
    assert may_begin(FINE._replace(standing=AT_MOST - 1), NOW).allowed


@given(st.lists(st.sampled_from(range(len(_FAULTS))), min_size=1, unique=True))
def test_the_first_reason_is_the_one_that_is_told(which: list[int]) -> None:
    facts = FINE
    for number in which:
        facts = facts._replace(**_FAULTS[number][0])
    assert may_begin(facts, NOW) == _FAULTS[min(which)][1]


def test_law_10_whoever_allows_no_dms_is_never_asked() -> None:
    assert may_begin(FINE._replace(friend_allows_dms=False), NOW).refusal is Refusal.NO_DMS


# -- the pause is a rule ------------------------------------------------------------------------


def test_law_3_moderators_can_only_make_the_pause_longer() -> None:
    pause = RULES["share_pause"]
    assert Charter({}).share_pause == DAY
    assert min(int(each) for each in pause.options) * HOUR == DAY
    assert check_value(pause, "168") is None
    assert Charter({"share_pause": "168"}).share_pause == 7 * DAY
    for wrong in ("1", "23", "0", "", "-24", "999"):
        assert check_value(pause, wrong) is ValueFault.NOT_AN_OPTION
