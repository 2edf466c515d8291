"""Reading, finding, deleting, exporting and erasing what stands in a journal."""

from __future__ import annotations

import asyncio
import json
import logging
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import ui

from bot.journal import prompts, rules
from bot.journal.keys import Locked, State
from bot.journal.rules import SEARCH_LIMIT, Month
from bot.journal.service import Cursor, Page, Written
from bot.parcels import bring, packed, room
from bot.replies import (
    Interaction,
    Refused,
    answer,
    button,
    chosen,
    confirm,
    control,
    custom_id,
    literal,
    not_found,
    number,
    row,
    trace,
    words_for,
)
from bot.seal import Unreadable
from bot.suggestions import MOST, offer
from bot.text import JOINT, clean, folded, shorten
from bot.words import Words
from bot.work.turns import Busy, Turns
from cogs.journal import says
from cogs.journal.access import opening
from cogs.journal.writing import GONE

if TYPE_CHECKING:
    from bot.app import Firsthand

log = logging.getLogger(__name__)

_PAGE = 5
#: What a menu of Discord's holds, and with it what a search shows.
_MENU = 25
_LABEL = 100
_NO_MONTH = "-"


class Reading:
    """Lists, single entries, and files."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        #: One at a time, and one that waits: each holds the whole journal.
        self._exports = Turns(1)

    # -- lists ------------------------------------------------------------------------------

    async def read(self, interaction: Interaction, typed: str) -> None:
        """The newest entries, of a month if one is chosen."""
        month = self._month(interaction, typed)
        await self._show(interaction, month, Cursor())

    @control("journal-page")
    async def page(self, interaction: Interaction, key: str) -> None:
        """Another page: `month`, or `month.day.turn.direction`."""
        month, *where = key.split(".")
        cursor = Cursor()
        if where:
            if len(where) != 3 or where[2] not in ("newer", "older"):
                raise not_found(interaction)
            day, turn = (number(interaction, each) for each in where[:2])
            cursor = Cursor(day, turn, newer=where[2] == "newer")
        await self._show(interaction, rules.month(month), cursor)

    async def _show(self, interaction: Interaction, month: Month | None, cursor: Cursor) -> None:
        words, me = words_for(interaction), interaction.user.id
        with opening(words):
            page = await self.bot.journal.page(me, month, cursor, _PAGE)
            if not page.entries and cursor != Cursor():
                # What stood there was deleted meanwhile.
                page = await self.bot.journal.page(me, month, Cursor(), _PAGE)
        if not page.entries:
            await answer(
                interaction,
                words("There is nothing in your journal from that month.")
                if month
                else words("Your journal is empty. Nothing has to be in it."),
                row(button(words("Write"), "journal-write")),
            )
            return
        await answer(
            interaction,
            words("**Your journal.** Only you see this."),
            says.lines(words, page.entries),
            row(_menu(words, page.entries)),
            *_turning(words, month, page),
        )

    async def search(self, interaction: Interaction, typed: str, month_typed: str) -> None:
        words, me = words_for(interaction), interaction.user.id
        month, wanted = self._month(interaction, month_typed), clean(typed)
        if not folded(wanted):
            raise Refused(words("Write the words you are looking for."))
        if len(wanted) > SEARCH_LIMIT:
            raise Refused(words("Please search for less: a word or two."))
        with opening(words):
            found = await self.bot.journal.search(me, wanted, month, _MENU + 1)
        if not found:
            await answer(
                interaction,
                words(
                    "Nothing in your journal has this: {wanted}. Fewer or shorter words find more; "
                    "accents and capitals make no difference.",
                    wanted=literal(shorten(wanted, SEARCH_LIMIT)),
                ),
            )
            return
        shown = found[:_MENU]
        await answer(
            interaction,
            words(
                "Entries with this, newest first: {wanted}",
                wanted=literal(shorten(wanted, SEARCH_LIMIT)),
            ),
            says.lines(words, shown),
            row(_menu(words, shown)),
            words("There are older ones, too. Another word, or a month, leads to them.")
            if len(found) > _MENU
            else "",
        )

    async def months(self, interaction: Interaction, typed: str) -> list[Any]:
        """Months with an entry, for the option's suggestions."""
        words, me = words_for(interaction), interaction.user.id
        if await self.bot.journal_keys.state(me) is State.LOCKED:
            return []
        wanted = folded(typed)
        named = [
            (f"{month}{JOINT}{_month_name(words, month)}", str(month))
            for month in await self.bot.journal.months(me)
        ]
        return offer([each for each in named if wanted in folded(each[0])][:MOST])

    async def entries(self, interaction: Interaction, typed: str) -> list[Any]:
        """Entries, for the suggestions of an option that names one."""
        words, me = words_for(interaction), interaction.user.id
        try:
            calendar = says.calendar(words.language)
            found = await self.bot.journal.suggested(me, typed, calendar, _MENU)
        except (Locked, Unreadable, Busy):
            return []  # choosing one anyway is answered with what to do
        return offer((_called(words, each), each.id) for each in found)

    def _month(self, interaction: Interaction, typed: str) -> Month | None:
        month = rules.month(typed) if typed.strip() else None
        if typed.strip() and month is None:
            words = words_for(interaction)
            raise Refused(words("That is no month. Choose one, or write it like 2026-03."))
        return month

    # -- one entry --------------------------------------------------------------------------

    @control("journal-choose")
    async def choose(self, interaction: Interaction, key: str) -> None:
        entry_ids = chosen(interaction)
        if len(entry_ids) != 1:
            raise not_found(interaction)
        await self._card(interaction, entry_ids[0], 0)

    @control("journal-open")
    async def open(self, interaction: Interaction, key: str) -> None:
        entry_id, _, page = key.partition(".")
        await self._card(interaction, entry_id, number(interaction, page or "0"))

    async def _card(self, interaction: Interaction, entry_id: str, page: int) -> None:
        words = words_for(interaction)
        entry = await self._entry(interaction, entry_id)
        shown, before, after = says.page(words, entry, page)
        turning: list[Any] = []
        if before is not None:
            turning.append(button(words("Back"), "journal-open", f"{entry.id}.{before}"))
        if after is not None:
            turning.append(button(words("Read on"), "journal-open", f"{entry.id}.{after}"))
        await answer(
            interaction,
            says.head(words, entry),
            shown,
            *([row(*turning)] if turning else []),
            row(
                button(words("Change"), "journal-edit", entry.id),
                button(words("Share slowly"), "journal-share", entry.id),
                button(words("Delete"), "journal-delete", entry.id),
                button(
                    words("To the list"),
                    "journal-page",
                    f"{_NO_MONTH}.{entry.day}.{entry.turn + 1}.older",
                ),
            ),
        )

    async def _entry(self, interaction: Interaction, entry_id: str) -> Written:
        words = words_for(interaction)
        with opening(words):
            entry = await self.bot.journal.read(interaction.user.id, entry_id)
        if entry is None:
            raise Refused(words(GONE))
        return entry

    @control("journal-delete")
    async def delete(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        entry = await self._entry(interaction, key)
        await confirm(
            interaction,
            says.line(words, entry) + "\n" + words("Delete this entry? It can't be undone."),
            words("Delete it"),
            "journal-delete-now",
            entry.id,
        )

    @control("journal-delete-now")
    async def delete_now(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        if not await self.bot.journal.delete(interaction.user.id, key):
            raise Refused(words(GONE))
        await answer(
            interaction,
            words("Deleted."),
            row(button(words("To the list"), "journal-page", _NO_MONTH)),
        )

    # -- everything -------------------------------------------------------------------------

    async def export(self, interaction: Interaction, form: str) -> None:
        words = words_for(interaction)
        async with self._exports.of(interaction.user.id):
            with opening(words):
                entries = await self.bot.journal.everything(interaction.user.id)
            if not entries:
                raise Refused(
                    words("Your journal is empty, so there is nothing to put into a file.")
                )
            build, join = (_as_json, _json) if form == "json" else (_as_markdown, b"".join)
            blocks = await asyncio.to_thread(build, words, entries)
            await bring(
                interaction,
                f"journal.{form}",
                (
                    words(
                        "This is your whole journal. It is not sealed any more in this file: keep "
                        "it where only you can read it."
                    ),
                    words(
                        "This is your journal. It is not sealed any more in these files: keep them "
                        "where only you can read them."
                    ),
                ),
                [partial(join, part) for part in packed(blocks, len, room(interaction))],
            )

    async def erase(self, interaction: Interaction) -> None:
        words = words_for(interaction)
        await confirm(
            interaction,
            words(
                "This erases your whole journal: every entry, the passphrase, reminders, and what "
                "you are about to share. What you shared, I take back. It can't be undone: the "
                "keys that open it are destroyed, too. Only somebody who kept an old copy of them "
                "could still open an old backup."
            ),
            words("Erase my journal"),
            "journal-erase",
            "",
        )

    @control("journal-erase")
    async def erase_now(self, interaction: Interaction, key: str) -> None:
        words = words_for(interaction)
        try:
            todo = await self.bot.journal.erase(interaction.user.id)
        except Exception as error:
            # Whatever went wrong, the one thing not to say is that it is done (design, section 6).
            log.error("erasing a journal: %s", trace(error))
            raise Refused(
                words(
                    "Not done yet: I could not finish, and traces may still be there. Please use "
                    "/journal erase again in a minute. If it stays like this, tell the people who "
                    "run this bot."
                )
            ) from error
        # What was given to a friend goes at once, by the same work that goes on trying.
        await self.bot.worker.run(*todo)
        await answer(
            interaction,
            words("Erased. Nothing of your journal is left in my databases."),
        )


def _menu(words: Words, entries: list[Written]) -> ui.Select:
    return ui.Select(
        custom_id=custom_id("journal-choose"),
        placeholder=words("Open one"),
        options=[
            discord.SelectOption(label=_label(words, each), value=each.id) for each in entries
        ],
    )


def _called(words: Words, entry: Written) -> str:
    """Its day, its title, and how it begins: titles can be alike."""
    told = filter(None, [entry.title, entry.text]) if entry.text is not None else []
    return JOINT.join([says.day(entry), *(told or [says.name_of(words, entry, _LABEL)])])


def _label(words: Words, entry: Written) -> str:
    return shorten(f"{says.day(entry)} · {says.name_of(words, entry, _LABEL)}", _LABEL)


def _turning(words: Words, month: Month | None, page: Page) -> list[ui.ActionRow[Any]]:
    """Buttons to newer and older entries, where there are any."""
    first, last, buttons = page.entries[0], page.entries[-1], list[Any]()
    named = str(month) if month else _NO_MONTH
    if page.newer:
        key = f"{named}.{first.day}.{first.turn}.newer"
        buttons.append(button(words("Newer"), "journal-page", key))
    if page.older:
        key = f"{named}.{last.day}.{last.turn}.older"
        buttons.append(button(words("Older"), "journal-page", key))
    return [row(*buttons)] if buttons else []


def _month_name(words: Words, month: Month) -> str:
    from babel.dates import format_date

    first = datetime(month.year, month.number, 1, tzinfo=UTC)
    return format_date(first, "LLLL y", locale=words.language)


def _time(entry: Written) -> str:
    if entry.at is None:
        return says.day(entry)
    return datetime.fromtimestamp(entry.at, UTC).strftime("%Y-%m-%d %H:%M UTC")


def _as_markdown(words: Words, entries: list[Written]) -> list[bytes]:
    """Each entry in Markdown, oldest first."""
    blocks: list[bytes] = []
    for entry in entries:
        prompt = prompts.prompt(entry.prompt, words.language) if entry.prompt else None
        lines = [f"## {_time(entry)}" + (f" · {entry.title}" if entry.title else "")]
        if prompt is not None:
            lines.append(f"*{prompt.text}*")
        lines.append(words("(can't be opened)") if entry.text is None else entry.text)
        blocks.append(("\n\n".join(lines) + "\n\n").encode())
    return blocks


def _as_json(words: Words, entries: list[Written]) -> list[bytes]:
    """Each entry in JSON, oldest first."""
    return [
        json.dumps(
            {
                "written": _time(entry),
                "title": entry.title,
                "question": _question(words, entry),
                "text": entry.text,
            },
            ensure_ascii=False,
            indent=2,
        ).encode()
        for entry in entries
    ]


def _json(entries: list[bytes]) -> bytes:
    """A whole document with these entries."""
    return b"[\n" + b",\n".join(entries) + b"\n]\n"


def _question(words: Words, entry: Written) -> str | None:
    prompt = prompts.prompt(entry.prompt, words.language) if entry.prompt else None
    return None if prompt is None else prompt.text
