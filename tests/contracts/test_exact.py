"""Part 1 of the contract, what is exact: shapes, dtypes, names, errors, order of rows, draws."""

import math
from dataclasses import replace

import numpy as np
import pytest

from chainrule.core import random
from chainrule.core.errors import UsageError
from chainrule.engine.reference import reference, start_memory
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Dense, Spec, Training
from tests.contracts.bounds import Share, near_losses, near_outputs
from tests.contracts.cases import random_run
from tests.contracts.checks import check_batches, check_mask, check_order, never, same_names
from tests.helpers import Rows, same_bits

SIZES = [1, 2, 3, 4, 5, 7, 8, 9, 31, 32, 33, 63, 64, 65, 127, 128, 129, 1000]
NATIVE_SIZES = [255, 256, 257, 1023, 1024, 1025, 4095, 4096, 4097, 50_000, 65_535, 65_536, 65_537]
BLOCKWISE = [random.WHOLE - 1, random.WHOLE, random.WHOLE + 1, random.WHOLE + 65_536]


# ------------------------------------------------------------------------------- order and draws


@pytest.mark.parametrize("n", SIZES)
def test_the_order_of_rows(engine, n):
    for epoch in (0, 1, 5):
        check_order(engine, 3, epoch, n)
    check_order(engine, 2**40 + 1, 2, n, "float32")


@pytest.mark.parametrize("n", NATIVE_SIZES)
def test_the_order_of_many_rows(native, n):
    check_order(native, 11, 1, n)


def test_the_order_of_more_rows_than_are_shuffled_at_once(native, battery):
    for n in battery(BLOCKWISE)[:2] if len(battery(range(100))) < 100 else BLOCKWISE:
        check_order(native, 1, 0, n)
        check_order(native, 1, 2, n)


@pytest.mark.parametrize("shuffle", [True, False])
@pytest.mark.parametrize(("n", "size"), [(10, 3), (10, 5), (10, 10), (9, 2), (3, 99), (1, 1)])
def test_the_rows_of_a_batch(engine, n, size, shuffle):
    check_batches(engine, 4, n, size, shuffle)


@pytest.mark.parametrize("units", [1, 2, 3, 7, 8, 9, 16, 17, 33, 64, 65])
def test_masks_of_dropout(engine, units):
    for layer, t, n in ((0, 1, 20), (1, 1, 3), (0, 2, 1), (0, 1000, 7)):
        check_mask(engine, 5, t, units, 0.5, n, layer=layer)
    check_mask(engine, 2**33, 12, units, 0.75, 11, dtype="float32")


@pytest.mark.parametrize("p", [0.1, 1 / 3, 0.9, 1 - 2**-40])
def test_the_scale_of_a_mask(engine, p):
    """One row, so that the weights above hold the mask itself."""
    n, units = 1, 40
    spec = Spec(1, [Dense(units, "identity", "none", drop_probability=p),
                    Dense(1, "identity", "none")])  # fmt: skip
    params = {"0.W": np.ones((1, units)), "1.W": np.zeros((units, 1))}
    rows = Rows(np.ones((n, 1)), np.ones((n, 1)))
    training = Training(steps=9, seed=1)
    state = State(3, params, {}, {})
    expected = reference.train(spec, training, state, rows, np.ones(1), 1, never)
    found = engine.train(spec, training, state, rows, np.ones(1), 1, never)
    assert same_bits(found.state.params, expected.state.params)


def test_masks_far_out_in_a_stream(engine):
    """The stream's position is a number of any size, as batch_size may be."""
    spec = Spec(1, [Dense(8, "identity", "none", drop_probability=0.5),
                    Dense(1, "identity", "none")])  # fmt: skip
    params = {"0.W": np.ones((1, 8)), "1.W": np.zeros((8, 1))}
    rows = Rows(np.ones((1, 1)), np.ones((1, 1)))
    for size, step in ((10**15, 10), (10**15, 10**6), (10**12, 10**9)):
        training = Training(steps=10**10, seed=1, batch_size=size)
        state = State(step, params, {}, {})
        expected, found = (
            e.train(spec, training, state, rows, np.ones(1), 1, never) for e in (reference, engine)
        )
        assert same_bits(found.state.params, expected.state.params), (size, step)


# --------------------------------------------------------------------- names, shapes and dtypes


def test_what_comes_back_is_of_the_same_kind(engine, seed):
    for number in range(30):
        run = random_run(number, seed)
        spec, params, batch = run.spec, run.state.params, run.batch
        a = engine.predict(spec, params, batch.x)
        assert (a.shape, a.dtype) == ((len(batch.x), spec.outputs), spec.dtype)
        loss, gradients = engine.gradients(spec, params, batch)
        assert (np.shape(loss), np.asarray(loss).dtype) == ((), spec.dtype)
        same_names("gradients", gradients, spec.shapes)
        chunk = engine.train(spec, run.training, run.state, run.rows, run.rates, 1, never)
        same_names("parameters", chunk.state.params, run.state.params)
        same_names("memory", chunk.state.memory, run.state.memory)
        for name, array in {**gradients, **chunk.state.params}.items():
            assert (array.shape, array.dtype) == (spec.shapes[name], spec.dtype)
            assert array.flags.c_contiguous
            assert array.flags.writeable
            assert not any(np.shares_memory(array, held) for held in params.values())


def test_evaluation_is_the_loss_of_each_row(engine, seed):
    """Whatever conventions and weights: the mean over outputs or their sum, each row alone."""
    share = Share()
    for number in range(40):
        run = random_run(number, seed)
        spec, params, batch = run.spec, run.state.params, run.batch
        per_row, a = engine.evaluate(spec, params, batch)
        near = near_losses(spec, params, batch)
        share.add(f"losses of rows of {run}", per_row, near)
        share.add(f"outputs of {run}", a, near_outputs(spec, params, batch.x))


# ------------------------------------------------------------------------------ wrong calls


SPEC = Spec.chain([3, 4, 2], "tanh")
LABELS = Spec.chain([3, 4, 2], "tanh", loss="softmax_cross_entropy")
PARAMS = Network.start(SPEC, seed=0).params
X, Y = np.ones((5, 3)), np.ones((5, 2))


def batch_of(x=X, y=Y, weight=None):
    return Batch(np.arange(len(x)), x, y, weight)


WRONG = {
    "a column too many": lambda e: e.predict(SPEC, PARAMS, np.ones((5, 4))),
    "weights of another network": lambda e: e.predict(SPEC, {**PARAMS, "0.W": np.ones((4, 4))}, X),
    "a bias of another layer": lambda e: e.predict(SPEC, {**PARAMS, "0.b": np.ones(3)}, X),
    "weights with one axis": lambda e: e.predict(SPEC, {**PARAMS, "0.W": np.ones(3)}, X),
    "answers of one column": lambda e: e.gradients(SPEC, PARAMS, batch_of(y=np.ones((5, 1)))),
    "answers in a row": lambda e: e.gradients(SPEC, PARAMS, batch_of(y=np.ones(5))),
    "too few answers": lambda e: e.gradients(SPEC, PARAMS, batch_of(y=np.ones((4, 2)))),
    "one-hot labels": lambda e: e.gradients(LABELS, PARAMS, batch_of(y=np.ones((5, 2), int))),
    "too few labels": lambda e: e.gradients(LABELS, PARAMS, batch_of(y=np.ones(4, int))),
    "columns in a batch": lambda e: e.gradients(SPEC, PARAMS, batch_of(np.ones((5, 2)))),
    "columns in training": lambda e: trained(e, SPEC, np.ones((5, 2)), Y),
    "answers in training": lambda e: trained(e, SPEC, X, np.ones((5, 3))),
    "labels in training": lambda e: trained(e, LABELS, X, np.ones((5, 2), int)),
}


def trained(engine, spec, x, y, weight=None):
    training = Training("adam", steps=3)
    state = State(0, PARAMS, start_memory(spec, training, PARAMS), {})
    return engine.train(spec, training, state, Rows(x, y, weight), np.ones(3), 1, never)


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_call_has_the_same_error_on_every_engine(engine, name):
    with pytest.raises(UsageError) as ours:
        WRONG[name](reference)
    with pytest.raises(UsageError) as theirs:
        WRONG[name](engine)
    assert str(theirs.value) == str(ours.value)


TOO_LARGE = np.array([0, 1, 2, 0, 1])
REFUSED = {
    "a label too large": lambda e: e.gradients(
        LABELS, PARAMS, batch_of(y=np.array([0, 1, 2, 0, 1]))
    ),
    "a label far too large": lambda e: e.gradients(LABELS, PARAMS, batch_of(y=np.full(5, 2**62))),
    "a label in training": lambda e: trained(e, LABELS, X, TOO_LARGE),
    "a missing parameter": lambda e: e.predict(SPEC, {"0.W": PARAMS["0.W"]}, X),
    "missing memory": lambda e: e.train(
        SPEC, Training("adam", steps=1), State(0, PARAMS, {}, {}), Rows(X, Y), np.ones(1), 1, never
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_raises_an_error(engine, name):
    with pytest.raises((UsageError, IndexError, KeyError)):
        REFUSED[name](reference)
    with pytest.raises((UsageError, IndexError, KeyError)):
        REFUSED[name](engine)


LOST = {
    "labels that are no whole numbers": lambda e: e.gradients(
        LABELS, PARAMS, batch_of(y=0.7 * Y[:, 0])
    ),
    "imaginary parts": lambda e: e.predict(SPEC, PARAMS, X + 1j),
    "texts": lambda e: e.predict(SPEC, PARAMS, X.astype(str)),
    "objects": lambda e: e.predict(SPEC, PARAMS, X.astype(object)),
    "an imaginary weight of a row": lambda e: e.gradients(
        SPEC, PARAMS, batch_of(weight=X[:, 0] + 1j)
    ),
}


@pytest.mark.parametrize("name", LOST)
def test_nothing_is_lost_where_arrays_are_converted(native, name):
    """The reference computes with them or stops with NumPy's own error; nobody drops a part."""
    with pytest.raises((UsageError, TypeError, IndexError)):
        LOST[name](native)


@pytest.mark.parametrize("shape", [(3,), (2, 5, 3), ()])
def test_an_x_of_other_axes_is_refused_or_taken_as_the_reference_takes_it(engine, shape):
    x = np.ones(shape)
    try:
        expected = reference.predict(SPEC, PARAMS, x)
    except ValueError:
        expected = None
    try:
        found = engine.predict(SPEC, PARAMS, x)
    except UsageError:
        found = None
    assert found is None or (expected is not None and found.shape == expected.shape)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_no_numbers_stay_no_numbers(engine, value, dtype):
    """Where the reference has a number, so has every engine; where none, none."""
    spec = replace(SPEC, dtype=dtype)
    params = {name: theta.astype(dtype) for name, theta in PARAMS.items()}
    x = np.random.default_rng(0).normal(size=(40, 3)).astype(dtype)
    x[7, 1] = value
    y = np.ones((40, 2), dtype)
    with np.errstate(all="ignore"):
        expected, found = (e.predict(spec, params, x) for e in (reference, engine))
    assert np.array_equal(np.isnan(found), np.isnan(expected))
    with np.errstate(all="ignore"):
        ours, theirs = (e.gradients(spec, params, batch_of(x, y)) for e in (reference, engine))
    assert math.isnan(theirs[0]) == math.isnan(ours[0])
    training = Training(steps=3)
    chunks = [
        e.train(spec, training, State(0, params, {}, {}), Rows(x, y), np.ones(3), 1, never)
        for e in (reference, engine)
    ]
    assert chunks[0].ended == chunks[1].ended
    assert np.array_equal(np.isnan(chunks[0].losses), np.isnan(chunks[1].losses))


def test_a_run_that_explodes_ends_alike(engine):
    spec = Spec.chain([3, 4, 2], "identity")
    training = Training(steps=400, learning_rate=1e3)
    rows = Rows(*np.random.default_rng(0).normal(size=(2, 9, 3)))
    rows.y = rows.y[:, :2]
    state = State(0, Network.start(spec, seed=0).params, {}, {})
    for e in (reference, engine):
        with np.errstate(all="ignore"):
            chunk = e.train(spec, training, state, rows, np.full(400, 1e3), 1, never)
        assert chunk.ended == "not finite"
        assert chunk.state.step == 400
