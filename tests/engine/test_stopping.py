"""A long call is left in the middle: the state is the one after the last whole step, to the bit.

Nothing here is timed. An engine asks about every 20 ms; every step and call below takes longer than
that by a factor of three or more where it matters, so that it is asked before they are done.
What is measured is printed (pytest -s).
"""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from chainrule.engine.protocol import NOW
from chainrule.engine.reference import start_memory
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Dense, Spec, Training
from tests.helpers import Rows, same_bits

pytest.importorskip("chainrule._native", reason="installed without its compiled part")

from chainrule.engine.native import Native
from chainrule.engine.population import Population

ROOT = Path(__file__).parents[2]
TYPES, THREADS = ["float32", "float64"], [1, 2]


def case(name, dtype):
    """A network, how it is trained, and its rows: 1.6 to 20 GFLOP a step."""
    rng = np.random.default_rng(3)
    if name == "small":  # samples in lanes: 1,600 flops each
        spec = Spec(4, [Dense(12, "tanh"), Dense(12, "tanh"), Dense(1, "sigmoid")], dtype=dtype)
        training, n = Training("adam", 0.01, steps=20), 1_000_000
    elif name == "fused":  # 400 rows: each weight moves as soon as its slope is there
        spec = Spec(512, [Dense(2048, "tanh"), Dense(1024, "relu"), Dense(2, "identity")],
                    dtype=dtype)  # fmt: skip
        training, n = Training("adam", 1e-3, steps=4, batch_size=400), 700
    else:  # blocks of rows, dropout, two batches an epoch
        spec = Spec(300, [Dense(400, "tanh", drop_probability=0.2), Dense(400, "relu"),
                          Dense(3, "identity")], dtype=dtype)  # fmt: skip
        training, n = Training("adam", 1e-3, steps=4, batch_size=12_000, clip_norm=1.0), 15_000
    x = rng.normal(size=(n, spec.inputs)).astype(dtype)
    y = rng.uniform(size=(n, spec.outputs)).astype(dtype)
    return spec, training, Rows(x, y)


class At:
    """Answers NOW when asked for the n-th time."""

    def __init__(self, n):
        self.left = n

    def __call__(self):
        self.left -= 1
        return NOW if self.left <= 0 else False


def train(engine, spec, training, rows, state, steps, stop=lambda: False):
    return engine.train(spec, training, state, rows, np.full(steps, 1e-3), 1, stop)


def same_states(a, b):
    assert a.step == b.step
    assert a.params.keys() == b.params.keys()
    assert a.memory.keys() == b.memory.keys()
    for name, array in (a.params | a.memory).items():
        assert same_bits(array, (b.params | b.memory)[name]), name


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("dtype", TYPES)
@pytest.mark.parametrize("name", ["large", "fused", "small"])
def test_a_step_that_was_thrown_away_leaves_no_trace(name, dtype, threads):
    engine, (spec, training, rows) = Native(threads), case(name, dtype)
    params = Network.start(spec, seed=1).params
    start = State(0, params, start_memory(spec, training, params), {})
    steps = 20 if name == "small" else 2  # some ten times what passes before it is asked
    first = train(engine, spec, training, rows, start, steps, At(1))
    assert first.ended == "stopped"
    assert len(first.losses) == first.state.step < steps
    if name == "large":  # 20 GFLOP: asked within the first
        assert first.state.step == 0
    same_states(train(engine, spec, training, rows, start, first.state.step).state, first.state)
    whole = train(engine, spec, training, rows, start, steps)
    on = train(engine, spec, training, rows, first.state, steps - first.state.step)
    same_states(on.state, whole.state)
    assert same_bits(np.concatenate([first.losses, on.losses]), whole.losses)


def test_a_plain_true_finishes_the_step():
    spec, training, rows = case("large", "float32")
    params = Network.start(spec, seed=1).params
    start = State(0, params, start_memory(spec, training, params), {})
    made = train(Native(1), spec, training, rows, start, 3, lambda: True)
    assert (made.state.step, made.ended) == (1, "stopped")


class Enough(Exception):
    pass


def test_what_stop_raises_ends_an_evaluation():
    spec, _, rows = case("large", "float64")
    params = Network.start(spec, seed=1).params

    def stop():
        raise Enough

    with pytest.raises(Enough):
        Native(1).evaluate(spec, params, Batch(None, rows.x, rows.y, None), stop)


@pytest.mark.parametrize("threads", THREADS)
@pytest.mark.parametrize("units", [6, 60], ids=["in lanes", "alone"])
def test_networks_of_a_population_keep_their_whole_steps(units, threads):
    """An epoch is a step of 20,000 rows and one of 10,000; each is where its own steps led it."""
    spec = Spec(10, [Dense(units, "tanh", drop_probability=0.1), Dense(2, "identity")])
    training = Training("adam", 1e-3, batch_size=20_000, steps=40)
    rng, seeds = np.random.default_rng(2), np.arange(40)
    rows = Rows(rng.normal(size=(30_000, 10)), rng.normal(size=(30_000, 2)))
    starts = [Network.start(spec, seed=k).params for k in range(40)]

    def population():
        return Population(spec, training, rows, starts, seeds, np.full(40, 1e-3), threads)

    cut, answer = population(), At(4)
    least = cut.advance(0, 40, lambda _: answer())
    assert least == cut.steps.min() < 40
    assert cut.steps.max() - least <= 2
    print(f"steps made: {least} to {cut.steps.max()}")
    for step in np.unique(cut.steps):
        whole, which = population(), cut.steps == step
        if step:
            whole.advance(0, int(step), lambda _: False)
        assert same_bits(whole.theta[which], cut.theta[which])
        assert same_bits(whole.memory["v"][which], cut.memory["v"][which])


# ------------------------------------------------------------------------------- a real Ctrl-C

PROGRAM = """
import sys, time
import numpy as np
from chainrule import Data, Network, Spec, Training, fit, train_many
from chainrule.engine.native import Native
from chainrule.records import Batch

what, dtype, threads = sys.argv[1], sys.argv[2], int(sys.argv[3])
rng, engine = np.random.default_rng(0), Native(threads)
x = rng.normal(size=(16_384, 256)).astype(dtype)
y = rng.normal(size=(16_384, 10)).astype(dtype)
spec = Spec.chain([256, 1536, 1536, 1536, 10], "tanh", last="identity", dtype=dtype)
network = Network.start(spec, seed=0)
if what == "train_many":
    x, y = np.tile(x[:, :8], (16, 1)), np.tile(y[:, :2], (16, 1))
    many = Spec.chain([8, 12, 2], "tanh", last="identity", dtype=dtype)
training = Training(learning_rate=0.01, steps=3, threads=threads)
data = Data.from_arrays(x, y)


class Steps:
    def __call__(self, event):
        if type(event).__name__ == "Evaluated":
            print("goes", flush=True)

    def halts(self):
        return False


try:
    if what in ("fit", "judge"):
        if what == "judge":
            print("goes", flush=True)
        ended = fit(network, data, training, consumers=[Steps()]).ended
        print(ended.reason, ended.state.step, flush=True)
    elif what == "train_many":
        def report(made, total, ended):
            if not hasattr(report, "told"):
                report.told = print("goes", flush=True)
        training = Training(
            learning_rate=0.01, batch_size=1, shuffle=False, epochs=9, threads=threads)
        made = train_many(many, data, training, seeds=range(48), report=report)
        print(made.ended[0], "under way" if made.steps.max() < 2**18 else made.steps, flush=True)
    else:
        print("goes", flush=True)
        {
            "predict": lambda: engine.predict(spec, network.params, x),
            "forward": lambda: network.forward(x),
            "evaluate": lambda: engine.evaluate(spec, network.params, Batch(None, x, y, None)),
            "gradients": lambda: engine.gradients(spec, network.params, Batch(None, x, y, None)),
        }[what]()
        print("made to the end", flush=True)
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def interrupted(what, dtype, threads):
    """What a program says that gets SIGINT 0.15 s into a call of seconds."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, what, dtype, str(threads)],
        stdout=subprocess.PIPE, text=True, cwd=ROOT,
    ) as program:  # fmt: skip
        assert program.stdout.readline() == "goes\n"
        with pytest.raises(subprocess.TimeoutExpired):
            program.wait(0.15)
        program.send_signal(signal.SIGINT)
        clock = monotonic()
        said = program.stdout.readline().strip()
        print(f"{what}, {dtype}, {threads} threads: {1e3 * (monotonic() - clock):.0f} ms")
        program.stdout.read()
    assert program.returncode == 0
    return said


@pytest.mark.parametrize(
    ("what", "dtype", "threads", "said"),
    [
        ("fit", "float32", 1, "interrupted 0"),
        ("fit", "float64", 2, "interrupted 0"),
        ("judge", "float32", 2, "interrupted 0"),
        ("predict", "float64", 1, "interrupted"),
        ("forward", "float32", 2, "interrupted"),
        ("evaluate", "float32", 1, "interrupted"),
        ("gradients", "float64", 2, "interrupted"),
        ("train_many", "float32", 1, "interrupted under way"),
        ("train_many", "float64", 2, "interrupted under way"),
    ],
)
def test_ctrl_c_within_a_long_call(what, dtype, threads, said):
    assert interrupted(what, dtype, threads) == said
