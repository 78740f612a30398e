"""Every penalty of the table."""

import numpy as np
import pytest

from chainrule import gradcheck
from chainrule.core.penalties import PENALTIES
from tests.formulas import evaluate
from tests.helpers import EPS, locked, same_bits

ROWS = pytest.mark.parametrize("row", PENALTIES.values(), ids=PENALTIES)

# W, value, gradient: computed by hand.
BY_HAND = {
    "l1": ([[1.0, -2.0], [0.0, 4.0]], 7.0, [[1.0, -1.0], [0.0, 1.0]]),
    "l2": ([[1.0, -2.0], [0.0, 4.0]], 10.5, [[1.0, -2.0], [0.0, 4.0]]),
}


def test_every_row_stands_under_its_name():
    assert set(PENALTIES) == set(BY_HAND)
    assert all(row.name == name for name, row in PENALTIES.items())


@ROWS
def test_by_hand(row):
    W, value, slope = BY_HAND[row.name]
    found, gradient = row.of(np.array(W))
    assert found == value
    assert same_bits(gradient, np.array(slope))


@ROWS
def test_formula(row, rng):
    W = rng.normal(size=(4, 3))
    # One sum of 12 positive terms, in two orders.
    assert row.of(W)[0] == pytest.approx(evaluate(row.formula, {"W": W}), rel=32 * EPS["float64"])


@ROWS
@pytest.mark.parametrize("witness", ["complex step", "central difference"])
def test_gradient(row, witness, rng):
    W = rng.normal(size=(4, 3))
    (compared,) = gradcheck.compare(
        lambda p: row.of(p["W"])[0], {"W": W}, {"W": row.of(W)[1]}, rng=rng, witness=witness
    )
    assert compared.doubt < 1e-8  # a parabola: rounding over h = 1e-3 is all
    for slope in compared.slopes:
        off = abs(slope.claimed - slope.measured)
        assert off <= slope.doubt + 4 * EPS["float64"] * abs(slope.claimed)


@ROWS
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_dtype_is_kept_and_nothing_written(row, dtype, rng):
    W = locked(rng.normal(size=(4, 3)).astype(dtype))
    value, gradient = row.of(W)
    assert value.dtype == gradient.dtype == dtype
    assert same_bits(gradient, row.of(W)[1])


@ROWS
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_far_out(row, dtype):
    with np.errstate(all="raise"):
        value, gradient = row.of(np.array([[1000, -1000]], dtype))
    assert np.isfinite(value)
    assert np.isfinite(gradient).all()
