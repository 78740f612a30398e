"""The learning rate of any step, from the settings and the number of the step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.schedules import Constant, Moment, Number, takes_many_steps
from chainrule.records import State
from chainrule.spec import Training


def learning_rates(training: Training, state: State, per_epoch: int, goal: int) -> Array:
    """(goal − state.step,) the rates of the steps that lead from `state` to state `goal`."""
    if isinstance(training.schedule, Constant):
        return np.full(goal - state.step, training.learning_rate)
    t, falls = np.arange(state.step + 1, goal + 1), falls_of(state)
    if not len(t) or not takes_many_steps(training.schedule):
        return np.array(
            [rate_of(training, s, (s - 1) // per_epoch, falls) for s in t.tolist()], dtype=float
        )
    epoch = (t - 1) // per_epoch
    moments = Moment(t, epoch, _progress(training, t, epoch), np.searchsorted(falls, t))
    with np.errstate(over="ignore"):  # as Python's own numbers: the run says what is not finite
        rates: Array = training.learning_rate * training.schedule.at(moments)
    return rates


def rate_of(training: Training, t: int, epoch: int, falls: Sequence[int] = ()) -> float:
    """The learning rate of step t, which is part of that epoch (0, 1, ...)."""
    moment = moment_of(training, t, epoch, falls)
    return float(training.learning_rate * training.schedule.at(moment))


def moment_of(training: Training, t: int, epoch: int, falls: Sequence[int] = ()) -> Moment:
    """What a schedule looks at. `falls` are the states at which on_plateau lowered the rate,
    in order."""
    return Moment(t, epoch, float(_progress(training, t, epoch)), bisect_left(falls, t))


def _progress(training: Training, t: Number, epoch: Number) -> Number:
    """The share of the run behind step t."""
    of_epochs = epoch / training.epochs if training.epochs else 0.0
    return np.maximum(of_epochs, (t - 1) / training.steps) if training.steps else of_epochs + 0 * t


def falls_of(state: State) -> Sequence[int]:
    falls: Sequence[int] = state.control.get("falls", ())
    return falls
