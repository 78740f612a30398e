"""Runs drawn from all that a network and a training may be: what every engine is tried on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.core.losses import BinaryCrossEntropy, Huber, SoftmaxCrossEntropy
from chainrule.core.optimizers import Adagrad, Adam, Adamw, Momentum, Nesterov, Rmsprop, Sgd
from chainrule.engine.reference import start_memory
from chainrule.records import Batch, State
from chainrule.spec import Dense, Spec, Training
from tests.helpers import Rows
from tests.random_networks import random_case

STEPS = 4
FROM = [0, 0, 1, 2, 36, 1000]  # states that a run starts from
EDGES = sorted({k + d for k in (1, 4, 8, 16, 32, 48, 64) for d in (-1, 0, 1)} - {0})  # of tiles
KINDS = [5, 17, 33, 70]  # the widest layer and the most rows: small ones are special


@dataclass(frozen=True)
class Run:
    """A network, a training, a state to begin at, rows, and the rates of the next steps."""

    number: int
    spec: Spec
    training: Training
    state: State
    rows: Rows
    rates: Any  # (STEPS,)

    def __str__(self) -> str:
        how = f"{self.training.optimizer.name} in batches of {self.training.batch_size}"
        return f"run {self.number}: {self.spec} {self.spec.dtype}, {self.rows.n} rows, {how}"

    @property
    def batch(self) -> Batch:
        return Batch(np.arange(self.rows.n), *self.rows.block(0, self.rows.n))


def random_run(number: int, seed: int, *, steps: int = STEPS) -> Run:
    """Run `number` of a seed: the same on every call, whatever was drawn before."""
    rng = np.random.default_rng([seed, number, 5])
    widest, most_rows = (int(k) for k in rng.choice(KINDS, 2))
    case = random_case(number, seed, deepest=5, widest=widest, most_rows=most_rows)
    n = len(case.batch.x)
    spec = replace(
        case.spec,
        layers=tuple(_dropped(rng, layer) for layer in case.spec.layers[:-1])
        + case.spec.layers[-1:],
        loss=_with_settings(rng, case.spec.loss),
        dtype=str(rng.choice(["float32", "float64"])),
        conventions=replace(case.spec.conventions, penalty_over_batch=bool(rng.random() < 0.5)),
    )
    training = _training(rng, spec, n)
    params = {name: theta.astype(spec.dtype) for name, theta in case.params.items()}
    rows = Rows(*(_as(part, spec.dtype) for part in case.batch[1:4]))
    rates = training.learning_rate * rng.uniform(0.5, 1, steps)
    return Run(number, spec, training, _state(rng, spec, training, params), rows, rates)


def _as(array: Any, dtype: str) -> Any:
    return array.astype(dtype) if array is not None and array.dtype.kind == "f" else array


def _dropped(rng: np.random.Generator, layer: Dense) -> Dense:
    p = float(rng.choice([0.0, 0.0, 0.25, 0.5, 0.9]))
    return replace(layer, drop_probability=p)


def _with_settings(rng: np.random.Generator, loss: Any) -> Any:
    if isinstance(loss, Huber):
        return Huber(float(rng.uniform(0.2, 2)))
    if isinstance(loss, BinaryCrossEntropy | SoftmaxCrossEntropy) and rng.random() < 0.5:
        return type(loss)(float(rng.uniform(0, 0.4)))
    return loss


def _optimizer(rng: np.random.Generator) -> Any:
    """eps is no smaller than a rounded gradient: where g is nothing but rounding, g / |g| is
    nothing but chance, and no bound of a step says anything."""
    eps = float(rng.choice([1e-3, 1e-5, 1e-8]))
    first, second = float(rng.choice([0.0, 0.5, 0.9])), float(rng.choice([0.9, 0.99, 0.999]))
    made = [
        Sgd(), Momentum(first), Nesterov(first), Adagrad(eps), Rmsprop(second, eps),
        Adam(first, second, eps), Adamw(first, second, eps, float(rng.choice([0.0, 0.01, 0.5]))),
    ]  # fmt: skip
    return made[rng.integers(len(made))]


def _training(rng: np.random.Generator, spec: Spec, n: int) -> Training:
    def sometimes(value: Any, otherwise: Any = 0.0) -> Any:
        return value if rng.random() < 0.3 else otherwise

    sizes = [None, None, 1, 2, 7, n, max(1, n - 1), n // 2 + 1, 10**6]
    size = sizes[rng.integers(len(sizes))]
    weights = tuple(float(w) for w in rng.uniform(0.2, 3, max(2, spec.outputs)))
    return Training(
        _optimizer(rng),
        learning_rate=float(10 ** rng.uniform(-3, -0.5)),
        batch_size=size,
        shuffle=bool(rng.random() < 0.8),
        steps=10**6,
        l1=sometimes(float(rng.uniform(0, 0.1))),
        l2=sometimes(float(rng.uniform(0, 0.1))),
        decay=sometimes(float(rng.uniform(0, 0.5))),
        clip_norm=sometimes(float(10 ** rng.uniform(-2, 1)), None),
        class_weight=sometimes(["balanced", weights][rng.integers(2)], None),
        seed=int(rng.choice([0, 1, 3, 2**31, 2**40 + 7])),
    )


def _state(rng: np.random.Generator, spec: Spec, training: Training, params: Any) -> State:
    """A state as a run may have it: after some steps the memory holds something."""
    step, memory = int(rng.choice(FROM)), start_memory(spec, training, params)
    if step:
        memory = {
            key: (0.1 * rng.normal(size=m.shape)).astype(spec.dtype) ** (1 + key.endswith(".v"))
            for key, m in memory.items()
        }
    return State(step, params, memory, {"epoch": 3, "falls": [1, 2]})


def covering_sizes(rng: np.random.Generator, most: int = 70) -> list[tuple[int, int, int]]:
    """Every size from 1 to most, in each of three dimensions, with as few triples as that takes."""
    triples = zip(*(rng.permutation(most) + 1 for _ in range(3)), strict=True)
    return [(int(a), int(b), int(c)) for a, b, c in triples]
