"""Looking through the list: by topic, tradition and form, a page at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import ui

from bot.reading import finding
from bot.reading.finding import PAGE, View
from bot.reading.library import Terms
from bot.reading.rules import Item
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    control,
    here,
    literal,
    not_found,
    row,
)
from bot.suggestions import offer
from bot.text import JOINT, shorten
from bot.words import N_, Words
from cogs.reading import says
from cogs.reading.scene import Scene, scene

if TYPE_CHECKING:
    from bot.app import Firsthand

UNKNOWN = {
    Terms.TOPIC: N_("I don't know a topic like that. Choose one of those I suggest."),
    Terms.TRADITION: N_("I don't know a tradition like that. Choose one of those I suggest."),
    Terms.FORM: N_("I don't know a form like that. Choose one of those I suggest."),
}


class Browsing:
    """Pages of the list, and the suggestions for what narrows it."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def topics(self, interaction: Interaction, typed: str) -> list[Any]:
        return await self._terms(interaction, Terms.TOPIC, typed)

    async def traditions(self, interaction: Interaction, typed: str) -> list[Any]:
        return await self._terms(interaction, Terms.TRADITION, typed)

    async def forms(self, interaction: Interaction, typed: str) -> list[Any]:
        return await self._terms(interaction, Terms.FORM, typed)

    async def _terms(self, interaction: Interaction, kind: Terms, typed: str) -> list[Any]:
        """Topics, traditions or forms, each with how many works it has of what is chosen."""
        seen = await scene(self.bot, interaction)
        others = View()
        for other in Terms:
            given = str(getattr(interaction.namespace, other.value, None) or "")
            found = finding.term(seen.library, other, given) if given else None
            if found is not None:
                others = others.having(other, found.id)
        found = finding.terms(seen.library, seen.items, others, kind, typed)
        return offer((f"{term.name}{JOINT}{number}", term.id) for term, number in found)

    async def command(
        self, interaction: Interaction, topic: str, tradition: str, form: str
    ) -> None:
        seen = await scene(self.bot, interaction)
        view = View()
        given = {Terms.TOPIC: topic, Terms.TRADITION: tradition, Terms.FORM: form}
        for kind, typed in given.items():
            if typed.strip():
                found = finding.term(seen.library, kind, typed)
                if found is None:
                    raise Refused(seen.words(UNKNOWN[kind]), _whole_list(seen.words))
                view = view.having(kind, found.id)
        await self._show(interaction, seen, view)

    @control("reading-browse")
    async def page(self, interaction: Interaction, key: str) -> None:
        """Another page; `key`: what it is filtered by, and its number."""
        seen = await scene(self.bot, interaction)
        view = finding.view(key, seen.library)
        if view is None:
            raise not_found(interaction)
        await self._show(interaction, seen, view)

    async def _show(self, interaction: Interaction, seen: Scene, view: View) -> None:
        words = seen.words
        found = view.items(seen.items)
        if not found:
            raise Refused(
                words("Nothing on the list is all of that. Leave one of the three out."),
                _whole_list(words),
            )
        last = (len(found) - 1) // PAGE
        view = view._replace(page=min(view.page, last))
        shown = found[view.page * PAGE : (view.page + 1) * PAGE]
        parts: list[str | ui.Item[Any]] = [self._heading(seen, view, last)]
        for item in shown:
            key = f"{item.id}.{view.key()}"
            parts += [
                await self._line(interaction, seen, item),
                row(
                    says.open_button(words, item.title, key),
                    says.mark_button(words, item.title, key),
                ),
            ]
        await answer(interaction, *says.fitted(parts), *_turning(words, view, last))

    def _heading(self, seen: Scene, view: View, last: int) -> str:
        words, library = seen.words, seen.library
        named = [
            says.term(library, kind, term_id)
            for kind, term_id in zip(Terms, view, strict=False)
            if isinstance(term_id, str)
        ]
        lines = ["**" + words("The reading list") + "**", JOINT.join(named)]
        if last:
            lines.append(words("Page {page} of {last}.", page=view.page + 1, last=last + 1))
        return "\n".join(filter(None, lines))

    async def _line(self, interaction: Interaction, seen: Scene, item: Item) -> str:
        """A work in the list: what it is, and which essay brings it."""
        words, library = seen.words, seen.library
        if essay := library.essay(item.id):
            time = says.reading_time(words, essay)
            about = JOINT.join([says.facts(words, library, essay), time])
        elif section := library.section(item.id):
            about = says.section_line(words, library, section)
        elif work := library.work(item.id):
            how = words(says.HOW[work.how], essay=says.essay_name(library, work.essay_id))
            about = says.facts(words, library, work) + "\n" + how
        else:
            own = await self.bot.server_lists.work(here(interaction), item.id, words.language)
            about = words("Added by this server.")
            if own is not None:
                about = says.facts(words, library, own) + "\n" + about
        return f"**{literal(shorten(item.title, finding.OFFERED_LENGTH))}**\n{about}"


def _whole_list(words: Words) -> ui.ActionRow[Any]:
    return row(button(words("The whole list"), "reading-browse", View().key()))


def _turning(words: Words, view: View, last: int) -> list[ui.ActionRow[Any]]:
    """Buttons to the pages before and after, and to everything where something is left out."""
    buttons: list[ui.Item[Any]] = []
    if view.page:
        before = view._replace(page=view.page - 1)
        buttons.append(button(words("Page before"), "reading-browse", before.key()))
    if view.page < last:
        after = view._replace(page=view.page + 1)
        buttons.append(button(words("Next page"), "reading-browse", after.key()))
    if not view.whole:
        buttons.append(button(words("The whole list"), "reading-browse", View().key()))
    return [row(*buttons)] if buttons else []
