"""What was read of a program, as a sentence and as JSON."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.optimizers import Momentum, Sgd
from chainrule.doctor.replay import Rule
from chainrule.spec import Spec, Training

if TYPE_CHECKING:
    from chainrule.checker.observation import Own

LOSSES = {
    "half_squared": "half squared error", "squared": "squared error",
    "binary_cross_entropy": "binary cross-entropy", "softmax_cross_entropy": "cross-entropy",
    "poisson": "Poisson loss", "hinge": "hinge loss",
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Said:
    """The settings of a program, and which of them somebody gave."""

    path: str
    own: Own
    spec: Spec
    rule: Rule
    given: tuple[str, ...] = ()  # "data", "learning_rate", "epochs", "steps"
    training: Training | None = None  # None: not all was read
    rows: int | None = None

    def to_json(self) -> dict[str, Any]:
        training, spec = self.training, self.spec
        return {
            "where": self.own.where, "sizes": list(spec.sizes),
            "activations": [layer.activation.name for layer in spec.layers],
            "bias": [layer.bias for layer in spec.layers],
            "loss": spec.loss.name, "conventions": spec.conventions.to_json(),
            "optimizer": self.rule.optimizer.name, "learning_rate": self.rule.learning_rate,
            "l2": self.rule.l2,
            "steps": None if training is None else training.total_steps(self.rows or 1),
            "batch_size": None if training is None else training.batch_size,
            "shuffle": None if training is None else training.shuffle,
            "rows": self.rows,
            "start": {"lowest": _ends(self.own)[0], "highest": _ends(self.own)[1],
                      "drawn": len(self.own.starts) > 1, "seeded": self.own.seeded},
            "given": list(self.given),
        }  # fmt: skip


def sentence(said: Said) -> str:
    """Read from net.py: 2-2-1 sigmoid, half squared error (mean over rows), learning rate ..."""
    spec, training = said.spec, said.training
    parts = [
        str(spec) + _bias(spec),
        f"{LOSSES.get(spec.loss.name, spec.loss.name)} ({spec.conventions.batch} over the rows)",
        *_rule(said.rule), *([] if training is None else [_steps(training, said.rows or 1)]),
        f"weights from {_ends(said.own)[0]:.2g} to {_ends(said.own)[1]:.2g} at the start",
    ]  # fmt: skip
    given = [f"--{name.replace('_', '-')}" for name in said.given]
    told = f" Given: {', '.join(given)}." if given else ""
    return f"Read from {os.path.basename(said.path)}: {', '.join(parts)}.{told}"


def _bias(spec: Spec) -> str:
    kinds = {layer.bias for layer in spec.layers}
    if kinds == {"none"}:
        return " without biases"
    return " with a bias for each layer" if "shared" in kinds and max(spec.sizes[1:]) > 1 else ""


def _rule(rule: Rule) -> list[str]:
    words = [f"learning rate {rule.learning_rate:g}"]
    if isinstance(rule.optimizer, Momentum):
        words.insert(0, f"momentum {rule.optimizer.momentum:g}")
    elif not isinstance(rule.optimizer, Sgd):
        words.insert(0, rule.optimizer.name.capitalize())
    return [*words, *([f"L2 {rule.l2:g}"] if rule.l2 else [])]


def _steps(training: Training, rows: int) -> str:
    steps, size = training.total_steps(rows), training.batch_size
    each = f"all {rows} rows" if size is None else f"{size} of {rows} rows"
    if rows == 1:
        each = "its one row"
    return f"{steps:,} steps of {each}" + (" in random order" if size and training.shuffle else "")


def _ends(own: Own) -> tuple[float, float]:
    weights: Array = np.concatenate([layer.W.ravel() for start in own.starts for layer in start])
    return float(weights.min()), float(weights.max())
