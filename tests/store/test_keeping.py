"""What operators do with the data, through the command line they do it with."""

from __future__ import annotations

import asyncio
import io
import shutil
import sqlite3
import stat
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import discord
import pytest

from bot.__main__ import main
from bot.journal import prompts
from bot.keeping import backup
from bot.reading import library
from bot.seal import InstanceKey, Place
from bot.store.hold import Hold
from bot.store.store import open_store
from tests.postgres import Cluster
from tests.states import begin
from tests.store.notes import note_of, notes_in, sealed_for, wrapped_in
from tests.store.restoring import Said, refused
from tests.store.states import clock, settings_in

ANA, BETO = 1_456_074_443_980_800_013, 1_456_074_443_980_800_029


async def forget(state: Path, person: int) -> None:
    store = await open_store(settings_in(state), clock)
    await store.keyring.forget(person)
    await store.close()


# -- backup and restore -----------------------------------------------------------------------


def test_a_backup_brings_everything_back(state: Path, said: Said) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    assert "Keep the key file elsewhere" in said()[0]
    for file in ("firsthand.db", "keys.db"):
        (state / file).unlink()
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


def test_a_backup_is_private_and_holds_no_key(state: Path) -> None:
    assert main(["check"]) == 0
    assert main(["backup", "deep/copy"]) == 0
    copy = Path("deep/copy")
    assert {each.name for each in copy.iterdir()} == {"firsthand.db", "keys.db"}
    assert stat.S_IMODE(copy.stat().st_mode) == 0o700
    assert {stat.S_IMODE(each.stat().st_mode) for each in copy.iterdir()} == {0o600}


async def test_a_backup_of_a_running_bot_is_one_moment(tmp_path: Path) -> None:
    settings = settings_in(tmp_path / "state")
    await begin(settings)
    store = await open_store(settings, clock)
    stop = asyncio.Event()

    async def write() -> int:
        """Two rows in each transaction, until told to stop."""
        number = 0
        while not stop.is_set():
            async with store.main.transaction() as connection:
                for _ in range(2):
                    number += 1
                    await connection.execute("INSERT INTO facts VALUES (?, 'x')", (str(number),))
            await asyncio.sleep(0)
        return number

    writer = asyncio.create_task(write())
    counts = []
    for number in range(3):
        await backup(settings, tmp_path / f"copy {number}", clock)
        with sqlite3.connect(tmp_path / f"copy {number}" / "firsthand.db") as copy:
            assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            [(count,)] = copy.execute("SELECT count(*) FROM facts WHERE value = 'x'").fetchall()
            counts.append(count)
    stop.set()
    total = await writer
    await store.close()
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts)
    assert counts[-1] <= total


def test_a_restore_keeps_erased_people_erased(state: Path) -> None:
    asyncio.run(sealed_for(state, ANA, BETO))
    assert main(["backup", "copy"]) == 0
    asyncio.run(forget(state, ANA))
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(state)) == {BETO: f"note of {BETO}"}


def test_a_restore_takes_back_what_was_written_since(state: Path) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    asyncio.run(sealed_for(state, BETO))
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


def test_keys_that_were_lost_come_back_also_after_a_start_that_was_refused(
    state: Path, said: Said
) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    (state / "keys.db").unlink()
    assert main(["check"]) == 1
    assert (state / "keys.db").exists()
    assert main(["restore", "copy"]) == 0
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


@pytest.mark.parametrize(
    ("harm", "keys"),
    [
        *((harm, "keys in use") for harm in ("no folder", "no main")),
        *(
            (harm, "keys lost")
            for harm in ("no folder", "no main", "no keys", "empty keys", "garbage keys")
        ),
    ],
)
def test_what_is_not_a_whole_backup_changes_nothing(
    state: Path, said: Said, harm: str, keys: str
) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    copy = Path("copy")
    if harm == "no folder":
        shutil.rmtree(copy)
    elif harm in ("no main", "no keys"):
        (copy / ("firsthand.db" if harm == "no main" else "keys.db")).unlink()
    else:
        (copy / "keys.db").write_bytes(b"" if harm == "empty keys" else b"x" * 10_000)
    if keys == "keys lost":
        (state / "keys.db").unlink()
    before = {file.name: file.read_bytes() for file in state.iterdir()}
    said()
    assert main(["restore", "copy"]) == 1
    assert "copy is not a whole backup. Nothing was changed." in refused(said)
    assert {file.name: file.read_bytes() for file in state.iterdir()} == before


@pytest.mark.parametrize("other", ["state", "another"])
def test_a_restore_takes_neither_what_is_in_use_nor_what_belongs_to_another_instance(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch, other: str
) -> None:
    """Every yes would end for nothing, or the database be gone that fits the keys."""
    if other == "another":
        monkeypatch.setenv("FIRSTHAND_STATE", "elsewhere")
        assert main(["backup", "another"]) == 0
        monkeypatch.setenv("FIRSTHAND_STATE", str(state))
    asyncio.run(sealed_for(state, ANA, BETO))
    asyncio.run(_consent(state, "C1", "live"))
    said()
    assert main(["restore", other]) == 1
    assert "Nothing was changed." in refused(said)
    assert [row["state"] for row in _consents(state)] == ["live"]
    assert asyncio.run(notes_in(state)) == {each: f"note of {each}" for each in (ANA, BETO)}


@pytest.mark.parametrize("busy", [True, False], ids=["writing", "idle"])
def test_a_restore_under_a_running_bot_is_refused(state: Path, said: Said, busy: bool) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    running = sqlite3.connect(state / "firsthand.db", isolation_level=None)
    running.execute("BEGIN IMMEDIATE")
    running.execute("UPDATE flags SET choice = 'never'")
    if not busy:
        running.execute("COMMIT")
    said()
    assert main(["restore", "copy"]) == 1
    assert "Stop the bot first." in refused(said)
    assert running.execute("SELECT choice FROM flags").fetchall() == [("never",)]
    running.close()


@pytest.mark.parametrize("command", [["rekey"], ["restore", "copy"]])
def test_what_a_running_bot_cannot_go_on_after_is_refused_while_it_runs(
    state: Path, said: Said, command: list[str]
) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    key = (state / "instance.key").read_bytes()

    async def beside() -> None:
        running = await open_store(settings_in(state), clock)
        said()
        assert await asyncio.to_thread(main, command) == 1
        assert "Stop the bot first" in refused(said)
        await running.keyring.seal("It goes on.", note_of(BETO))
        await running.close()

    asyncio.run(beside())
    assert (state / "instance.key").read_bytes() == key
    assert main(command) == 0


@pytest.mark.parametrize(
    "command", [["check"], ["backup", "another"], ["rekey"], ["restore", "copy"]]
)
def test_what_comes_while_keys_are_changed_or_a_backup_is_restored_is_told_to_wait(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    monkeypatch.setattr("bot.store.hold._PATIENCE", 0.01)
    assert main(["backup", "copy"]) == 0
    other = Hold.alone(state)
    said()
    assert main(command) == 1
    assert "FIRSTHAND_STATE: " in refused(said)
    other.release()
    assert main(command) == 0


@pytest.mark.parametrize("place", ["taken", "file/copy"])
def test_a_backup_goes_into_a_new_folder_only(state: Path, said: Said, place: str) -> None:
    assert main(["check"]) == 0
    Path("taken").mkdir()
    Path("file").touch()
    said()
    assert main(["backup", place]) == 1
    line = refused(said)
    assert line.startswith(place)
    assert list(Path("taken").iterdir()) == []


def test_a_backup_that_fails_half_way_leaves_no_folder(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["check"]) == 0

    async def no_room(self: object, file: Path) -> None:
        file.touch()
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("bot.store.database.SQLite.backup", no_room)
    said()
    assert main(["backup", "copy"]) == 1
    line = refused(said)
    assert line == ("copy: the disk is full. Make room there, and try again. No backup was made.")
    assert not Path("copy").exists()


@pytest.mark.postgres
def test_postgres_is_left_to_its_own_tools(
    state: Path, said: Said, postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FIRSTHAND_DATABASE", postgres.new_database())
    monkeypatch.setenv("FIRSTHAND_KEYS_DATABASE", postgres.new_database())
    assert main(["check"]) == 0
    said()
    assert main(["backup", "copy"]) == 1
    assert "pg_dump" in refused(said)
    assert not Path("copy").exists()
    assert main(["restore", "copy"]) == 1
    assert "pg_restore" in refused(said)


# -- check, rekey, invite ---------------------------------------------------------------------


def test_check_tells_that_all_fits_and_what_is_missing(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert main(["check"]) == 0
    out, _ = said()
    assert out.startswith("Settings, databases and key fit together.\nDISCORD_TOKEN: ")
    monkeypatch.setenv("DISCORD_TOKEN", "a-token-nobody-may-see")
    assert main(["check"]) == 0
    assert said() == ("Settings, databases and key fit together.\n", "")


def test_check_and_start_tell_who_else_can_get_at_the_token_and_go_on(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    started: list[object] = []
    monkeypatch.setattr("bot.__main__._runner", lambda work: started.append(work.close()))
    monkeypatch.setattr("bot.logs.set_up", lambda level: None)
    Path(".env").write_text("DISCORD_TOKEN=a-token-nobody-may-see\n")
    Path(".env").chmod(0o644)
    for command in ("check", "run"):
        assert main([command]) == 0
        told = "".join(said())
        assert ".env: others on this machine can get at it" in told
        assert "nobody-may-see" not in told
    assert len(started) == 1


def test_check_tells_what_is_wrong_with_files_that_people_edit(
    state: Path, said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "prompts.toml"
    broken.write_text(prompts.SOURCE.read_text().replace('id = "slow-1"', 'id = "slow-2"'))
    monkeypatch.setattr(prompts, "SOURCE", broken)
    assert main(["check"]) == 1
    out, complaint = said()
    assert out == ""
    assert f"{broken}:" in complaint
    assert "slow-2" in complaint


def test_check_tells_what_is_wrong_with_the_reading_list(
    state: Path, said: Said, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "reading"
    shutil.copytree(library.SOURCE, broken)
    works = broken / "works.toml"
    works.write_text(works.read_text().replace('how = "drawn_on"', 'how = "drawn"', 1))
    monkeypatch.setattr(library, "SOURCE", broken)
    assert main(["check"]) == 1
    out, complaint = said()
    assert out == ""
    assert f"{works}:" in complaint
    assert "'drawn'" in complaint


def test_check_fails_where_a_start_would(state: Path, said: Said) -> None:
    assert main(["check"]) == 0
    (state / "instance.key").chmod(0o644)
    said()
    assert main(["check"]) == 1
    assert refused(said).startswith("FIRSTHAND_KEY_FILE: ")


def test_rekey_changes_the_key_and_loses_nothing(state: Path, said: Said) -> None:
    asyncio.run(sealed_for(state, ANA, BETO))
    old = InstanceKey.read(state / "instance.key")
    wrapped = wrapped_in(state, ANA)
    assert main(["rekey"]) == 0
    assert "A new key wraps 2 personal keys." in said()[0]
    assert InstanceKey.read(state / "instance.key") != old
    assert {each.name for each in state.iterdir()} == {"firsthand.db", "keys.db", "instance.key"}
    assert wrapped not in (state / "keys.db").read_bytes()
    assert set(asyncio.run(notes_in(state)).values()) == {
        f"note of {ANA}",
        f"note of {BETO}",
    }


def test_a_key_file_that_is_a_link_stays_one_and_the_key_where_it_leads(
    state: Path, tmp_path: Path
) -> None:
    """On a stick, say. It is made there, and a new one takes its place there."""
    (tmp_path / "stick").mkdir()
    state.mkdir(0o700)
    link, key = state / "instance.key", tmp_path / "stick" / "key"
    link.symlink_to(key)
    asyncio.run(sealed_for(state, ANA))
    first = InstanceKey.read(key)
    assert main(["rekey"]) == 0
    assert link.is_symlink()
    assert InstanceKey.read(key) != first
    assert [each.name for each in (tmp_path / "stick").iterdir()] == ["key"]
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


def test_rekey_leaves_no_key_lying_that_killed_ones_left(state: Path) -> None:
    """Old ones are to be destroyed, and nobody looks for these."""
    assert main(["check"]) == 0
    for ending in ("next", "0a1b2c3d.next", "0a1b2c3d.part", "0a1b2c3d.next.0a1b2c3d.part"):
        InstanceKey.make().write(state / f"instance.key.{ending}")
    mine = {"instance.key", "instance.key.copy", "instance.key.mine.next"}
    for name in mine - {"instance.key"}:
        InstanceKey.make().write(state / name)
    assert main(["rekey"]) == 0
    assert {each.name for each in state.glob("instance*")} == mine


def test_rekey_with_a_damaged_key_changes_nothing(state: Path, said: Said) -> None:
    asyncio.run(sealed_for(state, ANA))
    old = InstanceKey.read(state / "instance.key")
    with sqlite3.connect(state / "keys.db") as keys:
        keys.execute("UPDATE personal_keys SET wrapped = x'00'")
    keys.close()
    said()
    assert main(["rekey"]) == 1
    assert "a key in it is damaged. Nothing was changed." in refused(said)
    assert InstanceKey.read(state / "instance.key") == old
    assert [each.name for each in state.glob("instance*")] == ["instance.key"]
    assert main(["check"]) == 1
    assert "FIRSTHAND_KEYS_DATABASE: it is damaged" in refused(said)


def test_the_invite_asks_for_the_least(state: Path, said: Said) -> None:
    assert main(["invite", "1456074443980800013"]) == 0
    link = urlsplit(said()[0].strip())
    asked = parse_qs(link.query)
    assert link.hostname == "discord.com"
    assert asked["client_id"] == ["1456074443980800013"]
    assert set(asked["scope"][0].split()) == {"bot", "applications.commands"}
    permissions = discord.Permissions(int(asked["permissions"][0]))
    assert {name for name, granted in permissions if granted} == {
        "read_messages",  # Discord calls it View Channels
        "send_messages",
        "send_messages_in_threads",
        "read_message_history",
        # for affinity groups only
        "manage_channels",
        "manage_roles",
        "manage_messages",
        "create_public_threads",
        # for reading circles only
        "create_events",
    }


@pytest.mark.parametrize("arguments", [["invite"], ["invite", "me"], ["backup"], ["nonsense"]])
def test_what_cannot_be_understood_is_explained(said: Said, arguments: list[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(arguments)
    assert stopped.value.code == 2
    assert "usage: python -m bot" in said()[1]


def test_a_restore_revives_no_yes_and_no_request(state: Path) -> None:
    """Law 1: what was taken back since the backup must not be a yes again."""
    asyncio.run(sealed_for(state, ANA, BETO))
    for number, standing in enumerate(("live", "waiting", "edited", "withdrawn")):
        asyncio.run(_consent(state, f"C{number}", standing))
    assert main(["backup", "copy"]) == 0
    assert main(["restore", "copy"]) == 0
    rows = _consents(state)
    assert [row["state"] for row in rows] == ["expired", "lapsed", "lapsed", "withdrawn"]
    assert all(row["words"] is None for row in rows[:3])


def test_a_restore_brings_back_no_row_of_somebody_who_erased(state: Path) -> None:
    asyncio.run(sealed_for(state, ANA, BETO))
    asyncio.run(_consent(state, "C1", "live"))
    assert main(["backup", "copy"]) == 0
    asyncio.run(forget(state, ANA))
    assert main(["restore", "copy"]) == 0
    assert _consents(state) == []


def test_a_restore_brings_back_no_objection_to_what_somebody_wrote_who_erased(state: Path) -> None:
    asyncio.run(sealed_for(state, ANA, BETO))
    with sqlite3.connect(state / "firsthand.db") as database:
        for author in (ANA, BETO):
            database.execute("INSERT INTO objections VALUES (?, 1, x'00', 9)", (author,))
    database.close()
    assert main(["backup", "copy"]) == 0
    asyncio.run(forget(state, ANA))
    assert main(["restore", "copy"]) == 0
    with sqlite3.connect(state / "firsthand.db") as database:
        assert database.execute("SELECT author_id FROM objections").fetchall() == [(BETO,)]
    database.close()


def test_a_restore_does_not_know_who_is_in_no_server(state: Path) -> None:
    """They may have come back since the backup, and gone again: their days begin anew."""
    asyncio.run(sealed_for(state, ANA))
    with sqlite3.connect(state / "firsthand.db") as database:
        database.execute(f"INSERT INTO absences VALUES ({ANA}, 0)")
    database.close()
    assert main(["backup", str(state.parent / "copy")]) == 0
    assert main(["restore", str(state.parent / "copy")]) == 0
    with sqlite3.connect(state / "firsthand.db") as database:
        assert database.execute("SELECT * FROM absences").fetchall() == []
    database.close()
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


def test_a_restore_needs_the_backups_keys_only_where_there_are_none(state: Path) -> None:
    asyncio.run(sealed_for(state, ANA))
    assert main(["backup", "copy"]) == 0
    Path("copy/keys.db").unlink()
    assert main(["restore", "copy"]) == 0
    (state / "keys.db").unlink()
    assert main(["restore", "copy"]) == 1


async def _consent(state: Path, consent: str, standing: str) -> None:
    store = await open_store(settings_in(state), clock)
    words = await store.keyring.seal("words", Place("consent words", (ANA, BETO), consent))
    async with store.main.transaction() as connection:
        await connection.execute(
            "INSERT INTO consents (id, guild_id, channel_id, person_id, holder_id, opener_id,"
            " state, words, speak_channel_id, seconds, opened_at, changed_at, due_at)"
            " VALUES (?, 1, 1, ?, ?, ?, ?, ?, 1, 60, 1, ?, 99999999999)",
            (consent, ANA, BETO, BETO + int(consent[1:]), standing, words, int(consent[1:])),
        )
    await store.close()


def _consents(state: Path) -> list[dict[str, object]]:
    with sqlite3.connect(state / "firsthand.db") as database:
        database.row_factory = sqlite3.Row
        return [dict(row) for row in database.execute("SELECT * FROM consents ORDER BY id")]


# -- erasing ----------------------------------------------------------------------------------


def typing(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(line))


def test_an_operator_erases_somebody_who_asks_by_another_way(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(sealed_for(state, ANA, BETO))
    keys = {each: wrapped_in(state, each) for each in (ANA, BETO)}
    with sqlite3.connect(state / "firsthand.db") as database:
        notes = dict(database.execute("SELECT person_id, note FROM flags").fetchall())
    database.close()
    typing(monkeypatch, f"{ANA}\n")
    assert main(["erase", str(ANA)]) == 0
    out, complaint = said()
    assert "Erased: nothing about them is left in the databases" in out
    assert complaint == ""
    held = b"".join(each.read_bytes() for each in state.iterdir())
    for gone in (keys[ANA], notes[ANA]):
        assert gone not in held
    for stays in (keys[BETO], notes[BETO]):
        assert stays in held
    assert asyncio.run(notes_in(state)) == {BETO: f"note of {BETO}"}


def test_what_is_left_to_do_in_discord_is_said_and_left_to_the_bot(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def ring() -> None:
        await begin(settings_in(state))
        store = await open_store(settings_in(state), clock)
        async with store.main.transaction() as connection:
            await connection.execute(
                "INSERT INTO posts (id, topic, key, guild_id, channel_id, message_id, begun_at, "
                f"remains, goes) VALUES ('RING', 'ring', '{ANA}', 1, 2, 3, {clock()}, 0, '')"
            )
        await store.close()

    asyncio.run(ring())
    typing(monkeypatch, f"{ANA}\n")
    assert main(["erase", str(ANA)]) == 0
    assert "words, lines or access (1 in all), and does it while it runs" in said()[0]


@pytest.mark.parametrize("typed", ["", "\n", "yes\n", f"{BETO}\n"])
def test_nobody_is_erased_by_a_slip(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    asyncio.run(sealed_for(state, ANA))
    typing(monkeypatch, typed)
    assert main(["erase", str(ANA)]) == 1
    assert "Nothing was changed." in said()[1]
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}


@pytest.mark.parametrize(
    "typed", ["0", "-1", "ana", "", "1.5", "9" * 30, "٣٤", str(2**63), "0" * 19 + "7" * 9]
)
def test_only_an_id_is_taken_for_one(state: Path, said: Said, typed: str) -> None:
    with pytest.raises(SystemExit):
        main(["erase", "--", typed])
    assert "a Discord id is a number, such as" in said()[1]


def test_erasing_that_fails_is_not_called_done(
    state: Path, said: Said, monkeypatch: pytest.MonkeyPatch
) -> None:
    asyncio.run(sealed_for(state, ANA))
    monkeypatch.setattr("bot.store.database._BUSY_SECONDS", 0.001)
    typing(monkeypatch, f"{ANA}\n")
    other = sqlite3.connect(state / "firsthand.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert main(["erase", str(ANA)]) == 1
    out, complaint = said()
    assert "Erased" not in out
    assert complaint.count("\n") == 1
    other.close()
    assert asyncio.run(notes_in(state)) == {ANA: f"note of {ANA}"}
