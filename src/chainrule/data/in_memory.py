"""One part of the data, held in memory."""

from __future__ import annotations

from dataclasses import dataclass

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
        weight = None if self.weight is None else self.weight[rows]
        return InMemory(self.x[rows], self.y[rows], weight)
