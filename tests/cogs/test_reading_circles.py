"""Reading circles: shown before they are public, joined in private, reminded of once."""

from __future__ import annotations

from typing import Any

import discord
import pytest
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.app import PERMISSIONS
from bot.reading.circle_rules import LASTS, MOST_BY_ONE, RUNG, News
from bot.reading.library import library
from bot.words import speak
from bot.work import rules
from cogs.reading.circle_says import _NEWS
from tests.circles import (
    ESSAY,
    PAIR,
    SECTION,
    TITLE,
    WORK,
    ZONE,
    Gathering,
    asks,
    dms,
    now,
    rings,
    starts,
)
from tests.cogs.test_doorbell_waits import with_doorbell
from tests.groups import starts as starts_a_group
from tests.store.test_circles import has_post
from tests.wire import forge
from tests.wire.failing import refusing
from tests.world import DAY, HOUR, Answer, Person, World

REMINDER = f"The reading circle **{TITLE}** begins"
MOVED = f"The reading circle **{TITLE}** has another time"
CANCELLED = f"The reading circle **{TITLE}** was cancelled"
GONE = "I know of no such reading circle here"


async def circles(world: World) -> list[dict[str, object]]:
    return await world.rows("SELECT * FROM circles")


def nothing_public(world: World) -> bool:
    guild = world.env.backend.get_guild(world.guild.id)
    return not (world.messages(world.general) or guild.scheduled_events or guild.thread_ids)


def role_without(world: World, *names: str) -> None:
    """Take permissions from the bot's role."""
    kept = discord.Permissions(PERMISSIONS.value)
    kept.update(**dict.fromkeys(names, False))
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": kept.value})
    everyone = discord.Permissions(kept.value)
    everyone.update(send_messages=True, use_application_commands=True)
    everyone.update(**{name: False for name in names if name not in ("send_messages",)})
    world.env.backend.edit_role(
        world.guild.id, world.guild.default_role.id, {"permissions": everyone.value}
    )


async def takes_dms(world: World, name: str, locale: str = "en-US") -> Person:
    person = world.person(name, locale)
    await person.slash("privacy dms", choice="allow")
    return person


# -- before it is public ------------------------------------------------------------------------


async def test_nothing_is_public_before_its_host_says_yes(world: World) -> None:
    ana = world.person("Ana")
    preview = await asks(ana, "tomorrow 19:00", zone=ZONE)
    assert preview.private
    assert "Nothing is public yet" in preview.text
    assert TITLE in preview.text
    assert "Friday 2 January 2026" not in preview.text  # in Santiago it is still Wednesday
    assert "Thursday 1 January 2026, 19:00 · Santiago time" in preview.text
    assert "the whole server sees the event" in preview.text
    assert preview.labels == ["Post it", "Post it with my name", "Never mind"]
    assert nothing_public(world)


async def test_the_preview_shows_what_is_posted_then(world: World) -> None:
    ana = world.person("Ana")
    preview = await asks(ana)
    shown = preview.text
    await ana.click(preview, "Post it")
    circle = await Gathering.newest(world)
    assert circle.text in shown
    assert all(question in shown for question in circle.questions)


async def test_a_circle_is_a_post_a_thread_with_questions_and_an_event(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana, "2026-01-10 18:30", zone="Berlin")
    assert circle.labels == ["Join", "Leave", "Change"]
    assert ana.mention not in circle.text
    assert circle.questions == list(library("en").work(WORK).questions)
    assert circle.thread.name == f"Reading circle: {TITLE}"
    assert circle.thread.parent_id == world.general.id
    assert circle.event.name == f"Reading circle: {TITLE}"
    assert circle.event.scheduled_start_time == "2026-01-10T17:30:00+00:00"
    assert circle.event.entity_metadata["location"].endswith(f"/{circle.post_id}")
    assert circle.event.entity_type == discord.EntityType.external.value
    assert await circle.starts_at() == circle.event_at


async def test_the_host_is_named_only_by_their_own_choice(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    unnamed = await starts(ana)
    named = await starts(beto, press="Post it with my name")
    assert ana.mention not in unnamed.text
    assert f"Started by {beto.named}" in named.text


@pytest.mark.parametrize("work", [SECTION, ESSAY, PAIR])
async def test_a_section_an_essay_or_a_pair_can_be_read(world: World, work: str) -> None:
    circle = await starts(world.person("Ana"), work=work)
    shared = library("en")
    if work == ESSAY:
        essay = shared.essay(work)
        assert circle.questions == [each.questions[0] for each in essay.sections]
    else:
        found = shared.section(work) or shared.pair(work)
        assert circle.questions == list(found.questions)


async def test_a_pair_is_found_by_what_is_typed_of_its_question(world: World) -> None:
    ana = world.person("Ana")
    pair = library("en").pair(PAIR)
    offered = await ana.suggestions("reading circle", "work", pair.question[:20])
    assert PAIR in [each["value"] for each in offered]
    assert pair.question in (await asks(ana, work=pair.question)).text


async def test_what_is_public_is_in_the_server_s_language(world: World) -> None:
    mod = world.moderator("Mod")
    await world.bot.governance.change(world.guild.id, "language", "es", mod.id, 0)
    ana = world.person("Ana")
    preview = await asks(ana)
    assert "Nothing is public yet" in preview.text
    await ana.click(preview, "Post it")
    circle = await Gathering.newest(world)
    assert circle.questions == list(library("es").work(WORK).questions)
    assert library("es").work(WORK).why in circle.text.replace("\\", "")


async def test_a_preview_says_which_zone_was_taken(world: World) -> None:
    ana = world.person("Ana")
    assert "I took UTC" in (await asks(ana)).text
    assert "I took UTC" not in (await asks(ana, zone="Santiago")).text


async def test_a_hidden_channel_is_said_before_its_event_is_public(world: World) -> None:
    ana = world.person("Ana")
    assert "Not everybody in this server" not in (await asks(ana)).text
    world.deny(world.general, None, view_channel=True)
    allow = discord.Permissions(view_channel=True).value
    for someone in (ana.id, world.env.backend.bot_user.id):
        world.env.backend.set_overwrite(
            world.general.id, Overwrite(someone, OverwriteType(1), allow=allow)
        )
    assert "Not everybody in this server" in (await asks(ana)).text


async def test_a_preview_lapses(world: World) -> None:
    ana = world.person("Ana")
    preview = await asks(ana)
    await world.later(15 * 60)
    assert await circles(world) == []
    answer = await ana.click(preview, "Post it")
    assert "too old" in answer.text
    assert nothing_public(world)


async def test_a_preview_has_lapsed_also_before_anybody_tidied_it_up(world: World) -> None:
    ana = world.person("Ana")
    preview = await asks(ana)
    world.env.backend.advance_clock(15 * 60)
    assert len(await circles(world)) == 1
    assert "too old" in (await ana.click(preview, "Post it")).text
    assert nothing_public(world)


async def test_two_clicks_make_one_circle(world: World) -> None:
    ana = world.person("Ana")
    await asks(ana)
    [row] = await circles(world)
    custom_id = f"firsthand:circle-post:{row['id']}"
    both = await world.at_once(*[lambda: forge.press(ana, custom_id, at=world.general)] * 2)
    # Whoever comes second reads what the first one did, and not that it can't be done.
    assert all("public" in each.text or "being posted" in each.text for each in both), both
    assert len(await circles(world)) == 1
    assert len(world.env.backend.get_guild(world.guild.id).scheduled_events) == 1
    posts = [each for each in world.messages(world.general) if each.components]
    assert len(posts) == 1
    again = await forge.press(ana, custom_id, at=world.general)
    assert "It is public" in again.text


async def test_nobody_else_can_say_yes(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    await asks(ana)
    [row] = await circles(world)
    answer = await forge.press(beto, f"firsthand:circle-post:{row['id']}", at=world.general)
    assert answer.private
    assert "too old" in answer.text
    assert nothing_public(world)


async def test_one_person_cannot_fill_the_server_with_circles(world: World) -> None:
    ana = world.person("Ana")
    early = await asks(ana)
    for _ in range(MOST_BY_ONE):
        await starts(ana)
    assert "as many as one person can have" in (await asks(ana)).text
    assert "as many as one person can have" in (await ana.click(early, "Post it")).text
    await starts(world.person("Beto"))
    assert len(await circles(world)) == MOST_BY_ONE + 2


# -- what does not work, and where ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ("some day", "The time is missing"),
        ("28 nov", "The time is missing"),
        ("19:00 20:00", "I can't read that"),
        ("5/6 19:00", "two different dates"),
        ("31 feb 19:00", "no such day"),
        ("monday 10 january 19:00", "another day of the week"),
        ("2026-01-01 00:20", "too soon"),
        ("2025-12-01 19:00", "too soon"),
        ("2026-12-24 19:00", "too far away"),
        ("\x00", "The time is missing"),
        ("\ud83d 19:00", "I can't read that"),
        ("@everyone 19:00", "I can't read that"),
        ("x" * 4001, "I can't read that"),
    ],
)
async def test_what_is_not_understood_is_said_and_changes_nothing(
    world: World, when: str, said: str
) -> None:
    ana = world.person("Ana")
    answer = await forge.command(ana, "reading circle", at=world.general, work=WORK, when=when)
    assert answer.private
    assert said in answer.text
    assert await circles(world) == []
    assert nothing_public(world)


async def test_an_unknown_zone_or_work_is_said(world: World) -> None:
    ana = world.person("Ana")
    assert "I don't know that time zone" in (await asks(ana, zone="Atlantis")).text
    assert "I don't know a work like that" in (await asks(ana, work="Atlantis")).text
    assert await circles(world) == []


@pytest.mark.parametrize(
    "typed", ["", "x" * 4001, "\x00", "\ud83d", "\u202e", "@everyone", "<@1>", "https://a.example"]
)
async def test_whatever_is_typed_for_work_and_zone_is_answered(world: World, typed: str) -> None:
    ana = world.person("Ana")
    for given in ({"work": typed}, {"work": WORK, "zone": f"Atlantis{typed}"}):
        options = {"when": "tomorrow 19:00", **given}
        answer = await forge.command(ana, "reading circle", at=world.general, **options)
        assert answer.private
        assert answer.text.startswith(("I don't know a work like that", "I don't know that time"))
    assert await circles(world) == []
    assert nothing_public(world)


async def test_a_time_that_clocks_skip_is_said_plainly(world: World) -> None:
    ana = world.person("Ana")
    answer = await asks(ana, "2026-03-29 02:30", zone="Berlin")
    assert "Clocks go forward over 02:30 that day" in answer.text


async def test_of_a_time_that_comes_twice_it_is_the_first(world: World) -> None:
    ana = world.person("Ana")
    preview = await asks(ana, "2026-04-04 23:30", zone=ZONE)
    assert "Saturday 4 April 2026, 23:30 · Santiago time (the first of two)" in preview.text
    await ana.click(preview, "Post it")
    circle = await Gathering.newest(world)
    assert circle.event.scheduled_start_time == "2026-04-05T02:30:00+00:00"


async def test_in_a_dm_it_says_where_it_works(world: World) -> None:
    ana = world.person("Ana")
    answer = await ana.dm("reading circle", work=WORK, when="tomorrow 19:00")
    assert "This needs a server" in answer.text


async def test_it_needs_a_text_channel(world: World) -> None:
    ana = world.person("Ana")
    voice = world.guild.create_voice_channel("Stairs")
    assert "needs a text channel" in (await asks(ana, at=voice)).text


async def test_a_group_s_own_channel_is_not_shown_to_the_server(world: World) -> None:
    ana = world.person("Ana")
    group = await starts_a_group(ana)
    answer = await asks(ana, at=group.channel)
    assert "belongs to a group alone" in answer.text
    assert await circles(world) == []


async def test_the_bot_makes_no_circle_where_one_may_not_write(world: World) -> None:
    """Neither when it is asked for nor when it is said yes to."""
    ana = world.person("Ana")
    preview = await asks(ana)
    world.deny(world.general, ana, send_messages=True)
    for refused in (await asks(ana), await ana.click(preview, "Post it")):
        assert "You can't write in this channel" in refused.text
    assert nothing_public(world)
    world.env.backend.delete_overwrite(world.general.id, ana.id)
    assert "It is public" in (await ana.click(await asks(ana), "Post it")).text


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("create_events", "Create Events"),
        ("create_public_threads", "Create Public Threads"),
        ("send_messages_in_threads", "Send Messages in Threads"),
    ],
)
async def test_a_missing_permission_is_named_and_nothing_is_half_made(
    world: World, name: str, label: str
) -> None:
    ana = world.person("Ana")
    preview = await asks(ana)
    role_without(world, name)
    refused = await asks(ana)
    assert f"*{label}*" in refused.text
    assert "Somebody who manages this server" in refused.text
    answer = await ana.click(preview, "Post it")
    assert "Nothing is public" in answer.text
    assert f"*{label}*" in answer.text
    assert nothing_public(world)
    await world.later(2 * DAY)
    assert await circles(world) == []
    assert dms(world, ana) == []


@pytest.mark.parametrize(
    ("method", "path", "code", "said"),
    [
        ("POST", "scheduled-events", 30038, "as many events as Discord allows"),
        ("POST", "scheduled-events", 50013, "*Create Events*"),
        ("POST", "threads", 160006, "as many open threads"),
        ("POST", "threads", 50013, "*Create Public Threads*"),
    ],
)
async def test_what_discord_refuses_half_way_is_taken_back(
    world: World, method: str, path: str, code: int, said: str
) -> None:
    ana = world.person("Ana")
    preview = await asks(ana)
    with refusing(method, path, code):
        answer = await ana.click(preview, "Post it")
    assert "Nothing is public" in answer.text
    assert said in answer.text
    guild = world.env.backend.get_guild(world.guild.id)
    assert world.messages(world.general) == []
    assert not guild.scheduled_events
    await world.later(2 * DAY)
    assert await circles(world) == []
    assert dms(world, ana) == []


async def confirmed(world: World, host: Person, at: Any) -> str:
    """A circle whose host said yes, and whose making has not begun; its id."""
    await asks(host, at=at)
    [row] = await world.rows("SELECT * FROM circles WHERE state = 'draft'")
    circle_id = str(row["id"])
    with world.env.time_context():
        assert await world.bot.circles.confirm(circle_id, host.id, named=False) is not None
    return circle_id


async def test_while_it_is_being_posted_joining_asks_to_try_again(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle_id = await confirmed(world, ana, world.general)
    circle = await world.bot.circles.get(circle_id)
    assert circle is not None
    for is_posted in (False, True):
        if is_posted:
            with world.env.time_context():
                await has_post(world.bot, circle, 7)
        pressed = await forge.press(beto, f"firsthand:circle-join:{circle_id}", at=world.general)
        assert pressed.text.startswith("It is just being posted. Please try again in a minute.")
    assert [each["person_id"] for each in await world.rows("SELECT * FROM circle_joins")] == [
        ana.id
    ]


@pytest.mark.parametrize("posted", [False, True])
async def test_a_channel_deleted_before_the_post_undoes_it_and_others_go_on(
    world: World, posted: bool
) -> None:
    ana, beto = await takes_dms(world, "Ana"), await takes_dms(world, "Beto")
    club = world.guild.create_text_channel("book-club")
    other = await starts(beto)
    circle_id = await confirmed(world, ana, club)
    if posted:
        circle = await world.bot.circles.get(circle_id)
        assert circle is not None
        with world.env.time_context():
            await has_post(world.bot, circle, 7)
    world.env.backend.delete_channel(club.id)
    await other.until(60)
    assert dms(world, beto)[0].startswith(REMINDER)
    [said] = dms(world, ana)
    assert said.startswith("Nothing came of the reading circle")
    assert await world.bot.circles.get(circle_id) is None


# -- the time, while it is typed ------------------------------------------------------------------


async def suggested(person: Person, typed: str, zone: str = "") -> list[tuple[str, str]]:
    """What is offered for `when`, with the zone already filled in."""
    options = {"zone": zone} if zone else {}
    found = await person.member.autocomplete(
        person.world.general, "reading circle", "when", typed, **options
    )
    return [(each["name"], each["value"]) for each in found]


async def test_it_is_shown_how_the_time_is_understood_before_it_is_sent(world: World) -> None:
    ana = world.person("Ana")
    [(shown, value)] = await suggested(ana, "28 may 7 pm", ZONE)
    assert shown == "Thursday 28 May 2026, 19:00 · Santiago time"
    assert value == "2026-05-28 19:00"
    preview = await asks(ana, value, zone=ZONE)
    assert shown in preview.text


async def test_without_a_zone_it_is_utc_and_says_so(world: World) -> None:
    [(shown, _)] = await suggested(world.person("Ana"), "saturday 18:30")
    assert shown == "Saturday 3 January 2026, 18:30 · UTC"


async def test_a_suggestion_means_the_same_when_it_is_sent_a_day_later(world: World) -> None:
    ana = world.person("Ana")
    [(shown, value)] = await suggested(ana, "the day after tomorrow at noon")
    await world.later(25 * HOUR)
    assert shown in (await asks(ana, value)).text


async def test_faults_are_shown_while_typing(world: World) -> None:
    ana = world.person("Ana")
    for typed, said in (
        ("tomorrow", "The time is missing"),
        ("5/6 19:00", "two different dates"),
        ("2027-01-01 19:00", "too far away"),
        ("\ud83d 19:00", "I can't read"),
        ("x" * 500, "I can't read"),
    ):
        [(shown, value)] = await suggested(ana, typed)
        assert said in shown
        assert 1 <= len(value) <= 100
    [(shown, _)] = await suggested(ana, "tomorrow 19:00", "Atlantis")
    assert "I don't know that time zone" in shown


async def test_before_anything_is_typed_times_are_offered(world: World) -> None:
    found = await suggested(world.person("Ana"), "", ZONE)
    assert len(found) == 3
    assert all("Santiago time" in shown for shown, _ in found)


# -- joining and leaving --------------------------------------------------------------------------


async def test_who_joined_is_shown_to_nobody(world: World) -> None:
    circle = await starts(world.person("Ana"))
    before = circle.text
    beto = world.person("Beto")
    answer = await circle.press(beto, "Join")
    assert answer.private
    assert "You are in" in answer.text
    assert circle.text == before
    assert beto.mention not in world.said(world.general)
    assert beto.id not in circle.thread.thread_members
    assert beto.id in await circle.joined()


async def test_joining_twice_is_joining_once(world: World) -> None:
    circle = await starts(world.person("Ana"))
    beto = world.person("Beto")
    await world.at_once(*[lambda: circle.press(beto, "Join")] * 3)
    rows = await world.rows(f"SELECT * FROM circle_joins WHERE person_id = {beto.id}")
    assert len(rows) == 1


async def test_leaving_keeps_nothing(world: World) -> None:
    circle = await starts(world.person("Ana"))
    beto = world.person("Beto")
    await circle.press(beto, "Join")
    answer = await circle.press(beto, "Leave")
    assert "You are not in that circle" in answer.text
    assert beto.id not in await circle.joined()
    assert (await circle.press(beto, "Leave")).text == answer.text


async def test_joining_says_where_the_reminder_will_come(world: World) -> None:
    """In the circle's own channel it would tell who joined."""
    circle = await starts(world.person("Ana"))
    there = await starts(world.person("Diego"), at=world.assembly)
    beto, carla = world.person("Beto"), await takes_dms(world, "Carla")
    assert "in your /consent inbox" in (await circle.press(beto, "Join")).text
    await with_doorbell(world)
    assert f"I mention you in <#{world.assembly.id}>" in (await circle.press(beto, "Join")).text
    assert "in your /consent inbox" in (await there.press(beto, "Join")).text
    assert "in a DM" in (await circle.press(carla, "Join")).text


async def test_once_it_has_begun_there_is_nothing_to_join(world: World) -> None:
    circle = await starts(world.person("Ana"))
    await circle.until(-60)
    beto = world.person("Beto")
    answer = await circle.press(beto, "Join")
    assert "It has begun" in answer.text
    assert beto.id not in await circle.joined()


# -- the reminder ---------------------------------------------------------------------------------


async def test_an_hour_before_who_joined_is_reminded_once_by_dm(world: World) -> None:
    ana, beto = await takes_dms(world, "Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana)
    await circle.press(beto, "Join")
    await circle.until(HOUR + 120)
    assert dms(world, ana) == dms(world, beto) == []
    await circle.until(HOUR - 60)
    for person in (ana, beto):
        [said] = dms(world, person)
        assert said.startswith(REMINDER)
    await circle.until(60)
    await circle.until(-LASTS)
    assert len(dms(world, ana)) == len(dms(world, beto)) == 1


async def test_without_dms_the_doorbell_rings_elsewhere_and_the_inbox_tells(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Several lines in one minute, or below the post, would tell who joined."""
    monkeypatch.setattr(rules.secrets, "randbelow", lambda most: most - 1)
    await with_doorbell(world)
    circle = await starts(world.person("Ana"))
    beto, carla = world.person("Beto"), world.person("Carla")
    for person in (beto, carla):
        await circle.press(person, "Join")
    await circle.until(HOUR - 60)
    assert REMINDER in (await carla.slash("consent inbox")).text
    await circle.until(RUNG + 60)
    assert rings(world, beto, world.assembly) == []
    await circle.until(RUNG)
    [ring] = rings(world, beto, world.assembly)
    assert TITLE not in ring.content
    assert rings(world, carla, world.assembly) == []  # she has looked
    inbox = await beto.slash("consent inbox")
    assert REMINDER in inbox.text
    assert inbox.labels == ["Got it", "Leave"]
    read = await beto.click(inbox, "Got it")
    assert read.text.startswith("Nothing waits for you.")
    assert dms(world, beto) == []
    assert rings(world, beto) == rings(world, carla) == []


async def test_closed_dms_fall_back_to_the_doorbell(world: World) -> None:
    await with_doorbell(world)
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    path = f"/channels/{beto.user.dm_channel.id}/messages"
    world.env.inject_error("POST", path, status=403, code=50007, times=None)
    await circle.until(HOUR - 60)
    await circle.until(RUNG)
    assert len(rings(world, beto, world.assembly)) == 1
    assert REMINDER in (await beto.slash("consent inbox")).text


async def test_whoever_left_is_not_reminded(world: World) -> None:
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    await circle.press(beto, "Leave")
    await circle.until(60)
    assert dms(world, beto) == []
    assert rings(world, beto) == []


async def test_whoever_joins_in_the_last_hour_is_not_reminded(world: World) -> None:
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.until(HOUR - 60)
    assert "I don't remind you once more" in (await circle.press(beto, "Join")).text
    await circle.until(60)
    assert dms(world, beto) == []


@pytest.mark.parametrize("by_dm", [True, False])
async def test_whoever_left_the_server_is_not_reminded_and_not_kept(
    world: World, by_dm: bool
) -> None:
    beto = await takes_dms(world, "Beto") if by_dm else world.person("Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    world.guild.remove_member(beto.member)
    await circle.until(60)
    assert dms(world, beto) == []
    assert beto.id not in await circle.joined()


async def test_a_bot_that_slept_through_it_reminds_nobody(world: World) -> None:
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    await world.bot.worker.stop()
    world.env.backend.advance_clock(await circle.starts_at() - now(world) + 60)
    await world.restart()
    await world.later(60)
    assert dms(world, beto) == []


@pytest.mark.parametrize("path", ["/guilds/*/scheduled-events/*", "/guilds/*/members/*"])
async def test_an_outage_until_shortly_before_it_swallows_no_reminder(
    world: World, path: str
) -> None:
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    await circle.until(HOUR + 60)
    world.env.inject_error("GET", path, status=503, times=None)
    for _ in range(4):
        await world.later(700)
    assert dms(world, beto) == []
    world.env.backend.faults.clear()
    await world.later(61)
    [said] = dms(world, beto)
    assert said.startswith(REMINDER)


async def test_a_bot_that_starts_in_the_last_hour_still_reminds(world: World) -> None:
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    await world.bot.worker.stop()
    world.env.backend.advance_clock(await circle.starts_at() - now(world) - 600)
    await world.restart()
    await world.later(60)
    [said] = dms(world, beto)
    assert said.startswith(REMINDER)


async def test_the_reminder_is_in_the_person_s_language(world: World) -> None:
    beto = await takes_dms(world, "Beto", "es-ES")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    await circle.until(HOUR - 60)
    beginning = speak("es")(_NEWS[News.SOON], title=f"**{TITLE}**", soon="|", when="", thread="")
    assert dms(world, beto)[0].startswith(beginning.partition("|")[0])


# -- moving ---------------------------------------------------------------------------------------


async def test_the_host_moves_it_and_who_joined_is_told_once(world: World) -> None:
    ana, beto = await takes_dms(world, "Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana, "tomorrow 19:00")
    await circle.press(beto, "Join")
    card = await circle.press(ana, "Change")
    form = await ana.click(card, "Move it")
    shown = await ana.fill(form, when="Saturday 3 January 20:30", zone="Berlin")
    assert "Saturday 3 January 2026, 20:30 · Berlin time" in shown.text
    assert circle.event.scheduled_start_time == "2026-01-02T19:00:00+00:00"
    moved = await ana.click(shown, "Move it")
    assert "Moved" in moved.text
    assert circle.event.scheduled_start_time == "2026-01-03T19:30:00+00:00"
    assert circle.event.scheduled_end_time == "2026-01-03T22:30:00+00:00"
    assert f"<t:{await circle.starts_at()}:F>" in circle.text
    await world.later(60)
    [said] = dms(world, beto)
    assert said.startswith(MOVED)
    assert dms(world, ana) == []  # they know


async def test_a_circle_that_moved_is_reminded_of_at_its_new_time_alone(world: World) -> None:
    ana, beto = world.person("Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana, "tomorrow 19:00")
    await circle.press(beto, "Join")
    await circle.moves(ana, "saturday 20:30")
    await circle.until(HOUR + 120)
    assert [each.startswith(MOVED) for each in dms(world, beto)] == [True]
    await circle.until(60)
    assert [each.startswith(REMINDER) for each in dms(world, beto)] == [False, True]


async def test_moved_into_the_next_hour_it_is_told_and_not_reminded_of(world: World) -> None:
    ana, beto = world.person("Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana, "tomorrow 19:00")
    await circle.press(beto, "Join")
    await circle.moves(ana, "today 00:45")
    await circle.until(60)
    assert [each.startswith(MOVED) for each in dms(world, beto)] == [True]


async def test_whoever_manages_events_or_the_server_may_move_and_cancel(world: World) -> None:
    circle = await starts(world.person("Ana"))
    for number, right in enumerate(("manage_events", "manage_guild")):
        person = world.person(f"Mara{number}")
        role = world.guild.create_role(right, permissions=discord.Permissions(**{right: True}))
        world.env.backend.add_member_role(world.guild.id, person.id, role.id)
        moved = await circle.moves(person, f"saturday 2{number}:30")
        assert "Moved" in moved.text


async def test_nobody_else_changes_it(world: World) -> None:
    circle = await starts(world.person("Ana"))
    beto = world.person("Beto")
    answer = await circle.press(beto, "Change")
    assert "Only whoever started this circle" in answer.text
    before = await circle.row()
    soon = now(world) + DAY
    for name, key in (
        ("circle-move", circle.id),
        ("circle-move-now", f"{circle.id}.1.{soon}"),
        ("circle-cancel", circle.id),
        ("circle-cancel-now", circle.id),
    ):
        answer = await forge.press(beto, f"firsthand:{name}:{key}", at=world.general)
        assert answer.private
        assert answer.form is None
        assert "Only whoever started" in answer.text or GONE in answer.text
    submitted = await forge.submit(
        beto, f"firsthand:circle-moved:{circle.id}", at=world.general, when="saturday 20:00"
    )
    assert "Only whoever started" in submitted.text
    assert await circle.row() == before


async def test_of_two_who_move_it_at_once_the_second_looks_again(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    shown: list[Answer] = []
    for when in ("saturday 20:00", "sunday 20:00"):
        card = await circle.press(ana, "Change")
        form = await ana.click(card, "Move it")
        shown.append(await ana.fill(form, when=when, zone=""))
    first = await ana.click(shown[0], "Move it")
    second = await ana.click(shown[1], "Move it")
    assert "Moved" in first.text
    assert "It was changed meanwhile" in second.text
    assert circle.event.scheduled_start_time == "2026-01-03T20:00:00+00:00"


async def test_a_time_that_cannot_be_moved_to_is_said(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    for when, zone, said in (
        ("yesterday", "", "The time is missing"),
        ("2027-06-01 19:00", "", "too far away"),
        ("saturday 19:00", "Atlantis", "I don't know that time zone"),
        ("\x00", "", "The time is missing"),
    ):
        form = await ana.click(await circle.press(ana, "Change"), "Move it")
        answer = await ana.fill(form, when=when, zone=zone)
        assert said in answer.text
    assert circle.event.scheduled_start_time == "2026-01-02T19:00:00+00:00"


async def test_without_create_events_moving_says_so_and_goes_on_trying(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    role_without(world, "create_events")
    moved = await circle.moves(ana, "saturday 20:00")
    assert "Moved" in moved.text
    assert "*Create Events*" in moved.text
    assert f"<t:{await circle.starts_at()}:F>" in circle.text
    role_without(world)
    await world.later(HOUR)
    assert circle.event_at == await circle.starts_at()


# -- cancelling -----------------------------------------------------------------------------------


async def test_cancelled_the_event_goes_the_post_says_so_and_people_are_told_once(
    world: World,
) -> None:
    ana, beto = world.person("Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana)
    await circle.press(beto, "Join")
    assert "Cancelled" in (await circle.cancels(ana)).text
    assert not circle.has_event
    assert "It was cancelled. What was written in the thread stays." in circle.text
    assert circle.labels == []
    await world.later(60)
    [said] = dms(world, beto)
    assert said.startswith(CANCELLED)
    await world.later(3 * DAY)
    assert len(dms(world, beto)) == 1
    assert rings(world, ana) == []
    assert await circle.state() == "gone"
    assert await world.rows("SELECT * FROM circle_joins") == []


async def test_cancelling_needs_a_second_press(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    asked = await ana.click(await circle.press(ana, "Change"), "Cancel it")
    assert circle.has_event
    await ana.click(asked, "Never mind")
    assert await circle.state() == "open"


async def test_it_can_be_left_but_not_joined_when_it_is_cancelled(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.press(beto, "Join")
    post = circle.post
    await circle.cancels(ana)
    for name, said in (("join", GONE), ("leave", "You are not in")):
        custom_id = f"firsthand:circle-{name}:{circle.id}"
        answer = await forge.press(beto, custom_id, at=world.general, on=post)
        assert said in answer.text
    assert await circle.joined() == set()


async def test_it_cannot_be_cancelled_once_it_has_begun(world: World) -> None:
    ana = world.person("Ana")
    circle = await starts(ana)
    await circle.until(-60)
    assert "It has begun" in (await circle.press(ana, "Change")).text


# -- by hand --------------------------------------------------------------------------------------


async def test_an_event_deleted_by_hand_cancels_the_circle(world: World) -> None:
    ana, beto = await takes_dms(world, "Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana)
    await circle.press(beto, "Join")
    world.env.backend.delete_scheduled_event(world.guild.id, circle.event_id)
    await world.later(60)
    assert "It was cancelled" in circle.text
    for person in (ana, beto):
        [said] = dms(world, person)
        assert said.startswith(CANCELLED)


async def test_an_event_cancelled_by_hand_cancels_the_circle(world: World) -> None:
    circle = await starts(world.person("Ana"))
    canceled = {"status": discord.EventStatus.canceled.value}
    world.env.backend.edit_scheduled_event(world.guild.id, circle.event_id, canceled)
    await world.later(60)
    assert "It was cancelled" in circle.text


async def test_an_event_moved_by_hand_moves_the_circle(world: World) -> None:
    ana, beto = world.person("Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana)
    await circle.press(beto, "Join")
    circle.move_event(DAY)
    await world.later(60)
    assert await circle.starts_at() == circle.event_at
    assert f"<t:{circle.event_at}:F>" in circle.text
    [said] = dms(world, beto)
    assert said.startswith(MOVED)
    await circle.until(60)
    assert len(dms(world, beto)) == 2


async def test_what_was_done_while_the_bot_was_away_is_noticed_before_anybody_is_reminded(
    world: World,
) -> None:
    ana, beto = world.person("Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana)
    await circle.press(beto, "Join")
    await world.bot.worker.stop()
    del world.env.backend.get_guild(world.guild.id).scheduled_events[circle.event_id]
    world.env.backend.advance_clock(await circle.starts_at() - now(world) - HOUR + 60)
    await world.restart()
    await world.later(60)
    [said] = dms(world, beto)
    assert said.startswith(CANCELLED)


async def test_a_change_that_discord_did_not_report_is_found_before_the_reminder(
    world: World,
) -> None:
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    del world.env.backend.get_guild(world.guild.id).scheduled_events[circle.event_id]
    await circle.until(60)
    [said] = dms(world, beto)
    assert said.startswith(CANCELLED)


async def test_a_thread_deleted_by_hand_cancels_the_circle(world: World) -> None:
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    world.env.backend.delete_channel(circle.post_id)
    await world.later(60)
    assert not circle.has_event
    assert "It was cancelled" in circle.text
    assert "stays" not in circle.text
    assert dms(world, beto)[0].startswith(CANCELLED)


async def test_a_channel_deleted_by_hand_cancels_the_circle(world: World) -> None:
    beto = await takes_dms(world, "Beto")
    club = world.guild.create_text_channel("book-club")
    circle = await starts(world.person("Ana"), at=club)
    await circle.press(beto, "Join")
    for gone in (circle.post_id, club.id):
        world.env.backend.delete_channel(gone)
    await world.later(60)
    assert not circle.has_event
    assert dms(world, beto)[0].startswith(CANCELLED)
    await world.later(2 * DAY)
    assert await circle.state() == "gone"


async def test_a_post_deleted_by_hand_leaves_the_circle_as_it_is(world: World) -> None:
    ana, beto = world.person("Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana)
    await circle.press(beto, "Join")
    world.env.backend.delete_message(circle.channel_id, circle.post_id)
    await circle.until(60)
    assert dms(world, beto)[0].startswith(REMINDER)
    await circle.until(-LASTS)
    assert await circle.state() == "gone"


async def test_the_bot_is_removed_from_the_server(world: World) -> None:
    beto = await takes_dms(world, "Beto")
    circle = await starts(world.person("Ana"))
    await circle.press(beto, "Join")
    world.env.backend.remove_guild(world.guild.id)
    await world.env.settle()
    await world.later(2 * DAY)
    assert dms(world, beto) == []
    assert await circle.state() == "gone"
    assert await world.rows("SELECT * FROM circle_joins") == []


# -- when it is over ------------------------------------------------------------------------------


async def test_who_joined_is_forgotten_when_it_is_over(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    circle = await starts(ana)
    await circle.press(beto, "Join")
    await circle.until(-LASTS + 120)
    assert await circle.joined() == {ana.id, beto.id}
    await circle.until(-LASTS)
    assert await world.rows("SELECT * FROM circle_joins") == []
    assert await circles(world) == []
    assert circle.labels == []
    assert "It was <t:" in circle.text
    assert circle.thread is not None


async def test_a_post_that_cannot_be_tidied_keeps_nobody_and_goes_in_the_end(
    world: World,
) -> None:
    circle = await starts(world.person("Ana"))
    world.deny(world.general, None, view_channel=True)
    path = f"/channels/{circle.channel_id}/messages/{circle.post_id}"
    world.env.inject_error("PATCH", path, status=403, code=50001, times=None)
    await circle.until(-LASTS)
    assert await world.rows("SELECT * FROM circle_joins") == []
    assert await circle.state() == "over"
    world.env.backend.advance_clock(30 * DAY)
    await world.later(DAY)
    assert await circles(world) == []


async def test_erasing_takes_the_name_off_the_post_and_the_circle_goes_on(world: World) -> None:
    ana, beto = world.person("Ana"), await takes_dms(world, "Beto")
    circle = await starts(ana, press="Post it with my name")
    await circle.press(beto, "Join")
    await asks(ana)  # a draft goes, too
    asked = await ana.slash("privacy erase")
    await ana.click(asked, "Erase everything")
    await world.later(60)
    assert ana.mention not in circle.text
    assert len(await circles(world)) == 1
    assert await circle.joined() == {beto.id}
    assert "Only whoever started" in (await circle.press(ana, "Change")).text
    await circle.until(60)
    assert dms(world, beto)[0].startswith(REMINDER)


async def test_a_post_that_was_sent_before_its_host_erased_loses_the_name(world: World) -> None:
    ana = world.person("Ana")
    preview = await asks(ana)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.bot.posts, "is_up", _dies)
        await ana.click(preview, "Post it with my name")
        assert ana.mention in world.said(world.general)
    asked = await ana.slash("privacy erase")
    await ana.click(asked, "Erase everything")
    await world.later(120)
    circle = await Gathering.newest(world)
    assert len([each for each in world.messages(world.general) if each.components]) == 1
    assert ana.mention not in circle.text


async def _dies(*_: object) -> None:
    raise OSError


@pytest.mark.full
async def test_a_circle_survives_a_restart_at_every_press(world: World) -> None:
    ana, beto = world.person("Ana"), await takes_dms(world, "Beto")
    preview = await asks(ana)
    await world.restart()
    await ana.click(preview, "Post it")
    circle = await Gathering.newest(world)
    await world.restart()
    await circle.press(beto, "Join")
    await world.restart()
    card = await circle.press(ana, "Change")
    await world.restart()
    form = await ana.click(card, "Move it")
    await world.restart()
    shown = await ana.fill(form, when="saturday 20:00", zone="")
    await world.restart()
    assert "Moved" in (await ana.click(shown, "Move it")).text
    await world.restart()
    await circle.until(60)
    assert [each.partition(" has")[0].partition(" begins")[0] for each in dms(world, beto)] == [
        f"The reading circle **{TITLE}**"
    ] * 2
