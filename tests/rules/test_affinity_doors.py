"""The pure rules of affinity groups: who comes in, who is parted with, and what may be begun."""

from __future__ import annotations

import string
import unicodedata
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.affinity import rules
from bot.affinity.rules import (
    ADMISSIONS,
    BY_CONSENSUS,
    CHANNEL_NAME_LIMIT,
    SECRET,
    Admission,
    Answer,
    Entering,
    Kind,
    Outcome,
    Permit,
    Question,
    Refusal,
    Verdict,
    Voter,
    Why,
)
from tests.strategies import hostile_text

ANA, BETO, CASS, DANI = 1, 2, 3, 4
BEFORE, CLOSES = 999, 1000
YES, NO = Answer.YES, Answer.NO
SKIN_TONES = "🏻🏼🏽🏾🏿"
WAITS = Verdict(Outcome.OPEN, Why.WAITS)
AGREED = Verdict(Outcome.PASSED, Why.AGREED)
NOT_AGREED = Verdict(Outcome.FAILED, Why.NOT_AGREED)
GROUPS = [said for size in range(6) for said in product([YES, NO, None], repeat=size)]


def _asked(kind: Kind, said: tuple[Answer | None, ...], **more: object) -> Question:
    """A question to members 1, 2, 3 …, all of them here, who said this."""
    people = tuple(Voter(number, answer=each) for number, each in enumerate(said, 1))
    return Question(kind, people, CLOSES, **more)  # type: ignore[arg-type]


def _verdict(agreed: bool, said: tuple[Answer | None, ...], now: int) -> Verdict:
    """What a secret question comes to: it passes at once, and fails when nothing more can come."""
    if agreed:
        return AGREED
    return NOT_AGREED if now >= CLOSES or (said and None not in said) else WAITS


# -- answers ----------------------------------------------------------------------------------


def test_each_kind_of_question_takes_its_own_answers() -> None:
    assert set(Kind) == BY_CONSENSUS | SECRET
    assert not BY_CONSENSUS & SECRET
    assert {Kind.KNOCK, Kind.INVITATION} == ADMISSIONS
    assert ADMISSIONS | {Kind.PARTING} == SECRET
    for kind in BY_CONSENSUS:
        assert rules.answers_to(kind) == {Answer.SUPPORT, Answer.ASIDE, Answer.BLOCK}
    for kind in SECRET:
        assert rules.answers_to(kind) == {YES, NO}


def test_questions_stay_open_from_six_hours_to_seven_days() -> None:
    assert (min(rules.PERIODS), max(rules.PERIODS)) == (6, 7 * 24)
    assert rules.USUAL_PERIOD in rules.PERIODS
    assert rules.LONGEST_PERIOD == 7 * 24
    assert rules.DISAPPEAR == (0, 1, 7, 30)


# -- admission --------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", sorted(ADMISSIONS))
@pytest.mark.parametrize("now", [BEFORE, CLOSES])
def test_admission_follows_the_rule_of_the_group_exactly(kind: Kind, now: int) -> None:
    """Every answer of every group of up to five, by all three rules."""
    for said in GROUPS:
        yes = said.count(YES)
        for rule, agreed in (
            (Admission.EVERYONE, bool(said) and yes == len(said)),
            (Admission.TWO, yes >= 2 or (len(said) == 1 and yes == 1)),
            (Admission.ONE, yes >= 1),
        ):
            found = rules.decide(_asked(kind, said, admission=rule), now)
            assert found == _verdict(agreed, said, now), (rule, said)


def test_two_have_to_vouch_where_there_are_two_also_when_one_is_absent() -> None:
    here = Voter(ANA, answer=YES)
    for other in (Voter(BETO, away=True), Voter(BETO, gone=True)):
        question = Question(Kind.KNOCK, (here, other), CLOSES, admission=Admission.TWO)
        assert rules.decide(question, BEFORE) == NOT_AGREED
        both = question._replace(voters=(here, other._replace(answer=YES)))
        assert rules.decide(both, BEFORE) == AGREED


def test_one_can_vouch_alone_where_the_others_have_left() -> None:
    people = (Voter(ANA, answer=YES), Voter(BETO, member=False, answer=NO))
    question = Question(Kind.INVITATION, people, CLOSES, admission=Admission.TWO)
    assert rules.decide(question, BEFORE) == AGREED


def test_one_person_cannot_vouch_twice() -> None:
    twice = (Voter(ANA, answer=YES), Voter(ANA, answer=YES), Voter(BETO))
    question = Question(Kind.KNOCK, twice, CLOSES, admission=Admission.TWO)
    assert rules.decide(question, BEFORE) == WAITS
    assert rules.decide(question, CLOSES) == NOT_AGREED


# -- parting ----------------------------------------------------------------------------------


@pytest.mark.parametrize("now", [BEFORE, CLOSES])
@pytest.mark.parametrize("own", [YES, NO, None])
def test_a_parting_takes_all_of_the_others_and_at_least_two(now: int, own: Answer | None) -> None:
    """The person concerned has no say, whatever they said, also where they were asked."""
    for others in GROUPS:
        agreed = len(others) >= 2 and others.count(YES) == len(others)
        subject = len(others) + 1
        for said in (others, (*others, own)):
            question = _asked(Kind.PARTING, said, subject_id=subject)
            assert rules.decide(question, now) == _verdict(agreed, others, now), said


@pytest.mark.parametrize("rows", [1, 2, 5])
def test_nobody_is_parted_with_in_a_group_of_two(rows: int) -> None:
    """Not even with the yes of the one concerned, or by saying yes again and again."""
    for own in (YES, NO, None):
        people = (*[Voter(ANA, answer=YES)] * rows, Voter(BETO, answer=own))
        question = Question(Kind.PARTING, people, CLOSES, subject_id=BETO)
        assert rules.decide(question, BEFORE) == NOT_AGREED


def test_two_people_cannot_part_with_a_third_by_answering_twice() -> None:
    twice = (Voter(ANA, answer=YES), Voter(BETO, answer=YES)) * 2
    for third in (None, NO):
        people = (*twice, Voter(CASS, answer=third), Voter(DANI))
        question = Question(Kind.PARTING, people, CLOSES, subject_id=DANI)
        assert rules.decide(question, CLOSES) == NOT_AGREED
    for row in (Voter(BETO, member=False, answer=YES), Voter(BETO, gone=True)):
        alone = (Voter(ANA, answer=YES), row, Voter(ANA, answer=YES), Voter(DANI))
        question = Question(Kind.PARTING, alone, CLOSES, subject_id=DANI)
        assert rules.decide(question, CLOSES) == NOT_AGREED


# -- what may be begun ------------------------------------------------------------------------

_FREE = Entering(True, False, False, False, None, None)


def test_knocking_is_refused_in_the_documented_order() -> None:
    everything = Entering(False, True, True, True, 300, 200, rules.MOST_GROUPS)
    order = [
        ("found", Permit(Refusal.NOT_FOUND)),
        ("is_member", Permit(Refusal.MEMBER)),
        ("is_bot", Permit(Refusal.BOT)),
        ("has_open", Permit(Refusal.OPEN)),
        ("rests_until", Permit(Refusal.RESTS, 300)),
        ("groups", Permit(Refusal.MANY_GROUPS)),
        ("slot_free_at", Permit(Refusal.DAY_USED, 200)),
    ]
    for field, permit in order:
        assert rules.may_knock(everything, 100) == permit
        assert not permit.allowed
        everything = everything._replace(**{field: getattr(_FREE, field)})
    assert rules.may_knock(everything, 100) == Permit()
    assert Permit().allowed


@given(
    st.builds(
        Entering,
        found=st.booleans(),
        is_member=st.booleans(),
        is_bot=st.booleans(),
        has_open=st.booleans(),
        rests_until=st.none() | st.integers(0, 200),
        slot_free_at=st.none() | st.integers(0, 200),
        groups=st.integers(0, rules.MOST_GROUPS + 1),
    )
)
def test_a_group_that_is_not_listed_looks_like_none_at_all(facts: Entering) -> None:
    """Whatever else holds; and a yes needs every fact to allow it."""
    permit = rules.may_knock(facts, 100)
    hidden = rules.may_knock(facts._replace(found=False), 100)
    assert hidden == Permit(Refusal.NOT_FOUND)
    free = not (facts.is_member or facts.is_bot or facts.has_open)
    rested = (facts.rests_until or 0) <= 100 and (facts.slot_free_at or 0) <= 100
    has_room = facts.groups < rules.MOST_GROUPS
    assert permit.allowed == (facts.found and free and rested and has_room)
    assert permit.until is None or permit.until > 100


def test_a_rest_and_a_slot_end_at_their_very_second() -> None:
    for field, refusal in (("rests_until", Refusal.RESTS), ("slot_free_at", Refusal.DAY_USED)):
        late, over = (_FREE._replace(**{field: until}) for until in (101, 100))
        assert rules.may_knock(late, 100) == Permit(refusal, 101)
        assert rules.may_knock(over, 100).allowed


def test_a_parting_rests_last_of_all_and_to_the_very_second() -> None:
    rests = {"rests_until": 100, "now": 99}
    assert rules.may_part(1, 2, [1, 2, 3], **rests) == Permit(Refusal.RESTS, 100)
    assert rules.may_part(1, 2, [1, 2, 3], rests_until=100, now=100) == Permit()
    # Whom it is about must not learn of it: who asks about themselves meets this first.
    assert rules.may_part(2, 2, [1, 2, 3], **rests) == Permit(Refusal.SELF)
    assert rules.may_part(1, 2, [1, 2], **rests) == Permit(Refusal.TWO)


def test_a_parting_is_asked_by_a_member_about_another_in_a_group_of_three() -> None:
    for author, subject, members, refusal in (
        (ANA, ANA, [], Refusal.SELF),
        (ANA, ANA, [ANA, BETO, CASS], Refusal.SELF),
        (DANI, ANA, [ANA, BETO, CASS], Refusal.NOT_A_MEMBER),
        (ANA, DANI, [ANA, BETO, CASS], Refusal.NOT_A_MEMBER),
        (ANA, DANI, [ANA, BETO], Refusal.NOT_A_MEMBER),
        (ANA, BETO, [ANA, BETO], Refusal.TWO),
        (ANA, BETO, [ANA, BETO, ANA, BETO], Refusal.TWO),
        (ANA, BETO, [ANA, BETO, CASS], None),
        (CASS, ANA, [ANA, BETO, CASS, DANI], None),
    ):
        assert rules.may_part(author, subject, members) == Permit(refusal)
        assert rules.may_part(author, subject, iter(members)) == Permit(refusal)


@given(st.integers(1, 5), st.integers(1, 5), st.lists(st.integers(1, 5), unique=True))
def test_a_parting_that_may_be_asked_can_also_be_agreed(
    author: int, subject: int, members: list[int]
) -> None:
    people = tuple(Voter(each, answer=YES) for each in members)
    question = Question(Kind.PARTING, people, CLOSES, subject_id=subject)
    if rules.may_part(author, subject, members).allowed:
        assert rules.decide(question, BEFORE) == AGREED


# -- the name of a channel --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "channel"),
    [
        ("Kitchen", "kitchen"),
        ("Night Bus Drivers", "night-bus-drivers"),
        ("  Two   spaces  ", "two-spaces"),
        ("Vecinas de la Unión", "vecinas-de-la-unión"),
        ("ÑANDÚ y Pingüino", "ñandú-y-pingüino"),
        ("Jose\u0301", "josé"),
        ("¿Quién cuida? ¡Todas!", "quién-cuida-todas"),
        ("The Bakers' Dozen", "the-bakers-dozen"),
        ("Don’t ask", "dont-ask"),
        ("snake_case_stays", "snake_case_stays"),
        ("½ Pay", "½-pay"),
        ("--- a -- b ---", "a-b"),
        ("a/b\\c.d,e:f;g", "a-b-c-d-e-f-g"),
        ("50% + 1 = us", "50-1-us"),
        ("@everyone #general <@1>", "everyone-general-1"),
        ("line\nbreak\ttab\x00nul", "line-break-tab-nul"),
        ("🌱 Garden 🌱", "🌱-garden-🌱"),
        (f"✊{SKIN_TONES}", f"✊{SKIN_TONES}"),
        ("❤️", "❤️"),
        ("🇵🇸", "🇵🇸"),
        ("नमस्ते दोस्तों", "नमस्ते-दोस्तों"),
        ("我们 一起", "我们-一起"),
        ("سلام", "سلام"),
        ("x" * 200, "x" * 100),
        ("ab " * 67, ("ab-" * 33) + "a"),
        ("x" * 99 + " y", "x" * 99),
        ("", ""),
        (" ", ""),
        ("'’'", ""),
        ("---", ""),
        ("¿¡…!?«»", ""),
        ("$€+=<>|~", ""),
        ("≠ =\u0338", ""),
        (string.whitespace, ""),
        ("\u200b\u200d\u202e", ""),
    ],
)
def test_a_channel_is_named_like_its_group(name: str, channel: str) -> None:
    assert rules.channel_name(name) == channel
    assert rules.channel_name(channel) == channel


@given(hostile_text() | st.text() | st.text(alphabet="aÉ -'_’.🌱", max_size=300))
def test_the_name_of_a_channel_is_one_that_discord_takes(name: str) -> None:
    made = rules.channel_name(name)
    assert len(made) <= CHANNEL_NAME_LIMIT == 100
    assert not made.startswith("-")
    assert not made.endswith("-")
    assert "--" not in made
    assert made == made.lower()
    for char in made:
        category = unicodedata.category(char)
        kept = category[0] in "LNM" or category == "So" or char in SKIN_TONES + "-_"
        assert kept, f"{char!r} in {made!r}"


@given(st.text(alphabet=string.ascii_letters + string.digits + "ñÑáÉüçßøŁ", max_size=100))
def test_letters_and_digits_are_all_kept(name: str) -> None:
    assert rules.channel_name(name) == name.lower()


@given(hostile_text() | st.text() | st.text(alphabet="HTaEİ'’\u0301\u0308\u0331 -", max_size=120))
@example("H\u0331")
@example("a'\u0301")
@example("\u0130\u0327")
def test_naming_a_channel_twice_changes_nothing(name: str) -> None:
    made = rules.channel_name(name)
    assert unicodedata.is_normalized("NFC", made)
    assert rules.channel_name(made) == made


def test_punctuation_alone_is_no_name() -> None:
    for char in string.punctuation.replace("_", "") + "¿¡«»“”‘’…–—·´¨¯":
        assert rules.channel_name(char * 3) == "", char
