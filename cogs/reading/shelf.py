"""One's own shelf: marking, notes to oneself, and what stands on it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot import text
from bot.faults import fault
from bot.reading.finding import PAGE, View
from bot.reading.rules import MOST_ON_SHELF, Mark
from bot.reading.shelves import NOTE_LIMIT, Kept, Noted
from bot.replies import (
    FORM_SECONDS,
    Form,
    Interaction,
    Refused,
    answer,
    button,
    control,
    form_values,
    literal,
    page_number,
    pager,
    quoted,
    row,
    words_for,
)
from bot.text import shorten
from bot.words import N_
from cogs.reading import says
from cogs.reading.scene import Scene, chosen, scene, view_of

if TYPE_CHECKING:
    from bot.app import Firsthand

#: The state that is none: off the shelf.
OFF = "off"
_NOTE = "note"
#: Characters of a note in the list.
_EXCERPT = 120
#: Characters of a page of the shelf, so that what stands below fits, too.
_LIST = 3400
NOT_ON_SHELF = N_("Not on your shelf.")
_NOBODY_ELSE = N_(
    "Only you see your shelf: the server learns nothing of it, and it is kept sealed."
)
_GONE = N_(
    "It is not on your shelf any more, so the note was not kept. Put it back there first, then "
    "add the note again."
)
_UNKNOWN = N_(
    "That is neither on your shelf nor on this list. /reading browse shows what is here, and "
    "/reading shelf what is on your shelf."
)
_ORDER = (Mark.READING, Mark.WANT, Mark.READ)
_HEADINGS = {
    Mark.READING: N_("You are reading"),
    Mark.WANT: N_("You want to read"),
    Mark.READ: N_("You have read"),
}


class Shelf:
    """Cards of single things on a shelf, and the shelf."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot

    # -- marking ----------------------------------------------------------------------------

    async def mark(self, interaction: Interaction, typed: str, state: str) -> None:
        """Mark what was chosen. `state`: a mark, or off."""
        seen = await scene(self.bot, interaction)
        item = chosen(seen, typed)
        if state != OFF and state not in tuple(Mark):
            raise Refused(seen.words("I don't know that state. Choose one of those I offer."))
        await self._set(interaction, seen, item.id, None if state == OFF else Mark(state), None)

    @control("reading-mark")
    async def card(self, interaction: Interaction, key: str) -> None:
        """Where somebody stands with a work. `key`: its id, and the page it was opened from."""
        seen = await scene(self.bot, interaction)
        work_id, _, back = key.partition(".")
        await self._card(interaction, seen, work_id, view_of(interaction, seen, back))

    @control("reading-want")
    async def want(self, interaction: Interaction, key: str) -> None:
        await self._pressed(interaction, key, Mark.WANT)

    @control("reading-begin")
    async def begin(self, interaction: Interaction, key: str) -> None:
        await self._pressed(interaction, key, Mark.READING)

    @control("reading-finish")
    async def finish(self, interaction: Interaction, key: str) -> None:
        await self._pressed(interaction, key, Mark.READ)

    @control("reading-off")
    async def take_off(self, interaction: Interaction, key: str) -> None:
        await self._pressed(interaction, key, None)

    async def _pressed(self, interaction: Interaction, key: str, state: Mark | None) -> None:
        seen = await scene(self.bot, interaction)
        work_id, _, back = key.partition(".")
        await self._set(interaction, seen, work_id, state, view_of(interaction, seen, back))

    async def _set(
        self,
        interaction: Interaction,
        seen: Scene,
        work_id: str,
        state: Mark | None,
        view: View | None,
    ) -> None:
        """Mark a work, or take it off the shelf; then show its card."""
        me, shelves = interaction.user.id, self.bot.shelves
        title = await self._title(interaction, seen, work_id)
        if state is None:
            taken = await shelves.take_off(me, work_id)
            said = N_("Taken off your shelf.") if taken else NOT_ON_SHELF
            parts = self._about(seen, work_id, title, None, view, said)
            await answer(interaction, *parts)
            return
        if not await shelves.mark(me, work_id, title, state):
            raise Refused(
                seen.words(
                    "{most} works are on your shelf, and that is as many as it holds. Take one off "
                    "first: /reading shelf shows them.",
                    most=MOST_ON_SHELF,
                ),
                row(button(seen.words("My shelf"), "reading-shelf", "0")),
            )
        await self._card(interaction, seen, work_id, view)

    async def _card(
        self, interaction: Interaction, seen: Scene, work_id: str, view: View | None
    ) -> None:
        title = await self._title(interaction, seen, work_id)
        kept = await self.bot.shelves.one(interaction.user.id, work_id)
        said = NOT_ON_SHELF if kept is None else says.STATES[kept.state]
        await answer(interaction, *self._about(seen, work_id, title, kept, view, said))

    async def _title(self, interaction: Interaction, seen: Scene, work_id: str) -> str:
        """What a work is called, on this list or on the shelf. Raises Refused."""
        item = seen.item(work_id)
        if item is not None:
            return item.title
        kept = await self.bot.shelves.one(interaction.user.id, work_id)
        if kept is None:
            raise Refused(seen.words(_UNKNOWN))
        return kept.title

    def _about(
        self,
        seen: Scene,
        work_id: str,
        title: str,
        kept: Kept | None,
        view: View | None,
        said: str,
    ) -> list[str | ui.Item[Any]]:
        """A work's card: how it stands, the note, and what can be done."""
        words = seen.words
        key = work_id + (f".{view.key()}" if view else "")
        state = None if kept is None else kept.state
        states = {
            Mark.WANT: button(words("I want to read it"), "reading-want", key),
            Mark.READING: button(words("I'm reading it"), "reading-begin", key),
            Mark.READ: button(words("I have read it"), "reading-finish", key),
        }
        changes: list[ui.Item[Any]] = [each for mark, each in states.items() if mark is not state]
        if kept is not None:
            changes.append(button(words("Take it off my shelf"), "reading-off", key))
        more: list[ui.Item[Any]] = []
        if kept is not None:
            label = words("Change the note") if kept.note else words("Add a note to myself")
            more.append(button(label, "reading-note", work_id))
        if seen.item(work_id) is not None:
            more.append(says.open_button(words, title, key))
        more.append(button(words("My shelf"), "reading-shelf", "0"))
        if view is not None:
            more.append(button(words("Back to the list"), "reading-browse", view.key()))
        return [
            f"**{literal(title)}**\n{words(said)}",
            quoted(kept.note) if kept is not None and kept.note else "",
            "-# " + words(_NOBODY_ELSE),
            row(*changes),
            row(*more),
        ]

    # -- notes ------------------------------------------------------------------------------

    @control("reading-note", opens_form=True)
    async def note(self, interaction: Interaction, key: str) -> None:
        """The form with the note in it."""
        words = words_for(interaction)
        async with asyncio.timeout(FORM_SECONDS):
            kept = await self.bot.shelves.one(interaction.user.id, key)
        if kept is None:
            raise Refused(words(NOT_ON_SHELF) + " " + words("Mark it first; then add a note."))
        field = ui.Label(
            text=words("A note to myself"),
            description=words("For you alone. It passes through Discord, and is kept sealed."),
            component=ui.TextInput(
                custom_id=_NOTE,
                style=discord.TextStyle.paragraph,
                required=False,
                max_length=NOTE_LIMIT,
                default=kept.note or None,
            ),
        )
        form = Form(words("A note to myself"), "reading-noted", f"{key}.{kept.note_id}", field)
        await interaction.response.send_modal(form)

    @control("reading-noted")
    async def noted(self, interaction: Interaction, key: str) -> None:
        """Keep the note. What was typed and not kept comes back with the refusal."""
        seen = await scene(self.bot, interaction)
        words = seen.words
        work_id, _, note_id = key.partition(".")
        value = form_values(interaction).get(_NOTE)
        note = text.clean(value if isinstance(value, str) else "")
        found = text.fault(note, NOTE_LIMIT) if note else None
        if found is not None:
            raise Refused(fault(words, found, NOTE_LIMIT))
        became = await self.bot.shelves.note(interaction.user.id, work_id, note, note_id)
        if became is Noted.GONE:
            again = button(words("I want to read it"), "reading-want", work_id)
            raise Refused(words(_GONE), *says.rows([again] if seen.item(work_id) else []))
        if became is Noted.MEANWHILE:
            raise Refused(
                words(
                    "This note has changed since you opened the form, perhaps on another device. "
                    "Open it again and see what you want to keep."
                ),
                row(button(words("Change the note"), "reading-note", work_id)),
            )
        await self._card(interaction, seen, work_id, None)

    # -- the shelf --------------------------------------------------------------------------

    async def command(self, interaction: Interaction) -> None:
        await self._show(interaction, 0)

    @control("reading-shelf")
    async def page(self, interaction: Interaction, key: str) -> None:
        await self._show(interaction, page_number(interaction, key))

    async def _show(self, interaction: Interaction, number: int) -> None:
        seen = await scene(self.bot, interaction)
        words = seen.words
        shelf = await self.bot.shelves.shelf(interaction.user.id)
        kept = sorted(shelf.kept, key=lambda each: _ORDER.index(each.state))
        number = min(number, max(0, (len(kept) - 1) // PAGE))
        shown = kept[number * PAGE : (number + 1) * PAGE]
        parts: list[str | ui.Item[Any]] = ["**" + words("Your shelf") + "**"]
        if not kept:
            parts[0] = words("Nothing is on your shelf. Nothing has to be.")
        before: Mark | None = None
        for each in shown:
            heading = words(_HEADINGS[each.state]) if each.state is not before else ""
            before = each.state
            parts += _line(seen, each, heading)
        closed: list[str | ui.Item[Any]] = []
        below = says.rows(
            [] if kept else [button(words("The whole list"), "reading-browse", View().key())]
        )
        if shelf.closed:
            closed = [
                words("Something on your shelf can't be opened any more: its key is gone."),
                row(button(words("Take off what can't be opened"), "reading-clear")),
            ]
        await answer(
            interaction,
            *says.fitted(parts, _LIST),
            "-# " + words(_NOBODY_ELSE),
            *closed,
            *pager(words, "reading-shelf", number, more=(number + 1) * PAGE < len(kept)),
            *below,
        )

    @control("reading-clear")
    async def clear(self, interaction: Interaction, key: str) -> None:
        await self.bot.shelves.clear(interaction.user.id)
        await self._show(interaction, 0)


def _line(seen: Scene, kept: Kept, heading: str) -> list[str | ui.Item[Any]]:
    """Something on a shelf: its title, how its note begins, and its buttons."""
    words = seen.words
    item = seen.item(kept.work_id)
    title = item.title if item else kept.title
    lines = [f"**{heading}**"] if heading else []
    lines.append(literal(title))
    if kept.note:
        lines.append(words("Your note: {note}", note=literal(shorten(kept.note, _EXCERPT))))
    if item is None:
        lines.append("-# " + words("It is not on the list you see here."))
    buttons: list[ui.Item[Any]] = []
    if item is not None:
        buttons.append(says.open_button(words, title, kept.work_id))
    buttons.append(says.mark_button(words, title, kept.work_id))
    return ["\n".join(lines), row(*buttons)]
