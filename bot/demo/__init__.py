"""``python -m bot demo``: a whole simulated server in the browser. Nothing leaves this computer.

The bot is the real one, with a real database in a temporary folder. Discord is simulated around it,
in this process, by simcord.
"""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import discord
from aiohttp import web
from discord.ext import commands

from .cast import SERVER
from .hub import Hub
from .server import PortTaken, Site, listen


def run(port: int | None) -> int:
    """Serve the demo until Ctrl+C. Returns the exit code."""
    logging.basicConfig(level=logging.WARNING, format="demo: %(name)s: %(message)s")
    with tempfile.TemporaryDirectory(prefix="firsthand-demo-") as folder:
        make_bot, permissions = _real_bot(Path(folder))
        try:
            asyncio.run(_serve(port, make_bot, permissions))
        except PortTaken:
            print(
                f"Port {port} is in use. Choose another with --port, or leave --port out.",
                file=sys.stderr,
            )
            return 1
        except KeyboardInterrupt:
            pass
    return 0


def _real_bot(folder: Path) -> tuple[Callable[[], commands.Bot], discord.Permissions]:
    """How to make the bot on a throw-away state, and what its invite link asks for."""
    from bot import app
    from bot.settings import Settings

    settings = Settings.from_mapping(
        {
            "FIRSTHAND_STATE": str(folder),
            "DISCORD_TOKEN": "demo",
            "FIRSTHAND_MESSAGE_CONTENT": "on",
        }
    )
    return lambda: app.create_bot(settings), app.PERMISSIONS


async def _serve(
    port: int | None, make_bot: Callable[[], commands.Bot], permissions: discord.Permissions
) -> None:
    sock = listen(port)
    bound: int = sock.getsockname()[1]
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, stop.set)
    hub = Hub(make_bot, permissions=permissions, port=bound)
    runner = web.AppRunner(Site(hub, bound).app(), access_log=None, shutdown_timeout=1.0)
    try:
        await hub.start()
        await runner.setup()
        await web.SockSite(runner, sock).start()
        print(
            f"http://127.0.0.1:{bound}/  –  {SERVER}, a simulated server with the real bot. "
            "Nothing leaves this computer, nothing is kept. Ctrl+C ends it.",
            flush=True,
        )
        await stop.wait()
    finally:
        await runner.cleanup()
        # Also after a failed start: an open database would keep the process from ending.
        await hub.close()


__all__ = ["run"]
