"""Rows into dataclasses, by name, for both engines."""

from __future__ import annotations

from dataclasses import fields
from typing import Any, TypeVar

T = TypeVar("T")


def record(kind: type[T], row: Any) -> T:
    """A dataclass from a row that has a column for each of its fields."""
    return kind(**{field.name: row[field.name] for field in fields(kind)})  # type: ignore[arg-type]
