"""Small sets made from nothing but a seed: the same bits on every machine."""

from __future__ import annotations

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array


def circles(
    n: int, *, seed: int, at: int = 0, factor: float = 0.5, noise: float = 0.05
) -> tuple[Array, Array]:
    """Two circles around one middle: x (n, 2), and y (n,), 0 outside and 1 inside.

    The radii are 1 and `factor`; half of the points lie on each, evenly, and every coordinate is
    off by N(0, noise²). `at` is the first word of the stream: other draws of the same kind start
    at 4 n. Rows are in random order.
    """
    outer = n - n // 2
    y = (np.arange(n) >= outer).astype(np.int64)
    place = np.where(y == 0, np.arange(n) / outer, (np.arange(n) - outer) / max(1, n // 2))
    cos, sin = random.cos_sin(place)
    radius = np.where(y == 0, 1.0, factor)
    bits = random.stream(seed, random.DATA, at)
    x = np.column_stack([radius * cos, radius * sin])
    x = x + noise * random.normal(bits, 2 * n).reshape(n, 2)
    shuffled = np.argsort(random.words(bits, n), kind="stable")
    return x[shuffled], y[shuffled]


def xor() -> tuple[Array, Array]:
    """The four rows of "one or the other, not both", in the order of the founding project."""
    return np.array([[1, 0], [1, 1], [0, 0], [0, 1]], dtype=np.float64), np.array([1, 0, 0, 1])
