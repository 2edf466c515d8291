"""Journals: entries, their keys, reminders, and shares; and what of them falls due."""

from bot.work.queue import Kind

#: A person's next reminder; by their id.
REMINDER = Kind("reminder")
#: A share: to be brought, taken back or rung for, or its time is over.
SHARE = Kind("share")
#: A key of a journal or a copy that nothing needs any more, or that is being made.
KEY = Kind("journal key", urgent=True)
