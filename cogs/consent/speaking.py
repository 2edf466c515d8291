"""Saying agreed words in public, taking them out again, and verifying receipts."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

import discord

from bot.consent import POST
from bot.consent.ledger import Consent
from bot.consent.posts import SENDING_TAKES, Post
from bot.consent.rules import State, is_group
from bot.consent.speaking import Spoken
from bot.replies import (
    NOBODY,
    UNREACHED,
    Card,
    Interaction,
    Refused,
    answer,
    button,
    control,
    custom_id,
    in_server,
    in_working_server,
    literal,
    may_go_later,
    moment,
    quoted,
    row,
    trace,
    words_for,
)
from bot.text import shorten
from bot.words import N_, Words, speak
from bot.work.queue import Piece, Todo
from bot.work.worker import NotNow, TooEarly
from cogs.consent import says

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: A post that was sent but not written down is looked for among the messages of that time: from
#: so many seconds before sending was begun (clocks differ) to so many after, and so many at most.
_BEFORE, _AFTER, _LOOKED_THROUGH = 600, 3600, 5000
#: Discord may take what it did not answer a little later: before that, nothing is called gone.
_CERTAIN = 600
_ARCHIVED = 50083

#: "No longer in force" tells neither who gave it up nor whether somebody left the group.
_GROUP_VERIFIED = {
    State.LIVE: N_(
        "In force: {holder} may say the agreed words for the group {group} until {when}, with "
        "the yes of its members who agreed to them."
    ),
    State.EXPIRED: N_(
        "Expired: {holder} had the yes of the group {group}, and its time was over {when}. "
        "It is not in force any more."
    ),
    State.WITHDRAWN: N_("Taken back: nobody may say these words for the group {group}."),
    State.GIVEN_UP: N_(
        "No longer in force: {holder} may not say these words for the group {group} any more."
    ),
}
_VERIFIED = {
    State.LIVE: N_("In force: {holder} may say the agreed words for {person} until {when}."),
    State.EXPIRED: N_(
        "Expired: {holder} had the yes of {person}, and its time was over {when}. "
        "It is not in force any more."
    ),
    State.WITHDRAWN: N_("Taken back: nobody may say these words for {person}."),
    State.GIVEN_UP: N_("Given up: {holder} may not say these words for {person} any more."),
}


class _For(NamedTuple):
    """Whom a consent speaks for, seen from this moment and by its holder.

    `here`: they can be represented now. `group` is None for a person, and so is `name`, a group's
    name as its members typed it.
    """

    here: bool = False
    person_id: int = 0
    channel_id: int = 0
    group: str | None = None
    name: str | None = None


class Speech:
    """What the bot posts for somebody, and how it goes again."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def say(self, interaction: Interaction, consent_id: str) -> None:
        """Post the agreed words in this channel, if everything holds at this moment."""
        guild, words = in_server(interaction), words_for(interaction)
        channel: Any = interaction.channel
        code = says.parse_receipt(consent_id)
        spoken_for = await self._spoken_for(guild, code, interaction)
        mine = interaction.app_permissions
        in_thread = isinstance(channel, discord.Thread)
        writes = mine.send_messages_in_threads if in_thread else mine.send_messages
        if channel is None or not (mine.view_channel and writes):
            in_working_server(interaction)
            raise Refused(
                words(
                    "I can't write in this channel, and I only post where I could take words "
                    "back again. A moderator can give me View Channel and Send Messages here."
                )
            )
        spoken = await self.bot.speaking.begin(
            code,
            speaker_id=interaction.user.id,
            guild_id=guild.id,
            channel_id=channel.id,
            holder_here=isinstance(interaction.user, discord.Member),
            person_here=spoken_for.here,
        )
        if spoken.consent is None or not spoken.verdict.allowed:
            raise Refused(
                says.refusal(
                    words,
                    spoken.verdict,
                    spoken_for.person_id,
                    spoken_for.channel_id,
                    group=spoken_for.group,
                )
            )
        charter = await self.bot.governance.charter(guild.id)
        card = _post(speak(charter.language), spoken, spoken.consent, spoken_for.name)
        try:
            message = await channel.send(view=card, allowed_mentions=NOBODY)
        except discord.HTTPException as error:
            if 400 <= error.status < 500:
                await self.bot.speaking.not_sent(spoken.post_id)
                raise Refused(
                    words(
                        "Discord did not let me post here, so nothing was said. "
                        "A moderator can look at my permissions in this channel, and at "
                        "/rules check."
                    )
                ) from error
            # It may have arrived all the same: due work looks for it and takes it over.
            raise
        post = await self.bot.speaking.sent(spoken.post_id, message.id)
        if post is not None and post.state == "blank":
            await self.bot.worker.run(Todo(POST, post.id))
            raise Refused(
                words("The yes was taken back at this very moment, so the words are gone.")
            )
        await answer(
            interaction,
            words("Said, with a receipt: {code}", code=f"`{says.receipt(code)}`"),
        )

    async def suggestions(
        self, interaction: Interaction, current: str
    ) -> list[discord.app_commands.Choice[str]]:
        """What this person may say here now, by its first words."""
        if interaction.guild_id is None:
            return []
        held = await self.bot.consents.held(interaction.user.id, interaction.guild_id)
        typed = current.casefold()
        return [
            discord.app_commands.Choice(name=shorten(shown.words, 100), value=shown.consent.id)
            for shown in held
            if shown.words is not None and typed in shown.words.casefold()
        ][:25]

    async def verify(self, interaction: Interaction, code: str, guild_id: int) -> None:
        """Say whether a receipt is in force; never the words."""
        words = words_for(interaction)
        found = await self.bot.speaking.verify(says.parse_receipt(code), guild_id)
        if found is None:
            raise Refused(
                words(
                    "There is no yes in force under this code in this server. "
                    "Check the code, or ask the one who showed it to you."
                )
            )
        state, consent = found
        group = await says.group_of(self.bot, words, consent)
        await answer(
            interaction,
            words(
                (_VERIFIED if group is None else _GROUP_VERIFIED)[state],
                holder=f"<@{consent.holder_id}>",
                person=f"<@{consent.person_id}>",
                group=group,
                when=moment(consent.due_at),
            ),
        )

    @control("verify")
    async def verify_post(self, interaction: Interaction, key: str) -> None:
        """The button under a post."""
        await self.verify(interaction, key.partition(".")[0], in_server(interaction).id)

    async def take_out(self, posts: Iterable[Post]) -> list[Post]:
        """Take the words of these posts out. Returns the places where they may still stand."""
        ids = [post.id for post in posts]
        await self.bot.worker.run(*(Todo(POST, post_id) for post_id in ids))
        left = await self.bot.speaking.still_standing(ids)
        if left:
            await self.bot.speaking.remain(left)
        return left

    async def due(self, piece: Piece) -> int | None:
        """Look for a post that was not written down, and take out words that have to go."""
        post = await self.bot.speaking.post(piece.key)
        if post is not None and post.message_id is None:
            if (looked_for := post.begun_at + SENDING_TAKES) > self.bot.clock():
                raise TooEarly(looked_for)  # whoever sends it is at it
            post = await self._find(post)
        if post is not None and post.state == "blank":
            await self._blank(post)
        return None

    async def _blank(self, post: Post) -> None:
        """Take the words of one post out. Raises one of UNREACHED: they still stand."""
        assert post.message_id is not None
        charter = await self.bot.governance.charter(post.guild_id)
        channel = self.bot.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        message = channel.get_partial_message(post.message_id)
        card = _blanked(speak(charter.language), post)
        try:
            try:
                await _take_out(message, card)
            except discord.HTTPException as error:
                if error.code != _ARCHIVED:
                    raise
                await self._take_out_of_archived(message, card)
        except discord.NotFound:
            pass  # the message or its channel is gone, and the words with it
        await self.bot.speaking.not_sent(post.id)

    async def _take_out_of_archived(self, message: discord.PartialMessage, card: Card) -> None:
        """Open a thread, take the words out, and archive it again, as far as Discord lets us.

        Raises one of UNREACHED, such as where it was locked, too.
        """
        thread: Any = await self.bot.fetch_channel(message.channel.id)
        await thread.edit(archived=False)
        try:
            await _take_out(message, card)
        finally:
            with suppress(*UNREACHED):  # else Discord archives it when it has been quiet
                await thread.edit(archived=True)

    async def _find(self, post: Post) -> Post | None:
        """The process died while sending: find the message by its button.

        None: it certainly never arrived, or its channel is gone. Raises one of UNREACHED as long
        as that is not certain.
        """
        channel = self.bot.get_partial_messageable(post.channel_id, guild_id=post.guild_id)
        wanted = custom_id("verify", f"{post.consent_id}.{post.id}")
        begun = datetime.fromtimestamp(post.begun_at, UTC)
        first, last = begun - timedelta(seconds=_BEFORE), begun + timedelta(seconds=_AFTER)
        then: Any = {"after": first, "before": last, "oldest_first": True}
        looked_through = 0
        try:
            async for message in channel.history(
                limit=_LOOKED_THROUGH, **(then if post.begun_at else {})
            ):
                looked_through += 1
                if _has(message, wanted):
                    return await self.bot.speaking.sent(post.id, message.id)
        except discord.NotFound:
            await self.bot.speaking.not_sent(post.id)
            return None
        may_come = discord.utils.utcnow() < begun + timedelta(seconds=_CERTAIN)
        if may_come or looked_through == _LOOKED_THROUGH:
            raise NotNow
        await self.bot.speaking.not_sent(post.id)
        return None

    async def _spoken_for(self, guild: discord.Guild, code: str, interaction: Interaction) -> _For:
        """The one spoken for: a person in the server now, or a group that the speaker is in."""
        me = interaction.user.id
        shown = await self.bot.consents.show(code, me, guild.id)
        if shown is None:
            return _For()
        consent = shown.consent
        whom = _For(True, consent.person_id, consent.speak_channel_id)
        if is_group(consent.person_id):
            name = await self.bot.groups.name(consent.person_id)
            belongs = await self.bot.groups.is_member(consent.person_id, me)
            return whom._replace(
                here=name is not None and belongs,
                group=says.group_named(words_for(interaction), name),
                name=name,
            )
        try:
            await guild.fetch_member(consent.person_id)
        except discord.NotFound:
            return whom._replace(here=False)
        return whom


def _post(words: Words, spoken: Spoken, consent: Consent, group_name: str | None) -> Card:
    holder = f"<@{consent.holder_id}>"
    if group_name is None:
        title = words(
            "**{holder} speaks for {person}**, with their yes to these words:",
            holder=holder,
            person=f"<@{consent.person_id}>",
        )
    else:
        # Only those who said yes are represented: silence is not consent (law 1).
        title = words(
            "**{holder} speaks for the group {group}**, with the yes of its members who agreed "
            "to these words:",
            holder=holder,
            group=literal(group_name),
        )
    return Card(
        title,
        quoted(spoken.words),
        words(
            "In force until {when} · Receipt {code}",
            when=moment(consent.due_at),
            code=f"`{says.receipt(consent.id)}`",
        ),
        row(button(words("Verify"), "verify", f"{consent.id}.{spoken.post_id}")),
        boxed=True,
    )


def _blanked(words: Words, post: Post) -> Card:
    if post.blanked_by == "holder":
        text = words("The one who said this here has erased their data, and the words with it.")
    elif post.blanked_by == "group":
        text = words("Taken back by the group in whose name this was said.")
    elif post.blanked_by == "person":
        text = words("Taken back by the person in whose name this was said.")
    else:
        text = words("The yes to these words had ended before they arrived, so they are gone.")
    return Card(text, boxed=True)


async def _take_out(message: discord.PartialMessage, card: Card) -> None:
    """Put a card in the place of the words; where editing is refused, delete them.

    Raises one of UNREACHED, or NotFound where they are gone.
    """
    try:
        await message.edit(view=card, allowed_mentions=NOBODY)
    except discord.HTTPException as error:
        # As in a locked thread. In an archived one deleting is refused as well.
        if error.status == 404 or may_go_later(error) or error.code == _ARCHIVED:
            raise
        log.info("words are deleted, as they cannot be replaced: %s", trace(error))
        await message.delete()


def _has(message: discord.Message, wanted: str) -> bool:
    def walk(parts: Iterable[Any]) -> bool:
        return any(
            getattr(part, "custom_id", None) == wanted or walk(getattr(part, "children", ()))
            for part in parts
        )

    return walk(message.components)
