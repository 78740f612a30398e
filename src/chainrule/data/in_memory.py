"""One part of the data, held in memory."""

from __future__ import annotations

from dataclasses import dataclass
from mmap import mmap
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.tables import set_field


@dataclass(frozen=True, eq=False)
class InMemory:
    """One part held in memory, read-only: x (n, inputs), y (n,) or (n, outputs), weight (n,)."""

    x: Array
    y: Array
    weight: Array | None = None

    def __post_init__(self) -> None:
        for name in ("x", "y", "weight"):
            array = getattr(self, name)
            if array is not None:
                view = array.view()  # what becomes read-only is ours, not the caller's
                view.setflags(write=False)
                set_field(self, name, view)

    @property
    def n(self) -> int:
        return len(self.x)

    def block(self, start: int, stop: int) -> tuple[Array, Array, Array | None]:
        weight = None if self.weight is None else self.weight[start:stop]
        return self.x[start:stop], self.y[start:stop], weight

    def take(self, rows: Array) -> InMemory:
        """Some rows, in rising order."""
        weight = None if self.weight is None else self.weight[rows]
        if len(rows) == self.n:
            return self  # all of them, in the order that they have
        return of_own(self.x[rows], self.y[rows], weight)


def of_own(x: Array, y: Array, weight: Array | None = None) -> InMemory:
    """Of arrays that were made for it: nobody writes into them any more, so nobody copies them."""
    for array in (x, y, weight):
        if array is not None:
            array.setflags(write=False)
    return InMemory(x, y, weight)


def is_constant(array: Array) -> bool:
    """Whether nobody can write into an array: it, and all that it is a view of, are read-only."""
    held: Any = array
    while isinstance(held, np.ndarray):
        if held.flags.writeable:
            return False
        held = held.base
    return held is None or isinstance(held, bytes | mmap)
