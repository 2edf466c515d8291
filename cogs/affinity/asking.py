"""Asking the group: a proposal, a spoke, the end, parting with a member."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import ui

from bot import places, text
from bot.affinity import rules
from bot.affinity.asking import Asked
from bot.affinity.questions import Body
from bot.affinity.rules import Kind, Refusal
from bot.affinity.service import Known
from bot.consent import rules as consent_rules
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    confirm,
    control,
    exact_words,
    form_values,
    in_seen_server,
    in_server,
    moment,
    not_found,
    number,
    words_for,
)
from cogs.affinity import cards, says
from cogs.affinity.which import Part

#: Where a group's words may be posted.
_CHANNELS = [discord.ChannelType.text, discord.ChannelType.news]
_TITLE = 45


class Questioning(Part):
    """Every way to ask the group."""

    # -- proposals --------------------------------------------------------------------------

    async def open_proposal(self, interaction: Interaction) -> None:
        async with asyncio.timeout(FORM_SECONDS):
            known = await self.mine(interaction)
        await self._proposal_form(interaction, known)

    async def _proposal_form(self, interaction: Interaction, known: Known) -> None:
        words = words_for(interaction)
        await interaction.response.send_modal(
            Form(
                text.shorten(words("A proposal to {group}", group=text.clean(known.name)), _TITLE),
                "group-proposed",
                known.id,
                ui.Label(
                    text=words("The proposal"),
                    description=words("What should be decided. The whole group reads it."),
                    component=ui.TextInput(
                        custom_id="text",
                        style=discord.TextStyle.paragraph,
                        max_length=rules.PROPOSAL_LIMIT,
                    ),
                ),
                ui.Label(
                    text=words("Open for"),
                    description=words("It is decided sooner once everyone who is here answered."),
                    component=ui.Select(
                        custom_id="hours",
                        options=[
                            discord.SelectOption(
                                label=says.hours(words, hours),
                                value=str(hours),
                                default=hours == rules.USUAL_PERIOD,
                            )
                            for hours in rules.PERIODS
                        ],
                    ),
                ),
            )
        )

    @control("group-propose", opens_form=True)
    async def propose_from_channel(self, interaction: Interaction, key: str) -> None:
        async with asyncio.timeout(FORM_SECONDS):
            known = await self.keyed(interaction, key)
        await self._proposal_form(interaction, known)

    @control("group-proposed")
    async def propose(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        known = await self.keyed(interaction, key)
        values = form_values(interaction)
        wanted = says.any_text(words, values.get("text"), rules.PROPOSAL_LIMIT)
        picked = values.get("hours") or []
        hours = next((each for each in rules.PERIODS if str(each) in picked), rules.USUAL_PERIOD)
        asked = await self.bot.group_asking.propose(
            known.id, interaction.user.id, Kind.PROPOSAL, Body(text=wanted), hours=hours
        )
        await self.opened(interaction, known, asked)

    async def opened(
        self, interaction: Interaction, known: Known, asked: Asked, subject_id: int = 0
    ) -> None:
        """Say where the question stands. Raises Refused when it was not opened."""
        words, decision = words_for(interaction), asked.decision
        if asked.permit.refusal in says.ASK_REFUSALS:
            raise says.refusal(words, says.ASK_REFUSALS, asked.permit, subject_id)
        if decision is None:
            raise not_found(interaction)
        await self.keeper.settle(known.id)
        channel_id = known.group.channel_id
        where = (
            words("It stands in {channel}", channel=f"<#{channel_id}>")
            if channel_id is not None
            else words("The channel of {group} is gone", group=says.named(known.name))
        )
        await answer(
            interaction,
            words(
                "Asked. {where}; /affinity decisions has it, too, until {when}. Your own "
                "answer counts once you have given it, like everybody's.",
                where=where,
                when=moment(decision.due_at),
            ),
        )

    # -- speaking for the group -------------------------------------------------------------

    async def open_spoke(
        self, interaction: Interaction, person: discord.Member | discord.User
    ) -> None:
        """The form for what somebody would say in the group's name."""
        guild, words = in_server(interaction), words_for(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            known = await self.mine(interaction)
            permit = await self.bot.group_asking.may_have_spoke(known.id, person.id)
            charter = await self.bot.governance.charter(guild.id)
        if not permit.allowed:
            raise says.refusal(words, says.ASK_REFUSALS, permit, person.id)
        channel = interaction.channel
        fits = (
            channel is not None
            and channel.type in _CHANNELS
            and channel.id != known.group.channel_id
        )
        periods = consent_rules.periods(charter.longest_days)
        name = text.shorten(text.clean(person.display_name), 20)
        await interaction.response.send_modal(
            Form(
                text.shorten(words("{name} for the group", name=name), _TITLE),
                "group-spoke",
                f"{known.id}.{person.id}",
                ui.Label(
                    text=words("The exact words"),
                    description=words("The group decides on exactly this text."),
                    component=ui.TextInput(
                        custom_id="words",
                        style=discord.TextStyle.paragraph,
                        max_length=consent_rules.WORDS_LIMIT,
                    ),
                ),
                ui.Label(
                    text=words("Where, and to whom"),
                    description=words("The occasion and who will hear or read it."),
                    component=ui.TextInput(custom_id="place", max_length=consent_rules.PLACE_LIMIT),
                ),
                ui.Label(
                    text=words("Channel"),
                    description=words("The one channel where I may post the words."),
                    component=ui.ChannelSelect(
                        custom_id="channel",
                        channel_types=_CHANNELS,
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
                                label=says.days(words, days),
                                value=str(days),
                                default=days == periods[min(2, len(periods) - 1)],
                            )
                            for days in periods
                        ],
                    ),
                ),
            )
        )

    @control("group-spoke")
    async def propose_spoke(self, interaction: Interaction, key: str) -> None:
        guild, words = in_seen_server(interaction), words_for(interaction)
        group_id, _, member_key = key.partition(".")
        known = await self.keyed(interaction, group_id)
        values = form_values(interaction)
        exact = exact_words(words, values.get("words"), consent_rules.WORDS_LIMIT)
        place = exact_words(words, values.get("place"), consent_rules.PLACE_LIMIT)
        subject_id = number(interaction, member_key)
        channel_id = await self._may_post_in(interaction, guild, values.get("channel"), subject_id)
        picked = values.get("days") or []
        days = next((each for each in consent_rules.PERIODS if str(each) in picked), 1)
        asked = await self.bot.group_asking.propose(
            known.id,
            interaction.user.id,
            Kind.SPOKE,
            Body(text=exact, place=place, channel_id=channel_id, days=days),
            subject_id=subject_id,
        )
        await self.opened(interaction, known, asked, subject_id)

    async def _may_post_in(
        self, interaction: Interaction, guild: discord.Guild, picked: Any, speaker_id: int
    ) -> int:
        """The chosen channel, if agreed words may be posted there by this member. Raises Refused.

        Of a channel that the one who proposes cannot see, they are told nothing at all.
        """
        words, member = words_for(interaction), interaction.user
        chosen_id = picked[0] if isinstance(picked, list) and picked else ""
        channel = guild.get_channel(int(chosen_id)) if chosen_id.isdigit() else None
        if (
            channel is None
            or channel.type not in _CHANNELS
            or not isinstance(member, discord.Member)
            or not channel.permissions_for(member).view_channel
        ):
            raise Refused(
                words("Please choose a text channel of this server where the words may be posted.")
            )
        try:
            speaker = await guild.fetch_member(speaker_id)
        except discord.NotFound:
            raise Refused(
                words("That person has left the server. If they come back, you can ask again.")
            ) from None
        charter = await self.bot.governance.charter(guild.id)
        verdict = consent_rules.may_post_in(
            channel.id,
            charter.speak_channels,
            writes=await places.could_write(speaker, channel),
        )
        if verdict.refusal is not None:
            raise Refused(
                words(
                    says.CHANNEL_REFUSALS[verdict.refusal],
                    person=f"<@{speaker_id}>",
                    channel=f"<#{channel.id}>",
                )
            )
        return channel.id

    # -- ending -----------------------------------------------------------------------------

    async def ask_close(self, interaction: Interaction, known: Known) -> None:
        words = words_for(interaction)
        await confirm(
            interaction,
            words(
                "This asks {group} whether it should end. If it passes, its channel is deleted "
                "with everything in it, and what was said in its name loses its words. If you "
                "only want to go yourself, /affinity leave does it at once.",
                group=says.named(known.name),
            ),
            words("Ask the group"),
            "group-close",
            known.id,
        )

    @control("group-close")
    async def propose_close(self, interaction: Interaction, key: str) -> None:
        known = await self.keyed(interaction, key)
        asked = await self.bot.group_asking.propose(
            known.id, interaction.user.id, Kind.CLOSE, Body()
        )
        await self.opened(interaction, known, asked)

    # -- parting ----------------------------------------------------------------------------

    async def ask_part(
        self, interaction: Interaction, known: Known, person: discord.Member | discord.User
    ) -> None:
        """Say what would happen, or at once why it can't."""
        words, me = words_for(interaction), interaction.user.id
        permit = await self.bot.group_asking.may_part(known.id, me, person.id)
        if permit.refusal is Refusal.NOT_FOUND:
            raise not_found(interaction)
        if not permit.allowed:
            raise says.refusal(words, says.PART_REFUSALS, permit, person.id)
        await confirm(
            interaction,
            words(
                "Should {group} part ways with {person}? I ask each of the others, privately, "
                "never in the channel. It needs the yes of all of them, at least two, within a "
                "week; yours is counted. Nobody's answer is shown. {person} learns of it only if "
                "it passes, and then first of all. If a conversation could still help, it is the "
                "better way.",
                group=says.named(known.name),
                person=person.mention,
            ),
            words("Ask the others"),
            "group-part",
            f"{known.id}.{person.id}",
        )

    @control("group-part")
    async def part(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        group_id, _, member_key = key.partition(".")
        known = await self.keyed(interaction, group_id)
        person_id = number(interaction, member_key)
        asked = await self.bot.group_asking.part(known.id, interaction.user.id, person_id)
        if asked.permit.refusal is Refusal.NOT_FOUND:
            raise not_found(interaction)
        if asked.decision is None:
            raise says.refusal(words, says.PART_REFUSALS, asked.permit, person_id)
        await answer(
            interaction,
            words(
                "The others are asked, each privately, until {when}. It waits for them in "
                "/consent inbox, also where I have no way to let them know. You alone are told if "
                "nothing comes of it.",
                when=moment(asked.decision.due_at),
            ),
            words("Your own yes is counted. As long as it is open, you can change it here:"),
            cards.yes_or_no(words, asked.decision),
        )
