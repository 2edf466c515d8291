"""Suggestions: what an option offers while somebody types, and what comes back of it.

Some of Discord's clients send what a suggestion is called in place of its value, and of two that
are called the same they take the first (api-docs #7206, #5749, #8565). So no two are called the
same, and what one is called leads where its value does. For that an option suggests a thing to
whoever typed the beginning of what it is called, and calls it the same then.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from functools import partial
from typing import Any

from discord import app_commands

from bot.replies import FORM_SECONDS, Interaction, trace
from bot.text import JOINT, whole

log = logging.getLogger(__name__)

Suggest = Callable[[str], Awaitable[list[app_commands.Choice[str]]]]

#: As many as Discord shows, and characters of each, as its documentation counts them.
MOST, LONGEST = 25, 100
#: Seconds, so that a form can still open in time.
_PATIENCE = FORM_SECONDS / 4
#: Characters of its value that end what something is called that something else is called, too:
#: as many of an id as a person reads at a glance, or all.
_MARKS = (4, 12)
#: How ids look, those of the program and of the reading list: nothing is called just like this, so
#: that no text of anybody's stands for another thing.
_ID = re.compile(r"[0-9A-Z]{12}|[a-z0-9]+(?:-[a-z0-9]+)+")


def offer(found: Iterable[tuple[str, str]]) -> list[app_commands.Choice[str]]:
    """Suggestions, by what they are called and their values; both any text, of any length.

    Of what is called alike the end is shown, too; where that does not tell them apart, a piece of
    the value.
    """
    named = {value: " ".join(whole(name).split()) for name, value in found}
    called = {value: _cut(name) for value, name in named.items()}
    for value in _alike(called):
        called[value] = _with_its_end(named[value])
    for length in _MARKS:
        for value in _unclear(called):
            mark = JOINT + value[-length:]
            called[value] = _cut(named[value], LONGEST - len(mark)) + mark
    return [app_commands.Choice(name=name or "…", value=value) for value, name in called.items()]


def matching(
    choices: Iterable[app_commands.Choice[str]], typed: str
) -> list[app_commands.Choice[str]]:
    """Those that are called something with this in it, `MOST` at most."""
    wanted = " ".join(typed.split()).casefold()
    return [each for each in choices if wanted in each.name.casefold()][:MOST]


async def understand(interaction: Interaction) -> None:
    """Put values in place of what suggestions are called, before a command runs."""
    command = interaction.command
    if not isinstance(command, app_commands.Command):
        return
    for option in _leaves((interaction.data or {}).get("options")):
        sent = option.get("value")
        # discord.py has no public way to ask an option for its suggestions.
        parameter = command._params.get(option["name"])  # pyright: ignore[reportPrivateUsage]
        suggest: Any = None if parameter is None else parameter.autocomplete
        if suggest is None or not isinstance(sent, str) or not sent or _ID.fullmatch(sent):
            continue
        try:
            async with asyncio.timeout(_PATIENCE):
                option["value"] = await _meant(partial(suggest, command.binding, interaction), sent)
        except Exception as error:
            # It may be what was typed; whoever reads it says what to do otherwise.
            log.info("what a suggestion is called is not known: %s", trace(error))


async def _meant(suggest: Suggest, sent: str) -> str:
    """The value behind what a suggestion is called; what was sent, if that leads nowhere else."""
    # By all of it; by what stands before what is said about it; by what stands before its end.
    for typed in dict.fromkeys((sent, sent.rpartition(JOINT)[0], sent.partition("…")[0])):
        found = await suggest(typed) if typed else []
        meant = [each.value for each in found if each.name == sent]
        if meant and not any(each.value == sent for each in found):
            return meant[0]
    return sent


def _leaves(options: Any) -> Iterator[dict[str, Any]]:
    """The options of a command that lies in groups."""
    for option in options or ():
        nested = option.get("options")
        if nested is None:
            yield option
        else:
            yield from _leaves(nested)


def _unclear(called: dict[str, str]) -> list[str]:
    """The same, and of what looks like an id."""
    return [*_alike(called), *(value for value, name in called.items() if _ID.fullmatch(name))]


def _alike(called: dict[str, str]) -> list[str]:
    """The values of what is called like something else."""
    times = Counter(called.values())
    return [value for value, name in called.items() if times[name] > 1]


def _cut(name: str, limit: int = LONGEST) -> str:
    units = _units(name)
    return name if len(units) <= 2 * limit else _text(units[: 2 * limit - 2]).rstrip() + "…"


def _with_its_end(name: str) -> str:
    units = _units(name)
    if len(units) <= 2 * LONGEST:
        return name
    return _cut(name, LONGEST // 2) + _text(units[-LONGEST:]).lstrip()


def _units(text: str) -> bytes:
    """Of some of Discord's counting nobody says whether emoji are one character or two."""
    return text.encode("utf-16-le")


def _text(units: bytes) -> str:
    return units.decode("utf-16-le", errors="ignore")
