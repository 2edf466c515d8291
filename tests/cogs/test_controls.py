"""Clicks find their way to a family that nobody has needed yet."""

from __future__ import annotations

from tests.wire import forge
from tests.world import World


async def test_a_family_that_could_not_be_loaded_is_loaded_at_the_next_click(world: World) -> None:
    loads = iter([ImportError("Permission denied"), None])

    def load() -> None:
        error = next(loads)
        if error is not None:
            raise error

    world.bot.controls.later(load)
    ana = world.person("Ana")
    failed = await forge.press(ana, "firsthand:nothing:1", at=world.general)
    assert failed.private
    assert "something went wrong" in failed.text
    [logged] = world.faults.drain()
    assert "ImportError" in logged
    answered = await forge.press(ana, "firsthand:nothing:1", at=world.general)
    assert "I can't find that here" in answered.text
    assert next(loads, "tried twice") == "tried twice"


async def test_after_a_restart_the_first_click_is_answered(world: World) -> None:
    ana = world.person("Ana")
    tips = await ana.slash("journal tips")
    await world.restart()
    form = await ana.click(tips, "Write")
    assert form.form is not None
    saved = await ana.fill(form, text="Slowly.")
    assert "Slowly." in (await ana.slash("journal read")).text
    assert saved.private
