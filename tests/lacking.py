"""What a test needs and this computer lacks."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def lacking(sentence: str) -> NoReturn:
    """Skip the test and say what is missing; fail it where FIRSTHAND_TEST_ALL=1 (as CI does)."""
    if os.environ.get("FIRSTHAND_TEST_ALL") == "1":
        pytest.fail(sentence, pytrace=False)
    pytest.skip(sentence)
