"""Writing and changing entries with forms. What somebody typed is never lost on the way."""

from __future__ import annotations

import asyncio
import io
import logging
from typing import TYPE_CHECKING, Any

import discord
from discord import ButtonStyle, ui

from bot import text
from bot.faults import fault
from bot.journal import prompts
from bot.journal.keys import State
from bot.journal.rules import DAY, TEXT_LIMIT, TITLE_LIMIT
from bot.journal.service import Changed, Draft
from bot.replies import (
    FORM_SECONDS,
    PASSPHRASE,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    control,
    explain,
    fits,
    form_values,
    number,
    quoted,
    row,
    trace,
    words_for,
)
from bot.suggestions import offer
from bot.words import N_, Words
from cogs.journal.access import Access, opening, passphrase_field
from cogs.journal.remind import Remind

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

#: Where somebody's text waits when it could not be kept: on their own private card.
_UNSAVED = "not-kept.md"
#: The key of a form for a new entry, before the id of the question.
_NEW = "new"

GONE = N_("That entry is not there any more. /journal read shows those that are.")
_MEANWHILE = N_(
    "This entry has changed since you opened the form, perhaps on another device. Your text is "
    "not in it; open the entry again and see what you want to keep."
)
_TRY_AGAIN, _UNLOCK_AND_KEEP = N_("Try again"), N_("Unlock and keep it")
_KEEP_AS_NEW = N_("Keep it as a new entry")
_NOT_KEPT = N_("Not kept yet. This is what you wrote; nothing of it is lost while this stands:")
_BROKEN = N_("A � stands where a character was broken. If you try again, it is kept like that.")


class _Outdated(Refused):
    """The entry to be changed is not what it was, or not there any more."""


class Writing:
    """The forms, and what becomes of them."""

    def __init__(self, bot: Firsthand, access: Access, remind: Remind) -> None:
        self.bot = bot
        self.access = access
        self.remind = remind

    # -- new ones ---------------------------------------------------------------------------

    async def prompts(self, interaction: Interaction, typed: str) -> list[Any]:
        """Questions to write to, for the option's suggestions."""
        language = words_for(interaction).language
        today = int(interaction.created_at.timestamp()) // DAY
        found = prompts.offered(language, typed, today)
        return offer((prompts.label(each, language), each.id) for each in found)

    @control("journal-write", opens_form=True)
    async def open(self, interaction: Interaction, key: str) -> None:
        """The form for a new entry; `key`: the question it answers, or nothing."""
        words = words_for(interaction)
        prompt = prompts.prompt(key, words.language) if key else None
        if key and prompt is None:
            raise Refused(words("I don't know that question. Choose one of those I suggest."))
        async with asyncio.timeout(FORM_SECONDS):
            state = await self.bot.journal_keys.state(interaction.user.id)
        fields = _fields(words, Draft("", ""), prompt.text if prompt else "")
        if state is State.LOCKED:
            fields.append(passphrase_field(words))
        form = Form(words("Write in your journal"), "journal-written", key, *fields)
        await interaction.response.send_modal(form)

    @control("journal-written")
    async def written(self, interaction: Interaction, key: str) -> None:
        await self._keep(interaction, f"{_NEW}.{key}", _typed(interaction))

    # -- changing ---------------------------------------------------------------------------

    @control("journal-edit", opens_form=True)
    async def edit(self, interaction: Interaction, key: str) -> None:
        """The form with an entry's text in it."""
        words, me = words_for(interaction), interaction.user.id
        async with asyncio.timeout(FORM_SECONDS):
            with opening(words):
                entry = await self.bot.journal.read(me, key)
        if entry is None or entry.text is None:
            raise Refused(words(GONE))
        if len(entry.text) > TEXT_LIMIT:
            raise Refused(
                words(
                    "This entry is longer than a form can hold. Copy it from the file of /journal "
                    "export into a text file of its own, change it, send me that as a DM, and "
                    "delete this one."
                )
            )
        form = Form(
            words("Change an entry"),
            "journal-edited",
            f"{entry.id}.{entry.revision}",
            *_fields(words, Draft(entry.title, entry.text)),
        )
        await interaction.response.send_modal(form)

    @control("journal-edited")
    async def edited(self, interaction: Interaction, key: str) -> None:
        await self._keep(interaction, key, _typed(interaction))

    # -- keeping ----------------------------------------------------------------------------

    async def _keep(
        self, interaction: Interaction, key: str, draft: Draft, card_id: int | None = None
    ) -> None:
        """Keep a draft, or give it back with a way to try again.

        `card_id`: the card on which it waited; what is pressed there twice is kept once.
        """
        words = words_for(interaction)
        try:
            if form_values(interaction).get(PASSPHRASE):
                await self.access.try_passphrase(interaction)
            with opening(words):
                entry_id = await self._save(interaction, key, draft, card_id)
        except Exception as error:
            await self._give_back(interaction, key, draft, error)
            return
        await answer(
            interaction,
            words("Kept in your journal."),
            row(
                button(words("Read it"), "journal-open", entry_id),
                button(words("Write another"), "journal-write"),
            ),
        )

    async def _save(
        self, interaction: Interaction, key: str, draft: Draft, card_id: int | None
    ) -> str:
        """Check and save. Raises Refused, Locked, Unreadable, and what the database raises."""
        words, me = words_for(interaction), interaction.user.id
        draft = draft._replace(
            title=" ".join(text.clean(draft.title).split()), text=text.clean(draft.text)
        )
        found = text.fault(draft.title, TITLE_LIMIT) if draft.title else None
        if found is not None:
            raise Refused(words("The title:") + " " + fault(words, found, TITLE_LIMIT))
        found = text.fault(draft.text, TEXT_LIMIT)
        if found is not None:
            raise Refused(fault(words, found, TEXT_LIMIT))
        entry_id, _, rest = key.partition(".")
        if entry_id == _NEW:
            prompt = rest if rest and prompts.prompt(rest, words.language) else None
            draft = draft._replace(prompt=prompt)
            kept = await self.bot.journal.write(me, draft, message_id=card_id)
            if kept is None and card_id is not None:
                earlier = await self.bot.journal.kept(me, card_id)
                kept = None if earlier is None else earlier.id
            if kept is None:
                raise _Outdated(words(GONE))
        else:
            kept = entry_id
            changed = await self.bot.journal.change(me, entry_id, number(interaction, rest), draft)
            if changed is Changed.GONE:
                raise _Outdated(words(GONE))
            if changed is Changed.MEANWHILE:
                raise _Outdated(words(_MEANWHILE))
        await self.remind.answered(me)
        return kept

    async def _give_back(
        self, interaction: Interaction, key: str, draft: Draft, error: Exception
    ) -> None:
        """Nothing was kept: everything that was typed stands on a card, to try again from."""
        words, again = words_for(interaction), (_TRY_AGAIN, "journal-keep")
        if isinstance(error, _Outdated):
            again, key = (_KEEP_AS_NEW, "journal-keep"), f"{_NEW}."
        elif isinstance(error, Refused) and await self._is_locked(interaction.user.id):
            again = (_UNLOCK_AND_KEEP, "journal-keep-locked")
        shown = as_text(draft)
        sendable = text.whole(shown)
        await answer(
            interaction,
            explain(words, error, "journal-written")[0],
            words(_NOT_KEPT),
            quoted(sendable) if fits(sendable) else "",
            ui.File(f"attachment://{_UNSAVED}"),
            words(_BROKEN) if sendable != shown else "",
            row(button(words(again[0]), again[1], key, ButtonStyle.primary)),
            files=[discord.File(io.BytesIO(sendable.encode()), _UNSAVED)],
        )

    async def _is_locked(self, person_id: int) -> bool:
        """Whether the passphrase is what is missing; not, where nobody can say."""
        try:
            return await self.bot.journal_keys.state(person_id) is State.LOCKED
        except Exception as error:
            log.error("no looking whether a journal is locked: %s", trace(error))
            return False

    @control("journal-keep")
    async def keep_again(self, interaction: Interaction, key: str) -> None:
        """Try again with the text that waits on this card, which is its only copy.

        Where it cannot be read, the card stays: a refusal never takes its place.
        """
        card, draft = interaction.message, await _waiting(interaction)
        await self._keep(interaction, key, draft, None if card is None else card.id)

    @control("journal-keep-locked", opens_form=True)
    async def open_keep_locked(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        form = Form(words("Unlock your journal"), "journal-keep", key, passphrase_field(words))
        await interaction.response.send_modal(form)


def _fields(words: Words, draft: Draft, question: str = "") -> list[ui.Label]:
    return [
        ui.Label(
            text=words("Title"),
            description=words("You can leave it empty."),
            component=ui.TextInput(
                custom_id="title",
                required=False,
                max_length=TITLE_LIMIT,
                default=draft.title or None,
            ),
        ),
        ui.Label(
            text=words("Your words"),
            description=question or None,
            component=ui.TextInput(
                custom_id="text",
                style=discord.TextStyle.paragraph,
                max_length=TEXT_LIMIT,
                default=draft.text or None,
            ),
        ),
    ]


def _typed(interaction: Interaction) -> Draft:
    values = form_values(interaction)
    title, written = values.get("title"), values.get("text")
    return Draft(
        title if isinstance(title, str) else "", written if isinstance(written, str) else ""
    )


def as_text(draft: Draft) -> str:
    """A draft as one text: the first line is the title, empty or not."""
    return f"# {draft.title}\n\n{draft.text}"


async def _waiting(interaction: Interaction) -> Draft:
    """The draft on the card that the person acts on. Raises Refused when there is none."""
    words, message = words_for(interaction), interaction.message
    # A file that a component shows is not among the attachments (message resource).
    parts = [] if message is None else message.components
    files = [part.media for part in parts if isinstance(part, discord.FileComponent)]
    if not files:
        raise Refused(words("There is nothing here to keep any more. /journal write begins anew."))
    # Not `files[0].read()`: discord.py has left out what that needs.
    data = await interaction.client.http.get_from_cdn(files[0].url)
    title, _, written = data.decode().partition("\n\n")
    return Draft(title.removeprefix("# "), written)
