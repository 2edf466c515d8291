"""A server's own list, for its curators: finding works, changing them, taking them off, files."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.reading import intake as rules
from bot.reading.curating import Done, Outcome, Terms, asked_in, reworded, wording_of
from bot.reading.library import library
from bot.reading.lists import Kept
from bot.reading.own import Entry, said
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    confirm,
    control,
    custom_id,
    form_values,
    literal,
    number,
    page_number,
    pager,
    row,
    words_for,
)
from bot.text import finds, folded, one_line, shorten
from bot.words import LANGUAGES, N_, Words
from cogs.reading import list_says, says
from cogs.reading.list_says import curated

if TYPE_CHECKING:
    from bot.app import Firsthand

#: What a menu of Discord's holds.
_MENU = 25
_LABEL, _IN_A_LINE = 100, 60
#: Files with one message.
_FILES = 10
_EMPTY = N_(
    "This server's list is empty. Accept a suggestion, or bring in a file with /reading review."
)


class Listing:
    """The works, page by page, and one by one."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    @control("review-works")
    async def works(self, interaction: Interaction, key: str) -> None:
        await self._show(interaction, page_number(interaction, key))

    async def _show(self, interaction: Interaction, page: int, first: str = "") -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        works = await self.bot.server_lists.everything(guild.id)
        if page * _MENU >= len(works):
            page = 0
        shown = works[page * _MENU : (page + 1) * _MENU]
        if not shown:
            await answer(interaction, first, words(_EMPTY), list_says.to_review(words))
            return
        await answer(
            interaction,
            first,
            words("**This server's own works**"),
            *_menu(words, shown),
            *pager(words, "review-works", page, more=len(works) > (page + 1) * _MENU),
            row(
                button(words("Find on the list"), "review-find"),
                button(words("Export"), "list-export", "0"),
                button(words("To the suggestions"), "review", "0"),
            ),
        )

    @control("review-find", opens_form=True)
    async def find(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            await curated(self.bot, interaction)
        field: ui.Label[Any] = ui.Label(
            text=words("Words of a title, or a name"),
            component=ui.TextInput(custom_id="text", max_length=rules.TITLE_LIMIT),
        )
        form = Form(words("Find on the list"), "review-found", "", field)
        await interaction.response.send_modal(form)

    @control("review-found")
    async def found(self, interaction: Interaction, key: str) -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        typed = form_values(interaction).get("text")
        wanted = folded(one_line(typed if isinstance(typed, str) else ""))
        works = [
            each
            for each in await self.bot.server_lists.everything(guild.id)
            if wanted and finds(wanted, *each.entry.title.values(), *each.entry.makers)
        ]
        if not works:
            raise Refused(
                words("Nothing on the list has these words. Fewer or shorter ones find more."),
                list_says.to_review(words),
            )
        more = words("There are more. Another word leads to them.") if len(works) > _MENU else ""
        await answer(interaction, *_menu(words, works[:_MENU]), more, list_says.to_review(words))

    # -- one of them ------------------------------------------------------------------------

    @control("review-choose")
    async def choose(self, interaction: Interaction, key: str) -> None:
        await self._card(interaction, next(iter(chosen(interaction)), ""))

    @control("review-work")
    async def open(self, interaction: Interaction, key: str) -> None:
        await self._card(interaction, key)

    async def _card(self, interaction: Interaction, work_id: str, first: str = "") -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        found = await self._found(interaction, guild.id, work_id)
        entry, key = found.entry, f"{found.id}.{found.revision}"
        shared = library(words.language)
        filed = says.facts(words, shared, entry.as_work(found.id, words.language, None))
        named = (
            words("Suggested by {person}, who wanted to be named.", person=f"<@{found.named_id}>")
            if found.named_id
            else ""
        )
        topics = says.topics(words, shared, entry.topics)
        await answer(
            interaction,
            first,
            *list_says.wording(words, wording_of(entry, words.language), filed, topics, named),
            row(
                button(words("Edit the words"), "review-word", key),
                button(words("Form and topics"), "review-terms", key),
                button(words("Take it off the list"), "review-remove", key),
            ),
            list_says.to_review(words),
        )

    async def _found(
        self, interaction: Interaction, guild_id: int, work_id: str, revision: int | None = None
    ) -> Kept:
        """A work as it was looked at. Raises Refused."""
        found = await self.bot.server_lists.kept(guild_id, work_id)
        if found is None or revision not in (None, found.revision):
            raise await list_says.refusal(self.bot, interaction, Done(Outcome.MEANWHILE))
        return found

    async def _opened(self, interaction: Interaction, key: str) -> Kept:
        """The work that a form is about, in the time that there is. Raises Refused."""
        work_id, _, revision = key.partition(".")
        async with asyncio.timeout(FORM_SECONDS):
            guild = await curated(self.bot, interaction)
            return await self._found(interaction, guild.id, work_id, number(interaction, revision))

    @control("review-word", opens_form=True)
    async def word(self, interaction: Interaction, key: str) -> None:
        found, words = await self._opened(interaction, key), words_for(interaction)
        wording = wording_of(found.entry, words.language)
        form = Form(
            words("Edit the words"),
            "review-worded",
            # The language whose words the form shows.
            f"{key}.{words.language}",
            *list_says.wording_fields(words, wording),
            list_says.questions_field(words, wording),
        )
        await interaction.response.send_modal(form)

    @control("review-worded")
    async def worded(self, interaction: Interaction, key: str) -> None:
        guild = await curated(self.bot, interaction)
        work_id, revision, language = [*key.split("."), "", ""][:3]
        at = number(interaction, revision)
        found = await self._found(interaction, guild.id, work_id, at)
        shown = language if language in LANGUAGES else "en"
        wording = list_says.typed_wording(interaction, asked_in(found.entry, shown))
        await self._changed(interaction, guild.id, found, reworded(found.entry, wording, shown))

    @control("review-terms", opens_form=True)
    async def terms(self, interaction: Interaction, key: str) -> None:
        found, words = await self._opened(interaction, key), words_for(interaction)
        now = Terms(found.entry.form, found.entry.tradition, found.entry.topics)
        fields = list_says.terms_fields(words, now)
        await interaction.response.send_modal(
            Form(words("Form and topics"), "review-termed", key, *fields)
        )

    @control("review-termed")
    async def termed(self, interaction: Interaction, key: str) -> None:
        guild = await curated(self.bot, interaction)
        work_id, _, revision = key.partition(".")
        at = number(interaction, revision)
        terms = list_says.typed_terms(interaction)
        found = await self._found(interaction, guild.id, work_id, at)
        await self._changed(interaction, guild.id, found, found.entry._replace(**terms._asdict()))

    async def _changed(
        self, interaction: Interaction, guild_id: int, found: Kept, entry: Entry
    ) -> None:
        words = words_for(interaction)
        done = await self.bot.curating.change(guild_id, found.id, found.revision, entry)
        if done.outcome is not Outcome.DONE:
            raise await list_says.refusal(self.bot, interaction, done)
        first = words("Changed.")
        now = await self.bot.server_lists.kept(guild_id, found.id)
        if found.named_id and now is not None and not now.named_id:
            first = words(
                "Changed. The name is off it: whoever suggested it wanted to stand with their own "
                "title and reason."
            )
        await self._card(interaction, found.id, first)

    @control("review-remove")
    async def remove(self, interaction: Interaction, key: str) -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        work_id, _, revision = key.partition(".")
        found = await self._found(interaction, guild.id, work_id, number(interaction, revision))
        await confirm(
            interaction,
            words(
                "Take **{title}** off this server's list? On the shelves of those who marked it, "
                "its title stays.",
                title=literal(said(found.entry.title, words.language, "")),
            ),
            words("Take it off"),
            "review-remove-now",
            key,
        )

    @control("review-remove-now")
    async def remove_now(self, interaction: Interaction, key: str) -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        work_id, _, revision = key.partition(".")
        outcome = await self.bot.curating.remove(guild.id, work_id, number(interaction, revision))
        if outcome is not Outcome.DONE:
            raise await list_says.refusal(self.bot, interaction, Done(outcome))
        await self._show(interaction, 0, words("It is off the list."))

    # -- files ------------------------------------------------------------------------------

    @control("list-export")
    async def export(self, interaction: Interaction, key: str) -> None:
        """Ten files of the list at a time; `key`: which ten."""
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        page = page_number(interaction, key)
        parts = await self.bot.curating.export(guild.id)
        shown = list(enumerate(parts, 1))[page * _FILES : (page + 1) * _FILES]
        if not shown:
            raise Refused(words(_EMPTY), list_says.to_review(words))
        names = ["reading-list.toml" if n == 1 else f"reading-list-{n}.toml" for n, _ in shown]
        await answer(
            interaction,
            words(
                "This server's list, as text that you can edit. /reading review brings such a file "
                "in, here or in another server. Nobody is named in it."
            ),
            *(ui.File[Any](f"attachment://{name}") for name in names),
            *pager(words, "list-export", page, more=len(parts) > (page + 1) * _FILES),
            list_says.to_review(words),
            files=[
                discord.File(io.BytesIO(part.encode()), name)
                for name, (_, part) in zip(names, shown, strict=True)
            ],
        )


def _menu(words: Words, works: Sequence[Kept]) -> list[Any]:
    """Works in a list, and a menu to open one."""
    titles = {each.id: said(each.entry.title, words.language, "") for each in works}
    menu: ui.Select[Any] = ui.Select(
        custom_id=custom_id("review-choose"),
        placeholder=words("Open one"),
        options=[
            discord.SelectOption(label=shorten(title, _LABEL), value=its_id)
            for its_id, title in titles.items()
        ],
    )
    lines = [f"- {literal(shorten(title, _IN_A_LINE))}" for title in titles.values()]
    return ["\n".join(lines), row(menu)]
