"""What a run has been through: one point for each state that was evaluated."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np

from chainrule.core.dense import Array
from chainrule.records import Evaluated


class Point(NamedTuple):
    """Losses are means over rows under the parameters of state `step`; None: no such part."""

    step: int
    epoch: int
    learning_rate: float
    batch_loss: float | None  # of the step that led here, before its update
    train: float
    validation: float | None
    test: float | None
    metrics: dict[str, float | str]
    seconds: float

    @classmethod
    def of(cls, event: Evaluated) -> Point:
        losses = event.losses
        return cls(
            event.step, event.epoch, event.learning_rate, event.batch_loss, losses["train"],
            losses.get("validation"), losses.get("test"), event.metrics, event.seconds,
        )  # fmt: skip


class History:
    """The points of a run in order; `history["train"]` is a column of them, NaN where none is."""

    def __init__(self, points: Iterable[Point] = ()) -> None:
        self.points = list(points)

    def __getitem__(self, column: str) -> Array:
        values = [getattr(point, column) for point in self.points]
        return np.array([np.nan if v is None else v for v in values], dtype=np.float64)

    def __len__(self) -> int:
        return len(self.points)

    def __iter__(self) -> Iterator[Point]:
        return iter(self.points)

    def __repr__(self) -> str:
        if not self.points:
            return "History(empty)"
        last = self.points[-1]
        return f"History({len(self)} points to step {last.step}, train loss {last.train:.6g})"
