"""Points made from nothing but a seed, on a line or in the plane: the same bits on every machine.

Each function makes n rows: x (n, 1) or (n, 2), and y: class numbers (n,) or numbers (n, 1). `at`
is the first word of the stream that they are drawn from: the test part starts elsewhere in it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.random import PCG64

from chainrule.core import random
from chainrule.core.dense import Array

Made = tuple[Array, Array]
Make = Callable[..., Made]

TURNS = 1.5  # of each spiral
CENTRES = np.array([[0.0, 1.0], [-0.9, -0.6], [0.9, -0.6]])  # of the blobs
BUMPS = np.array([[-0.6, 0.5, 1], [0, -0.6, 1], [0.6, 0.5, 1],
                  [-0.6, -0.5, -1], [0, 0.6, -1], [0.6, -0.5, -1]])  # fmt: skip
WIDE = 0.5  # how far a bump reaches


def moons(n: int, *, seed: int, at: int = 0, noise: float = 0.1) -> Made:
    """Two half circles, each around an end of the other: y is 0 above, 1 below."""
    bits = random.stream(seed, random.DATA, at)
    y, place = _halves(n), random.uniform(bits, n)
    cos, sin = random.cos_sin(place / 2)
    x = np.column_stack([np.where(y == 0, cos, 1 - cos), np.where(y == 0, sin, 0.5 - sin)])
    return _mixed(x + noise * _normal(bits, n), y, bits)


def quadrants(n: int, *, seed: int, at: int = 0, gap: float = 0.05) -> Made:
    """XOR on the plane: y is 1 where the two coordinates have different signs."""
    bits = random.stream(seed, random.DATA, at)
    x = _square(bits, n)
    x = (1 - gap) * x + gap * np.where(x > 0, 1.0, -1.0)
    return x, (x[:, 0] * x[:, 1] < 0).astype(np.int64)


def spirals(n: int, *, seed: int, at: int = 0, noise: float = 0.02) -> Made:
    """Two spirals, one in the other: radius t and TURNS · t turns, for t from 0.1 to 1."""
    bits = random.stream(seed, random.DATA, at)
    y, place = _halves(n), 0.1 + 0.9 * random.uniform(bits, n)
    cos, sin = random.cos_sin(TURNS * place + 0.5 * y)
    return _mixed(place[:, None] * np.column_stack([cos, sin]) + noise * _normal(bits, n), y, bits)


def blobs(n: int, *, seed: int, at: int = 0, noise: float = 0.3) -> Made:
    """Three clouds N(centre, noise²): which one is a point of?"""
    bits = random.stream(seed, random.DATA, at)
    y = np.arange(n) % len(CENTRES)
    return _mixed(CENTRES[y] + noise * _normal(bits, n), y, bits)


def gaussians(n: int, *, seed: int, at: int = 0) -> Made:
    """Two clouds N(±(1, 1), 1) that overlap: nobody is right more often than Φ(√2) = 92.1 %."""
    bits = random.stream(seed, random.DATA, at)
    y = _halves(n)
    return _mixed(np.where(y == 0, -1.0, 1.0)[:, None] + _normal(bits, n), y, bits)


def checkerboard(n: int, *, seed: int, at: int = 0) -> Made:
    """Four by four squares, black and white by turns."""
    x = _square(random.stream(seed, random.DATA, at), n)
    return x, np.floor(2 * x).astype(np.int64).sum(axis=1) % 2


def plane(n: int, *, seed: int, at: int = 0, noise: float = 0.05) -> Made:
    """A slope: y = (x₁ + x₂) / 2, and N(0, noise²)."""
    bits = random.stream(seed, random.DATA, at)
    x = _square(bits, n)
    return x, x.mean(axis=1, keepdims=True) + noise * random.normal(bits, n)[:, None]


def gauss(n: int, *, seed: int, at: int = 0, noise: float = 0.02) -> Made:
    """Hills and dales by turns: y is the sum of ± (1 − r/WIDE)², r the distance from a middle."""
    bits = random.stream(seed, random.DATA, at)
    x = _square(bits, n)
    r = np.sqrt(((x[:, None, :] - BUMPS[None, :, :2]) ** 2).sum(axis=2))
    y = (BUMPS[:, 2] * np.maximum(0, 1 - r / WIDE) ** 2).sum(axis=1, keepdims=True)
    return x, y + noise * random.normal(bits, n)[:, None]


def sine(n: int, *, seed: int, at: int = 0, noise: float = 0.1) -> Made:
    """One turn of a sine over −1 to 1: y = sin(πx), and N(0, noise²)."""
    bits = random.stream(seed, random.DATA, at)
    x = 2 * random.uniform(bits, n)[:, None] - 1
    return x, random.cos_sin(x / 2)[1] + noise * random.normal(bits, n)[:, None]


def _halves(n: int) -> Array:
    """Classes 0 and 1, as many of the one as of the other."""
    return (np.arange(n) >= n - n // 2).astype(np.int64)


def _square(bits: PCG64, n: int) -> Array:
    """Points all over the square from −1 to 1."""
    return 2 * random.uniform(bits, 2 * n).reshape(n, 2) - 1


def _normal(bits: PCG64, n: int) -> Array:
    return random.normal(bits, 2 * n).reshape(n, 2)


def _mixed(x: Array, y: Array, bits: PCG64) -> Made:
    """Rows in random order."""
    shuffled = np.argsort(random.words(bits, len(x)), kind="stable")
    return x[shuffled], y[shuffled]
