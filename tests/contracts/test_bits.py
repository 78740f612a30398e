"""Part 4 of the contract: same seed and same fingerprint, identical bits.

In one call or cut into many, again, in another process, on any number of threads, stopped in the
middle: the same numbers to the last bit, losses included.
"""

import json
import os
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from chainrule.engine.reference import reference, start_memory
from chainrule.network import Network
from chainrule.records import State
from chainrule.spec import Spec, Training
from tests.contracts.battery import ROOT
from tests.contracts.bounds import Differs
from tests.contracts.cases import Run, random_run
from tests.contracts.checks import (
    check_again,
    check_cuts,
    check_losses_asked_for,
    never,
    same_run,
    train,
)
from tests.contracts.engines import engine_named
from tests.helpers import Rows, digest, same_bits

GROUP, GROUPS, STEPS = 8, 500, 9
THREADS = [1, 2, 3, 4]


def wide_run(sizes, n, size, *, loss="half_squared", optimizer="adam", dtype="float32", **how):
    """A network large enough to be worth more than one thread."""
    rng = np.random.default_rng(n)
    last = "softmax" if loss == "softmax_cross_entropy" else "sigmoid"
    spec = Spec.chain(sizes, "relu", last=last, loss=loss, dtype=dtype, **how)
    training = Training(optimizer, steps=10**6, batch_size=size, learning_rate=0.01, seed=5)
    params = Network.start(spec, seed=1).params
    y = rng.random((n, sizes[-1])).astype(dtype)
    y = rng.integers(0, sizes[-1], n) if spec.loss.targets == "labels" else y
    rows = Rows(rng.normal(size=(n, sizes[0])).astype(dtype), y)
    state = State(0, params, start_memory(spec, training, params), {})
    return Run(-1, spec, training, state, rows, np.full(STEPS, 0.01))


WIDE = {
    "D": lambda: wide_run([784, 128, 10], 700, 256, loss="softmax_cross_entropy"),
    "whole": lambda: wide_run([64, 70, 33, 3], 1500, None, optimizer="sgd"),
    "dropped": lambda: wide_run([100, 65, 9], 513, 128, drop_probability=0.5, dtype="float64"),
    "small": lambda: wide_run([2, 4, 8, 1], 5000, None, optimizer="momentum"),
}


def test_cuts_change_no_bit(engine, battery, seed):
    firsts = battery(range(0, GROUP * GROUPS, GROUP))
    firsts = firsts if engine.name != "reference" else firsts[:3]
    for number in (first + k for first in firsts for k in range(GROUP)):
        run, rng = random_run(number, seed, steps=STEPS), np.random.default_rng([seed, number])
        cuts = rng.integers(0, STEPS + 1, 3).tolist()
        check_cuts(engine, run, cuts, int(rng.integers(1, 4)))
        check_again(engine, run)
        check_losses_asked_for(engine, run, int(rng.choice([2, 3, 5, 10**12])))


def test_cuts_at_every_place(engine, seed):
    for number in range(6):
        run = random_run(number, seed + 1, steps=STEPS)
        check_cuts(engine, run, range(1, STEPS))
        for place in range(STEPS):
            check_cuts(engine, run, [place])


@pytest.mark.parametrize("name", WIDE)
def test_threads_change_no_bit(native, name):
    run = WIDE[name]()
    one = train(engine_named("native", 1), run, run.state, 0, STEPS)
    batch = run.batch
    slope = engine_named("native", 1).gradients(run.spec, run.state.params, batch)
    a = engine_named("native", 1).predict(run.spec, run.state.params, batch.x)
    for threads in THREADS[1:]:
        on = engine_named("native", threads)
        for _ in range(2):
            chunk = train(on, run, run.state, 0, STEPS)
            same_run(f"{name} on {threads} threads", chunk.state, chunk.losses, one)
        loss, gradients = on.gradients(run.spec, run.state.params, batch)
        assert same_bits(loss, slope[0])
        assert same_bits(gradients, slope[1])
        assert same_bits(on.predict(run.spec, run.state.params, batch.x), a)
        check_cuts(on, run, [1, 4])


def test_random_runs_on_other_numbers_of_threads(native, battery, seed):
    for first in battery(range(0, GROUP * GROUPS, GROUP)):
        run = random_run(first, seed, steps=STEPS)
        one = train(engine_named("native", 1), run, run.state, 0, STEPS)
        three = train(engine_named("native", 3), run, run.state, 0, STEPS)
        same_run(f"{run} on 3 threads", three.state, three.losses, one)


# ------------------------------------------------------------------------ stopped in the middle


class StopAfter:
    """Asked again and again; the answer is yes from the given time on."""

    def __init__(self, asked):
        self.left = asked

    def __call__(self):
        self.left -= 1
        return self.left <= 0


def long_run(name):
    """Some seconds of steps on either engine."""
    steps = 3_000_000 if name == "native" else 30_000
    spec = Spec.chain([2, 3, 1], "tanh", last="sigmoid")
    training = Training("adam", steps=steps, learning_rate=0.01)
    rows = Rows(np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]), np.array([[0.0], [1], [1], [0]]))
    params = Network.start(spec, seed=1).params
    state = State(0, params, start_memory(spec, training, params), {"epoch": 7})
    return Run(-1, spec, training, state, rows, np.full(steps, 0.01))


@pytest.mark.parametrize("asked", [1, 2])
def test_a_stop_in_the_middle_changes_no_bit(engine, asked):
    run = long_run(engine.name)
    chunk = engine.train(
        run.spec, run.training, run.state, run.rows, run.rates, 1, StopAfter(asked)
    )
    made = chunk.state.step
    assert chunk.ended == "stopped"
    assert 0 < made < len(run.rates)
    assert len(chunk.losses) == made
    assert np.isfinite(chunk.losses).all()
    again = train(engine, run, run.state, 0, made)
    same_run("the same steps without a stop", again.state, again.losses, chunk)
    on = train(engine, run, chunk.state, made, made + 10)
    whole = train(engine, run, run.state, 0, made + 10)
    same_run("ten steps more", on.state, on.losses, whole._replace(losses=whole.losses[made:]))


def test_a_stop_that_raises_reaches_the_caller(engine):
    """Ctrl-C while nobody listens for it: KeyboardInterrupt leaves through train."""
    run = long_run(engine.name)

    def stop():
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        engine.train(run.spec, run.training, run.state, run.rows, run.rates, 1, stop)
    check_again(engine, replace(run, rates=run.rates[:10]))


# ----------------------------------------------------------------------------- another process


def digests(name, numbers, seed, threads=None):
    engine, found = engine_named(name, threads), {}
    for number in numbers:
        run = random_run(number, seed, steps=STEPS)
        chunk = train(engine, run, run.state, 0, STEPS)
        parts = {**chunk.state.params, **chunk.state.memory, "losses": chunk.losses}
        found[str(number)] = {key: digest(array) for key, array in parts.items()}
    return found


def test_another_process_finds_the_same_bits(engine, seed):
    numbers, threads = list(range(12)), 2 if engine.name == "native" else None
    here = digests(engine.name, numbers, seed)
    call = f"({engine.name!r}, {numbers}, {seed}, {threads})"
    program = f"from tests.contracts.test_bits import *; print(json.dumps(digests{call}))"
    ran = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"}, cwd=ROOT,
    )  # fmt: skip
    assert json.loads(ran.stdout) == here


def test_the_fingerprint_is_steady(engine):
    assert engine.fingerprint == engine.fingerprint
    assert len(engine.fingerprint) == 12


def test_losses_of_no_steps(engine):
    run = random_run(3, 0)
    chunk = engine.train(run.spec, run.training, run.state, run.rows, run.rates[:0], 1, never)
    assert chunk.ended == "done"
    same_run("no steps", chunk.state, chunk.losses, train(reference, run, run.state, 0, 0))


def test_what_differs_is_said():
    run = random_run(3, 0)
    one = train(reference, run, run.state, 0, 2)
    with pytest.raises(Differs, match="other bits"):
        same_run("here", one.state, one.losses + 1, one)
