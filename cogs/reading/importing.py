"""Bringing a file of works into a server's list: proofread whole, shown, and only then done."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import ButtonStyle, ui

from bot.reading import intake as rules
from bot.reading.curating import Outcome, Preview
from bot.reading.library import library
from bot.reading.own import WORKS_LIMIT, Entry, said
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    control,
    listed,
    literal,
    row,
    words_for,
)
from bot.text import shorten
from bot.words import N_, Words
from cogs.reading import list_says
from cogs.reading.list_says import curated

if TYPE_CHECKING:
    from bot.app import Firsthand

_KIBIBYTE = 1024
#: Faults, and titles, that are shown on a card; all faults stand in a file then.
_FAULTS, _TITLES = 10, 5
_FAULT_LENGTH, _TITLE_LENGTH = 160, 60
_OVER = N_(
    "That is over: it was brought in already, or a quarter of an hour has passed. Send the file "
    "again with /reading review."
)
_TOO_MANY = N_(
    "With this file the list would have more than {limit} works, so nothing was changed. Take some "
    "off the list, or out of the file."
)


class Importing:
    """From the file to the yes."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def preview(self, interaction: Interaction, file: discord.Attachment) -> None:
        """Read a file, and show what it would change."""
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        if not file.filename.lower().endswith(".toml"):
            raise Refused(
                words(
                    "That is no .toml file. *Export*, in /reading review, makes one to begin with."
                )
            )
        limit = rules.FILE_LIMIT // _KIBIBYTE
        too_large = Refused(
            words("That file is too large: {limit} KB at most. Send it in parts.", limit=limit)
        )
        if file.size > rules.FILE_LIMIT:
            raise too_large
        content = await file.read()
        if len(content) > rules.FILE_LIMIT:
            raise too_large
        from bot.reading import own_file  # Imported here: a start does not need it.

        read = await asyncio.to_thread(
            lambda: own_file.read(content, library(words.language), words)
        )
        if read.faults:
            await _tell_faults(interaction, words, read.faults)
            return
        if not read.works:
            raise Refused(words("There is no work in this file, so nothing was changed."))
        found = await self.bot.curating.stage(guild.id, content, read)
        if found is Outcome.WAITS:
            raise Refused(
                words(
                    "{most} files wait to be brought into this list, and that is as many as I keep "
                    "at once. Each goes after {minutes} minutes: please send yours again then.",
                    most=rules.MOST_FILES,
                    minutes=rules.FILE_WAITS // 60,
                )
            )
        if isinstance(found, Outcome):
            raise Refused(words(_TOO_MANY, limit=WORKS_LIMIT), list_says.to_review(words))
        await self._show(interaction, found)

    async def _show(self, interaction: Interaction, found: Preview, first: str = "") -> None:
        words, plan = words_for(interaction), found.plan
        adds = [entry for _, entry in plan.adds]
        changes = [each.entry for each in plan.changes]
        lines = [
            _titles(words, words.n("Adds {n} work:", "Adds {n} works:", len(adds)), adds),
            _titles(
                words, words.n("Changes {n} work:", "Changes {n} works:", len(changes)), changes
            ),
            _titles(
                words,
                words.n(
                    "Leaves out {n}, which stands on the list exactly so:",
                    "Leaves out {n}, which stand on the list exactly so:",
                    len(plan.same),
                ),
                plan.same,
            ),
            _titles(
                words,
                words.n(
                    "Leaves out {n}, because the same work is on the list or in the file:",
                    "Leaves out {n}, because the same works are on the list or in the file:",
                    len(plan.known),
                ),
                plan.known,
            ),
        ]
        if not adds and not changes:
            said_first = words("There is nothing to bring in: the list has it all.")
            await answer(interaction, said_first, *lines, list_says.to_review(words))
            return
        await answer(
            interaction,
            first or words("**Nothing has changed yet.** This is what the file would do."),
            *lines,
            words("A file takes nothing off the list."),
            row(
                button(words("Bring it in"), "list-import", found.staged_id, ButtonStyle.primary),
                button(words("Never mind"), "never-mind"),
            ),
        )

    @control("list-import")
    async def bring_in(self, interaction: Interaction, key: str) -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        outcome, preview = await self.bot.curating.bring_in(guild.id, key, words)
        if outcome is Outcome.DONE:
            first = words("The file is in.")
            await answer(interaction, first, list_says.to_review(words))
            return
        if preview is not None:
            first = words("The list has changed since you looked, so nothing was done. Look again:")
            await self._show(interaction, preview, first)
            return
        said_why = words(_TOO_MANY, limit=WORKS_LIMIT) if outcome is Outcome.FULL else words(_OVER)
        raise Refused(said_why, list_says.to_review(words))


async def _tell_faults(
    interaction: Interaction, words: Words, faults: Sequence[tuple[int, str]]
) -> None:
    """Everything that is wrong with a file, together; what a card can't hold, in a file."""
    lines = [words("line {line}: {fault}", line=line, fault=fault) for line, fault in faults]
    shown = [f"- {literal(shorten(line, _FAULT_LENGTH))}" for line in lines]
    parts: list[str | ui.Item[Any]] = [
        words("Nothing was changed. Please mend this in the file, and send it again:"),
        listed(shown, _FAULTS),
    ]
    files: list[discord.File] = []
    if len(lines) > _FAULTS or any(len(line) > _FAULT_LENGTH for line in lines):
        data = io.BytesIO("\n".join(lines).encode(errors="replace"))
        files.append(discord.File(data, "faults.txt"))
        parts += [words("All of it:"), ui.File("attachment://faults.txt")]
    await answer(interaction, *parts, files=files)


def _titles(words: Words, heading: str, entries: Sequence[Entry]) -> str:
    """A heading and titles below it; nothing where there are none."""
    titles = [said(each.title, words.language, "") for each in entries]
    lines = [f"- {literal(shorten(title, _TITLE_LENGTH))}" for title in titles]
    return f"**{heading}**\n{listed(lines, _TITLES)}" if titles else ""
