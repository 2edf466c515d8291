"""Asking to speak for somebody, and asking somebody to speak for me."""

from __future__ import annotations

import pytest
from simcord.enums import ChannelType

from bot.demo import strict
from bot.words import speak
from tests.cogs.test_doorbell_waits import rings, thread_of, with_doorbell
from tests.wire import forge
from tests.world import DAY, WEEK, World


async def test_a_request_shows_what_was_asked_and_that_silence_is_a_no(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    asked = await beto.asks(ana, "We can host.", place="Thursday's assembly")
    assert asked.private
    assert "No answer means no" in asked.text
    assert "We can host." in asked.text
    assert "Thursday's assembly" in asked.text


async def test_the_form_offers_periods_up_to_the_servers_limit(world: World) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await world.bot.governance.change(world.guild.id, "longest_consent", "3", mod.id, 0)
    form = await beto.slash("consent ask", member=ana)
    days = next(
        each["component"] for each in form.form["components"] if "options" in each["component"]
    )
    assert [each["value"] for each in days["options"]] == ["1", "3"]


async def test_a_yes_lasts_no_longer_than_the_rule_when_it_is_given(world: World) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await beto.asks(ana, days=["30"])
    await world.bot.governance.change(world.guild.id, "longest_consent", "1", mod.id, 0)
    assert "1 day" in (await ana.reads()).text
    await ana.says_yes()
    consent = await world.only_consent()
    assert consent["due_at"] - consent["changed_at"] == DAY


async def test_nobody_asks_themselves_or_an_app(world: World) -> None:
    beto = world.person("Beto")
    app = world.guild.add_member(world.env.create_user("helper", bot=True))
    assert "speak for yourself" in (await beto.slash("consent ask", member=beto)).text
    assert "an app" in (await beto.slash("consent ask", member=app)).text
    assert await world.consents() == []


async def test_whose_flag_says_dont_speak_for_me_cannot_even_be_asked(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("consent flag", choice="never", note="Ask Cass instead.")
    refused = await beto.slash("consent ask", member=ana)
    assert refused.form is None
    assert refused.private
    assert "nobody speak for them" in refused.text


async def test_a_flag_set_while_the_form_was_open_still_holds(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    form = await beto.slash("consent ask", member=ana)
    await ana.slash("consent flag", choice="never")
    refused = await beto.fill(form, words="We can host.", place="Here")
    assert "nobody speak for them" in refused.text
    assert await world.consents() == []


async def test_one_open_request_a_pair(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    again = await beto.slash("consent ask", member=ana)
    assert again.form is None
    assert "already waits" in again.text
    assert "Asked" in (await ana.asks(beto)).text  # the other direction is another request


async def test_three_requests_a_day(world: World) -> None:
    beto = world.person("Beto")
    others = [world.person(name) for name in ("Ana", "Cass", "Dede", "Emil")]
    for other in others[:3]:
        assert "Asked" in (await beto.asks(other)).text
    refused = await beto.asks(others[3])
    assert "requests for one day" in refused.text
    await world.later(DAY)
    assert "Asked" in (await beto.asks(others[3])).text


async def test_a_pair_rests_thirty_days_after_a_no(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.asks(ana)
    await ana.click(await ana.reads(), "No")
    assert "let it rest" in (await beto.asks(ana)).text
    await world.later(30 * DAY - 120)
    assert "let it rest" in (await beto.asks(ana)).text
    await world.later(240)
    assert "Asked" in (await beto.asks(ana)).text


async def test_a_moderator_can_only_lengthen_the_rest(world: World) -> None:
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await world.bot.governance.change(world.guild.id, "rest_days", "60", mod.id, 0)
    await beto.asks(ana)
    await ana.click(await ana.reads(), "No")
    await world.later(45 * DAY)
    assert "let it rest" in (await beto.asks(ana)).text


@pytest.mark.parametrize("blocked", [False, True])
async def test_a_blocked_request_looks_like_one_that_lapsed(world: World, blocked: bool) -> None:
    """Law 2: whoever is blocked cannot tell, at any step."""
    ana, beto = world.person("Ana"), world.person("Beto")
    if blocked:
        await ana.slash("consent block", member=beto)
    asked = await beto.asks(ana)
    assert asked.text.startswith(f"Asked. It waits for {ana.mention}")
    assert "no way to let them know" not in asked.text
    assert "waiting for an answer" in (await beto.slash("consent ledger")).text
    assert "already waits" in (await beto.slash("consent ask", member=ana)).text
    if blocked:
        assert "Nothing waits" in (await ana.slash("consent inbox")).text
        assert world.messages(world.general) == []
    await world.later(WEEK)
    assert "lapsed without an answer" in (await beto.slash("consent ledger")).text
    assert "Asked" in (await beto.asks(ana)).text


async def test_unblocking_lets_them_ask_again(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await ana.slash("consent block", member=beto)
    assert "may ask you again" in (await ana.slash("consent unblock", member=beto)).text
    assert "had not blocked" in (await ana.slash("consent unblock", member=beto)).text
    await beto.asks(ana)
    assert beto.mention in (await ana.slash("consent inbox")).text


async def test_giving_asks_the_holder_and_holds_only_once_they_accept(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    given = await ana.gives(beto, "I can't come, but I am for Fridays.")
    assert "Asked" in given.text
    assert (await world.only_consent())["state"] == "waiting"
    read = await beto.reads()
    assert "asks you to say this for them" in read.text
    assert "Yes, in my words" not in read.labels  # nobody rewrites another person's words
    await beto.click(read, "Yes, these words")
    consent = await world.only_consent()
    assert (consent["state"], consent["person_id"]) == ("live", ana.id)


async def test_the_menu_on_a_person_opens_the_same_form(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    form = await beto.menu("Ask to speak for", ana)
    asked = await beto.fill(form, words="We can host.", place="Here")
    assert "Asked" in asked.text


async def test_somebody_who_left_meanwhile_cannot_be_asked(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    form = await beto.slash("consent ask", member=ana)
    world.env.backend.remove_member(world.guild.id, ana.id)
    refused = await beto.fill(form, words="We can host the meeting.", place="Here")
    assert "has left" in refused.text
    assert "We can host the meeting." in refused.text  # nothing has to be typed twice
    assert await world.consents() == []


@pytest.mark.parametrize("give", [False, True])
async def test_the_channel_is_one_where_whoever_speaks_could_write(
    world: World, give: bool
) -> None:
    """Beto would speak, whoever of the two asks; what was typed comes back."""
    ana, beto = world.person("Ana"), world.person("Beto")
    ask = ana.gives if give else beto.asks
    other, typed = beto if give else ana, "Fridays are fine for me."
    world.deny(world.assembly, beto, send_messages=True)
    refused = await ask(other, typed, channel=[world.assembly])
    assert f"can't write in <#{world.assembly.id}>" in refused.text
    assert typed in refused.text
    assert await world.consents() == []
    world.env.backend.delete_overwrite(world.assembly.id, beto.id)
    assert "Asked" in (await ask(other, typed, channel=[world.assembly])).text


@pytest.mark.parametrize("give", [False, True])
async def test_of_a_channel_that_one_cannot_see_one_is_told_nothing(
    world: World, give: bool
) -> None:
    """Neither who can write there, nor whether there is one: a forged choice is not answered."""
    ana, beto = world.person("Ana"), world.person("Beto")
    asker, other = (ana, beto) if give else (beto, ana)
    told: list[str] = []
    for number, there in enumerate((True, True, False)):
        hidden = world.guild.create_text_channel(f"hidden-{number}")
        world.deny(hidden, asker, view_channel=True)
        if number == 0:
            world.deny(hidden, other, send_messages=True)
        if not there:
            world.env.backend.delete_channel(hidden.id)
        refused = await forge.submit(
            asker,
            f"firsthand:{'give' if give else 'ask'}:{other.id}",
            at=world.general,
            words="Fridays are fine for me.",
            place="Here",
            channel=[str(hidden.id)],
            days=["7"],
        )
        told.append(refused.text)
    assert "can't find that channel" in told[0]
    assert len({*told}) == 1
    assert await world.consents() == []


async def test_a_time_out_of_theirs_is_not_told_by_giving(world: World) -> None:
    """It passes, and is between them and the moderators."""
    ana, beto = world.person("Ana"), world.person("Beto")
    member = world.env.backend.get_guild(world.guild.id).members[beto.id]
    member.timed_out_until = world.env.backend.iso_after(DAY)
    assert "Asked" in (await ana.gives(beto)).text


async def test_a_channel_is_not_judged_while_its_server_is_not_seen(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    form = await beto.slash("consent ask", member=ana)
    strict.goes_out(world.env, world.guild.id)
    refused = await beto.fill(form, words="Fridays are fine for me.", place="Here")
    assert "isn't showing me this server" in refused.text
    assert "Fridays are fine for me." in refused.text
    assert await world.consents() == []


@pytest.mark.parametrize("private_thread", [False, True])
@pytest.mark.parametrize("by_dm", [False, True])
async def test_whoever_is_asked_is_told_that_they_cannot_see_the_channel(
    world: World, by_dm: bool, private_thread: bool
) -> None:
    """Looked up when it is read: once somebody has let them in, they can see it."""
    ana, beto = world.person("Ana"), world.person("Beto")
    where = world.assembly
    if private_thread:
        where = thread_of(world, beto, ChannelType.PRIVATE_THREAD)
    else:
        world.deny(where, ana, view_channel=True)
    await beto.asks(ana, channel=[where])

    async def read() -> str:
        inbox = await (ana.dm if by_dm else ana.slash)("consent inbox")
        return inbox.text + (await ana.click(inbox, "Read it")).text

    unseen = await read()
    assert "for a channel that you can't see" in unseen
    assert "**You can't see that channel**" in unseen
    if private_thread:
        world.env.backend.add_thread_member(where.id, ana.id)
    else:
        world.env.backend.delete_overwrite(where.id, ana.id)
    assert "can't see" not in await read()
    assert "can't tell right now" not in await read()
    world.env.backend.delete_channel(where.id)
    assert "can't tell right now" in await read(), "not seen is not hidden"


async def test_nobody_has_a_ring_put_where_they_could_not_write(world: World) -> None:
    """The bot would write there in their place; the doorbell channel is for that."""
    await with_doorbell(world)
    ana, beto = world.person("Ana"), world.person("Beto")
    world.deny(world.general, beto, send_messages=True)
    await beto.asks(ana, channel=[world.assembly])
    assert world.messages(world.general) == []
    assert len(rings(world, world.assembly)) == 1


async def test_asking_needs_a_server(world: World) -> None:
    beto = world.person("Beto")
    refused = await beto.dm("consent ask", member=beto)
    assert "needs a server" in refused.text


async def test_everything_is_asked_and_answered_in_spanish(world: World) -> None:
    dede, beto = world.person("Dede", "es-419"), world.person("Beto", "es-ES")
    es = speak("es")
    asked = await beto.asks(dede)
    where = es(
        "**Where, and to whom:** {place}\n**I may post them in:** {channel}",
        place="Here",
        channel=f"<#{world.general.id}>",
    )
    assert where in asked.text
    read = await dede.reads()
    assert es("Yes, these words") in read.labels
    assert es("Yes, these words") != "Yes, these words"


async def test_opening_the_form_stores_nothing_about_the_other_person(world: World) -> None:
    """Law 8: somebody who was not asked in the end leaves no trace."""
    ana, beto = world.person("Ana"), world.person("Beto")
    await beto.slash("consent ask", member=ana)
    async with world.bot.store.keys.transaction() as connection:
        rows = await connection.execute_fetchall("SELECT person_id FROM personal_keys")
    assert ana.id not in [row["person_id"] for row in rows]
