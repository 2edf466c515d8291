"""How the controls of a server's own list are reached."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.curators import TERMS
from tests.wire.flows import curating
from tests.wire.reach import By, For, Key, Reach
from tests.wire.stage import Stage


def nothing(_: Stage) -> str:
    return ""


def page(_: Stage) -> str:
    return "0"


def suggestion(stage: Stage) -> str:
    """The open suggestion as it was looked at."""
    return f"{curating.suggestion(stage)}.1"


def work(stage: Stage) -> str:
    """The work on the list as it was looked at."""
    return f"{curating.work(stage)}.1"


def staged(stage: Stage) -> str:
    return stage.memory.get("staged", "X")


def curators(key: Key, prepare: Callable[[Stage], Any], **more: Any) -> Reach:
    return Reach(For.CURATORS, key, prepare, person="mara", **more)


_OFFER: Mapping[str, Any] = {
    "title": lambda s: s.offered,
    "made": "",
    "why": lambda s: s.because,
    "find": "The archive.",
}
_WORDS: Mapping[str, Any] = {
    "title": "Another title",
    "made": "",
    "why": "For another reason.",
    "find": "Elsewhere.",
    "questions": "Why?",
}
CURATING_CONTROLS: Mapping[str, Reach] = {
    "suggest": Reach(For.ALL, nothing),
    "suggested": Reach(For.ALL, nothing, by=By.FORM, fields=_OFFER),
    "suggestions": Reach(For.ONESELF, nothing, curating.suggested),
    "suggest-withdraw": Reach(For.ONE, curating.suggestion, curating.suggested),
    "suggest-unname": Reach(For.ONE, curating.work, curating.accepted),
    "review": curators(page, curating.many),
    "review-one": curators(curating.suggestion, curating.suggested),
    "review-edit": curators(suggestion, curating.suggested),
    "review-edited": curators(suggestion, curating.suggested, by=By.FORM, fields=_WORDS),
    "review-accept": curators(suggestion, curating.suggested),
    "review-accepted": curators(suggestion, curating.suggested, by=By.FORM, fields=TERMS),
    "review-decline": curators(suggestion, curating.suggested),
    "review-declined": curators(
        suggestion, curating.suggested, by=By.FORM, fields={"reason": lambda s: s.refused}
    ),
    "review-works": curators(page, curating.accepted),
    "review-find": curators(nothing, curating.accepted),
    "review-found": curators(
        nothing, curating.accepted, by=By.FORM, fields={"text": lambda s: s.marks["offered"]}
    ),
    "review-choose": curators(nothing, curating.accepted, by=By.MENU, values=(curating.work,)),
    "review-work": curators(curating.work, curating.accepted),
    "review-word": curators(work, curating.accepted),
    "review-worded": curators(
        lambda s: f"{work(s)}.en", curating.accepted, by=By.FORM, fields=_WORDS
    ),
    "review-terms": curators(work, curating.accepted),
    "review-termed": curators(work, curating.accepted, by=By.FORM, fields=TERMS),
    "review-remove": curators(work, curating.accepted),
    "review-remove-now": curators(work, curating.accepted),
    "list-export": curators(page, curating.accepted),
    "list-import": curators(staged, curating.staged),
}
