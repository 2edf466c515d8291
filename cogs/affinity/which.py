"""Which group, and which question, somebody means: only ever one that is theirs to see.

In a group's channel it is that group; elsewhere it is the only group a person has in the server.
Whoever is not a member gets the same answer everywhere, an administrator in a group's channel too
(law 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.affinity.minutes import Decision
from bot.affinity.rolls import Group
from bot.affinity.service import Known
from bot.replies import Interaction, Refused, here, in_server, literal, not_found, words_for
from bot.words import Words

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.affinity.keeper import Keeper

#: Groups named at most where somebody is in several.
_NAMED = 15


class Part:
    """One part of the family: what all of them need."""

    def __init__(self, bot: Firsthand, keeper: Keeper) -> None:
        self.bot = bot
        self.keeper = keeper

    async def mine(self, interaction: Interaction) -> Known:
        """The group a command is about. Raises Refused."""
        guild, words = in_server(interaction), words_for(interaction)
        groups = await self.bot.groups.mine(interaction.user.id, guild.id)
        places = {interaction.channel_id, getattr(interaction.channel, "parent_id", None)} - {None}
        group = next((each for each in groups if each.channel_id in places), None)
        if group is None and len(groups) == 1:
            group = groups[0]
        if group is None:
            raise Refused(await self._which(words, groups))
        return await self.bot.groups.opened(group)

    async def keyed(self, interaction: Interaction, group_id: str) -> Known:
        """The group a control names, for somebody who is in it. Raises Refused."""
        known = await self.bot.groups.of_member(group_id, interaction.user.id)
        if known is None or here(interaction) not in (0, known.group.guild_id):
            raise not_found(interaction)
        return known

    async def asked(self, interaction: Interaction, decision_id: str) -> Decision:
        """The question a control names, for somebody who may know of it. Raises Refused."""
        decision = await self.bot.questions.known_to(
            decision_id, interaction.user.id, here(interaction)
        )
        if decision is None:
            raise not_found(interaction)
        return decision

    async def _which(self, words: Words, groups: list[Group]) -> str:
        if not groups:
            return words(
                "You are in no group here. /affinity list shows the groups that can be found, "
                "and /affinity start begins one."
            )
        return words(
            "You are in several groups here: {groups}. Use the command in the channel of the one "
            "you mean.",
            groups=", ".join([await self._place(words, group) for group in groups[:_NAMED]]),
        )

    async def _place(self, words: Words, group: Group) -> str:
        if group.channel_id is not None:
            return f"<#{group.channel_id}>"
        known = await self.bot.groups.opened(group)
        if group.state != "lost":
            return f"**{literal(known.name)}**"
        return words(
            "**{group}** (its channel is gone; /affinity list opens another)",
            group=literal(known.name),
        )
