"""Logs: what happened and where, never what somebody wrote or who they are (design, section 6)."""

from __future__ import annotations

import logging
import re
import traceback
from types import TracebackType
from typing import Any

#: At DEBUG these log payloads and SQL parameters.
_TALKATIVE = ("discord", "aiosqlite", "asyncio", "asyncpg")
#: When Discord slows them down these log addresses, with ids and interaction tokens in them.
_ADDRESSES = ("discord.http", "discord.webhook.async_")
#: These show tasks and callbacks, and with them errors' messages; and who acted where.
_SHOWING = ("asyncio", "discord.app_commands.tree")
_SHOWN_OBJECT = re.compile(r"[\n<(]")


class Formatter(logging.Formatter):
    """Shows an error's kind and its places in the code. Its message may hold people's words."""

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[Any, Any, Any],
    ) -> str:
        kind, _, tb = ei
        lines = [f"  {f.filename}:{f.lineno} in {f.name}" for f in traceback.extract_tb(tb)]
        return "\n".join([getattr(kind, "__name__", "error"), *lines])

    def formatMessage(self, record: logging.LogRecord) -> str:
        if record.name in _SHOWING:
            record.message = _SHOWN_OBJECT.split(record.message)[0]
        return super().formatMessage(record)


def set_up(level: str) -> None:
    """Log to standard error from `level` on; libraries that log content stay at INFO."""
    handler = logging.StreamHandler()
    handler.setFormatter(Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _TALKATIVE:
        logging.getLogger(name).setLevel(max(logging.INFO, root.level))
    for name in _ADDRESSES:
        logging.getLogger(name).setLevel(logging.ERROR)
