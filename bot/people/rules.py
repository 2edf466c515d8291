"""When the doorbell may ring, and what open DMs mean. Pure (design, section 4)."""

import secrets

HOUR = 3600
DAY = 86_400
#: At most one ring an hour per person, in seconds between two rings.
RING_PAUSE = HOUR
#: A ring that nobody opens is removed after a day.
RING_STANDS = DAY
#: After so many tries, within two days, a ring is given up. What waits still stands in the inbox.
RING_TRIES = 11
#: After so many tries, within three hours, a DM that Discord does not take counts as closed.
DM_TRIES = 4
#: After so many tries a line that cannot be taken down is given up: it must block no later one.
REMOVALS = 3
#: What others could watch rings at a random moment within so many seconds.
RINGS_WITHIN = 6 * HOUR
#: What is stored for a server goes 30 days after the bot was removed from it.
DEPARTED_STAYS = 30 * DAY


def ring_time(now: int) -> int:
    """When to ring for what others could watch happening now (seconds UTC).

    A ring at the same moment would tell them who did what, and several at one moment who is
    concerned.
    """
    return now + secrets.randbelow(RINGS_WITHIN)
