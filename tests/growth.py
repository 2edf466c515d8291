"""Counts what is done with a text, so that what grows faster than the text shows without a clock.

What counts as one step: a line of Python, or a character that a method of `str` or a regular
expression looks at. Expressions are followed step by step by a small matcher of their own trees
(`Steps`), which goes back as `re` does; what they find is still found by `re` itself.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from math import log2
from types import CodeType, FrameType, ModuleType
from typing import Any

import pytest

from re import _compiler, _parser  # type: ignore[attr-defined]  # isort: skip

SIZES = (1000, 2000, 4000, 8000)
#: How much more twice the text may cost; and steps for each character that any text may cost on
#: top: how it ends, say, can decide whether it is looked at at all.
MOST, ON_TOP = 2.3, 10
#: Steps for a text of the first size; what takes more has no need to be compared.
AT_FIRST = 400_000


class TooMany(BaseException):
    """More steps than there may be. No `except Exception` keeps it from ending a count."""


# -- regular expressions ------------------------------------------------------------------------


class _Signs(dict[str, bool]):
    """Whether one item of an expression takes a character, as `re` says."""

    def __init__(self, find: Callable[[str], object]) -> None:
        super().__init__()
        self._find = find

    def __missing__(self, char: str) -> bool:
        found = self[char] = bool(self._find(char))
        return found


_ITEMS: dict[tuple[str, int], re.Pattern[str]] = {}
_REPEATS = (_parser.MAX_REPEAT, _parser.MIN_REPEAT, _parser.POSSESSIVE_REPEAT)
_ONE = (_parser.LITERAL, _parser.NOT_LITERAL, _parser.ANY, _parser.IN)
Goes = Callable[[int], int]


class Steps:
    """Follows an expression through a text, and counts."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self._text, self._end = "", 0
        self._steps = self._budget = 0
        self._whole = False
        self._tree = _parser.parse(pattern.pattern, pattern.flags)
        self._groups: dict[int, tuple[int, int]] = {}
        self._begun: dict[int, int] = {}
        self._begin = self._seq(list(self._tree), self._tree.state.flags, self._accept)
        self._first = self._firsts(list(self._tree), self._tree.state.flags)

    def match(
        self, text: str, at: int, end: int, budget: int, *, whole: bool = False
    ) -> tuple[int, int]:
        """Where a match that begins here ends, or -1; and the steps it took. Raises TooMany."""
        self._text, self._end, self._whole = text[:end], end, whole
        self._steps, self._budget = 1, budget
        self._groups.clear()
        return self._begin(at), self._steps

    def search(self, text: str, at: int, end: int, budget: int) -> tuple[int, int, int]:
        """Where the next match begins and ends, or -1; and the steps it took. Raises TooMany."""
        self._text, self._end, self._whole = text[:end], end, False
        self._steps, self._budget = 0, budget
        first = self._first
        for begin in range(at, end + 1):
            self._steps += 1
            if first is None or (begin < end and first[text[begin]]):
                self._groups.clear()
                found = self._begin(begin)
                if found >= 0:
                    return begin, found, self._steps
        return -1, -1, self._steps

    def _accept(self, at: int) -> int:
        return at if not self._whole or at == self._end else -1

    def _step(self, number: int = 1) -> None:
        self._steps += number
        if self._steps > self._budget:
            raise TooMany

    # -- building: each item becomes a function, which goes on with the one behind it -----------

    def _seq(self, items: list[Any], flags: int, then: Goes) -> Goes:
        for item in reversed(items):
            then = self._item(item, flags, then)
        return then

    def _item(self, item: Any, flags: int, then: Goes) -> Goes:
        kind, value = item
        if kind in _ONE:
            return self._one(item, flags, then)
        if kind is _parser.BRANCH:
            return self._branch(value[1], flags, then)
        if kind is _parser.SUBPATTERN:
            group, more, less, inner = value
            flags = (flags | more) & ~less
            if group is None:
                return self._seq(list(inner), flags, then)
            return self._group(group, list(inner), flags, then)
        if kind in _REPEATS:
            return self._repeat(kind, *value, flags, then)
        if kind is _parser.AT:
            stands = self._real(item, flags).match
            return lambda at: then(at) if stands(self._text, at) else -1
        if kind in (_parser.ASSERT, _parser.ASSERT_NOT):
            return self._look(kind is _parser.ASSERT, *value, flags, then)
        if kind is _parser.ATOMIC_GROUP:
            inner = self._seq(list(value), flags, lambda at: at)
            return lambda at: then(end) if (end := inner(at)) >= 0 else -1
        if kind is _parser.GROUPREF:
            return self._again(value, flags, then)
        raise NotImplementedError(kind)

    def _real(self, item: Any, flags: int) -> re.Pattern[str]:
        """One item of the tree, by itself, as `re` understands it."""
        key = (repr(item), flags)
        if key not in _ITEMS:
            state = _parser.State()
            state.flags = flags
            _ITEMS[key] = _compiler.compile(_parser.SubPattern(state, [item]), flags)
        return _ITEMS[key]

    def _one(self, item: Any, flags: int, then: Goes) -> Goes:
        takes = self._takes(item, flags)

        def one(at: int) -> int:
            self._step()
            return then(at + 1) if at < self._end and takes[self._text[at]] else -1

        return one

    def _takes(self, item: Any, flags: int) -> _Signs:
        return _Signs(self._real(item, flags).match)

    def _branch(self, ways: list[Any], flags: int, then: Goes) -> Goes:
        goes = [(self._firsts(list(way), flags), self._seq(list(way), flags, then)) for way in ways]
        empty = [way for first, way in goes if first is None]
        by_first: dict[str, list[Goes]] = {}

        def branch(at: int) -> int:
            if at == self._end:
                possible = empty
            else:
                char = self._text[at]
                if char not in by_first:
                    by_first[char] = [way for first, way in goes if first is None or first[char]]
                possible = by_first[char]
            for way in possible:
                self._step()
                end = way(at)
                if end >= 0:
                    return end
            return -1

        return branch

    def _group(self, group: int, inner: list[Any], flags: int, then: Goes) -> Goes:
        def close(at: int) -> int:
            before = self._groups.get(group)
            self._groups[group] = self._begun[group], at
            end = then(at)
            if end < 0 and before is not None:
                self._groups[group] = before
            elif end < 0:
                del self._groups[group]
            return end

        body = self._seq(inner, flags, close)

        def open_(at: int) -> int:
            before, self._begun[group] = self._begun.get(group, -1), at
            end = body(at)
            if end < 0:
                self._begun[group] = before
            return end

        return open_

    def _again(self, group: int, flags: int, then: Goes) -> Goes:
        def again(at: int) -> int:
            if group not in self._groups:
                return -1
            begin, end = self._groups[group]
            self._step(end - begin + 1)
            there, here = self._text[begin:end], self._text[at : at + end - begin]
            same = there == here or (flags & re.IGNORECASE and there.lower() == here.lower())
            return then(at + end - begin) if same else -1

        return again

    def _look(self, wanted: bool, ahead: int, inner: Any, flags: int, then: Goes) -> Goes:
        look = self._seq(list(inner), flags, lambda at: at)
        back = 0 if ahead > 0 else inner.getwidth()[0]

        def looking(at: int) -> int:
            self._step()
            found = at >= back and look(at - back) >= 0
            return then(at) if found == wanted else -1

        return looking

    def _repeat(self, kind: Any, least: int, most: Any, inner: Any, flags: int, then: Goes) -> Goes:
        most = sys.maxsize if most is _parser.MAXREPEAT else int(most)
        items = list(inner)
        if len(items) == 1 and items[0][0] in _ONE:
            return self._run(kind, least, most, self._takes(items[0], flags), then)
        if kind is _parser.POSSESSIVE_REPEAT:
            return self._possessive(least, most, items, flags, then)
        return self._loop(kind is _parser.MAX_REPEAT, least, most, items, flags, then)

    def _run(self, kind: Any, least: int, most: int, takes: _Signs, then: Goes) -> Goes:
        """Many of one sign."""

        def longest(at: int, most: int) -> int:
            text, end = self._text, min(self._end, at + most)
            here = at
            while here < end and takes[text[here]]:
                here += 1
            self._step(here - at + 1)
            return here

        def greedy(at: int) -> int:
            for here in range(longest(at, most), at + least - 1, -1):
                end = then(here)
                if end >= 0:
                    return end
                self._step()
            return -1

        def lazy(at: int) -> int:
            here = longest(at, least)
            while here - at >= least:
                end = then(here)
                if end >= 0:
                    return end
                if here - at == most or longest(here, 1) == here:
                    return -1
                here += 1
            return -1

        def possessive(at: int) -> int:
            here = longest(at, most)
            return then(here) if here - at >= least else -1

        ways = {_parser.MAX_REPEAT: greedy, _parser.MIN_REPEAT: lazy}
        return ways.get(kind, possessive)

    def _possessive(self, least: int, most: int, items: list[Any], flags: int, then: Goes) -> Goes:
        body = self._seq(items, flags, lambda at: at)

        def possessive(at: int) -> int:
            number = 0
            while number < most:
                self._step()
                end = body(at)
                if end < 0:
                    break
                number += 1
                if end == at:
                    number = max(number, least)
                    break
                at = end
            return then(at) if number >= least else -1

        return possessive

    def _loop(
        self, greedy: bool, least: int, most: int, items: list[Any], flags: int, then: Goes
    ) -> Goes:
        """Many of something longer: how many there were, and where the last one began."""
        state = (0, -1)

        def more(at: int) -> int:
            nonlocal state
            number, last = before = state
            if number >= most or (number >= least and last == at):
                return -1
            state = number + 1, at
            end = body(at)
            state = before
            return end

        def leave(at: int) -> int:
            nonlocal state
            before = state
            if before[0] < least:
                return -1
            end = then(at)
            state = before
            return end

        def loop(at: int) -> int:
            self._step()
            end = more(at) if greedy else leave(at)
            if end >= 0:
                return end
            return leave(at) if greedy else more(at)

        def enter(at: int) -> int:
            nonlocal state
            before, state = state, (0, -1)
            end = loop(at)
            state = before
            return end

        body = self._seq(items, flags, loop)
        return enter

    # -- with what something can begin ----------------------------------------------------------

    def _firsts(self, items: list[Any], flags: int) -> _Signs | None:
        """The signs a sequence can begin with; None: any, or it may be empty."""
        for position, (kind, value) in enumerate(items):
            if kind in _ONE:
                return self._takes((kind, value), flags)
            if kind in (_parser.AT, _parser.ASSERT, _parser.ASSERT_NOT):
                continue
            rest = items[position + 1 :]
            if kind is _parser.SUBPATTERN:
                _, more, less, inner = value
                if inner.getwidth()[0]:
                    return self._firsts(list(inner), (flags | more) & ~less)
                return None
            if kind is _parser.ATOMIC_GROUP:
                return self._firsts(list(value), flags) if value.getwidth()[0] else None
            if kind is _parser.BRANCH:
                return _either([self._firsts([*way], flags) for way in value[1]])
            if kind in _REPEATS:
                first = self._firsts(list(value[2]), flags)
                if value[0] and value[2].getwidth()[0]:
                    return first
                return _either([first, self._firsts(rest, flags)])
            return None
        return None


def _either(ways: list[_Signs | None]) -> _Signs | None:
    found = [way for way in ways if way is not None]
    if len(found) < len(ways):
        return None
    return _Signs(lambda char: any(way[char] for way in found))


class Followed:
    """Stands in for an expression: finds the same, and counts the steps of it."""

    def __init__(self, real: re.Pattern[str]) -> None:
        self._real = real

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)

    def search(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> Any:
        _follow(self._real, text, pos, endpos)
        return self._real.search(text, pos, endpos)

    def match(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> Any:
        _follow(self._real, text, pos, endpos, at_once=True)
        return self._real.match(text, pos, endpos)

    def fullmatch(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> Any:
        _follow(self._real, text, pos, endpos, at_once=True, whole=True)
        return self._real.fullmatch(text, pos, endpos)

    def finditer(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> Iterator[Any]:
        at = pos
        for found in self._real.finditer(text, pos, endpos):
            _follow(self._real, text, at, endpos)
            at = found.end() + (found.end() == found.start())
            yield found
        _follow(self._real, text, at, endpos)

    def findall(self, text: str, pos: int = 0, endpos: int = sys.maxsize) -> list[Any]:
        self._all(text, pos, endpos)
        return self._real.findall(text, pos, endpos)

    def sub(self, by: Any, text: str, count: int = 0) -> str:
        self._all(text)
        return self._real.sub(by, text, count)

    def subn(self, by: Any, text: str, count: int = 0) -> tuple[str, int]:
        self._all(text)
        return self._real.subn(by, text, count)

    def split(self, text: str, maxsplit: int = 0) -> list[Any]:
        self._all(text)
        return self._real.split(text, maxsplit)

    def _all(self, text: str, *where: int) -> None:
        for _ in self.finditer(text, *where):
            pass


# -- counting -----------------------------------------------------------------------------------


class _Tally:
    """The steps of one count, how many there may be, and what it met: expressions and code."""

    def __init__(self, budget: int) -> None:
        self.steps, self.budget = 0, budget
        self.expressions: set[re.Pattern[str]] = set()
        self.code: set[CodeType] = set()

    def add(self, number: int) -> None:
        self.steps += number
        if self.steps > self.budget:
            raise TooMany

    def trace(self, frame: FrameType, event: str, _: object) -> Any:
        if frame.f_code.co_filename == __file__:
            return None
        if event == "line":
            self.add(1)
        elif event == "call":
            self.code.add(frame.f_code)
        return self.trace


#: The count that is going on.
_now: list[_Tally] = []
_known: dict[tuple[str, int], Steps] = {}


def _follow(
    real: re.Pattern[str],
    text: str,
    pos: int,
    endpos: int,
    *,
    at_once: bool = False,
    whole: bool = False,
) -> None:
    """Count what an expression takes from here to its next match."""
    text, endpos = str(text), min(len(text), endpos)
    if not _now or pos > endpos:
        return
    [tally], key = _now, (real.pattern, real.flags)
    tally.expressions.add(real)
    tracing = sys.gettrace()
    sys.settrace(None)
    try:
        steps = _known.get(key) or _known.setdefault(key, Steps(real))
        left = tally.budget - tally.steps
        if at_once:
            tally.steps += steps.match(text, pos, endpos, left, whole=whole)[-1]
        else:
            tally.steps += steps.search(text, pos, endpos, left)[-1]
    finally:
        sys.settrace(tracing)


@contextmanager
def apart() -> Iterator[None]:
    """What is done meanwhile does not count."""
    tracing, going_on = sys.gettrace(), _now[:]
    sys.settrace(None)
    _now.clear()
    try:
        yield
    finally:
        _now[:] = going_on
        sys.settrace(tracing)


class Text(str):
    """A text whose methods count how much of it they may look at."""

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        _look_at(len(found))
        return Text(found)


def _look_at(number: int) -> None:
    for tally in _now:
        tally.add(number)


def _counted(name: str) -> Any:
    real = getattr(str, name)

    def method(self: Text, *given: Any, **how: Any) -> Any:
        found = real(self, *given, **how)
        _look_at(_looked(name, len(self), given, found))
        return _texts(found)

    return method


def _looked(name: str, length: int, given: tuple[Any, ...], found: Any) -> int:
    """How many characters of a text a method has looked at, at most."""
    if name not in ("count", "find", "rfind"):
        return length
    begin, end, _ = slice(*[*given[1:], None, None][:2]).indices(length)
    if name == "count" or found < 0:
        return max(0, end - begin)
    return found - begin if name == "find" else end - found


def _texts(found: Any) -> Any:
    if type(found) is str:
        return Text(found)
    return type(found)(map(_texts, found)) if type(found) in (list, tuple) else found


for _name in (
    *("__contains__", "casefold", "count", "find", "isascii", "isprintable"),
    *("join", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind"),
    *("rpartition", "rsplit", "rstrip", "split", "splitlines", "strip", "translate"),
):
    setattr(Text, _name, _counted(_name))


def expressions(value: object) -> Iterator[re.Pattern[str]]:
    """Every expression in a value: in tuples, in dicts, and where a method of one was kept."""
    if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
        yield value
    elif isinstance(getattr(value, "__self__", None), re.Pattern):
        yield from expressions(value.__self__)  # type: ignore[attr-defined]
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from expressions(each)
    elif isinstance(value, dict):
        for each in value.values():
            yield from expressions(each)


def _standing_in(value: Any) -> Any:
    """A value with what follows it in the place of each expression."""
    if not any(expressions(value)):
        return value
    if isinstance(value, re.Pattern):
        return Followed(value)
    if isinstance(value, dict):
        return {key: _standing_in(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        found = map(_standing_in, value)
        return type(value)._make(found) if hasattr(value, "_make") else type(value)(found)
    return getattr(Followed(value.__self__), value.__name__)


@contextmanager
def following(modules: Collection[ModuleType]) -> Iterator[None]:
    """Every expression of these modules, and each that is made meanwhile, is followed."""
    make = re._compile  # type: ignore[attr-defined]

    def making(*given: Any) -> Any:
        return _standing_in(make(*given))

    before = sys.getrecursionlimit()
    with pytest.MonkeyPatch.context() as patch:
        for module in modules:
            for name, value in list(vars(module).items()):
                if not name.startswith("__") and any(expressions(value)):
                    patch.setattr(module, name, _standing_in(value))
        patch.setattr(re, "_compile", making)
        sys.setrecursionlimit(200_000)  # the loops of an expression go as deep as a text is long
        try:
            yield
        finally:
            sys.setrecursionlimit(before)


def _counting(act: Callable[[str], object], text: str, budget: int) -> _Tally:
    tally = _Tally(budget)
    _now.append(tally)
    before = sys.gettrace()
    sys.settrace(tally.trace)
    try:
        act(Text(text))
    except Exception:  # a refusal, say; what it took until then counts
        pass
    finally:
        sys.settrace(before)
        _now.clear()
    return tally


def count(act: Callable[[str], object], text: str, budget: int = AT_FIRST) -> int:
    """The steps of an act with a text. Whatever it raises ends it, too. Raises TooMany."""
    return _counting(act, text, budget).steps


def met(act: Callable[[str], object], text: str) -> set[str]:
    """How the expressions are written that an act tries on a text, and the words in its code."""
    with suppress(Exception):
        act(text)
    tally = _counting(act, text, sys.maxsize)
    found = set[object]()
    for code in tally.code:
        for each in code.co_consts:
            found.update(each if isinstance(each, (tuple, frozenset)) else [each])
    words = {each for each in found if isinstance(each, str) and len(each.split()) < 2}
    return words | {each.pattern for each in tally.expressions}


def growth(
    act: Callable[[str], object],
    unit: str,
    sizes: Sequence[int] = SIZES,
    begin: str = "",
    end: str = "",
) -> list[int]:
    """The steps for ever longer texts: one unit over and over, and what stands around.

    The last is -1 if it grew too much.
    """
    with suppress(Exception):
        act(begin + unit + end)  # what is made once is made now
    counts: list[int] = []
    for before, size in zip((0, *sizes), sizes, strict=False):
        more = MOST ** log2(size / before) if before else 0
        budget = int(counts[-1] * more) + ON_TOP * size if before else AT_FIRST
        many = (unit * size)[: size - len(begin + end)]
        try:
            counts.append(count(act, begin + many + end, budget))
        except TooMany:
            return [*counts, -1]
    return counts
