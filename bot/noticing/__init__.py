"""Noticing: whether a message speaks for somebody it mentions, and what is done about it."""

#: The name of the due work that keeps AutoMod rules in step.
DUE = "doors"
