"""Schedules: what the learning rate is multiplied by, step after step.

Frozen settings and one function of where the run stands, so that the rate of any step is known
without the steps before it.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np

from chainrule.core.tables import RowField, Settings, set_number, set_whole

Number = Any  # a number of Python; or (steps,) an array of them: many steps at once


class Moment(NamedTuple):
    """Where a run stands before one of its steps, or before each of many."""

    t: Number  # the step: 1, 2, ...
    epoch: Number  # whole epochs behind it
    progress: Number  # the share of the run behind it: from 0 to below 1
    falls: Number = 0  # how often the loss stood still: on_plateau counts


class Schedule(Protocol):
    @property
    def name(self) -> str: ...

    def at(self, moment: Moment) -> Number:
        """What the learning rate is multiplied by in that step."""


@dataclass(frozen=True)
class Constant(Settings):
    """1"""

    name: ClassVar[str] = "constant"

    def at(self, moment: Moment) -> Number:
        return 1.0


@dataclass(frozen=True)
class StepDown(Settings):
    """factor^floor(epoch / every): down at once, after every so many epochs."""

    name: ClassVar[str] = "step"
    every: int = 100
    factor: float = 0.5

    def __post_init__(self) -> None:
        set_whole(self, "every")
        set_number(self, "factor", above=0)

    def at(self, moment: Moment) -> Number:
        return _each(partial(_power, self.factor), moment.epoch // self.every)


@dataclass(frozen=True)
class Exponential(Settings):
    """factor^epoch: down a little after every epoch."""

    name: ClassVar[str] = "exponential"
    factor: float = 0.99

    def __post_init__(self) -> None:
        set_number(self, "factor", above=0)

    def at(self, moment: Moment) -> Number:
        return _each(partial(_power, self.factor), moment.epoch)


@dataclass(frozen=True)
class InverseScaling(Settings):
    """1 / t^power: down with every step, and ever more slowly."""

    name: ClassVar[str] = "inverse_scaling"
    power: float = 0.5

    def __post_init__(self) -> None:
        set_number(self, "power", least=0)

    def at(self, moment: Moment) -> Number:
        return 1 / _each(lambda t: _power(t, self.power), moment.t)


@dataclass(frozen=True)
class Cosine(Settings):
    """end + (1 − end) (1 + cos(π progress)) / 2: gently down, to `end` as the run ends.

    Source: Loshchilov & Hutter (2017), without restarts.
    """

    name: ClassVar[str] = "cosine"
    end: float = 0.0

    def __post_init__(self) -> None:
        set_number(self, "end", least=0)

    def at(self, moment: Moment) -> Number:
        return self.end + (1 - self.end) * (1 + _each(math.cos, math.pi * moment.progress)) / 2


@dataclass(frozen=True)
class OnPlateau(Settings):
    """factor^falls: down where the loss has not come down for `patience` epochs.

    Judged on the validation part where there is one, else on training, as stopping is.
    """

    name: ClassVar[str] = "on_plateau"
    factor: float = 0.5
    patience: int = 10

    def __post_init__(self) -> None:
        set_number(self, "factor", above=0)
        set_whole(self, "patience")

    def at(self, moment: Moment) -> Number:
        return _each(partial(_power, self.factor), moment.falls)


def _each(f: Callable[[Any], float], values: Number) -> Number:
    """f of a number, or of each number of an array that never falls: Python's own functions, so
    that many steps at once get the bits that each of them gets alone."""
    if not isinstance(values, np.ndarray):
        return f(values)
    if values[0] == values[-1]:  # as the epoch is in most calls
        return np.full(len(values), f(values[0].item()))
    return np.array([f(value) for value in values.tolist()])


def _power(base: float, exponent: float) -> float:
    """Infinite where it is too large: the run says then which numbers are not finite."""
    try:
        return float(base**exponent)
    except OverflowError:
        return math.inf


_ROWS = (Constant, StepDown, Exponential, InverseScaling, Cosine, OnPlateau)
SCHEDULES: dict[str, type[Settings]] = {row.name: row for row in _ROWS}


@dataclass(frozen=True)
class WarmUp(Settings):
    """min(1, t / steps) then: up from almost 0 in the first steps, and as `then` says."""

    name: ClassVar[str] = "warm_up"
    steps: int = 100
    then: RowField[Schedule] = RowField(SCHEDULES, "schedule", "constant")

    def __post_init__(self) -> None:
        set_whole(self, "steps")

    def at(self, moment: Moment) -> Number:
        risen = moment.t / self.steps
        up = np.minimum(1.0, risen) if isinstance(risen, np.ndarray) else min(1.0, risen)
        return up * self.then.at(moment)


SCHEDULES[WarmUp.name] = WarmUp


def plateau_in(schedule: Schedule) -> OnPlateau | None:
    """The row that has to be told how the loss goes, if there is one."""
    if isinstance(schedule, WarmUp):
        return plateau_in(schedule.then)
    return schedule if isinstance(schedule, OnPlateau) else None


def takes_many_steps(schedule: Any) -> bool:
    """Whether `at` takes arrays: the rows of this table do, and what users write need not."""
    if isinstance(schedule, WarmUp):
        return takes_many_steps(schedule.then)
    return any(type(schedule) is row for row in SCHEDULES.values())


def ends_with_the_run(schedule: Schedule) -> bool:
    """Whether its factors depend on the run's length, so that no run with it is made longer."""
    return bool(schedule.at(Moment(1, 0, 0.0)) != schedule.at(Moment(1, 0, 0.5)))
