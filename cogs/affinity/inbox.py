"""What of groups waits for one person: news, invitations, and whether to part with somebody.

It stands in the inbox of all families, in servers and, with every server together, in the DM.
"""

from __future__ import annotations

from typing import Any

from discord import ButtonStyle, ui

from bot.affinity import Event
from bot.affinity.service import Known
from bot.inbox import Block, got_it
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    control,
    moment,
    row,
    words_for,
)
from bot.words import N_, Words
from bot.work.notices import Notice
from cogs.affinity import cards, says
from cogs.affinity.fitting import fitted, person
from cogs.affinity.which import Part

_NEWS: dict[str, str] = {
    Event.ADMITTED: N_("The group {group} has taken you in, welcome: {channel}"),
    Event.NOT_ADMITTED: N_(
        "The group {group} has not taken you in this time. You can knock again in a month, knock "
        "at another one in /affinity list, or start your own."
    ),
    Event.PARTED: N_(
        "The other members of the group {group} have decided to part ways with you, so you are no "
        "longer in it. Nothing about it stands in the channel, and I keep no reason. You can talk "
        "with any of them; and there are other groups to find or to start, with /affinity list "
        "and /affinity start."
    ),
    Event.PARTING_PASSED: N_(
        "The group {group} has parted ways with {person}, who was told first. Please leave it to "
        "them whether they want to talk about it."
    ),
    Event.PARTING_FAILED: N_(
        "You asked whether the group {group} should part ways with a member. Nothing came of it, "
        "and only those who were asked know of it."
    ),
    Event.CLOSED: N_(
        "The group {group} has ended. Its channel goes, and what was said in its name loses its "
        "words."
    ),
    Event.STAYS: N_(
        "The group {group} has ended, but Discord doesn't let me delete its channel. Where I may, "
        "I have deleted what stood in it; if you still see it, you can delete what you wrote. "
        "Somebody who manages the server can delete the channel by hand. If the server uses it for "
        "its rules or updates, they first choose another one for that, in Server Settings → "
        "Community."
    ),
    Event.NOT_STARTED: N_(
        "Discord didn't let me open the channel of a group you started, so there is no such "
        "group. A moderator can look at /rules check; then /affinity start works."
    ),
    Event.UNREACHED: N_(
        "I can't get into the channel of the group {group}, or may not do there what it has "
        "decided. Somebody who manages the server can look at /rules check; I go on as soon as I "
        "can."
    ),
}
_LOST = N_(
    "Somebody has deleted the channel of the group {group}. The group is still there, and any "
    "member can open a new channel for it; what stood in the old one is gone."
)
_REOPENED = N_("The channel of the group {group} was deleted. It has a new one: {channel}")
_UNKNOWN = N_("Something has changed in the group {group}.")


class GroupInbox(Part):
    """How a group's notices read, and what can be done with them."""

    async def news(self, interaction: Interaction, notice: Notice) -> str:
        known = await self.bot.groups.get(notice.key)
        return await self._line(interaction, notice, known, _NEWS.get(notice.what, _UNKNOWN))

    async def lost(self, interaction: Interaction, notice: Notice) -> Block | None:
        words = words_for(interaction)
        known = await self.bot.groups.get(notice.key)
        if known is None:
            return None
        buttons: list[ui.Item[Any]] = [got_it(words, notice)]
        sentence = _REOPENED
        if known.group.channel_id is None:
            sentence = _LOST
            reopen = button(
                words("Open a new channel"), "group-reopen", known.id, ButtonStyle.primary
            )
            buttons.insert(0, reopen)
        line = await self._line(interaction, notice, known, sentence)
        return Block([line, row(*buttons)])

    async def _line(
        self, interaction: Interaction, notice: Notice, known: Known | None, sentence: str
    ) -> str:
        words = words_for(interaction)
        line = words(
            sentence,
            group=await self._name(words, known, notice),
            channel=_channel(words, known),
            person=person(words, notice.about_id),
        )
        return line + self._where(interaction, notice.guild_id)

    async def invitation(self, interaction: Interaction, notice: Notice) -> Block | None:
        words = words_for(interaction)
        key, me = notice.key, notice.person_id
        decision = await self.bot.questions.invitation(key, me, notice.guild_id)
        if decision is None:
            return None
        known = await self.bot.groups.get(decision.group_id)
        purpose = "" if known is None else known.settings.purpose
        line = words(
            "{author} invites you to the group {group}, which has agreed to it.\n**Purpose:** "
            "{purpose}\nThe invitation lapses {when}.",
            author=person(words, decision.author_id),
            group="…" if known is None else says.named(known.name),
            purpose=fitted(purpose, 400),
            when=moment(decision.due_at, "R"),
        )
        return Block(
            [
                line + self._where(interaction, decision.guild_id),
                row(
                    button(words("Come in"), "group-accept", key, ButtonStyle.primary),
                    button(words("Not now"), "group-decline", key),
                    button(words("Don't let them ask again"), "group-never", key),
                ),
            ]
        )

    async def parting(self, interaction: Interaction, notice: Notice) -> Block | None:
        words, me = words_for(interaction), notice.person_id
        decision = await self.bot.questions.known_to(notice.key, me, notice.guild_id)
        if decision is None or not decision.waits:
            return None
        known = await self.bot.groups.get(decision.group_id)
        line = words(
            "{author} asks whether {group} should part ways with {person}. It needs the yes of "
            "every other member, at least two, and is open until {when}; silence is no yes. "
            "Nobody's answer is shown, and {person} learns of it only if it passes.",
            author=person(words, decision.author_id),
            group="…" if known is None else says.named(known.name),
            person=person(words, decision.subject_id),
            when=moment(decision.due_at),
        )
        return Block(
            [
                line + self._where(interaction, decision.guild_id),
                cards.yes_or_no(words, decision),
            ]
        )

    def _where(self, interaction: Interaction, guild_id: int) -> str:
        in_dm = interaction.guild_id is None
        return says.server(self.bot, words_for(interaction), guild_id, in_dm=in_dm)

    # -- what can be done -------------------------------------------------------------------

    @control("group-reopen")
    async def reopen(self, interaction: Interaction, key: str) -> None:
        """Another channel for a group whose channel is gone."""
        words = words_for(interaction)
        known = await self.keyed(interaction, key)
        if known.group.channel_id is None:
            problem = await self.keeper.reopen(known.id)
            if problem is not None:
                raise Refused(problem.text(words))
            known = await self.keyed(interaction, key)
        await answer(
            interaction,
            words(
                "The channel of {group}: {channel}. What stood in the old one is gone; what is "
                "open to decide is there again.",
                group=says.named(known.name),
                channel=_channel(words, known),
            ),
        )

    async def _name(self, words: Words, known: Known | None, notice: Notice) -> str:
        """The group, for whoever has known it; somebody outside knows only what is listed."""
        if notice.what != Event.NOT_ADMITTED:
            return words("you were in") if known is None else says.named(known.name)
        if known is None or not await self.bot.groups.is_listed(known.id, notice.guild_id):
            return words("you knocked at")
        return says.named(known.name)


def _channel(words: Words, known: Known | None) -> str:
    if known is None or known.group.channel_id is None:
        return words("its channel comes in a moment")
    return f"<#{known.group.channel_id}>"
