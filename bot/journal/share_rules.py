"""Sharing one entry with one friend, slowly: what may begin, and what leads where. Pure.

    WAITING ──the pause is over──► CONFIRMING ──still want to──► ASKING ──yes──► SENDING ──► GIVEN
       ▲                               │                           │               │          │
       ╰───── the entry is edited ─────┴───────────────────────────╯               │      take back
                                                                                   │          │
    ASKING ──no──► DECLINED   ASKING ──time──► LAPSED   SENDING ──closed──► UNREACHED          ▼
                                                               ╰───── take back ───────► RETRACTING

The writer can drop it before the friend has said yes, and so does deleting the entry. From then on
it can be taken back: the bot's message goes, then the row. Erasing takes it back, too, and leaves
no row. GIVEN stands until then; DECLINED, LAPSED and UNREACHED stand until the writer has read of
them. The friend sees something in ASKING for the first time, and not a word of the entry before
SENDING.

Order of decision in `may_begin`, the first that applies:

1. nobody shares with themselves, and apps are not asked;
2. the two have to be in a server together;
3. the entry has to be there;
4. the friend allows DMs: there is no other way to bring it (law 10);
5. one is on its way for these two already;
6. the two rest after a no or a silence;
7. the writer has as many as they may: on their way, given, or yet to be read of;
8. the writer has begun as many as they may in a day;
9. otherwise it may. A writer whom the friend has blocked is told the same as everybody else: what
   they ask goes nowhere, and lapses.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

HOUR, DAY = 3600, 86_400

#: Seconds that the writer has for a second look.
SECOND_LOOK = 30 * DAY
#: Seconds that the friend has for an answer.
ASKED_FOR = 7 * DAY
#: Seconds that the same two rest after a no or a silence, at the least.
REST = 30 * DAY
#: Seconds that an outcome waits to be read.
NEWS_STAYS = 30 * DAY
#: Seconds after which it is looked at whether what was on its way has arrived.
BRINGING_TAKES = 120
#: How many a writer may begin in a day.
A_DAY = 3
#: How many of a writer's may stand, given ones included.
AT_MOST = 100


class State(StrEnum):
    """Where a share stands."""

    WAITING = "waiting"
    CONFIRMING = "confirming"
    ASKING = "asking"
    SENDING = "sending"
    GIVEN = "given"
    RETRACTING = "retracting"
    DECLINED = "declined"
    LAPSED = "lapsed"
    UNREACHED = "unreached"
    #: Nothing of it is stored any more.
    OVER = "over"


class Act(StrEnum):
    """What can happen to a share."""

    #: The pause, the second look, the friend's week, or that of an outcome: the time is up.
    TIME = "time"
    #: The writer still wants to.
    STILL = "still"
    #: The writer drops it, or their entry is gone.
    DROP = "drop"
    EDIT = "edit"
    YES = "yes"
    NO = "no"
    #: It stands in the friend's DM.
    BROUGHT = "brought"
    #: Discord says that the friend's DMs are closed.
    CLOSED = "closed"
    #: The writer takes it back, or the friend wants it gone.
    TAKE_BACK = "take_back"
    #: Nothing of it stands any more, or ever did.
    DELETED = "deleted"
    #: The writer has read of the outcome.
    READ = "read"


ON_ITS_WAY = frozenset({State.WAITING, State.CONFIRMING, State.ASKING, State.SENDING})
OUTCOMES = frozenset({State.DECLINED, State.LAPSED, State.UNREACHED})
#: States in which the friend may know of it, unless they have blocked the writer.
SEEN_BY_FRIEND = frozenset({State.ASKING, State.SENDING, State.GIVEN, State.DECLINED})

_READ = {Act.READ: State.OVER, Act.TIME: State.OVER}
#: What leads where. What is not in here has no effect.
_LEADS: Mapping[State, Mapping[Act, State]] = {
    State.WAITING: {
        Act.TIME: State.CONFIRMING,
        Act.EDIT: State.WAITING,
        Act.DROP: State.OVER,
    },
    State.CONFIRMING: {
        Act.STILL: State.ASKING,
        Act.TIME: State.OVER,
        Act.EDIT: State.WAITING,
        Act.DROP: State.OVER,
    },
    State.ASKING: {
        Act.YES: State.SENDING,
        Act.NO: State.DECLINED,
        Act.TIME: State.LAPSED,
        Act.EDIT: State.WAITING,
        Act.DROP: State.OVER,
    },
    # Both have said yes: an edit comes too late, and what is dropped may stand in the DM already.
    State.SENDING: {
        Act.BROUGHT: State.GIVEN,
        Act.CLOSED: State.UNREACHED,
        Act.DROP: State.RETRACTING,
        Act.TAKE_BACK: State.RETRACTING,
    },
    State.GIVEN: {Act.TAKE_BACK: State.RETRACTING},
    State.RETRACTING: {Act.DELETED: State.OVER},
    State.DECLINED: _READ,
    State.LAPSED: _READ,
    State.UNREACHED: _READ,
    State.OVER: {},
}


def leads_to(state: State, act: Act) -> State | None:
    """Where an act leads from a state; None: it has no effect there."""
    return _LEADS[state].get(act)


def state_at(state: State, due_at: int | None, now: int) -> State:
    """Where a share stands now, also before due work has come to it. Times are seconds UTC.

    Being brought needs somebody to do it, so time alone does not change that.
    """
    if due_at is None or due_at > now or state is State.SENDING:
        return state
    return _LEADS[state].get(Act.TIME, state)


def falls_due(state: State, now: int, pause: int) -> int | None:
    """When something falls due in a state that begins now (seconds UTC). `pause`: seconds.

    None: never.
    """
    match state:
        case State.WAITING:
            return now + pause
        case State.CONFIRMING:
            return now + SECOND_LOOK
        case State.ASKING:
            return now + ASKED_FOR
        case State.SENDING:
            return now + BRINGING_TAKES
        case State.GIVEN | State.RETRACTING | State.OVER:
            return None
        case _:
            return now + NEWS_STAYS


def rings(state: State) -> bool:
    """Whether somebody has to be told that it begins: the friend of ASKING, else the writer."""
    return state in OUTCOMES or state in (State.CONFIRMING, State.ASKING, State.GIVEN)


class Refusal(StrEnum):
    """Why sharing may not begin, or not go on."""

    SELF = "self"
    APP = "app"
    APART = "apart"
    NO_ENTRY = "no_entry"
    NO_DMS = "no_dms"
    OPEN = "open"
    RESTS = "rests"
    MANY = "many"
    DAY_USED = "day_used"


class Verdict(NamedTuple):
    """The decision on beginning. `until`: when it may, for a refusal that time ends."""

    refusal: Refusal | None = None
    until: int | None = None

    @property
    def allowed(self) -> bool:
        return self.refusal is None


class Beginning(NamedTuple):
    """What counts when somebody wants to share. Times are seconds UTC.

    `rests_until`, `slot_free_at`: None when nothing rests, and when a slot is free. `standing`: the
    writer's shares that are stored.
    """

    writer_id: int
    friend_id: int
    friend_is_app: bool
    together: bool
    has_entry: bool
    friend_allows_dms: bool
    has_open: bool
    rests_until: int | None
    slot_free_at: int | None
    standing: int = 0


def may_begin(facts: Beginning, now: int) -> Verdict:
    """Whether sharing may begin; the order is in this module's docstring."""
    if facts.writer_id == facts.friend_id:
        return Verdict(Refusal.SELF)
    if facts.friend_is_app:
        return Verdict(Refusal.APP)
    if not facts.together:
        return Verdict(Refusal.APART)
    if not facts.has_entry:
        return Verdict(Refusal.NO_ENTRY)
    if not facts.friend_allows_dms:
        return Verdict(Refusal.NO_DMS)
    if facts.has_open:
        return Verdict(Refusal.OPEN)
    if facts.rests_until is not None and facts.rests_until > now:
        return Verdict(Refusal.RESTS, facts.rests_until)
    if facts.standing >= AT_MOST:
        return Verdict(Refusal.MANY)
    if facts.slot_free_at is not None and facts.slot_free_at > now:
        return Verdict(Refusal.DAY_USED, facts.slot_free_at)
    return Verdict()
