"""One thing on the list, opened: an essay, a section of one, a work, or what the server added."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from discord import ui

from bot.reading import finding
from bot.reading.library import Essay, Section, Work
from bot.reading.rules import Item
from bot.replies import Interaction, Refused, answer, button, control, here, literal
from bot.suggestions import offer
from cogs.reading import says
from cogs.reading.scene import Scene, chosen, scene, view_of

if TYPE_CHECKING:
    from bot.app import Firsthand
    from bot.reading.lists import OwnWork

Parts = list[str | ui.Item[Any]]
#: Buttons to what belongs to a section; more would make a card longer than Discord takes.
_MOST_LINKS = 15


class Works:
    """Pages of single works, and the suggestions that lead to them."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def suggestions(self, interaction: Interaction, typed: str) -> list[Any]:
        """Works, for the suggestions of an option that names one."""
        seen = await scene(self.bot, interaction)
        found = finding.works(seen.items, seen.named, typed)
        return offer((finding.label(each, seen.named), each.id) for each in found)

    async def command(self, interaction: Interaction, typed: str) -> None:
        seen = await scene(self.bot, interaction)
        await answer(interaction, *await self.page(interaction, seen, chosen(seen, typed)))

    @control("reading-open")
    async def open(self, interaction: Interaction, key: str) -> None:
        """Open a work; `key`: its id, and the page of the list that it was opened from."""
        seen = await scene(self.bot, interaction)
        work_id, _, back = key.partition(".")
        view = view_of(interaction, seen, back)
        await answer(
            interaction, *await self.page(interaction, seen, self.found(seen, work_id), view)
        )

    def found(self, seen: Scene, work_id: str) -> Item:
        """The work of that id. Raises Refused when it is not on this list."""
        item = seen.item(work_id)
        if item is None:
            raise Refused(
                seen.words(
                    "That is not on this list. It may have been taken off, or it belongs to "
                    "another server's list. /reading browse shows what is here."
                )
            )
        return item

    async def page(
        self,
        interaction: Interaction,
        seen: Scene,
        item: Item,
        view: finding.View | None = None,
        *first: str,
    ) -> Parts:
        """A work's page. `first` stands above it; `view`: where *Back to the list* leads."""
        words, library = seen.words, seen.library
        back = f".{view.key()}" if view else ""
        links: list[ui.Item[Any]] = []
        if essay := library.essay(item.id):
            texts = _essay(seen, essay)
            links = [_link(seen, each, back) for each in essay.sections]
        elif section := library.section(item.id):
            texts, links = _section(seen, section, back)
        elif work := library.work(item.id):
            texts = _work(seen, work)
            if brings := library.section(work.section_id):
                links = [_link(seen, brings, back)]
        else:
            own = await self.bot.server_lists.work(here(interaction), item.id, words.language)
            texts = self._own(seen, item) if own is None else _own(seen, own)
        if interaction.guild_id is not None:
            texts.append("-# " + words("To read it together with others here: /reading circle"))
        below: list[ui.Item[Any]] = [says.mark_button(words, item.title, item.id + back)]
        if view is not None:
            below.append(button(words("Back to the list"), "reading-browse", view.key()))
        return [
            *says.fitted([*first, *texts]),
            *says.rows(links[:_MOST_LINKS]),
            *says.rows(below),
        ]

    def _own(self, seen: Scene, item: Item) -> list[str]:
        """What is left to say of something that was taken off the list this very moment."""
        return [f"**{literal(item.title)}**"]


def _head(title: str, *lines: str) -> str:
    return "\n".join([f"**{literal(title)}**", *filter(None, lines)])


def _essay(seen: Scene, essay: Essay) -> list[str]:
    words, library = seen.words, seen.library
    return [
        _head(
            essay.title,
            says.facts(words, library, essay),
            words("Reading time: {time}", time=says.reading_time(words, essay)),
        ),
        literal(essay.what),
        says.block(words("Why it is here"), essay.why),
        says.block(words("How to find it"), essay.find),
        says.how_sure(words, essay.sure, essay.sure_note),
        says.listed(
            words("Sections"),
            [f"{each.title} ({says.minutes(words, each.minutes)})" for each in essay.sections],
        ),
    ]


def _link(seen: Scene, to: Essay | Section | Work, back: str) -> ui.Item[Any]:
    """A button that opens something; `back`: from where, as its key says it."""
    return says.open_button(seen.words, to.title, to.id + back)


def _section(seen: Scene, section: Section, back: str) -> tuple[list[str], list[ui.Item[Any]]]:
    """Its texts, and buttons to its essay, to what it brings and to the pairs it stands in."""
    words, library = seen.words, seen.library
    works = [each for each in library.works if each.section_id == section.id]
    pairs = [
        each
        for each in library.pairs
        if section.id in (each.critique.section_id, each.allyship.section_id)
    ]
    links: list[ui.Item[Any]] = []
    if essay := library.essay(section.essay_id):
        links.append(_link(seen, essay, back))
    links += [_link(seen, each, back) for each in works]
    links += [says.pair_button(words, each) for each in pairs]
    texts = [
        _head(section.title, says.section_line(words, library, section)),
        literal(section.argues),
        says.listed(words("Questions"), section.questions),
        says.brought(words, works),
        says.topics(words, library, section.topics),
    ]
    return texts, links


def _work(seen: Scene, work: Work) -> list[str]:
    words, library = seen.words, seen.library
    return [
        _head(work.title, says.facts(words, library, work)),
        literal(work.what),
        says.work_why(words, library, work),
        says.block(words("How to find it"), work.find),
        says.listed(words("Questions"), work.questions),
        says.how_sure(words, work.sure, work.sure_note),
        says.topics(words, library, work.topics),
    ]


def _own(seen: Scene, work: OwnWork) -> list[str]:
    """What somebody here suggested and curators accepted."""
    words, library = seen.words, seen.library
    named = words("Suggested by {person}.", person=f"<@{work.named_by}>") if work.named_by else ""
    return [
        _head(work.title, says.facts(words, library, work), words("Added by this server."), named),
        says.block(words("Why it is here"), work.why),
        says.block(words("How to find it"), work.find),
        says.listed(words("Questions"), work.questions),
        says.topics(words, library, work.topics),
    ]
