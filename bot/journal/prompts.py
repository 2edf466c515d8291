"""The journal's tips and the questions to write from. Their words are in `data/prompts.toml`.

What the file has to be like is checked by `bot.journal.proofreading`; here it is trusted.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from bot.text import JOINT, folded

SOURCE = Path(__file__).resolve().parents[2] / "data" / "prompts.toml"
#: The tips, in their order. What the bot does with a tip hangs on its id.
TIPS = ("slow", "internal", "write", "read", "listen", "comrades")
#: Discord shows so many suggestions at most.
OFFERED_LIMIT = 25
#: So many questions of each tip are suggested while nothing is typed.
OF_EACH = 4


class Prompt(NamedTuple):
    """A question to write from, in one language. `id` stays when the words change."""

    id: str
    tip_id: str
    text: str


class Tip(NamedTuple):
    """One of the six tips, in one language, with its questions."""

    id: str
    name: str
    text: str
    prompts: tuple[Prompt, ...]


@cache
def tips(language: str) -> tuple[Tip, ...]:
    """The tips in a language such as `es`; what it lacks is in English."""

    def say(texts: dict[str, str]) -> str:
        return texts.get(language) or texts["en"]

    return tuple(
        Tip(
            tip["id"],
            say(tip["name"]),
            say(tip["text"]),
            tuple(Prompt(each["id"], tip["id"], say(each)) for each in tip["prompts"]),
        )
        for tip in _source()
    )


def prompt(prompt_id: str, language: str) -> Prompt | None:
    """The question of that id; None if there is none (any more)."""
    found = (each for tip in tips(language) for each in tip.prompts if each.id == prompt_id)
    return next(found, None)


def label(found: Prompt, language: str) -> str:
    """A question with its tip's name in front, as a list of suggestions shows it."""
    names = (tip.name for tip in tips(language) if tip.id == found.tip_id)
    return f"{next(names)}{JOINT}{found.text}"


def offered(language: str, typed: str, day: int) -> list[Prompt]:
    """The questions to suggest, `OFFERED_LIMIT` at most.

    With something typed, those whose label has it, whatever its case and accents. With nothing
    typed, some of each tip: the next ones each `day` (a whole number of days), so that all have
    their turn.
    """
    wanted = folded(typed)
    if wanted:
        every = [each for tip in tips(language) for each in tip.prompts]
        found = [each for each in every if wanted in folded(label(each, language))]
    else:
        found = [each for tip in tips(language) for each in _turn(tip.prompts, day)]
    return found[:OFFERED_LIMIT]


def _turn(prompts: tuple[Prompt, ...], day: int) -> tuple[Prompt, ...]:
    start = day * OF_EACH % len(prompts)
    return (prompts[start:] + prompts[:start])[:OF_EACH]


@cache
def _source() -> list[dict[str, Any]]:
    # Imported here: a start does not need it.
    import tomllib

    # Some editors put a mark (BOM) in front of a file, which TOML does not know.
    return tomllib.loads(SOURCE.read_text(encoding="utf-8-sig"))["tip"]
