"""How the controls of reading circles are reached."""

from __future__ import annotations

from collections.abc import Mapping

from tests.wire.flows import circles
from tests.wire.reach import By, For, Reach
from tests.wire.stage import Stage
from tests.world import DAY

OLD = "That preview is too old."


def circle(stage: Stage) -> str:
    return circles.circle_id(stage)


def moved(stage: Stage) -> str:
    """A circle as it is, and a time two days ahead."""
    return f"{circle(stage)}.1.{circles.now(stage) + 2 * DAY}"


_TIME = {"when": "tomorrow 20:00", "zone": "Berlin"}
CIRCLE_CONTROLS: Mapping[str, Reach] = {
    "circle-post": Reach(For.ONE, circle, circles.drafted, unknown=OLD),
    "circle-post-named": Reach(For.ONE, circle, circles.drafted, unknown=OLD),
    "circle-join": Reach(For.ALL, circle, circles.opened, person="beto"),
    "circle-leave": Reach(For.ALL, circle, circles.joined, person="beto"),
    "circle-change": Reach(For.ALL, circle, circles.opened),
    "circle-move": Reach(For.ALL, circle, circles.opened),
    "circle-moved": Reach(For.ALL, circle, circles.opened, By.FORM, fields=_TIME),
    "circle-move-now": Reach(For.ALL, moved, circles.opened),
    "circle-cancel": Reach(For.ALL, circle, circles.opened),
    "circle-cancel-now": Reach(For.ALL, circle, circles.opened),
}
