"""What simcord 3.2.1 lacks, put in place for the tests.

The version is pinned, because some of this reaches into private parts.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import simcord
from discord import app_commands
from discord.ext import commands
from simcord.backend import serializers
from simcord.env import Env

from bot import due

#: Waiting for the bot to be idle: the default sleeps 50 ms after each act of a person.
_IDLE = 0.0005
#: Seconds that nothing in an act of a person waits.
_LONG = 10


def speed_up() -> None:
    """Make every act of a person return as soon as the bot is idle."""
    due.FIRST = 0.0  # nobody waits for an answer since before the start
    defaults = simcord.Env._settle_internal.__kwdefaults__
    assert defaults is not None
    defaults["idle"] = _IDLE
    simcord.Env.settle.__defaults__ = (None, _IDLE)


def keep_long_timers_virtual() -> None:
    """Let only the world's clock end long waits.

    The simulator also ends them in real time, so that in a world that lives for half a minute the
    due loop would wake up in the middle of somebody's act, which then cannot settle.
    """
    schedule = simcord.Env._schedule_timer

    def schedule_virtually(env: Env, record: Any, *args: Any) -> None:
        schedule(env, record, *args)
        if record.real_handle is not None and record.when - env._virtual_time >= _LONG:
            record.real_handle.cancel()
            record.real_handle = None

    simcord.Env._schedule_timer = schedule_virtually  # type: ignore[method-assign]


def keep_cogs_loaded() -> None:
    """Read the cogs' modules once, not for each bot: discord.py drops them when a bot closes.

    A bot's own are the cogs it makes of them, and their commands. Modules keep nothing.
    """
    load = commands.Bot._load_from_module_spec
    extensions = "_BotBase__extensions"

    async def load_once(self: commands.Bot, spec: Any, key: str) -> None:
        if key in sys.modules:
            await sys.modules[key].setup(self)
            getattr(self, extensions)[key] = sys.modules[key]
        else:
            await load(self, spec, key)

    async def keep(self: commands.Bot, lib: Any, key: str) -> None:
        assert not hasattr(lib, "teardown"), "nobody calls it in tests"
        del getattr(self, extensions)[key]

    commands.Bot._load_from_module_spec = load_once  # type: ignore[method-assign]
    commands.Bot._call_module_finalizers = keep  # type: ignore[method-assign]


def see_own_reactions() -> None:
    """Let the bot see in a history which reactions are its own (simcord: never)."""
    real = serializers.message_payload

    def payload(backend: Any, message: Any, *, for_user: int | None = None) -> Any:
        return real(backend, message, for_user=for_user or backend.bot_user.id)

    serializers.message_payload = payload


def speak_languages(env: Env, locales: dict[int, str]) -> None:
    """Send each person's interactions in that person's language (simcord: always en-US)."""
    emit = env.backend.emit

    def emit_with_locale(name: str, payload: Any, *args: Any, **kwargs: Any) -> Any:
        if name == "INTERACTION_CREATE":
            user = payload.get("user") or payload.get("member", {}).get("user", {})
            payload = {**payload, "locale": locales.get(int(user.get("id", 0)), "en-US")}
        return emit(name, payload, *args, **kwargs)

    env.backend.emit = emit_with_locale  # type: ignore[method-assign]


def report_errors(env: Env) -> None:
    """Log what nobody in the bot caught: the simulator keeps it to itself, and a test would pass.

    What a command raises is not meant: the tree's own handler answers that.
    """
    record = env._record_error

    def report(error: BaseException) -> None:
        record(error)
        if not isinstance(error, app_commands.AppCommandError):
            logging.getLogger("discord").error("not caught: %s", type(error).__name__)

    env._record_error = report  # type: ignore[method-assign]


class Faults(logging.Handler):
    """Keeps what the bot logged as an error, so that no failure goes unseen in a test."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def drain(self) -> list[str]:
        """What was logged so far; from here on it counts as seen."""
        seen = [record.getMessage() for record in self.records]
        self.records.clear()
        return seen


@contextmanager
def listening() -> Iterator[Faults]:
    """Hear everything that is logged as an error, the event loop's own complaints included."""
    handler = Faults()
    loggers = [logging.getLogger(name) for name in ("bot", "cogs", "discord", "asyncio")]
    for logger in loggers:
        logger.addHandler(handler)
    try:
        yield handler
    finally:
        for logger in loggers:
            logger.removeHandler(handler)
