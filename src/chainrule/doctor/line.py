"""Along one step: how far would have been best? It is the evidence for every word on the rate."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from chainrule.core.optimizers import OF_ONE_LENGTH
from chainrule.doctor.looks import Look, after
from chainrule.records import StepRecord
from chainrule.spec import Training

MOVES = 10.0 ** np.arange(-4, 1.01, 0.25)  # of a layer's weights: the lengths that are tried
MANY = 10  # steps of an epoch that are taken to add up, at most
CAREFUL = 0.1  # of the best first step, where steps do not shrink with the gradient


class Line(NamedTuple):
    """The losses along the direction of a step, on a sample of the training rows; means."""

    first: float  # the learning rate whose first step comes down furthest
    rate: float  # the same for an optimiser whose later steps are longer
    advice: float  # the same, lower where an epoch has many steps: they add up
    before: float
    best: float  # after the best step
    whole: float  # after the step that the run's own learning rate makes


def search(look: Look, training: Training, rows: int) -> Line | None:
    """The best length of a look's step; None where no step comes down, or no layer has weights.
    `rows`: of the training data."""
    moved, made = max(look.moves(), default=0.0), look.rows
    if not 0 < moved < math.inf:
        return None
    size = _rows_in(made) if made.spec.conventions.batch == "sum" else 1.0
    scale = _scale(look, training)
    factors = MOVES / moved * scale
    with np.errstate(all="ignore"):
        losses = np.array([after(made, factor / scale) for factor in factors]) / size
        whole = after(made, 1 / scale) / size
    before = float(made.loss.value) / size
    if not np.isfinite(losses).any() or not np.nanmin(losses) < before:
        return None
    k = int(np.nanargmin(losses))
    first = made.learning_rate * float(factors[k])
    rate, steps = first * _share(training), min(training.steps_per_epoch(rows), MANY)
    return Line(first, rate, rate / steps, before, float(losses[k]), whole)


def mean_losses(made: StepRecord, *losses: float) -> list[float]:
    """Losses of a step's rows as means over them, where the network takes sums."""
    size = _rows_in(made) if made.spec.conventions.batch == "sum" else 1.0
    return [float(loss) / size for loss in losses]


def rounded(rate: float) -> float:
    """One digit: no rate is known better."""
    return float(f"{rate:.0e}") if math.isfinite(rate) else rate


def _rows_in(made: StepRecord) -> float:
    counts = made.batch.counts
    return float(len(made.batch.x) if counts is None else counts.sum())


def _scale(look: Look, training: Training) -> float:
    """A step of the whole sample, in steps of the training's own rows: sums grow with the rows."""
    if look.rows.spec.conventions.batch == "mean" or training.optimizer.name in OF_ONE_LENGTH:
        return 1.0
    return _rows_in(look.rows) / _rows_in(look.made)


def _share(training: Training) -> float:
    """What is left of the best first step, since later steps of the optimiser add up."""
    if training.optimizer.name in OF_ONE_LENGTH:
        return CAREFUL
    return 1.0 - getattr(training.optimizer, "momentum", 0.0)
