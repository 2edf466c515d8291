"""`python -m bot notice`: JSON Lines in, the same lines with what was noticed out.

Each line is an object with a `text`. Three keys are added: `speaks_for`, `ids` (as strings, as
Discord writes them) and `why`, the code of the rule (empty where nothing was noticed). Blank lines
are passed over. A line that cannot be read is reported with its number and left out; all others are
still judged.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import BinaryIO, TextIO, cast

from bot.noticing.detector import notice


def judge(lines: Iterable[bytes], out: BinaryIO, complain: TextIO) -> int:
    """Judge every line; returns the exit code: 1 if a line could not be read."""
    code = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = _row(line)
        except (ValueError, RecursionError) as error:
            print(f"line {number}: {error}", file=complain)
            code = 1
            continue
        found = notice(cast(str, row["text"]))
        row |= {"speaks_for": found.speaks_for, "ids": list(map(str, found.ids)), "why": found.why}
        out.write(_written(row) + b"\n")
    out.flush()
    return code


def _row(line: bytes) -> dict[str, object]:
    row: object = json.loads(line.decode("utf-8-sig"))
    if not isinstance(row, dict):
        raise ValueError("not an object")
    found = cast("dict[str, object]", row)
    if not isinstance(found.get("text"), str):
        raise ValueError("no `text`, or it is not a string")
    return found


def _written(row: dict[str, object]) -> bytes:
    try:
        return json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:  # half an emoji, which UTF-8 cannot carry
        return json.dumps(row).encode()
