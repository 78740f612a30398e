"""Every loss of the table: value and gradient, by formula, by two witnesses, by hand."""

import itertools
import math

import numpy as np
import pytest

from chainrule import gradcheck
from chainrule.core.losses import LOSSES, Loss, over_batch
from tests.formulas import evaluate, pieces, settle
from tests.helpers import EPS, locked, refused, same_bits
from tests.random_networks import answers

ROWS = pytest.mark.parametrize("row", LOSSES.values(), ids=LOSSES)
HOW = pytest.mark.parametrize(
    ("batch", "outputs"), list(itertools.product(["mean", "sum"], ["sum", "mean"]))
)
WEIGHTED = pytest.mark.parametrize("weighted", [False, True], ids=["alike", "weighted"])
N, K = 5, 3

# q, y, per_row, slope of the row's loss: computed by hand.
LN3 = math.log(3)
BY_HAND = {
    "half_squared": [([3.0, 1.0], [1.0, 2.0], 2.5, [2.0, -1.0])],
    "squared": [([3.0, 1.0], [1.0, 2.0], 5.0, [4.0, -2.0])],
    "binary_cross_entropy": [
        ([LN3], [1.0], math.log(4 / 3), [-1 / 4]),
        ([LN3], [0.0], math.log(4), [3 / 4]),
        ([-LN3], [1.0], math.log(4), [-3 / 4]),
        ([0.0, 0.0], [1.0, 0.5], 2 * math.log(2), [-1 / 2, 0.0]),
    ],
    "softmax_cross_entropy": [
        ([0.0, math.log(2), math.log(5)], 2, math.log(8 / 5), [1 / 8, 2 / 8, -3 / 8]),
        ([0.0, math.log(2), math.log(5)], 0, math.log(8), [-7 / 8, 2 / 8, 5 / 8]),
    ],
}


def drawn(row, rng, n=N, k=K, dtype="float64"):
    y = answers(row, rng, n, k)
    return rng.normal(size=(n, k)).astype(dtype), y if row.targets == "labels" else y.astype(dtype)


def test_every_row_stands_under_its_name():
    assert set(LOSSES) == set(BY_HAND)
    for name, row in LOSSES.items():
        assert isinstance(row, Loss)
        assert row.name == name
        assert repr(row) == repr(name)
        assert row.on in ("a", "z")
        assert row.targets in ("columns", "labels")
        assert (row.last is None) == (row.on == "a")


@ROWS
def test_by_hand(row):
    for q, y, per_row, slope in BY_HAND[row.name]:
        found = row(np.array([q]), np.array([y]))
        # The fractions come from logarithms: a few roundings.
        assert found.per_row == pytest.approx([per_row], rel=8 * EPS["float64"])
        assert found.d == pytest.approx(np.array([slope]), rel=16 * EPS["float64"])
        assert found.value == found.per_row[0]


@ROWS
def test_formula(row, rng):
    q, y = drawn(row, rng, 40)
    wide = q.astype(np.longdouble)
    names = {"y": y, "label": y, "z": wide} | ({"a": wide} if row.on == "a" else {})
    shares = settle(row.formula, names)["l"].astype(float)
    per_row = shares if row.targets == "labels" else shares.sum(axis=1)
    # A handful of operations each; log(1 + exp z) − y z may cancel to a tenth of its terms.
    assert row(q, y).per_row == pytest.approx(per_row, rel=64 * EPS["float64"])


@ROWS
@HOW
@WEIGHTED
def test_gradient_by_complex_step(row, batch, outputs, weighted, rng):
    q, y = drawn(row, rng)
    weight = rng.random(N) if weighted else None
    how = {"batch": batch, "outputs": outputs}
    (compared,) = gradcheck.compare(
        lambda p: row(p["q"], y, weight, **how).value,
        {"q": q},
        {"q": row(q, y, weight, **how).d},
        rng=rng,
    )
    assert len(compared.slopes) == q.size
    # A handful of operations, and p − 1 cancels: off by units of 1, the largest are 1 / 5 and up.
    assert compared.error <= 32 * EPS["float64"]


@ROWS
@HOW
@WEIGHTED
def test_gradient_by_central_differences(row, batch, outputs, weighted, rng):
    q, y = drawn(row, rng)
    weight = rng.random(N) if weighted else None
    how = {"batch": batch, "outputs": outputs}
    (compared,) = gradcheck.compare(
        lambda p: row(p["q"], y, weight, **how).value,
        {"q": q},
        {"q": row(q, y, weight, **how).d},
        rng=rng,
        witness="central difference",
    )
    for slope in compared.slopes:
        assert abs(slope.claimed - slope.measured) <= slope.doubt
    assert compared.doubt < 1e-5  # c h² with h = 1e-3, and f‴ of size 1: a useful witness


@ROWS
def test_rows_send_back_any_cotangent(row, rng):
    """With weights for a cotangent, d is that of per_row: each row's own, and none is mixed up."""
    q, y = drawn(row, rng)
    error = gradcheck.compare_backward(
        lambda q: row(q, y).per_row, q, lambda dy: row(q, y, dy, batch="sum").d, rng=rng
    )
    assert error <= (q.size + 8) * EPS["float64"]  # sums of 15 products


@ROWS
@HOW
def test_weights_by_definition(row, batch, outputs, rng):
    q, y = drawn(row, rng, 30)
    w = rng.random(30)
    per_row = row(q, y, outputs=outputs).per_row
    mean, total = pieces(over_batch.__doc__)[0].split(", or ")
    expected = evaluate(mean if batch == "mean" else total, {"w": w, "l": per_row})
    found = row(q, y, w, batch=batch, outputs=outputs)
    # Sums of 30 positive terms, in two orders.
    assert found.value == pytest.approx(expected, rel=64 * EPS["float64"])
    assert same_bits(found.per_row, per_row)


@ROWS
@HOW
def test_weights_of_whole_numbers_are_repeated_rows(row, batch, outputs, rng):
    q, y = drawn(row, rng)
    times = np.array([2, 1, 3, 0, 1])
    how = {"batch": batch, "outputs": outputs}
    weighted = row(q, y, times.astype(float), **how)
    repeated = row(np.repeat(q, times, axis=0), np.repeat(y, times, axis=0), **how)
    # Sums of 7 positive terms; a d is a product with one more rounding.
    assert weighted.value == pytest.approx(repeated.value, rel=16 * EPS["float64"])
    starts = np.cumsum([0, 2, 1, 3])[:3]
    expected = repeated.d[[*starts, starts[-1] + 3]] * times[[0, 1, 2, 4], None]
    assert weighted.d[[0, 1, 2, 4]] == pytest.approx(expected, rel=4 * EPS["float64"])
    assert not weighted.d[3].any()


@ROWS
def test_weights_of_nothing_are_a_loss_of_nothing(row, rng):
    q, y = drawn(row, rng)
    found = row(q, y, np.zeros(N))
    assert found.value == 0
    assert not found.d.any()


@ROWS
def test_conventions(row, rng):
    q, y = drawn(row, rng, n=4, k=8)  # powers of 2: dividing is exact
    plain = row(q, y)
    summed, averaged = row(q, y, batch="sum"), row(q, y, outputs="mean")
    assert plain.value == summed.value / 4
    assert same_bits(plain.d, summed.d / 4)
    per = 1 if row.targets == "labels" else 8  # labels have one share a row
    assert averaged.value == plain.value / per
    assert same_bits(averaged.d, plain.d / per)
    assert plain.value == plain.per_row.sum() / 4


@ROWS
@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_rows(row, n, rng):
    q, y = drawn(row, rng, n)
    assert same_bits(row(q, y).d, row(q, y, batch="sum").d / n)
    assert same_bits(row(q, y).value, row(q, y, batch="sum").value / n)


@ROWS
@HOW
@WEIGHTED
def test_without_its_value(row, batch, outputs, weighted, rng):
    q, y = drawn(row, rng)
    weight = rng.random(N) if weighted else None
    full = row(q, y, weight, batch=batch, outputs=outputs)
    bare = row(q, y, weight, batch=batch, outputs=outputs, value=False)
    assert bare.value is None
    assert bare.per_row is None
    assert same_bits(bare.d, full.d)


@ROWS
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_far_out(row, dtype, rng):
    q = np.array([[1000, -1000, 0], [-1000, 1000, 1000], [-1000, -1000, 88]], dtype)
    _, y = drawn(row, rng, 3)
    y = y if row.targets == "labels" else y.astype(dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = row(q, y)
    assert np.isfinite(found.value)
    assert np.isfinite(found.d).all()


@ROWS
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@WEIGHTED
def test_dtype_is_kept(row, dtype, weighted, rng):
    q, y = drawn(row, rng, dtype=dtype)
    weight = rng.random(N).astype(dtype) if weighted else None
    for outputs in ("sum", "mean"):
        found = row(q, y, weight, outputs=outputs)
        assert found.value.dtype == found.per_row.dtype == found.d.dtype == dtype


@ROWS
@WEIGHTED
def test_nothing_is_written_and_twice_is_once(row, weighted, rng):
    q, y, w = locked(*drawn(row, rng), rng.random(N))
    weight = w if weighted else None
    first, second = row(q, y, weight), row(q, y, weight)
    for a, b in zip(first, second, strict=True):
        assert same_bits(a, b)
    assert not np.shares_memory(first.d, second.d)
    assert not np.shares_memory(first.d, q)


@ROWS
def test_answers_of_a_wrong_shape_are_refused(row, rng):
    q, y = drawn(row, rng)
    with refused(row.name, str(y.shape), str(y[:-1].shape)):
        row(q, y[:-1])
    with refused(row.name, str(y.shape), str(y[None].shape)):
        row(q, y[None])


def test_one_hot_answers_get_the_right_advice(rng):
    row = LOSSES["softmax_cross_entropy"]
    with refused("argmax"):
        row(rng.normal(size=(N, K)), np.eye(K)[[0, 1, 2, 0, 1]])


def test_other_answers_of_a_wrong_shape_get_no_advice_on_one_hot():
    with refused("One row of y for each of q.", "(5, 3)"):
        LOSSES["squared"](np.zeros((5, 3)), np.zeros((5, 2)))
    with refused("One row of y for each of q.", "(5,)"):
        LOSSES["softmax_cross_entropy"](np.zeros((5, 3)), np.zeros(4, int))


def test_cross_entropy_far_out_is_the_distance():
    row = LOSSES["binary_cross_entropy"]
    assert row(np.array([[-1000.0]]), np.array([[1.0]])).value == 1000
    assert row(np.array([[1000.0]]), np.array([[1.0]])).value == 0
    row = LOSSES["softmax_cross_entropy"]
    assert row(np.array([[0.0, 1000.0]]), np.array([0])).value == 1000
