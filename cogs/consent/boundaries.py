"""What people set for themselves: their flag, whom they block, and "this speaks for me"."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord

from bot import text
from bot.consent.boundaries import Objected
from bot.consent.rules import MOST_BLOCKS, NOTE_LIMIT, OBJECTION_REACHES, Flag, State, is_group
from bot.inbox import BLOCKS_FULL
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    exact_words,
    in_server,
    literal,
    row,
    words_for,
)
from bot.words import N_
from cogs.consent import says

if TYPE_CHECKING:
    from bot.app import Firsthand

FLAGS = {Flag.ASK: N_("Ask me first"), Flag.NEVER: N_("Don't speak for me")}

_OBJECTED = {
    Objected.TOLD: N_(
        "Passed on, if the author takes messages from you. They read, privately, that a person "
        "says this speaks for them without their yes, and what they can do; not who. "
        "Nobody else is told."
    ),
    Objected.AGAIN: N_("You have already said so about this message, and I passed it on."),
    Objected.OWN: N_("That's your own message. You can edit or delete it yourself."),
    Objected.APP: N_("An app posted this, so there is nobody to tell. A moderator can help."),
    Objected.OLD: N_(
        "I pass this on for messages of the last {days} days, and this one is older. You can talk "
        "with its author yourself, or with a moderator."
    ),
    Objected.DAY_USED: N_(
        "I pass on only so many of these a day for one person. You can go on tomorrow, or talk "
        "with the author yourself."
    ),
}


class Boundaries:
    """Each of them is decided by one person, and by nobody else."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def set_flag(self, interaction: Interaction, choice: str, note: str) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        cleaned = exact_words(words, note, NOTE_LIMIT, may_be_empty=True)
        flag = Flag(choice)
        out = await self.bot.consents.set_flag(guild.id, interaction.user.id, flag, cleaned)
        parts: list[Any] = [
            words(
                "Your flag here is now **{flag}**. Everybody can see it with /consent check, "
                "and nobody but you can change it.",
                flag=words(FLAGS[flag]),
            )
        ]
        if flag is Flag.NEVER and out:
            parts += [
                words("What you gave so far stays in force until you take it back."),
                row(
                    button(
                        words("Take everything back"),
                        "take-all",
                        style=discord.ButtonStyle.danger,
                    )
                ),
            ]
        await answer(interaction, *parts)

    async def check(self, interaction: Interaction, member: discord.User) -> None:
        """Somebody's flag, and what the person who asks holds from them."""
        guild, words = in_server(interaction), words_for(interaction)
        view = await self.bot.consents.flag_of(guild.id, member.id)
        parts = [words("{person}: **{flag}**", person=member.mention, flag=words(FLAGS[view.flag]))]
        # Nobody else can change or delete it, so it does not stay behind without them.
        if view.note and isinstance(member, discord.Member):
            parts.append(">>> " + literal(view.note))
        held = await self.bot.consents.held(interaction.user.id, guild.id, person_id=member.id)
        if held:
            lines = [
                f"- {literal(text.shorten(shown.words or '', 80))} "
                f"({says.state(words, State.LIVE, shown.consent.due_at)})"
                for shown in held[:10]
            ]
            parts.append(words("They said yes to you for:") + "\n" + "\n".join(lines))
        else:
            parts.append(words("You have no yes from them. /consent ask asks for it."))
        await answer(interaction, *parts)

    async def block(self, interaction: Interaction, member: discord.User) -> None:
        words = words_for(interaction)
        if member.id == interaction.user.id:
            raise Refused(words("That's you. Choose the person who should stop asking."))
        if not await self.bot.boundaries.block(interaction.user.id, member.id):
            raise Refused(words(BLOCKS_FULL, most=MOST_BLOCKS))
        await answer(
            interaction,
            words(
                "{other} can't reach you with requests any more. They are not told: to them it "
                "looks as if you had not answered. /consent unblock undoes it.",
                other=member.mention,
            ),
        )

    async def unblock(self, interaction: Interaction, member: discord.User) -> None:
        words = words_for(interaction)
        undone = await self.bot.boundaries.unblock(interaction.user.id, member.id)
        sentence = (
            words("{other} may ask you again. They are not told.", other=member.mention)
            if undone
            else words("You had not blocked {other}. They may ask you.", other=member.mention)
        )
        await answer(interaction, sentence)

    async def object(self, interaction: Interaction, message: discord.Message) -> None:
        """Tell the author, and nobody else."""
        guild, words = in_server(interaction), words_for(interaction)
        if self.bot.user is not None and message.author.id == self.bot.user.id:
            consent = await self.bot.speaking.consent_of_message(message.id)
            if (
                consent is not None
                and is_group(consent.person_id)
                and await self.bot.groups.may_recall(consent.id, interaction.user.id)
            ):
                await answer(
                    interaction,
                    words(
                        "I posted this with your group's yes. You can recall it at once, alone "
                        "and without a reason. Nobody is told that it was you."
                    ),
                    row(
                        button(words("Recall it"), "recall", consent.id, discord.ButtonStyle.danger)
                    ),
                )
                return
            if consent is not None and consent.person_id == interaction.user.id:
                await answer(
                    interaction,
                    words("I posted this with your yes. You can take it back at once."),
                    row(
                        button(
                            words("Take it back"),
                            "take-back",
                            consent.id,
                            discord.ButtonStyle.danger,
                        )
                    ),
                )
                return
        author = message.author
        told = await self.bot.boundaries.object(
            guild_id=guild.id,
            channel_id=message.channel.id,
            message_id=message.id,
            written_at=int(message.created_at.timestamp()),
            author_id=author.id,
            author_is_app=author.bot or message.webhook_id is not None,
            objector_id=interaction.user.id,
        )
        try:
            await answer(interaction, words(_OBJECTED[told], days=OBJECTION_REACHES))
        finally:
            self.bot.doorbell.ring(author.id)
