"""Starts one bot as its own process would, except that Discord is the loopback.

    python runner.py (bare | firsthand) http://127.0.0.1:<port>

discord.py has no setting for its addresses, so they are changed in the moment its modules are
loaded. Nothing is imported for that: the bot itself decides what it loads, when and in which order,
exactly as in ``python -m bot``.
"""

from __future__ import annotations

import os
import runpy
import sys
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))


class Redirect:
    """An import hook that points discord.py at ``address`` as soon as it is loaded."""

    def __init__(self, address: str) -> None:
        self.address = address

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:
        if name not in {"discord.http", "discord.gateway"}:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return spec
        load = spec.loader.exec_module

        def load_and_redirect(module: ModuleType) -> None:
            load(module)
            self.redirect(module)

        spec.loader.exec_module = load_and_redirect  # type: ignore[method-assign]
        return spec

    def redirect(self, module: ModuleType) -> None:
        if module.__name__ == "discord.http":
            module.Route.BASE = f"{self.address}/api/v10"
        else:
            gateway = self.address.replace("http", "ws", 1) + "/gateway"
            module.DiscordWebSocket.DEFAULT_GATEWAY = module.yarl.URL(gateway)


def main(which: str, address: str) -> None:
    sys.meta_path.insert(0, Redirect(address))  # type: ignore[arg-type]
    # What `python -m bot` sees, whatever this script was called with and wherever it lies.
    sys.path[0] = ROOT
    sys.argv = [which]
    if which == "bare":
        runpy.run_path(os.path.join(HERE, "bare.py"), run_name="__main__")
    else:
        runpy.run_module("bot", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
