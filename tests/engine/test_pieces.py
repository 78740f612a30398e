"""An epoch that is cut into many calls: its order is made once, and the bits are the same."""

import numpy as np
import pytest

from chainrule.core import random
from chainrule.engine import batches
from chainrule.engine import native as compiled
from chainrule.engine.native import native, why_not
from chainrule.engine.reference import start_memory
from chainrule.network import Network
from chainrule.records import State
from chainrule.spec import Spec, Training
from tests.helpers import Rows, same_bits

pytestmark = pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
N, STEPS = 2**15 + 7, 30
SPEC = Spec.chain((2, 4, 1), "tanh", last="sigmoid", loss="binary_cross_entropy")


def rows():
    rng = np.random.default_rng(1)
    return Rows(rng.normal(size=(N, 2)), rng.integers(0, 2, (N, 1)).astype(float), None)


def made(training, calls):
    """The state after STEPS steps over the end of an epoch, in so many calls."""
    params, arrays = Network.start(SPEC, seed=2).params, rows()
    first = training.steps_per_epoch(N) - STEPS // 2
    state = State(first, params, start_memory(SPEC, training, params), {})
    for _ in range(calls):
        rates = np.full(STEPS // calls, 0.01)
        goal = state.step + len(rates)
        state = native.train(SPEC, training, state, arrays, rates, goal, lambda: 0).state
    return state


@pytest.mark.parametrize("more", [{}, {"class_weight": "balanced", "l1": 0.01}])
def test_the_order_of_an_epoch_is_made_once_however_many_calls_it_takes(monkeypatch, more):
    training, epochs = Training(steps=5000, optimizer="adam", batch_size=32, **more), []

    def order(seed, epoch, n):
        epochs.append(epoch)
        return whole(seed, epoch, n)

    whole = random.order
    monkeypatch.setattr(random, "order", order)
    batches.order_of_epoch.cache_clear()
    state = made(training, calls=15)
    assert epochs == [0, 1]  # none of them by the kernel, which keeps none
    monkeypatch.setattr(compiled, "MANY", N + 1)
    all_at_once = made(training, calls=1)
    assert epochs == [0, 1]
    assert state.step == all_at_once.step
    assert same_bits(state.params, all_at_once.params)
    assert same_bits(state.memory, all_at_once.memory)
