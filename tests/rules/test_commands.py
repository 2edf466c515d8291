"""The commands as Discord gets them, in every language: names, limits, nothing used twice."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from functools import cache
from typing import Any

import discord
import pytest
from discord import app_commands

from bot import words
from bot.governance.rules import RULES
from bot.words import Words
from cogs.consent import ConsentCog
from cogs.consent.boundaries import FLAGS
from tests.catalogue import all_commands

Command = app_commands.Command[Any, ..., Any] | app_commands.Group | app_commands.ContextMenu
#: Discord's pattern, with \w for its letters and digits of every script.
NAME = re.compile(r"[-_'\w]{1,32}")
#: All names, descriptions and choice names of a command with its options, for each language.
WHOLE = 8000


@cache
def commands() -> list[Command]:
    return asyncio.run(all_commands())  # type: ignore[arg-type]


def slash(found: list[Command]) -> list[app_commands.Command[Any, ..., Any] | app_commands.Group]:
    return [each for each in found if not isinstance(each, app_commands.ContextMenu)]


@pytest.fixture(params=words.LANGUAGES)
def speak(request: pytest.FixtureRequest) -> Words:
    return words.speak(request.param)


def option_names(command: Command, speak: Words) -> list[str]:
    parameters = command.parameters if isinstance(command, app_commands.Command) else []
    return [speak.name(each.name) for each in parameters]


def test_there_are_commands_to_look_at() -> None:
    assert {"consent", "consent ask", "privacy erase", "rules edit", "help"} <= {
        each.qualified_name for each in slash(commands())
    }


def test_every_name_is_one_lower_case_word(speak: Words) -> None:
    faults = []
    for command in slash(commands()):
        for name in [speak.name(command.name), *option_names(command, speak)]:
            if not NAME.fullmatch(name) or name != name.lower():
                faults.append(f"{command.qualified_name}: {name!r}")
    assert faults == []


def test_no_two_siblings_share_a_name(speak: Words) -> None:
    faults = []
    siblings: dict[str, list[str]] = {}
    for command in slash(commands()):
        parent = command.parent.qualified_name if command.parent else ""
        siblings.setdefault(parent, []).append(speak.name(command.name))
        siblings[f"options of {command.qualified_name}"] = option_names(command, speak)
    for menu in commands():
        if isinstance(menu, app_commands.ContextMenu):
            siblings.setdefault(f"menu {menu.type}", []).append(speak.name(menu.name))
    for where, names in siblings.items():
        faults += [f"{where}: {name}" for name, count in Counter(names).items() if count > 1]
    assert faults == []


def test_descriptions_fit(speak: Words) -> None:
    faults = []
    for command in slash(commands()):
        texts = [speak(command.description)]
        if isinstance(command, app_commands.Command):
            texts += [speak(str(each.description)) for each in command.parameters]
        faults += [f"{command.qualified_name}: {t}" for t in texts if not 1 <= len(t) <= 100]
        faults += [f"{command.qualified_name}: not described" for t in texts if t == "…"]
    assert faults == []


def test_choices_fit_and_differ(speak: Words) -> None:
    faults = []
    for command in slash(commands()):
        parameters = command.parameters if isinstance(command, app_commands.Command) else []
        for parameter in parameters:
            names = [speak(each.name) for each in parameter.choices]
            if len(names) > 25 or len(set(names)) != len(names):
                faults.append(f"{command.qualified_name} {parameter.name}: {names}")
            faults += [name for name in names if not 1 <= len(name) <= 100]
    assert faults == []


def test_menu_entries_fit(speak: Words) -> None:
    menus = [each for each in commands() if isinstance(each, app_commands.ContextMenu)]
    assert menus
    for menu in menus:
        assert 1 <= len(speak.name(menu.name)) <= 32
    assert max(Counter(menu.type for menu in menus).values()) <= 5


def test_groups_and_options_fit() -> None:
    top = [each for each in slash(commands()) if each.parent is None]
    assert len(top) <= 100
    for command in slash(commands()):
        inner = command.commands if isinstance(command, app_commands.Group) else command.parameters
        assert len(inner) <= 25, command.qualified_name


def test_a_whole_command_is_within_what_discord_takes(speak: Words) -> None:
    def size(command: Any) -> int:
        texts = [speak.name(command.name), speak(command.description)]
        if isinstance(command, app_commands.Group):
            return sum(map(len, texts)) + sum(size(each) for each in command.commands)
        for each in command.parameters:
            texts += [speak.name(each.name), speak(str(each.description))]
            texts += [speak(choice.name) for choice in each.choices]
        return sum(map(len, texts))

    for command in slash(commands()):
        if command.parent is None:
            assert size(command) <= WHOLE, command.qualified_name


def test_rules_fit_into_their_menu(speak: Words) -> None:
    assert len(RULES) <= 25
    for rule in RULES.values():
        assert 1 <= len(speak(rule.label)) <= 45, rule.name  # a form's title, and an option's label
        assert 1 <= len(speak(rule.about)) <= 100, f"{rule.name} would be cut in the menu"
        assert len(rule.options) <= 25


def test_discord_knows_every_language() -> None:
    known = {locale.value.partition("-")[0] for locale in discord.Locale}
    assert set(words.LANGUAGES) <= known


def test_the_choices_of_a_flag_are_the_flags_there_are() -> None:
    """They are declared apart, so that a start needs not load what is behind them."""
    choices = ConsentCog.flag.get_parameter("choice").choices
    assert {choice.value: choice.name for choice in choices} == FLAGS
