"""`/rules`: the rules in force, the moderators' panel, its history, and what the bot lacks.

This file holds the commands; what they show and do lies beside it, a module for each part.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from discord import app_commands
from discord.ext import commands

from bot.governance import ANNOUNCEMENT
from bot.governance.rules import GROUPS, RULES
from bot.replies import Interaction, answer, in_server, words_for
from bot.words import N_
from cogs.rules.says import FEW, value_in_words

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.rules.parts import Parts

_FLOOR = N_(
    "**What moderators can't do**\n"
    "They can't answer for you, loosen your flag, or see requests, ledgers or who blocks whom. "
    "They can't decide for an affinity group, and I don't show them who is in one; all they can do "
    "is take it off /affinity list, openly. "
    "(Administrators of the server can open every channel, a group's too.) "
    "They can set these rules only within bounds they can't move, and the same for everybody. "
    "Every change is kept with its author: /rules history shows it."
)


class RulesCog(commands.GroupCog, group_name="rules", group_description="The rules of this server"):
    """Moderators set the floor, openly (law 3)."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        bot.controls.later(lambda: self.parts)
        super().__init__()

    @cached_property
    def parts(self) -> Parts:
        """Loaded when somebody needs them: a start is quicker without."""
        from cogs.rules.parts import Parts

        return Parts(self.bot)

    async def cog_load(self) -> None:
        self.bot.worker.handle(ANNOUNCEMENT, lambda piece: self.parts.history.announce(piece))

    @app_commands.command(description="Every rule in force, and what moderators can't do")
    async def show(self, interaction: Interaction) -> None:
        guild, words = in_server(interaction), words_for(interaction)
        settings = await self.bot.governance.settings(guild.id)
        parts = [
            "\n".join(
                f"**{words(rule.label)}:** "
                f"{value_in_words(words, rule, settings[rule.name].value, FEW)}\n"
                f"-# {words(rule.about)}"
                for rule in RULES.values()
                if rule.group is group
            )
            for group in GROUPS
        ]
        await answer(interaction, *parts, words(_FLOOR))

    @app_commands.command(description="Change the rules of this server (Manage Server)")
    async def edit(self, interaction: Interaction) -> None:
        await self.parts.panel.show(interaction)

    @app_commands.command(description="Who changed which rule, and when")
    async def history(self, interaction: Interaction) -> None:
        await self.parts.history.show(interaction, 0)

    @app_commands.command(
        name="check", description="What the bot lacks here, and what stops (Manage Server)"
    )
    async def check(self, interaction: Interaction) -> None:
        await self.parts.checkup.command(interaction)

    @app_commands.command(name="try", description="What noticing would say about a text, and why")
    @app_commands.describe(text="Any text, with somebody mentioned in it")
    async def try_text(self, interaction: Interaction, text: str) -> None:
        await self.parts.trying.command(interaction, text)


async def setup(bot: Firsthand) -> None:
    await bot.add_cog(RulesCog(bot))
