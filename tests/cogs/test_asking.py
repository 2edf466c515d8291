"""Asking to speak for somebody, and asking somebody to speak for me."""

from __future__ import annotations

import pytest

from bot.words import speak
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
