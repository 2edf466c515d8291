"""What waits for one person, whichever family it belongs to: one inbox for all of them.

A family adds a source; the inbox (the doorbell's *Open*, `/consent inbox`) asks every source what
waits for the person who looks, and shows it page by page. No cog has to know another.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from discord import ui

    from bot.replies import Interaction

#: Things on a page.
PAGE = 4
#: What the things on a page, and the news above them, may take. Discord allows 40 components and
#: 4,000 characters in all texts together; a heading and the buttons that turn pages come on top.
COMPONENTS = 36
CHARACTERS = 3700


class Block(NamedTuple):
    """One thing that waits: its texts, and at most two rows of buttons, from top to bottom.

    Texts come as `str`. They are short, because the inbox only says what waits: what somebody
    wrote is read one by one, behind a button.
    """

    parts: list[str | ui.Item[Any]]


#: What waits for the person who acts; in a DM (`here` is 0) from every server together.
Source = Callable[["Interaction"], Awaitable[list[Block]]]


class Waiting:
    """The sources, in the order in which they joined."""

    def __init__(self) -> None:
        self._sources: list[Source] = []

    def add(self, source: Source) -> None:
        """Let a family's things stand in the inbox."""
        self._sources.append(source)

    async def blocks(self, interaction: Interaction) -> list[Block]:
        """Everything that waits for the person who acts."""
        return [block for source in self._sources for block in await source(interaction)]


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
