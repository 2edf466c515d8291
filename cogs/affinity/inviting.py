"""Inviting somebody, and the answer of whoever is invited.

A block, a no and a silence look the same to the group, at every step (law 7).
"""

from __future__ import annotations

from typing import Any

import discord
from discord import ui

from bot import places
from bot.affinity.deciding import Answered, Taken
from bot.affinity.minutes import Decision
from bot.affinity.questions import INVITED
from bot.affinity.rules import MOST_GROUPS, Refusal
from bot.affinity.service import Known
from bot.consent.rules import MOST_BLOCKS
from bot.inbox import BLOCKS_FULL
from bot.replies import (
    Interaction,
    Refused,
    answer,
    chosen,
    control,
    custom_id,
    here,
    in_server,
    moment,
    not_found,
    number,
    row,
    words_for,
)
from cogs.affinity import says
from cogs.affinity.which import Part


class Inviting(Part):
    """Both sides of an invitation."""

    # -- inviting ---------------------------------------------------------------------------

    async def invite(
        self, interaction: Interaction, known: Known, person: discord.Member | discord.User
    ) -> None:
        """Ask the group to invite somebody. A block by that person must not show in any way."""
        guild, words = in_server(interaction), words_for(interaction)
        if person.id == interaction.user.id:
            raise Refused(
                words("That's you, and you are in already. Choose the person you want to invite.")
            )
        if not isinstance(person, discord.Member):
            raise Refused(words("That person is not in this server. Choose somebody who is here."))
        place = places.rung_from(interaction)
        asked = await self.bot.group_asking.invite(
            known.id,
            guild.id,
            interaction.user.id,
            person.id,
            is_bot=person.bot,
            channel_id=place,
        )
        if asked.permit.refusal is Refusal.NOT_FOUND:
            raise not_found(interaction)
        decision = asked.decision
        if decision is None:
            raise says.refusal(words, says.INVITE_REFUSALS, asked.permit, person.id)
        # Before anything rings: the same for somebody who is rung for and somebody who is not.
        reached = await self.bot.doorbell.could_reach(person.id, guild.id, place)
        await self.keeper.settle(known.id)
        try:
            await self._asked(interaction, known, decision, person, reached=reached)
        finally:
            # After the answer, which must not come later where somebody is rung for.
            self.bot.doorbell.ring(person.id)

    async def _asked(
        self,
        interaction: Interaction,
        known: Known,
        decision: Decision,
        person: discord.Member,
        *,
        reached: bool,
    ) -> None:
        """Say what becomes of an invitation."""
        words, group = words_for(interaction), says.named(known.name)
        if says.is_full(decision):
            raise Refused(
                words(
                    "{group} is full: the server's rules allow no more members. /rules show tells "
                    "how many.",
                    group=group,
                )
            )
        if decision.state != INVITED:
            await answer(
                interaction,
                words(
                    "The members of {group} are asked first, and your yes is counted. If they "
                    "agree, {person} is asked, privately, and decides.",
                    group=group,
                    person=person.mention,
                ),
            )
            return
        sentence = words(
            "{person} is invited to {group}, and has until {when} to come in. They are asked "
            "privately, and silence is no yes.",
            person=person.mention,
            group=group,
            when=moment(decision.due_at),
        )
        if not reached:
            sentence += "\n" + words(
                "I have no way to let them know from here. "
                "Tell them yourself that something waits in /consent inbox."
            )
        await answer(interaction, sentence)

    @control("group-invite")
    async def choose_whom(self, interaction: Interaction, key: str) -> None:
        """The button in the channel: whom?"""
        words = words_for(interaction)
        known = await self.keyed(interaction, key)
        menu: ui.UserSelect[Any] = ui.UserSelect(
            custom_id=custom_id("group-invited", known.id), placeholder=words("Choose a person")
        )
        await answer(
            interaction,
            words(
                "Whom do you want to invite to {group}? Its members are asked first, then the "
                "person.",
                group=says.named(known.name),
            ),
            row(menu),
        )

    @control("group-invited")
    async def chose_whom(self, interaction: Interaction, key: str) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        known = await self.keyed(interaction, key)
        picked = chosen(interaction)
        try:
            person = await guild.fetch_member(number(interaction, picked[0] if picked else ""))
        except discord.NotFound:
            raise Refused(
                words("That person is not in this server. Choose somebody who is here.")
            ) from None
        await self.invite(interaction, known, person)

    # -- the answer of the one invited ------------------------------------------------------

    @control("group-accept")
    async def accept(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        group_id = (await self._invited(interaction, key)).group_id
        answered = await self.bot.deciding.accept(key, interaction.user.id)
        if answered.taken is Taken.NO_SAY:
            raise Refused(
                words(
                    "The group is full now, so there is no place at the moment. The invitation "
                    "stays as long as it is open; you can try again."
                )
            )
        if answered.taken is Taken.MANY_GROUPS:
            raise Refused(
                words(says.MANY_GROUPS, groups=MOST_GROUPS)
                + " "
                + words("The invitation stays as long as it is open.")
            )
        self._counted(interaction, answered)
        await self.keeper.settle(group_id)
        known = await self.bot.groups.get(group_id)
        if known is None or known.group.channel_id is None:
            await answer(
                interaction, words("You are in. Its channel is not there at the moment; it comes.")
            )
            return
        await answer(
            interaction,
            words(
                "You are in {group}, welcome: {channel}",
                group=says.named(known.name),
                channel=f"<#{known.group.channel_id}>",
            ),
        )

    @control("group-decline")
    async def decline(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        await self._invited(interaction, key)
        self._counted(interaction, await self.bot.deciding.decline(key, interaction.user.id))
        await answer(
            interaction,
            words(
                "All right. The group is not told: to its members it looks as if you had not "
                "answered."
            ),
        )

    @control("group-never")
    async def never(self, interaction: Interaction, key: str) -> None:
        """*Don't let them ask again*: whoever invited can't reach this person any more."""
        words, me = words_for(interaction), interaction.user.id
        await self._invited(interaction, key)
        answered = await self.bot.deciding.decline(key, me)
        self._counted(interaction, answered)
        author_id = answered.decision.author_id if answered.decision is not None else 0
        if author_id and not await self.bot.boundaries.block(me, author_id):
            # The invitation itself is answered, as it was meant.
            raise Refused(words(BLOCKS_FULL, most=MOST_BLOCKS))
        await answer(
            interaction,
            words(
                "{other} can't reach you with requests any more. They are not told: to them it "
                "looks as if you had not answered. /consent unblock undoes it.",
                other=f"<@{author_id}>",
            ),
        )

    async def _invited(self, interaction: Interaction, key: str) -> Decision:
        """The invitation that waits for whoever acts. Raises Refused for everybody else."""
        me, place = interaction.user.id, here(interaction)
        decision = await self.bot.questions.invitation(key, me, place)
        if decision is None:
            raise not_found(interaction)
        return decision

    def _counted(self, interaction: Interaction, answered: Answered) -> None:
        words = words_for(interaction)
        if answered.taken is Taken.NOT_FOUND:
            raise not_found(interaction)
        if answered.taken is Taken.OVER:
            raise Refused(words("This invitation is over. The group can invite you again."))
