"""The rules moderators can set, each declared once. Pure.

Panel, history, export and tests follow from the declarations in `RULES`: a later rule is one more
entry. Moderators set the floor (law 3): every rule can only narrow what the design allows, within
the bounds declared here; there is no rule that answers for a member or loosens a member's flag.

A value is stored as text. No row means the default. `label`, `about`, the words of a choice and the
names of the groups are English messages, which the catalogues translate.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

#: Channels that one rule may name; Discord's select menus end at 25.
CHANNELS_LIMIT = 25
#: The most that a server may allow: requests a day by one member, and members of one group.
REQUESTS_A_DAY, MOST_MEMBERS = 3, 50
#: Changes a day by one moderator in one server. One of them alone cannot use up what another needs
#: to change something back.
CHANGES_A_DAY = 50
#: Days for which a change is kept that a later one of the same rule has followed. The last change
#: of each rule stays, so that whatever is in force has its author.
CHANGES_STAY = 730


class Kind(StrEnum):
    """How a rule is changed, and what its value looks like."""

    CHOICE = "choice"
    NUMBER = "number"
    CHANNEL = "channel"
    CHANNELS = "channels"
    CATEGORY = "category"
    ROLE = "role"


class Group(StrEnum):
    """What a rule is about: the panel shows the rules of a group together."""

    SERVER = "server"
    CONSENT = "consent"
    NOTICING = "noticing"
    AFFINITY = "affinity"
    WRITING = "writing"


#: The groups in the order of the panel, with their names.
GROUPS: Mapping[Group, str] = {
    Group.CONSENT: "Speaking for somebody",
    Group.NOTICING: "Noticing",
    Group.AFFINITY: "Affinity groups",
    Group.WRITING: "Writing and reading",
    Group.SERVER: "The bot in this server",
}


class Noticing(StrEnum):
    """What happens when a message seems to speak for somebody."""

    OFF = "off"
    NUDGE = "nudge"
    HOLD = "hold"


class Rule(NamedTuple):
    """One rule.

    `options` are a choice's values, and `said` the words for them, in the same order; none: each is
    said as it is. `low` and `high` are a number's bounds. `a_day`: how many of what the value
    counts make a day (24: it counts hours); 0: it is no time.
    """

    name: str
    kind: Kind
    group: Group
    label: str
    about: str
    default: str
    options: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    a_day: int = 0

    def option_said(self, value: str) -> str:
        """The words for one of the options."""
        return dict(zip(self.options, self.said, strict=False)).get(value, value)


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "language",
            Kind.CHOICE,
            Group.SERVER,
            "Language of public messages",
            "What the bot posts for everybody is in this language.",
            default="en",
            options=("en", "es"),
            said=("English", "Español"),
        ),
        Rule(
            "longest_consent",
            Kind.CHOICE,
            Group.CONSENT,
            "Longest consent",
            "How long a yes may last. It counts for every yes given from then on.",
            default="30",
            options=("1", "3", "7", "14", "30", "60", "90"),
            a_day=1,
        ),
        Rule(
            "requests_a_day",
            Kind.NUMBER,
            Group.CONSENT,
            "Requests a day",
            "How many people one member may ask in a day: 3 at the most.",
            default="3",
            low=1,
            high=REQUESTS_A_DAY,
        ),
        Rule(
            "rest_days",
            Kind.NUMBER,
            Group.CONSENT,
            "Days after a no",
            "How long nobody may ask the same person again after a no: 30 days at the least.",
            default="30",
            low=30,
            high=365,
            a_day=1,
        ),
        Rule(
            "speak_channels",
            Kind.CHANNELS,
            Group.CONSENT,
            "Channels for speaking",
            "Where agreed words may be posted, threads included. None chosen: wherever the person "
            "agreed.",
            default="",
        ),
        Rule(
            "noticing",
            Kind.CHOICE,
            Group.NOTICING,
            "Noticing",
            "What happens when a message seems to speak for somebody it mentions.",
            default="off",
            options=("off", "nudge", "hold"),
            said=("off", "private nudge", "hold at the door"),
        ),
        Rule(
            "noticing_leaves_out",
            Kind.CHANNELS,
            Group.NOTICING,
            "Channels noticing leaves out",
            "Where noticing stays out of what people write. None chosen: nowhere.",
            default="",
        ),
        Rule(
            "start_role",
            Kind.ROLE,
            Group.AFFINITY,
            "Who may start groups",
            "Who may start an affinity group. None chosen: every member.",
            default="",
        ),
        Rule(
            "group_category",
            Kind.CATEGORY,
            Group.AFFINITY,
            "Category for groups",
            "Where the channels of affinity groups are made. None chosen: the bot makes one.",
            default="",
        ),
        Rule(
            "most_members",
            Kind.NUMBER,
            Group.AFFINITY,
            "Most members of a group",
            "How many people an affinity group may have: from 3 to 50.",
            default="20",
            low=3,
            high=MOST_MEMBERS,
        ),
        Rule(
            "curators",
            Kind.ROLE,
            Group.WRITING,
            "Reading curators",
            "Who looks after this server's reading list. None chosen: whoever has Manage Server.",
            default="",
        ),
        Rule(
            "share_pause",
            Kind.CHOICE,
            Group.WRITING,
            "Pause before sharing",
            "How long an entry rests before a friend is asked to read it: a day at the least.",
            default="24",
            options=("24", "48", "72", "168"),
            a_day=24,
        ),
        Rule(
            "doorbell_channel",
            Kind.CHANNEL,
            Group.SERVER,
            "Doorbell channel",
            "Where the bot tells people that something waits when it cannot do so elsewhere.",
            default="",
        ),
        Rule(
            "announcement_channel",
            Kind.CHANNEL,
            Group.SERVER,
            "Announcement channel",
            "Where every change of these rules is posted.",
            default="",
        ),
    )
}


class ValueFault(StrEnum):
    """Why a value is not taken."""

    NOT_A_NUMBER = "not_a_number"
    OUT_OF_BOUNDS = "out_of_bounds"
    NOT_AN_OPTION = "not_an_option"
    TOO_MANY = "too_many"


def check_value(rule: Rule, value: str) -> ValueFault | None:
    """Why a value cannot be taken, or None. Channels, and a role, are comma-separated ids."""
    if rule.kind is Kind.CHOICE:
        return None if value in rule.options else ValueFault.NOT_AN_OPTION
    if rule.kind is Kind.NUMBER:
        if not (value.isascii() and value.isdigit() and len(value) <= 6):
            return ValueFault.NOT_A_NUMBER
        return None if rule.low <= int(value) <= rule.high else ValueFault.OUT_OF_BOUNDS
    ids = value.split(",") if value else []
    if not all(part.isascii() and part.isdigit() for part in ids):
        return ValueFault.NOT_A_NUMBER
    most = CHANNELS_LIMIT if rule.kind is Kind.CHANNELS else 1
    return None if len(ids) <= most else ValueFault.TOO_MANY


def channel_ids(value: str) -> tuple[int, ...]:
    """The channels, or the role, that a stored value names."""
    return tuple(int(part) for part in value.split(",") if part)


class Charter(NamedTuple):
    """The rules in force in one server."""

    values: Mapping[str, str]

    def value(self, name: str) -> str:
        return self.values.get(name, RULES[name].default)

    @property
    def language(self) -> str:
        return self.value("language")

    @property
    def longest_days(self) -> int:
        return int(self.value("longest_consent"))

    @property
    def requests_a_day(self) -> int:
        return int(self.value("requests_a_day"))

    @property
    def rest_days(self) -> int:
        return int(self.value("rest_days"))

    @property
    def speak_channels(self) -> frozenset[int]:
        return frozenset(channel_ids(self.value("speak_channels")))

    @property
    def noticing(self) -> Noticing:
        return Noticing(self.value("noticing"))

    @property
    def noticing_leaves_out(self) -> frozenset[int]:
        return frozenset(channel_ids(self.value("noticing_leaves_out")))

    @property
    def start_role(self) -> int | None:
        return next(iter(channel_ids(self.value("start_role"))), None)

    @property
    def group_category(self) -> int | None:
        return next(iter(channel_ids(self.value("group_category"))), None)

    @property
    def most_members(self) -> int:
        return int(self.value("most_members"))

    @property
    def curators(self) -> int | None:
        """The role of those who look after the reading list."""
        return next(iter(channel_ids(self.value("curators"))), None)

    @property
    def share_pause(self) -> int:
        """Seconds."""
        return int(self.value("share_pause")) * 3600

    @property
    def doorbell_channel(self) -> int | None:
        return next(iter(channel_ids(self.value("doorbell_channel"))), None)

    @property
    def announcement_channel(self) -> int | None:
        return next(iter(channel_ids(self.value("announcement_channel"))), None)
