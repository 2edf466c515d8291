"""A tiny Discord on 127.0.0.1: enough for a bot to log in, connect and answer one command.

The order of things, for every bot alike: Hello → Identify → READY with the server still
unavailable → GUILD_CREATE → at once INTERACTION_CREATE. The moment that counts is when the answer
has arrived: the interaction's callback, or, where the bot only deferred ("thinking …"), the
edit or follow-up that carries the words.

The gateway speaks the compression the bot asks for, as Discord does, so that each bot runs
discord.py unchanged.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from aiohttp import BodyPartReader, WSMsgType, web

from . import payloads

API = "/api/v10"
DEFERRED = {5, 6}
"""Interaction callbacks that only buy time."""


@dataclass(frozen=True)
class Answer:
    """The first answer, and when it was there (``time.perf_counter``)."""

    at: float
    body: dict[str, Any]


class Loopback:
    """One fake Discord for one start of one bot; ``command`` is what the person types."""

    def __init__(self, command: str) -> None:
        self.command = command
        self.requests: list[str] = []
        self._answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=0.1)
        self._port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    @property
    def gateway(self) -> str:
        return f"ws://127.0.0.1:{self._port}/gateway"

    async def __aenter__(self) -> Loopback:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._runner.cleanup()

    async def answer(self) -> Answer:
        return await asyncio.shield(self._answer)

    def _application(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/gateway", self._serve_gateway)
        app.router.add_route("*", API + "/{path:.*}", self._serve_rest)
        return app

    # REST

    async def _serve_rest(self, request: web.Request) -> web.StreamResponse:
        body = await _body(request)
        at = time.perf_counter()
        path = request.match_info["path"]
        self.requests.append(f"{request.method} /{path}")

        if re.fullmatch(r"interactions/\d+/[^/]+/callback", path):
            return self._callback(request, at, body)
        if re.match(rf"webhooks/\d+/{payloads.INTERACTION_TOKEN}", path):
            if request.method in {"PATCH", "POST"}:
                self._answered(at, body)
            return _json(payloads.message())
        return _reply(request.method, path, body, self.gateway)

    def _callback(self, request: web.Request, at: float, body: Any) -> web.Response:
        if body["type"] not in DEFERRED:
            self._answered(at, body.get("data", {}))
        if request.query.get("with_response", "").lower() not in {"1", "true"}:
            return web.Response(status=204)
        interaction = {
            "id": "900000000000000007",
            "type": 2,
            "response_message_id": payloads.message()["id"],
            "response_message_loading": body["type"] in DEFERRED,
            "response_message_ephemeral": True,
        }
        resource = {"type": body["type"], "message": payloads.message()}
        return _json({"interaction": interaction, "resource": resource})

    def _answered(self, at: float, body: dict[str, Any]) -> None:
        if not self._answer.done():
            self._answer.set_result(Answer(at, body))

    # The gateway

    async def _serve_gateway(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(compress=False, max_msg_size=0)
        await socket.prepare(request)
        pack = _packer(request.query.get("compress"))
        sequence = 0

        async def send(op: int, data: Any, event: str | None = None) -> None:
            nonlocal sequence
            sequence += event is not None
            payload = {"op": op, "d": data, "s": sequence if event else None, "t": event}
            packed = pack(json.dumps(payload))
            await (socket.send_bytes if isinstance(packed, bytes) else socket.send_str)(packed)

        await send(10, {"heartbeat_interval": 41250})
        async for frame in socket:
            if frame.type not in {WSMsgType.TEXT, WSMsgType.BINARY}:
                continue
            payload = json.loads(frame.data)
            if payload["op"] == 1:
                await send(11, None)
            elif payload["op"] == 2:
                shard = payload["d"].get("shard", [0, 1])
                await send(0, payloads.ready(self.gateway, shard), "READY")
                await send(0, payloads.guild(), "GUILD_CREATE")
                await send(0, payloads.slash_command(self.command), "INTERACTION_CREATE")
        return socket


def _json(data: Any) -> web.Response:
    """JSON with the bare content type, which is the only one that discord.py takes for JSON."""
    return web.Response(body=json.dumps(data).encode(), content_type="application/json")


def _reply(method: str, path: str, body: Any, gateway: str) -> web.Response:
    """Any other request: what Discord would say, or an empty object of the usual kind."""
    if path == "users/@me":
        return _json(payloads.bot_user())
    if path in {"oauth2/applications/@me", "applications/@me"}:
        return _json(payloads.application())
    if path == "gateway/bot":
        return _json(payloads.gateway_bot(gateway))
    if path.endswith("/commands") and method == "PUT":
        return _json([_registered(i, command) for i, command in enumerate(body)])
    if method == "DELETE":
        return web.Response(status=204)
    if method == "POST" and path.endswith("/messages"):
        return _json(payloads.message())
    if method == "GET" and path.endswith(("s", "commands")):
        return _json([])
    return _json({"id": "900000000000000010", **(body or {})})


def _registered(index: int, command: dict[str, Any]) -> dict[str, Any]:
    return {
        **command,
        "id": str(900000000000001000 + index),
        "application_id": payloads.APPLICATION,
        "version": "1",
        "description": command.get("description", ""),
    }


async def _body(request: web.Request) -> Any:
    """The JSON of a request, also where files travel beside it."""
    if request.content_type != "multipart/form-data":
        raw = await request.read()
        return json.loads(raw) if raw else None
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader) and part.name == "payload_json":
            found = json.loads(await part.text())
            await request.release()
            return found
    return None


def _packer(compress: str | None) -> Callable[[str], str | bytes]:
    """One stream of compressed frames, each flushed so that it can be read on its own."""
    if compress == "zlib-stream":
        deflate = zlib.compressobj()
        return lambda text: deflate.compress(text.encode()) + deflate.flush(zlib.Z_SYNC_FLUSH)
    if compress == "zstd-stream":
        # Only asked for by a bot that has zstandard, and it has ours: same environment.
        import zstandard

        squeeze = zstandard.ZstdCompressor().compressobj()
        block = zstandard.COMPRESSOBJ_FLUSH_BLOCK
        return lambda text: squeeze.compress(text.encode()) + squeeze.flush(block)
    return lambda text: text
