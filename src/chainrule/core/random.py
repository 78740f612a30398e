"""Randomness without state: every draw is a function of (seed, purpose, position).

Nothing needs saving, and any step's draws are reached directly. Only + − · / √, shifts and
comparisons are used, so a draw has the same bits on every machine and under every NumPy
(`np.log` and `np.exp` have not).
"""

from __future__ import annotations

import math
import operator

import numpy as np
from numpy.random import PCG64, SeedSequence

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError

SPLIT, ORDER, DATA = 0, 1, 2  # purposes
BLOCK = 2**16  # rows; above 2^20 rows an epoch's order goes block by block
WHOLE = 2**20
LOG_2 = 0.6931471805599453


def start_of_layer(layer: int) -> int:
    """The purpose "starting values of this layer"."""
    return 1000 + layer


def dropout_of_layer(layer: int) -> int:
    """The purpose "which numbers of this layer are dropped"."""
    return 2000 + layer


def stream(seed: int, purpose: int, at: int = 0) -> PCG64:
    """The stream of 64-bit words for one purpose, standing at word number `at`."""
    try:
        entropy = operator.index(seed)
    except TypeError as error:
        raise _bad_seed(seed) from error
    if entropy < 0:
        raise _bad_seed(seed)
    bits = PCG64(SeedSequence(entropy, spawn_key=(purpose,)))
    return bits.advance(at) if at else bits


def _bad_seed(seed: object) -> UsageError:
    return UsageError("seed", "a whole number from 0 up", repr(seed), "Try seed=0.")


def words(bits: PCG64, n: int) -> Array:
    """The next n words, uint64 (n,)."""
    return np.asarray(bits.random_raw(n), dtype=np.uint64).reshape(n)


def uniform(bits: PCG64, n: int) -> Array:
    """n numbers from U(0, 1), float64: the middles of 2^53 equal steps, as far as float64 has them.

    So never 0; and the last one, which would be rounded to 1, is the largest number below 1.
    """
    middles = ((words(bits, n) >> np.uint64(11)).astype(np.float64) + 0.5) * 2.0**-53
    return np.minimum(middles, 1 - 2.0**-53)


def normal(bits: PCG64, n: int) -> Array:
    """n numbers from N(0, 1), float64: the inverse of the normal distribution at uniform draws."""
    return inverse_normal(uniform(bits, n))


def order(seed: int, epoch: int, n: int) -> Array:
    """The order in which an epoch (0, 1, ...) visits rows 0 .. n−1, int64 (n,).

    Up to 2^20 rows: all of them shuffled. Above: blocks of 2^16 rows are shuffled, then the rows
    within each block, so that a file on disk is read block after block.
    """
    if n <= WHOLE:
        return _shuffled(words(stream(seed, ORDER, epoch * n), n))
    pieces = range(-(-n // BLOCK))
    return np.concatenate([order_piece(seed, epoch, n, piece)[1] for piece in pieces])


def order_piece(seed: int, epoch: int, n: int, piece: int) -> tuple[int, Array]:
    """Of more than 2^20 rows: how many are visited before a piece of the order, and that piece.

    A piece is a block's rows; to make one, no other is made.
    """
    blocks = -(-n // BLOCK)
    bits = stream(seed, ORDER, epoch * (blocks + n))
    visited = _shuffled(words(bits, blocks))
    sizes = np.minimum(BLOCK, n - visited * BLOCK)
    before, rows = int(sizes[:piece].sum()), int(sizes[piece])
    return before, visited[piece] * BLOCK + _shuffled(words(bits.advance(before), rows))


def _shuffled(w: Array) -> Array:
    """0 .. n−1 in the order of n random words; the low bits of each word carry its place."""
    n = len(w)
    mask = np.uint64(2 ** (n - 1).bit_length() - 1)
    return (np.sort((w & ~mask) | np.arange(n, dtype=np.uint64)) & mask).astype(np.int64)


def inverse_normal(p: Array) -> Array:
    """z with P(N(0, 1) < z) = p, for 0 < p < 1; relative error about 1e-16.

    Source: Wichura (1988), algorithm AS 241 (PPND16), with a logarithm of our own.
    """
    q = p - 0.5
    tail = np.sqrt(-log(np.minimum(p, 1 - p)))
    middle = q * _ratio(_A, _B, 0.180625 - q * q)
    near, far = _ratio(_C, _D, tail - 1.6), _ratio(_E, _F, tail - 5)
    z: Array = np.where(
        np.abs(q) <= 0.425, middle, np.where(q < 0, -1.0, 1.0) * np.where(tail <= 5, near, far)
    )
    return z


def log(x: Array) -> Array:
    """The natural logarithm of x > 0 from + − · / alone: the same bits everywhere.

    x = m 2^e with √½ ≤ m < √2;  log m = 2 (s + s³/3 + s⁵/5 + ...),  s = (m − 1) / (m + 1).
    """
    m, e = np.frexp(x)
    low = m < math.sqrt(0.5)
    m, e = np.where(low, 2 * m, m), np.where(low, e - 1, e)
    s = (m - 1) / (m + 1)
    series = _horner([1 / k for k in range(1, 27, 2)], s * s)  # |s| < 0.172: s^26 / 27 < 1e-21
    total: Array = e * LOG_2 + 2 * s * series
    return total


def cos_sin(turns: Array) -> tuple[Array, Array]:
    """cos 2πt and sin 2πt for turns t, from + − · alone: the same bits everywhere.

    The quarter turn nearest to t is taken off exactly; Taylor's series does the rest, ≤ π/4.
    """
    quarter = np.floor(4 * turns + 0.5)
    x = (turns - quarter / 4) * math.tau
    cos = _horner([(-1) ** k / math.factorial(2 * k) for k in range(10)], x * x)
    sin = x * _horner([(-1) ** k / math.factorial(2 * k + 1) for k in range(10)], x * x)
    q = quarter.astype(np.int64) % 4
    return (
        np.select([q == 0, q == 1, q == 2], [cos, -sin, -cos], sin),
        np.select([q == 0, q == 1, q == 2], [sin, cos, -sin], -cos),
    )


def _horner(coefficients: list[float], x: Array) -> Array:
    """c₀ + c₁ x + c₂ x² + ..."""
    total = np.full_like(x, coefficients[-1])
    for c in reversed(coefficients[:-1]):
        total = total * x + c
    return total


def _ratio(above: list[float], below: list[float], x: Array) -> Array:
    return _horner(above, x) / _horner(below, x)


# fmt: off
_A = [
    3.3871328727963666080e0, 1.3314166789178437745e2, 1.9715909503065514427e3,
    1.3731693765509461125e4, 4.5921953931549871457e4, 6.7265770927008700853e4,
    3.3430575583588128105e4, 2.5090809287301226727e3,
]
_B = [
    1.0, 4.2313330701600911252e1, 6.8718700749205790830e2,
    5.3941960214247511077e3, 2.1213794301586595867e4, 3.9307895800092710610e4,
    2.8729085735721942674e4, 5.2264952788528545610e3,
]
_C = [
    1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0, 1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4,
]
_D = [
    1.0, 2.05319162663775882187e0, 1.67638483018380384940e0,
    6.89767334985100004550e-1, 1.48103976427480074590e-1, 1.51986665636164571966e-2,
    5.47593808499534494600e-4, 1.05075007164441684324e-9,
]
_E = [
    6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7,
]
_F = [
    1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1,
    1.48753612908506148525e-2, 7.86869131145613259100e-4, 1.84631831751005468180e-5,
    1.42151175831644588870e-7, 2.04426310338993978564e-15,
]
# fmt: on
