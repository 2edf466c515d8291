"""Who allowed DMs, and which servers the bot was removed from."""

from bot.work.queue import Kind

#: A server that the bot was removed from, and that is to be forgotten. Key: the server.
DEPARTED = Kind("departed server")
