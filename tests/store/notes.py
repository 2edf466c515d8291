"""Notes that people keep in the main database, sealed: they must outlast whatever happens."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.seal import Place, Unreadable
from bot.store.store import Store, open_store
from tests.states import begin
from tests.store.states import clock, fetch, settings_in

#: What a bot that has ended leaves in its folder.
WHOLE = {"firsthand.db", "keys.db", "instance.key"}


def names_in(state: Path) -> set[str]:
    """What lies there. SQLite leaves a journal that it was about to remove, and passes it over: it
    holds no more than the first page, with the schema."""
    names = {each.name for each in state.iterdir()}
    return names - {"firsthand.db-journal", "keys.db-journal"}


def stored(folder: Path) -> bytes:
    """Every byte of every file in there."""
    return b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())


def note_of(person: int) -> Place:
    return Place("flag note", (person,), "row-1")


async def notes_for(store: Store, *people: int) -> None:
    for person in people:
        note = await store.keyring.seal(f"note of {person}", note_of(person))
        async with store.main.transaction() as connection:
            await connection.execute(
                "INSERT INTO flags (guild_id, person_id, choice, note, revision, changed_at)"
                " VALUES (1, ?, 'ask', ?, 1, ?)",
                (person, note, clock()),
            )


async def sealed_for(state: Path, *people: int) -> None:
    """Each person's note, from a bot that starts and ends."""
    settings = settings_in(state)
    await begin(settings)
    store = await open_store(settings, clock)
    await notes_for(store, *people)
    await store.close()


async def notes_in(state: Path) -> dict[int, str | None]:
    """Every note in the main database, None where it cannot be opened."""
    store = await open_store(settings_in(state), clock)
    found: dict[int, str | None] = {}
    for person, note in await fetch(store.main, "SELECT person_id, note FROM flags"):
        try:
            found[person] = await store.keyring.unseal(note, note_of(person))
        except Unreadable:
            found[person] = None
    await store.close()
    return found


def wrapped_in(state: Path, person: int) -> bytes:
    """A person's key, as it lies in the keys database."""
    with closing(sqlite3.connect(state / "keys.db")) as keys:
        asked = "SELECT wrapped FROM personal_keys WHERE person_id = ?"
        [(wrapped,)] = keys.execute(asked, (person,)).fetchall()
    return wrapped
