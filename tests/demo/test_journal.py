"""The guide's third chapter as people walk it: write, lock, lose the bot, find it again, share.

Nobody but the writer sees any of it, in whatever channel, until the friend has said yes.
"""

from __future__ import annotations

import pytest

from .page import Guide, Page

pytestmark = pytest.mark.browser

TITLE, WORDS = "After the assembly", "I was LOUD today, and sorry."
LETTER = "Perhaps the kitchen should stay on Tuesdays."
PASSPHRASE = "four words are good"


def nobody_else_sees(page: Page) -> None:
    for name in ("Beto", "Cass", "Emil"):
        page.be(name).go("#general")
        assert [word for word in (TITLE, WORDS, LETTER) if word in page.text()] == []


def test_a_journal_is_written_closed_found_again_and_shared_slowly(page: Page) -> None:
    guide = Guide(page, "A journal of one's own")
    write(guide, page)
    close(guide, page)
    share(guide, page)
    end(guide, page)


def write(guide: Guide, page: Page) -> None:
    assert guide.title == "Ana writes something down"
    guide.send()
    page.until(page.form, "the form to write")
    page.fill_form({"Title": TITLE, "Your words": WORDS}).send_form().sees("Kept in your journal.")
    guide.on("Or simply in the DM").follow().say(LETTER).sees("Keep this in your journal?")
    page.click("Keep it").sees("Kept in your journal.", "✅")
    nobody_else_sees(page)


def close(guide: Guide, page: Page) -> None:
    guide.on("A passphrase").send().sees("no way to recover it").click("Set a passphrase")
    page.until(page.form, "the form for a passphrase")
    page.fill_form({"New passphrase": PASSPHRASE, "The same again": PASSPHRASE}).send_form()
    page.sees("Your passphrase is set", "no way to recover it")
    guide.on("Locked").send().sees("Your journal is locked")
    page.slash("/journal read").sees("Unlock it first")
    assert TITLE not in page.last()
    guide.on("Off and on again, still locked").follow()
    page.restart()
    unlock(page)
    page.click("Read").sees(TITLE, LETTER)
    guide.on("Finding it again").put().give("text", "loud").sees("newest first: loud", TITLE)
    page.select("Open one", TITLE).sees(WORDS)
    nobody_else_sees(page)


def unlock(page: Page) -> None:
    page.slash("/journal unlock")
    page.until(page.form, "the form to unlock")
    page.fill_form({"Passphrase": PASSPHRASE}).send_form().sees("Your journal is open")


def share(guide: Guide, page: Page) -> None:
    guide.on("Beto takes DMs").send().sees("From now on I send you a DM")
    guide.on("Ana wants to share it, slowly").put().give("entry", TITLE)
    page.sees("Nothing is sent now")
    nobody_else_sees(page)
    guide.on("A day later: still want to?").follow().push("day").sees("something waits for you")
    page.click("Open").sees("wants a second look").click("Read it again").sees("Unlock it first")
    unlock(page)
    page.slash("/consent inbox").sees("wants a second look").click("Read it again").sees(WORDS)
    page.click("Still want to").sees("is asked now whether they are up for it")
    nobody_else_sees(page)
    guide.on("Beto is asked before a word is shown").follow().sees("Something waits for you")
    page.click("Open").sees("Are you up for reading something heavy from @Ana?")
    assert [word for word in (TITLE, WORDS) if word in page.text()] == []
    page.click("Yes, show me").sees(WORDS, "Delete it here")


def end(guide: Guide, page: Page) -> None:
    guide.on("Ana takes it back").send().sees("What you share").click("Take it back")
    page.sees("Taken back")
    page.be("Beto").go("Firsthand")
    page.until(lambda: WORDS not in page.text(), "the entry to be gone from the DM")
    guide.on("All of it as a file").send().sees("keep it where only you can read it")
    assert WORDS.encode() in page.download("journal.md")
