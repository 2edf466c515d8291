"""What goes between people, the bot and Discord in a flow, as a text that somebody can read.

The transcripts of all flows are kept in `transcripts/`, a file for each module of flows: what the
bot shows cannot change without a line there changing, where whoever reviews it reads it once. After
a change that is meant, FIRSTHAND_TRANSCRIPTS_KEEP=1 writes them anew (docs/developing.md).

Ids, times and marks differ each time and are named: people by who they are on the stage, times by
the seconds since the flow began, everything else by the order in which it turned up. What else is
drawn at random has to be held still, as the ids are in `Transcript.of`.
"""

from __future__ import annotations

import difflib
import itertools
import json
import os
import re
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from bot.store import ids
from bot.work import worker
from tests.wire.stage import EPHEMERAL, Stage
from tests.wire.wiretap import Call, Wiretap
from tests.world import World

FOLDER = Path(__file__).parent / "transcripts"
KEEP = "FIRSTHAND_TRANSCRIPTS_KEEP"
#: What is said below a difference.
HOW_TO_KEEP = (
    f"If this is meant, run this file with {KEEP}=1 and read the difference. If it differs each "
    "time, something is drawn at random: hold it still in Transcript.of (tests/wire/transcript.py)."
)
#: When every flow begins: a day is said as a date now and then.
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
#: Lines of a difference that are shown.
_SHOWN = 60
_NUMBERS = itertools.count(1)
#: First letters of the ids that the bot makes itself, so that they are known by them.
_OWN = "ZZZZZZ"
_ANSWERS = {
    4: "answers",
    5: "acknowledges",
    6: "acknowledges",
    7: "changes the card",
    8: "suggests",
    9: "opens a form",
}
_BUTTON, _INPUT, _LABEL = 2, 4, 18
#: Of no interest: what every call has, whatever it is for.
_QUIET = {
    "attachments",
    "embeds",
    "enforce_nonce",
    "nonce",
    "sticker_ids",
    "tts",
    "type",
    "wait",
    "with_response",
}
_COMPONENTS_V2 = 1 << 15
_NO_MENTIONS = {"parse": []}


class Transcript:
    """Writes down one flow after the other, each beginning at the same moment."""

    def __init__(self, world: World, tap: Wiretap) -> None:
        self._world, self._tap = world, tap
        self._lines: list[str] = []
        self._heard = 0

    @classmethod
    @contextmanager
    def of(cls, world: World) -> Iterator[Transcript]:
        """Listen to a world; the ids the bot makes in it follow each other."""
        backend, emit = world.env.backend, world.env.backend.emit
        letters: list[str] = []

        def next_letter(alphabet: str) -> str:
            if not letters:
                number = next(_NUMBERS)
                for _ in range(6):
                    number, rest = divmod(number, len(alphabet))
                    letters.insert(0, alphabet[rest])
                letters[:0] = _OWN
            return letters.pop(0)

        with Wiretap().attached() as tap, pytest.MonkeyPatch.context() as patch:
            # One after the other, as they were made: otherwise what is as old as something else
            # stands before or after it by chance.
            patch.setattr(ids, "secrets", SimpleNamespace(choice=next_letter))
            # When somebody is rung whom others could watch: hours from now, not within any flow.
            patch.setattr(secrets, "randbelow", lambda below: below // 2)
            # Pieces of due work are done one after the other, too.
            patch.setattr(worker, "BESIDE", 1)
            written = cls(world, tap)

            def noting(name: str, payload: Any, *args: Any, **how: Any) -> Any:
                if name == "INTERACTION_CREATE":
                    written._note_calls()
                    written._lines += _act(payload)
                return emit(name, payload, *args, **how)

            patch.setattr(backend, "emit", noting)
            yield written

    def begin(self) -> None:
        """A flow begins, at the moment at which all of them do."""
        clock = self._world.env.backend.clock
        clock._epoch = _BEGINNING - timedelta(seconds=clock.elapsed)

    def act(self) -> None:
        """What was prepared is over; from here on everything is written down."""
        self._tap.listen()
        self._lines, self._heard = [], 0

    def end(self, stage: Stage) -> str:
        """What was said since, with names instead of ids."""
        self._note_calls()
        return _named("\n".join(self._lines), stage)

    def _note_calls(self) -> None:
        for call in self._tap.calls[self._heard :]:
            self._lines += _call(call)
        self._heard = len(self._tap.calls)


def differences(found: dict[str, str], file: Path) -> str:
    """What is said otherwise than it stands in a file, or nothing; or keep it there from now on."""
    text = "".join(f"## {name}\n{said}\n\n" for name, said in found.items())
    if os.environ.get(KEEP):
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    kept = file.read_text(encoding="utf-8") if file.exists() else ""
    lines = difflib.unified_diff(
        kept.splitlines(), text.splitlines(), file.name, "now", n=2, lineterm=""
    )
    return "\n".join(itertools.islice(lines, _SHOWN))


# -- naming -----------------------------------------------------------------------------------


def _named(text: str, stage: Stage) -> str:
    people = {"ANA": stage.ana, "BETO": stage.beto, "CARLA": stage.carla, "MARA": stage.mara}
    known = {str(person.id): name for name, person in people.items()} | {
        str(stage.guild.id): "SERVER",
        str(stage.general.id): "GENERAL",
        str(stage.assembly.id): "ASSEMBLY",
    }
    numbers = itertools.count(1)

    def name(found: re.Match[str]) -> str:
        id = found[0].replace("-", "").upper()
        if id not in known:
            known[id] = f"#{next(numbers)}"
        return known[id]

    def moment(found: re.Match[str]) -> str:
        return f"{int(found[0]) - int(_BEGINNING.timestamp()):+d}s"

    text = re.sub(rf"(?<=[^\W\d_]){stage.marks['words'][-4:]}\b", "", text)
    own = rf"(?i)\b{_OWN}\w{{6}}\b|\b{_OWN[:4]}-{_OWN[4:]}\w\w-\w{{4}}\b"
    text = re.sub(own, name, text)
    text = re.sub(r"\b\d{15,20}\b", name, text)
    text = re.sub(r"\b1[78]\d{8}\b", moment, text)
    return re.sub(r"(?<=(?:code|digo) )[0-9A-F]{8}\b", "OF-THE-FAULT", text)


# -- what people do ---------------------------------------------------------------------------


def _act(payload: Any) -> list[str]:
    person = (payload.get("member") or payload)["user"]["id"]
    data = payload["data"]
    if payload["type"] == 5:
        values = [
            f"{part['custom_id']}={part.get('value', part.get('values'))}"
            for part in _parts(data["components"])
        ]
        return [f"> {person} sends {data['custom_id']}: {'; '.join(values)}"]
    if "custom_id" in data:
        chosen = f" {data['values']}" if data.get("values") else ""
        return [f"> {person} presses {data['custom_id']}{chosen}"]
    typing = " (typing)" if payload["type"] == 4 else ""
    return [f"> {person} uses /{' '.join(_command(data))}{typing}"]


def _command(data: Any) -> Iterator[str]:
    yield str(data["name"])
    for option in data.get("options") or []:
        if "value" in option:
            yield f"{option['name']}={option['value']}"
        else:
            yield from _command(option)


def _parts(components: Any) -> Iterator[Any]:
    for part in components or []:
        if "custom_id" in part:
            yield part
        yield from _parts(part.get("components"))
        yield from _parts([part["component"]] if part.get("component") else [])


# -- what the bot does ------------------------------------------------------------------------


def _call(call: Call) -> list[str]:
    if call.token is None:
        first = f"{call.method} {call.path}"
    elif call.acknowledges:
        first = f"bot {_ANSWERS[call.json['type']]}"
    else:
        first = {"PATCH": "bot answers", "POST": "bot adds", "DELETE": "bot takes it away"}.get(
            call.method, call.method
        )
    body = call.json
    if call.acknowledges:
        body = body.get("data") or {}
    private = isinstance(body, dict) and (body.get("flags") or 0) & EPHEMERAL
    lines = [f"{first}, privately" if private else first]
    wanted = {key: value for key, value in (call.params or {}).items() if key not in _QUIET}
    lines += [f"  {key}={value}" for key, value in sorted(wanted.items())]
    lines += _body(body) if isinstance(body, dict) else [f"  {json.dumps(body)}"] if body else []
    for name, content in call.files:
        lines.append(f"  file {name}")
        lines += [f"    {line}" for line in content.decode().splitlines()]
    return lines


def _body(body: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    if "custom_id" in body:
        lines.append(f"  # {body['title']} ({body['custom_id']})")
    elif body.get("title"):
        lines.append(f"  # {body['title']}")
    lines += _quoted(body["content"]) if body.get("content") else []
    lines += _components(body.get("components"), "  ")
    rest = {key: value for key, value in body.items() if key not in _QUIET and _telling(value)}
    for key in ("custom_id", "title", "content", "components"):
        rest.pop(key, None)
    if "flags" in rest:
        rest["flags"] &= ~(_COMPONENTS_V2 | EPHEMERAL)
    if rest.get("allowed_mentions") == _NO_MENTIONS:
        del rest["allowed_mentions"]
    return lines + [
        f"  {key}: {json.dumps(value, ensure_ascii=False, sort_keys=True)}"
        for key, value in sorted(rest.items())
        if _telling(value)
    ]


def _telling(value: Any) -> bool:
    return value not in (None, [], {}) and value is not False and value != 0


def _quoted(text: str, indent: str = "  ") -> list[str]:
    return [f"{indent}| {line}".rstrip() for line in text.split("\n")]


def _components(components: Any, indent: str) -> list[str]:
    lines: list[str] = []
    for part in components or []:
        render: Callable[[Any], list[str]] = {
            _BUTTON: _button,
            _INPUT: _input,
            _LABEL: _label,
        }.get(part["type"], _menu if "custom_id" in part else lambda _: [])
        lines += [f"{indent}{line}" for line in render(part)]
        lines += _quoted(part["content"], indent) if "content" in part else []
        inner = [part["component"]] if part.get("component") else part.get("components")
        lines += _components(inner, indent)
    return lines


def _button(part: Any) -> list[str]:
    off = ", off" if part.get("disabled") else ""
    return [f"[{part['label']}] {part.get('custom_id') or part['url']}{off}"]


def _label(part: Any) -> list[str]:
    return [": ".join(filter(None, [part["label"], part.get("description")]))]


def _input(part: Any) -> list[str]:
    least = 1 if part.get("required", True) else 0
    bounds = f"{part.get('min_length') or least}–{part.get('max_length')}"
    lines = [f"  ____ {part['custom_id']}, {bounds}; {part.get('placeholder') or ''}".rstrip(" ;")]
    return lines + (_quoted(part["value"]) if part.get("value") else [])


def _menu(part: Any) -> list[str]:
    lines = [f"v {part.get('placeholder') or ''} ({part['custom_id']})"]
    if part.get("default_values"):
        lines.append(f"  chosen: {[each['id'] for each in part['default_values']]}")
    for option in part.get("options") or []:
        chosen = "*" if option.get("default") else "-"
        said = ": ".join(filter(None, [option["label"], option.get("description")]))
        lines.append(f"  {chosen} {said} ({option['value']})")
    return lines
