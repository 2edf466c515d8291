"""`/affinity`: affinity groups, which belong to their members.

This file holds the commands; what they show and do lies beside it, a module for each part. What
Discord has to be brought to (channels and who can read them) is the keeper's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands
from discord.ext import commands

from bot.replies import Interaction
from cogs.affinity.answering import Answering
from cogs.affinity.asking import Questioning
from cogs.affinity.decisions import Decisions
from cogs.affinity.founding import Founding
from cogs.affinity.inbox import GroupInbox
from cogs.affinity.inviting import Inviting
from cogs.affinity.keeper import Keeper
from cogs.affinity.leaving import Leaving
from cogs.affinity.settings import GroupSettings
from cogs.affinity.watch import Watch

if TYPE_CHECKING:
    from bot.app import Firsthand


class AffinityCog(
    commands.GroupCog,
    group_name="affinity",
    group_description="Affinity groups: small, private, without owners",
):
    """The commands; each finds the group it is about, and hands over."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self.keeper = keeper = Keeper(bot)
        self.founding = Founding(bot, keeper)
        self.inviting = Inviting(bot, keeper)
        self.questioning = Questioning(bot, keeper)
        self.answering = Answering(bot, keeper)
        self.decisions_view = Decisions(bot, keeper)
        self.settings_view = GroupSettings(bot, keeper, self.questioning)
        self.leaving = Leaving(bot, keeper, self.decisions_view)
        self.inbox = GroupInbox(bot, keeper)
        for part in (
            self.founding,
            self.inviting,
            self.questioning,
            self.answering,
            self.decisions_view,
            self.settings_view,
            self.leaving,
            self.inbox,
        ):
            bot.controls.add(part)
        bot.waiting.add(self.inbox.waits)
        super().__init__()

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
        await self.founding.start(interaction, name, purpose, listed)

    @app_commands.command(name="list", description="Groups that can be found, and their purpose")
    async def list_groups(self, interaction: Interaction) -> None:
        await self.founding.show(interaction, 0)

    @app_commands.command(
        description="Ask to join a group; its members decide", extras={"opens_form": True}
    )
    @app_commands.describe(group="A group from the list")
    async def knock(self, interaction: Interaction, group: str) -> None:
        await self.founding.open_knock(interaction, group)

    @knock.autocomplete("group")
    async def knock_suggestions(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await self.founding.suggestions(interaction, current)

    @app_commands.command(description="Invite somebody: the group agrees, and so do they")
    @app_commands.describe(member="Whom you want to invite")
    async def invite(self, interaction: Interaction, member: discord.User) -> None:
        known = await self.inviting.mine(interaction)
        await self.inviting.invite(interaction, known, member)

    @app_commands.command(description="Who is in your group")
    async def members(self, interaction: Interaction) -> None:
        await self.leaving.show_members(interaction, await self.leaving.mine(interaction))

    # -- deciding ---------------------------------------------------------------------------

    @app_commands.command(
        description="Propose something to your group", extras={"opens_form": True}
    )
    async def propose(self, interaction: Interaction) -> None:
        await self.questioning.open_proposal(interaction)

    @app_commands.command(description="What your group is deciding and has decided")
    async def decisions(self, interaction: Interaction) -> None:
        known = await self.decisions_view.mine(interaction)
        await self.decisions_view.show(interaction, known, 0)

    @app_commands.command(description="Your group's settings; a change is a proposal")
    async def settings(self, interaction: Interaction) -> None:
        known = await self.settings_view.mine(interaction)
        await self.settings_view.show(interaction, known)

    @app_commands.command(
        description="Propose that a member says agreed words in the group's name",
        extras={"opens_form": True},
    )
    @app_commands.describe(member="Who would speak for the group")
    async def spoke(self, interaction: Interaction, member: discord.User) -> None:
        await self.questioning.open_spoke(interaction, member)

    # -- going ------------------------------------------------------------------------------

    @app_commands.command(description="Be away: your group doesn't wait for your answers")
    @app_commands.describe(until="The day you are back, such as 2030-05-31")
    async def away(self, interaction: Interaction, until: str) -> None:
        await self.leaving.away(interaction, await self.leaving.mine(interaction), until)

    @away.autocomplete("until")
    async def away_suggestions(
        self, interaction: Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return await self.leaving.suggestions(interaction, current)

    @app_commands.command(description="Ask the others, privately, to part ways with a member")
    @app_commands.describe(member="The member")
    async def part(self, interaction: Interaction, member: discord.User) -> None:
        known = await self.questioning.mine(interaction)
        await self.questioning.ask_part(interaction, known, member)

    @app_commands.command(description="Leave your group, at once and without a reason")
    async def leave(self, interaction: Interaction) -> None:
        await self.leaving.leave(interaction, await self.leaving.mine(interaction))

    @app_commands.command(description="Ask your group to end itself")
    async def close(self, interaction: Interaction) -> None:
        known = await self.questioning.mine(interaction)
        await self.questioning.ask_close(interaction, known)


async def setup(bot: Firsthand) -> None:
    cog = AffinityCog(bot)
    await bot.add_cog(cog)
    await bot.add_cog(Watch(bot, cog.keeper))
