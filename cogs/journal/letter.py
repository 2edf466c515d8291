"""What can be kept of a direct message: its words, and those in its text files."""

from __future__ import annotations

from typing import NamedTuple

import discord

from bot import text
from bot.faults import fault
from bot.journal.rules import FILE_LIMIT, TEXT_LIMIT
from bot.replies import literal
from bot.text import Fault
from bot.words import N_, Words

_TEXT_FILES = (".txt", ".md", ".markdown")
_NO_TEXT = N_("{name} is no text file, so I can't keep it. It stays in this DM only.")
_TOO_LARGE = N_("{name} is larger than 64 KB, so I can't keep it. It stays in this DM only.")


class Letter(NamedTuple):
    """A message's words, and what of it can't be kept."""

    text: str
    refused: list[str]


async def letter_of(words: Words, message: discord.Message, *, whole: bool = True) -> Letter:
    """What can be kept of a message. Not `whole`: without fetching its files."""
    parts, refused = [text.clean(message.content)], list[str]()
    if text.whole(parts[0]) != parts[0]:
        refused.append(fault(words, Fault.BROKEN, TEXT_LIMIT))
        parts.clear()
    for file in message.attachments:
        name = text.shorten(text.clean(file.filename), 60)
        kind = (file.content_type or "").partition(";")[0]
        if not (kind.startswith("text/") or file.filename.lower().endswith(_TEXT_FILES)):
            refused.append(words(_NO_TEXT, name=literal(name)))
        elif file.size > FILE_LIMIT:
            refused.append(words(_TOO_LARGE, name=literal(name)))
        elif whole:
            try:
                parts.append(text.clean((await file.read()).decode("utf-8-sig")))
            except UnicodeDecodeError:
                refused.append(words(_NO_TEXT, name=literal(name)))
        else:
            parts.append(name)
    return Letter("\n\n".join(filter(None, parts)), refused)
