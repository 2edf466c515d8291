"""Flows, typed with texts that occur nowhere else; afterwards they are looked for everywhere.

In the databases and what lies beside them, in backups, in every log line, and in every request to
Discord that is not meant for the people the text concerns.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pytest

from bot import keeping, logs
from tests.tiers import in_both_tiers
from tests.wire import diary as d
from tests.wire import forge
from tests.wire import gathering as g
from tests.wire.flows import FLOWS, Flow
from tests.wire.group_laws import rooms
from tests.wire.journal_controls import JOURNAL_CONTROLS
from tests.wire.reach import By
from tests.wire.stage import EPHEMERAL, Stage, clear, shown
from tests.wire.wiretap import Call, Wiretap
from tests.world import Person, World, controls

pytestmark = pytest.mark.asyncio(loop_scope="module")


def forms(text: str) -> dict[str, bytes]:
    """A text in every shape it could lie in a file in."""
    raw = text.encode()
    found = {
        "plain": raw,
        "hex": raw.hex().encode(),
        "HEX": raw.hex().upper().encode(),
        "UTF-16LE": text.encode("utf-16-le"),
        "UTF-16BE": text.encode("utf-16-be"),
        "JSON": json.dumps(text)[1:-1].encode(),
    }
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).rstrip(b"=")
        # The first and the last letters also hold bits of what stands beside the text.
        start, whole = (before * 8 + 5) // 6, (before + len(raw)) * 8 // 6
        found[f"base64+{before}"] = encoded[start:whole]
    return found


def found_forms(text: str, data: bytes) -> list[str]:
    return [name for name, form in forms(text).items() if form in data]


@dataclass(slots=True)
class Secret:
    """What only some may see: `readers` privately, `aloud` everybody, while it is agreed.

    What stands before the number of the stage is its stem, for the slow searches.
    """

    text: str
    readers: set[int] = field(default_factory=set)
    aloud: bool = False
    #: Group channels in which it stands for all who are in.
    rooms: set[int] = field(default_factory=set)
    #: An id of ours is no text: files and custom ids hold it.
    is_text: bool = True

    @property
    def stem(self) -> str:
        return re.split(r"\d", self.text)[0]


@dataclass
class Traces:
    """What the flows left behind."""

    world: World
    tap: Wiretap
    log: io.StringIO
    backup: Path
    secrets: list[Secret] = field(default_factory=list)
    people: list[str] = field(default_factory=list)
    #: What every file held, each time they were read while the bot was running.
    files: dict[str, bytes] = field(default_factory=dict)

    def keep_files(self) -> None:
        for file in [*self.world.state.iterdir(), *self.backup.glob("*/*")]:
            self.files[str(file)] = self.files.get(str(file), b"") + file.read_bytes()

    @property
    def stems(self) -> list[str]:
        return sorted({secret.stem for secret in self.secrets if secret.is_text})

    @cached_property
    def users(self) -> dict[str, int]:
        """Who used the interaction with a token."""
        every = self.world.env.backend.interactions.values()
        return {record.token: record.user_id for record in every}


@contextmanager
def logged() -> Iterator[io.StringIO]:
    """Everything a running bot would log at its most talkative, formatted as it formats it."""
    root = logging.getLogger()
    talkative = ("discord", "aiosqlite", "asyncio", "asyncpg")
    handlers, level = list(root.handlers), root.level
    levels = {name: logging.getLogger(name).level for name in talkative}
    logs.set_up("debug")
    written = io.StringIO()
    root.handlers[0].setStream(written)  # type: ignore[attr-defined]
    try:
        yield written
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        for name, was in levels.items():
            logging.getLogger(name).setLevel(was)


@asynccontextmanager
async def _traces(shared: World, backup: Path, flows: list[Flow]) -> AsyncIterator[Traces]:
    """Flows, and what they left."""
    with Wiretap().attached() as tap, logged() as log:
        left = Traces(shared, tap, log, backup)
        for number, flow in enumerate(flows):
            stage = Stage(shared)
            await flow.set_up(stage)
            await flow.run(stage)
            _note(left, stage)
            await _note_group(left, stage)
            _note_journal(left, stage)
            _note_list(left, stage)
            if number % 20 == 0:
                left.keep_files()
                await clear(shared)
        await _type_in_vain(left)
        await _peek_into_a_group(left)
        await _peek_into_a_journal(left)
        await _fail_with_words(left)
        await shared.later(1)
        await keeping.backup(shared.bot.settings, backup / "one", lambda: 0)
        left.keep_files()
        yield left


def _note(traces: Traces, stage: Stage) -> None:
    """The secrets of a stage, and who may read them."""
    two = {stage.ana.id, stage.beto.id}
    traces.secrets += [
        Secret(stage.marks["words"], two, aloud=True),
        Secret(stage.marks["edited"], two),
        Secret(stage.marks["place"], two),
        Secret(stage.marks["note"], {stage.ana.id, stage.carla.id}),
    ]
    for person in (stage.ana, stage.beto, stage.carla, stage.mara):
        # A form's title names the one it is about to the one who opens it.
        name = person.user.global_name or ""
        traces.secrets.append(Secret(name, two if person.id in two else set()))
        traces.people += [name, person.user.name, str(person.id)]


async def _note_group(traces: Traces, stage: Stage) -> None:
    """The secrets of a group, for whoever is or was in it, and in its channel."""
    here = f"guild_id = {stage.guild.id}"
    roll = await stage.world.rows(f"SELECT person_id FROM group_members WHERE {here}")
    groups = await stage.world.rows(f"SELECT id, listed FROM affinity_groups WHERE {here}")
    inside = stage.insiders | {row["person_id"] for row in roll}
    inside_rooms = stage.rooms | {*rooms(stage.world, stage.guild.id)}
    anybody = {person.id for person in (stage.ana, stage.beto, stage.carla, stage.mara)}
    found = stage.memory.get("listed") or any(row["listed"] for row in groups)
    named = anybody if found or "aloud" in stage.memory else inside
    marks = stage.marks
    traces.secrets += [
        Secret(marks["name"], named, aloud=True, rooms=inside_rooms),
        Secret(marks["purpose"], anybody if found else inside, rooms=inside_rooms),
        Secret(marks["hello"], inside | {stage.carla.id}, rooms=inside_rooms),
        Secret(marks["proposal"], inside, rooms=inside_rooms),
        Secret(marks["reason"], inside, rooms=inside_rooms),
        Secret(marks["chorus"], inside, aloud=True, rooms=inside_rooms),
        Secret(marks["audience"], inside, aloud=True, rooms=inside_rooms),
    ]
    ids = {row["id"] for row in groups} | {stage.memory.get("group", "")} - {""}
    for id in ids:
        readers = anybody if found else inside
        traces.secrets.append(Secret(id, readers, rooms=inside_rooms, is_text=False))
        traces.people.append(id)


async def _peek_into_a_group(traces: Traces) -> None:
    """People outside try everything on a group that hides, and on what it is deciding."""
    stage = Stage(traces.world)
    with traces.world.env.time_context():
        await g.proposed(stage)
    found = await g.circle(stage)
    pressed = [id for message in traces.world.messages(found.channel) for id in g.ids_on(message)]
    for person in (stage.carla, stage.mara, stage.owner()):
        for wanted in (stage.group_name, found.id, stage.purpose, ""):
            await person.slash("affinity knock", group=wanted)
            await person.suggestions("affinity knock", "group", wanted[:5])
            hello = {"hello": "It is me."}
            await forge.submit(
                person, f"firsthand:group-knocked:{found.id}", at=stage.general, **hello
            )
        for name in ("list", "members", "decisions", "settings", "propose", "leave", "close"):
            await person.slash(f"affinity {name}")
        for custom_id in pressed:
            await forge.press(person, custom_id, at=stage.general)
    _note(traces, stage)
    await _note_group(traces, stage)


def _note_journal(traces: Traces, stage: Stage) -> None:
    """The secrets of a journal: for its writer, and what a friend was given for the friend's DM."""
    marks, writer = stage.marks, {stage.ana.id}
    given = {traces.world.env.backend.get_dm_channel(id).id for id in d.friends_of(stage)}
    traces.secrets += [
        Secret(marks["title"], writer, rooms=given),
        Secret(marks["entry"], writer, rooms=given),
        Secret(marks["changed"], writer, rooms=given),
        Secret(marks["letter"], writer),
        Secret(marks["sought"], writer),
        # What closes it is shown to nobody, not even to the one who has typed it.
        Secret(marks["passphrase"]),
        Secret(marks["other"]),
    ]


def _note_list(traces: Traces, stage: Stage) -> None:
    """What is suggested is for its author and the curators; the reason of a no, for the author."""
    readers = {stage.ana.id, stage.mara.id}
    wrote = ("offered", "because", "refused")
    traces.secrets += [Secret(stage.marks[each], readers) for each in wrote]


async def _peek_into_a_journal(traces: Traces) -> None:
    """Others try everything on an entry, while its writer reads it in the same channel."""
    stage = Stage(traces.world)
    with traces.world.env.time_context():
        await d.asked(stage)
        await d.sends(stage, stage.letter)
    for person in (stage.ana, stage.beto, stage.carla, stage.mara, stage.owner()):
        for name in ("read", "export", "share", "tips", "remind"):
            await person.slash(f"journal {name}")
        for name in ("edit", "delete"):
            await person.slash(f"journal {name}", entry=d.entry_id(stage))
            await person.suggestions(f"journal {name}", "entry")
        await person.slash("journal search", text="roof evening")
        await person.slash("journal share", entry=d.entry_id(stage), member=stage.carla)
        if person is not stage.ana:
            await _press_everything(stage, person)
    _note(traces, stage)
    await _note_group(traces, stage)
    _note_journal(traces, stage)


async def _press_everything(stage: Stage, person: Person) -> None:
    """Somebody else presses every control of a journal, and types words of their own."""
    for name, reach in JOURNAL_CONTROLS.items():
        if name in ("share-yes", "share-no", "share-never"):
            continue
        if reach.by is not By.FORM:
            await reach.press(name, stage, person)
            continue
        typed = dict.fromkeys(reach.fields or {}, "Rain, and a long passphrase")
        custom_id = f"firsthand:{name}:{reach.key(stage)}"
        await forge.submit(person, custom_id, at=stage.general, **typed)


async def _type_in_vain(traces: Traces) -> None:
    """Texts that lead to nothing: codes, numbers, what is typed to search."""
    stage = Stage(traces.world)
    await stage.agreed()
    typed = {"code": "Chorlito0", "number": "Zarapito0", "search": "Andarríos0"}
    await stage.carla.slash("consent verify", code=typed["code"])
    number = {"number": typed["number"]}
    await forge.submit(
        stage.mara, "firsthand:numbered-rule:rest_days.0", at=stage.general, **number
    )
    await stage.beto.suggestions("consent speak", "consent", typed["search"])
    # What is refused in a form goes back to the one who typed it.
    traces.secrets += [Secret(text, {stage.mara.id}) for text in typed.values()]
    _note(traces, stage)


async def _fail_with_words(traces: Traces) -> None:
    """Discord refuses a post and quotes it in its error, as it does for a malformed one."""
    for kind in ("500", "time-out", "cut off"):
        stage = Stage(traces.world)
        await stage.agreed()
        calls = len(traces.tap.calls)
        # Acknowledge, look the person up, post: the third call holds the words.
        traces.tap.fail_at, traces.tap.kind = calls + 2, kind
        await stage.beto.speaks(stage.consent, at=stage.general)
        assert traces.tap.failed is not None
        assert stage.words in str(traces.tap.failed.json)
        traces.tap.fail_at = None
        traces.world.faults.drain()
        _note(traces, stage)


async def test_the_search_finds_what_is_there() -> None:
    text = "Garzón0001"
    for name, form in forms(text).items():
        assert name in found_forms(text, b"before" + form + b"after")
    for before in range(3):
        data = base64.b64encode(b"x" * before + text.encode() + b"y" * 5)
        assert f"base64+{before}" in found_forms(text, data)


#: By these the bot gives something in Discord a name, which the audit log keeps.
NAMING = ("start_a_circle", "start_a_group", "agree_on_a_name", "ask_back", "hold_at_the_door")


@in_both_tiers
async def test_no_text_is_where_only_some_may_look_or_nobody(
    shared: World, tmp_path: Path, full: bool
) -> None:
    flows = [*FLOWS.values()]
    if not full:
        flows = [*flows[::6], *map(FLOWS.__getitem__, NAMING)]
    async with _traces(shared, tmp_path, flows) as traces:
        _left_something_to_search(traces, flows)
        found = [*_in_files(traces), *_in_log(traces), *_in_requests(traces), *_in_public(traces)]
        assert not found, "\n".join(found)


def _left_something_to_search(traces: Traces, flows: list[Flow]) -> None:
    assert len(traces.secrets) > 4 * len(flows)
    assert any("-wal" in name for name in traces.files)
    assert any("/one/" in name for name in traces.files)
    assert "ERROR bot.work" not in traces.log.getvalue()
    assert "reference" in traces.log.getvalue()
    bodies = "".join(_body(call) for call in traces.tap.calls)
    assert sum(secret.text in bodies for secret in traces.secrets[::5]) > len(flows) / 5


def _in_files(traces: Traces) -> list[str]:
    """None may hold a text: not the databases, their side files or a backup, in no encoding."""
    searched = {stem: forms(stem) for stem in traces.stems}
    return [
        f"{name}: {stem} ({form})"
        for name, data in traces.files.items()
        for stem, shapes in searched.items()
        for form, shape in shapes.items()
        if shape in data
    ]


def _in_log(traces: Traces) -> list[str]:
    """No line may hold a text, a name or an id."""
    written = traces.log.getvalue()
    data = written.encode()
    leaked = [text for text in [*traces.stems, *traces.people] if found_forms(text, data)]
    return [*leaked, *(ln for ln in written.splitlines() for text in leaked if text in ln)]


def _in_requests(traces: Traces) -> list[str]:
    """Each goes to one person, or to a channel; only some may hold the text."""
    secrets = _by_stem(traces)
    return [
        f"{call.shape}: {secret.text} in {body[:200]}"
        for call in traces.tap.calls
        for body in [_body(call)]
        for secret in _in(body, secrets)
        if not _may_carry(traces, call, secret)
    ]


def _by_stem(traces: Traces) -> dict[str, list[Secret]]:
    """The secrets by what they begin with: most of them are looked for nowhere else."""
    found: dict[str, list[Secret]] = {}
    for secret in traces.secrets:
        found.setdefault(secret.stem if secret.is_text else secret.text, []).append(secret)
    return found


def _in(text: str, secrets: dict[str, list[Secret]]) -> Iterator[Secret]:
    for stem, those in secrets.items():
        if stem in text:
            yield from (secret for secret in those if secret.text in text)


def _in_public(traces: Traces) -> list[str]:
    """What everybody reads may hold what was agreed, with its receipt."""
    secrets = _by_stem(traces)
    return [
        f"in public: {secret.text} in {said[:200]}"
        for messages in traces.world.env.backend.messages.values()
        for message in messages.values()
        if not message.flags & EPHEMERAL and _by_bot(traces, message)
        for said in [shown(message)]
        for secret in _in(said, secrets)
        if _place(traces, message) not in secret.rooms
        if not secret.aloud or ":verify:" not in str(controls(message.components))
    ]


def _by_bot(traces: Traces, message: object) -> bool:
    return message.author_id == traces.world.env.backend.bot_user.id  # type: ignore[attr-defined]


def _place(traces: Traces, message: object) -> int:
    """The channel a message stands in; for a thread the channel it belongs to."""
    channel_id: int = message.channel_id  # type: ignore[attr-defined]
    channel = traces.world.env.backend.channels.get(channel_id)
    return channel_id if channel is None or not channel.is_thread else channel.parent_id


def _body(call: Call) -> str:
    files = "".join(data.decode(errors="replace") for _, data in call.files)
    return json.dumps(call.json, ensure_ascii=False, default=str) + call.path + files


def _stays_in_the_audit_log(call: Call) -> bool:
    """Whether Discord writes down what is changed by it: all but what messages say."""
    said = re.search(r"/(messages(/\d+)?|messages/bulk-delete|typing)$", call.path)
    return call.method != "GET" and said is None


def _may_carry(traces: Traces, call: Call, secret: Secret) -> bool:
    if call.token is None:
        if _stays_in_the_audit_log(call):
            # Whoever may see that need not see the channel. A group's mark is in its topic.
            return not secret.is_text
        path = re.match(r"/channels/(\d+)", call.path)
        if path is not None and int(path[1]) in secret.rooms:
            return True  # the group's own channel
        # To a channel: only what was agreed, with its receipt.
        return secret.aloud and ":verify:" in _body(call)
    return traces.users[call.token] in secret.readers
