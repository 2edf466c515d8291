"""Logs: what happened and where, never what somebody wrote."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import discord
import pytest

from bot import logs
from bot.app import create_bot
from bot.settings import Settings

SECRET = "I can't come on Tuesday"


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Callable[[], str]]:
    """What was logged since the last look; the loggers are put back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in logs._TALKATIVE}
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def fail() -> None:
    try:
        raise KeyError(SECRET)
    except KeyError as error:
        raise ValueError(f"cannot read {SECRET!r}") from error


def test_an_error_is_logged_by_kind_and_place_without_its_message(
    written: Callable[[], str],
) -> None:
    logs.set_up("info")
    try:
        fail()
    except ValueError:
        logging.getLogger("bot.somewhere").exception("it did not work")
    log = written()
    assert "ERROR bot.somewhere: it did not work\nValueError\n" in log
    assert "test_logs.py" in log
    assert "in fail" in log
    assert SECRET not in log


@pytest.mark.filterwarnings("ignore")
async def test_an_error_nobody_waited_for_is_logged_without_its_message(
    written: Callable[[], str],
) -> None:
    logs.set_up("info")

    async def work() -> None:
        fail()

    task = asyncio.create_task(work())
    await asyncio.wait([task])
    del task  # asyncio says so when the task is thrown away
    log = written()
    assert "Task exception was never retrieved" in log
    assert "ValueError" in log
    assert SECRET not in log


async def test_a_callback_that_fails_is_logged_without_what_it_was_given(
    written: Callable[[], str],
) -> None:
    logs.set_up("info")
    asyncio.get_running_loop().call_soon(lambda _: fail(), SECRET)
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    log = written()
    assert "Exception in callback" in log
    assert SECRET not in log


@pytest.mark.parametrize("name", ["discord", "discord.gateway", "aiosqlite", "asyncio", "asyncpg"])
def test_libraries_that_log_content_stay_at_info(written: Callable[[], str], name: str) -> None:
    logs.set_up("debug")
    logging.getLogger("bot").debug("ours")
    logging.getLogger(name).debug(SECRET)
    logging.getLogger(name).info("started")
    log = written()
    assert "ours" in log
    assert "started" in log
    assert SECRET not in log


@pytest.mark.parametrize("name", ["discord.http", "discord.webhook.async_"])
def test_addresses_with_ids_and_tokens_are_not_logged(
    written: Callable[[], str], name: str
) -> None:
    logs.set_up("debug")
    logging.getLogger(name).warning("We are being rate limited. POST %s", SECRET)
    assert SECRET not in written()


@pytest.mark.parametrize("level", ["warning", "error"])
def test_they_are_as_quiet_as_the_rest(written: Callable[[], str], level: str) -> None:
    logs.set_up(level)
    logging.getLogger("discord").info("hello")
    assert written() == ""


def test_setting_up_twice_logs_once(written: Callable[[], str]) -> None:
    logs.set_up("info")
    logs.set_up("info")
    logging.getLogger("bot").info("once")
    assert written().count("once") == 1


def test_failing_suggestions_are_logged_without_who_asked_for_them(
    written: Callable[[], str],
) -> None:
    logs.set_up("info")
    try:
        fail()
    except ValueError:
        # discord.py's own words.
        logging.getLogger("discord.app_commands.tree").exception(
            "Ignoring exception in autocomplete for %r (Guild: %s, User: %s)", "x", 41, 4242
        )
    log = written()
    assert "Ignoring exception in autocomplete for 'x'" in log
    assert "4242" not in log
    assert SECRET not in log


def test_a_start_warns_of_nothing_about_voice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """discord.py does so at a process's first bot, where its packages for voice are missing."""
    monkeypatch.setattr(discord.VoiceClient, "warn_nacl", True)
    monkeypatch.setattr(discord.VoiceClient, "warn_dave", True)
    create_bot(Settings.from_mapping({"FIRSTHAND_STATE": str(tmp_path / "state")}))
    assert caplog.records == []
