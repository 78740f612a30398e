"""Losses: value and gradient leave through one door, and the gradient is that of the value.

A row of the table gives each output's share of the loss and the slope of that share, one or two
lines each. Summing over outputs and averaging over the batch happen once, below, for all rows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.activations import log_softmax, sigmoid
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import look_up


class LossResult(NamedTuple):
    value: Any  # the one number that training makes smaller; a NumPy scalar, complex if q is
    per_row: Array  # (n,); value and per_row are None where only the gradient was asked for
    d: Array  # (n, outputs): the gradient of `value`, and of nothing else


@dataclass(frozen=True, repr=False)
class Loss:
    """How wrong the outputs q (n, outputs) are, given the answers y.

    share    l(q, y), each output's share of the loss;  slope  l′(q, y) by q.
    on       q is the last layer's "a", or its "z": then the activation is part of the formula,
             `last` names it, and the value stays finite where exp would overflow.
    targets  "columns": y (n, outputs);  "labels": y (n,), whole numbers, one share a row (n,).
    """

    name: str
    formula: str
    share: Callable[[Array, Array], Array]
    slope: Callable[[Array, Array], Array]
    on: str = "a"
    last: str | None = None
    targets: str = "columns"

    def __call__(
        self, q: Array, y: Array, weight: Array | None = None,
        *, batch: str = "mean", outputs: str = "sum", value: bool = True,
    ) -> LossResult:  # fmt: skip
        """The loss of a batch and its gradient by q, under the conventions in force.

        value=False leaves value and per_row out: most training steps need the gradient alone.
        """
        if y.shape != (q.shape if self.targets == "columns" else q.shape[:1]):
            raise self._misfit(q, y)
        if batch not in ("mean", "sum") or outputs not in ("sum", "mean"):
            raise UsageError(
                self.name, 'batch and outputs to be "mean" or "sum"', f"{batch!r} and {outputs!r}",
                "Conventions() has the usual ones.",
            )  # fmt: skip
        k = q.shape[1] if outputs == "mean" and self.targets == "columns" else 1
        slope = self.slope(q, y)
        per_row = over_outputs(self.share(q, y), k) if value else None
        return over_batch(per_row, slope / k if k > 1 else slope, weight, batch)

    def _misfit(self, q: Array, y: Array) -> UsageError:
        wants = f"y of shape {q.shape}" if self.targets == "columns" else f"y of shape ({len(q)},)"
        do = "One row of y for each of q."
        if self.targets == "labels" and y.shape == q.shape:
            do = "One-hot targets? Pass y.argmax(axis=1)."
        if self.targets == "columns" and (len(y), 1) == q.shape:
            do = "One column of answers? Pass y[:, None]."
        return UsageError(self.name, wants, f"y of shape {y.shape}", do)

    def __repr__(self) -> str:
        return repr(self.name)

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


def _binary_cross_entropy(z: Array, y: Array) -> Array:
    """−y log a − (1−y) log(1−a) with a = sigmoid(z) put in: log(1 + exp z) − y z, rearranged."""
    positive = z.real > 0
    small = np.log1p(np.exp(np.where(positive, -z, z)))
    share: Array = (np.where(positive, z, 0) - y * z) + small  # the large ones first: they cancel
    return share


def _softmax_cross_entropy(z: Array, y: Array) -> Array:
    """The only share of a row is −log p of its label."""
    log_p = log_softmax(z)
    share: Array = -log_p[np.arange(len(y)), y]
    return share


def _softmax_minus_one_hot(z: Array, y: Array) -> Array:
    slope = np.exp(log_softmax(z))  # a fresh array: backward may be called twice
    slope[np.arange(len(y)), y] -= 1
    return slope


half_squared = Loss("half_squared", "l = (a − y)² / 2", _half_squared, lambda a, y: a - y)
squared = Loss("squared", "l = (a − y)²", _squared, lambda a, y: 2 * (a - y))
binary_cross_entropy = Loss(
    "binary_cross_entropy", "l = −y log a − (1 − y) log(1 − a), a = sigmoid(z)",
    _binary_cross_entropy, lambda z, y: sigmoid.f(z) - y, on="z", last="sigmoid",
)  # fmt: skip
softmax_cross_entropy = Loss(
    "softmax_cross_entropy", "l = −log a[label], a = softmax(z)",
    _softmax_cross_entropy, _softmax_minus_one_hot, on="z", last="softmax", targets="labels",
)  # fmt: skip


def _named(name: str) -> Loss:
    return look_up(LOSSES, "loss", name)


LOSSES = {
    row.name: row for row in (half_squared, squared, binary_cross_entropy, softmax_cross_entropy)
}
