"""`/consent`: the "don't speak for me" flag, asking, answering, speaking, taking back.

This file holds the commands; what they show and do lies beside it, a module for each part.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.consent import ANSWER, OBJECTION, REQUEST, SAID, TAKEN_OUT
from bot.replies import Interaction, in_server

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.consent.parts import Parts


class ConsentCog(
    commands.GroupCog, group_name="consent", group_description="Nobody speaks for you without you"
):
    """The commands; each parses, calls a service and answers."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        bot.controls.later(lambda: self.parts)
        bot.inbox.add(REQUEST, lambda *given: self.parts.requests.request(*given))
        bot.inbox.add(ANSWER, lambda *given: self.parts.requests.answered(*given))
        bot.inbox.add(TAKEN_OUT, lambda *given: self.parts.requests.taken_out(*given))
        bot.inbox.add(OBJECTION, lambda *given: self.parts.requests.objection(*given))
        self.menus = (
            app_commands.ContextMenu(
                name="Ask to speak for", callback=self.ask_menu, extras={"opens_form": True}
            ),
            app_commands.ContextMenu(name="This speaks for me", callback=self.object_menu),
        )
        super().__init__()

    @cached_property
    def parts(self) -> Parts:
        """Loaded when somebody needs them: a start is quicker without."""
        from cogs.consent.parts import Parts

        return Parts(self.bot)

    async def cog_load(self) -> None:
        for menu in self.menus:
            self.bot.tree.add_command(menu)
        self.bot.posting.in_its_place(SAID, lambda post: self.parts.speech.in_its_place(post))
        self.bot.worker.every(60, "consents", lambda: self.bot.speaking.tidy())
        self.bot.worker.every(3600, "limits", lambda: self.bot.boundaries.tidy())

    async def cog_unload(self) -> None:
        for menu in self.menus:
            self.bot.tree.remove_command(menu.name, type=menu.type)

    @app_commands.command(description="Say whether people may ask to speak for you")
    @app_commands.describe(choice="Your flag", note="A short text that everybody sees with it")
    @app_commands.choices(
        choice=[
            app_commands.Choice(name="Ask me first", value="ask"),
            app_commands.Choice(name="Don't speak for me", value="never"),
        ]
    )
    async def flag(self, interaction: Interaction, choice: str, note: str = "") -> None:
        await self.parts.boundaries.set_flag(interaction, choice, note)

    @app_commands.command(description="See somebody's flag, and what you hold from them")
    @app_commands.describe(member="Whose flag")
    async def check(self, interaction: Interaction, member: discord.User) -> None:
        await self.parts.boundaries.check(interaction, member)

    @app_commands.command(
        description="Ask somebody whether you may say these exact words for them",
        extras={"opens_form": True},
    )
    @app_commands.describe(member="Whom you want to speak for")
    async def ask(self, interaction: Interaction, member: discord.User) -> None:
        await self.parts.asking.open_form(interaction, member, give=False)

    async def ask_menu(self, interaction: Interaction, member: discord.User) -> None:
        await self.parts.asking.open_form(interaction, member, give=False)

    @app_commands.command(
        description="Ask somebody to speak for you, in your words", extras={"opens_form": True}
    )
    @app_commands.describe(member="Who would speak for you")
    async def give(self, interaction: Interaction, member: discord.User) -> None:
        await self.parts.asking.open_form(interaction, member, give=True)

    @app_commands.command(description="What waits for your answer")
    async def inbox(self, interaction: Interaction) -> None:
        await self.bot.inbox.show(interaction, 0)

    @app_commands.command(description="What you gave and what you hold; take it back here")
    async def ledger(self, interaction: Interaction) -> None:
        await self.parts.ledger.show(interaction, 0)

    @app_commands.command(description="Say agreed words here, with a receipt that all can verify")
    @app_commands.describe(
        consent="Which of the words you hold; for older ones, the receipt in /consent ledger"
    )
    async def speak(self, interaction: Interaction, consent: str) -> None:
        await self.parts.speech.say(interaction, consent)

    @speak.autocomplete("consent")
    async def speak_suggestions(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await self.parts.speech.suggestions(interaction, current)

    @app_commands.command(description="Check whether a receipt is in force")
    @app_commands.describe(code="The receipt's code")
    async def verify(self, interaction: Interaction, code: str) -> None:
        await self.parts.speech.verify(interaction, code, in_server(interaction).id)

    @app_commands.command(description="Stop somebody from asking you; they are not told")
    @app_commands.describe(member="Who may not ask you any more")
    async def block(self, interaction: Interaction, member: discord.User) -> None:
        await self.parts.boundaries.block(interaction, member)

    @app_commands.command(description="Let somebody ask you again")
    @app_commands.describe(member="Who may ask you again")
    async def unblock(self, interaction: Interaction, member: discord.User) -> None:
        await self.parts.boundaries.unblock(interaction, member)

    async def object_menu(self, interaction: Interaction, message: discord.Message) -> None:
        await self.parts.boundaries.object(interaction, message)


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(ConsentCog(bot))
