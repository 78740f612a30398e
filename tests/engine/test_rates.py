"""The rates of many steps have the bits that each step's has alone."""

from dataclasses import dataclass

import numpy as np
import pytest

from chainrule.core.schedules import SCHEDULES, WarmUp
from chainrule.engine.rates import learning_rates, rate_of
from chainrule.records import State
from chainrule.spec import Training

ROWS = [row() for row in SCHEDULES.values()]
ROWS += [WarmUp(40, row) for row in ROWS]


@dataclass(frozen=True)
class Sudden:
    """As a user may write one: it takes a moment, and no arrays."""

    name = "sudden"

    def at(self, moment):
        return 1.0 if moment.epoch < 3 else 0.1


LENGTHS = [
    {"epochs": 70}, {"steps": 333}, {"epochs": 70, "steps": 300}, {"epochs": 9, "steps": 10**6},
]  # fmt: skip


@pytest.mark.parametrize("row", [*ROWS, Sudden()], ids=lambda row: str(row.name))
@pytest.mark.parametrize("length", LENGTHS, ids=str)
@pytest.mark.parametrize("per_epoch", [1, 7])
def test_many_steps_at_once(row, length, per_epoch):
    training = Training(schedule=row, learning_rate=0.3, **length)
    state = State(5, {}, {}, {"falls": [9, 40, 41]})
    rates = learning_rates(training, state, per_epoch, 250)
    alone = [rate_of(training, t, (t - 1) // per_epoch, [9, 40, 41]) for t in range(6, 251)]
    assert rates.dtype == np.float64
    assert rates.tolist() == alone


def test_a_rate_without_bounds_is_infinite_in_both():
    training = Training(schedule="exponential(factor=1e300)", learning_rate=1e30, epochs=5)
    rates = learning_rates(training, State(0, {}, {}, {}), 1, 4)
    assert rates.tolist() == [1e30, np.inf, np.inf, np.inf]
    assert rates.tolist() == [rate_of(training, t, t - 1) for t in range(1, 5)]
