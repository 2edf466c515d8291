"""The rules of a server: what moderators decide, within bounds, and how everybody learns of it."""

from bot.work.queue import Kind

#: A change of a rule is to be announced; its key is the change's id.
ANNOUNCEMENT = Kind("announcement")
#: A post: the announcement of a change, until it certainly stands. Key: the change.
ANNOUNCED = "announcement"
