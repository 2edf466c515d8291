"""Reviewing suggestions: for curators, who see what was suggested and why, and never by whom."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
from discord import ButtonStyle, ui

from bot.reading import intake as rules
from bot.reading.curating import Done, Open, Outcome
from bot.reading.suggestions import Wording
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    answer,
    button,
    control,
    literal,
    number,
    page_number,
    pager,
    row,
    words_for,
)
from bot.text import shorten
from cogs.reading import list_says
from cogs.reading.importing import Importing
from cogs.reading.list_says import curated
from cogs.reading.listing import Listing
from cogs.reading.says import LABEL, fitted, open_button

if TYPE_CHECKING:
    from bot.app import Firsthand

#: Suggestions on a page; with all their words they fit a card, unless half has to be escaped.
_PAGE = 4


class Reviewing:
    """What is open, page by page; and what becomes of each."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self.importing = Importing(bot)
        bot.controls.add(Listing(bot))
        bot.controls.add(self.importing)

    async def command(self, interaction: Interaction, file: discord.Attachment | None) -> None:
        """The first page; or a file that is to be brought in."""
        if file is not None:
            await self.importing.preview(interaction, file)
        else:
            await self._show(interaction, 0)

    @control("review")
    async def page(self, interaction: Interaction, key: str) -> None:
        await self._show(interaction, page_number(interaction, key))

    async def _show(self, interaction: Interaction, page: int, first: str = "") -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        found = await self.bot.curating.page(guild.id, most=_PAGE + 1, skip=page * _PAGE)
        if not found and page:
            # What stood there was answered meanwhile.
            page = 0
            found = await self.bot.curating.page(guild.id, most=_PAGE + 1, skip=0)
        heading = (
            words("**Suggestions for this server's list.** I show nobody who made them.")
            if found
            else words("No suggestion waits.")
        )
        parts: list[Any] = [first, heading]
        for each in found[:_PAGE]:
            label = shorten(words("Look at: {title}", title=each.wording.title), LABEL)
            parts += [_line(each.wording), row(button(label, "review-one", each.id))]
        await answer(
            interaction,
            *fitted(parts),
            *pager(words, "review", page, more=len(found) > _PAGE),
            words("To bring in a file of works, use /reading review with it."),
            row(
                button(words("To the list"), "review-works", "0"),
                button(words("Find on the list"), "review-find"),
                button(words("Export"), "list-export", "0"),
            ),
        )

    # -- one of them ------------------------------------------------------------------------

    @control("review-one")
    async def one(self, interaction: Interaction, key: str) -> None:
        guild = await curated(self.bot, interaction)
        await self._card(interaction, await self._found(interaction, guild.id, key))

    async def _card(self, interaction: Interaction, found: Open, first: str = "") -> None:
        words = words_for(interaction)
        key = f"{found.id}.{found.revision}"
        edited = words("The words were edited here.") if found.edited else ""
        await answer(
            interaction,
            first,
            *list_says.wording(words, found.wording, edited),
            row(
                button(words("Accept"), "review-accept", key, ButtonStyle.primary),
                button(words("Edit the words"), "review-edit", key),
                button(words("Decline"), "review-decline", key),
            ),
            list_says.to_review(words),
        )

    async def _found(
        self, interaction: Interaction, guild_id: int, its_id: str, revision: int | None = None
    ) -> Open:
        """An open suggestion, as it was looked at. Raises Refused."""
        found = await self.bot.curating.suggestion(guild_id, its_id)
        if found is None or revision not in (None, found.revision):
            done = Done(Outcome.MEANWHILE)
            raise await list_says.refusal(self.bot, interaction, done)
        return found

    async def _opened(self, interaction: Interaction, key: str) -> Open:
        """The suggestion that a form is about, in the time that there is. Raises Refused."""
        its_id, _, revision = key.partition(".")
        async with asyncio.timeout(FORM_SECONDS):
            guild = await curated(self.bot, interaction)
            return await self._found(interaction, guild.id, its_id, number(interaction, revision))

    @control("review-edit", opens_form=True)
    async def edit(self, interaction: Interaction, key: str) -> None:
        found, words = await self._opened(interaction, key), words_for(interaction)
        fields = [
            *list_says.wording_fields(words, found.wording),
            list_says.questions_field(words, found.wording),
        ]
        form = Form(words("Edit the words"), "review-edited", key, *fields)
        await interaction.response.send_modal(form)

    @control("review-edited")
    async def edited(self, interaction: Interaction, key: str) -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        its_id, _, revision = key.partition(".")
        outcome = await self.bot.curating.reword(
            guild.id, its_id, number(interaction, revision), list_says.typed_wording(interaction)
        )
        if outcome is not Outcome.DONE:
            raise await list_says.refusal(self.bot, interaction, Done(outcome))
        first = words(
            "Changed. If whoever suggested it wanted to be named, that holds only while the title "
            "and the reason are their own."
        )
        found = await self._found(interaction, guild.id, its_id)
        await self._card(interaction, found, first)

    @control("review-accept", opens_form=True)
    async def accept(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        await self._opened(interaction, key)
        fields = list_says.terms_fields(words)
        form = Form(words("Put it on the list"), "review-accepted", key, *fields)
        await interaction.response.send_modal(form)

    @control("review-accepted")
    async def accepted(self, interaction: Interaction, key: str) -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        its_id, _, revision = key.partition(".")
        terms = list_says.typed_terms(interaction)
        done = await self.bot.curating.accept(
            guild.id, its_id, number(interaction, revision), terms
        )
        if done.outcome is not Outcome.DONE or done.work_id is None:
            raise await list_says.refusal(self.bot, interaction, done)
        work = await self.bot.server_lists.work(guild.id, done.work_id, words.language)
        title = work.title if work else ""
        await answer(
            interaction,
            words(
                "**{title}** is on the list now. Whoever suggested it is told, and nobody else.",
                title=literal(title),
            ),
            row(open_button(words, title, done.work_id)),
            list_says.to_review(words),
        )

    @control("review-decline", opens_form=True)
    async def decline(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        await self._opened(interaction, key)
        reason: ui.Label[Any] = ui.Label(
            text=words("Reason"),
            description=words("For whoever suggested it, and for nobody else."),
            component=ui.TextInput(
                custom_id="reason",
                style=discord.TextStyle.paragraph,
                max_length=rules.REASON_LIMIT,
            ),
        )
        form = Form(words("Decline a suggestion"), "review-declined", key, reason)
        await interaction.response.send_modal(form)

    @control("review-declined")
    async def declined(self, interaction: Interaction, key: str) -> None:
        guild, words = await curated(self.bot, interaction), words_for(interaction)
        its_id, _, revision = key.partition(".")
        outcome = await self.bot.curating.decline(
            guild.id, its_id, number(interaction, revision), list_says.typed_reason(interaction)
        )
        if outcome is not Outcome.DONE:
            raise await list_says.refusal(self.bot, interaction, Done(outcome))
        first = words("Declined. Whoever suggested it reads your reason, and nobody else.")
        await self._show(interaction, 0, first)


def _line(wording: Wording) -> str:
    return f"{list_says.headed(wording)}\n> {literal(wording.why)}"
