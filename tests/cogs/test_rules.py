"""Moderators set the floor, openly; they never answer for a member (law 3)."""

from __future__ import annotations

from typing import Any
from unittest.mock import AsyncMock

import discord
import pytest
from simcord.backend import serializers
from simcord.builders import ChannelHandle

from bot.app import PERMISSIONS
from bot.demo import strict
from bot.governance.rules import GROUPS, RULES, Kind
from bot.problems import PERMISSION_NAMES
from bot.words import speak
from bot.work.worker import PAUSES
from cogs.rules.checkup import CATEGORY_NEEDS, CIRCLE_NEEDS, GROUP_NEEDS, NEEDS
from cogs.rules.says import bounds_in_words
from tests.groups import starts
from tests.threads import made
from tests.wire import forge
from tests.world import DAY, HOUR, Answer, Person, World


async def opens(mod: Person, rule: str) -> Answer:
    """Open the panel and one rule in it."""
    panel = await mod.slash("rules edit")
    return await mod.choose(panel, rule, id="firsthand:rule:")


async def sets(mod: Person, rule: str, *values: Any) -> Answer:
    """Change a rule through the panel."""
    card = await opens(mod, rule)
    if RULES[rule].kind is Kind.NUMBER:
        return await mod.fill(await mod.click(card, "Change"), number=str(values[0]))
    return await mod.choose(card, *values)


async def test_everybody_can_read_every_rule_and_what_moderators_cannot_do(world: World) -> None:
    ana = world.person("Ana")
    shown = await ana.slash("rules show")
    assert shown.private
    for rule in RULES.values():
        assert f"**{rule.label}:**" in shown.text
    assert "can't answer for you" in shown.text
    assert "I don't show them who is in one" in shown.text


async def test_only_manage_server_opens_the_panel(world: World) -> None:
    ana = world.person("Ana")
    for command in ("rules edit", "rules check"):
        refused = await ana.slash(command)
        assert refused.private
        assert "Manage Server" in refused.text


@pytest.mark.parametrize(
    ("rule", "value", "shown"),
    [
        ("language", "es", "Español"),
        ("longest_consent", "7", "7 days"),
        ("requests_a_day", 1, "1"),
        ("rest_days", 90, "90 days"),
        ("most_members", 50, "50"),
    ],
)
async def test_each_rule_is_changed_in_the_panel(
    world: World, rule: str, value: Any, shown: str
) -> None:
    mod = world.moderator("Mod")
    changed = await sets(mod, rule, value)
    assert f"to {shown}" in changed.text
    assert shown in (await mod.slash("rules show")).text


@pytest.mark.parametrize("rule", ["speak_channels", "doorbell_channel", "announcement_channel"])
async def test_channels_are_chosen_and_cleared(world: World, rule: str) -> None:
    mod = world.moderator("Mod")
    changed = await sets(mod, rule, world.assembly)
    assert f"to <#{world.assembly.id}>" in changed.text
    cleared = await sets(mod, rule)
    assert "to none chosen" in cleared.text


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
@pytest.mark.parametrize("rule", ["start_role", "group_category"])
async def test_a_role_and_a_category_are_chosen_and_cleared(
    world: World, rule: str, locale: str
) -> None:
    """Each by another moderator; shown as Discord shows them, and nobody is called by it."""
    mod, other, ana = world.moderator("Mod"), world.moderator("Other"), world.person("Ana")
    for person in (mod, other, ana):
        world.locales[person.id] = locale
    none = speak(locale)("none chosen")
    await sets(mod, "announcement_channel", world.assembly)
    if rule == "start_role":
        value: Any = world.guild.create_role("Crew")
        shown = f"<@&{value.id}>"
    else:
        value = world.guild.create_category("Groups")
        shown = f"<#{value.id}>"
    changed = await sets(mod, rule, value)
    assert mod.mention in changed.text
    assert shown in changed.text
    assert shown in (await ana.slash("rules show")).text
    (menu,) = [
        each for each in (await opens(other, rule)).controls if ":set-rule:" in each["custom_id"]
    ]
    assert menu["min_values"] == 0
    assert menu["max_values"] == 1
    assert [int(each["id"]) for each in menu["default_values"]] == [value.id]
    if rule == "group_category":
        assert menu["channel_types"] == [discord.ChannelType.category.value]
    cleared = await sets(other, rule)
    assert other.mention in cleared.text
    assert shown not in cleared.text.partition("\n")[2]
    assert none in cleared.text
    history = (await ana.slash("rules history")).text
    assert history.count(shown) == 2
    sent = [each.json for each in world.env.http_requests if shown in str(each.json)]
    assert len([each for each in sent if "nonce" in each]) == 2
    assert all(each["allowed_mentions"] == {"parse": []} for each in sent)


async def test_a_category_is_no_channel_and_a_channel_no_category(world: World) -> None:
    """Nor are voice channels, forums (but for what is said in their posts) and threads, which no
    menu of ours offers."""
    mod, guild = world.moderator("Mod"), world.guild
    category, voice = guild.create_category("Groups"), guild.create_voice_channel("Voice")
    thread, _ = made(world, "a public thread", mod)
    rest = [category, voice, thread]
    forum = guild.create_forum_channel("Forum")
    for rule, values in (
        ("group_category", [world.general, forum, voice, thread]),
        ("speak_channels", rest),
        ("doorbell_channel", [*rest, forum]),
        ("announcement_channel", [*rest, forum]),
        ("noticing_leaves_out", [category, thread]),
    ):
        for value in values:
            refused = await forged(mod, rule, str(value.id))
            assert "not one of the choices" in refused.text, (rule, value)
    assert await world.rows("SELECT * FROM rules") == []
    news = guild.create_news_channel("News")
    assert f"to <#{news.id}>" in (await sets(mod, "announcement_channel", news)).text


async def test_a_role_is_one_that_people_give(world: World) -> None:
    """Not the one everybody has, nor one of an app, nor one of another server."""
    mod, backend = world.moderator("Mod"), world.env.backend
    managed = [role for role in backend.get_guild(world.guild.id).roles.values() if role.managed]
    elsewhere = world.env.create_guild("Elsewhere")
    foreign = elsewhere.create_role("Crew")
    assert managed
    for value in (world.guild.default_role, managed[0], foreign, mod, world.general):
        refused = await forged(mod, "start_role", str(value.id))
        assert "I can't use that role" in refused.text
        assert refused.private
    category = elsewhere.create_category("Groups")
    assert "not one of the choices" in (await forged(mod, "group_category", str(category.id))).text
    assert await world.rows("SELECT * FROM rules") == []


@pytest.mark.parametrize("rule", ["start_role", "group_category", "most_members"])
@pytest.mark.parametrize(
    "value", ["0", "-1", "²", "1e9", "9" * 20, "9" * 5000, "x", "1,", ",", " ", "None"]
)
async def test_what_no_menu_offers_is_refused(world: World, rule: str, value: str) -> None:
    mod = world.moderator("Mod")
    for answer in (
        await forged(mod, rule, value),
        await forge.submit(
            mod, f"firsthand:numbered-rule:{rule}.0", at=world.general, number=value
        ),
    ):
        assert answer.private
        assert "something went wrong" not in answer.text
    assert await world.rows("SELECT * FROM rules") == []
    assert world.faults.drain() == []


@pytest.mark.parametrize("rule", ["start_role", "group_category"])
async def test_one_role_and_one_category_at_the_most(world: World, rule: str) -> None:
    mod = world.moderator("Mod")
    make = world.guild.create_role if rule == "start_role" else world.guild.create_category
    two = [str(make("One").id), str(make("Two").id)]
    assert "too many" in (await forged(mod, rule, *two)).text
    assert await world.rows("SELECT * FROM rules") == []


@pytest.mark.parametrize("rule", ["start_role", "language", "announcement_channel"])
async def test_only_numbers_have_the_form_for_a_number(world: World, rule: str) -> None:
    mod = world.moderator("Mod")
    answer = await forge.press(mod, f"firsthand:number-rule:{rule}.0", at=world.general)
    assert answer.form is None
    assert "can't find that here" in answer.text


async def forged(mod: Person, rule: str, *values: str) -> Answer:
    """Choose what no menu offered."""
    world = mod.world
    return await forge.choose(mod, f"firsthand:set-rule:{rule}.0", *values, at=world.general)


@pytest.mark.parametrize("typed", ["0", "4", "-1", "", "many", "٣", "1e9", "999999"])
async def test_a_number_out_of_bounds_is_refused_with_its_bounds(world: World, typed: str) -> None:
    mod = world.moderator("Mod")
    form = await mod.click(await opens(mod, "requests_a_day"), "Change")
    if not typed:
        values = form.result._interaction.modal["components"][0]["component"]
        values["required"] = False
    refused = await mod.fill(form, number=typed)
    assert "from 1 to 3" in refused.text
    assert await world.rows("SELECT * FROM rules") == []
    assert await world.rows("SELECT * FROM rule_changes") == []


async def test_every_change_is_announced_in_the_servers_language(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    await sets(mod, "language", "es")
    said = world.said(world.assembly)
    es = speak("es")
    assert mod.mention in said
    assert es("Language of public messages") in said
    assert es("Language of public messages") != "Language of public messages"


async def test_every_change_is_kept_with_its_author(world: World) -> None:
    ana, mod, other = world.person("Ana"), world.moderator("Mod"), world.moderator("Other")
    await sets(mod, "longest_consent", "7")
    await sets(other, "longest_consent", "3")
    history = await ana.slash("rules history")
    assert history.private
    first, second = history.text.splitlines()
    lines = {first, second}
    assert any(mod.mention in each and "30 days to 7 days" in each for each in lines)
    assert any(other.mention in each and "7 days to 3 days" in each for each in lines)


async def test_a_long_history_has_pages(world: World) -> None:
    mod = world.moderator("Mod")
    for number in range(11):
        value = "7" if number % 2 == 0 else "14"
        await world.bot.governance.change(world.guild.id, "longest_consent", value, mod.id, number)
    first = await mod.slash("rules history")
    assert len(first.text.splitlines()) == 10
    assert len((await mod.click(first, "More")).text.splitlines()) == 1


async def test_an_announcement_that_failed_is_posted_later_and_once(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    world.env.inject_error("POST", f"/channels/{world.assembly.id}/messages", status=500)
    await sets(mod, "longest_consent", "7")
    assert "Longest consent" not in world.said(world.assembly)
    await world.later(120)
    await world.later(120)
    assert world.said(world.assembly).count("Longest consent") == 1


@pytest.mark.parametrize(("owner", "step"), [("posts", "is_up"), ("governance", "announced")])
@pytest.mark.parametrize("down", [60, 30 * HOUR])
async def test_an_announcement_is_posted_once_though_the_process_died_right_after(
    world: World, owner: str, step: str, down: int
) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    setattr(getattr(world.bot, owner), step, AsyncMock(side_effect=RuntimeError))
    await sets(mod, "longest_consent", "7")
    assert world.said(world.assembly).count("Longest consent") == 1
    assert (await states(world))["longest_consent"] == "due"
    assert world.faults.drain()
    world.env.backend.advance_clock(down)
    await world.restart()
    await world.later(PAUSES[0])
    assert (await states(world))["longest_consent"] == "told"
    assert world.said(world.assembly).count("Longest consent") == 1
    assert await world.rows("SELECT * FROM posts") == []


async def test_what_is_kept_of_an_announcement_goes_with_its_server(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where the server was not in the cache while it was posted."""
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    path = f"/channels/{world.assembly.id}/messages"
    world.env.inject_error("POST", path, status=503, times=1)
    monkeypatch.setattr(discord.PartialMessageable, "guild", None)
    await sets(mod, "longest_consent", "7")
    [post] = await world.rows("SELECT guild_id FROM posts")
    assert post["guild_id"] == world.guild.id


async def test_an_announcement_that_died_hours_after_the_first_try_is_posted_once(
    world: World,
) -> None:
    """It is looked for where the last try would be, and not the first."""
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    path = f"/channels/{world.assembly.id}/messages"
    world.env.inject_error("POST", path, status=503, times=None)
    await sets(mod, "longest_consent", "7")
    for wait in PAUSES:
        await world.later(wait)
    world.env.backend.faults.clear()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(world.bot.posts, "is_up", AsyncMock(side_effect=TimeoutError))
        await world.later(PAUSES[-1])
    assert world.said(world.assembly).count("Longest consent") == 1
    await world.later(PAUSES[-1])
    assert (await states(world))["longest_consent"] == "told"
    assert world.said(world.assembly).count("Longest consent") == 1


async def test_an_announcement_is_refused_six_times_and_then_kept(world: World) -> None:
    """At once, after 1, 5 and 30 minutes, 2 hours and 6 hours."""
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    path = f"/channels/{world.assembly.id}/messages"
    world.env.inject_error("POST", path, status=403, code=50013, times=6)
    await sets(mod, "longest_consent", "7")
    for wait in PAUSES:
        assert await states(world) == {"announcement_channel": "told", "longest_consent": "due"}
        await world.later(wait)
    assert await states(world) == {"announcement_channel": "told", "longest_consent": "kept"}
    assert await world.rows("SELECT * FROM posts") == []
    await world.later(30 * DAY)
    assert "Longest consent" not in world.said(world.assembly)


async def test_an_announcement_that_nobody_answered_is_never_given_up(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    path = f"/channels/{world.assembly.id}/messages"
    world.env.inject_error("POST", path, status=503, times=None)
    await sets(mod, "longest_consent", "7")
    for wait in (*PAUSES, DAY, 7 * DAY):
        assert (await states(world))["longest_consent"] == "due"
        await world.later(wait)
    world.env.backend.faults.clear()
    await world.later(PAUSES[-1])
    assert world.said(world.assembly).count("Longest consent") == 1


async def states(world: World) -> dict[str, str]:
    """What became of each change's announcement."""
    rows = await world.rows("SELECT name, state FROM rule_changes")
    return {row["name"]: row["state"] for row in rows}


async def test_whoever_read_the_announcements_is_told_that_they_go(world: World) -> None:
    """Law 3: a moderator can't change rules unseen by taking the channel away first."""
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    await sets(mod, "announcement_channel", world.general)
    assert f"to <#{world.general.id}>" in world.said(world.assembly)
    await sets(mod, "announcement_channel")
    assert world.said(world.general).count("Announcement channel") == 1
    await sets(mod, "longest_consent", "7")
    assert "Longest consent" not in world.said(world.general)
    rows = await world.rows("SELECT state FROM rule_changes")
    assert sorted(row["state"] for row in rows) == ["kept", "told", "told", "told"]


async def test_what_waits_for_a_channel_that_was_taken_away_is_only_kept(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    world.env.inject_error("POST", f"/channels/{world.assembly.id}/messages", status=500)
    await sets(mod, "longest_consent", "7")
    await sets(mod, "announcement_channel")
    await world.later(120)
    assert (await states(world))["longest_consent"] == "kept"


async def test_a_number_is_what_it_says_however_it_is_typed(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "rest_days", "045")
    await sets(mod, "rest_days", "0045")
    assert [row["value"] for row in await world.rows("SELECT value FROM rules")] == ["45"]
    assert len(await world.rows("SELECT * FROM rule_changes")) == 1


async def test_noticing_leaves_out_whatever_people_write_in(world: World) -> None:
    mod = world.moderator("Mod")
    places = [world.guild.create_voice_channel("Voice"), world.guild.create_forum_channel("Forum")]
    changed = await sets(mod, "noticing_leaves_out", *places)
    assert all(f"<#{each.id}>" in changed.text for each in places)


async def test_the_later_of_two_moderators_sees_that_it_changed(world: World) -> None:
    mod, other = world.moderator("Mod"), world.moderator("Other")
    mine, theirs = await opens(mod, "longest_consent"), await opens(other, "longest_consent")
    await mod.choose(mine, "7")
    late = await other.choose(theirs, "90")
    assert "changed this rule in the meantime" in late.text
    assert "7 days" in late.text


async def test_of_two_moderators_who_choose_a_role_the_later_sees_the_first_one(
    world: World,
) -> None:
    mod, other = world.moderator("Mod"), world.moderator("Other")
    first, second = world.guild.create_role("First"), world.guild.create_role("Second")
    mine, theirs = await opens(mod, "start_role"), await opens(other, "start_role")
    await mod.choose(mine, first)
    late = await other.choose(theirs, second)
    assert "changed this rule in the meantime" in late.text
    assert f"<@&{first.id}>" in late.text
    assert f"<@&{second.id}>" not in late.text


async def test_choosing_what_holds_already_changes_nothing(world: World) -> None:
    mod = world.moderator("Mod")
    assert "like that already" in (await sets(mod, "longest_consent", "30")).text
    assert await world.rows("SELECT * FROM rule_changes") == []


async def test_a_panel_in_the_hands_of_somebody_who_lost_the_permission_is_dead(
    world: World,
) -> None:
    mod = world.moderator("Mod")
    card = await opens(mod, "longest_consent")
    member = world.env.backend.get_guild(world.guild.id).members[mod.id]
    for role in list(member.role_ids):
        world.env.backend.remove_member_role(world.guild.id, mod.id, role)
    assert "Manage Server" in (await mod.choose(card, "7")).text
    assert await world.rows("SELECT * FROM rules") == []


async def test_check_names_what_is_missing_and_what_stops(world: World) -> None:
    mod = world.moderator("Mod")
    fine = await mod.slash("rules check")
    assert fine.text.startswith("**Nothing is missing.**")
    assert "**missing.**" not in fine.text
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": 0})
    everyone = world.guild.default_role
    visible = discord.Permissions(view_channel=True, use_application_commands=True)
    world.env.backend.edit_role(world.guild.id, everyone.id, {"permissions": visible.value})
    lacking = await mod.slash("rules check")
    assert "Send Messages: **missing.**" in lacking.text
    assert "/consent speak" in lacking.text
    for name, stops in (NEEDS | GROUP_NEEDS | CIRCLE_NEEDS).items():
        if name != "view_channel":
            assert f"- {PERMISSION_NAMES[name]}: **missing.** {stops}" in lacking.text


async def test_check_looks_at_exactly_what_the_invite_asks_for(world: World) -> None:
    asked = discord.Permissions(**dict.fromkeys([*NEEDS, *GROUP_NEEDS, *CIRCLE_NEEDS], True))
    assert asked == PERMISSIONS


async def test_a_server_without_groups_may_leave_their_permissions_off(world: World) -> None:
    mod = world.moderator("Mod")
    kept = discord.Permissions(**dict.fromkeys(NEEDS, True))
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": kept.value})
    everyone = discord.Permissions(view_channel=True, use_application_commands=True)
    world.env.backend.edit_role(
        world.guild.id, world.guild.default_role.id, {"permissions": everyone.value}
    )
    needed, _, rest = (await mod.slash("rules check")).text.partition("affinity groups**")
    for_groups, _, for_circles = rest.partition("reading circles**")
    assert "missing" not in needed
    assert for_circles.count("**missing.**") == len(CIRCLE_NEEDS)
    assert for_groups.count("**missing.**") == len(GROUP_NEEDS)
    assert "everything else goes on working" in for_groups


async def test_check_names_channels_that_are_gone_or_closed(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "doorbell_channel", world.assembly)
    world.deny(world.assembly, None, send_messages=True)
    assert "I can't write there" in (await mod.slash("rules check")).text
    world.env.backend.delete_channel(world.assembly.id)
    assert "no longer exists" in (await mod.slash("rules check")).text


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
async def test_check_names_a_role_and_a_category_that_are_gone(world: World, locale: str) -> None:
    mod, words = world.moderator("Mod"), speak(locale)
    world.locales[mod.id] = locale
    role, category = world.guild.create_role("Crew"), world.guild.create_category("Groups")
    await sets(mod, "start_role", role)
    await sets(mod, "group_category", category)
    gone = words("It no longer exists. Choose another in /rules edit.")
    fine = await mod.slash("rules check")
    assert gone not in fine.text
    assert f"<@&{role.id}>" not in fine.text
    assert f"<#{category.id}>" not in fine.text
    world.env.backend.delete_role(world.guild.id, role.id)
    world.env.backend.delete_channel(category.id)
    checked = (await mod.slash("rules check")).text.splitlines()
    for shown in (f"<@&{role.id}>", f"<#{category.id}>"):
        (line,) = [each for each in checked if shown in each]
        assert gone in line
    for rule in ("start_role", "group_category"):
        card = await opens(mod, rule)  # what is gone is not chosen beforehand
        assert not [each for each in card.controls if each.get("default_values")]
        await mod.choose(card)
    assert gone not in (await mod.slash("rules check")).text


@pytest.mark.parametrize("lacking", CATEGORY_NEEDS)
@pytest.mark.parametrize("locale", ["en-US", "es-419"])
async def test_check_names_what_a_category_takes_and_what_stops(
    world: World, lacking: str, locale: str
) -> None:
    mod, category = world.moderator("Mod"), world.guild.create_category("Groups")
    world.locales[mod.id], words = locale, speak(locale)
    await sets(mod, "group_category", category)
    world.deny(category, None, **{lacking: True})
    if lacking == "manage_roles":
        lacking = "manage_permissions"  # the same one, as a category calls it
    checked = (await mod.slash("rules check")).text
    assert checked.startswith(words("**To be mended**"))
    assert (
        words(
            "- {category}: **{permission} is taken from me there.** {stops}",
            category=f"<#{category.id}>",
            permission=words(PERMISSION_NAMES[lacking]),
            stops=words(CATEGORY_NEEDS[lacking]),
        )
        in checked
    )


async def test_check_looks_at_the_category_that_the_bot_made(world: World) -> None:
    mod = world.moderator("Mod")
    await starts(mod)
    (place,) = await world.rows("SELECT category_id FROM group_places")
    category = ChannelHandle(
        world.env, world.guild, world.env.backend.get_channel(place["category_id"])
    )
    world.deny(category, None, create_public_threads=True)
    assert "Create Public Threads is taken from me there." in (await mod.slash("rules check")).text


@pytest.mark.parametrize("kept", ["rules_channel_id", "public_updates_channel_id"])
async def test_check_names_a_groups_channel_that_nobody_can_delete(world: World, kept: str) -> None:
    mod, group = world.moderator("Mod"), await starts(world.person("Ana"))
    backend, guild = world.env.backend, world.env.backend.get_guild(world.guild.id)
    setattr(guild, kept, group.channel.id)
    told = {**serializers.guild_create_payload(backend, guild), kept: str(group.channel.id)}
    backend.emit("GUILD_UPDATE", told)
    await world.env.settle()
    checked = (await mod.slash("rules check")).text
    assert f"<#{group.channel.id}>: **this is a group's" in checked
    assert "Server Settings → Community" in checked
    assert "Night owls" not in checked


async def test_check_calls_nothing_well_while_noticing_is_stopped(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "noticing", "hold")
    checked = (await mod.slash("rules check")).text
    assert "Manage Server: I don't have it." in checked
    assert "Nothing is missing" not in checked


async def test_check_says_how_a_time_out_ends(world: World) -> None:
    mod = world.moderator("Mod")
    strict.time_out_bot(world.env, world.guild.id, HOUR)
    await world.env.settle()
    checked = (await mod.slash("rules check")).text
    assert "*Remove Timeout*" in checked
    assert "missing" not in checked


async def test_a_moderator_cannot_read_or_answer_for_a_member(world: World) -> None:
    """Law 3, through everything a moderator can press or type."""
    ana, beto, mod = world.person("Ana"), world.person("Beto"), world.moderator("Mod")
    await beto.asks(ana, "Secret words")
    consent = await world.only_consent()
    for answer in (
        await mod.slash("consent inbox"),
        await mod.slash("consent ledger"),
        await mod.slash("consent check", member=ana),
        await mod.slash("consent verify", code=consent["id"]),
        await mod.slash("consent speak", consent=consent["id"]),
        await mod.slash("rules show"),
        await mod.slash("rules history"),
    ):
        assert "Secret words" not in answer.text
        assert beto.mention not in answer.text
    assert (await world.only_consent())["state"] == "waiting"


# -- the panel ---------------------------------------------------------------------------------


def shown_size(answer: Answer) -> tuple[int, int]:
    """Characters and components of a card, as Discord counts them."""
    characters = components = 0

    def walk(parts: list[dict[str, Any]]) -> None:
        nonlocal characters, components
        for part in parts:
            components += 1
            characters += len(part.get("content") or "")
            walk(part.get("components") or [])

    walk(answer.person.world.fresh(answer.message).components)
    return characters, components


async def whole_panel(mod: Person) -> list[Answer]:
    """Every page of the panel."""
    page = await mod.slash("rules edit")
    pages, texts = [page], [page.text]
    words = speak(mod.world.locales[mod.id])
    assert shown_size(page) <= (4000, 40)
    while words("More") in pages[-1].labels:
        pages.append(await mod.click(pages[-1], words("More")))
        texts.append(pages[-1].text)
        assert shown_size(pages[-1]) <= (4000, 40)
    pages[0].all = "\n".join(texts)  # type: ignore[attr-defined]
    return pages


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
async def test_the_panel_shows_value_bounds_and_purpose_of_every_rule(
    world: World, locale: str
) -> None:
    """With as many channels as there can be, it still fits Discord's cards."""
    mod, words = world.moderator("Mod"), speak(locale)
    world.locales[mod.id] = locale
    many = [world.guild.create_text_channel(f"c{number}") for number in range(25)]
    for rule in ("speak_channels", "noticing_leaves_out"):
        value = ",".join(str(each.id) for each in many)
        await world.bot.governance.change(world.guild.id, rule, value, mod.id, 0)
    shown = (await whole_panel(mod))[0].all  # type: ignore[attr-defined]
    for rule in RULES.values():
        assert f"**{words(rule.label)}:** " in shown
        assert words(rule.about) in shown
        assert bounds_in_words(words, rule) in shown
    for name in GROUPS.values():
        assert f"### {words(name)}" in shown
    for command in ("rules show", "rules history"):
        assert shown_size(await mod.slash(command)) <= (4000, 40)


@pytest.mark.parametrize("locale", ["en-US", "es-ES"])
async def test_every_rule_has_one_card_that_changes_and_resets_it(
    world: World, locale: str
) -> None:
    mod, words = world.moderator("Mod"), speak(locale)
    world.locales[mod.id] = locale
    for rule in RULES.values():
        card = await opens(mod, rule.name)
        assert words(rule.about) in card.text
        assert shown_size(card) <= (4000, 40)
        assert words("Reset") not in card.labels
        (changer,) = [
            each
            for each in card.controls
            if each["custom_id"].split(":")[1] in ("set-rule", "number-rule")
        ]
        assert changer["custom_id"].endswith(f":{rule.name}.0")


async def test_reset_goes_back_to_the_default_and_is_announced(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "announcement_channel", world.assembly)
    await sets(mod, "rest_days", 60)
    card = await opens(mod, "rest_days")
    assert "Unless changed: 30 days" in card.text
    done = await mod.click(card, "Reset")
    assert "from 60 days to 30 days" in done.text
    assert "from 60 days to 30 days" in world.said(world.assembly)
    assert "from 60 days to 30 days" in (await mod.slash("rules history")).text
    assert "Reset" not in (await opens(mod, "rest_days")).labels


async def test_of_two_who_reset_or_change_the_later_sees_what_it_is_now(world: World) -> None:
    mod, other = world.moderator("Mod"), world.moderator("Other")
    await sets(mod, "rest_days", 60)
    mine, theirs = await opens(mod, "rest_days"), await opens(other, "rest_days")
    form = await mod.click(mine, "Change")
    await mod.fill(form, number="90")
    late = await other.click(theirs, "Reset")
    assert "changed this rule in the meantime" in late.text
    assert "Now: 90 days" in late.text
    assert (await other.click(late, "Reset")).text.count("from 90 days to 30 days") == 1


async def test_two_moderators_at_once_make_one_change(world: World) -> None:
    mod, other = world.moderator("Mod"), world.moderator("Other")
    mine, theirs = await opens(mod, "longest_consent"), await opens(other, "longest_consent")
    await world.at_once(lambda: mod.choose(mine, "7"), lambda: other.choose(theirs, "14"))
    assert len(await world.rows("SELECT * FROM rule_changes")) == 1


async def test_a_panel_goes_on_after_a_restart(world: World) -> None:
    mod = world.moderator("Mod")
    card = await opens(mod, "noticing")
    await world.restart()
    changed = await mod.choose(card, "nudge")
    assert "from off to private nudge" in changed.text


async def test_only_manage_server_resets(world: World) -> None:
    mod, ana = world.moderator("Mod"), world.person("Ana")
    await sets(mod, "rest_days", 60)
    refused = await forge.press(ana, "firsthand:reset-rule:rest_days.1", at=world.general)
    assert "Manage Server" in refused.text
    assert (await world.rows("SELECT value FROM rules"))[0]["value"] == "60"


# -- trying a text -----------------------------------------------------------------------------


async def test_anybody_can_try_a_text_and_nothing_is_kept(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    text = f"Hello all. {ana.mention} wants to cancel the march. Chachalaca!"
    for answer in (
        await beto.slash("rules try", text=text),
        await beto.dm("rules try", text=text),
    ):
        assert answer.private or answer.message.channel_id == beto.user.dm_channel.id
        assert f"speaks for {ana.mention}" in answer.text
        assert f"**{ana.mention} wants" in answer.text
        assert "Why:" in answer.text
    assert "Noticing in this server: off" in (await beto.slash("rules try", text=text)).text
    await world.bot.store.main.scrub()
    for file in world.state.iterdir():
        assert b"Chachalaca" not in file.read_bytes()
    sent = [each.json for each in world.env.http_requests if ana.mention in str(each.json)]
    assert sent
    assert all(each["allowed_mentions"] == {"parse": []} for each in sent)


async def test_a_text_that_speaks_for_nobody_passes(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    assert (
        "would say nothing"
        in (await beto.slash("rules try", text=f"{ana.mention}, are you coming?")).text
    )
    plain = await beto.slash("rules try", text="I would like to cancel the march.")
    assert "mentions a person or a role" in plain.text


@pytest.mark.parametrize(
    "text",
    [
        "{ana} wants to go. **@everyone** [see](https://evil.example) `it` ||x|| :wave: # no",
        "{ana} wants to cancel the march. " + "@everyone " * 300,
        "Hello. " * 300 + "{ana} wants to cancel the march. " + "*" * 900,
        "{ana} wants to cancel the march. \u202egnihtemos\u202c\n\n> ### 1. a",
        "\n".join(["{ana} wants to go."] * 90),
    ],
)
async def test_a_hostile_text_is_shown_to_the_letter(world: World, text: str) -> None:
    ana, beto = world.person("Ana"), world.person("Beto")
    answer = await beto.slash("rules try", text=text.replace("{ana}", ana.mention))
    assert f"**{ana.mention} wants" in answer.text
    assert "\u202e" not in answer.text
    assert shown_size(answer) <= (4000, 40)
    for formatting in ("||x", "\n### ", "[see](h", " **@"):
        assert formatting not in answer.text.replace("\\[see](h", "")


@pytest.mark.parametrize("text", ["", " ", "\u200b", "x" * 4001, "\ud800 <@123456789012345678>"])
async def test_bad_input_to_try_is_refused(world: World, text: str) -> None:
    refused = await forge.command(world.person("Ana"), "rules try", at=world.general, text=text)
    assert refused.private
    assert "something went wrong" not in refused.text
    assert "Noticing would" not in refused.text


async def test_try_in_spanish(world: World) -> None:
    ana, beto = world.person("Ana"), world.person("Beto", "es-419")
    answer = await beto.slash("rules try", text=f"{ana.mention} quiere cancelar la marcha.")
    es = speak("es")
    assert es("The words that tell it are bold:") in answer.text
    assert f"**{ana.mention} quiere" in answer.text


async def test_check_fits_when_everything_is_wrong(world: World) -> None:
    """A channel that noticing leaves out need not be one to write in."""
    mod = world.moderator("Mod")
    many = [world.guild.create_text_channel(f"c{number}") for number in range(25)]
    for rule in ("speak_channels", "noticing_leaves_out"):
        value = ",".join(str(each.id) for each in many)
        await world.bot.governance.change(world.guild.id, rule, value, mod.id, 0)
    await world.bot.governance.change(world.guild.id, "noticing", "hold", mod.id, 0)
    for channel in many:
        world.deny(channel, None, send_messages=True)
    checked = await mod.slash("rules check")
    assert "Channels for speaking" in checked.text
    assert "Channels noticing leaves out" not in checked.text
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": 0})
    for channel in many:
        world.env.backend.delete_channel(channel.id)
    for person in (mod, world.moderator("Otra")):
        world.locales[person.id] = "es-ES" if person is not mod else "en-US"
        assert shown_size(await person.slash("rules check")) <= (4000, 40)
