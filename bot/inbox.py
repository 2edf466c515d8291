"""The inbox: what waits for one person, whichever family it belongs to, page by page.

It shows the table of notices. A family says how a notice of its topics reads; no family has to know
another. Opened by the doorbell's *Open*, or by `/consent inbox`.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, NamedTuple

from discord import ui

from bot.replies import (
    UNREACHED,
    Interaction,
    answer,
    button,
    control,
    here,
    not_found,
    page_number,
    pager,
    row,
    words_for,
)
from bot.words import N_, Words
from bot.work.doorbell import OPEN
from bot.work.notices import Notice, Topic

if TYPE_CHECKING:
    from bot.app import Firsthand

#: Things on a page.
PAGE = 4
#: What the things on a page, and the news above them, may take. Discord allows 40 components and
#: 4,000 characters in all texts together; a heading and the buttons that turn pages come on top.
COMPONENTS = 36
CHARACTERS = 3700
#: News above the first page, as lines and as characters: a group's name and a server's can be long.
_NEWS_LINES = 10
_NEWS_CHARACTERS = 2000
#: *Don't let them ask again* reaches no more people, wherever it is pressed.
BLOCKS_FULL = N_(
    "You keep {most} people from asking, and that is as many as one person can, so this one was "
    "not added. /consent unblock makes room; what this person asks, you can leave unanswered."
)


class Block(NamedTuple):
    """One thing that waits: its texts, and at most two rows of buttons, from top to bottom.

    Texts come as `str`. They are short, because the inbox only says what waits: what somebody
    wrote is read one by one, behind a button.
    """

    parts: list[str | ui.Item[Any]]


#: How a notice reads for the person who acts: a line for news, else a block. None: it is so no
#: more.
Show = Callable[[Interaction, Notice], Awaitable[Block | str | None]]


def got_it(words: Words, notice: Notice) -> ui.Button[Any]:
    """*Got it*: nothing of the notice stays."""
    return button(words("Got it"), "got-it", notice.id)


class Inbox:
    """Shows what waits, and forgets what was seen."""

    def __init__(self, bot: Firsthand) -> None:
        self.bot = bot
        self._shows: dict[str, Show] = {}

    def add(self, topic: Topic, show: Show) -> None:
        """Let a family's notices stand in the inbox."""
        self._shows[topic.name] = show

    async def show(self, interaction: Interaction, page: int) -> None:
        """One page of everything that waits for the person who acts."""
        me, place = interaction.user.id, here(interaction)
        # First, so that what comes meanwhile is rung for.
        opened = await self.bot.notices.looked(me, place)
        news: list[tuple[Notice, str]] = []
        blocks: list[Block] = []
        for notice in await self.bot.notices.of(me, place):
            shown = await self._read(interaction, notice)
            if isinstance(shown, str):
                news.append((notice, shown))
            elif shown is not None:
                blocks.append(shown)
        await self._answer(interaction, page, news, blocks)
        self.bot.posting.soon(opened)

    async def _answer(
        self,
        interaction: Interaction,
        page: int,
        news: list[tuple[Notice, str]],
        blocks: list[Block],
    ) -> None:
        words = words_for(interaction)
        if not (news or blocks):
            await answer(
                interaction,
                words(
                    "Nothing waits for you. /consent ledger shows what you gave and what you hold."
                ),
            )
            return
        first = _news(words, news) if news else []
        filled = pages(blocks, first)
        last = len(filled) - 1
        page = min(page, last)
        parts = first if page == 0 else []
        if filled[page]:
            parts.append(words("**Waiting for you**"))
        for block in filled[page]:
            parts += block.parts
        await answer(interaction, *parts, *pager(words, "inbox", page, more=page < last))

    async def _read(self, interaction: Interaction, notice: Notice) -> Block | str | None:
        show = self._shows.get(notice.topic)
        if show is None:
            return None  # a newer version has added it
        shown = await show(interaction, notice)
        if shown is None:
            await self.bot.notices.drop(notice)
        return shown

    @control(OPEN)
    async def open(self, interaction: Interaction, key: str) -> None:
        """The doorbell's button: for one person only."""
        if key != str(interaction.user.id):
            raise not_found(interaction)
        message = interaction.message
        message_id = 0 if message is None else message.id
        opened = await self.bot.notices.pressed(int(key), message_id)
        await self.show(interaction, 0)
        self.bot.posting.soon(opened)
        known = {post.message_id for post in opened}
        if message is not None and message.id not in known and not message.flags.ephemeral:
            # It was given up, or what was known of it was erased.
            with suppress(*UNREACHED):
                await message.delete()

    @control("inbox")
    async def turn(self, interaction: Interaction, key: str) -> None:
        await self.show(interaction, page_number(interaction, key))

    @control("got-it")
    async def seen(self, interaction: Interaction, key: str) -> None:
        if not await self.bot.notices.seen(key, interaction.user.id, here(interaction)):
            raise not_found(interaction)
        await self.show(interaction, 0)


def _news(words: Words, news: list[tuple[Notice, str]]) -> list[str | ui.Item[Any]]:
    """The oldest news, as much as fits; the rest follows once these are seen."""
    lines: list[str] = []
    for _, text in news[:_NEWS_LINES]:
        if lines and sum(map(len, lines)) + len(text) > _NEWS_CHARACTERS:
            break
        lines.append(f"- {text}")
    last, _ = news[len(lines) - 1]
    return [words("**News**") + "\n" + "\n".join(lines), row(got_it(words, last))]


def pages(blocks: Sequence[Block], first: Sequence[str | ui.Item[Any]] = ()) -> list[list[Block]]:
    """The blocks on pages that Discord takes. `first` stands above those of the first page.

    There is always a first page, if only an empty one. A text longer than a page is cut: one
    thing that is too long must not keep everything else from being shown.
    """
    found: list[list[Block]] = [[]]
    characters, components = _size(first)
    for block in blocks:
        more_characters, more_components = _size(block.parts)
        full = (
            len(found[-1]) == PAGE
            or characters + more_characters > CHARACTERS
            or components + more_components > COMPONENTS
        )
        if full and (characters or components):
            found.append([])
            characters = components = 0
        found[-1].append(block if more_characters <= CHARACTERS else _cut(block))
        characters += more_characters
        components += more_components
    return found


def _size(parts: Sequence[str | ui.Item[Any]]) -> tuple[int, int]:
    """How many characters of text, and how many components, these become."""
    characters = components = 0
    for part in parts:
        if isinstance(part, str):
            characters += len(part)
            components += bool(part)
            continue
        walk: Any = getattr(part, "walk_children", tuple)
        for item in (part, *walk()):
            characters += len(getattr(item, "content", ""))
            components += 1
    return characters, components


def _cut(block: Block) -> Block:
    left, parts = CHARACTERS, list[Any]()
    for part in block.parts:
        if isinstance(part, str):
            if len(part) > left:
                part = part[: max(0, left - 1)].rstrip("\\") + "…"
            left -= len(part)
        parts.append(part)
    return Block(parts)
