"""Saying agreed words, verifying receipts, taking words out, and "this speaks for me"."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest

from bot.app import PERMISSIONS
from bot.consent import SAID
from bot.replies import Card
from bot.words import speak
from tests.cogs.test_doorbell_waits import thread_of
from tests.world import DAY, HOUR, WEEK, Person, World, receipt_in

Meanwhile = Callable[[World, Person, Person], Awaitable[None]]


async def agreed(
    world: World, words: str = "I can host.", **more: object
) -> tuple[Person, Person, str]:
    """Ana has said yes to Beto; returns both and the consent's id."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana, words, **more)
    await ana.says_yes()
    return ana, beto, (await world.only_consent())["id"]


async def said_beside(world: World, consent: str, at: Any) -> None:
    """One more post under a consent, as earlier versions let anybody make them."""
    async with world.bot.store.main.transaction() as connection:
        guild_id = world.env.backend.channels[at.id].guild_id
        post = await world.bot.posts.begin(connection, SAID, consent, guild_id, at.id)
    channel = world.bot.get_partial_messageable(at.id)
    assert await world.bot.posting.send(post, channel, Card("I can host."))


async def test_exactly_the_agreed_words_are_posted(world: World) -> None:
    ana, beto, consent = await agreed(world, "I *can* host\n- on Fridays <3")
    said = await beto.speaks(consent)
    assert said.private
    public = world.said(world.general)
    assert f"**Beto** ({beto.mention}) speaks for **Ana** ({ana.mention})," in public
    assert "I \\*can\\* host" in public
    assert receipt_in(public) == receipt_in(said.text)


async def test_a_post_pings_nobody(world: World) -> None:
    _, beto, consent = await agreed(world)
    await beto.speaks(consent)
    posts = [
        each.json
        for each in world.env.http_requests
        if each.method == "POST" and each.path.endswith("/messages") and "speaks" in str(each.json)
    ]
    assert posts
    assert all(not each["allowed_mentions"].get("parse") for each in posts)


async def test_words_are_posted_only_where_it_was_agreed(world: World) -> None:
    """Law 1, specific: one text, one audience."""
    _, beto, consent = await agreed(world)
    refused = await beto.speaks(consent, at=world.assembly)
    assert "not to this channel" in refused.text
    assert world.said(world.assembly) == ""


async def test_the_form_can_name_another_channel(world: World) -> None:
    _, beto, consent = await agreed(world, channel=[world.assembly])
    assert "not to this channel" in (await beto.speaks(consent)).text
    assert "Said" in (await beto.speaks(consent, at=world.assembly)).text


async def test_the_rules_can_close_channels_for_speaking(world: World) -> None:
    _, beto, consent = await agreed(world)
    mod = world.moderator("Mod")
    await world.bot.governance.change(
        world.guild.id, "speak_channels", str(world.assembly.id), mod.id, 0
    )
    assert "agreed words may not be posted in" in (await beto.speaks(consent)).text


async def test_a_thread_counts_as_its_channel_where_the_rules_close_channels(world: World) -> None:
    mod = world.moderator("Mod")
    await world.bot.governance.change(
        world.guild.id, "speak_channels", str(world.general.id), mod.id, 0
    )
    thread = thread_of(world, mod)
    _, beto, consent = await agreed(world, channel=[thread])
    assert "Said" in (await beto.speaks(consent, at=thread)).text


@pytest.mark.parametrize("where", ["a channel", "a thread", "a locked thread"])
async def test_nobody_speaks_through_the_bot_where_they_may_not_write(
    world: World, where: str
) -> None:
    """However it was when the yes was given; and it is no lasting no."""
    world.env.backend.edit_role(
        world.guild.id,
        next(
            role.id
            for role in world.env.backend.get_guild(world.guild.id).roles.values()
            if role.managed
        ),
        {"permissions": (PERMISSIONS | discord.Permissions(manage_threads=True)).value},
    )
    place = world.general if where == "a channel" else thread_of(world, world.person("Cass"))
    _, beto, consent = await agreed(world, channel=[place])
    if where == "a locked thread":
        world.env.backend.edit_channel(place.id, {}, thread_metadata={"locked": True})
    else:
        in_thread = where == "a thread"
        world.deny(
            world.general, beto, send_messages=not in_thread, send_messages_in_threads=in_thread
        )
    refused = await beto.speaks(consent, at=place)
    assert f"You can't write in <#{place.id}> yourself" in refused.text
    assert "I can host." not in world.said(place)
    if where == "a locked thread":
        world.env.backend.edit_channel(place.id, {}, thread_metadata={"locked": False})
    else:
        world.env.backend.delete_overwrite(world.general.id, beto.id)
    assert "Said" in (await beto.speaks(consent, at=place)).text


async def test_only_the_holder_can_speak(world: World) -> None:
    ana, _, consent = await agreed(world)
    cass, mod = world.person("Cass"), world.moderator("Mod")
    for other in (ana, cass, mod):
        assert "hold no such yes" in (await other.speaks(consent)).text
    assert "I can host." not in world.said(world.general)


async def test_nobody_is_represented_while_they_are_away(world: World) -> None:
    ana, beto, consent = await agreed(world)
    world.env.backend.remove_member(world.guild.id, ana.id)
    assert "not in this server" in (await beto.speaks(consent)).text
    world.guild.add_member(ana.user)
    assert "Said" in (await beto.speaks(consent)).text


async def test_words_that_cannot_be_opened_count_as_a_no(world: World) -> None:
    """Law 1: an unreadable request is a no."""
    ana, beto, consent = await agreed(world)
    await world.bot.store.keyring.forget(ana.id)
    assert "counts as a no" in (await beto.speaks(consent)).text


async def test_suggestions_are_what_i_hold(world: World) -> None:
    ana, beto, consent = await agreed(world, "Fridays are fine")
    assert await beto.suggestions("consent speak", "consent") == [
        {"name": "Fridays are fine", "value": consent}
    ]
    assert await beto.suggestions("consent speak", "consent", "mondays") == []
    assert await ana.suggestions("consent speak", "consent") == []


async def test_taking_back_blanks_every_post_and_keeps_a_trace(world: World) -> None:
    """Law 2: reversible, with effect on what was already published, also by earlier versions."""
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    for _ in range(2):
        await said_beside(world, consent, world.general)
    assert world.said(world.general).count("I can host.") == 3
    assert ana.named in world.said(world.general)
    back = await ana.takes_back()
    assert "nothing of them is left" in back.text
    public = world.said(world.general)
    assert not any(each in public for each in (ana.named, beto.named))
    assert "I can host." not in public
    assert public.count("Taken back by the person") == 3


async def test_a_yes_that_expired_can_still_be_taken_back(world: World) -> None:
    ana, beto, consent = await agreed(world, days=["1"])
    await beto.speaks(consent)
    await world.later(40 * DAY)
    assert "I can host." in world.said(world.general)
    await ana.takes_back()
    assert "I can host." not in world.said(world.general)


async def test_a_yes_that_was_given_up_can_still_be_taken_back(world: World) -> None:
    """Law 2: a holder cannot post, give up, and leave the words standing."""
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    await beto.click(await beto.opens_first_entry(), "Give it up")
    assert "I can host." in world.said(world.general)
    await ana.takes_back()
    assert "I can host." not in world.said(world.general)


async def test_places_that_could_not_be_reached_are_named_and_tried_again(world: World) -> None:
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    for method in ("PATCH", "DELETE"):
        world.env.inject_error(method, f"/channels/{world.general.id}/messages/*", status=403)
    back = await ana.takes_back()
    assert "still in these places" in back.text
    assert f"/{world.general.id}/" in back.text
    assert "I can host." in world.said(world.general)
    assert await world.rows("SELECT goes FROM posts WHERE topic = 'consent'") == [
        {"goes": "person"}
    ]
    await world.later(120)
    assert "I can host." not in world.said(world.general)
    assert await world.rows("SELECT * FROM posts WHERE topic = 'consent'") == []


async def test_a_post_deleted_by_hand_needs_no_blanking(world: World) -> None:
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    for message in world.messages(world.general):
        world.env.backend.delete_message(world.general.id, message.id)
    assert "nothing of them is left" in (await ana.takes_back()).text
    assert await world.rows("SELECT * FROM posts WHERE topic = 'consent'") == []


async def test_a_crash_between_sending_and_noting_leaves_nothing_unreachable(
    world: World,
) -> None:
    ana, beto, consent = await agreed(world)

    async def crash(*_: object) -> None:
        raise OSError

    world.bot.posts.is_up = crash  # type: ignore[method-assign]
    await beto.speaks(consent)
    assert "I can host." in world.said(world.general)
    assert await world.rows("SELECT message_id FROM posts WHERE topic = 'consent'") == [
        {"message_id": None}
    ]
    await world.restart()
    await ana.takes_back()
    await world.later(120)
    assert "I can host." not in world.said(world.general)
    assert len(world.faults.drain()) == 1


async def test_without_write_access_nothing_is_said(world: World) -> None:
    _, beto, consent = await agreed(world)
    world.deny(world.general, None, send_messages=True)
    refused = await beto.speaks(consent)
    assert "can't write in this channel" in refused.text
    assert await world.rows("SELECT * FROM posts WHERE topic = 'consent'") == []


async def test_the_verify_button_tells_anybody_how_it_stands(world: World) -> None:
    ana, beto, consent = await agreed(world)
    cass = world.person("Cass")
    await beto.speaks(consent)
    post = world.messages(world.general)[-1]
    verified = await cass.click(post, "Verify")
    assert verified.private
    assert "In force" in verified.text
    assert "I can host." not in verified.text
    await beto.click(await beto.opens_first_entry(), "Give it up")
    assert "Given up" in (await cass.click(post, "Verify")).text
    assert "I can host." in world.said(world.general)  # it was said with a yes
    del ana


async def test_a_receipt_is_forgiving_about_how_it_is_typed(world: World) -> None:
    ana, beto, consent = await agreed(world)
    code = receipt_in((await beto.speaks(consent)).text)
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert "In force" in (await ana.slash("consent verify", code=typed)).text
    await ana.takes_back()
    assert "Taken back" in (await ana.slash("consent verify", code=code)).text


@pytest.mark.parametrize("code", ["", "nonsense", "0000-0000-0000", "x" * 4001])
async def test_an_unknown_receipt_is_not_in_force(world: World, code: str) -> None:
    ana = world.person("Ana")
    assert "no yes in force" in (await ana.slash("consent verify", code=code)).text


async def test_a_request_that_was_never_answered_has_no_receipt(world: World) -> None:
    """Nobody learns from a code who asked whom."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    code = (await world.only_consent())["id"]
    assert "no yes in force" in (await beto.slash("consent verify", code=code)).text


async def test_public_words_follow_the_rule_and_private_ones_the_person(world: World) -> None:
    mod = world.moderator("Mod")
    await world.bot.governance.change(world.guild.id, "language", "es", mod.id, 0)
    ana, beto, consent = await agreed(world)
    said = await beto.speaks(consent)
    assert "Said" in said.text
    es = speak("es")
    wanted = es(
        "{holder} speaks for {person}, with their yes to these words:",
        holder=beto.named,
        person=ana.named,
    )
    assert wanted in world.said(world.general)


# -- "This speaks for me" ---------------------------------------------------------------------


async def test_the_author_is_told_privately_and_nobody_else(world: World) -> None:
    """Law 7: what a person may want to correct is told to that person alone."""
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    message = await beto.member.send(world.general, f"{ana.mention} is fine with Fridays")
    told = await ana.menu("This speaks for me", message)
    assert told.private
    inbox = await beto.slash("consent inbox")
    assert str(message.id) in inbox.text
    assert ana.mention not in inbox.text
    assert "Nothing waits" in (await cass.slash("consent inbox")).text
    assert "fine with" not in str(await world.rows("SELECT * FROM objections"))
    assert "Nothing waits" in (await beto.click(inbox, "Got it")).text
    assert await world.rows("SELECT * FROM notices") == []


async def test_objecting_twice_tells_once(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    message = await beto.member.send(world.general, "Ana thinks so too")
    await ana.menu("This speaks for me", message)
    assert "already said so" in (await ana.menu("This speaks for me", message)).text
    assert len(await world.rows("SELECT * FROM objections")) == 1
    await beto.click(await beto.slash("consent inbox"), "Got it")
    assert "already said so" in (await ana.menu("This speaks for me", message)).text
    assert "Nothing waits" in (await beto.slash("consent inbox")).text, "also after it was read"


async def nothing_happens(world: World, ana: Person, beto: Person) -> None:
    pass


async def it_is_left_unread_for_weeks(world: World, ana: Person, beto: Person) -> None:
    for _ in range(3):
        await world.later(WEEK + 1)
        await world.later(HOUR)


async def the_author_reads_it(world: World, ana: Person, beto: Person) -> None:
    await beto.click(await beto.slash("consent inbox"), "Got it")


async def the_author_reads_it_and_a_month_passes(world: World, ana: Person, beto: Person) -> None:
    await the_author_reads_it(world, ana, beto)
    await world.later(30 * DAY)


async def i_erase_everything(world: World, ana: Person, beto: Person) -> None:
    await the_author_reads_it(world, ana, beto)
    await ana.click(await ana.slash("privacy erase"), "Erase everything")


async def i_was_blocked_for_a_while(world: World, ana: Person, beto: Person) -> None:
    await beto.slash("consent block", member=ana)
    await beto.slash("consent unblock", member=ana)
    await the_author_reads_it(world, ana, beto)


async def the_bot_restarts(world: World, ana: Person, beto: Person) -> None:
    await the_author_reads_it(world, ana, beto)
    await world.restart()


@pytest.mark.parametrize(
    "meanwhile",
    [
        nothing_happens,
        it_is_left_unread_for_weeks,
        the_author_reads_it,
        the_author_reads_it_and_a_month_passes,
        i_erase_everything,
        i_was_blocked_for_a_while,
        the_bot_restarts,
    ],
    ids=lambda each: each.__name__,
)
async def test_nobody_objects_to_a_message_twice_whatever_happens_between(
    world: World, meanwhile: Meanwhile
) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    message = await beto.member.send(world.general, "Ana thinks so too")
    assert "Passed on" in (await ana.menu("This speaks for me", message)).text
    told = await world.rows("SELECT noted_at FROM notices")
    await meanwhile(world, ana, beto)
    assert "already said so" in (await ana.menu("This speaks for me", message)).text
    assert await world.rows("SELECT noted_at FROM notices") in (told, [])


async def test_a_message_is_too_old_to_object_to_before_the_bot_forgets_who_did(
    world: World,
) -> None:
    """So that once stays once, and nothing is kept for ever."""
    ana, beto = world.person("Ana"), world.person("Beto")
    message = await beto.member.send(world.general, "Ana thinks so too")
    await ana.menu("This speaks for me", message)
    answers = []
    while await world.rows("SELECT 1 FROM objections"):
        answers.append((await ana.menu("This speaks for me", message)).text)
        await world.later(30 * DAY)
        await world.later(HOUR)
    answers.append((await ana.menu("This speaks for me", message)).text)
    assert 4 <= len(answers) <= 5
    assert all("already said so" in each for each in answers[:3])
    assert "this one is older" in answers[-1]
    assert await world.rows("SELECT 1 FROM objections") == []
    assert "Nothing waits" in (await beto.slash("consent inbox")).text


async def test_an_author_who_blocks_me_is_not_told_and_i_cannot_tell(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    message = await beto.member.send(world.general, "Ana thinks so too")
    await beto.slash("consent block", member=ana)
    assert "They read, privately" in (await ana.menu("This speaks for me", message)).text
    assert "Nothing waits" in (await beto.slash("consent inbox")).text


async def test_objections_cannot_be_used_to_pester(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    messages = [await beto.member.send(world.general, f"number {n}") for n in range(6)]
    answers = [await ana.menu("This speaks for me", each) for each in messages]
    assert "only so many of these a day" in answers[-1].text
    assert len(await world.rows("SELECT * FROM objections")) == 5


async def test_my_own_message_and_an_apps_are_answered_kindly(world: World) -> None:
    ana = world.person("Ana")
    app = world.guild.add_member(world.env.create_user("helper", bot=True))
    own = await ana.member.send(world.general, "I think so")
    other = await app.send(world.general, "beep")
    assert "your own message" in (await ana.menu("This speaks for me", own)).text
    assert "An app" in (await ana.menu("This speaks for me", other)).text


async def test_on_the_bots_post_it_takes_the_yes_back(world: World) -> None:
    ana, beto, consent = await agreed(world)
    await beto.speaks(consent)
    post = world.messages(world.general)[-1]
    offered = await ana.menu("This speaks for me", post)
    await ana.click(offered, "Take it back")
    assert "I can host." not in world.said(world.general)
