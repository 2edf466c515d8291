"""What somebody with copies of the databases learns from a journal: the day, and nothing else.

On both engines, without Discord. Design, section 6.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

from bot.journal import passphrase as passphrases
from bot.journal.keys import Locked, State
from bot.journal.notebook import entry_place
from bot.journal.passphrase import Passphrases, is_closed, key_of, plain
from bot.journal.rules import DAY
from bot.journal.service import Draft
from bot.keeping import rekey
from bot.seal import InstanceKey, KeyFileError, Unreadable, unseal
from bot.settings import Settings
from bot.store.database import StoreError
from bot.store.store import open_store
from tests.store.dying import knows_no_locks
from tests.store.houses import ANA, BETO, House, Time, open_house
from tests.store.notebooks import (
    DRAFT,
    OTHER,
    PASSPHRASE,
    PROMPT,
    TEXT,
    TITLE,
    kept_keys,
    newest,
    said,
    texts,
)
from tests.store.states import clock, fetch

pytestmark = pytest.mark.usefixtures("cheap")

#: When something is written: not the moment at which anything else happened.
AT = clock() + 3 * DAY + 12_345


async def copies(one: House) -> bytes:
    """What a thief of both databases has: every file, those at the side included."""
    found = await one.bytes_on_disk()
    for database in (one.store.main, one.store.keys):
        if database.driver == "aiosqlite":
            [(_, _, file), *_] = await fetch(database, "PRAGMA database_list")
            found += Path(file + "-shm").read_bytes()
    return found


async def numbers(one: House) -> set[int]:
    """Every number in the main database."""
    rows = []
    if one.store.main.driver == "aiosqlite":
        tables = await one.ask("SELECT name FROM sqlite_master WHERE type = 'table'")
    else:
        tables = await one.ask(
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
        )
    for (table,) in tables:
        rows += await one.ask(f"SELECT * FROM {table}")
    return {value for row in rows for value in row if isinstance(value, int)}


async def unwrapped(one: House, settings: Settings) -> list[bytes]:
    """Everything in the keys database, as somebody with the instance's key sees it."""
    return await opened_with(InstanceKey.read(settings.key_file), one)


async def opened_with(key: InstanceKey, one: House) -> list[bytes]:
    rows = await fetch(one.store.keys, "SELECT person_id, wrapped FROM personal_keys")
    return [key.unwrap(bytes(wrapped), owner) for owner, wrapped in rows]


async def opened_by(one: House, keys: list[bytes]) -> list[str]:
    """What of all entries these keys open, each tried as it is and as it is held."""
    rows = await one.ask("SELECT id, person_id, revision, sealed FROM journal_entries")
    found = []
    for id, person, revision, sealed in rows:
        for key in {part for each in keys for part in (each, key_of(each), each[-32:])}:
            try:
                found.append(unseal(bytes(sealed), [key], entry_place(person, id, revision)))
            except (Unreadable, ValueError):
                continue
    return found


# -- a copy without the key file ----------------------------------------------------------------


async def lives(one: House) -> None:
    """Everything that a journal can go through."""
    one.time.now = AT
    entry = await one.journal.write(ANA, DRAFT, message_id=1_456_074_443_980_900_077)
    assert entry is not None
    await one.journal.write(BETO, said(1))
    await one.journal.change(ANA, entry, 1, Draft(f"{TITLE} two", f"{TEXT} Und müde."))
    assert await one.journal_keys.protect(ANA, PASSPHRASE)
    assert await one.journal.search(ANA, "müde", None, 5)
    await one.journal_keys.lock(ANA)
    assert not (await one.journal_keys.unlock(ANA, OTHER)).right
    assert (await one.journal_keys.unlock(ANA, PASSPHRASE)).right
    assert await one.journal_keys.protect(ANA, OTHER)
    assert (await newest(one, ANA)).text == f"{TEXT} Und müde."


async def test_a_copy_of_both_databases_yields_no_word(one: House) -> None:
    await lives(one)
    stored = await copies(one)
    for word in (TITLE, TEXT, "Und müde", "müde", PROMPT, PASSPHRASE, OTHER, "title", "prompt"):
        for encoding in ("utf-8", "utf-16-le", "latin-1"):
            assert word.encode(encoding) not in stored, (word, encoding)
    assert (1_456_074_443_980_900_077).to_bytes(8) not in stored
    assert b"1456074443980900077" not in stored


async def test_of_the_time_of_an_entry_there_is_only_the_day(one: House) -> None:
    one.time.now = AT
    entry = await one.journal.write(ANA, DRAFT)
    assert entry is not None
    await one.journal.write(ANA, said(2), at=AT + 61)
    await one.journal.change(ANA, entry, 1, said(3))
    await one.journal_keys.protect(ANA, PASSPHRASE)
    stored = await copies(one)
    for moment in (AT, AT + 61, AT + 600, AT // 60, AT * 1000):
        assert str(moment).encode() not in stored
        assert moment.to_bytes((moment.bit_length() + 7) // 8) not in stored
    of_that_day = range(AT - AT % DAY, AT - AT % DAY + DAY)
    assert [each for each in await numbers(one) if each in of_that_day] == []
    assert await one.ask("SELECT day, turn FROM journal_entries ORDER BY turn") == [
        (AT // DAY, 1),
        (AT // DAY, 2),
    ]


@pytest.mark.parametrize("found", ["none", "another"])
async def test_without_the_key_file_nothing_starts(
    one: House, settings: Settings, tmp_path: Path, found: str
) -> None:
    await lives(one)
    settings.key_file.rename(tmp_path / "away.key")
    if found == "another":
        InstanceKey.make().write(settings.key_file)
    with pytest.raises(KeyFileError):
        await open_store(settings, clock)


async def test_another_instances_key_opens_no_key(one: House) -> None:
    await lives(one)
    with pytest.raises(Unreadable):
        await opened_with(InstanceKey.make(), one)


async def test_entries_of_one_size_cannot_be_told_apart(one: House) -> None:
    """The longest and the shortest of a size, with a title and without, and the same one twice."""
    drafts = (
        Draft("", "a"),
        Draft("", "a"),
        Draft("A title " * 10, "a"),
        Draft("", "a" * 150),
        Draft("", "ñ" * 75, PROMPT),
    )
    for draft in drafts:
        await one.journal.write(ANA, draft)
    rows = [bytes(row[0]) for row in await one.ask("SELECT sealed FROM journal_entries")]
    assert {len(each) for each in rows} == {1 + 4 + 12 + 256 + 16}
    assert len({each[:5] for each in rows}) == 1
    assert len({each[5:] for each in rows}) == len(rows)
    assert len({each[5:17] for each in rows}) == len(rows)


async def test_only_the_rough_size_shows(one: House) -> None:
    for number in range(400, 4001, 400):
        await one.journal.write(ANA, Draft("", "a" * number))
    rows = await one.ask("SELECT DISTINCT length(sealed) FROM journal_entries")
    assert {row[0] - 33 for row in rows} == {512, 1024, 2048, 4096}


# -- moved --------------------------------------------------------------------------------------


async def test_an_entry_that_was_moved_to_another_row_does_not_open(one: House) -> None:
    first, second = await one.journal.write(ANA, said(1)), await one.journal.write(ANA, said(2))
    assert first is not None
    assert second is not None
    await one.ask(
        "UPDATE journal_entries SET sealed = (SELECT sealed FROM journal_entries AS other "
        f"WHERE other.id = '{second}') WHERE id = '{first}'"
    )
    assert await texts(one, ANA) == [None, said(2).text]
    await one.ask(f"DELETE FROM journal_entries WHERE id = '{second}'")
    await one.ask(f"UPDATE journal_entries SET id = '{second}'")
    assert await texts(one, ANA) == [said(2).text]  # where it belongs


async def test_an_older_text_that_was_put_back_does_not_open(one: House) -> None:
    entry = await one.journal.write(ANA, said(1))
    assert entry is not None
    [(id, revision, old)] = await one.ask("SELECT id, revision, sealed FROM journal_entries")
    await one.journal.change(ANA, entry, 1, said(2))
    await put_back(one, id, old)
    assert await texts(one, ANA) == [None]
    await one.ask(f"UPDATE journal_entries SET revision = {revision}")
    assert await texts(one, ANA) == [said(1).text]


async def put_back(one: House, id: str, sealed: bytes) -> None:
    async with one.store.main.transaction() as connection:
        if one.store.main.driver == "aiosqlite":
            await connection.execute(
                "UPDATE journal_entries SET sealed = ? WHERE id = ?", (sealed, id)
            )
        else:
            await connection.execute(
                "UPDATE journal_entries SET sealed = $1 WHERE id = $2", sealed, id
            )


async def test_an_entry_that_was_given_to_another_person_does_not_open(one: House) -> None:
    """Not even if that person's journal is made to use the same key."""
    await one.journal.write(ANA, said(1))
    await one.journal.write(BETO, said(2))
    await one.ask(f"DELETE FROM journal_entries WHERE person_id = {BETO}")
    await one.ask(f"UPDATE journal_entries SET person_id = {BETO}")
    assert await texts(one, BETO) == [None]
    await one.ask(
        "UPDATE journals SET key_id = (SELECT key_id FROM journals AS other "
        f"WHERE other.person_id = {ANA})"
    )
    assert await texts(one, BETO) == [None]
    assert await texts(one, ANA) == []


async def test_a_key_that_was_moved_to_another_journal_does_not_open(one: House) -> None:
    await one.journal.write(ANA, said(1))
    await one.journal.write(BETO, said(2))
    first, second = sorted(owner for owner in await one.keys() if owner < 0)
    await fetch(one.store.keys, f"DELETE FROM personal_keys WHERE person_id = {second}")
    await fetch(
        one.store.keys, f"UPDATE personal_keys SET person_id = {second} WHERE person_id = {first}"
    )
    outcomes = []
    for person in (ANA, BETO):
        with pytest.raises(Unreadable):
            outcomes.append(await texts(one, person))
    assert outcomes == []


# -- a passphrase -------------------------------------------------------------------------------


async def test_whoever_runs_the_bot_lacks_the_passphrase_and_so_the_journal(
    one: House, settings: Settings
) -> None:
    """They hold both databases and the instance's key. Without a passphrase, that is enough."""
    await one.journal.write(ANA, DRAFT)
    assert TEXT in (await opened_by(one, await unwrapped(one, settings)))[0]
    await one.journal_keys.protect(ANA, PASSPHRASE)
    held = await unwrapped(one, settings)
    assert [is_closed(each) for each in held] == [True]
    assert await opened_by(one, held) == []
    assert await Passphrases().open(held[0], OTHER) is None
    # What is missing is the passphrase, and nothing else.
    key = await Passphrases().open(held[0], PASSPHRASE)
    assert key is not None
    assert TEXT in (await opened_by(one, [key]))[0]


async def test_while_it_is_unlocked_nothing_more_lies_on_the_disk(
    one: House, settings: Settings
) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    await one.journal_keys.lock(ANA)
    assert (await one.journal_keys.unlock(ANA, PASSPHRASE)).right
    await one.journal.write(ANA, DRAFT)
    held = await unwrapped(one, settings)
    key = await Passphrases().open(held[0], PASSPHRASE)
    assert key is not None
    assert key not in await copies(one)
    assert await opened_by(one, held) == []


@pytest.mark.parametrize("then", ["set", "changed", "removed"])
async def test_an_older_copy_of_the_keys_opens_nothing_of_now(
    one: House, settings: Settings, then: str
) -> None:
    """Nor with the passphrase from then."""
    await one.journal.write(ANA, DRAFT)
    if then != "set":
        await one.journal_keys.protect(ANA, PASSPHRASE)
    old = await unwrapped(one, settings)
    opened = [await Passphrases().open(each, PASSPHRASE) for each in old if is_closed(each)]
    keys = [*old, *(each for each in opened if each is not None)]
    assert len(await opened_by(one, keys)) == 1  # what was stored then
    await one.journal_keys.protect(ANA, {"set": PASSPHRASE, "changed": OTHER}.get(then))
    await one.journal.write(ANA, said(2))
    assert await opened_by(one, keys) == []
    assert await texts(one, ANA) == [TEXT, said(2).text]


async def test_the_key_from_before_is_in_no_file_any_more(one: House, settings: Settings) -> None:
    await one.journal.write(ANA, DRAFT)
    [(wrapped,)] = await fetch(one.store.keys, "SELECT wrapped FROM personal_keys")
    [(old,)] = await one.ask("SELECT sealed FROM journal_entries")
    assert await one.journal_keys.protect(ANA, PASSPHRASE)
    stored = await copies(one)
    assert bytes(wrapped)[-48:] not in stored
    assert bytes(old)[5:] not in stored
    assert len(await kept_keys(one)) == 1


async def test_a_key_without_a_passphrase_is_held_as_it_is_and_is_fresh_each_time(
    one: House, settings: Settings
) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal.write(BETO, DRAFT)
    first, second = await unwrapped(one, settings)
    assert first != second
    assert not is_closed(first)
    assert plain(key_of(first)) == first


async def test_the_passphrase_is_stretched_as_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id, 64 MiB, five passes, one lane; composed alike, whatever keyboard typed it."""
    monkeypatch.undo()
    salt = bytes(range(16))
    agreed = Argon2id(salt=salt, length=32, iterations=5, lanes=1, memory_cost=64 * 1024)
    assert passphrases._argon2("mu\u0308de wie nie", salt) == agreed.derive(
        "m\u00fcde wie nie".encode()
    )


async def test_each_closing_has_a_salt_of_its_own() -> None:
    one, other = [await Passphrases().close(bytes(32), PASSPHRASE) for _ in range(2)]
    assert one[1:17] != other[1:17]
    assert one[17:] != other[17:]


@pytest.mark.parametrize("at", [0, 1, 16, 17, 28, 29, -1])
async def test_a_damaged_key_is_opened_by_no_passphrase(at: int) -> None:
    held = bytearray(await Passphrases().close(bytes(32), PASSPHRASE))
    held[at] ^= 1
    assert not is_closed(bytes(held)) or await Passphrases().open(bytes(held), PASSPHRASE) is None


async def test_a_lost_key_is_told_and_no_new_one_made(one: House, other: House) -> None:
    """What is written under a new one would hide that the rest is lost."""
    await one.journal.write(ANA, DRAFT)
    await one.journal.write(BETO, DRAFT)
    await one.journal_keys.protect(BETO, PASSPHRASE)
    await fetch(one.store.keys, "DELETE FROM personal_keys")
    for person in (ANA, BETO):
        with pytest.raises(Unreadable):
            await other.journal.write(person, said(2))
    assert await kept_keys(one) == []


# -- another instance key -----------------------------------------------------------------------


@pytest.fixture
def apart(monkeypatch: pytest.MonkeyPatch) -> None:
    """What begins from now on does not find out that others run: they may be on other machines."""
    monkeypatch.setattr("fcntl.flock", knows_no_locks)


@pytest.mark.usefixtures("apart")
@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
async def test_a_journal_opens_as_before_after_the_instances_key_was_replaced(
    one: House, settings: Settings, passphrase: str | None
) -> None:
    await one.journal.write(ANA, DRAFT)
    if passphrase is not None:
        await one.journal_keys.protect(ANA, passphrase)
    assert await rekey(settings, clock) == 1
    # The process from before stops instead of sealing anything under a key that is not there.
    with pytest.raises(StoreError, match="replaced while this process ran"):
        await one.journal.write(BETO, DRAFT)
    async with open_house(settings, Time()) as later:
        if passphrase is not None:
            with pytest.raises(Locked):
                await later.journal.everything(ANA)
            assert (await later.journal_keys.unlock(ANA, passphrase)).right
        assert await texts(later, ANA) == [TEXT]
        await later.journal.write(ANA, said(2))
        assert await texts(later, ANA) == [TEXT, said(2).text]


@pytest.mark.usefixtures("apart")
async def test_the_old_instances_key_opens_nothing_after_it_was_replaced(
    one: House, settings: Settings
) -> None:
    await one.journal.write(ANA, DRAFT)
    old = InstanceKey.read(settings.key_file)
    await rekey(settings, clock)
    with pytest.raises(Unreadable):
        await opened_with(old, one)


# -- two processes ------------------------------------------------------------------------------


async def test_two_processes_write_in_one_journal(one: House, other: House) -> None:
    for number in range(4):
        await (one, other)[number % 2].journal.write(ANA, said(number))
    for house in (one, other):
        assert await texts(house, ANA) == [said(number).text for number in range(4)]


async def test_a_passphrase_set_in_one_process_closes_the_other(one: House, other: House) -> None:
    await one.journal.write(ANA, DRAFT)
    assert await texts(other, ANA) == [TEXT]
    await one.journal_keys.protect(ANA, PASSPHRASE)
    with pytest.raises(Locked):
        await other.journal.everything(ANA)
    with pytest.raises(Locked):
        await other.journal.write(ANA, said(2))
    assert await other.journal_keys.state(ANA) is State.LOCKED
    assert (await other.journal_keys.unlock(ANA, PASSPHRASE)).right
    assert await texts(other, ANA) == [TEXT]


async def test_each_process_is_unlocked_by_itself_and_a_lock_holds_for_all(
    one: House, other: House
) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    await one.journal_keys.lock(ANA)
    assert (await one.journal_keys.unlock(ANA, PASSPHRASE)).right
    assert await other.journal_keys.state(ANA) is State.LOCKED
    assert (await other.journal_keys.unlock(ANA, PASSPHRASE)).right
    await other.journal_keys.lock(ANA)
    for house in (one, other):
        with pytest.raises(Locked):
            await house.journal.everything(ANA)


async def test_a_changed_passphrase_closes_the_other_process(one: House, other: House) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    assert (await other.journal_keys.unlock(ANA, PASSPHRASE)).right
    await one.journal_keys.protect(ANA, OTHER)
    with pytest.raises(Locked):
        await other.journal.everything(ANA)
    assert not (await other.journal_keys.unlock(ANA, PASSPHRASE)).right
    assert (await other.journal_keys.unlock(ANA, OTHER)).right
    await one.journal_keys.protect(ANA, None)
    assert await texts(other, ANA) == [TEXT]
    assert await other.journal_keys.state(ANA) is State.NO_PASSPHRASE


async def test_a_restart_locks(one: House, settings: Settings) -> None:
    await one.journal.write(ANA, DRAFT)
    await one.journal_keys.protect(ANA, PASSPHRASE)
    assert await texts(one, ANA) == [TEXT]
    async with open_house(settings, one.time) as restarted:
        with pytest.raises(Locked):
            await restarted.journal.everything(ANA)
