"""Affinity groups as people use them: starting, finding, joining, parting, going."""

from __future__ import annotations

import discord
import pytest
import simcord

from bot.replies import NOT_FOUND
from bot.work.notices import RING
from bot.work.queue import Piece
from tests.groups import Circle, knocks, starts
from tests.wire import forge
from tests.world import DAY, WEEK, Answer, Person, World

NO_GROUP = "You are in no group here."
#: Commands that are about a group one is in, with what they take.
FOR_MEMBERS = {
    "members": {},
    "propose": {},
    "decisions": {},
    "settings": {},
    "leave": {},
    "close": {},
    "away": {"until": "back"},
}


async def press_again(person: Person, name: str, circle: Circle) -> Answer:
    """Press a button of the newest question, which may show none."""
    rows = await person.world.rows("SELECT id FROM decisions ORDER BY opened_at DESC, id")
    return await forge.press(person, f"firsthand:{name}:{rows[0]['id']}", at=circle.channel)


# -- starting ---------------------------------------------------------------------------------


async def test_whoever_starts_a_group_is_its_only_member(world: World) -> None:
    ana = world.person("Ana")
    started = await ana.slash("affinity start", name="Night owls", purpose="Soup")
    assert started.private
    assert "/affinity invite" in started.text
    assert "every administrator of this server" in started.text
    assert "#night-owls" in started.text
    rows = await world.rows("SELECT * FROM affinity_groups")
    circle = Circle(world, rows[0])
    assert circle.readers() == {ana.id}
    assert f"**Who is in:** {ana.named}" in circle.text
    assert "every administrator of this server" in circle.text


@pytest.mark.parametrize(
    ("name", "purpose", "complaint"),
    [
        ("", "Soup", "It's empty"),
        ("x" * 51, "Soup", "50 characters"),
        ("Owls", "x" * 201, "200 characters"),
        ("@everyone", "Soup", "mentions"),
        ("Owls", "https://example.org", "links"),
        ("Owls \ud800", "Soup", "broken character"),
    ],
)
async def test_names_and_purposes_are_checked(
    world: World, name: str, purpose: str, complaint: str
) -> None:
    ana = world.person("Ana")
    refused = await ana.slash("affinity start", name=name, purpose=purpose)
    assert complaint in refused.text
    assert await world.rows("SELECT 1 FROM affinity_groups") == []


async def test_a_rule_can_leave_starting_to_a_role(world: World) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    role = world.guild.create_role("Starters")
    await world.bot.governance.change(world.guild.id, "start_role", str(role.id), mod.id, 0)
    refused = await ana.slash("affinity start", name="Owls", purpose="Soup")
    assert f"<@&{role.id}>" in refused.text
    world.env.backend.add_member_role(world.guild.id, ana.id, role.id)
    await starts(ana)


async def test_three_groups_a_day(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    for name in ("One", "Two", "Three"):
        await (await starts(ana, name)).takes_in(beto)
    assert "in one day" in (await ana.slash("affinity start", name="Four", purpose="x")).text


# -- finding and knocking ---------------------------------------------------------------------


async def test_the_list_shows_name_and_purpose_and_never_who_is_in(world: World) -> None:
    ana, cass, mod = world.person("Ana"), world.person("Cass"), world.moderator("Mod")
    await starts(ana, "Day owls", "Bread", listed=True)
    await starts(ana, "Hidden owls", "Salt")
    for reader in (cass, mod):
        listed = await reader.slash("affinity list")
        assert listed.private
        assert "**Day owls**: Bread" in listed.text
        assert "Hidden" not in listed.text
        assert ana.mention not in listed.text
    assert [each["name"] for each in await cass.suggestions("affinity knock", "group")] == [
        "Day owls"
    ]


async def test_an_empty_list_says_what_to_do(world: World) -> None:
    assert "/affinity start" in (await world.person("Cass").slash("affinity list")).text


async def test_a_hidden_group_cannot_be_told_from_none(world: World) -> None:
    """By its id, by its name, from the form: always the same words."""
    ana, cass, mod = world.person("Ana"), world.person("Cass"), world.moderator("Mod")
    hidden = await starts(ana, "Hidden owls")
    nothing = (await cass.slash("affinity knock", group="No such group")).text
    assert "/affinity list" in nothing
    for wanted in (hidden.id, "Hidden owls", "HIDDEN OWLS", "\ud800", "x" * 200, " "):
        for person in (cass, mod):
            assert (await person.slash("affinity knock", group=wanted)).text == nothing
    forged = await forge.submit(
        cass, f"firsthand:group-knocked:{hidden.id}", at=world.general, hello="Hi, it is me."
    )
    assert forged.text.startswith(nothing)
    assert await world.rows("SELECT 1 FROM decisions") == []


async def test_a_group_that_hides_while_the_form_is_open_is_not_found(world: World) -> None:
    ana, cass = world.person("Ana"), world.person("Cass")
    circle = await starts(ana, listed=True)
    form = await cass.slash("affinity knock", group=circle.id)
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE affinity_groups SET listed = 0")
    refused = await cass.fill(form, hello="I can cook for thirty.")
    assert "I know of no group like that" in refused.text
    assert "I can cook for thirty." in refused.text  # nothing has to be typed twice


async def test_a_group_whose_channel_or_people_are_gone_is_listed_no_more(world: World) -> None:
    """Also where both went while the bot was off; what is there again is listed again."""
    ana, cass = world.person("Ana"), world.person("Cass")
    nothing = (await cass.slash("affinity knock", group="No such group")).text
    circle = await starts(ana, "Awful owls", "Awful things", listed=True)
    form = await cass.slash("affinity knock", group=circle.id)
    world.env.backend.remove_member(world.guild.id, ana.id)
    world.env.backend.advance_clock(DAY)

    async def is_shown() -> bool:
        await world.restart()
        await world.later(61)
        listed = await cass.slash("affinity list")
        knock = await cass.slash("affinity knock", group=circle.id)
        shown = {
            "Awful" in listed.text,
            bool(await cass.suggestions("affinity knock", "group")),
            knock.text != nothing,
        }
        assert len(shown) == 1, (listed, knock)
        return shown.pop()

    assert not await is_shown()
    assert (await cass.fill(form, hello="It is me again.")).text.startswith(nothing)
    world.guild.add_member(ana.user)
    world.env.backend.advance_clock(DAY)
    assert await is_shown()
    world.env.backend.delete_channel(circle.channel.id)
    assert not await is_shown()
    await ana.click(await ana.slash("affinity list"), "Open a new channel")
    assert await is_shown()


async def test_news_of_a_knock_name_no_group_that_is_not_found_any_more(world: World) -> None:
    ana, cass = world.person("Ana"), world.person("Cass")
    circle = await starts(ana, listed=True)
    await knocks(cass, circle)
    await ana.click(circle.card, "No")
    assert "Night owls" in (await cass.slash("consent inbox")).text
    world.env.backend.delete_channel(circle.channel.id)
    await world.later(1)
    told = await cass.slash("consent inbox")
    assert "The group you knocked at has not taken you in" in told.text
    assert "Night owls" not in told.text


async def test_everyone_has_to_say_yes_and_silence_is_no_yes(world: World) -> None:
    """Law 1; and nobody learns how anybody answered."""
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana, listed=True)
    await circle.takes_in(beto)
    knocked = await knocks(cass, circle)
    assert knocked.private
    assert "you alone get the outcome" in knocked.text
    before = circle.text
    assert "I can cook." in before
    noted = await ana.click(circle.card, "Yes")
    assert "Nobody sees it" in noted.text
    assert noted.private
    assert circle.text == before  # one answer changes nothing that anybody sees
    assert world.fresh(circle.card).edited_timestamp is None  # not even when it was given
    await world.later(WEEK)
    assert await circle.members() == {ana.id, beto.id}
    assert "has not joined" in circle.text
    assert "has not taken you in" in (await cass.slash("consent inbox")).text
    assert "too early" in (await knocks(cass, circle)).text


@pytest.mark.parametrize("last", ["Yes", "No"])
async def test_an_answer_reads_the_same_whatever_it_leads_to(world: World, last: str) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana, listed=True)
    await circle.takes_in(beto)
    await knocks(cass, circle)
    card = circle.card
    first = await ana.click(card, last)
    second = await beto.click(card, last)
    assert first.text == second.text
    assert (cass.id in await circle.members()) is (last == "Yes")
    assert (cass.id in circle.readers()) is (last == "Yes")


async def test_whoever_is_taken_in_alone_is_told(world: World) -> None:
    ana, cass = world.person("Ana"), world.person("Cass")
    circle = await starts(ana, listed=True)
    await knocks(cass, circle)
    await ana.click(circle.card, "Yes")
    told = await cass.slash("consent inbox")
    assert f"<#{circle.channel.id}>" in told.text
    assert "Nothing waits" in (await cass.click(told, "Got it")).text
    assert "Nothing waits" in (await ana.slash("consent inbox")).text
    assert "already" in (await knocks(cass, circle)).text


@pytest.mark.parametrize("invited", [False, True])
async def test_a_yes_for_which_there_is_no_place_says_so(world: World, invited: bool) -> None:
    """Those who are in read why; whoever knocked reads what everybody does who doesn't get in."""
    ana, cass = world.person("Ana"), world.person("Cass")
    circle = await starts(ana, listed=True)
    await circle.takes_in(world.person("Beto"), world.person("Dora"))
    with world.env.time_context():
        await world.bot.governance.change(world.guild.id, "most_members", "3", ana.id, 0)
    async with world.bot.store.main.transaction() as connection:
        await connection.execute("UPDATE affinity_groups SET admission = 'one'")
    if invited:
        answer = await ana.slash("affinity invite", member=cass)
        assert "is full: the server's rules allow no more" in answer.text
    else:
        await knocks(cass, circle)
        await ana.click(circle.card, "Yes")
        assert "has not taken you in" in (await cass.slash("consent inbox")).text
        assert "The group is full" in circle.text
    assert cass.id not in await circle.members()


# -- inviting ---------------------------------------------------------------------------------


async def test_both_sides_have_to_agree_to_an_invitation(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto)
    asked = await ana.slash("affinity invite", member=cass)
    assert "asked first" in asked.text
    assert "Nothing waits" in (await cass.slash("consent inbox")).text
    await beto.click(circle.card, "Yes")
    assert "The group said yes" in circle.text
    assert cass.id not in circle.readers()
    waits = await cass.slash("consent inbox")
    assert "Night owls" in waits.text
    assert "Soup on Fridays" in waits.text
    assert ana.mention in waits.text
    assert beto.mention not in waits.text
    came = await cass.click(waits, "Come in")
    assert f"<#{circle.channel.id}>" in came.text
    assert circle.readers() == {ana.id, beto.id, cass.id}


@pytest.mark.parametrize("how", ["silent", "Not now", "Don't let them ask again", "blocked"])
async def test_an_invitation_looks_the_same_however_it_is_not_accepted(
    world: World, how: str
) -> None:
    """Law 7: a refusal is never announced, and a block never shows."""
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto)
    if how == "blocked":
        await cass.slash("consent block", member=ana)
    assert "asked first" in (await ana.slash("affinity invite", member=cass)).text
    await beto.click(circle.card, "Yes")
    if how in ("Not now", "Don't let them ask again"):
        await cass.click(await cass.slash("consent inbox"), how)
    if how == "blocked":
        assert "Nothing waits" in (await cass.slash("consent inbox")).text
    assert "The group said yes" in circle.text
    assert "is being invited already" in (await ana.slash("affinity invite", member=cass)).text
    await world.later(WEEK)
    assert f"**This is over.** {cass.mention} has not joined." in circle.text
    assert "let it rest" in (await ana.slash("affinity invite", member=cass)).text
    assert await circle.members() == {ana.id, beto.id}


@pytest.mark.parametrize("blocked", [False, True])
async def test_whoever_is_alone_invites_at_once(world: World, blocked: bool) -> None:
    ana, cass = world.person("Ana"), world.person("Cass")
    circle = await starts(ana)
    if blocked:
        await cass.slash("consent block", member=ana)
    invited = await ana.slash("affinity invite", member=cass)
    assert invited.text.startswith(f"{cass.mention} is invited to **Night owls**")
    assert "The group said yes" in circle.text  # it shows in the channel that somebody may come
    assert "no way to let them know" not in invited.text
    inbox = await cass.slash("consent inbox")
    assert ("Night owls" in inbox.text) is not blocked


async def test_who_cannot_be_invited(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    app = world.guild.add_member(world.env.create_user("helper", bot=True))
    circle = await starts(ana)
    await circle.takes_in(beto)
    assert "already" in (await ana.slash("affinity invite", member=ana)).text
    assert "in the group already" in (await ana.slash("affinity invite", member=beto)).text
    assert "an app" in (await ana.slash("affinity invite", member=app)).text


async def test_the_button_in_the_channel_invites_too(world: World) -> None:
    ana, cass = world.person("Ana"), world.person("Cass")
    circle = await starts(ana)
    card = await ana.click(circle.card, "Invite")
    invited = await ana.choose(card, cass.member)
    assert "is invited" in invited.text


# -- which group ------------------------------------------------------------------------------


async def test_in_several_groups_the_channel_says_which(world: World) -> None:
    ana = world.person("Ana")
    one, two = await starts(ana, "One"), await starts(ana, "Two")
    refused = await ana.slash("affinity members")
    assert "several groups" in refused.text
    assert f"<#{one.channel.id}>" in refused.text
    assert f"<#{two.channel.id}>" in refused.text
    assert "Members of Two" in (await ana.slash("affinity members", at=two.channel)).text


async def test_a_thread_in_the_channel_counts_as_the_channel(world: World) -> None:
    ana = world.person("Ana")
    await starts(ana, "One")
    two = await starts(ana, "Two")
    await ana.click(await two.proposes(ana), "Ask")
    row = (await world.rows("SELECT thread_id FROM decisions"))[0]
    thread = simcord.ChannelHandle(
        world.env, world.guild, world.env.backend.get_channel(row["thread_id"])
    )
    assert "Members of Two" in (await ana.slash("affinity members", at=thread)).text


async def test_whoever_is_not_in_the_group_is_told_nothing_anywhere(world: World) -> None:
    """Law 3: not a moderator, not an administrator in its channel, not the server's owner."""
    ana, cass, mod = world.person("Ana"), world.person("Cass"), world.moderator("Mod")
    role = world.guild.create_role("All", permissions=discord.Permissions(administrator=True))
    world.env.backend.add_member_role(world.guild.id, mod.id, role.id)
    circle = await starts(ana)
    card = await circle.proposes(ana)
    before = await world.rows("SELECT * FROM ballots")
    refusals = set()
    for person, place in ((cass, world.general), (mod, world.general), (mod, circle.channel)):
        for command, options in FOR_MEMBERS.items():
            answer = await person.slash(f"affinity {command}", at=place, **options)
            assert answer.private
            refusals.add(answer.text)
        for command in ("invite", "part", "spoke"):
            answer = await person.slash(f"affinity {command}", at=place, member=ana)
            refusals.add(answer.text)
    assert len(refusals) == 1
    assert refusals.pop().startswith(NO_GROUP)
    for label in ("Support", "Stand aside", "Block", "Ask"):
        assert (await mod.click(card, label)).text == NOT_FOUND
    for label in ("Propose", "Invite", "Decisions", "Settings", "Members", "Away", "Leave"):
        intro = world.messages(circle.channel)[0]
        assert (await mod.click(intro, label)).text == NOT_FOUND
    assert await world.rows("SELECT * FROM ballots") == before
    assert await circle.members() == {ana.id}


# -- parting ----------------------------------------------------------------------------------


async def test_the_others_are_asked_in_private_and_all_have_to_agree(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    before = circle.text
    question = await ana.slash("affinity part", member=cass)
    assert "a conversation could still help" in question.text
    await ana.click(question, "Ask the others")
    assert circle.text == before  # the person concerned reads the channel
    assert "Nothing waits" in (await cass.slash("consent inbox")).text
    asked = await beto.slash("consent inbox")
    assert cass.mention in asked.text
    await beto.click(asked, "Yes, part ways")
    assert cass.id not in await circle.members()
    assert cass.id not in circle.readers()
    assert "Nothing waits" in (await beto.slash("consent inbox")).text
    told = await cass.slash("consent inbox")
    assert "part ways with you" in told.text
    assert ana.mention not in told.text
    await cass.click(told, "Got it")
    await world.later(1)
    assert "has parted ways with" in (await beto.slash("consent inbox")).text


@pytest.mark.parametrize("how", ["No", "silent"])
async def test_a_parting_that_fails_is_told_to_its_author_alone(world: World, how: str) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    before = circle.text
    await ana.click(await ana.slash("affinity part", member=cass), "Ask the others")
    if how == "No":
        await beto.click(await beto.slash("consent inbox"), "No")
    await world.later(WEEK)
    assert cass.id in await circle.members()
    assert circle.text == before
    assert "Nothing came of it" in (await ana.slash("consent inbox")).text
    for person in (beto, cass):
        assert "Nothing waits" in (await person.slash("consent inbox")).text


async def test_a_parting_that_failed_rests_before_anybody_asks_again(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    await ana.click(await ana.slash("affinity part", member=cass), "Ask the others")
    await beto.click(await beto.slash("consent inbox"), "No")
    assert "let it rest" in (await beto.slash("affinity part", member=cass)).text
    again = f"firsthand:group-part:{circle.id}.{cass.id}"
    assert "let it rest" in (await forge.press(ana, again, at=circle.channel)).text
    assert "That's you" in (await cass.slash("affinity part", member=cass)).text


async def test_who_is_parted_with_is_rung_for_before_the_channel_shows_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    await ana.click(await ana.slash("affinity part", member=cass), "Ask the others")
    seen: list[tuple[int, str]] = []

    asked, handlers = await beto.slash("consent inbox"), world.bot.worker._handlers
    due = handlers[RING.name]

    async def ring(piece: Piece) -> int | None:
        seen.append((int(piece.key), circle.text))
        return await due(piece)

    monkeypatch.setitem(handlers, RING.name, ring)
    before = circle.text
    await beto.click(asked, "Yes, part ways")
    assert seen[0] == (cass.id, before)
    assert {person_id for person_id, _ in seen} == {cass.id}
    assert circle.text != before


async def test_whoever_asked_for_a_parting_can_change_their_mind(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    asked = await ana.click(await ana.slash("affinity part", member=cass), "Ask the others")
    await ana.click(asked, "No")
    await beto.click(await beto.slash("consent inbox"), "Yes, part ways")
    assert cass.id in await circle.members()


async def test_a_parting_is_hidden_from_the_person_concerned(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto, cass)
    await ana.click(await ana.slash("affinity part", member=cass), "Ask the others")
    assert "Nothing has been asked" in (await cass.slash("affinity decisions")).text
    for name in ("group-yes", "group-no", "group-ask"):
        assert (await press_again(cass, name, circle)).text == NOT_FOUND
    decision = (await world.rows("SELECT id FROM decisions"))[0]["id"]
    chosen = await forge.choose(cass, "firsthand:group-decision:", decision, at=circle.channel)
    assert chosen.text == NOT_FOUND


async def test_two_do_not_part_by_vote(world: World) -> None:
    ana, beto, cass = world.person("Ana"), world.person("Beto"), world.person("Cass")
    circle = await starts(ana)
    await circle.takes_in(beto)
    assert "only two" in (await ana.slash("affinity part", member=beto)).text
    assert "/affinity leave" in (await ana.slash("affinity part", member=ana)).text
    assert "not in this group" in (await ana.slash("affinity part", member=cass)).text


# -- going ------------------------------------------------------------------------------------


async def test_leaving_is_at_once_and_asks_no_reason(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    left = await ana.slash("affinity leave")
    assert "You have left **Night owls**" in left.text
    assert circle.readers() == {beto.id}
    assert f"**Who is in:** {beto.named}" in circle.text
    assert ana.named not in circle.text
    assert (await ana.slash("affinity members")).text.startswith(NO_GROUP)


async def test_the_button_asks_once(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    sure = await ana.click(world.messages(circle.channel)[0], "Leave")
    assert await circle.members() == {ana.id, beto.id}
    await ana.click(sure, "Leave")
    assert await circle.members() == {beto.id}


async def test_leaving_settles_what_only_waited_for_them(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    await ana.click(await circle.proposes(ana), "Support")
    await beto.slash("affinity leave")
    assert "**Passed, " in circle.text


async def test_the_last_one_out_ends_the_group(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    left = await ana.slash("affinity leave")
    assert "You were the last one" in left.text
    assert circle.channel.id not in world.env.backend.channels
    assert await world.rows("SELECT 1 FROM affinity_groups") == []


async def test_the_group_ends_when_it_agrees_to(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    sure = await ana.slash("affinity close")
    assert await world.rows("SELECT 1 FROM decisions") == []
    await ana.click(sure, "Ask the group")
    assert "deleted with everything in it" in circle.text
    card = circle.card
    await ana.click(card, "Support")
    await beto.click(card, "Support")
    assert circle.channel.id not in world.env.backend.channels
    assert "has ended" in (await beto.slash("consent inbox")).text


async def test_a_deleted_channel_can_be_opened_again(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.takes_in(beto)
    await circle.proposes(ana)
    world.env.backend.delete_channel(circle.channel.id)
    await world.env.settle()
    inbox = await beto.slash("consent inbox")
    assert "Somebody has deleted the channel" in inbox.text
    opened = await beto.click(inbox, "Open a new channel")
    rows = await world.rows("SELECT * FROM affinity_groups")
    assert f"<#{rows[0]['channel_id']}>" in opened.text
    again = Circle(world, rows[0])
    assert again.readers() == {ana.id, beto.id}
    assert "We meet on Friday." in again.text
    assert f"<#{again.channel.id}>" in (await ana.slash("consent inbox")).text


# -- in the DM --------------------------------------------------------------------------------


async def test_the_inbox_works_in_the_dm(world: World) -> None:
    """With the server's name, and answered there."""
    ana, cass = world.person("Ana"), world.person("Cass")
    circle = await starts(ana)
    await ana.slash("affinity invite", member=cass)
    waits = await cass.dm("consent inbox")
    assert "(Riverside)" in waits.text
    came = await cass.click(waits, "Come in")
    assert "You are in **Night owls**" in came.text
    assert cass.id in circle.readers()


@pytest.mark.parametrize("command", ["start", "list", "members", "propose", "leave"])
async def test_the_rest_needs_a_server(world: World, command: str) -> None:
    ana = world.person("Ana")
    options = {"name": "Owls", "purpose": "Soup"} if command == "start" else {}
    refused = await ana.dm(f"affinity {command}", **options)
    assert "needs a server" in refused.text


async def test_a_control_of_one_server_does_nothing_in_another(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    await circle.proposes(ana)
    elsewhere = world.env.create_guild("Elsewhere")
    lobby = elsewhere.create_text_channel("lobby")
    abroad = Person(world, ana.user, elsewhere.add_member(ana.user))
    decision = (await world.rows("SELECT id FROM decisions"))[0]["id"]
    for name, key in (
        ("group-support", decision),
        ("group-decision", decision),
        ("group-settings", circle.id),
        ("group-members", circle.id),
        ("group-left", circle.id),
    ):
        answer = await forge.press(abroad, f"firsthand:{name}:{key}", at=lobby)
        assert answer.text == NOT_FOUND, name
    assert await circle.members() == {ana.id}
    assert await world.rows("SELECT 1 FROM ballots WHERE answer IS NOT NULL") == []


async def test_whoever_knocks_at_a_group_that_ends_is_told(world: World) -> None:
    ana, zoe = world.person("Ana"), world.person("Zoe")
    group = await starts(ana, listed=True)
    await knocks(zoe, group)
    await ana.slash("affinity leave", at=group.channel)
    await world.later(61)
    assert "has not taken you in" in (await zoe.slash("consent inbox")).text


async def test_the_bots_own_access_taken_by_hand_comes_back_first(world: World) -> None:
    ana = world.person("Ana")
    group = await starts(ana)
    backend = world.env.backend
    me = backend.bot_user.id
    await world.later(61)
    backend.get_channel(group.channel.id).overwrites = [
        each
        for each in backend.get_channel(group.channel.id).overwrites
        if each.target_id not in (me, world.guild.id)
    ]
    await ana.slash("affinity away", until="back", at=group.channel)
    await world.later(61)
    assert "Everybody in this server could read this channel" in group.text
    left = {each.target_id for each in backend.get_channel(group.channel.id).overwrites}
    assert {me, world.guild.id, ana.id} <= left
