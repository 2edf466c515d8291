"""What in a message is not its author's own voice: code, quotations, crossed-out text, links. Pure.

`own_voice` returns a text of the same length, so that every place in it is the same place in the
message. What is taken out leaves one of three marks: `QUOTED`, `CODE` or `LINK`, once for each
character. All of it is one pass over the text for each kind of thing, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

QUOTED, CODE, LINK = "\ue000", "\ue001", "\ue002"

_TICKS = re.compile("`+")
_BLOCK_QUOTE = re.compile(r"^[ \t]{0,3}>(?:>>(?:[ \t]|\n)[\s\S]*|[ \t\w<\"“«'*][^\n]*|\n|$)", re.M)
_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>]+|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}\.[\w.-]{2,64}", re.I
)
_STRUCK = re.compile(r"~~[^~\n]+~~")
#: Straight quotation marks look the same at both ends; these have a beginning and an end.
_PAIRS = {"“": "”", "«": "»", "„": "“", "‹": "›"}
_OPENS = re.compile(r"[“«„‹\"]")
_SINGLE_OPENS = re.compile(r"(?<![\w>`’'])['‘](?=[^\s'’])")
_SINGLE_CLOSES = re.compile(r"(?<=[^\s'‘])['’](?!\w)")
_FEW_WORDS = re.compile(r"[^\s<>]+(?: [^\s<>]+)?[\"”»’'›“]")
#: Words after which even one word in quotation marks is what somebody said.
_SAYING = re.compile(
    r"(?:sa(?:y|ys|id|ying)|told (?:me|us|them)|wr(?:ite|ites|ote)|post(?:s|"
    r"ed)|quot(?:e|es|ed|ing)|"
    r"comment(?:s|ed)|repl(?:y|ies|ied)|answer(?:s|ed)|typed|texted|was like|"
    r"dij[oe]|dice|decia|decía|escribi[oó]|puso|public[oó]|contest[oó]|respondi[oó]|coment[oó])"
    r" ?(?:that|que|literally|literal|:|,)?$",
    re.I,
)


def own_voice(text: str) -> str:
    """The message with everything that is not its author's own voice blotted out."""
    for mark in (QUOTED, CODE, LINK):
        text = text.replace(mark, " ")
    text = _blot(text, _code(text), CODE)
    text = _blot(text, (found.span() for found in _BLOCK_QUOTE.finditer(text)), QUOTED)
    text = _blot(text, (found.span() for found in _LINK.finditer(text)), LINK)
    text = _blot(text, (found.span() for found in _STRUCK.finditer(text)), CODE)
    text = _blot(text, _quotations(text), QUOTED)
    return _blot(text, _single_quotations(text), QUOTED)


def _blot(text: str, places: Iterator[tuple[int, int]], mark: str) -> str:
    pieces: list[str] = []
    last = 0
    for start, end in places:
        pieces += text[last:start], mark * (end - start)
        last = end
    return "".join([*pieces, text[last:]]) if pieces else text


def _code(text: str) -> Iterator[tuple[int, int]]:
    """Runs of backticks, each paired with the next run of the same length, as Discord does.

    A fence of three that nothing closes runs to the end: its writer meant code.
    """
    runs = [found.span() for found in _TICKS.finditer(text)]
    waiting: dict[int, list[int]] = {}
    for index in range(len(runs) - 1, -1, -1):
        start, end = runs[index]
        waiting.setdefault(end - start, []).append(index)
    at = 0
    while at < len(runs):
        start, end = runs[at]
        same = waiting[end - start]
        while same and same[-1] <= at:
            same.pop()
        if same:
            at = same[-1]
            yield start, runs[at][1]
        elif end - start >= 3:
            yield start, len(text)
            return
        at += 1


def _quotations(text: str) -> Iterator[tuple[int, int]]:
    at, line = 0, -1
    never: set[tuple[str, int]] = set()
    gone: set[tuple[str, int]] = set()

    def next_one(sign: str, limit: int) -> int:
        """Where one stands, or -1; what is not found is not looked for again."""
        end = -1 if (sign, limit) in gone else text.find(sign, at, limit)
        if end < 0:
            gone.add((sign, limit))
        return end

    while found := _OPENS.search(text, at):
        start, mark = found.start(), found[0]
        at = start + 1
        close = _PAIRS.get(mark, mark)
        if line < start:
            line = text.find("\n", start)
            line = len(text) if line < 0 else line
        # A straight mark that is not closed on its line closes nothing; the others may run on.
        limit = line if mark == '"' else len(text)
        if (close, limit) in never:
            continue
        end = next_one(close, limit)
        if end < 0 and mark != '"':
            end = next_one('"', limit)
        if end < 0:
            never.add((close, limit))
            if _SAYING.search(text[max(0, start - 24) : start].rstrip()) or _colon(text, start):
                yield start, line
                at = line
            continue
        if not _scare(text, start, end):
            yield start, end + 1
        at = end + 1


def _single_quotations(text: str) -> Iterator[tuple[int, int]]:
    closes = [found.start() for found in _SINGLE_CLOSES.finditer(text)]
    next_close = 0
    at = 0
    for found in _SINGLE_OPENS.finditer(text):
        start = found.start()
        if start < at:
            continue
        while next_close < len(closes) and closes[next_close] <= start + 1:
            next_close += 1
        if next_close == len(closes):
            return
        end = closes[next_close]
        if "\n" in text[start:end]:
            continue
        if not _scare(text, start, end):
            yield start, end + 1
        at = end + 1


def _scare(text: str, start: int, end: int) -> bool:
    """One or two words in quotation marks that nobody is said to have said: still own voice."""
    if end - start > 28 or not _FEW_WORDS.fullmatch(text[start + 1 : end + 1]):
        return False
    before = text[max(0, start - 24) : start].rstrip()
    return bool(before) and not _colon(text, start) and not _SAYING.search(before)


def _colon(text: str, start: int) -> bool:
    return text[max(0, start - 4) : start].rstrip().endswith((":", ","))
