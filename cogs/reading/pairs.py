"""One question, both essays: where they part and where they meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import ui

from bot.reading.finding import OFFERED_LIMIT
from bot.reading.library import Pair
from bot.replies import Interaction, Refused, answer, control, not_found
from bot.suggestions import offer
from bot.text import finds, folded
from cogs.reading import says
from cogs.reading.scene import Scene, scene

if TYPE_CHECKING:
    from bot.app import Firsthand


class Pairs:
    """Pairs, and the suggestions that lead to them."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def questions(self, interaction: Interaction, typed: str) -> list[Any]:
        """Questions, for the option's suggestions."""
        seen = await scene(self.bot, interaction)
        return offer((each.question, each.id) for each in _found(seen, typed)[:OFFERED_LIMIT])

    async def command(self, interaction: Interaction, typed: str) -> None:
        seen = await scene(self.bot, interaction)
        found = [each for each in seen.library.pairs if each.id == typed] or _found(seen, typed)
        if len(found) != 1:
            offered = (found or list(seen.library.pairs))[:OFFERED_LIMIT]
            raise Refused(
                seen.words("I have no one question like that. These come nearest:")
                if found
                else seen.words("I have no question like that. These are what I have:"),
                *says.rows([says.pair_button(seen.words, each) for each in offered]),
            )
        await answer(interaction, *page(seen, found[0]))

    @control("reading-pair")
    async def open(self, interaction: Interaction, key: str) -> None:
        """Open a pair by its id."""
        seen = await scene(self.bot, interaction)
        found = seen.library.pair(key)
        if found is None:
            raise not_found(interaction)
        await answer(interaction, *page(seen, found))


def page(seen: Scene, found: Pair, *first: str) -> list[str | ui.Item[Any]]:
    """A pair's page. `first` stands above it."""
    words, library = seen.words, seen.library
    sides = says.sides(library, found)
    sections = (library.section(getattr(found, side).section_id) for side in sides)
    links = [says.open_button(words, each.title, each.id) for each in sections if each]
    following = library.pairs[(library.pairs.index(found) + 1) % len(library.pairs)]
    return [
        *says.fitted([*first, *says.pair(words, library, found)]),
        *says.rows(links),
        *says.rows([says.pair_button(words, following)] if following != found else []),
    ]


def _found(seen: Scene, typed: str) -> list[Pair]:
    """The pairs whose question, or one of whose topics, has every word that was typed."""
    wanted = folded(typed)
    names = {term.id: term.name for term in seen.library.topics}
    return [
        each
        for each in seen.library.pairs
        if finds(wanted, each.question, *(names[topic] for topic in each.topics))
    ]
