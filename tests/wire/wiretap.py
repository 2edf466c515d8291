"""Between the bot and the simulated Discord: every REST call is seen, and any one can fail.

Both ways out, the HTTP client and the interaction webhooks, end in one function of the simulator's
router, which is wrapped here.
"""

from __future__ import annotations

import copy
import json
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from simcord.backend import Backend
from simcord.backend.errors import BackendError
from simcord.http import router

#: How a call can fail. The texts Discord adds to an error may quote the request, so these do.
STATUSES = {
    "403": (403, 50013),
    "404": (404, 10008),
    "429": (429, 20028),
    "500": (500, 0),
    "50007": (403, 50007),
}
#: The bot waits in vain; Discord did it and the answer is lost; the connection breaks before.
SILENCES = ("time-out", "answer lost", "cut off")
KINDS = (*STATUSES, *SILENCES)

#: Answered 404 only where there is no such channel, or person, any more: flows of their own.
_NEVER_UNKNOWN = (
    "GET /channels/{id}",
    "GET /channels/{id}/messages",
    "PUT /channels/{id}/permissions/{id}",
)
_MESSAGE = re.compile(r"/channels/(\d+)/messages/(\d+)$")
_OVERWRITE = re.compile(r"/channels/(\d+)/permissions/(\d+)$")
_CHANNEL = re.compile(r"/channels/(\d+)$")
_EVENT = re.compile(r"/guilds/(\d+)/scheduled-events/(\d+)$")
_HELD = re.compile(r"/guilds/(\d+)/auto-moderation/rules/(\d+)$")
_TOKEN = re.compile(r"simcord_interaction_\d+")
_ROOT = f"{Path(__file__).parents[2]}/"
_OURS = (f"{_ROOT}bot/", f"{_ROOT}cogs/")


@dataclass(slots=True)
class Call:
    """One REST call: what the bot wanted, and whether Discord took it."""

    method: str
    path: str
    json: Any
    params: Any
    files: list[tuple[str, bytes]]
    #: The line of the bot that makes the call: `cogs/consent/speaking.py:150`.
    site: str
    done: bool = False

    @property
    def shape(self) -> str:
        """The call without ids, and for the answer to an interaction its type."""
        path = re.sub(r"\d+", "{id}", _TOKEN.sub("{token}", self.path))
        kind = f" {self.json['type']}" if path.endswith("/callback") else ""
        return f"{self.method} {path}{kind}"

    @property
    def token(self) -> str | None:
        """The interaction this call answers, if it answers one."""
        found = _TOKEN.search(self.path)
        return found[0] if found else None

    @property
    def acknowledges(self) -> bool:
        """Whether this is the first word on an interaction, which Discord waits 3 seconds for."""
        return self.path.endswith("/callback")

    @property
    def tells(self) -> bool:
        """Whether the person sees something by it: a message, a changed card, a form."""
        if self.acknowledges:
            return self.json["type"] in (4, 7, 8, 9)
        return self.token is not None and self.method in ("PATCH", "POST")


class Wiretap:
    """Records calls; the one numbered `fail_at` (from 0) fails as `kind` says.

    `fail_from` is the site whose next call fails, whatever its number is, and `fail_file` the file
    that is in no call which succeeds.
    """

    def __init__(self) -> None:
        self.calls: list[Call] = []
        self.fail_at: int | None = None
        self.fail_from: str | None = None
        self.fail_file: str | None = None
        self.kind = ""
        self.failed: Call | None = None
        self._posted: dict[tuple[str, str], Any] = {}

    def listen(self) -> None:
        """Forget what was heard, and let everything pass."""
        self.calls, self.failed = [], None
        self.fail_at = self.fail_from = self.fail_file = None

    def break_call(self, number: int, kind: str) -> None:
        """From now on the call with this number, counted from here, fails."""
        self.listen()
        self.fail_at, self.kind = number, kind

    def break_site(self, site: str, kind: str) -> None:
        """The next call that this line of the bot makes fails."""
        self.listen()
        self.fail_from, self.kind = site, kind

    def break_file(self, name: str, kind: str) -> None:
        """From now on each call that brings this file fails."""
        self.listen()
        self.fail_file, self.kind = name, kind

    def hours_pass(self) -> None:
        """Discord remembers a nonce for some minutes."""
        self._posted.clear()

    @contextmanager
    def attached(self) -> Iterator[Wiretap]:
        real = router.dispatch

        def dispatch(backend: Backend, method: str, path: str, **how: Any) -> Any:
            json, params = copy.deepcopy(how.get("json")), how.get("params")
            call = Call(method, path, json, params, _read(how), _site())
            number = len(self.calls)
            self.calls.append(call)
            next_there = self.failed is None and call.site == self.fail_from
            with_it = self.fail_file in [name for name, _ in call.files]
            if number == self.fail_at or next_there or with_it:
                self.failed = call
                self._fail(call, backend, partial(real, backend, method, path, **how))
            result = self._once(call, lambda: real(backend, method, path, **how))
            call.done = True
            return result

        router.dispatch = dispatch
        try:
            yield self
        finally:
            router.dispatch = real

    def _once(self, call: Call, send: Callable[[], Any]) -> Any:
        """A message with `enforce_nonce` is posted once; Discord answers with the first one."""
        body = call.json if isinstance(call.json, dict) else {}
        if not body.get("enforce_nonce"):
            return send()
        key = (call.path, body["nonce"])
        if key not in self._posted:
            self._posted[key] = send()
        return self._posted[key]

    def _fail(self, call: Call, backend: Backend, send: Callable[[], Any]) -> None:
        """Raise what the bot gets to see."""
        said = json.dumps(call.json, ensure_ascii=False, default=str)
        if self.kind == "answer lost":
            self._once(call, send)
            call.done = True
            raise TimeoutError(said)
        if self.kind == "time-out":
            raise TimeoutError(said)
        if self.kind == "cut off":
            raise aiohttp.ServerDisconnectedError(said)
        status, code = STATUSES[self.kind]
        if status == 404:
            _vanish(call, backend)
        raise BackendError(status, code, f"Invalid Form Body: {said}")


def _vanish(call: Call, backend: Backend) -> None:
    """Discord says that it is gone, so it is."""
    if (gone := _MESSAGE.search(call.path)) is not None:
        if int(gone[2]) in backend.messages.get(int(gone[1]), {}):
            backend.delete_message(int(gone[1]), int(gone[2]))
    elif (gone := _EVENT.search(call.path)) is not None:
        if int(gone[2]) in backend.get_guild(int(gone[1])).scheduled_events:
            backend.delete_scheduled_event(int(gone[1]), int(gone[2]))
    elif call.method == "DELETE" and (gone := _OVERWRITE.search(call.path)) is not None:
        backend.delete_overwrite(int(gone[1]), int(gone[2]))
    elif call.method == "DELETE" and (gone := _CHANNEL.search(call.path)) is not None:
        backend.delete_channel(int(gone[1]))
    elif call.method == "DELETE" and (gone := _HELD.search(call.path)) is not None:
        backend.delete_auto_mod_rule(int(gone[1]), int(gone[2]))


def _site() -> str:
    """The innermost line of the bot among those that wait for this call; nothing: discord.py's."""
    frame = sys._getframe(1)
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(_OURS):
            return f"{file.removeprefix(_ROOT)}:{frame.f_lineno}"
        frame = frame.f_back
    return ""


def _read(how: dict[str, Any]) -> list[tuple[str, bytes]]:
    """Uploaded files, without moving their reading position."""
    found: list[tuple[str, bytes]] = []
    for file in how.get("files") or []:
        start = file.fp.tell()
        found.append((file.filename, file.fp.read()))
        file.fp.seek(start)
    return found


def possible(shape: str, kind: str) -> bool:
    """Whether Discord can answer like this: an unknown channel would take its messages along."""
    return not (kind == "404" and shape in _NEVER_UNKNOWN)
