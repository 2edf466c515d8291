"""The guide's fourth chapter as people walk it: look, keep a shelf, suggest, read together.

What is on a shelf is seen by its owner alone, and who suggests or joins by nobody else.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from .page import Guide, Page

pytestmark = pytest.mark.browser

MINERS = "Lesbians and Gays Support the Miners"
NOTE = "Chapter two, for the Tuesday shift."
TITLE = "El río de abajo"


def test_a_list_is_read_marked_added_to_and_read_together(page: Page) -> None:
    guide = Guide(page, "A list that keeps the argument alive")
    look(guide, page)
    keep(guide, page)
    add(guide, page)
    gather(guide, page)


def look(guide: Guide, page: Page) -> None:
    assert guide.title == "Where to begin"
    guide.send().sees("here is a question to both essays", "Where they part", "Where they meet")
    guide.on("Looking through the list").put().give("tradition", "Marxist")
    page.sees("The reading list", "Marxist", "Allyship or solidarity?")


def keep(guide: Guide, page: Page) -> None:
    guide.on("What a work is, and how sure that is").put().give("work", MINERS)
    page.sees("Why it is here", "draws on it", "How to find it", "How sure this is")
    guide.on("A shelf of one's own").follow().click(f"Mark: {MINERS}")
    page.sees("Not on your shelf.").click("I'm reading it").sees("you are reading it")
    page.click("Add a note to myself")
    page.until(page.form, "the form for a note")
    page.fill_form({"A note to myself": NOTE}).send_form().sees(NOTE)
    page.slash("/reading shelf").sees("Your shelf", "You are reading", MINERS, NOTE)
    guide.on("The next thing, and why").send().sees("Of what is left, you have read least")
    for name in ("Ana", "Cass"):
        assert NOTE not in page.be(name).go("#general").text()


def add(guide: Guide, page: Page) -> None:
    guide.on("Dede suggests a work").follow().slash("/reading suggest")
    page.until(page.form, "the form to suggest")
    page.fill_form(
        {
            "Título": TITLE,
            "Quién": "Colectivo del Sur, 1998",
            "Por qué": "Cuenta cómo se reparte el agua.",
            "Cómo encontrar": "En la biblioteca del barrio.",
        }
    ).send_form().sees(TITLE)
    guide.on("Cass looks after the list").send().sees(TITLE, "I show nobody who made them")
    page.click(f"Look at: {TITLE}").sees("Cuenta cómo se reparte el agua.")
    assert "Dede" not in page.last()
    page.click("Accept")
    page.until(page.form, "the form to accept")
    page.fill_form({"Form": ["Book"], "Tradition": ["Several"], "Topics": ["Affinity"]}).send_form()
    page.sees("is on the list now")
    page = guide.on("Dede is told, and nobody else").follow()
    page.slash("/consent inbox").sees(TITLE, "Entendido")


def gather(guide: Guide, page: Page) -> None:
    soon = f"{datetime.now(UTC) + timedelta(minutes=90):%H:%M}"
    guide.on("Ana wants to read together").put()
    page.write("work", TITLE).give("when", soon)
    page.sees("Nothing is public yet", TITLE, soon, "What becomes public").click("Post it")
    page.has(f"Reading circle: {TITLE}").sees("Everybody who can see this channel")
    guide.on("Beto joins").follow().click("Join").sees("You are in.")
    assert "You are in." not in page.be("Emil").go("#assembly").text()
    guide.on("One reminder").follow().push("hour")
    guide.send().sees("begins", TITLE)
