"""The reader of formulas reads them right: else its users would hold nothing."""

import math

import numpy as np
import pytest

from tests.formulas import definitions, evaluate, pieces, settle

NAMES = {"a": 0.25, "y": 3.0, "b": 2.0, "t": 3, "f": lambda u: 10 * u, "m̂": 7.0}


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("1 + 2 · 3", 7),
        ("1 − 2 − 3", -4),
        ("−y log a − (1 − y) log(1 − a)", -3 * math.log(0.25) + 2 * math.log(0.75)),
        ("½ b²", 2.0),
        ("8 / b / 2", 2.0),
        ("√(6 / (y + y)) b", 2.0),
        ("1 − aᵗ", 1 - 0.25**3),
        ("m̂ / (√b² + y)", 7 / 5),
        ("f(a) b", 5.0),
        ("max(a, b)", 2.0),
        ("|a − y| b", 5.5),
        ("b³", 8.0),
        ("a^b", 0.0625),
        ("2 b^(y − b)", 4.0),
        ("b where a > 0.5, else y − b", 1.0),
        ("b where |a| ≤ 0.25, else y", 2.0),
        ("erfc(−b) / cos(2 π)", math.erfc(-2.0)),
    ],
)
def test_numbers(formula, value):
    assert evaluate(formula, NAMES) == pytest.approx(value, rel=1e-15)  # a few roundings


def test_sums_bind_to_products():
    w, l = np.array([1.0, 3.0]), np.array([10.0, 20.0])
    assert evaluate("Σ w l / Σ w", {"w": w, "l": l}) == 70 / 4
    assert evaluate("Σ w + Σ l", {"w": w, "l": l}) == 34


def test_matrices():
    x, W = np.arange(6.0).reshape(2, 3), np.arange(3.0).reshape(3, 1)
    assert np.array_equal(evaluate("x W + b", {"x": x, "W": W, "b": 1.0}, np.matmul), x @ W + 1)
    assert np.array_equal(evaluate("Σₙ x", {"x": x}), x.sum(axis=0))
    assert np.array_equal(evaluate("xᵀ x", {"x": x}, np.matmul), x.T @ x)
    assert np.array_equal(evaluate("x[label]", {"x": x, "label": np.array([2, 0])}), [2, 3])


def test_a_name_in_its_own_formula_is_the_old_one():
    text = "θ ← θ − m̂\n\nm ← 2 m + g      m̂ = m / 2       (somebody 1964)"
    assert definitions(text) == [("θ", "θ − m̂"), ("m", "2 m + g"), ("m̂", "m / 2")]
    assert settle(text, {"θ": 1.0, "m": 3.0, "g": 4.0}) == {"θ": -4.0, "m": 10.0, "m̂": 5.0}


def test_pieces():
    assert pieces("U(−r, r), r = √6: as before.") == ["U(−r, r)", "r = √6", "as before."]


@pytest.mark.parametrize("formula", ["a b)", "a + ", "unknown", "a / / b"])
def test_what_is_no_formula_is_refused(formula):
    with pytest.raises((AssertionError, KeyError, IndexError)):
        evaluate(formula, NAMES)
