"""The guide's fifth chapter as people walk it: noticing is switched on, and one person is told.

Nobody but the author learns of a nudge, and the message stays where it is.
"""

from __future__ import annotations

import pytest

from .page import Guide, Page

pytestmark = pytest.mark.browser

SAID = "is fine with moving the kitchen to Fridays."


def test_noticing_is_switched_on_and_one_person_is_told(page: Page) -> None:
    guide = Guide(page, "Noticing, if moderators want it")
    switch_on(guide, page)
    be_told(guide, page)
    ask(guide, page)


def switch_on(guide: Guide, page: Page) -> None:
    assert guide.title == "What would it say?"
    guide.put().give("text", "@Ana is fine with Fridays.").sees("is fine with")
    page.slash("/rules try", text="@Ana, are you fine with Fridays?").sees("would say nothing")
    guide.on("Cass switches it on").send().select("Choose a rule to change", "Noticing")
    page.sees("Noticing").choose("private nudge").sees("changed Noticing from off to private nudge")


def be_told(guide: Guide, page: Page) -> None:
    guide.on("Beto speaks for Ana").follow().say(f"@Ana {SAID}")
    page.sees(SAID)
    for name in ("Ana", "Emil"):
        page.be(name).go("#general").sees(SAID)
        assert "seems to speak for" not in page.text()
    assert "something waits" not in page.text(), "a line below it would tell everybody"
    guide.on("Only Beto is told").send().sees("seems to speak for", "is fine with")


def ask(guide: Guide, page: Page) -> None:
    guide.on("He asks her").follow().click("Ask them")
    page.until(page.form, "the form to ask")
    page.fill_form({"exact words": "Ana is fine with Fridays.", "Where": "the assembly"})
    page.send_form().sees("It waits for @Ana")
    guide.on("With a yes there is no nudge").follow().click("Open").click("Read it")
    page.click("Yes, these words").sees("The words hold until")
    page.be("Beto").go("#general").slash("/consent speak", consent="Fridays")
    page.sees("speaks for Ana (@Ana)", "Verify")
