"""When the doorbell may ring, and how long what people are told waits. Pure (design, section 4)."""

import secrets

HOUR = 3600
DAY = 86_400
#: At most one ring an hour per person, in seconds between two rings.
RING_PAUSE = HOUR
#: A ring that nobody opens is removed after a day.
RING_STANDS = DAY
#: Seconds until what cannot be rung for is tried again, where it is over within the hour.
RING_AGAIN = 60
#: Seconds until what its family cannot say now, as its server is out, is looked at again.
SAID_AGAIN = 300
#: After so many tries, within two days, a ring is given up. What waits still stands in the inbox.
RING_TRIES = 11
#: After so many tries, within three hours, a DM that Discord does not take counts as closed.
DM_TRIES = 4
#: After so many tries a line that cannot be taken down is given up: it must block no later one.
REMOVALS = 3
#: What others could watch rings at a random moment within so many seconds.
RINGS_WITHIN = 6 * HOUR
#: Seconds that what others could watch is left alone first: it may be gone again in a moment, such
#: as a message that a bot puts in its own name.
SETTLES = 10
#: What waits longer, in seconds, has its time from a clock that was wrong: it is due now.
WAITS = 2 * DAY
#: Seconds after which what nobody has looked at is forgotten.
STAYS = 30 * DAY


def ring_time(now: int, within: int = RINGS_WITHIN) -> int:
    """When to ring for what others could watch happening now (seconds UTC), `within` seconds.

    A ring at the same moment would tell them who did what, and several at one moment who is
    concerned.
    """
    return now + secrets.randbelow(max(1, within))


def is_due(at: int, now: int) -> bool:
    """Whether a time has come; both in seconds UTC."""
    return not now < at <= now + WAITS
