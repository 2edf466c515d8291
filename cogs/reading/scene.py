"""The list as one person sees it in one place: in their language, with the server's own works."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from bot.reading import finding
from bot.reading.library import Library, library
from bot.reading.rules import Item
from bot.replies import Interaction, Refused, not_found, words_for
from bot.words import Words

if TYPE_CHECKING:
    from bot.app import Firsthand


class Scene(NamedTuple):
    """What there is to read. `named`: what a work is called in suggestions, by its id."""

    words: Words
    library: Library
    #: The shared list, then what this server added.
    items: tuple[Item, ...]
    named: Mapping[str, str]

    def item(self, item_id: str) -> Item | None:
        """The item of that id; None if there is none (any more, or here)."""
        return next((each for each in self.items if each.id == item_id), None)


async def scene(bot: Firsthand, interaction: Interaction) -> Scene:
    """The list as the one who acts sees it. In a DM there is only the shared one."""
    words = words_for(interaction)
    # The first one reads the files, which would hold everybody else up.
    shared, named = await asyncio.to_thread(_shared, words.language)
    ours: tuple[Item, ...] = ()
    if interaction.guild_id is not None:
        ours = await bot.server_lists.items(interaction.guild_id, words.language)
    return Scene(words, shared, shared.items + ours, named)


def chosen(seen: Scene, typed: str) -> Item:
    """The work that somebody chose or typed. Raises Refused."""
    found = finding.work(seen.items, seen.named, typed)
    if found is None:
        raise Refused(
            seen.words(
                "I don't know a work like that here. Choose one of those I suggest while you "
                "type, or look through /reading browse."
            )
        )
    return found


def view_of(interaction: Interaction, seen: Scene, key: str) -> finding.View | None:
    """The page of the list that a button leads back to; None: to none. Raises Refused."""
    if not key:
        return None
    found = finding.view(key, seen.library)
    if found is None:
        raise not_found(interaction)
    return found


@cache
def _shared(language: str) -> tuple[Library, dict[str, str]]:
    found = library(language)
    return found, finding.names(found)
