"""The error function, which NumPy lacks: erfc, on real and complex numbers.

Source: Cody (1969), Rational Chebyshev approximations for the error function.
"""

from __future__ import annotations

import math

import numpy as np

from chainrule.core.dense import Array


def erfc(x: Array) -> Array:
    """1 − erf x = 2/√π ∫ₓ^∞ exp(−t²) dt; relative error about 1e-15, far out as well.

    A ratio of polynomials on each of three pieces of |x|, and erfc(−x) = 2 − erfc(x). Every
    piece is evaluated at every x, moved to the piece's edge where x lies outside of it.
    """
    positive = x.real > 0
    y = np.minimum(np.where(positive, x, -x), 40)  # |x|; erfc(40) is 0 as it is
    near, middle, far = np.minimum(y, 0.46875), np.minimum(y, 4), np.maximum(y, 4)
    tail = _exp_minus_square(y) * np.where(y.real > 4, _beyond_4(far), _ratio(_C, _D, middle))
    small = near * _ratio(_A, _B, near * near)  # erf y
    upper = np.where(y.real > 0.46875, tail, 1 - small)
    lower = np.where(y.real > 0.46875, 2 - tail, 1 + small)
    return np.where(positive, upper, lower)


def _beyond_4(y: Array) -> Array:
    """erfc(y) exp(y²) = (1/√π − u r(u)) / y, u = 1/y²"""
    u = 1 / (y * y)
    return (1 / math.sqrt(math.pi) - u * _ratio(_P, _Q, u)) / y


def _exp_minus_square(y: Array) -> Array:
    """exp(−y²). A rounded y² would be off by y² units: the square of a few bits is exact."""
    few = np.floor(16 * y.real) / 16
    return np.exp(-few * few) * np.exp((few - y) * (few + y))  # type: ignore[no-any-return]


def _ratio(above: list[float], below: list[float], x: Array) -> Array:
    return _polynomial(above, x) / _polynomial(below, x)


def _polynomial(coefficients: list[float], x: Array) -> Array:
    """c₀ + c₁ x + c₂ x² + ...; Python's numbers leave x its precision."""
    total = np.full_like(x, coefficients[-1])
    for c in reversed(coefficients[:-1]):
        total *= x
        total += c
    return total


# fmt: off
_A = [
    3.20937758913846947e3, 3.77485237685302021e2, 1.13864154151050156e2,
    3.16112374387056560e0, 1.85777706184603153e-1,
]
_B = [
    2.84423683343917062e3, 1.28261652607737228e3, 2.44024637934444173e2,
    2.36012909523441209e1, 1.0,
]
_C = [
    1.23033935479799725e3, 2.05107837782607147e3, 1.71204761263407058e3,
    8.81952221241769090e2, 2.98635138197400131e2, 6.61191906371416295e1,
    8.88314979438837594e0, 5.64188496988670089e-1, 2.15311535474403846e-8,
]
_D = [
    1.23033935480374942e3, 3.43936767414372164e3, 4.36261909014324716e3,
    3.29079923573345963e3, 1.62138957456669019e3, 5.37181101862009858e2,
    1.17693950891312499e2, 1.57449261107098347e1, 1.0,
]
_P = [
    6.58749161529837803e-4, 1.60837851487422766e-2, 1.25781726111229246e-1,
    3.60344899949804439e-1, 3.05326634961232344e-1, 1.63153871373020978e-2,
]
_Q = [
    2.33520497626869185e-3, 6.05183413124413191e-2, 5.27905102951428412e-1,
    1.87295284992346725e0, 2.56852019228982242e0, 1.0,
]
# fmt: on
