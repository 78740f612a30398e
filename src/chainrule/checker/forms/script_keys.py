"""Keys of arrays: which number they point to, and whether they pick by numbers."""

from __future__ import annotations

from typing import Any

import numpy as np


def flat_index(key: Any, shape: tuple[int, ...]) -> int | None:
    """Where a key for a single number points to, counted through the array."""
    keys = key if isinstance(key, tuple) else (key,)
    if len(keys) != len(shape) or not all(
        isinstance(k, int | np.integer)
        or (isinstance(k, np.ndarray) and k.ndim == 0 and k.dtype.kind in "iu")
        for k in keys
    ):
        return None
    at = 0
    for k, size in zip(keys, shape, strict=True):
        at = at * size + int(k) % size
    return at


def chooses(key: Any) -> bool:
    """A key that picks by numbers, not a slice."""
    return isinstance(key, np.ndarray | list | int | np.integer)
