"""*Hold at the door*: the bot's AutoMod rule, kept in step, and what moderators change in it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.noticing import DOOR
from bot.noticing.patterns import KEYWORD_REGEXES
from bot.words import LANGUAGES, speak
from bot.work.queue import Todo
from cogs.noticing.door import MESSAGE, NAME
from tests.cogs.test_rules import opens, sets
from tests.noticings import claim, door, lets_in_automod, listening_world, nudges, ruled, says
from tests.simulator import Faults
from tests.wire import forge
from tests.wire.test_two_processes import second_process
from tests.world import DAY, Person, World


@pytest.fixture
async def world(tmp_path: Path, faults: Faults) -> AsyncIterator[World]:
    """Without the message-content intent: the bot reads nothing."""
    made = World(tmp_path / "state", faults)
    await made.start()
    lets_in_automod(made)
    yield made
    await made.stop()
    assert faults.drain() == []


async def holding(world: World) -> Person:
    """A moderator has chosen it."""
    mod = world.moderator("Mod")
    shown = await sets(mod, "noticing", "hold")
    assert "in place" in shown.text
    return mod


async def rows(world: World) -> list[dict[str, Any]]:
    return await world.rows("SELECT * FROM doors")


async def changes(world: World, **facts: Any) -> None:
    """A moderator changes the rule in the server's settings."""
    world.env.backend.edit_auto_mod_rule(world.guild.id, door(world).id, facts)
    await world.env.settle()


async def looked(world: World) -> None:
    """What was noted while another look was under way is seen by the next one."""
    await world.later(1)


async def delivered(world: World, person: Person, text: str, at: Any = None) -> bool:
    """Whether what somebody writes gets through."""
    channel = at or world.general
    message = await says(person, text, at=channel)
    return message.id in world.env.backend.messages.get(channel.id, {})


async def test_what_speaks_for_somebody_is_held(world: World) -> None:
    await holding(world)
    ana, beto = world.person("Ana"), world.person("Beto")
    rule = door(world)
    assert rule.name == NAME
    assert rule.trigger_metadata["regex_patterns"] == list(KEYWORD_REGEXES)
    (action,) = rule.actions
    assert action["type"] == 1
    assert action["metadata"]["custom_message"] == MESSAGE
    assert "/consent ask" in MESSAGE
    assert not await delivered(world, beto, claim(ana))
    assert await delivered(world, beto, f"{ana.mention}, shall we meet on Friday?")
    assert await nudges(world) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_name_and_message_fit(language: str) -> None:
    words = speak(language)
    assert len(words(NAME)) <= 100
    assert len(words(MESSAGE)) <= 150
    assert len(KEYWORD_REGEXES) <= 10
    assert all(len(each) <= 260 for each in KEYWORD_REGEXES)


async def test_it_follows_the_channels_left_out(world: World) -> None:
    mod = await holding(world)
    ana, beto = world.person("Ana"), world.person("Beto")
    await sets(mod, "noticing_leaves_out", world.assembly)
    assert door(world).exempt_channels == [world.assembly.id]
    assert await delivered(world, beto, claim(ana), world.assembly)
    assert not await delivered(world, beto, claim(ana))
    await sets(mod, "noticing_leaves_out")
    assert door(world).exempt_channels == []


async def test_it_follows_the_language(world: World) -> None:
    mod = await holding(world)
    await sets(mod, "language", "es")
    es = speak("es")
    assert door(world).name == es(NAME)
    assert door(world).actions[0]["metadata"]["custom_message"] == es(MESSAGE)


@pytest.mark.parametrize("mode", ["off", "nudge"])
async def test_it_goes_with_the_mode(world: World, mode: str) -> None:
    mod = await holding(world)
    await sets(mod, "noticing", mode)
    assert door(world) is None
    assert await rows(world) == []
    await sets(mod, "noticing", "hold")
    assert door(world) is not None


async def test_reset_takes_it_away(world: World) -> None:
    mod = await holding(world)
    changed = await mod.click(await opens(mod, "noticing"), "Reset")
    assert "from hold at the door to off" in changed.text
    assert door(world) is None


async def test_it_is_in_step_after_a_restart(world: World) -> None:
    mod = await holding(world)
    before = door(world).id
    await world.restart()
    await world.later(1)
    assert door(world).id == before
    assert [row["state"] for row in await rows(world)] == ["up"]
    await sets(mod, "noticing_leaves_out", world.assembly)
    assert door(world).exempt_channels == [world.assembly.id]


async def test_a_process_that_died_before_it_wrote_the_rule_down_makes_no_second(
    world: World,
) -> None:
    doors = world.bot.doors
    real = doors.settle

    async def dies(*_: Any, **__: Any) -> None:
        raise TimeoutError

    doors.settle = dies  # type: ignore[method-assign]
    await ruled(world, "noticing", "hold")
    await world.later(1)
    world.faults.drain()
    made = door(world)
    assert made is not None
    doors.settle = real  # type: ignore[method-assign]
    await world.later(70)
    assert door(world).id == made.id
    assert [row["rule_id"] for row in await rows(world)] == [made.id]


async def test_a_change_whose_process_died_is_followed_later(world: World) -> None:
    """The rule was changed, and nobody has looked since."""
    await ruled(world, "noticing", "hold")
    assert door(world) is None
    await world.later(1)
    assert door(world) is not None


# -- by hand ----------------------------------------------------------------------------------

BY_HAND = {
    "enabled": (False, "switched off"),
    "name": ("Be kind", "its name"),
    "exempt_roles": ([1], "the roles it lets through"),
    "exempt_channels": ([1], "the channels it leaves out"),
    "actions": (
        [{"type": 1, "metadata": {"custom_message": "Slowly!"}}, {"type": 2, "metadata": {}}],
        "its message",
    ),
}


@pytest.mark.parametrize("fact", BY_HAND)
async def test_what_a_moderator_changed_stays_and_is_shown(world: World, fact: str) -> None:
    mod = await holding(world)
    value, told = BY_HAND[fact]
    if fact == "exempt_channels":
        value = [world.general.id]
    if fact == "actions":
        value[1]["metadata"] = {"channel_id": str(world.assembly.id)}
    await changes(world, **{fact: value})
    await sets(mod, "noticing_leaves_out", world.assembly)
    await sets(mod, "language", "es")
    await sets(mod, "language", "en")
    await looked(world)
    kept = getattr(door(world), fact)
    if fact == "exempt_channels":
        assert set(kept) == {world.general.id, world.assembly.id}
    else:
        assert kept == value
    for command in ("rules edit", "rules check"):
        shown = (await mod.slash(command)).text
        assert "Changed by hand" in shown
        assert told in shown
    await sets(mod, "noticing", "off")
    assert door(world) is None


async def test_expressions_of_a_moderator_stay_even_when_ours_go(world: World) -> None:
    mod = await holding(world)
    mine = [*KEYWORD_REGEXES[1:], "pineapple on pizza"]
    metadata = {**door(world).trigger_metadata, "regex_patterns": mine}
    await changes(world, trigger_metadata=metadata)
    await sets(mod, "language", "es")
    assert door(world).trigger_metadata["regex_patterns"] == mine
    assert "its words and expressions" in (await mod.slash("rules check")).text
    await sets(mod, "noticing", "off")
    assert door(world).trigger_metadata["regex_patterns"] == ["pineapple on pizza"]
    assert await rows(world) == []


async def test_ours_come_back_beside_those_of_a_moderator(world: World) -> None:
    mod = await holding(world)
    metadata = {**door(world).trigger_metadata, "regex_patterns": ["pineapple on pizza"]}
    await changes(world, trigger_metadata=metadata)
    await sets(mod, "noticing", "off")
    await sets(mod, "noticing", "hold")
    kept = door(world).trigger_metadata["regex_patterns"]
    assert kept == [*KEYWORD_REGEXES[:9], "pineapple on pizza"]
    assert not await delivered(world, world.person("Beto"), claim(world.person("Ana")))


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({"enabled": False}, "it is switched off"),
        ({"actions": [{"type": 2, "metadata": {}}]}, "it blocks nothing any more"),
    ],
)
async def test_what_holds_nothing_is_not_said_to_hold(
    world: World, facts: dict[str, Any], told: str
) -> None:
    mod = await holding(world)
    if "actions" in facts:
        facts["actions"][0]["metadata"] = {"channel_id": str(world.assembly.id)}
    await changes(world, **facts)
    await looked(world)
    shown = (await mod.slash("rules edit")).text
    assert "Nothing is held" in shown
    assert told in shown
    assert "in place" not in shown


async def test_a_second_rule_of_ours_goes(world: World) -> None:
    """Discord made it, its answer was lost, and discord.py asked once more."""
    mod, backend = await holding(world), world.env.backend
    first = door(world)
    body = {
        "name": first.name,
        "event_type": 1,
        "trigger_type": 1,
        "trigger_metadata": dict(first.trigger_metadata),
        "actions": list(first.actions),
    }
    second = backend.create_auto_mod_rule(world.guild.id, backend.bot_user.id, body)
    await sets(mod, "language", "es")
    assert door(world).id == first.id
    third = backend.create_auto_mod_rule(world.guild.id, backend.bot_user.id, body)
    await sets(mod, "noticing", "off")
    assert door(world) is None
    left = backend.get_guild(world.guild.id).auto_mod_rules
    assert not {second.id, third.id} & set(left)


async def test_deleted_by_hand_it_is_not_made_again_by_itself(world: World) -> None:
    mod = await holding(world)
    world.env.backend.delete_auto_mod_rule(world.guild.id, door(world).id)
    await world.env.settle()
    await world.later(DAY)
    await world.restart()
    await world.later(DAY)
    await sets(mod, "noticing_leaves_out", world.assembly)
    assert door(world) is None
    assert "deleted my rule" in (await mod.slash("rules edit")).text
    assert "deleted my rule" in (await mod.slash("rules check")).text
    again = await mod.click(await opens(mod, "noticing"), "Make it again")
    assert "in place" in again.text
    assert door(world).exempt_channels == [world.assembly.id]


async def test_choosing_it_again_makes_it_again(world: World) -> None:
    mod = await holding(world)
    world.env.backend.delete_auto_mod_rule(world.guild.id, door(world).id)
    await world.env.settle()
    await sets(mod, "noticing", "off")
    await sets(mod, "noticing", "hold")
    assert door(world) is not None


async def test_two_moderators_make_it_again_once(world: World) -> None:
    mod, other = await holding(world), world.moderator("Other")
    world.env.backend.delete_auto_mod_rule(world.guild.id, door(world).id)
    await world.env.settle()
    cards = await opens(mod, "noticing"), await opens(other, "noticing")
    await world.at_once(
        lambda: mod.click(cards[0], "Make it again"),
        lambda: other.click(cards[1], "Make it again"),
    )
    await looked(world)
    assert door(world) is not None


async def test_only_moderators_make_it_again(world: World) -> None:
    await holding(world)
    world.env.backend.delete_auto_mod_rule(world.guild.id, door(world).id)
    await world.env.settle()
    refused = await forge.press(world.person("Ana"), "firsthand:door-again:", at=world.general)
    assert "Manage Server" in refused.text
    assert door(world) is None


async def test_a_rule_of_a_moderator_is_none_of_ours(world: World) -> None:
    mod = await holding(world)
    backend = world.env.backend
    body = {"name": "Theirs", "event_type": 1, "trigger_type": 1, "actions": []}
    theirs = backend.create_auto_mod_rule(world.guild.id, mod.id, body)
    await sets(mod, "noticing", "off")
    await world.later(DAY)
    assert theirs.id in backend.get_guild(world.guild.id).auto_mod_rules


# -- what is missing --------------------------------------------------------------------------


async def test_without_manage_server_it_says_who_can_mend_it(world: World) -> None:
    lets_in_automod(world, may=False)
    mod = world.moderator("Mod")
    shown = await sets(mod, "noticing", "hold")
    assert "Nothing is held" in shown.text
    assert "Whoever manages roles" in shown.text
    assert "Manage Server: I don't have it" in (await mod.slash("rules check")).text
    assert door(world) is None
    lets_in_automod(world)
    assert "in place" in (await mod.slash("rules edit")).text
    assert door(world) is not None


async def test_without_manage_server_what_stands_goes_on_and_that_is_said(world: World) -> None:
    mod = await holding(world)
    lets_in_automod(world, may=False)
    await sets(mod, "language", "es")
    await sets(mod, "language", "en")
    shown = (await mod.slash("rules check")).text
    assert "Nothing is held" not in shown
    assert "holds messages" in shown
    assert not await delivered(world, world.person("Beto"), claim(world.person("Ana")))
    lets_in_automod(world)
    assert "in place" in (await mod.slash("rules edit")).text


async def test_a_rule_that_is_gone_is_not_said_to_stand(world: World) -> None:
    """Discord tells of the bot's own deleting before it answers."""
    mod = await holding(world)
    doors = world.bot.doors
    real = doors.close

    async def told_meanwhile(guild_id: int) -> None:
        await doors.look_soon(guild_id)
        await real(guild_id)

    doors.close = told_meanwhile  # type: ignore[method-assign]
    shown = await sets(mod, "noticing", "off")
    assert door(world) is None
    assert "still stands" not in shown.text


async def test_chosen_again_while_it_goes_it_is_made_again(world: World) -> None:
    mod = await holding(world)
    doors = world.bot.doors
    real = doors.close

    async def chosen_meanwhile(guild_id: int) -> None:
        await ruled(world, "noticing", "hold")
        await real(guild_id)

    doors.close = chosen_meanwhile  # type: ignore[method-assign]
    await sets(mod, "noticing", "off")
    await looked(world)
    assert door(world) is not None
    assert [row["state"] for row in await rows(world)] == ["up"]


async def test_what_could_not_be_removed_is_removed_later(world: World) -> None:
    mod = await holding(world)
    lets_in_automod(world, may=False)
    shown = await sets(mod, "noticing", "off")
    assert "still stands" in shown.text
    assert door(world) is not None
    lets_in_automod(world)
    await world.later(DAY)
    assert door(world) is None
    assert "still stands" not in (await mod.slash("rules edit")).text


async def test_six_rules_are_all_that_discord_takes(world: World) -> None:
    mod, backend = world.moderator("Mod"), world.env.backend
    body = {"name": "Theirs", "event_type": 1, "trigger_type": 1, "actions": []}
    made = [backend.create_auto_mod_rule(world.guild.id, mod.id, body) for _ in range(6)]
    shown = await sets(mod, "noticing", "hold")
    assert "Discord takes six" in shown.text
    assert door(world) is None
    backend.delete_auto_mod_rule(world.guild.id, made[0].id)
    assert "in place" in (await mod.slash("rules check")).text
    assert door(world) is not None


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_what_discord_refused_is_tried_again(world: World, status: int) -> None:
    path = f"/guilds/{world.guild.id}/auto-moderation/rules"
    world.env.inject_error("POST", path, status=status, code=50013 if status == 403 else 0)
    mod = world.moderator("Mod")
    await ruled(world, "noticing", "hold")
    await world.later(1)
    assert door(world) is None
    await world.later(61)
    assert door(world) is not None
    assert "in place" in (await mod.slash("rules edit")).text


async def test_a_server_the_bot_left_has_no_door(world: World) -> None:
    await holding(world)
    world.env.backend.remove_guild(world.guild.id)
    await world.env.settle()
    await world.later(DAY)
    assert world.faults.drain() == []
    await world.later(30 * DAY)
    assert await rows(world) == []


@pytest.mark.usefixtures("threads")
async def test_two_processes_make_one_rule(world: World) -> None:
    await ruled(world, "noticing", "hold")
    async with second_process(world) as twin:
        with world.env.time_context():
            await asyncio.gather(
                *(bot.worker.run(Todo(DOOR, str(world.guild.id))) for bot in (world.bot, twin) * 2)
            )
    assert door(world) is not None  # and no second one: it looks
    assert [row["state"] for row in await rows(world)] == ["up"]


async def test_in_spanish(world: World) -> None:
    mod = world.moderator("Mod")
    world.locales[mod.id] = "es-ES"
    await sets(mod, "noticing", "hold")
    es = speak("es")
    shown = (await mod.slash("rules edit")).text
    assert es("Noticing") in shown
    assert es("hold at the door") in shown


async def test_with_the_intent_too_nothing_is_read(tmp_path: Path, faults: Faults) -> None:
    async with listening_world(tmp_path, faults, "off") as made:
        lets_in_automod(made)
        await holding(made)
        ana, beto = made.person("Ana"), made.person("Beto")
        await says(beto, f"{ana.mention} agrees, and so do I.")
        assert await nudges(made) == []
