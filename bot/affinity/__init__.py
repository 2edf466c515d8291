"""Affinity groups: private channels that belong to their members (design, section 2)."""

from bot.work.queue import Kind

#: A group to be compared with Discord. Key: the group; its turn is the server's.
GROUP = Kind("group")
#: A question or an invitation, until its time is up. Key: the question; its turn is the server's.
DECISION = Kind("decision")
#: What one person has yet to be rung for. Key: the news; its turn is the group's.
GROUP_NEWS = Kind("group news")
#: A group in whose channel messages disappear. Key: the group.
DISAPPEARING = Kind("disappearing")
