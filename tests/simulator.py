"""What simcord 3.2.1 lacks, put in place for the tests.

The version is pinned, because some of this reaches into private parts.
"""

from __future__ import annotations

import asyncio
import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from types import SimpleNamespace
from typing import Any

import pytest
import simcord
from aiosqlite import core
from discord import app_commands
from discord.ext import commands
from simcord import components, gateway
from simcord.backend import Backend
from simcord.backend.ops.commands import COMMAND_FIELDS
from simcord.env import Env
from simcord.http import router

from bot.work import worker

#: Waiting for the bot to be idle: the default sleeps 50 ms after each act of a person.
_IDLE = 0.0005
#: Seconds that nothing in an act of a person waits.
_LONG = 10
_PLAIN = (str, int, float, bool, type(None))


def speed_up() -> None:
    """Make every act of a person return as soon as the bot is idle."""
    worker.FIRST = worker.INTERVAL  # most tests need no look for due work, or let time pass for it
    defaults = simcord.Env._settle_internal.__kwdefaults__
    assert defaults is not None
    defaults["idle"] = _IDLE
    simcord.Env.settle.__defaults__ = (None, _IDLE)
    # What goes over the wire is copied at each end, and that took a twelfth of a sweep.
    gateway.copy = router.copy = SimpleNamespace(deepcopy=_copied)  # type: ignore[assignment]
    components.deepcopy = _copied


def _copied(value: Any) -> Any:
    """A deep copy of what is JSON but for its leaves."""
    kind = type(value)
    if kind is dict:
        return {name: _copied(each) for name, each in value.items()}
    if kind is list:
        return [_copied(each) for each in value]
    return value if kind in _PLAIN else deepcopy(value)


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


def translate_commands_once() -> None:
    """Let only the first bot of a process translate its commands: the others have the same ones."""
    real = app_commands.CommandTree.sync
    known: list[dict[str, Any]] = []

    async def sync(self: app_commands.CommandTree, **where: Any) -> list[app_commands.AppCommand]:
        backend = self._http.backend  # type: ignore[attr-defined]
        if known:
            backend.register_commands(None, known)
            return []
        told = await real(self, **where)
        for command in backend.commands[None].values():
            known.append({name: command[name] for name in COMMAND_FIELDS if name in command})
        return told

    app_commands.CommandTree.sync = sync  # type: ignore[method-assign]


class _AtOnce:
    """In place of aiosqlite's queue to its thread: what is put in is done at once.

    Only who begins a transaction lets others go first, so that handlers overlap between any two.
    """

    def put_nowait(self, work: tuple[asyncio.Future[Any], Callable[[], Any]]) -> None:
        future, function = work
        try:
            settle, result = core.set_result, function()
        except BaseException as error:
            settle, result = core.set_exception, error
        if getattr(function, "args", ())[:1] == ("BEGIN IMMEDIATE",):
            future.get_loop().call_soon(settle, future, result)
        else:
            settle(future, result)


class _NoThread:
    def __init__(self, **_: Any) -> None: ...

    def start(self) -> None: ...


@contextmanager
def answering_in_the_loop() -> Iterator[None]:
    """Let SQLite connections that are opened meanwhile answer in the event loop, without a thread.

    Handlers overlap as before, in an order that is the same each time, for half the work. Two
    connections to one file would wait for each other for ever: that needs threads.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(core, "SimpleQueue", _AtOnce)
        patch.setattr(core, "Thread", _NoThread)
        yield


def spare_polls() -> None:
    """The bot makes none; looking for some in every message takes a tenth of a look ahead."""
    Backend.expire_due_polls = lambda _: None  # type: ignore[method-assign]
    Backend.next_poll_deadline = lambda _: None  # type: ignore[method-assign]


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
