"""The demo's one web server: our page, simcord's page in a frame, and the acts around it.

There is no login. What protects the demo is that it listens on this computer only, answers only to
its own name (a page elsewhere cannot reach it by a name that points here), and takes acts only from
its own page.
"""

from __future__ import annotations

import json
import socket
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, cast

from aiohttp import web

from . import guide, pane
from .cast import BOT_NAME, SERVER
from .hub import Hub

HOST = "127.0.0.1"
PORT = 8765
_TRIES = 20
PAGE = Path(__file__).with_name("page")
_OURS = {
    "/": ("index.html", "text/html"),
    "/demo/app.css": ("app.css", "text/css"),
    "/demo/frame.css": ("frame.css", "text/css"),
    "/demo/app.js": ("app.js", "text/javascript"),
    "/demo/guide.js": ("guide.js", "text/javascript"),
    "/demo/frame.js": ("frame.js", "text/javascript"),
    "/demo/dom.js": ("dom.js", "text/javascript"),
    "/demo/mark.svg": ("mark.svg", "image/svg+xml"),
}
_SAFE = {
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
_OUR_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
_STRANGER = (
    "This is the Firsthand demo. It answers only to its own address on this computer: "
    "http://127.0.0.1 with the port it printed."
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class PortTaken(Exception):
    """The asked-for port is in use."""


def listen(port: int | None) -> socket.socket:
    """A socket on this computer only. Without a wish: the first free port from 8765 on."""
    wishes = [port] if port is not None else [*range(PORT, PORT + _TRIES), 0]
    for wish in wishes:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            sock.bind((HOST, wish))
            sock.listen(64)
        except OSError:
            sock.close()
            continue
        sock.setblocking(False)
        return sock
    raise PortTaken(port)


class Site:
    """The routes. Made before the hub, because the hub's pages know their port."""

    def __init__(self, hub: Hub, port: int) -> None:
        self.hub = hub
        self.port = port
        self._names = {f"{HOST}:{port}", f"localhost:{port}"}
        self._origins = {f"http://{name}" for name in self._names}

    def app(self) -> web.Application:
        app = web.Application(
            middlewares=[self._guard], handler_args={"handler_cancellation": False}
        )
        for path in _OURS:
            app.router.add_get(path, self._ours)
        app.router.add_get("/demo/about", self._about)
        app.router.add_get("/demo/state", self._state)
        app.router.add_post("/demo/open", self._open)
        app.router.add_post("/demo/act", self._act)
        app.router.add_get("/demo/frame", self._frame)
        for path in pane.static_paths():
            app.router.add_get(path, self._theirs)
        app.router.add_post("/api/pages", self._pane("_pages"))
        app.router.add_delete("/api/pages/{context_id}", self._pane("_delete_page"))
        app.router.add_get("/api/state", self._pane("_state"))
        app.router.add_get("/api/commands", self._pane("_commands"))
        app.router.add_get("/api/action-result", self._pane("_action_result"))
        app.router.add_post("/api/action", self._pane("_action"))
        app.router.add_get("/api/assets/{asset_id}", self._pane("_asset"))
        return app

    # -------------------------------------------------------------- guarding

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.headers.get("Host", "") not in self._names:
            return web.Response(status=421, text=_STRANGER, headers=_SAFE)
        origin = request.headers.get("Origin")
        foreign = origin is not None and origin not in self._origins
        # Browsers name the origin of every POST; a request without one is not from our page.
        unnamed = origin is None and request.method not in {"GET", "HEAD"}
        fetched = request.headers.get("Sec-Fetch-Site", "same-origin")
        # A link from elsewhere may open the page; nothing else may be asked from elsewhere.
        elsewhere = fetched not in {"same-origin", "none"} and request.path != "/"
        if foreign or unnamed or elsewhere:
            return web.Response(status=403, text=_STRANGER, headers=_SAFE)
        response = await handler(request)
        for name, value in _SAFE.items():
            response.headers.setdefault(name, value)
        return response

    # ----------------------------------------------------------------- pages

    async def _ours(self, request: web.Request) -> web.Response:
        name, kind = _OURS[request.path]
        text = (PAGE / name).read_text(encoding="utf-8")
        return web.Response(
            text=text,
            content_type=kind,
            headers={"Cache-Control": "no-cache", "Content-Security-Policy": _OUR_POLICY},
        )

    async def _frame(self, request: web.Request) -> web.Response:
        response = web.Response(text=pane.frame_document(), content_type="text/html")
        response.headers.update(pane.framed_headers())
        return response

    async def _theirs(self, request: web.Request) -> web.Response:
        # They change with simcord's version only. Each change of person loads some thirty of them,
        # so the browser may keep them for an hour and then ask.
        kept = {"ETag": f'"{pane.VERSION}"', "Cache-Control": "max-age=3600"}
        if request.headers.get("If-None-Match") == kept["ETag"]:
            return web.Response(status=304, headers=kept)
        body, kind = pane.static_file(request.path)
        headers = pane.framed_headers() | kept
        headers.pop("Pragma", None)
        return web.Response(body=body, content_type=kind, headers=headers)

    def _pane(self, name: str) -> Handler:
        """Pass a request of simcord's page to the pane whose capability it carries."""

        async def handle(request: web.Request) -> web.StreamResponse:
            found = self.hub.pane_for(request.headers.get("X-Simcord-Capability"))
            if found is None:
                raise web.HTTPUnauthorized()
            return await pane.handle(found, name, request)

        return handle

    # ------------------------------------------------------------------ acts

    async def _about(self, request: web.Request) -> web.Response:
        return web.json_response({"server": SERVER, "bot": BOT_NAME, "chapters": guide.chapters()})

    async def _state(self, request: web.Request) -> web.Response:
        query = request.query
        return web.json_response(
            self.hub.state(
                query.get("person", ""), query.get("place", ""), looking=query.get("looking") == "1"
            )
        )

    async def _open(self, request: web.Request) -> web.Response:
        body = await _body(request)
        pane = await self.hub.open(
            body.get("person", ""), body.get("place", ""), body.get("zone", "")
        )
        if pane is None:
            return web.json_response(
                {"problem": "This person does not see that channel."}, status=404
            )
        return web.json_response({"capability": pane.capability})

    async def _act(self, request: web.Request) -> web.Response:
        body = await _body(request)
        hub = self.hub
        match body.get("act"):
            case "push":
                problem = await hub.push(body.get("step", ""))
            case "restart":
                problem = await hub.restart()
            case "dms":
                problem = await hub.set_dms(body.get("person", ""), body.get("open") == "yes")
            case "dismiss":
                problem = await hub.dismiss(
                    body.get("person", ""), body.get("place", ""), body.get("target", "")
                )
            case "menu":
                problem = await hub.use_menu(
                    body.get("person", ""),
                    body.get("place", ""),
                    body.get("context", ""),
                    body.get("name", ""),
                    body.get("target", ""),
                )
            case _:
                problem = "The demo does not know that act."
        return web.json_response({"problem": problem})


async def _body(request: web.Request) -> dict[str, str]:
    """The JSON object of a request, with its texts; anything else counts as missing."""
    try:
        value: Any = await request.json()
    except (json.JSONDecodeError, UnicodeDecodeError):
        return {}
    if not isinstance(value, dict):
        return {}
    fields = cast("dict[str, Any]", value)
    return {key: item for key, item in fields.items() if isinstance(item, str)}
