"""Asking to speak for somebody, and asking somebody to speak for me."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import places, text
from bot.consent import rules
from bot.consent.rules import Party
from bot.consent.service import Request
from bot.noticing import NUDGE, ROLE
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    control,
    exact_words,
    form_values,
    here,
    in_server,
    is_seen,
    moment,
    not_found,
    number,
    unseen,
    words_for,
)
from bot.words import Words
from bot.work.notices import Notice
from cogs.consent import says

if TYPE_CHECKING:
    from bot.app import Firsthand

_CHANNELS = [
    discord.ChannelType.text,
    discord.ChannelType.news,
    discord.ChannelType.public_thread,
    discord.ChannelType.private_thread,
]
#: Where the menu of channels stands in the form.
_CHANNEL = 2


def words_field(words: Words, description: str, default: str = "") -> ui.Label:
    """The field for the exact words."""
    return ui.Label(
        text=words("The exact words"),
        description=description,
        component=ui.TextInput(
            custom_id="words",
            style=discord.TextStyle.paragraph,
            max_length=rules.WORDS_LIMIT,
            default=default or None,
        ),
    )


class Asking:
    """Both forms, and what becomes of them."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def open_form(
        self, interaction: Interaction, member: discord.Member | discord.User, *, give: bool
    ) -> None:
        """Open the form, or say at once why asking would be in vain."""
        guild = in_server(interaction)
        if not isinstance(member, discord.Member):
            words = words_for(interaction)
            raise Refused(words("That person is not in this server. Choose somebody who is here."))
        name = "give" if give else "ask"
        async with asyncio.timeout(FORM_SECONDS):
            form = await self._form_for(interaction, guild, member, name, str(member.id))
        await interaction.response.send_modal(form)

    @control("ask-them", opens_form=True)
    async def ask_them(self, interaction: Interaction, key: str) -> None:
        """The same form, for somebody whom a message of one's own seems to speak for."""
        async with asyncio.timeout(FORM_SECONDS):
            nudge, guild = await self._nudge(interaction, key)
            member = await _member(guild, nudge.about_id, words_for(interaction))
            form = await self._form_for(
                interaction, guild, member, "asked-them", key, guild.get_channel(nudge.channel_id)
            )
        await interaction.response.send_modal(form)

    async def _nudge(self, interaction: Interaction, key: str) -> tuple[Notice, discord.Guild]:
        """A nudge of the one who acts, and its server, which they are still in."""
        me = interaction.user.id
        nudge = await self.bot.notices.get(key, me, here(interaction))
        if nudge is None or nudge.topic != NUDGE.name or nudge.what == ROLE:
            raise not_found(interaction)
        guild = interaction.guild or self.bot.get_guild(nudge.guild_id)
        if guild is None:
            raise not_found(interaction)
        if interaction.guild is None:
            try:
                await guild.fetch_member(me)
            except discord.NotFound:
                raise not_found(interaction) from None
        return nudge, guild

    async def _form_for(
        self,
        interaction: Interaction,
        guild: discord.Guild,
        member: discord.Member,
        name: str,
        key: str,
        channel: Any = None,
    ) -> Form:
        """The form for one person, if asking them may lead to anything. Raises Refused."""
        words, give = words_for(interaction), name == "give"
        party = _party(interaction.user.id, member.id, give=give)
        verdict = await self.bot.consents.may_ask(guild.id, party, asked_is_bot=member.bot)
        charter = await self.bot.governance.charter(guild.id)
        if not verdict.allowed:
            raise Refused(says.refusal(words, verdict, member.id))
        fields = self._fields(
            words, charter.longest_days, channel or interaction.channel, give=give
        )
        if interaction.guild is None:
            # In a DM Discord's menu of channels has none to offer.
            del fields[_CHANNEL]
        shown = text.shorten(text.clean(member.display_name), 20)
        return Form(
            words("{name} speaks for me", name=shown) if give else words("For {name}", name=shown),
            name,
            key,
            *fields,
        )

    def _fields(
        self, words: Words, longest_days: int, channel: Any, *, give: bool
    ) -> list[ui.Label[Any]]:
        fits = channel is not None and channel.type in _CHANNELS
        periods = rules.periods(longest_days)
        return [
            words_field(
                words,
                words("What they may say for you, to the letter.")
                if give
                else words("They read exactly this before they answer."),
            ),
            ui.Label(
                text=words("Where, and to whom"),
                description=words("The occasion and who will hear or read it."),
                component=ui.TextInput(custom_id="place", max_length=rules.PLACE_LIMIT),
            ),
            ui.Label(
                text=words("Channel"),
                description=words("The one channel where I may post the words. Empty: this one."),
                component=ui.ChannelSelect(
                    custom_id="channel",
                    channel_types=_CHANNELS,
                    required=False,
                    min_values=0,
                    default_values=[discord.Object(channel.id)] if channel and fits else [],
                ),
            ),
            ui.Label(
                text=words("For how long"),
                description=words("Counted from the yes. It can be taken back at any moment."),
                component=ui.Select(
                    custom_id="days",
                    options=[
                        discord.SelectOption(
                            label=says.period(words, days * rules.DAY),
                            value=str(days),
                            default=days == periods[min(2, len(periods) - 1)],
                        )
                        for days in periods
                    ],
                ),
            ),
        ]

    @control("ask")
    async def submit_ask(self, interaction: Interaction, key: str) -> None:
        await self._submit_here(interaction, key, give=False)

    @control("give")
    async def submit_give(self, interaction: Interaction, key: str) -> None:
        await self._submit_here(interaction, key, give=True)

    @control("asked-them")
    async def submit_ask_them(self, interaction: Interaction, key: str) -> None:
        nudge, guild = await self._nudge(interaction, key)
        await self._submit(interaction, guild, nudge.channel_id, nudge.about_id, give=False)
        await self.bot.notices.seen(nudge.id, nudge.person_id, guild.id)

    async def _submit_here(self, interaction: Interaction, key: str, *, give: bool) -> None:
        person_id, guild = number(interaction, key), in_server(interaction)
        await self._submit(interaction, guild, interaction.channel_id or 0, person_id, give=give)

    async def _submit(
        self,
        interaction: Interaction,
        guild: discord.Guild,
        asked_in: int,
        member_id: int,
        *,
        give: bool,
    ) -> None:
        """Ask. `asked_in`: where that is done; for there the words are, unless it is chosen."""
        words, values = words_for(interaction), form_values(interaction)
        exact = exact_words(words, values.get("words"), rules.WORDS_LIMIT)
        place = exact_words(words, values.get("place"), rules.PLACE_LIMIT)
        chosen = values.get("days") or []
        days = next((days for days in rules.PERIODS if str(days) in chosen), rules.PERIODS[0])
        member = await _member(guild, member_id, words)
        channel_id, rings_in = await self._channels(
            interaction, guild, values.get("channel"), asked_in, member if give else None
        )
        party = _party(interaction.user.id, member.id, give=give)
        asked = await self.bot.consents.ask(
            Request(
                guild_id=guild.id,
                channel_id=rings_in,
                party=party,
                asked_is_bot=member.bot,
                words=exact,
                place=place,
                speak_channel_id=channel_id,
                days=days,
            )
        )
        if asked.consent is None:
            raise Refused(says.refusal(words, asked.verdict, member.id))
        ringing = (member.id, guild.id, asked.consent.channel_id)
        # A hidden request must look like any other to the one who asks: what ringing comes to is
        # seen only where it rings, and takes its time.
        try:
            reached = await self.bot.doorbell.could_reach(*ringing)
            sentence = words(
                "Asked. It waits for {person} until {when}. No answer means no.",
                person=member.mention,
                when=moment(asked.consent.due_at),
            )
            if not reached:
                sentence += "\n" + words(
                    "I have no way to let them know from here. "
                    "Tell them yourself that something waits in /consent inbox."
                )
            shown = await self.bot.consents.show(asked.consent.id, interaction.user.id, guild.id)
            await answer(interaction, sentence, *(says.details(words, shown) if shown else []))
        finally:
            self.bot.doorbell.ring(member.id)

    async def _channels(
        self,
        interaction: Interaction,
        guild: discord.Guild,
        chosen: object,
        asked_in: int,
        holder: discord.Member | None,
    ) -> tuple[int, int]:
        """Where the words may be said, and where the doorbell may ring (0: not in a channel).

        `holder` speaks there, None: the one who asks. Raises Refused where they could not write:
        of a channel that the one who asks cannot see, they are told nothing at all.
        """
        if not is_seen(guild):
            raise unseen(interaction)
        words, me = words_for(interaction), interaction.user
        if not isinstance(me, discord.Member):
            me = await guild.fetch_member(me.id)
        picked = chosen[0] if isinstance(chosen, list) and chosen else ""
        wanted = int(picked) if picked.isdigit() else asked_in
        channel = await places.find(guild, wanted)
        if not isinstance(channel, discord.abc.Messageable) or not await places.sees(me, channel):
            raise Refused(
                words("I can't find that channel here. Please choose one that both of us can see.")
            )
        charter = await self.bot.governance.charter(guild.id)
        verdict = rules.may_post_in(
            places.ruled_as(channel),
            charter.speak_channels,
            writes=await places.could_write(holder or me, channel),
        )
        if not verdict.allowed:
            speaker = (holder or me).id
            raise Refused(says.refusal(words, verdict, speaker, wanted, give=holder is not None))
        here = channel if wanted == asked_in else await places.find(guild, asked_in)
        rings = here is not None and await places.could_write(me, here)
        return wanted, asked_in if rings else 0


async def _member(guild: discord.Guild, member_id: int, words: Words) -> discord.Member:
    try:
        return await guild.fetch_member(member_id)
    except discord.NotFound:
        raise Refused(
            words("That person has left the server. If they come back, you can ask again.")
        ) from None


def _party(me: int, other: int, *, give: bool) -> Party:
    if give:
        return Party(person_id=me, holder_id=other, opener_id=me)
    return Party(person_id=other, holder_id=me, opener_id=me)
