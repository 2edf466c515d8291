"""Driving the demo page in words: be somebody, go somewhere, use a command, press a button.

Built on Playwright's synchronous API. The page's security policy forbids the code that Playwright's
``wait_for_function`` injects, so waiting is done by asking again.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from playwright.sync_api import Download, FrameLocator, Locator, expect
from playwright.sync_api import Page as BrowserPage

T = TypeVar("T")
# Generous: a loaded machine is slow, and no test asserts how long anything took.
PATIENCE = 40.0
expect.set_options(timeout=PATIENCE * 1000)


class Page:
    """One browser tab with the demo in it."""

    def __init__(self, tab: BrowserPage, address: str) -> None:
        self.tab = tab
        self.address = address.rstrip("/")
        self.problems: list[str] = []
        tab.on("pageerror", lambda error: self.problems.append(str(error)))
        tab.set_default_timeout(PATIENCE * 1000)

    # -------------------------------------------------------------- looking

    def open(self, person: str = "ana", place: str = "general") -> Page:
        self.tab.goto(f"{self.address}/#{person}/{place}")
        self._arrived()
        return self

    def close(self) -> None:
        """Close the tab, and forget what its page remembers beyond it."""
        self.tab.evaluate("localStorage.clear()")
        self.tab.close()

    @property
    def inside(self) -> FrameLocator:
        """The Discord-like page that is shown now."""
        return self.tab.frame_locator("#stage iframe:not(.away)")

    def text(self) -> str:
        """Everything that is written in the channel, oldest first."""
        self._quiet()
        return self.inside.locator("#channel-message-list").inner_text()

    def messages(self) -> list[str]:
        self._quiet()
        return self.inside.locator("#channel-message-list > article").all_inner_texts()

    def last(self) -> str:
        return self.messages()[-1]

    def form(self) -> str:
        """What the open form says, or nothing while no form is open."""
        self._quiet()
        root = self.inside.locator("#modal-root")
        return root.inner_text() if root.is_visible() else ""

    def notice(self) -> str:
        """The sentence of the page itself when something was not possible."""
        self.tab.locator("#notice").wait_for()
        return self.tab.locator("#notice-text").inner_text()

    def rooms(self) -> list[str]:
        """The channel list, as it is at this moment."""
        return self.tab.locator("#places .name").all_inner_texts()

    def headings(self) -> list[str]:
        """The categories in the channel list."""
        return self.tab.locator("#places h3").all_inner_texts()

    def place(self) -> str:
        """Where one is: the name of the marked channel."""
        return self.tab.locator("#places [aria-current] .name").inner_text()

    def has(self, room: str) -> Page:
        """Wait until this channel or thread is in the list."""
        expect(self._room(room)).to_be_visible()
        return self

    def lacks(self, room: str) -> Page:
        """Wait until this channel or thread is not in the list."""
        expect(self._room(room)).to_have_count(0)
        return self

    def calls(self, name: str) -> int:
        """The red number beside a person."""
        badge = self._person(name).locator(".badge")
        return int(badge.inner_text()) if badge.count() else 0

    def in_sight(self) -> bool:
        """Whether the end of the newest message can be seen without scrolling."""
        return self.inside.locator("#channel-timeline").evaluate(
            """(timeline) => {
              const last = timeline.querySelector("[data-message-id]:last-child");
              return last.getBoundingClientRect().bottom <= timeline.getBoundingClientRect().bottom;
            }"""
        )

    def until(self, look: Callable[[], T], what: str = "") -> T:
        """Look again and again until there is something; the last look is the answer."""
        deadline = time.monotonic() + PATIENCE
        while True:
            found = look()
            if found:
                return found
            if time.monotonic() > deadline:
                told = self.tab.locator("#notice-text").inner_text()
                raise AssertionError(
                    f"waited in vain{f' for {what}' if what else ''}: {found!r}; "
                    f"the page's own words: {told!r}"
                )
            self.tab.wait_for_timeout(50)

    def sees(self, *words: str) -> Page:
        """Wait until all of this is written in the channel."""
        self.until(lambda: all(word in self.text() for word in words), repr(words))
        return self

    # --------------------------------------------------------------- moving

    def be(self, name: str) -> Page:
        self._uncover("rooms")
        self._person(name).click()
        expect(self._person(name)).to_have_attribute("aria-current", "true")
        self._arrived()
        return self

    def go(self, place: str) -> Page:
        """``#general``, a thread's name, or ``Firsthand`` for the messages with the bot."""
        self._uncover("rooms")
        button = self._room(place)
        button.click()
        expect(button).to_have_attribute("aria-current", "page")
        self._arrived()
        return self

    def step_through(self, mention: str) -> Page:
        """Press the newest mention of a channel, and be there."""
        self.inside.locator(".mention").filter(has_text=mention).last.click()
        self.until(lambda: mention in (f"#{self.place()}", self.place()), mention)
        self._arrived()
        return self

    # --------------------------------------------------------------- acting

    def say(self, text: str) -> Page:
        self.inside.locator("#channel-composer-input").fill(text)
        self.inside.locator("#send-message").click()
        return self._quiet()

    def slash(self, command: str, **options: str) -> Page:
        """Pick the command from the picker, give its options, and send it."""
        self.pick(command, **options)
        self.inside.locator("#send-message").click()
        return self._quiet()

    def pick(self, command: str, **options: str) -> Page:
        if (leave := self.inside.locator(".command-context-close")).is_visible():
            leave.click()
        path = ".".join(command.removeprefix("/").split())
        box = self.inside.locator("#channel-composer-input")
        entry = self.inside.locator(f'.command-entry[data-entry-key$=":{path}"]')
        box.fill("")
        # In another language the command goes by another name: the bare slash lists them all.
        for words in (command, "/"):
            box.press_sequentially(words) if words == "/" else box.fill(words)
            self.tab.wait_for_timeout(150)
            if entry.count():
                break
            box.fill("")
        entry.click()
        for name, value in options.items():
            self._option(name, value)
        return self

    def boxed(self) -> str:
        """The command in the box with what is written into its options, in small letters."""
        row = self.inside.locator(".command-row")
        if not row.count():
            return ""
        written = row.locator(".command-option-input").evaluate_all(
            "(inputs) => inputs.map((input) => input.value)"
        )
        return " ".join([row.inner_text(), *written]).lower()

    def write(self, name: str, value: str) -> Page:
        """Write an option of the command that is in the box."""
        self._option(name, value)
        return self

    def give(self, name: str, value: str) -> Page:
        """Write an option of the command that is in the box, and send it."""
        self.write(name, value).inside.locator("#send-message").click()
        return self._quiet()

    def suggestions(self) -> list[str]:
        """What the open list of the picker offers."""
        shown = self.inside.locator(".command-popup:not([hidden]) .command-suggestion-label")
        self.until(shown.count, "suggestions")
        return shown.all_inner_texts()

    def click(self, label: str) -> Page:
        """Press the newest button with this label that can be pressed."""
        self._quiet()
        button = self.inside.locator(
            "#channel-message-list button.component-button:enabled"
        ).filter(has_text=re.compile(rf"^\s*{re.escape(label)}\s*$"))
        button.last.click()
        return self._quiet()

    def select(self, placeholder: str, *labels: str) -> Page:
        """Choose from the newest menu whose face shows ``placeholder``."""
        self._quiet()
        self._choose(self.inside.locator("#channel-message-list"), placeholder, labels)
        return self._quiet()

    def choose(self, label: str) -> Page:
        """Choose from the newest menu, which says nothing on its face."""
        self._quiet()
        self._choose(self.inside.locator("#channel-message-list"), None, (label,))
        return self._quiet()

    def fill_form(self, fields: dict[str, str | list[str]]) -> Page:
        """Write into the open form, field by label. A list chooses from a menu."""
        self._quiet()
        root = self.inside.locator("#modal-root")
        for label, value in fields.items():
            field = root.locator(".modal-field").filter(has_text=label).first
            if isinstance(value, list):
                self._choose(field, None, tuple(value))
            else:
                field.locator("textarea, input").first.fill(value)
        return self

    def send_form(self) -> Page:
        """Send the open form and wait until it is gone."""
        root = self.inside.locator("#modal-root")
        handle = self._status_of("modal")

        def gone() -> bool:
            self._quiet()
            if self._status_of("modal") == handle and not root.locator(".field-error").count():
                # The page takes no clicks while it looks something up for a menu of the form.
                root.locator(".modal-actions button").last.click()
                self.tab.wait_for_timeout(100)
            return self._status_of("modal") != handle

        self.until(gone, "the form to be taken")
        return self._quiet()

    def menu(self, command: str, *, member: str = "", message: str = "") -> Page:
        """A menu command on a person, or on the newest message that contains these words."""
        self._uncover("tools")
        choice = self.tab.locator("#menus-body select")
        wanted = re.compile(rf"^{re.escape(member)}( \(you\))?$" if member else re.escape(message))
        option = choice.locator("option").filter(has_text=wanted).first
        choice.select_option(value=option.get_attribute("value") or "")
        with self._redrawn():
            self.tab.locator("#menus-body button", has_text=command).click()
            self._idle()
        return self

    def push(self, step: str) -> Page:
        """``hour``, ``day`` or ``week``."""
        self._uncover("tools")
        with self._redrawn():
            self.tab.locator(f'[data-push="{step}"]').click()
            self._idle()
        self._cover()
        return self

    def restart(self) -> Page:
        self._uncover("tools")
        with self._redrawn():
            self.tab.locator("#restart").click()
            expect(self.tab.locator("#restart")).to_have_text("The bot is back")
        self._cover()
        return self

    def dms(self, is_open: bool) -> Page:
        self._uncover("rooms")
        if self.tab.locator("#dms").is_checked() != is_open:
            self.tab.locator(".switch").click()
        self._idle()
        self._cover()
        return self

    def download(self, name: str) -> bytes:
        """Press the download button of the attached file with this name; its bytes."""
        button = self.inside.locator("button", has=self.tab.locator("xpath=.")).and_(
            self.inside.locator(f'[aria-label*="{name}"], [title*="{name}"]')
        )
        with self.tab.expect_download() as waiting:
            button.last.click()
        fetched: Download = waiting.value
        return fetched.path().read_bytes()

    # -------------------------------------------------------------- insides

    def _person(self, name: str) -> Locator:
        return self.tab.locator(f'#people [data-key="{name.lower()}"]')

    def _room(self, place: str) -> Locator:
        name = self.tab.locator(".name").get_by_text(place.removeprefix("#"), exact=True)
        return self.tab.locator("#places .place").filter(has=name)

    def _arrived(self) -> None:
        expect(self.tab.locator("#stage")).to_have_attribute("aria-busy", "false")
        self.tab.locator("#stage iframe:not(.away)").wait_for()
        self._quiet()

    def _idle(self) -> None:
        """No act of the page around the frame is under way."""
        expect(self.tab.locator("#restart")).to_be_enabled()

    def _quiet(self) -> Page:
        """Wait until the shown page has drawn the answer to what was done last."""

        def settled() -> bool:
            status = self._status()
            return bool(status and status["ready"] and not status["pending"])

        self.until(settled, "the page to settle")
        return self

    def _status(self) -> dict[str, Any] | None:
        """What the shown page says about itself; None while its frame is being put in place."""
        return self.tab.locator("#stage iframe:not(.away)").evaluate(
            """(frame) => {
              const now = frame.contentWindow?.simcordPreview;
              return now && {
                ready: now.ready, pending: now.pendingAction, drawn: now.publishedRevision,
                modal: now.renderState.modalHandle,
              };
            }"""
        )

    def _status_of(self, name: str) -> Any:
        return (self._status() or {}).get(name)

    @contextmanager
    def _redrawn(self) -> Iterator[None]:
        """Wait until the shown page has drawn what an act beside it brought about."""
        before = self._status_of("drawn") or 0
        yield
        self.until(lambda: (self._status_of("drawn") or 0) > before, "a new drawing")
        self._quiet()

    def _uncover(self, panel: str) -> None:
        """On a small screen, open the panel; on a large one it is there."""
        button = self.tab.locator(f"#open-{panel}")
        if button.is_visible() and button.get_attribute("aria-expanded") == "false":
            button.click()

    def _cover(self) -> None:
        if self.tab.locator("#veil").is_visible():
            self.tab.keyboard.press("Escape")

    def _option(self, name: str, value: str) -> None:
        field = self.inside.locator(f'.command-option-input[data-option="{name}"]')
        if not field.count():
            self.inside.locator(".command-ghost").click()
            self.inside.locator(f'.command-suggestion[data-value="{name}"]').click()
        field.fill(value)
        if field.get_attribute("role") == "combobox":
            label = re.compile(re.escape(value), re.IGNORECASE)
            shown = self.inside.locator(".command-popup:not([hidden]) .command-suggestion")
            shown.filter(has_text=label).first.click()

    def _choose(self, root: Locator, placeholder: str | None, labels: tuple[str, ...]) -> None:
        trigger = root.locator(".select-trigger:enabled")
        if placeholder is not None:
            trigger = trigger.filter(has_text=placeholder)
        trigger.last.click()
        menu = self.inside.locator(".select-list:not([hidden])")
        options, apply = menu.locator(".select-option"), menu.locator(".select-apply")
        for label in labels:
            options.filter(has_text=label).first.click()

        def taken() -> bool:
            self._quiet()
            if not menu.count():
                return True
            # The page takes no choice while it looks something up for the menu: it stays open.
            (apply if apply.count() else options.filter(has_text=labels[-1]).first).click()
            return not menu.count()

        self.until(taken, "the choice to be taken")


class Guide:
    """The guided path beside the frame, followed as its reader follows it."""

    def __init__(self, page: Page, chapter: str) -> None:
        self.page = page
        self._body = page.tab.locator("#guide-body")
        self._body.locator("select").select_option(label=chapter)

    @property
    def title(self) -> str:
        return self._body.locator(".step-title").inner_text()

    def on(self, title: str) -> Guide:
        """Go on to the next step, which has this title."""
        self._body.locator(".steps .main").click()
        expect(self._body.locator(".step-title")).to_have_text(title)
        return self

    def follow(self) -> Page:
        """Be who the step says, where it says."""
        button = self._body.locator(".be")
        if button.is_enabled():
            button.click()
        # It says "You are Ana, in #general" then.
        expect(button).to_be_disabled()
        self.page._arrived()
        return self.page

    def put(self) -> Page:
        """Put the step's command into the box, and look whether all of it is there."""
        button = self._body.get_by_role("button", name="Put it in the box")
        button.click()
        expect(button).to_be_enabled()
        shown = self._body.locator(".command > code").inner_text().lower()
        words = shown.replace(":", "").split()

        def put() -> bool:
            boxed = self.page.boxed().replace(":", "")
            return all(word in boxed for word in words)

        # On a busy computer the button is enabled before its click is heard.
        self.page.until(put, f"{self.title}: {shown} in the box")
        return self.follow()

    def send(self) -> Page:
        """Put the step's command into the box, and press Enter there."""
        self.put().inside.locator("#send-message").click()
        return self.page._quiet()
