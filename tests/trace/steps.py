"""Recorded steps to be explained, and records with one number changed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from chainrule import Conventions, Dense, Network, Spec, Training, record
from chainrule.core.losses import SoftmaxCrossEntropy
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.data.problems import PROBLEMS
from chainrule.engine.batches import Batches
from chainrule.engine.reference import start_memory
from chainrule.records import Batch, State, StepRecord
from chainrule.trace.published import state_after
from tests.random_networks import random_case

SOME_SCHEDULES = [
    "constant", "step(every=2)", "exponential(factor=0.5)", "inverse_scaling", "cosine",
    "warm_up(steps=2, then=cosine)", "on_plateau",
]  # fmt: skip


def step_of(spec: Spec, training: Training, params: Any, batch: Batch, t: int = 1) -> StepRecord:
    """Step t on that batch again and again: with t > 1 the memory is not 0."""
    control = {"falls": [0, 1]}  # read by on_plateau alone
    state = State(0, params, start_memory(spec, training, params), control)
    made = record(spec, training, state, batch)
    while made.t < t:
        made = record(spec, training, made.after, batch)
    return made


def problem_step(name: str, t: int = 1) -> StepRecord:
    """Step t of a built-in problem."""
    problem = PROBLEMS[name]
    data = problem.data().fitted(problem.spec)
    batch = Batches(data.train, problem.training)(t)
    return record(problem.spec, problem.training, state_after(problem, t - 1), batch)


def random_step(number: int, seed: int) -> StepRecord:
    """A step of a random network: any layers, rows of the tables, conventions, precision."""
    case = random_case(number, seed, deepest=4, widest=13, most_rows=17)
    rng = np.random.default_rng([seed, number, 1])
    dtype = str(rng.choice(["float64", "float32"]))
    how = replace(case.spec.conventions, penalty_over_batch=bool(rng.random() < 0.5))
    spec = replace(case.spec, dtype=dtype, conventions=how)
    batch = Batch(*(_cast(array, dtype) for array in case.batch))
    if spec.loss.targets == "labels" and rng.random() < 0.5:
        spec = replace(spec, loss=SoftmaxCrossEntropy(0.1))
    if rng.random() < 0.5:
        batch = batch._replace(class_weight=rng.random(len(batch.x)).astype(dtype) + 0.1)
    hidden = [replace(layer, drop_probability=float(rng.choice([0, 0.3]))) for layer in spec.layers]
    spec = replace(spec, layers=(*hidden[:-1], spec.layers[-1]))
    training = Training(
        str(rng.choice(list(OPTIMIZERS))), 0.1, steps=9, schedule=str(rng.choice(SOME_SCHEDULES)),
        l1=float(rng.choice([0, 0.01])), l2=float(rng.choice([0, 0.01])),
        decay=float(rng.choice([0, 0.1])), clip_norm=rng.choice([None, 0.1, 100.0]), seed=number,
    )  # fmt: skip
    params = {name: _cast(theta, dtype) for name, theta in case.params.items()}
    return step_of(spec, training, params, batch, t=int(rng.integers(1, 4)))


def _cast(array: Any, dtype: str) -> Any:
    return array if array is None or array.dtype.kind != "f" else array.astype(dtype)


def small_step(**changes: Any) -> StepRecord:
    """3-2-2, tanh and sigmoid, 4 weighted rows, Adam in its second step, with a penalty."""
    rng = np.random.default_rng(5)
    layers = (Dense(2, "tanh"), Dense(2, "sigmoid", bias="shared"))
    spec = Spec(3, layers, "squared", conventions=Conventions(outputs="mean"))
    spec = replace(spec, **changes)
    training = Training("adam", 0.1, l2=0.01, steps=9)
    params = Network.start(spec, seed=1).params
    weight = np.array([1.0, 2.0, 0.5, 1.5])
    y = rng.random((4, 2)) if spec.loss.targets == "columns" else np.array([0, 1, 1, 0])
    return step_of(
        spec, training, params, Batch(np.array([7, 3, 9, 4]), rng.normal(size=(4, 3)), y, weight), 2
    )


def changed(made: StepRecord, name: str, place: Any, by: float) -> StepRecord:
    """The record with one number multiplied by 1 + `by`; `name` as in the table below."""
    layer, _, kind = name.partition(".")
    if name in ("loss", "loss[]"):
        field = "per_row" if name == "loss[]" else "value"
        array = _off(getattr(made.loss, field), place, by)
        return made._replace(loss=made.loss._replace(**{field: array}))
    if name == "penalty":
        return made._replace(penalty=made.penalty * (1 + by))
    for suffix, part in (("after", made.after.params), ("memory", made.after.memory)):
        if kind.startswith(f"{suffix}:"):
            key = f"{layer}.{kind.removeprefix(f'{suffix}:')}"
            after = {**part, key: _off(part[key], place, by)}
            field = "params" if suffix == "after" else "memory"
            return made._replace(after=made.after._replace(**{field: after}))
    for field in ("grads", "penalty_grads"):
        if kind.startswith(f"{field}:"):
            held = getattr(made, field)
            key = f"{layer}.{kind.removeprefix(f'{field}:')}"
            return made._replace(**{field: {**held, key: _off(held[key], place, by)}})
    layers = list(made.layers)
    l = int(layer)
    layers[l] = layers[l]._replace(**{kind: _off(getattr(layers[l], kind), place, by)})
    return made._replace(layers=tuple(layers))


def _off(array: Any, place: Any, by: float) -> Any:
    array = np.array(array)
    array[place] *= 1 + by
    return array
