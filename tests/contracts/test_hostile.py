"""Hard use of an engine from Python: odd arrays, threads, forks, Ctrl-C, rows of one's own."""

import functools
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest

from chainrule.core.activations import ACTIVATIONS, Activation
from chainrule.core.losses import Huber, PlainLoss
from chainrule.core.optimizers import Adam
from chainrule.engine.reference import reference, start_memory
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Dense, Spec, Training
from chainrule.training.loop import resume
from chainrule.training.run_file import RunFile
from tests.contracts.bounds import Share
from tests.contracts.cases import random_run
from tests.contracts.checks import check_step_by_step, never, same_run, train
from tests.contracts.engines import engine_named
from tests.contracts.test_bits import WIDE
from tests.helpers import Rows, locked

SPEC = Spec.chain([3, 4, 2], "tanh")
PARAMS = Network.start(SPEC, seed=0).params


@pytest.fixture
def x(rng):
    return rng.normal(size=(12, 3))


# --------------------------------------------------------------------------------- odd arrays

ODD = {
    "every second column": lambda x: np.repeat(x, 2, axis=1)[:, ::2],
    "every second row": lambda x: np.repeat(x, 2, axis=0)[::2],
    "backwards": lambda x: np.ascontiguousarray(x[::-1])[::-1],
    "column by column": np.asfortranarray,
    "other byte order": lambda x: x.astype(x.dtype.newbyteorder()),
    "not aligned": lambda x: _not_aligned(x),
    "read-only": lambda x: locked(x),
    "a subclass": lambda x: x.view(_Subclass),
    "one row again and again": lambda x: np.broadcast_to(x[:1], x.shape),
}


class _Subclass(np.ndarray):
    pass


def _not_aligned(x):
    held = np.frombuffer(b"\0" + np.ascontiguousarray(x).tobytes(), dtype=np.uint8)[1:]
    return held.view(x.dtype).reshape(x.shape)


@pytest.mark.parametrize("name", ODD)
def test_odd_arrays_are_the_same_numbers(engine, name, x):
    odd, y = ODD[name](x), np.ones((12, 2))
    plain = np.array(odd, dtype=float)
    exact = engine.name == "native" or _by_the_same_loop(odd, plain)
    # In another order, sums of at most 12 terms below 8, through two layers, are off by less.
    off = 0 if exact else 12 * 8 * 2 * np.finfo(float).eps
    equal = functools.partial(np.allclose, rtol=0, atol=off)
    assert equal(engine.predict(SPEC, PARAMS, odd), engine.predict(SPEC, PARAMS, plain))
    ours, theirs = (
        engine.gradients(SPEC, PARAMS, Batch(np.arange(12), data, ODD[name](y), None))
        for data in (plain, odd)
    )
    assert equal(ours[0], theirs[0])
    for key in ours[1]:
        assert equal(ours[1][key], theirs[1][key])
    training = Training("adam", steps=9, batch_size=5)
    state = State(0, PARAMS, start_memory(SPEC, training, PARAMS), {})
    odd_params = {key: ODD[name](t) if t.ndim == 2 else t for key, t in PARAMS.items()}
    if exact and name != "one row again and again":
        state_odd = state._replace(params=odd_params)
        chunks = [
            engine.train(SPEC, training, held, Rows(data, y), np.full(9, 0.1), 1, never)
            for held, data in ((state, plain), (state_odd, odd))
        ]
        for key in PARAMS:
            assert np.array_equal(chunks[0].state.params[key], chunks[1].state.params[key])


def _by_the_same_loop(odd, plain):
    """Whether NumPy multiplies both alike: 2.0 has a loop of its own for what BLAS can't take."""
    products = [(x @ PARAMS["0.W"], x.T @ plain) for x in (odd, plain)]
    return all(np.array_equal(a, b) for a, b in zip(*products, strict=True))


def test_no_rows_have_no_outputs(engine):
    a = engine.predict(SPEC, PARAMS, np.empty((0, 3)))
    assert (a.shape, a.dtype) == ((0, 2), "float64")


def test_read_only_states_are_only_read(engine, x):
    training = Training("adam", steps=9)
    params = {key: locked(theta) for key, theta in PARAMS.items()}
    memory = {key: locked(m) for key, m in start_memory(SPEC, training, PARAMS).items()}
    rows = Rows(*locked(x, np.ones((12, 2))))
    chunk = engine.train(SPEC, training, State(0, params, memory, {}), rows, np.ones(3), 1, never)
    assert chunk.state.step == 3
    on = engine.train(SPEC, training, chunk.state, rows, locked(np.ones(3)), 1, never)
    assert on.state.step == 6


def test_a_memory_map_is_trained_from(engine, tmp_path, x):
    np.save(tmp_path / "x.npy", x)
    np.save(tmp_path / "y.npy", np.ones((12, 2)))
    maps = [np.load(tmp_path / f"{name}.npy", mmap_mode="r") for name in "xy"]
    training = Training(steps=9, batch_size=5)
    state = State(0, PARAMS, {}, {})
    mapped, held = (
        engine.train(SPEC, training, state, rows, np.full(9, 0.1), 1, never)
        for rows in (Rows(*maps), Rows(x, np.ones((12, 2))))
    )
    same_run("from a memory map", mapped.state, mapped.losses, held)


class Gathered(Rows):
    """Data too large to be held: an engine asks for single rows."""

    def gather(self, rows):
        weight = None if self.weight is None else self.weight[rows]
        return self.x[rows], self.y[rows], weight


def test_data_that_is_read_row_by_row_gives_the_same_bits(engine, seed):
    for number in range(12):
        run = random_run(number, seed)
        gathered = Gathered(run.rows.x, run.rows.y, run.rows.weight)
        steps = len(run.rates)
        held = train(engine, run, run.state, 0, steps)
        read = train(engine, replace(run, rows=gathered), run.state, 0, steps)
        same_run(f"{run}, gathered", read.state, read.losses, held)


def test_numbers_at_the_ends_of_what_there_is(engine):
    """Huge and tiny numbers: a is finite, or not, where the reference's is."""
    with np.errstate(all="ignore"):
        for dtype in ("float32", "float64"):
            ends = np.finfo(dtype)
            values = [ends.max, ends.tiny, ends.smallest_subnormal, ends.max / 4, 1e4, 90, 710]
            x = np.array([s * float(v) for v in values for s in (1, -1)], dtype)[:, None]
            for name in ACTIVATIONS:
                spec = Spec(1, [Dense(2, name, "none")], dtype=dtype)
                params = {"0.W": np.array([[1, -1]], dtype)}
                ours, theirs = (e.predict(spec, params, x) for e in (reference, engine))
                assert np.array_equal(np.isnan(ours), np.isnan(theirs)), name
                assert np.array_equal(np.isinf(ours), np.isinf(theirs)), name
                batch = Batch(np.arange(len(x)), x, np.ones((len(x), 2), dtype), None)
                ours, theirs = (e.gradients(spec, params, batch)[1] for e in (reference, engine))
                assert np.array_equal(np.isnan(ours["0.W"]), np.isnan(theirs["0.W"])), name


# ------------------------------------------------------------------- threads and processes


def test_many_threads_of_python_train_at_once(engine):
    """Each its own run: nothing is shared that may not be."""
    runs = [random_run(number, 1, steps=20) for number in range(8)]
    alone = [train(engine, run, run.state, 0, 20) for run in runs]
    start = threading.Barrier(8)

    def together(run):
        start.wait()
        return [train(engine, run, run.state, 0, 20) for _ in range(5)]

    with ThreadPoolExecutor(8) as pool:
        for run, made, one in zip(runs, pool.map(together, runs), alone, strict=True):
            for chunk in made:
                same_run(f"{run} beside others", chunk.state, chunk.losses, one)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_process_trains_on(engine):
    """After a pool has run: the child has none of its threads, and must not wait for them."""
    run = WIDE["D"]()
    run = replace(run, rates=run.rates[:2])
    on = engine_named("native", 2) if engine.name == "native" else engine
    one = train(on, run, run.state, 0, 2)
    reads, writes = os.pipe()
    child = os.fork()
    if child == 0:
        told = b"other"
        try:
            chunk = train(on, run, run.state, 0, 2)
            same_run("in a fork", chunk.state, chunk.losses, one)
            told = b"same"
        finally:
            os.write(writes, told)
            os._exit(0)
    os.close(writes)
    with os.fdopen(reads, "rb") as pipe:
        assert pipe.read() == b"same"
    os.waitpid(child, 0)
    again = train(on, run, run.state, 0, 2)
    same_run("after a fork", again.state, again.losses, one)


PROGRAM = """
import sys
from chainrule import Data, Network, Training, fit
from chainrule.data.problems import find
from chainrule.training.run_writer import RunWriter
problem = find("xor")
network = Network.start(problem.spec, seed=1)
training = Training("adam", steps=4_000_000_000, learning_rate=1e-6, engine=sys.argv[2])
data = problem.data(0)
with RunWriter.create(sys.argv[1], network, data, training) as run:
    print("goes", flush=True)
    print(fit(network, data, training, run=run).ended.reason, flush=True)
"""


def test_ctrl_c_in_a_long_run_keeps_it_and_it_goes_on(engine, tmp_path):
    """A run of hours hears Ctrl-C: it ends as interrupted, its file is whole and goes on."""
    path = tmp_path / "long.chainrule"
    program = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, str(path), engine.name], stdout=subprocess.PIPE, text=True
    )
    assert program.stdout.readline() == "goes\n"
    threading.Event().wait(0.3)
    program.send_signal(signal.SIGINT)
    told, _ = program.communicate(timeout=60)
    assert told == "interrupted\n"
    with RunFile(path) as run:
        step = run.state().step
    assert 0 < step < 4_000_000_000
    on = resume(path, steps=step + 10)
    assert (on.ended.reason, on.ended.state.step) == ("finished", step + 10)


def test_a_second_use_is_the_first(engine, seed):
    """Nothing of one call is left for the next, be it of other shapes or of the same."""
    runs = [random_run(number, seed) for number in range(10)]
    share = Share()
    first = [train(engine, run, run.state, 0, 4) for run in runs]
    for run in reversed(runs):
        check_step_by_step(engine, run, share)
    for run, chunk in zip(runs, first, strict=True):
        again = train(engine, run, run.state, 0, 4)
        same_run(f"{run}, later", again.state, again.losses, chunk)


# -------------------------------------------------------------------------- rows of one's own


class OwnHuber(Huber):
    """Another loss under a name of the table."""

    def slope(self, a, y):
        return 2 * super().slope(a, y)


class OwnAdam(Adam):
    def update(self, theta, g, memory, t, learning_rate, out=None):
        return super().update(theta, -g, memory, t, learning_rate, out)


MINE = Activation("mine", "a = z", lambda z: z, lambda z, a: np.ones_like(z))
NAMED_TANH = Activation("tanh", "a = z", lambda z: z, lambda z, a: np.ones_like(z))
MY_LOSS = PlainLoss("mine", "l = a", lambda a, y: a, lambda a, y: np.ones_like(a))
OWN = {
    "activation": (Spec.chain([2, 1], MINE), {}),
    "activation of a known name": (Spec.chain([2, 1], NAMED_TANH), {}),
    "loss": (Spec.chain([2, 1], "tanh", loss=MY_LOSS), {}),
    "a subclass of a loss": (Spec.chain([2, 1], "tanh", loss=OwnHuber(1.0)), {}),
    "a subclass of an optimiser": (Spec.chain([2, 1], "tanh"), {"optimizer": OwnAdam()}),
}


@pytest.mark.parametrize("name", OWN)
def test_rows_of_ones_own_are_refused_in_a_sentence(native, name):
    spec, how = OWN[name]
    why = native.supports(spec, Training(steps=1, **how))
    assert why
    assert why.endswith(".")


def test_all_of_the_core_is_supported(native, seed):
    for number in range(500):
        run = random_run(number, seed)
        assert native.supports(run.spec, run.training) is None
