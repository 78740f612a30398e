"""Samples and targets in the shapes a learner's code may want them."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker import probes
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array


@lru_cache(maxsize=64)
def _numbers(probe: Probe, inputs: int, outputs: int, columns: bool) -> tuple[Array, Array]:
    x = probes.inputs(probe, inputs)
    if columns:
        return x, probes.columns(probe, outputs)
    return x, probes.one_hot(probes.labels(probe, outputs), outputs)


class Data(NamedTuple):
    """A way to hand over samples and targets."""

    samples: str  # a name of X_FORMS
    targets: str  # a name of Y_FORMS
    kind: str  # "columns" | "one-hot" | "labels": what the numbers are

    @property
    def one(self) -> bool:
        """One sample a call."""
        return self.samples in ONE

    def numbers(self, probe: Probe, inputs: int, outputs: int) -> tuple[Array, Array]:
        """x (m, inputs) and y (m, outputs), ours."""
        x, y = _numbers(probe, inputs, outputs, self.kind == "columns")
        return x.copy(), y.copy()

    def x(self, x: Array, y: Array) -> Any:
        return X_FORMS[self.samples](x)

    def y(self, x: Array, y: Array) -> Any:
        return Y_FORMS[self.targets](y)

    def pairs(self, x: Array, y: Array) -> Any:
        """A data set as a list of (x, y)."""
        if self.samples.startswith("column"):
            return [(a[:, None].copy(), b[:, None].copy()) for a, b in zip(x, y, strict=True)]
        plain = self.samples.startswith("list")
        return [
            (a.tolist(), b.tolist()) if plain else (a.copy(), b.copy())
            for a, b in zip(x, y, strict=True)
        ]


def _labels(y: Array) -> Array:
    return (y[:, 0] > 0.5).astype(int) if y.shape[1] == 1 else y.argmax(axis=1)


X_FORMS: dict[str, Callable[[Array], Any]] = {
    "rows": lambda x: x.copy(),
    "columns": lambda x: x.T.copy(),
    "rows with ones last": lambda x: np.c_[x, np.ones(len(x))],
    "rows with ones first": lambda x: np.c_[np.ones(len(x)), x],
    "rows in threes": lambda x: x[:, None, :].copy(),
    "columns in threes": lambda x: x[:, :, None].copy(),
    "list of rows": lambda x: x.tolist(),
    "vector": lambda x: x[0].copy(),
    "column": lambda x: x[0][:, None].copy(),
    "row": lambda x: x[:1].copy(),
    "list": lambda x: x[0].tolist(),
    "list with label": lambda x: [*x[0].tolist(), 0.0],
    "list with one last": lambda x: [*x[0].tolist(), 1.0],
    "list with one first": lambda x: [1.0, *x[0].tolist()],
}
ONE = {"vector", "column", "row", "list", "list with label", "list with one last",
       "list with one first"}  # fmt: skip
Y_FORMS: dict[str, Callable[[Array], Any]] = {
    "rows": lambda y: y.copy(),
    "columns": lambda y: y.T.copy(),
    "flat": lambda y: y[:, 0].copy(),
    "labels": _labels,
    "label column": lambda y: _labels(y)[:, None],
    "label row": lambda y: _labels(y)[None],
    "rows in threes": lambda y: y[:, None, :].copy(),
    "columns in threes": lambda y: y[:, :, None].copy(),
    "list of rows": lambda y: y.tolist(),
    "flat list": lambda y: y[:, 0].tolist(),
    "label list": lambda y: _labels(y).tolist(),
    "vector": lambda y: y[0].copy(),
    "column": lambda y: y[0][:, None].copy(),
    "row": lambda y: y[:1].copy(),
    "list": lambda y: y[0].tolist(),
    "number": lambda y: float(y[0, 0]),
    "label": lambda y: int(_labels(y)[0]),
}
FLAT = ("flat", "number", "flat list")  # of one output
FROM_ONE = " from 1"  # labels 1, 2, 3 as in Octave
Y_FORMS |= {
    "labels from 1": lambda y: _labels(y) + 1,
    "label column from 1": lambda y: _labels(y)[:, None] + 1,
    "label row from 1": lambda y: _labels(y)[None] + 1,
}
_PAIRS_OF_FORMS = {
    "rows": ("rows", "flat", "labels", "label column"),
    "columns": ("columns", "flat", "labels", "label row"),
    "rows with ones last": ("rows", "flat", "labels"),
    "rows with ones first": ("rows", "flat", "labels"),
    "vector": ("vector", "number", "label"),
    "column": ("column", "number", "label"),
    "row": ("row", "number", "label"),
    "list": ("list", "number", "label"),
    "list of rows": ("list of rows", "flat list", "label list"),
    "rows in threes": ("rows in threes",),
    "columns in threes": ("columns in threes",),
    "list with label": ("list", "label"),
    "list with one last": ("list", "number"),
    "list with one first": ("list", "number"),
}


def ways(
    outputs: int, first: list[str], kinds: list[str], from_one: bool = False, flat: bool = False
) -> list[Data]:
    """Every way, the forms named in `first` first, the kinds of target in their order.

    flat: targets of one output are rather a vector than a column.
    """
    order = [*first, *(name for name in _PAIRS_OF_FORMS if name not in first)]
    found = []
    for samples in order:
        for targets in sorted(_PAIRS_OF_FORMS[samples], key=lambda t: flat and t not in FLAT):
            if targets in FLAT and outputs > 1:
                continue
            labels = targets.startswith("label")
            if labels and "labels" not in kinds:
                continue
            numbers = [kind for kind in kinds if kind != "labels"]
            targets += FROM_ONE if from_one and targets + FROM_ONE in Y_FORMS else ""
            kind = "labels" if labels else numbers[0] if numbers else "one-hot"
            found.append(Data(samples, targets, kind))
    if kinds[0] == "labels":
        found.sort(key=lambda data: data.kind != "labels" or data.samples not in order[:4])
    return found
