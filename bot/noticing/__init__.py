"""Noticing: whether a message speaks for somebody it mentions, and what is done about it."""

from bot.work.notices import Topic
from bot.work.queue import Kind

#: A server's door is to be looked at; its key is the server's id.
DOOR = Kind("door")
#: A message that seems to speak for somebody, told to its author. Key: the message.
NUDGE = Topic("nudge")
#: What it says of a nudge that it is about a role.
ROLE = "role"
#: Messages that may wait for one author, as each is looked at again when the inbox is opened.
WAITING = 6
