"""Affinity groups as people use them: proposing, settings, speaking for the group, being away."""

from __future__ import annotations

import re
from contextlib import nullcontext

import pytest

from bot.affinity import rules
from bot.affinity.questions import Body
from cogs.affinity.rooms import Room
from tests.groups import Circle, keeper, starts
from tests.wire import forge
from tests.wire.failing import refusing
from tests.world import DAY, HOUR, Answer, Person, World, texts


async def press_again(person: Person, name: str, circle: Circle) -> Answer:
    """Press a button of the newest question, which may show none."""
    rows = await person.world.rows("SELECT id FROM decisions ORDER BY opened_at DESC, id")
    return await forge.press(person, f"firsthand:{name}:{rows[0]['id']}", at=circle.channel)


# -- proposals --------------------------------------------------------------------------------


async def test_a_proposal_passes_once_everybody_has_answered(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    card = await circle.proposes(ana, "We *meet* at https://example.org, @everyone")
    assert "We \\*meet\\* at" in circle.text
    assert "Silence is not support" in circle.text
    answered = await ana.click(card, "Support")
    assert answered.private
    assert f"**Support:** {ana.named}" in circle.text
    aside = await beto.click(card, "Stand aside")
    assert "decided: passed" in aside.text
    assert "**Passed, " in circle.text
    assert f"**Stand aside:** {beto.named}" in circle.text
    assert "decided already" in (await press_again(ana, "group-support", circle)).text


async def test_silence_is_not_support(world: World) -> None:
    """Law 1: at the end of its time, too few have answered."""
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    card = await circle.proposes(ana)
    await ana.click(card, "Support")
    await world.later(3 * DAY)
    assert "too few had answered" in circle.text


@pytest.mark.parametrize("kind", ["proposal", "close"])
async def test_a_last_answer_that_was_not_counted_is_counted_at_the_next_look(
    world: World, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """As if the process had died between writing it down and counting."""
    ana = world.person("Ana")
    circle = await starts(ana)
    if kind == "proposal":
        card = await circle.proposes(ana)
    else:
        await ana.click(await ana.slash("affinity close"), "Ask the group")
        card = circle.card

    async def dies(_: str) -> None:
        """Nothing is counted."""

    with monkeypatch.context() as patched:
        patched.setattr(world.bot.deciding, "settle", dies)
        await ana.click(card, "Support")
    assert "Open until" in circle.text
    await world.restart()
    await world.later(61)
    if kind == "proposal":
        assert "**Passed, " in circle.text
    else:
        assert await world.rows("SELECT 1 FROM affinity_groups") == []


@pytest.mark.parametrize("arrived", [False, True])
async def test_what_was_decided_before_its_card_was_known_to_stand_gets_no_other(
    world: World, arrived: bool
) -> None:
    """The one that arrived says how it ended."""
    ana = world.person("Ana")
    circle = await starts(ana)
    with nullcontext() if arrived else refusing("POST", f"{circle.channel.id}/messages", 0, 500):
        form = await ana.slash("affinity propose", at=circle.channel)
        await ana.fill(form, text="We meet on Friday.")
        [decision] = await world.rows("SELECT * FROM decisions")
        async with world.bot.store.main.transaction() as connection:
            await connection.execute("UPDATE posts SET message_id = NULL WHERE topic = 'question'")
        with world.env.time_context():
            await world.bot.deciding.answer(decision["id"], ana.id, rules.Answer.SUPPORT)
            await keeper(world).settle(circle.id)
    for _ in range(4):
        await world.later(5 * 60)
    assert circle.text.count("We meet on Friday.") == circle.text.count("**Passed, ") == arrived
    [decision] = await world.rows("SELECT * FROM decisions")
    posts = await world.rows("SELECT * FROM posts WHERE topic = 'question'")
    assert (decision["card"], len(posts)) == (("up", 1) if arrived else ("none", 0))


async def test_a_new_name_that_has_to_wait_keeps_nothing_else_waiting(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Discord lets a channel be renamed twice in ten minutes."""
    ana = world.person("Ana")
    circle = await starts(ana)
    form = await ana.click(await ana.slash("affinity settings"), "Change name or purpose")
    await ana.fill(form, name="Early birds", purpose="Bread")

    async def waits(_: Room) -> None:
        raise TimeoutError

    monkeypatch.setattr(Room, "bring_name", waits)
    await ana.click(circle.card, "Support")
    assert "**Early birds**\nBread" in circle.text
    assert "**Passed, " in circle.text


async def test_one_block_holds_and_brings_its_reason(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    card = await circle.proposes(ana)
    await ana.click(card, "Support")
    form = await beto.click(card, "Block")
    assert form.form is not None
    assert "It's empty" in (await beto.fill(form, reason="\u200b")).text
    form = await beto.click(card, "Block")
    await beto.fill(form, reason="Fridays are *mine*.")
    assert "it was blocked" in circle.text
    assert f"- {beto.named}: Fridays are \\*mine\\*." in circle.text


async def test_an_answer_can_be_changed_while_it_is_open(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    card = await circle.proposes(ana)
    await ana.click(card, "Support")
    await ana.click(card, "Stand aside")
    assert f"**Stand aside:** {ana.named}" in circle.text
    assert "**Support:**" not in circle.text


async def test_whoever_joins_later_has_no_say(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    card = await circle.proposes(ana)
    await circle.takes_in(beto)
    assert "You joined after this was asked" in (await beto.click(card, "Support")).text
    assert "You joined after this was asked" in (await beto.click(card, "Block")).text


async def test_decisions_show_what_was_said_and_my_own_answer(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    await ana.click(await circle.proposes(ana), "Support")
    listing = await ana.slash("affinity decisions")
    assert listing.private
    assert "1. Proposal: We meet on Friday. · open until" in listing.text
    one = await ana.choose(listing, listing.controls[0]["options"][0]["value"])
    assert "Your answer: **Support**" in one.text
    assert {"Support", "Stand aside", "Block", "Ask"} <= set(one.labels)
    await beto.click(circle.card, "Support")
    back = await ana.click(one, "Back to the decisions")
    assert "· passed" in back.text


async def test_asking_opens_one_thread_under_the_card(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    card = await circle.proposes(ana)
    first, second = await ana.click(card, "Ask"), await beto.click(card, "Ask")
    rows = await world.rows("SELECT thread_id FROM decisions")
    assert first.text == second.text
    assert f"<#{rows[0]['thread_id']}>" in first.text
    thread = world.env.backend.get_channel(rows[0]["thread_id"])
    assert re.fullmatch(r"Questions about a proposal, [A-Z][a-z]+ \d+", thread.name)
    assert thread.parent_id == circle.channel.id


async def test_where_a_thread_is_refused_asking_says_where_else(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    card = await circle.proposes(ana)
    world.env.inject_error(
        "POST", f"/channels/{circle.channel.id}/messages/{card.id}/threads", status=403, code=50013
    )
    refused = await ana.click(card, "Ask")
    assert "I can't see why" in refused.text
    assert "ask in the channel itself" in refused.text


# -- names --------------------------------------------------------------------------------------

SPOOF = "  TENANTS of  Elm Str\u0435\u0435t!"


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
async def test_a_listed_group_s_name_is_reserved(world: World, listed: bool, locale: str) -> None:
    """Nothing is stored, not even the day's start, and what was typed comes back."""
    ana, eva = world.person("Ana"), world.person("Eva", locale)
    await starts(ana, name="Tenants of Elm Street", listed=True)
    tables = ("affinity_groups", "slots", "group_members")
    before = [await world.rows(f"SELECT * FROM {each}") for each in tables]
    refused = await eva.slash("affinity start", name=SPOOF, purpose="Ask @her first", listed=listed)
    assert ("has this name" if locale == "en-US" else "tiene este nombre") in refused.text
    assert f">>> {SPOOF}" in refused.text
    assert "Ask @her first" in refused.text
    assert [await world.rows(f"SELECT * FROM {each}") for each in tables] == before
    world.locales[eva.id] = "en-US"
    await starts(eva, name="Tenants of Elm Street 4")


async def test_a_hidden_group_s_name_is_reserved_for_nobody(world: World) -> None:
    """Or a refusal would tell that there is one."""
    ana, eva = world.person("Ana"), world.person("Eva")
    hidden = await starts(ana, name="Tenants of Elm Street")
    await starts(eva, name="Tenants of Elm Street", listed=True)
    shown = await ana.slash("affinity settings")
    refused = await ana.choose(shown, "yes", id=f"firsthand:group-setting:{hidden.id}.listed")
    assert "has this name" in refused.text
    assert "/affinity settings" in refused.text
    assert await world.rows("SELECT 1 FROM decisions") == []


async def test_no_group_is_renamed_to_a_listed_group_s_name(world: World) -> None:
    ana, eva = world.person("Ana"), world.person("Eva")
    await starts(ana, name="Tenants of Elm Street", listed=True)
    await starts(eva, name="Soup and bread")
    form = await eva.click(await eva.slash("affinity settings"), "Change name or purpose")
    refused = await eva.fill(form, name=SPOOF, purpose="For everybody here")
    assert "has this name" in refused.text
    assert "This is what you wrote:" in refused.text
    assert "TENANTS" in refused.text
    assert await world.rows("SELECT 1 FROM decisions") == []


async def test_its_own_name_can_be_written_otherwise(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana, name="Tenants of Elm Street", listed=True)
    form = await ana.click(await ana.slash("affinity settings"), "Change name or purpose")
    await ana.fill(form, name="TENANTS of Elm Street", purpose="Soup on Fridays")
    await ana.click(circle.card, "Support")
    assert "**TENANTS of Elm Street**" in circle.text


async def test_a_name_that_somebody_took_meanwhile_passes_nothing(world: World) -> None:
    """It is looked at again when the group has agreed, also after a restart."""
    ana, eva = world.person("Ana"), world.person("Eva")
    circle = await starts(eva, name="Soup and bread")
    form = await eva.click(await eva.slash("affinity settings"), "Change name or purpose")
    await eva.fill(form, name=SPOOF, purpose="Bread")
    await starts(ana, name="Tenants of Elm Street", listed=True)
    await world.restart()
    answered = await press_again(eva, "group-support", circle)
    assert "not passed" in answered.text
    assert "by then another group that can be found here had this name" in circle.text
    (row,) = await world.rows(f"SELECT * FROM affinity_groups WHERE id = '{circle.id}'")
    known = await world.bot.groups.get(row["id"])
    assert known is not None
    assert (known.name, known.settings.purpose) == ("Soup and bread", "Soup on Fridays")


async def test_a_name_is_free_again_when_its_group_is_found_no_more(world: World) -> None:
    ana, eva = world.person("Ana"), world.person("Eva")
    circle = await starts(ana, name="Tenants of Elm Street", listed=True)
    shown = await ana.slash("affinity settings")
    await ana.choose(shown, "no", id=f"firsthand:group-setting:{circle.id}.listed")
    await ana.click(circle.card, "Support")
    await starts(eva, name="Tenants of Elm Street", listed=True)


# -- settings ---------------------------------------------------------------------------------


async def test_settings_change_only_when_the_group_agrees(world: World) -> None:
    """Law 4: whoever started the group is a member like the others."""
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    shown = await ana.slash("affinity settings")
    assert "Hidden: only its members know of it" in shown.text
    asked = await ana.choose(shown, "yes", id=f"firsthand:group-setting:{circle.id}.listed")
    assert "Asked" in asked.text
    card = circle.card
    assert "Listed: everybody here can find it and knock" in circle.text
    assert "-# Now: Hidden" in circle.text
    await ana.click(card, "Support")
    assert "No group here" in (await beto.slash("affinity list")).text
    await beto.click(card, "Support")
    assert "Night owls" in (await beto.slash("affinity list")).text


async def test_what_is_so_already_is_not_asked(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    shown = await ana.slash("affinity settings")
    same = await ana.choose(shown, "everyone", id=f"firsthand:group-setting:{circle.id}.admission")
    assert "like that already" in same.text
    shown = await ana.slash("affinity settings")
    form = await ana.click(shown, "Change name or purpose")
    assert (
        "like that already"
        in (await ana.fill(form, name="Night owls", purpose="Soup on Fridays")).text
    )


async def test_a_new_name_reaches_the_channel(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    form = await ana.click(await ana.slash("affinity settings"), "Change name or purpose")
    await ana.fill(form, name="Early birds", purpose="Bread")
    await ana.click(circle.card, "Support")
    assert world.env.backend.get_channel(circle.channel.id).name == "early-birds"
    assert "**Early birds**\nBread" in circle.text


# -- speaking for the group -------------------------------------------------------------------


async def test_agreed_words_are_said_and_any_member_recalls_them(world: World) -> None:
    """Laws 1 and 2: with the yes of those who supported it, until one of them takes it back."""
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    card = await circle.spoken(ana, beto)
    assert "They speak only for those who support them" in circle.text
    assert "Any single member can recall them" in circle.text
    for person in (ana, beto, cass):
        await person.click(card, "Support")
    consent = (await world.only_consent())["id"]
    await beto.speaks(consent)
    assert "We bring soup." in world.said(world.general)
    listing = await cass.slash("affinity decisions")
    one = await cass.choose(listing, listing.controls[0]["options"][0]["value"])
    assert "In force until" in one.text
    recalled = await cass.click(one, "Recall it")
    assert "nobody is told that it was you" in recalled.text
    assert "We bring soup." not in world.said(world.general)
    assert "We bring soup." not in circle.text
    assert cass.mention not in world.said(world.general)
    assert "Recall it" not in str((await ana.slash("affinity decisions")).controls)
    assert (await world.only_consent())["state"] == "withdrawn"


async def test_nobody_becomes_a_spoke_without_their_own_yes(world: World) -> None:
    ana, beto, cass, dani = map(world.person, ("Ana", "Beto", "Cass", "Dani"))
    circle = await starts(ana)
    await circle.takes_in(beto, cass, dani)
    card = await circle.spoken(ana, beto)
    for person in (ana, cass, dani):
        await person.click(card, "Support")
    await beto.click(card, "Stand aside")
    assert f"{beto.mention} did not support it" in circle.text
    assert await world.consents() == []


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
async def test_one_or_two_people_are_no_group_s_voice(world: World, locale: str) -> None:
    """Law 1: they speak for themselves; neither the form nor a forged one asks the group."""
    english = locale == "en-US"
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    world.locales[ana.id] = locale
    for others in ((), (beto,)):
        await circle.takes_in(*others)
        refused = await ana.slash("affinity spoke", member=ana, at=circle.channel)
        forged = await forge.submit(
            ana,
            f"firsthand:group-spoke:{circle.id}.{ana.id}",
            at=world.general,
            words="We accept the offer.",
            place="All",
            channel=[str(world.general.id)],
            days=["7"],
        )
        for each in (refused, forged):
            assert ("at least three members" if english else "al menos tres") in each.text
            assert ("/affinity invite" if english else "/afinidad invitar") in each.text
            assert ("/consent give" if english else "/consentimiento encargar") in each.text
        assert "We accept the offer." in forged.text
    assert await world.rows("SELECT 1 FROM decisions") == []


async def test_two_of_three_are_no_group_s_voice(world: World) -> None:
    """Law 1: nor where the third stands aside. The card says so before, and what is next."""
    ana, beto, cass = map(world.person, ("Ana", "Beto", "Cass"))
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    card = await circle.spoken(ana, beto)
    assert "at least three" in circle.text
    for person in (ana, beto):
        await person.click(card, "Support")
    await cass.click(card, "Stand aside")
    assert "fewer than three supported it" in circle.text
    assert "/consent give" in circle.text
    assert await world.consents() == []


async def test_words_stand_under_the_name_that_was_agreed_to(world: World) -> None:
    """Law 2: a rename changes it nowhere: neither while it is asked, nor for whoever left."""
    people = ana, beto, cass = [*map(world.person, ("Ana", "Beto", "Cass"))]
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    card = await circle.spoken(ana, beto)
    assert "**In whose name:** Night owls" in circle.text

    async def renamed(name: str) -> None:
        form = await ana.click(await ana.slash("affinity settings"), "Change name or purpose")
        await ana.fill(form, name=name, purpose="Bread")
        for person in people:
            await person.click(circle.card, "Support")

    await renamed("Tenants of Elm Street")
    for person in people:
        await person.click(card, "Support")
    await renamed("Early birds")
    await world.restart()
    consent = (await world.only_consent())["id"]
    told = [await beto.slash("consent inbox"), await beto.slash("consent ledger")]
    told.append(await beto.speaks(consent, at=world.assembly))
    await beto.speaks(consent)
    await beto.slash("affinity leave")
    told.append(await beto.slash("consent ledger"))
    told.append(await world.person("Dani").slash("consent verify", code=consent))
    [export] = (await beto.slash("privacy export")).files.values()
    texts = [each.text for each in told] + [world.said(world.general), str(export)]
    for text in texts:
        assert "Tenants of Elm Street" not in text
        assert "Early birds" not in text
        assert "Night owls" in text


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
async def test_of_a_group_that_nobody_can_find_its_words_say_so(world: World, locale: str) -> None:
    """With the day it was started. So do those of a listed one under a name that it gave up."""
    ana, beto, cass = map(world.person, ("Ana", "Beto", "Cass"))
    mod, reader = world.moderator("Mod"), world.person("Dani", locale)
    public = "en" if locale == "en-US" else "es"
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    card = await circle.spoken(ana, beto)
    for person in (ana, beto, cass):
        await person.click(card, "Support")
    await world.bot.governance.change(world.guild.id, "language", public, mod.id, 0)
    consent = (await world.only_consent())["id"]
    (row,) = await world.rows("SELECT started_at FROM affinity_groups")
    unlisted = {
        "en": "This group is not in /affinity list under this name",
        "es": "Este grupo no está en /afinidad lista con este nombre",
    }[public]
    noon = row["started_at"] // DAY * DAY + DAY // 2  # the hour is nobody's business
    day = f"<t:{noon}:D>"

    async def verified() -> str:
        return (await reader.slash("consent verify", code=consent)).text

    async def is_now(**settings: object) -> None:
        asked = await world.bot.group_asking.propose(
            circle.id, ana.id, rules.Kind.SETTINGS, Body(settings=settings)
        )
        assert asked.decision is not None
        for person in (ana, beto, cass):
            await world.bot.deciding.answer(asked.decision.id, person.id, rules.Answer.SUPPORT)

    await beto.speaks(consent)
    for said in (world.said(world.general), await verified()):
        assert unlisted in said
        assert day in said
    with world.env.time_context():
        await is_now(listed=True)
    assert unlisted not in await verified()
    with world.env.time_context():
        await is_now(name="Early birds")
    assert unlisted in await verified()
    with world.env.time_context():
        await is_now(name="NIGHT-OWLS")
    assert unlisted not in await verified()


async def test_a_spoke_is_a_member_and_the_channel_one_of_the_server(world: World) -> None:
    ana, cass, mod = world.person("Ana"), world.person("Cass"), world.moderator("Mod")
    circle = await starts(ana)
    await circle.takes_in(world.person("Beto"), world.person("Dani"))
    refused = await ana.slash("affinity spoke", member=cass)
    assert "is not in this group" in refused.text
    await world.bot.governance.change(
        world.guild.id, "speak_channels", str(world.assembly.id), mod.id, 0
    )
    form = await ana.slash("affinity spoke", member=ana, at=circle.channel)
    refused = await ana.fill(form, words="We are here.", place="All", channel=[world.general])
    assert "may not be posted in" in refused.text
    for channel in ("1", "x", ""):
        forged = await forge.submit(
            ana,
            f"firsthand:group-spoke:{circle.id}.{ana.id}",
            at=world.general,
            words="We are here.",
            place="All",
            channel=[channel],
            days=["7"],
        )
        assert "Please choose a text channel" in forged.text
    assert await world.rows("SELECT 1 FROM decisions") == []


async def test_a_spoke_could_write_in_the_channel_themselves(world: World) -> None:
    """Whoever proposes it; what was typed comes back."""
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    world.deny(world.general, beto, send_messages=True)
    form = await ana.slash("affinity spoke", member=beto, at=circle.channel)
    typed = {"words": "We bring soup.", "place": "The assembly", "channel": [world.general]}
    refused = await ana.fill(form, **typed)
    assert f"{beto.mention} can't write in <#{world.general.id}>" in refused.text
    assert "We bring soup." in refused.text
    assert await world.rows("SELECT 1 FROM decisions") == []
    world.env.backend.delete_overwrite(world.general.id, beto.id)
    await circle.spoken(ana, beto)


async def test_a_card_says_that_some_cannot_see_the_channel_and_not_who(world: World) -> None:
    """Looked up when it is shown: on the card at each answer, in the decisions each time."""
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    world.deny(world.general, cass, view_channel=True)
    card = await circle.spoken(ana, beto)
    assert "Not all of you can see that channel" in circle.text
    assert cass.mention not in texts(world.fresh(card).components)
    world.env.backend.delete_overwrite(world.general.id, cass.id)
    await beto.click(card, "Support")
    assert "Not all of you" not in circle.text


async def test_whoever_leaves_is_offered_to_take_their_yes_back(world: World) -> None:
    """Law 2: a yes can be taken back at any moment, also from outside."""
    ana, beto, cass, dani = map(world.person, ("Ana", "Beto", "Cass", "Dani"))
    circle = await starts(ana)
    await circle.takes_in(beto, cass, dani)
    card = await circle.spoken(ana, beto)
    for person in (ana, beto, dani):
        await person.click(card, "Support")
    await cass.click(card, "Stand aside")
    await beto.speaks((await world.only_consent())["id"])
    assert "Recall it" not in (await cass.slash("affinity leave")).labels
    left = await ana.slash("affinity leave")
    assert "We bring soup." in left.text
    await ana.click(left, "Recall it")
    assert "We bring soup." not in world.said(world.general)


# -- being away -------------------------------------------------------------------------------


async def test_whoever_is_away_is_not_waited_for(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    card = await circle.proposes(ana)
    await ana.click(card, "Support")
    days = await beto.suggestions("affinity away", "until", "week")
    assert [each["name"].partition(" (")[0] for each in days] == ["in a week", "in two weeks"]
    away = await beto.slash("affinity away", until=days[0]["value"])
    assert "You are away from **Night owls**" in away.text
    assert "**Passed, " in circle.text
    assert f"**Away:** {beto.named} until" in circle.text
    assert "away until" in (await ana.slash("affinity members")).text
    await beto.slash("affinity away", until="back")
    assert "away until" not in (await ana.slash("affinity members")).text


@pytest.mark.parametrize("until", ["2020-01-01", "2999-01-01", "20260105", "soon", "2026-02-30"])
async def test_only_a_day_that_makes_sense_is_taken(world: World, until: str) -> None:
    ana = world.person("Ana")
    await starts(ana)
    assert "Please choose one of the days" in (await ana.slash("affinity away", until=until)).text


async def test_the_button_in_the_channel_asks_until_when(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    card = await ana.click(circle.card, "Away")
    assert "You are away" in (await ana.choose(card, card.controls[0]["options"][1]["value"])).text


async def test_a_question_is_decided_at_its_own_time(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    form = await ana.slash("affinity propose", at=circle.channel)
    await ana.fill(form, text="Tonight?", hours=["6"])
    card = circle.card
    for person in (ana, beto):
        await person.click(card, "Support")
    await world.later(5 * HOUR)
    assert "Open until" in circle.text
    await world.later(HOUR)
    assert "**Passed, " in circle.text
