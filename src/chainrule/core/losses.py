"""Losses: value and gradient leave through one door, and the gradient is that of the value.

A row of the table gives each output's share of the loss and the slope of that share, one or two
lines each; a row with settings is a frozen dataclass of its own, as an optimiser is. Summing over
outputs and averaging over the batch happen once, below, for all rows.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

import numpy as np

from chainrule.core.activations import exp, log_softmax, sigmoid
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import Settings, look_up, row_to_text, set_number


class LossResult(NamedTuple):
    value: Any  # the one number that training makes smaller; a NumPy scalar, complex if q is
    per_row: Array  # (n,); value and per_row are None where only the gradient was asked for
    d: Array  # (n, outputs): the gradient of `value`, and of nothing else


ANY = -math.inf, math.inf


class Loss:
    """How wrong the outputs q (n, outputs) are, given the answers y.

    share    l(q, y), each output's share of the loss;  slope  l′(q, y) by q.
    on       q is the last layer's "a", or its "z": then the activation is part of the formula,
             `last` names it, and the value stays finite where exp would overflow.
    targets  "columns": y (n, outputs);  "labels": y (n,), whole numbers, one share a row (n,).
    answers  the least and the largest y that the formula is meant for.
    """

    name: ClassVar[str]
    formula: str
    share: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]
    on: str = "a"
    last: str | None = None
    targets: str = "columns"
    answers: tuple[float, float] = ANY

    def __call__(
        self, q: Array, y: Array, weight: Array | None = None,
        *, batch: str = "mean", outputs: str = "sum", value: bool = True,
    ) -> LossResult:  # fmt: skip
        """The loss of a batch and its gradient by q, under the conventions in force.

        value=False leaves value and per_row out: most training steps need the gradient alone.
        """
        self.check(q.shape, y)
        if batch not in ("mean", "sum") or outputs not in ("sum", "mean"):
            raise UsageError(
                self.name, 'batch and outputs to be "mean" or "sum"', f"{batch!r} and {outputs!r}",
                "Conventions() has the usual ones.",
            )  # fmt: skip
        k = q.shape[1] if outputs == "mean" and self.targets == "columns" else 1
        slope = self.slope(q, y)
        per_row = over_outputs(self.share(q, y), k) if value else None
        return over_batch(per_row, slope / k if k > 1 else slope, weight, batch)

    def check(self, q_shape: tuple[int, ...], y: Array) -> None:
        """Whether y answers for outputs of that shape, (n, outputs)."""
        wanted = q_shape if self.targets == "columns" else q_shape[:1]
        if y.shape == wanted:
            return
        do = "One row of y for each of q."
        if self.targets == "labels" and y.shape == q_shape:
            do = "One-hot targets? Pass y.argmax(axis=1)."
        if self.targets == "columns" and (len(y), 1) == q_shape:
            do = "One column of answers? Pass y[:, None]."
        raise UsageError(self.name, f"y of shape {wanted}", f"y of shape {y.shape}", do)

    def __repr__(self) -> str:
        return repr(row_to_text(self))  # 'squared', 'huber(delta=2.0)': wherever a row can stand


@dataclass(frozen=True, repr=False)
class PlainLoss(Loss):
    """A loss without settings."""

    name: str  # type: ignore[misc]  # each object's own; the rows with settings are classes
    formula: str
    share: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]
    on: str = "a"
    last: str | None = None
    targets: str = "columns"
    answers: tuple[float, float] = ANY

    def __reduce__(self) -> tuple[Any, ...]:
        return _named, (self.name,)  # copies and other processes find the row by its name


def over_outputs(l: Array, k: int) -> Array:
    """The loss of each row, (n,): the sum of its outputs' shares, divided by k."""
    per_row: Array = l if l.ndim == 1 else l.sum(axis=1)
    return per_row / k if k > 1 else per_row


def over_batch(per_row: Any, slope: Array, weight: Array | None, batch: str) -> LossResult:
    """Σ w l / Σ w, or Σ w l. The 1/n of the mean stands here and nowhere else."""
    asked = per_row is not None
    if weight is None:
        n = len(slope) if batch == "mean" else 1
        return LossResult(
            per_row.sum() / n if asked else None, per_row, slope / n if n > 1 else slope
        )
    share = weight / (weight.sum() or 1) if batch == "mean" else weight
    return LossResult((share * per_row).sum() if asked else None, per_row, slope * share[:, None])


def _half_squared(a: Array, y: Array) -> Array:
    e: Array = a - y
    return 0.5 * e * e


def _squared(a: Array, y: Array) -> Array:
    e: Array = a - y
    return e * e


def _size(e: Array) -> Array:
    return np.where(e.real > 0, e, -e)


def _sign(e: Array) -> Array:
    return (e.real > 0).astype(e.dtype) - (e.real < 0)


def _hinge(z: Array, y: Array) -> Array:
    return np.maximum(_short_of_margin(z, y), 0)


def _hinge_slope(z: Array, y: Array) -> Array:
    return np.where(_short_of_margin(z, y).real > 0, 2 - 4 * y, 0)


def _short_of_margin(z: Array, y: Array) -> Array:
    """1 − (±1)(±1): from 0 and 1 to −1 and 1, for the answer and for the output alike."""
    return 1 - (2 * y - 1) * (2 * z - 1)  # type: ignore[no-any-return]


@dataclass(frozen=True, repr=False)
class Huber(Settings, Loss):
    """Squared for small errors, absolute for large ones: rows that are far off pull less.

    Source: Huber (1964), Robust estimation of a location parameter.
    """

    name = "huber"
    formula = "l = e² / 2 where |e| ≤ delta, else delta (|e| − delta / 2), e = a − y"
    delta: float = 1.0

    def __post_init__(self) -> None:
        set_number(self, "delta", above=0)

    def share(self, a: Array, y: Array) -> Array:
        e = a - y
        small = abs(e.real) <= self.delta
        near, far = np.where(small, e, 0), self.delta * (_size(e) - 0.5 * self.delta)
        return np.where(small, 0.5 * near * near, far)

    def slope(self, a: Array, y: Array) -> Array:
        return np.maximum(np.minimum(a - y, self.delta), -self.delta)  # type: ignore[no-any-return]


@dataclass(frozen=True, repr=False)
class BinaryCrossEntropy(Settings, Loss):
    """−log of the probability given to the answer. With smoothing ε = label_smoothing the answer
    is t = (1 − ε) y + ε / 2: nobody is asked to be quite sure.
    """

    name = "binary_cross_entropy"
    formula = "l = −y log a − (1 − y) log(1 − a), a = sigmoid(z)"
    on, last, answers = "z", "sigmoid", (0.0, 1.0)
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        set_number(self, "label_smoothing", least=0, below=1)

    def share(self, z: Array, y: Array) -> Array:
        """log(1 + exp z) − t z: the formula with sigmoid put in, rearranged."""
        positive, t = z.real > 0, self._smoothed(y)
        small = np.log1p(np.exp(np.where(positive, -z, z)))
        share: Array = (np.where(positive, z, 0) - t * z) + small  # large ones first: they cancel
        return share

    def slope(self, z: Array, y: Array) -> Array:
        return sigmoid.f(z) - self._smoothed(y)

    def _smoothed(self, y: Array) -> Array:
        e = self.label_smoothing
        return (1 - e) * y + e / 2 if e else y


@dataclass(frozen=True, repr=False)
class SoftmaxCrossEntropy(Settings, Loss):
    """−log of the probability given to the right class. With smoothing ε = label_smoothing a share
    ε of the answer is spread over all classes alike: l ← (1 − ε) l − ε mean log a.
    """

    name = "softmax_cross_entropy"
    formula = "l = −log a[label], a = softmax(z)"
    on, last, targets = "z", "softmax", "labels"
    label_smoothing: float = 0.0

    def __post_init__(self) -> None:
        set_number(self, "label_smoothing", least=0, below=1)

    def share(self, z: Array, y: Array) -> Array:
        """The only share of a row."""
        log_p, e = log_softmax(z), self.label_smoothing
        share: Array = -log_p[np.arange(len(y)), y]
        return (1 - e) * share - e * log_p.mean(axis=1) if e else share

    def slope(self, z: Array, y: Array) -> Array:
        """Probability given minus probability wanted."""
        e = self.label_smoothing
        slope: Array = np.exp(log_softmax(z))  # fresh: backward may come twice
        if e:
            slope -= e / z.shape[1]
        slope[np.arange(len(y)), y] -= 1 - e
        return slope


half_squared = PlainLoss("half_squared", "l = (a − y)² / 2", _half_squared, lambda a, y: a - y)
squared = PlainLoss("squared", "l = (a − y)²", _squared, lambda a, y: 2 * (a - y))
absolute = PlainLoss(
    "absolute", "l = |a − y|", lambda a, y: _size(a - y), lambda a, y: _sign(a - y)
)  # fmt: skip
huber = Huber()
binary_cross_entropy = BinaryCrossEntropy()
softmax_cross_entropy = SoftmaxCrossEntropy()
poisson = PlainLoss(
    "poisson", "l = a − y z, a = exp(z)", lambda z, y: exp.f(z) - y * z, lambda z, y: exp.f(z) - y,
    on="z", last="exp", answers=(0.0, math.inf),
)  # fmt: skip
hinge = PlainLoss(
    "hinge", "l = max(0, 1 − (2 y − 1) (2 a − 1)), a = z", _hinge, _hinge_slope,
    on="z", last="identity", answers=(0.0, 1.0),
)  # fmt: skip


def _named(name: str) -> Loss:
    return look_up(LOSSES, "loss", name)


_ROWS: tuple[Loss, ...] = (
    half_squared, squared, absolute, huber, binary_cross_entropy, softmax_cross_entropy, poisson,
    hinge,
)  # fmt: skip
LOSSES: dict[str, Loss] = {row.name: row for row in _ROWS}
