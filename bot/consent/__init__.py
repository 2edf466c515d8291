"""Consent: flags, asking, answering, speaking, taking back."""

from bot.work.notices import Topic

#: What was said under a consent. Key: its id.
SAID = "consent"

#: A consent waits for somebody's answer. Key: its id.
REQUEST = Topic("request")
#: What became of a consent. Key: its id.
ANSWER = Topic("answer", news=True)
#: Words that were taken back, and still stood, are gone now. Key: the post they stood in.
TAKEN_OUT = Topic("taken out", news=True)
#: Somebody says that a message speaks for them. Key: the message.
OBJECTION = Topic("objection")
