"""The catalogues: what belongs in them, and a tool that brings them up to date.

    python -m tests.catalogue

collects every message from the code, the commands and the rules' declarations and updates
`data/locales/*/LC_MESSAGES/firsthand.po`: new messages come in untranslated, old ones go. It says
which lines are still to be translated.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import os
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import discord
from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from discord import app_commands

from bot import words
from bot.app import create_bot
from bot.governance.rules import GROUPS, RULES
from bot.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
_KEYWORDS = {"words": None, "N_": None, "n": (1, 2)}
#: Babel says so of every f-string among the facts of a message: `words("…", who=f"<@{id}>")`. That
#: no message is an f-string is held by tests/rules/test_spoken_words.py.
_NO_NEWS = "Skipping f-string"
#: Lines to translate that are named; there are 1,300 in a new language.
_NAMED = 20


def command_words(
    command: app_commands.Command | app_commands.Group | app_commands.ContextMenu,
) -> Iterator[tuple[str, str | None]]:
    """What a command shows in Discord: each message with its gettext context."""
    yield command.name, words.NAME
    if isinstance(command, app_commands.ContextMenu):
        return
    yield command.description, None
    if isinstance(command, app_commands.Command):
        for parameter in command.parameters:
            yield parameter.name, words.NAME
            yield str(parameter.description), None
            for choice in parameter.choices:
                yield choice.name, None


async def all_commands() -> list[
    app_commands.Command | app_commands.Group | app_commands.ContextMenu
]:
    """Every command, group and menu entry of the bot."""
    with tempfile.TemporaryDirectory() as folder:
        bot = create_bot(Settings.from_mapping({"FIRSTHAND_STATE": folder}))
        await bot.setup_hook()
        found = list(bot.tree.walk_commands())
        for kind in (discord.AppCommandType.user, discord.AppCommandType.message):
            found += bot.tree.get_commands(type=kind)
        await bot.close()
    return found


def template() -> Catalog:
    """Every message there is, in no language yet."""
    catalogue = Catalog(project="Firsthand", charset="utf-8", fuzzy=False)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        for folder in ("bot", "cogs"):
            for file, line, message, _, context in extract_from_dir(
                ROOT / folder,
                method_map=[("demo/**.py", "ignore"), ("**.py", "python")],
                keywords=_KEYWORDS,
            ):
                catalogue.add(message, locations=[(f"{folder}/{file}", line)], context=context)
    for complaint in said.getvalue().splitlines():
        if _NO_NEWS not in complaint:
            print(complaint, file=sys.stderr)
    for command in asyncio.run(all_commands()):
        for message, context in command_words(command):
            catalogue.add(message, context=context)
    for rule in RULES.values():
        catalogue.add(rule.label)
        catalogue.add(rule.about)
        for said in rule.said:
            catalogue.add(said)
    for name in GROUPS.values():
        catalogue.add(name)
    return catalogue


def read(language: str) -> Catalog:
    """A catalogue as it is on disk."""
    with words.catalogue_file(language).open("rb") as file:
        return pofile.read_po(file, locale=language)


def untranslated(message: Message) -> bool:
    """Whether a message, or one of its plural forms, has no translation."""
    forms = message.string if isinstance(message.string, tuple) else (message.string,)
    return bool(message.id) and not all(forms)


def update() -> None:
    """Bring every catalogue on disk up to date; a new language gets one."""
    wanted = template()
    for language in words.LANGUAGES[1:]:
        file = words.catalogue_file(language)
        catalogue = read(language) if file.exists() else Catalog(locale=language)
        catalogue.update(wanted, no_fuzzy_matching=True)
        catalogue.obsolete.clear()
        file.parent.mkdir(parents=True, exist_ok=True)
        with file.open("wb") as out:
            pofile.write_po(
                out, catalogue, omit_header=False, sort_output=False, no_location=True, width=96
            )
        missing = [message for message in read(language) if untranslated(message)]
        print(f"{language}: {len(catalogue)} messages, {len(missing)} to translate")
        for message in missing[:_NAMED]:
            first = message.id[0] if isinstance(message.id, tuple) else message.id
            print(f"{os.path.relpath(file)}:{message.lineno}: {first.splitlines()[0]}")
        if missing[_NAMED:]:
            print("…")


if __name__ == "__main__":
    update()
