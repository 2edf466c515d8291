"""The private nudge: told to the author alone, rarely, and nothing of the message is kept."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from simcord.builders import ChannelHandle

from bot.consent.rules import Act
from bot.demo import strict
from bot.noticing.service import Target
from bot.words import speak
from bot.work import rules
from tests.cogs.test_doorbell import dms
from tests.noticings import CLAIM_IN_SPANISH, claim, listening_world, nudges, rings, ruled, says
from tests.simulator import Faults
from tests.wire import forge
from tests.wire.test_two_processes import second_process
from tests.world import DAY, HOUR, Answer, Person, World


@pytest.fixture
async def world(tmp_path: Path, faults: Faults) -> AsyncIterator[World]:
    async with listening_world(tmp_path, faults) as made:
        yield made


@pytest.fixture
async def quiet(tmp_path: Path, faults: Faults) -> AsyncIterator[World]:
    """Where nobody has chosen noticing."""
    async with listening_world(tmp_path, faults, "off") as made:
        yield made


def two(world: World, locale: str = "en-US") -> tuple[Person, Person]:
    return world.person("Ana", locale), world.person("Beto", locale)


async def opened(person: Person) -> Answer:
    """What waits for them."""
    return await person.slash("consent inbox")


async def test_whoever_speaks_for_somebody_is_told_and_nobody_else_is(world: World) -> None:
    ana, beto = two(world)
    message = await says(beto, claim(ana))
    card = await opened(beto)
    assert card.private
    assert f"seems to speak for {ana.mention}" in card.text
    assert f"{world.general.id}/{message.id}" in card.text
    assert f"**{ana.mention} wants" in card.text
    assert "Only you are told" in card.text
    assert {"Ask them", "I'd rather edit it"} <= set(_labels(world, card))


def _labels(world: World, card: Answer) -> list[str]:
    """Of links, too."""
    found: list[str] = []

    def walk(parts: Any) -> None:
        for part in parts:
            found.extend([part["label"]] if "label" in part else [])
            walk(part.get("components") or [])

    walk(world.fresh(card.message).components)
    return found


async def test_ask_them_opens_the_form_and_asking_ends_the_nudge(world: World) -> None:
    ana, beto = two(world)
    await says(beto, claim(ana), at=world.assembly)
    card = await opened(beto)
    form = await beto.click(card, "Ask them")
    assert form.form is not None
    assert "Ana" in form.form["title"]
    asked = await beto.fill(form, words="Ana would rather march on Sunday.", place="Here")
    assert asked.text.startswith("Asked.")
    consent = await world.only_consent()
    assert (consent["person_id"], consent["holder_id"]) == (ana.id, beto.id)
    assert consent["speak_channel_id"] == world.assembly.id
    assert await nudges(world) == []
    assert "speak for" not in (await beto.slash("consent inbox")).text


async def test_asking_from_a_dm_is_for_a_channel_where_one_could_write(world: World) -> None:
    """It was theirs to write in when they did; the nudge stays, and what they typed comes back."""
    ana, beto = two(world)
    await beto.slash("privacy dms", choice="allow")
    await says(beto, claim(ana))
    await world.later(0)
    (ring,) = rings(world, beto)
    form = await beto.click(await beto.click(ring, "Open"), "Ask them")
    world.deny(world.general, beto, send_messages=True)
    refused = await beto.fill(form, words="Ana would rather march on Sunday.", place="Here")
    assert f"can't write in <#{world.general.id}>" in refused.text
    assert "Ana would rather march on Sunday." in refused.text
    assert await world.consents() == []
    assert len(await nudges(world)) == 1


async def test_whoever_allowed_dms_asks_from_there(world: World) -> None:
    ana, beto = two(world)
    await beto.slash("privacy dms", choice="allow")
    await says(beto, claim(ana))
    await world.later(0)
    (ring,) = rings(world, beto)
    assert ring.channel_id == beto.user.dm_channel.id
    card = await beto.click(ring, id=f"firsthand:open:{beto.id}")
    form = await beto.click(card, "Ask them")
    assert "channel" not in str([each["component"] for each in form.form["components"]])
    asked = await beto.fill(form, words="Ana would rather march on Sunday.", place="Here")
    assert asked.text.startswith("Asked.")
    assert (await world.only_consent())["speak_channel_id"] == world.general.id
    assert await nudges(world) == []


async def test_from_a_dm_nobody_asks_in_a_server_they_have_left(world: World) -> None:
    ana, beto = two(world)
    await beto.slash("privacy dms", choice="allow")
    await says(beto, claim(ana))
    card = await beto.dm("consent inbox")
    world.guild.remove_member(beto.member)
    answer = await beto.click(card, "Ask them")
    assert answer.form is None
    assert "can't find that here" in answer.text
    assert await world.consents() == []


@pytest.mark.parametrize("dms", ["none", "closed"])
async def test_nobody_sees_in_the_channel_that_its_author_was_told(
    world: World, dms: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Law 7: a ring right below the message, or at the same moment, is a public telling-off."""
    monkeypatch.setattr(rules.secrets, "randbelow", lambda most: most - HOUR - 60)
    ana, beto = two(world)
    if dms == "closed":
        await beto.slash("privacy dms", choice="allow")
        path = f"/channels/{beto.user.dm_channel.id}/messages"
        world.env.inject_error("POST", path, status=403, code=50007, times=None)
    await says(beto, claim(ana))
    await world.later(7 * HOUR)
    assert "something waits" not in world.said(world.general) + world.said(world.assembly)
    assert "seems to speak for" in (await opened(beto)).text
    await ruled(world, "doorbell_channel", str(world.assembly.id))
    await says(beto, claim(ana, "{who} wants to stay at home."))
    hours = 0
    while "something waits" not in world.said(world.assembly):
        await world.later(HOUR)
        hours += 1
    assert hours >= 5
    assert "something waits" not in world.said(world.general)
    assert ana.mention not in world.said(world.assembly)


async def test_it_speaks_spanish(world: World) -> None:
    ana, beto = two(world, "es-ES")
    await says(beto, claim(ana, CLAIM_IN_SPANISH))
    card = await opened(beto)
    es = speak("es")
    assert es("Only you are told. If I am wrong, leave it as it is.") in card.text
    assert f"**{ana.mention} quiere" in card.text
    form = await beto.click(card, es("Ask them"))
    assert form.form is not None


async def test_leave_it_keeps_nothing(world: World) -> None:
    ana, beto = two(world)
    await says(beto, claim(ana))
    card = await opened(beto)
    (row,) = await nudges(world)
    left = await beto.click(card, "Leave it as it is")
    assert "Nothing of it is kept" in left.text
    assert await nudges(world) == []
    gone = await forge.press(beto, f"firsthand:ask-them:{row['id']}", at=world.general)
    assert "can't find that here" in gone.text


# -- who is not nudged ------------------------------------------------------------------------


async def test_off_is_the_default(quiet: World) -> None:
    ana, beto = two(quiet)
    await says(beto, claim(ana))
    assert rings(quiet, beto) == []
    assert await nudges(quiet) == []
    assert "off" in (await ana.slash("rules show")).text


async def test_what_is_held_at_the_door_is_not_read(quiet: World) -> None:
    ana, beto = two(quiet)
    await ruled(quiet, "noticing", "hold")
    await says(beto, claim(ana))
    assert await nudges(quiet) == []


async def test_without_the_intent_nobody_is_nudged_and_the_panel_says_so(
    tmp_path: Path, faults: Faults
) -> None:
    world = World(tmp_path / "state", faults)
    await world.start()
    ana, beto = two(world)
    mod = world.moderator("Mod")
    await ruled(world, "noticing", "nudge")
    await says(beto, claim(ana))
    assert await nudges(world) == []
    for command in ("rules edit", "rules check"):
        shown = (await mod.slash(command)).text
        assert "Nobody is nudged" in shown
        assert "FIRSTHAND_MESSAGE_CONTENT" in shown
    await world.stop()


async def test_a_channel_left_out_is_not_listened_to(world: World) -> None:
    ana, beto = two(world)
    await ruled(world, "noticing_leaves_out", str(world.general.id))
    await says(beto, claim(ana))
    assert await nudges(world) == []
    await says(beto, claim(ana), at=world.assembly)
    assert len(await nudges(world)) == 1


async def test_what_noticing_leaves_is_left_at_once(world: World) -> None:
    """A nudge that waits goes with its channel, and with the mode: nothing is read for it."""
    ana, beto = two(world)
    await says(beto, claim(ana))
    await says(ana, claim(beto), at=world.assembly)
    await ruled(world, "noticing_leaves_out", str(world.general.id))
    assert [row["person_id"] for row in await nudges(world)] == [ana.id]
    await ruled(world, "noticing", "off")
    assert await nudges(world) == []


async def test_whoever_holds_a_yes_is_not_nudged_until_it_ends(world: World) -> None:
    ana, beto = two(world)
    await beto.asks(ana)
    await ana.says_yes()
    await says(beto, claim(ana))
    assert await nudges(world) == []
    await ana.takes_back()
    await says(beto, claim(ana))
    assert len(await nudges(world)) == 1


async def test_a_yes_of_one_is_no_yes_of_another(world: World) -> None:
    ana, beto = two(world)
    carla = world.person("Carla")
    await beto.asks(carla)
    await carla.says_yes()
    await says(beto, claim(ana))
    assert [row["about_id"] for row in await nudges(world)] == [ana.id]


async def test_a_yes_given_meanwhile_ends_the_nudge(world: World) -> None:
    ana, beto = two(world)
    await says(beto, claim(ana))
    await beto.asks(ana)
    await ana.says_yes()
    assert "seems to speak for" not in (await beto.slash("consent inbox")).text


async def test_one_nudge_an_hour_for_an_author_over_a_restart(world: World) -> None:
    ana, beto = two(world)
    await says(beto, claim(ana))
    await world.restart()
    await says(beto, claim(ana))
    await world.later(HOUR - 120)
    await says(beto, claim(ana))
    assert len(await nudges(world)) == 1
    await world.later(120)
    await says(beto, claim(ana))
    assert len(await nudges(world)) == 2


async def test_two_messages_at_once_lead_to_one_nudge(world: World) -> None:
    ana, beto = two(world)
    await world.at_once(*[lambda: says(beto, claim(ana))] * 3)
    assert len(await nudges(world)) == 1
    assert len(await world.rows("SELECT * FROM work WHERE kind = 'ring'")) == 1


@pytest.mark.usefixtures("threads")
async def test_two_processes_nudge_once(world: World) -> None:
    """Several may hear one message, or two of one author."""
    ana, beto = two(world)
    async with second_process(world) as twin:
        here = world.guild.id, world.general.id
        with world.env.time_context():
            noted = await asyncio.gather(
                *(
                    bot.nudges.note(*here, 900 + number % 2, beto.id, [Target(ana.id)])
                    for number, bot in enumerate((world.bot, twin) * 3)
                )
            )
            await twin.governance.change(world.guild.id, "noticing", "off", 1, 1)
            assert not await world.bot.nudges.listens(*here)
    assert sum(noted) == 1


async def test_a_nudge_survives_a_restart(world: World) -> None:
    ana, beto = two(world)
    await says(beto, claim(ana))
    card = await opened(beto)
    await world.restart()
    form = await beto.click(card, "Ask them")
    await world.restart()
    assert (await beto.fill(form, words="On Sunday.", place="Here")).text.startswith("Asked.")


async def test_after_a_day_nothing_of_it_is_left(world: World) -> None:
    ana, beto = two(world)
    await says(beto, claim(ana))
    await world.later(DAY)
    assert await nudges(world) == []
    assert await world.rows("SELECT * FROM nudge_rests") == []


async def test_bots_and_webhooks_are_not_nudged(world: World) -> None:
    ana, _ = two(world)
    backend = world.env.backend
    other = world.env.create_user("helper", bot=True)
    world.guild.add_member(other)
    backend.create_message(world.general.id, other.id, claim(ana))
    backend.create_message(world.general.id, backend.bot_user.id, claim(ana))
    await world.env.settle()
    assert await nudges(world) == []


async def test_who_writes_through_a_proxy_is_not_rung_for_a_message_that_is_gone(
    world: World,
) -> None:
    """They were rung, opened the inbox, and found nothing in it."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("privacy dms", choice="allow")
    await strict.send_proxied(ana.member, world.general, claim(beto), "Ana of the river")
    assert await world.rows("SELECT * FROM notices") != []
    await world.later(60)
    assert dms(world, ana) == []
    assert await world.rows("SELECT * FROM notices") == []


async def test_who_has_put_it_in_other_words_by_then_is_not_rung_for_it(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("privacy dms", choice="allow")
    message = await says(ana, claim(beto))
    backend = world.env.backend
    backend.edit_message(world.general.id, message.id, {"content": "I want to cancel the march."})
    await world.later(60)
    assert dms(world, ana) == []
    assert "Nothing waits" in (await ana.slash("consent inbox")).text


async def test_only_so_many_wait_to_be_looked_at(world: World) -> None:
    """Each is looked at again when the inbox is opened: somebody could fill it for hours."""
    ana, beto = world.person("Ana"), world.person("Beto")
    for _ in range(9):
        await says(ana, claim(beto))
        await world.later(3600)
    assert len(await world.rows("SELECT * FROM notices")) == 6


async def test_a_webhook_is_no_author(world: World) -> None:
    """It writes under any name it likes."""
    ana, beto = two(world)
    backend = world.env.backend
    emit = backend.emit

    def as_webhook(name: str, payload: Any, *args: Any, **how: Any) -> Any:
        if name == "MESSAGE_CREATE":
            payload = {**payload, "webhook_id": "123456789012345678"}
        return emit(name, payload, *args, **how)

    backend.emit = as_webhook  # type: ignore[method-assign]
    await says(beto, claim(ana))
    backend.emit = emit  # type: ignore[method-assign]
    assert await nudges(world) == []


async def test_a_thread_is_not_listened_to(world: World) -> None:
    ana, beto = two(world)
    backend = world.env.backend
    made = backend.create_thread(world.general.id, owner_id=beto.id, name="Later")
    backend.announce_thread_create(made)
    await world.env.settle()
    await says(beto, claim(ana), at=ChannelHandle(world.env, world.guild, made))
    assert await nudges(world) == []


async def test_an_edit_is_no_message(world: World) -> None:
    ana, beto = two(world)
    message = await says(beto, "Good morning")
    await beto.member.edit(message, claim(ana))
    assert await nudges(world) == []


async def test_a_direct_message_is_not_noticed(world: World) -> None:
    ana, beto = two(world)
    await beto.user.send_dm(claim(ana))
    assert await nudges(world) == []


async def test_speaking_for_oneself_is_what_this_is_about(world: World) -> None:
    _, beto = two(world)
    await says(beto, claim(beto))
    assert await nudges(world) == []


async def test_an_answer_to_oneself_or_to_the_one_mentioned_is_left_alone(world: World) -> None:
    ana, beto = two(world)
    carla = world.person("Carla")
    own = await says(beto, "Good morning")
    theirs = await says(ana, "Good morning to you")
    await says(beto, claim(ana), reply_to=own)
    await says(beto, claim(ana), reply_to=theirs)
    assert await nudges(world) == []
    await says(beto, claim(carla), reply_to=theirs)
    assert [row["about_id"] for row in await nudges(world)] == [carla.id]


async def test_a_bot_is_nobody_to_speak_for(world: World) -> None:
    _, beto = two(world)
    helper = world.env.create_user("helper", bot=True)
    world.guild.add_member(helper)
    await says(beto, f"<@{helper.id}> wants to cancel the march.")
    await says(beto, f"<@{world.env.backend.bot_user.id}> wants to cancel the march.")
    await says(beto, "<@123456789012345678> wants to cancel the march.")
    assert await nudges(world) == []


async def test_a_role_cannot_be_asked(world: World) -> None:
    _, beto = two(world)
    role = world.guild.create_role("Medics")
    await says(beto, f"<@&{role.id}> wants to cancel the march.")
    card = await opened(beto)
    assert f"<@&{role.id}>" in card.text
    assert "A role can't be asked" in card.text
    assert "/affinity spoke" in card.text
    assert "Ask them" not in card.labels
    (row,) = await nudges(world)
    forged = await forge.press(beto, f"firsthand:ask-them:{row['id']}", at=world.general)
    assert "can't find that here" in forged.text


async def test_only_a_nudge_opens_the_form(world: World) -> None:
    """What else waits for somebody names nobody they spoke for."""
    ana, beto = two(world)
    await ana.asks(beto)
    (notice,) = await world.rows(f"SELECT * FROM notices WHERE person_id = {beto.id}")
    for forged in (
        await forge.press(beto, f"firsthand:ask-them:{notice['id']}", at=world.general),
        await forge.submit(beto, f"firsthand:asked-them:{notice['id']}", at=world.general),
    ):
        assert "can't find that here" in forged.text


# -- what became of the message --------------------------------------------------------------


async def test_a_message_is_looked_at_once_for_all_whom_it_speaks_for(world: World) -> None:
    ana, beto = two(world)
    carla = world.person("Carla")
    message = await says(beto, f"{ana.mention} and {carla.mention} want to cancel the march.")
    assert len(await nudges(world)) == 2
    world.env.http_requests.clear()
    shown = (await opened(beto)).text
    assert shown.count("seems to speak for") == 2
    looks = [e for e in world.env.http_requests if e.path.endswith(f"/messages/{message.id}")]
    assert [each.method for each in looks] == ["GET"]


async def test_of_a_deleted_message_nothing_is_shown(world: World) -> None:
    ana, beto = two(world)
    message = await says(beto, claim(ana))
    await beto.member.delete(message)
    assert "Nothing waits" in (await opened(beto)).text
    assert await nudges(world) == []


async def test_of_a_message_in_other_words_nothing_is_shown(world: World) -> None:
    ana, beto = two(world)
    message = await says(beto, claim(ana))
    await beto.member.edit(message, "I want to cancel the march.")
    assert "Nothing waits" in (await opened(beto)).text
    assert await nudges(world) == []


async def test_a_message_that_cannot_be_looked_at_is_told_without_its_words(world: World) -> None:
    ana, beto = two(world)
    message = await says(beto, claim(ana))
    path = f"/channels/{world.general.id}/messages/{message.id}"
    world.env.inject_error("GET", path, status=403, code=50001)
    card = await opened(beto)
    assert ana.mention in card.text
    assert "wants" not in card.text
    assert "Ask them" in card.labels


async def test_nothing_of_a_message_is_kept_or_logged(
    world: World, caplog: pytest.LogCaptureFixture
) -> None:
    ana, beto = two(world)
    caplog.set_level(logging.DEBUG)
    await says(beto, claim(ana) + " Chachalaca!")
    await opened(beto)
    await world.bot.store.main.scrub()
    for file in world.state.iterdir():
        assert b"Chachalaca" not in file.read_bytes()
    ours = [each for each in caplog.records if each.name.startswith(("bot", "cogs"))]
    for mark in ("Chachalaca", str(ana.id), str(beto.id)):
        assert mark not in "".join(each.getMessage() for each in ours)


async def test_hostile_words_are_shown_to_the_letter(world: World) -> None:
    ana, beto = two(world)
    hostile = f"{claim(ana)} **@everyone** \u202e[see](https://evil.example) `it`"
    message = await says(beto, hostile)
    assert message is not None
    card = await opened(beto)
    assert "\u202e" not in card.text
    assert "\\*\\*\\@everyone\\*\\*" in card.text
    assert "\\[see\\](" in card.text
    assert "\\`it\\`" in card.text
    sent = [each.json for each in world.env.http_requests if "seems to speak" in str(each.json)]
    assert all(_calls_nobody(each) for each in sent)


def _calls_nobody(body: Any) -> bool:
    data = body.get("data", body)
    return data["allowed_mentions"] == {"parse": []}


# -- who must not, and what falls with the rest ----------------------------------------------


async def test_somebody_else_finds_nothing(world: World) -> None:
    ana, beto = two(world)
    mod = world.moderator("Mod")
    await says(beto, claim(ana))
    (row,) = await nudges(world)
    for person in (ana, mod):
        for name in ("nudge", "ask-them"):
            answer = await forge.press(person, f"firsthand:{name}:{row['id']}", at=world.general)
            assert "can't find that here" in answer.text
        form = {"words": "Mine.", "place": "Here", "days": ["7"]}
        answer = await forge.submit(
            person, f"firsthand:asked-them:{row['id']}", at=world.general, **form
        )
        assert "can't find that here" in answer.text
        assert "seems to speak" not in (await person.slash("consent inbox")).text
    assert await nudges(world) == [row]
    assert await world.consents() == []


async def test_erasing_forgets_nudges_of_both(world: World) -> None:
    ana, beto = two(world)
    await says(beto, claim(ana))
    await ana.click(await ana.slash("privacy erase"), "Erase everything")
    assert await nudges(world) == []
    await beto.click(await beto.slash("privacy erase"), "Erase everything")
    assert await world.rows("SELECT * FROM nudge_rests") == []


async def test_a_server_that_the_bot_left_is_forgotten(world: World) -> None:
    ana, beto = two(world)
    await ruled(world, "noticing", "hold")
    await ruled(world, "noticing", "nudge")
    await says(beto, claim(ana))
    world.env.backend.remove_guild(world.guild.id)
    await world.env.settle()
    await world.later(31 * DAY)
    assert await nudges(world) == []
    assert await world.rows("SELECT * FROM doors") == []
    assert await world.rows("SELECT * FROM rules") == []


async def test_of_many_that_a_message_speaks_for_few_are_told(world: World) -> None:
    """More would read like a list of faults."""
    _, beto = two(world)
    people = [world.person(f"P{number}") for number in range(6)]
    here = world.guild.id, world.general.id
    targets = [Target(each.id) for each in people]
    assert await world.bot.nudges.note(*here, 77, beto.id, targets)
    assert len(await nudges(world)) == 3


async def test_a_no_meanwhile_is_said_in_the_place_of_the_form(world: World) -> None:
    ana, beto = two(world)
    await beto.asks(ana)
    consent = await world.only_consent()
    with world.env.time_context():
        await world.bot.consents.act(consent["id"], ana.id, Act.NO, world.guild.id)
    await says(beto, claim(ana))
    inbox = await beto.slash("consent inbox")
    answer = await beto.click(inbox, "Ask them")
    assert answer.form is None
    assert ana.mention in answer.text
