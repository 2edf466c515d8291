"""What simcord 3.2.1 lacks of Discord, put in place for the demo and for the tests.

The version is pinned, because this reaches into private parts.
"""

from __future__ import annotations

import re
from typing import Any

from simcord.backend import Backend
from simcord.backend.errors import BackendError
from simcord.http import router


def let_create_events_suffice() -> None:
    """Let the bot make and change events of its own with Create Events (simcord: Manage)."""
    real = router.RequestContext.require_guild_permissions

    def require(self: Any, guild_id: int, *names: str) -> None:
        try:
            real(self, guild_id, *names)
        except BackendError:
            if names != ("manage_events",):
                raise
            real(self, guild_id, "create_events")

    router.RequestContext.require_guild_permissions = require  # type: ignore[method-assign]


def hold_by_expressions() -> None:
    """Let AutoMod hold what an expression of a rule finds (simcord: words alone, and no list of
    what is let through)."""
    backend: Any = Backend
    real = backend._match_keyword

    def match(rule: Any, content: str) -> str | None:
        expressions: list[str] = rule.trigger_metadata.get("regex_patterns") or []
        for expression in expressions:
            if re.search(expression, content, re.IGNORECASE):
                return expression
        return real(rule, content)

    backend._match_keyword = staticmethod(match)
