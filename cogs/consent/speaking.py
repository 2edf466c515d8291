"""Saying agreed words in public, taking them out again, and verifying receipts."""

from __future__ import annotations

import logging
from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import discord

from bot import places
from bot.consent.ledger import Consent
from bot.consent.rules import State, is_group
from bot.consent.speaking import Spoken
from bot.replies import (
    UNREACHED,
    Card,
    Interaction,
    Refused,
    answer,
    button,
    control,
    in_server,
    in_working_server,
    literal,
    may_go_later,
    moment,
    named,
    quoted,
    row,
    trace,
    whereabouts,
    words_for,
)
from bot.suggestions import LONGEST, MOST, matching, offer
from bot.text import JOINT, clean
from bot.words import N_, Words, speak
from bot.work.posts import Post
from cogs.consent import says

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: What stands where words were, by why they had to go.
_TAKEN_OUT = {
    "person": N_("Taken back by the person in whose name this was said."),
    "group": N_("Taken back by the group in whose name this was said."),
    "holder": N_("The one who said this here has erased their data, and the words with it."),
    "voice": N_(
        "This stood here in a group's name, with fewer than three members who had agreed to it."
    ),
    "ended": N_("The yes to these words had ended before they arrived, so they are gone."),
}
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
    name as its members agreed to it; `called` is what a person is called in the server now.
    """

    here: bool = False
    person_id: int = 0
    channel_id: int = 0
    group: str | None = None
    name: str | None = None
    called: str | None = None


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
        if channel is None or not places.writes(channel, interaction.app_permissions):
            in_working_server(interaction)
            raise Refused(
                words(
                    "I can't write in this channel, and I only post where I could take words "
                    "back again. A moderator can give me View Channel and Send Messages here."
                )
            )
        spoken = await self._begin(interaction, code, spoken_for)
        if spoken.post is not None and spoken.said:
            if (stands := await self._still(words, spoken.post)) is None:
                spoken = await self._begin(interaction, code, spoken_for)
            else:
                spoken = spoken._replace(post=stands)
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
        assert spoken.post is not None
        if spoken.said:
            await answer(
                interaction,
                words(
                    "These words are already posted, with the receipt {code}: {where}\nOne yes "
                    "stands in one place at a time, so that taking it back reaches all of it.",
                    code=f"`{says.receipt(code)}`",
                    where=whereabouts(words, spoken.post),
                ),
            )
            return
        charter = await self.bot.governance.charter(guild.id)
        public = speak(charter.language)
        unlisted = await says.unlisted(self.bot, public, spoken.consent)
        holder = clean(interaction.user.display_name)
        card = _card(public, spoken, spoken.consent, spoken_for, holder, unlisted)
        try:
            post = await self.bot.posting.send(spoken.post, channel, card)
        except discord.HTTPException as error:
            if may_go_later(error):
                raise  # it may have arrived all the same
            raise Refused(
                words(
                    "Discord did not let me post here, so nothing was said. "
                    "A moderator can look at my permissions in this channel, and at "
                    "/rules check."
                )
            ) from error
        if post is None:
            raise Refused(
                words("The yes ended at this very moment, so I take the words out again.")
            )
        await answer(
            interaction,
            words("Said, with a receipt: {code}", code=f"`{says.receipt(code)}`"),
        )

    async def _begin(self, interaction: Interaction, code: str, spoken_for: _For) -> Spoken:
        return await self.bot.speaking.begin(
            code,
            speaker_id=interaction.user.id,
            guild_id=in_server(interaction).id,
            channel_id=interaction.channel_id or 0,
            ruled_as=places.ruled_as(interaction.channel),
            writes=places.writes(interaction.channel, interaction.permissions),
            holder_here=isinstance(interaction.user, discord.Member),
            person_here=spoken_for.here,
        )

    async def _still(self, words: Words, said: Post) -> Post | None:
        """What was said before, as it stands now. None: it does not."""
        try:
            return await self.bot.posting.still(said)
        except UNREACHED as error:
            if said.message_id is None:
                raise Refused(
                    words("These words are just being posted. Please look again in a few minutes.")
                ) from error
            log.info("it cannot be seen whether words still stand: %s", trace(error))
            return said

    async def suggestions(
        self, interaction: Interaction, current: str
    ) -> list[discord.app_commands.Choice[str]]:
        """What this person may say here now, by its first words."""
        if interaction.guild_id is None:
            return []
        held = await self.bot.consents.to_say(interaction.user.id, interaction.guild_id, MOST)
        begin = Counter(said[:LONGEST] for _, said in held)
        alike = [consent for consent, said in held if begin[said[:LONGEST]] > 1]
        whose = await self._names(interaction, alike)
        called = [(JOINT.join([said, *whose.get(it.id, [])]), it.id) for it, said in held]
        return matching(offer(called), current)

    async def _names(
        self, interaction: Interaction, consents: list[Consent]
    ) -> dict[str, list[str]]:
        """For whom each of these speaks, as far as that is known."""
        people = await places.names(interaction.guild, [each.person_id for each in consents])
        found: dict[str, list[str]] = {}
        for each in consents:
            group = is_group(each.person_id)
            name = await says.name_of(self.bot, each) if group else people.get(each.person_id)
            found[each.id] = [name] if name else []
        return found

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
            *filter(None, [await says.unlisted(self.bot, words, consent)]),
        )

    @control("verify")
    async def verify_post(self, interaction: Interaction, key: str) -> None:
        """The button under a post."""
        await self.verify(interaction, key.partition(".")[0], in_server(interaction).id)

    async def in_its_place(self, post: Post) -> Card:
        """What stands where words were taken out."""
        charter = await self.bot.governance.charter(post.guild_id)
        return Card(speak(charter.language)(_TAKEN_OUT[post.goes]), boxed=True)

    async def _spoken_for(self, guild: discord.Guild, code: str, interaction: Interaction) -> _For:
        """The one spoken for: a person in the server now, or a group that the speaker is in."""
        me = interaction.user.id
        shown = await self.bot.consents.show(code, me, guild.id)
        if shown is None:
            return _For()
        consent = shown.consent
        whom = _For(True, consent.person_id, consent.speak_channel_id)
        if is_group(consent.person_id):
            name = await says.name_of(self.bot, consent)
            belongs = await self.bot.groups.is_member(consent.person_id, me)
            return whom._replace(
                here=name is not None and belongs,
                group=says.group_named(words_for(interaction), name),
                name=name,
            )
        try:
            person = await guild.fetch_member(consent.person_id)
        except discord.NotFound:
            return whom._replace(here=False)
        return whom._replace(called=clean(person.display_name))


def _card(
    words: Words, spoken: Spoken, consent: Consent, whom: _For, called: str, unlisted: str | None
) -> Card:
    """The post. `called`: what whoever speaks is called in the server now."""
    assert spoken.post is not None
    holder = named(consent.holder_id, called)
    if whom.name is None:
        title = words(
            "{holder} speaks for {person}, with their yes to these words:",
            holder=holder,
            person=named(consent.person_id, whom.called),
        )
    else:
        # Only those who said yes are represented: silence is not consent (law 1).
        title = words(
            "{holder} speaks for the group **{group}**, with the yes of its members who agreed "
            "to these words:",
            holder=holder,
            group=literal(whom.name),
        )
    return Card(
        title,
        *filter(None, [unlisted]),
        quoted(spoken.words),
        words(
            "In force until {when} · Receipt {code}",
            when=moment(consent.due_at),
            code=f"`{says.receipt(consent.id)}`",
        ),
        row(button(words("Verify"), "verify", f"{consent.id}.{spoken.post.id}")),
        boxed=True,
    )
