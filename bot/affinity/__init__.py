"""Affinity groups: private channels that belong to their members (design, section 2)."""

from enum import StrEnum

from bot.work.notices import Topic
from bot.work.queue import Kind

#: A group to be compared with Discord. Key: the group; its turn is the server's.
GROUP = Kind("group")
#: A question or an invitation, until its time is up. Key: the question; its turn is the server's.
DECISION = Kind("decision")
#: A group in whose channel messages disappear. Key: the group.
DISAPPEARING = Kind("disappearing")

#: The first message of a group's channel. Key: the group.
ROOM = "group"
#: The card of a question, in the group's channel. Key: the question.
CARD = "question"
#: What a group is told in its channel, until it stands there. Key: "group.kind.target".
TOLD_HERE = "group notice"
#: A moderator took a group off the list: how that is kept in the history of the rules (of which
#: group, by its id, and the day it was started), what the group is told, and why it is not listed
#: again although it agreed to be.
OFF_LIST = "off_list"

#: What happened to a group, and to whom in it. Key: the group.
NEWS = Topic("group news", news=True)
#: Somebody has deleted a group's channel. Key: the group.
LOST = Topic("lost channel")
#: A group has agreed to take somebody in, who has yet to answer. Key: the question.
INVITATION = Topic("invitation")
#: Somebody is asked whether to part with another member. Key: the question.
PARTING = Topic("parting")


class Event(StrEnum):
    """What news is about."""

    ADMITTED = "admitted"
    NOT_ADMITTED = "not_admitted"
    PARTED = "parted"
    PARTING_PASSED = "parting_passed"
    PARTING_FAILED = "parting_failed"
    CLOSED = "closed"
    #: The group has ended, and its channel could not be deleted.
    STAYS = "stays"
    NOT_STARTED = "not_started"
    UNREACHED = "unreached"
