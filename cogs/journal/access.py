"""Whether a journal is open: what to say when it is not, unlocking, locking, its passphrase."""

from __future__ import annotations

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from discord import ButtonStyle, ui

from bot import text
from bot.faults import fault
from bot.journal.keys import Locked, State, Tried
from bot.journal.rules import (
    BYTES_AT_MOST,
    ENTRIES_AT_MOST,
    PASSPHRASE_LEAST,
    PASSPHRASE_LIMIT,
)
from bot.journal.service import Full
from bot.replies import (
    FORM_SECONDS,
    PASSPHRASE,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    control,
    form_values,
    moment,
    row,
    words_for,
)
from bot.seal import Unreadable
from bot.words import N_, Words

if TYPE_CHECKING:
    from bot.app import Firsthand

NEW, AGAIN = f"{PASSPHRASE}-new", f"{PASSPHRASE}-again"

LOCKED = N_("Your journal is locked. Unlock it first.")
_LOST = N_(
    "The key of your journal is gone, so nobody can open it any more. /journal erase clears it "
    "away, and you can begin anew."
)
_OPEN = N_(
    "Your journal is open: until you have left it alone for 10 minutes, for an hour at most, or "
    "until /journal lock."
)
_NO_RECOVERY = N_(
    "There is no way to recover it: if you forget it, nobody can open your journal again, "
    "not even the people who run me. All that is left then is /journal erase."
)
_ABOUT = N_(
    "A passphrase closes your journal so that the people who run me can't open it either, as long "
    "as it is locked. While it is open, the running program holds the key. What you type and read "
    "here still passes through Discord."
)


_FULL = N_(
    "Your journal is full, so this is not in it: it holds {entries} of {most} entries, and {size} "
    "of {limit} MB. /journal export gives you all of it as a file. Then delete what does not need "
    "to be here: *Delete* below an entry, or /journal delete."
)
_MEGABYTE = 1024 * 1024


def full(words: Words, error: Full) -> Refused:
    """How full a journal is, and what to do."""
    return Refused(
        words(
            _FULL,
            entries=error.fullness.entries,
            most=ENTRIES_AT_MOST,
            size=error.fullness.size // _MEGABYTE,
            limit=BYTES_AT_MOST // _MEGABYTE,
        ),
        row(button(words("To the list"), "journal-page", "-")),
    )


@contextmanager
def opening(words: Words) -> Generator[None]:
    """Say what to do when a journal is locked, full, or when its key is gone."""
    try:
        yield
    except Locked:
        raise Refused(words(LOCKED), row(unlock_button(words))) from None
    except Full as error:
        raise full(words, error) from None
    except Unreadable:
        raise Refused(words(_LOST)) from None


def unlock_button(words: Words) -> ui.Button:
    return button(words("Unlock"), "journal-unlock", style=ButtonStyle.primary)


def passphrase_field(
    words: Words, label: str = "", name: str = PASSPHRASE, about: str = ""
) -> ui.Label:
    """A field for a passphrase. Discord shows what is typed; the words say so where one is made."""
    return ui.Label(
        text=label or words("Passphrase"),
        description=about or None,
        component=ui.TextInput(custom_id=name, max_length=PASSPHRASE_LIMIT),
    )


def typed_passphrase(interaction: Interaction, name: str = PASSPHRASE) -> str:
    """A passphrase from a form, cleaned alike wherever it is typed. Raises Refused."""
    words, typed = words_for(interaction), form_values(interaction).get(name)
    cleaned = text.clean(typed if isinstance(typed, str) else "")
    found = text.fault(cleaned, PASSPHRASE_LIMIT)
    if found is not None:
        raise Refused(fault(words, found, PASSPHRASE_LIMIT))
    return cleaned


def wrong(words: Words, tried: Tried) -> Refused:
    """What to say when a passphrase was not taken."""
    if tried.blocked_until is not None:
        return Refused(
            words(
                "That was wrong too often, so I take no passphrase until {when}. "
                "Your journal stays as it is.",
                when=moment(tried.blocked_until, "t"),
            )
        )
    if tried.rests_until is not None:
        return Refused(
            words(
                "You unlocked your journal very often just now, and each time is hard work for me. "
                "I take your passphrase again at {when}. Your journal stays as it is.",
                when=moment(tried.rests_until, "t"),
            )
        )
    return Refused(
        words(
            "That's not your passphrase. After five wrong ones in 15 minutes, I take none "
            "for 15 minutes."
        ),
        row(unlock_button(words)),
    )


class Access:
    """Locking, unlocking and the passphrase."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    def forget_idle(self) -> None:
        """Close journals that have been open for too long."""
        self.bot.journal_keys.forget_idle()

    async def lock(self, interaction: Interaction) -> None:
        words, me = words_for(interaction), interaction.user.id
        if await self.bot.journal_keys.state(me) is State.NO_PASSPHRASE:
            raise Refused(
                words("There is nothing to lock with yet. /journal passphrase sets a passphrase.")
            )
        await self.bot.journal_keys.lock(me)
        await answer(
            interaction,
            words("Your journal is locked. What I showed you before stays on your screen."),
            row(unlock_button(words)),
        )

    @control("journal-unlock", opens_form=True)
    async def open_unlock(self, interaction: Interaction, key: str) -> None:
        """The form for the passphrase, or what makes it unnecessary."""
        words = words_for(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            state = await self.bot.journal_keys.state(interaction.user.id)
        if state is State.NO_PASSPHRASE:
            raise Refused(words("Your journal has no passphrase, so it is open to you."))
        if state is State.UNLOCKED:
            raise Refused(words(_OPEN))
        form = Form(words("Unlock your journal"), "journal-unlocked", "", passphrase_field(words))
        await interaction.response.send_modal(form)

    @control("journal-unlocked")
    async def unlock(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        await self.try_passphrase(interaction)
        await answer(
            interaction,
            words(_OPEN),
            row(
                button(words("Read"), "journal-page", "-"),
                button(words("Write"), "journal-write"),
            ),
        )

    async def try_passphrase(self, interaction: Interaction, name: str = PASSPHRASE) -> None:
        """Unlock with what a form says. Raises Refused when that is not the passphrase."""
        keys, me = self.bot.journal_keys, interaction.user.id
        passphrase = typed_passphrase(interaction, name)
        tried = await keys.unlock(me, passphrase)
        as_typed = str(form_values(interaction)[name]).strip()
        if not tried.right and as_typed != passphrase:
            # It may have been set when less was taken out of what is typed.
            tried = await keys.unlock(me, as_typed)
        if not tried.right:
            raise wrong(words_for(interaction), tried)

    # -- setting, changing, removing ----------------------------------------------------------

    async def about(self, interaction: Interaction) -> None:
        """What a passphrase does, before there is one; and what can be done with one."""
        words = words_for(interaction)
        state = await self.bot.journal_keys.state(interaction.user.id)
        if state is State.NO_PASSPHRASE:
            buttons = [button(words("Set a passphrase"), "journal-set-passphrase")]
        else:
            buttons = [
                button(words("Change it"), "journal-set-passphrase"),
                button(words("Remove it"), "journal-remove-passphrase"),
            ]
        await answer(interaction, words(_ABOUT), words(_NO_RECOVERY), row(*buttons))

    @control("journal-set-passphrase", opens_form=True)
    async def open_setting(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            state = await self.bot.journal_keys.state(interaction.user.id)
        fields = [
            passphrase_field(
                words,
                words("New passphrase"),
                NEW,
                words(
                    "{n} characters at least: a few words that open nothing else. Nobody can "
                    "recover it.",
                    n=PASSPHRASE_LEAST,
                ),
            ),
            passphrase_field(words, words("The same again"), AGAIN),
        ]
        if state is not State.NO_PASSPHRASE:
            fields.insert(0, passphrase_field(words, words("Passphrase until now")))
        form = Form(words("Your journal's passphrase"), "journal-passphrase-set", "", *fields)
        await interaction.response.send_modal(form)

    @control("journal-passphrase-set")
    async def set(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        new, again = typed_passphrase(interaction, NEW), typed_passphrase(interaction, AGAIN)
        if new != again:
            raise Refused(words("The two are not the same. Nothing was changed; try again."))
        if len(new) < PASSPHRASE_LEAST:
            raise Refused(
                words(
                    "That is too short: {n} characters at least, please. A few words are easy to "
                    "keep in mind.",
                    n=PASSPHRASE_LEAST,
                )
            )
        if await self.bot.journal_keys.state(me) is not State.NO_PASSPHRASE:
            if PASSPHRASE not in form_values(interaction):
                raise Refused(
                    words(
                        "Your journal has a passphrase since you opened this form, perhaps from "
                        "another device. /journal passphrase changes it."
                    )
                )
            await self.try_passphrase(interaction)
        with opening(words):
            clean = await self.bot.journal_keys.protect(me, new)
        await answer(
            interaction,
            words("Your passphrase is set, and every entry is sealed under it."),
            words(_NO_RECOVERY),
            "" if clean else words(_TRACES),
            words(_OPEN),
        )

    @control("journal-remove-passphrase", opens_form=True)
    async def open_removing(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        form = Form(
            words("Remove the passphrase"),
            "journal-passphrase-removed",
            "",
            passphrase_field(words, words("Passphrase until now")),
        )
        await interaction.response.send_modal(form)

    @control("journal-passphrase-removed")
    async def remove(self, interaction: Interaction, key: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        if await self.bot.journal_keys.state(me) is State.NO_PASSPHRASE:
            raise Refused(words("Your journal has no passphrase, so it is open to you."))
        await self.try_passphrase(interaction)
        with opening(words):
            clean = await self.bot.journal_keys.protect(me, None)
        await answer(
            interaction,
            words(
                "Your journal has no passphrase any more. It is sealed with a key that the people "
                "who run me hold."
            ),
            "" if clean else words(_TRACES),
        )


_TRACES = N_(
    "One thing is not finished: a copy of the key from before may still lie in the database. "
    "I keep clearing it away."
)
