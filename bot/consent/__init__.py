from bot.work.queue import Kind

#: A post that is being sent, or whose words have to go. Key: the post's id.
POST = Kind("post", urgent=True)
