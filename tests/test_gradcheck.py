"""The witnesses of gradients: what they measure, and how sure they are."""

import math

import numpy as np
import pytest

from chainrule import gradcheck
from chainrule.gradcheck import Comparison, Slope, central_difference, compare, complex_step
from tests.helpers import EPS, locked, refused, same_bits

PARAMS = {"W": np.array([[0.5, -1.5], [2.0, 0.25]]), "b": np.array([0.75])}
WITNESSES = pytest.mark.parametrize("witness", ["complex step", "central difference"])


def smooth(params):
    """f = Σ exp(W) W² + 3 b sin(b), whose slopes are known."""
    W, b = params["W"], params["b"]
    return (np.exp(W) * W * W).sum() + (3 * b * np.sin(b)).sum()


def slopes(params):
    W, b = params["W"], params["b"]
    return {"W": np.exp(W) * (W * W + 2 * W), "b": 3 * np.sin(b) + 3 * b * np.cos(b)}


def test_complex_step_is_exact():
    expected = slopes(PARAMS)
    for name, theta in PARAMS.items():
        for index in np.ndindex(theta.shape):
            measured = complex_step(smooth, PARAMS, (name, index))
            assert isinstance(measured, float)
            # A handful of operations; W² + 2 W may cancel to a seventh of its terms.
            assert measured == pytest.approx(expected[name][index], rel=64 * EPS["float64"])


def test_complex_step_needs_no_differences():
    """Where a difference would drown in rounding, it stays exact."""
    measured = complex_step(lambda p: 1e16 + p["b"][0] ** 3, PARAMS, ("b", (0,)))
    assert measured == pytest.approx(3 * 0.75**2, rel=4 * EPS["float64"])


@pytest.mark.parametrize(
    "f",
    [
        lambda p: float(p["b"].real.sum()),
        lambda p: np.abs(p["b"]).sum(),
        lambda p: p["b"].real.sum(),
        lambda p: 1,
    ],
    ids=["float", "abs", "real", "constant"],
)
def test_complex_step_refuses_an_f_that_loses_the_imaginary_part(f):
    with refused("complex_step", "complex", "float()"):
        complex_step(f, PARAMS, ("b", (0,)))


def test_central_differences_know_their_doubt():
    expected = slopes(PARAMS)
    for name, theta in PARAMS.items():
        for index in np.ndindex(theta.shape):
            measured, doubt = central_difference(smooth, PARAMS, (name, index))
            assert abs(measured - expected[name][index]) <= doubt
            assert doubt < 1e-4  # c h² with h = 1e-3 and third derivatives up to 100


def test_central_differences_of_a_cubic_are_exact_but_for_rounding():
    """The extrapolation cancels c h², which is all there is."""
    measured, _ = central_difference(lambda p: (p["b"] ** 3).sum(), PARAMS, ("b", (0,)))
    # Rounding of f over h.
    assert measured == pytest.approx(3 * 0.75**2, abs=8 * EPS["float64"] / 1e-3)


def test_a_kink_within_reach_is_doubted():
    at = {"b": np.array([0.0002])}
    measured, doubt = central_difference(lambda p: np.maximum(p["b"], 0).sum(), at, ("b", (0,)))
    assert abs(measured - 1) > 0.1
    assert doubt > 0.04


def test_central_differences_in_single_precision():
    at = {"b": np.array([0.75], "float32")}
    measured, doubt = central_difference(lambda p: (p["b"] * p["b"]).sum(), at, ("b", (0,)))
    assert abs(measured - 1.5) <= doubt
    assert doubt < 0.02  # eps of float32 over h


@WITNESSES
def test_compare(witness, rng):
    found = compare(smooth, PARAMS, slopes(PARAMS), rng=rng, witness=witness)
    assert [c.name for c in found] == ["W", "b"]
    assert [len(c.slopes) for c in found] == [4, 1]
    for c in found:
        assert sorted(s.entry[1] for s in c.slopes) == sorted(np.ndindex(PARAMS[c.name].shape))
        for s in c.slopes:
            assert s.claimed == slopes(PARAMS)[c.name][s.entry[1]]
            assert abs(s.claimed - s.measured) <= s.doubt + 64 * EPS["float64"] * abs(s.claimed)
            assert (s.doubt == 0) == (witness == "complex step")


def test_compare_looks_at_so_many_entries_at_most(rng):
    params = {"W": np.ones((10, 10))}
    gradients = {"W": 2 * np.ones((10, 10))}

    def f(p):
        return (p["W"] * p["W"]).sum()

    (found,) = compare(f, params, gradients, rng=rng, most=7)
    entries = [s.entry[1] for s in found.slopes]
    assert len(entries) == len(set(entries)) == 7
    (other,) = compare(f, params, gradients, rng=rng, most=7)
    assert {s.entry[1] for s in other.slopes} != set(entries)
    assert len(compare(f, params, gradients, rng=rng)[0].slopes) == 64


@WITNESSES
def test_nothing_is_written(witness, rng):
    params = {name: locked(theta) for name, theta in PARAMS.items()}
    gradients = {name: locked(g) for name, g in slopes(PARAMS).items()}
    compare(smooth, params, gradients, rng=rng, witness=witness)
    assert all(same_bits(params[name], PARAMS[name]) for name in PARAMS)


def test_names_shapes_and_witnesses_are_checked(rng):
    good = slopes(PARAMS)
    with refused("gradcheck.compare", "['W', 'b']", "['W']"):
        compare(smooth, PARAMS, {"W": good["W"]}, rng=rng)
    with refused("gradcheck.compare", "(2, 2)", "(4,)"):
        compare(smooth, PARAMS, {**good, "W": good["W"].ravel()}, rng=rng)
    with refused("gradcheck.compare", "witness", "'central differences'", "complex step"):
        compare(smooth, PARAMS, good, rng=rng, witness="central differences")


def measured(*pairs, doubt=0.0):
    return Comparison("W", tuple(Slope(("W", (k,)), *pair, doubt) for k, pair in enumerate(pairs)))


def test_the_error_is_relative_to_the_largest_slope():
    compared = measured((1.0, 1.0), (10.5, 10.0), (0.0, 0.25), doubt=0.1)
    assert compared.error == 0.05
    assert compared.doubt == 0.01
    still = measured((0.5, 0.0), doubt=0.1)
    assert (still.error, still.doubt) == (0.5, 0.1)


def test_a_nan_is_no_small_error(rng):
    assert math.isnan(measured((1.0, 1.0), (math.nan, 10.0)).error)
    assert math.isnan(measured((math.nan, 10.0), (1.0, 1.0)).error)
    error = gradcheck.compare_backward(np.tanh, np.ones(3), lambda dy: np.nan * dy, rng=rng)
    assert math.isnan(error)


def test_compare_backward(rng):
    W, x = rng.normal(size=(4, 3)), rng.normal(size=(5, 4))
    error = gradcheck.compare_backward(lambda x: x @ W, x, lambda dy: dy @ W.T, rng=rng)
    assert error <= 64 * EPS["float64"]  # sums of 35 products of sums of 4
    assert gradcheck.compare_backward(lambda x: 0 * x, x, lambda dy: 0 * dy, rng=rng) == 0


def test_the_error_of_compare_backward_is_relative_to_the_sizes_of_all_products(rng):
    """For one number and dx = 2 dy: |2 dy v − dy v| / (|2 dy v| + |dy v|)."""
    error = gradcheck.compare_backward(lambda x: 1 * x, np.ones(1), lambda dy: 2 * dy, rng=rng)
    assert error == pytest.approx(1 / 3, rel=4 * EPS["float64"])


def test_compare_backward_draws_a_new_direction_each_time(rng):
    seen = []
    for _ in range(2):
        gradcheck.compare_backward(
            lambda x: seen.append(x.imag) or 2 * x, np.ones(3), lambda d: 2 * d, rng=rng
        )
    assert not same_bits(*seen)
