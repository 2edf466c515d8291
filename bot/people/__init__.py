from bot.work.queue import Kind

#: Somebody's ring: to be rung, or to be taken down. Key: the person.
RING = Kind("ring")
#: A server that the bot was removed from, and that is to be forgotten. Key: the server.
DEPARTED = Kind("departed server")
