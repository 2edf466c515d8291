"""Migrations: from every earlier schema, once, by whoever is first, whole or not at all."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from bot.store.database import Database, StoreError, open_database
from bot.store.migrate import migrate, statements
from bot.store.store import KEYS_MIGRATIONS, MIGRATIONS
from tests.postgres import Cluster
from tests.store.conftest import Engine
from tests.store.dying import died_at_every_step
from tests.store.states import NOW, clock, fetch
from tests.tiers import in_both_tiers

FOLDERS = {"main": MIGRATIONS, "keys": KEYS_MIGRATIONS}
EVERY_PREFIX = [
    (name, number)
    for name, folder in FOLDERS.items()
    for number in range(len(list(folder.glob("*.sql"))))
]


async def schema(database: Database) -> list[tuple[Any, ...]]:
    """Tables with their columns, and indexes, as the engine describes them."""
    if database.driver == "aiosqlite":
        question = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
    else:
        question = (
            "SELECT table_name, column_name, data_type || is_nullable || ordinal_position FROM"
            " information_schema.columns WHERE table_schema = current_schema() UNION ALL"
            " SELECT tablename, indexname, replace(indexdef, schemaname, '') FROM pg_indexes"
            " WHERE schemaname = current_schema()"
            " ORDER BY 1, 2"
        )
    return await fetch(database, question)


async def whole_schema(engine: Engine, folder: Path) -> list[tuple[Any, ...]]:
    """What all migrations lead to, found out once for each engine."""
    if (engine.name, folder) not in _WHOLE:
        database = await open_database(engine.new())
        await migrate(database, folder, clock)
        _WHOLE[engine.name, folder] = await schema(database)
        await database.close()
    return _WHOLE[engine.name, folder]


_WHOLE: dict[tuple[str, Path], list[tuple[Any, ...]]] = {}
#: Of the statements of a migration, every so manieth is broken in the quick tier.
_SOME = 6


def first_files(folder: Path, number: int, into: Path) -> Path:
    """A folder that holds the first migrations of another one."""
    into.mkdir()
    for file in sorted(folder.glob("*.sql"))[:number]:
        shutil.copy(file, into)
    return into


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
def test_migrations_are_numbered_without_gaps(folder: Path) -> None:
    numbers = [int(file.name[:4]) for file in sorted(folder.glob("*.sql"))]
    assert numbers == list(range(1, len(numbers) + 1))


@pytest.mark.parametrize("folder", FOLDERS.values(), ids=FOLDERS)
async def test_a_second_start_changes_nothing(database: Database, folder: Path) -> None:
    applied = await migrate(database, folder, clock)
    before = await schema(database)
    assert await migrate(database, folder, clock) == []
    assert await schema(database) == before
    recorded = await fetch(database, "SELECT number, name, at FROM migrations ORDER BY number")
    assert recorded == [
        (number, file.stem[5:], NOW)
        for number, file in zip(applied, sorted(folder.glob("*.sql")), strict=True)
    ]


@pytest.mark.parametrize(("name", "number"), EVERY_PREFIX)
async def test_every_earlier_schema_becomes_the_newest(
    engine: Engine, database: Database, tmp_path: Path, name: str, number: int
) -> None:
    folder = FOLDERS[name]
    await migrate(database, first_files(folder, number, tmp_path / "earlier"), clock)
    await migrate(database, folder, clock)
    assert await schema(database) == await whole_schema(engine, folder)


@in_both_tiers
async def test_a_migration_that_fails_at_any_statement_leaves_the_schema_before_it(
    engine: Engine, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    database = await open_database(engine.new())
    await migrate(database, KEYS_MIGRATIONS / "none yet", clock)
    before, kind = await schema(database), type(database)
    run, wanted = kind.run, 0

    async def fail(self: Any, connection: Any, statement: str) -> None:
        nonlocal wanted
        if statement.startswith("CREATE TABLE IF NOT EXISTS migrations"):
            return
        wanted -= 1
        if wanted < 0:
            raise RuntimeError("no further")
        await run(self, connection, statement)

    monkeypatch.setattr(kind, "run", fail)
    for file in sorted(MIGRATIONS.glob("*.sql")):
        count = len(statements(file.read_text()))
        for number in range(0, count, 1 if full else _SOME):
            wanted = number
            with pytest.raises(RuntimeError, match="no further"):
                await migrate(database, MIGRATIONS, clock)
            assert await schema(database) == before, f"{file.stem} after {number} statements"
        wanted = count
        with contextlib.suppress(RuntimeError):  # the next migration, if there is one
            await migrate(database, MIGRATIONS, clock)
        assert await schema(database) != before
        before = await schema(database)
    monkeypatch.undo()
    assert await migrate(database, MIGRATIONS, clock) == []
    assert await schema(database) == await whole_schema(engine, MIGRATIONS)
    await database.close()


#: What fell due before there was one queue for it: by its kind the table, and how a row stood.
DUE: dict[str, tuple[str, dict[str, Any]]] = {
    "announcement": ("rule_changes", {"state": "due"}),
    "circle": ("circles", {"state": "open"}),
    "circle news": ("circle_joins", {"news": "soon"}),
    "decision": ("decisions", {"state": "open"}),
    "departed server": ("departures", {}),
    "disappearing": ("affinity_groups", {"disappear_days": 7}),
    "door": ("doors", {}),
    "group": ("affinity_groups", {}),
    "group news": ("group_news", {}),
    "journal key": ("journal_keys", {"state": "spent"}),
    "post": ("posts", {"state": "blank"}),
    "reminder": ("journal_reminders", {"state": "on"}),
    "ring": ("rings", {"state": "due"}),
    "share": ("journal_shares", {"state": "waiting", "due_at": 5}),
    "suggestion": ("reading_suggestions", {"state": "declined", "due_at": 5}),
}


@pytest.mark.parametrize("kind", DUE)
async def test_what_fell_due_before_there_was_a_queue_is_in_it(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, kind: str
) -> None:
    """Looked at once, at the first start: its handler says when it is due."""
    table, stands = DUE[kind]
    database = await as_it_was(8, tmp_path, tmp_path_factory)
    key = await stands_in(database, table, stands)
    await migrate(database, first_files(MIGRATIONS, 9, tmp_path / "after"), clock)
    found = await fetch(database, f"SELECT key, due_at FROM work WHERE kind = '{kind}'")
    await database.close()
    assert found == [(key, 0)]


async def as_it_was(number: int, folder: Path, factory: pytest.TempPathFactory) -> Database:
    """A database with the first migrations and no row, made once and copied."""
    if number not in _MADE:
        made = factory.mktemp("schema")
        first = await open_database(f"sqlite:///{made}/firsthand.db")
        await migrate(first, first_files(MIGRATIONS, number, made / "files"), clock)
        await first.close()
        _MADE[number] = made / "firsthand.db"
    shutil.copy(_MADE[number], folder / "firsthand.db")
    return await open_database(f"sqlite:///{folder}/firsthand.db")


#: Databases as of so many migrations.
_MADE: dict[int, Path] = {}


async def stands_in(database: Database, table: str, stands: dict[str, Any]) -> str:
    """A row in a table, with "a" or 1 where nothing else is said. Returns its key."""
    async with database.transaction() as connection:
        columns = await connection.execute_fetchall(f"PRAGMA table_info({table})")
        row: dict[str, Any] = {
            each["name"]: "a" if each["type"] == "TEXT" else b"a" if each["type"] == "BYTEA" else 1
            for each in columns
            if (each["notnull"] or each["pk"]) and each["dflt_value"] is None
        }
        row |= stands
        names, places = ", ".join(row), ", ".join(f":{name}" for name in row)
        await connection.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row)
    return " ".join(str(row[each["name"]]) for each in columns if each["pk"])


class Told(NamedTuple):
    """What one person (7) has yet to see after the migration, and of whom (8) it tells."""

    topic: str
    key: str = "a"
    what: str = ""
    about_id: int = 8
    news: int = 0
    state: str = "over"


_CONSENT = {"opener_id": 8, "holder_id": 8, "person_id": 7, "due_at": NOW + 90}
_SHARE = {"writer_id": 7, "friend_id": 8, "due_at": NOW + 90}
_FRIENDS = {"writer_id": 8, "friend_id": 7, "state": "asking", "due_at": NOW + 90}
_MEMBER = ("group_members", {"person_id": 7, "state": "in"})
#: What people had yet to see before there was one table for it: rows, and the notice of them.
SEEN: list[tuple[list[tuple[str, dict[str, Any]]], Told | None]] = [
    ([("consents", _CONSENT | {"state": "waiting"})], Told("request")),
    ([("consents", _CONSENT | {"state": "waiting", "hidden": 1})], None),
    (
        [("consents", _CONSENT | {"state": "edited", "person_id": 8, "opener_id": 7})],
        Told("request"),
    ),
    ([("consents", _CONSENT | {"state": "live", "news_for": 7})], Told("answer", news=1)),
    ([("consents", _CONSENT | {"state": "live"})], None),
    ([("objections", {"author_id": 7, "objector_id": 8})], Told("objection", "1", about_id=0)),
    ([("objections", {"author_id": 7, "objector_id": 8, "hidden": 1})], None),
    (
        [("group_news", {"person_id": 7, "subject_id": 8, "kind": "parting_passed"})],
        Told("group news", what="parting_passed", news=1, state="new"),
    ),
    (
        [("group_news", {"person_id": 7, "kind": "admitted", "rung": 1})],
        Told("group news", what="admitted", about_id=0, news=1),
    ),
    (
        [("group_news", {"person_id": 7, "kind": "lost"})],
        Told("lost channel", about_id=0, state="new"),
    ),
    ([("group_news", {"person_id": 7, "kind": "waits"})], None),
    (
        [("decisions", {"subject_id": 7, "author_id": 8, "state": "invited", "why": "agreed"})],
        Told("invitation", about_id=0),
    ),
    (
        [("decisions", {"subject_id": 7, "author_id": 8, "state": "invited", "why": "hidden"})],
        None,
    ),
    (
        [
            ("decisions", {"subject_id": 8, "state": "open", "kind": "parting"}),
            ("ballots", {"person_id": 7}),
            ("group_news", {"person_id": 7, "subject_id": 8, "kind": "waits"}),
            _MEMBER,
        ],
        Told("parting", state="new"),
    ),
    (
        [
            ("decisions", {"subject_id": 8, "state": "open", "kind": "parting"}),
            ("ballots", {"person_id": 7, "sealed": b"yes"}),
            _MEMBER,
        ],
        None,
    ),
    (
        [("circles", {}), ("circle_joins", {"person_id": 7, "news": "moved"})],
        Told("circle", what="moved", about_id=0, state="new"),
    ),
    ([("circles", {}), ("circle_joins", {"person_id": 7})], None),
    ([("journal_shares", _SHARE | {"state": "confirming"})], Told("shared entry")),
    (
        [("journal_shares", _SHARE | {"state": "given", "news": 1})],
        Told("shared entry", state="new"),
    ),
    ([("journal_shares", _SHARE | {"state": "given"})], None),
    ([("journal_shares", _SHARE | {"state": "waiting"})], None),
    ([("journal_shares", _FRIENDS)], Told("shared entry")),
    ([("journal_shares", _FRIENDS | {"hidden": 1})], None),
    (
        [("reading_suggestions", {"person_id": 7, "state": "accepted", "due_at": 5})],
        Told("suggestion", about_id=0, state="new"),
    ),
    ([("reading_suggestions", {"person_id": 7})], None),
    (
        [("nudges", {"author_id": 7, "target_id": 8, "is_role": 1})],
        Told("nudge", "1", "role"),
    ),
]


@pytest.mark.parametrize(("rows", "told"), SEEN, ids=lambda each: str(each and each[0]))
async def test_what_people_had_yet_to_see_before_is_among_the_notices(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, dict[str, Any]]],
    told: Told | None,
) -> None:
    """Whose ring had yet to come is rung for it."""
    database = await as_it_was(9, tmp_path, tmp_path_factory)
    for table, stands in rows:
        await stands_in(database, table, stands)
    await migrate(database, MIGRATIONS, clock)
    columns = ", ".join(Told._fields)
    found = await fetch(database, f"SELECT {columns} FROM notices WHERE person_id = 7")
    everybody = await fetch(database, "SELECT person_id FROM notices")
    rings = await fetch(database, "SELECT key FROM work WHERE kind = 'ring'")
    await database.close()
    assert found == ([] if told is None else [tuple(told)])
    assert len(everybody) == len(found)
    assert rings == ([("7",)] if told is not None and told.state == "new" else [])


#: How a circle stood when its table held its post, and what there is of it now: its thread, what
#: its post shows, and the message of its post (None: it may have one that was not written down).
_POSTED = {"channel_id": 5, "post_id": 6, "shown": 2, "begun": 1}
CIRCLES: list[tuple[dict[str, Any], tuple[int | None, int], list[tuple[int | None]]]] = [
    ({"state": "draft"}, (None, 0), []),
    ({"state": "making"}, (None, 0), []),
    ({"state": "making", "begun": 1}, (None, 1), [(None,)]),
    ({"state": "undoing", "begun": 1}, (None, 1), [(None,)]),
    ({"state": "failed", "begun": 1, "shown": 1}, (None, 1), []),
    ({"state": "making", **_POSTED}, (None, 2), [(6,)]),
    ({"state": "open", "has_thread": 1, **_POSTED}, (6, 2), [(6,)]),
    ({"state": "cancelled", **_POSTED}, (None, 2), [(6,)]),
]


@pytest.mark.parametrize(("stands", "circle", "posts"), CIRCLES, ids=lambda each: str(each))
async def test_the_post_of_a_circle_of_before_is_found_or_looked_for(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    stands: dict[str, Any],
    circle: tuple[int | None, int],
    posts: list[tuple[int | None]],
) -> None:
    database = await as_it_was(10, tmp_path, tmp_path_factory)
    key = await stands_in(database, "circles", {"id": "0" * 12, **stands})
    await migrate(database, MIGRATIONS, clock)
    assert await fetch(database, "SELECT thread_id, shown FROM circles") == [circle]
    where = f"topic = 'circle' AND key = '{key}' AND goes = '' AND begun_at = 0"
    assert await fetch(database, f"SELECT message_id FROM posts WHERE {where}") == posts
    await database.close()


#: A group's channel, by its id of the first second of 2026.
_GROUP = ("affinity_groups", {"state": "open", "channel_id": 1_456_074_443_980_900_001})
_BEGUN = 1_767_225_600
#: What stood in a group's channel, or was to, before there was one table for it: what is moved.
STOOD: list[tuple[list[tuple[str, dict[str, Any]]], list[tuple[Any, ...]]]] = [
    (
        [("affinity_groups", _GROUP[1] | {"intro_message_id": 6})],
        [("group", "a", 6, _BEGUN)],
    ),
    ([_GROUP], [("group", "a", None, _BEGUN)]),
    ([("affinity_groups", {"state": "lost"}), ("decisions", {"message_id": 6})], []),
    (
        [_GROUP, ("decisions", {"card": "up", "message_id": 7, "opened_at": 3})],
        [("group", "a", None, _BEGUN), ("question", "a", 7, 3)],
    ),
    (
        [_GROUP, ("decisions", {"card": "stale", "opened_at": 3})],
        [("group", "a", None, _BEGUN), ("question", "a", None, 3)],
    ),
    (
        [_GROUP, ("decisions", {"card": "none"})],
        [("group", "a", None, _BEGUN)],
    ),
    (
        [
            ("affinity_groups", {"id": "A" * 12, "state": "closing"}),
            *(
                ("group_notices", {"group_id": "A" * 12, "kind": kind, "told_at": told_at})
                for kind, told_at in (("given", -5), ("taken", -6), ("stuck", 7))
            ),
        ],
        [
            ("group notice", "AAAAAAAAAAAA.given.1", None, 5),
            ("group notice", "AAAAAAAAAAAA.taken.1", None, 6),
        ],
    ),
]


@pytest.mark.parametrize(("rows", "posts"), STOOD)
async def test_what_stood_in_a_group_s_channel_before_is_among_the_posts(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, dict[str, Any]]],
    posts: list[tuple[Any, ...]],
) -> None:
    database = await as_it_was(10, tmp_path, tmp_path_factory)
    for table, stands in rows:
        await stands_in(database, table, stands)
    await migrate(database, MIGRATIONS, clock)
    found = await fetch(
        database, "SELECT topic, key, message_id, begun_at FROM posts ORDER BY topic, key"
    )
    ids = await fetch(database, "SELECT id FROM posts")
    told = await fetch(database, "SELECT told_at FROM group_notices ORDER BY told_at")
    await database.close()
    assert found == posts
    assert all(len(id) <= 25 for (id,) in ids)
    assert told in ([], [(5,), (6,), (7,)])


@pytest.mark.parametrize("state", ["due", "up", "quiet"])
async def test_a_ring_of_before_is_rung_stands_or_keeps_its_hour(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, state: str
) -> None:
    database = await as_it_was(9, tmp_path, tmp_path_factory)
    place = {} if state == "due" else {"place_channel_id": 5, "place_message_id": 6, "rung_at": 9}
    await stands_in(database, "rings", {"person_id": 7, "state": state, **place})
    await stands_in(database, "consents", _CONSENT | {"state": "waiting"})
    await migrate(database, MIGRATIONS, clock)
    rings = await fetch(database, "SELECT rung_at FROM rings")
    posts = await fetch(database, "SELECT topic, key, message_id, begun_at, goes FROM posts")
    going = await fetch(database, "SELECT due_at FROM work WHERE kind = 'post'")
    told = await fetch(database, "SELECT state FROM notices")
    work = await fetch(database, "SELECT key, due_at FROM work WHERE kind = 'ring'")
    await database.close()
    assert rings == ([] if state == "due" else [(9,)])
    goes = "over" if state == "quiet" else ""
    assert posts == ([] if state == "due" else [("ring", "7", 6, 9, goes)])
    assert going == ([(0,)] if goes else [])
    assert told == [({"due": "new", "up": "rung", "quiet": "over"}[state],)]
    assert work == [("7", 0)]


@pytest.mark.parametrize(
    ("state", "place", "post"),
    [
        ("asking", {}, None),
        ("sending", {}, (0, None, "")),
        ("given", {"dm_channel_id": 5, "message_id": 6}, (5, 6, "")),
        ("retracting", {"dm_channel_id": 5, "message_id": 6}, (5, 6, "over")),
        ("retracting", {}, (0, None, "over")),
        ("retracting", {"writer_id": 0}, (0, None, "over")),
        ("retracting", {"friend_id": 0, "dm_channel_id": 5, "message_id": 6}, (5, 6, "over")),
    ],
)
async def test_what_stood_in_a_friend_s_dm_is_among_the_posts(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    state: str,
    place: dict[str, int],
    post: tuple[Any, ...] | None,
) -> None:
    """What is to be taken back waits for its post; of whoever has erased, nothing else is left."""
    database = await as_it_was(10, tmp_path, tmp_path_factory)
    share = {"id": "a" * 12, "state": state, "due_at": 7, **place}
    await stands_in(database, "journal_shares", share)
    if state == "retracting":
        await stands_in(database, "work", {"kind": "share", "key": "a" * 12})
    await migrate(database, MIGRATIONS, clock)
    columns = "id, topic, key, guild_id, begun_at, channel_id, message_id, goes"
    found = await fetch(database, f"SELECT {columns} FROM posts")
    shares = await fetch(database, "SELECT state, due_at FROM journal_shares")
    work = await fetch(database, "SELECT kind, key, turn, urgent, due_at FROM work")
    await database.close()
    known = ("s." + "a" * 12, "shared entry", "a" * 12)
    assert found == ([] if post is None else [(*known, 0, 0, *post)])
    taken_back = state == "retracting"
    erased = 0 in (place.get("writer_id"), place.get("friend_id"))
    assert shares == ([] if erased else [(state, None if taken_back else 7)])
    assert work == ([("post", known[0], known[2], 1, 0)] if taken_back else [])


async def test_where_one_was_being_taken_back_from_is_known_by_others_to_the_same_friend(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    database = await as_it_was(10, tmp_path, tmp_path_factory)
    shares = [
        {"id": "a", "state": "retracting", "friend_id": 7},
        {"id": "b", "state": "given", "friend_id": 7, "dm_channel_id": 5, "message_id": 6},
        {"id": "c", "state": "given", "friend_id": 8, "dm_channel_id": 9, "message_id": 10},
    ]
    for share in shares:
        await stands_in(database, "journal_shares", share)
    await migrate(database, MIGRATIONS, clock)
    found = await fetch(database, "SELECT key, channel_id FROM posts ORDER BY key")
    await database.close()
    assert found == [("a", 5), ("b", 5), ("c", 9)]


_GRANT = {"person_id": -7, "holder_id": 8, "words": b"a", "place": b"a", "due_at": NOW + 90}


@pytest.mark.parametrize(
    ("grant", "answers", "stays"),
    [
        ({"state": "live"}, ["support"] * 3, True),
        ({"state": "live"}, ["support", "support", "aside", "aside"], False),
        ({"state": "live"}, ["support"], False),
        ({"state": "live"}, [], False),
        ({"state": "live", "person_id": 7}, [], True),
        ({"state": "expired", "words": None, "place": None}, ["support"] * 3, True),
        ({"state": "expired", "words": None, "place": None}, ["support"] * 2, False),
    ],
)
async def test_what_fewer_than_three_had_agreed_to_is_no_group_s_voice_any_more(
    tmp_path: Path,
    tmp_path_factory: pytest.TempPathFactory,
    grant: dict[str, Any],
    answers: list[str],
    stays: bool,
) -> None:
    """Law 1: in force it ends, its holder is told, and what was posted goes. A person's stays."""
    database = await as_it_was(11, tmp_path, tmp_path_factory)
    grant = _GRANT | grant
    await stands_in(database, "consents", grant)
    for person, answer in enumerate(answers):
        await stands_in(database, "ballots", {"person_id": person, "answer": answer})
    await stands_in(database, "posts", {"id": "p", "key": "a", "message_id": 6})
    await stands_in(database, "posts", {"id": "q", "topic": "circle", "key": "a"})
    # It may be looked for already, should its sender have died.
    await stands_in(database, "work", {"kind": "post", "key": "p", "due_at": NOW})
    await migrate(database, MIGRATIONS, clock)
    found = await fetch(database, "SELECT state, words, name FROM consents")
    posts = await fetch(database, "SELECT id, goes FROM posts ORDER BY id")
    told = await fetch(database, "SELECT person_id, topic, key, about_id, news FROM notices")
    work = await fetch(database, "SELECT kind, key, due_at FROM work ORDER BY kind")
    await database.close()
    ended = not stays and grant["state"] == "live"
    assert found == [
        ("given_up" if ended else grant["state"], None if ended else grant["words"], None)
    ]
    assert posts == [("p", "" if stays else "voice"), ("q", "")]
    assert told == ([(8, "answer", "a", -7, 1)] if ended else [])
    rings = [("ring", "8", 0)] if ended else []
    assert work == [("post", "p", NOW if stays else 0), *rings]


@pytest.mark.full
async def test_a_process_killed_at_any_step_leaves_a_schema_before_or_after(
    tmp_path: Path,
) -> None:
    engine = Engine("sqlite", lambda: f"sqlite:///{tmp_path}/whole.db")
    whole = await whole_schema(engine, MIGRATIONS)
    (tmp_path / "template").mkdir()
    folders = await died_at_every_step("migrate", tmp_path)
    assert len(folders) > 40
    # Nothing, then the migrations' own table (and its index), then one migration after the other.
    stages: list[list[tuple[Any, ...]]] = [[]]
    for number in range(len(list(MIGRATIONS.glob("*.sql"))) + 1):
        stage = await open_database(f"sqlite:///{tmp_path}/stage-{number}.db")
        await migrate(stage, first_files(MIGRATIONS, number, tmp_path / f"first {number}"), clock)
        stages.append(await schema(stage))
        await stage.close()
    seen = []
    for folder in folders:
        database = await open_database(f"sqlite:///{folder}/firsthand.db")
        seen.append(stages.index(await schema(database)))
        await migrate(database, MIGRATIONS, clock)
        assert await schema(database) == whole
        await database.close()
    assert seen == sorted(seen)
    assert set(seen) == {*range(len(stages))}


@pytest.mark.postgres
async def test_a_killed_connection_leaves_postgres_before_the_migration(
    postgres: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = postgres.new_database()
    dying, other = await open_database(address), await open_database(address)
    await migrate(other, MIGRATIONS / "none yet", clock)
    before, run = await schema(other), type(dying).run

    async def lose(self: Any, connection: Any, statement: str) -> None:
        await run(self, connection, statement)
        if "consents_by_due" in statement:
            own = await connection.fetchval("SELECT pg_backend_pid()")
            await fetch(other, f"SELECT pg_terminate_backend({own})")

    monkeypatch.setattr(type(dying), "run", lose)
    with pytest.raises(dying.troubles):
        await migrate(dying, MIGRATIONS, clock)
    assert await schema(other) == before
    await dying.close()
    await other.close()


async def test_two_that_migrate_at_once_apply_each_migration_once(engine: Engine) -> None:
    address = engine.new()
    one, other = await asyncio.gather(open_database(address), open_database(address))
    applied = await asyncio.gather(
        migrate(one, MIGRATIONS, clock), migrate(other, MIGRATIONS, clock)
    )
    files = len(list(MIGRATIONS.glob("*.sql")))
    assert sorted([*applied[0], *applied[1]]) == list(range(1, files + 1))
    assert await schema(one) == await schema(other) == await whole_schema(engine, MIGRATIONS)
    await one.close()
    await other.close()


async def test_a_database_of_a_newer_firsthand_is_refused(
    database: Database, tmp_path: Path
) -> None:
    newer = shutil.copytree(MIGRATIONS, tmp_path / "newer")
    (newer / "0999_later.sql").write_text("CREATE TABLE later (id BIGINT);\n")
    await migrate(database, newer, clock)
    with pytest.raises(StoreError, match=r"newer Firsthand \(migration 999\)"):
        await migrate(database, MIGRATIONS, clock)


async def test_the_two_databases_cannot_be_swapped_or_be_the_same(database: Database) -> None:
    await migrate(database, MIGRATIONS, clock)
    with pytest.raises(StoreError, match="the same, or swapped"):
        await migrate(database, KEYS_MIGRATIONS, clock)


def test_a_script_is_split_at_the_ends_of_its_statements() -> None:
    script = "-- a; b\n\nCREATE TABLE a (b TEXT DEFAULT ';'); -- done\nSELECT\n  1;\n"
    assert statements(script) == [
        "CREATE TABLE a (b TEXT DEFAULT ';'); -- done",
        "SELECT\n  1;",
    ]


def test_a_statement_without_an_end_is_an_error() -> None:
    with pytest.raises(ValueError, match="does not end"):
        statements("SELECT 1;\nSELECT 2\n")
