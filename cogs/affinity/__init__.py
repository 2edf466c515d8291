"""`/affinity`: affinity groups, which belong to their members.

This file holds the commands; what they show and do lies beside it, a module for each part. What
Discord has to be brought to (channels and who can read them) is the keeper's.
"""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.affinity import INVITATION, LOST, NEWS, PARTING
from bot.replies import Interaction
from cogs.affinity.watch import Watch

if TYPE_CHECKING:
    from bot.app import Firsthand
    from cogs.affinity.parts import Parts


class AffinityCog(
    commands.GroupCog,
    group_name="affinity",
    group_description="Affinity groups: small, private, without owners",
):
    """The commands; each finds the group it is about, and hands over."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        bot.controls.later(lambda: self.parts)
        add = bot.inbox.add
        add(NEWS, lambda *given: self.parts.inbox.news(*given))
        add(LOST, lambda *given: self.parts.inbox.lost(*given))
        add(INVITATION, lambda *given: self.parts.inbox.invitation(*given))
        add(PARTING, lambda *given: self.parts.inbox.parting(*given))
        super().__init__()

    @cached_property
    def parts(self) -> Parts:
        """Loaded when somebody needs them: a start is quicker without."""
        from cogs.affinity.parts import Parts

        return Parts(self.bot)

    # -- coming together --------------------------------------------------------------------

    @app_commands.command(description="Start a group: a private channel, for you alone at first")
    @app_commands.describe(
        name="What it is called, in up to 50 characters",
        purpose="What it is for, in up to 200 characters",
        listed="Whether people here can find it and knock; hidden unless you say so",
    )
    async def start(
        self, interaction: Interaction, name: str, purpose: str, listed: bool = False
    ) -> None:
        await self.parts.founding.start(interaction, name, purpose, listed)

    @app_commands.command(name="list", description="Groups that can be found, and their purpose")
    async def list_groups(self, interaction: Interaction) -> None:
        await self.parts.founding.show(interaction, 0)

    @app_commands.command(
        description="Ask to join a group; its members decide", extras={"opens_form": True}
    )
    @app_commands.describe(group="A group from the list")
    async def knock(self, interaction: Interaction, group: str) -> None:
        await self.parts.founding.open_knock(interaction, group)

    @knock.autocomplete("group")
    async def knock_suggestions(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await self.parts.founding.suggestions(interaction, current)

    @app_commands.command(description="Invite somebody: the group agrees, and so do they")
    @app_commands.describe(member="Whom you want to invite")
    async def invite(self, interaction: Interaction, member: discord.User) -> None:
        known = await self.parts.inviting.mine(interaction)
        await self.parts.inviting.invite(interaction, known, member)

    @app_commands.command(description="Who is in your group")
    async def members(self, interaction: Interaction) -> None:
        await self.parts.leaving.show_members(
            interaction, await self.parts.leaving.mine(interaction)
        )

    # -- deciding ---------------------------------------------------------------------------

    @app_commands.command(
        description="Propose something to your group", extras={"opens_form": True}
    )
    async def propose(self, interaction: Interaction) -> None:
        await self.parts.questioning.open_proposal(interaction)

    @app_commands.command(description="What your group is deciding and has decided")
    async def decisions(self, interaction: Interaction) -> None:
        known = await self.parts.decisions.mine(interaction)
        await self.parts.decisions.show(interaction, known, 0)

    @app_commands.command(description="Your group's settings; a change is a proposal")
    async def settings(self, interaction: Interaction) -> None:
        known = await self.parts.settings.mine(interaction)
        await self.parts.settings.show(interaction, known)

    @app_commands.command(
        description="Propose that a member says agreed words in the group's name",
        extras={"opens_form": True},
    )
    @app_commands.describe(member="Who would speak for the group")
    async def spoke(self, interaction: Interaction, member: discord.User) -> None:
        await self.parts.questioning.open_spoke(interaction, member)

    # -- going ------------------------------------------------------------------------------

    @app_commands.command(description="Be away: your group doesn't wait for your answers")
    @app_commands.describe(until="The day you are back, such as 2030-05-31")
    async def away(self, interaction: Interaction, until: str) -> None:
        await self.parts.leaving.away(
            interaction, await self.parts.leaving.mine(interaction), until
        )

    @away.autocomplete("until")
    async def away_suggestions(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await self.parts.leaving.suggestions(interaction, current)

    @app_commands.command(description="Ask the others, privately, to part ways with a member")
    @app_commands.describe(member="The member")
    async def part(self, interaction: Interaction, member: discord.User) -> None:
        known = await self.parts.questioning.mine(interaction)
        await self.parts.questioning.ask_part(interaction, known, member)

    @app_commands.command(description="Leave your group, at once and without a reason")
    async def leave(self, interaction: Interaction) -> None:
        await self.parts.leaving.leave(interaction, await self.parts.leaving.mine(interaction))

    @app_commands.command(description="Ask your group to end itself")
    async def close(self, interaction: Interaction) -> None:
        known = await self.parts.questioning.mine(interaction)
        await self.parts.questioning.ask_close(interaction, known)


async def setup(bot: Firsthand) -> None:
    cog = AffinityCog(bot)
    await bot.add_cog(cog)
    await bot.add_cog(Watch(bot, cog))
