"""Suggesting works for a server's list, one's own suggestions, and the answers to them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
from discord import ButtonStyle, ui

from bot.inbox import Block, got_it
from bot.reading.intake import OPEN_LIMIT, Asked
from bot.reading.library import library
from bot.reading.lists import Kept
from bot.reading.own import said
from bot.reading.suggesting import Mine, Suggested
from bot.reading.suggestions import Body, State
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    control,
    form_values,
    here,
    in_server,
    literal,
    not_found,
    row,
    server_name,
    words_for,
)
from bot.text import shorten
from bot.words import N_, Words
from bot.work.notices import Notice
from cogs.reading import list_says
from cogs.reading.says import LABEL, fitted

if TYPE_CHECKING:
    from bot.app import Firsthand

#: Works that name somebody, shown at once; taking a name off makes room for the next.
_NAMED = 5
_TAKEN = N_(
    "Thank you: **{title}** waits for those who look after the reading list. They see what you "
    "wrote, and I don't show them who you are. What comes of it will be in your /consent inbox. "
    "Where others see it, I let you know only at some moment in the hours after, so that nobody "
    "can tell from that whose it was."
)
_NO = {
    Asked.ENOUGH: N_(
        "You have {limit} suggestions here that nobody has looked at yet. Please wait, or take one "
        "back."
    ),
    Asked.FULL: N_(
        "So many suggestions wait here already that I can't take more. Please try again when the "
        "curators have looked at some."
    ),
}
_KNOWN = N_("**{title}** is on the reading list already. /reading open shows it.")
_SOMEBODYS = N_("Somebody has suggested this already; the curators have yet to look at it.")
_MINE = N_("You have suggested this already; the curators have yet to look at it.")
_ACCEPTED = N_("Your suggestion **{title}** is on the reading list now. /reading open shows it.")
_NAMED_NOW = N_("Your name stands with it, as you wished. /reading suggest takes it off again.")
_NOT_NAMED = N_(
    "The curators have changed its title or the reason, so your name does not stand with it: those "
    "are not your words any more."
)
_DECLINED = N_("Your suggestion **{title}** is not on the reading list. The curators say why:")


class Suggesting:
    """The form, what is one's own, and the answers in the inbox."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    # -- suggesting -------------------------------------------------------------------------

    async def open(self, interaction: Interaction) -> None:
        """The form; for somebody who has suggestions here already, those first."""
        guild, me = in_server(interaction), interaction.user.id
        async with asyncio.timeout(FORM_SECONDS):
            mine = await self.bot.suggesting.mine(me, guild.id)
            naming = await self.bot.suggesting.naming(me, guild.id)
        words = words_for(interaction)
        if mine or naming:
            await answer(interaction, *_own(words, mine, naming))
        else:
            await interaction.response.send_modal(_form(words))

    @control("suggest", opens_form=True)
    async def another(self, interaction: Interaction, key: str) -> None:
        in_server(interaction)
        await interaction.response.send_modal(_form(words_for(interaction)))

    @control("suggested")
    async def suggested(self, interaction: Interaction, key: str) -> None:
        guild, words, me = in_server(interaction), words_for(interaction), interaction.user.id
        wording = list_says.typed_wording(interaction)._replace(questions=())
        named = form_values(interaction).get("named") == ["yes"]
        found = await self.bot.suggesting.suggest(guild.id, me, Body(wording, named))
        if found.asked is not Asked.TAKEN:
            raise Refused(
                await self._not_taken(interaction, guild.id, found),
                row(button(words("My suggestions"), "suggestions")),
            )
        first = words(_TAKEN, title=literal(wording.title))
        await self._show(interaction, guild.id, first)

    async def _not_taken(self, interaction: Interaction, guild_id: int, found: Suggested) -> str:
        words, twin = words_for(interaction), found.twin
        if twin is None:
            return words(_NO[found.asked], limit=OPEN_LIMIT)
        if twin.work_id is None:
            return words(_MINE if twin.mine else _SOMEBODYS)
        shared = library(words.language)
        title = await list_says.title_of(self.bot, guild_id, twin.work_id, shared)
        return words(_KNOWN, title=literal(title))

    # -- one's own --------------------------------------------------------------------------

    @control("suggestions")
    async def own(self, interaction: Interaction, key: str) -> None:
        await self._show(interaction, in_server(interaction).id)

    async def _show(self, interaction: Interaction, guild_id: int, first: str = "") -> None:
        me = interaction.user.id
        mine = await self.bot.suggesting.mine(me, guild_id)
        naming = await self.bot.suggesting.naming(me, guild_id)
        await answer(interaction, *_own(words_for(interaction), mine, naming, first))

    @control("suggest-withdraw")
    async def withdraw(self, interaction: Interaction, key: str) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        if not await self.bot.suggesting.withdraw(key, interaction.user.id, guild.id):
            raise not_found(interaction)
        await self._show(interaction, guild.id, words("Taken back. Nothing of it is kept."))

    @control("suggest-unname")
    async def unname(self, interaction: Interaction, key: str) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        if not await self.bot.suggesting.unname(guild.id, key, interaction.user.id):
            raise not_found(interaction)
        first = words("Your name is off it. The work stays on the list.")
        await self._show(interaction, guild.id, first)

    # -- answers ----------------------------------------------------------------------------

    async def show(self, interaction: Interaction, notice: Notice) -> Block | None:
        """An answer that the person who acts has yet to read."""
        found = await self.bot.suggesting.answer(notice.key, notice.person_id)
        if found is None:
            return None
        words, reply = words_for(interaction), found.reply
        title = literal(reply.title)
        if found.state is State.ACCEPTED:
            lines = [words(_ACCEPTED, title=title)]
            if reply.wished_to_be_named:
                lines.append(words(_NAMED_NOW if reply.named else _NOT_NAMED))
        else:
            lines = [words(_DECLINED, title=title), f"> {literal(reply.reason)}"]
        guild = None if here(interaction) else self.bot.get_guild(found.guild_id)
        if guild is not None:
            lines.append(f"-# {server_name(words, guild)}")
        return Block(["\n".join(lines), row(got_it(words, notice))])


def _form(words: Words) -> Form:
    named = ui.Label(
        text=words("Your name"),
        description=words("I don't tell curators who suggests. If they accept it:"),
        component=ui.Select[Any](
            custom_id="named",
            options=[
                discord.SelectOption(label=words("Don't name me"), value="no", default=True),
                discord.SelectOption(label=words("Name me to this server"), value="yes"),
            ],
        ),
    )
    fields = [*list_says.wording_fields(words), named]
    return Form(words("Suggest a work"), "suggested", "", *fields)


def _own(
    words: Words, mine: list[Mine], naming: list[Kept], first: str = ""
) -> list[str | ui.Item[Any]]:
    """Somebody's suggestions in a server, and the works there that name them."""
    parts: list[str | ui.Item[Any]] = [first]
    if mine:
        parts.append(words("**Your suggestions here.** Nobody has answered them yet."))
    for each in mine:
        wording = each.body.wording
        wish = words("You want to be named.") if each.body.named else ""
        take_back = shorten(words("Take back: {title}", title=wording.title), LABEL)
        parts += [
            "\n".join(filter(None, [list_says.headed(wording), wish])),
            row(button(take_back, "suggest-withdraw", each.id)),
        ]
    if naming:
        parts.append(words("**Works on the list that name you, as you wished:**"))
    for work in naming[:_NAMED]:
        title = said(work.entry.title, words.language, "")
        take_off = shorten(words("Take my name off: {title}", title=title), LABEL)
        parts += [
            f"**{literal(title)}**",
            row(button(take_off, "suggest-unname", work.id)),
        ]
    if not mine and not naming and not first:
        parts.append(words("Nothing of yours waits here."))
    label = words("Suggest another") if mine or naming else words("Suggest a work")
    return [*fitted(parts), row(button(label, "suggest", "", ButtonStyle.primary))]
