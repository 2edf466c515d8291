"""What people write in their journals, for the tests around; and what lies on the disk then."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from bot.journal import KEY, passphrase
from bot.journal.keys import State
from bot.journal.service import Cursor, Draft, Written
from bot.store.database import SQLite
from bot.store.ids import id_of
from tests.store.houses import House
from tests.store.states import fetch

PASSPHRASE, OTHER = "vier Worte sind gut", "fünf andere Worte sind besser"
#: Words that stand nowhere else.
TITLE, TEXT, PROMPT = "Nachtgedanken", "Heute war ich laut.", "slow-down-3"
DRAFT = Draft(TITLE, TEXT, PROMPT)
#: For what only a file has.
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
#: Every table of a journal, entries that are being shared aside.
TABLES = (
    "journals",
    "journal_keys",
    "journal_entries",
    "journal_tries",
    "journal_habits",
    "journal_reminders",
)


def cheapen(put: Callable[..., None] = setattr) -> None:
    """Stretch passphrases in no time."""
    for name, value in (("_PASSES", 1), ("_KIBIBYTES", 64)):
        put(passphrase, name, value)


def said(number: int, more: int = 0) -> Draft:
    """The entry with this number, longer on request."""
    return Draft(f"{TITLE} {number}", f"{TEXT} {number}" + "x" * more, PROMPT)


async def texts(one: House, person: int) -> list[str | None]:
    """Every entry, oldest first."""
    return [each.text for each in await one.journal.everything(person)]


async def newest(one: House, person: int) -> Written:
    page = await one.journal.page(person, None, Cursor(), 1)
    return page.entries[0]


async def opens_with(one: House, person: int) -> list[str]:
    """Which passphrases open a locked journal; "": none is needed."""
    if await one.journal_keys.state(person) is State.NO_PASSPHRASE:
        return [""]
    found = []
    for each in (PASSPHRASE, OTHER):
        tried = await one.journal_keys.unlock(person, each)
        if tried.right:
            found.append(each)
            await one.journal_keys.lock(person)
    return found


async def noted_keys(one: House) -> list[str]:
    return [row[0] for row in await one.ask("SELECT key_id FROM journal_keys")]


async def kept_keys(one: House) -> list[str]:
    """The ids of the journals' keys that the keys database holds."""
    return [id_of(owner) for owner in await one.keys() if owner < 0]


async def destroy_keys(one: House) -> None:
    """What due work does with keys that nothing needs any more."""
    for each in await one.queue.due(urgent=True):
        if each.kind == KEY.name:
            piece = await one.queue.claim(each.kind, each.key)
            if piece is not None:
                await one.journal_keys.due(piece)
                await one.queue.finish(piece, None)


async def sealed(one: House, person: int) -> list[bytes]:
    rows = await one.ask(f"SELECT sealed FROM journal_entries WHERE person_id = {person}")
    return [bytes(row[0]) for row in rows]


def pieces(ciphertexts: Iterable[bytes]) -> list[bytes]:
    """Nonces, and samples of what is sealed, so that half of one is found as well."""
    return [each[at : at + 12] for each in ciphertexts for at in range(5, len(each) - 11, 60)]


def left_of(ciphertexts: Iterable[bytes], stored: bytes) -> list[bytes]:
    """What of these is found in there."""
    return [piece for piece in pieces(ciphertexts) if piece in stored]


async def pragma(database: Any, setting: str) -> Any:
    """Set or ask something of an SQLite database, outside of any transaction."""
    assert isinstance(database, SQLite)
    rows = list(await database._connection.execute_fetchall(f"PRAGMA {setting}"))
    return rows[0][0] if rows else None


async def file_of(one: House, which: str) -> Path:
    """The file of one of the two databases: "main" or "keys"."""
    [(_, _, file), *_] = await fetch(getattr(one.store, which), "PRAGMA database_list")
    return Path(file)


class Reader:
    """Another process that reads: the write-ahead log cannot be emptied while it does."""

    def __init__(self, file: Path) -> None:
        self._connection = sqlite3.connect(file, isolation_level=None)
        self._connection.execute("BEGIN")
        self._connection.execute("SELECT count(*) FROM sqlite_master").fetchall()

    def end(self) -> None:
        self._connection.execute("COMMIT")
        self._connection.close()
