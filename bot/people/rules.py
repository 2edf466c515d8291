"""When the doorbell may ring, and what open DMs mean. Pure (design, section 4)."""

HOUR = 3600
DAY = 86_400
#: At most one ring an hour per person, in seconds between two rings.
RING_PAUSE = HOUR
#: A ring that nobody opens is removed after a day.
RING_STANDS = DAY
#: A process that took a ring and died is overtaken after a minute.
RING_TAKES = 60
#: What is stored for a server goes 30 days after the bot was removed from it.
DEPARTED_STAYS = 30 * DAY
