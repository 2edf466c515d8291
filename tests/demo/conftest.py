"""The demo as a program of its own on a free port, and a browser in front of it."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.lacking import lacking

if TYPE_CHECKING:
    from playwright.sync_api import Browser

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
LAPTOP = (1280, 800)
PHONE = (390, 844)


class Demo:
    """The running program: its address, and an orderly end."""

    def __init__(self, port: int | None = 0) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", f"import sys; from bot.demo import run; sys.exit(run({port}))"],
            cwd=ROOT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        self.greeting = self.process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.greeting)
        if found is None:
            self.complaint = self.process.communicate(timeout=60)[1]
            raise RuntimeError(f"the demo did not start: {self.complaint}")
        self.address = found[0]
        self.port = int(found[1])

    def stop(self) -> int:
        """End it as Ctrl+C does; its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        self.process.communicate(timeout=60)
        return self.process.returncode


@pytest.fixture
def demo() -> Iterator[Demo]:
    running = Demo()
    yield running
    running.stop()


@pytest.fixture(scope="module")
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


@pytest.fixture
def tabs(browser: Browser, demo: Demo) -> Iterator[Tabs]:
    opened = Tabs(browser, demo)
    yield opened
    opened.close()


@pytest.fixture
def page(tabs: Tabs) -> Page:
    """One tab on a laptop, as Ana in #general."""
    return tabs.open()


class Tabs:
    """Tabs of separate browsers, so to say: they share nothing but the demo."""

    def __init__(self, browser: Browser, demo: Demo) -> None:
        self._browser = browser
        self._demo = demo
        self._pages: list[Page] = []

    def open(
        self, person: str = "ana", place: str = "general", size: tuple[int, int] = LAPTOP
    ) -> Page:
        from .page import Page

        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]}, has_touch=size == PHONE
        )
        page = Page(context.new_page(), self._demo.address).open(person, place)
        self._pages.append(page)
        return page

    def close(self) -> None:
        for page in self._pages:
            page.tab.context.close()
        # A script of ours that failed unseen is a failure of the test that ran it.
        assert [problem for page in self._pages for problem in page.problems] == []
