"""Coming together: starting a group, finding one, knocking."""

from __future__ import annotations

import asyncio
from typing import Any

import discord
from discord import ui

from bot import places, text
from bot.affinity import rules
from bot.affinity.rules import Permit, Refusal
from bot.affinity.service import Known
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    control,
    custom_id,
    form_values,
    in_server,
    in_working_server,
    literal,
    moment,
    page_number,
    pager,
    row,
    words_for,
)
from bot.suggestions import MOST, offer
from bot.words import Words
from cogs.affinity import says
from cogs.affinity.fitting import fitted
from cogs.affinity.which import Part

#: Characters of a purpose in the list, so that a page of it fits into one message.
_LINE = 250
#: Buttons that open a lost channel again.
_LOST_SHOWN = 3


class Founding(Part):
    """How groups begin and how they are found."""

    # -- starting ---------------------------------------------------------------------------

    async def start(self, interaction: Interaction, name: str, purpose: str, listed: bool) -> None:
        guild, words = in_working_server(interaction), words_for(interaction)
        called = says.plain_line(words, "name", name, rules.NAME_LIMIT)
        meant = says.plain_line(words, "purpose", purpose, rules.PURPOSE_LIMIT)
        charter = await self.bot.governance.charter(guild.id)
        role, member = charter.start_role, interaction.user
        may = role is None or (
            isinstance(member, discord.Member) and member.get_role(role) is not None
        )
        # Before anything is written: what keeps Discord from it should not use up the day's start.
        obstacle = await self.keeper.channels.obstacle(guild) if may else None
        if obstacle is not None:
            raise Refused(obstacle.text(words))
        started = await self.bot.groups.start(
            guild.id, member.id, called, meant, listed=listed, may=may
        )
        if started.group is None:
            raise Refused(_not_started(words, started.permit, role))
        problem = await self.keeper.start(started.group)
        if problem is not None:
            raise Refused(problem.text(words))
        known = await self.bot.groups.get(started.group.id)
        if known is None:
            raise Refused(words("Nothing was started. Please try again."))
        await answer(interaction, *_started(words, guild, known))

    # -- finding ----------------------------------------------------------------------------

    async def show(self, interaction: Interaction, page: int) -> None:
        """One page of the groups that chose to be found."""
        guild, words = in_server(interaction), words_for(interaction)
        found, more = await self.bot.groups.listed(guild.id, page)
        if not found and page:
            page = 0
            found, more = await self.bot.groups.listed(guild.id, page)
        parts = await self._lost(interaction, words)
        if not found:
            parts.append(
                words(
                    "No group here can be found at the moment: groups are hidden unless they "
                    "choose otherwise. /affinity start begins one; or ask somebody you know to "
                    "invite you."
                )
            )
            await answer(interaction, *parts)
            return
        menus = [row(_menu("group-knock", words("Knock at a group"), found))]
        if interaction.permissions.manage_guild:
            menus.append(row(_menu("group-off-list", words("Take a group off the list"), found)))
        lines = [f"- {says.named(each.name)}: {_purpose(each)}" for each in found]
        await answer(
            interaction,
            *parts,
            words("**Groups that can be found**") + "\n" + "\n".join(lines),
            words("Who is in them is not shown. To join one, knock: its members decide."),
            *menus,
            *pager(words, "group-list", page, more=more),
        )

    @control("group-list")
    async def turn(self, interaction: Interaction, key: str) -> None:
        await self.show(interaction, page_number(interaction, key))

    async def _lost(self, interaction: Interaction, words: Words) -> list[str | ui.Item[Any]]:
        """My own groups whose channel is gone: this is where everybody finds them again."""
        mine = await self.bot.groups.mine(interaction.user.id, interaction.guild_id or 0)
        parts: list[str | ui.Item[Any]] = []
        for group in [each for each in mine if each.state == "lost"][:_LOST_SHOWN]:
            known = await self.bot.groups.opened(group)
            parts += [
                words("The channel of your group {group} is gone.", group=says.named(known.name)),
                row(button(words("Open a new channel"), "group-reopen", group.id)),
            ]
        return parts

    # -- knocking ---------------------------------------------------------------------------

    async def suggestions(
        self, interaction: Interaction, current: str
    ) -> list[discord.app_commands.Choice[str]]:
        """Groups that can be found, by what was typed of their name."""
        if interaction.guild_id is None:
            return []
        found = await self.bot.groups.search(interaction.guild_id, current, MOST)
        return offer((name, group_id) for group_id, name in found)

    async def open_knock(self, interaction: Interaction, wanted: str) -> None:
        """The form for a hello, or at once why knocking would be in vain."""
        guild, words = in_server(interaction), words_for(interaction)
        typed = text.clean(wanted)
        permit, known = Permit(Refusal.NOT_FOUND), None
        async with asyncio.timeout(FORM_SECONDS):
            if text.fault(typed, rules.NAME_LIMIT) is None:
                known = await self.bot.groups.find_listed(guild.id, typed)
            if known is not None:
                permit = await self.bot.group_asking.may_knock(
                    known.id, guild.id, interaction.user.id
                )
        if known is None or not permit.allowed:
            raise says.refusal(words, says.REFUSALS, permit)
        await interaction.response.send_modal(
            Form(
                text.shorten(words("Knock: {group}", group=text.clean(known.name)), 45),
                "group-knocked",
                known.id,
                ui.Label(
                    text=words("A short hello"),
                    description=words(
                        "Who you are, and why you would like to join. Its members read it."
                    ),
                    component=ui.TextInput(
                        custom_id="hello",
                        style=discord.TextStyle.paragraph,
                        max_length=rules.HELLO_LIMIT,
                    ),
                ),
            )
        )

    @control("group-knock", opens_form=True)
    async def knock_from_list(self, interaction: Interaction, key: str) -> None:
        picked = chosen(interaction)
        await self.open_knock(interaction, picked[0] if picked else key)

    @control("group-knocked")
    async def knock(self, interaction: Interaction, key: str) -> None:
        guild, words, me = in_server(interaction), words_for(interaction), interaction.user.id
        typed = form_values(interaction).get("hello")
        hello = says.plain_text(words, typed, rules.HELLO_LIMIT)
        place = places.rung_from(interaction)
        asked = await self.bot.group_asking.knock(key, guild.id, me, hello, place)
        if asked.decision is None:
            raise says.refusal(words, says.REFUSALS, asked.permit)
        reached = await self.bot.doorbell.could_reach(me, guild.id, place)
        await self.keeper.settle(key)
        sentence = words(
            "Your knock is with the group. Its members decide until {when}; you alone get the "
            "outcome, and who said what stays secret.",
            when=moment(asked.decision.due_at),
        )
        if not reached:
            sentence += "\n" + words(
                "I have no way to let you know from here, so look into /consent inbox in a while. "
                "/privacy dms lets me write to you."
            )
        await answer(interaction, sentence)


def _menu(name: str, placeholder: str, found: list[Known]) -> ui.Select[Any]:
    return ui.Select(
        custom_id=custom_id(name),
        placeholder=placeholder,
        options=[
            discord.SelectOption(
                label=text.shorten(text.clean(known.name), 100),
                value=known.id,
                description=text.shorten(known.settings.purpose, 100),
            )
            for known in found
        ],
    )


def _purpose(known: Known) -> str:
    return fitted(known.settings.purpose, _LINE)


def _started(words: Words, guild: discord.Guild, known: Known) -> list[str]:
    """Where it is, who can read it, and what comes next."""
    channel_id = known.group.channel_id
    channel = guild.get_channel(channel_id) if channel_id else None
    where = f"<#{channel_id}>" if channel_id else words("its channel, which comes in a moment")
    first = words(
        "{group} is started: {channel}. You are its only member so far.",
        group=says.named(known.name),
        channel=where,
    )
    shown = text.clean(channel.name) if channel is not None else rules.channel_name(known.name)
    if shown and shown != known.name:
        first += " " + words("Discord writes its name as {name}.", name=f"#{literal(shown)}")
    found = (
        words("Everybody here can find its name and purpose in /affinity list, and knock.")
        if known.settings.listed
        else words("Nobody else can find it: /affinity settings puts it in the list.")
    )
    return [
        first,
        words("**Who can read it:** {who}", who=says.who_reads(words)),
        found + " " + words("/affinity invite asks somebody to join you."),
    ]


def _not_started(words: Words, permit: Permit, role_id: int | None) -> str:
    if permit.refusal is Refusal.ROLE:
        return words(
            "In this server, groups are started by people with the role {role}. Ask one of them "
            "to start it with you; a moderator can change this in /rules edit.",
            role=f"<@&{role_id}>",
        )
    if permit.refusal is Refusal.NAME_TAKEN:
        return words(
            "A group that can be found here has this name, or one that looks like it: "
            "/affinity list shows it. Please choose another name, so that neither is taken for "
            "the other, or knock at that group with /affinity knock."
        )
    if permit.refusal is Refusal.MANY_GROUPS:
        return words(says.MANY_GROUPS, groups=rules.MOST_GROUPS)
    if permit.refusal is Refusal.MANY_ALONE:
        return words(
            "You are the only member of {alone} groups here, and that is as many as one person can "
            "be alone in. Invite somebody into one of them with /affinity invite, or go from one "
            "with /affinity leave; then you can start another.",
            alone=rules.MOST_ALONE,
        )
    return words(
        "That's all the groups you can start in one day. You can start another {when}.",
        when=moment(permit.until or 0, "R"),
    )
