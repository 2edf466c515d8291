"""Servers that let the bot do less than everything: what people do in groups and circles goes on.

The category for groups denies what groups can do without, or Discord takes no name with people's
text in it. New flows join by existing.
"""

from __future__ import annotations

from contextlib import suppress

import discord
import pytest
from simcord.backend.errors import BackendError
from simcord.backend.models import Overwrite
from simcord.enums import OverwriteType

from bot.demo import strict
from bot.places import GROUP_USES
from tests.tiers import tiered
from tests.wire import gathering as g
from tests.wire.flows import FLOWS
from tests.wire.laws import laws_hold, settle_down
from tests.wire.stage import Stage, shown
from tests.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]

GROUPS = sorted(name for name, flow in FLOWS.items() if flow.family == "groups")
CIRCLES = sorted(name for name, flow in FLOWS.items() if flow.module == "circles")
#: A group gets this name: with one that is refused, the channel gets another.
NAMES = "agree_on_a_name"
#: What nobody should read.
UNCLEAR = ("400/20031", "400/50035", "403/50013", "I can't keep this channel")


async def wrong_with(stage: Stage, name: str) -> list[str]:
    """Do it; what is wrong afterwards, in sentences."""
    flow, world = FLOWS[name], stage.world
    await flow.set_up(stage)
    read: list[str] = []
    async for answer in flow.act(stage):
        stage.memory["last"] = answer
        with suppress(BackendError):  # it may have stood in a channel that is gone
            read += [] if answer is None else [answer.text]
    wrong = [] if name == NAMES or await flow.is_done(stage) else [f"it is not done: {read}"]
    await settle_down(world)
    read += map(shown, stage.public())
    wrong += [f"somebody reads: {text}" for text in read if any(each in text for each in UNCLEAR)]
    return [*wrong, *await laws_hold(stage), *world.faults.drain()]


@pytest.mark.parametrize("name", tiered(GROUPS, quick=GROUPS[::3]))
async def test_groups_get_along_in_a_category_that_denies_something(
    shared: World, name: str
) -> None:
    stage, backend = Stage(shared), shared.env.backend
    category = stage.guild.create_category("_no_ *threads*")
    roles = backend.get_guild(stage.guild.id).roles.values()
    mine = next(role for role in roles if role.managed)
    denied = discord.Permissions(**dict.fromkeys(GROUP_USES, True)).value
    backend.set_overwrite(category.id, Overwrite(mine.id, OverwriteType(0), deny=denied))
    assert await shared.bot.upkeep.set_place(stage.guild.id, category.id, 0)
    assert await wrong_with(stage, name) == []


@pytest.mark.parametrize("code", [20031, 50035])
@pytest.mark.parametrize("name", tiered([*GROUPS, *CIRCLES], quick=[NAMES, *CIRCLES[::2]]))
async def test_names_that_discord_refuses_keep_nothing_from_being_done(
    shared: World, name: str, code: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = Stage(shared)
    refused = "oakland" if name in CIRCLES else stage.marks["name"].lower()
    monkeypatch.setattr(strict, "REFUSED_WORD", refused)
    if code == 20031:
        shared.env.backend.get_guild(stage.guild.id).rules_channel_id = stage.assembly.id
    assert await wrong_with(stage, name) == []
    if name == NAMES:
        circle = await g.circle(stage)
        assert shared.env.backend.get_channel(circle.channel.id).name == "affinity-group"
        assert circle.text.count("Discord doesn't take the group's name") == 1
