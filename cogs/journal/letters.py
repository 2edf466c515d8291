"""Writing in the DM itself: keep it once, always, or never; nothing is kept unasked.

What somebody writes to the bot stands in Discord's DM, which the bot cannot delete it from. Nothing
of it is stored before they press *Keep it* (or had said *Always*): the message is read from Discord
again then. A kept message carries a mark (a reaction), put there once the entry is on disk.

One question stands at a time. It reaches back to the last thing the bot answered, one day at most,
so that several messages in a row, or those sent while the bot was off, are asked about together.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

import discord
from discord import ButtonStyle, ui

from bot.journal.keys import Locked
from bot.journal.service import Changed, Draft, Full
from bot.replies import (
    NOBODY,
    UNREACHED,
    Card,
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    control,
    custom_id,
    not_found,
    number,
    row,
    trace,
    words_for,
)
from bot.seal import Unreadable
from bot.words import LANGUAGES, N_, Words, speak
from bot.work.turns import Turns
from cogs.journal.access import full, opening, unlock_button
from cogs.journal.before import TOGETHER, missed_before, unanswered_before
from cogs.journal.letter import letter_of
from cogs.journal.remind import Remind
from cogs.journal.writing import GONE

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Put under a message once it is in the journal.
MARK = "✅"
#: Messages that one question can be about.
_LAST_ID = 2**63 - 2  # the one after it has to be an id, too
#: The language of somebody whose own is not known, or can't be looked up just now.
_UNKNOWN = LANGUAGES[0]
ASK, ALWAYS, NEVER = "ask", "always", "never"
#: Always; but the journal was full, and that is said once.
_FULL = "full"

_HABITS = {
    ASK: N_("Ask me each time"),
    ALWAYS: N_("Always keep them"),
    NEVER: N_("Never keep them, never ask"),
}
_SET = {
    ASK: N_("I ask you each time whether to keep what you write to me here."),
    ALWAYS: N_(
        "From now on I keep every message you write to me in a DM, and put {mark} under it once "
        "it is safely stored. Without the mark it is not. /journal tips changes this."
    ),
    NEVER: N_("I don't keep your messages, and don't ask any more. /journal tips changes this."),
}
_COPY_STAYS = N_(
    "I can't delete your messages from this DM; you can. /journal write leaves no copy here."
)


class Kept(NamedTuple):
    """Whether a message is in the journal now, and what of it can't be kept."""

    done: bool
    refused: list[str]


class Letters:
    """Direct messages, and what becomes of them."""

    def __init__(self, bot: Firsthand, remind: Remind) -> None:
        self.bot = bot
        self.remind = remind
        # One message of a person after the other: each looks at what became of those before.
        # None is turned away, because nobody would write it again.
        self._turns = Turns()

    # -- what arrives -----------------------------------------------------------------------

    async def received(self, message: discord.Message) -> None:
        """Somebody wrote to the bot."""
        if message.is_system():
            return  # a note of Discord's, such as that a message was pinned
        words = speak(_UNKNOWN)
        async with self._turns.of(message.author.id):
            try:
                habit, language = await self.bot.journal.habits(message.author.id)
                if habit == NEVER:
                    return
                words = speak(language)
                if habit in (ALWAYS, _FULL):
                    await self._always(message, words, was_full=habit == _FULL)
                else:
                    await self._ask(message, words, words(_ASKED))
            except Exception as error:
                log.error("a direct message: %s", trace(error))
                await self._say(
                    message,
                    words("I could not keep this. Your message is where it was; try again below."),
                    row(_keep(words, str(message.id))),
                )

    async def edited(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Somebody changed a message; the journal follows only when they say so."""
        message = payload.message
        if message.author.bot or message.edited_at is None:
            return
        me = message.author.id
        async with self._turns.of(me):
            if not await self.bot.journal.is_kept(me, message.id):
                return
            words = speak((await self.bot.journal.habits(me)).language)
            try:
                entry = await self.bot.journal.kept(me, message.id)
                letter = await letter_of(words, message)
                if entry is None or entry.text == letter.text or not letter.text:
                    return
            except Locked:
                pass  # whether it differs shows only once it is open
            except Unreadable:
                return  # the journal can't be opened any more, so nothing can follow
            await self._say(
                message,
                words("You changed a message that is in your journal. Change it there, too?"),
                row(
                    button(words("Change it there"), "letter-change", str(message.id)),
                    button(words("Leave it as it is"), "letter-no"),
                ),
            )

    async def _always(self, message: discord.Message, words: Words, *, was_full: bool) -> None:
        # Looked for first: what may be said about this message would hide what was before it.
        missed = await missed_before(self.bot.journal, message)
        try:
            kept = await self._keep(words, message)
        except Locked:
            first = words("Your journal is locked, so I kept nothing.")
            await self._ask(message, words, first, instead=[unlock_button(words)])
            return
        except Full as error:
            if not was_full:
                once = f"{words(_UNMARKED, mark=MARK)} {words(_ONCE)}"
                first = f"{full(words, error).text}\n\n{once}"
                await self._ask(message, words, first, instead=[_no(words)])
                await self.bot.journal.tell_full(message.author.id)
            return
        if missed:
            await self._add(
                message,
                words("Before this one you wrote something that there was no room for.")
                if was_full
                else words(
                    "Before this one you wrote something that I didn't notice; perhaps I was off. "
                    "It is not in your journal."
                ),
                row(_keep(words, f"{missed[0].id}.{missed[-1].id}"), _no(words)),
            )
        if kept.refused or not kept.done:
            await self._add(message, *(kept.refused or [words(_NOTHING)]))

    async def _ask(
        self,
        message: discord.Message,
        words: Words,
        first: str,
        *,
        instead: Sequence[ui.Button] = (),
    ) -> None:
        """Ask about this message, and those before it that nothing was said about yet.

        `instead`: what can be pressed where more than a habit is to be chosen.
        """
        letter = await letter_of(words, message, whole=False)
        before = await unanswered_before(message)
        if not letter.text and not before:
            await self._say(message, *(letter.refused or [words(_NOTHING)]))
            return
        key = str(message.id)
        buttons: list[Any] = [_keep(words, key)] if letter.text else []
        parts: list[Any] = [first]
        if before:
            buttons.append(button(words("Keep all"), "letter-keep", f"{before[0].id}.{message.id}"))
            parts.append(
                words(
                    "*Keep all* takes what you wrote since I last answered, too: {n} messages at "
                    "most, and none older than a day. While I am off I notice nothing.",
                    n=TOGETHER,
                )
            )
        buttons += instead or [
            button(words("Always keep"), "letter-always", key),
            _no(words),
            button(words("Never ask"), "letter-never"),
        ]
        await self._say(message, *parts, *letter.refused, words(_COPY_STAYS), row(*buttons))

    # -- keeping ----------------------------------------------------------------------------

    async def _keep(self, words: Words, message: discord.Message) -> Kept:
        """Keep one message, then mark it. Raises Locked, Full; nothing once it is kept."""
        letter = await letter_of(words, message)
        if letter.text:
            await self.bot.journal.write(
                message.author.id,
                Draft("", letter.text),
                at=int(message.created_at.timestamp()),
                message_id=message.id,
            )
            try:
                await message.add_reaction(MARK)
            except UNREACHED as error:
                log.info("a kept message has no mark: %s", trace(error))
                await self._add(message, words("That is safe in your journal."))
            await self.remind.answered(message.author.id)
        return Kept(bool(letter.text), letter.refused)

    @control("letter-keep")
    async def keep(self, interaction: Interaction, key: str) -> None:
        """Keep one message, or (`first.last`) all of the writer's from one to another."""
        words, me = words_for(interaction), interaction.user.id
        first, _, last = key.partition(".")
        messages = await self._messages(interaction, first, last or first)
        await self.bot.journal.speaks(me, words.language)
        async with self._turns.of(me):
            with opening(words):
                await self.bot.journal_keys.opened(me)
                try:
                    kept = [await self._keep(words, message) for message in messages]
                except Full as error:
                    # Those before have their marks; the question stays, to be pressed again.
                    refused = full(words, error)
                    unmarked = words(_UNMARKED, mark=MARK)
                    raise Refused(f"{refused.text}\n\n{unmarked}", *refused.items) from None
        refused = [why for each in kept for why in each.refused][:TOGETHER]
        if any(each.done for each in kept):
            refused.insert(0, words("Kept in your journal."))
        await self._close(interaction, *(refused or [words(_NOTHING)]))

    @control("letter-always")
    async def always(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        [message] = await self._messages(interaction, key, key)
        async with self._turns.of(interaction.user.id):
            with opening(words):
                kept = await self._keep(words, message)
        await self._set(interaction, ALWAYS)
        await self._close(interaction, words(_SET[ALWAYS], mark=MARK), *kept.refused)

    @control("letter-never")
    async def never(self, interaction: Interaction, key: str) -> None:
        await self._set(interaction, NEVER)
        await self._close(interaction, words_for(interaction)(_SET[NEVER]))

    @control("letter-no")
    async def no(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        await self._close(interaction, words("All right, I leave it."))

    @control("letter-change")
    async def change(self, interaction: Interaction, key: str) -> None:
        """Put a changed message's words in the place of the entry it became."""
        words, me = words_for(interaction), interaction.user.id
        [message] = await self._messages(interaction, key, key)
        letter = await letter_of(words, message)
        with opening(words):
            entry = await self.bot.journal.kept(me, message.id)
            if entry is None or not letter.text:
                raise Refused(letter.refused[0] if letter.refused else words(GONE))
            draft = Draft(entry.title, letter.text)
            changed = await self.bot.journal.change(me, entry.id, entry.revision, draft)
        if changed is not Changed.CHANGED:
            raise Refused(words("The entry has just changed. Look at it, and press again."))
        await self._close(interaction, words("Changed in your journal, too."))

    # -- the habit --------------------------------------------------------------------------

    async def habit_menu(self, words: Words, person_id: int) -> ui.Select:
        """What happens to direct messages, to be changed there."""
        now, _ = await self.bot.journal.habits(person_id)
        now = ALWAYS if now == _FULL else now
        return ui.Select(
            custom_id=custom_id("letter-habit"),
            options=[
                discord.SelectOption(label=words(label), value=habit, default=habit == now)
                for habit, label in _HABITS.items()
            ],
        )

    @control("letter-habit")
    async def set_habit(self, interaction: Interaction, key: str) -> None:
        words, habits = words_for(interaction), chosen(interaction)
        if len(habits) != 1 or habits[0] not in _HABITS:
            raise not_found(interaction)
        habit = habits[0]
        await self._set(interaction, habit)
        await answer(interaction, words(_SET[habit], mark=MARK))

    async def _set(self, interaction: Interaction, habit: str) -> None:
        language = words_for(interaction).language
        await self.bot.journal.set_habit(interaction.user.id, habit, language)

    # -- Discord ----------------------------------------------------------------------------

    async def _messages(
        self, interaction: Interaction, first: str, last: str
    ) -> list[discord.Message]:
        """The person's own messages of this DM, from one to another. Raises Refused."""
        words, channel = words_for(interaction), interaction.channel
        low, high = (number(interaction, each, _LAST_ID) for each in (first, last))
        if not isinstance(channel, discord.DMChannel):
            raise not_found(interaction)
        found = [
            each
            async for each in channel.history(
                limit=2 * TOGETHER,
                after=discord.Object(max(low - 1, 0)),
                before=discord.Object(high + 1),
                oldest_first=True,
            )
            if each.author.id == interaction.user.id
        ]
        if not found:
            raise Refused(words("That message is not here any more, so there is nothing to keep."))
        return found

    async def _close(self, interaction: Interaction, *parts: str) -> None:
        """Say what was done, in the place of the question too: it is answered."""
        message = interaction.message
        if message is not None and not message.flags.ephemeral:
            try:
                await message.edit(view=Card(parts[0]), allowed_mentions=NOBODY)
            except UNREACHED as error:
                log.info("an answered question stands still: %s", trace(error))
        await answer(interaction, *parts)

    async def _add(self, message: discord.Message, *parts: str | ui.Item[Any]) -> None:
        """Say something more about what is done already, whether Discord takes it or not."""
        try:
            await self._say(message, *parts)
        except UNREACHED as error:
            log.warning("something more could not be said in a DM: %s", trace(error))

    async def _say(self, message: discord.Message, *parts: str | ui.Item[Any]) -> None:
        """Answer in the DM; to somebody who wrote there first, that is no stranger (law 10)."""
        await message.channel.send(view=Card(*parts), allowed_mentions=NOBODY)


_ASKED = N_("Keep this in your journal?")
_UNMARKED = N_("What has no {mark} below it here is not in your journal.")
_ONCE = N_("I say so once. As soon as there is room, I keep your messages again.")
_NOTHING = N_("I can keep words and text files; there are none in this. /help shows what I can do.")


def _keep(words: Words, key: str) -> ui.Button:
    return button(words("Keep it"), "letter-keep", key, ButtonStyle.primary)


def _no(words: Words) -> ui.Button:
    return button(words("No"), "letter-no")
