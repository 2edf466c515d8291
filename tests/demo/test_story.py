"""The guided path as people walk it: asked, answered, spoken, checked, taken back."""

from __future__ import annotations

import pytest

from bot.words import speak

from .page import Page

pytestmark = pytest.mark.browser

ASKED = "I can cook on Fridays, but not in June."
HERS = "I can cook on Fridays from July on."


def test_words_are_asked_for_answered_spoken_and_taken_back(page: Page) -> None:
    page.be("Beto").slash("/consent ask", member="Ana")
    page.fill_form(
        {
            "The exact words": ASKED,
            "Where, and to whom": "At the assembly on Thursday",
            "Channel": ["assembly"],
        }
    )
    page.send_form().sees("Asked", ASKED)

    # Ana is called, and reads nothing of it before she wants to.
    page.until(lambda: page.calls("Ana") == 1, "the mark beside Ana")
    page.be("Ana").sees("something waits for you")
    assert ASKED not in page.text()
    page.click("Open").sees("Read it")
    assert ASKED not in page.text()
    page.click("Read it").sees(ASKED, "Yes, these words", "No", "Leave it")
    page.click("Yes, in my words")
    page.until(page.form, "the form for her words")
    page.fill_form({"The exact words": HERS}).send_form()

    # The bot goes away in the middle, and nothing is lost.
    page.restart()

    page.be("Beto").sees("@Beto, something waits for you").click("Open").sees("Read it")
    page.click("Read it").sees(HERS).click("Agree to these words").sees("Agreed")

    page.go("#assembly").slash("/consent speak", consent="Fridays from July")
    page.sees("speaks for Ana (@Ana)", HERS, "Verify")
    # Said again, it links to where it stands.
    page.slash("/consent speak", consent="Fridays from July").sees("already posted")
    page.be("Emil").sees(HERS)
    assert ASKED not in page.text()
    page.click("Verify").sees("In force")

    page.be("Ana").go("#general").slash("/consent ledger")
    page.select("Choose one", "Fridays from July").sees("Take it back").click("Take it back")
    page.sees("Taken back")

    page.be("Emil").go("#assembly")
    page.until(lambda: HERS not in page.text(), "the words to go")
    page.until(lambda: "taken back" in page.text().lower(), "what stays of the post")


def test_a_person_who_reads_spanish_answers_and_takes_back_in_spanish(page: Page) -> None:
    es = speak("es")
    page.be("Beto").slash("/consent ask", member="Dede")
    page.fill_form({"The exact words": ASKED, "Where, and to whom": "La asamblea del jueves"})
    page.send_form().sees("Asked")

    page.be("Dede").sees("something waits for you").click("Open").sees(es("Read it"))
    page.click(es("Read it")).sees(ASKED, es("Yes, these words"), es("Leave it"))
    page.restart().click(es("Yes, these words"))
    page.until(lambda: es("Yes, these words") not in page.text(), "the answer")

    page.be("Beto").slash("/consent speak", consent="I can cook").sees(
        "speaks for Dede (@Dede)", ASKED
    )
    page.be("Dede").slash("/consent ledger")
    page.select(es("Choose one to read it or to end it"), "I can cook")
    page.sees(es("Take it back")).click(es("Take it back"))
    page.be("Emil").until(lambda: ASKED not in page.text(), "the words to go")
