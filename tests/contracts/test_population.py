"""Many networks at once keep the contract as well: each of them, step by step, and to the bit."""

from dataclasses import replace

import numpy as np

from chainrule.engine.batches import Batches
from chainrule.engine.reference import reference
from tests.contracts.bounds import Share, near_step
from tests.contracts.cases import random_run
from tests.contracts.checks import explodes, train
from tests.helpers import same_bits

NETWORKS = [1, 2, 5, 16, 17, 33]  # lanes that are filled wholly, and not
RUNS = 240


def population(run, networks, threads=1):
    """Networks of one specification, each with its own start, seed and rate; and their states."""
    from chainrule.engine.population import Population

    rng = np.random.default_rng([run.number, networks])
    starts = [
        {name: theta * dtype_of(run)(1 + 0.1 * k) for name, theta in run.state.params.items()}
        for k in range(networks)
    ]
    seeds, rates = rng.integers(0, 2**40, networks), 0.01 * (1 + rng.random(networks))
    training = replace(run.training, learning_rate=1.0)
    many = Population(run.spec, training, run.rows, starts, seeds, rates, threads)
    return many, starts, seeds, rates


def dtype_of(run):
    return np.dtype(run.spec.dtype).type


def check_population(run, networks, share):
    """From state 0 step by step: each step from the reference's own states."""
    many, starts, seeds, rates = population(run, networks)
    states = [run.state._replace(step=0, params=start, memory=zeros(run)) for start in starts]
    for step in range(2):
        assert many.advance(step, step + 1, lambda _: False) == step + 1
        for k, state in enumerate(states):
            own = replace(run, training=replace(run.training, seed=int(seeds[k])))
            rate = float(rates[k])  # NumPy's own would make the step double
            batch = Batches(run.rows, own.training)(step + 1)
            _, near, _ = near_step(run.spec, own.training, state, batch, rate)
            own = replace(own, rates=np.array([rate]))
            states[k] = train(reference, own, state, 0, 1).state
            if explodes(states[k]):
                return
            for name, theta in near.items():
                where = f"{name} of network {k} of {networks} after step {step + 1} of {run}"
                share.add(where, many.params(np.array([k]))[name][0], theta)
        set_to(many, run, states)


def zeros(run):
    return {name: 0 * m for name, m in run.state.memory.items()}


def set_to(many, run, states):
    from chainrule.engine import native

    for k, state in enumerate(states):
        many.theta[k] = native.flat(run.spec, state.params)
        for kept, numbers in many.memory.items():
            numbers[k] = native.flat(run.spec, state.memory, f".{kept}")


def test_each_network_of_a_population_keeps_the_contract(native, battery, seed, capsys):
    share, tried = Share(), 0
    for number in battery(range(RUNS)):
        run = random_run(number, seed)
        if run.spec.parameters < 2000:
            check_population(run, NETWORKS[number % len(NETWORKS)], share)
            tried += 1
    with capsys.disabled():
        print(f"\n{tried} populations: worst share of a bound {share.worst:.2f} ({share.where})")
    assert tried > 0


def test_threads_and_cuts_change_no_bit_of_a_population(native, battery, seed):
    for number in battery(range(RUNS)):
        run = random_run(number, seed)
        if run.spec.parameters > 2000:
            continue
        with np.errstate(all="ignore"):
            one, three, cut = (population(run, 17, threads)[0] for threads in (1, 3, 1))
            one.advance(0, 9, lambda _: False)
            three.advance(0, 9, lambda _: False)
            for start, stop in ((0, 1), (1, 5), (5, 9)):
                cut.advance(start, stop, lambda _: False)
        for other in (three, cut):
            assert same_bits(other.theta, one.theta), str(run)
            assert same_bits(other.memory, one.memory), str(run)


def test_a_network_does_not_depend_on_who_stands_beside_it(native, battery, seed):
    """The same bits at whichever place, among as many others."""
    for number in battery(range(RUNS)):
        run = random_run(number, seed)
        if run.spec.parameters > 2000:
            continue
        many, turned = (population(run, 17)[0] for _ in range(2))
        turned.keep(np.roll(np.arange(17), 5))
        many.advance(0, 5, lambda _: False)
        turned.advance(0, 5, lambda _: False)
        assert same_bits(turned.theta, np.roll(many.theta, 5, axis=0)), str(run)
