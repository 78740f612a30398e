"""What many tests need: errors held to their four parts, and arrays nobody may write into."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pytest

from chainrule.core.errors import ChainruleError, UsageError

EPS = {"float64": 2.0**-52, "float32": 2.0**-23}


@contextmanager
def refused(*words: str, kind: type[ChainruleError] = UsageError) -> Iterator[None]:
    """The block must raise an error of four filled parts, whose text holds all the words."""
    with pytest.raises(kind) as caught:
        yield
    error, text = caught.value, str(caught.value)
    for part in ("called", "needs", "got", "do"):
        said = getattr(error, part)
        assert isinstance(said, str), f"{part} is {said!r}"
        assert said.strip(), f"{part} is empty: {text}"
        assert said in text
    for word in words:
        assert word in text


class Rows:
    """Data in memory, as an engine asks for it; `asked` are the blocks it asked for."""

    def __init__(self, x: Any, y: Any, weight: Any = None) -> None:
        self.x, self.y, self.weight, self.n = x, y, weight, len(x)
        self.asked: list[tuple[int, int]] = []

    def block(self, start: int, stop: int) -> tuple[Any, Any, Any]:
        self.asked.append((start, stop))
        weight = None if self.weight is None else self.weight[start:stop]
        return self.x[start:stop], self.y[start:stop], weight


def locked(*arrays: Any) -> Any:
    """Read-only copies: writing into one raises an error."""
    copies = [np.array(array) for array in arrays]
    for copy in copies:
        copy.setflags(write=False)
    return copies[0] if len(copies) == 1 else copies


def same_bits(a: Any, b: Any) -> bool:
    """Equal shapes, dtypes and bytes; mappings key by key."""
    if isinstance(a, dict):
        return list(a) == list(b) and all(same_bits(a[key], b[key]) for key in a)
    if a is None or b is None:
        return a is b
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and a.dtype == b.dtype and a.tobytes() == b.tobytes()


def digest(array: Any) -> str:
    """The first 16 hex digits of the sha256 of an array's bytes, lowest byte first."""
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"))
    return hashlib.sha256(little.tobytes()).hexdigest()[:16]


def at_least_apart(rng: np.random.Generator, kinks: tuple[float, ...], shape: Any) -> Any:
    """Normal draws of size 1.5, moved to be 0.05 or more away from every kink."""
    z = 1.5 * rng.normal(size=shape)
    for kink in kinks:
        z = np.where(np.abs(z - kink) < 0.05, kink + np.copysign(0.05, z - kink), z)
    return z
