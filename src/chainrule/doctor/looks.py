"""Looks into a run: one step replayed at a few of its states, on a sample of the rows.

A look costs a few milliseconds at most, whatever the size of network and data.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from chainrule.core.dense import Array
from chainrule.data.parts import Data, InMemory
from chainrule.engine.batches import Batches
from chainrule.engine.choice import anywhere, choose
from chainrule.engine.classes import class_weights, classes_of
from chainrule.engine.protocol import Arrays, rows_of
from chainrule.engine.rates import learning_rates
from chainrule.engine.reference import forward, loss_of, record
from chainrule.records import Batch, Params, State, StepRecord
from chainrule.spec import Spec, Training

ROWS = 256  # of a sample at most; 32 at least
WORK = 2**20  # rows × parameters of one look
REPLAYED = 2**21  # rows × parameters × steps that may be computed again from the start,
SHARE = 0.01  # or this share of the run's steps, whichever is more;
HELD = 2**18  # and numbers in the training rows: larger data is not copied for it
EARLY = (1, 3, 10, 30)  # steps from the start that are worth a replay


@dataclass(frozen=True, eq=False)
class Look:
    """What is seen at one state of a run."""

    step: int
    rows: StepRecord  # the next step, on a sample of the training rows
    made: StepRecord  # the next step, on the very rows training takes

    @cached_property
    def after_tenth(self) -> float:
        """The loss of made's rows after a tenth of the step; few runs are asked for it."""
        return after(self.made, 0.1)

    @cached_property
    def after_step(self) -> float:
        """The same after the whole step."""
        return after(self.made, 1)

    @cached_property
    def probes(self) -> tuple[float, float, float]:
        """The same after 0.1, 1 and 10 times the step."""
        return self.after_tenth, self.after_step, after(self.made, 10)

    @property
    def outputs(self) -> Array:
        return self.rows.layers[-1].a

    @property
    def params(self) -> Params:
        return self.rows.before.params

    def moves(self) -> list[float]:
        """For each layer: the size of its update beside that of its weights, ‖ΔW‖ / ‖W‖."""
        after, before = self.made.after.params, self.params
        with np.errstate(all="ignore"):
            return [
                float(np.linalg.norm(after[W] - before[W]) / np.linalg.norm(before[W]))
                for W, _ in self.rows.spec.names
                if W not in self.rows.spec.frozen and before[W].any()
            ]


def look(spec: Spec, training: Training, state: State, data: Data) -> Look:
    """One look: two steps recorded at most, and three losses. `data` as it is held, not fitted.

    Without dropout: what is asked is what the network knows, and not what it was hindered to say.
    """
    spec = _without_dropout(spec)
    most, train = min(ROWS, max(32, WORK // spec.parameters)), data.train
    with np.errstate(all="ignore"):
        own = _own_rows(spec, training, state.step + 1, train, most)
        epoch = state.step // training.steps_per_epoch(train.n)
        rows = made = record(spec, training, state, fitted(data, spec, own), epoch=epoch)
        if len(made.batch.x) < min(most, train.n):
            few = fitted(data, spec, sample(train, most))
            rows = record(spec, training, state, few, epoch=epoch)
        return Look(state.step, rows, made)


def _without_dropout(spec: Spec) -> Spec:
    layers = tuple(replace(layer, drop_probability=0.0) for layer in spec.layers)
    return replace(spec, layers=layers) if spec.drops else spec


def sample(part: Arrays, most: int) -> Batch:
    """At most so many rows, evenly spaced over the whole part."""
    if part.n <= most:
        return Batch(np.arange(part.n), *part.block(0, part.n))
    rows = np.linspace(0, part.n - 1, most).astype(np.int64)
    return Batch(rows, *rows_of(part, rows))


def fitted(data: Data, spec: Spec, batch: Batch) -> Batch:
    """Some rows as the network takes them: all of the data would take long to copy."""
    held = InMemory(batch.x, batch.y, batch.weight)
    few = replace(data, train=held, validation=None, test=None).fitted(spec).train
    return Batch(batch.rows, *few.block(0, len(batch.x)), batch.class_weight)


def _own_rows(spec: Spec, training: Training, t: int, train: Arrays, most: int) -> Batch:
    """The rows of step t; where they are too many a sample, which counts for all of them."""
    size = min(training.batch_size or train.n, train.n)
    if size <= most:
        return Batches(train, training)(t)
    few, by_class = sample(train, most), class_weights(training, train)
    if by_class is not None:
        few = few._replace(class_weight=by_class[classes_of(few.y)])
    if spec.conventions.batch == "mean":
        return few
    ones = np.ones(len(few.x), spec.dtype) if few.weight is None else few.weight
    return few._replace(weight=ones * (size / len(few.x)))


def after(made: StepRecord, factor: float) -> float:
    """The loss of a step's rows, had the step been `factor` times as long."""
    before, after = made.before.params, made.after.params
    with np.errstate(all="ignore"):
        params = after
        if factor != 1:
            params = {name: before[name] + factor * (after[name] - before[name]) for name in before}
        passed = forward(made.spec, params, made.batch.x)
        return float(loss_of(made.spec, passed, made.batch).value)


def early_states(
    spec: Spec, training: Training, start: State, data: Data, reached: int
) -> list[State]:
    """Some states near the start, or a branch's fork, computed again within the bounds above."""
    if data.train.n * spec.inputs > HELD:
        return []
    train = data.fitted(spec).train
    each = spec.parameters * min(training.batch_size or train.n, train.n)
    made = reached - start.step
    most = min(made - 1, max(int(SHARE * made), REPLAYED // each))
    state, found, engine = start, [], choose(spec, anywhere(training))
    for step in EARLY:
        if step <= most:
            goal = start.step + step
            per_epoch = training.steps_per_epoch(train.n)
            rates = learning_rates(training, state, per_epoch, goal)
            with np.errstate(all="ignore"):
                chunk = engine.train(spec, training, state, train, rates, goal + 1, lambda: False)
            if chunk.ended != "done":
                break
            state = chunk.state
            found.append(state)
    return found
