"""What a computer lacks is told, and is a failure where everything must run."""

from __future__ import annotations

import pytest

from tests.lacking import lacking


def test_it_is_skipped_with_a_plain_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FIRSTHAND_TEST_ALL", raising=False)
    with pytest.raises(pytest.skip.Exception, match=r"^It is not installed\.$"):
        lacking("It is not installed.")


def test_it_fails_where_everything_must_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIRSTHAND_TEST_ALL", "1")
    with pytest.raises(pytest.fail.Exception, match=r"^It is not installed\.$"):
        lacking("It is not installed.")
