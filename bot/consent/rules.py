"""The rules of consent: who may ask, what an answer changes, who may speak. Pure.

The life of a consent (law 1: only LIVE is a yes, and only until its time is up):

    WAITING ──yes──────────────► LIVE ──take back──► WITHDRAWN
       │ ╲──yes, in my words──► EDITED ──accept──► LIVE
       │                          ╰──decline──► UNACCEPTED
       ├──no──► DECLINED          LIVE ──give up──► GIVEN_UP ──take back──► WITHDRAWN
       ├──cancel──► CANCELLED     LIVE ──time──► EXPIRED ──take back──► WITHDRAWN
       ╰──time──► LAPSED          (EDITED ──time──► LAPSED, ──cancel──► CANCELLED)

What expired or was given up can still be taken back, because what was posted still stands (law 2).

A group's consent begins LIVE: its members decided on it elsewhere, and nobody asks a group here.
From then on it lives like any other; what the group takes back, any one of its members did.

"Leave it" and a block change nothing that the opener could see: the request stays WAITING, hidden
from the one asked, until it lapses like any other.

Order of decision in `may_ask`, the first that applies:

1. nobody asks themselves, and bots are not asked;
2. the flag of the person spoken for says *don't speak for me*: nobody may even ask;
3. the pair has an open request;
4. the pair rests after a no;
5. the asker has opened as much for this person, or in this server, as may be open or in force;
6. the asker's requests of the day are used up;
7. otherwise yes, and if the one asked blocks the opener it goes nowhere, and looks the same.

Order of decision in `may_speak_for`, the first that applies:

1. there is a consent that this person holds, in this server;
2. it is LIVE, its time is not up, and its words can be read;
3. both are in the server at this moment (for a group: it exists, and the holder belongs to it);
4. the channel is the one the person agreed to;
5. and `may_post_in`: the server's rules let `/consent speak` post there (a thread counts as the
   channel it is in), and whoever would speak could write there themselves. This holds already for
   the channel that a request names.
6. this person's posts in this server are not as many as may stand.
"""

from __future__ import annotations

from collections.abc import Set
from enum import StrEnum
from typing import NamedTuple

DAY = 86_400

#: Characters in the exact words (design, section 2), where they are said, and a flag's note.
WORDS_LIMIT = 1500
PLACE_LIMIT = 200
NOTE_LIMIT = 200

#: An open request lapses after a week.
LAPSES_AFTER = 7 * DAY
#: What is over is kept 30 days without its words, so that receipts can still be verified.
ENDED_STAYS = 30 * DAY
#: What one person has opened that may be open or in force: in one server, and of it for one person.
MOST_OPENED, MOST_WITH_ONE = 100, 10
#: Posts of one speaker that may stand in one server.
MOST_POSTS = 300
#: People whom one person may block.
MOST_BLOCKS = 1000
#: Objections to messages a day, so that they cannot be used to pester an author.
OBJECTIONS_A_DAY = 5
#: An objection waits a week for its author to look.
OBJECTION_STAYS = 7 * DAY
#: Days after which a message is too old to be objected to: as long as a yes may last at most. Until
#: then the bot knows who has objected, because nobody may twice.
OBJECTION_REACHES = 90

#: How long a yes may last, in days; the server's rule cuts the list off.
PERIODS = (1, 3, 7, 14, 30, 60, 90)


def is_group(owner_id: int) -> bool:
    """Whether an id is a group's: negative, of this bot's own making, and never one of Discord's.

    Nobody can be mentioned, reached or asked under it.
    """
    return owner_id < 0


def objectable_until(written_at: int) -> int:
    """When a message is too old to be objected to (seconds UTC), always at the end of a day."""
    return (written_at // DAY + 1 + OBJECTION_REACHES) * DAY


class Flag(StrEnum):
    """A member's own flag. Nobody else can set or loosen it (law 3)."""

    ASK = "ask"
    NEVER = "never"


class State(StrEnum):
    """Where a consent stands."""

    WAITING = "waiting"
    EDITED = "edited"
    LIVE = "live"
    DECLINED = "declined"
    UNACCEPTED = "unaccepted"
    LAPSED = "lapsed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"
    GIVEN_UP = "given_up"


OPEN = frozenset({State.WAITING, State.EDITED})


class Act(StrEnum):
    """What one of the two can do with a consent."""

    YES = "yes"
    EDIT = "edit"
    NO = "no"
    LEAVE = "leave"
    ACCEPT = "accept"
    REJECT = "reject"
    CANCEL = "cancel"
    TAKE_BACK = "take_back"
    GIVE_UP = "give_up"


class Role(StrEnum):
    """Which part somebody has in a consent: the one who opened it, or the one asked."""

    OPENER = "opener"
    ASKED = "asked"


class Party(NamedTuple):
    """The two people of a consent and who of them opened it. The person may be a group."""

    person_id: int
    holder_id: int
    opener_id: int

    @property
    def asked_id(self) -> int:
        return self.holder_id if self.opener_id == self.person_id else self.person_id

    def other(self, somebody_id: int) -> int:
        return self.holder_id if somebody_id == self.person_id else self.person_id

    def told(self, somebody_id: int) -> int | None:
        """Who is told what somebody did: the other one, and nobody where that is a group."""
        other = self.other(somebody_id)
        return None if is_group(other) else other


def next_state(state: State, act: Act, actor_id: int, party: Party) -> State | None:
    """What the state becomes, None where this person may not do this now.

    Nobody but the two can do anything: not a moderator, not a majority, not a group (law 1).
    """
    if actor_id not in (party.person_id, party.holder_id):
        return None
    if is_group(party.person_id) and act not in (Act.TAKE_BACK, Act.GIVE_UP):
        return None  # no answer given here can be a group's yes
    role = Role.OPENER if actor_id == party.opener_id else Role.ASKED
    if act is Act.EDIT and actor_id != party.person_id:
        return None  # only the person puts words in their own mouth
    if (next_one := _ANSWERS.get((state, act, role))) is not None:
        return next_one
    if act is Act.TAKE_BACK and actor_id == party.person_id:
        return State.WITHDRAWN if state in _GRANTED else None
    if act is Act.GIVE_UP and actor_id == party.holder_id:
        return State.GIVEN_UP if state is State.LIVE else None
    return None


#: There was a yes, and something may have been posted under it.
_GRANTED = frozenset({State.LIVE, State.EXPIRED, State.GIVEN_UP})
_ANSWERS = {
    (State.WAITING, Act.YES, Role.ASKED): State.LIVE,
    (State.WAITING, Act.EDIT, Role.ASKED): State.EDITED,
    (State.WAITING, Act.NO, Role.ASKED): State.DECLINED,
    (State.WAITING, Act.LEAVE, Role.ASKED): State.WAITING,
    (State.WAITING, Act.CANCEL, Role.OPENER): State.CANCELLED,
    (State.EDITED, Act.ACCEPT, Role.OPENER): State.LIVE,
    (State.EDITED, Act.REJECT, Role.OPENER): State.UNACCEPTED,
    (State.EDITED, Act.CANCEL, Role.ASKED): State.CANCELLED,
}


class Refusal(StrEnum):
    """Why somebody may not ask, or not speak."""

    SELF = "self"
    BOT = "bot"
    FLAG = "flag"
    OPEN = "open"
    RESTS = "rests"
    MANY_WITH_ONE = "many_with_one"
    MANY = "many"
    DAY_USED = "day_used"
    NOT_FOUND = "not_found"
    NOT_LIVE = "not_live"
    UNREADABLE = "unreadable"
    HOLDER_LEFT = "holder_left"
    PERSON_LEFT = "person_left"
    OTHER_CHANNEL = "other_channel"
    CHANNEL_CLOSED = "channel_closed"
    NO_WRITING = "no_writing"
    MANY_POSTS = "many_posts"


class Verdict(NamedTuple):
    """`refusal` is None for a yes. `until`: when the refusal ends, seconds UTC, if it does."""

    refusal: Refusal | None = None
    until: int | None = None
    hidden: bool = False

    @property
    def allowed(self) -> bool:
        return self.refusal is None


class Asking(NamedTuple):
    """What is known when somebody wants to ask.

    `person_id` is the one spoken for, `asked_id` the one who has to answer (the same person for
    *ask*, the future holder for *give*). `rests_until` and `slot_free_at` are seconds UTC, None
    where nothing stands in the way. `opened`, `with_one`: how much the opener has opened that is
    open or in force, in the server and for the one asked.
    """

    opener_id: int
    asked_id: int
    asked_is_bot: bool
    asked_flag: Flag
    person_id: int
    has_open: bool
    rests_until: int | None
    slot_free_at: int | None
    blocked: bool
    opened: int = 0
    with_one: int = 0


def may_ask(facts: Asking, now: int) -> Verdict:
    """Whether a request may be opened; the order of decision is at the head of this module."""
    if facts.opener_id == facts.asked_id:
        return Verdict(Refusal.SELF)
    if facts.asked_is_bot:
        return Verdict(Refusal.BOT)
    if facts.asked_id == facts.person_id and facts.asked_flag is Flag.NEVER:
        return Verdict(Refusal.FLAG)
    if facts.has_open:
        return Verdict(Refusal.OPEN)
    if facts.rests_until is not None and facts.rests_until > now:
        return Verdict(Refusal.RESTS, until=facts.rests_until)
    if facts.with_one >= MOST_WITH_ONE:
        return Verdict(Refusal.MANY_WITH_ONE)
    if facts.opened >= MOST_OPENED:
        return Verdict(Refusal.MANY)
    if facts.slot_free_at is not None and facts.slot_free_at > now:
        return Verdict(Refusal.DAY_USED, until=facts.slot_free_at)
    return Verdict(hidden=facts.blocked)


class Speaking(NamedTuple):
    """What is known when somebody wants to speak under a consent.

    `allowed_channels` empty means that the rules do not narrow it down; `ruled_as` is the channel
    that they know this one as, for a thread its parent. `writes`: the speaker could write there.
    `posts`: how many of the holder's stand in the server besides this one.
    """

    state: State | None
    due_at: int
    readable: bool
    is_holder: bool
    holder_here: bool
    person_here: bool
    channel_id: int
    agreed_channel_id: int
    ruled_as: int
    allowed_channels: Set[int]
    writes: bool
    posts: int = 0


def may_speak_for(facts: Speaking, now: int) -> Verdict:
    """Whether these words may be posted now; the order of decision is at the head."""
    if facts.state is None or not facts.is_holder:
        return Verdict(Refusal.NOT_FOUND)
    if facts.state is not State.LIVE or facts.due_at <= now:
        return Verdict(Refusal.NOT_LIVE)
    if not facts.readable:
        return Verdict(Refusal.UNREADABLE)
    if not facts.holder_here:
        return Verdict(Refusal.HOLDER_LEFT)
    if not facts.person_here:
        return Verdict(Refusal.PERSON_LEFT)
    if facts.channel_id != facts.agreed_channel_id:
        return Verdict(Refusal.OTHER_CHANNEL)
    verdict = may_post_in(facts.ruled_as, facts.allowed_channels, writes=facts.writes)
    if verdict.allowed and facts.posts >= MOST_POSTS:
        return Verdict(Refusal.MANY_POSTS)
    return verdict


def may_post_in(ruled_as: int, allowed_channels: Set[int], *, writes: bool) -> Verdict:
    """Whether words may be posted in a channel for a speaker; see `Speaking` for the facts."""
    if allowed_channels and ruled_as not in allowed_channels:
        return Verdict(Refusal.CHANNEL_CLOSED)
    return Verdict() if writes else Verdict(Refusal.NO_WRITING)


def state_now(state: State, due_at: int, now: int) -> State:
    """The state that holds at this moment, also before it is written down."""
    if due_at > now:
        return state
    if state in OPEN:
        return State.LAPSED
    return State.EXPIRED if state is State.LIVE else state


def periods(longest_days: int) -> tuple[int, ...]:
    """The periods a yes may last under the server's rule, in days, shortest first."""
    return tuple(days for days in PERIODS if days <= longest_days)
