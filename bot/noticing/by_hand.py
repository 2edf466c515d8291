"""What a moderator changed by hand in the bot's AutoMod rule, and what that leaves to set. Pure.

Three things are compared: what the bot last set, what stands there now, and what the server's
rules want. In this order:

1. What differs from what the bot last set was changed by hand, and stays as it is.
2. Everything else becomes what is wanted.
3. Lists (expressions, channels) are compared entry by entry: what somebody added stays, what
   somebody took out stays out, and what the bot itself put there comes and goes with the rules.

What the bot last set is kept as fingerprints: nothing has to be shown of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from enum import StrEnum
from hashlib import sha256
from typing import NamedTuple

#: Discord's limits for one rule.
MOST_PATTERNS, MOST_CHANNELS = 10, 50
#: Rules with words or expressions that Discord takes in one server.
MOST_RULES = 6


class ByHand(StrEnum):
    """What somebody changed."""

    DISABLED = "disabled"
    RENAMED = "renamed"
    MESSAGE = "message"
    PASSES = "passes"
    ACTIONS = "actions"
    PATTERNS = "patterns"
    CHANNELS = "channels"
    ROLES = "roles"


class Wanted(NamedTuple):
    """What the server's rules want. `message`: what Discord shows to whoever is held."""

    name: str
    message: str
    patterns: tuple[str, ...]
    channels: frozenset[int]


class Found(NamedTuple):
    """What stands in the rule. `message` None: it holds nothing back, or says nothing of its own.

    `blocks`: whether it still holds messages back. `more`: it does other things, too. `words`: it
    has words of its own, or lets some through.
    """

    name: str
    message: str | None
    patterns: tuple[str, ...]
    channels: frozenset[int]
    enabled: bool = True
    blocks: bool = True
    more: bool = False
    words: bool = False
    roles: bool = False


class Last(NamedTuple):
    """What the bot last set, as fingerprints; channels by their ids."""

    name: str
    message: str
    patterns: frozenset[str]
    channels: frozenset[int]

    @classmethod
    def of(cls, wanted: Wanted) -> Last:
        patterns = frozenset(map(mark, wanted.patterns))
        return cls(mark(wanted.name), mark(wanted.message), patterns, wanted.channels)

    def __str__(self) -> str:
        return json.dumps([self.name, self.message, sorted(self.patterns), sorted(self.channels)])

    @classmethod
    def read(cls, stored: str) -> Last | None:
        """What was stored; None: nothing, as after a restore or a crash."""
        if not stored:
            return None
        name, message, patterns, channels = json.loads(stored)
        return cls(name, message, frozenset(patterns), frozenset(channels))


class Merged(NamedTuple):
    """What the rule should hold now, what of that was changed by hand, and what to remember."""

    name: str
    message: str | None
    patterns: tuple[str, ...]
    channels: frozenset[int]
    by_hand: tuple[ByHand, ...]
    last: Last


def mark(text: str) -> str:
    """A fingerprint."""
    return sha256(text.encode()).hexdigest()[:16]


def merge(found: Found, last: Last | None, wanted: Wanted) -> Merged:
    """What to set.

    `last` None: the bot made this rule and forgot, so it meant what is wanted. Or it took what was
    its own out when nothing was held any more, and somebody else's was left: then it comes back.
    """
    if last is None:
        last = Last.of(wanted)
        if last.patterns.isdisjoint(map(mark, found.patterns)):
            last = last._replace(patterns=frozenset())
    by_hand: list[ByHand] = []
    if not found.enabled:
        by_hand.append(ByHand.DISABLED)
    name, message = wanted.name, wanted.message
    if mark(found.name) != last.name and found.name != wanted.name:
        name = found.name
        by_hand.append(ByHand.RENAMED)
    if found.blocks and mark(found.message or "") != last.message and found.message != message:
        message = found.message
        by_hand.append(ByHand.MESSAGE)
    if not found.blocks:
        by_hand.append(ByHand.PASSES)
    elif found.more:
        by_hand.append(ByHand.ACTIONS)

    theirs = not_ours(found, last, wanted)
    there = set(found.patterns)
    ours = [each for each in wanted.patterns if each in there or mark(each) not in last.patterns]
    ours = ours[: max(0, MOST_PATTERNS - len(theirs))]
    taken_out = [
        each for each in wanted.patterns if mark(each) in last.patterns and each not in there
    ]
    if theirs or taken_out or found.words:
        by_hand.append(ByHand.PATTERNS)

    added = wanted.channels - last.channels - found.channels
    room = max(0, MOST_CHANNELS - len(found.channels - (last.channels - wanted.channels)))
    added = frozenset(sorted(added)[:room])
    channels = (found.channels - (last.channels - wanted.channels)) | added
    if found.channels - last.channels - wanted.channels or (
        (last.channels & wanted.channels) - found.channels
    ):
        by_hand.append(ByHand.CHANNELS)
    if found.roles:
        by_hand.append(ByHand.ROLES)

    return Merged(
        name,
        message if found.blocks else found.message,
        (*ours, *theirs),
        channels,
        tuple(by_hand),
        # What did not fit is wanted anew as soon as there is room; what was taken out is not.
        Last.of(
            wanted._replace(
                patterns=(*ours, *taken_out),
                channels=frozenset(
                    each for each in wanted.channels if each in channels or each in last.channels
                ),
            )
        ),
    )


def not_ours(found: Found, last: Last | None, wanted: Wanted) -> tuple[str, ...]:
    """The expressions that somebody else put there."""
    marks: Iterable[str] = last.patterns if last is not None else ()
    known = {*marks, *map(mark, wanted.patterns)}
    return tuple(each for each in found.patterns if mark(each) not in known)
