"""Taking a group off the list: all that a moderator can do about a group, and openly (law 3).

It is kept in the history of the rules and announced like a change of them, without the group's
name, which may be what had to go. The group is told in its channel, by the keeper.
"""

from __future__ import annotations

from bot.affinity import GROUP, rules
from bot.affinity.service import Known, day_of
from bot.governance import ANNOUNCEMENT
from bot.replies import (
    Interaction,
    Refused,
    answer,
    chosen,
    confirm,
    control,
    in_server,
    moment,
    words_for,
)
from bot.words import N_
from bot.work.queue import Todo
from cogs.affinity import says
from cogs.affinity.which import Part

NOT_LISTED = N_("That group is not in the list any more. /affinity list shows those that are.")


class OffList(Part):
    """What follows from the menu in the list, which is for those who have Manage Server."""

    @control("group-off-list")
    async def ask(self, interaction: Interaction, key: str) -> None:
        """Say what would happen."""
        picked = chosen(interaction)
        known = await self._listed(interaction, picked[0] if picked else key)
        words = words_for(interaction)
        until = self.bot.clock() + rules.REST_DAYS * rules.DAY
        await confirm(
            interaction,
            words(
                "Take {group} off the list? Nobody finds it there any more, nor can knock. "
                "Everything else stays as it is, and from {when} on it can decide to be in the "
                "list again. The group is told in its channel that it was you. In /rules history "
                "and the announcement channel it stands with your name and without the group's: "
                "as the one that was started on {day}.",
                group=says.named(known.name),
                when=moment(until, "D"),
                day=moment(day_of(known.group), "D"),
            ),
            words("Take it off the list"),
            "group-off-list-now",
            known.id,
        )

    @control("group-off-list-now")
    async def take(self, interaction: Interaction, key: str) -> None:
        words, known = words_for(interaction), await self._listed(interaction, key)
        change = await self.bot.groups.take_off_list(
            known.id, known.group.guild_id, interaction.user.id
        )
        if change is None:
            raise Refused(words(NOT_LISTED))
        await self.bot.worker.run(Todo(ANNOUNCEMENT, change.id), Todo(GROUP, known.id))
        await answer(
            interaction,
            words(
                "{group} is off the list. It is told in its channel that it was you, and /rules "
                "history keeps it.",
                group=says.named(known.name),
            ),
        )

    async def _listed(self, interaction: Interaction, group_id: str) -> Known:
        """A group of the list, for those who may take it off. Raises Refused."""
        guild, words = in_server(interaction), words_for(interaction)
        if not interaction.permissions.manage_guild:
            raise Refused(
                words(
                    "Taking a group off the list needs the permission Manage Server. Somebody who "
                    "moderates this server can do it in /affinity list."
                )
            )
        known = await self.bot.groups.find_listed(guild.id, group_id)
        if known is None:
            raise Refused(words(NOT_LISTED))
        return known
