"""Firsthand: a Discord bot with which nobody is spoken for without their own yes."""
