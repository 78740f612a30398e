"""What must always hold, for small networks of every kind.

Every example is a number that random_case turns into a network, so a failure names it. Bounds are
computed along the very step: tests/rounding.py.
"""

from functools import reduce

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chainrule.core.losses import softmax_cross_entropy
from chainrule.core.optimizers import OPTIMIZERS
from chainrule.engine.reference import (
    backward,
    forward,
    loss_of,
    record,
    reference,
    start_memory,
)
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Conventions, Dense, Spec, Training
from tests.helpers import Rows, locked, same_bits
from tests.random_networks import random_case
from tests.rounding import U, bounds, gamma

SEED = 7
NUMBERS = st.integers(0, 10_000)
ALWAYS = settings(derandomize=True, max_examples=100)
ONE = Training(steps=1)


def small(number):
    return random_case(number, SEED, deepest=3, widest=6, most_rows=8)


def step(case, batch=None):
    return record(case.spec, ONE, State(0, case.params, {}, {}), batch or case.batch)


def picked(batch, rows):
    weight = None if batch.weight is None else batch.weight[rows]
    return Batch(batch.rows[rows], batch.x[rows], batch.y[rows], weight)


def steady(case, made):
    """No z so near to a kink that rounding may carry it across."""
    limits = bounds(made)
    most = max(float(limits["outputs"].max()), 1e-12)
    layers = zip(case.spec.layers, made.layers, strict=True)
    return all(
        (np.abs(record.z - kink) > 1000 * most).all()
        for layer, record in layers
        for kink in layer.activation.kinks
    )


def gradients_agree(one, other, scale=1.0):
    """Two steps' gradients, the second times `scale`, agree as far as both may be off."""
    limits, others = bounds(one), bounds(other)
    for name, g in one.grads.items():
        allowed = limits[name] + scale * others[name] + 2 * U * np.abs(g)
        assert (np.abs(g - scale * other.grads[name]) <= allowed).all(), name
        assert allowed.max() < 1e-9, f"{name}: a bound that binds nothing"


@ALWAYS
@given(NUMBERS, st.randoms(use_true_random=False))
def test_permuting_the_batch_permutes_outputs_and_leaves_gradients(number, random):
    case = small(number)
    made = step(case)
    assume(steady(case, made))
    order = np.array(random.sample(range(len(case.batch.x)), len(case.batch.x)))
    other = step(case, picked(case.batch, order))
    limit = bounds(made)
    off = np.abs(other.layers[-1].a - made.layers[-1].a[order])
    assert (off <= limit["outputs"][order] + bounds(other)["outputs"]).all()
    assert abs(other.loss.value - made.loss.value) <= 2 * limit["loss"]
    gradients_agree(made, other)


@ALWAYS
@given(NUMBERS)
def test_doubling_the_batch_leaves_mean_loss_and_gradients(number):
    case = small(number)
    made = step(case)
    assume(steady(case, made))
    n = len(case.batch.x)
    twice = step(case, picked(case.batch, np.tile(np.arange(n), 2)))
    times = 2 if case.spec.conventions.batch == "sum" else 1  # a sum is doubled, a mean stays
    limit = times * bounds(made)["loss"] + bounds(twice)["loss"]
    assert abs(twice.loss.value - times * made.loss.value) <= limit
    gradients_agree(twice, made, scale=times)


@ALWAYS
@given(NUMBERS)
def test_two_equal_halves_average_to_the_whole(number):
    case = small(number)
    n = len(case.batch.x) // 2 * 2
    assume(n > 0)
    batch = picked(case.batch, np.arange(n))._replace(weight=None)
    whole = step(case, batch)
    assume(steady(case, whole))
    halves = [step(case, picked(batch, rows)) for rows in (np.arange(n // 2), np.arange(n // 2, n))]
    share = 0.5 if case.spec.conventions.batch == "mean" else 1.0
    limits = [bounds(made) for made in (whole, *halves)]
    for name, g in whole.grads.items():
        together = share * (halves[0].grads[name] + halves[1].grads[name])
        allowed = limits[0][name] + share * (limits[1][name] + limits[2][name])
        assert (np.abs(g - together) <= allowed + 4 * U * np.abs(together)).all(), name
    together = share * (halves[0].loss.value + halves[1].loss.value)
    allowed = limits[0]["loss"] + share * (limits[1]["loss"] + limits[2]["loss"])
    assert abs(whole.loss.value - together) <= allowed + 4 * U * abs(together)


@ALWAYS
@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 10_000), st.sampled_from([1, 30, 800]))
def test_rows_of_dlogits_add_up_to_0(n, k, seed, size):
    rng = np.random.default_rng(seed)
    z, labels = size * rng.normal(size=(n, k)), rng.integers(0, k, n)
    d = softmax_cross_entropy(z, labels, batch="sum").d
    # Each p is off by p (|log p| + k + 8) units, log p at most the spread of its row; p |log p|
    # is at most 1/e. Then p − 1 and the sum round.
    assert (np.abs(d.sum(axis=1)) <= 2 * U * (k / np.e + 3 * k + 24)).all()


@ALWAYS
@given(
    st.integers(1, 8), st.lists(st.integers(1, 5), min_size=2, max_size=4), st.integers(0, 10_000)
)
def test_a_linear_network_has_the_closed_form_gradient(n, sizes, seed):
    """Without biases it is one matrix, the product of its W. With B the product of those below W
    and A of those above: dW = Bᵀ xᵀ (x B W A − y) Aᵀ / n."""
    rng = np.random.default_rng(seed)
    spec = Spec.chain(sizes, "identity", bias="none")
    W = [rng.normal(size=shape) for shape in spec.shapes.values()]
    x, y = rng.normal(size=(n, sizes[0])), rng.normal(size=(n, sizes[-1]))
    params = dict(zip(spec.shapes, W, strict=True))
    made = record(spec, ONE, State(0, params, {}, {}), Batch(np.arange(n), x, y, None))
    limits = bounds(made)

    for l, name in enumerate(spec.shapes):
        expected = closed_form(W, l, x, -y) / n
        # The closed form itself: as many sums again, of terms of these sizes.
        terms = closed_form([np.abs(w) for w in W], l, np.abs(x), np.abs(y)) / n
        allowed = limits[name] + gamma(n + 2 * sum(sizes)) * terms
        assert (np.abs(made.grads[name] - expected) <= allowed).all(), name


def closed_form(W, l, x, minus_y):
    """Bᵀ xᵀ (x B W A − y) Aᵀ of matrix number l."""
    xB = reduce(np.matmul, W[:l], x)
    A = reduce(np.matmul, W[l + 1 :], np.eye(W[l].shape[1]))
    return xB.T @ (xB @ W[l] @ A + minus_y) @ A.T


@ALWAYS
@given(
    st.lists(st.integers(1, 9), min_size=1, max_size=4),
    st.integers(0, 200),
    st.integers(0, 10_000),
)
def test_sgd_on_a_parabola_follows_its_closed_form(curvatures, steps, seed):
    """Rows of x are √c e_i, one unit, no bias: L = Σ c_i (w_i − w*_i)² / 2, each w_i by itself."""
    c, rng = np.array(curvatures, float), np.random.default_rng(seed)
    spec = Spec(len(c), [Dense(1, "identity", bias="none")], conventions=Conventions("sum"))
    start, best = rng.normal(size=(2, len(c), 1))
    x = np.diag(np.sqrt(c))
    training = Training("sgd", learning_rate=0.1, steps=steps + 1)
    state = State(0, {"0.W": start}, {}, {})
    rows = Rows(x, x @ best)
    chunk = reference.train(spec, training, state, rows, np.full(steps, 0.1), 1, lambda: False)
    shrunk = (1 - 0.1 * c)[:, None] ** steps
    expected = best + shrunk * (start - best)
    # |1 − 0.1 c| < 1, so what a step's dozen roundings leave does not grow.
    allowed = 16 * U * (steps + 1) * (1 + np.abs(start) + np.abs(best)) * (1 + c.max())
    assert (np.abs(chunk.state.params["0.W"] - expected) <= allowed).all()


@ALWAYS
@given(NUMBERS, st.sampled_from(sorted(OPTIMIZERS)), st.sampled_from([None, 1, 3]))
def test_no_array_handed_in_is_ever_changed(number, optimizer, batch_size):
    case = small(number)
    training = Training(optimizer, learning_rate=0.01, steps=9, batch_size=batch_size, l2=0.1)
    params = {name: locked(theta) for name, theta in case.params.items()}
    memory = start_memory(case.spec, training, params)
    memory = {name: locked(array) for name, array in memory.items()}
    x, y, rows = locked(case.batch.x, case.batch.y, case.batch.rows)
    weight = None if case.batch.weight is None else locked(case.batch.weight)
    state, batch = State(0, params, memory, {}), Batch(rows, x, y, weight)
    reference.predict(case.spec, params, x)
    reference.gradients(case.spec, params, batch)
    record(case.spec, training, state, batch)
    data = Rows(x, y, weight)
    reference.train(case.spec, training, state, data, np.full(4, 0.01), 1, lambda: False)
    assert all(same_bits(params[name], theta) for name, theta in case.params.items())
    assert same_bits(x, case.batch.x)
    assert all(not array.any() for array in memory.values())


@ALWAYS
@given(NUMBERS)
def test_backward_twice_gives_the_same_bits(number):
    case = small(number)
    passed = forward(case.spec, case.params, case.batch.x)
    d = loss_of(case.spec, passed, case.batch).d
    first, second = (
        backward(case.spec, case.params, passed, d, to_the_data=True) for _ in range(2)
    )
    for one, two in zip(first, second, strict=True):
        assert all(same_bits(a, b) for a, b in zip(one, two, strict=True))


@ALWAYS
@given(NUMBERS)
def test_network_and_engine_say_the_same(number):
    case = small(number)
    network = Network(case.spec, case.params)
    loss, gradients = network.gradients(
        case.batch.x, case.batch.y, case.batch.weight, engine="reference"
    )
    made = step(case)
    assert same_bits(loss, made.loss.value)
    assert same_bits(gradients, made.grads)
    assert same_bits(network.forward(case.batch.x, engine="reference"), made.layers[-1].a)
