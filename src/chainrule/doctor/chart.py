"""The chart of one run: all that the illnesses are judged by, computed when first asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from chainrule.core.dense import Array
from chainrule.data.parts import Data
from chainrule.doctor.line import Line, search
from chainrule.doctor.looks import Look, fitted, sample
from chainrule.doctor.trend import Trend, median, trend
from chainrule.records import Batch
from chainrule.spec import Spec, Training
from chainrule.training.history import History

ROWS = 1024  # of the data, to judge scales and balance by
POINTS = 5  # of the history; in a shorter run nothing has settled
SETTLED = 0.1  # of the constant's loss
NOTHING = 1e-9  # of the answers' mean square


@dataclass(frozen=True, eq=False)
class Chart:
    """A run as the doctor sees it: settings, data, history and a few looks inside."""

    spec: Spec
    training: Training
    data: Data  # as the run holds it
    history: History
    looks: tuple[Look, ...]  # in rising order of steps; the first one at the start
    ended: str  # as in records.Ended
    why: str = ""  # of a run that was not finite

    @property
    def first(self) -> int:
        """The state it begins at: 0, or of a branch the one it leaves its parent at."""
        return self.looks[0].step

    @property
    def steps(self) -> int:
        """How many it made itself: what its settings explain."""
        return self.looks[-1].step - self.first

    @property
    def beginning(self) -> str:
        return f"state {self.first}" if self.first else "the start"

    @property
    def first_step(self) -> str:
        return f"The step from state {self.first}" if self.first else "The first step"

    @cached_property
    def rows(self) -> Batch:
        """A sample of the training rows."""
        return fitted(self.data, self.spec, sample(self.data.train, ROWS))

    @cached_property
    def constant(self) -> float:
        """The loss of the best answer that is the same for every row: of knowing nothing."""
        return constant_loss(self.spec, self.rows)

    @cached_property
    def loss(self) -> Array:
        """The training loss at each point of the history."""
        return self.history["train"]

    @cached_property
    def skill(self) -> Array:
        """1 − loss / constant at each point: 0 knows nothing, 1 knows all, below 0 is worse."""
        return 1 - self.loss / measure(self.constant, self.rows, float(self.loss[0]))

    @property
    def last_skill(self) -> float:
        if self.is_not_finite or not len(self.history):
            return -math.inf
        return float(self.skill[-1])

    @property
    def is_not_finite(self) -> bool:
        return self.ended == "not finite"

    @property
    def has_arrived(self) -> bool:
        """The run reached the target it was given."""
        return self.ended == "target"

    def knows_less_than(self, skill: float) -> bool:
        """Whether the run has learnt less than that, and missed its target, if it has one."""
        return not self.has_arrived and not self.last_skill >= skill

    @property
    def has_settled(self) -> bool:
        """The loss moved by less than a tenth of the constant's in the second half of the run."""
        if self.is_not_finite or len(self.loss) < POINTS:
            return self.is_not_finite
        middle, last = float(self.loss[len(self.loss) // 2]), float(self.loss[-1])
        return abs(middle - last) < SETTLED * self.constant

    @cached_property
    def line(self) -> Line | None:
        """How long the first step should have been."""
        return search(self.looks[0], self.training, self.data.train.n)

    @cached_property
    def trend(self) -> Trend | None:
        """Where the loss was going at the end."""
        if self.is_not_finite or not len(self.history):
            return None
        unit = measure(self.constant, self.rows, float(self.loss[0]))
        return trend(self.history["step"] - self.first, self.loss, unit)

    @property
    def fell_by_epoch(self) -> float:
        """The fall of the loss in the last eighth of the run, for each epoch of it."""
        if self.trend is None:
            return 0.0
        unit = measure(self.constant, self.rows, float(self.loss[0]))
        epochs = self.steps / self.training.steps_per_epoch(self.data.train.n)
        return self.trend.drops[-1] * unit / max(epochs / 8, 1e-300)

    def since(self, holds: Callable[[Look], bool]) -> int | None:
        """The first step from which every look shows it, or None where the last one doesn't."""
        found = None
        for look in reversed(self.looks):
            if not holds(look):
                break
            found = look.step
        return found

    def answers(self, look: Look) -> Array:
        """The answers of a look's rows as columns: labels become one-hot."""
        y = look.rows.batch.y
        return np.eye(self.spec.outputs)[y] if y.ndim == 1 else y


def measure(constant: float, rows: Batch, first: float) -> float:
    """What losses are compared with: the constant answer's, or where that is 0 (one row, or equal
    answers) the loss at the start."""
    size = 1.0 if rows.y.ndim == 1 else float((rows.y**2).mean())
    return constant if constant > NOTHING * size else first or 1.0


def constant_loss(spec: Spec, rows: Batch) -> float:
    """The smallest loss of an answer that does not look at its inputs."""
    shape, how = (len(rows.y), spec.outputs), spec.conventions

    def loss(q: Array) -> float:
        given = np.broadcast_to(q.astype(spec.dtype), shape)
        return float(spec.loss(given, rows.y, rows.weight, outputs=how.outputs).value)

    return min(map(loss, _constants(spec, rows)))


def _constants(spec: Spec, rows: Batch) -> list[Array]:
    """The z or a, as the loss takes it, among which the best constant answer is: the shares of the
    classes, smoothed as the answers are, the mean of y, or its median where large errors count no
    more than small ones. Huber's is between the two, and hardly better."""
    smoothing = getattr(spec.loss, "label_smoothing", 0.0)
    if spec.loss.targets == "labels":
        share = np.bincount(rows.y, rows.weight, minlength=spec.outputs)
        share = (1 - smoothing) * share / share.sum() + smoothing / spec.outputs
        return [np.log(np.maximum(share, 1e-12))]
    mean = np.average(rows.y, axis=0, weights=rows.weight)
    if spec.loss.last == "sigmoid":
        p = np.clip((1 - smoothing) * mean + smoothing / 2, 1e-12, 1 - 1e-12)
        return [np.log(p / (1 - p))]
    if spec.loss.last == "exp":
        return [np.log(np.maximum(mean, 1e-12))]
    return [mean, _median(rows.y, rows.weight)]


def _median(y: Array, weight: Array | None) -> Array:
    """Of each column: half of the weight is at or below it, and half at or above."""
    if weight is None:
        return median(y)
    order = np.argsort(y, axis=0, kind="stable")
    below = np.cumsum(weight[order], axis=0)
    middle = (below < below[-1] / 2).sum(axis=0)
    return np.asarray(np.take_along_axis(np.sort(y, axis=0), middle[None], axis=0)[0])
