"""`python -m bot notice`: JSON Lines in, the same lines judged out."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

from bot.noticing.judging import judge

ROOT = Path(__file__).parents[2]


def judged(*lines: str | bytes) -> tuple[int, list[dict[str, object]], str]:
    out, complaints = io.BytesIO(), io.StringIO()
    given = [line if isinstance(line, bytes) else line.encode() for line in lines]
    code = judge(given, out, complaints)
    return code, [json.loads(line) for line in out.getvalue().splitlines()], complaints.getvalue()


def test_a_line_keeps_what_it_had_and_says_what_was_noticed() -> None:
    code, rows, complaints = judged('{"text": "<@7> wants out", "lang": "en", "n": 1}\n')
    assert (code, complaints) == (0, "")
    assert rows == [
        {
            "text": "<@7> wants out",
            "lang": "en",
            "n": 1,
            "speaks_for": True,
            "ids": ["7"],
            "why": "stance",
        }
    ]


def test_what_speaks_for_nobody_says_so() -> None:
    _, rows, _ = judged('{"text": "gracias <@7>"}')
    assert rows == [{"text": "gracias <@7>", "speaks_for": False, "ids": [], "why": ""}]


def test_broken_lines_are_told_by_number_and_the_others_judged() -> None:
    code, rows, complaints = judged(
        '{"text": "<@7> wants out"}', "", "{broken", "[]", '{"text": 3}', b"\xff", "[" * 200_000,
        '{"text": "hola"}',
    )  # fmt: skip
    assert code == 1
    assert [row["text"] for row in rows] == ["<@7> wants out", "hola"]
    told = [line.partition(":")[0] for line in complaints.splitlines()]
    assert told == ["line 3", "line 4", "line 5", "line 6", "line 7"]


def test_half_an_emoji_goes_through() -> None:
    code, rows, _ = judged('{"text": "<@7> wants \\ud83d out"}')
    assert (code, rows[0]["text"]) == (0, "<@7> wants \ud83d out")


def test_it_is_a_command() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bot", "notice"],
        cwd=ROOT,
        input='{"text": "a <@7> le encanta ñandú"}\n',
        capture_output=True,
        encoding="utf-8",
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["speaks_for"] is True
    assert "ñandú" in done.stdout
