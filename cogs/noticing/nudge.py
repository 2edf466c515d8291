"""The nudge in its author's inbox. Nothing of the message was kept: it is looked at again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import discord
from discord import ui

from bot import text
from bot.noticing.service import Nudge
from bot.noticing.telling import marked, reason
from bot.replies import (
    UNREACHED,
    Interaction,
    answer,
    button,
    control,
    here,
    literal,
    message_link,
    not_found,
    row,
    trace,
    words_for,
)
from bot.waiting import Block
from bot.words import N_, Words

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

_PERSON = N_("A message of yours seems to speak for {who}, and you have no yes from them: {link}")
_ROLE = N_("A message of yours seems to speak for {who}: {link}")
_NO_ROLE = N_(
    "A role can't be asked: its members never said yes together. You can speak for yourself, or "
    "ask each person with /consent ask. An affinity group can agree on words: /affinity spoke."
)
_ALONE = N_("Only you are told. If I am wrong, leave it as it is.")


class Seen(NamedTuple):
    """A message looked at again. `words` is empty where it could not be read."""

    still: bool
    words: str = ""
    why: str = ""


class Inbox:
    """Shows nudges, and forgets them."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def waits(self, interaction: Interaction) -> list[Block]:
        """What waits for the person who acts, for the inbox of all families.

        A message that is gone, or that its author has put in other words since, waits no more.
        """
        words, me = words_for(interaction), interaction.user.id
        contents: dict[int, str | None] = {}
        blocks: list[Block] = []
        for nudge in await self.bot.nudges.waiting(me, here(interaction)):
            if nudge.message_id not in contents:
                contents[nudge.message_id] = await self._content(nudge)
            seen = _look(nudge, contents[nudge.message_id])
            if seen.still:
                blocks.append(Block(_parts(words, nudge, seen)))
            else:
                await self.bot.nudges.done_with(nudge.id, me, nudge.guild_id)
        return blocks

    async def _content(self, nudge: Nudge) -> str | None:
        """What the message says now: "" if it is gone, None if it cannot be seen at the moment."""
        channel = self.bot.get_partial_messageable(nudge.channel_id, guild_id=nudge.guild_id)
        try:
            message = await channel.fetch_message(nudge.message_id)
        except discord.NotFound:
            return ""
        except UNREACHED as error:
            log.info("a message cannot be looked at: %s", trace(error))
            return None
        return text.clean(message.content) or ("" if self.bot.intents.message_content else None)

    @control("nudge")
    async def leave(self, interaction: Interaction, key: str) -> None:
        """Its author leaves it, or has seen to it."""
        words = words_for(interaction)
        if not await self.bot.nudges.done_with(key, interaction.user.id, here(interaction)):
            raise not_found(interaction)
        await answer(
            interaction,
            words("All right. Nothing of it is kept. /consent inbox shows what else waits."),
        )


def _look(nudge: Nudge, content: str | None) -> Seen:
    if content is None:
        return Seen(True)
    # Imported here: a start does not need it, and most servers never do.
    from bot.noticing.detector import notice

    found = notice(content)
    if not found.speaks_for or nudge.target_id not in found.ids:
        return Seen(False)
    told = marked(content, found.span, literal) if found.span is not None else ""
    return Seen(True, told, found.why)


def _parts(words: Words, nudge: Nudge, seen: Seen) -> list[str | ui.Item[Any]]:
    link = message_link(nudge.guild_id, nudge.channel_id, nudge.message_id)
    who = f"<@&{nudge.target_id}>" if nudge.is_role else f"<@{nudge.target_id}>"
    lines = [words(_ROLE if nudge.is_role else _PERSON, who=who, link=link)]
    if seen.words:
        lines += [f"> {seen.words}", f"-# {reason(words, seen.why)}"]
    if nudge.is_role:
        lines.append(words(_NO_ROLE))
    lines.append(words(_ALONE))
    buttons: list[ui.Item[Any]] = [
        ui.Button(label=words("I'd rather edit it"), url=link),
        button(words("Leave it as it is"), "nudge", nudge.id),
    ]
    if not nudge.is_role:
        ask = button(words("Ask them"), "ask-them", nudge.id, discord.ButtonStyle.primary)
        buttons.insert(0, ask)
    return ["\n".join(lines), row(*buttons)]
