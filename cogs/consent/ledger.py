"""The ledger: what I gave and what I hold, to read, take back, give up or cancel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import ButtonStyle, ui

from bot.consent import SAID
from bot.consent.rules import Act, State
from bot.consent.service import LEDGER_PAGE, Shown
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    control,
    custom_id,
    here,
    listed,
    message_link,
    not_found,
    page_number,
    pager,
    row,
    whereabouts,
    words_for,
)
from bot.text import shorten
from bot.words import Words
from bot.work.posts import Post
from cogs.consent import says

if TYPE_CHECKING:
    from bot.app import Firsthand


#: Links that fit beside the longest words, and on a card of their own (Discord: 4,000 characters).
_PLACES = 3
_PLACES_LEFT = 20


class Ledger:
    """Shows the ledger and what can be done with each entry."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    @control("ledger")
    async def page(self, interaction: Interaction, key: str) -> None:
        await self.show(interaction, page_number(interaction, key))

    async def show(self, interaction: Interaction, page: int) -> None:
        """One page: what is in force first, then what is open, then what is over."""
        words, me = words_for(interaction), interaction.user.id
        entries, more = await self.bot.consents.entries(me, here(interaction), page)
        if not entries:
            await answer(
                interaction,
                words(
                    "Your ledger is empty. Nobody speaks for you, and you speak for nobody. "
                    "/consent ask asks somebody for their yes."
                ),
            )
            return
        first = page * LEDGER_PAGE + 1
        lines = [
            f"{number}. {await self._line(words, shown, me)}"
            for number, shown in enumerate(entries, first)
        ]
        menu: ui.Select[Any] = ui.Select(
            custom_id=custom_id("entry"),
            placeholder=words("Choose one to read it or to end it"),
            options=[
                discord.SelectOption(
                    label=f"{number}. " + shorten(shown.words or words("(the words are gone)"), 80),
                    value=shown.consent.id,
                )
                for number, shown in enumerate(entries, first)
            ],
        )
        await answer(
            interaction,
            words("**What you gave and what you hold**") + "\n" + "\n".join(lines),
            row(menu),
            *pager(words, "ledger", page, more=more),
        )

    @control("entry")
    async def entry(self, interaction: Interaction, key: str) -> None:
        """One entry, chosen in the menu (or named by a button)."""
        words, me = words_for(interaction), interaction.user.id
        picked = chosen(interaction)
        shown = await self.bot.consents.show(picked[0] if picked else key, me, here(interaction))
        if shown is None:
            raise not_found(interaction)
        posts = await self.bot.posts.all_of(SAID, shown.consent.id)
        posts = [post for post in posts if post.message_id is not None]
        parts: list[str | ui.Item[Any]] = [
            await self._line(words, shown, me),
            *says.details(words, shown),
        ]
        if shown.state in (State.LIVE, State.EXPIRED):
            parts.append(words("**Receipt:** {code}", code=f"`{says.receipt(shown.consent.id)}`"))
        if posts:
            parts.append(words("**Said here:**") + "\n" + listed([*map(_link, posts)], _PLACES))
        await answer(interaction, *parts, row(*_acts(words, shown, me, bool(posts))))

    @control("take-back")
    async def take_back(self, interaction: Interaction, key: str) -> None:
        """Take a yes back. At once, no reason asked, no second question."""
        words, me = words_for(interaction), interaction.user.id
        acted = await self.bot.consents.act(key, me, Act.TAKE_BACK, here(interaction))
        if acted is None:
            raise not_found(interaction)
        if acted.consent is None:
            raise Refused(says.unchanged(words, acted.state, acted.due_at))
        left = await self.bot.posting.take_away_now(acted.posts)
        await answer(interaction, taken_back(words, left))
        self.bot.doorbell.ring(acted.consent.holder_id)

    @control("take-all")
    async def take_all(self, interaction: Interaction, key: str) -> None:
        """Take back everything given in this server."""
        words, me = words_for(interaction), interaction.user.id
        taken = await self.bot.consents.take_back_all(me, here(interaction))
        posts = [post for acted in taken for post in acted.posts]
        left = await self.bot.posting.take_away_now(posts)
        await answer(interaction, taken_back(words, left))
        self.bot.doorbell.ring(*(each.consent.holder_id for each in taken if each.consent))

    @control("give-up")
    async def give_up(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        await self._end(
            interaction,
            key,
            Act.GIVE_UP,
            words("Given up. You may not say these words for them any more."),
        )

    @control("cancel")
    async def cancel(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        await self._end(
            interaction, key, Act.CANCEL, words("Cancelled. It no longer waits for an answer.")
        )

    async def _end(self, interaction: Interaction, key: str, act: Act, done: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        acted = await self.bot.consents.act(key, me, act, here(interaction))
        if acted is None:
            raise not_found(interaction)
        if acted.consent is None:
            raise Refused(says.unchanged(words, acted.state, acted.due_at))
        await answer(interaction, done)
        self.bot.doorbell.ring(acted.consent.party.other(me))

    async def _line(self, words: Words, shown: Shown, me: int) -> str:
        consent = shown.consent
        group = await says.group_of(self.bot, words, consent)
        if group is not None:
            line = words("You for the group {group}", group=group)
        elif me == consent.person_id:
            line = words("{other} for you", other=says.other_of(consent, me))
        else:
            line = words("You for {other}", other=says.other_of(consent, me))
        return f"{line}: {says.state(words, shown.state, consent.due_at)}"


def taken_back(words: Words, left: list[Post]) -> str:
    """What taking back did, and which places remain."""
    if not left:
        return words(
            "Taken back. Nobody may say these words for you any more, and nothing of them "
            "is left where I had posted them."
        )
    return (
        words(
            "Taken back. Nobody may say these words for you any more. They are still in these "
            "places, because I couldn't reach them yet. I keep trying, and tell you once they are "
            "gone; a moderator can delete them:"
        )
        + "\n"
        + listed([whereabouts(words, post) for post in left], _PLACES_LEFT)
    )


def _link(post: Post) -> str:
    return message_link(post.guild_id, post.channel_id, post.message_id or 0)


def _acts(words: Words, shown: Shown, me: int, posted: bool) -> list[ui.Item[Any]]:
    consent, key = shown.consent, shown.consent.id
    buttons: list[ui.Item[Any]] = []
    if me == consent.person_id and (
        shown.state is State.LIVE or (posted and shown.state in (State.EXPIRED, State.GIVEN_UP))
    ):
        buttons.append(button(words("Take it back"), "take-back", key, ButtonStyle.danger))
    if me == consent.holder_id and shown.state is State.LIVE:
        buttons.append(button(words("Give it up"), "give-up", key))
    cancellable = (shown.state is State.WAITING and me == consent.opener_id) or (
        shown.state is State.EDITED and me != consent.opener_id
    )
    if cancellable:
        buttons.append(button(words("Cancel it"), "cancel", key))
    if shown.state is State.EDITED and me == consent.opener_id:
        buttons.append(button(words("Read it"), "read", key, ButtonStyle.primary))
    return [*buttons, button(words("Back to the ledger"), "ledger", "0")]
