"""A population goes one of two ways, by cost: small networks in lanes, large ones each by itself.

Either way each is the network that the reference engine trains, and neither threads nor cuts
change a bit.
"""

from dataclasses import replace

import numpy as np
import pytest

from chainrule.core.optimizers import Momentum
from chainrule.engine.plans import flat
from chainrule.engine.reference import reference, start_memory
from chainrule.network import Network
from chainrule.records import State
from chainrule.spec import Dense, Spec, Training
from tests.helpers import Rows, same_bits

pytest.importorskip("chainrule._native", reason="installed without its compiled part")

from chainrule.engine.population import Population

# 17 networks: groups of 8 or 2 lanes, and one that is not full. 115 rows: a last batch of 15.
NETWORKS, STEPS, ROWS = 17, 14, 115
IN_LANES = Spec(2, [Dense(3, "tanh", drop_probability=0.3), Dense(3, "identity")])
# 2,115 parameters are 24 µs a row of 8 networks, 20 rows; one alone takes 3 µs for them.
ALONE = Spec(40, [Dense(48, "tanh", drop_probability=0.3), Dense(3, "identity")])
TRAINING = Training(Momentum(), 0.01, batch_size=20, steps=STEPS, l2=0.01, clip_norm=0.5)
RATES = np.linspace(0.005, 0.02, NETWORKS)


def made(spec, *, threads=1, cuts=(STEPS,)):
    rng = np.random.default_rng(7)
    rows = Rows(rng.normal(size=(ROWS, spec.inputs)), rng.normal(size=(ROWS, 3)))
    starts = [Network.start(spec, seed=k).params for k in range(NETWORKS)]
    population = Population(spec, TRAINING, rows, starts, np.arange(NETWORKS), RATES, threads)
    step = 0
    for goal in cuts:
        step = population.advance(step, goal, lambda step: False)
        assert step == goal
    return population, starts, rows


@pytest.mark.parametrize("spec", [IN_LANES, ALONE], ids=["in lanes", "alone"])
def test_each_is_the_network_of_the_reference(spec):
    population, starts, rows = made(spec)
    for k, start in enumerate(starts):
        training = replace(TRAINING, seed=k)
        state = State(0, start, start_memory(spec, training, start), {})
        rates = np.full(STEPS, RATES[k])
        trained = reference.train(spec, training, state, rows, rates, 1, lambda: False)
        theta = flat(spec, trained.state.params)
        # 14 smooth steps: each adds some hundred roundings of 1e-16 to numbers of size 1 or so.
        np.testing.assert_allclose(population.theta[k], theta, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("spec", [IN_LANES, ALONE], ids=["in lanes", "alone"])
def test_threads_and_cuts_change_no_bit(spec):
    whole = made(spec)[0]
    for other in (made(spec, threads=2)[0], made(spec, cuts=(1, 9, STEPS))[0]):
        assert same_bits(other.theta, whole.theta)
        assert same_bits(other.memory["m"], whole.memory["m"])
