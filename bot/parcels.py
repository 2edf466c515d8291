"""Files for one person that are too much for one message: in parts, and none is missing unsaid."""

from __future__ import annotations

import asyncio
import io
import logging
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

import discord
from discord import ui

from bot.replies import UNREACHED, Card, Interaction, answer, beside, trace, words_for
from bot.words import N_

log = logging.getLogger(__name__)
T = TypeVar("T")

#: Bytes that Discord takes with one message, where a server has no boosts (413/40005).
_MOST = 10 * 1024 * 1024
#: Seconds in which files are sent; Discord ends an answer after 15 minutes.
_IN_TIME = 12 * 60
_SEVERAL = N_(
    "It comes in {total} files, one message each, and only together are they all of it. If one is "
    "missing in the end, {command} makes them anew. This is file 1."
)
_NEXT = N_("This is file {n} of {total}.")
_MISSING = N_(
    "This is not all of it: I could not bring {files} through to you. {command} makes all files "
    "anew; please try again in a few minutes."
)


def room(interaction: Interaction) -> int:
    """Bytes of a file that Discord takes here, with space for all else that is sent with it."""
    return min(_MOST, interaction.filesize_limit) * 3 // 4


def packed(items: Iterable[T], size: Callable[[T], int], room: int) -> list[list[T]]:
    """Items in their order, on parts of at most `room` bytes; what is larger has one of its own.

    There is always a first part, if only an empty one.
    """
    parts: list[list[T]] = [[]]
    left = room
    for item in items:
        takes = size(item)
        if takes > left and parts[-1]:
            parts.append([])
            left = room
        parts[-1].append(item)
        left -= takes
    return parts


async def bring(
    interaction: Interaction,
    name: str,
    sentences: tuple[str, str],
    parts: Sequence[Callable[[], bytes]],
) -> None:
    """Answer a command with files, each in a message of its own; say at the end which are missing.

    `name`: of the file, with its ending; of several each has its number in it. `sentences`: what
    is said of one file that is all, and of several. Each part is made in a thread, in its turn.
    """
    words, total = words_for(interaction), len(parts)
    assert interaction.command is not None
    command = "/" + " ".join(map(words.name, interaction.command.qualified_name.split()))
    missing: list[str] = []
    for n, make in enumerate(parts, 1):
        called = name
        if total == 1:
            said = sentences[0]
        else:
            stem, _, ending = name.rpartition(".")
            called = f"{stem}-{n}-of-{total}.{ending}"
            said = words(_NEXT, n=n, total=total)
            if n == 1:
                said = f"{sentences[1]}\n{words(_SEVERAL, total=total, command=command)}"
        if (discord.utils.utcnow() - interaction.created_at).total_seconds() > _IN_TIME:
            missing.append(called)
            continue
        files = [discord.File(io.BytesIO(await asyncio.to_thread(make)), called)]
        shown = (said, ui.File[ui.LayoutView](f"attachment://{called}"))
        try:
            if n == 1:
                await answer(interaction, *shown, files=files)
            else:
                await beside(interaction, Card(*shown), files)
        except UNREACHED as error:
            log.warning("file %d of %d did not get through: %s", n, total, trace(error))
            missing.append(called)
    if missing:
        said = words(_MISSING, files=", ".join(missing), command=command)
        await beside(interaction, Card(said))
