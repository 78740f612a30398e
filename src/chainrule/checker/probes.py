"""Numbers that bring mistakes to light.

Generic weights from N(0, 1), biases that are not zero, inputs of both signs. With the small weights
of a usual start half of all wrong gradients pass a usual check: facts in docs/why/how-we-know.md.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from chainrule.checker.observation import Layer
from chainrule.core import random
from chainrule.core.dense import Array

LEARNING_RATE, OTHER_LEARNING_RATE = 0.07, 0.013


class Probe(NamedTuple):
    """How large, and how far from zero."""

    name: str
    rows: int
    sizes: tuple[int, ...]  # inputs, hidden widths, outputs, where the program lets us choose
    seed: int
    spread: float = 1.0  # of the weights
    learning_rate: float = LEARNING_RATE


PROBES = {
    probe.name: probe
    for probe in (
        Probe("distinct", 7, (6, 5, 4, 3), seed=1),  # all sizes differ; called three times
        Probe("fresh", 5, (6, 5, 4, 3), seed=2),  # other numbers, another batch size
        Probe("equal", 4, (4, 4, 4, 4), seed=3),  # all sizes equal: transposes run silently
        Probe("other rate", 7, (6, 5, 4, 3), seed=1, learning_rate=OTHER_LEARNING_RATE),
        Probe("one row", 1, (6, 5, 4, 3), seed=4),
        Probe("extreme", 7, (6, 5, 4, 3), seed=5, spread=300.0),  # exp overflows if it can
    )
}


def sizes_of(probe: Probe, inputs: int | None, hidden: int, outputs: int | None) -> tuple[int, ...]:
    """The probe's sizes for a program with so many hidden layers, and perhaps fixed ends.

    sizes_of(PROBES["distinct"], None, 1, 1) == (6, 5, 1)
    """
    widths = tuple(probe.sizes[1 + l % 2] + l // 2 * 3 for l in range(hidden))
    if probe.name == "equal":
        widths = (probe.sizes[0],) * hidden
    return (inputs or probe.sizes[0], *widths, outputs or probe.sizes[-1])


def weights(probe: Probe, shapes: list[tuple[tuple[int, int], int | None]]) -> tuple[Layer, ...]:
    """W ~ N(0, 1) · spread of each (fan_in, units), b ~ 0.7 N(0, 1); None: no b."""
    return tuple(
        Layer(
            _normal(probe.seed, 10 + l, shape) * probe.spread,
            None if size is None else 0.7 * _normal(probe.seed, 110 + l, (size,)),
        )
        for l, (shape, size) in enumerate(shapes)
    )


def inputs(probe: Probe, columns: int, rows: int | None = None) -> Array:
    """x (rows, columns) ~ N(0, 1)."""
    return _normal(probe.seed, 1, (rows or probe.rows, columns))


def labels(probe: Probe, classes: int, rows: int | None = None) -> Array:
    """Whole numbers (rows,); every class comes up as far as the rows go, in no order."""
    n = rows or probe.rows
    order = np.argsort(_normal(probe.seed, 2, (n,)))
    return (np.arange(n) % max(classes, 2))[order]


def one_hot(found: Array, classes: int) -> Array:
    """Labels as rows of 0 and 1; a single column for one output."""
    if classes == 1:
        return found.reshape(-1, 1).astype(float)
    return np.asarray(np.eye(classes)[found])


def columns(probe: Probe, outputs: int, rows: int | None = None) -> Array:
    """Targets (rows, outputs) between 0.1 and 0.9, for losses on numbers."""
    n = rows or probe.rows
    return 0.5 + 0.4 * np.tanh(_normal(probe.seed, 3, (n, outputs)))


def _normal(seed: int, at: int, shape: tuple[int, ...]) -> Array:
    bits = random.stream(seed, random.DATA, at * 100_000)
    return random.normal(bits, math.prod(shape)).reshape(shape)
