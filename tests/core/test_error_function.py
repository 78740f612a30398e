"""erfc, held to the standard library, and on complex numbers to its own derivative."""

import math

import numpy as np
import pytest

from chainrule.core.error_function import erfc
from tests.helpers import EPS


def drawn(rng, dtype="float64"):
    edges = [0.0, 0.46875, 0.46876, 4.0, 4.00001, 26.5, 1e-300, 1e-9]
    x = np.concatenate([rng.uniform(-6, 6, 20_000), rng.uniform(0, 27, 5000), edges])
    return np.concatenate([x, -x]).astype(dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_erfc_is_that_of_the_standard_library(dtype, rng):
    x = drawn(rng, dtype)
    expected = np.array([math.erfc(v) for v in x.tolist()])
    found = erfc(x)
    assert found.dtype == dtype
    # Two polynomials of nine terms, of half a unit each, two exps and two products.
    within = 10 * EPS[dtype] * expected + np.finfo(dtype).tiny
    assert (np.abs(found - expected) <= within).all()


def test_erf_is_as_good_as_its_last_digit(rng):
    """1 − erfc is off by what erfc is off by, where it is small: 2 units of 1 at most."""
    x = drawn(rng)
    expected = np.array([math.erf(v) for v in x.tolist()])
    assert np.abs(1 - erfc(x) - expected).max() <= 2 * EPS["float64"]


def test_its_slope_by_complex_step(rng):
    x = rng.uniform(-6, 6, 2000)
    slope = erfc(x + 1e-200j).imag / 1e-200
    expected = -2 / math.sqrt(math.pi) * np.exp(-x * x)
    # The same two polynomials and their slopes; exp of a rounded x² is x² = 36 units off.
    assert slope == pytest.approx(expected, rel=64 * EPS["float64"])


def test_far_out_and_without_a_warning():
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        far = erfc(np.array([1e300, -1e300, 40.0, -40.0, 0.0, -0.0]))
    assert far.tolist() == [0, 2, 0, 2, 1, 1]
