"""Named queries: one `.sql` file, loaded for the engine in use."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import aiosql


def load(file: Path, driver: str) -> Any:
    """The queries of a file as methods; the typed functions around them give them types."""
    return cast("Any", aiosql).from_path(file, driver)
