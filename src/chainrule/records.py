"""The data that everything else reads: states, records of one step, and events of a run."""

from __future__ import annotations

from typing import Any, NamedTuple

from chainrule.core.dense import Array
from chainrule.core.losses import LossResult
from chainrule.spec import Spec, Training

Params = dict[str, Array]


class State(NamedTuple):
    """A run after `step` updates (0 is the start)."""

    step: int
    params: Params  # "0.W" (fan_in, fan_out), "0.b", ...
    memory: Params  # the optimiser's, "0.W.m", ...
    control: dict[str, Any]  # what stopping and on_plateau remember; JSON

    def __repr__(self) -> str:
        return f"State(step={self.step}, params={list(self.params)}, memory={list(self.memory)})"


class Batch(NamedTuple):
    """The rows of one step."""

    rows: Array  # (n,)           row numbers of the training part
    x: Array  # (n, inputs)
    y: Array  # (n, outputs), or (n,) whole numbers for a loss on labels
    weight: Array | None  # (n,)          of the row; None: all alike
    class_weight: Array | None = None  # (n,)   of the row's class, where training weighs classes

    @property
    def counts(self) -> Array | None:
        """(n,) what each row counts: its weight times that of its class; None: all alike."""
        if self.class_weight is None:
            return self.weight
        return self.class_weight if self.weight is None else self.weight * self.class_weight


class LayerRecord(NamedTuple):
    """All that one layer computed in one step, in the order of computing."""

    x: Array  # (n, fan_in)
    z: Array  # (n, units)        before the activation
    a: Array  # (n, units)        after it
    mask: Array | None  # (n, units)        of dropout; None without
    da: Array | None  # (n, units)        None in the last layer when the loss is on z
    dz: Array  # (n, units)
    dx: Array | None  # (n, fan_in)       None in layer 0 of a step nobody records
    dW: Array  # (fan_in, units)
    db: Array | None  # as b


class StepRecord(NamedTuple):
    """Every number of training step t, which leads from state t − 1 to state t."""

    t: int
    epoch: int
    batch: Batch
    learning_rate: float
    spec: Spec
    training: Training
    layers: tuple[LayerRecord, ...]
    loss: LossResult  # before the update: the very value whose gradient was taken
    penalty: float
    penalty_grads: Params
    clip_scale: float  # 1 where nothing was clipped
    grads: Params  # what the optimiser received
    before: State
    after: State
    made_by: str


class Started(NamedTuple):
    """A run begins, or goes on from `state`."""

    spec: Spec
    training: Training
    data: Any  # chainrule.data.Data
    total_steps: int
    state: State


class Progress(NamedTuple):
    """Some steps were made. Arrays have one entry a step; losses are NaN where not asked for."""

    state: State
    steps: Array
    losses: Array
    learning_rate: float
    epoch: int
    seconds: float


class Evaluated(NamedTuple):
    """The losses of state `step`: the mean over rows of the loss of a row."""

    step: int
    epoch: int
    losses: dict[str, float]  # "train", "validation", "test", as far as there are such parts
    metrics: dict[str, float | str]  # of the part that "on" names
    learning_rate: float
    batch_loss: float | None
    seconds: float


class Saved(NamedTuple):
    """The run file holds that state now."""

    step: int
    path: str


class Ended(NamedTuple):
    """The last event of a run."""

    reason: str  # finished | target | no improvement | interrupted | not finite
    state: State  # the state to use: the best one where patience chose, else the last good one
    best_step: int
    error: Exception | None = None  # why, when not finite


Event = Started | Progress | Evaluated | Saved | Ended
