"""Moderators set the floor, openly; they never answer for a member (law 3)."""

from __future__ import annotations

from typing import Any

import discord
import pytest

from bot.governance.rules import RULES, Kind
from bot.words import speak
from tests.world import Answer, Person, World


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


async def test_the_later_of_two_moderators_sees_that_it_changed(world: World) -> None:
    mod, other = world.moderator("Mod"), world.moderator("Other")
    mine, theirs = await opens(mod, "longest_consent"), await opens(other, "longest_consent")
    await mod.choose(mine, "7")
    late = await other.choose(theirs, "90")
    assert "changed this rule in the meantime" in late.text
    assert "7 days" in late.text


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
    assert "missing" not in fine.text
    for role in list(world.env.backend.get_guild(world.guild.id).roles.values()):
        if role.managed:
            world.env.backend.edit_role(world.guild.id, role.id, {"permissions": 0})
    everyone = world.guild.default_role
    visible = discord.Permissions(view_channel=True, use_application_commands=True)
    world.env.backend.edit_role(world.guild.id, everyone.id, {"permissions": visible.value})
    lacking = await mod.slash("rules check")
    assert "Send Messages: **missing.**" in lacking.text
    assert "/consent speak" in lacking.text


async def test_check_names_channels_that_are_gone_or_closed(world: World) -> None:
    mod = world.moderator("Mod")
    await sets(mod, "doorbell_channel", world.assembly)
    world.deny(world.assembly, None, send_messages=True)
    assert "I can't write there" in (await mod.slash("rules check")).text
    world.env.backend.delete_channel(world.assembly.id)
    assert "no longer exists" in (await mod.slash("rules check")).text


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
