"""What `python -m tests.mutants` changes: what decides something, one decision at a time."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.catalogue import ROOT
from tests.mutants.draw import draw, mutants

Changed = Callable[[str, str], set[str]]


@pytest.fixture
def changed(tmp_path: Path) -> Changed:
    def every_change(name: str, text: str) -> set[str]:
        file = tmp_path / name
        file.write_text(text)
        return {each.applied().decode() for each in mutants(file)}

    return every_change


def test_python_that_decides_something(changed: Changed) -> None:
    text = "def f(a: int, b=True) -> int:\n    if a < 2 and not b:\n        return -a\n"
    assert changed("some.py", text) == {
        text.replace(old, new)
        for old, new in {
            "True": "False",
            "a < 2": "a <= 2",
            "2": "3",
            "and": "or",
            "a < 2 and": "True and",
            "and not b": "and True",
            "a < 2 and not b": "(not (a < 2 and (not b)))",
            "-a": "None",
        }.items()
    }


@pytest.mark.parametrize(
    "text",
    [
        '"""Says what it is for, and 3 < 4."""\n',
        "import logging\n\nlog = logging.getLogger(__name__)\nlog.info('at %d', 3)\n",
        "from typing import TYPE_CHECKING\n\nif TYPE_CHECKING:\n    from a import b\n",
        "def f(a: Literal[1] | None) -> Literal[2]: ...\n",
        "NAME = 'words'  # 1 < 2\n",
    ],
)
def test_python_that_decides_nothing(changed: Changed, text: str) -> None:
    assert changed("some.py", text) == set()


def test_sql_that_decides_something(changed: Changed) -> None:
    text = (
        "-- name: take(id, now)^\n-- Not twice, if 1 < 2.\n"
        "UPDATE rings SET state = 'up', until = :now + 60\n"
        "WHERE id = :id AND (until <= :now OR state IS NULL) RETURNING id;\n"
    )
    assert changed("some.sql", text) == {
        text.replace(old, new, 1)
        for old, new in {
            "state = 'up'": "state = CASE WHEN TRUE THEN state ELSE 'up' END",
            "until = :now + 60": "until = CASE WHEN TRUE THEN until ELSE :now + 60 END",
            "+ 60": "- 60",
            "60": "61",
            "id = :id": "id <> :id",
            "id = :id AND": "(id = :id OR TRUE) AND",
            "AND": "OR",
            "(until <= :now OR state IS NULL)": "((until <= :now OR state IS NULL) OR TRUE)",
            "<=": "<",
            "OR state": "AND state",
            "until <= :now OR": "(until <= :now OR TRUE) OR",
            "OR state IS NULL": "OR (state IS NULL OR TRUE)",
            "IS NULL": "IS NOT NULL",
        }.items()
    }


def test_where_of_an_upsert_names_an_index_and_decides_nothing(changed: Changed) -> None:
    text = (
        "-- name: add(id)^\nINSERT INTO rings (id) VALUES (:id)\n"
        "ON CONFLICT (id) WHERE until IS NULL DO NOTHING RETURNING id;\n"
    )
    assert changed("some.sql", text) == set()


def test_a_draw_is_the_same_for_the_same_seed_and_can_run() -> None:
    paths = [ROOT / "bot" / "consent", ROOT / "bot" / "seal.py"]
    drawn = draw(paths, 60, 7)
    assert drawn == draw(paths, 60, 7) != draw(paths, 60, 8)
    assert {each.file.suffix for each in drawn} == {".py", ".sql"}
    for each in drawn:
        assert each.applied() != each.file.read_bytes()
        if each.file.suffix == ".py":
            ast.parse(each.applied())
