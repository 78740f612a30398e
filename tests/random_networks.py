"""Random networks, and the check of their gradients against the complex step.

Weights N(0, 1/fan_in), biases 0.5 N(0, 1), data N(0, 1). Layers, activations, losses, biases,
frozen parameters, weights of rows and conventions are drawn from all that is allowed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import inf, isnan
from time import perf_counter
from typing import Any

import numpy as np

from chainrule import gradcheck
from chainrule.core.activations import ACTIVATIONS
from chainrule.core.losses import LOSSES, Loss
from chainrule.engine.reference import forward, loss_of, reference
from chainrule.network import Network
from chainrule.records import Batch
from chainrule.spec import Conventions, Dense, Spec

Gradients = Callable[[Spec, dict[str, Any], Batch], tuple[Any, dict[str, Any]]]
HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output_only]
ENTRIES = 64  # of each tensor, at most
NEAR = 1e-9  # a z so near to a kink has no slope to speak of

# Over a network's longest chain of sums (33 · 6 products forward, as many back, 65 rows) γ_k is
# about 5e-14 of the terms' sizes, and a tensor's largest entry is rarely ten times smaller than
# its terms. Measured: 2.5e-14 in 10,000 networks. A gradient 0.01 % off is 10⁸ times further out.
WITHIN = 1e-12


@dataclass(frozen=True)
class Case:
    """One random network, its parameters and a batch."""

    number: int
    spec: Spec
    params: dict[str, Any]
    batch: Batch

    def loss(self, params: Any) -> Any:
        """The loss under other parameters, complex ones too."""
        return loss_of(self.spec, forward(self.spec, params, self.batch.x), self.batch).value

    def sides(self, params: Any) -> bytes:
        """On which side of its kinks every z lies."""
        passed = forward(self.spec, params, self.batch.x)
        layers = zip(self.spec.layers, passed, strict=True)
        return b"".join(
            (passed.z > kink).tobytes()
            for layer, passed in layers
            for kink in layer.activation.kinks
        ) + b"".join((off > 0).tobytes() for off in self.from_loss_kinks(passed[-1]))

    def from_loss_kinks(self, last: Any) -> list[Any]:
        q = last.z if self.spec.loss.on == "z" else last.a
        return from_kinks(self.spec.loss, q, self.batch.y)

    def is_near_a_kink(self) -> bool:
        passed = forward(self.spec, self.params, self.batch.x)
        if any(bool(np.any(np.abs(off) < NEAR)) for off in self.from_loss_kinks(passed[-1])):
            return True
        return any(
            bool(np.any(np.abs(each.z - kink) < NEAR))
            for layer, each in zip(self.spec.layers, passed, strict=True)
            for kink in layer.activation.kinks
        )


# How far each output is from where its share of the loss has a kink.
LOSS_KINKS: dict[str, Callable[[Any, Any, Any], list[Any]]] = {
    "absolute": lambda loss, q, y: [q - y],
    "huber": lambda loss, q, y: [q - y - loss.delta, q - y + loss.delta],
    "hinge": lambda loss, q, y: [q - y],  # where output and answer are ±1 each, for y 0 or 1
}


def from_kinks(loss: Loss, q: Any, y: Any) -> list[Any]:
    return [d.real for d in LOSS_KINKS.get(loss.name, lambda *_: [])(loss, q, y)]


def apart_from_kinks(loss: Loss, q: Any, y: Any) -> Any:
    """q, moved to be 0.05 away from every kink of its loss."""
    for k in range(len(from_kinks(loss, q, y))):
        off = from_kinks(loss, q, y)[k]
        q = np.where(np.abs(off) < 0.05, q + np.copysign(0.05, off) - off, q)
    return q


def answers(loss: Loss, rng: np.random.Generator, n: int, outputs: int) -> Any:
    """Answers y that a loss allows."""
    if loss.targets == "labels":
        return rng.integers(0, outputs, n)
    if loss.last == "sigmoid":
        return rng.random((n, outputs)) if rng.random() < 0.5 else rng.integers(0, 2, (n, outputs))
    if loss.name == "hinge":
        return rng.integers(0, 2, (n, outputs))
    if loss.name == "poisson":
        return rng.poisson(2, (n, outputs))
    return rng.normal(size=(n, outputs))


def random_case(
    number: int, seed: int, *, deepest: int = 6, widest: int = 33, most_rows: int = 65
) -> Case:
    """Case `number` of a seed: the same on every call, whatever was drawn before."""
    rng = np.random.default_rng([seed, number])
    loss = LOSSES[str(rng.choice(list(LOSSES)))]
    depth, n = int(rng.integers(1, deepest + 1)), int(rng.integers(1, most_rows + 1))
    last = loss.last or rng.choice(list(ACTIVATIONS))
    activations = [*rng.choice(HIDDEN, depth - 1), last]
    layers = tuple(
        Dense(
            int(rng.integers(1, widest + 1)),
            str(activation),
            bias=str(rng.choice(["unit", "shared", "none"])),
            frozen=tuple(name for name in ("W", "b") if rng.random() < 0.2),
        )
        for activation in activations
    )
    conventions = Conventions(
        batch=str(rng.choice(["mean", "sum"])), outputs=str(rng.choice(["sum", "mean"]))
    )
    spec = Spec(int(rng.integers(1, widest + 1)), layers, loss, conventions=conventions)
    params = {
        name: rng.normal(size=shape) / np.sqrt(shape[0])
        if name.endswith("W")
        else 0.5 * rng.normal(size=shape)
        for name, shape in spec.shapes.items()
    }
    weight = None if rng.random() < 0.5 else rng.random(n) * (rng.random(n) < 0.9) + 1e-3
    batch = Batch(
        np.arange(n),
        rng.normal(size=(n, spec.inputs)),
        answers(loss, rng, n, spec.outputs).astype(np.int64 if loss.targets == "labels" else float),
        weight,
    )
    return Case(number, spec, Network(spec, params).params, batch)


def check_case(case: Case, gradients: Gradients = reference.gradients) -> dict[str, float]:
    """For each tensor the gradient's error, relative to the tensor's largest slope; a NaN is inf.

    A bias of one number is measured by the largest slope of its layer: it is a sum over rows and
    units that may cancel to nothing, and under a softmax always does.
    """
    _, claimed = gradients(case.spec, case.params, case.batch)
    rng = np.random.default_rng(case.number)
    compared = gradcheck.compare(case.loss, case.params, claimed, rng=rng, most=ENTRIES)
    sizes = {c.name: max(abs(slope.measured) for slope in c.slopes) for c in compared}
    errors = {}
    for c in compared:
        off = float(np.max([abs(slope.claimed - slope.measured) for slope in c.slopes]))
        size = sizes[c.name]
        if case.params[c.name].shape == (1,):
            size = max(sizes[c.name.replace("b", "W")], size_of_units(case, c.name))
        error = off / size if size > 0 else off
        errors[c.name] = inf if isnan(error) else error
    return errors


def size_of_units(case: Case, name: str) -> float:
    """The largest slope that a layer's biases would have, if each unit had its own."""
    units = case.spec.layers[int(name.partition(".")[0])].units
    split = {**case.params, name: np.full(units, case.params[name][0])}
    return max(abs(gradcheck.complex_step(case.loss, split, (name, (j,)))) for j in range(units))


def check_networks(
    count: int, seed: int, *, first: int = 0, gradients: Gradients = reference.gradients
) -> dict[str, Any]:
    """Hold networks first ... first + count − 1 of a seed to the complex step."""
    clock, worst, where, tensors, skipped = perf_counter(), 0.0, "", 0, 0
    for number in range(first, first + count):
        case = random_case(number, seed)
        if case.is_near_a_kink():
            skipped += 1
            continue
        errors = check_case(case, gradients)
        tensors += len(errors)
        for name, error in errors.items():
            if error > worst:
                worst, where = error, f"network {number}, {name}: {case.spec}"
    return {
        "networks": count - skipped,
        "skipped": skipped,
        "tensors": tensors,
        "worst_error": worst,
        "where": where,
        "seed": seed,
        "seconds": perf_counter() - clock,
    }
