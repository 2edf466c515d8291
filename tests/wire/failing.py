"""Calls that Discord refuses, by what they are, whatever the ids in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from simcord.backend.errors import BackendError
from simcord.http import router


@contextmanager
def refusing(method: str, ending: str, code: int, status: int = 403) -> Iterator[None]:
    """Every call of this method whose path ends so is refused."""
    real = router.dispatch

    def dispatch(backend: Any, given: str, path: str, **how: Any) -> Any:
        if given == method and path.endswith(f"/{ending}"):
            raise BackendError(status, code, "refused")
        return real(backend, given, path, **how)

    router.dispatch = dispatch
    try:
        yield
    finally:
        router.dispatch = real
