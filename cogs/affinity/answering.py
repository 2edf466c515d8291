"""Answering a question: by name or in secret, a block with its reason, a thread to ask in."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime

import discord
from discord import ui

from bot import places, text
from bot.affinity import CARD, rules
from bot.affinity.deciding import Taken
from bot.affinity.minutes import Decision
from bot.affinity.rules import BY_CONSENSUS, Answer, Kind, Outcome
from bot.problems import Problem
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    control,
    form_values,
    in_working_server,
    moment,
    not_found,
    row,
    trace,
    words_for,
)
from bot.words import Words, speak
from cogs.affinity import cards, says
from cogs.affinity.problems import barred, problem_at, problem_in, problem_of
from cogs.affinity.which import Part

log = logging.getLogger(__name__)

#: Discord: this message has a thread already; it bears the message's id.
_HAS_THREAD = 160004
_UNKNOWN_MESSAGE = 10008


class Answering(Part):
    """Takes answers; the service decides whether they count."""

    @control("group-support")
    async def support(self, interaction: Interaction, key: str) -> None:
        await self._by_name(interaction, key, Answer.SUPPORT)

    @control("group-aside")
    async def aside(self, interaction: Interaction, key: str) -> None:
        await self._by_name(interaction, key, Answer.ASIDE)

    @control("group-block", opens_form=True)
    async def open_block(self, interaction: Interaction, key: str) -> None:
        """The form for the reason, which a block has to have."""
        words = words_for(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            decision = await self.asked(interaction, key)
            has_say = await self.bot.questions.has_say(key, interaction.user.id)
        if Kind(decision.kind) not in BY_CONSENSUS:
            raise not_found(interaction)
        if decision.state != Outcome.OPEN:
            raise says.not_taken(words, Taken.OVER)
        if not has_say:
            raise says.not_taken(words, Taken.NO_SAY)
        await interaction.response.send_modal(
            Form(
                text.shorten(words("Block it"), 45),
                "group-blocked",
                key,
                ui.Label(
                    text=words("The reason"),
                    description=words("The whole group reads it, with your name."),
                    component=ui.TextInput(
                        custom_id="reason",
                        style=discord.TextStyle.paragraph,
                        max_length=rules.REASON_LIMIT,
                    ),
                ),
            )
        )

    @control("group-blocked")
    async def block(self, interaction: Interaction, key: str) -> None:
        typed = form_values(interaction).get("reason")
        reason = says.any_text(words_for(interaction), typed, rules.REASON_LIMIT)
        await self._by_name(interaction, key, Answer.BLOCK, reason)

    async def _by_name(
        self, interaction: Interaction, key: str, given: Answer, reason: str = ""
    ) -> None:
        words = words_for(interaction)
        await self.asked(interaction, key)
        answered = await self.bot.deciding.answer(key, interaction.user.id, given, reason)
        decision = self._taken(interaction, answered.taken, answered.decision)
        sentence = words("Your answer: **{answer}**.", answer=words(says.ANSWERS[given]))
        if answered.closed is None:
            sentence += " " + words(
                "The group sees it with your name. You can change it until {when}, or until "
                "everyone who is here has answered.",
                when=moment(decision.due_at),
            )
        else:
            sentence += " " + words(
                "With it this is decided: {state}.", state=says.state(words, answered.closed)
            )
        # The answer first: what was decided may be that this channel goes.
        await answer(interaction, sentence, *self._back(words, decision))
        await self._follow(decision, answered.closed)

    @control("group-yes")
    async def yes(self, interaction: Interaction, key: str) -> None:
        await self._secretly(interaction, key, Answer.YES)

    @control("group-no")
    async def no(self, interaction: Interaction, key: str) -> None:
        await self._secretly(interaction, key, Answer.NO)

    async def _secretly(self, interaction: Interaction, key: str, given: Answer) -> None:
        """The same words whatever it leads to: they must not tell how others answered."""
        words = words_for(interaction)
        await self.asked(interaction, key)
        answered = await self.bot.deciding.answer(key, interaction.user.id, given)
        decision = self._taken(interaction, answered.taken, answered.decision)
        await answer(
            interaction,
            words(
                "Noted: **{answer}**. Nobody sees it, nor how many have answered. You can change "
                "it as long as it is open, until {when} at the latest.",
                answer=words(says.ANSWERS[given]),
                when=moment(decision.due_at),
            ),
            cards.yes_or_no(words, decision),
        )
        await self._follow(decision, answered.closed)

    async def _follow(self, decision: Decision, closed: Decision | None) -> None:
        """Bring Discord to it. Whom it was about may have to hear how it ended."""
        await self.keeper.settle(decision.group_id)
        if closed is not None and closed.subject_id is not None:
            self.bot.doorbell.ring(closed.subject_id)

    def _taken(self, interaction: Interaction, taken: Taken, decision: Decision | None) -> Decision:
        """The question an answer was written down for. Raises Refused when it does not count."""
        if decision is None or taken is Taken.NOT_FOUND:
            raise not_found(interaction)
        if taken is not Taken.COUNTED:
            raise says.not_taken(words_for(interaction), taken)
        return decision

    def _back(self, words: Words, decision: Decision) -> list[ui.ActionRow[ui.LayoutView]]:
        """From here to all decisions of the group."""
        return [row(button(words("Decisions"), "group-decisions", f"{decision.group_id}.0"))]

    # -- asking back ------------------------------------------------------------------------

    @control("group-ask")
    async def ask(self, interaction: Interaction, key: str) -> None:
        """A thread under the card, the same one for everybody."""
        words = words_for(interaction)
        decision = await self.asked(interaction, key)
        if Kind(decision.kind) not in BY_CONSENSUS:
            raise not_found(interaction)
        await self.keyed(interaction, decision.group_id)  # no thread where the channel is to go
        thread_id = await self._thread(decision)
        shut = await self._shut(interaction, decision)
        if shut is not None:
            raise Refused(_elsewhere(words, shut, thread_id))
        if thread_id is None:
            thread_id = await self._open_thread(interaction, decision)
        await answer(
            interaction,
            words(
                "You can ask about it here: {thread}. Whoever can read the channel can read it.",
                thread=f"<#{thread_id}>",
            ),
        )

    async def _thread(self, decision: Decision) -> int | None:
        """The thread there is. None: there is none, or somebody has deleted it."""
        if decision.thread_id is None:
            return None
        try:
            await self.bot.fetch_channel(decision.thread_id)
        except discord.NotFound:
            return None
        return decision.thread_id

    async def _shut(self, interaction: Interaction, decision: Decision) -> Problem | None:
        """Why somebody could not write in a thread of their group's, if the bot can't let them."""
        channel = await self._channel(decision)
        if channel is None or barred(channel.guild) is not None:
            return None
        person = interaction.user
        if not isinstance(person, discord.Member):
            person = await channel.guild.fetch_member(person.id)
        if channel.permissions_for(person).send_messages_in_threads:
            return None
        problem = problem_in(channel.guild, channel.category, "send_messages_in_threads")
        if problem is None:
            # Made when the bot could not give it, or did not.
            await self.keeper.settle(decision.group_id)
        return problem

    async def _channel(self, decision: Decision) -> discord.TextChannel | None:
        """The group's channel, as far as the bot sees it."""
        group = await self.bot.groups.row(decision.group_id)
        guild = self.bot.get_guild(decision.guild_id)
        if group is None or guild is None or guild.unavailable:
            return None
        channel = guild.get_channel(group.channel_id or 0)
        return channel if isinstance(channel, discord.TextChannel) else None

    async def _open_thread(self, interaction: Interaction, decision: Decision) -> int:
        words = words_for(interaction)
        if interaction.guild is not None:
            in_working_server(interaction)
        channel = await self._channel(decision)
        card = await self.bot.posts.shows(CARD, decision.id)
        card_id = None if card is None else card.message_id
        if channel is None or card_id is None:
            raise Refused(
                words(
                    "The card of this question is not in the channel, so there is no place for a "
                    "thread. You can ask in the channel itself."
                )
            )
        problem = problem_at(channel.guild, channel, "create_public_threads")
        if problem is not None:
            raise Refused(_elsewhere(words, problem))
        try:
            message = channel.get_partial_message(card_id)
            name, day = await self._thread_names(decision.guild_id)
            thread = await places.with_name(
                lambda name: message.create_thread(name=name), name, day
            )
            thread_id = thread.id
        except discord.HTTPException as error:
            log.info("no thread: %s", trace(error))
            if error.code == _HAS_THREAD:
                thread_id = card_id
            elif error.code == _UNKNOWN_MESSAGE:
                raise Refused(
                    words(
                        "Somebody has deleted the card of this question. You can ask in the "
                        "channel itself; /affinity decisions still has the question."
                    )
                ) from error
            else:
                problem = problem_of(
                    error, problem_at(channel.guild, channel, "create_public_threads")
                )
                if not problem.lasts:
                    raise
                raise Refused(_elsewhere(words, problem)) from error
        await self.bot.questions.has_thread(decision.id, thread_id)
        return thread_id

    async def _thread_names(self, guild_id: int) -> tuple[str, str]:
        """In the server's language, and neither what is asked nor by whom; and a shorter one.

        Discord writes names into the audit log, for people who may not see the channel, and they
        outlast the question. The day tells threads apart; the card has a link to its own.
        """
        from babel.dates import format_skeleton

        words = speak((await self.bot.governance.charter(guild_id)).language)
        today = datetime.fromtimestamp(self.bot.clock(), UTC)
        day = format_skeleton("MMMMd", today, locale=words.language)
        return words("Questions about a proposal, {day}", day=day), day


def _elsewhere(words: Words, problem: Problem, thread_id: int | None = None) -> str:
    """There is no thread to ask in: why, and where else."""
    parts = [problem.text(words), words("Until then, please ask in the channel itself.")]
    if thread_id is not None:
        parts.append(words("What was asked so far: {thread}", thread=f"<#{thread_id}>"))
    return " ".join(parts)
