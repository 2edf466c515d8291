"""The demo as a program of its own on a free port, and a browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lacking import lacking

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext
    from playwright.sync_api import Page as BrowserPage

    from .page import Page

NO_BROWSER = "Chromium is not installed: the browser tests were not run."
ROOT = Path(__file__).parents[2]
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
# Each line asks for a demo on that port; Ctrl+C ends it, and the next line can come.
_ONE_AFTER_ANOTHER = """
import sys
from bot.demo import run
for port in sys.stdin:
    print("ended", run(int(port)), flush=True)
"""
LAPTOP = (1280, 800)
PHONE = (390, 844)


class Program:
    """The demo's program, kept for one demo after another: starting Python takes longest.

    Each demo is a server and a bot of its own, on a database of its own. They share their address,
    so that the browser has the page's files already.
    """

    def __init__(self) -> None:
        # Closed by ``end``.
        self.complaints = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115
        self.process = subprocess.Popen(
            [sys.executable, "-c", _ONE_AFTER_ANOTHER],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.complaints,
            text=True,
        )
        # Chosen by the first demo, kept by the others.
        self.port = 0

    def end(self) -> int:
        """Let it come to its end; its exit code."""
        self.process.communicate(timeout=60)
        self.complaints.close()
        return self.process.returncode


class Demo:
    """One running demo: its address, and an orderly end."""

    def __init__(self, program: Program, port: int | None = None) -> None:
        self.program = program
        process = program.process
        assert process.stdin is not None
        assert process.stdout is not None
        self._said = process.stdout
        self._heard = program.complaints.seek(0, os.SEEK_END)
        process.stdin.write(f"{program.port if port is None else port}\n")
        process.stdin.flush()
        self.greeting = self._said.readline()
        self._code: int | None = None
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.greeting)
        if found is None:
            raise RuntimeError(f"the demo did not start: {self.complaint()}")
        self.address = found[0]
        self.port = int(found[1])
        program.port = program.port or self.port

    def complaint(self) -> str:
        """What the program has said about faults since this demo began."""
        self.program.complaints.seek(self._heard)
        return self.program.complaints.read()

    def stop(self) -> int:
        """End it as Ctrl+C does; the exit code it would have."""
        if self._code is None:
            self.program.process.send_signal(signal.SIGINT)
            self._code = int(self._said.readline().removeprefix("ended "))
        return self._code


@pytest.fixture(scope="package")
def program() -> Iterator[Program]:
    running = Program()
    yield running
    running.end()


@pytest.fixture
def demo(program: Program) -> Iterator[Demo]:
    running = Demo(program)
    yield running
    running.stop()
    # What the bot or the page stumbled over, whether or not the test saw anything of it.
    assert running.complaint() == ""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        lacking(NO_BROWSER)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        lacking(NO_BROWSER)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM)
        yield opened
        opened.close()


@pytest.fixture(scope="package")
def profiles(browser: Browser) -> Profiles:
    return Profiles(browser)


@pytest.fixture
def tabs(profiles: Profiles, demo: Demo) -> Iterator[Tabs]:
    opened = Tabs(profiles, demo)
    yield opened
    opened.close()


@pytest.fixture
def page(tabs: Tabs) -> Page:
    """One tab on a laptop, as Ana in #general."""
    return tabs.open()


class Profiles:
    """A browser's profile for each size of screen, for all tests: its cache is what takes time."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._kept: dict[tuple[int, int], BrowserContext] = {}

    def new_tab(self, size: tuple[int, int]) -> BrowserPage:
        if size not in self._kept:
            self._kept[size] = self._browser.new_context(
                viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE
            )
        return self._kept[size].new_page()


class Tabs:
    """Tabs of one test. What a page of an earlier test remembered is forgotten."""

    def __init__(self, profiles: Profiles, demo: Demo) -> None:
        self._profiles = profiles
        self._demo = demo
        self._pages: list[Page] = []

    def open(
        self, person: str = "ana", place: str = "general", size: tuple[int, int] = LAPTOP
    ) -> Page:
        from .page import Page

        page = Page(self._profiles.new_tab(size), self._demo.address)
        self._pages.append(page)
        return page.open(person, place)

    def close(self) -> None:
        for page in self._pages:
            page.close()
        # A script of ours that failed unseen is a failure of the test that ran it.
        assert [problem for page in self._pages for problem in page.problems] == []
