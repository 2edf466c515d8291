"""The rules of affinity groups: who decides what, and when something is decided. Pure.

Nobody owns a group (law 4): what concerns it is decided by its members, and each kind of question
has one rule. Answers can be changed until a question closes, and only the last one counts.

Order of decision in `decide`:

1. Who has a say: the members of when it was asked, each once, minus those who have left since. Who
   joined later has none. In a parting, the person concerned has none.
2. Who is waited for: those of them who are neither away nor out of the server. An answer that was
   given counts also when its author goes away afterwards: being away excuses silence and never
   takes a word back. A parting waits for people who are away, too: it needs all of them.
3. Proposals, changes of settings, spokes and closing are decided by consensus, once everyone waited
   for has answered, or when the time is up:
   a. one block holds, whatever the others said;
   b. fewer answers than the quorum decide nothing;
   c. standing aside alone is no support, and neither is silence: somebody has to support it;
   d. nobody becomes a spoke without their own support;
   e. words in the group's name need at least `VOICE` who support them (design, section 2, "A
      group's voice"): one or two people speak for themselves;
   f. otherwise it passes.
4. Admission passes as soon as its rule is met: everyone waited for says yes; or two vouch (one in a
   group of one); or one vouches. It fails once everyone has answered, or when the time is up: a no
   and a silence look the same from outside.
5. A parting passes as soon as everyone else has said yes, and they are at least two. It fails once
   everyone has answered, or when the time is up.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

HOUR, DAY = 3600, 86_400

#: Characters in what people write about and in a group.
NAME_LIMIT = 50
PURPOSE_LIMIT = 200
HELLO_LIMIT = 300
PROPOSAL_LIMIT = 1500
REASON_LIMIT = 300
#: Discord's limit for the name of a channel.
CHANNEL_NAME_LIMIT = 100

#: How long a proposal may stay open, in hours (design, section 2: 6 hours to 7 days).
PERIODS = (6, 24, 48, 72, 168)
#: Hours for questions whose author chooses no period.
USUAL_PERIOD = 72
#: Admissions and partings stay open a week, and an invitation waits a week for its answer.
LONGEST_PERIOD = 168
#: How many have to support words in a group's name.
VOICE = 3
#: After which messages disappear, in days; 0 is never.
DISAPPEAR = (0, 1, 7, 30)
#: Acts a day for one person in one server, so that none can be used to pester.
STARTS_A_DAY, KNOCKS_A_DAY, INVITATIONS_A_DAY = 3, 3, 10
#: Questions a day by one member in one group, a parting among them.
QUESTIONS_A_DAY = 20
#: Questions that may be open at once in one group: those of one member, and those by name in all,
#: which `/affinity decisions` shows together.
MOST_OPEN_BY_ONE, MOST_OPEN = 5, 15
#: Decided questions by one member that a group keeps; what is older of theirs goes.
MOST_DECIDED = 1000
#: Words that a group's spokes may say in its name at once, what is being asked included.
MOST_GRANTS = 25
#: Groups in one server that one person may be in, knocks that are not answered included; and of
#: these, in which they may be the only one when they start another.
MOST_GROUPS, MOST_ALONE = 20, 3
#: Days before the same person can knock at, or be invited by, the same group again; before it can
#: be asked again whether to part with them; and before a group can be in the list again that a
#: moderator took off it.
REST_DAYS = 30
#: Days a member who left the server stays on the roll, in case they come back.
GONE_STAYS = 30
#: The longest absence, in days.
LONGEST_AWAY = 180


class Kind(StrEnum):
    """What is asked."""

    PROPOSAL = "proposal"
    SETTINGS = "settings"
    SPOKE = "spoke"
    CLOSE = "close"
    KNOCK = "knock"
    INVITATION = "invitation"
    PARTING = "parting"


#: Decided by name, in the group's channel.
BY_CONSENSUS = frozenset({Kind.PROPOSAL, Kind.SETTINGS, Kind.SPOKE, Kind.CLOSE})
#: Decided in secret: only the outcome is ever told.
SECRET = frozenset({Kind.KNOCK, Kind.INVITATION, Kind.PARTING})
ADMISSIONS = frozenset({Kind.KNOCK, Kind.INVITATION})


class Answer(StrEnum):
    """What one member says: the first three to a consensus question, yes or no to a secret one."""

    SUPPORT = "support"
    ASIDE = "aside"
    BLOCK = "block"
    YES = "yes"
    NO = "no"


def answers_to(kind: Kind) -> frozenset[Answer]:
    """The answers this kind of question takes."""
    if kind in SECRET:
        return frozenset({Answer.YES, Answer.NO})
    return frozenset({Answer.SUPPORT, Answer.ASIDE, Answer.BLOCK})


class Quorum(StrEnum):
    """How many of those waited for must have answered."""

    HALF = "half"
    TWO_THIRDS = "two_thirds"
    ALL = "all"


class Admission(StrEnum):
    """Who has to say yes to a newcomer."""

    EVERYONE = "everyone"
    TWO = "two"
    ONE = "one"


class Outcome(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    PASSED = "passed"
    FAILED = "failed"


class Why(StrEnum):
    """The reason of a verdict."""

    WAITS = "waits"
    AGREED = "agreed"
    BLOCKED = "blocked"
    NO_QUORUM = "no_quorum"
    NO_SUPPORT = "no_support"
    NOT_WILLING = "not_willing"
    FEW = "few"
    #: By the time it would have passed, another group had the name.
    NAME_TAKEN = "name_taken"
    NOT_AGREED = "not_agreed"


class Voter(NamedTuple):
    """A member of when it was asked, as they stand now. `answer` None is silence."""

    person_id: int
    member: bool = True
    away: bool = False
    gone: bool = False
    answer: Answer | None = None


class Question(NamedTuple):
    """A question and everything its outcome depends on. `closes_at`: seconds UTC."""

    kind: Kind
    voters: tuple[Voter, ...]
    closes_at: int
    quorum: Quorum = Quorum.HALF
    admission: Admission = Admission.EVERYONE
    subject_id: int | None = None


class Verdict(NamedTuple):
    """The outcome and its reason."""

    outcome: Outcome
    why: Why


def having_a_say(question: Question) -> tuple[Voter, ...]:
    """Who has a say, each once; see the head of this module, 1."""
    found = {voter.person_id: voter for voter in question.voters}
    if question.kind is Kind.PARTING and question.subject_id is not None:
        found.pop(question.subject_id, None)
    return tuple(voter for voter in found.values() if voter.member)


def counted(question: Question) -> tuple[Voter, ...]:
    """Who is counted: those who answered, and those whose answer is waited for (2)."""
    waits_for_away = question.kind is Kind.PARTING
    return tuple(
        voter
        for voter in having_a_say(question)
        if voter.answer is not None or not (voter.gone or (voter.away and not waits_for_away))
    )


def needed(quorum: Quorum, people: int) -> int:
    """How many answers a quorum takes among so many people; never fewer than one."""
    if quorum is Quorum.ALL:
        return max(1, people)
    if quorum is Quorum.TWO_THIRDS:
        return max(1, -(-2 * people // 3))
    return people // 2 + 1


def decide(question: Question, now: int) -> Verdict:
    """The verdict at this moment; the order of decision is at the head of this module."""
    people = counted(question)
    answers = [voter.answer for voter in people if voter.answer is not None]
    over = now >= question.closes_at or (bool(people) and len(answers) == len(people))
    if question.kind in ADMISSIONS:
        agreed = _admitted(question, answers, len(people))
    elif question.kind is Kind.PARTING:
        agreed = len(people) >= 2 and answers.count(Answer.YES) == len(people)
    else:
        return _consensus(question, people, over)
    if agreed:
        return Verdict(Outcome.PASSED, Why.AGREED)
    return Verdict(Outcome.FAILED, Why.NOT_AGREED) if over else _WAITS


_WAITS = Verdict(Outcome.OPEN, Why.WAITS)


def _admitted(question: Question, answers: list[Answer], people: int) -> bool:
    yes = answers.count(Answer.YES)
    if question.admission is Admission.EVERYONE:
        return yes == people and yes > 0
    if question.admission is Admission.ONE:
        return yes >= 1
    # A group of one has nobody else who could vouch.
    return yes >= max(1, min(2, len(having_a_say(question))))


def _consensus(question: Question, people: tuple[Voter, ...], over: bool) -> Verdict:
    if not over:
        return _WAITS
    said = {voter.person_id: voter.answer for voter in people if voter.answer is not None}
    if Answer.BLOCK in said.values():
        return Verdict(Outcome.FAILED, Why.BLOCKED)
    if len(said) < needed(question.quorum, len(people)):
        return Verdict(Outcome.FAILED, Why.NO_QUORUM)
    if Answer.SUPPORT not in said.values():
        return Verdict(Outcome.FAILED, Why.NO_SUPPORT)
    if question.kind is Kind.SPOKE:
        if said.get(question.subject_id or 0) is not Answer.SUPPORT:
            return Verdict(Outcome.FAILED, Why.NOT_WILLING)
        if list(said.values()).count(Answer.SUPPORT) < VOICE:
            return Verdict(Outcome.FAILED, Why.FEW)
    return Verdict(Outcome.PASSED, Why.AGREED)


# -- what may be begun ------------------------------------------------------------------------


class Refusal(StrEnum):
    """Why something is not begun, or an answer not taken."""

    ROLE = "role"
    DAY_USED = "day_used"
    NOT_FOUND = "not_found"
    MEMBER = "member"
    BOT = "bot"
    OPEN = "open"
    RESTS = "rests"
    NOT_A_MEMBER = "not_a_member"
    SELF = "self"
    TWO = "two"
    NO_SAY = "no_say"
    OVER = "over"
    SAME = "same"
    CHANNEL = "channel"
    FEW = "few"
    NAME_TAKEN = "name_taken"
    MANY_OPEN_BY_ONE = "many_open_by_one"
    MANY_OPEN = "many_open"
    MANY_GRANTS = "many_grants"
    MANY_GROUPS = "many_groups"
    MANY_ALONE = "many_alone"


class Permit(NamedTuple):
    """`refusal` is None for a yes. `until`: when the refusal ends, seconds UTC, if it does."""

    refusal: Refusal | None = None
    until: int | None = None

    @property
    def allowed(self) -> bool:
        return self.refusal is None


class Entering(NamedTuple):
    """What is known when somebody knocks, or is invited. Times are seconds UTC, None for free.

    `groups`: how many whoever knocks is in, or has knocked at. Who invites is not told of others'.
    """

    found: bool
    is_member: bool = False
    is_bot: bool = False
    has_open: bool = False
    rests_until: int | None = None
    slot_free_at: int | None = None
    groups: int = 0


def may_knock(facts: Entering, now: int) -> Permit:
    """Whether somebody may knock, or be invited: the first that applies.

    1. there is no such group for this person, also where there is one that is not listed;
    2. they are in it already; 3. apps are not members; 4. one question about them is open;
    5. the last one is not long enough ago; 6. who knocks is in as many groups as they may be;
    7. the day's number is used up.
    """
    if not facts.found:
        return Permit(Refusal.NOT_FOUND)
    if facts.is_member:
        return Permit(Refusal.MEMBER)
    if facts.is_bot:
        return Permit(Refusal.BOT)
    if facts.has_open:
        return Permit(Refusal.OPEN)
    if facts.rests_until is not None and facts.rests_until > now:
        return Permit(Refusal.RESTS, facts.rests_until)
    if facts.groups >= MOST_GROUPS:
        return Permit(Refusal.MANY_GROUPS)
    if facts.slot_free_at is not None and facts.slot_free_at > now:
        return Permit(Refusal.DAY_USED, facts.slot_free_at)
    return Permit()


def may_start(groups: int, alone: int, slot_free_at: int | None) -> Permit:
    """Whether somebody may start a group: the first that applies.

    1. they are in as many groups as they may be, or have knocked at them; 2. they are the only one
    in as many as they may be; 3. the day's number is used up until `slot_free_at` (seconds UTC;
    None: there is one left).
    """
    if groups >= MOST_GROUPS:
        return Permit(Refusal.MANY_GROUPS)
    if alone >= MOST_ALONE:
        return Permit(Refusal.MANY_ALONE)
    if slot_free_at is not None:
        return Permit(Refusal.DAY_USED, slot_free_at)
    return Permit()


class Standing(NamedTuple):
    """What is open in a group when somebody asks it something.

    `mine`: questions of theirs, a parting among them. `by_name`: of everybody's, those decided by
    name; a parting is nobody's business but theirs who are asked. `grants`: what the group lets be
    said in its name, or is asked to. `today`: what they have asked within a day, a parting among
    them, and `since`: when the first of that was (seconds UTC).
    """

    mine: int
    by_name: int
    grants: int
    today: int = 0
    since: int | None = None


def may_question(kind: Kind, facts: Standing) -> Permit:
    """Whether a member may ask the group something: the first that applies.

    1. as many of their own are open as may be; 2. as many of the group's, which a parting neither
    counts among nor waits for; 3. for a spoke, as much may be said in the group's name as may be;
    4. the day's number is used up.
    """
    if facts.mine >= MOST_OPEN_BY_ONE:
        return Permit(Refusal.MANY_OPEN_BY_ONE)
    if kind is not Kind.PARTING and facts.by_name >= MOST_OPEN:
        return Permit(Refusal.MANY_OPEN)
    if kind is Kind.SPOKE and facts.grants >= MOST_GRANTS:
        return Permit(Refusal.MANY_GRANTS)
    if facts.today >= QUESTIONS_A_DAY:
        return Permit(Refusal.DAY_USED, (facts.since or 0) + DAY)
    return Permit()


def may_part(
    author_id: int,
    subject_id: int,
    members: Iterable[int],
    *,
    rests_until: int | None = None,
    now: int = 0,
) -> Permit:
    """Whether the others may be asked to part ways with a member: the first that applies.

    1. nobody parts with themselves; 2. both are members; 3. never in a group of two; 4. the last
    time that was asked about this member is not long enough ago, whoever asked.
    """
    roll = frozenset(members)
    if author_id == subject_id:
        return Permit(Refusal.SELF)
    if not {author_id, subject_id} <= roll:
        return Permit(Refusal.NOT_A_MEMBER)
    if len(roll) <= 2:
        return Permit(Refusal.TWO)
    if rests_until is not None and rests_until > now:
        return Permit(Refusal.RESTS, rests_until)
    return Permit()


def may_have_spoke(subject_id: int, members: Iterable[int]) -> Permit:
    """Whether the group can be asked to let somebody speak for it: the first that applies.

    1. only a member speaks for it; 2. there are fewer members than a group's voice takes.
    """
    roll = frozenset(members)
    if subject_id not in roll:
        return Permit(Refusal.NOT_A_MEMBER)
    if len(roll) < VOICE:
        return Permit(Refusal.FEW)
    return Permit()


# -- names ------------------------------------------------------------------------------------

#: Discord takes letters, digits, marks, symbols such as emoji, dashes and underscores.
_KEPT = ("L", "N", "M", "So")
#: The skin tones of emoji, which Unicode counts among accents that stand alone.
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def channel_name(name: str) -> str:
    """The name a group's channel gets: as Discord would write it, mended where it must be.

    Empty when nothing of the name can stand in a channel's name.
    """
    kept = [
        char if _stands(char) else "-"
        for char in unicodedata.normalize("NFC", name.lower())
        if char not in "'’"
    ]
    # Composed once more, because a letter may have lost what stood between it and its accent.
    written = unicodedata.normalize("NFC", "".join(kept))
    return "-".join(filter(None, written.split("-")))[:CHANNEL_NAME_LIMIT].rstrip("-")


def _stands(char: str) -> bool:
    named = unicodedata.category(char).startswith(_KEPT)
    return named or char == "_" or ord(char) in _SKIN_TONES
