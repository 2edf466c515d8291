"""The pure rules of affinity groups, law by law: who decides, and when something is decided."""

from __future__ import annotations

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.affinity import rules
from bot.affinity.rules import (
    ADMISSIONS,
    BY_CONSENSUS,
    SECRET,
    VOICE,
    Admission,
    Answer,
    Kind,
    Outcome,
    Question,
    Quorum,
    Verdict,
    Voter,
    Why,
)

ANA, BETO, CASS, DANI, ELIF, NEWCOMER = 1, 2, 3, 4, 7, 9
CLOSES = 1000
BEFORE, CLOSING, LATER = CLOSES - 1, CLOSES, CLOSES + 5000
SUPPORT, ASIDE, BLOCK, YES, NO = Answer
WAITS = Verdict(Outcome.OPEN, Why.WAITS)
AGREED = Verdict(Outcome.PASSED, Why.AGREED)
TOO_FEW = Verdict(Outcome.FAILED, Why.FEW)
NOT_AGREED = Verdict(Outcome.FAILED, Why.NOT_AGREED)

times = st.sampled_from([0, BEFORE, CLOSING, LATER])
#: Who is asked besides the others: anybody, or whom the question is about.
besides = st.sampled_from([ELIF, NEWCOMER])


def answers(kind: Kind) -> st.SearchStrategy[Answer | None]:
    """What a member may say to this; agreement is drawn often, or little would ever pass."""
    if kind in SECRET:
        return st.sampled_from([YES, YES, YES, NO, None])
    return st.sampled_from([SUPPORT, SUPPORT, SUPPORT, ASIDE, BLOCK, None, None])


@st.composite
def voters(draw: st.DrawFn, kind: Kind, person_id: int) -> Voter:
    rarely = st.sampled_from([False, False, False, True])
    member, away, gone = not draw(rarely), draw(rarely), draw(rarely)
    return Voter(person_id, member, away, gone, draw(answers(kind)))


@st.composite
def questions(draw: st.DrawFn, among: frozenset[Kind] = frozenset(Kind)) -> Question:
    """A question to up to five people: members or not any more, here, away or gone."""
    kind = draw(st.sampled_from([each for each in Kind if each in among]))
    ids = draw(st.lists(st.integers(1, 6), unique=True, max_size=5))
    return Question(
        kind,
        tuple(draw(voters(kind, each)) for each in ids),
        CLOSES,
        draw(st.sampled_from(Quorum)),
        draw(st.sampled_from(Admission)),
        draw(st.sampled_from([*ids, NEWCOMER])) if kind in SECRET | {Kind.SPOKE} else None,
    )


def asked(kind: Kind, *said: Answer | None, **more: object) -> Question:
    """A question to members 1, 2, 3 …, all of them here, who said this."""
    people = tuple(Voter(number, answer=each) for number, each in enumerate(said, 1))
    return Question(kind, people, CLOSES, **more)  # type: ignore[arg-type]


def passes(question: Question, now: int) -> bool:
    return rules.decide(question, now).outcome is Outcome.PASSED


def with_one(question: Question, voter: Voter, place: int = 0) -> Question:
    """The same question, asked of one person besides the others."""
    people = question.voters
    return question._replace(voters=(*people[:place], voter, *people[place:]))


def yes_to(kind: Kind) -> Answer:
    return YES if kind in SECRET else SUPPORT


# -- who counts -------------------------------------------------------------------------------


@given(questions(), times, st.randoms())
def test_no_order_of_answers_changes_the_outcome(question: Question, now: int, by: Random) -> None:
    people = list(question.voters)
    by.shuffle(people)
    assert rules.decide(question._replace(voters=tuple(people)), now) == rules.decide(question, now)


@given(st.data(), questions(), times)
def test_only_the_last_answer_of_a_person_counts(
    data: st.DataObject, question: Question, now: int
) -> None:
    """Also where it is that they left."""
    ids = [each.person_id for each in question.voters]
    earlier = [
        data.draw(voters(question.kind, each))
        for each in data.draw(st.lists(st.sampled_from(ids)) if ids else st.just([]))
    ]
    repeated = question._replace(voters=(*earlier, *question.voters))
    assert rules.decide(repeated, now) == rules.decide(question, now)
    said = {each.person_id: each for each in rules.having_a_say(repeated)}
    assert said == {each.person_id: each for each in rules.having_a_say(question)}


def test_whoever_left_is_not_let_back_in_by_an_earlier_row() -> None:
    rows = Voter(ANA, answer=YES), Voter(ANA, member=False)
    question = Question(Kind.KNOCK, rows, CLOSES, admission=Admission.ONE)
    assert not passes(question, BEFORE)


@given(st.data(), questions(), times)
def test_nobody_who_is_not_a_member_counts(
    data: st.DataObject, question: Question, now: int
) -> None:
    """Law 3: not a moderator either; and who left has no say from then on, whatever they said."""
    stranger = data.draw(voters(question.kind, data.draw(besides)))._replace(member=False)
    place = data.draw(st.integers(0, len(question.voters)))
    asked_of_more = with_one(question, stranger, place)
    assert rules.decide(asked_of_more, now) == rules.decide(question, now)
    assert stranger not in rules.having_a_say(asked_of_more)


@given(questions())
def test_everybody_else_has_a_say_exactly_once(question: Question) -> None:
    subject = question.subject_id if question.kind is Kind.PARTING else None
    expected = {each for each in question.voters if each.member and each.person_id != subject}
    found = rules.having_a_say(question)
    assert len(found) == len(expected)
    assert set(found) == expected


def test_who_joined_later_has_no_say() -> None:
    """They are not among those it was asked of, so a spoke who just joined was never asked."""
    agreed = asked(Kind.SPOKE, SUPPORT, SUPPORT, SUPPORT, subject_id=NEWCOMER)
    assert rules.decide(agreed, LATER) == Verdict(Outcome.FAILED, Why.NOT_WILLING)
    assert NEWCOMER not in {each.person_id for each in rules.having_a_say(agreed)}
    for kind in Kind:
        everyone = (YES, YES, YES) if kind in SECRET else (SUPPORT, SUPPORT, SUPPORT)
        subject = ANA if kind is Kind.SPOKE else NEWCOMER
        assert rules.decide(asked(kind, *everyone, subject_id=subject), BEFORE) == AGREED


# -- silence (law 1) --------------------------------------------------------------------------


@given(questions(), times)
def test_silence_is_not_consent_a_question_passes_only_with_an_explicit_yes(
    question: Question, now: int
) -> None:
    """Law 1: by somebody who has a say, and never by nobody answering."""
    silent = question._replace(voters=tuple(x._replace(answer=None) for x in question.voters))
    assert not passes(silent, now)
    if passes(question, now):
        assert yes_to(question.kind) in {x.answer for x in rules.having_a_say(question)}


@given(questions(), times, besides, st.booleans(), st.booleans())
def test_silence_is_not_consent_no_silence_does_what_a_yes_could_not(
    question: Question, now: int, person: int, away: bool, gone: bool
) -> None:
    """Law 1: what passes over somebody's silence passes with their yes as well."""
    silent = with_one(question, Voter(person, away=away, gone=gone))
    said_yes = Voter(person, away=away, gone=gone, answer=yes_to(question.kind))
    assert passes(with_one(question, said_yes), now) or not passes(silent, now)


@given(questions(), times, besides, st.booleans(), st.booleans())
def test_silence_is_not_consent_one_silent_member_more_never_helps(
    question: Question, now: int, person: int, away: bool, gone: bool
) -> None:
    silent = with_one(question, Voter(person, away=away, gone=gone))
    assert passes(question, now) or not passes(silent, now)


@given(questions(ADMISSIONS), times, st.integers(0, 5))
def test_admission_by_everyone_never_passes_over_a_silent_member(
    question: Question, now: int, place: int
) -> None:
    question = question._replace(admission=Admission.EVERYONE)
    assert not passes(with_one(question, Voter(ELIF), place), now)
    assert not passes(with_one(question, Voter(ELIF, answer=NO), place), now)


@given(questions(SECRET), besides)
def test_a_no_and_a_silence_look_the_same_from_outside(question: Question, person: int) -> None:
    """Law 7: in secret questions, of anybody who is waited for, once the time is up."""
    refused = rules.decide(with_one(question, Voter(person, answer=NO)), CLOSING)
    assert rules.decide(with_one(question, Voter(person)), CLOSING) == refused
    assert refused in (AGREED, NOT_AGREED)


# -- when -------------------------------------------------------------------------------------


@given(questions(), st.sampled_from([CLOSING, LATER]))
def test_nothing_is_open_once_the_time_is_up(question: Question, now: int) -> None:
    assert rules.decide(question, now).outcome is not Outcome.OPEN


@given(questions(BY_CONSENSUS))
def test_consensus_is_not_decided_while_somebody_waited_for_is_silent(question: Question) -> None:
    """Not by a block either: it can still be taken back."""
    assert rules.decide(with_one(question, Voter(ELIF)), BEFORE) == WAITS


@given(questions(), times)
def test_once_everyone_waited_for_has_answered_it_is_decided_as_at_closing(
    question: Question, now: int
) -> None:
    people = question._replace(
        voters=tuple(x for x in question.voters if x.answer is not None or x.away or x.gone)
    )
    if question.kind is Kind.PARTING:
        people = people._replace(voters=tuple(x for x in people.voters if x.answer is not None))
    if any(x.answer is not None for x in rules.having_a_say(people)):
        assert rules.decide(people, now) == rules.decide(people, CLOSING)
        assert rules.decide(people, now).outcome is not Outcome.OPEN
    else:
        assert rules.decide(people, now).outcome is (
            Outcome.OPEN if now < CLOSES else Outcome.FAILED
        )


@given(questions(), times, times)
def test_time_alone_undoes_no_verdict(question: Question, first: int, second: int) -> None:
    earlier = rules.decide(question, min(first, second))
    assert earlier in (WAITS, rules.decide(question, max(first, second)))


@given(questions(), times)
def test_a_verdict_gives_the_reason_of_its_outcome(question: Question, now: int) -> None:
    """And nothing about a secret question but its outcome."""
    outcome, why = rules.decide(question, now)
    assert (outcome is Outcome.OPEN) == (why is Why.WAITS)
    assert (outcome is Outcome.PASSED) == (why is Why.AGREED)
    if question.kind in SECRET and outcome is Outcome.FAILED:
        assert why is Why.NOT_AGREED


# -- away, and out of the server --------------------------------------------------------------


@given(st.data(), questions(), times, besides, st.booleans(), st.booleans())
def test_being_away_takes_no_word_back(
    data: st.DataObject, question: Question, now: int, person: int, away: bool, gone: bool
) -> None:
    said = data.draw(answers(question.kind)) or yes_to(question.kind)
    here = with_one(question, Voter(person, answer=said))
    absent = with_one(question, Voter(person, away=away, gone=gone, answer=said))
    assert rules.decide(absent, now) == rules.decide(here, now)


@given(questions(), times, st.sampled_from([(True, False), (False, True), (True, True)]))
def test_being_away_excuses_silence(
    question: Question, now: int, absent: tuple[bool, bool]
) -> None:
    """As if they had not been asked; but two still have to vouch where there are two."""
    away, gone = absent
    asked_of_more = with_one(question, Voter(ELIF, away=away, gone=gone))
    two = question.kind in ADMISSIONS and question.admission is Admission.TWO
    if not two and (question.kind is not Kind.PARTING or gone):
        assert rules.decide(asked_of_more, now) == rules.decide(question, now)


@given(questions(frozenset({Kind.PARTING})), times)
def test_a_parting_waits_for_whoever_is_away(question: Question, now: int) -> None:
    assert not passes(with_one(question, Voter(ELIF, away=True)), now)
    agreed = asked(Kind.PARTING, YES, YES, None, subject_id=CASS)
    assert rules.decide(agreed, BEFORE) == AGREED
    assert rules.decide(with_one(agreed, Voter(ELIF, away=True)), BEFORE) == WAITS


# -- consensus --------------------------------------------------------------------------------


@given(questions(BY_CONSENSUS), times, st.sampled_from(Quorum), st.booleans(), st.booleans())
def test_one_block_holds_whatever_the_others_say(
    question: Question, now: int, quorum: Quorum, away: bool, gone: bool
) -> None:
    blocked = with_one(question, Voter(ELIF, True, away, gone, BLOCK))
    assert not passes(blocked._replace(quorum=quorum), now)
    held = rules.decide(blocked._replace(quorum=quorum), CLOSING)
    assert held == Verdict(Outcome.FAILED, Why.BLOCKED)


@given(questions(BY_CONSENSUS), times)
def test_without_its_quorum_nothing_passes(question: Question, now: int) -> None:
    members = [each for each in question.voters if each.member]
    said = [each for each in members if each.answer is not None]
    waited_for = [x for x in members if x.answer is not None or not (x.away or x.gone)]
    share = Fraction(len(said), len(waited_for) or 1)
    enough = {
        Quorum.HALF: share > Fraction(1, 2),
        Quorum.TWO_THIRDS: share >= Fraction(2, 3),
        Quorum.ALL: share == 1,
    }[question.quorum]
    verdict = rules.decide(question, now)
    if not enough:
        assert verdict.outcome is not Outcome.PASSED
        assert now < CLOSES or verdict.why in (Why.NO_QUORUM, Why.BLOCKED)
    else:
        assert verdict.why is not Why.NO_QUORUM


@given(questions(BY_CONSENSUS), times)
def test_standing_aside_alone_passes_nothing(question: Question, now: int) -> None:
    aside = question._replace(
        voters=tuple(x._replace(answer=x.answer and ASIDE) for x in question.voters)
    )
    assert not passes(aside, now)
    everyone = aside._replace(voters=(Voter(ANA, answer=ASIDE), Voter(BETO, answer=ASIDE)))
    assert rules.decide(everyone, now) == Verdict(Outcome.FAILED, Why.NO_SUPPORT)


def test_standing_aside_counts_as_an_answer_and_stops_nobody() -> None:
    for kind in BY_CONSENSUS:
        support = [SUPPORT] * (VOICE if kind is Kind.SPOKE else 1)
        some = asked(kind, *support, ASIDE, ASIDE, quorum=Quorum.ALL, subject_id=ANA)
        assert rules.decide(some, BEFORE) == AGREED


@given(questions(frozenset({Kind.SPOKE})), times)
def test_nobody_becomes_a_spoke_without_their_own_support(question: Question, now: int) -> None:
    """Law 1: not by a majority's support, and not by the whole group's."""
    own = [x.answer for x in question.voters if x.member and x.person_id == question.subject_id]
    if own != [SUPPORT]:
        assert not passes(question, now)
    else:
        usual = rules.decide(question._replace(kind=Kind.PROPOSAL, subject_id=None), now)
        few = usual == AGREED and len(supporting(question)) < VOICE
        assert rules.decide(question, now) == (TOO_FEW if few else usual)


@given(questions(frozenset({Kind.SPOKE})), times)
def test_fewer_than_three_people_are_no_voice_of_a_group_whatever_they_answer(
    question: Question, now: int
) -> None:
    """Law 1: nor with the silence of others, their standing aside, or their having left."""
    if passes(question, now):
        assert len(supporting(question)) >= VOICE


@given(st.data(), questions(frozenset({Kind.SPOKE})), times)
def test_nobody_is_a_group_s_voice_twice(data: st.DataObject, question: Question, now: int) -> None:
    """One or two, on however many rows, answer for one or two."""
    two = [ANA, BETO][: data.draw(st.integers(1, 2))]
    rows = data.draw(st.lists(st.sampled_from(two).flatmap(lambda x: voters(Kind.SPOKE, x))))
    few = question._replace(voters=tuple(rows), subject_id=data.draw(st.sampled_from(two)))
    assert not passes(few, now)


def test_a_group_s_voice_takes_three_however_many_belong() -> None:
    for others in range(4):
        silent = [ASIDE] * others
        two = asked(Kind.SPOKE, SUPPORT, SUPPORT, *silent, subject_id=ANA)
        assert rules.decide(two, BEFORE) == TOO_FEW
        three = asked(Kind.SPOKE, SUPPORT, SUPPORT, SUPPORT, *silent, subject_id=ANA)
        assert rules.decide(three, BEFORE) == AGREED


def supporting(question: Question) -> set[int]:
    return {x.person_id for x in question.voters if x.member and x.answer is SUPPORT}


@pytest.mark.parametrize("own", [None, ASIDE])
def test_the_others_cannot_make_a_spoke_of_somebody(own: Answer | None) -> None:
    others = asked(Kind.SPOKE, SUPPORT, SUPPORT, SUPPORT, own, subject_id=DANI)
    assert rules.decide(others, CLOSING) == Verdict(Outcome.FAILED, Why.NOT_WILLING)


def test_consensus_fails_for_the_first_reason_that_applies() -> None:
    everything = [
        (asked(Kind.SPOKE, BLOCK, None, None, subject_id=CASS), Why.BLOCKED),
        (asked(Kind.SPOKE, ASIDE, None, None, subject_id=CASS), Why.NO_QUORUM),
        (asked(Kind.SPOKE, ASIDE, ASIDE, None, subject_id=CASS), Why.NO_SUPPORT),
        (asked(Kind.SPOKE, SUPPORT, ASIDE, None, subject_id=CASS), Why.NOT_WILLING),
        (asked(Kind.SPOKE, SUPPORT, None, SUPPORT, subject_id=CASS), Why.FEW),
        (asked(Kind.SPOKE, SUPPORT, SUPPORT, SUPPORT, subject_id=CASS), Why.AGREED),
    ]
    for question, why in everything:
        assert rules.decide(question, CLOSING).why is why


@pytest.mark.parametrize(
    ("quorum", "answers_needed"),
    [
        (Quorum.HALF, [1, 1, 2, 2, 3, 3, 4, 4, 5]),
        (Quorum.TWO_THIRDS, [1, 1, 2, 2, 3, 4, 4, 5, 6]),
        (Quorum.ALL, [1, 1, 2, 3, 4, 5, 6, 7, 8]),
    ],
)
def test_a_quorum_takes_more_than_half_or_two_thirds_or_all(
    quorum: Quorum, answers_needed: list[int]
) -> None:
    assert [rules.needed(quorum, people) for people in range(9)] == answers_needed
    for people, wanted in list(enumerate(answers_needed))[1:]:
        for said in range(1, people + 1):
            answered = [SUPPORT] * said + [None] * (people - said)
            found = rules.decide(asked(Kind.PROPOSAL, *answered, quorum=quorum), CLOSING)
            assert found.why is (Why.AGREED if said >= wanted else Why.NO_QUORUM)


@given(st.integers(0, 60))
def test_a_quorum_is_never_nobody_and_never_more_than_everybody(people: int) -> None:
    half, two_thirds, everyone = (rules.needed(each, people) for each in Quorum)
    assert 1 <= half <= everyone
    assert 1 <= two_thirds <= everyone
    assert everyone == max(1, people)
