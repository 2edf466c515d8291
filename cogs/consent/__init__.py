"""`/consent`: the "don't speak for me" flag, asking, answering, speaking, taking back.

This file holds the commands; what they show and do lies beside it, a module for each part.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.ext import commands

from bot import text
from bot.consent.boundaries import Objected
from bot.consent.rules import NOTE_LIMIT, Flag, State, is_group
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    in_server,
    literal,
    row,
    words_for,
)
from bot.words import N_
from cogs.consent import says
from cogs.consent.asking import Asking
from cogs.consent.inbox import Inbox
from cogs.consent.ledger import Ledger
from cogs.consent.speaking import Speech

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
    Objected.DAY_USED: N_(
        "I pass on only so many of these a day for one person. You can go on tomorrow, or talk "
        "with the author yourself."
    ),
}


class ConsentCog(
    commands.GroupCog, group_name="consent", group_description="Nobody speaks for you without you"
):
    """The commands; each parses, calls a service and answers."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self.asking = Asking(bot)
        self.speech = Speech(bot)
        self.inbox_view = Inbox(bot)
        self.ledger_view = Ledger(bot, self.speech)
        for part in (self.asking, self.speech, self.inbox_view, self.ledger_view):
            bot.controls.add(part)
        bot.waiting.add(self.inbox_view.waits)
        self.menus = (
            app_commands.ContextMenu(
                name="Ask to speak for", callback=self.ask_menu, extras={"opens_form": True}
            ),
            app_commands.ContextMenu(name="This speaks for me", callback=self.object_menu),
        )
        super().__init__()

    async def cog_load(self) -> None:
        for menu in self.menus:
            self.bot.tree.add_command(menu)
        self.bot.due.add("consents", self.speech.sweep)
        self.bot.due.add("limits", self.bot.boundaries.sweep)

    async def cog_unload(self) -> None:
        for menu in self.menus:
            self.bot.tree.remove_command(menu.name, type=menu.type)

    @app_commands.command(description="Say whether people may ask to speak for you")
    @app_commands.describe(choice="Your flag", note="A short text that everybody sees with it")
    @app_commands.choices(
        choice=[app_commands.Choice(name=name, value=flag.value) for flag, name in FLAGS.items()]
    )
    async def flag(self, interaction: Interaction, choice: str, note: str = "") -> None:
        guild, words = in_server(interaction), words_for(interaction)
        cleaned = text.clean(note)
        found = text.fault(cleaned, NOTE_LIMIT, exact_words=True) if cleaned else None
        if found is not None:
            raise Refused(says.fault(words, found, NOTE_LIMIT))
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

    @app_commands.command(description="See somebody's flag, and what you hold from them")
    @app_commands.describe(member="Whose flag")
    async def check(self, interaction: Interaction, member: discord.User) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        view = await self.bot.consents.flag_of(guild.id, member.id)
        parts = [words("{person}: **{flag}**", person=member.mention, flag=words(FLAGS[view.flag]))]
        if view.note:
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

    @app_commands.command(
        description="Ask somebody whether you may say these exact words for them",
        extras={"opens_form": True},
    )
    @app_commands.describe(member="Whom you want to speak for")
    async def ask(self, interaction: Interaction, member: discord.User) -> None:
        await self.asking.open_form(interaction, member, give=False)

    async def ask_menu(self, interaction: Interaction, member: discord.User) -> None:
        await self.asking.open_form(interaction, member, give=False)

    @app_commands.command(
        description="Ask somebody to speak for you, in your words", extras={"opens_form": True}
    )
    @app_commands.describe(member="Who would speak for you")
    async def give(self, interaction: Interaction, member: discord.User) -> None:
        await self.asking.open_form(interaction, member, give=True)

    @app_commands.command(description="What waits for your answer")
    async def inbox(self, interaction: Interaction) -> None:
        await self.inbox_view.show(interaction, 0)

    @app_commands.command(description="What you gave and what you hold; take it back here")
    async def ledger(self, interaction: Interaction) -> None:
        await self.ledger_view.show(interaction, 0)

    @app_commands.command(description="Say agreed words here, with a receipt that all can verify")
    @app_commands.describe(consent="Which of the words you hold")
    async def speak(self, interaction: Interaction, consent: str) -> None:
        await self.speech.say(interaction, consent)

    @speak.autocomplete("consent")
    async def speak_suggestions(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await self.speech.suggestions(interaction, current)

    @app_commands.command(description="Check whether a receipt is in force")
    @app_commands.describe(code="The receipt's code")
    async def verify(self, interaction: Interaction, code: str) -> None:
        await self.speech.verify(interaction, code, in_server(interaction).id)

    @app_commands.command(description="Stop somebody from asking you; they are not told")
    @app_commands.describe(member="Who may not ask you any more")
    async def block(self, interaction: Interaction, member: discord.User) -> None:
        words = words_for(interaction)
        if member.id == interaction.user.id:
            raise Refused(words("That's you. Choose the person who should stop asking."))
        await self.bot.boundaries.block(interaction.user.id, member.id)
        await answer(
            interaction,
            words(
                "{other} can't reach you with requests any more. They are not told: to them it "
                "looks as if you had not answered. /consent unblock undoes it.",
                other=member.mention,
            ),
        )

    @app_commands.command(description="Let somebody ask you again")
    @app_commands.describe(member="Who may ask you again")
    async def unblock(self, interaction: Interaction, member: discord.User) -> None:
        words = words_for(interaction)
        undone = await self.bot.boundaries.unblock(interaction.user.id, member.id)
        sentence = (
            words("{other} may ask you again. They are not told.", other=member.mention)
            if undone
            else words("You had not blocked {other}. They may ask you.", other=member.mention)
        )
        await answer(interaction, sentence)

    async def object_menu(self, interaction: Interaction, message: discord.Message) -> None:
        """The message menu: tell the author, and nobody else."""
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
            author_id=author.id,
            author_is_app=author.bot or message.webhook_id is not None,
            objector_id=interaction.user.id,
        )
        if told is Objected.TOLD:
            await self.bot.doorbell.ring(author.id, guild.id, message.channel.id)
        # A hidden objection reads like one that was passed on: a block is never announced.
        shown = Objected.TOLD if told is Objected.HIDDEN else told
        await answer(interaction, words(_OBJECTED[shown]))


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(ConsentCog(bot))
