"""How good a state is: losses of all parts, metrics of the test part or else of training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.data.parts import Data
from chainrule.engine.choice import choose
from chainrule.engine.protocol import Arrays, Engine
from chainrule.records import Batch, Params
from chainrule.spec import Spec

NUMBERS_AT_ONCE = 2**21  # in the widest layer
Block = tuple[Array, Array, Array | None]  # outputs, answers, weights


def evaluate(
    spec: Spec, params: Params, data: Data, engine: Engine | None = None
) -> tuple[dict[str, float], dict[str, float | str]]:
    """The losses by part, and the metrics; `data` is already fitted to the network.

    engine: the run's own, where there is a run; else the one that is chosen for the network.
    """
    return Evaluation(spec, data, engine)(params)


class Evaluation:
    """`evaluation(params)` is `evaluate`, made ready for state after state of one run.

    stop: called now and then; what it raises ends an evaluation.
    """

    def __init__(
        self, spec: Spec, data: Data, engine: Engine | None = None,
        stop: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        self.on = "test" if data.test is not None else "train"
        self.data = data
        self.parts = {name: _Rows(spec, part, engine, stop) for name, part in data.parts.items()}

    def __call__(self, params: Params) -> tuple[dict[str, float], dict[str, float | str]]:
        losses: dict[str, float] = {}
        measured: dict[str, float | str] = {"on": self.on}
        with np.errstate(over="ignore", invalid="ignore"):  # the loop says what is not finite
            for name, rows in self.parts.items():
                if name == self.on:
                    losses[name], found = rows.measured(params, self.data)
                    measured |= found
                else:
                    losses[name] = rows.judged(params)
        return losses, measured


def part_metrics(
    spec: Spec, params: Params, data: Data, part: Arrays, engine: Engine | None = None
) -> tuple[float, dict[str, float]]:
    """The loss of one part and its metrics, these in the target's own units."""
    with np.errstate(over="ignore", invalid="ignore"):
        return _Rows(spec, part, engine).measured(params, data)


def metrics_by_target(
    spec: Spec, params: Params, data: Data, engine: Engine | None = None
) -> dict[str, dict[str, float]]:
    """The metrics of each column of numbers by its name, on the part that `evaluate` measures."""
    names = data.preparation.target.names if data.preparation else ()
    with np.errstate(over="ignore", invalid="ignore"):
        rows = _Rows(spec, data.test or data.train, engine)
        sums = rows.summed(params, data)[1]
        return {name: sums.errors(k) for k, name in enumerate(names)}


def part_loss(
    spec: Spec, params: Params, part: Arrays, engine: Engine | None = None
) -> tuple[float, Array]:
    """The mean over rows of the loss of a row, Σ w l / Σ w, and the outputs a (n, outputs)."""
    with np.errstate(over="ignore", invalid="ignore"):
        kept: list[Array] = []
        loss = _Rows(spec, part, engine).judged(params, lambda a, y, weight: kept.append(a))
    return loss, np.concatenate(kept)


class _Rows:
    """One part in blocks, so that large data is evaluated in bounded memory."""

    def __init__(
        self, spec: Spec, part: Arrays, engine: Engine | None,
        stop: Callable[[], object] = lambda: None,
    ) -> None:  # fmt: skip
        self.spec, self.part, self.engine = spec, part, engine or choose(spec)
        self.stop = stop
        self.size = max(1, NUMBERS_AT_ONCE // max(spec.sizes))
        held = part.n <= self.size and not hasattr(part, "gather")
        self.whole = self._batch(0) if held else None
        self.spread: float | None = None  # of the answers, once it is known

    def judged(self, params: Params, see: Callable[..., None] | None = None) -> float:
        """The loss. see(outputs, answers, weights) is called block by block."""
        total, weights = 0.0, 0.0
        for start in range(0, self.part.n, self.size):
            self.stop()
            batch = self.whole or self._batch(start)
            per_row, a = self.engine.evaluate(self.spec, params, batch, self.stop)
            weight = batch.weight
            total += float(np.add.reduce(per_row if weight is None else weight * per_row))
            weights += len(batch.x) if weight is None else float(weight.sum())
            if see:
                see(a, batch.y, weight)
        return total / weights

    def measured(self, params: Params, data: Data) -> tuple[float, dict[str, float]]:
        """The loss and the metrics."""
        if self.part.n > self.size:
            loss, sums = self.summed(params, data)
            return loss, sums.metrics()
        kept: list[Block] = []
        loss = self.judged(params, lambda *block: kept.append(block))
        a, y, weight = kept[0]
        if data.task == "classes":
            return loss, metrics(data.task, a, y, weight)
        a, y = data.in_units(a), data.in_units(y)
        if self.spread is None:
            self.spread = _spread(y, weight)
        return loss, errors_of(a, y, weight, self.spread)

    def summed(self, params: Params, data: Data) -> tuple[float, Sums]:
        """The loss, and what the metrics are made of: outputs of millions of rows are not kept."""
        sums = Sums(data.task)

        def see(a: Array, y: Array, weight: Array | None) -> None:
            if data.task == "numbers":
                a, y = data.in_units(a), data.in_units(y)
            sums.add(a, y, weight)

        return self.judged(params, see), sums

    def _batch(self, start: int) -> Batch:
        rows = np.arange(start, min(start + self.size, self.part.n))
        return Batch(rows, *self.part.block(start, start + len(rows)))


class Sums:
    """The sums that metrics are made of, block by block: the same metrics in bounded memory.

    The spread of the answers comes together from each block's own (Chan, Golub and LeVeque, 1979):
    Σ (y − m)² of two blocks is that of each and w₁ w₂ / (w₁ + w₂) · (m₁ − m₂)².
    """

    def __init__(self, task: str) -> None:
        self.task, self.weight, self.right = task, 0.0, 0.0
        self.squares, self.sizes, self.mean, self.spread = (np.zeros(1) for _ in range(4))

    def add(self, a: Array, y: Array, weight: Array | None) -> None:
        heavy = float(len(a) if weight is None else weight.sum())
        if heavy == 0:
            return
        if self.task == "classes":
            self.right += heavy * metrics(self.task, a, y, weight)["accuracy"]
        else:
            self._add(a, y, weight, heavy)
        self.weight += heavy

    def _add(self, a: Array, y: Array, weight: Array | None, heavy: float) -> None:
        error, share = a - y, heavy / (self.weight + heavy)
        mean = np.average(y, axis=0, weights=weight)
        off = mean - self.mean
        self.squares = self.squares + heavy * np.average(error * error, axis=0, weights=weight)
        self.sizes = self.sizes + heavy * np.average(np.abs(error), axis=0, weights=weight)
        self.spread = self.spread + heavy * np.average((y - mean) ** 2, axis=0, weights=weight)
        self.spread += self.weight * share * off**2
        self.mean = self.mean + share * off

    def metrics(self) -> dict[str, float]:
        if self.task == "classes":
            return {"accuracy": self.right / self.weight}
        return self.errors(slice(None))

    def errors(self, columns: int | slice) -> dict[str, float]:
        """Of one column of numbers, or the mean over some."""
        square, size, spread = (
            float(np.mean(sums[columns]) / self.weight)
            for sums in (self.squares, self.sizes, self.spread)
        )
        found = {"rmse": square**0.5, "mae": size}
        return {**found, "r2": 1 - square / spread} if spread > 0 else found


def metrics(task: str, a: Array, y: Array, weight: Array | None = None) -> dict[str, float]:
    """accuracy for classes; rmse, mae and r2 for numbers (r2 only where the answers differ).

    Means are Σ w · / Σ w where rows have weights, and 0.5 is no "yes", as in predict.

    rmse = √ mean (a − y)²     mae = mean |a − y|     r2 = 1 − Σ (a − y)² / Σ (y − mean y)²
    """
    if task == "classes":
        chosen = a[:, 0] > 0.5 if a.shape[1] == 1 else a.argmax(axis=1)
        truth = y if y.ndim == 1 else y[:, 0] >= 0.5 if y.shape[1] == 1 else y.argmax(axis=1)
        return {"accuracy": _mean(chosen == truth, weight)}
    return errors_of(a, y, weight, _spread(y, weight))


def errors_of(a: Array, y: Array, weight: Array | None, spread: float) -> dict[str, float]:
    """rmse and mae; r2 as well where the answers are spread."""
    error = a - y
    square = _mean(error * error, weight)
    found = {"rmse": square**0.5, "mae": _mean(np.abs(error), weight)}
    return {**found, "r2": 1 - square / spread} if spread > 0 else found


def always_the_same(data: Data) -> tuple[Any, float] | None:
    """The most frequent class of the training part, and the accuracy of answering nothing else.

    On the test part, or else the training part, as the metrics are. None where there are no
    classes. data: as it was read, y (n,) class numbers.
    """
    if data.task != "classes" or data.preparation is None:
        return None
    classes = data.preparation.target.classes
    most = int(_rows_of_classes(data.train, len(classes)).argmax())
    judged = _rows_of_classes(data.test or data.train, len(classes))
    return classes[most], float(judged[most] / judged.sum())


def _rows_of_classes(part: Arrays, classes: int) -> Array:
    """How often each class is there; weights of rows count as they do in the metrics."""
    counts = np.zeros(classes)
    for start in range(0, part.n, NUMBERS_AT_ONCE):
        _, y, weight = part.block(start, min(start + NUMBERS_AT_ONCE, part.n))
        counts += np.bincount(y, weights=weight, minlength=classes)
    return counts


def _spread(y: Array, weight: Array | None) -> float:
    """The mean squared distance from the mean of each column."""
    return _mean((y - np.average(y, axis=0, weights=weight)) ** 2, weight)


def _mean(values: Array, weight: Array | None) -> float:
    """Over rows, with their weights, and over columns."""
    if weight is not None:
        return float(np.average(values, axis=0, weights=weight).mean())
    if values.dtype == bool:
        return float(np.count_nonzero(values) / values.size)
    of_columns = np.add.reduce(values, axis=0) / len(values)
    return float(np.add.reduce(of_columns) / len(of_columns))
