"""Every flow, typed with texts that occur nowhere else; afterwards they are looked for everywhere.

In the databases and what lies beside them, in backups, in every log line, and in every request to
Discord that is not meant for the people the text concerns.
"""

from __future__ import annotations

import base64
import io
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot import keeping, logs
from tests.wire import forge
from tests.wire.flows import FLOWS
from tests.wire.stage import EPHEMERAL, Stage, shown
from tests.wire.wiretap import Call, Wiretap
from tests.world import World, controls

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
    """A text that only some may see: `readers` privately, `aloud` everybody, while it is agreed.

    Its letters without the number of the stage are its stem, for the slow searches.
    """

    text: str
    readers: set[int] = field(default_factory=set)
    aloud: bool = False

    @property
    def stem(self) -> str:
        return self.text.rstrip("0123456789")


@dataclass(slots=True)
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
        return sorted({secret.stem for secret in self.secrets})

    @property
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def traces(shared: World, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Traces]:
    """All flows, and what they left."""
    backup = tmp_path_factory.mktemp("backups")
    with Wiretap().attached() as tap, logged() as log:
        left = Traces(shared, tap, log, backup)
        for number, flow in enumerate(FLOWS.values()):
            stage = Stage(shared)
            await flow.set_up(stage)
            await flow.run(stage)
            _note(left, stage)
            if number % 10 == 0:
                left.keep_files()
        await _type_in_vain(left)
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


async def test_the_flows_left_something_to_search(traces: Traces) -> None:
    assert len(traces.secrets) > 4 * len(FLOWS)
    assert any("-wal" in name for name in traces.files)
    assert any("/one/" in name for name in traces.files)
    assert "due work" not in traces.log.getvalue()
    assert "reference" in traces.log.getvalue()
    bodies = "".join(_body(call) for call in traces.tap.calls)
    assert sum(secret.text in bodies for secret in traces.secrets) > len(FLOWS)


async def test_no_file_holds_a_text(traces: Traces) -> None:
    """Not the databases, not their side files, not a backup, in no encoding."""
    leaked = [
        f"{name}: {stem} ({', '.join(found)})"
        for name, data in traces.files.items()
        for stem in traces.stems
        if (found := found_forms(stem, data))
    ]
    assert not leaked, "\n".join(leaked)


async def test_no_log_line_holds_a_text_a_name_or_an_id(traces: Traces) -> None:
    written = traces.log.getvalue()
    data = written.encode()
    leaked = [text for text in [*traces.stems, *traces.people] if found_forms(text, data)]
    lines = [line for line in written.splitlines() for text in leaked if text in line]
    assert not leaked, "\n".join([*leaked, *lines])


async def test_no_request_carries_a_text_to_others(traces: Traces) -> None:
    """Each request goes to one person, or to a channel; only some may hold the text."""
    leaked = [
        f"{call.shape}: {secret.text} in {body[:200]}"
        for call in traces.tap.calls
        if any(stem in (body := _body(call)) for stem in traces.stems)
        for secret in traces.secrets
        if secret.text in body and not _may_carry(traces, call, secret)
    ]
    assert not leaked, "\n".join(leaked)


async def test_no_public_message_holds_a_text_that_is_not_agreed(traces: Traces) -> None:
    for messages in traces.world.env.backend.messages.values():
        for message in messages.values():
            if message.flags & EPHEMERAL or not _by_bot(traces, message):
                continue
            for secret in traces.secrets:
                if secret.text in shown(message):
                    assert secret.aloud
                    assert ":verify:" in str(controls(message.components))


def _by_bot(traces: Traces, message: object) -> bool:
    return message.author_id == traces.world.env.backend.bot_user.id  # type: ignore[attr-defined]


def _body(call: Call) -> str:
    files = "".join(data.decode(errors="replace") for _, data in call.files)
    return json.dumps(call.json, ensure_ascii=False, default=str) + call.path + files


def _may_carry(traces: Traces, call: Call, secret: Secret) -> bool:
    if call.token is None:
        # To a channel: only what was agreed, with its receipt.
        return secret.aloud and ":verify:" in _body(call)
    return traces.users[call.token] in secret.readers
