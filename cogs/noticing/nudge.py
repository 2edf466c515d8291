"""The nudge in its author's inbox. Nothing of the message was kept: it is looked at again."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

import discord
from discord import ui

from bot import text
from bot.inbox import Block
from bot.noticing import ROLE
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
from bot.words import N_, Words
from bot.work.notices import Notice

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


class Nudge:
    """Shows a nudge, and forgets it."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    async def show(self, interaction: Interaction, notice: Notice) -> Block | None:
        """None: the message is gone or says something else, or there is a yes since."""
        if not await self.bot.nudges.still(notice):
            return None
        contents = interaction.extras
        if notice.key not in contents:  # one message may seem to speak for several
            contents[notice.key] = await self._content(notice)
        seen = _look(notice, contents[notice.key])
        return Block(_parts(words_for(interaction), notice, seen)) if seen.still else None

    async def still_so(self, notice: Notice) -> bool:
        """Whether there is something to ring for: it may be edited, deleted or agreed to by now."""
        if not await self.bot.nudges.still(notice):
            return False
        return _look(notice, await self._content(notice)).still

    async def _content(self, notice: Notice) -> str | None:
        """What the message says now: "" if it is gone, None if it cannot be seen at the moment."""
        channel = self.bot.get_partial_messageable(notice.channel_id, guild_id=notice.guild_id)
        try:
            message = await channel.fetch_message(int(notice.key))
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
        if not await self.bot.notices.seen(key, interaction.user.id, here(interaction)):
            raise not_found(interaction)
        await answer(
            interaction,
            words("All right. Nothing of it is kept. /consent inbox shows what else waits."),
        )


def _look(notice: Notice, content: str | None) -> Seen:
    if content is None:
        return Seen(True)
    # Imported here: a start does not need it, and most servers never do.
    from bot.noticing import detector

    found = detector.notice(content)
    if not found.speaks_for or notice.about_id not in found.ids:
        return Seen(False)
    told = marked(content, found.span, literal) if found.span is not None else ""
    return Seen(True, told, found.why)


def _parts(words: Words, notice: Notice, seen: Seen) -> list[str | ui.Item[Any]]:
    link = message_link(notice.guild_id, notice.channel_id, int(notice.key))
    is_role = notice.what == ROLE
    who = f"<@&{notice.about_id}>" if is_role else f"<@{notice.about_id}>"
    lines = [words(_ROLE if is_role else _PERSON, who=who, link=link)]
    if seen.words:
        lines += [f"> {seen.words}", f"-# {reason(words, seen.why)}"]
    if is_role:
        lines.append(words(_NO_ROLE))
    lines.append(words(_ALONE))
    buttons: list[ui.Item[Any]] = [
        ui.Button(label=words("I'd rather edit it"), url=link),
        button(words("Leave it as it is"), "nudge", notice.id),
    ]
    if not is_role:
        ask = button(words("Ask them"), "ask-them", notice.id, discord.ButtonStyle.primary)
        buttons.insert(0, ask)
    return ["\n".join(lines), row(*buttons)]
