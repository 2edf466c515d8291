"""`/journal share`, the writer's side: beginning, the second look, dropping, taking back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import discord
from discord import ui

from bot import places
from bot.inbox import Block, got_it, pages
from bot.journal import SHARED
from bot.journal.keys import Locked
from bot.journal.share_rules import OUTCOMES, Refusal, State
from bot.journal.shares import Share
from bot.journal.sharing import Asked, Wish
from bot.replies import (
    UNREACHED,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    control,
    form_values,
    here,
    literal,
    moment,
    not_found,
    number,
    page_number,
    pager,
    row,
    words_for,
)
from bot.seal import Unreadable
from bot.words import N_, Words
from bot.work.notices import Notice
from cogs.journal import says, share_says
from cogs.journal.access import opening

if TYPE_CHECKING:
    from bot.app import Firsthand

_DROPPED = N_("Dropped. Nothing of it is on its way; what you wrote is in your journal.")
_UNSEEN = N_(
    "Discord isn't showing me every server right now, so I can't see whether you are in one "
    "together. Nothing was changed; please try again in a few minutes."
)


class _Place(NamedTuple):
    """A server, and the friend in it; None: the two are in none together."""

    guild_id: int
    friend: discord.Member | None


class Sharing:
    """The writer's side."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def command(
        self, interaction: Interaction, entry: str, friend: discord.abc.User | None
    ) -> None:
        words = words_for(interaction)
        if entry and friend is not None:
            await self._begin(interaction, entry, friend.id)
        elif entry:
            raise Refused(words("Please choose with whom, too: the option *member*."))
        elif friend is not None:
            raise Refused(words("Please choose which entry, too: the option *entry*."))
        else:
            await self._list(interaction, 0)

    # -- beginning --------------------------------------------------------------------------

    @control("journal-share", opens_form=True)
    async def open(self, interaction: Interaction, key: str) -> None:
        """The form that asks with whom."""
        words = words_for(interaction)
        about = words("They are asked first, in a day at the earliest, and see nothing before.")
        if interaction.guild_id is None:
            about = words("Not offered here? Then do it in a server: only you see it there, too.")
        menu: ui.UserSelect[Any] = ui.UserSelect(custom_id="friend", min_values=1, max_values=1)
        field = ui.Label[Any](text=words("With whom?"), description=about, component=menu)
        await interaction.response.send_modal(
            Form(words("Share slowly"), "journal-shared", key, field)
        )

    @control("journal-shared")
    async def chosen(self, interaction: Interaction, key: str) -> None:
        picked = form_values(interaction).get("friend")
        if not isinstance(picked, list) or len(picked) != 1:
            raise not_found(interaction)
        await self._begin(interaction, key, number(interaction, picked[0]))

    async def _begin(self, interaction: Interaction, entry_id: str, friend_id: int) -> None:
        words, me = words_for(interaction), interaction.user.id
        place = _Place(0, None)
        if friend_id != me:
            place = await self._together(interaction, friend_id, interaction.guild)
        wish = Wish(
            writer_id=me,
            friend_id=friend_id,
            entry_id=entry_id,
            guild_id=place.guild_id,
            channel_id=places.rung_from(interaction),
            together=place.friend is not None,
            friend_is_app=place.friend is not None and place.friend.bot,
        )
        with opening(words):
            verdict, share = await self.bot.sharing.begin(wish)
        if share is None:
            assert verdict.refusal is not None
            sentence, when = share_says.REFUSALS[verdict.refusal], moment(verdict.until or 0, "R")
            raise Refused(words(sentence, friend=f"<@{friend_id}>", when=when))
        await answer(
            interaction,
            words(
                share_says.STEPS, friend=share_says.friend_of(share), when=moment(share.due_at or 0)
            ),
            row(
                share_says.drop_button(words, share),
                button(words("All I share"), "journal-shares", "0"),
            ),
        )

    async def _together(
        self, interaction: Interaction, friend_id: int, here: discord.Guild | None = None
    ) -> _Place:
        """The first server with both in it, or this one.

        Raises Refused, or one of UNREACHED, when that cannot be known just now.
        """
        unknown: Exception | None = None
        me, words = interaction.user.id, words_for(interaction)
        for guild in self.bot.guilds if here is None else [here]:
            if guild.unavailable:
                unknown = unknown or Refused(words(_UNSEEN))
                continue
            try:
                friend = await guild.fetch_member(friend_id)
                await guild.fetch_member(me)
            except discord.NotFound:
                continue
            except UNREACHED as error:
                unknown = error
                continue
            return _Place(guild.id, friend)
        if unknown is not None:
            raise unknown
        return _Place(0, None)

    # -- the list ---------------------------------------------------------------------------

    @control("journal-shares")
    async def page(self, interaction: Interaction, key: str) -> None:
        await self._list(interaction, page_number(interaction, key))

    async def _list(self, interaction: Interaction, page: int) -> None:
        """What is on its way and what was given, each with what can be done."""
        words, me = words_for(interaction), interaction.user.id
        shares = await self.bot.sharing.all_mine(me)
        if not shares:
            await answer(
                interaction,
                words(
                    "You share nothing. /journal share, with an entry and a member, begins: "
                    "slowly, and your friend is asked first."
                ),
            )
            return
        waits = await self.bot.notices.of(me, here(interaction))
        news = {each.key: each for each in waits if each.topic == SHARED.name}
        blocks = [await self._block(words, me, share, news.get(share.id)) for share in shares]
        filled = pages(blocks)
        page = min(page, len(filled) - 1)
        await answer(
            interaction,
            words("**What you share.** Only you see this."),
            *(part for block in filled[page] for part in block.parts),
            *pager(words, "journal-shares", page, more=page + 1 < len(filled)),
        )

    async def _block(self, words: Words, me: int, share: Share, news: Notice | None) -> Block:
        state = self.bot.sharing.state_of(share)
        facts = {"friend": share_says.friend_of(share), "when": moment(share.due_at or 0)}
        line = await self._named(words, me, share) + words(
            share_says.STATES.get(state) or share_says.NEWS[state], **facts
        )
        buttons = list[ui.Item[Any]]()
        if state is State.CONFIRMING:
            buttons.append(share_says.look_button(words, share))
        if state in (State.WAITING, State.CONFIRMING, State.ASKING):
            buttons.append(share_says.drop_button(words, share))
        elif state in (State.SENDING, State.GIVEN):
            buttons.append(share_says.back_button(words, share))
        elif share.state in OUTCOMES and news is not None:
            buttons.append(got_it(words, news))
        return Block([line, *([row(*buttons)] if buttons else [])])

    async def _named(self, words: Words, me: int, share: Share) -> str:
        """What the entry is called, where the journal is open."""
        try:
            entry = await self.bot.journal.read(me, share.entry_id)
        except (Locked, Unreadable):
            entry = None
        if entry is None:
            return ""
        return f"**{literal(says.name_of(words, entry, 80))}** · "

    # -- the second look --------------------------------------------------------------------

    @control("share-look")
    async def look(self, interaction: Interaction, key: str) -> None:
        """The entry once more, as the friend would get it; the yes is on its last page alone."""
        words, me = words_for(interaction), interaction.user.id
        share_id, _, typed = key.partition(".")
        page = page_number(interaction, typed or "0")
        with opening(words):
            found = await self.bot.sharing.look(share_id, me)
        if found is None:
            raise await self._stale(interaction, share_id)
        share, entry = found
        shown, before, after = says.page(words, entry, page)
        parts: list[str | ui.Item[Any]] = [
            words(
                "This is what {friend} would get. Read it once more.",
                friend=share_says.friend_of(share),
            ),
            f"**{literal(entry.title)}**" if entry.title and before is None else "",
            shown,
        ]
        turning = list[ui.Item[Any]]()
        if before is not None:
            turning.append(button(words("Back"), "share-look", f"{share.id}.{before}"))
        if after is not None:
            turning.append(button(words("Read on"), "share-look", f"{share.id}.{after}"))
        choices: list[ui.Item[Any]] = [share_says.drop_button(words, share)]
        if after is None:
            parts.append(words(share_says.UNPROTECTED, friend=share_says.friend_of(share)))
            key = f"{share.id}.{entry.revision}"
            choices.insert(0, button(words("Still want to"), "share-still", key))
        await answer(interaction, *parts, *([row(*turning)] if turning else []), row(*choices))

    @control("share-still")
    async def still(self, interaction: Interaction, key: str) -> None:
        """The second yes; `id.revision`: to exactly what was shown."""
        words, me = words_for(interaction), interaction.user.id
        share_id, _, revision = key.partition(".")
        seen = number(interaction, revision)
        share = await self._mine(interaction, share_id)
        friend = share_says.friend_of(share)
        if (await self._together(interaction, share.friend_id)).friend is None:
            await self.bot.sharing.drop(share_id, me)
            raise Refused(
                words(
                    "{friend} and you are in no server with me any more, so I can't ask them. "
                    "I have dropped it; what you wrote is in your journal.",
                    friend=friend,
                )
            )
        with opening(words):
            asked = await self.bot.sharing.ask(share_id, me, seen)
        if asked is Asked.NO_DMS:
            raise Refused(
                words(share_says.REFUSALS[Refusal.NO_DMS], friend=friend),
                row(
                    button(words("Still want to"), "share-still", key),
                    share_says.drop_button(words, share),
                ),
            )
        if asked is Asked.MOVED_ON:
            raise await self._stale(interaction, share_id)
        share = await self._mine(interaction, share_id)
        await answer(
            interaction,
            words(
                "{friend} is asked now whether they are up for it, and has until {when}. They see "
                "not a word before they say yes. Until they answer, the copy for them is sealed, "
                "but not behind a passphrase of yours. You can still drop it.",
                friend=friend,
                when=moment(share.due_at or 0),
            ),
            row(
                share_says.drop_button(words, share),
                button(words("All I share"), "journal-shares", "0"),
            ),
        )
        self.bot.doorbell.ring(share.friend_id)

    # -- the ways out -----------------------------------------------------------------------

    @control("share-drop")
    async def drop(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        share = await self._mine(interaction, key)
        posts = await self.bot.sharing.drop(key, interaction.user.id)
        if posts is None:
            raise await self._stale(interaction, key)
        if posts:
            friend = share_says.friend_of(share)
            await answer(interaction, words(share_says.TAKING_BACK, friend=friend))
            return
        await answer(interaction, words(_DROPPED))

    @control("share-back")
    async def take_back(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        share = await self._mine(interaction, key)
        posts = await self.bot.sharing.take_back(key, interaction.user.id)
        if posts is None:
            raise await self._stale(interaction, key)
        if not posts:
            await answer(interaction, words(_DROPPED))
            return
        if await self.bot.posting.take_away_now(posts):
            await answer(
                interaction,
                words(
                    "I am taking it back from {friend}, but it may still be there just now. I keep "
                    "trying until Discord has deleted it.",
                    friend=share_says.friend_of(share),
                ),
            )
            return
        await answer(
            interaction,
            words(
                "Taken back: my message to {friend} is deleted. What they have read, they have "
                "read.",
                friend=share_says.friend_of(share),
            ),
        )

    async def _mine(self, interaction: Interaction, share_id: str) -> Share:
        share = await self.bot.sharing.mine(share_id, interaction.user.id)
        if share is None:
            raise not_found(interaction)
        return share

    async def _stale(self, interaction: Interaction, share_id: str) -> Refused:
        """What to say to somebody who came too late, or from elsewhere."""
        await self._mine(interaction, share_id)
        words = words_for(interaction)
        return Refused(
            words(share_says.MOVED_ON), row(button(words("Show me"), "journal-shares", "0"))
        )
