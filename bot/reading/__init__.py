"""Reading: the shared list, servers' own lists, shelves, and reading together."""

from bot.work.queue import Kind

#: Somebody is to be rung for the answer to their suggestion; its key is the suggestion's id.
SUGGESTION = Kind("suggestion")
#: Discord is to be brought to a reading circle; its key is the circle's id.
CIRCLE = Kind("circle")
#: Somebody is to be told something of a circle they joined; see `circles.news_key`.
CIRCLE_NEWS = Kind("circle news")
