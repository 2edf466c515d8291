"""Noticing: whether a message speaks for somebody it mentions, and what is done about it."""

from bot.work.queue import Kind

#: A server's door is to be looked at; its key is the server's id.
DOOR = Kind("door")
