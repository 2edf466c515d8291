"""The first start, every later one, and every way in which files can be missing or wrong."""

from __future__ import annotations

import asyncio
import shutil
import stat
from itertools import product
from pathlib import Path

import pytest

from bot.keeping import backup, rekey
from bot.seal import InstanceKey, KeyFileError, Place
from bot.settings import Settings
from bot.store.database import StoreError, open_database
from bot.store.keyring import Keyring
from bot.store.migrate import migrate
from bot.store.store import KEYS_MIGRATIONS, MIGRATIONS, Facts, left_beside, open_store
from tests.states import begin
from tests.store.dying import died_at_every_step, knows_no_locks, met
from tests.store.states import clock, fetch, settings_in
from tests.tiers import tiered

ANA = 1_456_074_443_980_800_013
PLACE = Place("consent words", (ANA,), "row-1")
WORDS = "Say I agree."


async def start(settings: Settings) -> None:
    await (await open_store(settings, clock)).close()


async def sealed_by(settings: Settings) -> bytes:
    """Start, seal something for Ana, stop."""
    store = await open_store(settings, clock)
    sealed = await store.keyring.seal(WORDS, PLACE)
    await store.close()
    return sealed


async def opens(settings: Settings, sealed: bytes) -> bool:
    store = await open_store(settings, clock)
    text = await store.keyring.unseal(sealed, PLACE)
    await store.close()
    return text == WORDS


@pytest.fixture
async def lived_in(tmp_path: Path) -> tuple[Settings, bytes]:
    """The state of a bot that was in use, and something that was sealed there."""
    settings = settings_in(tmp_path / "state")
    await begin(settings)
    return settings, await sealed_by(settings)


async def test_the_first_start_makes_a_key_that_only_this_user_can_read(
    settings: Settings,
) -> None:
    await start(settings)
    assert stat.S_IMODE(settings.key_file.stat().st_mode) == 0o600
    assert settings.key_file.read_text().startswith("firsthand-key-1:")
    assert {each.suffix for each in settings.state.iterdir()} <= {".key", ".db"}


async def test_what_was_sealed_opens_after_a_restart(settings: Settings) -> None:
    sealed = await sealed_by(settings)
    assert await opens(settings, sealed)


async def test_the_key_is_in_neither_database(lived_in: tuple[Settings, bytes]) -> None:
    settings, _ = lived_in
    secret = InstanceKey.read(settings.key_file).secret
    files = list(settings.state.glob("*.db*"))
    assert {file.suffix for file in files} == {".db"}
    assert len(files) == 2
    for file in files:
        assert secret not in file.read_bytes()
        assert WORDS.encode() not in file.read_bytes()


async def test_two_first_starts_at_once_found_one_instance(settings: Settings) -> None:
    one, other = await asyncio.gather(open_store(settings, clock), open_store(settings, clock))
    sealed = await one.keyring.seal(WORDS, PLACE)
    assert await other.keyring.unseal(sealed, PLACE) == WORDS
    assert await fetch(one.keys, "SELECT count(*) FROM instance") == [(1,)]
    assert await Facts(one.main).get("instance") == await other.keyring.instance()
    await one.close()
    await other.close()
    assert await opens(settings, sealed)


async def test_a_key_file_that_was_prepared_is_used(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    InstanceKey.make().write(settings.key_file)
    prepared = settings.key_file.read_text()
    await start(settings)
    assert settings.key_file.read_text() == prepared


@pytest.fixture
async def schema(tmp_path: Path) -> Path:
    """The template of a first start: migrations that are killed have tests of their own."""
    template = tmp_path / "first" / "template"
    template.mkdir(0o700, parents=True)
    for file, folder in (("firsthand.db", MIGRATIONS), ("keys.db", KEYS_MIGRATIONS)):
        database = await open_database(f"sqlite:///{template / file}")
        await migrate(database, folder, clock)
        await database.close()
    return template


@pytest.mark.full
async def test_a_first_start_killed_at_any_step_is_finished_by_the_next(schema: Path) -> None:
    folders = await died_at_every_step("start", schema.parent)
    assert len(folders) > 40
    seen = set()
    for folder in folders:
        seen.add(frozenset(each.suffix for each in folder.iterdir()))
        store = await open_store(settings_in(folder), clock)
        assert await fetch(store.keys, "SELECT count(*) FROM instance") == [(1,)], folder.name
        assert await store.keyring.proves()
        await store.close()
    assert any(".key" in each for each in seen)
    assert any(".key" not in each for each in seen)


@pytest.mark.full
async def test_a_rekey_killed_at_any_step_loses_nothing(
    lived_in: tuple[Settings, bytes], tmp_path: Path
) -> None:
    settings, sealed = lived_in
    work = tmp_path / "work"
    work.mkdir()
    shutil.copytree(settings.state, work / "template")
    folders = await died_at_every_step("rekey", work)
    assert len(folders) > 40
    before = settings.key_file.read_text()
    keys = []
    for folder in folders:
        assert await opens(settings_in(folder), sealed), folder.name
        keys.append((folder / "instance.key").read_text() == before)
        # And the next start needs nothing that the killed one left behind.
        for left in left_beside(folder / "instance.key", ".next", ".part"):
            left.unlink()
        assert await opens(settings_in(folder), sealed), folder.name
    # First the old key holds, from some step on a new one; never back again.
    assert keys == sorted(keys, reverse=True)
    assert (keys[0], keys[-1]) == (True, False)


#: What people start by hand, or a timer does.
COMMANDS = ("start", "rekey", "check", "backup", "restore")
#: One stands still at every step, while the other runs.
MEETINGS = sorted({*product(COMMANDS, ("rekey",)), *product(("rekey",), COMMANDS)})


async def one_of_two_is_refused(settings: Settings, sealed: bytes, both: asyncio.Barrier) -> str:
    """Two at once; what the one says that is refused. The other one counts, and all opens."""

    async def rekeys() -> int:
        try:
            return await rekey(settings, clock)
        except BaseException:
            await both.abort()  # the other one need not wait
            raise

    ends = await asyncio.gather(rekeys(), rekeys(), return_exceptions=True)
    [refused] = [each for each in ends if isinstance(each, StoreError)]
    assert 1 in ends
    assert await opens(settings, sealed)
    assert [each.name for each in settings.state.glob("instance.key*")] == ["instance.key"]
    return str(refused)


async def test_of_two_rekeys_at_once_one_is_refused(lived_in: tuple[Settings, bytes]) -> None:
    said = await one_of_two_is_refused(*lived_in, asyncio.Barrier(2))
    assert "one command after the other. Nothing was changed." in said


async def test_of_two_rekeys_at_once_one_counts_also_where_no_folder_can_be_held(
    lived_in: tuple[Settings, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both have their new key on disk before either of them wraps anything under it."""
    both, rewrap, first_is_done = asyncio.Barrier(2), Keyring.rewrap, asyncio.Event()

    async def in_turn(self: Keyring, new: InstanceKey) -> int:
        if await both.wait() == 1:
            await first_is_done.wait()
        try:
            return await rewrap(self, new)
        finally:
            first_is_done.set()

    monkeypatch.setattr(Keyring, "rewrap", in_turn)
    monkeypatch.setattr("fcntl.flock", knows_no_locks)
    assert "key was replaced" in await one_of_two_is_refused(*lived_in, both)


@pytest.mark.full
@pytest.mark.parametrize("locks", ["with", "without"])
@pytest.mark.parametrize(("work", "other"), MEETINGS)
async def test_whatever_two_start_at_once_all_opens_afterwards(
    lived_in: tuple[Settings, bytes],
    tmp_path: Path,
    work: str,
    other: str,
    locks: str,
) -> None:
    """Each works, or is refused in a line that says what to do."""
    settings, sealed = lived_in
    folder = tmp_path / "work"
    await backup(settings, folder / "template" / "backup", clock)
    shutil.copytree(settings.state, folder / "template", dirs_exist_ok=True)
    for left in await met(work, other, locks, folder):
        assert await opens(settings_in(left), sealed), left.name
        assert [each.name for each in left.glob("instance.key*")] == ["instance.key"]


@pytest.mark.full
async def test_two_processes_that_start_first_found_one_instance(schema: Path) -> None:
    for left in await met("start", "start", "with", schema.parent):
        settings = settings_in(left)
        assert await opens(settings, await sealed_by(settings)), left.name
        assert [each.name for each in left.glob("instance.key*")] == ["instance.key"]


# -- what is missing --------------------------------------------------------------------------


async def refused(settings: Settings) -> str:
    """What a start that is refused says: one line, and nothing was made anew."""
    before = settings.key_file.read_bytes() if settings.key_file.is_file() else None
    with pytest.raises((KeyFileError, StoreError)) as error:
        await start(settings)
    assert "\n" not in str(error.value)
    after = settings.key_file.read_bytes() if settings.key_file.is_file() else None
    assert before == after
    return str(error.value)


async def test_a_database_without_its_key_is_refused(lived_in: tuple[Settings, bytes]) -> None:
    settings, sealed = lived_in
    kept = settings.key_file.rename(settings.state / "elsewhere")
    assert "is missing, but there is a database" in await refused(settings)
    kept.rename(settings.key_file)
    assert await opens(settings, sealed)


async def test_another_key_is_refused(lived_in: tuple[Settings, bytes]) -> None:
    settings, _ = lived_in
    settings.key_file.unlink()
    InstanceKey.make().write(settings.key_file)
    assert "is not the one that this database was sealed with" in await refused(settings)


async def test_a_lost_keys_database_is_refused_and_can_be_put_back(
    lived_in: tuple[Settings, bytes],
) -> None:
    settings, sealed = lived_in
    kept = shutil.move(settings.state / "keys.db", settings.state / "elsewhere")
    assert "there are no keys for what FIRSTHAND_DATABASE holds" in await refused(settings)
    shutil.move(kept, settings.state / "keys.db")
    assert await opens(settings, sealed)


async def test_a_lost_main_database_is_refused_and_can_be_put_back(
    lived_in: tuple[Settings, bytes],
) -> None:
    settings, sealed = lived_in
    kept = shutil.move(settings.state / "firsthand.db", settings.state / "elsewhere")
    assert "it is empty, but there are keys" in await refused(settings)
    shutil.move(kept, settings.state / "firsthand.db")
    assert await opens(settings, sealed)


async def test_keys_of_another_instance_are_refused(
    lived_in: tuple[Settings, bytes], tmp_path: Path
) -> None:
    settings, _ = lived_in
    another = settings_in(tmp_path / "another")
    await sealed_by(another)
    for file in ("keys.db", "instance.key"):
        shutil.copy(another.state / file, settings.state / file)
    assert "belong to another instance" in await refused(settings)


async def test_one_database_for_both_is_refused(tmp_path: Path) -> None:
    same = f"sqlite:///{tmp_path}/firsthand.db"
    settings = settings_in(tmp_path, FIRSTHAND_DATABASE=same, FIRSTHAND_KEYS_DATABASE=same)
    assert "the same, or swapped" in await refused(settings)


async def test_swapped_databases_are_refused(lived_in: tuple[Settings, bytes]) -> None:
    settings, _ = lived_in
    swapped = settings_in(
        settings.state,
        FIRSTHAND_DATABASE=settings.keys_database,
        FIRSTHAND_KEYS_DATABASE=settings.database,
    )
    assert "the same, or swapped" in await refused(swapped)


# -- key files --------------------------------------------------------------------------------

GOOD = "firsthand-key-1:AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


NOT_KEYS = [
    b"",
    b"\n",
    GOOD[:-4].encode(),
    GOOD.replace("-1:", "-2:").encode(),
    GOOD.removeprefix("firsthand-key-1:").encode(),
    b"firsthand-key-1:",
    b"firsthand-key-1:!!!!",
    GOOD.encode() + b"AAAA",
    "-----BEGIN OPENSSH PRIVATE KEY-----\nñ".encode(),
    b"\xff\xfe\x00",
    bytes(32),
]


@pytest.mark.parametrize("first", [True, False], ids=["first start", "later start"])
@pytest.mark.parametrize("content", tiered(NOT_KEYS, quick=NOT_KEYS[::3]))
async def test_what_is_not_a_key_is_refused_and_not_shown(
    tmp_path: Path, content: bytes, first: bool
) -> None:
    settings = settings_in(tmp_path)
    if not first:
        await start(settings)
    settings.key_file.unlink(missing_ok=True)
    settings.key_file.touch(0o600)
    settings.key_file.write_bytes(content)
    said = await refused(settings)
    assert "does not hold a Firsthand key" in said
    assert GOOD[20:30] not in said


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o666, 0o601])
async def test_a_key_that_others_can_read_is_refused(
    lived_in: tuple[Settings, bytes], mode: int
) -> None:
    settings, sealed = lived_in
    settings.key_file.chmod(mode)
    assert f"others on this machine can read {settings.key_file}" in await refused(settings)
    settings.key_file.chmod(0o600)
    assert await opens(settings, sealed)


@pytest.mark.parametrize("first", [True, False], ids=["first start", "later start"])
async def test_a_folder_in_place_of_the_key_is_refused(tmp_path: Path, first: bool) -> None:
    settings = settings_in(tmp_path)
    if not first:
        await start(settings)
        settings.key_file.unlink()
    settings.key_file.mkdir(0o700)
    assert "cannot be read (Is a directory)" in await refused(settings)


@pytest.mark.parametrize("name", ["missing/instance.key", "firsthand.db/instance.key"])
async def test_a_key_that_cannot_be_written_is_refused(tmp_path: Path, name: str) -> None:
    settings = settings_in(tmp_path, FIRSTHAND_KEY_FILE=str(tmp_path / name))
    assert "cannot be written" in await refused(settings)


def test_a_key_never_replaces_another(tmp_path: Path) -> None:
    first = InstanceKey.make()
    first.write(tmp_path / "key")
    with pytest.raises(FileExistsError):
        InstanceKey.make().write(tmp_path / "key")
    assert InstanceKey.read(tmp_path / "key") == first
    assert [each.name for each in tmp_path.iterdir()] == ["key"]
