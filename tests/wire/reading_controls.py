"""How the controls of the reading list and of shelves are reached."""

from __future__ import annotations

from collections.abc import Mapping

from bot.reading.finding import View
from tests.wire.flows import reading
from tests.wire.reach import By, For, Reach
from tests.wire.stage import Stage


def work(stage: Stage) -> str:
    """A work on Ana's shelf; before that, no work."""
    return stage.memory.get("work", "X")


def written_note(stage: Stage) -> str:
    """That work, and its note as it was when its form was opened."""
    return f"{work(stage)}.{stage.memory.get('note', '')}"


def page(_: Stage) -> str:
    return View(form="book").key()


_WRITTEN = {"note": lambda s: s.changed}
READING_CONTROLS: Mapping[str, Reach] = {
    "reading-browse": Reach(For.ALL, page),
    "reading-open": Reach(For.ALL, lambda s: f"{reading.WORK}.{page(s)}"),
    "reading-pair": Reach(For.ALL, lambda s: "guilt"),
    "reading-mark": Reach(For.WRITER, work, reading.noted),
    "reading-want": Reach(For.WRITER, work, reading.noted),
    "reading-begin": Reach(For.WRITER, work, reading.noted),
    "reading-finish": Reach(For.WRITER, work, reading.noted),
    "reading-off": Reach(For.WRITER, work, reading.noted),
    "reading-note": Reach(For.WRITER, work, reading.noted),
    "reading-noted": Reach(For.WRITER, written_note, reading.noted, By.FORM, fields=_WRITTEN),
    "reading-shelf": Reach(For.WRITER, lambda s: "0", reading.noted),
    "reading-clear": Reach(For.WRITER, lambda s: "", reading.noted),
}
