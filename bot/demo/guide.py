"""The guided path for a newcomer. Its words, chapter by chapter, are in ``page/guide.toml``."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).with_name("page") / "guide.toml"


@cache
def chapters() -> list[dict[str, Any]]:
    """Each chapter has a key, a title, an introduction and steps.

    A step has a ``title`` and ``look`` (what to look for). It may have ``be`` (who to be), ``go``
    (which channel), ``do`` (what to do, in words), ``type`` (a command to put into the box) and
    ``with`` (that command's options; a person is given by name).
    """
    return tomllib.loads(SOURCE.read_text(encoding="utf-8"))["chapter"]
