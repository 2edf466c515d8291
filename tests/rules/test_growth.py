"""One member must not be able to stop the bot with a text: none costs more than its length.

What takes a text is found by what it takes, and expressions by their being there, so a new one is
held to this as soon as it exists. Texts are a few signs over and over: those that the expressions
met on the way are written with, their words, and what people mean harm with.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import random
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from itertools import chain
from pathlib import Path
from types import ModuleType
from typing import Any

import discord
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import bot
import cogs
from bot.noticing.tokens import tokens
from bot.reading.library import library
from bot.words import speak
from tests.growth import (
    AT_FIRST,
    SIZES,
    Followed,
    Steps,
    apart,
    expressions,
    following,
    growth,
    met,
)
from tests.tiers import examples

#: How a text is handed over, by what a parameter says it takes.
_TEXTS: dict[str, Callable[[str], Any]] = {
    "str": lambda text: text,
    "str | None": lambda text: text,
    "object": lambda text: text,
    "list[str]": lambda text: text.split(),
    "Iterable[str]": lambda text: text.split(),
    "Sequence[str]": lambda text: text.split(),
    "tuple[str, ...]": lambda text: tuple(text.split()),
    "list[Token]": lambda text: tokens(str(text)),
}
_OTHERS: dict[str, Callable[[], Any]] = {
    "bool": lambda: True,
    "int": lambda: 100,
    "float": lambda: 1.0,
    "tuple[int, int]": lambda: (0, 10),
    "tzinfo": lambda: UTC,
    "Words": lambda: speak("en"),
    "Library": lambda: library("en"),
    "Callable[[str], str]": lambda: str,
}
#: Takes a text, and is not called here.
_APART = {
    "bot.logs.set_up": "changes what all other tests hear",
    "bot.store.database.open_database": "opens what the operator named",
    "bot.noticing.expressions._expression": "makes an expression, of what stands in the code",
    "bot.noticing.clauses._PREFACE.0.findall": "sees the words of one stretch, which are few",
    "bot.words.speak": "remembers each text for good; people's come from Discord's list",
    "cogs.reading.circle_changes.understand": "waits; it reads with bot.reading.when.read",
}
#: What people mean harm with, whatever an expression is written with.
_HARM = [*"aA1. \n\r\té*_`@:<-(ßＩ\u2028\u0301\u200d\ufe0f\u202e", "👍🏽"]
#: A little of everything, and a question: with it a text gets further, and meets more.
_AROUND = "Ana, 1a: *b* “c” (d) 10:30 <@123456789012345678> wants ", " red big old cats?"


def _modules() -> list[ModuleType]:
    """All of the bot's but the demo, which serves the computer it runs on."""
    return [
        importlib.import_module(each.name)
        for package in (bot, cogs)
        for each in pkgutil.walk_packages(package.__path__, package.__name__ + ".")
        if not each.name.startswith(("bot.demo", "bot.__main__"))
    ]


MODULES = _modules()


def _functions() -> Iterator[tuple[str, Callable[..., Any], list[inspect.Parameter]]]:
    """What has to be given one text or more, and else only what is known here."""
    for module in MODULES:
        for name, function in vars(module).items():
            if inspect.isfunction(function) and function.__module__ == module.__name__:
                needed = [
                    each
                    for each in inspect.signature(function).parameters.values()
                    if each.default is each.empty
                ]
                kinds = {str(each.annotation) for each in needed}
                if kinds & _TEXTS.keys() and kinds <= _TEXTS.keys() | _OTHERS.keys():
                    yield f"{module.__name__}.{name}", function, needed


def _act(function: Callable[..., Any], needed: list[inspect.Parameter]) -> Callable[[str], object]:
    def act(text: str) -> object:
        placed: list[Any] = []
        named: dict[str, Any] = {}
        with apart():
            for each in needed:
                kind = str(each.annotation)
                value = _TEXTS[kind](text) if kind in _TEXTS else _OTHERS[kind]()
                if each.kind is each.KEYWORD_ONLY:
                    named[each.name] = value
                elif each.kind is not each.VAR_KEYWORD:
                    placed.append(value)
        found = function(*placed, **named)
        return list(found) if isinstance(found, Iterator) else found

    return act


FUNCTIONS = {
    name: _act(function, needed) for name, function, needed in _functions() if name not in _APART
}

#: How an expression is tried. What looks for all matches costs the same, however it is called.
_WAYS = re.compile(r"(\w+)\.(match|fullmatch|search|finditer|findall|subn?|split)\(")
_ALIKE = dict.fromkeys(("search", "finditer", "sub", "subn", "split"), "findall")


def _expressions() -> dict[str, Callable[[str], object]]:
    """Every expression, tried in the ways in which the bot tries it.

    These stand behind its name, or, where several share one, in the module that holds them.
    """
    ways = {each: _WAYS.findall(Path(each.__file__ or "").read_text()) for each in MODULES}
    of_names: dict[str, set[str]] = {}
    for name, way in chain(*ways.values()):
        of_names.setdefault(name, set()).add(_ALIKE.get(way, way))
    found: dict[re.Pattern[str], tuple[str, list[str]]] = {}
    for module in MODULES:
        of_module = {_ALIKE.get(way, way) for _, way in ways[module]} or {"findall"}
        for name, value in vars(module).items():
            if not name.startswith("__"):
                for number, pattern in enumerate(expressions(value)):
                    named = f"{module.__name__}.{name}.{number}"
                    found.setdefault(pattern, (named, sorted(of_names.get(name, of_module))))
    return {
        f"{named}.{way}": _tries(pattern, way)
        for pattern, (named, ways_of_it) in found.items()
        for way in ways_of_it
    }


def _tries(pattern: re.Pattern[str], way: str) -> Callable[[str], object]:
    return lambda text: getattr(re.compile(pattern), way)(text)


EXPRESSIONS = _expressions()
_REAL = re._compile  # type: ignore[attr-defined]


@pytest.fixture(scope="module", autouse=True)
def _followed() -> Iterator[None]:
    with following(MODULES):
        yield


def _signs(act: Callable[[str], object]) -> tuple[list[str], list[str]]:
    """The signs and the words that are worth repeating to a function, in a fixed order."""
    signs, words = {*_HARM}, set[str]()
    for each in met(act, "".join(_AROUND)):
        signs.update(char for char in each if not char.isalnum())
        words.update(word + " " for word in re.findall(r"(?<!\\)[^\W\d_]{2,12}", each))
    return sorted(signs), sorted(words)


def _tried(
    name: str, act: Callable[[str], object], *, full: bool
) -> Iterator[tuple[str, Sequence[int], Sequence[str]]]:
    """What is repeated, up to which lengths, and in what: the same each time.

    In the full tier every sign by itself, where little is long enough, some words and mixtures.
    """
    signs, words = _signs(act)
    chance = random.Random(name)
    some = chance.sample(words, min(10, len(words)))
    for sign in [*signs, *some] if full else chance.sample(signs, 2):
        yield sign, (300, 1200), ()
    for length in (1, 2, 2, 3) if full else (2,):
        kinds = [chance.choice([signs, words or signs]) for _ in range(length)]
        around = _AROUND if name in FUNCTIONS else ()
        yield "".join(map(chance.choice, kinds)), SIZES[::2] if full else SIZES[:2], around


_ALL = {name: act for name, act in {**FUNCTIONS, **EXPRESSIONS}.items() if name not in _APART}
#: Of the quick tier: what everything that people see passes, and a few of the others.
_QUICK = [
    *(name for name in FUNCTIONS if name.startswith(("bot.replies.", "bot.text."))),
    *[*_ALL][::40],
]


@pytest.mark.parametrize(
    ("name", "full"),
    [
        *((name, False) for name in dict.fromkeys(_QUICK)),
        *(pytest.param(name, True, marks=pytest.mark.full) for name in _ALL),
    ],
)
def test_what_is_done_with_a_text_grows_with_its_length(name: str, full: bool) -> None:
    for unit, sizes, around in _tried(name, _ALL[name], full=full):
        counts = growth(_ALL[name], unit, sizes, *around)
        assert counts[-1] != -1, f"{name} on many {unit!r} in {around}: {counts}"


def test_all_that_takes_a_text_is_found() -> None:
    """Also by what was known when this was written, so that the search cannot come to nothing."""
    assert {"bot.replies.literal", "bot.text.clean", "bot.noticing.detector.notice"} <= {*FUNCTIONS}
    assert {"bot.reading.when.read", "cogs.affinity.fitting.fitted"} <= {*FUNCTIONS}
    assert {name.rpartition(".")[0] for name in EXPRESSIONS} >= {
        "bot.replies._BEFORE_A_SIGN.0",
        "bot.noticing.tokens._TOKEN.0",
    }
    found = {name: function for name, function, _ in _functions()}
    assert _APART.keys() <= found.keys() | EXPRESSIONS.keys()
    waiting = {name for name in found if inspect.iscoroutinefunction(found[name])}
    assert waiting <= _APART.keys(), "called, it does nothing yet"


# -- the counting itself ------------------------------------------------------------------------


def _slices(text: str) -> None:
    while text:
        text = text[1:]


def _compares(text: str) -> int:
    return sum(a == b for a in text for b in text)


def _looks_behind(text: str) -> int:
    return sum(text.count("a", 0, at) for at in range(0, len(text), 2))


def _tries_all(expression: str, way: str = "search") -> Callable[[str], object]:
    return lambda text: getattr(re.compile(expression), way)(text)


#: So short that what grows with the cube of a text is counted to its end.
_SHORT = (150, 300, 600)


@pytest.mark.parametrize(
    ("act", "unit"),
    [
        (_slices, "a"),
        (_compares, "a"),
        (_looks_behind, "a"),
        (_tries_all(r"\s+x"), " "),
        (_tries_all(r"(?m)^\s*-"), "\n"),
        (_tries_all(r"(?:a|b)*c"), "ab"),
        (_tries_all(r"(?:a+)+b", "match"), "a"),
        (_tries_all(r"\[.+?\]\(.+?\)", "findall"), "[]("),
        (discord.utils.escape_markdown, "[]("),
    ],
)
def test_what_grows_faster_than_a_text_is_seen(act: Callable[[str], object], unit: str) -> None:
    assert growth(act, unit, _SHORT)[-1] == -1


@pytest.mark.parametrize(
    ("act", "unit"),
    [
        (lambda text: text.split(), "a "),
        (lambda text: [each for each in text if each == "a"], "ab"),
        (lambda text: re.sub(r"(?<!\s)\s++$", "", text), " "),
        (lambda text: re.split(r"[ab]|c*+d", text), "ccd"),
        (lambda text: [text[at : at + 9] for at in range(0, len(text), 9)], "a"),
    ],
)
def test_what_grows_with_a_text_passes(act: Callable[[str], object], unit: str) -> None:
    counts = growth(act, unit)
    assert counts[0] * 5 < counts[-1] < counts[0] * 10


#: Every part that an expression can have.
_PARTS = [
    *(r"a*b", r"a*?b", r"(?:a|ab)(?:c|bcd)d*", r"(a+)+b", r"(?:ab?)*?c", r"(?:a(?:b|c)*)*d"),
    *(r"\b\w+\b", r"(?m)^\s*-|$", r"\A.|.\Z", r"(?s).+?\n.", r"[^a-c]{2,3}", r"[\W\d]+?b"),
    *(r"(.)\1{2,}", r"(?P<x>a|b)(?P=x)", r"(?i:Ab)c|ÄB", r"(?i)(a)\1"),
    *(r"a++b", r"(?:ab)*+c", r"(?:a|b?)++c", r"(?>a|ab)c", r"(?:ab){2,3}?c", r"(?:a?){3}b"),
    *(r"(?<=a)b|(?<!a)c", r"a(?=bc?)\w|b(?!c)", r"(?:)a|", r"(?:^|(?<=[ \n]))[^\S\n]*+-"),
]


@settings(max_examples=examples(quick=150, full=3000))
@given(
    pattern=st.sampled_from(_PARTS),
    text=st.text("abcdAB äÄ1-\n", max_size=12),
    begin=st.integers(0, 3),
)
def test_an_expression_is_followed_to_where_it_leads(pattern: str, text: str, begin: int) -> None:
    real = _REAL(pattern, 0)
    begin = min(begin, len(text))
    steps = Steps(real)
    found = real.search(text, begin)
    span = found.span() if found else (-1, -1)
    assert steps.search(text, begin, len(text), AT_FIRST)[:2] == span
    for whole, tried in ((False, real.match(text, begin)), (True, real.fullmatch(text, begin))):
        end = tried.end() if tried else -1
        assert steps.match(text, begin, len(text), AT_FIRST, whole=whole)[0] == end
    followed = Followed(real)
    assert followed.findall(text) == real.findall(text)
    assert followed.sub("<>", text) == real.sub("<>", text)
    assert followed.split(text) == real.split(text)
