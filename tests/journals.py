"""What people do with their journals, for tests that tell it in sentences."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from simcord.backend.models.message import MessageSticker

from bot.journal import passphrase
from tests.wire.wiretap import Call
from tests.world import Answer, Person, World, controls, texts

PASSPHRASE = "four words are good"
OTHER_PASSPHRASE = "five other words are better"
WRONG = "not the passphrase at all"
#: Where a text waits that could not be kept.
UNSAVED = "not-kept.md"
#: Nobody's entry.
NO_ID = "0000000000ZZ"


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let passphrases cost next to nothing; what they cost is tested once."""
    monkeypatch.setattr(passphrase, "_PASSES", 1)
    monkeypatch.setattr(passphrase, "_KIBIBYTES", 64)


# -- writing and reading --------------------------------------------------------------------------


async def writes(
    person: Person, text: str = "I was loud today.", title: str = "", *, at: Any = None, **more: Any
) -> Answer:
    """Write an entry with the form; the answer to it."""
    form = await person.slash("journal write", at=at)
    return await person.fill(form, title=title, text=text, **more)


async def protects(person: Person, passphrase: str = PASSPHRASE) -> Answer:
    """Set the first passphrase."""
    about = await person.slash("journal passphrase")
    form = await person.click(about, id="firsthand:journal-set-passphrase:")
    return await person.fill(form, **{"passphrase-new": passphrase, "passphrase-again": passphrase})


async def unlocks(person: Person, passphrase: str = PASSPHRASE) -> Answer:
    return await person.fill(await person.slash("journal unlock"), passphrase=passphrase)


def entry_menu(answer: Answer) -> dict[str, Any]:
    """The menu of entries on a list."""
    return next(each for each in answer.controls if "journal-choose" in each["custom_id"])


async def opens(person: Person, title: str = "") -> Answer:
    """Open the newest entry, or the newest of the listed ones with this in its label."""
    listed = await person.slash("journal read")
    menu = entry_menu(listed)
    chosen = next(each for each in menu["options"] if title in each["label"])
    return await person.choose(listed, chosen["value"], id=menu["custom_id"])


async def ids_of(person: Person) -> list[str]:
    """The ids of the newest entries, as the suggestions of `/journal edit` name them."""
    return [each["value"] for each in await person.suggestions("journal edit", "entry")]


async def stored(world: World, person: Person) -> list[tuple[str, str]]:
    """Titles and texts in somebody's open journal, oldest first."""
    with world.env.time_context():
        entries = await world.bot.journal.everything(person.id)
    return [(each.title, each.text or "") for each in entries]


def waiting_text(answer: Answer) -> str:
    """What a card that could not keep something gives back, title and text."""
    return answer.files[UNSAVED].decode()


# -- direct messages ------------------------------------------------------------------------------


def dms(person: Person) -> list[Any]:
    """What stands in somebody's DM with the bot, oldest first."""
    return person.world.messages(person.user.dm_channel)


def last_dm(person: Person) -> Any:
    return dms(person)[-1]


def said_in_dm(person: Person) -> list[str]:
    """What the bot said in somebody's DM, oldest first."""
    return [text_of(each) for each in dms(person) if each._message.author_id != person.id]


def text_of(message: Any) -> str:
    return "\n".join([message.content, *texts(message.components)]).strip()


def labels_of(message: Any) -> list[str]:
    return [each["label"] for each in controls(message.components) if each.get("label")]


async def sends(person: Person, content: str = "", *attached: tuple[str, bytes]) -> Any:
    """Write to the bot; the message."""
    backend = person.world.env.backend
    payloads = backend.store_attachments(person.user.dm_channel.id, attached)
    return await person.user.send_dm(content, attachments=payloads)


async def sends_a_sticker(person: Person) -> Any:
    """Send the bot a sticker, and no word; the message."""
    sticker = MessageSticker(1, "Wave", 1, person.world.guild.id, "https://example.org/wave.png")
    return await person.user.send_dm("", stickers=[sticker])


async def edits(person: Person, message: Any, content: str) -> None:
    """Change a message that was written to the bot."""
    env = person.world.env
    env.backend.edit_message(person.user.dm_channel.id, message.id, {"content": content})
    await env.settle()


async def deletes(person: Person, message: Any) -> None:
    """Take a message out of the DM."""
    person.world.env.backend.delete_message(person.user.dm_channel.id, message.id)
    await person.world.env.settle()


def marked(person: Person, message: Any) -> bool:
    """Whether the bot has put its mark under a message."""
    stored = person.world.env.backend.get_message(person.user.dm_channel.id, message.id)
    bot = person.world.env.backend.bot_user.id
    return any(bot in each.user_ids for each in stored.reactions)


# -- failures -------------------------------------------------------------------------------------


class Stumble:
    """How many transactions there were; one of them failed, if there were so many."""

    def __init__(self, fail_at: int | None, *, late: bool) -> None:
        self.seen = 0
        self.failed = False
        self._fail_at, self._late = fail_at, late

    @asynccontextmanager
    async def transaction(self, real: Any) -> AsyncIterator[Any]:
        mine = self.seen == self._fail_at
        self.seen += 1
        self.failed = self.failed or mine
        if mine and not self._late:
            raise sqlite3.OperationalError("disk I/O error")
        async with real() as connection:
            yield connection
            if mine:
                raise sqlite3.OperationalError("database or disk is full")


@contextmanager
def stumbling(world: World, fail_at: int | None, *, late: bool = False) -> Iterator[Stumble]:
    """One transaction, counted from 0, fails: before it begins, or (late) instead of committing."""
    stumble = Stumble(fail_at, late=late)
    with pytest.MonkeyPatch.context() as patch:
        for database in (world.bot.store.main, world.bot.store.keys):
            real = database.transaction
            patch.setattr(database, "transaction", lambda real=real: stumble.transaction(real))
        yield stumble


# -- Discord's limits -----------------------------------------------------------------------------

_LENGTHS = {
    "custom_id": 100,
    "placeholder": 150,
    "description": 100,
    "value": 4000,
}
_BUTTON, _SELECTS, _TEXT_INPUT, _LABEL = 2, (3, 5, 6, 7, 8), 4, 18


def too_large(call: Call) -> list[str]:
    """What Discord would not take of a call, in sentences."""
    if not isinstance(call.json, dict):
        return []
    data = call.json.get("data") if call.acknowledges else call.json
    if not isinstance(data, dict):
        return []
    parts = list(_walk(data.get("components") or []))
    wrong = [
        f"{name} of {len(part[name])} characters"
        for part in parts
        for name, most in _LENGTHS.items()
        if isinstance(part.get(name), str) and len(part[name]) > most
    ]
    shown = sum(len(part.get("content") or "") for part in parts)
    if shown > 4000:
        wrong.append(f"{shown} characters of text")
    if len(parts) > 40:
        wrong.append(f"{len(parts)} components")
    if len(data.get("title") or "") > 45:
        wrong.append("a form's title is too long")
    for part in parts:
        kind = part.get("type")
        if kind == _BUTTON and len(part.get("label") or "") > 80:
            wrong.append("a button's label is too long")
        if kind == _LABEL and len(part.get("label") or "") > 45:
            wrong.append("a field's label is too long")
        if kind in _SELECTS and not 1 <= len(part.get("options") or [0]) <= 25:
            wrong.append("too many options")
        wrong += [
            "an option is too long"
            for option in part.get("options") or []
            if not (1 <= len(option["label"]) <= 100 and 1 <= len(option["value"]) <= 100)
        ]
    wrong += [
        "a suggestion is too long"
        for each in data.get("choices") or []
        if not (1 <= len(each["name"]) <= 100 and 1 <= len(each["value"]) <= 100)
    ]
    if "content" in data and len(data["content"] or "") > 2000:
        wrong.append("a message of more than 2,000 characters")
    return wrong


def _walk(parts: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for part in parts:
        yield part
        yield from _walk(part.get("components") or [])
        if part.get("component"):
            yield from _walk([part["component"]])
