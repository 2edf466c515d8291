"""A moderator takes a group off the list: openly, for a while, and can do no more (law 3)."""

from __future__ import annotations

from unittest.mock import AsyncMock

import pytest

from bot.affinity.rules import REST_DAYS
from bot.replies import moment
from bot.words import speak
from bot.work.posts import SENDING_TAKES
from tests.groups import Circle, starts
from tests.wire import forge
from tests.world import DAY, HOUR, Answer, Person, World

NAME, PURPOSE = "Awful owls", "Awful things about Cass"
MENU, NOW = "firsthand:group-off-list:", "firsthand:group-off-list-now:"
NOT_LISTED = "That group is not in the list any more."
TOLD = "has taken this group off"


async def chooses(mod: Person, circle: Circle) -> Answer:
    """Choose a group to be taken off the list; what would happen."""
    return await mod.choose(await mod.slash("affinity list"), circle.id, id=MENU)


async def takes_off(mod: Person, circle: Circle) -> Answer:
    return await mod.click(await chooses(mod, circle), "Take it off the list")


async def announcing(world: World, mod: Person, language: str = "en") -> None:
    with world.env.time_context():
        change = world.bot.governance.change
        place = str(world.assembly.id)
        await change(world.guild.id, "announcement_channel", place, mod.id, 0)
        await change(world.guild.id, "language", language, mod.id, 0)
    await world.later(1)


async def kept(world: World) -> list[int]:
    """Who has taken a group off the list, as the history has it."""
    rows = await world.rows("SELECT author_id FROM rule_changes WHERE name = 'off_list'")
    return [row["author_id"] for row in rows]


async def listed_from(world: World) -> int:
    [row] = await world.rows("SELECT listed_from FROM affinity_groups")
    return row["listed_from"]


async def wants_to_be_listed(person: Person, circle: Circle) -> Answer:
    card = await person.slash("affinity settings", at=circle.channel)
    return await person.choose(card, "yes", id=f"firsthand:group-setting:{circle.id}.listed")


@pytest.mark.parametrize("language", ["en", "es"])
async def test_a_group_is_taken_off_openly_and_nobody_repeats_its_name(
    world: World, language: str
) -> None:
    ana, cass, mod = world.person("Ana"), world.person("Cass"), world.moderator("Mod")
    await announcing(world, mod, language)
    circle = await starts(ana, NAME, PURPOSE, listed=True)
    world.env.backend.advance_clock(HOUR)
    [before] = await world.rows("SELECT * FROM affinity_groups")
    asked = await chooses(mod, circle)
    done = await mod.click(asked, "Take it off the list")
    words, until = speak(language), moment(await listed_from(world))
    assert "it was you" in asked.text
    assert NAME in done.text
    assert NAME not in (await cass.slash("affinity list")).text
    assert await cass.suggestions("affinity knock", "group") == []
    assert mod.mention in circle.text.splitlines()[-1]
    assert until in circle.text.splitlines()[-1]
    assert ("quitó este grupo" if language == "es" else TOLD) in circle.text
    history = (await cass.slash("rules history")).text
    announced = world.said(world.assembly)
    group = await world.bot.groups.row(circle.id)
    assert group is not None
    day = moment(group.started_at // DAY * DAY + DAY // 2, "D")
    for told in (history.splitlines()[0], announced.splitlines()[-1]):
        assert mod.mention in told
        assert day in told
    assert (
        words(
            "{author} took the affinity group that was started on {day} off /affinity list.",
            author=mod.mention,
            day=day,
        )
        in announced
    )
    for public in (history, announced):
        assert NAME not in public
        assert PURPOSE not in public
        assert str(group.started_at) not in public  # the hour it was started is nobody's business
    for answer in (asked, done):
        assert ana.mention not in answer.text
        assert str(ana.id) not in answer.text
    [after] = await world.rows("SELECT * FROM affinity_groups")
    differs = {name for name in after if after[name] != before[name]}
    assert differs == {"listed", "listed_from", "settled_at"}
    assert circle.readers() == {ana.id}


async def test_only_manage_server_takes_a_group_off_the_list(world: World) -> None:
    """Asked again at each press: who has lost it meanwhile gets no further."""
    ana, cass, mod = world.person("Ana"), world.person("Cass"), world.moderator("Mod")
    circle = await starts(ana, NAME, PURPOSE, listed=True)
    for person in (ana, cass):
        assert MENU not in str((await person.slash("affinity list")).controls)
        for refused in (
            await forge.choose(person, MENU, circle.id, at=world.general),
            await forge.press(person, f"{NOW}{circle.id}", at=world.general),
        ):
            assert "Manage Server" in refused.text
            assert refused.private
    asked = await chooses(mod, circle)
    for role in list(world.env.backend.get_guild(world.guild.id).members[mod.id].role_ids):
        world.env.backend.remove_member_role(world.guild.id, mod.id, role)
    assert "Manage Server" in (await mod.click(asked, "Take it off the list")).text
    assert NAME in (await cass.slash("affinity list")).text
    assert await kept(world) == []


async def test_of_two_moderators_the_later_finds_it_done(world: World) -> None:
    ana, mod, other = world.person("Ana"), world.moderator("Mod"), world.moderator("Other")
    circle = await starts(ana, NAME, PURPOSE, listed=True)
    one, two = await chooses(mod, circle), await chooses(other, circle)
    await world.restart()
    await mod.click(one, "Take it off the list")
    assert NOT_LISTED in (await other.click(two, "Take it off the list")).text
    again = await forge.press(mod, f"{NOW}{circle.id}", at=world.general)
    assert NOT_LISTED in again.text
    assert await kept(world) == [mod.id]
    assert circle.text.count(TOLD) == 1


async def test_what_is_not_in_the_list_cannot_be_told_from_nothing(world: World) -> None:
    """Nor can it be taken off: a hidden group, one elsewhere, one that just lost its channel."""
    ana, mod = world.person("Ana"), world.moderator("Mod")
    hidden, dead = await starts(ana, "Hidden owls"), await starts(ana, NAME, PURPOSE, listed=True)
    asked = await chooses(mod, dead)
    world.env.backend.delete_channel(dead.channel.id)
    await world.later(1)
    answers = {
        (await forge.press(mod, f"{NOW}{key}", at=world.general)).text
        for key in (hidden.id, "Hidden_owls", "none", "", dead.id)
    }
    answers.add((await forge.choose(mod, MENU, hidden.id, at=world.general)).text)
    answers.add((await mod.click(asked, "Take it off the list")).text)
    assert len(answers) == 1
    assert NOT_LISTED in answers.pop()
    assert await kept(world) == []


@pytest.mark.parametrize("how", ["refused", "not answered", "died"])
async def test_a_group_that_could_not_be_told_is_told_later_and_once(
    world: World, how: str
) -> None:
    ana, mod = world.person("Ana"), world.moderator("Mod")
    await announcing(world, mod)
    circle = await starts(ana, NAME, PURPOSE, listed=True)
    asked = await chooses(mod, circle)
    for channel in (circle.channel, world.assembly):
        path = f"/channels/{channel.id}/messages"
        if how == "refused":
            world.env.inject_error("POST", path, status=403, code=50013, times=1)
        elif how == "not answered":
            world.env.inject_error("POST", path, status=503, times=1)
    if how == "died":
        world.bot.posts.is_up = AsyncMock(side_effect=RuntimeError)
    await mod.click(asked, "Take it off the list")
    assert await kept(world) == [mod.id]
    if how == "died":
        assert world.faults.drain()
        await world.restart()
    for wait in (SENDING_TAKES, HOUR):
        await world.later(wait + 61)
    assert circle.text.count(TOLD) == 1
    assert world.said(world.assembly).count("off /affinity list") == 1
    for days in (REST_DAYS - 1, 2):
        await world.later(days * DAY)
        assert circle.text.count(TOLD) == 1
    assert await world.rows("SELECT * FROM group_notices") == []


async def test_a_group_whose_channel_goes_before_it_was_told_is_told_in_the_next(
    world: World,
) -> None:
    """Also where the moderator has erased their data meanwhile."""
    ana, mod = world.person("Ana"), world.moderator("Mod")
    circle = await starts(ana, NAME, PURPOSE, listed=True)
    path = f"/channels/{circle.channel.id}/messages"
    world.env.inject_error("POST", path, status=503, times=None)
    await takes_off(mod, circle)
    world.env.backend.faults.clear()
    world.env.backend.delete_channel(circle.channel.id)
    await mod.click(await mod.slash("privacy erase"), id="firsthand:erase:")
    await world.later(61)
    await ana.click(await ana.slash("affinity list"), "Open a new channel")
    now = await Circle.of(world, circle.id)
    assert now.channel.id != circle.channel.id
    assert f"somebody who has erased their data {TOLD}" in now.text
    assert str(mod.id) not in now.text


async def test_a_group_can_list_itself_again_after_30_days(world: World) -> None:
    ana, cass, mod = world.person("Ana"), world.person("Cass"), world.moderator("Mod")
    circle = await starts(ana, NAME, PURPOSE, listed=True)
    path = f"/channels/{circle.channel.id}/messages"
    world.env.inject_error("POST", path, status=503, times=1)
    await takes_off(mod, circle)
    again = moment(await listed_from(world))
    await world.later(HOUR)
    assert circle.text.count(TOLD) == 1
    await world.later((REST_DAYS - 1) * DAY - HOUR)
    refused = await wants_to_be_listed(ana, circle)
    assert "A moderator has taken this group off the list" in refused.text
    assert again in refused.text
    assert await world.rows("SELECT * FROM decisions") == []
    await world.later(DAY)
    await wants_to_be_listed(ana, circle)
    await ana.click(circle.card, "Support")
    assert NAME in (await cass.slash("affinity list")).text
    other = world.moderator("Other")
    await takes_off(other, circle)
    assert circle.text.count(TOLD) == 2, "each time is told, though the last is not long ago"
    assert circle.text.count(f"{other.mention} {TOLD}") == 1
    assert NAME not in (await cass.slash("affinity list")).text


async def test_a_yes_to_being_listed_that_comes_too_early_says_from_when_on(world: World) -> None:
    ana, cass, mod = world.person("Ana"), world.person("Cass"), world.moderator("Mod")
    circle = await starts(ana, NAME, PURPOSE)
    cards = []
    for _ in range(2):
        await wants_to_be_listed(ana, circle)
        cards.append(circle.card)
    await ana.click(cards[0], "Support")
    await takes_off(mod, circle)
    await ana.click(cards[1], "Support")
    said = world.said(circle.channel)
    assert "and not put in the list:** a moderator has taken this group off it" in said
    assert said.count(moment(await listed_from(world))) == 2  # told, and on the card
    assert NAME not in (await cass.slash("affinity list")).text
