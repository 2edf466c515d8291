"""Reading: the shared list, servers' own lists, shelves, and reading together."""

from bot.work.notices import Topic
from bot.work.queue import Kind

#: A suggestion was answered; its key is the suggestion's id.
ANSWERED = Topic("suggestion")
#: Discord is to be brought to a reading circle; its key is the circle's id.
CIRCLE = Kind("circle")
#: The message on which people join a circle; its thread hangs on it. Its key is the circle's id.
POSTED = "circle"
#: What people are told of a circle, by one of `circle_rules.News`; its key is the circle's id.
TOLD = Topic("circle")
