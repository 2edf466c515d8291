"""What of shared entries waits for one person: the friend's answer, the writer's second look, news.

What the friend sees before their yes is who asks; never a word of the entry.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import discord
from discord import ButtonStyle, ui

from bot.consent.rules import MOST_BLOCKS
from bot.inbox import BLOCKS_FULL, Block, got_it
from bot.journal import SHARE
from bot.journal.share_rules import State
from bot.journal.shares import Share
from bot.replies import (
    UNREACHED,
    Interaction,
    Refused,
    answer,
    button,
    control,
    moment,
    not_found,
    row,
    trace,
    words_for,
)
from bot.words import N_, Words
from bot.work.notices import Notice
from bot.work.queue import Todo
from cogs.journal.share_says import NEWS, back_button, look_button

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

_UP_FOR_IT = N_(
    "Are you up for reading something heavy from {writer}? If you say yes, I bring it to you in a "
    "DM. You owe nobody a yes, nor an answer; it lapses {when}."
)
_TOO_LATE = N_("That is over: it was answered, dropped, or has lapsed. There is nothing to do.")
#: What became of bringing it, by the state it is in then.
_BROUGHT = {
    State.GIVEN: N_(
        "It is in your DM with me now. Read it when it suits you; *Delete it here*, below it, "
        "takes it away again, and nobody is told."
    ),
    State.UNREACHED: N_(
        "Discord doesn't let me write to you, so I couldn't bring it. Open the menu of a server "
        "that we are both in, *Privacy Settings*, and allow direct messages. {writer} is told "
        "that it didn't reach you, and can share it again."
    ),
    State.SENDING: N_(
        "Discord doesn't answer just now. I bring it to your DM as soon as it does; there is "
        "nothing more to do."
    ),
}
_TAKEN_BACK = N_("{writer} has just taken it back, so it does not stay in your DM.")


class ShareInbox:
    """How it reads in the inbox, and what can be done with it."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def show(self, interaction: Interaction, notice: Notice) -> Block | None:
        """None: it has moved on."""
        words = words_for(interaction)
        share = await self.bot.sharing.get(notice.key)
        if share is None or share.told != notice.person_id:
            return None
        friend, when = f"<@{share.friend_id}>", moment(share.due_at or 0, "R")
        if share.state is State.ASKING:
            line = words(_UP_FOR_IT, writer=_writer(share), when=when)
            return Block([line, _answers(words, share)])
        if share.state is State.CONFIRMING:
            line = words(
                "An entry wants a second look before {friend} is asked to read it.", friend=friend
            )
            return Block([line, row(look_button(words, share))])
        buttons: list[ui.Item[ui.LayoutView]] = [got_it(words, notice)]
        if share.state is State.GIVEN:
            buttons.append(back_button(words, share))
        return Block([words(NEWS[share.state], friend=friend), row(*buttons)])

    # -- the friend's answers ---------------------------------------------------------------

    @control("share-yes")
    async def yes(self, interaction: Interaction, key: str) -> None:
        """The friend's yes: only now is anything of the entry shown, and only in the DM."""
        words, me = words_for(interaction), interaction.user.id
        share = await self._asked(interaction, key)
        if await self.bot.roster.dm_locale(me) is None:
            raise Refused(
                words(
                    "I can bring it only in a DM, and you don't take any from me. Allow it with "
                    "/privacy dms, and press *Yes, show me* again."
                ),
                _answers(words, share),
            )
        if await self.bot.sharing.accept(key, me) is None:
            raise Refused(words(_TOO_LATE))
        await self.bot.worker.run(Todo(SHARE, key))
        now = await self.bot.sharing.get(key)
        told = _TAKEN_BACK if now is None else _BROUGHT.get(now.state, _TAKEN_BACK)
        await answer(interaction, words(told, writer=_writer(share)), _to_inbox(words))
        self.bot.doorbell.ring(share.writer_id)

    @control("share-later")
    async def not_now(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        share = await self._asked(interaction, key)
        await answer(
            interaction,
            words(
                "All right. It stays in /consent inbox until {when}; nobody is told that you "
                "looked.",
                when=moment(share.due_at or 0),
            ),
            _to_inbox(words),
        )

    @control("share-no")
    async def no(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        share = await self._asked(interaction, key)
        if await self.bot.sharing.decline(key, interaction.user.id) is None:
            raise Refused(words(_TOO_LATE))
        await answer(
            interaction,
            words(
                "That's a good answer, too. {writer} is told kindly that you are not up for it "
                "now, and nothing more; they can't ask you again for a month.",
                writer=_writer(share),
            ),
            _to_inbox(words),
        )
        self.bot.doorbell.ring(share.writer_id)

    @control("share-never")
    async def never(self, interaction: Interaction, key: str) -> None:
        """*Don't let them ask again*: to the writer it looks as if nobody had answered."""
        words = words_for(interaction)
        share = await self._asked(interaction, key)
        if not await self.bot.boundaries.block(interaction.user.id, share.writer_id):
            raise Refused(words(BLOCKS_FULL, most=MOST_BLOCKS))
        await answer(
            interaction,
            words(
                "{other} can't reach you with requests any more. They are not told: to them it "
                "looks as if you had not answered. /consent unblock undoes it.",
                other=_writer(share),
            ),
            _to_inbox(words),
        )

    @control("share-remove")
    async def remove(self, interaction: Interaction, key: str) -> None:
        """*Delete it here*, on the message in the friend's DM; nobody is told."""
        words, message = words_for(interaction), _in_dm(interaction)
        if message is None:
            raise not_found(interaction)
        removed = await self.bot.sharing.remove(key, interaction.user.id)
        try:
            await message.delete()
        except discord.NotFound:
            pass
        except UNREACHED as error:
            log.info("a shared entry is not deleted yet: %s", trace(error))
            if removed is None:
                raise
            await answer(
                interaction,
                words("Discord doesn't delete it just now. I keep trying; nobody is told."),
            )
            return
        for post in removed or []:
            await self.bot.posts.gone(post)
        await answer(interaction, words("Deleted here. Nobody is told."))

    async def _asked(self, interaction: Interaction, key: str) -> Share:
        """A share that this person is being asked about. Raises Refused."""
        share = await self.bot.sharing.for_me(key, interaction.user.id)
        if share is None:
            raise not_found(interaction)
        if self.bot.sharing.state_of(share) is not State.ASKING:
            raise Refused(words_for(interaction)(_TOO_LATE))
        return share


def _answers(words: Words, share: Share) -> ui.ActionRow[ui.LayoutView]:
    return row(
        button(words("Yes, show me"), "share-yes", share.id, ButtonStyle.primary),
        button(words("Not now"), "share-later", share.id),
        button(words("No, thanks"), "share-no", share.id),
        button(words("Don't let them ask again"), "share-never", share.id),
    )


def _to_inbox(words: Words) -> ui.ActionRow[ui.LayoutView]:
    return row(button(words("Back to the inbox"), "inbox", "0"))


def _writer(share: Share) -> str:
    return f"<@{share.writer_id}>"


def _in_dm(interaction: Interaction) -> discord.Message | None:
    """The bot's message in the person's own DM that this was pressed on, if it was one."""
    message = interaction.message
    if message is None or message.flags.ephemeral or interaction.guild_id is not None:
        return None
    return message
