"""The guide's second chapter as people walk it: a group begins, grows, decides, speaks, recalls.

Much of it is about what people do not see: who is outside has no such channel, and who knocks
learns the outcome and nothing else.
"""

from __future__ import annotations

import pytest

from bot.affinity.rules import channel_name
from bot.words import speak

from .page import Guide, Page

pytestmark = pytest.mark.browser

VAN = "saturday-van"
PURPOSE = "Loading, driving, and looking out for each other."
HELLO = "Emil here. I can carry things."
NINE, REASON, QUESTION = "We leave at nine.", "I get off work at ten.", "Would eleven do?"
WORDS = "We drive every Saturday from June on."
CALLED = "something waits for you"


def see_nothing(page: Page, *words: str) -> None:
    """Neither a moderator nor anybody else outside has the channel, or reads a word of it."""
    for name in ("Cass", "Dede"):
        page.be(name).go("#general")
        assert page.headings() == []
        assert VAN not in page.rooms()
        assert [word for word in words if word in page.text()] == []


def test_a_group_begins_decides_speaks_and_ends_as_the_guide_tells(page: Page) -> None:
    guide = Guide(page, "Affinity groups")
    begin(guide, page)
    grow(guide, page)
    decide(guide, page)
    speak_for_it(guide, page)
    end(guide, page)


def begin(guide: Guide, page: Page) -> None:
    assert guide.title == "Ana starts a group"
    guide.send().sees("is started", "Who can read it").has(VAN)
    assert page.headings() == ["Affinity groups"]
    page.step_through(f"#{VAN}").sees(
        PURPOSE, "Who can read this", "every administrator of this server"
    )
    # Who comes from a channel that somebody else does not see stands where everybody may.
    assert page.be("Beto").place() == "general"
    guide.on("Nobody else sees it").follow()
    see_nothing(page)


def grow(guide: Guide, page: Page) -> None:
    guide.on("A place to ring").send().select("Choose a rule", "Doorbell channel")
    page.sees("Now: none chosen").choose("doorbell").sees("#doorbell")
    guide.on("Ana invites Beto").send().sees("@Beto", "is invited")
    page.until(lambda: page.calls("Beto") == 1, "the mark beside Beto")
    guide.on("Beto comes in").follow().sees(CALLED)
    assert "Saturday van" not in page.text()
    assert VAN not in page.rooms()
    page.click("Open").sees("@Ana invites you", PURPOSE).click("Come in").has(VAN)

    guide.on("Emil finds the group and knocks").send().sees("Saturday van", PURPOSE)
    assert [name for name in ("Ana", "Beto") if name in page.last()] == []
    page.select("Knock at a group", "Saturday van")
    page.until(page.form, "the form for a hello")
    page.fill_form({"A short hello": HELLO}).send_form().sees("you alone get the outcome")

    guide.on("The two answer in secret").follow().sees("(@Emil) knocks", HELLO)
    page.click("Yes").sees("Noted: Yes")
    # Half of the answers are given, the bot goes away, and nothing is lost.
    page.restart().be("Beto").go(f"#{VAN}").sees("(@Emil) knocks")
    assert "Noted" not in page.text()
    assert page.calls("Emil") == 0
    page.click("Yes").sees("Noted: Yes", "@Emil is in")

    guide.on("Emil alone is told").follow().sees(CALLED).has(VAN)
    page.click("Open").sees("has taken you in")
    see_nothing(page, "Saturday van", HELLO)


def decide(guide: Guide, page: Page) -> None:
    guide.on("Beto proposes something").send()
    page.until(page.form, "the form for a proposal")
    page.fill_form({"The proposal": NINE}).send_form().sees("(@Beto) proposes", NINE)
    guide.on("Emil blocks it").follow().click("Block")
    page.until(page.form, "the form for the reason")
    page.fill_form({"The reason": REASON}).send_form().sees("Block:", f"(@Emil): {REASON}")
    page.until(page.in_sight, "the answer to be in sight")

    guide.on("Ana asks about it").follow().sees(f"(@Emil): {REASON}").click("Ask")
    named = "Questions about a proposal"  # and the day; never what is asked
    thread = page.until(lambda: "".join(each for each in page.rooms() if named in each), "a thread")
    page.go(thread).say(QUESTION).sees(QUESTION)
    see_nothing(page, NINE, REASON, QUESTION)
    assert thread not in page.rooms()

    guide.on("Emil thinks again").follow().has(thread).click("Stand aside").sees(
        "Stand aside: Emil (@Emil)"
    )
    page.be("Ana").go(f"#{VAN}").click("Support").sees("Support: Ana (@Ana)")
    assert REASON not in page.text()
    page.be("Beto").go(f"#{VAN}").click("Support").sees(
        "the group agreed", "Support: Ana (@Ana), Beto (@Beto)"
    )


def speak_for_it(guide: Guide, page: Page) -> None:
    guide.on("Words for the group").send()
    page.until(page.form, "the form for the words")
    page.fill_form({"The exact words": WORDS, "Where, and to whom": "Whoever comes by"})
    page.send_form().sees("Asked.")
    for name in ("Ana", "Beto", "Emil"):
        page.be(name).go(f"#{VAN}").sees(WORDS).click("Support")
    page.sees("can say these words")
    see_nothing(page, WORDS)

    guide.on("Ana speaks for the group").put().give("consent", "We drive")
    page.sees("speaks for the group Saturday van", WORDS)
    page.until(page.in_sight, "the post to be in sight")
    post = page.be("Dede").sees(WORDS).last()
    assert [name for name in ("Beto", "Emil") if name in post] == []

    guide.on("Any one of them can recall it").send().select("Choose one", "Speaking for the group")
    page.sees("Any member can recall it").click("Recall it").sees("Recalled")
    assert guide.on("The words are gone again").follow().place() == "general"
    page.until(lambda: WORDS not in page.text(), "the words to go")
    # Neither the public nor the one who spoke, nor the others in the group, learn who it was.
    assert "Taken back by the group" in page.last()
    assert "Emil" not in page.last()
    page.be("Ana").slash("/consent inbox")
    assert "Emil" not in page.last()
    page.be("Beto").go(f"#{VAN}")
    assert "Recalled" not in page.text()


def end(guide: Guide, page: Page) -> None:
    guide.on("Beto leaves").send().sees("You have left").lacks(VAN)
    assert page.headings() == []
    page.be("Ana").slash("/affinity leave").lacks(VAN)
    # The last one out closes the group: the channel goes while somebody looks at it.
    page.be("Emil").go(f"#{VAN}").sees("Who is in: Emil (@Emil)").slash("/affinity leave").lacks(
        VAN
    )
    assert page.place() == "general"
    assert "does not see #saturday-van any more" in page.notice()
    # What was said about it names no channel by its number.
    assert "<#" not in page.be("Ana").text()
    assert "#No Access" in page.text()


def test_a_group_in_a_server_that_speaks_spanish(page: Page) -> None:
    """Dede's answers and what all can read are in Spanish; time passes, the bot is restarted."""
    es = speak("es")
    called, purpose, words = "La camioneta", "Cargar y manejar los sábados.", "Salimos a las nueve."
    room = channel_name(called)
    page.be("Cass").slash("/rules edit").select("Choose a rule", "Language")
    page.select("English", "Español").sees("Español")
    page.be("Dede").slash("/affinity start", name=called, purpose=purpose, listed="True").has(room)
    assert page.headings() == [es("Affinity groups")]
    page.go(f"#{room}").sees(purpose, es("Propose"), es("Settings"))
    page.slash("/affinity invite", member="Emil")
    page.be("Emil").go("#general").slash("/consent inbox").click("Come in").has(room)

    # Beto knocks. One says yes, one says no, and Beto learns that it is a no and nothing more.
    page.be("Beto").slash("/affinity knock", group=called)
    page.until(page.form, "the form for a hello")
    page.fill_form({"A short hello": HELLO}).send_form().sees("you alone get the outcome")
    page.be("Dede").go(f"#{room}").sees(HELLO).click(es("Yes"))
    page.restart().be("Emil").go(f"#{room}").sees(HELLO).click(es("No"))
    page.until(lambda: HELLO not in page.text(), "the knock to be over")
    page.be("Beto").go("#general").lacks(room).slash("/consent inbox").sees("has not taken you in")
    assert [name for name in ("Dede", "Emil") if name in page.last()] == []
    page.be("Ana").go("#general").lacks(room)
    assert called not in page.text()

    # A block holds when the time is up, whatever the other one says.
    page.be("Dede").go(f"#{room}").slash("/affinity propose")
    page.until(page.form, "the form for a proposal")
    page.fill_form({es("The proposal"): words, es("Open for"): [es.n("{n} day", "{n} days", 1)]})
    page.send_form().sees(words).click(es("Block"))
    page.until(page.form, "the form for the reason")
    page.fill_form({es("The reason"): "Es muy temprano."}).send_form().sees(
        "(@Dede): Es muy temprano."
    )
    page.be("Emil").go(f"#{room}").click(es("Support")).sees("Support", f"{es('Block')}")
    page.push("day").until(lambda: "(@Emil): " not in page.last(), "the decision")


def test_a_moderator_takes_a_group_off_the_list(page: Page) -> None:
    page.be("Ana").slash("/affinity start", name="Pests", purpose="To pester", listed="True")
    page.has("pests").be("Emil").go("#general").slash("/affinity list").sees("Pests")
    assert "Take a group off the list" not in page.text()
    page.be("Cass").go("#general").slash("/affinity list")
    page.select("Take a group off the list", "Pests").sees("it was you")
    page.click("Take it off the list").sees("is off the list")
    page.be("Ana").go("#pests").sees("@Cass has taken this group off")
    page.be("Emil").slash("/affinity list").sees("No group here can be found")
