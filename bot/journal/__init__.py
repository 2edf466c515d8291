"""Journals: entries, their keys, reminders, and shares; and what of them falls due."""

from bot.work.notices import Topic
from bot.work.queue import Kind

#: A person's next reminder; by their id.
REMINDER = Kind("reminder")
#: A share: to be brought, or its time is over.
SHARE = Kind("share")
#: A key of a journal or a copy that nothing needs any more, or that is being made.
KEY = Kind("journal key", urgent=True)

#: What a share has come to: for its friend, who is asked, or for its writer. Key: the share.
SHARED = Topic("shared entry")
#: A post: a shared entry in its friend's DM. Key: the share.
BROUGHT = "shared entry"
