"""Affinity groups: private channels that belong to their members (design, section 2)."""
