"""The page in a browser, looked at: who and where one is, the guide, small screens.

Nothing here changes what others see, so that one demo serves all of these tests.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .conftest import PHONE, Demo, Program, Tabs
from .page import Page

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(program: Program) -> Iterator[Demo]:
    running = Demo(program)
    yield running
    running.stop()
    assert running.complaint() == ""


def test_it_opens_and_says_what_it_is(page: Page) -> None:
    assert "Riverside Mutual Aid" in page.tab.locator("#top").inner_text()
    assert "Nothing leaves this computer" in page.tab.locator("#top").inner_text()
    assert page.tab.locator("#people li").count() == 5
    assert "First week here" in page.text()


def test_nothing_is_asked_of_another_address(tabs: Tabs, demo: Demo) -> None:
    page = tabs.open()
    elsewhere: list[str] = []
    page.tab.on(
        "request",
        lambda request: (
            None
            if request.url.startswith((demo.address, "data:", "blob:"))
            else elsewhere.append(request.url)
        ),
    )
    page.be("Beto").go("#kitchen").go("Firsthand")
    assert elsewhere == []


def test_each_person_has_their_own_channels_and_messages(page: Page) -> None:
    assert page.tab.locator('#places [data-key="moderators"]').count() == 0
    page.be("Cass").go("#moderators")
    assert "before Thursday" in page.text()
    page.be("Ana")
    # Ana does not see that channel, so she stands where everybody may.
    assert page.tab.url.endswith("#ana/general")


def test_an_address_leads_to_a_person_and_a_place(tabs: Tabs) -> None:
    page = tabs.open("dede", "kitchen")
    assert "Tengo una olla grande" in page.text()
    assert page.tab.locator("#people [aria-current]").get_attribute("data-key") == "dede"
    page.be("Ana").go("#general")
    page.tab.go_back()
    page.until(lambda: page.tab.url.endswith("#ana/kitchen"))
    page.sees("Tengo una olla grande")


def test_autocomplete_is_asked_at_once(page: Page) -> None:
    page.pick("/consent speak")
    page.inside.locator(".command-option-input").first.click()
    # Nobody has agreed to anything yet, so the bot offers nothing, or says so.
    page.until(lambda: page.inside.locator(".command-popup:not([hidden])").count())


def test_the_bot_speaks_a_persons_language(page: Page) -> None:
    english = page.slash("/help").last()
    spanish = page.be("Dede").slash("/help").last()
    assert english.split("\n\n", 1)[1] != spanish.split("\n\n", 1)[1]
    page.inside.locator("#channel-composer-input").fill("/")
    page.until(lambda: "ayuda" in page.inside.locator(".command-popup").inner_text().lower())


def test_a_file_can_be_kept(page: Page) -> None:
    page.slash("/privacy export").sees(".json")
    assert page.download(".json").strip().startswith(b"{")


def test_a_private_answer_can_be_dismissed(page: Page) -> None:
    page.slash("/help").sees("Only you can see this")
    private = page.text().count("Only you can see this")
    page.inside.locator(".demo-dismiss").last.click()
    page.until(
        lambda: page.text().count("Only you can see this") == private - 1, "the answer to go"
    )


def test_what_was_typed_waits_for_its_writer(page: Page) -> None:
    page.inside.locator("#channel-composer-input").fill("Half a sente")
    page.be("Beto").be("Ana")
    assert page.inside.locator("#channel-composer-input").input_value() == "Half a sente"


def test_the_guide_can_be_closed_and_is_remembered(page: Page) -> None:
    guide = page.tab.locator("#guide")
    page.tab.locator("#guide-body .steps .main").click()
    assert "Step 2 of" in guide.inner_text()
    page.tab.locator("#close-guide").click()
    assert not guide.is_visible()
    page.tab.reload()
    page.open()
    assert not guide.is_visible()
    page.tab.locator("#reopen-guide").click()
    assert "Step 2 of" in guide.inner_text()


def test_every_command_of_the_guide_is_put_into_the_box(page: Page) -> None:
    """Those of the first chapter; in the others, what comes later needs what came before."""
    body = page.tab.locator("#guide-body")
    faults: list[str] = []
    while True:
        step = body.locator(".step-title").inner_text()
        if (put := body.get_by_role("button", name="Put it in the box")).count():
            command = body.locator(".command > code > b").inner_text()
            options = body.locator(".command > code > span").all_inner_texts()
            put.click()
            page.until(put.is_enabled, step)
            boxed = page.boxed()
            words = " ".join(options).replace(":", "").split()
            if not boxed or any(word.lower() not in boxed for word in words):
                faults.append(f"{step}: {command} {options} became {boxed!r}")
        onward = body.locator(".steps .main")
        if onward.inner_text() == "Next chapter":
            break
        onward.click()
    assert faults == []


@pytest.mark.parametrize("panel", ["", "rooms", "guide", "tools"])
def test_nothing_sticks_out_on_a_phone(tabs: Tabs, panel: str) -> None:
    page = tabs.open("beto", size=PHONE)
    if panel:
        page.tab.locator(f"#open-{panel}").click()
    for inside in (page.tab.main_frame, page.tab.frames[-1]):
        assert inside.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_what_is_touched_on_a_phone_is_large_enough(tabs: Tabs) -> None:
    page = tabs.open("beto", size=PHONE)
    # While a panel slides in, what is 40 pixels high measures a hair less.
    page.tab.emulate_media(reduced_motion="reduce")
    small: list[str] = []
    for panel in ("rooms", "guide", "tools"):
        page.tab.locator(f"#open-{panel}").click()
        small += page.tab.locator(f"#top button:visible, #{panel} button:visible").evaluate_all(
            """(buttons) => buttons
              .filter((button) => button.getBoundingClientRect().height < 40)
              .map((button) => button.id || button.textContent)"""
        )
        page.tab.keyboard.press("Escape")
    assert small == []


def test_every_control_has_a_name(page: Page) -> None:
    nameless = page.tab.locator("button, input, select, iframe").evaluate_all(
        """(controls) => controls.filter((control) => !(
             control.textContent.trim() || control.ariaLabel || control.title
             || control.labels?.[0]?.textContent.trim()
           )).map((control) => control.outerHTML)"""
    )
    assert nameless == []
