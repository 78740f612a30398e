"""Every activation of the table, by its own formula and by two witnesses of its slope."""

import math

import numpy as np
import pytest

from chainrule import gradcheck
from chainrule.core.activations import ACTIVATIONS, Activation, log_softmax
from tests.formulas import evaluate, settle
from tests.helpers import EPS, at_least_apart, locked, same_bits

ROWS = pytest.mark.parametrize("row", ACTIVATIONS.values(), ids=ACTIVATIONS)
BOTH = pytest.mark.parametrize("dtype", ["float64", "float32"])
LOUD = {"over": "raise", "invalid": "raise", "divide": "raise"}

# z, a, slope: computed by hand, for logarithms turn exp into fractions.
LN2, LN3, LN5 = math.log(2), math.log(3), math.log(5)
PHI1 = 0.8413447460685429
Z1 = max(np.roots([0.044715, 0, 1, -LN2 * math.sqrt(math.pi / 2)]), key=lambda z: -abs(z.imag)).real
STEEP1 = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * Z1**2)  # u′ at Z1
BY_HAND = {
    "identity": [(-2.0, -2.0, 1.0), (0.0, 0.0, 1.0), (3.5, 3.5, 1.0)],
    "sigmoid": [(0.0, 1 / 2, 1 / 4), (LN3, 3 / 4, 3 / 16), (-LN3, 1 / 4, 3 / 16)],
    "tanh": [(0.0, 0.0, 1.0), (LN2, 3 / 5, 16 / 25), (-LN3, -4 / 5, 9 / 25)],
    "relu": [(-1.5, 0.0, 0.0), (2.5, 2.5, 1.0), (0.0, 0.0, 0.0)],
    "leaky_relu": [(-1.5, -0.015, 0.01), (2.5, 2.5, 1.0), (0.0, 0.0, 0.01)],
    "elu": [(-LN2, -1 / 2, 1 / 2), (2.5, 2.5, 1.0), (0.0, 0.0, 1.0)],
    "softplus": [(0.0, LN2, 1 / 2), (LN3, 2 * LN2, 3 / 4), (-LN3, math.log(4 / 3), 1 / 4)],
    "silu": [(0.0, 0.0, 1 / 2), (LN3, 3 / 4 * LN3, 3 / 4 + 3 / 16 * LN3)],
    # Φ(1) from a table of the normal distribution; Φ′(1) = exp(−1/2) / √(2π)
    "gelu": [(0.0, 0.0, 1 / 2), (1.0, PHI1, PHI1 + math.exp(-0.5) / math.sqrt(2 * math.pi))],
    # u with tanh u = 3/5 is log 2: 0.044715 z³ + z = log 2 · √(π/2) has the root Z1
    "gelu_tanh": [(0.0, 0.0, 1 / 2), (Z1, 4 / 5 * Z1, 4 / 5 + 8 / 25 * Z1 * STEEP1)],
    "exp": [(0.0, 1.0, 1.0), (LN3, 3.0, 3.0), (-LN2, 1 / 2, 1 / 2)],
    "softmax": [((0.0, LN2, LN5), (1 / 8, 2 / 8, 5 / 8), None)],
}


def test_every_row_stands_under_its_name():
    assert set(ACTIVATIONS) == set(BY_HAND)
    for name, row in ACTIVATIONS.items():
        assert isinstance(row, Activation)
        assert row.name == name
        assert repr(row) == repr(name)


@ROWS
def test_by_hand(row):
    for z, a, slope in BY_HAND[row.name]:
        z = np.array(z, ndmin=2)
        # A fraction, the logarithm it came from and exp are each half a unit off or so.
        assert row.f(z) == pytest.approx(np.array(a, ndmin=2), rel=8 * EPS["float64"])
        if slope is not None:
            assert row.slope(z, row.f(z)) == pytest.approx(slope, rel=8 * EPS["float64"])


@ROWS
def test_formula(row, rng):
    z = at_least_apart(rng, row.kinks, (50, 4))
    wide = z.astype(np.longdouble)
    expected = settle(row.formula, {"z": wide})["a"]
    # A handful of operations of half a unit each; exp, log and erfc of a number z add up to z² / 2
    # of size 13 or so.
    assert row.f(z) == pytest.approx(expected.astype(float), rel=24 * EPS["float64"])


@ROWS
def test_backward_by_complex_step(row, rng):
    z = at_least_apart(rng, row.kinks, (5, 4))
    error = gradcheck.compare_backward(row.f, z, lambda da: row.backward(da, z, row.f(z)), rng=rng)
    # Two sums of 20 products, each product made of a handful of operations.
    assert error <= (z.size + 8) * EPS["float64"]


@ROWS
def test_backward_by_central_differences(row, rng):
    z, da = at_least_apart(rng, row.kinks, (5, 4)), rng.normal(size=(5, 4))
    (compared,) = gradcheck.compare(
        lambda p: (row.f(p["z"]) * da).sum(),
        {"z": z},
        {"z": row.backward(da, z, row.f(z))},
        rng=rng,
        witness="central difference",
    )
    assert len(compared.slopes) == z.size
    for slope in compared.slopes:
        assert abs(slope.claimed - slope.measured) <= slope.doubt
    assert compared.doubt < 1e-5  # c h² with h = 1e-3, and f‴ of size 1: a useful witness


@ROWS
def test_docstring_of_backward(row, rng):
    z, da = rng.normal(size=(6, 3)), rng.normal(size=(6, 3))
    a = row.f(z)
    plain, mixing = [
        line.split("dz = ")[1].split("   ")[0]
        for line in Activation.__doc__.splitlines()
        if "dz = " in line
    ]
    if row.slope is None:
        expected = evaluate(mixing, {"a": a, "da": da})
    else:
        expected = evaluate(plain, {"da": da, "z": z, "f′": lambda z: row.slope(z, a)})
    assert row.backward(da, z, a) == pytest.approx(expected, rel=1e-15, abs=1e-15)


@ROWS
@BOTH
def test_far_out(row, dtype):
    far = np.array([[1000, -1000, 0], [-1000, -1000, -1000], [88, 710, -710], [1e30, -1e30, 0]])
    far = far.astype(dtype)
    with np.errstate(**LOUD):
        a = row.f(far)
        dz = row.backward(np.ones_like(far), far, a)
        slope = None if row.slope is None else row.slope(far, a)
    assert np.isfinite(a).all()
    assert np.isfinite(dz).all()
    assert slope is None or np.isfinite(slope).all()
    if row.name in ("relu", "leaky_relu", "elu", "softplus", "silu", "gelu", "gelu_tanh"):
        # straight lines at both ends; a clamped sigmoid is 1.6e-38 where it should be 0
        assert slope[3, :2] == pytest.approx([1, 0.01 * (row.name == "leaky_relu")], abs=1e-6)


@ROWS
@BOTH
def test_dtype_is_kept(row, dtype, rng):
    z, da = rng.normal(size=(2, 4, 3)).astype(dtype)
    a = row.f(z)
    assert a.dtype == row.backward(da, z, a).dtype == dtype
    assert row.slope is None or row.slope(z, a).dtype == dtype


@ROWS
def test_single_precision_agrees_with_double(row, rng):
    z = at_least_apart(rng, row.kinks, (50, 4)).astype("float32")
    # As in test_formula, in units of float32.
    assert row.f(z) == pytest.approx(row.f(z.astype("float64")), rel=24 * EPS["float32"])


@ROWS
def test_nothing_is_written_and_twice_is_once(row, rng):
    z, da = locked(rng.normal(size=(4, 3)), rng.normal(size=(4, 3)))
    a = locked(row.f(z))
    first, second = row.backward(da, z, a), row.backward(da, z, a)
    assert same_bits(first, second)
    assert not np.shares_memory(first, second)
    assert same_bits(row.f(z), a)


@ROWS
def test_kinks_are_all_there(row):
    """Where no kink is declared the slope changes little over little."""
    if row.slope is None:
        return
    z = np.linspace(-4, 2, 6001)[None]  # steps of 0.001; |f″| < 8 changes a slope by 0.008
    jumps = np.flatnonzero(np.abs(np.diff(row.slope(z, row.f(z))))[0] > 0.01)
    assert [k for k in jumps if not any(abs(z[0, k] - c) < 0.002 for c in row.kinks)] == []
    assert len(jumps) == len(row.kinks)


@ROWS
def test_complex_numbers_go_through(row, rng):
    z = at_least_apart(rng, row.kinks, (5, 4))
    a = row.f(z + 0j)
    assert a.dtype == complex
    assert a.real == pytest.approx(row.f(z), rel=16 * EPS["float64"])


def test_which_are_of_the_output_alone():
    assert [name for name, row in ACTIVATIONS.items() if row.output_only] == ["exp", "softmax"]
    assert all(row.slope is not None for row in ACTIVATIONS.values() if not row.output_only)


def test_log_softmax_is_its_formula(rng):
    z = rng.normal(size=(5, 3))
    formula = log_softmax.__doc__.partition(" of each row")[0]
    # log of a number between 0 and 1 that is a few units off, the result of size 0.1 or more
    assert log_softmax(z) == pytest.approx(evaluate(formula, {"z": z}), rel=64 * EPS["float64"])


def test_log_softmax_shifts_each_row_by_its_own_largest():
    z = np.array([[0.0, 0.0], [-1000.0, -1000.0], [1000.0, 998.0]])
    expected = [-math.log(2)] * 2, [-math.log(2)] * 2, [-math.log1p(math.exp(-2))] * 2
    # 1000 − 998 is exact, so this holds to a few roundings.
    assert log_softmax(z)[:2] == pytest.approx(np.array(expected[:2]), rel=1e-15)
    assert log_softmax(z)[2, 0] == pytest.approx(expected[2][0], rel=1e-14)


def test_probabilities(rng):
    z = 20 * rng.normal(size=(50, 7))
    p = ACTIVATIONS["softmax"].f(z)
    assert (p >= 0).all()
    # Each p is relative |log p| units off, at most 100 or so, and the small ones count for little.
    assert p.sum(axis=1) == pytest.approx(np.ones(50), rel=128 * EPS["float64"])
