"""The rules moderators can set, each declared once. Pure.

Panel, history, export and tests follow from the declarations in `RULES`: a later rule is one more
entry. Moderators set the floor (law 3): every rule can only narrow what the design allows, within
the bounds declared here; there is no rule that answers for a member or loosens a member's flag.

A value is stored as text. No row means the default. `label` and `about` are English messages, which
the catalogues translate.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

#: Channels that one rule may name; Discord's select menus end at 25.
CHANNELS_LIMIT = 25


class Kind(StrEnum):
    """How a rule is changed, and what its value looks like."""

    CHOICE = "choice"
    NUMBER = "number"
    CHANNEL = "channel"
    CHANNELS = "channels"
    CATEGORY = "category"
    ROLE = "role"


class Rule(NamedTuple):
    """One rule. `options` are a choice's values; `low` and `high` are a number's bounds."""

    name: str
    kind: Kind
    label: str
    about: str
    default: str
    options: tuple[str, ...] = ()
    low: int = 0
    high: int = 0


RULES: Mapping[str, Rule] = {
    rule.name: rule
    for rule in (
        Rule(
            "language",
            Kind.CHOICE,
            "Language of public messages",
            "What the bot posts for everybody is in this language.",
            default="en",
            options=("en", "es"),
        ),
        Rule(
            "longest_consent",
            Kind.CHOICE,
            "Longest consent",
            "How long a yes may last. It counts for every yes given from then on.",
            default="30",
            options=("1", "3", "7", "14", "30", "60", "90"),
        ),
        Rule(
            "requests_a_day",
            Kind.NUMBER,
            "Requests a day",
            "How many people one member may ask in a day: 3 at the most.",
            default="3",
            low=1,
            high=3,
        ),
        Rule(
            "rest_days",
            Kind.NUMBER,
            "Days after a no",
            "How long nobody may ask the same person again after a no: 30 days at the least.",
            default="30",
            low=30,
            high=365,
        ),
        Rule(
            "speak_channels",
            Kind.CHANNELS,
            "Channels for speaking",
            "Where agreed words may be posted. None chosen: wherever the person agreed.",
            default="",
        ),
        Rule(
            "start_role",
            Kind.ROLE,
            "Who may start groups",
            "Who may start an affinity group. None chosen: every member.",
            default="",
        ),
        Rule(
            "group_category",
            Kind.CATEGORY,
            "Category for groups",
            "Where the channels of affinity groups are made. None chosen: the bot makes one.",
            default="",
        ),
        Rule(
            "most_members",
            Kind.NUMBER,
            "Most members of a group",
            "How many people an affinity group may have: from 3 to 50.",
            default="20",
            low=3,
            high=50,
        ),
        Rule(
            "share_pause",
            Kind.CHOICE,
            "Pause before sharing",
            "How long an entry rests before a friend is asked to read it: a day at the least.",
            default="24",
            options=("24", "48", "72", "168"),
        ),
        Rule(
            "doorbell_channel",
            Kind.CHANNEL,
            "Doorbell channel",
            "Where the bot tells people that something waits when it cannot do so elsewhere.",
            default="",
        ),
        Rule(
            "announcement_channel",
            Kind.CHANNEL,
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
    def start_role(self) -> int | None:
        return next(iter(channel_ids(self.value("start_role"))), None)

    @property
    def group_category(self) -> int | None:
        return next(iter(channel_ids(self.value("group_category"))), None)

    @property
    def most_members(self) -> int:
        return int(self.value("most_members"))

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
