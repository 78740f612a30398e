"""Stand-ins for data that scripts load: small arrays instead of downloads and missing files."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any


@contextmanager
def stubs() -> Any:
    yield
