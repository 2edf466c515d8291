"""Noticing: whether a message speaks for somebody it mentions, and what is done about it."""
