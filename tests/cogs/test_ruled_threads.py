"""What a server's rules say of a channel holds for the threads and posts in it."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cogs.test_rules import sets
from tests.threads import made
from tests.world import Answer, Person, World, receipt_in

PLACES = ["a public thread", "a private thread", "an archived thread", "a post in a forum"]
WORDS = "We can host the meeting."
WAYS = ["ask", "give", "in my words"]


async def agree(ana: Person, beto: Person, way: str, thread: Any) -> Answer:
    """Beto may say Ana's words in that thread; the last answer on the way there."""
    if way == "give":
        asked = await ana.gives(beto, WORDS, channel=[thread])
        return await beto.says_yes() if "Asked" in asked.text else asked
    asked = await beto.asks(ana, WORDS, channel=[thread])
    if way == "ask" or "Asked" not in asked.text:
        return await ana.says_yes() if "Asked" in asked.text else asked
    form = await ana.click(await ana.reads(), "Yes, in my words")
    await ana.fill(form, words=WORDS)
    return await beto.click(await beto.reads(), "Agree to these words")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES)
async def test_agreed_words_are_said_in_threads_of_an_allowed_channel(
    world: World, place: str, way: str
) -> None:
    mod, ana, beto = world.moderator("Mod"), world.person("Ana"), world.person("Beto")
    thread, parent = made(world, place, ana, beto)
    assert f"to <#{parent.id}>" in (await sets(mod, "speak_channels", parent)).text
    await agree(ana, beto, way, thread)
    (consent,) = await world.rows("SELECT * FROM consents")
    assert (consent["state"], consent["speak_channel_id"]) == ("live", thread.id)
    said = await beto.speaks(consent["id"], at=thread)
    assert receipt_in(said.text) == receipt_in(world.said(thread))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("place", PLACES)
async def test_threads_of_another_channel_are_closed_when_asking_and_when_speaking(
    world: World, place: str, way: str
) -> None:
    mod, ana, beto = world.moderator("Mod"), world.person("Ana"), world.person("Beto")
    thread, _ = made(world, place, ana, beto)
    await sets(mod, "speak_channels", world.assembly)
    refused = await agree(ana, beto, way, thread)
    assert f"agreed words may not be posted in <#{thread.id}>" in refused.text
    assert WORDS in refused.text
    assert await world.rows("SELECT * FROM consents") == []
    await sets(mod, "speak_channels")
    await agree(ana, beto, way, thread)
    consent = await world.only_consent()
    assert consent["state"] == "live"
    await sets(mod, "speak_channels", world.assembly)
    refused = await beto.speaks(consent["id"], at=thread)
    assert f"agreed words may not be posted in <#{thread.id}>" in refused.text
    assert world.said(thread) == ""
