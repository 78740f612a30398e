"""The learning rate of any step, from the settings and the number of the step."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.schedules import Constant, Moment
from chainrule.records import State
from chainrule.spec import Training


def learning_rates(training: Training, state: State, per_epoch: int, goal: int) -> Array:
    """(goal − state.step,) the rates of the steps that lead from `state` to state `goal`."""
    if isinstance(training.schedule, Constant):
        return np.full(goal - state.step, training.learning_rate)
    steps = range(state.step + 1, goal + 1)
    return np.array([rate_of(training, t, (t - 1) // per_epoch, falls_of(state)) for t in steps])


def rate_of(training: Training, t: int, epoch: int, falls: Sequence[int] = ()) -> float:
    """The learning rate of step t, which is part of that epoch (0, 1, ...)."""
    moment = moment_of(training, t, epoch, falls)
    return training.learning_rate * training.schedule.at(moment)


def moment_of(training: Training, t: int, epoch: int, falls: Sequence[int] = ()) -> Moment:
    """What a schedule looks at. `falls` are the states at which on_plateau lowered the rate,
    in order."""
    parts = [epoch / training.epochs if training.epochs else 0.0]
    parts += [(t - 1) / training.steps] if training.steps else []
    return Moment(t, epoch, max(parts), bisect_left(falls, t))


def falls_of(state: State) -> Sequence[int]:
    falls: Sequence[int] = state.control.get("falls", ())
    return falls
