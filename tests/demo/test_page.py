"""The page in a browser, acted in: commands, forms, buttons, messages, the clock."""

from __future__ import annotations

import pytest

from .conftest import PHONE, Demo, Tabs
from .page import Page

pytestmark = pytest.mark.browser


def asked(page: Page, member: str = "Ana", words: str = "I can cook on Fridays.") -> Page:
    """Somebody asks somebody, through the form."""
    page.slash("/consent ask", member=member)
    page.fill_form({"The exact words": words, "Where, and to whom": "At the assembly"})
    return page.send_form()


def test_a_command_with_an_option_opens_a_form_and_answers(page: Page) -> None:
    page.be("Beto")
    asked(page)
    page.sees("Only you can see this", "@Ana")


def test_who_was_called_is_marked_and_the_mark_goes_when_seen(page: Page) -> None:
    page.be("Beto")
    asked(page)
    page.until(lambda: page.calls("Ana") == 1, "the mark beside Ana")
    page.be("Ana").sees("something waits for you")
    page.until(lambda: page.calls("Ana") == 0, "the mark to go")


def test_only_the_asker_sees_the_answer_to_the_asker(page: Page) -> None:
    page.be("Beto")
    asked(page, words="A sentence nobody else should see.")
    page.sees("A sentence nobody else should see.")
    for name in ("Ana", "Cass", "Emil"):
        assert "A sentence nobody else" not in page.be(name).text()


def test_a_button_answers(page: Page) -> None:
    page.be("Beto")
    asked(page)
    page.be("Ana").click("Open").sees("Read it").click("Read it").sees("I can cook on Fridays.")


def test_menu_commands_are_offered_beside_the_frame(page: Page) -> None:
    page.be("Beto").menu("Ask to speak for", member="Dede")
    assert "Dede" in page.until(page.form, "the form")
    page.tab.keyboard.press("Escape")
    page.be("Ana").menu("This speaks for me", message="About the kitchen")
    page.sees("This speaks for me")
    page.go("Firsthand")
    assert "Menus are for channels" in page.tab.locator("#menus-body").inner_text()


def test_a_direct_message_arrives_and_names_people(page: Page) -> None:
    page.slash("/privacy dms", choice="Allow")
    page.be("Beto")
    asked(page)
    page.until(lambda: page.calls("Ana") >= 1, "the mark beside Ana")
    page.be("Ana").go("Firsthand").sees("waits for you")
    assert "<@" not in page.text()


def test_closed_direct_messages_are_turned_away(page: Page) -> None:
    page.dms(True).slash("/privacy dms", choice="Allow").dms(False)
    page.be("Beto")
    asked(page)
    page.sees("@Ana, something waits for you")
    assert "waits" not in page.be("Ana").go("Firsthand").text()


def test_the_clock_is_pushed_and_requests_lapse(page: Page) -> None:
    page.be("Beto")
    asked(page)
    before = page.tab.locator("#now").inner_text()
    page.push("week").push("day")
    assert page.tab.locator("#now").inner_text() != before
    page.slash("/consent inbox")
    page.be("Ana").slash("/consent inbox")
    assert "Read it" not in page.last()


def test_times_are_told_by_the_simulated_clock(page: Page) -> None:
    page.be("Beto")
    asked(page)
    page.be("Ana").slash("/consent inbox").sees("in 7 days")
    page.push("day").push("day").sees("in 5 days")


def test_an_old_button_works_after_a_restart(page: Page) -> None:
    page.be("Beto")
    asked(page)
    page.restart().be("Ana").click("Open").sees("Read it")


def test_two_people_see_each_other_act(tabs: Tabs) -> None:
    beto, ana = tabs.open("beto"), tabs.open("ana")
    beto.say("Who has the key to the hall?")
    ana.sees("Who has the key to the hall?")
    asked(beto)
    ana.sees("something waits for you").click("Open").sees("Read it")
    ana.say("I have it.")
    beto.sees("I have it.")


def test_a_whole_act_on_a_phone(tabs: Tabs) -> None:
    page = tabs.open("beto", size=PHONE)
    asked(page)
    page.be("Ana").click("Open").sees("Read it")
    page.push("hour").restart().go("Firsthand")


def test_a_demo_that_ended_is_told(tabs: Tabs, demo: Demo) -> None:
    page = tabs.open()
    demo.stop()
    assert "The demo has ended" in page.notice()
