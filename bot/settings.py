"""Settings: the environment and `.env`, read once into one frozen record.

A wrong value stops the start with one line that names the variable and says what to do. Values
are never echoed: a token pasted into the wrong variable must not end up in a terminal's history.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.files import make_folder, why

#: How the address of an SQLite file begins; the rest is the file, to the letter.
SQLITE = "sqlite:///"
LOG_LEVELS = ("debug", "info", "warning", "error")
#: Looked for in the working directory only.
ENV_FILE = Path(".env")
#: How the names of our own files in the state folder begin.
_OURS = ("firsthand.db", "keys.db", "instance.key")
_SWITCH = {"on": True, "off": False}


class SettingsError(Exception):
    """A variable is missing or wrong; the message is one line for the operator."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the operator decides.

    `token` is kept out of `repr`. `database` and `keys_database` are URLs: `sqlite:///file`
    (four slashes for an absolute path) or `postgresql://…`. `message_content` asks Discord for
    the intent of that name, which noticing needs.
    """

    token: str = field(repr=False)
    state: Path
    database: str = field(repr=False)
    keys_database: str = field(repr=False)
    key_file: Path
    message_content: bool = False
    log_level: str = "info"

    @classmethod
    def from_environment(cls) -> Settings:
        """Read `.env` in the working directory, then the environment, which wins.

        Raises SettingsError.
        """
        from dotenv import dotenv_values

        try:
            found = dotenv_values(ENV_FILE)
        except (OSError, UnicodeError):
            raise SettingsError(
                ".env: it cannot be read. Make it a text file (UTF-8) that this user may read."
            ) from None
        values = {name: value for name, value in found.items() if value is not None}
        return cls.from_mapping({**values, **os.environ})

    @classmethod
    def from_mapping(cls, values: Mapping[str, str]) -> Settings:
        """Check every variable and make the state folder (mode 0700).

        Raises SettingsError for the first variable that is wrong.
        """
        state = Path(values.get("FIRSTHAND_STATE") or "state")
        _make_private(state)
        return cls(
            token=values.get("DISCORD_TOKEN", "").strip(),
            state=state,
            database=_database(values, "FIRSTHAND_DATABASE", state / "firsthand.db"),
            keys_database=_database(values, "FIRSTHAND_KEYS_DATABASE", state / "keys.db"),
            key_file=Path(values.get("FIRSTHAND_KEY_FILE") or state / "instance.key"),
            message_content=_switch(values, "FIRSTHAND_MESSAGE_CONTENT"),
            log_level=_log_level(values),
        )


def open_to_others() -> str | None:
    """A line for the operator when others on this machine can read or change `.env`."""
    if not ENV_FILE.exists() or ENV_FILE.is_dir():
        return None
    found = ENV_FILE.stat()
    # Somebody else's file is read through its group: docs/operating.md makes it root's for systemd.
    mine = found.st_uid == os.geteuid()
    if not found.st_mode & (0o077 if mine else 0o027):
        return None
    mode = stat.S_IMODE(found.st_mode)
    closed = "600" if mine else "640"
    return (
        f"{ENV_FILE}: others on this machine can get at it (mode {mode:04o}) and act as the bot, "
        f"with the token in it. Close it with `chmod {closed} {ENV_FILE}`; if somebody may have "
        "read it, reset the token at the application's Bot page."
    )


def _make_private(folder: Path) -> None:
    try:
        try:
            make_folder(folder)
        except FileExistsError:
            if not folder.is_dir():
                raise
        if stat.S_IMODE(folder.stat().st_mode) != 0o700:
            if not _is_ours(folder):
                raise SettingsError(
                    "FIRSTHAND_STATE: this folder holds other things and is open to others. "
                    "Name a folder for Firsthand alone, or a new one."
                )
            folder.chmod(0o700)
    except OSError as error:
        raise SettingsError(
            f"FIRSTHAND_STATE: the folder cannot be made private ({why(error)}). "
            "Name a folder that this user may create and own."
        ) from error


def _is_ours(folder: Path) -> bool:
    """Whether nothing else lives in a folder: closing somebody's home would lock others out."""
    return all(file.name.startswith(_OURS) for file in folder.iterdir())


def _database(values: Mapping[str, str], name: str, default: Path) -> str:
    url = values.get(name) or f"{SQLITE}{default}"
    if not _is_address(url):
        raise SettingsError(
            f"{name}: not a database address. Write sqlite:///path/to/file.db "
            "or postgresql://user@host/name, or leave it out."
        )
    return url


def _is_address(url: str) -> bool:
    if url.startswith(SQLITE):
        return url != SQLITE
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("postgresql", "postgres") and len(parts.path) > 1


def _switch(values: Mapping[str, str], name: str) -> bool:
    value = values.get(name) or "off"
    if value.lower() not in _SWITCH:
        raise SettingsError(f"{name}: write on or off.")
    return _SWITCH[value.lower()]


def _log_level(values: Mapping[str, str]) -> str:
    level = (values.get("FIRSTHAND_LOG_LEVEL") or "info").lower()
    if level not in LOG_LEVELS:
        raise SettingsError(f"FIRSTHAND_LOG_LEVEL: write one of {', '.join(LOG_LEVELS)}.")
    return level
