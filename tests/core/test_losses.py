"""Every loss of the table: value and gradient, by formula, by two witnesses, by hand."""

import itertools
import math
import pickle

import numpy as np
import pytest

from chainrule import gradcheck
from chainrule.core.losses import (
    LOSSES,
    BinaryCrossEntropy,
    Huber,
    Loss,
    SoftmaxCrossEntropy,
    over_batch,
)
from chainrule.core.tables import Settings, look_up
from tests.formulas import evaluate, pieces, settle
from tests.helpers import EPS, locked, refused, same_bits
from tests.random_networks import answers, apart_from_kinks

# Each row with its default settings, and those that have any with others.
SETTINGS = [Huber(0.5), Huber(3), BinaryCrossEntropy(0.2), SoftmaxCrossEntropy(0.25)]
ALL = pytest.mark.parametrize("row", [*LOSSES.values(), *SETTINGS], ids=repr)
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
    "absolute": [([3.0, 1.0, 2.0], [1.0, 2.0, 2.0], 3.0, [1.0, -1.0, 0.0])],
    "huber": [
        ([3.0, 1.0], [1.0, 2.5], 1.5 + 1.0, [1.0, -1.0]),
        ([3.0, 1.0], [3.5, 1.0], 0.125, [-0.5, 0.0]),
    ],
    "poisson": [([LN3, 0.0], [1.0, 2.0], 3 - LN3 + 1, [2.0, -1.0])],
    # ±1 beside ±1: q = 0.25 is −0.5, and q = 2 is 3
    "hinge": [
        ([0.25, 0.25, 2.0], [0.0, 1.0, 1.0], 0.5 + 1.5, [2.0, -2.0, 0.0]),
        ([2.0, -0.5], [0.0, 0.0], 4.0, [2.0, 0.0]),
    ],
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
    q = apart_from_kinks(row, rng.normal(size=(n, k)), y)
    return q.astype(dtype), y if row.targets == "labels" else y.astype(dtype)


def test_every_row_stands_under_its_name():
    assert set(LOSSES) == set(BY_HAND)
    assert {row.name for row in SETTINGS} == {
        name for name, row in LOSSES.items() if isinstance(row, Settings)
    }
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


@pytest.mark.parametrize("row", [*LOSSES.values(), Huber(0.5), Huber(3)], ids=repr)
def test_formula(row, rng):
    q, y = drawn(row, rng, 40)
    wide = q.astype(np.longdouble)
    names = {"y": y, "label": y, "z": wide} | ({"a": wide} if row.on == "a" else {})
    names |= row.settings() if isinstance(row, Settings) else {}
    shares = settle(row.formula, names)["l"].astype(float)
    per_row = shares if row.targets == "labels" else shares.sum(axis=1)
    # A handful of operations each; log(1 + exp z) − y z may cancel to a tenth of its terms.
    assert row(q, y).per_row == pytest.approx(per_row, rel=64 * EPS["float64"])


@ALL
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


@ALL
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


@ALL
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


@pytest.mark.parametrize("smoothing", [0.1, 0.5])
def test_smoothed_answers_by_definition(smoothing, rng):
    """The cross-entropy with the answers that smoothing is said to make of the given ones."""
    z, y = rng.normal(size=(30, 3)), rng.integers(0, 3, 30)
    wanted = (1 - smoothing) * np.eye(3)[y] + smoothing / 3
    log_p = z - np.log(np.exp(z).sum(axis=1, keepdims=True))
    found = SoftmaxCrossEntropy(smoothing)(z, y)
    assert found.per_row == pytest.approx(-(wanted * log_p).sum(axis=1), rel=64 * EPS["float64"])
    assert found.d * 30 == pytest.approx(np.exp(log_p) - wanted, abs=16 * EPS["float64"])
    y = rng.integers(0, 2, (30, 3)).astype(float)
    other = LOSSES["binary_cross_entropy"](z, (1 - smoothing) * y + smoothing / 2)
    assert same_bits(BinaryCrossEntropy(smoothing)(z, y).d, other.d)
    assert BinaryCrossEntropy(smoothing)(z, y).value == other.value


def test_huber_is_squared_within_delta_and_absolute_beyond(rng):
    q, y = rng.normal(size=(2, 30, 3))
    assert same_bits(Huber(100)(q, y).per_row, LOSSES["half_squared"](q, y).per_row)
    small = 2.0**-40  # l = delta |e| but for delta² / 2; |e| is above 1e-5
    assert same_bits(Huber(small)(q, y).d / small, LOSSES["absolute"](q, y).d)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_huber_bears_errors_whose_squares_overflow(dtype):
    far = np.array([[np.finfo(dtype).max / 4]])
    with np.errstate(over="raise"):
        assert Huber()(far.astype(dtype), np.zeros((1, 1), dtype)).value == far[0, 0]


def test_hinge_is_the_usual_one_of_scores_and_signs(rng):
    z, y = rng.normal(size=(30, 3)), rng.integers(0, 2, (30, 3)).astype(float)
    score, sign = 2 * z - 1, 2 * y - 1
    expected = np.maximum(0, 1 - sign * score).sum(axis=1)
    assert LOSSES["hinge"](z, y).per_row == pytest.approx(expected, rel=8 * EPS["float64"])
    rightly = LOSSES["hinge"](np.array([[0.0], [1.0]]), np.array([[0.0], [1.0]]))
    assert rightly.value == 0  # it asks for no more than the answers themselves


@pytest.mark.parametrize("row", [*LOSSES.values(), *SETTINGS], ids=repr)
def test_its_repr_is_what_stands_for_it_and_copies_are_equal(row):
    assert look_up(LOSSES, "loss", eval(repr(row))) == row
    assert pickle.loads(pickle.dumps(row)) == row


@pytest.mark.parametrize("make", [
    lambda: Huber(0), lambda: Huber(-1), lambda: Huber("1"), lambda: BinaryCrossEntropy(1),
    lambda: SoftmaxCrossEntropy(-0.1),
])  # fmt: skip
def test_settings_out_of_bounds_are_refused(make):
    with refused("finite number"):
        make()


@ROWS
def test_weights_of_nothing_are_a_loss_of_nothing(row, rng):
    q, y = drawn(row, rng)
    found = row(q, y, np.zeros(N))
    assert found.value == 0
    assert not found.d.any()


@ALL
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


@ALL
@pytest.mark.parametrize("n", [1, 2, 3])
def test_few_rows(row, n, rng):
    q, y = drawn(row, rng, n)
    assert same_bits(row(q, y).d, row(q, y, batch="sum").d / n)
    assert same_bits(row(q, y).value, row(q, y, batch="sum").value / n)


@ALL
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


@ALL
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_far_out(row, dtype, rng):
    q = np.array([[1000, -1000, 0], [-1000, 1000, 1000], [-1000, -1000, 88]], dtype)
    _, y = drawn(row, rng, 3)
    y = y if row.targets == "labels" else y.astype(dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        found = row(q, y)
    assert np.isfinite(found.value)
    assert np.isfinite(found.d).all()


@ALL
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@WEIGHTED
def test_dtype_is_kept(row, dtype, weighted, rng):
    q, y = drawn(row, rng, dtype=dtype)
    weight = rng.random(N).astype(dtype) if weighted else None
    for outputs in ("sum", "mean"):
        found = row(q, y, weight, outputs=outputs)
        assert found.value.dtype == found.per_row.dtype == found.d.dtype == dtype


@ALL
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
