"""One person's view of one channel: simcord's page, many of them over one world and one server.

simcord's preview is made for one viewer at a time, on a port of its own. A ``Pane`` is that preview
without the port; the demo's server hands it the requests that carry its key. Like ``seams`` this
module uses simcord's private parts, and says why where it does.
"""

# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false
from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Literal, Protocol, cast

import simcord
from aiohttp import web
from simcord.actors import MemberActor
from simcord.backend.errors import BackendError, SetupError
from simcord.builders import ChannelHandle, UserHandle
from simcord.env import Env
from simcord.preview import Preview, _actions, _pages
from simcord.preview._server import PreviewServer
from simcord.results import InteractionResult, ResponseMessage

Reason = Literal[
    "initial", "refresh", "snapshot", "navigation", "query", "presentation", "action", "capture"
]
VERSION = simcord.__version__
_STATIC = Path(inspect.getfile(PreviewServer)).with_name("static")
FONT = _STATIC / "fonts" / "noto-sans-latin-v2.015.ttf"


class Switchboard(Protocol):
    """What a pane needs from the hub."""

    lock: asyncio.Lock

    def mentioned(self, text: str) -> str: ...
    def acted(self, pane: Pane, report: Mapping[str, Any]) -> None: ...


class _Mounted(PreviewServer):
    """A preview's request handlers without a server of their own: the hub routes to them."""

    async def start(self) -> None:
        self.port = self._requested_port

    async def close(self) -> None:
        self.port = None


class Pane(Preview):
    """One person's view of one channel: simcord's page, sharing the world with its siblings."""

    # Pages are released when a tab closes; the lease only catches tabs that crashed. It is long
    # because browsers let hidden tabs poll as rarely as once a minute.
    _PAGE_LEASE_SECONDS = 3600.0
    _MAX_PAGES = 48

    def __init__(
        self,
        board: Switchboard,
        env: Env,
        channel: ChannelHandle,
        viewer: MemberActor | UserHandle,
        *,
        port: int,
        locale: str,
        pictures: Mapping[str, tuple[str, bytes]],
    ) -> None:
        super().__init__(
            env,
            channel,
            (viewer,),
            layout="channel",
            display="responsive",
            width=960,
            height=720,
            locale=locale,
            timezone="UTC",
            presentation_time=None,
            assets=pictures,
            port=port,
        )
        self._server = _Mounted(self, port)
        self.board = board
        # Why simcord refused the last act, in its own words; its page only knows a code.
        self.refusal: str | None = None
        # Whether the bot raised something during the last act.
        self.stumbled = False
        self._outdated: set[str] = set()

    @property
    def handlers(self) -> PreviewServer:
        return self._server

    @property
    def viewer_id(self) -> int:
        return self.viewers[0].id

    async def enter(self) -> None:
        # One preview per world is simcord's rule, because it serves a port. These do not.
        stand_in = self.env._preview
        self.env._preview = None
        try:
            await self.__aenter__()
        finally:
            self.env._preview = stand_in
        # New pages copy where this first one looks; looking nowhere means the newest messages.
        assert self._python is not None
        self._python.target_id = self._python.window_end_id = None

    def republish(self) -> None:
        """Have every open page drawn again, each when its browser asks next.

        Views that are put aside in a tab never ask, and drawing all of them after each act would
        take longer than the act.
        """
        self._outdated.update(page.id for page in self._pages.values() if page is not self._python)

    def catch_up(self, context_id: str | None) -> None:
        """Draw a page again if something has happened since it was drawn."""
        page = self._pages.get(context_id or "")
        if page is not None and page.id in self._outdated:
            self._publish(page, reason="refresh")

    @property
    def watched(self) -> bool:
        return any(page is not self._python for page in self._pages.values())

    def _publish(self, page: _pages._Page, *, reason: Reason = "action") -> None:
        self._advance_presentation_time()
        self._outdated.discard(page.id)
        super()._publish(page, reason=reason)
        # The page redraws a message when its data changes. "In 6 days" changes by itself, so the
        # minute is made part of the data.
        minute = self.capture_time.strftime("%Y-%m-%dT%H:%M")
        for message in page.snapshot.get("messages", {}).values():
            message["drawn_at"] = minute

    def _prepare_action(self, page: _pages._Page, kind: str, body: Mapping[str, Any]) -> Any:
        if isinstance(content := body.get("content"), str):
            body = {**body, "content": self.board.mentioned(content)}
        if kind == "run_command" and isinstance(options := body.get("options"), dict):
            written = {
                name: self.board.mentioned(value) if isinstance(value, str) else value
                for name, value in options.items()
            }
            body = {**body, "options": written}
        try:
            return super()._prepare_action(page, kind, body)
        except (SetupError, BackendError, ValueError) as problem:
            self.refusal = str(problem)
            raise

    def _finish_action(
        self,
        page: _pages._Page,
        action: _actions._Action,
        settlement: str,
        cursor: int,
        error: BaseException | None = None,
        **rest: Any,
    ) -> dict[str, Any]:
        if error is not None:
            self.refusal = str(error)
        self.stumbled = bool(self.env.errors_since(cursor))
        if error is None:
            # simcord calls an act failed when the bot raised anything, even if it then answered.
            # For the person it is over either way, and the hub says in words what is missing.
            cursor = self.env.error_cursor
        return super()._finish_action(page, action, settlement, cursor, error, **rest)

    async def _action(self, context_id: str | None, body: Mapping[str, Any]) -> dict[str, Any]:
        async with self.board.lock:
            self.catch_up(context_id)
            page = self._pages.get(context_id or "")
            if page is not None and body.get("sequence") == page.last_sequence + 1:
                # Somebody else's act may have redrawn this page since the browser last asked.
                # What is clicked is still checked against the world as it is now.
                seen = body.get("published_revision")
                if isinstance(seen, int) and seen < page.revision:
                    body = {**body, "published_revision": page.revision}
                # Nor does a restart of the bot take anything from what is on the screen.
                if isinstance(body.get("bot_generation"), int):
                    body = {**body, "bot_generation": self.env._generation}
            self.refusal, self.stumbled = None, False
            report = await super()._action(context_id, body)
            told = {"kind": body.get("kind"), "refusal": self.refusal, "stumbled": self.stumbled}
            self.board.acted(self, {**report, **told})
            # Whoever acts goes on from here: their page must not change under their hands later.
            self.catch_up(context_id)
            return report

    async def context_menu(
        self, context_id: str, name: str, *, member: MemberActor | None, message_id: int | None
    ) -> str | None:
        """Use a menu command as this pane's person; ``None``, or why it could not be used.

        simcord's page has no menus, but the actor behind it does. A form it opens is shown on the
        page with ``context_id``, as if that page had asked. The caller holds the lock.
        """
        viewer = self.viewers[0]
        page = self._pages.get(context_id)
        if page is None or not isinstance(viewer, MemberActor):
            return "Open the channel first."
        try:
            target: Any = member
            if message_id is not None:
                stored = self.env.backend.get_message(self.channel.id, message_id)
                target = ResponseMessage(self.env, stored)
            result: InteractionResult = await viewer.context_menu(self.channel, name, target)
        except TimeoutError:
            return "The bot did not finish in time."
        except (SetupError, BackendError) as problem:
            return str(problem)
        if result.modal is not None:
            page.modal = result
            page.modal_handle = f"m_menu_{result._interaction.id}"
        self.republish()
        if not result._interaction.responded:
            return "The bot did not answer."
        return None


def stand_in(env: Env, panes: Callable[[], list[Pane]]) -> None:
    """Put an object where the world keeps its one preview; it passes notes on to every pane."""

    class Relay:
        _closed = False

        def _mark_action_dispatched(self) -> None:
            for pane in panes():
                pane._mark_action_dispatched()

    env._preview = cast("Any", Relay())


def static_paths() -> tuple[str, ...]:
    """Where simcord's page expects its files."""
    return tuple(path for path in PreviewServer._STATIC_FILES if path != "/")


def static_file(path: str) -> tuple[bytes, str]:
    """One of those files and its type."""
    name = PreviewServer._STATIC_FILES[path]
    if name == "protocol.schema.json":
        return (_STATIC.parent / name).read_bytes(), "application/schema+json"
    kinds = PreviewServer._STATIC_CONTENT_TYPES
    kind = "font/ttf" if name.endswith(".ttf") else kinds.get(name, "text/javascript")
    body = (_STATIC / name).read_bytes()
    if name == "preview.css":
        # It brings 30 MB of fonts so that screenshots match everywhere. A person's own fonts will
        # do, and a page with them is there at once.
        body = re.sub(rb"@font-face \{.*?\}\n", b"", body, flags=re.DOTALL)
    return body, kind


def frame_document() -> str:
    """simcord's page, with the demo's stylesheet after its own: it hides simcord's workbench."""
    text = (_STATIC / "index.html").read_text(encoding="utf-8")
    # Named in advance, the modules load side by side and not as one discovers the next.
    modules = "".join(
        f'<link rel="modulepreload" href="{path}">\n'
        for path in static_paths()
        if path.endswith(".js") and not path.startswith("/vendor/")
    )
    ours = '<link rel="stylesheet" href="/demo/frame.css">\n'
    return text.replace("</head>", f"{ours}{modules}</head>", 1)


def framed_headers() -> dict[str, str]:
    """simcord's headers, except that our own page may frame it."""
    headers = dict(PreviewServer._SECURITY_HEADERS)
    headers["X-Frame-Options"] = "SAMEORIGIN"
    headers["Content-Security-Policy"] = headers["Content-Security-Policy"].replace(
        "frame-ancestors 'none'", "frame-ancestors 'self'"
    )
    return headers


async def handle(pane: Pane, name: str, request: web.Request) -> web.StreamResponse:
    """Run one of the preview's own request handlers."""
    if name == "_state":
        async with pane.board.lock:
            pane.catch_up(request.headers.get("X-Simcord-Context"))
    handler: Callable[[web.Request], Awaitable[web.StreamResponse]] = getattr(pane.handlers, name)
    return await handler(request)
