"""Every flow with a restart of the bot between any two steps: nothing lives in memory alone.

Cards stay on the screen and forms stay open while the process changes; pressing and sending them
afterwards works as if nothing had happened. In the quick tier test_languages restarts in the middle
of every third flow.
"""

from __future__ import annotations

import pytest

from tests.wire.flows import FLOWS
from tests.wire.laws import laws_hold, settle_down
from tests.wire.stage import Stage
from tests.world import World

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.usefixtures("struck")]


@pytest.mark.full
@pytest.mark.parametrize("name", FLOWS)
async def test_a_flow_goes_on_after_a_restart(shared: World, name: str) -> None:
    flow, stage = FLOWS[name], Stage(shared)
    await flow.set_up(stage)
    await shared.restart()
    async for answer in flow.act(stage):
        stage.memory["last"] = answer
        await shared.restart()
    assert await flow.is_done(stage), stage.memory["last"]
    await settle_down(shared)
    assert await laws_hold(stage) == []
